//! The extensions of virtual machines that Batch allows:
//! `schemas/data/extensions.json` as a table.

use crate::date::Date;

include!(concat!(env!("OUT_DIR"), "/extensions.rs"));

/// An extension, by the `type` that it is given as.
#[derive(Debug)]
pub(crate) struct Extension {
    name: &'static str,
    /// Whether it is for Windows; else it is for Linux.
    pub(crate) windows: bool,
    /// What its publisher has for the other system; empty if nothing.
    pub(crate) other: &'static str,
    /// The day on which it is, or was, retired.
    pub(crate) end: Option<Date>,
    /// What takes its place.
    pub(crate) instead: &'static str,
}

/// The extension of this type, in any case.
pub(crate) fn extension(name: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|one| one.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_extension_is_for_is_known() {
        let one = extension("keyvaultforlinux").expect("it is allowed");
        assert!(!one.windows && one.other == "KeyVaultForWindows" && one.end.is_none());
        let one = extension("IaaSDiagnostics").expect("it is allowed");
        assert_eq!(one.end, Some(Date::checked(2026, 3, 31)));
        assert!(extension("RunCommandLinux").is_none());
    }
}
