//! The places of a body: every value in it, with what the schemas say of it.

use batchlint::api::{Api, Flags, Kind, Model, Operation, Property};
use serde_json::Value;

/// Whether the object around a value needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The body itself.
    Root,
    /// An item of an array.
    Item,
    /// A value in a map of strings.
    InMap,
    Optional,
    Required,
    /// Required by this version, but not surely refused without.
    RequiredInDoubt,
}

/// A value in a body.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where it is in the body.
    pub pointer: String,
    /// What the schema says it is.
    pub kind: Kind,
    /// The property that it is the value of, or an item of.
    pub property: Option<&'static Property>,
    /// The model of the object around it.
    pub holder: Option<Model>,
    pub presence: Presence,
    /// Whether the property itself is read-only.
    pub own_read_only: bool,
    /// Whether the property, or one around it, is read-only.
    pub read_only: bool,
    /// Whether there is an array around it.
    pub in_array: bool,
}

impl Place {
    /// Where the object around it is.
    pub fn parent(&self) -> &str {
        self.pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    pub fn is_root(&self) -> bool {
        self.presence == Presence::Root
    }

    /// The model of the value, if it is an object that has one.
    pub fn model(&self) -> Option<Model> {
        match self.kind {
            Kind::Object(model) => Some(model),
            _ => None,
        }
    }

    pub fn flags(&self) -> Flags {
        self.property.map_or(Flags::NONE, |property| property.flags)
    }

    /// What kind of value it is, in a word.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::String => "text",
            Kind::Enum(_) => "enum",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::Object(_) => "object",
            Kind::Map => "map",
            Kind::FreeObject => "free object",
            Kind::Array(_) => "array",
            _ => "unknown",
        }
    }
}

/// What a document without envelope holds.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    Body,
    /// A bare list of tasks, as az takes it.
    TaskList,
}

/// Every value of a body, the body first.
pub fn places(operation: &'static Operation, form: Form, value: &Value) -> Vec<Place> {
    const TASK: Kind = Kind::Object(Model::BATCH_TASK_CREATE_CONTENT);
    let body = operation.body.as_ref().expect("only operations with a body have places");
    let root = Place {
        pointer: String::new(),
        kind: match form {
            Form::Body => Kind::Object(body.model),
            Form::TaskList => Kind::Array(&TASK),
        },
        property: None,
        holder: None,
        presence: Presence::Root,
        own_read_only: false,
        read_only: false,
        in_array: false,
    };
    let mut found = Vec::new();
    add(operation, root, value, &mut found);
    found
}

/// Which of a model's properties a body needs at a place, and whether surely.
pub fn required(operation: &'static Operation, place: &Place) -> Vec<(&'static str, bool)> {
    let body = operation.body.as_ref().expect("only operations with a body have places");
    let api = Api::latest();
    let Some(model) = place.model() else { return Vec::new() };
    let patch = body.nested_required_in_doubt && !place.is_root() && !place.in_array;
    let by_body = |id| place.is_root() && api.body_requires(body).any(|name| name == id);
    api.properties(model)
        .filter(|property| api.requires(property) || by_body(property.id))
        .map(|property| (property.name, !patch && !api.is_required_in_doubt(property)))
        .collect()
}

fn add(operation: &'static Operation, place: Place, value: &Value, found: &mut Vec<Place>) {
    found.push(place.clone());
    let child = |segment: &str, kind, property: Option<&'static Property>, presence| {
        let own = presence != Presence::Item
            && property.is_some_and(|property| property.flags.contains(Flags::READ_ONLY));
        Place {
            pointer: format!("{}/{}", place.pointer, escape(segment)),
            kind,
            property,
            holder: place.model().or(place.holder),
            presence,
            own_read_only: own,
            read_only: place.read_only || own,
            in_array: place.in_array || presence == Presence::Item,
        }
    };
    match (place.kind, value) {
        (Kind::Object(model), Value::Object(object)) => {
            let needed = required(operation, &place);
            for (name, inner) in object {
                let Some(property) = Api::latest().property(model, name) else { continue };
                let presence = match needed.iter().find(|(needed, _)| needed == name) {
                    Some((_, true)) => Presence::Required,
                    Some((_, false)) => Presence::RequiredInDoubt,
                    None => Presence::Optional,
                };
                add(operation, child(name, property.kind, Some(property), presence), inner, found);
            }
        }
        (Kind::Array(items), Value::Array(array)) => {
            for (at, inner) in array.iter().enumerate() {
                let place = child(&at.to_string(), *items, place.property, Presence::Item);
                add(operation, place, inner, found);
            }
        }
        (Kind::Map, Value::Object(object)) => {
            for (name, inner) in object {
                let place = child(name, Kind::String, place.property, Presence::InMap);
                add(operation, place, inner, found);
            }
        }
        _ => {}
    }
}

/// A name as a segment of a JSON pointer.
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// The body with little but what leads to a place: of the objects around it,
/// the plain members and the required ones. Most breaks are tried in such a
/// body, since the whole one takes ten times as long.
pub fn around(
    operation: &'static Operation,
    body: &Value,
    places: &[Place],
    place: &Place,
) -> Value {
    let segments: Vec<&str> = place.pointer.split('/').skip(1).collect();
    kept(operation, body, places, "", &segments)
}

fn kept(
    operation: &'static Operation,
    value: &Value,
    places: &[Place],
    pointer: &str,
    path: &[&str],
) -> Value {
    let Some((next, rest)) = path.split_first() else { return value.clone() };
    let inner = |segment: &str, value| {
        kept(operation, value, places, &format!("{pointer}/{segment}"), rest)
    };
    match value {
        Value::Object(object) => {
            let place = places.iter().find(|place| place.pointer == pointer);
            let needed = place.map(|place| required(operation, place)).unwrap_or_default();
            let plain = |value: &Value| !value.is_object() && !value.is_array();
            let members = object.iter().filter_map(|(name, value)| {
                if escape(name) == *next {
                    Some((name.clone(), inner(next, value)))
                } else {
                    let keep = plain(value) || needed.iter().any(|(needed, _)| needed == name);
                    keep.then(|| (name.clone(), value.clone()))
                }
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => {
            let on_path: usize = next.parse().expect("an array is entered by a number");
            let items = items.iter().enumerate().take(on_path + 1);
            items
                .map(|(at, item)| if at == on_path { inner(next, item) } else { item.clone() })
                .collect()
        }
        other => other.clone(),
    }
}
