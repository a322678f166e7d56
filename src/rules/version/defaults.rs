//! What was left out of a request that is for an older version of the API,
//! where it meant something else.

use crate::analysis::Cursor;
use crate::api::{ChangedDefault, Model, p};
use crate::document::Span;
use crate::report::Applicability;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings};

use super::{DEFAULT_CHANGED, Declared, declared};

/// An object that may lack a member.
pub(super) fn absent(object: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(given) = declared(context) else { return };
    for change in object.api().changed_defaults().filter(|change| given.version < change.since) {
        if object.model() == Some(change.model) && object.get(change.name).is_none() {
            say(object, change, &given, findings);
        }
    }
}

/// A task without constraints lacks all of them.
pub(super) fn constraints(task: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(given) = declared(context).filter(|_| task.get(p::CONSTRAINTS).is_none()) else {
        return;
    };
    let mut changes = task.api().changed_defaults();
    let of_constraints = |change: &&'static ChangedDefault| {
        change.model == Model::BATCH_TASK_CONSTRAINTS && given.version < change.since
    };
    if let Some(change) = changes.find(of_constraints) {
        say(task, change, &given, findings);
    }
}

fn say(
    object: Cursor<'_>,
    change: &ChangedDefault,
    given: &Declared<'_>,
    findings: &mut Findings<'_>,
) {
    // On Linux the pool has been the default all along.
    let scope = change.name == p::SCOPE;
    if object.is_read_only()
        || scope && object.pool().and_then(|pool| pool.is_windows()) != Some(true)
    {
        return;
    }
    let name = object.api().name(change.name);
    let message = format!(
        "`{name}` left out is {} at API version {}, and {} from {} on",
        change.was, given.version, change.now, change.since
    );
    let finding = Finding::at(&DEFAULT_CHANGED, object, message)
        .help("write the value out, so that raising `api-version` does not change it");
    findings.add(match change.was {
        "unlimited" => finding,
        was @ ("true" | "false") => written(finding, object, name, was),
        was => written(finding, object, name, &format!("\"{was}\"")),
    });
}

/// With a fix that writes a member as the first of an object.
fn written(finding: Finding, object: Cursor<'_>, name: &str, value: &str) -> Finding {
    // Elsewhere in it a member of this name may be `null`.
    if object.keys().any(|key| key.content() == name) {
        return finding;
    }
    let comma = if object.keys().next().is_some() { "," } else { "" };
    let start = object.span().start + 1;
    let at = Span { start, end: start };
    let text = format!(" \"{name}\": {value}{comma}");
    finding.fix(format!("Write `{name}` out"), Applicability::Suggested, at, text)
}
