//! What an unknown property may have been meant to be.

use crate::api::{Kind, Model, ModelInfo, Property};

/// A guess at what was meant.
pub(super) enum Guess {
    /// A property of this model under another name.
    Property(&'static Property),
    /// A property of the model around it: the object was closed too late.
    Outer(Model),
    /// A property of a model within it, held by this property.
    Inner(&'static Property),
    /// A name of the management plane or of an earlier API version; what to
    /// do now.
    Renamed(&'static str),
}

/// Names that users bring from elsewhere: the management plane, earlier
/// versions of this API, templates of other tools.
const RENAMED: [(&str, &str); 14] = [
    ("interNodeCommunication", "this API has `enableInterNodeCommunication`, a boolean"),
    (
        "deploymentConfiguration",
        "this is the management plane's shape; put what is in its `virtualMachineConfiguration` directly in the pool",
    ),
    (
        "scaleSettings",
        "this is the management plane's shape; use `targetDedicatedNodes`, or `enableAutoScale` with `autoScaleFormula`",
    ),
    ("cloudServiceConfiguration", "it has been retired; use `virtualMachineConfiguration`"),
    ("maxTasksPerNode", "this API version has `taskSlotsPerNode`"),
    ("maxTasksPerComputeNode", "this API version has `taskSlotsPerNode`"),
    ("targetDedicated", "this API version has `targetDedicatedNodes`"),
    ("targetDedicatedComputeNodes", "this API version has `targetDedicatedNodes`"),
    ("targetLowPriorityComputeNodes", "this API version has `targetLowPriorityNodes`"),
    ("applicationLicenses", "this API version no longer has application licenses"),
    ("applicationPackages", "in a request it is `applicationPackageReferences`"),
    ("certificates", "in a request it is `certificateReferences`, which is deprecated"),
    ("runElevated", "use `userIdentity` with `autoUser` and `elevationLevel`"),
    ("blobSource", "this API version has `httpUrl`"),
];

pub(super) fn guess(name: &str, model: Model, outer: &[Model]) -> Option<Guess> {
    if let Some((_, advice)) = RENAMED.iter().find(|(old, _)| *old == name) {
        return Some(Guess::Renamed(advice));
    }
    if let Some(model) = outer.iter().rev().find(|outer| outer.info().property(name).is_some()) {
        return Some(Guess::Outer(*model));
    }
    let info = model.info();
    if let Some(property) = nearest(name, info) {
        return Some(Guess::Property(property));
    }
    info.properties
        .iter()
        .find(|property| match property.kind {
            Kind::Object(inner) => inner.info().property_in_any_case(name).is_some(),
            _ => false,
        })
        .map(Guess::Inner)
}

/// The property whose name is nearest to this one, if any is near enough.
pub(super) fn nearest(name: &str, info: &ModelInfo) -> Option<&'static Property> {
    let name = name.to_lowercase();
    info.properties
        .iter()
        .map(|property| (distance(&name, &property.name.to_lowercase()), property))
        .filter(|(distance, property)| near(*distance, &name, property.name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, property)| property)
}

/// The value nearest to this one, if any is near enough.
pub(crate) fn nearest_of<'v>(value: &str, values: &[&'v str]) -> Option<&'v str> {
    let value = value.to_lowercase();
    values
        .iter()
        .map(|known| (distance(&value, &known.to_lowercase()), *known))
        .filter(|(distance, known)| near(*distance, &value, known))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Near enough to be a slip: a letter in three or four may differ.
fn near(distance: usize, given: &str, known: &str) -> bool {
    let length = given.chars().count().max(known.len());
    distance * 10 <= length * 3 || distance == 1 && length > 2
}

/// How many letters must be added, dropped, changed or swapped with their
/// neighbour to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) =
        (from.chars().take(64).collect(), to.chars().collect());
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
        let info = Model::BatchPoolCreateContent.info();
        let guess = |name| nearest(name, info).map(|property| property.name);
        assert_eq!(guess("vmsize"), Some("vmSize"));
        assert_eq!(guess("vm_size"), Some("vmSize"));
        assert_eq!(guess("targetDedicatedNode"), Some("targetDedicatedNodes"));
        assert_eq!(guess("starttask"), Some("startTask"));
        assert_eq!(guess("location"), None);
        assert_eq!(guess("x"), None);
    }

    #[test]
    fn swapped_letters_count_once() {
        assert_eq!(distance("task", "taks"), 1);
        assert_eq!(distance("", "pool"), 4);
        assert_eq!(distance("pool", "pool"), 0);
    }
}
