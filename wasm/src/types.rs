//! What goes into the module and comes out, beside the core's own report.
//!
//! The TypeScript declarations are made from these (`tests/types.rs`), doc
//! comments included: they are read by people who write JavaScript.

use std::collections::BTreeMap;

use batchlint::Severity;
use batchlint::api::Operation;
use serde::Serialize;

/// How to lint. Every member may be left out.
// `js/` reads it; here it is for its declaration alone.
#[derive(Debug, Default)]
#[cfg_attr(
    feature = "typescript",
    derive(ts_rs::TS),
    ts(optional_fields, rename_all = "camelCase")
)]
pub struct Options {
    /// The operation that documents are for, by id or alias; found by each
    /// document's shape if left out.
    pub operation: Option<String>,
    /// Only these rules: codes, ids, categories, groups or `all`.
    #[cfg_attr(feature = "typescript", ts(type = "readonly string[]", optional))]
    pub select: Option<Vec<String>>,
    /// All but these rules.
    #[cfg_attr(feature = "typescript", ts(type = "readonly string[]", optional))]
    pub ignore: Option<Vec<String>>,
    /// Severities of rules, by code, id, category, group or `all`.
    #[cfg_attr(feature = "typescript", ts(type = "Readonly<Record<string, Level>>", optional))]
    pub severity: Option<BTreeMap<String, String>>,
    /// The version of the API to check against, whatever a request says of
    /// itself.
    pub api_version: Option<String>,
    /// The day of the run, `YYYY-MM-DD`, for rules about dates. Without it
    /// they say nothing.
    pub today: Option<String>,
}

/// A severity to give rules; `off` has them not run.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The service is known to refuse the request.
    Error,
    /// The request may be refused, or may not do what its author expects.
    Warning,
    /// Worth knowing.
    Info,
    /// The rules do not run.
    Off,
}

impl Level {
    const NAMES: [(&str, Level); 4] = [
        ("error", Level::Error),
        ("warning", Level::Warning),
        ("info", Level::Info),
        ("off", Level::Off),
    ];

    pub(crate) fn of(name: &str) -> Option<Level> {
        Level::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, level)| level)
    }

    pub(crate) fn nearest(name: &str) -> Option<&'static str> {
        batchlint::nearest_of(name, &Level::NAMES.map(|(known, _)| known))
    }

    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Level::Error => Some(Severity::Error),
            Level::Warning => Some(Severity::Warning),
            Level::Info => Some(Severity::Info),
            Level::Off => None,
        }
    }
}

/// Which fixes to apply: those that write what the author surely meant, or
/// guesses as well.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// What `batchlint check --fix` applies.
    Safe,
    /// What `batchlint check --unsafe-fixes` applies.
    All,
}

/// A text with its fixes applied.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fixed {
    /// The text; the one given if there was nothing to apply.
    pub text: String,
    /// How many fixes were applied.
    pub applied: usize,
}

/// An operation of the API.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct OperationEntry {
    /// Its id, such as `Pools_CreatePool`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with `{placeholders}`.
    pub path: &'static str,
    /// Short names, such as `pool`.
    pub aliases: &'static [&'static str],
    /// Whether it takes a body, and so has a schema.
    pub has_body: bool,
    /// Whether the API marks it as deprecated.
    pub deprecated: bool,
}

impl From<&Operation> for OperationEntry {
    fn from(operation: &Operation) -> Self {
        OperationEntry {
            id: operation.id,
            method: operation.method,
            path: operation.path,
            aliases: operation.aliases,
            has_body: operation.body.is_some(),
            deprecated: operation.deprecated,
        }
    }
}

/// What is wrong with a call.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// `init` has not been awaited (in browsers).
    NotReady,
    /// An argument or option is of another type.
    WrongType,
    /// There is no such option.
    UnknownOption,
    /// There is no such operation.
    UnknownOperation,
    /// There is no such rule, category or group.
    UnknownRule,
    /// A severity is none of `error`, `warning`, `info` and `off`.
    UnknownSeverity,
    /// batchlint does not know this version of the API.
    UnknownVersion,
    /// A kind of fixes is neither `safe` nor `all`.
    UnknownKind,
    /// `today` is no day of the form `YYYY-MM-DD`.
    NotADate,
    /// The operation takes no body, so there is no schema of one.
    NoBody,
}
