//! Checks of single values that the compiled validator leaves to us, since a
//! pattern or a format needs a better message than "does not match".

use crate::api::{Flags, Model, Operation, Property};
use crate::document::{Member, Value};
use crate::report::Severity;
use crate::rules::finding::{head, shorten};
use crate::rules::visit::{Field, Patterns};
use crate::rules::{Finding, Findings, Visit};

use super::{
    BASE64, FILE_MODE, MUST_BE_SPECIFIED, NULL_VALUE, OUT_OF_RANGE, PATTERN, READ_ONLY, URL,
};

/// An optional member that is `null`. Required ones are found missing.
pub(crate) fn null_member(
    findings: &mut Findings,
    member: Member<'_>,
    model: Model,
    property: &'static Property,
) {
    if property.flags.contains(Flags::NULLABLE) || model.info().required.contains(&property.name) {
        return;
    }
    let message = format!("`{}` is null, which counts as not given", property.name);
    findings.add(Finding::at(&NULL_VALUE, member.value, message).help("leave the property out"));
}

/// A read-only member; what is within it is not reported again.
pub(crate) fn read_only_member(
    findings: &mut Findings,
    member: Member<'_>,
    property: &'static Property,
    operation: &'static Operation,
) {
    // PUT takes a changed GET answer: there it is usual.
    let limit = if operation.method == "PUT" { Severity::Info } else { Severity::Warning };
    let finding = Finding::at_key(&READ_ONLY, member, format!("`{}` is read-only", property.name))
        .at_most(limit)
        .help("the service sets it and ignores or refuses it in a request");
    findings.add(finding);
}

/// A list whose items together may have only so many characters.
pub(crate) fn total_length(
    findings: &mut Findings,
    list: Value<'_>,
    property: &'static Property,
    most: u64,
) {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    let total: u64 = texts.map(|text| text.chars().count() as u64).sum();
    if total > most {
        let message = format!("`{}` is too long: {total} characters in all", property.name);
        let help = format!("its entries can have {most} characters together at most");
        findings.add(Finding::at(&OUT_OF_RANGE, list, message).help(help));
    }
}

/// A text that must match a pattern.
pub(crate) fn pattern(
    findings: &mut Findings,
    field: &Field<'_>,
    pattern: &'static str,
    patterns: &Patterns,
) {
    let Some(text) = field.value.as_str() else { return };
    // A certificate's thumbprint has a rule of its own.
    if field.property.name == "thumbprint" || patterns.matches(pattern, &text) {
        return;
    }
    let name = field.property.name;
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
    findings.add(Finding::at(&PATTERN, field.value, format!("`{name}` {what}")).help(help));
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

pub(crate) fn base64(field: &Field<'_>, findings: &mut Findings) {
    let Some(text) = field.value.as_str() else { return };
    let name = field.property.name;
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
        let finding = Finding::at(&BASE64, field.value, message).at_most(Severity::Warning);
        return findings.add(finding.help(help));
    }
    // The text may be a secret, so the message does not repeat any of it.
    let help = "give the bytes of the file in base64, on one line, without header and footer";
    findings.add(Finding::at(&BASE64, field.value, format!("`{name}` {problem}")).help(help));
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

pub(crate) fn url(field: &Field<'_>, findings: &mut Findings) {
    // Read-only links are the service's own.
    if field.property.flags.contains(Flags::READ_ONLY) {
        return;
    }
    let Some(text) = field.value.as_str() else { return };
    // Nearly every address is like this one.
    let host = text.strip_prefix("https://").and_then(|rest| rest.bytes().next());
    if host.is_some_and(|byte| byte.is_ascii_alphanumeric()) && !text.bytes().any(|b| b <= b' ') {
        return;
    }
    let name = field.property.name;
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
    let help = "write the whole address, as in `https://account.blob.core.windows.net/container`";
    findings.add(Finding::at(&URL, field.value, format!("`{name}` {problem}")).help(help));
}

pub(crate) fn octal(field: &Field<'_>, findings: &mut Findings) {
    let Some(text) = field.value.as_str() else { return };
    let digits = text.strip_prefix("0o").unwrap_or(&text);
    let fine = (1..=5).contains(&text.len()) && digits.bytes().all(|b| matches!(b, b'0'..=b'7'));
    if !fine || digits.len() != text.len() {
        let message = format!("`{}` is not a file mode in octal digits", field.property.name);
        let help = "write it as three or four digits from 0 to 7, as in `\"0755\"`";
        findings.add(Finding::at(&FILE_MODE, field.value, message).help(help));
    }
}

pub(crate) fn must_be_specified(visit: &Visit<'_>, findings: &mut Findings) {
    for property in visit.model.info().properties {
        if property.flags.contains(Flags::MUST_BE_SPECIFIED)
            && visit.object.given(property.name).is_none()
        {
            let value: Value<'_> = visit.object.value();
            let message = format!("the pool has no `{}`", property.name);
            let finding = Finding::new(&MUST_BE_SPECIFIED, value.pointer(), head(value), message);
            findings.add(finding.help(sentence(property)));
        }
    }
}

/// What a property is for, as a help text.
pub(super) fn sentence(property: &Property) -> String {
    let text = property.description.trim_end_matches('.');
    let mut characters = text.chars();
    // Behind a colon it goes on in lower case, but for names like `SHA-1`.
    let text = match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..])
        }
        _ => text.to_owned(),
    };
    format!("`{}`: {text}", property.name)
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
    fn wrong_characters_are_named() {
        let id = |text| wrong_character(text, |c: char| c.is_ascii_alphanumeric());
        assert_eq!(id("a b").as_deref(), Some("has a space at character 2, which is not allowed"));
        assert_eq!(id("").as_deref(), Some("is empty"));
        assert_eq!(id("ok"), None);
        assert!(id("a\u{200e}").is_some_and(|text| text.contains("U+200E")));
    }
}
