//! Tags of the resources that a pool is made of.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

rule! {
    /// A tag is beyond the limits that tags of Azure resources have.
    ///
    /// ## Why it matters
    /// The tags are passed on to the machines and disks of the pool, whose
    /// provider takes 50 of them, names of 512 characters without any of
    /// `<>%&\?/`, and values of 256 characters. With others no node is made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "resourceTags": { "cost/center": "a" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "resourceTags": { "cost-center": "a" } }
    /// ```
    ///
    /// ## Source
    /// Limits of tags in Azure Resource Manager; the API's documentation of
    /// `resourceTags`, which says that they are passed on.
    RESOURCE_TAG_LIMITS {
        code: "AB1619",
        id: "pool/resource-tag-limits",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::RESOURCE_TAGS], limits)],
    }
}

/// The tags of a pool; in the pool of a job they are another kind of value.
fn is_map(tags: Cursor<'_>) -> bool {
    let within = tags.parent().and_then(Cursor::model);
    tags.kind() == NodeKind::Object && within != Some(Model::BATCH_POOL_SPECIFICATION)
}

fn limits(tags: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if !is_map(tags) {
        return;
    }
    if tags.keys().nth(50).is_some() {
        let message = "there are more than 50 tags, which is the most that a resource can have";
        findings.add(Finding::at_key(&RESOURCE_TAG_LIMITS, tags, message));
    }
    let longer = |text: &str, limit| text.len() > limit && text.chars().nth(limit).is_some();
    for key in tags.keys() {
        let (name, value) = (key.content(), key.member_value());
        let (message, help) = if name.contains(['<', '>', '%', '&', '\\', '?', '/']) {
            ("the name of a tag cannot have any of `<>%&\\?/`", "write a hyphen or a dot instead")
        } else if longer(&name, 512) {
            ("the name of a tag has at most 512 characters", "shorten it")
        } else if value.as_str().is_some_and(|text| longer(&text, 256)) {
            ("the value of a tag has at most 256 characters", "shorten it")
        } else {
            continue;
        };
        findings.add(Finding::at_key(&RESOURCE_TAG_LIMITS, value, message).help(help));
    }
}

rule! {
    /// `resourceTags` work only in accounts whose pools are made in the user's
    /// subscription.
    ///
    /// ## Why it matters
    /// In an account with the allocation mode BatchService the request is
    /// refused. A request does not show the mode, so that this is a reminder.
    /// Metadata of the pool work in every account.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "resourceTags": { "team": "a" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "metadata": [{ "name": "team", "value": "a" }] }
    /// ```
    ///
    /// ## Source
    /// `onlyPoolAllocationMode` of `resourceTags` in `schemas/models.json`,
    /// which has it from the API's documentation.
    RESOURCE_TAGS_ALLOCATION_MODE {
        code: "AB1627",
        id: "pool/resource-tags-allocation-mode",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::RESOURCE_TAGS], allocation_mode)],
    }
}

fn allocation_mode(tags: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if tags.keys().next().is_some() || tags.as_str().is_some_and(|tags| !tags.trim().is_empty()) {
        let message = "`resourceTags` are refused in an account with the allocation mode \
                       BatchService";
        let help = "use `metadata`, unless the account's mode is UserSubscription";
        findings.add(Finding::at_key(&RESOURCE_TAGS_ALLOCATION_MODE, tags, message).help(help));
    }
}
