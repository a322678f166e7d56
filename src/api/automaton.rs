//! Patterns of the schemas, compiled by the build.

/// A pattern as a table, made by `build/automaton.rs`. State 0 is that nothing
/// can match any more; state 1 is the start.
#[derive(Debug)]
pub(crate) struct Automaton {
    /// The pattern as the schemas have it.
    pub(super) pattern: &'static str,
    /// The class of each byte.
    pub(super) classes: &'static [u8; 256],
    /// How many classes there are.
    pub(super) width: usize,
    /// The next state, for each state and class.
    pub(super) next: &'static [u8],
    /// Whether a text may end in each state.
    pub(super) accepts: &'static [bool],
}

impl Automaton {
    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut state = 1u8;
        for byte in text.bytes() {
            let class = usize::from(self.classes[usize::from(byte)]);
            let at = usize::from(state) * self.width + class;
            state = self.next.get(at).copied().unwrap_or_default();
            if state == 0 {
                return false;
            }
        }
        self.accepts.get(usize::from(state)).copied().unwrap_or_default()
    }
}
