//! Edits on the document that keep it as it is formatted: a member taken out
//! with its comma, put in, moved or renamed, a value wrapped.
//!
//! They give nothing where the text around is not plain, as next to a syntax
//! error: what a parser had to guess is no ground for an edit. And no edit
//! repeats what may be a secret, since fixes are shown.

use crate::analysis::Cursor;
use crate::api::Name;
use crate::document::{Document, NodeKind, Span};
use crate::order;
use crate::report::mask;

/// Edits as a fix takes them: what to replace, and by what.
pub(crate) type Edits = Vec<(Span, String)>;

/// How many members one fix moves. A fix lists them all, and each of them has
/// it.
pub(crate) const MOST_MOVED: usize = 8;

/// Nothing, in front of a place.
pub(crate) fn before(span: Span) -> Span {
    Span { end: span.start, ..span }
}

/// Nothing, behind a place.
pub(crate) fn behind(span: Span) -> Span {
    Span { start: span.end, ..span }
}

/// The quote that a string or name begins with.
pub(crate) fn opening(span: Span) -> Span {
    Span { end: span.start.saturating_add(1).min(span.end), ..span }
}

/// The quote, or bracket, that it ends with.
pub(crate) fn closing(span: Span) -> Span {
    Span { start: span.end.saturating_sub(1).max(span.start), ..span }
}

/// A text as JSON writes it, quotes included.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether the value is written plainly: a string with both its quotes, an
/// object or array with both its brackets.
pub(crate) fn is_whole(at: Cursor<'_>) -> bool {
    let source = at.source();
    let within = |open: char, close: char| {
        source.len() > 1 && source.starts_with(open) && source.ends_with(close)
    };
    match at.kind() {
        NodeKind::Object => within('{', '}'),
        NodeKind::Array => within('[', ']'),
        NodeKind::String | NodeKind::Key => within('"', '"'),
        NodeKind::Invalid => false,
        _ => true,
    }
}

/// Whether a fix may repeat a part of the text: nothing in it is secret.
pub(crate) fn is_open(source: &str) -> bool {
    mask(&format!("{{{source}}}")).get(1..=source.len()) == Some(source)
}

/// The text between two places.
fn between<'a>(at: Cursor<'a>, from: Span, to: Span) -> Option<&'a str> {
    at.analysis().document.text().get(from.end as usize..to.start as usize)
}

/// The members of an object in document order, as name and value, if nothing
/// but commas and white space is between them.
fn members(object: Cursor<'_>) -> Option<Vec<(Cursor<'_>, Cursor<'_>)>> {
    if object.kind() != NodeKind::Object || !is_whole(object) {
        return None;
    }
    let list: Vec<_> = object.keys().map(|key| (key, key.member_value())).collect();
    let plain = |(key, value): &(Cursor<'_>, Cursor<'_>)| {
        is_whole(*key)
            && is_whole(*value)
            && between(object, key.span(), value.span()).is_some_and(|gap| gap.trim() == ":")
    };
    let joined = |pair: &[(Cursor<'_>, Cursor<'_>)]| match pair {
        [(_, before), (after, _)] => {
            between(object, before.span(), after.span()).is_some_and(|gap| gap.trim() == ",")
        }
        _ => true,
    };
    let (open, close) = (opening(object.span()), closing(object.span()));
    let ends = match (list.first(), list.last()) {
        (Some((first, _)), Some((_, last))) => {
            [between(object, open, first.span()), between(object, last.span(), close)]
        }
        _ => [between(object, open, close), Some("")],
    };
    let ends_plain = ends.into_iter().all(|gap| gap.is_some_and(|gap| gap.trim().is_empty()));
    (ends_plain && list.iter().all(plain) && list.windows(2).all(joined)).then_some(list)
}

/// Takes members out of an object, each with one comma. They are given by
/// their values.
pub(crate) fn remove(object: Cursor<'_>, values: &[Cursor<'_>]) -> Option<Edits> {
    let list = members(object)?;
    let mut gone: Vec<u32> = values.iter().map(|value| value.index()).collect();
    order::sort(&mut gone);
    let goes = |at: usize| {
        list.get(at).is_some_and(|(_, value)| gone.binary_search(&value.index()).is_ok())
    };
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some((key, _)) = list.get(at) {
        if !goes(at) {
            at += 1;
            continue;
        }
        let first = at;
        while goes(at) {
            at += 1;
        }
        let (_, last) = list.get(at - 1)?;
        let stays = first.checked_sub(1).and_then(|before| list.get(before));
        let span = match (stays, list.get(at)) {
            (Some((_, before)), _) => Span { start: before.span().end, end: last.span().end },
            (None, Some((after, _))) => Span { start: key.span().start, end: after.span().start },
            (None, None) => Span { start: key.span().start, end: last.span().end },
        };
        edits.push((span, String::new()));
    }
    Some(edits)
}

/// Puts members, as texts, behind the last one of an object.
pub(crate) fn append(object: Cursor<'_>, texts: &[String]) -> Option<Edits> {
    let list = members(object)?;
    let (open, close) = (opening(object.span()), closing(object.span()));
    let Some((_, last)) = list.last() else {
        let inside = Span { start: open.end, end: close.start };
        return Some(vec![(inside, format!(" {} ", texts.join(", ")))]);
    };
    let gap = match list.as_slice() {
        [.., (_, before), (after, _)] => between(object, before.span(), after.span())?.to_owned(),
        [(first, _)] => match between(object, open, first.span())? {
            gap if gap.contains('\n') => format!(",{gap}"),
            _ => ", ".to_owned(),
        },
        [] => return None,
    };
    let text: String = texts.iter().map(|text| format!("{gap}{text}")).collect();
    Some(vec![(behind(last.span()), text)])
}

/// Takes a member out of the object around it.
pub(crate) fn take_out(value: Cursor<'_>) -> Option<Edits> {
    remove(value.parent()?, &[value])
}

/// Gives an object a member of this value: in place of the one that it has,
/// `null` included, or else at its end.
pub(crate) fn put(object: Cursor<'_>, name: Name, text: &str) -> Option<Edits> {
    match object.member(name) {
        Some(old) => is_whole(old).then(|| vec![(old.span(), text.to_owned())]),
        None => {
            let name = object.api().get(object.model()?, name)?.name;
            append(object, &[format!("\"{name}\": {text}")])
        }
    }
}

/// A member as a text, under another name if one is given; `None` if it holds
/// a secret.
fn text_of(value: Cursor<'_>, name: Option<&str>) -> Option<String> {
    let key = value.key()?;
    let text = value.analysis().document.text();
    let from = if name.is_some() { key.span().end } else { key.span().start };
    let rest = text.get(from as usize..value.span().end as usize)?;
    let whole = text.get(key.span().start as usize..value.span().end as usize)?;
    let open = is_open(whole) && !crate::rules::finding::is_secret(value);
    open.then(|| match name {
        Some(name) => format!("{}{rest}", quoted(name)),
        None => rest.to_owned(),
    })
}

/// A member to move: its value, and its new name if it gets one.
pub(crate) type Moved<'a, 'n> = (Cursor<'a>, Option<&'n str>);

fn texts_of(moved: &[Moved<'_, '_>]) -> Option<Vec<String>> {
    if moved.len() > MOST_MOVED {
        return None;
    }
    moved.iter().map(|(value, name)| text_of(*value, *name)).collect()
}

/// Moves members of one object to the end of another.
pub(crate) fn move_to(from: Cursor<'_>, moved: &[Moved<'_, '_>], to: Cursor<'_>) -> Option<Edits> {
    let texts = texts_of(moved)?;
    let values: Vec<_> = moved.iter().map(|(value, _)| *value).collect();
    // Into something of what is moved, or of what is taken out: no.
    if values
        .iter()
        .any(|value| value.span().start <= to.span().start && to.span().end <= value.span().end)
    {
        return None;
    }
    let mut edits = remove(from, &values)?;
    edits.extend(append(to, &texts)?);
    order::sort_by_key(&mut edits, |(span, _)| (span.start, span.end));
    // An edit at the end of what another takes out has no order with it.
    let apart = edits.windows(2).all(|pair| match pair {
        [(one, _), (other, _)] => {
            one.end < other.start
                || one.end == other.start && one.start < one.end && other.start < other.end
        }
        _ => true,
    });
    apart.then_some(edits)
}

/// Puts members of an object into a new one, at the place of the first of
/// them; objects of these names, the outermost first, come around.
pub(crate) fn wrap(object: Cursor<'_>, moved: &[Moved<'_, '_>], names: &[&str]) -> Option<Edits> {
    let texts = texts_of(moved)?;
    let (first, _) = moved.first()?;
    let rest: Vec<_> = moved.iter().skip(1).map(|(value, _)| *value).collect();
    let mut text = texts.join(", ");
    for name in names.iter().rev() {
        text = format!("{}: {{ {text} }}", quoted(name));
    }
    let span = Span { start: first.key()?.span().start, end: first.span().end };
    let mut edits = remove(object, &rest)?;
    edits.push((span, text));
    order::sort_by_key(&mut edits, |(span, _)| (span.start, span.end));
    Some(edits)
}

/// Makes the object with the members `name` and value of a member: its name
/// and its value as they are written, numbers and the like in quotes.
pub(crate) fn as_pair(key: Cursor<'_>) -> Option<Edits> {
    let value = key.member_value();
    if !is_whole(key) || !is_whole(value) {
        return None;
    }
    let gap = Span { start: key.span().end, end: value.span().start };
    let quote = if value.kind() == NodeKind::String { "" } else { "\"" };
    Some(vec![
        (before(key.span()), "{ \"name\": ".to_owned()),
        (gap, format!(", \"value\": {quote}")),
        (behind(value.span()), format!("{quote} }}")),
    ])
}

/// Puts a text in front of a value and one behind it.
pub(crate) fn around(at: Cursor<'_>, front: &str, back: &str) -> Option<Edits> {
    let edits =
        || vec![(before(at.span()), front.to_owned()), (behind(at.span()), back.to_owned())];
    is_whole(at).then(edits)
}

/// Whether a string is the text of a JSON object or array.
pub(crate) fn holds_json(at: Cursor<'_>) -> bool {
    let Some(text) = at.as_str() else { return false };
    let text = text.trim();
    let bracketed = text.starts_with('{') && text.ends_with('}')
        || text.starts_with('[') && text.ends_with(']');
    bracketed && {
        let document = Document::parse(text);
        document.problems().is_empty() && !document.is_empty()
    }
}

/// Takes the quotes off a string that holds JSON, and undoes its escapes one by
/// one, so that nothing of it is repeated.
pub(crate) fn unwrap_string(at: Cursor<'_>) -> Option<Edits> {
    /// So many edits are no longer a help to anybody.
    const MOST: usize = 2000;
    if at.kind() != NodeKind::String || !is_whole(at) {
        return None;
    }
    let start = at.span().start;
    let source = at.source();
    let mut edits = vec![(opening(at.span()), String::new())];
    let mut rest = source.char_indices();
    while let Some((from, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        let (_, kind) = rest.next()?;
        let (length, text) = match kind {
            '"' | '\\' | '/' => (1, String::new()),
            'n' => (2, "\n".to_owned()),
            'r' => (2, "\r".to_owned()),
            't' => (2, "\t".to_owned()),
            'u' => {
                // As serializers for web pages write them; others may spell a
                // secret.
                let c = match source.get(from + 2..from + 6)?.to_ascii_lowercase().as_str() {
                    "0022" => "\"",
                    "0026" => "&",
                    "0027" => "'",
                    "002b" => "+",
                    "003c" => "<",
                    "003e" => ">",
                    _ => return None,
                };
                rest.nth(3)?;
                (6, c.to_owned())
            }
            _ => return None,
        };
        let from = start.checked_add(u32::try_from(from).ok()?)?;
        edits.push((Span { start: from, end: from + length }, text));
        if edits.len() > MOST {
            return None;
        }
    }
    edits.push((closing(at.span()), String::new()));
    Some(edits)
}

/// Writes each of two numbers in the place of the other.
pub(crate) fn swap_numbers(one: Cursor<'_>, other: Cursor<'_>) -> Option<Edits> {
    let are_numbers = one.kind() == NodeKind::Number && other.kind() == NodeKind::Number;
    let mut edits =
        vec![(one.span(), other.source().to_owned()), (other.span(), one.source().to_owned())];
    order::sort_by_key(&mut edits, |(span, _)| span.start);
    are_numbers.then_some(edits)
}
