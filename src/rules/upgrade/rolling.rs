//! Upgrades of some nodes at a time.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::Applicability::Suggested;
use crate::report::Severity;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};

rule! {
    /// More nodes are upgraded at once than may be unhealthy.
    ///
    /// ## Why it matters
    /// Nodes under upgrade count as unhealthy, so that such an upgrade would
    /// stop itself. The documentation rules it out.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "rolling",
    ///     "rollingUpgradePolicy": { "maxBatchInstancePercent": 50, "maxUnhealthyInstancePercent": 20 }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "rolling",
    ///     "rollingUpgradePolicy": { "maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20 }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A smaller batch is a suggestion; the other number may be the one to
    /// raise.
    ///
    /// ## Source
    /// The API's documentation of `maxBatchInstancePercent`.
    ROLLING_BATCH_OVER_UNHEALTHY {
        code: "AB1806",
        id: "upgrade/rolling-batch-over-unhealthy",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::MAX_BATCH_INSTANCE_PERCENT], over_unhealthy)],
    }
}

fn over_unhealthy(batch: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let limit = batch.parent().and_then(|policy| policy.get(p::MAX_UNHEALTHY_INSTANCE_PERCENT));
    let Some(limit) = limit else { return };
    let (Some(count), Some(most)) = (batch.as_int(), limit.as_int()) else { return };
    // Beyond 100 they are out of range by themselves.
    if count > most && count <= 100 {
        let message = format!(
            "{} percent are upgraded at once, and {} percent may be unhealthy",
            shown(batch),
            shown(limit)
        );
        findings.add(
            Finding::at(&ROLLING_BATCH_OVER_UNHEALTHY, batch, message)
                .help("nodes under upgrade count as unhealthy: lower this, or raise the other")
                .related(limit.span(), "how many may be unhealthy")
                .fix(format!("Write `{most}`"), Suggested, batch.span(), most.to_string()),
        );
    }
}

rule! {
    /// `enableCrossZoneUpgrade` is set on a pool that is not spread over zones.
    ///
    /// ## Why it matters
    /// The property may be given, as `true` or as `false`, only where
    /// `nodePlacementConfiguration` has the policy `zonal`.
    ///
    /// In an update the configuration of the machines may be the pool's own
    /// one, so that this is a warning there.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "rolling", "rollingUpgradePolicy": { "enableCrossZoneUpgrade": true } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "nodePlacementConfiguration": { "policy": "zonal" }
    ///   },
    ///   "upgradePolicy": { "mode": "rolling", "rollingUpgradePolicy": { "enableCrossZoneUpgrade": true } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Taking it out is a suggestion; zones may be what is missing.
    ///
    /// ## Source
    /// The API's documentation of `enableCrossZoneUpgrade`.
    CROSS_ZONE_UPGRADE_WITHOUT_ZONES {
        code: "AB1807",
        id: "upgrade/cross-zone-upgrade-without-zones",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_CROSS_ZONE_UPGRADE], without_zones)],
    }
}

fn without_zones(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = flag.pool().map(|pool| pool.at) else { return };
    let machine = pool.get(p::VIRTUAL_MACHINE_CONFIGURATION);
    let is_update = pool.model() == Some(Model::BATCH_POOL_UPDATE_CONTENT);
    if flag.as_bool().is_none() || is_update && machine.is_none() {
        return;
    }
    let placement = machine.and_then(|machine| machine.get(p::NODE_PLACEMENT_CONFIGURATION));
    let policy = placement.and_then(|placement| placement.get(p::POLICY));
    // What is neither of the two is another rule's.
    let is_regional = |policy: Cursor<'_>| {
        policy.as_str().is_some_and(|policy| policy.eq_ignore_ascii_case("regional"))
    };
    if policy.is_none_or(is_regional) {
        let message = "`enableCrossZoneUpgrade` may be set only on a zonal pool";
        let mut finding = Finding::at_key(&CROSS_ZONE_UPGRADE_WITHOUT_ZONES, flag, message)
            .help("leave it out, or place the nodes by the policy `zonal`")
            .at_most_if(is_update, Severity::Warning)
            .edits_if("Remove it", Suggested, edit::take_out(flag));
        if let Some(policy) = policy {
            finding = finding.related(policy.span(), "the pool is regional");
        }
        findings.add(finding);
    }
}

rule! {
    /// A rolling upgrade policy is given, and nothing uses it.
    ///
    /// ## Why it matters
    /// The policy holds in the mode `rolling`, and for automatic OS upgrades
    /// that ask for it by `useRollingUpgradePolicy`. Otherwise its limits are
    /// only read, and a pool's nodes may be upgraded at once.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "manual", "rollingUpgradePolicy": { "maxBatchInstancePercent": 20 } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "rolling", "rollingUpgradePolicy": { "maxBatchInstancePercent": 20 } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `upgradePolicy` and
    /// `useRollingUpgradePolicy`; Batch's article on upgrade policies.
    ROLLING_POLICY_UNUSED {
        code: "AB1808",
        id: "upgrade/rolling-policy-unused",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::ROLLING_UPGRADE_POLICY], policy_unused)],
    }
}

/// Whether an object has a member that is not `null`.
fn has_some(object: Cursor<'_>) -> bool {
    object.keys().any(|key| key.member_value().kind() != NodeKind::Null)
}

fn uses_rolling_policy(policy: Cursor<'_>) -> bool {
    let automatic = policy.get(p::AUTOMATIC_OS_UPGRADE_POLICY);
    automatic.is_some_and(|automatic| automatic.is_flag(p::USE_ROLLING_UPGRADE_POLICY, true))
}

fn policy_unused(rolling: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(policy) = rolling.parent().filter(|_| has_some(rolling)) else { return };
    let Some(mode) = policy.get(p::MODE) else { return };
    let unused = policy.says(p::MODE, "manual")
        || policy.says(p::MODE, "automatic") && !uses_rolling_policy(policy);
    if unused {
        let message = "nothing uses this policy";
        findings.add(
            Finding::at_key(&ROLLING_POLICY_UNUSED, rolling, message)
                .help(
                    "write the mode `rolling`, or `automatic` with `useRollingUpgradePolicy` in \
                     `automaticOSUpgradePolicy`",
                )
                .related(mode.span(), "the mode is another"),
        );
    }
}

rule! {
    /// A rolling upgrade is asked for without saying how.
    ///
    /// ## Why it matters
    /// The defaults hold then: 20 percent of the nodes at a time, of which all
    /// may be unhealthy.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "upgradePolicy": { "mode": "rolling" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "rolling",
    ///     "rollingUpgradePolicy": { "maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20 }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `useRollingUpgradePolicy`; defaults of scale
    /// sets.
    ROLLING_POLICY_MISSING {
        code: "AB1810",
        id: "upgrade/rolling-policy-missing",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::UPGRADE_POLICY], policy_missing)],
    }
}

fn policy_missing(policy: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let asked = policy.says(p::MODE, "rolling")
        || uses_rolling_policy(policy) && !policy.says(p::MODE, "manual");
    if asked && !policy.get(p::ROLLING_UPGRADE_POLICY).is_some_and(has_some) {
        let message = "the upgrade is rolling, and how is left to the defaults";
        let help = "add a `rollingUpgradePolicy`, if 20 percent at a time is not what is meant";
        findings.add(Finding::at_key(&ROLLING_POLICY_MISSING, policy, message).help(help));
    }
}

rule! {
    /// The batch of a rolling upgrade is larger than the share of nodes that
    /// may be unhealthy by default.
    ///
    /// ## Why it matters
    /// Both shares are 20 percent where they are left out, and the batch must
    /// not be the larger one.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "rolling", "rollingUpgradePolicy": { "maxBatchInstancePercent": 40 } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "rolling",
    ///     "rollingUpgradePolicy": { "maxBatchInstancePercent": 40, "maxUnhealthyInstancePercent": 40 }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `rollingUpgradePolicy`; defaults of scale
    /// sets.
    ROLLING_BATCH_OVER_DEFAULT {
        code: "AB1811",
        id: "upgrade/rolling-batch-over-default",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::ROLLING_UPGRADE_POLICY], over_default)],
    }
}

fn over_default(policy: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let batch = policy.get(p::MAX_BATCH_INSTANCE_PERCENT);
    let unhealthy = policy.get(p::MAX_UNHEALTHY_INSTANCE_PERCENT);
    let given = match (batch, unhealthy) {
        (Some(batch), None) if batch.as_int().is_some_and(|percent| percent > 20) => batch,
        (None, Some(most)) if most.as_int().is_some_and(|percent| percent < 20) => most,
        _ => return,
    };
    let message = "the batch would be larger than the share of nodes that may be unhealthy: the \
                   one that is left out is 20 percent";
    let help = "write both `maxBatchInstancePercent` and `maxUnhealthyInstancePercent`";
    findings.add(Finding::at(&ROLLING_BATCH_OVER_DEFAULT, given, message).help(help));
}
