//! Members, values, names and paths of another version of the API.

use crate::rules::{Category, Rule};

/// What belongs to another version of the API.
pub static CATEGORY: Category = Category {
    id: "version",
    about: "What belongs to another version of the API than the one asked for.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[];
