//! Lists: items that repeat others, and edits that put items in and take them
//! out.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::document::{NodeKind, Span};
use crate::order;

use super::edit::{Edits, behind, is_whole};

/// What an item is known by: a part that counts in any case, and one that
/// counts as it is written.
pub(crate) type Keyed<'a> = (Cow<'a, str>, Cow<'a, str>, Cursor<'a>);

/// The items that are known by the same as one before them, each with the
/// first that is; in document order.
///
/// It sorts, so that a list of any length costs little more than its reading.
pub(crate) fn repeated<'a>(
    items: impl Iterator<Item = Keyed<'a>>,
) -> Vec<(Cursor<'a>, Cursor<'a>)> {
    let mut items: Vec<_> = items.collect();
    order::sort_by(&mut items, |one, other| {
        fn lower<'t>(item: &'t Keyed<'_>) -> impl Iterator<Item = u8> + 't {
            item.0.bytes().map(|byte| byte.to_ascii_lowercase())
        }
        lower(one).cmp(lower(other)).then_with(|| one.1.cmp(&other.1))
    });
    let mut found = Vec::new();
    let mut items = items.into_iter();
    let Some(mut first) = items.next() else { return found };
    for item in items {
        if item.0.eq_ignore_ascii_case(&first.0) && item.1 == first.1 {
            found.push((item.2, first.2));
        } else {
            first = item;
        }
    }
    order::sort_by_key(&mut found, |(again, _)| again.index());
    found
}

/// A whole number, known by its value.
pub(crate) fn number(value: Cursor<'_>) -> Option<Keyed<'_>> {
    Some((Cow::Borrowed(""), Cow::Owned(value.as_int()?.to_string()), value))
}

/// A text, known by what it says.
pub(crate) fn exact(value: Cursor<'_>) -> Option<Keyed<'_>> {
    Some((Cow::Borrowed(""), value.as_str()?, value))
}

/// A text, known by what it says in any case.
pub(crate) fn any_case(value: Cursor<'_>) -> Option<Keyed<'_>> {
    Some((value.as_str()?, Cow::Borrowed(""), value))
}

/// Takes an item out of its list, with one comma.
pub(crate) fn remove(item: Cursor<'_>) -> Option<Edits> {
    let list = item.parent().filter(|list| list.kind() == NodeKind::Array)?;
    if !is_whole(list) || !is_whole(item) {
        return None;
    }
    let text = list.analysis().document.text();
    let Span { mut start, mut end } = item.span();
    let front = text.get(..start as usize)?.trim_end();
    let back = text.get(end as usize..)?;
    let rest = back.trim_start();
    if front.ends_with(',') {
        start = u32::try_from(front.len() - 1).ok()?;
    } else if let Some(rest) = rest.strip_prefix(',') {
        end += u32::try_from(back.len() - rest.trim_start().len()).ok()?;
    } else if !rest.starts_with(']') {
        return None;
    }
    Some(vec![(Span { start, end }, String::new())])
}

/// Puts an item, as a text, behind the last one of a list.
pub(crate) fn append(list: Cursor<'_>, item: &str) -> Option<Edits> {
    if list.kind() != NodeKind::Array || !is_whole(list) {
        return None;
    }
    let text = list.analysis().document.text();
    let gap = |from: u32, to: u32| text.get(from as usize..to as usize);
    let Span { start, end } = list.span();
    let (inner, close) = (start + 1, end - 1);
    let Some(last) = list.items().last() else {
        let empty = Span { start: inner, end: close };
        return gap(inner, close)?.trim().is_empty().then(|| vec![(empty, item.to_owned())]);
    };
    // A comma at the end is a slip that another fix mends.
    if !is_whole(last) || !gap(last.span().end, close)?.trim().is_empty() {
        return None;
    }
    let first = list.items().next()?;
    let indent = gap(inner, first.span().start)?;
    let indent = if indent.contains('\n') { indent } else { " " };
    Some(vec![(behind(last.span()), format!(",{indent}{item}"))])
}
