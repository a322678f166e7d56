//! The TypeScript declarations of what the module takes and gives are those of
//! the Rust types. `BATCHLINT_UPDATE=1` writes them anew.

use std::path::Path;
use std::{env, fs};

use batchlint::document::Position;
use batchlint::report::{
    Applicability, Diagnostic, DocumentReport, Edit, Fix, OperationReport, OperationSource, Range,
    Related, RuleEntry, Severity,
};
use batchlint_wasm::types::{ErrorCode, FixKind, Fixed, Level, OperationEntry, Options};
use ts_rs::{Config, TS};

const HEADER: &str = "\
// Written by wasm/tests/types.rs from the Rust types; do not edit.
//
//   BATCHLINT_UPDATE=1 cargo test -p batchlint-wasm --features typescript
";

/// A type's declaration, one member a line.
fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    let mut out = one_line_docs(&format!("\n{docs}export {}\n", T::decl(config)));
    if out.contains("{ \n") {
        out = out.replace("{ \n", "{\n").replace(", \n/**", ";\n/**").replace(", };", ";\n};");
        let head = out.find("{\n").map_or(0, |at| at + 2);
        let body = out.split_off(head);
        for line in body.lines() {
            let indent = if line.starts_with('}') || line.is_empty() { "" } else { "  " };
            out += &format!("{indent}{line}\n");
        }
    }
    out
}

/// Doc comments of one line on one line.
fn one_line_docs(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/**\n * ") {
        let (before, comment) = rest.split_at(start);
        let end = comment.find(" */").map_or(comment.len(), |at| at + 3);
        let (comment, after) = comment.split_at(end);
        out += before;
        if comment.matches('\n').count() == 2 {
            out += &comment.replace("/**\n * ", "/** ").replace("\n */", " */");
        } else {
            out += comment;
        }
        rest = after;
    }
    out + rest
}

fn declarations() -> String {
    let config = Config::default();
    let all = [
        declaration::<DocumentReport>(&config),
        declaration::<OperationReport>(&config),
        declaration::<OperationSource>(&config),
        declaration::<Diagnostic>(&config),
        declaration::<Severity>(&config),
        declaration::<Range>(&config),
        declaration::<Position>(&config),
        declaration::<Related>(&config),
        declaration::<Fix>(&config),
        declaration::<Applicability>(&config),
        declaration::<Edit>(&config),
        declaration::<Options>(&config),
        declaration::<Level>(&config),
        declaration::<FixKind>(&config),
        declaration::<Fixed>(&config),
        declaration::<RuleEntry>(&config),
        declaration::<OperationEntry>(&config),
        declaration::<ErrorCode>(&config),
    ];
    HEADER.to_owned() + &all.concat()
}

#[test]
fn the_committed_declarations_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("types/report.d.ts");
    let wanted = declarations();
    if env::var_os("BATCHLINT_UPDATE").is_some() {
        fs::write(&path, &wanted).expect("the folder is there");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, wanted, "run again with BATCHLINT_UPDATE=1 and commit the result");
}
