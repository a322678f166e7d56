//! jsonschema's word on a body, by the published schemas.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use batchlint::api;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::fault::{Class, Fault, Faults};
use crate::normal::Normal;
use crate::places::escape;
use crate::schemas::Schemas;
use crate::tree::Tree;

pub static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::load);

/// A body's schema and its validator.
struct Judge {
    schema: Value,
    validator: Validator,
}

/// The judge of an operation's bodies, made once.
fn judge(operation: &'static str, list: bool) -> &'static Judge {
    type Judges = BTreeMap<(&'static str, bool), OnceLock<Judge>>;
    static JUDGES: LazyLock<Judges> = LazyLock::new(|| {
        let both = |id| [((id, false), OnceLock::new()), ((id, true), OnceLock::new())];
        api::operations().flat_map(|operation| both(operation.id)).collect()
    });
    JUDGES[&(operation, list)].get_or_init(|| {
        let schema = SCHEMAS.body(operation, list);
        let validator = SCHEMAS.validator(&schema);
        Judge { schema, validator }
    })
}

/// What is wrong with a body of an operation; `bare` if nothing is around it.
pub fn judged(operation: &'static str, body: &Tree, bare: bool) -> Faults {
    // What az takes in place of a task or a collection, so the linter does.
    let list = bare
        && matches!(operation, "Tasks_CreateTask" | "Tasks_CreateTaskCollection")
        && matches!(body, Tree::Array(_));
    let judge = judge(operation, list);
    let normal = Normal::of(&SCHEMAS, &judge.schema, body);
    let mut faults = normal.said.clone();
    for error in judge.validator.iter_errors(&normal.value) {
        let at = error.instance_path().as_str();
        let mut add = |at: &str, class| {
            faults.insert(Fault { at: normal.written(at).to_owned(), class });
        };
        match error.kind() {
            Kind::Required { property } => {
                let name = property.as_str().expect("a name is a text");
                add(at, Class::Missing(name.to_owned()));
            }
            Kind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    add(&format!("{at}/{}", escape(name)), Class::Unknown);
                }
            }
            Kind::Type { .. } => add(at, Class::Type),
            Kind::Enum { .. } => add(at, Class::Value),
            Kind::Minimum { .. }
            | Kind::Maximum { .. }
            | Kind::MaxLength { .. }
            | Kind::MaxItems { .. }
            | Kind::Not { .. } => add(at, Class::Limit),
            Kind::Custom { keyword, .. } if keyword == "x-batch" => add(at, Class::Limit),
            Kind::Pattern { .. } => {
                let rule = if at.ends_with("/thumbprint") { "AB0102" } else { "AB0039" };
                add(at, Class::Pattern(rule));
            }
            Kind::Constant { .. } => add(at, Class::Constant),
            other => panic!("the schemas use a keyword that no rule is for: {other:?}"),
        }
    }
    faults
}
