//! The batchlint core for JavaScript.
//!
//! The same linter as the native command's; results have the form of
//! `batchlint check --format json` for one document, with one difference:
//! offsets count UTF-16 code units, as JavaScript strings do.

use std::collections::BTreeMap;

use batchlint::{Linter, Report, Severity, Target, api, report, rules};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// How to lint: every member is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Options {
    /// The operation's id or alias; found by the document's shape if left out.
    operation: Option<String>,
    /// Only these rules: codes, ids or categories.
    select: Vec<String>,
    /// All but these rules.
    ignore: Vec<String>,
    /// Severities of rules: `error`, `warning`, `info` or `off`.
    severity: BTreeMap<String, String>,
}

/// Checks one document and returns the report.
///
/// # Errors
/// Throws if the options name an operation, a rule or a severity that does not
/// exist; never for what the document is.
#[wasm_bindgen]
pub fn lint(text: &str, options: JsValue) -> Result<JsValue, JsError> {
    let options: Options = if options.is_undefined() || options.is_null() {
        Options::default()
    } else {
        read_options(options).map_err(|error| JsError::new(&format!("wrong options: {error}")))?
    };
    let target = match &options.operation {
        None => Target::detect(),
        Some(name) => api::operation(name)
            .map(Target::from)
            .ok_or_else(|| JsError::new(&format!("no operation is called `{name}`")))?,
    };
    let report = linter(&options)?.lint(text, target);
    to_js(&Report::new(vec![report::in_utf16(report, text)]))
}

/// Reads the options. A name that is none of theirs is an error: a misspelt
/// option would otherwise do nothing without a word.
fn read_options(options: JsValue) -> Result<Options, serde_wasm_bindgen::Error> {
    const NAMES: [&str; 4] = ["operation", "select", "ignore", "severity"];
    // The conversion passes by members that a struct does not have.
    let names: BTreeMap<String, IgnoredAny> = serde_wasm_bindgen::from_value(options.clone())?;
    if let Some(name) = names.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(serde_wasm_bindgen::Error::new(format!("there is no option `{name}`")));
    }
    serde_wasm_bindgen::from_value(options)
}

/// Every rule: code, id, severity, summary and page in Markdown.
///
/// # Errors
/// None in practice; the signature is that of the conversion to JavaScript.
#[wasm_bindgen]
pub fn rules() -> Result<JsValue, JsError> {
    let list: Vec<RuleEntry> = rules::all()
        .map(|rule| RuleEntry {
            code: rule.code,
            id: rule.id,
            severity: rule.severity,
            summary: rule.summary(),
            docs: rule.docs,
        })
        .collect();
    to_js(&list)
}

/// Every operation: id, method, path and aliases.
///
/// # Errors
/// None in practice; the signature is that of the conversion to JavaScript.
#[wasm_bindgen]
pub fn operations() -> Result<JsValue, JsError> {
    let list: Vec<OperationEntry> = api::operations()
        .map(|operation| OperationEntry {
            id: operation.id,
            method: operation.method,
            path: operation.path,
            aliases: operation.aliases,
            has_body: operation.body.is_some(),
        })
        .collect();
    to_js(&list)
}

/// The version of batchlint.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

#[derive(Serialize)]
struct RuleEntry {
    code: &'static str,
    id: &'static str,
    severity: Severity,
    summary: String,
    docs: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationEntry {
    id: &'static str,
    method: &'static str,
    path: &'static str,
    aliases: &'static [&'static str],
    has_body: bool,
}

fn linter(options: &Options) -> Result<Linter, JsError> {
    let mut builder = Linter::builder();
    let wrong = |error: batchlint::UnknownRule| JsError::new(&error.to_string());
    for rule in &options.select {
        builder = builder.select(rule).map_err(wrong)?;
    }
    for rule in &options.ignore {
        builder = builder.ignore(rule).map_err(wrong)?;
    }
    for (rule, severity) in &options.severity {
        builder = match severity.as_str() {
            "error" => builder.severity(rule, Severity::Error),
            "warning" => builder.severity(rule, Severity::Warning),
            "info" => builder.severity(rule, Severity::Info),
            "off" => builder.ignore(rule),
            other => return Err(JsError::new(&format!("`{other}` is no severity"))),
        }
        .map_err(wrong)?;
    }
    Ok(builder.build())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    // Plain objects and null, as JSON.parse would give.
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|error| JsError::new(&error.to_string()))
}
