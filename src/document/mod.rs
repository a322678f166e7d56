//! JSON text as a tree in which every value and every key knows its span.
//!
//! The tree is a flat list of nodes in document order; a node knows where its
//! subtree ends, so that a walk needs no pointers and a leaf no allocation.
//! Strings and numbers stay in the text until somebody asks for them.
//!
//! [`Document::parse`] never fails: what is not JSON becomes a [`Problem`],
//! and the parser goes on with the likeliest reading, so that one typo does
//! not hide every other finding.

mod decode;
pub(crate) mod foreign;
mod lines;
mod parser;
mod plain;
mod problem;
mod text;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::growth;

pub use decode::{Decoded, decode};
pub use lines::{LineIndex, Position, Unit};
pub(crate) use plain::{Plain, Text};
pub use problem::{Problem, ProblemKind, Repair};
pub(crate) use text::{Whole, push_segment, unescape};

/// The deepest nesting of arrays and objects that is read. RFC 8259 leaves
/// the limit to the parser; no request body of the API nests a tenth as deep.
pub const MAX_DEPTH: usize = 128;

/// The longest text that is read, in bytes. The service takes bodies of
/// 1 MiB; the limit keeps offsets in 32 bits and memory within bounds.
pub const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A range of bytes in the text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` up to, not including, `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: offset(start), end: offset(end) }
    }

    /// The span as a range for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Texts are at most [`MAX_BYTES`] long, so no offset is cut.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// An object; its children are keys, each followed by its value.
    Object,
    /// An array.
    Array,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
    /// Where a value should be and none could be read.
    Invalid,
    /// The name of an object's member.
    Key,
}

/// A node of the tree, in 12 bytes: there may be one for every other byte of
/// the text.
#[derive(Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    /// What it is in the highest four bits, an index of [`Node::WHAT`]; below
    /// them the index of the node behind this one's subtree. That fits: all
    /// nodes but the few that come with a problem take two bytes of a text of
    /// at most [`MAX_BYTES`].
    rest: u32,
}

impl Node {
    const NEXT_BITS: u32 = 28;

    /// What a node can be.
    const WHAT: [(NodeKind, Style); 16] = [
        (NodeKind::String, Style::Plain),
        (NodeKind::String, Style::Escaped),
        (NodeKind::String, Style::Bare),
        (NodeKind::String, Style::Unclosed),
        (NodeKind::Key, Style::Plain),
        (NodeKind::Key, Style::Escaped),
        (NodeKind::Key, Style::Bare),
        (NodeKind::Key, Style::Unclosed),
        (NodeKind::Key, Style::Absent),
        (NodeKind::Object, Style::Plain),
        (NodeKind::Array, Style::Plain),
        (NodeKind::Number, Style::Plain),
        (NodeKind::True, Style::Plain),
        (NodeKind::False, Style::Plain),
        (NodeKind::Null, Style::Plain),
        (NodeKind::Invalid, Style::Plain),
    ];

    fn new(kind: NodeKind, style: Style, start: u32, end: u32, next: u32) -> Self {
        let what = match kind {
            NodeKind::String => style as u32,
            NodeKind::Key => 4 + style as u32,
            NodeKind::Object => 9,
            NodeKind::Array => 10,
            NodeKind::Number => 11,
            NodeKind::True => 12,
            NodeKind::False => 13,
            NodeKind::Null => 14,
            NodeKind::Invalid => 15,
        };
        Node { start, end, rest: what << Self::NEXT_BITS | next }
    }

    fn kind(self) -> NodeKind {
        Self::WHAT[(self.rest >> Self::NEXT_BITS) as usize].0
    }

    fn style(self) -> Style {
        Self::WHAT[(self.rest >> Self::NEXT_BITS) as usize].1
    }

    /// The index of the node behind this one's subtree.
    fn next(self) -> u32 {
        self.rest & ((1 << Self::NEXT_BITS) - 1)
    }

    fn set_next(&mut self, next: u32) {
        self.rest = self.rest >> Self::NEXT_BITS << Self::NEXT_BITS | next;
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}..{}, then {}", self.kind(), self.start, self.end, self.next())
    }
}

/// How a string or key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// In quotes, without escapes: the content is the text between them.
    Plain,
    /// In quotes, with escapes to resolve.
    Escaped,
    /// Without quotes, or without the closing one: the parser has complained.
    Bare,
    /// Opened by a quote that is never closed.
    Unclosed,
    /// Not there at all: a member whose name is missing.
    Absent,
}

/// A parsed text: the tree and what is wrong with its syntax.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    problems: Vec<Problem>,
}

impl<'t> Document<'t> {
    /// Reads a text. What is wrong with it is in [`Document::problems`].
    #[must_use]
    pub fn parse(text: &'t str) -> Self {
        parser::parse(text)
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// What is wrong with the syntax, in document order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The outermost value; `None` if the text has none.
    #[must_use]
    pub fn root(&self) -> Option<Value<'_>> {
        self.value(0)
    }

    /// How many nodes the tree has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the text holds no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The value that a JSON pointer (RFC 6901) leads to. Where a name occurs
    /// twice in an object, the last one counts, as in most readers.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<Value<'_>> {
        let mut value = self.root()?;
        if pointer.is_empty() {
            return Some(value);
        }
        for segment in pointer.strip_prefix('/')?.split('/') {
            let segment = text::unescape_segment(segment);
            value = match value.kind() {
                NodeKind::Object => value.as_object()?.get(&segment)?,
                NodeKind::Array => value.as_array()?.nth(text::array_index(&segment)?)?,
                _ => return None,
            };
        }
        Some(value)
    }

    fn value(&self, index: u32) -> Option<Value<'_>> {
        self.nodes.get(index as usize).map(|_| Value { document: self, index })
    }

    fn node(&self, index: u32) -> Node {
        growth::count(1);
        self.nodes[index as usize]
    }

    /// The content of a string or key, escapes resolved.
    fn content(&self, index: u32) -> Cow<'_, str> {
        let node = self.node(index);
        let (start, end) = (node.start as usize, node.end as usize);
        growth::count(end - start);
        // Of a number of one digit nothing is between quotes.
        let part = |range| self.text.get(range).unwrap_or_default();
        match node.style() {
            Style::Plain => Cow::Borrowed(part(start + 1..end - 1)),
            Style::Escaped => text::unescape(part(start + 1..end - 1)),
            Style::Bare => Cow::Borrowed(part(start..end)),
            Style::Unclosed => text::unescape(part(start + 1..end)),
            Style::Absent => Cow::Borrowed(""),
        }
    }

    /// Whether a key's content is this name; never allocates for plain keys.
    fn content_is(&self, index: u32, name: &str) -> bool {
        let node = self.node(index);
        match node.style() {
            Style::Plain => {
                self.text.as_bytes()[node.start as usize + 1..node.end as usize - 1]
                    == *name.as_bytes()
            }
            _ => self.content(index) == name,
        }
    }
}

/// A value in a document. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Value").field("kind", &self.kind()).field("span", &self.span()).finish()
    }
}

impl<'d> Value<'d> {
    /// What the value is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.document.node(self.index).kind()
    }

    /// Where the value is, quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.document.node(self.index);
        Span { start: node.start, end: node.end }
    }

    /// The value as written.
    #[must_use]
    pub fn source(self) -> &'d str {
        &self.document.text[self.span().range()]
    }

    /// The content of a string, escapes resolved; `None` if it is no string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        (self.kind() == NodeKind::String).then(|| self.document.content(self.index))
    }

    /// Whether it is a string of this content; allocates for none without
    /// escapes.
    #[must_use]
    pub fn is_string(self, content: &str) -> bool {
        self.kind() == NodeKind::String && self.document.content_is(self.index, content)
    }

    /// Whether a string has at most so many characters.
    #[must_use]
    pub fn has_at_most(self, characters: usize) -> bool {
        // It has no more characters than bytes, and two of these are quotes.
        self.source().len() <= characters + 2
            || self.as_str().is_some_and(|text| text.chars().count() <= characters)
    }

    /// `true` or `false`; `None` if it is neither.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            NodeKind::True => Some(true),
            NodeKind::False => Some(false),
            _ => None,
        }
    }

    /// The number as a whole number of 64 bits; `None` if it is not one.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match text::number(self.number_source()?) {
            text::Number::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The number's text, cleared of what the parser forgave; `None` if it is
    /// no number.
    fn number_source(self) -> Option<&'d str> {
        (self.kind() == NodeKind::Number).then(|| self.source().trim_start_matches('+'))
    }

    /// The object; `None` if it is none.
    #[must_use]
    pub fn as_object(self) -> Option<Object<'d>> {
        (self.kind() == NodeKind::Object).then_some(Object { value: self })
    }

    /// The items of an array; `None` if it is none.
    #[must_use]
    pub fn as_array(self) -> Option<Items<'d>> {
        (self.kind() == NodeKind::Array).then(|| Items {
            document: self.document,
            index: self.index + 1,
            end: self.document.node(self.index).next(),
        })
    }

    /// The JSON pointer (RFC 6901) of this value.
    #[must_use]
    pub fn pointer(self) -> String {
        let mut pointer = String::new();
        let mut at = self.document.root();
        while let Some(value) = at.filter(|value| value.index != self.index) {
            at = None;
            if let Some(object) = value.as_object() {
                if let Some(member) = object.members().find(|member| member.value.covers(self)) {
                    text::push_segment(&mut pointer, &member.name());
                    at = Some(member.value);
                }
            } else if let Some(mut items) = value.as_array() {
                let mut index = 0usize;
                at = items.find(|item| {
                    let found = item.covers(self);
                    index += usize::from(!found);
                    found
                });
                text::push_segment(&mut pointer, &index.to_string());
            }
        }
        pointer
    }

    fn covers(self, other: Value<'_>) -> bool {
        (self.index..self.document.node(self.index).next()).contains(&other.index)
    }

    /// The tree below as serde_json's value, for readers of that type. Members
    /// that are `null`, have no readable value or no name are left out; of
    /// members of the same name the last one counts. `twice` is called with
    /// the first member of a name and each further one.
    #[must_use]
    pub fn to_json(self, twice: &mut dyn FnMut(Member<'d>, Member<'d>)) -> serde_json::Value {
        use serde_json::Value as Json;
        match self.kind() {
            NodeKind::Object => {
                let object = Object { value: self };
                let mut map = serde_json::Map::new();
                // Names of members left out, which may yet come again.
                let mut absent: BTreeSet<Cow<'d, str>> = BTreeSet::new();
                // The first member of each name, once a name has come again.
                let mut firsts: Option<BTreeMap<Cow<'d, str>, Member<'d>>> = None;
                for member in object.members() {
                    let value = member.value;
                    let name = member.name();
                    let was_absent = absent.contains(&name);
                    let again = if matches!(value.kind(), NodeKind::Null | NodeKind::Invalid) {
                        let had = map.remove(&*name).is_some() || was_absent;
                        absent.insert(name);
                        had
                    } else {
                        map.insert(name.into_owned(), value.to_json(twice)).is_some() || was_absent
                    };
                    if again {
                        let firsts = firsts.get_or_insert_with(|| object.firsts());
                        if let Some(first) = firsts.get(&*member.name()) {
                            twice(*first, member);
                        }
                    }
                }
                Json::Object(map)
            }
            NodeKind::Array => Json::Array(
                self.as_array().into_iter().flatten().map(|item| item.to_json(twice)).collect(),
            ),
            NodeKind::String | NodeKind::Key => {
                Json::String(self.document.content(self.index).into_owned())
            }
            NodeKind::Number => match text::number(self.number_source().unwrap_or_default()) {
                text::Number::Integer(number) => Json::from(number),
                text::Number::Float(number) => Json::from(number),
            },
            NodeKind::True => Json::Bool(true),
            NodeKind::False => Json::Bool(false),
            NodeKind::Null | NodeKind::Invalid => Json::Null,
        }
    }
}

/// An object in a document.
#[derive(Clone, Copy, Debug)]
pub struct Object<'d> {
    value: Value<'d>,
}

impl<'d> Object<'d> {
    /// The object as a value.
    #[must_use]
    pub fn value(self) -> Value<'d> {
        self.value
    }

    /// The members, in document order; those without a name are left out.
    #[must_use]
    pub fn members(self) -> Members<'d> {
        let document = self.value.document;
        Members {
            document,
            index: self.value.index + 1,
            end: document.node(self.value.index).next(),
        }
    }

    /// The value of the last member of this name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        self.member(name).map(|member| member.value)
    }

    /// The last member of this name.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Member<'d>> {
        self.members().filter(|member| member.is(name)).last()
    }

    /// The first member of each name.
    fn firsts(self) -> BTreeMap<Cow<'d, str>, Member<'d>> {
        let mut firsts = BTreeMap::new();
        for member in self.members() {
            firsts.entry(member.name()).or_insert(member);
        }
        firsts
    }

    /// Whether there is a member of this name.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.members().any(|member| member.is(name))
    }

    /// The member of this name whose value is not `null`, which counts as
    /// absent.
    #[must_use]
    pub fn given(self, name: &str) -> Option<Value<'d>> {
        self.get(name).filter(|value| value.kind() != NodeKind::Null)
    }
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member<'d> {
    key: u32,
    /// The member's value.
    pub value: Value<'d>,
}

impl<'d> Member<'d> {
    /// The member's name, escapes resolved.
    #[must_use]
    pub fn name(self) -> Cow<'d, str> {
        self.value.document.content(self.key)
    }

    /// Whether the member has this name.
    #[must_use]
    pub fn is(self, name: &str) -> bool {
        self.value.document.content_is(self.key, name)
    }

    /// Where the name is, quotes included.
    #[must_use]
    pub fn key_span(self) -> Span {
        let node = self.value.document.node(self.key);
        Span { start: node.start, end: node.end }
    }
}

/// Whether a text is a number as RFC 8259 writes it.
pub(crate) fn is_number(text: &str) -> bool {
    parser::is_number(text.as_bytes())
}

/// What the analysis needs of the nodes, by their places in the list. A key's
/// value is the node behind it.
impl Document<'_> {
    /// What a node is; `Invalid` where there is none.
    pub(crate) fn kind_of(&self, index: u32) -> NodeKind {
        crate::growth::count(1);
        self.nodes.get(index as usize).map_or(NodeKind::Invalid, |node| node.kind())
    }

    /// Index of the node behind a node's subtree.
    pub(crate) fn behind(&self, index: u32) -> u32 {
        crate::growth::count(1);
        // Always ahead, so that a loop over siblings ends.
        self.nodes.get(index as usize).map_or(u32::MAX, |node| node.next().max(index + 1))
    }

    /// Where a node is.
    pub(crate) fn span_of(&self, index: u32) -> Span {
        self.nodes
            .get(index as usize)
            .map_or(Span::new(0, 0), |node| Span { start: node.start, end: node.end })
    }

    /// What stands for a node when shown: of an object or array its opening
    /// bracket.
    pub(crate) fn head_of(&self, index: u32) -> Span {
        let span = self.span_of(index);
        match self.kind_of(index) {
            NodeKind::Object | NodeKind::Array => {
                Span { start: span.start, end: span.end.min(span.start + 1) }
            }
            _ => span,
        }
    }

    /// Whether a key is not in the text: a value stands where a member should.
    pub(crate) fn is_nameless(&self, key: u32) -> bool {
        self.nodes.get(key as usize).is_none_or(|node| node.style() == Style::Absent)
    }

    /// The content of a key or string, escapes resolved.
    pub(crate) fn content_of(&self, index: u32) -> Cow<'_, str> {
        match self.nodes.get(index as usize) {
            Some(_) => self.content(index),
            None => Cow::Borrowed(""),
        }
    }

    /// The same, without a look at how it is written where it is plain.
    #[inline]
    pub(crate) fn plain_or_content(&self, key: u32) -> Cow<'_, str> {
        match self.nodes.get(key as usize) {
            Some(node) if node.style() == Style::Plain => {
                let content = node.start as usize + 1..node.end as usize - 1;
                Cow::Borrowed(self.text.get(content).unwrap_or_default())
            }
            Some(_) => self.content(key),
            None => Cow::Borrowed(""),
        }
    }

    /// Whether a string has this content.
    #[inline]
    pub(crate) fn is_string(&self, index: u32, content: &str) -> bool {
        self.content_is(index, content)
    }

    /// Whether a node is written so.
    pub(crate) fn is_text(&self, index: u32, text: &str) -> bool {
        self.text.get(self.span_of(index).range()) == Some(text)
    }

    /// Whether a string has at most so many characters.
    pub(crate) fn has_at_most(&self, index: u32, characters: usize) -> bool {
        self.value(index).is_none_or(|value| value.has_at_most(characters))
    }

    /// A number's value, if it is whole.
    pub(crate) fn whole_of(&self, index: u32) -> Whole {
        let source = self.text.get(self.span_of(index).range()).unwrap_or_default();
        text::whole(source.trim_start_matches('+'))
    }

    /// The value at this place in the list.
    pub(crate) fn value_of(&self, index: u32) -> Option<Value<'_>> {
        self.value(index)
    }

    /// The last node that begins at or before an offset.
    pub(crate) fn last_at(&self, offset: u32) -> Option<u32> {
        let count = self.nodes.partition_point(|node| node.start <= offset);
        count.checked_sub(1).and_then(|at| u32::try_from(at).ok())
    }
}

impl Value<'_> {
    /// What stands for it when shown; see [`Document::head_of`].
    pub(crate) fn head(self) -> Span {
        self.document.head_of(self.index)
    }

    /// Its place in the list of nodes.
    pub(crate) fn index(self) -> u32 {
        self.index
    }
}

/// The members of an object; see [`Object::members`].
#[derive(Clone, Debug)]
pub struct Members<'d> {
    document: &'d Document<'d>,
    index: u32,
    end: u32,
}

impl<'d> Iterator for Members<'d> {
    type Item = Member<'d>;

    fn next(&mut self) -> Option<Member<'d>> {
        while self.index < self.end {
            let key = self.index;
            let value = Value { document: self.document, index: key + 1 };
            self.index = self.document.node(value.index).next();
            if self.document.node(key).style() != Style::Absent {
                return Some(Member { key, value });
            }
        }
        None
    }
}

/// The items of an array; see [`Value::as_array`].
#[derive(Clone, Debug)]
pub struct Items<'d> {
    document: &'d Document<'d>,
    index: u32,
    end: u32,
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        (self.index < self.end).then(|| {
            let value = Value { document: self.document, index: self.index };
            self.index = self.document.node(self.index).next();
            value
        })
    }
}

#[cfg(test)]
mod tests;
