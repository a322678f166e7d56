//! Nothing of a document, a file's name or a configuration reaches a terminal
//! or a log in a way that these would obey.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};

/// Characters that move the cursor, turn the writing or are not seen.
const ODD: [char; 17] = [
    '\u{1b}',
    '\u{7}',
    '\u{8}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{200b}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{e0041}',
];

struct Said {
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_batchlint"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Said { stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Asserts that a stream has nothing in it that anybody obeys.
fn assert_harmless(stream: &str, what: &str) {
    // A line of a document may end so.
    let stream = stream.replace("\r\n", "\n");
    let odd = stream.chars().find(|c| ODD.contains(c) || c.is_control() && *c != '\n');
    assert_eq!(odd, None, "{what}: {stream:?}");
    for line in stream.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: {line:?}");
        let lower = line.to_ascii_lowercase();
        assert!(!lower.contains("##vso[") && !lower.contains("##["), "{what}: {line:?}");
    }
}

const WAYS: [&[&str]; 5] = [
    &["--format", "human"],
    &["--format", "concise"],
    &["--format", "json"],
    &["--diff", "--unsafe-fixes"],
    &["-o", "pool"],
];

fn check(folder: &Path, file: &str, what: &str) {
    for way in WAYS {
        let mut arguments = vec!["check", "--no-config", file];
        arguments.extend(way);
        let said = run(folder, &arguments);
        assert_harmless(&said.stdout, &format!("{what}, {way:?}, stdout"));
        assert_harmless(&said.stderr, &format!("{what}, {way:?}, stderr"));
    }
}

/// A folder with one file in it.
fn folder(name: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    std::fs::write(folder.path().join(name), content).expect("there is room");
    folder
}

#[test]
fn characters_of_documents_are_shown_as_escapes() {
    for odd in ODD {
        for text in [
            format!("{{\"id\": \"p{odd}1\", \"vmSize\": 7, \"state\": \"{odd}x\"}}"),
            format!("{{\"id\": \"p\", \"vm{odd}Size\": \"x\", \"{odd}\": 1,}}"),
            format!("{{\"id\": \"p\", vmSize{odd}: {odd}, \"x\": 'a{odd}'}}"),
            format!("{{\"method\": \"G{odd}T\", \"url\": \"/po{odd}ols?{odd}=1\", \"x\": 1}}"),
            format!("{{\"operationId\": \"Pools{odd}\", \"parameters\": {{\"{odd}a\": 1}}}}"),
            format!("{odd}{{\"id\": \"j\", \"priority\": \"{odd}\"}}{odd}"),
        ] {
            let folder = folder("d.json", &text);
            check(folder.path(), "d.json", &format!("U+{:04X} in {text:?}", u32::from(odd)));
        }
    }
    let text = "{\"id\": \"p\", \"vmSize\": \"x\", \"a\u{202e}b\": 1}";
    let folder = folder("d.json", text);
    let said = run(folder.path(), &["check", "-o", "pool", "--format", "concise", "d.json"]);
    assert!(said.stdout.contains("`a\\u{202e}b` is not a property"), "{}", said.stdout);
    let said = run(folder.path(), &["check", "-o", "pool", "--format", "json", "d.json"]);
    assert!(said.stdout.contains("\"/a\\u202eb\""), "a pointer stays exact: {}", said.stdout);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    let pointers = json["documents"][0]["diagnostics"].as_array().expect("a list");
    assert!(pointers.iter().any(|one| one["pointer"] == "/a\u{202e}b"));
}

#[test]
fn documents_forge_no_command() {
    for text in [
        "{\"id\": \"p\",\n::error file=a::b\n\"vmSize\": 7}",
        "{\"id\": \"p\",\n   ::add-mask::x\n\"vmSize\": 7,}",
        "{\"id\": \"p\", \"vmSize\": 7, \"##vso[task.setvariable]\": 1,\n \"##[error]\": 2,}",
        "{\"id\": \"p\", \"vmSize\": 7, \"state\": \"\\n::error::x\", \"a\\n::b\": 1}",
        "{\"method\": \"##vso[x]\", \"url\": \"##[group]\"}",
        "::error::x",
        "{\"id\": \"p\", \"vmSize\": \"x\"\r::error::y\r\n, \"a\": 1,}",
    ] {
        let folder = folder("d.json", text);
        check(folder.path(), "d.json", &format!("{text:?}"));
    }
}

#[test]
fn names_of_files_are_shown_on_one_line() {
    for name in [
        "::error file=x::y.json",
        "a\n::error::b.json",
        "a\r\n##vso[task.complete].json",
        "##[error]x.json",
        "a\u{1b}[2Jb.json",
        "a\u{202e}nosj.json",
        "a\u{9b}31m\u{200b}.json",
    ] {
        let broken = "{\"id\": \"p\", \"vmSize\": 7,}";
        let pool = "{\"id\": \"p\", \"vmSize\": \"x\", \"targetDedicatedNodes\": 1}";
        for content in [broken, pool, "[1, 2]"] {
            let folder = folder(name, content);
            check(folder.path(), name, &format!("{name:?}"));
            // Found in a folder, and left out.
            check(folder.path(), ".", &format!("{name:?} in a folder"));
        }
        // Not there, as a file and as a configuration.
        let empty = tempfile::tempdir().expect("there is room");
        check(empty.path(), name, &format!("{name:?} missing"));
        for arguments in [
            vec!["check", "--config", name, "."],
            vec!["check", "--operation", name],
            vec!["check", "--severity", name],
            vec!["check", "--select", name],
            vec!["check", "--api-version", name],
            vec!["explain", name],
            vec!["schema", name],
            vec!["check", "--format", name],
            vec![name],
        ] {
            let said = run(empty.path(), &arguments);
            assert_harmless(&said.stderr, &format!("{arguments:?}, stderr"));
            assert_harmless(&said.stdout, &format!("{arguments:?}, stdout"));
            assert!(!said.stderr.is_empty(), "{arguments:?}");
        }
    }
    let folder = folder("a\u{202e}b.json", "{\"id\": \"p\", \"vmSize\": 7}");
    let said = run(folder.path(), &["check", "--format", "concise", "."]);
    assert!(said.stdout.starts_with("a\\u{202e}b.json:1:"), "{}", said.stdout);
}

#[test]
fn configurations_forge_nothing() {
    for config in [
        "select = [\"\\u001b[2J\\n::error::x\"]",
        "select = [\"a\u{202e}b\"]",
        "::error::x",
        "a = \n  ::error::x",
        "##vso[x] = 1\n\u{1b}[2J",
        "[[policy]]\ncode = \"X\\n::error::\\u202e\"",
        "[[policy]]\ncode = \"XY001\"\noperation = \"::x\\n::y\"\nschema = \"a\\n::b\\u001b.json\"\nmessage = \"m\"",
        "[[files]]\npath = \"a\\n::error::[\"\noperation = \"x\"",
    ] {
        let folder = folder("batchlint.toml", config);
        std::fs::write(folder.path().join("d.json"), "{\"id\": \"p\", \"vmSize\": 7}")
            .expect("there is room");
        let said = run(folder.path(), &["check", "d.json"]);
        assert_harmless(&said.stderr, &format!("{config:?}, stderr"));
        assert_harmless(&said.stdout, &format!("{config:?}, stdout"));
        assert!(!said.stderr.is_empty(), "{config:?}");
    }
}

#[test]
fn a_policys_words_forge_nothing() {
    let config = "[[policy]]\ncode = \"XY001\"\noperation = \"pool\"\nschema = { required = [\"a\\u202e\\n::error::b\"] }\nmessage = \"\\u001b[2J\\n::error::x ##vso[y]\"\n";
    let folder = folder("batchlint.toml", config);
    std::fs::write(folder.path().join("d.json"), "{\"id\": \"p\", \"vmSize\": \"s\"}")
        .expect("there is room");
    for way in WAYS {
        let mut arguments = vec!["check", "d.json"];
        arguments.extend(way);
        let said = run(folder.path(), &arguments);
        assert_harmless(&said.stdout, &format!("{way:?}, stdout"));
        assert_harmless(&said.stderr, &format!("{way:?}, stderr"));
    }
}
