//! How many nodes a pool has: counts, or a formula.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::Applicability::{Safe, Suggested};
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};

rule! {
    /// Automatic scaling is switched on, and there is no formula.
    ///
    /// ## Why it matters
    /// A pool that scales itself gets its size from the formula alone. Without
    /// one, or with one that is blank or only a comment, the service refuses
    /// the pool with 400. A job with such an auto pool is taken, and ends with
    /// the scheduling error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "enableAutoScale": true }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `enableAutoScale` and `autoScaleFormula`; the
    /// service's list of error codes.
    AUTO_SCALE_WITHOUT_FORMULA {
        code: "AB1601",
        id: "pool/auto-scale-without-formula",
        severity: Error,
        service_code: "InvalidAutoScalingSettings",
        checks: &[Check::Properties(&[p::ENABLE_AUTO_SCALE], without_formula)],
    }
}

fn scales_itself(pool: Cursor<'_>) -> bool {
    pool.is_flag(p::ENABLE_AUTO_SCALE, true)
}

/// Whether there is nothing in a formula but white space and comments.
fn is_blank(formula: &str) -> bool {
    let mut lines = formula.lines().map(str::trim_start);
    lines.all(|line| line.is_empty() || line.starts_with("//"))
}

fn without_formula(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() != Some(true) {
        return;
    }
    let Some(pool) = flag.parent() else { return };
    let (at, message) = match pool.get(p::AUTO_SCALE_FORMULA) {
        None => (flag, "the pool is to scale itself, and has no `autoScaleFormula`"),
        Some(formula) => match formula.as_str() {
            Some(text) if text.trim().is_empty() => {
                (formula, "the pool is to scale itself, and its `autoScaleFormula` is empty")
            }
            Some(text) if is_blank(&text) => {
                (formula, "the pool is to scale itself, and its `autoScaleFormula` is all comment")
            }
            _ => return,
        },
    };
    let help = "give a formula, such as `$TargetDedicatedNodes = 2;`, or write `false` for \
                `enableAutoScale` and give `targetDedicatedNodes`";
    findings.add(Finding::at(&AUTO_SCALE_WITHOUT_FORMULA, at, message).help(help));
}

rule! {
    /// Target node counts are given together with automatic scaling.
    ///
    /// ## Why it matters
    /// With automatic scaling the formula sets the size, from the first
    /// evaluation on; the counts must be left out, 0 as well. The service
    /// answers 400.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;",
    ///   "targetDedicatedNodes": 2
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Taking the count out is a suggestion: it may be the scaling that is not
    /// meant.
    ///
    /// ## Source
    /// The API's documentation of `targetDedicatedNodes` and
    /// `targetLowPriorityNodes`; the article on automatic scaling.
    AUTO_SCALE_WITH_TARGET_NODES {
        code: "AB1602",
        id: "pool/auto-scale-with-target-nodes",
        severity: Error,
        fix: Suggested,
        // Of a count that must not be there, nothing else matters.
        silences: &[&LOW_PRIORITY_IS_SPOT, &NEGATIVE_TARGET_NODES],
        checks: &[Check::Properties(
            &[p::TARGET_DEDICATED_NODES, p::TARGET_LOW_PRIORITY_NODES],
            with_target_nodes,
        )],
    }
}

fn with_target_nodes(count: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = count.parent().filter(|pool| scales_itself(*pool)) else { return };
    let message = "a pool that scales itself must have no target node counts";
    let mut finding = Finding::at_key(&AUTO_SCALE_WITH_TARGET_NODES, count, message)
        .help("leave it out: the formula sets the size; or switch automatic scaling off");
    if let Some(key) = pool.get(p::ENABLE_AUTO_SCALE).and_then(Cursor::key) {
        finding = finding.related(key.span(), "switched on here");
    }
    findings.add(finding.edits_if("Remove the count", Suggested, edit::take_out(count)));
}

rule! {
    /// Automatic scaling is explicitly off, and no target node count is given.
    ///
    /// ## Why it matters
    /// The documentation asks for a count of dedicated or Spot nodes then. A
    /// pool that says nothing at all of its size is known to be taken, without
    /// a node, so that a refusal is not certain here; a pool without nodes is.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "enableAutoScale": false }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "enableAutoScale": false, "targetDedicatedNodes": 2 }
    /// ```
    ///
    /// ## Fix safety
    /// `"targetDedicatedNodes": 0`, which says what is so, is a suggestion: most
    /// pools are to have nodes.
    ///
    /// ## Source
    /// The API's documentation of `enableAutoScale`; recorded tests of the
    /// Python SDK.
    NO_TARGET_NODES {
        code: "AB1603",
        id: "pool/no-target-nodes",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::ENABLE_AUTO_SCALE], no_target_nodes)],
    }
}

fn has_target_nodes(pool: Cursor<'_>) -> bool {
    let counts = [p::TARGET_DEDICATED_NODES, p::TARGET_LOW_PRIORITY_NODES];
    counts.into_iter().any(|count| pool.get(count).is_some())
}

fn no_target_nodes(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() != Some(false) {
        return;
    }
    let Some(pool) = flag.parent().filter(|pool| !has_target_nodes(*pool)) else { return };
    let message = "automatic scaling is off, and the pool has no target node count";
    findings.add(
        Finding::at_key(&NO_TARGET_NODES, flag, message)
            .help("add `targetDedicatedNodes`; 0 if the pool is to have no nodes yet")
            .edits_if(
                "Add `\"targetDedicatedNodes\": 0`",
                Suggested,
                edit::put(pool, p::TARGET_DEDICATED_NODES, "0"),
            ),
    );
}

rule! {
    /// The pool asks for low-priority nodes, and is served Spot machines.
    ///
    /// ## Why it matters
    /// Azure has retired low-priority machines. `targetLowPriorityNodes` stays
    /// as it is written and gives Spot machines now, at their price; as before
    /// these can be taken away at any time. Nothing must change in the request:
    /// the finding is a reminder to look at prices and at how often tasks are
    /// retried.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetLowPriorityNodes": 4 }
    /// ```
    ///
    /// ## Use instead
    /// The same, if Spot machines are fine, or dedicated nodes.
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 4 }
    /// ```
    ///
    /// ## Source
    /// Azure/Batch issues 140 and 196; Azure's list of retirements.
    LOW_PRIORITY_IS_SPOT {
        code: "AB1604",
        id: "pool/low-priority-is-spot",
        severity: Info,
        confidence: Reported,
        checks: &[Check::Properties(&[p::TARGET_LOW_PRIORITY_NODES], low_priority)],
    }
}

fn low_priority(count: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if count.as_int().is_some_and(|count| count > 0) {
        let message = "low-priority nodes have been retired; these will be Spot machines";
        let help = "nothing must change; check the price, and that tasks may be interrupted";
        findings.add(Finding::at_key(&LOW_PRIORITY_IS_SPOT, count, message).help(help));
    }
}

rule! {
    /// A target node count is negative.
    ///
    /// ## Why it matters
    /// A pool cannot have less than no nodes. The documentation gives no lowest
    /// count, so that this is not certain to be refused before anything is
    /// done.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": -1 }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 0 }
    /// ```
    ///
    /// ## Fix safety
    /// Writing 0 is a suggestion.
    ///
    /// ## Source
    /// Follows from what the property counts.
    NEGATIVE_TARGET_NODES {
        code: "AB1616",
        id: "pool/negative-target-nodes",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(
            &[p::TARGET_DEDICATED_NODES, p::TARGET_LOW_PRIORITY_NODES],
            negative,
        )],
    }
}

fn negative(count: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if count.as_int().is_some_and(|count| count < 0) {
        let message = format!("a pool cannot have {} nodes", shown(count));
        findings.add(
            Finding::at(&NEGATIVE_TARGET_NODES, count, message).help("write 0 or more").fix(
                "Write `0`",
                Suggested,
                count.span(),
                "0",
            ),
        );
    }
}

rule! {
    /// An evaluation interval is given, and automatic scaling is off.
    ///
    /// ## Why it matters
    /// The interval says how often the formula is evaluated. Without automatic
    /// scaling there is none: the value is refused, or has no effect where the
    /// author believes that the pool scales itself.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 1, "autoScaleEvaluationInterval": "PT5M" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;",
    ///   "autoScaleEvaluationInterval": "PT5M"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Taking the interval out is a suggestion, since it may be
    /// `enableAutoScale` that is missing.
    ///
    /// ## Source
    /// The API's documentation of `autoScaleEvaluationInterval`.
    EVALUATION_INTERVAL_WITHOUT_AUTO_SCALE {
        code: "AB1617",
        id: "pool/evaluation-interval-without-auto-scale",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::AUTO_SCALE_EVALUATION_INTERVAL], without_auto_scale)],
    }
}

fn without_auto_scale(interval: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = interval.parent() else { return };
    // What is no flag is another rule's.
    let flag = pool.get(p::ENABLE_AUTO_SCALE);
    if flag.is_some_and(|flag| flag.as_bool() != Some(false)) {
        return;
    }
    // Of a formula without the flag `formula/but-auto-scale-not-enabled` tells.
    if flag.is_none() && pool.get(p::AUTO_SCALE_FORMULA).is_some() {
        return;
    }
    let message = "there is no formula to evaluate: automatic scaling is off";
    findings.add(
        Finding::at_key(&EVALUATION_INTERVAL_WITHOUT_AUTO_SCALE, interval, message)
            .help("leave it out, or add `\"enableAutoScale\": true` and a formula")
            .edits_if("Remove the interval", Suggested, edit::take_out(interval)),
    );
}

rule! {
    /// The pool says nothing about its size and starts with no node.
    ///
    /// ## Why it matters
    /// The service takes such a pool and gives it no nodes. Tasks wait until
    /// somebody resizes it or switches automatic scaling on. `0` says that this
    /// is meant.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 0 }
    /// ```
    ///
    /// ## Source
    /// Recorded tests of the Python SDK: the pool's count of nodes after such a
    /// creation is 0.
    STARTS_EMPTY {
        code: "AB1620",
        id: "pool/starts-empty",
        severity: Info,
        group: Pedantic,
        confidence: Reported,
        checks: &[Check::Models(&[Model::BATCH_POOL_CREATE_CONTENT], starts_empty)],
    }
}

fn starts_empty(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let is_silent = pool.get(p::ENABLE_AUTO_SCALE).is_none() && !has_target_nodes(pool);
    if pool.kind() == NodeKind::Object && is_silent {
        let message = "the pool says nothing about its size, and will have no nodes";
        let help = "give `targetDedicatedNodes`; 0 says that it is meant";
        findings.add(Finding::at(&STARTS_EMPTY, pool, message).help(help));
    }
}

rule! {
    /// A resize timeout has no effect, since the pool scales itself.
    ///
    /// ## Why it matters
    /// The timeout is that of a resize by hand, and of the first one after the
    /// pool is created with target counts. A pool with a formula has neither.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;",
    ///   "resizeTimeout": "PT30M"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: what is taken out has no effect.
    ///
    /// ## Source
    /// The API's documentation of `resizeTimeout`.
    RESIZE_TIMEOUT_WITH_AUTO_SCALE {
        code: "AB1621",
        id: "pool/resize-timeout-with-auto-scale",
        severity: Info,
        group: Pedantic,
        fix: Safe,
        checks: &[Check::Properties(&[p::RESIZE_TIMEOUT], resize_timeout)],
    }
}

fn resize_timeout(timeout: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if timeout.parent().is_some_and(scales_itself) {
        let message = "`resizeTimeout` has no effect: the pool scales itself";
        findings.add(
            Finding::at_key(&RESIZE_TIMEOUT_WITH_AUTO_SCALE, timeout, message)
                .help("leave it out")
                .edits_if("Remove it", Safe, edit::take_out(timeout)),
        );
    }
}
