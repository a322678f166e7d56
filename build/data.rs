//! Writes the facts of `schemas/data/` that are no part of a schema: as tables of
//! the types in `src/api/other_versions.rs`, each sorted by what it is asked for,
//! or as one text.
//!
//! Every model, member and value is held against the schemas, so that a slip
//! in the data does not build.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::merge::{Catalogue, Kind, Model};
use crate::schemas::{list, object, read, strings, text};

/// The tables of what other versions have.
pub fn member_versions(folder: &Path, catalogue: &Catalogue) -> String {
    let data = read(&folder.join("data/member-versions.json"));
    let writer = Writer { data: &data, catalogue };
    [writer.members(), writer.added(), writer.leaving(), writer.values(), writer.changes()].concat()
}

/// What the service's error codes mean, as one text of lines: of a group where
/// its codes are from, the status, what to check and ids of rules; then each
/// code with its meaning. It is asked for so seldom that it is searched as it
/// is: a table of so many texts would be a third larger.
pub fn error_codes(folder: &Path) -> String {
    let data = read(&folder.join("data/error-codes.json"));
    let mut lines = String::new();
    let mut known = BTreeSet::new();
    for group in list(&data["groups"]) {
        let source = text(&group["source"]);
        let explained = object(&data["sources"]).keys().any(|key| source.starts_with(key.as_str()));
        assert!(explained, "{group}: no such source");
        let rules = group["rules"].as_array().map(|_| strings(&group["rules"]).join(","));
        let fields = [
            group["of"].as_str().unwrap_or_default().to_owned(),
            group["status"].as_u64().map(|status| status.to_string()).unwrap_or_default(),
            group["check"].as_str().unwrap_or_default().to_owned(),
            rules.unwrap_or_default(),
        ];
        let of = ["", "resize", "scheduling", "task"];
        assert!(of.contains(&fields[0].as_str()), "{group}: no such origin");
        lines += &format!(">{}\n", fields.join("|"));
        for (code, meaning) in object(&group["codes"]) {
            let meaning = text(meaning);
            assert!(!meaning.is_empty() && known.insert(code), "{code} is given twice");
            lines += &format!("{code}|{meaning}\n");
        }
        let plain = fields.iter().all(|field| !field.contains(['|', '\n']));
        assert!(plain, "{group}: a field ends too soon");
    }
    // The core alone does without them, as without the rules' pages.
    format!(
        "#[cfg(feature = \"pages\")]\nstatic ERROR_CODES: &str = {lines:?};\n\
         #[cfg(not(feature = \"pages\"))]\nstatic ERROR_CODES: &str = \"\";\n"
    )
}

struct Writer<'w> {
    data: &'w Value,
    catalogue: &'w Catalogue,
}

impl Writer<'_> {
    /// The entries of a list, each with a source that the file explains and a
    /// version that has been published.
    fn entries(&self, pointer: &str) -> impl Iterator<Item = &Value> {
        let entries = list(self.data.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}")));
        entries.iter().inspect(|entry| {
            let source = text(&entry["source"]);
            assert!(self.data["sources"].get(&source).is_some(), "{entry}: no such source");
            let since = text(&entry["since"]);
            let known = self.catalogue.published.iter().any(|(version, _)| *version == since);
            assert!(known, "{entry}: no such version");
        })
    }

    /// The models that an entry is about.
    fn models(&self, entry: &Value) -> Vec<(usize, &Model)> {
        let of = text(&entry["of"]);
        let names = match self.data["groups"].get(&of) {
            Some(group) => strings(group),
            None => vec![of],
        };
        let model = |name: String| {
            let at = self.catalogue.models.iter().position(|model| model.name == name);
            let at = at.unwrap_or_else(|| panic!("{entry}: no model {name}"));
            (at, &self.catalogue.models[at])
        };
        names.into_iter().map(model).collect()
    }

    /// Those of them that have a member; at least one does.
    fn models_with(&self, entry: &Value, member: &str) -> Vec<usize> {
        let models = self.models(entry);
        let has = models.iter().filter(|(_, model)| property(model, member).is_some());
        let has: Vec<_> = has.map(|(at, _)| *at).collect();
        assert!(!has.is_empty(), "{entry}: no model has {member}");
        has
    }

    /// The number of a property's name.
    fn name(&self, name: &str) -> usize {
        let at = self.catalogue.names.iter().position(|known| known == name);
        at.unwrap_or_else(|| panic!("no property is called {name}"))
    }

    /// Names that the schemas do not have, and what they are in other versions.
    fn members(&self) -> String {
        let mut rows = BTreeMap::new();
        let mut add = |models: Vec<usize>, entry: &Value, fate: &str| {
            let name = text(&entry["name"]);
            for model in models {
                let held = property(&self.catalogue.models[model], &name);
                assert!(held.is_none(), "{entry}: the schemas have it");
                let row = format!(
                    "OtherMember {{ model: Model({model}), name: {name:?}, fate: {fate}, since: \
                     {:?}, advice: {:?} }},\n",
                    text(&entry["since"]),
                    entry["advice"].as_str().unwrap_or_default(),
                );
                assert!(rows.insert((model, name.clone()), row).is_none(), "{entry}: given twice");
            }
        };
        for entry in self.entries("/renamed") {
            let Some(now) = entry["now"].as_str() else {
                add(self.models_with_none(entry), entry, "Fate::Elsewhere");
                continue;
            };
            let first = now.split('/').next().unwrap_or_default();
            let models = self.models_with(entry, first);
            for model in &models {
                self.follow(&self.catalogue.models[*model], now);
            }
            let fate = match first == now {
                true => format!("Fate::Renamed(Name({}))", self.name(first)),
                false => format!(
                    "Fate::Moved {{ into: Name({}), path: {:?} }}",
                    self.name(first),
                    now.replace('/', ".")
                ),
            };
            add(models, entry, &fate);
        }
        for entry in self.entries("/removed") {
            let removable = entry["removable"].as_bool().unwrap_or_default();
            let fate = format!("Fate::Removed {{ needless: {removable} }}");
            add(self.models_with_none(entry), entry, &fate);
        }
        for entry in self.entries("/newer") {
            add(self.models_with_none(entry), entry, "Fate::Newer");
        }
        table("OTHER_MEMBERS", "OtherMember", rows.into_values())
    }

    fn models_with_none(&self, entry: &Value) -> Vec<usize> {
        self.models(entry).into_iter().map(|(at, _)| at).collect()
    }

    /// Sees that a path of members exists.
    fn follow(&self, model: &Model, path: &str) {
        let (first, rest) = path.split_once('/').map_or((path, None), |(a, b)| (a, Some(b)));
        let held = property(model, first).unwrap_or_else(|| panic!("{}: no {first}", model.name));
        match (held, rest) {
            (Kind::Object(inner), Some(rest)) => {
                let inner = self.catalogue.models.iter().find(|model| model.name == *inner);
                self.follow(inner.expect("every model is in the list"), rest);
            }
            (_, rest) => assert!(rest.is_none(), "{}: {first} holds no {path}", model.name),
        }
    }

    /// Members that older versions lack, by the version that brought them.
    fn added(&self) -> String {
        let mut versions: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for entry in self.entries("/added") {
            let rows = versions.entry(text(&entry["since"])).or_default();
            for name in strings(&entry["names"]) {
                let at = self.name(&name);
                rows.extend(self.models_with(entry, &name).into_iter().map(|model| (model, at)));
            }
        }
        let rows = versions.into_iter().map(|(since, mut rows)| {
            rows.sort_unstable();
            let rows: Vec<_> = rows
                .iter()
                .map(|(model, name)| format!("(Model({model}), Name({name}))"))
                .collect();
            format!("({since:?}, &[{}]),\n", rows.join(", "))
        });
        table("ADDED_MEMBERS", "(&str, &[(Model, Name)])", rows)
    }

    /// Members that the next version lacks.
    fn leaving(&self) -> String {
        let mut rows = BTreeMap::new();
        for entry in self.entries("/leaving") {
            let name = text(&entry["name"]);
            let at = self.name(&name);
            for model in self.models_with(entry, &name) {
                let row = format!(
                    "LeavingMember {{ model: Model({model}), name: Name({at}), since: {:?}, \
                     advice: {:?} }},\n",
                    text(&entry["since"]),
                    text(&entry["advice"])
                );
                assert!(rows.insert((at, model), row).is_none(), "{entry}: given twice");
            }
        }
        let mut names: Vec<_> = rows.keys().map(|(name, _)| format!("Name({name}), ")).collect();
        names.dedup();
        table("LEAVING_NAMES", "Name", names)
            + &table("LEAVING_MEMBERS", "LeavingMember", rows.into_values())
    }

    /// Values of enums.
    fn values(&self) -> String {
        let mut rows = Vec::new();
        for kind in ["renamed", "newer", "added"] {
            for entry in self.entries(&format!("/values/{kind}")) {
                let of = text(&entry["of"]);
                let at = self.catalogue.enums.iter().position(|one| one.name == of);
                let at = at.unwrap_or_else(|| panic!("{entry}: no enum {of}"));
                let has = |value: &str| {
                    self.catalogue.enums[at].values.iter().any(|(known, _, _)| known == value)
                };
                let value = text(&entry["value"]);
                assert_eq!(has(&value), kind == "added", "{entry}");
                let fate = match entry["now"].as_str() {
                    Some(now) => {
                        assert!(has(now), "{entry}: the schemas do not have it");
                        format!("ValueFate::Renamed({now:?})")
                    }
                    None if kind == "newer" => "ValueFate::Newer".to_owned(),
                    None => "ValueFate::Added".to_owned(),
                };
                rows.push(format!(
                    "OtherValue {{ of: Enum({at}), value: {value:?}, fate: {fate}, since: {:?}, \
                     advice: {:?} }},\n",
                    text(&entry["since"]),
                    entry["advice"].as_str().unwrap_or_default()
                ));
            }
        }
        table("OTHER_VALUES", "OtherValue", rows)
    }

    /// Members whose type or default another version has otherwise.
    fn changes(&self) -> String {
        let place = |entry: &Value| {
            let name = text(&entry["name"]);
            let [model] = self.models_with(entry, &name)[..] else { panic!("{entry}: one model") };
            format!("model: Model({model}), name: Name({})", self.name(&name))
        };
        let types = self.entries("/types").map(|entry| {
            let since = text(&entry["since"]);
            format!("ChangedType {{ {}, since: {since:?} }},\n", place(entry))
        });
        let defaults = self.entries("/defaults").map(|entry| {
            format!(
                "ChangedDefault {{ {}, was: {:?}, now: {:?}, since: {:?} }},\n",
                place(entry),
                text(&entry["was"]),
                text(&entry["now"]),
                text(&entry["since"])
            )
        });
        table("CHANGED_TYPES", "ChangedType", types)
            + &table("CHANGED_DEFAULTS", "ChangedDefault", defaults)
    }
}

/// A table as Rust.
pub fn table(name: &str, of: &str, rows: impl IntoIterator<Item = String>) -> String {
    let rows: String = rows.into_iter().collect();
    format!("static {name}: &[{of}] = &[\n{rows}];\n\n")
}

/// The kind of a model's property.
fn property<'m>(model: &'m Model, name: &str) -> Option<&'m Kind> {
    let row = model.properties.iter().find(|row| row.fact.name == name);
    row.map(|row| &row.fact.kind)
}
