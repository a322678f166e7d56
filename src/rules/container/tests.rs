//! What the pedantic rules must not flag.

use crate::{Linter, Target, api};

/// The pedantic rules of the category that find something.
fn codes(operation: &str, text: &str) -> Vec<String> {
    let operation = api::operation(operation).expect("the operation exists");
    let linter = Linter::builder().select("container").expect("the category exists").build();
    let report = linter.lint(text, Target::from(operation));
    report.diagnostics.into_iter().map(|found| found.code.into_owned()).collect()
}

fn task(members: &str) -> Vec<String> {
    codes("task", &format!(r#"{{ "id": "t1", "commandLine": "x", {members} }}"#))
}

fn pool(configuration: &str, settings: &str) -> Vec<String> {
    codes(
        "pool",
        &format!(
            r#"{{ "id": "p1", "vmSize": "standard_d2s_v5", "virtualMachineConfiguration": {{
                "imageReference": {{ "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" }},
                "nodeAgentSKUId": "batch.node.ubuntu 22.04",
                "containerConfiguration": {{ "type": "dockerCompatible", {configuration} }} }},
                "startTask": {{ "commandLine": "x", "containerSettings": {{ {settings} }} }} }}"#
        ),
    )
}

#[test]
fn the_version_of_an_image() {
    let image = |name: &str| task(&format!(r#""containerSettings": {{ "imageName": "{name}" }}"#));
    assert_eq!(image("localhost:5000/app"), ["AB2329"]);
    assert_eq!(image("app:latest"), ["AB2329"]);
    assert!(image("app:1").is_empty());
    assert!(image(&format!("app@sha256:{}", "0123456789abcdef".repeat(4))).is_empty());
    // Another rule says what is wrong with it.
    assert_eq!(image("App"), ["AB2321"]);
}

#[test]
fn the_images_of_a_pool() {
    let image = r#""imageName": "registry.example.com/app:1""#;
    let names = |names: &str| pool(&format!(r#""containerImageNames": [{names}]"#), image);
    assert_eq!(names(r#""registry.example.com/app:2""#), ["AB2330"]);
    assert!(names(r#""Registry.Example.com/app:1", "ubuntu:A", "ubuntu:a""#).is_empty());
    assert!(names("").is_empty());
    assert!(names(r#""${IMAGE}""#).iter().all(|code| code != "AB2330"));
    assert_eq!(names(r#""registry.example.com/app:1", "a:1", "a:1""#), ["AB2322"]);
}

#[test]
fn credentials_of_a_task_and_its_pool() {
    let pool = |server: &str| {
        pool(
            &format!(
                r#""containerRegistries": [{{ "registryServer": "{server}", "username": "u", "password": "p" }}]"#
            ),
            r#""imageName": "acr1.azurecr.io/app:1",
                "registry": { "registryServer": "acr1.azurecr.io", "username": "u", "password": "p" }"#,
        )
    };
    assert_eq!(pool("ACR1.azurecr.io"), ["AB2325"]);
    assert!(pool("acr2.azurecr.io").is_empty());
}

#[test]
fn protocols_of_registries() {
    let server = |server: &str| {
        task(&format!(
            r#""containerSettings": {{ "imageName": "app:1", "registry":
                {{ "registryServer": "{server}", "username": "u", "password": "p" }} }}"#
        ))
    };
    assert!(server("https://index.docker.io/v1/").is_empty());
    assert_eq!(server("HTTP://docker.io"), ["AB2324"]);
    // One cause is one finding.
    assert_eq!(server("https://hub.docker.com"), ["AB2303"]);
}

#[test]
fn names_of_containers() {
    let options = |options: &str| {
        task(&format!(
            r#""containerSettings": {{ "imageName": "app:1", "containerRunOptions": "{options}" }}"#
        ))
    };
    assert!(options("--hostname x --network-alias --name").is_empty());
    assert_eq!(options("--rm --name=x"), ["AB2326"]);
}

#[test]
fn what_is_uploaded_from_a_read_only_directory() {
    let pattern = |pattern: &str| {
        task(&format!(
            r#""containerSettings": {{ "imageName": "app:1",
                "containerHostBatchBindMounts": [{{ "source": "Task", "isReadOnly": true }}] }},
            "outputFiles": [{{ "filePattern": "{pattern}", "destination": {{ "container": {{
                "containerUrl": "https://acc1.blob.core.windows.net/out" }} }},
                "uploadOptions": {{ "uploadCondition": "tasksuccess" }} }}]"#
        ))
    };
    assert_eq!(pattern("out/*.csv"), ["AB2327"]);
    assert!(pattern("../stdout.txt").is_empty());
    assert!(pattern("/mnt/out/*").is_empty());
    assert!(pattern("$AZ_BATCH_NODE_SHARED_DIR/*").is_empty());
}

#[test]
fn directories_of_preparation_tasks() {
    let mounts = r#""commandLine": "x", "containerSettings": { "imageName": "app:1",
        "containerHostBatchBindMounts": [{ "source": "Task" }, { "source": "jobprep" }] }"#;
    let job = |members: &str| {
        let text = format!(
            r#"{{ "id": "j1", "poolInfo": {{ "poolId": "p1" }}, {members} "jobManagerTask": {{ "id": "m", {mounts} }} }}"#
        );
        codes("job", &text)
    };
    assert_eq!(job(""), ["AB2328"]);
    assert!(job(r#""jobPreparationTask": { "commandLine": "x" }, "#).is_empty());
    assert!(codes("task", &format!(r#"{{ "id": "t1", {mounts} }}"#)).is_empty());
}

#[test]
fn lists_take_time_in_proportion() {
    crate::growth::assert_linear(
        "images",
        |size| {
            let names: Vec<_> =
                (0..size / 4).map(|at| format!("\"acr{at}.azurecr.io/a\"")).collect();
            format!(
                r#"{{ "id": "p1", "vmSize": "standard_d2s_v5", "virtualMachineConfiguration": {{
                "containerConfiguration": {{ "type": "dockerCompatible", "containerImageNames": [{}] }} }} }}"#,
                names.join(", ")
            )
        },
        |text| {
            codes("pool", text);
        },
    );
}
