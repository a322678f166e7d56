//! Metadata: The names and values that an author attaches to pools, jobs and schedules.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::{Applicability, Severity};
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::list;
use crate::rules::{Category, Check, Context, rule};

/// Metadata.
pub static CATEGORY: Category = Category {
    id: "metadata",
    about: "The names and values that an author attaches to pools, jobs and schedules.",
    rules: &[&EMPTY_METADATA_NAME, &DUPLICATE_METADATA_NAME],
};

rule! {
    /// A metadata item has an empty name.
    ///
    /// ## Why it matters
    /// The service answers 400 EmptyMetadataKey. Whether it does so for a name
    /// of white space alone is not known; that is a warning. An empty value is
    /// fine.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "metadata": [ { "name": "", "value": "render" } ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "metadata": [ { "name": "team", "value": "render" } ] }
    /// ```
    ///
    /// ## Source
    /// The service's error code `EmptyMetadataKey`.
    EMPTY_METADATA_NAME {
        code: "AB1501",
        id: "metadata/empty-metadata-name",
        severity: Error,
        service_code: "EmptyMetadataKey",
        checks: &[Check::Models(&[Model::METADATA_ITEM], empty_name)],
    }
}

rule! {
    /// Two metadata items of one list have the same name.
    ///
    /// ## Why it matters
    /// The service gives metadata no meaning, and clients read the list into a
    /// map: one of the two values is lost. Names that differ in case are taken
    /// for different ones.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "poolId": "p1" },
    ///   "metadata": [ { "name": "team", "value": "render" }, { "name": "team", "value": "light" } ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "poolId": "p1" },
    ///   "metadata": [ { "name": "team", "value": "render" }, { "name": "task", "value": "light" } ]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// An item is taken out where the first of its name has the same value;
    /// which of two values is right only the author knows.
    ///
    /// ## Source
    /// The API's Python client, of whose users many make a map of the list; that
    /// a value is lost is inferred.
    DUPLICATE_METADATA_NAME {
        code: "AB1502",
        id: "metadata/duplicate-metadata-name",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Properties(&[p::METADATA], duplicate_name)],
    }
}

fn empty_name(item: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(name) = item.get(p::NAME).filter(|name| name.kind() == NodeKind::String) else {
        return;
    };
    let content = name.content();
    if !content.trim().is_empty() {
        return;
    }
    let message = match content.is_empty() {
        true => "the name of this metadata item is empty",
        false => "the name of this metadata item is white space alone",
    };
    findings.add(
        Finding::at(&EMPTY_METADATA_NAME, name, message)
            .help("give the item a name, or take it out")
            .at_most_if(!content.is_empty(), Severity::Warning),
    );
}

fn duplicate_name(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let named = list.items().filter_map(|item| Some(("".into(), item.text(p::NAME)?, item)));
    let mut found = list::repeated(named);
    // One finding for a name.
    crate::order::sort_by_key(&mut found, |(item, first)| (first.index(), item.index()));
    found.dedup_by_key(|(_, first)| first.index());
    for (item, first) in found {
        let (Some(name), Some(first_name)) = (item.get(p::NAME), first.get(p::NAME)) else {
            continue;
        };
        let message = format!("another item of this list is called {} too", shown(name));
        let finding = Finding::at(&DUPLICATE_METADATA_NAME, name, message)
            .help("keep one of them")
            .related(first_name.span(), "the first of this name");
        let same = item.text(p::VALUE).is_some() && item.text(p::VALUE) == first.text(p::VALUE);
        findings.add(match same {
            true => finding.edits_if("Take the copy out", Applicability::Safe, list::remove(item)),
            false => finding,
        });
    }
}
