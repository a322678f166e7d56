//! Command lines that run in a container: what they call, and which of Batch's
//! directories they name.
//!
//! Command lines are read here as far as these two rules need it. Where it is
//! not sure what a command line does, nothing is said.

use std::ops::Range;

use crate::analysis::Cursor;
use crate::api::p;
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Check, Context, list, rule};
use crate::values::container_image::ImageName;

use super::mounts::{entry, mounts, mounts_source, works_in_task};
use super::{TASKS, settings};

rule! {
    /// A container task calls `docker` itself.
    ///
    /// ## Why it matters
    /// Batch fetches the image, makes the container and runs the command line
    /// in it. In there is no `docker`, so the task fails.
    ///
    /// The rule says nothing of images that are made to call Docker, or where
    /// the node's Docker socket is mounted.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "docker run ubuntu:22.04 echo hi",
    ///   "containerSettings": { "imageName": "ubuntu:22.04" }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "echo hi",
    ///   "containerSettings": { "imageName": "ubuntu:22.04" }
    /// }
    /// ```
    ///
    /// ## Source
    /// Users' reports (Azure/Batch#86, MicrosoftDocs/azure-docs#17636).
    DOCKER_IN_CONTAINER_TASK {
        code: "AB2309",
        id: "container/docker-in-container-task",
        severity: Warning,
        confidence: Reported,
        checks: &[Check::Models(TASKS, docker)],
    }
}

fn docker(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(settings) = settings(task) else { return };
    let Some(value) = task.get(p::COMMAND_LINE) else { return };
    let Some(line) = value.as_str().filter(|line| line.contains("docker")) else { return };
    let Some(range) = calls(&line, is_docker) else { return };
    let options = settings.text(p::CONTAINER_RUN_OPTIONS).unwrap_or_default();
    if options.contains("docker.sock") || options.contains("docker_engine") {
        return;
    }
    let image = settings.text(p::IMAGE_NAME).unwrap_or_default();
    let path = ImageName::parse(&image).map_or("", |image| image.path.text);
    if path.rsplit('/').next().is_some_and(|last| last.contains("docker")) {
        return;
    }
    let Some(reading) = value.reading() else { return };
    let message = "the command line runs in the container that Batch makes, where there is no \
                   `docker`";
    let help = "write the command that is to run inside, and options of the container into \
                `containerRunOptions`";
    findings.add(
        Finding::within(&DOCKER_IN_CONTAINER_TASK, value, &reading, &range, message)
            .related(settings.name_span(), "it runs in a container")
            .help(help),
    );
}

/// How long the call of Docker is that a command begins with.
fn is_docker(command: &str) -> Option<usize> {
    let mut at = 0;
    match word(command, &mut at)? {
        "docker-compose" => return Some(at),
        "docker" => {}
        _ => return None,
    }
    match word(command, &mut at)? {
        "run" | "pull" | "exec" | "create" => Some(at),
        "compose" => (word(command, &mut at)? == "up").then_some(at),
        _ => None,
    }
}

/// The next word from a place on, which moves behind it.
fn word<'t>(text: &'t str, at: &mut usize) -> Option<&'t str> {
    let rest = text.get(*at..)?;
    let word = rest.split_whitespace().next()?;
    *at = text.len() - rest.trim_start().len() + word.len();
    text.get(*at - word.len()..*at)
}

/// Words before a command that leave it one.
const BEFORE: [&str; 11] =
    ["!", "do", "else", "exec", "if", "nohup", "sudo", "then", "time", "until", "while"];

/// Where the first call is that `is` knows, among the commands of a command
/// line: the one that Batch starts or, if that is a shell, those of its script.
fn calls(line: &str, is: fn(&str) -> Option<usize>) -> Option<Range<usize>> {
    let (start, end, is_script) = match script(line) {
        Some(script) => (script.start, script.end, true),
        None => (0, line.len(), false),
    };
    let mut quote = None;
    let mut at_start = true;
    let mut skip = false;
    for (at, c) in line.get(start..end)?.char_indices() {
        let at = start + at;
        if std::mem::take(&mut skip) {
            continue;
        }
        if at_start && quote.is_none() && !c.is_whitespace() {
            let rest = line.get(at..end)?;
            let bare = unprefixed(rest);
            let from = at + (rest.len() - bare.len());
            if let Some(length) = is(bare) {
                return Some(from..from + length);
            }
            at_start = false;
        }
        if !is_script {
            if at_start {
                continue;
            }
            return None;
        }
        match c {
            '\'' | '"' if quote == Some(c) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(c),
            // An escaped quote within a script in quotes opens one as well.
            '\\' => skip = !line.get(at + 1..end)?.starts_with(['\'', '"']),
            ';' | '&' | '|' | '(' | '{' | '\n' if quote.is_none() => at_start = true,
            _ => {}
        }
    }
    None
}

/// A command without the words before it that leave it one.
fn unprefixed(mut command: &str) -> &str {
    loop {
        let word = command.split_ascii_whitespace().next().unwrap_or_default();
        if !BEFORE.contains(&word) || !command.starts_with(word) {
            return command;
        }
        command = command.get(word.len()..).unwrap_or_default().trim_start();
    }
}

/// The script that a command line hands to a shell: what follows `-c`, without
/// the quotes around it.
fn script(line: &str) -> Option<Range<usize>> {
    const SHELLS: [&str; 9] =
        ["ash", "bash", "cmd", "dash", "ksh", "powershell", "pwsh", "sh", "zsh"];
    let mut at = 0;
    let shell = word(line, &mut at)?;
    let name = shell.trim_matches('"').rsplit(['/', '\\']).next().unwrap_or_default();
    let end = name.len().checked_sub(4).filter(|at| {
        name.get(*at..).is_some_and(|extension| extension.eq_ignore_ascii_case(".exe"))
    });
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or(name);
    if !SHELLS.iter().any(|shell| shell.eq_ignore_ascii_case(name)) {
        return None;
    }
    loop {
        let letter = word(line, &mut at)?.strip_prefix(['-', '/'])?;
        // `-c`, `-lc` and `/c`, and `-Command` of PowerShell.
        if letter.eq_ignore_ascii_case("command") || letter.ends_with(['c', 'C']) {
            let rest = line.get(at..)?;
            let body = rest.trim();
            let start = at + (rest.len() - rest.trim_start().len());
            let quoted = ['\'', '"']
                .into_iter()
                .any(|q| body.len() > 1 && body.starts_with(q) && body.ends_with(q));
            let inset = usize::from(quoted);
            return Some(start + inset..start + body.len() - inset);
        }
    }
}

rule! {
    /// The command uses a Batch directory that is not mounted into its
    /// container.
    ///
    /// ## Why it matters
    /// With `containerHostBatchBindMounts` only the directories in it are
    /// mounted. Others are not there, and neither are the variables that lead to
    /// them.
    ///
    /// ## Example
    /// ```json task wrong
    /// {
    ///   "id": "t1",
    ///   "commandLine": "/bin/sh -c 'ls $AZ_BATCH_NODE_SHARED_DIR'",
    ///   "containerSettings": {
    ///     "imageName": "alpine:3.20",
    ///     "containerHostBatchBindMounts": [{ "source": "Task" }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// {
    ///   "id": "t1",
    ///   "commandLine": "/bin/sh -c 'ls $AZ_BATCH_NODE_SHARED_DIR'",
    ///   "containerSettings": {
    ///     "imageName": "alpine:3.20",
    ///     "containerHostBatchBindMounts": [{ "source": "Task" }, { "source": "Shared" }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// A suggestion: isolating the task may be what its author wants.
    ///
    /// ## Source
    /// Azure's guide to isolating container tasks.
    VARIABLE_OF_UNMOUNTED_PATH {
        code: "AB2313",
        id: "container/variable-of-unmounted-path",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Models(TASKS, unmounted)],
    }
}

/// What a variable's name goes on with behind `AZ_BATCH_`, and the mount that
/// sets it. A star stands for anything.
const VARIABLES: [(&str, &str); 9] = [
    ("NODE_SHARED_DIR", "Shared"),
    ("NODE_STARTUP_DIR", "Startup"),
    ("NODE_STARTUP_WORKING_DIR", "Startup"),
    ("NODE_MOUNTS_DIR", "VfsMounts"),
    ("JOB_PREP_DIR", "JobPrep"),
    ("JOB_PREP_WORKING_DIR", "JobPrep"),
    ("TASK_DIR", "Task"),
    ("TASK_WORKING_DIR", "Task"),
    ("APP_PACKAGE*", "Applications"),
];

/// What all of Batch's variables begin with.
const PREFIX: &str = "AZ_BATCH_";

fn unmounted(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(settings) = settings(task) else { return };
    let Some(mounts) = mounts(settings) else { return };
    let Some(value) = task.get(p::COMMAND_LINE) else { return };
    let Some(line) = value.as_str().filter(|line| line.contains(PREFIX)) else { return };
    let options = settings.text(p::CONTAINER_RUN_OPTIONS).unwrap_or_default();
    let mut said: Vec<&str> = Vec::new();
    for (at, _) in line.match_indices(PREFIX) {
        let rest = line.get(at + PREFIX.len()..).unwrap_or_default();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        let is = |known: &str| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == known,
        };
        let Some((_, source)) = VARIABLES.iter().find(|(known, _)| is(known)) else { continue };
        let before = line.get(..at).unwrap_or_default();
        if !before.ends_with(['$', '{', '%', ':', '"', '\'']) || said.contains(source) {
            continue;
        }
        said.push(source);
        let end = at + PREFIX.len() + name.len();
        // What the command itself or an option sets is there.
        let named = line.get(at..end).unwrap_or_default();
        let set = options.contains(named) || line.contains(&format!("{named}="));
        // Another rule says it of a task that is to work in its directory.
        let elsewhere = *source == "Task" && works_in_task(settings);
        if set || elsewhere || mounts_source(mounts, source) {
            continue;
        }
        let Some(reading) = value.reading() else { return };
        let message =
            format!("`{PREFIX}{}` leads to a directory that is not mounted", shorten(name));
        let help = format!("add `{}` to `containerHostBatchBindMounts`", entry(source));
        findings.add(
            Finding::within(&VARIABLE_OF_UNMOUNTED_PATH, value, &reading, &(at..end), message)
                .related(mounts.name_span(), "the directories that are mounted")
                .help(help)
                .edits_if(
                    "Mount it",
                    Applicability::Suggested,
                    list::append(mounts, &entry(source)),
                ),
        );
    }
}

/// A name as a message shows it.
fn shorten(name: &str) -> String {
    crate::rules::finding::shorten(name, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<&str> {
        calls(line, is_docker).map(|range| &line[range])
    }

    #[test]
    fn docker_is_found_where_it_is_called() {
        assert_eq!(found("docker run ubuntu echo"), Some("docker run"));
        assert_eq!(found(" sudo docker  pull x"), Some("docker  pull"));
        assert_eq!(found("/bin/bash -c 'cd /x && docker exec y'"), Some("docker exec"));
        assert_eq!(found("bash -lc \"set -e; docker-compose up\""), Some("docker-compose"));
        assert_eq!(found("sh -c \"(docker compose up)\""), None, "`up)` may be anything");
        assert_eq!(found("sh -c \"docker compose up -d\""), Some("docker compose up"));
        assert_eq!(found("cmd.exe /c docker run x"), Some("docker run"));
        assert_eq!(found("bash -c 'if true; then docker run x; fi'"), Some("docker run"));
    }

    #[test]
    fn docker_is_not_found_where_it_is_a_word() {
        for line in [
            "echo docker run",
            "bash -c 'echo docker run x'",
            "bash -c \"echo 'a; docker run x'\"",
            "bash -c \"echo \\\"a; docker run x\\\"\"",
            "mydocker run",
            "docker ps",
            "docker",
            "bash install-docker.sh; docker run x",
            "python3 -c 'docker run'",
            "bash -c '# docker'",
            "",
            "bash -c",
            "bash -c '",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
