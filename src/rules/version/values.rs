//! Values of other versions of the API: of enums, and of another JSON type.

use crate::analysis::{Cursor, Fault};
use crate::api::{Model, ValueFate, p};
use crate::document::NodeKind;
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::finding::{Finding, shown};

use super::{CHANGED_TYPE, CHANGED_VALUE, declared};

/// A value that the request's own version has.
pub(super) fn is_declared(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> bool {
    let values = at.property().and_then(|property| property.kind.enumeration());
    let other = values.and_then(|values| at.api().other_value(values, &at.as_str()?));
    let (Some(other), Some(given)) = (other, declared(context)) else { return false };
    match other.fate {
        // One with advice is another member's value there.
        ValueFate::Newer => given.version >= other.since && other.advice.is_empty(),
        _ => given.version < other.since,
    }
}

pub(super) fn changed(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let property = at.property()?;
    let other = at.api().other_value(property.kind.enumeration()?, &at.as_str()?)?;
    let (name, since) = (property.name, other.since);
    match other.fate {
        ValueFate::Renamed(now) => {
            let message = format!("{} is `{now}` since API version {since}", shown(at));
            let finding = Finding::at(&CHANGED_VALUE, at, message)
                .help(format!("`{name}` takes the values of the version that is asked for only"));
            Some(finding.write(Applicability::Safe, at, now))
        }
        ValueFate::Newer => {
            let version = at.api().version();
            let message = format!("`{name}` cannot be {}", shown(at));
            let (message, help) = match other.advice {
                "" => (
                    format!("{message} before API version {since}"),
                    format!(
                        "{version} does not have it: choose another, or send the request with \
                         `api-version` {since}"
                    ),
                ),
                advice => (message, advice.to_owned()),
            };
            Some(Finding::at(&CHANGED_VALUE, at, message).help(help))
        }
        ValueFate::Added => None,
    }
}

/// What to add where a value differs from its enum's in case only: whose
/// spelling it is.
pub(in crate::rules) fn spelling(at: Cursor<'_>) -> Option<String> {
    let property = at.property()?;
    let other = at.api().other_value(property.kind.enumeration()?, &at.as_str()?)?;
    Some(match other.fate {
        ValueFate::Newer => format!("API version {} spells it so", other.since),
        _ => format!("versions before {} spelled it so", other.since),
    })
}

/// The model and the version that changed the type of the member that a value
/// is of.
fn change(at: Cursor<'_>) -> Option<(Model, &'static str)> {
    let model = at.parent().filter(|_| !at.is_item())?.model()?;
    at.api().type_changed_in(model, at.property()?.id).map(|since| (model, since))
}

/// A value of the type that the request's own version gives its member.
pub(super) fn has_declared_type(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> bool {
    let before = |since| declared(context).is_some_and(|given| given.version < since);
    match change(at) {
        Some((Model::BATCH_CERTIFICATE_REFERENCE, since)) => {
            at.kind() == NodeKind::String && before(since)
        }
        Some((_, since)) => at.kind() == NodeKind::Object && before(since),
        None => false,
    }
}

pub(super) fn changed_type(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let property = at.property().filter(|_| !at.is_item())?;
    let since = change(at).map(|(_, since)| since);
    match (property.id, at.kind(), since) {
        (p::VISIBILITY, NodeKind::String, Some(since)) => visibility(at, since),
        (p::RESOURCE_TAGS, NodeKind::Object, Some(since)) => {
            let message = format!(
                "API version {since} has `resourceTags` of a pool within a job as a string"
            );
            let help = "versions before it took an object, as a pool of its own does; the string \
                        may be a slip of that version's description, so try which of them the \
                        service takes, or leave the tags out";
            let finding = Finding::at(&CHANGED_TYPE, at, message).help(help);
            Some(finding.at_most(Severity::Warning))
        }
        (p::RESOURCE_TAGS, NodeKind::String, None) => {
            let message = "`resourceTags` must be an object of strings here, not a string";
            let help = "only a pool within a job or job schedule has a string there; write \
                        `{\"name\": \"value\"}`";
            Some(Finding::at(&CHANGED_TYPE, at, message).help(help))
        }
        _ => None,
    }
}

/// One string of names with commas between them, as long ago.
fn visibility(at: Cursor<'_>, since: &'static str) -> Option<Finding> {
    let values = at.property()?.kind.enumeration()?;
    let api = at.api();
    let text = at.content();
    // Of nothing but known values, so that the fix surely says the same.
    let known = |part: &str| {
        let same = api.values(values).find(|known| known.value.eq_ignore_ascii_case(part));
        match same.map(|known| known.value) {
            None => match api.other_value(values, part)?.fate {
                ValueFate::Renamed(now) => Some(now),
                _ => None,
            },
            same => same,
        }
    };
    // The longest list is short.
    if text.len() > 64 {
        return None;
    }
    let list: Option<Vec<_>> = text.split(',').map(|part| known(part.trim())).collect();
    let list: Vec<_> = list?.into_iter().map(|value| format!("\"{value}\"")).collect();
    let message = format!("`visibility` is an array since API version {since}, not one string");
    let finding = Finding::at(&CHANGED_TYPE, at, message).help("write each value by itself");
    let array = format!("[{}]", list.join(", "));
    Some(finding.fix("Write it as an array", Applicability::Safe, at.span(), array))
}
