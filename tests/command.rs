//! The command, run as a user runs it: exit codes, streams and formats.
#![cfg(feature = "cli")]

#[allow(dead_code, reason = "shared by the tests of the command")]
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use support::{code, folder, run, stderr, stdout};

const CLEAN: &str = r#"{"id":"t1","commandLine":"hostname"}"#;
const WRONG: &str = r#"{"id":"t 1","commandLine":"hostname"}"#;
const WARNED: &str = r#"{"id":"t1","CommandLine":"hostname"}"#;

#[test]
fn the_exit_code_says_whether_errors_were_found() {
    let folder = folder(&[("clean.json", CLEAN), ("wrong.json", WRONG), ("warned.json", WARNED)]);
    let check = |arguments: &[&str]| {
        let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
        code(&run(folder.path(), &all))
    };
    assert_eq!(check(&["clean.json"]), 0);
    assert_eq!(check(&["wrong.json"]), 1);
    assert_eq!(check(&["warned.json"]), 0);
    assert_eq!(check(&["--deny-warnings", "warned.json"]), 1);
    assert_eq!(check(&["--ignore", "structure", "wrong.json"]), 0);
    assert_eq!(check(&["--severity", "AB0039=warning", "wrong.json"]), 0);
    assert_eq!(check(&["--severity", "AB0039=off", "--deny-warnings", "wrong.json"]), 0);
    assert_eq!(check(&["--select", "certificate,AB0039", "wrong.json"]), 1);
    assert_eq!(check(&["missing.json"]), 2);
    assert_eq!(check(&["--frobnicate"]), 2);
    assert_eq!(check(&["--operation", "bucket", "clean.json"]), 2);
    assert_eq!(check(&["--ignore", "nothing", "clean.json"]), 2);
    assert_eq!(check(&["--severity", "AB0039", "clean.json"]), 2);
    assert_eq!(check(&["--config", "none.toml", "clean.json"]), 2);
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let folder = folder(&[("wrong.json", WRONG)]);
    let output = run(folder.path(), &["check", "--format", "concise", "gone.json", "wrong.json"]);
    assert_eq!(code(&output), 2);
    assert!(stdout(&output).starts_with("wrong.json:1:7: error[AB0039] "), "{}", stdout(&output));
    assert!(stderr(&output).contains("cannot read gone.json"), "{}", stderr(&output));
}

#[test]
fn a_mistyped_name_gets_the_nearest_one() {
    let folder = folder(&[("clean.json", CLEAN)]);
    let hint = |arguments: &[&str]| stderr(&run(folder.path(), arguments));
    assert!(hint(&["check", "-o", "pol", "clean.json"]).contains("did you mean `pool`?"));
    assert!(hint(&["check", "--ignore", "certificat", "clean.json"]).contains("`certificate`?"));
    assert!(hint(&["explain", "AB00011"]).contains("did you mean"));
}

#[test]
fn json_has_the_documented_form() {
    let folder = folder(&[("wrong.json", WRONG)]);
    let output = run(folder.path(), &["check", "--format", "json", "wrong.json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!(report["version"], 1);
    assert_eq!(report["summary"]["errors"], 1);
    let document = &report["documents"][0];
    assert_eq!(document["path"], "wrong.json");
    assert_eq!(document["operation"]["id"], "Tasks_CreateTask");
    assert_eq!(document["operation"]["source"], "detected");
    let found = &document["diagnostics"][0];
    assert_eq!(found["code"], "AB0039");
    assert_eq!(found["rule"], "structure/pattern");
    assert_eq!(found["severity"], "error");
    assert_eq!(found["pointer"], "/id");
    assert_eq!(found["range"]["start"], serde_json::json!({"offset": 6, "line": 1, "column": 7}));
    assert_eq!(found["range"]["end"], serde_json::json!({"offset": 11, "line": 1, "column": 12}));
    assert!(found["related"].is_array() && found["fixes"].is_array());
}

#[test]
fn standard_input_is_a_document() {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_batchlint"))
        .args(["check", "--no-config", "--format", "concise", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(WRONG.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).starts_with("-:1:7: error[AB0039] "), "{}", stdout(&output));
}

#[test]
fn a_folder_gives_its_request_bodies_and_respects_gitignore() {
    let folder = folder(&[
        ("a/clean.json", CLEAN),
        ("a/wrong.json", WRONG),
        ("a/wrong.txt", WRONG),
        ("a/package.json", r#"{"name":"x","version":"1.0.0"}"#),
        ("built/wrong.json", WRONG),
        (".gitignore", "built/\n"),
    ]);
    let output = run(folder.path(), &["check", "--format", "json", "."]);
    let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    let documents = report["documents"].as_array().expect("a list");
    let paths: Vec<_> = documents.iter().map(|one| one["path"].as_str().expect("a path")).collect();
    assert_eq!(paths, ["a/clean.json", "a/wrong.json"]);
    assert!(stderr(&output).contains("a/package.json"), "{}", stderr(&output));
    let named = run(folder.path(), &["check", "--format", "concise", "a/package.json"]);
    assert!(stdout(&named).contains("AB0011"), "a named file is checked");
    let empty = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(code(&run(empty.path(), &["check"])), 2, "nothing to check is a failure");
}

#[test]
fn the_nearest_configuration_counts_and_options_win() {
    let folder = folder(&[
        (
            "batchlint.toml",
            "deny-warnings = true\nignore = [\"structure/pattern\"]\n\n[severity]\n\
             \"structure/property-case\" = \"info\"\n\n[[files]]\npaths = [\"patches/*.json\"]\n\
             operation = \"job.update\"\n",
        ),
        ("below/wrong.json", WRONG),
        ("below/warned.json", WARNED),
        ("patches/p.json", r#"{"poolInfo":{"poolId":"p"}}"#),
    ]);
    let below = folder.path().join("below");
    assert_eq!(code(&run(&below, &["check", "wrong.json"])), 0);
    assert_eq!(code(&run(&below, &["check", "--no-config", "wrong.json"])), 1);
    assert_eq!(code(&run(&below, &["check", "warned.json"])), 0);
    let output = run(&below, &["check", "--severity", "AB0043=warning", "warned.json"]);
    assert_eq!(code(&output), 1, "warnings are denied");
    let output = run(folder.path(), &["check", "--format", "json", "patches"]);
    let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    let operation = &report["documents"][0]["operation"];
    assert_eq!(operation["id"], "Jobs_UpdateJob");
    assert_eq!(operation["source"], "config");
}

#[test]
fn a_wrong_configuration_fails_the_run() {
    for text in [
        "ignor = []",
        "ignore = 1",
        "=",
        "ignore = [\"nope\"]",
        "[severity]\nAB0001 = \"bad\"",
        "[[files]]\npaths = [\"*\"]\noperation = \"bucket\"",
    ] {
        let folder = folder(&[("batchlint.toml", text), ("clean.json", CLEAN)]);
        let output = run(folder.path(), &["check", "clean.json"]);
        assert_eq!(code(&output), 2, "{text}");
        assert!(stderr(&output).contains("batchlint.toml"), "{text}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{text}");
    }
}

#[test]
fn fixes_change_what_they_are_for_and_nothing_else() {
    let text = "{\n\t\"id\": 't1',  \"commandLine\": \"hostname\",\r\n  \"userIdentity\": \
                {\"autoUser\": {\"scope\": \"Pool\",}}\n}  \n";
    let safe = "{\n\t\"id\": \"t1\",  \"commandLine\": \"hostname\",\r\n  \"userIdentity\": \
                {\"autoUser\": {\"scope\": \"pool\"}}\n}  \n";
    let folder = folder(&[("t.json", text)]);
    let path = folder.path().join("t.json");
    let diff = run(folder.path(), &["check", "--diff", "t.json"]);
    assert!(stdout(&diff).contains("-\t\"id\": 't1'"), "{}", stdout(&diff));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text, "--diff changes nothing");
    let output = run(folder.path(), &["check", "--fix", "t.json"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(fs::read_to_string(&path).expect("it is there"), safe);
    run(folder.path(), &["check", "--fix", "t.json"]);
    assert_eq!(
        fs::read_to_string(&path).expect("it is there"),
        safe,
        "a second run has nothing to do"
    );
}

#[test]
fn suggested_fixes_are_applied_only_when_asked_for() {
    let text = r#"{"id":"t1","commandLine":"x","constraints":{"retentionTime":"7d"}}"#;
    let folder = folder(&[("t.json", text)]);
    let path = folder.path().join("t.json");
    run(folder.path(), &["check", "--fix", "t.json"]);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    // Alone it writes nothing: it widens what --fix and --diff take.
    let before = fs::read_to_string(folder.path().join("t.json")).expect("the file is there");
    let alone = run(folder.path(), &["check", "--unsafe-fixes", "t.json"]);
    assert!(stdout(&alone).contains("fix (--fix --unsafe-fixes): "), "{}", stdout(&alone));
    let after = fs::read_to_string(folder.path().join("t.json")).expect("the file is there");
    assert_eq!(before, after);
    let output = run(folder.path(), &["check", "--fix", "--unsafe-fixes", "t.json"]);
    assert_eq!(code(&output), 0);
    assert!(fs::read_to_string(&path).expect("it is there").contains("\"P7D\""));
}

#[cfg(unix)]
#[test]
fn a_fixed_file_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("real.json", WARNED)]);
    let real = folder.path().join("real.json");
    let link = folder.path().join("link.json");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("it is ours");
    std::os::unix::fs::symlink(&real, &link).expect("links can be made");
    run(folder.path(), &["check", "--fix", "link.json"]);
    assert!(fs::symlink_metadata(&link).expect("it is there").file_type().is_symlink());
    assert!(fs::read_to_string(&real).expect("it is there").contains("\"commandLine\""));
    let mode = fs::metadata(&real).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_replaced_as_it_is_is_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("a.json", WARNED), ("b.json", WARNED), ("c.json", WARNED)]);
    let path = |name: &str| folder.path().join(name);
    fs::hard_link(path("a.json"), path("other.txt")).expect("links can be made");
    fs::set_permissions(path("b.json"), fs::Permissions::from_mode(0o440)).expect("it is ours");
    let output = run(folder.path(), &["check", "--fix", "a.json", "b.json", "c.json"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("cannot write a.json; it is unchanged: it has 2 names"), "{said}");
    assert!(said.contains("cannot write b.json; it is unchanged"), "{said}");
    assert!(!said.contains("could not be read"), "{said}");
    assert!(said.contains("1 fix applied"), "{said}");
    let text = |name: &str| fs::read_to_string(path(name)).expect("it is there");
    assert_eq!(text("a.json"), WARNED);
    assert_eq!(text("other.txt"), WARNED);
    assert_eq!(text("b.json"), WARNED);
    assert!(text("c.json").contains("\"commandLine\""));
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 4, "nothing is left");
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    let folder = folder(&[("wrong.json", WRONG)]);
    let plain = run(folder.path(), &["check", "wrong.json"]);
    assert!(!stdout(&plain).contains('\u{1b}'));
    let coloured = run(folder.path(), &["--color", "always", "check", "wrong.json"]);
    assert!(stdout(&coloured).contains('\u{1b}'));
}

#[test]
fn what_batchlint_knows_is_listed() {
    let folder = folder(&[]);
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&stdout(&run(folder.path(), arguments))).expect("it is JSON")
    };
    let rules = json(&["rules", "--format", "json"]);
    let listed = rules["rules"].as_array().expect("a list");
    assert_eq!(listed.len(), batchlint::rules::all().count());
    let operations = json(&["operations", "--format", "json"]);
    assert_eq!(operations["operations"].as_array().map(Vec::len), Some(28));
    let page = stdout(&run(folder.path(), &["explain", "certificate/thumbprint-algorithm"]));
    assert!(page.starts_with("AB0101 ") && page.contains("Why it matters"), "{page}");
    let schema = json(&["schema", "task"]);
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    assert!(validator.is_valid(&serde_json::json!({"id": "t", "commandLine": "x"})));
    assert!(!validator.is_valid(&serde_json::json!({"id": "t"})));
    assert_eq!(code(&run(folder.path(), &["schema", "pool.get"])), 2, "it has no body");
}

/// Documents with a secret in each place one can be, valid and broken.
fn documents_with(secret: &str) -> Vec<String> {
    let body = |inner: &str| format!("{{\"id\":\"p 1\",\"vmSize\":7,{inner}}}");
    let mut documents: Vec<String> = [
        r#""userAccounts":[{"name":"a","password":"SECRET"}]"#,
        r#""userAccounts":[{"name":"a","pasword":1,"password":SECRET}]"#,
        r#""userAccounts":[{"name":"a","password":'SECRET'}]"#,
        r#""userAccounts":[{"name":"a","password":["SECRET"]}]"#,
        r#""userAccounts":[{"name":"a","Password":"SECRET"}]"#,
        r#""userAccounts":[{"name":"a","password":"x","password":"SECRET"}]"#,
        r#""userAccounts":[{"name":"a","linuxUserConfiguration":{"sshPrivateKey":"SECRET"}}]"#,
        r#""password":"SECRET""#,
        r#""mountConfiguration":[{"azureBlobFileSystemConfiguration":{"accountKey":"SECRET","sasKey":"SECRET"}}]"#,
        r#""virtualMachineConfiguration":{"extensions":[{"protectedSettings":{"a":{"b":["SECRET"]}}}]}"#,
        r#""virtualMachineConfiguration":{"containerConfiguration":{"containerRegistries":[{"password":"SECRET"}]}}"#,
        r#""startTask":{"resourceFiles":[{"httpUrl":"https://a/b?sv=1&sig=SECRET&se=2","filePath":1}]}"#,
        r#""startTask":{"resourceFiles":[{"httpUrl":"a/b?sig=SECRET","filePath":"x"}]}"#,
        r#""startTask":{"commandLine":"azcopy https://a/b?sig=SECRET"}"#,
        r#""startTask":{"environmentSettings":[{"name":"DB_PASSWORD","value":"SECRET","x":1}]}"#,
        r#""resizeTimeout":"https://a?sig=SECRET""#,
        r#""password":"SECRET"#,
        r#""password":"SECRET" "x":1"#,
    ]
    .iter()
    .map(|inner| body(&inner.replace("SECRET", secret)))
    .collect();
    documents.push(format!(
        "{{\"thumbprint\":\"x\",\"thumbprintAlgorithm\":\"sha1\",\"data\":\"{secret}!\",\"password\":\"{secret}\"}}"
    ));
    documents.push(format!(
        "{{\"method\":\"GET\",\"url\":\"/pools?api-version=1\",\"headers\":{{\"Authorization\":\"SharedKey a:{secret}\"}},\"x\":1}}"
    ));
    documents.push(documents[0][..documents[0].len() - 5].to_owned());
    documents
}

#[test]
fn no_secret_is_ever_printed() {
    let secret = "hunter2hunter2";
    let ways: [&[&str]; 6] = [
        &["--format", "human"],
        &["--format", "concise"],
        &["--format", "json"],
        &["--color", "always"],
        &["--diff"],
        &["--diff", "--unsafe-fixes"],
    ];
    for (number, text) in documents_with(secret).iter().enumerate() {
        let folder = folder(&[("d.json", text)]);
        for way in ways {
            let mut arguments = vec!["check", "--no-config"];
            arguments.extend(way);
            arguments.push("d.json");
            let output = run(folder.path(), &arguments);
            let all = stdout(&output) + &stderr(&output);
            assert!(!all.contains(secret), "document {number}, {way:?}:\n{text}\n{all}");
        }
    }
}

#[test]
fn documents_of_no_use_get_a_clear_word() {
    let cases: [(&str, &[u8], &str); 6] = [
        ("empty.json", b"", "AB0001"),
        ("utf16.json", b"\xff\xfe{\0}\0", "AB0003"),
        ("latin1.json", b"{\"id\":\"\xe9\",\"commandLine\":\"x\"}", "AB0003"),
        ("binary.json", b"\x00\x01\x02\xff\xfe", "AB1311"),
        ("deep.json", &[b'['; 100_000], "AB0007"),
        ("text.json", b"hello", "AB0001"),
    ];
    for (name, bytes, expected) in cases {
        let folder = folder(&[]);
        fs::write(folder.path().join(name), bytes).expect("a file");
        let output = run(folder.path(), &["check", "--format", "concise", name]);
        assert_eq!(code(&output), 1, "{name}");
        assert!(stdout(&output).contains(expected), "{name}: {}", stdout(&output));
    }
}

#[test]
fn the_readme_shows_a_real_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("it is there");
    let block = readme
        .split("```console\n$ batchlint check examples/pool.json\n")
        .nth(1)
        .and_then(|rest| rest.split("\n```").next())
        .expect("the README has a run");
    let (start, end) = block.split_once("\n\n...\n\n").expect("the run is cut in the middle");
    let output = run(root, &["check", "examples/pool.json"]);
    assert!(stdout(&output).starts_with(start), "{}", stdout(&output));
    assert!(stdout(&output).trim_end().ends_with(end), "{}", stdout(&output));
}

/// Runs the command with its standard output, or error, going to a file.
#[cfg(target_os = "linux")]
fn run_to_full(arguments: &[&str], folder: &Path, stderr_too: bool) -> Output {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchlint"));
    command.args(arguments).current_dir(folder).stdout(full());
    if stderr_too {
        command.stderr(full());
    }
    command.output().expect("the command starts")
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_fails_the_run() {
    let folder = folder(&[("clean.json", CLEAN), ("wrong.json", WRONG)]);
    let commands: [&[&str]; 9] = [
        &["check", "clean.json"],
        &["check", "--format", "json", "clean.json"],
        &["check", "wrong.json"],
        &["rules"],
        &["operations", "--format", "json"],
        &["schema", "pool"],
        &["explain", "AB0101"],
        &["--help"],
        &["--version"],
    ];
    for arguments in commands {
        let output = run_to_full(arguments, folder.path(), false);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let said = stderr(&output);
        assert!(said.contains("cannot write to standard output"), "{arguments:?}: {said}");
        assert_eq!(code(&run_to_full(arguments, folder.path(), true)), 2, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_lost_standard_error_changes_no_exit_code() {
    let folder = folder(&[
        ("clean.json", CLEAN),
        ("wrong.json", WRONG),
        ("warned.json", WARNED),
        ("package.json", r#"{"name":"x"}"#),
    ]);
    let cases: [(&[&str], i32); 5] = [
        (&["check", "gone.json", "gone2.json", "wrong.json"], 2),
        (&["check", "."], 1),
        (&["check", "--fix", "warned.json"], 0),
        (&["check", "--frobnicate"], 2),
        (&["explain", "nothing"], 2),
    ];
    for (arguments, expected) in cases {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let output = Command::new(env!("CARGO_BIN_EXE_batchlint"))
            .args(arguments)
            .current_dir(folder.path())
            .stderr(full)
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), expected, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_does_not_change_the_exit_code() {
    let folder = folder(&[("clean.json", CLEAN), ("wrong.json", WRONG)]);
    let cases: [(&[&str], i32); 7] = [
        (&["check", "clean.json"], 0),
        (&["check", "wrong.json"], 1),
        (&["check", "--format", "json", "wrong.json"], 1),
        (&["check", "wrong.json", "gone.json", "gone2.json"], 2),
        (&["rules"], 0),
        (&["schema", "pool"], 0),
        (&["--help"], 0),
    ];
    for (arguments, expected) in cases {
        let (reader, writer) = std::io::pipe().expect("pipes can be made");
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_batchlint"))
            .args(arguments)
            .current_dir(folder.path())
            .stdout(writer)
            .output()
            .expect("the command starts");
        assert_eq!(code(&output), expected, "{arguments:?}");
        assert!(!stderr(&output).contains("standard output"), "{}", stderr(&output));
    }
}

#[test]
fn denying_warnings_can_be_switched_off() {
    let folder = folder(&[("batchlint.toml", "deny-warnings = true"), ("warned.json", WARNED)]);
    assert_eq!(code(&run(folder.path(), &["check", "warned.json"])), 1);
    assert_eq!(code(&run(folder.path(), &["check", "--no-deny-warnings", "warned.json"])), 0);
    let both = ["check", "--no-deny-warnings", "--deny-warnings", "warned.json"];
    assert_eq!(code(&run(folder.path(), &both)), 2, "they contradict each other");
}

/// The paths of the documents of a run, in order.
fn documents(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["check", "--format", "json"].iter().chain(arguments).copied().collect();
    let report: Value = serde_json::from_str(&stdout(&run(folder, &all))).expect("it is JSON");
    let documents = report["documents"].as_array().expect("a list");
    documents.iter().map(|one| one["path"].as_str().expect("a path").to_owned()).collect()
}

#[test]
fn a_file_is_checked_once_whatever_its_spellings() {
    let folder = folder(&[("a.json", WRONG), ("sub/b.json", WRONG), ("sub/x.json", "{}")]);
    let root = folder.path();
    let full = root.join("a.json").display().to_string();
    assert_eq!(documents(root, &["a.json", "./a.json", "sub/../a.json", &full]), ["a.json"]);
    assert_eq!(documents(root, &["./a.json", "a.json"]), ["./a.json"]);
    assert_eq!(documents(root, &["sub/b.json", "sub"]), ["sub/b.json"]);
    // Named, it is checked though it is no request body.
    assert_eq!(documents(root, &["sub", "./sub/x.json"]), ["sub/b.json", "sub/x.json"]);
    assert_eq!(documents(root, &["sub", "."]), ["sub/b.json", "a.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_is_the_file() {
    let folder = folder(&[("a.json", WARNED), ("sub/b.json", CLEAN)]);
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, folder.path().join(name)).expect("links can be made");
    };
    link("a.json", "link.json");
    link("sub", "other");
    assert_eq!(documents(folder.path(), &["link.json", "a.json"]), ["link.json"]);
    assert_eq!(documents(folder.path(), &["other", "sub/b.json"]), ["other/b.json"]);
    let output = run(folder.path(), &["check", "--fix", "a.json", "link.json"]);
    assert!(stderr(&output).contains("1 fix applied"), "{}", stderr(&output));
}

#[test]
fn standard_input_is_read_once() {
    let folder = folder(&[("a.json", CLEAN)]);
    let input = fs::File::open(folder.path().join("a.json")).expect("it is there");
    let output = Command::new(env!("CARGO_BIN_EXE_batchlint"))
        .args(["check", "--format", "json", "-", "-"])
        .current_dir(folder.path())
        .stdin(input)
        .output()
        .expect("the command starts");
    let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!(report["summary"]["documents"], 1);
    assert_eq!(code(&output), 0);
}

/// The operation that the configuration names for the one document of a run.
fn configured(folder: &Path, arguments: &[&str]) -> Option<String> {
    let all: Vec<&str> = ["check", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = run(folder, &all);
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let operation = &report["documents"][0]["operation"];
    (operation["source"] == "config").then(|| operation["id"].as_str().expect("an id").to_owned())
}

fn files_entry(pattern: &str) -> String {
    format!("[[files]]\npaths = ['{pattern}']\noperation = 'job.update'\n")
}

const PATCH: &str = r#"{"poolInfo":{"poolId":"p"}}"#;

#[test]
fn patterns_are_relative_to_the_configuration_wherever_the_run_is() {
    let folder = folder(&[
        ("batchlint.toml", &files_entry("patches/*.json")),
        ("patches/p.json", PATCH),
        ("patches/deeper/p.json", PATCH),
        ("other/x/y.txt", ""),
    ]);
    let root = folder.path();
    let full = root.join("patches/p.json").display().to_string();
    let expected = Some("Jobs_UpdateJob".to_owned());
    assert_eq!(configured(root, &["patches/p.json"]), expected);
    assert_eq!(configured(root, &["./patches/p.json"]), expected);
    assert_eq!(configured(root, &["other/../patches/p.json"]), expected);
    assert_eq!(configured(root, &[&full]), expected);
    assert_eq!(configured(&root.join("patches"), &["p.json"]), expected);
    assert_eq!(configured(&root.join("other"), &["../patches/p.json"]), expected);
    assert_eq!(configured(&root.join("other/x"), &["../../patches/p.json"]), expected);
    assert_eq!(configured(root, &["patches/deeper/p.json"]), None, "`*` is within one folder");
    let outside = tempfile::tempdir().expect("a temporary folder");
    let config = root.join("batchlint.toml").display().to_string();
    assert_eq!(configured(outside.path(), &["--config", &config, &full]), expected);
    assert_eq!(
        configured(&root.join("other"), &["--config", "../batchlint.toml", &full]),
        expected
    );
}

#[test]
fn patterns_may_begin_with_dots_or_be_absolute() {
    let folder = folder(&[("requests/a/p.json", PATCH), ("config/batchlint.toml", "")]);
    let root = folder.path().canonicalize().expect("it is there");
    let absolute = format!("{}/requests/**", root.display());
    let cases = [
        ("../requests/*/p.json", true),
        ("./../requests/**", true),
        (absolute.as_str(), true),
        ("**/p.json", false),
        ("requests/**", false),
    ];
    for (pattern, expected) in cases {
        fs::write(root.join("config/batchlint.toml"), files_entry(pattern)).expect("a file");
        let arguments = ["--config", "config/batchlint.toml", "requests/a/p.json"];
        assert_eq!(configured(&root, &arguments).is_some(), expected, "{pattern}");
    }
    fs::write(root.join("batchlint.toml"), files_entry("./requests/**/*.json")).expect("a file");
    assert!(configured(&root, &["requests"]).is_some());
}

#[test]
fn patterns_that_can_never_match_are_told() {
    let folder = folder(&[("p.json", PATCH)]);
    let above = "../".repeat(60) + "x.json";
    for pattern in ["a/../p.json", "patches/", "", "./", "..", &above, "a[.json"] {
        fs::write(folder.path().join("batchlint.toml"), files_entry(pattern)).expect("a file");
        let output = run(folder.path(), &["check", "p.json"]);
        assert_eq!(code(&output), 2, "{pattern}");
        let said = stderr(&output);
        assert!(said.contains("batchlint.toml") && said.contains(pattern), "{pattern}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn patterns_match_through_links() {
    let folder = folder(&[
        ("work/batchlint.toml", &files_entry("patches/*.json")),
        ("work/patches/p.json", PATCH),
        ("store/q.json", PATCH),
    ]);
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, folder.path().join(name)).expect("links can be made");
    };
    link("work", "other");
    link("work/patches", "patched");
    let expected = Some("Jobs_UpdateJob".to_owned());
    let config = ["--config", "work/batchlint.toml"];
    let check = |path: &str| configured(folder.path(), &[&config[..], &[path]].concat());
    assert_eq!(check("other/patches/p.json"), expected, "a folder above is a link");
    assert_eq!(check("patched"), expected, "the folder is a link");
    let config = ["--config", "other/batchlint.toml", "work/patches/p.json"];
    assert_eq!(configured(folder.path(), &config), expected, "the configuration's is a link");
    fs::remove_dir_all(folder.path().join("work/patches")).expect("it is ours");
    link("../store", "work/patches");
    assert_eq!(check("work/patches/q.json"), expected, "the path as given matches");
    assert_eq!(configured(&folder.path().join("work"), &["patches"]), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn what_has_no_end_gets_a_message() {
    let folder = folder(&[("wrong.json", WRONG)]);
    let output = run(folder.path(), &["check", "--format", "concise", "/dev/zero", "wrong.json"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("cannot read /dev/zero: more than 256 MiB"));
    assert!(stdout(&output).starts_with("wrong.json:"), "the rest is checked");
}

#[cfg(target_os = "linux")]
#[test]
fn pipes_can_be_named() {
    let folder = folder(&[("wrong.json", WRONG), ("warned.json", WARNED)]);
    let shell = |script: &str| {
        Command::new("bash")
            .args(["-c", script, env!("CARGO_BIN_EXE_batchlint")])
            .current_dir(folder.path())
            .output()
            .expect("bash starts")
    };
    let output = shell("$0 check --format concise <(cat wrong.json) <(cat warned.json)");
    assert_eq!(stdout(&output).lines().count(), 2, "{}", stdout(&output));
    assert!(stdout(&output).starts_with("/dev/fd/"), "{}", stdout(&output));
    let output = shell("$0 check --format concise /dev/stdin < wrong.json");
    assert!(stdout(&output).starts_with("/dev/stdin:1:7: error"), "{}", stdout(&output));
    let output = shell("cat wrong.json | $0 check --format concise /dev/stdin");
    assert!(stdout(&output).starts_with("/dev/stdin:1:7: error"), "{}", stdout(&output));
    let output = shell("mkfifo p && (cat warned.json > p & $0 check --fix p); [ -p p ] || exit 9");
    assert_eq!(code(&output), 0, "it is still a pipe");
    assert!(stderr(&output).contains("cannot write p"), "{}", stderr(&output));
}

/// Codes and severities of what is found in a file.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["check", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = run(folder, &all);
    let report: Value = serde_json::from_str(&stdout(&output))
        .unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)));
    let diagnostics = report["documents"][0]["diagnostics"].as_array().expect("a list");
    let text = |found: &Value, key: &str| found[key].as_str().expect("a text").to_owned();
    diagnostics.iter().map(|one| text(one, "code") + " " + &text(one, "severity")).collect()
}

#[test]
fn which_rules_run_and_how_bad_they_are_are_two_things() {
    let body =
        r#"{"id":"p 1","vmSize":"standard_d2s_v3","targetDedicatedNodes":1,"resizeTimeout":"15m"}"#;
    let config = "ignore = [\"AB0044\"]\n[severity]\nall = \"info\"\nAB0039 = \"error\"\n";
    let folder = folder(&[("batchlint.toml", config), ("pool.json", body)]);
    let found = |arguments: &[&str]| found(folder.path(), arguments);
    // The code counts more than all, whatever the order in the file.
    assert_eq!(found(&["pool.json"]), ["AB0039 error", "AB0201 info"]);
    // A selection keeps what the configuration ignores, and its severities.
    assert_eq!(found(&["--select", "all", "pool.json"]), ["AB0039 error", "AB0201 info"]);
    assert_eq!(found(&["--select", "time", "pool.json"]), ["AB0201 info"]);
    // A severity makes nothing run.
    let arguments = ["--select", "time", "--severity", "AB0039=error", "pool.json"];
    assert_eq!(found(&arguments), ["AB0201 info"]);
    // As specific as the configuration: the option wins.
    assert_eq!(found(&["--severity", "AB0039=warning", "pool.json"])[0], "AB0039 warning");
    assert_eq!(found(&["--severity", "all=warning", "pool.json"])[0], "AB0039 error");
    let arguments = ["--select", "AB0044", "pool.json"];
    assert_eq!(found(&arguments), ["AB0044 info"], "an option names the rule itself");
}

#[test]
fn an_error_is_never_hidden_by_what_is_milder() {
    let task = |n| format!(r#"{{"id":"t{n}","commandLine":"a","displayName":null}}"#);
    let tasks: Vec<String> = (0..60).map(task).collect();
    let nulls = r#""containerSettings":null,"resourceFiles":null,"outputFiles":null,"environmentSettings":null,"affinityInfo":null,"constraints":null,"userIdentity":null,"exitConditions":null,"#;
    let many = tasks.join(",").replace(r#""commandLine""#, &format!(r#"{nulls}"commandLine""#));
    let text = format!(r#"{{"value":[{many},{{"id":"last"}}]}}"#);
    let folder = folder(&[("tasks.json", &text)]);
    let output = run(folder.path(), &["check", "--format", "concise", "tasks.json"]);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    let shown = stdout(&output);
    assert!(shown.contains("error[AB0031] this entry has no `commandLine`"), "{shown}");
    assert!(shown.contains("AB0045] 41 more findings, none worse than those listed"), "{shown}");
}

#[test]
fn the_api_version_and_the_day_can_be_given() {
    let request = r#"{"operationId":"Pools_GetPool","parameters":{"api-version":"2016-02-01.3.0","poolId":"p"}}"#;
    let folder = folder(&[("get.json", request), ("clean.json", CLEAN)]);
    let check = |arguments: &[&str]| {
        let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
        run(folder.path(), &all)
    };
    let ended = "support of API version `2016-02-01.3.0` ended on 2020-10-31";
    assert!(stdout(&check(&["get.json"])).contains(ended), "it has ended by now");
    assert!(stdout(&check(&["--today", "2020-10-31", "get.json"])).contains(ended));
    assert!(!stdout(&check(&["--today", "2020-10-30", "get.json"])).contains(ended));
    assert_eq!(code(&check(&["--today", "tomorrow", "clean.json"])), 2);

    assert_eq!(code(&check(&["--api-version", "2024-07-01.20.0", "clean.json"])), 0);
    let unknown = check(&["--api-version", "2019-08-01.10.0", "clean.json"]);
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("it knows 2024-07-01.20.0"), "{}", stderr(&unknown));
    fs::write(folder.path().join("batchlint.toml"), "api-version = \"1\"").expect("a file");
    let configured = check(&["clean.json"]);
    assert_eq!(code(&configured), 2);
    assert!(stderr(&configured).contains("does not know API version `1`"), "in the file");
    assert_eq!(code(&check(&["--api-version", "2024-07-01.20.0", "clean.json"])), 0);
}

#[test]
fn findings_that_say_the_same_are_folded_for_people_alone() {
    let tasks: Vec<_> =
        (0..9).map(|n| format!(r#"{{"id":"t{n}","commandLine":"a","userIdentity":7}}"#)).collect();
    let text = format!(r#"{{"value":[{}]}}"#, tasks.join(",\n"));
    let folder = folder(&[("tasks.json", &text)]);
    let human = stdout(&run(folder.path(), &["check", "tasks.json"]));
    assert_eq!(human.matches("error[AB0033]").count(), 3, "{human}");
    assert_eq!(human.matches("  ... and 6 more like this\n").count(), 1, "{human}");
    assert!(human.contains("1 document checked: 9 errors\n"), "{human}");
    assert!(human.ends_with("`batchlint explain AB0033` tells more of that rule\n"), "{human}");
    assert_eq!(found(folder.path(), &["tasks.json"]).len(), 9);
}

#[test]
fn what_a_clean_document_was_checked_as_is_said() {
    let folder = folder(&[("t.json", CLEAN), ("w.json", WRONG)]);
    let shown = stdout(&run(folder.path(), &["check", "t.json"]));
    assert_eq!(shown, "t.json: ok, as Tasks_CreateTask\n1 document checked, nothing found\n");
    let both = stdout(&run(folder.path(), &["check", "t.json", "w.json"]));
    assert!(both.contains("\nt.json: ok, as Tasks_CreateTask\n2 documents checked: 1 error\n"));
    for n in 0..12 {
        fs::write(folder.path().join(format!("more-{n}.json")), CLEAN).expect("a file");
    }
    let many = stdout(&run(folder.path(), &["check"]));
    assert!(
        many.contains("\n13 ok, as Tasks_CreateTask\n14 documents checked: 1 error\n"),
        "{many}"
    );
}

#[test]
fn one_line_each_keeps_the_guess() {
    let folder = folder(&[("t.json", r#"{"id":"t","comandLine":"a","commandLine":"a"}"#)]);
    let arguments = ["check", "-o", "task", "--format", "concise", "t.json"];
    let shown = stdout(&run(folder.path(), &arguments));
    assert!(shown.trim_end().ends_with("; did you mean `commandLine`?"), "{shown}");
    let text = r#"{"id":"t","commandLine":"a","constraints":{"maxWallClockTime":"15m"}}"#;
    fs::write(folder.path().join("t.json"), text).expect("a file");
    let shown = stdout(&run(folder.path(), &arguments));
    assert!(shown.trim_end().ends_with("; did you mean `PT15M`?"), "{shown}");
}

#[test]
fn a_run_that_checks_nothing_has_failed() {
    let folder = folder(&[("package.json", r#"{"name":"x","version":"1.0.0"}"#)]);
    let output = run(folder.path(), &["check"]);
    assert_eq!(code(&output), 2);
    assert_eq!(stdout(&output), "");
    assert!(
        stderr(&output).contains("nothing was checked: the one *.json file is no request body")
    );
    fs::write(folder.path().join("t.json"), CLEAN).expect("a file");
    assert_eq!(code(&run(folder.path(), &["check"])), 0);
}
