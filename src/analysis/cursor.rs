//! Typed access to a place in a document.

use std::borrow::Cow;

use crate::api::{Api, Model, Name, Operation, Property, p};
use crate::document::{NodeKind, Span, Text, Whole};

use super::{Analysis, NO_MODEL, NO_PROPERTY, Pool, READ_ONLY, SHADOWED};

/// A place in a document, with what is known of it. Cheap to copy.
///
/// Members are asked for by the constants in [`p`]; a name in another case is
/// found as well, and of several the one that counts. `null` counts as absent.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    analysis: &'a Analysis<'a>,
    index: u32,
}

impl std::fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursor")
            .field("kind", &self.kind())
            .field("span", &self.span())
            .field("property", &self.property().map(|property| property.name))
            .finish_non_exhaustive()
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(analysis: &'a Analysis<'a>, index: u32) -> Self {
        Cursor { analysis, index }
    }

    pub(crate) fn index(self) -> u32 {
        self.index
    }

    pub(crate) fn analysis(self) -> &'a Analysis<'a> {
        self.analysis
    }

    pub(crate) fn api(self) -> Api {
        self.analysis.api
    }

    /// The operation that the document was read as.
    pub(crate) fn operation(self) -> Option<&'static Operation> {
        self.analysis.operation()
    }

    pub(crate) fn kind(self) -> NodeKind {
        self.analysis.document.kind_of(self.index)
    }

    pub(crate) fn span(self) -> Span {
        self.analysis.document.span_of(self.index)
    }

    /// What stands for it when shown: a bracket for what is within.
    pub(crate) fn head(self) -> Span {
        self.analysis.document.head_of(self.index)
    }

    /// As written.
    pub(crate) fn source(self) -> &'a str {
        self.analysis.document.text().get(self.span().range()).unwrap_or_default()
    }

    /// The model of an object.
    pub(crate) fn model(self) -> Option<Model> {
        let model = self.analysis.place(self.index).model;
        (model != NO_MODEL).then_some(Model(model))
    }

    /// The property that it is the value of, or an item of; of a name, that of
    /// its member.
    pub(crate) fn property(self) -> Option<&'static Property> {
        let value = self.index + u32::from(self.kind() == NodeKind::Key);
        let row = self.analysis.place(value).property;
        (row != NO_PROPERTY).then(|| self.api().all_rows().get(usize::from(row))).flatten()
    }

    /// Whether it is read-only, or within something that is.
    pub(crate) fn is_read_only(self) -> bool {
        self.analysis.place(self.index).bits & READ_ONLY != 0
    }

    /// Whether another member of the same name counts in its place.
    pub(crate) fn is_shadowed(self) -> bool {
        self.analysis.place(self.index).bits & SHADOWED != 0
    }

    /// Whether there is an array around it, within the body.
    #[cfg(test)]
    pub(crate) fn is_in_array(self) -> bool {
        self.analysis.place(self.index).bits & super::IN_ARRAY != 0
    }

    /// The object or array around it.
    pub(crate) fn parent(self) -> Option<Cursor<'a>> {
        let parent = self.analysis.place(self.index).parent;
        (parent != self.index).then_some(Cursor { index: parent, ..self })
    }

    /// The objects and arrays around it, the innermost first.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Cursor<'a>> {
        std::iter::successors(self.parent(), |at| at.parent())
    }

    /// The nearest object of this model, itself included.
    pub(crate) fn nearest(self, model: Model) -> Option<Cursor<'a>> {
        std::iter::once(self).chain(self.ancestors()).find(|at| at.model() == Some(model))
    }

    /// Whether it is an item of an array.
    pub(crate) fn is_item(self) -> bool {
        self.parent().is_some_and(|parent| parent.kind() == NodeKind::Array)
    }

    /// Its name, if it is the value of a member.
    pub(crate) fn key(self) -> Option<Cursor<'a>> {
        let parent = self.parent()?;
        (parent.kind() == NodeKind::Object && self.kind() != NodeKind::Key)
            .then(|| Cursor { index: self.index - 1, ..self })
    }

    /// Where it is named: its name's place, or what is shown of it if it has none.
    pub(crate) fn name_span(self) -> Span {
        self.key().map_or(self.head(), Cursor::span)
    }

    /// The content of a name or string, escapes resolved.
    pub(crate) fn content(self) -> Cow<'a, str> {
        self.analysis.document.content_of(self.index)
    }

    /// The content of a string; `None` if it is none.
    pub(crate) fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == NodeKind::String).then(|| self.content())
    }

    /// The content of a string with the way back to where each part of it is
    /// written; `None` if it is none.
    pub(crate) fn reading(self) -> Option<Text> {
        self.analysis.document.value_of(self.index).and_then(Text::of)
    }

    /// The value of a whole number; `None` if it is none, or beyond 64 bits.
    pub(crate) fn as_int(self) -> Option<i64> {
        if self.kind() != NodeKind::Number {
            return None;
        }
        match self.analysis.document.whole_of(self.index) {
            Whole::Integer(value) => Some(value),
            Whole::Beyond(_) | Whole::Fraction => None,
        }
    }

    /// `true` or `false`; `None` if it is neither.
    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.kind() {
            NodeKind::True => Some(true),
            NodeKind::False => Some(false),
            _ => None,
        }
    }

    /// The items of an array; none if it is no array.
    pub(crate) fn items(self) -> impl Iterator<Item = Cursor<'a>> {
        let document = self.analysis.document;
        let is_array = self.kind() == NodeKind::Array;
        let end = if is_array { document.behind(self.index) } else { 0 };
        let first = Some(self.index + 1).filter(|first| *first < end);
        std::iter::successors(first, move |at| {
            Some(document.behind(*at)).filter(|next| *next < end)
        })
        .map(move |index| Cursor { index, ..self })
    }

    /// The names of an object, in document order; each [`Cursor::member_value`]
    /// leads on. None if it is no object.
    pub(crate) fn keys(self) -> impl Iterator<Item = Cursor<'a>> {
        let document = self.analysis.document;
        let is_object = self.kind() == NodeKind::Object;
        let end = if is_object { document.behind(self.index) } else { 0 };
        let first = Some(self.index + 1).filter(|first| *first < end);
        std::iter::successors(first, move |key| {
            Some(document.behind(*key + 1)).filter(|next| *next < end)
        })
        .filter(move |key| !document.is_nameless(*key))
        .map(move |index| Cursor { index, ..self })
    }

    /// The value of the member that a name belongs to.
    pub(crate) fn member_value(self) -> Cursor<'a> {
        Cursor { index: self.index + 1, ..self }
    }

    /// The value of the member that counts for a property, `null` included.
    pub(crate) fn member(self, name: Name) -> Option<Cursor<'a>> {
        self.keys()
            .map(Cursor::member_value)
            .filter(|value| value.property().is_some_and(|property| property.id == name))
            .find(|value| !value.shadowed_within(self))
    }

    /// Whether another member of this object counts in its place.
    fn shadowed_within(self, object: Cursor<'_>) -> bool {
        self.is_shadowed() && !object.is_shadowed()
    }

    /// The value of a property; `null` counts as absent.
    pub(crate) fn get(self, name: Name) -> Option<Cursor<'a>> {
        self.member(name).filter(|value| value.kind() != NodeKind::Null)
    }

    /// The text of a property, if it is given as one.
    pub(crate) fn text(self, name: Name) -> Option<Cow<'a, str>> {
        self.get(name)?.as_str()
    }

    /// Whether a property is given as this flag.
    pub(crate) fn is_flag(self, name: Name, flag: bool) -> bool {
        self.get(name).and_then(Cursor::as_bool) == Some(flag)
    }

    /// The text of a property, if it is given as one, is this, in any case.
    pub(crate) fn says(self, name: Name, text: &str) -> bool {
        self.text(name).is_some_and(|given| given.eq_ignore_ascii_case(text))
    }

    /// The pool that it belongs to, or that its tasks will run on, where this
    /// document has it.
    pub(crate) fn pool(self) -> Option<Pool<'a>> {
        std::iter::once(self).chain(self.ancestors()).find_map(|at| match at.model()? {
            _ if at.kind() != NodeKind::Object => None,
            Model::BATCH_POOL_CREATE_CONTENT
            | Model::BATCH_POOL_UPDATE_CONTENT
            | Model::BATCH_POOL_REPLACE_CONTENT
            | Model::BATCH_POOL_SPECIFICATION => Some(Pool { at }),
            Model::BATCH_JOB_CREATE_CONTENT
            | Model::BATCH_JOB_SPECIFICATION
            | Model::BATCH_JOB
            | Model::BATCH_JOB_UPDATE_CONTENT => {
                let auto = at.get(p::POOL_INFO)?.get(p::AUTO_POOL_SPECIFICATION)?;
                auto.get(p::POOL).map(|at| Pool { at })
            }
            _ => None,
        })
    }
}
