//! Applying fixes until none is left.

use super::{DocumentReport, Fix, apply};

/// Fixes can make room for further ones; more rounds than this hint at two
/// fixes that undo each other.
const ROUNDS: usize = 10;

/// A text whose fixes have been applied, and theirs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settled {
    /// The text; the one given if there was nothing to apply.
    pub text: String,
    /// What is found in it.
    pub report: DocumentReport,
    /// How many fixes were applied.
    pub applied: usize,
}

/// Applies the fixes of a report that are to be taken, of each finding the
/// first; then those of the text that comes of it, until none is left.
///
/// ```
/// use batchlint::report::{Applicability, settle};
/// use batchlint::{Linter, Target};
///
/// let linter = Linter::new();
/// let lint = |text: &str| linter.lint(text, Target::detect());
/// let text = r#"{ "id": "p1", "vmsize": "standard_d2s_v3", }"#;
/// let settled = settle(text, lint(text), |fix| fix.applicability == Applicability::Safe, lint);
/// assert_eq!(settled.text, r#"{ "id": "p1", "vmSize": "standard_d2s_v3" }"#);
/// assert_eq!(settled.applied, 2);
/// ```
#[must_use]
pub fn settle(
    text: &str,
    report: DocumentReport,
    takes: impl Fn(&Fix) -> bool,
    lint: impl Fn(&str) -> DocumentReport,
) -> Settled {
    let mut settled = Settled { text: text.to_owned(), report, applied: 0 };
    for _ in 0..ROUNDS {
        let found = settled.report.diagnostics.iter();
        let fixes: Vec<&Fix> =
            found.filter_map(|one| one.fixes.iter().find(|fix| takes(fix))).collect();
        let (next, applied) = apply(&settled.text, &fixes);
        if applied == 0 || next == settled.text {
            break;
        }
        settled.report = lint(&next);
        settled.text = next;
        settled.applied += applied;
    }
    settled
}
