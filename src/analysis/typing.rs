//! The pass that gives every node its meaning.
//!
//! It follows the models down the body, each object's names first and then its
//! values, and notes what is wrong with the shape on the way. Most objects are
//! as their model has them; what is not takes a slower way ([`Pass::settle`]).
//!
//! Nesting is limited by the parser, so the recursion is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::api::{Api, Body, Flags, Kind, Model, Property};
use crate::document::{Document, NodeKind, Whole};
use crate::request::Request;
use crate::words::same_letters;

use super::fault::{FaultKind, Faults, Wanted};
use super::{IN_ARRAY, NO_MODEL, NO_PROPERTY, Place, READ_ONLY, SHADOWED};

/// Numbers by name. One type for all of them, as each further one is some
/// kilobytes of the WASM module.
type Numbers<'t> = BTreeMap<Cow<'t, str>, u32>;

/// A bare list of tasks, as `az batch task create` takes it.
const TASK_LIST: Kind = Kind::Array(&Kind::Object(Model::BATCH_TASK_CREATE_CONTENT));

/// Up to so many names are compared one by one.
const FEW: usize = 8;

pub(super) fn run(
    document: &Document<'_>,
    api: Api,
    request: &Request<'_>,
    wanted: Wanted,
) -> (Vec<Place>, Faults) {
    let operation = request.operation.as_ref().map(|chosen| chosen.operation);
    let mut pass = Pass {
        document,
        api,
        body: operation.and_then(|operation| operation.body.as_ref()),
        body_node: request.body.map(|value| value.index()),
        list: request.list,
        places: vec![Place::UNKNOWN; document.len()],
        faults: Faults::new(wanted),
    };
    if !document.is_empty() {
        pass.outside(0);
    }
    (pass.places, pass.faults)
}

struct Pass<'a> {
    document: &'a Document<'a>,
    api: Api,
    body: Option<&'static Body>,
    body_node: Option<u32>,
    list: bool,
    places: Vec<Place>,
    faults: Faults,
}

/// What is around a value.
#[derive(Clone, Copy)]
struct Around {
    bits: u8,
    /// Whether it is the body itself.
    root: bool,
}

impl Around {
    fn doubtful(self) -> bool {
        self.bits & READ_ONLY != 0
    }
}

impl Pass<'_> {
    fn set(&mut self, index: u32, place: Place) {
        if let Some(slot) = self.places.get_mut(index as usize) {
            *slot = place;
        }
    }

    fn parent(&mut self, index: u32, parent: u32, bits: u8) {
        self.set(index, Place { parent, bits, ..Place::UNKNOWN });
    }

    /// What a place says of the shape counts, unless something else stands for
    /// it.
    fn fault(&mut self, kind: FaultKind, node: u32, around: Around) {
        if around.bits & SHADOWED == 0 {
            self.faults.add(kind, node, 0, around.doubtful());
        }
    }

    /// A value that no model is for, until the body begins.
    fn outside(&mut self, index: u32) {
        if self.body_node == Some(index)
            && let Some(body) = self.body
        {
            self.body_node = None;
            let kind = if self.list { TASK_LIST } else { Kind::Object(body.model) };
            self.value(index, kind, None, Around { bits: 0, root: !self.list });
            return;
        }
        let end = self.document.behind(index);
        match self.document.kind_of(index) {
            NodeKind::Object => {
                let bits = self.places.get(index as usize).map_or(0, |place| place.bits);
                let mut key = index + 1;
                while key < end {
                    let behind = self.document.behind(key + 1);
                    self.parent(key, index, bits);
                    self.parent(key + 1, index, bits);
                    self.outside(key + 1);
                    key = behind;
                }
                self.duplicates(index);
            }
            NodeKind::Array => {
                let bits = self.places.get(index as usize).map_or(0, |place| place.bits);
                let mut item = index + 1;
                while item < end {
                    self.parent(item, index, bits);
                    self.outside(item);
                    item = self.document.behind(item);
                }
            }
            _ => {}
        }
    }

    /// A value that should be of a kind. Its place has all but its model.
    fn value(&mut self, index: u32, kind: Kind, row: Option<&'static Property>, around: Around) {
        let found = self.document.kind_of(index);
        match kind {
            Kind::Object(model) if found == NodeKind::Object => {
                if let Some(place) = self.places.get_mut(index as usize) {
                    place.model = model.0;
                }
                self.object(index, model, around);
            }
            Kind::Array(items) if found == NodeKind::Array => {
                self.array(index, *items, row, around);
            }
            Kind::Map if found == NodeKind::Object => self.map(index, around),
            Kind::FreeObject if found == NodeKind::Object => self.outside(index),
            Kind::String if found == NodeKind::String => {
                if let Some(most) = row.and_then(Property::max_length)
                    && !self.document.has_at_most(index, most as usize)
                {
                    self.fault(FaultKind::Limit, index, around);
                }
            }
            Kind::Enum(_) if found == NodeKind::String => self.enumeration(index, kind, around),
            Kind::Integer if found == NodeKind::Number => self.integer(index, row, around),
            Kind::Number if found == NodeKind::Number => {}
            Kind::Boolean if matches!(found, NodeKind::True | NodeKind::False) => {}
            // The syntax error at its place says enough.
            _ if found == NodeKind::Invalid => {}
            _ => {
                let kind = match row {
                    // The counters beside it are written so, and it has been
                    // seen to be taken.
                    Some(row) if unlimited(row) && self.document.is_text(index, "-1") => {
                        FaultKind::Unlimited
                    }
                    _ => FaultKind::Type,
                };
                self.fault(kind, index, around);
                self.outside(index);
            }
        }
    }

    #[inline]
    fn enumeration(&mut self, index: u32, kind: Kind, around: Around) {
        let Some(of) = kind.enumeration() else { return };
        let document = self.document;
        if !self.api.values(of).any(|known| document.is_string(index, known.value)) {
            self.other_value(index, of, around);
        }
    }

    #[cold]
    fn other_value(&mut self, index: u32, of: crate::api::Enum, around: Around) {
        let text = self.document.content_of(index);
        let same = |known: &str| known.eq_ignore_ascii_case(&text);
        let kind = match self.api.values(of).any(|known| same(known.value)) {
            true => FaultKind::ValueCase,
            false => FaultKind::Value,
        };
        self.fault(kind, index, around);
    }

    fn integer(&mut self, index: u32, row: Option<&'static Property>, around: Around) {
        let number = match self.document.whole_of(index) {
            Whole::Integer(number) | Whole::Beyond(number) => number,
            Whole::Fraction => return self.fault(FaultKind::Type, index, around),
        };
        let Some(row) = row else { return };
        let (least, most) = row.range;
        let excluded = |(low, high)| (i64::from(low)..=i64::from(high)).contains(&number);
        if number < i64::from(least)
            || number > i64::from(most)
            || row.facts.excluded.is_some_and(excluded)
        {
            self.fault(FaultKind::Limit, index, around);
        }
    }

    fn array(&mut self, index: u32, items: Kind, row: Option<&'static Property>, around: Around) {
        let property = self.places.get(index as usize).map_or(NO_PROPERTY, |place| place.property);
        let bits = around.bits | IN_ARRAY;
        let inner = Around { bits, root: false };
        let end = self.document.behind(index);
        let mut item = index + 1;
        let mut count = 0u32;
        let mut total = 0u64;
        let most_together = row.and_then(|row| row.facts.max_total_length);
        while item < end {
            self.set(item, Place { parent: index, property, model: NO_MODEL, bits });
            // Limits are those of the list, not of what is in it.
            self.value(item, items, None, inner);
            if most_together.is_some() && self.document.kind_of(item) == NodeKind::String {
                total += self.document.content_of(item).chars().count() as u64;
            }
            count = count.saturating_add(1);
            item = self.document.behind(item);
        }
        let most = row.and_then(Property::max_items);
        if most.is_some_and(|most| count > most) || most_together.is_some_and(|most| total > most) {
            self.fault(FaultKind::Limit, index, around);
        }
    }

    /// An object with any names, whose values are strings.
    fn map(&mut self, index: u32, around: Around) {
        self.outside(index);
        let end = self.document.behind(index);
        let mut key = index + 1;
        while key < end {
            if !self.fits_map(key + 1) {
                return self.not_strings(index, around);
            }
            key = self.document.behind(key + 1);
        }
    }

    fn fits_map(&self, value: u32) -> bool {
        matches!(self.document.kind_of(value), NodeKind::String | NodeKind::Invalid)
    }

    /// What is no string in such an object; of several of one name, the last
    /// counts.
    #[cold]
    fn not_strings(&mut self, index: u32, around: Around) {
        let document = self.document;
        let end = document.behind(index);
        let mut last = Numbers::new();
        let mut values = Vec::new();
        let mut key = index + 1;
        while key < end {
            if document.is_nameless(key) {
                values.push(key + 1);
            } else {
                last.insert(document.content_of(key), key + 1);
            }
            key = document.behind(key + 1);
        }
        values.extend(last.into_values());
        values.retain(|value| !self.fits_map(*value));
        crate::order::sort(&mut values);
        for value in values {
            self.fault(FaultKind::Type, value, around);
        }
    }

    fn object(&mut self, index: u32, model: Model, around: Around) {
        let (document, api) = (self.document, self.api);
        let rows = api.rows(model);
        let first = api.first_row(model);
        let end = document.behind(index);
        // Bits for places among the rows: those named, and those given.
        let (mut named, mut given) = (0u64, 0u64);
        let mut odd = false;
        let mut next = 0;
        let mut key = index + 1;
        while key < end {
            let value = key + 1;
            let mut place = Place { parent: index, bits: around.bits, ..Place::UNKNOWN };
            self.set(key, place);
            match position(document, api, key, rows, &mut next) {
                Some(at) => {
                    let bit = 1u64 << at;
                    odd |= named & bit != 0;
                    named |= bit;
                    if document.kind_of(value) != NodeKind::Null {
                        given |= bit;
                    }
                    #[expect(clippy::cast_possible_truncation, reason = "a model has 64 at most")]
                    let row = first + at as u16;
                    place.property = row;
                }
                None => odd = true,
            }
            self.set(value, place);
            key = document.behind(value);
        }
        if odd {
            given = self.settle(index, model, around);
        }
        self.missing(index, model, given, around);
        self.values(index, around);
    }

    /// The values of an object whose names are settled.
    fn values(&mut self, index: u32, around: Around) {
        let end = self.document.behind(index);
        let mut key = index + 1;
        while key < end {
            let value = key + 1;
            let place = self.places.get(value as usize).copied().unwrap_or(Place::UNKNOWN);
            let inner = Around { bits: place.bits, root: false };
            match self.api.all_rows().get(usize::from(place.property)) {
                Some(row) if place.property != NO_PROPERTY => {
                    self.member(value, row, around, inner)
                }
                _ => self.outside(value),
            }
            key = self.document.behind(value);
        }
    }

    #[inline]
    fn member(&mut self, value: u32, row: &'static Property, around: Around, mut inner: Around) {
        if self.document.kind_of(value) == NodeKind::Null {
            // What is required is found missing, too.
            if !row.flags.contains(Flags::NULLABLE) && !self.required(row, around) {
                self.fault(FaultKind::Null, value, inner);
            }
            return;
        }
        if row.flags.contains(Flags::READ_ONLY) && inner.bits & READ_ONLY == 0 {
            self.fault(FaultKind::ReadOnly, value, inner);
            inner.bits |= READ_ONLY;
            if let Some(place) = self.places.get_mut(value as usize) {
                place.bits = inner.bits;
            }
        }
        self.value(value, row.kind, Some(row), inner);
    }

    fn required(&self, row: &'static Property, around: Around) -> bool {
        let by_body = |body: &'static Body| self.api.body_requires(body).any(|id| id == row.id);
        self.api.requires(row) || around.root && self.body.is_some_and(by_body)
    }

    fn missing(&mut self, index: u32, model: Model, given: u64, around: Around) {
        let mut missing = self.api.required_bits(model) & !given;
        let rows = self.api.rows(model);
        if around.root
            && let Some(body) = self.body
        {
            for name in self.api.body_requires(body) {
                let has = |row: &Property| row.id == name && self.api.has(row);
                let bit = rows.iter().position(has).map_or(0, |at| 1u64 << at);
                missing |= bit & !given;
            }
        }
        while missing != 0 {
            let at = missing.trailing_zeros();
            missing &= missing - 1;
            let Some(row) = rows.get(at as usize) else { return };
            let patch = self.body.is_some_and(|body| body.nested_required_in_doubt);
            let doubtful = around.doubtful()
                || self.api.is_required_in_doubt(row)
                || patch && !around.root && around.bits & IN_ARRAY == 0;
            if around.bits & SHADOWED == 0 {
                let row = u32::from(self.api.first_row(model)) + at;
                self.faults.add(FaultKind::Missing, index, row, doubtful);
            }
        }
    }

    /// Names that are not as the model has them: in another case, twice, or
    /// unknown. Tells which properties are given.
    #[cold]
    fn settle(&mut self, index: u32, model: Model, around: Around) -> u64 {
        let (document, api) = (self.document, self.api);
        let rows = api.rows(model);
        let first = api.first_row(model);
        let end = document.behind(index);
        self.duplicates(index);
        // For each property: the member that counts, and whether its name is
        // as the API spells it.
        let mut counts: Vec<Option<(u32, bool)>> = vec![None; rows.len()];
        // Names in another case, resolved once each.
        let mut resolved = Numbers::new();
        let mut unknown = Numbers::new();
        let mut key = index + 1;
        while key < end {
            let value = key + 1;
            let behind = document.behind(value);
            let place = self.places.get(value as usize).copied().unwrap_or(Place::UNKNOWN);
            let exact = place.property != NO_PROPERTY;
            let at = if exact {
                Some(usize::from(place.property - first))
            } else if document.is_nameless(key) {
                None
            } else {
                let name = document.content_of(key);
                let at = match resolved.get(&name) {
                    Some(at) => *at,
                    None => {
                        let at = resolve(api, rows, &name).and_then(|at| u32::try_from(at).ok());
                        let at = at.unwrap_or(u32::MAX);
                        resolved.insert(name, at);
                        at
                    }
                };
                usize::try_from(at).ok().filter(|at| *at < rows.len())
            };
            match at {
                Some(at) => {
                    if let Some(count) = counts.get_mut(at) {
                        // The last one counts, but not before the API's own.
                        match *count {
                            Some((before, true)) if !exact => {
                                self.shadow(key);
                                debug_assert!(before < key);
                            }
                            Some((before, _)) => {
                                self.shadow(before);
                                *count = Some((key, exact));
                            }
                            None => *count = Some((key, exact)),
                        }
                    }
                    if !exact {
                        #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
                        let row = first + at as u16;
                        if let Some(place) = self.places.get_mut(value as usize) {
                            place.property = row;
                        }
                        let name = document.content_of(key);
                        let cased =
                            rows.get(at).is_some_and(|row| row.name.eq_ignore_ascii_case(&name));
                        let kind = if cased { FaultKind::Spelling } else { FaultKind::Client };
                        self.fault(kind, value, around);
                    }
                }
                None if document.is_nameless(key) => {}
                None if document.content_of(key).starts_with("odata.") => {
                    self.fault(FaultKind::Annotation, value, around);
                }
                None => {
                    // A name that comes again is a duplicate, too; once is
                    // enough.
                    if unknown.insert(document.content_of(key), key).is_none() {
                        self.fault(FaultKind::Unknown, value, around);
                    }
                }
            }
            key = behind;
        }
        let mut given = 0;
        for (at, count) in counts.iter().enumerate() {
            if let Some((key, _)) = count
                && document.kind_of(key + 1) != NodeKind::Null
            {
                given |= 1 << at;
            }
        }
        given
    }

    /// Another member counts in place of this one, and all within it.
    fn shadow(&mut self, key: u32) {
        for node in [key, key + 1] {
            if let Some(place) = self.places.get_mut(node as usize) {
                place.bits |= SHADOWED;
            }
        }
    }

    /// Members whose name their object has had before.
    fn duplicates(&mut self, index: u32) {
        if !self.faults.want(FaultKind::Duplicate) {
            return;
        }
        let document = self.document;
        let end = document.behind(index);
        let mut keys = Vec::new();
        let mut key = index + 1;
        while key < end {
            if !document.is_nameless(key) {
                keys.push(key);
            }
            key = document.behind(key + 1);
        }
        if keys.len() <= FEW {
            let same =
                |a: u32, b: u32| document.plain_or_content(a) == document.plain_or_content(b);
            let again = keys.iter().enumerate().filter_map(|(at, key)| {
                keys.iter().take(at).find(|first| same(**first, *key)).map(|first| (*first, *key))
            });
            for (first, key) in again {
                self.faults.add(FaultKind::Duplicate, key + 1, first, false);
            }
            return;
        }
        let mut firsts = Numbers::new();
        for key in keys {
            let first = *firsts.entry(document.content_of(key)).or_insert(key);
            if first != key {
                self.faults.add(FaultKind::Duplicate, key + 1, first, false);
            }
        }
    }
}

/// The place among the rows of a name that is spelled otherwise, or that a
/// client library has for it.
#[cold]
fn resolve(api: Api, rows: &[Property], name: &str) -> Option<usize> {
    let find = |is: &dyn Fn(&str) -> bool| rows.iter().position(|row| api.has(row) && is(row.name));
    find(&|known| known.eq_ignore_ascii_case(name))
        .or_else(|| find(&|known| same_letters(known, name)))
        .or_else(|| api.client_name(name).find_map(|wire| find(&|known| known == wire)))
}

/// Whether -1 may be meant as "no limit".
fn unlimited(row: &Property) -> bool {
    row.id == crate::api::p::MAX_WALL_CLOCK_TIME && row.facts.max_duration.is_none()
}

/// The place of a name among the rows. Bodies mostly keep the schema's order,
/// so the search goes on at `next`, where the last one ended.
#[inline]
fn position(
    document: &Document<'_>,
    api: Api,
    key: u32,
    rows: &'static [Property],
    next: &mut usize,
) -> Option<usize> {
    let name = document.plain_or_content(key);
    let is = |row: &Property| row.name.len() == name.len() && row.name == name && api.has(row);
    let (passed, ahead) = rows.split_at_checked(*next)?;
    let at = match ahead.iter().position(is) {
        Some(at) => at + *next,
        None => passed.iter().position(is)?,
    };
    *next = at + 1;
    Some(at)
}
