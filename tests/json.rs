//! JSON as RFC 8259 has it: which texts are, which are not, what they mean;
//! and what holds for every text, checked on random ones against serde_json.

use batchlint::document::{Document, NodeKind, ProblemKind, Value};
use batchlint::report::{Applicability, Edit, Fix, apply, mask};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value as Json;

/// Whether a problem is one of syntax: not of what valid JSON means, nor of
/// what stands before it.
fn is_syntax(kind: &ProblemKind) -> bool {
    !matches!(
        kind,
        ProblemKind::ByteOrderMark | ProblemKind::LoneSurrogate | ProblemKind::NumberRange
    )
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    Document::parse(text).problems().iter().map(|problem| problem.kind.clone()).collect()
}

fn is_json(text: &str) -> bool {
    !kinds(text).iter().any(is_syntax)
}

/// What our tree says the text means.
fn meaning(document: &Document<'_>) -> Option<Json> {
    document.root().map(|root| root.to_json(&mut |_, _| {}))
}

/// A value as `to_json` gives it: without members that are `null`, and with
/// numbers by their value, since 1.0 and 1 are one number.
fn normal(value: &Json) -> Json {
    match value {
        Json::Number(number) => Json::from(number.as_f64()),
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), normal(value)))
            .collect(),
        other => other.clone(),
    }
}

// ---- RFC 8259 ----------------------------------------------------------------

const JSON: &[&str] = &[
    // Any value may stand alone, in white space of four kinds.
    "null",
    "true",
    "false",
    "0",
    "\"\"",
    "[]",
    "{}",
    " null",
    "null\n",
    "\r\n\t [ \r\n\t ] \r\n\t ",
    "\t{\n}\r",
    "[\n1\r,\t2 ]",
    "{ \"a\"\n:\t1\r,\n\"b\" : 2 }",
    // Numbers.
    "-0",
    "-1",
    "10",
    "1234567890",
    "-9223372036854775808",
    "9223372036854775807",
    "9007199254740993",
    "0.0",
    "-0.0",
    "0.5",
    "1.25",
    "10.010",
    "0e0",
    "0E0",
    "0e+0",
    "0e-0",
    "1e5",
    "1E5",
    "1e+5",
    "1E-5",
    "1e05",
    "1e-007",
    "-1.5e+3",
    "0.0e1",
    "5e-324",
    "1.7976931348623157e308",
    "1e-400",
    "[0,-0,1,-1]",
    "[123456789012345678901234567890]",
    "0.3333333333333333333333333333333333333333",
    // Strings.
    r#""a""#,
    r#""\"""#,
    r#""\\""#,
    r#""\/""#,
    r#""/""#,
    r#""\b\f\n\r\t""#,
    r#""\u0000""#,
    r#""\u001f\u007F\u0080""#,
    r#""\uABCD\uabcd""#,
    r#""\ud834\udd1e""#,
    r#""\uDBFF\uDFFF""#,
    r#""\\u12""#,
    r#""\\\"""#,
    "\"\u{7f}\"",
    "\"\u{80}\u{a0}\u{ad}\"",
    "\"\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}\u{10ffff}\"",
    "\"é🚀\"",
    "\"'\"",
    "\"// no comment /* at all */ # here\"",
    "\"{[,:]}\"",
    // Arrays and objects.
    "[null,true,false,0,\"\",[],{}]",
    "[[],[[]],[[[]]]]",
    "[1,[2,[3,[4]],5],6]",
    r#"{"":""}"#,
    r#"{"a":{"b":{"c":[{"d":null}]}}}"#,
    r#"{"a":1,"b":2,"c":3}"#,
    r#"{"\u0061":1,"\n":2,"é":3,"\\":4}"#,
    r#"{"a":1,"a":2}"#,
    r#"{"a":{"x":1},"a":{}}"#,
];

const NOT_JSON: &[&str] = &[
    // Nothing, or too much.
    "",
    " ",
    "\n",
    "1 2",
    "{} {}",
    "[] []",
    "[],",
    "{},",
    "null null",
    "\"\" x",
    "1,",
    ",",
    ":",
    "1:2",
    "\"a\":1",
    // Brackets.
    "[",
    "]",
    "{",
    "}",
    "[[]",
    "[]]",
    "{}}",
    "{\"a\":{}",
    "[}",
    "{]",
    "[{]}",
    "[1}",
    "{\"a\":1]",
    "(1)",
    "<1>",
    // Commas.
    "[,]",
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[1,2,,]",
    "[\"a\",\n]",
    "{,}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}",
    "[1 2]",
    "[\"a\" \"b\"]",
    "[\"a\"\"b\"]",
    "[[][]]",
    "{\"a\":1 \"b\":2}",
    "[1;2]",
    "[1:2]",
    // Members.
    "{\"a\"}",
    "{\"a\":}",
    "{:1}",
    "{\"a\" 1}",
    "{\"a\"::1}",
    "{\"a\":1:2}",
    "{\"a\":\"b\":\"c\"}",
    "{\"a\",\"b\"}",
    "{\"a\"=1}",
    "{\"a\"=>1}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{[]:1}",
    "{{}:1}",
    "{1}",
    "{[1]}",
    "{\"a\":1 b}",
    // Words.
    "nul",
    "nulll",
    "NULL",
    "Null",
    "True",
    "TRUE",
    "fals",
    "truefalse",
    "true1",
    "None",
    "nil",
    "undefined",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "-NaN",
    "abc",
    "é",
    "_",
    "$",
    // Numbers.
    "+1",
    "-",
    "+",
    "--1",
    "-+1",
    "- 1",
    "00",
    "01",
    "-01",
    "-00.5",
    "1.",
    ".1",
    "-.1",
    ".",
    "1.e1",
    "1..2",
    "1.2.3",
    "1e",
    "1e+",
    "1E-",
    "1e1.5",
    "1e1e1",
    "e1",
    "0x10",
    "0b1",
    "1_000",
    "1 000.0",
    "1a",
    "1\u{ff11}",
    "1/2",
    // Strings.
    "\"",
    "\"a",
    "\"\\\"",
    "'a'",
    "`a`",
    "\u{201c}a\u{201d}",
    "\"a\nb\"",
    "\"a\rb\"",
    "\"\t\"",
    "\"\u{0}\"",
    "\"\u{1f}\"",
    r#""\a""#,
    r#""\'""#,
    r#""\x41""#,
    r#""\U0041""#,
    r#""\u""#,
    r#""\u004""#,
    r#""\u004g""#,
    r#""\u+041""#,
    r#""\é""#,
    "\"\\\n\"",
    // White space and comments.
    "[1]\u{a0}",
    "\u{a0}1",
    "[\u{2028}]",
    "[\u{3000}1]",
    "{\u{200b}}",
    "\u{c}1",
    "1\u{b}",
    "1\u{0}",
    "\u{0}",
    "[\u{feff}]",
    "\u{feff}",
    "\u{feff}\u{feff}1",
    "// a\n1",
    "1 // a",
    "/* a */ 1",
    "[/**/]",
    "/* a",
    "/*/ 1",
    "# a\n1",
    "/",
];

#[test]
fn what_rfc_8259_has_is_accepted_and_means_what_it_says() {
    for text in JSON.iter().copied() {
        assert_eq!(kinds(text), [], "{text:?}");
        let theirs: Json = serde_json::from_str(text).expect("serde_json accepts it");
        let ours = meaning(&Document::parse(text)).expect("it has a value");
        assert_eq!(normal(&ours), normal(&theirs), "{text:?}");
    }
}

#[test]
fn what_rfc_8259_does_not_have_is_refused() {
    for text in NOT_JSON.iter().copied() {
        assert!(!is_json(text), "{text:?} is no JSON");
        let theirs = serde_json::from_str::<Json>(text);
        assert!(theirs.is_err(), "{text:?} is JSON to serde_json");
    }
}

#[test]
fn every_beginning_of_a_text_is_refused() {
    let text = r#"{"a": [1.5e+3, -20, "x\"\u00e9", true, null, {"b": {}}], "é": false}"#;
    assert_eq!(kinds(text), []);
    for (end, _) in text.char_indices() {
        let cut = &text[..end];
        assert!(!is_json(cut), "{cut:?} is not complete");
        let document = Document::parse(cut);
        assert_eq!(document.root().is_some(), end > 0, "what is there is read");
    }
}

#[test]
fn what_is_valid_but_unwise_is_told_and_read() {
    for (text, kind) in [
        ("\u{feff}{}", ProblemKind::ByteOrderMark),
        ("[1e309]", ProblemKind::NumberRange),
        ("[-1E+9999]", ProblemKind::NumberRange),
        (r#"["\ud800"]"#, ProblemKind::LoneSurrogate),
        (r#"["\udc00\ud800x"]"#, ProblemKind::LoneSurrogate),
        (r#"{"\ud800": 1}"#, ProblemKind::LoneSurrogate),
    ] {
        assert!(is_json(text), "{text:?}");
        assert_eq!(kinds(text).first(), Some(&kind), "{text:?}");
    }
    let digits = "9".repeat(309);
    assert_eq!(kinds(&digits), [ProblemKind::NumberRange]);
    assert_eq!(kinds(&digits[1..]), [], "308 digits are within range");
    assert_eq!(kinds(&format!("0.{digits}")), [], "those behind the point do not count");
}

// ---- any text ------------------------------------------------------------------

/// Strings as request bodies have them, and any others.
fn string() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-zA-Z0-9 ./:-]{0,10}", 1 => any::<String>(), 1 => "[\"'\\\\/\u{0}-\u{20}]{0,4}"]
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::from),
        2 => any::<i64>().prop_map(Json::from),
        1 => any::<u64>().prop_map(Json::from),
        1 => prop::num::f64::NORMAL.prop_map(Json::from),
        1 => (-10i32..10).prop_map(|n| Json::from(f64::from(n))),
        4 => string().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::vec((string(), inner), 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn written(value: &Json, pretty: bool) -> String {
    let text =
        if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    text.expect("a value can always be written")
}

/// What JSON and what is nearly JSON consists of.
const TOKENS: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\": ", "1", "-0.5e3", "true", "null", " ",
    "\n", "\r\n", "\t", "'", "'a'", "\\", "\\\"", "\\u00e9", "\\ud83d", "// c", "/*", "*/", "#",
    "=", "=>", ";", "None", "NaN", "word", "+1", ".5", "01", "1.", "\u{feff}", "\u{a0}", "“", "é",
    "🚀", "\u{0}", "\u{c}", "@", "$a",
];

fn token() -> impl Strategy<Value = String> {
    prop_oneof![9 => select(TOKENS).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// A text, and what to insert or take out where.
#[derive(Clone, Debug)]
struct Slip {
    at: Index,
    insert: Option<String>,
}

fn slip(insert: impl Strategy<Value = String>) -> impl Strategy<Value = Slip> {
    let insert = prop::option::weighted(0.6, insert);
    (any::<Index>(), insert).prop_map(|(at, insert)| Slip { at, insert })
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for slip in slips {
        if let Some(text) = &slip.insert {
            let at = slip.at.index(characters.len() + 1);
            characters.splice(at..at, text.chars());
        } else if !characters.is_empty() {
            characters.remove(slip.at.index(characters.len()));
        }
    }
    characters.into_iter().collect()
}

/// A body written for JSON with a few slips in it.
fn slippery() -> impl Strategy<Value = String> {
    let slips = prop::collection::vec(slip(token()), 0..4);
    (json(), any::<bool>(), slips)
        .prop_map(|(value, pretty, slips)| slipped(&written(&value, pretty), &slips))
}

fn any_text() -> impl Strategy<Value = String> {
    let tokens = prop::collection::vec(token(), 0..30).prop_map(|tokens| tokens.concat());
    prop_oneof![2 => slippery(), 2 => tokens, 1 => any::<String>()]
}

/// Calls `each` with all values of a document, outer ones first, and checks
/// that spans are in the text, within their parent's and in order.
fn visit<'d>(text: &str, value: Value<'d>, each: &mut dyn FnMut(Value<'d>)) {
    each(value);
    let span = value.span();
    assert_eq!(text.get(span.range()), Some(value.source()), "{span:?} of {text:?}");
    let mut last = span.start;
    let mut follow = |inner: batchlint::document::Span| {
        assert!(last <= inner.start && inner.start <= inner.end && inner.end <= span.end);
        assert!(text.get(inner.range()).is_some(), "{inner:?} cuts a character of {text:?}");
        last = inner.end;
    };
    for member in value.as_object().into_iter().flat_map(|object| object.members()) {
        follow(member.key_span());
        follow(member.value.span());
        visit(text, member.value, each);
    }
    for item in value.as_array().into_iter().flatten() {
        follow(item.span());
        visit(text, item, each);
    }
}

/// Applies the safe repairs, as `batchlint check --fix` does.
fn repaired(document: &Document<'_>) -> (String, usize) {
    let fix = |repair: &batchlint::document::Repair| Fix {
        title: String::new(),
        applicability: Applicability::Safe,
        edits: repair
            .edits
            .iter()
            .map(|(span, text)| Edit { start: span.start, end: span.end, text: text.clone() })
            .collect(),
    };
    let repairs = document.problems().iter().filter_map(|problem| problem.repair.as_ref());
    let fixes: Vec<Fix> = repairs.filter(|repair| repair.safe).map(fix).collect();
    apply(document.text(), &fixes.iter().collect::<Vec<_>>())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn what_is_written_is_read_again(value in json(), pretty in any::<bool>()) {
        let text = written(&value, pretty);
        let document = Document::parse(&text);
        prop_assert_eq!(document.problems(), []);
        let again = meaning(&document).expect("it has a value");
        prop_assert_eq!(normal(&again), normal(&value));
        // Every part is a document of its own.
        let root = document.root().expect("it has a value");
        let mut parts = 0;
        visit(&text, root, &mut |part| {
            parts += 1;
            let alone = Document::parse(part.source());
            assert_eq!(alone.problems(), []);
            assert_eq!(meaning(&alone), Some(part.to_json(&mut |_, _| {})));
            assert_eq!(alone.root().map(|root| root.kind()), Some(part.kind()));
            let there = document.at(&part.pointer()).expect("its pointer leads to it");
            assert_eq!(there.span(), part.span());
        });
        prop_assert!(parts <= document.len());
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn no_text_breaks_the_parser(text in any_text()) {
        let document = Document::parse(&text);
        for problem in document.problems() {
            prop_assert!(text.get(problem.span.range()).is_some(), "{:?}", problem);
        }
        if let Some(root) = document.root() {
            visit(&text, root, &mut |value| {
                if value.kind() == NodeKind::Invalid {
                    assert!(!is_json(&text), "a value that could not be read was not reported");
                }
            });
        } else {
            prop_assert!(!is_json(&text));
        }
    }

    #[test]
    fn the_verdict_is_that_of_serde_json(text in any_text()) {
        agree(&text);
    }

    #[test]
    fn one_slip_is_judged_as_serde_json_does(
        value in json(), pretty in any::<bool>(), slip in slip(any::<char>().prop_map(String::from)),
    ) {
        agree(&slipped(&written(&value, pretty), &[slip]));
    }

    #[test]
    fn safe_repairs_come_to_an_end_and_keep_the_meaning(text in any_text()) {
        let before = Document::parse(&text);
        let expected = meaning(&before);
        let all_safe = before.problems().iter()
            .all(|problem| problem.repair.as_ref().is_some_and(|repair| repair.safe));
        let mut now = text.clone();
        let mut rounds = 0;
        loop {
            let document = Document::parse(&now);
            prop_assert_eq!(&meaning(&document), &expected, "{:?} became {:?}", text, now);
            let (next, applied) = repaired(&document);
            if applied == 0 {
                break;
            }
            now = next;
            rounds += 1;
            prop_assert!(rounds <= 10, "{:?} is not done yet: {:?}", text, now);
        }
        if all_safe {
            prop_assert_eq!(kinds(&now), [], "{:?} became {:?}", text, now);
        }
    }
}

/// Our verdict on a text is serde_json's, but for three things that RFC 8259
/// allows and serde_json refuses.
#[track_caller]
fn agree(text: &str) {
    let kinds = kinds(text);
    let allowed = kinds.iter().any(|kind| !is_syntax(kind));
    let theirs = serde_json::from_str::<Json>(text);
    match (is_json(text), &theirs) {
        (true, Err(error)) => assert!(allowed, "{text:?} is no JSON to serde_json: {error}"),
        (false, Ok(_)) => panic!("{text:?} is JSON to serde_json, to us {kinds:?}"),
        _ => {}
    }
}

// ---- secrets --------------------------------------------------------------------

/// A secret that nothing else in the document looks like.
fn secret() -> impl Strategy<Value = String> {
    "⚿[a-zA-Z0-9+/=é\"\\\\,;}{ '\n]{6,20}"
}

fn secret_name() -> impl Strategy<Value = &'static str> {
    select(vec![
        "password",
        "accountKey",
        "sasKey",
        "sshPrivateKey",
        "data",
        "protectedSettings",
        "connectionString",
        "client_secret",
        "Authorization",
        "API-Key",
        "token",
    ])
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn no_secret_is_left_in_a_masked_text(
        around in json(), name in secret_name(), secret in secret(), shape in 0..4,
        pretty in any::<bool>(), cut in prop::option::of(any::<Index>()),
    ) {
        let mut object = serde_json::Map::new();
        object.insert("before".to_owned(), around);
        let value = match shape {
            0 | 1 => Json::from(secret.clone()),
            2 => serde_json::json!([1, secret.clone()]),
            _ => serde_json::json!({ "inner": { "deep": secret.clone() } }),
        };
        object.insert(name.to_owned(), value);
        object.insert("zone".to_owned(), Json::from("after"));
        let whole = written(&serde_json::json!([{ "list": [object] }]), pretty);
        let mut end = cut.map_or(whole.len(), |cut| cut.index(whole.len() + 1));
        while !whole.is_char_boundary(end) {
            end -= 1;
        }
        let text = &whole[..end];
        let masked = mask(text);
        prop_assert_eq!(masked.len(), text.len());
        let places = |text: &str, c| text.match_indices(c).map(|(at, _)| at).collect::<Vec<_>>();
        prop_assert_eq!(places(&masked, '\n'), places(text, '\n'), "lines stay where they are");
        // Cut or not, no part of it is to be seen that tells anything.
        prop_assert!(!masked.contains('⚿'), "{} is seen in {}", secret, masked);
    }
}
