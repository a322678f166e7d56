//! How near words are, for "did you mean".

/// How much of a word is looked at, since a document may hold any.
const LONGEST: usize = 64;

/// The value nearest to this one, if any is near enough.
#[must_use]
pub fn nearest_of<'v>(value: &str, values: &[&'v str]) -> Option<&'v str> {
    // ASCII, as all known names are: the tables of the other letters would be a
    // tenth of the WASM module.
    let value = value.to_ascii_lowercase();
    // What is much longer or shorter cannot be near; most is.
    let length = value.chars().take(LONGEST).count();
    values
        .iter()
        .filter(|known| near(known.chars().count().abs_diff(length), &value, known))
        .map(|known| (distance(&value, &known.to_ascii_lowercase()), *known))
        .filter(|(distance, known)| near(*distance, &value, known))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Whether two names have the same letters and digits, whatever their case and
/// whatever separates their words: `vm_size`, `VM-Size` and `vmSize`.
#[must_use]
pub(crate) fn same_letters(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        let kept = text.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' '));
        kept.map(|byte| byte.to_ascii_lowercase())
    }
    // Separators make a name longer by less than half.
    one.len() <= 2 * other.len() && other.len() <= 2 * one.len() && letters(one).eq(letters(other))
}

/// Near enough to be a slip: a letter in three or four may differ.
fn near(distance: usize, given: &str, known: &str) -> bool {
    let length = given.chars().count().max(known.len());
    distance * 10 <= length * 3 || distance == 1 && length > 2
}

/// How many letters must be added, dropped, changed or swapped with their
/// neighbour to get from one word to the other.
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) =
        (from.chars().take(LONGEST).collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *b && *a == to[j - 1] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let known = ["vmSize", "targetDedicatedNodes", "startTask", "id"];
        let guess = |name| nearest_of(name, &known);
        assert_eq!(guess("vmsize"), Some("vmSize"));
        assert_eq!(guess("vm_size"), Some("vmSize"));
        assert_eq!(guess("targetDedicatedNode"), Some("targetDedicatedNodes"));
        assert_eq!(guess("starttask"), Some("startTask"));
        assert_eq!(guess("location"), None);
        assert_eq!(guess("x"), None);
    }

    #[test]
    fn how_the_parts_of_a_name_are_joined_does_not_matter() {
        assert!(same_letters("target_dedicated-nodes", "targetDedicatedNodes"));
        assert!(same_letters("VM Size", "vmSize"));
        assert!(!same_letters("vmSizes", "vmSize"));
    }

    #[test]
    fn swapped_letters_count_once() {
        assert_eq!(distance("task", "taks"), 1);
        assert_eq!(distance("", "pool"), 4);
        assert_eq!(distance("pool", "pool"), 0);
    }
}
