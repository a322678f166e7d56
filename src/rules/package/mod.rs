//! Packages: Application packages that pools and tasks refer to.

use crate::rules::Category;

/// Packages.
pub static CATEGORY: Category = Category {
    id: "package",
    about: "Application packages that pools and tasks refer to.",
    rules: &[],
};
