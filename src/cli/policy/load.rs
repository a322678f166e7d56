//! Policies as the configuration writes them.

use std::path::{Path, PathBuf};

use jsonschema::{Retrieve, Uri, Validator};
use serde::Deserialize;
use serde_json::Value as Json;
use thiserror::Error;

use super::super::output::shown_path;
use super::{CATEGORY, Policies, Policy, Scope};
use crate::api::{self, Api, Model, Operation};
use crate::cli::Error;
use crate::report::Severity;
use crate::rules;
use crate::words::nearest_of;

/// No schema is longer.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A `[[policy]]` of a configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    code: String,
    operation: Option<Names>,
    model: Option<Names>,
    schema: PathBuf,
    message: String,
    help: Option<String>,
    #[serde(default)]
    severity: Level,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a name or a list of names")]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn list(&self) -> &[String] {
        match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Many(names) => names,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    #[default]
    Error,
    Warning,
    Info,
}

/// What is wrong with a policy of the configuration.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A key is missing, unknown or of the wrong type.
    #[error("{}", .0.message())]
    Keys(Box<toml::de::Error>),
    /// The code cannot be told from other words in output and options.
    #[error("a code has letters, digits, `-` and `_`, and begins with a letter")]
    CodeCharacters,
    /// The code is one that batchlint may give to a rule.
    #[error("codes of `AB` and digits are those of batchlint's own rules")]
    CodeReserved,
    /// The code means rules already.
    #[error("the code is a category of rules")]
    CodeIsCategory,
    /// An earlier policy has the code.
    #[error("an earlier policy has this code")]
    CodeTaken,
    /// What it is for is not said, or said twice.
    #[error("it must have either `operation` or `model`")]
    Scope,
    /// The list of operations or models is empty.
    #[error("its list of operations or models is empty, so it would hold for nothing")]
    NoNames,
    /// The message says nothing.
    #[error("its `message` is empty")]
    NoMessage,
    /// No operation has this id or alias.
    #[error("no operation is called `{name}`{}", did_you_mean(*nearest))]
    UnknownOperation {
        /// What was given.
        name: String,
        /// The nearest alias or id.
        nearest: Option<&'static str>,
    },
    /// The operation has no request body to hold a schema against.
    #[error("{operation} has no request body")]
    NoBody {
        /// The operation's id.
        operation: &'static str,
    },
    /// No body contains a model of this name.
    #[error("no request body contains a model `{name}`{}", did_you_mean(*nearest))]
    UnknownModel {
        /// What was given.
        name: String,
        /// The nearest model.
        nearest: Option<&'static str>,
    },
    /// The schema cannot be read.
    #[error(transparent)]
    File(#[from] SchemaFileError),
    /// The schema is JSON, but no JSON Schema, or refers to none.
    #[error("{} is no valid JSON Schema{}", shown_path(path), at(wrong))]
    NotSchema {
        /// The schema's file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        wrong: Box<jsonschema::ValidationError<'static>>,
    },
}

/// Why a file of a schema, or one that it refers to, cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SchemaFileError {
    /// It cannot be read.
    #[error("cannot read {}", shown_path(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// It is not JSON.
    #[error("{} is not JSON", shown_path(path))]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// It is no file on this machine.
    #[error("`{0}` is no file; nothing is fetched from a network")]
    NotLocal(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

/// Where in the schema something is wrong, if it is not the whole.
fn at(wrong: &jsonschema::ValidationError<'_>) -> String {
    match wrong.instance_path().as_str() {
        "" => String::new(),
        pointer => format!(" at {pointer}"),
    }
}

impl Policies {
    /// Reads the `[[policy]]` entries of a configuration file.
    pub(in crate::cli) fn load(entries: Vec<toml::Table>, config: &Path) -> Result<Self, Error> {
        let mut policies = Vec::with_capacity(entries.len());
        for (at, entry) in entries.into_iter().enumerate() {
            let name = match entry.get("code").and_then(toml::Value::as_str) {
                Some(code) => format!("`{code}`"),
                None => format!("number {}", at + 1),
            };
            let policy = policy(entry, config, &policies).map_err(|problem| Error::Policy {
                path: config.to_path_buf(),
                policy: name,
                problem,
            })?;
            policies.push(policy);
        }
        let choices = policies.iter().map(|_| Default::default()).collect();
        Ok(Policies { list: policies.into(), choices, only: false })
    }
}

fn policy(entry: toml::Table, config: &Path, known: &[Policy]) -> Result<Policy, PolicyError> {
    let entry: Entry = entry.try_into().map_err(|error| PolicyError::Keys(Box::new(error)))?;
    check_code(&entry.code, known)?;
    let scope = match (&entry.operation, &entry.model) {
        (Some(names), None) => Scope::Operations(
            names.list().iter().map(|name| operation(name)).collect::<Result<_, _>>()?,
        ),
        (None, Some(names)) => {
            Scope::Models(names.list().iter().map(|name| model(name)).collect::<Result<_, _>>()?)
        }
        _ => return Err(PolicyError::Scope),
    };
    if matches!(&scope, Scope::Operations(list) if list.is_empty())
        || matches!(&scope, Scope::Models(list) if list.is_empty())
    {
        return Err(PolicyError::NoNames);
    }
    if entry.message.trim().is_empty() {
        return Err(PolicyError::NoMessage);
    }
    let folder = config.parent().unwrap_or(Path::new(""));
    Ok(Policy {
        rule: format!("{CATEGORY}/{}", entry.code.to_ascii_lowercase()),
        code: entry.code,
        scope,
        validator: validator(&folder.join(entry.schema))?,
        message: entry.message,
        help: entry.help,
        severity: match entry.severity {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        },
    })
}

fn check_code(code: &str, known: &[Policy]) -> Result<(), PolicyError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !code.starts_with(|c: char| c.is_ascii_alphabetic()) || !code.chars().all(fits) {
        return Err(PolicyError::CodeCharacters);
    }
    let prefix = code.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("AB"));
    if prefix && code[2..].starts_with(|c: char| c.is_ascii_digit()) {
        return Err(PolicyError::CodeReserved);
    }
    let category = |name: &str| code.eq_ignore_ascii_case(name);
    if category("all") || category(CATEGORY) || rules::all().any(|r| category(r.category())) {
        return Err(PolicyError::CodeIsCategory);
    }
    // Ids are the codes in small letters.
    if known.iter().any(|policy| policy.code.eq_ignore_ascii_case(code)) {
        return Err(PolicyError::CodeTaken);
    }
    Ok(())
}

fn operation(name: &str) -> Result<&'static Operation, PolicyError> {
    let Some(operation) = api::operation(name) else {
        let nearest = crate::Target::operation(name).err().and_then(|unknown| unknown.nearest);
        return Err(PolicyError::UnknownOperation { name: name.to_owned(), nearest });
    };
    match operation.body {
        Some(_) => Ok(operation),
        None => Err(PolicyError::NoBody { operation: operation.id }),
    }
}

fn model(name: &str) -> Result<Model, PolicyError> {
    let api = Api::latest();
    let found = api.models().find(|model| api.model_name(*model).eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let names: Vec<_> = api.models().map(|model| api.model_name(model)).collect();
        PolicyError::UnknownModel { name: name.to_owned(), nearest: nearest_of(name, &names) }
    })
}

/// The compiled schema of a file.
fn validator(path: &Path) -> Result<Validator, PolicyError> {
    let schema = read(path)?;
    jsonschema::options()
        .with_base_uri(uri_of(path))
        .with_retriever(LocalFiles)
        // Whoever writes `format` in a demand wants it to be met.
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|wrong| PolicyError::NotSchema {
            path: path.to_path_buf(),
            wrong: Box::new(wrong),
        })
}

fn read(path: &Path) -> Result<Json, SchemaFileError> {
    use std::io::Read as _;
    let unreadable = |source| SchemaFileError::Unreadable { path: path.to_path_buf(), source };
    let mut text = String::new();
    // A device or a pipe may have no end.
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
    read.map_err(unreadable)?;
    if text.len() as u64 > MAX_BYTES {
        let message = format!("more than {} MiB", MAX_BYTES / 1024 / 1024);
        return Err(unreadable(std::io::Error::other(message)));
    }
    // Editors of some systems begin files with a byte order mark.
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|source| SchemaFileError::NotJson { path: path.to_path_buf(), source })
}

/// Follows a schema's references to files, and to nothing else.
struct LocalFiles;

impl Retrieve for LocalFiles {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        let path = path_of(uri.as_str())
            .ok_or_else(|| SchemaFileError::NotLocal(uri.as_str().to_owned()))?;
        Ok(read(&path)?)
    }
}

/// A path as the `file:` URI that references are relative to.
fn uri_of(path: &Path) -> String {
    let full = crate::cli::files::absolute(path);
    let mut text = full.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    if !text.starts_with('/') {
        // `C:/...`
        text.insert(0, '/');
    }
    let mut uri = String::from("file://");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// The path of a `file:` URI on this machine.
fn path_of(uri: &str) -> Option<PathBuf> {
    let text = uri.strip_prefix("file://")?.split(['#', '?']).next()?;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = (*first == b'%').then(|| behind.get(..2)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    let path = String::from_utf8(bytes).ok().filter(|path| path.starts_with('/'))?;
    let drive = path.as_bytes().get(2) == Some(&b':') && cfg!(windows);
    Some(PathBuf::from(if drive { &path[1..] } else { &path[..] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_as_addresses() {
        for path in ["/a/b c/d#1/e%20?.json", "/\u{e4}/\u{1f600}.json"] {
            assert_eq!(path_of(&uri_of(Path::new(path))), Some(PathBuf::from(path)), "{path}");
        }
        assert_eq!(path_of("https://example.com/a.json"), None);
        assert_eq!(path_of("file://host/a.json"), None);
    }
}
