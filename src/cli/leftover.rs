//! What a run was given and did not check, and why: for notes, and for the
//! JSON output.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::note;
use super::output::shown_path;
use crate::report::visible;

/// Why a file was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LeftOut {
    /// It was found in a folder, and nothing says that it is for Batch.
    NoEvidence,
    /// It was found in a folder, and is what the service or az answered.
    Answer,
    /// The configuration excludes it.
    Excluded,
    /// The configuration names `none` as its operation.
    NoOperation,
    /// It was found in a folder, holds names of the API, and is not JSON.
    OtherNotation,
    /// It was found in a folder, and is a pipe, a device or the like.
    NotRegular,
    /// A link to a folder, which is not entered.
    LinkedFolder,
}

impl LeftOut {
    const ALL: [LeftOut; 7] = [
        LeftOut::NoEvidence,
        LeftOut::Answer,
        LeftOut::Excluded,
        LeftOut::NoOperation,
        LeftOut::OtherNotation,
        LeftOut::NotRegular,
        LeftOut::LinkedFolder,
    ];

    /// Of one file.
    pub(super) fn reason(self) -> &'static str {
        match self {
            LeftOut::NoEvidence => "nothing in it says that it is a request to Batch",
            LeftOut::Answer => "it is a list that was answered, not a request",
            LeftOut::Excluded => "the configuration excludes it",
            LeftOut::NoOperation => "the configuration names `none` as its operation",
            LeftOut::OtherNotation => "it holds names of the API, but is not a JSON file",
            LeftOut::NotRegular => "it is no regular file",
            LeftOut::LinkedFolder => "it is a link to a folder, which is not entered",
        }
    }

    /// Of several files: what is said before and behind their names.
    fn note(self) -> (&'static str, &'static str) {
        let name = "; name a file to have it checked all the same";
        match self {
            LeftOut::NoEvidence => ("left out as no request bodies", name),
            LeftOut::Answer => ("left out as lists that were answered, not requests", name),
            LeftOut::Excluded => ("excluded by the configuration", ""),
            LeftOut::NoOperation => ("of no operation, by the configuration", ""),
            LeftOut::OtherNotation => (
                "not checked, though they hold names of the API",
                "; in a folder only *.json files are checked",
            ),
            LeftOut::NotRegular => ("not opened, since they are no regular files", name),
            LeftOut::LinkedFolder => (
                "not entered, since they are links to folders",
                "; name one to have its files checked",
            ),
        }
    }
}

/// A file that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Skipped {
    /// The path as shown.
    path: String,
    kind: LeftOut,
    reason: &'static str,
}

impl Skipped {
    pub(super) fn new(path: &Path, kind: LeftOut) -> Self {
        Skipped { path: path.display().to_string(), kind, reason: kind.reason() }
    }
}

/// An input that could not be read, and why.
#[derive(Debug, Serialize)]
pub(super) struct Unreadable {
    path: String,
    reason: String,
}

impl Unreadable {
    pub(super) fn new(path: &Path, error: std::io::Error) -> Self {
        Unreadable { path: path.display().to_string(), reason: error.to_string() }
    }
}

/// All that was given and not checked.
#[derive(Debug, Default, Serialize)]
pub(super) struct Leftover {
    pub(super) skipped: Vec<Skipped>,
    pub(super) unreadable: Vec<Unreadable>,
}

impl Leftover {
    /// How many files are taken for no request bodies: not by the user's own
    /// word.
    pub(super) fn taken_for_others(&self) -> usize {
        let taken = |one: &&Skipped| matches!(one.kind, LeftOut::NoEvidence | LeftOut::Answer);
        self.skipped.iter().filter(taken).count()
    }

    /// Says what could not be read.
    pub(super) fn tell_unreadable(&self) {
        for one in &self.unreadable {
            let (path, reason) = (visible(&one.path), visible(&one.reason));
            note(format_args!("error: cannot read {path}: {reason}"));
        }
    }

    /// Says what was left out: a line a reason, the first few by name.
    pub(super) fn tell_skipped(&self) {
        const NAMED: usize = 3;
        for kind in LeftOut::ALL {
            let of_kind = || self.skipped.iter().filter(|one| one.kind == kind);
            let names: Vec<_> = of_kind().take(NAMED).map(|one| visible(&one.path)).collect();
            if names.is_empty() {
                continue;
            }
            let more = match of_kind().count() - names.len() {
                0 => String::new(),
                count => format!(" and {count} more"),
            };
            let (what, then) = kind.note();
            note(format_args!("note: {what}: {}{more}{then}", names.join(", ")));
        }
    }

    /// Each with its reason, a line each.
    pub(super) fn list(&self, out: &mut String) {
        for one in &self.skipped {
            out.push_str(&format!("{}: not checked: {}\n", visible(&one.path), one.reason));
        }
        for one in &self.unreadable {
            let (path, reason) = (visible(&one.path), visible(&one.reason));
            out.push_str(&format!("{path}: cannot be read: {reason}\n"));
        }
    }
}

/// Says which folders have nothing to look at.
pub(super) fn tell_empty(folders: &[PathBuf]) {
    for folder in folders {
        note(format_args!("note: there is no *.json file in {}", shown_path(folder)));
    }
}
