//! A quick look at whether a body is as its schema has it.
//!
//! Most bodies are. Handing one to the compiled validator means building a
//! second tree of it, which takes longer than all the rest of linting; so a
//! body is first held against the same facts in the tables, on the tree that
//! is there. Only a sure yes counts: at the least doubt the validator decides,
//! and every finding comes from it. Debug builds ask both and compare.

use crate::api::{Body, Kind, Model, Property};
use crate::document::{NodeKind, Object, Value};

/// Whether the body is certainly as its schema has it. `list` says that it is
/// a bare list of tasks.
pub(super) fn certainly_valid(body: &Body, value: Value<'_>, list: bool) -> bool {
    if list {
        const TASK: Kind = Kind::Object(Model::BatchTaskCreateContent);
        return items(value, &TASK, None);
    }
    let Some(root) = value.as_object() else { return false };
    object(root, body.model) && body.required.iter().all(|name| root.given(name).is_some())
}

fn object(object: Object<'_>, model: Model) -> bool {
    let info = model.info();
    // A bit for each property: no model has more than fit.
    let mut seen = 0u64;
    let mut next = 0;
    for member in object.members() {
        let Some(at) = info.position(member, &mut next) else { return false };
        let bit = 1u64 << (at % 64);
        if seen & bit != 0 || at >= 64 {
            return false;
        }
        let property = &info.properties[at];
        if member.value.kind() == NodeKind::Null {
            // Counts as absent; a second one may yet follow, though.
            if object.members().filter(|other| other.is(property.name)).count() > 1 {
                return false;
            }
            continue;
        }
        seen |= bit;
        if !of_kind(member.value, &property.kind, Some(property)) {
            return false;
        }
    }
    info.required_bits & !seen == 0
}

fn of_kind(value: Value<'_>, kind: &Kind, property: Option<&Property>) -> bool {
    let limits = property.map(|property| property.limits).unwrap_or_default();
    if limits.other {
        return false;
    }
    match kind {
        Kind::String => match limits.max_length {
            None => value.kind() == NodeKind::String,
            Some(most) => value.kind() == NodeKind::String && value.has_at_most(most as usize),
        },
        Kind::Enum(_) => {
            let values = kind.values().map_or(&[][..], |info| info.values);
            value.kind() == NodeKind::String && values.iter().any(|known| value.is_string(known))
        }
        Kind::Integer => value.as_plain_integer().is_some_and(|number| {
            limits.minimum.is_none_or(|least| number >= least)
                && limits.maximum.is_none_or(|most| number <= most)
        }),
        Kind::Number => value.kind() == NodeKind::Number,
        Kind::Boolean => value.as_bool().is_some(),
        Kind::Object(model) => value.as_object().is_some_and(|inner| object(inner, *model)),
        // Free content may repeat a name; the other tree finds that out.
        Kind::Map | Kind::FreeObject => {
            value.as_object().is_some_and(|object| object.members().next().is_none())
        }
        Kind::Array(inner) => items(value, inner, limits.max_items),
    }
}

fn items(value: Value<'_>, kind: &Kind, most: Option<u32>) -> bool {
    let Some(items) = value.as_array() else { return false };
    let mut count = 0u32;
    for item in items {
        count += 1;
        if !of_kind(item, kind, None) {
            return false;
        }
    }
    most.is_none_or(|most| count <= most)
}
