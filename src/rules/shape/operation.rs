//! Bodies of another operation than the one they are given for.

use crate::request::{Foreign, ForeignKind};
use crate::rules::finding::{Finding, shorten};
use crate::rules::{Check, Context, rule};

rule! {
    /// The body is not of the operation that is named, but of another one.
    ///
    /// ## Why it matters
    /// The service refuses members that the operation's model does not have. That
    /// another operation has every one of them, and lacks nothing, says what went
    /// wrong: the wrong option, URL or file.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "j1", "priority": 100, "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "priority": 100, "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// The bodies in `schemas/requests/`.
    OTHER_OPERATION {
        code: "AB1316",
        id: "shape/other-operation",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[Check::Foreign(ForeignKind::OtherOperation, other_operation)],
    }
}

rule! {
    /// The body is of an operation of the service that batchlint does not check.
    ///
    /// ## Why it matters
    /// Resizing a pool, terminating a job and the like have bodies of their own.
    /// They are right where they belong; batchlint knows what they are, and no
    /// more.
    ///
    /// ## Example
    /// ```json wrong
    /// { "targetDedicatedNodes": 4, "nodeDeallocationOption": "taskcompletion" }
    /// ```
    ///
    /// ## Use instead
    /// Leave such files out, with `exclude` in the configuration.
    ///
    /// ## Source
    /// `schemas/data/other-operations.json`.
    OTHER_ACTION {
        code: "AB1338",
        id: "shape/other-action",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::OtherAction, other_action)],
    }
}

fn other_operation(found: &Foreign, context: &Context<'_>) -> Finding {
    let named = found.operation.map_or("", |operation| operation.id);
    let (other, alias) = found.other.map_or(("", ""), |operation| {
        (operation.id, operation.aliases.first().copied().unwrap_or(operation.id))
    });
    let at = |node: &u32| context.analysis.cursor(*node).key();
    let names: Vec<String> = found
        .nodes
        .iter()
        .filter_map(at)
        .take(3)
        .map(|key| format!("`{}`", shorten(&key.content(), 48)))
        .collect();
    let message = format!("this is a body of {other}, not of {named}");
    Finding::spot(&OTHER_OPERATION, found.at, message).help(format!(
        "{named} has no {}; {other} takes the body as it is: name that (`{alias}`), or take the \
         right file",
        names.join(", ")
    ))
}

fn other_action(found: &Foreign, _: &Context<'_>) -> Finding {
    let message = found.action.map_or_else(String::new, |other| {
        let (does, method, path) = (other.does, other.method, other.path);
        format!("this is the body that {does} ({method} {path}), which batchlint does not check")
    });
    Finding::spot(&OTHER_ACTION, found.at, message)
        .help("leave the file out, or name the operation if another is meant")
}
