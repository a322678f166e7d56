//! The formats of `batchlint check`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use crate::document::LineIndex;
use crate::report::{
    self, Applicability, Diagnostic, DocumentReport, OperationSource, Report, Severity, visible,
    visible_lines,
};

/// A checked input with what is needed to show it.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) path: PathBuf,
    pub(super) report: DocumentReport,
    pub(super) text: String,
    /// What the fixes would change.
    pub(super) diff: Option<String>,
    /// The text without secrets, where more is known of them than it tells.
    pub(super) masked: Option<String>,
}

impl Checked {
    pub(super) fn new(path: &Path, mut report: DocumentReport, text: String) -> Self {
        report.path = Some(path.display().to_string());
        Checked { path: path.to_path_buf(), report, text, diff: None, masked: None }
    }
}

/// A path as it can be shown: on one line, and no command to whoever reads it.
pub(super) fn shown_path(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

pub(super) fn whole(checked: &[Checked]) -> Report {
    Report::new(checked.iter().map(|one| one.report.clone()).collect())
}

pub(super) fn concise(checked: &[Checked]) -> String {
    let mut out = String::new();
    for one in checked {
        for found in &one.report.diagnostics {
            let (path, at) = (shown_path(&one.path), found.range.start);
            // A guess at what was meant is worth the space; other help is not.
            let guess = found.help.as_deref().filter(|help| help.starts_with("did you mean"));
            let guess = guess.and_then(|help| help.split_inclusive('?').next());
            let guess = guess.map(|guess| format!("; {}", visible(guess))).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{path}:{}:{}: {}[{}] {}{guess}",
                at.line,
                at.column,
                found.severity,
                found.code,
                visible(&found.message)
            );
        }
    }
    out
}

/// For people; `quiet` leaves out everything but the findings.
pub(super) fn human(checked: &[Checked], colors: bool, quiet: bool) -> String {
    // Why nothing was checked is said elsewhere.
    if checked.is_empty() {
        return String::new();
    }
    let theme = if colors { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let width = terminal_width();
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    for one in checked.iter().filter(|one| !one.report.diagnostics.is_empty()) {
        let name = shown_path(&one.path);
        let masked = one.masked.clone().unwrap_or_else(|| report::mask(&one.text));
        let source = Source { name: name.clone(), text: report::visible_in_place(&masked) };
        let lines = LineIndex::new(&source.text);
        let _ = writeln!(out, "{}\n", heading(&name, &one.report));
        let mut alike = Alike::new(&one.report);
        for found in &one.report.diagnostics {
            let Some(more) = alike.next(found) else { continue };
            let entry = Entry { found, snippet: Snippet::new(&source, &lines, found) };
            let mut text = String::new();
            if handler.render_report(&mut text, &entry).is_err() {
                // The rendering fails on no known input; the finding counts.
                let _ = writeln!(
                    text,
                    "{}[{}] {}",
                    found.severity,
                    found.code,
                    visible(&found.message)
                );
            }
            for line in text.trim_start_matches('\n').lines() {
                let _ = writeln!(out, "{}", line.trim_end());
            }
            if more > 0 {
                let _ = writeln!(out, "  ... and {more} more like this");
            }
            out.push('\n');
        }
    }
    if quiet {
        return out;
    }
    out.push_str(&clean(checked));
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
    out.push_str(&further(checked));
    out
}

/// So many findings of a document that say the same are shown; then they are
/// counted.
const ALIKE: usize = 3;

/// Which findings of a document say the same.
struct Alike<'r> {
    /// How many say it, and how many of them have been shown.
    counts: HashMap<(&'r str, &'r str), (usize, usize)>,
}

impl<'r> Alike<'r> {
    fn new(report: &'r DocumentReport) -> Self {
        let mut counts = HashMap::new();
        for found in &report.diagnostics {
            counts.entry((&*found.code, &*found.message)).or_insert((0, 0)).0 += 1;
        }
        Alike { counts }
    }

    /// Whether to show a finding and, if it is the last shown of those that
    /// say the same, how many more there are.
    fn next(&mut self, found: &'r Diagnostic) -> Option<usize> {
        let (all, shown) = self.counts.get_mut(&(&*found.code, &*found.message))?;
        if *shown == ALIKE {
            return None;
        }
        *shown += 1;
        Some(if *shown == ALIKE { *all - ALIKE } else { 0 })
    }
}

/// What the documents without a finding were checked as: each by itself where
/// they are few.
fn clean(checked: &[Checked]) -> String {
    const FEW: usize = 10;
    let operation = |one: &Checked| one.report.operation.as_ref().map_or("no request", |of| of.id);
    let clean = checked.iter().filter(|one| one.report.diagnostics.is_empty());
    if checked.len() <= FEW {
        let line =
            |one: &Checked| format!("{}: ok, as {}\n", shown_path(&one.path), operation(one));
        return clean.map(line).collect();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in clean {
        *counts.entry(operation(one)).or_default() += 1;
    }
    counts.into_iter().map(|(of, count)| format!("{count} ok, as {of}\n")).collect()
}

/// What to do next.
fn further(checked: &[Checked]) -> String {
    let found = || checked.iter().flat_map(|one| &one.report.diagnostics);
    let safe = |found: &&Diagnostic| {
        found.fixes.iter().any(|fix| fix.applicability == Applicability::Safe)
    };
    let mut out = String::new();
    match found().filter(safe).count() {
        0 => {}
        1 => out.push_str("1 can be mended with --fix\n"),
        count => {
            let _ = writeln!(out, "{count} can be mended with --fix");
        }
    }
    // A team's own policies have no page.
    let with_page = || found().filter(|one| one.url.is_some());
    let worst = with_page().map(|one| one.severity).max();
    if let Some(first) = with_page().find(|one| Some(one.severity) == worst) {
        let _ = writeln!(out, "`batchlint explain {}` tells more of that rule", first.code);
    }
    out
}

fn heading(name: &str, report: &DocumentReport) -> String {
    match &report.operation {
        None => format!("{name}: not known to be a request body"),
        Some(operation) => {
            let how = match operation.source {
                OperationSource::Detected => format!(" ({})", visible(&operation.reason)),
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

/// A masked text with its name.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
}

/// The part of a text that a finding is shown in: its lines with one around
/// them or, where lines are too long to be read, some characters around it.
#[derive(Debug)]
struct Snippet<'s> {
    source: &'s Source,
    /// The bytes shown.
    window: std::ops::Range<usize>,
    /// Line and column of the window's start, from 0.
    line: usize,
    column: usize,
    lines: usize,
    /// Whether lines were cut.
    clipped: bool,
}

impl<'s> Snippet<'s> {
    /// Longer lines are cut.
    const LONGEST: usize = 400;
    /// How many bytes are shown before and behind in a line that is cut.
    const AROUND: usize = 60;

    fn new(source: &'s Source, lines: &LineIndex<'_>, found: &Diagnostic) -> Self {
        let text = &source.text;
        let ranges = std::iter::once(&found.range).chain(found.related.iter().map(|r| &r.range));
        let (mut first, mut last) = (u32::MAX, 0);
        for range in ranges {
            first = first.min(range.start.line);
            last = last.max(range.end.line);
        }
        // One line around; related places far away are not worth the space.
        let far = last - first > 30;
        if far {
            (first, last) = (found.range.start.line, found.range.end.line);
        }
        let (first, last) = (first.saturating_sub(1).max(1), last + 1);
        let start = lines.start(first).unwrap_or(0);
        let end = lines.start(last + 1).unwrap_or(text.len());
        let long = (first..=last).any(|line| lines.line(line).len() > Self::LONGEST);
        if !long && end - start <= 40 * Self::LONGEST {
            let count = (last + 1 - first) as usize;
            let line = first as usize - 1;
            return Snippet {
                source,
                window: start..end,
                line,
                column: 0,
                lines: count,
                clipped: far,
            };
        }
        let at = found.range.start;
        let offset = (at.offset as usize).min(text.len());
        let line_start = lines.start(at.line).unwrap_or(0);
        let line_end = line_start + lines.line(at.line).len();
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let from = boundary(offset.saturating_sub(Self::AROUND).max(line_start));
        let length =
            (found.range.end.offset as usize).saturating_sub(offset).min(Self::LONGEST / 2);
        let to = boundary((offset + length + Self::AROUND).min(line_end.max(offset)));
        let column = text[line_start..from].chars().count();
        let line = at.line as usize - 1;
        Snippet { source, window: from..to, line, column, lines: 1, clipped: true }
    }

    /// A span as far as the window shows it.
    fn within(&self, range: &report::Range) -> (usize, usize) {
        let start = (range.start.offset as usize).clamp(self.window.start, self.window.end);
        let end = (range.end.offset as usize).clamp(start, self.window.end);
        (start, end - start)
    }
}

impl SourceCode for Snippet<'_> {
    /// The window, whichever part of it is asked for; without context only the
    /// part itself, which miette takes line and column of the heading from.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.source.text;
        let name = self.source.name.clone();
        let contents = if before + after > 0 {
            let data = &text.as_bytes()[self.window.clone()];
            let span = SourceSpan::from((self.window.start, data.len()));
            MietteSpanContents::new_named(name, data, span, self.line, self.column, self.lines)
        } else {
            let start = span.offset().clamp(self.window.start, self.window.end);
            let end = (start + span.len()).min(self.window.end);
            let passed = text.get(self.window.start..start).unwrap_or_default();
            let line = self.line + passed.matches('\n').count();
            let column = match passed.rfind('\n') {
                Some(at) => passed[at + 1..].chars().count(),
                None => self.column + passed.chars().count(),
            };
            let data = &text.as_bytes()[start..end];
            let span = SourceSpan::from((start, end - start));
            MietteSpanContents::new_named(name, data, span, line, column, 1)
        };
        Ok(Box::new(contents.with_language("json")))
    }
}

/// A diagnostic as miette shows it.
#[derive(Debug)]
struct Entry<'e> {
    found: &'e Diagnostic,
    snippet: Snippet<'e>,
}

impl std::fmt::Display for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&visible(&self.found.message))
    }
}

impl std::error::Error for Entry<'_> {}

impl miette::Diagnostic for Entry<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let (severity, code, rule) = (self.found.severity, &self.found.code, &self.found.rule);
        Some(Box::new(visible(&format!("{severity}[{code}] {rule}")).into_owned()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.found.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let fix = self.found.fixes.first().map(|fix| {
            let title = visible(&fix.title);
            match fix.applicability {
                Applicability::Safe => format!("fix (--fix): {title}"),
                Applicability::Suggested => format!("fix (--fix --unsafe-fixes): {title}"),
            }
        });
        // A policy's help may have several lines.
        let help = self.found.help.iter().map(|help| visible_lines(help).into_owned());
        let lines: Vec<String> = help.chain(fix).collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let own = LabeledSpan::new_primary_with_span(None, self.snippet.within(&self.found.range));
        let shown = if self.snippet.clipped { &[][..] } else { &self.found.related[..] };
        let related = shown.iter().map(|related| {
            let span = self.snippet.within(&related.range);
            LabeledSpan::new_with_span(Some(visible(&related.message).into_owned()), span)
        });
        Some(Box::new(std::iter::once(own).chain(related)))
    }
}
