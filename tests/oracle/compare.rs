//! Holds the linter's findings against the judge's.

use std::sync::LazyLock;

use batchlint::api::{self, Operation};
use batchlint::report::Diagnostic;
use batchlint::{DocumentReport, Linter, Severity, Target};
use serde_json::Value;

use crate::fault::{Class, Fault, Faults, listed};
use crate::judge::judged;
use crate::tree::Tree;

/// A difference that is right as it is.
pub struct Known {
    pub reason: &'static str,
    /// A body of a new pool in which it shows; a test holds it to that.
    pub example: &'static str,
    /// Whether this fault, said by one side alone, is of it.
    explains: fn(&Fault, &Sides) -> bool,
}

pub static KNOWN: [Known; 3] = [
    Known {
        reason: "A placeholder that is still to be filled in says nothing of the form that the \
                 value will have, so the linter does not judge it.",
        example: r#"{ "id": "{{poolId}}", "vmSize": "s" }"#,
        explains: |fault, sides| {
            let text = sides.body.pointer(&fault.at).and_then(Value::as_str);
            matches!(fault.class, Class::Pattern(_))
                && sides.judged.contains(fault)
                && text.is_some_and(|text| text.contains("{{") || text.contains("${"))
        },
    },
    Known {
        reason: "Of a value of the wrong type jsonschema goes on to say that it is no value of \
                 the enum, or beyond a limit. That follows from the type, so the linter does not.",
        example: r#"{ "id": "p", "vmSize": "s", "taskSlotsPerNode": 256.5 }"#,
        explains: |fault, sides| {
            let of_value = matches!(fault.class, Class::Value | Class::Limit | Class::Constant);
            let wrong_type = Fault { at: fault.at.clone(), class: Class::Type };
            of_value
                && sides.judged.contains(fault)
                && sides.judged.contains(&wrong_type)
                && sides.ours.contains(&wrong_type)
        },
    },
    Known {
        reason: "AB0102 asks for the 40 digits of a SHA-1 hash everywhere. The schema has a \
                 pattern for new certificates only, and it takes fewer digits as well.",
        example: r#"{ "id": "p", "vmSize": "s", "certificateReferences": [
            { "thumbprint": "0a", "thumbprintAlgorithm": "sha1" }] }"#,
        explains: |fault, sides| {
            let text = sides.body.pointer(&fault.at).and_then(Value::as_str);
            // A new certificate has it in the body itself.
            let in_reference = fault.at.matches('/').count() > 1;
            fault.class == Class::Pattern("AB0102")
                && sides.ours.contains(fault)
                && text.is_some_and(|text| {
                    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                    let plain = text.chars().all(|c| c == ' ' || c.is_ascii_hexdigit());
                    let few = plain && (1..40).contains(&digits);
                    few || in_reference && !(plain && digits == 40)
                })
        },
    },
];

/// What both said of a body.
pub struct Sides {
    pub operation: &'static Operation,
    /// The body as written; of repeated names the last.
    pub body: Value,
    pub judged: Faults,
    pub ours: Faults,
}

/// Lints a document and has its body judged. `prefix` is where the body is.
pub fn sides(linter: &Linter, text: &str, target: Target, prefix: &str) -> Result<Sides, String> {
    let report = linter.lint(text, target);
    let found = report.operation.as_ref().map(|found| found.id);
    let Some(operation) = found.and_then(api::operation) else {
        return Err(format!("no operation is found for\n{text}"));
    };
    let document: Tree =
        serde_json::from_str(text).map_err(|error| format!("not JSON, {error}:\n{text}"))?;
    let segments = prefix.split('/').skip(1);
    let mut body = Some(&document);
    for segment in segments {
        body = body.and_then(|body| body.child(segment));
    }
    let body = body.ok_or_else(|| format!("there is no body at {prefix:?} of\n{text}"))?;
    let judged = judged(operation.id, body, prefix.is_empty());
    let mut ours = self::ours(&report, prefix)?;
    // What is missing under its own name and there under a misspelt one is
    // said once, at the latter; with that rule off it is said where it lacks.
    if report.diagnostics.iter().any(|found| found.code == "AB0032") {
        static WITHOUT_UNKNOWN: LazyLock<Linter> = LazyLock::new(|| {
            let builder = Linter::builder().ignore("shape").and_then(|it| it.ignore("AB0032"));
            builder.expect("both are there").build()
        });
        let report = WITHOUT_UNKNOWN.lint(text, target);
        let missing = self::ours(&report, prefix)?.into_iter();
        ours.extend(missing.filter(|fault| matches!(fault.class, Class::Missing(_))));
    }
    Ok(Sides { operation, body: body.value(), judged, ours })
}

/// The linter's findings of the kinds that the judge knows, at places within
/// the body.
fn ours(report: &DocumentReport, prefix: &str) -> Result<Faults, String> {
    if report.omitted > 0 {
        return Err(format!("{} findings are left out, so the sets differ", report.omitted));
    }
    let mut faults = Faults::new();
    for found in &report.diagnostics {
        let Some(at) = found.pointer.strip_prefix(prefix) else { continue };
        if at.is_empty() || at.starts_with('/') {
            faults.extend(fault(found, at)?);
        }
    }
    Ok(faults)
}

fn fault(found: &Diagnostic, at: &str) -> Result<Option<Fault>, String> {
    let class = match &*found.code {
        "AB0031" => return missing(found, at).map(Some),
        "AB0032" if found.severity == Severity::Info => Class::Annotation,
        "AB0032" => Class::Unknown,
        "AB0033" => Class::Type,
        "AB0034" | "AB0035" => Class::Value,
        "AB0038" => Class::Limit,
        "AB0039" => Class::Pattern("AB0039"),
        "AB0102" => Class::Pattern("AB0102"),
        "AB0043" => Class::Spelling,
        "AB0101" => Class::Constant,
        _ => return Ok(None),
    };
    Ok(Some(Fault { at: at.to_owned(), class }))
}

/// What is missing stands in the message alone. At a value that is null, the
/// object around lacks it.
fn missing(found: &Diagnostic, at: &str) -> Result<Fault, String> {
    let message = &found.message;
    let null = message.strip_prefix('`').and_then(|rest| rest.split_once("` is null, but "));
    let absent = || {
        let (_, rest) = message.split_once(" has no `")?;
        rest.strip_suffix("`, which is required")
    };
    let (at, name) = match (null, absent()) {
        (Some((name, _)), _) => (at.rsplit_once('/').map_or("", |(object, _)| object), name),
        (None, Some(name)) => (at, name),
        (None, None) => return Err(format!("what is missing? {message}")),
    };
    Ok(Fault { at: at.to_owned(), class: Class::Missing(name.to_owned()) })
}

impl Sides {
    /// What one side alone says, but for known differences.
    pub fn difference(&self) -> Result<(), String> {
        let apart = |a: &Faults, b: &Faults| -> Vec<Fault> {
            let alone = a.difference(b).filter(|fault| self.known(fault).is_none());
            alone.cloned().collect()
        };
        let theirs_alone = apart(&self.judged, &self.ours);
        let ours_alone = apart(&self.ours, &self.judged);
        if theirs_alone.is_empty() && ours_alone.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{} {}\n  jsonschema alone says\n{}\n  the linter alone says\n{}\n  \
             jsonschema says\n{}\n  the linter says\n{}",
            self.operation.id,
            self.body,
            listed(&theirs_alone),
            listed(&ours_alone),
            listed(&self.judged),
            listed(&self.ours),
        ))
    }

    /// The known difference that explains why one side alone says this.
    pub fn known(&self, fault: &Fault) -> Option<&'static Known> {
        KNOWN.iter().find(|known| (known.explains)(fault, self))
    }
}
