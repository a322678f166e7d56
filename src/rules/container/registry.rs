//! Registries: their addresses and credentials, and the images that are fetched
//! with them.

use std::borrow::Cow;

use crate::analysis::Cursor;
use crate::api::{Name, p};
use crate::document::NodeKind;
use crate::report::{Applicability, Severity};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, edit, list, rule};
use crate::values::Part;
use crate::values::container_image::{DOCKER_HUB, ImageName, Server};

use super::{CONFIGURATION, REGISTRY, SETTINGS, filled, of_pool};

/// A member that is given, not empty, and not for the service alone to change.
fn given(object: Cursor<'_>, name: Name) -> Option<Cursor<'_>> {
    let counts = |value: &Cursor<'_>| value.as_str().is_none_or(|text| !text.is_empty());
    object.get(name).filter(|value| counts(value) && !value.is_read_only())
}

/// Whether there is anything to sign in with.
fn has_credentials(registry: Cursor<'_>) -> bool {
    let names = [p::IDENTITY_REFERENCE, p::USERNAME, p::PASSWORD];
    names.into_iter().any(|name| given(registry, name).is_some())
}

/// The registry that credentials are for; `None` if its address is still to be
/// filled in.
fn server(registry: Cursor<'_>) -> Option<Cow<'_, str>> {
    let known = |text: &str| Server::parse(text).registry().to_owned();
    match registry.get(p::REGISTRY_SERVER) {
        None => Some(Cow::Borrowed(DOCKER_HUB)),
        Some(value) => match filled(value)? {
            // Most addresses are a plain host.
            Cow::Borrowed(text) => Some(Cow::Borrowed(Server::parse(text).registry())),
            Cow::Owned(text) => Some(Cow::Owned(known(&text))),
        },
    }
}

rule! {
    /// A container registry has both a managed identity and a user name or
    /// password.
    ///
    /// ## Why it matters
    /// Nodes sign in to a registry with the identity or with user name and
    /// password. The API has the identity in place of the others; given both,
    /// the service refuses the registry or ignores one of them.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": {
    ///       "registryServer": "acr1.azurecr.io",
    ///       "username": "acr1",
    ///       "password": "not-a-real-one",
    ///       "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": {
    ///       "registryServer": "acr1.azurecr.io",
    ///       "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it keeps the identity, which may be the one that is not
    /// wanted.
    ///
    /// ## Source
    /// The API's documentation of `identityReference`.
    REGISTRY_IDENTITY_AND_PASSWORD {
        code: "AB2302",
        id: "container/registry-identity-and-password",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(REGISTRY, identity_and_password)],
    }
}

fn identity_and_password(registry: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(identity) = registry.get(p::IDENTITY_REFERENCE) else { return };
    let others = [given(registry, p::USERNAME), given(registry, p::PASSWORD)];
    let others: Vec<_> = others.into_iter().flatten().collect();
    let Some(first) = others.first() else { return };
    let message = "a registry has an identity, or user name and password, not both";
    findings.add(
        Finding::at_key(&REGISTRY_IDENTITY_AND_PASSWORD, identity, message)
            .related(first.name_span(), "the other way to sign in")
            .help("keep `identityReference` alone, if the identity may pull from the registry")
            .edits_if(
                "Keep the identity alone",
                Applicability::Suggested,
                edit::remove(registry, &others),
            ),
    );
}

rule! {
    /// `registryServer` is not the address of a registry.
    ///
    /// ## Why it matters
    /// The node asks `https://<registryServer>/v2/` for images, so what belongs
    /// here is the host that image names begin with, and no more. With the bare
    /// name of an Azure container registry the nodes of a pool were seen to
    /// become unusable with `ContainerInvalidRegistry`.
    ///
    /// For `hub.docker.com`, which is the website of Docker Hub, the finding is
    /// an info, since samples have it.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, offered where the path of an image follows the host, or
    /// Docker Hub is meant.
    ///
    /// ## Source
    /// Users' reports (microsoft/CromwellOnAzure#29).
    REGISTRY_SERVER_NAME {
        code: "AB2303",
        id: "container/registry-server-name",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        silences: &[&REGISTRY_OF_OTHER_IMAGE, &REGISTRY_SERVER_SCHEME],
        service_code: "ContainerInvalidRegistry",
        checks: &[Check::Properties(&[p::REGISTRY_SERVER], server_name)],
    }
}

fn server_name(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = filled(value).filter(|text| !text.is_empty()) else { return };
    let server = Server::parse(&text);
    let (host, path) = (server.host, server.path);
    let port = server.port();
    let hub = host.is("hub.docker.com");
    let (mut most, mut part, mut new) = (Severity::Warning, host, None);
    let what = if text.contains(char::is_whitespace) {
        part = Part { text: &text, start: 0 };
        new = Some(text.trim()).filter(|text| !text.contains(char::is_whitespace));
        "has white space in it"
    } else if hub {
        (most, new) = (Severity::Info, Some(DOCKER_HUB));
        "is the website of Docker Hub, whose registry is `docker.io`"
    } else if host.is("portal.azure.com") {
        "is the Azure portal, and no registry"
    } else if !path.text.is_empty() && !is_path_of_hub(&server) {
        (part, new) = (path, Some(host.text));
        "goes on with a path behind the host"
    } else if port.is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit()) || port.is_empty())
    {
        "has something other than a port behind a colon"
    } else if port.is_none() && !host.text.contains('.') && !host.is("localhost") {
        "is a name, and no address of a registry"
    } else {
        return;
    };
    let Some(reading) = value.reading() else { return };
    let message = format!("`registryServer` {what}");
    let help = "write the host that image names begin with, such as `acr1.azurecr.io`";
    let finding = Finding::within(&REGISTRY_SERVER_NAME, value, &reading, &part.range(), message);
    let finding = finding.help(help).at_most(most);
    let new = new.map(|new| vec![(value.span(), edit::quoted(new))]);
    let title = "Write the address of the registry";
    findings.add(finding.edits_if(title, Applicability::Suggested, new));
}

/// Whether it is the address that Docker's own settings have for Docker Hub:
/// `https://index.docker.io/v1/`.
fn is_path_of_hub(server: &Server<'_>) -> bool {
    server.registry() == DOCKER_HUB && matches!(server.path.text, "/v1" | "/v2")
}

rule! {
    /// An image of an Azure container registry is fetched without credentials
    /// for it.
    ///
    /// ## Why it matters
    /// The credentials for the images of `containerImageNames` have to be in
    /// `containerRegistries`. Azure container registries answer `unauthorized`
    /// without; the node reports `ContainerInvalidImage` and is unusable.
    ///
    /// A frequent slip is an entry without `registryServer`, which is for
    /// `docker.io`.
    ///
    /// Other registries may be open to all, so nothing is said of them. If your
    /// Azure container registry allows anonymous pull, ignore the rule.
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
    ///       "containerImageNames": ["acr1.azurecr.io/myapp:1.0"],
    ///       "containerRegistries": [{ "username": "acr1", "password": "not-a-real-one" }]
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
    ///     "containerConfiguration": {
    ///       "type": "dockerCompatible",
    ///       "containerImageNames": ["acr1.azurecr.io/myapp:1.0"],
    ///       "containerRegistries": [{ "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `containerRegistries`; users' reports
    /// (microsoft/AzureClusterlessHPC.jl#19).
    REGISTRY_NOT_LISTED {
        code: "AB2304",
        id: "container/registry-not-listed",
        severity: Warning,
        service_code: "ContainerInvalidImage",
        checks: &[Check::Models(CONFIGURATION, not_listed)],
    }
}

/// Whether a host is that of an Azure container registry.
fn is_azure(host: &str) -> bool {
    const ENDS: [&str; 3] = [".azurecr.io", ".azurecr.cn", ".azurecr.us"];
    let end = host.len().checked_sub(ENDS[0].len()).and_then(|at| host.get(at..));
    end.is_some_and(|end| ENDS.iter().any(|known| known.eq_ignore_ascii_case(end)))
}

fn not_listed(configuration: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    // A change may leave out what stays.
    if configuration.operation().is_some_and(|operation| operation.method == "PATCH") {
        return;
    }
    let Some(names) = configuration.get(p::CONTAINER_IMAGE_NAMES) else { return };
    let mut images: Vec<(String, Cursor<'_>)> = Vec::new();
    for at in names.items() {
        let Some(name) = at.as_str() else { continue };
        let host = ImageName::parse(&name).ok().and_then(|image| image.host);
        if let Some(host) = host.filter(|host| is_azure(host.text)) {
            images.push((host.text.to_ascii_lowercase(), at));
        }
    }
    if images.is_empty() {
        return;
    }
    let mut listed: Vec<String> = Vec::new();
    let mut of_hub = None;
    let registries = configuration.get(p::CONTAINER_REGISTRIES);
    for registry in registries.into_iter().flat_map(Cursor::items) {
        let Some(server) = server(registry) else { return };
        if given(registry, p::REGISTRY_SERVER).is_none() {
            // Another rule says it of an identity.
            if registry.kind() != NodeKind::Object || registry.get(p::IDENTITY_REFERENCE).is_some()
            {
                return;
            }
            of_hub = Some(registry);
        }
        listed.push(server.to_ascii_lowercase());
    }
    crate::order::sort(&mut listed);
    crate::order::sort_by(&mut images, |one, other| one.0.cmp(&other.0));
    let has = |name: &str| listed.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
    let mut before = String::new();
    for (host, at) in images {
        // Of a registry's bare name another rule speaks.
        let bare = host.split('.').next().unwrap_or_default();
        if host == before || has(&host) || has(bare) {
            continue;
        }
        let message =
            format!("no credentials for `{}` are in `containerRegistries`", shorten(&host, 60));
        let help = "add an entry with this `registryServer` and an identity, or user name and \
                    password";
        let mut finding = Finding::at(&REGISTRY_NOT_LISTED, at, message).help(help);
        if let Some(registry) = of_hub {
            let word = "without `registryServer` this is for `docker.io`";
            finding = finding.related(registry.head(), word);
        }
        findings.add(finding);
        before = host;
    }
}

rule! {
    /// The registry given with a task is not the one that its image comes from.
    ///
    /// ## Why it matters
    /// The credentials are used for the registry that they are given for:
    /// `registryServer`, or `docker.io` without. The image comes from the host
    /// that its name begins with, or from `docker.io`. If the two differ, the
    /// image is fetched without credentials, and the task fails with
    /// `ContainerInvalidImage`.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: the image's name may be what is wrong.
    ///
    /// ## Source
    /// The API's documentation of `registry` and `registryServer`.
    REGISTRY_OF_OTHER_IMAGE {
        code: "AB2305",
        id: "container/registry-of-other-image",
        severity: Warning,
        fix: Suggested,
        silences: &[&REGISTRY_IDENTITY_NOT_ACR],
        service_code: "ContainerInvalidImage",
        checks: &[Check::Models(SETTINGS, of_other_image)],
    }
}

fn of_other_image(settings: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(registry) = settings.get(p::REGISTRY) else { return };
    let Some(image_at) = settings.get(p::IMAGE_NAME) else { return };
    let Some(image) = filled(image_at) else { return };
    let (Ok(image), Some(server)) = (ImageName::parse(&image), server(registry)) else { return };
    let from = image.registry();
    // Without credentials nothing is used for another registry.
    if from.eq_ignore_ascii_case(&server) || !has_credentials(registry) {
        return;
    }
    let message = format!(
        "the image comes from `{}`, and these credentials are for `{}`",
        shorten(from, 60),
        shorten(&server, 60)
    );
    let text = edit::quoted(from);
    let (finding, edits) = match registry.member(p::REGISTRY_SERVER) {
        Some(value) if value.kind() != NodeKind::Null => (
            Finding::at(&REGISTRY_OF_OTHER_IMAGE, value, message),
            Some(vec![(value.span(), text)]),
        ),
        other => (
            Finding::at_key(&REGISTRY_OF_OTHER_IMAGE, registry, message),
            match other {
                Some(null) => Some(vec![(null.span(), text)]),
                None => edit::append(registry, &[format!("\"registryServer\": {text}")]),
            },
        ),
    };
    findings.add(
        finding
            .related(image_at.head(), "the image")
            .help("name the registry that the image comes from, or begin the image's name with this one")
            .edits_if("Give the image's registry", Applicability::Suggested, edits),
    );
}

rule! {
    /// A managed identity is given for a registry that is not an Azure container
    /// registry.
    ///
    /// ## Why it matters
    /// A managed identity gives access to an Azure container registry. Other
    /// registries do not know it, so the image is fetched without credentials.
    /// Without `registryServer` the identity is for `docker.io`.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "ghcr.io/team/myapp:1.0",
    ///     "registry": {
    ///       "registryServer": "ghcr.io",
    ///       "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "ghcr.io/team/myapp:1.0",
    ///     "registry": { "registryServer": "ghcr.io", "username": "team", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `identityReference`.
    REGISTRY_IDENTITY_NOT_ACR {
        code: "AB2306",
        id: "container/registry-identity-not-acr",
        severity: Warning,
        checks: &[Check::Models(REGISTRY, identity_elsewhere)],
    }
}

/// Registries of others, and the ends of their hosts.
const ELSEWHERE: [&str; 7] = [
    DOCKER_HUB,
    "gcr.io",
    "ghcr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "quay.io",
    "registry.gitlab.com",
];
const ENDS_ELSEWHERE: [&str; 2] = [".amazonaws.com", ".pkg.dev"];

fn identity_elsewhere(registry: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(identity) = registry.get(p::IDENTITY_REFERENCE) else { return };
    let Some(host) = server(registry) else { return };
    let ends = |end: &&str| {
        let from = host.len().checked_sub(end.len());
        from.and_then(|from| host.get(from..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let known = ELSEWHERE.iter().any(|known| known.eq_ignore_ascii_case(&host));
    if !known && !ENDS_ELSEWHERE.iter().any(ends) {
        return;
    }
    let at = given(registry, p::REGISTRY_SERVER);
    let message = match at {
        Some(_) => "a managed identity gives no access to this registry",
        None => {
            "without `registryServer` this is for `docker.io`, where a managed identity gives \
                 no access"
        }
    };
    let help = "name the Azure container registry, such as `acr1.azurecr.io`, or give user name \
                and password";
    findings.add(
        Finding::at(&REGISTRY_IDENTITY_NOT_ACR, at.unwrap_or(registry), message)
            .related(identity.name_span(), "the identity")
            .help(help),
    );
}

rule! {
    /// A container registry has a user name without a password, or the other way
    /// round.
    ///
    /// ## Why it matters
    /// The sign-in fails and the image cannot be fetched
    /// (`ContainerInvalidImage`, `unauthorized`); nodes become unusable. The
    /// service does not return passwords, so a body made from its answer lacks
    /// them.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// Follows from the API's documentation of `username` and `password`; a
    /// user's report (microsoft/CromwellOnAzure#29) shows such an entry as
    /// returned.
    REGISTRY_HALF_CREDENTIALS {
        code: "AB2317",
        id: "container/registry-half-credentials",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Models(REGISTRY, half_credentials)],
    }
}

fn half_credentials(registry: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if registry.get(p::IDENTITY_REFERENCE).is_some() {
        return;
    }
    let (at, message) = match (given(registry, p::USERNAME), given(registry, p::PASSWORD)) {
        (Some(user), None) => (user, "the registry has a `username` and no `password`"),
        (None, Some(password)) => (password, "the registry has a `password` and no `username`"),
        _ => return,
    };
    let help = "give both; the service does not return passwords, so they have to be put back";
    findings.add(Finding::at_key(&REGISTRY_HALF_CREDENTIALS, at, message).help(help));
}

rule! {
    /// A registry is listed twice.
    ///
    /// ## Why it matters
    /// A node signs in to a registry once: the later credentials replace the
    /// earlier ones. Without an address the registry is `docker.io`; a port
    /// makes another one.
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
    ///       "containerRegistries": [
    ///         { "registryServer": "acr1.azurecr.io", "username": "one", "password": "not-a-real-one" },
    ///         { "registryServer": "ACR1.azurecr.io", "username": "two", "password": "not-a-real-one" }
    ///       ]
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
    ///     "containerConfiguration": {
    ///       "type": "dockerCompatible",
    ///       "containerRegistries": [
    ///         { "registryServer": "acr1.azurecr.io", "username": "one", "password": "not-a-real-one" }
    ///       ]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion, offered where both entries say the same.
    ///
    /// ## Source
    /// Follows from how container engines keep credentials, one for each
    /// server.
    REGISTRY_DUPLICATE {
        code: "AB2318",
        id: "container/registry-duplicate",
        severity: Warning,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Models(CONFIGURATION, duplicate)],
    }
}

fn duplicate<'a>(configuration: Cursor<'a>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(registries) = configuration.get(p::CONTAINER_REGISTRIES) else { return };
    let objects = registries.items().filter(|item| item.kind() == NodeKind::Object);
    let keyed = objects.filter_map(|item| Some((server(item)?, Cow::Borrowed(""), item)));
    for (again, first) in list::repeated(keyed) {
        let at = given(again, p::REGISTRY_SERVER).unwrap_or(again);
        let message = "this registry is listed before, and a node signs in to it once";
        let same = |name| again.text(name) == first.text(name);
        let identity = |of: Cursor<'a>| {
            of.get(p::IDENTITY_REFERENCE).map(|identity| identity.text(p::RESOURCE_ID))
        };
        let is_same = same(p::USERNAME) && same(p::PASSWORD) && identity(again) == identity(first);
        findings.add(
            Finding::at(&REGISTRY_DUPLICATE, at, message)
                .related(first.head(), "listed here")
                .help("keep the entry with the credentials that are to be used")
                .edits_if(
                    "Remove the repetition",
                    Applicability::Suggested,
                    list::remove(again).filter(|_| is_same),
                ),
        );
    }
}

rule! {
    /// A container registry is listed without any credentials.
    ///
    /// ## Why it matters
    /// Registries are listed for their credentials. One that is open to all
    /// need not be listed, and one that is not refuses to serve.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": {
    ///       "registryServer": "acr1.azurecr.io",
    ///       "identityReference": { "resourceId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `containerRegistries`.
    REGISTRY_WITHOUT_CREDENTIALS {
        code: "AB2323",
        id: "container/registry-without-credentials",
        severity: Info,
        group: Pedantic,
        checks: &[
            Check::Models(REGISTRY, without_credentials),
            Check::Properties(&[p::REGISTRY], address_alone),
        ],
    }
}

/// A registry given as its address. That is wrong in itself; but if the want of
/// credentials came to light with the mended form only, that fix would bring a
/// new finding and not be offered.
fn address_alone(registry: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    if registry.kind() == NodeKind::String {
        without_credentials(registry, context, findings);
    }
}

fn without_credentials(registry: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    if has_credentials(registry) || registry.is_read_only() {
        return;
    }
    let message = "a registry is listed for its credentials, and this one has none";
    let help = "give `identityReference`, or `username` and `password`, or leave the registry out";
    findings.add(Finding::at(&REGISTRY_WITHOUT_CREDENTIALS, registry, message).help(help));
}

rule! {
    /// `registryServer` is written with a protocol.
    ///
    /// ## Why it matters
    /// Image names begin with the bare host. Whether an entry with `https://`
    /// is taken for the same registry is up to the container engine.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "https://acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": {
    ///     "imageName": "acr1.azurecr.io/myapp:1.0",
    ///     "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it writes the host alone.
    ///
    /// ## Source
    /// Azure's guide to container workloads on Batch, most of whose samples
    /// have the host alone.
    REGISTRY_SERVER_SCHEME {
        code: "AB2324",
        id: "container/registry-server-scheme",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::REGISTRY_SERVER], scheme)],
    }
}

fn scheme(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = filled(value) else { return };
    let server = Server::parse(&text);
    let known = ["https://", "http://"].iter().any(|known| server.scheme.is(known));
    if !known || is_path_of_hub(&server) {
        return;
    }
    let Some(reading) = value.reading() else { return };
    let message = "`registryServer` is a host, without a protocol";
    let fix = edit::quoted(server.host.text);
    findings.add(
        Finding::within(&REGISTRY_SERVER_SCHEME, value, &reading, &server.scheme.range(), message)
            .help("write the host that image names begin with")
            .edits_if(
                "Write the host alone",
                Applicability::Suggested,
                server.path.text.is_empty().then(|| vec![(value.span(), fix)]),
            ),
    );
}

rule! {
    /// A task repeats the credentials of a registry that its pool already has.
    ///
    /// ## Why it matters
    /// A task's `registry` can be left out where the pool lists it. Every copy
    /// of a password is one more to leak and to replace.
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
    ///       "containerRegistries": [{ "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }]
    ///     }
    ///   },
    ///   "startTask": {
    ///     "commandLine": "ls",
    ///     "containerSettings": {
    ///       "imageName": "acr1.azurecr.io/myapp:1.0",
    ///       "registry": { "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }
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
    ///     "containerConfiguration": {
    ///       "type": "dockerCompatible",
    ///       "containerRegistries": [{ "registryServer": "acr1.azurecr.io", "username": "acr1", "password": "not-a-real-one" }]
    ///     }
    ///   },
    ///   "startTask": {
    ///     "commandLine": "ls",
    ///     "containerSettings": { "imageName": "acr1.azurecr.io/myapp:1.0" }
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it takes `registry` out, and the pool's credentials may be
    /// others.
    ///
    /// ## Source
    /// The API's documentation of `registry`.
    TASK_REGISTRY_ON_PLAIN_TASK {
        code: "AB2325",
        id: "container/task-registry-on-plain-task",
        severity: Info,
        group: Pedantic,
        fix: Suggested,
        checks: &[Check::Models(SETTINGS, repeated_credentials)],
    }
}

fn repeated_credentials(settings: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(registry) = settings.get(p::REGISTRY) else { return };
    if given(registry, p::PASSWORD).is_none() {
        return;
    }
    let Some(wanted) = server(registry) else { return };
    let listed = of_pool(settings, p::CONTAINER_REGISTRIES).into_iter().flat_map(Cursor::items);
    let mut listed = listed.filter(|item| item.kind() == NodeKind::Object);
    let same =
        |item: &Cursor<'_>| server(*item).is_some_and(|one| one.eq_ignore_ascii_case(&wanted));
    let Some(pool) = listed.find(same) else { return };
    let message = format!("the pool already has credentials for `{}`", shorten(&wanted, 60));
    findings.add(
        Finding::at_key(&TASK_REGISTRY_ON_PLAIN_TASK, registry, message)
            .related(pool.head(), "those of the pool")
            .help("leave `registry` out")
            .edits_if("Leave `registry` out", Applicability::Suggested, edit::take_out(registry)),
    );
}
