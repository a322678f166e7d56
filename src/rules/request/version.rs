//! What to say of a request's API version.

use crate::date::Date;
use crate::request::GivenParameter;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};

use super::API_VERSION;

pub(super) fn other(
    given: &GivenParameter<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let api = context.analysis.api;
    let version = given.text.trim();
    let other = given.parameter.name == "api-version"
        && given.parameter.constant.is_some_and(|constant| constant != given.text);
    if !other || given.is_placeholder() {
        return;
    }
    let message = format!(
        "the request is for API version `{}`, batchlint checks {}",
        shorten(version, 48),
        api.version()
    );
    let ended = api.published().find(|(known, _)| *known == version).and_then(|(_, ended)| ended);
    let ended = ended.and_then(|day| Some((day, day.parse::<Date>().ok()?)));
    let over = ended.filter(|(_, day)| context.today.is_some_and(|today| *day <= today));
    let help = match over {
        Some((day, _)) => {
            format!("support of this version ended on {day}, and requests with it fail")
        }
        None => "models differ between versions, so findings may not hold".to_owned(),
    };
    findings.add(Finding::spot(&API_VERSION, given.at, message).help(help));
}
