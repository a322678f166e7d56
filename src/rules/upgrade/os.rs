//! Automatic upgrades of the operating system.

use crate::analysis::{Cursor, Pool};
use crate::api::{Model, p};
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

/// The pool and its machine, if this flag switches automatic upgrades on.
fn upgraded(flag: Cursor<'_>) -> Option<(Pool<'_>, Cursor<'_>)> {
    if flag.as_bool() != Some(true) {
        return None;
    }
    let pool = flag.pool()?;
    Some((pool, pool.at.get(p::VIRTUAL_MACHINE_CONFIGURATION)?))
}

/// A finding that leads back to the flag.
fn because<'a>(finding: Finding, flag: Cursor<'a>) -> Finding {
    finding.related(flag.name_span(), "automatic upgrades are switched on here")
}

rule! {
    /// Automatic OS upgrades and Windows Update are both switched on.
    ///
    /// ## Why it matters
    /// On Windows the two exclude each other, and the service refuses the pool:
    /// either the image of the machines is replaced, or Windows updates itself.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "windowsConfiguration": { "enableAutomaticUpdates": true }
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "windowsConfiguration": { "enableAutomaticUpdates": false }
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Switching Windows Update off is a suggestion; it may be the upgrades
    /// that are not wanted.
    ///
    /// ## Source
    /// The API's documentation of `enableAutomaticOSUpgrade`; Batch's article on
    /// upgrade policies.
    OS_UPGRADE_WITH_WINDOWS_UPDATES {
        code: "AB1801",
        id: "upgrade/os-upgrade-with-windows-updates",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTOMATIC_OS_UPGRADE], with_windows_updates)],
    }
}

fn with_windows_updates(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((_, machine)) = upgraded(flag) else { return };
    let windows = machine.get(p::WINDOWS_CONFIGURATION);
    let updates = windows.and_then(|windows| windows.get(p::ENABLE_AUTOMATIC_UPDATES));
    if let Some(updates) = updates.filter(|updates| updates.as_bool() == Some(true)) {
        let message = "Windows Update and automatic OS upgrades exclude each other";
        let finding = Finding::at(&OS_UPGRADE_WITH_WINDOWS_UPDATES, updates, message)
            .help("write `false`, or switch the automatic upgrades off")
            .fix("Write `false`", Suggested, updates.span(), "false");
        findings.add(because(finding, flag));
    }
}

rule! {
    /// Automatic OS upgrades are on, and Windows Update is on by default.
    ///
    /// ## Why it matters
    /// `enableAutomaticUpdates` counts as `true` where it is left out, and
    /// Windows Update must be off on a pool whose images are upgraded.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64"
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "windowsConfiguration": { "enableAutomaticUpdates": false }
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Switching Windows Update off is a suggestion; it may be the upgrades
    /// that are not wanted.
    ///
    /// ## Source
    /// The API's documentation of `enableAutomaticUpdates`; Batch's article on
    /// upgrade policies.
    OS_UPGRADE_WINDOWS_DEFAULT {
        code: "AB1802",
        id: "upgrade/os-upgrade-windows-default",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTOMATIC_OS_UPGRADE], windows_default)],
    }
}

fn windows_default(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((pool, machine)) = upgraded(flag) else { return };
    // An update need not say what the pool has.
    let is_update = pool.at.model() == Some(Model::BATCH_POOL_UPDATE_CONTENT);
    if is_update || pool.is_windows() != Some(true) {
        return;
    }
    let (at, edits) = match machine.get(p::WINDOWS_CONFIGURATION) {
        Some(windows) if windows.get(p::ENABLE_AUTOMATIC_UPDATES).is_some() => return,
        Some(windows) => (windows, edit::put(windows, p::ENABLE_AUTOMATIC_UPDATES, "false")),
        None => {
            let text = "{ \"enableAutomaticUpdates\": false }";
            (machine, edit::put(machine, p::WINDOWS_CONFIGURATION, text))
        }
    };
    let message = "Windows Update is on unless switched off, and excludes automatic OS upgrades";
    let finding = Finding::at_key(&OS_UPGRADE_WINDOWS_DEFAULT, at, message)
        .help("add `\"windowsConfiguration\": { \"enableAutomaticUpdates\": false }`")
        .edits_if("Switch Windows Update off", Suggested, edits);
    findings.add(because(finding, flag));
}

rule! {
    /// Automatic OS upgrades are on, and the version of the image is fixed.
    ///
    /// ## Why it matters
    /// An upgrade goes to the newest version of the image; with one version
    /// fixed there is nothing to upgrade to. `latest` is a requirement.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "24.04.202501010" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `latest` is a suggestion; the version may have been fixed with care.
    ///
    /// ## Source
    /// Batch's article on upgrade policies (requirements of automatic OS
    /// upgrades); the API's documentation of the image's `version`.
    OS_UPGRADE_IMAGE_VERSION {
        code: "AB1803",
        id: "upgrade/os-upgrade-image-version",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTOMATIC_OS_UPGRADE], image_version)],
    }
}

fn image_version(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((pool, machine)) = upgraded(flag) else { return };
    let image = machine.get(p::IMAGE_REFERENCE);
    let Some(version) = image.and_then(|image| image.get(p::VERSION)) else { return };
    if pool.image().is_some_and(|image| image.fixed_version().is_some()) {
        let message = "automatic OS upgrades need the image version `latest`";
        let finding = Finding::at(&OS_UPGRADE_IMAGE_VERSION, version, message)
            .help("write `latest`, or switch the automatic upgrades off")
            .write(Suggested, version, "latest");
        findings.add(because(finding, flag));
    }
}

rule! {
    /// Automatic OS upgrades are on, and the gallery's image is fixed to one
    /// version.
    ///
    /// ## Why it matters
    /// The id of the image names a version, so that newer ones of the gallery
    /// are never rolled out.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": {
    ///       "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y/versions/1.0.0"
    ///     },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": {
    ///       "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y"
    ///     },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   },
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Leaving the version out is a suggestion; it may have been fixed with
    /// care.
    ///
    /// ## Source
    /// Batch's article on upgrade policies (custom images).
    OS_UPGRADE_PINNED_GALLERY_IMAGE {
        code: "AB1804",
        id: "upgrade/os-upgrade-pinned-gallery-image",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTOMATIC_OS_UPGRADE], pinned_image)],
    }
}

/// The version at the end of an image's id, with the word before it.
fn version_of(id: &str) -> Option<&str> {
    let (rest, version) = id.rsplit_once('/')?;
    let (image, word) = rest.rsplit_once('/')?;
    let is_fixed = word.eq_ignore_ascii_case("versions")
        && !version.is_empty()
        && !version.eq_ignore_ascii_case("latest");
    is_fixed.then(|| id.get(image.len()..)).flatten()
}

fn pinned_image(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((_, machine)) = upgraded(flag) else { return };
    let Some(image) = machine.get(p::IMAGE_REFERENCE) else { return };
    let ids =
        [p::VIRTUAL_MACHINE_IMAGE_ID, p::SHARED_GALLERY_IMAGE_ID, p::COMMUNITY_GALLERY_IMAGE_ID];
    for id in ids.into_iter().filter_map(|id| image.get(id)) {
        let Some(reading) = id.reading() else { continue };
        let text = reading.text();
        let Some(version) = version_of(text) else { continue };
        let part = text.len() - version.len()..text.len();
        let message = "automatic OS upgrades never go beyond the version that this id names";
        let finding =
            Finding::within(&OS_UPGRADE_PINNED_GALLERY_IMAGE, id, &reading, &part, message)
                .help("leave the version out, so that the newest one is used")
                .fix("Remove the version", Suggested, reading.span(&part), "");
        findings.add(because(finding, flag));
    }
}

rule! {
    /// OS upgrades do not wait for running tasks.
    ///
    /// ## Why it matters
    /// A node is upgraded when a new image appears, whether a task runs on it
    /// or not; the task is lost. Batch's guide strongly advises to defer the
    /// upgrade until the node is idle. (In accounts whose pools are made in the
    /// user's own subscription a feature must be registered for that.)
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "automatic", "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, since not every account can defer upgrades at once.
    ///
    /// ## Source
    /// Batch's article on upgrade policies.
    OS_UPGRADE_WITHOUT_DEFERRAL {
        code: "AB1805",
        id: "upgrade/os-upgrade-without-deferral",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTOMATIC_OS_UPGRADE], without_deferral)],
    }
}

fn without_deferral(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(policy) = flag.parent().filter(|_| flag.as_bool() == Some(true)) else { return };
    let deferral = policy.get(p::OS_ROLLING_UPGRADE_DEFERRAL);
    if deferral.is_some_and(|deferral| deferral.as_bool() != Some(false)) {
        return;
    }
    let message = "OS upgrades do not wait for the tasks on a node, and end them";
    findings.add(
        Finding::at_key(&OS_UPGRADE_WITHOUT_DEFERRAL, deferral.unwrap_or(flag), message)
            .help("write `\"osRollingUpgradeDeferral\": true`")
            .edits_if(
                "Defer the upgrades",
                Suggested,
                edit::put(policy, p::OS_ROLLING_UPGRADE_DEFERRAL, "true"),
            ),
    );
}

rule! {
    /// Options of the automatic OS upgrade are set, and the upgrade itself is
    /// off.
    ///
    /// ## Why it matters
    /// They have no effect; the upgrade is off unless
    /// `enableAutomaticOSUpgrade` is `true`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": { "mode": "automatic", "automaticOSUpgradePolicy": { "osRollingUpgradeDeferral": true } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "upgradePolicy": {
    ///     "mode": "automatic",
    ///     "automaticOSUpgradePolicy": { "enableAutomaticOSUpgrade": true, "osRollingUpgradeDeferral": true }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `automaticOSUpgradePolicy`.
    OS_UPGRADE_OPTIONS_UNUSED {
        code: "AB1809",
        id: "upgrade/os-upgrade-options-unused",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::AUTOMATIC_OS_UPGRADE_POLICY], options_unused)],
    }
}

fn options_unused(policy: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let flag = policy.get(p::ENABLE_AUTOMATIC_OS_UPGRADE);
    if flag.is_some_and(|flag| flag.as_bool() != Some(false)) {
        return;
    }
    let options = [
        p::DISABLE_AUTOMATIC_ROLLBACK,
        p::USE_ROLLING_UPGRADE_POLICY,
        p::OS_ROLLING_UPGRADE_DEFERRAL,
    ];
    let mut options = options.into_iter().filter_map(|option| policy.get(option));
    if let Some(option) = options.find(|option| option.as_bool() == Some(true)) {
        let message = "this has no effect: automatic OS upgrades are off";
        let help = "set `enableAutomaticOSUpgrade` to `true`, or leave it out";
        findings.add(Finding::at_key(&OS_UPGRADE_OPTIONS_UNUSED, option, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_an_id_is_its_end() {
        for (id, expected) in [
            ("/galleries/x/images/y/versions/1.0.0", Some("/versions/1.0.0")),
            ("/Galleries/x/Images/y/Versions/1.0.0", Some("/Versions/1.0.0")),
            ("/galleries/x/images/y/versions/latest", None),
            ("/galleries/x/images/y/versions/", None),
            ("/galleries/x/images/versions", None),
            ("/galleries/x/images/y", None),
            ("versions/1", None),
            ("", None),
        ] {
            assert_eq!(version_of(id), expected, "{id}");
        }
    }
}
