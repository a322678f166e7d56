//! The linter: settings, and the way from a text to a report.

use thiserror::Error;

use crate::api::Operation;
use crate::document::{Decoded, Document, LineIndex, Span, decode};
use crate::report::{
    Diagnostic, DocumentReport, OperationReport, OperationSource, Range, Related, Report, Severity,
};
use crate::request::{self, Asked};
use crate::rules::finding::{MAX_FINDINGS, head};
use crate::rules::{self, Dispatch, Finding, Findings, Rule, certificate, json, structure};

/// The largest request body that the service takes, in bytes.
pub const MAX_BODY_BYTES: usize = 1_048_576;

/// Checks request bodies. Make one with [`Linter::new`] or
/// [`Linter::builder`], and use it for any number of documents; it can be
/// shared between threads.
///
/// ```
/// use batchlint::{Linter, api};
///
/// let linter = Linter::new();
/// let report = linter.lint(api::operation("pool"), r#"{ "id": "p1", "vmSize": 4 }"#);
/// let first = report.diagnostics().find(|found| found.code == "AB0033").unwrap();
/// assert_eq!(first.pointer, "/vmSize");
/// assert_eq!(first.message, "`vmSize` must be a string, not a number");
/// ```
#[derive(Debug)]
pub struct Linter {
    /// The severity of each rule's findings, by its place in the catalogue:
    /// the rule's own, another one, or none.
    settings: Vec<Setting>,
    dispatch: Dispatch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    Default,
    Off,
    Always(Severity),
}

impl Default for Linter {
    fn default() -> Self {
        Linter::new()
    }
}

/// What a linter is to check for. Later settings win over earlier ones.
///
/// ```
/// use batchlint::{Linter, Severity};
///
/// let linter = Linter::builder()
///     .ignore("certificate")?
///     .severity("certificate/deprecated-reference", Severity::Error)?
///     .build();
/// # let _ = linter;
/// # Ok::<(), batchlint::UnknownRule>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinterBuilder {
    settings: Vec<Setting>,
    selected: bool,
}

/// No rule has this code, id or category.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no rule has the code, id or category `{name}`")]
pub struct UnknownRule {
    /// What was given.
    pub name: String,
    /// The code or id that it is nearest to.
    pub nearest: Option<&'static str>,
}

impl UnknownRule {
    fn new(name: &str) -> Self {
        let names: Vec<_> =
            rules::all().iter().flat_map(|rule| [rule.id, rule.category(), rule.code]).collect();
        UnknownRule { name: name.to_owned(), nearest: structure::nearest_of(name, &names) }
    }
}

impl LinterBuilder {
    /// Checks only for these rules: a code, an id, a category or `all`. May be
    /// called for several.
    ///
    /// # Errors
    /// [`UnknownRule`] if there is no such rule.
    pub fn select(mut self, name: &str) -> Result<Self, UnknownRule> {
        if !self.selected {
            self.selected = true;
            self.settings.fill(Setting::Off);
        }
        self.set(name, Setting::Default)?;
        Ok(self)
    }

    /// Leaves these rules out: a code, an id, a category or `all`.
    ///
    /// # Errors
    /// [`UnknownRule`] if there is no such rule.
    pub fn ignore(mut self, name: &str) -> Result<Self, UnknownRule> {
        self.set(name, Setting::Off)?;
        Ok(self)
    }

    /// Gives all findings of these rules this severity.
    ///
    /// # Errors
    /// [`UnknownRule`] if there is no such rule.
    pub fn severity(mut self, name: &str, severity: Severity) -> Result<Self, UnknownRule> {
        self.set(name, Setting::Always(severity))?;
        Ok(self)
    }

    /// The linter.
    #[must_use]
    pub fn build(self) -> Linter {
        let enabled = |rule: &Rule| {
            let at = rules::all().iter().position(|known| known.code == rule.code);
            at.is_some_and(|at| self.settings[at] != Setting::Off)
        };
        Linter { dispatch: Dispatch::new(enabled), settings: self.settings }
    }

    fn set(&mut self, name: &str, setting: Setting) -> Result<(), UnknownRule> {
        let mut any = false;
        for (rule, slot) in rules::all().iter().zip(&mut self.settings) {
            if rule.is(name) {
                *slot = setting;
                any = true;
            }
        }
        if any { Ok(()) } else { Err(UnknownRule::new(name)) }
    }
}

/// Which operation a document is for, when calling [`Linter::lint`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Target(Asked);

impl Target {
    /// The operation is to be found: named by the document or by its shape.
    #[must_use]
    pub fn detect() -> Self {
        Target::default()
    }

    /// The operation that a configuration names for the document.
    #[must_use]
    pub fn configured(operation: &'static Operation) -> Self {
        Target(Asked::Operation(operation.id, OperationSource::Config))
    }
}

impl From<&'static Operation> for Target {
    fn from(operation: &'static Operation) -> Self {
        Target(Asked::Operation(operation.id, OperationSource::Given))
    }
}

impl From<Option<&'static Operation>> for Target {
    fn from(operation: Option<&'static Operation>) -> Self {
        operation.map_or_else(Target::detect, Target::from)
    }
}

impl Linter {
    /// A linter with every rule at its own severity.
    #[must_use]
    pub fn new() -> Self {
        Linter::builder().build()
    }

    /// A builder of a linter with other settings.
    #[must_use]
    pub fn builder() -> LinterBuilder {
        LinterBuilder { settings: vec![Setting::Default; rules::all().len()], selected: false }
    }

    /// Checks one document, for an operation or for the one it seems to be
    /// for. Whatever the text is, the answer is a report.
    ///
    /// ```
    /// use batchlint::{Linter, Target};
    ///
    /// let report = Linter::new().lint(Target::detect(), r#"{ "id": "j1" "poolInfo": {} }"#);
    /// assert_eq!(report.documents[0].operation.as_ref().unwrap().id, "Jobs_CreateJob");
    /// assert_eq!(report.documents[0].diagnostics[0].message, "a comma is missing here");
    /// ```
    #[must_use]
    pub fn lint(&self, target: impl Into<Target>, text: &str) -> Report {
        Report::new(vec![self.lint_document(target.into(), text, Findings::default())])
    }

    /// Checks the bytes of one file, whatever their encoding. The offsets in
    /// the report are those of the text, which for UTF-16 and UTF-32 are not
    /// those of the file; such a report has no fixes.
    #[must_use]
    pub fn lint_bytes(&self, target: impl Into<Target>, bytes: &[u8]) -> Report {
        let mut findings = Findings::default();
        let decoded = decode(bytes);
        match &decoded {
            Decoded::Utf8(_) => {}
            Decoded::Patched { wrong, .. } => json::wrong_bytes(wrong, &mut findings),
            Decoded::Foreign { encoding, .. } => json::foreign_encoding(encoding, &mut findings),
        }
        let mut document = self.lint_document(target.into(), decoded.text(), findings);
        if !matches!(decoded, Decoded::Utf8(_)) {
            // Edits are for the text; the file holds something else.
            for diagnostic in &mut document.diagnostics {
                diagnostic.fixes.clear();
            }
        }
        Report::new(vec![document])
    }

    fn lint_document(&self, target: Target, text: &str, mut findings: Findings) -> DocumentReport {
        let document = Document::parse(text);
        json::problems(&document, &mut findings);
        let request = request::read(&document, target.0, &mut findings);
        if let Some(chosen) = &request.operation {
            self.body(chosen.operation, &request, &mut findings);
        }
        // Where the body is the document, its own check has seen them all.
        let whole = request.body.is_some_and(|body| body.pointer().is_empty());
        if !whole {
            json::duplicate_keys(&document, &mut findings);
        }
        let operation = request.operation.map(|chosen| OperationReport {
            id: chosen.operation.id,
            source: chosen.source,
            reason: chosen.reason,
        });
        DocumentReport { path: None, operation, diagnostics: self.conclude(text, findings) }
    }

    fn body(
        &self,
        operation: &'static Operation,
        request: &request::Request<'_>,
        findings: &mut Findings,
    ) {
        let (Some(value), Some(body)) = (request.body, &operation.body) else { return };
        if value.pointer().is_empty() {
            let span = head(value);
            certificate::deprecated_operation(operation, String::new(), span, findings);
        }
        too_large(value, request.list, findings);
        structure::check(operation, body, value, request.list, findings);
        if request.list {
            for item in value.as_array().into_iter().flatten() {
                let model = crate::api::Model::BatchTaskCreateContent;
                self.dispatch.walk(operation, model, item, findings);
            }
        } else {
            self.dispatch.walk(operation, body.model, value, findings);
        }
    }

    /// Makes findings into diagnostics: settings applied, in order, with
    /// lines and columns.
    fn conclude(&self, text: &str, findings: Findings) -> Vec<Diagnostic> {
        let full = findings.is_full();
        let mut list = findings.list;
        if full {
            list.truncate(MAX_FINDINGS);
            let message = format!("more than {MAX_FINDINGS} findings; the rest is not listed");
            let end = text.len();
            list.push(
                Finding::new(
                    &rules::structure::AND_MORE,
                    String::new(),
                    Span::new(end, end),
                    message,
                )
                .help("mend what is listed and check again"),
            );
        }
        list.retain_mut(|finding| match self.setting(finding.rule) {
            Setting::Default => true,
            Setting::Off => false,
            Setting::Always(severity) => {
                finding.severity = severity;
                true
            }
        });
        if list.is_empty() {
            return Vec::new();
        }
        list.sort_by(|a, b| {
            (a.span.start, a.rule.code, a.span.end, &a.message).cmp(&(
                b.span.start,
                b.rule.code,
                b.span.end,
                &b.message,
            ))
        });
        list.dedup_by(|a, b| {
            a.span == b.span && a.rule.code == b.rule.code && a.message == b.message
        });
        let lines = LineIndex::new(text);
        list.into_iter().map(|finding| diagnostic(finding, &lines)).collect()
    }

    fn setting(&self, rule: &Rule) -> Setting {
        let at = rules::all().iter().position(|known| known.code == rule.code);
        at.map_or(Setting::Default, |at| self.settings[at])
    }
}

fn diagnostic(finding: Finding, lines: &LineIndex<'_>) -> Diagnostic {
    let range =
        |span: Span| Range { start: lines.position(span.start), end: lines.position(span.end) };
    Diagnostic {
        code: finding.rule.code.into(),
        rule: finding.rule.id.into(),
        severity: finding.severity,
        message: finding.message,
        help: finding.help,
        service_code: finding.rule.service_code,
        url: Some(finding.rule.url()),
        pointer: finding.pointer,
        range: range(finding.span),
        related: finding
            .related
            .into_iter()
            .map(|(span, message)| Related { message, range: range(span) })
            .collect(),
        fixes: finding.fixes,
    }
}

/// Reports a body that is larger than the service takes.
fn too_large(body: crate::document::Value<'_>, list: bool, findings: &mut Findings) {
    let source = body.source();
    if source.len() <= MAX_BODY_BYTES {
        return;
    }
    // Clients may send it without white space; then only the rest counts.
    let mut in_string = false;
    let mut escaped = false;
    let compact = source
        .bytes()
        .filter(|byte| {
            let keep = in_string || !byte.is_ascii_whitespace();
            if *byte == b'"' && !escaped {
                in_string = !in_string;
            }
            escaped = *byte == b'\\' && !escaped;
            keep
        })
        .count();
    let message =
        format!("the body has {} bytes; the service takes {MAX_BODY_BYTES}", source.len());
    let finding = Finding::at(&rules::request::TOO_LARGE, body, message);
    let surely = compact > MAX_BODY_BYTES && !list;
    findings.add(if surely {
        finding.help("split it into several requests")
    } else {
        finding.at_most(Severity::Warning).help(format!(
            "without white space it has {compact}, so it depends on the client whether it fits"
        ))
    });
}
