//! Time: durations and points in time, as the service reads them.

mod date_time;
mod duration;

use crate::api::Format;
use crate::rules::{Category, Check, rule};

/// Time.
pub static CATEGORY: Category = Category {
    id: "time",
    about: "Durations and points in time, as the service reads them.",
    rules: &[&DURATION, &DURATION_RANGE, &DATE_TIME],
};

rule! {
    /// A duration is not written as the service reads it.
    ///
    /// ## Why it matters
    /// Durations are ISO 8601 as .NET's XmlConvert reads it: `P` for period,
    /// days, then `T` before hours, minutes and seconds, in capitals and in
    /// this order. `15m`, `00:15:00`, `900` and weeks (`P1W`) are refused.
    ///
    /// Years and months are read as 365 and 30 days, which hardly anybody
    /// means; they are a warning. The longest duration that can be read is
    /// `P10675199DT2H48M5.4775807S`, which the service itself returns for "no
    /// limit"; a longer one is refused.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "constraints": { "maxWallClockTime": "01:00:00" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "constraints": { "maxWallClockTime": "PT1H" } }
    /// ```
    ///
    /// ## Fix safety
    /// Where another notation has only one reading (`01:00:00`, `15m`, `P1W`,
    /// lower case), the fix is a suggestion.
    ///
    /// ## Source
    /// `format: duration` in `schemas/models.json`; ISO 8601-1, 5.5.2.
    DURATION {
        code: "AB0201",
        id: "time/duration",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Format(Format::Duration, duration::format)],
    }
}

rule! {
    /// A duration is shorter or longer than the property allows.
    ///
    /// ## Why it matters
    /// The service answers 400. Values are compared, not texts: `PT900S` is
    /// `PT15M`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "targetDedicatedNodes": 1, "resizeTimeout": "PT1M" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "targetDedicatedNodes": 1, "resizeTimeout": "PT5M" }
    /// ```
    ///
    /// ## Source
    /// `minimumDuration` and `maximumDuration` in `schemas/models.json`, which
    /// are documented with the status 400.
    DURATION_RANGE {
        code: "AB0202",
        id: "time/duration-range",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Format(Format::Duration, duration::range)],
    }
}

rule! {
    /// A point in time is not written as RFC 3339 has it.
    ///
    /// ## Why it matters
    /// The service reads `2026-01-31T08:00:00Z`: date, `T`, time, and the
    /// offset from UTC. Without an offset the time is read in a zone that
    /// nobody chose, so that is a warning; what is no date is refused.
    ///
    /// ## Example
    /// ```json job-schedule wrong
    /// { "id": "s1", "schedule": { "doNotRunUntil": "31.01.2026 08:00" }, "jobSpecification": { "poolInfo": { "poolId": "p1" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job-schedule right
    /// { "id": "s1", "schedule": { "doNotRunUntil": "2026-01-31T08:00:00Z" }, "jobSpecification": { "poolInfo": { "poolId": "p1" } } }
    /// ```
    ///
    /// ## Source
    /// `format: date-time` in `schemas/models.json`; RFC 3339, section 5.6.
    DATE_TIME {
        code: "AB0203",
        id: "time/date-time",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Format(Format::DateTime, date_time::check)],
    }
}
