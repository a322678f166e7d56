//! What the service's error codes mean: `schemas/data/error-codes.json`, as one
//! text (see `build/data.rs`). Without the feature `pages` there are none.

include!(concat!(env!("OUT_DIR"), "/error_codes.rs"));

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
    pub(crate) name: &'static str,
    /// What it means, to go on from a message with.
    pub(crate) meaning: &'static str,
    /// Where it is from, the status, what to check and ids of rules.
    group: &'static str,
}

impl ErrorCode {
    fn field(&self, at: usize) -> &'static str {
        self.group.split('|').nth(at).unwrap_or_default()
    }

    pub(crate) fn origin(&self) -> Origin {
        match self.field(0) {
            "resize" => Origin::Resize,
            "scheduling" => Origin::Scheduling,
            "task" => Origin::Task,
            _ => Origin::Request,
        }
    }

    /// The HTTP status that it comes with; empty where that is not documented.
    pub(crate) fn status(&self) -> &'static str {
        self.field(1)
    }

    /// What to check; may be empty.
    pub(crate) fn check(&self) -> &'static str {
        self.field(2)
    }

    /// Ids of the rules that find the cause before a request is sent.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static str> {
        self.field(3).split(',').filter(|id| !id.is_empty())
    }
}

/// Every code.
pub(crate) fn error_codes() -> impl Iterator<Item = ErrorCode> {
    let mut group = "";
    ERROR_CODES.lines().filter_map(move |line| match line.strip_prefix('>') {
        Some(fields) => {
            group = fields;
            None
        }
        None => line.split_once('|').map(|(name, meaning)| ErrorCode { name, meaning, group }),
    })
}

/// The code of this name.
pub(crate) fn error_code(name: &str) -> Option<ErrorCode> {
    error_codes().find(|code| code.name == name)
}
