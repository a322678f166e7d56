//! Bodies within something: a string, one more object, beside each other.

use crate::analysis::Cursor;
use crate::document::Span;
use crate::report::Applicability;
use crate::request::{Foreign, ForeignKind};
use crate::rules::edit;
use crate::rules::finding::{Finding, shorten};
use crate::rules::{Check, Context, rule};

use super::DOUBLE_ENCODED;

rule! {
    /// The body is within one more object.
    ///
    /// ## Why it matters
    /// The service looks for the body's members at the top, does not find them,
    /// and knows no member of the wrapper's name.
    ///
    /// What is inside is checked as the body.
    ///
    /// ## Example
    /// ```json wrong
    /// { "pool": { "id": "p1", "vmSize": "standard_d2s_v3" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where nothing else stands beside it.
    ///
    /// ## Source
    /// The bodies in `schemas/requests/`.
    WRAPPED_BODY {
        code: "AB1308",
        id: "shape/wrapped-body",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Foreign(ForeignKind::Wrapped, wrapped)],
    }
}

rule! {
    /// Several resources are in one document.
    ///
    /// ## Why it matters
    /// A request creates one resource, or up to 100 tasks of one job: first the
    /// pool, then the job, then its tasks. Such a document can be sent by none,
    /// so that nothing in it was checked.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "pool": { "id": "p1", "vmSize": "standard_d2s_v3" },
    ///   "job": { "id": "j1", "poolInfo": { "poolId": "p1" } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// A file for each, with what is in its member as the body.
    ///
    /// ## Source
    /// The bodies in `schemas/requests/`.
    SEVERAL_RESOURCES {
        code: "AB1309",
        id: "shape/several-resources",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::Several, several)],
    }
}

pub(super) fn double_encoded(found: &Foreign, context: &Context<'_>) -> Finding {
    let at = context.analysis.cursor(found.at.node);
    let message = "this is JSON in a string: it was serialized twice";
    Finding::spot(&DOUBLE_ENCODED, found.at, message)
        .help("write what is in the string, without the quotes around it and the escapes in it")
        .edits_if("Take it out of the string", Applicability::Safe, edit::unwrap_string(at))
}

fn wrapped(found: &Foreign, context: &Context<'_>) -> Finding {
    let analysis = context.analysis;
    let at = analysis.cursor(found.at.node);
    let name = at.key().map(Cursor::content).unwrap_or_default();
    let name = shorten(&name, 48);
    let (root, inner) = (analysis.cursor(0).span(), at.span());
    let message = format!("the body is within a member `{name}`; it must be the whole document");
    let finding = Finding::spot(&WRAPPED_BODY, found.at, message);
    let alone = analysis.cursor(0).keys().take(2).count() == 1;
    // A list of tasks has a member around it, too, if under another name.
    if analysis.request.list {
        let title = "Call it `value`";
        let key = found.at.span;
        return finding.help("a collection of tasks is `{\"value\": [...]}`").fix(
            title,
            Applicability::Safe,
            key,
            "\"value\"",
        );
    }
    let applicability = if alone { Applicability::Safe } else { Applicability::Suggested };
    finding.help(format!("leave out `{name}` and the braces around it")).edits(
        "Leave out what is around the body",
        applicability,
        [
            (Span { start: root.start, end: inner.start }, String::new()),
            (Span { start: inner.end, end: root.end }, String::new()),
        ],
    )
}

fn several(found: &Foreign, context: &Context<'_>) -> Finding {
    let message = "this holds several resources; a request creates one, or tasks of one job";
    let finding = Finding::spot(&SEVERAL_RESOURCES, found.at, message).help(
        "put each into a file of its own, and send the pool first, then the job, then its tasks; \
         none of them was checked",
    );
    found.nodes.iter().fold(finding, |finding, node| {
        let at = context.analysis.cursor(*node);
        let span = at.name_span();
        finding.related(span, "another resource")
    })
}
