//! Encryption of disks.

use crate::analysis::Cursor;
use crate::api::p;
use crate::document::NodeKind;
use crate::report::Applicability::Safe;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::list;
use crate::rules::pool::end;
use crate::rules::{Check, Context, rule};
use crate::values::image::is_windows_agent;
use crate::values::vm_size::VmSize;

use super::{gallery_image, is_text};

rule! {
    /// A disk encryption configuration encrypts nothing.
    ///
    /// ## Why it matters
    /// Without targets no disk is encrypted, although the configuration reads
    /// as if one were.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": {}
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
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Documentation of `targets` in the version of the API before this one.
    DISK_ENCRYPTION_WITHOUT_TARGETS {
        code: "AB2103",
        id: "disk/disk-encryption-without-targets",
        severity: Warning,
        checks: &[Check::Properties(&[p::DISK_ENCRYPTION_CONFIGURATION], without_targets)],
    }
}

fn without_targets(encryption: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if encryption.kind() != NodeKind::Object {
        return;
    }
    let targets = encryption.get(p::TARGETS);
    // What is no list is another rule's.
    if targets.is_none_or(|list| list.kind() == NodeKind::Array && list.items().next().is_none()) {
        let message = "without targets, no disk is encrypted";
        let help = "list `osdisk` and `temporarydisk` in `targets`, or leave the configuration out";
        let at = targets.unwrap_or(encryption);
        findings.add(Finding::at_key(&DISK_ENCRYPTION_WITHOUT_TARGETS, at, message).help(help));
    }
}

/// The targets of a machine's encryption.
fn targets(machine: Cursor<'_>) -> Option<Cursor<'_>> {
    machine.get(p::DISK_ENCRYPTION_CONFIGURATION)?.get(p::TARGETS)
}

fn target<'a>(targets: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    targets.items().find(|target| is_text(*target, name))
}

/// Whether encryption at host is given as on, or as off.
fn at_host(machine: Cursor<'_>) -> Option<Cursor<'_>> {
    machine.get(p::SECURITY_PROFILE)?.get(p::ENCRYPTION_AT_HOST)
}

rule! {
    /// Disk encryption is not available for Linux pools from a gallery image.
    ///
    /// ## Why it matters
    /// The documentation rules the combination out. With `encryptionAtHost` on,
    /// on a size that has it, the host encrypts the disks whatever the image
    /// is; then nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": {
    ///       "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y"
    ///     },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] }
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
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `diskEncryptionConfiguration`; Batch's article
    /// on disk encryption.
    DISK_ENCRYPTION_ON_LINUX_GALLERY_IMAGE {
        code: "AB2104",
        id: "disk/disk-encryption-on-linux-gallery-image",
        severity: Warning,
        checks: &[Check::Properties(&[p::TARGETS], linux_gallery_image)],
    }
}

/// The machine of these targets.
fn machine_of(targets: Cursor<'_>) -> Option<Cursor<'_>> {
    targets.parent()?.parent()
}

/// Whether a machine runs Windows, by its node agent.
fn is_windows(machine: Cursor<'_>) -> Option<bool> {
    is_windows_agent(&machine.text(p::NODE_AGENT_SKU_ID)?)
}

fn linux_gallery_image(targets: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(machine) = machine_of(targets) else { return };
    let Some(image) = gallery_image(machine) else { return };
    let by_host = at_host(machine).is_some_and(|flag| flag.as_bool() == Some(true));
    if targets.items().next().is_some() && !by_host && is_windows(machine) == Some(false) {
        let message = "disks of Linux nodes from a gallery image cannot be encrypted so";
        findings.add(
            Finding::at_key(&DISK_ENCRYPTION_ON_LINUX_GALLERY_IMAGE, targets, message)
                .help(
                    "set `encryptionAtHost` in `securityProfile` on a size that has it, or use an \
                     image of the marketplace",
                )
                .related(image.span(), "the image is one of a gallery"),
        );
    }
}

rule! {
    /// The temporary disk of this machine size cannot be encrypted as asked.
    ///
    /// ## Why it matters
    /// The temporary disk is encrypted by the host, or by Azure Disk
    /// Encryption. Basic and first A sizes have neither, and from version 6 on
    /// sizes have only the host's, which must not be switched off then. The
    /// service answers `AzureDiskEncryptionNotSupportedOnVMSize`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2ds_v6",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "trustedLaunch",
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
    ///   "vmSize": "Standard_D2ds_v6",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Batch's article on disk encryption.
    TEMPORARY_DISK_ENCRYPTION_SIZE {
        code: "AB2105",
        id: "disk/temporary-disk-encryption-size",
        severity: Error,
        checks: &[Check::Properties(&[p::TARGETS], temporary_disk)],
    }
}

/// Whether a machine has no encryption of its temporary disk at all.
fn never_encrypts(size: &VmSize<'_>) -> bool {
    let first_a = size.is_of(&["A"]) && size.version == 1;
    !size.is_standard || first_a && size.features.is_empty() && size.accelerator.is_none()
}

/// Whether a machine has encryption by the host alone.
fn encrypts_at_host_only(size: &VmSize<'_>) -> bool {
    size.is_standard && size.version >= 6
}

/// The size of a machine that cannot encrypt its temporary disk.
fn unfit_size(machine: Cursor<'_>) -> Option<Cursor<'_>> {
    let pool = machine.pool()?;
    let size = pool.size()?;
    let host_is_off = || at_host(machine).is_some_and(|flag| flag.as_bool() == Some(false));
    let unfit = never_encrypts(&size) || encrypts_at_host_only(&size) && host_is_off();
    pool.at.get(p::VM_SIZE).filter(|_| unfit)
}

fn temporary_disk(targets: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(target) = target(targets, "temporarydisk") else { return };
    let Some(machine) = machine_of(targets) else { return };
    if let Some(size) = unfit_size(machine) {
        let message = format!("the temporary disk of {} cannot be encrypted so", shown(size));
        let help = "take another size, or, where the size has it, set `encryptionAtHost` in \
                    `securityProfile`";
        let mut finding = Finding::at(&TEMPORARY_DISK_ENCRYPTION_SIZE, target, message)
            .help(help)
            .related(size.span(), "the size");
        if let Some(key) = at_host(machine).and_then(Cursor::key) {
            finding = finding.related(key.span(), "encryption by the host");
        }
        findings.add(finding);
    }
}

rule! {
    /// The temporary disk is encrypted by a method that ends in 2028.
    ///
    /// ## Why it matters
    /// With encryption at host switched off, Azure Disk Encryption is used,
    /// which ends for Batch on 2028-09-15. Where the day of the run is not known,
    /// nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2ds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] },
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "trustedLaunch",
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
    ///   "vmSize": "Standard_D2ds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["temporarydisk"] },
    ///     "securityProfile": {
    ///       "encryptionAtHost": true,
    ///       "securityType": "trustedLaunch",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Batch's article on disk encryption.
    AZURE_DISK_ENCRYPTION_RETIRING {
        code: "AB2106",
        id: "disk/azure-disk-encryption-retiring",
        severity: Info,
        checks: &[Check::Properties(&[p::ENCRYPTION_AT_HOST], retiring)],
    }
}

/// The day on which Azure Disk Encryption ends.
const ENCRYPTION_ENDS: &str = "2028-09-15";

fn retiring(flag: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() != Some(false) {
        return;
    }
    let Some(machine) = flag.parent().and_then(Cursor::parent) else { return };
    let target = targets(machine).and_then(|targets| target(targets, "temporarydisk"));
    let Some(target) = target.filter(|_| unfit_size(machine).is_none()) else { return };
    let Some((_, end)) = end(ENCRYPTION_ENDS, context) else { return };
    let message = format!("without encryption at host, Azure Disk Encryption is used, which {end}");
    findings.add(
        Finding::at(&AZURE_DISK_ENCRYPTION_RETIRING, flag, message)
            .help("write `true`, on a size that supports it")
            .related(target.span(), "the disk to encrypt"),
    );
}

rule! {
    /// A disk encryption target is listed twice.
    ///
    /// ## Why it matters
    /// The second adds nothing, and the service may refuse the list.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "diskEncryptionConfiguration": { "targets": ["osdisk", "osdisk"] }
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
    ///     "diskEncryptionConfiguration": { "targets": ["osdisk", "temporarydisk"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: the first one stays.
    ///
    /// ## Source
    /// Follows from what `targets` lists.
    DISK_ENCRYPTION_DUPLICATE_TARGET {
        code: "AB2116",
        id: "disk/disk-encryption-duplicate-target",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Properties(&[p::TARGETS], duplicate_target)],
    }
}

fn duplicate_target(targets: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    // What is neither of the two is another rule's.
    let mut firsts = [("osdisk", None), ("temporarydisk", None)];
    for item in targets.items() {
        let named = firsts.iter_mut().find(|(name, _)| is_text(item, name));
        if let Some((_, first)) = named
            && let Some(first) = first.replace(item)
        {
            findings.add(
                Finding::at(&DISK_ENCRYPTION_DUPLICATE_TARGET, item, "this is listed already")
                    .help("leave it out")
                    .related(first.span(), "the one before")
                    .edits_if("Remove it", Safe, list::remove(item)),
            );
        }
    }
}

rule! {
    /// The disk encryption targets are not those that used to be allowed for
    /// the operating system.
    ///
    /// ## Why it matters
    /// The documentation of the former version allowed `temporarydisk` alone on
    /// Linux and asked for both on Windows. That of this version is silent, and
    /// guides show both on Linux, so that this is for those who see the
    /// encryption fail.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "diskEncryptionConfiguration": { "targets": ["osdisk"] }
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
    ///     "diskEncryptionConfiguration": { "targets": ["osdisk", "temporarydisk"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Documentation of `targets` in the version of the API before this one;
    /// Batch's article on disk encryption.
    DISK_ENCRYPTION_TARGETS_BY_OS {
        code: "AB2120",
        id: "disk/disk-encryption-targets-by-os",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::TARGETS], targets_by_os)],
    }
}

fn targets_by_os(targets: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(windows) = machine_of(targets).and_then(is_windows) else { return };
    let (system, temporary) = (target(targets, "osdisk"), target(targets, "temporarydisk"));
    let (at, help) = match (windows, system, temporary) {
        (true, Some(one), None) | (true, None, Some(one)) => {
            (one, "list both `osdisk` and `temporarydisk`, if one alone fails")
        }
        (false, Some(system), _) => (system, "list `temporarydisk` alone, if this fails"),
        _ => return,
    };
    let message = "for this operating system, an earlier documentation allowed other targets";
    findings.add(Finding::at(&DISK_ENCRYPTION_TARGETS_BY_OS, at, message).help(help));
}
