//! What can be wrong with the shape of a body. Rules say it.

/// A kind of fault; a rule subscribes to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FaultKind {
    /// A required property is not given.
    Missing,
    /// A member that its model has no property for.
    Unknown,
    /// An `odata.` annotation of the service's answers.
    Annotation,
    /// A member whose name differs from a property's in case only.
    Spelling,
    /// A member whose name is what a client library calls a property: with
    /// other separators, or another name. It is taken for the property.
    Client,
    /// A value of another JSON type than its property's.
    Type,
    /// -1 for "no limit", where a length of time should be.
    Unlimited,
    /// A text that is no value of its enum.
    Value,
    /// A text that differs from a value of its enum in case only.
    ValueCase,
    /// A number, or a length, outside of the limits of the schema.
    Limit,
    /// A read-only property.
    ReadOnly,
    /// A property that is null.
    Null,
    /// A member whose name its object has had before.
    Duplicate,
}

/// How many kinds there are.
const KINDS: usize = 13;

/// Something wrong with the shape of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// The value; for something missing, the object that lacks it.
    pub(crate) node: u32,
    /// For something missing, the row of its property; for a duplicate, the
    /// node of the first member's name.
    pub(crate) other: u32,
    /// Whether the service is not known to refuse it, where it mostly would.
    pub(crate) doubtful: bool,
}

/// Which kinds of faults are worth keeping: those that a rule asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    kinds: u16,
    /// How many of each kind.
    most: usize,
}

impl Wanted {
    pub(crate) fn add(&mut self, kind: FaultKind) {
        self.kinds |= 1 << kind as u16;
    }

    /// The same kinds, and no more of each than this.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Wanted { most, ..self }
    }

    fn has(self, kind: FaultKind) -> bool {
        self.kinds & (1 << kind as u16) != 0
    }
}

/// The faults of a body, in document order. Of each kind, sure and doubtful
/// ones apart, as many are kept as a report can list, so that many of one kind
/// displace none of another.
#[derive(Debug)]
pub(crate) struct Faults {
    wanted: Wanted,
    list: Vec<Fault>,
    counts: [[u32; 2]; KINDS],
    /// Values of the first members that are unknown; see [`Faults::unknown`].
    unknown: Vec<u32>,
}

/// So many unknown members are looked at when something is missing. What is
/// asked for each thing missing must not grow with the document.
const FEW: usize = 32;

impl Faults {
    pub(super) fn new(wanted: Wanted) -> Self {
        Faults { wanted, list: Vec::new(), counts: [[0; 2]; KINDS], unknown: Vec::new() }
    }

    /// Whether faults of this kind are wanted at all.
    pub(super) fn want(&self, kind: FaultKind) -> bool {
        self.wanted.has(kind)
    }

    #[cold]
    pub(super) fn add(&mut self, kind: FaultKind, node: u32, other: u32, doubtful: bool) {
        if !self.wanted.has(kind) {
            return;
        }
        let count = &mut self.counts[kind as usize][usize::from(doubtful)];
        *count = count.saturating_add(1);
        if *count as usize <= self.wanted.most {
            self.list.push(Fault { kind, node, other, doubtful });
            if kind == FaultKind::Unknown && self.unknown.len() < FEW {
                self.unknown.push(node);
            }
        }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Fault> {
        self.list.iter()
    }

    /// The values of the first members of the body that are unknown.
    pub(crate) fn unknown(&self) -> &[u32] {
        &self.unknown
    }

    /// How many were found but not kept.
    pub(crate) fn omitted(&self) -> usize {
        let found: usize = self.counts.iter().flatten().map(|count| *count as usize).sum();
        found - self.list.len()
    }
}
