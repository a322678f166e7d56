//! What a check says, before the report makes it concrete.

use crate::document::{Member, NodeKind, Span, Value};
use crate::report::{Applicability, Edit, Fix, Severity, is_secret_name, redact};

use super::Rule;

/// A finding: what a diagnostic is made from.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) pointer: String,
    pub(crate) span: Span,
    pub(crate) related: Vec<(Span, String)>,
    pub(crate) fixes: Vec<Fix>,
}

impl Finding {
    pub(crate) fn new(
        rule: &'static Rule,
        pointer: String,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            message: message.into(),
            help: None,
            pointer,
            span,
            related: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// At a value. An object or array is shown by its opening bracket.
    pub(crate) fn at(rule: &'static Rule, value: Value<'_>, message: impl Into<String>) -> Self {
        Finding::new(rule, value.pointer(), head(value), message)
    }

    /// At a member's name; the pointer is that of its value.
    pub(crate) fn at_key(
        rule: &'static Rule,
        member: Member<'_>,
        message: impl Into<String>,
    ) -> Self {
        Finding::new(rule, member.value.pointer(), member.key_span(), message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An error, of a rule whose other findings are milder.
    pub(crate) fn severe(mut self) -> Self {
        self.severity = Severity::Error;
        self
    }

    /// A milder severity than the rule's own; never a harsher one.
    pub(crate) fn at_most(mut self, severity: Severity) -> Self {
        self.severity = self.severity.min(severity);
        self
    }

    pub(crate) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push((span, message.into()));
        self
    }

    /// A fix that writes `text` in place of `span`.
    pub(crate) fn fix(
        self,
        title: impl Into<String>,
        applicability: Applicability,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.edits(title, applicability, [(span, text.into())])
    }

    /// A fix that writes a string of this content in place of a value. The
    /// content must need no escapes.
    pub(crate) fn write(
        self,
        applicability: Applicability,
        value: Value<'_>,
        content: &str,
    ) -> Self {
        self.fix(
            format!("Write `{content}`"),
            applicability,
            value.span(),
            format!("\"{content}\""),
        )
    }

    /// A fix of several edits, in document order.
    pub(crate) fn edits(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: impl IntoIterator<Item = (Span, String)>,
    ) -> Self {
        let edits = edits
            .into_iter()
            .map(|(span, text)| Edit { start: span.start, end: span.end, text })
            .collect();
        self.fixes.push(Fix { title: title.into(), applicability, edits });
        self
    }
}

/// How many findings of one document are kept. Nobody reads more, and each
/// costs a look through the document for its pointer.
pub(crate) const MAX_FINDINGS: usize = 500;

/// The findings of a document, as they come.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Finding>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        if !self.is_full() {
            self.list.push(finding);
        }
    }

    /// Whether no more are kept, so that looking for some is for nothing.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() > MAX_FINDINGS
    }
}

/// The part of a value that stands for it when shown.
pub(crate) fn head(value: Value<'_>) -> Span {
    let span = value.span();
    match value.kind() {
        NodeKind::Object | NodeKind::Array => Span { start: span.start, end: span.start + 1 },
        _ => span,
    }
}

/// A value as a message may show it: short, in backquotes, without secrets.
pub(crate) fn shown(value: Value<'_>) -> String {
    match value.kind() {
        NodeKind::Object => "an object".into(),
        NodeKind::Array => "an array".into(),
        NodeKind::Invalid => "nothing readable".into(),
        _ if value.pointer().split('/').any(is_secret_name) => "a hidden value".into(),
        _ => format!("`{}`", shorten(&redact(value.source()), 48)),
    }
}

/// A text as a message may show it: no longer than `limit` characters, control
/// characters replaced so that no terminal obeys them.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let mut out: String = text
        .chars()
        .take(limit)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(limit).is_some() {
        out.push_str("...");
    }
    out
}
