//! Images: the image that nodes start from, and the node agent that goes with it.

mod agent;
mod id;
mod license;
mod reference;
mod support;

use crate::analysis::Cursor;
use crate::api::{Model, Name};
use crate::document::NodeKind;
use crate::rules::Category;

pub use agent::{NODE_AGENT_IMAGE_MISMATCH, NODE_AGENT_OS_MISMATCH, NODE_AGENT_UNKNOWN};
pub use id::{
    GALLERY_ID_IN_WRONG_PROPERTY, ID_FORM, ID_MANAGED_IMAGE, ID_NEEDS_ENTRA,
    SERVICE_ARTIFACT_ID_FORM, SERVICE_ARTIFACT_WITH_FIXED_VERSION,
};
pub use license::{
    LICENSE_TYPE_EDITION, LICENSE_TYPE_ON_LINUX, LICENSE_TYPE_VALUE, WINDOWS_CONFIGURATION_ON_LINUX,
};
pub use reference::{
    REFERENCE_EMPTY, REFERENCE_INCOMPLETE, REFERENCE_MIXED, UBUNTU_SERVER_OFFER, UBUNTU_SKU_FORM,
    VERSION_FORM,
};
pub use support::{NODE_AGENT_RETIRED, OS_END_OF_SUPPORT, OS_SUPPORT_ENDING};

/// Images.
pub static CATEGORY: Category = Category {
    id: "image",
    about: "The image that nodes start from, and the node agent that goes with it.",
    rules: &[
        &REFERENCE_MIXED,
        &ID_MANAGED_IMAGE,
        &ID_FORM,
        &ID_NEEDS_ENTRA,
        &NODE_AGENT_IMAGE_MISMATCH,
        &NODE_AGENT_OS_MISMATCH,
        &NODE_AGENT_UNKNOWN,
        &NODE_AGENT_RETIRED,
        &OS_END_OF_SUPPORT,
        &OS_SUPPORT_ENDING,
        &WINDOWS_CONFIGURATION_ON_LINUX,
        &LICENSE_TYPE_ON_LINUX,
        &LICENSE_TYPE_VALUE,
        &SERVICE_ARTIFACT_WITH_FIXED_VERSION,
        &SERVICE_ARTIFACT_ID_FORM,
        &REFERENCE_EMPTY,
        &REFERENCE_INCOMPLETE,
        &VERSION_FORM,
        &GALLERY_ID_IN_WRONG_PROPERTY,
        &UBUNTU_SERVER_OFFER,
        &UBUNTU_SKU_FORM,
        &LICENSE_TYPE_EDITION,
    ],
};

const REFERENCE: &[Model] = &[Model::IMAGE_REFERENCE];
const MACHINE: &[Model] = &[Model::VIRTUAL_MACHINE_CONFIGURATION];

/// The value of a property, unless it is a blank text.
fn filled(object: Cursor<'_>, name: Name) -> Option<Cursor<'_>> {
    object
        .get(name)
        .filter(|value| value.kind() != NodeKind::String || !value.content().trim().is_empty())
}
