//! A text before and after it was mended, without secrets.
//!
//! What was hidden in a broken text must stay so in the mended one, where a
//! part of a secret may have become a name that nothing gives away.

use std::collections::HashMap;

use super::withhold::Carried;
use super::{hidden, mask, masked};
use crate::document::Document;
use crate::report::Diagnostic;

/// Masks a text and what it has become, line for line alike where they are
/// alike; and takes the secrets of the first out of findings on the second.
pub(crate) fn masked_pair(
    before: &str,
    after: &str,
    diagnostics: &mut [Diagnostic],
) -> (String, String) {
    let secret = hidden(&Document::parse(before));
    let carried = Carried::of(before, &secret);
    carried.clear(diagnostics);
    let (masked_before, masked_after) = (masked(before, &secret), mask(after));
    // Each line of the first, as it is masked wherever it stands.
    let mut lines: HashMap<&str, String> = HashMap::new();
    let both = || {
        let before = before.split('\n').zip(masked_before.split('\n'));
        before.chain(after.split('\n').zip(masked_after.split('\n')))
    };
    let known: std::collections::HashSet<&str> = before.split('\n').collect();
    for (line, mask) in both().filter(|(line, _)| known.contains(line)) {
        lines
            .entry(line)
            .and_modify(|all| *all = united(all, mask))
            .or_insert_with(|| mask.to_owned());
    }
    let shown = |(line, mask): (&str, &str)| match lines.get(line) {
        Some(all) => all.clone(),
        None => united(mask, &masked(line, &carried.words(line))),
    };
    let join = |lines: Vec<String>| lines.join("\n");
    (
        join(before.split('\n').zip(masked_before.split('\n')).map(shown).collect()),
        join(after.split('\n').zip(masked_after.split('\n')).map(shown).collect()),
    )
}

/// Two masks of one line laid over each other.
fn united(a: &str, b: &str) -> String {
    let bytes = a.bytes().zip(b.bytes()).map(|(a, b)| if b == b'*' { b } else { a });
    String::from_utf8(bytes.collect()).unwrap_or_default()
}
