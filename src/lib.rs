#![doc = include_str!("lib.md")]
#![forbid(unsafe_code)]

pub mod api;
pub mod document;
pub mod report;
pub mod rules;

mod analysis;
#[cfg(feature = "cli")]
mod cli;
mod date;
mod growth;
mod linter;
mod order;
mod request;
mod values;
mod words;

pub use date::{Date, NotADate};
pub use linter::{Linter, LinterBuilder, MAX_BODY_BYTES, Target, UnknownOperation, UnknownVersion};
pub use report::{Diagnostic, DocumentReport, Report, Severity};
pub use rules::UnknownRule;
/// For the WASM package, which has names of its own to guess; no part of the
/// library's interface.
#[doc(hidden)]
pub use words::nearest_of;

/// Runs the `batchlint` command. For its `main` alone: the command is not part
/// of the library, and this may change at any time.
#[cfg(feature = "cli")]
#[doc(hidden)]
#[must_use]
pub fn __command() -> std::process::ExitCode {
    cli::main()
}

/// The README's examples are tests too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
