//! What to say of a request's operation.

use crate::document::Value;
use crate::report::Severity;
use crate::request::{Fault, Spot};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};

use super::{AMBIGUOUS_OPERATION, CONFLICTING_OPERATION, UNKNOWN_OPERATION};

/// Nothing says which operation it is, or the document is of another kind.
pub(super) fn unknown(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        match fault {
            Fault::Unlike { root, message, help } => {
                let at = Spot::of(*root);
                findings.add(Finding::spot(&UNKNOWN_OPERATION, at, message).help(help));
            }
            // It may well be a valid request of an operation without a body.
            Fault::Unnamed { root } => findings.add(
                Finding::spot(
                    &UNKNOWN_OPERATION,
                    Spot::of(*root),
                    "nothing in this request says which operation it is",
                )
                .help("add `operationId`, or `method` and `url`, or name the operation")
                .at_most(Severity::Warning),
            ),
            _ => {}
        }
    }
}

pub(super) fn ambiguous(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        if let Fault::Ambiguous { root, chosen, other, missing } = fault {
            let message = format!("read as {}, since it has no `{missing}`", chosen.id);
            let help = format!(
                "if {} is meant, `{missing}` is missing, which it requires; name the operation to \
                 settle it",
                other.id
            );
            let at = Spot::of(*root);
            findings.add(Finding::spot(&AMBIGUOUS_OPERATION, at, message).help(help));
        }
        if let Fault::Equal { root, chosen, others } = fault {
            let names: Vec<_> = others.iter().map(|other| other.id).collect();
            let message = format!("read as {}; it fits {} as well", chosen.id, names.join(" and "));
            let at = Spot::of(*root);
            let finding = Finding::spot(&AMBIGUOUS_OPERATION, at, message);
            findings
                .add(finding.help("name the operation, so that it is checked for what is meant"));
        }
    }
}

pub(super) fn conflicting(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut say = |at: Value<'_>, message: String, help: String| {
        findings.add(Finding::spot(&CONFLICTING_OPERATION, Spot::of(at), message).help(help));
    };
    for fault in &context.analysis.request.faults {
        match fault {
            Fault::UnknownPath { at, path } => say(
                *at,
                format!("no operation has the path `{}`", shorten(path, 80)),
                "paths begin with /pools, /jobs, /jobschedules or /certificates".into(),
            ),
            Fault::UnknownMethod { at, method, methods } => say(
                *at,
                // What is no word is not repeated: it may be anything.
                match method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                    true => format!("this path has no {}", shorten(method, 16)),
                    false => "this is no method".to_owned(),
                },
                format!("it has {}", methods.join(", ")),
            ),
            Fault::UnknownId { at, id } => say(
                *at,
                format!("`{}` is no operation of this API version", shorten(id, 48)),
                "`batchlint operations` lists them".into(),
            ),
            Fault::Contradiction { at, says, chosen } => say(
                *at,
                format!("this says {says}, not {}", chosen.id),
                format!("the request was checked as {}", chosen.id),
            ),
            _ => {}
        }
    }
}
