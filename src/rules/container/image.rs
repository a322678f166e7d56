//! Images: their names, versions, and the list that a pool fetches.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::{Check, Context, edit, list, rule};
use crate::values::container_image::{FaultKind, ImageName};

use super::{CONFIGURATION, filled, of_pool};

rule! {
    /// The name of a container image is none that `docker pull` takes.
    ///
    /// ## Why it matters
    /// A name is `host:port/path:tag@digest`, of which the path alone has to be
    /// there: no protocol, no white space, and no capital letters in the path.
    /// With any other name the task fails on the node with
    /// `ContainerInvalidImage`; if it is among those that a pool fetches, its
    /// nodes become unusable.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "https://acr1.azurecr.io/MyApp:1.0" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "acr1.azurecr.io/myapp:1.0" }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it drops the protocol and blanks around the name, and
    /// writes the path in lower case.
    ///
    /// ## Source
    /// The API's documentation of `imageName`; the grammar of Docker's image
    /// references; users' reports (Azure/acr#411).
    IMAGE_NAME_FORM {
        code: "AB2321",
        id: "container/image-name-form",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        service_code: "ContainerInvalidImage",
        checks: &[
            Check::Properties(&[p::IMAGE_NAME], name_form),
            Check::Properties(&[p::CONTAINER_IMAGE_NAMES], names_form),
        ],
    }
}

fn names_form(names: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    for name in names.items() {
        name_form(name, context, findings);
    }
}

fn name_form(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let Err(fault) = ImageName::parse(&text) else { return };
    if filled(value).is_none() {
        return;
    }
    let what = match fault.kind {
        FaultKind::Empty => "is empty",
        FaultKind::Space => "has white space in it",
        FaultKind::Scheme => "begins with a protocol",
        FaultKind::Capitals => "has capital letters in its path",
        FaultKind::Host => "begins with a host or port that Docker does not take",
        FaultKind::Path => "has a part that Docker does not take",
        FaultKind::Tag => "has a tag that Docker does not take",
        FaultKind::Digest => "has a digest that Docker does not take",
    };
    let Some(reading) = value.reading() else { return };
    let mut range = fault.part.range();
    if range.is_empty() {
        range = 0..text.len();
    }
    let message = format!("the image's name {what}");
    let help = "write the name as `docker pull` takes it, such as `acr1.azurecr.io/team/myapp:1.0`";
    let edits = mended(&text).map(|name| vec![(value.span(), edit::quoted(&name))]);
    findings.add(
        Finding::within(&IMAGE_NAME_FORM, value, &reading, &range, message).help(help).edits_if(
            "Write it as `docker pull` takes it",
            Applicability::Suggested,
            edits,
        ),
    );
}

/// The name without a protocol and blanks around, its path in lower case, if it
/// is one then.
fn mended(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.find("://").map_or(text, |at| &text[at + "://".len()..]);
    // Host, tag and digest may have capitals.
    let (name, digest) = text.split_at(text.find('@').unwrap_or(text.len()));
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let path = name[last..].find(':').map_or(name.len(), |colon| last + colon);
    let mut out = name.to_owned();
    out.get_mut(..path)?.make_ascii_lowercase();
    out.push_str(digest);
    ImageName::parse(&out).is_ok().then_some(out)
}

rule! {
    /// An image is listed twice.
    ///
    /// ## Why it matters
    /// The second has no effect; another image or tag may have been meant.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": {
    ///       "type": "dockerCompatible",
    ///       "containerImageNames": ["ubuntu:24.04", "ubuntu:24.04"]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible", "containerImageNames": ["ubuntu:24.04"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: it removes the second.
    ///
    /// ## Source
    /// Follows from the API's documentation of `containerImageNames`.
    IMAGE_DUPLICATE {
        code: "AB2322",
        id: "container/image-duplicate",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Safe,
        checks: &[Check::Models(CONFIGURATION, duplicate)],
    }
}

fn duplicate(configuration: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(names) = configuration.get(p::CONTAINER_IMAGE_NAMES) else { return };
    let keyed = names.items().filter_map(|name| Some((Cow::Borrowed(""), filled(name)?, name)));
    for (again, first) in list::repeated(keyed) {
        findings.add(
            Finding::at(&IMAGE_DUPLICATE, again, "this image is listed before")
                .related(first.head(), "listed here")
                .help("list each image once")
                .edits_if("Remove the repetition", Applicability::Safe, list::remove(again)),
        );
    }
}

rule! {
    /// The container image is not fixed to a version.
    ///
    /// ## Why it matters
    /// Without a tag it is `latest`, and what that is changes: nodes that
    /// fetched it at different times run different images, and one that came
    /// with the pool is not fetched again.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "acr1.azurecr.io/myapp" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "acr1.azurecr.io/myapp:1.4.2" }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `imageName`.
    IMAGE_WITHOUT_TAG {
        code: "AB2329",
        id: "container/image-without-tag",
        severity: Info,
        group: Pedantic,
        checks: &[Check::Properties(&[p::IMAGE_NAME], without_tag)],
    }
}

fn without_tag(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = filled(value) else { return };
    let Ok(image) = ImageName::parse(&text) else { return };
    let message = match image.tag {
        None => "the image has no tag, so whatever `latest` is runs",
        Some(tag) if tag.text == "latest" => "`latest` is another image from time to time",
        Some(_) => return,
    };
    if image.digest.is_none() {
        let help = "add the tag of a version, or a digest";
        findings.add(Finding::at(&IMAGE_WITHOUT_TAG, value, message).help(help));
    }
}

rule! {
    /// The container image is not among those that the pool fetches.
    ///
    /// ## Why it matters
    /// Each node then fetches it when the task starts, with the credentials of
    /// the task or the pool. Without any that fit the task was seen to fail with
    /// `ContainerInvalidImage`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible", "containerImageNames": ["myapp:1.0"] }
    ///   },
    ///   "startTask": { "commandLine": "ls", "containerSettings": { "imageName": "myapp:1.1" } }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "targetDedicatedNodes": 1,
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "microsoft-dsvm", "offer": "ubuntu-hpc", "sku": "2204" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "containerConfiguration": { "type": "dockerCompatible", "containerImageNames": ["myapp:1.0"] }
    ///   },
    ///   "startTask": { "commandLine": "ls", "containerSettings": { "imageName": "docker.io/library/myapp:1.0" } }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the task's image may be the wrong one.
    ///
    /// ## Source
    /// Users' reports (Azure/Batch#49); the API's documentation of
    /// `containerImageNames`.
    IMAGE_NOT_IN_POOL {
        code: "AB2330",
        id: "container/image-not-in-pool",
        severity: Info,
        group: Pedantic,
        confidence: Reported,
        fix: Suggested,
        checks: &[Check::Properties(&[p::IMAGE_NAME], not_in_pool)],
    }
}

fn not_in_pool(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(names) = of_pool(value, p::CONTAINER_IMAGE_NAMES) else { return };
    let Some(text) = filled(value) else { return };
    let Ok(image) = ImageName::parse(&text) else { return };
    // One that is still to be filled in may be any.
    let may_be = |name: Cursor<'_>| {
        filled(name)
            .is_none_or(|name| ImageName::parse(&name).is_ok_and(|listed| listed.is_same(&image)))
    };
    if names.items().next().is_none() || names.items().any(may_be) {
        return;
    }
    let message = format!("the pool does not fetch the image {} in advance", shown(value));
    findings.add(
        Finding::at(&IMAGE_NOT_IN_POOL, value, message)
            .related(names.name_span(), "the images that it fetches")
            .help("add it to `containerImageNames`, or correct the name")
            .edits_if(
                "Add it to `containerImageNames`",
                Applicability::Suggested,
                list::append(names, &edit::quoted(&text)),
            ),
    );
}
