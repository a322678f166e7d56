//! The batchlint core for JavaScript: what is inside the WASM module.
//!
//! `wasm/js/` makes the package's interface of it. Reports leave the module as
//! JSON text: as fast as making objects from here, within a tenth, and their
//! members are in the order of the command's output by nature. Settings come in
//! as the object that the user gave. Failures leave as JSON too, see
//! [`Failure`].

pub mod types;

use batchlint::report::{self, Applicability, Fix, RuleEntry};
use batchlint::{Date, LinterBuilder, Target, UnknownOperation, api, rules};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use types::{ErrorCode, Fixed, Level, OperationEntry, Options};

/// What a wrong option or name becomes; `js/` makes a `BatchlintError` of it.
#[derive(Debug, Serialize)]
pub struct Failure {
    code: ErrorCode,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<&'static str>,
}

impl Failure {
    fn new(code: ErrorCode, message: impl ToString, nearest: Option<&'static str>) -> Self {
        Failure { code, message: message.to_string(), nearest }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> JsValue {
        json(&failure).into()
    }
}

impl From<UnknownOperation> for Failure {
    fn from(unknown: UnknownOperation) -> Self {
        Failure::new(ErrorCode::UnknownOperation, &unknown, unknown.nearest)
    }
}

impl From<batchlint::UnknownRule> for Failure {
    fn from(unknown: batchlint::UnknownRule) -> Self {
        Failure::new(ErrorCode::UnknownRule, &unknown, unknown.nearest)
    }
}

/// A linter and the operation that its documents are for.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Linter {
    linter: batchlint::Linter,
    target: Target,
}

#[wasm_bindgen]
impl Linter {
    /// A linter with these options; `undefined` for none.
    ///
    /// # Errors
    /// Throws a [`Failure`] if they name what does not exist.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Linter, JsValue> {
        let options: Options = if options.is_undefined() {
            Options::default()
        } else {
            // js/ has looked at names and types, so that this cannot be much.
            let wrong =
                |error: serde_wasm_bindgen::Error| Failure::new(ErrorCode::WrongType, error, None);
            serde_wasm_bindgen::from_value(options).map_err(wrong)?
        };
        Ok(Linter::of(&options)?)
    }

    /// The report of one document, as JSON.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such operation; never for what the
    /// document is.
    pub fn lint(&self, text: &str, operation: Option<String>) -> Result<String, JsValue> {
        let target = self.target(operation.as_deref()).map_err(Failure::from)?;
        Ok(json(&report::in_utf16(self.linter.lint(text, target), text)))
    }

    /// Applies fixes, and theirs, until none is left; gives the text and how
    /// many were applied, as JSON.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such operation.
    #[wasm_bindgen(js_name = applyFixes)]
    pub fn apply_fixes(
        &self,
        text: &str,
        operation: Option<String>,
        all: bool,
    ) -> Result<String, JsValue> {
        let target = self.target(operation.as_deref()).map_err(Failure::from)?;
        Ok(json(&self.settle(text, target, all)))
    }
}

impl Linter {
    fn of(options: &Options) -> Result<Linter, Failure> {
        let mut builder = batchlint::Linter::builder();
        for rule in options.select.iter().flatten() {
            builder = builder.select(rule)?;
        }
        for rule in options.ignore.iter().flatten() {
            builder = builder.ignore(rule)?;
        }
        for (rule, level) in options.severity.iter().flatten() {
            builder = set_level(builder, rule, level)?;
        }
        if let Some(version) = &options.api_version {
            builder = builder.api_version(version).map_err(|unknown| {
                let message = format!("{unknown}, but {}", unknown.known.join(", "));
                let nearest = batchlint::nearest_of(&unknown.name, &unknown.known);
                Failure::new(ErrorCode::UnknownVersion, message, nearest)
            })?;
        }
        if let Some(today) = &options.today {
            let today: Date =
                today.parse().map_err(|error| Failure::new(ErrorCode::NotADate, error, None))?;
            builder = builder.today(today);
        }
        Ok(Linter { linter: builder.build(), target: target(options.operation.as_deref())? })
    }

    fn target(&self, operation: Option<&str>) -> Result<Target, UnknownOperation> {
        if operation.is_some() { target(operation) } else { Ok(self.target) }
    }

    fn settle(&self, text: &str, target: Target, all: bool) -> Fixed {
        let takes = |fix: &Fix| all || fix.applicability == Applicability::Safe;
        let settled = self.linter.fix(text, target, takes);
        Fixed { text: settled.text, applied: settled.applied }
    }
}

fn target(operation: Option<&str>) -> Result<Target, UnknownOperation> {
    operation.map_or_else(|| Ok(Target::detect()), Target::operation)
}

fn set_level(builder: LinterBuilder, rule: &str, level: &str) -> Result<LinterBuilder, Failure> {
    let level = Level::of(level).ok_or_else(|| {
        let message = format!("`{level}` is no severity: error, warning, info or off");
        Failure::new(ErrorCode::UnknownSeverity, message, Level::nearest(level))
    })?;
    Ok(match level.severity() {
        Some(severity) => builder.severity(rule, severity)?,
        None => builder.ignore(rule)?,
    })
}

/// Every rule, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn rules() -> String {
    json(&rules::all().map(RuleEntry::from).collect::<Vec<_>>())
}

/// Every operation, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn operations() -> String {
    json(&api::operations().map(OperationEntry::from).collect::<Vec<_>>())
}

/// The id of the operation of this id or alias.
///
/// # Errors
/// Throws a [`Failure`] if there is none.
#[wasm_bindgen]
pub fn operation(name: &str) -> Result<String, JsValue> {
    match api::operation(name) {
        Some(operation) => Ok(operation.id.to_owned()),
        None => Err(match Target::operation(name) {
            Err(unknown) => Failure::from(unknown).into(),
            Ok(_) => JsValue::UNDEFINED,
        }),
    }
}

/// Which of these names, given with commas between them, is nearest to `name`;
/// the empty text if none is near. For the names that only `js/` knows.
#[wasm_bindgen]
#[must_use]
pub fn nearest(name: &str, names: &str) -> String {
    let names: Vec<&str> = names.split(',').collect();
    batchlint::nearest_of(name, &names).unwrap_or_default().to_owned()
}

/// The id of the rule of this code or id; its page has that name.
///
/// # Errors
/// Throws a [`Failure`] if there is none.
#[wasm_bindgen]
pub fn rule(name: &str) -> Result<String, JsValue> {
    if let Some(rule) = rules::find(name) {
        return Ok(rule.id.to_owned());
    }
    // The builder knows what is nearest; it also takes names of many rules.
    Err(match batchlint::Linter::builder().ignore(name) {
        Err(unknown) => Failure::from(unknown).into(),
        Ok(_) => {
            let message = format!("`{name}` is not one rule: name one by its code or id");
            Failure::new(ErrorCode::UnknownRule, message, None).into()
        }
    })
}

/// The version of batchlint.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// What these types hold can always be written.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
