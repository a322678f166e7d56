//! What `containerRunOptions` say: the options of `docker create`.

use std::ops::Range;

use crate::analysis::Cursor;
use crate::api::p;
use crate::document::{Span, Text};
use crate::report::Applicability;
use crate::rules::edit::{self, Edits};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, Rule, rule};
use crate::values::container_options::{Options, command};

rule! {
    /// `--gpus` is among the container's options.
    ///
    /// ## Why it matters
    /// Batch itself gives a container the GPUs of its node. It does not know
    /// the option: the task was seen to fail on the node with
    /// `ContainerInvalidSettings` ("Some supplied docker options are not
    /// recognized or are unsupported: --gpus").
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "nvidia-smi",
    ///   "containerSettings": { "imageName": "nvidia/cuda:12.4.1-base-ubuntu22.04", "containerRunOptions": "--rm --gpus all" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "nvidia-smi",
    ///   "containerSettings": { "imageName": "nvidia/cuda:12.4.1-base-ubuntu22.04", "containerRunOptions": "--rm" }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it takes the option out. The container has the node's GPUs
    /// without it.
    ///
    /// ## Source
    /// Users' reports (epi2me-labs/wf-basecalling#6); Azure's guide to
    /// container workloads on Batch.
    GPUS_OPTION {
        code: "AB2310",
        id: "container/gpus-option",
        severity: Warning,
        confidence: Reported,
        fix: Suggested,
        service_code: "ContainerInvalidSettings",
        checks: &[Check::Properties(&[p::CONTAINER_RUN_OPTIONS], gpus)],
    }
}

fn gpus(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    for option in Options::of(&text).filter(|option| option.name == "--gpus") {
        let message = "Batch does not take the option `--gpus`";
        let help = "leave it out: Batch gives a container the GPUs of its node";
        say(&GPUS_OPTION, value, &option.range, message, help, findings);
    }
}

rule! {
    /// The container's options hold one that `docker create` does not have.
    ///
    /// ## Why it matters
    /// Batch hands the text to `docker create`, then starts the container and
    /// waits for it. Options for running in the background belong to
    /// `docker run` alone, and so do the words `docker run` themselves; the
    /// task fails on the node with `ContainerInvalidSettings`.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerRunOptions": "-d --rm" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerRunOptions": "--rm" }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it takes the option out.
    ///
    /// ## Source
    /// The API's documentation of `containerRunOptions`; Docker's reference of
    /// `docker create` and `docker run`.
    RUN_ONLY_CONTAINER_OPTION {
        code: "AB2311",
        id: "container/run-only-container-option",
        severity: Warning,
        fix: Suggested,
        service_code: "ContainerInvalidSettings",
        checks: &[Check::Properties(&[p::CONTAINER_RUN_OPTIONS], run_only)],
    }
}

fn run_only(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    if let Some(words) = command(&text) {
        let message = "`containerRunOptions` begin with a command, and only options belong there";
        let help = "write the options alone: Batch hands them to `docker create`";
        say(&RUN_ONLY_CONTAINER_OPTION, value, &words, message, help, findings);
    }
    for option in Options::of(&text) {
        let long = option.name.strip_prefix("--");
        let mut range = option.range.clone();
        match long {
            Some("detach" | "detach-keys" | "sig-proxy") => {}
            Some(_) => continue,
            None => match option.name.find('d') {
                Some(_) if option.name.len() == 2 => {}
                // One letter of a group; quotes would move it.
                Some(at) if text.get(range.clone()).is_some_and(|raw| raw == option.name) => {
                    range = range.start + at..range.start + at + 1;
                }
                _ => continue,
            },
        }
        let name = long.map_or("-d", |_| &option.name);
        let message = format!("`docker create` does not have the option `{}`", shorten(name, 20));
        let help = "leave it out: Batch starts the container and waits for it";
        say(&RUN_ONLY_CONTAINER_OPTION, value, &range, &message, help, findings);
    }
}

rule! {
    /// The container gets a fixed name.
    ///
    /// ## Why it matters
    /// A name can be taken once on a node. Two tasks of the same name there, or
    /// a second try of one task while its first container still exists, fail.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "myapp",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerRunOptions": "--name worker" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "myapp", "containerSettings": { "imageName": "myapp:1.0" } }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: it takes the option out, and something else may look for
    /// the container by that name.
    ///
    /// ## Source
    /// Docker's reference of `docker create`.
    FIXED_CONTAINER_NAME {
        code: "AB2326",
        id: "container/fixed-container-name",
        severity: Info,
        group: Pedantic,
        confidence: Inferred,
        fix: Suggested,
        checks: &[Check::Properties(&[p::CONTAINER_RUN_OPTIONS], fixed_name)],
    }
}

fn fixed_name(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(text) = value.as_str() else { return };
    for option in Options::of(&text).filter(|option| option.name == "--name") {
        let message = "the container gets a fixed name, which can be taken once on a node";
        let help = "leave `--name` out: Batch names the container";
        say(&FIXED_CONTAINER_NAME, value, &option.range, message, help, findings);
    }
}

rule! {
    /// The container's working directory is set in two ways.
    ///
    /// ## Why it matters
    /// `workingDirectory` says whether Batch sets the working directory of the
    /// container; the option `--workdir` sets one as well. One of the two
    /// loses, and relative paths in the command line miss their files.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "./run",
    ///   "containerSettings": {
    ///     "imageName": "myapp:1.0",
    ///     "workingDirectory": "taskWorkingDirectory",
    ///     "containerRunOptions": "--workdir /app"
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "./run",
    ///   "containerSettings": { "imageName": "myapp:1.0", "containerRunOptions": "--workdir /app" }
    /// }
    /// ```
    ///
    /// ## Source
    /// Follows from the API's documentation of `workingDirectory`.
    WORKING_DIRECTORY_TWICE {
        code: "AB2319",
        id: "container/working-directory-twice",
        severity: Warning,
        confidence: Inferred,
        checks: &[Check::Properties(&[p::CONTAINER_RUN_OPTIONS], working_directory)],
    }
}

fn working_directory(value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let other = value.parent().and_then(|settings| settings.get(p::WORKING_DIRECTORY));
    let other = other.filter(|other| !other.is_read_only());
    let (Some(other), Some(content)) = (other, value.as_str()) else { return };
    let mut options = Options::of(&content);
    let option = options.find(|option| option.is("workdir", 'w'));
    if let (Some(option), Some(text)) = (option, value.reading()) {
        let message = "this sets the working directory, and so does `workingDirectory`";
        findings.add(
            Finding::within(&WORKING_DIRECTORY_TWICE, value, &text, &option.range, message)
                .related(other.name_span(), "the other one")
                .help("keep one of the two"),
        );
    }
}

/// A finding at an option, with a fix that takes it out.
fn say(
    rule: &'static Rule,
    value: Cursor<'_>,
    range: &Range<usize>,
    message: &str,
    help: &str,
    findings: &mut Findings<'_>,
) {
    let Some(text) = value.reading().filter(|_| !value.is_read_only()) else { return };
    findings.add(Finding::within(rule, value, &text, range, message).help(help).edits_if(
        "Take it out",
        Applicability::Suggested,
        without(value, &text, range),
    ));
}

/// Takes a part out of the options, with the white space on one side of it; the
/// member itself if nothing is left.
fn without(value: Cursor<'_>, text: &Text, range: &Range<usize>) -> Option<Edits> {
    let (front, back) = (text.text().get(..range.start)?, text.text().get(range.end..)?);
    if front.trim().is_empty() && back.trim().is_empty() {
        return edit::take_out(value);
    }
    let within = !front.is_empty() && !front.ends_with(char::is_whitespace);
    let part = match front.trim_end() {
        // A letter of a group.
        _ if within => range.clone(),
        "" => 0..range.end + (back.len() - back.trim_start().len()),
        kept => kept.len()..range.end,
    };
    let span: Span = text.span(&part);
    Some(vec![(span, String::new())])
}
