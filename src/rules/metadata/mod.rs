//! Metadata: The names and values that an author attaches to pools, jobs and schedules.

use crate::rules::Category;

/// Metadata.
pub static CATEGORY: Category = Category {
    id: "metadata",
    about: "The names and values that an author attaches to pools, jobs and schedules.",
    rules: &[],
};
