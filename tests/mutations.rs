//! Breaks bodies in every way that the schemas rule out, one at a time, and
//! asks that each break is seen where it is, and nothing else.
//!
//! The bodies are those of `fixtures/valid/`, which are as clients send them,
//! and bodies with every property of every model, built from the public
//! tables. What must be said of a change is written down in
//! `mutations/mutation.rs` and follows from the tables and schema files, never
//! from what the linter happens to say.

#[path = "mutations/bodies.rs"]
mod bodies;
#[path = "mutations/fixtures.rs"]
mod fixtures;
#[path = "mutations/mutation.rs"]
mod mutation;
#[path = "mutations/places.rs"]
mod places;
#[path = "mutations/trial.rs"]
mod trial;

use std::collections::BTreeSet;

use batchlint::api::{self, Api, Operation};
use batchlint::report::OperationSource;
use batchlint::{Linter, Severity, Target};
use serde_json::{Map, Value, json};

use places::{Form, Place, around, places};
use trial::{Failures, Shape, Trial, Verdict, shown};

/// Every so many breaks, one is tried in the whole body. A prime, so that no
/// kind of break always comes out on the same side.
const WHOLE: usize = 101;

/// Breaks maximal bodies of one operation; every place of each variant that
/// no variant before had.
fn break_maximal_bodies(id: &str) {
    let operation = api::operation(id).expect("the operation is in the catalogue");
    let linter = Linter::new();
    let mut failures = Failures::default();
    let mut seen = BTreeSet::new();
    let mut count = 0usize;
    for variant in 0..bodies::VARIANTS {
        let body = bodies::maximal(operation, variant);
        let whole = Trial::new(&linter, operation, Shape::Given, &body)
            .unwrap_or_else(|why| panic!("variant {variant}: {why}"));
        let places = places(operation, Form::Body, &body);
        for place in &places {
            if !seen.insert(place.pointer.clone()) {
                continue;
            }
            let value = body.pointer(&place.pointer).expect("the place is there");
            let part = around(operation, &body, &places, place);
            let part = Trial::of_part(&linter, operation, Shape::Given, &part)
                .unwrap_or_else(|why| panic!("{:?} of variant {variant}: {why}", place.pointer));
            for mutation in mutation::of(operation, Form::Body, place, value) {
                count += 1;
                let trial = if count.is_multiple_of(WHOLE) { &whole } else { &part };
                if let Verdict::Bad(why) = trial.run(&mutation) {
                    failures.add(trial, place.kind_name(), &mutation.what, &place.pointer, why);
                }
            }
        }
    }
    failures.none_or_panic();
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
    every_break_of_a_new_certificate_is_seen: "Certificates_CreateCertificate",
    every_break_of_a_new_job_is_seen: "Jobs_CreateJob",
    every_break_of_a_replaced_job_is_seen: "Jobs_ReplaceJob",
    every_break_of_a_changed_job_is_seen: "Jobs_UpdateJob",
    every_break_of_a_task_collection_is_seen: "Tasks_CreateTaskCollection",
    every_break_of_a_new_task_is_seen: "Tasks_CreateTask",
    every_break_of_a_replaced_task_is_seen: "Tasks_ReplaceTask",
    every_break_of_a_new_job_schedule_is_seen: "JobSchedules_CreateJobSchedule",
    every_break_of_a_replaced_job_schedule_is_seen: "JobSchedules_ReplaceJobSchedule",
    every_break_of_a_changed_job_schedule_is_seen: "JobSchedules_UpdateJobSchedule",
    every_break_of_a_new_pool_is_seen: "Pools_CreatePool",
    every_break_of_a_changed_pool_is_seen: "Pools_UpdatePool",
    every_break_of_replaced_pool_properties_is_seen: "Pools_ReplacePoolProperties",
}

#[test]
fn no_operation_with_a_body_is_left_out() {
    let with_body: Vec<_> =
        api::operations().filter(|one| one.body.is_some()).map(|one| one.id).collect();
    let (mut known, mut all) = (WITH_BODY.to_vec(), with_body);
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(known, all);
}

#[test]
fn valid_documents_have_no_error() {
    let linter = Linter::new();
    let mut failures = Vec::new();
    for fixture in fixtures::all() {
        for (how, target) in
            [("detected", Target::detect()), ("given", Target::from(fixture.operation))]
        {
            let report = linter.lint(&fixture.text, target);
            if report.has_errors() {
                let errors =
                    report.diagnostics.iter().filter(|one| one.severity == Severity::Error);
                failures.push(format!("{}, operation {how}:\n{}", fixture.name, shown(errors)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_operation_of_valid_documents_is_found() {
    let linter = Linter::new();
    let mut failures = Vec::new();
    for fixture in fixtures::all() {
        let report = linter.lint(&fixture.text, Target::detect());
        let found = report.operation.as_ref();
        // Whoever names the operation or its method and path settles it.
        let says = ["operationId", "method"].iter().any(|name| fixture.value.get(name).is_some());
        let source = if says { OperationSource::Envelope } else { OperationSource::Detected };
        if found.map(|one| (one.id, one.source)) != Some((fixture.operation.id, source)) {
            failures.push(format!("{}: {found:?}", fixture.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn there_is_a_valid_document_for_every_operation_with_a_body() {
    let fixtures = fixtures::all();
    for id in WITH_BODY {
        assert!(fixtures.iter().any(|fixture| fixture.operation.id == *id), "{id}");
    }
}

#[test]
fn every_break_of_a_valid_document_is_seen_whatever_it_is_taken_for() {
    /// Longer ones hold more of the same and take long.
    const LONGEST: usize = 8_000;
    let linter = Linter::new();
    let mut failures = Failures::default();
    let mut moved = Vec::new();
    for fixture in fixtures::all() {
        let Some(form) = fixture.form().filter(|_| fixture.text.len() < LONGEST) else { continue };
        let trial = match Trial::new(&linter, fixture.operation, Shape::Detected, &fixture.value) {
            Ok(trial) => trial,
            Err(why) => {
                failures.tell(&fixture.name, why);
                continue;
            }
        };
        for place in places(fixture.operation, form, &fixture.value) {
            let value = fixture.value.pointer(&place.pointer).expect("the place is there");
            for mutation in mutation::of(fixture.operation, form, &place, value) {
                match trial.run(&mutation) {
                    Verdict::Good => {}
                    Verdict::Bad(why) => failures.add(
                        &trial,
                        place.kind_name(),
                        &mutation.what,
                        &format!("{} {}", fixture.name, place.pointer),
                        why,
                    ),
                    Verdict::OtherOperation(found) => {
                        moved.push(format!(
                            "{} {:?} {}: {found:?}",
                            fixture.name, place.pointer, mutation.what
                        ));
                        // Only what the outermost object has is looked at, and
                        // one level deeper where that leaves it open.
                        if place.pointer.matches('/').count() > 2 {
                            let why = format!("taken for {found:?} by a break deep within");
                            failures.add(&trial, "any", &mutation.what, &place.pointer, why);
                        }
                    }
                }
            }
        }
    }
    println!("{} taken for another operation:\n{}", moved.len(), moved.join("\n"));
    failures.none_or_panic();
}

/// Whether a change of the same kind of resource could write this property.
fn can_be_changed(create: &Operation, name: &str) -> bool {
    let (kind, _) = create.id.split_once('_').expect("an id has two parts");
    api::operations()
        .filter(|operation| operation.id != create.id && operation.id.starts_with(kind))
        .filter_map(|operation| operation.body.as_ref())
        .filter_map(|body| Api::latest().property(body.model, name))
        .any(|property| !property.flags.contains(api::Flags::READ_ONLY))
}

#[test]
fn what_only_a_new_resource_can_have_is_not_taken_for_a_change() {
    let linter = Linter::new();
    let mut failures = Vec::new();
    for fixture in fixtures::all() {
        let creates = ["Jobs_CreateJob", "JobSchedules_CreateJobSchedule", "Pools_CreatePool"]
            .contains(&fixture.operation.id)
            || fixture.operation.id == "Tasks_CreateTask";
        let Value::Object(body) = &fixture.value else { continue };
        let mut names = body.keys().filter(|name| *name != "id");
        if !creates
            || fixture.form().is_none()
            || names.all(|name| can_be_changed(fixture.operation, name))
        {
            continue;
        }
        let mut body = body.clone();
        body.remove("id");
        let text = serde_json::to_string_pretty(&body).expect("it is JSON");
        let report = linter.lint(&text, Target::detect());
        let found = report.operation.as_ref().map(|one| one.id);
        let missing = report.diagnostics.iter().any(|one| {
            one.code == "AB0031" && one.pointer.is_empty() && one.severity == Severity::Error
        });
        if found != Some(fixture.operation.id) || !missing {
            let got = shown(report.diagnostics.iter());
            failures.push(format!("{} without its id: {found:?}\n{got}", fixture.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether another operation has a body of this name and the same path
/// parameters, so that a request needs more to be told apart.
fn has_a_twin(operation: &'static Operation) -> bool {
    let signature = |operation: &'static Operation| {
        let body = operation.body.as_ref().map(|body| body.parameter);
        let path = Api::latest()
            .parameters(operation)
            .filter(|(one, _)| one.location == api::ParameterLocation::Path)
            .map(|(one, _)| one.name);
        (body, path.collect::<Vec<_>>())
    };
    let same = |other: &&'static Operation| signature(other) == signature(operation);
    api::operations().filter(same).count() > 1
}

#[test]
fn breaks_are_seen_in_requests_of_every_shape() {
    let linter = Linter::new();
    let mut failures = Failures::default();
    for (number, id) in WITH_BODY.iter().enumerate() {
        let operation = api::operation(id).expect("the operation is in the catalogue");
        let body = bodies::maximal(operation, number % bodies::VARIANTS);
        let places = places(operation, Form::Body, &body);
        let shapes: Vec<_> = Shape::ENVELOPES
            .into_iter()
            .filter(|shape| *shape != Shape::Parameters || !has_a_twin(operation))
            .collect();
        for shape in &shapes {
            if let Err(why) = Trial::new(&linter, operation, *shape, &body) {
                failures.tell(id, why);
            }
        }
        for (at, place) in places.iter().enumerate() {
            let value = body.pointer(&place.pointer).expect("the place is there");
            let part = around(operation, &body, &places, place);
            // The shapes take turns, and so do the breaks.
            let shape = shapes[at % shapes.len()];
            let trial = match Trial::of_part(&linter, operation, shape, &part) {
                Ok(trial) => trial,
                Err(why) => {
                    failures.tell(&place.pointer, why);
                    continue;
                }
            };
            let mutations = mutation::of(operation, Form::Body, place, value);
            for mutation in mutations.iter().skip(at % 3).step_by(3) {
                // Of a body that is none the shape is not clear.
                if place.is_root() {
                    continue;
                }
                match trial.run(mutation) {
                    Verdict::Good => {}
                    Verdict::OtherOperation(found) => {
                        let why = format!("taken for {found:?}");
                        failures.add(&trial, "any", &mutation.what, &place.pointer, why);
                    }
                    Verdict::Bad(why) => {
                        let name = place.kind_name();
                        failures.add(&trial, name, &mutation.what, &place.pointer, why);
                    }
                }
            }
        }
    }
    failures.none_or_panic();
}

#[test]
fn a_member_written_twice_is_seen_in_every_object() {
    let linter = Linter::new();
    let mut failures = Failures::default();
    for (number, id) in WITH_BODY.iter().enumerate() {
        let operation = api::operation(id).expect("the operation is in the catalogue");
        let body = bodies::maximal(operation, 0);
        let mut objects = Vec::new();
        mutation::objects(&body, "", &mut objects);
        for shape in [Shape::Given, [Shape::Http, Shape::Example, Shape::Named][number % 3]] {
            match Trial::new(&linter, operation, shape, &body) {
                Ok(trial) => failures.merge(trial.duplicates(&objects)),
                Err(why) => failures.tell(id, why),
            }
        }
    }
    failures.none_or_panic();
}

#[test]
fn a_member_written_twice_is_seen_around_the_body_too() {
    let linter = Linter::new();
    let texts = [
        (
            r#"{"operationId":"Pools_GetPool","operationId":"Pools_GetPool","parameters":{"api-version":"2024-07-01.20.0","poolId":"p"}}"#,
            "/operationId",
        ),
        (
            r#"{"operationId":"Pools_GetPool","parameters":{"api-version":"2024-07-01.20.0","poolId":"p","poolId":"q"}}"#,
            "/parameters/poolId",
        ),
        (
            r#"{"method":"GET","url":"/pools/p?api-version=2024-07-01.20.0","headers":{"Accept":"a/b","Accept":"c/d"}}"#,
            "/headers/Accept",
        ),
        (
            r#"{"method":"POST","url":"/jobs?api-version=2024-07-01.20.0","body":{"id":"a","poolInfo":{"poolId":"p"}},"body":{"id":"b","poolInfo":{"poolId":"p"}}}"#,
            "/body",
        ),
        // No operation is found, and still it is the same name twice.
        (r#"{"colour":"red","colour":"blue"}"#, "/colour"),
    ];
    let mut failures = Vec::new();
    for (text, pointer) in texts {
        let report = linter.lint(text, Target::detect());
        let seen =
            report.diagnostics.iter().any(|one| one.code == "AB0002" && one.pointer == pointer);
        if !seen {
            failures.push(format!("{text}\n{}", shown(report.diagnostics.iter())));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The value with every name of a model's property in capitals.
fn shouted(places: &[Place], value: &Value, pointer: &str) -> Value {
    let inner = |segment: &str, value| {
        shouted(places, value, &format!("{pointer}/{}", places::escape(segment)))
    };
    match value {
        Value::Object(object) => {
            let place = places.iter().find(|place| place.pointer == pointer);
            let of_model = place.is_some_and(|place| place.model().is_some());
            let name = |name: &str| if of_model { name.to_uppercase() } else { name.to_owned() };
            let members = object.iter().map(|(key, value)| (name(key), inner(key, value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| inner(&at.to_string(), item)).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn what_is_wrong_is_seen_even_where_every_name_is_in_the_wrong_case() {
    let linter = Linter::new();
    for id in WITH_BODY {
        let operation = api::operation(id).expect("the operation is in the catalogue");
        let body = bodies::maximal(operation, 0);
        let found_places = places(operation, Form::Body, &body);
        let shouted = shouted(&found_places, &body, "");
        let text = serde_json::to_string_pretty(&shouted).expect("it is JSON");
        let report = linter.lint(&text, operation);
        let errors: Vec<_> =
            report.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{id}:\n{}", shown(errors.into_iter()));
        let names = found_places.iter().filter(|place| {
            !place.is_root()
                && !matches!(place.presence, places::Presence::Item | places::Presence::InMap)
        });
        let said = report.diagnostics.iter().filter(|one| one.code == "AB0043").count();
        assert_eq!(said, names.count(), "{id}: each name is in the wrong case");

        // The deepest text is no boolean.
        let deepest = found_places
            .iter()
            .filter(|place| matches!(place.kind, api::Kind::String) && !place.read_only)
            .max_by_key(|place| place.pointer.matches('/').count())
            .expect("every body has a text");
        let mut wrong = body.clone();
        *wrong.pointer_mut(&deepest.pointer).expect("the place is there") = json!(true);
        let wrong = self::shouted(&found_places, &wrong, "");
        let text = serde_json::to_string_pretty(&wrong).expect("it is JSON");
        let report = linter.lint(&text, operation);
        let seen = report
            .diagnostics
            .iter()
            .any(|one| one.code == "AB0033" && one.pointer.eq_ignore_ascii_case(&deepest.pointer));
        assert!(seen, "{id}: {:?} is true, and nothing says so", deepest.pointer);
    }
}

/// A request for an operation with each of its parameters.
fn request(operation: &'static Operation) -> Value {
    let mut parameters = Map::new();
    for (parameter, _) in Api::latest().parameters(operation) {
        let value = match (parameter.constant, parameter.kind, parameter.format) {
            (Some(constant), ..) => json!(constant),
            (_, api::ParameterKind::Integer, _) => json!(30),
            (_, api::ParameterKind::Boolean, _) => json!(true),
            (_, api::ParameterKind::List, _) => json!("id,state"),
            (_, _, Some("uuid")) => json!("11111111-2222-3333-4444-555555555555"),
            (_, _, Some("date-time-rfc7231")) => json!("Sat, 31 Jan 2026 08:00:00 GMT"),
            _ if parameter.name == "thumbprint" => json!("0123456789abcdef".repeat(3)[..40]),
            _ if parameter.name == "content-type" => json!("application/json"),
            _ => json!("some-text"),
        };
        parameters.insert(parameter.name.into(), value);
    }
    if let Some(body) = &operation.body {
        parameters.insert(body.parameter.into(), bodies::maximal(operation, 0));
    }
    json!({ "operationId": operation.id, "parameters": parameters })
}

#[test]
fn every_break_of_a_requests_parameters_is_seen() {
    let linter = Linter::new();
    let mut failures = Vec::new();
    let mut check = |request: &Value, what: &str, code: &str, at: &str, severity| {
        let text = serde_json::to_string_pretty(request).expect("it is JSON");
        let report = linter.lint(&text, Target::detect());
        let seen = report
            .diagnostics
            .iter()
            .any(|one| one.code == code && one.pointer == at && one.severity == severity);
        let operation = &request["operationId"];
        if !seen {
            let got = report.diagnostics.iter().filter(|one| one.code != "AB0036");
            failures.push(format!(
                "{operation} {what}: expected {code}, {severity}, at {at:?}; got:\n{}",
                shown(got)
            ));
        }
    };
    for operation in api::operations() {
        let whole = request(operation);
        let text = serde_json::to_string_pretty(&whole).expect("it is JSON");
        let report = linter.lint(&text, Target::detect());
        let errors: Vec<_> =
            report.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}:\n{}", operation.id, shown(errors.into_iter()));

        let with = |name: &str, value: Option<Value>| {
            let mut request = whole.clone();
            let parameters = request["parameters"].as_object_mut().expect("they are an object");
            match value {
                Some(value) => parameters.insert(name.into(), value),
                None => parameters.remove(name),
            };
            request
        };
        let unknown = with("xUnknown", Some(json!("text")));
        check(&unknown, "unknown", "AB0017", "/parameters/xUnknown", Severity::Warning);
        for (parameter, required) in Api::latest().parameters(operation) {
            let name = parameter.name;
            let at = format!("/parameters/{name}");
            if required {
                let without = with(name, None);
                check(
                    &without,
                    &format!("without {name}"),
                    "AB0016",
                    "/parameters",
                    Severity::Error,
                );
                let null = with(name, Some(Value::Null));
                check(&null, &format!("{name} null"), "AB0016", "/parameters", Severity::Error);
            }
            let wrong: &[(Value, &str, Severity)] = match (name, parameter.kind) {
                ("api-version", _) => &[(json!("2023-05-01.17.0"), "AB0019", Severity::Warning)],
                ("thumbprintAlgorithm", _) => &[
                    (json!("sha256"), "AB0101", Severity::Error),
                    (json!(1), "AB0018", Severity::Error),
                ],
                ("thumbprint", _) => &[
                    (json!("xyz"), "AB0102", Severity::Error),
                    (json!(1), "AB0018", Severity::Error),
                ],
                (_, api::ParameterKind::Integer) => &[
                    (json!("many"), "AB0018", Severity::Error),
                    (json!(1.5), "AB0018", Severity::Error),
                    (json!(4_294_967_296_i64), "AB0018", Severity::Error),
                    (json!([]), "AB0018", Severity::Error),
                ],
                (_, api::ParameterKind::Boolean) => &[
                    (json!("yes"), "AB0018", Severity::Error),
                    (json!(1), "AB0018", Severity::Error),
                ],
                (_, api::ParameterKind::List) => &[
                    (json!(1), "AB0018", Severity::Error),
                    (json!({}), "AB0018", Severity::Error),
                    (json!([1]), "AB0018", Severity::Error),
                ],
                _ => &[
                    (json!(1), "AB0018", Severity::Error),
                    (json!({}), "AB0018", Severity::Error),
                    (json!([]), "AB0018", Severity::Error),
                    (json!(true), "AB0018", Severity::Error),
                ],
            };
            for (value, code, severity) in wrong {
                let request = with(name, Some(value.clone()));
                check(&request, &format!("{name} {value}"), code, &at, *severity);
            }
            let limits = [(parameter.minimum, -1), (parameter.maximum, 1)];
            for (limit, step) in limits.into_iter().filter_map(|(one, step)| Some((one?, step))) {
                let beyond = with(name, Some(json!(limit + step)));
                check(&beyond, &format!("{name} {}", limit + step), "AB0018", &at, Severity::Error);
            }
        }
        if let Some(body) = &operation.body {
            let without = with(body.parameter, None);
            check(&without, "without its body", "AB0014", "", Severity::Error);
        } else {
            let mut request = whole.clone();
            request["body"] = json!({ "id": "x" });
            check(&request, "with a body", "AB0015", "/body", Severity::Warning);
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}
