//! What is for Windows alone: its settings and its licenses.

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability;
use crate::rules::edit::take_out;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};
use crate::values::image::{Image, is_windows_agent};
use crate::words::nearest_of;

rule! {
    /// `windowsConfiguration` is given for a Linux pool.
    ///
    /// ## Why it matters
    /// The property must not be given with a Linux image; the service refuses
    /// the pool, even if the object is empty.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "windowsConfiguration": { "enableAutomaticUpdates": false }
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
    ///     "windowsConfiguration": { "enableAutomaticUpdates": false }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion to remove it, since Windows may be what is meant.
    ///
    /// ## Source
    /// The API's documentation of `windowsConfiguration`.
    WINDOWS_CONFIGURATION_ON_LINUX {
        code: "AB2011",
        id: "image/windows-configuration-on-linux",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::WINDOWS_CONFIGURATION], windows_configuration)],
    }
}

/// Whether the node agent beside this is for Linux, and the image is not for
/// Windows.
fn is_linux(at: Cursor<'_>) -> bool {
    let agent = at.parent().and_then(|machine| machine.text(p::NODE_AGENT_SKU_ID));
    agent.is_some_and(|agent| is_windows_agent(agent.trim()) == Some(false))
        && image_of(at).and_then(|image| image.is_windows()) != Some(true)
}

fn image_of(at: Cursor<'_>) -> Option<Image<'_>> {
    at.parent()?.get(p::IMAGE_REFERENCE)?.image()
}

/// Takes a member out.
fn without(finding: Finding, value: Cursor<'_>) -> Finding {
    finding.edits_if("Leave it out", Applicability::Suggested, take_out(value))
}

fn windows_configuration(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if is_linux(value) {
        let message = "`windowsConfiguration` is for Windows, and this pool runs Linux";
        let finding =
            Finding::at_key(&WINDOWS_CONFIGURATION_ON_LINUX, value, message).help("leave it out");
        findings.add(without(finding, value));
    }
}

rule! {
    /// `licenseType` is given for a Linux pool.
    ///
    /// ## Why it matters
    /// It is for Windows images only: it is refused, or has no effect.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "licenseType": "Windows_Server"
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
    ///     "licenseType": "Windows_Server"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion to remove it, since Windows may be what is meant.
    ///
    /// ## Source
    /// The API's documentation of `licenseType`.
    LICENSE_TYPE_ON_LINUX {
        code: "AB2012",
        id: "image/license-type-on-linux",
        severity: Warning,
        fix: Suggested,
        silences: &[&LICENSE_TYPE_VALUE],
        checks: &[Check::Properties(&[p::LICENSE_TYPE], license_on_linux)],
    }
}

fn license_on_linux(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if value.as_str().is_some_and(|text| !text.trim().is_empty()) && is_linux(value) {
        let message = "`licenseType` is for Windows, and this pool runs Linux";
        let finding = Finding::at_key(&LICENSE_TYPE_ON_LINUX, value, message).help("leave it out");
        findings.add(without(finding, value));
    }
}

rule! {
    /// `licenseType` is neither `Windows_Server` nor `Windows_Client`.
    ///
    /// ## Why it matters
    /// The schema takes any text, but the property has these two values. For
    /// no license of your own leave it out.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "licenseType": "WindowsServer"
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
    ///     "licenseType": "Windows_Server"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the value nearest in spelling; `None` is left out.
    ///
    /// ## Source
    /// The API's documentation of `licenseType`.
    LICENSE_TYPE_VALUE {
        code: "AB2013",
        id: "image/license-type-value",
        severity: Warning,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::LICENSE_TYPE], license_value)],
    }
}

const SERVER: &str = "Windows_Server";
const CLIENT: &str = "Windows_Client";

fn license_value(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let known = [SERVER, CLIENT];
    if known.iter().any(|one| one.eq_ignore_ascii_case(&text))
        || text.trim().is_empty()
        || is_unfilled(value)
    {
        return;
    }
    let message = format!("{} is no `licenseType`", shown(value));
    let finding = Finding::at(&LICENSE_TYPE_VALUE, value, message)
        .help("write `Windows_Server` or `Windows_Client`, or leave it out");
    findings.add(match nearest_of(text.trim(), &known) {
        _ if text.eq_ignore_ascii_case("none") => without(finding, value),
        Some(near) => finding.write(Applicability::Suggested, value, near),
        None => finding,
    });
}

rule! {
    /// The license is for the other kind of Windows.
    ///
    /// ## Why it matters
    /// The platform checks that the license fits the image: no node comes up,
    /// or the discount is not due.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "licenseType": "Windows_Client"
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
    ///     "licenseType": "Windows_Server"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the value for the image, since the image may be what is
    /// wrong.
    ///
    /// ## Source
    /// It follows from the API's documentation of `licenseType`.
    LICENSE_TYPE_EDITION {
        code: "AB2022",
        id: "image/license-type-edition",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::LICENSE_TYPE], license_edition)],
    }
}

fn license_edition(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(image)) = (value.as_str(), image_of(value)) else { return };
    let (wrong, right, has) = if image.is_from(&["microsoftwindowsserver"]) {
        (CLIENT, SERVER, "Windows Server")
    } else if image.is_from(&["microsoftwindowsdesktop"]) {
        (SERVER, CLIENT, "Windows for clients")
    } else {
        return;
    };
    if text.eq_ignore_ascii_case(wrong) {
        let message = format!("the image has {has}, and the license is for the other kind");
        findings.add(
            Finding::at(&LICENSE_TYPE_EDITION, value, message)
                .help(format!("write `{right}`"))
                .write(Applicability::Suggested, value, right),
        );
    }
}
