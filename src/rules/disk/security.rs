//! Confidential machines and trusted launch.

use crate::analysis::Cursor;
use crate::api::{Model, Name, p};
use crate::document::NodeKind;
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};
use crate::values::vm_size::VmSize;

use super::is_text;

rule! {
    /// A confidential machine needs the security profile of its OS disk.
    ///
    /// ## Why it matters
    /// The disk's `securityEncryptionType` is required where `securityType` is
    /// `confidentialVM`: the service refuses the pool, or its machines are not
    /// made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `VMGuestStateOnly` is a suggestion; `NonPersistedTPM` is the other value.
    ///
    /// ## Source
    /// The API's documentation of `securityEncryptionType`;
    /// hashicorp/terraform-provider-azurerm issue 31422.
    CONFIDENTIAL_WITHOUT_DISK_SECURITY {
        code: "AB2107",
        id: "disk/confidential-without-disk-security",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::SECURITY_TYPE], without_disk_security)],
    }
}

/// Whether this is the security type of confidential machines.
fn is_confidential(security: Cursor<'_>) -> bool {
    is_text(security, "confidentialVM")
}

/// Whether the pool is one that is changed: what it does not say is as it is.
fn is_update(at: Cursor<'_>) -> bool {
    at.nearest(Model::BATCH_POOL_UPDATE_CONTENT).is_some()
}

/// The way from a machine to the encryption of its disk's state, and what to
/// write where it is broken off.
const WAY: [(Name, &str); 4] = [
    (
        p::OS_DISK,
        r#"{ "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } }"#,
    ),
    (p::MANAGED_DISK, r#"{ "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } }"#),
    (p::SECURITY_PROFILE, r#"{ "securityEncryptionType": "VMGuestStateOnly" }"#),
    (p::SECURITY_ENCRYPTION_TYPE, r#""VMGuestStateOnly""#),
];

fn without_disk_security(security: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if !is_confidential(security) || is_update(security) {
        return;
    }
    let Some(mut at) = security.parent().and_then(Cursor::parent) else { return };
    for (name, text) in WAY {
        let blank = |text: &Cursor<'_>| text.as_str().is_some_and(|text| text.trim().is_empty());
        if let Some(inner) = at.get(name).filter(|inner| !blank(inner)) {
            at = inner;
            continue;
        }
        let message = "a confidential machine needs the `securityEncryptionType` of its OS disk";
        let help = "give `VMGuestStateOnly` or `NonPersistedTPM` as `securityEncryptionType`, in \
                    `osDisk`, `managedDisk`, `securityProfile`";
        findings.add(
            Finding::at(&CONFIDENTIAL_WITHOUT_DISK_SECURITY, security, message)
                .help(help)
                .edits_if("Add it as `VMGuestStateOnly`", Suggested, edit::put(at, name, text)),
        );
        return;
    }
}

rule! {
    /// The OS disk's security profile is for confidential machines only.
    ///
    /// ## Why it matters
    /// `securityEncryptionType` may be set only where the machine's
    /// `securityType` is `confidentialVM`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Taking it out is a suggestion; confidential machines may be what is
    /// meant.
    ///
    /// ## Source
    /// The API's documentation of `securityEncryptionType`.
    DISK_SECURITY_WITHOUT_CONFIDENTIAL {
        code: "AB2108",
        id: "disk/disk-security-without-confidential",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::SECURITY_ENCRYPTION_TYPE], without_confidential)],
    }
}

fn without_confidential(kind: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if is_update(kind) {
        return;
    }
    let Some(machine) = kind.nearest(Model::VIRTUAL_MACHINE_CONFIGURATION) else { return };
    let security = machine.get(p::SECURITY_PROFILE).and_then(|one| one.get(p::SECURITY_TYPE));
    // What is neither of the two types is another rule's.
    if security.is_some_and(|security| !is_text(security, "trustedLaunch")) {
        return;
    }
    let message = "`securityEncryptionType` is for confidential machines only";
    let mut finding = Finding::at_key(&DISK_SECURITY_WITHOUT_CONFIDENTIAL, kind, message)
        .help("leave it out, or write `confidentialVM` as `securityType` of the machine")
        .edits_if("Remove it", Suggested, edit::take_out(kind));
    if let Some(security) = security {
        finding = finding.related(security.span(), "the machine is none");
    }
    findings.add(finding);
}

rule! {
    /// A confidential machine has no virtual TPM.
    ///
    /// ## Why it matters
    /// Confidential machines need one; Azure refuses to make them without.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": false }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion; confidential machines may not be meant.
    ///
    /// ## Source
    /// Azure's rules for confidential machines, as cluster-api-provider-azure
    /// checks them (pull request 3265).
    CONFIDENTIAL_WITHOUT_VTPM {
        code: "AB2117",
        id: "disk/confidential-without-vtpm",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::UEFI_SETTINGS], without_vtpm)],
    }
}

/// The security type beside these settings.
fn type_of(uefi: Cursor<'_>) -> Option<Cursor<'_>> {
    uefi.parent()?.get(p::SECURITY_TYPE).filter(|_| uefi.kind() == NodeKind::Object)
}

fn without_vtpm(uefi: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(security) = type_of(uefi).filter(|security| is_confidential(*security)) else {
        return;
    };
    let flag = uefi.get(p::V_TPM_ENABLED);
    if flag.is_some_and(|flag| flag.as_bool() != Some(false)) {
        return;
    }
    let message = "a confidential machine needs a virtual TPM";
    findings.add(
        Finding::at_key(&CONFIDENTIAL_WITHOUT_VTPM, flag.unwrap_or(uefi), message)
            .help("write `\"vTpmEnabled\": true`")
            .related(security.span(), "the machine is confidential")
            .edits_if("Switch it on", Suggested, edit::put(uefi, p::V_TPM_ENABLED, "true")),
    );
}

rule! {
    /// The machine size cannot run confidential machines.
    ///
    /// ## Why it matters
    /// The service takes the pool, and no node is made. Confidential machines
    /// have a `C` in the family's name, such as DCas, ECads or NCC. Of a pool
    /// that asks for no nodes nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_dc2as_v5",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "managedDisk": { "securityProfile": { "securityEncryptionType": "VMGuestStateOnly" } } },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "confidentialVM",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// How Azure forms the names of sizes; recorded tests of the Python SDK,
    /// whose pool without nodes is taken.
    CONFIDENTIAL_SIZE {
        code: "AB2118",
        id: "disk/confidential-size",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::SECURITY_TYPE], confidential_size)],
    }
}

/// Whether a machine of this size cannot be confidential.
fn is_not_confidential(size: &VmSize<'_>) -> bool {
    let can = size.is_of(&["DC", "EC"]) && size.version > 1 || size.is_of(&["NCC"]);
    !(can && size.is_standard)
}

fn confidential_size(security: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if !is_confidential(security) {
        return;
    }
    let Some(pool) = security.pool() else { return };
    let has_nodes =
        |name| pool.at.get(name).and_then(Cursor::as_int).is_some_and(|count| count > 0);
    let starts = has_nodes(p::TARGET_DEDICATED_NODES) || has_nodes(p::TARGET_LOW_PRIORITY_NODES);
    let Some(size) = pool.at.get(p::VM_SIZE).filter(|_| starts) else { return };
    if pool.size().is_some_and(|size| is_not_confidential(&size)) {
        let message = format!("a machine of size {} cannot be confidential", shown(size));
        findings.add(
            Finding::at(&CONFIDENTIAL_SIZE, size, message)
                .help("take a size of the series DCas, DCads, ECas, ECads, DCes, ECes or NCC")
                .related(security.span(), "the machines are to be confidential"),
        );
    }
}

rule! {
    /// Trusted launch has secure boot and the virtual TPM both off.
    ///
    /// ## Why it matters
    /// The two are what trusted launch consists of; each is off where it is
    /// left out.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "securityProfile": { "encryptionAtHost": false, "securityType": "trustedLaunch", "uefiSettings": {} }
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "trustedLaunch",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `uefiSettings`.
    TRUSTED_LAUNCH_ALL_OFF {
        code: "AB2121",
        id: "disk/trusted-launch-all-off",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::UEFI_SETTINGS], all_off)],
    }
}

fn all_off(uefi: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_off = |flag: Option<Cursor<'_>>| flag.is_none_or(|flag| flag.as_bool() == Some(false));
    let trusted = type_of(uefi).is_some_and(|security| is_text(security, "trustedLaunch"));
    if trusted && is_off(uefi.get(p::SECURE_BOOT_ENABLED)) && is_off(uefi.get(p::V_TPM_ENABLED)) {
        let message = "trusted launch is secure boot and a virtual TPM, and both are off";
        let help = "set `secureBootEnabled` and `vTpmEnabled` to `true`, or leave the profile out";
        findings.add(Finding::at_key(&TRUSTED_LAUNCH_ALL_OFF, uefi, message).help(help));
    }
}
