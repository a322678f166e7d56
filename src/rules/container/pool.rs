//! Tasks in containers, and the pools that they run on.

use crate::analysis::{Cursor, Pool};
use crate::api::{Model, p};
use crate::report::Applicability;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, Rule, rule};

use super::{filled, machine, settings};

rule! {
    /// The pool is to run containers on a machine image without a container
    /// runtime.
    ///
    /// ## Why it matters
    /// `containerConfiguration` uses the container runtime that the machine
    /// image brings along; Batch installs none. With a plain image of a Linux
    /// distribution or of Windows Server the service answers
    /// `InvalidPropertyValue` for `containerConfiguration.type`, or the nodes
    /// become unusable.
    ///
    /// The rule knows the publishers of plain images. It says nothing of
    /// images from a gallery, which may have a runtime.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// An image made for containers: `ubuntu-hpc` of `microsoft-dsvm`, a
    /// Windows Server `sku` that ends in `-with-containers`, or an image of your
    /// own with Docker.
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Users' reports (Azure/Batch#166, Azure/doAzureParallel#369); Azure's
    /// guide to container workloads on Batch.
    IMAGE_NOT_CAPABLE {
        code: "AB2301",
        id: "container/image-not-capable",
        severity: Warning,
        confidence: Reported,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::VIRTUAL_MACHINE_CONFIGURATION], not_capable)],
    }
}

/// Publishers whose images have no container runtime.
const PLAIN: [&str; 6] =
    ["almalinux", "canonical", "debian", "microsoftcblmariner", "openlogic", "redhat"];

fn not_capable(machine: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(configuration) = machine.get(p::CONTAINER_CONFIGURATION) else { return };
    let Some(image) = machine.get(p::IMAGE_REFERENCE) else { return };
    let Some(publisher) = image.text(p::PUBLISHER) else { return };
    let of_gallery = [p::VIRTUAL_MACHINE_IMAGE_ID, p::COMMUNITY_GALLERY_IMAGE_ID];
    if of_gallery.into_iter().any(|id| image.get(id).is_some()) {
        return;
    }
    let plain_windows = || {
        let sku = image.get(p::SKU).and_then(filled);
        publisher.eq_ignore_ascii_case("MicrosoftWindowsServer")
            && sku.is_some_and(|sku| !holds(&sku, "container"))
    };
    if !PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(&publisher)) && !plain_windows() {
        return;
    }
    let message = "the pool is to run containers, and its machine image has no container runtime";
    let help = "use an image made for containers, such as `ubuntu-hpc` of `microsoft-dsvm`, a \
                Windows `sku` with `-with-containers`, or an image of your own with Docker";
    findings.add(
        Finding::at_key(&IMAGE_NOT_CAPABLE, configuration, message)
            .related(image.name_span(), "this image is a plain one")
            .help(help),
    );
}

/// Whether a text holds a word, in any case.
fn holds(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

rule! {
    /// The auto pool runs containers, and the job manager has no container
    /// settings.
    ///
    /// ## Why it matters
    /// On a pool with `containerConfiguration` the job manager and all ordinary
    /// tasks have to say in which container they run. Without it the task was
    /// seen to fail on the node with `ContainerTaskSettingsNotFound`
    /// ("Container-enabled compute node requires task container settings").
    /// Start, preparation and release tasks may run on the node itself.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": { "id": "m", "commandLine": "python3 submit.py" },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///       "containerConfiguration": { "type": "dockerCompatible" }
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": {
    ///     "id": "m",
    ///     "commandLine": "python3 submit.py",
    ///     "containerSettings": { "imageName": "python:3.12" }
    ///   },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///       "containerConfiguration": { "type": "dockerCompatible" }
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `containerSettings`; users' reports
    /// (microsoft/ga4gh-tes#525, MicrosoftDocs/azure-docs#16473).
    SETTINGS_MISSING {
        code: "AB2307",
        id: "container/settings-missing",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(&[Model::BATCH_JOB_MANAGER_TASK], settings_missing)],
    }
}

fn settings_missing(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if task.is_read_only() || task.get(p::CONTAINER_SETTINGS).is_some() {
        return;
    }
    let machine = machine(task);
    let Some(pool) = machine.and_then(|machine| machine.get(p::CONTAINER_CONFIGURATION)) else {
        return;
    };
    let message = "the job manager has no `containerSettings`, and its pool runs containers";
    findings.add(
        Finding::at_key(&SETTINGS_MISSING, task, message)
            .related(pool.name_span(), "the pool runs containers")
            .help("add `containerSettings` with the `imageName` to run it in"),
    );
}

rule! {
    /// A task has container settings, and the pool in the same body does not
    /// run containers.
    ///
    /// ## Why it matters
    /// Container settings must not be given where the pool has no
    /// `containerConfiguration`: nothing prepares its nodes for containers, and
    /// the task fails there. A pool needs `containerConfiguration` even if no
    /// image is to be fetched in advance.
    ///
    /// Of preparation, release and start tasks, for which the documentation is
    /// less strict, `container/prep-task-without-container-pool` and
    /// `container/start-task-without-container-pool` speak in place of this
    /// rule.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": {
    ///     "id": "m",
    ///     "commandLine": "python3 submit.py",
    ///     "containerSettings": { "imageName": "python:3.12" }
    ///   },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": {
    ///     "id": "m",
    ///     "commandLine": "python3 submit.py",
    ///     "containerSettings": { "imageName": "python:3.12" }
    ///   },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///       "containerConfiguration": { "type": "dockerCompatible" }
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the author may have meant the task to run without a
    /// container.
    ///
    /// ## Source
    /// The API's documentation of `containerSettings`; users' reports
    /// (MicrosoftDocs/azure-docs#8021).
    SETTINGS_WITHOUT_CONTAINER_POOL {
        code: "AB2308",
        id: "container/settings-without-container-pool",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(
            &[
                Model::BATCH_JOB_MANAGER_TASK,
                Model::BATCH_JOB_PREPARATION_TASK,
                Model::BATCH_JOB_RELEASE_TASK,
                Model::BATCH_START_TASK,
            ],
            settings_without_pool,
        )],
    }
}

rule! {
    /// A preparation or release task asks for a container on a pool that has
    /// none.
    ///
    /// ## Why it matters
    /// Without `containerConfiguration` nothing prepares the nodes for
    /// containers, so the task cannot start. While the preparation task fails,
    /// no task of the job runs on the node.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "jobPreparationTask": { "commandLine": "ls", "containerSettings": { "imageName": "ubuntu:24.04" } },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "jobPreparationTask": { "commandLine": "ls" },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "targetDedicatedNodes": 1,
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///       "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the author may have meant the task to run without a
    /// container.
    ///
    /// ## Source
    /// Follows from the API's documentation of `containerSettings`, which rules
    /// it out for job manager and ordinary tasks.
    PREP_TASK_WITHOUT_CONTAINER_POOL {
        code: "AB2315",
        id: "container/prep-task-without-container-pool",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        silences: &[&SETTINGS_WITHOUT_CONTAINER_POOL],
        checks: &[Check::Models(
            &[Model::BATCH_JOB_PREPARATION_TASK, Model::BATCH_JOB_RELEASE_TASK],
            preparation_without_pool,
        )],
    }
}

rule! {
    /// The start task asks for a container on a pool that has none.
    ///
    /// ## Why it matters
    /// Without `containerConfiguration` nothing prepares the nodes for
    /// containers: the start task fails, and every node stays in the state
    /// `starttaskfailed`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   },
    ///   "startTask": { "commandLine": "ls", "containerSettings": { "imageName": "ubuntu:24.04" } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   },
    ///   "startTask": { "commandLine": "ls", "containerSettings": { "imageName": "ubuntu:24.04" } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the author may have meant the task to run without a
    /// container.
    ///
    /// ## Source
    /// Follows from the API's documentation of `containerSettings`, which rules
    /// it out for job manager and ordinary tasks.
    START_TASK_WITHOUT_CONTAINER_POOL {
        code: "AB2316",
        id: "container/start-task-without-container-pool",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        silences: &[&SETTINGS_WITHOUT_CONTAINER_POOL],
        checks: &[Check::Models(&[Model::BATCH_START_TASK], start_task_without_pool)],
    }
}

fn settings_without_pool(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    without_pool(&SETTINGS_WITHOUT_CONTAINER_POOL, task, findings);
}

fn preparation_without_pool(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    without_pool(&PREP_TASK_WITHOUT_CONTAINER_POOL, task, findings);
}

fn start_task_without_pool(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    without_pool(&START_TASK_WITHOUT_CONTAINER_POOL, task, findings);
}

fn without_pool(rule: &'static Rule, task: Cursor<'_>, findings: &mut Findings<'_>) {
    let Some(settings) = settings(task) else { return };
    let Some(machine) = machine(task) else { return };
    if machine.get(p::CONTAINER_CONFIGURATION).is_some() {
        return;
    }
    let message = "this task is to run in a container, and its pool has no \
                   `containerConfiguration`";
    let help = "add `\"containerConfiguration\": { \"type\": \"dockerCompatible\" }` to the pool, \
                with a machine image that has a container runtime, or leave the settings out";
    let member = "\"containerConfiguration\": { \"type\": \"dockerCompatible\" }".to_owned();
    // A `null` would be a second member of the name.
    let edits = match machine.member(p::CONTAINER_CONFIGURATION) {
        Some(null) => Some(vec![(null.span(), "{ \"type\": \"dockerCompatible\" }".to_owned())]),
        None => edit::append(machine, &[member]),
    };
    findings.add(
        Finding::at_key(rule, settings, message)
            .related(machine.name_span(), "the machines of its pool")
            .help(help)
            .edits_if("Add `containerConfiguration` to the pool", Applicability::Suggested, edits),
    );
}

rule! {
    /// A container task on Windows does not run as an administrator.
    ///
    /// ## Why it matters
    /// On Windows a container task has to run with elevated rights. Without
    /// them it cannot reach the container engine and fails on the node.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core-with-containers" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   },
    ///   "startTask": {
    ///     "commandLine": "cmd /c ver",
    ///     "containerSettings": { "imageName": "mcr.microsoft.com/windows/servercore:ltsc2022" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d4s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core-with-containers" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   },
    ///   "startTask": {
    ///     "commandLine": "cmd /c ver",
    ///     "containerSettings": { "imageName": "mcr.microsoft.com/windows/servercore:ltsc2022" },
    ///     "userIdentity": { "autoUser": { "scope": "task", "elevationLevel": "admin" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, since it gives the task more rights.
    ///
    /// ## Source
    /// Azure's guide to container workloads on Batch.
    WINDOWS_CONTAINER_ELEVATION {
        code: "AB2314",
        id: "container/windows-container-elevation",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(
            &[
                Model::BATCH_JOB_MANAGER_TASK,
                Model::BATCH_JOB_PREPARATION_TASK,
                Model::BATCH_JOB_RELEASE_TASK,
                Model::BATCH_START_TASK,
            ],
            elevation,
        )],
    }
}

fn elevation(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(settings) = settings(task) else { return };
    if task.pool().and_then(Pool::is_windows) != Some(true) {
        return;
    }
    let identity = task.get(p::USER_IDENTITY);
    if identity.is_some_and(|identity| identity.get(p::USERNAME).is_some()) {
        return;
    }
    let user = identity.and_then(|identity| identity.get(p::AUTO_USER));
    let level = user.and_then(|user| user.get(p::ELEVATION_LEVEL));
    if level
        .is_some_and(|level| filled(level).is_none_or(|level| level.eq_ignore_ascii_case("admin")))
    {
        return;
    }
    let message = "a container task on Windows has to run as an administrator, and this one does \
                   not";
    let help = "add `\"userIdentity\": { \"autoUser\": { \"scope\": \"task\", \
                \"elevationLevel\": \"admin\" } }`";
    let level_text = "\"elevationLevel\": \"admin\"";
    let user_text = format!("\"autoUser\": {{ \"scope\": \"task\", {level_text} }}");
    let edits = match (level, user, identity) {
        (Some(level), ..) => Some(vec![(level.span(), "\"admin\"".to_owned())]),
        (_, Some(user), _) => edit::append(user, &[level_text.to_owned()]),
        (.., Some(identity)) => edit::append(identity, &[user_text]),
        _ => edit::append(task, &[format!("\"userIdentity\": {{ {user_text} }}")]),
    };
    let finding = match level {
        Some(level) => Finding::at(&WINDOWS_CONTAINER_ELEVATION, level, message),
        None => Finding::at_key(&WINDOWS_CONTAINER_ELEVATION, settings, message),
    };
    findings.add(finding.help(help).edits_if(
        "Run it as an administrator",
        Applicability::Suggested,
        edits,
    ));
}
