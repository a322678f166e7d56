//! How a reference names its image, and how publishers name theirs.

use crate::analysis::Cursor;
use crate::api::images::fits;
use crate::api::{Model, Name, p};
use crate::report::{Applicability, Severity};
use crate::rules::edit::{quoted, remove};
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;
use crate::rules::{Check, Context, rule};

use super::{REFERENCE, filled};

rule! {
    /// An image id stands beside other ways of naming the image.
    ///
    /// ## Why it matters
    /// `virtualMachineImageId`, `sharedGalleryImageId` and
    /// `communityGalleryImageId` name an image by themselves: each of them
    /// excludes all other properties of the reference, `version` included.
    ///
    /// Where the others are empty texts it is a warning, since no refusal of
    /// these has been reported.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": {
    ///       "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y",
    ///       "version": "latest"
    ///     },
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
    ///     "imageReference": {
    ///       "virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y"
    ///     },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion that keeps the id, since the others may be what is meant.
    ///
    /// ## Source
    /// The API's documentation of the three ids.
    REFERENCE_MIXED {
        code: "AB2001",
        id: "image/reference-mixed",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(IDS, mixed)],
    }
}

/// The properties that name an image by an id.
pub(super) const IDS: &[Name] =
    &[p::VIRTUAL_MACHINE_IMAGE_ID, p::SHARED_GALLERY_IMAGE_ID, p::COMMUNITY_GALLERY_IMAGE_ID];

fn mixed(id: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(reference) = id.parent() else { return };
    // Of several ids, the first one says it.
    let ids: Vec<_> = IDS.iter().filter_map(|name| filled(reference, *name)).collect();
    if ids.first().is_none_or(|first| first.index() != id.index()) {
        return;
    }
    let rest = [p::PUBLISHER, p::OFFER, p::SKU, p::VERSION].into_iter().chain(IDS.iter().copied());
    let others: Vec<_> = rest
        .filter_map(|name| reference.get(name))
        .filter(|value| value.index() != id.index())
        .collect();
    let Some(first) = others.first().and_then(|other| other.property()) else { return };
    let own = id.property().map(|property| property.name).unwrap_or_default();
    let message = format!("`{own}` names the image by itself, and `{}` is beside it", first.name);
    let mut finding = Finding::at_key(&REFERENCE_MIXED, id, message)
        .help("keep the id alone, or `publisher`, `offer`, `sku` and `version` without it");
    for other in &others {
        finding = finding.related(other.name_span(), "this names it, too");
    }
    let blank = |value: &Cursor<'_>| value.as_str().is_some_and(|text| text.trim().is_empty());
    finding = finding.at_most_if(others.iter().all(blank), Severity::Warning);
    if ids.len() == 1 {
        let edits = remove(reference, &others);
        finding = finding.edits_if("Keep the id alone", Applicability::Suggested, edits);
    }
    findings.add(finding);
}

rule! {
    /// The image reference names no image.
    ///
    /// ## Why it matters
    /// One way of naming an image is needed: publisher, offer and SKU of the
    /// Marketplace, or the id of one in a gallery.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "version": "latest" },
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from the API's documentation of the image reference.
    REFERENCE_EMPTY {
        code: "AB2016",
        id: "image/reference-empty",
        severity: Warning,
        confidence: Inferred,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(REFERENCE, empty)],
    }
}

/// How much names a Marketplace image, and what of it is missing; `None` if an
/// id names the image, the body changes what is there, or a member that is
/// unknown may be what is missed.
fn missing(reference: Cursor<'_>) -> Option<(usize, Vec<&'static str>)> {
    const NAMES: [(Name, &str); 3] =
        [(p::PUBLISHER, "`publisher`"), (p::OFFER, "`offer`"), (p::SKU, "`sku`")];
    let lacks = |(name, _): &(Name, &str)| filled(reference, *name).is_none();
    if !NAMES.iter().any(lacks)
        || IDS.iter().any(|id| filled(reference, *id).is_some())
        || reference.nearest(Model::BATCH_POOL_UPDATE_CONTENT).is_some()
        || reference.keys().any(|key| key.property().is_none())
    {
        return None;
    }
    let missing: Vec<_> =
        NAMES.into_iter().filter(|one| lacks(one)).map(|(_, shown)| shown).collect();
    Some((NAMES.len() - missing.len(), missing))
}

fn empty(reference: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if missing(reference).is_some_and(|(given, _)| given == 0) {
        let message = "`imageReference` names no image";
        let help = "give `publisher`, `offer` and `sku` of a Marketplace image, or \
                    `virtualMachineImageId` of one in your gallery";
        findings.add(Finding::at(&REFERENCE_EMPTY, reference, message).help(help));
    }
}

rule! {
    /// A Marketplace image needs publisher, offer and SKU.
    ///
    /// ## Why it matters
    /// Without one of them the image cannot be found, and the service answers
    /// `InvalidPropertyValue`. `version` may be left out: it is then `latest`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts" },
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from the API's documentation of the image reference; `az
    /// batch pool create` demands the same.
    REFERENCE_INCOMPLETE {
        code: "AB2017",
        id: "image/reference-incomplete",
        severity: Warning,
        confidence: Inferred,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Models(REFERENCE, incomplete)],
    }
}

fn incomplete(reference: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((given, missing)) = missing(reference).filter(|(given, _)| *given > 0) else { return };
    let message = format!("a Marketplace image needs {}, too", missing.join(" and "));
    let help = if given == 1 && filled(reference, p::SKU).is_some() {
        "a SKU is one of an offer, and an offer one of a publisher"
    } else {
        "the names are those of `az vm image list` and of Batch's list of supported images"
    };
    findings.add(Finding::at(&REFERENCE_INCOMPLETE, reference, message).help(help));
}

rule! {
    /// The image's version is neither `latest` nor a version number.
    ///
    /// ## Why it matters
    /// Versions of images have three or four numbers, as `24.04.202501010`;
    /// another text finds no image.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "24.04" },
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
    ///     "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 24.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// It follows from the API's documentation of `version`.
    VERSION_FORM {
        code: "AB2018",
        id: "image/version-form",
        severity: Warning,
        confidence: Inferred,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::VERSION], version)],
    }
}

fn version(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if value.parent().and_then(Cursor::model) != Some(Model::IMAGE_REFERENCE) {
        return;
    }
    let Some(text) = value.as_str() else { return };
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_version = matches!(text.split('.').count(), 3 | 4) && text.split('.').all(number);
    if is_version || text.eq_ignore_ascii_case("latest") || text.trim().is_empty() {
        return;
    }
    if !is_unfilled(value) {
        let message = format!("{} is no version of an image", shown(value));
        let help = "write `latest`, or all of the version, such as `24.04.202501010`";
        findings.add(Finding::at(&VERSION_FORM, value, message).help(help));
    }
}

rule! {
    /// The offer `UbuntuServer` has no Ubuntu newer than 19.10.
    ///
    /// ## Why it matters
    /// Newer releases have offers of their own, so the reference finds no
    /// image. Pages of the service's documentation have had this slip
    /// (`UbuntuServer` with `22.04-LTS`).
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "Canonical", "offer": "UbuntuServer", "sku": "22.04-LTS" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// `0001-com-ubuntu-server-focal` with `20_04-lts`,
    /// `0001-com-ubuntu-server-jammy` with `22_04-lts`, or `ubuntu-24_04-lts`
    /// with `server`.
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: offer and SKU of the same release, of which there are
    /// others, too.
    ///
    /// ## Source
    /// Offers as in the notices Azure/Batch#174 and #178; that nothing else is
    /// in this one is inferred.
    UBUNTU_SERVER_OFFER {
        code: "AB2020",
        id: "image/ubuntu-server-offer",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::OFFER], ubuntu_server)],
    }
}

/// Where releases of Ubuntu are that are not in `UbuntuServer`: how their SKUs
/// begin, and offer and SKU.
const RELEASES: [(&str, &str, &str); 7] = [
    ("20*", "0001-com-ubuntu-server-focal", "20_04-lts"),
    ("21*", "", ""),
    ("22*", "0001-com-ubuntu-server-jammy", "22_04-lts"),
    ("23*", "", ""),
    ("24*", "ubuntu-24_04-lts", "server"),
    ("25*", "", ""),
    ("26*", "", ""),
];

fn ubuntu_server(offer: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((image, value)) = image_at(offer) else { return };
    if !image.is_from(&["canonical"]) || !image.offer.eq_ignore_ascii_case("UbuntuServer") {
        return;
    }
    let Some((_, offer_name, sku)) = RELEASES.iter().find(|(sku, ..)| fits(sku, image.sku)) else {
        return;
    };
    let message = format!("the offer `UbuntuServer` ends at 19.10, so it has no {}", shown(value));
    let mut finding = Finding::at(&UBUNTU_SERVER_OFFER, offer, message)
        .help("each newer release has an offer of its own, such as `ubuntu-24_04-lts`")
        .related(value.span(), "the SKU");
    if !sku.is_empty() {
        let generation = if image.sku_holds("gen2") && *sku != "server" { "-gen2" } else { "" };
        let mut edits = vec![
            (offer.span(), quoted(offer_name)),
            (value.span(), format!("\"{sku}{generation}\"")),
        ];
        crate::order::sort_by_key(&mut edits, |(span, _)| span.start);
        finding = finding.edits(format!("Write `{offer_name}`"), Applicability::Suggested, edits);
    }
    findings.add(finding);
}

/// The image whose offer this is, and the value of its SKU.
fn image_at(offer: Cursor<'_>) -> Option<(crate::values::image::Image<'_>, Cursor<'_>)> {
    let reference = offer.parent()?;
    Some((reference.image()?, reference.get(p::SKU)?))
}

rule! {
    /// The SKU is not written as the offer writes its SKUs.
    ///
    /// ## Why it matters
    /// Ubuntu's offers write releases in different ways: `18.04-LTS` in
    /// `UbuntuServer`, `22_04-lts` in `0001-com-ubuntu-server-jammy`, `server`
    /// in `ubuntu-24_04-lts`, `2204` in `ubuntu-hpc`. Written in another's way
    /// the image is not found, and the answer `InvalidPropertyValue` names no
    /// property.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v5",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22.04-LTS" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
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
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the offer may be the wrong one instead.
    ///
    /// ## Source
    /// SKUs as in the notices Azure/Batch#174 and #178.
    UBUNTU_SKU_FORM {
        code: "AB2021",
        id: "image/ubuntu-sku-form",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Properties(&[p::OFFER], ubuntu_sku)],
    }
}

fn ubuntu_sku(offer: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some((image, value)) = image_at(offer) else { return };
    let canonical = image.is_from(&["canonical"]);
    let (sku, example) = if canonical && fits("0001-com-ubuntu-server-*", image.offer) {
        if !image.sku.contains('.') {
            return;
        }
        (image.sku.to_ascii_lowercase().replace('.', "_"), "22_04-lts")
    } else if canonical && fits("ubuntu-*", image.offer) && image.offer.ends_with("_04-lts") {
        if !image.sku.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        ("server".to_owned(), "server")
    } else if image.is_from(&["microsoft-dsvm"]) && image.offer.eq_ignore_ascii_case("ubuntu-hpc") {
        if !image.sku.contains(['.', '_']) {
            return;
        }
        (image.sku.chars().filter(char::is_ascii_digit).take(4).collect(), "2204")
    } else {
        return;
    };
    if is_unfilled(value) {
        return;
    }
    let message = format!("{} is not written as this offer writes its SKUs", shown(value));
    findings.add(
        Finding::at(&UBUNTU_SKU_FORM, value, message)
            .help(format!("its SKUs are such as `{example}`"))
            .write(Applicability::Suggested, value, &sku),
    );
}
