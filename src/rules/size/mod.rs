//! Sizes: the size of virtual machines: whether it exists, is being retired, and
//! fits what else the pool says.

mod fit;
mod name;
mod retirement;

use crate::rules::Category;

pub use fit::{
    ARM_SIZE_IMAGE, GEN1_IMAGE_ON_GEN2_SIZE, GPU_SIZE_WITHOUT_DRIVER,
    PREMIUM_DISK_ON_STANDARD_SIZE, RDMA_SIZE_WITHOUT_INTER_NODE, SECURITY_TYPE_GEN1_IMAGE,
    WITHOUT_TEMP_DISK,
};
pub use name::{BURSTABLE, CLOUD_SERVICE_NAME, FORM, LETTER_ORDER, NOT_SUPPORTED};
pub use retirement::{RETIRED, RETIRING};

/// Sizes.
pub static CATEGORY: Category = Category {
    id: "size",
    about: "The size of virtual machines: whether it exists, is being retired, and fits what else \
            the pool says.",
    rules: &[
        &NOT_SUPPORTED,
        &CLOUD_SERVICE_NAME,
        &LETTER_ORDER,
        &RETIRED,
        &RETIRING,
        &BURSTABLE,
        &GEN1_IMAGE_ON_GEN2_SIZE,
        &GPU_SIZE_WITHOUT_DRIVER,
        &PREMIUM_DISK_ON_STANDARD_SIZE,
        &SECURITY_TYPE_GEN1_IMAGE,
        &FORM,
        &ARM_SIZE_IMAGE,
        &WITHOUT_TEMP_DISK,
        &RDMA_SIZE_WITHOUT_INTER_NODE,
    ],
};
