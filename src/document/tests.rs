//! Encodings, lines and columns; the parser's own tests are in
//! `tests/parser.rs`, through the public interface.

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
