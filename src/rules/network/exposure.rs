//! Whom an endpoint is open to, and what listens behind it.

use std::borrow::Cow;

use crate::analysis::{Cursor, Pool};
use crate::api::{Model, p};
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

use super::{covers_everybody, has_no_public_address, rules};

const SSH: i64 = 22;
const RDP: i64 = 3389;

rule! {
    /// SSH or RDP of every node is open to the whole internet.
    ///
    /// ## Why it matters
    /// Without rules the service makes one that lets in everybody, and open
    /// ports for remote access are found by scanners within minutes.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "ssh", "protocol": "tcp", "backendPort": 22, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
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
    ///     { "name": "ssh", "protocol": "tcp", "backendPort": 22, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.7" },
    ///       { "priority": 160, "access": "deny", "sourceAddressPrefix": "*" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules`; Azure's page on
    /// the endpoints of a pool.
    REMOTE_ACCESS_OPEN {
        code: "AB2413",
        id: "network/remote-access-open",
        severity: Warning,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], remote_access_open)],
    }
}

rule! {
    /// An endpoint for SSH uses UDP.
    ///
    /// ## Why it matters
    /// SSH runs over TCP, so that no connection gets to the node.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "ssh", "protocol": "udp", "backendPort": 22, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
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
    ///     { "name": "ssh", "protocol": "tcp", "backendPort": 22, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.7" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `tcp` is a suggestion: something else may listen on port 22.
    ///
    /// ## Source
    /// RFC 4253, section 4.
    SSH_OVER_UDP {
        code: "AB2428",
        id: "network/ssh-over-udp",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], ssh_over_udp)],
    }
}

rule! {
    /// An endpoint without rules can be reached by everybody.
    ///
    /// ## Why it matters
    /// Where no rules are given, the service makes one that allows all callers.
    /// A rule for `*` says that this is meant.
    ///
    /// Of SSH and RDP `network/remote-access-open` speaks.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 150, "access": "allow", "sourceAddressPrefix": "*" } ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules`.
    ENDPOINT_OPEN_BY_DEFAULT {
        code: "AB2436",
        id: "network/endpoint-open-by-default",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], open_by_default)],
    }
}

rule! {
    /// An endpoint leads to the port that another operating system has for
    /// remote access.
    ///
    /// ## Why it matters
    /// On the usual images nothing listens there: Windows has RDP on port 3389,
    /// Linux has SSH on port 22.
    ///
    /// The rule is silent where the start task speaks of such a server.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   },
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "remote", "protocol": "tcp", "backendPort": 3389, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   },
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "remote", "protocol": "tcp", "backendPort": 22, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The other port is a suggestion: the image may have a server for this one.
    ///
    /// ## Source
    /// Azure's page on the endpoints of a pool.
    REMOTE_PORT_AND_OS {
        code: "AB2438",
        id: "network/remote-port-and-os",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], remote_port_and_os)],
    }
}

fn backend(pool: Cursor<'_>) -> Option<(Cursor<'_>, i64)> {
    let at = pool.get(p::BACKEND_PORT)?;
    Some((at, at.as_int()?))
}

/// Whether its nodes have public addresses, as far as is written.
fn is_public(pool: Cursor<'_>) -> bool {
    let network = pool.nearest(Model::NETWORK_CONFIGURATION);
    network.is_none_or(|network| has_no_public_address(network).is_none())
}

/// Whether there are no rules.
fn has_no_rules(pool: Cursor<'_>) -> bool {
    pool.get(p::NETWORK_SECURITY_GROUP_RULES).is_none_or(|list| {
        list.kind() == crate::document::NodeKind::Array && list.items().next().is_none()
    })
}

fn remote_access_open(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((at, port)) = backend(pool) else { return };
    let what = match port {
        SSH => "SSH",
        RDP => "RDP",
        _ => return,
    };
    if !pool.says(p::PROTOCOL, "tcp") || !is_public(pool) {
        return;
    }
    let help = "allow only the addresses that need it, then deny `*`";
    if has_no_rules(pool) {
        let message =
            format!("{what} of every node is open to everybody: without rules, all are let in");
        findings.add(Finding::at(&REMOTE_ACCESS_OPEN, at, message).help(help));
        return;
    }
    let Some(list) = rules(pool) else { return };
    let wide = list.items().filter(|rule| covers_everybody(*rule));
    let wide = wide.filter_map(|rule| Some((rule.get(p::PRIORITY)?.as_int()?, rule)));
    let Some((_, first)) = wide.min_by_key(|(priority, _)| *priority) else { return };
    if first.says(p::ACCESS, "allow")
        && let Some(source) = first.get(p::SOURCE_ADDRESS_PREFIX)
    {
        let message = format!("this rule opens {what} of every node to everybody");
        findings.add(
            Finding::at(&REMOTE_ACCESS_OPEN, source, message)
                .help(help)
                .related(at.span(), "the port that it opens"),
        );
    }
}

fn ssh_over_udp(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((port, SSH)) = backend(pool) else { return };
    let Some(protocol) = pool.get(p::PROTOCOL).filter(|_| pool.says(p::PROTOCOL, "udp")) else {
        return;
    };
    findings.add(
        Finding::at(&SSH_OVER_UDP, protocol, "SSH runs over TCP, and this endpoint takes UDP")
            .help("write `tcp`")
            .related(port.span(), "the port of SSH")
            .write(Applicability::Suggested, protocol, "tcp"),
    );
}

fn open_by_default(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((at, port)) = backend(pool) else { return };
    if matches!(port, SSH | RDP) || !has_no_rules(pool) || !is_public(pool) {
        return;
    }
    let message = "this endpoint has no rules, so that everybody can reach it";
    findings.add(
        Finding::at(&ENDPOINT_OPEN_BY_DEFAULT, at, message)
            .help("say who may use it in `networkSecurityGroupRules`; `*` says that all may"),
    );
}

fn remote_port_and_os(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((at, port @ (SSH | RDP))) = backend(pool) else { return };
    let Some(of) = pool.pool() else { return };
    let Some(windows) = Pool::is_windows(of).filter(|windows| *windows == (port == SSH)) else {
        return;
    };
    let start = of.at.get(p::START_TASK).and_then(|task| task.text(p::COMMAND_LINE));
    let start = start.unwrap_or(Cow::Borrowed("")).to_ascii_lowercase();
    if ["xrdp", "sshd", "openssh"].iter().any(|server| start.contains(server)) {
        return;
    }
    let (message, instead) = match windows {
        true => ("the nodes run Windows, which has RDP on 3389 and not SSH on 22", "3389"),
        false => ("the nodes run Linux, which has SSH on 22 and not RDP on 3389", "22"),
    };
    findings.add(
        Finding::at(&REMOTE_PORT_AND_OS, at, message)
            .help("write the port that the operating system listens on")
            .fix(format!("Write `{instead}`"), Applicability::Suggested, at.span(), instead),
    );
}
