//! The document layer from within: the tree and its spans, each kind of
//! problem with its repair, pointers, encodings, lines and columns. What can
//! be tested through the public interface for any text, and which texts are
//! JSON, is in `tests/json.rs`.

use proptest::prelude::*;

use super::*;

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf32(text: &str, big: bool) -> Vec<u8> {
    let bytes = |c: char| {
        let code = u32::from(c);
        if big { code.to_be_bytes() } else { code.to_le_bytes() }
    };
    text.chars().flat_map(bytes).collect()
}

#[test]
fn other_encodings_are_recognised_with_and_without_a_mark() {
    let text = "{\"é\": \"🚀\"}";
    let foreign = |encoding| Decoded::Foreign { text: text.to_owned(), encoding };
    assert_eq!(decode(&utf16(text, false)), foreign("UTF-16LE"));
    assert_eq!(decode(&utf16(text, true)), foreign("UTF-16BE"));
    assert_eq!(decode(&utf32(text, false)), foreign("UTF-32LE"));
    assert_eq!(decode(&utf32(text, true)), foreign("UTF-32BE"));
    let marked = format!("\u{feff}{text}");
    assert_eq!(decode(&utf16(&marked, false)), foreign("UTF-16LE"));
    assert_eq!(decode(&utf16(&marked, true)), foreign("UTF-16BE"));
    assert_eq!(decode(&utf32(&marked, false)), foreign("UTF-32LE"));
    assert_eq!(decode(&utf32(&marked, true)), foreign("UTF-32BE"));
}

#[test]
fn wrong_bytes_keep_the_offsets_of_the_rest() {
    let bytes = b"{\"a\": \"\xe9\xe8\", \"b\": \"\xff\"}";
    let Decoded::Patched { text, wrong } = decode(bytes) else { panic!("it is not UTF-8") };
    assert_eq!(text, "{\"a\": \"??\", \"b\": \"?\"}");
    assert_eq!(text.len(), bytes.len());
    assert_eq!(wrong, [Span::new(7, 9), Span::new(18, 19)]);
    assert!(matches!(decode("{\"ä\": 1}".as_bytes()), Decoded::Utf8(_)));
    assert!(matches!(decode(b""), Decoded::Utf8("")));
}

#[test]
fn many_wrong_bytes_do_not_make_a_long_list() {
    let bytes = b"\xffa".repeat(10_000);
    let Decoded::Patched { text, wrong } = decode(&bytes) else { panic!("it is not UTF-8") };
    assert_eq!(text.len(), bytes.len());
    assert_eq!(wrong.len(), 100);
}

#[test]
fn lines_and_columns_count_from_one_in_code_points() {
    let text = "a\r\n\u{f6}\u{1f680}b\n\nend";
    let lines = LineIndex::new(text);
    let at = |offset| {
        let position = lines.position(offset);
        (position.line, position.column)
    };
    assert_eq!(at(0), (1, 1));
    assert_eq!(at(3), (2, 1));
    assert_eq!(at(5), (2, 2), "behind a character of two bytes");
    assert_eq!(at(9), (2, 3), "behind one of four");
    assert_eq!(at(7), (2, 2), "within one: its start");
    assert_eq!(at(11), (3, 1));
    assert_eq!(at(12), (4, 1));
    assert_eq!(at(999), (4, 4), "behind the end: the end");
    assert_eq!(lines.line(1), "a");
    assert_eq!(lines.line(4), "end");
    assert_eq!(lines.line(9), "");
    assert_eq!(lines.start(4), Some(12));
    assert_eq!(lines.start(5), None);
    assert_eq!(lines.utf16(9), 6, "two code units for the rocket");
}

#[test]
fn numbers_have_the_value_that_is_written() {
    let number = |text: &str| Document::parse(text).root().and_then(Value::as_i64);
    assert_eq!(number("12"), Some(12));
    assert_eq!(number("-7"), Some(-7));
    assert_eq!(number("2.0"), Some(2), "a whole number in another dress");
    assert_eq!(number("1e3"), Some(1000));
    assert_eq!(number("1.5"), None);
    assert_eq!(number("9223372036854775808"), None);
    assert_eq!(number("\"1\""), None);
}

// ---- the tree ---------------------------------------------------------------

fn kinds(text: &str) -> Vec<ProblemKind> {
    Document::parse(text).problems().iter().map(|problem| problem.kind.clone()).collect()
}

#[test]
fn every_key_and_value_spans_what_is_written() {
    let text =
        " {\n\t\"id\" : \"p\\u0041\",\r\n\"n\":-1.5e+3,\"é🚀\":[ true ,[ ],\"\", {\"\":null}\n]} ";
    let document = Document::parse(text);
    assert_eq!(document.problems(), []);
    let found: Vec<_> = document
        .nodes
        .iter()
        .map(|node| (node.kind(), &text[node.start as usize..node.end as usize]))
        .collect();
    let expected = [
        (NodeKind::Object, text.trim()),
        (NodeKind::Key, "\"id\""),
        (NodeKind::String, "\"p\\u0041\""),
        (NodeKind::Key, "\"n\""),
        (NodeKind::Number, "-1.5e+3"),
        (NodeKind::Key, "\"é🚀\""),
        (NodeKind::Array, "[ true ,[ ],\"\", {\"\":null}\n]"),
        (NodeKind::True, "true"),
        (NodeKind::Array, "[ ]"),
        (NodeKind::String, "\"\""),
        (NodeKind::Object, "{\"\":null}"),
        (NodeKind::Key, "\"\""),
        (NodeKind::Null, "null"),
    ];
    assert_eq!(found, expected);
    assert_eq!(document.len(), expected.len());
    assert!(!document.is_empty());
    assert_eq!(document.text(), text);
}

/// What must hold of every tree, whatever the text was.
fn check_tree(document: &Document<'_>) {
    let (text, nodes) = (document.text, &document.nodes);
    for (index, node) in nodes.iter().enumerate() {
        let next = node.next() as usize;
        assert!(index < next && next <= nodes.len(), "{node:?} leads nowhere");
        let source = text.get(node.start as usize..node.end as usize);
        assert!(source.is_some(), "{node:?} cuts a character of {text:?}");
        if !matches!(node.kind(), NodeKind::Object | NodeKind::Array) {
            assert_eq!(next, index + 1, "a leaf has nothing below it");
            continue;
        }
        let (mut child, mut end, mut children) = (index + 1, node.start, 0);
        while child < next {
            let inner = nodes[child];
            assert!(end <= inner.start && inner.end <= node.end, "{inner:?} in {node:?}");
            let key = node.kind() == NodeKind::Object && children % 2 == 0;
            assert_eq!(inner.kind() == NodeKind::Key, key, "names and values take turns");
            end = inner.end;
            children += 1;
            child = inner.next() as usize;
        }
        assert_eq!(child, next, "the last child ends where its parent does");
        assert!(node.kind() == NodeKind::Array || children % 2 == 0, "a name without a value");
    }
    if let Some(root) = nodes.first() {
        assert_eq!(root.next() as usize, nodes.len(), "there is one outermost value");
    }
    let mut last = Span::new(0, 0);
    for problem in &document.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
        assert!(last <= problem.span, "problems are in document order");
        last = problem.span;
        if let Some(related) = problem.related {
            assert!(text.get(related.range()).is_some(), "{problem:?}");
        }
        let mut from = 0;
        for (span, _) in problem.repair.iter().flat_map(|repair| &repair.edits) {
            assert!(from <= span.start && text.get(span.range()).is_some(), "{problem:?}");
            from = span.end;
        }
    }
}

/// Everything that can be asked of a value and what is below it.
fn ask(value: Value<'_>) {
    let _ = (value.as_str(), value.as_i64(), value.as_bool());
    let _ = (value.is_string("a"), value.has_at_most(1), value.pointer(), value.source());
    for member in value.as_object().into_iter().flat_map(Object::members) {
        let _ = (member.name(), member.is("a"), member.key_span());
        ask(member.value);
    }
    value.as_array().into_iter().flatten().for_each(ask);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_makes_a_sound_tree(parts in prop::collection::vec(part(), 0..40)) {
        let text = parts.concat();
        let document = Document::parse(&text);
        check_tree(&document);
        if let Some(root) = document.root() {
            ask(root);
            let _ = root.to_json(&mut |_, _| {});
        }
    }

    #[test]
    fn any_text_at_all_makes_a_sound_tree(text in any::<String>()) {
        check_tree(&Document::parse(&text));
    }

    #[test]
    fn any_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        match decode(&bytes) {
            Decoded::Utf8(text) => prop_assert_eq!(text.as_bytes(), &bytes[..]),
            Decoded::Patched { text, wrong } => {
                prop_assert_eq!(text.len(), bytes.len());
                prop_assert!(!wrong.is_empty());
                let bad = |at: usize| wrong.iter().any(|span| span.range().contains(&at));
                for (at, (now, before)) in text.bytes().zip(&bytes).enumerate() {
                    prop_assert_eq!(now, if bad(at) { b'?' } else { *before });
                }
            }
            Decoded::Foreign { text, encoding } => {
                prop_assert!(encoding.starts_with("UTF-"));
                prop_assert!(text.chars().count() <= bytes.len().div_ceil(2));
            }
        }
    }

    #[test]
    fn lines_and_columns_are_those_one_would_count(text in lines_text(), at in any::<prop::sample::Index>()) {
        let at = at.index(text.len() + 20);
        let end = (0..=at.min(text.len())).rev()
            .find(|at| text.is_char_boundary(*at)).expect("a text has a start");
        let before = &text[..end];
        let line = before.matches('\n').count();
        let within = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        let lines = LineIndex::new(&text);
        let position = lines.position(offset(at));
        prop_assert_eq!(position.offset as usize, end);
        prop_assert_eq!(position.line as usize, line + 1);
        prop_assert_eq!(position.column as usize, within.chars().count() + 1);
        let units = before.encode_utf16().count();
        prop_assert_eq!(lines.utf16(offset(at)) as usize, units);
        let position = lines.position_utf16(offset(at));
        prop_assert_eq!(position.offset as usize, units);
        prop_assert_eq!(position.line as usize, line + 1);
        prop_assert_eq!(position.column as usize, within.encode_utf16().count() + 1);
        let expected = text.split('\n').nth(line).expect("there are so many");
        prop_assert_eq!(lines.line(position.line), expected.trim_end_matches('\r'));
        prop_assert_eq!(lines.start(position.line), Some(end - within.len()));
        prop_assert_eq!(lines.start(offset(text.split('\n').count() + 1)), None);
    }

    #[test]
    fn lines_and_columns_lead_back(text in lines_text(), line in 0u32..40, column in 0u32..700, units in 0u32..3000) {
        let lines = LineIndex::new(&text);
        for unit in [Unit::Utf8, Unit::CodePoint, Unit::Utf16] {
            let found = lines.offset(line, column, unit).map(|at| at as usize);
            prop_assert_eq!(found, naive_offset(&text, line, column, unit), "{:?}", unit);
        }
        prop_assert_eq!(lines.from_utf16(units) as usize, boundary_at(&text, units, Unit::Utf16));
    }
}

/// Lines of letters of every length, short and of several blocks.
fn lines_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a\r\né🚀\u{2028}]{0,30}",
        "[a-z\n]{0,900}",
        prop::collection::vec("[aé🚀\u{2028}]{0,90}\n?", 0..12).prop_map(|parts| parts.concat()),
    ]
}

/// The last boundary of the text with at most so many units before it.
fn boundary_at(text: &str, units: u32, unit: Unit) -> usize {
    let width = |c: char| match unit {
        Unit::Utf8 => c.len_utf8(),
        Unit::CodePoint => 1,
        Unit::Utf16 => c.len_utf16(),
    };
    let (mut at, mut left) = (0, units as usize);
    for c in text.chars() {
        if width(c) > left {
            break;
        }
        left -= width(c);
        at += c.len_utf8();
    }
    at
}

fn naive_offset(text: &str, line: u32, column: u32, unit: Unit) -> Option<usize> {
    let (line, column) = (line.checked_sub(1)? as usize, column.checked_sub(1)?);
    let start: usize = text.split('\n').take(line).map(|line| line.len() + 1).sum();
    Some(start + boundary_at(text.split('\n').nth(line)?, column, unit))
}

#[test]
fn every_place_has_an_offset_and_every_offset_a_place() {
    let text = "a\r\n\u{f6}\u{1f680}b\n\nend";
    let lines = LineIndex::new(text);
    assert_eq!(lines.offset(2, 3, Unit::CodePoint), Some(9));
    assert_eq!(lines.offset(2, 4, Unit::Utf16), Some(9));
    assert_eq!(lines.offset(2, 3, Unit::Utf16), Some(5), "within the rocket: its start");
    assert_eq!(lines.offset(2, 7, Unit::Utf8), Some(9));
    assert_eq!(lines.offset(2, 99, Unit::Utf8), Some(10), "behind the line: its break");
    assert_eq!(lines.offset(1, 99, Unit::CodePoint), Some(2));
    assert_eq!(lines.offset(4, u32::MAX, Unit::Utf16), Some(15), "the end of the text");
    assert_eq!(lines.offset(0, 1, Unit::Utf8), None);
    assert_eq!(lines.offset(1, 0, Unit::Utf8), None);
    assert_eq!(lines.offset(5, 1, Unit::Utf8), None);
    assert_eq!(lines.offset(u32::MAX, 1, Unit::Utf8), None);
    assert_eq!(lines.from_utf16(5), 5, "within the rocket");
    assert_eq!(lines.from_utf16(6), 9);
    assert_eq!(lines.from_utf16(u32::MAX), 15);
    let empty = LineIndex::new("");
    assert_eq!(empty.offset(1, 1, Unit::Utf16), Some(0));
    assert_eq!(empty.offset(1, 9, Unit::Utf16), Some(0));
    assert_eq!(empty.position_utf16(9), Position { offset: 0, line: 1, column: 1 });
}

/// What JSON and what is nearly JSON consists of.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "\"a\": 1,", "1", "-0.5e3", "true",
            "null", " ", "\n", "\r\n", "\t",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "'", "'a'", "\\", "\\\"", "\\u", "\\ud83d", "\\u00e9", "//", "/*", "*/", "#", "=>", "=", ";",
            "None", "NaN", "word", "+1", ".5", "01", "1.", "\u{feff}", "\u{a0}", "“", "é", "🚀", "\u{0}",
            "\u{c}", "@", "$a",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

#[test]
fn a_document_given_up_on_has_whole_members() {
    // The last of so many problems is in a name, whose value is not read.
    for (part, rest) in [("\"\\q\": 1, ", ""), ("“a”: 1, ", ""), ("“a”: 1,", ":")] {
        let text = format!("{{{}{rest}", part.repeat(200));
        let document = Document::parse(&text);
        check_tree(&document);
        assert_eq!(document.problems().last().map(|p| &p.kind), Some(&ProblemKind::GaveUp));
        let root = document.root().and_then(Value::as_object).expect("an object");
        assert!(root.members().count() > 60, "what was read is kept");
    }
}

// ---- problems ---------------------------------------------------------------

/// The number of a kind. A new kind does not compile until it is here, and
/// [`every_kind_of_problem_has_its_place_and_repair`] fails until it is there.
fn number(kind: &ProblemKind) -> usize {
    match kind {
        ProblemKind::Empty => 0,
        ProblemKind::TooLong => 1,
        ProblemKind::ByteOrderMark => 2,
        ProblemKind::Unclosed(_) => 3,
        ProblemKind::UnopenedBracket(_) => 4,
        ProblemKind::UnclosedString => 5,
        ProblemKind::SingleQuotes => 6,
        ProblemKind::UnquotedKey => 7,
        ProblemKind::UnquotedValue => 8,
        ProblemKind::ForeignLiteral(_) => 9,
        ProblemKind::MissingComma => 10,
        ProblemKind::TrailingComma => 11,
        ProblemKind::ExtraComma => 12,
        ProblemKind::MissingColon => 13,
        ProblemKind::WrongSeparator => 14,
        ProblemKind::MissingValue => 15,
        ProblemKind::MissingKey => 16,
        ProblemKind::Comment => 17,
        ProblemKind::UnclosedComment => 18,
        ProblemKind::BadNumber => 19,
        ProblemKind::NumberRange => 20,
        ProblemKind::BadEscape => 21,
        ProblemKind::LoneSurrogate => 22,
        ProblemKind::ControlCharacter(_) => 23,
        ProblemKind::UnexpectedCharacter(_) => 24,
        ProblemKind::TrailingContent => 25,
        ProblemKind::TooDeep => 26,
        ProblemKind::GaveUp => 27,
    }
}
const KINDS: usize = 28;

/// What a problem's repair makes of the text.
#[derive(Debug, PartialEq)]
enum Mended {
    Not,
    Safely(&'static str),
    Perhaps(&'static str),
}
use Mended::{Not, Perhaps, Safely};

#[test]
fn every_kind_of_problem_has_its_place_and_repair() {
    use ProblemKind as K;
    // The text, its one problem, the part of the text that is reported (the
    // text before it, where it is empty), what mends it. `x` is `[2]` in all
    // that have room for a member behind the problem.
    let table: Vec<(&str, K, &str, Mended)> = vec![
        ("", K::Empty, "", Not),
        (" \n ", K::Empty, " \n ", Not),
        ("\u{feff}{\"x\":[2]}", K::ByteOrderMark, "\u{feff}", Safely(r#"{"x":[2]}"#)),
        (
            r#"{"a": {"b": [1}, "x": [2]}"#,
            K::Unclosed('['),
            "[",
            Perhaps(r#"{"a": {"b": [1]}, "x": [2]}"#),
        ),
        (r#"[{"b": {"c": 1]"#, K::Unclosed('{'), "{", Perhaps(r#"[{"b": {"c": 1}}]"#)),
        (r#"{"x": [2]"#, K::Unclosed('{'), "{", Perhaps(r#"{"x": [2]}"#)),
        ("{\"x\": [2] \n", K::Unclosed('{'), "{", Perhaps("{\"x\": [2]} \n")),
        (r#"{"x": [2"#, K::Unclosed('['), "[", Perhaps(r#"{"x": [2]}"#)),
        (r#"{"a": 1, ], "x": [2]}"#, K::UnopenedBracket(']'), "]", Not),
        (r#"{"a": 1], "x": [2]}"#, K::UnopenedBracket(']'), "]", Perhaps(r#"{"a": 1, "x": [2]}"#)),
        (r#"{"x": [2]}}"#, K::UnopenedBracket('}'), "}", Perhaps(r#"{"x": [2]}"#)),
        (
            "{\"a\": \"b ,\n\"x\": [2]}",
            K::UnclosedString,
            "\"b",
            Perhaps("{\"a\": \"b\" ,\n\"x\": [2]}"),
        ),
        (
            "{\"a\": \"b\r\n, \"x\": [2]}",
            K::UnclosedString,
            "\"b",
            Perhaps("{\"a\": \"b\"\r\n, \"x\": [2]}"),
        ),
        ("{\"x\": [2], \"a\": \"b\\,\n}", K::UnclosedString, "\"b\\,", Not),
        (r#"{'a': 1, "x": [2]}"#, K::SingleQuotes, "'a'", Safely(r#"{"a": 1, "x": [2]}"#)),
        (
            r#"{"a": 'b"\"\\"c', "x": [2]}"#,
            K::SingleQuotes,
            r#"'b"\"\\"c'"#,
            Safely(r#"{"a": "b\"\"\\\"c", "x": [2]}"#),
        ),
        (r#"{a-b: 1, "x": [2]}"#, K::UnquotedKey, "a-b", Safely(r#"{"a-b": 1, "x": [2]}"#)),
        (r#"{$é_1: 1, "x": [2]}"#, K::UnquotedKey, "$é_1", Safely(r#"{"$é_1": 1, "x": [2]}"#)),
        (r#"{“a”: 1, "x": [2]}"#, K::UnquotedKey, "“a”", Not),
        (
            r#"{"a": word, "x": [2]}"#,
            K::UnquotedValue,
            "word",
            Perhaps(r#"{"a": "word", "x": [2]}"#),
        ),
        (r#"{"a": “b”, "x": [2]}"#, K::UnquotedValue, "“b”", Not),
        (
            r#"{"a": TRUE, "x": [2]}"#,
            K::ForeignLiteral(Some("true")),
            "TRUE",
            Safely(r#"{"a": true, "x": [2]}"#),
        ),
        (
            r#"{"a": False, "x": [2]}"#,
            K::ForeignLiteral(Some("false")),
            "False",
            Safely(r#"{"a": false, "x": [2]}"#),
        ),
        (
            r#"{"a": None, "x": [2]}"#,
            K::ForeignLiteral(Some("null")),
            "None",
            Safely(r#"{"a": null, "x": [2]}"#),
        ),
        (
            r#"{"a": undefined, "x": [2]}"#,
            K::ForeignLiteral(Some("null")),
            "undefined",
            Safely(r#"{"a": null, "x": [2]}"#),
        ),
        (r#"{"a": NaN, "x": [2]}"#, K::ForeignLiteral(None), "NaN", Not),
        (r#"{"a": 1 "x": [2]}"#, K::MissingComma, r#"{"a": 1"#, Safely(r#"{"a": 1, "x": [2]}"#)),
        ("{\"a\": \"b\" // c\n\"x\": [2]}", K::MissingComma, r#"{"a": "b""#, Not),
        (r#"[{}{"x": [2]}]"#, K::MissingComma, "[{}", Safely(r#"[{},{"x": [2]}]"#)),
        (r#"{"a": 1, "x": [2],}"#, K::TrailingComma, ",", Safely(r#"{"a": 1, "x": [2]}"#)),
        (
            "{\"a\": [1,\n], \"x\": [2]}",
            K::TrailingComma,
            ",",
            Safely("{\"a\": [1\n], \"x\": [2]}"),
        ),
        (r#"{,"x": [2]}"#, K::ExtraComma, ",", Perhaps(r#"{"x": [2]}"#)),
        (r#"{"a": [,1], "x": [2]}"#, K::ExtraComma, ",", Perhaps(r#"{"a": [1], "x": [2]}"#)),
        (r#"{"a" 1, "x": [2]}"#, K::MissingColon, r#"{"a""#, Safely(r#"{"a": 1, "x": [2]}"#)),
        (r#"{"a" => 1, "x": [2]}"#, K::WrongSeparator, "=>", Safely(r#"{"a" : 1, "x": [2]}"#)),
        (r#"{"a"=1, "x": [2]}"#, K::WrongSeparator, "=", Safely(r#"{"a":1, "x": [2]}"#)),
        (r#"{"a": , "x": [2]}"#, K::MissingValue, r#"{"a": "#, Not),
        (r#"{"x": [2], "a"}"#, K::MissingValue, r#"{"x": [2], "a""#, Not),
        (r#"{{"a": 1}, "x": [2]}"#, K::MissingKey, "{", Not),
        (r#"{: 1, "x": [2]}"#, K::MissingKey, ":", Not),
        ("{// a \"b\"\n\"x\": [2]}", K::Comment, "// a \"b\"", Perhaps("{\n\"x\": [2]}")),
        ("{\"x\": [2]} # end", K::Comment, "# end", Perhaps("{\"x\": [2]} ")),
        ("{/*/ a\n*/\"x\": [2]}", K::Comment, "/*/ a\n*/", Perhaps("{\"x\": [2]}")),
        (r#"{"x": [2]} /*/"#, K::UnclosedComment, "/*", Not),
        (r#"{"a": 007, "x": [2]}"#, K::BadNumber, "007", Perhaps(r#"{"a": 7, "x": [2]}"#)),
        (r#"{"a": -.5, "x": [2]}"#, K::BadNumber, "-.5", Perhaps(r#"{"a": -0.5, "x": [2]}"#)),
        (r#"{"a": +1., "x": [2]}"#, K::BadNumber, "+1.", Perhaps(r#"{"a": 1, "x": [2]}"#)),
        (r#"{"a": 0x1F, "x": [2]}"#, K::BadNumber, "0x1F", Not),
        (r#"{"a": 2GB, "x": [2]}"#, K::BadNumber, "2GB", Not),
        (r#"{"a": -Infinity, "x": [2]}"#, K::BadNumber, "-Infinity", Not),
        (r#"{"a": -1e999, "x": [2]}"#, K::NumberRange, "-1e999", Not),
        (
            r#"{"a": "C:\work", "x": [2]}"#,
            K::BadEscape,
            r"\w",
            Perhaps(r#"{"a": "C:\\work", "x": [2]}"#),
        ),
        (r#"{"a": "\é", "x": [2]}"#, K::BadEscape, r"\é", Perhaps(r#"{"a": "\\é", "x": [2]}"#)),
        (r#"{"a": "\u00g0", "x": [2]}"#, K::BadEscape, r"\u", Not),
        (r#"{"a": "\ud83d\u0041", "x": [2]}"#, K::LoneSurrogate, r"\ud83d", Not),
        (r#"{"\ude80": 1, "x": [2]}"#, K::LoneSurrogate, r"\ude80", Not),
        (
            "{\"a\": \"\t\", \"x\": [2]}",
            K::ControlCharacter('\t'),
            "\t",
            Safely("{\"a\": \"\\t\", \"x\": [2]}"),
        ),
        (
            "{\"a\u{1}\": 1, \"x\": [2]}",
            K::ControlCharacter('\u{1}'),
            "\u{1}",
            Safely("{\"a\\u0001\": 1, \"x\": [2]}"),
        ),
        (r#"{"a": @ 1, "x": [2]}"#, K::UnexpectedCharacter('@'), "@", Not),
        (
            r#"{"a": 1; "x": [2]}"#,
            K::UnexpectedCharacter(';'),
            ";",
            Perhaps(r#"{"a": 1, "x": [2]}"#),
        ),
        (
            "{\"a\"\u{a0}\u{a0}: 1, \"x\": [2]}",
            K::UnexpectedCharacter('\u{a0}'),
            "\u{a0}\u{a0}",
            Safely("{\"a\" : 1, \"x\": [2]}"),
        ),
        ("{\u{c}\"x\": [2]}", K::UnexpectedCharacter('\u{c}'), "\u{c}", Safely("{ \"x\": [2]}")),
        (
            "{\"x\": [2]} \u{feff}",
            K::UnexpectedCharacter('\u{feff}'),
            "\u{feff}",
            Safely("{\"x\": [2]}  "),
        ),
        ("{\"x\": [2]} {\"y\": 3} \n", K::TrailingContent, "{\"y\": 3}", Not),
        ("{\"x\": [2]} more\nand more", K::TrailingContent, "more", Not),
    ];
    let mut seen = [false; KINDS];
    for (text, kind, place, mended) in table {
        let document = Document::parse(text);
        check_tree(&document);
        let problems = document.problems();
        let problem = problems.iter().find(|problem| problem.kind == kind);
        let problem = problem.unwrap_or_else(|| panic!("{text} gave {problems:?}"));
        seen[number(&kind)] = true;
        let span = problem.span.range();
        let found = if span.is_empty() { &text[..span.end] } else { &text[span] };
        assert_eq!(found, place, "{text}");
        if mended != Not {
            assert_eq!(problems.len(), 1, "{text} gave {problems:?}");
            let repair = problem.repair.as_ref().unwrap_or_else(|| panic!("{text}: no repair"));
            let (safe, expected) = match mended {
                Safely(expected) => (true, expected),
                Perhaps(expected) => (false, expected),
                Not => unreachable!("there is a repair"),
            };
            let now = apply(text, repair);
            assert_eq!((now.as_str(), repair.safe), (expected, safe), "{text}");
            assert_eq!(kinds(&now), [], "{text}: a repair makes JSON of it");
            let json = serde_json::from_str::<serde_json::Value>(&now);
            assert!(json.is_ok(), "{text} became {now}");
        }
        if text.contains("\"x\"") && !text.starts_with('[') {
            let rest = document.at("/x/0").and_then(Value::as_i64);
            assert_eq!(rest, Some(2), "{text}: the rest is lost");
        }
    }
    for (text, kind) in [
        (" ".repeat(MAX_BYTES + 1), K::TooLong),
        ("[".repeat(MAX_DEPTH + 1), K::TooDeep),
        (",".repeat(1000), K::GaveUp),
    ] {
        assert!(kinds(&text).contains(&kind), "{kind:?}");
        seen[number(&kind)] = true;
    }
    let unseen: Vec<_> = (0..KINDS).filter(|number| !seen[*number]).collect();
    assert_eq!(unseen, Vec::<usize>::new(), "these kinds have no line in the table");
}

fn apply(text: &str, repair: &Repair) -> String {
    let mut out = text.to_owned();
    for (span, replacement) in repair.edits.iter().rev() {
        out.replace_range(span.range(), replacement);
    }
    out
}

#[test]
fn the_rest_of_a_string_with_quotes_in_it_is_no_member() {
    // Commas, colons and quotes would make JSON of these, and nonsense.
    for text in [
        r#"{"commandLine": "bash -c "echo hi"", "id": "t"}"#,
        r#"{"commandLine": "say "hi: there" now", "id": "t"}"#,
        r#"{"commandLine": "say " hi: there " now", "id": "t"}"#,
        r#"{"commandLine": "awk "{print}" x", "id": "t",}"#,
        r#"{"commandLine": "a "b" "c" d", 'id': True}"#,
        "{\"commandLine\": \"first\n second: line\", \"id\": \"t\"}",
        r#"{'commandLine': 'it's here', 'id': 't'}"#,
        r#"["bash", "-c", "echo "hi" there", ]"#,
        r#"["echo "@hi", 'b']"#,
    ] {
        let document = Document::parse(text);
        let string = text.find("say").or(text.find("echo")).unwrap_or(16);
        for problem in document.problems() {
            let safe = problem.repair.as_ref().is_some_and(|repair| repair.safe);
            let within = problem.span.end as usize > string;
            assert!(!(safe && within), "{text}: {problem:?} is not sure");
        }
    }
    for text in [r#"{"a": 1 "b" "c": 2}"#, r#"{"a" "b": 1}"#, r#"{"a": 1 {"b": 2}}"#] {
        let document = Document::parse(text);
        let problem = document.problems().first().expect("it is no JSON");
        let safe = problem.repair.as_ref().is_some_and(|repair| repair.safe);
        assert!(!safe, "{text}: {problem:?} has two readings");
    }
    // The next line is sound again.
    let text = "{\"commandLine\": \"say \"hi\" now\",\n\"id\": \"t\",}";
    let document = Document::parse(text);
    let last = document.problems().last().expect("a trailing comma");
    assert_eq!(last.kind, ProblemKind::TrailingComma);
    assert!(last.repair.as_ref().is_some_and(|repair| repair.safe));
    assert!(document.at("/id").is_some());
}

#[test]
fn a_bracket_is_not_closed_within_a_comment_or_a_string() {
    for (text, expected) in [
        ("[1 // c", Some("[1] // c")),
        ("{\"a\": 1 /* c */ # d", Some("{\"a\": 1} /* c */ # d")),
        ("[1, \"a", None),
        ("{\"a\": 'b", None),
    ] {
        let document = Document::parse(text);
        let problems = document.problems();
        let unclosed = problems.iter().find(|p| matches!(p.kind, ProblemKind::Unclosed(_)));
        let unclosed = unclosed.expect("it is not closed");
        let mended = unclosed.repair.as_ref().map(|repair| apply(text, repair));
        assert_eq!(mended.as_deref(), expected, "{text}");
    }
}

#[test]
fn a_bracket_too_many_does_not_ask_for_a_comma() {
    assert_eq!(
        kinds("[}1]"),
        [ProblemKind::UnopenedBracket('}')],
        "nothing is before the item that a comma could part it from"
    );
    assert_eq!(kinds(r#"{]"a":1}"#), [ProblemKind::UnopenedBracket(']')]);
    assert_eq!(kinds("[1,}2]"), [ProblemKind::UnopenedBracket('}')]);
}

#[test]
fn the_number_of_problems_is_bounded_whatever_repeats() {
    // Few that nobody knows how to mend, and not too many others.
    let check = |text: &str, part: &str| {
        let document = Document::parse(text);
        let problems = document.problems();
        let safe = |problem: &&Problem| problem.repair.as_ref().is_some_and(|repair| repair.safe);
        let sure = problems.iter().filter(safe).count();
        let comments =
            problems.iter().filter(|problem| problem.kind == ProblemKind::Comment).count();
        let others = problems.len() - sure - comments;
        assert!(!problems.is_empty(), "{part:?} is no JSON");
        assert!(others <= 64 + 4 + 2, "{part:?} gave {others} problems");
        assert!(problems.len() <= 20_000 + 4 + 2, "{part:?} gave {} problems", problems.len());
    };
    for part in [
        ",", "\"", "\\", ":", "'", "{", "}", "]", "=", ";", "\u{0}", "\u{a0}", "\u{a0}x", "#\n",
        "//\n", "/**/", "a", "a ", "1 ", "-", "\"\n", "'\n", "{:", "{a", "[,", "\"a\" ", "@", "é ",
        "<a>", "a.b(", "a:(')",
    ] {
        check(&part.repeat(25_000), part);
        check(&format!("[{}", part.repeat(25_000)), part);
    }
    // Within one string, too.
    for part in ["\\q", "\\u12", "\\ud800", "\u{1}", "\\", "\t"] {
        for quote in ['"', '\''] {
            let text = format!("[{quote}{}{quote}, 1]", part.repeat(25_001));
            check(&text, part);
        }
    }
}

#[test]
fn nesting_is_limited_and_costs_no_stack() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(kinds(&nested(MAX_DEPTH)), []);
    assert_eq!(kinds(&nested(MAX_DEPTH + 1)), [ProblemKind::TooDeep]);
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(kinds(&objects(MAX_DEPTH)), []);
    assert_eq!(kinds(&objects(MAX_DEPTH + 1)), [ProblemKind::TooDeep]);

    // What is too deep is passed over, strings and all, and the rest is read.
    let deep = "[".repeat(MAX_DEPTH) + r#"[["]\"]"]], 2"# + &"]".repeat(MAX_DEPTH);
    let document = Document::parse(&deep);
    assert_eq!(kinds(&deep), [ProblemKind::TooDeep]);
    let inner = "/0".repeat(MAX_DEPTH - 1);
    let inner = document.at(&inner).expect("the deepest that is read");
    let items: Vec<_> = inner.as_array().expect("an array").map(Value::kind).collect();
    assert_eq!(items, [NodeKind::Invalid, NodeKind::Number]);

    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[{".repeat(100_000)] {
        let document = Document::parse(&text);
        check_tree(&document);
        document.root().map(ask).expect("there is a value");
    }
}

// ---- names ------------------------------------------------------------------

#[test]
fn of_members_of_one_name_the_last_counts_and_all_are_told() {
    let text = r#"{"a":1,"b":null,"\u0061":2,"b":3,"a":null,"c":4,"b":null,"c":[{"d":1,"d":2}]}"#;
    let document = Document::parse(text);
    assert_eq!(document.problems(), [], "the syntax is sound");
    let mut told = Vec::new();
    let root = document.root().expect("it has a value");
    let json = root.to_json(&mut |first, again| {
        told.push((first.key_span().start, again.key_span().start, again.name().into_owned()));
    });
    assert_eq!(json, serde_json::json!({"c": [{"d": 2}]}), "null is as if it were not there");
    let expected =
        [(1, 16, "a"), (7, 27, "b"), (1, 33, "a"), (7, 48, "b"), (63, 69, "d"), (42, 57, "c")]
            .map(|(first, again, name)| (first, again, name.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(document.at("/a").map(Value::kind), Some(NodeKind::Null));
    let object = root.as_object().expect("an object");
    assert_eq!(object.members().count(), 8);
    assert!(object.has("a") && object.get("a").is_some() && object.given("a").is_none());
    assert!(!object.has("d"));
    assert_eq!(object.value().span(), root.span());
}

#[test]
fn a_member_without_a_name_is_no_member() {
    let document = Document::parse(r#"{{"a":1}, "":2}"#);
    let root = document.root().expect("it has a value");
    let object = root.as_object().expect("an object");
    assert_eq!(object.members().count(), 1);
    assert_eq!(object.get("").and_then(Value::as_i64), Some(2));
    assert_eq!(root.to_json(&mut |_, _| panic!("no name is repeated")), serde_json::json!({"": 2}));
}

#[test]
fn of_a_great_many_names_and_nulls_all_are_told() {
    let members = |value: &str, names: usize| -> String {
        (0..60_000).map(|at| format!("\"{}\":{value},", at % names)).collect()
    };
    for (value, names) in [("null", 60_000), ("1", 30_000), ("null", 30_000), ("1", 1)] {
        let text = format!("{{{}\"z\":1}}", members(value, names));
        let document = Document::parse(&text);
        let mut told = 0;
        let root = document.root().expect("it has a value");
        let json = root.to_json(&mut |_, _| told += 1);
        assert_eq!(told, 60_000 - names);
        let left = if value == "null" { 1 } else { names + 1 };
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(left));
    }
}

#[test]
fn a_node_is_small_and_keeps_what_it_is() {
    assert_eq!(size_of::<Node>(), 12);
    for (kind, style) in Node::WHAT {
        let mut node = Node::new(kind, style, 1, 2, 3);
        node.set_next(u32::MAX >> 4);
        assert_eq!((node.kind(), node.style(), node.next()), (kind, style, u32::MAX >> 4));
    }
}

#[test]
fn the_tree_takes_little_memory_beside_the_text() {
    let takes = |text: &str| {
        let nodes = Document::parse(text).nodes;
        (nodes.capacity() * size_of::<Node>()) as f64 / text.len() as f64
    };
    let list =
        |part: &str, more: &str| format!("[{}{}1]", part.repeat(20_000), more.repeat(20_000));
    // Objects so small are as bad as it gets, save for bare digits.
    assert!(takes(&list("{\"a\":1},", "")) < 4.7, "{}", takes(&list("{\"a\":1},", "")));
    assert!(takes(&list("{},", "")) < 4.2);
    assert!(takes(&list("1,", "")) < 6.2);
    // What comes first does not foretell the rest.
    assert!(takes(&list("1,", "\"abcdefghijklmnopqrstuvwxyz\",")) < 3.5);
    assert!(takes(&list("\"abcdefghijklmnopqrstuvwxyz\",", "1,")) < 2.0);
}

// ---- pointers ---------------------------------------------------------------

#[test]
fn pointers_lead_where_rfc_6901_says() {
    let text = r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#;
    let document = Document::parse(text);
    let at = |pointer: &str| document.at(pointer).map(Value::source);
    for (pointer, source) in [
        ("", text),
        ("/foo", r#"["bar","baz"]"#),
        ("/foo/0", "\"bar\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ] {
        assert_eq!(at(pointer), Some(source), "{pointer}");
    }
    for pointer in [
        "foo",
        "/foo/",
        "/foo/2",
        "/foo/-",
        "/foo/-1",
        "/foo/+1",
        "/foo/01",
        "/foo/00",
        "/foo/1e0",
        "/foo/ 1",
        "/foo/18446744073709551616",
        "/foo/0/",
        "/foo/0/0",
        "//",
        "/a/b",
        "/m~n~",
        "/bar",
    ] {
        assert_eq!(at(pointer), None, "{pointer}");
    }
    assert!(Document::parse("").at("").is_none(), "there is nothing to point to");
}

#[test]
fn a_pointer_leads_back_to_its_value() {
    let text = r#"{"~":{"/":[[],[{"":{"~1":[0,1,{"a\u002fb":null}]}}]]},"~0":"","0":[true]}"#;
    let document = Document::parse(text);
    let mut pointers = Vec::new();
    for index in 0..document.nodes.len() {
        let value = document.value(offset(index)).expect("it is a node");
        if value.kind() != NodeKind::Key {
            let pointer = value.pointer();
            let there = document.at(&pointer).expect("it leads somewhere");
            assert_eq!(there.index, value.index, "{pointer}");
            pointers.push(pointer);
        }
    }
    assert_eq!(pointers.len(), 15);
    assert_eq!(pointers[10], "/~0/~1/1/0//~01/2");
    assert_eq!(pointers[11], "/~0/~1/1/0//~01/2/a~1b");
    let distinct: std::collections::BTreeSet<_> = pointers.iter().collect();
    assert_eq!(distinct.len(), pointers.len());
}

// ---- values -----------------------------------------------------------------

#[test]
fn strings_mean_what_their_escapes_say() {
    for (source, meaning) in [
        (r#""""#, ""),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0000\u001F\u00e9\u20AC""#, "\u{0}\u{1f}\u{e9}\u{20ac}"),
        (r#""\uD83D\uDE80\ud834\udd1e""#, "🚀\u{1d11e}"),
        (r#""\\u0041""#, "\\u0041"),
        (r#""\uD83D""#, "\u{fffd}"),
        (r#""\uD83Dx""#, "\u{fffd}x"),
        (r#""\uDE80\uD83D""#, "\u{fffd}\u{fffd}"),
        (r#""\uD83D\uD83D\uDE80""#, "\u{fffd}🚀"),
        (r#""a\q\u12g4\é""#, "a\\q\\u12g4\\é"),
        ("\"raw \u{7f}\u{2028}\u{fffe}é🚀\"", "raw \u{7f}\u{2028}\u{fffe}é🚀"),
        ("'it is \"so\"'", "it is \"so\""),
        ("word", "word"),
        ("\"open\\n", "open\n"),
        ("\"open, \n", "open"),
        ("\"", ""),
        ("\"\\", "\\"),
    ] {
        let document = Document::parse(source);
        let root = document.root().expect("it has a value");
        assert_eq!(root.as_str().as_deref(), Some(meaning), "{source}");
        assert!(root.is_string(meaning), "{source}");
        assert!(!root.is_string("something else"), "{source}");
        let length = meaning.chars().count();
        assert!(root.has_at_most(length), "{source}");
        assert!(length == 0 || !root.has_at_most(length - 1) || root.source().len() <= length + 1);
        assert_eq!((root.as_i64(), root.as_bool()), (None, None), "{source}");
        assert!(root.as_object().is_none() && root.as_array().is_none());
    }
}

#[test]
fn a_string_is_scanned_alike_wherever_its_end_falls() {
    // The scanner takes eight bytes at a time: try every alignment.
    for length in 0..40 {
        for end in ["\"", "\\n\"", "é\"", "\u{1}\"", "\u{ff}\u{80}\""] {
            let content = "\u{7f}".repeat(length);
            let text = format!("[\"{content}{end}, 1]");
            let document = Document::parse(&text);
            let source = document.at("/0").map(Value::source);
            assert_eq!(source, Some(format!("\"{content}{end}").as_str()));
            let control = end.contains('\u{1}');
            assert_eq!(document.problems().len(), usize::from(control), "{text:?}");
            assert!(document.at("/1").is_some());
        }
    }
}

#[test]
fn numbers_are_whole_or_not_whatever_their_dress() {
    let number = |text: &str| {
        let document = Document::parse(text);
        let value = document.root().expect("it has a value");
        (value.as_i64(), value.to_json(&mut |_, _| {}))
    };
    for (source, whole) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("9007199254740993", 9_007_199_254_740_993),
        ("12e2", 1200),
        ("1200E-2", 12),
        ("0.5e1", 5),
        ("+5", 5),
        ("007", 7),
        ("7.", 7),
    ] {
        assert_eq!(number(source), (Some(whole), serde_json::json!(whole)), "{source}");
    }
    for (source, float) in [
        ("0.1", 0.1),
        ("-1.5e300", -1.5e300),
        ("5e-324", 5e-324),
        (".25", 0.25),
        ("1e999", f64::MAX),
        ("-1e999", f64::MIN),
        ("9223372036854775808", 9_223_372_036_854_775_808.0),
    ] {
        assert_eq!(number(source), (None, serde_json::json!(float)), "{source}");
    }
    assert_eq!(number("1e-999").0, Some(0), "too small is nothing");
}

#[test]
fn whole_numbers_are_read_to_the_last_digit() {
    use super::text::{Whole, is_infinite, whole};
    use Whole::{Beyond, Fraction, Integer};
    let most = "9223372036854775807";
    for (source, value) in [
        ("0", Integer(0)),
        ("-0", Integer(0)),
        ("0.000", Integer(0)),
        ("0e99999999999999999999", Integer(0)),
        ("1e3", Integer(1000)),
        ("2.0", Integer(2)),
        ("-12.50e1", Integer(-125)),
        ("0.00012e5", Integer(12)),
        ("120e-1", Integer(12)),
        ("9.223372036854775807e18", Integer(i64::MAX)),
        ("-9223372036854775808.0", Integer(i64::MIN)),
        ("9223372036854775808", Beyond(i64::MAX)),
        ("-9.3e18", Beyond(i64::MIN)),
        ("1e999", Beyond(i64::MAX)),
        ("-1e99999999999999999999", Beyond(i64::MIN)),
        ("1.5", Fraction),
        ("1e-1", Fraction),
        ("1e-99999999999999999999", Fraction),
        ("9223372036854775807.1", Integer(i64::MAX)),
        ("1.00000000000000000001", Integer(1)),
        ("1.0000000000000002", Fraction),
        (most, Integer(i64::MAX)),
    ] {
        assert_eq!(whole(source), value, "{source}");
    }
    for source in [
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "17976931348623158079372897140530341507e271",
        "17976931348623158079372897140530341508e271",
        "179769313486231570814527423731704356798070e267",
        "1e308",
        "1e309",
        "0.0001e312",
        "0.0001e313",
        "-2e308",
        "0e999",
        "1e-999",
        "1e99999999999999999999",
        "1e-99999999999999999999",
    ] {
        let number: f64 = source.parse().expect("it is a number");
        assert_eq!(is_infinite(source), number.is_infinite(), "{source}");
    }
    assert!(is_infinite(&format!("1{}", "0".repeat(309))));
    assert!(!is_infinite(&format!("1{}", "0".repeat(308))));
}

// ---- encodings --------------------------------------------------------------

#[test]
fn an_encoding_cut_short_is_still_text() {
    let text = |bytes: &[u8]| decode(bytes).text().to_owned();
    assert_eq!(text(b"\xff\xfe{\0}"), "{\u{fffd}", "half a unit is a character lost");
    assert_eq!(text(b"\xfe\xff\0{\xd8\x3d\0}"), "{\u{fffd}}", "so is half a pair");
    assert_eq!(text(b"\xff\xfe\0\0{\0\0\0\0\0\x11\0}\0"), "{\u{fffd}\u{fffd}");
    for mark in [&b"\xff\xfe"[..], b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"] {
        assert!(matches!(decode(mark), Decoded::Foreign { text, .. } if text.is_empty()));
    }
    let latin = "{\"a\": \"Zürich\"}".chars().map(|c| c as u8).collect::<Vec<_>>();
    let Decoded::Patched { text, wrong } = decode(&latin) else { panic!("it is Latin-1") };
    assert_eq!(text, "{\"a\": \"Z?rich\"}");
    assert_eq!(wrong, [Span::new(8, 9)]);
    let cow: Cow<'_, str> = decode(&latin).into();
    assert_eq!(cow, text);
    assert!(matches!(Cow::from(decode(b"{}")), Cow::Borrowed("{}")));
}

#[test]
fn a_byte_order_mark_of_utf_8_stays_for_the_parser_to_report() {
    let decoded = decode(b"\xef\xbb\xbf{}");
    assert_eq!(decoded, Decoded::Utf8("\u{feff}{}"));
    let document = Document::parse(decoded.text());
    assert_eq!(document.root().map(Value::span), Some(Span::new(3, 5)));
}

#[test]
fn lines_end_with_a_newline_alone() {
    let lines = LineIndex::new("a\rb\r\n\r\nc\u{2028}d\n");
    assert_eq!(lines.line(1), "a\rb");
    assert_eq!(lines.line(2), "");
    assert_eq!(lines.line(3), "c\u{2028}d");
    assert_eq!((lines.line(4), lines.start(4)), ("", Some(13)));
    assert_eq!((lines.line(5), lines.start(5), lines.start(0)), ("", None, None));
    assert_eq!(lines.position(13).line, 4);
}
