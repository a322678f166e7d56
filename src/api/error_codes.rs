//! What the service's error codes mean: `schemas/data/error-codes.json` as a
//! table.

include!(concat!(env!("OUT_DIR"), "/error_codes.rs"));

/// What codes share.
#[derive(Debug)]
struct CodeGroup {
    of: Origin,
    status: Option<u16>,
    check: &'static str,
    rules: &'static [&'static str],
}

/// Where a code is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In the answer to a request.
    Request,
    /// In a pool's `resizeErrors`.
    Resize,
    /// In a job's `schedulingError`.
    Scheduling,
    /// In a task's `failureInfo`.
    Task,
}

/// An error code of the service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorCode {
    pub(crate) of: Origin,
    /// The HTTP status that it comes with, where it is documented.
    pub(crate) status: Option<u16>,
    /// What it means, to go on from a message with.
    pub(crate) meaning: &'static str,
    /// What to check; may be empty.
    pub(crate) check: &'static str,
    /// Ids of the rules that find the cause before a request is sent.
    pub(crate) rules: &'static [&'static str],
}

impl ErrorCode {
    fn of(row: &(&'static str, u8, &'static str)) -> Option<ErrorCode> {
        let (_, group, meaning) = *row;
        let CodeGroup { of, status, check, rules } = *CODE_GROUPS.get(usize::from(group))?;
        Some(ErrorCode { of, status, meaning, check, rules })
    }
}

/// The code of this name.
pub(crate) fn error_code(name: &str) -> Option<ErrorCode> {
    let at = ERROR_CODES.binary_search_by(|(code, ..)| (*code).cmp(name)).ok()?;
    ErrorCode::of(ERROR_CODES.get(at)?)
}

/// Every code, by name.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = (&'static str, ErrorCode)> {
    ERROR_CODES.iter().filter_map(|row| Some((row.0, ErrorCode::of(row)?)))
}
