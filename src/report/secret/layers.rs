//! What a text says once its escapes are resolved, and where each part of that
//! is in the text.
//!
//! A secret may be written with escapes: `sig\u003d`, `sig%3D`, or JSON within
//! a string of JSON. So the text is read as it is, then with its escapes
//! resolved, then with those of that resolved, until none is left.

use crate::growth;

/// Stands in a layer for a quote of the layer below that is no escaped one: a
/// boundary that nothing said within a string goes beyond.
pub(super) const BOUNDARY: u8 = 0;

/// How often escapes are resolved. JSON in a string in a command line within a
/// request in a string is 4.
const DEPTH: usize = 4;

/// A text with its escapes resolved.
#[derive(Debug)]
struct Layer {
    text: String,
    /// Places here and in the layer below, wherever their distance changes.
    marks: Vec<(usize, usize)>,
}

impl Layer {
    /// The next layer, if there is an escape to resolve.
    fn above(text: &str) -> Option<Layer> {
        let bytes = text.as_bytes();
        growth::count(bytes.len());
        if !bytes.iter().any(|byte| matches!(byte, b'\\' | b'%')) {
            return None;
        }
        let mut layer = Layer { text: String::with_capacity(text.len()), marks: vec![(0, 0)] };
        let mut from = 0;
        while let Some(length) = text[from..].find(['\\', '%', '"']) {
            let at = from + length;
            layer.text.push_str(&text[from..at]);
            if bytes[at] == b'"' {
                layer.text.push(char::from(BOUNDARY));
                from = at + 1;
                continue;
            }
            let (character, length) = match escape(&bytes[at..]) {
                Some(escape) => escape,
                None => (char::from(bytes[at]), 1),
            };
            if length > 1 {
                layer.marks.push((layer.text.len(), at));
            }
            layer.text.push(character);
            from = at + length;
            if length > 1 {
                layer.marks.push((layer.text.len(), from));
            }
        }
        layer.text.push_str(&text[from..]);
        (layer.marks.len() > 1).then_some(layer)
    }

    /// The place in the layer below.
    fn below(&self, at: usize) -> usize {
        let known = self.marks.partition_point(|(here, _)| *here <= at);
        let (here, below) = known.checked_sub(1).map_or((0, 0), |last| self.marks[last]);
        below + (at - here)
    }
}

/// The character that an escape stands for, and the escape's length: of JSON,
/// or of a URL.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let hex = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    if bytes[0] == b'%' {
        let code = hex(bytes.get(1..3)?).filter(|code| (0x20..0x7f).contains(code))?;
        return Some((char::from_u32(code)?, 3));
    }
    Some(match bytes.get(1)? {
        b'"' => ('"', 2),
        b'\\' => ('\\', 2),
        b'/' => ('/', 2),
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        b'b' | b'f' => (' ', 2),
        b'u' => {
            let code = hex(bytes.get(2..6)?)?;
            // Half of a pair is no part of any marker.
            let character = char::from_u32(code).filter(|c| *c != '\0');
            (character.unwrap_or(char::REPLACEMENT_CHARACTER), 6)
        }
        _ => return None,
    })
}

/// Calls `look` with each layer of a text, the text itself first, and with what
/// leads from places of the layer to those of the text.
pub(super) fn each(text: &str, mut look: impl FnMut(&str, &dyn Fn(usize) -> usize)) {
    look(text, &|at| at);
    let mut layers: Vec<Layer> = Vec::new();
    for _ in 0..DEPTH {
        let below = layers.last().map_or(text, |layer| &layer.text);
        let Some(layer) = Layer::above(below) else { break };
        // The text of the one below is not needed any more.
        if let Some(last) = layers.last_mut() {
            last.text = String::new();
        }
        layers.push(layer);
        let place = |at| layers.iter().rev().fold(at, |at, layer| layer.below(at));
        if let Some(layer) = layers.last() {
            look(&layer.text, &place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(text, |layer, place| {
            assert_eq!(place(layer.len()), text.len(), "{text}");
            all.push(layer.to_owned());
        });
        all
    }

    #[test]
    fn escapes_are_resolved_layer_by_layer() {
        assert_eq!(layers("plain"), ["plain"]);
        assert_eq!(layers(r"sig\u003dx"), [r"sig\u003dx", "sig=x"]);
        assert_eq!(layers("sig%253Dx"), ["sig%253Dx", "sig%3Dx", "sig=x"]);
        assert_eq!(layers(r#""a\"b""#), [r#""a\"b""#, "\0a\"b\0"]);
        assert_eq!(layers(r"50% \q %zz"), [r"50% \q %zz"]);
        assert_eq!(layers(r"\ud83d\u0000").last().map(String::as_str), Some("\u{fffd}\u{fffd}"));
    }

    #[test]
    fn places_lead_back() {
        let text = r#"{"c":"x \"sig\u003d%41bc\" é"}"#;
        each(text, |layer, place| {
            if let Some(at) = layer.find("sig=") {
                assert_eq!(place(at), text.find("sig").expect("it is there"));
                let end = layer.find("bc").expect("it is there");
                assert_eq!(place(end), text.find("bc").expect("it is there"));
            }
            for (at, _) in layer.char_indices() {
                assert!(text.is_char_boundary(place(at)));
            }
        });
    }
}
