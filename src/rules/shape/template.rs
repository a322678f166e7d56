//! Templates and configurations of other tools, given as request bodies.

use crate::request::{Foreign, ForeignKind};
use crate::rules::finding::{Finding, shorten};
use crate::rules::{Check, Context, Rule, rule};

rule! {
    /// The document is a template of Azure Resource Manager.
    ///
    /// ## Why it matters
    /// A template is deployed through the management plane. The Batch account's
    /// own endpoint knows none of its members and refuses it.
    ///
    /// Nothing else is said of such a document. A Batch pool among its resources
    /// is pointed at: what is in its `properties` can be made into a body, as
    /// `shape/management-plane-pool` explains.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    ///   "contentVersion": "1.0.0.0",
    ///   "resources": [
    ///     { "type": "Microsoft.Batch/batchAccounts/pools", "apiVersion": "2024-07-01", "name": "acc/p1", "properties": { "vmSize": "standard_d2s_v3" } }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Deploy it (`az deployment group create`), or write the body of the data
    /// plane:
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The structure of Azure Resource Manager's templates.
    ARM_TEMPLATE {
        code: "AB1324",
        id: "shape/arm-template",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::ArmTemplate, arm_template)],
    }
}

rule! {
    /// The document is what Bicep made of a `.bicep` file.
    ///
    /// ## Why it matters
    /// It is a template for the management plane and no request body; and what
    /// is changed in it is lost when it is built again.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    ///   "contentVersion": "1.0.0.0",
    ///   "metadata": { "_generator": { "name": "bicep", "version": "0.30.23.60470" } },
    ///   "resources": []
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Change and deploy the `.bicep` file; for the data plane, write a body.
    ///
    /// ## Source
    /// The output of `bicep build`.
    BICEP_OUTPUT {
        code: "AB1325",
        id: "shape/bicep-output",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::BicepOutput, bicep_output)],
    }
}

rule! {
    /// The document holds the parameters of an Azure Resource Manager template.
    ///
    /// ## Why it matters
    /// There is no body in it. Its `parameters` resemble those of a request, but
    /// each is an object with a `value`.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
    ///   "contentVersion": "1.0.0.0",
    ///   "parameters": { "poolName": { "value": "p1" } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Give it to the deployment of its template; check the body itself.
    ///
    /// ## Source
    /// The structure of Azure Resource Manager's parameter files.
    ARM_PARAMETERS_FILE {
        code: "AB1326",
        id: "shape/arm-parameters-file",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::ArmParameters, arm_parameters)],
    }
}

rule! {
    /// The document is a template of the Azure CLI's Batch extension.
    ///
    /// ## Why it matters
    /// Only the extension expands parameters, task factories and file groups,
    /// and it has been announced as retired. The service knows none of them.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "parameters": { "poolId": { "type": "string", "metadata": { "description": "The pool" } } },
    ///   "pool": { "type": "Microsoft.Batch/batchAccounts/pools", "apiVersion": "2016-12-01", "properties": { "id": "[parameters('poolId')]", "vmSize": "standard_d2s_v3" } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Expand it once and keep the result, or write what is in `properties` as
    /// the body, with the parameters' values in place.
    ///
    /// ## Source
    /// The documentation of azure-batch-cli-extensions.
    BATCH_CLI_TEMPLATE {
        code: "AB1302",
        id: "shape/batch-cli-template",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::BatchCliTemplate, batch_cli_template)],
    }
}

rule! {
    /// The document is a configuration of batch-shipyard.
    ///
    /// ## Why it matters
    /// That tool reads it and calls the service itself. Its names are not those
    /// of the API, and it is no longer maintained.
    ///
    /// ## Example
    /// ```json wrong
    /// { "pool_specification": { "id": "p1", "vm_size": "STANDARD_D2_V2", "vm_count": { "dedicated": 2 } } }
    /// ```
    ///
    /// ## Use instead
    /// Write the bodies of the pool and of its jobs.
    ///
    /// ## Source
    /// The configuration reference of batch-shipyard.
    SHIPYARD_CONFIG {
        code: "AB1306",
        id: "shape/shipyard-config",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::Shipyard, shipyard)],
    }
}

rule! {
    /// The document has resources in the shape of Terraform.
    ///
    /// ## Why it matters
    /// Terraform's provider uses the management plane and names of its own.
    ///
    /// ## Example
    /// ```json wrong
    /// { "name": "p1", "resource_group_name": "g", "account_name": "acc", "vm_size": "STANDARD_D2S_V3", "fixed_scale": [{ "target_dedicated_nodes": 2 }] }
    /// ```
    ///
    /// ## Use instead
    /// `storage_image_reference` is `virtualMachineConfiguration.imageReference`
    /// here, `fixed_scale[0].target_dedicated_nodes` is `targetDedicatedNodes`,
    /// and `max_tasks_per_node` is `taskSlotsPerNode`.
    ///
    /// ## Source
    /// The reference of `azurerm_batch_pool`.
    TERRAFORM_ATTRIBUTES {
        code: "AB1333",
        id: "shape/terraform-attributes",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::Terraform, terraform)],
    }
}

rule! {
    /// The document is an activity or a linked service of Data Factory.
    ///
    /// ## Why it matters
    /// Data Factory makes the job and its task itself; nothing of this is sent to
    /// Batch as it stands.
    ///
    /// ## Example
    /// ```json wrong
    /// { "name": "run", "type": "Custom", "typeProperties": { "command": "hostname", "folderPath": "app" } }
    /// ```
    ///
    /// ## Use instead
    /// Give it to Data Factory. Its `command` is the `commandLine` of the task
    /// that it makes.
    ///
    /// ## Source
    /// The documentation of Data Factory's custom activity.
    DATA_FACTORY {
        code: "AB1334",
        id: "shape/data-factory",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::DataFactory, data_factory)],
    }
}

rule! {
    /// The document describes an API, or is a JSON Schema.
    ///
    /// ## Why it matters
    /// It says what bodies look like and is none. Mostly a pattern for files
    /// matched one file too many.
    ///
    /// ## Example
    /// ```json wrong
    /// { "openapi": "3.0.3", "info": { "title": "x", "version": "1" }, "paths": {} }
    /// ```
    ///
    /// ## Use instead
    /// Leave the file out.
    ///
    /// ## Source
    /// The specifications of OpenAPI and JSON Schema.
    API_DESCRIPTION {
        code: "AB1335",
        id: "shape/api-description",
        severity: Error,
        checks: &[Check::Foreign(ForeignKind::ApiDescription, api_description)],
    }
}

fn say(rule: &'static Rule, found: &Foreign, what: &str, help: &str) -> Finding {
    Finding::spot(rule, found.at, what).help(help)
}

/// A finding that points at the pools of a template.
fn with_pools(finding: Finding, found: &Foreign, context: &Context<'_>) -> Finding {
    const FEW: usize = 5;
    let pools = found.nodes.iter().take(FEW);
    pools.fold(finding, |finding, node| {
        let at = context.analysis.cursor(*node);
        let name = at
            .keys()
            .find(|key| key.content() == "name")
            .and_then(|key| key.member_value().as_str());
        let name = name.map(|name| format!(" `{}`", shorten(&name, 48))).unwrap_or_default();
        let message = format!("a Batch pool{name}: its `properties` can be made into a body");
        finding.related(at.head(), message)
    })
}

fn arm_template(found: &Foreign, context: &Context<'_>) -> Finding {
    let help = match found.nodes.is_empty() {
        true => {
            "a template is deployed through the management plane; no resource in it is a Batch pool"
        }
        false => {
            "deploy it, or write the body of each pool: what is in `properties` one level up, with \
             the names of the data plane (`batchlint explain AB1301`)"
        }
    };
    let what = "this is a template of Azure Resource Manager, not a request body";
    with_pools(say(&ARM_TEMPLATE, found, what, help), found, context)
}

fn bicep_output(found: &Foreign, context: &Context<'_>) -> Finding {
    let finding = say(
        &BICEP_OUTPUT,
        found,
        "this is a template that Bicep has made, not a request body",
        "change and deploy the .bicep file; for the data plane, write a body",
    );
    with_pools(finding, found, context)
}

fn arm_parameters(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &ARM_PARAMETERS_FILE,
        found,
        "these are the parameters of an Azure Resource Manager template, not a request body",
        "there is no body in it; check the body itself",
    )
}

fn batch_cli_template(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &BATCH_CLI_TEMPLATE,
        found,
        "this is a template of the Batch CLI extensions, not a request body",
        "expand it first, or write what is in `properties` as the body, with the parameters' values",
    )
}

fn shipyard(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &SHIPYARD_CONFIG,
        found,
        "this is a configuration of batch-shipyard, not a request body",
        "that tool reads it and calls the service itself",
    )
}

fn terraform(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &TERRAFORM_ATTRIBUTES,
        found,
        "these are resources in the shape of Terraform, not a request body",
        "`storage_image_reference` is `virtualMachineConfiguration.imageReference` here, \
         `fixed_scale` is `targetDedicatedNodes`, `max_tasks_per_node` is `taskSlotsPerNode`",
    )
}

fn data_factory(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &DATA_FACTORY,
        found,
        "this is a part of a Data Factory pipeline, not a request body",
        "Data Factory makes the job and its task itself; `command` becomes the task's `commandLine`",
    )
}

fn api_description(found: &Foreign, _: &Context<'_>) -> Finding {
    say(
        &API_DESCRIPTION,
        found,
        "this describes an API or a schema, and is no request body",
        "leave the file out",
    )
}
