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
#[path = "mutations/mutation.rs"]
mod mutation;
#[path = "mutations/places.rs"]
mod places;
#[path = "mutations/trial.rs"]
mod trial;

use std::collections::BTreeSet;

use batchlint::api::{self, Operation};
use batchlint::{Linter, Severity};
use serde_json::Value;

use places::{Form, around, places};
use trial::{Failures, Shape, Trial, Verdict};

/// Every so many breaks, one is tried in the whole body. A prime, so that no
/// kind of break always comes out on the same side.
const WHOLE: usize = 23;

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
                let trial = if count % WHOLE == 0 { &whole } else { &part };
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
        api::operations().iter().filter(|one| one.body.is_some()).map(|one| one.id).collect();
    let (mut known, mut all) = (WITH_BODY.to_vec(), with_body);
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(known, all);
}
