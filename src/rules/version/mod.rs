//! Members, values, names and paths of another version of the API.
//!
//! What other versions have is in `schemas/data/member-versions.json`.

mod defaults;
mod members;
pub(crate) mod request;
mod values;

pub(super) use values::spelling;

use crate::analysis::FaultKind;
use crate::api::Model;
use crate::document::Span;
use crate::report::Applicability;
use crate::request::GivenParameter;
use crate::rules::{Category, Check, Context, Finding, Rule, rule};

pub use request::{
    API_VERSION_RETIRING, OLD_BODY_PARAMETER, OLD_OPERATION_ID, REMOVED_PATH, RETIRED_API_VERSION,
    UNKNOWN_API_VERSION,
};

/// What belongs to another version of the API.
pub static CATEGORY: Category = Category {
    id: "version",
    about: "What belongs to another version of the API than the one asked for.",
    rules: RULES,
};

/// By code.
static RULES: &[&Rule] = &[
    &RENAMED_MEMBER,
    &REMOVED_MEMBER,
    &NEWER_MEMBER,
    &CHANGED_VALUE,
    &CHANGED_TYPE,
    &REMOVED_IN_NEXT,
    &UNKNOWN_API_VERSION,
    &RETIRED_API_VERSION,
    &API_VERSION_RETIRING,
    &MEMBER_OF_DECLARED_VERSION,
    &OLD_OPERATION_ID,
    &OLD_BODY_PARAMETER,
    &REMOVED_PATH,
    &OTHER_VERSION_FITS,
    &DEFAULT_CHANGED,
];

/// The version that a request says it is for.
struct Declared<'a> {
    version: &'a str,
    given: &'a GivenParameter<'a>,
}

/// The version that a request says it is for, if it is one, and if the caller
/// does not say another.
fn declared<'a>(context: &Context<'a>) -> Option<Declared<'a>> {
    let analysis = context.analysis;
    if analysis.request.version_given {
        return None;
    }
    let mut parameters = analysis.request.parameters.iter();
    let given = parameters.find(|given| given.parameter.name == "api-version")?;
    let version = given.text.trim();
    let mut published = analysis.api.published();
    published.any(|(known, _)| known == version).then_some(Declared { version, given })
}

impl Declared<'_> {
    /// With a fix that raises the request's version to the one of the schemas.
    fn raised(&self, finding: Finding, context: &Context<'_>) -> Finding {
        let (span, now) = (self.given.at.span, context.analysis.api.version());
        let text = context.analysis.document.text();
        let at = text.get(span.range()).and_then(|text| text.find(self.version));
        let Some(start) = at.map(|at| span.start as usize + at) else { return finding };
        let span = Span::new(start, start + self.version.len());
        finding.fix(format!("Ask for {now}"), Applicability::Suggested, span, now)
    }
}

rule! {
    /// A member has the name it had in an earlier version of the API.
    ///
    /// ## Why it matters
    /// The service reads the names of the `api-version` that a request asks
    /// for. An old name is answered with `InvalidRequestBody`, or dropped by a
    /// client without a word.
    ///
    /// Where the request declares a version that still had the name, nothing
    /// is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicated": 2,
    ///   "maxTasksPerNode": 4,
    ///   "startTask": { "commandLine": "hostname", "runElevated": true }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 2,
    ///   "taskSlotsPerNode": 4,
    ///   "startTask": {
    ///     "commandLine": "hostname",
    ///     "userIdentity": { "autoUser": { "elevationLevel": "admin" } }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the member is the same but for its name, and the object does
    /// not have the new one as well: `targetDedicated`, `maxTasksPerNode`,
    /// `blobSource`, `schedulingError`. A suggestion where it moves into
    /// another object (`runElevated`, `sshPrivateKey`, `publicIPs`), and where
    /// it is a leftover beside the new name.
    ///
    /// ## Source
    /// `renamed` in `schemas/data/member-versions.json`, from the API's page on
    /// its versions.
    RENAMED_MEMBER {
        code: "AB1401",
        id: "version/renamed-member",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Unknown, members::renamed_later),
            Check::Instead(FaultKind::Unknown, members::renamed),
        ],
    }
}

rule! {
    /// A member no longer exists and has no successor of the same kind.
    ///
    /// ## Why it matters
    /// Cloud Services pools have been retired, and so have the licences of
    /// rendering applications. A pool that is described by
    /// `cloudServiceConfiguration` alone is none at this version: it lacks a
    /// `virtualMachineConfiguration`.
    ///
    /// A warning where the request declares a version that had the member.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "cloudServiceConfiguration": { "osFamily": "5" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": {
    ///       "publisher": "MicrosoftWindowsServer",
    ///       "offer": "WindowsServer",
    ///       "sku": "2022-datacenter",
    ///       "version": "latest"
    ///     },
    ///     "nodeAgentSKUId": "batch.node.windows amd64"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// `applicationLicenses` can be removed, as a suggestion. Which image takes
    /// the place of an OS family is for a person to choose.
    ///
    /// ## Source
    /// `removed` in `schemas/data/member-versions.json`, from the models of the
    /// Python client's versions.
    REMOVED_MEMBER {
        code: "AB1402",
        id: "version/removed-member",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[Check::Instead(FaultKind::Unknown, members::removed)],
    }
}

rule! {
    /// A member belongs to a later version of the API.
    ///
    /// ## Why it matters
    /// The service does not know the member at this version, and answers
    /// `InvalidRequestBody`. Examples in today's documentation are of
    /// 2025-06-01 and use such members.
    ///
    /// Where the request declares the later version, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "taskSchedulingPolicy": { "nodeFillType": "pack", "jobDefaultOrder": "creationtime" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "taskSchedulingPolicy": { "nodeFillType": "pack" }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe for a data disk's `managedDisk` that holds nothing but
    /// `storageAccountType`, which this version has in the disk itself. There
    /// is no fix for the others.
    ///
    /// ## Source
    /// `newer` in `schemas/data/member-versions.json`, from the models of the
    /// Python client's versions.
    NEWER_MEMBER {
        code: "AB1403",
        id: "version/newer-member",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Unknown, members::there_already),
            Check::Instead(FaultKind::Unknown, members::newer),
        ],
    }
}

rule! {
    /// A value is one of another version's.
    ///
    /// ## Why it matters
    /// The value names nothing at this version: the service answers
    /// `InvalidPropertyValue`. One that differs from this version's in case
    /// only is `structure/enum-case`'s.
    ///
    /// Where the request declares a version that has the value, nothing is
    /// said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "docker" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the value has been renamed: `docker`, `rdp`. A value of a
    /// later version has no fix.
    ///
    /// ## Source
    /// `values` in `schemas/data/member-versions.json`, from the API's page on
    /// its versions and the models of the Python client's versions.
    CHANGED_VALUE {
        code: "AB1404",
        id: "version/changed-value",
        severity: Error,
        fix: Safe,
        service_code: "InvalidPropertyValue",
        checks: &[
            Check::Covered(FaultKind::Value, values::is_declared),
            Check::Instead(FaultKind::Value, values::changed),
        ],
    }
}

rule! {
    /// A member has the JSON type that another version gives it.
    ///
    /// ## Why it matters
    /// A wrong type is answered with `InvalidRequestBody`. Long ago the
    /// `visibility` of a certificate was one string. `resourceTags` is an
    /// object in a pool, and a string in a pool within a job or job schedule at
    /// this version only: an object there is a warning, since the string may be
    /// a slip of the description, and what the service takes is not known.
    ///
    /// Where the request declares a version with that type, nothing is said.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "certificateReferences": [
    ///     {
    ///       "thumbprint": "0123456789abcdef0123456789abcdef01234567",
    ///       "thumbprintAlgorithm": "sha1",
    ///       "visibility": "starttask,task"
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "certificateReferences": [
    ///     {
    ///       "thumbprint": "0123456789abcdef0123456789abcdef01234567",
    ///       "thumbprintAlgorithm": "sha1",
    ///       "visibility": ["starttask", "task"]
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe for `visibility`, whose values are known; there is none for
    /// `resourceTags`.
    ///
    /// ## Source
    /// `types` in `schemas/data/member-versions.json`, from the API's page on
    /// its versions and the models of the Python client's versions.
    CHANGED_TYPE {
        code: "AB1405",
        id: "version/changed-type",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Type, values::has_declared_type),
            Check::Instead(FaultKind::Type, values::changed_type),
        ],
    }
}

rule! {
    /// The body uses a member that the next version of the API does not have.
    ///
    /// ## Why it matters
    /// The versions before 2025-06-01 have been announced as retiring, so the
    /// body will have to do without it. At this version the member is right.
    ///
    /// It is said once a document. To keep the version for now, name it:
    /// `api-version = "2024-07-01.20.0"` in the configuration, or `--api-version`;
    /// then nothing is said. Certificates have rules of their own.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetNodeCommunicationMode": "simplified",
    ///   "resourceTags": { "cost": "42" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// `leaving` in `schemas/data/member-versions.json`, from the models of the
    /// Python client's versions; the announcement is in Azure/Batch#140.
    REMOVED_IN_NEXT {
        code: "AB1406",
        id: "version/removed-in-next",
        severity: Info,
        checks: &[Check::Request(members::removed_in_next)],
    }
}

rule! {
    /// The request declares an older `api-version` than one of its members
    /// needs.
    ///
    /// ## Why it matters
    /// The older version does not know the member: the service answers
    /// `InvalidRequestBody`, or a client leaves the member out without a word.
    /// Most of what PATCH can change in a pool can be changed from
    /// 2024-07-01.20.0 on only.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "operationId": "Pools_UpdatePool",
    ///   "parameters": {
    ///     "api-version": "2024-02-01.19.0",
    ///     "poolId": "p1",
    ///     "pool": { "vmSize": "standard_d4s_v3" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// {
    ///   "operationId": "Pools_UpdatePool",
    ///   "parameters": {
    ///     "api-version": "2024-07-01.20.0",
    ///     "poolId": "p1",
    ///     "pool": { "vmSize": "standard_d4s_v3" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: another version has other names and other defaults.
    ///
    /// ## Source
    /// `added` in `schemas/data/member-versions.json`, from the API's page on
    /// its versions, the Python client's change logs and its models.
    MEMBER_OF_DECLARED_VERSION {
        code: "AB1410",
        id: "version/member-of-declared-version",
        severity: Warning,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[Check::Request(members::of_declared_version)],
    }
}

rule! {
    /// All unknown members of the body belong to one other version, or to
    /// versions that do not go together.
    ///
    /// ## Why it matters
    /// It tells an old or new document from a mistyped one, and saves reading
    /// the single findings. Of a single member its own finding says enough.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "maxTasksPerNode": 4,
    ///   "taskSchedulingPolicy": { "nodeFillType": "pack", "jobDefaultOrder": "creationtime" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "taskSlotsPerNode": 4,
    ///   "taskSchedulingPolicy": { "nodeFillType": "pack" }
    /// }
    /// ```
    ///
    /// ## Source
    /// `schemas/data/member-versions.json`.
    OTHER_VERSION_FITS {
        code: "AB1414",
        id: "version/other-version-fits",
        severity: Info,
        checks: &[Check::Request(members::other_version_fits)],
    }
}

/// Tasks whose results stay on the node for a time.
const WITH_RETENTION: &[Model] = &[
    Model::BATCH_TASK_CREATE_CONTENT,
    Model::BATCH_JOB_MANAGER_TASK,
    Model::BATCH_JOB_PREPARATION_TASK,
];

/// What has a member whose default has changed.
const WITH_DEFAULTS: &[Model] = &[
    Model::BATCH_START_TASK,
    Model::AUTO_USER_SPECIFICATION,
    Model::DATA_DISK,
    Model::BATCH_TASK_CONSTRAINTS,
];

rule! {
    /// The request declares a version in which something left out means
    /// something else than today.
    ///
    /// ## Why it matters
    /// Raise its `api-version`, and the same body behaves otherwise: a start
    /// task is waited for (from 2019-08-01.10.0 on), an auto user on Windows is
    /// one for the whole pool (the same), files of a task go after seven days
    /// (2018-12-01.8.0), a data disk is cached (2018-08-01.7.0).
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "operationId": "Pools_CreatePool",
    ///   "parameters": {
    ///     "api-version": "2019-06-01.9.0",
    ///     "pool": {
    ///       "id": "p1",
    ///       "vmSize": "standard_d2s_v3",
    ///       "startTask": { "commandLine": "hostname" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// {
    ///   "operationId": "Pools_CreatePool",
    ///   "parameters": {
    ///     "api-version": "2019-06-01.9.0",
    ///     "pool": {
    ///       "id": "p1",
    ///       "vmSize": "standard_d2s_v3",
    ///       "startTask": { "commandLine": "hostname", "waitForSuccess": true }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it writes what the declared version takes for granted,
    /// which may not be what is wanted from now on.
    ///
    /// ## Source
    /// `defaults` in `schemas/data/member-versions.json`, from the API's page
    /// on its versions.
    DEFAULT_CHANGED {
        code: "AB1415",
        id: "version/default-changed",
        severity: Info,
        group: Pedantic,
        fix: Suggested,
        checks: &[
            Check::Models(WITH_DEFAULTS, defaults::absent),
            Check::Models(WITH_RETENTION, defaults::constraints),
        ],
    }
}

#[cfg(test)]
mod tests;
