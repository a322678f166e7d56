//! The errors of a schema in words that never repeat a value of the document:
//! it may be a secret.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use serde_json::Value as Json;

use crate::rules::finding::shorten;

/// The longest part of a schema that is shown.
const LONGEST: usize = 160;

/// What a schema demands of a value that it does not accept.
pub(super) fn of(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let count = |limit: u64, one: &str, many: &str| {
        format!("{limit} {}", if limit == 1 { one } else { many })
    };
    match error.kind() {
        Kind::Required { property } => format!("`{}` is missing", text(property)),
        Kind::FalseSchema => "it must not be there".into(),
        Kind::Type { kind: TypeKind::Single(kind) } => format!("it must be of type {kind}"),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
            format!("it must be of type {}", kinds.join(" or "))
        }
        Kind::Enum { options } => match options.as_array() {
            Some(options) => {
                let options: Vec<String> = options.iter().map(Json::to_string).collect();
                format!("it must be one of {}", shorten(&options.join(", "), LONGEST))
            }
            None => "it must be one of the values of the schema".into(),
        },
        Kind::Constant { expected_value } => {
            format!("it must be {}", shorten(&expected_value.to_string(), LONGEST))
        }
        Kind::Pattern { pattern } => format!("it must match `{}`", shorten(pattern, LONGEST)),
        Kind::Format { format } => format!("it must be of the format {format}"),
        Kind::Minimum { limit } => format!("it must be at least {limit}"),
        Kind::Maximum { limit } => format!("it must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("it must be greater than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("it must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("it must be a multiple of {multiple_of}"),
        Kind::MinLength { limit } => {
            format!("it must have at least {}", count(*limit, "character", "characters"))
        }
        Kind::MaxLength { limit } => {
            format!("it must have at most {}", count(*limit, "character", "characters"))
        }
        Kind::MinItems { limit } => {
            format!("it must have at least {}", count(*limit, "item", "items"))
        }
        Kind::MaxItems { limit } => {
            format!("it must have at most {}", count(*limit, "item", "items"))
        }
        Kind::MinProperties { limit } => {
            format!("it must have at least {}", count(*limit, "property", "properties"))
        }
        Kind::MaxProperties { limit } => {
            format!("it must have at most {}", count(*limit, "property", "properties"))
        }
        Kind::UniqueItems => "its items must differ from each other".into(),
        Kind::Contains => "it lacks an item that is demanded, or has too many such".into(),
        Kind::AdditionalItems { .. } | Kind::UnevaluatedItems { .. } => {
            "it has items that are not allowed".into()
        }
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            "it has properties that are not allowed".into()
        }
        Kind::PropertyNames { .. } => "it has a name that is not allowed".into(),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            // Where each form demands one thing, say them all.
            let demands: Option<Vec<String>> = context
                .iter()
                .map(|errors| match &errors[..] {
                    [inner] if inner.instance_path() == error.instance_path() => Some(of(inner)),
                    _ => None,
                })
                .collect();
            match demands {
                Some(demands) if !demands.is_empty() && demands.len() < 5 => demands.join(", or "),
                _ => "it has none of the forms allowed".into(),
            }
        }
        Kind::OneOfMultipleValid { .. } => "it has more than one of the forms allowed".into(),
        Kind::Not { schema } => {
            format!("it must not be as described by {}", shorten(&schema.to_string(), LONGEST))
        }
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "a pattern of the schema is too costly to be held against it".into()
        }
        _ => "it is not as the schema demands".into(),
    }
}

/// What is wrong with a name of a member.
pub(super) fn of_name(name: &str, error: &ValidationError<'_>) -> String {
    let name = shorten(name, 48);
    match error.kind() {
        ValidationErrorKind::PropertyNames { error } => {
            format!("the name `{name}` is not allowed: {}", of(error))
        }
        _ => format!("`{name}` is not allowed"),
    }
}

/// A string without its quotes.
fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
