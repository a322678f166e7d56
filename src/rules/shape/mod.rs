//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

mod error_response;

pub use error_response::ERROR_RESPONSE;

use crate::rules::{Category, Rule};

/// What is something else than a request body, or than the value that belongs
/// in its place.
pub static CATEGORY: Category = Category {
    id: "shape",
    about: "Documents and values in the shape of something else: another tool's, another API's, an answer's.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[&ERROR_RESPONSE];
