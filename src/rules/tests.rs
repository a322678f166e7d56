//! The catalogue holds together, and every example in a rule's page is true.

use super::*;
use crate::{Linter, Target, api};

/// Rules whose page has no example to run, and why.
const WITHOUT_EXAMPLE: [(&str, &str); 5] = [
    ("AB0003", "a page is text, so it cannot show bytes in another encoding"),
    ("AB0004", "a byte order mark cannot be seen"),
    ("AB0007", "129 brackets show nothing"),
    ("AB0020", "a megabyte shows nothing"),
    ("AB0045", "five hundred mistakes show nothing"),
];

/// A `json` block of a page: for which operation, whether the rule must find
/// something in it, and the text.
struct Example {
    operation: Option<&'static str>,
    wrong: bool,
    text: String,
}

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
    let report = Linter::new().lint(text, target);
    let found = report.diagnostics.iter().filter_map(|found| find(&found.code));
    found.map(|rule| rule.code).collect()
}

#[test]
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
fn every_page_has_its_sections_in_order() {
    const SECTIONS: [&str; 5] =
        ["Why it matters", "Example", "Use instead", "Fix safety", "Source"];
    for rule in all() {
        assert!(rule.summary().ends_with('.'), "{}: {}", rule.code, rule.summary());
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
fn every_pattern_of_the_schemas_compiles() {
    for pattern in api::Api::latest().patterns() {
        regex::Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    }
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
