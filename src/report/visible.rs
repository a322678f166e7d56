//! Characters that must not reach a terminal, a log or an editor as they are.
//!
//! A document, a file's name or a configuration may hold characters that move a
//! cursor, turn the direction of writing or are not seen at all, and words that
//! a build service takes for a command. They are shown as escapes.

use std::borrow::Cow;

/// Whether a character is not seen, or changes how others are: controls, line
/// and paragraph separators, marks of direction, and what has no width.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// What a build service takes for a command wherever it is in a line; a line
/// that begins with `::` is one too.
const COMMANDS: [&str; 2] = ["##[", "##vso["];

/// A text as one line that can be shown anywhere: what is not seen as an
/// escape, such as `\u{202e}`, and nothing that is taken for a command.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    shown(text, false)
}

/// The same for text of several lines.
#[cfg(feature = "cli")]
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    shown(text, true)
}

fn shown(text: &str, lines: bool) -> Cow<'_, str> {
    let odd = |c: char| is_hidden(c) && !(lines && c == '\n');
    let commands = text.contains("##") || text.contains("::");
    if !commands && !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    // Whether only blanks have come since the line began.
    let mut begins = true;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        let forges = begins && rest.starts_with("::");
        let commands = || COMMANDS.iter().any(|command| starts_with(rest, command));
        match character {
            '\n' if lines => out.push('\n'),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ':' if forges => out.push_str("\\u{3a}"),
            '#' if commands() => out.push_str("\\u{23}"),
            other if odd(other) => out.push_str(&format!("\\u{{{:x}}}", u32::from(other))),
            other => out.push(other),
        }
        begins = character == '\n' || begins && (character.is_whitespace() || is_hidden(character));
    }
    Cow::Owned(out)
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// A text of a document with every character that is not seen as one that is,
/// in as many bytes, so that offsets stay; and nothing taken for a command.
#[cfg(feature = "cli")]
pub(crate) fn visible_in_place(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut begins = true;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        let ends_line = character == '\r' && rest.as_bytes().get(1) == Some(&b'\n');
        out.push(match character {
            '\n' | '\t' => character,
            '\r' if ends_line => character,
            ':' if begins && rest.starts_with("::") => '.',
            '#' if COMMANDS.iter().any(|command| starts_with(rest, command)) => '.',
            other if is_hidden(other) => match other.len_utf8() {
                1 => '?',
                2 => '¿',
                3 => char::REPLACEMENT_CHARACTER,
                _ => '🯄',
            },
            other => other,
        });
        begins = character == '\n' || begins && (character.is_whitespace() || is_hidden(character));
    }
    out
}

/// JSON text with escapes for what is not seen: within its strings, for there
/// is none elsewhere.
#[cfg(feature = "cli")]
pub(crate) fn visible_json(json: &str) -> Cow<'_, str> {
    let odd = |c: char| is_hidden(c) && c != '\n';
    if !json.contains(odd) && !json.contains("##") {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for (at, character) in json.char_indices() {
        let rest = &json[at..];
        let command = character == '#' && COMMANDS.iter().any(|one| starts_with(rest, one));
        if command || odd(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    /// Of each kind one.
    const ODD: &str =
        "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{2066}\u{200f}\u{2028}\u{200b}\u{feff}\u{e0041}z";

    #[test]
    fn what_is_not_seen_is_shown_as_an_escape() {
        assert_eq!(visible("plain é 日本 🚀"), "plain é 日本 🚀");
        assert_eq!(
            visible(ODD),
            "a\\u{1b}[31m\\u{7f}\\u{9b}\\u{202e}\\u{2066}\\u{200f}\\u{2028}\\u{200b}\\u{feff}\\u{e0041}z"
        );
        assert_eq!(visible("a\r\n\tb"), "a\\r\\n\\tb");
        assert_eq!(visible_lines("a\n\tb"), "a\n\\tb");
    }

    #[test]
    fn nothing_is_taken_for_a_command() {
        assert_eq!(visible("::error::x"), "\\u{3a}:error::x");
        assert_eq!(visible(" \u{200b}::error::x"), " \\u{200b}\\u{3a}:error::x");
        assert_eq!(visible("a::b"), "a::b");
        assert_eq!(visible("a ##VSO[x]"), "a \\u{23}#VSO[x]");
        assert_eq!(visible("a ##[group]"), "a \\u{23}#[group]");
        assert_eq!(visible_lines("a\n  ::warning::x"), "a\n  \\u{3a}:warning::x");
        assert_eq!(visible("## heading"), "## heading");
    }

    #[test]
    fn in_place_no_offset_changes() {
        let shown = visible_in_place(ODD);
        assert_eq!(shown.len(), ODD.len());
        assert!(!shown.contains(is_hidden), "{shown:?}");
        assert_eq!(visible_in_place("a\r\n\tb\rc"), "a\r\n\tb?c");
        assert_eq!(visible_in_place("x\n ::error::y ##vso[z"), "x\n .:error::y .#vso[z");
    }

    #[test]
    fn json_stays_the_same_json() {
        let json = serde_json::json!({ "a": ODD, "b": "##vso[x]", "c": "::x" });
        let text = serde_json::to_string_pretty(&json).expect("it is JSON");
        let shown = visible_json(&text);
        assert!(!shown.contains(|c: char| is_hidden(c) && c != '\n'), "{shown}");
        assert!(!shown.contains("##vso["));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("it is JSON"), json);
    }
}
