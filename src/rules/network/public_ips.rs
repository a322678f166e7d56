//! The public addresses of a pool's nodes, and pools without any.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings};
use crate::rules::list::{self, any_case, repeated};
use crate::rules::{Check, Context, edit, rule};

use super::ids::{Form, wrong_id};
use super::{has_no_public_address, is_update, nodes, provision, subnet_of};

rule! {
    /// A pool without public IP addresses has inbound endpoints.
    ///
    /// ## Why it matters
    /// Endpoints are reached through the nodes' public address. Without one
    /// there can be no inbound NAT pools, and the service refuses the two
    /// together.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" },
    ///     "endpointConfiguration": { "inboundNATPools": [
    ///       { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099 }
    ///     ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `inboundNATPools`; Azure's page on pools
    /// without public addresses.
    ENDPOINTS_WITHOUT_PUBLIC_IP {
        code: "AB2414",
        id: "network/endpoints-without-public-ip",
        severity: Error,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], endpoints)],
    }
}

rule! {
    /// A pool without public IP addresses is in no virtual network of one's own.
    ///
    /// ## Why it matters
    /// Such a pool has to be in a virtual network that has a way to the Batch
    /// service; without one the nodes cannot report, and a user's request was
    /// refused.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's page on pools without public addresses; Azure/Batch issue 90.
    NO_PUBLIC_IP_NEEDS_SUBNET {
        code: "AB2415",
        id: "network/no-public-ip-needs-subnet",
        severity: Warning,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], needs_subnet)],
    }
}

rule! {
    /// A pool without public IP addresses asks for classic node communication.
    ///
    /// ## Why it matters
    /// In classic mode the service reaches the nodes from outside, so that such
    /// a pool needs the simplified one. Classic mode was retired on 31 March
    /// 2026 besides.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetNodeCommunicationMode": "classic",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetNodeCommunicationMode": "simplified",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `simplified` is a suggestion: firewalls may have to be set up for it.
    ///
    /// ## Source
    /// Azure's pages on pools without public addresses and on simplified node
    /// communication.
    NO_PUBLIC_IP_CLASSIC_MODE {
        code: "AB2416",
        id: "network/no-public-ip-classic-mode",
        severity: Warning,
        fix: Suggested,
        silences: &[&crate::rules::pool::CLASSIC_COMMUNICATION],
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], classic_mode)],
    }
}

rule! {
    /// Public IP addresses of one's own are listed, but the provisioning is not
    /// `usermanaged`.
    ///
    /// ## Why it matters
    /// By default, and with `batchmanaged`, Batch makes the addresses itself;
    /// with `nopublicipaddresses` there are none. The list is then refused or
    /// has no effect.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `usermanaged` is put in where there is no `provision`. That is a
    /// suggestion: the list may be what is left over.
    ///
    /// ## Source
    /// The API's description of `publicIPAddressConfiguration`; Azure's page on
    /// pools without public addresses.
    IP_ADDRESS_IDS_IGNORED {
        code: "AB2417",
        id: "network/ip-address-ids-ignored",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(&[Model::PUBLIC_IP_ADDRESS_CONFIGURATION], ids_ignored)],
    }
}

rule! {
    /// A pool with public IP addresses of one's own is in no virtual network.
    ///
    /// ## Why it matters
    /// A virtual network in the same subscription is what such pools need first
    /// of all.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's page on pools with public addresses of one's own.
    USER_MANAGED_NEEDS_SUBNET {
        code: "AB2418",
        id: "network/user-managed-needs-subnet",
        severity: Warning,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], user_managed_needs_subnet)],
    }
}

rule! {
    /// The pool wants more nodes than its public IP addresses can serve.
    ///
    /// ## Why it matters
    /// 100 nodes can be behind one public address. The pool gets as many as
    /// there is room for, and a resize error.
    ///
    /// Pools that scale by a formula are passed over. An address that is listed
    /// twice counts once.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 150,
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 150,
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [
    ///       "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1",
    ///       "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip2"
    ///     ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `ipAddressIds`; Azure's page on pools with
    /// public addresses of one's own.
    TOO_FEW_PUBLIC_IPS {
        code: "AB2419",
        id: "network/too-few-public-ips",
        severity: Warning,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], too_few)],
    }
}

rule! {
    /// An entry of `ipAddressIds` is not the Azure resource id of a public IP
    /// address.
    ///
    /// ## Why it matters
    /// The service answers 400 to an address, a name, or the id of something
    /// else. Upper and lower case make no difference.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "198.51.100.7" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A host in front of the id, slashes too many or too few at its ends and a
    /// type in the singular are mended; nothing else can be meant.
    ///
    /// ## Source
    /// The API's description of `ipAddressIds`.
    PUBLIC_IP_ID_FORM {
        code: "AB2420",
        id: "network/public-ip-id-form",
        severity: Error,
        fix: Safe,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::IP_ADDRESS_IDS], id_form)],
    }
}

rule! {
    /// The pool is to use public IP addresses of one's own, and none is listed.
    ///
    /// ## Why it matters
    /// `usermanaged` means that the addresses are given with the pool; without
    /// any there is nothing to give the nodes.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `provision`; that the service minds is
    /// inferred.
    USER_MANAGED_NEEDS_ADDRESSES {
        code: "AB2429",
        id: "network/user-managed-needs-addresses",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::PUBLIC_IP_ADDRESS_CONFIGURATION], needs_addresses)],
    }
}

rule! {
    /// The same public IP address is listed twice.
    ///
    /// ## Why it matters
    /// An address serves 100 nodes however often it is listed, so that the pool
    /// gets fewer than the list seems to allow; the service may refuse it, too.
    /// Ids are compared without regard to case.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [
    ///       "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1",
    ///       "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1"
    ///     ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [
    ///       "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1"
    ///     ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The copy is taken out; it says nothing that the first does not.
    ///
    /// ## Source
    /// The API's description of `ipAddressIds`, for the 100 nodes; the rest
    /// follows.
    PUBLIC_IP_ID_DUPLICATE {
        code: "AB2430",
        id: "network/public-ip-id-duplicate",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Properties(&[p::IP_ADDRESS_IDS], id_duplicate)],
    }
}

rule! {
    /// A pool without public IP addresses downloads from the internet when its
    /// nodes start.
    ///
    /// ## Why it matters
    /// Such nodes have no way out, unless the subnet has a NAT gateway, a
    /// firewall or the like. Without one, the pull of an image or the start task
    /// fails, and the nodes never become idle.
    ///
    /// What is in Azure Storage or in an Azure container registry is passed
    /// over, since private endpoints lead there.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "startTask": { "commandLine": "/bin/sh -c 'apt-get update'", "userIdentity": { "autoUser": { "elevationLevel": "admin" } } },
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "startTask": { "commandLine": "/bin/sh -c ./setup.sh", "resourceFiles": [
    ///     { "httpUrl": "https://acc1.blob.core.windows.net/in/setup.sh", "filePath": "setup.sh" }
    ///   ] },
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "nopublicipaddresses" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's page on pools without public addresses.
    NO_PUBLIC_IP_OUTBOUND {
        code: "AB2439",
        id: "network/no-public-ip-outbound",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], outbound)],
    }
}

rule! {
    /// An update lists public IP addresses, which are fixed when a pool is made.
    ///
    /// ## Why it matters
    /// The documentation says that a pool's public addresses cannot be added to
    /// or changed; newer text allows other networks for pools without nodes. A
    /// new pool takes any.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// { "networkConfiguration": { "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p2",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [ "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1" ] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's page on pools with public addresses of one's own.
    PUBLIC_IPS_CANNOT_CHANGE {
        code: "AB2442",
        id: "network/public-ips-cannot-change",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::IP_ADDRESS_IDS], cannot_change)],
    }
}

fn endpoints(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(provision) = has_no_public_address(network) else { return };
    let endpoint = network.get(p::ENDPOINT_CONFIGURATION);
    let list = endpoint.and_then(|endpoint| endpoint.get(p::INBOUND_NAT_POOLS));
    if let Some(list) = list.filter(|list| list.items().next().is_some()) {
        let message = "this pool has no public addresses, so nobody can reach its endpoints";
        findings.add(
            Finding::at_key(&ENDPOINTS_WITHOUT_PUBLIC_IP, list, message)
                .help("leave `endpointConfiguration` out, or let Batch provide public addresses")
                .related(provision.span(), "no public addresses"),
        );
    }
}

fn needs_subnet(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(provision) = has_no_public_address(network) else { return };
    if subnet_of(network).is_none() && !is_update(network) {
        let message = "a pool without public addresses has to be in a virtual network of your own";
        findings.add(
            Finding::at(&NO_PUBLIC_IP_NEEDS_SUBNET, provision, message)
                .help("add `subnetId`, with a way from the subnet to the Batch service"),
        );
    }
}

fn classic_mode(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(provision) = has_no_public_address(network) else { return };
    let pool =
        network.parent().filter(|pool| pool.says(p::TARGET_NODE_COMMUNICATION_MODE, "classic"));
    if let Some(mode) = pool.and_then(|pool| pool.get(p::TARGET_NODE_COMMUNICATION_MODE)) {
        let message = "in classic mode the service cannot reach nodes without public addresses";
        findings.add(
            Finding::at(&NO_PUBLIC_IP_CLASSIC_MODE, mode, message)
                .help("write `simplified`, or leave it out")
                .related(provision.span(), "no public addresses")
                .write(Applicability::Suggested, mode, "simplified"),
        );
    }
}

/// The ids of public addresses, if it is a list that has some.
fn listed(addresses: Cursor<'_>) -> Option<Cursor<'_>> {
    addresses.get(p::IP_ADDRESS_IDS).filter(|list| list.items().next().is_some())
}

fn ids_ignored(addresses: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = listed(addresses) else { return };
    let provision = addresses.get(p::PROVISION);
    let how = provision.map(|provision| provision.as_str().unwrap_or_default());
    let message = match how.as_deref() {
        None => "these addresses are not used: Batch makes its own where no `provision` is given",
        Some(how) if how.eq_ignore_ascii_case("batchmanaged") => {
            "these addresses are not used: with `batchmanaged`, Batch makes its own"
        }
        Some(how) if how.eq_ignore_ascii_case("nopublicipaddresses") => {
            "these addresses are not used: with `nopublicipaddresses` the nodes have none"
        }
        Some(_) => return,
    };
    let finding = Finding::at_key(&IP_ADDRESS_IDS_IGNORED, list, message)
        .help("write `\"provision\": \"usermanaged\"` to use them, or leave the list out");
    findings.add(match provision {
        Some(provision) => finding.related(provision.span(), "how they are provided"),
        // A `null` in its place would be a second member of the name.
        None if addresses.member(p::PROVISION).is_some() => finding,
        None => finding.edits_if(
            "Use these addresses",
            Applicability::Suggested,
            edit::append(addresses, &["\"provision\": \"usermanaged\"".to_owned()]),
        ),
    });
}

/// The value that says so, if the addresses are one's own.
fn user_managed(addresses: Cursor<'_>) -> Option<Cursor<'_>> {
    provision(addresses, "usermanaged")
}

fn user_managed_needs_subnet(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let addresses = network.get(p::PUBLIC_IP_ADDRESS_CONFIGURATION);
    let Some(provision) = addresses.and_then(user_managed) else { return };
    if subnet_of(network).is_none() && !is_update(network) {
        let message = "a pool with public addresses of your own has to be in a virtual network";
        findings.add(
            Finding::at(&USER_MANAGED_NEEDS_SUBNET, provision, message)
                .help("add `subnetId`, in the subscription of the addresses"),
        );
    }
}

fn too_few(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let addresses = network.get(p::PUBLIC_IP_ADDRESS_CONFIGURATION);
    let Some(addresses) = addresses.filter(|it| user_managed(*it).is_some()) else { return };
    let (Some(list), Some(nodes)) = (listed(addresses), network.parent().and_then(nodes)) else {
        return;
    };
    let distinct = list.items().count() - repeated(list.items().filter_map(any_case)).len();
    let room = i64::try_from(distinct).unwrap_or(i64::MAX).saturating_mul(100);
    if nodes <= room || is_update(network) {
        return;
    }
    let message = match distinct {
        1 => format!("one public address serves 100 nodes, and the pool is to have {nodes}"),
        _ => format!(
            "{distinct} public addresses serve {room} nodes, and the pool is to have {nodes}"
        ),
    };
    let help = format!(
        "list {} or more addresses, or ask for fewer nodes",
        nodes.saturating_add(99) / 100
    );
    findings.add(Finding::at_key(&TOO_FEW_PUBLIC_IPS, list, message).help(help));
}

static PUBLIC_ADDRESS: Form = Form {
    provider: "Microsoft.Network",
    kinds: &["publicIPAddresses"],
    name: "a public IP address",
    help: "write `/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/publicIPAddresses/...`, \
           as `az network public-ip show --query id` prints it",
};

fn id_form(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let wrong = |item| wrong_id(&PUBLIC_IP_ID_FORM, item, &PUBLIC_ADDRESS);
    findings.extend(list.items().filter_map(wrong));
}

fn needs_addresses(addresses: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(provision) = user_managed(addresses) else { return };
    if addresses.get(p::IP_ADDRESS_IDS).is_none_or(|list| {
        list.kind() == crate::document::NodeKind::Array && list.items().next().is_none()
    }) {
        let message = "the pool is to use public addresses of your own, and none is listed";
        findings.add(
            Finding::at(&USER_MANAGED_NEEDS_ADDRESSES, provision, message)
                .help("list their ids in `ipAddressIds`, one for every 100 nodes"),
        );
    }
}

fn id_duplicate(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for (id, first) in repeated(list.items().filter_map(any_case)) {
        findings.add(
            Finding::at(&PUBLIC_IP_ID_DUPLICATE, id, "this public address is listed before")
                .help("list each address once; it serves 100 nodes in any case")
                .related(first.span(), "the first time")
                .edits_if("Take the copy out", Applicability::Safe, list::remove(id)),
        );
    }
}

/// Whether a host is one of these, or below one.
fn is_below(host: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| {
        let start = host.len().checked_sub(domain.len());
        start
            .and_then(|start| host.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case(domain))
    })
}

/// The value that makes nodes download from the internet as they start.
fn download(pool: Cursor<'_>) -> Option<Cursor<'_>> {
    const COMMANDS: [&str; 8] = [
        "apt-get ",
        "yum ",
        "dnf ",
        "pip install",
        "pip3 install",
        "curl http",
        "wget http",
        "zypper ",
    ];
    let machine = pool.get(p::VIRTUAL_MACHINE_CONFIGURATION);
    let images = machine
        .and_then(|machine| machine.get(p::CONTAINER_CONFIGURATION)?.get(p::CONTAINER_IMAGE_NAMES));
    let from_elsewhere = |image: &Cursor<'_>| {
        image.as_str().is_some_and(|name| {
            let host = name.split_once('/').map_or("", |(host, _)| host);
            !is_below(host, &[".azurecr.io", ".azurecr.cn", ".azurecr.us"])
        })
    };
    if let Some(image) = images.into_iter().flat_map(Cursor::items).find(from_elsewhere) {
        return Some(image);
    }
    let start = pool.get(p::START_TASK)?;
    let files = start.get(p::RESOURCE_FILES).into_iter().flat_map(Cursor::items);
    let outside = |url: &Cursor<'_>| {
        url.as_str().is_some_and(|url| {
            let host = url.split_once("://").map_or("", |(_, rest)| rest);
            let host = host.split(['/', ':', '?']).next().unwrap_or_default();
            const STORAGE: [&str; 3] =
                [".core.windows.net", ".core.chinacloudapi.cn", ".core.usgovcloudapi.net"];
            !host.is_empty() && !is_below(host, &STORAGE)
        })
    };
    if let Some(url) = files.filter_map(|file| file.get(p::HTTP_URL)).find(outside) {
        return Some(url);
    }
    start.get(p::COMMAND_LINE).filter(|line| {
        let line = line.as_str().unwrap_or(Cow::Borrowed(""));
        COMMANDS.iter().any(|command| line.contains(command))
    })
}

fn outbound(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(provision) = has_no_public_address(network) else { return };
    if let Some(what) = network.parent().and_then(download) {
        let message = "nodes without public addresses download from the internet as they start";
        findings.add(
            Finding::at(&NO_PUBLIC_IP_OUTBOUND, provision, message)
                .help(
                    "make sure that the subnet has a way out, or fetch from Azure Storage or an \
                     Azure container registry",
                )
                .related(what.span(), "what they download"),
        );
    }
}

fn cannot_change(list: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if list.items().next().is_some() && list.nearest(Model::BATCH_POOL_UPDATE_CONTENT).is_some() {
        let message = "the public addresses of a pool are fixed when it is made";
        findings.add(
            Finding::at_key(&PUBLIC_IPS_CANNOT_CHANGE, list, message)
                .help("make a new pool for other addresses"),
        );
    }
}
