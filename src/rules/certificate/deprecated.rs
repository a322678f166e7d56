//! What is deprecated or wrong about certificates as such.

use crate::api::Operation;
use crate::document::{Span, Value};
use crate::rules::Visit;
use crate::rules::finding::{Finding, Findings};

use super::{DEPRECATED_OPERATION, DEPRECATED_REFERENCE, PASSWORD_WITH_CER};

/// What to do instead; shown with both deprecations.
const INSTEAD: &str = "keep the certificate in Azure Key Vault and install it with the Key Vault \
                       VM extension and a managed identity of the pool";

pub(super) fn references(visit: &Visit<'_>, findings: &mut Findings) {
    let Some(member) = visit.object.member("certificateReferences") else { return };
    let count = member.value.as_array().map_or(0, Iterator::count);
    if count == 0 {
        return;
    }
    let message = "`certificateReferences` is deprecated, and the service may answer \
                   400 CertificateRetired";
    findings.add(Finding::at_key(&DEPRECATED_REFERENCE, member, message).help(INSTEAD));
}

/// Reports a deprecated operation, at the place that names it.
pub(crate) fn operation(
    operation: &'static Operation,
    pointer: String,
    span: Span,
    findings: &mut Findings,
) {
    if operation.deprecated {
        let message = format!(
            "{} is deprecated, and the service may answer 400 CertificateRetired",
            operation.id
        );
        findings.add(Finding::new(&DEPRECATED_OPERATION, pointer, span, message).help(INSTEAD));
    }
}

pub(super) fn password_with_cer(visit: &Visit<'_>, findings: &mut Findings) {
    let format = visit.object.given("certificateFormat").and_then(Value::as_str);
    let is_cer = format.is_some_and(|format| format.eq_ignore_ascii_case("cer"));
    let Some(member) = visit.object.member("password") else { return };
    if is_cer && visit.object.given("password").is_some() {
        let message = "a certificate in `cer` format has no password";
        let help = "leave `password` out, or give the `pfx` file";
        findings.add(Finding::at_key(&PASSWORD_WITH_CER, member, message).help(help));
    }
}
