//! Strings, numbers and pointer segments: from the text to their meaning.

use std::borrow::Cow;

/// Resolves a string's escapes. What is no valid escape stays as it is, and a
/// lone surrogate becomes U+FFFD; the parser has reported both.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
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
pub(super) enum Number {
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

/// A number as a whole one, read digit by digit: to the last one, and without
/// the tables that reading floating-point numbers takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Integer(i64),
    /// Whole, and below or above all of 64 bits.
    Beyond(i64),
    /// Not whole.
    Fraction,
}

/// The value of a number if it is whole: `1e3` and `2.0` are.
pub(super) fn whole(source: &str) -> Whole {
    if let Ok(integer) = source.parse() {
        return Whole::Integer(integer);
    }
    /// As many digits as 64-bit floating point tells apart at the most.
    const TOLD_APART: usize = 17;
    let mut decimal = Decimal::new(source);
    let beyond = Whole::Beyond(if decimal.negative { i64::MIN } else { i64::MAX });
    let Ok(places) = usize::try_from(decimal.point) else {
        return if decimal.digits.is_empty() { Whole::Integer(0) } else { Whole::Fraction };
    };
    if decimal.digits.len() > places {
        // What no reader can tell from a whole number is one.
        decimal.digits.truncate(places.max(TOLD_APART));
        while decimal.digits.last() == Some(&b'0') {
            decimal.digits.pop();
        }
    }
    if decimal.digits.len() > places {
        return Whole::Fraction;
    }
    if places > 19 {
        return beyond;
    }
    let digits = decimal.digits.iter().copied().chain(std::iter::repeat(b'0')).take(places);
    let value = digits.fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let value = if decimal.negative { -value } else { value };
    i64::try_from(value).map_or(beyond, Whole::Integer)
}

/// Whether a number is beyond all that 64-bit floating point can hold.
pub(super) fn is_infinite(source: &str) -> bool {
    /// The first number that is rounded to infinity, 2^1024 - 2^970, begins so;
    /// it has 309 digits.
    const FIRST: &[u8] =
        b"179769313486231580793728971405303415079934132710037826936173778980444968";
    let decimal = Decimal::new(source);
    match decimal.point {
        309 => decimal.digits.get(..FIRST.len()).unwrap_or(&decimal.digits) >= FIRST,
        point => point > 309,
    }
}

/// A number as `0.DIGITS` times ten to the power of `point`; zero has no
/// digits.
struct Decimal {
    negative: bool,
    /// Without zeros at either end.
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn new(source: &str) -> Self {
        let (negative, rest) = match source.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, source),
        };
        let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let exponent: i64 = exponent.parse().unwrap_or(match exponent.starts_with('-') {
            // Longer than 64 bits: as good as endless.
            true => i64::MIN / 4,
            false => i64::MAX / 4,
        });
        let exponent = exponent.clamp(i64::MIN / 4, i64::MAX / 4);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        let leading = all().take_while(|digit| *digit == b'0').count();
        let mut digits: Vec<u8> = all().skip(leading).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Decimal { negative, digits, point: -1 };
        }
        // Texts are far shorter than 2^62.
        let count = |count: usize| i64::try_from(count).unwrap_or_default();
        Decimal { negative, digits, point: count(whole.len()) - count(leading) + exponent }
    }
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
