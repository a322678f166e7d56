//! Pools: how many nodes they get and how, how tasks are laid out on them, and
//! what an update or a job may say of them.

mod auto_pool;
mod layout;
mod machine;
mod network;
mod scale;
mod tags;
mod update;

use crate::date::Date;
use crate::rules::{Category, Context, Rule};

pub use auto_pool::{AUTO_POOL_OUTLIVES_WORK, AUTO_POOL_UPDATE_SCHEDULE_LIFETIME};
pub use layout::{
    INTER_NODE_POOL_TOO_LARGE, INTER_NODE_WITH_TASK_SLOTS, PACK_WITHOUT_SLOTS,
    TASK_SLOTS_BELOW_ONE, TASK_SLOTS_OVER_CORES,
};
pub use network::{CLASSIC_COMMUNICATION, ZONAL_WITH_INFINIBAND};
pub use scale::{
    AUTO_SCALE_WITH_TARGET_NODES, AUTO_SCALE_WITHOUT_FORMULA,
    EVALUATION_INTERVAL_WITHOUT_AUTO_SCALE, LOW_PRIORITY_IS_SPOT, NEGATIVE_TARGET_NODES,
    NO_TARGET_NODES, RESIZE_TIMEOUT_WITH_AUTO_SCALE, STARTS_EMPTY,
};
pub use tags::{RESOURCE_TAG_LIMITS, RESOURCE_TAGS_ALLOCATION_MODE};
pub use update::{
    PATCH_CLEARS_LIST, PATCH_DATA_DISKS, PATCH_NEEDS_EMPTY_POOL, PATCH_REPLACES_CONFIGURATION,
    REPLACE_CLEARS_LIST, REPLACE_REMOVES_START_TASK, REPLACE_RESETS_COMMUNICATION_MODE,
    UPDATE_NEEDS_REBOOT,
};

/// Pools.
pub static CATEGORY: Category = Category {
    id: "pool",
    about: "The pool as a whole: how many nodes it gets and how, how tasks are laid out, what an update or a job may say of it.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &AUTO_SCALE_WITHOUT_FORMULA,
    &AUTO_SCALE_WITH_TARGET_NODES,
    &NO_TARGET_NODES,
    &LOW_PRIORITY_IS_SPOT,
    &INTER_NODE_POOL_TOO_LARGE,
    &INTER_NODE_WITH_TASK_SLOTS,
    &TASK_SLOTS_OVER_CORES,
    &AUTO_POOL_UPDATE_SCHEDULE_LIFETIME,
    &PATCH_NEEDS_EMPTY_POOL,
    &PATCH_CLEARS_LIST,
    &REPLACE_CLEARS_LIST,
    &REPLACE_REMOVES_START_TASK,
    &PATCH_DATA_DISKS,
    &CLASSIC_COMMUNICATION,
    &ZONAL_WITH_INFINIBAND,
    &NEGATIVE_TARGET_NODES,
    &EVALUATION_INTERVAL_WITHOUT_AUTO_SCALE,
    &TASK_SLOTS_BELOW_ONE,
    &RESOURCE_TAG_LIMITS,
    &STARTS_EMPTY,
    &RESIZE_TIMEOUT_WITH_AUTO_SCALE,
    &PACK_WITHOUT_SLOTS,
    &AUTO_POOL_OUTLIVES_WORK,
    &REPLACE_RESETS_COMMUNICATION_MODE,
    &UPDATE_NEEDS_REBOOT,
    &PATCH_REPLACES_CONFIGURATION,
    &RESOURCE_TAGS_ALLOCATION_MODE,
];

/// How the end of something stands to the day of the run: whether it has come,
/// and a text such as `ended on 2026-03-31`. `None` if no day is given.
pub(in crate::rules) fn end(day: &str, context: &Context<'_>) -> Option<(bool, String)> {
    let (today, day) = (context.today?, day.parse::<Date>().ok()?);
    let over = day < today;
    let text = match over {
        true => format!("ended on {day}"),
        false => format!("ends on {day}, {}", today.until(day)),
    };
    Some((over, text))
}

#[cfg(test)]
pub(in crate::rules) mod tests;
