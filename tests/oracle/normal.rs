//! The body as the service is taken to read it: `null` is absent, a name in
//! another case is the property's, and of several the last counts, unless one
//! is spelled as the API does. JSON Schema has no word for these, so they are
//! settled before it judges.
//!
//! It reads the schema files, not the linter's tables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::fault::{Class, Fault, Faults};
use crate::places::escape;
use crate::schemas::Schemas;
use crate::tree::Tree;

/// A body made ready for the judge.
#[derive(Debug, Default)]
pub struct Normal {
    pub value: Value,
    /// Pointers as written by those in `value`, where they differ.
    written: BTreeMap<String, String>,
    /// What is to be said of names, which are then as the schema has them.
    pub said: Faults,
    at: At,
}

/// The pointer of a value while it is made: in the result, and as written.
#[derive(Debug, Default)]
struct At {
    result: String,
    written: String,
}

impl Normal {
    pub fn of(schemas: &Schemas, schema: &Value, body: &Tree) -> Self {
        let mut normal = Normal::default();
        normal.value = normal.value(schemas, schema, body);
        normal
    }

    /// Where a value of the result is written.
    pub fn written<'p>(&'p self, pointer: &'p str) -> &'p str {
        self.written.get(pointer).map_or(pointer, String::as_str)
    }

    fn value(&mut self, schemas: &Schemas, schema: &Value, tree: &Tree) -> Value {
        let schema = schemas.resolved(schema);
        match tree {
            Tree::Plain(value) => value.clone(),
            Tree::Array(items) => {
                let items = items.iter().enumerate().map(|(number, item)| {
                    let name = number.to_string();
                    self.inner(schemas, &schema["items"], item, &name, &name)
                });
                items.collect()
            }
            Tree::Object(members) => {
                let chosen = match schema["properties"].as_object() {
                    Some(properties) => self.names(properties, members),
                    None => {
                        members.iter().map(|(name, value)| (&**name, (&**name, value))).collect()
                    }
                };
                let mut object = Map::new();
                for (name, (written, value)) in chosen {
                    let schema = schema["properties"].get(name);
                    // What is in a map, or of no property, may well be null.
                    if schema.is_some() && value.is_null() {
                        continue;
                    }
                    let schema = schema.unwrap_or(&Value::Null);
                    let value = self.inner(schemas, schema, value, name, written);
                    object.insert(name.to_owned(), value);
                }
                Value::Object(object)
            }
        }
    }

    fn inner(
        &mut self,
        schemas: &Schemas,
        schema: &Value,
        tree: &Tree,
        name: &str,
        written: &str,
    ) -> Value {
        let before = (self.at.result.len(), self.at.written.len());
        push(&mut self.at.result, name);
        push(&mut self.at.written, written);
        if self.at.result != self.at.written {
            self.written.insert(self.at.result.clone(), self.at.written.clone());
        }
        let value = self.value(schemas, schema, tree);
        self.at.result.truncate(before.0);
        self.at.written.truncate(before.1);
        value
    }

    /// The member that counts for each name, under the name it counts for:
    /// its own name and its value.
    fn names<'t>(
        &mut self,
        properties: &'t Map<String, Value>,
        members: &'t [(String, Tree)],
    ) -> BTreeMap<&'t str, (&'t str, &'t Tree)> {
        let mut chosen: BTreeMap<&str, (&str, &Tree)> = BTreeMap::new();
        for (name, value) in members {
            let at = &self.at.written;
            let fault = |class| Fault { at: format!("{at}/{}", escape(name)), class };
            if properties.contains_key(name) {
                chosen.insert(name, (name, value));
            } else if let Some(meant) =
                properties.keys().find(|known| known.eq_ignore_ascii_case(name))
            {
                self.said.insert(fault(Class::Spelling));
                let own = chosen.get(&**meant).is_some_and(|(written, _)| written == meant);
                if !own {
                    chosen.insert(meant, (name, value));
                }
            } else if let Some(meant) = properties.keys().find(|known| is_client_name(name, known))
            {
                // Said of the name; its value is then that of the property.
                self.said.insert(fault(Class::Unknown));
                let own = chosen.get(&**meant).is_some_and(|(written, _)| written == meant);
                if !own {
                    chosen.insert(meant, (name, value));
                }
            } else if name.starts_with("odata.") {
                self.said.insert(fault(Class::Annotation));
            } else {
                chosen.insert(name, (name, value));
            }
        }
        chosen
    }
}

/// Whether a client library calls a property so.
fn is_client_name(name: &str, property: &str) -> bool {
    static NAMES: LazyLock<Value> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../schemas/data/client-names.json"))
            .expect("it is JSON")
    });
    let letters = |text: &str| text.replace(['_', '-', ' '], "").to_ascii_lowercase();
    let same = |one: &str, other: &str| letters(one) == letters(other);
    let of_client = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().expect("it is a text");
        same(text("name"), name) && text("property") == property
    };
    same(name, property) || NAMES["names"].as_array().expect("a list").iter().any(of_client)
}

fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if segment.contains(['~', '/']) {
        pointer.push_str(&escape(segment));
    } else {
        pointer.push_str(segment);
    }
}
