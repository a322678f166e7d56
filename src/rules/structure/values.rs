//! Checks of single values: what is null or read-only, and what has a pattern
//! or a format, which need a better message than "does not match".

use crate::analysis::{Cursor, Fault};
use crate::api::{Api, Enum, Flags, Kind, Property};
use crate::document::NodeKind;
use crate::report::Severity;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::shape::is_unfilled;

use super::{BASE64, FILE_MODE, NULL_VALUE, PATTERN, READ_ONLY, URL};

/// An optional property that is `null`. Required ones are found missing.
pub(super) fn null(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    let message = format!("`{}` is null, which counts as not given", property.name);
    findings.add(Finding::at(&NULL_VALUE, at, message).help("leave the property out"));
}

/// A `null` under a name that another API version has: clients write these.
pub(super) fn null_of_other_version(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let (key, model) = (at.key()?, at.parent()?.model()?);
    let null = at.kind() == NodeKind::Null;
    let member = at.api().other_member(model, &key.content()).filter(|_| null)?;
    let which = if member.fate.is_newer() { "a later" } else { "an earlier" };
    let message = format!("`{}` is of {which} API version, and null", key.content());
    Some(Finding::at(&NULL_VALUE, at, message).help("leave the property out"))
}

/// A read-only property; what is within it is not reported again.
pub(super) fn read_only(_: &Fault, at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    // PUT takes a changed GET answer: there it is usual.
    let put = at.operation().is_some_and(|operation| operation.method == "PUT");
    findings.add(
        Finding::at_key(&READ_ONLY, at, format!("`{}` is read-only", property.name))
            .at_most_if(put, Severity::Info)
            .help("the service sets it and ignores or refuses it in a request"),
    );
}

/// A text that must match a pattern.
pub(super) fn pattern(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (at.as_str(), at.property()) else { return };
    let Some(pattern) = at.api().pattern(property) else { return };
    // Of an array the items have it; a text in its place has the wrong type.
    if matches!(property.kind, Kind::Array(_)) && !at.is_item() {
        return;
    }
    // A certificate's thumbprint has a rule of its own.
    if property.id == crate::api::p::THUMBPRINT || at.api().matches(property, &text) {
        return;
    }
    // What is yet to be filled in has no form.
    if is_unfilled(at) {
        return;
    }
    let name = property.name;
    let (what, help) = match pattern {
        "^[A-Za-z0-9_-]+$" => (
            wrong_character(&text, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
            "use letters, digits, `-` and `_` only".to_owned(),
        ),
        "^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$" => (
            wrong_character(&text, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
                .or_else(|| Some("begins or ends with a character that it may not".into())),
            "use letters, digits, `_`, `.` and `-`; begin with a letter or digit and end with one or `_`".to_owned(),
        ),
        "^(?:\\*|[0-9]+(?:-[0-9]+)?)$" => (
            Some("is neither `*`, a port nor a range of ports".into()),
            "write `*`, `22` or `100-200`".to_owned(),
        ),
        other => (None, format!("write it as `{other}` has it")),
    };
    let what = what.unwrap_or_else(|| "does not have the form it must have".into());
    findings.add(Finding::at(&PATTERN, at, format!("`{name}` {what}")).help(help));
}

/// What is wrong with a text of which only some characters are allowed.
fn wrong_character(text: &str, allowed: impl Fn(char) -> bool) -> Option<String> {
    if text.is_empty() {
        return Some("is empty".into());
    }
    let (at, wrong) = text.chars().enumerate().find(|(_, c)| !allowed(*c))?;
    let name = match wrong {
        ' ' => "a space".to_owned(),
        c if c.is_control() || !c.is_ascii() && !c.is_alphanumeric() => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("`{c}`"),
    };
    Some(format!("has {name} at character {}, which is not allowed", at + 1))
}

pub(super) fn base64(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (at.as_str(), at.property()) else { return };
    let name = property.name;
    let problem = if text.is_empty() {
        "is empty"
    } else if text.trim_start().starts_with("-----BEGIN") {
        "is in PEM form, not plain base64"
    } else if !is_base64(&text) {
        "is not base64"
    } else {
        return;
    };
    // Examples and templates stand for the bytes with `#####...` or `<data>`.
    let placeholder = !text.is_empty()
        && (!text.contains(|c: char| c.is_ascii_alphanumeric())
            || text.starts_with('<') && text.ends_with('>')
            || text.starts_with('{') && text.ends_with('}'));
    if placeholder {
        let message = format!("`{name}` is a placeholder, not base64");
        let help = "put the bytes of the file in its place before sending";
        let finding = Finding::at(&BASE64, at, message).at_most(Severity::Warning);
        return findings.add(finding.help(help));
    }
    if is_unfilled(at) {
        return;
    }
    // The text may be a secret, so the message does not repeat any of it.
    let help = "give the bytes of the file in base64, on one line, without header and footer";
    findings.add(Finding::at(&BASE64, at, format!("`{name}` {problem}")).help(help));
}

/// Whether the text is base64 with padding; white space is allowed, as the
/// service's reader allows it.
fn is_base64(text: &str) -> bool {
    let mut digits = 0usize;
    let mut padding = 0usize;
    for byte in text.bytes() {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            _ => return false,
        }
    }
    padding <= 2 && digits > 0 && (digits + padding).is_multiple_of(4)
}

pub(super) fn url(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (at.as_str(), at.property()) else { return };
    // Read-only links are the service's own.
    if property.flags.contains(Flags::READ_ONLY) {
        return;
    }
    // Nearly every address is like this one.
    let host = text.strip_prefix("https://").and_then(|rest| rest.bytes().next());
    if host.is_some_and(|byte| byte.is_ascii_alphanumeric()) && !text.bytes().any(|b| b <= b' ') {
        return;
    }
    if is_unfilled(at) {
        return;
    }
    let name = property.name;
    let lower = text.to_ascii_lowercase();
    let scheme = lower.split_once("://").map(|(scheme, _)| scheme);
    let problem = match scheme {
        _ if text.is_empty() => "is empty".to_owned(),
        Some("http" | "https") => {
            let rest = &lower[lower.find("://").map_or(0, |at| at + 3)..];
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if text.contains(char::is_whitespace) {
                "has white space in it".to_owned()
            } else if host.is_empty() {
                "has no host".to_owned()
            } else {
                return;
            }
        }
        Some(scheme) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+') => {
            format!("begins with `{}://`, which nodes do not read", shorten(scheme, 16))
        }
        _ => "has no protocol".to_owned(),
    };
    let help = if property.id == crate::api::p::HTTP_URL {
        "write the whole address of the file, as in `https://account.blob.core.windows.net/container/file`"
    } else {
        "write the whole address, as in `https://account.blob.core.windows.net/container`"
    };
    findings.add(Finding::at(&URL, at, format!("`{name}` {problem}")).help(help));
}

pub(super) fn octal(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (at.as_str(), at.property()) else { return };
    let digits = text.strip_prefix("0o").unwrap_or(&text);
    let fine = (1..=5).contains(&text.len()) && digits.bytes().all(|b| matches!(b, b'0'..=b'7'));
    if !fine || digits.len() != text.len() {
        let message = format!("`{}` is not a file mode in octal digits", property.name);
        let help = "write it as three or four digits from 0 to 7, as in `\"0755\"`";
        findings.add(Finding::at(&FILE_MODE, at, message).help(help));
    }
}

/// What a property is for, as a help text.
pub(super) fn sentence(property: &Property) -> String {
    let text = property.description.trim_end_matches('.');
    let mut characters = text.chars();
    // Behind a colon it goes on in lower case, but for names like `SHA-1`.
    let text = match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            format!("{}{}", first.to_ascii_lowercase(), &text[first.len_utf8()..])
        }
        _ => text.to_owned(),
    };
    format!("`{}`: {text}", property.name)
}

/// An enum's values in words: `a`, `b` or `c`.
pub(super) fn listed(api: Api, of: Enum) -> String {
    let quoted: Vec<_> = api.values(of).map(|value| format!("`{}`", value.value)).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_digits() {
        for good in ["AQID", "AQI=", "AQ==", "AQ ID\n", "ab+/"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["", "A", "AQI", "AQ=D", "A===", "AQ-D", "AQ_D", "====", "äöüß"] {
            assert!(!is_base64(bad), "{bad}");
        }
    }

    #[test]
    fn a_text_where_a_list_should_be_is_said_once() {
        let text = r#"{ "id": "p", "vmSize": "s", "networkConfiguration": { "endpointConfiguration": {
            "inboundNATPools": [{
                "name": "web", "protocol": "tcp", "backendPort": 80,
                "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15100,
                "networkSecurityGroupRules": [{
                    "priority": 150, "access": "allow", "sourceAddressPrefix": "*",
                    "sourcePortRanges": "high"
                }, {
                    "priority": 151, "access": "allow", "sourceAddressPrefix": "*",
                    "sourcePortRanges": ["high"]
                }]
            }]
        } } }"#;
        let pool = crate::Target::operation("pool").expect("it is in the catalogue");
        let report = crate::Linter::new().lint(text, pool);
        let rules = "/networkConfiguration/endpointConfiguration/inboundNATPools/0/networkSecurityGroupRules";
        let within = report
            .diagnostics
            .iter()
            .filter_map(|found| Some((&*found.code, found.pointer.strip_prefix(rules)?)));
        let expected = [("AB1321", "/0/sourcePortRanges"), ("AB0039", "/1/sourcePortRanges/0")];
        assert_eq!(within.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn wrong_characters_are_named() {
        let id = |text| wrong_character(text, |c: char| c.is_ascii_alphanumeric());
        assert_eq!(id("a b").as_deref(), Some("has a space at character 2, which is not allowed"));
        assert_eq!(id("").as_deref(), Some("is empty"));
        assert_eq!(id("ok"), None);
        assert!(id("a\u{200e}").is_some_and(|text| text.contains("U+200E")));
    }
}
