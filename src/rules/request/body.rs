//! What to say of a request's body as a whole.

use crate::report::Severity;
use crate::request::{Fault, Spot};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings};

use super::{MISSING_BODY, TOO_LARGE, UNEXPECTED_BODY};

/// The largest request body that the service takes, in bytes.
pub const MAX_BODY_BYTES: usize = 1_048_576;

pub(super) fn missing(context: &Context<'_>, findings: &mut Findings<'_>) {
    let api = context.analysis.api;
    for fault in &context.analysis.request.faults {
        if let Fault::MissingBody { root, operation, name } = fault {
            let what = operation.body.as_ref().map_or("", |body| api.model_description(body.model));
            let message = format!("{} needs a request body", operation.id);
            findings.add(
                Finding::spot(&MISSING_BODY, Spot::of(*root), message)
                    .help(format!("give it as `{name}`, {what}")),
            );
        }
    }
}

pub(super) fn unexpected(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        if let Fault::UnexpectedBody { at, operation, bare } = fault {
            let message = format!("{} takes no request body", operation.id);
            let help = if *bare {
                "give its parameters as `{\"parameters\": {…}}`, or name another operation"
            } else {
                "leave it out, or choose the operation that takes it"
            };
            findings.add(Finding::spot(&UNEXPECTED_BODY, *at, message).help(help));
        }
    }
}

/// A body that is larger than the service takes.
pub(super) fn too_large(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(body) = context.analysis.body() else { return };
    let source = body.source();
    if source.len() <= MAX_BODY_BYTES {
        return;
    }
    // Clients may send it without white space; then only the rest counts.
    let mut in_string = false;
    let mut escaped = false;
    let compact = source
        .bytes()
        .filter(|byte| {
            let keep = in_string || !byte.is_ascii_whitespace();
            if *byte == b'"' && !escaped {
                in_string = !in_string;
            }
            escaped = *byte == b'\\' && !escaped;
            keep
        })
        .count();
    let message =
        format!("the body has {} bytes; the service takes {MAX_BODY_BYTES}", source.len());
    let finding = Finding::at(&TOO_LARGE, body, message);
    let surely = compact > MAX_BODY_BYTES && !context.analysis.request.list;
    findings.add(if surely {
        finding.help("split it into several requests")
    } else {
        finding.at_most(Severity::Warning).help(format!(
            "without white space it has {compact}, so it depends on the client whether it fits"
        ))
    });
}
