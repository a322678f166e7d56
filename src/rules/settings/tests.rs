//! Which rules run, and how bad they are, with a catalogue made for it.

use super::*;
use crate::rules::rule;

rule! {
    /// An ordinary rule.
    PLAIN { code: "AB9001", id: "one/plain", severity: Error, checks: &[] }
}
rule! {
    /// A rule for those who want more.
    FUSSY { code: "AB9002", id: "one/fussy", severity: Warning, group: Pedantic, checks: &[] }
}
rule! {
    /// A rule on trial.
    TRIAL { code: "AB9003", id: "one/trial", severity: Warning, status: Preview, checks: &[] }
}
rule! {
    /// A rule about to go.
    GOING { code: "AB9004", id: "one/going", severity: Info, status: Deprecated, checks: &[] }
}
rule! {
    /// A rule that had another name.
    RENAMED {
        code: "AB9101",
        id: "two/renamed",
        severity: Warning,
        formerly: &["one/old-name"],
        checks: &[],
    }
}

static ONE: Category =
    Category { id: "one", about: "Rules.", rules: &[&PLAIN, &FUSSY, &TRIAL, &GOING] };
static TWO: Category = Category { id: "two", about: "Another.", rules: &[&RENAMED] };
static MADE_UP: &[&Category] = &[&ONE, &TWO];

/// A setting: `+` selects, `-` ignores, `>` begins the options.
fn set(words: &[&str]) -> Settings {
    let mut settings = Settings::new(MADE_UP);
    for word in words {
        let result = match word.split_at(1) {
            ("+", name) => settings.choose(name, true),
            ("-", name) => settings.choose(name, false),
            _ => {
                settings.next_layer();
                Ok(())
            }
        };
        result.unwrap_or_else(|error| panic!("{word}: {error}"));
    }
    settings
}

fn running(words: &[&str]) -> Vec<&'static str> {
    let settings = set(words);
    let rules = MADE_UP.iter().flat_map(|category| category.rules);
    rules.filter(|rule| settings.runs(rule)).map(|rule| rule.code).collect()
}

#[test]
fn what_is_pedantic_on_trial_or_going_is_off_unless_selected() {
    assert_eq!(running(&[]), ["AB9001", "AB9101"]);
    assert_eq!(running(&["+pedantic"]), ["AB9002"]);
    assert_eq!(running(&["+recommended", "+pedantic"]), ["AB9001", "AB9002", "AB9004", "AB9101"]);
    // A rule on trial runs for those who name it, not with its category.
    assert_eq!(running(&["+one"]), ["AB9001", "AB9002", "AB9004"]);
    assert_eq!(running(&["+AB9003"]), ["AB9003"]);
    assert_eq!(running(&["+all"]), ["AB9001", "AB9002", "AB9004", "AB9101"]);
}

#[test]
fn the_more_specific_word_wins_whatever_the_order() {
    assert_eq!(running(&["-one", "+AB9001"]), ["AB9001"]);
    assert_eq!(running(&["+AB9001", "-one"]), ["AB9001"]);
    assert_eq!(running(&["+all", "-one"]), ["AB9101"]);
    assert_eq!(running(&["-all", "+two"]), ["AB9101"]);
    // As specific: leaving out wins.
    assert_eq!(running(&["-AB9001", "+one/plain"]), [""; 0]);
    assert_eq!(running(&["-one"]), ["AB9101"]);
}

#[test]
fn options_win_over_the_configuration_where_they_are_as_specific() {
    assert_eq!(running(&["-AB9001", ">", "+AB9001"]), ["AB9001"]);
    assert_eq!(running(&["+AB9001", ">", "-AB9001"]), [""; 0]);
    // What options select replaces what the configuration selects, not what
    // it leaves out.
    assert_eq!(running(&["+one", "-AB9001", ">", "+all"]), ["AB9002", "AB9004", "AB9101"]);
    assert_eq!(running(&["+one", ">", "+two"]), ["AB9101"]);
}

#[test]
fn an_old_name_still_means_the_rule() {
    assert_eq!(running(&["+one/old-name"]), ["AB9101"]);
    assert_eq!(running(&["+ab9101"]), ["AB9101"]);
    assert!(RENAMED.is_called("one/old-name"));
}

#[test]
fn an_unknown_name_is_told_with_the_nearest() {
    let error = Settings::new(MADE_UP).choose("one/plane", true).expect_err("there is none");
    assert_eq!(error.nearest, Some("one/plain"));
    let error = Settings::new(MADE_UP).severity("pedantik", Severity::Info).expect_err("none");
    assert_eq!(error.nearest, Some("pedantic"));
}

fn severity(settings: &[(&str, Severity)], rule: &Rule, most: Option<Severity>) -> Severity {
    let mut all = Settings::new(MADE_UP);
    for (name, severity) in settings {
        all.severity(name, *severity).unwrap_or_else(|error| panic!("{error}"));
    }
    all.levels().severity(rule, most)
}

#[test]
fn the_more_specific_severity_wins_and_makes_nothing_run() {
    use Severity::{Error, Info, Warning};
    assert_eq!(severity(&[], &PLAIN, None), Error);
    assert_eq!(severity(&[("AB9001", Error), ("all", Info)], &PLAIN, None), Error);
    assert_eq!(severity(&[("all", Info), ("one", Warning)], &PLAIN, None), Warning);
    assert_eq!(severity(&[("one", Warning), ("all", Info)], &RENAMED, None), Info);
    let mut settings = set(&["-AB9001"]);
    assert!(settings.severity("AB9001", Error).is_ok());
    assert!(!settings.runs(&PLAIN));
}

#[test]
fn a_word_on_many_rules_leaves_milder_findings_mild() {
    use Severity::{Error, Info, Warning};
    // In doubt: at most a warning.
    let doubt = Some(Warning);
    assert_eq!(severity(&[], &PLAIN, doubt), Warning);
    assert_eq!(severity(&[("one", Error)], &PLAIN, doubt), Warning);
    assert_eq!(severity(&[("all", Error)], &PLAIN, doubt), Warning);
    assert_eq!(severity(&[("all", Info)], &PLAIN, doubt), Info);
    // The rule itself was meant, so all that it finds.
    assert_eq!(severity(&[("one/plain", Error)], &PLAIN, doubt), Error);
}
