//! Identity: the user that tasks run as.

mod user;

use crate::api::Model;
use crate::rules::{Category, Check, rule};

/// Identity.
pub static CATEGORY: Category = Category {
    id: "identity",
    about: "The user that tasks run as: auto users, their scope and elevation, named accounts.",
    rules: &[
        &WINDOWS_AUTO_USER_SCOPE,
        &WINDOWS_DEFAULT_SCOPE,
        &USER_NAME_AND_AUTO_USER,
        &ELEVATION_NEEDED,
    ],
};

rule! {
    /// An auto user on Windows has the scope `pool`, so that tasks share what
    /// the start task should keep to itself.
    ///
    /// ## Why it matters
    /// The scope `pool`, which is the default on every operating system, lets
    /// all tasks on a node run as the same user. On Windows nodes, where a
    /// certificate on the pool is visible to start tasks but not to tasks, the
    /// shared user defeats that; so does a task that changes the registry for
    /// all others. The API's documentation advises `task` there.
    ///
    /// The rule speaks up only where the document says that the nodes run
    /// Windows and that a certificate is for start tasks alone.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64"
    ///   },
    ///   "certificateReferences": [
    ///     { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "visibility": ["starttask"] }
    ///   ],
    ///   "startTask": { "commandLine": "cmd /c setup.cmd", "userIdentity": { "autoUser": { "scope": "pool" } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core" },
    ///     "nodeAgentSKUId": "batch.node.windows amd64"
    ///   },
    ///   "certificateReferences": [
    ///     { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "visibility": ["starttask"] }
    ///   ],
    ///   "startTask": { "commandLine": "cmd /c setup.cmd", "userIdentity": { "autoUser": { "scope": "task" } } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's change document: the description of `autoUser.scope`.
    WINDOWS_AUTO_USER_SCOPE {
        code: "AB0301",
        id: "identity/windows-auto-user-scope",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(&[Model::AUTO_USER_SPECIFICATION], user::windows_scope)],
    }
}

rule! {
    /// A job's own task on Windows leaves the scope of its auto user open.
    ///
    /// ## Why it matters
    /// Left out, the scope is `pool` on every operating system: the task runs
    /// as a user that all tasks on the node share. On Windows, a task that
    /// changes the registry, for one, then affects the others. Writing `task`
    /// isolates it; writing `pool` says that sharing is meant.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": { "id": "m", "commandLine": "cmd /c run.cmd", "userIdentity": { "autoUser": { "elevationLevel": "admin" } } },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core" },
    ///       "nodeAgentSKUId": "batch.node.windows amd64"
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "jobManagerTask": { "id": "m", "commandLine": "cmd /c run.cmd", "userIdentity": { "autoUser": { "scope": "task", "elevationLevel": "admin" } } },
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "virtualMachineConfiguration": {
    ///       "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-core" },
    ///       "nodeAgentSKUId": "batch.node.windows amd64"
    ///     }
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's change document: the description of `autoUser.scope`.
    WINDOWS_DEFAULT_SCOPE {
        code: "AB0302",
        id: "identity/windows-default-scope",
        severity: Info,
        checks: &[Check::Models(
            &[Model::BATCH_JOB_MANAGER_TASK, Model::BATCH_JOB_PREPARATION_TASK, Model::BATCH_JOB_RELEASE_TASK],
            user::windows_default_scope,
        )],
    }
}

rule! {
    /// A user identity names a user and asks for an auto user as well.
    ///
    /// ## Why it matters
    /// A task runs as a named user account of the pool or as an auto user,
    /// not as both. An empty `username` beside `autoUser` has failed for users
    /// too.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "username": "", "autoUser": { "scope": "task" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "autoUser": { "scope": "task" } } }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `userIdentity`: the two are mutually
    /// exclusive.
    USER_NAME_AND_AUTO_USER {
        code: "AB0303",
        id: "identity/user-name-and-auto-user",
        severity: Warning,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::USER_IDENTITY], user::name_and_auto_user)],
    }
}

rule! {
    /// A command line needs an administrator, and the task runs without.
    ///
    /// ## Why it matters
    /// Without `elevationLevel: admin` tasks run as an ordinary user; package
    /// managers then fail on the node, and a start task that fails keeps every
    /// node of the pool from becoming ready. `sudo` does not help: the
    /// ordinary auto user may not use it.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "startTask": { "commandLine": "/bin/sh -c 'apt-get install -y ffmpeg'" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "startTask": {
    ///     "commandLine": "/bin/sh -c 'apt-get install -y ffmpeg'",
    ///     "userIdentity": { "autoUser": { "scope": "pool", "elevationLevel": "admin" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Default of `elevationLevel` in `schemas/models.json`; users' reports.
    ELEVATION_NEEDED {
        code: "AB0304",
        id: "identity/elevation-needed",
        severity: Info,
        checks: &[Check::Models(
            &[Model::BATCH_START_TASK, Model::BATCH_JOB_PREPARATION_TASK],
            user::elevation_needed,
        )],
    }
}
