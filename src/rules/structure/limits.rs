//! What to say of a number, or a length, outside of the limits of the schema.

use crate::analysis::{Cursor, Fault};
use crate::api::Property;
use crate::document::{NodeKind, Whole};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shown};

use super::OUT_OF_RANGE;
use super::values::sentence;

pub(super) fn check(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    let (message, help) = match at.kind() {
        NodeKind::Array => list(at, property),
        NodeKind::Number => number(at, property),
        _ => text(at, property),
    };
    let help = format!("{help}; {}", sentence(property));
    findings.add(Finding::at(&OUT_OF_RANGE, at, message).help(help));
}

fn list(at: Cursor<'_>, property: &Property) -> (String, String) {
    let name = property.name;
    let count = at.items().count();
    match property.max_items() {
        Some(most) if count > most as usize => (
            format!("`{name}` has too many entries: {count}"),
            format!("it can have {most} at most"),
        ),
        _ => {
            let texts = at.items().filter_map(Cursor::as_str);
            let total: usize = texts.map(|text| text.chars().count()).sum();
            let most = property.facts.max_total_length.unwrap_or_default();
            (
                format!("`{name}` is too long: {total} characters in all"),
                format!("its entries can have {most} characters together at most"),
            )
        }
    }
}

fn number(at: Cursor<'_>, property: &Property) -> (String, String) {
    let name = property.name;
    let (least, most) = property.range;
    let value = match at.analysis().document.whole_of(at.index()) {
        Whole::Integer(number) | Whole::Beyond(number) => number,
        // Not whole: a wrong type, not a limit broken.
        Whole::Fraction => 0,
    };
    let whole = |limit: i32| {
        if limit == i32::MAX || limit == i32::MIN {
            format!("{limit} (whole numbers of this API have 32 bits)")
        } else {
            limit.to_string()
        }
    };
    match property.facts.excluded {
        _ if value < i64::from(least) => (
            format!("`{name}` is too small: {}", shown(at)),
            format!("it must be at least {}", whole(least)),
        ),
        _ if value > i64::from(most) => (
            format!("`{name}` is too large: {}", shown(at)),
            format!("it must be at most {}", whole(most)),
        ),
        excluded => {
            let reserved = match excluded {
                Some((low, high)) if low == high => format!("{low}"),
                Some((low, high)) if high == low + 1 => format!("{low} and {high}"),
                Some((low, high)) => format!("{low} to {high}"),
                None => "it".to_owned(),
            };
            (format!("`{name}` cannot be {}", shown(at)), format!("{reserved} cannot be used here"))
        }
    }
}

fn text(at: Cursor<'_>, property: &Property) -> (String, String) {
    let length = at.content().chars().count();
    let most = property.max_length().unwrap_or_default();
    (
        format!("`{}` is too long: {length} characters", property.name),
        format!("it can have {most} characters at most"),
    )
}
