//! What a size can do, and what else the pool asks of it.

use crate::analysis::{Cursor, Pool};
use crate::api::images::fits;
use crate::api::{Model, p, sizes};
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};
use crate::values::image::Image;
use crate::values::vm_size::VmSize;

rule! {
    /// The size boots only images of generation 2, and the image is of
    /// generation 1.
    ///
    /// ## Why it matters
    /// No node is made: the size cannot boot generation 1.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2ds_v6",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
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
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the same image in generation 2, where its name is known.
    ///
    /// ## Source
    /// Users' reports (Azure/Batch#137, cloudfoundry/bosh-deployment#530) and
    /// the documentation of sizes, as in `schemas/data/sizes.json` and
    /// `images.json`. An image that is not there is not judged.
    GEN1_IMAGE_ON_GEN2_SIZE {
        code: "AB1907",
        id: "size/gen1-image-on-gen2-size",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::VM_SIZE], generation)],
    }
}

/// The size that this is the value of, and the image of its pool.
fn size_and_image(value: Cursor<'_>) -> Option<(VmSize<'_>, Image<'_>)> {
    let pool = value.pool()?;
    Some((pool.size()?, pool.image()?))
}

/// The value of the image's SKU, or else of its offer.
fn sku_of(pool: Pool<'_>) -> Option<Cursor<'_>> {
    let reference = pool.machine()?.get(p::IMAGE_REFERENCE)?;
    reference.get(p::SKU).or_else(|| reference.get(p::OFFER))
}

/// Names the image's SKU, and offers that of generation 2.
fn in_generation_2(finding: Finding, pool: Pool<'_>) -> Finding {
    let Some(sku) = sku_of(pool) else { return finding };
    let finding = finding.related(sku.span(), "this image is of generation 1");
    match pool.image().and_then(|image| image.generation_2_sku()) {
        Some(name) => finding.write(Applicability::Suggested, sku, &name),
        None => finding,
    }
}

fn generation(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((size, image)) = size_and_image(value) else { return };
    if !image.is_generation_1() || !sizes::needs_generation_2(&size) {
        return;
    }
    let Some(pool) = value.pool() else { return };
    let message = format!("the size {} boots generation 2 only, not the image given", shown(value));
    let finding = Finding::at(&GEN1_IMAGE_ON_GEN2_SIZE, value, message)
        .help("take the image in generation 2: its SKU ends in `-gen2` or `-g2`");
    findings.add(in_generation_2(finding, pool));
}

rule! {
    /// Trusted launch and confidential machines need an image of generation 2.
    ///
    /// ## Why it matters
    /// The machine cannot be made from an image of generation 1; the answer
    /// blames `securityType`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
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
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "securityProfile": {
    ///       "encryptionAtHost": false,
    ///       "securityType": "trustedLaunch",
    ///       "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the same image in generation 2, where its name is known.
    ///
    /// ## Source
    /// A user's report (Azure/azure-cli#17599); `generation1` in
    /// `schemas/data/images.json`. An image that is not there is not judged.
    SECURITY_TYPE_GEN1_IMAGE {
        code: "AB1910",
        id: "size/security-type-gen1-image",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::SECURITY_TYPE], security_type)],
    }
}

fn security_type(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let secured = ["trustedLaunch", "confidentialVM"];
    let Some(text) = value.as_str() else { return };
    let Some(pool) = value.pool() else { return };
    if secured.iter().any(|one| one.eq_ignore_ascii_case(&text))
        && pool.image().is_some_and(|image| image.is_generation_1())
    {
        let message = format!("{} needs an image of generation 2", shown(value));
        let finding = Finding::at(&SECURITY_TYPE_GEN1_IMAGE, value, message)
            .help("take the image in generation 2: its SKU ends in `-gen2` or `-g2`");
        findings.add(in_generation_2(finding, pool));
    }
}

rule! {
    /// Size and image are for different processors.
    ///
    /// ## Why it matters
    /// Sizes with a `p` among their letters have Arm processors, and boot only
    /// images for these; other sizes boot only the others. No node comes up.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D4pds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D4pds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server-arm64" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from how Azure names sizes, and publishers their images.
    ARM_SIZE_IMAGE {
        code: "AB1912",
        id: "size/arm-size-image",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::VM_SIZE], processor)],
    }
}

/// Publishers that name their images for Arm so.
const NAMING_ARM: &[&str] =
    &["canonical", "almalinux", "redhat", "debian", "microsoftwindowsserver"];

fn processor(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((size, image)) = size_and_image(value) else { return };
    let (is_arm, for_arm) = (size.is_arm(), image.is_arm());
    if is_arm == for_arm || !size.is_standard || !for_arm && !image.is_from(NAMING_ARM) {
        return;
    }
    let Some(sku) = value.pool().and_then(sku_of) else { return };
    let (message, help) = match is_arm {
        true => (
            format!("the size {} has Arm processors, and the image is for others", shown(value)),
            "take an image for Arm, such as the SKU `server-arm64`, or a size without a `p`",
        ),
        false => (
            format!("the image is for Arm processors, and the size {} has others", shown(value)),
            "take a size with a `p`, such as `Standard_D4pds_v5`, or the image without `arm64`",
        ),
    };
    findings.add(
        Finding::at(&ARM_SIZE_IMAGE, value, message).help(help).related(sku.span(), "the image"),
    );
}

rule! {
    /// A GPU size with a plain image: nobody installs the driver.
    ///
    /// ## Why it matters
    /// Plain images carry no driver for GPUs, so tasks find no device. The
    /// driver comes with an extension, with another image, or with a start
    /// task.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC4as_T4_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC4as_T4_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The service's documentation of compute-intensive sizes and of
    /// extensions.
    GPU_SIZE_WITHOUT_DRIVER {
        code: "AB1908",
        id: "size/gpu-size-without-driver",
        severity: Info,
        checks: &[Check::Properties(&[p::VM_SIZE], gpu_driver)],
    }
}

/// Whether the pool is one that a body makes, not one that it changes.
fn is_made(pool: Pool<'_>) -> bool {
    pool.at.model() != Some(Model::BATCH_POOL_UPDATE_CONTENT)
}

fn gpu_driver(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = value.pool() else { return };
    if !pool.size().is_some_and(|size| size.is_standard && size.is_gpu()) || !is_made(pool) {
        return;
    }
    let (Some(image), Some(machine)) = (pool.image(), pool.machine()) else { return };
    let is_plain = image.is_from(&["canonical", "debian", "redhat", "microsoftwindowsserver"])
        || image.is_from(&["almalinux"]) && image.offer.eq_ignore_ascii_case("almalinux-x86_64");
    let extensions = machine.get(p::EXTENSIONS).into_iter().flat_map(Cursor::items);
    let has_driver = extensions
        .filter_map(|one| one.text(p::TYPE))
        .any(|text| fits("NvidiaGpuDriver*", &text) || fits("AmdGpuDriver*", &text));
    if is_plain && !has_driver && pool.at.get(p::START_TASK).is_none() {
        let message = format!("{} has a GPU, and nothing installs its driver", shown(value));
        let help = "add the extension `NvidiaGpuDriverLinux` or its like, take an image that has \
                    the driver (`microsoft-dsvm`, `ubuntu-hpc`), or install it in the start task";
        findings.add(Finding::at(&GPU_SIZE_WITHOUT_DRIVER, value, message).help(help));
    }
}

rule! {
    /// The machine size cannot have premium disks.
    ///
    /// ## Why it matters
    /// The pool is made, and then the allocation of its nodes fails, since the
    /// size does not support the disks' kind of storage.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_A1_v2",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "managedDisk": { "storageAccountType": "premium_lrs" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "managedDisk": { "storageAccountType": "premium_lrs" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: `standardssd_lrs`; a size with an `s` may be meant instead.
    ///
    /// ## Source
    /// Users' reports (MicrosoftDocs/azure-docs#119870, azure-xplat-cli#3008),
    /// as in `schemas/data/sizes.json`.
    PREMIUM_DISK_ON_STANDARD_SIZE {
        code: "AB1909",
        id: "size/premium-disk-on-standard-size",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::STORAGE_ACCOUNT_TYPE], premium_disk)],
    }
}

fn premium_disk(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if value.as_str().is_none_or(|text| !text.eq_ignore_ascii_case("premium_lrs")) {
        return;
    }
    let Some(pool) = value.pool() else { return };
    let lacking = pool.size().filter(sizes::lacks_premium_disks);
    let Some(size) = pool.at.get(p::VM_SIZE).filter(|_| lacking.is_some()) else { return };
    let message = format!("the size {} cannot have premium disks", shown(size));
    findings.add(
        Finding::at(&PREMIUM_DISK_ON_STANDARD_SIZE, value, message)
            .help("take a size with an `s`, such as `Standard_D2s_v5`, or `standardssd_lrs`")
            .related(size.span(), "the size")
            .write(Applicability::Suggested, value, "standardssd_lrs"),
    );
}

rule! {
    /// The machine size has no temporary disk of its own.
    ///
    /// ## Why it matters
    /// The node's working folders are then on the disk of the operating system,
    /// whose size and speed are others. Batch supports only a part of these
    /// sizes.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_D2s_v4",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
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
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The change log of the node agent (1.11.3); Azure/Batch#121; sizes for
    /// Batch pools, in the service's documentation.
    WITHOUT_TEMP_DISK {
        code: "AB1913",
        id: "size/without-temp-disk",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::VM_SIZE], temporary_disk)],
    }
}

fn temporary_disk(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let size = value.pool().and_then(Pool::size);
    if size.is_some_and(|size| size.is_standard && size.lacks_temporary_disk()) {
        let message = format!("the size {} has no temporary disk", shown(value));
        let help = "take the size with a `d`, such as `Standard_D2ds_v5`, or see that the disk of \
                    the operating system is large enough (`osDisk.diskSizeGB`)";
        findings.add(Finding::at(&WITHOUT_TEMP_DISK, value, message).help(help));
    }
}

rule! {
    /// An InfiniBand size without communication between nodes.
    ///
    /// ## Why it matters
    /// The fast network is what the size is paid for, and nodes use it together
    /// only with `enableInterNodeCommunication`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_HB120rs_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_HB120rs_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   },
    ///   "enableInterNodeCommunication": true
    /// }
    /// ```
    ///
    /// ## Source
    /// The service's documentation of compute-intensive sizes.
    RDMA_SIZE_WITHOUT_INTER_NODE {
        code: "AB1914",
        id: "size/rdma-size-without-inter-node",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::VM_SIZE], rdma)],
    }
}

fn rdma(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = value.pool().filter(|pool| is_made(*pool)) else { return };
    if pool.size().is_some_and(|size| size.has_infiniband())
        && !pool.at.is_flag(p::ENABLE_INTER_NODE_COMMUNICATION, true)
    {
        let message =
            format!("{} has InfiniBand, and the pool's nodes do not use it together", shown(value));
        let help = "set `enableInterNodeCommunication` to `true`, or take a cheaper size";
        findings.add(Finding::at(&RDMA_SIZE_WITHOUT_INTER_NODE, value, message).help(help));
    }
}
