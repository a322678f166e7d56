//! Turns `schemas/` into Rust, so that nothing about the API is written down
//! twice. To change a fact, change the schema.
//!
//! `build/schemas.rs` reads a version's schemas, `build/merge.rs` puts several
//! versions into one set of rows, `build/automaton.rs` compiles patterns, and
//! `build/tables.rs` writes it all as Rust; `build/names.rs` does so for former
//! names and the operations that are not checked, `build/machines.rs` for sizes and
//! images, and `build/data.rs` with the other facts of `schemas/data/` that are no
//! part of a schema.
//!
//! These files are written to `OUT_DIR`:
//!
//! * `tables.rs`: the tables that `api` serves;
//! * `made_up.rs`: the same with a second, made-up version, from
//!   `tests/versions/`, for the tests of what depends on versions; empty in a
//!   package, which has no tests;
//! * `names.rs`: former names, operations that are not checked;
//! * `member_versions.rs`: what other versions of the API have in place of what
//!   the schemas describe;
//! * `error_codes.rs`: what the service's error codes mean;
//! * `sizes.rs`, `images.rs`, `extensions.rs`: what is known of virtual machines;
//! * `schema_files.rs`: the schema files' own text, for `batchlint schema`.

use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "build/automaton.rs"]
mod automaton;
#[path = "build/data.rs"]
mod data;
#[path = "build/machines.rs"]
mod machines;
#[path = "build/merge.rs"]
mod merge;
#[path = "build/names.rs"]
mod names;
#[path = "build/schemas.rs"]
mod schemas;
#[path = "build/tables.rs"]
mod tables;

use merge::Catalogue;
use schemas::Snapshot;

fn main() {
    println!("cargo::rerun-if-changed=schemas");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by Cargo"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by Cargo"));
    let snapshot = Snapshot::load(&root.join("schemas"));

    let catalogue = Catalogue::of(std::slice::from_ref(&snapshot));
    write(&out.join("tables.rs"), &tables::all(&catalogue));
    write(&out.join("names.rs"), &names::all(&snapshot));
    let schemas = root.join("schemas");
    write(&out.join("member_versions.rs"), &data::member_versions(&schemas, &catalogue));
    write(&out.join("error_codes.rs"), &data::error_codes(&schemas));
    write(&out.join("sizes.rs"), &machines::sizes(&schemas));
    write(&out.join("images.rs"), &machines::images(&schemas));
    write(&out.join("extensions.rs"), &machines::extensions(&schemas));
    write(&out.join("schema_files.rs"), &tables::schema_files(&snapshot));

    let patch = root.join("tests/versions/made-up.json");
    let made_up = if patch.exists() {
        println!("cargo::rerun-if-changed=tests/versions");
        let second = snapshot.patched(&schemas::read(&patch));
        tables::facts(&Catalogue::of(&[snapshot, second]))
    } else {
        String::new()
    };
    write(&out.join("made_up.rs"), &made_up);
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
