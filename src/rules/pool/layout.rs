//! How tasks are laid out on the nodes of a pool: slots, and communication
//! between nodes.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::report::Applicability::Suggested;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, rule};

use super::machine;

rule! {
    /// A pool with inter-node communication asks for more nodes than such a
    /// pool can have.
    ///
    /// ## Why it matters
    /// Nodes that talk to each other are in one scale set, and that has 100 of
    /// them at most (80 in accounts whose pools are made in the user's own
    /// subscription). No quota raises this: the pool stops short of its target
    /// with a resize error. Spot nodes count.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 150, "enableInterNodeCommunication": true }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v5", "targetDedicatedNodes": 80, "enableInterNodeCommunication": true }
    /// ```
    ///
    /// ## Source
    /// Batch's page on quotas and limits (sizes of pools).
    INTER_NODE_POOL_TOO_LARGE {
        code: "AB1605",
        id: "pool/inter-node-pool-too-large",
        severity: Warning,
        checks: &[Check::Properties(&[p::ENABLE_INTER_NODE_COMMUNICATION], too_large)],
    }
}

/// How many nodes a pool has at most whose nodes talk to each other.
const MOST_NODES: i64 = 100;

fn too_large(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.as_bool() != Some(true) {
        return;
    }
    let Some(pool) = flag.parent() else { return };
    // What is beyond 32 bits is another rule's.
    let count = |name| {
        let at = pool.get(name)?;
        at.as_int()
            .filter(|count| (1..=i64::from(i32::MAX)).contains(count))
            .map(|count| (count, at))
    };
    let (dedicated, spot) = (count(p::TARGET_DEDICATED_NODES), count(p::TARGET_LOW_PRIORITY_NODES));
    let both = [dedicated, spot].into_iter().flatten();
    let sum: i64 = both.clone().map(|(count, _)| count).sum();
    if let Some((_, at)) = both.max_by_key(|(count, _)| *count).filter(|_| sum > MOST_NODES) {
        let message = format!(
            "the pool asks for {sum} nodes, and with inter-node communication it can have \
             {MOST_NODES}"
        );
        findings.add(
            Finding::at(&INTER_NODE_POOL_TOO_LARGE, at, message)
                .help("ask for fewer nodes, or take larger machines")
                .related(flag.name_span(), "inter-node communication is on"),
        );
    }
}

rule! {
    /// Inter-node communication is on, and a node takes more than one task.
    ///
    /// ## Why it matters
    /// Inter-node communication is for multi-instance tasks, and these are only
    /// scheduled on a pool with one task slot a node. On this pool such a task
    /// stays active for ever, without an error.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d4s_v5", "enableInterNodeCommunication": true, "taskSlotsPerNode": 4 }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d4s_v5", "enableInterNodeCommunication": true, "taskSlotsPerNode": 1 }
    /// ```
    ///
    /// ## Fix safety
    /// Writing 1 is a suggestion: if no multi-instance task is run, it is the
    /// communication that should go.
    ///
    /// ## Source
    /// Batch's article on multi-instance tasks.
    INTER_NODE_WITH_TASK_SLOTS {
        code: "AB1606",
        id: "pool/inter-node-with-task-slots",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Properties(&[p::TASK_SLOTS_PER_NODE], slots_between_nodes)],
    }
}

fn slots_between_nodes(slots: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if slots.as_int().is_none_or(|slots| slots <= 1) {
        return;
    }
    let flag = slots.parent().and_then(|pool| pool.get(p::ENABLE_INTER_NODE_COMMUNICATION));
    let Some(flag) = flag.filter(|flag| flag.as_bool() == Some(true)) else { return };
    let message = "with more than one task slot a node, this pool never runs a multi-instance task";
    findings.add(
        Finding::at(&INTER_NODE_WITH_TASK_SLOTS, slots, message)
            .help("write 1, or switch inter-node communication off if there are no such tasks")
            .related(flag.name_span(), "inter-node communication is for these")
            .fix("Write `1`", Suggested, slots.span(), "1"),
    );
}

rule! {
    /// There are more than four task slots for each core of the machine.
    ///
    /// ## Why it matters
    /// A node has at most four task slots for each of its cores, and never more
    /// than 256; more are refused with `InvalidPropertyValue`. The cores are
    /// read from the name of the size, where it tells them.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "taskSlotsPerNode": 16 }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "taskSlotsPerNode": 8 }
    /// ```
    ///
    /// ## Fix safety
    /// The most that the machine may have is a suggestion; a larger machine may
    /// be what is needed.
    ///
    /// ## Source
    /// The API's documentation of `taskSlotsPerNode`; `maximumPerCore` in
    /// `schemas/models.json`.
    TASK_SLOTS_OVER_CORES {
        code: "AB1607",
        id: "pool/task-slots-over-cores",
        severity: Warning,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::TASK_SLOTS_PER_NODE], slots_over_cores)],
    }
}

fn slots_over_cores(slots: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    // More than 256 are out of range by themselves; 4 fit on every machine.
    let count = slots.as_int().and_then(|count| u32::try_from(count).ok());
    let Some(count) = count.filter(|count| (5..=256).contains(count)) else { return };
    let Some(pool) = slots.pool() else { return };
    let Some(size) = pool.at.get(p::VM_SIZE) else { return };
    let cores = pool.size().as_ref().and_then(machine::cores);
    let Some(limit) = cores.and_then(|cores| cores.checked_mul(4)).filter(|most| *most < count)
    else {
        return;
    };
    let message = format!("a node of size {} has at most {limit} task slots", shown(size));
    findings.add(
        Finding::at(&TASK_SLOTS_OVER_CORES, slots, message)
            .help("there are four for each core; write fewer, or take a larger machine")
            .related(size.span(), "the size")
            .fix(format!("Write `{limit}`"), Suggested, slots.span(), limit.to_string()),
    );
}

rule! {
    /// A pool has less than one task slot a node.
    ///
    /// ## Why it matters
    /// A node without a slot can run nothing. Only the upper limit is
    /// documented, so that the refusal is not certain.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "taskSlotsPerNode": 0 }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "taskSlotsPerNode": 1 }
    /// ```
    ///
    /// ## Fix safety
    /// Writing 1, which is the default, is a suggestion.
    ///
    /// ## Source
    /// The API's documentation of `taskSlotsPerNode`, which has 1 as default and
    /// names no minimum.
    TASK_SLOTS_BELOW_ONE {
        code: "AB1618",
        id: "pool/task-slots-below-one",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::TASK_SLOTS_PER_NODE], no_slot)],
    }
}

fn no_slot(slots: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if slots.as_int().is_some_and(|slots| slots < 1) {
        let message = format!("a node with {} task slots runs no task", shown(slots));
        findings.add(
            Finding::at(&TASK_SLOTS_BELOW_ONE, slots, message)
                .help("write 1 or more, or leave it out for 1")
                .fix("Write `1`", Suggested, slots.span(), "1"),
        );
    }
}

rule! {
    /// `nodeFillType` is `pack`, which changes nothing with one task slot a node.
    ///
    /// ## Why it matters
    /// Packing fills a node before the next one gets a task. A node with one
    /// slot is full with its first task, so that packing and spreading are the
    /// same; often `taskSlotsPerNode` has been forgotten.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d4s_v5", "taskSchedulingPolicy": { "nodeFillType": "pack" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4s_v5",
    ///   "taskSlotsPerNode": 4,
    ///   "taskSchedulingPolicy": { "nodeFillType": "pack" }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `taskSchedulingPolicy` and
    /// `taskSlotsPerNode`.
    PACK_WITHOUT_SLOTS {
        code: "AB1622",
        id: "pool/pack-without-slots",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::NODE_FILL_TYPE], pack_without_slots)],
    }
}

fn pack_without_slots(fill: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if fill.as_str().is_none_or(|fill| !fill.eq_ignore_ascii_case("pack")) {
        return;
    }
    let Some(pool) = fill.pool() else { return };
    let one = match pool.at.get(p::TASK_SLOTS_PER_NODE) {
        Some(slots) => slots.as_int() == Some(1),
        // What an update does not say stays as it is, and is not known.
        None => pool.at.model() != Some(Model::BATCH_POOL_UPDATE_CONTENT),
    };
    if one {
        let message = "`pack` changes nothing where a node takes one task";
        let help = "set `taskSlotsPerNode` above 1, or leave the policy out";
        findings.add(Finding::at(&PACK_WITHOUT_SLOTS, fill, message).help(help));
    }
}
