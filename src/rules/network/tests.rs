//! What the pages and fixtures do not show: the words for each kind of wrong
//! id, and where pedantic rules are silent.

use crate::{Linter, Target};

/// What is said of a body with all rules on, as code and message; of this
/// category alone.
fn said(operation: &str, text: &str) -> Vec<(String, String)> {
    let linter = Linter::builder().select("all").unwrap_or_else(|error| panic!("{error}"));
    let target = Target::operation(operation).expect("it is in the catalogue");
    let report = linter.build().lint(text, target);
    let ours = report.diagnostics.into_iter().filter(|found| found.rule.starts_with("network/"));
    ours.map(|found| (found.code.into_owned(), found.message)).collect()
}

fn codes(operation: &str, text: &str) -> Vec<String> {
    said(operation, text).into_iter().map(|(code, _)| code).collect()
}

/// A pool with these members and this network.
fn pool(members: &str, network: &str) -> String {
    format!(
        r#"{{ "id": "p", "vmSize": "standard_d2s_v3", {members} "networkConfiguration": {{ {network} }} }}"#
    )
}

/// A pool with an endpoint for this port and these rules.
fn endpoint(members: &str, port: u16, rules: &str) -> String {
    let pools = format!(
        r#""endpointConfiguration": {{ "inboundNATPools": [{{ "name": "e", "protocol": "tcp",
            "backendPort": {port}, "frontendPortRangeStart": 4000, "frontendPortRangeEnd": 4049,
            "networkSecurityGroupRules": [{rules}] }}] }}"#
    );
    pool(members, &pools)
}

fn allow(source: &str) -> String {
    format!(r#"{{ "priority": 150, "access": "allow", "sourceAddressPrefix": "{source}" }}"#)
}

const GROUP: &str =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers";

#[test]
fn what_is_wrong_about_an_id_is_said() {
    let good = format!("{GROUP}/Microsoft.Network/virtualNetworks/v/subnets/s");
    for (id, why) in [
        ("batch", "`batch` is a name or an address"),
        ("10.0.0.0/24", "`10.0.0.0/24` is a name or an address"),
        (&good[1..], "it does not begin with `/subscriptions/`"),
        (&format!("https://management.azure.com{good}"), "a host stands in front"),
        (&format!("{good}/"), "it ends with a slash"),
        (&good.replace("/v/", "//"), "a part between two slashes is empty"),
        (&good.replace("/subnets/s", ""), "it ends before `subnets`"),
        (&good.replace("/s", "/x"), "it has `xubscriptions` where `subscriptions` belongs"),
        (&good.replace("subnets", "subnet"), "it has `subnet` where `subnets` belongs"),
        (
            &good.replace("Microsoft.Network", "Microsoft.Compute"),
            "it has `Microsoft.Compute` where `Microsoft.Network` belongs",
        ),
        (&format!("{good}/ipConfigurations/c"), "it has `ipConfigurations` where the end belongs"),
        (&format!("{good}/ipConfigurations"), "no name follows `ipConfigurations`"),
        ("/subscriptions", "it ends before a subscription"),
    ] {
        let message = format!("this is no id of a subnet: {why}");
        let body = pool("", &format!(r#""subnetId": "{id}""#));
        assert_eq!(said("pool", &body), [("AB2421".to_owned(), message)], "{id}");
    }
    for id in [&good, "", "${SUBNET}", "{{ subnet }}", "[parameters('subnet')]", "<subnet>"] {
        let body = pool("", &format!(r#""subnetId": "{id}""#));
        assert_eq!(codes("pool", &body), [""; 0], "{id}");
    }
}

#[test]
fn subscriptions_are_guids_or_placeholders() {
    let id = |subscription: &str| {
        let id = format!("{GROUP}/Microsoft.Network/virtualNetworks/v/subnets/s");
        let id = id.replace("11111111-2222-3333-4444-555555555555", subscription);
        codes("pool", &pool("", &format!(r#""subnetId": "{id}""#)))
    };
    assert_eq!(id("Pay-As-You-Go"), ["AB2431"]);
    assert_eq!(id("AAAAAAAA-2222-3333-4444-55555555555F"), [""; 0]);
    assert_eq!(id("$(subscription)"), [""; 0]);
    for placeholder in ["<id>", "{id}", "subid", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(id(placeholder), ["AB2440"], "{placeholder}");
    }
}

#[test]
fn endpoints_that_say_whom_they_are_for_are_fine() {
    assert_eq!(codes("pool", &endpoint("", 80, "")), ["AB2436"]);
    assert_eq!(codes("pool", &endpoint("", 80, &allow("*"))), [""; 0]);
    assert_eq!(codes("pool", &endpoint("", 80, &allow("*").replace("allow", "deny"))), ["AB2435"]);
    for source in ["VirtualNetwork", "198.51.100.7"] {
        let deny = allow(source).replace("allow", "deny");
        assert_eq!(codes("pool", &endpoint("", 80, &deny)), ["AB2437"], "{source}");
        let both = format!("{deny}, {}", allow("*").replace("150", "160"));
        assert_eq!(codes("pool", &endpoint("", 80, &both)), [""; 0], "{source}");
    }
    let v6 = format!("{}, {}", allow("0.0.0.0/0"), allow("::/0").replace("150", "160"));
    assert_eq!(codes("pool", &endpoint("", 80, &v6)), [""; 0]);
}

#[test]
fn ports_of_remote_access_go_with_the_system() {
    let machine = |agent: &str, start: &str| {
        format!(
            r#""virtualMachineConfiguration": {{ "imageReference": {{}}, "nodeAgentSKUId": "batch.node.{agent}" }},
               "startTask": {{ "commandLine": "{start}" }},"#
        )
    };
    let port = |port, agent, start| {
        codes("pool", &endpoint(&machine(agent, start), port, &allow("203.0.113.7")))
    };
    assert_eq!(port(3389, "ubuntu 22.04", "true"), ["AB2438"]);
    assert_eq!(port(22, "windows amd64", "true"), ["AB2438"]);
    assert_eq!(port(22, "ubuntu 22.04", "true"), [""; 0]);
    assert_eq!(port(3389, "windows amd64", "true"), [""; 0]);
    assert_eq!(port(3389, "ubuntu 22.04", "apt install XRDP"), [""; 0]);
    assert_eq!(codes("pool", &endpoint("", 3389, &allow("203.0.113.7"))), [""; 0]);
}

#[test]
fn ranges_need_a_port_for_each_node() {
    let nodes = |members: &str| codes("pool", &endpoint(members, 80, &allow("203.0.113.7")));
    assert_eq!(nodes(r#""targetDedicatedNodes": 40, "targetLowPriorityNodes": 11,"#), ["AB2434"]);
    assert_eq!(nodes(r#""targetDedicatedNodes": 50,"#), [""; 0]);
    assert_eq!(nodes(r#""targetDedicatedNodes": 90, "enableAutoScale": true,"#), [""; 0]);
    let wide = endpoint(r#""targetDedicatedNodes": 900,"#, 80, &allow("203.0.113.7"));
    assert_eq!(codes("pool", &wide.replace("4049", "4099")), [""; 0]);
}

#[test]
fn nodes_without_a_public_address_download_what_is_within_azure() {
    let network = format!(
        r#""subnetId": "{GROUP}/Microsoft.Network/virtualNetworks/v/subnets/s",
           "publicIPAddressConfiguration": {{ "provision": "nopublicipaddresses" }}"#
    );
    let container = |image: &str| {
        let members = format!(
            r#""virtualMachineConfiguration": {{ "containerConfiguration": {{ "type": "dockerCompatible", "containerImageNames": ["{image}"] }} }},"#
        );
        codes("pool", &pool(&members, &network))
    };
    assert_eq!(container("python:3.12"), ["AB2439"]);
    assert_eq!(container("ghcr.io/a/b"), ["AB2439"]);
    assert_eq!(container("notazurecr.io/a"), ["AB2439"]);
    assert_eq!(container("acr1.azurecr.io/python:3.12"), [""; 0]);
    let start = |command: &str, url: &str| {
        let members = format!(
            r#""startTask": {{ "commandLine": "{command}", "resourceFiles": [{{ "httpUrl": "{url}", "filePath": "f" }}] }},"#
        );
        codes("pool", &pool(&members, &network))
    };
    let storage = "https://a.blob.core.windows.net/c/f?sv=1";
    assert_eq!(start("true", storage), [""; 0]);
    assert_eq!(start("true", "https://a.blob.core.chinacloudapi.cn:443/c/f"), [""; 0]);
    assert_eq!(start("true", "https://example.com/core.windows.net"), ["AB2439"]);
    assert_eq!(start("pip install x", storage), ["AB2439"]);
}

#[test]
fn networks_of_jobs_are_for_some_accounts() {
    let subnet = format!("{GROUP}/Microsoft.Network/virtualNetworks/v/subnets/s");
    let job = |head: &str, skip: &str| {
        format!(
            r#"{{ {head} "networkConfiguration": {{ "subnetId": "{subnet}", "skipWithdrawFromVNet": {skip} }} }}"#
        )
    };
    let new = r#""id": "j", "poolInfo": { "poolId": "p" },"#;
    assert_eq!(codes("job", &job(new, "false")), ["AB2441"]);
    assert_eq!(codes("job.update", &job("", "true")), ["AB2441", "AB2443"]);
    // A job that is put back has what the service says of it.
    assert_eq!(codes("job.replace", &job(new, "true")), [""; 0]);
    let scope =
        |scope: &str| format!(r#""subnetId": "{subnet}", "dynamicVNetAssignmentScope": "{scope}""#);
    assert_eq!(codes("pool", &pool("", &scope("job"))), ["AB2441"]);
    assert_eq!(codes("pool", &pool("", &scope("none"))), [""; 0]);
}

#[test]
fn pools_with_more_rules_than_they_may_have_are_read_once() {
    let rules: Vec<_> = (0..20_000)
        .map(|at| {
            let source = format!("10.{}.{}.1", at / 256, at % 256);
            let ports: Vec<_> = (0..10).map(|port| format!("\"{}\"", port * 2)).collect();
            format!(
                r#"{{ "priority": 150, "access": "allow", "sourceAddressPrefix": "{source}", "sourcePortRanges": [{}] }}"#,
                ports.join(",")
            )
        })
        .collect();
    let codes = codes("pool", &endpoint("", 80, &rules.join(",")));
    assert!(codes.iter().any(|code| code == "AB2406"));
    assert!(codes.iter().any(|code| code == "AB2407"));
    assert!(codes.iter().all(|code| code != "AB2412"));
}
