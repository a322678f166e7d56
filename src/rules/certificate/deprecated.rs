//! What is deprecated or wrong about certificates as such.

use crate::analysis::Cursor;
use crate::api::p;
use crate::document::NodeKind;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings};

use super::{DEPRECATED_OPERATION, DEPRECATED_REFERENCE, PASSWORD_WITH_CER};

/// What to do instead; shown with both deprecations.
const INSTEAD: &str = "keep the certificate in Azure Key Vault and install it with the Key Vault \
                       VM extension and a managed identity of the pool";

pub(super) fn references(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = pool.get(p::CERTIFICATE_REFERENCES) else { return };
    if list.items().next().is_none() {
        return;
    }
    let message = "`certificateReferences` is deprecated, and the service may answer \
                   400 CertificateRetired";
    findings.add(Finding::at_key(&DEPRECATED_REFERENCE, list, message).help(INSTEAD));
}

/// A deprecated operation, at the place that names it.
pub(super) fn operation(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(operation) = context.analysis.operation() else { return };
    let Some(at) = context.analysis.request.named_at.filter(|_| operation.deprecated) else {
        return;
    };
    let message = format!(
        "{} is deprecated, and the service may answer 400 CertificateRetired",
        operation.id
    );
    findings.add(Finding::spot(&DEPRECATED_OPERATION, at, message).help(INSTEAD));
}

pub(super) fn password_with_cer(
    certificate: Cursor<'_>,
    _: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let format = certificate.text(p::CERTIFICATE_FORMAT);
    let is_cer = format.is_some_and(|format| format.eq_ignore_ascii_case("cer"));
    let Some(password) = certificate.get(p::PASSWORD).filter(|_| is_cer) else { return };
    if password.kind() != NodeKind::Invalid {
        let message = "a certificate in `cer` format has no password";
        let help = "leave `password` out, or give the `pfx` file";
        findings.add(Finding::at_key(&PASSWORD_WITH_CER, password, message).help(help));
    }
}
