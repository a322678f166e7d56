//! Extensions: Virtual machine extensions of a pool.

use crate::rules::Category;

/// Extensions.
pub static CATEGORY: Category =
    Category { id: "extension", about: "Virtual machine extensions of a pool.", rules: &[] };
