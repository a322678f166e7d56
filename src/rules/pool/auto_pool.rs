//! Pools that Batch makes for a job.

use crate::analysis::Cursor;
use crate::api::{Model, p};
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

rule! {
    /// `keepAlive` is updated on an auto pool that does not belong to the job.
    ///
    /// ## Why it matters
    /// A job's update can change `keepAlive` only of a pool whose lifetime is
    /// that of the job. One with the lifetime `jobschedule` belongs to the
    /// schedule.
    ///
    /// ## Example
    /// ```json job.update wrong
    /// { "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "jobschedule", "keepAlive": true } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job.update right
    /// { "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "keepAlive": true } } }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `poolInfo` in the body of Jobs_UpdateJob.
    AUTO_POOL_UPDATE_SCHEDULE_LIFETIME {
        code: "AB1608",
        id: "pool/auto-pool-update-schedule-lifetime",
        severity: Error,
        checks: &[Check::Properties(&[p::KEEP_ALIVE], keep_alive)],
    }
}

fn keep_alive(flag: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if flag.nearest(Model::BATCH_JOB_UPDATE_CONTENT).is_none() {
        return;
    }
    let Some(auto) = flag.parent() else { return };
    let Some(lifetime) = auto.get(p::POOL_LIFETIME_OPTION) else { return };
    if lifetime.as_str().is_some_and(|lifetime| lifetime.eq_ignore_ascii_case("jobschedule")) {
        let message = "`keepAlive` can be updated only of a pool that lives as long as the job";
        findings.add(
            Finding::at_key(&AUTO_POOL_UPDATE_SCHEDULE_LIFETIME, flag, message)
                .help("leave it out here, and update the job schedule")
                .related(lifetime.span(), "this pool belongs to the job schedule"),
        );
    }
}

rule! {
    /// The job has a pool of its own, and nothing ends the job.
    ///
    /// ## Why it matters
    /// A pool with the lifetime `job` is deleted when its job completes, and a
    /// job does not complete by itself: its nodes stay, and cost. Terminating
    /// the job by hand is fine, too; the finding is for those who leave it to
    /// the service. Pools that scale themselves are not looked at.
    ///
    /// ## Example
    /// ```json job wrong
    /// {
    ///   "id": "j1",
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v5",
    ///     "targetDedicatedNodes": 1
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// {
    ///   "id": "j1",
    ///   "onAllTasksComplete": "terminatejob",
    ///   "poolInfo": { "autoPoolSpecification": { "poolLifetimeOption": "job", "pool": {
    ///     "vmSize": "standard_d2s_v5",
    ///     "targetDedicatedNodes": 1
    ///   } } }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `keepAlive` and `onAllTasksComplete`; Batch's
    /// best practices (lifetime of jobs).
    AUTO_POOL_OUTLIVES_WORK {
        code: "AB1623",
        id: "pool/auto-pool-outlives-work",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Models(
            &[Model::BATCH_JOB_CREATE_CONTENT, Model::BATCH_JOB_SPECIFICATION],
            outlives_work,
        )],
    }
}

fn outlives_work(job: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let auto = job.get(p::POOL_INFO).and_then(|info| info.get(p::AUTO_POOL_SPECIFICATION));
    let Some(auto) = auto else { return };
    let Some(pool) = auto.get(p::POOL) else { return };
    let has_nodes = |name| pool.get(name).and_then(Cursor::as_int).is_some_and(|count| count > 0);
    let stays = auto.says(p::POOL_LIFETIME_OPTION, "job")
        && !auto.is_flag(p::KEEP_ALIVE, true)
        && !pool.is_flag(p::ENABLE_AUTO_SCALE, true)
        && (has_nodes(p::TARGET_DEDICATED_NODES) || has_nodes(p::TARGET_LOW_PRIORITY_NODES));
    let manager = job.get(p::JOB_MANAGER_TASK);
    let ends = job.get(p::ON_ALL_TASKS_COMPLETE).is_some()
        && !job.says(p::ON_ALL_TASKS_COMPLETE, "noaction")
        || manager.is_some_and(|task| !task.is_flag(p::KILL_JOB_ON_COMPLETION, false))
        || job
            .get(p::CONSTRAINTS)
            .is_some_and(|limits| limits.get(p::MAX_WALL_CLOCK_TIME).is_some());
    if stays && !ends {
        let message = "this pool lives as long as the job, and nothing ends the job";
        let help = "set `onAllTasksComplete` to `terminatejob` once the tasks are added, or give \
                    the job a `maxWallClockTime`";
        findings.add(Finding::at_key(&AUTO_POOL_OUTLIVES_WORK, auto, message).help(help));
    }
}
