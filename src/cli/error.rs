//! Why a run fails.

use std::path::PathBuf;

use thiserror::Error;

use super::config::{ConfigError, Place};
use super::output::shown_path;
use crate::report::{visible, visible_lines};

/// Why a run fails; its exit code is [`super::FAILED`].
#[derive(Debug, Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum Error {
    /// Some inputs could not be read; the others were checked.
    #[error("{} could not be read", counted(*count))]
    Unreadable {
        /// How many.
        count: usize,
    },
    /// No operation has this id or alias.
    #[error(transparent)]
    #[diagnostic(help("{}`batchlint operations` lists them", nearest_help(_0.nearest)))]
    UnknownOperation(#[from] crate::UnknownOperation),
    /// The operation has no request body, so it has no schema.
    #[error("{operation} has no request body")]
    NoBody {
        /// The operation's id.
        operation: &'static str,
    },
    /// There is no category or group of this name.
    #[error("no {what} is called `{}`", visible(name))]
    #[diagnostic(help("{}the {what} is one of {known}", nearest_help(*nearest)))]
    UnknownName {
        /// `category` or `group`.
        what: &'static str,
        /// What was given.
        name: String,
        /// What there is.
        known: String,
        /// What was probably meant.
        nearest: Option<&'static str>,
    },
    /// No rule has this code, id or category.
    #[error(transparent)]
    #[diagnostic(help("{}`batchlint rules` lists them", nearest_help(_0.nearest)))]
    UnknownRule(#[from] crate::UnknownRule),
    /// The schemas do not describe the API version asked for.
    #[error(transparent)]
    #[diagnostic(help("it knows {}", _0.known.join(", ")))]
    UnknownVersion(#[from] crate::UnknownVersion),
    /// A `--severity` is not of the form `RULE=SEVERITY`.
    #[error("`{}` is not a rule and a severity", visible(given))]
    #[diagnostic(help("write RULE=error, RULE=warning, RULE=info or RULE=off"))]
    Severity {
        /// What was given.
        given: String,
    },
    /// The configuration file cannot be read.
    #[error("cannot read the configuration {}", shown_path(path))]
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The configuration file is wrong.
    #[error("the configuration {}{} is wrong: {problem}", shown_path(path), at(*place))]
    Config {
        /// The file.
        path: PathBuf,
        /// Where in it.
        place: Option<Place>,
        /// What is wrong.
        problem: Box<ConfigError>,
    },
    /// A policy of the configuration file is wrong.
    #[error("the policy {} in {} is wrong", visible(policy), shown_path(path))]
    #[diagnostic(help(
        "its keys are code, operation or model, schema, message, help and severity; see \
         docs/policies.md"
    ))]
    Policy {
        /// The configuration file.
        path: PathBuf,
        /// Which one: its code, or its place.
        policy: String,
        /// What is wrong with it.
        #[source]
        problem: super::policy::PolicyError,
    },
    /// No path given has a file to check.
    #[error("there is no *.json file in {}", listed(paths))]
    #[diagnostic(help(
        "name a file, a folder with *.json files that no .gitignore leaves out, or `-` for \
         standard input"
    ))]
    NothingToCheck {
        /// The paths.
        paths: Vec<PathBuf>,
    },
    /// Every file found in a folder was left out, so that nothing was checked.
    #[error("nothing was checked: {}", left_out(*count))]
    #[diagnostic(help(
        "name a file to have it checked whatever it looks like; --show-files tells why it was \
         left out"
    ))]
    AllLeftOut {
        /// How many were left out.
        count: usize,
    },
    /// The configuration leaves out every file of the folders.
    #[error("nothing was checked: the configuration leaves out {}", all_files(*count))]
    #[diagnostic(help("--show-files lists them; --no-config checks them"))]
    AllExcluded {
        /// How many.
        count: usize,
    },
    /// Two options that do not go together.
    #[error("{0}")]
    Usage(&'static str),
    /// A fixed file could not be written; it is as it was.
    #[error("cannot write {}; it is unchanged", shown_path(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Standard output cannot be written to.
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
    /// A report could not be serialised.
    #[error("cannot write the report as JSON")]
    Json(#[from] serde_json::Error),
}

fn counted(count: usize) -> String {
    if count == 1 { "one input".into() } else { format!("{count} inputs") }
}

fn listed(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    match &names[..] {
        [name] if name == "." => "the current folder or below".to_owned(),
        _ => names.join(", "),
    }
}

fn at(place: Option<Place>) -> String {
    place.map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default()
}

fn all_files(count: usize) -> String {
    if count == 1 { "the one *.json file".into() } else { format!("all {count} *.json files") }
}

fn left_out(count: usize) -> String {
    match count {
        1 => "the one *.json file is no request body".into(),
        count => format!("none of {count} *.json files is a request body"),
    }
}

fn nearest_help(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("did you mean `{nearest}`? ")).unwrap_or_default()
}

/// Shows an error on standard error.
pub(super) fn show(error: &Error, colors: bool) {
    use std::error::Error as _;
    let red = if colors { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
    // What is in it may be from a file name or a configuration.
    let mut text = visible(&error.to_string()).into_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {}", visible(&cause.to_string())));
        source = cause.source();
    }
    let help = match error {
        Error::Config { problem, .. } => problem.help(),
        error => miette::Diagnostic::help(error).map(|help| help.to_string()),
    };
    if let Some(help) = help {
        text.push_str(&format!("\n  help: {}", visible(&help)));
    }
    // The colours are the command's own, all else is made visible.
    super::write_note(&format!("{}error{}: {}\n", red.0, red.1, visible_lines(&text)));
}
