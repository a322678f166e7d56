//! Updates that change nothing, or more than is meant.

use crate::analysis::Cursor;
use crate::api::{Flags, p};
use crate::document::NodeKind;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

rule! {
    /// An update changes nothing, or resets everything.
    ///
    /// ## Why it matters
    /// PATCH leaves as it is what the body does not name, so a body without a
    /// value that can be set has no effect. PUT of a task replaces its
    /// constraints: without any, they go back to their defaults.
    ///
    /// ## Example
    /// ```json job.update wrong
    /// {}
    /// ```
    ///
    /// ## Use instead
    /// ```json job.update right
    /// { "priority": 10 }
    /// ```
    ///
    /// ## Source
    /// Descriptions of the update models' properties ("left unchanged" when
    /// omitted), and of `constraints` in the body of Tasks_ReplaceTask.
    EMPTY_UPDATE {
        code: "AB1337",
        id: "shape/empty-update",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Request(empty)],
    }
}

fn empty(context: &Context<'_>, findings: &mut Findings<'_>) {
    let analysis = context.analysis;
    let (Some(body), Some(operation)) = (analysis.body(), analysis.operation()) else { return };
    if body.kind() != NodeKind::Object {
        return;
    }
    let sets = |value: Cursor<'_>| {
        value.kind() != NodeKind::Null
            && value.property().is_some_and(|property| !property.flags.contains(Flags::READ_ONLY))
    };
    let any = body.keys().map(Cursor::member_value).any(sets);
    let (message, help) = match operation.id {
        "Tasks_ReplaceTask" if body.get(p::CONSTRAINTS).is_none() => (
            "this puts the task's constraints back to their defaults",
            "give the `constraints` that it is to have, those that stay as they are too",
        ),
        "Pools_UpdatePool" | "Jobs_UpdateJob" | "JobSchedules_UpdateJobSchedule" if !any => (
            "this changes nothing",
            "a PATCH leaves as it is what the body does not name; give what is to change",
        ),
        _ => return,
    };
    findings.add(Finding::at(&EMPTY_UPDATE, body, message).help(help));
}
