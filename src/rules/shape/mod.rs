//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

mod members;
mod pairs;
mod placeholders;
mod scalars;
mod update;
mod values;

pub use members::{PARENT_ID_IN_BODY, TASKS_IN_JOB};
pub use pairs::MAP_FOR_NAME_VALUE_LIST;
pub use placeholders::{STRINGIFIED_OBJECT, TEMPLATE_EXPRESSION, UNRESOLVED_PLACEHOLDER};
pub use scalars::SCALAR_SPELLING;
pub use update::EMPTY_UPDATE;
pub use values::{COMMAND_LINE_LIST, DEPENDS_ON_LIST, DOUBLE_ENCODED, SHORTHAND_STRING};

pub(crate) use placeholders::is_unfilled;
pub(crate) use scalars::is_script_date;

use crate::rules::{Category, Rule};

/// What is something else than a request body, or than the value that belongs
/// in its place.
pub static CATEGORY: Category = Category {
    id: "shape",
    about: "Documents and values in the shape of something else: another tool's, another API's, an answer's.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &DOUBLE_ENCODED,
    &TASKS_IN_JOB,
    &PARENT_ID_IN_BODY,
    &DEPENDS_ON_LIST,
    &MAP_FOR_NAME_VALUE_LIST,
    &SHORTHAND_STRING,
    &COMMAND_LINE_LIST,
    &SCALAR_SPELLING,
    &TEMPLATE_EXPRESSION,
    &UNRESOLVED_PLACEHOLDER,
    &STRINGIFIED_OBJECT,
    &EMPTY_UPDATE,
];

#[cfg(test)]
mod tests;
