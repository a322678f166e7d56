//! Documents that are plainly something else than a request body: a template,
//! an answer, another API's resource, a body within something.
//!
//! Recognised by the names at the root, before anything else is made of them.
//! A kind that no rule has a word for is not looked for, so that with such a
//! rule off the document is read as if there were none.

use crate::api::{Api, Operation};
use crate::document::{Document, Member, NodeKind, Object, Value};

use super::names::{self, Other};
use super::{Spot, detect};

/// What a document is instead of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ForeignKind {
    /// A template of Azure Resource Manager.
    ArmTemplate,
    /// Such a template, made by Bicep.
    BicepOutput,
    /// The parameters of such a template.
    ArmParameters,
    /// A pool of the management plane.
    ManagementPool,
    /// An account of the management plane, or something else below it.
    ManagementAccount,
    /// A template of the Batch extension of the Azure CLI.
    BatchCliTemplate,
    /// A configuration of batch-shipyard.
    Shipyard,
    /// Resources as Terraform has them.
    Terraform,
    /// An activity or linked service of Data Factory.
    DataFactory,
    /// A description of an API, or a JSON Schema.
    ApiDescription,
    /// A list that the service answered with.
    ListResponse,
    /// Several resources in one document.
    Several,
    /// The body of an operation that the schemas do not describe.
    OtherAction,
    /// JSON in a string.
    DoubleEncoded,
    /// A body within one more object.
    Wrapped,
    /// A body of another operation than the one that is named.
    OtherOperation,
}

/// Kinds of such documents.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ForeignKinds(u32);

impl ForeignKinds {
    pub(super) fn has(self, kind: ForeignKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }
}

impl FromIterator<ForeignKind> for ForeignKinds {
    fn from_iter<I: IntoIterator<Item = ForeignKind>>(kinds: I) -> Self {
        ForeignKinds(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u32))
    }
}

/// A document that is something else than a body.
#[derive(Debug)]
pub(crate) struct Foreign {
    pub(crate) kind: ForeignKind,
    /// What gives it away.
    pub(crate) at: Spot,
    /// The operation that was named, for a body of another one; the one that
    /// an inner body is for.
    pub(crate) operation: Option<&'static Operation>,
    /// The operation whose body it is.
    pub(crate) other: Option<&'static Operation>,
    /// The operation that the schemas do not describe.
    pub(crate) action: Option<&'static Other>,
    /// Nodes worth pointing at: the resources in a template, the members that
    /// decide, the value that is wrapped.
    pub(crate) nodes: Vec<u32>,
}

impl Foreign {
    fn new(kind: ForeignKind, at: Spot) -> Self {
        Foreign { kind, at, operation: None, other: None, action: None, nodes: Vec::new() }
    }
}

/// Whether a name at the root says that the document may be one of these; all
/// others are not looked at any further.
fn is_mark(name: &str) -> bool {
    matches!(
        name,
        "$defs"
            | "$schema"
            | "apiVersion"
            | "batch_shipyard"
            | "contentVersion"
            | "deploymentConfiguration"
            | "global_resources"
            | "job"
            | "job_specifications"
            | "jobSchedule"
            | "openapi"
            | "planned_values"
            | "pool"
            | "pool_specification"
            | "properties"
            | "provider"
            | "resource"
            | "resource_changes"
            | "resource_group_name"
            | "scaleSettings"
            | "swagger"
            | "task"
            | "taskCollection"
            | "tasks"
            | "templateMetadata"
            | "terraform"
            | "type"
            | "typeProperties"
            | "value"
    ) || name.starts_with("odata.")
}

/// Names that a body is found under where it should be the document.
const WRAPPERS: &[(&str, Option<&str>)] = &[
    ("pool", Some("Pools_CreatePool")),
    ("job", Some("Jobs_CreateJob")),
    ("task", Some("Tasks_CreateTask")),
    ("jobSchedule", Some("JobSchedules_CreateJobSchedule")),
    ("certificate", Some("Certificates_CreateCertificate")),
    ("taskCollection", Some("Tasks_CreateTaskCollection")),
    ("tasks", Some("Tasks_CreateTaskCollection")),
    ("poolSpecification", Some("Pools_CreatePool")),
    ("body", None),
    ("data", None),
    ("payload", None),
    ("request", None),
    ("value", None),
    ("resource", None),
    ("item", None),
    ("content", None),
    ("options", None),
    ("properties", None),
];

/// What a document is, if it is plainly no body.
pub(super) fn of(api: Api, root: Value<'_>, wanted: ForeignKinds) -> Option<Foreign> {
    let found = match root.kind() {
        NodeKind::Object => of_object(api, root.as_object()?),
        NodeKind::Array => of_list(api, root),
        NodeKind::String => double_encoded(root),
        _ => None,
    }?;
    wanted.has(found.kind).then_some(found)
}

fn of_object(api: Api, root: Object<'_>) -> Option<Foreign> {
    let mut marked = false;
    let mut count = 0usize;
    let mut first = None;
    for member in root.members() {
        let name = member.name();
        count += 1;
        marked |= is_mark(&name);
        first.get_or_insert(member);
    }
    if marked {
        let found = template(root)
            .or_else(|| management(root))
            .or_else(|| elsewhere(root))
            .or_else(|| list_answer(root))
            .or_else(|| several(api, root));
        if found.is_some() {
            return found;
        }
    }
    // A wrapper has one member, and little beside it.
    if count <= 4
        && let Some(found) = wrapped(api, root)
    {
        return Some(found);
    }
    other_action(root, first?)
}

fn text<'d>(object: Object<'d>, name: &str) -> Option<std::borrow::Cow<'d, str>> {
    object.get(name).and_then(Value::as_str)
}

fn inner<'d>(object: Object<'d>, name: &str) -> Option<Object<'d>> {
    object.get(name).and_then(Value::as_object)
}

fn has_one(object: Object<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| object.has(name))
}

fn ends_with_in_any_case(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn at(root: Object<'_>, names: &[&str]) -> Spot {
    let member = names.iter().find_map(|name| root.member(name));
    member.map_or_else(|| Spot::of(root.value()), Spot::key)
}

/// Templates: of Azure Resource Manager, of Bicep, of the Batch extension.
fn template(root: Object<'_>) -> Option<Foreign> {
    let schema = text(root, "$schema").unwrap_or_default();
    let deployment = ["deploymentTemplate.json", "DeploymentTemplate.json"];
    if deployment.iter().any(|name| schema.contains(name))
        || root.has("contentVersion") && root.has("resources")
    {
        let generator = inner(root, "metadata").and_then(|metadata| inner(metadata, "_generator"));
        let bicep = generator.and_then(|generator| text(generator, "name"));
        let symbolic = inner(root, "resources").is_some() && root.has("languageVersion");
        let kind = match bicep.is_some_and(|name| name == "bicep") || symbolic {
            true => ForeignKind::BicepOutput,
            false => ForeignKind::ArmTemplate,
        };
        let mut found = Foreign::new(kind, at(root, &["$schema", "contentVersion"]));
        found.nodes = batch_resources(root);
        return Some(found);
    }
    let parameters = inner(root, "parameters");
    let each_wrapped = |parameters: Object<'_>| {
        let mut members = parameters.members().peekable();
        members.peek().is_some()
            && members.all(|member| {
                let object = member.value.as_object();
                object.is_some_and(|object| has_one(object, &["value", "reference"]))
            })
    };
    if schema.contains("deploymentParameters.json")
        || root.has("contentVersion") && parameters.is_some_and(each_wrapped)
    {
        let spot = at(root, &["$schema", "contentVersion"]);
        return Some(Foreign::new(ForeignKind::ArmParameters, spot));
    }
    let inside = inner(root, "job").or_else(|| inner(root, "pool"));
    let declared = |parameters: Object<'_>| {
        parameters.members().next().is_some_and(|member| {
            let object = member.value.as_object();
            object.is_some_and(|one| one.has("type") && has_one(one, &["defaultValue", "metadata"]))
        })
    };
    let around = inside
        .is_some_and(|inside| inside.has("properties") && has_one(inside, &["type", "apiVersion"]));
    if around
        || root.has("templateMetadata")
        || parameters.is_some_and(declared) && has_one(root, &["job", "pool", "variables"])
    {
        let spot = at(root, &["templateMetadata", "pool", "job", "parameters"]);
        return Some(Foreign::new(ForeignKind::BatchCliTemplate, spot));
    }
    None
}

/// The Batch pools among a template's resources.
fn batch_resources(root: Object<'_>) -> Vec<u32> {
    const POOL: &str = "Microsoft.Batch/batchAccounts/pools";
    let mut open: Vec<Value<'_>> = root.get("resources").into_iter().collect();
    let mut found = Vec::new();
    while let Some(value) = open.pop() {
        let items = value.as_array().into_iter().flatten();
        let members = value.as_object().into_iter().flat_map(Object::members);
        for resource in items.chain(members.map(|member| member.value)) {
            let Some(object) = resource.as_object() else { continue };
            if text(object, "type").is_some_and(|kind| ends_with_in_any_case(&kind, POOL)) {
                found.push(resource.index());
            }
            open.extend(object.get("resources"));
        }
    }
    crate::order::sort(&mut found);
    found
}

/// Resources of the management plane.
fn management(root: Object<'_>) -> Option<Foreign> {
    const POOL: &[&str] = &[
        "deploymentConfiguration",
        "scaleSettings",
        "vmSize",
        "interNodeCommunication",
        "targetNodeCommunicationMode",
        "startTask",
    ];
    const ACCOUNT: &[&str] = &[
        "autoStorage",
        "poolAllocationMode",
        "keyVaultReference",
        "publicNetworkAccess",
        "allowedAuthenticationModes",
        "accountEndpoint",
        "dedicatedCoreQuota",
        "encryption",
    ];
    let kind = text(root, "type").unwrap_or_default();
    let properties = inner(root, "properties");
    if ends_with_in_any_case(&kind, "Microsoft.Batch/batchAccounts/pools")
        || properties.is_some_and(|properties| has_one(properties, POOL))
        || has_one(root, &["deploymentConfiguration", "scaleSettings"])
    {
        let names = ["properties", "deploymentConfiguration", "scaleSettings", "type"];
        return Some(Foreign::new(ForeignKind::ManagementPool, at(root, &names)));
    }
    let account = "Microsoft.Batch/batchAccounts";
    if kind.get(..account.len()).is_some_and(|head| head.eq_ignore_ascii_case(account))
        || root.has("location") && properties.is_some_and(|properties| has_one(properties, ACCOUNT))
    {
        let spot = at(root, &["type", "properties"]);
        return Some(Foreign::new(ForeignKind::ManagementAccount, spot));
    }
    None
}

/// Documents of other tools.
fn elsewhere(root: Object<'_>) -> Option<Foreign> {
    let is_object = |name: &str| inner(root, name).is_some();
    let shipyard =
        ["pool_specification", "job_specifications", "batch_shipyard", "global_resources"];
    if root.has("job_specifications") || shipyard.iter().any(|name| is_object(name)) {
        return Some(Foreign::new(ForeignKind::Shipyard, at(root, &shipyard)));
    }
    const ATTRIBUTES: &[&str] = &[
        "resource_group_name",
        "account_name",
        "storage_image_reference",
        "fixed_scale",
        "auto_scale",
        "max_tasks_per_node",
        "batch_pool_id",
    ];
    let attributes = ATTRIBUTES.iter().filter(|name| root.has(name)).count();
    if attributes >= 2
        || is_object("planned_values")
        || root.has("resource_changes")
        || has_one(root, &["resource", "terraform", "provider"])
            && ["resource", "terraform", "provider"].iter().all(|name| {
                root.get(name).is_none_or(|value| {
                    value.as_object().is_some_and(|object| {
                        *name != "resource"
                            || object.members().all(|member| member.name().contains('_'))
                    })
                })
            })
    {
        let names = ["resource", "terraform", "planned_values", "resource_changes"];
        let spot = at(root, &[&names[..], ATTRIBUTES].concat());
        return Some(Foreign::new(ForeignKind::Terraform, spot));
    }
    if root.has("typeProperties")
        || inner(root, "properties").is_some_and(|properties| properties.has("typeProperties"))
    {
        let spot = at(root, &["typeProperties", "properties"]);
        return Some(Foreign::new(ForeignKind::DataFactory, spot));
    }
    let schema = text(root, "$schema").unwrap_or_default();
    let described = |name: &str| text(root, name).is_some() && root.has("paths");
    if described("swagger")
        || described("openapi")
        || schema.contains("json-schema.org") && has_one(root, &["type", "properties", "$defs"])
        || is_object("$defs")
    {
        let spot = at(root, &["swagger", "openapi", "$schema", "$defs"]);
        return Some(Foreign::new(ForeignKind::ApiDescription, spot));
    }
    None
}

/// How many names at the root of an object only answers of the service have.
pub(crate) fn answered(api: Api, object: Object<'_>) -> usize {
    const MARKS: [&str; 6] =
        ["url", "eTag", "lastModified", "creationTime", "state", "stateTransitionTime"];
    let given = |name: &str| api.share(name).is_some_and(|share| share.answered != 0);
    let members = object.members().take(200).filter(|member| {
        let name = member.name();
        MARKS.contains(&&*name) && given(&name) || name == "odata.metadata" || name == "odata.etag"
    });
    members.count()
}

/// Lists that the service answered with, tasks apart: these can be mended.
fn list_answer(root: Object<'_>) -> Option<Foreign> {
    let value = root.member("value")?;
    let items = value.value.as_array()?;
    let metadata = text(root, "odata.metadata").unwrap_or_default();
    let mut objects = items.take(8).filter_map(Value::as_object).peekable();
    let added = objects.peek().is_some_and(|first| first.has("status") && first.has("taskId"));
    let got = objects.peek().is_some_and(|first| first.has("url") && first.has("eTag"));
    if !(metadata.contains('#') || root.has("odata.nextLink") || got || added) {
        return None;
    }
    let task = |object: Object<'_>| object.has("commandLine");
    if !added && (metadata.contains("#tasks") || objects.any(task)) {
        return None;
    }
    Some(Foreign::new(ForeignKind::ListResponse, Spot::key(value)))
}

/// Bare lists: of answers, or of resources that are made one by one.
fn of_list(api: Api, root: Value<'_>) -> Option<Foreign> {
    let first = root.as_array()?.find_map(Value::as_object)?;
    if first.has("commandLine") {
        return None;
    }
    let spot = Spot::of(root);
    if answered(api, first) >= 2 {
        return Some(Foreign::new(ForeignKind::ListResponse, spot));
    }
    let operation = detect::resource(api, first)?;
    let made_alone = operation.path == "/pools" || operation.path == "/jobs";
    made_alone.then(|| Foreign::new(ForeignKind::Several, spot))
}

/// Several resources beside each other.
fn several(api: Api, root: Object<'_>) -> Option<Foreign> {
    let named = |member: &Member<'_>| {
        let names = ["pool", "job", "task", "tasks", "taskCollection", "jobSchedule"];
        let value = member.value;
        let object = value.as_object().or_else(|| value.as_array()?.find_map(Value::as_object));
        names.contains(&&*member.name())
            && object.is_some_and(|object| detect::resource(api, object).is_some())
    };
    let mut members = root.members().filter(named);
    let (first, second) = (members.next()?, members.next()?);
    let mut found = Foreign::new(ForeignKind::Several, Spot::key(first));
    found.nodes = [second].into_iter().chain(members).map(|one| one.value.index()).collect();
    Some(found)
}

/// A body within one more object.
fn wrapped(api: Api, root: Object<'_>) -> Option<Foreign> {
    let beside = |name: &str| {
        name.starts_with("odata.")
            || name.starts_with('$')
            || name.starts_with('_')
            || name.starts_with("//")
            || name == "apiVersion"
    };
    let mut members = root.members().filter(|member| !beside(&member.name()));
    let member = members.next()?;
    if members.next().is_some() {
        return None;
    }
    let name = member.name();
    let of_model = api
        .operations()
        .find(|one| one.body.as_ref().is_some_and(|body| api.model_name(body.model) == name));
    let known = WRAPPERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
    if of_model.is_none() && known.is_none() {
        return None;
    }
    let value = member.value;
    let is_list = value.kind() == NodeKind::Array;
    // `{"value": [...]}` is a collection as it should be.
    if is_list && !matches!(&*name, "tasks" | "taskCollection") {
        return None;
    }
    let first = value.as_object().or_else(|| value.as_array()?.find_map(Value::as_object))?;
    let inside = detect::resource(api, first)?;
    let named = known.and_then(|(_, id)| api.operation(id.as_ref()?));
    let mut found = Foreign::new(ForeignKind::Wrapped, Spot::key(member));
    found.operation = match named.or(of_model) {
        // What a wrapper is called and what is in it should be of one mind.
        Some(named) if !is_list && named.resource != inside.resource => None,
        named => named,
    };
    found.nodes = vec![value.index()];
    Some(found)
}

/// The body of an operation that the schemas do not describe.
fn other_action(root: Object<'_>, first: Member<'_>) -> Option<Foreign> {
    let mut found = Foreign::new(ForeignKind::OtherAction, Spot::key(first));
    // Most documents are told from all of them by their first name.
    let name = first.name();
    let mut others = names::others().filter(|other| other.may_have(&name));
    found.action = Some(others.find(|other| other.is_body(root))?);
    Some(found)
}

/// A string that is JSON.
pub(super) fn double_encoded(value: Value<'_>) -> Option<Foreign> {
    let content = value.as_str()?;
    if !content.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let inner = Document::parse(&content);
    let kind = inner.root().map(Value::kind);
    (inner.problems().is_empty() && matches!(kind, Some(NodeKind::Object | NodeKind::Array))).then(
        || {
            let spot = Spot { node: value.index(), span: value.span() };
            Foreign::new(ForeignKind::DoubleEncoded, spot)
        },
    )
}

/// A body that is not of the operation that is named, and is of another one in
/// every member.
pub(super) fn other_operation(
    api: Api,
    body: Value<'_>,
    named: &'static Operation,
) -> Option<Foreign> {
    let (other, members) = detect::instead_of(api, body.as_object()?, named)?;
    let mut found = Foreign::new(ForeignKind::OtherOperation, Spot::of(body));
    found.operation = Some(named);
    found.other = Some(other);
    found.nodes = members;
    Some(found)
}
