//! The commands that tell what batchlint knows: rules, operations, schemas.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::check::operation;
use super::{CLEAN, Colors, Error, ListFormat, print};
use crate::api;
use crate::report::{Applicability, RuleEntry};
use crate::rules::{self, Group, Rule, Status};

include!(concat!(env!("OUT_DIR"), "/schema_files.rs"));

/// Which rules to list.
pub(super) struct Wanted {
    pub(super) category: Option<String>,
    pub(super) group: Option<String>,
    pub(super) fixable: bool,
}

impl Wanted {
    fn has(&self, rule: &Rule) -> bool {
        self.category.as_ref().is_none_or(|category| rule.category() == category)
            && self.group.as_ref().is_none_or(|group| rule.group.name() == group)
            && (!self.fixable || rule.fix.is_some())
    }

    /// That what is asked for exists.
    fn check(&self) -> Result<(), Error> {
        let known = |name: &Option<String>, known: &[&'static str], what| match name {
            Some(name) if !known.contains(&name.as_str()) => Err(Error::UnknownName {
                what,
                name: name.clone(),
                known: known.join(", "),
                nearest: crate::nearest_of(name, known),
            }),
            _ => Ok(()),
        };
        let categories: Vec<_> = rules::categories().iter().map(|category| category.id).collect();
        known(&self.category, &categories, "category")?;
        known(&self.group, &Group::ALL.map(Group::name), "group")
    }
}

pub(super) fn rules(wanted: &Wanted, format: ListFormat) -> Result<u8, Error> {
    wanted.check()?;
    let mut out = String::new();
    let wanted = rules::all().filter(|rule| wanted.has(rule));
    match format {
        ListFormat::Json => {
            let list: Vec<RuleEntry> = wanted.map(Into::into).collect();
            out = serde_json::to_string_pretty(&json!({ "version": 1, "rules": list }))?;
            out.push('\n');
        }
        ListFormat::Human => {
            list(wanted, &mut out);
        }
    }
    print(&out)?;
    Ok(CLEAN)
}

/// Rules in short, a line each.
fn list(rules: impl Iterator<Item = &'static Rule> + Clone, out: &mut String) {
    let width = rules.clone().map(|rule| rule.id.len()).max().unwrap_or_default();
    for rule in rules {
        let (code, id, severity) = (rule.code, rule.id, rule.severity);
        let group = if rule.group == Group::Pedantic { "pedantic" } else { "" };
        let fix = rule.fix.map_or("", Applicability::name);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{code}  {id:width$}  {severity:7}  {group:8}  {fix:9}  {}",
            rule.summary
        );
    }
}

/// The rules of a category or a group.
fn several(name: &str, colors: Colors) -> Result<u8, Error> {
    // The builder knows how to say what is nearest.
    crate::Linter::builder().ignore(name)?;
    let of = |rule: &&Rule| rule.category() == name || rule.group.name() == name || name == "all";
    let (bold, plain) = if colors.stdout { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let count = super::output::counted(rules::all().filter(of).count(), "rule", "rules");
    let mut out = format!("{bold}{name}{plain} ({count})\n\n");
    if let Some(category) = rules::categories().iter().find(|category| category.id == name) {
        out.push_str(category.about);
        out.push_str("\n\n");
    }
    list(rules::all().filter(of), &mut out);
    out.push_str("\n`batchlint explain CODE` tells more of one\n");
    print(&out)?;
    Ok(CLEAN)
}

pub(super) fn explain(name: &str, colors: Colors) -> Result<u8, Error> {
    let Some(rule) = rules::find(name) else { return several(name, colors) };
    let (bold, plain) = if colors.stdout { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let mut out = format!("{bold}{} {}{plain} ({}", rule.code, rule.id, rule.severity);
    for word in [
        (rule.group != Group::Recommended).then(|| rule.group.name()),
        (rule.status != Status::Stable).then(|| rule.status.name()),
        rule.fix.map(|fix| match fix {
            Applicability::Safe => "has a safe fix",
            Applicability::Suggested => "suggests a fix",
        }),
    ]
    .into_iter()
    .flatten()
    {
        let _ = write!(out, ", {word}");
    }
    out.push_str(")\n\n");
    for line in page(rule).lines() {
        match line.strip_prefix("## ") {
            Some(title) => {
                let _ = writeln!(out, "{bold}{title}{plain}");
            }
            None if line.starts_with("```") => {}
            None => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    print(&out)?;
    Ok(CLEAN)
}

/// A rule's page without the space that doc comments begin their lines with.
fn page(rule: &Rule) -> String {
    let lines: Vec<_> =
        rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

/// An operation as `batchlint operations --format json` lists it.
#[derive(Serialize)]
struct OperationEntry {
    id: &'static str,
    method: &'static str,
    path: &'static str,
    description: &'static str,
    aliases: &'static [&'static str],
    deprecated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'static str>,
    parameters: Vec<ParameterEntry>,
}

#[derive(Serialize)]
struct ParameterEntry {
    name: &'static str,
    #[serde(rename = "in")]
    location: &'static str,
    required: bool,
}

pub(super) fn operations(format: ListFormat) -> Result<u8, Error> {
    let newest = api::Api::latest();
    let mut out = String::new();
    match format {
        ListFormat::Json => {
            let list: Vec<OperationEntry> = api::operations()
                .map(|operation| OperationEntry {
                    id: operation.id,
                    method: operation.method,
                    path: operation.path,
                    description: operation.description,
                    aliases: operation.aliases,
                    deprecated: operation.deprecated,
                    body: operation.body.as_ref().map(|body| newest.model_name(body.model)),
                    parameters: newest
                        .parameters(operation)
                        .map(|(parameter, required)| ParameterEntry {
                            name: parameter.name,
                            location: parameter.location.name(),
                            required,
                        })
                        .collect(),
                })
                .collect();
            let whole = json!({ "version": 1, "apiVersion": api::API_VERSION, "operations": list });
            out = serde_json::to_string_pretty(&whole)?;
            out.push('\n');
        }
        ListFormat::Human => {
            for operation in api::operations() {
                let deprecated = if operation.deprecated { " (deprecated)" } else { "" };
                let _ = writeln!(
                    out,
                    "{}{deprecated}\n    {} {}\n    {}\n    as: {}",
                    operation.id,
                    operation.method,
                    operation.path,
                    operation.description,
                    operation.aliases.join(", ")
                );
            }
        }
    }
    print(&out)?;
    Ok(CLEAN)
}

pub(super) fn schema(name: &str) -> Result<u8, Error> {
    let operation = operation(name)?;
    let Some((_, text)) = BODIES.iter().find(|(id, _)| *id == operation.id) else {
        return Err(Error::NoBody { operation: operation.id });
    };
    let mut out = serde_json::to_string_pretty(&bundle(text)?)?;
    out.push('\n');
    print(&out)?;
    Ok(CLEAN)
}

/// A body's schema with all that it refers to within the one document.
fn bundle(text: &str) -> Result<Value, Error> {
    let mut schema: Value = serde_json::from_str(text)?;
    let models: Value = serde_json::from_str(MODELS)?;
    if let Some(reference) = schema["$ref"].as_str() {
        schema["$ref"] = json!(format!("#/{}", reference.rsplit("#/").next().unwrap_or_default()));
    }
    let mut needed = serde_json::Map::new();
    let mut open = references(&schema);
    while let Some(name) = open.pop() {
        if !needed.contains_key(&name) {
            let definition = models["$defs"][&name].clone();
            open.extend(references(&definition));
            needed.insert(name, definition);
        }
    }
    schema["$defs"] = Value::Object(needed);
    Ok(schema)
}

/// The names of the definitions that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(target) if key == "$ref" => {
                    target.rsplit('/').next().map(str::to_owned).into_iter().collect()
                }
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
