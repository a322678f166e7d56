//! The catalogue holds together, and every example in a rule's page is true.

use super::*;
use crate::{Linter, Target, api};

/// Rules whose page has no example to run, and why.
#[cfg(feature = "pages")]
const WITHOUT_EXAMPLE: [(&str, &str); 7] = [
    ("AB0003", "a page is text, so it cannot show bytes in another encoding"),
    ("AB0004", "a byte order mark cannot be seen"),
    ("AB0007", "129 brackets show nothing"),
    ("AB0020", "a megabyte shows nothing"),
    ("AB0045", "five hundred mistakes show nothing"),
    ("AB1702", "8,193 characters; the category's own tests have them"),
    ("AB1703", "101 statements; the category's own tests have them"),
];

/// A `json` block of a page: for which operation, whether the rule must find
/// something in it, and the text.
#[cfg(feature = "pages")]
struct Example {
    operation: Option<&'static str>,
    wrong: bool,
    text: String,
}

#[cfg(feature = "pages")]
fn examples(rule: &'static Rule) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```json") else { continue };
        let words: Vec<_> = info.split_whitespace().collect();
        let (operation, verdict) = match words[..] {
            [verdict] => (None, verdict),
            [operation, verdict] => (Some(operation), verdict),
            _ => panic!("{}: `{line}` does not say wrong or right", rule.code),
        };
        assert!(matches!(verdict, "wrong" | "right"), "{}: {line}", rule.code);
        let text: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        examples.push(Example { operation, wrong: verdict == "wrong", text: text.join("\n") });
    }
    examples
}

fn codes(operation: Option<&str>, text: &str) -> Vec<&'static str> {
    let target = match operation {
        None => Target::detect(),
        Some(name) => {
            Target::from(api::operation(name).unwrap_or_else(|| panic!("no operation {name}")))
        }
    };
    // Every rule has examples, the pedantic ones too, and those that look at
    // the day.
    let linter = Linter::builder().select("all").unwrap_or_else(|error| panic!("{error}"));
    let day = crate::Date::new(2026, 12, 1).expect("it is a day");
    let report = linter.today(day).build().lint(text, target);
    let found = report.diagnostics.iter().filter_map(|found| find(&found.code));
    found.map(|rule| rule.code).collect()
}

#[test]
#[cfg(feature = "pages")]
fn every_example_of_a_page_is_true() {
    for rule in all() {
        let examples = examples(rule);
        for example in &examples {
            let codes = codes(example.operation, &example.text);
            assert_eq!(
                codes.contains(&rule.code),
                example.wrong,
                "{} found {codes:?} in\n{}",
                rule.code,
                example.text
            );
        }
        let excused = WITHOUT_EXAMPLE.iter().any(|(code, _)| *code == rule.code);
        let shown = examples.iter().any(|example| example.wrong);
        assert_ne!(shown, excused, "{} has an example, or a reason for none", rule.code);
    }
}

#[test]
fn texts_are_there_with_pages_alone() {
    for rule in all() {
        if cfg!(feature = "pages") {
            assert!(rule.summary.ends_with('.') && !rule.summary.contains('\n'), "{}", rule.code);
            assert!(rule.docs.contains(rule.summary.split(' ').next().unwrap_or_default()));
        } else {
            assert_eq!((rule.summary, rule.docs), ("", ""), "{}", rule.code);
        }
    }
}

#[test]
fn codes_are_in_order_and_ids_are_those_of_the_statics() {
    for category in categories() {
        for pair in category.rules.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
        }
        for rule in category.rules {
            assert_eq!(rule.category(), category.id, "{}", rule.code);
        }
        assert!(category.about.ends_with('.'), "{}", category.id);
    }
    for rule in all() {
        let digits = rule.code.strip_prefix("AB").expect("codes begin with AB");
        assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        let (category, name) = rule.id.split_once('/').expect("an id has a category and a name");
        let plain = |text: &str| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert!(plain(category) && plain(name), "{}", rule.id);
    }
    let mut ids: Vec<_> = all().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all().count(), "two rules have one id");
}

#[test]
#[cfg(feature = "pages")]
fn every_page_has_its_sections_in_order() {
    const SECTIONS: [&str; 5] =
        ["Why it matters", "Example", "Use instead", "Fix safety", "Source"];
    for rule in all() {
        assert!(rule.summary.ends_with('.'), "{}: {}", rule.code, rule.summary);
        let sections: Vec<_> =
            rule.docs.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect();
        let places: Vec<_> = sections
            .iter()
            .map(|section| SECTIONS.iter().position(|known| known == section))
            .collect();
        assert!(places.iter().all(Option::is_some), "{} has {sections:?}", rule.code);
        assert!(places.is_sorted(), "{} has {sections:?}", rule.code);
        assert!(sections.contains(&"Why it matters"), "{} does not say why", rule.code);
        assert!(sections.contains(&"Source"), "{} names no source", rule.code);
    }
}

#[test]
fn a_rule_is_found_by_code_id_and_category() {
    let rule = find("ab0101").expect("the code exists in any case");
    assert_eq!(rule.id, "certificate/thumbprint-algorithm");
    assert!(find(rule.id).is_some());
    assert!(find("certificate").is_none(), "a category is not one rule");
}

#[test]
fn rules_without_an_example_find_what_they_are_for() {
    let bytes = |bytes: &[u8]| -> Vec<&str> {
        let report = Linter::new().lint_bytes(bytes, Target::detect());
        let found = report.diagnostics.iter().filter_map(|found| find(&found.code));
        found.map(|rule| rule.code).collect()
    };
    assert!(bytes(b"\xff\xfe{\0}\0").contains(&"AB0003"));
    assert!(bytes(b"{\"id\": \"\xe9\"}").contains(&"AB0003"));
    assert!(bytes("\u{feff}{}".as_bytes()).contains(&"AB0004"));
    assert!(codes(None, &"[".repeat(129)).contains(&"AB0007"));
    assert!(!codes(None, &("[".repeat(128) + &"]".repeat(128))).contains(&"AB0007"));
    let task =
        |length: usize| format!("{{\"id\":\"t\",\"commandLine\":\"{}\"}}", "a".repeat(length - 27));
    let limit = crate::MAX_BODY_BYTES;
    assert_eq!(task(limit).len(), limit);
    assert!(!codes(Some("task"), &task(limit)).contains(&"AB0020"));
    assert!(codes(Some("task"), &task(limit + 1)).contains(&"AB0020"));
    let many = format!("{{\"value\":[{}]}}", vec!["1"; 600].join(","));
    let codes = codes(Some("tasks"), &many);
    assert_eq!(codes.len(), 501);
    assert_eq!(codes.last(), Some(&"AB0045"));
}

mod made_up {
    //! A rule of each kind of check.

    use crate::analysis::{Cursor, Fault, FaultKind};
    use crate::api::{Format, Model, p};
    use crate::document::Span;
    use crate::request::GivenParameter;
    use crate::rules::{Check, Context, Finding, Findings};

    rule! {
        /// It speaks up whenever it is called.
        TALKATIVE {
            code: "AB9999",
            id: "test/talkative",
            severity: Info,
            checks: &[
                Check::Document(document),
                Check::Request(request),
                Check::Parameter(parameter),
                Check::Shape(FaultKind::Unknown, shape),
                Check::Models(&[Model::BATCH_START_TASK], model),
                Check::Properties(&[p::COMMAND_LINE, p::RESOURCE_FILES], property),
                Check::Format(Format::Uri, format),
                Check::Pattern(pattern),
                Check::Omitted(omitted),
            ],
        }
    }

    fn say(at: Cursor<'_>, word: &str, findings: &mut Findings<'_>) {
        findings.add(Finding::at(&TALKATIVE, at, word));
    }

    fn document(_: &Context<'_>, findings: &mut Findings<'_>) {
        findings.add(Finding::text(&TALKATIVE, Span::new(0, 1), "document"));
    }

    fn request(context: &Context<'_>, findings: &mut Findings<'_>) {
        findings.extend(context.analysis.body().map(|at| Finding::at(&TALKATIVE, at, "request")));
    }

    fn parameter(given: &GivenParameter<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        findings.add(Finding::spot(&TALKATIVE, given.at, "parameter"));
    }

    fn shape(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        say(at, "shape", findings);
    }

    fn model(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        say(at, "model", findings);
    }

    fn property(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        say(at, "property", findings);
    }

    fn format(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        say(at, "format", findings);
    }

    fn pattern(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
        say(at, "pattern", findings);
    }

    fn omitted(_: usize, end: Span, findings: &mut Findings<'_>) {
        findings.add(Finding::text(&TALKATIVE, end, "omitted"));
    }
}

/// What the talkative rule says of a request, by the pointers of the places.
fn said(rules: &[&'static Rule], text: &str) -> Vec<(String, String)> {
    use crate::analysis::{Analysis, Pointers};
    use crate::document::Document;
    use crate::request::{self, Asked};

    let dispatch = Dispatch::new(api::Api::latest(), rules.iter().copied());
    let document = Document::parse(text);
    let (api, request) = request::read(&document, Asked::default());
    let analysis =
        Analysis::new(&document, api, request, dispatch.wanted().at_most(super::MAX_FINDINGS));
    let levels = Levels::default();
    let mut findings = Findings::new(&analysis, &levels, super::MAX_FINDINGS);
    dispatch.run(&analysis, None, None, &mut findings);
    let mut pointers = Pointers::new(&analysis, &[]);
    let (found, omitted) = findings.conclude();
    assert_eq!(omitted, 0);
    found
        .into_iter()
        .map(|one| (one.message, one.node.map(|node| pointers.of(node)).unwrap_or_default()))
        .collect()
}

#[test]
fn each_check_is_called_for_what_it_subscribes_to() {
    let text = r#"{
      "operationId": "Pools_CreatePool",
      "parameters": { "api-version": "2024-07-01.20.0", "pool": {
        "id": "p1", "vmSize": "a", "none": 1, "startTask": {
          "commandLine": "x", "CommandLine": "shadowed", "environmentSettings": null,
          "resourceFiles": [ { "httpUrl": "u", "filePath": "f" }, { "httpUrl": null, "filePath": "g" } ]
        } } } }"#;
    let found = said(&[&made_up::TALKATIVE], text);
    let found: Vec<_> = found
        .iter()
        .map(|(what, at)| (what.as_str(), at.strip_prefix("/parameters").unwrap_or(at)))
        .collect();
    assert_eq!(
        found,
        [
            ("document", ""),
            ("parameter", "/api-version"),
            ("request", "/pool"),
            ("pattern", "/pool/id"),
            ("shape", "/pool/none"),
            ("model", "/pool/startTask"),
            ("property", "/pool/startTask/commandLine"),
            ("property", "/pool/startTask/resourceFiles"),
            ("format", "/pool/startTask/resourceFiles/0/httpUrl"),
        ]
    );
}

#[test]
fn what_is_off_is_not_even_looked_for() {
    assert_eq!(said(&[], r#"{ "id": "p1", "vmSize": 7, "none": 1, }"#), []);
    let dispatch = Dispatch::new(api::Api::latest(), std::iter::empty());
    let document = crate::document::Document::parse(r#"{ "id": "p1", "vmSize": 7, "none": 1 }"#);
    let asked = crate::request::Asked::default();
    let (api, request) = crate::request::read(&document, asked);
    let wanted = dispatch.wanted();
    let analysis = crate::analysis::Analysis::new(&document, api, request, wanted);
    assert_eq!(analysis.faults.iter().count(), 0);
    assert_eq!(analysis.faults.omitted(), 0);
}
