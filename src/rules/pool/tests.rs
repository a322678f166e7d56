//! What the fixtures cannot show: rules that must be selected, and days.

use crate::{Date, Linter, Severity, Target, api};

/// The findings of a category, with every rule selected, on a day if one is
/// given: their codes, and whether they are infos.
pub(in crate::rules) fn found(
    category: &str,
    operation: &str,
    text: &str,
    day: Option<&str>,
) -> Vec<(String, Severity)> {
    let mut linter = Linter::builder().select("all").expect("it is a group");
    if let Some(day) = day {
        linter = linter.today(day.parse::<Date>().expect("it is a day"));
    }
    let operation = api::operation(operation).expect("it is an operation");
    let report = linter.build().lint(text, Target::from(operation));
    let of = |rule: &str| rule.split('/').next() == Some(category);
    let found = report.diagnostics.iter().filter(|one| of(&one.rule));
    found.map(|one| (one.code.to_string(), one.severity)).collect()
}

fn codes(operation: &str, text: &str) -> Vec<String> {
    let found = found("pool", operation, text, None).into_iter();
    found.map(|(code, _)| code).collect()
}

#[test]
fn the_end_of_the_classic_mode_is_judged_by_the_day() {
    let pool = r#"{ "targetNodeCommunicationMode": "classic", "startTask": { "commandLine": "x" },
        "certificateReferences": [], "metadata": [{ "name": "a", "value": "b" }],
        "applicationPackageReferences": [{ "applicationId": "a" }] }"#;
    for (day, severity) in [
        (None, None),
        (Some("2026-03-30"), Some(Severity::Info)),
        (Some("2026-03-31"), Some(Severity::Info)),
        (Some("2026-04-01"), Some(Severity::Warning)),
    ] {
        let mut found = found("pool", "pool.replace", pool, day);
        found.retain(|(code, _)| code != "AB1625");
        let expected: Vec<_> = severity.map(|one| ("AB1614".to_owned(), one)).into_iter().collect();
        assert_eq!(found, expected, "{day:?}");
    }
}

#[test]
fn a_pool_may_say_nothing_of_its_size_within_a_job() {
    let starts_empty = |pool: &str| {
        let text = format!(r#"{{ "id": "p", "vmSize": "s"{pool} }}"#);
        codes("pool", &text).contains(&"AB1620".to_owned())
    };
    assert!(starts_empty(""));
    assert!(starts_empty(r#", "enableAutoScale": null, "targetDedicatedNodes": null"#));
    assert!(!starts_empty(r#", "targetLowPriorityNodes": 0"#));
    assert!(!starts_empty(r#", "enableAutoScale": false"#));
    let job = r#"{ "id": "j", "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job",
        "pool": { "vmSize": "s" } } } }"#;
    assert_eq!(codes("job", job), [""; 0]);
}

#[test]
fn packing_is_for_nodes_with_slots() {
    let packs = |operation: &str, members: &str| {
        let policy = r#""taskSchedulingPolicy": { "nodeFillType": "Pack" }"#;
        let text = format!("{{ {members} {policy} }}");
        codes(operation, &text).contains(&"AB1622".to_owned())
    };
    assert!(packs("pool", r#""id": "p", "vmSize": "s","#));
    assert!(packs("pool", r#""id": "p", "vmSize": "s", "taskSlotsPerNode": 1,"#));
    assert!(!packs("pool", r#""id": "p", "vmSize": "s", "taskSlotsPerNode": 2,"#));
    assert!(!packs("pool.update", ""));
    assert!(packs("pool.update", r#""taskSlotsPerNode": 1,"#));
}

#[test]
fn a_job_that_ends_takes_its_pool_along() {
    let stays = |job: &str, auto: &str, pool: &str| {
        let text = format!(
            r#"{{ "id": "j", {job} "poolInfo": {{ "autoPoolSpecification": {{ {auto}
            "pool": {{ {pool} "vmSize": "s" }} }} }} }}"#
        );
        codes("job", &text).contains(&"AB1623".to_owned())
    };
    let (auto, pool) = (r#""poolLifetimeOption": "job","#, r#""targetDedicatedNodes": 1,"#);
    assert!(stays("", auto, pool));
    assert!(stays(r#""onAllTasksComplete": "noaction","#, auto, pool));
    assert!(!stays(r#""onAllTasksComplete": "terminatejob","#, auto, pool));
    assert!(!stays(r#""constraints": { "maxWallClockTime": "P1D" },"#, auto, pool));
    let manager = r#""jobManagerTask": { "id": "m", "commandLine": "x" },"#;
    assert!(!stays(manager, auto, pool));
    let manager = manager.replace("\"x\"", "\"x\", \"killJobOnCompletion\": false");
    assert!(stays(&manager, auto, pool));
    assert!(!stays("", r#""poolLifetimeOption": "jobschedule","#, pool));
    assert!(!stays("", r#""poolLifetimeOption": "job", "keepAlive": true,"#, pool));
    assert!(!stays("", auto, r#""targetDedicatedNodes": 0,"#));
    let formula = r#""enableAutoScale": true, "autoScaleFormula": "$TargetDedicatedNodes = 0","#;
    assert!(!stays("", auto, formula));
}

#[test]
fn tags_need_the_mode_of_the_account() {
    let tags = |operation: &str, tags: &str| {
        let text = format!(r#"{{ "resourceTags": {tags} }}"#);
        codes(operation, &text).contains(&"AB1627".to_owned())
    };
    assert!(tags("pool.update", r#"{ "a": "b" }"#));
    assert!(!tags("pool.update", "{}"));
    assert!(!tags("pool.update", "null"));
}

#[test]
fn updates_reach_later_nodes() {
    let update = |members: &str| codes("pool.update", &format!("{{ {members} }}"));
    assert_eq!(update(r#""startTask": { "commandLine": "x" }"#), ["AB1625"]);
    assert_eq!(update(r#""applicationPackageReferences": [{ "applicationId": "a" }]"#), ["AB1625"]);
    assert_eq!(update(r#""applicationPackageReferences": []"#), ["AB1610"]);
    assert_eq!(update(r#""virtualMachineConfiguration": {}"#), ["AB1609", "AB1626"]);
}
