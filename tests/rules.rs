//! What is said of each document below `tests/fixtures/rules` and
//! `tests/fixtures/field-reports`, compared with the snapshot of its name.
//!
//! The first are about the rules: what they flag, what not, their limits, and
//! every place where a model recurs. The others are bodies that failed for
//! real users. A fixture whose name has a day in it, as in
//! `size-retired-on-2026-12-01.json`, is checked as of that day, all others
//! without one. To accept a change: `INSTA_UPDATE=always cargo test --test
//! rules`, and read the difference.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use batchlint::report::Applicability;
use batchlint::{Date, DocumentReport, Linter, Target};

/// A report as a reader wants to compare it.
fn shown(report: &DocumentReport) -> String {
    let mut out = String::new();
    match &report.operation {
        Some(operation) => writeln!(out, "{}: {}", operation.id, operation.reason),
        None => writeln!(out, "no operation"),
    }
    .expect("writing to a String cannot fail");
    for found in &report.diagnostics {
        let at = found.range.start;
        let end = found.range.end;
        write!(
            out,
            "\n{}[{}] {} at {:?}, {}:{}-{}:{}\n  {}\n",
            found.severity,
            found.code,
            found.rule,
            found.pointer,
            at.line,
            at.column,
            end.line,
            end.column,
            found.message
        )
        .expect("writing to a String cannot fail");
        if let Some(help) = &found.help {
            writeln!(out, "  help: {help}").expect("writing to a String cannot fail");
        }
        for related in &found.related {
            let at = related.range.start;
            writeln!(out, "  see {}:{}: {}", at.line, at.column, related.message)
                .expect("writing to a String cannot fail");
        }
        for fix in &found.fixes {
            let kind = match fix.applicability {
                Applicability::Safe => "fix",
                Applicability::Suggested => "suggestion",
            };
            let edits: Vec<_> = fix.edits.iter().map(|edit| edit.text.as_str()).collect();
            writeln!(out, "  {kind}: {} {edits:?}", fix.title)
                .expect("writing to a String cannot fail");
        }
    }
    out
}

/// The day of the run that a fixture's name asks for.
fn day_of(name: &str) -> Option<Date> {
    let (_, day) = name.split_once("-on-")?;
    day.get(..10)?.parse().ok()
}

/// The documents of a folder of fixtures, by path.
fn documents(folder: &str) -> Vec<(PathBuf, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&path)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    files.sort();
    assert!(files.len() > 10, "{} has only {} fixtures", path.display(), files.len());
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a fixture is text");
        (file, text)
    };
    files.into_iter().map(read).collect()
}

fn compare(folder: &str) {
    let linter = Linter::new();
    for (file, text) in documents(folder) {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a plain name");
        let report = match day_of(name) {
            Some(day) => Linter::builder().today(day).build().lint(&text, Target::detect()),
            None => linter.lint(&text, Target::detect()),
        };
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{folder}__{name}"), shown(&report));
        });
    }
}

#[test]
fn the_rules_say_what_they_said() {
    compare("rules");
}

/// Lists of rules say who offers fixes: whoever asks for these must get all.
#[test]
fn rules_tell_of_the_fixes_that_they_offer() {
    let linter = Linter::builder().select("all").expect("it is a selector").build();
    for folder in ["rules", "field-reports"] {
        for (file, text) in documents(folder) {
            for found in linter.lint(&text, Target::detect()).diagnostics {
                let rule = batchlint::rules::find(&found.code).expect("it is a rule");
                for fix in &found.fixes {
                    let told = match fix.applicability {
                        Applicability::Safe => rule.fix == Some(Applicability::Safe),
                        Applicability::Suggested => rule.fix.is_some(),
                    };
                    assert!(told, "{} in {}: {}", rule.code, file.display(), fix.title);
                }
            }
        }
    }
}

#[test]
fn what_failed_for_users_gets_the_right_word() {
    compare("field-reports");
}
