//! What to say of a name that a client library has for a property.

use crate::analysis::{Cursor, Fault};
use crate::report::Applicability;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};

use super::UNKNOWN_PROPERTY;

pub(super) fn check(_: &Fault, value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(key), Some(property)) = (value.key(), value.property()) else { return };
    let name = shorten(&key.content(), 48);
    let message = format!("the API has no `{name}`; on the wire it is `{}`", property.name);
    let finding = Finding::at_key(&UNKNOWN_PROPERTY, value, message)
        .help(format!("did you mean `{}`?", property.name));
    // Beside the API's own name another one counts for nothing.
    findings.add(if value.is_shadowed() {
        finding
    } else {
        let title = format!("Rename to `{}`", property.name);
        let text = format!("\"{}\"", property.name);
        finding.fix(title, Applicability::Suggested, key.span(), text)
    });
}
