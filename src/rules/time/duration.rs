//! ISO 8601 durations, as .NET's `XmlConvert.ToTimeSpan` reads them.

use std::fmt::Write as _;

use crate::analysis::Cursor;
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings, shown};
use crate::rules::shape::is_unfilled;

use super::{DURATION, DURATION_RANGE};

/// Ticks of .NET's TimeSpan: 100 nanoseconds.
const SECOND: i128 = 10_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Duration {
    /// In ticks of 100 nanoseconds.
    ticks: i128,
    /// Whether it is written with years or months.
    calendar: bool,
}

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// It does not begin with `P`.
    NoPeriod,
    /// Nothing follows `P` or `T`.
    NoParts,
    /// A number without the letter that says what it counts.
    NoUnit,
    /// A letter without a number before it.
    NoNumber(char),
    /// A unit behind one that is smaller, or twice.
    Order(char),
    /// Hours or seconds before the `T`.
    NoTime(char),
    /// Weeks.
    Weeks,
    /// A fraction of anything but seconds.
    Fraction,
    /// A letter in lower case.
    LowerCase,
    /// A character that has no meaning here.
    Unexpected(char),
    /// More than a TimeSpan can hold.
    TooLong,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::NoPeriod => f.write_str("it does not begin with `P`"),
            Fault::NoParts => f.write_str("it names no length of time"),
            Fault::NoUnit => f.write_str("a number is not followed by its unit"),
            Fault::NoNumber(unit) => write!(f, "no number stands before `{unit}`"),
            Fault::Order(unit) => write!(f, "`{unit}` is out of order"),
            Fault::NoTime(unit) => write!(f, "`{unit}` must follow a `T`"),
            Fault::Weeks => f.write_str("the service does not read weeks"),
            Fault::Fraction => f.write_str("only seconds can have a fraction"),
            Fault::LowerCase => f.write_str("its letters must be capitals"),
            Fault::Unexpected(character) => write!(f, "`{character}` has no place in it"),
            Fault::TooLong => f.write_str("it is longer than 10675199 days, more than can be read"),
        }
    }
}

/// Reads a duration.
fn parse(text: &str) -> Result<Duration, Fault> {
    // XmlConvert drops white space around it.
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut rest = rest
        .strip_prefix('P')
        .ok_or_else(|| if rest.starts_with('p') { Fault::LowerCase } else { Fault::NoPeriod })?;
    let mut ticks: i128 = 0;
    let mut calendar = false;
    let mut time = false;
    let mut parts = 0;
    // The units still allowed, greatest first.
    let mut open: &str = "YMD";
    while let Some(first) = rest.chars().next() {
        if first == 'T' && !time {
            time = true;
            open = "HMS";
            rest = &rest[1..];
            if rest.is_empty() {
                return Err(Fault::NoParts);
            }
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at(digits);
        let (fraction, behind) = match behind.strip_prefix(['.', ',']) {
            Some(_) if behind.starts_with(',') => return Err(Fault::Unexpected(',')),
            Some(tail) => {
                let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
                (Some(&tail[..digits]), &tail[digits..])
            }
            None => (None, behind),
        };
        let Some(unit) = behind.chars().next() else { return Err(Fault::NoUnit) };
        if number.is_empty() && fraction.is_none_or(str::is_empty) {
            return Err(match unit {
                'Y' | 'M' | 'D' | 'H' | 'S' => Fault::NoNumber(unit),
                'y' | 'm' | 'd' | 'h' | 's' | 't' => Fault::LowerCase,
                other => Fault::Unexpected(other),
            });
        }
        let at = open.find(unit).ok_or(match unit {
            'W' => Fault::Weeks,
            'H' | 'S' if !time => Fault::NoTime(unit),
            'Y' | 'M' | 'D' | 'H' | 'S' => Fault::Order(unit),
            'y' | 'm' | 'd' | 'h' | 's' | 'w' | 't' => Fault::LowerCase,
            'T' => Fault::NoUnit,
            other => Fault::Unexpected(other),
        })?;
        if fraction.is_some() && unit != 'S' {
            return Err(Fault::Fraction);
        }
        open = &open[at + 1..];
        // The reader holds each number in 32 bits.
        let count = match number {
            "" => 0,
            digits => i128::from(digits.parse::<i32>().map_err(|_| Fault::TooLong)?),
        };
        let scale = match (unit, time) {
            ('Y', _) => 365 * DAY,
            ('M', false) => 30 * DAY,
            ('D', _) => DAY,
            ('H', _) => HOUR,
            ('M', true) => MINUTE,
            _ => SECOND,
        };
        calendar |= !time && unit != 'D';
        ticks += count * scale + fraction.map_or(0, fraction_ticks);
        parts += 1;
        rest = &behind[unit.len_utf8()..];
    }
    if parts == 0 {
        return Err(Fault::NoParts);
    }
    if ticks > i128::from(i64::MAX) {
        return Err(Fault::TooLong);
    }
    Ok(Duration { ticks: if negative { -ticks } else { ticks }, calendar })
}

/// The digits behind the point of seconds, in ticks; finer ones are dropped.
fn fraction_ticks(digits: &str) -> i128 {
    let seven: String = digits.chars().chain("0000000".chars()).take(7).collect();
    seven.parse().unwrap_or(0)
}

/// A duration as the service writes it: days, hours, minutes and seconds.
fn written(ticks: i128) -> String {
    let mut text = String::from("P");
    let mut rest = ticks;
    let mut take = |unit: i128| {
        let count = rest / unit;
        rest %= unit;
        count
    };
    let (days, hours, minutes, seconds, fraction) =
        (take(DAY), take(HOUR), take(MINUTE), take(SECOND), take(1));
    // Writing to a String cannot fail.
    let mut part = |count: i128, unit: &str| {
        if count > 0 {
            let _ = write!(text, "{count}{unit}");
        }
    };
    part(days, "D");
    if hours + minutes + seconds + fraction > 0 || days == 0 {
        part(1, "");
        text.pop();
        text.push('T');
        let mut part = |count: i128, unit: &str| {
            if count > 0 {
                let _ = write!(text, "{count}{unit}");
            }
        };
        part(hours, "H");
        part(minutes, "M");
        if fraction > 0 {
            let digits = format!("{fraction:07}");
            let _ = write!(text, "{seconds}.{}S", digits.trim_end_matches('0'));
        } else if seconds > 0 || ticks == 0 {
            let _ = write!(text, "{seconds}S");
        }
    }
    text
}

/// What a text in another notation surely means.
fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    if parse(&upper).is_ok() {
        return Some(upper);
    }
    if let Some(weeks) = upper.strip_prefix('P').and_then(|rest| rest.strip_suffix('W')) {
        return weeks.parse::<i32>().ok().map(|weeks| written(i128::from(weeks) * 7 * DAY));
    }
    if text.contains(':') {
        return clock(text);
    }
    // P1D12H for P1DT12H.
    let whole = upper.strip_prefix('P').unwrap_or(&upper);
    // P1H for PT1H.
    let time = upper.strip_prefix('P').map(|rest| format!("PT{rest}"));
    if let Some(time) = time.filter(|time| parse(time).is_ok()) {
        return Some(time);
    }
    // 15m, 1h30m, 90s, 7d: as many tools write it.
    let days_end = whole.find('D').map_or(0, |at| at + 1);
    let (days, time) = whole.split_at(days_end);
    let candidate = if time.is_empty() { format!("P{days}") } else { format!("P{days}T{time}") };
    parse(&candidate).is_ok().then_some(candidate)
}

/// `[d.]hh:mm:ss[.fffffff]`, as .NET writes a TimeSpan.
fn clock(text: &str) -> Option<String> {
    let (days, time) = match text.split_once('.') {
        Some((days, time)) if !days.contains(':') => (days.parse::<u32>().ok()?, time),
        _ => (0, text),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else { return None };
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let number = |text: &str, limit: u32| text.parse::<u32>().ok().filter(|n| *n < limit);
    let ticks = i128::from(days) * DAY
        + i128::from(number(hours, 24)?) * HOUR
        + i128::from(number(minutes, 60)?) * MINUTE
        + i128::from(number(seconds, 60)?) * SECOND
        + fraction_ticks(fraction);
    fraction.bytes().all(|b| b.is_ascii_digit()).then(|| written(ticks))
}

pub(super) fn format(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(text), Some(property)) = (at.as_str(), at.property()) else { return };
    let name = property.name;
    match parse(&text) {
        // Another rule says what it is.
        Err(_) if is_unfilled(at) => {}
        // Where there is a shortest one, the other rule says that it is too
        // short, which the service surely refuses.
        Ok(duration) if duration.ticks < 0 && property.facts.min_duration.is_some() => {}
        Ok(duration) if duration.ticks < 0 => {
            let message = format!("`{name}` is negative: {}", shown(at));
            let finding = Finding::at(&DURATION, at, message).at_most(Severity::Warning);
            findings.add(finding.help("a length of time here cannot be below zero"));
        }
        Ok(duration) if duration.calendar => {
            let message = format!("`{name}` counts years or months: {}", shown(at));
            let finding = Finding::at(&DURATION, at, message).at_most(Severity::Warning);
            let days = written(duration.ticks);
            // P30M is sooner a slip for 30 minutes than 30 months.
            let minutes = text.trim().strip_prefix('P').filter(|rest| months_alone(rest));
            findings.add(match minutes.map(|rest| format!("PT{rest}")) {
                Some(minutes) => finding
                    .help(format!(
                        "minutes are `{minutes}`; the service reads a month as 30 days, `{days}`"
                    ))
                    .write(Applicability::Suggested, at, &minutes),
                None => finding
                    .help("the service reads a year as 365 days and a month as 30; write days")
                    .write(Applicability::Suggested, at, &days),
            });
        }
        Ok(_) => {}
        Err(fault) => {
            let message = if text.is_empty() {
                format!("`{name}` is empty, not a duration")
            } else {
                format!("`{name}` is not a duration: {} ({fault})", shown(at))
            };
            let mut finding = Finding::at(&DURATION, at, message);
            finding = match meant(&text) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")).write(
                    Applicability::Suggested,
                    at,
                    &meant,
                ),
                None => finding
                    .help("write it as ISO 8601 has it: `PT15M`, `PT1H30M`, `P7D`, `P1DT12H`"),
            };
            findings.add(finding);
        }
    }
}

/// Whether all that follows the `P` is a number of months.
fn months_alone(rest: &str) -> bool {
    rest.strip_suffix('M').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn range(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    let (least, most) = (property.facts.min_duration, property.facts.max_duration);
    if least.is_none() && most.is_none() {
        return;
    }
    let Some(Ok(duration)) = at.as_str().map(|text| parse(&text)) else { return };
    let name = property.name;
    let limit = |text: Option<&'static str>| text.and_then(|text| Some((text, parse(text).ok()?)));
    let below = limit(least).filter(|(_, least)| duration.ticks < least.ticks);
    let above = limit(most).filter(|(_, most)| duration.ticks > most.ticks);
    let (word, limit, bound) = match (below, above) {
        (Some((text, _)), _) => ("short", text, "at least"),
        (_, Some((text, _))) => ("long", text, "at most"),
        _ => return,
    };
    let message = format!("`{name}` is too {word}: {}", shown(at));
    let finding = Finding::at(&DURATION_RANGE, at, message)
        .help(format!("it must be {bound} `{limit}`"))
        .write(Applicability::Suggested, at, limit);
    findings.add(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(text: &str) -> i128 {
        parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}")).ticks
    }

    #[test]
    fn the_same_length_is_the_same_value() {
        for text in ["PT15M", "PT900S", "PT15M00S", "PT0H15M", "P0DT15M", "PT900.0S", " PT15M "] {
            assert_eq!(ticks(text), 15 * MINUTE, "{text}");
        }
        assert_eq!(ticks("P1Y2M3DT4H5M6.5S"), 428 * DAY + 4 * HOUR + 5 * MINUTE + 65_000_000);
        assert_eq!(ticks("-P1D"), -DAY);
        assert_eq!(ticks("PT.5S"), 5_000_000);
        assert_eq!(ticks("PT1.S"), SECOND);
    }

    #[test]
    fn what_the_service_returns_for_no_limit_is_the_longest() {
        assert_eq!(ticks("P10675199DT2H48M5.4775807S"), i128::from(i64::MAX));
        assert_eq!(parse("P10675199DT2H48M5.4775808S"), Err(Fault::TooLong));
        assert_eq!(parse("P99999999999D"), Err(Fault::TooLong));
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, fault) in [
            ("", Fault::NoPeriod),
            ("15M", Fault::NoPeriod),
            ("P", Fault::NoParts),
            ("PT", Fault::NoParts),
            ("P1DT", Fault::NoParts),
            ("PT1H30", Fault::NoUnit),
            ("P1", Fault::NoUnit),
            ("PTM", Fault::NoNumber('M')),
            ("PT1M1H", Fault::Order('H')),
            ("PT1M1M", Fault::Order('M')),
            ("P1DT1D", Fault::Order('D')),
            ("P1H", Fault::NoTime('H')),
            ("P1W", Fault::Weeks),
            ("PT1.5H", Fault::Fraction),
            ("pt1h", Fault::LowerCase),
            ("PT1h", Fault::LowerCase),
            ("PT1,5S", Fault::Unexpected(',')),
            ("PT-1H", Fault::Unexpected('-')),
            ("P1D T1H", Fault::Unexpected(' ')),
            ("PT1HT1M", Fault::Unexpected('T')),
        ] {
            assert_eq!(parse(text).map(|d| d.ticks), Err(fault), "{text}");
        }
    }

    #[test]
    fn other_notations_are_understood() {
        for (text, expected) in [
            ("01:00:00", Some("PT1H")),
            ("1.02:03:04.5", Some("P1DT2H3M4.5S")),
            ("00:00:00", Some("PT0S")),
            ("15m", Some("PT15M")),
            ("1h30m", Some("PT1H30M")),
            ("7d", Some("P7D")),
            ("1d12h", Some("P1DT12H")),
            ("P2W", Some("P14D")),
            ("pt5m", Some("PT5M")),
            ("P1H30M", Some("PT1H30M")),
            ("P1D12H", Some("P1DT12H")),
            ("P2D5M", Some("P2DT5M")),
            ("900", None),
            ("soon", None),
            ("25:00:00", None),
            ("", None),
        ] {
            assert_eq!(meant(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for text in ["PT0S", "P7D", "PT1H30M", "P1DT0.0000001S", "P10675199DT2H48M5.4775807S"] {
            assert_eq!(ticks(&written(ticks(text))), ticks(text), "{text}");
        }
    }
}
