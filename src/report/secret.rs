//! Keeps secrets out of everything that is shown.
//!
//! Two nets: properties whose name says that their value is secret, wherever
//! they are and whatever the document is; and signatures of shared access
//! signature (SAS) URLs and keys of connection strings, in any string. Both
//! are names and shapes, not places in a schema, so that a secret in a
//! misplaced or misspelt part of a broken document is covered too.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, NodeKind, Value};
use crate::growth;

/// Names whose values are never shown, in lower case without `-` and `_`. The
/// first line is what the schemas mark as secret; the second is what else
/// people put into requests.
const SECRET_NAMES: [&str; 22] = [
    "password",
    "accountkey",
    "saskey",
    "sshprivatekey",
    "data",
    "protectedsettings",
    "authorization",
    "connectionstring",
    "clientsecret",
    "secret",
    "token",
    "accesstoken",
    "refreshtoken",
    "apikey",
    "sastoken",
    "privatekey",
    "passphrase",
    "sharedkey",
    "secretkey",
    "storagekey",
    "storageaccountkey",
    "pwd",
];

/// Whether a property of this name holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    // The longest name, with a few separators; longer ones need no look.
    if name.len() > 24 {
        return false;
    }
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.contains(&plain.as_str())
}

/// What begins a secret within a string, in lower case, and what ends it.
const MARKERS: [(&str, &[char]); 5] = [
    ("sig=", &['&', '"', '\'', ' ', '\\', '\n']),
    ("accountkey=", &[';', '"', '\'', ' ', '\\', '\n']),
    ("sharedaccesskey=", &[';', '"', '\'', ' ', '\\', '\n']),
    ("password=", &[';', '&', '"', '\'', ' ', ',', '\\', '\n']),
    ("sharedkey ", &['"', '\'', '\\', '\n']),
];

/// A text with the secrets that its shape gives away put out of sight.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let ranges = marked(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        out.push_str(&text[at..range.start.max(at)]);
        out.push_str("***");
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// The ranges of secrets within a text, in order.
fn marked(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    growth::count(lower.len());
    let mut ranges = Vec::new();
    for (marker, ends) in MARKERS {
        let mut from = 0;
        while let Some(found) = lower[from..].find(marker) {
            let start = from + found + marker.len();
            let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
            ranges.push(start..end);
            growth::count(end - from);
            from = end;
        }
    }
    // `%3D` is `=` in a URL within a URL, and `%26` is `&`, behind which the
    // next signature may begin.
    let mut ends = Ahead::new(text, |rest| rest.find(['&', '"', ' ', '\n']));
    let mut ampersands = Ahead::new(&lower, |rest| rest.find("%26"));
    let mut from = 0;
    while let Some(found) = lower[from..].find("sig%3d") {
        let start = from + found + 6;
        let end = ends.from(start).min(ampersands.from(start));
        ranges.push(start..end);
        growth::count(end - from);
        from = end;
    }
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|later, earlier| {
        let within = later.start < earlier.end;
        if within {
            earlier.end = earlier.end.max(later.end);
        }
        within
    });
    ranges
}

/// Looks for the next of something from places that rise, and reads no part of
/// the text twice on the way.
struct Ahead<'t, F> {
    text: &'t str,
    find: F,
    /// What was found last, from the place behind what was found before.
    at: Option<usize>,
}

impl<'t, F: Fn(&str) -> Option<usize>> Ahead<'t, F> {
    fn new(text: &'t str, find: F) -> Self {
        Ahead { text, find, at: None }
    }

    /// The first one at this place or behind it; the end of the text if there
    /// is none.
    fn from(&mut self, place: usize) -> usize {
        match self.at {
            Some(at) if at >= place => at,
            _ => {
                let rest = &self.text[place..];
                let length = (self.find)(rest).unwrap_or(rest.len());
                growth::count(length);
                self.at = Some(place + length);
                place + length
            }
        }
    }
}

/// The text with every byte of every secret as `*`, for showing parts of it:
/// offsets, lines and columns stay as they are.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut secrets = marked(text);
    secrets.extend(after_names(text));
    let document = Document::parse(text);
    if let Some(root) = document.root() {
        hide_values(root, false, &mut |range| secrets.push(range));
    }
    // Secrets that overlap are not written over twice.
    secrets.sort_unstable_by_key(|range| range.start);
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    for range in secrets {
        let start = range.start.max(at);
        growth::count(1 + range.end.saturating_sub(start));
        for byte in bytes.get_mut(start..range.end).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
        at = at.max(range.end);
    }
    // Whole characters become `*`s, so this never fails; if it did, showing
    // nothing would be right.
    String::from_utf8(bytes).unwrap_or_default()
}

fn hide_values(value: Value<'_>, secret: bool, hide: &mut dyn FnMut(Range<usize>)) {
    if let Some(object) = value.as_object() {
        // An environment variable or header is a name and a value.
        let named = object
            .get("name")
            .and_then(Value::as_str)
            .is_some_and(|name| is_secret_name(&name) || sounds_secret(&name));
        for member in object.members() {
            let name = member.name();
            let secret = secret || is_secret_name(&name) || named && name == "value";
            hide_values(member.value, secret, hide);
        }
    } else if let Some(items) = value.as_array() {
        // The service's answers name a property in one item of a list, and
        // repeat its value in the next.
        let secret = secret || value.as_array().into_iter().flatten().any(names_secret);
        items.for_each(|item| hide_values(item, secret, hide));
    } else if secret {
        let span = value.span().range();
        match value.kind() {
            NodeKind::String => {
                let source = value.source();
                let open = usize::from(source.starts_with(['"', '\'']));
                let close =
                    usize::from(source.len() > 1 && source.ends_with(['"', '\'']) && open == 1);
                hide(span.start + open..span.end - close);
            }
            NodeKind::Null | NodeKind::Invalid => {}
            _ => hide(span),
        }
    }
}

/// Whether an item says that a property, header or parameter with a secret is
/// what the other items are about.
fn names_secret(item: Value<'_>) -> bool {
    let text = |name| item.as_object().and_then(|item| item.get(name)).and_then(Value::as_str);
    let key = text("key").filter(|key| key.ends_with("Name") || key.ends_with("Path"));
    let name = key.and_then(|_| text("value"));
    name.is_some_and(|name| is_secret_name(name.rsplit(['.', '/']).next().unwrap_or_default()))
}

/// Whether an environment variable of this name likely holds a secret.
fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASSWORD", "SECRET", "TOKEN", "_KEY", "APIKEY", "CONNECTION_STRING", "PASSPHRASE"]
        .iter()
        .any(|part| name.contains(part))
}

/// For text too broken to parse: what follows a secret's name on its line.
fn after_names(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut ends = Ahead::new(text, |rest| rest.find([',', '}', ']', '\n']));
    // Where the last value without quotes ends, with the place that ends it.
    let mut last = (0, 0);
    for (at, _) in text.match_indices([':', '=']) {
        let before = text[..at].trim_end().trim_end_matches(['"', '\'']);
        let name = before.rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
        let name = &before
            [name.map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))..];
        growth::count(at - before.len() + name.len() + 1);
        if !is_secret_name(name) {
            continue;
        }
        let rest = &text[at + 1..];
        let value = at + 1 + (rest.len() - rest.trim_start().len());
        let line = &text[value..];
        growth::count(value - at);
        let range = match line.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let content = &line[1..];
                let mut escaped = false;
                let end = content.find(|c: char| {
                    let ends = c == '\n' || c == quote && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                let end = end.unwrap_or(content.len());
                growth::count(end);
                value + 1..value + 1 + end
            }
            Some('{' | '[') | None => continue,
            _ => {
                let end = ends.from(value);
                if last.0 != end {
                    // All but the first that end here have no blanks to pass.
                    last = (end, value + text[value..end].trim_end().len());
                    growth::count(end - last.1);
                }
                value..last.1.max(value)
            }
        };
        ranges.push(range);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_names_are_masked_in_place() {
        let text = r#"{"userAccounts":[{"name":"a","password":"p\"w"}],"n":1}"#;
        assert_eq!(mask(text), r#"{"userAccounts":[{"name":"a","password":"****"}],"n":1}"#);
    }

    #[test]
    fn all_that_is_below_protected_settings_is_masked() {
        let text = r#"{"protectedSettings":{"a":{"b":["x",1]}},"settings":{"a":"y"}}"#;
        let masked = r#"{"protectedSettings":{"a":{"b":["*",*]}},"settings":{"a":"y"}}"#;
        assert_eq!(mask(text), masked);
    }

    #[test]
    fn what_an_answer_repeats_of_a_secret_property_is_masked() {
        let answer = |name: &str| {
            format!(
                r#"{{"values":[{{"key":"PropertyName","value":"{name}"}},{{"key":"PropertyValue","value":"hunter2"}}]}}"#
            )
        };
        for name in ["password", "userAccounts[0].password", "registries/0/password"] {
            assert!(!mask(&answer(name)).contains("hunter2"), "{name}");
        }
        assert_eq!(mask(&answer("vmSize")), answer("vmSize"));
    }

    #[test]
    fn signatures_are_masked_in_any_string() {
        let text = r#"{"commandLine":"curl 'https://a.b/c?sv=1&SIG=ab%2Fc&se=2' x"}"#;
        let masked = r#"{"commandLine":"curl 'https://a.b/c?sv=1&SIG=******&se=2' x"}"#;
        assert_eq!(mask(text), masked);
        assert_eq!(redact("https://a?sig=abc&x=1"), "https://a?sig=***&x=1");
        assert_eq!(redact("nothing here"), "nothing here");
        assert_eq!(redact("x sig="), "x sig=");
    }

    #[test]
    fn broken_text_is_masked_too() {
        for text in [
            "{\"password\": \"hunter2\n",
            "{password: hunter2, \"a\": 1",
            "{'password': 'hunter2'",
            "\"password\"=hunter2",
            "{\"password\" \"hunter2\"}",
            "{\"password\": [\"hunter2\"",
            "[}{\"x\" \"password\": \"hunter2\"",
        ] {
            assert!(!mask(text).contains("hunter2"), "{text} gave {}", mask(text));
            assert_eq!(mask(text).len(), text.len());
        }
    }

    #[test]
    fn environment_variables_that_sound_secret_are_masked() {
        let text = r#"[{"name":"DB_PASSWORD","value":"x1"},{"name":"MODE","value":"x2"}]"#;
        let masked = r#"[{"name":"DB_PASSWORD","value":"**"},{"name":"MODE","value":"x2"}]"#;
        assert_eq!(mask(text), masked);
    }

    #[test]
    fn characters_beyond_ascii_keep_the_length() {
        let text = "{\"password\":\"pässwörd\",\"é\":1}";
        assert_eq!(mask(text).len(), text.len());
        assert!(!mask(text).contains("wörd"), "{}", mask(text));
    }

    #[test]
    fn schema_secrets_are_all_known() {
        use crate::api::{Api, Flags};
        for property in Api::latest().all_rows() {
            if property.flags.contains(Flags::SECRET) {
                assert!(is_secret_name(property.name), "{}", property.name);
            }
        }
    }
}
