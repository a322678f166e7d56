//! Bodies with everything in them, built from the public tables.
//!
//! The tables say which properties there are and of what kind; the values are
//! chosen here, so that they also respect what holds between properties: no
//! body may have an error, whatever rules are added.

use batchlint::api::{Api, Flags, Format, Kind, Model, Operation, Property};
use serde_json::{Map, Value, json};

/// How many bodies there are of each operation. Of properties that exclude
/// each other, every one is in at least one of them.
pub const VARIANTS: usize = 5;

/// Stands for every secret; also base64. No report may repeat it.
pub const SECRET: &str = "hunter2=";

/// Properties that exclude each other: a body has those of one list, and an
/// array has an item for each list.
fn alternatives(model: Model) -> &'static [&'static [&'static str]] {
    match model {
        Model::BATCH_POOL_CREATE_CONTENT | Model::BATCH_POOL_SPECIFICATION => &[
            &["targetDedicatedNodes", "targetLowPriorityNodes", "resizeTimeout"],
            &["autoScaleFormula", "autoScaleEvaluationInterval"],
        ],
        Model::BATCH_POOL_INFO => &[
            &["autoPoolSpecification"],
            &["autoPoolSpecification"],
            &["autoPoolSpecification"],
            &["poolId"],
        ],
        Model::USER_IDENTITY => &[&["autoUser"], &["username"]],
        Model::IMAGE_REFERENCE => &[
            &["publisher", "offer", "sku", "version", "exactVersion"],
            &["publisher", "offer", "sku", "version", "exactVersion"],
            &["virtualMachineImageId"],
            &["sharedGalleryImageId"],
            &["communityGalleryImageId"],
        ],
        Model::RESOURCE_FILE => &[
            &["httpUrl", "filePath", "fileMode", "identityReference"],
            &["storageContainerUrl", "blobPrefix", "filePath", "fileMode", "identityReference"],
            &["autoStorageContainerName", "blobPrefix", "filePath", "fileMode"],
        ],
        Model::MOUNT_CONFIGURATION => &[
            &["azureBlobFileSystemConfiguration"],
            &["nfsMountConfiguration"],
            &["cifsMountConfiguration"],
            &["azureFileShareConfiguration"],
        ],
        Model::AZURE_BLOB_FILE_SYSTEM_CONFIGURATION => {
            &[&["accountKey"], &["sasKey"], &["identityReference"]]
        }
        Model::CONTAINER_REGISTRY_REFERENCE => &[&["username", "password"], &["identityReference"]],
        // Of the operating systems, one.
        Model::VIRTUAL_MACHINE_CONFIGURATION => &[&[], &["windowsConfiguration", "licenseType"]],
        Model::USER_ACCOUNT => &[&["linuxUserConfiguration"], &["windowsUserConfiguration"]],
        _ => &[],
    }
}

/// A body of an operation with all its properties; `variant` chooses among
/// those that exclude each other.
pub fn maximal(operation: &Operation, variant: usize) -> Value {
    let body = operation.body.as_ref().expect("only operations with a body are asked for");
    // Who puts back what was got sends the read-only properties along.
    let whole = operation.method == "PUT" && variant == 0;
    Builder { variant, whole }.object(body.model, variant, Api::latest().models().count())
}

#[derive(Clone, Copy)]
struct Builder {
    variant: usize,
    /// Whether read-only properties are written.
    whole: bool,
}

impl Builder {
    fn windows(self) -> bool {
        self.variant % 2 == 1
    }

    fn object(self, model: Model, choice: usize, depth: usize) -> Value {
        assert!(depth > 0, "{} contains itself", Api::latest().model_name(model));
        let mut object = Map::new();
        for property in Api::latest().properties(model) {
            if self.left_out(model, property, choice) {
                continue;
            }
            // Within a read-only part the service has written everything.
            let builder =
                Builder { whole: self.whole || property.flags.contains(Flags::READ_ONLY), ..self };
            object.insert(property.name.into(), builder.value(model, property, depth - 1));
        }
        Value::Object(object)
    }

    fn left_out(self, model: Model, property: &Property, choice: usize) -> bool {
        if property.flags.contains(Flags::READ_ONLY) && !self.whole {
            return true;
        }
        let lists = alternatives(model);
        let listed = |list: &&[&str]| list.contains(&property.name);
        !lists.is_empty() && lists.iter().any(listed) && {
            let chosen = match model {
                Model::VIRTUAL_MACHINE_CONFIGURATION | Model::USER_ACCOUNT => {
                    usize::from(self.windows())
                }
                _ => choice % lists.len(),
            };
            !listed(&lists[chosen])
        }
    }

    fn value(self, model: Model, property: &'static Property, depth: usize) -> Value {
        if let Some(value) = self.chosen(model, property) {
            return value;
        }
        match property.kind {
            Kind::Array(Kind::Object(inner)) => {
                let per_item = matches!(*inner, Model::RESOURCE_FILE | Model::MOUNT_CONFIGURATION);
                let count = if per_item { alternatives(*inner).len() } else { 1 };
                let choice = |at: usize| if per_item { at } else { self.variant };
                (0..count).map(|at| self.object(*inner, choice(at), depth)).collect()
            }
            Kind::Array(items) => json!([self.plain(items, property)]),
            Kind::Object(inner) => self.object(inner, self.variant, depth),
            ref kind => self.plain(kind, property),
        }
    }

    fn plain(self, kind: &Kind, property: &Property) -> Value {
        match kind {
            Kind::String => text(property).into(),
            Kind::Enum(_) => {
                let values = values_of(*kind);
                values[self.variant % values.len()].into()
            }
            Kind::Integer => 2.into(),
            Kind::Number => json!(0.5),
            Kind::Boolean => true.into(),
            Kind::Map => json!({ "department": "rendering", "cost centre": "42" }),
            Kind::FreeObject => json!({ "fileUris": ["a", "b"], "deep": { "list": [1, null] } }),
            _ => panic!("{} is not plain", property.name),
        }
    }

    /// Values that depend on others, or have limits.
    fn chosen(self, model: Model, property: &Property) -> Option<Value> {
        let value = match (Api::latest().model_name(model), property.name) {
            (_, "enableAutoScale") => json!(self.variant % 2 == 1),
            (_, "priority") => json!(200),
            (_, "start") => json!(1),
            (_, "end") => json!(9),
            (_, "frontendPortRangeStart") => json!(15000),
            (_, "frontendPortRangeEnd") => json!(15100),
            ("InboundNatPool", "backendPort") => json!(22),
            ("ContainerConfiguration", "type") => json!("dockerCompatible"),
            (_, "requiredSlots") => json!(1),
            (_, "protocol") => json!("tcp"),
            // Both need something else of the pool.
            ("BatchNodePlacementConfiguration", "policy") => json!("zonal"),
            ("SecurityProfile", "securityType") => json!("confidentialVM"),
            ("AutomaticOsUpgradePolicy", "enableAutomaticOSUpgrade") => json!(!self.windows()),
            ("WindowsConfiguration", "enableAutomaticUpdates") => json!(false),
            // Nor are there Spot nodes with an ephemeral disk, fixed versions of
            // images that are upgraded, updates of a schedule's pool by a job.
            (_, "targetLowPriorityNodes") => json!(0),
            ("ImageReference", "version") => json!("latest"),
            (_, "poolLifetimeOption") => json!("job"),
            ("PublicIpAddressConfiguration", "provision") => json!("usermanaged"),
            (_, "maxBatchInstancePercent" | "maxUnhealthyInstancePercent") => json!(20),
            (_, "diskSizeGB") => json!(128),
            // A `cer` has no password.
            ("BatchCertificate", "certificateFormat") => json!("pfx"),
            // Left to `task`, so that no rule on shared users has a say.
            ("AutoUserSpecification", "scope") => json!("task"),
            ("BatchTaskExecutionInfo", "exitCode") => json!(0),
            (_, "nodeAgentSKUId") if self.windows() => json!("batch.node.windows amd64"),
            (_, "nodeAgentSKUId") => json!("batch.node.ubuntu 22.04"),
            ("ImageReference", "publisher") if self.windows() => json!("MicrosoftWindowsServer"),
            ("ImageReference", "offer") if self.windows() => json!("WindowsServer"),
            ("ImageReference", "sku") if self.windows() => {
                json!("2022-datacenter-core-smalldisk")
            }
            _ => return None,
        };
        Some(value)
    }
}

/// A text that the property can have.
fn text(property: &Property) -> &'static str {
    if let Some(constant) = property.facts.constant {
        return constant;
    }
    match property.format {
        Some(Format::DateTime) if property.name.ends_with("After") => {
            return "2027-01-31T08:00:00Z";
        }
        Some(Format::DateTime) => return "2026-01-31T08:00:00Z",
        // Within every limit that there is: 5 minutes at least, or 15 at most.
        Some(Format::Duration) => return "PT15M",
        Some(Format::Base64) => return SECRET,
        Some(Format::Uri) => return "https://account.blob.core.windows.net/container/part",
        Some(Format::Octal) => return "0755",
        Some(Format::Int64) => return "42",
        Some(_) | None => {}
    }
    match property.name {
        "thumbprint" => "0123456789abcdef0123456789abcdef01234567",
        "vmSize" => "standard_d2s_v3",
        "publisher" => "canonical",
        "offer" => "0001-com-ubuntu-server-jammy",
        "sku" => "22_04-lts",
        "version" | "exactVersion" => "1.0",
        "licenseType" => "Windows_Server",
        "storeName" => "My",
        "registryServer" => "registry.example.com",
        "imageName" => "registry.example.com/tool:1",
        "virtualMachineImageId" | "sharedGalleryImageId" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Compute/galleries/gallery/images/image/versions/1.0.0"
        }
        "communityGalleryImageId" => "/CommunityGalleries/gallery/Images/image/Versions/1.0.0",
        "subnetId" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Network/virtualNetworks/network/subnets/default"
        }
        "ipAddressIds" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Network/publicIPAddresses/ip"
        }
        "resourceId" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity"
        }
        "applicationId" => {
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Batch/batchAccounts/account/applications/tool"
        }
        "azureFileUrl" => "https://account.file.core.windows.net/",
        "source" => "//account.file.core.windows.net/share",
        "relativeMountPath" => "data",
        "sourceAddressPrefix" => "192.0.2.0/24",
        "sourcePortRanges" => "100-200",
        "autoScaleFormula" => "$TargetDedicatedNodes = 2;",
        "commandLine" | "coordinationCommandLine" => "/bin/sh -c hostname",
        "filePath" | "path" | "blobPrefix" => "out",
        "filePattern" => "**/*.txt",
        "containerRunOptions" => "--rm",
        "autoPoolIdPrefix" => "render",
        "taskIds" => "before",
        "accountName" | "containerName" | "autoStorageContainerName" => "account",
        "password" | "accountKey" | "sasKey" | "sshPrivateKey" => SECRET,
        _ => "text-1",
    }
}

/// The values of an enum, as the newest version has them.
pub fn values_of(kind: Kind) -> Vec<&'static str> {
    let of = kind.enumeration().expect("it is an enum");
    Api::latest().values(of).map(|value| value.value).collect()
}
