//! Networks: The network of a pool: subnet, public addresses, ports and the rules on them.

use crate::rules::Category;

/// Networks.
pub static CATEGORY: Category = Category {
    id: "network",
    about: "The network of a pool: subnet, public addresses, ports and the rules on them.",
    rules: &[],
};
