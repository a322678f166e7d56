//! `batchlint.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use super::Error;
use super::files::{self, Input};
use super::policy::Policies;
use crate::api::{self, Operation};

/// The name that is looked for, from the current folder upwards.
const FILE_NAME: &str = "batchlint.toml";

/// What a configuration file can say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct File {
    select: Vec<String>,
    ignore: Vec<String>,
    severity: BTreeMap<String, String>,
    deny_warnings: bool,
    api_version: Option<String>,
    files: Vec<FilesEntry>,
    policy: Vec<toml::Table>,
}

/// Which files are for which operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FilesEntry {
    paths: Vec<String>,
    operation: String,
}

/// A configuration, ready for use.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) select: Vec<String>,
    pub(super) ignore: Vec<String>,
    /// Rules and severities, as written.
    pub(super) severity: Vec<(String, String)>,
    pub(super) deny_warnings: bool,
    pub(super) api_version: Option<String>,
    pub(super) policies: Policies,
    files: Vec<(Vec<Pattern>, &'static Operation)>,
    /// The folder that the patterns are relative to: as named, and without
    /// links.
    folders: [PathBuf; 2],
    /// Where it was read from, for messages.
    pub(super) path: Option<PathBuf>,
}

impl Config {
    /// Reads the file given, or the nearest one.
    pub(super) fn load(given: Option<&Path>, none: bool) -> Result<Config, Error> {
        let path = match given {
            Some(path) => path.to_path_buf(),
            None if none => return Ok(Config::default()),
            None => match nearest() {
                Some(path) => path,
                None => return Ok(Config::default()),
            },
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|source| Error::ConfigUnreadable { path: path.clone(), source })?;
        let wrong = |message: String| Error::Config { path: path.clone(), message };
        let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let folder = files::absolute(&path).parent().map(Path::to_path_buf).unwrap_or_default();
        let real = std::fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        let folders = [folder, real];
        let mut files = Vec::new();
        for entry in &file.files {
            let operation = api::operation(&entry.operation)
                .ok_or_else(|| wrong(format!("no operation is called `{}`", entry.operation)))?;
            let patterns: Result<Vec<_>, _> =
                entry.paths.iter().map(|text| Pattern::new(text, &folders)).collect();
            let patterns = patterns.map_err(|error| wrong(error.to_string()))?;
            files.push((patterns, operation));
        }
        Ok(Config {
            select: file.select,
            ignore: file.ignore,
            severity: file.severity.into_iter().collect(),
            deny_warnings: file.deny_warnings,
            api_version: file.api_version,
            policies: Policies::load(file.policy, &path)?,
            files,
            folders,
            path: Some(path),
        })
    }

    /// The operation that the configuration names for an input; of several
    /// entries that match the last one counts. The path as given comes first,
    /// then the one without links.
    pub(super) fn operation(&self, input: &Input) -> Option<&'static Operation> {
        if self.files.is_empty() || input.is_stdin() {
            return None;
        }
        let matching = |path: &Path| {
            let matches = |pattern: &Pattern| pattern.matches(path, &self.folders);
            let mut entries = self.files.iter().rev();
            entries.find(|(patterns, _)| patterns.iter().any(matches)).map(|(_, found)| *found)
        };
        matching(&files::absolute(&input.path)).or_else(|| matching(&input.real))
    }
}

/// One of the `paths` of a `[[files]]` entry.
#[derive(Debug)]
struct Pattern {
    glob: GlobMatcher,
    /// How many folders above the configuration's it begins; `None` if it is
    /// absolute.
    above: Option<usize>,
}

/// Why a pattern can never match.
#[derive(Debug, thiserror::Error)]
enum PatternError {
    #[error("the pattern `{0}` has `..` behind its beginning, where it never matches")]
    Inner(String),
    #[error("the pattern `{0}` begins above the root of the file system")]
    Above(String),
    #[error("the pattern `{0}` names no files; for all files of a folder write `folder/**`")]
    NoFile(String),
    #[error(transparent)]
    Glob(#[from] globset::Error),
}

impl Pattern {
    fn new(text: &str, folders: &[PathBuf]) -> Result<Pattern, PatternError> {
        let absolute = Path::new(text).is_absolute();
        let mut above = 0;
        let mut rest = text;
        while let Some((first, behind)) = rest.split_once('/').filter(|_| !absolute) {
            match first {
                "." => {}
                ".." => above += 1,
                _ => break,
            }
            rest = behind;
        }
        if rest.split('/').any(|part| part == "..") {
            return Err(PatternError::Inner(text.to_owned()));
        }
        if rest.is_empty() || rest.ends_with('/') || rest == "." {
            return Err(PatternError::NoFile(text.to_owned()));
        }
        if folders.iter().any(|folder| folder.ancestors().nth(above).is_none()) {
            return Err(PatternError::Above(text.to_owned()));
        }
        // `*` stands for a part of one name; `**` for folders.
        let glob = GlobBuilder::new(rest).literal_separator(true).build()?.compile_matcher();
        Ok(Pattern { glob, above: (!absolute).then_some(above) })
    }

    fn matches(&self, path: &Path, folders: &[PathBuf]) -> bool {
        let Some(above) = self.above else { return self.glob.is_match(path) };
        folders
            .iter()
            .filter_map(|folder| folder.ancestors().nth(above))
            .any(|folder| path.strip_prefix(folder).is_ok_and(|within| self.glob.is_match(within)))
    }
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}
