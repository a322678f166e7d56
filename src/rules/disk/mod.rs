//! Disks: those of the operating system and of data, their caching and
//! storage, their encryption, and the security of the machines behind them.

mod data;
mod encryption;
mod ephemeral;
mod os;
mod security;

use crate::analysis::Cursor;
use crate::api::p;
use crate::rules::{Category, Rule};

pub use data::{
    DATA_DISK_CACHING_TOO_LARGE, DATA_DISK_SIZE, DATA_DISKS_WITHOUT_START_TASK, DUPLICATE_LUN,
};
pub use encryption::{
    AZURE_DISK_ENCRYPTION_RETIRING, DISK_ENCRYPTION_DUPLICATE_TARGET,
    DISK_ENCRYPTION_ON_LINUX_GALLERY_IMAGE, DISK_ENCRYPTION_TARGETS_BY_OS,
    DISK_ENCRYPTION_WITHOUT_TARGETS, TEMPORARY_DISK_ENCRYPTION_SIZE,
};
pub use ephemeral::{
    EPHEMERAL_ON_UNFIT_SIZE, EPHEMERAL_OS_DISK_OPTIONS, EPHEMERAL_WITH_SPOT,
    EPHEMERAL_WITH_SPOT_FORMULA,
};
pub use os::{OS_DISK_SIZE, WRITE_ACCELERATOR_SIZE};
pub use security::{
    CONFIDENTIAL_SIZE, CONFIDENTIAL_WITHOUT_DISK_SECURITY, CONFIDENTIAL_WITHOUT_VTPM,
    DISK_SECURITY_WITHOUT_CONFIDENTIAL, TRUSTED_LAUNCH_ALL_OFF,
};

/// Disks.
pub static CATEGORY: Category = Category {
    id: "disk",
    about: "Operating system disks, data disks, their caching, storage and encryption.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &DUPLICATE_LUN,
    &EPHEMERAL_WITH_SPOT,
    &DISK_ENCRYPTION_WITHOUT_TARGETS,
    &DISK_ENCRYPTION_ON_LINUX_GALLERY_IMAGE,
    &TEMPORARY_DISK_ENCRYPTION_SIZE,
    &AZURE_DISK_ENCRYPTION_RETIRING,
    &CONFIDENTIAL_WITHOUT_DISK_SECURITY,
    &DISK_SECURITY_WITHOUT_CONFIDENTIAL,
    &DATA_DISK_SIZE,
    &OS_DISK_SIZE,
    &DATA_DISK_CACHING_TOO_LARGE,
    &EPHEMERAL_WITH_SPOT_FORMULA,
    &EPHEMERAL_ON_UNFIT_SIZE,
    &EPHEMERAL_OS_DISK_OPTIONS,
    &WRITE_ACCELERATOR_SIZE,
    &DISK_ENCRYPTION_DUPLICATE_TARGET,
    &CONFIDENTIAL_WITHOUT_VTPM,
    &CONFIDENTIAL_SIZE,
    &DATA_DISKS_WITHOUT_START_TASK,
    &DISK_ENCRYPTION_TARGETS_BY_OS,
    &TRUSTED_LAUNCH_ALL_OFF,
];

/// The id of the image, of a machine whose image is from a gallery.
fn gallery_image(machine: Cursor<'_>) -> Option<Cursor<'_>> {
    let image = machine.get(p::IMAGE_REFERENCE)?;
    let ids =
        [p::VIRTUAL_MACHINE_IMAGE_ID, p::SHARED_GALLERY_IMAGE_ID, p::COMMUNITY_GALLERY_IMAGE_ID];
    ids.into_iter().find_map(|id| image.get(id))
}

/// Whether a value is this text, in any case.
fn is_text(value: Cursor<'_>, text: &str) -> bool {
    value.as_str().is_some_and(|given| given.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests;
