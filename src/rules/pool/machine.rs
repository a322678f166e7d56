//! What is known of a machine by the name of its size.

use crate::values::vm_size::VmSize;

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
}
