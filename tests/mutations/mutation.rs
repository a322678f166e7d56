//! What can be wrong at a place, and what must be said of it.

use std::sync::OnceLock;

use batchlint::Severity;
use batchlint::api::{Api, Flags, Format, Kind, Operation, Property};
use serde_json::{Map, Value, json};

use crate::bodies::SECRET;
use crate::places::{Form, Place, Presence, escape};

/// A change to a body, and the finding that it must bring about.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// The change in words.
    pub what: String,
    pub edit: Edit,
    /// Where the finding must be.
    pub at: String,
    pub expected: Expected,
    /// Findings that may come along: code and pointer.
    pub caused: Vec<(&'static str, String)>,
}

/// A change to the JSON value of a body.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Another value at this pointer.
    Set(String, Value),
    /// The object at this pointer loses a member.
    Remove(String, String),
    /// The object at this pointer gains a member.
    Insert(String, String, Value),
    /// A member of the object at this pointer gets another name, and another
    /// value if one is given.
    Rename(String, String, String, Option<Value>),
}

/// What must be said.
#[derive(Clone, Debug)]
pub enum Expected {
    /// Nothing that was not said before: the change is allowed.
    Nothing,
    /// A finding with one of these codes and this severity.
    One(&'static [&'static str], Severity),
    /// A finding of this severity, whatever its code.
    Any(Severity),
    /// One as above, with a safe fix that brings back the text before.
    Fixable(&'static str, Severity),
}

/// A finding that a value is of the wrong JSON type.
const WRONG_TYPE: &[&str] = &["AB0033"];

/// Objects for which a text is a shorthand elsewhere.
const SHORTHANDS: [&str; 8] = [
    "applicationPackageReferences",
    "containerRegistries",
    "containerSettings",
    "jobPreparationTask",
    "jobReleaseTask",
    "poolInfo",
    "registry",
    "startTask",
];

/// What a schema limits a value to.
#[derive(Debug, Default)]
struct Limits {
    minimum: Option<i64>,
    maximum: Option<i64>,
    max_length: Option<usize>,
    max_items: Option<usize>,
    /// Values within the limits that are excluded all the same.
    excluded: Vec<i64>,
}

/// The limits of a place, read from the schema file: the linter's own tables
/// must not be what the linter is tested with.
fn limits(place: &Place) -> Limits {
    static MODELS: OnceLock<Value> = OnceLock::new();
    let (Some(holder), Some(property)) = (place.holder, place.property) else {
        return Limits::default();
    };
    let models = MODELS.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/models.json");
        let text =
            std::fs::read_to_string(path).expect("schemas/models.json is part of the project");
        serde_json::from_str(&text).expect("schemas/models.json is JSON")
    });
    let schema = &models["$defs"][Api::latest().model_name(holder)]["properties"][property.name];
    let schema = if place.presence == Presence::Item { &schema["items"] } else { schema };
    let size = |key: &str| schema[key].as_u64().and_then(|size| usize::try_from(size).ok());
    let excluded = &schema["not"];
    let bounds = [&excluded["minimum"], &excluded["maximum"]];
    Limits {
        minimum: schema["minimum"].as_i64(),
        maximum: schema["maximum"].as_i64(),
        max_length: size("maxLength"),
        max_items: size("maxItems"),
        excluded: bounds
            .into_iter()
            .chain(excluded["enum"].as_array().into_iter().flatten())
            .filter_map(Value::as_i64)
            .collect(),
    }
}

/// Collects the mutations of one place.
struct Mutations<'p> {
    operation: &'static Operation,
    place: &'p Place,
    list: Vec<Mutation>,
}

/// Everything that is tried at a place.
pub fn of(
    operation: &'static Operation,
    form: Form,
    place: &Place,
    value: &Value,
) -> Vec<Mutation> {
    let mut mutations = Mutations { operation, place, list: Vec::new() };
    mutations.types(form);
    mutations.members(value);
    mutations.removal();
    mutations.naming(value);
    match place.kind {
        // A document may have `null` for what is not set.
        _ if value.is_null() => {}
        Kind::Enum(_) => mutations.enumeration(value),
        Kind::Integer => mutations.integer(),
        Kind::String => mutations.text(),
        Kind::Array(_) => mutations.array(value),
        _ => {}
    }
    mutations.list
}

impl Mutations<'_> {
    fn add(&mut self, what: impl Into<String>, edit: Edit, at: &str, expected: Expected) {
        let mut caused = Vec::new();
        // Without what must be specified, the object around lacks it too.
        if self.place.flags().contains(Flags::MUST_BE_SPECIFIED) {
            caused.push(("AB0044", self.place.parent().to_owned()));
        }
        self.list.push(Mutation { what: what.into(), edit, at: at.to_owned(), expected, caused });
    }

    /// Puts another value at the place.
    fn set(&mut self, value: impl Into<Value>, expected: Expected) {
        let value = value.into();
        let shown: String = value.to_string().chars().take(32).collect();
        let pointer = self.place.pointer.clone();
        self.add(format!("set to {shown}"), Edit::Set(pointer.clone(), value), &pointer, expected);
    }

    /// The severity of what is surely refused: within a read-only part it is
    /// not refused for its own sake.
    fn surely(&self) -> Severity {
        if self.place.read_only { Severity::Warning } else { Severity::Error }
    }

    fn must(&self, codes: &'static [&'static str]) -> Expected {
        Expected::One(codes, self.surely())
    }

    /// The code for a value of the wrong type: where it is the way of
    /// something else to write what is meant, the rule on that says it.
    fn wrong_type(&self, value: &Value) -> &'static [&'static str] {
        let name = self.place.property.map_or("", |property| property.name);
        let format = self.place.property.and_then(|property| property.format);
        let (text, number) = (value.is_string(), value.is_number());
        match self.place.kind {
            Kind::Object(_) if name == "dependsOn" && (text || value.is_u64()) => &["AB1319"],
            Kind::Object(_) | Kind::Array(Kind::Object(_))
                if text && (SHORTHANDS.contains(&name) || name == "userIdentity") =>
            {
                &["AB1321"]
            }
            Kind::Array(Kind::String | Kind::Enum(_)) if text => &["AB1321"],
            Kind::Enum(_) if value.is_u64() => &["AB1323"],
            Kind::String if number && format == Some(Format::Duration) => &["AB1323"],
            _ => WRONG_TYPE,
        }
    }

    fn types(&mut self, form: Form) {
        let values = [
            ("string", json!("seven")),
            ("number", json!(7)),
            ("fraction", json!(1.5)),
            ("boolean", json!(true)),
            ("null", Value::Null),
            ("object", json!({})),
            ("array", json!([])),
        ];
        let own: &[&str] = match self.place.kind {
            Kind::String | Kind::Enum(_) => &["string"],
            Kind::Integer => &["number"],
            Kind::Number => &["number", "fraction"],
            Kind::Boolean => &["boolean"],
            Kind::Object(_) | Kind::Map | Kind::FreeObject => &["object"],
            Kind::Array(_) => &["array"],
            other => panic!("the tests do not know {other:?}"),
        };
        // A task may be given as a list of tasks, and a list as a collection.
        let lists = self.operation.id.starts_with("Tasks_Create") && self.place.is_root();
        let other_form = match form {
            Form::Body => "array",
            Form::TaskList => "object",
        };
        for (name, value) in values {
            if own.contains(&name) || lists && name == other_form {
                continue;
            }
            let expected = if value.is_null() { self.null() } else { self.of_wrong_type(&value) };
            self.set(value, expected);
        }
        // Whatever is wrong with a secret, no report may show it.
        if self.place.flags().contains(Flags::SECRET) {
            self.set(json!([SECRET]), self.must(WRONG_TYPE));
            if !matches!(self.place.kind, Kind::FreeObject) {
                self.set(json!({ "value": SECRET }), self.must(WRONG_TYPE));
            } else {
                self.set(SECRET, self.must(WRONG_TYPE));
            }
        }
    }

    /// What is to be said of a value of another JSON type: that it is one, or,
    /// where another API version or model has it so, that.
    fn of_wrong_type(&self, value: &Value) -> Expected {
        const ELSEWHERE: &[&str] = &["AB1405"];
        let tags = last_segment(&self.place.pointer) == "resourceTags";
        match (&self.place.kind, value) {
            (Kind::Map, Value::String(_)) if tags => self.must(ELSEWHERE),
            // Which of both the service takes is not known.
            (Kind::String, Value::Object(_)) if tags => Expected::One(ELSEWHERE, Severity::Warning),
            _ => self.must(self.wrong_type(value)),
        }
    }

    /// What is to be said of `null` here: it counts as not given.
    fn null(&self) -> Expected {
        const NULL: &[&str] = &["AB0037"];
        const MISSING: &[&str] = &["AB0031"];
        match self.place.presence {
            Presence::Root | Presence::Item => self.must(WRONG_TYPE),
            Presence::InMap => Expected::One(&["AB0033"], self.surely()),
            Presence::Optional if self.place.flags().contains(Flags::NULLABLE) => Expected::Nothing,
            Presence::Optional => Expected::One(NULL, Severity::Info),
            Presence::Required => self.must(MISSING),
            Presence::RequiredInDoubt => Expected::One(MISSING, Severity::Warning),
        }
    }

    /// Members that an object may not have.
    fn members(&mut self, value: &Value) {
        const UNKNOWN: &[&str] = &["AB0032"];
        let pointer = self.place.pointer.clone();
        let insert = |name: &str, value: Value| {
            let at = format!("{pointer}/{}", escape(name));
            (Edit::Insert(pointer.clone(), name.into(), value), at)
        };
        if matches!(self.place.kind, Kind::Map | Kind::FreeObject) {
            let (edit, at) = insert("xUnknown", "fine".into());
            self.add("with another key", edit, &at, Expected::Nothing);
        }
        let (Some(model), Value::Object(object)) = (self.place.model(), value) else { return };
        for unknown in [json!(1), json!({ "a": [null] }), Value::Null] {
            let what = format!("with the unknown property {unknown}");
            let (edit, at) = insert("xUnknown", unknown);
            let expected = self.must(UNKNOWN);
            self.add(what, edit, &at, expected);
        }
        let (edit, at) = insert("a~b/c", json!(1));
        let expected = self.must(UNKNOWN);
        self.add("with an unknown property that pointers escape", edit, &at, expected);
        let (edit, at) = insert("odata.metadata", json!("https://example.com/$metadata"));
        self.add("with an annotation", edit, &at, Expected::One(UNKNOWN, Severity::Info));
        if self.place.read_only {
            return;
        }
        for property in Api::latest().properties(model) {
            let plain = matches!(property.kind, Kind::String) && property.format.is_none();
            if property.flags.contains(Flags::READ_ONLY)
                && plain
                && !object.contains_key(property.name)
            {
                let severity =
                    if self.operation.method == "PUT" { Severity::Info } else { Severity::Warning };
                let (edit, at) = insert(property.name, json!("text"));
                self.add(
                    "with a read-only property",
                    edit,
                    &at,
                    Expected::One(&["AB0036"], severity),
                );
            }
        }
    }

    /// The member left out.
    fn removal(&mut self) {
        const MISSING: &[&str] = &["AB0031"];
        let parent = self.place.parent().to_owned();
        let expected = match self.place.presence {
            Presence::Root | Presence::Item | Presence::InMap => return,
            Presence::Optional if self.place.flags().contains(Flags::MUST_BE_SPECIFIED) => {
                Expected::One(&["AB0044"], Severity::Warning)
            }
            Presence::Optional => Expected::Nothing,
            // The object around is what lacks it.
            Presence::Required if self.place.read_only => Expected::One(MISSING, Severity::Warning),
            Presence::Required => Expected::One(MISSING, Severity::Error),
            Presence::RequiredInDoubt => Expected::One(MISSING, Severity::Warning),
        };
        let name = last_segment(&self.place.pointer);
        self.add("left out", Edit::Remove(parent.clone(), name), &parent, expected);
    }

    /// The member under its name in another case.
    fn naming(&mut self, value: &Value) {
        if !matches!(
            self.place.presence,
            Presence::Optional | Presence::Required | Presence::RequiredInDoubt
        ) {
            return;
        }
        let both = self.must(WRONG_TYPE);
        let parent = self.place.parent().to_owned();
        let name = last_segment(&self.place.pointer);
        let mut rename = |other: String, value: Option<Value>, what: String, expected| {
            let at = format!("{parent}/{}", escape(&other));
            let edit = Edit::Rename(parent.clone(), name.clone(), other, value);
            self.add(what, edit, &at, expected);
        };
        let case = Expected::Fixable("AB0043", Severity::Warning);
        rename(capitalised(&name), None, "under another spelling".into(), case);
        // The value is that of the property meant, so it is checked.
        let wrong = if value.is_boolean() { json!(7) } else { json!(true) };
        let what = format!("in capitals and set to {wrong}");
        rename(name.to_uppercase(), Some(wrong), what, both);
    }

    fn enumeration(&mut self, value: &Value) {
        let values = super::bodies::values_of(self.place.kind);
        for wrong in ["nope", ""] {
            self.set(wrong, self.must(&["AB0034"]));
        }
        let written = value.as_str().expect("an enum's value is a string");
        for other in [written.to_uppercase(), written.to_lowercase(), capitalised(written)] {
            if !values.contains(&&*other) {
                self.set(other, Expected::Fixable("AB0035", Severity::Info));
            }
        }
        for other in values {
            self.set(other, Expected::Nothing);
        }
    }

    fn integer(&mut self) {
        const RANGE: &[&str] = &["AB0038"];
        let limits = limits(self.place);
        let (least, most) = (
            limits.minimum.unwrap_or(i64::from(i32::MIN)),
            limits.maximum.unwrap_or(i64::from(i32::MAX)),
        );
        let wide = [i64::from(i32::MAX) + 1, i64::from(i32::MIN) - 1, i64::MAX, i64::MIN];
        for wrong in [least - 1, most + 1].into_iter().chain(wide).chain(limits.excluded) {
            self.set(wrong, self.must(RANGE));
        }
        // Beyond 64 bits a reader has it as a fraction.
        self.set(json!(1e20), self.must(&["AB0033", "AB0038"]));
        self.set(least, Expected::Nothing);
        self.set(most, Expected::Nothing);
    }

    fn array(&mut self, value: &Value) {
        self.set(json!([]), Expected::Nothing);
        let items = value.as_array().expect("an array has items");
        let Some(first) = items.first() else { return };
        if let Some(most) = limits(self.place).max_items {
            let many = |count| (0..count).map(|at| distinct(first, at)).collect::<Value>();
            self.set(many(most + 1), self.must(&["AB0038"]));
            self.set(many(most), Expected::Nothing);
        }
        let together = self.place.property.and_then(|property| property.facts.max_total_length);
        if let Some(most) = together {
            let text = |length: u64| "a".repeat(usize::try_from(length).expect("a small number"));
            self.set(json!([text(most / 2), text(most / 2), "a"]), Expected::Any(self.surely()));
        }
    }

    fn text(&mut self) {
        let Some(property) = self.place.property else { return };
        if self.place.presence == Presence::InMap {
            return;
        }
        // The service's own times and links come back as it wrote them.
        let own = self.place.own_read_only;
        match property.format {
            Some(Format::Duration) => self.duration(property),
            Some(Format::DateTime) if !own => {
                for wrong in ["yesterday", "2026-02-30T08:00:00Z", "", "08:00:00Z", "1769846400"] {
                    self.set(wrong, self.must(&["AB0203"]));
                }
                for doubtful in ["2026-12-31T08:00:00", "2026-12-31"] {
                    self.set(doubtful, Expected::One(&["AB0203"], Severity::Warning));
                }
                self.set("2026-12-31T08:00:00.1234567+01:00", Expected::Nothing);
            }
            Some(Format::Uri) if !own => {
                let query = format!("example.com/container?sig={SECRET}");
                for wrong in ["example.com/a", "", "ftp://example.com/a", "https://", &query] {
                    self.set(wrong, Expected::One(&["AB0041"], Severity::Warning));
                }
                self.set("http://127.0.0.1:10000/devstore/container", Expected::Nothing);
            }
            Some(Format::Base64) => {
                for wrong in ["not base64!", "", "-----BEGIN CERTIFICATE-----", "abc"] {
                    self.set(wrong, self.must(&["AB0040"]));
                }
                self.set("ab+/", Expected::Nothing);
            }
            Some(Format::Octal) => {
                for wrong in ["rwx", "", "0o755", "888"] {
                    self.set(wrong, Expected::One(&["AB0042"], Severity::Warning));
                }
                self.set("755", Expected::Nothing);
            }
            _ => {}
        }
        if let Some(pattern) = Api::latest().pattern(property)
            && property.name != "thumbprint"
        {
            assert!(!pattern.is_empty(), "a pattern says something");
            for wrong in ["bad value!", "", "ä", "a\n"] {
                self.set(wrong, self.must(&["AB0039"]));
            }
        }
        match property.name {
            "thumbprint" => {
                let digits = "0123456789abcdef0123456789abcdef01234567";
                for wrong in ["", "bad value!", &format!("{digits}0"), &digits.replace('0', "g")] {
                    self.set(wrong, self.must(&["AB0102"]));
                }
                // Shorter ones are not surely refused.
                self.set(&digits[1..], Expected::One(&["AB0102"], Severity::Warning));
                self.set(digits.to_uppercase(), Expected::Nothing);
                self.set(format!("01 {}", &digits[2..]), Expected::Nothing);
            }
            "thumbprintAlgorithm" => {
                for wrong in ["sha256", "", "md5"] {
                    self.set(wrong, self.must(&["AB0101"]));
                }
                self.set("SHA1", Expected::Fixable("AB0101", Severity::Warning));
                self.set("sha-1", Expected::Fixable("AB0101", Severity::Error));
            }
            _ => {}
        }
        if let Some(most) = limits(self.place).max_length {
            self.set("a".repeat(most + 1), self.must(&["AB0038"]));
            self.set("a".repeat(most), Expected::Nothing);
            if Api::latest().pattern(property).is_none() {
                // Characters are counted, not bytes.
                self.set("ä".repeat(most), Expected::Nothing);
                self.set("ä".repeat(most + 1), self.must(&["AB0038"]));
            }
        }
    }

    fn duration(&mut self, property: &Property) {
        for wrong in ["15m", "", "P1W", "PT", "pt15m", "00:15:00", "PT1.5M", "15"] {
            self.set(wrong, self.must(&["AB0201"]));
        }
        if property.name == "maxWallClockTime" {
            // Reported as accepted for "no limit", where there may be none.
            let unlimited = match property.facts.max_duration {
                None => Expected::One(WRONG_TYPE, Severity::Info),
                Some(_) => self.must(WRONG_TYPE),
            };
            self.set(-1, unlimited);
        }
        // Below zero is said once: as too short where there is a shortest one.
        const NEGATIVE: &[&str] = &["AB0201", "AB0202"];
        let negative = match property.facts.min_duration {
            None => Expected::One(NEGATIVE, Severity::Warning),
            Some(_) => self.must(NEGATIVE),
        };
        self.set("-PT15M", negative);
        if let Some(least) = property.facts.min_duration {
            let (below, same) = match least {
                "PT1M" => ("PT59S", "PT60S"),
                "PT5M" => ("PT4M59.9999999S", "PT300S"),
                other => panic!("teach this test what is just below {other}"),
            };
            self.set(below, self.must(&["AB0202"]));
            self.set(same, Expected::Nothing);
        }
        if let Some(most) = property.facts.max_duration {
            let (above, same) = match most {
                "PT15M" => ("PT15M0.0000001S", "PT900S"),
                "PT168H" => ("P7DT1S", "P7D"),
                other => panic!("teach this test what is just above {other}"),
            };
            self.set(above, self.must(&["AB0202"]));
            self.set(same, Expected::Nothing);
        } else {
            // The service's own "unlimited".
            self.set("P10675199DT2H48M5.4775807S", Expected::Nothing);
        }
    }
}

/// An item like this one, with other names where it has some.
fn distinct(item: &Value, at: usize) -> Value {
    let mut item = item.clone();
    for name in ["id", "name", "applicationId"] {
        if let Some(Value::String(text)) = item.get_mut(name) {
            *text = format!("{text}-{at}");
        }
    }
    item
}

/// The text with its first letter in the other case.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(characters).collect(),
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

fn last_segment(pointer: &str) -> String {
    let segment = pointer.rsplit('/').next().unwrap_or_default();
    segment.replace("~1", "/").replace("~0", "~")
}

impl Edit {
    /// The body with this change.
    pub fn apply(&self, body: &Value) -> Value {
        let mut body = body.clone();
        match self {
            Edit::Set(pointer, value) => {
                *body.pointer_mut(pointer).expect("the place is there") = value.clone();
            }
            Edit::Remove(pointer, name) => {
                members(&mut body, pointer).remove(name);
            }
            Edit::Insert(pointer, name, value) => {
                members(&mut body, pointer).insert(name.clone(), value.clone());
            }
            Edit::Rename(pointer, from, to, value) => {
                let object = members(&mut body, pointer);
                let old = object.remove(from).expect("the member is there");
                object.insert(to.clone(), value.clone().unwrap_or(old));
            }
        }
        body
    }
}

fn members<'b>(body: &'b mut Value, pointer: &str) -> &'b mut Map<String, Value> {
    let object = body.pointer_mut(pointer).and_then(Value::as_object_mut);
    object.expect("the place is an object")
}

/// Every object of a body by pointer, also those without a model.
pub fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.push(pointer.to_owned());
            for (name, inner) in object {
                objects(inner, &format!("{pointer}/{}", escape(name)), found);
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                objects(inner, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}
