//! Thumbprints and their algorithm, in models and in the paths of requests.

use crate::document::Value;
use crate::report::{Applicability, Severity};
use crate::rules::Visit;
use crate::rules::finding::{Finding, Findings, shown};

use super::{THUMBPRINT, THUMBPRINT_ALGORITHM};

/// Hexadecimal digits of a SHA-1 hash.
const DIGITS: usize = 40;

pub(super) fn algorithm(visit: &Visit<'_>, findings: &mut Findings) {
    if let Some(value) = visit.object.given("thumbprintAlgorithm") {
        algorithm_of(value, findings);
    }
}

/// The `thumbprintAlgorithm` in the path of a request.
pub(crate) fn parameter_algorithm(value: Value<'_>, findings: &mut Findings) {
    algorithm_of(value, findings);
}

fn algorithm_of(value: Value<'_>, findings: &mut Findings) {
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

pub(super) fn thumbprint(visit: &Visit<'_>, findings: &mut Findings) {
    if let Some(value) = visit.object.given("thumbprint") {
        thumbprint_of(value, findings);
    }
}

/// The `thumbprint` in the path of a request.
pub(crate) fn parameter_thumbprint(value: Value<'_>, findings: &mut Findings) {
    thumbprint_of(value, findings);
}

fn thumbprint_of(value: Value<'_>, findings: &mut Findings) {
    let Some(text) = value.as_str() else { return };
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
