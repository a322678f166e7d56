//! Readers of what the strings of a body say: one small parser for each kind of
//! value, with its own tests, for all rules that ask about it.
//!
//! They know no rules and no documents. Each takes a string's content and gives
//! its parts with their places in it, in bytes; [`Text`](crate::document::Text)
//! leads from there to the place in the document, through JSON's escapes. What a
//! reader cannot read it gives back as a fault with a place, for a rule to say.

pub(crate) mod address;
pub(crate) mod container_image;
pub(crate) mod container_options;
pub(crate) mod formula;
pub(crate) mod image;
pub(crate) mod port_range;
pub(crate) mod resource_id;
pub(crate) mod vm_size;

/// A part of a string's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'t> {
    pub(crate) text: &'t str,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

impl Part<'_> {
    /// Its place in the content, in bytes.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// Whether it says this, in any case.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text.eq_ignore_ascii_case(text)
    }
}

/// The parts of a text between separators, empty ones included.
pub(crate) fn split(text: &str, separator: char) -> impl Iterator<Item = Part<'_>> {
    let mut start = 0;
    text.split(separator).map(move |part| {
        let part = Part { text: part, start };
        start += part.text.len() + separator.len_utf8();
        part
    })
}
