//! `batchlint.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::Error;
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
    files: Vec<FilesEntry>,
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
    files: Vec<(GlobSet, &'static Operation)>,
    /// The folder that the patterns are relative to.
    folder: PathBuf,
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
        let mut files = Vec::new();
        for entry in &file.files {
            let operation = api::operation(&entry.operation)
                .ok_or_else(|| wrong(format!("no operation is called `{}`", entry.operation)))?;
            let mut set = GlobSetBuilder::new();
            for pattern in &entry.paths {
                set.add(Glob::new(pattern).map_err(|error| wrong(error.to_string()))?);
            }
            files.push((set.build().map_err(|error| wrong(error.to_string()))?, operation));
        }
        let full = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        Ok(Config {
            select: file.select,
            ignore: file.ignore,
            severity: file.severity.into_iter().collect(),
            deny_warnings: file.deny_warnings,
            files,
            folder: full.parent().map(Path::to_path_buf).unwrap_or_default(),
            path: Some(path),
        })
    }

    /// The operation that the configuration names for a path; of several
    /// entries that match the last one counts.
    pub(super) fn operation(&self, path: &Path) -> Option<&'static Operation> {
        if self.files.is_empty() {
            return None;
        }
        let full = std::path::absolute(path).ok()?;
        let path = full.strip_prefix(&self.folder).unwrap_or(&full);
        self.files.iter().rev().find(|(set, _)| set.is_match(path)).map(|(_, operation)| *operation)
    }
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}
