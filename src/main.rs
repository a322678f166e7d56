//! The `batchlint` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    batchlint::__command()
}
