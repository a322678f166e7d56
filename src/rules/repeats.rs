//! Values of a list that must be told apart, and are not.

use std::borrow::Cow;

use crate::analysis::Cursor;

/// Places in the list of values that another before them says as well, with the
/// place of the first that does; in order. What has no key is passed over.
///
/// It sorts, so that a list of any length costs little more than its reading.
pub(crate) fn repeats<'a>(
    values: &[Cursor<'a>],
    key: fn(Cursor<'a>) -> Option<Cow<'a, str>>,
) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if values.len() < 2 {
        return found;
    }
    let keyed = values.iter().zip(0usize..);
    let mut keyed: Vec<_> =
        keyed.filter_map(|(value, place)| key(*value).map(|key| (key, place))).collect();
    keyed.sort_unstable();
    let mut first: Option<&(Cow<'_, str>, usize)> = None;
    for one in &keyed {
        match first {
            Some((key, place)) if *key == one.0 => found.push((one.1, *place)),
            _ => first = Some(one),
        }
    }
    found.sort_unstable();
    found
}

/// A whole number as a key.
pub(crate) fn number(value: Cursor<'_>) -> Option<Cow<'_, str>> {
    value.as_int().map(|number| Cow::Owned(number.to_string()))
}

/// A text as a key, in any case.
pub(crate) fn any_case(value: Cursor<'_>) -> Option<Cow<'_, str>> {
    value.as_str().map(|text| Cow::Owned(text.to_ascii_lowercase()))
}
