//! The network security group rules of inbound NAT pools: their number and
//! order.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::{Applicability, Severity};
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::list::{number, repeated};
use crate::rules::{Check, Context, edit, rule};
use crate::values::address::Source;

use super::{covers_everybody, nat_pools, rules};

/// So many rules a pool may have.
const MOST_RULES: usize = 25;

rule! {
    /// A pool has more than 25 network security group rules.
    ///
    /// ## Why it matters
    /// The limit is for all endpoints of a pool together; beyond it the service
    /// answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "deny", "sourceAddressPrefix": "198.51.100.1" },
    ///       { "priority": 151, "access": "deny", "sourceAddressPrefix": "198.51.100.3" },
    ///       { "priority": 152, "access": "deny", "sourceAddressPrefix": "198.51.100.5" },
    ///       { "priority": 153, "access": "deny", "sourceAddressPrefix": "198.51.100.7" },
    ///       { "priority": 154, "access": "deny", "sourceAddressPrefix": "198.51.100.9" },
    ///       { "priority": 155, "access": "deny", "sourceAddressPrefix": "198.51.100.11" },
    ///       { "priority": 156, "access": "deny", "sourceAddressPrefix": "198.51.100.13" },
    ///       { "priority": 157, "access": "deny", "sourceAddressPrefix": "198.51.100.15" },
    ///       { "priority": 158, "access": "deny", "sourceAddressPrefix": "198.51.100.17" },
    ///       { "priority": 159, "access": "deny", "sourceAddressPrefix": "198.51.100.19" },
    ///       { "priority": 160, "access": "deny", "sourceAddressPrefix": "198.51.100.21" },
    ///       { "priority": 161, "access": "deny", "sourceAddressPrefix": "198.51.100.23" },
    ///       { "priority": 162, "access": "deny", "sourceAddressPrefix": "198.51.100.25" }
    ///     ] },
    ///     { "name": "api", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099, "networkSecurityGroupRules": [
    ///       { "priority": 250, "access": "deny", "sourceAddressPrefix": "198.51.100.1" },
    ///       { "priority": 251, "access": "deny", "sourceAddressPrefix": "198.51.100.3" },
    ///       { "priority": 252, "access": "deny", "sourceAddressPrefix": "198.51.100.5" },
    ///       { "priority": 253, "access": "deny", "sourceAddressPrefix": "198.51.100.7" },
    ///       { "priority": 254, "access": "deny", "sourceAddressPrefix": "198.51.100.9" },
    ///       { "priority": 255, "access": "deny", "sourceAddressPrefix": "198.51.100.11" },
    ///       { "priority": 256, "access": "deny", "sourceAddressPrefix": "198.51.100.13" },
    ///       { "priority": 257, "access": "deny", "sourceAddressPrefix": "198.51.100.15" },
    ///       { "priority": 258, "access": "deny", "sourceAddressPrefix": "198.51.100.17" },
    ///       { "priority": 259, "access": "deny", "sourceAddressPrefix": "198.51.100.19" },
    ///       { "priority": 260, "access": "deny", "sourceAddressPrefix": "198.51.100.21" },
    ///       { "priority": 261, "access": "deny", "sourceAddressPrefix": "198.51.100.23" },
    ///       { "priority": 262, "access": "deny", "sourceAddressPrefix": "198.51.100.25" }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 150, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" } ] },
    ///     { "name": "api", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099, "networkSecurityGroupRules": [ { "priority": 250, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" } ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules`.
    NSG_RULES_TOTAL {
        code: "AB2406",
        id: "network/nsg-rules-total",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::BATCH_POOL_ENDPOINT_CONFIGURATION], rules_total)],
    }
}

rule! {
    /// Two network security group rules of a pool have the same priority.
    ///
    /// ## Why it matters
    /// Priorities are unique within the pool, not only within an endpoint; the
    /// service answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" } ] },
    ///     { "name": "api", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099, "networkSecurityGroupRules": [ { "priority": 150, "access": "allow", "sourceAddressPrefix": "*" } ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 150, "access": "allow", "sourceAddressPrefix": "203.0.113.0/24" } ] },
    ///     { "name": "api", "protocol": "tcp", "backendPort": 8080, "frontendPortRangeStart": 5000, "frontendPortRangeEnd": 5099, "networkSecurityGroupRules": [ { "priority": 151, "access": "allow", "sourceAddressPrefix": "*" } ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The later rule gets the next number that no rule of the pool has, where
    /// the order within the endpoint stays. That is a suggestion: the rule may
    /// be meant to come elsewhere.
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules[].priority`.
    NSG_PRIORITY_DUPLICATE {
        code: "AB2407",
        id: "network/nsg-priority-duplicate",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::BATCH_POOL_ENDPOINT_CONFIGURATION], priority_duplicate)],
    }
}

rule! {
    /// The priority of a network security group rule is above 3500, which the
    /// service has been seen to refuse.
    ///
    /// ## Why it matters
    /// The documentation says 150 to 4096. A user was answered that it must be
    /// between 150 and 3500.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 4000, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" } ] }
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
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [ { "priority": 3500, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" } ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// MicrosoftDocs/azure-docs issue 42798, which quotes the service.
    NSG_PRIORITY_ABOVE_3500 {
        code: "AB2408",
        id: "network/nsg-priority-above-3500",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(&[Model::NETWORK_SECURITY_GROUP_RULE], priority_above_3500)],
    }
}

rule! {
    /// A network security group rule is never reached, as one with a smaller
    /// priority number already takes all that it is for.
    ///
    /// ## Why it matters
    /// Rules are tried in the order of their priorities, the smallest first, and
    /// the first that fits decides: after `allow` for everybody, `deny` denies
    /// nobody. Where both rules say the same, the later one is only superfluous;
    /// that is a hint.
    ///
    /// Which addresses a service tag stands for is not known, so that a tag and
    /// an address are never compared.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "allow", "sourceAddressPrefix": "*" },
    ///       { "priority": 200, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" }
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
    ///       { "priority": 150, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" },
    ///       { "priority": 200, "access": "allow", "sourceAddressPrefix": "*" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// The two priorities are swapped, so that the narrower rule comes first.
    /// That is a suggestion, since it changes who may enter.
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules[].priority`; Azure's
    /// page on the endpoints of a pool.
    NSG_RULE_UNREACHABLE {
        code: "AB2412",
        id: "network/nsg-rule-unreachable",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], rule_unreachable)],
    }
}

rule! {
    /// An endpoint is set up only to deny all traffic, which there is none of.
    ///
    /// ## Why it matters
    /// Since version 2024-07-01 Batch opens no ports for SSH or RDP by itself,
    /// so that there is nothing to deny. The NAT pool only takes ports of the
    /// load balancer.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "rdp", "protocol": "tcp", "backendPort": 3389, "frontendPortRangeStart": 60000, "frontendPortRangeEnd": 60099, "networkSecurityGroupRules": [
    ///       { "priority": 162, "access": "deny", "sourceAddressPrefix": "*" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// Azure's page on the endpoints of a pool.
    ENDPOINT_DENIES_EVERYONE {
        code: "AB2435",
        id: "network/endpoint-denies-everyone",
        severity: Info,
        group: Pedantic,
        fix: Suggested,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], denies_everyone)],
    }
}

rule! {
    /// An endpoint has only rules that deny, for some callers, and none that
    /// allows anybody.
    ///
    /// ## Why it matters
    /// The rule that allows everybody is made only where there are no rules.
    /// With rules of one's own, all other callers are left to what the network
    /// does by itself, and that is to deny what comes from the internet.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "networkConfiguration": { "endpointConfiguration": { "inboundNATPools": [
    ///     { "name": "web", "protocol": "tcp", "backendPort": 80, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4099, "networkSecurityGroupRules": [
    ///       { "priority": 150, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" }
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
    ///       { "priority": 150, "access": "deny", "sourceAddressPrefix": "198.51.100.0/24" },
    ///       { "priority": 200, "access": "allow", "sourceAddressPrefix": "*" }
    ///     ] }
    ///   ] } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's description of `networkSecurityGroupRules`; the default rules
    /// of Azure's network security groups. What follows from the two is
    /// inferred.
    DENY_LIST_WITHOUT_ALLOW {
        code: "AB2437",
        id: "network/deny-list-without-allow",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Models(&[Model::INBOUND_NAT_POOL], denies_some)],
    }
}

fn rules_total(endpoint: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut count = 0;
    let mut crossed = None;
    for pool in nat_pools(endpoint) {
        let Some(list) = pool.get(p::NETWORK_SECURITY_GROUP_RULES) else { continue };
        count += list.items().count();
        if count > MOST_RULES && crossed.is_none() {
            crossed = Some(list);
        }
    }
    let Some(list) = crossed else { return };
    let message =
        format!("the endpoints of this pool have {count} network security group rules together");
    findings.add(Finding::at_key(&NSG_RULES_TOTAL, list, message).help(
        "25 are allowed: merge addresses into blocks, or put rules into a group on the subnet",
    ));
}

fn priority_duplicate(endpoint: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let rules = nat_pools(endpoint).filter_map(rules).flat_map(Cursor::items);
    let values: Vec<_> = rules.filter_map(|rule| rule.get(p::PRIORITY)).collect();
    let repeated = repeated(values.iter().copied().filter_map(number));
    if repeated.is_empty() {
        return;
    }
    // With more rules than a pool may have, which number is free is the least
    // of the questions.
    let few = values.len() <= MOST_RULES;
    let mut taken: Vec<i64> = match few {
        true => values.iter().filter_map(|value| value.as_int()).collect(),
        false => Vec::new(),
    };
    for (value, first) in repeated {
        let message = format!("another rule of this pool has the priority {} too", shown(value));
        let mut finding = Finding::at(&NSG_PRIORITY_DUPLICATE, value, message)
            .help("priorities are unique within the pool, over all its endpoints")
            .related(first.span(), "the first with it");
        if few && let Some(free) = free_behind(value, &taken) {
            taken.push(free);
            let text = free.to_string();
            let title = format!("Write `{text}`");
            finding = finding.fix(title, Applicability::Suggested, value.span(), text);
        }
        findings.add(finding);
    }
}

/// The next number that no rule has, if no other rule of the same endpoint is
/// between it and the one given.
fn free_behind(priority: Cursor<'_>, taken: &[i64]) -> Option<i64> {
    let given = priority.as_int()?;
    let free = (given + 1..=3500).find(|number| !taken.contains(number))?;
    let list = priority.parent()?.parent()?;
    let others = list.items().filter_map(|rule| rule.get(p::PRIORITY)?.as_int());
    let between = others.filter(|other| (given + 1..free).contains(other)).count();
    (between == 0).then_some(free)
}

fn priority_above_3500(rule: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(value) = rule.get(p::PRIORITY) else { return };
    if value.as_int().is_some_and(|priority| (3501..=4096).contains(&priority)) {
        let message = "the service has been seen to refuse priorities above 3500";
        findings.add(
            Finding::at(&NSG_PRIORITY_ABOVE_3500, value, message)
                .help("use a number from 150 to 3500"),
        );
    }
}

/// The source ports of a rule; `None` for all of them.
fn ports(rule: Cursor<'_>) -> Option<Cursor<'_>> {
    let list = rule.get(p::SOURCE_PORT_RANGES)?;
    let is_all = |item: Cursor<'_>| item.as_str().is_some_and(|port| port == "*");
    let all = list.kind() == NodeKind::Array && list.items().all(is_all);
    (!all).then_some(list)
}

/// Whether one rule is for all that another is for.
fn takes_all_of(one: Cursor<'_>, other: Cursor<'_>) -> bool {
    let (Some(wide), Some(narrow)) =
        (one.text(p::SOURCE_ADDRESS_PREFIX), other.text(p::SOURCE_ADDRESS_PREFIX))
    else {
        return false;
    };
    let (Ok(wide), Ok(narrow)) = (Source::parse(&wide), Source::parse(&narrow)) else {
        return false;
    };
    let same = |list: Cursor<'_>, other: Cursor<'_>| {
        list.items().map(Cursor::as_str).eq(other.items().map(Cursor::as_str))
    };
    wide.contains(&narrow)
        && match (ports(one), ports(other)) {
            (None, _) => true,
            (Some(list), Some(other)) => list.kind() == NodeKind::Array && same(list, other),
            (Some(_), None) => false,
        }
}

fn rule_unreachable(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = rules(pool) else { return };
    let prioritized = list.items().filter_map(|rule| {
        let priority = rule.get(p::PRIORITY)?;
        Some((priority.as_int()?, priority, rule))
    });
    // One more than a pool may have are enough to know that there are too many
    // to compare each with each.
    let mut order: Vec<_> = prioritized.take(MOST_RULES + 1).collect();
    if order.len() > MOST_RULES {
        return;
    }
    crate::order::sort_by_key(&mut order, |(priority, ..)| *priority);
    for (place, (number, priority, rule)) in order.iter().enumerate() {
        let mut before = order.iter().take(place).filter(|(other, ..)| other < number);
        let Some((_, first, wide)) = before.find(|(.., wide)| takes_all_of(*wide, *rule)) else {
            continue;
        };
        let same = match (wide.text(p::ACCESS), rule.text(p::ACCESS)) {
            (Some(one), Some(other)) => one.eq_ignore_ascii_case(&other),
            _ => continue,
        };
        let message = format!(
            "this rule is never reached: the one with the priority {} takes all that it is for",
            shown(*first)
        );
        let finding = Finding::at(&NSG_RULE_UNREACHABLE, *rule, message)
            .related(wide.head(), "the rule that comes first")
            .at_most_if(same, Severity::Info);
        findings.add(match same {
            true => finding.help("leave it out"),
            false => finding.help("give the narrower rule the smaller number").edits_if(
                "Swap the two priorities",
                Applicability::Suggested,
                edit::swap_numbers(*first, *priority),
            ),
        });
    }
}

/// Whether there are rules, and all of them deny; then whether one denies
/// everybody.
fn denies_only(pool: Cursor<'_>) -> Option<bool> {
    let list = rules(pool)?;
    let denies = list.items().all(|rule| rule.says(p::ACCESS, "deny"));
    denies.then(|| list.items().any(covers_everybody))
}

fn denies_everyone(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if denies_only(pool) != Some(true) {
        return;
    }
    let only = pool.parent().filter(|list| list.items().count() == 1);
    // With the only NAT pool, what is around it goes too.
    let whole = only.and_then(Cursor::parent).filter(|endpoint| endpoint.key().is_some());
    let edits = whole.and_then(edit::take_out);
    let message = "this endpoint only denies all traffic, which does not come in without it either";
    findings.add(
        Finding::at(&ENDPOINT_DENIES_EVERYONE, pool, message)
            .help("leave the inbound NAT pool out")
            .edits_if("Leave `endpointConfiguration` out", Applicability::Suggested, edits),
    );
}

fn denies_some(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if denies_only(pool) == Some(false)
        && let Some(list) = rules(pool)
    {
        let message = "these rules deny some callers, and none of them allows the others";
        findings.add(
            Finding::at_key(&DENY_LIST_WITHOUT_ALLOW, list, message)
                .help("add a rule with a greater number that allows those who may enter"),
        );
    }
}
