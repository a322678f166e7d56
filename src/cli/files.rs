//! From the paths given to the files to check.

use std::path::{Path, PathBuf};

use super::Error;

/// An input, and how it came to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// The path as shown; `-` is standard input.
    pub(super) path: PathBuf,
    /// Whether it was found in a folder, not named.
    pub(super) found: bool,
}

/// An input that could not be read, and why.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) path: PathBuf,
    pub(super) error: std::io::Error,
}

/// The files to check, each once, in the order given; those of a folder by
/// name. Paths that cannot be read are given apart.
pub(super) fn collect(paths: &[PathBuf]) -> Result<(Vec<Input>, Vec<Unreadable>), Error> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut unreadable = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input { path: path.clone(), found: false });
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
            Ok(_) => inputs.push(Input { path: path.clone(), found: false }),
            Err(error) => unreadable.push(Unreadable { path: path.clone(), error }),
        }
    }
    let mut seen = std::collections::HashSet::new();
    inputs.retain(|input| seen.insert(input.path.clone()));
    Ok((inputs, unreadable))
}

fn folder(path: &Path, inputs: &mut Vec<Input>, unreadable: &mut Vec<Unreadable>) {
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
                    let path = entry.into_path();
                    let path = path.strip_prefix("./").map(Path::to_path_buf).unwrap_or(path);
                    inputs.push(Input { path, found: true });
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

/// Reads an input, up to the length that the linter reads.
pub(super) fn read(input: &Input) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let limit = crate::document::MAX_BYTES as u64;
    let too_long = || {
        let message = format!("more than {} MiB", crate::document::MAX_BYTES / 1024 / 1024);
        std::io::Error::new(std::io::ErrorKind::FileTooLarge, message)
    };
    if input.path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
        return if bytes.len() as u64 > limit { Err(too_long()) } else { Ok(bytes) };
    }
    if std::fs::metadata(&input.path)?.len() > limit {
        return Err(too_long());
    }
    std::fs::read(&input.path)
}
