//! What a report must never hide, and what settings do to it.

use super::*;

fn lint(linter: &Linter, operation: &str, text: &str) -> DocumentReport {
    linter.lint(text, Target::operation(operation).unwrap_or_else(|error| panic!("{error}")))
}

fn codes(report: &DocumentReport) -> Vec<&str> {
    report.diagnostics.iter().map(|found| &*found.code).collect()
}

fn built(build: impl FnOnce(LinterBuilder) -> Result<LinterBuilder, UnknownRule>) -> Linter {
    build(Linter::builder()).unwrap_or_else(|error| panic!("{error}")).build()
}

/// A member of this content, so many times under other names.
fn many(count: usize, member: impl Fn(usize) -> String) -> String {
    (0..count).map(member).collect::<Vec<_>>().join(",")
}

#[test]
fn milder_findings_never_displace_an_error() {
    let tasks =
        many(700, |n| format!(r#"{{"id":"t{n}","commandLine":"hostname","displayName":null}}"#));
    let text = format!(r#"{{"value":[{tasks},{{"id":"last"}}]}}"#);
    let report = lint(&Linter::new(), "tasks", &text);
    assert!(report.has_errors(), "the last task has no command line");
    assert_eq!(report.diagnostics.len(), 501);
    // 700 nulls, a missing property and too many tasks.
    assert_eq!(report.omitted, 702 - 500);
    assert_eq!(codes(&report).last(), Some(&"AB0045"));
    let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 2);
}

#[test]
fn rules_that_are_off_take_no_room() {
    let unknown = many(600, |n| format!(r#""unknown{n}":1"#));
    let text =
        format!(r#"{{"id":"p1","vmSize":"standard_d2s_v3",{unknown},"resizeTimeout":"15m"}}"#);
    let only_time = built(|builder| builder.select("time"));
    assert_eq!(codes(&lint(&only_time, "pool", &text)), ["AB0201"]);
    let without = built(|builder| builder.ignore("structure"));
    assert_eq!(codes(&lint(&without, "pool", &text)), ["AB0201"]);
}

#[test]
fn a_truncated_run_says_so_in_its_report_whatever_is_ignored() {
    let unknown = many(600, |n| format!(r#""unknown{n}":1"#));
    let text = format!(r#"{{"id":"p1","vmSize":"standard_d2s_v3",{unknown}}}"#);
    let linter = built(|builder| builder.ignore("structure/and-more"));
    let report = lint(&linter, "pool", &text);
    assert!(report.has_errors());
    assert_eq!((report.diagnostics.len(), report.omitted), (500, 101));
}

#[test]
fn a_required_property_that_is_null_is_missing_whatever_is_said_of_null() {
    let linter = built(|builder| builder.ignore("structure/null-value"));
    let report = lint(&linter, "pool", r#"{"id":"p1","vmSize":null}"#);
    let found: Vec<_> = report.diagnostics.iter().map(|one| (&*one.code, &*one.pointer)).collect();
    assert_eq!(found, [("AB0044", ""), ("AB0031", "/vmSize")]);
    assert!(report.has_errors());
}

#[test]
fn every_rule_sees_what_a_name_in_another_case_means() {
    let machine = r#"{"imageReference":{"publisher":"canonical","offer":"o","sku":"s"},"nodeAgentSKUId":"batch.node.ubuntu 22.04"}"#;
    let pool = format!(
        r#"{{"id":"p1","vmSize":"standard_d2s_v3","VirtualMachineConfiguration":{machine}}}"#
    );
    assert_eq!(codes(&lint(&Linter::new(), "pool", &pool)), ["AB0043"]);

    let pool = r#"{"certificateReferences":[{"Thumbprint":"zz","thumbprintAlgorithm":"sha1"}]}"#;
    let found = lint(&Linter::new(), "pool.update", pool);
    assert_eq!(codes(&found), ["AB0103", "AB0043", "AB0102"]);

    let task = r#"{"id":"t","commandLine":"hostname","userIdentity":{"userName":"a","AutoUser":{"scope":"task"}}}"#;
    assert_eq!(codes(&lint(&Linter::new(), "task", task)), ["AB0043", "AB0303", "AB0043"]);

    let job = r#"{"id":"j","poolInfo":{"poolId":"p"},"constraints":{"MAXWALLCLOCKTIME":"15m"}}"#;
    assert_eq!(codes(&lint(&Linter::new(), "job", job)), ["AB0043", "AB0201"]);
}

#[test]
fn of_several_spellings_the_apis_own_counts_then_the_last() {
    // That slots change only in an empty pool is not the subject.
    let linter = built(|builder| builder.ignore("AB1609"));
    let lint = |text| lint(&linter, "pool.update", text);
    // The value that counts is judged, and only that.
    let found = lint(r#"{"TaskSlotsPerNode":"x","taskSlotsPerNode":4,"TASKSLOTSPERNODE":"y"}"#);
    assert_eq!(codes(&found), ["AB0043", "AB0043"]);
    assert!(found.diagnostics.iter().all(|one| one.fixes.is_empty()), "which to keep is open");
    let found = lint(r#"{"TaskSlotsPerNode":"x","TASKSLOTSPERNODE":4}"#);
    assert_eq!(codes(&found), ["AB0043", "AB0043"]);
    let found = lint(r#"{"TaskSlotsPerNode":4,"TASKSLOTSPERNODE":"y"}"#);
    assert_eq!(codes(&found), ["AB0043", "AB0043", "AB0033"]);
    let found = lint(r#"{"taskSlotsPerNode":"x","taskSlotsPerNode":4}"#);
    assert_eq!(codes(&found), ["AB0002"]);
}

#[test]
fn severities_do_not_switch_rules_on_and_selections_keep_severities() {
    let text =
        r#"{"id":"p 1","vmSize":"standard_d2s_v3","targetDedicatedNodes":1,"resizeTimeout":"15m"}"#;
    let linter = built(|builder| {
        builder.select("time")?.severity("AB0039", Severity::Error)?.severity("all", Severity::Info)
    });
    let report = lint(&linter, "pool", text);
    assert_eq!(codes(&report), ["AB0201"]);
    assert_eq!(report.diagnostics[0].severity, Severity::Info);

    let linter = built(|builder| {
        let builder = builder.severity("AB0201", Severity::Warning)?.ignore("AB0044")?;
        builder.overriding().select("all")
    });
    let report = lint(&linter, "pool", text);
    assert_eq!(codes(&report), ["AB0039", "AB0201"]);
    assert_eq!(report.diagnostics[1].severity, Severity::Warning);
}

#[test]
fn a_category_made_harsher_leaves_doubt_a_doubt() {
    // Of a PATCH body sources differ on what nested objects require.
    let text = r#"{"startTask":{"userIdentity":{"autoUser":{"scope":"task"}}}}"#;
    let severity = |linter: &Linter| lint(linter, "pool.update", text).diagnostics[0].severity;
    assert_eq!(severity(&Linter::new()), Severity::Warning);
    let category = built(|builder| builder.severity("structure", Severity::Error));
    assert_eq!(severity(&category), Severity::Warning);
    let rule = built(|builder| builder.severity("AB0031", Severity::Error));
    assert_eq!(severity(&rule), Severity::Error);
}

#[test]
fn what_is_in_a_read_only_part_is_no_error() {
    let text = r#"{"poolInfo":{"poolId":"p"},"stats":{"url":7}}"#;
    let report = lint(&Linter::new(), "job.replace", text);
    assert!(!report.has_errors(), "{:?}", codes(&report));
    assert!(codes(&report).contains(&"AB0033"));
}

#[test]
fn an_unknown_operation_is_an_error_never_a_guess() {
    let error = Target::operation("poool").map(|_| ()).expect_err("there is none");
    assert_eq!(error.to_string(), "no operation is called `poool`");
    assert_eq!(error.nearest, Some("pool"));
}

#[test]
fn the_version_is_the_callers_then_the_requests_own_then_the_newest() {
    let made_up = || Linter::builder().with_made_up_version();
    let old = api::API_VERSION;
    // `zone` is of the made-up version alone, which requires it.
    let has_zone = |linter: &Linter, version: Option<&str>| {
        let body = r#"{"id":"p1","vmSize":"standard_d2s_v3","zone":"z1"}"#;
        let text = match version {
            None => body.to_owned(),
            Some(version) => format!(
                r#"{{"operationId":"Pools_CreatePool","parameters":{{"api-version":"{version}","pool":{body}}}}}"#
            ),
        };
        !codes(&linter.lint(&text, Target::detect())).contains(&"AB0032")
    };
    let default = made_up().build();
    assert!(has_zone(&default, None), "the newest");
    assert!(!has_zone(&default, Some(old)), "the request's own");
    assert!(has_zone(&default, Some("2030-01-01")));
    assert!(has_zone(&default, Some("1999-01-01")), "an unknown one is told, and the newest used");
    let asked = made_up().api_version(old).unwrap_or_else(|error| panic!("{error}")).build();
    assert!(!has_zone(&asked, None), "the caller's");
    assert!(!has_zone(&asked, Some("2030-01-01")), "the caller's, whatever the request says");
    let report = lint(&default, "pool", r#"{"id":"p1","vmSize":"standard_d2s_v3"}"#);
    let missing = report.diagnostics.iter().find(|found| found.code == "AB0031");
    assert!(missing.is_some_and(|found| found.message.contains("`zone`")));
    let error = made_up().api_version("2031").map(|_| ()).expect_err("there is none");
    assert_eq!(error.known, [old, "2030-01-01"]);
}

#[test]
fn dates_are_judged_by_the_callers_day_alone() {
    let text = r#"{"operationId":"Pools_GetPool","parameters":{"api-version":"2017-01-01.4.0","poolId":"p"}}"#;
    let said = |day: Option<&str>| {
        let mut builder = Linter::builder();
        if let Some(day) = day {
            builder = builder.today(day.parse().unwrap_or_else(|error| panic!("{error}")));
        }
        let report = builder.build().lint(text, Target::detect());
        let one = |found: &crate::Diagnostic| format!("{}: {}", found.code, found.message);
        report.diagnostics.iter().map(one).collect::<Vec<_>>()
    };
    let ended = "AB1408: support of API version `2017-01-01.4.0` ended on 2021-04-01";
    assert_eq!(said(Some("2021-04-01")), [ended]);
    let other = "AB0019: the request is for API version `2017-01-01.4.0`, batchlint checks \
                 2024-07-01.20.0";
    assert_eq!(said(Some("2021-03-31")), [other]);
    assert_eq!(said(None), [other]);
}

#[test]
fn a_body_of_another_json_type_is_one_finding() {
    for text in ["[1,2]", "\"text\"", "7", "true"] {
        let report = lint(&Linter::new(), "pool", text);
        assert_eq!(codes(&report), ["AB0033"], "{text}");
    }
    let list = lint(&Linter::new(), "tasks", r#"[{"id":"t","commandLine":"a"},7]"#);
    assert_eq!(codes(&list), ["AB0033"]);
    assert_eq!(list.diagnostics[0].pointer, "/1");
}

/// Texts that took quadratic time once, or may, by their size.
type Hostile = (&'static str, &'static str, fn(usize) -> String);

const HOSTILE: [Hostile; 11] = [
    ("nulls", "tasks", |n| {
        let task = |n| format!(r#"{{"id":"t{n}","commandLine":"a","displayName":null}}"#);
        format!(r#"{{"value":[{}]}}"#, many(n, task))
    }),
    ("nulls in a bare list", "tasks", |n| {
        format!("[{}]", many(n, |n| format!(r#"{{"id":"t{n}","displayName":null}}"#)))
    }),
    ("unknown members of a request", "pool.get", |n| {
        let parameters = many(n, |n| format!(r#""unknown{n}":1"#));
        format!(r#"{{"operationId":"Pools_GetPool","parameters":{{{parameters}}}}}"#)
    }),
    ("unknown members of a body", "pool", |n| {
        format!("{{{}}}", many(n, |n| format!(r#""unknown{n}":1"#)))
    }),
    ("variants of one name", "pool", |n| {
        let name = |n: usize| {
            let bit = |(at, c): (usize, char)| {
                if n >> at & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            };
            "targetdedicatednodes".chars().enumerate().map(bit).collect::<String>()
        };
        format!("{{{}}}", many(n, |n| format!(r#""{}":1"#, name(n))))
    }),
    ("one name again and again", "pool", |n| format!("{{{}}}", many(n, |_| r#""id":1"#.into()))),
    ("empty objects", "tasks", |n| format!(r#"{{"value":[{}]}}"#, many(n, |_| "{}".into()))),
    ("wrong values", "tasks", |n| format!(r#"{{"value":[{}]}}"#, many(n, |_| "1".into()))),
    ("lists in a list", "tasks", |n| format!("[{}]", many(n, |_| "[[[]]]".into()))),
    ("free content", "pool", |n| {
        let settings = many(n, |n| format!(r#""a{n}":{{"b":null,"b":1}}"#));
        format!(
            r#"{{"virtualMachineConfiguration":{{"extensions":[{{"settings":{{{settings}}}}}]}}}}"#
        )
    }),
    ("secrets in a command line", "task", |n| {
        format!(r#"{{"id":"t","commandLine":"{}","x":1}}"#, " password=x".repeat(n))
    }),
];

#[test]
fn work_grows_in_proportion_to_the_text() {
    let linter = Linter::new();
    for (name, operation, text) in HOSTILE {
        crate::growth::assert_linear(name, text, |text| drop(lint(&linter, operation, text)));
        crate::growth::assert_linear(name, text, |text| {
            drop(linter.lint(text, Target::detect()));
        });
    }
}
