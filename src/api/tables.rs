//! The types of the generated tables, and the tables themselves.

use crate::document::Member;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// What the schemas say of a model.
#[derive(Debug)]
pub struct ModelInfo {
    /// The model's name in the API.
    pub name: &'static str,
    /// What the model is, in a sentence.
    pub description: &'static str,
    /// Its properties, in the order of the schema.
    pub properties: &'static [Property],
    /// Names of the properties it must have.
    pub required: &'static [&'static str],
    /// The same as a set: a bit for each place in `properties`.
    pub(crate) required_bits: u64,
    /// Those of `required` that neighbouring API versions make optional, so
    /// that a missing one is not surely refused.
    pub required_in_doubt: &'static [&'static str],
}

impl ModelInfo {
    /// The property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The place of a member's property. Bodies mostly keep the schema's order,
    /// so the search goes on at `next`, where the last one ended.
    pub(crate) fn position(&self, member: Member<'_>, next: &mut usize) -> Option<usize> {
        let (passed, ahead) = self.properties.split_at_checked(*next)?;
        let named = |property: &Property| member.is(property.name);
        let at = match ahead.iter().position(named) {
            Some(at) => at + *next,
            None => passed.iter().position(named)?,
        };
        *next = at + 1;
        Some(at)
    }

    /// The property whose name differs from this one only in case.
    #[must_use]
    pub fn property_in_any_case(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))
    }
}

impl Model {
    /// Every model a request body can contain, by name.
    pub const ALL: [Model; MODELS.len()] = ALL_MODELS;

    /// What the schemas say of this model.
    #[must_use]
    pub fn info(self) -> &'static ModelInfo {
        &MODELS[self as usize]
    }

    /// The model's name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }
}

/// A property of a model.
#[derive(Debug)]
pub struct Property {
    /// The property's name on the wire.
    pub name: &'static str,
    /// What the property is for, in a sentence.
    pub description: &'static str,
    /// The JSON type of its value.
    pub kind: Kind,
    /// The format of its value, or of its items where it is an array.
    pub format: Option<Format>,
    /// Index of the pattern of its value or items; see [`Property::pattern`].
    pub(crate) pattern: Option<usize>,
    /// The one value it may have.
    pub constant: Option<&'static str>,
    /// The value used when it is left out, as JSON text.
    pub default: Option<&'static str>,
    /// The shortest duration allowed, ISO 8601.
    pub min_duration: Option<&'static str>,
    /// The longest duration allowed, ISO 8601.
    pub max_duration: Option<&'static str>,
    /// The limits that the schema sets its value, or the number of its items.
    pub(crate) limits: Limits,
    /// The greatest number of characters that all items may have together.
    pub max_total_length: Option<u64>,
    /// Whether it is read-only, secret and the like.
    pub flags: Flags,
}

impl Property {
    /// Every regular expression of the schemas.
    pub(crate) fn patterns() -> impl Iterator<Item = &'static str> {
        PATTERNS.iter().copied()
    }

    /// The regular expression that its value, or each of its items, matches.
    #[must_use]
    pub fn pattern(&self) -> Option<&'static str> {
        self.pattern.map(|index| PATTERNS[index])
    }
}

/// The limits that a schema sets a value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    pub(crate) max_length: Option<u32>,
    pub(crate) max_items: Option<u32>,
    /// Whether it sets others than these.
    pub(crate) other: bool,
}

/// Yes-or-no facts about a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// None of the below.
    pub const NONE: Flags = Flags(0);
    /// The service sets it; in a request it is ignored or refused.
    pub const READ_ONLY: Flags = Flags(1);
    /// Sent when creating, never returned.
    pub const WRITE_ONLY: Flags = Flags(2);
    /// The API marks it as deprecated.
    pub const DEPRECATED: Flags = Flags(4);
    /// Its value must never be shown.
    pub const SECRET: Flags = Flags(8);
    /// Its value may be a URL with a shared access signature.
    pub const MAY_CONTAIN_SAS: Flags = Flags(16);
    /// Optional in the schema; the documentation says that it must be given.
    pub const MUST_BE_SPECIFIED: Flags = Flags(32);
    /// It may be `null`, and the service itself returns it so.
    pub const NULLABLE: Flags = Flags(64);

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
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any string; [`Property::format`] may say more.
    String,
    /// A whole number of 32 bits.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of the values of an enum; see [`Kind::values`].
    Enum(usize),
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
    pub fn values(&self) -> Option<&'static EnumInfo> {
        match self {
            Kind::Enum(index) => Some(&ENUMS[*index]),
            Kind::Array(items) => items.values(),
            _ => None,
        }
    }
}

/// The format of a string or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// An enum of the API.
#[derive(Debug)]
pub struct EnumInfo {
    /// The enum's name in the API.
    pub name: &'static str,
    /// Its values, spelled as on the wire.
    pub values: &'static [&'static str],
}

/// An operation of the API.
#[derive(Debug)]
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
    /// Index into [`PARAMETERS`], and whether it must be given.
    pub(crate) parameters: &'static [(usize, bool)],
    /// The request body; `None` where the operation takes none.
    pub body: Option<Body>,
}

impl Operation {
    /// The operation's path, query and header parameters, each with whether it
    /// must be given.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static Parameter, bool)> + use<> {
        self.parameters.iter().map(|(index, required)| (&PARAMETERS[*index], *required))
    }
}

/// The request body of an operation.
#[derive(Debug)]
pub struct Body {
    /// The name of the body among the operation's parameters.
    pub parameter: &'static str,
    /// The model of the body.
    pub model: Model,
    /// What this operation requires beyond what the model requires.
    pub required: &'static [&'static str],
    /// Whether sources differ on the required properties of nested objects, so
    /// that a missing one is not surely refused (PATCH bodies; items of arrays
    /// apart).
    pub nested_required_in_doubt: bool,
}

/// A path, query or header parameter.
#[derive(Debug)]
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
