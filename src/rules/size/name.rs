//! The names of sizes, and those that Batch does not have.

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};
use crate::values::vm_size::VmSize;

use super::{RETIRED, RETIRING};

/// What the advice on a size that is none names.
const INSTEAD: &str = "take a current size, such as `Standard_D2s_v5`";

rule! {
    /// Batch does not have this machine size.
    ///
    /// ## Why it matters
    /// The smallest sizes, `Standard_A0` and `Basic_A0`, are excluded; the
    /// service answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_a0",
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
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `vmSize`. It names DS, DSv2 and GS sizes, too,
    /// which the page on sizes lists as supported: these are not judged.
    NOT_SUPPORTED {
        code: "AB1901",
        id: "size/not-supported",
        severity: Error,
        silences: &[&RETIRED],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VM_SIZE], not_supported)],
    }
}

/// The size that is given, if it is built as one.
fn size(text: &str) -> Option<VmSize<'_>> {
    VmSize::parse(text.trim())
}

fn not_supported(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let is_a0 = |size: VmSize<'_>| size.is_of(&["A"]) && size.number == 0 && size.version == 1;
    if size(&text).is_some_and(is_a0) {
        let message = format!("Batch does not have the size {}", shown(value));
        findings.add(Finding::at(&NOT_SUPPORTED, value, message).help(INSTEAD));
    }
}

rule! {
    /// The machine size is a name of the retired cloud services.
    ///
    /// ## Why it matters
    /// Pools of virtual machines do not know `Small`, `A7` and the like; the
    /// service answers 400 without detail. Pools of cloud services ended in
    /// 2024.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Small",
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
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Users' reports (Azure/azure-batch-cli-extensions#119, #82).
    CLOUD_SERVICE_NAME {
        code: "AB1902",
        id: "size/cloud-service-name",
        severity: Error,
        confidence: Reported,
        silences: &[&FORM],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VM_SIZE], cloud_service_name)],
    }
}

const CLOUD_SERVICE_NAMES: [&str; 12] = [
    "A10",
    "A11",
    "A5",
    "A6",
    "A7",
    "A8",
    "A9",
    "ExtraLarge",
    "ExtraSmall",
    "Large",
    "Medium",
    "Small",
];

fn cloud_service_name(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    if CLOUD_SERVICE_NAMES.iter().any(|name| name.eq_ignore_ascii_case(text.trim())) {
        let message = format!("{} is a size of cloud services, which are gone", shown(value));
        findings.add(Finding::at(&CLOUD_SERVICE_NAME, value, message).help(INSTEAD));
    }
}

rule! {
    /// The machine size is not written as a size.
    ///
    /// ## Why it matters
    /// Names of sizes begin with `Standard_` or `Basic_`, and have underscores
    /// between their parts. The service answers `InvalidPropertyValue` without
    /// detail.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "D2s v5",
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
    ///   "vmSize": "Standard_D2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: `Standard_` in front, or underscores for spaces and
    /// hyphens, where that makes a size of it.
    ///
    /// ## Source
    /// It follows from how Azure names sizes; users' reports
    /// (batch-shipyard#53, azure-powershell#7177).
    FORM {
        code: "AB1911",
        id: "size/form",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VM_SIZE], form)],
    }
}

fn form(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    if VmSize::parse(&text).is_some() || is_unfilled(value) {
        return;
    }
    let meant = meant(text.trim());
    let message = format!("{} is not written as a size of virtual machines", shown(value));
    let help = match &meant {
        Some(size) if size.len() > text.trim().len() => "names of sizes begin with `Standard_`",
        Some(_) => "the parts of a size's name are joined by underscores, without spaces",
        None => "sizes are such as `Standard_D2s_v5`",
    };
    let finding = Finding::at(&FORM, value, message).help(help);
    findings.add(match meant {
        Some(size) => finding.write(Applicability::Suggested, value, &size),
        None => finding,
    });
}

/// The size that a text is a slip of.
fn meant(text: &str) -> Option<String> {
    // Far beyond any size.
    if text.len() > 64 {
        return None;
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join("_");
    // A constrained size has a hyphen of its own.
    [joined.replace('-', "_"), joined].into_iter().rev().find_map(|text| {
        if VmSize::parse(&text).is_some() {
            return Some(text);
        }
        let size = format!("Standard_{text}");
        VmSize::parse(&size).is_some().then_some(size)
    })
}

rule! {
    /// The machine size does not exist: from version 3 on the `s` stands behind
    /// the number.
    ///
    /// ## Why it matters
    /// There is `DS2_v2` and `D2s_v3`, but no `DS2_v3`; the service answers
    /// 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "STANDARD_DS64_v3",
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
    ///   "vmSize": "Standard_D64s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion that moves the `s`.
    ///
    /// ## Source
    /// A user's report (Azure/azure-batch-cli-extensions#119).
    LETTER_ORDER {
        code: "AB1903",
        id: "size/letter-order",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VM_SIZE], letter_order)],
    }
}

fn letter_order(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let Some(size) = size(&text).filter(|size| {
        size.version >= 3
            && size.is_standard
            && size.features.is_empty()
            && size.accelerator.is_none()
            && size.is_of(&["DS", "ES", "FS", "GS", "LS"])
    }) else {
        return;
    };
    let (family, s) = size.family.split_at(1);
    let cores = size.constrained.map(|count| format!("-{count}")).unwrap_or_default();
    let (family, s) = (family.to_ascii_uppercase(), s.to_ascii_lowercase());
    let name = format!("Standard_{family}{}{cores}{s}_v{}", size.number, size.version);
    let message = format!("there is no size {}", shown(value));
    findings.add(
        Finding::at(&LETTER_ORDER, value, message)
            .help("from version 3 on, the `s` stands behind the number")
            .write(Applicability::Suggested, value, &name),
    );
}

rule! {
    /// Batch does not support burstable machines of the first B series.
    ///
    /// ## Why it matters
    /// The service's page on sizes lists the series as not supported. Sizes of
    /// its second version, such as `Standard_B2s_v2`, are not judged.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_B2s",
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
    ///   "vmSize": "Standard_D2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Sizes for Batch pools, in the service's documentation of 2021; later
    /// versions of the page point to the account's list of supported sizes.
    BURSTABLE {
        code: "AB1906",
        id: "size/burstable",
        severity: Warning,
        silences: &[&RETIRED, &RETIRING],
        checks: &[Check::Properties(&[p::VM_SIZE], burstable)],
    }
}

fn burstable(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let is_first = |size: VmSize<'_>| {
        size.is_of(&["B"]) && size.is_standard && size.version == 1 && size.accelerator.is_none()
    };
    if size(&text).is_some_and(is_first) {
        let message = format!("{} is burstable, and Batch does not support these", shown(value));
        findings.add(Finding::at(&BURSTABLE, value, message).help(INSTEAD));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_sizes_are_mended() {
        for (text, size) in [
            ("D2s v5", Some("Standard_D2s_v5")),
            ("D2s_v3", Some("Standard_D2s_v3")),
            ("standard-d2s-v3", Some("standard_d2s_v3")),
            ("Standard D2s v3", Some("Standard_D2s_v3")),
            ("E4-2s v5", Some("Standard_E4-2s_v5")),
            ("large machine", None),
            ("", None),
        ] {
            assert_eq!(meant(text).as_deref(), size, "{text}");
        }
    }
}
