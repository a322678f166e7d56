//! Application packages that pools and tasks refer to.

mod reference;

use crate::api::Model;
use crate::rules::{Category, Check, rule};

/// Packages.
pub static CATEGORY: Category = Category {
    id: "package",
    about: "Application packages that pools and tasks refer to.",
    rules: &[
        &APPLICATION_ID_NOT_QUALIFIED,
        &TOO_MANY_PACKAGES_IN_UPDATE,
        &DUPLICATE_PACKAGE,
        &PACKAGE_VERSION_LATEST,
        &EMPTY_VERSION,
        &TASK_APPLICATION_ID_QUALIFIED,
        &PACKAGE_WITHOUT_VERSION,
    ],
};

/// The pools that a request can give packages.
const POOLS: &[Model] = &[
    Model::BATCH_POOL_CREATE_CONTENT,
    Model::BATCH_POOL_REPLACE_CONTENT,
    Model::BATCH_POOL_SPECIFICATION,
    Model::BATCH_POOL_UPDATE_CONTENT,
];

rule! {
    /// A pool names an application by its short id.
    ///
    /// ## Why it matters
    /// For creating a pool the documentation of this version demands the full
    /// resource id of the application. Short ids were right in older versions,
    /// and are right for tasks, so the service may still take them.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "applicationPackageReferences": [{ "applicationId": "blender", "version": "4.2" }]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "applicationPackageReferences": [
    ///     {
    ///       "applicationId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Batch/batchAccounts/account1/applications/blender",
    ///       "version": "4.2"
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `applicationId`.
    APPLICATION_ID_NOT_QUALIFIED {
        code: "AB3001",
        id: "package/application-id-not-qualified",
        severity: Warning,
        checks: &[Check::Models(
            &[Model::BATCH_POOL_CREATE_CONTENT, Model::BATCH_POOL_SPECIFICATION],
            reference::not_qualified,
        )],
    }
}

rule! {
    /// The update gives the pool more than 10 application packages.
    ///
    /// ## Why it matters
    /// A pool has at most 10. In a change the new list replaces the old one, so
    /// the limit is the same as when the pool is created.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// {
    ///   "applicationPackageReferences": [
    ///     { "applicationId": "a1" }, { "applicationId": "a2" }, { "applicationId": "a3" },
    ///     { "applicationId": "a4" }, { "applicationId": "a5" }, { "applicationId": "a6" },
    ///     { "applicationId": "a7" }, { "applicationId": "a8" }, { "applicationId": "a9" },
    ///     { "applicationId": "a10" }, { "applicationId": "a11" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Keep 10, and give others to the tasks that need them.
    /// ```json pool.update right
    /// { "applicationPackageReferences": [{ "applicationId": "a1" }, { "applicationId": "a2" }] }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `applicationPackageReferences`; the quotas
    /// and limits of Batch.
    TOO_MANY_PACKAGES_IN_UPDATE {
        code: "AB3002",
        id: "package/too-many-packages-in-update",
        severity: Error,
        checks: &[Check::Models(&[Model::BATCH_POOL_UPDATE_CONTENT], reference::too_many)],
    }
}

rule! {
    /// The same application package is listed twice.
    ///
    /// ## Why it matters
    /// The second adds nothing and counts towards the 10 that a pool can have;
    /// the service may refuse it. Two versions of one application are fine.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// {
    ///   "applicationPackageReferences": [
    ///     { "applicationId": "blender", "version": "4.2" },
    ///     { "applicationId": "blender", "version": "4.2" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool.update right
    /// {
    ///   "applicationPackageReferences": [
    ///     { "applicationId": "blender", "version": "4.1" },
    ///     { "applicationId": "blender", "version": "4.2" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: it removes the second.
    ///
    /// ## Source
    /// Follows from the API's documentation of `applicationPackageReferences`.
    DUPLICATE_PACKAGE {
        code: "AB3003",
        id: "package/duplicate-package",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Models(POOLS, reference::duplicate)],
    }
}

rule! {
    /// `latest` is given as a package's version, and packages know no such word.
    ///
    /// ## Why it matters
    /// Images have `latest`; applications have a default version, which is taken
    /// where `version` is left out. `latest` is taken for the name of a version,
    /// and unless there is one of that name, the service answers 409
    /// `InvalidApplicationPackageReferences`. In an auto pool the job ends with
    /// the scheduling error `InvalidApplicationPackageReferencesInAutoPool`.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "blender",
    ///   "applicationPackageReferences": [{ "applicationId": "blender", "version": "latest" }]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "blender",
    ///   "applicationPackageReferences": [{ "applicationId": "blender", "version": "4.2" }]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it leaves `version` out, for the default version.
    ///
    /// ## Source
    /// Follows from the API's documentation of `version`.
    PACKAGE_VERSION_LATEST {
        code: "AB3004",
        id: "package/package-version-latest",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        service_code: "InvalidApplicationPackageReferences",
        checks: &[Check::Models(&[Model::BATCH_APPLICATION_PACKAGE_REFERENCE], reference::latest)],
    }
}

rule! {
    /// A package reference has an empty id or version.
    ///
    /// ## Why it matters
    /// Leaving `version` out means the application's default version; an empty
    /// text is a version that does not exist. The service answers 409
    /// `InvalidApplicationPackageReferences` for a pool, and a task fails before
    /// it starts.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "ffmpeg",
    ///   "applicationPackageReferences": [{ "applicationId": "ffmpeg", "version": "" }]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "ffmpeg",
    ///   "applicationPackageReferences": [{ "applicationId": "ffmpeg" }]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: it leaves an empty `version` out. There is none for an empty id.
    ///
    /// ## Source
    /// Follows from the API's documentation of `version`.
    EMPTY_VERSION {
        code: "AB3005",
        id: "package/empty-version",
        severity: Warning,
        confidence: Inferred,
        fix: Safe,
        silences: &[&APPLICATION_ID_NOT_QUALIFIED],
        service_code: "InvalidApplicationPackageReferences",
        checks: &[Check::Models(&[Model::BATCH_APPLICATION_PACKAGE_REFERENCE], reference::empty)],
    }
}

rule! {
    /// A task names an application by the full resource id that only pools
    /// need.
    ///
    /// ## Why it matters
    /// The documentation asks for the full id where a pool is created. For a
    /// task the short id is meant; with the long one the service may not know
    /// the application, or the names of its variables
    /// (`AZ_BATCH_APP_PACKAGE_...`) are hard to tell.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "blender",
    ///   "applicationPackageReferences": [
    ///     {
    ///       "applicationId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Batch/batchAccounts/account1/applications/blender",
    ///       "version": "4.2"
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "blender",
    ///   "applicationPackageReferences": [{ "applicationId": "blender", "version": "4.2" }]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it keeps the name at the end.
    ///
    /// ## Source
    /// Follows from the API's documentation of `applicationId`.
    TASK_APPLICATION_ID_QUALIFIED {
        code: "AB3006",
        id: "package/task-application-id-qualified",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(
            &[Model::BATCH_TASK_CREATE_CONTENT, Model::BATCH_JOB_MANAGER_TASK],
            reference::qualified,
        )],
    }
}

rule! {
    /// The pool takes whatever version is the application's default.
    ///
    /// ## Why it matters
    /// If the application has no default version, the service answers 409
    /// `InvalidApplicationPackageReferences`; in an auto pool the job ends with
    /// the scheduling error `InvalidApplicationPackageReferencesInAutoPool`. And
    /// nodes that join after the default has changed get another version than
    /// those before.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// { "applicationPackageReferences": [{ "applicationId": "blender" }] }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool.update right
    /// { "applicationPackageReferences": [{ "applicationId": "blender", "version": "4.2" }] }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `version`.
    PACKAGE_WITHOUT_VERSION {
        code: "AB3007",
        id: "package/package-without-version",
        severity: Info,
        group: Pedantic,
        service_code: "InvalidApplicationPackageReferences",
        checks: &[Check::Models(POOLS, reference::without_version)],
    }
}
