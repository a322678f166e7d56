//! Sizes: The size of virtual machines: whether it exists, is being retired, and fits what else the pool says.

use crate::rules::Category;

/// Sizes.
pub static CATEGORY: Category = Category {
    id: "size",
    about: "The size of virtual machines: whether it exists, is being retired, and fits what else the pool says.",
    rules: &[],
};
