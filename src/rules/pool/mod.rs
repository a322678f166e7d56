//! Pools: The pool as a whole: how many nodes it gets and how, its start task, how tasks are laid out, what an update or a job may say of it.

use crate::rules::Category;

/// Pools.
pub static CATEGORY: Category = Category {
    id: "pool",
    about: "The pool as a whole: how many nodes it gets and how, its start task, how tasks are laid out, what an update or a job may say of it.",
    rules: &[],
};
