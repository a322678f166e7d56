//! The one walk over a request body, which calls the rules.
//!
//! The schemas say which model each object is of; the walk follows them from
//! the body's model down. What it meets and no model knows it passes by: the
//! schema validator reports it.

use std::sync::OnceLock;

#[cfg(not(target_family = "wasm"))]
use regex::Regex;
// The same syntax at a tenth of the size, and slower: the patterns are short.
#[cfg(target_family = "wasm")]
use regex_lite::Regex;

use crate::api::{Flags, Format, Kind, Model, Operation, Property};
use crate::document::{Member, NodeKind, Object, Value};
use crate::report::Severity;

use super::{Check, Findings, Rule, structure};

/// An object that a rule is called with.
pub(crate) struct Visit<'a> {
    /// The object.
    pub(crate) object: Object<'a>,
    /// The object's model.
    pub(crate) model: Model,
    /// The pool that it belongs to or runs on, where this document has it.
    pub(crate) pool: Option<Pool<'a>>,
}

/// A value that a rule is called with.
pub(crate) struct Field<'a> {
    /// The property.
    pub(crate) property: &'static Property,
    /// The value, or an item where the property is an array.
    pub(crate) value: Value<'a>,
}

/// A pool, for the rules that ask what its nodes are.
#[derive(Clone, Copy)]
pub(crate) struct Pool<'a> {
    pub(crate) object: Object<'a>,
}

impl<'a> Pool<'a> {
    /// Whether its nodes run Windows; `None` where the document does not tell.
    pub(crate) fn is_windows(self) -> Option<bool> {
        let machine = self.object.get("virtualMachineConfiguration")?.as_object()?;
        if let Some(agent) = machine.get("nodeAgentSKUId").and_then(Value::as_str)
            && let Some(system) = agent.to_ascii_lowercase().strip_prefix("batch.node.")
        {
            return Some(system.starts_with("windows"));
        }
        let image = machine.get("imageReference")?.as_object()?;
        let publisher = image.get("publisher")?.as_str()?;
        publisher.eq_ignore_ascii_case("MicrosoftWindowsServer").then_some(true)
    }

    /// The objects in its `certificateReferences`.
    pub(crate) fn certificates(self) -> impl Iterator<Item = Object<'a>> {
        let list = self.object.get("certificateReferences").and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_object)
    }
}

/// A check of the objects of a model.
type ModelCheck = fn(&Visit<'_>, &mut Findings);
/// A check of the values of a format.
type FormatCheck = fn(&Field<'_>, &mut Findings);

/// Which rules are called for what, made once per linter.
#[derive(Debug)]
pub(crate) struct Dispatch {
    models: Vec<Vec<ModelCheck>>,
    formats: Vec<(Format, FormatCheck)>,
    patterns: Patterns,
}

/// The regular expressions of the schemas, each compiled when first needed.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    compiled: Vec<(&'static str, OnceLock<Option<Regex>>)>,
}

impl Patterns {
    /// Whether the text matches; a pattern of the schemas always compiles (a
    /// test sees to it), and one that did not would flag nothing.
    pub(crate) fn matches(&self, pattern: &'static str, text: &str) -> bool {
        let Some((_, cell)) = self.compiled.iter().find(|(known, _)| *known == pattern) else {
            return true;
        };
        let regex = cell.get_or_init(|| Regex::new(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl Dispatch {
    /// A table of those rules that `enabled` says are wanted.
    pub(crate) fn new(enabled: impl Fn(&Rule) -> bool) -> Self {
        let count = Model::ALL.len();
        let mut dispatch = Dispatch {
            models: vec![Vec::new(); count],
            formats: Vec::new(),
            patterns: Patterns {
                compiled: Property::patterns().map(|pattern| (pattern, OnceLock::new())).collect(),
            },
        };
        for rule in super::all().iter().filter(|rule| enabled(rule)) {
            match rule.check {
                Check::Step => {}
                Check::Models(models, check) => {
                    for model in models {
                        dispatch.models[*model as usize].push(check);
                    }
                }
                Check::Format(format, check) => dispatch.formats.push((format, check)),
            }
        }
        dispatch
    }

    /// Walks a body of this model, or a part of one.
    pub(crate) fn walk(
        &self,
        operation: &'static Operation,
        model: Model,
        body: Value<'_>,
        findings: &mut Findings,
    ) {
        let mut walk = Walk { dispatch: self, operation, read_only: false, findings };
        if let Some(object) = body.as_object() {
            walk.object(object, model, None);
        }
    }
}

struct Walk<'w> {
    dispatch: &'w Dispatch,
    operation: &'static Operation,
    /// Whether what is around is read-only.
    read_only: bool,
    findings: &'w mut Findings,
}

impl Walk<'_> {
    fn object<'a>(&mut self, object: Object<'a>, model: Model, pool: Option<Pool<'a>>) {
        let pool = pool_of(object, model).or(pool);
        let checks = &self.dispatch.models[model as usize];
        if !checks.is_empty() {
            let visit = Visit { object, model, pool };
            for check in checks {
                check(&visit, self.findings);
            }
        }
        let info = model.info();
        let mut next = 0;
        for member in object.members() {
            if self.findings.is_full() {
                return;
            }
            let property = match info.position(member, &mut next) {
                Some(at) => Some(&info.properties[at]),
                None => info.property_in_any_case(&member.name()),
            };
            if let Some(property) = property {
                self.member(member, model, property, pool);
            }
        }
    }

    fn member<'a>(
        &mut self,
        member: Member<'a>,
        model: Model,
        property: &'static Property,
        pool: Option<Pool<'a>>,
    ) {
        let value = member.value;
        if value.kind() == NodeKind::Null {
            // What the operation alone requires is found missing, too.
            let body = self.operation.body.as_ref();
            let required = body
                .is_some_and(|body| body.model == model && body.required.contains(&property.name));
            if !required {
                structure::null_member(self.findings, member, model, property);
            }
            return;
        }
        if property.flags.contains(Flags::READ_ONLY) && !self.read_only {
            structure::read_only_member(self.findings, member, property, self.operation);
            let first = self.findings.list.len();
            self.read_only = true;
            self.value(value, property, pool);
            self.read_only = false;
            // The service ignores or refuses the whole, so what is wrong
            // within it is never sure to be refused for its own sake.
            for finding in &mut self.findings.list[first..] {
                finding.severity = finding.severity.min(Severity::Warning);
            }
        } else {
            self.value(value, property, pool);
        }
    }

    fn value<'a>(&mut self, value: Value<'a>, property: &'static Property, pool: Option<Pool<'a>>) {
        match property.kind {
            Kind::Object(inner) => {
                if let Some(object) = value.as_object() {
                    self.object(object, inner, pool);
                }
            }
            Kind::Array(items) => {
                if let Some(most) = property.max_total_length {
                    structure::total_length(self.findings, value, property, most);
                }
                for item in value.as_array().into_iter().flatten() {
                    if self.findings.is_full() {
                        return;
                    }
                    if let Kind::Object(inner) = items {
                        if let Some(object) = item.as_object() {
                            self.object(object, *inner, pool);
                        }
                    } else {
                        self.field(&Field { property, value: item });
                    }
                }
            }
            _ => self.field(&Field { property, value }),
        }
    }

    fn field(&mut self, field: &Field<'_>) {
        if let Some(pattern) = field.property.pattern() {
            structure::pattern(self.findings, field, pattern, &self.dispatch.patterns);
        }
        if let Some(format) = field.property.format {
            for (known, check) in &self.dispatch.formats {
                if *known == format {
                    check(field, self.findings);
                }
            }
        }
    }
}

/// The pool that an object is, or that its tasks will run on.
fn pool_of(object: Object<'_>, model: Model) -> Option<Pool<'_>> {
    match model {
        Model::BatchPoolCreateContent
        | Model::BatchPoolUpdateContent
        | Model::BatchPoolSpecification => Some(Pool { object }),
        Model::BatchJobCreateContent
        | Model::BatchJobSpecification
        | Model::BatchJob
        | Model::BatchJobUpdateContent => {
            let info = object.get("poolInfo")?.as_object()?;
            let auto = info.get("autoPoolSpecification")?.as_object()?;
            Some(Pool { object: auto.get("pool")?.as_object()? })
        }
        _ => None,
    }
}
