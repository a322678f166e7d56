//! What the rules on values make of them, and what they leave alone.

use crate::report::apply;
use crate::{Linter, Target};

fn lint(operation: &str, text: &str) -> crate::DocumentReport {
    let builder = Linter::builder().select("recommended").and_then(|it| it.select("pedantic"));
    let target = Target::operation(operation).expect("it is in the catalogue");
    builder.expect("both are groups").build().lint(text, target)
}

/// The rule finds it, nothing else is an error, and its fix gives this.
fn mends(code: &str, operation: &str, wrong: &str, right: &str) {
    let report = lint(operation, wrong);
    let errors: Vec<_> =
        report.diagnostics.iter().filter(|one| one.severity == crate::Severity::Error).collect();
    let codes: Vec<_> = errors.iter().map(|one| &*one.code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|one| *one == code), "{wrong}: {errors:#?}");
    let fixes: Vec<_> = errors.iter().filter_map(|one| one.fixes.first()).collect();
    let (text, _) = apply(wrong, &fixes);
    assert_eq!(text, right, "{wrong}");
    let again = lint(operation, &text);
    let left = again.diagnostics.iter().filter(|one| one.severity == crate::Severity::Error);
    assert_eq!(left.map(|one| &one.message).collect::<Vec<_>>(), [""; 0], "{text}");
}

/// The rule finds it, and offers no fix.
fn names(code: &str, operation: &str, wrong: &str) {
    let report = lint(operation, wrong);
    let found: Vec<_> = report.diagnostics.iter().filter(|one| one.code == code).collect();
    assert!(!found.is_empty(), "{wrong}: {:#?}", report.diagnostics);
    assert!(found.iter().all(|one| one.fixes.is_empty()), "{wrong}: {found:#?}");
}

fn leaves(code: &str, operation: &str, text: &str) {
    let report = lint(operation, text);
    assert!(report.diagnostics.iter().all(|one| one.code != code), "{text}");
}

fn task(member: &str) -> String {
    format!(r#"{{ "id": "t", "commandLine": "x", {member} }}"#)
}

fn pool(member: &str) -> String {
    format!(r#"{{ "id": "p", "vmSize": "standard_d2s_v3", {member} }}"#)
}

fn machine(image: &str) -> String {
    pool(&format!(
        r#""virtualMachineConfiguration": {{ "imageReference": {image}, "nodeAgentSKUId": "batch.node.ubuntu 22.04" }}"#
    ))
}

#[test]
fn json_in_a_string_is_taken_out_of_it() {
    let code = "AB1307";
    mends(
        code,
        "pool",
        &pool(r#""startTask": "{\"commandLine\": \"a \\\"b\\\"\"}""#),
        &pool(r#""startTask": {"commandLine": "a \"b\""}"#),
    );
    mends(code, "task", &task(r#""resourceFiles": "[]""#), &task(r#""resourceFiles": []"#));
    for job in ["job", "job.update"] {
        mends(
            code,
            job,
            r#"{ "id": "j", "poolInfo": "{\u0022poolId\u0022: \u0022p\u0022}" }"#
                .replace(r#""id": "j", "#, if job == "job" { r#""id": "j", "# } else { "" })
                .as_str(),
            r#"{ "id": "j", "poolInfo": {"poolId": "p"} }"#
                .replace(r#""id": "j", "#, if job == "job" { r#""id": "j", "# } else { "" })
                .as_str(),
        );
    }
    leaves(code, "task", r#"{ "id": "t", "commandLine": "{\"a\": 1}" }"#);
    leaves(
        code,
        "task",
        &task(r#""environmentSettings": [{ "name": "a", "value": "{\"a\": 1}" }]"#),
    );
    leaves(code, "pool", &pool(r#""startTask": "{not json}""#));
}

#[test]
fn ids_around_and_tasks_do_not_belong_into_a_body() {
    let code = "AB1318";
    mends(
        code,
        "job",
        r#"{ "id": "j", "poolId": "p" }"#,
        r#"{ "id": "j", "poolInfo": { "poolId": "p" } }"#,
    );
    mends(
        code,
        "job-schedule",
        r#"{ "id": "s", "schedule": {}, "jobSpecification": { "poolId": "p" } }"#,
        r#"{ "id": "s", "schedule": {}, "jobSpecification": { "poolInfo": { "poolId": "p" } } }"#,
    );
    mends(code, "job.update", r#"{ "poolId": "p" }"#, r#"{ "poolInfo": { "poolId": "p" } }"#);
    mends(code, "task", &task(r#""jobId": "j""#), r#"{ "id": "t", "commandLine": "x" }"#);
    mends(
        code,
        "tasks",
        r#"{ "value": [{ "jobId": "j", "id": "t", "commandLine": "x" }] }"#,
        r#"{ "value": [{ "id": "t", "commandLine": "x" }] }"#,
    );
    mends(
        code,
        "pool",
        &pool(r#""accountName": "a""#),
        r#"{ "id": "p", "vmSize": "standard_d2s_v3" }"#,
    );
    mends(
        code,
        "task",
        r#"{ "taskId": "t", "commandLine": "x" }"#,
        r#"{ "id": "t", "commandLine": "x" }"#,
    );
    let request = r#"{ "operationId": "Tasks_CreateTask", "parameters": { "api-version": "2024-07-01.20.0",
        "jobId": "j", "task": { "jobId": "j", "id": "t", "commandLine": "x" } } }"#;
    let report = lint("task", request);
    let found = report.diagnostics.iter().find(|one| one.code == code).expect("it is found");
    assert_eq!(found.fixes[0].applicability, crate::report::Applicability::Safe);

    let code = "AB1317";
    names(code, "job", r#"{ "id": "j", "poolInfo": {}, "tasks": [{ "id": "t" }] }"#);
    names(code, "job", r#"{ "id": "j", "poolInfo": {}, "value": [{ "commandLine": "t" }] }"#);
    names(code, "job.update", r#"{ "taskCollection": { "value": [{ "commandLine": "t" }] } }"#);
    names(code, "job-schedule.update", r#"{ "jobSpecification": { "poolInfo": {}, "task": {} } }"#);
    leaves(code, "job", r#"{ "id": "j", "poolInfo": {}, "value": 1 }"#);
    leaves(
        code,
        "job",
        r#"{ "id": "j", "poolInfo": {}, "jobManagerTask": { "id": "m", "commandLine": "x" } }"#,
    );
}

#[test]
fn dependencies_are_an_object() {
    let code = "AB1319";
    for (wrong, right) in [
        (r#"["a", 7]"#, r#"{ "taskIds": ["a", "7"] }"#),
        (r#""a""#, r#"{ "taskIds": ["a"] }"#),
        ("7", r#"{ "taskIds": ["7"] }"#),
        (r#"[{ "start": 1, "end": 2 }]"#, r#"{ "taskIdRanges": [{ "start": 1, "end": 2 }] }"#),
    ] {
        let of = |value: &str| task(&format!(r#""dependsOn": {value}"#));
        mends(code, "task", &of(wrong), &of(right));
        let list = |value: &str| format!(r#"{{ "value": [{}] }}"#, of(value));
        mends(code, "tasks", &list(wrong), &list(right));
    }
    for fine in [r#"{ "taskIds": [] }"#, r#"{ "taskIdRanges": [] }"#, "null"] {
        leaves(code, "task", &task(&format!(r#""dependsOn": {fine}"#)));
    }
}

#[test]
fn names_and_values_are_a_list() {
    let code = "AB1320";
    for (wrong, right) in [
        (
            r#"{ "A": "x", "B": 4 }"#,
            r#"[ { "name": "A", "value": "x" }, { "name": "B", "value": "4" } ]"#,
        ),
        (r#"["A=x=y"]"#, r#"[{ "name": "A", "value": "x=y" }]"#),
        (r#"[{ "A": "x" }]"#, r#"[{ "name": "A", "value": "x" }]"#),
        (r#"[{ "A": true }]"#, r#"[{ "name": "A", "value": "true" }]"#),
        (r#"[{ "key": "A", "value": "x" }]"#, r#"[{ "name": "A", "value": "x" }]"#),
    ] {
        for (operation, name) in [
            ("task", "environmentSettings"),
            ("job", "commonEnvironmentSettings"),
            ("pool", "metadata"),
        ] {
            let of = |value: &str| match operation {
                "task" => task(&format!(r#""{name}": {value}"#)),
                "pool" => pool(&format!(r#""{name}": {value}"#)),
                _ => format!(r#"{{ "id": "j", "poolInfo": {{}}, "{name}": {value} }}"#),
            };
            mends(code, operation, &of(wrong), &of(right));
        }
    }
    mends(
        code,
        "pool",
        &pool(r#""resourceTags": [{ "name": "a", "value": "b" }, { "key": "c", "value": "d" }]"#),
        &pool(r#""resourceTags": {"a": "b", "c": "d"}"#),
    );
    leaves(code, "task", &task(r#""environmentSettings": {}"#));
    leaves(code, "task", &task(r#""environmentSettings": []"#));
    // A single pair is to be put into a list.
    leaves(code, "task", &task(r#""environmentSettings": { "name": "a", "value": "b" }"#));
}

#[test]
fn shorthands_of_command_lines_are_written_out() {
    let code = "AB1321";
    for (wrong, right) in [
        (
            r#""canonical:ubuntu:22_04-lts:latest""#,
            r#"{ "publisher": "canonical", "offer": "ubuntu", "sku": "22_04-lts", "version": "latest" }"#,
        ),
        (r#""a:b:c""#, r#"{ "publisher": "a", "offer": "b", "sku": "c" }"#),
        (
            r#""/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1""#,
            r#"{ "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1" }"#,
        ),
    ] {
        mends(code, "pool", &machine(wrong), &machine(right));
    }
    for (wrong, right) in [
        (r#""startTask": "echo hi""#, r#""startTask": { "commandLine": "echo hi" }"#),
        (
            r#""applicationPackageReferences": ["a#1", "b:2", "c"]"#,
            r#""applicationPackageReferences": [{ "applicationId": "a", "version": "1" }, { "applicationId": "b", "version": "2" }, { "applicationId": "c" }]"#,
        ),
        (
            r#""applicationPackageReferences": "a#1""#,
            r#""applicationPackageReferences": [{ "applicationId": "a", "version": "1" }]"#,
        ),
        (
            r#""applicationPackageReferences": { "applicationId": "a" }"#,
            r#""applicationPackageReferences": [{ "applicationId": "a" }]"#,
        ),
    ] {
        mends(code, "pool", &pool(wrong), &pool(right));
    }
    for (wrong, right) in [
        (
            r#""resourceFiles": ["https://a.blob.core.windows.net/c/d/f.txt?x=1"]"#,
            r#""resourceFiles": [{ "httpUrl": "https://a.blob.core.windows.net/c/d/f.txt?x=1", "filePath": "f.txt" }]"#,
        ),
        (
            r#""resourceFiles": ["in.txt=https://a.blob.core.windows.net/c/f"]"#,
            r#""resourceFiles": [{ "filePath": "in.txt", "httpUrl": "https://a.blob.core.windows.net/c/f" }]"#,
        ),
        (
            r#""userIdentity": "admin""#,
            r#""userIdentity": { "autoUser": { "elevationLevel": "admin" } }"#,
        ),
        (r#""userIdentity": "ann""#, r#""userIdentity": { "username": "ann" }"#),
        (
            r#""userIdentity": { "autoUser": "pool" }"#,
            r#""userIdentity": { "autoUser": { "scope": "pool" } }"#,
        ),
        (
            r#""containerSettings": "ubuntu:22.04""#,
            r#""containerSettings": { "imageName": "ubuntu:22.04" }"#,
        ),
        (
            r#""containerSettings": { "imageName": "i", "registry": "r.io" }"#,
            r#""containerSettings": { "imageName": "i", "registry": { "registryServer": "r.io" } }"#,
        ),
        (r#""dependsOn": { "taskIds": "a" }"#, r#""dependsOn": { "taskIds": ["a"] }"#),
    ] {
        mends(code, "task", &task(wrong), &task(right));
    }
    for operation in ["job", "job.replace"] {
        mends(
            code,
            operation,
            r#"{ "id": "j", "poolInfo": "p" }"#,
            r#"{ "id": "j", "poolInfo": { "poolId": "p" } }"#,
        );
    }
    leaves(code, "pool", &machine(r#""a b c""#));
    leaves(code, "pool", &pool(r#""startTask": "{\"commandLine\": \"x\"}""#));
    leaves(code, "pool", &pool(r#""startTask": "System.Collections.Hashtable""#));
}

#[test]
fn a_command_line_is_one_string() {
    let code = "AB1322";
    let of = |value: &str| format!(r#"{{ "id": "t", {value} }}"#);
    for (wrong, right) in [
        (
            r#""commandLine": ["/bin/sh", "-c", "echo hi"]"#,
            r#""commandLine": "/bin/sh -c 'echo hi'""#,
        ),
        (r#""commandLine": [ "cmd", "/c", "a b" ]"#, r#""commandLine": "cmd /c \"a b\"""#),
        (r#""commandLine": ["hostname"]"#, r#""commandLine": "hostname""#),
        (r#""command": "x""#, r#""commandLine": "x""#),
        (
            r#""commandLine": "x", "image": "ubuntu""#,
            r#""commandLine": "x", "containerSettings": { "imageName": "ubuntu" }"#,
        ),
        (r#""commandLine": "x", "env": []"#, r#""commandLine": "x", "environmentSettings": []"#),
    ] {
        mends(code, "task", &of(wrong), &of(right));
    }
    names(code, "task", r#"{ "id": "t", "args": ["x"] }"#);
    names(code, "task", r#"{ "id": "t", "commandLine": ["it's", "o'clock ;"] }"#);
    mends(
        code,
        "pool",
        &pool(r#""startTask": { "commandLine": ["a", "b"] }"#),
        &pool(r#""startTask": { "commandLine": "a b" }"#),
    );
    leaves(code, "task", r#"{ "id": "t", "commandLine": "[\"a\"]" }"#);
    leaves(
        code,
        "task",
        &task(r#""environmentSettings": [{ "name": "command", "value": "args" }]"#),
    );
}

#[test]
fn scalars_of_other_notations_are_written_as_the_api_has_them() {
    let code = "AB1323";
    for (wrong, right) in [
        (
            r#""autoScaleFormula": "a = 1", "enableAutoScale": "yes""#,
            r#""autoScaleFormula": "a = 1", "enableAutoScale": true"#,
        ),
        (
            r#""targetDedicatedNodes": 1, "enableAutoScale": "False""#,
            r#""targetDedicatedNodes": 1, "enableAutoScale": false"#,
        ),
        (
            r#""autoScaleFormula": "a = 1", "enableAutoScale": 1"#,
            r#""autoScaleFormula": "a = 1", "enableAutoScale": true"#,
        ),
        (
            r#""enableInterNodeCommunication": "Disabled""#,
            r#""enableInterNodeCommunication": false"#,
        ),
        (r#""targetDedicatedNodes": "2 nodes""#, r#""targetDedicatedNodes": 2"#),
        (r#""targetDedicatedNodes": "1,000""#, r#""targetDedicatedNodes": 1000"#),
        (r#""resizeTimeout": 900"#, r#""resizeTimeout": "PT15M""#),
        (
            r#""resizeTimeout": { "ticks": 9000000000, "days": 0, "minutes": 15, "totalDays": 0.01 }"#,
            r#""resizeTimeout": "PT15M""#,
        ),
    ] {
        mends(code, "pool", &pool(wrong), &pool(right));
    }
    mends(
        code,
        "task",
        &task(r#""dependsOn": { "taskIds": "a, b,c" }"#),
        &task(r#""dependsOn": { "taskIds": ["a", "b", "c"] }"#),
    );
    for (wrong, right) in [
        (r#""/Date(1700000000000)/""#, r#""2023-11-14T22:13:20Z""#),
        (r#"{ "value": "/Date(1700000000000)/", "DisplayHint": 2 }"#, r#""2023-11-14T22:13:20Z""#),
    ] {
        let of = |value: &str| {
            format!(
                r#"{{ "id": "s", "schedule": {{ "doNotRunUntil": {value} }}, "jobSpecification": {{ "poolInfo": {{}} }} }}"#
            )
        };
        mends(code, "job-schedule", &of(wrong), &of(right));
    }
    names(code, "pool", &pool(r#""targetNodeCommunicationMode": 1"#));
    for fine in [
        r#""enableAutoScale": "true""#,
        r#""targetDedicatedNodes": "2""#,
        r#""resizeTimeout": "00:15:00""#,
    ] {
        leaves(code, "pool", &pool(fine));
    }
}

#[test]
fn texts_to_be_filled_in_are_said_once() {
    let said = |operation: &str, text: &str| {
        let report = lint(operation, text);
        // That a property or the pool's size is left out is not the subject.
        let other = ["AB0044", "AB1620"];
        let found = report.diagnostics.iter().filter(|one| !other.contains(&&*one.code));
        found.map(|one| format!("{} {}", one.code, one.pointer)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(
            "pool",
            r#"{ "id": "[parameters('a')]", "vmSize": "[variables('s')]", "startTask": "[variables('t')]" }"#
        ),
        ["AB1328 /id", "AB1328 /vmSize", "AB1328 /startTask"]
    );
    assert_eq!(
        said(
            "pool",
            r#"{ "id": "{{id}}", "vmSize": "<vm-size>", "displayName": "${NAME}", "resizeTimeout": "{{t}}" }"#
        ),
        ["AB1329 /id", "AB1329 /vmSize", "AB1329 /displayName", "AB1329 /resizeTimeout"]
    );
    assert_eq!(
        said(
            "task",
            r#"{ "id": "[object Object]", "commandLine": "x", "displayName": "undefined", "resourceFiles": ["System.Object[]"], "userIdentity": "@{username=a}" }"#
        ),
        ["AB1330 /id", "AB1330 /displayName", "AB1330 /resourceFiles/0", "AB1330 /userIdentity"]
    );
    for fine in [
        r#"{ "id": "t", "commandLine": "echo ${HOME} {{x}} <in", "environmentSettings": [{ "name": "A", "value": "${B}" }] }"#,
        r#"{ "id": "t", "commandLine": "[ -f x ] && y" }"#,
        r#"{ "id": "t", "commandLine": "System.Object[]", "displayName": "[[escaped]" }"#,
        r#"{ "id": "t", "commandLine": "x", "resourceFiles": [{ "httpUrl": "https://a/c/f", "filePath": "$X/%Y%/{z}" }] }"#,
    ] {
        assert_eq!(said("task", fine), [""; 0], "{fine}");
    }
    assert_eq!(
        said("pool", &pool(r#""enableAutoScale": true, "autoScaleFormula": "[json('1')]""#)),
        [""; 0]
    );
}

#[test]
fn updates_that_change_nothing_are_named() {
    for empty in
        ["{}", r#"{ "priority": null }"#, r#"{ "odata.etag": "x" }"#, r#"{ "unknown": 1 }"#]
    {
        names("AB1337", "job.update", empty);
    }
    names("AB1337", "pool.update", "{}");
    names("AB1337", "job-schedule.update", "{}");
    names("AB1337", "task.replace", "{}");
    leaves("AB1337", "pool.update", r#"{ "metadata": [] }"#);
    leaves("AB1337", "task.replace", r#"{ "constraints": {} }"#);
}

#[test]
fn no_fix_spells_what_an_encoded_document_hides_in_escapes() {
    let spelled: String = "hunter2".chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let text = format!(r#""{{\"id\":\"p\",\"password\":\"{spelled}\"}}""#);
    let report = Linter::new().lint(&text, Target::detect());
    let found: Vec<_> = report.diagnostics.iter().map(|found| &*found.code).collect();
    assert_eq!(found, ["AB1307"]);
    let edits = report.diagnostics.iter().flat_map(|one| &one.fixes).flat_map(|fix| &fix.edits);
    let written: String = edits.map(|edit| edit.text.as_str()).collect();
    assert!(!written.contains("hunter2"), "{written}");
}
