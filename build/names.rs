//! Writes what `schemas/data/` says of names, as Rust: those that operations,
//! bodies and paths had before, the operations that are not checked, and the
//! versions that are to be retired. The types are in `src/request/names.rs`.

use std::path::Path;

use serde_json::Value;

use crate::schemas::{Snapshot, list, read, text};

/// The tables. What they say of an operation must be one that there is.
pub fn all(snapshot: &Snapshot) -> String {
    let folder = snapshot.folder.join("data");
    let ids: Vec<String> = snapshot.operations.iter().map(|one| text(&one.entry["id"])).collect();
    let mut out = String::new();

    let former = file(&folder, "former-names.json");
    out.push_str("static FORMER: &[Former] = &[\n");
    for entry in list(&former["operations"]) {
        let id = text(&entry["id"]);
        assert!(ids.contains(&id), "former-names.json: no operation is called {id}");
        let (ids, bodies) = (words(&entry["formerly"]), words(&entry["body"]));
        out.push_str(&format!(
            "    Former {{ id: {id:?}, ids: &{ids:?}, bodies: &{bodies:?} }},\n"
        ));
    }
    out.push_str("];\n\nstatic REMOVED: &[Removed] = &[\n");
    for entry in list(&former["removedPaths"]) {
        let (path, since) = (text(&entry["path"]), text(&entry["since"]));
        assert!(entry["source"].is_string(), "{path} needs a source");
        let instead = entry["instead"].as_str();
        out.push_str(&format!(
            "    Removed {{ path: {path:?}, since: {since:?}, instead: {instead:?} }},\n"
        ));
    }

    out.push_str("];\n\nstatic OTHERS: &[Other] = &[\n");
    for entry in list(&file(&folder, "other-operations.json")["operations"]) {
        let id = text(&entry["id"]);
        assert!(!ids.contains(&id), "other-operations.json: {id} is checked");
        let (method, path) = (text(&entry["method"]), text(&entry["path"]));
        let (success, former) = (text(&entry["success"]), words(&entry["formerly"]));
        let bodies = words(&entry["body"]);
        let does = entry["does"].as_str().unwrap_or_default();
        let (telling, members) = (words(&entry["telling"]), words(&entry["members"]));
        out.push_str(&format!(
            "    Other {{ id: {id:?}, method: {method:?}, path: {path:?}, ids: &{former:?}, \
             bodies: &{bodies:?}, success: {success:?}, does: {does:?}, telling: &{telling:?}, \
             members: &{members:?} }},\n"
        ));
    }

    out.push_str("];\n\nstatic RETIRING: &[(&str, &str)] = &[\n");
    for entry in list(&file(&folder, "api-versions.json")["versions"]) {
        let Some(announced) = entry["retirementAnnounced"].as_str() else { continue };
        assert!(entry["source"].is_string(), "a date needs a source");
        out.push_str(&format!("    ({:?}, {announced:?}),\n", text(&entry["version"])));
    }
    out.push_str("];\n");
    out
}

fn file(folder: &Path, name: &str) -> Value {
    read(&folder.join(name))
}

/// The words of a list; none where there is no list.
fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
