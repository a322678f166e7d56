//! Whether a formula belongs there at all, and how long it may be.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::Applicability;
use crate::rules::edit::{self, Edits, before};
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};
use crate::values::formula::Kind;

use super::Reading;

/// The models of pools that can have a formula.
const WITH_FORMULA: &[Model] = &[Model::BATCH_POOL_CREATE_CONTENT, Model::BATCH_POOL_SPECIFICATION];

rule! {
    /// A formula is given although automatic scaling is switched off.
    ///
    /// ## Why it matters
    /// `autoScaleFormula` must not be there where `enableAutoScale` is `false`,
    /// not even as an empty string; pools have been refused for it.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": false,
    ///   "targetDedicatedNodes": 1,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": false,
    ///   "targetDedicatedNodes": 1
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, since the formula may be what was meant, and the switch what
    /// is wrong.
    ///
    /// ## Source
    /// Descriptions of `autoScaleFormula` and `enableAutoScale` in the API; a
    /// refused pool in AzureClusterlessHPC.jl, pull 15.
    WITH_AUTO_SCALE_OFF {
        code: "AB1701",
        id: "formula/with-auto-scale-off",
        severity: Error,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Models(WITH_FORMULA, switched_off)],
    }
}

rule! {
    /// A formula is given, and `enableAutoScale` is left out, which means
    /// `false`.
    ///
    /// ## Why it matters
    /// Without the switch a formula must not be given: the service refuses the
    /// pool, or never evaluates the formula. As good as always the switch was
    /// forgotten.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion. With the switch on, numbers of nodes must not be given, so
    /// the fix takes them out.
    ///
    /// ## Source
    /// Descriptions of `enableAutoScale` (default `false`) and `autoScaleFormula`
    /// in the API.
    BUT_AUTO_SCALE_NOT_ENABLED {
        code: "AB1711",
        id: "formula/but-auto-scale-not-enabled",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(WITH_FORMULA, not_switched_on)],
    }
}

rule! {
    /// A formula has more than 8,192 characters.
    ///
    /// ## Why it matters
    /// The service answers 400 `AutoScalingFormulaTooLong`. In a job with an auto
    /// pool the job is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`. Comments and line breaks count.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (8 KB); the error code's text has the number.
    TOO_LONG {
        code: "AB1702",
        id: "formula/too-long",
        severity: Error,
        service_code: "AutoScalingFormulaTooLong",
        checks: &[Check::Properties(&[p::AUTO_SCALE_FORMULA], long)],
    }
}

rule! {
    /// A formula has more than 100 statements.
    ///
    /// ## Why it matters
    /// A formula may have up to 100 statements, each up to its semicolon; a
    /// longer one is refused when the service checks it. In a job with an auto
    /// pool the job is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation.
    TOO_MANY_STATEMENTS {
        code: "AB1703",
        id: "formula/too-many-statements",
        severity: Warning,
        checks: &[Check::Formula(statements)],
    }
}

fn switched_off(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(formula) = pool.get(p::AUTO_SCALE_FORMULA) else { return };
    if !pool.is_flag(p::ENABLE_AUTO_SCALE, false) {
        return;
    }
    let message = "a formula must not be given where `enableAutoScale` is `false`";
    let mut finding = Finding::at_key(&WITH_AUTO_SCALE_OFF, formula, message)
        .help("take the formula out; or switch scaling on, and take out the numbers of nodes");
    if let Some(switch) = pool.get(p::ENABLE_AUTO_SCALE) {
        finding = finding.related(switch.span(), "scaling is switched off here");
    }
    let edits = edit::take_out(formula);
    findings.add(finding.edits_if("Remove the formula", Applicability::Suggested, edits));
}

fn not_switched_on(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(formula) = pool.get(p::AUTO_SCALE_FORMULA) else { return };
    if pool.get(p::ENABLE_AUTO_SCALE).is_some()
        || formula.as_str().is_none_or(|text| text.trim().is_empty())
    {
        return;
    }
    let message = "a formula is given, but `enableAutoScale` is not `true`, so it must not be";
    let finding = Finding::at_key(&BUT_AUTO_SCALE_NOT_ENABLED, formula, message)
        .help("add `\"enableAutoScale\": true`, and give no numbers of nodes");
    let edits = switch_on(pool, formula);
    findings.add(finding.edits_if("Switch scaling on", Applicability::Suggested, edits));
}

fn switch_on(pool: Cursor<'_>, formula: Cursor<'_>) -> Option<Edits> {
    let numbers = [p::TARGET_DEDICATED_NODES, p::TARGET_LOW_PRIORITY_NODES, p::RESIZE_TIMEOUT];
    let given: Vec<_> = numbers.into_iter().filter_map(|name| pool.get(name)).collect();
    let mut edits = edit::remove(pool, &given)?;
    if let Some(null) = pool.member(p::ENABLE_AUTO_SCALE).filter(|at| at.kind() == NodeKind::Null) {
        edits.push((null.span(), "true".to_owned()));
    } else {
        let key = formula.key()?.span();
        let text = pool.analysis().document.text().get(..key.start as usize)?;
        // The line and indent that the formula has.
        let gap = text.get(text.trim_end().len()..).filter(|gap| !gap.is_empty()).unwrap_or(" ");
        edits.push((before(key), format!("\"enableAutoScale\": true,{gap}")));
    }
    crate::order::sort_by_key(&mut edits, |(span, _)| (span.start, span.end));
    Some(edits)
}

fn long(formula: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    const MOST: usize = 8192;
    if formula.span().range().len() <= MOST {
        return;
    }
    let Some(text) = formula.as_str() else { return };
    let length = text.chars().count();
    if length > MOST {
        let message = format!("the formula has {length} characters; {MOST} are the most");
        let finding = Finding::at(&TOO_LONG, formula, message);
        findings.add(finding.help("shorten its comments and the names of its variables"));
    }
}

fn statements(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    const MOST: usize = 100;
    let tokens = &reading.formula.tokens;
    let is_end = |token: &crate::values::formula::Token| token.kind == Kind::Semicolon;
    let parts = || tokens.split(is_end).filter(|part| !part.is_empty());
    let Some(first) = parts().nth(MOST).and_then(<[_]>::first) else { return };
    let message = format!("the formula has {} statements; {MOST} are the most", parts().count());
    let range = first.start as usize..first.end as usize;
    let finding = reading.at_range(&TOO_MANY_STATEMENTS, &range, message);
    findings.add(finding.help("this is the first one too many; put statements together"));
}
