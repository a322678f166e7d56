//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

pub(super) mod python;
mod text;

use crate::rules::{Category, Rule};

pub use text::{JSON_LINES, NOT_JSON, PYTHON_REPR, YAML};

/// What is something else than a request body, or than the value that belongs
/// in its place.
pub static CATEGORY: Category = Category {
    id: "shape",
    about: "Documents and values in the shape of something else: another tool's, another API's, an answer's.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[&YAML, &NOT_JSON, &PYTHON_REPR, &JSON_LINES];
