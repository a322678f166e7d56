//! Strings, numbers and pointer segments: from the text to their meaning.

use std::borrow::Cow;

/// Resolves a string's escapes. What is no valid escape stays as it is, and a
/// lone surrogate becomes U+FFFD; the parser has reported both.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (character, length) = match escape.as_bytes().get(1) {
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'/') => ('/', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'u') => unicode_escape(escape),
            _ => ('\\', 1),
        };
        out.push(character);
        rest = &escape[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Resolves `\uXXXX`, or a pair of them; gives the character and how many
/// bytes were used.
fn unicode_escape(escape: &str) -> (char, usize) {
    match code_unit(escape) {
        None => ('\\', 1),
        Some(high @ 0xD800..=0xDBFF) => match escape.get(6..).and_then(code_unit) {
            Some(low @ 0xDC00..=0xDFFF) => {
                let code = 0x10000 + ((u32::from(high) - 0xD800) << 10) + (u32::from(low) - 0xDC00);
                (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
            }
            _ => (char::REPLACEMENT_CHARACTER, 6),
        },
        Some(unit) => (char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
    }
}

/// The code unit of a `\uXXXX` that the text begins with.
pub(super) fn code_unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}

/// A number's value.
pub(crate) enum Number {
    Integer(i64),
    Float(f64),
}

/// The value of a number. One beyond 64 bits becomes the nearest finite
/// floating-point number: far out of every range that the API has.
pub(super) fn number(source: &str) -> Number {
    if let Ok(integer) = source.parse() {
        return Number::Integer(integer);
    }
    let number: f64 = source.parse().unwrap_or(0.0);
    let number = number.clamp(f64::MIN, f64::MAX);
    // 1e3 and 2.0 are whole numbers too.
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within 53 bits")]
        return Number::Integer(number as i64);
    }
    Number::Float(number)
}

/// Appends `/segment` to a JSON pointer, with `~` and `/` escaped.
pub(crate) fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Undoes the escaping of [`push_segment`].
pub(super) fn unescape_segment(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The array index that a pointer's segment is: digits alone, and no leading
/// zeros.
pub(super) fn array_index(segment: &str) -> Option<usize> {
    let digits = segment.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = segment.len() > 1 && segment.starts_with('0');
    (digits && !zeros).then(|| segment.parse().ok()).flatten()
}
