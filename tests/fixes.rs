//! Fixes one can trust: whatever a document is, what a report offers makes it
//! better, `fix` comes to an end, and what is safe leaves every string as it
//! is.

use batchlint::document::{Document, Value};
use batchlint::report::{Applicability, Diagnostic, Fix, apply};
use batchlint::{DocumentReport, Linter, Severity, Target};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;

/// Rules whose safe fixes are about what a string says, each in a way that
/// changes no meaning: the case of a name or of an enum's value, the name of
/// the one thumbprint algorithm, signs within a thumbprint.
const ABOUT_CONTENT: [&str; 5] = ["AB0017", "AB0035", "AB0043", "AB0101", "AB0102"];

fn is_safe(fix: &Fix) -> bool {
    fix.applicability == Applicability::Safe
}

fn settled(text: &str, target: Target, takes: impl Fn(&Fix) -> bool) -> (String, DocumentReport) {
    let settled = Linter::new().fix(text, target, takes);
    (settled.text, settled.report)
}

fn errors(report: &DocumentReport) -> usize {
    report.diagnostics.iter().filter(|one| one.severity == Severity::Error).count()
}

/// How often each rule has a finding.
fn counts(report: &DocumentReport) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry(found.code.to_string()).or_default() += 1;
    }
    counts
}

/// All that strings and names of a document say, in order.
fn strings(text: &str) -> Vec<String> {
    fn visit(value: Value<'_>, out: &mut Vec<String>) {
        out.extend(value.as_str().map(|text| text.into_owned()));
        for member in value.as_object().into_iter().flat_map(|object| object.members()) {
            out.push(member.name().into_owned());
            visit(member.value, out);
        }
        value.as_array().into_iter().flatten().for_each(|item| visit(item, out));
    }
    let mut out = Vec::new();
    if let Some(root) = Document::parse(text).root() {
        visit(root, &mut out);
    }
    out
}

/// Asserts all that holds of the fixes of any text.
fn check(text: &str, target: Target) {
    let linter = Linter::new();
    let mut before = linter.lint(text, target);
    let mut text = text;
    let inner;
    if codes(&before) == ["AB1311"] {
        // Nothing within was looked at: what holds of fixes holds once what
        // stands around the body is off.
        let Some(fix) = before.diagnostics[0].fixes.first().filter(|fix| is_safe(fix)) else {
            assert_eq!(settled(text, target, |_| true).0, text);
            return;
        };
        inner = apply(text, &[fix]).0;
        assert!(Document::parse(&inner).problems().is_empty(), "{text} became {inner}");
        assert!(text.contains(&inner), "{text} became {inner}");
        assert_eq!(settled(text, target, is_safe).0, settled(&inner, target, is_safe).0);
        text = &inner;
        before = linter.lint(text, target);
    }
    // Each alone does what it is for and nothing else.
    for found in &before.diagnostics {
        for fix in &found.fixes {
            alone(text, target, &before, found, fix);
        }
    }
    for all in [false, true] {
        let takes = |fix: &Fix| all || is_safe(fix);
        let (now, after) = settled(text, target, takes);
        let (again, _) = settled(&now, target, takes);
        assert_eq!(again, now, "a second run changes what came of {text}");
        assert!(errors(&after) <= errors(&before), "{text} became {now}");
        let whole = |report: &DocumentReport| {
            report.omitted == 0
                && !report.diagnostics.iter().any(|one| one.message.contains("not read"))
        };
        if whole(&before) {
            let counts_before = counts(&before);
            // A hint on what comes of it is no fault of a fix.
            let hint = |code: &str| {
                let mut of = after.diagnostics.iter().filter(|one| one.code == code);
                of.all(|one| one.severity == batchlint::Severity::Info)
            };
            for (code, count) in counts(&after).into_iter().filter(|(code, _)| !hint(code)) {
                let most = counts_before.get(&code).copied().unwrap_or(0);
                assert!(count <= most, "{code} is new: {text} became {now}");
            }
        }
        let left = after.diagnostics.iter().flat_map(|one| &one.fixes).filter(|fix| takes(fix));
        if now == text {
            continue;
        }
        assert!(all || left.count() == 0, "something is left to do: {text} became {now}");
    }
    // What was said before is said now, in the same order.
    let (now, _) = settled(text, target, is_safe);
    let about_content = before
        .diagnostics
        .iter()
        .any(|one| ABOUT_CONTENT.contains(&&*one.code) && one.fixes.iter().any(is_safe));
    let (old, new) = (strings(text), strings(&now));
    // These write a value, a name or a URL in another form, each with tests of
    // its own; that nothing beside it changes is held when fixes are tried.
    let of_other_form = before.diagnostics.iter().any(|one| {
        ["AB10", "AB13", "AB14"].iter().any(|of| one.code.starts_with(of))
            && one.fixes.iter().any(is_safe)
    });
    if of_other_form {
        return;
    }
    if about_content {
        let lower = |list: Vec<String>| list.into_iter().map(|one| one.to_lowercase());
        let plain = |one: String| {
            let kept = one.chars().filter(char::is_ascii_alphanumeric);
            kept.collect::<String>()
        };
        assert!(lower(old).map(plain).eq(lower(new).map(plain)), "{text} became {now}");
    } else {
        assert_eq!(old, new, "{text} became {now}");
    }
}

fn alone(text: &str, target: Target, before: &DocumentReport, found: &Diagnostic, fix: &Fix) {
    let (now, applied) = apply(text, &[fix]);
    assert_eq!(applied, 1, "{text}: {fix:?}");
    let after = Linter::new().lint(&now, target);
    let count = |report: &DocumentReport| counts(report).get(&*found.code).copied().unwrap_or(0);
    if before.omitted == 0 {
        assert!(count(&after) < count(before), "{:?} is not gone: {text} became {now}", found);
        assert!(errors(&after) <= errors(before), "{text} became {now}");
        let harsh = |report: &DocumentReport| {
            let severe = |one: &&Diagnostic| one.severity > batchlint::Severity::Info;
            report.diagnostics.iter().filter(severe).count()
        };
        let fewer = if found.severity > batchlint::Severity::Info {
            harsh(&after) < harsh(before)
        } else {
            after.diagnostics.len() < before.diagnostics.len()
        };
        assert!(fewer, "{text} became {now}");
    }
}

const BODIES: [(&str, &str); 12] = [
    (
        "pool",
        "{\n  \"id\": \"p1\",\n  \"vmSize\": \"standard_d2s_v3\",\n  \"virtualMachineConfiguration\": {\n    \
         \"imageReference\": {\"publisher\": \"canonical\", \"offer\": \"ubuntu\", \"sku\": \"22_04-lts\"},\n    \
         \"nodeAgentSKUId\": \"batch.node.ubuntu 22.04\"\n  },\n  \"resizeTimeout\": \"PT15M\",\n  \
         \"targetDedicatedNodes\": 2,\n  \"metadata\": [{\"name\": \"a\", \"value\": \"b, c: {d}\"}]\n}\n",
    ),
    (
        "job",
        r#"{"id": "j1", "poolInfo": {"autoPoolSpecification": {"poolLifetimeOption": "job", "keepAlive": false,
            "pool": {"vmSize": "a", "taskSlotsPerNode": 1, "startTask": {"commandLine": "say \"hi\"",
            "userIdentity": {"autoUser": {"scope": "Pool", "elevationLevel": "nonAdmin"}}}}}}, "priority": 10}"#,
    ),
    (
        "tasks",
        "{\"value\": [\n  {\"id\": \"t1\", \"commandLine\": \"bash -c 'echo hi'\"},\n  {\"id\": \"t2\", \"commandLine\": \"it's\"}\n]}",
    ),
    ("task", "{'id': 't1', 'commandLine': 'x', 'constraints': {'maxTaskRetryCount': None}}"),
    (
        "task",
        r#"{"id":"t1","commandLine":"x","constraints":{"retentionTime":"7d","maxWallClockTime":"PT1H"}}"#,
    ),
    (
        "certificate",
        r#"{"thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "SHA1", "data": "aGVsbG8="}"#,
    ),
    (
        "job-schedule",
        r#"{"id":"s","schedule":{"doNotRunUntil":"2026-01-31T08:00:00","recurrenceInterval":"PT1H"},"jobSpecification":{"poolInfo":{"poolId":"p"}}}"#,
    ),
    ("detect", r#"{"VMSIZE":"a","vmsize":"b","id":"p"}"#),
    ("detect", "id: p1\nvmSize: standard_d2s_v3\n"),
    ("detect", "```json\n{\"id\": \"p1\", \"vmSize\": \"standard_d2s_v3\"}\n```\n"),
    (
        "detect",
        r#"{"operationId":"Pools_CreatePool","parameters":{"api-version":"2024-07-01.20.0","pool":{"id":"p","vmSize":"a"}}}"#,
    ),
    ("detect", "{\"id\":\"t1\",\"commandLine\":\"a\"}\n{\"id\":\"t2\",\"commandLine\":\"b\"}\n"),
];

fn target(name: &str) -> Target {
    if name == "detect" {
        return Target::detect();
    }
    Target::operation(name).unwrap_or_else(|error| panic!("{error}"))
}

/// The titles of the fixes that a report offers.
fn offered(text: &str, target: Target) -> Vec<(Applicability, String)> {
    let report = Linter::new().lint(text, target);
    let fixes = report.diagnostics.into_iter().flat_map(|one| one.fixes);
    fixes.map(|fix| (fix.applicability, fix.title)).collect()
}

#[test]
fn a_quote_too_few_is_not_mended_by_a_colon_within_a_string() {
    let text = r#"{"id": "p", "vmSize: "standard_d2s_v3"}"#;
    for target in [Target::detect(), target("pool")] {
        check(text, target);
        assert_eq!(settled(text, target, is_safe).0, text);
        let (all, _) = settled(text, target, |_| true);
        assert!(!all.contains("\": standard"), "{all}");
    }
}

#[test]
fn two_names_never_become_one() {
    for text in [
        r#"{"id":"p","VMSIZE":"a","vmsize":"b"}"#,
        r#"{"VMSIZE":"a","vmsize":"b"}"#,
        r#"{"id":"p","vmSiz":"a","vmSizee":"b"}"#,
        r#"{"id":"p","vmSize":"a","vmsize":"b"}"#,
        r#"{"id":"p","vmsize":"a","vmSiz":"b"}"#,
        r#"{"id":"p",vmsize:"a",VMSIZE:"b"}"#,
    ] {
        check(text, target("pool"));
        for all in [false, true] {
            let (now, _) = settled(text, target("pool"), |fix| all || is_safe(fix));
            let names: Vec<String> = strings(&now).into_iter().step_by(2).collect();
            let mut unique = names.clone();
            unique.sort();
            unique.dedup();
            assert_eq!(unique.len(), names.len(), "{text} became {now}");
        }
    }
}

#[test]
fn a_date_without_quotes_stays_in_one_piece() {
    let text = r#"{"id":"s","schedule":{"doNotRunUntil":2026-01-31T08:00:00Z},"jobSpecification":{"poolInfo":{"poolId":"p"}}}"#;
    let schedule = target("job-schedule");
    check(text, schedule);
    assert_eq!(settled(text, schedule, is_safe).0, text);
    let (all, report) = settled(text, schedule, |_| true);
    assert_eq!(all, text.replace("2026-01-31T08:00:00Z", "\"2026-01-31T08:00:00Z\""));
    assert_eq!(report.diagnostics, []);
}

#[test]
fn nothing_is_written_into_yaml() {
    for text in ["id: p1\nvmsize: standard_d2s_v3\n", "- id: t1\n  commandline: x\n", "id: 'p'\n"] {
        for target in [Target::detect(), target("pool"), target("task")] {
            assert_eq!(offered(text, target), [], "{text}");
        }
    }
}

#[test]
fn state_is_no_setting() {
    for name in ["currentNodeCommunicationMode", "currentDedicatedNodes", "currentLowPriorityNodes"]
    {
        let text = format!(r#"{{"id":"p","vmSize":"a","{name}":1}}"#);
        let offered = offered(&text, target("pool"));
        assert!(offered.iter().all(|(_, title)| title == "Remove it"), "{text}: {offered:?}");
    }
}

#[test]
fn an_unclosed_name_gets_no_brackets() {
    let text = format!("{}{{\"vmSi", "{\"a\": ".repeat(10));
    check(&text, target("pool"));
    for kept in ["Close the string", "Close it"] {
        let (now, _) = settled(&text, target("pool"), |fix| fix.title != kept);
        assert!(!now.contains("vmSi}"), "{now}");
        let (again, _) = settled(&now, target("pool"), |fix| fix.title != kept);
        assert_eq!(again, now);
    }
}

#[test]
fn many_findings_are_mended_in_one_call() {
    for (count, task) in [
        (3_000, "{'id': 't', \"commandline\": \"x\",}"),
        (20_000, "{\"id\":\"t\",\"commandLine\":\"x\",}"),
    ] {
        let tasks: Vec<_> = (0..count).map(|_| task).collect();
        let text = format!("{{\"value\":[{}]}}", tasks.join(",\n"));
        let settled = Linter::new().fix(&text, target("tasks"), is_safe);
        let mended =
            task.replace('\'', "\"").replace("commandline", "commandLine").replace(",}", "}");
        assert!(settled.text == text.replace(task, &mended), "not all {count} are mended");
        assert!(settled.applied >= count);
        let again = Linter::new().fix(&settled.text, target("tasks"), is_safe);
        assert_eq!(again.applied, 0);
    }
}

#[test]
fn what_comes_to_light_by_a_fix_is_not_mended_unseen() {
    // The name is misspelt, and the value is of the wrong type for the right
    // one: there is no one fix that makes this better.
    let text = r#"{"id":"p","vmSize":"a","targetDedicatedNode":"many"}"#;
    assert_eq!(offered(text, target("pool")), []);
    assert_eq!(settled(text, target("pool"), |_| true).0, text);
}

fn codes(report: &DocumentReport) -> Vec<&str> {
    report.diagnostics.iter().map(|found| &*found.code).collect()
}

#[test]
fn a_text_of_another_kind_is_one_finding_whoever_names_the_operation() {
    for (text, code) in [
        ("id: p1\nvmSize: standard_d2s_v3\n", "AB1310"),
        ("---\nid: p1\n", "AB1310"),
        ("<html><body>Sign in</body></html>", "AB1311"),
        ("curl -X POST https://a.example -d '{\"id\": \"p\"}'", "AB1311"),
        ("param location string\n", "AB1311"),
        ("PK\u{3}\u{4}\u{14}\u{0}\u{0}\u{8}", "AB1311"),
        ("{\n<<<<<<< HEAD\n\"id\": \"p\"\n=======\n>>>>>>> a\n}", "AB1311"),
    ] {
        for target in [Target::detect(), target("pool"), target("job.update")] {
            let report = Linter::new().lint(text, target);
            assert_eq!(codes(&report), [code], "{text}");
            assert_eq!(report.diagnostics[0].severity, Severity::Error);
            assert_eq!(report.diagnostics[0].pointer, "");
        }
        // With the rule off, the text is not clean by mistake.
        let without = Linter::builder().ignore(code).expect("it is a rule").build();
        let report = without.lint(text, Target::detect());
        assert!(codes(&report).contains(&"AB0001"), "{text}: {:?}", codes(&report));
    }
}

#[test]
fn what_stands_around_a_body_is_taken_off() {
    let body = "{\n  \"id\": \"p1\",\n  \"vmsize\": \"a\",\n}\n";
    let mended = "{\n  \"id\": \"p1\",\n  \"vmSize\": \"a\"\n}\n";
    for text in [
        format!("WARNING: in preview\nWARNING: {{}}\n{mended}"),
        format!("```json\n{mended}```\n"),
        format!("\n```\n{mended}\n```"),
    ] {
        for target in [Target::detect(), target("pool")] {
            let (now, report) = settled(&text, target, is_safe);
            assert_eq!(now.trim(), mended.trim(), "{text}");
            assert!(!codes(&report).contains(&"AB1311"));
        }
    }
    // What is no JSON within is left to its author.
    assert_eq!(offered(&format!("```json\n{body}```\n"), target("pool")), []);
    assert_eq!(offered("ERROR: no such pool\n{\"id\": \"p\"}\n", target("pool")), []);
}

#[test]
fn a_printed_object_is_one_finding_and_one_fix() {
    let members: Vec<_> =
        (0..300).map(|n| format!("{{'name': 'n{n}', 'value': 'it\\'s \"x\"'}}")).collect();
    let text = format!(
        "{{'id': 'p', 'vmSize': 'standard_d2s_v3', 'enableInterNodeCommunication': False,\n'metadata': [\n{}]}}",
        members.join(",\n")
    );
    // An escaped apostrophe is none of JSON's escapes.
    let plain = text.replace("\\'", "");
    let report = Linter::new().lint(&plain, target("pool"));
    // The pool lacks something as well.
    assert_eq!(codes(&report), ["AB0044", "AB1312"]);
    check(&plain, target("pool"));
    let (now, report) = settled(&plain, target("pool"), is_safe);
    assert_eq!(codes(&report), ["AB0044"]);
    assert!(now.contains("\"n299\"") && now.contains(": false"), "{now}");
    let report = Linter::new().lint(&text, target("pool"));
    assert!(codes(&report).contains(&"AB1312"));
    assert!(codes(&report).contains(&"AB0001"), "what is not sure is told apart");
    check("{'id': undefined, 'vmSize': 'a'}", target("pool"));
    let single = Linter::new().lint("{'id': 'p', 'vmSize': 'standard_d2s_v3'}", target("pool"));
    let syntax = codes(&single).into_iter().filter(|code| *code != "AB0044");
    assert_eq!(syntax.collect::<Vec<_>>(), ["AB0001"; 4]);
}

#[test]
fn a_printed_length_of_time_is_written_as_iso_8601_has_it() {
    let text = "{'id': 't', 'commandLine': 'x', 'constraints': {'retentionTime': datetime.timedelta(days=7)}}";
    check(text, target("task"));
    let (now, report) = settled(text, target("task"), |_| true);
    assert!(now.contains("\"retentionTime\": \"P7D\""), "{now}");
    assert_eq!(report.diagnostics, []);
}

#[test]
fn documents_one_after_another_are_told_once() {
    let task = |n: usize| format!("{{\"id\":\"t{n}\",\"commandLine\":\"a\"}}");
    for (between, behind) in [("\n", "\n"), (" ", ""), (",\n", ""), (",", ",\n"), ("\n\n", "")] {
        let text = (0..4).map(task).collect::<Vec<_>>().join(between) + behind;
        let report = Linter::new().lint(&text, Target::detect());
        assert_eq!(codes(&report), ["AB1313"], "{text}");
        assert_eq!(settled(&text, Target::detect(), is_safe).0, text, "it is a suggestion");
        let (now, report) = settled(&text, Target::detect(), |_| true);
        assert_eq!(report.diagnostics, [], "{now}");
        assert_eq!(strings(&now).iter().filter(|one| *one == "commandLine").count(), 4);
    }
    let many = (0..101).map(task).collect::<Vec<_>>().join("\n");
    assert_eq!(codes(&Linter::new().lint(&many, Target::detect())), ["AB1313"]);
    assert_eq!(offered(&many, Target::detect()), []);
    assert_eq!(offered(&(task(1) + &task(2)), target("task")), [], "no task is a collection");
    for text in
        ["{\"id\":\"p\"} \n\n", "{\"id\":\"p\"}}", "{\"id\":\"p\"} more", "{\"id\":\"p\"} {more"]
    {
        assert!(!codes(&Linter::new().lint(text, target("pool"))).contains(&"AB1313"), "{text}");
    }
}

/// One slip of whoever writes a document.
#[derive(Clone, Debug)]
enum Slip {
    Drop(Index, usize),
    Insert(Index, &'static str),
    Swap(Index),
    Case(Index),
    Quotes(Index),
    Twice(Index),
    Cut(Index),
}

fn slip() -> impl Strategy<Value = Slip> {
    let inserted = prop::sample::select(vec![
        "\"",
        "'",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "\n",
        " ",
        "\\",
        "x",
        "None",
        "True",
        "// c\n",
        "=",
        "=>",
        ";",
        "2026-01-31T08:00:00Z",
        "\t",
        "\u{a0}",
        "“",
        "1",
        "-",
        "#",
        "\"a\": 1,",
        "a.b(",
        "é",
    ]);
    prop_oneof![
        3 => (any::<Index>(), 1usize..3).prop_map(|(at, count)| Slip::Drop(at, count)),
        4 => (any::<Index>(), inserted).prop_map(|(at, text)| Slip::Insert(at, text)),
        1 => any::<Index>().prop_map(Slip::Swap),
        2 => any::<Index>().prop_map(Slip::Case),
        1 => any::<Index>().prop_map(Slip::Quotes),
        1 => any::<Index>().prop_map(Slip::Twice),
        1 => any::<Index>().prop_map(Slip::Cut),
    ]
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for slip in slips {
        if text.is_empty() {
            break;
        }
        let length = text.len();
        // A character within a name or string, if there is one behind.
        let letter = |at: &Index| {
            let at = at.index(length);
            (at..length).find(|at| text[*at].is_ascii_alphabetic())
        };
        match slip {
            Slip::Drop(at, count) => {
                let at = at.index(length);
                text.drain(at..(at + count).min(length));
            }
            Slip::Insert(at, part) => {
                let at = at.index(length);
                text.splice(at..at, part.chars());
            }
            Slip::Swap(at) => {
                let at = at.index(length);
                if at > 0 {
                    text.swap(at - 1, at);
                }
            }
            Slip::Case(at) => {
                if let Some(at) = letter(at) {
                    let c = text[at];
                    text[at] = if c.is_ascii_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    };
                }
            }
            Slip::Quotes(at) => {
                let from = at.index(length);
                for c in text.iter_mut().skip(from).filter(|c| **c == '"').take(2) {
                    *c = '\'';
                }
            }
            Slip::Twice(at) => {
                let line: Vec<char> = {
                    let whole: String = text.iter().collect();
                    let lines: Vec<&str> = whole.split_inclusive([',', '\n']).collect();
                    lines[at.index(lines.len())].chars().collect()
                };
                text.splice(0..0, line.iter().copied().take(0));
                let at = at.index(length);
                text.splice(at..at, line);
            }
            Slip::Cut(at) => text.truncate(at.index(length)),
        }
    }
    text.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..Default::default() })]

    #[test]
    fn fixes_make_broken_bodies_better(
        body in prop::sample::select(BODIES.to_vec()),
        slips in prop::collection::vec(slip(), 0..4),
        detect in any::<bool>(),
    ) {
        let (operation, text) = body;
        let text = slipped(text, &slips);
        check(&text, if detect { Target::detect() } else { target(operation) });
    }

    #[test]
    fn fixes_make_any_text_better(
        text in "([\\[\\]{}:,\"'\\\\/#a-c0-2+.=(<>) \n\t\u{e9}-]|\"id\": |\"vmSize\": |\"a\"|None){0,30}",
    ) {
        check(&text, Target::detect());
        check(&text, target("pool"));
    }
}
