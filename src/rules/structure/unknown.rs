//! What to say of a member that its model does not have, and what it may have
//! been meant to be.

use crate::analysis::{Cursor, Fault};
use crate::api::{Api, Flags, Kind, Model, Name, Operation, Property, p};
use crate::document::NodeKind;
use crate::report::{Applicability, Severity};
use crate::rules::Context;
use crate::rules::edit::{self, Edits, Moved};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::words::{nearest_of, same_letters};

use super::{PROPERTY_CASE, UNKNOWN_PROPERTY};

/// How much of a name a message shows.
const SHOWN: usize = 48;

/// In an object of more members, no fix looks for others that go with one.
const FEW_MEMBERS: usize = 40;

/// How many levels further down a name is looked for.
const DEEPEST: usize = 3;

/// A guess at what was meant.
enum Guess<'a> {
    /// A member of this or another object, under this name or another.
    Place(Place<'a>, Relation),
    /// It may be within one of several; each as the names on the way to it.
    Within(Vec<String>),
    /// It says nothing here; why.
    Idle(&'static str),
    /// A name of another API; what to do now.
    Renamed(&'static str),
    /// A name that only answers have.
    State,
}

/// Where a member belongs.
struct Place<'a> {
    /// The object that the way begins at.
    from: Cursor<'a>,
    /// The properties on the way, the member's own last.
    way: Vec<&'static Property>,
}

#[derive(Clone, Copy)]
enum Relation {
    /// The same object, another name.
    Slip,
    /// An object around: the one within was closed too late, perhaps.
    Outer,
    /// An object within.
    Inner,
    /// A known confusion; what to say of it.
    Known(&'static str),
}

/// Where a member would stand, as far as the objects on the way are there.
struct Landing<'a> {
    /// The last object on the way that is there.
    object: Cursor<'a>,
    /// What it lacks: the member, or the objects on the way to it before.
    lacks: Vec<&'static Property>,
}

impl<'a> Place<'a> {
    /// `None` where something stands there already.
    fn landing(&self) -> Option<Landing<'a>> {
        let mut object = self.from;
        for (at, property) in self.way.iter().enumerate() {
            match object.member(property.id) {
                None => return Some(Landing { object, lacks: self.way.get(at..)?.to_vec() }),
                Some(inner) if at + 1 < self.way.len() && inner.kind() == NodeKind::Object => {
                    object = inner;
                }
                Some(_) => return None,
            }
        }
        None
    }

    /// The names on the way.
    fn names(&self) -> String {
        let names: Vec<_> = self.way.iter().map(|property| property.name).collect();
        names.join(".")
    }
}

/// A name that means something else where it comes from.
struct Confusion {
    name: &'static str,
    /// The models that it is written into.
    models: &'static [Model],
    /// What to say.
    advice: &'static str,
    /// Where its value belongs, from the object that it is in; nowhere if
    /// empty.
    way: &'static [Name],
}

const POOLS: &[Model] = &[
    Model::BATCH_POOL_CREATE_CONTENT,
    Model::BATCH_POOL_SPECIFICATION,
    Model::BATCH_POOL_UPDATE_CONTENT,
    Model::BATCH_POOL_REPLACE_CONTENT,
];

/// Names that are right elsewhere, in models that have others.
const CONFUSED: [Confusion; 7] = [
    Confusion {
        name: "id",
        models: &[Model::IMAGE_REFERENCE],
        advice: "the management plane calls it `id`; here the id of an image is `virtualMachineImageId`",
        way: &[p::VIRTUAL_MACHINE_IMAGE_ID],
    },
    Confusion {
        name: "identity",
        models: POOLS,
        advice: "only the management plane can give a pool identities: create the pool there (Azure Resource Manager, Bicep) and refer to them by `identityReference`",
        way: &[],
    },
    Confusion {
        name: "nodePlacementPolicy",
        models: &[Model::VIRTUAL_MACHINE_CONFIGURATION],
        advice: "where nodes are placed is `policy` in `nodePlacementConfiguration`",
        way: &[p::NODE_PLACEMENT_CONFIGURATION, p::POLICY],
    },
    Confusion {
        name: "nodePlacementPolicy",
        models: POOLS,
        advice: "where nodes are placed is `policy` in `nodePlacementConfiguration` of `virtualMachineConfiguration`",
        way: &[p::VIRTUAL_MACHINE_CONFIGURATION, p::NODE_PLACEMENT_CONFIGURATION, p::POLICY],
    },
    Confusion {
        name: "formula",
        models: POOLS,
        advice: "the management plane's `formula` is `autoScaleFormula` here",
        way: &[p::AUTO_SCALE_FORMULA],
    },
    Confusion {
        name: "evaluationInterval",
        models: POOLS,
        advice: "the management plane's `evaluationInterval` is `autoScaleEvaluationInterval` here",
        way: &[p::AUTO_SCALE_EVALUATION_INTERVAL],
    },
    Confusion {
        name: "tags",
        models: POOLS,
        advice: "tags of the resources behind a pool are `resourceTags`",
        way: &[p::RESOURCE_TAGS],
    },
];

/// What a template has around a resource.
const LEFT_OVER: [&str; 5] = ["type", "apiVersion", "location", "tags", "kind"];

const OF_A_TEMPLATE: &str =
    "it is left over from a template of Azure Resource Manager; a request does not have it";

/// Names that so many things have that one further down says nothing.
const COMMON: [&str; 12] = [
    "id", "name", "type", "value", "path", "version", "mode", "source", "start", "end", "data",
    "code",
];

/// Names that users bring from the management plane. Those of other versions
/// are in `schemas/data/member-versions.json`, those of client libraries in
/// `schemas/data/client-names.json`.
const RENAMED: [(&str, &str); 5] = [
    ("interNodeCommunication", "this API has `enableInterNodeCommunication`, a boolean"),
    (
        "deploymentConfiguration",
        "this is the management plane's shape; put what is in its `virtualMachineConfiguration` directly in the pool",
    ),
    (
        "scaleSettings",
        "this is the management plane's shape; use `targetDedicatedNodes`, or `enableAutoScale` with `autoScaleFormula`",
    ),
    ("applicationPackages", "in a request it is `applicationPackageReferences`"),
    ("certificates", "in a request it is `certificateReferences`, which is deprecated"),
];

fn guess<'a>(name: &str, model: Model, object: Cursor<'a>) -> Option<Guess<'a>> {
    let api = object.api();
    let confused = CONFUSED.iter().find(|one| one.name == name && one.models.contains(&model));
    if let Some(confused) = confused {
        return Some(match way(api, model, confused.way) {
            Some(way) => {
                Guess::Place(Place { from: object, way }, Relation::Known(confused.advice))
            }
            None => Guess::Renamed(confused.advice),
        });
    }
    if let Some((_, advice)) = RENAMED.iter().find(|(old, _)| *old == name) {
        return Some(Guess::Renamed(advice));
    }
    let resource =
        object.property().is_none() || object.is_item() && api.get(model, p::ID).is_some();
    if resource && LEFT_OVER.contains(&name) {
        return Some(Guess::Idle(OF_A_TEMPLATE));
    }
    if resource && name == "name" && object.get(p::ID).is_some() {
        return Some(Guess::Idle(OF_A_TEMPLATE));
    }
    if resource && name == "name" {
        let advice = "what a template calls `name` is the `id` here";
        return Some(match way(api, model, &[p::ID]) {
            Some(way) => Guess::Place(Place { from: object, way }, Relation::Known(advice)),
            None => Guess::Idle(OF_A_TEMPLATE),
        });
    }
    if api.is_state(name) {
        return Some(Guess::State);
    }
    let here = |property| Guess::Place(Place { from: object, way: vec![property] }, Relation::Slip);
    let known = || api.properties(model).filter(|property| is_asked_for(property, object));
    // The same word, but for how its parts are joined.
    if let Some(same) = known().find(|property| same_letters(name, property.name)) {
        return Some(here(same));
    }
    let outer = outer(name, object);
    if let Some(place) = outer.as_ref().filter(|place| place.landing().is_some()) {
        let place = Place { from: place.from, way: place.way.clone() };
        return Some(Guess::Place(place, Relation::Outer));
    }
    let (inner, others) = inner(name, model, object);
    if let Some(place) = inner.as_ref().filter(|place| place.way.len() == 2) {
        let place = Place { from: place.from, way: place.way.clone() };
        return Some(Guess::Place(place, Relation::Inner));
    }
    let names: Vec<_> = known().map(|property| property.name).collect();
    if let Some(near) = nearest_of(name, &names) {
        return api.property(model, near).map(here);
    }
    if let Some(place) = inner {
        return Some(Guess::Place(place, Relation::Inner));
    }
    if !others.is_empty() {
        return Some(Guess::Within(others));
    }
    outer.map(|place| Guess::Place(place, Relation::Outer))
}

/// The properties of these names, each in the model of the one before.
fn way(api: Api, model: Model, names: &[Name]) -> Option<Vec<&'static Property>> {
    let mut way: Vec<&'static Property> = Vec::new();
    let mut model = Some(model);
    for name in names {
        let property = api.get(model?, *name)?;
        model = match property.kind {
            Kind::Object(inner) => Some(inner),
            _ => None,
        };
        way.push(property);
    }
    (!way.is_empty()).then_some(way)
}

/// Whether a request asks for it, and does not just repeat what it is.
fn is_asked_for(property: &Property, object: Cursor<'_>) -> bool {
    !property.flags.contains(Flags::READ_ONLY) || object.is_read_only()
}

/// The nearest object around that has a property of this name.
fn outer<'a>(name: &str, object: Cursor<'a>) -> Option<Place<'a>> {
    let api = object.api();
    object.ancestors().find_map(|around| {
        let property = api.property(around.model()?, name)?;
        is_asked_for(property, around).then(|| Place { from: around, way: vec![property] })
    })
}

/// Where within the model a property of this name is: the one place, if there
/// is one on the first level that has any, or all of them in words.
fn inner<'a>(name: &str, model: Model, object: Cursor<'a>) -> (Option<Place<'a>>, Vec<String>) {
    let api = object.api();
    let mut ways: Vec<(Vec<&'static Property>, Model)> = vec![(Vec::new(), model)];
    for level in 1..=DEEPEST {
        let mut next = Vec::new();
        for (way, model) in &ways {
            for property in api.properties(*model).filter(|one| is_asked_for(one, object)) {
                if let Kind::Object(inner) = property.kind {
                    let way: Vec<_> = way.iter().copied().chain([property]).collect();
                    next.push((way, inner));
                }
            }
        }
        ways = next;
        if level > 1 && COMMON.contains(&name) {
            break;
        }
        let mut places: Vec<Place<'a>> = Vec::new();
        for (way, model) in &ways {
            let found = api.property_in_any_case(*model, name);
            if let Some(property) = found.filter(|one| is_asked_for(one, object)) {
                let way = way.iter().copied().chain([property]).collect();
                places.push(Place { from: object, way });
            }
        }
        if places.len() > 1 {
            let names = places.iter().map(|place| {
                let names: Vec<_> = place.way.iter().map(|property| property.name).collect();
                names.split_last().map(|(_, around)| around.join(".")).unwrap_or_default()
            });
            return (None, names.collect());
        }
        if let Some(place) = places.pop() {
            return (Some(place), Vec::new());
        }
    }
    (None, Vec::new())
}

pub(super) fn check(_: &Fault, value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let api = value.api();
    let (Some(key), Some(object)) = (value.key(), value.parent()) else { return };
    let (Some(model), Some(operation)) = (object.model(), value.operation()) else { return };
    let name = key.content();
    let shown = shorten(&name, SHOWN);
    let what = match object.property() {
        Some(_) if object.is_item() => format!("`{}`", api.model_name(model)),
        Some(holder) => format!("`{}`", holder.name),
        None => format!("a body of {}", operation.id),
    };
    let message = format!("`{shown}` is not a property of {what}");
    let finding = Finding::at_key(&UNKNOWN_PROPERTY, value, message);
    findings.add(match guess(&name, model, object) {
        Some(Guess::Place(place, relation)) => placed(finding, value, &place, relation),
        Some(Guess::Within(places)) => {
            let quoted: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
            let listed = match quoted.split_last() {
                Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
                None => String::new(),
            };
            finding.help(format!("`{shown}` belongs within {listed}"))
        }
        Some(Guess::Idle(advice)) => remove(finding.help(advice), value),
        Some(Guess::Renamed(advice)) => finding.help(advice),
        Some(Guess::State) => {
            let help = format!("`{shown}` is what the service reports, no setting; leave it out");
            remove(finding.help(help), value)
        }
        None if object.property().is_none() && set_at_creation(api, operation, &name) => finding
            .help(format!("`{shown}` is set at creation, and {} cannot change it", operation.id)),
        None => finding.help(has(api, operation, model, object.is_read_only())),
    });
}

/// Says where a member belongs, and moves it there if it can.
fn placed(finding: Finding, value: Cursor<'_>, place: &Place<'_>, relation: Relation) -> Finding {
    let api = value.api();
    let shown = value.key().map(|key| shorten(&key.content(), SHOWN)).unwrap_or_default();
    let landing = place.landing();
    let model = place.from.model().map(|model| api.model_name(model)).unwrap_or_default();
    let mut help = match relation {
        Relation::Slip => format!("did you mean `{}`?", place.names()),
        Relation::Outer if landing.is_some() => {
            format!("`{shown}` belongs to the {model} around it; a closing brace may be misplaced")
        }
        Relation::Outer => format!("`{shown}` belongs to the {model} around it, which has it"),
        Relation::Inner => {
            let around: Vec<_> = place.way.iter().map(|property| property.name).collect();
            let around = around.split_last().map(|(_, around)| around.join("."));
            format!("`{shown}` belongs within `{}`", around.unwrap_or_default())
        }
        Relation::Known(advice) => advice.to_owned(),
    };
    let Some(landing) = landing else {
        if !matches!(relation, Relation::Outer) {
            help.push_str(if matches!(relation, Relation::Slip) { " It" } else { "; that" });
            help.push_str(" is given as well");
        }
        return finding.help(help);
    };
    let [lacks] = landing.lacks.as_slice() else {
        return moved(finding.help(help), value, &landing);
    };
    if landing.object.model().is_some_and(|model| requires(landing.object, model, lacks)) {
        help.push_str(if help.ends_with('?') { " It" } else { "; it" });
        help.push_str(" is required, and missing");
    }
    moved(finding.help(help), value, &landing)
}

/// Whether an object must have a property.
fn requires(object: Cursor<'_>, model: Model, property: &Property) -> bool {
    let api = object.api();
    let body = object.operation().and_then(|operation| operation.body.as_ref());
    let of_body = body.is_some_and(|body| {
        object.property().is_none()
            && body.model == model
            && api.body_requires(body).any(|name| name == property.id)
    });
    api.requires(property) || of_body
}

/// A fix that moves a member, and what goes with it, to where it belongs.
fn moved(finding: Finding, value: Cursor<'_>, landing: &Landing<'_>) -> Finding {
    let Some((title, edits)) = edits(value, landing) else { return finding };
    finding.edits(title, Applicability::Suggested, edits)
}

fn edits(value: Cursor<'_>, landing: &Landing<'_>) -> Option<(String, Edits)> {
    let object = value.parent()?;
    if object.keys().take(FEW_MEMBERS + 1).count() > FEW_MEMBERS {
        return None;
    }
    let (target, around) = landing.lacks.split_last()?;
    // Others that are to be moved there too, so that one fix does it all.
    let mut moved: Vec<Moved<'_, 'static>> = Vec::new();
    for other in object.keys().map(Cursor::member_value) {
        let Some(goes) = landing_of(other) else { continue };
        let Some((last, before)) = goes.lacks.split_last() else { continue };
        let ids = |way: &[&'static Property]| way.iter().map(|one| one.id).collect::<Vec<_>>();
        if goes.object.index() == landing.object.index() && ids(before) == ids(around) {
            if last.id == target.id && other.index() != value.index() {
                // Two for one place: a person must choose.
                return None;
            }
            let key = other.key()?;
            moved.push((other, (!key.content().eq(last.name)).then_some(last.name)));
        }
    }
    let here = landing.object.index() == object.index();
    if here && around.is_empty() {
        let key = value.key().filter(|key| edit::is_whole(*key))?;
        let title = format!("Rename to `{}`", target.name);
        return Some((title, vec![(key.span(), format!("\"{}\"", target.name))]));
    }
    // A new object must have all that it needs.
    let api = value.api();
    for (at, property) in around.iter().enumerate() {
        let Kind::Object(inner) = property.kind else { return None };
        let given = |one: &Property| match around.get(at + 1) {
            Some(next) => one.id == next.id,
            None => moved.iter().any(|(other, name)| {
                let name = name.map(str::to_owned);
                let own = || other.key().map(|key| key.content().into_owned());
                name.or_else(own).is_some_and(|name| name == one.name)
            }),
        };
        if api.properties(inner).any(|one| api.requires(one) && !given(one)) {
            return None;
        }
    }
    let names: Vec<_> = around.iter().map(|property| property.name).collect();
    let model = landing.object.model().map(|model| api.model_name(model)).unwrap_or_default();
    let into = match (names.as_slice(), landing.object.property()) {
        ([], Some(property)) => format!("`{}`", property.name),
        ([], None) => format!("the {model}"),
        (names, _) => format!("a new `{}`", names.join(".")),
    };
    let what = if moved.len() > 1 { "them" } else { "it" };
    let title = format!("Move {what} into {into}");
    let edits = match (here, names.is_empty()) {
        (true, _) => edit::wrap(object, &moved, &names)?,
        (false, true) => edit::move_to(object, &moved, landing.object)?,
        (false, false) => return None,
    };
    Some((title, edits))
}

/// Where an unknown member is to stand, if it is one and can stand somewhere.
fn landing_of(value: Cursor<'_>) -> Option<Landing<'_>> {
    let (key, object) = (value.key()?, value.parent()?);
    if value.property().is_some() {
        return None;
    }
    match guess(&key.content(), object.model()?, object)? {
        Guess::Place(place, _) => place.landing(),
        _ => None,
    }
}

/// Whether what is missing stands under a misspelt name, or in another object:
/// then the finding there says both.
pub(super) fn is_elsewhere(fault: &Fault, object: Cursor<'_>, context: &Context<'_>) -> bool {
    let Some(missing) = object.api().all_rows().get(fault.other as usize) else { return false };
    // Beside what is missing, and the first that are unknown anywhere.
    let unknown = context.analysis.faults.unknown().iter();
    let anywhere = unknown.map(|node| context.analysis.cursor(*node));
    let values = beside(object).chain(anywhere);
    values.filter(|value| may_mean(*value, object, missing)).any(|value| {
        landing_of(value).is_some_and(|landing| {
            let lacks = landing.lacks.first().is_some_and(|lacks| lacks.id == missing.id);
            landing.object.index() == object.index() && lacks
        })
    })
}

/// Whether a member of an object, unknown there, belongs into an object that
/// is to be made under this name.
pub(super) fn is_beside(object: Cursor<'_>, name: Name) -> bool {
    object.keys().take(FEW_MEMBERS).map(Cursor::member_value).any(|value| {
        landing_of(value).is_some_and(|landing| {
            landing.object.index() == object.index()
                && landing.lacks.first().is_some_and(|lacks| lacks.id == name)
        })
    })
}

/// The first unknown members of an object.
pub(in crate::rules) fn beside<'a>(object: Cursor<'a>) -> impl Iterator<Item = Cursor<'a>> {
    let members = object.keys().take(FEW_MEMBERS).map(Cursor::member_value);
    members.filter(|value| value.property().is_none())
}

/// Whether a closer look is worth it.
fn may_mean(value: Cursor<'_>, object: Cursor<'_>, missing: &Property) -> bool {
    let beside = value.parent().is_some_and(|parent| parent.index() == object.index());
    beside || value.key().is_some_and(|key| key.content().eq_ignore_ascii_case(missing.name))
}

fn remove(finding: Finding, value: Cursor<'_>) -> Finding {
    let edits = edit::take_out(value);
    finding.edits_if("Remove it", Applicability::Suggested, edits)
}

fn rename(
    finding: Finding,
    applicability: Applicability,
    key: Cursor<'_>,
    property: &Property,
) -> Finding {
    let title = format!("Rename to `{}`", property.name);
    finding.fix(title, applicability, key.span(), format!("\"{}\"", property.name))
}

/// Whether the operation that creates the resource takes this property.
fn set_at_creation(api: Api, operation: &Operation, name: &str) -> bool {
    let family = |id: &'static str| id.split('_').next();
    api.operations().any(|other| {
        other.id != operation.id
            && family(other.id) == family(operation.id)
            && other.method == "POST"
            && other.body.as_ref().is_some_and(|body| api.property(body.model, name).is_some())
    })
}

/// What properties a model has, in words, if they are few.
fn has(api: Api, operation: &Operation, model: Model, read_only: bool) -> String {
    const FEW: usize = 8;
    let read_only = read_only || operation.method == "PUT";
    let names: Vec<_> = api
        .properties(model)
        .filter(|property| read_only || !property.flags.contains(Flags::READ_ONLY))
        .map(|property| format!("`{}`", property.name))
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() && names.len() <= FEW => {
            format!("it has {} and {last}", rest.join(", "))
        }
        Some((last, [])) => format!("it has only {last}"),
        _ => format!(
            "`batchlint schema {}` shows what {} has",
            operation.aliases.first().unwrap_or(&operation.id),
            api.model_name(model)
        ),
    }
}

pub(super) fn annotation(
    _: &Fault,
    value: Cursor<'_>,
    _: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let name = value.key().map(Cursor::content).unwrap_or_default();
    let message = format!("`{}` is an annotation of the service's answers", shorten(&name, SHOWN));
    findings.add(
        Finding::at_key(&UNKNOWN_PROPERTY, value, message)
            .at_most(Severity::Info)
            .help("a request need not repeat it"),
    );
}

/// A name that differs from the API's in case only.
pub(super) fn spelling(_: &Fault, value: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let (Some(key), Some(property)) = (value.key(), value.property()) else { return };
    let shown = shorten(&key.content(), SHOWN);
    let message = format!("the API spells `{shown}` as `{}`", property.name);
    let finding = Finding::at_key(&PROPERTY_CASE, value, message);
    // Where the name stands in other spellings as well, the value that counts
    // is that of the last, but for the API's own.
    let others = value.parent().into_iter().flat_map(Cursor::keys);
    let same = |other: Cursor<'_>| other.property().is_some_and(|known| known.id == property.id);
    let alone = others.filter(|other| same(*other)).take(2).count() < 2;
    findings.add(if alone {
        rename(finding, Applicability::Safe, key, property)
    } else {
        finding.help("the object has it in several spellings; keep one")
    });
}

#[cfg(test)]
mod tests {
    use crate::report::apply;
    use crate::{Linter, Severity, Target};

    /// Lints as this operation, without rules that are told off; of each error
    /// its code and pointer, and the text with each error's first fix.
    fn lint(operation: &str, text: &str, off: &[&str]) -> (Vec<String>, String) {
        let builder = off.iter().try_fold(Linter::builder(), |builder, rule| builder.ignore(rule));
        let target = Target::operation(operation).expect("it is in the catalogue");
        let report = builder.expect("the rules are there").build().lint(text, target);
        let errors = report.diagnostics.iter().filter(|one| one.severity != Severity::Info);
        // What the short bodies say of pools is for other categories.
        let errors: Vec<_> = errors
            .filter(|one| one.rule.starts_with("structure/") && one.code != "AB0044")
            .collect();
        let fixes: Vec<_> = errors.iter().filter_map(|one| one.fixes.first()).collect();
        let said = errors.iter().map(|one| format!("{} {}", one.code, one.pointer)).collect();
        (said, apply(text, &fixes).0)
    }

    fn mends(operation: &str, wrong: &str, at: &[&str], right: &str) {
        let (said, text) = lint(operation, wrong, &[]);
        let expected: Vec<_> = at.iter().map(|at| format!("AB0032 {at}")).collect();
        assert_eq!(said, expected, "{wrong}");
        assert_eq!(text, right, "{wrong}");
        let (left, _) = lint(operation, &text, &[]);
        assert_eq!(left, [""; 0], "{text}");
    }

    #[test]
    fn a_misspelt_required_name_is_one_finding() {
        mends(
            "task",
            r#"{"id":"t","comandLine":"x"}"#,
            &["/comandLine"],
            r#"{"id":"t","commandLine":"x"}"#,
        );
        mends(
            "task",
            r#"{"id":"t","command_line":"x"}"#,
            &["/command_line"],
            r#"{"id":"t","commandLine":"x"}"#,
        );
        mends(
            "pool",
            r#"{"id":"p","vmSize":"standard_d2s_v3","startTask":{"commandLin":"x"}}"#,
            &["/startTask/commandLin"],
            r#"{"id":"p","vmSize":"standard_d2s_v3","startTask":{"commandLine":"x"}}"#,
        );
        mends(
            "job-schedule",
            r#"{"id":"s","schedule":{},"jobSpecification":{"poolInfos":{}}}"#,
            &["/jobSpecification/poolInfos"],
            r#"{"id":"s","schedule":{},"jobSpecification":{"poolInfo":{}}}"#,
        );
        // With the rule on unknown members off, the other is back.
        let (said, _) = lint("task", r#"{"id":"t","comandLine":"x"}"#, &["AB0032"]);
        assert_eq!(said, ["AB0031 "]);
        // For exactly that property.
        let (said, _) = lint("task", r#"{"comandLine":"x"}"#, &[]);
        assert_eq!(said, ["AB0031 ", "AB0032 /comandLine"]);
        // Two for one place: a person must choose.
        let twice = r#"{"id":"t","comandLine":"x","commandLin":"y"}"#;
        let (said, text) = lint("task", twice, &[]);
        assert_eq!(said, ["AB0032 /comandLine", "AB0032 /commandLin"]);
        assert_eq!(text, twice);
    }

    #[test]
    fn a_misplaced_member_is_moved() {
        mends(
            "pool",
            r#"{"id":"p","virtualMachineConfiguration":{"vmSize":"standard_d2s_v3","imageReference":{"publisher":"p","offer":"o","sku":"s"},"nodeAgentSKUId":"batch.node.el 9"}}"#,
            &["/virtualMachineConfiguration/vmSize"],
            r#"{"id":"p","virtualMachineConfiguration":{"imageReference":{"publisher":"p","offer":"o","sku":"s"},"nodeAgentSKUId":"batch.node.el 9"},"vmSize":"standard_d2s_v3"}"#,
        );
        let inner = r#""imageReference":{"publisher":"p","offer":"o","sku":"s"}, "nodeAgentSKUId":"batch.node.el 9""#;
        mends(
            "pool",
            &format!(r#"{{"id":"p", {inner}, "vmSize":"standard_d2s_v3"}}"#),
            &["/imageReference", "/nodeAgentSKUId"],
            &format!(
                r#"{{"id":"p", "virtualMachineConfiguration": {{ {inner} }}, "vmSize":"standard_d2s_v3"}}"#
            ),
        );
        mends(
            "pool",
            r#"{"id":"p","vmSize":"standard_d2s_v3","nodeAgentSKUId":"batch.node.el 9","virtualMachineConfiguration":{"imageReference":{"publisher":"p","offer":"o","sku":"s"}}}"#,
            &["/nodeAgentSKUId"],
            r#"{"id":"p","vmSize":"standard_d2s_v3","virtualMachineConfiguration":{"imageReference":{"publisher":"p","offer":"o","sku":"s"}, "nodeAgentSKUId":"batch.node.el 9"}}"#,
        );
        mends(
            "job",
            "{\n  \"id\": \"j\",\n  \"poolInfo\": {},\n  \"maxTaskRetryCount\": 2\n}",
            &["/maxTaskRetryCount"],
            "{\n  \"id\": \"j\",\n  \"poolInfo\": {},\n  \"constraints\": { \"maxTaskRetryCount\": 2 }\n}",
        );
        mends(
            "job",
            r#"{"id":"j","autoPoolSpecification":{"poolLifetimeOption":"job"}}"#,
            &["/autoPoolSpecification"],
            r#"{"id":"j","poolInfo": { "autoPoolSpecification":{"poolLifetimeOption":"job"} }}"#,
        );
        // What would lack something there is only named, and so is what is
        // there already or may be in several places.
        for named in [
            r#"{"id":"p","vmSize":"standard_d2s_v3","nodeAgentSKUId":"batch.node.el 9"}"#,
            r#"{"id":"p","vmSize":"standard_d2s_v3","startTask":{"commandLine":"x","id":"y"}}"#,
            r#"{"id":"p","vmSize":"standard_d2s_v3","upgradePolicy":{"mode":"manual"},"placement":"cachedisk"}"#,
        ] {
            let (said, text) = lint("pool", named, &[]);
            assert_eq!(said.len(), 1, "{said:?}");
            if !named.contains("placement") {
                assert_eq!(text, named);
            }
        }
    }

    #[test]
    fn known_confusions_have_their_own_word() {
        let help = |text: &str| {
            let pool = Target::operation("pool").expect("it is in the catalogue");
            let report = Linter::new().lint(text, pool);
            let found = report.diagnostics.into_iter().find(|found| found.code == "AB0032");
            found.and_then(|found| found.help).expect("there is help")
        };
        let of =
            |member: &str| format!(r#"{{ "id": "p", "vmSize": "standard_d2s_v3", {member} }}"#);
        for (member, word) in [
            (r#""identity": {}"#, "only the management plane"),
            (r#""nodePlacementPolicy": "zonal""#, "`nodePlacementConfiguration`"),
            (r#""type": "x""#, "left over from a template"),
            (r#""name": "x""#, "left over from a template"),
            (r#""tags": {}"#, "`resourceTags`"),
            (r#""currentNodeCommunicationMode": "classic""#, "no setting"),
        ] {
            let help = help(&of(member));
            assert!(help.contains(word), "{member}: {help}");
        }
        let image = |member: &str| {
            of(&format!(
                r#""virtualMachineConfiguration": {{ "imageReference": {{ {member} }}, "nodeAgentSKUId": "batch.node.el 9" }}"#
            ))
        };
        mends(
            "pool",
            &image(
                r#""id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y""#,
            ),
            &["/virtualMachineConfiguration/imageReference/id"],
            &image(
                r#""virtualMachineImageId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/x/images/y""#,
            ),
        );
        mends(
            "pool",
            r#"{"name":"p","vmSize":"standard_d2s_v3"}"#,
            &["/name"],
            r#"{"id":"p","vmSize":"standard_d2s_v3"}"#,
        );
    }

    #[test]
    fn no_fix_makes_a_setting_of_what_the_service_reports() {
        let api = crate::api::Api::latest();
        let names = api.shares().iter().map(|share| share.name);
        let names: Vec<_> = names.filter(|name| api.is_state(name)).collect();
        assert!(names.contains(&"currentDedicatedNodes"), "a pool has a size that it is at");
        for name in names {
            for operation in ["pool", "pool.update", "pool.replace", "job.update", "task"] {
                let text = format!(r#"{{ "id": "p", "{name}": 1 }}"#);
                let (_, mended) = lint(operation, &text, &[]);
                assert!(mended.contains(name) || !mended.contains(": 1"), "{operation}: {mended}");
            }
        }
    }

    #[test]
    fn a_fix_repeats_no_secret() {
        let text = r#"{"id":"p","vmSize":"standard_d2s_v3","virtualMachineConfiguration":{"imageReference":{"publisher":"p","offer":"o","sku":"s"},"nodeAgentSKUId":"batch.node.el 9",
            "userAccounts":[{"name":"a","password":"hunter2"}]}}"#;
        let pool = Target::operation("pool").expect("it is in the catalogue");
        let report = Linter::new().lint(text, pool);
        let edits = report.diagnostics.iter().flat_map(|one| &one.fixes).flat_map(|fix| &fix.edits);
        assert!(edits.into_iter().all(|edit| !edit.text.contains("hunter2")));
        assert!(report.diagnostics.iter().any(|one| one.code == "AB0032"));
    }
}
