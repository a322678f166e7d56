//! The types of the generated tables, and the tables themselves.
//!
//! A row says in which versions it holds; [`super::Api`] is the door to them,
//! and shows those of one version.

use crate::document::NodeKind;

use super::automaton::Automaton;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// All tables.
#[derive(Debug)]
pub(crate) struct Tables {
    /// Names of the versions, the oldest first.
    pub(super) versions: &'static [&'static str],
    pub(super) names: &'static [&'static str],
    pub(super) enums: &'static [EnumInfo],
    pub(super) properties: &'static [Property],
    pub(super) models: &'static [ModelRow],
    pub(super) patterns: &'static [Automaton],
    pub(super) parameters: &'static [Parameter],
    pub(super) operations: &'static [Operation],
    /// By name.
    pub(super) shares: &'static [Share],
    /// Names of client libraries, by these, and the properties they stand for.
    pub(super) client_names: &'static [(&'static str, &'static str)],
    /// Every published version, and the day its support ended.
    pub(super) published: &'static [(&'static str, Option<&'static str>)],
}

/// Which resources have a name; a bit for each [`Operation::resource`].
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) name: &'static str,
    /// At the root of a body, where a request can set it.
    pub(crate) root: u8,
    /// In an object, or in those of a list, at the root of a body.
    pub(crate) inner: u8,
    /// In what the service answers, and in no body where it can be set.
    pub(crate) answered: u8,
    /// The JSON types that it takes at the root of a body.
    types: u8,
}

impl Share {
    /// Whether it takes a value of this type at the root of a body; `null` is
    /// as good as none.
    pub(crate) fn takes(&self, kind: NodeKind) -> bool {
        let bit = match kind {
            NodeKind::Object => 1,
            NodeKind::Array => 1 << 1,
            NodeKind::String => 1 << 2,
            NodeKind::Number => 1 << 3,
            NodeKind::True | NodeKind::False => 1 << 4,
            NodeKind::Null => return true,
            NodeKind::Invalid | NodeKind::Key => 0,
        };
        self.types & bit != 0
    }
}

/// A set of versions: a bit for each, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Versions(pub(super) u32);

impl Versions {
    /// Whether a version, by its place, is in the set.
    pub(super) fn contain(self, version: u8) -> bool {
        self.0 & (1 << version) != 0
    }
}

/// A model that a request body can contain. `Model::BATCH_POOL_CREATE_CONTENT`
/// and the like name them; the number behind it is of this build alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Model(pub(crate) u8);

/// A name that some model has a property of; see [`p`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub(crate) u16);

/// An enum of the API; [`super::Api::values`] has its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Enum(pub(crate) u16);

#[derive(Debug)]
pub(crate) struct ModelRow {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// Its rows among all properties.
    pub(super) first: u16,
    pub(super) end: u16,
    /// For each version, those required: a bit for each place among its rows.
    pub(super) required: &'static [u64],
}

/// A property of a model.
#[derive(Debug)]
#[non_exhaustive]
pub struct Property {
    /// The property's name on the wire.
    pub name: &'static str,
    /// The same, for comparing with the constants in [`p`].
    pub id: Name,
    /// What the property is for, in a sentence. Without the feature `pages`
    /// empty, unless findings show it: those of a missing property, or of one
    /// out of its limits.
    pub description: &'static str,
    /// The JSON type of its value.
    pub kind: Kind,
    /// The format of its value, or of its items where it is an array.
    pub format: Option<Format>,
    /// Place of the pattern of its value or items among all; 255 is none.
    pub(super) pattern: u8,
    /// The numbers that a whole number can be; all of 32 bits where the schema
    /// sets no limit.
    pub(crate) range: (i32, i32),
    /// The greatest number of characters, or of items where it is an array;
    /// [`u32::MAX`] where the schema sets none.
    pub(super) most: u32,
    /// Whether it is read-only, secret and the like.
    pub flags: Flags,
    /// What else is known of it.
    pub facts: &'static Facts,
    pub(crate) within: Versions,
    pub(super) required: Versions,
    pub(super) in_doubt: Versions,
}

impl Property {
    /// The smallest and the greatest number allowed, both inclusive; `None`
    /// unless it is a whole number.
    #[must_use]
    pub fn range(&self) -> Option<(i32, i32)> {
        matches!(self.kind, Kind::Integer).then_some(self.range)
    }

    /// The greatest number of characters (Unicode code points) of a text.
    #[must_use]
    pub fn max_length(&self) -> Option<u32> {
        (!matches!(self.kind, Kind::Array(_)) && self.most != u32::MAX).then_some(self.most)
    }

    /// The greatest number of items of an array.
    #[must_use]
    pub fn max_items(&self) -> Option<u32> {
        (matches!(self.kind, Kind::Array(_)) && self.most != u32::MAX).then_some(self.most)
    }
}

/// What is known of a few properties only. Without the feature `pages` it is
/// what the rules ask for; one that asks for more does not compile.
#[derive(Debug)]
#[non_exhaustive]
pub struct Facts {
    /// The one value it may have.
    pub constant: Option<&'static str>,
    /// The value used when it is left out, as JSON text.
    #[cfg(feature = "pages")]
    pub default: Option<&'static str>,
    /// The shortest duration allowed, ISO 8601.
    pub min_duration: Option<&'static str>,
    /// The longest duration allowed, ISO 8601.
    pub max_duration: Option<&'static str>,
    /// The greatest number of characters that all items may have together.
    pub max_total_length: Option<u64>,
    /// Numbers that it must not be: a range, both ends included.
    pub excluded: Option<(i32, i32)>,
    /// What happens when it is left out, where that is no value to be written.
    #[cfg(feature = "pages")]
    pub default_meaning: Option<&'static str>,
    /// The tag that an image without one gets.
    #[cfg(feature = "pages")]
    pub default_tag: Option<&'static str>,
    /// Values with a meaning of their own.
    #[cfg(feature = "pages")]
    pub special_values: &'static [(&'static str, &'static str)],
    /// Values that are common; others are allowed.
    pub examples: &'static [&'static str],
    /// Forms of a resource id or URL, with placeholders in braces.
    #[cfg(feature = "pages")]
    pub forms: &'static [&'static str],
    /// The resource provider in the id.
    #[cfg(feature = "pages")]
    pub form_provider: Option<&'static str>,
    /// The one pool allocation mode of an account in which it can be used.
    #[cfg(feature = "pages")]
    pub only_pool_allocation_mode: Option<&'static str>,
    /// Values that the documentation says are not supported.
    #[cfg(feature = "pages")]
    pub unsupported_values: &'static [&'static str],
    /// Series of sizes that the documentation calls unsupported; it is out of
    /// date there.
    #[cfg(feature = "pages")]
    pub unsupported_series: &'static [&'static str],
    /// Kinds of values that may be given.
    #[cfg(feature = "pages")]
    pub allowed_kinds: &'static [&'static str],
    /// The greatest size documented, as documented.
    #[cfg(feature = "pages")]
    pub max_size: Option<&'static str>,
    /// The greatest size of its JSON, as documented.
    #[cfg(feature = "pages")]
    pub max_serialized_size: Option<&'static str>,
    /// The greatest number of hexadecimal digits.
    #[cfg(feature = "pages")]
    pub max_hex_digits: Option<u32>,
    /// A further greatest value, for each core of a node.
    #[cfg(feature = "pages")]
    pub maximum_per_core: Option<u32>,
    /// How many nodes one item serves.
    #[cfg(feature = "pages")]
    pub nodes_per_item: Option<u32>,
    /// The smallest number in an item that is a number or a range of them.
    #[cfg(feature = "pages")]
    pub item_minimum: Option<i64>,
    /// The greatest number in such an item.
    #[cfg(feature = "pages")]
    pub item_maximum: Option<i64>,
    /// What the service is documented to answer when a limit is broken.
    #[cfg(feature = "pages")]
    pub rejection: Option<Rejection>,
}

impl Facts {
    /// Nothing more is known.
    pub(super) const NONE: Facts = Facts {
        constant: None,
        #[cfg(feature = "pages")]
        default: None,
        min_duration: None,
        max_duration: None,
        max_total_length: None,
        excluded: None,
        #[cfg(feature = "pages")]
        default_meaning: None,
        #[cfg(feature = "pages")]
        default_tag: None,
        #[cfg(feature = "pages")]
        special_values: &[],
        examples: &[],
        #[cfg(feature = "pages")]
        forms: &[],
        #[cfg(feature = "pages")]
        form_provider: None,
        #[cfg(feature = "pages")]
        only_pool_allocation_mode: None,
        #[cfg(feature = "pages")]
        unsupported_values: &[],
        #[cfg(feature = "pages")]
        unsupported_series: &[],
        #[cfg(feature = "pages")]
        allowed_kinds: &[],
        #[cfg(feature = "pages")]
        max_size: None,
        #[cfg(feature = "pages")]
        max_serialized_size: None,
        #[cfg(feature = "pages")]
        max_hex_digits: None,
        #[cfg(feature = "pages")]
        maximum_per_core: None,
        #[cfg(feature = "pages")]
        nodes_per_item: None,
        #[cfg(feature = "pages")]
        item_minimum: None,
        #[cfg(feature = "pages")]
        item_maximum: None,
        #[cfg(feature = "pages")]
        rejection: None,
    };
}

/// Most properties have these.
static NO_FACTS: Facts = Facts::NONE;

/// How the service refuses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error code.
    pub code: Option<&'static str>,
    /// The one limit that this is of, as the schema names it.
    pub of: Option<&'static str>,
}

/// Yes-or-no facts about a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// None of the below.
    pub const NONE: Flags = Flags(0);
    /// The service sets it; in a request it is ignored or refused.
    pub const READ_ONLY: Flags = Flags(1);
    /// Sent when creating, never returned.
    pub const WRITE_ONLY: Flags = Flags(1 << 1);
    /// The API marks it as deprecated.
    pub const DEPRECATED: Flags = Flags(1 << 2);
    /// Its value must never be shown.
    pub const SECRET: Flags = Flags(1 << 3);
    /// Its value may be a URL with a shared access signature.
    pub const MAY_CONTAIN_SAS: Flags = Flags(1 << 4);
    /// Optional in the schema; the documentation says that it must be given.
    pub const MUST_BE_SPECIFIED: Flags = Flags(1 << 5);
    /// It may be `null`, and the service itself returns it so.
    pub const NULLABLE: Flags = Flags(1 << 6);
    /// Two values that differ only in case are the same.
    pub const CASE_INSENSITIVE: Flags = Flags(1 << 7);
    /// It can be changed only while the pool has no nodes.
    pub const ONLY_WHEN_POOL_EMPTY: Flags = Flags(1 << 8);
    /// It cannot be changed once the resource is there.
    pub const NOT_UPDATABLE: Flags = Flags(1 << 9);
    /// A path relative to a folder that Batch chooses.
    pub const RELATIVE_PATH: Flags = Flags(1 << 10);
    /// A path that must not contain `..`.
    pub const NO_PARENT_SEGMENTS: Flags = Flags(1 << 11);
    /// Its smallest value follows from a documented special value.
    pub const MINIMUM_IMPLIED: Flags = Flags(1 << 12);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Whether all of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Any string; [`Property::format`] may say more.
    String,
    /// A whole number of 32 bits.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of the values of an enum; see [`super::Api::values`].
    Enum(Enum),
    /// An object of this model.
    Object(Model),
    /// An object with any keys, whose values are strings.
    Map,
    /// An object of any content.
    FreeObject,
    /// An array of such items.
    Array(&'static Kind),
}

impl Kind {
    /// The enum that the value, or each item, must be of.
    #[must_use]
    pub fn enumeration(self) -> Option<Enum> {
        match self {
            Kind::Enum(one) => Some(one),
            Kind::Array(items) => items.enumeration(),
            _ => None,
        }
    }

    /// The model that the value, or each item, must be of.
    #[must_use]
    pub fn model(self) -> Option<Model> {
        match self {
            Kind::Object(model) => Some(model),
            Kind::Array(items) => items.model(),
            _ => None,
        }
    }
}

/// The format of a string or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits, written as a string.
    Int64,
    /// A floating-point number of 64 bits.
    Double,
    /// A point in time, RFC 3339.
    DateTime,
    /// A length of time, ISO 8601.
    Duration,
    /// Bytes in base64.
    Base64,
    /// An absolute URL.
    Uri,
    /// A file mode in octal digits.
    Octal,
}

/// What the schemas say of an enum.
#[derive(Debug)]
pub(crate) struct EnumInfo {
    #[cfg(feature = "pages")]
    pub(super) name: &'static str,
    #[cfg(feature = "pages")]
    pub(super) description: &'static str,
    pub(super) values: &'static [EnumValue],
}

/// A value of an enum.
#[derive(Debug)]
#[non_exhaustive]
pub struct EnumValue {
    /// The value, spelled as on the wire.
    pub value: &'static str,
    /// What it means.
    #[cfg(feature = "pages")]
    pub meaning: Option<&'static str>,
    pub(super) within: Versions,
}

/// An operation of the API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The operation's id, such as `Pools_CreatePool`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path, with `{placeholders}` for its parameters.
    pub path: &'static str,
    /// What the operation does, in a sentence.
    pub description: &'static str,
    /// Short names for the command line, such as `pool`.
    pub aliases: &'static [&'static str],
    /// Whether the API marks it as deprecated.
    pub deprecated: bool,
    /// The statuses it answers with when it succeeds, such as `201`.
    pub success: &'static [&'static str],
    pub(super) parameters: &'static [Given],
    /// The request body; `None` where the operation takes none.
    pub body: Option<Body>,
    /// What kind of thing the body is of: the same for the operations that
    /// create and change it.
    pub(crate) resource: u8,
    pub(super) within: Versions,
}

/// A parameter as an operation has it.
#[derive(Debug)]
pub(crate) struct Given {
    pub(super) parameter: usize,
    pub(super) required: bool,
    pub(super) within: Versions,
}

/// The request body of an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Body {
    /// The name of the body among the operation's parameters.
    pub parameter: &'static str,
    /// The model of the body.
    pub model: Model,
    /// What this operation requires beyond what the model requires.
    pub(super) required: &'static [(Name, Versions)],
    /// Whether sources differ on the required properties of nested objects, so
    /// that a missing one is not surely refused (PATCH bodies; items of arrays
    /// apart).
    pub nested_required_in_doubt: bool,
}

/// A path, query or header parameter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// The parameter's name on the wire.
    pub name: &'static str,
    /// Where it is sent.
    pub location: ParameterLocation,
    /// The type of its value.
    pub kind: ParameterKind,
    /// The format of its value: `int32`, `uuid`, `date-time-rfc7231`.
    pub format: Option<&'static str>,
    /// The one value it may have.
    pub constant: Option<&'static str>,
    /// The smallest value allowed.
    pub minimum: Option<i64>,
    /// The greatest value allowed.
    pub maximum: Option<i64>,
    /// Whether clients set it by themselves, so that users need not.
    pub set_by_clients: bool,
    /// Whether a greater value is taken, and the default used instead.
    pub larger_values_use_default: bool,
    /// What it is for, in a sentence.
    pub description: &'static str,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path of the URL.
    Path,
    /// In the query of the URL.
    Query,
    /// As an HTTP header.
    Header,
}

impl ParameterLocation {
    /// `path`, `query` or `header`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header => "header",
        }
    }
}

/// The type of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterKind {
    /// Any text.
    String,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Several texts, written comma-separated.
    List,
}

/// The tables with a second, made-up version, for tests of what depends on
/// the version.
#[cfg(test)]
pub(crate) mod made_up {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/made_up.rs"));
}
