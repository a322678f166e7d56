//! Formulas: The formula by which a pool scales itself: its syntax, variables, functions, samples and what it can lead to.

use crate::rules::Category;

/// Formulas.
pub static CATEGORY: Category = Category {
    id: "formula",
    about: "The formula by which a pool scales itself: its syntax, variables, functions, samples and what it can lead to.",
    rules: &[],
};
