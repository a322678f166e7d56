//! The body as the service is taken to read it, ARCHITECTURE.md has the rules:
//! `null` is absent, a name in another case is the property's, the last of
//! several counts unless one is spelled as the API does. JSON Schema has no
//! word for these, so they are done before it judges.
//!
//! It reads the schema files, not the linter's tables.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::fault::{Class, Fault, Faults};
use crate::places::escape;
use crate::schemas::Schemas;
use crate::tree::Tree;

/// A body made ready for the judge.
#[derive(Debug, Default)]
pub struct Normal {
    pub value: Value,
    /// Pointers as written, by those in `value`.
    pub written: BTreeMap<String, String>,
    /// What is to be said of names, which are then as the schema has them.
    pub said: Faults,
}

/// Where a value is: in the result, and as written.
#[derive(Clone, Copy)]
struct At<'p> {
    result: &'p str,
    written: &'p str,
}

impl Normal {
    pub fn of(schemas: &Schemas, schema: &Value, body: &Tree) -> Self {
        let mut normal = Normal::default();
        normal.value = normal.value(schemas, schema, body, At { result: "", written: "" });
        normal
    }

    fn value(&mut self, schemas: &Schemas, schema: &Value, tree: &Tree, at: At<'_>) -> Value {
        self.written.insert(at.result.to_owned(), at.written.to_owned());
        let schema = schemas.resolved(schema);
        let inner = |normal: &mut Self, schema: &Value, tree: &Tree, name: &str, written: &str| {
            let result = format!("{}/{}", at.result, escape(name));
            let written = format!("{}/{}", at.written, escape(written));
            normal.value(schemas, schema, tree, At { result: &result, written: &written })
        };
        match tree {
            Tree::Plain(value) => value.clone(),
            Tree::Array(items) => {
                let items = items.iter().enumerate().map(|(number, item)| {
                    let name = number.to_string();
                    inner(self, &schema["items"], item, &name, &name)
                });
                items.collect()
            }
            Tree::Object(members) => {
                let chosen = match schema["properties"].as_object() {
                    Some(properties) => self.names(properties, members, at.written),
                    None => {
                        members.iter().map(|(name, value)| (&**name, (&**name, value))).collect()
                    }
                };
                let mut object = Map::new();
                for (name, (written, value)) in chosen {
                    let schema = schema["properties"].get(name);
                    // A model's property; what is in a map or of no model may
                    // well be null.
                    if schema.is_some() && value.is_null() {
                        continue;
                    }
                    let schema = schema.unwrap_or(&Value::Null);
                    object.insert(name.to_owned(), inner(self, schema, value, name, written));
                }
                Value::Object(object)
            }
        }
    }

    /// The member that counts for each name, under the name it counts for:
    /// its own name and its value.
    fn names<'t>(
        &mut self,
        properties: &'t Map<String, Value>,
        members: &'t [(String, Tree)],
        at: &str,
    ) -> BTreeMap<&'t str, (&'t str, &'t Tree)> {
        let mut chosen: BTreeMap<&str, (&str, &Tree)> = BTreeMap::new();
        for (name, value) in members {
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
            } else if name.starts_with("odata.") {
                self.said.insert(fault(Class::Annotation));
            } else {
                chosen.insert(name, (name, value));
            }
        }
        chosen
    }
}
