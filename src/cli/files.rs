//! From the paths given to the files to check.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Component, Path, PathBuf};

use super::Error;

/// An input, and how it came to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// The path as shown; `-` is standard input.
    pub(super) path: PathBuf,
    /// The path without links and detours: the same for every spelling.
    pub(super) real: PathBuf,
    /// Whether it was found in a folder, not named.
    pub(super) found: bool,
}

/// An input that could not be read, and why.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) error: std::io::Error,
}

impl Input {
    fn named(path: &Path) -> Self {
        // What has no such path, as the end of a pipe, is known by its name.
        let real = if path == Path::new("-") { None } else { std::fs::canonicalize(path).ok() };
        let real = real.unwrap_or_else(|| path.to_path_buf());
        Input { path: path.to_path_buf(), real, found: false }
    }

    pub(super) fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
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

/// The files to check, each once whatever its spellings, in the order given;
/// those of a folder by name. Paths that cannot be read are given apart.
pub(super) fn collect(paths: &[PathBuf]) -> Result<(Vec<Input>, Vec<Unreadable>), Error> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut unreadable = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        if path == Path::new("-") {
            inputs.push(Input::named(path));
            continue;
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let before = inputs.len();
                folder(path, &mut inputs, &mut unreadable);
                if inputs.len() == before && paths.len() == 1 && unreadable.is_empty() {
                    return Err(Error::NothingToCheck { path: path.clone() });
                }
            }
            Ok(_) => inputs.push(Input::named(path)),
            Err(error) => unreadable.push(Unreadable { path: path.clone(), error }),
        }
    }
    Ok((once(inputs), unreadable))
}

/// Each file once, by its first spelling. One that is named as well as found
/// in a folder counts as named.
fn once(inputs: Vec<Input>) -> Vec<Input> {
    let mut kept: Vec<Input> = Vec::with_capacity(inputs.len());
    let mut places: HashMap<PathBuf, usize> = HashMap::with_capacity(inputs.len());
    for input in inputs {
        match places.entry(input.real.clone()) {
            Entry::Occupied(place) => kept[*place.get()].found &= input.found,
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(input);
            }
        }
    }
    kept
}

fn folder(path: &Path, inputs: &mut Vec<Input>, unreadable: &mut Vec<Unreadable>) {
    // Links below the folder are not followed, so its own path is the one part
    // of theirs that may have other spellings.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| absolute(path));
    let walk = ignore::WalkBuilder::new(path)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                let is_json = entry.path().extension().is_some_and(|end| end == "json");
                if is_file && is_json {
                    let file = entry.into_path();
                    let real = file.strip_prefix(path).map_or(real.clone(), |end| real.join(end));
                    let file = file.strip_prefix("./").map(Path::to_path_buf).unwrap_or(file);
                    inputs.push(Input { path: file, real, found: true });
                }
            }
            Err(error) => {
                let error = match error.into_io_error() {
                    Some(error) => error,
                    None => std::io::Error::other("cannot be walked"),
                };
                unreadable.push(Unreadable { path: path.to_path_buf(), error });
            }
        }
    }
}

/// Reads an input, up to the length that the linter reads: a device or a pipe
/// may have no end.
pub(super) fn read(input: &Input) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let limit = crate::document::MAX_BYTES as u64;
    let mut bytes = Vec::new();
    if input.is_stdin() {
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
