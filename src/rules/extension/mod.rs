//! Extensions: the extensions of the virtual machines.

mod list;
mod single;

use crate::analysis::Cursor;
use crate::rules::Category;

pub use list::{DUPLICATE_NAME, DUPLICATE_TYPE, NVIDIA_DRIVER_ON_OTHER_SIZE, PROVISION_AFTER};
pub use single::{
    CUSTOM_SCRIPT, HANDLER_VERSION_FORM, NO_AUTO_UPGRADE, NOT_ALLOWED, OS_MISMATCH, RETIRED,
};

/// Extensions.
pub static CATEGORY: Category = Category {
    id: "extension",
    about: "The extensions of the virtual machines.",
    rules: &[
        &CUSTOM_SCRIPT,
        &NOT_ALLOWED,
        &RETIRED,
        &OS_MISMATCH,
        &DUPLICATE_NAME,
        &DUPLICATE_TYPE,
        &PROVISION_AFTER,
        &HANDLER_VERSION_FORM,
        &NVIDIA_DRIVER_ON_OTHER_SIZE,
        &NO_AUTO_UPGRADE,
    ],
};

/// The `virtualMachineConfiguration` that an extension, or a value of it, is of.
fn machine_of(at: Cursor<'_>) -> Option<Cursor<'_>> {
    at.nearest(crate::api::Model::VIRTUAL_MACHINE_CONFIGURATION)
}
