//! Members of other versions of the API.

use std::borrow::Cow;

use crate::analysis::{Analysis, Cursor, Fault, FaultKind};
use crate::api::{Fate, LeavingMember, Model, OtherMember, p};
use crate::document::{NodeKind, Span};
use crate::report::{Applicability, Severity};
use crate::request::Spot;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Context, Rule};

use super::{
    MEMBER_OF_DECLARED_VERSION, NEWER_MEMBER, OTHER_VERSION_FITS, REMOVED_IN_NEXT, REMOVED_MEMBER,
    RENAMED_MEMBER, declared,
};

/// What an unknown member is in another version. A `null` is none: it counts
/// as not given.
fn of_other_version(value: Cursor<'_>) -> Option<&'static OtherMember> {
    if value.kind() == NodeKind::Null {
        return None;
    }
    value.api().other_member(value.parent()?.model()?, &value.key()?.content())
}

/// Whether the version that the request declares has the member.
fn is_declared(member: &OtherMember, context: &Context<'_>) -> bool {
    declared(context).is_some_and(|given| match member.fate {
        Fate::Newer => given.version >= member.since,
        _ => given.version < member.since,
    })
}

/// A member that the request's own version has under its old name.
pub(super) fn renamed_later(_: &Fault, value: Cursor<'_>, context: &Context<'_>) -> bool {
    let renamed = |member: &OtherMember| {
        matches!(member.fate, Fate::Renamed(_) | Fate::Moved { .. } | Fate::Elsewhere)
    };
    of_other_version(value).is_some_and(|member| renamed(member) && is_declared(member, context))
}

/// A member that the request's own version brought.
pub(super) fn there_already(_: &Fault, value: Cursor<'_>, context: &Context<'_>) -> bool {
    of_other_version(value)
        .is_some_and(|member| member.fate.is_newer() && is_declared(member, context))
}

fn finding(rule: &'static Rule, value: Cursor<'_>, message: String, help: String) -> Finding {
    Finding::at_key(rule, value, message).help(help)
}

pub(super) fn renamed(_: &Fault, value: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let member = of_other_version(value)?;
    let (key, object, api) = (value.key()?, value.parent()?, value.api());
    let name = key.content();
    let since = member.since;
    let say = |message, help| Some(finding(&RENAMED_MEMBER, value, message, help));
    let (target, path) = match member.fate {
        Fate::Renamed(now) => (now, api.name(now)),
        Fate::Moved { into, path } => (into, path),
        Fate::Elsewhere => {
            let message = format!("API version {since} has done away with `{name}`");
            return say(message, member.advice.to_owned());
        }
        Fate::Removed { .. } | Fate::Newer => return None,
    };
    let beside = object.member(target).is_some();
    if beside && api.name(target) == path {
        let message = format!("`{name}` is what `{path}` was called before API version {since}");
        if object.get(target).is_none() {
            return say(
                message,
                format!("`{path}` is here as well, and null: move the value there"),
            );
        }
        let finding = say(message, format!("`{path}` is here as well: remove `{name}`"));
        return finding.map(|finding| remove(finding, value, &name));
    }
    let message = format!("`{name}` is `{path}` since API version {since}");
    let advice = match member.advice {
        "" => "the service knows no names but those of the version that is asked for".to_owned(),
        advice => advice.to_owned(),
    };
    let finding = say(message, advice)?;
    let alone = || object.keys().filter(|other| other.content() == name).take(2).count() < 2;
    if beside || !alone() {
        return Some(finding);
    }
    Some(match member.fate {
        Fate::Renamed(_) => {
            let title = format!("Rename to `{path}`");
            finding.fix(title, Applicability::Safe, key.span(), format!("\"{path}\""))
        }
        _ => moved(finding, key, value, path),
    })
}

/// With a fix that moves a member. What it holds stays where it is in the
/// text, and new members are written around it.
fn moved(finding: Finding, key: Cursor<'_>, value: Cursor<'_>, path: &str) -> Finding {
    let title = format!("Write it as `{path}`");
    if path == "userIdentity.autoUser.elevationLevel" {
        let level = match value.kind() {
            NodeKind::True => "admin",
            NodeKind::False => "nonadmin",
            _ => return finding,
        };
        let identity = format!(r#"{{ "autoUser": {{ "elevationLevel": "{level}" }} }}"#);
        let edits = [(key.span(), "\"userIdentity\"".to_owned()), (value.span(), identity)];
        return finding.edits(title, Applicability::Suggested, edits);
    }
    let Some((outer, inner)) = path.split_once('.') else { return finding };
    let first = match outer {
        "publicIPAddressConfiguration" => "\"provision\": \"usermanaged\", ",
        _ => "",
    };
    let span = value.span();
    let behind = Span { start: span.end, ..span };
    let edits =
        [(key.span(), format!("\"{outer}\": {{ {first}\"{inner}\"")), (behind, " }".to_owned())];
    finding.edits(title, Applicability::Suggested, edits)
}

/// With a fix that removes a member, and the comma that goes with it.
fn remove(finding: Finding, value: Cursor<'_>, name: &str) -> Finding {
    let (Some(key), Some(object)) = (value.key(), value.parent()) else { return finding };
    let (start, end) = (key.span().start, value.span().end);
    let mut others = object.keys().map(|other| (other.index(), other));
    let mut before = None;
    let mut next = None;
    for (index, other) in others.by_ref() {
        if index < key.index() {
            before = Some(other.member_value().span().end);
        } else if index > key.index() {
            next = Some(other.span().start);
            break;
        }
    }
    let span = match (before, next) {
        (_, Some(next)) => Span { start, end: next },
        (Some(before), None) => Span { start: before, end },
        (None, None) => Span { start, end },
    };
    finding.fix(format!("Remove `{name}`"), Applicability::Suggested, span, "")
}

pub(super) fn removed(_: &Fault, value: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    let member = of_other_version(value)?;
    let Fate::Removed { needless } = member.fate else { return None };
    let name = value.key()?.content();
    let message = format!("`{name}` does not exist since API version {}", member.since);
    let finding = finding(&REMOVED_MEMBER, value, message, member.advice.to_owned())
        // That version has the member, and the service no longer has the thing.
        .at_most_if(is_declared(member, context), Severity::Warning);
    Some(if needless { remove(finding, value, &name) } else { finding })
}

pub(super) fn newer(_: &Fault, value: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let member = of_other_version(value).filter(|member| member.fate.is_newer())?;
    let (key, api) = (value.key()?, value.api());
    let name = key.content();
    let since = member.since;
    let message = format!("`{name}` is of API version {since}; {} lacks it", api.version());
    let help = match member.advice {
        "" => format!("leave it out, or send the request with `api-version` {since}"),
        advice => format!("{advice}; or send the request with `api-version` {since}"),
    };
    let finding = finding(&NEWER_MEMBER, value, message, help);
    Some(out_of_managed_disk(finding, key, value))
}

/// With a fix for a data disk's `managedDisk` that holds nothing but a storage
/// type, which this version has in the disk itself.
fn out_of_managed_disk(finding: Finding, key: Cursor<'_>, value: Cursor<'_>) -> Finding {
    let Some(disk) = value.parent().filter(|disk| disk.model() == Some(Model::DATA_DISK)) else {
        return finding;
    };
    let mut keys = value.keys();
    let (Some(inner), None) = (keys.next(), keys.next()) else { return finding };
    let kind = inner.member_value();
    let known = kind.kind() == NodeKind::String && inner.content() == "storageAccountType";
    if !known || disk.member(p::STORAGE_ACCOUNT_TYPE).is_some() {
        return finding;
    }
    let (outer, kept) = (value.span(), kind.span());
    let edits = [
        (Span { end: kept.start, ..key.span() }, "\"storageAccountType\": ".to_owned()),
        (Span { start: kept.end, ..outer }, String::new()),
    ];
    finding.edits("Write it as `storageAccountType`", Applicability::Safe, edits)
}

/// The members of a body that its version's successor lacks, the first of each
/// name.
fn leaving<'a>(analysis: &'a Analysis<'a>) -> Vec<(&'static LeavingMember, Cursor<'a>)> {
    let api = analysis.api;
    let mut found: Vec<(&'static LeavingMember, Cursor<'a>)> = Vec::new();
    for typed in analysis.typed() {
        let row = typed.row().and_then(|row| api.all_rows().get(row));
        let Some(property) = row.filter(|property| api.may_leave(property.id)) else { continue };
        let at = analysis.cursor(typed.index);
        if at.kind() == NodeKind::Null || at.is_item() || at.is_read_only() {
            continue;
        }
        let model = at.parent().and_then(Cursor::model);
        let Some(leaving) = model.and_then(|model| api.leaving(model, property.id)) else {
            continue;
        };
        if found.iter().all(|(known, _)| known.name != leaving.name) {
            found.push((leaving, at));
        }
    }
    found
}

pub(super) fn removed_in_next(context: &Context<'_>, findings: &mut Findings<'_>) {
    let analysis = context.analysis;
    // Who names the version keeps it for now.
    if analysis.request.version_given {
        return;
    }
    let found = leaving(analysis);
    let Some(((first, at), others)) = found.split_first() else { return };
    let name = |leaving: &LeavingMember| format!("`{}`", analysis.api.name(leaving.name));
    let names: Vec<_> = found.iter().map(|(leaving, _)| name(leaving)).collect();
    let message = format!("{} does not have {}, which this body uses", first.since, listed(&names));
    let advice: Vec<_> =
        found.iter().map(|(leaving, _)| format!("{} {}", name(leaving), leaving.advice)).collect();
    let help = format!(
        "nothing is wrong with it at {}, but versions before {} are announced to retire; {}",
        analysis.api.version(),
        first.since,
        advice.join("; ")
    );
    let message = format!("API version {message}");
    let mut finding = Finding::at_key(&REMOVED_IN_NEXT, *at, message).help(help);
    for (leaving, at) in others {
        let span = at.name_span();
        finding = finding.related(span, format!("{} is here", name(leaving)));
    }
    findings.add(finding);
}

/// What a value needs a version for: its member or, of an enum, itself.
fn needs(at: Cursor<'_>) -> Option<&'static str> {
    if at.kind() == NodeKind::Null || at.is_read_only() {
        return None;
    }
    let (api, property) = (at.api(), at.property()?);
    let member = || {
        let model = at.parent().filter(|_| !at.is_item()).and_then(Cursor::model)?;
        api.added_in(model, property.id)
    };
    let value = || api.value_added_in(property.kind.enumeration()?, &at.as_str()?);
    member().max(value())
}

pub(super) fn of_declared_version(context: &Context<'_>, findings: &mut Findings<'_>) {
    let analysis = context.analysis;
    let api = analysis.api;
    let Some(given) = declared(context).filter(|given| given.version < api.version()) else {
        return;
    };
    let mut behind = 0;
    for typed in analysis.typed().filter(|typed| typed.row().is_some()) {
        let at = analysis.cursor(typed.index);
        // What is within a member that is too new is so as well.
        let Some(since) = needs(at).filter(|since| at.index() >= behind && *since > given.version)
        else {
            continue;
        };
        behind = analysis.document.behind(at.index());
        let name = at.property().map_or("", |property| property.name);
        let member = at.parent().filter(|_| !at.is_item()).and_then(Cursor::model);
        let own = member.zip(at.property()).and_then(|(model, of)| api.added_in(model, of.id));
        let (what, span) = match own {
            Some(own) if own == since => (format!("`{name}`"), at.key().map(Cursor::span)),
            _ => (format!("{} in `{name}`", shown(at)), None),
        };
        let message =
            format!("{what} needs API version {since}, and this is for {}", given.version);
        let span = span.unwrap_or_else(|| at.head());
        let spot = Spot { node: at.index(), span };
        let help = format!("raise `api-version` to {since} or later, or leave it out");
        let finding = Finding::spot(&MEMBER_OF_DECLARED_VERSION, spot, message).help(help);
        findings.add(given.raised(finding, context));
    }
}

pub(super) fn other_version_fits(context: &Context<'_>, findings: &mut Findings<'_>) {
    let analysis = context.analysis;
    let Some(body) = analysis.body() else { return };
    let (mut older, mut newer) = (Vec::new(), Vec::new());
    for fault in analysis.faults.iter().filter(|fault| fault.kind == FaultKind::Unknown) {
        let at = analysis.cursor(fault.node);
        match of_other_version(at) {
            Some(member) if is_declared(member, context) => {}
            Some(member) if member.fate.is_newer() => newer.push((member, at)),
            Some(member) => older.push((member, at)),
            None if at.kind() == NodeKind::Null => {}
            // Not every one is explained.
            None => return,
        }
    }
    // Of a single one its own finding says enough.
    if older.len() + newer.len() < 2 {
        return;
    }
    let api = analysis.api;
    let gone = older.iter().min_by_key(|(member, _)| member.since);
    let come = newer.iter().max_by_key(|(member, _)| member.since);
    let (message, help) = match (gone, come) {
        (Some((gone, old)), Some((come, new))) => (
            format!(
                "no API version has all members of this body: `{}` is gone since {}, `{}` came with {}",
                name(*old),
                gone.since,
                name(*new),
                come.since
            ),
            "take one version for all of it; the findings at the members say how".to_owned(),
        ),
        (Some((gone, _)), None) => {
            let mut typed = analysis.typed().filter(|typed| typed.row().is_some());
            // What this version has may be too new for that one.
            let too_new = typed.any(|typed| {
                needs(analysis.cursor(typed.index)).is_some_and(|since| since >= gone.since)
            });
            let before = api.published().take_while(|(version, _)| *version < gone.since).last();
            let Some((last, ended)) = before.filter(|_| !too_new) else { return };
            let message =
                format!("the unknown members of this body are those of API version {last}");
            let now = api.version();
            let help = match ended {
                Some(_) => format!("its support has ended, so bring them up to {now}"),
                None => format!(
                    "bring them up to {now}, or put the body into a request with `api-version` {last}"
                ),
            };
            (message, help)
        }
        (None, Some((come, _))) => (
            format!("the unknown members of this body are those of API version {}", come.since),
            format!("if that is meant, send the request with `api-version` {}", come.since),
        ),
        (None, None) => return,
    };
    findings.add(Finding::at(&OTHER_VERSION_FITS, body, message).help(help));
}

/// The name of a member.
fn name(at: Cursor<'_>) -> Cow<'_, str> {
    at.key().map(Cursor::content).unwrap_or_default()
}

/// Names in a row: `a`, `b` and `c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
