//! JSON pointers of many nodes in one document.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::document::{NodeKind, push_segment};

use super::Analysis;

/// Gives the pointers of nodes. Asked in document order, all together cost no
/// more than one look at each item of the arrays they are in.
pub(crate) struct Pointers<'a> {
    analysis: &'a Analysis<'a>,
    /// For arrays met before: the last item asked for, and its number.
    items: BTreeMap<u32, (u32, usize)>,
    /// Parts of the text that are not shown, in order.
    hidden: &'a [Range<usize>],
}

impl<'a> Pointers<'a> {
    pub(crate) fn new(analysis: &'a Analysis<'a>, hidden: &'a [Range<usize>]) -> Self {
        Pointers { analysis, items: BTreeMap::new(), hidden }
    }

    /// Whether a name may be a part of a secret, so that `***` stands for it.
    fn is_hidden(&self, value: u32) -> bool {
        // Behind the quote.
        let place = self.analysis.document.span_of(value - 1).start as usize + 1;
        let next = self.hidden.partition_point(|range| range.end <= place);
        self.hidden.get(next).is_some_and(|range| range.start <= place)
            && self.analysis.cursor(value).property().is_none()
    }

    /// The JSON pointer (RFC 6901) of a value.
    pub(crate) fn of(&mut self, node: u32) -> String {
        let document = self.analysis.document;
        let mut way = Vec::new();
        let mut at = node;
        loop {
            // A name leads to its member.
            if document.kind_of(at) == NodeKind::Key {
                at += 1;
            }
            let parent = self.analysis.place(at).parent;
            if parent == at {
                break;
            }
            way.push((parent, at));
            at = parent;
        }
        let mut pointer = String::new();
        for (parent, child) in way.into_iter().rev() {
            if document.kind_of(parent) == NodeKind::Array {
                let number = self.number(parent, child);
                push_segment(&mut pointer, &number.to_string());
            } else if self.is_hidden(child) {
                push_segment(&mut pointer, "***");
            } else {
                push_segment(&mut pointer, &document.content_of(child - 1));
            }
        }
        pointer
    }

    /// Which item of an array a node is, from 0.
    fn number(&mut self, array: u32, item: u32) -> usize {
        let known = self.items.get(&array).copied().filter(|(at, _)| *at <= item);
        let (mut at, mut number) = known.unwrap_or((array + 1, 0));
        while at < item {
            at = self.analysis.document.behind(at);
            number += 1;
        }
        self.items.insert(array, (at, number));
        number
    }
}
