//! The names of virtual machine sizes, as Azure forms them:
//! `Standard_NC24ads_A100_v4`, `Standard_E4-2ds_v4`, `Basic_A1`.

/// The name of a size, read into its parts. It says how a name is built, not
/// whether there is such a machine. Letters count in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VmSize<'t> {
    /// `Standard`, or else `Basic`.
    pub(crate) is_standard: bool,
    /// The letters before the number: `D`, `NC`, and `DS` of the older sizes.
    pub(crate) family: &'t str,
    /// In most families the number of virtual processors; in the first
    /// versions of A, D, DS, F, G and L an ordinal.
    pub(crate) number: u32,
    /// How many of the processors are in use, of a constrained size.
    pub(crate) constrained: Option<u32>,
    /// The letters behind the number: `a` AMD, `b` fast storage, `d` local disk,
    /// `i` isolated, `m` much memory, `p` Arm, `r` InfiniBand, `s` premium
    /// storage, `t` little memory.
    pub(crate) features: &'t str,
    /// What stands between there and the version: the accelerator, `Promo`.
    pub(crate) accelerator: Option<&'t str>,
    /// `1` where the name has none.
    pub(crate) version: u32,
}

impl<'t> VmSize<'t> {
    /// Reads a name; `None` if none is built so.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.split('_');
        let tier = parts.next()?;
        let is_standard = tier.eq_ignore_ascii_case("standard");
        if !is_standard && !tier.eq_ignore_ascii_case("basic") {
            return None;
        }
        let size = parts.next()?;
        let (family, rest) = size.split_at(letters(size));
        let (number, rest) = rest.split_at(digits(rest));
        let (constrained, features) = match rest.strip_prefix('-') {
            Some(rest) => {
                let (count, features) = rest.split_at(digits(rest));
                (Some(count.parse().ok()?), features)
            }
            None => (None, rest),
        };
        if family.is_empty() || features.len() != letters(features) {
            return None;
        }
        let (mut accelerator, mut version) = (None, 1);
        for part in parts {
            match version_of(part) {
                Some(number) => version = number,
                None if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                    return None;
                }
                None => accelerator = Some(part),
            }
        }
        let number = number.parse().ok()?;
        Some(VmSize { is_standard, family, number, constrained, features, accelerator, version })
    }

    /// Whether it is of one of these families.
    pub(crate) fn is_of(&self, families: &[&str]) -> bool {
        families.iter().any(|family| self.family.eq_ignore_ascii_case(family))
    }

    /// Whether it has an Arm processor.
    pub(crate) fn is_arm(&self) -> bool {
        self.version > 1 && self.has('p') && self.is_of(&["B", "D", "E"])
    }

    /// Whether it has a GPU.
    pub(crate) fn is_gpu(&self) -> bool {
        self.is_of(&["NC", "NCC", "ND", "NV", "NG"])
    }

    /// Whether its nodes have InfiniBand between them.
    pub(crate) fn has_infiniband(&self) -> bool {
        self.is_of(&["HB", "HC", "HX"]) || self.has('r') && self.is_of(&["H", "NC", "ND"])
    }

    /// Whether it is known to have no temporary disk of its own.
    pub(crate) fn lacks_temporary_disk(&self) -> bool {
        let first = match self.family {
            "D" | "E" | "d" | "e" => 4,
            "F" | "f" => 6,
            _ => return false,
        };
        self.version >= first && !self.has('d')
    }

    /// Whether a letter is among those behind the number.
    pub(crate) fn has(&self, feature: char) -> bool {
        self.features.contains([feature, feature.to_ascii_uppercase()])
    }
}

fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn version_of(part: &str) -> Option<u32> {
    part.strip_prefix(['v', 'V'])?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_into_its_parts() {
        let size = VmSize::parse("Standard_NC24ads_A100_v4").expect("it is a size");
        assert!(size.is_standard && size.is_of(&["nc"]) && size.has('d') && !size.has('r'));
        assert_eq!((size.number, size.accelerator, size.version), (24, Some("A100"), 4));
        let size = VmSize::parse("STANDARD_E4-2DS_V4").expect("it is a size");
        assert_eq!((size.number, size.constrained, size.features), (4, Some(2), "DS"));
        assert!(size.has('d'));
        let size = VmSize::parse("standard_ds11-1_v2").expect("it is a size");
        assert_eq!((size.family, size.number, size.constrained), ("ds", 11, Some(1)));
        let size = VmSize::parse("basic_a1").expect("it is a size");
        assert_eq!((size.is_standard, size.version, size.features), (false, 1, ""));
        let size = VmSize::parse("Standard_D2_v2_Promo").expect("it is a size");
        assert_eq!((size.accelerator, size.version), (Some("Promo"), 2));
    }

    #[test]
    fn what_a_name_says_of_the_machine() {
        let of = |text| VmSize::parse(text).expect("it is a size");
        assert!(of("standard_d4pds_v5").is_arm() && !of("standard_d4ds_v5").is_arm());
        assert!(of("standard_nc4as_t4_v3").is_gpu() && !of("standard_np10s").is_gpu());
        for text in ["standard_hb120rs_v3", "standard_h16mr", "standard_nd96isr_h100_v5"] {
            assert!(of(text).has_infiniband(), "{text}");
        }
        for text in ["standard_h16m", "standard_nc6s_v3", "standard_d2s_v5"] {
            assert!(!of(text).has_infiniband(), "{text}");
        }
        for text in ["standard_d2s_v4", "STANDARD_E4-2S_V5", "standard_f2as_v6"] {
            assert!(of(text).lacks_temporary_disk(), "{text}");
        }
        for text in ["standard_d2ds_v4", "standard_d2s_v3", "standard_f2s_v2", "standard_l8s_v3"] {
            assert!(!of(text).lacks_temporary_disk(), "{text}");
        }
    }

    #[test]
    fn what_is_built_otherwise_is_none() {
        for text in [
            "",
            "Small",
            "standard",
            "standard_",
            "standard_d",
            "standard_2d",
            "d2s_v3",
            "standard-d2s-v3",
            "standard_d2s_",
            "standard_d2s v3",
            "standard_d2s_v3 ",
            "standard_d2s_v-3",
            "standard_d2-s_v3",
            "standard_d99999999999",
            "standard_d2\u{e4}s",
        ] {
            assert_eq!(VmSize::parse(text), None, "{text}");
        }
    }
}
