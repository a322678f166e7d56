//! Rules as `batchlint rules --format json` and the WASM package list them.

use serde::Serialize;

use super::{Applicability, Severity};
use crate::rules::Rule;

/// A rule, as lists of them have it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RuleEntry {
    /// Its code, such as `AB0101`.
    pub code: &'static str,
    /// Its id, such as `certificate/thumbprint-algorithm`.
    pub id: &'static str,
    /// The part of the id before the slash.
    pub category: &'static str,
    /// The severity of its findings, where a finding has no milder one.
    pub severity: Severity,
    /// `recommended` or `pedantic`: whether it runs unless asked for.
    pub group: &'static str,
    /// `preview`, `stable` or `deprecated`.
    pub status: &'static str,
    /// `documented`, `reported` or `inferred`: how sure the fact is.
    pub confidence: &'static str,
    /// How sure the surest of its fixes is, where it offers some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub fix: Option<Applicability>,
    /// What it finds, in a sentence.
    pub summary: &'static str,
    /// The error code that the service would answer with, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub service_code: Option<&'static str>,
    /// Address of its page.
    pub url: String,
}

impl From<&Rule> for RuleEntry {
    fn from(rule: &Rule) -> Self {
        RuleEntry {
            code: rule.code,
            id: rule.id,
            category: rule.category(),
            severity: rule.severity,
            group: rule.group.name(),
            status: rule.status.name(),
            confidence: rule.confidence.name(),
            fix: rule.fix,
            summary: rule.summary,
            service_code: rule.service_code,
            url: rule.url(),
        }
    }
}
