//! The `batchlint` command: files, terminals and configuration around the
//! linter. Results go to standard output, everything else to standard error.

mod catalogue;
mod check;
mod choice;
mod config;
mod error;
mod evidence;
mod files;
mod fix;
mod leftover;
mod output;
mod policy;
mod progress;
mod statistics;

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::report::visible_lines;
use crate::{Date, Severity};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub use error::Error;

/// Exit code: no error was found.
pub const CLEAN: u8 = 0;
/// Exit code: at least one error was found (or a warning, where warnings are
/// denied).
pub const FOUND: u8 = 1;
/// Exit code: the run itself failed.
pub const FAILED: u8 = 2;

const EXAMPLES: &str = "\
Examples:
  batchlint check pool.json                 check one body; its operation is found by its shape
  batchlint check -o pool.update patch.json say which operation it is for
  batchlint check requests/                 every *.json below a folder
  az ... | batchlint check -                standard input
  batchlint explain AB0101                  what a rule is about

Exit codes: 0 no error found, 1 errors found, 2 the run itself failed.";

/// Finds mistakes in Azure Batch request bodies before they are sent
#[derive(Debug, Parser)]
#[command(name = "batchlint", version, about, after_help = EXAMPLES)]
struct Cli {
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto", global = true, value_name = "WHEN")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check request bodies
    Check(CheckArgs),
    /// Show what a rule is about, or list the rules of a category
    Explain {
        /// Code (AB0101), id (certificate/thumbprint-algorithm) or category
        /// (certificate)
        rule: String,
    },
    /// List the rules
    Rules {
        /// Only those of this category
        #[arg(long, value_name = "CATEGORY")]
        category: Option<String>,
        /// Only those of this group: recommended or pedantic
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
        /// Only those that offer fixes
        #[arg(long)]
        fixable: bool,
        #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
        format: ListFormat,
    },
    /// Print the JSON Schema of an operation's request body
    Schema {
        /// Operation id or alias
        operation: String,
    },
    /// List every operation of the API, with its aliases
    Operations {
        #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
        format: ListFormat,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Each finding with its place in the text
    Human,
    /// One line each: path:line:column: severity[CODE] message
    Concise,
    /// One JSON document
    Json,
}

/// The mildest findings that are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MinSeverity {
    Info,
    Warning,
    Error,
}

impl From<MinSeverity> for Severity {
    fn from(least: MinSeverity) -> Self {
        match least {
            MinSeverity::Info => Severity::Info,
            MinSeverity::Warning => Severity::Warning,
            MinSeverity::Error => Severity::Error,
        }
    }
}

const CHECK_EXAMPLES: &str = "\
Examples:
  batchlint check pool.json jobs/
  batchlint check -o tasks --format json tasks.json
  batchlint check --ignore certificate --severity time=warning pool.json
  batchlint check --fix pool.json
  batchlint check --show-files

Exit codes: 0 no error reported, 1 errors reported (or warnings with
--deny-warnings), 2 the run itself failed (usage, configuration, unreadable
input, nothing to check).";

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
struct CheckArgs {
    /// Files, folders (*.json below them, .gitignore respected), or - for
    /// standard input; the current folder if none is given. In a folder, only
    /// files that look like requests to Batch are checked
    paths: Vec<PathBuf>,
    /// The operation that the documents are for: an id (Pools_CreatePool) or
    /// an alias (pool, pool.update, job, task, tasks, job-schedule, certificate)
    #[arg(short, long, value_name = "OP")]
    operation: Option<String>,
    /// How to print the findings
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    format: Format,
    /// Apply safe fixes to the files
    #[arg(long)]
    fix: bool,
    /// Let --fix and --diff take suggested fixes as well; look at the result
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// List which files would be checked, as what and why, and which not; check
    /// none
    #[arg(long, conflicts_with_all = ["fix", "diff", "statistics"])]
    show_files: bool,
    /// Print how often each rule found something, instead of the findings
    #[arg(long, conflicts_with = "diff")]
    statistics: bool,
    /// Print findings, and nothing else: no notes, no counts
    #[arg(short, long)]
    quiet: bool,
    /// Report only findings that are at least so severe; others count neither
    /// for the exit code nor for --fix
    #[arg(long, value_enum, value_name = "SEVERITY")]
    min_severity: Option<MinSeverity>,
    /// The path that standard input is the content of, for messages and for the
    /// configuration
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
    /// Check only for these rules: codes, ids, categories, groups
    /// (recommended, pedantic) or all
    #[arg(long, value_name = "RULE", value_delimiter = ',', action = ArgAction::Append)]
    select: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',', action = ArgAction::Append)]
    ignore: Vec<String>,
    /// Change a rule's severity
    #[arg(long, value_name = "RULE=error|warning|info|off", value_delimiter = ',', action = ArgAction::Append)]
    severity: Vec<String>,
    /// Exit with 1 on warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// Exit with 0 on warnings, whatever the configuration says
    #[arg(long, conflicts_with = "deny_warnings")]
    no_deny_warnings: bool,
    /// Check against this API version, whatever a request says of itself
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
    /// The day to judge dates by, instead of today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = str::parse::<Date>)]
    today: Option<Date>,
    /// Read this configuration file for all files, instead of the batchlint.toml
    /// nearest to each
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    no_config: bool,
}

/// Runs the command with the process's arguments and streams.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return answered(&answer),
    };
    let colors = Colors::new(cli.color);
    let result = match cli.command {
        Command::Check(args) => check::run(&args, colors),
        Command::Explain { rule } => catalogue::explain(&rule, colors),
        Command::Rules { category, group, fixable, format } => {
            catalogue::rules(&catalogue::Wanted { category, group, fixable }, format)
        }
        Command::Schema { operation } => catalogue::schema(&operation),
        Command::Operations { format } => catalogue::operations(format),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            error::show(&error, colors.stderr);
            ExitCode::from(FAILED)
        }
    }
}

/// Prints what clap has to say: help and version to standard output, with 0;
/// usage errors to standard error, with 2.
fn answered(answer: &clap::Error) -> ExitCode {
    // It repeats arguments, and a file's name may be one.
    let text = answer.render().to_string();
    let printed = match visible_lines(&text) {
        Cow::Owned(visible) if answer.use_stderr() => {
            write_note(&visible);
            Ok(())
        }
        _ => answer.print().and_then(|()| std::io::stdout().flush()),
    };
    let code = u8::try_from(answer.exit_code()).unwrap_or(FAILED);
    match written(printed) {
        Err(error) if !answer.use_stderr() => {
            error::show(&error, Colors::new(ColorChoice::Auto).stderr);
            ExitCode::from(FAILED)
        }
        _ => ExitCode::from(code),
    }
}

/// Whether each stream gets colours.
#[derive(Clone, Copy, Debug)]
struct Colors {
    stdout: bool,
    stderr: bool,
}

impl Colors {
    fn new(choice: ColorChoice) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let on = |terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && wanted,
        };
        Colors {
            stdout: on(std::io::stdout().is_terminal()),
            stderr: on(std::io::stderr().is_terminal()),
        }
    }
}

/// Writes a whole output at once.
fn print(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// What a write to standard output came to. A closed pipe is no failure:
/// whoever reads has seen enough, as in `| head`.
fn written(result: std::io::Result<()>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Error::Output),
    }
}

/// Writes a line to standard error, with nothing in it that a terminal or a
/// build service would obey.
fn note(line: std::fmt::Arguments<'_>) {
    write_note(&format!("{}\n", visible_lines(&line.to_string())));
}

/// Writes to standard error. Where nobody can be told, nobody is.
fn write_note(text: &str) {
    // One write a line, so that lines of parallel runs stay whole.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
