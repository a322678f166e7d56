//! Disks: Operating system disks, data disks, their caching, storage and encryption.

use crate::rules::Category;

/// Disks.
pub static CATEGORY: Category = Category {
    id: "disk",
    about: "Operating system disks, data disks, their caching, storage and encryption.",
    rules: &[],
};
