//! What a formula names: variables, functions, methods, intervals.

use crate::report::Applicability;
use crate::rules::finding::Findings;
use crate::rules::{Check, rule};
use crate::values::formula::names::{
    self, DEALLOCATION, FUNCTIONS, INTERVALS, METHODS, METRICS, READ_ONLY, SETTABLE, is_in,
};
use crate::values::formula::{Kind, NodeKind};
use crate::words::{distance, nearest_of};

use super::{Reading, Said};

rule! {
    /// A formula calls a variable by its older name.
    ///
    /// ## Why it matters
    /// `$TargetDedicated` and `$TargetLowPriority` are aliases of
    /// `$TargetDedicatedNodes` and `$TargetLowPriorityNodes`, so they work; but
    /// readers and older pages disagree on them. `$CurrentDedicated` and
    /// `$CurrentLowPriority` stand in examples of the API alone, not in the
    /// documentation of formulas.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicated = 2;"
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
    /// Safe for the two aliases, which are documented to be the same; a
    /// suggestion for the others. Where a target is set under both names there is
    /// none.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation; MicrosoftDocs/azure-docs#13456, Azure/Batch#40,
    /// Azure/batch-shipyard#208; the API's examples.
    OLD_TARGET_NAME {
        code: "AB1705",
        id: "formula/old-target-name",
        severity: Info,
        fix: Safe,
        checks: &[Check::Formula(old)],
    }
}

rule! {
    /// A formula uses a time interval that there is none of.
    ///
    /// ## Why it matters
    /// There is one word for each unit, without a plural, and none for a month. A
    /// pool with such a formula is refused (400). In a job with an auto pool the
    /// job is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minutes * 5));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minute * 5));"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the interval with the nearest name.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (types).
    UNKNOWN_INTERVAL {
        code: "AB1706",
        id: "formula/unknown-interval",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Formula(interval)],
    }
}

rule! {
    /// `$NodeDeallocationOption` is set to something that it cannot be.
    ///
    /// ## Why it matters
    /// It is `requeue`, `terminate`, `taskcompletion` or `retaineddata`. With
    /// another word the formula is refused, or the default holds, `requeue`, and
    /// running tasks are broken off.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = 2; $NodeDeallocationOption = taskcompleted;"
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
    /// ## Fix safety
    /// A suggestion: the option with the nearest name.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables).
    DEALLOCATION_OPTION {
        code: "AB1707",
        id: "formula/deallocation-option",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Formula(deallocation)],
    }
}

rule! {
    /// A variable that the formula sets for the service is written in another
    /// case.
    ///
    /// ## Why it matters
    /// A variable of your own may begin with `$` too, so `$targetDedicatedNodes`
    /// may be one, and the pool does not scale. It is not documented whether the
    /// case counts; the exact name is right either way.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$targetDedicatedNodes = 2;"
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
    /// Safe: the exact name is the one that is meant, whether the case counts or
    /// not.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables of the service, and of your own).
    TARGET_CASE {
        code: "AB1719",
        id: "formula/target-case",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Formula(case)],
    }
}

rule! {
    /// A formula reads a variable that nobody has set.
    ///
    /// ## Why it matters
    /// It is neither set in a statement before, nor one of the service's; those
    /// begin with `$`. The service refuses the formula, or each evaluation fails
    /// and the pool stays as large as it is. In a job with an auto pool the job
    /// is taken, and ends with the scheduling error
    /// `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($PendingTask.GetSample(TimeInterval_Minute * 5)));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, avg($PendingTasks.GetSample(TimeInterval_Minute * 5)));"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: a name that differs in a letter or two.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (variables); `$TaskSlotsPerNode` and
    /// `$UsableNodeCount` from its later versions; Azure/Batch#118.
    UNKNOWN_VARIABLE {
        code: "AB1720",
        id: "formula/unknown-variable",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Formula(variable)],
    }
}

rule! {
    /// A formula sets a variable that only the service sets.
    ///
    /// ## Why it matters
    /// Metrics are to be read. The formula is refused, or the variable is not
    /// what its author thinks.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$ActiveTasks = 5; $TargetDedicatedNodes = $ActiveTasks;"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "tasks = 5; $TargetDedicatedNodes = tasks;"
    /// }
    /// ```
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (read-only variables).
    ASSIGNS_READ_ONLY {
        code: "AB1721",
        id: "formula/assigns-read-only",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Formula(read_only)],
    }
}

rule! {
    /// A formula calls a function or method that there is none of.
    ///
    /// ## Why it matters
    /// The functions are `avg`, `len`, `lg`, `ln`, `log`, `max`, `min`, `norm`,
    /// `percentile`, `rand`, `range`, `std`, `stop`, `sum`, `time` and `val`; the
    /// methods of metrics `GetSample`, `GetSamplePercent`, `GetSamplePeriod`,
    /// `Count` and `HistoryBeginTime`. Sources disagree on `ceil`, `floor` and
    /// `round`, so nothing is said of them. A pool with such a formula is refused
    /// (400). In a job with an auto pool the job is taken, and ends with the
    /// scheduling error `InvalidAutoScaleFormulaInAutoPool`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = average($PendingTasks.GetSample(TimeInterval_Minute * 5));"
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = avg($PendingTasks.GetSample(TimeInterval_Minute * 5));"
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the nearest name.
    ///
    /// ## Source
    /// "Create a formula to automatically scale compute nodes in a Batch pool",
    /// Batch documentation (functions, and how to obtain samples).
    UNKNOWN_FUNCTION {
        code: "AB1722",
        id: "formula/unknown-function",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Formula(function)],
    }
}

rule! {
    /// A formula uses a metric without asking it for samples.
    ///
    /// ## Why it matters
    /// Metrics are objects, and their methods give the data. Formulas without a
    /// method are in circulation; whether the service takes the last value or
    /// refuses them is not settled.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "enableAutoScale": true,
    ///   "autoScaleFormula": "$TargetDedicatedNodes = min(10, $PendingTasks);"
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
    /// Batch documentation (read-only variables are objects).
    METRIC_WITHOUT_SAMPLE {
        code: "AB1733",
        id: "formula/metric-without-sample",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Formula(metric)],
    }
}

/// The tokens of names that are like this. Members and methods are no names.
fn tokens(reading: &Reading<'_>, is: impl Fn(&str) -> bool) -> Vec<u32> {
    let formula = &reading.formula;
    let mut found = Vec::new();
    let mut before = Kind::Semicolon;
    for (place, token) in (0..).zip(&formula.tokens) {
        if token.kind == Kind::Name && before != Kind::Dot && is(formula.text(place)) {
            found.push(place);
        }
        before = token.kind;
    }
    found
}

fn old(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    // Where both names are set, that is the trouble.
    let is_both = |name: &str, today: &str| {
        [name, today].iter().all(|name| !reading.formula.settings(name).is_empty())
    };
    let is_old = |name: &str| names::today(name).is_some_and(|today| !is_both(name, today));
    reading.say_of_names(&OLD_TARGET_NAME, tokens(reading, is_old), findings, &|name, shown| {
        let today = names::today(name).unwrap_or_default();
        let sure = names::target(name).is_some();
        Said {
            message: format!("{shown} is the older name of `{today}`"),
            help: format!("write `{today}`"),
            fix: Some((
                if sure { Applicability::Safe } else { Applicability::Suggested },
                today.to_owned(),
            )),
        }
    });
}

fn is_interval(name: &str) -> bool {
    const START: &str = "TimeInterval";
    name.get(..START.len()).is_some_and(|start| start.eq_ignore_ascii_case(START))
}

fn interval(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let unknown = |name: &str| {
        is_interval(name) && !is_in(name, INTERVALS) && reading.formula.settings(name).is_empty()
    };
    reading.say_of_names(&UNKNOWN_INTERVAL, tokens(reading, unknown), findings, &|name, shown| {
        let near = nearest_of(name, INTERVALS);
        Said {
            message: format!("there is no {shown}"),
            help: "the units are `TimeInterval_Second`, `_Minute`, `_Hour`, `_Day`, `_Week` and \
                   `_Year`, times a number"
                .to_owned(),
            fix: near.map(|near| (Applicability::Suggested, near.to_owned())),
        }
    });
}

/// The sole names that `$NodeDeallocationOption` is set to, and that it cannot
/// be.
fn options(reading: &Reading<'_>) -> Vec<u32> {
    let formula = &reading.formula;
    let is_option = |target: Option<u32>| {
        target.is_some_and(|target| {
            formula.text(target).eq_ignore_ascii_case("$NodeDeallocationOption")
        })
    };
    let mut found = Vec::new();
    for (_, statement) in reading.statements().filter(|(_, of)| is_option(of.target)) {
        if let Some(root) = formula.root(statement)
            && root.kind == NodeKind::Variable
            && !is_in(formula.text(root.token), DEALLOCATION)
            && formula.settings(formula.text(root.token)).is_empty()
        {
            found.push(root.token);
        }
    }
    found
}

fn deallocation(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    reading.say_of_names(&DEALLOCATION_OPTION, options(reading), findings, &|name, shown| Said {
        message: format!("`$NodeDeallocationOption` cannot be {shown}"),
        help: "`taskcompletion` lets running tasks end; the others are `requeue`, `terminate` and \
               `retaineddata`"
            .to_owned(),
        fix: nearest_of(name, DEALLOCATION).map(|near| (Applicability::Suggested, near.to_owned())),
    });
}

/// A name of a list in its own spelling.
fn spelt(name: &str, list: &'static [&'static str]) -> Option<&'static str> {
    list.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

fn case(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let other = |name: &str| spelt(name, SETTABLE).is_some_and(|known| known != name);
    reading.say_of_names(&TARGET_CASE, tokens(reading, other), findings, &|name, shown| {
        let known = spelt(name, SETTABLE).unwrap_or_default();
        Said {
            message: format!("{shown} is written `{known}`"),
            help: "in another case it may be a variable of your own, which the service does not \
                   read"
                .to_owned(),
            fix: Some((Applicability::Safe, known.to_owned())),
        }
    });
}

fn is_known(name: &str) -> bool {
    [SETTABLE, READ_ONLY, DEALLOCATION].iter().any(|list| is_in(name, list))
        || names::today(name).is_some()
        || is_interval(name)
}

fn variable(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let options = options(reading);
    let unset = reading.nodes().filter(|(number, node)| {
        let name = formula.text(node.token);
        node.kind == NodeKind::Variable
            && !is_known(name)
            && formula.set_before(name, *number).is_none()
            && !options.contains(&node.token)
    });
    let tokens: Vec<_> = unset.map(|(_, node)| node.token).collect();
    if tokens.is_empty() {
        return;
    }
    let own = formula.all_set().iter().map(|set| formula.text(set.token));
    let mut known: Vec<&str> = own.collect();
    known.extend([SETTABLE, READ_ONLY, DEALLOCATION, INTERVALS].iter().copied().flatten());
    reading.say_of_names(&UNKNOWN_VARIABLE, tokens, findings, &|name, shown| {
        let later = !formula.settings(name).is_empty();
        let near = nearest_of(name, &known).filter(|near| !later && distance(name, near) <= 2);
        let help = match near {
            _ if later => "set it in a statement before this one".to_owned(),
            Some(near) => format!("did you mean `{near}`?"),
            None => "set it before, or use one of the service's variables, which begin with `$`"
                .to_owned(),
        };
        Said {
            message: match later {
                true => format!("{shown} is read before it is set"),
                false => format!("{shown} is not set here, and is none of the service's variables"),
            },
            help,
            fix: near.map(|near| (Applicability::Suggested, near.to_owned())),
        }
    });
}

fn read_only(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    // In another case it may be a variable of the formula's own.
    let set = formula.all_set().iter().map(|set| set.token);
    let set = set.filter(|token| READ_ONLY.contains(&formula.text(*token)));
    reading.say_of_names(&ASSIGNS_READ_ONLY, set.collect(), findings, &|_, shown| Said {
        message: format!("{shown} is set by the service alone"),
        help: "use a variable of your own".to_owned(),
        fix: None,
    });
}

fn function(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    for (of, list, word) in
        [(NodeKind::Call, FUNCTIONS, "function"), (NodeKind::Method, METHODS, "method")]
    {
        let unknown = reading
            .nodes()
            .filter(|(_, node)| node.kind == of && !list.contains(&formula.text(node.token)));
        let tokens = unknown.map(|(_, node)| node.token).collect();
        reading.say_of_names(&UNKNOWN_FUNCTION, tokens, findings, &|name, shown| {
            let near = spelt(name, list).or_else(|| nearest_of(name, list));
            // The word that other languages have for it.
            let near = near.or_else(|| (name.eq_ignore_ascii_case("average")).then_some("avg"));
            Said {
                message: format!("there is no {word} {shown}"),
                help: match near {
                    Some(near) if near.eq_ignore_ascii_case(name) => {
                        format!("it is written `{near}`")
                    }
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are: {}", list.join(", ")),
                },
                fix: near.map(|near| (Applicability::Suggested, near.to_owned())),
            }
        });
    }
}

fn metric(reading: &Reading<'_>, findings: &mut Findings<'_>) {
    let formula = &reading.formula;
    let bare = tokens(reading, |name| METRICS.contains(&name)).into_iter().filter(|token| {
        let next = formula.tokens.get(*token as usize + 1).map(|next| next.kind);
        !matches!(next, Some(Kind::Dot | Kind::Assign))
    });
    reading.say_of_names(&METRIC_WITHOUT_SAMPLE, bare.collect(), findings, &|_, shown| Said {
        message: format!("{shown} is not asked for samples"),
        help: format!(
            "its methods give the data, as `avg({}.GetSample(TimeInterval_Minute * 5))`",
            shown.trim_matches('`')
        ),
        fix: None,
    });
}
