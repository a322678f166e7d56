//! JSON pointers of many nodes in one document.

use std::collections::BTreeMap;

use crate::document::{NodeKind, push_segment};

use super::Analysis;

/// Gives the pointers of nodes. Asked in document order, all together cost no
/// more than one look at each item of the arrays they are in.
pub(crate) struct Pointers<'a> {
    analysis: &'a Analysis<'a>,
    /// For arrays met before: the last item asked for, and its number.
    items: BTreeMap<u32, (u32, usize)>,
}

impl<'a> Pointers<'a> {
    pub(crate) fn new(analysis: &'a Analysis<'a>) -> Self {
        Pointers { analysis, items: BTreeMap::new() }
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
