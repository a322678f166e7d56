//! What a check says, before the report makes it concrete.

use std::ops::Range;

use crate::analysis::{Analysis, Cursor};
use crate::document::{NodeKind, Span, Text};
use crate::order;
use crate::report::{
    Applicability, Edit, Fix, Severity, is_secret_name, is_secret_pair, redact, visible,
};
use crate::request::Spot;

use super::Rule;
use super::settings::Levels;
use crate::api::Flags;

/// A finding: what a diagnostic is made from.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    /// The rule's own severity, or the one that the user gives it.
    pub(crate) severity: Severity,
    /// A milder severity of this finding; see [`Finding::at_most`].
    most: Option<Severity>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The value that the pointer leads to; the one around the span if none.
    pub(crate) node: Option<u32>,
    pub(crate) span: Span,
    pub(crate) related: Vec<(Span, String)>,
    pub(crate) fixes: Vec<Fix>,
    /// Whether it stands for all that there is to say: nothing else of the
    /// document was checked.
    pub(crate) is_all: bool,
}

impl Finding {
    fn new(rule: &'static Rule, node: Option<u32>, span: Span, message: impl Into<String>) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            most: None,
            message: message.into(),
            help: None,
            node,
            span,
            related: Vec::new(),
            fixes: Vec::new(),
            is_all: false,
        }
    }

    /// At a value. An object or array is shown by its opening bracket.
    pub(crate) fn at(rule: &'static Rule, at: Cursor<'_>, message: impl Into<String>) -> Self {
        Finding::new(rule, Some(at.index()), at.head(), message)
    }

    /// At the name of a member's value; the pointer is that of the value.
    pub(crate) fn at_key(rule: &'static Rule, at: Cursor<'_>, message: impl Into<String>) -> Self {
        let span = at.name_span();
        Finding::new(rule, Some(at.index()), span, message)
    }

    /// At a part of what a string says, by the bytes of its content.
    pub(crate) fn within(
        rule: &'static Rule,
        at: Cursor<'_>,
        text: &Text,
        part: &Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Finding::new(rule, Some(at.index()), text.span(part), message)
    }

    /// At a part of a value.
    pub(crate) fn spot(rule: &'static Rule, at: Spot, message: impl Into<String>) -> Self {
        Finding::new(rule, Some(at.node), at.span, message)
    }

    /// At a part of the text, whatever is there.
    pub(crate) fn text(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Finding::new(rule, None, span, message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A milder severity than the rule's own, since the service is less sure
    /// to mind; never a harsher one. It holds too where a user makes all rules
    /// or a category harsher.
    pub(crate) fn at_most(mut self, severity: Severity) -> Self {
        self.most = Some(self.most.map_or(severity, |most| most.min(severity)));
        self
    }

    /// The same, if it is in doubt.
    pub(crate) fn at_most_if(self, doubtful: bool, severity: Severity) -> Self {
        if doubtful { self.at_most(severity) } else { self }
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
    pub(crate) fn write(self, applicability: Applicability, at: Cursor<'_>, content: &str) -> Self {
        let title = format!("Write `{content}`");
        self.fix(title, applicability, at.span(), format!("\"{content}\""))
    }

    /// The same, if there are edits to offer.
    pub(crate) fn edits_if(
        self,
        title: &str,
        applicability: Applicability,
        edits: Option<Vec<(Span, String)>>,
    ) -> Self {
        match edits {
            Some(edits) => self.edits(title, applicability, edits),
            None => self,
        }
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

/// How many findings of one document are listed. Nobody reads more.
pub(crate) const MAX_FINDINGS: usize = 500;

/// The findings of a document, as they come, each with the severity that it
/// will have. Of each severity as many are kept as can be listed, so that none
/// displaces a harsher one.
pub(crate) struct Findings<'a> {
    analysis: &'a Analysis<'a>,
    levels: &'a Levels,
    /// How many are listed.
    most: usize,
    /// Infos, warnings and errors.
    kept: [Vec<Finding>; 3],
    omitted: usize,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(analysis: &'a Analysis<'a>, levels: &'a Levels, most: usize) -> Self {
        let omitted = analysis.request.omitted;
        Findings { analysis, levels, most, kept: Default::default(), omitted }
    }

    pub(crate) fn add(&mut self, mut finding: Finding) {
        let read_only = finding.node.is_some_and(|node| self.analysis.cursor(node).is_read_only());
        // The service ignores or refuses the whole, so what is wrong within it
        // is never sure to be refused for its own sake.
        let most = match (finding.most, read_only) {
            (Some(most), true) => Some(most.min(Severity::Warning)),
            (None, true) => Some(Severity::Warning),
            (most, false) => most,
        };
        finding.severity = self.levels.severity(finding.rule, most);
        let list = &mut self.kept[finding.severity as usize];
        if list.len() < self.most {
            list.push(finding);
        } else {
            self.omitted += 1;
        }
    }

    /// Adds the one finding of a document of which nothing else is checked.
    pub(crate) fn alone(&mut self, mut finding: Finding) {
        finding.is_all = true;
        self.omitted = 0;
        self.add(finding);
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }

    /// Counts findings that were not even made.
    pub(crate) fn omit(&mut self, count: usize) {
        self.omitted += count;
    }

    /// The findings to list, the harshest before others where there are too
    /// many, in document order; and how many are left out.
    pub(crate) fn conclude(self) -> (Vec<Finding>, usize) {
        let [infos, warnings, errors] = self.kept;
        let mut list = errors;
        list.extend(warnings);
        list.extend(infos);
        silence(&mut list);
        let omitted = self.omitted + list.len().saturating_sub(self.most);
        list.truncate(self.most);
        order::sort_by(&mut list, |a, b| {
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
        (list, omitted)
    }
}

/// Takes out what another finding at the same value says better.
fn silence(list: &mut Vec<Finding>) {
    let better = |finding: &Finding| {
        let silences = finding.rule.silences;
        (!silences.is_empty()).then_some((finding.node?, silences))
    };
    let mut said: Vec<(u32, &[&Rule])> = list.iter().filter_map(better).collect();
    if said.is_empty() {
        return;
    }
    order::sort_by_key(&mut said, |(node, _)| *node);
    list.retain(|finding| {
        let Some(node) = finding.node else { return true };
        let first = said.partition_point(|(of, _)| *of < node);
        let here = said.iter().skip(first).take_while(|(of, _)| *of == node);
        !here.flat_map(|(_, rules)| *rules).any(|rule| rule.code == finding.rule.code)
    });
}

/// Whether a value must not be shown, by its property or by the names around
/// it.
pub(crate) fn is_secret(at: Cursor<'_>) -> bool {
    std::iter::once(at).chain(at.ancestors()).any(|at| {
        at.property().is_some_and(|property| property.flags.contains(Flags::SECRET))
            || at.key().is_some_and(|key| {
                let name = key.content();
                is_secret_name(&name) || name.eq_ignore_ascii_case("value") && has_secret_name(at)
            })
    })
}

/// Whether the name beside a value is that of a secret, as an environment
/// variable or a header has one.
fn has_secret_name(value: Cursor<'_>) -> bool {
    let names = value.parent().into_iter().flat_map(Cursor::keys);
    names
        .filter(|key| key.content().eq_ignore_ascii_case("name"))
        .any(|key| key.member_value().as_str().is_some_and(|name| is_secret_pair(&name)))
}

/// A value as a message may show it: short, in backquotes, without secrets.
pub(crate) fn shown(at: Cursor<'_>) -> String {
    match at.kind() {
        NodeKind::Object => "an object".into(),
        NodeKind::Array => "an array".into(),
        NodeKind::Invalid => "nothing readable".into(),
        _ if is_secret(at) => "a hidden value".into(),
        _ => format!("`{}`", shorten(&redact(at.source()), 48)),
    }
}

/// A text of a document as a message may show it in backquotes: no longer than
/// `limit` characters, those that are not seen as escapes, and no backquote,
/// which would end the quotation.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    let end = text.char_indices().nth(limit).map_or(text.len(), |(at, _)| at);
    let mut out = visible(&text[..end]).replace('`', "'");
    if end < text.len() {
        out.push_str("...");
    }
    out
}
