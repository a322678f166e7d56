//! Inbound NAT pools: their names, the ports of the nodes, and the ranges of
//! ports in front.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::report::{Applicability, Severity};
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::list::{exact, number, repeated};
use crate::rules::{Check, Context, edit, rule};
use crate::values::port_range::{PortRange, overlaps};

use super::{nat_pools, nodes};

rule! {
    /// Two inbound NAT pools of one pool have the same name.
    ///
    /// ## Why it matters
    /// The name has to be unique within the pool: the endpoints of a node are
    /// called after it. The service answers 400. Names that differ in case are
    /// taken for different ones.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 },
    ///     { "name": "web", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 },
    ///     { "name": "admin", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `inboundNATPools[].name`.
    NAT_POOL_NAME_DUPLICATE {
        code: "AB2401",
        id: "network/nat-pool-name-duplicate",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::BATCH_POOL_ENDPOINT_CONFIGURATION], name_duplicate)],
    }
}

rule! {
    /// Two inbound NAT pools lead to the same port of the node.
    ///
    /// ## Why it matters
    /// The backend port must be unique within the pool; the service answers 400.
    /// Of two with different protocols it is not said whether they may share
    /// one: that is a warning.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "a", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 },
    ///     { "name": "b", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "a", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4199 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `inboundNATPools[].backendPort`.
    BACKEND_PORT_DUPLICATE {
        code: "AB2402",
        id: "network/backend-port-duplicate",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::BATCH_POOL_ENDPOINT_CONFIGURATION], backend_duplicate)],
    }
}

rule! {
    /// A range of front-end ports ends before it begins.
    ///
    /// ## Why it matters
    /// A range needs at least 40 ports, so one that is reversed cannot be valid;
    /// the service answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4099, "frontendPortRangeEnd": 4000 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The two are swapped. That is a suggestion: one of them may be a slip of
    /// the finger instead.
    ///
    /// ## Source
    /// The API's description of `frontendPortRangeStart` and
    /// `frontendPortRangeEnd`.
    FRONTEND_RANGE_REVERSED {
        code: "AB2403",
        id: "network/frontend-range-reversed",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], range_reversed)],
    }
}

rule! {
    /// A range of front-end ports has fewer than 40 ports.
    ///
    /// ## Why it matters
    /// Each range has to contain at least 40 ports, its two ends included; the
    /// service answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4010 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4039 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The range gets 40 ports from its start on, where these are free. That is
    /// a suggestion: it may be the start that is wrong.
    ///
    /// ## Source
    /// The API's description of `frontendPortRangeStart` and
    /// `frontendPortRangeEnd`.
    FRONTEND_RANGE_TOO_SMALL {
        code: "AB2404",
        id: "network/frontend-range-too-small",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], range_too_small)],
    }
}

rule! {
    /// The front-end port ranges of two inbound NAT pools overlap.
    ///
    /// ## Why it matters
    /// All ranges of a pool must be apart, whatever their protocols; for ranges
    /// that overlap the service answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "a", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4100 },
    ///     { "name": "b", "protocol": "tcp", "backendPort": 81, "frontendPortRangeStart": 4100, "frontendPortRangeEnd": 4200 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "a", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 },
    ///     { "name": "b", "protocol": "tcp", "backendPort": 81, "frontendPortRangeStart": 4100, "frontendPortRangeEnd": 4199 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `frontendPortRangeStart` and
    /// `frontendPortRangeEnd`.
    FRONTEND_RANGE_OVERLAP {
        code: "AB2405",
        id: "network/frontend-range-overlap",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::BATCH_POOL_ENDPOINT_CONFIGURATION], range_overlap)],
    }
}

rule! {
    /// A range of front-end ports runs across the ports that Batch keeps for
    /// itself.
    ///
    /// ## Why it matters
    /// Ports 50000 to 55000 are reserved. Only of a range that begins or ends
    /// there is it documented that the service refuses it, but one across them
    /// has them in it as well.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 40000, "frontendPortRangeEnd": 60000 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 40000, "frontendPortRangeEnd": 49999 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `frontendPortRangeStart`; that the service minds
    /// a range across the reserved ports follows from it.
    FRONTEND_RANGE_SPANS_RESERVED {
        code: "AB2425",
        id: "network/frontend-range-spans-reserved",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], range_spans_reserved)],
    }
}

rule! {
    /// A range of front-end ports has fewer ports than the pool has nodes.
    ///
    /// ## Why it matters
    /// Every node needs a port of its own in each range. Nodes that find none
    /// cannot be reached, or the pool does not grow. Behind one public address
    /// are at most 100 nodes, so 100 ports always do.
    ///
    /// Pools that scale by a formula are passed over.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 90,
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4049 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 90,
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `inboundNATPools`; Azure's page on pools with
    /// public addresses of one's own, for the 100 nodes of an address. What
    /// happens then follows from these.
    FRONTEND_RANGE_FEWER_THAN_NODES {
        code: "AB2434",
        id: "network/frontend-range-fewer-than-nodes",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], range_fewer_than_nodes)],
    }
}

fn name_duplicate(endpoint: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let names = nat_pools(endpoint).filter_map(|pool| pool.get(p::NAME));
    for (name, first) in repeated(names.filter_map(exact)) {
        let message =
            format!("another inbound NAT pool of this pool is called {} too", shown(name));
        findings.add(
            Finding::at(&NAT_POOL_NAME_DUPLICATE, name, message)
                .help("give each inbound NAT pool a name of its own")
                .related(first.span(), "the first of this name"),
        );
    }
}

fn protocol_beside(port: Cursor<'_>) -> Option<Cow<'_, str>> {
    port.parent()?.text(p::PROTOCOL)
}

fn backend_duplicate(endpoint: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let ports = nat_pools(endpoint).filter_map(|pool| pool.get(p::BACKEND_PORT));
    for (port, first) in repeated(ports.filter_map(number)) {
        let differ = match (protocol_beside(port), protocol_beside(first)) {
            (Some(one), Some(other)) => !one.eq_ignore_ascii_case(&other),
            _ => false,
        };
        let message =
            format!("another inbound NAT pool of this pool leads to port {} too", shown(port));
        findings.add(
            Finding::at(&BACKEND_PORT_DUPLICATE, port, message)
                .help("keep one of the two, with the security rules of both")
                .at_most_if(differ, Severity::Warning)
                .related(first.span(), "the first for this port"),
        );
    }
}

/// The values for the first and the last port in front, with the range; not if
/// one of them is missing or no port that may be used, which the shape's rules
/// say.
fn frontend(pool: Cursor<'_>) -> Option<(Cursor<'_>, Cursor<'_>, PortRange)> {
    let usable = |name| {
        let at = pool.get(name)?;
        let port = u32::try_from(at.as_int()?).ok()?;
        let is = (1..PortRange::LAST).contains(&port) && !(50_000..=55_000).contains(&port);
        is.then_some((at, port))
    };
    let (start, low) = usable(p::FRONTEND_PORT_RANGE_START)?;
    let (end, high) = usable(p::FRONTEND_PORT_RANGE_END)?;
    Some((start, end, PortRange { low, high }))
}

/// The range of ports in front, if it is one.
pub(super) fn frontend_range(pool: Cursor<'_>) -> Option<PortRange> {
    frontend(pool).map(|(.., range)| range).filter(|range| range.is_valid())
}

fn range_reversed(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((start, end, range)) = frontend(pool).filter(|(.., range)| !range.is_valid()) else {
        return;
    };
    let message =
        format!("the front-end ports begin at `{}` and end at `{}`", range.low, range.high);
    findings.add(
        Finding::at(&FRONTEND_RANGE_REVERSED, end, message)
            .help("the end is at least 39 above the start")
            .related(start.span(), "the start")
            .edits_if("Swap the two", Applicability::Suggested, edit::swap_numbers(start, end)),
    );
}

fn range_too_small(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((start, end, range)) = frontend(pool).filter(|(.., range)| range.is_valid()) else {
        return;
    };
    let count = range.high - range.low + 1;
    if count >= 40 {
        return;
    }
    let message = match count {
        1 => "the range of front-end ports has one port".to_owned(),
        _ => format!("the range of front-end ports has {count} ports"),
    };
    let last = (range.low + 39).to_string();
    findings.add(
        Finding::at(&FRONTEND_RANGE_TOO_SMALL, end, message)
            .help("it needs at least 40, its ends included")
            .related(start.span(), "the start")
            .fix(format!("Write `{last}`"), Applicability::Suggested, end.span(), last),
    );
}

fn range_overlap(endpoint: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (mut starts, mut ranges) = (Vec::new(), Vec::new());
    for pool in nat_pools(endpoint) {
        if let Some((start, _, range)) = frontend(pool).filter(|(.., range)| range.is_valid()) {
            starts.push(start);
            ranges.push(range);
        }
    }
    for (later, first) in overlaps(&ranges) {
        let (Some(start), Some(first)) = (starts.get(later), starts.get(first)) else { continue };
        let message = "these front-end ports are in the range of another inbound NAT pool too";
        findings.add(
            Finding::at(&FRONTEND_RANGE_OVERLAP, *start, message)
                .help("give each inbound NAT pool ports of its own")
                .related(first.span(), "the other range begins here"),
        );
    }
}

fn range_spans_reserved(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((start, end, range)) = frontend(pool) else { return };
    if range.low < 50_000 && range.high > 55_000 {
        let message = "the range has the ports 50000 to 55000 in it, which are the service's own";
        findings.add(
            Finding::at(&FRONTEND_RANGE_SPANS_RESERVED, end, message)
                .help("end it at 49999, or begin it at 55001")
                .related(start.span(), "the start"),
        );
    }
}

fn range_fewer_than_nodes(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(endpoint) = network.get(p::ENDPOINT_CONFIGURATION) else { return };
    let Some(nodes) = network.parent().and_then(nodes) else { return };
    for pool in nat_pools(endpoint) {
        let Some((_, end, range)) = frontend(pool).filter(|(.., range)| range.is_valid()) else {
            continue;
        };
        let count = range.high - range.low + 1;
        // Fewer than 40 is another matter.
        if count >= 40 && i64::from(count) < nodes.min(100) {
            let message =
                format!("the range has {count} ports, and the pool is to have {nodes} nodes");
            findings.add(
                Finding::at(&FRONTEND_RANGE_FEWER_THAN_NODES, end, message)
                    .help("give it a port for each node; 100 are enough for any pool"),
            );
        }
    }
}
