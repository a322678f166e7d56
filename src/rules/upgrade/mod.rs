//! Upgrades: How the operating system of a pool is upgraded, and what that needs.

use crate::rules::Category;

/// Upgrades.
pub static CATEGORY: Category = Category {
    id: "upgrade",
    about: "How the operating system of a pool is upgraded, and what that needs.",
    rules: &[],
};
