//! Disks of the operating system that live in the machine's own storage.

use std::ops::Range;

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};
use crate::values::vm_size::VmSize;

use super::is_text;
use super::os::WRITE_ACCELERATOR_SIZE;

rule! {
    /// An ephemeral OS disk excludes Spot (low-priority) nodes.
    ///
    /// ## Why it matters
    /// The service answers that such a disk is for pools of dedicated nodes
    /// alone.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "targetLowPriorityNodes": 2,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "targetDedicatedNodes": 2,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A managed disk in its place is a suggestion; dedicated nodes are the
    /// other way out.
    ///
    /// ## Source
    /// MicrosoftDocs/azure-docs issue 87081; Batch's article on ephemeral OS
    /// disks.
    EPHEMERAL_WITH_SPOT {
        code: "AB2102",
        id: "disk/ephemeral-with-spot",
        severity: Error,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::PLACEMENT], with_spot)],
    }
}

fn with_spot(placement: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(settings), Some(pool)) = (placement.parent(), placement.pool()) else { return };
    let count = pool.at.get(p::TARGET_LOW_PRIORITY_NODES);
    let count = count.filter(|count| count.as_int().is_some_and(|count| count > 0));
    if let Some(count) = count {
        let message = "an ephemeral OS disk is for pools of dedicated nodes alone";
        findings.add(
            Finding::at_key(&EPHEMERAL_WITH_SPOT, settings, message)
                .help("ask for `targetDedicatedNodes`, or leave the ephemeral disk out")
                .related(count.name_span(), "these are Spot nodes")
                .edits_if("Use a managed disk", Suggested, edit::take_out(settings)),
        );
    }
}

rule! {
    /// The formula asks for Spot nodes, which an ephemeral OS disk excludes.
    ///
    /// ## Why it matters
    /// The pool can have dedicated nodes only: its evaluations or resizes fail
    /// when the formula wants others.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetLowPriorityNodes = 2;",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2; $TargetLowPriorityNodes = 0;",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// As `disk/ephemeral-with-spot`.
    EPHEMERAL_WITH_SPOT_FORMULA {
        code: "AB2112",
        id: "disk/ephemeral-with-spot-formula",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::PLACEMENT], with_spot_formula)],
    }
}

fn with_spot_formula(placement: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let formula = placement.pool().and_then(|pool| pool.at.get(p::AUTO_SCALE_FORMULA));
    let Some(formula) = formula else { return };
    let Some(reading) = formula.reading() else { return };
    if let Some(part) = spot_nodes(reading.text()) {
        let message = "this asks for Spot nodes, and an ephemeral OS disk is for dedicated ones";
        findings.add(
            Finding::within(&EPHEMERAL_WITH_SPOT_FORMULA, formula, &reading, &part, message)
                .help("set `$TargetDedicatedNodes` only, or use a managed disk")
                .related(placement.span(), "the ephemeral disk"),
        );
    }
}

/// Where a formula sets the count of Spot nodes to anything but the number 0,
/// if that is the last it says of it.
fn spot_nodes(formula: &str) -> Option<Range<usize>> {
    const NAME: &str = "$TargetLowPriority";
    let code = without_comments(formula);
    let mut found = None;
    for (at, _) in code.match_indices(NAME) {
        let rest = code.get(at + NAME.len()..)?;
        let rest = rest.strip_prefix("Nodes").unwrap_or(rest);
        let end = code.len() - rest.len();
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        if value.is_empty() || value.starts_with('=') {
            continue;
        }
        let value = value.split([';', '\n']).next().unwrap_or_default().trim_end();
        let is_zero = value.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        found = (!is_zero).then_some(at..end);
    }
    found
}

/// A formula with blanks in place of its comments.
fn without_comments(formula: &str) -> String {
    let mut code = String::with_capacity(formula.len());
    for line in formula.split_inclusive('\n') {
        let comment = line.find("//").unwrap_or(line.len());
        code.push_str(line.get(..comment).unwrap_or_default());
        let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
        code.extend(line.bytes().skip(comment).map(blank));
    }
    code
}

rule! {
    /// The machine has no cache disk that the operating system could be put on.
    ///
    /// ## Why it matters
    /// `cachedisk` puts the system's disk into the cache of the host, which is
    /// there on sizes for premium storage with local storage. Sizes of version
    /// 6 and later have local NVMe disks in its place, which this version of
    /// the API cannot name. The pool is refused, or its machines are not made.
    ///
    /// Sizes of which this is not known are not looked at, nor whether the
    /// cache is large enough.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Batch's article on ephemeral OS disks; Azure's pages on the series of
    /// sizes, and how their names are formed.
    EPHEMERAL_ON_UNFIT_SIZE {
        code: "AB2113",
        id: "disk/ephemeral-on-unfit-size",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::PLACEMENT], unfit_size)],
    }
}

/// Whether a machine is known to have no cache for the system's disk. (AMD's
/// Das v4 and Eas v4 have one, although no `d` says so.)
fn has_no_cache(size: &VmSize<'_>) -> bool {
    match size.version {
        _ if !size.is_standard || size.is_of(&["A"]) => true,
        2.. if size.is_of(&["B"]) => true,
        6.. => size.is_of(&["D", "E"]),
        4 if size.has('a') && size.has('s') => false,
        4 | 5 => size.is_of(&["D", "E"]) && !size.has('d'),
        _ => size.is_of(&["D", "E"]) && !size.has('s'),
    }
}

fn unfit_size(placement: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = placement.pool().filter(|_| is_text(placement, "cachedisk")) else { return };
    if !pool.size().is_some_and(|size| has_no_cache(&size)) {
        return;
    }
    let Some(size) = pool.at.get(p::VM_SIZE) else { return };
    let message = format!("{} has no cache for the disk of the operating system", shown(size));
    findings.add(
        Finding::at(&EPHEMERAL_ON_UNFIT_SIZE, placement, message)
            .help("take a size such as `Standard_D4ds_v5`, or a managed disk")
            .related(size.span(), "the size"),
    );
}

rule! {
    /// An ephemeral OS disk has options that only managed disks have.
    ///
    /// ## Why it matters
    /// Such a disk is a local one, cached for reading, and made from standard
    /// storage. Other caching, a write accelerator and premium storage go
    /// against that; the machines are not made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" }, "caching": "readwrite" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4ds_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "osDisk": { "ephemeralOSDiskSettings": { "placement": "cachedisk" }, "caching": "readonly" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `readonly`, or leaving the option out, is a suggestion; the option may
    /// be what is meant, and the ephemeral disk not.
    ///
    /// ## Source
    /// Azure's article on ephemeral OS disks.
    EPHEMERAL_OS_DISK_OPTIONS {
        code: "AB2114",
        id: "disk/ephemeral-os-disk-options",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        silences: &[&WRITE_ACCELERATOR_SIZE],
        checks: &[Check::Properties(&[p::PLACEMENT], options)],
    }
}

fn options(placement: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(settings) = placement.parent() else { return };
    let Some(disk) = settings.parent() else { return };
    let one_of =
        |value: &Cursor<'_>, texts: [&str; 2]| texts.iter().any(|text| is_text(*value, text));
    let mut say = |at: Cursor<'_>, message: &str, is_caching: bool| {
        let finding = Finding::at(&EPHEMERAL_OS_DISK_OPTIONS, at, message)
            .related(settings.name_span(), "the disk is ephemeral");
        findings.add(if is_caching {
            finding.help("write `readonly`, or leave it out").write(Suggested, at, "readonly")
        } else {
            let edits = edit::take_out(at);
            finding.help("leave it out").edits_if("Remove it", Suggested, edits)
        });
    };
    if let Some(caching) = disk.get(p::CACHING).filter(|at| one_of(at, ["none", "readwrite"])) {
        say(caching, "an ephemeral OS disk is cached for reading", true);
    }
    let accelerator = disk.get(p::WRITE_ACCELERATOR_ENABLED);
    if let Some(accelerator) = accelerator.filter(|at| at.as_bool() == Some(true)) {
        say(accelerator, "an ephemeral OS disk has no write accelerator", false);
    }
    let storage = disk.get(p::MANAGED_DISK).and_then(|disk| disk.get(p::STORAGE_ACCOUNT_TYPE));
    if let Some(storage) = storage.filter(|at| one_of(at, ["premium_lrs", "standardssd_lrs"])) {
        say(storage, "an ephemeral OS disk is made from standard storage", false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_formula_says_last_of_spot_nodes_counts() {
        let found = |formula: &str| spot_nodes(formula).map(|part| formula[part].to_owned());
        let name = Some("$TargetLowPriorityNodes".to_owned());
        for (formula, expected) in [
            ("$TargetLowPriorityNodes = 2;", name.clone()),
            ("$TargetLowPriorityNodes=n", name.clone()),
            ("$TargetLowPriority = 2", Some("$TargetLowPriority".to_owned())),
            ("// \u{e4}\n$TargetLowPriorityNodes =\n 3 // 0\n;", name.clone()),
            ("$TargetLowPriorityNodes = 0;", None),
            ("$TargetLowPriorityNodes = 0.0 // none", None),
            ("$TargetLowPriorityNodes = 2; $TargetLowPriorityNodes = 0", None),
            ("$TargetLowPriorityNodes = 0\n$TargetDedicatedNodes = 2", None),
            ("// $TargetLowPriorityNodes = 2;\n$TargetDedicatedNodes = 2;", None),
            ("x = $TargetLowPriorityNodes == 2 ? 1 : 0", None),
            ("x = $TargetLowPriorityNodes;", None),
            ("$TargetLowPriorityNodesOfMine = 2", None),
            ("$TargetLowPriorityNodes =", None),
            ("", None),
        ] {
            assert_eq!(found(formula), expected, "{formula}");
        }
    }

    #[test]
    fn some_sizes_have_no_cache() {
        for (name, expected) in [
            ("basic_a1", true),
            ("standard_a2_v2", true),
            ("standard_b2ts_v2", true),
            ("standard_b2ms", false),
            ("Standard_D2s_v5", true),
            ("standard_d2ads_v5", false),
            ("standard_e4-2ds_v4", false),
            ("standard_e4s_v4", true),
            ("standard_d4as_v4", false),
            ("standard_d4a_v4", true),
            ("standard_d4ds_v6", true),
            ("standard_d2_v3", true),
            ("standard_d2s_v3", false),
            ("standard_d11_v2", true),
            ("standard_ds11-1_v2", false),
            ("standard_dc4as_v5", false),
            ("standard_f4s_v2", false),
            ("standard_nc24ads_a100_v4", false),
        ] {
            let size = VmSize::parse(name).expect("it is a size");
            assert_eq!(has_no_cache(&size), expected, "{name}");
        }
    }
}
