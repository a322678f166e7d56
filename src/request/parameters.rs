//! Checks the parameters of a request in an envelope.

use crate::api::{Operation, Parameter, ParameterKind, ParameterLocation};
use crate::document::{Member, NodeKind, Object, Span, Value};
use crate::report::Severity;
use crate::rules::finding::{head, shorten};
use crate::rules::structure::nearest_of;
use crate::rules::{Finding, Findings, certificate, request as rules};

/// What a request gives.
pub(super) struct Given<'g, 'd> {
    pub(super) operation: &'static Operation,
    pub(super) root: Object<'d>,
    /// The `parameters` object.
    pub(super) parameters: Option<Object<'d>>,
    /// The `headers` object.
    pub(super) headers: Option<Member<'d>>,
    pub(super) url: Option<Member<'d>>,
    /// Where the URL's query is.
    pub(super) query: Option<Option<Span>>,
    /// The values in the URL's path.
    pub(super) path: &'g [(&'static str, String)],
    /// Whether the URL is one of this operation, so that its path is complete.
    pub(super) routed: bool,
    /// The member that holds the body.
    pub(super) body: Option<Member<'d>>,
}

/// What the published examples give beside the parameters: where the account
/// is, which is no parameter of an operation.
const HOST: [&str; 6] = [
    "endpoint",
    "batchUrl",
    "accountName",
    "batchAccountDomain",
    "subscriptionId",
    "resourceGroupName",
];

/// Headers of HTTP itself, which any request may have.
const HTTP: [&str; 6] =
    ["content-type", "accept", "authorization", "user-agent", "content-length", "x-ms-date"];

/// A value as text, and where it is.
struct Place<'d> {
    text: String,
    span: Span,
    pointer: String,
    /// The value, where it stands by itself in the document.
    value: Option<Value<'d>>,
}

pub(super) fn check(given: &Given<'_, '_>, findings: &mut Findings) {
    let mut seen: Vec<&'static str> = Vec::new();
    if let Some(parameters) = given.parameters {
        for member in parameters.members() {
            if given.body.is_some_and(|body| body.key_span() == member.key_span()) {
                continue;
            }
            member_of(given, member, None, &mut seen, findings);
        }
    }
    if let Some(headers) = given.headers {
        match headers.value.as_object() {
            Some(object) => {
                for member in object.members() {
                    let location = Some(ParameterLocation::Header);
                    member_of(given, member, location, &mut seen, findings);
                }
            }
            None => {
                let message = "`headers` must be an object of names and values";
                findings.add(Finding::at(&rules::PARAMETER_VALUE, headers.value, message));
            }
        }
    }
    if let Some(url) = given.url {
        query(given, url, &mut seen, findings);
        for (name, text) in given.path {
            if let Some((parameter, _)) = find(given.operation, name) {
                seen.push(parameter.name);
                let text = text.clone();
                // A template's placeholder stands for any value.
                if !text.starts_with('{') && !text.starts_with("$") {
                    let (span, pointer) = (url.value.span(), url.value.pointer());
                    value(parameter, &Place { text, span, pointer, value: None }, findings);
                }
            }
        }
    }
    missing(given, &seen, findings);
}

fn find(operation: &'static Operation, name: &str) -> Option<(&'static Parameter, bool)> {
    operation.parameters().find(|(parameter, _)| parameter.name.eq_ignore_ascii_case(name))
}

fn member_of(
    given: &Given<'_, '_>,
    member: Member<'_>,
    location: Option<ParameterLocation>,
    seen: &mut Vec<&'static str>,
    findings: &mut Findings,
) {
    let name = member.name();
    let in_place = |parameter: &Parameter| location.is_none_or(|at| at == parameter.location);
    if let Some((parameter, _)) = find(given.operation, &name).filter(|(p, _)| in_place(p)) {
        // `null` counts as not given, here as in bodies.
        if member.value.kind() == NodeKind::Null {
            return;
        }
        seen.push(parameter.name);
        let place = Place {
            text: member
                .value
                .as_str()
                .map_or_else(|| member.value.source().to_owned(), std::borrow::Cow::into_owned),
            span: head(member.value),
            pointer: member.value.pointer(),
            value: Some(member.value),
        };
        value(parameter, &place, findings);
        return;
    }
    // Any HTTP header may be sent along; only in `parameters` is an unknown
    // name a slip.
    // A body that is null is reported as missing.
    if given.operation.body.as_ref().is_some_and(|body| body.parameter == name) {
        return;
    }
    let usual = HOST.contains(&&*name) || HTTP.iter().any(|http| http.eq_ignore_ascii_case(&name));
    if location == Some(ParameterLocation::Header) || usual {
        return;
    }
    let known: Vec<_> = given.operation.parameters().map(|(parameter, _)| parameter.name).collect();
    let message = format!("{} has no parameter `{}`", given.operation.id, shorten(&name, 48));
    let finding = Finding::at_key(&rules::UNKNOWN_PARAMETER, member, message);
    let options = known.iter().copied().chain(given.operation.body.as_ref().map(|b| b.parameter));
    let options: Vec<_> = options.collect();
    findings.add(match nearest_of(&name, &options) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("it has `{}`", options.join("`, `"))),
    });
}

fn query(
    given: &Given<'_, '_>,
    url: Member<'_>,
    seen: &mut Vec<&'static str>,
    findings: &mut Findings,
) {
    let Some(Some(span)) = given.query else { return };
    let start = span.start as usize;
    let source = url.value.source();
    let offset = start - url.value.span().start as usize;
    let Some(query) = source.get(offset..offset + (span.end - span.start) as usize) else { return };
    let mut at = start;
    for part in query.split('&') {
        let span = Span::new(at, at + part.len());
        at += part.len() + 1;
        if part.is_empty() {
            continue;
        }
        let (name, text) = part.split_once('=').unwrap_or((part, ""));
        let name = name.replace("%24", "$");
        let found = find(given.operation, &name)
            .filter(|(parameter, _)| parameter.location == ParameterLocation::Query);
        let pointer = url.value.pointer();
        match found {
            Some((parameter, _)) => {
                seen.push(parameter.name);
                let text = text.replace("%20", " ").replace("%3A", ":");
                if !text.starts_with('{') {
                    value(parameter, &Place { text, span, pointer, value: None }, findings);
                }
            }
            None => {
                let known: Vec<_> = given
                    .operation
                    .parameters()
                    .filter(|(parameter, _)| parameter.location == ParameterLocation::Query)
                    .map(|(parameter, _)| parameter.name)
                    .collect();
                let shown = shorten(&name, 48);
                let message = format!("{} has no query parameter `{shown}`", given.operation.id);
                let help = match nearest_of(&name, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has `{}`", known.join("`, `")),
                };
                findings.add(
                    Finding::new(&rules::UNKNOWN_PARAMETER, pointer, span, message).help(help),
                );
            }
        }
    }
}

fn missing(given: &Given<'_, '_>, seen: &[&'static str], findings: &mut Findings) {
    for (parameter, required) in given.operation.parameters() {
        if !required || seen.contains(&parameter.name) {
            continue;
        }
        let in_path = parameter.location == ParameterLocation::Path;
        if in_path && given.routed {
            continue;
        }
        let object = given.parameters.unwrap_or(given.root).value();
        let (pointer, span) = match given.url {
            Some(url) if given.parameters.is_none() => (url.value.pointer(), url.value.span()),
            _ => (object.pointer(), head(object)),
        };
        let what = parameter.location.name();
        let message = format!("the {what} parameter `{}` is missing", parameter.name);
        let help = match parameter.constant {
            Some(constant) => format!("{} Write `{constant}`", parameter.description),
            None => parameter.description.trim_end_matches('.').to_owned(),
        };
        findings.add(Finding::new(&rules::MISSING_PARAMETER, pointer, span, message).help(help));
    }
}

fn value(parameter: &'static Parameter, place: &Place<'_>, findings: &mut Findings) {
    let name = parameter.name;
    let finding =
        |rule, message: String| Finding::new(rule, place.pointer.clone(), place.span, message);
    let shown = shorten(&crate::report::redact(&place.text), 48);
    // Thumbprints have rules of their own, in bodies and here.
    if let Some(value) = place.value.filter(|value| value.kind() == NodeKind::String) {
        match name {
            "thumbprintAlgorithm" => return certificate::parameter_algorithm(value, findings),
            "thumbprint" => return certificate::parameter_thumbprint(value, findings),
            _ => {}
        }
    }
    if name == "thumbprintAlgorithm" && place.value.is_none() && place.text != "sha1" {
        let message = format!("`thumbprintAlgorithm` must be `sha1`, not `{shown}`");
        findings.add(finding(&certificate::THUMBPRINT_ALGORITHM, message));
        return;
    }
    if name == "api-version" {
        if parameter.constant.is_some_and(|constant| constant != place.text) {
            let message = format!(
                "the request is for API version `{shown}`, batchlint checks {}",
                crate::api::API_VERSION
            );
            findings.add(
                finding(&rules::API_VERSION, message)
                    .help("models differ between versions, so findings may not hold"),
            );
        }
        return;
    }
    let given = place.value.map(Value::kind);
    let wrong = |expected: &str| {
        finding(&rules::PARAMETER_VALUE, format!("`{name}` must be {expected}, not `{shown}`"))
            .help(parameter.description.trim_end_matches('.'))
    };
    match parameter.kind {
        ParameterKind::Integer => match place.text.parse::<i64>() {
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
            let text = place.text.to_ascii_lowercase();
            if !matches!(&*text, "true" | "false") {
                findings.add(wrong("`true` or `false`"));
            }
        }
        ParameterKind::List => {
            let fine = match place.value {
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
            if matches!(given, Some(kind) if kind != NodeKind::String) {
                findings.add(wrong("a string"));
                return;
            }
            let empty = place.text.trim().is_empty();
            match parameter.format {
                _ if empty && parameter.location == ParameterLocation::Path => {
                    findings.add(wrong("given"));
                }
                Some("uuid") if !is_uuid(&place.text) => {
                    let help = "write it as 8-4-4-4-12 hexadecimal digits";
                    findings.add(wrong("a UUID").help(help).at_most(Severity::Warning));
                }
                Some("date-time-rfc7231") if !is_http_date(&place.text) => {
                    let help = "write it as HTTP does: `Sat, 31 Jan 2026 08:00:00 GMT`";
                    findings.add(wrong("an HTTP date").help(help).at_most(Severity::Warning));
                }
                _ => {}
            }
            if name == "content-type" && !place.text.to_ascii_lowercase().contains("json") {
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
