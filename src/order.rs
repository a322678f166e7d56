//! Putting lists in order with little code: the standard library's sorting is
//! made anew for each type of item, some 3 KB each in the WASM module. Here one
//! function finds the order of places, whatever is at them.

use std::cmp::Ordering;

/// Puts items in order; those that are equal keep theirs.
pub(crate) fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// The same by a key.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// The same by a comparison.
pub(crate) fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = {
        let at = |place: u32| items.get(place as usize);
        places(items.len(), &|one, other| match (at(one), at(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        })
    };
    // Each circle of places is gone round once: what belongs to a place comes
    // to it, and the place is done.
    for start in 0..order.len() {
        let mut place = start;
        while let Some(from) = order.get_mut(place) {
            let next = std::mem::replace(from, place as u32) as usize;
            if next == start || next == place {
                break;
            }
            items.swap(place, next);
            place = next;
        }
    }
}

/// For each place the one whose item belongs there; none if all are in order.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(u32, u32) -> Ordering) -> Vec<u32> {
    // Texts are of less than 4 GB, and so is whatever lists their parts.
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if (1..count).all(|place| compare(place - 1, place).is_le()) {
        return Vec::new();
    }
    let mut from: Vec<u32> = (0..count).collect();
    let mut to: Vec<u32> = Vec::with_capacity(from.len());
    let mut length = 1;
    while length < from.len() {
        to.clear();
        for two in from.chunks(2 * length) {
            let (mut left, mut right) = two.split_at(length.min(two.len()));
            while let ([one, ..], [other, ..]) = (left, right) {
                let side = if compare(*one, *other).is_le() { &mut left } else { &mut right };
                if let Some((first, rest)) = side.split_first() {
                    to.push(*first);
                    *side = rest;
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        std::mem::swap(&mut from, &mut to);
        length *= 2;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_are_put_in_the_order_of_the_standard_library(
            list in prop::collection::vec(0u8..20, 0..60),
        ) {
            let numbered = || list.iter().copied().enumerate().collect::<Vec<_>>();
            let (mut mine, mut theirs) = (numbered(), numbered());
            sort_by_key(&mut mine, |(_, item)| *item);
            theirs.sort_by_key(|(_, item)| *item);
            prop_assert_eq!(&mine, &theirs);
            sort_by(&mut mine, |one, other| other.cmp(one));
            theirs.sort_by(|one, other| other.cmp(one));
            prop_assert_eq!(mine, theirs);
        }
    }
}
