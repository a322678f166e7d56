//! The members of a request around its body: how they are written.

use crate::document::{Document, NodeKind};
use crate::report::{Applicability, Severity, redact};
use crate::request::{Fault, GivenParameter, Origin, Spot, percent_decoded};
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

use super::{PARAMETER_VALUE, UNKNOWN_PARAMETER};

rule! {
    /// The request has two bodies.
    ///
    /// ## Why it matters
    /// A request has one body. Of two, one is not sent; which one depends on
    /// the tool. batchlint checks the operation's parameter before `body`, and
    /// what stands in `parameters` before what stands beside it. Two that are
    /// the same are an info.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_UpdateJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "job": { "priority": 1 } }, "body": { "priority": 2 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_UpdateJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "job": { "priority": 1 } } }
    /// ```
    ///
    /// ## Source
    /// `body` in `schemas/operations.json`; the layouts of requests that
    /// batchlint reads.
    TWO_BODIES {
        code: "AB1004",
        id: "request/two-bodies",
        severity: Warning,
        checks: &[Check::Request(two_bodies)],
    }
}

rule! {
    /// The HTTP method is not written in capitals, or has blanks.
    ///
    /// ## Why it matters
    /// Methods are case-sensitive. Some clients write them in capitals by
    /// themselves, but `patch` is often sent as it is, and the service answers
    /// `InvalidHttpVerb`. In the text that a shared key signs, too, the method
    /// must be in capitals.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "patch", "url": "/jobs/j1?api-version=2024-07-01.20.0", "body": { "priority": 10 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "method": "PATCH", "url": "/jobs/j1?api-version=2024-07-01.20.0", "body": { "priority": 10 } }
    /// ```
    ///
    /// ## Fix safety
    /// The fix is safe: it writes the same method in capitals.
    ///
    /// ## Source
    /// RFC 9110, section 9.1; the service's error code `InvalidHttpVerb`;
    /// Authenticate Requests to the Azure Batch Service.
    METHOD_CASE {
        code: "AB1005",
        id: "request/method-case",
        severity: Warning,
        fix: Safe,
        service_code: "InvalidHttpVerb",
        checks: &[Check::Request(method_case)],
    }
}

rule! {
    /// A value in `parameters` is percent-encoded.
    ///
    /// ## Why it matters
    /// Clients encode the parameters that they are given. What is encoded
    /// already is encoded once more, `%20` becomes `%2520`, and the service
    /// compares with the wrong text. In a `url` encoded values are right.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_ListJobs", "parameters": { "api-version": "2024-07-01.20.0", "$filter": "state%20eq%20%27active%27" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_ListJobs", "parameters": { "api-version": "2024-07-01.20.0", "$filter": "state eq 'active'" } }
    /// ```
    ///
    /// ## Fix safety
    /// Suggested: a tool that sends the value as it is needs it encoded.
    ///
    /// ## Source
    /// What HTTP clients do with parameters.
    URL_ENCODED_BODY {
        code: "AB1006",
        id: "request/url-encoded-body",
        severity: Info,
        group: Pedantic,
        fix: Suggested,
        checks: &[Check::Parameter(encoded)],
    }
}

fn two_bodies(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::TwoBodies { first, second } = fault else { continue };
        let document = context.analysis.document;
        let equal = same(document, first.value.index(), second.value.index());
        let message = "this is a second body of the request";
        findings.add(
            Finding::spot(&TWO_BODIES, Spot::key(*second), message)
                .related(first.key_span(), "this one is checked")
                .help("leave one of them out; which one is sent depends on the tool")
                .at_most_if(equal, Severity::Info),
        );
    }
}

/// Whether two values hold the same, member by member.
fn same(document: &Document<'_>, a: u32, b: u32) -> bool {
    let (ends, length) = ((document.behind(a), document.behind(b)), document.behind(a) - a);
    ends.1 - b == length
        && (a..ends.0).zip(b..ends.1).all(|(x, y)| {
            let kind = document.kind_of(x);
            kind == document.kind_of(y)
                && match kind {
                    NodeKind::Object | NodeKind::Array => {
                        document.behind(x) - x == document.behind(y) - y
                    }
                    NodeKind::String | NodeKind::Key => {
                        document.content_of(x) == document.content_of(y)
                    }
                    _ => {
                        let source = |at| document.text().get(document.span_of(at).range());
                        source(x) == source(y)
                    }
                }
        })
}

fn method_case(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::MethodCase { at, method } = fault else { continue };
        let message = format!("the method must be written `{method}`");
        findings.add(
            Finding::spot(&METHOD_CASE, Spot::of(*at), message)
                .help("methods are case-sensitive, and have no blanks around them")
                .fix(
                    format!("Write `{method}`"),
                    Applicability::Safe,
                    at.span(),
                    format!("\"{method}\""),
                ),
        );
    }
}

/// A member of the request in another case: it is read as what it means. It is
/// never sent, so it depends on the tool whether it minds.
pub(super) fn member_case(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::Case { member, name } = fault else { continue };
        let message = format!("`{}` is spelled `{name}`", member.name());
        findings.add(
            Finding::spot(&UNKNOWN_PARAMETER, Spot::key(*member), message)
                .at_most(Severity::Info)
                .fix(
                    format!("Write `{name}`"),
                    Applicability::Safe,
                    member.key_span(),
                    format!("\"{name}\""),
                ),
        );
    }
}

/// A parameter that is given twice.
pub(super) fn twice(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::Twice { parameter, first, again } = fault else { continue };
        let message = format!("`{parameter}` is given twice");
        findings.add(
            Finding::spot(&PARAMETER_VALUE, *again, message)
                .related(first.span, "it is given here, too")
                .help("which one counts is not known; leave one of them out")
                .at_most(Severity::Warning),
        );
    }
}

fn encoded(given: &GivenParameter<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let name = given.parameter.name;
    let is_text = given.value.is_some_and(|value| value.kind() == NodeKind::String);
    let wanted = name.starts_with('$') || name.ends_with("Id");
    if given.origin != Origin::Parameters || !is_text || !wanted || given.is_placeholder() {
        return;
    }
    let codes = ["%20", "%27", "%2f", "%3a", "%24", "%2c"];
    let lower = given.text.to_ascii_lowercase();
    if !codes.iter().any(|code| lower.contains(code)) {
        return;
    }
    let decoded = percent_decoded(&given.text);
    let message = format!("`{name}` is percent-encoded");
    let mut finding = Finding::spot(&URL_ENCODED_BODY, given.at, message)
        .help("clients encode it themselves: write it as it is meant");
    let plain = |c: char| c.is_control() || matches!(c, '"' | '\\' | char::REPLACEMENT_CHARACTER);
    // A fix never repeats what may be secret.
    if !decoded.contains(plain) && redact(&decoded) == decoded {
        let title = "Decode it";
        let text = format!("\"{decoded}\"");
        finding = finding.fix(title, Applicability::Suggested, given.at.span, text);
    }
    findings.add(finding);
}
