//! The formats of `batchlint check`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};

use super::Error;
use crate::report::{self, Diagnostic, DocumentReport, OperationSource, Report, Severity};

/// A checked input with what is needed to show it.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) path: PathBuf,
    pub(super) report: DocumentReport,
    pub(super) text: String,
    /// What the fixes would change.
    pub(super) diff: Option<String>,
}

impl Checked {
    pub(super) fn new(path: &Path, mut report: DocumentReport, text: String) -> Self {
        report.path = Some(path.display().to_string());
        Checked { path: path.to_path_buf(), report, text, diff: None }
    }
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn whole(checked: &[Checked]) -> Report {
    Report::new(checked.iter().map(|one| one.report.clone()).collect())
}

pub(super) fn json(checked: &[Checked]) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(&whole(checked))?;
    text.push('\n');
    Ok(text)
}

pub(super) fn concise(checked: &[Checked]) -> String {
    let mut out = String::new();
    for one in checked {
        for found in &one.report.diagnostics {
            let (path, at) = (one.path.display(), found.range.start);
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{path}:{}:{}: {}[{}] {}",
                at.line, at.column, found.severity, found.code, found.message
            );
        }
    }
    out
}

pub(super) fn human(checked: &[Checked], colors: bool) -> String {
    let theme = if colors { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let width = terminal_width();
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    for one in checked.iter().filter(|one| !one.report.diagnostics.is_empty()) {
        let shown = report::mask(&one.text);
        let name = one.path.display().to_string();
        let _ = writeln!(out, "{}\n", heading(&name, &one.report));
        for found in &one.report.diagnostics {
            let entry = Entry {
                found,
                source: NamedSource::new(&name, shown.clone()).with_language("json"),
            };
            let mut text = String::new();
            if handler.render_report(&mut text, &entry).is_err() {
                // The rendering fails on no known input; the finding counts.
                let _ = writeln!(text, "{}[{}] {}", found.severity, found.code, found.message);
            }
            for line in text.trim_start_matches('\n').lines() {
                let _ = writeln!(out, "{}", line.trim_end());
            }
            out.push('\n');
        }
    }
    let summary = whole(checked).summary;
    let documents = counted(summary.documents, "document", "documents");
    let parts: Vec<String> = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.infos, "note", "notes"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect();
    let _ = match parts.is_empty() {
        true => writeln!(out, "{documents} checked, nothing found"),
        false => writeln!(out, "{documents} checked: {}", parts.join(", ")),
    };
    out
}

fn heading(name: &str, report: &DocumentReport) -> String {
    match &report.operation {
        None => format!("{name}: not known to be a request body"),
        Some(operation) => {
            let how = match operation.source {
                OperationSource::Detected => format!(" ({})", operation.reason),
                OperationSource::Config => " (by configuration)".to_owned(),
                OperationSource::Given | OperationSource::Envelope => String::new(),
            };
            format!("{name}: checked as {}{how}", operation.id)
        }
    }
}

/// As wide as the terminal, within what reads well.
fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.unwrap_or(100).clamp(40, 120)
}

/// A diagnostic as miette shows it.
#[derive(Debug)]
struct Entry<'e> {
    found: &'e Diagnostic,
    source: NamedSource<String>,
}

impl std::fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.found.message)
    }
}

impl std::error::Error for Entry<'_> {}

impl miette::Diagnostic for Entry<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}] {}", self.found.severity, self.found.code, self.found.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.found.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.found.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = |range: &report::Range| {
            let (start, end) = (range.start.offset as usize, range.end.offset as usize);
            (start, end - start)
        };
        let own = LabeledSpan::new_primary_with_span(None, span(&self.found.range));
        let related = self.found.related.iter().map(move |related| {
            LabeledSpan::new_with_span(Some(related.message.clone()), span(&related.range))
        });
        Some(Box::new(std::iter::once(own).chain(related)))
    }
}
