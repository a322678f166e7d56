//! Days, for rules about dates. The core has no clock: the caller says which
//! day it is.

use std::fmt;

/// A day of the Gregorian calendar.
///
/// ```
/// use batchlint::Date;
///
/// let day: Date = "2026-02-28".parse()?;
/// assert_eq!(day.to_string(), "2026-02-28");
/// assert!("2026-02-29".parse::<Date>().is_err());
/// # Ok::<(), batchlint::NotADate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text is no day of the form `2026-01-31`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form YYYY-MM-DD: `{given}`")]
#[non_exhaustive]
pub struct NotADate {
    /// What was given.
    pub given: String,
}

impl Date {
    /// The day, if there is one: months and days count from 1.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && (1..=9999).contains(&year)).then_some(Date {
            year,
            month,
            day,
        })
    }

    /// A day of the tables, which the build has checked.
    pub(crate) const fn checked(year: u16, month: u8, day: u8) -> Date {
        Date { year, month, day }
    }

    /// The same day a year later; of 29 February what would follow 28 February.
    pub(crate) fn in_a_year(self) -> Date {
        Date { year: self.year.saturating_add(1), ..self }
    }

    /// How many days there are from this one to another; negative if that has
    /// passed.
    pub(crate) fn days_until(self, other: Date) -> i32 {
        other.number() - self.number()
    }

    /// How far ahead another day is, in words: `in 30 days`.
    pub(crate) fn until(self, other: Date) -> String {
        match self.days_until(other) {
            0 => "today".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        }
    }

    /// Days since some day long ago.
    fn number(self) -> i32 {
        // Years begin in March, so that a leap day is the last of its year.
        let (year, month) = match self.month {
            1 | 2 => (i32::from(self.year) - 1, i32::from(self.month) + 9),
            _ => (i32::from(self.year), i32::from(self.month) - 3),
        };
        let of_year = (153 * month + 2) / 5 + i32::from(self.day);
        365 * year + year / 4 - year / 100 + year / 400 + of_year
    }

    /// The day that many days after 1 January 1970.
    #[must_use]
    pub fn from_unix_days(days: i64) -> Option<Date> {
        // Howard Hinnant's civil_from_days: years begin in March, eras have
        // 400 years.
        let days = days.checked_add(719_468)?;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl std::str::FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Date, NotADate> {
        let part = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u16>().ok()).flatten()
        };
        let separated =
            text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let date = (|| {
            let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
            Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
        })();
        date.filter(|_| separated).ok_or_else(|| NotADate { given: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (-1, "1969-12-31"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(
                Date::from_unix_days(days).map(|day| day.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Date::from_unix_days(i64::MAX), None);
    }

    #[test]
    fn days_between_are_counted() {
        let day = |days| Date::from_unix_days(days).expect("it is a day");
        for from in [0, 59, 10_957, 11_016, 19_782, 20_781] {
            for days in [-1461, -366, -31, -1, 0, 1, 28, 365, 1461, 40_000] {
                let days_until = day(from).days_until(day(from + days));
                assert_eq!(i64::from(days_until), days, "from {}", day(from));
            }
        }
    }

    #[test]
    fn a_year_ends_on_the_same_day() {
        let read = |text: &str| text.parse::<Date>().expect("it is a day");
        assert_eq!(read("2026-11-24").in_a_year(), read("2027-11-24"));
        let leap = read("2024-02-29").in_a_year();
        assert!(read("2025-02-28") < leap && leap < read("2025-03-01"));
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for text in ["2024-02-29", "2000-02-29", "1999-12-31"] {
            assert!(text.parse::<Date>().is_ok(), "{text}");
        }
        for text in [
            "",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-1-1",
            "+024-01-01",
            "2024/01/01",
            "2024-01-01 ",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let (early, late): (Date, Date) = (
            "2024-02-29".parse().unwrap_or_else(|e| panic!("{e}")),
            "2024-03-01".parse().unwrap_or_else(|e| panic!("{e}")),
        );
        assert!(early < late);
    }
}
