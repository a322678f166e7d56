//! How the steps of the text layers grow. Cases for what lints are welcome
//! next to what they test; see [`assert_linear`].

use super::{assert_linear, count, steps};
use crate::document::{LineIndex, Unit};

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
