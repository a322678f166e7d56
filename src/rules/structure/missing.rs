//! What to say of a required property that is not given.

use crate::analysis::{Cursor, Fault};
use crate::document::NodeKind;
use crate::report::Severity;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Context, structure};

use super::values::{listed, sentence};
use super::{MISSING_PROPERTY, unknown};

pub(super) fn check(
    fault: &Fault,
    object: Cursor<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let api = object.api();
    let Some(property) = api.all_rows().get(fault.other as usize) else { return };
    let name = property.name;
    let what = match object.property() {
        Some(_) if object.is_item() => "this entry".to_owned(),
        Some(holder) => format!("`{}`", holder.name),
        None if context.analysis.request.list => "this task".to_owned(),
        None => "the body".to_owned(),
    };
    let finding = match object.member(property.id) {
        // The syntax error at its place says enough.
        Some(value) if value.kind() == NodeKind::Invalid => return,
        Some(value) => {
            let message = format!("`{name}` is null, but {what} requires it");
            Finding::at(&MISSING_PROPERTY, value, message)
        }
        None => {
            let message = format!("{what} has no `{name}`, which is required");
            let mut finding = Finding::at(&MISSING_PROPERTY, object, message);
            // The name of an object says more than its bracket.
            if let (Some(_), Some(key)) = (object.property(), object.key()) {
                finding.span = key.span();
            }
            finding
        }
    };
    let mut help = sentence(property);
    if let Some(values) = property.kind.enumeration() {
        help.push_str(&format!(" (one of {})", listed(api, values)));
    }
    if api.is_required_in_doubt(property) {
        help.push_str("; other API versions make it optional, so the service may not insist");
    } else if fault.doubtful && !object.is_read_only() {
        help.push_str("; sources differ on whether a PATCH body needs it");
    }
    findings.add(finding.at_most_if(fault.doubtful, Severity::Warning).help(help));
}

/// What a pool should have, though its schema does not insist.
pub(super) fn must_be_specified(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(model) = object.model() else { return };
    for property in object.api().properties(model) {
        if property.flags.contains(crate::api::Flags::MUST_BE_SPECIFIED)
            && object.get(property.id).is_none()
            && !unknown::is_beside(object, property.id)
        {
            let message = format!("the pool has no `{}`", property.name);
            findings.add(
                Finding::at(&structure::MUST_BE_SPECIFIED, object, message)
                    .help(sentence(property)),
            );
        }
    }
}
