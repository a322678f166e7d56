//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

mod answer;
mod client;
mod management;
mod operation;
mod template;
mod wrapping;

use crate::rules::{Category, Rule};

pub use answer::{GET_RESPONSE, LIST_RESPONSE};
pub use client::{PASCAL_CASE, SNAKE_CASE};
pub use management::{MANAGEMENT_PLANE_ACCOUNT, MANAGEMENT_PLANE_POOL};
pub use operation::{OTHER_ACTION, OTHER_OPERATION};
pub use template::{
    API_DESCRIPTION, ARM_PARAMETERS_FILE, ARM_TEMPLATE, BATCH_CLI_TEMPLATE, BICEP_OUTPUT,
    DATA_FACTORY, SHIPYARD_CONFIG, TERRAFORM_ATTRIBUTES,
};
pub use wrapping::{DOUBLE_ENCODED, SEVERAL_RESOURCES, WRAPPED_BODY};

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
    &SNAKE_CASE,
    &PASCAL_CASE,
    &SHIPYARD_CONFIG,
    &DOUBLE_ENCODED,
    &WRAPPED_BODY,
    &SEVERAL_RESOURCES,
    &OTHER_OPERATION,
    &ARM_TEMPLATE,
    &BICEP_OUTPUT,
    &ARM_PARAMETERS_FILE,
    &MANAGEMENT_PLANE_ACCOUNT,
    &GET_RESPONSE,
    &LIST_RESPONSE,
    &TERRAFORM_ATTRIBUTES,
    &DATA_FACTORY,
    &API_DESCRIPTION,
    &OTHER_ACTION,
];
