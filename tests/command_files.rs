//! Which files the command checks, and by which configuration; and the options
//! that choose what is said of them.
#![cfg(feature = "cli")]

#[allow(dead_code, reason = "shared by the tests of the command")]
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use support::{code, command, folder, run, stderr, stdout, write};

const CLEAN: &str = r#"{"id":"t1","commandLine":"hostname"}"#;
const WRONG: &str = r#"{"id":"t 1","commandLine":"hostname"}"#;
const WARNED: &str = r#"{"id":"t1","CommandLine":"hostname"}"#;

/// `check` with these arguments.
fn check(folder: &Path, arguments: &[&str]) -> Output {
    run(folder, &[&["check"], arguments].concat())
}

/// `check` of a text as standard input.
fn check_text(folder: &Path, arguments: &[&str], text: &str) -> Output {
    use std::io::Write as _;
    let mut child = command(folder, &[&["check"], arguments].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    child.wait_with_output().expect("it ends")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|_| panic!("{}", stderr(output)))
}

/// The paths in a list of the JSON output.
fn paths(output: &Output, list: &str) -> Vec<String> {
    let all = json(output);
    let list = all[list].as_array().unwrap_or_else(|| panic!("{list} is a list: {all}"));
    list.iter().map(|one| one["path"].as_str().expect("a path").to_owned()).collect()
}

/// The codes of what is found in the only document of a run.
fn codes(output: &Output) -> Vec<String> {
    let all = json(output);
    assert_eq!(all["documents"].as_array().map(Vec::len), Some(1), "{all}");
    let found = all["documents"][0]["diagnostics"].as_array().expect("a list");
    found.iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

/// JSON of other things than Batch, as repositories have it.
const OTHERS: [(&str, &str); 17] = [
    ("people.json", r#"[{"id":1,"name":"Ann"},{"id":2,"name":"Bob"}]"#),
    (
        "map.geojson.json",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"name":"a"},"geometry":{"type":"Point","coordinates":[1,2]}}]}"#,
    ),
    (
        "book.json",
        r#"{"cells":[{"cell_type":"code","execution_count":1,"id":"a","metadata":{},"outputs":[],"source":["x"]}],"metadata":{"kernelspec":{"name":"python3"}},"nbformat":4,"nbformat_minor":5}"#,
    ),
    ("hook.json", r#"{"url":"x","priority":1}"#),
    (
        "tsconfig.json",
        "{\n  // comments are allowed here\n  \"compilerOptions\": {\"strict\": true,},\n  \"include\": [\"src\"]\n}",
    ),
    (
        "package.json",
        r#"{"name":"x","version":"1.0.0","description":"d","scripts":{"test":"x"},"dependencies":{}}"#,
    ),
    ("composer.json", r#"{"name":"a/b","type":"library","require":{"php":"8"},"autoload":{}}"#),
    ("settings.json", "{\"editor.tabSize\": 2, \"files.exclude\": {\"**/.git\": true}, // mine\n}"),
    (
        "openapi.json",
        r#"{"openapi":"3.0.0","info":{"title":"Batch","version":"2024-07-01.20.0"},"paths":{"/pools":{"post":{"operationId":"Pools_CreatePool","parameters":[]}}},"components":{"schemas":{"Pool":{"properties":{"vmSize":{"type":"string"},"commandLine":{}}}}}}"#,
    ),
    (
        "package-lock.json",
        r#"{"name":"x","lockfileVersion":3,"requires":true,"packages":{"":{"dependencies":{}}}}"#,
    ),
    (
        "state.json",
        r#"{"version":4,"terraform_version":"1.5","serial":1,"lineage":"a","outputs":{},"resources":[{"type":"azurerm_batch_pool","instances":[{"attributes":{"id":"a","vm_size":"b"}}]}]}"#,
    ),
    (
        "answer.json",
        r#"{"odata.metadata":"https://a.e.batch.azure.com/$metadata#pools","value":[{"id":"p","vmSize":"a","state":"active","url":"u","eTag":"e"}]}"#,
    ),
    (
        "list.json",
        r#"[{"id":"j","poolInfo":{"poolId":"p"},"state":"active","url":"u","eTag":"e","priority":0}]"#,
    ),
    ("request.json", r#"{"method":"GET","url":"https://api.example.com/jobs/1"}"#),
    (
        "vm.parameters.json",
        r#"{"$schema":"https://schema.management.azure.com/x","contentVersion":"1.0.0.0","parameters":{"vmSize":{"value":"a"},"location":{"value":"b"}}}"#,
    ),
    ("processes.json", r#"[{"pid":1,"commandLine":"init","user":"root","cpu":0.1}]"#),
    (
        "service.json",
        r#"{"cluster":"a","serviceName":"b","networkConfiguration":{},"taskDefinition":"c","desiredCount":1}"#,
    ),
];

#[test]
fn a_repository_of_other_json_stays_silent() {
    for (name, text) in OTHERS {
        let folder = folder(&[(name, text)]);
        let output = check(folder.path(), &[]);
        assert_eq!(code(&output), 2, "all files are left out: {name}: {}", stdout(&output));
        assert_eq!(stdout(&output), "", "{name}");
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
        write(folder.path(), "task.json", CLEAN);
        let output = check(folder.path(), &["--format", "json"]);
        assert_eq!(code(&output), 0, "{name}: {}", stdout(&output));
        assert_eq!(paths(&output, "documents"), ["task.json"]);
        assert_eq!(paths(&output, "skipped"), [name]);
    }
}

#[test]
fn broken_and_misspelt_bodies_in_a_folder_are_never_left_out() {
    for text in [
        r#"{"id":"t","comandLine":"x"}"#,
        r#"{"id":"p","vmSize":"standard_d2s_v3""#,
        r#"{"id":"p","vm_size":"a","target_dedicated_nodes":2}"#,
        r#"{"Id":"p","VmSize":"a","TargetDedicatedNodes":2}"#,
        r#"{"id":"p","VMSize":7}"#,
        r#"{"id":"j","poolinfos":{}}"#,
        r#"{"id: "t", "commandLine": "x"}"#,
        r#"{"pool":{"id":"p","vmSize":7}}"#,
        r#"[{"id":"t","comandline":"x"}]"#,
        "id: p\nvmSize: standard_d2s_v3\n",
    ] {
        let folder = folder(&[("body.json", text)]);
        let output = check(folder.path(), &["--format", "concise", "--deny-warnings"]);
        assert_eq!(code(&output), 1, "{text}: {}", stderr(&output));
        assert!(stdout(&output).starts_with("body.json:"), "{text}: {}", stdout(&output));
    }
}

#[test]
fn what_is_named_is_checked_whatever_it_is() {
    let folder = folder(&OTHERS);
    for (name, _) in OTHERS {
        let output = check(folder.path(), &["--format", "json", name]);
        assert_eq!(paths(&output, "documents"), [name]);
        assert_eq!(json(&output)["skipped"], json!([]));
    }
    let output = check(folder.path(), &["-o", "task", "--format", "json", "."]);
    assert_eq!(paths(&output, "documents").len(), OTHERS.len(), "the operation is named");
}

#[test]
fn endings_count_in_any_case_and_other_notations_are_told() {
    let folder = folder(&[
        ("A.JSON", CLEAN),
        ("pool.yaml", "id: p\nvmSize: a\n"),
        ("tasks.ndjson", "{\"id\":\"t\",\"commandLine\":\"x\"}\n{\"id\":\"u\"}\n"),
        ("task.jsonc", "// mine\n{\"id\": \"t\", \"commandLine\": \"x\"}"),
        ("ci.yml", "on: push\njobs:\n  test:\n    steps: []\n"),
        ("data.jsonl", "{\"a\":1}\n"),
    ]);
    let output = check(folder.path(), &[]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).starts_with("A.JSON: ok, as Tasks_CreateTask\n"), "{output:?}");
    let note = "note: not checked, though they hold names of the API: pool.yaml, task.jsonc, \
                tasks.ndjson; in a folder only *.json files are checked\n";
    assert_eq!(stderr(&output), note);
    fs::remove_file(folder.path().join("A.JSON")).expect("it is ours");
    let output = check(folder.path(), &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("pool.yaml"), "{}", stderr(&output));
    assert!(stderr(&output).contains("there is no *.json file in the current folder"));
}

#[test]
fn a_check_of_nothing_fails_with_help() {
    let folder = folder(&[("a/x.txt", ""), ("b/x.txt", ""), ("c/t.json", CLEAN)]);
    for arguments in [&[][..], &["."], &["a"], &["a", "b"]] {
        let inner = folder.path().join("a");
        let at = if arguments.len() < 2 && arguments != ["a"] { &inner } else { folder.path() };
        let output = check(at, arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let said = stderr(&output);
        assert!(said.contains("there is no *.json file in "), "{said}");
        assert!(said.contains("help: name a file, a folder"), "{said}");
    }
    let output = check(folder.path(), &["a", "c"]);
    assert_eq!(code(&output), 0);
    assert_eq!(stderr(&output), "note: there is no *.json file in a\n");
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_each_file_is_checked_once() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        ("mounted/..2026/pool.json", WRONG),
        ("store/far.json", WRONG),
        ("twice/b.json", WRONG),
        ("round/t.json", CLEAN),
    ]);
    let root = folder.path();
    let link = |to: &str, at: &str| symlink(to, root.join(at)).expect("links can be made");
    // As Kubernetes mounts a ConfigMap.
    link("..2026", "mounted/..data");
    link("..data/pool.json", "mounted/pool.json");
    let output = check(root, &["--format", "json", "mounted"]);
    assert_eq!(paths(&output, "documents"), ["mounted/pool.json"]);
    assert_eq!(code(&output), 1);

    link("b.json", "twice/a.json");
    let output = check(root, &["--format", "json", "twice"]);
    assert_eq!(paths(&output, "documents"), ["twice/b.json"], "by its own name");

    link(".", "round/loop");
    link("loop.json", "round/loop.json");
    link("../store", "round/elsewhere");
    link("gone.json", "round/lost.json");
    let output = check(root, &["--format", "json", "round"]);
    assert_eq!(paths(&output, "documents"), ["round/t.json"]);
    assert_eq!(paths(&output, "skipped"), ["round/elsewhere"]);
    assert_eq!(json(&output)["skipped"][0]["kind"], "linked-folder");
    assert_eq!(paths(&output, "unreadable"), ["round/loop.json", "round/lost.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("cannot read round/lost.json: a broken link"));
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_and_devices_of_a_folder_are_not_opened() {
    let folder = folder(&[("t.json", CLEAN)]);
    let fifo = folder.path().join("pipe.json");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo starts").success());
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.json")).expect("a link");
    let output = check(folder.path(), &["--format", "json"]);
    assert_eq!(code(&output), 0);
    assert_eq!(paths(&output, "skipped"), ["pipe.json", "zero.json"]);
    assert_eq!(json(&output)["skipped"][0]["kind"], "not-regular");
}

#[test]
fn json_lists_what_was_not_checked_and_why() {
    let folder = folder(&[
        ("a.json", "{}"),
        ("old/b.json", CLEAN),
        ("data/c.json", CLEAN),
        ("t.json", WRONG),
        (
            "batchlint.toml",
            "exclude = ['old']\n[[files]]\npaths = ['data/**']\noperation = 'none'\n",
        ),
    ]);
    let output = check(folder.path(), &["--format", "json", ".", "gone.json"]);
    assert_eq!(code(&output), 2);
    let report = json(&output);
    assert_eq!(report["version"], 1);
    assert_eq!(report["summary"]["documents"], 1);
    let skipped = report["skipped"].as_array().expect("a list");
    let mut kinds: Vec<_> = skipped
        .iter()
        .map(|one| (one["path"].as_str().expect("a path"), one["kind"].as_str().expect("a kind")))
        .collect();
    kinds.sort_unstable();
    let expected =
        [("a.json", "no-evidence"), ("data/c.json", "no-operation"), ("old/b.json", "excluded")];
    assert_eq!(kinds, expected);
    assert!(skipped.iter().all(|one| one["reason"].as_str().is_some_and(|text| text.len() > 9)));
    let unreadable = &report["unreadable"][0];
    assert_eq!(unreadable["path"], "gone.json");
    assert!(unreadable["reason"].as_str().is_some_and(|text| text.contains("No such file")));
    let output = check(folder.path(), &["--format", "json", "t.json"]);
    assert_eq!(json(&output)["skipped"], json!([]));
    assert_eq!(json(&output)["unreadable"], json!([]));
}

#[test]
fn the_files_are_listed_with_reasons_and_none_is_checked() {
    let folder = folder(&[
        ("a.json", "{}"),
        ("near.json", r#"{"id":"t","comandLine":"x"}"#),
        ("patch.json", r#"{"priority":1}"#),
        ("t.json", WRONG),
        ("batchlint.toml", "[[files]]\npaths = ['patch.json']\noperation = 'job.update'\n"),
    ]);
    let output = check(folder.path(), &["--show-files", "."]);
    assert_eq!(code(&output), 0, "nothing is checked");
    assert_eq!(stderr(&output), "");
    let shown = stdout(&output);
    for line in [
        "patch.json: as Jobs_UpdateJob (the configuration names it for this path); its operation \
         is named\n",
        "t.json: as Tasks_CreateTask (it has `id`, `commandLine`); it has `commandLine`\n",
        "a.json: not checked: nothing in it says that it is a request to Batch\n",
    ] {
        assert!(shown.contains(line), "{line}{shown}");
    }
    assert!(shown.contains("it has a name close to `commandLine`\n"), "{shown}");
    assert!(!shown.contains("AB0"), "{shown}");

    let output = check(folder.path(), &["--show-files", "--format", "json", "t.json", "gone.json"]);
    assert_eq!(code(&output), 2, "one cannot be read");
    let listed = json(&output);
    assert_eq!(listed["version"], 1);
    assert_eq!(listed["files"][0]["path"], "t.json");
    assert_eq!(listed["files"][0]["operation"]["id"], "Tasks_CreateTask");
    assert_eq!(listed["files"][0]["evidence"], json!({"kind": "named"}));
    assert_eq!(paths(&output, "skipped"), Vec::<String>::new());
    assert_eq!(paths(&output, "unreadable"), ["gone.json"]);
    assert_eq!(code(&check(folder.path(), &["--show-files", "--fix"])), 2);
}

#[test]
fn what_is_excluded_is_not_checked_even_if_named() {
    let folder = folder(&[
        ("old/deep/b.json", WRONG),
        ("old.json", CLEAN),
        ("gen-1.json", WRONG),
        ("data.json", WRONG),
        (
            "batchlint.toml",
            "exclude = ['old/', 'gen-*.json']\n[[files]]\npaths = ['data.json']\noperation = \
             'none'\n",
        ),
    ]);
    let root = folder.path();
    let output = check(root, &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stderr(&output).contains("note: excluded by the configuration: "));
    assert!(stderr(&output).contains("note: of no operation, by the configuration: data.json"));
    for named in ["old/deep/b.json", "gen-1.json", "data.json"] {
        let output = check(root, &[named]);
        assert_eq!(code(&output), 0, "a hook may name any file: {named}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains(named), "{}", stderr(&output));
        assert_eq!(code(&check(root, &["--no-config", named])), 1);
    }
    let output = check(root, &["old"]);
    assert_eq!(code(&output), 2, "a folder of which nothing is left");
    assert!(stderr(&output).contains("the configuration leaves out the one *.json file"));
}

#[test]
fn rules_are_set_for_some_files() {
    let config = "ignore = ['AB0044']\n\
                  [severity]\nAB0039 = 'warning'\n\
                  [[files]]\npaths = ['old/**']\nignore = ['structure/pattern']\n\
                  [[files]]\npaths = ['**/strict-*.json']\nseverity = { AB0039 = 'error' }\n\
                  [[files]]\npaths = ['**/strict-*.json']\noperation = 'task'\n";
    let folder = folder(&[
        ("batchlint.toml", config),
        ("a.json", WRONG),
        ("old/b.json", WRONG),
        ("strict-c.json", WRONG),
        ("old/strict-d.json", WRONG),
    ]);
    let severity = |path: &str| {
        let report = json(&check(folder.path(), &["--format", "json", path]));
        report["documents"][0]["diagnostics"][0]["severity"].as_str().map(str::to_owned)
    };
    assert_eq!(severity("a.json").as_deref(), Some("warning"));
    assert_eq!(severity("old/b.json"), None);
    assert_eq!(severity("strict-c.json").as_deref(), Some("error"));
    assert_eq!(severity("old/strict-d.json"), None, "both entries hold");
    let report = json(&check(folder.path(), &["--format", "json", "strict-c.json"]));
    assert_eq!(report["documents"][0]["operation"]["source"], "config");
    let options = ["--severity", "AB0039=info", "--format", "json", "strict-c.json"];
    let report = json(&check(folder.path(), &options));
    assert_eq!(report["documents"][0]["diagnostics"][0]["severity"], "info", "options win");
}

#[test]
fn the_configuration_nearest_to_each_file_counts() {
    let folder = folder(&[
        ("batchlint.toml", "ignore = ['structure/pattern']\n"),
        ("a.json", WRONG),
        ("team/batchlint.toml", "deny-warnings = true\n"),
        ("team/b.json", WRONG),
        ("team/deep/c.json", WARNED),
        ("strict.toml", ""),
    ]);
    let root = folder.path();
    assert_eq!(code(&check(root, &["a.json"])), 0);
    assert_eq!(code(&check(root, &["team/b.json"])), 1, "nothing is taken from the outer one");
    assert_eq!(code(&check(root, &["team/deep/c.json"])), 1, "warnings are denied there");
    assert_eq!(code(&check(&root.join("team/deep"), &["../../a.json"])), 0, "wherever the run is");
    let output = check(root, &["--format", "concise"]);
    assert!(!stdout(&output).contains("a.json"), "{}", stdout(&output));
    assert!(stdout(&output).contains("team/b.json:1:7: error[AB0039]"), "{}", stdout(&output));
    // One that is named holds for all.
    assert_eq!(code(&check(root, &["--config", "strict.toml", "a.json"])), 1);
    assert_eq!(code(&check(root, &["--config", "strict.toml", "team/deep/c.json"])), 0);
    // A file with none above it has that of the current folder.
    let outside = tempfile::tempdir().expect("a temporary folder");
    write(outside.path(), "x.json", WRONG);
    let path = outside.path().join("x.json").display().to_string();
    assert_eq!(code(&check(root, &[&path])), 0);
    // A wrong one fails the run that needs it.
    write(root, "team/batchlint.toml", "deny-warning = true\n");
    assert_eq!(code(&check(root, &["a.json"])), 0);
    let output = check(root, &["."]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("team/batchlint.toml:1:1 is wrong"), "{said}");
    assert!(said.contains("did you mean `deny-warnings`?"), "{said}");
}

#[test]
fn a_policy_of_one_configuration_can_be_named_for_all() {
    let policy = "[[policy]]\ncode = 'T1'\noperation = 'task'\nschema = 's.json'\nmessage = 'no'\n";
    let folder = folder(&[
        ("a.json", WRONG),
        ("team/batchlint.toml", policy),
        ("team/s.json", r#"{"required":["displayName"]}"#),
        ("team/b.json", WRONG),
    ]);
    let run = |options: &[&str]| {
        let paths = ["--format", "concise", "a.json", "team/b.json"];
        stdout(&check(folder.path(), &[options, &paths].concat()))
    };
    assert_eq!(run(&[]).matches("[T1]").count(), 1, "{}", run(&[]));
    assert_eq!(run(&["--ignore", "T1"]).matches("[T1]").count(), 0);
    let only = run(&["--select", "T1"]);
    assert_eq!(only.lines().count(), 1, "{only}");
    assert!(only.starts_with("team/b.json:"), "{only}");
    assert_eq!(code(&check(folder.path(), &["--ignore", "T2", "a.json", "team/b.json"])), 2);
}

#[test]
fn a_wrong_configuration_is_told_with_its_place_and_the_nearest_word() {
    let cases = [
        ("\nignor = []", ":2:1 ", "did you mean `ignore`?"),
        ("deny_warnings = true", ":1:1 ", "did you mean `deny-warnings`?"),
        ("[[files]]\npath = ['a']\noperation = 'pool'", ":2:1 ", "did you mean `paths`?"),
        ("[[files]]\npaths = ['a']\noperation = 'pol'", ":3:13 ", "did you mean `pool`?"),
        ("[[files]]\noperation = 'pool'", ":1:1 ", "must have `paths`"),
        ("[[files]]\npaths = ['a']", ":1:1 ", "says nothing"),
        ("[[files]]\npaths = ['a']\nignore = ['certificat']", ":3:11 ", "`certificate`?"),
        ("ignore = ['AB0001',\n 'certificat']", ":2:2 ", "did you mean `certificate`?"),
        ("[severity]\nAB0001 = 'bad'", ":2:10 ", "error, warning, info or off"),
        ("[severity]\n'tim' = 'error'", ":2:1 ", "did you mean `time`?"),
        ("ignore = 'all'", ":1:10 ", "`ignore` must be a list of texts"),
        ("ignore = [1]", ":1:10 ", "`ignore` must be a list of texts"),
        ("deny-warnings = 'yes'", ":1:17 ", "must be true or false"),
        ("files = 7", ":1:9 ", "must be a list of tables"),
        ("exclude = ['a/../b']", ":1:12 ", "a/../b"),
        ("api-version = '1'", ":1:15 ", "it knows 2024-07-01.20.0"),
        ("[[policy]]\ncod = 'T1'", ":2:1 ", "did you mean `code`?"),
        ("=", ":1:1 ", "batchlint.toml"),
    ];
    for (text, place, word) in cases {
        let folder = folder(&[("batchlint.toml", text), ("t.json", CLEAN)]);
        let output = check(folder.path(), &["t.json"]);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{text}: {said}");
        assert!(said.contains(&format!("batchlint.toml{place}")), "{text}: {said}");
        assert!(said.contains(word), "{text}: {said}");
        assert_eq!(stdout(&output), "", "{text}");
    }
}

#[cfg(unix)]
#[test]
fn no_line_of_a_configuration_is_printed() {
    let folder = folder(&[("t.json", CLEAN)]);
    let link = folder.path().join("batchlint.toml");
    for (name, text) in [
        ("passwd", "root:hunter2:0:0\n"),
        ("broken", "a = 'hunter2\n"),
        ("credentials", "[registry]\ntoken = 'hunter2'\n"),
        ("list", "ignore = 'hunter2'\n"),
        ("table", "[severity]\nAB0001 = { a = 'hunter2' }\n"),
    ] {
        write(folder.path(), name, text);
        std::os::unix::fs::symlink(name, &link).expect("links can be made");
        let output = check(folder.path(), &["t.json"]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(stderr(&output).contains("batchlint.toml"), "{}", stderr(&output));
        assert!(!stderr(&output).contains("hunter2"), "{}", stderr(&output));
        fs::remove_file(&link).expect("it is ours");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_configuration_without_an_end_gets_a_message() {
    let folder = folder(&[("t.json", CLEAN), ("below/t.json", CLEAN)]);
    let root = folder.path();
    let long = "# nothing\n".repeat(200_000);
    write(root, "long.toml", &long);
    for given in ["/dev/zero", "long.toml"] {
        let output = check(root, &["--config", given, "t.json"]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains("more than 1024 KiB"), "{}", stderr(&output));
    }
    // Found, not named, it is not even opened.
    let found = root.join("batchlint.toml");
    assert!(Command::new("mkfifo").arg(&found).status().expect("mkfifo starts").success());
    let output = check(root, &["below/t.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("it is no regular file"), "{}", stderr(&output));
    assert_eq!(code(&check(root, &["--no-config", "t.json"])), 0);
    fs::remove_file(&found).expect("it is ours");
    std::os::unix::fs::symlink("/dev/zero", &found).expect("links can be made");
    assert_eq!(code(&check(root, &["t.json"])), 2);
    fs::remove_file(&found).expect("it is ours");
    let policy = "[[policy]]\ncode='T1'\noperation='task'\nmessage='m'\nschema='/dev/zero'\n";
    fs::write(&found, policy).expect("a file");
    let output = check(root, &["t.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("more than 16 MiB"), "{}", stderr(&output));
}

#[test]
fn it_is_told_where_no_rule_is_on() {
    let folder = folder(&[
        ("batchlint.toml", "ignore = ['all']\n"),
        ("below/t.json", WRONG),
        ("below/u.json", WRONG),
        ("x.json", "{}"),
    ]);
    let output = check(&folder.path().join("below"), &["."]);
    assert_eq!(code(&output), 0);
    let said = stderr(&output);
    assert!(said.starts_with("note: no rule is on for 2 documents, by "), "{said}");
    assert!(said.ends_with("batchlint.toml; nothing can be found\n"), "{said}");
    write(folder.path(), "batchlint.toml", "[[files]]\npaths = ['**']\nignore = ['all']\n");
    let said = stderr(&check(folder.path(), &["below/t.json"]));
    assert_eq!(
        said,
        "note: no rule is on for 1 document, by batchlint.toml; nothing can be found\n"
    );
    let said = stderr(&check(folder.path(), &["--no-config", "--ignore", "all", "below/t.json"]));
    assert_eq!(said, "note: no rule is on for 1 document, by options; nothing can be found\n");
    assert_eq!(stderr(&check(folder.path(), &["--no-config", "below/t.json"])), "");
}

#[test]
fn quiet_runs_print_findings_and_nothing_else() {
    let folder = folder(&[
        ("x.json", "{}"),
        ("clean.json", CLEAN),
        ("wrong.json", WRONG),
        ("w.json", WARNED),
    ]);
    let output = check(folder.path(), &["--quiet"]);
    assert_eq!(code(&output), 1);
    assert_eq!(stderr(&output), "");
    let shown = stdout(&output);
    assert!(shown.contains("error[AB0039]") && shown.contains("warning[AB0043]"), "{shown}");
    for extra in ["checked:", "ok, as", "batchlint explain", "can be mended"] {
        assert!(!shown.contains(extra), "{extra}: {shown}");
    }
    assert_eq!(stdout(&check(folder.path(), &["-q", "clean.json"])), "");
    let output = check(folder.path(), &["-q", "--fix", "w.json"]);
    assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()));
    let output = check(folder.path(), &["-q", "gone.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("cannot read gone.json"), "a failure is told");
}

#[test]
fn the_least_severity_decides_what_is_reported_and_what_counts() {
    let folder = folder(&[
        ("batchlint.toml", "deny-warnings = true\n"),
        ("w.json", WARNED),
        ("both.json", r#"{"id":"t 1","CommandLine":"hostname"}"#),
    ]);
    let check = |arguments: &[&str]| check(folder.path(), arguments);
    assert_eq!(codes(&check(&["--format", "json", "both.json"])), ["AB0039", "AB0043"]);
    let output = check(&["--min-severity", "error", "--format", "json", "both.json"]);
    assert_eq!(codes(&output), ["AB0039"]);
    assert_eq!(json(&output)["summary"]["warnings"], 0);
    assert_eq!(code(&check(&["w.json"])), 1);
    let output = check(&["--min-severity", "warning", "w.json"]);
    assert_eq!(code(&output), 1);
    let output = check(&["--min-severity", "error", "w.json"]);
    assert_eq!(code(&output), 0, "what is not reported does not count");
    assert_eq!(
        stdout(&output),
        "w.json: ok, as Tasks_CreateTask\n1 document checked, nothing found\n"
    );
    check(&["--min-severity", "error", "--fix", "w.json"]);
    let text = fs::read_to_string(folder.path().join("w.json")).expect("it is there");
    assert_eq!(text, WARNED, "nor is it mended");
    assert_eq!(code(&check(&["--min-severity", "off", "w.json"])), 2);
}

#[test]
fn what_is_omitted_is_not_counted_once_it_is_too_mild() {
    let nulls: Vec<_> = (0..200)
        .map(|n| format!(r#"{{"id":"t{n}","commandLine":"a","displayName":null,"constraints":null,"userIdentity":null}}"#))
        .collect();
    let text = format!(r#"{{"value":[{},{{"id":"last"}}]}}"#, nulls[..99].join(","));
    let many = format!(r#"{{"value":[{}]}}"#, nulls.join(",").replace(r#""id":"#, r#""ID":"#));
    let folder = folder(&[("few.json", &text), ("many.json", &many)]);
    let output = check(folder.path(), &["--min-severity", "error", "--format", "json", "few.json"]);
    assert!(codes(&output).iter().all(|code| code != "AB0045"));
    assert_eq!(json(&output)["summary"]["infos"], 0);
    let output =
        check(folder.path(), &["--min-severity", "error", "--format", "json", "many.json"]);
    assert_eq!(json(&output)["documents"][0]["omitted"], Value::Null, "{}", stdout(&output));
    assert_eq!(codes(&output), ["AB0038"], "there are more tasks than one call takes");
}

#[test]
fn findings_are_counted_by_rule() {
    let folder = folder(&[
        ("a.json", r#"{"id":"t 1","CommandLine":"hostname"}"#),
        ("b.json", WARNED),
        ("c.json", r#"{"id":"t1","commandLine":"x","constraints":{"retentionTime":"7d"}}"#),
    ]);
    let output = check(folder.path(), &["--statistics"]);
    assert_eq!(code(&output), 1);
    assert_eq!(
        stdout(&output),
        "2  AB0043  structure/property-case  warning  2 with --fix\n\
         1  AB0039  structure/pattern        error\n\
         1  AB0201  time/duration            error    1 with --fix --unsafe-fixes\n\
         4 findings in 3 documents\n"
    );
    let output = check(folder.path(), &["--statistics", "--format", "json"]);
    let all = json(&output);
    assert_eq!(all["version"], 1);
    assert_eq!(all["summary"]["documents"], 3);
    assert_eq!(all["skipped"], json!([]));
    let first = json!({"code": "AB0043", "rule": "structure/property-case", "severity": "warning",
                       "count": 2, "safeFixes": 2, "suggestedFixes": 0});
    assert_eq!(all["statistics"][0], first);
    assert_eq!(code(&check(folder.path(), &["--statistics", "--diff"])), 2);
}

#[test]
fn a_category_is_explained_by_its_rules() {
    let folder = folder(&[]);
    let output = run(folder.path(), &["explain", "certificate"]);
    assert_eq!(code(&output), 0);
    let shown = stdout(&output);
    let rules: Vec<_> =
        batchlint::rules::all().filter(|rule| rule.category() == "certificate").collect();
    assert!(shown.starts_with(&format!("certificate ({} rules)\n\n", rules.len())), "{shown}");
    for rule in &rules {
        assert!(shown.contains(rule.code) && shown.contains(rule.summary), "{shown}");
    }
    assert_eq!(shown.matches("\nAB").count(), rules.len(), "{shown}");
    let output = run(folder.path(), &["explain", "certificat"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("did you mean `certificate`?"));
}

#[test]
fn standard_input_can_have_a_name() {
    let folder = folder(&[
        (
            "team/batchlint.toml",
            "exclude = ['old']\n[[files]]\npaths = ['patches/*.json']\noperation = 'job.update'\n",
        ),
        ("t.json", CLEAN),
    ]);
    let root = folder.path();
    let name = ["--stdin-filename", "team/patches/p.json"];
    let body = r#"{"poolInfo":{"poolId":"p"},"x":1}"#;
    for paths in [&[][..], &["-"]] {
        let arguments = [&name, &["--format", "json"][..], paths].concat();
        let report = json(&check_text(root, &arguments, body));
        assert_eq!(report["documents"][0]["path"], "team/patches/p.json");
        assert_eq!(report["documents"][0]["operation"]["id"], "Jobs_UpdateJob");
        assert_eq!(report["documents"][0]["operation"]["source"], "config");
    }
    let output = check_text(root, &["--stdin-filename", "team/old/p.json", "-"], body);
    assert_eq!(code(&output), 0);
    assert!(stderr(&output).contains("excluded by the configuration: team/old/p.json"));
    let output = check_text(root, &["--stdin-filename", "a.json", "t.json"], body);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("name `-` as a path"), "{}", stderr(&output));
    let output = check_text(root, &["--stdin-filename", "t.json", "--fix", "-"], body);
    assert_eq!(code(&output), 2, "the file is not what was read");
    assert_eq!(fs::read_to_string(root.join("t.json")).expect("it is there"), CLEAN);
}

#[cfg(unix)]
#[test]
fn names_of_files_do_not_steer_a_terminal() {
    let name = "a\n::error::x\u{1b}[2J\u{202e}.json";
    let folder = folder(&[(name, "{}"), ("t.json", CLEAN)]);
    for arguments in [&["."][..], &["--show-files"], &["t.json", "gone\u{1b}\n.json"]] {
        let output = check(folder.path(), arguments);
        let all = stdout(&output) + &stderr(&output);
        assert!(all.contains("\\n"), "{all}");
        assert!(!all.contains(['\u{1b}', '\u{202e}']), "{all:?}");
        assert!(!all.lines().any(|line| line.starts_with("::")), "{all:?}");
    }
}

#[test]
fn every_option_is_in_the_help_and_the_readme() {
    let folder = folder(&[]);
    let help = stdout(&run(folder.path(), &["check", "--help"]));
    let readme = include_str!("../README.md");
    for option in [
        "--show-files",
        "--statistics",
        "--quiet",
        "--min-severity",
        "--stdin-filename",
        "--no-config",
        "--no-deny-warnings",
        "--unsafe-fixes",
    ] {
        assert!(help.contains(option), "{option}: {help}");
        assert!(readme.contains(option), "{option}");
    }
}
