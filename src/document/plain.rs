//! Text with its escapes resolved, and where each part of it is written.

use std::ops::Range;

use super::{Span, Value, unescape};

/// A text with escapes resolved, and the way back to where it came from.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    pub(crate) text: String,
    /// Behind each escape: the place in the text, and the one in the source.
    /// Up to the first, and between two, both go on in step.
    marks: Vec<(usize, usize)>,
}

impl Plain {
    /// Where in the source a place of the text is. A place within what one
    /// escape stands for is within that escape.
    pub(crate) fn source(&self, at: usize) -> usize {
        let next = self.marks.partition_point(|(text, _)| *text <= at);
        let (text, source) = match next.checked_sub(1) {
            Some(last) => self.marks.get(last).copied().unwrap_or_default(),
            None => (0, 0),
        };
        source + (at - text)
    }

    /// What an escape of this many bytes in the source stands for.
    pub(crate) fn resolved(&mut self, content: &str, source_end: usize) {
        self.text.push_str(content);
        self.marks.push((self.text.len(), source_end));
    }

    /// The content of a JSON string between its quotes.
    pub(crate) fn of_json(raw: &str) -> Plain {
        let mut plain = Plain::default();
        let mut at = 0;
        while let Some(found) = raw.get(at..).and_then(|rest| rest.find('\\')) {
            let from = at + found;
            plain.text.push_str(&raw[at..from]);
            // A pair of surrogates is one character.
            let length = |at: usize| match raw.as_bytes().get(at + 1) {
                Some(b'u') => 6,
                _ => 2,
            };
            let mut end = from + length(from);
            let is_high = raw
                .get(from + 2..from + 4)
                .is_some_and(|hex| matches!(u8::from_str_radix(hex, 16), Ok(0xD8..=0xDB)));
            if is_high && raw.get(end..end + 2) == Some("\\u") {
                end += 6;
            }
            // What is no whole escape stays as it is.
            match raw.get(from..end) {
                Some(escape) => plain.resolved(&unescape(escape), end),
                None => plain.resolved("\\", from + 1),
            }
            at = plain.marks.last().map_or(raw.len(), |(_, source)| *source);
        }
        plain.text.push_str(raw.get(at..).unwrap_or_default());
        plain
    }
}

/// What a string of a document says, and where each part of it is written: for
/// those who read into it.
#[derive(Debug)]
pub(crate) struct Text {
    content: Plain,
    /// Where the content begins in the document.
    start: usize,
    /// Where the string ends.
    end: usize,
}

impl Text {
    /// That of a string; `None` if it is none.
    pub(crate) fn of(value: Value<'_>) -> Option<Text> {
        let meant = value.as_str()?;
        let source = value.source();
        // A bare or unclosed string may lack a quote.
        let open = usize::from(source.starts_with('"'));
        let raw = source.get(open..).unwrap_or_default();
        let raw = if open == 1 { raw.strip_suffix('"').unwrap_or(raw) } else { raw };
        let mut content = Plain::of_json(raw);
        if content.text != meant {
            // A string that is no whole one: its places are near enough.
            content = Plain { text: meant.into_owned(), marks: Vec::new() };
        }
        let span = value.span();
        Some(Text { content, start: span.start as usize + open, end: span.end as usize })
    }

    /// The content, escapes resolved.
    pub(crate) fn text(&self) -> &str {
        &self.content.text
    }

    /// Where a part of the content, by its bytes, is written in the document.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        let at = |place| (self.start + self.content.source(place)).min(self.end);
        Span::new(at(range.start), at(range.end))
    }
}
