//! What trying fixes costs, and how places of two texts are matched.

use super::*;

fn edits(list: &[(u32, u32, &str)]) -> Edits {
    let list: Vec<Edit> = list
        .iter()
        .map(|(start, end, text)| Edit { start: *start, end: *end, text: (*text).to_owned() })
        .collect();
    Edits::new(&list.iter().collect::<Vec<_>>())
}

#[test]
fn places_around_edits_are_one() {
    // `abcdefgh` becomes `aXYdeZfh`.
    let edits = edits(&[(1, 3, "XY"), (5, 5, "Z"), (6, 7, "")]);
    let before: Vec<u32> = (0..=8).map(|at| edits.before(at)).collect();
    assert_eq!(before, [0, 1, 1, 3, 4, 5, 6, 6, 8]);
    let after: Vec<u32> = (0..=8).map(|at| edits.after(at)).collect();
    assert_eq!(after, [0, 1, 1, 3, 4, 5, 5, 6, 8]);
}

#[test]
fn trying_fixes_takes_time_in_proportion_to_the_text() {
    let repeated =
        |part: &'static str| move |n: usize| format!("{{\"value\":[{}0]}}", part.repeat(n));
    let linter = Linter::new();
    let tasks = Target::operation("tasks").unwrap_or_else(|error| panic!("{error}"));
    // One problem a task: of more than 20,000 the rest waits for a further round.
    let mended = "{\"commandLine\": 'x'},\n";
    growth::assert_linear(mended, repeated(mended), |text| {
        drop(linter.fix(text, tasks, |_| true));
    });
    // Fixes that make nothing better.
    let vain = "{\"constraints\":{\"maxTaskRetryCount\":\"99\",\"retentionTim\":7}},";
    growth::assert_linear(vain, repeated(vain), |text| drop(linter.lint(text, tasks)));
}
