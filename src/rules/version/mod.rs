//! Members, values, names and paths of another version of the API.

pub(crate) mod request;

use crate::rules::{Category, Rule};

pub use request::{
    API_VERSION_RETIRING, OLD_BODY_PARAMETER, OLD_OPERATION_ID, REMOVED_PATH, RETIRED_API_VERSION,
    UNKNOWN_API_VERSION,
};

/// What belongs to another version of the API.
pub static CATEGORY: Category = Category {
    id: "version",
    about: "What belongs to another version of the API than the one asked for.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &UNKNOWN_API_VERSION,
    &RETIRED_API_VERSION,
    &API_VERSION_RETIRING,
    &OLD_OPERATION_ID,
    &OLD_BODY_PARAMETER,
    &REMOVED_PATH,
];
