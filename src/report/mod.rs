//! Diagnostics, and their stable JSON form.
//!
//! The types here serialise to the output of `batchlint check --format json`;
//! the WASM package returns the same. Fields are only ever added.

mod listing;
mod secret;
mod visible;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::api::Operation;
use crate::document::LineIndex;
pub use crate::document::Position;
use crate::growth;
use crate::order;

pub use listing::RuleEntry;
pub use secret::mask;
#[cfg(feature = "cli")]
pub(crate) use secret::masked_pair;
pub(crate) use secret::{hidden, is_secret_name, is_secret_pair, redact, withhold};
pub(crate) use visible::visible;
#[cfg(feature = "cli")]
pub(crate) use visible::{visible_in_place, visible_json, visible_lines};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing need be done.
    Info,
    /// The request may be refused, or may not do what its author expects.
    Warning,
    /// The service is known to refuse the request.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// What was found in one or more documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Version of this form: 1.
    pub version: u32,
    /// The documents, in the order given.
    pub documents: Vec<DocumentReport>,
    /// Counts over all documents.
    pub summary: Summary,
}

impl Report {
    /// A report of these documents.
    ///
    /// ```
    /// use batchlint::{Linter, Report, Target};
    ///
    /// let document = Linter::new().lint("{}", Target::detect());
    /// let report = Report::new(vec![document]);
    /// assert_eq!(report.summary.documents, 1);
    /// ```
    #[must_use]
    pub fn new(documents: Vec<DocumentReport>) -> Self {
        let mut summary = Summary { documents: documents.len(), ..Summary::default() };
        for diagnostic in documents.iter().flat_map(|document| &document.diagnostics) {
            match diagnostic.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
        }
        Report { version: 1, documents, summary }
    }

    /// All diagnostics of all documents.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.documents.iter().flat_map(|document| &document.diagnostics)
    }

    /// Whether any diagnostic is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.summary.errors > 0
    }
}

/// How many documents and diagnostics a report has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Documents read.
    pub documents: usize,
    /// Diagnostics of severity error.
    pub errors: usize,
    /// Diagnostics of severity warning.
    pub warnings: usize,
    /// Diagnostics of severity info.
    pub infos: usize,
}

/// What was found in one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[non_exhaustive]
pub struct DocumentReport {
    /// The document's path as given; `-` for standard input. The library,
    /// which reads no files, leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub path: Option<String>,
    /// The operation the document was checked for, if one fits.
    pub operation: Option<OperationReport>,
    /// The findings, by offset, then code.
    pub diagnostics: Vec<Diagnostic>,
    /// How many further findings are not listed; none is harsher than those
    /// that are.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<usize>", optional))]
    pub omitted: usize,
}

impl DocumentReport {
    /// Whether any diagnostic is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The operation a document was checked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[non_exhaustive]
pub struct OperationReport {
    /// The operation's id.
    pub id: &'static str,
    /// How it was found.
    pub source: OperationSource,
    /// Why this one, in words.
    pub reason: Cow<'static, str>,
}

impl OperationReport {
    /// The catalogue's entry of the operation.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        crate::api::operation(self.id)
    }
}

/// How a document's operation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OperationSource {
    /// The caller named it.
    Given,
    /// A configuration file names it for this path.
    Config,
    /// The document says it: by `operationId`, or by method and URL.
    Envelope,
    /// It is the one whose body has this shape.
    Detected,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Diagnostic {
    /// Code of the rule, such as `AB0101`, or of a team's policy.
    pub code: Cow<'static, str>,
    /// Id of the rule, such as `certificate/thumbprint-algorithm`.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub help: Option<String>,
    /// The error code that the service would answer with, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub service_code: Option<&'static str>,
    /// Address of the rule's documentation; a team's policy has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub url: Option<String>,
    /// JSON pointer (RFC 6901) of the value concerned, within the document as
    /// given. For a missing property, of the object that lacks it.
    pub pointer: String,
    /// Where to look in the text.
    pub range: Range,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Edits that would mend it, each complete by itself.
    pub fixes: Vec<Fix>,
}

/// A range of the text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Range {
    /// The first character.
    pub start: Position,
    /// The place behind the last character.
    pub end: Position,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[non_exhaustive]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where it is.
    pub range: Range,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fix {
    /// What the fix does, in a few words.
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The edits, in document order, none overlapping another.
    pub edits: Vec<Edit>,
}

/// A text whose fixes have been applied, and theirs; see
/// [`Linter::fix`](crate::Linter::fix).
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

/// Whether a fix may be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The fix writes what the author surely meant.
    Safe,
    /// The fix is a guess; a person should look.
    Suggested,
}

impl Applicability {
    /// `safe` or `suggested`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Suggested => "suggested",
        }
    }
}

/// Replaces a range of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Edit {
    /// Offset of the first character replaced.
    pub start: u32,
    /// Offset behind the last; equal to `start` where text is only inserted.
    pub end: u32,
    /// What to write instead.
    pub text: String,
}

/// Applies fixes to the text they were made for. All edits of a fix are made
/// or none: a fix that is in the way of one before it in the list is left out,
/// and so is one that is not for this text or whose own edits overlap. The
/// number of applied ones is given too.
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> (String, usize) {
    let chosen = Chosen::of(text, fixes);
    (chosen.made(text), chosen.fixes.len())
}

/// Of fixes those that can be applied at once.
pub(crate) struct Chosen<'f> {
    /// Their places in the list given.
    pub(crate) fixes: Vec<usize>,
    /// Their edits, in document order.
    pub(crate) edits: Vec<&'f Edit>,
}

impl<'f> Chosen<'f> {
    pub(crate) fn of(text: &str, fixes: &[&'f Fix]) -> Self {
        let mut taken = BTreeSet::new();
        let mut chosen = Chosen { fixes: Vec::new(), edits: Vec::new() };
        for (at, fix) in fixes.iter().enumerate() {
            growth::count(fix.edits.len());
            if is_sound(fix, text) && fix.edits.iter().all(|edit| is_free(edit, &taken)) {
                taken.extend(fix.edits.iter().map(|edit| (edit.start, edit.end)));
                chosen.edits.extend(&fix.edits);
                chosen.fixes.push(at);
            }
        }
        // Insertions at one place are of one fix, and keep their order.
        order::sort_by_key(&mut chosen.edits, |edit| (edit.start, edit.end));
        chosen
    }

    /// The text with the edits made.
    pub(crate) fn made(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in &self.edits {
            out.push_str(&text[at..edit.start as usize]);
            out.push_str(&edit.text);
            at = edit.end as usize;
        }
        out.push_str(&text[at..]);
        growth::count(out.len());
        out
    }
}

/// Whether a fix's edits are of this text and do not overlap.
fn is_sound(fix: &Fix, text: &str) -> bool {
    // Start before end, within the text, between characters.
    let fits = |edit: &Edit| text.get(edit.start as usize..edit.end as usize).is_some();
    let mut ranges: Vec<_> = fix.edits.iter().map(|edit| (edit.start, edit.end)).collect();
    order::sort(&mut ranges);
    fix.edits.iter().all(fits) && ranges.windows(2).all(|two| two[0].1 <= two[1].0)
}

/// Whether an edit is in the way of none of these ranges, which do not overlap.
fn is_free(edit: &Edit, taken: &BTreeSet<(u32, u32)>) -> bool {
    // From the last that could touch it backwards; ends are in order too.
    taken
        .range(..=(edit.end, u32::MAX))
        .rev()
        .inspect(|_| growth::count(1))
        .take_while(|(_, end)| *end >= edit.start)
        .all(|(start, end)| {
            // Two replacements may touch. Two insertions at one place have no
            // order, nor have an insertion and what begins or ends there; one
            // of them waits.
            let apart = *start == edit.end || *end == edit.start;
            apart && start < end && edit.start < edit.end
        })
}

/// The report of one text with every offset and column in UTF-16 code units,
/// as JavaScript strings count. Lines stay as they are.
#[must_use]
pub fn in_utf16(mut report: DocumentReport, text: &str) -> DocumentReport {
    if text.is_ascii() {
        return report;
    }
    let lines = LineIndex::new(text);
    let shift = |range: &mut Range| {
        range.start = lines.position_utf16(range.start.offset);
        range.end = lines.position_utf16(range.end.offset);
    };
    for diagnostic in &mut report.diagnostics {
        shift(&mut diagnostic.range);
        diagnostic.related.iter_mut().for_each(|related| shift(&mut related.range));
        for edit in diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.start = lines.utf16(edit.start);
            edit.end = lines.utf16(edit.end);
        }
    }
    report
}

#[cfg(test)]
mod tests;
