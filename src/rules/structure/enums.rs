//! What to say of a text that is none of its enum's values.

use crate::analysis::{Cursor, Fault};
use crate::report::Applicability;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shown};
use crate::words::nearest_of;

use super::values::listed;
use super::{ENUM_CASE, ENUM_VALUE};

pub(super) fn value(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    let Some(values) = property.kind.enumeration() else { return };
    let known: Vec<_> = at.api().values(values).map(|known| known.value).collect();
    let text = at.content();
    let message = if text.is_empty() {
        format!("`{}` is empty", property.name)
    } else {
        format!("`{}` cannot be {}", property.name, shown(at))
    };
    let list = listed(at.api(), values);
    let finding = Finding::at(&ENUM_VALUE, at, message);
    findings.add(match nearest_of(text.trim(), &known) {
        Some(near) => finding
            .help(format!("did you mean `{near}`? It must be one of {list}"))
            .write(Applicability::Suggested, at, near),
        None if known.len() == 1 => finding.help(format!("it can only be {list}")),
        None => finding.help(format!("it must be one of {list}")),
    });
}

pub(super) fn case(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(values) = at.property().and_then(|property| property.kind.enumeration()) else {
        return;
    };
    let text = at.content();
    let same = |known: &&str| known.eq_ignore_ascii_case(&text);
    let Some(same) = at.api().values(values).map(|known| known.value).find(same) else { return };
    let message = format!("this API version spells {} as `{same}`", shown(at));
    findings.add(
        Finding::at(&ENUM_CASE, at, message)
            .help(match crate::rules::version::spelling(at) {
                Some(whose) => format!("{whose}; whether this one takes it is not documented"),
                None => "whether the service takes another case is not documented".to_owned(),
            })
            .write(Applicability::Safe, at, same),
    );
}
