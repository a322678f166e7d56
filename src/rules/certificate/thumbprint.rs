//! Thumbprints and their algorithm, in models and in the paths of requests.

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::{Applicability, Severity, redact};
use crate::request::GivenParameter;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten, shown};
use crate::rules::shape::is_unfilled;

use super::{THUMBPRINT, THUMBPRINT_ALGORITHM};

/// Hexadecimal digits of a SHA-1 hash.
const DIGITS: usize = 40;

pub(super) fn algorithm(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if let Some(value) = object.get(p::THUMBPRINT_ALGORITHM) {
        algorithm_of(value, findings);
    }
}

/// The `thumbprintAlgorithm` in the path of a request.
pub(super) fn algorithm_parameter(
    given: &GivenParameter<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    if given.parameter.name != "thumbprintAlgorithm" {
        return;
    }
    if let Some(value) = given.value {
        algorithm_of(context.analysis.cursor(value.index()), findings);
    } else if given.text != "sha1" && !given.is_placeholder() {
        let shown = shorten(&redact(&given.text), 48);
        let message = format!("`thumbprintAlgorithm` must be `sha1`, not `{shown}`");
        findings.add(Finding::spot(&THUMBPRINT_ALGORITHM, given.at, message));
    }
}

fn algorithm_of(value: Cursor<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    if text == "sha1" {
        return;
    }
    let plain: String =
        text.trim().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>();
    let other_case = text.eq_ignore_ascii_case("sha1");
    let same = plain.eq_ignore_ascii_case("sha1");
    let message = match &*text {
        "" => "`thumbprintAlgorithm` is empty".to_owned(),
        _ => format!("`thumbprintAlgorithm` must be `sha1`, not {}", shown(value)),
    };
    let mut finding = Finding::at(&THUMBPRINT_ALGORITHM, value, message);
    finding = if same {
        finding.help("the API spells it `sha1`")
    } else {
        finding.help(
            "the service knows certificates by their SHA-1 thumbprint only; \
             give that thumbprint, and `sha1`",
        )
    };
    if other_case {
        finding = finding.at_most(Severity::Warning);
    }
    let applicability = if same { Applicability::Safe } else { Applicability::Suggested };
    findings.add(finding.write(applicability, value, "sha1"));
}

pub(super) fn thumbprint(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if let Some(value) = object.get(p::THUMBPRINT) {
        thumbprint_of(value, findings);
    }
}

/// The `thumbprint` in the path of a request.
pub(super) fn thumbprint_parameter(
    given: &GivenParameter<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    if let Some(value) = given.value.filter(|_| given.parameter.name == "thumbprint") {
        thumbprint_of(context.analysis.cursor(value.index()), findings);
    }
}

fn thumbprint_of(value: Cursor<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    // Another rule says what it is.
    if is_unfilled(value) {
        return;
    }
    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
    let wrong = text.chars().find(|c| !c.is_ascii_hexdigit() && *c != ' ');
    let separators =
        |c: char| matches!(c, ' ' | ':' | '-') || !c.is_ascii() && !c.is_alphanumeric();
    let message = match wrong {
        _ if text.is_empty() => "`thumbprint` is empty".to_owned(),
        Some(c) if c.is_control() || !c.is_ascii() => {
            format!("`thumbprint` has the character U+{:04X} in it", u32::from(c))
        }
        Some(c) => format!("`thumbprint` has `{c}` in it, which is no hexadecimal digit"),
        None if digits == DIGITS => return,
        None => format!("`thumbprint` has {digits} hexadecimal digits, not {DIGITS}"),
    };
    let mut finding = Finding::at(&THUMBPRINT, value, message)
        .help("a SHA-1 thumbprint is 40 hexadecimal digits; spaces between them are allowed");
    if wrong.is_none() && digits < DIGITS && digits > 0 {
        finding = finding.at_most(Severity::Warning);
    }
    // Only what surely is no part of the hash is dropped.
    if wrong.is_some()
        && digits == DIGITS
        && text.chars().all(|c| c.is_ascii_hexdigit() || separators(c))
    {
        let clean: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        finding = finding.fix(
            "Keep the digits only",
            Applicability::Safe,
            value.span(),
            format!("\"{clean}\""),
        );
    }
    findings.add(finding);
}
