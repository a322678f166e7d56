//! Steps of work, counted in tests to see how they grow with the text.
//!
//! A clock would tell the same only on an idle machine. So the places that
//! read the text or the tree count what they read, and tests compare the
//! counts for a text and for one four times as long. Outside of tests nothing
//! is counted.

/// Counts steps of work: bytes or nodes that are read.
#[cfg(not(test))]
#[inline(always)]
pub(crate) fn count(_steps: usize) {}

#[cfg(test)]
pub(crate) use counted::{assert_linear, count, steps};

#[cfg(test)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    /// Counts steps of work: bytes or nodes that are read.
    pub(crate) fn count(steps: usize) {
        STEPS.with(|total| total.set(total.get() + steps as u64));
    }

    /// How many steps a piece of work takes.
    pub(crate) fn steps(work: impl FnOnce()) -> u64 {
        let before = STEPS.with(Cell::get);
        work();
        STEPS.with(Cell::get) - before
    }

    /// Asserts that the steps of `work` grow in proportion to its input, which
    /// `input` makes of a size.
    pub(crate) fn assert_linear(name: &str, input: impl Fn(usize) -> String, work: impl Fn(&str)) {
        const SIZE: usize = 2_000;
        let (small, large) = (input(SIZE), input(4 * SIZE));
        assert!(large.len() >= 3 * small.len(), "{name}: the input does not grow");
        let (before, after) = (steps(|| work(&small)), steps(|| work(&large)));
        assert!(before >= SIZE as u64 / 4, "{name}: {before} steps, so little is counted");
        assert!(after <= 5 * before, "{name}: {before} steps become {after}");
    }
}

#[cfg(test)]
mod tests;
