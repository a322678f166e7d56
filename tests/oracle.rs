//! jsonschema judges the structure rules.
//!
//! The rules find faults of shape in one pass over the document, by tables
//! made from `schemas/`. Here a validator of the schema files themselves says
//! what is wrong with the same bodies, and both must say the same at the same
//! places: of every fixture, of every break that `tests/mutations.rs` makes,
//! and of bodies made up at random.

#[allow(dead_code, reason = "shared with the mutation tests")]
#[path = "mutations/bodies.rs"]
mod bodies;
#[path = "oracle/compare.rs"]
mod compare;
#[path = "oracle/fault.rs"]
mod fault;
#[allow(dead_code, reason = "shared with the mutation tests")]
#[path = "mutations/fixtures.rs"]
mod fixtures;
#[path = "oracle/generate.rs"]
mod generate;
#[path = "oracle/judge.rs"]
mod judge;
#[allow(dead_code, reason = "shared with the mutation tests")]
#[path = "mutations/mutation.rs"]
mod mutation;
#[path = "oracle/normal.rs"]
mod normal;
#[allow(dead_code, reason = "shared with the mutation tests")]
#[path = "mutations/places.rs"]
mod places;
#[path = "oracle/schemas.rs"]
mod schemas;
#[path = "oracle/tree.rs"]
mod tree;
#[allow(dead_code, reason = "shared with the mutation tests")]
#[path = "mutations/trial.rs"]
mod trial;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::mem::Discriminant;
use std::path::Path;

use batchlint::api;
use batchlint::report::apply;
use batchlint::{Linter, Target};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use compare::{KNOWN, sides};
use fault::{Class, Fault};
use generate::{Choices, Generator};
use judge::SCHEMAS;
use places::{Form, around, places};
use trial::Shape;

/// Every so many breaks, one is tried in the whole body; as in
/// `tests/mutations.rs`.
const WHOLE: usize = 101;

/// The rules on what the schemas say, each fault by itself: without those that
/// know better what it is, and so take its place.
fn linter() -> Linter {
    let ignored = ["shape", "version", "structure/null-value"];
    let builder = Linter::builder();
    let builder = ignored.into_iter().try_fold(builder, |builder, name| builder.ignore(name));
    builder.expect("there are such rules").build()
}

/// Differences, those of one kind told once.
#[derive(Default)]
struct Differences {
    kinds: BTreeMap<String, (String, usize)>,
    bodies: usize,
    faults: usize,
}

impl Differences {
    fn compare(&mut self, linter: &Linter, what: &str, text: &str, target: Target, prefix: &str) {
        self.bodies += 1;
        let outcome = sides(linter, text, target, prefix).and_then(|sides| {
            self.faults += sides.judged.len();
            sides.difference()
        });
        if let Err(why) = outcome {
            let entry = self.kinds.entry(what.to_owned()).or_insert_with(|| (why, 0));
            entry.1 += 1;
        }
    }

    /// Fails the test if there are any, or if too little was compared for that
    /// to mean anything.
    fn none_of_at_least(self, bodies: usize, faults: usize) {
        let list: Vec<_> = self
            .kinds
            .iter()
            .take(20)
            .map(|(what, (why, count))| format!("{what} ({count} such): {why}"))
            .collect();
        assert!(list.is_empty(), "{} kinds differ:\n{}", self.kinds.len(), list.join("\n"));
        println!("{} bodies with {} faults", self.bodies, self.faults);
        assert!(self.bodies >= bodies, "only {} bodies were compared", self.bodies);
        assert!(self.faults >= faults, "only {} faults were found", self.faults);
    }
}

fn written(value: &Value) -> String {
    serde_json::to_string(value).expect("a JSON value can be written")
}

/// Where the body of a document is: in a request it is the parameter of the
/// operation, else the one object among the parameters, whatever its name, else
/// `body`.
fn prefix(operation: &api::Operation, document: &Value) -> String {
    let named = |name: &str| {
        let members = document.as_object().into_iter().flatten();
        members
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(key, _)| key.as_str())
            .next()
    };
    if ["operationId", "method", "parameters"].into_iter().all(|key| named(key).is_none()) {
        return String::new();
    }
    let own = operation.body.as_ref().map_or("body", |body| body.parameter);
    let within = named("parameters").and_then(|key| {
        let parameters = document[key].as_object()?;
        let mut objects = parameters.iter().filter(|(_, value)| value.is_object());
        let name = match parameters.get(own) {
            Some(_) => own,
            None => objects.next()?.0,
        };
        Some(format!("/{key}/{name}"))
    });
    within.or_else(|| named("body").map(|key| format!("/{key}"))).unwrap_or_default()
}

/// Every fixture: folder and name, and the text, mended if it is not JSON, as
/// one about recovery is.
fn fixtures(linter: &Linter) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for folder in ["field-reports", "rules", "valid"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_stem().expect("a file has a name").to_string_lossy();
            let mut text = std::fs::read_to_string(&path).expect("a fixture is text");
            if serde_json::from_str::<Value>(&text).is_err() {
                let report = linter.lint(&text, Target::detect());
                let syntax = report.diagnostics.iter().filter(|one| one.code.starts_with("AB000"));
                let fixes: Vec<_> = syntax.flat_map(|one| one.fixes.first()).collect();
                // The judge reads JSON, and these are texts of another kind.
                let foreign = ["AB1310", "AB1311", "AB1312", "AB1313"];
                let kind = Linter::new().lint(&text, Target::detect());
                if kind.diagnostics.iter().any(|one| foreign.contains(&&*one.code)) {
                    continue;
                }
                text = apply(&text, &fixes).0;
            }
            found.push((format!("{folder}/{name}"), text));
        }
    }
    found.sort();
    found
}

#[test]
fn both_say_the_same_of_every_fixture() {
    let linter = linter();
    let mut differences = Differences::default();
    let mut seen = BTreeSet::new();
    for (name, text) in fixtures(&linter) {
        // What is plainly something else has no body to judge.
        if Linter::new().lint(&text, Target::detect()).operation.is_none() {
            continue;
        }
        let report = linter.lint(&text, Target::detect());
        let operation = report.operation.as_ref().and_then(|found| found.operation());
        let Some(operation) = operation.filter(|operation| operation.body.is_some()) else {
            continue;
        };
        seen.insert(operation.id);
        let document = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{name} could not be mended, {error}:\n{text}"));
        let prefix = prefix(operation, &document);
        for target in [Target::detect(), Target::from(operation)] {
            differences.compare(&linter, &name, &text, target, &prefix);
        }
    }
    let all: BTreeSet<_> =
        api::operations().filter(|one| one.body.is_some()).map(|one| one.id).collect();
    assert_eq!(seen, all, "operations with a fixture");
    differences.none_of_at_least(200, 80);
}

#[test]
fn both_say_the_same_of_every_break_of_a_valid_fixture() {
    /// Longer ones hold more of the same and take long.
    const LONGEST: usize = 8_000;
    let linter = linter();
    let mut differences = Differences::default();
    let mut count = 0usize;
    for fixture in fixtures::all() {
        let Some(form) = fixture.form().filter(|_| fixture.text.len() < LONGEST) else { continue };
        let target = Target::from(fixture.operation);
        let found = places(fixture.operation, form, &fixture.value);
        for place in &found {
            let value = fixture.value.pointer(&place.pointer).expect("the place is there");
            let part = around(fixture.operation, &fixture.value, &found, place);
            for mutation in mutation::of(fixture.operation, form, place, value) {
                count += 1;
                let of = if count.is_multiple_of(WHOLE) { &fixture.value } else { &part };
                let body = written(&mutation.edit.apply(of));
                let what = format!("{} {}", place.kind_name(), mutation.what);
                differences.compare(&linter, &what, &body, target, "");
            }
        }
    }
    differences.none_of_at_least(13_000, 12_000);
}

/// Breaks of maximal bodies of one operation, as in `tests/mutations.rs`.
fn break_maximal_bodies(id: &str) {
    let operation = api::operation(id).expect("the operation is in the catalogue");
    let linter = linter();
    let mut differences = Differences::default();
    let mut seen = BTreeSet::new();
    let mut count = 0usize;
    for variant in 0..bodies::VARIANTS {
        let body = bodies::maximal(operation, variant);
        differences.compare(&linter, "whole", &written(&body), operation.into(), "");
        let found = places(operation, Form::Body, &body);
        for place in &found {
            if !seen.insert(place.pointer.clone()) {
                continue;
            }
            let value = body.pointer(&place.pointer).expect("the place is there");
            let part = around(operation, &body, &found, place);
            for mutation in mutation::of(operation, Form::Body, place, value) {
                count += 1;
                let of = if count.is_multiple_of(WHOLE) { &body } else { &part };
                let text = written(&mutation.edit.apply(of));
                let what = format!("{} {}", place.kind_name(), mutation.what);
                differences.compare(&linter, &what, &text, operation.into(), "");
            }
        }
    }
    differences.none_of_at_least(seen.len() * 5, seen.len() * 4);
}

macro_rules! maximal_bodies {
    ($($name:ident: $id:literal,)*) => {
        const WITH_BODY: &[&str] = &[$($id),*];
        $(
            #[test]
            fn $name() {
                break_maximal_bodies($id);
            }
        )*
    };
}

maximal_bodies! {
    both_say_the_same_of_every_break_of_a_new_certificate: "Certificates_CreateCertificate",
    both_say_the_same_of_every_break_of_a_new_job: "Jobs_CreateJob",
    both_say_the_same_of_every_break_of_a_replaced_job: "Jobs_ReplaceJob",
    both_say_the_same_of_every_break_of_a_changed_job: "Jobs_UpdateJob",
    both_say_the_same_of_every_break_of_a_task_collection: "Tasks_CreateTaskCollection",
    both_say_the_same_of_every_break_of_a_new_task: "Tasks_CreateTask",
    both_say_the_same_of_every_break_of_a_replaced_task: "Tasks_ReplaceTask",
    both_say_the_same_of_every_break_of_a_new_job_schedule: "JobSchedules_CreateJobSchedule",
    both_say_the_same_of_every_break_of_a_replaced_job_schedule: "JobSchedules_ReplaceJobSchedule",
    both_say_the_same_of_every_break_of_a_changed_job_schedule: "JobSchedules_UpdateJobSchedule",
    both_say_the_same_of_every_break_of_a_new_pool: "Pools_CreatePool",
    both_say_the_same_of_every_break_of_a_changed_pool: "Pools_UpdatePool",
    both_say_the_same_of_every_break_of_replaced_pool_properties: "Pools_ReplacePoolProperties",
}

#[test]
fn no_operation_with_a_body_is_left_out() {
    let with_body = api::operations().filter(|one| one.body.is_some()).map(|one| one.id);
    let (known, all): (BTreeSet<_>, BTreeSet<_>) =
        (WITH_BODY.iter().copied().collect(), with_body.collect());
    assert_eq!(known, all);
}

/// Compares bodies made up for one operation, each by itself or in a request.
/// Gives the kinds of faults that were in them.
fn made_up(id: &'static str) -> HashSet<Discriminant<Class>> {
    const CASES: u32 = 300;
    /// Of what decides on a body; enough for several dozen members.
    const LONGEST: usize = 600;
    let operation = api::operation(id).expect("the operation is in the catalogue");
    let linter = linter();
    let kinds = RefCell::new(HashSet::new());
    let config = ProptestConfig {
        cases: CASES,
        max_shrink_iters: 4000,
        failure_persistence: None,
        ..Default::default()
    };
    let drawn = proptest::collection::vec(any::<u16>(), 0..LONGEST);
    let outcome = TestRunner::new(config).run(&drawn, |drawn| {
        let mut generator = Generator { schemas: &SCHEMAS, choices: Choices::new(&drawn) };
        let shape =
            *generator.choices.of(&[Shape::Given, Shape::Given, Shape::Example, Shape::Http]);
        // A list may stand for a body by itself alone.
        let list = shape == Shape::Given
            && matches!(id, "Tasks_CreateTask" | "Tasks_CreateTaskCollection")
            && generator.choices.one_in(6);
        let body = generator.body(&SCHEMAS.body(id, list));
        let text = written(&shape.around(operation, &json!("BODY"))).replace("\"BODY\"", &body);
        let both = sides(&linter, &text, operation.into(), &shape.prefix(operation));
        let both = both.map_err(TestCaseError::fail)?;
        let faults = both.judged.iter();
        kinds.borrow_mut().extend(faults.map(|fault| std::mem::discriminant(&fault.class)));
        both.difference().map_err(|why| TestCaseError::fail(format!("{why}\n  in {text}")))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    kinds.into_inner()
}

#[test]
fn both_say_the_same_of_bodies_made_up() {
    let mut kinds = HashSet::new();
    for id in WITH_BODY {
        let found = made_up(id);
        // What makes up bodies that are all right, or all wrong, shows nothing.
        assert!(found.len() >= 5, "only {} kinds of faults for {id}", found.len());
        kinds.extend(found);
    }
    // As many as there are, the pattern's two rules being one kind.
    assert_eq!(kinds.len(), 9);
}

/// Bodies with, together, a fault of each kind.
const FAULTY: [(&str, &str); 2] = [
    (
        "Pools_CreatePool",
        r#"{
            "id": "a b", "vmSize": null, "Metadata": [{ "name": 1, "value": "v" }],
            "taskSlotsPerNode": 257, "colour": "red", "odata.etag": "0x1", "startTask": {},
            "targetNodeCommunicationMode": "loud"
        }"#,
    ),
    (
        "Certificates_CreateCertificate",
        r#"{ "thumbprint": "xyz", "thumbprintAlgorithm": "md5", "data": "AQID" }"#,
    ),
];

fn of_faulty(at: usize) -> compare::Sides {
    let (operation, text) = FAULTY[at];
    let operation = api::operation(operation).expect("it is in the catalogue");
    sides(&linter(), text, operation.into(), "").expect("both have a say")
}

#[test]
fn one_of_each_kind_is_seen_by_both() {
    let expected: [&[(&str, Class)]; 2] = [
        &[
            ("/id", Class::Pattern("AB0039")),
            ("", Class::Missing("vmSize".into())),
            ("/Metadata", Class::Spelling),
            ("/Metadata/0/name", Class::Type),
            ("/taskSlotsPerNode", Class::Limit),
            ("/colour", Class::Unknown),
            ("/odata.etag", Class::Annotation),
            ("/startTask", Class::Missing("commandLine".into())),
            ("/targetNodeCommunicationMode", Class::Value),
        ],
        &[("/thumbprint", Class::Pattern("AB0102")), ("/thumbprintAlgorithm", Class::Constant)],
    ];
    for (number, expected) in expected.into_iter().enumerate() {
        let fault = |(at, class): &(&str, Class)| Fault { at: (*at).into(), class: class.clone() };
        let expected: fault::Faults = expected.iter().map(fault).collect();
        let sides = of_faulty(number);
        assert_eq!(sides.judged, expected, "jsonschema");
        assert_eq!(sides.ours, expected, "the linter");
    }
}

/// A comparison that cannot fail would be worth nothing.
#[test]
fn every_wrong_answer_is_noticed() {
    for (number, (operation, _)) in FAULTY.iter().enumerate() {
        let right = of_faulty(number);
        assert_eq!(right.difference(), Ok(()));
        for fault in &right.ours {
            let mut wrong = of_faulty(number);
            wrong.ours.remove(fault);
            let why = wrong.difference().expect_err("a finding is gone");
            let (theirs_alone, _) = why.split_once("the linter alone").expect("it has both");
            assert!(theirs_alone.contains(&fault.to_string()), "{fault}:\n{why}");
            assert!(why.contains(operation), "{why}");

            // The same at another place.
            let elsewhere = Fault { at: format!("{}/0", fault.at), class: fault.class.clone() };
            let shown = elsewhere.to_string();
            wrong.ours.insert(elsewhere);
            let why = wrong.difference().expect_err("a finding is misplaced");
            let (_, ours_alone) = why.split_once("the linter alone").expect("it has both");
            let (ours_alone, _) = ours_alone.split_once("jsonschema says").expect("it has both");
            assert!(ours_alone.contains(&shown), "{shown}:\n{why}");

            // Another one at this place.
            for class in [Class::Type, Class::Value, Class::Limit, Class::Unknown, Class::Constant]
            {
                let mut wrong = of_faulty(number);
                wrong.ours.remove(fault);
                if class != fault.class {
                    wrong.ours.insert(Fault { at: fault.at.clone(), class });
                    wrong.difference().expect_err("a finding is of another kind");
                }
            }

            // One that is there for no reason.
            let mut wrong = of_faulty(number);
            wrong.ours.insert(Fault { at: format!("{}/none", fault.at), class: Class::Type });
            wrong.difference().expect_err("a finding too many");
        }
    }
}

#[test]
fn every_known_difference_is_one() {
    let operation = api::operation("pool").expect("it is in the catalogue");
    for known in &KNOWN {
        let sides = sides(&linter(), known.example, operation.into(), "").expect("a body");
        let apart: Vec<_> = sides.judged.symmetric_difference(&sides.ours).collect();
        assert!(!apart.is_empty(), "both say the same of {}", known.example);
        for fault in apart {
            let reason = sides.known(fault).map(|known| known.reason);
            assert_eq!(reason, Some(known.reason), "{fault}");
        }
    }
}
