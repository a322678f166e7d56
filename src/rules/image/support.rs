//! The end of Batch's support for operating systems, by the day of the run.

use crate::analysis::Cursor;
use crate::api::images::{System, system_of_agent};
use crate::api::p;
use crate::date::Date;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

use super::MACHINE;

rule! {
    /// The node agent is no longer served: its operating system is out of
    /// support.
    ///
    /// ## Why it matters
    /// After the day on which an agent ends no pool can be created with it,
    /// pools that are there lose their nodes, and requests for support are not
    /// served. It is judged by the day of the run; where none is given, as may
    /// be in other programs, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "UbuntuServer", "sku": "18.04-LTS" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 18.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// A current system, image and agent together.
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
    /// The notice Azure/Batch#180, as in `schemas/data/images.json`.
    NODE_AGENT_RETIRED {
        code: "AB2008",
        id: "image/node-agent-retired",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(MACHINE, agent_retired)],
    }
}

rule! {
    /// Batch has ended support for this operating system or image.
    ///
    /// ## Why it matters
    /// Creating or growing a pool may fail, and pools that are there may lose
    /// their nodes. It is judged by the day of the run; where none is given, as
    /// may be in other programs, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-azure-batch", "offer": "ubuntu-server-container", "sku": "20-04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 20.04"
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
    /// Notices of the service's team (Azure/Batch#174, #179, #181, #188, #197,
    /// #200), as in `schemas/data/images.json`.
    OS_END_OF_SUPPORT {
        code: "AB2009",
        id: "image/os-end-of-support",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(MACHINE, ended)],
    }
}

rule! {
    /// Batch will end support for this operating system.
    ///
    /// ## Why it matters
    /// After the day creating and growing pools may fail. What ends within
    /// twelve months of the day of the run is said; where no day is given, as
    /// may be in other programs, nothing.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
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
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Notices of the service's team (Azure/Batch#197, #200), as in
    /// `schemas/data/images.json`.
    OS_SUPPORT_ENDING {
        code: "AB2010",
        id: "image/os-support-ending",
        severity: Info,
        confidence: Reported,
        checks: &[Check::Models(MACHINE, ending)],
    }
}

/// An operating system that ends, and the day.
struct End<'a> {
    /// What names the system: of an image its SKU, else the node agent.
    at: Cursor<'a>,
    system: &'static System,
    day: Date,
}

/// What ends of a virtual machine's configuration: the image, else the node
/// agent.
fn end(machine: Cursor<'_>) -> Option<End<'_>> {
    let of_image = || {
        let reference = machine.get(p::IMAGE_REFERENCE)?;
        let system = reference.image()?.system()?;
        // An image may outlive the agent that it was meant for.
        let day = system.end.filter(|_| !system.ends_agent)?;
        Some(End { at: reference.get(p::SKU).unwrap_or(reference), system, day })
    };
    of_image().or_else(|| {
        let at = machine.get(p::NODE_AGENT_SKU_ID)?;
        let system = system_of_agent(at.as_str()?.trim())?;
        Some(End { at, system, day: system.end? })
    })
}

fn agent_retired(machine: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(today) = context.today else { return };
    let Some(end) = end(machine).filter(|end| end.system.ends_agent && end.day < today) else {
        return;
    };
    let message = format!("the node agent for {} was retired on {}", end.system.name, end.day);
    let help = format!("move to {}, image and node agent together", end.system.instead);
    findings.add(Finding::at(&NODE_AGENT_RETIRED, end.at, message).help(help));
}

fn ended(machine: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(today) = context.today else { return };
    let Some(end) = end(machine).filter(|end| !end.system.ends_agent && end.day < today) else {
        return;
    };
    let message = format!("Batch ended its support for {} on {}", end.system.name, end.day);
    let help = format!("move to {}: pools may get no more nodes", end.system.instead);
    findings.add(Finding::at(&OS_END_OF_SUPPORT, end.at, message).help(help));
}

fn ending(machine: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(today) = context.today else { return };
    let Some(end) = end(machine).filter(|end| today <= end.day && end.day <= today.in_a_year())
    else {
        return;
    };
    let (system, day) = (end.system, end.day);
    let message =
        format!("Batch ends its support for {} on {day}, {}", system.name, today.until(day));
    let help = format!("plan the move to {}", system.instead);
    findings.add(Finding::at(&OS_SUPPORT_ENDING, end.at, message).help(help));
}
