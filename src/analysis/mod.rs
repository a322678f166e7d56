//! The document with its meaning: which model and property each node is.
//!
//! Every node has a [`Place`] beside it, filled in one pass over the document
//! (`typing.rs`). Names are resolved there once, in any case; what is wrong
//! with the shape of the body is found on the way (`fault.rs`). Rules, and
//! whatever else asks what a node is, use a [`Cursor`].

mod cursor;
mod fault;
mod pointer;
mod pool;
mod typing;

pub(crate) use cursor::Cursor;
pub(crate) use fault::{Fault, FaultKind, Faults, Wanted};
pub(crate) use pointer::Pointers;
pub(crate) use pool::Pool;

use crate::api::{Api, Model, Operation};
use crate::document::Document;
use crate::request::Request;

/// What is known of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The node of the object or array around it; its own where there is none.
    parent: u32,
    /// Of a value: the row of its property among all properties; of an item,
    /// that of the array.
    property: u16,
    /// The model of the object that it is.
    model: u8,
    bits: u8,
}

const NO_PROPERTY: u16 = u16::MAX;
const NO_MODEL: u8 = u8::MAX;

/// It is read-only, or within something that is.
const READ_ONLY: u8 = 1;
/// Another member of the same name counts in its place, or in that of
/// something around it.
const SHADOWED: u8 = 1 << 1;
/// There is an array around it, within the body.
const IN_ARRAY: u8 = 1 << 2;

impl Place {
    const UNKNOWN: Place = Place { parent: 0, property: NO_PROPERTY, model: NO_MODEL, bits: 0 };
}

/// A document read as a request, each node with its meaning.
#[derive(Debug)]
pub(crate) struct Analysis<'d> {
    pub(crate) document: &'d Document<'d>,
    pub(crate) api: Api,
    pub(crate) request: Request<'d>,
    places: Vec<Place>,
    /// What is wrong with the shape of the body.
    pub(crate) faults: Faults,
}

impl<'d> Analysis<'d> {
    /// Gives every node its meaning. Of what is wrong, only what is wanted is
    /// kept.
    pub(crate) fn new(
        document: &'d Document<'d>,
        api: Api,
        request: Request<'d>,
        wanted: Wanted,
    ) -> Self {
        let (places, faults) = typing::run(document, api, &request, wanted);
        Analysis { document, api, request, places, faults }
    }

    /// The operation that the document was read as.
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.request.operation.as_ref().map(|chosen| chosen.operation)
    }

    /// The request body.
    pub(crate) fn body(&self) -> Option<Cursor<'_>> {
        self.request.body.map(|value| self.cursor(value.index()))
    }

    /// The node at this place in the document's list.
    pub(crate) fn cursor(&self, index: u32) -> Cursor<'_> {
        Cursor::new(self, index)
    }

    /// The innermost value or name around an offset, in bytes; `None` outside
    /// of the outermost value.
    pub(crate) fn at(&self, offset: u32) -> Option<Cursor<'_>> {
        let mut cursor = self.cursor(self.document.last_at(offset)?);
        loop {
            let span = cursor.span();
            if span.start <= offset && offset < span.end {
                return Some(cursor);
            }
            cursor = cursor.parent()?;
        }
    }

    fn place(&self, index: u32) -> Place {
        self.places.get(index as usize).copied().unwrap_or(Place::UNKNOWN)
    }

    /// Every object of a model and every leaf of a property in the body, in
    /// document order, with what tells which it is. What another member of the
    /// same name stands for is left out.
    pub(crate) fn typed(&self) -> impl Iterator<Item = Typed> + '_ {
        let body = self.request.body.map(|value| value.index());
        let range = body.map_or(0..0, |first| {
            first as usize..(self.document.behind(first) as usize).min(self.places.len())
        });
        let first = range.start;
        let places = self.places.get(range).unwrap_or_default();
        places.iter().enumerate().filter_map(move |(at, place)| {
            let known = place.model != NO_MODEL || place.property != NO_PROPERTY;
            (known && place.bits & SHADOWED == 0).then(|| Typed {
                #[expect(clippy::cast_possible_truncation, reason = "there are fewer nodes")]
                index: (first + at) as u32,
                model: place.model,
                property: place.property,
            })
        })
    }
}

/// A node that has a model or a property; see [`Analysis::typed`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typed {
    pub(crate) index: u32,
    model: u8,
    property: u16,
}

impl Typed {
    /// The model of an object.
    pub(crate) fn model(self) -> Option<Model> {
        (self.model != NO_MODEL).then_some(Model(self.model))
    }

    /// The row of its property.
    pub(crate) fn row(self) -> Option<usize> {
        (self.property != NO_PROPERTY).then_some(usize::from(self.property))
    }
}

#[cfg(test)]
mod tests;
