//! Offsets as lines and columns, and back, in the units that people, editors
//! and JavaScript use.

use crate::growth;

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

/// What offsets and columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Bytes of UTF-8, as Rust strings do.
    Utf8,
    /// Unicode code points, as people do.
    CodePoint,
    /// UTF-16 code units, as JavaScript and most editors do.
    Utf16,
}

/// Bytes between two marks. An answer reads a few blocks at most; the marks
/// take a sixteenth of the text's memory.
const BLOCK: usize = 256;

/// What is known of the text before a block.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// How many lines end before it.
    lines: u32,
    /// Where the line that it begins in starts.
    line_start: u32,
    code_points: u32,
    utf16: u32,
}

/// Finds lines and columns of offsets, and offsets of lines and columns. Made
/// once per text, in one pass; an answer does not take longer in a longer
/// text or line, but for a binary search.
#[derive(Debug)]
pub struct LineIndex<'t> {
    text: &'t str,
    /// One for each block of the text.
    marks: Vec<Mark>,
    lines: u32,
    ascii: bool,
}

impl<'t> LineIndex<'t> {
    /// Reads a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let ascii = text.is_ascii();
        let mut marks = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut mark = Mark::default();
        for (number, block) in text.as_bytes().chunks(BLOCK).enumerate() {
            marks.push(mark);
            let (newlines, last) = newlines(block);
            mark.lines = mark.lines.saturating_add(newlines);
            if let Some(last) = last {
                mark.line_start = super::offset(number * BLOCK + last + 1);
            }
            if !ascii {
                let [points, utf16] = [Unit::CodePoint, Unit::Utf16].map(|unit| units(block, unit));
                mark.code_points = mark.code_points.saturating_add(points);
                mark.utf16 = mark.utf16.saturating_add(utf16);
            }
        }
        if marks.is_empty() {
            marks.push(mark);
        }
        growth::count(text.len());
        LineIndex { text, marks, lines: mark.lines.saturating_add(1), ascii }
    }

    /// Line and column of a byte offset. One past the end, or within a
    /// character, counts as the nearest character boundary before.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.place(self.boundary(offset), Unit::CodePoint)
    }

    /// The same with the offset and the column in UTF-16 code units, as
    /// JavaScript counts.
    #[must_use]
    pub fn position_utf16(&self, offset: u32) -> Position {
        let offset = self.boundary(offset);
        let place = self.place(offset, Unit::Utf16);
        Position { offset: self.before(offset, Unit::Utf16), ..place }
    }

    /// The byte offset of a line and a column, both from 1. A column behind
    /// the end of the line counts as its line break (in the last line, as the
    /// end of the text), one within a character as the character. `None` if
    /// there is no such line or the column is 0.
    #[must_use]
    pub fn offset(&self, line: u32, column: u32, unit: Unit) -> Option<u32> {
        let start = self.start(line)?;
        let before = self.before(start, unit).saturating_add(column.checked_sub(1)?);
        let end = self.start(line + 1).map_or(self.text.len(), |next| next - 1);
        Some(super::offset(self.find(before, unit).min(end)))
    }

    /// A byte offset in UTF-16 code units, as JavaScript counts.
    #[must_use]
    pub fn utf16(&self, offset: u32) -> u32 {
        self.before(self.boundary(offset), Unit::Utf16)
    }

    /// The byte offset of one in UTF-16 code units. One past the end, or
    /// within a character, counts as the nearest character boundary before.
    #[must_use]
    pub fn from_utf16(&self, units: u32) -> u32 {
        super::offset(self.find(units, Unit::Utf16))
    }

    /// The offset of the first byte of a line, from 1; `None` behind the last.
    #[must_use]
    pub fn start(&self, line: u32) -> Option<usize> {
        let ended = line.checked_sub(1)?;
        if ended >= self.lines {
            return None;
        }
        // The last block with fewer line ends before it has the one we want.
        let Some(block) = self.marks.partition_point(|mark| mark.lines < ended).checked_sub(1)
        else {
            return Some(0);
        };
        let bytes = self.block(block);
        growth::count(bytes.len());
        let newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let skipped = (ended - self.marks[block].lines) as usize;
        newlines.map(|(at, _)| block * BLOCK + at + 1).nth(skipped.checked_sub(1)?)
    }

    /// The text of a line, from 1, without its line break.
    #[must_use]
    pub fn line(&self, line: u32) -> &'t str {
        let Some(start) = self.start(line.max(1)) else { return "" };
        let end = self.start(line.max(1) + 1).unwrap_or(self.text.len());
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// Line and column of a character boundary, and the offset in bytes.
    fn place(&self, offset: usize, unit: Unit) -> Position {
        let block = self.block_of(offset);
        let mark = self.marks[block];
        let before = &self.text.as_bytes()[block * BLOCK..offset];
        growth::count(before.len());
        let (newlines, last) = newlines(before);
        let start = last.map_or(mark.line_start as usize, |at| block * BLOCK + at + 1);
        Position {
            offset: super::offset(offset),
            line: mark.lines + newlines + 1,
            column: self.before(offset, unit) - self.before(start, unit) + 1,
        }
    }

    /// How many units there are before a character boundary.
    fn before(&self, offset: usize, unit: Unit) -> u32 {
        if self.ascii || unit == Unit::Utf8 {
            return super::offset(offset);
        }
        let block = self.block_of(offset);
        let bytes = &self.text.as_bytes()[block * BLOCK..offset];
        growth::count(bytes.len());
        self.marks[block].units(unit) + units(bytes, unit)
    }

    /// The last character boundary with at most so many units before it.
    fn find(&self, count: u32, unit: Unit) -> usize {
        if self.ascii || unit == Unit::Utf8 {
            return self.boundary(count);
        }
        let blocks = self.marks.partition_point(|mark| mark.units(unit) <= count);
        let block = blocks.saturating_sub(1);
        let mut left = count - self.marks[block].units(unit);
        let mut at = block * BLOCK;
        let bytes = self.block(block);
        growth::count(bytes.len());
        for byte in bytes {
            let width = u32::from(width(*byte, unit));
            // A block may begin within a character: what is left of it is of
            // no width, and passed over.
            if width > left {
                break;
            }
            left -= width;
            at += 1;
        }
        at
    }

    fn block_of(&self, offset: usize) -> usize {
        // The end of the text may be where a block would begin that is not.
        (offset / BLOCK).min(self.marks.len() - 1)
    }

    fn block(&self, number: usize) -> &'t [u8] {
        let bytes = self.text.as_bytes();
        &bytes[number * BLOCK..bytes.len().min((number + 1) * BLOCK)]
    }

    fn boundary(&self, offset: u32) -> usize {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

impl Mark {
    fn units(&self, unit: Unit) -> u32 {
        if unit == Unit::Utf16 { self.utf16 } else { self.code_points }
    }
}

/// How many newlines there are, and where the last one is.
fn newlines(bytes: &[u8]) -> (u32, Option<usize>) {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const LOW: u64 = ONES * 0x7F;
    let (words, rest) = bytes.as_chunks::<8>();
    let (mut count, mut last) = (0, None);
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(b'\n'));
        // The high bit of each byte that was a newline, and is zero now.
        let hits = !(((word & LOW) + LOW) | word | LOW);
        if hits != 0 {
            count += hits.count_ones();
            last = Some(number * 8 + 7 - hits.leading_zeros() as usize / 8);
        }
    }
    for (at, byte) in rest.iter().enumerate() {
        if *byte == b'\n' {
            count += 1;
            last = Some(words.len() * 8 + at);
        }
    }
    (count, last)
}

/// How many units the characters have that begin in these bytes.
fn units(bytes: &[u8], unit: Unit) -> u32 {
    let (chunks, rest) = bytes.as_chunks::<16>();
    // Sums of bytes, which a block does not overflow, become vectors.
    let mut sums = [0u8; 16];
    for chunk in chunks {
        for (sum, byte) in sums.iter_mut().zip(chunk) {
            *sum += width(*byte, unit);
        }
    }
    sums.iter().copied().chain(rest.iter().map(|byte| width(*byte, unit))).map(u32::from).sum()
}

/// The units of the character that begins with a byte: none if the byte
/// continues one; in UTF-16 two for a character of four bytes.
fn width(byte: u8, unit: Unit) -> u8 {
    u8::from(byte & 0xC0 != 0x80) + u8::from(unit == Unit::Utf16 && byte >= 0xF0)
}
