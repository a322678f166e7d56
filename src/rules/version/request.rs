//! Versions, names and paths of a request that are not of the API as it is.

use crate::api::{Api, ParameterLocation};
use crate::date::Date;
use crate::report::{Applicability, Severity, redact};
use crate::request::{Fault, GivenParameter, Spot, retirement_announced};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, rule};

rule! {
    /// The api-version is none that the Batch service has.
    ///
    /// ## Why it matters
    /// The service answers 400 `InvalidQueryParameterValue` to a version that
    /// it does not know. Up to `2024-07-01.20.0` a version has a number behind
    /// its date, so that `2024-07-01` alone is a version of the management
    /// plane; from `2025-06-01` on it is the date alone. A version later than
    /// those that batchlint knows is a warning, since batchlint may be older.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01", "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where a known date lacks its number; suggested where it has
    /// another.
    ///
    /// ## Source
    /// `schemas/data/api-versions.json`; Batch Service REST API Versioning: an
    /// incorrect version is an error; azure-sdk-for-python#19224.
    UNKNOWN_API_VERSION {
        code: "AB1407",
        id: "version/unknown-api-version",
        severity: Error,
        fix: Safe,
        service_code: "InvalidQueryParameterValue",
        checks: &[Check::Parameter(unknown_version)],
    }
}

rule! {
    /// The api-version has been scheduled for removal in the past.
    ///
    /// ## Why it matters
    /// Once a version is removed, every request with it fails with
    /// `UnsupportedRequestVersion`. The rule looks at the day of the run; where
    /// the caller names none, it says nothing.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2016-02-01.3.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// A version that is served; names have changed since.
    /// ```json right
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Fix safety
    /// Suggested: members have other names in the version that it writes.
    ///
    /// ## Source
    /// `schemas/data/api-versions.json`, from the Batch API life cycle page.
    RETIRED_API_VERSION {
        code: "AB1408",
        id: "version/retired-api-version",
        severity: Warning,
        fix: Suggested,
        service_code: "UnsupportedRequestVersion",
        checks: &[Check::Parameter(retired)],
    }
}

rule! {
    /// The api-version is among those announced as retiring.
    ///
    /// ## Why it matters
    /// Versions are served for a time after a later one is there. In May 2026
    /// all before `2025-06-01` were put on the list of those to be retired; on
    /// which day they end is not known. The rule looks at the day of the run,
    /// and at requests that name their version; it says so once a document.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// Plan the move to a later version; until then nothing has to change.
    /// ```json right
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2025-06-01", "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// `schemas/data/api-versions.json`, from Azure/Batch#140, comment of
    /// 2026-05-15, and the Batch API life cycle page.
    API_VERSION_RETIRING {
        code: "AB1409",
        id: "version/api-version-retiring",
        severity: Info,
        checks: &[Check::Request(retiring)],
    }
}

rule! {
    /// `operationId` is the name that the operation had in earlier
    /// descriptions of the API.
    ///
    /// ## Why it matters
    /// The request is read as the operation of today. `Job_Update` is the trap:
    /// it is the PUT that replaces a job, now `Jobs_ReplaceJob`; the PATCH that
    /// was `Job_Patch` is now `Jobs_UpdateJob`. The name is not sent, so that
    /// the service does not mind. Names of methods in SDKs are read in the same
    /// way.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Job_Update", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "job": { "poolInfo": { "poolId": "p1" } } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_ReplaceJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "job": { "poolInfo": { "poolId": "p1" } } } }
    /// ```
    ///
    /// ## Fix safety
    /// The fix is safe: it writes the present name of the same operation.
    ///
    /// ## Source
    /// `schemas/data/former-names.json`, from the API's Swagger descriptions.
    OLD_OPERATION_ID {
        code: "AB1411",
        id: "version/old-operation-id",
        severity: Warning,
        fix: Safe,
        checks: &[Check::Request(old_id)],
    }
}

rule! {
    /// The body stands under the parameter name of earlier descriptions.
    ///
    /// ## Why it matters
    /// Examples of earlier descriptions call it `jobPatchParameter` or
    /// `cloudJobSchedule`. It is read as the body, and where nothing else names
    /// the operation, that name does. The name is not sent, so that the service
    /// does not mind; a tool that reads such files by today's names may.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_UpdateJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "jobPatchParameter": { "priority": 10 } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_UpdateJob", "parameters": { "api-version": "2024-07-01.20.0", "jobId": "j1", "job": { "priority": 10 } } }
    /// ```
    ///
    /// ## Fix safety
    /// The fix is safe: it renames the member.
    ///
    /// ## Source
    /// `schemas/data/former-names.json`, from the API's Swagger descriptions.
    OLD_BODY_PARAMETER {
        code: "AB1412",
        id: "version/old-body-parameter",
        severity: Warning,
        fix: Safe,
        checks: &[Check::Request(old_body)],
    }
}

rule! {
    /// The URL's path belonged to an operation that has been removed or
    /// renamed.
    ///
    /// ## Why it matters
    /// The service answers `InvalidUri` or `ResourceNotFound`. The first
    /// versions had an action in the query, `/pools/p1?resize`; since
    /// 2016-02-01.3.0 it is a part of the path, `/pools/p1/resize`.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "POST", "url": "/pools/p1?updateproperties&api-version=2024-07-01.20.0", "body": { "certificateReferences": [], "applicationPackageReferences": [], "metadata": [] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "method": "POST", "url": "/pools/p1/updateproperties?api-version=2024-07-01.20.0", "body": { "certificateReferences": [], "applicationPackageReferences": [], "metadata": [] } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: it moves the action from the query to the path.
    ///
    /// ## Source
    /// `removedPaths` in `schemas/data/former-names.json`, from Batch Service
    /// REST API Versioning.
    REMOVED_PATH {
        code: "AB1413",
        id: "version/removed-path",
        severity: Error,
        fix: Safe,
        checks: &[Check::Request(removed_path)],
    }
}

/// Whether a parameter is the request's API version, and says one.
pub(crate) fn is_version(given: &GivenParameter<'_>) -> bool {
    given.parameter.name == "api-version"
        && given.parameter.location == ParameterLocation::Query
        && !given.is_placeholder()
}

/// What is wrong with an API version as such.
pub(crate) enum Wrong {
    /// There is none of this name.
    Unknown,
    /// There is none, as far as is known; it may be a later one.
    Later,
    /// It is no longer served since this day.
    Retired(&'static str),
}

/// What is wrong with a version. What is only another one than is checked is
/// another rule's.
pub(crate) fn wrong(api: Api, version: &str, today: Option<Date>) -> Option<Wrong> {
    let version = version.trim();
    if let Some((_, ended)) = api.published().find(|(known, _)| *known == version) {
        let day = ended?;
        let over = day.parse::<Date>().is_ok_and(|day| today.is_some_and(|today| day <= today));
        return over.then_some(Wrong::Retired(day));
    }
    // Dates of this form are in order as texts. From the first one without a
    // number on, versions may be missing here.
    let later = date_of(version).is_some_and(|date| {
        let from = api.published().map(|(known, _)| known).find(|known| known.len() == 10);
        from.is_some_and(|from| date > from) && of_date(api, date).is_none()
    });
    Some(if later { Wrong::Later } else { Wrong::Unknown })
}

/// The date that a version begins with; digits and hyphens behind it, or a
/// word behind a hyphen.
fn date_of(version: &str) -> Option<&str> {
    let date = version.get(..10)?;
    date.parse::<Date>().ok()?;
    let rest = &version[10..];
    let number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    (rest.is_empty()
        || rest.starts_with('.') && rest.bytes().all(number)
        || rest.starts_with('-') && rest.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric()))
    .then_some(date)
}

/// The published version of a date.
fn of_date(api: Api, date: &str) -> Option<&'static str> {
    api.published().map(|(known, _)| known).find(|known| known.get(..10) == Some(date))
}

fn unknown_version(given: &GivenParameter<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !is_version(given) {
        return;
    }
    let api = context.analysis.api;
    let text = given.text.trim();
    let shown = shorten(&redact(text), 48);
    let later = match wrong(api, text, context.today) {
        Some(Wrong::Unknown) => false,
        Some(Wrong::Later) => true,
        _ => return,
    };
    let message = match text {
        "" => "the API version is empty".to_owned(),
        _ => format!("the Batch service has no API version `{shown}`"),
    };
    let mut finding = Finding::spot(&UNKNOWN_API_VERSION, given.at, message);
    let known = date_of(text).and_then(|date| of_date(api, date));
    finding = match known {
        Some(known) => {
            finding = finding.help(format!("the version of that date is `{known}`"));
            let applicability = match text.len() {
                10 => Applicability::Safe,
                _ => Applicability::Suggested,
            };
            write(finding, applicability, given, known)
        }
        None if later => finding
            .help("it may be a later one than batchlint knows; its models may differ")
            .at_most(Severity::Warning),
        None => finding.help(format!("batchlint checks {}", api.version())),
    };
    findings.add(finding);
}

/// A fix that writes another version.
fn write(
    finding: Finding,
    applicability: Applicability,
    given: &GivenParameter<'_>,
    version: &str,
) -> Finding {
    let title = format!("Write `{version}`");
    match given.value {
        Some(value) => finding.fix(title, applicability, value.span(), format!("\"{version}\"")),
        None => {
            let text = format!("api-version={version}");
            finding.fix(title, applicability, given.at.span, text)
        }
    }
}

fn retired(given: &GivenParameter<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if !is_version(given) {
        return;
    }
    let api = context.analysis.api;
    let Some(Wrong::Retired(day)) = wrong(api, &given.text, context.today) else { return };
    let message = format!("support of API version `{}` ended on {day}", given.text.trim());
    let finding = Finding::spot(&RETIRED_API_VERSION, given.at, message).help(format!(
        "requests with it fail; batchlint checks {}, in which names have changed",
        api.version()
    ));
    findings.add(write(finding, Applicability::Suggested, given, api.version()));
}

fn retiring(context: &Context<'_>, findings: &mut Findings<'_>) {
    // Once a document, however often it is given.
    let mut given = context.analysis.request.parameters.iter();
    let Some(given) = given.find(|given| is_version(given)) else { return };
    let version = given.text.trim();
    let is_past = |day: &&str| {
        day.parse::<Date>().is_ok_and(|day| context.today.is_some_and(|today| day <= today))
    };
    let Some(day) = retirement_announced(version).filter(is_past) else { return };
    let message = format!("API version `{version}` has been announced as retiring");
    findings.add(Finding::spot(&API_VERSION_RETIRING, given.at, message).help(format!(
        "announced on {day}, without a day on which it ends; plan the move to 2025-06-01 or \
             later"
    )));
}

fn old_id(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::FormerId { at, now } = fault else { continue };
        let message = format!("this operation is now called {}", now.id);
        findings.add(
            Finding::spot(&OLD_OPERATION_ID, Spot::of(*at), message)
                .help(format!("it is {} {}", now.method, now.path))
                .fix(
                    format!("Write `{}`", now.id),
                    Applicability::Safe,
                    at.span(),
                    format!("\"{}\"", now.id),
                ),
        );
    }
}

fn old_body(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        let Fault::FormerBody { member, now } = fault else { continue };
        let message = format!("the body's name among the parameters is now `{now}`");
        findings.add(
            Finding::spot(&OLD_BODY_PARAMETER, Spot::key(*member), message)
                .help(format!("`{}` is what earlier descriptions call it", member.name()))
                .fix(
                    format!("Write `{now}`"),
                    Applicability::Safe,
                    member.key_span(),
                    format!("\"{now}\""),
                ),
        );
    }
}

fn removed_path(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        match fault {
            Fault::RemovedPath { at, removed } => {
                let message = format!("the API has no `{}` any longer", removed.path);
                let since = removed.since;
                let help = match removed.instead {
                    Some(instead) => format!("it is gone since {since}; use `{instead}`"),
                    None => format!("it is gone since {since}, and nothing takes its place"),
                };
                findings.add(Finding::spot(&REMOVED_PATH, *at, message).help(help));
            }
            Fault::QueryAction { at, path, edits } => {
                let action = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
                let message = format!("`{action}` is an action, and belongs into the path");
                findings.add(
                    Finding::spot(&REMOVED_PATH, *at, message)
                        .help("actions stand behind the path since 2016-02-01.3.0")
                        .edits("Move it to the path", Applicability::Safe, edits.iter().cloned()),
                );
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_judged_by_their_form_and_date() {
        let api = Api::latest();
        let today = "2026-11-01".parse().ok();
        let word = |version: &str| match wrong(api, version, today) {
            None => "",
            Some(Wrong::Unknown) => "unknown",
            Some(Wrong::Later) => "later",
            Some(Wrong::Retired(_)) => "retired",
        };
        for version in ["2024-07-01.20.0", " 2024-07-01.20.0 ", "2025-06-01", "2026-10-01"] {
            assert_eq!(word(version), "", "{version}");
        }
        for version in [
            "",
            "latest",
            "1",
            "15.0.0b2",
            "2024-07-01",
            "2023-11-01",
            "2024-07-01.19.0",
            "2025-06-01.21.0",
            "2024-07-01-preview",
            "2024-13-01",
            "2022-02-02",
            "20240701",
            "2030-01-01x",
            "2024-07-01.20",
        ] {
            assert_eq!(word(version), "unknown", "{version}");
        }
        for version in ["2025-12-01", "2027-01-01", "2027-01-01.1.0", "2027-01-01-preview"] {
            assert_eq!(word(version), "later", "{version}");
        }
        assert_eq!(word("2014-01-01.1.0"), "retired");
        assert_eq!(word("2017-09-01.6.0"), "retired");
        assert_eq!(word("2018-03-01.6.1"), "");
        // Without a day no date is judged.
        assert!(wrong(api, "2014-01-01.1.0", None).is_none());
    }
}
