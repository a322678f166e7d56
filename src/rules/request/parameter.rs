//! What to say of a request's parameters.

use crate::api::{Parameter, ParameterKind, ParameterLocation};
use crate::document::NodeKind;
use crate::report::{Severity, redact};
use crate::request::{Fault, GivenParameter, Spot};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};
use crate::words::nearest_of;

use super::{MISSING_PARAMETER, PARAMETER_VALUE, UNKNOWN_PARAMETER};

pub(super) fn missing(context: &Context<'_>, findings: &mut Findings<'_>) {
    for missing in &context.analysis.request.missing {
        let parameter = missing.parameter;
        let what = parameter.location.name();
        let message = format!("the {what} parameter `{}` is missing", parameter.name);
        let help = match parameter.constant {
            Some(constant) => format!("{} Write `{constant}`", parameter.description),
            None => parameter.description.trim_end_matches('.').to_owned(),
        };
        findings.add(Finding::spot(&MISSING_PARAMETER, missing.at, message).help(help));
    }
}

pub(super) fn unknown(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(operation) = context.analysis.operation() else { return };
    if context.analysis.request.unknown.is_empty() {
        return;
    }
    let all = || context.analysis.api.parameters(operation).map(|(parameter, _)| parameter);
    let in_query = |parameter: &&Parameter| parameter.location == ParameterLocation::Query;
    let body = operation.body.as_ref().map(|body| body.parameter);
    let options: Vec<_> = all().map(|parameter| parameter.name).chain(body).collect();
    let query: Vec<_> = all().filter(in_query).map(|parameter| parameter.name).collect();
    for unknown in &context.analysis.request.unknown {
        let name = shorten(&unknown.name, 48);
        let (message, known) = if unknown.in_query {
            (format!("{} has no query parameter `{name}`", operation.id), &query)
        } else {
            (format!("{} has no parameter `{name}`", operation.id), &options)
        };
        let help = match nearest_of(&unknown.name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has `{}`", known.join("`, `")),
        };
        findings.add(Finding::spot(&UNKNOWN_PARAMETER, unknown.at, message).help(help));
    }
}

pub(super) fn headers(context: &Context<'_>, findings: &mut Findings<'_>) {
    for fault in &context.analysis.request.faults {
        if let Fault::Headers { at } = fault {
            let message = "`headers` must be an object of names and values";
            findings.add(Finding::spot(&PARAMETER_VALUE, Spot::of(*at), message));
        }
    }
}

pub(super) fn value(given: &GivenParameter<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (parameter, text) = (given.parameter, &given.text);
    let name = parameter.name;
    // These have rules of their own.
    let is_text = given.value.is_none_or(|value| value.kind() == NodeKind::String);
    if given.is_placeholder()
        || name == "api-version"
        || name == "thumbprintAlgorithm" && is_text
        || name == "thumbprint" && is_text && given.value.is_some()
    {
        return;
    }
    let shown = shorten(&redact(text), 48);
    let wrong = |expected: &str| {
        let message = format!("`{name}` must be {expected}, not `{shown}`");
        Finding::spot(&PARAMETER_VALUE, given.at, message)
            .help(parameter.description.trim_end_matches('.'))
    };
    match parameter.kind {
        ParameterKind::Integer => match text.parse::<i64>() {
            Ok(number) => {
                if let Some(limit) = parameter.minimum.filter(|limit| number < *limit) {
                    findings.add(wrong(&format!("at least {limit}")));
                } else if let Some(limit) = parameter.maximum.filter(|limit| number > *limit) {
                    findings.add(wrong(&format!("at most {limit}")));
                } else if i32::try_from(number).is_err() {
                    findings.add(wrong("a whole number of 32 bits"));
                }
            }
            Err(_) => findings.add(wrong("a whole number")),
        },
        ParameterKind::Boolean => {
            if !matches!(&*text.to_ascii_lowercase(), "true" | "false") {
                findings.add(wrong("`true` or `false`"));
            }
        }
        ParameterKind::List => {
            let fine = match given.value {
                None => true,
                Some(list) => match list.as_array() {
                    Some(mut items) => items.all(|item| item.kind() == NodeKind::String),
                    None => list.kind() == NodeKind::String,
                },
            };
            if !fine {
                findings.add(wrong("a list of names, separated by commas"));
            }
        }
        ParameterKind::String => {
            if !is_text {
                findings.add(wrong("a string"));
                return;
            }
            let empty = text.trim().is_empty();
            match parameter.format {
                _ if empty && parameter.location == ParameterLocation::Path => {
                    findings.add(wrong("given"));
                }
                Some("uuid") if !is_uuid(text) => {
                    let help = "write it as 8-4-4-4-12 hexadecimal digits";
                    findings.add(wrong("a UUID").help(help).at_most(Severity::Warning));
                }
                Some("date-time-rfc7231") if !is_http_date(text) => {
                    let help = "write it as HTTP does: `Sat, 31 Jan 2026 08:00:00 GMT`";
                    findings.add(wrong("an HTTP date").help(help).at_most(Severity::Warning));
                }
                _ => {}
            }
            if name == "content-type" && !text.to_ascii_lowercase().contains("json") {
                let help = "the service reads `application/json; odata=minimalmetadata`";
                findings.add(wrong("a JSON media type").help(help));
            }
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    text.chars().all(hex) && (lengths == [8, 4, 4, 4, 12] || lengths == [32])
}

/// `Sat, 31 Jan 2026 08:00:00 GMT`: the form, not whether the day exists.
fn is_http_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(' ').collect();
    let [day, date, month, year, time, zone] = parts[..] else { return false };
    let number =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"];
    let time: Vec<&str> = time.split(':').collect();
    days.contains(&day)
        && number(date, 2)
        && months.contains(&month)
        && number(year, 4)
        && time.len() == 3
        && time.iter().all(|part| number(part, 2))
        && zone == "GMT"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_and_uuids_have_their_form() {
        assert!(is_http_date("Sat, 31 Jan 2026 08:00:00 GMT"));
        assert!(!is_http_date("2026-01-31T08:00:00Z"));
        assert!(!is_http_date("Sat, 31 Jan 2026 08:00 GMT"));
        assert!(is_uuid("00000000-0000-0000-0000-000000000000"));
        assert!(!is_uuid("request-1"));
    }
}
