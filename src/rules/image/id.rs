//! Images by the ids of galleries, and service artifacts.

use crate::analysis::Cursor;
use crate::api::images::{self, fits};
use crate::api::{Model, Name, p};
use crate::document::{NodeKind, Object, Value};
use crate::report::{Applicability, Severity};
use crate::request::Request;
use crate::rules::edit::quoted;
use crate::rules::finding::{Finding, Findings};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};
use crate::values::resource_id::ResourceId;

use super::filled;
use super::reference::IDS;

const COMPUTE: &str = "Microsoft.Compute";

rule! {
    /// The pool is made from a managed image or a VHD file, which Batch no
    /// longer supports.
    ///
    /// ## Why it matters
    /// Pools from managed images and from VHD files ended on 31 March 2026.
    /// What is left are images of an Azure Compute Gallery; the documentation
    /// of this API version knows no others. Of a run on an earlier day it is
    /// an information.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/mine" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/mine" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Azure's list of services that end, with the date 2026-03-31; the API's
    /// documentation of `virtualMachineImageId`.
    ID_MANAGED_IMAGE {
        code: "AB2002",
        id: "image/id-managed-image",
        severity: Warning,
        confidence: Reported,
        silences: &[&ID_NEEDS_ENTRA],
        checks: &[Check::Properties(&[p::VIRTUAL_MACHINE_IMAGE_ID], managed_image)],
    }
}

/// What `virtualMachineImageId` names that is in no gallery.
fn managed(text: &str) -> Option<&'static str> {
    if fits("http://*", text) || fits("https://*", text) {
        return Some("a VHD file");
    }
    let id = ResourceId::parse(text.strip_suffix('/').unwrap_or(text)).ok()?;
    id.is_a(COMPUTE, &["images"]).then_some("a managed image")
}

fn managed_image(value: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(what) = value.as_str().and_then(|text| managed(text.trim())) else { return };
    if is_unfilled(value) {
        return;
    }
    let ahead = match (context.today, images::MANAGED_IMAGES_END) {
        (Some(today), Some(end)) => today <= end,
        _ => false,
    };
    let message = format!("this is {what}, and pools are made from images of a gallery only");
    findings.add(
        Finding::at(&ID_MANAGED_IMAGE, value, message)
            .help("publish the image in an Azure Compute Gallery and give its id there")
            .at_most_if(ahead, Severity::Info),
    );
}

rule! {
    /// `virtualMachineImageId` is not the id of a gallery's image.
    ///
    /// ## Why it matters
    /// The service refuses an id of another form with `InvalidPropertyValue`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/gallery/x/images/y" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y/versions/1.0.0" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// `forms` of `virtualMachineImageId` in `schemas/models.json`; a recorded
    /// test of the Python library has the refusal.
    ID_FORM {
        code: "AB2003",
        id: "image/id-form",
        severity: Error,
        silences: &[&ID_NEEDS_ENTRA],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VIRTUAL_MACHINE_IMAGE_ID], form)],
    }
}

fn form(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    let text = text.trim();
    let is_image = |id: ResourceId<'_>| {
        id.is_a(COMPUTE, &["galleries", "images"])
            || id.is_a(COMPUTE, &["galleries", "images", "versions"])
    };
    if text.is_empty()
        || ResourceId::parse(text.strip_suffix('/').unwrap_or(text)).is_ok_and(is_image)
    {
        return;
    }
    if managed(text).is_none() && !is_unfilled(value) {
        let message = "`virtualMachineImageId` is not the id of a gallery's image";
        let help = "copy the id of the image's definition or version: \
                    `/subscriptions/.../providers/Microsoft.Compute/galleries/.../images/...`";
        findings.add(Finding::at(&ID_FORM, value, message).help(help));
    }
}

rule! {
    /// A pool from a gallery's image cannot be created with the account key.
    ///
    /// ## Why it matters
    /// To a request that is signed with the account's key the service answers
    /// that shared keys are not allowed when resources of Compute are linked.
    /// It needs a sign-in with Microsoft Entra ID, whose principal may read the
    /// image.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Sign in with Microsoft Entra ID, and leave this rule out; or take an
    /// image of the Marketplace.
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// MicrosoftDocs/azure-docs#51092; azure-sdk-for-net#3982.
    ID_NEEDS_ENTRA {
        code: "AB2004",
        id: "image/id-needs-entra",
        severity: Info,
        confidence: Reported,
        checks: &[Check::Properties(IDS, needs_entra)],
    }
}

fn needs_entra(value: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if value.as_str().is_none_or(|text| text.trim().is_empty()) || is_unfilled(value) {
        return;
    }
    let message = match signs_with_key(&context.analysis.request) {
        true => {
            "an image of a gallery needs a sign-in with Microsoft Entra ID, and this request \
                 is signed with the account key"
        }
        false => {
            "an image of a gallery needs a sign-in with Microsoft Entra ID; the account key \
                  is refused"
        }
    };
    findings.add(
        Finding::at(&ID_NEEDS_ENTRA, value, message)
            .help("sign in as a principal that may read the image"),
    );
}

/// Whether the request has the header that the account's key makes.
fn signs_with_key(request: &Request<'_>) -> bool {
    let headers = request.envelope.and_then(|envelope| member(envelope, "headers")?.as_object());
    let sent = headers.and_then(|headers| member(headers, "Authorization")?.as_str());
    sent.is_some_and(|sent| fits("SharedKey*", sent.trim_start()))
}

/// A member by its name in any case.
fn member<'d>(object: Object<'d>, name: &str) -> Option<Value<'d>> {
    object.members().find(|one| one.name().eq_ignore_ascii_case(name)).map(|one| one.value)
}

rule! {
    /// An image id stands in the property of another kind of gallery.
    ///
    /// ## Why it matters
    /// Ids of your own galleries begin with `/subscriptions/`, those of shared
    /// galleries with `/SharedGalleries/`, those of community galleries with
    /// `/CommunityGalleries/`. In the property of another kind the image is not
    /// found.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "virtualMachineImageId": "/CommunityGalleries/abc/Images/x/Versions/latest" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "communityGalleryImageId": "/CommunityGalleries/abc/Images/x/Versions/latest" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the property that the id's beginning names.
    ///
    /// ## Source
    /// It follows from the forms of ids of Azure Compute Gallery.
    GALLERY_ID_IN_WRONG_PROPERTY {
        code: "AB2019",
        id: "image/gallery-id-in-wrong-property",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        silences: &[&ID_FORM, &ID_NEEDS_ENTRA],
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(IDS, gallery)],
    }
}

/// How the ids of each kind begin, and the property that they belong in.
const GALLERIES: [(&str, Name, &str); 3] = [
    ("/subscriptions/*", p::VIRTUAL_MACHINE_IMAGE_ID, "virtualMachineImageId"),
    ("/SharedGalleries/*", p::SHARED_GALLERY_IMAGE_ID, "sharedGalleryImageId"),
    ("/CommunityGalleries/*", p::COMMUNITY_GALLERY_IMAGE_ID, "communityGalleryImageId"),
];

fn gallery(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (value.as_str(), value.property()) else { return };
    let text = text.trim();
    let belongs = GALLERIES.iter().find(|(begins, ..)| fits(begins, text));
    let fine = match belongs {
        Some((_, name, _)) => *name == property.id,
        // Of an id of no known form, another rule speaks.
        None => property.id == p::VIRTUAL_MACHINE_IMAGE_ID,
    };
    if fine || text.is_empty() || is_unfilled(value) {
        return;
    }
    let message = match belongs {
        Some((_, _, name)) => format!("this id belongs in `{name}`, not in `{}`", property.name),
        None => format!("this is no id for `{}`", property.name),
    };
    let own = GALLERIES.iter().find(|(_, name, _)| *name == property.id);
    let help = own.map(|(begins, ..)| {
        format!("ids in `{}` begin with `{}`", property.name, begins.trim_end_matches('*'))
    });
    let mut finding = Finding::at(&GALLERY_ID_IN_WRONG_PROPERTY, value, message);
    finding.help = help;
    if let (Some((_, other, name)), Some(key), Some(object)) =
        (belongs, value.key(), value.parent())
        && object.member(*other).is_none()
    {
        let title = format!("Write `{name}`");
        finding = finding.fix(title, Applicability::Suggested, key.span(), quoted(name));
    }
    findings.add(finding);
}

rule! {
    /// A service artifact is of no use with a fixed version of the image.
    ///
    /// ## Why it matters
    /// The artifact decides which version `latest` means for all machines of
    /// the pool. With a fixed version there is nothing left to decide, or the
    /// two contradict each other.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "24.04.202501010" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "serviceArtifactReference": {
    ///       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/serviceArtifacts/a/vmArtifactsProfiles/p"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "serviceArtifactReference": {
    ///       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/serviceArtifacts/a/vmArtifactsProfiles/p"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `serviceArtifactReference`.
    SERVICE_ARTIFACT_WITH_FIXED_VERSION {
        code: "AB2014",
        id: "image/service-artifact-with-fixed-version",
        severity: Warning,
        checks: &[Check::Properties(&[p::SERVICE_ARTIFACT_REFERENCE], artifact)],
    }
}

fn artifact(artifact: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let image = artifact.parent().and_then(|machine| machine.get(p::IMAGE_REFERENCE));
    let Some(image) = image.filter(|_| artifact.kind() == NodeKind::Object) else { return };
    let is_fixed = |value: &Cursor<'_>| {
        let text = value.as_str().unwrap_or_default();
        let last = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        last.starts_with(|c: char| c.is_ascii_digit())
    };
    let versioned = |id: Cursor<'_>| {
        let text = id.as_str().unwrap_or_default();
        images::holds(&text, "/versions/")
    };
    let fixed = filled(image, p::VERSION).filter(is_fixed).or_else(|| {
        let ids = IDS.iter().filter_map(|name| image.get(*name));
        ids.filter(|id| versioned(*id)).find(is_fixed)
    });
    let Some(fixed) = fixed else { return };
    let message = "the image has a fixed version, so the service artifact decides nothing";
    findings.add(
        Finding::at_key(&SERVICE_ARTIFACT_WITH_FIXED_VERSION, artifact, message)
            .help("name the image's version as `latest`, or leave `serviceArtifactReference` out")
            .related(fixed.span(), "the fixed version"),
    );
}

rule! {
    /// The id is not that of a service artifact's profile.
    ///
    /// ## Why it matters
    /// The service answers `InvalidPropertyValue`. It is the id of a profile
    /// that is needed, not that of the gallery or of the artifact.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "serviceArtifactReference": {
    ///       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/serviceArtifacts/a"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04",
    ///     "serviceArtifactReference": {
    ///       "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/serviceArtifacts/a/vmArtifactsProfiles/p"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// `form` of `id` in `schemas/models.json`, from the API's documentation.
    SERVICE_ARTIFACT_ID_FORM {
        code: "AB2015",
        id: "image/service-artifact-id-form",
        severity: Warning,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(&[Model::SERVICE_ARTIFACT_REFERENCE], artifact_id)],
    }
}

fn artifact_id(artifact: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(value) = filled(artifact, p::ID) else { return };
    let Some(text) = value.as_str() else { return };
    let is_profile = |id: ResourceId<'_>| {
        id.is_a(COMPUTE, &["galleries", "serviceArtifacts", "vmArtifactsProfiles"])
    };
    if !ResourceId::parse(text.trim()).is_ok_and(is_profile) && !is_unfilled(value) {
        let message = "this is not the id of a service artifact's profile";
        let help = "copy the id that ends in `/serviceArtifacts/.../vmArtifactsProfiles/...`";
        findings.add(Finding::at(&SERVICE_ARTIFACT_ID_FORM, value, message).help(help));
    }
}
