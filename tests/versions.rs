//! How the build puts the schemas of several API versions into one set of rows,
//! and what it refuses to read.
//!
//! The second version is `versions/made-up.json`, a change to the real one.

#[allow(dead_code, reason = "the build script writes all of it")]
#[path = "../build/merge.rs"]
mod merge;
#[allow(dead_code, reason = "the build script reads all of it")]
#[path = "../build/schemas.rs"]
mod schemas;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use merge::{Catalogue, Model, Versions};
use schemas::Snapshot;
use serde_json::{Value, json};

const OLD: Versions = 0b01;
const NEW: Versions = 0b10;
const BOTH: Versions = OLD | NEW;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn real() -> Snapshot {
    Snapshot::load(&root().join("schemas"))
}

fn made_up() -> Snapshot {
    real().patched(&schemas::read(&root().join("tests/versions/made-up.json")))
}

/// Both versions, merged.
fn merged() -> Catalogue {
    Catalogue::of(&[real(), made_up()])
}

fn model<'c>(catalogue: &'c Catalogue, name: &str) -> &'c Model {
    catalogue.models.iter().find(|model| model.name == name).expect("the model is there")
}

/// The rows of a property: where each holds, and its greatest number.
fn rows(model: &Model, name: &str) -> Vec<(Versions, Option<i64>)> {
    let rows = model.properties.iter().filter(|row| row.fact.name == name);
    rows.map(|row| (row.within, row.fact.limits.maximum)).collect()
}

/// Whether only the old version has a model: what hung on it is gone as well.
fn is_gone(model: &Model) -> bool {
    model.properties.iter().all(|row| row.within == OLD)
}

#[test]
fn what_is_the_same_in_both_is_one_row() {
    let catalogue = merged();
    assert_eq!(catalogue.versions, [real().version, "2030-01-01".into()]);
    // One model is changed, and one gone with the operation that had it.
    let changed = ["BatchPoolCreateContent", "BatchCertificate"];
    let untouched = catalogue.models.iter().filter(|model| !changed.contains(&&*model.name));
    let untouched: Vec<_> = untouched.filter(|model| !is_gone(model)).collect();
    assert!(untouched.len() > 80, "{} models", untouched.len());
    for model in untouched {
        for row in &model.properties {
            assert_eq!(row.within, BOTH, "{}.{}", model.name, row.fact.name);
            assert!(matches!(row.required, 0 | BOTH), "{}.{}", model.name, row.fact.name);
        }
        let names: BTreeSet<_> = model.properties.iter().map(|row| &row.fact.name).collect();
        assert_eq!(names.len(), model.properties.len(), "{} has a name twice", model.name);
    }
    assert_eq!(rows(model(&catalogue, "BatchPoolCreateContent"), "vmSize"), [(BOTH, None)]);
}

#[test]
fn what_differs_is_two_rows_in_disjoint_versions() {
    let catalogue = merged();
    let pool = model(&catalogue, "BatchPoolCreateContent");
    assert_eq!(rows(pool, "taskSlotsPerNode"), [(OLD, Some(256)), (NEW, Some(512))]);
    // Every request says its version, which is a constant of the parameter.
    let version = catalogue.parameters.iter().filter(|(fact, _)| fact.name == "api-version");
    let version: Vec<_> = version.map(|(fact, within)| (fact.constant.clone(), *within)).collect();
    let expected = [(Some(real().version), OLD), (Some("2030-01-01".to_owned()), NEW)];
    assert_eq!(version, expected);
    let create = catalogue.operations.iter().find(|row| row.fact.id == "Pools_CreatePool");
    let create = create.expect("it is in the catalogue");
    let uses = create
        .parameters
        .iter()
        .filter(|(at, ..)| catalogue.parameters[*at].0.name == "api-version");
    assert_eq!(uses.map(|(.., within)| *within).collect::<Vec<_>>(), [OLD, NEW]);
}

#[test]
fn what_is_gone_or_new_holds_in_one_version() {
    let catalogue = merged();
    let pool = model(&catalogue, "BatchPoolCreateContent");
    assert_eq!(rows(pool, "metadata"), [(OLD, None)]);
    assert_eq!(rows(pool, "zone"), [(NEW, None)]);
    // The operation, what it requires, and the model that only it has.
    let certificate = catalogue
        .operations
        .iter()
        .find(|row| row.fact.id == "Certificates_CreateCertificate")
        .expect("the old version has it");
    assert_eq!(certificate.within, OLD);
    assert_eq!(certificate.required, [("data".to_owned(), OLD)]);
    assert!(certificate.parameters.iter().all(|(.., within)| *within == OLD));
    let rest = catalogue.operations.iter().filter(|row| row.fact.id != certificate.fact.id);
    assert!(rest.map(|row| row.within).all(|within| within == BOTH));
    let certificate = model(&catalogue, "BatchCertificate");
    assert_eq!(rows(certificate, "thumbprint"), [(OLD, None)]);
    let gone = catalogue.models.iter().filter(|model| is_gone(model));
    let gone: Vec<_> = gone.map(|model| model.name.as_str()).collect();
    assert_eq!(gone, ["BatchCertificate", "DeleteBatchCertificateError"]);

    let caching = catalogue.enums.iter().find(|one| one.name == "CachingType");
    let values = &caching.expect("it is in the catalogue").values;
    let values: Vec<_> = values.iter().map(|(value, _, within)| (&**value, *within)).collect();
    let expected = [("none", BOTH), ("readonly", BOTH), ("readwrite", BOTH), ("writeback", NEW)];
    assert_eq!(values, expected);
}

#[test]
fn whether_a_property_is_required_makes_no_second_row() {
    let patch = json!({
        "version": "2030-01-01",
        "definitions": { "BatchPoolCreateContent": { "required": ["id"] } },
        "operations": { "Pools_CreatePool": { "body": { "required": ["displayName"] } } }
    });
    let catalogue = Catalogue::of(&[real(), real().patched(&patch)]);
    let required = |name: &str| {
        let pool = model(&catalogue, "BatchPoolCreateContent");
        let rows = pool.properties.iter().filter(|row| row.fact.name == name);
        rows.map(|row| (row.within, row.required)).collect::<Vec<_>>()
    };
    assert_eq!(required("id"), [(BOTH, BOTH)]);
    assert_eq!(required("vmSize"), [(BOTH, OLD)]);
    assert_eq!(required("displayName"), [(BOTH, 0)]);
    let create = catalogue.operations.iter().filter(|row| row.fact.id == "Pools_CreatePool");
    let create: Vec<_> = create.map(|row| (row.within, row.required.clone())).collect();
    assert_eq!(create, [(BOTH, vec![("displayName".to_owned(), NEW)])]);

    // In doubt, likewise.
    let patch = json!({
        "version": "2030-01-01",
        "definitions": { "BatchPoolCreateContent": { "x-batch": { "requiredInDoubt": ["id"] } } }
    });
    let catalogue = Catalogue::of(&[real(), real().patched(&patch)]);
    let pool = model(&catalogue, "BatchPoolCreateContent");
    let id = pool.properties.iter().filter(|row| row.fact.name == "id");
    assert_eq!(id.map(|row| (row.within, row.in_doubt)).collect::<Vec<_>>(), [(BOTH, NEW)]);
}

/// Every property of every version is in exactly one row, as that version has
/// it.
#[test]
fn a_version_reads_from_the_rows_what_its_schemas_say() {
    let snapshots = [real(), made_up()];
    let catalogue = Catalogue::of(&snapshots);
    for (at, snapshot) in snapshots.iter().enumerate() {
        let bit: Versions = 1 << at;
        let alone = Catalogue::of(std::slice::from_ref(snapshot));
        for expected in &alone.models {
            let found = model(&catalogue, &expected.name);
            let found = found.properties.iter().filter(|row| row.within & bit != 0);
            let mut found: Vec<_> =
                found.map(|row| (row.fact.clone(), row.required & bit != 0)).collect();
            let mut expected: Vec<_> = expected
                .properties
                .iter()
                .map(|row| (row.fact.clone(), row.required != 0))
                .collect();
            found.sort_by(|a, b| a.0.name.cmp(&b.0.name));
            expected.sort_by(|a, b| a.0.name.cmp(&b.0.name));
            assert_eq!(found, expected);
        }
        let with_rows = catalogue.models.iter();
        let with_rows = with_rows
            .filter(|model| model.properties.iter().any(|row| row.within & bit != 0))
            .count();
        let expected = alone.models.iter().filter(|model| !model.properties.is_empty()).count();
        assert_eq!(with_rows, expected, "models of {}", snapshot.version);
        let operations = catalogue.operations.iter().filter(|row| row.within & bit != 0);
        assert_eq!(operations.count(), alone.operations.len());
    }
}

/// What a panic said.
fn panic_of<T>(run: impl FnOnce() -> T) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(run)) else { return "no panic".into() };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast_ref::<&str>().copied().unwrap_or_default().to_owned(),
    }
}

/// What the build says of the schemas with a change to a pool's property.
fn refusal(name: &str, change: Value) -> String {
    let properties = json!({ name: change });
    let patch = json!({
        "version": "2030-01-01",
        "definitions": { "BatchPoolCreateContent": { "properties": properties } }
    });
    let changed = real().patched(&patch);
    panic_of(|| Catalogue::of(&[changed]))
}

#[test]
fn a_note_that_nothing_reads_is_refused_by_name() {
    let of_property = refusal("vmSize", json!({ "x-batch": { "colour": "red" } }));
    assert_eq!(of_property, "vmSize: nothing reads x-batch.colour");
    let of_rejection = refusal("vmSize", json!({ "x-batch": { "rejection": { "why": 1 } } }));
    assert_eq!(of_rejection, "vmSize: rejection.why");

    let changed = |definitions: Value| {
        let patch = json!({ "version": "2030-01-01", "definitions": definitions });
        let changed = real().patched(&patch);
        panic_of(|| Catalogue::of(&[changed]))
    };
    let note = json!({ "x-batch": { "colour": "red" } });
    let of_model = changed(json!({ "BatchPoolCreateContent": note }));
    assert_eq!(of_model, "BatchPoolCreateContent: nothing reads x-batch.colour");
    let of_enum = changed(json!({ "CachingType": note }));
    assert_eq!(of_enum, "CachingType: nothing reads x-batch.colour");

    let patch =
        json!({ "version": "2030-01-01", "operations": { "Pools_CreatePool": { "body": note } } });
    let of_body = real().patched(&patch);
    let of_body = panic_of(|| Catalogue::of(&[of_body]));
    assert_eq!(of_body, "request body: nothing reads x-batch.colour");

    let mut of_parameter = real();
    of_parameter.parameters["poolId"]["x-batch"]["colour"] = json!("red");
    let of_parameter = panic_of(|| Catalogue::of(&[of_parameter]));
    assert_eq!(of_parameter, "poolId: nothing reads x-batch.colour");
}

/// A copy of the schemas with a change to the models.
fn copy_with(change: impl FnOnce(&mut Value)) -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder can be made");
        for entry in std::fs::read_dir(from).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            let to = to.join(path.file_name().expect("it has a name"));
            if path.is_dir() {
                copy(&path, &to);
            } else {
                std::fs::copy(&path, &to).expect("a file can be copied");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    copy(&root().join("schemas"), folder.path());
    let path = folder.path().join("models.json");
    let mut models = schemas::read(&path);
    change(&mut models["$defs"]);
    std::fs::write(&path, models.to_string()).expect("a file can be written");
    folder
}

#[test]
fn notes_of_what_only_a_response_holds_are_read_too() {
    let (models, _) = real().reachable();
    assert!(!models.contains("BatchNode"), "a request can hold it");
    let folder = copy_with(|_| {});
    assert_eq!(panic_of(|| Snapshot::load(folder.path())), "no panic");
    let folder = copy_with(|models| models["BatchNode"]["x-batch"]["colour"] = json!("red"));
    let of_model = panic_of(|| Snapshot::load(folder.path()));
    assert_eq!(of_model, "BatchNode: nothing reads x-batch.colour");
    let folder = copy_with(|models| {
        models["BatchNode"]["properties"]["id"]["x-batch"]["colour"] = json!("red");
    });
    let of_property = panic_of(|| Snapshot::load(folder.path()));
    assert_eq!(of_property, "BatchNode: nothing reads x-batch.colour");
}

#[test]
fn a_limit_that_the_tables_cannot_hold_is_refused_by_name() {
    let cases = [
        ("id", json!({ "minLength": 1 }), "id uses minLength"),
        ("taskSlotsPerNode", json!({ "exclusiveMaximum": 9 }), "taskSlotsPerNode uses exclusiveM"),
        ("taskSlotsPerNode", json!({ "multipleOf": 2 }), "taskSlotsPerNode uses multipleOf"),
        ("metadata", json!({ "minItems": 1 }), "metadata uses minItems"),
        ("metadata", json!({ "uniqueItems": true }), "metadata uses uniqueItems"),
        ("resourceTags", json!({ "maxProperties": 9 }), "resourceTags uses maxProperties"),
        ("metadata", json!({ "items": { "maxLength": 9 } }), "the items of metadata use maxLength"),
        ("id", json!({ "not": { "const": "x" } }), "id has a `not` that the build does not know"),
        ("taskSlotsPerNode", json!({ "not": { "minimum": 5 } }), "taskSlotsPerNode has a `not`"),
        (
            "taskSlotsPerNode",
            json!({ "not": { "enum": [3, 5] } }),
            "taskSlotsPerNode: `not` lists numbers with gaps between them",
        ),
    ];
    for (name, change, expected) in cases {
        let why = refusal(name, change);
        assert!(why.contains(expected), "expected {expected:?}: {why}");
    }
    // What the tables hold is read.
    assert_eq!(refusal("taskSlotsPerNode", json!({ "not": { "enum": [4, 3] } })), "no panic");
}
