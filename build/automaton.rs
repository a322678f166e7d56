//! Compiles the patterns of the schemas to automata, so that matching a text
//! is a walk through a small table, and no engine is in the WASM module.

use std::collections::HashMap;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton as _, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};

/// A pattern as a table. State 0 is that nothing can match any more; state 1
/// is the start.
pub struct Automaton {
    /// Bytes that no pattern tells apart are of one class.
    pub classes: Vec<u8>,
    /// How many classes there are.
    pub width: usize,
    /// The next state, for each state and class.
    pub next: Vec<u8>,
    /// Whether a text may end in each state.
    pub accepts: Vec<bool>,
}

impl Automaton {
    /// The pattern must be anchored at both ends, as those of whole values are.
    pub fn new(pattern: &str) -> Self {
        let anchored = pattern.starts_with('^') && pattern.ends_with('$');
        assert!(anchored, "the pattern {pattern} is not anchored");
        let dfa = dense::Builder::new()
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build(pattern)
            .unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let start = dfa
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .unwrap_or_else(|error| panic!("{pattern}: {error}"));

        let mut numbers: HashMap<StateID, usize> = HashMap::from([(start, 1)]);
        let mut states = vec![start];
        let mut rows: Vec<[usize; 256]> = Vec::new();
        let mut at = 0;
        while let Some(state) = states.get(at).copied() {
            let mut row = [0; 256];
            for (byte, slot) in (0..=u8::MAX).zip(&mut row) {
                let next = dfa.next_state(state, byte);
                if dfa.is_dead_state(next) {
                    continue;
                }
                *slot = *numbers.entry(next).or_insert_with(|| {
                    states.push(next);
                    states.len()
                });
            }
            rows.push(row);
            at += 1;
        }
        assert!(states.len() < 256, "{pattern} has too many states");

        let mut columns: Vec<Vec<usize>> = Vec::new();
        let classes = (0..256)
            .map(|byte| {
                let column: Vec<usize> = rows.iter().map(|row| row[byte]).collect();
                let known = columns.iter().position(|known| *known == column);
                let class = known.unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                });
                u8::try_from(class).expect("there are 256 bytes")
            })
            .collect();
        let width = columns.len();
        let mut next = vec![0; width];
        for row in 0..states.len() {
            next.extend(
                columns.iter().map(|column| u8::try_from(column[row]).expect("few states")),
            );
        }
        let accepts = std::iter::once(false)
            .chain(states.iter().map(|state| dfa.is_match_state(dfa.next_eoi_state(*state))))
            .collect();
        Automaton { classes, width, next, accepts }
    }
}
