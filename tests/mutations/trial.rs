//! Runs the linter on a changed body and judges what it says.

use std::collections::{BTreeMap, BTreeSet};

use batchlint::api::{Api, Operation};
use batchlint::document::Document;
use batchlint::report::{Applicability, Diagnostic, apply};
use batchlint::{DocumentReport, Linter, Severity, Target};
use serde_json::{Value, json};

use crate::bodies::SECRET;
use crate::mutation::{Edit, Expected, Mutation};

/// How a body is handed to the linter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is, for the operation by name.
    Given,
    /// As it is; the linter finds the operation.
    Detected,
    /// `{"operationId", "parameters": {…, "pool": body}, "responses"}`.
    Example,
    /// The same without `operationId`.
    Parameters,
    /// `{"method", "url", "headers", "body"}`.
    Http,
    /// `{"operationId", "body"}`, for tests of one's own.
    Named,
}

impl Shape {
    pub const ENVELOPES: [Shape; 4] =
        [Shape::Example, Shape::Parameters, Shape::Http, Shape::Named];

    /// Where the body is in the document.
    pub fn prefix(self, operation: &Operation) -> String {
        let body = operation.body.as_ref().expect("only operations with a body have a shape");
        match self {
            Shape::Given | Shape::Detected => String::new(),
            Shape::Example | Shape::Parameters => format!("/parameters/{}", body.parameter),
            Shape::Http | Shape::Named => "/body".into(),
        }
    }

    /// The document around a body.
    pub fn around(self, operation: &'static Operation, body: &Value) -> Value {
        let parameter = operation.body.as_ref().map_or("body", |body| body.parameter);
        let mut parameters = json!({ "api-version": "2024-07-01.20.0", parameter: body });
        let mut url = operation.path.to_owned();
        for (given, _) in Api::latest().parameters(operation) {
            let placeholder = format!("{{{}}}", given.name);
            if url.contains(&placeholder) {
                parameters[given.name] = json!("some-id");
                url = url.replace(&placeholder, "some-id");
            }
        }
        match self {
            Shape::Given | Shape::Detected => body.clone(),
            Shape::Example => json!({
                "operationId": operation.id,
                "parameters": parameters,
                "responses": { "200": { "headers": {}, "body": { "xUnknown": [null] } } },
            }),
            Shape::Parameters => json!({ "parameters": parameters, "responses": {} }),
            Shape::Http => json!({
                "method": operation.method,
                "url": format!("https://account.region.batch.azure.com{url}?api-version=2024-07-01.20.0"),
                "headers": { "Content-Type": "application/json; odata=minimalmetadata" },
                "body": body,
            }),
            Shape::Named => json!({
                "operationId": operation.id,
                "parameters": parameters_without(&parameters, parameter),
                "body": body,
            }),
        }
    }
}

fn parameters_without(parameters: &Value, name: &str) -> Value {
    let mut rest = parameters.clone();
    rest.as_object_mut().expect("parameters are an object").remove(name);
    rest
}

/// One body in one shape, ready to be changed.
pub struct Trial<'l> {
    linter: &'l Linter,
    pub operation: &'static Operation,
    pub shape: Shape,
    body: &'l Value,
    /// Code and pointer of what is said of the body as it is.
    before: BTreeSet<(String, String)>,
    text: String,
}

/// What the linter made of a mutation.
pub enum Verdict {
    Good,
    /// Seen, but the linter took the document for another operation, or none.
    OtherOperation(Option<&'static str>),
    Bad(String),
}

impl<'l> Trial<'l> {
    /// A trial with a body that has no error.
    pub fn new(
        linter: &'l Linter,
        operation: &'static Operation,
        shape: Shape,
        body: &'l Value,
    ) -> Result<Self, String> {
        Trial::start(linter, operation, shape, body, true)
    }

    /// A trial with a part of a body, which may lack what goes together.
    pub fn of_part(
        linter: &'l Linter,
        operation: &'static Operation,
        shape: Shape,
        body: &'l Value,
    ) -> Result<Self, String> {
        Trial::start(linter, operation, shape, body, false)
    }

    fn start(
        linter: &'l Linter,
        operation: &'static Operation,
        shape: Shape,
        body: &'l Value,
        whole: bool,
    ) -> Result<Self, String> {
        let text = pretty(&shape.around(operation, body));
        let report = lint(linter, operation, shape, &text);
        let found = report.operation.as_ref().map(|found| found.id);
        if found != Some(operation.id) {
            return Err(format!("{} as {shape:?}: taken for {found:?}", operation.id));
        }
        let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let errors: Vec<_> = errors.filter(|found| whole || is_about_one_value(found)).collect();
        if !errors.is_empty() {
            return Err(format!(
                "{} as {shape:?}, with nothing wrong:\n{}",
                operation.id,
                shown(errors.into_iter())
            ));
        }
        let before = report.diagnostics.iter().map(key).collect();
        Ok(Trial { linter, operation, shape, body, before, text })
    }

    /// Makes one change and holds what is said against what must be said.
    pub fn run(&self, mutation: &Mutation) -> Verdict {
        let body = mutation.edit.apply(self.body);
        let text = pretty(&self.shape.around(self.operation, &body));
        let report = lint(self.linter, self.operation, self.shape, &text);
        let found = report.operation.as_ref().map(|found| found.id);
        if found != Some(self.operation.id) {
            let at_root = |found: &Diagnostic| {
                found.pointer.is_empty() && matches!(&*found.code, "AB0011" | "AB0012")
            };
            let at = format!("{}{}", self.shape.prefix(self.operation), mutation.at);
            let errors = report
                .diagnostics
                .iter()
                .any(|found| found.severity == Severity::Error && is_about_one_value(found));
            let seen = match mutation.expected {
                // What is allowed may fit another operation better, not worse;
                // what little is left may fit none.
                Expected::Nothing => !errors || found.is_none(),
                // What a change can only read, a creation may set; then it is
                // one that lacks something else.
                _ if mutation.what == "with a read-only property" => {
                    report.diagnostics.iter().any(|found| found.pointer.is_empty())
                }
                _ => report.diagnostics.iter().any(|found| found.pointer == at || at_root(found)),
            };
            return if seen {
                Verdict::OtherOperation(found)
            } else {
                Verdict::Bad(format!(
                    "taken for {found:?} and misjudged; got:\n{}",
                    shown(report.diagnostics.iter())
                ))
            };
        }
        match self.judge(mutation, &text, &report) {
            Ok(()) => Verdict::Good,
            Err(why) => {
                Verdict::Bad(format!("{why}; got:\n{}", shown(self.news(mutation, &report))))
            }
        }
    }

    fn judge(
        &self,
        mutation: &Mutation,
        text: &str,
        report: &DocumentReport,
    ) -> Result<(), String> {
        let at = format!("{}{}", self.shape.prefix(self.operation), mutation.at);
        let here: Vec<_> = report.diagnostics.iter().filter(|found| found.pointer == at).collect();
        let one = |fits: &dyn Fn(&Diagnostic) -> bool, severity| {
            let mut matching = here.iter().filter(|found| fits(found));
            match (matching.next(), matching.next()) {
                (Some(first), None) if first.severity == severity => Ok(*first),
                (Some(first), None) => {
                    Err(format!("{} is {}, not {severity}", first.code, first.severity))
                }
                (Some(_), Some(second)) => Err(format!("{} is said twice", second.code)),
                (None, _) => Err(format!("nothing is said at {at:?}")),
            }
        };
        match &mutation.expected {
            Expected::Nothing => {}
            Expected::One(codes, severity) => {
                let found = one(&|found| codes.contains(&&*found.code), *severity)
                    .map_err(|why| format!("expected {codes:?}, {severity}: {why}"))?;
                self.fixes(found, text, None)?;
            }
            Expected::Any(severity) => {
                if !here.iter().any(|found| found.severity == *severity) {
                    return Err(format!("expected any code, {severity}, at {at:?}"));
                }
            }
            Expected::Fixable(code, severity) => {
                let found = one(&|found| found.code == *code, *severity)
                    .map_err(|why| format!("expected {code}, {severity}: {why}"))?;
                self.fixes(found, text, Some(&mutation.edit))?;
            }
        }
        if let Some(other) = self.news(mutation, report).find(|found| {
            let nothing = matches!(mutation.expected, Expected::Nothing);
            let caused = |(code, pointer): &(&str, String)| {
                let pointer = format!("{}{pointer}", self.shape.prefix(self.operation));
                found.code == *code && found.pointer == pointer
            };
            // More or fewer members may well leave the operation open.
            let open = self.shape == Shape::Detected && found.code == "AB0012";
            (nothing || found.pointer != at)
                && !open
                && !mutation.caused.iter().any(caused)
                && is_about_one_value(found)
        }) {
            return Err(format!("{} at {:?} is not caused by it", other.code, other.pointer));
        }
        let printed = serde_json::to_string(report).expect("a report is JSON");
        if printed.contains(SECRET.trim_end_matches('=')) {
            return Err("the report shows a secret".into());
        }
        Ok(())
    }

    /// What is said that was not said of the body as it was.
    fn news<'r>(
        &'r self,
        mutation: &'r Mutation,
        report: &'r DocumentReport,
    ) -> impl Iterator<Item = &'r Diagnostic> {
        report.diagnostics.iter().filter(move |found| {
            let (code, mut pointer) = key(found);
            if let Edit::Rename(parent, from, to, _) = &mutation.edit {
                let prefix = self.shape.prefix(self.operation);
                let renamed = format!("{prefix}{parent}/{to}");
                if let Some(rest) = pointer.strip_prefix(&renamed)
                    && (rest.is_empty() || rest.starts_with('/'))
                {
                    pointer = format!("{prefix}{parent}/{from}{rest}");
                }
            }
            !self.before.contains(&(code, pointer))
        })
    }

    /// Every fix leaves JSON without the finding; a safe one of a change of
    /// case brings back what was there before.
    fn fixes(&self, found: &Diagnostic, text: &str, change: Option<&Edit>) -> Result<(), String> {
        for fix in &found.fixes {
            let (fixed, _) = apply(text, &[fix]);
            let what = format!("the fix {:?} of {}", fix.title, found.code);
            let value: Value = serde_json::from_str(&fixed)
                .map_err(|error| format!("{what} leaves what is not JSON: {error}\n{fixed}"))?;
            let report = lint(self.linter, self.operation, self.shape, &fixed);
            let again = report.diagnostics.iter().any(|other| {
                key(other) == key(found)
                    && other.message == found.message
                    && other.severity == found.severity
            });
            if again {
                return Err(format!(
                    "{what} does not mend it:\n{}",
                    shown(report.diagnostics.iter())
                ));
            }
            let before: Value = serde_json::from_str(&self.text).expect("it was JSON before");
            if change.is_some() && fix.applicability == Applicability::Safe && value != before {
                return Err(format!("{what} does not bring back what was there"));
            }
        }
        let safe = found.fixes.iter().any(|fix| fix.applicability == Applicability::Safe);
        if change.is_some() && !safe {
            return Err(format!("{} has no safe fix", found.code));
        }
        Ok(())
    }

    /// Repeats a member of each object and tells where that went unseen.
    pub fn duplicates(&self, objects: &[String]) -> Failures {
        let mut failures = Failures::default();
        let prefix = self.shape.prefix(self.operation);
        let document = Document::parse(&self.text);
        for object in objects {
            let pointer = format!("{prefix}{object}");
            let value = document.at(&pointer).expect("the place is there");
            let members = value.as_object().expect("the place is an object");
            let Some(member) = members.members().last() else { continue };
            let name = serde_json::to_string(&*member.name()).expect("a text is JSON");
            let (start, end) = (value.span().start as usize + 1, value.span().end as usize - 1);
            let twice = [
                ("written twice", start, format!("{name}: {},", member.value.source())),
                ("written as null first", start, format!("{name}: null,")),
                ("written as null again", end, format!(", {name}: null")),
            ];
            for (what, place, text) in twice {
                let mut changed = self.text.clone();
                changed.insert_str(place, &text);
                let report = lint(self.linter, self.operation, self.shape, &changed);
                let at = member.value.pointer();
                let seen = report.diagnostics.iter().filter(|found| {
                    found.code == "AB0002"
                        && found.pointer == at
                        && found.severity == Severity::Warning
                });
                if seen.count() != 1 {
                    let got = report
                        .diagnostics
                        .iter()
                        .filter(|found| !self.before.contains(&key(found)));
                    let got = format!("expected AB0002, warning, once; got:\n{}", shown(got));
                    failures.add(self, "a member", what, &at, got);
                }
            }
        }
        failures
    }
}

/// Whether a finding is about a value by itself. Rules on how values go
/// together may speak up at either of them, or where they meet.
fn is_about_one_value(found: &Diagnostic) -> bool {
    let category = found.rule.split('/').next().unwrap_or_default();
    matches!(category, "json" | "request" | "structure" | "time")
}

fn lint(
    linter: &Linter,
    operation: &'static Operation,
    shape: Shape,
    text: &str,
) -> DocumentReport {
    let target = match shape {
        Shape::Given => Target::from(operation),
        _ => Target::detect(),
    };
    linter.lint(text, target)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value can be written")
}

fn key(found: &Diagnostic) -> (String, String) {
    (found.code.to_string(), found.pointer.clone())
}

/// Diagnostics, a line each.
pub fn shown<'r>(found: impl Iterator<Item = &'r Diagnostic>) -> String {
    let lines: Vec<_> = found
        .map(|found| {
            format!("      {} {} {:?} {}", found.code, found.severity, found.pointer, found.message)
        })
        .collect();
    if lines.is_empty() { "      nothing".into() } else { lines.join("\n") }
}

/// What went wrong, the same mistake at many places told once.
#[derive(Debug, Default)]
pub struct Failures {
    /// The first one of each kind, and how many there are.
    kinds: BTreeMap<String, (String, usize)>,
}

impl Failures {
    /// `name` and `what` say what is the same about failures of one kind.
    pub fn add(&mut self, trial: &Trial<'_>, name: &str, what: &str, at: &str, why: String) {
        let text = format!("{} as {:?}, {at:?} {what}: {why}", trial.operation.id, trial.shape);
        let short = why.lines().next().unwrap_or_default();
        let short = short.split(" at \"").next().unwrap_or_default();
        let kind = format!("{name} {what}: {short}");
        self.kinds.entry(kind).or_insert((text, 0)).1 += 1;
    }

    /// What went wrong before a trial could begin.
    pub fn tell(&mut self, name: &str, why: String) {
        self.kinds.entry(format!("{name} {why}")).or_insert((format!("{name}: {why}"), 0)).1 += 1;
    }

    pub fn merge(&mut self, other: Failures) {
        for (kind, (text, count)) in other.kinds {
            self.kinds.entry(kind).or_insert((text, 0)).1 += count;
        }
    }

    /// Fails the test if there is anything to tell.
    pub fn none_or_panic(self) {
        const SHOWN: usize = 60;
        if self.kinds.is_empty() {
            return;
        }
        let count: usize = self.kinds.values().map(|(_, count)| count).sum();
        let kinds = self.kinds.len();
        let list: Vec<_> = self
            .kinds
            .into_values()
            .take(SHOWN)
            .map(|(text, count)| format!("  {text}\n    ({count} of this kind)"))
            .collect();
        panic!("{count} mutations of {kinds} kinds failed:\n{}", list.join("\n"));
    }
}
