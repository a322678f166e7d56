//! Names of container images, as `docker pull` takes them
//! (`registry.example.com:5000/team/app:1.4@sha256:…`), and the addresses of
//! registries, as a registry's credentials name them.

use super::{Part, split};

/// The registry that an image without a host comes from.
pub(crate) const DOCKER_HUB: &str = "docker.io";

/// The name of an image, read into its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ImageName<'t> {
    /// The registry, with its port if it has one.
    pub(crate) host: Option<Part<'t>>,
    /// The repository within the registry: `team/app`.
    pub(crate) path: Part<'t>,
    pub(crate) tag: Option<Part<'t>>,
    /// What the content is known by: `sha256:` and digits.
    pub(crate) digest: Option<Part<'t>>,
}

/// Why a text is no name of an image, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault<'t> {
    pub(crate) kind: FaultKind,
    pub(crate) part: Part<'t>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// There is nothing.
    Empty,
    /// White space.
    Space,
    /// A protocol, `://` included.
    Scheme,
    /// Capital letters in the repository.
    Capitals,
    /// What no host is.
    Host,
    /// What no part of a repository's path is.
    Path,
    /// What no tag is.
    Tag,
    /// What no digest is.
    Digest,
}

impl<'t> ImageName<'t> {
    /// Reads a name.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault<'t>> {
        let fault = |kind, part| Err(Fault { kind, part });
        let whole = Part { text, start: 0 };
        if text.is_empty() {
            return fault(FaultKind::Empty, whole);
        }
        if let Some(space) = text.find(char::is_whitespace) {
            return fault(FaultKind::Space, from(whole, space));
        }
        if let Some((scheme, _)) = cut(whole, "://") {
            let end = scheme.text.len() + "://".len();
            let text = text.get(..end).unwrap_or(text);
            return fault(FaultKind::Scheme, Part { text, start: 0 });
        }
        let (name, digest) = match cut(whole, "@") {
            Some((name, digest)) => (name, Some(digest)),
            None => (whole, None),
        };
        let (host, rest) = match cut(name, "/") {
            Some((first, rest)) if is_host(first.text) => (Some(first), rest),
            _ => (None, name),
        };
        // A colon before the last slash is none of a tag's.
        let (path, tag) = match rest.text.rfind(':') {
            Some(at) if !rest.text[at..].contains('/') => {
                let path = Part { text: &rest.text[..at], start: rest.start };
                (path, Some(from(rest, at + 1)))
            }
            _ => (rest, None),
        };
        if let Some(host) = host.filter(|host| !is_address(host.text)) {
            return fault(FaultKind::Host, host);
        }
        for part in split(path.text, '/') {
            let part = Part { text: part.text, start: path.start + part.start };
            if !is_path(part.text) {
                let capitals = part.text.bytes().any(|b| b.is_ascii_uppercase());
                let kind = if capitals { FaultKind::Capitals } else { FaultKind::Path };
                return fault(kind, part);
            }
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag.text)) {
            return fault(FaultKind::Tag, tag);
        }
        if let Some(digest) = digest.filter(|digest| !is_digest(digest.text)) {
            return fault(FaultKind::Digest, digest);
        }
        Ok(ImageName { host, path, tag, digest })
    }

    /// The registry that it comes from, as one name for each.
    pub(crate) fn registry(&self) -> &'t str {
        self.host.map_or(DOCKER_HUB, |host| known_as(host.text))
    }

    /// Whether both are one image, as Docker reads them: `ubuntu` is
    /// `docker.io/library/ubuntu:latest`.
    pub(crate) fn is_same(&self, other: &ImageName<'_>) -> bool {
        self.registry().eq_ignore_ascii_case(other.registry())
            && self.repository() == other.repository()
            && self.version() == other.version()
            && self.digest.map(|part| part.text) == other.digest.map(|part| part.text)
    }

    /// The path, without what Docker Hub's own images have before their name.
    fn repository(&self) -> &'t str {
        let path = self.path.text;
        let library = path.strip_prefix("library/");
        library.filter(|_| self.registry().eq_ignore_ascii_case(DOCKER_HUB)).unwrap_or(path)
    }

    fn version(&self) -> &'t str {
        match self.tag {
            Some(tag) => tag.text,
            None if self.digest.is_some() => "",
            None => "latest",
        }
    }
}

/// The address of a registry, read into its parts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Server<'t> {
    /// The protocol, `://` included; empty if there is none.
    pub(crate) scheme: Part<'t>,
    /// The host with its port.
    pub(crate) host: Part<'t>,
    /// What follows the host, from a slash on, without a slash at the end.
    pub(crate) path: Part<'t>,
}

impl<'t> Server<'t> {
    /// Reads an address; what is none gives parts that are none.
    pub(crate) fn parse(text: &'t str) -> Self {
        let whole = Part { text, start: 0 };
        let (scheme, rest) = match text.find("://") {
            Some(at) => (Part { text: &text[..at + 3], start: 0 }, from(whole, at + "://".len())),
            None => (Part { text: "", start: 0 }, whole),
        };
        let (host, path) = match rest.text.find('/') {
            Some(at) => (Part { text: &rest.text[..at], start: rest.start }, from(rest, at)),
            None => (rest, from(rest, rest.text.len())),
        };
        let path = Part { text: path.text.trim_end_matches('/'), start: path.start };
        Server { scheme, host, path }
    }

    /// The registry, as one name for each. Without an address it is Docker Hub.
    pub(crate) fn registry(&self) -> &'t str {
        known_as(self.host.text)
    }

    /// The port that it names; what follows the colon may be none.
    pub(crate) fn port(&self) -> Option<&'t str> {
        self.host.text.rsplit_once(':').map(|(_, port)| port)
    }
}

/// The one name of a registry that has several.
fn known_as(host: &str) -> &str {
    const HUB: [&str; 6] = [
        "",
        DOCKER_HUB,
        "index.docker.io",
        "hub.docker.com",
        "registry-1.docker.io",
        "registry.hub.docker.com",
    ];
    if HUB.iter().any(|name| name.eq_ignore_ascii_case(host)) { DOCKER_HUB } else { host }
}

/// A part from a place in it on.
fn from(part: Part<'_>, at: usize) -> Part<'_> {
    Part { text: part.text.get(at..).unwrap_or_default(), start: part.start + at }
}

/// What is before the first separator, and behind it.
fn cut<'t>(part: Part<'t>, separator: &str) -> Option<(Part<'t>, Part<'t>)> {
    let at = part.text.find(separator)?;
    let before = Part { text: &part.text[..at], start: part.start };
    Some((before, from(part, at + separator.len())))
}

/// Whether the first part of a name is a host: nothing else has a dot or colon.
fn is_host(text: &str) -> bool {
    text.contains(['.', ':']) || text == "localhost"
}

fn is_address(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None => (text, "0"),
    };
    let of_host =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'[' | b']' | b':');
    !host.is_empty()
        && host.bytes().all(of_host)
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
}

/// Whether it is letters and digits, joined by a dot, one or two low lines, or
/// dashes.
fn is_path(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(is_word) && text.bytes().last().is_some_and(is_word);
    let joints = text.split(|c: char| u8::try_from(c).is_ok_and(is_word));
    ends && joints
        .into_iter()
        .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|b| is_word(b) || matches!(b, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, digits)) = text.split_once(':') else { return false };
    let least = if algorithm == "sha256" { 64 } else { 32 };
    !algorithm.is_empty()
        && digits.len() >= least
        && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<&str>, &str, Option<&str>, Option<&str>) {
        let image = ImageName::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        for part in [image.host, Some(image.path), image.tag, image.digest].into_iter().flatten() {
            assert_eq!(&text[part.range()], part.text);
        }
        let text = |part: Option<Part<'_>>| part.map(|part| &text[part.range()]);
        (text(image.host), image.path.text, text(image.tag), text(image.digest))
    }

    const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn names_have_their_parts() {
        assert_eq!(read("ubuntu"), (None, "ubuntu", None, None));
        assert_eq!(read("team/app:1.4_B-2"), (None, "team/app", Some("1.4_B-2"), None));
        assert_eq!(
            read("ACR1.azurecr.io/a/b__c:Latest"),
            (Some("ACR1.azurecr.io"), "a/b__c", Some("Latest"), None)
        );
        // A port is no tag.
        assert_eq!(read("localhost:5000/app"), (Some("localhost:5000"), "app", None, None));
        assert_eq!(read("localhost/app:1"), (Some("localhost"), "app", Some("1"), None));
        assert_eq!(read("a--b/c.d"), (None, "a--b/c.d", None, None));
        let text = format!("mcr.microsoft.com/app:1@{DIGEST}");
        assert_eq!(read(&text), (Some("mcr.microsoft.com"), "app", Some("1"), Some(DIGEST)));
    }

    #[test]
    fn each_fault_has_its_place() {
        let fault = |text| {
            let fault = ImageName::parse(text).expect_err(text);
            (fault.kind, fault.part.range())
        };
        assert_eq!(fault(""), (FaultKind::Empty, 0..0));
        assert_eq!(fault("a b"), (FaultKind::Space, 1..3));
        assert_eq!(fault("https://acr1.azurecr.io/a"), (FaultKind::Scheme, 0..8));
        assert_eq!(fault("acr1.azurecr.io/team/MyApp:1"), (FaultKind::Capitals, 21..26));
        assert_eq!(fault("MyOrg/app"), (FaultKind::Capitals, 0..5));
        assert_eq!(fault("docker.io//a"), (FaultKind::Path, 10..10));
        assert_eq!(fault("a_-b"), (FaultKind::Path, 0..4));
        assert_eq!(fault("a/-b"), (FaultKind::Path, 2..4));
        assert_eq!(fault("a:"), (FaultKind::Tag, 2..2));
        assert_eq!(fault("a:1:2"), (FaultKind::Path, 0..3));
        assert_eq!(fault("host:port/a"), (FaultKind::Host, 0..9));
        assert_eq!(fault("a@sha256:12"), (FaultKind::Digest, 2..11));
        assert_eq!(fault("é/a"), (FaultKind::Path, 0..2));
    }

    #[test]
    fn one_image_has_many_names() {
        let same = |one, other| {
            let (one, other) = (ImageName::parse(one), ImageName::parse(other));
            one.expect("it is a name").is_same(&other.expect("it is a name"))
        };
        assert!(same("ubuntu", "docker.io/library/ubuntu:latest"));
        assert!(same("index.docker.io/team/app:1", "team/app:1"));
        assert!(same("ACR1.azurecr.io/app", "acr1.azurecr.io/app:latest"));
        assert!(!same("acr1.azurecr.io/app", "acr1.azurecr.io/library/app"));
        assert!(!same("ubuntu:22.04", "ubuntu:24.04"));
        assert!(!same("ubuntu:A", "ubuntu:a"));
        assert!(!same("ubuntu", &format!("ubuntu@{DIGEST}")));
    }

    #[test]
    fn addresses_of_registries() {
        let text = "HTTPS://index.docker.io/v1/";
        let server = Server::parse(text);
        assert_eq!(&text[server.scheme.range()], "HTTPS://");
        assert_eq!(&text[server.host.range()], "index.docker.io");
        assert_eq!(&text[server.path.range()], "/v1");
        assert_eq!(server.registry(), DOCKER_HUB);
        let server = Server::parse("acr1.azurecr.io:443/");
        assert_eq!((server.scheme.text, server.path.text), ("", ""));
        assert_eq!((server.registry(), server.port()), ("acr1.azurecr.io:443", Some("443")));
        assert_eq!(Server::parse("").registry(), DOCKER_HUB);
    }
}
