//! Turns `schemas/` into Rust: the tables that `api` serves, and the schema
//! that `structure` compiles. Nothing about the API is written down twice.
//!
//! Three files are written to `OUT_DIR`:
//!
//! * `tables.rs`: models, enums, operations and parameters as statics, of the
//!   types in `src/api/tables.rs`. Models that only a response can contain are
//!   left out; the linter never sees them.
//! * `validator.rs`: one schema whose root has a property for each operation
//!   with a body, handed to jsonschema's compile-time validator. One root
//!   means that shared models are generated once. `pattern`, `format` and
//!   `const` are taken out: the rules check them with a better message, and
//!   compiled they would pull a second regex engine into the WASM build.
//! * `schema_files.rs`: the schema files' own text, for `batchlint schema`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Appends a line to a `String`.
macro_rules! line {
    ($out:ident, $($arg:tt)*) => {
        $out.push_str(&format!($($arg)*));
        $out.push('\n');
    };
}

fn main() {
    println!("cargo::rerun-if-changed=schemas");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by Cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by Cargo"));
    let schemas = Schemas::load(&root.join("schemas"));
    write(&out.join("tables.rs"), &schemas.tables());
    write(&out.join("validator.rs"), &schemas.validator());
    write(&out.join("schema_files.rs"), &schemas.schema_files());
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn read(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What `schemas/` holds, as far as requests need it.
struct Schemas {
    folder: PathBuf,
    definitions: Object,
    parameters: Object,
    catalogue: Value,
    /// Names of the models a request body can contain, in order.
    models: Vec<String>,
    /// Names of the enums a request body can contain, in order.
    enums: Vec<String>,
}

impl Schemas {
    fn load(folder: &Path) -> Self {
        let object = |name: &str| match read(&folder.join(name))["$defs"].take() {
            Value::Object(definitions) => definitions,
            _ => panic!("{name} has no $defs"),
        };
        let mut schemas = Schemas {
            folder: folder.to_path_buf(),
            definitions: object("models.json"),
            parameters: object("parameters.json"),
            catalogue: read(&folder.join("operations.json")),
            models: Vec::new(),
            enums: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = schemas.operations().filter_map(body_model).collect();
        while let Some(name) = open.pop() {
            if seen.insert(name.clone()) {
                references(&schemas.definitions[&name], &mut open);
            }
        }
        for name in seen {
            if schemas.definitions[&name].get("enum").is_some() {
                schemas.enums.push(name);
            } else {
                schemas.models.push(name);
            }
        }
        schemas
    }

    fn operations(&self) -> impl Iterator<Item = &Value> {
        list(&self.catalogue["operations"]).iter()
    }

    // ---- tables.rs -------------------------------------------------------

    fn tables(&self) -> String {
        let mut out = String::new();
        let version = text(&self.catalogue["apiVersion"]);
        line!(
            out,
            "/// The API version that the schemas describe.\n\
             pub const API_VERSION: &str = {version:?};\n"
        );

        out.push_str(
            "/// A model that a request body can contain, named as the API names it.\n\
             #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
             #[repr(u8)]\npub enum Model {\n",
        );
        for name in &self.models {
            let description = text(&self.definitions[name]["description"]);
            line!(out, "    #[doc = {description:?}]\n    {name},");
        }
        out.push_str("}\n\n");
        let all: Vec<_> = self.models.iter().map(|name| format!("Model::{name}")).collect();
        line!(out, "const ALL_MODELS: [Model; {}] = [{}];\n", all.len(), all.join(", "));

        let mut patterns = Vec::new();
        line!(out, "pub(crate) static ENUMS: [EnumInfo; {}] = [", self.enums.len());
        for name in &self.enums {
            let schema = &self.definitions[name];
            let values: Vec<_> = list(&schema["enum"]).iter().map(text).collect();
            line!(out, "    EnumInfo {{ name: {name:?}, values: &{values:?} }},");
        }
        out.push_str("];\n\n");

        line!(out, "pub(crate) static MODELS: [ModelInfo; {}] = [", self.models.len());
        for name in &self.models {
            let schema = &self.definitions[name];
            line!(
                out,
                "    ModelInfo {{ name: {name:?}, description: {:?}, required: &{:?}, required_bits: {}, \
                 required_in_doubt: &{:?}, properties: &[",
                text(&schema["description"]),
                strings(&schema["required"]),
                required_bits(schema),
                strings(&schema["x-batch"]["requiredInDoubt"]),
            );
            for (property, schema) in object(&schema["properties"]) {
                let entry = self.property(property, schema, &mut patterns);
                line!(out, "        {entry},");
            }
            out.push_str("    ] },\n");
        }
        out.push_str("];\n\n");

        line!(out, "pub(crate) static PATTERNS: [&str; {}] = {patterns:?};\n", patterns.len());
        self.operation_tables(&mut out);
        out
    }

    fn property(&self, name: &str, schema: &Value, patterns: &mut Vec<String>) -> String {
        let notes = &schema["x-batch"];
        let mut flags = Vec::new();
        let mut flag = |set: bool, name: &'static str| {
            if set {
                flags.push(format!("Flags::{name}"));
            }
        };
        flag(schema["readOnly"] == json!(true), "READ_ONLY");
        flag(schema["writeOnly"] == json!(true), "WRITE_ONLY");
        flag(schema["deprecated"] == json!(true), "DEPRECATED");
        flag(notes["secret"] == json!(true), "SECRET");
        flag(notes["mayContainSas"] == json!(true), "MAY_CONTAIN_SAS");
        flag(notes["mustBeSpecified"] == json!(true), "MUST_BE_SPECIFIED");
        flag(takes_null(schema), "NULLABLE");
        let flags = if flags.is_empty() {
            "Flags::NONE".to_owned()
        } else {
            flags.join(".with(") + &")".repeat(flags.len() - 1)
        };
        let schema_of_value = not_null(schema);
        let items = &schema_of_value["items"];
        let described = if items.is_object() { items } else { schema_of_value };
        let pattern = match described["pattern"].as_str() {
            Some(pattern) => {
                let index = patterns.iter().position(|known| known == pattern);
                let index = index.unwrap_or_else(|| {
                    patterns.push(pattern.to_owned());
                    patterns.len() - 1
                });
                format!("Some({index})")
            }
            None => "None".to_owned(),
        };
        let limit = |key: &str| optional(notes[key].as_str());
        let default = match &schema["default"] {
            Value::Null => "None".to_owned(),
            value => format!("Some({:?})", value.to_string()),
        };
        format!(
            "Property {{ name: {name:?}, description: {:?}, kind: {}, format: {}, pattern: {pattern}, \
             constant: {}, default: {default}, min_duration: {}, max_duration: {}, \
             max_total_length: {}, limits: {}, flags: {flags} }}",
            text(&schema["description"]),
            self.kind(schema_of_value),
            format_of(described["format"].as_str()),
            optional(schema["const"].as_str()),
            limit("minimumDuration"),
            limit("maximumDuration"),
            notes["maxTotalLength"].as_u64().map_or("None".into(), |n| format!("Some({n})")),
            limits(&compiled(schema_of_value)),
        )
    }

    fn kind(&self, schema: &Value) -> String {
        if let Some(name) = reference(schema) {
            return match self.enums.iter().position(|known| *known == name) {
                Some(index) => format!("Kind::Enum({index})"),
                None => format!("Kind::Object(Model::{name})"),
            };
        }
        match type_of(schema).as_str() {
            Some("string") => "Kind::String".into(),
            Some("integer") => "Kind::Integer".into(),
            Some("number") => "Kind::Number".into(),
            Some("boolean") => "Kind::Boolean".into(),
            Some("array") => format!("Kind::Array(&{})", self.kind(&schema["items"])),
            Some("object") => match &schema["additionalProperties"] {
                Value::Object(_) => "Kind::Map".into(),
                _ => "Kind::FreeObject".into(),
            },
            other => panic!("no kind for type {other:?}: {schema}"),
        }
    }

    fn operation_tables(&self, out: &mut String) {
        let mut names: Vec<&String> = self.parameters.keys().collect();
        names.sort();
        line!(out, "pub(crate) static PARAMETERS: [Parameter; {}] = [", names.len());
        for name in &names {
            let schema = &self.parameters[*name];
            let notes = &schema["x-batch"];
            let location = match text(&notes["in"]).as_str() {
                "path" => "Path",
                "query" => "Query",
                "header" => "Header",
                other => panic!("parameter {name} is in {other}"),
            };
            let kind = match text(&schema["type"]).as_str() {
                "string" => "String",
                "integer" => "Integer",
                "boolean" => "Boolean",
                "array" => "List",
                other => panic!("parameter {name} has type {other}"),
            };
            let number =
                |key: &str| schema[key].as_i64().map_or("None".into(), |n| format!("Some({n})"));
            line!(
                out,
                "    Parameter {{ name: {name:?}, location: ParameterLocation::{location}, \
                 kind: ParameterKind::{kind}, format: {}, constant: {}, minimum: {}, maximum: {}, \
                 set_by_clients: {}, description: {:?} }},",
                optional(schema["format"].as_str()),
                optional(schema["const"].as_str()),
                number("minimum"),
                number("maximum"),
                notes["setByClients"] == json!(true),
                text(&schema["description"]),
            );
        }
        out.push_str("];\n\n");

        let operations: Vec<_> = self.operations().collect();
        line!(out, "pub(crate) static OPERATIONS: [Operation; {}] = [", operations.len());
        for operation in operations {
            let parameters = read(&self.folder.join(text(&operation["parameters"])));
            let required = strings(&parameters["required"]);
            let parameters: Vec<String> = object(&parameters["properties"])
                .keys()
                .map(|name| {
                    let index = names.iter().position(|known| *known == name);
                    let index = index.unwrap_or_else(|| panic!("unknown parameter {name}"));
                    format!("({index}, {})", required.contains(name))
                })
                .collect();
            let body = match body_model(operation) {
                None => "None".to_owned(),
                Some(model) => {
                    let schema = read(&self.folder.join(text(&operation["body"]["schema"])));
                    format!(
                        "Some(Body {{ parameter: {:?}, model: Model::{model}, required: &{:?}, \
                         nested_required_in_doubt: {} }})",
                        text(&operation["body"]["parameter"]),
                        strings(&schema["required"]),
                        schema["x-batch"]["nestedRequiredInDoubt"] == json!(true),
                    )
                }
            };
            line!(
                out,
                "    Operation {{ id: {:?}, method: {:?}, path: {:?}, description: {:?}, \
                 aliases: &{:?}, success: &{:?}, deprecated: {}, parameters: &[{}], body: {body} }},",
                text(&operation["id"]),
                text(&operation["method"]),
                text(&operation["path"]),
                text(&operation["description"]),
                strings(&operation["aliases"]),
                success(operation),
                operation["deprecated"] == json!(true),
                parameters.join(", "),
            );
        }
        out.push_str("];\n\n");
    }

    /// The text of each request body's schema file, for `batchlint schema`.
    fn schema_files(&self) -> String {
        let mut out = String::new();
        let path = |name: &str| self.folder.join(name).display().to_string();
        line!(out, "const MODELS: &str = include_str!({:?});", path("models.json"));
        out.push_str("const BODIES: &[(&str, &str)] = &[\n");
        for operation in self.operations().filter(|operation| body_model(operation).is_some()) {
            let file = path(&text(&operation["body"]["schema"]));
            line!(out, "    ({:?}, include_str!({file:?})),", text(&operation["id"]));
        }
        out.push_str("];\n");
        out
    }

    // ---- validator.rs ----------------------------------------------------

    fn validator(&self) -> String {
        let mut definitions = Map::new();
        for name in self.models.iter().chain(&self.enums) {
            definitions.insert(name.clone(), compiled(&self.definitions[name]));
        }
        let mut properties = Map::new();
        for operation in self.operations() {
            if let Some(model) = body_model(operation) {
                let body = read(&self.folder.join(text(&operation["body"]["schema"])));
                let mut schema = json!({ "$ref": format!("#/$defs/{model}") });
                if let Some(required) = body.get("required") {
                    schema["required"] = required.clone();
                }
                properties.insert(text(&operation["id"]), schema);
            }
        }
        let tasks =
            json!({ "type": "array", "items": { "$ref": "#/$defs/BatchTaskCreateContent" } });
        properties.insert("task list".into(), tasks);
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": properties,
            "$defs": definitions,
        });
        format!(
            "/// Every request body, by operation; compiled from `schemas/`.\n\
             #[jsonschema::validator(schema = {:?}, methods = {{ is_valid = false, validate = false, iter_errors = true }})]\n\
             struct Bodies;\n",
            schema.to_string()
        )
    }
}

/// The part of a schema that is worth compiling: shapes, types and ranges.
fn compiled(schema: &Value) -> Value {
    let Some(source) = schema.as_object() else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in source {
        match key.as_str() {
            "type" | "required" | "enum" | "minimum" | "maximum" | "minLength" | "maxLength"
            | "minItems" | "maxItems" | "$ref" => {
                out.insert(key.clone(), value.clone());
            }
            "not" => {
                out.insert(key.clone(), value.clone());
            }
            "items" | "additionalProperties" => {
                out.insert(key.clone(), compiled(value));
            }
            "properties" => {
                let properties = object(value);
                let properties =
                    properties.iter().map(|(name, value)| (name.clone(), compiled(value)));
                out.insert(key.clone(), Value::Object(properties.collect()));
            }
            // A null member counts as absent: the walker leaves it out.
            "anyOf" => return compiled(not_null(schema)),
            "description" | "default" | "examples" | "x-batch" | "format" | "pattern" | "const"
            | "readOnly" | "writeOnly" | "deprecated" | "patternProperties" | "$comment" => {}
            other => panic!("models.json uses {other}, which build.rs does not know"),
        }
    }
    if out.contains_key("type") {
        out.insert("type".into(), type_of(schema).clone());
    }
    if out.get("type") == Some(&json!("integer")) && source.get("format") == Some(&json!("int32")) {
        out.entry("minimum").or_insert(json!(i32::MIN));
        out.entry("maximum").or_insert(json!(i32::MAX));
    }
    Value::Object(out)
}

/// The alternative that is not `null`, where a schema has one.
fn not_null(schema: &Value) -> &Value {
    match schema["anyOf"].as_array() {
        Some(options) => {
            options.iter().find(|option| option["type"] != json!("null")).expect("one")
        }
        None => schema,
    }
}

/// Whether a schema allows `null` beside its type.
fn takes_null(schema: &Value) -> bool {
    let null = json!("null");
    schema["type"].as_array().is_some_and(|types| types.contains(&null))
        || schema["anyOf"].as_array().is_some_and(|any| any.iter().any(|one| one["type"] == null))
}

/// The type of a schema's values, `null` apart.
fn type_of(schema: &Value) -> &Value {
    match &schema["type"] {
        Value::Array(types) => types.iter().find(|kind| **kind != json!("null")).expect("one"),
        one => one,
    }
}

/// The required properties of a model as a set: a bit for each place.
fn required_bits(schema: &Value) -> u64 {
    let required = strings(&schema["required"]);
    let properties = object(&schema["properties"]);
    assert!(properties.len() <= 64, "a model has more properties than a set of bits can hold");
    let places = properties.keys().enumerate().filter(|(_, name)| required.contains(name));
    places.map(|(at, _)| 1 << at).sum()
}

/// The limits of a property's schema, after [`compiled`].
fn limits(schema: &Value) -> String {
    let known = [
        "type",
        "$ref",
        "items",
        "additionalProperties",
        "minimum",
        "maximum",
        "maxLength",
        "maxItems",
    ];
    let limit = |key: &str| schema[key].as_i64().map_or("None".into(), |n| format!("Some({n})"));
    let of_items = schema["items"]
        .as_object()
        .is_some_and(|items| items.keys().any(|key| !matches!(key.as_str(), "type" | "$ref")));
    format!(
        "Limits {{ minimum: {}, maximum: {}, max_length: {}, max_items: {}, other: {} }}",
        limit("minimum"),
        limit("maximum"),
        limit("maxLength"),
        limit("maxItems"),
        of_items || object(schema).keys().any(|key| !known.contains(&key.as_str())),
    )
}

fn format_of(format: Option<&str>) -> String {
    let name = match format {
        None => return "None".into(),
        Some("int32") => "Int32",
        Some("int64") => "Int64",
        Some("double") => "Double",
        Some("date-time") => "DateTime",
        Some("duration") => "Duration",
        Some("base64") => "Base64",
        Some("uri") => "Uri",
        Some("octal") => "Octal",
        Some(other) => panic!("unknown format {other}"),
    };
    format!("Some(Format::{name})")
}

fn body_model(operation: &Value) -> Option<String> {
    operation["body"]["model"].as_str().map(str::to_owned)
}

/// The statuses of an operation's responses, but for that of errors.
fn success(operation: &Value) -> Vec<&String> {
    object(&operation["responses"]).keys().filter(|status| *status != "default").collect()
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

fn reference(schema: &Value) -> Option<String> {
    let target = schema.get("$ref")?.as_str()?;
    Some(target.rsplit('/').next().expect("split gives one part at least").to_owned())
}

fn optional(value: Option<&str>) -> String {
    value.map_or("None".into(), |value| format!("Some({value:?})"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().map(|items| items.iter().map(text).collect()).unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not an array: {value}"))
}

fn object(value: &Value) -> &Object {
    value.as_object().unwrap_or_else(|| panic!("not an object: {value}"))
}
