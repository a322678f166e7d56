//! Whether a file is to be checked: the policy for files that were found in a
//! folder, not named.
//!
//! A folder has other JSON, of which a body is to be told by what is in it. A
//! false alarm over a `package.json` costs trust; a misspelt body that is left
//! out in silence is what batchlint is there to prevent. So what counts are
//! names of the API, also those that are nearly spelt so. Which names tell
//! anything is read off the API's tables: they are made of several words, as
//! `vmSize` is, and bodies have them at their top.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Serialize;

use super::leftover::LeftOut;
use crate::api::{Api, Flags, Kind, Operation};
use crate::document::{Document, Member, NodeKind, Object, ProblemKind, Value};
use crate::report::{DocumentReport, OperationSource};
use crate::words::distance;

/// What says that a file is for Batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "name")]
pub(super) enum Evidence {
    /// The user named the file.
    Named,
    /// An option, the configuration or the document names the operation.
    Operation,
    /// The request names a version of the API.
    Version,
    /// It is a pool as the management plane has it, which is a mistake that
    /// people make.
    ManagementPlane,
    /// It has this name, spelt so but for case and separators.
    Name(&'static str),
    /// It has a name that is nearly this one.
    NearName(&'static str),
}

impl Evidence {
    /// In words, of the file.
    pub(super) fn reason(self) -> String {
        match self {
            Evidence::Named => "the file was named".to_owned(),
            Evidence::Operation => "its operation is named".to_owned(),
            Evidence::Version => "it names a version of the API".to_owned(),
            Evidence::ManagementPlane => "it is a pool of the management plane".to_owned(),
            Evidence::Name(name) => format!("it has `{name}`"),
            Evidence::NearName(name) => format!("it has a name close to `{name}`"),
        }
    }
}

/// Whether a file is to be checked, given what was found out about it; and why,
/// or why not. The one place where that is decided.
pub(super) fn judge(found: bool, report: &DocumentReport, text: &str) -> Result<Evidence, LeftOut> {
    if !found {
        return Ok(Evidence::Named);
    }
    let source = report.operation.as_ref().map(|operation| operation.source);
    if matches!(source, Some(OperationSource::Given | OperationSource::Config)) {
        return Ok(Evidence::Operation);
    }
    let document = Document::parse(text);
    let names = Names::known();
    let Some(root) = document.root() else { return broken(&document, names) };
    if let Some(evidence) = of_request(root, source) {
        return Ok(evidence);
    }
    match objects(root).into_iter().find_map(|object| names.in_object(object)) {
        Some(_) if names.is_answer(root) => Err(LeftOut::Answer),
        Some(evidence) => Ok(evidence),
        None => broken(&document, names),
    }
}

/// Whether a text in another notation than JSON holds names of the API.
pub(super) fn is_in_words(text: &str) -> bool {
    Names::known().in_words(text).is_some()
}

/// What an envelope says by itself.
fn of_request(root: Value<'_>, source: Option<OperationSource>) -> Option<Evidence> {
    let root = root.as_object()?;
    let named = source == Some(OperationSource::Envelope);
    if named && root.has("operationId") {
        return Some(Evidence::Operation);
    }
    let parameters = root.get("parameters").and_then(Value::as_object);
    let version = parameters.and_then(|all| all.get("api-version")).and_then(Value::as_str);
    let url = root.get("url").and_then(Value::as_str);
    // Other services have jobs and tasks too; Batch has an account's host.
    if named && url.as_deref().is_some_and(|url| url.contains(".batch.")) {
        return Some(Evidence::Operation);
    }
    let inner = root.get("properties").and_then(Value::as_object);
    let of_pool = |inner: Object<'_>| {
        inner.has("vmSize") && (inner.has("deploymentConfiguration") || inner.has("scaleSettings"))
    };
    if inner.is_some_and(of_pool) {
        return Some(Evidence::ManagementPlane);
    }
    // No other service has versions of this form.
    let published = Api::latest().published().any(|(known, _)| {
        version.as_deref() == Some(known)
            || url.as_deref().and_then(|url| url.split_once("api-version=")).is_some_and(
                |(_, rest)| {
                    rest.strip_prefix(known)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('&'))
                },
            )
    });
    published.then_some(Evidence::Version)
}

/// Of a text that cannot be read as it is, its words.
fn broken(document: &Document<'_>, names: &Names) -> Result<Evidence, LeftOut> {
    let string = document.root().filter(|root| root.kind() == NodeKind::String);
    let harmless = |kind: &ProblemKind| {
        matches!(
            kind,
            ProblemKind::Comment | ProblemKind::TrailingComma | ProblemKind::ByteOrderMark
        )
    };
    // What has no more than comments was understood.
    if string.is_none() && document.problems().iter().all(|problem| harmless(&problem.kind)) {
        return Err(LeftOut::NoEvidence);
    }
    names.in_words(document.text()).ok_or(LeftOut::NoEvidence)
}

fn items(list: Value<'_>) -> Vec<Object<'_>> {
    list.as_array().into_iter().flatten().take(ITEMS).filter_map(Value::as_object).collect()
}

/// So many members of an object are looked at; no body has more.
const MEMBERS: usize = 1000;
/// So many items of a list are looked at.
const ITEMS: usize = 20;

/// The objects that may be a body: the root, the items of a list or of a
/// collection, what an envelope or one more object is around.
fn objects(root: Value<'_>) -> Vec<Object<'_>> {
    let Some(object) = root.as_object() else { return items(root) };
    let mut all = vec![object];
    all.extend(object.get("value").map(items).unwrap_or_default());
    all.extend(object.get("body").and_then(Value::as_object));
    if let Some(parameters) = object.get("parameters").and_then(Value::as_object) {
        all.extend(parameters.members().take(ITEMS).filter_map(|one| one.value.as_object()));
    }
    let mut members = object.members();
    if let (Some(one), None) = (members.next(), members.next()) {
        // One name within another may be of anything.
        all.extend(one.value.as_object().filter(|inner| inner.members().nth(1).is_some()));
    }
    all
}

/// A name of the API, and what it is compared by: letters and digits, small.
#[derive(Debug)]
struct Name {
    name: &'static str,
    plain: String,
}

impl Name {
    fn of(name: &'static str) -> Self {
        Name { name, plain: plain(name) }
    }

    /// Whether a name is this one, or nearly so.
    fn is(&self, given: &str) -> Option<Evidence> {
        if given == self.plain {
            return Some(Evidence::Name(self.name));
        }
        let slips = match self.plain.len() {
            0..6 => 0,
            6..12 => 1,
            _ => 2,
        };
        // `toolInfo` is not a slip of `poolInfo`.
        let near = given.len().abs_diff(self.plain.len()) <= slips
            && given.as_bytes().first() == self.plain.as_bytes().first()
            && distance(given, &self.plain) <= slips;
        near.then_some(Evidence::NearName(self.name))
    }
}

/// A name without case and separators: `vm_size` and `VMSize` are `vmsize`.
fn plain(name: &str) -> String {
    const LONGEST: usize = 64;
    let letters = name.chars().filter(char::is_ascii_alphanumeric).take(LONGEST);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// The names of the API, by what they tell.
#[derive(Debug)]
struct Names {
    /// Of several words, and required of some body: hardly any other document
    /// has them.
    essential: Vec<Name>,
    /// Of several words, at the top of a body, long, and in few models.
    telling: Vec<Name>,
    /// All that stand at the top of some body, or just below a required one.
    top: BTreeSet<String>,
    /// By a name at the top of a body, the names of several words that stand in
    /// its object: `recurrenceInterval` in `schedule`.
    below: BTreeMap<String, Vec<Name>>,
    /// Those that only the service writes.
    read_only: BTreeSet<&'static str>,
    /// All names of all models.
    all: BTreeSet<String>,
}

impl Names {
    /// A name in more models than this says little about any of them.
    const FEW: usize = 6;
    /// Shorter names of several words are found elsewhere too.
    const LONG: usize = 10;

    fn known() -> &'static Names {
        static NAMES: OnceLock<Names> = OnceLock::new();
        NAMES.get_or_init(|| Names::of(Api::latest()))
    }

    fn of(api: Api) -> Names {
        let body = |operation: &'static Operation| operation.body.as_ref();
        let bodies: Vec<_> = api.operations().filter_map(body).collect();
        let compound = |name: &str| name.chars().any(|c| c.is_ascii_uppercase());
        let models =
            |name: &str| api.models().filter(|model| api.property(*model, name).is_some()).count();
        let (mut essential, mut telling) = (BTreeSet::new(), BTreeSet::new());
        let (mut top, mut read_only) = (BTreeSet::new(), BTreeSet::new());
        let mut below: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        for body in bodies {
            let extra: Vec<_> = api.body_requires(body).map(|name| api.name(name)).collect();
            for property in api.properties(body.model) {
                if property.flags.contains(Flags::READ_ONLY) {
                    read_only.insert(property.name);
                    continue;
                }
                top.insert(plain(property.name));
                if let Kind::Object(model) = property.kind {
                    let names = api.properties(model).map(|property| property.name);
                    let names = names.filter(|name| compound(name));
                    below.entry(plain(property.name)).or_default().extend(names);
                }
                if !compound(property.name) {
                    continue;
                }
                let required = api.requires(property) || extra.contains(&property.name);
                let few = models(property.name) <= Self::FEW;
                if required && few {
                    essential.insert(property.name);
                } else if few && property.name.len() >= Self::LONG {
                    telling.insert(property.name);
                }
                // What is written one level too high: `poolId` for `poolInfo`.
                if required && let Kind::Object(below) = property.kind {
                    let names = api.properties(below).map(|property| property.name);
                    let names: Vec<_> = names.filter(|name| compound(name)).collect();
                    top.extend(names.iter().map(|name| plain(name)));
                    telling.extend(names.into_iter().filter(|name| models(name) <= Self::FEW));
                }
            }
        }
        telling.retain(|name| !essential.contains(name));
        read_only.retain(|name| !top.contains(&plain(name)));
        let all = api.all_rows().iter().map(|row| plain(row.name)).collect();
        let names = |list: BTreeSet<&'static str>| list.into_iter().map(Name::of).collect();
        Names {
            essential: names(essential),
            telling: names(telling),
            top,
            below: below.into_iter().map(|(name, inner)| (name, names(inner))).collect(),
            read_only,
            all,
        }
    }

    /// What an object's names say: one that is essential, or several that are
    /// telling, if most of the others are names of bodies as well.
    fn in_object(&self, object: Object<'_>) -> Option<Evidence> {
        let given: BTreeSet<String> = object
            .members()
            .take(MEMBERS)
            .map(|member| member.name())
            .filter(|name| !name.starts_with(['$', '@', '_']) && !name.starts_with("odata."))
            // What the service writes says nothing for it or against it.
            .filter(|name| !self.read_only.contains(&**name))
            .map(|name| plain(&name))
            .filter(|name| !name.is_empty())
            .collect();
        self.judge(&given, &self.top).or_else(|| {
            let right = given.iter().filter(|name| self.top.contains(*name)).count();
            let mostly = right * 2 > given.len();
            mostly.then(|| object.members().find_map(|member| self.in_part(member))).flatten()
        })
    }

    /// What a part of a body says, if its name and one of those in it belong
    /// together: `schedule` alone is of anything.
    fn in_part(&self, member: Member<'_>) -> Option<Evidence> {
        let names = self.below.get(&plain(&member.name()))?;
        let inner = member.value.as_object()?.members().take(MEMBERS);
        let given: Vec<String> = inner.map(|one| plain(&one.name())).collect();
        let is = |name: &Name| given.iter().find_map(|given| name.is(given));
        let found: Vec<_> = names.iter().filter_map(is).collect();
        (found.len() * 2 >= given.len()).then(|| found.into_iter().next()).flatten()
    }

    /// The same of the names in a text that cannot be read: words with a colon
    /// behind them.
    fn in_words(&self, text: &str) -> Option<Evidence> {
        // A schema's or a template's, whose properties are deeper than a body's.
        if text.contains("\"$schema\"") {
            return None;
        }
        self.judge(&words(text), &self.all)
    }

    fn judge(&self, given: &BTreeSet<String>, known: &BTreeSet<String>) -> Option<Evidence> {
        let find = |names: &[Name]| -> Vec<Evidence> {
            let first = |name: &Name| {
                let near = || given.iter().find_map(|given| name.is(given));
                if given.contains(&name.plain) { Some(Evidence::Name(name.name)) } else { near() }
            };
            names.iter().filter_map(first).collect()
        };
        let (essential, telling) = (find(&self.essential), find(&self.telling));
        let hits = || essential.iter().chain(&telling);
        let near = hits().filter(|hit| matches!(hit, Evidence::NearName(_))).count();
        let right = given.iter().filter(|name| known.contains(*name)).count() + near;
        let other = given.len().saturating_sub(right);
        let mostly = right > other;
        let half = right == other && right >= 2;
        let enough = match (essential.len(), telling.len()) {
            (0, 0) => false,
            (0, 1) => mostly,
            _ => mostly || half,
        };
        // What is spelt right is the better word.
        let exact = hits().find(|hit| matches!(hit, Evidence::Name(_)));
        exact.or_else(|| hits().next()).copied().filter(|_| enough)
    }

    /// Whether a document is a list that the service or az answered.
    fn is_answer(&self, root: Value<'_>) -> bool {
        let by_service = |item: Value<'_>| {
            let names = self.read_only.iter();
            item.as_object().is_some_and(|item| names.filter(|name| item.has(name)).count() >= 2)
        };
        let list = match root.as_object() {
            None => Some(root),
            Some(object) => {
                let answered = |name: &str| {
                    name.starts_with("odata.") || name.starts_with("@odata.") || name == "nextLink"
                };
                let list = object.get("value").filter(|value| value.as_array().is_some());
                if list.is_some() && object.members().any(|one| answered(&one.name())) {
                    return true;
                }
                list
            }
        };
        list.and_then(Value::as_array).into_iter().flatten().take(ITEMS).any(by_service)
    }
}

/// The words of a text that are names of something: a colon is behind them, and
/// perhaps quotes.
fn words(text: &str) -> BTreeSet<String> {
    /// More is not looked at.
    const WORDS: usize = 1000;
    let mut found = BTreeSet::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let word = &rest[start..];
        let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
        let behind = word[end..].trim_start_matches(['\\', '"', '\'', ' ', '\t']);
        if behind.starts_with(':') && !behind.starts_with("://") {
            found.insert(plain(&word[..end]));
            if found.len() == WORDS {
                break;
            }
        }
        rest = &word[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linter, Target};

    fn judged(text: &str) -> Result<Evidence, LeftOut> {
        judge(true, &Linter::new().lint(text, Target::detect()), text)
    }

    #[test]
    fn the_names_that_tell_are_those_of_batch() {
        let names = Names::known();
        let list = |names: &[Name]| names.iter().map(|one| one.name).collect::<Vec<_>>();
        let essential = list(&names.essential);
        for name in ["vmSize", "poolInfo", "commandLine", "jobSpecification", "thumbprintAlgorithm"]
        {
            assert!(essential.contains(&name), "{name}: {essential:?}");
        }
        let telling = list(&names.telling);
        assert!(telling.contains(&"virtualMachineConfiguration"), "{telling:?}");
        for name in ["id", "name", "displayName", "metadata", "priority", "networkConfiguration"] {
            assert!(!essential.contains(&name) && !telling.contains(&name), "{name}");
        }
    }

    #[test]
    fn bodies_are_found_however_they_are_spelt() {
        for text in [
            r#"{"id":"t","comandLine":"x"}"#,
            r#"{"id":"p","vmSize":"standard_d2s_v3""#,
            r#"{"id":"p","vm_size":"a","target_dedicated_nodes":2}"#,
            r#"{"Id":"p","VmSize":"a","VirtualMachineConfiguration":{}}"#,
            r#"{"id":"p","VMSize":"a"}"#,
            r#"{"id":"j","poolinfos":{}}"#,
            r#"{"id":"j","poolId":"p"}"#,
            r#"[{"id":"t","commandLine":"x"}]"#,
            r#"{"value":[{"id":"t","commandLine":"x"}]}"#,
            r#"{"pool":{"id":"p","vmSize":"a"}}"#,
            r#"{"method":"POST","url":"/pools","body":{"id":"p","vmSize":"a"}}"#,
            r#"{"id: "p", "vmSize": "a"}"#,
            "id: p\nvmSize: a\n",
            r#""{\"id\":\"p\",\"vmSize\":\"a\"}""#,
            r#"{"targetDedicatedNodes":5}"#,
            r#"{"schedule":{"recurrenceInterval":"PT12H"}}"#,
            r#"{"constraints":{"maxTaskRetryCount":1}}"#,
            r#"{"startTask":{"commandLine":"x"},"metadata":[]}"#,
            r#"{"properties":{"vmSize":"a","deploymentConfiguration":{}}}"#,
            r#"{"operationId":"Pools_GetPool","parameters":{}}"#,
            r#"{"method":"GET","url":"https://a.e.batch.azure.com/pools/p"}"#,
            r#"{"parameters":{"api-version":"2024-07-01.20.0"}}"#,
        ] {
            assert!(judged(text).is_ok(), "{text}: {:?}", judged(text));
        }
    }

    #[test]
    fn what_is_answered_is_told_from_what_is_sent() {
        for text in [
            r#"{"odata.metadata":"x","value":[{"id":"p","vmSize":"a"}]}"#,
            r#"[{"id":"j","poolInfo":{},"url":"x","eTag":"y","state":"active"}]"#,
        ] {
            assert_eq!(judged(text), Err(LeftOut::Answer), "{text}");
        }
    }

    #[test]
    fn other_documents_are_left_alone() {
        for text in [
            r#"{"url":"x","priority":1}"#,
            r#"[{"id":1,"name":"Ann"}]"#,
            r#"{"id":1,"toolInfo":{},"name":"a"}"#,
            r#"{"pid":1,"commandLine":"x","user":"y","name":"z"}"#,
            r#"{"method":"GET","url":"https://api.example.com/jobs/1"}"#,
            r#"{"vm_size":"a","location":"b","admin_username":"c"}"#,
            r#"{"$schema":"x","parameters":{"vmSize":{"value":"a"}}}"#,
            r#"{"schedule":{"cron":"x"},"constraints":{"max":1}}"#,
            r#"{"properties":{"vmSize":"a","count":3,"osType":"Linux"}}"#,
            r#"{"properties":{"hardwareProfile":{"vmSize":"a"}},"location":"b"}"#,
            "{} // nothing",
            "{\"a\": {\"vmSize\": 1,",
            "hello",
            "",
        ] {
            assert_eq!(judged(text), Err(LeftOut::NoEvidence), "{text}");
        }
    }
}
