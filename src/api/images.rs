//! What is known of images and node agents: `schemas/data/images.json` as
//! tables.
//!
//! What a table does not have is not known; it is no reason to doubt an image.

use crate::date::Date;

include!(concat!(env!("OUT_DIR"), "/images.rs"));

/// An operating system that Batch has, or had, a node agent for.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) name: &'static str,
    /// The node agent that goes with it; empty where that is not known.
    pub(crate) agent: &'static str,
    /// The day on which Batch ends, or ended, its support.
    pub(crate) end: Option<Date>,
    /// Whether the agent itself goes with that day.
    pub(crate) ends_agent: bool,
    /// What to move to.
    pub(crate) instead: &'static str,
}

/// Images that are of one system.
#[derive(Debug)]
struct Of {
    offer: &'static str,
    sku: &'static str,
    /// Place of the system among all.
    system: u8,
}

/// Images, by what their offers and SKUs are or, before a `*`, begin with.
#[derive(Debug)]
struct Pattern {
    publisher: &'static str,
    offer: &'static str,
    sku: &'static str,
    /// What their SKUs do not contain.
    without: &'static [&'static str],
}

/// Whose images are known to be of Windows, or of Linux.
#[derive(Debug)]
struct Publisher {
    name: &'static str,
    offer: &'static str,
    windows: bool,
}

/// The operating system of a Marketplace image.
pub(crate) fn system_of_image(publisher: &str, offer: &str, sku: &str) -> Option<&'static System> {
    let (_, images) = IMAGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(publisher))?;
    let of = images.iter().find(|of| fits(of.offer, offer) && fits(of.sku, sku))?;
    SYSTEMS.get(usize::from(of.system))
}

/// The operating system that a node agent is for. The one agent for Windows is
/// for all versions of it, so it tells none.
pub(crate) fn system_of_agent(agent: &str) -> Option<&'static System> {
    let mut of = SYSTEMS.iter().filter(|system| system.agent.eq_ignore_ascii_case(agent));
    of.next().filter(|_| of.next().is_none())
}

/// The node agents that are known.
pub(crate) fn agents() -> &'static [&'static str] {
    AGENTS
}

/// Whether a publisher's images are of Windows; `None` if they are not known.
pub(crate) fn is_windows(publisher: &str, offer: &str) -> Option<bool> {
    PUBLISHERS
        .iter()
        .find(|row| row.name.eq_ignore_ascii_case(publisher) && fits(row.offer, offer))
        .map(|row| row.windows)
}

/// Whether an image is known to be of generation 1.
pub(crate) fn is_generation_1(publisher: &str, offer: &str, sku: &str) -> bool {
    GENERATION_1.iter().any(|row| {
        row.publisher.eq_ignore_ascii_case(publisher)
            && fits(row.offer, offer)
            && fits(row.sku, sku)
            && !row.without.iter().any(|part| holds(sku, part))
    })
}

/// Whether a text is this, or begins with what is before a `*`; in any case.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => text.get(..begin.len()).is_some_and(|part| part.eq_ignore_ascii_case(begin)),
        None => pattern.eq_ignore_ascii_case(text),
    }
}

/// Whether a text contains another, in any case.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|at| at.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_system_and_agent() {
        for (publisher, offer, sku, agent) in [
            ("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts", "batch.node.ubuntu 22.04"),
            ("canonical", "0001-com-ubuntu-server-focal-daily", "x", "batch.node.ubuntu 20.04"),
            ("canonical", "ubuntu-24_04-lts", "server-gen1", "batch.node.ubuntu 24.04"),
            ("canonical", "UbuntuServer", "18.04-LTS", "batch.node.ubuntu 18.04"),
            ("microsoft-dsvm", "ubuntu-hpc", "2204", "batch.node.ubuntu 22.04"),
            ("microsoft-azure-batch", "centos-container-rdma", "7-8", "batch.node.centos 7"),
            ("almalinux", "almalinux-x86_64", "9-gen2", "batch.node.el 9"),
            ("redhat", "rhel", "8_6", "batch.node.el 8"),
            ("debian", "debian-12", "12-gen2", "batch.node.debian 12"),
            ("microsoftcblmariner", "cbl-mariner", "cbl-mariner-2-gen2", "batch.node.mariner 2.0"),
            (
                "MicrosoftWindowsServer",
                "WindowsServer",
                "2016-Datacenter",
                "batch.node.windows amd64",
            ),
        ] {
            let system = system_of_image(publisher, offer, sku);
            assert_eq!(system.map(|one| one.agent), Some(agent), "{publisher} {offer} {sku}");
        }
        for (publisher, offer, sku) in [
            ("microsoft-azure-batch", "centos-container", "8-1"),
            ("canonical", "ubuntu-pro-jammy", "pro"),
            ("x", "ubuntu-24_04-lts", "server"),
        ] {
            assert!(system_of_image(publisher, offer, sku).is_none(), "{publisher} {offer} {sku}");
        }
    }

    #[test]
    fn an_agent_tells_its_system_unless_it_is_for_several() {
        let name = |agent| system_of_agent(agent).map(|system| system.name);
        assert_eq!(name("BATCH.NODE.UBUNTU 22.04"), Some("Ubuntu 22.04"));
        assert_eq!(name("batch.node.windows amd64"), None);
        assert_eq!(name("batch.node.azurelinux 3.0"), None);
        assert!(agents().contains(&"batch.node.windows amd64"));
    }

    #[test]
    fn generations_are_known_of_some() {
        for (publisher, offer, sku) in [
            ("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts"),
            ("canonical", "UbuntuServer", "18.04-LTS"),
            ("canonical", "ubuntu-24_04-lts", "server-gen1"),
            ("microsoftwindowsserver", "windowsserver", "2019-datacenter-smalldisk"),
            ("almalinux", "almalinux-x86_64", "8-gen1"),
        ] {
            assert!(is_generation_1(publisher, offer, sku), "{publisher} {offer} {sku}");
        }
        for (publisher, offer, sku) in [
            ("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"),
            ("canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-arm64"),
            ("canonical", "UbuntuServer", "18_04-lts-gen2"),
            ("canonical", "ubuntu-24_04-lts", "server"),
            ("microsoftwindowsserver", "windowsserver", "2022-datacenter-azure-edition"),
            ("microsoftwindowsserver", "windowsserver", "2022-datacenter-smalldisk-g2"),
            ("microsoftwindowsserver", "windowsserver", "2016-datacenter-gensecond"),
        ] {
            assert!(!is_generation_1(publisher, offer, sku), "{publisher} {offer} {sku}");
        }
    }
}
