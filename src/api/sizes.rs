//! What is known of sizes of virtual machines: `schemas/data/sizes.json` as
//! tables.
//!
//! What a table does not have is not known; it is no reason to doubt a size.

use crate::date::Date;
use crate::values::vm_size::VmSize;

include!(concat!(env!("OUT_DIR"), "/sizes.rs"));

/// Which sizes are meant.
#[derive(Debug)]
struct Pattern {
    is_standard: bool,
    family: &'static str,
    /// The numbers that it may have; all if there are none.
    numbers: &'static [u32],
    /// The letters behind the number, as a whole; all if there are none.
    features: &'static [&'static str],
    /// The accelerators, `*` for any; without some, sizes that have none.
    accelerators: &'static [&'static str],
    /// The first and the last version.
    versions: (u32, u32),
}

impl Pattern {
    fn fits(&self, size: &VmSize<'_>) -> bool {
        let any_of = |texts: &[&str], text: &str| {
            texts.iter().any(|one| *one == "*" || one.eq_ignore_ascii_case(text))
        };
        // A promotion is the same machine at another price.
        let accelerator = size.accelerator.filter(|text| !text.eq_ignore_ascii_case("promo"));
        (self.family == "*" || self.family.eq_ignore_ascii_case(size.family))
            && self.is_standard == size.is_standard
            && (self.versions.0..=self.versions.1).contains(&size.version)
            && (self.numbers.is_empty() || self.numbers.contains(&size.number))
            && (self.features.is_empty() || any_of(self.features, size.features))
            && match accelerator {
                Some(text) => any_of(self.accelerators, text),
                None => self.accelerators.is_empty() || self.accelerators.contains(&"*"),
            }
    }
}

/// The end of sizes.
#[derive(Debug)]
pub(crate) struct Retirement {
    sizes: Pattern,
    /// The day; of some it is announced without one.
    pub(crate) end: Option<Date>,
    /// The day of the announcement, where that is all that is known.
    pub(crate) announced: Option<Date>,
    /// What to take instead.
    pub(crate) instead: &'static str,
}

/// The end of a size, where there is one.
pub(crate) fn retirement(size: &VmSize<'_>) -> Option<&'static Retirement> {
    RETIREMENTS.iter().find(|row| row.sizes.fits(size))
}

/// Whether a size boots images of generation 2 only.
pub(crate) fn needs_generation_2(size: &VmSize<'_>) -> bool {
    GENERATION_2_ONLY.iter().any(|sizes| sizes.fits(size))
}

/// Whether a size cannot have premium disks.
pub(crate) fn lacks_premium_disks(size: &VmSize<'_>) -> bool {
    NO_PREMIUM_DISKS.iter().any(|sizes| sizes.fits(size)) && !size.has('s')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> VmSize<'_> {
        VmSize::parse(text).unwrap_or_else(|| panic!("{text} is no size"))
    }

    #[test]
    fn sizes_that_end_are_told_from_their_neighbours() {
        for (text, end) in [
            ("standard_a1", Some("2024-08-31")),
            ("basic_a4", Some("2024-08-31")),
            ("STANDARD_A11", Some("2021-03-01")),
            ("standard_a2_v2", Some("2028-11-15")),
            ("standard_a2m_v2", Some("2028-11-15")),
            ("standard_hb60-15rs", Some("2024-08-31")),
            ("standard_hb120rs_v3", None),
            ("standard_nc6", Some("2023-09-06")),
            ("standard_nc24r_promo", Some("2023-09-06")),
            ("standard_nc24rs_v2", Some("2023-09-06")),
            ("standard_nd24rs", Some("2023-09-06")),
            ("standard_nd40rs_v2", None),
            ("standard_nc24rs_v3", Some("2025-03-31")),
            ("standard_nc6s_v3", Some("2025-09-30")),
            ("standard_nc4as_t4_v3", None),
            ("standard_nc24ads_a100_v4", None),
            ("standard_nv6", Some("2023-09-06")),
            ("standard_nv12s_v3", Some("2026-09-30")),
            ("standard_nv4as_v4", Some("2026-09-30")),
            ("standard_nv6ads_a10_v5", None),
            ("standard_h16mr", Some("2022-08-31")),
            ("standard_dc2s_v2", Some("2026-06-30")),
            ("standard_dc2s_v3", None),
            ("standard_m192idms_v2", Some("2027-03-31")),
            ("standard_m192ids_v2", Some("2027-03-31")),
            ("standard_m64s", None),
            ("standard_d3", Some("2028-05-01")),
            ("standard_ds11-1_v2", Some("2028-05-01")),
            ("standard_d2_v2_promo", Some("2028-05-01")),
            ("standard_d2_v3", None),
            ("standard_d2s_v5", None),
            ("standard_l8s", Some("2028-05-01")),
            ("standard_l8s_v2", Some("2028-11-15")),
            ("standard_l8s_v3", None),
            ("standard_f2", Some("2028-11-15")),
            ("standard_f2s_v2", Some("2028-11-15")),
            ("standard_f2as_v6", None),
            ("standard_gs5-8", Some("2028-11-15")),
            ("standard_b2ms", Some("2028-11-15")),
            ("standard_b2s_v2", None),
        ] {
            let found = retirement(&size(text)).and_then(|row| row.end);
            assert_eq!(found.map(|day| day.to_string()).as_deref(), end, "{text}");
        }
        for text in ["standard_hb120rs_v2", "standard_hc44rs", "standard_np10s"] {
            let row = retirement(&size(text)).unwrap_or_else(|| panic!("{text}"));
            assert!(row.end.is_none() && row.announced.is_some(), "{text}");
        }
    }

    #[test]
    fn what_sizes_boot_and_hold_is_known_of_some() {
        for text in [
            "standard_d2ds_v6",
            "standard_e4-2ads_v7",
            "standard_f2als_v6",
            "standard_dc2s_v2",
            "standard_ec4ads_v5",
            "standard_hb176rs_v4",
            "standard_hb176-24rs_v4",
            "standard_hx176rs",
            "standard_nd96isr_h100_v5",
            "standard_nc40ads_h100_v5",
            "standard_m416ms_v2",
            "standard_m832ids_16_v3",
            "standard_m12s_v3",
        ] {
            assert!(needs_generation_2(&size(text)), "{text}");
        }
        for text in
            ["standard_d2s_v5", "standard_m64ms_v2", "standard_hb120rs_v3", "standard_f2s_v2"]
        {
            assert!(!needs_generation_2(&size(text)), "{text}");
        }
        for text in
            ["standard_a1_v2", "standard_d2_v3", "standard_e2ad_v4", "standard_nc6", "basic_a1"]
        {
            assert!(lacks_premium_disks(&size(text)), "{text}");
        }
        for text in [
            "standard_d2s_v3",
            "standard_ds2_v2",
            "standard_gs1",
            "standard_nc6s_v3",
            "standard_nc24ads_a100_v4",
            "standard_dc2s_v2",
            "standard_f2s",
        ] {
            assert!(!lacks_premium_disks(&size(text)), "{text}");
        }
    }
}
