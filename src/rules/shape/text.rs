//! Texts that are not JSON as a whole. One word about what they are takes the
//! place of the syntax errors that come of reading them as JSON.

use crate::document::foreign::{self, Foreign};
use crate::document::{Document, NodeKind, Problem, ProblemKind, Span, Value};
use crate::report::{Applicability, is_secret_name, redact};
use crate::rules::finding::shorten;
use crate::rules::{Check, Context, Covers, Finding, rule};

use super::python::timedelta;

rule! {
    /// The text is YAML, not JSON.
    ///
    /// ## Why it matters
    /// The service and the `--json-file` of az read JSON alone. As JSON, the
    /// first line is wrong already, and nothing behind it can be checked.
    ///
    /// ## Example
    /// ```json wrong
    /// id: p1
    /// vmSize: standard_d2s_v3
    /// ```
    ///
    /// ## Use instead
    /// The same as JSON. `yq -o=json` converts it, and so does a line of
    /// Python: `python3 -c 'import sys, json, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)'`.
    /// ```json right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// RFC 8259.
    YAML {
        code: "AB1310",
        id: "shape/yaml",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[Check::Text(yaml)],
    }
}

rule! {
    /// The text is of another kind altogether.
    ///
    /// ## Why it matters
    /// A pipeline has captured the wrong stream or file: the page that asks
    /// for a password, the message of a tool, a whole HTTP message with its
    /// headers, the pointer that Git LFS keeps in place of a file, a template
    /// of another language, or a file whose merge is not finished. A dozen
    /// syntax errors would hide that.
    ///
    /// ## Example
    /// ```json wrong
    /// HTTP/1.1 200 OK
    /// Content-Type: application/json
    ///
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Use instead
    /// The body alone.
    /// ```json right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where a Markdown fence around the body or a tool's warnings before
    /// it are removed; the body itself stays as it is. For others there is no
    /// fix.
    ///
    /// ## Source
    /// RFC 8259.
    NOT_JSON {
        code: "AB1311",
        id: "shape/not-json",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Text(not_json)],
    }
}

rule! {
    /// The text is an object as Python or JavaScript prints it.
    ///
    /// ## Why it matters
    /// What `print` and `str` make of a dictionary looks like JSON and is not:
    /// strings are in single quotes, and `None`, `True` and `False` stand for
    /// `null`, `true` and `false`. The service answers 400.
    ///
    /// This one finding stands for the syntax errors of these two kinds.
    /// Others, such as a printed `datetime.timedelta(…)`, are told apart, since
    /// each needs a look.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {'id': 'p1', 'vmSize': 'standard_d2s_v3', 'enableAutoScale': False, 'startTask': None}
    /// ```
    ///
    /// ## Use instead
    /// What `json.dumps` or `JSON.stringify` writes.
    /// ```json pool right
    /// {"id": "p1", "vmSize": "standard_d2s_v3", "enableAutoScale": false}
    /// ```
    ///
    /// ## Fix safety
    /// Safe: quotes and the three words are written as JSON has them. It is
    /// offered for what can have no other reading, as an apostrophe within
    /// single quotes may.
    ///
    /// ## Source
    /// RFC 8259.
    PYTHON_REPR {
        code: "AB1312",
        id: "shape/python-repr",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Text(python_repr)],
    }
}

rule! {
    /// The text holds several JSON documents, one after another.
    ///
    /// ## Why it matters
    /// A body is one JSON value; what follows it is refused. Several tasks go
    /// into one request as a collection, up to 100 of them; of anything else
    /// each needs a request of its own.
    ///
    /// The first document is checked, the others are not.
    ///
    /// ## Example
    /// ```json wrong
    /// { "id": "t1", "commandLine": "a" }
    /// { "id": "t2", "commandLine": "b" }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "value": [{ "id": "t1", "commandLine": "a" }, { "id": "t2", "commandLine": "b" }] }
    /// ```
    ///
    /// ## Fix safety
    /// Making a collection of tasks is a suggestion.
    ///
    /// ## Source
    /// RFC 8259; the largest number of tasks in `schemas/models.json`.
    JSON_LINES {
        code: "AB1313",
        id: "shape/json-lines",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[Check::Text(json_lines)],
    }
}

/// As many tasks as a collection takes.
const TASKS: usize = 100;

fn yaml(context: &Context<'_>) -> Option<(Finding, Covers)> {
    let (foreign, at) = foreign::recognise(context.analysis.document.text())?;
    let Foreign::Yaml { names, seems } = foreign else { return None };
    let names: Vec<_> = names
        .iter()
        .filter(|name| !is_secret_name(name))
        .map(|name| format!("`{}`", shorten(name, 32)))
        .collect();
    let mut message = "this is YAML, not JSON".to_owned();
    match seems {
        Some(seems) => message.push_str(&format!("; by its names it seems to be {seems}")),
        None if !names.is_empty() => {
            message.push_str(&format!("; it begins with {}", names.join(", ")));
        }
        None => {}
    }
    let help = match seems {
        Some(_) => "batchlint checks request bodies of Azure Batch, in JSON",
        None => "convert it, as with `yq -o=json`: the service reads JSON alone",
    };
    Some((Finding::text(&YAML, at, message).help(help), Covers::Document))
}

fn not_json(context: &Context<'_>) -> Option<(Finding, Covers)> {
    let text = context.analysis.document.text();
    let (foreign, at) = foreign::recognise(text)?;
    let (message, help) = match &foreign {
        Foreign::Yaml { .. } => return None,
        Foreign::Markup { title: Some(title) } => (
            format!("this is a web page, not JSON: \"{}\"", shorten(&redact(title), 80)),
            "something has saved a page in place of the body, such as one that asks to sign in",
        ),
        Foreign::Markup { title: None } => (
            "this is XML or HTML, not JSON".into(),
            "the service reads JSON alone; see what has written this file",
        ),
        Foreign::Fence { .. } => (
            "this is Markdown, not JSON: there is a fence around the body".into(),
            "take off the lines with ```",
        ),
        Foreign::Http { curl: false } => (
            "this is a whole HTTP message, not a body".into(),
            "the body begins behind the empty line; keep that alone",
        ),
        Foreign::Http { curl: true } => (
            "this is a curl command, not a body".into(),
            "the body is what stands behind `-d` or `--data`; keep that alone",
        ),
        Foreign::LfsPointer => (
            "this is a pointer of Git LFS; the file itself was not fetched".into(),
            "run `git lfs pull`",
        ),
        Foreign::PowerShell => (
            "this is a hash table of PowerShell, not JSON".into(),
            "write it with `ConvertTo-Json -Depth 20`",
        ),
        Foreign::Hcl => (
            "this is a file of Terraform, not JSON".into(),
            "batchlint checks what is sent to a Batch account's own endpoint",
        ),
        Foreign::Bicep => (
            "this is Bicep, not JSON".into(),
            "batchlint checks what is sent to a Batch account's own endpoint",
        ),
        Foreign::Binary(what) => {
            (format!("this is {what}, not JSON"), "give the request body as a JSON object")
        }
        Foreign::Log { json: Some(_), .. } => (
            "a tool's messages stand before the JSON".into(),
            "keep standard error apart from what is redirected into the file",
        ),
        Foreign::Log { json: None, .. } => (
            "this is a tool's message, not JSON".into(),
            "the tool has failed, or the wrong stream was redirected into the file",
        ),
        Foreign::Conflict { .. } => (
            "a merge is not finished here: these are the markers of a conflict".into(),
            "choose one of both sides, and remove the markers",
        ),
    };
    let finding = Finding::text(&NOT_JSON, at, message).help(help);
    let remove = |start: usize, end: usize| (Span::new(start, end), String::new());
    let finding = match foreign {
        Foreign::Fence { inner: Some(inner) } => {
            let edits = [remove(0, inner.start as usize), remove(inner.end as usize, text.len())];
            let edits = edits.into_iter().filter(|(span, _)| span.start < span.end);
            finding.edits("Take the fence off", Applicability::Safe, edits)
        }
        Foreign::Log { warning: true, json: Some(json) } => {
            let edits = [remove(0, json as usize)];
            finding.edits("Remove the warnings", Applicability::Safe, edits)
        }
        _ => finding,
    };
    Some((finding, Covers::Document))
}

/// Quotes and words of another language.
fn is_foreign(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::SingleQuotes | ProblemKind::ForeignLiteral(Some(_)))
}

/// The same, where it is sure how to mend it.
fn is_surely_foreign(problem: &Problem) -> bool {
    is_foreign(problem) && problem.repair.as_ref().is_some_and(|repair| repair.safe)
}

fn python_repr(context: &Context<'_>) -> Option<(Finding, Covers)> {
    let document = context.analysis.document;
    let text = document.text();
    let problems = document.problems();
    let source = |problem: &Problem| text.get(problem.span.range()).unwrap_or_default();
    let quotes = problems.iter().any(|problem| problem.kind == ProblemKind::SingleQuotes);
    let printed = |source: &str| match source.strip_prefix('<') {
        Some(rest) => rest.contains(": "),
        None => timedelta(source).is_some() || source.starts_with("datetime."),
    };
    let telling = |problem: &Problem| match problem.kind {
        ProblemKind::ForeignLiteral(Some(_)) => {
            matches!(source(problem), "None" | "True" | "False" | "undefined")
        }
        ProblemKind::UnquotedValue => printed(source(problem)),
        _ => false,
    };
    if !quotes || !problems.iter().any(telling) || !has_foreign_names(document) {
        return None;
    }
    let root = document.root()?;
    let script = problems.iter().any(|problem| source(problem) == "undefined");
    let (message, help) = match script {
        true => ("this is a printed JavaScript object, not JSON", "write it with `JSON.stringify`"),
        false => ("this is a printed Python object, not JSON", "write it with `json.dumps`"),
    };
    let help = format!(
        "{help}; JSON has double quotes, and `null`, `true` and `false` for {}",
        if script { "its words" } else { "`None`, `True` and `False`" }
    );
    let finding = Finding::text(&PYTHON_REPR, root.head(), message).help(help);
    let sure = problems.iter().filter(|problem| is_surely_foreign(problem));
    let edits: Vec<(Span, String)> = sure
        .filter_map(|problem| problem.repair.as_ref())
        .flat_map(|repair| repair.edits.iter().cloned())
        .collect();
    Some(if edits.is_empty() {
        (finding, Covers::Problems(is_foreign))
    } else {
        let finding = finding.edits("Write it as JSON does", Applicability::Safe, edits);
        (finding, Covers::Problems(is_surely_foreign))
    })
}

/// Whether names are mostly in single quotes: JSON with a slip or two is none
/// of a language's objects.
fn has_foreign_names(document: &Document<'_>) -> bool {
    let bytes = document.text().as_bytes();
    let count = u32::try_from(document.len()).unwrap_or(u32::MAX);
    let keys = (0..count).filter(|index| document.kind_of(*index) == NodeKind::Key);
    let begins = keys.filter_map(|index| bytes.get(document.span_of(index).start as usize));
    let (mut single, mut double) = (0usize, 0usize);
    for quote in begins {
        single += usize::from(*quote == b'\'');
        double += usize::from(*quote == b'"');
    }
    single > double
}

fn is_trailing(problem: &Problem) -> bool {
    problem.kind == ProblemKind::TrailingContent
}

fn json_lines(context: &Context<'_>) -> Option<(Finding, Covers)> {
    let document = context.analysis.document;
    let text = document.text();
    let trailing = document.problems().iter().find(|problem| is_trailing(problem))?;
    let first = document.root()?;
    let mut ends = vec![first.span()];
    let mut tasks = is_task(first);
    let mut at = trailing.span.start as usize;
    let mut apart = Vec::new();
    // One more than a collection takes tells that it is too many.
    while ends.len() <= TASKS {
        let rest = text.get(at..)?;
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let comma = trimmed.strip_prefix(',');
        let value = comma.unwrap_or(trimmed).trim_start_matches([' ', '\t', '\r', '\n']);
        if !value.starts_with(['{', '[']) {
            break;
        }
        let start = text.len() - value.len();
        let next = Document::parse(value);
        let sound = next.problems().iter().all(is_trailing);
        let Some(root) = next.root().filter(|_| sound) else { break };
        let end = start + root.span().end as usize;
        tasks &= is_task(root);
        apart.push(comma.is_some());
        ends.push(Span::new(start, end));
        at = end;
    }
    let second = *ends.get(1)?;
    if !matches!(first.kind(), NodeKind::Object | NodeKind::Array) {
        return None;
    }
    let whole = text.get(at..).is_some_and(|rest| rest.trim().trim_end_matches(',').is_empty());
    let message = "another JSON document begins here; a request body is one";
    let head = Span { end: second.start + 1, ..second };
    let finding = Finding::text(&JSON_LINES, head, message)
        .related(first.head(), "the first one, which alone is checked");
    let finding = match (tasks, whole) {
        (true, true) => {
            let insert = |at: u32, text: &str| (Span { start: at, end: at }, text.to_owned());
            let start = first.span().start;
            let mut edits = vec![insert(start, "{\"value\":[")];
            for (end, comma) in std::iter::zip(&ends, &apart) {
                edits.extend((!comma).then(|| insert(end.end, ",")));
            }
            let last = ends.last()?.end;
            let behind = text.get(last as usize..).unwrap_or_default();
            // A comma behind the last one would be one too many.
            match behind.find(',') {
                Some(comma) => {
                    let comma = last + u32::try_from(comma).ok()?;
                    let span = Span { start: comma, end: comma + 1 };
                    edits.push((span, "]}".to_owned()));
                }
                None => edits.push(insert(last, "]}")),
            }
            finding.help("several tasks are one body as `{\"value\": [{…}, {…}]}`").edits(
                "Make it a collection of tasks",
                Applicability::Suggested,
                edits,
            )
        }
        (true, false) => finding.help(format!(
            "several tasks are one body as `{{\"value\": [{{…}}, {{…}}]}}`, up to {TASKS} of them"
        )),
        (false, _) => finding.help("each needs a request of its own, and a file of its own here"),
    };
    Some((finding, Covers::Problems(is_trailing)))
}

/// Whether a value may well be a task.
fn is_task(value: Value<'_>) -> bool {
    value.as_object().is_some_and(|object| object.has("id") && object.has("commandLine"))
}
