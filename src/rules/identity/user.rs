//! The checks of user identities.

use crate::document::{Member, NodeKind, Object, Value};
use crate::report::Applicability;
use crate::rules::finding::{Finding, Findings};
use crate::rules::{Pool, Visit};

use super::{
    ELEVATION_NEEDED, USER_NAME_AND_AUTO_USER, WINDOWS_AUTO_USER_SCOPE, WINDOWS_DEFAULT_SCOPE,
};

/// Whether a certificate of the pool is visible to start tasks, not to tasks.
fn for_start_tasks_alone(certificate: Object<'_>) -> bool {
    let Some(accounts) = certificate.get("visibility").and_then(Value::as_array) else {
        return false;
    };
    let accounts: Vec<_> =
        accounts.filter_map(Value::as_str).map(|text| text.to_ascii_lowercase()).collect();
    let has = |name: &str| accounts.iter().any(|account| account == name);
    has("starttask") && !has("task")
}

/// The scope in effect: as written, or the default of the API.
fn scope(auto_user: Object<'_>) -> Option<String> {
    match auto_user.given("scope") {
        None => Some("pool".to_owned()),
        Some(value) => Some(value.as_str()?.to_ascii_lowercase()),
    }
}

pub(super) fn windows_scope(visit: &Visit<'_>, findings: &mut Findings) {
    let Some(pool) = visit.pool else { return };
    let Some(certificate) = pool.certificates().find(|object| for_start_tasks_alone(*object))
    else {
        return;
    };
    if pool.is_windows() != Some(true) || scope(visit.object).as_deref() != Some("pool") {
        return;
    }
    let message = "this auto user is shared by all tasks on the node, though a certificate of \
                   the pool is for start tasks alone";
    let finding = match visit.object.given("scope") {
        Some(value) => Finding::at(&WINDOWS_AUTO_USER_SCOPE, value, message).write(
            Applicability::Suggested,
            value,
            "task",
        ),
        None => Finding::at(&WINDOWS_AUTO_USER_SCOPE, visit.object.value(), message),
    };
    let span = crate::rules::finding::head(certificate.value());
    findings.add(
        finding
            .related(span, "visible to start tasks, not to tasks")
            .help("on Windows, write `\"scope\": \"task\"` where tasks must be kept apart"),
    );
}

pub(super) fn windows_default_scope(visit: &Visit<'_>, findings: &mut Findings) {
    let Some(auto_user) = auto_user(visit.object) else { return };
    if auto_user.has("scope") || visit.pool.and_then(Pool::is_windows) != Some(true) {
        return;
    }
    // Where a certificate is at stake the other rule says more.
    if visit.pool.is_some_and(|pool| pool.certificates().any(for_start_tasks_alone)) {
        return;
    }
    let message = "without a `scope`, this task runs as a user that all tasks on the node share";
    findings.add(
        Finding::at(&WINDOWS_DEFAULT_SCOPE, auto_user.value(), message)
            .help("on Windows, write `task` to isolate it, or `pool` if sharing is meant"),
    );
}

fn auto_user(task: Object<'_>) -> Option<Object<'_>> {
    task.given("userIdentity")?.as_object()?.given("autoUser")?.as_object()
}

pub(super) fn name_and_auto_user(visit: &Visit<'_>, findings: &mut Findings) {
    // Earlier versions and the documentation spell it `userName`.
    let named = |member: &Member<'_>| {
        member.name().eq_ignore_ascii_case("username") && member.value.kind() != NodeKind::Null
    };
    let Some(name) = visit.object.members().find(named) else { return };
    if visit.object.given("autoUser").is_none() {
        return;
    }
    let message = "`username` and `autoUser` exclude each other";
    let help = "keep `username` to run as an account of the pool, or `autoUser` for one that \
                Batch makes";
    let mut finding = Finding::at_key(&USER_NAME_AND_AUTO_USER, name, message).help(help);
    if let Some(other) = visit.object.member("autoUser") {
        finding = finding.related(other.key_span(), "the other one");
    }
    findings.add(finding);
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

pub(super) fn elevation_needed(visit: &Visit<'_>, findings: &mut Findings) {
    let elevated = auto_user(visit.object)
        .and_then(|auto_user| auto_user.given("elevationLevel"))
        .and_then(Value::as_str)
        .is_some_and(|level| level.eq_ignore_ascii_case("admin"));
    let Some(value) = visit.object.given("commandLine").filter(|_| !elevated) else { return };
    let Some(command) = value.as_str() else { return };
    let starts_word = |at: usize| {
        let before = command[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'))
    };
    let needs = PRIVILEGED
        .iter()
        .find(|privileged| command.match_indices(**privileged).any(|(at, _)| starts_word(at)));
    let Some(needs) = needs else { return };
    let identity = visit.object.given("userIdentity").and_then(Value::as_object);
    if identity.is_some_and(|identity| identity.given("username").is_some())
        || visit.object.given("containerSettings").is_some()
        || visit.pool.and_then(Pool::is_windows) == Some(true)
    {
        // A named account's rights are its own, and in a container the image
        // decides.
        return;
    }
    let message = format!("`{}` needs an administrator, and this task runs without", needs.trim());
    let help = "add `\"userIdentity\": { \"autoUser\": { \"scope\": \"pool\", \
                \"elevationLevel\": \"admin\" } }`";
    findings.add(Finding::at(&ELEVATION_NEEDED, value, message).help(help));
}
