//! Documents and values that are plainly something else than what belongs here,
//! and what to make of them.

mod url;

use crate::rules::{Category, Rule};

pub use url::{CREDENTIALS_IN_REQUEST, MANAGEMENT_URL, URL_FORM};

/// What is something else than a request body, or than the value that belongs
/// in its place.
pub static CATEGORY: Category = Category {
    id: "shape",
    about: "Documents and values in the shape of something else: another tool's, another API's, an answer's.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[&MANAGEMENT_URL, &URL_FORM, &CREDENTIALS_IN_REQUEST];
