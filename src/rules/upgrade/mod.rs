//! Upgrades: how the operating system of a pool is upgraded, and what that
//! needs.

mod os;
mod rolling;

use crate::rules::{Category, Rule};

pub use os::{
    OS_UPGRADE_IMAGE_VERSION, OS_UPGRADE_OPTIONS_UNUSED, OS_UPGRADE_PINNED_GALLERY_IMAGE,
    OS_UPGRADE_WINDOWS_DEFAULT, OS_UPGRADE_WITH_WINDOWS_UPDATES, OS_UPGRADE_WITHOUT_DEFERRAL,
};
pub use rolling::{
    CROSS_ZONE_UPGRADE_WITHOUT_ZONES, ROLLING_BATCH_OVER_DEFAULT, ROLLING_BATCH_OVER_UNHEALTHY,
    ROLLING_POLICY_MISSING, ROLLING_POLICY_UNUSED,
};

/// Upgrades.
pub static CATEGORY: Category = Category {
    id: "upgrade",
    about: "How the operating system of a pool is upgraded, and what that needs.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &OS_UPGRADE_WITH_WINDOWS_UPDATES,
    &OS_UPGRADE_WINDOWS_DEFAULT,
    &OS_UPGRADE_IMAGE_VERSION,
    &OS_UPGRADE_PINNED_GALLERY_IMAGE,
    &OS_UPGRADE_WITHOUT_DEFERRAL,
    &ROLLING_BATCH_OVER_UNHEALTHY,
    &CROSS_ZONE_UPGRADE_WITHOUT_ZONES,
    &ROLLING_POLICY_UNUSED,
    &OS_UPGRADE_OPTIONS_UNUSED,
    &ROLLING_POLICY_MISSING,
    &ROLLING_BATCH_OVER_DEFAULT,
];

#[cfg(test)]
mod tests;
