//! Members that belong to another thing: a job's tasks, the ids of what is
//! around.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::api::{Model, Name, p};
use crate::document::NodeKind;
use crate::report::Applicability;
use crate::rules::finding::{Finding, shorten};
use crate::rules::structure::unknown_members;
use crate::rules::{Check, Context, edit, rule};

rule! {
    /// Tasks are written inside the job.
    ///
    /// ## Why it matters
    /// A job is created first, and its tasks by requests of their own, up to
    /// 100 at once: `POST /jobs/{jobId}/addtaskcollection`. The job has no
    /// member for them, and the service refuses one that it does not know
    /// (`InvalidRequestBody`). Only templates of az and other tools have both
    /// in one file.
    ///
    /// The jobs of a job schedule have no tasks of their own either; what makes
    /// them there is a `jobManagerTask`.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "tasks": [ { "id": "t1", "commandLine": "hostname" } ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" } }
    /// ```
    /// and then
    /// ```json tasks right
    /// { "value": [ { "id": "t1", "commandLine": "hostname" } ] }
    /// ```
    ///
    /// ## Source
    /// Properties of the job models in `schemas/models.json`; the operation
    /// Tasks_CreateTaskCollection.
    TASKS_IN_JOB {
        code: "AB1317",
        id: "shape/tasks-in-job",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[Check::Instead(FaultKind::Unknown, tasks)],
    }
}

rule! {
    /// An id that belongs to the URL stands in the body.
    ///
    /// ## Why it matters
    /// The path says which job a task belongs to, and the endpoint which
    /// account. The body has no member for either, and the service refuses one
    /// that it does not know (`InvalidRequestBody`). The pool of a job is
    /// `poolId` within `poolInfo`; the id of what is created is `id`.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "poolId": "p1" }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe for a job's `poolId` where there is no `poolInfo`, and for an id
    /// that the request's path repeats. Else the fix is a suggestion.
    ///
    /// ## Source
    /// Properties of the models in `schemas/models.json`; path parameters of the
    /// operations.
    PARENT_ID_IN_BODY {
        code: "AB1318",
        id: "shape/parent-id-in-body",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Missing, is_own_or_pool),
            Check::Instead(FaultKind::Unknown, parent_id),
        ],
    }
}

/// Models of jobs; the last is within a job schedule.
const JOBS: [Model; 4] = [
    Model::BATCH_JOB_CREATE_CONTENT,
    Model::BATCH_JOB,
    Model::BATCH_JOB_UPDATE_CONTENT,
    Model::BATCH_JOB_SPECIFICATION,
];

fn tasks(_: &Fault, value: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let key = value.key()?;
    let model = value.parent()?.model().filter(|model| JOBS.contains(model))?;
    let name = key.content();
    if !matches!(&*name, "tasks" | "task" | "taskList" | "taskCollection" | "value") {
        return None;
    }
    let is_task = |object: Cursor<'_>| {
        let mut keys = object.keys();
        object.kind() == NodeKind::Object
            && keys.any(|key| matches!(&*key.content(), "commandLine" | "containerSettings"))
    };
    let within = match value.kind() {
        // A collection is a list within an object.
        NodeKind::Object => value.keys().find(|key| key.content() == "value"),
        _ => None,
    };
    let list = within.map_or(value, Cursor::member_value);
    let holds = is_task(value) || list.items().any(is_task);
    // `value` alone is too common a name to tell.
    let empty = matches!(value.kind(), NodeKind::Array | NodeKind::Object) && name != "value";
    if !holds && !empty {
        return None;
    }
    let (what, help) = if model == Model::BATCH_JOB_SPECIFICATION {
        (
            "the jobs of a job schedule",
            "a job schedule has no tasks of its own: give the job a `jobManagerTask`, whose command makes the others",
        )
    } else {
        (
            "a job",
            "create the job first, then send its tasks as `{\"value\": [...]}`, 100 at most at once, to `POST /jobs/{jobId}/addtaskcollection`",
        )
    };
    let message = format!("tasks are no part of {what}: `{name}`");
    Some(Finding::at_key(&TASKS_IN_JOB, value, message).help(help))
}

/// What a member of this name, unknown to its model, is.
enum Parent {
    /// The pool of a job.
    Pool,
    /// The `id` of what the body describes.
    Own,
    /// A part of the path, by the parameter's name.
    Path(&'static str),
    /// A part of the endpoint.
    Account,
    /// The pool of a task, which is its job's.
    OfJob,
}

fn parent(name: &str, object: Cursor<'_>) -> Option<Parent> {
    let model = object.model()?;
    let job = JOBS.contains(&model);
    if job && name == "poolId" {
        return Some(Parent::Pool);
    }
    // Else the body itself, or a task of a collection.
    let of_list = model == Model::BATCH_TASK_CREATE_CONTENT && object.is_item();
    if !(object.property().is_none() || of_list) {
        return None;
    }
    let own = match model {
        Model::BATCH_POOL_CREATE_CONTENT => "poolId",
        Model::BATCH_JOB_CREATE_CONTENT => "jobId",
        Model::BATCH_JOB_SCHEDULE_CREATE_CONTENT => "jobScheduleId",
        Model::BATCH_TASK_CREATE_CONTENT => "taskId",
        _ => "",
    };
    Some(match name {
        _ if name == own => Parent::Own,
        "poolId" if model == Model::BATCH_TASK_CREATE_CONTENT => Parent::OfJob,
        "jobId" => Parent::Path("jobId"),
        "poolId" => Parent::Path("poolId"),
        "taskId" => Parent::Path("taskId"),
        "jobScheduleId" => Parent::Path("jobScheduleId"),
        "nodeId" => Parent::Path("nodeId"),
        "accountName" | "account_name" | "batchAccount" | "batchAccountName" | "endpoint"
        | "batchUrl" | "accountEndpoint" | "resourceGroup" | "resourceGroupName"
        | "resource_group" | "subscriptionId" | "subscription_id" => Parent::Account,
        _ => return None,
    })
}

fn parent_id(_: &Fault, value: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    let (key, object) = (value.key()?, value.parent()?);
    let name = key.content();
    let parent = parent(&name, object)?;
    let finding = |message: String| Finding::at_key(&PARENT_ID_IN_BODY, value, message);
    let without = |finding: Finding, applicability: Applicability| {
        finding.edits_if("Remove it", applicability, edit::take_out(value))
    };
    Some(match parent {
        Parent::Pool => {
            let finding = finding("the pool of a job is `poolId` within `poolInfo`".into());
            pool_of_job(finding, object, value)
        }
        Parent::Own => {
            let finding = finding(format!("what is created has its `id`, not `{name}`"));
            if object.member(p::ID).is_some() {
                without(finding.help("`id` is given as well"), Applicability::Suggested)
            } else if edit::is_whole(key) {
                finding.help("write `id`, which is required").fix(
                    "Rename to `id`",
                    Applicability::Suggested,
                    key.span(),
                    "\"id\"",
                )
            } else {
                finding
            }
        }
        Parent::OfJob => without(
            finding("a task has no pool of its own".into())
                .help("it runs on its job's pool, `poolId` within the job's `poolInfo`"),
            Applicability::Suggested,
        ),
        Parent::Account => without(
            finding(format!("`{}` is no part of a body", shorten(&name, 48))).help(
                "the account is in the endpoint, as in `https://account.region.batch.azure.com`",
            ),
            Applicability::Suggested,
        ),
        Parent::Path(parameter) => {
            let given = context.analysis.request.parameters.iter();
            let mut same =
                given.filter(|given| given.parameter.name.eq_ignore_ascii_case(parameter));
            let text = value.as_str();
            let repeated = same.any(|given| text.as_deref() == Some(given.text.as_str()));
            let applicability = match repeated {
                true => Applicability::Safe,
                false => Applicability::Suggested,
            };
            let help = match context.analysis.operation() {
                Some(operation) => {
                    format!("the path has it: `{} {}`", operation.method, operation.path)
                }
                None => "the path has it".to_owned(),
            };
            let has = context
                .analysis
                .operation()
                .is_some_and(|operation| operation.path.contains(&format!("{{{parameter}}}")));
            let finding = finding(format!("`{name}` is no part of a body"));
            let finding = if has {
                finding.help(help)
            } else {
                finding.help("a body like this does not belong to one")
            };
            without(finding, applicability)
        }
    })
}

/// Puts a job's `poolId` where it belongs.
fn pool_of_job(finding: Finding, object: Cursor<'_>, value: Cursor<'_>) -> Finding {
    let finding = finding.help("write `\"poolInfo\": { \"poolId\": ... }`");
    let edits = match object.member(p::POOL_INFO) {
        None => edit::wrap(object, &[(value, None)], &["poolInfo"])
            .map(|edits| ("Put it into `poolInfo`", Applicability::Safe, edits)),
        Some(info)
            if info.get(p::POOL_ID).is_some() || info.get(p::AUTO_POOL_SPECIFICATION).is_some() =>
        {
            edit::take_out(value)
                .map(|edits| ("Remove it, as `poolInfo` says it", Applicability::Suggested, edits))
        }
        Some(info) if info.kind() == NodeKind::Object => {
            edit::move_to(object, &[(value, None)], info)
                .map(|edits| ("Move it into `poolInfo`", Applicability::Suggested, edits))
        }
        Some(_) => None,
    };
    match edits {
        Some((title, applicability, edits)) => finding.edits(title, applicability, edits),
        None => finding,
    }
}

/// Whether a finding here tells why `poolInfo` or `id` is missing.
fn is_own_or_pool(fault: &Fault, object: Cursor<'_>, _: &Context<'_>) -> bool {
    let Some(missing) = object.api().all_rows().get(fault.other as usize) else { return false };
    if missing.id != p::ID && missing.id != p::POOL_INFO {
        return false;
    }
    unknown_members(object).any(|value| {
        let means = value.key().and_then(|key| parent(&key.content(), object));
        let lacks = |name: Name| missing.id == name && object.member(name).is_none();
        match means {
            Some(Parent::Pool) => lacks(p::POOL_INFO),
            Some(Parent::Own) => lacks(p::ID),
            _ => false,
        }
    })
}
