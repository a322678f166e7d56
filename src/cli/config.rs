//! `batchlint.toml`: which one counts for a file, and what it says.

mod pattern;
mod read;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub use pattern::PatternError;
pub(super) use read::{At, Word};
pub use read::{ConfigError, Place};

use super::Error;
use super::files::{self, Input};
use super::policy::Policies;
use crate::Target;
use crate::api::{self, Operation};
use pattern::Pattern;
use read::Wrong;

/// The name that is looked for, from a file's folder upwards.
const FILE_NAME: &str = "batchlint.toml";

/// What a `[[files]]` entry says for an operation that means none.
const NONE: &str = "none";

/// What a configuration says that files are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meant {
    /// Bodies of this operation.
    Operation(&'static Operation),
    /// Nothing to be checked.
    None,
}

/// What holds for some files.
#[derive(Debug)]
pub(super) struct FilesEntry {
    paths: Vec<Pattern>,
    operation: Option<Meant>,
    pub(super) ignore: Vec<Word>,
    pub(super) severity: Vec<(Word, Word)>,
}

/// A configuration file, ready for use; or none, which says nothing.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) select: Vec<Word>,
    pub(super) ignore: Vec<Word>,
    /// Rules and severities.
    pub(super) severity: Vec<(Word, Word)>,
    pub(super) deny_warnings: bool,
    pub(super) api_version: Option<Word>,
    pub(super) policies: Policies,
    pub(super) files: Vec<FilesEntry>,
    exclude: Vec<Pattern>,
    /// The folder that the patterns are relative to: as named, and without
    /// links.
    folders: [PathBuf; 2],
    /// Where it was read from, as shown.
    pub(super) path: Option<PathBuf>,
}

/// What a configuration says of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// Whether it is excluded.
    pub(super) excluded: bool,
    pub(super) meant: Option<Meant>,
    /// The `[[files]]` entries that hold for it, by their places.
    pub(super) entries: Vec<usize>,
}

impl Config {
    fn read(path: &Path) -> Result<Config, Error> {
        let shown = shown(path);
        let wrong = |(problem, place): Wrong| {
            let problem = Box::new(problem);
            Error::Config { path: shown.clone(), place, problem }
        };
        let text = read::text(path)
            .map_err(|source| Error::ConfigUnreadable { path: shown.clone(), source })?
            .map_err(|problem| wrong((problem, None)))?;
        let written = read::written(&text).map_err(wrong)?;
        let folder = files::absolute(path).parent().map(Path::to_path_buf).unwrap_or_default();
        let real = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let folders = [folder, real];
        let mut files = Vec::with_capacity(written.files.len());
        for entry in written.files {
            files.push(FilesEntry {
                paths: patterns(&entry.paths, &folders, Pattern::new).map_err(wrong)?,
                operation: entry.operation.as_ref().map(meant).transpose().map_err(wrong)?,
                ignore: entry.ignore,
                severity: entry.severity,
            });
        }
        let exclude = patterns(&written.exclude, &folders, Pattern::of_files_or_folders);
        Ok(Config {
            select: written.select,
            ignore: written.ignore,
            severity: written.severity,
            deny_warnings: written.deny_warnings,
            api_version: written.api_version,
            policies: Policies::load(written.policy, path)?,
            exclude: exclude.map_err(wrong)?,
            files,
            folders,
            path: Some(shown),
        })
    }

    /// An error at a place of this file.
    pub(super) fn wrong<T>(&self, at: &At<T>, problem: ConfigError) -> Error {
        let path = self.path.clone().unwrap_or_default();
        Error::Config { path, place: Some(at.place), problem: Box::new(problem) }
    }

    /// What it says of an input. The path as given comes first, then the one
    /// without links.
    pub(super) fn says(&self, input: &Input) -> Said {
        if self.files.is_empty() && self.exclude.is_empty() || input.has_no_path() {
            return Said::default();
        }
        let given = files::absolute(&input.path);
        let excluded = |path: &Path| self.exclude.iter().any(|one| one.holds(path, &self.folders));
        let entries = |path: &Path| -> Vec<usize> {
            let holds = |entry: &FilesEntry| {
                entry.paths.iter().any(|pattern| pattern.matches(path, &self.folders))
            };
            let all = self.files.iter().enumerate();
            all.filter(|(_, entry)| holds(entry)).map(|(at, _)| at).collect()
        };
        let mut found = entries(&given);
        if found.is_empty() {
            found = entries(&input.real);
        }
        // The last that names an operation counts.
        let named = found.iter().rev().filter_map(|at| self.files.get(*at));
        Said {
            excluded: excluded(&given) || excluded(&input.real),
            meant: named.filter_map(|entry| entry.operation).next(),
            entries: found,
        }
    }
}

fn patterns(
    words: &[Word],
    folders: &[PathBuf],
    make: impl Fn(&str, &[PathBuf]) -> Result<Pattern, PatternError>,
) -> Result<Vec<Pattern>, Wrong> {
    let pattern =
        |word: &Word| make(&word.value, folders).map_err(|error| (error.into(), Some(word.place)));
    words.iter().map(pattern).collect()
}

fn meant(word: &Word) -> Result<Meant, Wrong> {
    if word.value == NONE {
        return Ok(Meant::None);
    }
    api::operation(&word.value).map(Meant::Operation).ok_or_else(|| {
        let nearest = Target::operation(&word.value).err().and_then(|unknown| unknown.nearest);
        (ConfigError::Operation { name: word.value.clone(), nearest }, Some(word.place))
    })
}

/// A path as it is shown: from the current folder, if it is below that.
fn shown(path: &Path) -> PathBuf {
    let within = std::env::current_dir().ok();
    let within = within.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    within.unwrap_or_else(|| path.to_path_buf())
}

/// The configuration files of a run. For each file the nearest counts, from its
/// own folder upwards, and no other; where there is none, the one that is
/// nearest to the current folder.
#[derive(Debug)]
pub(super) struct Configs {
    /// The first is that of the current folder, or the one named.
    list: Vec<Config>,
    /// By folder, the place of the file that counts there.
    known: HashMap<PathBuf, usize>,
    /// Whether the first holds for all.
    one: bool,
}

impl Configs {
    /// Reads the file given, or the nearest one to the current folder.
    pub(super) fn load(given: Option<&Path>, none: bool) -> Result<Configs, Error> {
        let mut configs =
            Configs { list: Vec::new(), known: HashMap::new(), one: given.is_some() || none };
        let first = match given {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        configs.list.push(first);
        if !configs.one
            && let Ok(here) = std::env::current_dir()
        {
            let place = configs.nearest(&here)?;
            if place > 0 {
                configs.list.swap_remove(0);
            }
            configs.known.values_mut().for_each(|known| *known = 0);
        }
        Ok(configs)
    }

    pub(super) fn all(&self) -> &[Config] {
        &self.list
    }

    /// The place among [`all`](Self::all) of the one that counts for an input.
    pub(super) fn of(&mut self, input: &Input) -> Result<usize, Error> {
        if self.one || input.has_no_path() {
            return Ok(0);
        }
        let path = files::absolute(&input.path);
        match path.parent() {
            Some(folder) => self.nearest(folder),
            None => Ok(0),
        }
    }

    fn nearest(&mut self, folder: &Path) -> Result<usize, Error> {
        let mut passed = Vec::new();
        let mut found = 0;
        for folder in folder.ancestors() {
            if let Some(known) = self.known.get(folder) {
                found = *known;
                break;
            }
            passed.push(folder.to_path_buf());
            let path = folder.join(FILE_NAME);
            // What is there and is no file is told; so is a link to nowhere.
            if std::fs::symlink_metadata(&path).is_err() {
                continue;
            }
            if std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
                let path = shown(&path);
                let problem = Box::new(ConfigError::NotRegular);
                return Err(Error::Config { path, place: None, problem });
            }
            found = self.list.len();
            self.list.push(Config::read(&path)?);
            break;
        }
        for folder in passed {
            self.known.insert(folder, found);
        }
        Ok(found)
    }
}
