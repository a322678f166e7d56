//! `schemas/` says what the API's change document says, no more and no less,
//! and is fit for use on its own, by any JSON Schema tool.
//!
//! `api-shapes.json` is that document in short: the names, the nesting and the
//! types of each operation. A test lists everything it finds, not just the
//! first, so that one run shows all there is to mend.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, ptr};

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Parameters that clients send by themselves and the document leaves out.
const PARAMETERS_BEYOND_THE_DOCUMENT: [(&str, &str); 2] = [
    ("Accept", "the media type of the response; every client sends one, for every operation"),
    ("content-type", "the media type of the body, so of the operations with a body only"),
];

/// Patterns of property names; the document has no notation for them.
const PATTERNS_BEYOND_THE_DOCUMENT: [(&str, &str); 1] =
    [(r"^odata\.", "annotations that the service adds to an answer, and PUT may send back")];

/// Definitions that no file refers to, and why they are kept.
const UNUSED_DEFINITIONS: [(&str, &str); 0] = [];

/// Required properties that the API versions before and after do not require.
const REQUIRED_IN_DOUBT: [(&str, &[&str]); 3] = [
    ("BatchError", &["code"]),
    ("BatchJobNetworkConfiguration", &["skipWithdrawFromVNet"]),
    ("SecurityProfile", &["encryptionAtHost", "securityType", "uefiSettings"]),
];

/// Of each body: what it must have, what can be sent, how much is read-only.
/// The change document is silent on this; the API's own clients have it.
const BODIES: [(&str, &[&str], usize, usize); 13] = [
    ("Certificates_CreateCertificate", &["data", "thumbprint", "thumbprintAlgorithm"], 5, 7),
    ("JobSchedules_CreateJobSchedule", &["id", "jobSpecification", "schedule"], 5, 0),
    ("JobSchedules_ReplaceJobSchedule", &["jobSpecification"], 3, 12),
    ("JobSchedules_UpdateJobSchedule", &[], 3, 0),
    ("Jobs_CreateJob", &["id", "poolInfo"], 16, 0),
    ("Jobs_ReplaceJob", &["poolInfo"], 7, 19),
    ("Jobs_UpdateJob", &[], 8, 0),
    ("Pools_CreatePool", &["id", "vmSize"], 23, 0),
    (
        "Pools_ReplacePoolProperties",
        &["applicationPackageReferences", "certificateReferences", "metadata"],
        5,
        0,
    ),
    ("Pools_UpdatePool", &[], 16, 0),
    ("Tasks_CreateTask", &["commandLine", "id"], 16, 0),
    ("Tasks_CreateTaskCollection", &["value"], 1, 0),
    ("Tasks_ReplaceTask", &[], 1, 26),
];

// ---- The schemas ---------------------------------------------------------

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::load);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

/// Every file of the folder, by its path from there.
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    fn load() -> Self {
        let mut files = BTreeMap::new();
        let mut open = vec![(folder(), String::new())];
        while let Some((folder, prefix)) = open.pop() {
            for entry in fs::read_dir(&folder).expect("the folder is readable") {
                let path = entry.expect("the folder is readable").path();
                let name = path.file_name().expect("an entry has a name").to_string_lossy();
                let name = format!("{prefix}{name}");
                if path.is_dir() {
                    open.push((path, name + "/"));
                } else if name != "README.md" {
                    // A file that does not belong here is for the test of the
                    // catalogue to tell, not for every test to fail on.
                    let json = name.ends_with(".json");
                    files.insert(name, if json { read(&path) } else { Value::Null });
                }
            }
        }
        Schemas(files)
    }

    fn file(&self, path: &str) -> Option<Node<'_>> {
        let (file, value) = self.0.get_key_value(path)?;
        Some(Node { schemas: self, file, value })
    }

    /// All files but the catalogue and the data, which are no schemas.
    fn schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        let schema = |path: &str| path != "operations.json" && !path.starts_with("data/");
        self.0.iter().filter(move |(path, value)| schema(path) && value.is_object())
    }

    fn definitions(&self, path: &str) -> impl Iterator<Item = (&String, Node<'_>)> {
        let file = self.file(path).unwrap_or_else(|| panic!("no schemas/{path}"));
        members(&file.value["$defs"]).map(move |(name, value)| (name, Node { value, ..file }))
    }

    fn operations(&self) -> &[Value] {
        list(&self.0["operations.json"]["operations"])
    }

    fn operation(&self, id: &str) -> &Value {
        self.operations().iter().find(|operation| operation["id"] == id).unwrap_or(&Value::Null)
    }

    fn body(&self, operation: &str) -> Option<Node<'_>> {
        self.file(self.operation(operation)["body"]["schema"].as_str()?)
    }

    /// The schema of a response: `headers` and `body` are its properties.
    fn response(&self, operation: &str, status: &str) -> Option<Node<'_>> {
        self.file(self.operation(operation)["responses"][status].as_str()?)
    }
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A schema, and the file that its references start from.
#[derive(Clone, Copy)]
struct Node<'a> {
    schemas: &'a Schemas,
    file: &'a str,
    value: &'a Value,
}

impl<'a> Node<'a> {
    fn resolve(self, reference: &str) -> Option<Node<'a>> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let mut steps: Vec<_> = self.file.split('/').collect();
        if !path.is_empty() {
            steps.pop();
            for step in path.split('/') {
                if step == ".." { steps.pop().map(drop)? } else { steps.push(step) }
            }
        }
        let file = self.schemas.file(&steps.join("/"))?;
        Some(Node { value: file.value.pointer(pointer)?, ..file })
    }

    /// This schema and all that it refers to: what holds for the value.
    /// The `null` branch of a property that may be null is left aside.
    fn parts(self) -> Vec<Node<'a>> {
        let mut parts = vec![self];
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            let target = part.value["$ref"].as_str().and_then(|to| part.resolve(to));
            let branches = list(&part.value["anyOf"]).iter().filter(|one| one["type"] != "null");
            for next in target.into_iter().chain(branches.map(|value| Node { value, ..part })) {
                if !parts.iter().any(|known| ptr::eq(known.value, next.value)) {
                    parts.push(next);
                }
            }
            at += 1;
        }
        parts
    }

    fn get(self, keyword: &str) -> Option<Node<'a>> {
        let find = |part: Node<'a>| Some(Node { value: part.value.get(keyword)?, ..part });
        self.parts().into_iter().find_map(find)
    }

    fn is(self, keyword: &str) -> bool {
        self.get(keyword).is_some_and(|node| node.value == true)
    }

    fn properties(self) -> BTreeMap<&'a str, Node<'a>> {
        let of = |part: Node<'a>| {
            members(&part.value["properties"])
                .map(move |(name, value)| (name.as_str(), Node { value, ..part }))
        };
        self.parts().into_iter().flat_map(of).collect()
    }

    fn required(self) -> BTreeSet<&'a str> {
        self.parts().into_iter().flat_map(|part| strings(&part.value["required"])).collect()
    }

    /// What lies at a path, such as `poolInfo.autoPoolSpecification`. `[]`
    /// stands for the items of an array; on the way they need no mention.
    fn at(self, path: &str) -> Option<Node<'a>> {
        path.split('.').filter(|step| !step.is_empty()).try_fold(self, |node, step| {
            let (name, items) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
            let owner = node.get("items").unwrap_or(node);
            let found = owner.properties().get(name).copied()?;
            if items { found.get("items") } else { Some(found) }
        })
    }

    /// What the value is, in the words of the change document.
    fn kind(self) -> &'a str {
        let Some(kind) = self.get("type") else { return "anything" };
        let kinds = match kind.value {
            Value::Array(_) => strings(kind.value).collect(),
            other => Vec::from_iter(other.as_str()),
        };
        match kinds.into_iter().find(|one| *one != "null").unwrap_or("null") {
            "string" if self.get("enum").is_some() => "enum",
            kind => kind,
        }
    }
}

// ---- The change document in short ----------------------------------------

static API: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("api-shapes.json")).expect("api-shapes.json is JSON")
});

fn api() -> impl Iterator<Item = (&'static String, &'static Value)> {
    members(&API["operations"])
}

/// Holds a shape against a schema, all the way down.
fn compare(shape: &Value, schema: Node, place: &str, problems: &mut Vec<String>) {
    let kind = schema.kind();
    match shape {
        Value::Array(items) => match schema.get("items") {
            Some(schema) if kind == "array" => {
                let place = format!("{place}/[]");
                // The document does not tell an enum from a string in a list.
                if !(items[0] == "string" && schema.kind() == "enum") {
                    compare(&items[0], schema, &place, problems);
                }
            }
            _ => problems.push(format!("{place}: is {kind} instead of array, or has no items")),
        },
        Value::String(name) if name.starts_with('#') => {
            let shape = &API["shapes"][name];
            assert!(shape.is_object(), "api-shapes.json has no shape {name}");
            if kind != "object" {
                problems.push(format!("{place}: is {kind} instead of object"));
            }
            if schema.get("additionalProperties").is_none_or(|node| node.value != false) {
                problems.push(format!("{place}: additionalProperties is not false"));
            }
            let properties = schema.properties();
            for (name, shape) in members(shape) {
                match properties.get(name.as_str()) {
                    Some(property) => {
                        compare(shape, *property, &format!("{place}/{name}"), problems);
                    }
                    None => problems.push(format!("{place}/{name}: is missing")),
                }
            }
            for name in properties.keys().filter(|name| shape.get(name).is_none()) {
                problems.push(format!("{place}/{name}: is not in the change document"));
            }
            for name in schema.required() {
                if !properties.contains_key(name) {
                    problems.push(format!("{place}/{name}: is required, but no property"));
                }
            }
        }
        Value::String(name) if name == kind => {
            if kind == "object" && !schema.properties().is_empty() {
                problems.push(format!("{place}: has properties, the document lists none"));
            }
        }
        other => problems.push(format!("{place}: is {kind} instead of {other}")),
    }
}

// ---- Small things --------------------------------------------------------

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    list(value).iter().filter_map(Value::as_str)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Calls `visit` with every object below `value`, and its JSON pointer.
fn walk<'a>(value: &'a Value, pointer: &str, visit: &mut impl FnMut(&str, &'a Object)) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(object) => {
            visit(pointer, object);
            object.iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in below {
        walk(value, &format!("{pointer}/{key}"), visit);
    }
}

/// Lists what is only in one of two sets.
fn differences<T: Ord + ToString>(
    place: &str,
    expected: &BTreeSet<T>,
    found: &BTreeSet<T>,
    problems: &mut Vec<String>,
) {
    for missing in expected.difference(found) {
        problems.push(format!("{place}: {} is missing", missing.to_string()));
    }
    for extra in found.difference(expected) {
        problems.push(format!("{place}: {} should not be there", extra.to_string()));
    }
}

#[track_caller]
fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

// ---- Files and references ------------------------------------------------

#[test]
fn every_schema_file_is_a_valid_2020_12_schema() {
    let mut problems = Vec::new();
    for (path, schema) in SCHEMAS.schemas() {
        if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
            problems.push(format!("{path}: $schema is {}", schema["$schema"]));
        }
        if schema.get("$id").is_some() {
            problems.push(format!("{path}: an $id would break the references between the files"));
        }
        for error in jsonschema::draft202012::meta::validator().iter_errors(schema) {
            problems.push(format!("{path} {}: {error}", error.instance_path()));
        }
    }
    report(&problems);
}

#[test]
fn every_reference_leads_to_something() {
    let mut problems = Vec::new();
    for (path, schema) in SCHEMAS.schemas() {
        let node = SCHEMAS.file(path).expect("the path is from the list");
        walk(schema, "", &mut |pointer, object| {
            if let Some(Value::String(to)) = object.get("$ref")
                && node.resolve(to).is_none()
            {
                problems.push(format!("{path} {pointer}: {to} leads nowhere"));
            }
        });
    }
    report(&problems);
}

#[test]
fn every_definition_is_used() {
    let mut open: Vec<Node> =
        SCHEMAS.schemas().filter_map(|(path, _)| SCHEMAS.file(path)).collect();
    // What the shared files say of their own accord is no use, only what they
    // are asked for.
    open.retain(|node| node.value.get("$defs").is_none());
    let mut used: Vec<&Value> = Vec::new();
    while let Some(node) = open.pop() {
        walk(node.value, "", &mut |_, object| {
            let target = object.get("$ref").and_then(Value::as_str).and_then(|to| node.resolve(to));
            if let Some(target) = target
                && !used.iter().any(|known| ptr::eq(*known, target.value))
            {
                used.push(target.value);
                open.push(target);
            }
        });
    }
    let unused = ["models.json", "parameters.json", "headers.json"]
        .into_iter()
        .flat_map(|file| SCHEMAS.definitions(file))
        .filter(|(_, node)| !used.iter().any(|known| ptr::eq(*known, node.value)))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut problems = Vec::new();
    let stated = UNUSED_DEFINITIONS.iter().map(|(name, _)| *name).collect();
    differences("unused definitions", &stated, &unused, &mut problems);
    report(&problems);
}

#[test]
fn the_catalogue_and_the_folder_list_the_same_files() {
    let shared = [
        "models.json",
        "parameters.json",
        "headers.json",
        "operations.json",
        "data/api-versions.json",
        "data/client-names.json",
        "data/former-names.json",
        "data/other-operations.json",
        "data/error-codes.json",
        "data/member-versions.json",
        "data/sizes.json",
        "data/images.json",
        "data/extensions.json",
    ];
    let mut expected: BTreeSet<String> = shared.map(String::from).into();
    let mut problems = Vec::new();
    for operation in SCHEMAS.operations() {
        let id = operation["id"].as_str().expect("an operation has an id");
        let mut file = |path: String, listed: &Value| {
            if *listed != path {
                problems.push(format!("{id}: the catalogue has {listed} instead of {path}"));
            }
            expected.insert(path);
        };
        file(format!("parameters/{id}.json"), &operation["parameters"]);
        if let Some(body) = operation.get("body") {
            file(format!("requests/{id}.json"), &body["schema"]);
        }
        for (status, listed) in members(&operation["responses"]) {
            match status.as_str() {
                "default" => file("responses/error.json".into(), listed),
                status => file(format!("responses/{id}.{status}.json"), listed),
            }
        }
    }
    let found = SCHEMAS.0.keys().cloned().collect();
    differences("schemas/", &expected, &found, &mut problems);
    report(&problems);
}

// ---- What the change document says ---------------------------------------

#[test]
fn the_operations_are_those_of_the_document() {
    let mut problems = Vec::new();
    let summary = |id: &str, operation: &Value, body: &Value| {
        let statuses: Vec<_> = members(&operation["responses"]).map(|(key, _)| key).collect();
        format!("{id}: {} {} {body} {statuses:?}", operation["method"], operation["path"])
    };
    let expected = api().map(|(id, one)| summary(id, one, &one["body"]["name"])).collect();
    let found = SCHEMAS.operations().iter();
    let found = found
        .map(|one| summary(one["id"].as_str().unwrap_or_default(), one, &one["body"]["parameter"]));
    differences("operations.json", &expected, &found.collect(), &mut problems);
    for operation in SCHEMAS.operations().iter().filter(|one| one.get("body").is_some()) {
        let id = operation["id"].as_str().unwrap_or_default();
        let model = operation["body"]["model"].as_str().unwrap_or_default();
        let reference = SCHEMAS.body(id).map(|node| &node.value["$ref"]);
        if reference != Some(&json!(format!("../models.json#/$defs/{model}"))) {
            problems.push(format!("{id}: the body is {model}, the schema has {reference:?}"));
        }
    }
    assert_eq!(api().count(), 28);
    report(&problems);
}

#[test]
fn every_operation_has_the_parameters_of_the_document_and_no_other() {
    let mut problems = Vec::new();
    let mut excused = BTreeSet::new();
    for (id, operation) in api() {
        let Some(schema) = SCHEMAS.file(&format!("parameters/{id}.json")) else {
            problems.push(format!("{id}: has no parameters file"));
            continue;
        };
        let properties = schema.properties();
        for (name, expected) in members(&operation["parameters"]) {
            let place = format!("{id} parameter {name}");
            match properties.get(name.as_str()) {
                // A list is no more than `array` in the document.
                Some(schema) if expected == "array" => {
                    compare(&json!(["string"]), *schema, &place, &mut problems);
                }
                Some(schema) => compare(expected, *schema, &place, &mut problems),
                None => problems.push(format!("{place}: is missing")),
            }
        }
        let path = operation["path"].as_str().expect("an operation has a path");
        let required = schema.required();
        for (name, schema) in properties {
            if operation["parameters"].get(name).is_none() {
                let with_body = name != "content-type" || !operation["body"].is_null();
                if with_body && PARAMETERS_BEYOND_THE_DOCUMENT.iter().any(|(one, _)| *one == name) {
                    excused.insert(name);
                } else {
                    problems.push(format!("{id} parameter {name}: is not in the document"));
                }
            }
            let in_path = path.contains(&format!("{{{name}}}"));
            if in_path != schema.get("x-batch").is_some_and(|node| node.value["in"] == "path") {
                problems.push(format!("{id} parameter {name}: x-batch.in does not fit {path}"));
            }
            if required.contains(name) != (in_path || name == "api-version") {
                problems.push(format!("{id} parameter {name}: required or optional wrongly"));
            }
        }
    }
    let stated = PARAMETERS_BEYOND_THE_DOCUMENT.map(|(name, _)| name).into();
    differences("excused parameters", &stated, &excused, &mut problems);
    report(&problems);
}

#[test]
fn every_request_body_is_that_of_the_document_at_every_depth() {
    let mut problems = Vec::new();
    for (id, operation) in api().filter(|(_, operation)| !operation["body"].is_null()) {
        match SCHEMAS.body(id) {
            Some(schema) => {
                compare(&operation["body"]["shape"], schema, &format!("{id} body"), &mut problems);
            }
            None => problems.push(format!("{id} body: has no schema")),
        }
    }
    report(&problems);
}

#[test]
fn every_response_is_that_of_the_document_at_every_depth() {
    let mut problems = Vec::new();
    for (id, operation) in api() {
        for (status, response) in members(&operation["responses"]) {
            let place = format!("{id} response {status}");
            let Some(schema) = SCHEMAS.response(id, status) else {
                problems.push(format!("{place}: has no schema"));
                continue;
            };
            let mut parts = schema.properties();
            match (&response["shape"], parts.remove("body")) {
                (Value::Null, None) => {}
                (Value::Null, Some(_)) => problems.push(format!("{place}: has a body")),
                (shape, Some(schema)) => compare(shape, schema, &place, &mut problems),
                (_, None) => problems.push(format!("{place}: has no body")),
            }

            // Case is of no matter in the name of a header.
            let lower = |name: &str| name.to_ascii_lowercase();
            let mut headers: BTreeMap<String, Node> =
                parts.remove("headers").map_or(BTreeMap::new(), |headers| {
                    headers.properties().into_iter().map(|(k, v)| (lower(k), v)).collect()
                });
            for (name, expected) in members(&response["headers"]) {
                let place = format!("{place} header {name}");
                match headers.remove(&lower(name)) {
                    Some(schema) => compare(expected, schema, &place, &mut problems),
                    None => problems.push(format!("{place}: is missing")),
                }
            }
            for name in headers.keys() {
                problems.push(format!("{place} header {name}: is not in the document"));
            }
            for name in parts.keys() {
                problems.push(format!("{place}: has {name} beside headers and body"));
            }
        }
    }
    report(&problems);
}

#[test]
fn only_answers_take_annotations() {
    let stated = PATTERNS_BEYOND_THE_DOCUMENT.map(|(pattern, _)| pattern).into();
    let mut answers: Vec<&Value> = Vec::new();
    let mut problems = Vec::new();
    for (id, operation) in api() {
        for status in members(&operation["responses"]).map(|(status, _)| status) {
            let body = SCHEMAS
                .response(id, status)
                .and_then(|schema| schema.properties().get("body").map(|body| body.parts()));
            let Some(model) = body.and_then(|parts| parts.last().copied()) else { continue };
            let mut found = BTreeSet::new();
            found.extend(members(&model.value["patternProperties"]).map(|(key, _)| key.as_str()));
            differences(&format!("{id} response {status}"), &stated, &found, &mut problems);
            answers.push(model.value);
            let items = model.properties().get("value").and_then(|value| value.get("items"));
            answers.extend(items.and_then(|items| items.parts().last().map(|part| part.value)));
        }
    }
    for (name, model) in SCHEMAS.definitions("models.json") {
        let open = model.value.get("patternProperties").is_some();
        if open && !answers.iter().any(|answer| ptr::eq(*answer, model.value)) {
            problems.push(format!("{name}: no answer, and still takes annotations"));
        }
    }
    report(&problems);
}

#[test]
fn what_the_document_says_was_added_is_there_as_it_says() {
    let mut problems = Vec::new();
    for (id, operation) in api() {
        for (array, facts) in members(&operation["added"]) {
            let (place, array) = array.split_once('.').expect("a path starts with its root");
            let root = if operation["body"]["name"] == place {
                SCHEMAS.body(id)
            } else {
                let response = SCHEMAS.response(id, place);
                response.and_then(|schema| schema.properties().get("body").copied())
            };
            let (parent, name) = array.split_at(array.rfind('.').map_or(0, |dot| dot + 1));
            let items = members(&API["addedItems"])
                .filter(|(path, _)| path.starts_with(&format!("{name}[]")))
                .map(|(path, facts)| (format!("{parent}{path}"), facts));
            for (path, facts) in items.chain([(array.to_owned(), facts)]) {
                let place = format!("{id} {place}.{path}");
                let Some(schema) = root.and_then(|root| root.at(&path)) else {
                    problems.push(format!("{place}: is missing"));
                    continue;
                };
                if let Some(required) = facts.get("required") {
                    let (owner, name) = path.rsplit_once('.').unwrap_or(("", &path));
                    let owner = root.and_then(|root| root.at(owner));
                    if owner.is_none_or(|owner| *required != owner.required().contains(name)) {
                        problems.push(format!("{place}: required should be {required}"));
                    }
                }
                let listed = facts.get("enum");
                let expected = listed.map_or(facts["type"].as_str(), |_| Some("enum"));
                if expected != Some(schema.kind()) {
                    problems.push(format!("{place}: is {} instead of {facts}", schema.kind()));
                }
                let expected = listed.into_iter().flat_map(strings).collect();
                let found = schema.get("enum").into_iter().flat_map(|node| strings(node.value));
                differences(&place, &expected, &found.collect(), &mut problems);
            }
        }
    }
    report(&problems);
}

#[test]
fn certificate_references_are_deprecated_everywhere_and_required_in_one_place() {
    let mut problems = Vec::new();
    let mut required = Vec::new();
    for (name, model) in SCHEMAS.definitions("models.json") {
        if let Some(references) = model.properties().get("certificateReferences") {
            if references.value["deprecated"] != true {
                problems.push(format!("{name}.certificateReferences: is not deprecated"));
            }
            if model.required().contains("certificateReferences") {
                required.push(name.as_str());
            }
        }
        if name == "BatchCertificateReference" && !model.is("deprecated") {
            problems.push(format!("{name}: is not deprecated"));
        }
    }
    let model = &SCHEMAS.operation("Pools_ReplacePoolProperties")["body"]["model"];
    if !matches!(required.as_slice(), [one] if model == one) {
        problems.push(format!("certificateReferences: required in {required:?}, not in {model}"));
    }
    for operation in SCHEMAS.operations() {
        let id = operation["id"].as_str().unwrap_or_default();
        let deprecated = id.starts_with("Certificates_");
        if deprecated != (operation["deprecated"] == true) {
            problems.push(format!("{id}: deprecated or not, wrongly"));
        }
        if SCHEMAS.body(id).is_some_and(|schema| deprecated != schema.is("deprecated")) {
            problems.push(format!("{id} body: deprecated or not, wrongly"));
        }
    }
    report(&problems);
}

// ---- What the schemas add ------------------------------------------------

#[test]
fn everything_is_described_in_a_sentence() {
    fn check(place: &str, description: &Value, problems: &mut Vec<String>) {
        let text = description.as_str().unwrap_or_default();
        if text.trim() != text || text.contains("TODO") || text.len() < 2 || !text.ends_with('.') {
            problems.push(format!("{place}: description is {description}"));
        }
    }
    let mut problems = Vec::new();
    for (path, schema) in SCHEMAS.schemas() {
        check(path, &schema["description"], &mut problems);
    }
    for operation in SCHEMAS.operations() {
        check(&operation["id"].to_string(), &operation["description"], &mut problems);
    }
    for file in ["models.json", "parameters.json", "headers.json"] {
        for (name, definition) in SCHEMAS.definitions(file) {
            let value = definition.value;
            check(&format!("{file} {name}"), &value["description"], &mut problems);
            // Properties of properties too, should there be any.
            walk(value, name, &mut |pointer, object| {
                for (name, property) in object.get("properties").into_iter().flat_map(members) {
                    let place = format!("{file} {pointer}/{name}");
                    check(&place, &property["description"], &mut problems);
                }
            });
            for one in strings(&value["enum"]) {
                let place = format!("{file} {name} value {one}");
                check(&place, &value["x-batch"]["values"][one], &mut problems);
            }
            for (one, _) in members(&value["x-batch"]["values"]) {
                if !list(&value["enum"]).contains(&json!(one)) {
                    problems.push(format!("{file} {name}: describes {one}, no value of the enum"));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn bodies_require_and_take_what_they_should() {
    let mut problems = Vec::new();
    let with_body = api().filter(|(_, operation)| !operation["body"].is_null());
    let with_body: BTreeSet<&str> = with_body.map(|(id, _)| id.as_str()).collect();
    let stated = BODIES.map(|(id, ..)| id).into();
    differences("bodies", &with_body, &stated, &mut problems);
    for (id, required, writable, read_only) in BODIES {
        let Some(schema) = SCHEMAS.body(id) else { continue };
        let required = required.iter().copied().collect();
        differences(&format!("{id} required"), &required, &schema.required(), &mut problems);
        let properties = schema.properties();
        let found = properties.values().filter(|property| property.is("readOnly")).count();
        if (properties.len() - found, found) != (writable, read_only) {
            problems.push(format!(
                "{id}: {} writable and {found} read-only, not {writable} and {read_only}",
                properties.len() - found
            ));
        }
    }
    // Bodies and answers share models, so this holds at every depth.
    for (name, model) in SCHEMAS.definitions("models.json") {
        for (property, schema) in model.properties() {
            if schema.is("readOnly") && model.required().contains(property) {
                problems.push(format!("{name}.{property}: is read-only and required"));
            }
        }
    }
    report(&problems);
}

#[test]
fn doubts_about_required_properties_are_where_they_should_be() {
    let mut problems = Vec::new();
    let patches: BTreeSet<String> = api()
        .filter(|(_, operation)| operation["method"] == "PATCH")
        .map(|(id, _)| format!("requests/{id}.json /x-batch nestedRequiredInDoubt true"))
        .collect();
    assert_eq!(patches.len(), 3, "PATCH bodies of the document");
    let models = REQUIRED_IN_DOUBT.iter().map(|(model, names)| {
        format!("models.json /$defs/{model}/x-batch requiredInDoubt {}", json!(names))
    });
    let expected = patches.into_iter().chain(models).collect();

    let mut found = BTreeSet::new();
    for (path, schema) in &SCHEMAS.0 {
        walk(schema, "", &mut |pointer, object| {
            for (key, value) in object.iter().filter(|(key, _)| key.ends_with("InDoubt")) {
                found.insert(format!("{path} {pointer} {key} {value}"));
            }
        });
    }
    differences("doubts", &expected, &found, &mut problems);
    for (name, model) in SCHEMAS.definitions("models.json") {
        for property in strings(&model.value["x-batch"]["requiredInDoubt"]) {
            if !model.required().contains(property) {
                problems.push(format!("{name}.{property}: in doubt, but not required at all"));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_default_and_example_fits_its_own_schema() {
    let mut problems = Vec::new();
    let mut count = 0;
    for file in ["models.json", "parameters.json"] {
        for (name, definition) in SCHEMAS.definitions(file) {
            let mut places = vec![(name.clone(), definition.value, format!("/$defs/{name}"))];
            places.extend(members(&definition.value["properties"]).map(|(property, schema)| {
                (
                    format!("{name}.{property}"),
                    schema,
                    format!("/$defs/{name}/properties/{property}"),
                )
            }));
            for (place, schema, pointer) in places {
                let mut values = Vec::from_iter(schema.get("default"));
                values.extend(list(&schema["examples"]));
                if values.is_empty() {
                    continue;
                }
                let validator = validator(file, &pointer);
                for value in values {
                    count += 1;
                    for error in validator.iter_errors(value) {
                        problems.push(format!("{file} {place}: {error}"));
                    }
                }
            }
        }
    }
    assert!(count > 50, "only {count} defaults and examples were found");
    report(&problems);

    let default = |model: &str, property: &str| {
        let pointer = format!("/$defs/{model}/properties/{property}/default");
        SCHEMAS.0["models.json"].pointer(&pointer).cloned()
    };
    // The defaults that the change document states.
    assert_eq!(default("AutoUserSpecification", "scope"), Some(json!("pool")));
    assert_eq!(default("BatchCertificateReference", "storeLocation"), Some(json!("currentuser")));
    assert_eq!(default("BatchCertificateReference", "storeName"), Some(json!("My")));
    // What a PATCH leaves out stays as it is.
    for (id, _) in api().filter(|(_, operation)| operation["method"] == "PATCH") {
        for (name, schema) in SCHEMAS.body(id).expect("PATCH has a body").properties() {
            assert!(schema.get("default").is_none(), "{id}: {name} has a default");
        }
    }
}

// ---- In use --------------------------------------------------------------

/// Finds files as an editor does, by the URL that a reference makes of the URL
/// of the file it stands in.
struct Disk;

const ROOT: &str = "file:///schemas/";

impl Retrieve for Disk {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let path = uri.as_str().strip_prefix(ROOT).ok_or("outside of schemas/")?;
        Ok(serde_json::from_str(&fs::read_to_string(folder().join(path))?)?)
    }
}

/// A validator of a file of the folder, or of the schema at a place in it.
fn validator(file: &str, pointer: &str) -> Validator {
    let (uri, schema) = match pointer {
        "" => (format!("{ROOT}{file}"), read(&folder().join(file))),
        _ => (ROOT.to_owned(), json!({ "$ref": format!("{file}#{pointer}") })),
    };
    jsonschema::draft202012::options()
        .with_base_uri(uri)
        .with_retriever(Disk)
        .build(&schema)
        .unwrap_or_else(|error| panic!("{file} {pointer}{}: {error}", error.instance_path()))
}

#[test]
fn every_file_works_in_a_json_schema_tool() {
    for (path, _) in SCHEMAS.schemas() {
        validator(path, "");
    }
}

/// A file, a document, and what is wrong with it: pointer and keyword.
type Case = (&'static str, Value, &'static [&'static str]);

#[test]
fn the_schemas_accept_and_refuse_what_they_should() {
    let mut problems = Vec::new();
    let cases = pools().into_iter().chain(jobs()).chain(tasks()).chain(the_rest());
    for (file, document, expected) in cases {
        let expected: BTreeSet<String> = expected.iter().map(|one| one.to_string()).collect();
        let found = validator(file, "")
            .iter_errors(&document)
            .map(|error| format!("{} {}", error.instance_path(), error.kind().keyword()))
            .collect();
        differences(&format!("{file} {document}"), &expected, &found, &mut problems);
    }
    report(&problems);
}

fn pools() -> Vec<Case> {
    const CREATE: &str = "requests/Pools_CreatePool.json";
    const REPLACE: &str = "requests/Pools_ReplacePoolProperties.json";
    const UPDATE: &str = "requests/Pools_UpdatePool.json";
    let pool = json!({
        "id": "pool-1",
        "vmSize": "STANDARD_D2S_V3",
        "virtualMachineConfiguration": {
            "imageReference": {
                "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server",
            },
            "nodeAgentSKUId": "batch.node.ubuntu 24.04",
            "extensions": [{
                "name": "e", "publisher": "p", "type": "t", "settings": { "free": [1, {}] },
            }],
        },
        "resourceTags": { "team": "render" },
        "targetDedicatedNodes": 2,
        "certificateReferences": [{
            "thumbprint": "0a0e4f50d51beadeac1d35afc5116098e7902e6e",
            "thumbprintAlgorithm": "sha1",
            "storeLocation": "currentuser",
            "visibility": ["starttask", "task"],
        }],
        "startTask": {
            "commandLine": "true",
            "userIdentity": { "autoUser": { "scope": "pool", "elevationLevel": "admin" } },
            "containerSettings": { "imageName": "i", "containerHostBatchBindMounts": null },
        },
    });
    vec![
        (CREATE, pool, &[]),
        (CREATE, json!({}), &[" required"]),
        (CREATE, json!([]), &[" type"]),
        (CREATE, json!({ "id": "a b", "vmSize": 4 }), &["/id pattern", "/vmSize type"]),
        (
            CREATE,
            json!({
                "id": "p", "vmSize": "s", "vmsize": "s", "odata.metadata": "m",
                "resourceTags": "team=render",
                "startTask": { "userIdentity": { "autoUser": { "scope": "Pool" } } },
                "certificateReferences": [{ "thumbprint": "0a", "thumbprintAlgorithm": "md5" }],
            }),
            &[
                " additionalProperties",
                "/resourceTags type",
                "/startTask required",
                "/startTask/userIdentity/autoUser/scope enum",
                "/certificateReferences/0/thumbprintAlgorithm const",
            ],
        ),
        (UPDATE, json!({}), &[]),
        (UPDATE, json!({ "id": "p" }), &[" additionalProperties"]),
        (
            UPDATE,
            json!({ "certificateReferences": [{}], "taskSlotsPerNode": 257 }),
            &["/certificateReferences/0 required", "/taskSlotsPerNode maximum"],
        ),
        (
            REPLACE,
            json!({
                "certificateReferences": [], "applicationPackageReferences": [], "metadata": [],
            }),
            &[],
        ),
        (REPLACE, json!({ "applicationPackageReferences": [], "metadata": [] }), &[" required"]),
        ("responses/Pools_GetPool.200.json", json!({ "body": { "stats": null } }), &[]),
    ]
}

fn jobs() -> Vec<Case> {
    const CREATE: &str = "requests/Jobs_CreateJob.json";
    const REPLACE: &str = "requests/Jobs_ReplaceJob.json";
    const SCHEDULE: &str = "requests/JobSchedules_CreateJobSchedule.json";
    let auto = |pool: Value| json!({ "poolLifetimeOption": "job", "pool": pool });
    vec![
        (CREATE, json!({ "id": "j", "poolInfo": { "poolId": "p" }, "priority": -1000 }), &[]),
        // In a job, the tags of a pool are a string.
        (
            CREATE,
            json!({
                "id": "j",
                "poolInfo": {
                    "autoPoolSpecification": auto(json!({ "vmSize": "s", "resourceTags": "a=b" })),
                },
            }),
            &[],
        ),
        (
            CREATE,
            json!({
                "id": "j", "priority": 1001, "maxParallelTasks": 0,
                "poolInfo": {
                    "autoPoolSpecification": auto(json!({ "resourceTags": { "a": "b" } })),
                },
            }),
            &[
                "/priority maximum",
                "/maxParallelTasks not",
                "/poolInfo/autoPoolSpecification/pool required",
                "/poolInfo/autoPoolSpecification/pool/resourceTags type",
            ],
        ),
        // What GET has answered can be sent back with PUT.
        (
            REPLACE,
            json!({
                "odata.metadata": "m", "id": "j", "state": "active", "eTag": "0x1", "stats": null,
                "poolInfo": { "poolId": "p" },
            }),
            &[],
        ),
        (REPLACE, json!({ "odata": "m" }), &[" additionalProperties", " required"]),
        ("requests/Jobs_UpdateJob.json", json!({}), &[]),
        (
            "requests/Jobs_UpdateJob.json",
            json!({ "odata.metadata": "m", "onAllTasksComplete": "never" }),
            &[" additionalProperties", "/onAllTasksComplete enum"],
        ),
        (
            SCHEDULE,
            json!({
                "id": "s", "schedule": { "recurrenceInterval": "PT1H" },
                "jobSpecification": { "poolInfo": { "poolId": "p" } },
            }),
            &[],
        ),
        (
            SCHEDULE,
            json!({ "id": "s", "schedule": {}, "jobSpecification": {} }),
            &["/jobSpecification required"],
        ),
        ("requests/JobSchedules_UpdateJobSchedule.json", json!({}), &[]),
    ]
}

fn tasks() -> Vec<Case> {
    const CREATE: &str = "requests/Tasks_CreateTask.json";
    const COLLECTION: &str = "requests/Tasks_CreateTaskCollection.json";
    let task = json!({ "id": "t", "commandLine": "true" });
    vec![
        (CREATE, task.clone(), &[]),
        (CREATE, json!({ "id": "t", "state": "active" }), &[" additionalProperties", " required"]),
        (COLLECTION, json!({ "value": [task] }), &[]),
        (COLLECTION, json!([]), &[" type"]),
        (
            COLLECTION,
            json!({ "value": [task, { "id": 1 }] }),
            &["/value/1 required", "/value/1/id type"],
        ),
        (COLLECTION, json!({ "value": vec![task; 101] }), &["/value maxItems"]),
        ("requests/Tasks_ReplaceTask.json", json!({ "constraints": {}, "state": "active" }), &[]),
    ]
}

fn the_rest() -> Vec<Case> {
    const CERTIFICATE: &str = "requests/Certificates_CreateCertificate.json";
    const PARAMETERS: &str = "parameters/Pools_GetPool.json";
    vec![
        (
            CERTIFICATE,
            json!({
                "thumbprint": "0a0e4f50", "thumbprintAlgorithm": "sha1", "data": "MII=",
                "certificateFormat": "pfx", "password": "secret",
            }),
            &[],
        ),
        (
            CERTIFICATE,
            json!({ "thumbprint": "0x0a", "thumbprintAlgorithm": "sha1" }),
            &[" required", "/thumbprint pattern"],
        ),
        // The service never answers with the certificate's data.
        (
            "responses/Certificates_GetCertificate.200.json",
            json!({ "body": { "thumbprint": "0a", "thumbprintAlgorithm": "sha1" } }),
            &[],
        ),
        (
            "responses/error.json",
            json!({ "body": { "odata.metadata": "m", "code": "c", "message": { "value": "v" } } }),
            &[],
        ),
        (
            PARAMETERS,
            json!({ "api-version": "2024-07-01.20.0", "poolId": "p", "$select": ["id"] }),
            &[],
        ),
        (
            PARAMETERS,
            json!({ "api-version": "2024-02-01.19.0", "$filter": "f" }),
            &["/api-version const", " required", " additionalProperties"],
        ),
    ]
}
