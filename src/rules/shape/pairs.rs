//! Names and values: a list here, a map elsewhere.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::api::{Kind, Name, p};
use crate::document::{NodeKind, Span};
use crate::report::Applicability;
use crate::rules::edit;
use crate::rules::finding::Finding;
use crate::rules::{Check, Context, rule};

rule! {
    /// Names and values are given as an object where a list of name/value pairs
    /// belongs.
    ///
    /// ## Why it matters
    /// Compose files, Kubernetes and Azure's tags have environment variables
    /// and the like as a map, as `NAME=value` or as pairs with other names.
    /// This API has a list of objects with `name` and `value`, and answers 400
    /// to anything else (`InvalidRequestBody`). Only `resourceTags` is a map.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "environmentSettings": { "MODE": "fast", "THREADS": 4 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "environmentSettings": [ { "name": "MODE", "value": "fast" }, { "name": "THREADS", "value": "4" } ] }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where every value is a string. A suggestion where numbers and
    /// booleans become strings.
    ///
    /// ## Source
    /// EnvironmentSetting, MetadataItem, HttpHeader and `resourceTags` in
    /// `schemas/models.json`.
    MAP_FOR_NAME_VALUE_LIST {
        code: "AB1320",
        id: "shape/map-for-name-value-list",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Missing, is_said),
            Check::Instead(FaultKind::Type, type_instead),
            Check::Instead(FaultKind::Unknown, unknown_instead),
        ],
    }
}

/// The lists of names and values.
const LISTS: [Name; 4] =
    [p::ENVIRONMENT_SETTINGS, p::COMMON_ENVIRONMENT_SETTINGS, p::METADATA, p::UPLOAD_HEADERS];

/// The list that a value is, or is an item of.
fn list_name(at: Cursor<'_>) -> Option<&'static str> {
    at.property().filter(|property| LISTS.contains(&property.id)).map(|property| property.name)
}

fn is_scalar(at: Cursor<'_>) -> bool {
    matches!(at.kind(), NodeKind::String | NodeKind::Number | NodeKind::True | NodeKind::False)
}

fn finding(at: Cursor<'_>, message: String, pair: &str) -> Finding {
    let help = format!("write {pair}");
    Finding::at(&MAP_FOR_NAME_VALUE_LIST, at, message).help(help)
}

const PAIR: &str = "`{ \"name\": ..., \"value\": ... }` for each";

fn type_instead(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    if at.property()?.id == p::RESOURCE_TAGS {
        return tags(at);
    }
    let name = list_name(at)?;
    match at.kind() {
        NodeKind::Object if !at.is_item() => map(at, name),
        NodeKind::String if at.is_item() => assignment(at, name),
        _ => None,
    }
}

/// Whether names of members are those of one pair.
fn is_pair(object: Cursor<'_>) -> bool {
    let is =
        |key: Cursor<'_>| matches!(&*key.content().to_ascii_lowercase(), "name" | "value" | "key");
    object.keys().count() == 2 && object.keys().all(is)
}

/// A map in place of the list.
fn map(at: Cursor<'_>, name: &str) -> Option<Finding> {
    let mut values = at.keys().map(Cursor::member_value);
    if at.keys().next().is_none() || !values.all(is_scalar) || is_pair(at) {
        return None;
    }
    let message = format!("`{name}` is a list of names and values, not a map of them");
    let edits = || {
        let mut edits = vec![(edit::opening(at.span()), "[".to_owned())];
        for key in at.keys() {
            edits.extend(edit::as_pair(key)?);
        }
        edits.push((edit::closing(at.span()), "]".to_owned()));
        edit::is_whole(at).then_some(edits)
    };
    let strings = at.keys().all(|key| key.member_value().kind() == NodeKind::String);
    let applicability = if strings { Applicability::Safe } else { Applicability::Suggested };
    Some(finding(at, message, PAIR).edits_if("Make a list of it", applicability, edits()))
}

/// `NAME=value` in place of a pair.
fn assignment(at: Cursor<'_>, name: &str) -> Option<Finding> {
    let content = at.content();
    let (variable, _) = content.split_once('=')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    if variable.is_empty() || !variable.bytes().all(fits) {
        return None;
    }
    let message = format!("an entry of `{name}` has `name` and `value` apart, not joined by `=`");
    let edits = || {
        // Without escapes in front, the first `=` of the source is that of the
        // content.
        let from =
            u32::try_from(at.source().find('=').filter(|at| *at == variable.len() + 1)?).ok()?;
        let start = at.span().start.checked_add(from)?;
        let equals = Span { start, end: start + 1 };
        edit::is_whole(at).then(|| {
            vec![
                (edit::before(at.span()), "{ \"name\": ".to_owned()),
                (equals, "\", \"value\": \"".to_owned()),
                (edit::behind(at.span()), " }".to_owned()),
            ]
        })
    };
    let edits = edits();
    Some(finding(at, message, PAIR).edits_if("Take it apart", Applicability::Safe, edits))
}

/// A list of pairs in place of the one map.
fn tags(at: Cursor<'_>) -> Option<Finding> {
    if at.kind() != NodeKind::Array || at.items().next().is_none() || !at.items().all(is_pair) {
        return None;
    }
    let message = "`resourceTags` is a map of names and values, not a list".to_owned();
    let edits = || {
        let mut edits = vec![(edit::opening(at.span()), "{".to_owned())];
        for item in at.items() {
            let mut keys = item.keys();
            let (name, value) = (keys.next()?, keys.next()?);
            let is = |key: Cursor<'_>, names: [&str; 2]| {
                names.iter().any(|name| key.content().eq_ignore_ascii_case(name))
            };
            let (given, to) = (name.member_value(), value.member_value());
            let strings = [given, to]
                .iter()
                .all(|one| one.kind() == NodeKind::String && edit::is_whole(*one));
            if !strings
                || !is(name, ["name", "key"])
                || !is(value, ["value", "value"])
                || !edit::is_whole(item)
            {
                return None;
            }
            let (item, given, to) = (item.span(), given.span(), to.span());
            edits.push((Span { start: item.start, end: given.start }, String::new()));
            edits.push((Span { start: given.end, end: to.start }, ": ".to_owned()));
            edits.push((Span { start: to.end, end: item.end }, String::new()));
        }
        edits.push((edit::closing(at.span()), "}".to_owned()));
        edit::is_whole(at).then_some(edits)
    };
    let edits = edits();
    let finding = finding(at, message, "`{ \"name\": \"value\" }`, a member for each");
    Some(finding.edits_if("Make a map of it", Applicability::Safe, edits))
}

/// What an item of a list says in place of `name` and `value`.
enum Odd<'a> {
    /// `{"NAME": "value"}`: its name.
    Single(Cursor<'a>),
    /// `{"key": ..., "value": ...}`: the name `key`.
    Key(Cursor<'a>),
}

fn odd<'a>(item: Cursor<'a>) -> Option<Odd<'a>> {
    if item.kind() != NodeKind::Object || !item.is_item() {
        return None;
    }
    list_name(item)?;
    let mut keys = item.keys();
    let (first, second) = (keys.next()?, keys.next());
    if second.is_none() {
        let single = first.property().is_none()
            && is_scalar(first.member_value())
            && !matches!(&*first.content(), "key" | "key_name");
        return single.then_some(Odd::Single(first));
    }
    let key = item.keys().find(|key| matches!(&*key.content(), "key" | "Key" | "k"))?;
    (item.member(p::NAME).is_none() && item.keys().count() == 2).then_some(Odd::Key(key))
}

fn unknown_instead(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let item = at.parent()?;
    let name = list_name(item)?;
    // A slip of one of the two names is that.
    match odd(item)? {
        Odd::Single(key) => {
            let content = key.content();
            if crate::words::nearest_of(&content, &["name", "value"]).is_some() {
                return None;
            }
            let message =
                format!("an entry of `{name}` has `name` and `value`, not a member for each name");
            let edits = || {
                let mut edits = edit::as_pair(key)?;
                // The braces are there already.
                let (first, last) = (edits.first_mut()?, 2);
                first.1 = "\"name\": ".to_owned();
                let last = edits.get_mut(last)?;
                last.1 = last.1.trim_end_matches(" }").to_owned();
                edits.retain(|(span, text)| !text.is_empty() || span.start < span.end);
                Some(edits)
            };
            let safe = key.member_value().kind() == NodeKind::String;
            let applicability = if safe { Applicability::Safe } else { Applicability::Suggested };
            let finding = Finding::at_key(&MAP_FOR_NAME_VALUE_LIST, at, message);
            let finding = finding.help(format!("write {PAIR}"));
            Some(finding.edits_if("Write `name` and `value`", applicability, edits()))
        }
        Odd::Key(key) if key.index() + 1 == at.index() => {
            let message = format!("an entry of `{name}` has `name`, not `{}`", key.content());
            let finding = Finding::at_key(&MAP_FOR_NAME_VALUE_LIST, at, message);
            let edits = edit::is_whole(key).then(|| vec![(key.span(), "\"name\"".to_owned())]);
            let finding = finding.help(format!("write {PAIR}"));
            Some(finding.edits_if("Rename to `name`", Applicability::Safe, edits))
        }
        Odd::Key(_) => None,
    }
}

/// Whether what an entry lacks is said of what it has instead.
fn is_said(fault: &Fault, object: Cursor<'_>, _: &Context<'_>) -> bool {
    let Some(missing) = object.api().all_rows().get(fault.other as usize) else { return false };
    if !matches!(missing.kind, Kind::String) {
        return false;
    }
    match odd(object) {
        Some(Odd::Single(key)) => {
            crate::words::nearest_of(&key.content(), &["name", "value"]).is_none()
        }
        Some(Odd::Key(_)) => missing.id == p::NAME,
        None => false,
    }
}
