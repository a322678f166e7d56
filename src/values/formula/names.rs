//! What a formula may name.

/// Variables that a formula may set. The first two are the targets.
pub(crate) const SETTABLE: &[&str] =
    &["$TargetDedicatedNodes", "$TargetLowPriorityNodes", "$NodeDeallocationOption"];

/// Variables by their names of old, and by those of today. The first two are
/// aliases of targets.
pub(crate) const OLD: &[(&str, &str)] = &[
    ("$TargetDedicated", "$TargetDedicatedNodes"),
    ("$TargetLowPriority", "$TargetLowPriorityNodes"),
    ("$CurrentDedicated", "$CurrentDedicatedNodes"),
    ("$CurrentLowPriority", "$CurrentLowPriorityNodes"),
];

/// Variables that only the service sets.
pub(crate) const READ_ONLY: &[&str] = &[
    "$ActiveTasks",
    "$CPUPercent",
    "$CurrentDedicatedNodes",
    "$CurrentLowPriorityNodes",
    "$DiskBytes",
    "$DiskReadBytes",
    "$DiskReadOps",
    "$DiskWriteBytes",
    "$DiskWriteOps",
    "$FailedTasks",
    "$MemoryBytes",
    "$NetworkInBytes",
    "$NetworkOutBytes",
    "$PendingTasks",
    "$PreemptedNodeCount",
    "$RunningTasks",
    "$SampleNodeCount",
    "$SucceededTasks",
    "$TaskSlotsPerNode",
    "$UsableNodeCount",
    "$WallClockSeconds",
];

/// Metrics that the number of tasks and what they use are.
pub(crate) const METRICS: &[&str] = &[
    "$ActiveTasks",
    "$CPUPercent",
    "$FailedTasks",
    "$PendingTasks",
    "$PreemptedNodeCount",
    "$RunningTasks",
    "$SucceededTasks",
];

/// Metrics that say how much there is to do.
pub(crate) const LOAD: &[&str] = &["$ActiveTasks", "$CPUPercent", "$PendingTasks", "$RunningTasks"];

/// Units of time, and none.
pub(crate) const INTERVALS: &[&str] = &[
    "TimeInterval_100ns",
    "TimeInterval_Day",
    "TimeInterval_Hour",
    "TimeInterval_Microsecond",
    "TimeInterval_Millisecond",
    "TimeInterval_Minute",
    "TimeInterval_Second",
    "TimeInterval_Week",
    "TimeInterval_Year",
    "TimeInterval_Zero",
];

/// What becomes of the tasks of a node that is removed.
pub(crate) const DEALLOCATION: &[&str] =
    &["requeue", "retaineddata", "taskcompletion", "terminate"];

/// Functions. Sources disagree on `ceil`, `floor` and `round`.
pub(crate) const FUNCTIONS: &[&str] = &[
    "avg",
    "ceil",
    "floor",
    "len",
    "lg",
    "ln",
    "log",
    "max",
    "min",
    "norm",
    "percentile",
    "rand",
    "range",
    "round",
    "std",
    "stop",
    "sum",
    "time",
    "val",
];

/// Methods of metrics.
pub(crate) const METHODS: &[&str] =
    &["Count", "GetSample", "GetSamplePercent", "GetSamplePeriod", "HistoryBeginTime"];

/// Words of other languages that are no operators here.
pub(super) const KEYWORDS: &[&str] = &["and", "else", "if", "let", "not", "or", "return", "var"];

/// Whether a name is in a list, in any case.
pub(crate) fn is_in(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The name of today of a variable that is called by an older one.
pub(crate) fn today(name: &str) -> Option<&'static str> {
    let mut pairs = OLD.iter();
    pairs.find(|(old, _)| old.eq_ignore_ascii_case(name)).map(|(_, today)| *today)
}

/// Which target a name is of, by the name of today.
pub(crate) fn target(name: &str) -> Option<&'static str> {
    let targets = SETTABLE.get(..2).unwrap_or_default();
    let exact = targets.iter().find(|target| target.eq_ignore_ascii_case(name)).copied();
    exact.or_else(|| today(name).filter(|today| targets.contains(today)))
}
