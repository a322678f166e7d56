//! A team's own policies: JSON Schemas of the configuration that bodies, or
//! parts of them, are held against.
//!
//! They belong to the command alone. The linter has a fixed catalogue of rules
//! and compiles no schema at run time; what policies find joins its report.

mod load;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde_json::Value as Json;

pub use load::PolicyError;

use super::choice::Choice;
use crate::analysis::{Analysis, Wanted};
use crate::api::{Model, Operation};
use crate::document::{Document, LineIndex, Span, Value, push_segment};
use crate::report::{
    Diagnostic, DocumentReport, OperationReport, OperationSource, Range, Severity, hidden, withhold,
};
use crate::request::{self, Asked};
use crate::rules::MAX_FINDINGS;
use crate::rules::structure::AND_MORE;

/// The category of all policies, beside those of the rules.
const CATEGORY: &str = "policy";

/// What a team demands of bodies beyond what the service does.
#[derive(Debug)]
pub(super) struct Policy {
    code: String,
    /// `policy/` and the code in small letters.
    rule: String,
    scope: Scope,
    validator: jsonschema::Validator,
    message: String,
    help: Option<String>,
    severity: Severity,
}

/// What a policy's schema is held against.
#[derive(Debug)]
enum Scope {
    /// The bodies of these operations.
    Operations(Vec<&'static Operation>),
    /// Every object of these models, wherever it is in a body.
    Models(Vec<Model>),
}

impl Policy {
    /// Whether a user's word for rules means this policy: its code, its id,
    /// `policy` or `all`, as with the rules.
    pub(super) fn is(&self, name: &str) -> bool {
        self.is_named(name) || name == CATEGORY || name == "all"
    }

    /// Whether the word means this policy and no other.
    pub(super) fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.code) || name == self.rule
    }
}

/// The policies of a configuration, as chosen for a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Policies {
    /// Shared by all choices among them.
    pub(super) list: Arc<[Policy]>,
    /// One for each of the list.
    pub(super) choices: Vec<Choice>,
    /// Whether only policies were selected, so that no rule counts.
    pub(super) only: bool,
}

impl Policies {
    /// Whether a user's word means any of them.
    pub(super) fn has(&self, name: &str) -> bool {
        self.list.iter().any(|policy| policy.is(name))
    }

    /// Adds what the policies find in a document to the linter's report on it.
    pub(super) fn hold(&self, text: &str, report: &mut DocumentReport) {
        if self.only {
            report.diagnostics.clear();
            report.omitted = 0;
        }
        let active: Vec<(&Policy, Severity)> = self
            .list
            .iter()
            .zip(&self.choices)
            .filter(|(_, choice)| choice.is_on())
            .map(|(policy, choice)| (policy, choice.severity.unwrap_or(policy.severity)))
            .collect();
        let operation = report.operation.as_ref().and_then(OperationReport::operation);
        let Some(operation) = operation.filter(|_| !active.is_empty()) else { return };
        let document = Document::parse(text);
        // What is wrong with the request around the body is in the report.
        let asked =
            Asked { operation: Some((operation, OperationSource::Given)), ..Asked::default() };
        let (api, request) = request::read(&document, asked);
        let analysis = Analysis::new(&document, api, request, Wanted::default());
        let Some(value) = analysis.request.body else { return };
        let body = Body { value, list: analysis.request.list };
        let mut found = Found::default();
        for (policy, severity) in active {
            match &policy.scope {
                Scope::Operations(list) if list.iter().any(|one| one.id == operation.id) => {
                    for part in whole(&body, operation) {
                        found.errors(policy, severity, &document, &part);
                    }
                }
                Scope::Operations(_) => {}
                Scope::Models(models) => {
                    for model in models {
                        let of_model = analysis.typed().filter(|one| one.model() == Some(*model));
                        for value in of_model.filter_map(|one| document.value_of(one.index)) {
                            found.errors(policy, severity, &document, &Part::of(value));
                        }
                    }
                }
            }
        }
        if found.list.is_empty() {
            return;
        }
        let mut list = found.diagnostics(text);
        withhold(&document, &hidden(&document), &mut list);
        report.diagnostics.extend(list);
        report.diagnostics.sort_by(|a, b| {
            (a.range.start.offset, &a.code, a.range.end.offset, &a.message).cmp(&(
                b.range.start.offset,
                &b.code,
                b.range.end.offset,
                &b.message,
            ))
        });
    }
}

/// The body of a document.
struct Body<'d> {
    value: Value<'d>,
    /// Whether it is a bare list of tasks, as az takes it.
    list: bool,
}

/// A part of a document as a schema sees it.
struct Part<'d> {
    value: Value<'d>,
    json: Json,
    /// What the schema's pointers have before those of the document.
    around: &'static str,
}

impl<'d> Part<'d> {
    fn of(value: Value<'d>) -> Self {
        Part { value, json: value.to_json(&mut |_, _| {}), around: "" }
    }
}

/// The body as the operation takes it: for a bare list of tasks, each task, or
/// the collection that az makes of them.
fn whole<'d>(body: &Body<'d>, operation: &Operation) -> Vec<Part<'d>> {
    if !body.list {
        return vec![Part::of(body.value)];
    }
    let of_tasks = operation.body.as_ref().is_some_and(|body| body.model == TASK);
    if of_tasks {
        return body.value.as_array().into_iter().flatten().map(Part::of).collect();
    }
    let list = Part::of(body.value);
    vec![Part { json: serde_json::json!({ "value": list.json }), around: "/value", ..list }]
}

/// The model of the items of a bare list.
const TASK: Model = Model::BATCH_TASK_CREATE_CONTENT;

/// What policies find in a document.
#[derive(Default)]
struct Found<'p> {
    list: Vec<Finding<'p>>,
    /// Where in the list the findings of a policy at a place are: it is broken
    /// there once, however many errors its schema has there.
    known: HashMap<(&'p str, Span), usize>,
    /// Whether there were more than are kept.
    more: bool,
}

struct Finding<'p> {
    policy: &'p Policy,
    severity: Severity,
    pointer: String,
    span: Span,
    /// The schema's own reasons.
    reasons: Vec<String>,
}

impl<'p> Found<'p> {
    /// Holds a part of the document against a policy's schema.
    fn errors(
        &mut self,
        policy: &'p Policy,
        severity: Severity,
        document: &Document<'_>,
        part: &Part<'_>,
    ) {
        // Looking for the place costs; most parts have no error.
        let mut base: Option<String> = None;
        for error in policy.validator.iter_errors(&part.json) {
            if self.more {
                return;
            }
            let base = base.get_or_insert_with(|| part.value.pointer());
            let path = error.instance_path().as_str();
            let pointer = format!("{base}{}", path.strip_prefix(part.around).unwrap_or(path));
            for place in places(document, pointer, &error) {
                self.add(policy, severity, place);
            }
        }
    }

    fn add(&mut self, policy: &'p Policy, severity: Severity, place: Place) {
        let Place { pointer, span, reason } = place;
        if let Some(at) = self.known.get(&(policy.code.as_str(), span)) {
            let reasons = &mut self.list[*at].reasons;
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
            return;
        }
        if self.list.len() == MAX_FINDINGS {
            self.more = true;
            return;
        }
        self.known.insert((&policy.code, span), self.list.len());
        self.list.push(Finding { policy, severity, pointer, span, reasons: vec![reason] });
    }

    fn diagnostics(self, text: &str) -> Vec<Diagnostic> {
        let lines = LineIndex::new(text);
        let range =
            |span: Span| Range { start: lines.position(span.start), end: lines.position(span.end) };
        let mut list: Vec<Diagnostic> = self
            .list
            .into_iter()
            .map(|finding| Diagnostic {
                code: finding.policy.code.clone().into(),
                rule: finding.policy.rule.clone().into(),
                severity: finding.severity,
                message: finding.policy.message.clone(),
                help: Some(match &finding.policy.help {
                    Some(help) => help.clone(),
                    None => finding.reasons.join("; "),
                }),
                service_code: None,
                url: None,
                pointer: finding.pointer,
                range: range(finding.span),
                related: Vec::new(),
                fixes: Vec::new(),
            })
            .collect();
        if self.more {
            list.push(Diagnostic {
                code: AND_MORE.code.into(),
                rule: AND_MORE.id.into(),
                severity: AND_MORE.severity,
                message: format!(
                    "more than {MAX_FINDINGS} findings of policies; the rest is not listed"
                ),
                help: Some("mend what is listed and check again".into()),
                service_code: None,
                url: Some(AND_MORE.url()),
                pointer: String::new(),
                range: range(Span::new(text.len(), text.len())),
                related: Vec::new(),
                fixes: Vec::new(),
            });
        }
        list
    }
}

/// Where an error of a schema is, and what it is.
struct Place {
    pointer: String,
    span: Span,
    reason: String,
}

/// The places of an error: the value, as with the rules; where names are not
/// allowed, these.
fn places(document: &Document<'_>, pointer: String, error: &ValidationError<'_>) -> Vec<Place> {
    let Some(value) = document.at(&pointer) else { return Vec::new() };
    let names: Vec<&str> = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(String::as_str).collect()
        }
        ValidationErrorKind::PropertyNames { error } => {
            error.instance().as_str().into_iter().collect()
        }
        _ => Vec::new(),
    };
    let at_names = names.iter().filter_map(|name| {
        let member = value.as_object()?.member(name)?;
        let mut pointer = pointer.clone();
        push_segment(&mut pointer, name);
        Some(Place { pointer, span: member.key_span(), reason: words::of_name(name, error) })
    });
    let at_names: Vec<Place> = at_names.collect();
    if at_names.is_empty() {
        return vec![Place { pointer, span: value.head(), reason: words::of(error) }];
    }
    at_names
}
