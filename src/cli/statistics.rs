//! `batchlint check --statistics`: how often each rule found something.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::output::{Checked, counted};
use crate::report::{Applicability, Diagnostic, Severity};

/// What one rule found in all documents.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Count<'r> {
    code: &'r str,
    rule: &'r str,
    /// The harshest of its findings.
    severity: Severity,
    count: usize,
    /// How many have a fix that `--fix` applies, and how many one that it
    /// applies with `--unsafe-fixes` only.
    safe_fixes: usize,
    suggested_fixes: usize,
}

/// The rules that found something, the most frequent first.
pub(super) fn counts(checked: &[Checked]) -> Vec<Count<'_>> {
    let mut counts: BTreeMap<&str, Count<'_>> = BTreeMap::new();
    for found in checked.iter().flat_map(|one| &one.report.diagnostics) {
        let Diagnostic { code, rule, severity, .. } = found;
        let entry = counts.entry(code).or_insert(Count {
            code,
            rule,
            severity: *severity,
            count: 0,
            safe_fixes: 0,
            suggested_fixes: 0,
        });
        entry.severity = entry.severity.max(*severity);
        entry.count += 1;
        let has = |kind| found.fixes.iter().any(|fix| fix.applicability == kind);
        if has(Applicability::Safe) {
            entry.safe_fixes += 1;
        } else if has(Applicability::Suggested) {
            entry.suggested_fixes += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(b.code)));
    counts
}

/// The counts as a table, and what they come to.
pub(super) fn human(checked: &[Checked]) -> String {
    let counts = counts(checked);
    let width = |of: fn(&Count<'_>) -> usize| counts.iter().map(of).max().unwrap_or_default();
    let numbers = width(|one| one.count.to_string().len());
    let (codes, rules) = (width(|one| one.code.len()), width(|one| one.rule.len()));
    let mut out = String::new();
    for one in &counts {
        let fixes = [(one.safe_fixes, "--fix"), (one.suggested_fixes, "--fix --unsafe-fixes")];
        let fixes: Vec<_> = fixes
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, options)| format!("{count} with {options}"))
            .collect();
        let line = format!(
            "{:>numbers$}  {:codes$}  {:rules$}  {:7}  {}",
            one.count,
            one.code,
            one.rule,
            one.severity,
            fixes.join(", ")
        );
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let found = counts.iter().map(|one| one.count).sum();
    let omitted: usize = checked.iter().map(|one| one.report.omitted).sum();
    let more = if omitted > 0 { format!(", and {omitted} not listed") } else { String::new() };
    let _ = writeln!(
        out,
        "{} in {}{more}",
        counted(found, "finding", "findings"),
        counted(checked.len(), "document", "documents")
    );
    out
}
