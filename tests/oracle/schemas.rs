//! The published schemas, made ready for jsonschema.

use std::error::Error;
use std::fs;
use std::path::Path;

use jsonschema::paths::Location;
use jsonschema::{Keyword, Retrieve, Uri, ValidationError, Validator};
use serde_json::{Map, Value, json};

const ROOT: &str = "file:///schemas/";

/// The schema files, by the name of what refers to them.
#[derive(Clone, Debug)]
pub struct Schemas {
    models: Value,
}

impl Schemas {
    pub fn load() -> Self {
        Schemas { models: prepared(read("models.json")) }
    }

    /// The schema of an operation's body; of a bare list of tasks, which has
    /// no file, where the body is one.
    pub fn body(&self, operation: &str, list: bool) -> Value {
        if list {
            let task = "../models.json#/$defs/BatchTaskCreateContent";
            return json!({ "type": "array", "items": { "$ref": task } });
        }
        prepared(read(&format!("requests/{operation}.json")))
    }

    /// The schema that a reference leads to; others as they are.
    pub fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
            Some(name) => self.resolved(&self.models["$defs"][name]),
            None => schema,
        }
    }

    pub fn validator(&self, body: &Value) -> Validator {
        jsonschema::draft202012::options()
            .with_base_uri(format!("{ROOT}requests/body.json"))
            .with_retriever(Loaded(self.models.clone()))
            .with_keyword("x-batch", max_total_length)
            .build(body)
            .unwrap_or_else(|error| panic!("{body}: {error}"))
    }
}

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A schema with in it what its words mean but jsonschema does not assert: the
/// bounds of `int32`. An alternative of `null` goes, since by then no property
/// is null; errors within `anyOf` would come without their places.
fn prepared(mut schema: Value) -> Value {
    prepare(&mut schema);
    schema
}

fn prepare(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(prepare),
        Value::Object(object) => {
            object.values_mut().for_each(prepare);
            if object.get("format") == Some(&json!("int32")) {
                object.entry("minimum").or_insert(json!(i32::MIN));
                object.entry("maximum").or_insert(json!(i32::MAX));
            }
            if let Some(Value::Array(types)) = object.get("type") {
                let types: Vec<_> = types.iter().filter(|one| **one != "null").cloned().collect();
                assert_eq!(types.len(), 1, "one type beside null");
                object.insert("type".into(), types[0].clone());
            }
            if let Some(any) = object.remove("anyOf") {
                let any = any.as_array().expect("`anyOf` is a list");
                let rest: Vec<_> = any.iter().filter(|one| one["type"] != "null").collect();
                assert_eq!(rest.len(), 1, "one alternative beside null");
                object.extend(rest[0].as_object().expect("a schema").clone());
            }
        }
        _ => {}
    }
}

/// Serves models.json, made ready, to references.
struct Loaded(Value);

impl Retrieve for Loaded {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        match uri.as_str().strip_prefix(ROOT) {
            Some("models.json") => Ok(self.0.clone()),
            _ => Err(format!("nothing should refer to {uri}").into()),
        }
    }
}

/// `maxTotalLength`, the one limit of `x-batch` that a structure rule holds.
struct MaxTotalLength(Option<u64>);

#[expect(clippy::unnecessary_wraps, reason = "jsonschema asks for it")]
fn max_total_length<'a>(
    _: &'a Map<String, Value>,
    notes: &'a Value,
    _: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    Ok(Box::new(MaxTotalLength(notes["maxTotalLength"].as_u64())))
}

impl<'i> Keyword<'i> for MaxTotalLength {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom("its texts are too long together"))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let texts = instance.as_array().into_iter().flatten().filter_map(Value::as_str);
        let total: usize = texts.map(|text| text.chars().count()).sum();
        self.0.is_none_or(|most| total as u64 <= most)
    }
}
