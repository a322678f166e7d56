//! RFC 3339 points in time.

use crate::analysis::Cursor;
use crate::api::Flags;
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::{is_script_date, is_unfilled};

use super::DATE_TIME;

/// How well a text is a point in time.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Complete,
    /// Date and time without an offset from UTC.
    NoOffset,
    /// An offset without its colon, `+0100`, which some readers take.
    PlainOffset,
    /// Hours and minutes without seconds, which some readers take.
    NoSeconds,
    /// A date alone.
    DateOnly,
    /// The right form, with a value that does not exist: February 30.
    NoSuchTime,
    No,
}

fn read(text: &str) -> Reading {
    let Some((date, rest)) = text.split_at_checked(10) else { return Reading::No };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let number = |part: &str| digits(part).then(|| part.parse::<u32>().ok()).flatten();
    let (Some((year, month)), true) = (date.split_once('-'), date.is_ascii()) else {
        return Reading::No;
    };
    let Some((month, day)) = month.split_once('-') else { return Reading::No };
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return Reading::No;
    }
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return Reading::No;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let mut exists = (1..=12).contains(&month) && (1..=days).contains(&day) && year > 0;
    if rest.is_empty() {
        return if exists { Reading::DateOnly } else { Reading::NoSuchTime };
    }
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else { return Reading::No };
    if let [b'0'..=b'9', b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9', behind @ ..] = rest.as_bytes()
        && matches!(behind, [] | [b'Z' | b'z'] | [b'+' | b'-', ..])
    {
        return Reading::NoSeconds;
    }
    let Some((time, rest)) = rest.split_at_checked(8) else { return Reading::No };
    let parts: Vec<_> =
        time.split(':').map(|part| (part.len() == 2).then(|| number(part)).flatten()).collect();
    let [Some(hour), Some(minute), Some(second)] = parts[..] else { return Reading::No };
    // A leap second is 60.
    exists &= hour < 24 && minute < 60 && second <= 60;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if count == 0 {
                return Reading::No;
            }
            &fraction[count..]
        }
        None => rest,
    };
    let complete = match rest {
        "" => false,
        "Z" | "z" => true,
        offset => {
            let Some(offset) = offset.strip_prefix(['+', '-']) else { return Reading::No };
            let plain = offset.len() == 4 && offset.is_ascii();
            let parts = if plain { offset.split_at_checked(2) } else { offset.split_once(':') };
            let Some((hours, minutes)) = parts else { return Reading::No };
            if hours.len() != 2 || minutes.len() != 2 {
                return Reading::No;
            }
            let (Some(hours), Some(minutes)) = (number(hours), number(minutes)) else {
                return Reading::No;
            };
            exists &= hours < 24 && minutes < 60;
            if exists && plain {
                return Reading::PlainOffset;
            }
            true
        }
    };
    match (exists, complete) {
        (false, _) => Reading::NoSuchTime,
        (true, true) => Reading::Complete,
        (true, false) => Reading::NoOffset,
    }
}

pub(super) fn check(place: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (place.as_str(), place.property()) else { return };
    // The service's own times come back as it wrote them.
    if property.flags.contains(Flags::READ_ONLY) {
        return;
    }
    // Other rules say what these are.
    if is_script_date(&text) || is_unfilled(place) {
        return;
    }
    let name = property.name;
    let example = "write date, time and offset, as in `2026-01-31T08:00:00Z`";
    let at = |message: String| Finding::at(&DATE_TIME, place, message);
    findings.add(match read(&text) {
        Reading::Complete => return,
        Reading::NoOffset => {
            let meant = format!("{text}Z");
            at(format!("`{name}` has no offset from UTC: {}", shown(place)))
                .at_most(Severity::Warning)
                .help("add `Z` for UTC, or an offset such as `+01:00`")
                .write(Applicability::Suggested, place, &meant)
        }
        Reading::DateOnly => {
            let meant = format!("{text}T00:00:00Z");
            at(format!("`{name}` is a date without a time: {}", shown(place)))
                .at_most(Severity::Warning)
                .help(example)
                .write(Applicability::Suggested, place, &meant)
        }
        Reading::PlainOffset => {
            let (time, minutes) = text.split_at(text.len() - 2);
            at(format!("the offset of `{name}` has no colon: {}", shown(place)))
                .at_most(Severity::Warning)
                .help("write it as RFC 3339 has it, as in `+01:00`")
                .write(Applicability::Suggested, place, &format!("{time}:{minutes}"))
        }
        Reading::NoSeconds => at(format!("`{name}` has no seconds: {}", shown(place)))
            .at_most(Severity::Warning)
            .help(example),
        Reading::NoSuchTime => at(format!("`{name}` does not exist: {}", shown(place))),
        Reading::No if text.is_empty() => {
            at(format!("`{name}` is empty, not a point in time")).help(example)
        }
        Reading::No => {
            at(format!("`{name}` is not a point in time: {}", shown(place))).help(example)
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_read() {
        for (text, reading) in [
            ("2026-01-31T08:00:00Z", Reading::Complete),
            ("2026-01-31T08:00:00.1234567Z", Reading::Complete),
            ("2026-01-31t08:00:00+01:00", Reading::Complete),
            ("2024-02-29T23:59:60Z", Reading::Complete),
            ("2026-01-31T08:00:00", Reading::NoOffset),
            ("2026-01-31T08:00:00+0100", Reading::PlainOffset),
            ("2026-01-31T08:00:00.5-0530", Reading::PlainOffset),
            ("2026-01-31T08:00:00+9900", Reading::NoSuchTime),
            ("2026-01-31T08:00:00+010", Reading::No),
            ("2026-01-31T08:00:00+01x0", Reading::No),
            ("2026-01-31", Reading::DateOnly),
            ("2026-02-29T08:00:00Z", Reading::NoSuchTime),
            ("2026-13-01", Reading::NoSuchTime),
            ("2026-01-31T24:00:00Z", Reading::NoSuchTime),
            ("2026-01-31T08:00Z", Reading::NoSeconds),
            ("2026-01-31T08:00", Reading::NoSeconds),
            ("2026-01-31T08:00x", Reading::No),
            ("2026-01-31T08:00:00.Z", Reading::No),
            ("2026-1-31T08:00:00Z", Reading::No),
            ("20260131T080000Z", Reading::No),
            ("tomorrow", Reading::No),
            ("", Reading::No),
            ("2026-01-31T08:00:0é", Reading::No),
            ("ééééé-01", Reading::No),
        ] {
            assert_eq!(read(text), reading, "{text}");
        }
    }
}
