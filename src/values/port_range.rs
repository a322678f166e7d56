//! Ranges of ports: `22`, `100-200`, `*`, and whether some of them overlap.

/// From one port to another, both included. It may be reversed, or beyond what
/// ports there are: that is for a rule to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PortRange {
    pub(crate) low: u32,
    pub(crate) high: u32,
}

impl PortRange {
    /// The last port.
    pub(crate) const LAST: u32 = 65535;

    /// All ports.
    pub(crate) const ALL: PortRange = PortRange { low: 0, high: Self::LAST };

    /// Reads `*`, a port, or two with a hyphen between them; `None` if it is
    /// none of these.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::ALL);
        }
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        Some(PortRange { low: port(low)?, high: port(high)? })
    }

    /// Whether its ends are in order, and ports.
    pub(crate) fn is_valid(self) -> bool {
        self.low <= self.high && self.high <= Self::LAST
    }

    /// Whether there is a port in both.
    pub(crate) fn meets(self, other: PortRange) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

/// A number of digits alone; what is beyond 32 bits is the last of them.
fn port(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

/// Their places in the list, by where they begin.
fn in_order(ranges: &[PortRange]) -> Vec<(PortRange, usize)> {
    let mut order: Vec<_> = ranges.iter().copied().zip(0..).collect();
    crate::order::sort_by_key(&mut order, |(range, place)| (range.low, *place));
    order
}

/// Places of ranges that share a port with one before them in the list, and the
/// place of that one; each comes once, in order. Whatever shares a port with
/// another is in it, or shares one with a range that is.
pub(crate) fn overlaps(ranges: &[PortRange]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut furthest: Option<(PortRange, usize)> = None;
    for (range, place) in in_order(ranges) {
        if let Some((other, before)) = furthest
            && range.meets(other)
        {
            found.push((place.max(before), place.min(before)));
        }
        if furthest.is_none_or(|(other, _)| range.high > other.high) {
            furthest = Some((range, place));
        }
    }
    crate::order::sort(&mut found);
    found.dedup_by_key(|(later, _)| *later);
    found
}

/// The same ports in as few ranges as these make without two that overlap.
pub(crate) fn union(ranges: &[PortRange]) -> Vec<PortRange> {
    let mut merged: Vec<PortRange> = Vec::new();
    for (range, _) in in_order(ranges) {
        match merged.last_mut() {
            Some(last) if range.meets(*last) => last.high = last.high.max(range.high),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: u32, high: u32) -> PortRange {
        PortRange { low, high }
    }

    #[test]
    fn a_range_is_a_port_two_of_them_or_all() {
        assert_eq!(PortRange::parse("*"), Some(PortRange::ALL));
        assert_eq!(PortRange::parse("22"), Some(range(22, 22)));
        assert_eq!(PortRange::parse("100-200"), Some(range(100, 200)));
        let reversed = PortRange::parse("200-100").expect("it is read as it is");
        assert!(!reversed.is_valid() && PortRange::ALL.is_valid());
        let beyond = PortRange::parse("0-99999999999").expect("it is read as it is");
        assert_eq!(beyond, range(0, u32::MAX));
        assert!(!beyond.is_valid());
        for text in ["", "-", "1-", "-1", "1-2-3", "a", "1,2", " 1", "+1", "**", "\u{661}"] {
            assert_eq!(PortRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn overlaps_name_the_later_range_once() {
        let ranges = [range(1, 10), range(11, 20), range(10, 10), range(5, 15), range(30, 40)];
        assert_eq!(overlaps(&ranges), [(3, 0)]);
        assert_eq!(overlaps(&[range(5, 6), range(1, 9), range(8, 8)]), [(1, 0), (2, 1)]);
        assert_eq!(overlaps(&[range(20, 30), range(31, 40)]), []);
        assert_eq!(overlaps(&[]), []);
    }

    #[test]
    fn a_union_has_the_same_ports() {
        let ranges = [range(22, 22), range(20, 30), range(31, 40), range(25, 28)];
        assert_eq!(union(&ranges), [range(20, 30), range(31, 40)]);
        assert_eq!(union(&[range(1, 1), PortRange::ALL]), [PortRange::ALL]);
    }
}
