//! How the steps of the text layers grow. Cases for what lints are welcome
//! next to what they test; see [`assert_linear`].

use super::{assert_linear, count, steps};
use crate::document::{Document, LineIndex, Unit};
use crate::report::{self, Applicability, Edit, Fix};

#[test]
fn steps_are_counted_and_squares_are_seen() {
    assert_eq!(steps(|| count(3)), 3);
    let square = |text: &str| count(text.len() * text.len());
    let result = std::panic::catch_unwind(|| assert_linear("square", |n| "x".repeat(n), square));
    assert!(result.is_err(), "quadratic growth goes unseen");
    let blind = std::panic::catch_unwind(|| assert_linear("blind", |n| "x".repeat(n), |_| ()));
    assert!(blind.is_err(), "work that counts nothing passes");
}

#[test]
fn places_are_found_without_reading_the_text_again() {
    for part in ["é", "🚀", "a", "\n", "é\n", "\u{2028}🚀 a"] {
        let text = |n: usize| part.repeat(n);
        assert_linear("offsets to places", text, |text| {
            let lines = LineIndex::new(text);
            for (at, _) in text.char_indices().step_by(16) {
                let at = u32::try_from(at).expect("a short text");
                let place = lines.position(at);
                assert_eq!(lines.position_utf16(at).line, place.line);
                let units = lines.utf16(at);
                assert_eq!(lines.from_utf16(units), at);
                for unit in [Unit::CodePoint, Unit::Utf16] {
                    assert!(lines.offset(place.line, place.column, unit).is_some());
                }
                assert!(lines.start(place.line).is_some());
            }
        });
    }
}

/// A part, repeated, and what stands before and behind all of them.
fn repeated(before: &str, part: &str, behind: &str) -> impl Fn(usize) -> String {
    move |n| format!("{before}{}{behind}", part.repeat(n))
}

/// Texts that were or might be read over and over by what hides secrets.
const SECRETS: [&str; 44] = [
    " password=x",
    "password=\"",
    "password=\"password='",
    "password=\"\\\"",
    "password: ",
    "password=\t\t\t",
    "password=,",
    "\"password\" : {",
    "password:\n",
    "sig%3d%26",
    "sig%3dx",
    "%26sig%3d",
    "sig=",
    "?sig=x accountkey=",
    "sharedkey a",
    "\"\"\"\"\":",
    "pass-word_",
    "{\"name\":\"password\",\"value\":\"x\"},",
    "\"password\":\"x\",",
    ": =é",
    "name: ",
    "value: ",
    "value: {",
    "name=\"name='",
    "\\\\\\\"password\\\\\\\": ",
    "password:{",
    "\\\"password\\\":{",
    "password:[\n",
    "\"protectedSettings\": {\n  \"a\n",
    "://a:b@",
    "//a:",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY\"",
    "A==",
    "bearer ",
    "login -p ",
    "-u a'b:",
    "password='a'b",
    "%2570assword%253D",
    "pass\"word",
    "\"a b!\": 1, ",
    "token\n",
    "\"name\": \"a_key\", ",
    "password\n\n",
];

#[test]
fn secrets_are_hidden_in_linear_time() {
    for part in SECRETS {
        for (before, behind) in [("", ""), ("[", "]"), ("{\"data\": [", "\n")] {
            let text = repeated(before, part, behind);
            assert_linear(part, &text, |text| assert_eq!(report::mask(text).len(), text.len()));
            assert_linear(part, &text, |text| drop(report::redact(text)));
        }
        // Blanks at the end are passed over once.
        let text = |n: usize| part.repeat(n) + &" ".repeat(n);
        assert_linear(part, text, |text| drop(report::mask(text)));
    }
}

/// Fixes of one edit each.
fn fixes(edits: impl Iterator<Item = (usize, usize)>) -> Vec<Fix> {
    let offset = |at| u32::try_from(at).expect("a short text");
    let fix = |(start, end)| Fix {
        title: String::new(),
        applicability: Applicability::Safe,
        edits: vec![Edit { start: offset(start), end: offset(end), text: "x".to_owned() }],
    };
    edits.map(fix).collect()
}

#[test]
fn fixes_are_applied_in_linear_time() {
    let apply = |name, edits: fn(usize) -> Vec<(usize, usize)>| {
        assert_linear(
            name,
            |n| "abcd".repeat(n),
            |text| {
                let fixes = fixes(edits(text.len() / 4).into_iter());
                let (_, applied) = report::apply(text, &fixes.iter().collect::<Vec<_>>());
                assert!(applied > 0);
            },
        );
    };
    apply("apart", |n| (0..n).map(|at| (4 * at, 4 * at + 1)).collect());
    apply("touching", |n| (0..n).map(|at| (at, at + 1)).collect());
    apply("backwards", |n| (0..n).rev().map(|at| (at, at + 1)).collect());
    apply("at one place", |n| vec![(n, n); n]);
    apply("overlapping", |n| (0..n).map(|at| (at, n + at)).collect());
    apply("off the end", |n| (0..n).map(|at| (4 * n - 1 + at, 4 * n + at)).collect());
}

/// Texts of many of something: whole, broken, and what only looks like JSON.
const DOCUMENTS: [(&str, &str, &str); 44] = [
    ("{", "\"a\": null, ", "\"z\": 1}"),
    ("{", "\"a\": 1, ", "\"z\": 1}"),
    ("[", "{\"a\": 1},", "1]"),
    ("[", "1, ", "2]"),
    ("[", "\n        \t\t ", "]"),
    ("[\"", "é", "\"]"),
    ("[\"", "\\\"", "\"]"),
    ("[\"", "\\u00e9", "\"]"),
    ("[\"", "\\ud83d", "\"]"),
    ("[\"", "\\q", "\"]"),
    ("[\"", "\t", "\"]"),
    ("[\"", "\t", "\n]"),
    ("", "[", ""),
    ("", "{\"a\":", ""),
    ("", "[{", ""),
    ("", "[[]", ""),
    ("", "]", ""),
    ("[", "}", ""),
    ("{", "\"a\": [}", ""),
    ("{", "\"", ""),
    ("{", "\"a\" ", ""),
    ("{", "\"a\n", ""),
    ("{", "\"a\": \"b,\n", ""),
    ("{", "\"a\": \"b\" \"c\" ", ""),
    ("{", "\"a\": 'b\"' ", ""),
    ("{'", "\"", "': 1}"),
    ("['", "\\", ""),
    ("{", "a b ", ""),
    ("{", "a: ", ""),
    ("{", "a: 1; ", ""),
    ("{", "\"a\" = 1, ", ""),
    ("{", "\"a\" 1 ", ""),
    ("[", "1 ", ""),
    ("[", "1e9", ""),
    ("[", "12", ""),
    ("[", "@", ""),
    ("[", "@ ", ""),
    ("[", ", ", ""),
    ("[", "\u{a0}", ""),
    ("[", "/", ""),
    ("[", "/* ", ""),
    ("[", "// x\n", ""),
    ("1 ", "x ", ""),
    ("", "\u{feff}", "1"),
];

#[test]
fn documents_are_read_in_linear_time() {
    for (before, part, behind) in DOCUMENTS {
        let work = |text: &str| {
            // What is given up on is not read to its end.
            count(text.len());
            let document = Document::parse(text);
            if let Some(root) = document.root() {
                let _ = root.to_json(&mut |_, again| drop(again.name()));
            }
        };
        assert_linear(part, repeated(before, part, behind), work);
    }
}

/// The case variants of a name of so many letters.
fn variants(count: usize) -> impl Iterator<Item = String> {
    let letter = |at: usize, bit: usize| if at >> bit & 1 == 1 { 'A' } else { 'a' };
    (0..count).map(move |at| (0..16).map(|bit| letter(at, bit)).collect())
}

#[test]
fn names_are_told_apart_in_linear_time() {
    let convert = |text: &str| {
        let document = Document::parse(text);
        let root = document.root().expect("it has a value");
        let _ = root.to_json(&mut |first, again| drop((first.name(), again.name())));
    };
    let members = |names: &mut dyn Iterator<Item = String>, value: &str| {
        let members: Vec<_> = names.map(|name| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", members.join(", "))
    };
    let unknown = |n: usize| (0..n).map(|at| format!("unknown{at:06}"));
    for value in ["1", "null"] {
        // 20,000 variants, 100,000 names.
        assert_linear("variants", |n| members(&mut variants(5 * n / 2), value), convert);
        assert_linear("unknown", |n| members(&mut unknown(25 * n / 2), value), convert);
        let twice = |n: usize| members(&mut unknown(n).chain(unknown(n)), value);
        assert_linear("twice", twice, convert);
    }
}
