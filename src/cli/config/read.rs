//! The text of a configuration file: what its keys say, and where.
//!
//! It is read by hand, not into types by serde: what is wrong with it is to be
//! said with the nearest key that exists, and never with a line of the file. A
//! configuration that is a link may be of any file, whose content must not be
//! in a message.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::de::Error as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern::PatternError;
use crate::words::nearest_of;

/// No configuration is longer; a device or a pipe may have no end.
const MAX_BYTES: u64 = 1024 * 1024;

/// The keys of a configuration file.
const KEYS: &[&str] =
    &["select", "ignore", "severity", "deny-warnings", "api-version", "exclude", "files", "policy"];
/// Those of a `[[files]]` entry.
const FILES_KEYS: &[&str] = &["paths", "operation", "ignore", "severity"];
/// Those of a `[[policy]]` entry, which are read elsewhere.
const POLICY_KEYS: &[&str] =
    &["code", "operation", "model", "schema", "message", "help", "severity"];

/// A place in a configuration file: line and column, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// What is wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It is no TOML.
    #[error("{0}")]
    Syntax(String),
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// It is longer than a configuration can be.
    #[error("it has more than {} KiB", MAX_BYTES / 1024)]
    TooLong,
    /// It is a folder, a pipe or the like.
    #[error("it is no regular file")]
    NotRegular,
    /// There is no such key.
    #[error("there is no key `{key}`{of}")]
    UnknownKey {
        /// What was given.
        key: String,
        /// The entry that it was given for; empty at the top.
        of: String,
        /// The key that it is nearest to.
        nearest: Option<&'static str>,
        /// All keys that there are.
        known: &'static [&'static str],
    },
    /// A value is of the wrong type.
    #[error("`{key}` must be {expected}")]
    Type {
        /// The key.
        key: String,
        /// What its value must be.
        expected: &'static str,
    },
    /// An entry lacks a key.
    #[error("a `[[{of}]]` entry must have `{key}`")]
    Missing {
        /// What lacks it.
        of: &'static str,
        /// The key.
        key: &'static str,
    },
    /// An entry says nothing about its files.
    #[error("a `[[files]]` entry says nothing without `operation`, `ignore` or `severity`")]
    Idle,
    /// A pattern that can never match.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// No operation has this id or alias.
    #[error("no operation is called `{name}`")]
    Operation {
        /// What was given.
        name: String,
        /// The nearest alias or id.
        nearest: Option<&'static str>,
    },
    /// No rule has this name.
    #[error(transparent)]
    Rule(#[from] crate::UnknownRule),
    /// The schemas do not describe this version of the API.
    #[error(transparent)]
    Version(#[from] crate::UnknownVersion),
    /// What is given for a severity is none.
    #[error("`{given}` is no severity of `{rule}`")]
    Severity {
        /// The rule or rules.
        rule: String,
        /// What was given.
        given: String,
    },
}

impl ConfigError {
    /// What to write instead.
    pub(in crate::cli) fn help(&self) -> Option<String> {
        let guess = |nearest: Option<&str>| nearest.map(|one| format!("did you mean `{one}`? "));
        let list = |known: &[&str]| known.join(", ");
        Some(match self {
            ConfigError::UnknownKey { nearest, known, .. } => {
                format!("{}its keys are {}", guess(*nearest).unwrap_or_default(), list(known))
            }
            ConfigError::Operation { nearest, .. } => format!(
                "{}`batchlint operations` lists them; `none` leaves files out",
                guess(*nearest).unwrap_or_default()
            ),
            ConfigError::Rule(unknown) => format!(
                "{}`batchlint rules` lists them",
                guess(unknown.nearest).unwrap_or_default()
            ),
            ConfigError::Version(unknown) => format!("it knows {}", list(&unknown.known)),
            ConfigError::Severity { .. } => "write error, warning, info or off".to_owned(),
            ConfigError::NotRegular => {
                "--config reads another file, --no-config reads none".to_owned()
            }
            _ => return None,
        })
    }
}

/// What is wrong, and where if it is in the text.
pub(super) type Wrong = (ConfigError, Option<Place>);

/// Something of a configuration file with its place.
#[derive(Clone, Debug)]
pub(in crate::cli) struct At<T> {
    pub(in crate::cli) value: T,
    pub(in crate::cli) place: Place,
}

pub(in crate::cli) type Word = At<String>;

/// What a configuration file says, as written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) select: Vec<Word>,
    pub(super) ignore: Vec<Word>,
    /// Rules and severities.
    pub(super) severity: Vec<(Word, Word)>,
    pub(super) deny_warnings: bool,
    pub(super) api_version: Option<Word>,
    pub(super) exclude: Vec<Word>,
    pub(super) files: Vec<WrittenFiles>,
    pub(super) policy: Vec<toml::Table>,
}

/// A `[[files]]` entry, as written.
#[derive(Debug)]
pub(super) struct WrittenFiles {
    pub(super) paths: Vec<Word>,
    pub(super) operation: Option<Word>,
    pub(super) ignore: Vec<Word>,
    pub(super) severity: Vec<(Word, Word)>,
}

/// The text of a file, up to the length that a configuration can have.
pub(super) fn text(path: &Path) -> Result<Result<String, ConfigError>, std::io::Error> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Ok(Err(ConfigError::TooLong));
    }
    let text = String::from_utf8(bytes).map_err(|_| ConfigError::Encoding);
    // Editors of some systems begin files with a byte order mark.
    Ok(text.map(|text| text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
}

/// What the text of a configuration file says.
pub(super) fn written(text: &str) -> Result<Written, Wrong> {
    let reader = Reader { text };
    let root = DeTable::parse(text).map_err(|error| reader.syntax(&error))?;
    let root = Section { reader: &reader, table: root.get_ref(), place: reader.place(0), of: "" };
    root.known(KEYS)?;
    let mut files = Vec::new();
    for entry in root.entries("files")? {
        entry.known(FILES_KEYS)?;
        let paths = entry.words("paths")?;
        if !entry.has("paths") {
            return Err(entry.wrong(ConfigError::Missing { of: "files", key: "paths" }));
        }
        if !["operation", "ignore", "severity"].iter().any(|key| entry.has(key)) {
            return Err(entry.wrong(ConfigError::Idle));
        }
        files.push(WrittenFiles {
            paths,
            operation: entry.word("operation")?,
            ignore: entry.words("ignore")?,
            severity: entry.pairs("severity")?,
        });
    }
    for entry in root.entries("policy")? {
        entry.known(POLICY_KEYS)?;
    }
    Ok(Written {
        select: root.words("select")?,
        ignore: root.words("ignore")?,
        severity: root.pairs("severity")?,
        deny_warnings: root.flag("deny-warnings")?,
        api_version: root.word("api-version")?,
        exclude: root.words("exclude")?,
        files,
        policy: policies(text).map_err(|error| reader.syntax(&error))?,
    })
}

/// The `[[policy]]` entries, for whoever reads them.
fn policies(text: &str) -> Result<Vec<toml::Table>, toml::de::Error> {
    let mut all: toml::Table = toml::from_str(text)?;
    let Some(toml::Value::Array(entries)) = all.remove("policy") else { return Ok(Vec::new()) };
    let table = |entry| match entry {
        toml::Value::Table(table) => Ok(table),
        _ => Err(toml::de::Error::custom("`policy` must be a list of tables")),
    };
    entries.into_iter().map(table).collect()
}

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Place { line, column: before[start..].chars().count() + 1 }
    }

    fn syntax(&self, error: &toml::de::Error) -> Wrong {
        let place = error.span().map(|span| self.place(span.start));
        (ConfigError::Syntax(error.message().to_owned()), place)
    }
}

/// A table of the file.
struct Section<'s, 't> {
    reader: &'s Reader<'t>,
    table: &'s DeTable<'t>,
    place: Place,
    of: &'static str,
}

impl<'s, 't> Section<'s, 't> {
    fn wrong(&self, error: ConfigError) -> Wrong {
        (error, Some(self.place))
    }

    fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Whether all keys are among these.
    fn known(&self, known: &'static [&'static str]) -> Result<(), Wrong> {
        let unknown = self.table.iter().map(|(key, _)| key);
        // The first in the text, not by name.
        let unknown = unknown
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .min_by_key(|key| key.span().start);
        let Some(key) = unknown else { return Ok(()) };
        let given = key.get_ref().to_string();
        let nearest = nearest_of(&given.replace('_', "-"), known);
        let of = match (self.of, self.table.get("code").and_then(|code| code.get_ref().as_str())) {
            ("", _) => String::new(),
            (of, None) => format!(" in `[[{of}]]`"),
            (of, Some(code)) => format!(" in `[[{of}]]` `{code}`"),
        };
        let error = ConfigError::UnknownKey { key: given, of, nearest, known };
        Err((error, Some(self.reader.place(key.span().start))))
    }

    fn typed<T>(
        &self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'s Spanned<DeValue<'t>>) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let error = || {
            let place = self.reader.place(value.span().start);
            (ConfigError::Type { key: key.to_owned(), expected }, Some(place))
        };
        read(value).map(Some).ok_or_else(error)
    }

    fn at(&self, value: &Spanned<DeValue<'_>>) -> Option<Word> {
        let text = value.get_ref().as_str()?;
        Some(At { value: text.to_owned(), place: self.reader.place(value.span().start) })
    }

    fn flag(&self, key: &str) -> Result<bool, Wrong> {
        let flag = self.typed(key, "true or false", |value| value.get_ref().as_bool())?;
        Ok(flag.unwrap_or_default())
    }

    fn word(&self, key: &str) -> Result<Option<Word>, Wrong> {
        self.typed(key, "a text", |value| self.at(value))
    }

    fn words(&self, key: &str) -> Result<Vec<Word>, Wrong> {
        let read = |value: &'s Spanned<DeValue<'t>>| {
            let list = value.get_ref().as_array()?;
            list.iter().map(|item| self.at(item)).collect::<Option<Vec<_>>>()
        };
        Ok(self.typed(key, "a list of texts", read)?.unwrap_or_default())
    }

    /// A table of texts.
    fn pairs(&self, key: &str) -> Result<Vec<(Word, Word)>, Wrong> {
        let read = |value: &'s Spanned<DeValue<'t>>| {
            let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let name: &std::borrow::Cow<'_, str> = key.get_ref();
                let place = self.reader.place(key.span().start);
                Some((At { value: name.to_string(), place }, self.at(value)?))
            };
            value.get_ref().as_table()?.iter().map(pair).collect::<Option<Vec<_>>>()
        };
        Ok(self.typed(key, "a table of rules and severities", read)?.unwrap_or_default())
    }

    /// A list of tables.
    fn entries(&self, key: &'static str) -> Result<Vec<Section<'s, 't>>, Wrong> {
        let read = |value: &'s Spanned<DeValue<'t>>| {
            let section = |item: &'s Spanned<DeValue<'t>>| {
                let table = item.get_ref().as_table()?;
                let place = self.reader.place(item.span().start);
                Some(Section { reader: self.reader, table, place, of: key })
            };
            value.get_ref().as_array()?.iter().map(section).collect::<Option<Vec<_>>>()
        };
        Ok(self.typed(key, "a list of tables, as in `[[files]]`", read)?.unwrap_or_default())
    }
}
