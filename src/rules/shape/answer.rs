//! Answers of the service, given back to it.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::document::NodeKind;
use crate::order;
use crate::report::{Applicability, Severity};
use crate::request::{Foreign, ForeignKind, answered};
use crate::rules::edit::{self, Edits};
use crate::rules::finding::Finding;
use crate::rules::{Check, Context, Gather, rule};

rule! {
    /// The body is what the service answered with, or what a command showed of
    /// it.
    ///
    /// ## Why it matters
    /// Bodies that create or change something do not have the members that only
    /// the service writes (`url`, `eTag`, `state`, ...), and it refuses them. All
    /// of them are gathered here, with the `null`s of what is not set.
    ///
    /// What the service never returns is missing from such a copy: passwords and
    /// private keys of `userAccounts`, passwords of registries, protected
    /// settings of extensions, account keys, data of certificates.
    ///
    /// A body of PUT is not meant: there a resource may be got, changed and put
    /// back.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "url": "https://acc.westeurope.batch.azure.com/pools/p1",
    ///   "eTag": "0x8DD0000000000",
    ///   "state": "active",
    ///   "vmSize": "standard_d2s_v3"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: what is taken out is what only the service writes, and `null`s.
    ///
    /// ## Source
    /// The models of answers against those of bodies, in `schemas/`.
    GET_RESPONSE {
        code: "AB1331",
        id: "shape/get-response",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Gather(&Gather { kinds: KINDS, takes: of_one, say: one })],
    }
}

rule! {
    /// The document is a list that the service answered with.
    ///
    /// ## Why it matters
    /// Only tasks can be created many at a time, and then as bodies without what
    /// only the service writes. Pools, jobs and schedules are made one by one.
    /// A list with `odata.nextLink` is not even complete.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "odata.metadata": "https://acc.westeurope.batch.azure.com/$metadata#pools",
    ///   "value": [{ "id": "p1", "url": "https://acc.westeurope.batch.azure.com/pools/p1", "eTag": "0x8" }]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Take one resource out of the list, without what only the service writes.
    ///
    /// ## Fix safety
    /// For tasks what only the service writes can be taken out of every one. It
    /// is a suggestion, since a copy of all tasks is seldom what is wanted.
    ///
    /// ## Source
    /// The list answers in `schemas/responses/`.
    LIST_RESPONSE {
        code: "AB1332",
        id: "shape/list-response",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Foreign(ForeignKind::ListResponse, list),
            Check::Gather(&Gather { kinds: KINDS, takes: of_item, say: items }),
        ],
    }
}

const KINDS: &[FaultKind] =
    &[FaultKind::Unknown, FaultKind::ReadOnly, FaultKind::Annotation, FaultKind::Null];

/// Whether a fault is of what only answers have: its members, annotations, and
/// the `null`s of what is not set.
fn is_answered(fault: &Fault, at: Cursor<'_>) -> bool {
    if at.operation().is_none_or(|operation| operation.method == "PUT") {
        return false;
    }
    match fault.kind {
        FaultKind::Annotation | FaultKind::Null => true,
        _ => at.key().is_some_and(|key| {
            at.api().share(&key.content()).is_some_and(|share| share.answered != 0)
        }),
    }
}

/// The object of a list that something is in.
fn item<'a>(at: Cursor<'a>) -> Option<Cursor<'a>> {
    std::iter::once(at).chain(at.ancestors()).find(|around| {
        around.kind() == NodeKind::Object
            && around.is_item()
            && around.parent().and_then(Cursor::parent).is_none_or(|list| list.parent().is_none())
    })
}

fn is_collection(at: Cursor<'_>) -> bool {
    at.operation().is_some_and(|operation| operation.id == "Tasks_CreateTaskCollection")
}

fn of_one(fault: &Fault, at: Cursor<'_>) -> bool {
    !is_collection(at) && is_answered(fault, at)
}

fn of_item(fault: &Fault, at: Cursor<'_>) -> bool {
    is_collection(at) && is_answered(fault, at)
}

/// Whether an object has at least two of the names that tell an answer.
fn is_answer(object: Cursor<'_>) -> bool {
    let value = object.analysis().document.value_of(object.index());
    let marks = value.and_then(|value| value.as_object()).map(|o| answered(object.api(), o));
    marks.is_some_and(|marks| marks >= 2)
}

fn one(all: &[Cursor<'_>], context: &Context<'_>) -> Option<Finding> {
    context.analysis.body().filter(|body| is_answer(*body))?;
    let operation = context.analysis.operation()?;
    let message =
        format!("this is an answer of the service; {} does not take {}", operation.id, listed(all));
    let finding = Finding::at_key(&GET_RESPONSE, *all.first()?, message)
        .help(
            "the service never returns passwords, keys and protected settings: what such a copy \
             needs of these must be added",
        )
        .edits_if("Take them out", Applicability::Safe, removals(all));
    let unknown = all.iter().any(|at| at.property().is_none() && at.kind() != NodeKind::Null);
    Some(finding.at_most_if(!unknown, Severity::Warning))
}

fn items(all: &[Cursor<'_>], _: &Context<'_>) -> Option<Finding> {
    let first = all.iter().copied().find_map(item).filter(|item| is_answer(*item))?;
    let message =
        format!("these tasks are an answer of the service; no request takes {}", listed(all));
    let finding = Finding::at(&LIST_RESPONSE, first, message)
        .help("a collection holds tasks as they are created, 100 at most");
    Some(finding.edits_if("Take them out of every task", Applicability::Suggested, removals(all)))
}

fn list(found: &Foreign, _: &Context<'_>) -> Finding {
    Finding::spot(&LIST_RESPONSE, found.at, "this is a list that the service answered with")
        .help("only tasks can be created many at a time; take one resource out of the list")
}

/// The names of members, each once.
fn listed(all: &[Cursor<'_>]) -> String {
    const FEW: usize = 5;
    let mut names: Vec<String> = Vec::new();
    let mut nulls = false;
    for at in all.iter().take(200) {
        if at.kind() == NodeKind::Null {
            nulls = true;
            continue;
        }
        let name = at.key().map(|key| format!("`{}`", key.content())).unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(FEW);
    names.truncate(FEW);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if nulls {
        names.push("the `null`s".into());
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Edits that take members out of their objects; they are in document order.
fn removals(all: &[Cursor<'_>]) -> Option<Edits> {
    let mut gone: Vec<u32> = all.iter().map(|at| at.index()).collect();
    order::sort(&mut gone);
    let gone = |at: Cursor<'_>| gone.binary_search(&at.index()).is_ok();
    // Within what goes as a whole, nothing is left to do.
    let mut left: Vec<_> = all
        .iter()
        .filter(|at| !at.ancestors().any(gone))
        .filter_map(|at| Some((at.parent()?, *at)))
        .collect();
    order::sort_by_key(&mut left, |(object, at)| (object.index(), at.index()));
    let mut edits = Edits::new();
    for of_object in left.chunk_by(|(one, _), (other, _)| one.index() == other.index()) {
        let values: Vec<_> = of_object.iter().map(|(_, at)| *at).collect();
        edits.extend(edit::remove(of_object.first()?.0, &values)?);
    }
    order::sort_by_key(&mut edits, |(span, _)| span.start);
    Some(edits)
}
