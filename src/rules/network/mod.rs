//! Networks: The network of a pool: subnet, public addresses, ports and the rules on them.

mod exposure;
pub(crate) mod ids;
mod nat_pools;
mod public_ips;
mod security;
mod sources;
mod subnet;

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::rules::Category;

pub use exposure::{
    ENDPOINT_OPEN_BY_DEFAULT, REMOTE_ACCESS_OPEN, REMOTE_PORT_AND_OS, SSH_OVER_UDP,
};
pub use nat_pools::{
    BACKEND_PORT_DUPLICATE, FRONTEND_RANGE_FEWER_THAN_NODES, FRONTEND_RANGE_OVERLAP,
    FRONTEND_RANGE_REVERSED, FRONTEND_RANGE_SPANS_RESERVED, FRONTEND_RANGE_TOO_SMALL,
    NAT_POOL_NAME_DUPLICATE,
};
pub use public_ips::{
    ENDPOINTS_WITHOUT_PUBLIC_IP, IP_ADDRESS_IDS_IGNORED, NO_PUBLIC_IP_CLASSIC_MODE,
    NO_PUBLIC_IP_NEEDS_SUBNET, NO_PUBLIC_IP_OUTBOUND, PUBLIC_IP_ID_DUPLICATE, PUBLIC_IP_ID_FORM,
    PUBLIC_IPS_CANNOT_CHANGE, TOO_FEW_PUBLIC_IPS, USER_MANAGED_NEEDS_ADDRESSES,
    USER_MANAGED_NEEDS_SUBNET,
};
pub use security::{
    DENY_LIST_WITHOUT_ALLOW, ENDPOINT_DENIES_EVERYONE, NSG_PRIORITY_ABOVE_3500,
    NSG_PRIORITY_DUPLICATE, NSG_RULE_UNREACHABLE, NSG_RULES_TOTAL,
};
pub use sources::{
    CIDR_HOST_BITS, IPV6_SOURCE, PRIVATE_SOURCE_WITHOUT_SUBNET, SOURCE_ADDRESS_PREFIX,
    SOURCE_PORT_MISTAKEN_FOR_DESTINATION, SOURCE_PORT_OVERLAP, SOURCE_PORT_RANGE,
};
pub use subnet::{
    ACCELERATED_NETWORKING_SIZE, ARM_ID_PLACEHOLDER, CLASSIC_VIRTUAL_NETWORK,
    DIFFERENT_SUBSCRIPTIONS, DYNAMIC_VNET_NEEDS_APPROVAL, DYNAMIC_VNET_NEEDS_SUBNET,
    SKIP_WITHDRAW_MEANING, SUBNET_ID_FORM, SUBSCRIPTION_NOT_A_GUID,
};

/// Networks.
pub static CATEGORY: Category = Category {
    id: "network",
    about: "The network of a pool: subnet, public addresses, ports and the rules on them.",
    rules: &[
        &NAT_POOL_NAME_DUPLICATE,
        &BACKEND_PORT_DUPLICATE,
        &FRONTEND_RANGE_REVERSED,
        &FRONTEND_RANGE_TOO_SMALL,
        &FRONTEND_RANGE_OVERLAP,
        &NSG_RULES_TOTAL,
        &NSG_PRIORITY_DUPLICATE,
        &NSG_PRIORITY_ABOVE_3500,
        &SOURCE_ADDRESS_PREFIX,
        &SOURCE_PORT_RANGE,
        &SOURCE_PORT_OVERLAP,
        &NSG_RULE_UNREACHABLE,
        &REMOTE_ACCESS_OPEN,
        &ENDPOINTS_WITHOUT_PUBLIC_IP,
        &NO_PUBLIC_IP_NEEDS_SUBNET,
        &NO_PUBLIC_IP_CLASSIC_MODE,
        &IP_ADDRESS_IDS_IGNORED,
        &USER_MANAGED_NEEDS_SUBNET,
        &TOO_FEW_PUBLIC_IPS,
        &PUBLIC_IP_ID_FORM,
        &SUBNET_ID_FORM,
        &CLASSIC_VIRTUAL_NETWORK,
        &DIFFERENT_SUBSCRIPTIONS,
        &DYNAMIC_VNET_NEEDS_SUBNET,
        &FRONTEND_RANGE_SPANS_RESERVED,
        &CIDR_HOST_BITS,
        &SOURCE_PORT_MISTAKEN_FOR_DESTINATION,
        &SSH_OVER_UDP,
        &USER_MANAGED_NEEDS_ADDRESSES,
        &PUBLIC_IP_ID_DUPLICATE,
        &SUBSCRIPTION_NOT_A_GUID,
        &ACCELERATED_NETWORKING_SIZE,
        &FRONTEND_RANGE_FEWER_THAN_NODES,
        &ENDPOINT_DENIES_EVERYONE,
        &ENDPOINT_OPEN_BY_DEFAULT,
        &DENY_LIST_WITHOUT_ALLOW,
        &REMOTE_PORT_AND_OS,
        &NO_PUBLIC_IP_OUTBOUND,
        &ARM_ID_PLACEHOLDER,
        &DYNAMIC_VNET_NEEDS_APPROVAL,
        &PUBLIC_IPS_CANNOT_CHANGE,
        &SKIP_WITHDRAW_MEANING,
        &PRIVATE_SOURCE_WITHOUT_SUBNET,
        &IPV6_SOURCE,
    ],
};

/// The inbound NAT pools of an endpoint configuration.
fn nat_pools(endpoint: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    endpoint.get(p::INBOUND_NAT_POOLS).into_iter().flat_map(Cursor::items)
}

/// The security rules of an inbound NAT pool, if there are some.
fn rules(pool: Cursor<'_>) -> Option<Cursor<'_>> {
    pool.get(p::NETWORK_SECURITY_GROUP_RULES).filter(|list| list.items().next().is_some())
}

/// Whether a security rule is for all callers from the internet.
fn covers_everybody(rule: Cursor<'_>) -> bool {
    rule.text(p::SOURCE_ADDRESS_PREFIX).is_some_and(|source| {
        ["*", "Internet", "0.0.0.0/0"].iter().any(|all| source.eq_ignore_ascii_case(all))
    })
}

/// The way that public addresses are provided, if it is this one.
fn provision<'a>(addresses: Cursor<'a>, way: &str) -> Option<Cursor<'a>> {
    addresses.get(p::PROVISION).filter(|_| addresses.says(p::PROVISION, way))
}

/// The value that says so, if a network is without public addresses.
fn has_no_public_address(network: Cursor<'_>) -> Option<Cursor<'_>> {
    provision(network.get(p::PUBLIC_IP_ADDRESS_CONFIGURATION)?, "nopublicipaddresses")
}

/// The subnet of a pool's network, if it is given; an empty one is none.
fn subnet_of(network: Cursor<'_>) -> Option<Cursor<'_>> {
    network.get(p::SUBNET_ID).filter(|subnet| subnet.as_str().is_none_or(|id| !id.is_empty()))
}

/// The network of the job around a pool.
fn job_network(pool: Cursor<'_>) -> Option<Cursor<'_>> {
    let own = pool.ancestors().filter_map(|around| around.get(p::NETWORK_CONFIGURATION));
    own.into_iter().find(|network| network.model() == Some(Model::BATCH_JOB_NETWORK_CONFIGURATION))
}

/// Whether the document changes a resource as it is, so that what is not in it
/// stays.
fn is_update(at: Cursor<'_>) -> bool {
    at.operation().is_some_and(|operation| operation.method == "PATCH")
}

/// How many nodes a pool asks for, if it says so by numbers.
fn nodes(pool: Cursor<'_>) -> Option<i64> {
    if pool.is_flag(p::ENABLE_AUTO_SCALE, true) {
        return None;
    }
    let target = |name| pool.get(name).and_then(Cursor::as_int).unwrap_or(0);
    Some(target(p::TARGET_DEDICATED_NODES).saturating_add(target(p::TARGET_LOW_PRIORITY_NODES)))
}

#[cfg(test)]
mod tests;
