//! The parser: exactly RFC 8259 without a word, everything else reported and
//! read on, and no input that breaks it.

use batchlint::document::{Document, LineIndex, NodeKind, ProblemKind, Repair, Value};
use proptest::prelude::*;

/// Problems that are about the meaning of valid JSON, or outside of it.
fn is_syntax(kind: &ProblemKind) -> bool {
    !matches!(
        kind,
        ProblemKind::ByteOrderMark | ProblemKind::LoneSurrogate | ProblemKind::NumberRange
    )
}

fn syntax_problems(text: &str) -> Vec<ProblemKind> {
    let document = Document::parse(text);
    let kinds = document.problems().iter().map(|problem| problem.kind.clone());
    kinds.filter(is_syntax).collect()
}

#[test]
fn what_rfc_8259_allows_is_accepted_and_read_alike() {
    for text in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1e5",
        "1E+5",
        "1e-5",
        "123.456e78",
        "\"\"",
        "[]",
        "{}",
        " [ ] ",
        "\n{\r\n\t}\n",
        "[[[[]]]]",
        "[1,2,[3]]",
        r#"{"":0}"#,
        r#"{"a":{"b":[null,{"c":"d"}]}}"#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""\u0041\u00e9\uD83D\uDE80""#,
        "\"é🚀\u{7f}\"",
        r#"{"a\u0062":1}"#,
        "[0.1,-1,10000000000000000000000,1e-400]",
        "\"\u{2028}\"",
        r#""\u0000""#,
        "9007199254740993",
        "-9223372036854775808",
    ] {
        assert_eq!(syntax_problems(text), [], "{text}");
        let document = Document::parse(text);
        let root = document.root().expect("it has a value");
        let expected: serde_json::Value = serde_json::from_str(text).expect("serde_json agrees");
        let ours = root.to_json(&mut |_, _| {});
        // Members that are null are left out, and numbers beyond 64 bits differ.
        if !text.contains("null") && !text.contains("1e-400") && !text.contains("10000000000") {
            assert_eq!(normal(&ours), normal(&expected), "{text}");
        }
    }
}

#[test]
fn what_it_does_not_allow_is_reported() {
    for text in [
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{\"a\"=1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{[]:1}",
        "{\"a\":1}}",
        "[1]]",
        "{\"a\":[1}",
        "[{\"a\":1]",
        "1 2",
        "{} {}",
        "[] x",
        "tru",
        "True",
        "None",
        "nul",
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "-",
        "--1",
        "0x1F",
        "1_000",
        "1a",
        "\"",
        "\"a",
        "\"a\n\"",
        "\"\t\"",
        "\"\u{0}\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12G4""#,
        r#""\""#,
        "'a'",
        "// c\n1",
        "1 // c",
        "/* c */ 1",
        "# c\n1",
        "/* c",
        "[\u{a0}1]",
        "\u{feff}",
        "\u{feff}\u{feff}1",
        "@",
        "a",
        "é",
        "[1;2]",
        "{\"a\":1;\"b\":2}",
        "\u{c}1",
        "[1,\n\"a\nb\"]",
    ] {
        assert!(!syntax_problems(text).is_empty(), "{text:?}");
        assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text:?}");
    }
}

#[test]
fn one_mistake_leaves_the_rest_readable() {
    let pointers = ["/a", "/b/0/c", "/d"];
    for text in [
        r#"{"a": 1 "b": [{"c": 2}], "d": 3}"#,
        r#"{"a": 1, "b": [{"c": 2},], "d": 3,}"#,
        r#"{'a': 1, "b": [{c: 2}], "d": 3}"#,
        r#"{"a": 1, /* x */ "b": [{"c": 2}], "d": 3} // y"#,
        r#"{"a" 1, "b" = [{"c": 2}], "d": 3}"#,
        r#"{"a": 1, "b": [{"c": 2], "d": 3}"#,
        r#"{"a": 1, "b": [{"c": 2}], "d": 3"#,
        r#"{"a": True, "b": [{"c": None}], "d": word}"#,
        r#"{"a": 01, "b": [{"c": +2}], "d": .3}"#,
        r#"{"a": "x\q", "b": [{"c": "\u12"}], "d": 3}"#,
        "{\"a\": \"open,\n \"b\": [{\"c\": 2}], \"d\": 3}",
        r#"{"a": 1,, "b": [{"c": 2}], "d": 3}}"#,
        r#"{"a": 1, @ "b": [{"c": 2}], "d": 3}"#,
    ] {
        assert!(!syntax_problems(text).is_empty(), "{text}");
        let document = Document::parse(text);
        for pointer in pointers {
            assert!(document.at(pointer).is_some(), "{pointer} of {text}");
        }
    }
}

#[test]
fn every_key_and_value_knows_its_place() {
    let text = "{\n  \"pool\": { \"id\": \"p\", \"sizes\": [1, \"zw\u{f6}lf\"] }\n}";
    let document = Document::parse(text);
    let at = |pointer: &str| document.at(pointer).expect("it is there");
    assert_eq!(at("/pool/id").source(), "\"p\"");
    assert_eq!(at("/pool/sizes").source(), "[1, \"zwölf\"]");
    assert_eq!(at("/pool/sizes/1").pointer(), "/pool/sizes/1");
    let object = at("/pool").as_object().expect("an object");
    let member = object.member("sizes").expect("it is there");
    assert_eq!(&text[member.key_span().range()], "\"sizes\"");
    let lines = LineIndex::new(text);
    let end = lines.position(at("/pool/sizes/1").span().end);
    assert_eq!((end.line, end.column), (2, 44));
    assert_eq!(lines.utf16(end.offset) + 1, end.offset, "ö is two bytes and one code unit");
    assert!(document.at("/pool/sizes/2").is_none());
    assert!(document.at("pool").is_none());
    assert_eq!(document.at("").map(Value::kind), Some(NodeKind::Object));
}

#[test]
fn pointers_escape_what_they_must() {
    let document = Document::parse(r#"{"a/b":{"~":[{"":1}]}}"#);
    let value = document.at("/a~1b/~0/0/").expect("it is there");
    assert_eq!(value.as_i64(), Some(1));
    assert_eq!(value.pointer(), "/a~1b/~0/0/");
}

#[test]
fn nesting_is_read_to_a_depth_of_128_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(syntax_problems(&nested(128)), []);
    assert_eq!(syntax_problems(&nested(129)), [ProblemKind::TooDeep]);
    assert!(syntax_problems(&"[".repeat(1_000_000)).contains(&ProblemKind::TooDeep));
    assert!(!syntax_problems(&"{\"a\":".repeat(200_000)).is_empty());
}

#[test]
fn hopeless_text_is_given_up_on() {
    for part in [",", "\"", "\\", ":", "'", "x ", "1 ", "@ ", "{]", "\u{0}"] {
        let problems = syntax_problems(&part.repeat(20_000));
        assert!((1..=70).contains(&problems.len()), "{part:?} gave {}", problems.len());
    }
}

#[test]
fn what_can_be_mended_is_read_on_for_long() {
    for part in ["{'a': None}, ", "{a: True}, // c\n", "{\"a\" 1},", "[1,], # c\n"] {
        let text = format!("[{}0]", part.repeat(200));
        let document = Document::parse(&text);
        let items = document.root().and_then(Value::as_array).map(Iterator::count);
        assert_eq!(items, Some(201), "{part:?}");
        assert!(document.problems().iter().all(|problem| problem.repair.is_some()), "{part:?}");
    }
    let problems = syntax_problems(&format!("[{}", "[1,],".repeat(30_000)));
    assert!((20_000..=20_010).contains(&problems.len()), "{}", problems.len());
    assert_eq!(problems.last(), Some(&ProblemKind::GaveUp));
}

/// The repairs of a text that are said to be safe, by what they are for.
fn safe(text: &str) -> Vec<ProblemKind> {
    let document = Document::parse(text);
    let problems = document.problems().iter();
    problems
        .filter(|problem| problem.repair.as_ref().is_some_and(|repair| repair.safe))
        .map(|problem| problem.kind.clone())
        .collect()
}

#[test]
fn in_a_line_with_a_quote_too_few_no_repair_is_safe() {
    for text in [
        r#"{"id": "p", "vmSize: "standard_d2s_v3"}"#,
        r#"{"id": "p", "vmSize": standard_d2s_v3"}"#,
        r#"{"id": "p, "vmSize": "standard_d2s_v3",}"#,
        r#"{'id': 'p, 'vmSize': 'standard_d2s_v3'}"#,
        r#"{'id': 'it's', vmSize: 'standard_d2s_v3',}"#,
        r#"{id": "p", "vmSize" "standard_d2s_v3"}"#,
    ] {
        assert_eq!(safe(text), [], "{text}");
    }
    // Other lines are none the worse.
    let text = "{\"id\": 'p',\n\"vmSize: \"standard_d2s_v3\",\n\"displayName\": 'q'}";
    assert_eq!(safe(text), [ProblemKind::SingleQuotes, ProblemKind::SingleQuotes]);
}

#[test]
fn a_word_with_other_signs_in_it_is_one_value() {
    for word in [
        "2026-01-31T08:00:00Z",
        "2026-01-31",
        "08:00",
        "10.0.0.0/24",
        "https://example.com/a?b=c&d=e",
        "C:/work",
        "a@b.example",
        "datetime.timedelta(days=1, seconds=30)",
        "datetime(2026, 1, 31, tzinfo=timezone('a)b'))",
        "<AutoUserScope.pool: 'pool'>",
        "<POOL_ID>",
        "50%",
    ] {
        for text in [format!(r#"{{"a": {word}, "x": 2}}"#), format!("[{word}\n,2]")] {
            let document = Document::parse(&text);
            let kinds: Vec<_> = document.problems().iter().map(|one| &one.kind).collect();
            let number = word == "2026-01-31";
            let expected = if number { ProblemKind::BadNumber } else { ProblemKind::UnquotedValue };
            assert_eq!(kinds, [&expected], "{text}");
            let at = document.at("/a").or(document.at("/0")).expect("it is there");
            assert_eq!(at.source(), word);
            let rest = document.at("/x").or(document.at("/1")).and_then(Value::as_i64);
            assert_eq!(rest, Some(2), "{text}");
            assert_eq!(safe(&text), []);
        }
    }
    // A comment is none of it, nor is what has no end in the line.
    assert!(syntax_problems("[a// b\n]").contains(&ProblemKind::Comment));
    assert!(syntax_problems("[a(b\n)]").len() > 1);
}

#[test]
fn a_name_that_is_never_closed_takes_no_bracket() {
    for text in [r#"{"id": "p", "vmSi"#, r#"{"id": "p", 'vmSi"#, r#"[{"a": [{"b"#] {
        let document = Document::parse(text);
        let unclosed = |kind: &ProblemKind| matches!(kind, ProblemKind::Unclosed(_));
        let problem = document.problems().iter().find(|problem| unclosed(&problem.kind));
        assert_eq!(problem.map(|problem| &problem.repair), Some(&None), "{text}");
    }
}

/// The text with these repairs made, those that overlap left for later.
fn repaired(text: &str, repairs: &[&Repair]) -> String {
    let mut edits: Vec<_> = repairs.iter().flat_map(|repair| &repair.edits).collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    edits.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    let mut out = text.to_owned();
    for (span, replacement) in edits.into_iter().rev() {
        out.replace_range(span.range(), replacement);
    }
    out
}

#[test]
fn safe_repairs_make_it_json() {
    for text in [
        r#"{"a": 1,}"#,
        r#"[1, 2, ]"#,
        r#"{'a': 'b "c"'}"#,
        r#"{a: 1}"#,
        r#"[True, FALSE, None]"#,
        r#"{"a": 1 "b": 2}"#,
        r#"{"a" 1}"#,
        r#"{"a" => 1}"#,
        "[\"\t\"]",
        "\u{feff}[]",
        "[1\n2]",
    ] {
        let document = Document::parse(text);
        let problems = document.problems();
        assert!(!problems.is_empty(), "{text}");
        let repairs: Vec<_> = problems
            .iter()
            .map(|problem| problem.repair.as_ref().expect("there is a repair"))
            .inspect(|repair| assert!(repair.safe, "{text}"))
            .collect();
        let mended = repaired(text, &repairs);
        let result = serde_json::from_str::<serde_json::Value>(&mended);
        assert!(result.is_ok(), "{text} became {mended}");
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        (-1e300..1e300f64).prop_map(serde_json::Value::from),
        ".{0,12}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn check_spans(text: &str, value: Value<'_>) {
    let span = value.span();
    assert!(span.start <= span.end && span.end as usize <= text.len());
    assert!(text.get(span.range()).is_some(), "within a character");
    let mut last = span.start;
    let mut next = |inner: batchlint::document::Span| {
        assert!(last <= inner.start && inner.end <= span.end, "{inner:?} in {span:?} of {text:?}");
        last = inner.end;
    };
    if let Some(object) = value.as_object() {
        for member in object.members() {
            next(member.key_span());
            next(member.value.span());
            check_spans(text, member.value);
        }
    } else if let Some(items) = value.as_array() {
        for item in items {
            next(item.span());
            check_spans(text, item);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_json_is_read_as_it_was_meant(value in json(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).expect("a value serialises")
        } else {
            value.to_string()
        };
        let document = Document::parse(&text);
        prop_assert!(document.problems().is_empty(), "{:?}", document.problems());
        let root = document.root().expect("it has a value");
        let again = root.to_json(&mut |_, _| {});
        // A whole fraction is read as a whole number: compare as text does.
        prop_assert_eq!(normal(&again), normal(&value));
        check_spans(&text, root);
    }

    #[test]
    fn any_text_is_survived(text in "[\\[\\]{}:,\"'\\\\/#a-c0-9+.eE \n\t\u{e9}-]{0,60}") {
        let document = Document::parse(&text);
        if let Some(root) = document.root() {
            check_spans(&text, root);
        }
        for problem in document.problems() {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
        let accepted = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        prop_assert_eq!(syntax_problems(&text).is_empty(), accepted, "{:?}", document.problems());
    }

    #[test]
    fn one_character_more_or_less_is_judged_as_serde_json_does(
        value in json(), at in any::<prop::sample::Index>(), insert in prop::option::of(any::<char>()),
    ) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len());
        match insert {
            Some(character) => text.insert(at, character),
            None => { text.remove(at); }
        }
        let text: String = text.into_iter().collect();
        let verdict = serde_json::from_str::<serde_json::Value>(&text);
        // serde_json refuses halves of surrogate pairs and byte order marks; here
        // they are warnings.
        let surrogate = Document::parse(&text).problems().iter()
            .any(|problem| problem.kind == ProblemKind::LoneSurrogate);
        let huge = Document::parse(&text).problems().iter()
            .any(|problem| problem.kind == ProblemKind::NumberRange);
        let mark = text.starts_with('\u{feff}');
        if !surrogate && !huge && !mark {
            prop_assert_eq!(syntax_problems(&text).is_empty(), verdict.is_ok(), "{}", text);
        }
    }

    #[test]
    fn masking_keeps_the_length_and_hides_the_secret(
        before in json(), secret in "[a-zA-Z0-9]{12,20}", cut in 0usize..8,
    ) {
        let text = format!("{{\"x\":{before},\"nested\":[{{\"password\":\"{secret}\"}}],\"y\":1}}");
        let cut = text.len() - cut;
        if let Some(text) = text.get(..cut) {
            let masked = batchlint::report::mask(text);
            prop_assert_eq!(masked.len(), text.len());
            prop_assert!(!masked.contains(&secret));
        }
    }
}

/// Numbers as floating-point numbers, since 1.0 and 1 are one value here.
fn normal(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Json::Number(number) => Json::from(number.as_f64()),
        Json::Array(items) => Json::Array(items.iter().map(normal).collect()),
        Json::Object(members) => Json::Object(
            members.iter().map(|(name, value)| (name.clone(), normal(value))).collect(),
        ),
        other => other.clone(),
    }
}
