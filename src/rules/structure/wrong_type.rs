//! What to say of a value of another JSON type than its property's.

use crate::analysis::{Cursor, Fault};
use crate::api::{Api, Format, Kind, Model, Property};
use crate::document::{NodeKind, Span, is_number};
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, is_secret, shorten};

use super::values::listed;
use super::{WRONG_TYPE, example};

pub(super) fn check(_: &Fault, at: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    findings.extend(finding(at, context).map(|(finding, kind)| with_fix(finding, at, kind)));
}

/// -1 for "no limit".
pub(super) fn unlimited(
    _: &Fault,
    at: Cursor<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    findings.extend(finding(at, context).map(|(finding, _)| {
        finding.at_most(Severity::Info).help(
            "-1 has been reported as accepted for \"no limit\"; leaving the property out says the same",
        )
    }));
}

/// The kind that a value should be of.
pub(crate) fn kind(at: Cursor<'_>, context: &Context<'_>) -> Option<Kind> {
    if let Some(property) = at.property() {
        return match property.kind {
            Kind::Array(items) if at.is_item() => Some(*items),
            kind => Some(kind),
        };
    }
    let around = at.parent();
    match around.and_then(Cursor::property).map(|property| property.kind) {
        Some(Kind::Map) => return Some(Kind::String),
        Some(_) => return None,
        None => {}
    }
    // The body itself, or a task of a bare list.
    let request = &context.analysis.request;
    const TASK: Kind = Kind::Object(Model::BATCH_TASK_CREATE_CONTENT);
    match (&at.operation()?.body, request.list, around.is_some()) {
        (_, true, true) => Some(TASK),
        (_, true, false) => Some(Kind::Array(&TASK)),
        (Some(body), false, _) => Some(Kind::Object(body.model)),
        (None, false, _) => None,
    }
}

/// What a value is called in a message.
pub(crate) fn name(at: Cursor<'_>, context: &Context<'_>) -> String {
    match (at.property(), at.key()) {
        (Some(property), _) if at.is_item() => format!("an entry of `{}`", property.name),
        (Some(_), Some(key)) => format!("`{}`", shorten(&key.content(), 48)),
        (None, Some(key)) if at.parent().and_then(Cursor::property).is_some() => {
            format!("`{}`", shorten(&key.content(), 48))
        }
        _ if at.is_item() && context.analysis.request.list => "an entry of the list".to_owned(),
        _ => "the body".to_owned(),
    }
}

fn finding(at: Cursor<'_>, context: &Context<'_>) -> Option<(Finding, Kind)> {
    let kind = kind(at, context)?;
    let name = name(at, context);
    let expected = expected(at.api(), kind, at.property());
    let found = match at.kind() {
        NodeKind::String => "a string",
        NodeKind::Number if matches!(kind, Kind::Integer) => "a number with a fraction",
        NodeKind::Number => "a number",
        NodeKind::True | NodeKind::False => "a boolean",
        NodeKind::Null => "null",
        NodeKind::Object => "an object",
        NodeKind::Array => "an array",
        NodeKind::Invalid | NodeKind::Key => "something else",
    };
    let message = format!("{name} must be {expected}, not {found}");
    let finding = Finding::at(&WRONG_TYPE, at, message);
    Some((
        match help(at, kind) {
            Some(help) => finding.help(help),
            None => finding,
        },
        kind,
    ))
}

/// What to write, for what has a form of its own.
fn help(at: Cursor<'_>, kind: Kind) -> Option<String> {
    if matches!(kind, Kind::FreeObject) && at.kind() == NodeKind::String {
        let help = "write the settings themselves as a JSON object, without quotes around them";
        return Some(help.to_owned());
    }
    let example = example::of(at.api(), kind, at.property())?;
    Some(format!("write it as in `{example}`"))
}

fn with_fix(finding: Finding, at: Cursor<'_>, kind: Kind) -> Finding {
    let span = at.span();
    let text = at.as_str().unwrap_or_default();
    let bare = text.trim();
    let around = |finding: Finding, title: &str, open: &str, close: &str| {
        let edits = [
            (Span { end: span.start, ..span }, open.to_owned()),
            (Span { start: span.end, ..span }, close.to_owned()),
        ];
        finding.edits(title, Applicability::Suggested, edits)
    };
    let format = at.property().and_then(|property| property.format);
    match kind {
        Kind::FreeObject if edit::holds_json(at) => {
            let edits = edit::unwrap_string(at);
            finding.edits_if("Take the quotes off", Applicability::Suggested, edits)
        }
        _ if is_secret(at) => finding,
        Kind::Integer if bare.parse::<i32>().is_ok() => unquote(finding, span, bare),
        Kind::Number if is_number(bare) => unquote(finding, span, bare),
        Kind::Boolean if matches!(bare, "true" | "false") => unquote(finding, span, bare),
        Kind::String
            if matches!(at.kind(), NodeKind::Number | NodeKind::True | NodeKind::False)
                && !matches!(format, Some(Format::Duration | Format::DateTime)) =>
        {
            around(finding, "Put quotes around it", "\"", "\"")
        }
        Kind::Array(Kind::Object(_)) if at.kind() == NodeKind::Object => {
            around(finding, "Make it a list of one", "[", "]")
        }
        Kind::Array(Kind::String | Kind::Enum(_)) if at.kind() == NodeKind::String => {
            around(finding, "Make it a list of one", "[", "]")
        }
        _ => finding,
    }
}

fn unquote(finding: Finding, span: Span, bare: &str) -> Finding {
    finding.fix("Take the quotes off", Applicability::Suggested, span, bare)
}

fn expected(api: Api, kind: Kind, property: Option<&Property>) -> String {
    match kind {
        Kind::String => match property.and_then(|property| property.format) {
            Some(Format::Duration) => "a string with an ISO 8601 duration, such as \"PT1H\"".into(),
            Some(Format::DateTime) => {
                "a string with a date and time, such as \"2026-01-31T08:00:00Z\"".into()
            }
            Some(Format::Int64) => "a string of digits".into(),
            _ => "a string".into(),
        },
        Kind::Enum(values) => format!("one of the strings {}", listed(api, values)),
        Kind::Integer => "a whole number".into(),
        Kind::Number => "a number".into(),
        Kind::Boolean => "`true` or `false`".into(),
        Kind::Object(_) | Kind::FreeObject => "an object".into(),
        Kind::Map => "an object of strings".into(),
        Kind::Array(Kind::Object(_)) => "an array of objects".into(),
        Kind::Array(Kind::String | Kind::Enum(_)) => "an array of strings".into(),
        Kind::Array(_) => "an array".into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Linter, Target};

    #[test]
    fn of_a_name_that_comes_again_in_a_map_the_last_value_counts() {
        let wrong = |tags: &str| {
            let text = format!(r#"{{ "id": "p", "vmSize": "s", "resourceTags": {tags} }}"#);
            let pool = Target::operation("pool").expect("it is in the catalogue");
            let report = Linter::new().lint(&text, pool);
            let wrong = report.diagnostics.iter().filter(|found| found.code == "AB0033");
            let source = |range: &crate::report::Range| {
                text[range.start.offset as usize..range.end.offset as usize].to_owned()
            };
            wrong.map(|found| (found.pointer.clone(), source(&found.range))).collect::<Vec<_>>()
        };
        assert_eq!(wrong(r#"{ "a": 1, "a": "x" }"#), []);
        let found = wrong(r#"{ "c": 1, "a": 2, "b": 3, "a": null }"#);
        let expected = [("c", "1"), ("b", "3"), ("a", "null")];
        let expected =
            expected.map(|(name, value)| (format!("/resourceTags/{name}"), value.into()));
        assert_eq!(found, expected);
    }
}
