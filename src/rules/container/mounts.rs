//! Which of Batch's directories a container sees.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::document::NodeKind;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, list, rule};

use super::{SETTINGS, TASKS, filled, settings};

rule! {
    /// The container does not see the task's directory, and is to work in it.
    ///
    /// ## Why it matters
    /// With `containerHostBatchBindMounts` only the directories in it are
    /// mounted, and with an empty list none. Without `Task` among them the
    /// working directory has to be the image's own; otherwise resource files are
    /// not there and output files stay empty. Left out or `null`, everything is
    /// mounted.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerHostBatchBindMounts": [] }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerHostBatchBindMounts": [{ "source": "Task" }] }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the author may have meant
    /// `"workingDirectory": "containerImageDefault"`.
    ///
    /// ## Source
    /// The API's documentation of `containerHostBatchBindMounts`; Azure's guide
    /// to isolating container tasks.
    TASK_PATH_NOT_MOUNTED {
        code: "AB2312",
        id: "container/task-path-not-mounted",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(SETTINGS, not_mounted)],
    }
}

/// The list of mounts; without one everything is mounted.
pub(super) fn mounts(settings: Cursor<'_>) -> Option<Cursor<'_>> {
    let mounts = settings.get(p::CONTAINER_HOST_BATCH_BIND_MOUNTS)?;
    (mounts.kind() == NodeKind::Array && !mounts.is_read_only()).then_some(mounts)
}

/// Whether a list has an entry for this directory. One that does not say for
/// which it is may be for any.
pub(super) fn mounts_source(mounts: Cursor<'_>, source: &str) -> bool {
    mounts.items().any(|entry| {
        let given = entry.get(p::SOURCE).and_then(filled);
        given.is_none_or(|given| given.eq_ignore_ascii_case(source))
    })
}

/// Whether the container works in the task's directory.
pub(super) fn works_in_task(settings: Cursor<'_>) -> bool {
    settings.get(p::WORKING_DIRECTORY).is_none()
        || settings.says(p::WORKING_DIRECTORY, "taskWorkingDirectory")
}

/// An entry for a directory, as text.
pub(super) fn entry(source: &str) -> String {
    format!("{{ \"source\": \"{source}\" }}")
}

fn not_mounted(settings: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(mounts) = mounts(settings) else { return };
    if !works_in_task(settings) || mounts_source(mounts, "Task") {
        return;
    }
    let message = "the container is to work in the task's directory, and does not see it";
    let help = "add `{ \"source\": \"Task\" }`, or write `\"workingDirectory\": \
                \"containerImageDefault\"`";
    findings.add(Finding::at_key(&TASK_PATH_NOT_MOUNTED, mounts, message).help(help).edits_if(
        "Mount the task's directory",
        Applicability::Suggested,
        list::append(mounts, &entry("Task")),
    ));
}

rule! {
    /// A bind mount names no directory, or one that is named before.
    ///
    /// ## Why it matters
    /// Without a `source` there is nothing to mount. Of two entries for one
    /// directory one may say that it is read-only and the other that it is not.
    /// The service may refuse either.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "myapp:1.0",
    ///     "containerHostBatchBindMounts": [{ "source": "Task" }, { "isReadOnly": true }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "myapp:1.0",
    ///     "containerHostBatchBindMounts": [{ "source": "Task" }, { "source": "Shared", "isReadOnly": true }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: it removes an entry that says the same as an earlier one. Nothing
    /// else is mended.
    ///
    /// ## Source
    /// Follows from the API's documentation of `containerHostBatchBindMounts`.
    BIND_MOUNT_ENTRY {
        code: "AB2320",
        id: "container/bind-mount-entry",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Models(SETTINGS, entries)],
    }
}

fn entries(settings: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(mounts) = mounts(settings) else { return };
    let objects = || mounts.items().filter(|item| item.kind() == NodeKind::Object);
    for entry in objects().filter(|entry| entry.get(p::SOURCE).is_none()) {
        let message = "a bind mount without a `source` mounts nothing";
        let help = "name the directory, such as `Task` or `Shared`";
        findings.add(Finding::at(&BIND_MOUNT_ENTRY, entry, message).help(help));
    }
    let keyed = objects()
        .filter_map(|entry| Some((filled(entry.get(p::SOURCE)?)?, Cow::Borrowed(""), entry)));
    for (again, first) in list::repeated(keyed) {
        let Some(at) = again.get(p::SOURCE) else { continue };
        let read_only = |entry: Cursor<'_>| entry.is_flag(p::IS_READ_ONLY, true);
        let same = read_only(again) == read_only(first);
        let message = format!("the directory {} is mounted twice", shown(at));
        findings.add(
            Finding::at(&BIND_MOUNT_ENTRY, at, message)
                .related(first.head(), "mounted here")
                .help("name each directory once")
                .edits_if(
                    "Remove the repetition",
                    Applicability::Safe,
                    list::remove(again).filter(|_| same),
                ),
        );
    }
}

rule! {
    /// The task's directory is mounted read-only, and files are to be uploaded
    /// from it.
    ///
    /// ## Why it matters
    /// The command cannot write its results there. Only `stdout.txt` and
    /// `stderr.txt` are written, by Batch itself.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "myapp:1.0",
    ///     "containerHostBatchBindMounts": [{ "source": "Task", "isReadOnly": true }]
    ///   },
    ///   "outputFiles": [
    ///     {
    ///       "filePattern": "out/*.csv",
    ///       "destination": { "container": { "containerUrl": "https://acc1.blob.core.windows.net/out", "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" } } },
    ///       "uploadOptions": { "uploadCondition": "tasksuccess" }
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "myapp:1.0",
    ///     "containerHostBatchBindMounts": [{ "source": "Task" }]
    ///   },
    ///   "outputFiles": [
    ///     {
    ///       "filePattern": "out/*.csv",
    ///       "destination": { "container": { "containerUrl": "https://acc1.blob.core.windows.net/out", "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" } } },
    ///       "uploadOptions": { "uploadCondition": "tasksuccess" }
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Source
    /// Follows from the API's documentation of `isReadOnly`.
    READ_ONLY_TASK_MOUNT {
        code: "AB2327",
        id: "container/read-only-task-mount",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Models(TASKS, read_only)],
    }
}

fn read_only(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(mounts) = settings(task).and_then(mounts) else { return };
    let mut entries = mounts.items();
    let of_task =
        |entry: &Cursor<'_>| entry.says(p::SOURCE, "Task") && entry.is_flag(p::IS_READ_ONLY, true);
    let Some(flag) = entries.find(of_task).and_then(|entry| entry.get(p::IS_READ_ONLY)) else {
        return;
    };
    let mut patterns = task
        .get(p::OUTPUT_FILES)
        .into_iter()
        .flat_map(Cursor::items)
        .filter_map(|file| file.get(p::FILE_PATTERN));
    let written = |pattern: &Cursor<'_>| {
        filled(*pattern).is_some_and(|text| {
            // A variable may lead anywhere.
            !text.starts_with(['/', '\\', '$', '%'])
                && !text.contains(':')
                && !text.starts_with("../std")
                && !text.is_empty()
        })
    };
    let Some(pattern) = patterns.find(written) else { return };
    let message = "the task cannot write to its directory, and files are to be uploaded from there";
    findings.add(
        Finding::at(&READ_ONLY_TASK_MOUNT, flag, message)
            .related(pattern.head(), "files to upload")
            .help("leave `isReadOnly` out, or write the results elsewhere"),
    );
}

rule! {
    /// The directory of a job preparation task is mounted where there is none.
    ///
    /// ## Why it matters
    /// A start task runs before any job, and a job without a preparation task
    /// has no directory of one: there is nothing to mount, and the variables of
    /// that directory are not set.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   },
    ///   "startTask": {
    ///     "commandLine": "ls",
    ///     "containerSettings": {
    ///       "imageName": "alpine:3.20",
    ///       "containerHostBatchBindMounts": [{ "source": "Task" }, { "source": "JobPrep" }]
    ///     }
    ///   }
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
    ///   "startTask": {
    ///     "commandLine": "ls",
    ///     "containerSettings": {
    ///       "imageName": "alpine:3.20",
    ///       "containerHostBatchBindMounts": [{ "source": "Task" }]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: a preparation task may be what is missing.
    ///
    /// ## Source
    /// Azure's guides to isolating container tasks and to the variables of
    /// nodes.
    MOUNT_WITHOUT_PREPARATION {
        code: "AB2328",
        id: "container/mount-without-preparation",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(
            &[Model::BATCH_START_TASK, Model::BATCH_JOB_MANAGER_TASK],
            without_preparation,
        )],
    }
}

fn without_preparation(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(mounts) = settings(task).and_then(mounts) else { return };
    let is_start = task.model() == Some(Model::BATCH_START_TASK);
    let job = task.parent().filter(|_| !is_start);
    if job.is_some_and(|job| job.get(p::JOB_PREPARATION_TASK).is_some()) {
        return;
    }
    for entry in mounts.items().filter(|entry| entry.says(p::SOURCE, "JobPrep")) {
        let Some(at) = entry.get(p::SOURCE) else { continue };
        let message = match is_start {
            true => {
                "a start task runs before any job, so there is no directory of a preparation \
                     task"
            }
            false => "the job has no preparation task whose directory could be mounted",
        };
        findings.add(
            Finding::at(&MOUNT_WITHOUT_PREPARATION, at, message).help("remove the entry").edits_if(
                "Remove the entry",
                Applicability::Suggested,
                list::remove(entry),
            ),
        );
    }
}
