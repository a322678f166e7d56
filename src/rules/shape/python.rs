//! What Python prints of its objects, where it stands in place of JSON.

use std::fmt::Write as _;

/// The ISO 8601 duration of a printed `datetime.timedelta(…)` of whole
/// seconds.
pub(crate) fn timedelta(text: &str) -> Option<String> {
    let text = text.strip_prefix("datetime.").unwrap_or(text);
    let inner = text.strip_prefix("timedelta(")?.strip_suffix(')')?;
    let (mut days, mut seconds) = (0u32, 0u32);
    for (at, part) in inner.split(',').enumerate() {
        let part = part.trim();
        let (name, number) = match part.split_once('=') {
            Some((name, number)) => (name.trim(), number.trim()),
            None => (["days", "seconds"].get(at).copied()?, part),
        };
        // Longer ones than people live are left to people.
        let number: u32 = number.parse().ok().filter(|number| *number < 10_000_000)?;
        match name {
            "days" => days += number,
            "weeks" => days += 7 * number,
            "seconds" => seconds += number,
            "minutes" => seconds += 60 * number,
            "hours" => seconds = seconds.checked_add(number.checked_mul(3600)?)?,
            _ => return None,
        }
    }
    let mut out = String::from("P");
    // Python prints what is left of a day as seconds.
    if days > 0 {
        let _ = write!(out, "{days}D");
    }
    let parts = [(seconds / 3600, 'H'), (seconds % 3600 / 60, 'M'), (seconds % 60, 'S')];
    if seconds > 0 || days == 0 {
        out.push('T');
    }
    for (number, unit) in parts {
        if number > 0 {
            let _ = write!(out, "{number}{unit}");
        }
    }
    if out.ends_with('T') {
        out.push_str("0S");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::timedelta;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, expected) in [
            ("datetime.timedelta(seconds=3600)", Some("PT1H")),
            ("datetime.timedelta(days=7)", Some("P7D")),
            ("datetime.timedelta(days=1, seconds=43230)", Some("P1DT12H30S")),
            ("timedelta(minutes=90)", Some("PT1H30M")),
            ("timedelta(0)", Some("PT0S")),
            ("datetime.timedelta(1, 60)", Some("P1DT1M")),
            ("datetime.timedelta(days=-1, seconds=3)", None),
            ("datetime.timedelta(seconds=1, microseconds=5)", None),
            ("datetime.timedelta(1, 2, 3)", None),
            ("datetime.timedelta()", None),
            ("datetime.datetime(2026, 1, 31)", None),
            ("PT1H", None),
        ] {
            assert_eq!(timedelta(text).as_deref(), expected, "{text}");
        }
    }
}
