//! What a value may look like, made from its model: the required members, with
//! values that stand for others.

use crate::api::{Api, Flags, Format, Kind, Model, Property, p};

/// How many levels an example goes down.
const DEEPEST: usize = 3;

/// An example longer than this is no help within a sentence.
const LONGEST: usize = 160;

/// An example of an object or array of this kind, as JSON text; `None` where
/// one says nothing, or too much.
pub(super) fn of(api: Api, kind: Kind, property: Option<&Property>) -> Option<String> {
    let mut example = Example { api, out: String::new() };
    match kind {
        Kind::Object(model) => example.object(model, 0)?,
        Kind::Map => example.out.push_str("{ \"name\": \"value\" }"),
        Kind::Array(items) => {
            example.out.push('[');
            match (*items, property) {
                (Kind::Object(model), _) => example.object(model, 0)?,
                (items, Some(property)) => example.scalar(items, property),
                _ => return None,
            }
            example.out.push(']');
        }
        _ => return None,
    }
    (example.out.len() <= LONGEST).then_some(example.out)
}

struct Example {
    api: Api,
    out: String,
}

impl Example {
    fn object(&mut self, model: Model, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let api = self.api;
        let asked = || {
            let properties = api.properties(model);
            properties.filter(|one| {
                !one.flags.contains(Flags::READ_ONLY) && !one.flags.contains(Flags::SECRET)
            })
        };
        let mut shown: Vec<_> = asked().filter(|one| api.requires(one)).collect();
        if shown.is_empty() {
            // Nothing is required: what is said first is what is said most.
            let plain = |one: &&Property| !matches!(one.kind, Kind::Object(_) | Kind::Array(_));
            shown.extend(
                usual(api, model).or_else(|| asked().find(plain)).or_else(|| asked().next()),
            );
        }
        if shown.is_empty() {
            return None;
        }
        self.out.push_str("{ ");
        for (at, property) in shown.into_iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.out.push_str(&format!("\"{}\": ", property.name));
            match property.kind {
                Kind::Object(inner) => self.object(inner, depth + 1)?,
                Kind::Array(items) => {
                    self.out.push('[');
                    match *items {
                        Kind::Object(inner) => self.object(inner, depth + 1)?,
                        items => self.scalar(items, property),
                    }
                    self.out.push(']');
                }
                kind => self.scalar(kind, property),
            }
        }
        self.out.push_str(" }");
        Some(())
    }

    fn scalar(&mut self, kind: Kind, property: &Property) {
        let text = match kind {
            Kind::Enum(values) => self.api.values(values).next().map_or("...", |one| one.value),
            Kind::Integer => {
                let least = property.range.0.max(1).min(property.range.1);
                return self.out.push_str(&least.to_string());
            }
            Kind::Number => return self.out.push('1'),
            Kind::Boolean => return self.out.push_str("true"),
            Kind::Map | Kind::FreeObject => return self.out.push_str("{}"),
            _ if property.id == p::HTTP_URL => {
                "https://account.blob.core.windows.net/container/file"
            }
            _ => match property.format {
                Some(Format::Duration) => "PT1H",
                Some(Format::DateTime) => "2026-01-31T08:00:00Z",
                Some(Format::Uri) => "https://account.blob.core.windows.net/container",
                _ => property
                    .facts
                    .constant
                    .or(property.facts.examples.first().copied())
                    .unwrap_or("..."),
            },
        };
        self.out.push_str(&format!("\"{text}\""));
    }
}

/// What is mostly given where a model requires nothing.
fn usual(api: Api, model: Model) -> Option<&'static Property> {
    let name = match model {
        Model::IMAGE_REFERENCE => p::VIRTUAL_MACHINE_IMAGE_ID,
        Model::RESOURCE_FILE => p::HTTP_URL,
        Model::BATCH_TASK_DEPENDENCIES => p::TASK_IDS,
        Model::NETWORK_CONFIGURATION => p::SUBNET_ID,
        Model::CONTAINER_REGISTRY_REFERENCE => p::REGISTRY_SERVER,
        Model::BATCH_JOB_SCHEDULE_CONFIGURATION => p::RECURRENCE_INTERVAL,
        Model::MOUNT_CONFIGURATION => p::NFS_MOUNT_CONFIGURATION,
        _ => return None,
    };
    api.get(model, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linter, Target};

    /// Every example is JSON of the kind that it is an example of.
    #[test]
    fn an_example_is_what_the_model_wants() {
        let api = Api::latest();
        let mut count = 0;
        for model in api.models() {
            for property in api.properties(model) {
                let Some(example) = of(api, property.kind, Some(property)) else { continue };
                let value: serde_json::Value =
                    serde_json::from_str(&example).expect("an example is JSON");
                assert_eq!(value.is_array(), matches!(property.kind, Kind::Array(_)), "{example}");
                count += 1;
            }
        }
        assert!(count > 60, "{count} examples");
    }

    #[test]
    fn a_wrong_type_shows_what_to_write() {
        let help = |name: &str| {
            let text = format!(r#"{{ "id": "p", "vmSize": "s", "{name}": true }}"#);
            let pool = Target::operation("pool").expect("it is in the catalogue");
            let report = Linter::new().lint(&text, pool);
            let found = report.diagnostics.into_iter().find(|found| found.code == "AB0033");
            found.and_then(|found| found.help).expect("there is help")
        };
        assert_eq!(help("startTask"), r#"write it as in `{ "commandLine": "..." }`"#);
        assert_eq!(help("metadata"), r#"write it as in `[{ "name": "...", "value": "..." }]`"#);
        assert_eq!(help("resourceTags"), r#"write it as in `{ "name": "value" }`"#);
        assert_eq!(
            help("taskSchedulingPolicy"),
            r#"write it as in `{ "nodeFillType": "spread" }`"#
        );
    }
}
