//! What an update of a pool does that its author may not have in mind.

use crate::analysis::Cursor;
use crate::api::{Flags, Model, Name, p};
use crate::document::NodeKind;
use crate::report::Applicability::Suggested;
use crate::rules::edit;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, rule};

const PATCH: &[Model] = &[Model::BATCH_POOL_UPDATE_CONTENT];
const PUT: &[Model] = &[Model::BATCH_POOL_REPLACE_CONTENT];

rule! {
    /// The update holds a property that can change only while the pool has no
    /// nodes.
    ///
    /// ## Why it matters
    /// On a pool with nodes the service refuses the whole request, so that a
    /// change of the metadata beside it is lost as well. `targetNodeCommunicationMode`
    /// is taken at any time, and has effect once the pool has been resized to
    /// zero.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// { "vmSize": "standard_d4s_v5", "metadata": [{ "name": "a", "value": "b" }] }
    /// ```
    ///
    /// ## Use instead
    /// Resize the pool to zero nodes first. Send what can change at any time in
    /// a request of its own.
    /// ```json pool.update right
    /// { "metadata": [{ "name": "a", "value": "b" }] }
    /// ```
    ///
    /// ## Source
    /// `onlyWhenPoolEmpty` in `schemas/models.json`, which has it from the API's
    /// documentation of each property.
    PATCH_NEEDS_EMPTY_POOL {
        code: "AB1609",
        id: "pool/patch-needs-empty-pool",
        severity: Info,
        service_code: "PropertyCannotBeUpdated",
        checks: &[Check::Models(PATCH, needs_empty_pool)],
    }
}

fn needs_empty_pool(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let needs = |value: &Cursor<'_>| {
        let flags = value.property().map(|property| property.flags);
        value.kind() != NodeKind::Null
            && flags.is_some_and(|flags| flags.contains(Flags::ONLY_WHEN_POOL_EMPTY))
            && !value.is_shadowed()
    };
    let mut values = pool.keys().map(Cursor::member_value).filter(needs);
    let Some(first) = values.next() else {
        if let Some(mode) = pool.get(p::TARGET_NODE_COMMUNICATION_MODE) {
            let message = "a new communication mode has no effect until the pool has been resized \
                           to zero nodes";
            findings.add(Finding::at_key(&PATCH_NEEDS_EMPTY_POOL, mode, message));
        }
        return;
    };
    let mut names = String::new();
    let mut name = |value: Cursor<'_>| {
        if let Some(property) = value.property() {
            names.push_str(if names.is_empty() { "`" } else { "`, `" });
            names.push_str(property.name);
        }
    };
    name(first);
    let rest: Vec<_> = values.collect();
    rest.iter().copied().for_each(name);
    let message = format!("{names}` can change only while the pool has no nodes");
    let mut finding = Finding::at_key(&PATCH_NEEDS_EMPTY_POOL, first, message).help(
        "resize the pool to zero nodes first; send what can change at any time in a request of \
         its own",
    );
    for other in rest {
        finding = finding.related(other.name_span(), "this one too");
    }
    findings.add(finding);
}

rule! {
    /// An empty list in the update removes what the pool has.
    ///
    /// ## Why it matters
    /// A PATCH leaves a list as it is that it does not name, and `[]` takes all
    /// entries away. Bodies made by a program often hold `[]` by accident.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// { "metadata": [] }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool.update right
    /// { "metadata": [{ "name": "a", "value": "b" }] }
    /// ```
    ///
    /// ## Fix safety
    /// Leaving the list out is a suggestion, since emptying it may be meant.
    ///
    /// ## Source
    /// The API's documentation of `metadata` and `applicationPackageReferences`
    /// in the body of Pools_UpdatePool.
    PATCH_CLEARS_LIST {
        code: "AB1610",
        id: "pool/patch-clears-list",
        severity: Info,
        fix: Suggested,
        checks: &[Check::Models(PATCH, patch_clears)],
    }
}

/// The lists that take away what the pool has, being empty.
fn empty_lists(pool: Cursor<'_>) -> impl Iterator<Item = Cursor<'_>> {
    let lists: [Name; 2] = [p::METADATA, p::APPLICATION_PACKAGE_REFERENCES];
    let is_empty =
        |list: &Cursor<'_>| list.kind() == NodeKind::Array && list.items().next().is_none();
    lists.into_iter().filter_map(move |list| pool.get(list)).filter(is_empty)
}

fn taken_away(list: Cursor<'_>) -> String {
    let name = list.property().map_or("list", |property| property.name);
    format!("an empty `{name}` takes away all that the pool has of these")
}

fn patch_clears(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    for list in empty_lists(pool) {
        let message = taken_away(list);
        findings.add(
            Finding::at_key(&PATCH_CLEARS_LIST, list, message)
                .help("leave it out to keep them")
                .edits_if("Remove the empty list", Suggested, edit::take_out(list)),
        );
    }
}

rule! {
    /// The replacement removes the pool's metadata or packages.
    ///
    /// ## Why it matters
    /// The operation replaces: `[]` takes away what was there. Both lists are
    /// required, so that `[]` is often only filled in.
    ///
    /// ## Example
    /// ```json pool.replace wrong
    /// { "certificateReferences": [], "applicationPackageReferences": [], "metadata": [] }
    /// ```
    ///
    /// ## Use instead
    /// Send the entries that are to stay, or use Pools_UpdatePool, which leaves
    /// alone what it does not name.
    /// ```json pool.update right
    /// { "startTask": { "commandLine": "/bin/sh -c ./setup.sh" } }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of the body of Pools_ReplacePoolProperties.
    REPLACE_CLEARS_LIST {
        code: "AB1611",
        id: "pool/replace-clears-list",
        severity: Info,
        checks: &[Check::Models(PUT, replace_clears)],
    }
}

fn replace_clears(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mut lists = empty_lists(pool);
    let Some(first) = lists.next() else { return };
    let message = taken_away(first);
    let mut finding = Finding::at_key(&REPLACE_CLEARS_LIST, first, message)
        .help("send the entries that are to stay, or use Pools_UpdatePool");
    if let Some(other) = lists.next() {
        finding = finding.related(other.name_span(), "this one too");
    }
    findings.add(finding);
}

rule! {
    /// The replacement removes the pool's start task.
    ///
    /// ## Why it matters
    /// What the body leaves out is taken away: nodes that join later run no
    /// start task.
    ///
    /// ## Example
    /// ```json pool.replace wrong
    /// { "certificateReferences": [], "applicationPackageReferences": [], "metadata": [{ "name": "a", "value": "b" }] }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool.replace right
    /// {
    ///   "startTask": { "commandLine": "/bin/sh -c ./setup.sh" },
    ///   "certificateReferences": [],
    ///   "applicationPackageReferences": [],
    ///   "metadata": [{ "name": "a", "value": "b" }]
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `startTask` in the body of
    /// Pools_ReplacePoolProperties; recorded tests of the Python SDK.
    REPLACE_REMOVES_START_TASK {
        code: "AB1612",
        id: "pool/replace-removes-start-task",
        severity: Info,
        checks: &[Check::Models(PUT, removes_start_task)],
    }
}

fn removes_start_task(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if pool.kind() == NodeKind::Object && pool.get(p::START_TASK).is_none() {
        let message = "this takes away the pool's start task, if it has one";
        let help = "send `startTask` again, or use Pools_UpdatePool";
        findings.add(Finding::at(&REPLACE_REMOVES_START_TASK, pool, message).help(help));
    }
}

rule! {
    /// The data disks of a pool cannot be updated.
    ///
    /// ## Why it matters
    /// The documentation of `dataDisks` rules an update out. The request is
    /// refused, unless the value is the one that the pool has.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// {
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "dataDisks": [{ "lun": 0, "diskSizeGB": 64 }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Create another pool, or leave the disks out.
    /// ```json pool.update right
    /// {
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// `notUpdatable` of `dataDisks` in `schemas/models.json`, which has it from
    /// the API's documentation.
    PATCH_DATA_DISKS {
        code: "AB1613",
        id: "pool/patch-data-disks",
        severity: Warning,
        checks: &[Check::Properties(&[p::DATA_DISKS], patch_data_disks)],
    }
}

fn patch_data_disks(disks: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    // An empty list may be what the pool has.
    let some = disks.items().next().is_some();
    if some && disks.nearest(Model::BATCH_POOL_UPDATE_CONTENT).is_some() {
        let message = "`dataDisks` cannot be updated";
        let help = "leave it out; another pool can have other disks";
        findings.add(Finding::at_key(&PATCH_DATA_DISKS, disks, message).help(help));
    }
}

rule! {
    /// The replacement sets the node communication mode back to the default.
    ///
    /// ## Why it matters
    /// What the body leaves out goes back to `default`, which need not be the
    /// mode that was chosen for the pool.
    ///
    /// ## Example
    /// ```json pool.replace wrong
    /// { "certificateReferences": [], "applicationPackageReferences": [], "metadata": [] }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool.replace right
    /// {
    ///   "targetNodeCommunicationMode": "simplified",
    ///   "certificateReferences": [],
    ///   "applicationPackageReferences": [],
    ///   "metadata": []
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `targetNodeCommunicationMode` in the body of
    /// Pools_ReplacePoolProperties.
    REPLACE_RESETS_COMMUNICATION_MODE {
        code: "AB1624",
        id: "pool/replace-resets-communication-mode",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Models(PUT, resets_mode)],
    }
}

fn resets_mode(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let mode = pool.get(p::TARGET_NODE_COMMUNICATION_MODE);
    if pool.kind() == NodeKind::Object && mode.is_none() {
        let message = "this sets the pool's communication mode back to `default`";
        let help = "send `targetNodeCommunicationMode` again if the pool has another";
        findings.add(Finding::at(&REPLACE_RESETS_COMMUNICATION_MODE, pool, message).help(help));
    }
}

rule! {
    /// Nodes that are already in the pool do not see the change.
    ///
    /// ## Why it matters
    /// A new start task or package reaches the nodes that join the pool later,
    /// and those that are rebooted or reimaged.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// { "startTask": { "commandLine": "/bin/sh -c ./setup.sh" } }
    /// ```
    ///
    /// ## Use instead
    /// The same, and reboot or reimage the nodes then, or resize the pool to
    /// zero and back.
    ///
    /// ## Source
    /// The API's documentation of `startTask` and `applicationPackageReferences`
    /// in the body of Pools_UpdatePool.
    UPDATE_NEEDS_REBOOT {
        code: "AB1625",
        id: "pool/update-needs-reboot",
        severity: Info,
        group: Pedantic,
        checks: &[
            Check::Models(PATCH, needs_reboot),
            Check::Models(PUT, needs_reboot),
        ],
    }
}

fn needs_reboot(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let packages = pool.get(p::APPLICATION_PACKAGE_REFERENCES);
    let packages = packages.filter(|list| list.items().next().is_some());
    let Some(first) = pool.get(p::START_TASK).or(packages) else { return };
    let message = "nodes that are in the pool do not see this change";
    let help = "reboot or reimage them afterwards, or resize the pool to zero and back";
    findings.add(Finding::at_key(&UPDATE_NEEDS_REBOOT, first, message).help(help));
}

rule! {
    /// A `virtualMachineConfiguration` in an update stands for the whole
    /// configuration.
    ///
    /// ## Why it matters
    /// What is not repeated in it (extensions, disks, containers) is not kept.
    /// Microsoft's guide to such updates says to send the image, the agent and
    /// all other settings again.
    ///
    /// ## Example
    /// ```json pool.update wrong
    /// {
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// The same, if it holds all that the pool is to have.
    ///
    /// ## Source
    /// Batch's article on disk encryption, on updates by the management plane;
    /// for a pool's own update it is inferred.
    PATCH_REPLACES_CONFIGURATION {
        code: "AB1626",
        id: "pool/patch-replaces-configuration",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        checks: &[Check::Models(PATCH, replaces_configuration)],
    }
}

fn replaces_configuration(pool: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let machine = pool.get(p::VIRTUAL_MACHINE_CONFIGURATION);
    if let Some(machine) = machine.filter(|machine| machine.kind() == NodeKind::Object) {
        let message = "this stands for the whole configuration: what it leaves out is not kept";
        let help = "repeat all that the pool is to have: extensions, disks, containers";
        findings.add(Finding::at_key(&PATCH_REPLACES_CONFIGURATION, machine, message).help(help));
    }
}
