//! Resources of the management plane, given to the data plane.

use crate::analysis::Cursor;
use crate::request::{Foreign, ForeignKind};
use crate::rules::finding::Finding;
use crate::rules::{Check, Context, rule};

rule! {
    /// The document is a pool in the shape of the management plane.
    ///
    /// ## Why it matters
    /// Pools can be made through two APIs, whose bodies differ. The Batch
    /// account's endpoint knows none of `properties`, `deploymentConfiguration`
    /// or `scaleSettings`; it finds no `id` and refuses the body.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "name": "p1",
    ///   "properties": {
    ///     "vmSize": "standard_d2s_v3",
    ///     "scaleSettings": { "fixedScale": { "targetDedicatedNodes": 2 } },
    ///     "interNodeCommunication": "Enabled"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 2,
    ///   "enableInterNodeCommunication": true
    /// }
    /// ```
    ///
    /// | management plane | data plane |
    /// | --- | --- |
    /// | `name` | `id` |
    /// | `properties.deploymentConfiguration.virtualMachineConfiguration` | `virtualMachineConfiguration` |
    /// | `scaleSettings.fixedScale` | `targetDedicatedNodes`, `targetLowPriorityNodes`, `resizeTimeout` |
    /// | `scaleSettings.autoScale` | `enableAutoScale`, `autoScaleFormula`, `autoScaleEvaluationInterval` |
    /// | `interNodeCommunication` | `enableInterNodeCommunication` |
    /// | `applicationPackages` | `applicationPackageReferences` |
    /// | `certificates` | `certificateReferences` |
    /// | `nodeAgentSkuId` | `nodeAgentSKUId` |
    /// | `imageReference.id` | `imageReference.virtualMachineImageId` |
    /// | `identity`, `location`, `tags` | none |
    ///
    /// ## Source
    /// The reference of Microsoft.Batch/batchAccounts/pools against the models of
    /// the data plane; users' reports.
    MANAGEMENT_PLANE_POOL {
        code: "AB1301",
        id: "shape/management-plane-pool",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[Check::Foreign(ForeignKind::ManagementPool, pool)],
    }
}

rule! {
    /// The document is a Batch account, or something below it that only the
    /// management plane has.
    ///
    /// ## Why it matters
    /// Accounts and applications are made through Azure Resource Manager; the
    /// data plane has no operation for them.
    ///
    /// ## Example
    /// ```json wrong
    /// { "location": "westeurope", "properties": { "autoStorage": { "storageAccountId": "x" } } }
    /// ```
    ///
    /// ## Use instead
    /// `az batch account create`, or a template.
    ///
    /// ## Source
    /// The reference of Microsoft.Batch/batchAccounts.
    MANAGEMENT_PLANE_ACCOUNT {
        code: "AB1327",
        id: "shape/management-plane-account",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::ManagementAccount, account)],
    }
}

/// What a member of the management plane's pool is in the data plane, where it
/// is not the same. Looked for at the root, in `properties` and, behind a dot,
/// in what is named before it.
const MEMBERS: &[(&str, &str)] = &[
    ("name", "`name` is `id`"),
    (
        "deploymentConfiguration",
        "what is in `deploymentConfiguration` stands at the top: `virtualMachineConfiguration`",
    ),
    (
        "scaleSettings.fixedScale",
        "`scaleSettings.fixedScale` is `targetDedicatedNodes`, `targetLowPriorityNodes` and \
         `resizeTimeout` at the top",
    ),
    (
        "scaleSettings.autoScale",
        "`scaleSettings.autoScale` is `enableAutoScale`, `autoScaleFormula` and \
         `autoScaleEvaluationInterval` at the top",
    ),
    (
        "interNodeCommunication",
        "`interNodeCommunication` is `enableInterNodeCommunication`, true or false",
    ),
    (
        "applicationPackages",
        "`applicationPackages` is `applicationPackageReferences`, each with `applicationId` and \
         `version`",
    ),
    ("certificates", "`certificates` is `certificateReferences`, which is deprecated"),
    ("identity", "`identity` has no counterpart: only the management plane assigns one"),
    ("location", "`location` has no counterpart"),
    ("tags", "`tags` has no counterpart"),
];

fn member<'a>(object: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    object.keys().find(|key| key.content() == name).map(Cursor::member_value)
}

fn pool(found: &Foreign, context: &Context<'_>) -> Finding {
    let root = context.analysis.cursor(0);
    let properties = member(root, "properties");
    let has = |path: &str| {
        [Some(root), properties].into_iter().flatten().any(|object| {
            let mut names = path.split('.');
            names.try_fold(object, member).is_some()
        })
    };
    let mut help: Vec<&str> = Vec::new();
    if properties.is_some() {
        help.push("what is in `properties` stands at the top");
    }
    help.extend(MEMBERS.iter().filter(|(path, _)| has(path)).map(|(_, advice)| *advice));
    let message = "this is a pool in the shape of the management plane";
    Finding::spot(&MANAGEMENT_PLANE_POOL, found.at, message)
        .help(format!("in the data plane: {}", help.join("; ")))
}

fn account(found: &Foreign, _: &Context<'_>) -> Finding {
    let message = "this is a resource that only the management plane has";
    Finding::spot(&MANAGEMENT_PLANE_ACCOUNT, found.at, message).help(
        "accounts and what belongs to them are made through Azure Resource Manager; the data plane \
         has no operation for it",
    )
}
