//! Bodies with the names of a client library.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::document::{NodeKind, Span};
use crate::report::Applicability;
use crate::rules::finding::{Finding, shorten};
use crate::rules::{Check, Context, Gather, Rule, rule};
use crate::words::same_letters;

rule! {
    /// Names are in snake_case, as the Python library has them.
    ///
    /// ## Why it matters
    /// On the wire names are in camelCase; the service refuses others as unknown
    /// members. Such bodies come from `as_dict()` or `vars()` of the models of
    /// azure-batch up to 14, or from keyword arguments copied out of a program.
    ///
    /// It is said once a document. Values are checked as if the names were right.
    /// A single name of this kind is left to `structure/unknown-property`.
    ///
    /// ## Example
    /// ```json wrong
    /// { "id": "j1", "pool_info": { "pool_id": "p1" }, "on_all_tasks_complete": "terminatejob" }
    /// ```
    ///
    /// ## Use instead
    /// `model.serialize()` of azure-batch up to 14 and `model.as_dict()` of 15
    /// give the names on the wire:
    /// ```json right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "onAllTasksComplete": "terminatejob" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: names alone are written, and keys of free maps are left alone.
    ///
    /// ## Source
    /// The models of azure-batch 14.2.0, 15.0.0b2 and 15.1.0; names that differ
    /// by more than separators are in `schemas/data/client-names.json`.
    SNAKE_CASE {
        code: "AB1304",
        id: "shape/snake-case",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Gather(&Gather {
            kinds: &[FaultKind::Client],
            takes: is_snake,
            say: snake,
        })],
    }
}

rule! {
    /// Names are in PascalCase, as .NET and PowerShell have them.
    ///
    /// ## Why it matters
    /// `ConvertTo-Json` of a `PSCloudPool`, or a JSON serializer given a
    /// `CloudPool`, writes the library's names. Some differ from those on the
    /// wire by more than case, and the service refuses them.
    ///
    /// It is said once a document. A single name in another case is left to
    /// `structure/property-case`.
    ///
    /// ## Example
    /// ```json wrong
    /// { "Id": "p1", "VirtualMachineSize": "standard_d2s_v3", "TargetDedicatedComputeNodes": 2 }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "targetDedicatedNodes": 2 }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where names differ in case only. Where the library has another name,
    /// it is a suggestion.
    ///
    /// ## Source
    /// The classes of Microsoft.Azure.Batch and Az.Batch; names that differ by
    /// more than case are in `schemas/data/client-names.json`.
    PASCAL_CASE {
        code: "AB1305",
        id: "shape/pascal-case",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Gather(&Gather {
            kinds: &[FaultKind::Spelling, FaultKind::Client],
            takes: is_pascal,
            say: pascal,
        })],
    }
}

fn is_snake(_: &Fault, at: Cursor<'_>) -> bool {
    at.key().is_some_and(|key| snake_name(&key.content()))
}

fn snake_name(name: &str) -> bool {
    name.contains('_')
}

fn is_pascal(_: &Fault, at: Cursor<'_>) -> bool {
    at.key().is_some_and(|key| pascal_name(&key.content()))
}

fn pascal_name(name: &str) -> bool {
    let has = |is: fn(char) -> bool| name.contains(is);
    // All in capitals is another habit.
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && has(|letter| letter.is_ascii_lowercase())
        && !name.contains('_')
}

/// Whether two properties at least have such names: one alone may be a slip.
fn is_a_habit(all: &[Cursor<'_>]) -> bool {
    let name = |at: &Cursor<'_>| at.property().map(|property| property.id);
    all.first().is_some_and(|first| all.iter().any(|other| name(other) != name(first)))
}

/// Every name of the body that stands for a property under another spelling of
/// this kind, and the API's own.
fn renames<'a>(
    context: &'a Context<'a>,
    is: impl Fn(&str) -> bool,
) -> Vec<(Span, &'static str, bool)> {
    let analysis = context.analysis;
    let Some(body) = analysis.body() else { return Vec::new() };
    let end = analysis.document.behind(body.index());
    let keys = (body.index()..end).map(|index| analysis.cursor(index));
    keys.filter(|at| at.kind() == NodeKind::Key && !at.member_value().is_shadowed())
        .filter_map(|key| {
            let (name, property) = (key.content(), key.property()?);
            let other = name != property.name && is(&name);
            other.then(|| (key.span(), property.name, same_letters(&name, property.name)))
        })
        .collect()
}

fn say(
    rule: &'static Rule,
    all: &[Cursor<'_>],
    renames: Vec<(Span, &'static str, bool)>,
    style: &str,
) -> Option<Finding> {
    let first = all.first().filter(|_| is_a_habit(all))?;
    let key = first.key()?;
    let right = first.property().map_or("", |property| property.name);
    let name = shorten(&key.content(), 48);
    let others = renames.len().saturating_sub(1);
    let more = match others {
        0 => String::new(),
        1 => ", and one more name likewise".to_owned(),
        _ => format!(", and {others} more names likewise"),
    };
    let message = format!("names are in {style} here; on the wire `{name}` is `{right}`{more}");
    let applicability =
        match renames.iter().all(|(_, _, same)| *same) || rule.code == SNAKE_CASE.code {
            true => Applicability::Safe,
            false => Applicability::Suggested,
        };
    let edits = renames.into_iter().map(|(span, name, _)| (span, format!("\"{name}\"")));
    let finding = Finding::at_key(rule, *first, message);
    Some(finding.edits("Rename them as on the wire", applicability, edits))
}

fn snake(all: &[Cursor<'_>], context: &Context<'_>) -> Option<Finding> {
    let finding = say(&SNAKE_CASE, all, renames(context, snake_name), "snake_case")?;
    Some(finding.help(
        "`serialize()` of azure-batch up to 14, and `as_dict()` of 15, give the names on the wire",
    ))
}

fn pascal(all: &[Cursor<'_>], context: &Context<'_>) -> Option<Finding> {
    let finding = say(&PASCAL_CASE, all, renames(context, pascal_name), "PascalCase")?;
    Some(finding.help(
        "these are the names of the .NET library or of PowerShell; some of its values differ as well",
    ))
}
