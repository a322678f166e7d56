//! Finds the operation of a bare body by its shape.
//!
//! Each name at the root of a body is one vote, divided among the kinds of
//! resources that have it: `vmSize` speaks for a pool alone, `id` for four kinds
//! alike. How telling a name is therefore follows from the schemas. A name that
//! is near one of the API's is half a vote, as is one that belongs a level
//! deeper, and one whose value is of another type. Of the operations on the
//! resource with most votes the one is chosen under which least is wrong.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::api::{Api, Body, Flags, Operation, Property, Share, p};
use crate::document::{Member, NodeKind, Object, Value};
use crate::words::{nearest_of, same_letters};

/// What the shape says.
pub(super) enum Found {
    /// This operation, and why.
    One {
        operation: &'static Operation,
        reason: Cow<'static, str>,
        /// Whether the body is a bare list of tasks.
        list: bool,
        /// Another operation on the same resource that the body fits but for
        /// this property.
        instead: Option<(&'static Operation, &'static str)>,
        /// Operations on other resources that it fits as well.
        equals: Vec<&'static Operation>,
    },
    /// None; what to say about it.
    None { message: String, help: String },
}

/// A whole vote: divided by any number of resources, it stays whole.
const VOTE: u32 = 840;
/// So many names that no model has are looked at more closely.
const MANY: usize = 64;
/// The most kinds of resources that there can be.
const RESOURCES: usize = 8;

/// How a name of a document stands to one of the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nearness {
    /// The same, but for case and for what separates its words.
    Same,
    /// A slip away.
    Near,
}

/// The property that a name is, or is near to.
fn property(api: Api, body: &Body, name: &str) -> Option<(&'static Property, Nearness)> {
    let model = body.model;
    let found = api
        .property_in_any_case(model, name)
        .or_else(|| api.properties(model).find(|property| same_letters(property.name, name)))
        .or_else(|| api.client_name(name).find_map(|wire| api.property(model, wire)));
    if let Some(property) = found {
        return Some((property, Nearness::Same));
    }
    if name.len() < 3 {
        return None;
    }
    let names: Vec<&str> = api.properties(model).map(|property| property.name).collect();
    let near = nearest_of(name, &names)?;
    Some((api.property(model, near)?, Nearness::Near))
}

/// The votes of a body's names.
#[derive(Debug, Default)]
struct Votes {
    /// For each resource, the votes for it.
    of: [u32; RESOURCES],
    /// For each resource, how many names speak for it.
    names: [u32; RESOURCES],
    /// How many names speak for none.
    unknown: u32,
}

impl Votes {
    fn count(api: Api, object: Object<'_>) -> Votes {
        let mut votes = Votes::default();
        let mut odd = 0;
        for member in object.members() {
            let name = member.name();
            // What a template's `$schema` or an answer's annotation says is
            // said of any document.
            if name.starts_with("odata.") || name.starts_with('$') {
                continue;
            }
            if let Some(share) = api.share(&name)
                && share.root | share.answered != 0
            {
                // What only answers have is known, and speaks for no body.
                let root = share.root;
                votes.add(root, if share.takes(member.value.kind()) { VOTE } else { VOTE / 2 });
                votes.within(api, root, &name, member);
                continue;
            }
            odd += 1;
            if odd > MANY {
                votes.unknown += 1;
                continue;
            }
            match nearly(api, &name) {
                Some((mask, vote)) => votes.add(mask, vote),
                None => votes.unknown += 1,
            }
        }
        votes
    }

    fn add(&mut self, mask: u8, vote: u32) {
        let share = vote / mask.count_ones().max(1);
        for resource in (0..RESOURCES).filter(|resource| mask & (1 << resource) != 0) {
            self.of[resource] += share;
            self.names[resource] += 1;
        }
    }

    /// What several resources have may be told apart by what is in it: the
    /// constraints of a task are not those of a job.
    fn within(&mut self, api: Api, mask: u8, name: &str, member: Member<'_>) {
        if mask.count_ones() < 2 {
            return;
        }
        let Some(inner) = member.value.as_object() else { return };
        for inner in inner.members().take(MANY) {
            let inner = inner.name();
            let has = |operation: &&'static Operation| {
                let property =
                    operation.body.as_ref().and_then(|body| api.property(body.model, name));
                let model = property.and_then(|property| property.kind.model());
                let same = |one: &Property| same_letters(one.name, &inner);
                model.is_some_and(|model| api.properties(model).any(same))
            };
            let bits = api.operations().filter(has).fold(0u8, |bits, one| bits | bit(one));
            if bits & mask != mask && bits != 0 {
                let share = VOTE / 2 / bits.count_ones();
                for resource in (0..RESOURCES).filter(|resource| bits & (1 << resource) != 0) {
                    self.of[resource] += share;
                }
            }
        }
    }
}

/// The bit of the resource that an operation's body is of; none without body.
fn bit(operation: &Operation) -> u8 {
    1u8.checked_shl(u32::from(operation.resource)).unwrap_or(0)
}

/// The resources that a name that none has speaks for all the same, and how
/// much.
fn nearly(api: Api, name: &str) -> Option<(u8, u32)> {
    let known = api.shares();
    let root = |share: &&Share| share.root != 0 && same_letters(share.name, name);
    if let Some(share) = known.iter().find(root) {
        return Some((share.root, VOTE));
    }
    let of_client = api.client_name(name).filter_map(|wire| api.share(wire));
    let client = of_client.fold(0, |bits, share| bits | share.root);
    if client != 0 {
        return Some((client, VOTE));
    }
    if let Some(share) = api.share(name)
        && share.inner != 0
    {
        return Some((share.inner, VOTE / 2));
    }
    if name.len() < 4 {
        return None;
    }
    let names: Vec<&str> =
        known.iter().filter(|share| share.root != 0).map(|share| share.name).collect();
    if let Some(near) = nearest_of(name, &names) {
        return api.share(near).map(|share| (share.root, VOTE / 2));
    }
    let inner = |share: &&Share| share.inner != 0 && same_letters(share.name, name);
    known.iter().find(inner).map(|share| (share.inner, VOTE / 2))
}

/// How well a body fits an operation.
struct Fit {
    operation: &'static Operation,
    /// Writable properties that the body has, near names included.
    known: Vec<&'static str>,
    /// Read-only names that the body has, and how many of these no body that
    /// creates something has: only an answer of the service has them.
    read_only: usize,
    answered: usize,
    unknown: usize,
    /// Required properties that the body has, and has not.
    present: Vec<&'static str>,
    missing: Vec<&'static str>,
}

/// Whether a name can be set by some operation on the same resource.
fn of_resource(api: Api, operation: &Operation, name: &str) -> bool {
    api.share(name).is_some_and(|share| share.root & bit(operation) != 0)
}

impl Fit {
    fn of(api: Api, operation: &'static Operation, object: Object<'_>) -> Option<Fit> {
        let body = operation.body.as_ref()?;
        let mut fit = Fit {
            operation,
            known: Vec::new(),
            read_only: 0,
            answered: 0,
            unknown: 0,
            present: Vec::new(),
            missing: Vec::new(),
        };
        let mut odd = 0;
        for member in object.members() {
            let name = member.name();
            if name.starts_with("odata.") || name.starts_with('$') {
                continue;
            }
            let exact = api.property(body.model, &name);
            odd += usize::from(exact.is_none());
            let found = match exact {
                Some(property) => Some(property),
                None if odd > MANY => None,
                // What another operation on the resource has is no slip.
                None if of_resource(api, operation, &name) => None,
                None => property(api, body, &name).map(|(property, _)| property),
            };
            match found {
                // The id of what is changed is no slip, though the path has it.
                Some(property) if property.id == p::ID && operation.method == "PUT" => {}
                Some(property) if property.flags.contains(Flags::READ_ONLY) => {
                    fit.read_only += 1;
                    fit.answered += usize::from(!is_created(api, operation, property));
                }
                Some(property) if fit.known.contains(&property.name) => {}
                Some(property) => fit.known.push(property.name),
                None => fit.unknown += 1,
            }
        }
        let required = api.properties(body.model).filter(|property| api.requires(property));
        let extra = api.body_requires(body).map(|name| api.name(name));
        for name in required.map(|property| property.name).chain(extra) {
            if fit.known.contains(&name) {
                fit.present.push(name);
            } else {
                fit.missing.push(name);
            }
        }
        Some(fit)
    }

    /// How much would be wrong with the body. What only the service writes is
    /// right in the body of a PUT: got, changed, put back.
    fn faults(&self) -> usize {
        let read_only = if self.answered >= 2 { 0 } else { self.read_only };
        self.missing.len() + self.unknown + read_only
    }

    /// Whether it creates something: what a bare body mostly is for.
    fn creates(&self) -> bool {
        self.operation.method == "POST"
    }
}

/// Whether a property can be set when something is created.
fn is_created(api: Api, operation: &Operation, property: &Property) -> bool {
    let creates =
        |other: &&Operation| other.method == "POST" && other.resource == operation.resource;
    api.operations().filter(creates).any(|other| {
        other.body.as_ref().is_some_and(|body| api.property(body.model, property.name).is_some())
    })
}

/// The best fit among operations on one resource: the one under which least
/// is wrong. Where as much is wrong with several, a body that has an id creates
/// something; of two changes PATCH is the likelier, unless the body has several
/// properties that only the other requires.
fn best(mut fits: Vec<Fit>) -> Option<Fit> {
    let key = |fit: &Fit| {
        (
            Reverse(fit.faults()),
            fit.known.len(),
            fit.creates(),
            fit.present.len() > 1,
            fit.operation.method == "PATCH",
        )
    };
    let (at, _) = fits.iter().enumerate().rev().max_by_key(|(_, fit)| key(fit))?;
    Some(fits.swap_remove(at))
}

/// The operation that a bare body is for.
pub(super) fn operation(api: Api, root: Value<'_>) -> Found {
    let Some(object) = root.as_object() else {
        if root.kind() == NodeKind::Array {
            return list(api, root);
        }
        return Found::None {
            message: "a request body is a JSON object".into(),
            help: "no operation takes any other value".into(),
        };
    };
    let candidates: Vec<&'static Operation> = api.operations().collect();
    let Choice { fit, instead, equals } = match choose(api, object, &candidates) {
        Ok(choice) => choice,
        Err(doubt) => return none(doubt),
    };
    Found::One { operation: fit.operation, reason: reason(&fit), list: false, instead, equals }
}

/// The one of these operations that a body is for.
pub(super) fn among(
    api: Api,
    body: Value<'_>,
    candidates: &[&'static Operation],
) -> Option<(&'static Operation, Cow<'static, str>)> {
    let choice = choose(api, body.as_object()?, candidates).ok()?;
    Some((choice.fit.operation, reason(&choice.fit)))
}

/// Some operation on the resource that an object is of, if its names tell.
pub(super) fn resource(api: Api, object: Object<'_>) -> Option<&'static Operation> {
    let candidates: Vec<&'static Operation> = api.operations().collect();
    let choice = choose(api, object, &candidates).ok()?;
    choice.equals.is_empty().then_some(choice.fit.operation)
}

/// The operation that a body is of in every member, where it is not of the one
/// named; and the members that this one does not have.
pub(super) fn instead_of(
    api: Api,
    object: Object<'_>,
    named: &'static Operation,
) -> Option<(&'static Operation, Vec<u32>)> {
    let body = named.body.as_ref()?;
    let unknown: Vec<u32> = object
        .members()
        .filter(|member| !member.name().starts_with("odata."))
        .filter(|member| property(api, body, &member.name()).is_none())
        .map(|member| member.value.index())
        .take(MANY)
        .collect();
    if unknown.is_empty() {
        return None;
    }
    let exact = |body: &'static Body| {
        object.members().all(|member| {
            let name = member.name();
            name.starts_with("odata.") || api.property_in_any_case(body.model, &name).is_some()
        })
    };
    let fits = api
        .operations()
        .filter(|other| other.id != named.id && other.body.as_ref().is_some_and(exact))
        .filter_map(|other| Fit::of(api, other, object))
        .filter(|fit| fit.faults() == 0 && fit.known.iter().any(|name| *name != "id"));
    let best = fits.max_by_key(|fit| {
        (fit.operation.resource == named.resource, fit.creates(), fit.known.len())
    })?;
    Some((best.operation, unknown))
}

struct Choice {
    fit: Fit,
    instead: Option<(&'static Operation, &'static str)>,
    equals: Vec<&'static Operation>,
}

/// Why no operation was chosen.
enum Doubt {
    /// The names speak for none.
    Nothing,
    /// There is nothing but an id.
    OnlyId,
    /// They speak for these alike, and it fits none as it is.
    Several(Vec<&'static Operation>),
    /// Most names are unknown; this one would be the nearest.
    Far(&'static Operation),
}

fn choose(
    api: Api,
    object: Object<'_>,
    candidates: &[&'static Operation],
) -> Result<Choice, Doubt> {
    let votes = Votes::count(api, object);
    let asked = candidates.iter().fold(0u8, |bits, operation| bits | bit(operation));
    let most = (0..RESOURCES).filter(|at| asked & (1 << at) != 0).map(|at| votes.of[at]).max();
    let Some(most) = most.filter(|most| *most > 0) else { return Err(Doubt::Nothing) };
    let mut fits: Vec<Fit> = (0..RESOURCES)
        .filter(|at| asked & (1 << at) != 0 && votes.of[*at] == most)
        .filter_map(|at| {
            let of = candidates.iter().filter(|one| usize::from(one.resource) == at);
            best(of.filter_map(|operation| Fit::of(api, operation, object)).collect())
        })
        .collect();
    // Of equals the one under which least is wrong; then the order of the API's
    // documentation counts.
    crate::order::sort_by_key(&mut fits, Fit::faults);
    let least = fits.first().map_or(0, Fit::faults);
    let tied = fits.iter().take_while(|fit| fit.faults() == least).count();
    let mut fits = fits.into_iter();
    let Some(fit) = fits.next() else { return Err(Doubt::Nothing) };
    let equals: Vec<_> = fits.take(tied - 1).map(|fit| fit.operation).collect();
    // Nearly everything has an id, in other documents as well.
    let id = if object.has("id") { api.share("id").map_or(0, |share| share.root) } else { 0 };
    let without_id = most.saturating_sub(VOTE / id.count_ones().max(1) * u32::from(id != 0));
    if without_id < VOTE / 8 {
        return Err(if votes.unknown == 0 && id != 0 { Doubt::OnlyId } else { Doubt::Nothing });
    }
    let recognised = votes.names.get(usize::from(fit.operation.resource)).copied().unwrap_or(0);
    if least > 0 && !equals.is_empty() {
        return Err(Doubt::Several([vec![fit.operation], equals].concat()));
    }
    if votes.unknown > recognised + 2 {
        return Err(Doubt::Far(fit.operation));
    }
    let instead = instead(api, object, &fit);
    Ok(Choice { fit, instead, equals })
}

/// What fits another operation on the same resource but for one property may
/// have been meant for that one.
fn instead(
    api: Api,
    object: Object<'_>,
    chosen: &Fit,
) -> Option<(&'static Operation, &'static str)> {
    if chosen.creates() {
        return None;
    }
    let others = api.operations().filter(|other| {
        other.resource == chosen.operation.resource && other.id != chosen.operation.id
    });
    others.filter_map(|other| Fit::of(api, other, object)).find_map(|fit| match fit.missing[..] {
        [missing]
            if fit.unknown == 0
                && (fit.creates() && !fit.present.is_empty() || fit.present.len() > 1) =>
        {
            Some((fit.operation, missing))
        }
        _ => None,
    })
}

fn reason(fit: &Fit) -> Cow<'static, str> {
    let names = if fit.present.is_empty() { &fit.known } else { &fit.present };
    let shown: Vec<_> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match shown.len() {
        0 => "its members fit best".into(),
        _ => format!("it has {}", shown.join(", ")).into(),
    }
}

/// A bare array: tasks, as az takes them.
fn list(api: Api, root: Value<'_>) -> Found {
    /// So many items tell what the others are.
    const ENOUGH: usize = 8;
    let operation = api.operation("Tasks_CreateTaskCollection");
    let task = api.operation("Tasks_CreateTask");
    let items = root.as_array().into_iter().flatten();
    let is_task = |item: Value<'_>| {
        let choice = item
            .as_object()
            .and_then(|object| choose(api, object, &api.operations().collect::<Vec<_>>()).ok());
        choice.is_some_and(|choice| {
            task.is_some_and(|task| choice.fit.operation.resource == task.resource)
        })
    };
    match operation {
        Some(operation) if items.take(ENOUGH).any(is_task) => Found::One {
            operation,
            reason: "it is a list of tasks, as az takes it".into(),
            list: true,
            instead: None,
            equals: Vec::new(),
        },
        _ => Found::None {
            message: "a request body is a JSON object, not an array".into(),
            help: "only a list of tasks may stand alone; a task collection is `{\"value\": […]}`"
                .into(),
        },
    }
}

fn none(doubt: Doubt) -> Found {
    let alias = |operation: &Operation| operation.aliases.first().copied().unwrap_or(operation.id);
    let (message, help) = match doubt {
        Doubt::Nothing => (
            "no operation has a body of this shape".to_owned(),
            "name the operation, as in `--operation pool`; `batchlint operations` lists them"
                .into(),
        ),
        Doubt::OnlyId => (
            "a body with nothing but an `id` may be of any operation".into(),
            "name the operation, as in `--operation pool`; each needs more than an `id`".into(),
        ),
        Doubt::Several(operations) => {
            let names: Vec<_> = operations.iter().map(|one| one.id).collect();
            let aliases: Vec<_> =
                operations.iter().map(|one| format!("`--operation {}`", alias(one))).collect();
            (
                format!("this may be a body of {}, and fits none as it is", names.join(" or ")),
                format!("name the operation that is meant: {}", aliases.join(" or ")),
            )
        }
        Doubt::Far(operation) => (
            "no operation has a body of this shape".into(),
            format!(
                "the nearest is {}; if it is meant, name it: `--operation {}`",
                operation.id,
                alias(operation)
            ),
        ),
    };
    Found::None { message, help }
}
