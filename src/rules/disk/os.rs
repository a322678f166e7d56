//! The disk of the operating system, and its write accelerator.

use crate::analysis::{Cursor, Pool};
use crate::api::{Model, p};
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};
use crate::values::vm_size::VmSize;

use super::is_text;

rule! {
    /// The disk of the operating system has a size that cannot be.
    ///
    /// ## Why it matters
    /// The disk is made from the image and cannot be smaller: images for Linux
    /// and those named `smalldisk` have 30 GB, other Windows images 127. And it
    /// has 4095 GB at most. With other sizes the machines are not made. The
    /// sizes of images in a gallery are not known.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "osDisk": { "diskSizeGB": 64 }
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
    ///     "osDisk": { "diskSizeGB": 256 }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Leaving the size to the image is a suggestion.
    ///
    /// ## Source
    /// Limits of Azure's managed disks; sizes of the images in the marketplace.
    OS_DISK_SIZE {
        code: "AB2110",
        id: "disk/os-disk-size",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::DISK_SIZE_GB], os_disk_size)],
    }
}

/// How large the disk of an image is at least, in GB, as far as is known.
fn smallest(machine: Cursor<'_>) -> i64 {
    let Some(image) = machine.get(p::IMAGE_REFERENCE).and_then(Cursor::image) else { return 1 };
    let is_windows = image.is_from(&["MicrosoftWindowsServer", "MicrosoftWindowsDesktop"]);
    let is_full = !image.sku.is_empty() && !image.sku_holds("smalldisk");
    if is_windows && is_full { 127 } else { 30 }
}

fn os_disk_size(size: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let disk = size.parent().filter(|disk| disk.model() == Some(Model::OS_DISK));
    let (Some(disk), Some(number)) = (disk, size.as_int()) else { return };
    if (127..=4095).contains(&number) || i32::try_from(number).is_err() {
        return;
    }
    let least = disk.parent().map_or(1, smallest);
    let message = if number > 4095 {
        format!("a disk of the operating system has at most 4095 GB, not {}", shown(size))
    } else if number < least {
        format!("the disk of this image has at least {least} GB, not {}", shown(size))
    } else {
        return;
    };
    findings.add(
        Finding::at(&OS_DISK_SIZE, size, message)
            .help("leave it out for the size of the image, or write another")
            .edits_if("Remove it", Suggested, edit::take_out(size)),
    );
}

rule! {
    /// The write accelerator is on, on a machine or a disk that has none.
    ///
    /// ## Why it matters
    /// There are write accelerators on machines of the M series only, for
    /// premium disks that are not cached for writing. Others refuse the
    /// option, and the machines are not made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "writeAcceleratorEnabled": true }
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
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Taking the option out is a suggestion; it may be the machine or the disk
    /// that should be another.
    ///
    /// ## Source
    /// Azure's article on write accelerators.
    WRITE_ACCELERATOR_SIZE {
        code: "AB2115",
        id: "disk/write-accelerator-size",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::WRITE_ACCELERATOR_ENABLED], write_accelerator)],
    }
}

/// Whether a machine has no write accelerator.
fn has_no_accelerator(size: &VmSize<'_>) -> bool {
    !size.is_standard || !size.family.starts_with(['M', 'm'])
}

fn write_accelerator(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(disk) = flag.parent().filter(|_| flag.as_bool() == Some(true)) else { return };
    let cached = disk.get(p::CACHING).filter(|caching| is_text(*caching, "readwrite"));
    let storage = disk.get(p::MANAGED_DISK).and_then(|disk| disk.get(p::STORAGE_ACCOUNT_TYPE));
    let storage = storage.filter(|storage| !is_text(*storage, "premium_lrs"));
    let unfit = |pool: &Pool<'_>| pool.size().is_some_and(|size| has_no_accelerator(&size));
    let pool = flag.pool().filter(unfit);
    let (at, what) = if let Some(size) = pool.and_then(|pool| pool.at.get(p::VM_SIZE)) {
        (size, "this size is not of the M series")
    } else if let Some(storage) = storage {
        (storage, "this is no premium storage")
    } else if let Some(caching) = cached {
        (caching, "the disk is cached for writing")
    } else {
        return;
    };
    let message = "a write accelerator is for premium disks of M-series machines only";
    findings.add(
        Finding::at_key(&WRITE_ACCELERATOR_SIZE, flag, message)
            .help("leave it out")
            .related(at.span(), what)
            .edits_if("Remove it", Suggested, edit::take_out(flag)),
    );
}
