//! What to say of a request's API version.

use crate::request::GivenParameter;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::version::request::{is_version, wrong};

use super::API_VERSION;

pub(super) fn other(
    given: &GivenParameter<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let api = context.analysis.api;
    let version = given.text.trim();
    let other =
        is_version(given) && given.parameter.constant.is_some_and(|constant| constant != version);
    // One that there is not, or not any longer, has rules of its own.
    if !other || wrong(api, version, context.today).is_some() {
        return;
    }
    let message = format!(
        "the request is for API version `{}`, batchlint checks {}",
        shorten(version, 48),
        api.version()
    );
    let help = "models differ between versions, so findings may not hold";
    findings.add(Finding::spot(&API_VERSION, given.at, message).help(help));
}
