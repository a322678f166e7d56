//! Images: The image that nodes start from, and the node agent that goes with it.

use crate::rules::Category;

/// Images.
pub static CATEGORY: Category = Category {
    id: "image",
    about: "The image that nodes start from, and the node agent that goes with it.",
    rules: &[],
};
