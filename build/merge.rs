//! Puts the schemas of several API versions into one set of rows.
//!
//! A fact is a row with the set of versions in which it holds. What is the same
//! in two versions is one row; what differs is two, with disjoint sets. Whether
//! a property is required is apart from the rest, since that alone changes
//! often.

use serde_json::{Value, json};

use crate::schemas::{
    Object, Snapshot, model_notes, not_null, object, property_notes, reference, strings,
    takes_null, text, type_of,
};

/// A set of versions: a bit for each, the oldest first.
pub type Versions = u32;

/// All versions, merged.
pub struct Catalogue {
    /// Names of the versions, the oldest first.
    pub versions: Vec<String>,
    pub published: Vec<(String, Option<String>)>,
    /// Every name of a property.
    pub names: Vec<String>,
    pub models: Vec<Model>,
    pub enums: Vec<Enum>,
    pub parameters: Vec<(Parameter, Versions)>,
    pub operations: Vec<OperationRow>,
    pub client_names: Vec<(String, String)>,
    /// For operations that answer with one resource: their ids, and the names
    /// that it has.
    pub answers: Vec<(String, Vec<String>)>,
}

pub struct Model {
    pub name: String,
    pub description: String,
    pub properties: Vec<PropertyRow>,
}

pub struct PropertyRow {
    pub fact: Property,
    pub within: Versions,
    pub required: Versions,
    pub in_doubt: Versions,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: String,
    pub description: String,
    pub kind: Kind,
    pub format: Option<String>,
    pub pattern: Option<String>,
    pub constant: Option<String>,
    /// As JSON text.
    pub default: Option<String>,
    pub min_duration: Option<String>,
    pub max_duration: Option<String>,
    pub max_total_length: Option<i64>,
    pub limits: Limits,
    pub flags: Vec<&'static str>,
    pub facts: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Map,
    FreeObject,
    Enum(String),
    Object(String),
    Array(Box<Kind>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub max_length: Option<i64>,
    pub max_items: Option<i64>,
    /// Numbers that it must not be: a range, both ends included.
    pub excluded: Option<(i64, i64)>,
}

pub struct Enum {
    pub name: String,
    pub description: String,
    /// Value, meaning, and where it holds.
    pub values: Vec<(String, Option<String>, Versions)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub location: &'static str,
    pub kind: &'static str,
    pub format: Option<String>,
    pub constant: Option<String>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub set_by_clients: bool,
    pub larger_values_use_default: bool,
    pub description: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub description: String,
    pub aliases: Vec<String>,
    pub success: Vec<String>,
    pub deprecated: bool,
    pub body: Option<Body>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    pub parameter: String,
    pub model: String,
    pub nested_required_in_doubt: bool,
}

pub struct OperationRow {
    pub fact: Operation,
    pub within: Versions,
    /// Parameter (index), whether it must be given, and where that holds.
    pub parameters: Vec<(usize, bool, Versions)>,
    /// What the operation requires of its body beyond its model.
    pub required: Vec<(String, Versions)>,
}

impl Catalogue {
    /// The versions in order, the oldest first.
    pub fn of(snapshots: &[Snapshot]) -> Self {
        let mut catalogue = Catalogue {
            versions: snapshots.iter().map(|snapshot| snapshot.version.clone()).collect(),
            published: snapshots.last().map(|last| last.published.clone()).unwrap_or_default(),
            names: Vec::new(),
            models: Vec::new(),
            enums: Vec::new(),
            parameters: Vec::new(),
            operations: Vec::new(),
            client_names: snapshots
                .last()
                .map(|last| last.client_names.clone())
                .unwrap_or_default(),
            answers: Vec::new(),
        };
        let answering = snapshots.last().into_iter().flat_map(|last| {
            last.operations.iter().filter_map(move |one| Some((last, one, one.answer.clone()?)))
        });
        for (last, operation, model) in answering {
            let names = object(&last.definitions[&model]["properties"]).keys().cloned().collect();
            catalogue.answers.push((text(&operation.entry["id"]), names));
        }
        assert!(snapshots.len() <= 32, "a set of versions has 32 bits");
        for (index, snapshot) in snapshots.iter().enumerate() {
            catalogue.add(snapshot, 1 << index);
        }
        catalogue
    }

    fn add(&mut self, snapshot: &Snapshot, version: Versions) {
        let (models, enums) = snapshot.reachable();
        for name in &enums {
            self.add_enum(name, &snapshot.definitions[name], version);
        }
        let mut names: Vec<String> = Vec::new();
        for name in &models {
            let schema = &snapshot.definitions[name];
            names.extend(object(&schema["properties"]).keys().cloned());
            self.add_model(name, schema, &snapshot.definitions, version);
        }
        names.sort();
        names.dedup();
        names.retain(|name| !self.names.contains(name));
        // What a later version adds comes last, so that places stay.
        self.names.append(&mut names);
        self.add_operations(snapshot, version);
    }

    fn add_enum(&mut self, name: &str, schema: &Value, version: Versions) {
        let meanings = model_notes(name, schema).values;
        let at = position(
            &mut self.enums,
            |known| known.name == name,
            || Enum { name: name.to_owned(), description: String::new(), values: Vec::new() },
        );
        let known = &mut self.enums[at];
        known.description = text(&schema["description"]);
        for value in strings(&schema["enum"]) {
            let meaning = meanings.iter().find(|(of, _)| *of == value);
            let meaning = meaning.map(|(_, meaning)| meaning.clone());
            match known.values.iter_mut().find(|(other, ..)| *other == value) {
                Some((_, _, within)) => *within |= version,
                None => known.values.push((value, meaning, version)),
            }
        }
    }

    fn add_model(&mut self, name: &str, schema: &Value, all: &Object, version: Versions) {
        let notes = model_notes(name, schema);
        let required = strings(&schema["required"]);
        let at = position(
            &mut self.models,
            |known| known.name == name,
            || Model { name: name.to_owned(), description: String::new(), properties: Vec::new() },
        );
        let model = &mut self.models[at];
        model.description = text(&schema["description"]);
        for (name, schema) in object(&schema["properties"]) {
            let fact = property(name, schema, all);
            let at = position(
                &mut model.properties,
                |row| row.fact == fact,
                || PropertyRow { fact: fact.clone(), within: 0, required: 0, in_doubt: 0 },
            );
            let row = &mut model.properties[at];
            row.within |= version;
            if required.contains(name) {
                row.required |= version;
            }
            if notes.required_in_doubt.contains(name) {
                row.in_doubt |= version;
            }
        }
    }

    fn add_operations(&mut self, snapshot: &Snapshot, version: Versions) {
        for operation in &snapshot.operations {
            let entry = &operation.entry;
            let notes = crate::schemas::Notes::new("request body", &operation.body);
            let nested_required_in_doubt = notes.is("nestedRequiredInDoubt");
            notes.done();
            let responses = object(&entry["responses"]).keys();
            let fact = Operation {
                id: text(&entry["id"]),
                method: text(&entry["method"]),
                path: text(&entry["path"]),
                description: text(&entry["description"]),
                aliases: strings(&entry["aliases"]),
                success: responses.filter(|status| *status != "default").cloned().collect(),
                deprecated: entry["deprecated"] == json!(true),
                body: operation.model().map(|model| Body {
                    parameter: text(&entry["body"]["parameter"]),
                    model,
                    nested_required_in_doubt,
                }),
            };
            let at = position(
                &mut self.operations,
                |row| row.fact == fact,
                || OperationRow {
                    fact: fact.clone(),
                    within: 0,
                    parameters: Vec::new(),
                    required: Vec::new(),
                },
            );
            self.operations[at].within |= version;
            for name in strings(&operation.body["required"]) {
                let required = &mut self.operations[at].required;
                let place = position(required, |(known, _)| *known == name, || (name.clone(), 0));
                required[place].1 |= version;
            }
            let required = strings(&operation.parameters["required"]);
            for name in object(&operation.parameters["properties"]).keys() {
                let fact = parameter(name, &snapshot.parameters[name], &snapshot.version);
                let index = position(
                    &mut self.parameters,
                    |(known, _)| *known == fact,
                    || (fact.clone(), 0),
                );
                self.parameters[index].1 |= version;
                let must = required.contains(name);
                let uses = &mut self.operations[at].parameters;
                let place =
                    position(uses, |(i, m, _)| (*i, *m) == (index, must), || (index, must, 0));
                uses[place].2 |= version;
            }
        }
    }
}

/// The place of the first item that fits; a new one is added where none does.
fn position<T>(list: &mut Vec<T>, fits: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    list.iter().position(fits).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    })
}

fn property(name: &str, schema: &Value, all: &Object) -> Property {
    let notes = property_notes(name, schema);
    let mut flags = notes.flags;
    let mut flag = |set: bool, name| flags.extend(set.then_some(name));
    flag(schema["readOnly"] == json!(true), "READ_ONLY");
    flag(schema["writeOnly"] == json!(true), "WRITE_ONLY");
    flag(schema["deprecated"] == json!(true), "DEPRECATED");
    flag(takes_null(schema), "NULLABLE");
    let value = not_null(schema);
    let items = &value["items"];
    let described = if items.is_object() { items } else { value };
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let mut facts = notes.facts;
    let examples = strings(&schema["examples"]);
    if !examples.is_empty() {
        facts.push(("examples", format!("&{examples:?}")));
    }
    Property {
        name: name.to_owned(),
        description: text(&schema["description"]),
        kind: kind(value, all),
        format: string(&described["format"]),
        pattern: string(&described["pattern"]),
        constant: string(&schema["const"]),
        default: match &schema["default"] {
            Value::Null => None,
            value => Some(value.to_string()),
        },
        min_duration: notes.min_duration,
        max_duration: notes.max_duration,
        max_total_length: notes.max_total_length,
        limits: limits(name, value),
        flags,
        facts,
    }
}

fn kind(schema: &Value, all: &Object) -> Kind {
    if let Some(name) = reference(schema) {
        let is_enum = all[&name].get("enum").is_some();
        return if is_enum { Kind::Enum(name) } else { Kind::Object(name) };
    }
    match type_of(schema).as_str() {
        Some("string") => Kind::String,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("array") => Kind::Array(Box::new(kind(&schema["items"], all))),
        Some("object") => match &schema["additionalProperties"] {
            Value::Object(_) => Kind::Map,
            _ => Kind::FreeObject,
        },
        other => panic!("no kind for type {other:?}: {schema}"),
    }
}

/// Keywords that the tables hold, and those that say nothing about a value.
const KNOWN: [&str; 24] = [
    "type",
    "$ref",
    "items",
    "additionalProperties",
    "minimum",
    "maximum",
    "maxLength",
    "maxItems",
    "not",
    "anyOf",
    "const",
    "format",
    "pattern",
    "description",
    "default",
    "examples",
    "x-batch",
    "readOnly",
    "writeOnly",
    "deprecated",
    "$comment",
    "title",
    "enum",
    "patternProperties",
];

fn limits(name: &str, schema: &Value) -> Limits {
    for key in object(schema).keys() {
        assert!(KNOWN.contains(&key.as_str()), "{name} uses {key}, which the build does not know");
    }
    if let Some(items) = schema["items"].as_object() {
        for key in items.keys() {
            let known = matches!(key.as_str(), "type" | "$ref" | "pattern" | "format");
            assert!(known, "the items of {name} use {key}, which the build does not know");
        }
    }
    let number = |key: &str| schema[key].as_i64();
    let not = &schema["not"];
    let excluded = match (not["minimum"].as_i64(), not["maximum"].as_i64(), &not["enum"]) {
        (Some(low), Some(high), _) => Some((low, high)),
        (None, None, Value::Array(values)) => {
            let values: Vec<i64> = values.iter().filter_map(Value::as_i64).collect();
            let (low, high) = (values.iter().min().copied(), values.iter().max().copied());
            let range = low.zip(high).expect("`not` lists numbers");
            let count = usize::try_from(range.1 - range.0 + 1).expect("it is not negative");
            assert_eq!(count, values.len(), "{name}: `not` lists numbers with gaps between them");
            Some(range)
        }
        (None, None, Value::Null) if not.is_null() => None,
        _ => panic!("{name} has a `not` that the build does not know: {not}"),
    };
    // Every whole number of the API has 32 bits.
    let int32 = schema["format"] == json!("int32");
    let whole = |bound: i32| int32.then_some(i64::from(bound));
    Limits {
        minimum: number("minimum").or_else(|| whole(i32::MIN)),
        maximum: number("maximum").or_else(|| whole(i32::MAX)),
        max_length: number("maxLength"),
        max_items: number("maxItems"),
        excluded,
    }
}

fn parameter(name: &str, schema: &Value, version: &str) -> Parameter {
    let notes = crate::schemas::Notes::new(name, schema);
    let location = match notes.get("in").as_str() {
        Some("path") => "Path",
        Some("query") => "Query",
        Some("header") => "Header",
        other => panic!("parameter {name} is in {other:?}"),
    };
    let list = notes.get("collectionFormat");
    assert!(list.is_null() || list == "csv", "parameter {name}: collectionFormat {list}");
    let kind = match text(&schema["type"]).as_str() {
        "string" => "String",
        "integer" => "Integer",
        "boolean" => "Boolean",
        "array" if list == "csv" => "List",
        other => panic!("parameter {name} has type {other}"),
    };
    let set_by_clients = notes.is("setByClients");
    let larger_values_use_default = notes.is("largerValuesUseDefault");
    notes.done();
    // A made-up version has the schemas of the one it is made from.
    let constant = match name {
        "api-version" => Some(version.to_owned()),
        _ => schema["const"].as_str().map(str::to_owned),
    };
    Parameter {
        name: name.to_owned(),
        location,
        kind,
        format: schema["format"].as_str().map(str::to_owned),
        constant,
        minimum: schema["minimum"].as_i64(),
        maximum: schema["maximum"].as_i64(),
        set_by_clients,
        larger_values_use_default,
        description: text(&schema["description"]),
    }
}
