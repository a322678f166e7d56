//! The documents of `fixtures/valid/`.

use std::path::Path;

use batchlint::api::{self, Operation};
use serde_json::Value;

use crate::places::Form;

/// A document that has no error.
pub struct Fixture {
    pub name: String,
    pub text: String,
    /// The operation that its name says it is for.
    pub operation: &'static Operation,
    pub value: Value,
}

impl Fixture {
    /// The form of the document; `None` if it is a request around a body.
    pub fn form(&self) -> Option<Form> {
        if self.name.contains("__envelope") {
            None
        } else if self.value.is_array() {
            Some(Form::TaskList)
        } else {
            Some(Form::Body)
        }
    }
}

/// Every document, by name.
pub fn all() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/valid");
    let entries = std::fs::read_dir(&folder).expect("the fixtures are part of the project");
    let mut fixtures: Vec<Fixture> = entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let (alias, _) = name.split_once("__").unwrap_or_else(|| {
                panic!("{name}: a fixture is named <operation>__<what it is>.json")
            });
            let operation = api::operation(alias)
                .unwrap_or_else(|| panic!("{name}: there is no operation `{alias}`"));
            let value = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{name} is not JSON: {error}"));
            Fixture { name, text, operation, value }
        })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}
