//! What is known of a machine by the name of its size. Each says `false`, or
//! nothing, of a name that it cannot be read from.

use crate::analysis::Cursor;
use crate::api::p;
use crate::values::vm_size::VmSize;

/// Whether the size of a pool's nodes is one of these; `false` where it is not
/// given or no name of a size.
pub(in crate::rules) fn is_size(pool: Cursor<'_>, of: fn(&VmSize<'_>) -> bool) -> bool {
    pool.text(p::VM_SIZE).is_some_and(|text| VmSize::parse(&text).is_some_and(|size| of(&size)))
}

/// How many cores a machine has.
pub(super) fn cores(size: &VmSize<'_>) -> Option<u32> {
    let counts = match size.version {
        _ if !size.is_standard => false,
        _ if size.is_of(&["NC", "ND", "NV", "HB", "HC", "HX"]) => true,
        1 => false,
        2 if size.is_of(&["D", "DS"]) => {
            let cores = match size.number {
                number @ (1 | 2) => number,
                3 | 12 => 4,
                4 | 13 => 8,
                5 | 14 => 16,
                11 => 2,
                15 => 20,
                _ => return None,
            };
            return Some(size.constrained.unwrap_or(cores));
        }
        2 => size.is_of(&["A", "F", "L"]),
        _ => size.is_of(&["D", "E", "DC", "EC", "F", "L"]),
    };
    counts.then(|| size.constrained.unwrap_or(size.number)).filter(|cores| *cores > 0)
}

/// Whether the machines are joined by InfiniBand.
pub(super) fn has_infiniband(size: &VmSize<'_>) -> bool {
    let graphics = || size.family.starts_with(['N', 'n']);
    size.is_of(&["HB", "HC", "HX"]) || size.has('r') && (size.is_of(&["H"]) || graphics())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_those_of_the_machine() {
        for (name, expected) in [
            ("standard_d2s_v3", Some(2)),
            ("Standard_D2_v2", Some(2)),
            ("STANDARD_DS11-1_V2", Some(1)),
            ("standard_d15i_v2", Some(20)),
            ("standard_d11_v2_promo", Some(2)),
            ("standard_a8m_v2", Some(8)),
            ("standard_f4s_v2", Some(4)),
            ("standard_l8s_v3", Some(8)),
            ("standard_hb120-16rs_v3", Some(16)),
            ("standard_nc24rs_v3", Some(24)),
            ("standard_nv6", Some(6)),
            ("standard_ec4as_v5", Some(4)),
            ("standard_d3", None),
            ("standard_f4s", None),
            ("standard_a4", None),
            ("standard_d6_v2", None),
            ("standard_m64s", None),
            ("standard_b2ms", None),
            ("basic_a1", None),
            ("standard_d0_v3", None),
        ] {
            let size = VmSize::parse(name).expect("it is a size");
            assert_eq!(cores(&size), expected, "{name}");
        }
    }

    #[test]
    fn infiniband_is_of_some_sizes() {
        for (name, expected) in [
            ("standard_hb120rs_v3", true),
            ("Standard_HC44rs", true),
            ("standard_hx176rs", true),
            ("standard_h16mr", true),
            ("standard_h16m", false),
            ("standard_nc24rs_v3", true),
            ("Standard_ND96isr_H100_v5", true),
            ("standard_nc24s_v3", false),
            ("standard_d4s_v5", false),
        ] {
            let size = VmSize::parse(name).expect("it is a size");
            assert_eq!(has_infiniband(&size), expected, "{name}");
        }
    }
}
