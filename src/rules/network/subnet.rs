//! The virtual network of a pool or job: the subnet's id, subscriptions, what
//! depends on it.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::report::Severity;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::UNRESOLVED_PLACEHOLDER;
use crate::rules::{Check, Context, rule};
use crate::values::resource_id::{ResourceId, is_guid};
use crate::values::split;
use crate::values::vm_size::VmSize;

use super::ids::{Form, is_open, wrong_id};
use super::{is_update, job_network, subnet_of};

rule! {
    /// A `subnetId` is not the Azure resource id of a subnet.
    ///
    /// ## Why it matters
    /// The service answers 400 to a name, a range of addresses, or the id of the
    /// virtual network without its subnet. Upper and lower case make no
    /// difference.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1"
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
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A host in front of the id, slashes too many or too few at its ends and a
    /// type in the singular are mended; nothing else can be meant.
    ///
    /// ## Source
    /// The API's description of `subnetId`; nextflow-io/nextflow issue 2702.
    SUBNET_ID_FORM {
        code: "AB2421",
        id: "network/subnet-id-form",
        severity: Error,
        fix: Safe,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], subnet_id_form)],
    }
}

rule! {
    /// The subnet belongs to a classic virtual network.
    ///
    /// ## Why it matters
    /// Pools can be in virtual networks of `Microsoft.Network` only.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ClassicNetwork/virtualNetworks/vnet1/subnets/batch"
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
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `subnetId`.
    CLASSIC_VIRTUAL_NETWORK {
        code: "AB2422",
        id: "network/classic-virtual-network",
        severity: Error,
        silences: &[&SUBNET_ID_FORM],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], classic_network)],
    }
}

rule! {
    /// The subnet and the public IP addresses of a pool are in different
    /// subscriptions.
    ///
    /// ## Why it matters
    /// Both have to be in the subscription of the Batch account, so that at
    /// least one of them cannot be right. Images, identities and packages may
    /// be elsewhere.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds": [
    ///       "/subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/publicIPAddresses/ip1"
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
    /// ## Source
    /// The API's description of `subnetId`; Azure's page on pools with public
    /// addresses of one's own.
    DIFFERENT_SUBSCRIPTIONS {
        code: "AB2423",
        id: "network/different-subscriptions",
        severity: Warning,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], different_subscriptions)],
    }
}

rule! {
    /// Dynamic assignment of virtual networks is on, and the pool names no
    /// subnet.
    ///
    /// ## Why it matters
    /// With the scope `job`, the subnet of the pool's network has to be given
    /// too.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "dynamicVNetAssignmentScope": "job"
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
    ///     "dynamicVNetAssignmentScope": "job",
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The description of the scope in Azure's management API for Batch; that
    /// of the service itself does not say.
    DYNAMIC_VNET_NEEDS_SUBNET {
        code: "AB2424",
        id: "network/dynamic-vnet-needs-subnet",
        severity: Warning,
        checks: &[Check::Models(&[Model::NETWORK_CONFIGURATION], dynamic_needs_subnet)],
    }
}

rule! {
    /// The subscription in an Azure resource id is not a GUID.
    ///
    /// ## Why it matters
    /// Ids name subscriptions by GUID; the name that the portal shows leads
    /// nowhere.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/Pay-As-You-Go/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
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
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The form of Azure's resource ids.
    SUBSCRIPTION_NOT_A_GUID {
        code: "AB2431",
        id: "network/subscription-not-a-guid",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::SUBNET_ID, p::RESOURCE_ID, p::IP_ADDRESS_IDS], not_a_guid)],
    }
}

rule! {
    /// Accelerated networking is asked for with a VM size that does not have it.
    ///
    /// ## Why it matters
    /// The A series and the sizes of one processor do not have it: nodes are
    /// not allocated, or the flag does nothing.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_a2_v2",
    ///   "networkConfiguration": { "enableAcceleratedNetworking": true }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4s_v5",
    ///   "networkConfiguration": { "enableAcceleratedNetworking": true }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's overview of accelerated networking, which the API's description
    /// of `enableAcceleratedNetworking` points to.
    ACCELERATED_NETWORKING_SIZE {
        code: "AB2433",
        id: "network/accelerated-networking-size",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::ENABLE_ACCELERATED_NETWORKING], accelerated)],
    }
}

rule! {
    /// An Azure resource id still has a placeholder of the documentation in it.
    ///
    /// ## Why it matters
    /// The id goes out as it is, and the service refuses it. That its part is a
    /// placeholder is said here in place of `shape/unresolved-placeholder`.
    ///
    /// A subscription of zeros, or with a name such as `subid`, is a hint:
    /// examples have it. The notations of tools that fill an id in before it is
    /// sent are passed over.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<subnet>"
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
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The examples on Azure's page on pools with public addresses of one's
    /// own.
    ARM_ID_PLACEHOLDER {
        code: "AB2440",
        id: "network/arm-id-placeholder",
        severity: Warning,
        group: Pedantic,
        confidence: Inferred,
        silences: &[&UNRESOLVED_PLACEHOLDER],
        checks: &[Check::Properties(&[p::SUBNET_ID, p::RESOURCE_ID, p::IP_ADDRESS_IDS], placeholder)],
    }
}

rule! {
    /// Virtual networks for single jobs work only in accounts for which
    /// Microsoft has enabled them.
    ///
    /// ## Why it matters
    /// Without that, the service refuses the request.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "poolId": "p1" },
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "skipWithdrawFromVNet": false
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// The descriptions of the scope and of a job's network in Azure's
    /// management API for Batch.
    DYNAMIC_VNET_NEEDS_APPROVAL {
        code: "AB2441",
        id: "network/dynamic-vnet-needs-approval",
        severity: Info,
        group: Pedantic,
        checks: &[
            Check::Properties(&[p::DYNAMIC_V_NET_ASSIGNMENT_SCOPE], scope_needs_approval),
            Check::Models(&[Model::BATCH_JOB_NETWORK_CONFIGURATION], job_needs_approval),
        ],
    }
}

rule! {
    /// Nodes stay in the job's virtual network after the job has ended.
    ///
    /// ## Why it matters
    /// `skipWithdrawFromVNet` reads the other way round at first: `true` means
    /// that the nodes are not taken out of the network, so that later jobs run
    /// in this job's subnet.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "poolId": "p1" },
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "skipWithdrawFromVNet": true
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "poolId": "p1" },
    ///   "networkConfiguration": {
    ///     "subnetId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/batch",
    ///     "skipWithdrawFromVNet": false
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `skipWithdrawFromVNet`.
    SKIP_WITHDRAW_MEANING {
        code: "AB2443",
        id: "network/skip-withdraw-meaning",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::SKIP_WITHDRAW_FROM_V_NET], skip_withdraw)],
    }
}

static SUBNET: Form = Form {
    provider: "Microsoft.Network",
    kinds: &["virtualNetworks", "subnets"],
    name: "a subnet",
    help: "write `/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks/.../subnets/...`, \
           as `az network vnet subnet show --query id` prints it",
};

fn subnet_id_form(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let subnet = network.get(p::SUBNET_ID);
    findings.extend(subnet.and_then(|subnet| wrong_id(&SUBNET_ID_FORM, subnet, &SUBNET)));
}

fn classic_network(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(subnet) = network.get(p::SUBNET_ID) else { return };
    let Some(text) = subnet.reading() else { return };
    let provider = split(text.text(), '/').find(|part| part.is("Microsoft.ClassicNetwork"));
    if let Some(provider) = provider {
        let message = "this subnet belongs to a classic virtual network";
        findings.add(
            Finding::within(&CLASSIC_VIRTUAL_NETWORK, subnet, &text, &provider.range(), message)
                .help("name a subnet of a virtual network of `Microsoft.Network`"),
        );
    }
}

/// The subscription in an id, if it is one.
fn subscription(id: Cursor<'_>) -> Option<String> {
    let text = id.as_str()?;
    let id = ResourceId::parse(&text).ok()?;
    is_guid(id.subscription.text).then(|| id.subscription.text.to_ascii_lowercase())
}

fn different_subscriptions(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let addresses = network.get(p::PUBLIC_IP_ADDRESS_CONFIGURATION);
    let addresses = addresses.and_then(|addresses| addresses.get(p::IP_ADDRESS_IDS));
    let of_job = job_network(network).and_then(|job| job.get(p::SUBNET_ID));
    let ids = network.get(p::SUBNET_ID).into_iter().chain(of_job);
    let subnets = ids.clone().count();
    let ids = ids.chain(addresses.into_iter().flat_map(Cursor::items));
    let mut places = ids.enumerate();
    // Most networks have a subnet alone.
    let (Some(one), Some(other)) = (places.next(), places.next()) else { return };
    let list: Vec<_> = [one, other].into_iter().chain(places).collect();
    let list: Vec<_> =
        list.into_iter().filter_map(|(place, id)| Some((place, id, subscription(id)?))).collect();
    // The subnet's counts. Without one, that which most of them have, if there
    // is such a one.
    let mut right = list.first();
    if right.is_some_and(|(place, ..)| *place >= subnets) {
        let mut lead = 0usize;
        for one in &list {
            match lead {
                0 => (right, lead) = (Some(one), 1),
                _ if right.is_some_and(|right| right.2 == one.2) => lead += 1,
                _ => lead -= 1,
            }
        }
    }
    let Some((_, right, expected)) = right else { return };
    for (_, id, given) in &list {
        if given != expected {
            let message = "this is in another subscription than the rest of the pool's network";
            findings.add(
                Finding::at(&DIFFERENT_SUBSCRIPTIONS, *id, message)
                    .help(
                        "subnet and public addresses are both in the Batch account's subscription",
                    )
                    .related(right.span(), "in this one"),
            );
        }
    }
}

fn dynamic_needs_subnet(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(scope) = network.get(p::DYNAMIC_V_NET_ASSIGNMENT_SCOPE) else { return };
    let is_job = network.says(p::DYNAMIC_V_NET_ASSIGNMENT_SCOPE, "job");
    if is_job && subnet_of(network).is_none() && !is_update(network) {
        let message = "virtual networks for single jobs need a subnet for the pool, too";
        findings.add(
            Finding::at(&DYNAMIC_VNET_NEEDS_SUBNET, scope, message)
                .help("add `subnetId`, or leave `dynamicVNetAssignmentScope` out"),
        );
    }
}

/// The ids in a value: itself, or the items of a list.
fn ids(value: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    std::iter::once(value).chain(value.items())
}

/// What examples have for a subscription.
fn is_filler(subscription: &str) -> bool {
    const FILLERS: [&str; 6] = [
        "00000000-0000-0000-0000-000000000000",
        "subid",
        "subscriptionid",
        "subscription-id",
        "your-subscription-id",
        "yoursubscriptionid",
    ];
    FILLERS.iter().any(|filler| subscription.eq_ignore_ascii_case(filler))
}

/// Whether it is `<...>` or `{...}` as a whole.
fn is_in_brackets(part: &str) -> bool {
    let within = |open, close| part.len() > 2 && part.starts_with(open) && part.ends_with(close);
    within('<', '>') || within('{', '}')
}

fn not_a_guid(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for at in ids(value) {
        let Some(text) = at.as_str() else { continue };
        let Ok(id) = ResourceId::parse(&text) else { continue };
        let part = id.subscription;
        if is_guid(part.text) || is_filler(part.text) || is_in_brackets(part.text) {
            continue;
        }
        let Some(reading) = at.reading().filter(|_| !is_open(at, &text)) else { continue };
        let message = "the subscription of this id is no GUID";
        findings.add(
            Finding::within(&SUBSCRIPTION_NOT_A_GUID, at, &reading, &part.range(), message)
                .help("write the subscription's id, as `az account show --query id` prints it"),
        );
    }
}

fn accelerated(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() != Some(true) {
        return;
    }
    let pool = flag.parent().and_then(Cursor::parent);
    let Some(given) = pool.and_then(|pool| pool.get(p::VM_SIZE)) else { return };
    let Some(name) = given.as_str() else { return };
    let without = VmSize::parse(&name).is_some_and(|size| {
        !size.is_standard
            || size.is_of(&["A"])
            || size.number == 1 && size.is_of(&["B", "D", "DS", "F"])
    });
    if without {
        let message = format!("the size {} has no accelerated networking", shown(given));
        findings.add(
            Finding::at(&ACCELERATED_NETWORKING_SIZE, flag, message)
                .help("choose a size of two or more processors of another series, or leave the flag out")
                .related(given.span(), "the size"),
        );
    }
}

fn placeholder(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for at in ids(value) {
        let Some(text) = at.reading() else { continue };
        if crate::values::resource_id::is_template(text.text()) {
            continue;
        }
        let Ok(id) = ResourceId::parse(text.text()) else { continue };
        let names = id.names.iter().map(|(_, name)| name);
        let mut parts =
            [Some(&id.subscription), id.group.as_ref()].into_iter().flatten().chain(names);
        let filler = is_filler(id.subscription.text);
        let bracketed = parts.find(|part| is_in_brackets(part.text));
        let part = match bracketed {
            Some(part) => part,
            None if filler => &id.subscription,
            None => continue,
        };
        let message = "this part of the id is a placeholder of an example";
        findings.add(
            Finding::within(&ARM_ID_PLACEHOLDER, at, &text, &part.range(), message)
                .help("put in the real name")
                .at_most_if(bracketed.is_none(), Severity::Info),
        );
    }
}

const APPROVAL: &str = "ask Azure's support for it, or put the subnet into the pool's network";

fn scope_needs_approval(scope: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_job = scope.as_str().is_some_and(|scope| scope.eq_ignore_ascii_case("job"));
    // Of a job with its own network it is said there.
    if is_job && job_network(scope).is_none() {
        let message = "virtual networks for single jobs work only where Microsoft has enabled them";
        findings.add(Finding::at(&DYNAMIC_VNET_NEEDS_APPROVAL, scope, message).help(APPROVAL));
    }
}

fn job_needs_approval(network: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if network.is_read_only() {
        return;
    }
    let message = "networks of jobs work only where Microsoft has enabled them";
    findings.add(Finding::at_key(&DYNAMIC_VNET_NEEDS_APPROVAL, network, message).help(APPROVAL));
}

fn skip_withdraw(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() == Some(true) && !flag.is_read_only() {
        let message = "the nodes stay in this job's network when it has ended";
        findings.add(
            Finding::at(&SKIP_WITHDRAW_MEANING, flag, message)
                .help("write `false`, unless all jobs of the pool share the subnet"),
        );
    }
}
