//! Reads the schemas of one API version.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

pub type Object = Map<String, Value>;

/// The schemas of one API version, as far as requests need them.
#[derive(Clone)]
pub struct Snapshot {
    pub folder: PathBuf,
    pub version: String,
    /// Every model and enum, by name.
    pub definitions: Object,
    /// Every parameter, by name.
    pub parameters: Object,
    pub operations: Vec<Operation>,
    /// Published API versions and when their support ended.
    pub published: Vec<(String, Option<String>)>,
    /// Names that client libraries give to properties, and these.
    pub client_names: Vec<(String, String)>,
}

/// An operation with the schemas of its parameters and body.
#[derive(Clone)]
pub struct Operation {
    /// Its entry in `operations.json`.
    pub entry: Value,
    /// Its file in `parameters/`.
    pub parameters: Value,
    /// Its file in `requests/`; null where it takes no body.
    pub body: Value,
    /// The model of the one resource that a GET answers with.
    pub answer: Option<String>,
}

/// The model that a GET of one resource answers with.
fn answer(entry: &Value, file: &dyn Fn(&Value) -> Value) -> Option<String> {
    let one = entry["method"] == "GET" && text(&entry["path"]).ends_with(['}', ')']);
    let answer = file(if one { &entry["responses"]["200"] } else { &Value::Null });
    let reference = answer["properties"]["body"]["$ref"].as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
}

impl Operation {
    /// The name of the body's model.
    pub fn model(&self) -> Option<String> {
        self.entry["body"]["model"].as_str().map(str::to_owned)
    }
}

impl Snapshot {
    pub fn load(folder: &Path) -> Self {
        let definitions = |name: &str| match read(&folder.join(name))["$defs"].take() {
            Value::Object(definitions) => definitions,
            _ => panic!("{name} has no $defs"),
        };
        let catalogue = read(&folder.join("operations.json"));
        let file = |value: &Value| match value.as_str() {
            Some(path) => read(&folder.join(path)),
            None => Value::Null,
        };
        let operations = list(&catalogue["operations"])
            .iter()
            .map(|entry| Operation {
                parameters: file(&entry["parameters"]),
                body: file(&entry["body"]["schema"]),
                answer: answer(entry, &file),
                entry: entry.clone(),
            })
            .collect();
        let published = list(&read(&folder.join("data/api-versions.json"))["versions"])
            .iter()
            .map(|entry| {
                let ended = entry["supportEnded"].as_str().map(str::to_owned);
                assert!(ended.is_none() || entry["source"].is_string(), "a date needs a source");
                (text(&entry["version"]), ended)
            })
            .collect();
        let snapshot = Snapshot {
            folder: folder.to_path_buf(),
            version: text(&catalogue["apiVersion"]),
            definitions: definitions("models.json"),
            parameters: definitions("parameters.json"),
            operations,
            published,
            client_names: list(&read(&folder.join("data/client-names.json"))["names"])
                .iter()
                .map(|entry| (text(&entry["name"]), text(&entry["property"])))
                .collect(),
        };
        // What only a response holds is in no table; its notes are read all
        // the same, so that a key without a meaning is found wherever it is.
        for (name, schema) in &snapshot.definitions {
            let _ = model_notes(name, schema);
            for property in schema["properties"].as_object().into_iter().flat_map(Map::values) {
                let _ = property_notes(name, property);
            }
        }
        snapshot
    }

    /// These schemas with a change: a version, and a JSON merge patch (RFC
    /// 7396) for the definitions and one for operations by id.
    // Only the test of several versions and the made-up tables use it.
    #[allow(dead_code, reason = "the build script and a test share this file")]
    pub fn patched(&self, patch: &Value) -> Self {
        let mut changed = self.clone();
        changed.version = text(&patch["version"]);
        let mut definitions = Value::Object(changed.definitions);
        merge_patch(&mut definitions, &patch["definitions"]);
        changed.definitions = object(&definitions).clone();
        for (id, patch) in patch["operations"].as_object().into_iter().flatten() {
            match changed.operations.iter().position(|one| text(&one.entry["id"]) == *id) {
                Some(at) if patch.is_null() => {
                    changed.operations.remove(at);
                }
                Some(at) => merge_patch(&mut changed.operations[at].body, &patch["body"]),
                None => panic!("no operation is called {id}"),
            }
        }
        changed
    }

    /// Names of the models and of the enums that a request body can contain.
    pub fn reachable(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = self.operations.iter().filter_map(Operation::model).collect();
        while let Some(name) = open.pop() {
            if seen.insert(name.clone()) {
                references(&self.definitions[&name], &mut open);
            }
        }
        seen.into_iter().partition(|name| self.definitions[name].get("enum").is_none())
    }
}

/// RFC 7396.
fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        if !patch.is_null() {
            *target = patch.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let members = target.as_object_mut().expect("it was made one");
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge_patch(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// What stands under `x-batch`. Every key must be asked for: one that nobody
/// reads is a fact that nothing comes of.
pub struct Notes<'n> {
    of: &'n str,
    notes: Option<&'n Object>,
    read: RefCell<BTreeSet<&'static str>>,
}

impl<'n> Notes<'n> {
    pub fn new(of: &'n str, schema: &'n Value) -> Self {
        let notes = schema["x-batch"].as_object();
        Notes { of, notes, read: RefCell::default() }
    }

    pub fn get(&self, key: &'static str) -> &'n Value {
        self.read.borrow_mut().insert(key);
        self.notes.and_then(|notes| notes.get(key)).unwrap_or(&Value::Null)
    }

    pub fn is(&self, key: &'static str) -> bool {
        *self.get(key) == json!(true)
    }

    pub fn text(&self, key: &'static str) -> Option<String> {
        self.get(key).as_str().map(str::to_owned)
    }

    pub fn number(&self, key: &'static str) -> Option<i64> {
        self.get(key).as_i64()
    }

    pub fn strings(&self, key: &'static str) -> Vec<String> {
        strings(self.get(key))
    }

    /// A map of strings, in the order of the file.
    pub fn pairs(&self, key: &'static str) -> Vec<(String, String)> {
        let map = self.get(key).as_object();
        map.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    pub fn done(self) {
        let read = self.read.into_inner();
        for key in self.notes.into_iter().flat_map(Map::keys) {
            assert!(read.contains(key.as_str()), "{}: nothing reads x-batch.{key}", self.of);
        }
    }
}

/// What a model's or an enum's `x-batch` says.
pub struct ModelNotes {
    pub required_in_doubt: Vec<String>,
    /// Meanings of an enum's values.
    pub values: Vec<(String, String)>,
}

pub fn model_notes(name: &str, schema: &Value) -> ModelNotes {
    let notes = Notes::new(name, schema);
    let found = ModelNotes {
        required_in_doubt: notes.strings("requiredInDoubt"),
        values: notes.pairs("values"),
    };
    notes.done();
    found
}

/// What a property's `x-batch` says: the flags by name, and the rest as the
/// Rust expression of each field of `Facts` that is not empty.
pub struct PropertyNotes {
    pub flags: Vec<&'static str>,
    pub min_duration: Option<String>,
    pub max_duration: Option<String>,
    pub max_total_length: Option<i64>,
    pub facts: Vec<(&'static str, String)>,
}

pub fn property_notes(of: &str, schema: &Value) -> PropertyNotes {
    let notes = Notes::new(of, schema);
    let flags = [
        ("secret", "SECRET"),
        ("mayContainSas", "MAY_CONTAIN_SAS"),
        ("mustBeSpecified", "MUST_BE_SPECIFIED"),
        ("caseInsensitive", "CASE_INSENSITIVE"),
        ("onlyWhenPoolEmpty", "ONLY_WHEN_POOL_EMPTY"),
        ("notUpdatable", "NOT_UPDATABLE"),
        ("relativePath", "RELATIVE_PATH"),
        ("noParentSegments", "NO_PARENT_SEGMENTS"),
        ("minimumImplied", "MINIMUM_IMPLIED"),
    ]
    .into_iter()
    .filter(|(key, _)| notes.is(key))
    .map(|(_, flag)| flag)
    .collect();
    let mut facts = Vec::new();
    let mut add = |field, value: Option<String>| facts.extend(value.map(|value| (field, value)));
    let quoted = |text: Option<String>| text.map(|text| format!("Some({text:?})"));
    let listed = |list: Vec<String>| (!list.is_empty()).then(|| format!("&{list:?}"));
    let counted = |number: Option<i64>| number.map(|number| format!("Some({number})"));
    add("default_meaning", quoted(notes.text("defaultMeaning")));
    add("default_tag", quoted(notes.text("defaultTag")));
    let special = notes.pairs("specialValues");
    add("special_values", (!special.is_empty()).then(|| format!("&{special:?}")));
    let forms = notes.strings("forms").into_iter().chain(notes.text("form"));
    add("forms", listed(forms.chain(notes.text("itemForm")).collect()));
    add("form_provider", quoted(notes.text("formProvider")));
    add("only_pool_allocation_mode", quoted(notes.text("onlyPoolAllocationMode")));
    add("unsupported_values", listed(notes.strings("unsupportedValues")));
    add("unsupported_series", listed(notes.strings("unsupportedSeries")));
    add("allowed_kinds", listed(notes.strings("allowedKinds")));
    add("max_size", quoted(notes.text("maxSize")));
    add("max_serialized_size", quoted(notes.text("maxSerializedSize")));
    add("max_hex_digits", counted(notes.number("maxHexDigits")));
    add("maximum_per_core", counted(notes.number("maximumPerCore")));
    add("nodes_per_item", counted(notes.number("nodesPerItem")));
    add("item_minimum", counted(notes.number("itemMinimum")));
    add("item_maximum", counted(notes.number("itemMaximum")));
    let rejection = notes.get("rejection");
    if rejection.is_object() {
        for key in object(rejection).keys() {
            assert!(matches!(key.as_str(), "status" | "code" | "of"), "{of}: rejection.{key}");
        }
        let of_limit = quoted(rejection["of"].as_str().map(str::to_owned));
        let code = quoted(rejection["code"].as_str().map(str::to_owned));
        let none = || "None".to_owned();
        add(
            "rejection",
            Some(format!(
                "Some(Rejection {{ status: {}, code: {}, of: {} }})",
                counted(rejection["status"].as_i64()).unwrap_or_else(none),
                code.unwrap_or_else(none),
                of_limit.unwrap_or_else(none),
            )),
        );
    }
    let found = PropertyNotes {
        flags,
        min_duration: notes.text("minimumDuration"),
        max_duration: notes.text("maximumDuration"),
        max_total_length: notes.number("maxTotalLength"),
        facts,
    };
    notes.done();
    found
}

/// The alternative that is not `null`, where a schema has one.
pub fn not_null(schema: &Value) -> &Value {
    match schema["anyOf"].as_array() {
        Some(options) => {
            options.iter().find(|option| option["type"] != json!("null")).expect("one")
        }
        None => schema,
    }
}

/// Whether a schema allows `null` beside its type.
pub fn takes_null(schema: &Value) -> bool {
    let null = json!("null");
    schema["type"].as_array().is_some_and(|types| types.contains(&null))
        || schema["anyOf"].as_array().is_some_and(|any| any.iter().any(|one| one["type"] == null))
}

/// The type of a schema's values, `null` apart.
pub fn type_of(schema: &Value) -> &Value {
    match &schema["type"] {
        Value::Array(types) => types.iter().find(|kind| **kind != json!("null")).expect("one"),
        one => one,
    }
}

/// Adds the names of all definitions that a schema refers to.
fn references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            names.extend(reference(schema));
            object.values().for_each(|value| references(value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}

pub fn reference(schema: &Value) -> Option<String> {
    let target = schema.get("$ref")?.as_str()?;
    Some(target.rsplit('/').next().expect("split gives one part at least").to_owned())
}

pub fn read(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

pub fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|items| items.iter().map(text).collect()).unwrap_or_default()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not an array: {value}"))
}

pub fn object(value: &Value) -> &Object {
    value.as_object().unwrap_or_else(|| panic!("not an object: {value}"))
}
