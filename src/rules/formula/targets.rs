//! What a formula sets, and what its targets depend on.

use crate::api::p;
use crate::report::Applicability;
use crate::rules::edit::behind;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, rule};
use crate::values::formula::names::{self, LOAD, READ_ONLY, SETTABLE, is_in};
use crate::values::formula::{Formula, Kind, Node, NodeKind};
use crate::words::nearest_of;

use super::syntax::swallowing;
use super::{Flow, Reading};

rule! {
    /// A formula sets a target under both of its names.
    ///
    /// ## Why it matters
    /// The full name counts, in whatever order they are set; what is assigned to
    /// the alias is lost.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 1; $TargetDedicated = 5;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 5;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables).
    TARGET_AND_ALIAS {
        code: "AB1709",
        id: "formula/target-and-alias",
        severity: Warning,
        checks: &[Check::Formula(alias)],
    }
}

rule! {
    /// A formula sets no target.
    ///
    /// ## Why it matters
    /// A formula says how many nodes the pool shall have by setting
    /// `$TargetDedicatedNodes` or `$TargetLowPriorityNodes`. One that sets
    /// neither leaves the pool as it is: a new pool has no nodes for ever.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "nodes = min(10, $PendingTasks.GetSample(1));"
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
    /// ## Fix safety
    /// A suggestion, where a variable is set whose name is nearly that of a
    /// target.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables); an evaluation recorded in the tests of
    /// azure-batch 15.1.0 for Python.
    SETS_NO_TARGET {
        code: "AB1718",
        id: "formula/sets-no-target",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Formula(no_target)],
    }
}

rule! {
    /// A target is set, and set again before it is read.
    ///
    /// ## Why it matters
    /// Statements run in order, so the first value is lost. In published formulas
    /// such a line was left over, and undid the limit that the other set. A fixed
    /// value to begin with is not meant.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1)); $TargetDedicatedNodes = $RunningTasks.GetSample(1);"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "nodes = min(10, $PendingTasks.GetSample(1)); $TargetDedicatedNodes = nodes;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (statements run in order).
    DEAD_TARGET {
        code: "AB1723",
        id: "formula/dead-target",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(dead)],
    }
}

rule! {
    /// A formula that can take nodes away leaves open what becomes of their
    /// tasks.
    ///
    /// ## Why it matters
    /// The default of `$NodeDeallocationOption` is `requeue`: tasks on nodes that
    /// are taken away are broken off and start again, which looks as if they were
    /// killed at random.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($ActiveTasks.GetSample(TimeInterval_Minute * 5)));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($ActiveTasks.GetSample(TimeInterval_Minute * 5))); $NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: requeueing may be what is wanted.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables); Azure/batch-shipyard#218.
    DEFAULT_DEALLOCATION {
        code: "AB1724",
        id: "formula/default-deallocation",
        severity: Info,
        group: Pedantic,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Formula(default_option)],
    }
}

rule! {
    /// A formula sets no upper limit.
    ///
    /// ## Why it matters
    /// A burst of tasks then asks for as many nodes as there are tasks. Only the
    /// quota stops that, and it costs money.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = max(0, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(25, max(0, $PendingTasks.GetSample(1)));"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (all of its samples have a limit).
    UNBOUNDED {
        code: "AB1728",
        id: "formula/unbounded",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Formula(unbounded)],
    }
}

rule! {
    /// A formula has a node for each task, although a node runs several.
    ///
    /// ## Why it matters
    /// The pool grows to several times the size that it needs.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "taskSlotsPerNode": 4,
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "taskSlotsPerNode": 4,
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1) / $TaskSlotsPerNode);"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Run tasks concurrently to maximize usage of Batch compute nodes", Batch
    /// documentation; Azure/Batch#118, Azure/Batch#151.
    IGNORES_TASK_SLOTS {
        code: "AB1729",
        id: "formula/ignores-task-slots",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Formula(slots)],
    }
}

rule! {
    /// A formula divides tasks by slots, and loses the last node.
    ///
    /// ## Why it matters
    /// A target is cut to a whole number. One task for four slots is 0.25, and
    /// thus no node; the last tasks wait for ever.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks.GetSample(1) / $TaskSlotsPerNode);"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, ($PendingTasks.GetSample(1) + $TaskSlotsPerNode - 1) / $TaskSlotsPerNode);"
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure/Batch#151 (2.9 became 2).
    TRUNCATED_DIVISION {
        code: "AB1730",
        id: "formula/truncated-division",
        severity: Info,
        group: Pedantic,
        confidence: Reported,
        checks: &[Check::Formula(truncated)],
    }
}

rule! {
    /// `$NodeDeallocationOption` is `retaineddata`.
    ///
    /// ## Why it matters
    /// Nodes stay, and cost, until the retention time of the files of every task
    /// has passed, which is seven days by default. The next versions of the API
    /// are planned without this value.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2; $NodeDeallocationOption = retaineddata;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2; $NodeDeallocationOption = taskcompletion;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables); Azure/azure-rest-api-specs#44527.
    RETAINED_DATA {
        code: "AB1732",
        id: "formula/retained-data",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Formula(retained)],
    }
}

/// What each statement's value depends on.
pub(super) fn flows(formula: &Formula<'_>) -> Vec<Flow> {
    let mut flows: Vec<Flow> = Vec::with_capacity(formula.statements.len());
    for (number, statement) in formula.statements.iter().enumerate() {
        let mut flow = Flow { constant: !statement.broken, load: false };
        for node in formula.nodes_of(statement) {
            let name = formula.text(node.token);
            match node.kind {
                NodeKind::Variable if is_in(name, LOAD) => {
                    flow = Flow { constant: false, load: true };
                }
                NodeKind::Variable if is_in(name, READ_ONLY) || names::target(name).is_some() => {
                    flow.constant = false;
                }
                NodeKind::Variable => {
                    let set = formula.set_before(name, number);
                    if let Some(of) = set.and_then(|set| flows.get(set.statement as usize)) {
                        flow.constant &= of.constant;
                        flow.load |= of.load;
                    }
                }
                NodeKind::Call if matches!(name, "time" | "rand") => flow.constant = false,
                NodeKind::Method => flow.constant = false,
                _ => {}
            }
        }
        flows.push(flow);
    }
    flows
}

impl Reading<'_> {
    /// The first place where a variable of this name is set.
    fn set(&self, name: &str) -> Option<u32> {
        self.formula.settings(name).first().map(|set| set.token)
    }

    /// The values that targets are set to, each with the number of its
    /// statement.
    fn targets(&self) -> impl Iterator<Item = (usize, &Node)> {
        let is_target = |token: u32| names::target(self.formula.text(token)).is_some();
        self.statements()
            .filter(move |(_, statement)| statement.target.is_some_and(is_target))
            .filter_map(|(number, statement)| Some((number, self.formula.root(statement)?)))
    }

    /// Whether a function of this name is called, or a name like it stands
    /// somewhere.
    fn has_name(&self, name: &str) -> bool {
        let formula = &self.formula;
        let names = formula.nodes.iter().filter(|node| {
            matches!(node.kind, NodeKind::Call | NodeKind::Method | NodeKind::Variable)
        });
        names.map(|node| formula.text(node.token)).any(|of| of.eq_ignore_ascii_case(name))
    }
}

fn alias(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    for (alias, full) in names::OLD.iter().take(2) {
        if let (Some(alias_at), Some(full_at)) = (reading.set(alias), reading.set(full)) {
            let message =
                format!("`{alias}` is set here, and `{full}`, which is the same, elsewhere");
            let finding = reading
                .at_token(&TARGET_AND_ALIAS, alias_at, message)
                .help("the full name counts, and what is assigned to the other is lost; keep one")
                .related(reading.token_span(full_at), format!("`{full}` is set here"));
            findings.add(finding);
        }
    }
}

fn no_target(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let set = formula.all_set();
    let is_target = |token: u32| names::target(formula.text(token)).is_some();
    // Where something cannot be read, it may be the target.
    if set.iter().any(|set| is_target(set.token))
        || !formula.faults.is_empty()
        || swallowing(reading).is_some()
    {
        return;
    }
    let message = "the formula sets no target, so the pool stays as large as it is";
    let targets = SETTABLE.get(..2).unwrap_or_default();
    let near = set.iter().find_map(|set| {
        let near = nearest_of(formula.text(set.token), targets)?;
        Some((set.token, near))
    });
    let help = "set `$TargetDedicatedNodes` or `$TargetLowPriorityNodes`";
    findings.add(match near {
        Some((token, near)) => reading
            .at_token(&SETS_NO_TARGET, token, message.to_owned())
            .help(format!("this is a variable of your own; did you mean `{near}`?"))
            .fix(
                format!("Write `{near}`"),
                Applicability::Suggested,
                reading.token_span(token),
                near,
            ),
        None => Finding::at(&SETS_NO_TARGET, reading.at, message).help(help),
    });
}

fn dead(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    // What was set, and has not been read since.
    let mut unread: Vec<(u32, usize)> = Vec::new();
    for (number, statement) in formula.statements.iter().enumerate() {
        for node in formula.nodes_of(statement) {
            let name = formula.text(node.token);
            match node.kind {
                NodeKind::Variable => {
                    if let Some(target) = names::target(name) {
                        unread.retain(|(set, _)| names::target(formula.text(*set)) != Some(target));
                    }
                }
                NodeKind::Call if name == "stop" => unread.clear(),
                _ => {}
            }
        }
        let Some(target) = statement.target else { continue };
        let name = formula.text(target);
        if names::target(name).is_none() {
            continue;
        }
        let same = |(set, _): &(u32, usize)| formula.text(*set).eq_ignore_ascii_case(name);
        if let Some(place) = unread.iter().position(same) {
            let (before, by) = unread.swap_remove(place);
            let of = |number: usize| formula.statements.get(number).is_some_and(|of| of.broken);
            let constant = reading.flows.get(by).is_none_or(|flow| flow.constant);
            if !constant && !of(by) && !of(number) {
                let message = format!("{} is set again before it is read", reading.name(before));
                let finding = reading
                    .at_token(&DEAD_TARGET, before, message)
                    .help("this value is lost; take the statement out, or use its value in the later one")
                    .related(reading.token_span(target), "it is set again here");
                findings.add(finding);
            }
        }
        unread.push((target, number));
    }
}

fn default_option(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let changes = |node: &Node| match node.kind {
        NodeKind::Variable => is_in(formula.text(node.token), LOAD),
        NodeKind::Call => formula.text(node.token) == "time",
        _ => false,
    };
    if reading.set("$NodeDeallocationOption").is_some() || !formula.nodes.iter().any(changes) {
        return;
    }
    let Some((_, value)) = reading.targets().next() else { return };
    let message = "it is left open what becomes of tasks on nodes that are taken away";
    let mut finding = reading
        .at_node(&DEFAULT_DEALLOCATION, value, message.to_owned())
        .help("they are broken off and start again; `$NodeDeallocationOption = taskcompletion;` lets them end");
    // In a comment it would be lost.
    if let Some(last) = formula.tokens.last().filter(|_| formula.tail.is_none()) {
        let range = last.start as usize..last.end as usize;
        let end = if last.kind == Kind::Semicolon { "" } else { ";" };
        let text = format!("{end} $NodeDeallocationOption = taskcompletion;");
        let span = behind(reading.span(&range));
        finding = finding.fix("Let running tasks end", Applicability::Suggested, span, text);
    }
    findings.add(finding);
}

fn unbounded(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let loaded = |number: usize| reading.flows.get(number).is_some_and(|flow| flow.load);
    let Some((_, value)) = reading.targets().find(|(number, _)| loaded(*number)) else { return };
    // A condition may be the limit: `tasks > 10 ? 10 : tasks`.
    let is_number = |node: &&Node| {
        node.kind == NodeKind::Number && !matches!(formula.text(node.token), "0" | "1")
    };
    let is_own = |node: &&Node| {
        node.kind == NodeKind::Variable && !is_in(formula.text(node.token), READ_ONLY)
    };
    let compares = |node: &Node| {
        let children = formula.children(node);
        node.kind == NodeKind::Binary
            && (children.iter().any(is_number) || children.iter().all(is_own))
    };
    let limits = |node: &Node| match node.kind {
        NodeKind::Call => formula.text(node.token) == "min",
        NodeKind::Ternary => match formula.children(node).as_slice() {
            [condition, values @ ..] => {
                compares(condition)
                    && values
                        .iter()
                        .any(|value| matches!(value.kind, NodeKind::Number | NodeKind::Variable))
            }
            [] => false,
        },
        _ => false,
    };
    if !formula.nodes.iter().any(limits) {
        let message = "the target has no upper limit".to_owned();
        let finding = reading.at_node(&UNBOUNDED, value, message);
        findings.add(finding.help("wrap it: `min(25, ...)`"));
    }
}

fn slots(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    const TASKS: [&str; 3] = ["$PendingTasks", "$ActiveTasks", "$RunningTasks"];
    let formula = &reading.formula;
    let given = reading.at.parent().and_then(|pool| pool.get(p::TASK_SLOTS_PER_NODE));
    let Some(given) = given.filter(|slots| slots.as_int().is_some_and(|slots| slots > 1)) else {
        return;
    };
    let divides = |node: &Node| node.kind == NodeKind::Binary && formula.text(node.token) == "/";
    if reading.has_name("$TaskSlotsPerNode") || formula.nodes.iter().any(divides) {
        return;
    }
    let is_tasks =
        |node: &&Node| node.kind == NodeKind::Variable && is_in(formula.text(node.token), &TASKS);
    if let Some(node) = formula.nodes.iter().find(is_tasks) {
        let message = "the formula takes a node for each task, although a node runs several";
        let finding = reading
            .at_node(&IGNORES_TASK_SLOTS, node, message.to_owned())
            .help("divide by `$TaskSlotsPerNode`")
            .related(given.span(), "so many tasks run on a node");
        findings.add(finding);
    }
}

fn truncated(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    for (number, value) in reading.targets() {
        let loaded = reading.flows.get(number).is_some_and(|flow| flow.load);
        if let Some(quotient) = quotient(formula, value).filter(|_| loaded) {
            let message = "a target is cut to a whole number, so the last tasks get no node";
            let finding = reading
                .at_node(&TRUNCATED_DIVISION, quotient, message.to_owned())
                .help("round up: add the divisor less 1 before dividing, or 0.9 after it");
            findings.add(finding);
        }
    }
}

/// The division that an expression comes to, behind limits, if nothing rounds
/// it up.
fn quotient<'f>(formula: &'f Formula<'_>, value: &'f Node) -> Option<&'f Node> {
    let is = |node: &Node, kind, text| node.kind == kind && formula.text(node.token) == text;
    let within = formula.nodes.get(value.first as usize..=value.index as usize)?;
    let rounds = |node: &Node| {
        is(node, NodeKind::Binary, "+")
            || node.kind == NodeKind::Call && matches!(formula.text(node.token), "ceil" | "round")
    };
    if within.iter().any(rounds) {
        return None;
    }
    let mut node = value;
    while node.kind == NodeKind::Call && matches!(formula.text(node.token), "min" | "max") {
        let children = formula.children(node);
        let floor =
            |child: &&Node| child.kind == NodeKind::Number && formula.text(child.token) != "0";
        if formula.text(node.token) == "max" && children.iter().any(floor) {
            return None;
        }
        node = children.into_iter().find(|child| {
            is(child, NodeKind::Call, "min")
                || is(child, NodeKind::Call, "max")
                || is(child, NodeKind::Binary, "/")
        })?;
    }
    let children = formula.children(node);
    let divisor = children.last().filter(|_| is(node, NodeKind::Binary, "/"))?;
    let text = formula.text(divisor.token);
    let several = match divisor.kind {
        NodeKind::Variable => text.eq_ignore_ascii_case("$TaskSlotsPerNode"),
        NodeKind::Number => !text.starts_with(['0', '.']) && text != "1",
        _ => false,
    };
    several.then_some(node)
}

fn retained(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    for set in formula.settings("$NodeDeallocationOption") {
        let root = formula.statements.get(set.statement as usize).and_then(|of| formula.root(of));
        if let Some(root) = root.filter(|root| {
            root.kind == NodeKind::Variable
                && formula.text(root.token).eq_ignore_ascii_case("retaineddata")
        }) {
            let message = "nodes stay, and cost, until the files of their tasks expire";
            let finding = reading.at_node(&RETAINED_DATA, root, message.to_owned());
            findings
                .add(finding.help("use `taskcompletion`, or give tasks a short `retentionTime`"));
        }
    }
}
