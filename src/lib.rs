#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

pub mod api;
pub mod document;
pub mod report;
pub mod rules;

#[cfg(feature = "cli")]
pub mod cli;

mod growth;
mod linter;
mod request;

pub use linter::{Linter, LinterBuilder, MAX_BODY_BYTES, Target, UnknownRule};
pub use report::{Diagnostic, Report, Severity};

/// The README's examples are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
