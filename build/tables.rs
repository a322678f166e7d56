//! Writes the merged rows as Rust, of the types in `src/api/tables.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::merge::{Catalogue, Kind, Model, OperationRow, PropertyRow, Versions};
use crate::schemas::{Snapshot, text};

/// Appends a line to a `String`.
macro_rules! line {
    ($out:ident, $($arg:tt)*) => {
        $out.push_str(&format!($($arg)*));
        $out.push('\n');
    };
}

/// The tables, and the names under which code speaks of their rows.
pub fn all(catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let latest = catalogue.versions.last().expect("there is a version");
    line!(out, "/// The newest API version that the schemas describe.");
    line!(out, "pub const API_VERSION: &str = {latest:?};\n");

    out.push_str("impl Model {\n");
    for (index, model) in catalogue.models.iter().enumerate() {
        line!(out, "    #[doc = {:?}]", format!("`{}`: {}", model.name, model.description));
        line!(out, "    pub const {}: Model = Model({index});", constant(&model.name));
    }
    out.push_str("}\n\n");

    out.push_str(
        "/// Names of properties, for code to speak of: `p::VM_SIZE` is `vmSize`. A\n\
         /// misspelt one does not compile.\npub mod p {\n    use super::Name;\n",
    );
    for (index, name) in catalogue.names.iter().enumerate() {
        line!(out, "    #[doc = {:?}]", format!("`{name}`"));
        line!(out, "    pub const {}: Name = Name({index});", constant(name));
    }
    out.push_str("}\n\n");
    out.push_str(&facts(catalogue));
    out
}

/// The tables alone.
pub fn facts(catalogue: &Catalogue) -> String {
    let mut out = String::new();
    let whole = std::env::var_os("CARGO_FEATURE_PAGES").is_some();
    let writer = Writer { catalogue, whole, patterns: Vec::new() };
    writer.write(&mut out);
    out
}

struct Writer<'c> {
    catalogue: &'c Catalogue,
    /// Whether all texts and facts are wanted, and not only those that the
    /// rules ask for: the feature `pages`.
    whole: bool,
    patterns: Vec<String>,
}

impl Writer<'_> {
    fn write(mut self, out: &mut String) {
        let catalogue = self.catalogue;
        line!(out, "static NAMES: &[&str] = &{:?};\n", catalogue.names);

        out.push_str("static ENUMS: &[EnumInfo] = &[\n");
        for one in &catalogue.enums {
            line!(
                out,
                "    EnumInfo {{ {}{}values: &[",
                self.text("name", &one.name),
                self.text("description", &one.description)
            );
            for (value, meaning, within) in &one.values {
                line!(
                    out,
                    "        EnumValue {{ value: {value:?}, {}within: {} }},",
                    self.text("meaning", meaning),
                    versions(*within)
                );
            }
            out.push_str("    ] },\n");
        }
        out.push_str("];\n\n");

        out.push_str("static PROPERTIES: &[Property] = &[\n");
        for model in &catalogue.models {
            for row in &model.properties {
                let entry = self.property(row);
                line!(out, "    {entry},");
            }
        }
        out.push_str("];\n\n");
        out.push_str("static PATTERNS: &[Automaton] = &[\n");
        for pattern in &self.patterns {
            let table = crate::automaton::Automaton::new(pattern);
            line!(
                out,
                "    Automaton {{ pattern: {pattern:?}, classes: &{:?}, width: {}, next: &{:?}, \
                 accepts: &{:?} }},",
                table.classes,
                table.width,
                table.next,
                table.accepts,
            );
        }
        out.push_str("];\n\n");

        // A finding of a missing body says what it is for.
        let bodies = catalogue.operations.iter().filter_map(|row| row.fact.body.as_ref());
        let bodies: Vec<&str> = bodies.map(|body| body.model.as_str()).collect();
        out.push_str("static MODELS: &[ModelRow] = &[\n");
        let mut first = 0;
        for model in &catalogue.models {
            let end = first + model.properties.len();
            line!(
                out,
                "    ModelRow {{ name: {:?}, description: {:?}, first: {first}, end: {end}, \
                 required: &{:?} }},",
                model.name,
                if self.whole || bodies.contains(&model.name.as_str()) {
                    &model.description
                } else {
                    ""
                },
                self.required(model),
            );
            first = end;
        }
        out.push_str("];\n\n");
        self.operations(out);
        line!(out, "static PUBLISHED: &[(&str, Option<&str>)] = &{:?};\n", catalogue.published);
        line!(
            out,
            "pub(in crate::api) static TABLES: Tables = Tables {{ versions: &{:?}, names: NAMES, \
             enums: ENUMS, properties: PROPERTIES, models: MODELS, patterns: PATTERNS, \
             parameters: PARAMETERS, operations: OPERATIONS, shares: SHARES, \
             client_names: CLIENT_NAMES, published: PUBLISHED }};",
            catalogue.versions
        );
    }

    /// A field of those that are there only if all are wanted.
    fn text(&self, field: &str, value: &impl std::fmt::Debug) -> String {
        if self.whole { format!("{field}: {value:?}, ") } else { String::new() }
    }

    /// The required properties of a model, for each version: a bit for each
    /// place among its rows.
    fn required(&self, model: &Model) -> Vec<u64> {
        assert!(model.properties.len() <= 64, "{} has too many rows for a set", model.name);
        (0..self.catalogue.versions.len())
            .map(|version| {
                let rows = model.properties.iter().enumerate();
                let required = rows.filter(|(_, row)| row.required & (1 << version) != 0);
                required.map(|(at, _)| 1u64 << at).sum()
            })
            .collect()
    }

    fn property(&mut self, row: &PropertyRow) -> String {
        let fact = &row.fact;
        let name = self.catalogue.names.iter().position(|name| *name == fact.name);
        let flags: Vec<_> = fact.flags.iter().map(|flag| format!("Flags::{flag}")).collect();
        let flags = match flags.len() {
            0 => "Flags::NONE".to_owned(),
            count => flags.join(".with(") + &")".repeat(count - 1),
        };
        let pattern = fact.pattern.as_ref().map(|pattern| {
            let known = self.patterns.iter().position(|known| known == pattern);
            known.unwrap_or_else(|| {
                self.patterns.push(pattern.clone());
                self.patterns.len() - 1
            })
        });
        let limits = &fact.limits;
        let quoted = |text: &Option<String>| text.as_ref().map(|text| format!("Some({text:?})"));
        let own = [
            ("constant", quoted(&fact.constant)),
            ("default", quoted(&fact.default).filter(|_| self.whole)),
            ("min_duration", quoted(&fact.min_duration)),
            ("max_duration", quoted(&fact.max_duration)),
            ("max_total_length", fact.max_total_length.map(|most| format!("Some({most})"))),
            ("excluded", limits.excluded.map(|range| format!("Some({range:?})"))),
        ];
        let own = own.into_iter().filter_map(|(field, value)| Some((field, value?)));
        let fields: Vec<_> = own
            .chain(
                fact.facts.iter().filter(|(field, _)| self.whole || *field == "examples").cloned(),
            )
            .map(|(field, value)| format!("{field}: {value}"))
            .collect();
        let facts = match fields.is_empty() {
            true => "&NO_FACTS".to_owned(),
            false => format!("&Facts {{ {}, ..Facts::NONE }}", fields.join(", ")),
        };
        assert!(limits.max_length.is_none() || limits.max_items.is_none(), "{}", fact.name);
        let pattern = pattern.map_or(u8::MAX, |at| u8::try_from(at).expect("there are few"));
        let int = |limit: Option<i64>, none| match limit {
            Some(limit) => i32::try_from(limit).expect("whole numbers have 32 bits"),
            None => none,
        };
        // Findings of a missing property and of one out of its limits show it.
        let limited = limits.minimum.or(limits.maximum).is_some()
            || limits.max_length.or(limits.max_items).is_some()
            || limits.excluded.is_some()
            || fact.max_total_length.is_some();
        // The body of an operation may require what its model does not.
        let required = self.catalogue.operations.iter().flat_map(|row| &row.required);
        let required = row.required != 0 || required.into_iter().any(|(of, _)| *of == fact.name);
        let shown = self.whole || required || limited || fact.flags.contains(&"MUST_BE_SPECIFIED");
        let description = if shown { fact.description.as_str() } else { "" };
        format!(
            "Property {{ name: {:?}, id: Name({}), description: {:?}, kind: {}, format: {}, \
             pattern: {pattern}, range: ({}, {}), most: {}, flags: {flags}, facts: {facts}, \
             within: {}, required: {}, in_doubt: {} }}",
            fact.name,
            name.expect("every name is in the list"),
            description,
            self.kind(&fact.kind),
            format(fact.format.as_deref()),
            int(limits.minimum, i32::MIN),
            int(limits.maximum, i32::MAX),
            limits.max_length.or(limits.max_items).unwrap_or(i64::from(u32::MAX)),
            versions(row.within),
            versions(row.required),
            versions(row.in_doubt),
        )
    }

    fn kind(&self, kind: &Kind) -> String {
        match kind {
            Kind::String => "Kind::String".into(),
            Kind::Integer => "Kind::Integer".into(),
            Kind::Number => "Kind::Number".into(),
            Kind::Boolean => "Kind::Boolean".into(),
            Kind::Map => "Kind::Map".into(),
            Kind::FreeObject => "Kind::FreeObject".into(),
            Kind::Array(items) => format!("Kind::Array(&{})", self.kind(items)),
            Kind::Enum(name) => {
                let at = self.catalogue.enums.iter().position(|one| one.name == *name);
                format!("Kind::Enum(Enum({}))", at.expect("every enum is in the list"))
            }
            Kind::Object(name) => format!("Kind::Object({})", self.model(name)),
        }
    }

    fn model(&self, name: &str) -> String {
        let at = self.catalogue.models.iter().position(|model| model.name == *name);
        format!("Model({})", at.expect("every model is in the list"))
    }

    fn operations(&self, out: &mut String) {
        out.push_str("static PARAMETERS: &[Parameter] = &[\n");
        for (fact, _) in &self.catalogue.parameters {
            line!(
                out,
                "    Parameter {{ name: {:?}, location: ParameterLocation::{}, \
                 kind: ParameterKind::{}, format: {:?}, constant: {:?}, minimum: {:?}, \
                 maximum: {:?}, set_by_clients: {}, larger_values_use_default: {}, \
                 description: {:?} }},",
                fact.name,
                fact.location,
                fact.kind,
                fact.format,
                fact.constant,
                fact.minimum,
                fact.maximum,
                fact.set_by_clients,
                fact.larger_values_use_default,
                fact.description,
            );
        }
        out.push_str("];\n\nstatic OPERATIONS: &[Operation] = &[\n");
        let resources = Resources::of(self.catalogue);
        for (row, resource) in self.catalogue.operations.iter().zip(&resources.of_operation) {
            self.operation(row, *resource, out);
        }
        out.push_str("];\n\n");
        line!(out, "static SHARES: &[Share] = &[");
        for (name, share) in &resources.names {
            line!(
                out,
                "    Share {{ name: {name:?}, root: {}, inner: {}, answered: {}, types: {} }},",
                share.root,
                share.inner,
                share.answered,
                share.types
            );
        }
        line!(out, "];\n");
        let mut names: Vec<_> = self.catalogue.client_names.iter().collect();
        names.sort();
        line!(out, "static CLIENT_NAMES: &[(&str, &str)] = &{names:?};\n");
    }

    fn operation(&self, row: &OperationRow, resource: u8, out: &mut String) {
        let fact = &row.fact;
        let parameters: Vec<_> = row
            .parameters
            .iter()
            .map(|(index, must, within)| {
                format!(
                    "Given {{ parameter: {index}, required: {must}, within: {} }}",
                    versions(*within)
                )
            })
            .collect();
        let body = fact.body.as_ref().map_or("None".to_owned(), |body| {
            let required: Vec<_> = row
                .required
                .iter()
                .map(|(name, within)| {
                    let at = self.catalogue.names.iter().position(|known| known == name);
                    let at = at.expect("every name is in the list");
                    format!("(Name({at}), {})", versions(*within))
                })
                .collect();
            format!(
                "Some(Body {{ parameter: {:?}, model: {}, required: &[{}], \
                 nested_required_in_doubt: {} }})",
                body.parameter,
                self.model(&body.model),
                required.join(", "),
                body.nested_required_in_doubt,
            )
        });
        line!(
            out,
            "    Operation {{ id: {:?}, method: {:?}, path: {:?}, description: {:?}, \
             aliases: &{:?}, success: &{:?}, deprecated: {}, parameters: &[{}], body: {body}, \
             resource: {resource}, within: {} }},",
            fact.id,
            fact.method,
            fact.path,
            fact.description,
            fact.aliases,
            fact.success,
            fact.deprecated,
            parameters.join(", "),
            versions(row.within),
        );
    }
}

/// The kinds of resources that bodies are of, each a bit, and which of them
/// have a name: what tells one kind of body from another.
struct Resources<'c> {
    /// For each operation, its kind of resource.
    of_operation: Vec<u8>,
    /// By name, as a binary search wants it.
    names: BTreeMap<&'c str, Share>,
}

/// Which resources have a name: at the root of a body, where it can be
/// written; a level deeper; in answers alone.
#[derive(Default)]
struct Share {
    root: u8,
    inner: u8,
    answered: u8,
    /// The JSON types that it takes at the root: a bit for each.
    types: u8,
}

impl<'c> Resources<'c> {
    /// Bodies of one resource are those of operations on it, told by the part
    /// of their ids before the `_`, as far as they share a name: a collection
    /// of tasks shares none with a task.
    fn of(catalogue: &'c Catalogue) -> Self {
        let mut resources = Resources { of_operation: Vec::new(), names: BTreeMap::new() };
        let mut kinds: Vec<(&str, BTreeSet<&str>)> = Vec::new();
        let bit = |kind: usize| {
            1u8.checked_shl(u32::try_from(kind).expect("few")).expect("eight at most")
        };
        let model = |name: &str| {
            let model = catalogue.models.iter().find(|model| model.name == *name);
            model.expect("every model is in the list")
        };
        for row in &catalogue.operations {
            let Some(body) = &row.fact.body else {
                resources.of_operation.push(u8::MAX);
                continue;
            };
            let properties = &model(&body.model).properties;
            let names: BTreeSet<&str> =
                properties.iter().map(|row| row.fact.name.as_str()).collect();
            let group = group(&row.fact.id);
            let same =
                |(known, has): &(&str, BTreeSet<&str>)| *known == group && !has.is_disjoint(&names);
            let kind = kinds.iter().position(same).unwrap_or_else(|| {
                kinds.push((group, BTreeSet::new()));
                kinds.len() - 1
            });
            for row in properties {
                let share = resources.names.entry(&row.fact.name).or_default();
                share.types |= match row.fact.kind {
                    Kind::Object(_) | Kind::Map | Kind::FreeObject => 1,
                    Kind::Array(_) => 1 << 1,
                    Kind::String | Kind::Enum(_) => 1 << 2,
                    Kind::Integer | Kind::Number => 1 << 3,
                    Kind::Boolean => 1 << 4,
                };
                if row.fact.flags.contains(&"READ_ONLY") {
                    share.answered |= bit(kind);
                    continue;
                }
                share.root |= bit(kind);
                let inner = match &row.fact.kind {
                    Kind::Object(name) => Some(name),
                    Kind::Array(items) => match &**items {
                        Kind::Object(name) => Some(name),
                        _ => None,
                    },
                    _ => None,
                };
                for row in inner.iter().flat_map(|name| &model(name).properties) {
                    resources.names.entry(&row.fact.name).or_default().inner |= bit(kind);
                }
            }
            kinds[kind].1.extend(names);
            resources.of_operation.push(u8::try_from(kind).expect("eight at most"));
        }
        for (id, names) in &catalogue.answers {
            let has = |(known, has): &(&str, BTreeSet<&str>)| {
                *known == group(id) && names.iter().any(|name| has.contains(name.as_str()))
            };
            let Some(kind) = kinds.iter().position(has) else { continue };
            for name in names {
                resources.names.entry(name).or_default().answered |= bit(kind);
            }
        }
        for share in resources.names.values_mut() {
            share.answered &= !share.root;
        }
        resources
    }
}

/// The part of an operation's id that names the resource.
fn group(id: &str) -> &str {
    id.split('_').next().unwrap_or_default()
}

fn versions(set: Versions) -> String {
    format!("Versions({set})")
}

/// The text of each request body's schema file, for `batchlint schema`.
pub fn schema_files(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    let path = |name: &str| snapshot.folder.join(name).display().to_string();
    line!(out, "const MODELS: &str = include_str!({:?});", path("models.json"));
    out.push_str("const BODIES: &[(&str, &str)] = &[\n");
    for operation in snapshot.operations.iter().filter(|one| one.model().is_some()) {
        let file = path(&text(&operation.entry["body"]["schema"]));
        line!(out, "    ({:?}, include_str!({file:?})),", text(&operation.entry["id"]));
    }
    out.push_str("];\n");
    out
}

/// A name as Rust writes constants: `nodeAgentSKUId` is `NODE_AGENT_SKU_ID`.
fn constant(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts {
            out.push('_');
        }
        out.push(if letter.is_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
    }
    // A word of the language cannot be in capitals, but a digit may be first.
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("_{out}") } else { out }
}

fn format(format: Option<&str>) -> String {
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
