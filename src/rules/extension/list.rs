//! The extensions of a pool together, and with its size.

use crate::analysis::Cursor;
use crate::api::images::fits;
use crate::api::p;
use crate::report::Applicability;
use crate::rules::edit::{quoted, take_out};
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::list::{Keyed, any_case, repeated};
use crate::rules::{Check, Context, Rule, rule};
use crate::words::nearest_of;

rule! {
    /// Two extensions have the same name.
    ///
    /// ## Why it matters
    /// The name identifies the extension on the machine, and other extensions
    /// refer to it. Case does not tell names apart.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC4as_T4_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true },
    ///       { "name": "kv", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true },
    ///       { "name": "gpu", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from the API's documentation of `name` and
    /// `provisionAfterExtensions`.
    DUPLICATE_NAME {
        code: "AB2205",
        id: "extension/duplicate-name",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::EXTENSIONS], duplicate_name)],
    }
}

fn duplicate_name(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    duplicates(list, &DUPLICATE_NAME, findings, |one| {
        any_case(one.get(p::NAME)?).filter(|(name, ..)| !name.is_empty())
    });
}

rule! {
    /// The same extension is listed twice.
    ///
    /// ## Why it matters
    /// A machine has each kind of extension once; with two of one publisher and
    /// type the machines are not made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true },
    ///       { "name": "kv2", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// One of them, with the settings of both.
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from how Azure handles extensions (a remark in
    /// MicrosoftDocs/azure-docs#10862).
    DUPLICATE_TYPE {
        code: "AB2206",
        id: "extension/duplicate-type",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::EXTENSIONS], duplicate_type)],
    }
}

fn duplicate_type(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    duplicates(list, &DUPLICATE_TYPE, findings, |one| {
        let kind = one.get(p::TYPE)?;
        let key = format!("{}/{}", one.text(p::PUBLISHER)?, kind.as_str()?);
        Some((key.into(), "".into(), kind))
    });
}

/// Says of items that have the key of one before them that they do.
fn duplicates<'a>(
    list: Cursor<'a>,
    rule: &'static Rule,
    findings: &mut Findings<'_>,
    key: fn(Cursor<'a>) -> Option<Keyed<'a>>,
) {
    for (again, before) in repeated(list.items().filter_map(key)) {
        let what = again.property().map(|property| property.name).unwrap_or_default();
        let message = format!("another extension has this {what}, too: {}", shown(again));
        findings.add(
            Finding::at(rule, again, message)
                .help(match what {
                    "name" => "give each extension a name of its own",
                    _ => "give one of them alone, with the settings of both",
                })
                .related(before.span(), "the other one"),
        );
    }
}

rule! {
    /// An extension waits for one that is not there, for itself, or in a circle.
    ///
    /// ## Why it matters
    /// The installation of the extensions cannot begin, and no node is made.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "Standard_NC4as_T4_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true, "provisionAfterExtensions": ["gpu2"] },
    ///       { "name": "gpu", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true, "provisionAfterExtensions": ["gpu"] },
    ///       { "name": "gpu", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the name nearest in spelling.
    ///
    /// ## Source
    /// It follows from the API's documentation of `provisionAfterExtensions`.
    PROVISION_AFTER {
        code: "AB2207",
        id: "extension/provision-after",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::EXTENSIONS], provision_after)],
    }
}

/// So many names are looked through for one that may be meant.
const MOST_NAMES: usize = 64;

/// An extension that waits for another, by their places in the list.
struct Wait<'a> {
    by: usize,
    on: usize,
    at: Cursor<'a>,
}

fn provision_after(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let waiting = |one: Cursor<'_>| one.get(p::PROVISION_AFTER_EXTENSIONS).is_some();
    if !list.items().any(waiting) {
        return;
    }
    let name = |one: Cursor<'_>| one.text(p::NAME).map(|name| name.to_ascii_lowercase());
    let mut names: Vec<(String, usize)> =
        list.items().enumerate().filter_map(|(at, one)| Some((name(one)?, at))).collect();
    crate::order::sort(&mut names);
    let mut waits = Vec::new();
    for (by, one) in list.items().enumerate() {
        let after = one.get(p::PROVISION_AFTER_EXTENSIONS).into_iter().flat_map(Cursor::items);
        for at in after {
            let Some(text) = at.as_str() else { continue };
            let wanted = text.to_ascii_lowercase();
            let found = names.partition_point(|(name, _)| *name < wanted);
            match names.get(found).filter(|(name, _)| *name == wanted) {
                Some((_, on)) if *on == by => {
                    let message = "the extension waits for itself";
                    findings.add(after_finding(at, message.to_owned(), "take the name out"));
                }
                Some((_, on)) => waits.push(Wait { by, on: *on, at }),
                None => missing(list, at, names.len(), findings),
            }
        }
    }
    circle(list, &waits, findings);
}

fn after_finding(at: Cursor<'_>, message: String, help: &str) -> Finding {
    Finding::at(&PROVISION_AFTER, at, message).help(help)
}

/// Says that no extension has a name, and which one may be meant.
fn missing(list: Cursor<'_>, at: Cursor<'_>, count: usize, findings: &mut Findings<'_>) {
    let message = format!("no extension of this pool is called {}", shown(at));
    let finding = after_finding(at, message, "name one of the same list, or take the name out");
    let names: Vec<_> = match count {
        0..=MOST_NAMES => list.items().filter_map(|one| one.text(p::NAME)).collect(),
        _ => Vec::new(),
    };
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let near = nearest_of(&at.content(), &names);
    findings.add(match near {
        Some(name) => {
            finding.fix("Write the nearest name", Applicability::Suggested, at.span(), quoted(name))
        }
        None => finding,
    });
}

/// Says that extensions wait for each other, once, at the first of them.
fn circle(list: Cursor<'_>, waits: &[Wait<'_>], findings: &mut Findings<'_>) {
    // Extensions that can be installed are taken away, one after the other;
    // what is left waits in circles, or for one that does.
    let mut open: Vec<usize> = vec![0; list.items().count()];
    for wait in waits {
        if let Some(count) = open.get_mut(wait.by) {
            *count += 1;
        }
    }
    let mut by_target: Vec<&Wait<'_>> = waits.iter().collect();
    crate::order::sort_by_key(&mut by_target, |wait| wait.on);
    let mut ready: Vec<usize> =
        open.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| at).collect();
    while let Some(done) = ready.pop() {
        let first = by_target.partition_point(|wait| wait.on < done);
        let freed = by_target.get(first..).unwrap_or_default();
        for wait in freed.iter().take_while(|wait| wait.on == done) {
            if let Some(count) = open.get_mut(wait.by) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(wait.by);
                }
            }
        }
    }
    let is_left = |at: usize| open.get(at).is_some_and(|count| *count > 0);
    let next = |from: usize| {
        let first = waits.partition_point(|wait| wait.by < from);
        let own = waits.get(first..).unwrap_or_default();
        own.iter().take_while(|wait| wait.by == from).find(|wait| is_left(wait.on))
    };
    // From any that is left the way leads into a circle: to a place where it
    // has been.
    let Some(mut inside) = (0..open.len()).find(|at| is_left(*at)) else { return };
    let mut been = vec![false; open.len()];
    while let Some(been) = been.get_mut(inside).filter(|been| !**been) {
        *been = true;
        let Some(wait) = next(inside) else { return };
        inside = wait.on;
    }
    let mut around: Vec<&Wait<'_>> = Vec::new();
    let mut at = inside;
    while let Some(wait) = next(at) {
        around.push(wait);
        at = wait.on;
        if at == inside || around.len() > open.len() {
            break;
        }
    }
    let Some(first) = around.iter().min_by_key(|wait| wait.by) else { return };
    let message = "these extensions wait for each other, in a circle".to_owned();
    let mut finding = after_finding(first.at, message, "take one of the names out");
    for wait in around.iter().filter(|wait| wait.by != first.by).take(8) {
        finding = finding.related(wait.at.span(), "this one waits, too");
    }
    findings.add(finding);
}

rule! {
    /// The GPU driver's extension is on a machine without such a GPU.
    ///
    /// ## Why it matters
    /// The installation fails, and the node does not become usable.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "gpu", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "extensions": [
    ///       { "name": "gpu", "publisher": "Microsoft.HpcCompute", "type": "NvidiaGpuDriverLinux", "typeHandlerVersion": "1.6", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion to remove the extension, where it is the only one; another
    /// size may be meant instead.
    ///
    /// ## Source
    /// The service's documentation of extensions; it follows from how Azure
    /// names sizes.
    NVIDIA_DRIVER_ON_OTHER_SIZE {
        code: "AB2209",
        id: "extension/nvidia-driver-on-other-size",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::EXTENSIONS], driver)],
    }
}

fn driver(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = list.pool() else { return };
    let (Some(size), Some(value)) = (pool.size(), pool.at.get(p::VM_SIZE)) else { return };
    let has_amd = size.is_of(&["NG"])
        || size.is_of(&["NV"]) && size.version == 4 && size.features.eq_ignore_ascii_case("as")
        || size.accelerator.is_some_and(|text| text.eq_ignore_ascii_case("v710"));
    let has_gpu = fits("n*", size.family);
    let is_only = list.items().nth(1).is_none();
    for one in list.items() {
        let Some(kind) = one.get(p::TYPE) else { continue };
        let Some(text) = kind.as_str() else { continue };
        let nvidia = fits("NvidiaGpuDriver*", &text) && !has_gpu;
        let amd = fits("AmdGpuDriver*", &text) && !has_amd;
        if !nvidia && !amd {
            continue;
        }
        let message = format!("the size {} has no GPU for {}", shown(value), shown(kind));
        let mut finding = Finding::at(&NVIDIA_DRIVER_ON_OTHER_SIZE, kind, message)
            .help("leave the extension out, or take a size with the GPU")
            .related(value.span(), "the size");
        if is_only {
            let edits = take_out(list);
            finding = finding.edits_if("Leave it out", Applicability::Suggested, edits);
        }
        findings.add(finding);
    }
}
