//! The batchlint core for JavaScript: what is inside the WASM module.
//!
//! `wasm/js/` makes the package's interface of it. Reports leave the module as
//! JSON text: as fast as making objects from here, within a tenth, and their
//! members are in the order of the command's output by nature. Settings come in
//! one by one, as texts: reading a JavaScript object here would take the code to
//! show any value in a message, floating-point numbers included. Failures leave
//! as objects, see [`Failure`].

pub mod types;

use batchlint::report::{self, Applicability, Fix};
use batchlint::{Date, LinterBuilder, Target, UnknownOperation, api, rules};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use types::{ErrorCode, Fixed, Level, OperationEntry};

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
        // It holds nothing that cannot be an object.
        serde_wasm_bindgen::to_value(&failure).unwrap_or_default()
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

/// The settings of a linter to be, which come one by one.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Builder {
    builder: LinterBuilder,
    target: Target,
}

#[wasm_bindgen]
impl Builder {
    /// No settings yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Only this rule and others that are selected.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such rule, category or group.
    pub fn select(&mut self, rule: &str) -> Result<(), JsValue> {
        self.set(|builder| Ok(builder.select(rule)?))
    }

    /// Not this rule.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such rule, category or group.
    pub fn ignore(&mut self, rule: &str) -> Result<(), JsValue> {
        self.set(|builder| Ok(builder.ignore(rule)?))
    }

    /// This severity for a rule; `off` has it not run.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such rule, category or group, or no
    /// such severity.
    pub fn severity(&mut self, rule: &str, level: &str) -> Result<(), JsValue> {
        self.set(|builder| set_level(builder, rule, level))
    }

    /// The version of the API.
    ///
    /// # Errors
    /// Throws a [`Failure`] if it is not known.
    #[wasm_bindgen(js_name = apiVersion)]
    pub fn api_version(&mut self, version: &str) -> Result<(), JsValue> {
        self.set(|builder| {
            builder.api_version(version).map_err(|unknown| {
                let message = format!("{unknown}, but {}", unknown.known.join(", "));
                let nearest = batchlint::nearest_of(&unknown.name, &unknown.known);
                Failure::new(ErrorCode::UnknownVersion, message, nearest)
            })
        })
    }

    /// The day of the run.
    ///
    /// # Errors
    /// Throws a [`Failure`] if it is no day of the form `YYYY-MM-DD`.
    pub fn today(&mut self, day: &str) -> Result<(), JsValue> {
        self.set(|builder| {
            let today: Result<Date, _> = day.parse();
            let today = today.map_err(|error| Failure::new(ErrorCode::NotADate, error, None))?;
            Ok(builder.today(today))
        })
    }

    /// The operation that documents are for.
    ///
    /// # Errors
    /// Throws a [`Failure`] if there is no such operation.
    pub fn operation(&mut self, operation: &str) -> Result<(), JsValue> {
        self.target = target(Some(operation)).map_err(Failure::from)?;
        Ok(())
    }

    /// The linter with these settings.
    #[must_use]
    pub fn build(self) -> Linter {
        Linter { linter: self.builder.build(), target: self.target }
    }

    /// A setting that fails leaves nothing to go on with: `js/` throws.
    fn set(
        &mut self,
        set: impl FnOnce(LinterBuilder) -> Result<LinterBuilder, Failure>,
    ) -> Result<(), JsValue> {
        self.builder = set(std::mem::take(&mut self.builder))?;
        Ok(())
    }
}

#[wasm_bindgen]
impl Linter {
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
