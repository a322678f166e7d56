//! Operations that are there and are not checked.

use crate::request::Fault;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

rule! {
    /// The request is for a Batch operation that batchlint does not check.
    ///
    /// ## Why it matters
    /// batchlint checks 28 operations: those that create, change, get and list
    /// pools, nodes, jobs, job schedules, tasks and certificates. The API has
    /// about fifty more, such as resizing a pool or terminating a job. Such a
    /// request is none of the 28 misspelt, so nothing is guessed; nothing in
    /// it was checked either.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "POST", "url": "/pools/p1/resize?api-version=2024-07-01.20.0", "body": { "targetDedicatedNodes": 3 } }
    /// ```
    ///
    /// ## Use instead
    /// Nothing: the request may well be right. An operation that is checked:
    /// ```json right
    /// { "method": "GET", "url": "/pools/p1?api-version=2024-07-01.20.0" }
    /// ```
    ///
    /// ## Source
    /// `schemas/data/other-operations.json`, from the API's description.
    KNOWN_OTHER_OPERATION {
        code: "AB1001",
        id: "request/known-other-operation",
        severity: Info,
        checks: &[Check::Request(other)],
    }
}

fn other(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::Other { at, ids } = fault else { continue };
        let message = match ids[..] {
            [id] => format!("this is {id}, which batchlint does not check"),
            _ => {
                let (last, first) = ids.split_last().map_or(("", &ids[..]), |(l, f)| (*l, f));
                format!("this is {} or {last}, which batchlint does not check", first.join(", "))
            }
        };
        findings.add(
            Finding::spot(&KNOWN_OTHER_OPERATION, *at, message)
                .help("nothing in it was checked; `batchlint operations` lists what is"),
        );
    }
}
