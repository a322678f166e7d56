//! Numbers, booleans, times and lists in the notation of something else.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::api::{Format, Kind};
use crate::date::Date;
use crate::document::{NodeKind, Span, Whole};
use crate::report::Applicability;
use crate::rules::edit::{self, Edits};
use crate::rules::finding::{Finding, is_secret, shown};
use crate::rules::structure::{kind_wanted, name_of};
use crate::rules::{Check, Context, Findings, rule};

rule! {
    /// A number, boolean or list is written in a form of another notation.
    ///
    /// ## Why it matters
    /// YAML has `yes` and `on`, the management plane `Enabled`, Python `True`.
    /// .NET and PowerShell write a length of time as an object and a date as
    /// `/Date(1700000000000)/`, or an enum as a number. Command lines take a
    /// list as `a,b`. The service reads none of these and answers 400
    /// (`InvalidRequestBody`).
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "constraints": { "maxWallClockTime": { "Days": 0, "Hours": 1, "Minutes": 0, "Ticks": 36000000000 } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "constraints": { "maxWallClockTime": "PT1H" } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe for words that mean true or false, for objects of .NET, dates in
    /// `/Date()/`, and lists whose entries have no blanks. A suggestion where a
    /// number may be meant otherwise: seconds, 0 and 1, units.
    ///
    /// ## Source
    /// Types of the models in `schemas/models.json`; how .NET and PowerShell
    /// serialize TimeSpan and DateTime.
    SCALAR_SPELLING {
        code: "AB1323",
        id: "shape/scalar-spelling",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Instead(FaultKind::Type, instead),
            Check::Format(Format::DateTime, script_date),
        ],
    }
}

fn instead(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    if is_secret(at) || super::is_unfilled(at) {
        return None;
    }
    let kind = kind_wanted(at, context)?;
    let name = name_of(at, context);
    let format = at.property().and_then(|property| property.format);
    match kind {
        Kind::Boolean => boolean(at, &name),
        Kind::Integer | Kind::Number => number(at, &name),
        Kind::String if format == Some(Format::Duration) => duration(at, &name),
        Kind::String if format == Some(Format::DateTime) => date(at, &name),
        Kind::Enum(_)
            if at.kind() == NodeKind::Number && at.source().bytes().all(|b| b.is_ascii_digit()) =>
        {
            let message = format!("{name} is a number, as .NET writes an enum");
            let values = at.property()?.kind.enumeration()?;
            let list: Vec<_> =
                at.api().values(values).map(|one| format!("`{}`", one.value)).collect();
            let help = format!("write the value's name, one of {}", list.join(", "));
            Some(Finding::at(&SCALAR_SPELLING, at, message).help(help))
        }
        Kind::Array(Kind::String | Kind::Enum(_)) => list(at, &name),
        _ => None,
    }
}

/// A finding, and what it writes in place of the value.
fn written(at: Cursor<'_>, message: String, applicability: Applicability, text: &str) -> Finding {
    let finding = Finding::at(&SCALAR_SPELLING, at, message).help(format!("write `{text}`"));
    if edit::is_whole(at) {
        finding.fix(format!("Write `{text}`"), applicability, at.span(), text)
    } else {
        finding
    }
}

fn boolean(at: Cursor<'_>, name: &str) -> Option<Finding> {
    let word = match at.kind() {
        NodeKind::String => at.content().trim().to_ascii_lowercase(),
        NodeKind::Number => at.source().to_owned(),
        _ => return None,
    };
    let (text, applicability) = match word.as_str() {
        // As it is but for the quotes: the general rule takes them off.
        "true" | "false" if at.content().trim() == word => return None,
        "true" | "yes" | "on" | "enabled" => ("true", Applicability::Safe),
        "false" | "no" | "off" | "disabled" => ("false", Applicability::Safe),
        "1" => ("true", Applicability::Suggested),
        "0" => ("false", Applicability::Suggested),
        _ => return None,
    };
    let message = format!("{name} must be `true` or `false`, not {}", shown(at));
    Some(written(at, message, applicability, text))
}

fn number(at: Cursor<'_>, name: &str) -> Option<Finding> {
    let content = at.as_str()?;
    let text = content.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '_' | '\'')));
    let (figures, unit) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let unit = unit.trim();
    // Groups of three, or it is a decimal comma or a list.
    let mut groups = figures.split([',', '_', '\'']);
    let first = groups.next().filter(|first| !first.is_empty() && first.len() <= 10)?;
    let grouped = figures.len() > first.len();
    if grouped && first.len() > 3 || !groups.all(|group| group.len() == 3) {
        return None;
    }
    let is_unit = unit.len() <= 12 && unit.bytes().all(|byte| byte.is_ascii_alphabetic());
    if unit.is_empty() && !grouped || !is_unit {
        return None;
    }
    let digits: String = figures.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<i32>().ok()?;
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let message = if unit.is_empty() {
        format!("{name} must be a number, without quotes and separators, not {}", shown(at))
    } else {
        format!("{name} must be a number, without quotes and unit, not {}", shown(at))
    };
    Some(written(at, message, Applicability::Suggested, digits))
}

/// Ticks of .NET, 100 nanoseconds, in a second.
const SECOND: i64 = 10_000_000;

/// A length of time as ISO 8601 writes it.
fn iso(ticks: i64) -> Option<String> {
    if ticks < 0 {
        return None;
    }
    let (seconds, rest) = (ticks / SECOND, ticks % SECOND);
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let mut text = String::from("P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    let mut time = String::new();
    if hours > 0 {
        time.push_str(&format!("{hours}H"));
    }
    if minutes > 0 {
        time.push_str(&format!("{minutes}M"));
    }
    if rest > 0 {
        let fraction = format!("{rest:07}");
        time.push_str(&format!("{seconds}.{}S", fraction.trim_end_matches('0')));
    } else if seconds > 0 || days == 0 && time.is_empty() {
        time.push_str(&format!("{seconds}S"));
    }
    if !time.is_empty() {
        text.push('T');
        text.push_str(&time);
    }
    Some(text)
}

fn duration(at: Cursor<'_>, name: &str) -> Option<Finding> {
    match at.kind() {
        NodeKind::Object => {
            let text = iso(span_of(at)?)?;
            let message = format!("{name} is an object, as .NET and PowerShell write a TimeSpan");
            Some(written(at, message, Applicability::Safe, &format!("\"{text}\"")))
        }
        NodeKind::Number => {
            let text = iso(ticks_of(at.source())?)?;
            let message =
                format!("{name} must be a string with an ISO 8601 duration, not a number");
            let finding = written(at, message, Applicability::Suggested, &format!("\"{text}\""));
            Some(finding.help(format!("if it counts seconds, write `\"{text}\"`")))
        }
        _ => None,
    }
}

/// A number of seconds, with a fraction or without, in ticks.
fn ticks_of(source: &str) -> Option<i64> {
    let (whole, fraction) = source.split_once('.').unwrap_or((source, ""));
    if fraction.len() > 7 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<7}").parse().ok()?;
    Some(i64::from(whole) * SECOND + fraction)
}

/// The ticks of a TimeSpan, from its parts.
fn span_of(object: Cursor<'_>) -> Option<i64> {
    let (mut ticks, mut parts) = (None, None::<i64>);
    for key in object.keys() {
        let value = key.member_value();
        let whole = || match object.analysis().document.whole_of(value.index()) {
            Whole::Integer(number) if value.kind() == NodeKind::Number => Some(number),
            _ => None,
        };
        let unit = match &*key.content().to_ascii_lowercase() {
            "ticks" => {
                ticks = Some(whole()?);
                continue;
            }
            "days" => 86_400 * SECOND,
            "hours" => 3600 * SECOND,
            "minutes" => 60 * SECOND,
            "seconds" => SECOND,
            "milliseconds" => SECOND / 1000,
            "microseconds" => 10,
            "nanoseconds" => {
                // They are within the ticks.
                whole().filter(|number| *number == 0)?;
                continue;
            }
            name if name.starts_with("total") => continue,
            _ => return None,
        };
        let part = whole()?.checked_mul(unit)?;
        parts = Some(parts.unwrap_or(0).checked_add(part)?);
    }
    // The ticks are the whole, the parts the same in words.
    match (ticks, parts) {
        (Some(ticks), Some(parts)) if ticks / SECOND != parts / SECOND => None,
        (Some(ticks), _) => Some(ticks),
        (None, parts) => parts,
    }
}

/// The point in time of `/Date(1700000000000)/`, as ISO 8601.
fn of_script(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix("/Date(")?.strip_suffix(")/")?;
    // An offset only says where it was written.
    let sign = inner.get(1..).and_then(|rest| rest.find(['+', '-'])).map(|at| at + 1);
    let (number, offset) = inner.split_at_checked(sign.unwrap_or(inner.len()))?;
    let digits = offset.trim_start_matches(['+', '-']);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let milliseconds: i64 = number.parse().ok()?;
    let (seconds, rest) = (milliseconds.div_euclid(1000), milliseconds.rem_euclid(1000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let date = Date::from_unix_days(days)?;
    let fraction = if rest > 0 { format!(".{rest:03}") } else { String::new() };
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}

fn date(at: Cursor<'_>, name: &str) -> Option<Finding> {
    if at.kind() != NodeKind::Object {
        return None;
    }
    let value = at.keys().find(|key| key.content().eq_ignore_ascii_case("value"))?.member_value();
    let content = value.as_str()?;
    let message = format!("{name} is an object, as PowerShell writes a date");
    let text = match of_script(&content) {
        Some(text) => edit::quoted(&text),
        None if content.starts_with("/Date") => return None,
        None if content.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') => {
            edit::quoted(&content)
        }
        None => return None,
    };
    Some(written(at, message, Applicability::Safe, &text))
}

/// `/Date(1700000000000)/`, a text that is no date.
fn script_date(at: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = at.as_str().and_then(|text| of_script(&text)) else { return };
    if at.is_read_only() {
        return;
    }
    let message =
        format!("{} is a date as JavaScript and PowerShell 5 write it", name_of(at, context));
    findings.add(written(at, message, Applicability::Safe, &edit::quoted(&text)));
}

/// Whether a text is a date in that form, so that another rule need not say
/// that it is none.
pub(crate) fn is_script_date(text: &str) -> bool {
    of_script(text).is_some()
}

/// A list in one string.
fn list(at: Cursor<'_>, name: &str) -> Option<Finding> {
    let content = at.as_str()?;
    let text = content.trim();
    let entries: Vec<_> = text.split(',').map(str::trim).collect();
    let bracketed = text.starts_with(['[', '{']);
    if entries.len() < 2 || bracketed || entries.iter().any(|entry| entry.is_empty()) {
        return None;
    }
    let blanks = entries.iter().any(|entry| entry.contains(char::is_whitespace));
    let message = format!("{name} must be a list of strings, not one string with commas");
    let finding = Finding::at(&SCALAR_SPELLING, at, message)
        .help("write a string for each, as in `[\"a\", \"b\"]`");
    let applicability = if blanks { Applicability::Suggested } else { Applicability::Safe };
    Some(finding.edits_if("Make a list of it", applicability, split(at)))
}

/// Takes a string apart at its commas.
fn split(at: Cursor<'_>) -> Option<Edits> {
    let source = at.source();
    if !edit::is_whole(at) || source.contains('\\') {
        return None;
    }
    let start = at.span().start;
    let place = |at: usize| u32::try_from(at).ok().and_then(|at| start.checked_add(at));
    let mut edits = vec![(edit::before(at.span()), "[".to_owned())];
    for (comma, _) in source.match_indices(',') {
        let (front, back) = (source.get(..comma)?, source.get(comma + 1..)?);
        let from = front.trim_end().len();
        let to = source.len() - back.trim_start().len();
        edits.push((Span { start: place(from)?, end: place(to)? }, "\", \"".to_owned()));
    }
    edits.push((edit::behind(at.span()), "]".to_owned()));
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_written_in_full() {
        for (ticks, text) in [
            (0, "PT0S"),
            (36_000_000_000, "PT1H"),
            (864_000_000_000, "P1D"),
            (900_000_000_000, "P1DT1H"),
            (15_000_000, "PT1.5S"),
            (90 * SECOND, "PT1M30S"),
        ] {
            assert_eq!(iso(ticks).as_deref(), Some(text));
        }
        assert_eq!(iso(-1), None);
        assert_eq!(ticks_of("1.5"), Some(15_000_000));
        assert_eq!(ticks_of("1e3"), None);
    }

    #[test]
    fn dates_of_scripts_are_points_in_time() {
        assert_eq!(of_script("/Date(1700000000000)/").as_deref(), Some("2023-11-14T22:13:20Z"));
        assert_eq!(
            of_script("/Date(1700000000123+0100)/").as_deref(),
            Some("2023-11-14T22:13:20.123Z")
        );
        assert_eq!(of_script("/Date(-1000)/").as_deref(), Some("1969-12-31T23:59:59Z"));
        for text in ["/Date()/", "Date(1)", "/Date(x)/", "/Date(1)", "/Date(99999999999999999)/"] {
            assert_eq!(of_script(text), None, "{text}");
        }
    }
}
