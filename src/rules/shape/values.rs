//! Values that say the right thing in another shape.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::api::{Kind, Model, Name, p};
use crate::document::{NodeKind, Span, Whole};
use crate::report::Applicability;
use crate::request::ForeignKind;
use crate::rules::edit::{self, Edits};
use crate::rules::finding::{Finding, is_secret};
use crate::rules::structure::{kind_wanted, name_of};
use crate::rules::{Check, Context, rule};

use super::wrapping;

rule! {
    /// JSON stands inside a JSON string where the object itself belongs.
    ///
    /// ## Why it matters
    /// A client or a pipeline has serialized twice. The service reads a string
    /// where it wants an object or array, and answers 400
    /// (`InvalidRequestBody`).
    ///
    /// Texts that may well hold JSON are left alone: command lines, values of
    /// environment variables and metadata.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "startTask": "{\"commandLine\": \"hostname\"}" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "p1", "vmSize": "standard_d2s_v3", "startTask": {"commandLine": "hostname"} }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: the string is replaced by its content.
    ///
    /// ## Source
    /// Types of the models in `schemas/models.json`.
    DOUBLE_ENCODED {
        code: "AB1307",
        id: "shape/double-encoded",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Instead(FaultKind::Type, encoded),
            Check::Foreign(ForeignKind::DoubleEncoded, wrapping::double_encoded),
        ],
    }
}

rule! {
    /// `dependsOn` is a list of ids, or one id, instead of an object.
    ///
    /// ## Why it matters
    /// A task's `dependsOn` is an object with `taskIds`, `taskIdRanges` or both;
    /// the service answers 400 to anything else (`InvalidRequestBody`). It is a
    /// list in templates of Azure Resource Manager.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "dependsOn": [ "t0" ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "dependsOn": { "taskIds": [ "t0" ] } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: the ids stay as they are.
    ///
    /// ## Source
    /// BatchTaskDependencies in `schemas/models.json`.
    DEPENDS_ON_LIST {
        code: "AB1319",
        id: "shape/depends-on-list",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Instead(FaultKind::Type, depends_on)],
    }
}

rule! {
    /// A string stands where an object belongs, in a shorthand that only a
    /// command line knows.
    ///
    /// ## Why it matters
    /// `az batch` takes an image as `publisher:offer:sku`, a package as
    /// `app#version`, a file as `name=URL`, and makes objects of them. The API
    /// takes nothing but the objects (`InvalidRequestBody`). The same holds for
    /// one value where a list belongs.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "poolInfo": "mypool" }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "mypool" } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe for a list of one, for a pool's id, a command, the id of an
    /// identity, `app#version` and the name of an image. A suggestion for the
    /// rest.
    ///
    /// ## Source
    /// Types of the models in `schemas/models.json`; options of `az batch pool
    /// create` and `az batch task create`.
    SHORTHAND_STRING {
        code: "AB1321",
        id: "shape/shorthand-string",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Instead(FaultKind::Type, shorthand)],
    }
}

rule! {
    /// A command line is given as a list of arguments.
    ///
    /// ## Why it matters
    /// Docker and Kubernetes take a list of words as `command` or `args`. The
    /// API has one string, `commandLine`, and answers 400 to a list and to
    /// other names (`InvalidRequestBody`). No shell reads the string unless it
    /// is named in it.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": [ "/bin/sh", "-c", "echo hi" ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "/bin/sh -c 'echo hi'" }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: how the words are split again is up to what runs them.
    ///
    /// ## Source
    /// `commandLine` is a string in `schemas/models.json`.
    COMMAND_LINE_LIST {
        code: "AB1322",
        id: "shape/command-line-list",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Missing, is_command),
            Check::Instead(FaultKind::Type, command_line),
            Check::Instead(FaultKind::Unknown, container_word),
        ],
    }
}

/// Part (c) of the rule: within the body. The document as a whole, and the body
/// of an envelope, are for the rules on documents.
fn encoded(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    let kind = kind_wanted(at, context)?;
    let is_list = matches!(kind, Kind::Array(_));
    if at.property().is_none() && !at.is_item()
        || !matches!(kind, Kind::Object(_) | Kind::Array(_) | Kind::Map)
        || !edit::holds_json(at)
    {
        return None;
    }
    // The other of both: another rule may know what to make of it.
    let content = at.content();
    if content.trim_start().starts_with('[') != is_list {
        return None;
    }
    let what = if is_list { "an array" } else { "an object" };
    let message =
        format!("{} is a string that holds the JSON of {what}, not {what}", name_of(at, context));
    let finding = Finding::at(&DOUBLE_ENCODED, at, message)
        .help("something serialized it twice: put the JSON itself here, without quotes around it");
    Some(finding.edits_if("Take the quotes off", Applicability::Safe, edit::unwrap_string(at)))
}

fn is_whole_number(at: Cursor<'_>) -> bool {
    at.kind() == NodeKind::Number
        && matches!(at.analysis().document.whole_of(at.index()), Whole::Integer(number) if number >= 0)
        && at.source().bytes().all(|byte| byte.is_ascii_digit())
}

fn is_text(at: Cursor<'_>) -> bool {
    at.kind() == NodeKind::String && !at.content().trim().is_empty()
}

fn depends_on(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    if at.property()?.id != p::DEPENDS_ON || at.is_item() || super::is_unfilled(at) {
        return None;
    }
    let finding = |what: &str, help: &str| {
        let message = format!("{} must be an object, not {what}", name_of(at, context));
        Finding::at(&DEPENDS_ON_LIST, at, message).help(help)
    };
    const IDS: &str = "write `{ \"taskIds\": [...] }`, each id a string";
    let id = |at: Cursor<'_>| is_text(at) || is_whole_number(at);
    let quotes = |at: Cursor<'_>| if at.kind() == NodeKind::Number { "\"" } else { "" };
    let front = "{ \"taskIds\": ";
    let (finding, edits) = match at.kind() {
        NodeKind::Array if at.items().next().is_some() && at.items().all(id) => {
            let mut edits = vec![(edit::before(at.span()), front.to_owned())];
            let numbers = at.items().filter(|item| item.kind() == NodeKind::Number);
            edits.extend(numbers.flat_map(|item| {
                [
                    (edit::before(item.span()), "\"".to_owned()),
                    (edit::behind(item.span()), "\"".to_owned()),
                ]
            }));
            edits.push((edit::behind(at.span()), " }".to_owned()));
            let whole = edit::is_whole(at) && at.items().all(edit::is_whole);
            (finding("a list of ids", IDS), whole.then_some(edits))
        }
        NodeKind::Array if at.items().next().is_some() && at.items().all(is_range) => {
            let edits = edit::around(at, "{ \"taskIdRanges\": ", " }");
            (finding("a list of ranges", "write `{ \"taskIdRanges\": [...] }`"), edits)
        }
        _ if id(at) && !edit::holds_json(at) => {
            let quote = quotes(at);
            let edits = edit::around(at, &format!("{front}[{quote}"), &format!("{quote}] }}"));
            // Several in one string: an id has no comma.
            let edits = edits.filter(|_| !at.as_str().is_some_and(|text| text.contains(',')));
            (finding("one id", IDS), edits)
        }
        _ => return None,
    };
    Some(finding.edits_if("Put it into an object", Applicability::Safe, edits))
}

fn is_range(item: Cursor<'_>) -> bool {
    let has = |name: &str| item.keys().any(|key| key.content() == name);
    item.kind() == NodeKind::Object && has("start") && has("end")
}

/// What a shorthand stands for: a help, edits, and how sure it is.
type Meant = (String, Option<Edits>, Applicability);

fn shorthand(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    if super::is_unfilled(at) || edit::holds_json(at) {
        return None;
    }
    let kind = kind_wanted(at, context)?;
    let name = name_of(at, context);
    let (message, (help, edits, applicability)) = match kind {
        Kind::Object(model) if is_text(at) => {
            (format!("{name} must be an object, not a string"), meant(at, model, "", "")?)
        }
        Kind::Array(Kind::Object(model)) if is_text(at) => (
            format!("{name} must be a list of objects, not a string"),
            meant(at, *model, "[", "]")?,
        ),
        Kind::Array(Kind::Object(_))
            if at.kind() == NodeKind::Object && at.keys().next().is_some() =>
        {
            (
                format!("{name} must be a list, even of one"),
                ("put it into a list".into(), edit::around(at, "[", "]"), Applicability::Safe),
            )
        }
        Kind::Array(Kind::String | Kind::Enum(_)) if is_text(at) && !at.content().contains(',') => {
            (
                format!("{name} must be a list, even of one"),
                ("write `[\"...\"]`".into(), edit::around(at, "[", "]"), Applicability::Safe),
            )
        }
        _ => return None,
    };
    // A map of names in place of a list is no single item of it.
    if at.kind() == NodeKind::Object && !fits(at, kind) {
        return None;
    }
    let edits = edits.filter(|_| !is_secret(at));
    let finding = Finding::at(&SHORTHAND_STRING, at, message).help(help);
    Some(finding.edits_if("Write it out", applicability, edits))
}

/// Whether an object has a member of the model that the list is of.
fn fits(object: Cursor<'_>, list: Kind) -> bool {
    let Kind::Array(Kind::Object(model)) = list else { return false };
    let api = object.api();
    object.keys().any(|key| api.property_in_any_case(*model, &key.content()).is_some())
}

/// What a string means where an object of a model belongs. `open` and `close`
/// come around the object.
fn meant(at: Cursor<'_>, model: Model, open: &str, close: &str) -> Option<Meant> {
    use Applicability::{Safe, Suggested};
    let content = at.content();
    let text = content.trim();
    let wrapped =
        |name: &str| edit::around(at, &format!("{open}{{ \"{name}\": "), &format!(" }}{close}"));
    let as_member = |name: &str, sure| {
        Some((format!("write `{open}{{ \"{name}\": ... }}{close}`"), wrapped(name), sure))
    };
    let spaced = text.contains(char::is_whitespace);
    match model {
        Model::BATCH_POOL_INFO if !spaced => as_member("poolId", Safe),
        Model::BATCH_START_TASK
        | Model::BATCH_JOB_PREPARATION_TASK
        | Model::BATCH_JOB_RELEASE_TASK => as_member("commandLine", Safe),
        Model::BATCH_TASK_CONTAINER_SETTINGS if !spaced => as_member("imageName", Suggested),
        Model::CONTAINER_REGISTRY_REFERENCE if !spaced => as_member("registryServer", Suggested),
        Model::BATCH_NODE_IDENTITY_REFERENCE if is_resource(text) => as_member("resourceId", Safe),
        Model::AUTO_USER_SPECIFICATION if matches!(text, "pool" | "task") => {
            as_member("scope", Suggested)
        }
        Model::USER_IDENTITY
            if text.eq_ignore_ascii_case("admin") || text.eq_ignore_ascii_case("nonadmin") =>
        {
            let level = text.to_ascii_lowercase();
            let object = format!("{{ \"autoUser\": {{ \"elevationLevel\": \"{level}\" }} }}");
            let edits =
                edit::is_whole(at).then(|| vec![(at.span(), format!("{open}{object}{close}"))]);
            Some((format!("write `{object}`"), edits, Suggested))
        }
        Model::USER_IDENTITY if !spaced => as_member("username", Suggested),
        Model::IMAGE_REFERENCE if is_resource(text) => {
            as_member("virtualMachineImageId", Suggested)
        }
        Model::IMAGE_REFERENCE => {
            let help =
                "write `{ \"publisher\": ..., \"offer\": ..., \"sku\": ..., \"version\": ... }`";
            let edits = parts(at, ':', &["publisher", "offer", "sku", "version"], 3, open, close)?;
            Some((help.into(), Some(edits), Safe))
        }
        Model::BATCH_APPLICATION_PACKAGE_REFERENCE if !spaced => {
            let names = ["applicationId", "version"];
            let help =
                format!("write `{open}{{ \"applicationId\": ..., \"version\": ... }}{close}`");
            let hash = parts(at, '#', &names, 2, open, close).map(|edits| (edits, Safe));
            let colon = || parts(at, ':', &names, 2, open, close).map(|edits| (edits, Suggested));
            match hash.or_else(colon) {
                Some((edits, sure)) => Some((help, Some(edits), sure)),
                None if !text.contains(['#', ':', '/']) => as_member("applicationId", Safe),
                None => None,
            }
        }
        Model::RESOURCE_FILE => file(at, text, open, close),
        Model::BATCH_TASK_DEPENDENCIES => None,
        _ => None,
    }
}

fn is_resource(text: &str) -> bool {
    let start = text.get(..15).unwrap_or_default();
    start.eq_ignore_ascii_case("/subscriptions/")
}

/// Takes a string apart, each part a member. At least so many parts are needed,
/// and none is empty.
fn parts(
    at: Cursor<'_>,
    by: char,
    names: &[&str],
    least: usize,
    open: &str,
    close: &str,
) -> Option<Edits> {
    let content = at.content();
    let count = content.split(by).count();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let sound = content.split(by).all(|part| !part.is_empty() && part.bytes().all(plain));
    if !(least..=names.len()).contains(&count) || !sound || at.source().contains('\\') {
        return None;
    }
    let mut rest = names.iter();
    let mut edits =
        edit::around(at, &format!("{open}{{ \"{}\": ", rest.next()?), &format!(" }}{close}"))?;
    let last = edits.pop()?;
    for (place, _) in at.source().match_indices(by) {
        let start = at.span().start.checked_add(u32::try_from(place).ok()?)?;
        let text = format!("\", \"{}\": \"", rest.next()?);
        edits.push((Span { start, end: start + 1 }, text));
    }
    edits.push(last);
    Some(edits)
}

/// A file by its address, or by name and address.
fn file(at: Cursor<'_>, text: &str, open: &str, close: &str) -> Option<Meant> {
    let help = format!(
        "write `{open}{{ \"httpUrl\": ..., \"filePath\": ... }}{close}`, or `storageContainerUrl` for a whole container"
    );
    let is_url = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    if is_url(text) {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let segments = path.splitn(4, '/').nth(3).unwrap_or_default();
        let (container, name) = segments.rsplit_once('/')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let known = !container.is_empty() && !name.is_empty() && name.bytes().all(plain);
        let edits = known.then(|| {
            edit::around(
                at,
                &format!("{open}{{ \"httpUrl\": "),
                &format!(", \"filePath\": \"{name}\" }}{close}"),
            )
        });
        return Some((help, edits.flatten(), Applicability::Suggested));
    }
    let (name, url) = text.split_once('=')?;
    if name.is_empty() || name.contains(char::is_whitespace) || !is_url(url) {
        return None;
    }
    let edits = || {
        let place = at.source().find('=').filter(|place| *place == name.len() + 1)?;
        let start = at.span().start.checked_add(u32::try_from(place).ok()?)?;
        let mut edits =
            edit::around(at, &format!("{open}{{ \"filePath\": "), &format!(" }}{close}"))?;
        edits.insert(1, (Span { start, end: start + 1 }, "\", \"httpUrl\": \"".to_owned()));
        Some(edits)
    };
    Some((help, edits(), Applicability::Suggested))
}

fn command_line(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    let name = at.property()?.id;
    let is_command = name == p::COMMAND_LINE || name == p::COORDINATION_COMMAND_LINE;
    if !is_command
        || at.kind() != NodeKind::Array
        || !at.items().all(|item| item.kind() == NodeKind::String)
    {
        return None;
    }
    at.items().next()?;
    let message = format!("{} must be one string, not a list of arguments", name_of(at, context));
    let finding = Finding::at(&COMMAND_LINE_LIST, at, message)
        .help("write the arguments in one string, with blanks between; name a shell if it is to read it, as in `/bin/sh -c '...'`");
    Some(finding.edits_if("Join the arguments", Applicability::Suggested, joined(at)))
}

/// The edits that make one string of a list of strings.
fn joined(list: Cursor<'_>) -> Option<Edits> {
    let windows = list.pool().and_then(|pool| pool.is_windows());
    let first = list.items().next()?.content().to_ascii_lowercase();
    let windows = windows.unwrap_or_else(|| first == "cmd" || first.ends_with(".exe"));
    let quote = if windows { "\\\"" } else { "'" };
    let mut edits: Edits = Vec::new();
    let mut end = list.span().start;
    for (at, item) in list.items().enumerate() {
        let content = item.content();
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'-' | b'_' | b'.' | b'/' | b':' | b'=' | b',' | b'+' | b'@' | b'%' | b'\\'
                )
        };
        // On Linux a backslash is for the shell.
        let bare = !content.is_empty()
            && content.bytes().all(plain)
            && (windows || !content.contains('\\'));
        if !edit::is_whole(item)
            || !bare
                && content.contains(['\'', '"'])
                && content.contains(if windows { '"' } else { '\'' })
        {
            return None;
        }
        let quote = if bare { "" } else { quote };
        let open = edit::opening(item.span());
        let front = if at == 0 { "\"" } else { " " };
        let before = match edits.pop() {
            // The quote behind the argument before goes with the gap.
            Some((_, text)) if at > 0 => text,
            _ => String::new(),
        };
        edits.push((Span { start: end, end: open.end }, format!("{before}{front}{quote}")));
        let close = edit::closing(item.span());
        end = close.start;
        edits.push((close, quote.to_owned()));
    }
    let (_, text) = edits.pop()?;
    edits.push((Span { start: end, end: list.span().end }, format!("{text}\"")));
    edit::is_whole(list).then_some(edits)
}

/// Models of tasks, which have a command line.
const TASKS: [Model; 6] = [
    Model::BATCH_TASK_CREATE_CONTENT,
    Model::BATCH_START_TASK,
    Model::BATCH_JOB_MANAGER_TASK,
    Model::BATCH_JOB_PREPARATION_TASK,
    Model::BATCH_JOB_RELEASE_TASK,
    Model::BATCH_TASK,
];

/// Names of Docker and Kubernetes, and what is meant.
const CONTAINER_WORDS: [(&str, Name, &str); 7] = [
    ("command", p::COMMAND_LINE, "write `commandLine`, one string"),
    ("cmd", p::COMMAND_LINE, "write `commandLine`, one string"),
    ("args", p::COMMAND_LINE, "put the arguments into `commandLine`, which is one string"),
    (
        "script",
        p::COMMAND_LINE,
        "write `commandLine`, and name the shell that is to read it, as in `/bin/bash -c '...'`",
    ),
    (
        "entrypoint",
        p::COMMAND_LINE,
        "write `commandLine`; an image's own entry point is kept by `--entrypoint` in `containerRunOptions`",
    ),
    ("image", p::CONTAINER_SETTINGS, "write `\"containerSettings\": { \"imageName\": ... }`"),
    (
        "env",
        p::ENVIRONMENT_SETTINGS,
        "write `environmentSettings`, a list of `{ \"name\": ..., \"value\": ... }`",
    ),
];

fn container_word(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    let (key, object) = (at.key()?, at.parent()?);
    let model = object.model().filter(|model| TASKS.contains(model))?;
    let name = key.content();
    let (word, meant, help) = CONTAINER_WORDS.iter().find(|(word, _, _)| name == *word)?;
    object.api().get(model, *meant)?;
    let message = format!("a task has no `{word}`, a name of Docker and Kubernetes");
    let finding = Finding::at_key(&COMMAND_LINE_LIST, at, message).help(*help);
    let free = object.member(*meant).is_none();
    let only = object.keys().filter(|key| means(*key) == Some(*meant)).count() == 1;
    let edits = match *word {
        _ if !free || !only || !edit::is_whole(key) => None,
        "command" | "cmd" if matches!(at.kind(), NodeKind::String | NodeKind::Array) => {
            Some(("Rename to `commandLine`", vec![(key.span(), "\"commandLine\"".to_owned())]))
        }
        "image" if at.kind() == NodeKind::String => {
            let edits = edit::wrap(object, &[(at, Some("imageName"))], &["containerSettings"]);
            edits.map(|edits| ("Put it into `containerSettings`", edits))
        }
        "env" if matches!(at.kind(), NodeKind::Object | NodeKind::Array) => Some((
            "Rename to `environmentSettings`",
            vec![(key.span(), "\"environmentSettings\"".to_owned())],
        )),
        _ => None,
    };
    Some(match edits {
        Some((title, edits)) => finding.edits(title, Applicability::Suggested, edits),
        None => finding,
    })
}

fn means(key: Cursor<'_>) -> Option<Name> {
    let name = key.content();
    CONTAINER_WORDS.iter().find(|(word, _, _)| name == *word).map(|(_, meant, _)| *meant)
}

/// Whether the command that a task lacks stands under another name.
fn is_command(fault: &Fault, object: Cursor<'_>, _: &Context<'_>) -> bool {
    let missing = object.api().all_rows().get(fault.other as usize);
    missing.is_some_and(|missing| missing.id == p::COMMAND_LINE)
        && object.model().is_some_and(|model| TASKS.contains(&model))
        && object.member(p::COMMAND_LINE).is_none()
        && object.keys().any(|key| means(key) == Some(p::COMMAND_LINE))
}
