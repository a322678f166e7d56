//! From the bytes of a file to text.

use std::borrow::Cow;

use super::Span;

/// A file's bytes as text, and what was wrong with its encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<'b> {
    /// The bytes are UTF-8.
    Utf8(&'b str),
    /// The bytes are UTF-8 but for a few. Each wrong byte stands as `?`, so
    /// that offsets hold; `wrong` are their places.
    Patched {
        /// The text, with `?` for each wrong byte.
        text: String,
        /// Where the wrong bytes are: the first hundred runs of them.
        wrong: Vec<Span>,
    },
    /// The bytes are in another encoding, of this name. The text is what they
    /// say; its offsets are not those of the file.
    Foreign {
        /// The text, converted.
        text: String,
        /// `UTF-16LE`, `UTF-16BE`, `UTF-32LE` or `UTF-32BE`.
        encoding: &'static str,
    },
}

impl Decoded<'_> {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Decoded::Utf8(text) => text,
            Decoded::Patched { text, .. } | Decoded::Foreign { text, .. } => text,
        }
    }
}

/// Reads bytes as UTF-8, as RFC 8259 has it; recognises UTF-16 and UTF-32 by
/// their byte order mark or by the zero bytes that JSON in them begins with.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    // UTF-32 first: its little-endian mark begins like that of UTF-16.
    let foreign = match bytes {
        [0xFF, 0xFE, 0, 0, ..] => Some(("UTF-32LE", 4)),
        [0, 0, 0xFE, 0xFF, ..] => Some(("UTF-32BE", 4)),
        [0xFF, 0xFE, ..] => Some(("UTF-16LE", 2)),
        [0xFE, 0xFF, ..] => Some(("UTF-16BE", 2)),
        [1..=255, 0, 0, 0, ..] => Some(("UTF-32LE", 0)),
        [0, 0, 0, 1..=255, ..] => Some(("UTF-32BE", 0)),
        [1..=255, 0, 1..=255, 0, ..] | [1..=255, 0] => Some(("UTF-16LE", 0)),
        [0, 1..=255, 0, 1..=255, ..] | [0, 1..=255] => Some(("UTF-16BE", 0)),
        _ => None,
    };
    if let Some((encoding, mark)) = foreign {
        return Decoded::Foreign { text: convert(&bytes[mark..], encoding), encoding };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::Utf8(text),
        Err(_) => patch(bytes),
    }
}

fn convert(bytes: &[u8], encoding: &str) -> String {
    let big = encoding.ends_with("BE");
    if encoding.starts_with("UTF-16") {
        let units = bytes.chunks(2).map(|pair| match *pair {
            [first, second] if big => u16::from_be_bytes([first, second]),
            [first, second] => u16::from_le_bytes([first, second]),
            _ => 0xFFFD,
        });
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        let code = |four: &[u8]| match *four {
            [a, b, c, d] if big => u32::from_be_bytes([a, b, c, d]),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            _ => u32::MAX,
        };
        let character = |four| char::from_u32(code(four)).unwrap_or(char::REPLACEMENT_CHARACTER);
        bytes.chunks(4).map(character).collect()
    }
}

fn patch(bytes: &[u8]) -> Decoded<'_> {
    let mut text = String::with_capacity(bytes.len());
    let mut wrong: Vec<Span> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let start = text.len();
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
        if start == text.len() {
            continue;
        }
        // Runs that touch are one place.
        let full = wrong.len() >= 100;
        match wrong.last_mut() {
            Some(last) if last.end as usize == start => last.end = super::offset(text.len()),
            _ if full => {}
            _ => wrong.push(Span::new(start, text.len())),
        }
    }
    Decoded::Patched { text, wrong }
}

/// The same, for a caller that wants text whatever the encoding was.
impl<'b> From<Decoded<'b>> for Cow<'b, str> {
    fn from(decoded: Decoded<'b>) -> Self {
        match decoded {
            Decoded::Utf8(text) => Cow::Borrowed(text),
            Decoded::Patched { text, .. } | Decoded::Foreign { text, .. } => Cow::Owned(text),
        }
    }
}
