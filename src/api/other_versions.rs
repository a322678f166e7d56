//! What other versions of the API have in place of what the schemas describe:
//! `schemas/data/member-versions.json` as tables.
//!
//! Versions are compared as text: a name begins with its day, so that order is
//! the order of time.

use super::{Api, Enum, Model, Name};

include!(concat!(env!("OUT_DIR"), "/member_versions.rs"));

/// A member that the schemas do not have, and another version does.
#[derive(Debug)]
pub(crate) struct OtherMember {
    model: Model,
    name: &'static str,
    pub(crate) fate: Fate,
    /// The first version without it; of a newer one, the first with it.
    pub(crate) since: &'static str,
    /// More on it, to go on from a message with; may be empty.
    pub(crate) advice: &'static str,
}

/// What became of a member.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It has another name in the same object, and is the same but for that.
    Renamed(Name),
    /// It stands further down, below `into`, or has another shape.
    Moved { into: Name, path: &'static str },
    /// What it said is said in another way.
    Elsewhere,
    /// It is gone; `needless` if leaving it out is all there is to do.
    Removed { needless: bool },
    /// A later version brings it.
    Newer,
}

impl Fate {
    pub(crate) fn is_newer(self) -> bool {
        matches!(self, Fate::Newer)
    }
}

/// A member that a later version lacks.
#[derive(Debug)]
pub(crate) struct LeavingMember {
    model: Model,
    pub(crate) name: Name,
    /// The first version without it.
    pub(crate) since: &'static str,
    /// What takes its place, as the rest of a sentence on it.
    pub(crate) advice: &'static str,
}

/// A value of an enum in another version.
#[derive(Debug)]
pub(crate) struct OtherValue {
    of: Enum,
    pub(crate) value: &'static str,
    pub(crate) fate: ValueFate,
    pub(crate) since: &'static str,
    pub(crate) advice: &'static str,
}

/// What became of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ValueFate {
    /// It is written so now.
    Renamed(&'static str),
    /// A later version brings it.
    Newer,
    /// The schemas have it, and versions before `since` do not.
    Added,
}

/// A member that had another JSON type.
#[derive(Debug)]
struct ChangedType {
    model: Model,
    name: Name,
    since: &'static str,
}

/// A member that meant something else when left out.
#[derive(Debug)]
pub(crate) struct ChangedDefault {
    pub(crate) model: Model,
    pub(crate) name: Name,
    pub(crate) was: &'static str,
    pub(crate) now: &'static str,
    pub(crate) since: &'static str,
}

impl Api {
    /// What a name that this version's model does not have is in another.
    pub(crate) fn other_member(self, model: Model, name: &str) -> Option<&'static OtherMember> {
        let at =
            OTHER_MEMBERS.binary_search_by(|row| (row.model, row.name).cmp(&(model, name))).ok()?;
        let row = OTHER_MEMBERS.get(at)?;
        // Of a version between, it would be no other's.
        (row.fate.is_newer() == (row.since > self.version())).then_some(row)
    }

    /// The version that brought a member to a model, if it was not there from
    /// the beginning.
    pub(crate) fn added_in(self, model: Model, name: Name) -> Option<&'static str> {
        ADDED_MEMBERS
            .iter()
            .find(|(_, rows)| rows.binary_search(&(model, name)).is_ok())
            .map(|(since, _)| *since)
            .filter(|since| *since <= self.version())
    }

    /// What is known of a member's end, where a later version lacks it.
    pub(crate) fn leaving(self, model: Model, name: Name) -> Option<&'static LeavingMember> {
        LEAVING_MEMBERS
            .iter()
            .find(|row| row.model == model && row.name == name)
            .filter(|row| row.since > self.version())
    }

    /// Whether some member of this name is one that a later version lacks.
    pub(crate) fn may_leave(self, name: Name) -> bool {
        LEAVING_NAMES.contains(&name)
    }

    /// What a value that this version's enum does not have is in another.
    pub(crate) fn other_value(self, of: Enum, value: &str) -> Option<&'static OtherValue> {
        OTHER_VALUES
            .iter()
            .find(|row| row.of == of && row.value == value)
            .filter(|row| !matches!(row.fate, ValueFate::Added))
            .filter(|row| matches!(row.fate, ValueFate::Newer) == (row.since > self.version()))
    }

    /// The version that brought a value to its enum, if it was not there from
    /// the beginning.
    pub(crate) fn value_added_in(self, of: Enum, value: &str) -> Option<&'static str> {
        let mut rows = OTHER_VALUES.iter().filter(|row| row.of == of && row.value == value);
        rows.find(|row| matches!(row.fate, ValueFate::Added)).map(|row| row.since)
    }

    /// The version that gave a member the JSON type it has now.
    pub(crate) fn type_changed_in(self, model: Model, name: Name) -> Option<&'static str> {
        let row = CHANGED_TYPES.iter().find(|row| row.model == model && row.name == name)?;
        Some(row.since).filter(|since| *since <= self.version())
    }

    /// Members that meant something else when left out, in older versions.
    pub(crate) fn changed_defaults(self) -> impl Iterator<Item = &'static ChangedDefault> {
        CHANGED_DEFAULTS.iter().filter(move |row| row.since <= self.version())
    }
}
