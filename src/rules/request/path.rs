//! The ids in a request's path.

use crate::api::{ParameterLocation, match_path};
use crate::document::NodeKind;
use crate::report::{Applicability, redact};
use crate::request::{GivenParameter, Origin, Spot, Url, has_placeholder};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, rule};

rule! {
    /// The id in the path is not the id in the body.
    ///
    /// ## Why it matters
    /// The path decides which resource is changed; the service takes no notice
    /// of the `id` and `url` that a body brings along. A body got from one job
    /// and sent to another writes its constraints, pool and metadata over
    /// those of the other.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_ReplaceJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "nightly-2", "job": { "id": "nightly-1", "poolInfo": { "poolId": "p1" } } } }
    /// ```
    ///
    /// ## Use instead
    /// The path of the resource that the body is of, or the body of the
    /// resource in the path.
    /// ```json right
    /// { "operationId": "Jobs_ReplaceJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "nightly-1", "job": { "id": "nightly-1", "poolInfo": { "poolId": "p1" } } } }
    /// ```
    ///
    /// ## Source
    /// `id` and `url` of `BatchJob`, `BatchTask` and `BatchJobSchedule` in
    /// `schemas/models.json`: read-only; ids are the same in any case.
    PATH_ID_DIFFERS {
        code: "AB1002",
        id: "request/path-id-differs",
        severity: Warning,
        checks: &[Check::Request(differs)],
    }
}

rule! {
    /// An id in the path has a form that no resource of its kind has.
    ///
    /// ## Why it matters
    /// Ids have letters, digits, hyphens and underscores, 64 at most. The
    /// service answers 404 or `InvalidUri` to any other, and does not say that
    /// there can be no such resource. Often it is a whole URL, or has a blank
    /// at an end. Jobs of a schedule have ids such as `nightly:job-12`, and
    /// pools that Batch creates for a job have longer ones; both are right.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_GetJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "my job" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_GetJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "nightly:job-12" } }
    /// ```
    ///
    /// ## Fix safety
    /// The fix is safe: of a resource's URL it leaves the id at its end.
    ///
    /// ## Source
    /// `pattern` and `maxLength` of `id` in the models that create resources,
    /// in `schemas/models.json`.
    PATH_ID_FORM {
        code: "AB1003",
        id: "request/path-id-form",
        severity: Warning,
        checks: &[Check::Parameter(form)],
    }
}

/// Operations that change a resource, and the path that its `url` has.
const CHANGES: [(&str, &str); 7] = [
    ("Jobs_ReplaceJob", "/jobs/{jobId}"),
    ("Jobs_UpdateJob", "/jobs/{jobId}"),
    ("Tasks_ReplaceTask", "/jobs/{jobId}/tasks/{taskId}"),
    ("JobSchedules_ReplaceJobSchedule", "/jobschedules/{jobScheduleId}"),
    ("JobSchedules_UpdateJobSchedule", "/jobschedules/{jobScheduleId}"),
    ("Pools_UpdatePool", "/pools/{poolId}"),
    ("Pools_ReplacePoolProperties", "/pools/{poolId}"),
];

fn differs(context: &Context<'_>, findings: &mut Findings<'_>) {
    let request = &context.analysis.request;
    let Some(operation) = context.analysis.operation() else { return };
    let Some((_, template)) = CHANGES.iter().find(|(id, _)| *id == operation.id) else { return };
    let Some(body) = request.body.and_then(|body| body.as_object()) else { return };
    let in_path = |name: &str| {
        let mut given = request.parameters.iter();
        given.find(|given| {
            given.parameter.name == name
                && given.parameter.location == ParameterLocation::Path
                && !given.text.is_empty()
                && !given.is_placeholder()
        })
    };
    let text = |name: &str| {
        let member =
            body.members().filter(|member| member.name().eq_ignore_ascii_case(name)).last();
        let value = member?.value;
        let text = (value.kind() == NodeKind::String).then(|| value.as_str())??;
        (!text.is_empty() && !has_placeholder(&text)).then_some((value, text))
    };
    let shown = |text: &str| shorten(&redact(text), 48);
    let mut say = |at: Spot, what: &str, theirs: &str, given: &GivenParameter<'_>| {
        let message = format!(
            "the body is of {what} `{}`, the path of `{}`",
            shown(theirs),
            shown(&given.text)
        );
        findings.add(
            Finding::spot(&PATH_ID_DIFFERS, at, message)
                .related(given.at.span, format!("`{}` is given here", given.parameter.name))
                .help("the path decides: what this body holds is written over that resource"),
        );
    };
    let last = template.rsplit(['{', '}']).nth(1).unwrap_or_default();
    let what = last.strip_suffix("Id").unwrap_or(last);
    if let (Some((value, id)), Some(given)) = (text("id"), in_path(last))
        && !id.eq_ignore_ascii_case(&given.text)
    {
        say(Spot::of(value), what, &id, given);
        return;
    }
    let Some((value, _)) = text("url") else { return };
    let Some(url) = Url::of(value) else { return };
    let path = url.plain_path().text;
    for (name, theirs) in match_path(template, &path).unwrap_or_default() {
        if let Some(given) = in_path(name)
            && !theirs.eq_ignore_ascii_case(&given.text)
        {
            say(Spot::of(value), name.strip_suffix("Id").unwrap_or(name), theirs, given);
            return;
        }
    }
}

fn form(given: &GivenParameter<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (name, text) = (given.parameter.name, given.text.as_str());
    let is_text = given.value.is_none_or(|value| value.kind() == NodeKind::String);
    if given.parameter.location != ParameterLocation::Path
        || !matches!(name, "poolId" | "jobId" | "taskId" | "jobScheduleId")
        || !is_text
        || given.is_placeholder()
        // An empty one is said to be missing.
        || text.trim().is_empty()
        || is_id(name, text)
    {
        return;
    }
    let what = name.strip_suffix("Id").unwrap_or(name);
    let shown = shorten(&redact(text), 48);
    let is_arm = text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("/subscriptions/"));
    let is_url = text.contains("://");
    let (message, help) = if is_url || is_arm {
        let kind = if is_url { "a URL" } else { "an ARM id" };
        let message = format!("`{name}` must be the id of a {what}, not {kind}");
        (message, "the id is the last part of it".to_owned())
    } else if text.trim() != text {
        (format!("`{name}` has blanks around it: `{shown}`"), "leave them out".to_owned())
    } else if text.contains('/') {
        let message = format!("`{name}` has a slash in it: `{shown}`");
        (message, "a slash separates the parts of a path; no id has one".to_owned())
    } else if text.len() > 64 && text.bytes().all(is_letter) {
        let message = format!("`{name}` has {} characters; no {what} has more than 64", text.len());
        (message, "see what the id is where the resource is created".to_owned())
    } else {
        let message = format!("no {what} has an id like `{shown}`");
        (message, "ids have letters, digits, hyphens and underscores".to_owned())
    };
    let mut finding = Finding::spot(&PATH_ID_FORM, given.at, message).help(help);
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if (is_url || is_arm) && given.origin == Origin::Parameters && is_id(name, last) {
        let title = format!("Write `{last}`");
        finding = finding.fix(title, Applicability::Safe, given.at.span, format!("\"{last}\""));
    }
    findings.add(finding);
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a resource of this kind can have the id.
fn is_id(name: &str, text: &str) -> bool {
    let plain = |text: &str| !text.is_empty() && text.len() <= 64 && text.bytes().all(is_letter);
    if plain(text) {
        return true;
    }
    match name {
        "jobId" => text.split_once(":job-").is_some_and(|(schedule, number)| {
            plain(schedule)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }),
        // `prefix_GUID`: the pool that Batch makes for a job.
        "poolId" => {
            text.bytes().all(is_letter)
                && text.rsplit_once('_').is_some_and(|(_, guid)| {
                    let lengths: Vec<usize> = guid.split('-').map(str::len).collect();
                    lengths == [8, 4, 4, 4, 12]
                        && guid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn ids_have_their_form() {
        let long = "a".repeat(64);
        for (name, text) in [
            ("poolId", "p-1_X"),
            ("poolId", &long),
            ("poolId", &format!("{long}_01234567-89ab-cdef-0123-456789ABCDEF")),
            ("jobId", "nightly:job-12"),
            ("jobId", &format!("{long}:job-1")),
            ("taskId", "1"),
        ] {
            assert!(is_id(name, text), "{name} {text}");
        }
        let longer = "a".repeat(65);
        for (name, text) in [
            ("poolId", &*longer),
            ("poolId", "nightly:job-12"),
            ("poolId", &format!("{long}-01234567-89ab-cdef-0123-456789abcdef")),
            ("jobId", "nightly:job-"),
            ("jobId", "nightly:job-x"),
            ("jobId", "a:b:job-1"),
            ("jobScheduleId", "a:job-1"),
            ("taskId", "a b"),
            ("taskId", "\u{e4}"),
            ("jobId", ""),
        ] {
            assert!(!is_id(name, text), "{name} {text}");
        }
    }
}
