//! Node agents, and whether they fit the image.

use crate::analysis::Cursor;
use crate::api::{images, p};
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};
use crate::values::image::{Image, agent_system, is_windows_agent};
use crate::words;

use super::{NODE_AGENT_RETIRED, OS_END_OF_SUPPORT, OS_SUPPORT_ENDING};

/// The node agent of all versions of Windows.
const WINDOWS: &str = "batch.node.windows amd64";

/// The Marketplace image that a node agent is for.
fn image_of(agent: Cursor<'_>) -> Option<Image<'_>> {
    agent.parent()?.get(p::IMAGE_REFERENCE)?.image()
}

rule! {
    /// The node agent is for another version of the operating system than the
    /// image has.
    ///
    /// ## Why it matters
    /// The service answers `InvalidPropertyValue` and does not say which
    /// property it means.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts" },
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
    /// ## Fix safety
    /// A suggestion: the agent that goes with the image, since the image may be
    /// what is wrong.
    ///
    /// ## Source
    /// Users' reports (hashicorp/terraform#36698); the pairs are in
    /// `schemas/data/images.json`. An image that is not there is not judged.
    NODE_AGENT_IMAGE_MISMATCH {
        code: "AB2005",
        id: "image/node-agent-image-mismatch",
        severity: Error,
        confidence: Reported,
        fix: Suggested,
        silences: &[&NODE_AGENT_RETIRED, &OS_END_OF_SUPPORT, &OS_SUPPORT_ENDING],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::NODE_AGENT_SKU_ID], image_mismatch)],
    }
}

fn image_mismatch(agent: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(system) = image_of(agent).and_then(|image| image.system()) else { return };
    let Some(given) = agent.as_str().and_then(|text| images::system_of_agent(text.trim())) else {
        return;
    };
    // Between Windows and Linux it is another rule's.
    if system.agent.is_empty() || system.agent == given.agent || system.agent == WINDOWS {
        return;
    }
    let message =
        format!("the node agent is for {}, and the image has {}", given.name, system.name);
    let mut finding = Finding::at(&NODE_AGENT_IMAGE_MISMATCH, agent, message)
        .help(format!("write `{}`, or take an image of {}", system.agent, given.name))
        .write(Applicability::Suggested, agent, system.agent);
    if let Some(image) = agent.parent().and_then(|machine| machine.get(p::IMAGE_REFERENCE)) {
        finding = finding.related(image.head(), "the image");
    }
    findings.add(finding);
}

rule! {
    /// A Windows image has a node agent for Linux, or the reverse.
    ///
    /// ## Why it matters
    /// The agent must fit the image; the service answers
    /// `InvalidPropertyValue`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": "2022-datacenter-g2" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
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
    ///     "nodeAgentSKUId": "batch.node.windows amd64"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the agent that goes with the image, where that is known.
    ///
    /// ## Source
    /// The API's documentation of `nodeAgentSKUId`.
    NODE_AGENT_OS_MISMATCH {
        code: "AB2006",
        id: "image/node-agent-os-mismatch",
        severity: Error,
        fix: Suggested,
        silences: &[&NODE_AGENT_RETIRED, &OS_END_OF_SUPPORT, &OS_SUPPORT_ENDING],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::NODE_AGENT_SKU_ID], os_mismatch)],
    }
}

fn os_mismatch(agent: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = agent.as_str() else { return };
    let Some(image) = image_of(agent) else { return };
    let (Some(windows), Some(for_windows)) = (image.is_windows(), is_windows_agent(text.trim()))
    else {
        return;
    };
    if windows == for_windows {
        return;
    }
    let (message, help) = match windows {
        true => (
            "the image has Windows, and the node agent is for Linux",
            "write `batch.node.windows amd64`",
        ),
        false => (
            "the image has Linux, and the node agent is for Windows",
            "write the agent of the distribution, such as `batch.node.ubuntu 24.04`",
        ),
    };
    let mut finding = Finding::at(&NODE_AGENT_OS_MISMATCH, agent, message).help(help);
    let fitting = if windows { WINDOWS } else { image.system().map_or("", |system| system.agent) };
    if !fitting.is_empty() {
        finding = finding.write(Applicability::Suggested, agent, fitting);
    }
    findings.add(finding);
}

rule! {
    /// The node agent is none that Batch has.
    ///
    /// ## Why it matters
    /// The service answers `InvalidPropertyValue`, or 404
    /// `NodeAgentSKUNotFound`. New distributions and versions above the known
    /// ones are let through.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu-24.04"
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
    /// A suggestion: the agent of the image, or else the one nearest in
    /// spelling.
    ///
    /// ## Source
    /// The error code of the service's documentation; the agents are those in
    /// `schemas/data/images.json`.
    NODE_AGENT_UNKNOWN {
        code: "AB2007",
        id: "image/node-agent-unknown",
        severity: Warning,
        fix: Suggested,
        service_code: "NodeAgentSKUNotFound",
        checks: &[Check::Properties(&[p::NODE_AGENT_SKU_ID], unknown)],
    }
}

fn unknown(agent: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = agent.as_str() else { return };
    if images::agents().iter().any(|known| known.eq_ignore_ascii_case(&text))
        || agent_system(&text).is_some_and(may_be_new)
        || is_unfilled(agent)
    {
        return;
    }
    let message = format!("Batch has no node agent {}", shown(agent));
    let mut finding = Finding::at(&NODE_AGENT_UNKNOWN, agent, message).help(
        "write one of those that Batch lists with its supported images, such as \
         `batch.node.ubuntu 24.04`",
    );
    let of_image = image_of(agent).and_then(|image| image.system()).map(|system| system.agent);
    let likely = of_image.filter(|known| !known.is_empty()).or_else(|| nearest(&text));
    if let Some(known) = likely {
        finding = finding.write(Applicability::Suggested, agent, known);
    }
    findings.add(finding);
}

/// The known agent that a text is a slip of, with or without what all begin
/// with.
fn nearest(text: &str) -> Option<&'static str> {
    let agents = images::agents();
    let system = text.trim();
    let named = agents
        .iter()
        .find(|known| agent_system(known).is_some_and(|known| known.eq_ignore_ascii_case(system)));
    let close = || {
        let known = words::nearest_of(text, agents)?;
        (words::distance(&text.to_ascii_lowercase(), known) <= 2).then_some(known)
    };
    named.copied().or_else(close)
}

/// Distributions that have agents whose versions are not listed here.
const OTHERS: [&str; 5] = ["azl*", "azurelinux*", "opensuse*", "rocky*", "sles*"];

/// Whether there may be such a system, though it is none of those known: a
/// distribution of another name, or a version above all that are known.
fn may_be_new(system: &str) -> bool {
    if OTHERS.iter().any(|begins| images::fits(begins, system)) {
        return true;
    }
    let length = system.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, version) = system.split_at(length);
    // Names and versions of those known, as `ubuntu` and `24.04`.
    let known = || images::agents().iter().filter_map(|one| agent_system(one)?.split_once(' '));
    let mut same = known().filter(|(known, _)| known.eq_ignore_ascii_case(name)).peekable();
    if same.peek().is_none() {
        let names: Vec<_> = known().map(|(known, _)| known).collect();
        return !name.is_empty() && words::nearest_of(name, &names).is_none();
    }
    let Some(version) = version.strip_prefix(' ').and_then(release) else { return false };
    same.all(|(_, known)| release(known).is_some_and(|known| known < version))
}

/// A version, as its two numbers.
fn release(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_distributions_and_versions_are_let_through() {
        for system in [
            "azurelinux 3.0",
            "azl 4",
            "rocky 9",
            "sles 15",
            "opensuse 15.6",
            "fedora 44",
            "ubuntu 28.04",
            "debian 13",
            "el 10",
            "mariner 3.0",
        ] {
            assert!(may_be_new(system), "{system}");
        }
        for system in ["", "ubuntu", "ubuntu-24.04", "ubuntu 17.04", "ubunto 24.04", "windows x86"]
        {
            assert!(!may_be_new(system), "{system}");
        }
    }

    #[test]
    fn a_slip_leads_to_the_agent_that_is_meant() {
        for (text, agent) in [
            ("batch.node.ubuntu-24.04", Some("batch.node.ubuntu 24.04")),
            ("ubuntu 22.04", Some("batch.node.ubuntu 22.04")),
            ("batch.node.windows-amd64", Some("batch.node.windows amd64")),
            ("batch.node.el9", Some("batch.node.el 9")),
            ("linux", None),
        ] {
            assert_eq!(nearest(text), agent, "{text}");
        }
    }
}
