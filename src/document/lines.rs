//! Offsets as lines and columns, in the units that people and editors use.

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Position {
    /// Offset from the start of the text: in bytes of UTF-8, or in UTF-16 code
    /// units where a report says so.
    pub offset: u32,
    /// Line, from 1. A line ends with `\n`.
    pub line: u32,
    /// Column, from 1: in Unicode code points, or in UTF-16 code units where a
    /// report says so.
    pub column: u32,
}

/// Finds lines and columns of offsets. Made once per text.
#[derive(Debug)]
pub struct LineIndex<'t> {
    text: &'t str,
    /// Offset of the first byte of each line.
    starts: Vec<u32>,
    ascii: bool,
}

impl<'t> LineIndex<'t> {
    /// Reads where the lines of a text begin.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| super::offset(at + 1)));
        LineIndex { text, starts: starts.collect(), ascii: text.is_ascii() }
    }

    /// Line and column of a byte offset. One past the end, or within a
    /// character, counts as the nearest character boundary before.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.boundary(offset);
        let line = self.starts.partition_point(|start| *start as usize <= offset) - 1;
        let start = self.starts[line] as usize;
        let column =
            if self.ascii { offset - start } else { self.text[start..offset].chars().count() };
        Position {
            offset: super::offset(offset),
            line: super::offset(line + 1),
            column: super::offset(column + 1),
        }
    }

    /// A byte offset in UTF-16 code units, as JavaScript counts.
    #[must_use]
    pub fn utf16(&self, offset: u32) -> u32 {
        let offset = self.boundary(offset);
        if self.ascii {
            return super::offset(offset);
        }
        super::offset(self.text[..offset].chars().map(char::len_utf16).sum())
    }

    /// The offset of the first byte of a line, from 1; `None` behind the last.
    #[must_use]
    pub fn start(&self, line: u32) -> Option<usize> {
        let index = (line as usize).checked_sub(1)?;
        self.starts.get(index).map(|start| *start as usize)
    }

    /// The text of a line, from 1, without its line break.
    #[must_use]
    pub fn line(&self, line: u32) -> &'t str {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.starts.get(index) else { return "" };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        self.text[*start as usize..end].trim_end_matches(['\n', '\r'])
    }

    fn boundary(&self, offset: u32) -> usize {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}
