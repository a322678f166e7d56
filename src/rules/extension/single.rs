//! Each extension by itself.

use crate::analysis::Cursor;
use crate::api::extensions::extension;
use crate::api::{Model, p};
use crate::report::{Applicability, Severity};
use crate::rules::edit::append;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};
use crate::values::image::is_windows_agent;

use super::machine_of;

const EXTENSION: &[Model] = &[Model::VM_EXTENSION];

rule! {
    /// The custom script extension is reserved for Batch itself.
    ///
    /// ## Why it matters
    /// Batch installs its node agent with it, so it cannot be given.
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
    ///       { "name": "setup", "publisher": "Microsoft.Azure.Extensions", "type": "CustomScript" }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// The pool's start task for the script; here with an extension that is allowed.
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
    /// Use extensions with Batch pools, in the service's documentation.
    CUSTOM_SCRIPT {
        code: "AB2201",
        id: "extension/custom-script",
        severity: Error,
        silences: &[&NOT_ALLOWED],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(EXTENSION, custom_script)],
    }
}

fn custom_script(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    const NAMES: [&str; 3] = ["CustomScript", "CustomScriptExtension", "CustomScriptForLinux"];
    let Some(value) = object.get(p::TYPE) else { return };
    let Some(text) = value.as_str() else { return };
    if NAMES.iter().any(|name| name.eq_ignore_ascii_case(text.trim())) {
        let message = "the custom script extension is reserved for Batch itself";
        let help = "run the script in the pool's `startTask`";
        findings.add(Finding::at(&CUSTOM_SCRIPT, value, message).help(help));
    }
}

rule! {
    /// The extension is none of those that Batch is documented to allow.
    ///
    /// ## Why it matters
    /// Batch allows a list of extensions; others are refused unless support has
    /// enabled them for the account. The list is of 2023 and may have grown.
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
    ///       { "name": "run", "publisher": "Microsoft.CPlat.Core", "type": "RunCommandLinux" }
    ///     ]
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
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Use extensions with Batch pools, in the service's documentation, as in
    /// `schemas/data/extensions.json`.
    NOT_ALLOWED {
        code: "AB2202",
        id: "extension/not-allowed",
        severity: Warning,
        checks: &[Check::Models(EXTENSION, not_allowed)],
    }
}

fn not_allowed(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(value) = object.get(p::TYPE) else { return };
    let Some(text) = value.as_str() else { return };
    let text = text.trim();
    if text.is_empty() || extension(text).is_some() || is_unfilled(value) {
        return;
    }
    let message = format!("{} is no extension that Batch is documented to allow", shown(value));
    let help = "use one of those, such as `KeyVaultForLinux`, or the pool's `startTask`, or ask \
                support to enable it for the account";
    findings.add(Finding::at(&NOT_ALLOWED, value, message).help(help));
}

rule! {
    /// The extension has been retired.
    ///
    /// ## Why it matters
    /// It no longer sends data, or its installation fails and the node becomes
    /// unusable. What ends within twelve months of the day of the run is an
    /// information; where no day is given, as may be in other programs, nothing
    /// is said.
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
    ///       { "name": "diag", "publisher": "Microsoft.Azure.Diagnostics", "type": "LinuxDiagnostic" }
    ///     ]
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
    ///     "extensions": [
    ///       { "name": "mon", "publisher": "Microsoft.Azure.Monitor", "type": "AzureMonitorLinuxAgent" }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's list of services that end, and the retirement of the Log
    /// Analytics agents, as in `schemas/data/extensions.json`.
    RETIRED {
        code: "AB2203",
        id: "extension/retired",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(EXTENSION, retired)],
    }
}

fn retired(object: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(today), Some(value)) = (context.today, object.get(p::TYPE)) else { return };
    let Some(text) = value.as_str() else { return };
    let Some(known) = extension(text.trim()) else { return };
    let Some(end) = known.end.filter(|end| *end <= today.in_a_year()) else { return };
    let ahead = today <= end;
    let message = match ahead {
        true => format!("{} will be retired on {end}, {}", shown(value), today.until(end)),
        false => format!("{} was retired on {end}", shown(value)),
    };
    findings.add(
        Finding::at(&RETIRED, value, message)
            .help(format!("{} takes its place", known.instead))
            .at_most_if(ahead, Severity::Info),
    );
}

rule! {
    /// The extension is for the other operating system.
    ///
    /// ## Why it matters
    /// The platform refuses it: publisher and type are not supported for the
    /// type of operating system.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
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
    ///     "imageReference": { "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForWindows", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: what the same publisher has for the pool's system. Its
    /// settings may be others.
    ///
    /// ## Source
    /// A user's report of the answer (terraform-provider-azurerm, pull 22351);
    /// which extension is for which system follows from their documentation.
    OS_MISMATCH {
        code: "AB2204",
        id: "extension/os-mismatch",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(EXTENSION, os_mismatch)],
    }
}

fn os_mismatch(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(value) = object.get(p::TYPE) else { return };
    let Some(known) = value.as_str().and_then(|text| extension(text.trim())) else { return };
    let Some(agent) = machine_of(object).and_then(|one| one.get(p::NODE_AGENT_SKU_ID)) else {
        return;
    };
    let windows = agent.as_str().and_then(|text| is_windows_agent(text.trim()));
    if windows.is_none_or(|windows| windows == known.windows) {
        return;
    }
    let (given, needed) = if known.windows { ("Windows", "Linux") } else { ("Linux", "Windows") };
    let message = format!("{} is for {given}, and this pool runs {needed}", shown(value));
    let finding = Finding::at(&OS_MISMATCH, value, message).related(agent.span(), "the node agent");
    findings.add(match known.other {
        "" => finding.help("leave it out"),
        other => finding.help(format!("for {needed} there is `{other}`")).write(
            Applicability::Suggested,
            value,
            other,
        ),
    });
}

rule! {
    /// `typeHandlerVersion` is not a major and a minor number.
    ///
    /// ## Why it matters
    /// The platform takes both numbers and no third one. Which fix of that
    /// version is installed is not for the request to say.
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
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0.1", "autoUpgradeMinorVersion": true }
    ///     ]
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
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the first two numbers.
    ///
    /// ## Source
    /// It follows from a report of users (Azure/azure-powershell#2972).
    HANDLER_VERSION_FORM {
        code: "AB2208",
        id: "extension/handler-version-form",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::TYPE_HANDLER_VERSION], handler_version)],
    }
}

fn handler_version(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let number = text.strip_prefix(['v', 'V']).unwrap_or(&text);
    let numbers: Vec<_> = number.split('.').take_while(is_number).take(3).collect();
    let has_two =
        numbers.len() == 2 && text.len() == numbers.iter().map(|one| one.len()).sum::<usize>() + 1;
    if has_two || text.trim().is_empty() || is_unfilled(value) {
        return;
    }
    let message = format!("{} is not a major and a minor number", shown(value));
    let finding = Finding::at(&HANDLER_VERSION_FORM, value, message)
        .help("write both numbers and no more, such as `3.0`");
    findings.add(match numbers[..] {
        [major, minor, ..] => {
            finding.write(Applicability::Suggested, value, &format!("{major}.{minor}"))
        }
        _ => finding,
    });
}

rule! {
    /// The extension stays at one minor version.
    ///
    /// ## Why it matters
    /// Old minor versions are withdrawn; then new nodes fail to install the
    /// extension.
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
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0" }
    ///     ]
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
    ///     "extensions": [
    ///       { "name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "typeHandlerVersion": "3.0", "autoUpgradeMinorVersion": true }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: `true`, since one version may be what is meant.
    ///
    /// ## Source
    /// It follows from the API's documentation of `autoUpgradeMinorVersion`.
    NO_AUTO_UPGRADE {
        code: "AB2210",
        id: "extension/no-auto-upgrade",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(EXTENSION, auto_upgrade)],
    }
}

fn auto_upgrade(object: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(version) = object.get(p::TYPE_HANDLER_VERSION) else { return };
    if object.is_flag(p::AUTO_UPGRADE_MINOR_VERSION, true)
        || object.is_flag(p::ENABLE_AUTOMATIC_UPGRADE, true)
    {
        return;
    }
    let edits = match object.member(p::AUTO_UPGRADE_MINOR_VERSION) {
        Some(flag) => Some(vec![(flag.span(), "true".to_owned())]),
        None => append(object, &["\"autoUpgradeMinorVersion\": true".to_owned()]),
    };
    let message = "the extension stays at this minor version, also when it is withdrawn";
    findings.add(
        Finding::at(&NO_AUTO_UPGRADE, version, message)
            .help("set `autoUpgradeMinorVersion` to `true`")
            .edits_if("Upgrade minor versions", Applicability::Suggested, edits),
    );
}
