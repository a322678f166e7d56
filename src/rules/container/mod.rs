//! Containers on nodes: configuration, images, registries, and the tasks that
//! run in them.

mod command;
mod image;
mod mounts;
mod options;
mod pool;
mod registry;
#[cfg(test)]
mod tests;

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::rules::Category;

pub use command::{DOCKER_IN_CONTAINER_TASK, VARIABLE_OF_UNMOUNTED_PATH};
pub use image::{IMAGE_DUPLICATE, IMAGE_NAME_FORM, IMAGE_NOT_IN_POOL, IMAGE_WITHOUT_TAG};
pub use mounts::{
    BIND_MOUNT_ENTRY, MOUNT_WITHOUT_PREPARATION, READ_ONLY_TASK_MOUNT, TASK_PATH_NOT_MOUNTED,
};
pub use options::{
    FIXED_CONTAINER_NAME, GPUS_OPTION, RUN_ONLY_CONTAINER_OPTION, WORKING_DIRECTORY_TWICE,
};
pub use pool::{
    IMAGE_NOT_CAPABLE, PREP_TASK_WITHOUT_CONTAINER_POOL, SETTINGS_MISSING,
    SETTINGS_WITHOUT_CONTAINER_POOL, START_TASK_WITHOUT_CONTAINER_POOL,
    WINDOWS_CONTAINER_ELEVATION,
};
pub use registry::{
    REGISTRY_DUPLICATE, REGISTRY_HALF_CREDENTIALS, REGISTRY_IDENTITY_AND_PASSWORD,
    REGISTRY_IDENTITY_NOT_ACR, REGISTRY_NOT_LISTED, REGISTRY_OF_OTHER_IMAGE, REGISTRY_SERVER_NAME,
    REGISTRY_SERVER_SCHEME, REGISTRY_WITHOUT_CREDENTIALS, TASK_REGISTRY_ON_PLAIN_TASK,
};

/// Containers.
pub static CATEGORY: Category = Category {
    id: "container",
    about: "Containers on nodes: configuration, images, registries, and the tasks that run in them.",
    rules: &[
        &IMAGE_NOT_CAPABLE,
        &REGISTRY_IDENTITY_AND_PASSWORD,
        &REGISTRY_SERVER_NAME,
        &REGISTRY_NOT_LISTED,
        &REGISTRY_OF_OTHER_IMAGE,
        &REGISTRY_IDENTITY_NOT_ACR,
        &SETTINGS_MISSING,
        &SETTINGS_WITHOUT_CONTAINER_POOL,
        &DOCKER_IN_CONTAINER_TASK,
        &GPUS_OPTION,
        &RUN_ONLY_CONTAINER_OPTION,
        &TASK_PATH_NOT_MOUNTED,
        &VARIABLE_OF_UNMOUNTED_PATH,
        &WINDOWS_CONTAINER_ELEVATION,
        &PREP_TASK_WITHOUT_CONTAINER_POOL,
        &START_TASK_WITHOUT_CONTAINER_POOL,
        &REGISTRY_HALF_CREDENTIALS,
        &REGISTRY_DUPLICATE,
        &WORKING_DIRECTORY_TWICE,
        &BIND_MOUNT_ENTRY,
        &IMAGE_NAME_FORM,
        &IMAGE_DUPLICATE,
        &REGISTRY_WITHOUT_CREDENTIALS,
        &REGISTRY_SERVER_SCHEME,
        &TASK_REGISTRY_ON_PLAIN_TASK,
        &FIXED_CONTAINER_NAME,
        &READ_ONLY_TASK_MOUNT,
        &MOUNT_WITHOUT_PREPARATION,
        &IMAGE_WITHOUT_TAG,
        &IMAGE_NOT_IN_POOL,
    ],
};

/// The tasks that can run in a container and are given in requests.
const TASKS: &[Model] = &[
    Model::BATCH_TASK_CREATE_CONTENT,
    Model::BATCH_JOB_MANAGER_TASK,
    Model::BATCH_JOB_PREPARATION_TASK,
    Model::BATCH_JOB_RELEASE_TASK,
    Model::BATCH_START_TASK,
];

const SETTINGS: &[Model] = &[Model::BATCH_TASK_CONTAINER_SETTINGS];
const CONFIGURATION: &[Model] = &[Model::CONTAINER_CONFIGURATION];
const REGISTRY: &[Model] = &[Model::CONTAINER_REGISTRY_REFERENCE];

/// The container settings of a task that a request can give.
fn settings(task: Cursor<'_>) -> Option<Cursor<'_>> {
    let settings = task.get(p::CONTAINER_SETTINGS)?;
    (settings.kind() == NodeKind::Object && !task.is_read_only()).then_some(settings)
}

/// What is said of the machines of the pool that a task runs on, where the
/// document tells all of it: a change of a pool leaves out what stays.
fn machine(task: Cursor<'_>) -> Option<Cursor<'_>> {
    let pool = task.pool()?.at;
    let machine = pool.get(p::VIRTUAL_MACHINE_CONFIGURATION)?;
    let whole = pool.model() != Some(Model::BATCH_POOL_UPDATE_CONTENT);
    (whole && machine.kind() == NodeKind::Object).then_some(machine)
}

/// A list of the container configuration of the pool that a task runs on.
fn of_pool(task: Cursor<'_>, list: crate::api::Name) -> Option<Cursor<'_>> {
    machine(task)?.get(p::CONTAINER_CONFIGURATION)?.get(list)
}

/// The content of a string that has been filled in; another rule speaks of
/// placeholders. `None` too where it is read-only: nothing runs by what it says.
fn filled(at: Cursor<'_>) -> Option<std::borrow::Cow<'_, str>> {
    at.as_str().filter(|_| !at.is_read_only() && !crate::rules::shape::is_unfilled(at))
}
