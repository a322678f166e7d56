//! What to say of a single value that is not as its schema has it.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use crate::api::{EnumInfo, Format, Kind, Model, Property};
use crate::document::{Member, NodeKind, Span, Value};
use crate::report::{Applicability, Severity};
use crate::rules::Finding;
use crate::rules::finding::{shorten, shown};

use super::suggest;
use super::values::sentence;
use super::{ENUM_CASE, ENUM_VALUE, OUT_OF_RANGE, WRONG_TYPE};

/// A place that an error speaks of: the value, and what the schemas say of it.
pub(super) struct Place<'d> {
    pub(super) value: Value<'d>,
    /// The model of the value, if it is an object that has one.
    pub(super) model: Option<Model>,
    /// The models of the objects around it, the outermost first.
    pub(super) outer: Vec<Model>,
    /// The property that holds it, or the array it is an item of.
    pub(super) property: Option<&'static Property>,
    /// The member that holds it, or the array it is an item of.
    pub(super) member: Option<Member<'d>>,
    /// The kind it should be of.
    pub(super) kind: Option<Kind>,
    /// Whether the value is an item of an array, not a member.
    pub(super) is_item: bool,
    /// Whether it is below an array.
    pub(super) in_array: bool,
    pub(super) read_only: bool,
    pub(super) secret: bool,
}

impl Place<'_> {
    /// Within a read-only part nothing is sure to be refused.
    pub(super) fn soften(&self, findings: &mut [Finding]) {
        if self.read_only {
            for finding in findings {
                finding.severity = finding.severity.min(Severity::Warning);
            }
        }
    }
}

pub(super) fn wrong_type(place: &Place<'_>) -> Option<Finding> {
    let value = place.value;
    // The syntax error at its place says enough.
    if value.kind() == NodeKind::Invalid {
        return None;
    }
    let kind = place.kind?;
    let name = match (place.property, place.member) {
        (Some(property), _) if place.is_item => format!("an entry of `{}`", property.name),
        (_, Some(member)) => format!("`{}`", shorten(&member.name(), 48)),
        _ => "the body".to_owned(),
    };
    let expected = expected(kind, place.property);
    let found = match value.kind() {
        NodeKind::String => "a string",
        NodeKind::Number if matches!(kind, Kind::Integer) => "a number with a fraction",
        NodeKind::Number => "a number",
        NodeKind::True | NodeKind::False => "a boolean",
        NodeKind::Null => "null",
        NodeKind::Object => "an object",
        NodeKind::Array => "an array",
        NodeKind::Invalid | NodeKind::Key => "something else",
    };
    // -1 for "no limit" is reported as accepted where a time limit may be
    // given; the counters beside it are written so.
    let unlimited = value.as_i64() == Some(-1)
        && place.property.is_some_and(|property| {
            property.name == "maxWallClockTime" && property.max_duration.is_none()
        });
    let message = format!("{name} must be {expected}, not {found}");
    let finding = Finding::at(&WRONG_TYPE, value, message);
    if unlimited {
        return Some(finding.at_most(Severity::Info).help(
            "-1 has been reported as accepted for \"no limit\"; leaving the property out says the same",
        ));
    }
    let span = value.span();
    let text = value.as_str().unwrap_or_default();
    let bare = text.trim();
    let unquote =
        |finding: Finding| finding.fix("Take the quotes off", Applicability::Suggested, span, bare);
    Some(match kind {
        _ if place.secret => finding,
        Kind::Integer if bare.parse::<i32>().is_ok() => unquote(finding),
        Kind::Number if bare.parse::<f64>().is_ok_and(f64::is_finite) && is_plain_number(bare) => {
            unquote(finding)
        }
        Kind::Boolean if matches!(bare, "true" | "false") => unquote(finding),
        Kind::String | Kind::Enum(_)
            if matches!(value.kind(), NodeKind::Number | NodeKind::True | NodeKind::False) =>
        {
            let quote = || "\"".to_owned();
            let mut finding = finding;
            if !matches!(
                place.property.and_then(|p| p.format),
                Some(Format::Duration | Format::DateTime)
            ) && matches!(kind, Kind::String)
            {
                let (start, end) = (span.start, span.end);
                finding = finding.edits(
                    "Put quotes around it",
                    Applicability::Suggested,
                    [(Span { start, end: start }, quote()), (Span { start: end, end }, quote())],
                );
            }
            finding
        }
        Kind::Array(items) if !matches!(value.kind(), NodeKind::Null | NodeKind::Array) => {
            let fits = match items {
                Kind::Object(_) => value.kind() == NodeKind::Object,
                Kind::String | Kind::Enum(_) => value.kind() == NodeKind::String,
                _ => false,
            };
            let (start, end) = (span.start, span.end);
            if fits {
                finding.edits(
                    "Make it a list of one",
                    Applicability::Suggested,
                    [
                        (Span { start, end: start }, "[".to_owned()),
                        (Span { start: end, end }, "]".to_owned()),
                    ],
                )
            } else {
                finding
            }
        }
        _ => finding,
    })
}

/// Whether a text is a number as JSON writes it, roughly: Rust reads `inf`
/// and `.5` as well.
fn is_plain_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+'))
}

fn expected(kind: Kind, property: Option<&Property>) -> String {
    let format = property.and_then(|property| property.format);
    match kind {
        Kind::String => match format {
            Some(Format::Duration) => "a string with an ISO 8601 duration, such as \"PT1H\"".into(),
            Some(Format::DateTime) => {
                "a string with a date and time, such as \"2026-01-31T08:00:00Z\"".into()
            }
            Some(Format::Int64) => "a string of digits".into(),
            _ => "a string".into(),
        },
        Kind::Enum(_) => match kind.values() {
            Some(values) => format!("one of the strings {}", listed(values)),
            None => "a string".into(),
        },
        Kind::Integer => "a whole number".into(),
        Kind::Number => "a number".into(),
        Kind::Boolean => "`true` or `false`".into(),
        Kind::Object(_) | Kind::FreeObject => "an object".into(),
        Kind::Map => "an object of strings".into(),
        Kind::Array(Kind::Object(_)) => "an array of objects".into(),
        Kind::Array(Kind::String | Kind::Enum(_)) => "an array of strings".into(),
        Kind::Array(_) => "an array".into(),
    }
}

pub(super) fn enum_value(place: &Place<'_>) -> Finding {
    let value = place.value;
    let name = place.property.map_or("the value", |property| property.name);
    let values = place.kind.as_ref().and_then(Kind::values);
    let known = values.map_or(&[][..], |values| values.values);
    let text = value.as_str().unwrap_or_default();
    if let Some(same) = known.iter().find(|known| known.eq_ignore_ascii_case(text.trim())) {
        let message = format!("this API version spells {} as `{same}`", shown(value));
        return Finding::at(&ENUM_CASE, value, message)
            .help("whether the service takes another case is not documented")
            .write(Applicability::Safe, value, same);
    }
    let message = if text.is_empty() {
        format!("`{name}` is empty")
    } else {
        format!("`{name}` cannot be {}", shown(value))
    };
    let list = values.map(listed).unwrap_or_default();
    let finding = Finding::at(&ENUM_VALUE, value, message);
    match suggest::nearest_of(&text, known) {
        Some(near) => finding
            .help(format!("did you mean `{near}`? It must be one of {list}"))
            .write(Applicability::Suggested, value, near),
        None if known.len() == 1 => finding.help(format!("it can only be {list}")),
        None => finding.help(format!("it must be one of {list}")),
    }
}

pub(super) fn out_of_range(place: &Place<'_>, kind: &ValidationErrorKind) -> Finding {
    let value = place.value;
    let name = place.property.map_or("the value", |property| property.name);
    let number = |limit: &Json| match limit.as_i64() {
        Some(limit) if limit == i64::from(i32::MAX) || limit == i64::from(i32::MIN) => {
            format!("{limit} (whole numbers of this API have 32 bits)")
        }
        _ => limit.to_string(),
    };
    let (message, help) = match kind {
        ValidationErrorKind::Minimum { limit } => (
            format!("`{name}` is too small: {}", shown(value)),
            format!("it must be at least {}", number(limit)),
        ),
        ValidationErrorKind::Maximum { limit } => (
            format!("`{name}` is too large: {}", shown(value)),
            format!("it must be at most {}", number(limit)),
        ),
        ValidationErrorKind::MaxLength { limit } => {
            let length = value.as_str().map_or(0, |text| text.chars().count());
            (
                format!("`{name}` is too long: {length} characters"),
                format!("it can have {limit} characters at most"),
            )
        }
        ValidationErrorKind::MaxItems { limit } => {
            let count = value.as_array().map_or(0, Iterator::count);
            (
                format!("`{name}` has too many entries: {count}"),
                format!("it can have {limit} at most"),
            )
        }
        ValidationErrorKind::Not { schema } => {
            let range = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            let reserved = match range {
                (Some(low), Some(high)) => format!("{low} to {high} cannot be used here"),
                _ => match schema["enum"].as_array() {
                    Some(values) => {
                        let values: Vec<_> = values.iter().map(Json::to_string).collect();
                        format!("{} cannot be used here", values.join(" and "))
                    }
                    None => "it cannot be used here".to_owned(),
                },
            };
            (format!("`{name}` cannot be {}", shown(value)), reserved)
        }
        other => (
            format!("`{name}` is not as its schema has it"),
            format!("see `{}` of the schema", other.keyword()),
        ),
    };
    let finding = Finding::at(&OUT_OF_RANGE, value, message);
    match place.property {
        Some(property) => finding.help(format!("{help}; {}", sentence(property))),
        None => finding.help(help),
    }
}

/// An enum's values in words: `a`, `b` or `c`.
pub(super) fn listed(values: &EnumInfo) -> String {
    let quoted: Vec<_> = values.values.iter().map(|value| format!("`{value}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
