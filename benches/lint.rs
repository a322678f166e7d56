//! How long linting takes, as ratios to named peers measured in the same run.
//!
//! `cargo bench` prints two tables. The first is of one document at a time:
//! reading it with this crate's parser and linting it, beside serde_json
//! parsing it to a `Value` and jsonschema checking such a value. The second is
//! of the whole command: its start, and a thousand files in one call.
//!
//! The candidates take turns in every round, so that a noisy machine slows
//! them alike, and the fastest round of each counts.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use batchlint::document::Document;
use batchlint::{Linter, api};
use serde_json::{Value, json};

fn main() {
    // `cargo test --benches` runs this too; once round is enough there.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let rounds = if quick { 1 } else { 200 };
    documents(rounds);
    command(if quick { 1 } else { 20 });
}

/// A measured piece of work.
type Work<'w> = (&'static str, Box<dyn Fn() + 'w>);

fn documents(rounds: usize) {
    println!("One document, fastest of {rounds} rounds; the ratio is to serde_json's parsing.\n");
    let linter = Linter::new();
    let structure = Linter::builder().select("structure").expect("the category exists").build();
    for (name, operation, value) in [
        ("1 KB pool", "pool", pool()),
        ("10 KB job", "job", job()),
        ("200 KB tasks", "tasks", tasks()),
    ] {
        let text = serde_json::to_string_pretty(&value).expect("a value serialises");
        let operation = api::operation(operation).expect("the alias exists");
        let report = linter.lint(&text, operation);
        assert!(report.diagnostics.is_empty(), "{name} is clean: {report:?}");
        let validator = validator(operation.id);
        let work: Vec<Work<'_>> = vec![
            (
                "serde_json to Value",
                Box::new(|| {
                    black_box(serde_json::from_str::<Value>(black_box(&text)).expect("it is JSON"));
                }),
            ),
            (
                "jsonschema, built at run time, on a Value",
                Box::new(|| {
                    black_box(validator.is_valid(black_box(&value)));
                }),
            ),
            (
                "batchlint, document with spans",
                Box::new(|| {
                    black_box(Document::parse(black_box(&text)));
                }),
            ),
            (
                "batchlint, document to Value",
                Box::new(|| {
                    let document = Document::parse(black_box(&text));
                    let root = document.root().expect("it has a value");
                    black_box(root.to_json(&mut |_, _| {}));
                }),
            ),
            (
                "batchlint, structure alone",
                Box::new(|| {
                    black_box(structure.lint(black_box(&text), operation));
                }),
            ),
            (
                "batchlint, full lint",
                Box::new(|| {
                    black_box(linter.lint(black_box(&text), operation));
                }),
            ),
        ];
        println!("{name} ({} bytes)", text.len());
        print(&measure(&work, rounds, iterations(text.len())), &work);
    }
}

fn command(rounds: usize) {
    let folder = std::env::temp_dir().join(format!("batchlint-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let text = serde_json::to_string_pretty(&pool()).expect("a value serialises");
    for number in 0..1000 {
        let path = folder.join(format!("pool-{number}.json"));
        std::fs::write(path, &text).expect("the temporary folder can be written");
    }
    let run = |path: &Path| {
        let status = Command::new(env!("CARGO_BIN_EXE_batchlint"))
            .args(["check", "--no-config", "--format", "json"])
            .arg(path)
            .stdout(Stdio::null())
            .status()
            .expect("the command starts");
        assert!(status.success(), "{} is clean", path.display());
    };
    let one = folder.join("pool-0.json");
    let files: Vec<_> = (0..1000).map(|n| folder.join(format!("pool-{n}.json"))).collect();
    let work: Vec<Work<'_>> = vec![
        (
            "serde_json, reading and parsing 1,000 files",
            Box::new(|| {
                for path in &files {
                    let text = std::fs::read_to_string(path).expect("it was written");
                    black_box(serde_json::from_str::<Value>(&text).expect("it is JSON"));
                }
            }),
        ),
        ("batchlint check, 1,000 files in one call", Box::new(|| run(&folder))),
        ("batchlint check, one file", Box::new(|| run(&one))),
    ];
    println!("The command, fastest of {rounds} rounds.\n");
    print(&measure(&work, rounds, 1), &work);
    std::fs::remove_dir_all(&folder).expect("the temporary folder can be removed");
}

/// The fastest round of each, per iteration.
fn measure(work: &[Work<'_>], rounds: usize, iterations: u32) -> Vec<Duration> {
    let mut best = vec![Duration::MAX; work.len()];
    for _ in 0..rounds {
        for ((_, run), best) in work.iter().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..iterations {
                run();
            }
            *best = (*best).min(start.elapsed() / iterations);
        }
    }
    best
}

fn print(times: &[Duration], work: &[Work<'_>]) {
    for (time, (name, _)) in times.iter().zip(work) {
        let ratio = time.as_secs_f64() / times[0].as_secs_f64();
        println!("  {name:<46} {:>10.1} µs  {ratio:>6.2}×", time.as_secs_f64() * 1e6);
    }
    println!();
}

/// About a millisecond of work a round.
fn iterations(bytes: usize) -> u32 {
    u32::try_from(400_000 / bytes).unwrap_or(1).max(1)
}

fn validator(id: &str) -> jsonschema::Validator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(folder.join(name)).expect("the schema exists");
        serde_json::from_str(&text).expect("the schema is JSON")
    };
    let mut schema = read(&format!("requests/{id}.json"));
    schema["$defs"] = read("models.json")["$defs"].take();
    let target = schema["$ref"].as_str().map(|target| target.replace("../models.json", ""));
    schema["$ref"] = json!(target);
    jsonschema::validator_for(&schema).expect("the schema is valid")
}

fn pool() -> Value {
    json!({
        "id": "render",
        "displayName": "Frames of the autumn film",
        "vmSize": "standard_d2s_v3",
        "virtualMachineConfiguration": {
            "imageReference": {
                "publisher": "canonical",
                "offer": "0001-com-ubuntu-server-jammy",
                "sku": "22_04-lts",
                "version": "latest"
            },
            "nodeAgentSKUId": "batch.node.ubuntu 22.04"
        },
        "resizeTimeout": "PT15M",
        "targetDedicatedNodes": 4,
        "startTask": {
            "commandLine": "/bin/bash -c './setup.sh'",
            "resourceFiles": [
                { "httpUrl": "https://example.blob.core.windows.net/in/setup.sh", "filePath": "setup.sh" }
            ],
            "userIdentity": { "autoUser": { "scope": "pool", "elevationLevel": "admin" } },
            "maxTaskRetryCount": 2,
            "waitForSuccess": true
        },
        "taskSlotsPerNode": 2,
        "metadata": [{ "name": "owner", "value": "render farm" }]
    })
}

fn job() -> Value {
    let mut pool = pool();
    if let Some(members) = pool.as_object_mut() {
        members.remove("id");
    }
    let files: Vec<Value> = (0..40)
        .map(|n| {
            json!({
                "httpUrl": format!("https://example.blob.core.windows.net/in/scene-{n:03}.blend"),
                "filePath": format!("scenes/scene-{n:03}.blend")
            })
        })
        .collect();
    json!({
        "id": "film",
        "priority": 100,
        "constraints": { "maxWallClockTime": "PT12H", "maxTaskRetryCount": 1 },
        "jobPreparationTask": { "commandLine": "/bin/sh -c 'ls'", "resourceFiles": files },
        "poolInfo": {
            "autoPoolSpecification": { "poolLifetimeOption": "job", "keepAlive": false, "pool": pool }
        },
        "commonEnvironmentSettings": (0..20)
            .map(|n| json!({ "name": format!("OPTION_{n}"), "value": format!("value {n}") }))
            .collect::<Vec<_>>(),
        "onAllTasksComplete": "terminatejob",
        "metadata": [{ "name": "owner", "value": "render farm" }]
    })
}

fn tasks() -> Value {
    let task = |n: usize| {
        json!({
            "id": format!("frame-{n:04}"),
            "displayName": format!("Frame {n}"),
            "commandLine": format!("/bin/bash -c 'blender -b scene.blend -o out/frame -f {n}'"),
            "resourceFiles": (0..7).map(|file| json!({
                "httpUrl": format!("https://example.blob.core.windows.net/in/texture-{file}.png"),
                "filePath": format!("textures/texture-{file}.png")
            })).collect::<Vec<_>>(),
            "outputFiles": [{
                "filePattern": "out/*.png",
                "destination": { "container": {
                    "containerUrl": "https://example.blob.core.windows.net/out",
                    "path": format!("frames/{n:04}")
                } },
                "uploadOptions": { "uploadCondition": "tasksuccess" }
            }],
            "environmentSettings": [{ "name": "FRAME", "value": n.to_string() }],
            "constraints": { "maxWallClockTime": "PT1H", "retentionTime": "P1D", "maxTaskRetryCount": 3 },
            "userIdentity": { "autoUser": { "scope": "task", "elevationLevel": "nonadmin" } }
        })
    };
    json!({ "value": (0..100).map(task).collect::<Vec<_>>() })
}
