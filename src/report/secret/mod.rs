//! Keeps secrets out of everything that is shown.
//!
//! Which parts of a text are secret is said once, by [`hidden`]: what stands
//! behind the name of a secret or is written as secrets are, in the text and in
//! what its escapes resolve to; and, where the syntax is in doubt, what may be
//! a part of these. Snippets and differences are shown with these parts
//! overwritten ([`mask`]), and nothing that is within them is left in a
//! finding ([`withhold`]).
//!
//! All of it goes by names and shapes, not by places in a schema, so that a
//! secret in a misplaced or misspelt part of a broken document is covered too.

#[cfg(feature = "cli")]
mod diff;
mod doubt;
mod layers;
mod names;
mod scan;
mod withhold;

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, NodeKind, Value};
use crate::growth;
use crate::words::nearest_of;

#[cfg(feature = "cli")]
pub(crate) use diff::masked_pair;
pub(crate) use names::is_secret_name;
use names::is_secret_variable;
pub(crate) use withhold::withhold;

/// Whether a pair of a name and a value has the name of a secret.
pub(crate) fn is_secret_pair(name: &str) -> bool {
    is_secret_name(name) || is_secret_variable(name)
}

/// A text with the secrets that its shape gives away put out of sight.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut ranges = Vec::new();
    layers::each(text, |layer, place| {
        let found = scan::scan(layer, false);
        ranges.extend(found.secrets.into_iter().map(|one| place(one.start)..place(one.end)));
    });
    let ranges = merged(ranges);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&text[at..range.start]);
        out.push_str("***");
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// The text with every byte of every secret as `*`, for showing parts of it:
/// offsets, lines and columns stay as they are.
#[must_use]
pub fn mask(text: &str) -> String {
    masked(text, &hidden(&Document::parse(text)))
}

/// The text with every byte of these ranges as `*`, line breaks apart.
fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in hidden {
        growth::count(range.len());
        for byte in bytes.get_mut(range.clone()).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    // Whole characters become `*`s, so this never fails; if it did, showing
    // nothing would be right.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The secret parts of a document's text, in order, none touching another.
pub(crate) fn hidden(document: &Document<'_>) -> Vec<Range<usize>> {
    let text = document.text();
    let mut hidden = Vec::new();
    let mut signs = Vec::new();
    let mut brackets = Vec::new();
    layers::each(text, |layer, place| {
        let found = scan::scan(layer, layer.as_ptr() == text.as_ptr());
        hidden.extend(found.secrets.into_iter().map(|one| place(one.start)..place(one.end)));
        signs.extend(found.signs.into_iter().map(place));
        brackets.extend(found.brackets);
    });
    let doubt = doubt::Doubt::of(document);
    if let Some(root) = document.root() {
        let mut tree = Tree { doubt: &doubt, hidden: &mut hidden };
        tree.value(root, false);
        tree.request(root);
    }
    doubt.hide(signs, &brackets, &mut hidden);
    merged(hidden)
}

/// Ranges in order, those that overlap or touch as one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    crate::order::sort_by_key(&mut ranges, |range| range.start);
    ranges.dedup_by(|later, earlier| {
        let touches = later.start <= earlier.end;
        if touches {
            earlier.end = earlier.end.max(later.end);
        }
        touches
    });
    ranges
}

/// The secrets that the tree tells of.
struct Tree<'t> {
    doubt: &'t doubt::Doubt<'t>,
    hidden: &'t mut Vec<Range<usize>>,
}

impl Tree<'_> {
    fn value(&mut self, value: Value<'_>, secret: bool) {
        let span = value.span().range();
        if secret && self.doubt.is_within(&span) {
            // Where its parts begin and end is not known.
            return self.hidden.push(span);
        }
        if let Some(object) = value.as_object() {
            // An environment variable or header is a name and a value. Where
            // the syntax is in doubt, a name that is not there may be one.
            let is_variable = |text: &str| {
                // With a slip of the syntax in it, it is one still.
                let part = b"_-.,:;{}[]\"'\\";
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || part.contains(&byte))
                    && is_secret_pair(text)
            };
            let texts = || object.members().filter(|it| it.value.kind() == NodeKind::String);
            let of_secret = texts().any(|it| it.value.as_str().is_some_and(|it| is_variable(&it)));
            // Where it is the name of one, a slip in `value` changes nothing.
            let is_value = |name: &str| {
                name.eq_ignore_ascii_case("value")
                    || of_secret && nearest_of(name, &["value"]).is_some()
            };
            let is_pair = texts().any(|member| is_value(&member.name()));
            let in_doubt = || self.doubt.is_within(&span);
            let has_name = || texts().any(|member| member.name().eq_ignore_ascii_case("name"));
            if is_pair && (of_secret || !has_name()) && in_doubt() {
                return self.hidden.push(span);
            }
            // Nor is it sure there that the name is whole.
            let named = is_pair && (of_secret || in_doubt());
            for member in object.members() {
                let name = member.name();
                let key = member.key_span();
                if self.doubt.hides_name(&name, key.start as usize) {
                    self.hidden.push(inner(key.range(), &self.doubt.text()[key.range()]));
                }
                // Nobody gives a member an empty name; a secret was torn there.
                let secret =
                    secret || name.is_empty() || is_secret_name(&name) || named && is_value(&name);
                self.value(member.value, secret);
            }
        } else if let Some(items) = value.as_array() {
            // The service's answers name a property in one item of a list, and
            // repeat its value in another.
            let answers = value.as_array().into_iter().flatten().any(names_secret);
            for item in items {
                let repeated = item.as_object().filter(|_| answers && !names_secret(item));
                self.value(item, secret);
                if let Some(repeated) = repeated.and_then(|item| item.get("value")) {
                    self.value(repeated, true);
                }
            }
        } else if secret {
            match value.kind() {
                NodeKind::String => self.hidden.push(inner(span, value.source())),
                NodeKind::Null | NodeKind::Invalid => {}
                _ => self.hidden.push(span),
            }
        }
    }

    /// What says in a request which one it is, and is shown where it says
    /// something else.
    fn request(&mut self, root: Value<'_>) {
        for member in root.as_object().into_iter().flat_map(|root| root.members()) {
            let name = member.name();
            let of_letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
            let fine = |text: &str| match () {
                () if name.eq_ignore_ascii_case("method") => of_letters(text),
                () if name.eq_ignore_ascii_case("operationId") => names::looks_like_name(text),
                () => true,
            };
            if member.value.as_str().is_some_and(|text| !fine(&text)) {
                self.hidden.push(inner(member.value.span().range(), member.value.source()));
            }
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

/// The span of a string or name without its quotes.
fn inner(span: Range<usize>, source: &str) -> Range<usize> {
    let open = usize::from(source.starts_with(['"', '\'']));
    let close = usize::from(source.len() > 1 && source.ends_with(['"', '\'']) && open == 1);
    span.start + open..span.end - close
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
