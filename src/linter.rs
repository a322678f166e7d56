//! The linter: settings, and the way from a text to a report.

mod mend;

use thiserror::Error;

use crate::analysis::{Analysis, Pointers};
use crate::api::{self, Api, Operation};
use crate::date::Date;
use crate::document::{Decoded, Document, LineIndex, Span, decode};
use crate::report::{
    Diagnostic, DocumentReport, Fix, OperationReport, OperationSource, Range, Related, Settled,
    Severity, hidden, withhold,
};
use crate::request::{self, Asked};
use crate::rules::{
    self, Dispatch, Finding, Findings, Levels, MAX_FINDINGS, Rule, Settings, UnknownRule,
};
use crate::words::nearest_of;

pub use crate::rules::request::MAX_BODY_BYTES;

/// Checks request bodies. Make one with [`Linter::new`] or
/// [`Linter::builder`], and use it for any number of documents; it can be
/// shared between threads.
///
/// ```
/// use batchlint::{Linter, Target};
///
/// let linter = Linter::new();
/// let pool = Target::operation("pool")?;
/// let report = linter.lint(r#"{ "id": "p1", "vmSize": 4 }"#, pool);
/// let first = report.diagnostics.iter().find(|found| found.code == "AB0033").unwrap();
/// assert_eq!(first.pointer, "/vmSize");
/// assert_eq!(first.message, "`vmSize` must be a string, not a number");
/// # Ok::<(), batchlint::UnknownOperation>(())
/// ```
#[derive(Debug)]
pub struct Linter {
    dispatch: Dispatch,
    levels: Levels,
    /// The version asked for.
    api: Option<Api>,
    /// The tables to use; another than the built-in ones in tests only.
    base: Api,
    today: Option<Date>,
}

impl Default for Linter {
    fn default() -> Self {
        Linter::new()
    }
}

/// What a linter is to check for.
///
/// Which rules run ([`select`](Self::select), [`ignore`](Self::ignore)) and how
/// bad their findings are ([`severity`](Self::severity)) are apart. Rules are
/// named by code, id, category, group (`recommended`, `pedantic`) or `all`;
/// the more specific name wins, whatever the order.
///
/// ```
/// use batchlint::{Linter, Severity};
///
/// let linter = Linter::builder()
///     .ignore("certificate")?
///     .select("certificate/deprecated-reference")?
///     .severity("certificate/deprecated-reference", Severity::Error)?
///     .build();
/// # let _ = linter;
/// # Ok::<(), batchlint::UnknownRule>(())
/// ```
#[derive(Clone, Debug)]
pub struct LinterBuilder {
    settings: Settings,
    api: Option<Api>,
    base: Api,
    today: Option<Date>,
}

impl Default for LinterBuilder {
    fn default() -> Self {
        Linter::builder()
    }
}

/// No operation has this id or alias.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no operation is called `{name}`")]
#[non_exhaustive]
pub struct UnknownOperation {
    /// What was given.
    pub name: String,
    /// The alias or id that it is nearest to.
    pub nearest: Option<&'static str>,
}

/// The schemas do not describe this version of the API.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("batchlint does not know API version `{name}`")]
#[non_exhaustive]
pub struct UnknownVersion {
    /// What was given.
    pub name: String,
    /// The versions that it knows.
    pub known: Vec<&'static str>,
}

impl LinterBuilder {
    /// Checks only for these rules, and for others that are selected.
    ///
    /// # Errors
    /// [`UnknownRule`] if no rule is called so.
    pub fn select(mut self, name: &str) -> Result<Self, UnknownRule> {
        self.settings.choose(name, true)?;
        Ok(self)
    }

    /// Leaves these rules out.
    ///
    /// # Errors
    /// [`UnknownRule`] if no rule is called so.
    pub fn ignore(mut self, name: &str) -> Result<Self, UnknownRule> {
        self.settings.choose(name, false)?;
        Ok(self)
    }

    /// Gives findings of these rules this severity; it makes none run. Given
    /// to a rule by code or id, it holds for all that the rule finds. Given to
    /// more rules at once, it leaves those findings milder that are milder
    /// than their rule, since the service is less sure to mind.
    ///
    /// # Errors
    /// [`UnknownRule`] if no rule is called so.
    pub fn severity(mut self, name: &str, severity: Severity) -> Result<Self, UnknownRule> {
        self.settings.severity(name, severity)?;
        Ok(self)
    }

    /// From here on, what is set wins over what was set before where it is as
    /// specific, and what is selected replaces what was selected before: as
    /// options on a command line do to a configuration file.
    #[must_use]
    pub fn overriding(mut self) -> Self {
        self.settings.next_layer();
        self
    }

    /// Checks against this API version, whatever a request says of itself.
    ///
    /// # Errors
    /// [`UnknownVersion`] if the schemas do not describe it.
    pub fn api_version(mut self, version: &str) -> Result<Self, UnknownVersion> {
        let api = self.base.sibling(version).ok_or_else(|| UnknownVersion {
            name: version.to_owned(),
            known: self.base.versions().collect(),
        })?;
        self.api = Some(api);
        Ok(self)
    }

    /// The day of the run, for rules about dates. Without it they say nothing.
    #[must_use]
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Whether any rule is on.
    #[cfg(feature = "cli")]
    pub(crate) fn runs_any(&self) -> bool {
        rules::all().any(|rule| self.settings.runs(rule))
    }

    /// The linter.
    #[must_use]
    pub fn build(self) -> Linter {
        let settings = &self.settings;
        let rules: Vec<&'static Rule> = rules::all().filter(|rule| settings.runs(rule)).collect();
        Linter {
            dispatch: Dispatch::new(self.base, rules.iter().copied()),
            levels: settings.levels(),
            api: self.api,
            base: self.base,
            today: self.today,
        }
    }

    /// A builder for the tables with a second, made-up version.
    #[cfg(test)]
    pub(crate) fn with_made_up_version(mut self) -> Self {
        self.base = Api::made_up();
        self
    }
}

/// Which operation a document is for, when calling [`Linter::lint`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Target(Option<(&'static Operation, OperationSource)>);

impl Target {
    /// The operation is to be found: named by the document or by its shape.
    #[must_use]
    pub fn detect() -> Self {
        Target(None)
    }

    /// The operation of this id (`Pools_CreatePool`) or alias (`pool`).
    ///
    /// # Errors
    /// [`UnknownOperation`] if there is none.
    pub fn operation(name: &str) -> Result<Self, UnknownOperation> {
        api::operation(name).map(Target::from).ok_or_else(|| {
            let names: Vec<_> = api::operations()
                .flat_map(|operation| operation.aliases.iter().copied().chain([operation.id]))
                .collect();
            UnknownOperation { name: name.to_owned(), nearest: nearest_of(name, &names) }
        })
    }

    /// The operation that a configuration names for the document.
    #[must_use]
    pub fn configured(operation: &'static Operation) -> Self {
        Target(Some((operation, OperationSource::Config)))
    }
}

impl From<&'static Operation> for Target {
    fn from(operation: &'static Operation) -> Self {
        Target(Some((operation, OperationSource::Given)))
    }
}

impl Linter {
    /// A linter with the recommended rules, each at its own severity.
    #[must_use]
    pub fn new() -> Self {
        Linter::builder().build()
    }

    /// A builder of a linter with other settings.
    #[must_use]
    pub fn builder() -> LinterBuilder {
        LinterBuilder {
            settings: Settings::new(rules::categories()),
            api: None,
            base: Api::latest(),
            today: None,
        }
    }

    /// Checks one document, for an operation or for the one it seems to be
    /// for. Whatever the text is, the answer is a report.
    ///
    /// ```
    /// use batchlint::{Linter, Target};
    ///
    /// let report = Linter::new().lint(r#"{ "id": "j1" "poolInfo": {} }"#, Target::detect());
    /// assert_eq!(report.operation.unwrap().id, "Jobs_CreateJob");
    /// assert_eq!(report.diagnostics[0].message, "a comma is missing here");
    /// ```
    #[must_use]
    pub fn lint(&self, text: &str, target: impl Into<Target>) -> DocumentReport {
        self.document(text, target.into(), None)
    }

    /// Checks the bytes of one file, whatever their encoding. The offsets in
    /// the report are those of the text, which for UTF-16 and UTF-32 are not
    /// those of the file; such a report has no fixes.
    #[must_use]
    pub fn lint_bytes(&self, bytes: &[u8], target: impl Into<Target>) -> DocumentReport {
        let decoded = decode(bytes);
        let mut report = self.document(decoded.text(), target.into(), Some(&decoded));
        if !matches!(decoded, Decoded::Utf8(_)) {
            // Edits are for the text; the file holds something else.
            for diagnostic in &mut report.diagnostics {
                diagnostic.fixes.clear();
            }
        }
        report
    }

    fn document(
        &self,
        text: &str,
        target: Target,
        decoded: Option<&Decoded<'_>>,
    ) -> DocumentReport {
        self.read(text, target, decoded, MAX_FINDINGS, |analysis, mut found, omitted| {
            mend::verify(self, target, analysis, &mut found, omitted);
            if omitted > 0 {
                let end = Span::new(text.len(), text.len());
                let mut more = Findings::new(analysis, &self.levels, MAX_FINDINGS);
                self.dispatch.omitted(omitted, end, &mut more);
                found.extend(more.conclude().0);
            }
            let diagnostics = diagnostics(analysis, found);
            let operation = analysis.request.operation.as_ref().map(|chosen| OperationReport {
                id: chosen.operation.id,
                source: chosen.source,
                reason: chosen.reason.clone(),
            });
            DocumentReport { path: None, operation, diagnostics, omitted }
        })
    }

    /// Reads a text and finds what is wrong with it. What comes of both is
    /// given to `then`: the findings, no more than `most` of them, and how many
    /// are left out.
    fn read<R>(
        &self,
        text: &str,
        target: Target,
        decoded: Option<&Decoded<'_>>,
        most: usize,
        then: impl FnOnce(&Analysis<'_>, Vec<Finding>, usize) -> R,
    ) -> R {
        let document = Document::parse(text);
        let asked = Asked {
            operation: target.0,
            api: self.api,
            base: self.base,
            foreign: self.dispatch.foreign(),
        };
        let (api, request) = request::read(&document, asked);
        let wanted = self.dispatch.wanted().at_most(most);
        let analysis = Analysis::new(&document, api, request, wanted);
        let mut findings = Findings::new(&analysis, &self.levels, most);
        self.dispatch.run(&analysis, self.today, decoded, &mut findings);
        let (found, omitted) = findings.conclude();
        then(&analysis, found, omitted)
    }

    /// Applies the fixes that are to be taken, of each finding the first; then
    /// those of the text that comes of it, until none is left. A second call
    /// has nothing to do.
    ///
    /// Only what a report of the text shows is applied, and only as long as
    /// the text gets better by it: see [`Fix`].
    ///
    /// ```
    /// use batchlint::report::Applicability;
    /// use batchlint::{Linter, Target};
    ///
    /// let text = r#"{ "id": "p1", "vmsize": "standard_d2s_v3", }"#;
    /// let safe = |fix: &batchlint::report::Fix| fix.applicability == Applicability::Safe;
    /// let settled = Linter::new().fix(text, Target::detect(), safe);
    /// assert_eq!(settled.text, r#"{ "id": "p1", "vmSize": "standard_d2s_v3" }"#);
    /// assert_eq!(settled.applied, 2);
    /// ```
    #[must_use]
    pub fn fix(
        &self,
        text: &str,
        target: impl Into<Target>,
        takes: impl Fn(&Fix) -> bool,
    ) -> Settled {
        let target = target.into();
        let (text, applied) = mend::settle(self, text, target, &takes);
        Settled { report: self.lint(&text, target), text, applied }
    }
}

/// Makes findings, which are in document order, concrete.
fn diagnostics(analysis: &Analysis<'_>, found: Vec<Finding>) -> Vec<Diagnostic> {
    if found.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(analysis.document.text());
    let hidden = hidden(analysis.document);
    let mut pointers = Pointers::new(analysis, &hidden);
    let range =
        |span: Span| Range { start: lines.position(span.start), end: lines.position(span.end) };
    let mut list: Vec<Diagnostic> = found
        .into_iter()
        .map(|finding| {
            let around = || analysis.at(finding.span.start).map(|at| at.index());
            let node = finding.node.or_else(around);
            Diagnostic {
                code: finding.rule.code.into(),
                rule: finding.rule.id.into(),
                severity: finding.severity,
                message: finding.message,
                help: finding.help,
                service_code: finding.rule.service_code,
                url: Some(finding.rule.url()),
                pointer: node.map(|node| pointers.of(node)).unwrap_or_default(),
                range: range(finding.span),
                related: finding
                    .related
                    .into_iter()
                    .map(|(span, message)| Related { message, range: range(span) })
                    .collect(),
                fixes: finding.fixes,
            }
        })
        .collect();
    withhold(analysis.document, &hidden, &mut list);
    list
}

#[cfg(test)]
mod tests;
