//! What the rules on versions say where it depends on settings, and what a
//! fixture cannot show.

use crate::report::{Applicability, apply};
use crate::{Linter, Target};

/// The codes of this category's findings, and what they are about.
fn found(linter: &Linter, operation: Option<&str>, text: &str) -> Vec<(String, String)> {
    let target = match operation {
        Some(name) => Target::operation(name).expect("it is in the catalogue"),
        None => Target::detect(),
    };
    let report = linter.lint(text, target);
    let ours = report.diagnostics.into_iter().filter(|found| found.rule.starts_with("version/"));
    ours.map(|found| (found.code.into_owned(), found.pointer)).collect()
}

fn codes(linter: &Linter, operation: Option<&str>, text: &str) -> Vec<String> {
    found(linter, operation, text).into_iter().map(|(code, _)| code).collect()
}

fn pool(version: &str, pool: &str) -> String {
    format!(
        r#"{{ "operationId": "Pools_CreatePool",
             "parameters": {{ "api-version": "{version}", "pool": {pool} }} }}"#
    )
}

fn all() -> Linter {
    Linter::builder().select("all").expect("a name of all rules").build()
}

#[test]
fn without_the_better_rule_the_general_one_is_back() {
    let text = r#"{ "id": "p", "vmSize": "s", "maxTasksPerNode": 4,
        "taskSchedulingPolicy": { "nodeFillType": "none" }, "resourceTags": "a" }"#;
    let target = || Target::operation("pool").expect("it is in the catalogue");
    let pairs = [("AB1401", "AB0032"), ("AB1404", "AB0034"), ("AB1405", "AB0033")];
    for (better, general) in pairs {
        let has = |linter: &Linter, code: &str| {
            linter
                .lint(text, target())
                .diagnostics
                .iter()
                .filter(|found| found.code == code)
                .count()
        };
        let both = Linter::new();
        assert_eq!((has(&both, better), has(&both, general)), (1, 0));
        let off = Linter::builder().ignore(better).expect("there is such a rule").build();
        assert_eq!((has(&off, better), has(&off, general)), (0, 1));
    }
}

#[test]
fn a_version_that_the_caller_names_counts_before_the_requests_own() {
    let body = r#"{ "id": "p", "vmSize": "s", "maxTasksPerNode": 4, "resourceTags": { "a": "b" },
        "virtualMachineConfiguration": {
            "imageReference": { "publisher": "a", "offer": "b", "sku": "c" },
            "nodeAgentSKUId": "batch.node.ubuntu 22.04" },
        "startTask": { "commandLine": "hostname" } }"#;
    let text = pool("2019-06-01.9.0", body);
    let own: Vec<_> = codes(&all(), None, &text);
    assert_eq!(own, ["AB1406", "AB1410", "AB1415"]);
    let fixed = Linter::builder()
        .select("all")
        .expect("a name of all rules")
        .api_version("2024-07-01.20.0")
        .expect("it is described")
        .build();
    assert_eq!(codes(&fixed, None, &text), ["AB1401"]);
}

#[test]
fn what_a_version_does_not_say_is_no_version() {
    let body = r#"{ "id": "p", "vmSize": "s", "upgradePolicy": { "mode": "manual" } }"#;
    // What is wrong with it is said, and nothing of members.
    for (other, said) in
        [("2019-06-01", "AB1407"), ("latest", "AB1407"), ("{api-version}", ""), ("", "AB1407")]
    {
        let said: Vec<&str> = [said].into_iter().filter(|said| !said.is_empty()).collect();
        assert_eq!(codes(&all(), None, &pool(other, body)), said, "{other}");
    }
    assert_eq!(codes(&all(), None, &pool(" 2019-06-01.9.0 ", body)), ["AB1410"]);
    // As a template has it in a URL.
    let text = r#"{ "method": "PATCH", "url": "/pools/p?api-version={version}",
        "body": { "vmSize": "s" } }"#;
    assert_eq!(codes(&all(), None, text), [""; 0]);
}

#[test]
fn defaults_that_have_changed_are_told_to_requests_of_older_versions() {
    let body = |image: &str, rest: &str| {
        format!(
            r#"{{ "id": "p", "vmSize": "s", "virtualMachineConfiguration": {{
                 "imageReference": {{ "publisher": "a", "offer": "b", "sku": "c" }},
                 "nodeAgentSKUId": "batch.node.{image}",
                 "dataDisks": [{{ "lun": 0, "diskSizeGB": 4 }}, {{ "lun": 1, "diskSizeGB": 4, "caching": "none" }}]
               }}, "startTask": {{ "commandLine": "hostname", {rest} }} }}"#
        )
    };
    let user = r#""userIdentity": { "autoUser": { "elevationLevel": "admin" } }"#;
    let places = |version: &str, image: &str, rest: &str| {
        let found = found(&all(), None, &pool(version, &body(image, rest)));
        let ours = found.into_iter().filter(|(code, _)| code == "AB1415");
        let ours =
            ours.filter_map(|(_, at)| at.strip_prefix("/parameters/pool/").map(str::to_owned));
        ours.collect::<Vec<_>>()
    };
    let disk = "virtualMachineConfiguration/dataDisks/0";
    let auto = "startTask/userIdentity/autoUser";
    assert_eq!(places("2018-03-01.6.1", "windows amd64", user), [disk, "startTask", auto]);
    assert_eq!(places("2019-06-01.9.0", "windows amd64", user), ["startTask", auto]);
    assert_eq!(places("2019-06-01.9.0", "ubuntu 22.04", user), ["startTask"]);
    let written = r#""waitForSuccess": false"#;
    assert_eq!(places("2019-06-01.9.0", "ubuntu 22.04", written), [""; 0]);
    let null = r#""waitForSuccess": null"#;
    assert_eq!(places("2019-06-01.9.0", "ubuntu 22.04", null), ["startTask"]);
    for later in ["2019-08-01.10.0", "2024-07-01.20.0"] {
        assert_eq!(places(later, "windows amd64", user), [""; 0]);
    }
    // It is pedantic.
    let text = pool("2019-06-01.9.0", &body("ubuntu 22.04", user));
    assert!(!codes(&Linter::new(), None, &text).contains(&"AB1415".to_owned()));
}

#[test]
fn a_tasks_files_stayed_for_ever() {
    let tasks = |version: &str, constraints: &str| {
        let text = format!(
            r#"{{ "operationId": "Tasks_CreateTaskCollection", "parameters": {{
                "api-version": "{version}", "jobId": "j", "taskCollection": {{ "value": [
                  {{ "id": "t", "commandLine": "hostname"{constraints} }} ] }} }} }}"#
        );
        codes(&all(), None, &text)
    };
    assert_eq!(tasks("2018-08-01.7.0", ""), ["AB1415"]);
    assert_eq!(
        tasks("2018-08-01.7.0", r#", "constraints": { "maxTaskRetryCount": 1 }"#),
        ["AB1415"]
    );
    assert_eq!(tasks("2018-08-01.7.0", r#", "constraints": { "retentionTime": "PT1H" }"#), [""; 0]);
    assert_eq!(tasks("2018-12-01.8.0", ""), [""; 0]);
}

#[test]
fn one_old_name_alone_and_one_among_slips_are_of_no_version() {
    let text = |members: &str| format!(r#"{{ "id": "p", "vmSize": "s", {members} }}"#);
    let fits = |members: &str| {
        let codes = codes(&Linter::new(), Some("pool"), &text(members));
        codes.contains(&"AB1414".to_owned())
    };
    assert!(fits(r#""maxTasksPerNode": 4, "targetDedicated": 1"#));
    assert!(!fits(r#""maxTasksPerNode": 4"#));
    assert!(!fits(r#""maxTasksPerNode": 4, "targetDedicated": null"#));
    assert!(!fits(r#""maxTasksPerNode": 4, "targetDedicated": 1, "vmsise": "x""#));
    // The old version lacks what the body has besides.
    assert!(!fits(
        r#""maxTasksPerNode": 4, "targetDedicated": 1, "upgradePolicy": { "mode": "manual" }"#
    ));
}

/// What fixes of a kind make of a body.
fn mended(text: &str, applicability: Applicability) -> String {
    let pool = Target::operation("pool").expect("it is in the catalogue");
    let report = Linter::new().lint(text, pool);
    let ours = report.diagnostics.iter().filter(|found| found.rule.starts_with("version/"));
    let fixes = ours.flat_map(|found| &found.fixes);
    let fixes: Vec<_> = fixes.filter(|fix| fix.applicability == applicability).collect();
    apply(text, &fixes).0
}

#[test]
fn fixes_write_what_was_meant() {
    let safe = [
        (r#"{"maxTasksPerNode":4}"#, r#"{"taskSlotsPerNode":4}"#),
        // Which of two counts is not known.
        (
            r#"{"maxTasksPerNode":4,"maxTasksPerNode":5}"#,
            r#"{"maxTasksPerNode":4,"maxTasksPerNode":5}"#,
        ),
        (
            r#"{"virtualMachineConfiguration":{"dataDisks":[{"managedDisk":{ "storageAccountType" : "premium_lrs" }, "lun":1}]}}"#,
            r#"{"virtualMachineConfiguration":{"dataDisks":[{"storageAccountType": "premium_lrs", "lun":1}]}}"#,
        ),
        (
            r#"{"certificateReferences":[{"visibility":"task"},{"visibility":"task,me"},{"visibility":["rdp"]}]}"#,
            r#"{"certificateReferences":[{"visibility":["task"]},{"visibility":"task,me"},{"visibility":["remoteuser"]}]}"#,
        ),
    ];
    for (wrong, right) in safe {
        assert_eq!(mended(wrong, Applicability::Safe), right);
    }
    let kept = r#"{"virtualMachineConfiguration":{"dataDisks":[{"managedDisk":{"storageAccountType":"premium_lrs"},"storageAccountType":"standard_lrs"}]}}"#;
    assert_eq!(mended(kept, Applicability::Safe), kept);
    let suggested = [
        (r#"{"applicationLicenses":[]}"#, "{}"),
        (r#"{"applicationLicenses":[],"vmSize":"s"}"#, r#"{"vmSize":"s"}"#),
        (r#"{"vmSize":"s", "applicationLicenses":[] }"#, r#"{"vmSize":"s" }"#),
        (
            r#"{"networkConfiguration":{"subnetId":"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s","publicIPs":["/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/x"]}}"#,
            r#"{"networkConfiguration":{"subnetId":"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s","publicIPAddressConfiguration": { "provision": "usermanaged", "ipAddressIds":["/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/x"] }}}"#,
        ),
        (
            r#"{"networkConfiguration":{"publicIPs":["x"],"publicIPAddressConfiguration":{}}}"#,
            r#"{"networkConfiguration":{"publicIPs":["x"],"publicIPAddressConfiguration":{}}}"#,
        ),
        (
            r#"{"userAccounts":[{"sshPrivateKey":"k"}]}"#,
            r#"{"userAccounts":[{"linuxUserConfiguration": { "sshPrivateKey":"k" }}]}"#,
        ),
        (
            r#"{"startTask":{"runElevated":false}}"#,
            r#"{"startTask":{"userIdentity":{ "autoUser": { "elevationLevel": "nonadmin" } }}}"#,
        ),
    ];
    for (wrong, right) in suggested {
        assert_eq!(mended(wrong, Applicability::Suggested), right);
    }
    // The request's version, in its own place.
    let url = r#"{"method":"PATCH","url":"/pools/p?api-version=2024-02-01.19.0&timeout=5","body":{"vmSize":"s"}}"#;
    let fixed = mended_request(url);
    assert_eq!(fixed, url.replace("2024-02-01.19.0", "2024-07-01.20.0"));
    let text =
        pool("2023-11-01.18.0", r#"{"id":"p","vmSize":"s","upgradePolicy":{"mode":"manual"}}"#);
    assert_eq!(mended_request(&text), text.replace("2023-11-01.18.0", "2024-07-01.20.0"));
}

fn mended_request(text: &str) -> String {
    let report = Linter::new().lint(text, Target::detect());
    let raised = report.diagnostics.iter().filter(|found| found.code == "AB1410");
    let fixes: Vec<_> = raised.flat_map(|found| &found.fixes).collect();
    apply(text, &fixes).0
}
