//! Images of the Marketplace by publisher, offer, SKU and version, and the node
//! agents that go with them.

use crate::api::images::{self, System};

/// A Marketplace image, read from what names it. A part that is not given is
/// empty. Words are compared in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Image<'t> {
    pub(crate) publisher: &'t str,
    pub(crate) offer: &'t str,
    pub(crate) sku: &'t str,
    pub(crate) version: &'t str,
}

impl Image<'_> {
    /// Whether it is of one of these publishers.
    pub(crate) fn is_from(&self, publishers: &[&str]) -> bool {
        publishers.iter().any(|one| self.publisher.eq_ignore_ascii_case(one))
    }

    /// The operating system, if the image is one of those that are known.
    pub(crate) fn system(&self) -> Option<&'static System> {
        images::system_of_image(self.publisher, self.offer, self.sku)
    }

    /// Whether it is of Windows, if the publisher is known.
    pub(crate) fn is_windows(&self) -> Option<bool> {
        images::is_windows(self.publisher, self.offer)
    }

    /// Whether it is known to be of generation 1; of others it is not known
    /// that they are of generation 2.
    pub(crate) fn is_generation_1(&self) -> bool {
        images::is_generation_1(self.publisher, self.offer, self.sku)
    }

    /// The SKU of the same image in generation 2, of those of generation 1
    /// whose names are regular enough.
    pub(crate) fn generation_2_sku(&self) -> Option<String> {
        let sku = self.sku;
        let name = match sku.strip_suffix("-gen1") {
            Some("server") => "server".to_owned(),
            Some(version) if self.is_from(&["almalinux"]) => format!("{version}-gen2"),
            None if images::fits("0001-com-ubuntu-server-*", self.offer) => format!("{sku}-gen2"),
            None if sku.eq_ignore_ascii_case("2022-datacenter") => format!("{sku}-g2"),
            None if ["2016-datacenter", "2019-datacenter"]
                .iter()
                .any(|one| sku.eq_ignore_ascii_case(one)) =>
            {
                format!("{sku}-gensecond")
            }
            _ => return None,
        };
        self.is_generation_1().then_some(name)
    }

    /// Whether it is named for Arm processors.
    pub(crate) fn is_arm(&self) -> bool {
        images::holds(self.sku, "-arm") || images::holds(self.offer, "-arm")
    }

    /// Whether the SKU contains a text.
    pub(crate) fn sku_holds(&self, part: &str) -> bool {
        images::holds(self.sku, part)
    }

    /// The version, if it is a fixed one.
    pub(crate) fn fixed_version(&self) -> Option<&str> {
        Some(self.version).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("latest"))
    }
}

/// What the names of all node agents begin with.
const AGENT: &str = "batch.node.";

/// What a node agent's name says behind `batch.node.`, such as `ubuntu 24.04`.
pub(crate) fn agent_system(agent: &str) -> Option<&str> {
    let begins = agent.get(..AGENT.len())?.eq_ignore_ascii_case(AGENT);
    agent.get(AGENT.len()..).filter(|_| begins)
}

/// Whether a node agent is that of Windows; `None` if it is no node agent.
pub(crate) fn is_windows_agent(agent: &str) -> Option<bool> {
    agent_system(agent).map(|system| images::fits("windows*", system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_tell_windows_from_linux() {
        assert_eq!(is_windows_agent("Batch.Node.Windows amd64"), Some(true));
        assert_eq!(is_windows_agent("batch.node.ubuntu 24.04"), Some(false));
        assert_eq!(agent_system("batch.node.el 9"), Some("el 9"));
        for text in ["", "windows", "batch.node", "\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}"] {
            assert_eq!(is_windows_agent(text), None, "{text}");
        }
    }

    #[test]
    fn an_image_is_asked_in_any_case() {
        let image = Image {
            publisher: "Canonical",
            offer: "Ubuntu-24_04-LTS",
            sku: "server-ARM64",
            version: "Latest",
        };
        assert!(image.is_from(&["debian", "canonical"]) && image.is_arm());
        assert_eq!(image.system().map(|system| system.name), Some("Ubuntu 24.04"));
        assert_eq!((image.is_windows(), image.fixed_version()), (Some(false), None));
        assert!(!image.is_generation_1());
        let jammy = Image { offer: "0001-com-ubuntu-server-jammy", sku: "22_04-lts", ..image };
        assert_eq!(jammy.generation_2_sku().as_deref(), Some("22_04-lts-gen2"));
        let gen1 = Image { sku: "server-gen1", ..image };
        assert_eq!(gen1.generation_2_sku().as_deref(), Some("server"));
        assert_eq!(image.generation_2_sku(), None);
        let fixed = Image { version: "24.04.202501010", ..image };
        assert_eq!(fixed.fixed_version(), Some("24.04.202501010"));
    }
}
