//! Formulas by which pools scale themselves: their syntax, their names, and what
//! they lead to. The language is read by `values/formula`.

mod names;
mod samples;
mod switch;
mod syntax;
mod targets;

use std::ops::Range;

use crate::analysis::Cursor;
use crate::document::{Span, Text};
use crate::report::{Applicability, redact};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::shape::is_unfilled;
use crate::rules::{Category, Context, Rule};
use crate::values::formula::{Formula, Node, Statement, same_order};

pub use names::{
    ASSIGNS_READ_ONLY, DEALLOCATION_OPTION, METRIC_WITHOUT_SAMPLE, OLD_TARGET_NAME, TARGET_CASE,
    UNKNOWN_FUNCTION, UNKNOWN_INTERVAL, UNKNOWN_VARIABLE,
};
pub use samples::{
    ONLY_LAST_SAMPLE, SAMPLE_PERCENT_RANGE, SAMPLE_WINDOW_TOO_SHORT, SAMPLES_UNGUARDED,
    TIME_LITERAL_FIXED, TIME_TEXT, WINDOW_BEFORE_ONE_MINUTE,
};
pub use switch::{BUT_AUTO_SCALE_NOT_ENABLED, TOO_LONG, TOO_MANY_STATEMENTS, WITH_AUTO_SCALE_OFF};
pub use syntax::{
    COMMENT_SWALLOWS_REST, LITERAL_ESCAPE, MISSING_LEFT_SIDE, MISSING_SEMICOLON,
    SEVERAL_ASSIGNMENTS, SYNTAX, UNBALANCED, UNKNOWN_OPERATOR,
};
pub use targets::{
    DEAD_TARGET, DEFAULT_DEALLOCATION, IGNORES_TASK_SLOTS, RETAINED_DATA, SETS_NO_TARGET,
    TARGET_AND_ALIAS, TRUNCATED_DIVISION, UNBOUNDED,
};

/// Formulas.
pub static CATEGORY: Category = Category {
    id: "formula",
    about: "The formula by which a pool scales itself: its syntax, variables, functions, samples and what it can lead to.",
    rules: &[
        &WITH_AUTO_SCALE_OFF,
        &TOO_LONG,
        &TOO_MANY_STATEMENTS,
        &UNBALANCED,
        &OLD_TARGET_NAME,
        &UNKNOWN_INTERVAL,
        &DEALLOCATION_OPTION,
        &TIME_TEXT,
        &TARGET_AND_ALIAS,
        &SAMPLE_PERCENT_RANGE,
        &BUT_AUTO_SCALE_NOT_ENABLED,
        &MISSING_SEMICOLON,
        &MISSING_LEFT_SIDE,
        &SEVERAL_ASSIGNMENTS,
        &UNKNOWN_OPERATOR,
        &COMMENT_SWALLOWS_REST,
        &LITERAL_ESCAPE,
        &SETS_NO_TARGET,
        &TARGET_CASE,
        &UNKNOWN_VARIABLE,
        &ASSIGNS_READ_ONLY,
        &UNKNOWN_FUNCTION,
        &DEAD_TARGET,
        &DEFAULT_DEALLOCATION,
        &ONLY_LAST_SAMPLE,
        &SAMPLES_UNGUARDED,
        &SAMPLE_WINDOW_TOO_SHORT,
        &UNBOUNDED,
        &IGNORES_TASK_SLOTS,
        &TRUNCATED_DIVISION,
        &TIME_LITERAL_FIXED,
        &RETAINED_DATA,
        &METRIC_WITHOUT_SAMPLE,
        &WINDOW_BEFORE_ONE_MINUTE,
        &SYNTAX,
    ],
};

/// The longest formula that is read. The service takes a part of that, and
/// another rule says so.
const READ: usize = 64 * 1024;

/// A formula of a document.
pub(crate) struct Reading<'a> {
    /// The string that it is.
    at: Cursor<'a>,
    text: &'a Text,
    formula: Formula<'a>,
    /// What each statement's value depends on, by its number.
    flows: Vec<Flow>,
}

/// What the value of an expression depends on.
#[derive(Clone, Copy)]
struct Flow {
    /// It is always the same.
    constant: bool,
    /// On how much there is to do.
    load: bool,
}

/// Reads a formula, once for all checks of it.
pub(crate) fn read(at: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if at.span().range().len() > READ || is_unfilled(at) {
        return;
    }
    let Some(text) = at.reading() else { return };
    let formula = Formula::parse(text.text());
    // A pool without a formula is another rule's.
    if formula.tokens.is_empty() && formula.tail.is_none() {
        return;
    }
    let flows = targets::flows(&formula);
    let reading = Reading { at, text: &text, formula, flows };
    for check in context.formulas {
        check(&reading, findings);
    }
}

impl Reading<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        self.text.span(range)
    }

    /// Where a token is written; of none, the end of the last one.
    fn token_span(&self, token: u32) -> Span {
        self.span(&self.formula.range(token))
    }

    fn at_range(&self, rule: &'static Rule, range: &Range<usize>, message: String) -> Finding {
        Finding::within(rule, self.at, self.text, range, message)
    }

    fn at_token(&self, rule: &'static Rule, token: u32, message: String) -> Finding {
        self.at_range(rule, &self.formula.range(token), message)
    }

    fn at_node(&self, rule: &'static Rule, node: &Node, message: String) -> Finding {
        self.at_range(rule, &self.formula.node_range(node), message)
    }

    /// A part of the formula, as a message may show it.
    fn shown(&self, range: Range<usize>) -> String {
        let part = self.text.text().get(range).unwrap_or_default();
        format!("`{}`", shorten(&redact(part), 48))
    }

    fn name(&self, token: u32) -> String {
        self.shown(self.formula.range(token))
    }

    /// The statements that could be read, with their numbers.
    fn statements(&self) -> impl Iterator<Item = (usize, &Statement)> {
        self.formula.statements.iter().enumerate().filter(|(_, statement)| !statement.broken)
    }

    /// The nodes of these statements, each with the number of its statement.
    fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.statements().flat_map(|(number, statement)| {
            self.formula.nodes_of(statement).iter().map(move |node| (number, node))
        })
    }

    /// Says something of names, once for each, in whatever case, with a fix that
    /// writes another one in all its places.
    fn say_of_names(
        &self,
        rule: &'static Rule,
        mut tokens: Vec<u32>,
        findings: &mut Findings<'_>,
        say: &dyn Fn(&str, &str) -> Said,
    ) {
        let name = |token: &u32| self.formula.text(*token);
        crate::order::sort_by(&mut tokens, |one, other| {
            same_order(name(one), name(other)).then(one.cmp(other))
        });
        for same in tokens.chunk_by(|one, other| name(one).eq_ignore_ascii_case(name(other))) {
            let Some(first) = same.first() else { continue };
            let said = say(name(first), &self.name(*first));
            let mut finding = self.at_token(rule, *first, said.message).help(said.help);
            if let Some((applicability, text)) = said.fix {
                let edits = same.iter().filter(|token| name(token) != text);
                let edits = edits.map(|token| (self.token_span(*token), text.clone()));
                let title = format!("Write `{text}`");
                finding = finding.edits(title, applicability, edits.collect::<Vec<_>>());
            }
            findings.add(finding);
        }
    }
}

/// What to say of a name.
struct Said {
    message: String,
    help: String,
    /// The name to write instead.
    fix: Option<(Applicability, String)>,
}

#[cfg(test)]
mod tests;
