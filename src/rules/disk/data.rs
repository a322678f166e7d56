//! Data disks.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};

use super::{gallery_image, is_text};

rule! {
    /// Two data disks have the same logical unit number.
    ///
    /// ## Why it matters
    /// The number is how a disk is told apart on the machine; each needs its
    /// own. The service refuses the pool, or its machines are not made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }, { "lun": 0, "diskSizeGB": 64 }]
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
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }, { "lun": 1, "diskSizeGB": 64 }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The lowest number that is free is a suggestion, since what mounts the
    /// disks may go by their numbers.
    ///
    /// ## Source
    /// The API's documentation of a data disk's `lun`.
    DUPLICATE_LUN {
        code: "AB2101",
        id: "disk/duplicate-lun",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::DATA_DISKS], duplicate_lun)],
    }
}

fn duplicate_lun(disks: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    // Numbers end at 63; those beyond are out of range by themselves.
    let number = |lun: Cursor<'_>| lun.as_int().and_then(|lun| usize::try_from(lun).ok());
    let luns = || {
        let luns = disks.items().filter_map(|disk| disk.get(p::LUN));
        luns.filter_map(|lun| number(lun).filter(|lun| *lun < 64).map(|number| (number, lun)))
    };
    let mut taken: u64 = luns().fold(0, |taken, (number, _)| taken | 1 << number);
    let mut firsts: [Option<Cursor<'_>>; 64] = [None; 64];
    for (number, lun) in luns() {
        let Some(first) = firsts.get_mut(number) else { continue };
        let Some(first) = *first else {
            *first = Some(lun);
            continue;
        };
        let message = format!("another data disk has the number {} already", shown(lun));
        let mut finding = Finding::at(&DUPLICATE_LUN, lun, message)
            .related(first.span(), "the first disk with this number");
        let free = taken.trailing_ones();
        if free < 64 {
            taken |= 1 << free;
            finding = finding.help(format!("{free} is free")).fix(
                format!("Write `{free}`"),
                Suggested,
                lun.span(),
                free.to_string(),
            );
        }
        findings.add(finding);
    }
}

rule! {
    /// A data disk has a size that no managed disk has.
    ///
    /// ## Why it matters
    /// Managed disks have 1 to 32767 GB. Sizes beyond are often meant in MB or
    /// bytes. The API's documentation names no range, so that the service may
    /// take the request and not be able to make the machines.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 65536 }]
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
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Limits of Azure's managed disks.
    DATA_DISK_SIZE {
        code: "AB2109",
        id: "disk/data-disk-size",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::DISK_SIZE_GB], disk_size)],
    }
}

/// The largest managed disk, in GB.
const LARGEST: i64 = 32_767;

/// The data disk that this is the size of, and the size; what is beyond 32
/// bits is another rule's.
fn size_of(size: Cursor<'_>) -> Option<(Cursor<'_>, i64)> {
    let disk = size.parent().filter(|disk| disk.model() == Some(Model::DATA_DISK))?;
    let number = size.as_int().and_then(|number| i32::try_from(number).ok())?;
    Some((disk, i64::from(number)))
}

fn disk_size(size: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if size_of(size).is_some_and(|(_, number)| !(1..=LARGEST).contains(&number)) {
        let message = format!("there is no disk of {} GB", shown(size));
        let help = "write a size in GB, from 1 to 32767";
        findings.add(Finding::at(&DATA_DISK_SIZE, size, message).help(help));
    }
}

rule! {
    /// A data disk of 4 TB or more is cached, which it cannot be.
    ///
    /// ## Why it matters
    /// The host caches disks of up to 4095 GB. Where `caching` is left out it
    /// is `readwrite`, so that a larger disk must say `none`; else the machines
    /// are not made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 8192 }]
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
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 8192, "caching": "none" }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `none` is a suggestion; several smaller disks keep their cache.
    ///
    /// ## Source
    /// The API's documentation of a data disk's `caching`; limits of host
    /// caching of Azure's managed disks.
    DATA_DISK_CACHING_TOO_LARGE {
        code: "AB2111",
        id: "disk/data-disk-caching-too-large",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::DISK_SIZE_GB], caching_too_large)],
    }
}

fn caching_too_large(size: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((disk, number)) = size_of(size) else { return };
    if !(4096..=LARGEST).contains(&number) {
        return;
    }
    let caching = disk.get(p::CACHING);
    // What is none of the values is another rule's.
    if caching.is_some_and(|text| !is_text(text, "readonly") && !is_text(text, "readwrite")) {
        return;
    }
    let message = "a disk of 4096 GB or more cannot be cached, and caching is on by default";
    findings.add(
        Finding::at(&DATA_DISK_CACHING_TOO_LARGE, caching.unwrap_or(size), message)
            .help("write `\"caching\": \"none\"`")
            .edits_if(
                "Write `\"caching\": \"none\"`",
                Suggested,
                edit::put(disk, p::CACHING, "\"none\""),
            ),
    );
}

rule! {
    /// Data disks come empty and unformatted, and no start task prepares them.
    ///
    /// ## Why it matters
    /// The disks are attached, and neither partitioned, formatted nor mounted:
    /// tasks do not find them. Images of a gallery may do that by themselves,
    /// so that they are not looked at.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }]
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
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }]
    ///   },
    ///   "startTask": {
    ///     "commandLine": "/bin/sh -c ./mount-disks.sh",
    ///     "userIdentity": { "autoUser": { "scope": "pool", "elevationLevel": "admin" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `dataDisks`.
    DATA_DISKS_WITHOUT_START_TASK {
        code: "AB2119",
        id: "disk/data-disks-without-start-task",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::DATA_DISKS], without_start_task)],
    }
}

fn without_start_task(disks: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(machine), Some(pool)) = (disks.parent(), disks.pool()) else { return };
    // An update need not say what the pool has.
    let is_update = pool.at.model() == Some(Model::BATCH_POOL_UPDATE_CONTENT);
    let prepared = pool.at.get(p::START_TASK).is_some() || gallery_image(machine).is_some();
    if disks.items().next().is_some() && !is_update && !prepared {
        let message = "data disks come unformatted, and there is no start task that prepares them";
        let help = "format and mount them in a start task with the rights of an administrator";
        findings.add(Finding::at_key(&DATA_DISKS_WITHOUT_START_TASK, disks, message).help(help));
    }
}
