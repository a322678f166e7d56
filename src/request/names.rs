//! Names beyond the tables of the API: those that operations, bodies and paths
//! had before, and the operations that are there but are not checked.

use crate::api::{Api, Operation, match_path};
use crate::document::Object;

include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// Names that an operation and its body had before.
struct Former {
    id: &'static str,
    ids: &'static [&'static str],
    bodies: &'static [&'static str],
}

/// A path that the API had before.
#[derive(Debug)]
pub(crate) struct Removed {
    /// With `{placeholders}`.
    pub(crate) path: &'static str,
    /// The first version without it.
    pub(crate) since: &'static str,
    /// The path that took its place.
    pub(crate) instead: Option<&'static str>,
}

/// An operation of the data plane that is not checked.
#[derive(Debug)]
pub(crate) struct Other {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    ids: &'static [&'static str],
    bodies: &'static [&'static str],
    success: &'static str,
    /// What it does, where its body alone tells: "resizes a pool".
    pub(crate) does: &'static str,
    /// Members that only its body has.
    telling: &'static [&'static str],
    /// All members that its body may have.
    members: &'static [&'static str],
}

impl Other {
    /// Whether its body may have a member of this name.
    pub(super) fn may_have(&self, name: &str) -> bool {
        self.members.contains(&name)
    }

    /// Whether an object is its body, by members that no other body has.
    pub(super) fn is_body(&self, object: Object<'_>) -> bool {
        object.members().take(16).all(|member| self.may_have(&member.name()))
            && self.telling.iter().any(|name| object.has(name))
    }

    /// The names of the path's parameters.
    pub(super) fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).filter_map(|part| part.split('}').next())
    }

    pub(super) fn succeeds_with(&self, status: &str) -> bool {
        self.success == status
    }

    /// Whether a former description gave its body this name.
    pub(super) fn has_body(&self, name: &str) -> bool {
        self.bodies.contains(&name)
    }
}

/// What an operation's name means.
pub(super) enum Named {
    /// The id or an alias of this one.
    Present(&'static Operation),
    /// Another name of this one: a former id, or the name of a method in one
    /// of the SDKs.
    Former(&'static Operation),
    Other(&'static Other),
}

/// The operation that a name is of.
pub(super) fn operation(api: Api, name: &str) -> Option<Named> {
    if let Some(operation) = api.operation(name) {
        return Some(Named::Present(operation));
    }
    // The longest known name has 44 letters; longer ones need no look.
    if name.len() > 96 {
        return None;
    }
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if let Some(former) = FORMER.iter().find(|former| former.ids.iter().any(|id| is(id))) {
        return api.operation(former.id).map(Named::Former);
    }
    let other = OTHERS.iter().find(|other| is(other.id) || other.ids.iter().any(|id| is(id)));
    if let Some(other) = other {
        return Some(Named::Other(other));
    }
    by_words(api, name)
}

/// The same, for the ways in which tools write the names: `create_pool`,
/// `BatchClient.CreatePool`, `Batch_CreatePool`, `pool.add`, `batch pool
/// create`.
fn by_words(api: Api, name: &str) -> Option<Named> {
    let given = letters(name);
    let given = ["azbatch", "batchserviceclient", "batchclient", "batch"]
        .iter()
        .find_map(|prefix| given.strip_prefix(prefix))
        .unwrap_or(&given);
    if given.is_empty() {
        return None;
    }
    // `CreatePool` of `Pools_CreatePool` says it all; `Add` of `Pool_Add` does
    // not.
    let verb = |id: &str| letters(id.split('_').nth(1).unwrap_or(id)) == given;
    let whole = |id: &&str| letters(id) == given;
    for operation in api.operations() {
        if verb(operation.id) || whole(&operation.id) || operation.aliases.iter().any(whole) {
            return Some(Named::Former(operation));
        }
    }
    if let Some(former) = FORMER.iter().find(|former| former.ids.iter().any(whole)) {
        return api.operation(former.id).map(Named::Former);
    }
    let mut others = OTHERS.iter();
    let other = others.find(|other| verb(other.id) || other.ids.iter().any(whole));
    other.map(Named::Other)
}

/// A name's letters and digits, in lower case.
fn letters(name: &str) -> String {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

/// What a former name of a request body says.
pub(super) enum FormerBody {
    /// The one operation whose body had it.
    Of(&'static Operation),
    /// The present name of the bodies that had it.
    Now(&'static str),
}

/// What a name among the parameters says, if it is one that bodies had before.
pub(super) fn former_body(api: Api, name: &str) -> Option<FormerBody> {
    if let Some(former) = FORMER.iter().find(|former| former.bodies.contains(&name)) {
        return api.operation(former.id).map(FormerBody::Of);
    }
    // Arguments of the Python SDK.
    Some(FormerBody::Now(match name {
        "pool_options" => "pool",
        "job_options" => "job",
        "job_schedule_options" => "jobSchedule",
        "task_options" => "task",
        _ => return None,
    }))
}

/// Names under which any operation's body may stand among the parameters.
pub(super) const ANY_BODY: [&str; 3] = ["body", "content", "parameters"];

/// The operations that are not checked.
pub(super) fn others() -> impl Iterator<Item = &'static Other> {
    OTHERS.iter()
}

/// The operation that is not checked with this method and path.
pub(super) fn route(method: &str, path: &str) -> Option<&'static Other> {
    let mut others = others().filter(|other| other.method.eq_ignore_ascii_case(method));
    others.find(|other| match_path(other.path, path).is_some())
}

/// The path that the API has no longer.
pub(super) fn removed(path: &str) -> Option<&'static Removed> {
    REMOVED.iter().find(|removed| match_path(removed.path, path).is_some())
}

/// The day on which a version was announced to be retired.
pub(crate) fn retirement_announced(version: &str) -> Option<&'static str> {
    RETIRING.iter().find(|(known, _)| *known == version).map(|(_, day)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> Option<&'static str> {
        Some(match operation(Api::latest(), name)? {
            Named::Present(operation) | Named::Former(operation) => operation.id,
            Named::Other(other) => other.id,
        })
    }

    #[test]
    fn operations_are_known_by_all_their_names() {
        for (name, expected) in [
            ("Pools_CreatePool", "Pools_CreatePool"),
            ("Pool_Add", "Pools_CreatePool"),
            ("pool_add", "Pools_CreatePool"),
            ("Batch_CreatePool", "Pools_CreatePool"),
            ("BatchClient.CreateJob", "Jobs_CreateJob"),
            ("create_pool", "Pools_CreatePool"),
            ("createPool", "Pools_CreatePool"),
            ("pool.add", "Pools_CreatePool"),
            ("az batch pool create", "Pools_CreatePool"),
            // The trap: the old update is the new replacement.
            ("Job_Update", "Jobs_ReplaceJob"),
            ("Job_Patch", "Jobs_UpdateJob"),
            ("Jobs_UpdateJob", "Jobs_UpdateJob"),
            ("Batch_UpdateJob", "Jobs_UpdateJob"),
            ("Task_Update", "Tasks_ReplaceTask"),
            ("Pool_UpdateProperties", "Pools_ReplacePoolProperties"),
            ("Task_AddCollection", "Tasks_CreateTaskCollection"),
            ("ComputeNode_List", "Nodes_ListNodes"),
            ("Pool_Resize", "Pools_ResizePool"),
            ("Pools_ResizePool", "Pools_ResizePool"),
            ("resize_pool", "Pools_ResizePool"),
            ("Job_Terminate", "Jobs_TerminateJob"),
            ("ComputeNode_Reboot", "Nodes_RebootNode"),
            ("Batch_RebootNode", "Nodes_RebootNode"),
        ] {
            assert_eq!(id(name), Some(expected), "{name}");
        }
        for name in ["", "Batch", "Add", "Pools_MakePool", "Update", "List", "Disks_List"] {
            assert_eq!(id(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_operations() {
        let mut seen = std::collections::BTreeMap::new();
        for former in FORMER {
            for name in former.ids.iter().chain(former.bodies) {
                assert_eq!(seen.insert(*name, former.id), None, "{name}");
            }
        }
        for other in OTHERS {
            for name in other.ids.iter().chain(other.bodies) {
                assert_eq!(seen.insert(*name, other.id), None, "{name}");
            }
            let api = Api::latest();
            assert!(api.operation(other.id).is_none(), "{}", other.id);
            assert!(api.route(other.method, other.path).is_none(), "{}", other.id);
        }
    }
}
