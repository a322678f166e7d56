//! What callers network security group rules are for: addresses and ports.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, edit, rule};
use crate::values::address::{Block, Fault, Source};
use crate::values::port_range::{PortRange, overlaps, union};

use super::ids::is_open;
use super::nat_pools::frontend_range;
use super::{is_update, job_network, nat_pools, rules, subnet_of};

rule! {
    /// A source address prefix is none of: an IP address, a block of them, a
    /// service tag, `*`.
    ///
    /// ## Why it matters
    /// Anything else makes the request fail with 400: several addresses in one
    /// text, a range, a host's name, an empty text. The words `any` and `all`
    /// have the shape of a service tag and are none.
    ///
    /// Which service tags there are is not checked; their list grows.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.1, 203.0.113.2" }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/30" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `*` in place of a word for everybody is a suggestion, since it decides
    /// who may enter. For the rest no fix is offered.
    ///
    /// ## Source
    /// The API's description of `sourceAddressPrefix`.
    SOURCE_ADDRESS_PREFIX {
        code: "AB2409",
        id: "network/source-address-prefix",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::SOURCE_ADDRESS_PREFIX], address_prefix)],
    }
}

rule! {
    /// An entry of the source port ranges has a port above 65535 or is reversed.
    ///
    /// ## Why it matters
    /// Ports are 0 to 65535, and a range goes upwards; the service answers 400
    /// to anything else.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "*", "sourcePortRanges": [ "2000-1024" ] }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "*", "sourcePortRanges": [ "1024-2000" ] }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The two ends of a reversed range are swapped. That is a suggestion: one
    /// of them may be a slip of the finger instead.
    ///
    /// ## Source
    /// The API's description of `sourcePortRanges`.
    SOURCE_PORT_RANGE {
        code: "AB2410",
        id: "network/source-port-range",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::SOURCE_PORT_RANGES], port_range)],
    }
}

rule! {
    /// Entries of one rule's source port ranges overlap.
    ///
    /// ## Why it matters
    /// No port may be in two entries, alone or in a range; the service answers
    /// 400. `*` is all ports, so nothing can stand beside it.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "*", "sourcePortRanges": [ "1024-2000", "1500" ] }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "*", "sourcePortRanges": [ "1024-2000" ] }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The list is written anew, with the same ports in as few entries as it
    /// takes. That is a suggestion: one entry may be a slip.
    ///
    /// ## Source
    /// The API's description of `sourcePortRanges`.
    SOURCE_PORT_OVERLAP {
        code: "AB2411",
        id: "network/source-port-overlap",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::SOURCE_PORT_RANGES], port_overlap)],
    }
}

rule! {
    /// A block of addresses begins in the middle.
    ///
    /// ## Why it matters
    /// `203.0.113.7/24` is either meant as the one address or as the whole
    /// network. Azure may refuse it, or the rule is wider than its author
    /// thinks.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.7/24" }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The same block is written from its first address on. That is a
    /// suggestion: the one address may be meant.
    ///
    /// ## Source
    /// What a block in CIDR form is, RFC 4632. What the service answers has not
    /// been seen.
    CIDR_HOST_BITS {
        code: "AB2426",
        id: "network/cidr-host-bits",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::SOURCE_ADDRESS_PREFIX], host_bits)],
    }
}

rule! {
    /// A rule limits the caller's own port to that of the endpoint, which shuts
    /// out nearly every caller.
    ///
    /// ## Why it matters
    /// `sourcePortRanges` is about the port that a caller sends from, and
    /// systems take any above 1024. If only source port 80 is allowed, no
    /// browser gets through.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24", "sourcePortRanges": [ "80" ] }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `sourcePortRanges` is left out, which means all ports. That is a
    /// suggestion, since it widens the rule.
    ///
    /// ## Source
    /// The API's description of `sourcePortRanges`. That it is mistaken for the
    /// endpoint's port is inferred.
    SOURCE_PORT_MISTAKEN_FOR_DESTINATION {
        code: "AB2427",
        id: "network/source-port-mistaken-for-destination",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], port_mistaken)],
    }
}

rule! {
    /// An endpoint is opened to private addresses only, and the pool is in no
    /// virtual network of one's own.
    ///
    /// ## Why it matters
    /// Callers reach the endpoint through its public address, and come from
    /// public addresses: a private one never fits, and nobody gets in. Private
    /// addresses make sense within a virtual network.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "192.168.1.0/24" },
    ///       { "priority": 160, "access": "deny", "sourceAddressPrefix": "*" }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" },
    ///       { "priority": 160, "access": "deny", "sourceAddressPrefix": "*" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's page on the endpoints of a pool; what follows without a virtual
    /// network is inferred.
    PRIVATE_SOURCE_WITHOUT_SUBNET {
        code: "AB2444",
        id: "network/private-source-without-subnet",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], private_source)],
    }
}

rule! {
    /// A rule is for IPv6 callers, whom pools of this API version do not have.
    ///
    /// ## Why it matters
    /// Only later versions give a pool IPv6 addresses. Here its endpoints have
    /// IPv4 addresses alone, and the rule never applies; whether the service
    /// refuses it is not known.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "2001:db8::/32" }
    ///     ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The changes of the API's Python client, which got IPv6 for pools in
    /// 15.1.0.
    IPV6_SOURCE {
        code: "AB2445",
        id: "network/ipv6-source",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::SOURCE_ADDRESS_PREFIX], ipv6_source)],
    }
}

fn why(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty => "is empty",
        Fault::Space => "has white space around it",
        Fault::Several => "is more than one",
        Fault::Range => "is a range from one address to another",
        Fault::Url => "is a URL",
        Fault::Word => "is no service tag",
        Fault::Length => "has no length of 0 to 32, or to 128 for IPv6, behind the slash",
        Fault::Count => "has not the four numbers of an address",
        Fault::Number => "has a number that is none from 0 to 255",
        Fault::Groups => "has colons and is no IPv6 address",
        Fault::Name => "is no address, block or service tag",
    }
}

fn address_prefix(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let Err(fault) = Source::parse(&text) else { return };
    if is_open(value, &text) {
        return;
    }
    let message = format!("the source address prefix {} {}", shown(value), why(fault));
    let help = match fault {
        Fault::Word => "write `*` for everybody",
        Fault::Several | Fault::Range => {
            "write a rule for each address, or one block of them such as `203.0.113.0/24`"
        }
        _ => "write an IP address, a block such as `203.0.113.0/24`, a service tag or `*`",
    };
    let finding = Finding::at(&SOURCE_ADDRESS_PREFIX, value, message).help(help);
    findings.add(match fault {
        Fault::Word => finding.write(Applicability::Suggested, value, "*"),
        _ => finding,
    });
}

/// The address or block that a text is.
fn block(text: &str) -> Option<Block> {
    match Source::parse(text) {
        Ok(Source::Block(block)) => Some(block),
        _ => None,
    }
}

fn host_bits(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let Some(block) = block(&text).filter(Block::has_host_bits) else { return };
    let written = block.written();
    let message = format!("the block {} begins at `{written}`", shown(value));
    findings.add(
        Finding::at(&CIDR_HOST_BITS, value, message)
            .help("write the block so, or the one address without a length")
            .write(Applicability::Suggested, value, &written),
    );
}

fn ipv6_source(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    // `::/0` beside a rule for IPv4 is for the day that comes.
    if text != "::/0" && block(&text).is_some_and(|block| block.is_v6) {
        let message =
            "pools of this API version have no IPv6 addresses, so this rule never applies";
        findings.add(
            Finding::at(&IPV6_SOURCE, value, message)
                .help("write the caller's IPv4 address or block"),
        );
    }
}

fn port_range(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for item in list.items() {
        let Some(text) = item.as_str() else { continue };
        let Some(range) = PortRange::parse(&text).filter(|range| !range.is_valid()) else {
            continue;
        };
        let swapped = PortRange { low: range.high, high: range.low };
        let (why, help) = match swapped.is_valid() {
            true => ("ends before it begins", "write the smaller port first"),
            false => ("has a port above 65535", "ports are 0 to 65535"),
        };
        let message = format!("the range of source ports {} {why}", shown(item));
        let finding = Finding::at(&SOURCE_PORT_RANGE, item, message).help(help);
        findings.add(match swapped.is_valid() {
            true => finding.write(Applicability::Suggested, item, &written(swapped)),
            false => finding,
        });
    }
}

fn written(range: PortRange) -> String {
    match range {
        PortRange::ALL => "*".to_owned(),
        PortRange { low, high } if low == high => low.to_string(),
        PortRange { low, high } => format!("{low}-{high}"),
    }
}

fn port_overlap(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (mut items, mut ranges) = (Vec::new(), Vec::new());
    let mut count = 0;
    for item in list.items() {
        count += 1;
        let range = item.as_str().and_then(|text| PortRange::parse(&text));
        if let Some(range) = range.filter(|range| range.is_valid()) {
            items.push(item);
            ranges.push(range);
        }
    }
    let Some((later, first)) = overlaps(&ranges).first().copied() else { return };
    let (Some(item), Some(first)) = (items.get(later), items.get(first)) else { return };
    let message = format!("the source ports {} overlap with {}", shown(*item), shown(*first));
    let mut finding = Finding::at(&SOURCE_PORT_OVERLAP, *item, message)
        .help("write each port in one entry only")
        .related(first.span(), "the other entry");
    // What cannot be read must not get lost.
    if items.len() == count && edit::is_whole(list) {
        let texts: Vec<_> =
            union(&ranges).into_iter().map(|range| edit::quoted(&written(range))).collect();
        let text = format!("[{}]", texts.join(", "));
        let title = "Merge the entries";
        finding = finding.fix(title, Applicability::Suggested, list.span(), text);
    }
    findings.add(finding);
}

fn port_mistaken(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = rules(pool) else { return };
    let backend = pool.get(p::BACKEND_PORT).and_then(Cursor::as_int);
    let backend = backend.and_then(|port| u32::try_from(port).ok());
    let backend = backend.map(|port| PortRange { low: port, high: port });
    let frontend = frontend_range(pool);
    for rule in list.items() {
        let Some(ports) = rule.get(p::SOURCE_PORT_RANGES) else { continue };
        let mistaken = |item: Cursor<'_>| {
            let range = item.as_str().and_then(|text| PortRange::parse(&text));
            range.filter(|range| range.is_valid() && range.high - range.low < 10).is_some_and(
                |range| [backend, frontend].into_iter().flatten().any(|own| own.meets(range)),
            )
        };
        if ports.items().next().is_none() || !ports.items().all(mistaken) {
            continue;
        }
        let message = "these are the ports that callers send from, and no caller picks the \
                       endpoint's own";
        let edits = edit::take_out(ports);
        findings.add(
            Finding::at_key(&SOURCE_PORT_MISTAKEN_FOR_DESTINATION, ports, message)
                .help("leave `sourcePortRanges` out: the rule then holds for all source ports")
                .edits_if("Leave `sourcePortRanges` out", Applicability::Suggested, edits),
        );
    }
}

fn private_source(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(endpoint) = network.get(p::ENDPOINT_CONFIGURATION) else { return };
    if is_update(network) || subnet_of(network).is_some() || job_network(network).is_some() {
        return;
    }
    for pool in nat_pools(endpoint) {
        let Some(list) = rules(pool) else { continue };
        let mut first = None;
        let only_private = list.items().filter(|rule| rule.says(p::ACCESS, "allow")).all(|rule| {
            let Some(value) = rule.get(p::SOURCE_ADDRESS_PREFIX) else { return false };
            first = first.or(Some(value));
            value.kind() == NodeKind::String
                && block(&value.content()).is_some_and(|block| block.is_private())
        });
        if let Some(value) = first.filter(|_| only_private) {
            let message = "only private addresses are allowed here, and callers from outside \
                           have public ones";
            findings.add(Finding::at(&PRIVATE_SOURCE_WITHOUT_SUBNET, value, message).help(
                "write the public address of the callers' network, or put the pool into a \
                     virtual network with `subnetId`",
            ));
        }
    }
}
