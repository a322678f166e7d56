//! Containers: Containers on nodes: configuration, images, registries, and the tasks that run in them.

use crate::rules::Category;

/// Containers.
pub static CATEGORY: Category = Category {
    id: "container",
    about: "Containers on nodes: configuration, images, registries, and the tasks that run in them.",
    rules: &[],
};
