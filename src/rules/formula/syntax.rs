//! Slips of the syntax.

use crate::report::Applicability;
use crate::rules::edit::behind;
use crate::rules::finding::Findings;
use crate::rules::{Check, Rule, rule};
use crate::values::formula::{Fault, FaultKind, Formula, Kind};

use super::Reading;

rule! {
    /// A bracket or a quote of a formula has no partner.
    ///
    /// ## Why it matters
    /// The service reads a formula before it makes the pool, and answers 400
    /// `AutoScalingFormulaSyntaxError`. In a job with an auto pool the job is
    /// taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = max(0, min(5, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = max(0, min(5, $PendingTasks.GetSample(1)));"
    /// }
    /// ```
    ///
    /// ## Source
    /// Description of `autoScaleFormula` in the API (checked for validity before
    /// the pool is made); the list of the service's error codes.
    UNBALANCED {
        code: "AB1704",
        id: "formula/unbalanced",
        severity: Error,
        service_code: "AutoScalingFormulaSyntaxError",
        checks: &[Check::Formula(unbalanced)],
    }
}

rule! {
    /// Two statements of a formula follow each other without a semicolon.
    ///
    /// ## Why it matters
    /// A line break does not end a statement, so the text is no formula. A pool
    /// with such a formula is refused (400). In a job with an auto pool the job
    /// is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2\n$NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;\n$NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, which puts the semicolon where the next statement begins to
    /// set a variable.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (statements are separated by semicolons); a formula
    /// with the slip in UCL/TLOmodel#1160.
    MISSING_SEMICOLON {
        code: "AB1712",
        id: "formula/missing-semicolon",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Formula(semicolon)],
    }
}

rule! {
    /// A statement of a formula lacks a variable: it begins with `=`, has nothing
    /// behind it, or a `.` has nothing in front of it.
    ///
    /// ## Why it matters
    /// So a formula looks that has passed through a shell in double quotes: the
    /// shell takes `$TargetDedicatedNodes` for a variable of its own, and puts
    /// nothing in its place. A pool with such a formula is refused (400). In a
    /// job with an auto pool the job is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "=min(10, .GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (the form of a statement).
    MISSING_LEFT_SIDE {
        code: "AB1713",
        id: "formula/missing-left-side",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(left_side)],
    }
}

rule! {
    /// A statement of a formula has more than one `=`.
    ///
    /// ## Why it matters
    /// To assign is a statement, no part of an expression. Either `==` was meant,
    /// or a semicolon is missing. A pool with such a formula is refused (400). In
    /// a job with an auto pool the job is taken, and ends with the scheduling
    /// error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = time().weekday = 1 ? 5 : 1;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = time().weekday == 1 ? 5 : 1;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (operators and statements).
    SEVERAL_ASSIGNMENTS {
        code: "AB1714",
        id: "formula/several-assignments",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(assignments)],
    }
}

rule! {
    /// A formula uses an operator or a word of another language.
    ///
    /// ## Why it matters
    /// The operators are `+`, `-`, `*`, `/`, the comparisons, `&&`, `||`, `!` and
    /// `? :`; there is no `if`, no `%` and no block. A pool with such a formula
    /// is refused (400). In a job with an auto pool the job is taken, and ends
    /// with the scheduling error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "if ($PendingTasks.GetSample(1) > 0) { $TargetDedicatedNodes = 1; }"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = max($PendingTasks.GetSample(1)) > 0 ? 1 : 0;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (operations).
    UNKNOWN_OPERATOR {
        code: "AB1715",
        id: "formula/unknown-operator",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(operator)],
    }
}

rule! {
    /// All that follows a `//` in a formula is a comment, since the text has no
    /// line break.
    ///
    /// ## Why it matters
    /// A string of JSON has no line breaks unless they are written as `\n`. Of a
    /// formula that was joined to one line, all behind the first comment is lost:
    /// the pool gets a size that nobody chose, or the formula is refused.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "// start with one node $TargetDedicatedNodes = 1; $NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "// start with one node\n$TargetDedicatedNodes = 1;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (line breaks and comments may be in a formula).
    COMMENT_SWALLOWS_REST {
        code: "AB1716",
        id: "formula/comment-swallows-rest",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(comment)],
    }
}

rule! {
    /// A formula has a backslash and a letter where a line break was meant.
    ///
    /// ## Why it matters
    /// The text was escaped twice. A backslash is nothing in a formula, and a
    /// comment goes on behind it. A pool with such a formula is refused (400). In
    /// a job with an auto pool the job is taken, and ends with the scheduling
    /// error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 1;\\n$NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 1;\n$NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, which writes each of them as JSON writes a line break or
    /// tab.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (the parts of a formula).
    LITERAL_ESCAPE {
        code: "AB1717",
        id: "formula/literal-escape",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Formula(escape)],
    }
}

rule! {
    /// A formula cannot be read at some place, for another reason than the rules
    /// before this one name.
    ///
    /// ## Why it matters
    /// A value or an operator is missing, a `?` has no `:`, or there is a
    /// character that is no part of the language. A pool with such a formula is
    /// refused (400). In a job with an auto pool the job is taken, and ends with
    /// the scheduling error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10 $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (the parts of a formula).
    SYNTAX {
        code: "AB1735",
        id: "formula/syntax",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(syntax)],
    }
}

fn unbalanced(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    const KINDS: &[FaultKind] = &[FaultKind::Unclosed, FaultKind::Unopened, FaultKind::Quote];
    say(reading, &UNBALANCED, KINDS, findings);
}

fn semicolon(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    say(reading, &MISSING_SEMICOLON, &[FaultKind::Semicolon], findings);
}

fn left_side(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    const KINDS: &[FaultKind] = &[FaultKind::NoVariable, FaultKind::NoObject, FaultKind::NoValue];
    say(reading, &MISSING_LEFT_SIDE, KINDS, findings);
}

fn assignments(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    say(reading, &SEVERAL_ASSIGNMENTS, &[FaultKind::Assignment], findings);
}

fn operator(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    say(reading, &UNKNOWN_OPERATOR, &[FaultKind::Operator], findings);
}

fn syntax(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    const KINDS: &[FaultKind] = &[
        FaultKind::Value,
        FaultKind::Unexpected,
        FaultKind::Condition,
        FaultKind::Target,
        FaultKind::Character,
    ];
    say(reading, &SYNTAX, KINDS, findings);
}

/// Says the faults of these kinds.
fn say(
    reading: &Reading<'_>,
    rule: &'static Rule,
    kinds: &[FaultKind],
    findings: &mut Findings<'_>,
) {
    let count = u32::try_from(reading.formula.tokens.len()).unwrap_or(u32::MAX);
    let mut strange = "";
    for fault in reading.formula.faults.iter().filter(|fault| kinds.contains(&fault.kind)) {
        // A character that does not belong there comes in many places.
        if fault.kind == FaultKind::Character {
            let before = std::mem::replace(&mut strange, reading.formula.text(fault.token));
            if before == strange {
                continue;
            }
        }
        // What is missing at the end is shown at the last token.
        let token = fault.token.min(count.saturating_sub(1));
        let (template, help) = words(fault.kind);
        let what = if token < fault.token { "the end".to_owned() } else { reading.name(token) };
        let message = template.replacen('%', &what, 1);
        let mut finding = reading.at_token(rule, token, message).help(help);
        if let Some(last) = between(&reading.formula, fault) {
            let span = behind(reading.token_span(last));
            finding = finding.fix("Insert `;`", Applicability::Suggested, span, ";");
        }
        findings.add(finding);
    }
}

/// What to say of a fault, `%` being the token, and what to do.
fn words(kind: FaultKind) -> (&'static str, &'static str) {
    const SHELL: &str = "a shell puts nothing in the place of `$TargetDedicatedNodes` between \
                         double quotes; there, write formulas between single quotes";
    match kind {
        FaultKind::Unclosed => ("% is not closed", "close it before the statement ends"),
        FaultKind::Unopened => ("% closes nothing", "take it out, or open it before"),
        FaultKind::Quote => ("a quote is not closed: %", "close it before the statement ends"),
        FaultKind::Semicolon => (
            "a `;` is missing before %",
            "a line break does not end a statement; write `;` behind each",
        ),
        FaultKind::NoVariable => ("there is no variable to the left of this %", SHELL),
        FaultKind::NoObject => ("there is nothing in front of this %", SHELL),
        FaultKind::NoValue => ("there is nothing to assign before %", SHELL),
        FaultKind::Assignment => (
            "a statement has one `=`, and this is another one",
            "a comparison is written `==`; several variables are set in several statements, \
             with `;` between",
        ),
        FaultKind::Operator => (
            "% is no operator or word of formulas",
            "there are `+ - * /`, the comparisons, `&& || !`, and `a ? b : c` for a condition",
        ),
        FaultKind::Value => {
            ("a value is missing before %", "put it in, or take out what is too much")
        }
        FaultKind::Unexpected => {
            ("% does not fit here", "an operator, a comma or a bracket is missing or too much")
        }
        FaultKind::Condition => ("% has no `:`", "a condition has two values: `a ? b : c`"),
        FaultKind::Target => ("only a variable can be set with %", "a comparison is written `==`"),
        FaultKind::Character => (
            "% is no part of formulas",
            "it may be left of an escape too many, or of a text that was to be filled in",
        ),
    }
}

/// The token behind which a semicolon is missing, if what follows begins a
/// statement for sure.
fn between(formula: &Formula<'_>, fault: &Fault) -> Option<u32> {
    let next = formula.tokens.get(fault.token as usize + 1)?;
    let begins = fault.kind == FaultKind::Semicolon && next.kind == Kind::Assign;
    fault.token.checked_sub(1).filter(|_| begins)
}

/// Where a comment begins that has statements in it, as there is no line break.
pub(super) fn swallowing(reading: &Reading<'_>) -> Option<usize> {
    let text = reading.text.text();
    let start = reading.formula.tail.filter(|_| !text.contains(['\n', '\r']))?;
    let rest = text.get(start..)?.trim_start_matches('/');
    let set = reading.formula.all_set().is_empty();
    let statements = set && rest.contains([';', '=']) || !Formula::parse(rest).all_set().is_empty();
    statements.then_some(start)
}

fn comment(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let Some(start) = swallowing(reading) else { return };
    let message = "all that follows this `//` is a comment, as the formula has no line break";
    let range = start..start + 2;
    let finding = reading.at_range(&COMMENT_SWALLOWS_REST, &range, message.to_owned());
    findings.add(
        finding.help("write `\\n` in the JSON string where lines end, or take the comment out"),
    );
}

fn escape(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    /// So many edits are no longer a help to anybody.
    const MOST: usize = 200;
    let escapes = &reading.formula.escapes;
    let Some(first) = escapes.first() else { return };
    let text = reading.text.text();
    let message = "a backslash and a letter stand here in place of a line break or tab";
    let finding = reading
        .at_range(&LITERAL_ESCAPE, &(*first..first + 2), message.to_owned())
        .help("the formula was escaped twice; in JSON a line break is `\\n`, with one backslash");
    let edit = |at: &usize| {
        let written = text.get(*at..at + 2).unwrap_or_default().to_owned();
        (reading.span(&(*at..at + 2)), written)
    };
    let edits = (escapes.len() <= MOST).then(|| escapes.iter().map(edit).collect());
    findings.add(finding.edits_if("Escape once", Applicability::Suggested, edits));
}
