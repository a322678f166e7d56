//! How nodes are reached, and how they are spread over zones.

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability::Suggested;
use crate::report::Severity;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

use super::end;

rule! {
    /// The classic node communication mode has been retired.
    ///
    /// ## Why it matters
    /// The mode ended on 2026-03-31. A request that asks for it may be refused,
    /// or its nodes use the simplified mode, for which the network must let
    /// them out to the service tag `BatchNodeManagement` on port 443.
    ///
    /// Up to that day the finding is an info. Where the day of the run is not
    /// known, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetNodeCommunicationMode": "classic" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetNodeCommunicationMode": "simplified" }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, since the rules of the network may have to change as well.
    ///
    /// ## Source
    /// Azure's list of retirements (Azure Batch, classic compute node
    /// communication model).
    CLASSIC_COMMUNICATION {
        code: "AB1614",
        id: "pool/classic-communication",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::TARGET_NODE_COMMUNICATION_MODE], classic)],
    }
}

/// The day on which the classic mode ended.
const CLASSIC_ENDS: &str = "2026-03-31";

fn classic(mode: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if mode.as_str().is_none_or(|mode| !mode.eq_ignore_ascii_case("classic")) {
        return;
    }
    let Some((over, end)) = end(CLASSIC_ENDS, context) else { return };
    let message = format!("the classic communication mode {end}");
    let help = "write `simplified`; the network must then let nodes out to BatchNodeManagement \
                on port 443";
    findings.add(
        Finding::at(&CLASSIC_COMMUNICATION, mode, message)
            .help(help)
            .at_most_if(!over, Severity::Info)
            .write(Suggested, mode, "simplified"),
    );
}

rule! {
    /// A zonal pool has inter-node communication on InfiniBand machines.
    ///
    /// ## Why it matters
    /// Nodes that talk over InfiniBand are close to each other, in one zone. The
    /// documentation rules out a pool that has such machines, inter-node
    /// communication and zonal placement.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_hb120rs_v3",
    ///   "enableInterNodeCommunication": true,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "nodePlacementConfiguration": { "policy": "zonal" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_hb120rs_v3",
    ///   "enableInterNodeCommunication": true,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `regional` is a suggestion: another machine is the other way out.
    ///
    /// ## Source
    /// Batch's article on pools across availability zones.
    ZONAL_WITH_INFINIBAND {
        code: "AB1615",
        id: "pool/zonal-with-infiniband",
        severity: Error,
        fix: Suggested,
        checks: &[Check::Properties(&[p::POLICY], zonal)],
    }
}

fn zonal(policy: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if policy.as_str().is_none_or(|policy| !policy.eq_ignore_ascii_case("zonal")) {
        return;
    }
    let Some(pool) = policy.pool() else { return };
    let Some(flag) = pool.at.get(p::ENABLE_INTER_NODE_COMMUNICATION) else { return };
    let Some(size) = pool.at.get(p::VM_SIZE) else { return };
    if flag.as_bool() == Some(true) && pool.size().is_some_and(|size| size.has_infiniband()) {
        let message = "InfiniBand machines that talk to each other cannot be spread over zones";
        findings.add(
            Finding::at(&ZONAL_WITH_INFINIBAND, policy, message)
                .help("write `regional`, or take a size without InfiniBand")
                .related(flag.name_span(), "inter-node communication is on")
                .related(size.span(), "a size with InfiniBand")
                .write(Suggested, policy, "regional"),
        );
    }
}
