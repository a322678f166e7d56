//! The checks of references to application packages.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::p;
use crate::document::NodeKind;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings};
use crate::rules::shape::is_unfilled;
use crate::rules::{Context, edit, list};
use crate::values::resource_id::ResourceId;

use super::{
    APPLICATION_ID_NOT_QUALIFIED, DUPLICATE_PACKAGE, EMPTY_VERSION, PACKAGE_VERSION_LATEST,
    PACKAGE_WITHOUT_VERSION, TASK_APPLICATION_ID_QUALIFIED, TOO_MANY_PACKAGES_IN_UPDATE,
};

/// The packages that a pool or task refers to.
fn packages(of: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let list = of.get(p::APPLICATION_PACKAGE_REFERENCES);
    list.into_iter().flat_map(Cursor::items).filter(|item| item.kind() == NodeKind::Object)
}

/// Whether it is the id of an application as a resource.
fn is_application(id: &ResourceId<'_>) -> bool {
    id.is_a("Microsoft.Batch", &["batchAccounts", "applications"])
}

pub(super) fn not_qualified(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = pool.get(p::APPLICATION_PACKAGE_REFERENCES) else { return };
    // A reference may stand in the place of the list, or be the id alone. That
    // is wrong in itself; but if the id came to light with the mended form only,
    // that fix would bring a new finding and not be offered.
    let alone = (list.kind() != NodeKind::Array).then_some(list);
    for package in alone.into_iter().chain(list.items()) {
        let id = match package.kind() {
            // One that stands where it does not belong has no model.
            NodeKind::Object if alone.is_some() => package
                .keys()
                .find(|key| key.content() == "applicationId")
                .map(Cursor::member_value),
            NodeKind::Object => package.get(p::APPLICATION_ID),
            _ => Some(package),
        };
        let Some(id) = id else { continue };
        let Some(text) = id.as_str() else { continue };
        if ResourceId::parse(&text).is_ok_and(|id| is_application(&id)) || is_unfilled(id) {
            continue;
        }
        let message = "a pool needs the full resource id of an application";
        let help = "write `/subscriptions/.../resourceGroups/.../providers/Microsoft.Batch/\
                    batchAccounts/.../applications/...`";
        findings.add(Finding::at(&APPLICATION_ID_NOT_QUALIFIED, id, message).help(help));
    }
}

/// How many packages a pool can have.
const MOST: usize = 10;

pub(super) fn too_many(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = pool.get(p::APPLICATION_PACKAGE_REFERENCES) else { return };
    let count = list.items().count();
    if count > MOST {
        let message =
            format!("a pool has at most {MOST} application packages, and these are {count}");
        let help = "give packages that few tasks need to these tasks";
        findings.add(Finding::at_key(&TOO_MANY_PACKAGES_IN_UPDATE, list, message).help(help));
    }
}

pub(super) fn duplicate(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let keyed = packages(pool).filter_map(|package| {
        let version = match package.get(p::VERSION) {
            None => Cow::Borrowed(""),
            Some(version) => version.as_str().filter(|_| !is_unfilled(version))?,
        };
        let id = package.get(p::APPLICATION_ID).filter(|id| !is_unfilled(*id))?;
        Some((id.as_str()?, version, package))
    });
    for (again, first) in list::repeated(keyed) {
        findings.add(
            Finding::at(&DUPLICATE_PACKAGE, again, "this package is listed before")
                .related(first.head(), "listed here")
                .help("list each package once")
                .edits_if("Remove the repetition", Applicability::Safe, list::remove(again)),
        );
    }
}

pub(super) fn latest(package: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if !package.says(p::VERSION, "latest") || package.is_read_only() {
        return;
    }
    let Some(version) = package.get(p::VERSION) else { return };
    let message = "`latest` is taken for the name of a version";
    findings.add(
        Finding::at(&PACKAGE_VERSION_LATEST, version, message)
            .help("leave `version` out for the application's default version, or name a version")
            .edits_if("Leave `version` out", Applicability::Suggested, edit::take_out(version)),
    );
}

/// Whether a text is given that says nothing.
fn is_blank(value: Cursor<'_>) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty()) && !value.is_read_only()
}

pub(super) fn empty(package: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if let Some(id) = package.get(p::APPLICATION_ID).filter(|id| is_blank(*id)) {
        let help = "write the id of the application";
        findings.add(Finding::at(&EMPTY_VERSION, id, "`applicationId` is empty").help(help));
    }
    if let Some(version) = package.get(p::VERSION).filter(|version| is_blank(*version)) {
        findings.add(
            Finding::at(&EMPTY_VERSION, version, "an empty `version` is one that does not exist")
                .help("leave `version` out for the application's default version, or write one")
                .edits_if("Leave `version` out", Applicability::Safe, edit::take_out(version)),
        );
    }
}

pub(super) fn qualified(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if task.is_read_only() {
        return;
    }
    for id in packages(task).filter_map(|package| package.get(p::APPLICATION_ID)) {
        let Some(text) = id.as_str() else { continue };
        const START: &str = "/subscriptions/";
        if !text.get(..START.len()).is_some_and(|start| start.eq_ignore_ascii_case(START)) {
            continue;
        }
        let parsed = ResourceId::parse(&text).ok().filter(is_application);
        let name = parsed.and_then(|id| id.name_of("applications"));
        let message = "a task names an application by its short id";
        findings.add(
            Finding::at(&TASK_APPLICATION_ID_QUALIFIED, id, message)
                .help("write the last part alone")
                .edits_if(
                    "Write the short id",
                    Applicability::Suggested,
                    name.map(|name| vec![(id.span(), edit::quoted(name.text))]),
                ),
        );
    }
}

pub(super) fn without_version(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for package in packages(pool) {
        if package.get(p::VERSION).is_none_or(is_blank) {
            let message = "without a `version` the pool takes whatever is the default one";
            let help = "name the version";
            findings.add(Finding::at(&PACKAGE_WITHOUT_VERSION, package, message).help(help));
        }
    }
}
