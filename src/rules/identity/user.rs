//! The checks of user identities.

use crate::analysis::{Cursor, Pool};
use crate::api::p;
use crate::report::Applicability;
use crate::rules::Context;
use crate::rules::finding::{Finding, Findings};

use super::{
    ELEVATION_NEEDED, USER_NAME_AND_AUTO_USER, WINDOWS_AUTO_USER_SCOPE, WINDOWS_DEFAULT_SCOPE,
};

/// Whether a certificate of the pool is visible to start tasks, not to tasks.
fn for_start_tasks_alone(certificate: Cursor<'_>) -> bool {
    let Some(accounts) = certificate.get(p::VISIBILITY) else { return false };
    let has = |name: &str| {
        let mut accounts = accounts.items().filter_map(Cursor::as_str);
        accounts.any(|account| account.eq_ignore_ascii_case(name))
    };
    has("starttask") && !has("task")
}

/// The scope in effect: as written, or the default of the API.
fn scope(auto_user: Cursor<'_>) -> Option<String> {
    match auto_user.get(p::SCOPE) {
        None => Some("pool".to_owned()),
        Some(value) => Some(value.as_str()?.to_ascii_lowercase()),
    }
}

pub(super) fn windows_scope(auto_user: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(pool) = auto_user.pool() else { return };
    let Some(certificate) = pool.certificates().find(|object| for_start_tasks_alone(*object))
    else {
        return;
    };
    if pool.is_windows() != Some(true) || scope(auto_user).as_deref() != Some("pool") {
        return;
    }
    let message = "this auto user is shared by all tasks on the node, though a certificate of \
                   the pool is for start tasks alone";
    let finding = match auto_user.get(p::SCOPE) {
        Some(value) => Finding::at(&WINDOWS_AUTO_USER_SCOPE, value, message).write(
            Applicability::Suggested,
            value,
            "task",
        ),
        None => Finding::at(&WINDOWS_AUTO_USER_SCOPE, auto_user, message),
    };
    findings.add(
        finding
            .related(certificate.head(), "visible to start tasks, not to tasks")
            .help("on Windows, write `\"scope\": \"task\"` where tasks must be kept apart"),
    );
}

pub(super) fn windows_default_scope(
    task: Cursor<'_>,
    _: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let Some(auto_user) = auto_user(task) else { return };
    let pool = task.pool();
    if auto_user.get(p::SCOPE).is_some() || pool.and_then(Pool::is_windows) != Some(true) {
        return;
    }
    // Where a certificate is at stake the other rule says more.
    if pool.is_some_and(|pool| pool.certificates().any(for_start_tasks_alone)) {
        return;
    }
    let message = "without a `scope`, this task runs as a user that all tasks on the node share";
    findings.add(
        Finding::at(&WINDOWS_DEFAULT_SCOPE, auto_user, message)
            .help("on Windows, write `task` to isolate it, or `pool` if sharing is meant"),
    );
}

fn auto_user(task: Cursor<'_>) -> Option<Cursor<'_>> {
    task.get(p::USER_IDENTITY)?.get(p::AUTO_USER)
}

pub(super) fn name_and_auto_user(
    identity: Cursor<'_>,
    _: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let (Some(name), Some(auto_user)) = (identity.get(p::USERNAME), identity.get(p::AUTO_USER))
    else {
        return;
    };
    let message = "`username` and `autoUser` exclude each other";
    let help = "keep `username` to run as an account of the pool, or `autoUser` for one that \
                Batch makes";
    let other = auto_user.name_span();
    findings.add(
        Finding::at_key(&USER_NAME_AND_AUTO_USER, name, message)
            .help(help)
            .related(other, "the other one"),
    );
}

/// Commands that only an administrator can run.
const PRIVILEGED: [&str; 10] = [
    "apt-get install",
    "apt install",
    "yum install",
    "dnf install",
    "zypper install",
    "apk add",
    "snap install",
    "systemctl ",
    "modprobe ",
    "mount ",
];

/// The first of these commands in a command line, at the start of a word.
fn privileged(command: &str) -> Option<&'static str> {
    // Letters beyond ASCII are parts of words, too.
    let is_word =
        |b: u8| b.is_ascii_alphanumeric() || !b.is_ascii() || matches!(b, b'_' | b'-' | b'.');
    let bytes = command.as_bytes();
    let mut before = b' ';
    for (at, byte) in bytes.iter().enumerate() {
        if is_word(*byte) && !is_word(before) {
            let rest = &bytes[at..];
            let begins = |known: &&&str| rest.starts_with(known.as_bytes());
            if let Some(found) = PRIVILEGED.iter().find(begins) {
                return Some(found);
            }
        }
        before = *byte;
    }
    None
}

pub(super) fn elevation_needed(task: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(value) = task.get(p::COMMAND_LINE) else { return };
    let Some(command) = value.as_str() else { return };
    let Some(needs) = privileged(&command) else { return };
    let elevated = auto_user(task)
        .and_then(|auto_user| auto_user.text(p::ELEVATION_LEVEL))
        .is_some_and(|level| level.eq_ignore_ascii_case("admin"));
    let named = task.get(p::USER_IDENTITY).is_some_and(|one| one.get(p::USERNAME).is_some());
    // A named account's rights are its own, and in a container the image
    // decides.
    let container = task.get(p::CONTAINER_SETTINGS).is_some();
    if elevated || named || container || task.pool().and_then(Pool::is_windows) == Some(true) {
        return;
    }
    let message = format!("`{}` needs an administrator, and this task runs without", needs.trim());
    let help = "add `\"userIdentity\": { \"autoUser\": { \"scope\": \"pool\", \
                \"elevationLevel\": \"admin\" } }`";
    findings.add(Finding::at(&ELEVATION_NEEDED, value, message).help(help));
}
