//! What both sides speak of: a fault at a place.

use std::collections::BTreeSet;

/// A kind of fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The object lacks this property.
    Missing(String),
    /// No property has this name.
    Unknown,
    /// An `odata.` annotation.
    Annotation,
    /// A property's name in another case.
    Spelling,
    /// Another JSON type.
    Type,
    /// None of the enum's values.
    Value,
    /// A number or length outside of what is allowed.
    Limit,
    /// Not of the pattern; by the rule that says so.
    Pattern(&'static str),
    /// Not the one value allowed.
    Constant,
}

/// A fault, and the JSON pointer of its place in the body as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub at: String,
    pub class: Class,
}

pub type Faults = BTreeSet<Fault>;

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.class, self.at)
    }
}

/// Faults, a line each.
pub fn listed<'f>(faults: impl IntoIterator<Item = &'f Fault>) -> String {
    let lines: Vec<_> = faults.into_iter().map(|fault| format!("    {fault}")).collect();
    if lines.is_empty() { "    nothing".into() } else { lines.join("\n") }
}
