//! From the paths given to the files to check.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Component, Path, PathBuf};

use super::leftover::{LeftOut, Skipped, Unreadable};

/// An input, and how it came to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// The path as shown; `-` is standard input without a name.
    pub(super) path: PathBuf,
    /// The path without links and detours: the same for every spelling.
    pub(super) real: PathBuf,
    /// Whether it was found in a folder, not named.
    pub(super) found: bool,
    /// Whether it was found as a link.
    link: bool,
    /// Whether it is read from standard input.
    pub(super) stdin: bool,
}

/// What stands for standard input.
const STDIN: &str = "-";

impl Input {
    fn named(path: &Path) -> Self {
        // What has no such path, as the end of a pipe, is known by its name.
        let real = if path == Path::new(STDIN) { None } else { std::fs::canonicalize(path).ok() };
        let real = real.unwrap_or_else(|| path.to_path_buf());
        Input { path: path.to_path_buf(), real, found: false, link: false, stdin: false }
    }

    /// A file of a folder.
    pub(super) fn found(path: PathBuf) -> Self {
        Input { found: true, ..Input::named(&path) }
    }

    /// Standard input, by the name that the user gives it.
    fn stdin(name: Option<&Path>) -> Self {
        match name {
            Some(name) => Input { stdin: true, ..Input::named(name) },
            None => Input { stdin: true, ..Input::named(Path::new(STDIN)) },
        }
    }

    /// Whether it is standard input and was given no name, so that no pattern
    /// for paths is for it.
    pub(super) fn has_no_path(&self) -> bool {
        self.stdin && self.path == Path::new(STDIN)
    }
}

/// A path made absolute, without `.` and `..`, links left alone.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut clean = PathBuf::new();
    for component in full.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            _ => clean.push(component),
        }
    }
    clean
}

/// What the paths given come to.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// The files to look at, each once whatever its spellings, in the order
    /// given; those of a folder by name.
    pub(super) inputs: Vec<Input>,
    /// Paths that cannot be read.
    pub(super) unreadable: Vec<Unreadable>,
    /// What a folder has that is not looked at.
    pub(super) skipped: Vec<Skipped>,
    /// Files of a folder in notations other than JSON.
    pub(super) others: Vec<PathBuf>,
    /// Folders without a file to look at.
    pub(super) empty: Vec<PathBuf>,
}

/// The files that the paths given stand for.
pub(super) fn collect(paths: &[PathBuf], stdin_name: Option<&Path>) -> Collected {
    let mut all = Collected::default();
    let here = [PathBuf::from(if stdin_name.is_some() { STDIN } else { "." })];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        if path == Path::new(STDIN) {
            all.inputs.push(Input::stdin(stdin_name));
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let before = (all.inputs.len(), all.unreadable.len());
                folder(path, &mut all);
                if before == (all.inputs.len(), all.unreadable.len()) {
                    all.empty.push(path.clone());
                }
            }
            Ok(_) => all.inputs.push(Input::named(path)),
            Err(error) => all.unreadable.push(Unreadable::new(path, error)),
        }
    }
    all.inputs = once(all.inputs);
    all
}

/// Each file once, by its first spelling; by its own name rather than that of
/// a link, where both were found. One that is named as well as found in a
/// folder counts as named.
fn once(inputs: Vec<Input>) -> Vec<Input> {
    let mut kept: Vec<Input> = Vec::with_capacity(inputs.len());
    let mut places: HashMap<PathBuf, usize> = HashMap::with_capacity(inputs.len());
    for input in inputs {
        match places.entry(input.real.clone()) {
            Entry::Occupied(place) => {
                let known = &mut kept[*place.get()];
                let found = known.found && input.found;
                if known.link && input.found && !input.link {
                    *known = input;
                }
                known.found = found;
            }
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(input);
            }
        }
    }
    kept
}

/// Whether a path ends in one of these, in any case.
fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.iter().any(|one| one.eq_ignore_ascii_case(ending)))
}

const JSON: [&str; 1] = ["json"];
/// Notations that bodies are written in beside JSON.
const OTHERS: [&str; 5] = ["jsonc", "yaml", "yml", "jsonl", "ndjson"];

fn folder(path: &Path, all: &mut Collected) {
    // Linked folders below are not entered, so the folder's own path is the one
    // part of its files' that may have other spellings.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| absolute(path));
    let walk = ignore::WalkBuilder::new(path)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let error = match error.into_io_error() {
                    Some(error) => error,
                    None => std::io::Error::other("cannot be walked"),
                };
                all.unreadable.push(Unreadable::new(path, error));
                continue;
            }
        };
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else { continue };
        let file = entry.path();
        let shown = file.strip_prefix("./").unwrap_or(file).to_path_buf();
        let is_json = ends_in(file, &JSON);
        if kind.is_symlink() {
            link(file, shown, &real, is_json, all);
        } else if !is_json {
            if kind.is_file() && ends_in(file, &OTHERS) {
                all.others.push(shown);
            }
        } else if kind.is_file() {
            let real = file.strip_prefix(path).map_or(real.clone(), |end| real.join(end));
            all.inputs.push(Input { path: shown, real, found: true, link: false, stdin: false });
        } else if !kind.is_dir() {
            // A pipe may never end, or never begin.
            all.skipped.push(Skipped::new(&shown, LeftOut::NotRegular));
        }
    }
}

/// A link that a folder has: to a file, it stands for that. To a folder, it may
/// lead anywhere, also round in a circle; it is told where files are missed.
fn link(file: &Path, shown: PathBuf, within: &Path, is_json: bool, all: &mut Collected) {
    let target = std::fs::canonicalize(file).and_then(|real| Ok((real.metadata()?, real)));
    match target {
        Ok((metadata, real)) if metadata.is_dir() => {
            if !real.starts_with(within) && has_json(&real) {
                all.skipped.push(Skipped::new(&shown, LeftOut::LinkedFolder));
            }
        }
        Ok((metadata, real)) if is_json => {
            if metadata.is_file() {
                all.inputs.push(Input { path: shown, real, found: true, link: true, stdin: false });
            } else {
                all.skipped.push(Skipped::new(&shown, LeftOut::NotRegular));
            }
        }
        Err(error) if is_json => {
            let error = std::io::Error::new(error.kind(), format!("a broken link: {error}"));
            all.unreadable.push(Unreadable::new(&shown, error));
        }
        Ok(_) | Err(_) => {}
    }
}

/// Whether a folder itself has a JSON file; of a large one, among its first.
fn has_json(folder: &Path) -> bool {
    const LOOKED_AT: usize = 1000;
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().take(LOOKED_AT).flatten();
    entries.any(|entry| ends_in(&entry.path(), &JSON))
}

/// The beginning of a file, as text; empty if it cannot be read.
pub(super) fn beginning(path: &Path) -> String {
    use std::io::Read as _;
    const LOOKED_AT: u64 = 64 * 1024;
    let mut bytes = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut bytes));
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}

/// Reads an input, up to the length that the linter reads: a device or a pipe
/// may have no end.
pub(super) fn read(input: &Input) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let limit = crate::document::MAX_BYTES as u64;
    let mut bytes = Vec::new();
    if input.stdin {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(&input.path)?;
        let length = file.metadata()?.len();
        if length > limit {
            return Err(too_long());
        }
        bytes.reserve(usize::try_from(length).unwrap_or(0));
        file.take(limit + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > limit { Err(too_long()) } else { Ok(bytes) }
}

fn too_long() -> std::io::Error {
    let message = format!("more than {} MiB", crate::document::MAX_BYTES / 1024 / 1024);
    std::io::Error::new(std::io::ErrorKind::FileTooLarge, message)
}
