//! Finds the operation of a bare body by its shape.

use std::borrow::Cow;

use crate::api::{Api, Body, Flags, Model, Operation};
use crate::document::{NodeKind, Object, Value};
use crate::words::nearest_of;

/// What the shape says.
pub(super) enum Found {
    /// This operation, and why.
    One {
        operation: &'static Operation,
        reason: Cow<'static, str>,
        /// Whether the body is a bare list of tasks.
        list: bool,
        /// Another operation on the same resource that the body fits but for
        /// this property.
        instead: Option<(&'static Operation, &'static str)>,
    },
    /// None; what to say about it.
    None { message: String, help: String },
}

/// How well a body fits an operation.
struct Score {
    operation: &'static Operation,
    body: &'static Body,
    /// Names of the body that the model has, read-only ones apart.
    known: Vec<&'static str>,
    /// Read-only names of the model that the body has.
    read_only: usize,
    unknown: usize,
    /// Required names that the body has, and has not.
    present: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl Score {
    fn of(api: Api, operation: &'static Operation, object: Object<'_>) -> Option<Score> {
        let body = operation.body.as_ref()?;
        let mut score = Score {
            operation,
            body,
            known: Vec::new(),
            read_only: 0,
            unknown: 0,
            present: Vec::new(),
            missing: Vec::new(),
        };
        for member in object.members() {
            let name = member.name();
            if name.starts_with("odata.") {
                continue;
            }
            match api.property_in_any_case(body.model, &name) {
                Some(property) if property.flags.contains(Flags::READ_ONLY) => score.read_only += 1,
                Some(property) => score.known.push(property.name),
                None => score.unknown += 1,
            }
        }
        let required = api.properties(body.model).filter(|property| api.requires(property));
        let extra = api.body_requires(body).map(|name| api.name(name));
        for name in required.map(|property| property.name).chain(extra) {
            if score.known.contains(&name) {
                score.present.push(name);
            } else {
                score.missing.push(name);
            }
        }
        Some(score)
    }

    /// Points for names that fit and against those that do not. A required
    /// name says most; a read-only one fits, but hardly anybody writes it.
    fn points(&self) -> i64 {
        let count = |list: &[&str]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        4 * count(&self.known) + number(self.read_only) + 3 * count(&self.present)
            - 2 * count(&self.missing)
            - 4 * number(self.unknown)
    }

    fn fits_at_all(&self) -> bool {
        !self.known.is_empty() || self.read_only > 0
    }
}

/// The operation that a bare body is for.
pub(super) fn operation(api: Api, root: Value<'_>) -> Found {
    match root.kind() {
        NodeKind::Object => {}
        NodeKind::Array => return list(api, root),
        _ => {
            return Found::None {
                message: "a request body is a JSON object".into(),
                help: "no operation takes any other value".into(),
            };
        }
    }
    let Some(object) = root.as_object() else { return nothing(None) };
    let scores: Vec<Score> =
        api.operations().filter_map(|operation| Score::of(api, operation, object)).collect();
    if let Some(advice) = other_kind(object, &scores) {
        return advice;
    }
    let Some(best) = best(&scores, object) else { return nothing(nearest(api, object)) };
    if best.known == ["id"] && best.unknown == 0 {
        return Found::None {
            message: "a body with nothing but an `id` may be of any operation".into(),
            help: "name the operation, as in `--operation pool`; each needs more than an `id`"
                .into(),
        };
    }
    let chosen = as_change(best, &scores).unwrap_or(best);
    let reason = reason(chosen);
    // What fits another operation on the same resource but for one property
    // may have been meant for that one.
    let family = resource(chosen.body.model);
    let instead = scores.iter().find_map(|score| match score.missing[..] {
        [missing]
            if family.is_some_and(|family| resource(score.body.model) == Some(family))
                && score.unknown == 0
                && (Some(score.body.model) == family && !score.present.is_empty()
                    || score.present.len() > 1) =>
        {
            Some((score.operation, missing))
        }
        _ => None,
    });
    Found::One { operation: chosen.operation, reason, list: false, instead }
}

/// The change of a resource that a body is, if it can be one without an error.
///
/// What lacks nothing but its id to create a resource, and changes one as it
/// is, is taken for a change: that has no error in it. The other reading is
/// worth a word, though. Of two changes that fit, PATCH is the likelier, unless
/// the body has several properties that only the other requires.
fn as_change<'s>(best: &'s Score, scores: &'s [Score]) -> Option<&'s Score> {
    let create = resource(best.body.model)?;
    if best.body.model == create && !best.missing.contains(&"id") {
        return None;
    }
    scores
        .iter()
        .filter(|score| score.body.model != create && resource(score.body.model) == Some(create))
        .filter(|score| score.unknown <= best.unknown && score.missing.is_empty())
        // What a change can only read counts against it: it is set at creation.
        .filter(|score| !score.known.is_empty() && score.known.len() >= best.known.len())
        .max_by_key(|score| {
            (score.known.len(), score.present.len() > 1, score.operation.method == "PATCH")
        })
}

/// The one of these operations that a body is for.
pub(super) fn among(
    api: Api,
    body: Value<'_>,
    candidates: &[&'static Operation],
) -> Option<(&'static Operation, Cow<'static, str>)> {
    let object = body.as_object()?;
    let scores: Vec<Score> =
        candidates.iter().filter_map(|operation| Score::of(api, operation, object)).collect();
    best(&scores, object).map(|score| (score.operation, reason(score)))
}

fn best<'s>(scores: &'s [Score], object: Object<'_>) -> Option<&'s Score> {
    let points = |score: &&Score| {
        let mut points = score.points();
        let method = score.operation.method;
        if method == "PUT" {
            // What only the service writes means: got, changed, put back.
            let service =
                ["url", "eTag", "lastModified", "creationTime", "state", "odata.metadata"];
            if service.iter().filter(|name| object.has(name)).count() >= 2 {
                points += 40;
            }
        }
        if score.operation.id == "Tasks_ReplaceTask" {
            // Its one writable property has one that jobs have not.
            let constraints = object.get("constraints").and_then(Value::as_object);
            if constraints.is_some_and(|constraints| constraints.has("retentionTime")) {
                points += 4;
            }
        }
        points
    };
    let candidates = scores.iter().filter(|score| score.fits_at_all());
    // Of equals the later wins: updates, which demand less, come behind.
    let best = candidates.max_by_key(points)?;
    (points(&best) > -8).then_some(best)
}

/// The model that creates the resource that a body's model is of.
fn resource(model: Model) -> Option<Model> {
    match model {
        Model::BATCH_JOB_CREATE_CONTENT | Model::BATCH_JOB | Model::BATCH_JOB_UPDATE_CONTENT => {
            Some(Model::BATCH_JOB_CREATE_CONTENT)
        }
        Model::BATCH_JOB_SCHEDULE_CREATE_CONTENT
        | Model::BATCH_JOB_SCHEDULE
        | Model::BATCH_JOB_SCHEDULE_UPDATE_CONTENT => {
            Some(Model::BATCH_JOB_SCHEDULE_CREATE_CONTENT)
        }
        Model::BATCH_TASK_CREATE_CONTENT | Model::BATCH_TASK => {
            Some(Model::BATCH_TASK_CREATE_CONTENT)
        }
        Model::BATCH_POOL_CREATE_CONTENT
        | Model::BATCH_POOL_UPDATE_CONTENT
        | Model::BATCH_POOL_REPLACE_CONTENT => Some(Model::BATCH_POOL_CREATE_CONTENT),
        _ => None,
    }
}

fn reason(score: &Score) -> Cow<'static, str> {
    let names = if score.present.is_empty() { &score.known } else { &score.present };
    let shown: Vec<_> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match shown.len() {
        0 => "its members fit best".into(),
        _ => format!("it has {}", shown.join(", ")).into(),
    }
}

/// A bare array: tasks, as az takes them.
fn list(api: Api, root: Value<'_>) -> Found {
    let task = |item: Value<'_>| {
        let object = item.as_object();
        object.is_some_and(|object| object.has("commandLine") || object.has("id"))
    };
    let operation = api.operation("Tasks_CreateTaskCollection");
    let any = root.as_array().is_some_and(|mut items| items.any(task));
    match operation {
        Some(operation) if any => Found::One {
            operation,
            reason: "it is a list of tasks, as az takes it".into(),
            list: true,
            instead: None,
        },
        _ => Found::None {
            message: "a request body is a JSON object, not an array".into(),
            help: "only a list of tasks may stand alone; a task collection is `{\"value\": […]}`"
                .into(),
        },
    }
}

/// Documents that are plainly of another kind.
fn other_kind(object: Object<'_>, scores: &[Score]) -> Option<Found> {
    if scores.iter().any(|score| !score.present.is_empty() && score.unknown == 0) {
        return None;
    }
    let none = |message: &str, help: &str| {
        Some(Found::None { message: message.into(), help: help.into() })
    };
    let inner = object.get("properties").and_then(Value::as_object);
    if let Some(inner) = inner {
        let management =
            ["deploymentConfiguration", "scaleSettings", "vmSize", "interNodeCommunication"];
        if management.iter().any(|name| inner.has(name)) {
            return none(
                "this is a pool in the shape of the management plane",
                "the data plane has no `properties` around it: put `id`, `vmSize` and \
                 `virtualMachineConfiguration` at the top, `targetDedicatedNodes` for \
                 `scaleSettings`, `enableInterNodeCommunication` for `interNodeCommunication`",
            );
        }
    }
    if object.has("$schema") && object.has("resources") {
        return none(
            "this is a template of Azure Resource Manager, not a request body",
            "batchlint checks what is sent to a Batch account's own endpoint",
        );
    }
    let template = object.get("job").or_else(|| object.get("pool")).and_then(Value::as_object);
    if let Some(template) = template
        && (template.has("type") || template.has("properties"))
    {
        return none(
            "this is a template of the Batch CLI extensions, not a request body",
            "expand it first, or check what is in `properties`",
        );
    }
    None
}

fn nothing(near: Option<&'static Operation>) -> Found {
    let help = match near {
        Some(operation) => format!(
            "the nearest is {}; if it is meant, name it: `--operation {}`",
            operation.id,
            operation.aliases.first().copied().unwrap_or(operation.id)
        ),
        None => {
            "name the operation, as in `--operation pool`; `batchlint operations` lists them".into()
        }
    };
    Found::None { message: "no operation has a body of this shape".into(), help }
}

/// The operation one of whose names is nearest to one of the body's.
fn nearest(api: Api, object: Object<'_>) -> Option<&'static Operation> {
    let mut names: Vec<String> =
        object.members().map(|member| member.name().into_owned()).collect();
    names.truncate(50);
    let near = |operation: &&'static Operation| {
        let Some(body) = &operation.body else { return 0 };
        let known: Vec<_> = api.properties(body.model).map(|property| property.name).collect();
        let near = |name: &&String| nearest_of(name, &known).is_some();
        names.iter().filter(near).count()
    };
    // Of equals the first counts.
    let mut best: Option<(usize, &'static Operation)> = None;
    for operation in api.operations() {
        let count = near(&operation);
        if count > best.map_or(0, |(most, _)| most) {
            best = Some((count, operation));
        }
    }
    best.map(|(_, operation)| operation)
}
