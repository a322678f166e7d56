//! The patterns of `paths` and `exclude`.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// A pattern for paths, relative to the folder of its configuration file.
#[derive(Debug)]
pub(super) struct Pattern {
    glob: GlobMatcher,
    /// How many folders above the configuration's it begins; `None` if it is
    /// absolute.
    above: Option<usize>,
}

/// Why a pattern can never match.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// `..` behind another part.
    #[error("the pattern `{0}` has `..` behind its beginning, where it never matches")]
    Inner(String),
    /// More `..` than there are folders.
    #[error("the pattern `{0}` begins above the root of the file system")]
    Above(String),
    /// It ends with a slash, or is empty.
    #[error("the pattern `{0}` names no files; for all files of a folder write `folder/**`")]
    NoFile(String),
    /// The syntax is wrong.
    #[error(transparent)]
    Glob(#[from] globset::Error),
}

impl Pattern {
    pub(super) fn new(text: &str, folders: &[PathBuf]) -> Result<Pattern, PatternError> {
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

    /// A pattern that may name a folder, for all that is in it.
    pub(super) fn of_files_or_folders(
        text: &str,
        folders: &[PathBuf],
    ) -> Result<Pattern, PatternError> {
        let bare = text.trim_end_matches('/');
        Pattern::new(if bare.is_empty() { text } else { bare }, folders)
    }

    pub(super) fn matches(&self, path: &Path, folders: &[PathBuf]) -> bool {
        let Some(above) = self.above else { return self.glob.is_match(path) };
        folders
            .iter()
            .filter_map(|folder| folder.ancestors().nth(above))
            .any(|folder| path.strip_prefix(folder).is_ok_and(|within| self.glob.is_match(within)))
    }

    /// Whether it matches the path or a folder that it is in.
    pub(super) fn holds(&self, path: &Path, folders: &[PathBuf]) -> bool {
        path.ancestors().any(|part| self.matches(part, folders))
    }
}
