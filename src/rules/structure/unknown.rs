//! What to say of a member that its model does not have, and what it may have
//! been meant to be.

use crate::analysis::{Cursor, Fault};
use crate::api::{Api, Flags, Kind, Model, Operation, Property};
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};
use crate::words::nearest_of;

use super::{PROPERTY_CASE, UNKNOWN_PROPERTY};

/// How much of a name a message shows.
const SHOWN: usize = 48;

/// A guess at what was meant.
enum Guess {
    /// A property of this model under another name.
    Property(&'static Property),
    /// A property of the model around it: the object was closed too late.
    Outer(Model),
    /// A property of a model within it, held by this property.
    Inner(&'static Property),
    /// A name of the management plane or of a client; what to do now.
    Renamed(&'static str),
}

/// Names that users bring from elsewhere: the management plane, clients,
/// templates of other tools. Those of other versions of this API are in
/// `schemas/data/member-versions.json`.
const RENAMED: [(&str, &str); 8] = [
    ("interNodeCommunication", "this API has `enableInterNodeCommunication`, a boolean"),
    (
        "deploymentConfiguration",
        "this is the management plane's shape; put what is in its `virtualMachineConfiguration` directly in the pool",
    ),
    (
        "scaleSettings",
        "this is the management plane's shape; use `targetDedicatedNodes`, or `enableAutoScale` with `autoScaleFormula`",
    ),
    ("maxTasksPerComputeNode", "this API version has `taskSlotsPerNode`"),
    ("targetDedicatedComputeNodes", "this API version has `targetDedicatedNodes`"),
    ("targetLowPriorityComputeNodes", "this API version has `targetLowPriorityNodes`"),
    ("applicationPackages", "in a request it is `applicationPackageReferences`"),
    ("certificates", "in a request it is `certificateReferences`, which is deprecated"),
];

fn guess(name: &str, api: Api, model: Model, object: Cursor<'_>) -> Option<Guess> {
    if let Some((_, advice)) = RENAMED.iter().find(|(old, _)| *old == name) {
        return Some(Guess::Renamed(advice));
    }
    let mut outer = object.ancestors().filter_map(Cursor::model);
    if let Some(model) = outer.find(|outer| api.property(*outer, name).is_some()) {
        return Some(Guess::Outer(model));
    }
    let known: Vec<_> = api.properties(model).map(|property| property.name).collect();
    if let Some(near) = nearest_of(name, &known) {
        return api.property(model, near).map(Guess::Property);
    }
    let holds = |property: &&Property| match property.kind {
        Kind::Object(inner) => api.property_in_any_case(inner, name).is_some(),
        _ => false,
    };
    api.properties(model).find(holds).map(Guess::Inner)
}

pub(super) fn check(_: &Fault, value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let api = value.api();
    let (Some(key), Some(object)) = (value.key(), value.parent()) else { return };
    let (Some(model), Some(operation)) = (object.model(), value.operation()) else { return };
    let name = key.content();
    let what = match object.property() {
        Some(_) if object.is_item() => format!("`{}`", api.model_name(model)),
        Some(holder) => format!("`{}`", holder.name),
        None => format!("a body of {}", operation.id),
    };
    let message = format!("`{}` is not a property of {what}", shorten(&name, SHOWN));
    let finding = Finding::at_key(&UNKNOWN_PROPERTY, value, message);
    findings.add(match guess(&name, api, model, object) {
        Some(Guess::Property(property)) => {
            let finding = finding.help(format!("did you mean `{}`?", property.name));
            if object.member(property.id).is_some() {
                finding
            } else {
                rename(finding, Applicability::Suggested, key, property)
            }
        }
        Some(Guess::Outer(model)) => finding.help(format!(
            "`{name}` belongs to the {} around it; a closing brace may be misplaced",
            api.model_name(model)
        )),
        Some(Guess::Inner(property)) => {
            finding.help(format!("`{name}` belongs within `{}`", property.name))
        }
        Some(Guess::Renamed(advice)) => finding.help(advice),
        None if object.property().is_none() && set_at_creation(api, operation, &name) => {
            let name = shorten(&name, SHOWN);
            finding
                .help(format!("`{name}` is set at creation, and {} cannot change it", operation.id))
        }
        None => finding.help(has(api, operation, model, object.is_read_only())),
    });
}

fn rename(
    finding: Finding,
    applicability: Applicability,
    key: Cursor<'_>,
    property: &Property,
) -> Finding {
    let title = format!("Rename to `{}`", property.name);
    finding.fix(title, applicability, key.span(), format!("\"{}\"", property.name))
}

/// Whether the operation that creates the resource takes this property.
fn set_at_creation(api: Api, operation: &Operation, name: &str) -> bool {
    let family = |id: &'static str| id.split('_').next();
    api.operations().any(|other| {
        other.id != operation.id
            && family(other.id) == family(operation.id)
            && other.method == "POST"
            && other.body.as_ref().is_some_and(|body| api.property(body.model, name).is_some())
    })
}

/// What properties a model has, in words, if they are few.
fn has(api: Api, operation: &Operation, model: Model, read_only: bool) -> String {
    const FEW: usize = 8;
    let read_only = read_only || operation.method == "PUT";
    let names: Vec<_> = api
        .properties(model)
        .filter(|property| read_only || !property.flags.contains(Flags::READ_ONLY))
        .map(|property| format!("`{}`", property.name))
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() && names.len() <= FEW => {
            format!("it has {} and {last}", rest.join(", "))
        }
        Some((last, [])) => format!("it has only {last}"),
        _ => format!(
            "`batchlint schema {}` shows what {} has",
            operation.aliases.first().unwrap_or(&operation.id),
            api.model_name(model)
        ),
    }
}

pub(super) fn annotation(
    _: &Fault,
    value: Cursor<'_>,
    _: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let name = value.key().map(Cursor::content).unwrap_or_default();
    let message = format!("`{}` is an annotation of the service's answers", shorten(&name, SHOWN));
    findings.add(
        Finding::at_key(&UNKNOWN_PROPERTY, value, message)
            .at_most(Severity::Info)
            .help("a request need not repeat it"),
    );
}

/// A name that differs from the API's in case only.
pub(super) fn spelling(_: &Fault, value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(key), Some(property)) = (value.key(), value.property()) else { return };
    let shown = shorten(&key.content(), SHOWN);
    let message = format!("the API spells `{shown}` as `{}`", property.name);
    let finding = Finding::at_key(&PROPERTY_CASE, value, message);
    // Where the name stands in other spellings as well, the value that counts
    // is that of the last, but for the API's own.
    let others = value.parent().into_iter().flat_map(Cursor::keys);
    let same = |other: Cursor<'_>| other.property().is_some_and(|known| known.id == property.id);
    let alone = others.filter(|other| same(*other)).take(2).count() < 2;
    findings.add(if alone {
        rename(finding, Applicability::Safe, key, property)
    } else {
        finding.help("the object has it in several spellings; keep one")
    });
}
