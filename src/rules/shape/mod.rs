//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

mod answer;
mod client;
mod error_response;
mod management;
mod members;
mod operation;
mod pairs;
mod placeholders;
pub(super) mod python;
mod scalars;
mod template;
mod text;
mod update;
mod url;
mod values;
mod wrapping;

use crate::rules::{Category, Rule};

pub use answer::{GET_RESPONSE, LIST_RESPONSE};
pub use client::{PASCAL_CASE, SNAKE_CASE};
pub use error_response::ERROR_RESPONSE;
pub use management::{MANAGEMENT_PLANE_ACCOUNT, MANAGEMENT_PLANE_POOL};
pub use members::{PARENT_ID_IN_BODY, TASKS_IN_JOB};
pub use operation::{OTHER_ACTION, OTHER_OPERATION};
pub use pairs::MAP_FOR_NAME_VALUE_LIST;
pub use placeholders::{STRINGIFIED_OBJECT, TEMPLATE_EXPRESSION, UNRESOLVED_PLACEHOLDER};
pub use scalars::SCALAR_SPELLING;
pub use template::{
    API_DESCRIPTION, ARM_PARAMETERS_FILE, ARM_TEMPLATE, BATCH_CLI_TEMPLATE, BICEP_OUTPUT,
    DATA_FACTORY, SHIPYARD_CONFIG, TERRAFORM_ATTRIBUTES,
};
pub use text::{JSON_LINES, NOT_JSON, PYTHON_REPR, YAML};
pub use update::EMPTY_UPDATE;
pub use url::{CREDENTIALS_IN_REQUEST, MANAGEMENT_URL, URL_FORM};
pub use values::{COMMAND_LINE_LIST, DEPENDS_ON_LIST, DOUBLE_ENCODED, SHORTHAND_STRING};
pub use wrapping::{SEVERAL_RESOURCES, WRAPPED_BODY};

pub(crate) use placeholders::is_unfilled;
pub(crate) use scalars::is_script_date;

/// What is something else than a request body, or than the value that belongs
/// in its place.
pub static CATEGORY: Category = Category {
    id: "shape",
    about: "Documents and values in the shape of something else: another tool's, another API's, an answer's.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &MANAGEMENT_PLANE_POOL,
    &BATCH_CLI_TEMPLATE,
    &ERROR_RESPONSE,
    &SNAKE_CASE,
    &PASCAL_CASE,
    &SHIPYARD_CONFIG,
    &DOUBLE_ENCODED,
    &WRAPPED_BODY,
    &SEVERAL_RESOURCES,
    &YAML,
    &NOT_JSON,
    &PYTHON_REPR,
    &JSON_LINES,
    &MANAGEMENT_URL,
    &URL_FORM,
    &OTHER_OPERATION,
    &TASKS_IN_JOB,
    &PARENT_ID_IN_BODY,
    &DEPENDS_ON_LIST,
    &MAP_FOR_NAME_VALUE_LIST,
    &SHORTHAND_STRING,
    &COMMAND_LINE_LIST,
    &SCALAR_SPELLING,
    &ARM_TEMPLATE,
    &BICEP_OUTPUT,
    &ARM_PARAMETERS_FILE,
    &MANAGEMENT_PLANE_ACCOUNT,
    &TEMPLATE_EXPRESSION,
    &UNRESOLVED_PLACEHOLDER,
    &STRINGIFIED_OBJECT,
    &GET_RESPONSE,
    &LIST_RESPONSE,
    &TERRAFORM_ATTRIBUTES,
    &DATA_FACTORY,
    &API_DESCRIPTION,
    &CREDENTIALS_IN_REQUEST,
    &EMPTY_UPDATE,
    &OTHER_ACTION,
];

#[cfg(test)]
mod tests;
