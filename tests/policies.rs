//! A team's own policies, as the command holds bodies against them.
#![cfg(feature = "cli")]

#[allow(dead_code, reason = "shared by the tests of the command")]
mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use support::{code, folder, run, stderr, stdout, write};

/// A `[[policy]]` of code T1 with these further keys.
fn policy(keys: &str) -> String {
    format!(
        "[[policy]]\ncode = 'T1'\nschema = 'schema.json'\nmessage = 'not as we do it'\n{keys}\n"
    )
}

/// What the policy T1 finds: `pointer: help`, in order.
fn found(keys: &str, schema: &Value, body: &str, arguments: &[&str]) -> Vec<String> {
    let folder = folder(&[
        ("batchlint.toml", &policy(keys)),
        ("schema.json", &schema.to_string()),
        ("body.json", body),
    ]);
    let all = [&["check", "--format", "json", "body.json"], arguments].concat();
    let output = run(folder.path(), &all);
    let report: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let diagnostics = report["documents"][0]["diagnostics"].as_array().expect("a list");
    let own = diagnostics.iter().filter(|one| one["code"] == "T1");
    own.map(|one| {
        let text = |key: &str| one[key].as_str().expect("it is a text").to_owned();
        format!("{}: {}", text("pointer"), text("help"))
    })
    .collect()
}

const POOL: &str = r#"{"id":"p","vmSize":"standard_d2s_v3","taskSlotsPerNode":null}"#;

#[test]
fn the_documentation_shows_a_real_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = root.join("examples/policies");
    let page = fs::read_to_string(root.join("docs/policies.md")).expect("it is there");
    let read = |name: &str| fs::read_to_string(example.join(name)).expect("it is there");
    let config = read("batchlint.toml");
    let policies = config.split_once("\n\n").expect("a comment is first").1;
    assert!(page.contains(&format!("```toml\n{policies}```")), "the configuration is shown");
    assert!(page.contains(&format!("```json\n{}```", read("schemas/tags.json"))), "a schema is");
    let output = run(&example, &["check", "pool.json"]);
    let block = format!("```console\n$ batchlint check pool.json\n{}```", stdout(&output));
    assert!(page.contains(&block), "{block}");
    assert_eq!(code(&output), 1);
}

#[test]
fn a_finding_is_a_diagnostic_like_any_other() {
    let schema =
        json!({"required": ["displayName"], "properties": {"commandLine": {"const": "big"}}});
    let folder = folder(&[
        ("batchlint.toml", &policy("operation = 'task'\nseverity = 'warning'")),
        ("schema.json", &schema.to_string()),
        ("task.json", "{\n  \"id\": \"t 1\",\n  \"commandLine\": \"small\"\n}\n"),
    ]);
    let output = run(folder.path(), &["check", "--format", "json", "task.json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!(report["summary"], json!({"documents": 1, "errors": 1, "warnings": 2, "infos": 0}));
    let diagnostics = report["documents"][0]["diagnostics"].as_array().expect("a list");
    let codes: Vec<_> = diagnostics.iter().map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, [Some("T1"), Some("AB0039"), Some("T1")], "they are in document order");
    let expected = json!({
        "code": "T1",
        "rule": "policy/t1",
        "severity": "warning",
        "message": "not as we do it",
        "help": "it must be \"big\"",
        "pointer": "/commandLine",
        "range": {
            "start": {"offset": 34, "line": 3, "column": 18},
            "end": {"offset": 41, "line": 3, "column": 25},
        },
        "related": [],
        "fixes": [],
    });
    assert_eq!(diagnostics[2], expected);
    assert_eq!(diagnostics[0]["pointer"], "", "what is missing is missing from the object");
    assert_eq!(diagnostics[0]["range"]["end"]["offset"], 1, "its bracket is shown");
    let output = run(folder.path(), &["check", "--format", "concise", "task.json"]);
    let line = "task.json:3:18: warning[T1] not as we do it";
    assert!(stdout(&output).lines().any(|found| found == line), "{}", stdout(&output));
    let ignored = ["check", "--ignore", "AB0039", "task.json"];
    assert_eq!(code(&run(folder.path(), &ignored)), 0, "they are warnings");
    let denied = ["check", "--ignore", "AB0039", "--deny-warnings", "task.json"];
    assert_eq!(code(&run(folder.path(), &denied)), 1);
}

#[test]
fn a_policy_for_operations_holds_for_their_bodies_only() {
    let no = json!({"properties": {"metadata": false}});
    let body = r#"{"metadata":[]}"#;
    let check = |keys: &str, operation: &str| found(keys, &no, body, &["-o", operation]);
    let at = ["/metadata: it must not be there"];
    assert_eq!(check("operation = 'pool.update'", "pool.update"), at);
    assert_eq!(check("operation = 'Pools_UpdatePool'", "pool.update"), at);
    assert!(check("operation = 'pool.update'", "job.update").is_empty());
    assert_eq!(check("operation = ['pool.update', 'job.update']", "job.update"), at);
    assert!(check("model = 'BatchPoolUpdateContent'", "job.update").is_empty());
    assert_eq!(check("model = 'batchpoolupdatecontent'", "pool.update"), at);
}

#[test]
fn a_policy_for_a_model_holds_wherever_the_model_recurs() {
    let schema = json!({"required": ["resourceTags"]});
    let keys = "model = ['BatchPoolSpecification', 'BatchPoolCreateContent']";
    let auto = r#""poolInfo":{"autoPoolSpecification":{"pool":{"vmSize":"s"}}}"#;
    let at = "/autoPoolSpecification/pool: `resourceTags` is missing";
    let check = |body: String| found(keys, &schema, &body, &[]);
    assert_eq!(check(POOL.into()), [": `resourceTags` is missing"]);
    assert_eq!(check(format!(r#"{{"id":"j",{auto}}}"#)), [format!("/poolInfo{at}")]);
    let schedule = format!(r#"{{"id":"s","schedule":{{}},"jobSpecification":{{{auto}}}}}"#);
    assert_eq!(check(schedule), [format!("/jobSpecification/poolInfo{at}")]);
    let other_case = format!(r#"{{"id":"j",{}}}"#, auto.replace("poolInfo", "PoolInfo"));
    assert_eq!(check(other_case), [format!("/PoolInfo{at}")]);
    // Of a name that comes twice the last member counts.
    let twice = format!(r#"{{"id":"j",{auto},"poolInfo":{{"poolId":"p"}}}}"#);
    assert!(check(twice).is_empty());
    let task =
        r#"{"id":"t","commandLine":"x","resourceFiles":[{"filePath":"a"},{"filePath":"b"}]}"#;
    let short = json!({"properties": {"filePath": {"enum": ["a"]}}});
    let in_array = found("model = 'ResourceFile'", &short, task, &[]);
    assert_eq!(in_array, ["/resourceFiles/1/filePath: it must be one of \"a\""]);
}

#[test]
fn a_body_in_a_request_is_found() {
    let schema = json!({"required": ["resourceTags"]});
    let requests = [
        (format!(r#"{{"parameters":{{"pool":{POOL}}}}}"#), "/parameters/pool"),
        (
            format!(r#"{{"operationId":"Pools_CreatePool","parameters":{{"body":{POOL}}}}}"#),
            "/parameters/body",
        ),
        (format!(r#"{{"method":"POST","url":"/pools","body":{POOL}}}"#), "/body"),
    ];
    for (request, pointer) in &requests {
        for keys in ["operation = 'pool'", "model = 'BatchPoolCreateContent'"] {
            let found = found(keys, &schema, request, &[]);
            assert_eq!(found, [format!("{pointer}: `resourceTags` is missing")], "{request}");
        }
    }
    let none = r#"{"method":"GET","url":"/pools/p"}"#;
    assert!(found("operation = 'pool'", &json!(false), none, &[]).is_empty());
}

#[test]
fn a_list_of_tasks_is_what_its_operation_takes() {
    let list = r#"[{"id":"a","commandLine":"x"},{"id":"b","commandLine":"y","displayName":"z"}]"#;
    let named = json!({"required": ["displayName"]});
    let each = ["/0: `displayName` is missing"];
    assert_eq!(found("operation = 'task'", &named, list, &["-o", "task"]), each);
    assert_eq!(found("model = 'BatchTaskCreateContent'", &named, list, &[]), each);
    let few = json!({"properties": {"value": {"maxItems": 1}}});
    assert_eq!(found("operation = 'tasks'", &few, list, &[]), [": it must have at most 1 item"]);
    let inner = json!({"properties": {"value": {"items": named}}});
    assert_eq!(found("operation = 'tasks'", &inner, list, &[]), each);
}

#[test]
fn members_that_are_null_are_absent() {
    let schema = json!({"required": ["taskSlotsPerNode"]});
    let absent = [": `taskSlotsPerNode` is missing"];
    assert_eq!(found("operation = 'pool'", &schema, POOL, &[]), absent);
    let schema = json!({"properties": {"taskSlotsPerNode": false}});
    assert!(found("operation = 'pool'", &schema, POOL, &[]).is_empty());
}

#[test]
fn the_words_tell_what_the_schema_demands() {
    let cases = [
        (json!({"required": ["a", "b"]}), vec![": `a` is missing; `b` is missing"]),
        (
            json!({"properties": {"id": {"type": "integer"}}}),
            vec!["/id: it must be of type integer"],
        ),
        (json!({"properties": {"id": {"pattern": "^x"}}}), vec!["/id: it must match `^x`"]),
        (
            json!({"properties": {"id": {"minLength": 2}}}),
            vec!["/id: it must have at least 2 characters"],
        ),
        (
            json!({"properties": {"id": {"format": "ipv4"}}}),
            vec!["/id: it must be of the format ipv4"],
        ),
        (
            json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            vec![": `a` is missing, or `b` is missing"],
        ),
        (
            json!({"additionalProperties": false, "properties": {"id": true}}),
            vec!["/vmSize: `vmSize` is not allowed"],
        ),
        (
            json!({"unevaluatedProperties": false, "properties": {"vmSize": true}}),
            vec!["/id: `id` is not allowed"],
        ),
        (
            json!({"propertyNames": {"maxLength": 5}}),
            vec!["/vmSize: the name `vmSize` is not allowed: it must have at most 5 characters"],
        ),
        (
            json!({"not": {"required": ["id"]}}),
            vec![": it must not be as described by {\"required\":[\"id\"]}"],
        ),
        (json!(false), vec![": it must not be there"]),
    ];
    for (schema, expected) in cases {
        assert_eq!(found("operation = 'pool'", &schema, POOL, &[]), expected, "{schema}");
    }
    let help = "operation = 'pool'\nhelp = 'ask the platform team'";
    let schema = json!({"required": ["a", "b"]});
    assert_eq!(found(help, &schema, POOL, &[]), [": ask the platform team"]);
}

#[test]
fn a_schema_that_goes_in_circles_ends() {
    for schema in [json!({"$ref": "#"}), json!({"allOf": [{"$dynamicRef": "#"}]})] {
        assert!(found("operation = 'pool'", &schema, POOL, &[]).is_empty(), "{schema}");
    }
}

#[test]
fn no_secret_is_printed() {
    let secret = "hunter2hunter2";
    let body = format!(
        r#"{{"id":"p","vmSize":"s","userAccounts":[{{"name":"a","password":"{secret}"}}],
            "startTask":{{"commandLine":"x https://a/b?sig={secret}"}}}}"#
    );
    let value = [
        json!({"type": "integer"}),
        json!({"enum": ["a"]}),
        json!({"const": "a"}),
        json!({"pattern": "^$"}),
        json!({"maxLength": 1}),
        json!({"minLength": 100}),
        json!({"format": "uuid"}),
        json!({"not": {"type": "string"}}),
        json!({"not": {}}),
        json!({"anyOf": [{"type": "integer"}, {"maxLength": 1}]}),
        json!({"oneOf": [true, true]}),
        json!(false),
        json!({"contentEncoding": "base64", "contentMediaType": "application/json"}),
    ];
    let whole = [
        json!({"additionalProperties": false}),
        json!({"propertyNames": false}),
        json!({"properties": {"userAccounts": {"contains": {"required": ["x"]}}}}),
        json!({"properties": {"userAccounts": {"maxItems": 0}}}),
        json!({"properties": {"userAccounts": {"prefixItems": [], "items": false}}}),
        json!({"properties": {"userAccounts": {"unevaluatedItems": false}}}),
        json!({"properties": {"userAccounts": {"items": {"unevaluatedProperties": false}}}}),
        json!({"properties": {"userAccounts": {"items": {"maxProperties": 1}}}}),
    ];
    let schemas = value.into_iter().map(|value| {
        json!({"properties": {
            "userAccounts": {"items": {"properties": {"password": value}}},
            "startTask": {"properties": {"commandLine": value}},
        }})
    });
    for schema in schemas.chain(whole) {
        let folder = folder(&[
            ("batchlint.toml", &policy("operation = 'pool'")),
            ("schema.json", &schema.to_string()),
            ("body.json", &body),
        ]);
        for format in ["human", "concise", "json"] {
            let output = run(folder.path(), &["check", "--format", format, "body.json"]);
            let all = stdout(&output) + &stderr(&output);
            assert!(!all.contains(secret), "{schema}, {format}:\n{all}");
            assert!(all.contains("T1") || schema.to_string().contains("content"), "{schema}");
        }
    }
}

#[test]
fn policies_are_chosen_as_rules_are() {
    let two = "[[policy]]\ncode = 'T1'\noperation = 'task'\nschema = 's.json'\nmessage = 'm'\n\
               [[policy]]\ncode = 'T2'\noperation = 'task'\nschema = 's.json'\nmessage = 'm'\n";
    let folder = folder(&[("s.json", "false"), ("task.json", r#"{"id":"t 1","commandLine":"s"}"#)]);
    let check = |settings: &str, arguments: &[&str]| {
        write(folder.path(), "batchlint.toml", &format!("{settings}\n{two}"));
        let all = [&["check", "--format", "concise", "task.json"], arguments].concat();
        let output = run(folder.path(), &all);
        assert_ne!(code(&output), 2, "{}", stderr(&output));
        let said = stdout(&output);
        let lines = said.lines().filter_map(|line| line.split(' ').nth(1));
        lines.map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let all = "error[T1] error[T2] error[AB0039]";
    assert_eq!(check("", &[]), all);
    assert_eq!(check("", &["--ignore", "T1"]), "error[T2] error[AB0039]");
    assert_eq!(check("", &["--ignore", "t1"]), "error[T2] error[AB0039]", "as with rules");
    assert_eq!(check("", &["--ignore", "policy/t1"]), "error[T2] error[AB0039]");
    assert_eq!(check("", &["--ignore", "policy"]), "error[AB0039]");
    assert_eq!(check("", &["--ignore", "all"]), "");
    assert_eq!(check("", &["--select", "policy"]), "error[T1] error[T2]");
    assert_eq!(check("", &["--select", "T2"]), "error[T2]");
    assert_eq!(check("", &["--select", "T2,structure"]), "error[T2] error[AB0039]");
    assert_eq!(check("", &["--select", "AB0039"]), "error[AB0039]");
    assert_eq!(check("", &["--select", "all"]), all);
    assert_eq!(check("", &["--select", "policy", "--ignore", "T1"]), "error[T2]");
    assert_eq!(check("", &["--severity", "T1=info,T2=off"]), "info[T1] error[AB0039]");
    assert_eq!(
        check("", &["--severity", "policy=warning"]),
        "warning[T1] warning[T2] error[AB0039]"
    );
    assert_eq!(check("ignore = ['T1']", &[]), "error[T2] error[AB0039]");
    assert_eq!(
        check("ignore = ['T1']", &["--severity", "T1=info"]),
        "info[T1] error[T2] error[AB0039]"
    );
    assert_eq!(check("ignore = ['policy']", &["--select", "T1"]), "error[T1]");
    assert_eq!(check("select = ['T1']", &[]), "error[T1]");
    assert_eq!(check("select = ['T1']", &["--select", "T2"]), "error[T2]");
    let severity = "severity = { T1 = 'warning', 'policy/t2' = 'off' }";
    assert_eq!(check(severity, &[]), "warning[T1] error[AB0039]");
    assert_eq!(check(severity, &["--select", "T1"]), "warning[T1]");
    assert_eq!(check(severity, &["--severity", "T1=error"]), "error[T1] error[AB0039]");
    assert_eq!(check("", &["--no-config"]), "error[AB0039]");
    let unknown = run(folder.path(), &["check", "--ignore", "T3", "task.json"]);
    assert_eq!(code(&unknown), 2);
}

#[test]
fn a_broken_policy_fails_the_run() {
    let good = "operation = 'pool'\nschema = 's.json'\nmessage = 'm'";
    let keys = |keys: &str| format!("[[policy]]\ncode = 'T1'\n{keys}");
    let with = |code: &str| format!("[[policy]]\ncode = '{code}'\n{good}");
    let schema = |schema: &str| keys(&good.replace("s.json", schema));
    let target = |target: &str| keys(&good.replace("operation = 'pool'", target));
    let cases = [
        (keys("schema = 's.json'"), "T1", "message"),
        (keys(&format!("{good}\nsevrity = 'error'")), "T1", "sevrity"),
        (keys(&format!("{good}\nseverity = 'off'")), "T1", "off"),
        (keys(&good.replace("'m'", "''")), "T1", "message"),
        (format!("[[policy]]\n{good}"), "number 1", "code"),
        (format!("{}\n{}", with("T1"), with("t1")), "`t1`", "earlier"),
        (with("AB0101"), "AB0101", "own rules"),
        (with("ab9"), "ab9", "own rules"),
        (with("a b"), "a b", "letters"),
        (with(""), "``", "letters"),
        (with("1A"), "1A", "letters"),
        (with("time"), "time", "category"),
        (with("policy"), "policy", "category"),
        (with("All"), "All", "category"),
        (target(""), "T1", "`operation` or `model`"),
        (target("operation = 'pool'\nmodel = 'BatchPoolSpecification'"), "T1", "either"),
        (target("operation = 'pol'"), "T1", "did you mean `pool`"),
        (target("operation = 'pool.get'"), "T1", "no request body"),
        (target("operation = ['pool', 'bucket']"), "T1", "`bucket`"),
        (target("operation = 7"), "T1", "a name or a list of names"),
        (target("operation = []"), "T1", "empty"),
        (target("model = []"), "T1", "empty"),
        (target("model = 'BatchPoolSpecificaton'"), "T1", "did you mean `BatchPoolSpecification`"),
        (schema("gone.json"), "T1", "gone.json"),
        (schema("text.json"), "T1", "not JSON"),
        (schema("list.json"), "T1", "no valid JSON Schema"),
        (schema("wrong.json"), "T1", "/properties/id/type"),
        (schema("net.json"), "T1", "nothing is fetched from a network"),
        (schema("lost.json"), "T1", "cannot read"),
        (schema("inner.json"), "T1", "/$defs/none"),
    ];
    let folder = folder(&[
        ("pool.json", POOL),
        ("s.json", "true"),
        ("text.json", "hello"),
        ("list.json", "[]"),
        ("wrong.json", r#"{"properties":{"id":{"type":"strin"}}}"#),
        ("net.json", r#"{"$ref":"http://127.0.0.1:9/a.json"}"#),
        ("lost.json", r#"{"$ref":"nowhere.json"}"#),
        ("inner.json", r##"{"$ref":"#/$defs/none"}"##),
    ]);
    for (config, name, problem) in cases {
        write(folder.path(), "batchlint.toml", &config);
        let output = run(folder.path(), &["check", "pool.json"]);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{config}\n{said}");
        assert!(stdout(&output).is_empty(), "{config}");
        for part in ["batchlint.toml", name, problem] {
            assert!(said.contains(part), "{config}\n{part} is not in {said}");
        }
    }
    write(folder.path(), "batchlint.toml", &with("ABLE1"));
    assert_eq!(code(&run(folder.path(), &["check", "pool.json"])), 0, "it is no code of a rule");
}

#[test]
fn schemas_and_what_they_refer_to_are_beside_the_configuration() {
    let folder = folder(&[
        (
            "con fig/batchlint.toml",
            "[[policy]]\ncode = 'T1'\noperation = 'pool'\nschema = 'a/one.json'\nmessage = 'm'",
        ),
        (
            "con fig/a/one.json",
            r##"{"properties":{"vmSize":{"$ref":"../b/two%23.json#/$defs/size"}}}"##,
        ),
        ("con fig/b/two#.json", r#"{"$defs":{"size":{"$ref":"three.json"}}}"#),
        ("con fig/b/three.json", r#"{"const":"big"}"#),
        ("elsewhere/pool.json", POOL),
    ]);
    let arguments = [
        "check",
        "--config",
        "../con fig/batchlint.toml",
        "--select",
        "T1",
        "--format",
        "concise",
        ".",
    ];
    let output = run(&folder.path().join("elsewhere"), &arguments);
    assert_eq!(stdout(&output), "pool.json:1:20: error[T1] m\n", "{}", stderr(&output));
}

#[test]
fn the_findings_of_a_document_are_limited() {
    let tasks: Vec<String> =
        (0..700).map(|at| format!(r#"{{"id":"t{at}","commandLine":"x"}}"#)).collect();
    let body = format!("[{}]", tasks.join(","));
    let schema = json!({"required": ["displayName"]});
    let keys = "model = 'BatchTaskCreateContent'";
    assert_eq!(found(keys, &schema, &body, &[]).len(), 500);
    let folder = folder(&[
        ("batchlint.toml", &policy(keys)),
        ("schema.json", &schema.to_string()),
        ("body.json", &body),
    ]);
    let output = run(folder.path(), &["check", "--format", "concise", "body.json"]);
    let last = "info[AB0045] more than 500 findings of policies; the rest is not listed";
    assert!(stdout(&output).trim_end().ends_with(last), "it is said");
}

#[test]
fn fixes_and_broken_documents_do_not_hide_policies() {
    let folder = folder(&[
        ("batchlint.toml", &policy("operation = 'task'")),
        ("schema.json", r#"{"properties":{"commandLine":{"const":"big"}}}"#),
        ("task.json", r#"{"id": 'p', "commandLine": "small",}"#),
    ]);
    let diff = run(folder.path(), &["check", "--diff", "task.json"]);
    assert_eq!(code(&diff), 1);
    let output = run(folder.path(), &["check", "--fix", "--format", "concise", "task.json"]);
    assert_eq!(stdout(&output), "task.json:1:28: error[T1] not as we do it\n");
    assert_eq!(code(&output), 1);
}

#[test]
fn a_run_of_policies_alone_leaves_no_count_of_what_rules_found() {
    let settings =
        "[[policy]]\ncode = 'T1'\noperation = 'task'\nschema = 's.json'\nmessage = 'm'\n";
    let unknown: Vec<String> = (0..600).map(|n| format!(r#""unknown{n}":1"#)).collect();
    let task = format!(r#"{{"id":"t","commandLine":"a",{}}}"#, unknown.join(","));
    let folder = folder(&[("batchlint.toml", settings), ("s.json", "false"), ("task.json", &task)]);
    let document = |arguments: &[&str]| {
        let all = [&["check", "-o", "task", "--format", "json", "task.json"], arguments].concat();
        let output = run(folder.path(), &all);
        let report: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        report["documents"][0].clone()
    };
    assert_eq!(document(&[])["omitted"], 100);
    let alone = document(&["--select", "policy"]);
    assert_eq!(alone["diagnostics"].as_array().map(Vec::len), Some(1));
    assert_eq!(alone.get("omitted"), None);
}
