//! Runs the compiled validator and puts its errors into our words.

use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use crate::api::{self, Body, Flags, Kind, Model, Operation};
use crate::document::{Member, NodeKind, Object, Value, push_segment};
use crate::report::{Applicability, Severity, is_secret_name};
use crate::rules::finding::{MAX_FINDINGS, head, shorten};
use crate::rules::{Finding, Findings, json};

use super::accept;
use super::say::{Place, enum_value, listed, out_of_range, wrong_type};
use super::suggest::{self, Guess};
use super::values::sentence;
use super::{MISSING_PROPERTY, NULL_VALUE, PROPERTY_CASE, UNKNOWN_PROPERTY};

include!(concat!(env!("OUT_DIR"), "/validator.rs"));

/// The name under which the validator knows a bare list of tasks.
const TASK_LIST: &str = "task list";

/// How often a body is read again after names were put into the right case:
/// once for each level, and no model nests deeper.
const MAX_RENAMES: usize = 32;

/// Holds a body against its schema. `list` says that the body is a bare list
/// of tasks, as `az batch task create` takes it.
pub(crate) fn check(
    operation: &'static Operation,
    body: &'static Body,
    value: Value<'_>,
    list: bool,
    findings: &mut Findings,
) {
    if !accept::certainly_valid(body, value, list) {
        return validate(operation, body, value, list, findings);
    }
    if cfg!(debug_assertions) {
        let mut found = Findings::default();
        validate(operation, body, value, list, &mut found);
        debug_assert!(found.list.is_empty(), "accepted, yet not valid: {:?}", found.list);
    }
}

fn validate(
    operation: &'static Operation,
    body: &'static Body,
    value: Value<'_>,
    list: bool,
    findings: &mut Findings,
) {
    let mut twice = Vec::new();
    let instance = value.to_json(&mut |first, again| {
        if twice.len() <= MAX_FINDINGS {
            twice.push((first, again));
        }
    });
    for (first, again) in twice {
        json::duplicate_key(first, again, findings);
    }
    let key = if list { TASK_LIST } else { operation.id };
    let mut root = Json::Object([(key.to_owned(), instance)].into_iter().collect());
    let checker = Checker { operation, body, value, list };
    for _ in 0..MAX_RENAMES {
        let mut batch = Findings::default();
        let renames = checker.errors(&root, &mut batch);
        if renames.is_empty() {
            checker.nulls(&format!("/{key}"), value, &mut batch);
            batch.list.into_iter().for_each(|finding| findings.add(finding));
            break;
        }
        for rename in renames {
            findings.add(rename.finding);
            let target = root.pointer_mut(&rename.pointer).and_then(Json::as_object_mut);
            if let Some(object) = target
                && let Some(value) = object.remove(&rename.from)
            {
                object.entry(rename.to).or_insert(value);
            }
        }
    }
}

struct Checker<'d> {
    operation: &'static Operation,
    body: &'static Body,
    value: Value<'d>,
    list: bool,
}

/// A member whose name is meant for a property spelled in another case.
struct Rename {
    /// Pointer of the object, in what the validator reads.
    pointer: String,
    from: String,
    to: &'static str,
    finding: Finding,
}

impl<'d> Checker<'d> {
    fn errors(&self, root: &Json, findings: &mut Findings) -> Vec<Rename> {
        let mut renames = Vec::new();
        for error in Bodies::iter_errors(root) {
            if findings.is_full() {
                break;
            }
            let pointer = error.instance_path().as_str();
            let place = self.locate(pointer);
            let first = findings.list.len();
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    findings.list.extend(self.missing(&place, name));
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    for name in unexpected.iter().take(MAX_FINDINGS) {
                        match self.unknown(&place, name) {
                            Unknown::Finding(finding) => findings.add(*finding),
                            Unknown::Case(to, finding) => renames.push(Rename {
                                pointer: pointer.to_owned(),
                                from: name.clone(),
                                to,
                                finding: *finding,
                            }),
                        }
                    }
                }
                ValidationErrorKind::Type { .. } => findings.list.extend(wrong_type(&place)),
                // The validator says of an enum only that the value is not in it.
                ValidationErrorKind::Enum { .. } if place.value.kind() != NodeKind::String => {
                    findings.list.extend(wrong_type(&place));
                }
                ValidationErrorKind::Enum { .. } => findings.add(enum_value(&place)),
                other => findings.add(out_of_range(&place, other)),
            }
            place.soften(&mut findings.list[first..]);
        }
        renames
    }

    /// Follows a pointer of the validator into the document, the schemas at
    /// hand.
    fn locate(&self, pointer: &str) -> Place<'d> {
        let mut place = Place {
            value: self.value,
            model: (!self.list).then_some(self.body.model),
            outer: Vec::new(),
            property: None,
            member: None,
            kind: Some(Kind::Object(self.body.model)),
            is_item: false,
            in_array: false,
            read_only: false,
            secret: false,
        };
        const TASKS: Kind = Kind::Object(Model::BatchTaskCreateContent);
        if self.list {
            place.kind = Some(Kind::Array(&TASKS));
        }
        // The first segment is the operation.
        for segment in pointer.split('/').skip(2) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            if let Some(object) = place.value.as_object() {
                let Some(member) = member_in_any_case(object, &segment) else { break };
                place.value = member.value;
                place.is_item = false;
                place.member = Some(member);
                place.secret |= is_secret_name(&segment);
                let info = place.model.map(Model::info);
                let property = info.and_then(|info| {
                    info.property(&segment).or_else(|| info.property_in_any_case(&segment))
                });
                place.outer.extend(place.model);
                place.property = property;
                place.kind = match place.kind {
                    Some(Kind::Map) => Some(Kind::String),
                    _ => property.map(|property| property.kind),
                };
                place.read_only |=
                    property.is_some_and(|property| property.flags.contains(Flags::READ_ONLY));
            } else if let Some(mut items) = place.value.as_array() {
                let Some(item) = segment.parse().ok().and_then(|at| items.nth(at)) else { break };
                place.value = item;
                place.is_item = true;
                place.in_array = true;
                place.kind = match place.kind {
                    Some(Kind::Array(items)) => Some(*items),
                    _ => None,
                };
            }
            place.model = match place.kind {
                Some(Kind::Object(model)) => Some(model),
                _ => None,
            };
        }
        place
    }

    /// Members that are `null`, which the validator does not see, where not
    /// even the name is right, or where a map wants a string.
    fn nulls(&self, pointer: &str, value: Value<'_>, findings: &mut Findings) {
        let join = |segment: &str| {
            let mut pointer = pointer.to_owned();
            push_segment(&mut pointer, segment);
            pointer
        };
        if let Some(object) = value.as_object() {
            for member in object.members() {
                if findings.is_full() {
                    return;
                }
                let name = member.name();
                if member.value.kind() != NodeKind::Null {
                    self.nulls(&join(&name), member.value, findings);
                    continue;
                }
                let place = self.locate(pointer);
                let first = findings.list.len();
                match (place.kind, place.model) {
                    (Some(Kind::Map), _) => {
                        findings.list.extend(wrong_type(&self.locate(&join(&name))));
                    }
                    (_, Some(model)) if model.info().property(&name).is_none() => {
                        let (Unknown::Finding(finding) | Unknown::Case(_, finding)) =
                            self.unknown(&place, &name);
                        findings.add(*finding);
                    }
                    _ => {}
                }
                place.soften(&mut findings.list[first..]);
            }
        } else if let Some(items) = value.as_array() {
            for (at, item) in items.enumerate() {
                // Leaves have no members, and there may be many of them.
                if matches!(item.kind(), NodeKind::Object | NodeKind::Array) {
                    self.nulls(&join(&at.to_string()), item, findings);
                }
            }
        }
    }

    fn missing(&self, place: &Place<'_>, name: &str) -> Option<Finding> {
        let model = place.model?;
        let object = place.value.as_object()?;
        let info = model.info();
        let property = info.property(name)?;
        let what = match place.property {
            Some(_) if place.is_item => "this entry".to_owned(),
            Some(holder) => format!("`{}`", holder.name),
            None if self.list => "this task".to_owned(),
            None => "the body".to_owned(),
        };
        let mut finding = match object.member(name) {
            // The syntax error at its place says enough.
            Some(member) if member.value.kind() == NodeKind::Invalid => return None,
            Some(member) => {
                let message = format!("`{name}` is null, but {what} requires it");
                Finding::at(&NULL_VALUE, member.value, message).severe()
            }
            None => {
                let message = format!("{what} has no `{name}`, which is required");
                let mut finding = Finding::new(
                    &MISSING_PROPERTY,
                    place.value.pointer(),
                    head(place.value),
                    message,
                );
                if let (Some(member), false) = (place.member, place.is_item) {
                    finding.span = member.key_span();
                }
                finding
            }
        };
        let mut help = sentence(property);
        if let Some(values) = property.kind.values() {
            help.push_str(&format!(" (one of {})", listed(values)));
        }
        let nested = place.property.is_some();
        let in_doubt = info.required_in_doubt.contains(&name)
            || self.body.nested_required_in_doubt && nested && !place.in_array;
        if in_doubt {
            finding = finding.at_most(Severity::Warning);
            help.push_str(if info.required_in_doubt.contains(&name) {
                "; other API versions make it optional, so the service may not insist"
            } else {
                "; sources differ on whether a PATCH body needs it"
            });
        }
        Some(finding.help(help))
    }

    fn unknown(&self, place: &Place<'_>, name: &str) -> Unknown {
        let object = place.value.as_object();
        let member = object.and_then(|object| object.member(name));
        let model = place.model.unwrap_or(self.body.model);
        let what = match place.property {
            Some(_) if place.is_item => format!("`{}`", model.name()),
            Some(holder) => format!("`{}`", holder.name),
            None => format!("a body of {}", self.operation.id),
        };
        let shown = shorten(name, 48);
        let finding = |rule, message: String| match member {
            Some(member) => Finding::at_key(rule, member, message),
            None => Finding::at(rule, place.value, message),
        };
        let key = |text: &str| format!("\"{text}\"");
        if name.starts_with("odata.") {
            let message = format!("`{shown}` is an annotation of the service's answers");
            let finding = finding(&UNKNOWN_PROPERTY, message).at_most(Severity::Info);
            return Unknown::Finding(Box::new(finding.help("a request need not repeat it")));
        }
        let same = model.info().property_in_any_case(name);
        if let (Some(property), Some(member)) = (same, member) {
            let finding =
                finding(&PROPERTY_CASE, format!("the API spells `{shown}` as `{}`", property.name));
            if object.is_some_and(|object| object.has(property.name)) {
                let finding = finding.help("the object has both spellings; keep one");
                return Unknown::Finding(Box::new(finding));
            }
            let finding = finding.fix(
                format!("Rename to `{}`", property.name),
                Applicability::Safe,
                member.key_span(),
                key(property.name),
            );
            return Unknown::Case(property.name, Box::new(finding));
        }
        let mut finding =
            finding(&UNKNOWN_PROPERTY, format!("`{shown}` is not a property of {what}"));
        finding = match suggest::guess(name, model, &place.outer) {
            Some(Guess::Property(property)) => {
                let taken = object.is_some_and(|object| object.has(property.name));
                let finding = finding.help(format!("did you mean `{}`?", property.name));
                match member {
                    Some(member) if !taken => finding.fix(
                        format!("Rename to `{}`", property.name),
                        Applicability::Suggested,
                        member.key_span(),
                        key(property.name),
                    ),
                    _ => finding,
                }
            }
            Some(Guess::Outer(model)) => finding.help(format!(
                "`{name}` belongs to the {} around it; a closing brace may be misplaced",
                model.name()
            )),
            Some(Guess::Inner(property)) => {
                finding.help(format!("`{name}` belongs within `{}`", property.name))
            }
            Some(Guess::Renamed(advice)) => finding.help(advice),
            None if place.property.is_none() && self.set_at_creation(name) => finding.help(
                format!("`{name}` is set at creation, and {} cannot change it", self.operation.id),
            ),
            None => finding.help(self.has(model, place.read_only)),
        };
        Unknown::Finding(Box::new(finding))
    }

    /// Whether the operation that creates the resource takes this property.
    fn set_at_creation(&self, name: &str) -> bool {
        let family = |id: &'static str| id.split('_').next();
        api::operations().iter().any(|operation| {
            operation.id != self.operation.id
                && family(operation.id) == family(self.operation.id)
                && operation.method == "POST"
                && operation
                    .body
                    .as_ref()
                    .is_some_and(|body| body.model.info().property(name).is_some())
        })
    }

    /// What properties a model has, in words, if they are few.
    fn has(&self, model: Model, read_only: bool) -> String {
        const FEW: usize = 8;
        let read_only = read_only || self.operation.method == "PUT";
        let names: Vec<_> = model
            .info()
            .properties
            .iter()
            .filter(|property| read_only || !property.flags.contains(Flags::READ_ONLY))
            .map(|property| format!("`{}`", property.name))
            .collect();
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() && names.len() <= FEW => {
                format!("it has {} and {last}", rest.join(", "))
            }
            Some((last, [])) => format!("it has only {last}"),
            _ => format!(
                "`batchlint schema {}` shows what {} has",
                self.operation.aliases.first().unwrap_or(&self.operation.id),
                model.name()
            ),
        }
    }
}

enum Unknown {
    Finding(Box<Finding>),
    Case(&'static str, Box<Finding>),
}

/// The member of this name, or of this name in another case.
fn member_in_any_case<'d>(object: Object<'d>, name: &str) -> Option<Member<'d>> {
    object.member(name).or_else(|| {
        object.members().filter(|member| member.name().eq_ignore_ascii_case(name)).last()
    })
}
