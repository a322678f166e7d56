//! A request with its parameters around the body.

use std::borrow::Cow;
use std::ops::Range;

use crate::api::{Api, Operation, ParameterLocation, match_path};
use crate::document::{Member, NodeKind, Object, Value};
use crate::report::OperationSource;

use super::names::{self, FormerBody, Named, Other};
use super::url::{Path, Url, percent_decoded};
use super::{Chosen, Fault, Request, Spot, detect, parameters};

/// The members of a request around a body.
pub(super) struct Envelope<'d> {
    root: Object<'d>,
    operation_id: Option<Member<'d>>,
    method: Option<Member<'d>>,
    url: Option<Member<'d>>,
    headers: Option<Member<'d>>,
    parameters: Option<Object<'d>>,
    body: Option<Member<'d>>,
    /// Members in another case than the one expected, and that one.
    misspelt: Vec<(Member<'d>, &'static str)>,
}

/// The names by which an envelope is known.
const NAMES: [&str; 8] =
    ["operationId", "method", "url", "uri", "path", "headers", "parameters", "body"];

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

impl<'d> Envelope<'d> {
    /// The document as an envelope, if it is one: no model has members of
    /// these names at its root.
    pub(super) fn of(root: Value<'d>) -> Option<Envelope<'d>> {
        let root = root.as_object()?;
        let mut envelope = Envelope {
            root,
            operation_id: None,
            method: None,
            url: None,
            headers: None,
            parameters: None,
            body: None,
            misspelt: Vec::new(),
        };
        // For each name the member that counts: the last of those spelled as
        // expected, else the last in another case.
        let mut found: [Option<(Member<'d>, bool)>; NAMES.len()] = [None; NAMES.len()];
        for member in root.members() {
            let name = member.name();
            let known = NAMES.iter().position(|known| known.eq_ignore_ascii_case(&name));
            let Some((slot, known)) =
                known.and_then(|at| Some((found.get_mut(at)?, NAMES.get(at)?)))
            else {
                continue;
            };
            let exact = name == *known;
            if exact || slot.is_none_or(|(_, exact)| !exact) {
                *slot = Some((member, exact));
            }
        }
        for (name, member) in NAMES.into_iter().zip(found) {
            let Some((member, exact)) = member else { continue };
            let kind = member.value.kind();
            let text = (kind == NodeKind::String).then_some(member);
            let given = (kind != NodeKind::Null).then_some(member);
            match name {
                "operationId" => envelope.operation_id = text,
                "method" => envelope.method = text,
                "url" | "uri" | "path" => envelope.url = envelope.url.or(text),
                "headers" => envelope.headers = given,
                "parameters" => {
                    let object = member.value.as_object();
                    envelope.parameters = object.filter(|given| given.members().next().is_some());
                }
                _ => envelope.body = given,
            }
            if !exact {
                envelope.misspelt.push((member, name));
            }
        }
        // A resource has a `url` of its own, so that alone is no sign.
        let http = envelope.method.is_some() && envelope.url.is_some();
        let named = envelope.operation_id.is_some();
        let body = envelope.body.is_some()
            && (envelope.method.is_some() || envelope.url.is_some() || envelope.headers.is_some());
        (envelope.parameters.is_some() || http || named || body).then_some(envelope)
    }

    /// The API version that the request is for, by its own word.
    pub(super) fn declared_version(&self) -> Option<Cow<'d, str>> {
        let given = self.parameters.and_then(|parameters| {
            let mut members = parameters.members();
            members.find(|member| member.name().eq_ignore_ascii_case("api-version"))
        });
        given.and_then(|member| member.value.as_str()).or_else(|| {
            let url = Url::of(self.url?.value)?;
            let mut query = url.query();
            let part = query.find(|part| part.name.eq_ignore_ascii_case("api-version"))?;
            part.text.map(Cow::Owned)
        })
    }

    pub(super) fn read(self, api: Api, asked: Option<Chosen>) -> Request<'d> {
        let mut request = Request { envelope: Some(self.root), ..Request::default() };
        let case = |(member, name)| Fault::Case { member, name };
        request.faults.extend(self.misspelt.iter().copied().map(case));
        let url = self.url.and_then(|member| Url::of(member.value));
        let routed = self.route(api, url.as_ref(), &mut request.faults);
        let chosen = match self.choose(api, asked, url.as_ref(), &routed, &mut request.faults) {
            Choice::One(chosen) => chosen,
            Choice::Other(ids) => {
                let at = self.place();
                request.faults.push(Fault::Other { at, ids });
                request.url = url;
                return request;
            }
            Choice::None => {
                // What names an operation that there is not is said to do so.
                let said = request.faults.iter().any(|fault| {
                    matches!(
                        fault,
                        Fault::UnknownId { .. }
                            | Fault::UnknownPath { .. }
                            | Fault::UnknownMethod { .. }
                    )
                });
                if !said && !matches!(routed, Routed::Elsewhere) {
                    request.faults.push(Fault::Unnamed { root: self.root.value() });
                }
                request.url = url;
                return request;
            }
        };
        let operation = chosen.operation;
        request.named_at = Some(self.place());
        let bodies = self.bodies(api, operation);
        // A URL may be one of the operation without a method that says so.
        let fits = match &routed {
            Routed::One(_) => None,
            _ => url.as_ref().and_then(|url| Route::of(url, operation)),
        };
        let route = match &routed {
            Routed::One(route) => Some(route),
            _ => fits.as_ref(),
        };
        parameters::read(
            &parameters::Source {
                api,
                operation,
                root: self.root,
                parameters: self.parameters,
                headers: self.headers,
                url: url.as_ref(),
                skip: route.and_then(|route| route.action.clone()),
                path: route.map_or(&[][..], |route| &route.values),
                routed: route.is_some_and(|route| route.operation.id == operation.id),
                bodies: &bodies,
            },
            &mut request,
        );
        match (&operation.body, bodies.first()) {
            (Some(_), Some(found)) => {
                request.body = Some(found.member.value);
                match found.written {
                    Written::Formerly(now) => {
                        request.faults.push(Fault::FormerBody { member: found.member, now });
                    }
                    Written::InCase(name) => {
                        request.faults.push(Fault::Case { member: found.member, name });
                    }
                    Written::Plainly => {}
                }
                if let Some(second) = bodies.get(1) {
                    let (first, second) = (found.member, second.member);
                    request.faults.push(Fault::TwoBodies { first, second });
                }
            }
            (Some(body), None) => {
                let name = if self.parameters.is_some() { body.parameter } else { "body" };
                let root = self.root.value();
                request.faults.push(Fault::MissingBody { root, operation, name });
            }
            (None, Some(found)) => {
                let at = Spot::key(found.member);
                request.faults.push(Fault::UnexpectedBody { at, operation, bare: false });
            }
            (None, None) => {}
        }
        request.operation = Some(chosen);
        request.url = url;
        request
    }

    /// The member that names the operation, for findings about it.
    fn place(&self) -> Spot {
        match self.operation_id.or(self.url).or(self.method) {
            Some(member) => Spot { node: member.value.index(), span: member.value.span() },
            None => Spot::of(self.root.value()),
        }
    }

    /// The members that hold a body of the operation, the one that counts
    /// first: its parameter, or `body`; neither counts if it is `null`.
    fn bodies(&self, api: Api, operation: &Operation) -> Vec<BodyMember<'d>> {
        let own = operation.body.as_ref().map(|body| body.parameter);
        let rank = |name: &str| match own {
            Some(own) => rank(api, name, own),
            None => (name == "body").then_some((3, Written::Plainly)),
        };
        // Of several of one name the last counts, as everywhere.
        let mut found: [Option<BodyMember<'d>>; 10] = Default::default();
        let mut put = |place: usize, member, written| {
            if let Some(slot) = found.get_mut(place) {
                *slot = Some(BodyMember { member, written });
            }
        };
        for member in self.parameters.into_iter().flat_map(Object::members) {
            if member.value.kind() != NodeKind::Null
                && let Some((place, written)) = rank(&member.name())
            {
                put(place, member, written);
            }
        }
        for member in self.root.members() {
            if member.value.kind() != NodeKind::Null
                && let Some((place @ 0..3, written)) = rank(&member.name())
            {
                put(7 + place, member, written);
            }
        }
        if let Some(member) = self.body {
            put(6, member, Written::Plainly);
        }
        found.into_iter().flatten().collect()
    }

    /// What method and URL say.
    fn route(&self, api: Api, url: Option<&Url<'d>>, faults: &mut Vec<Fault<'d>>) -> Routed {
        let method = self.method.and_then(|member| Some((member, member.value.as_str()?)));
        let known = method.as_ref().and_then(|(_, text)| {
            METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(text.trim()))
        });
        if let (Some((member, text)), Some(known)) = (&method, known)
            && text != known
        {
            faults.push(Fault::MethodCase { at: member.value, method: known });
        }
        let Some(url) = url else { return Routed::None };
        if url.is_elsewhere() {
            return Routed::Elsewhere;
        }
        let Some((member, text)) = method else { return Routed::None };
        let path = url.plain_path();
        let method = known.unwrap_or(&text);
        if let Some((operation, values)) = api.route(method, &path.text) {
            return Routed::One(Route::new(url, &path, operation, values));
        }
        if let Some(other) = names::route(method, &path.text) {
            return Routed::Other(other);
        }
        if let Some(removed) = names::removed(&path.text) {
            let (_, range) = url.path();
            faults.push(Fault::RemovedPath { at: url.spot(&range), removed });
            return Routed::Elsewhere;
        }
        if method == "POST"
            && let Some(routed) = query_action(api, url, &path, faults)
        {
            return routed;
        }
        let covered = api.operations().map(|operation| (operation.method, operation.path));
        let others = names::others().map(|other| (other.method, other.path));
        let methods: Vec<_> = covered
            .chain(others)
            .filter(|(_, template)| match_path(template, &path.text).is_some())
            .map(|(method, _)| method)
            .collect();
        faults.push(if methods.is_empty() {
            Fault::UnknownPath { at: url.value, path: path.text }
        } else {
            let method = text.trim().to_owned();
            Fault::UnknownMethod { at: member.value, method, methods }
        });
        Routed::None
    }

    /// Which operation it is, of all that say so; the caller's word counts
    /// most, then `operationId`, then method and URL, then the body's name.
    fn choose(
        &self,
        api: Api,
        asked: Option<Chosen>,
        url: Option<&Url<'d>>,
        routed: &Routed,
        faults: &mut Vec<Fault<'d>>,
    ) -> Choice {
        let id = self.operation_id.and_then(|member| Some((member, member.value.as_str()?)));
        let named = id.and_then(|(member, id)| {
            let found = names::operation(api, &id);
            match &found {
                Some(Named::Former(now)) => {
                    faults.push(Fault::FormerId { at: member.value, now });
                }
                Some(_) => {}
                None => faults.push(Fault::UnknownId { at: member.value, id: id.into_owned() }),
            }
            found
        });
        let named = named.map(|named| match named {
            Named::Present(operation) | Named::Former(operation) => Ok(operation),
            Named::Other(other) => Err(other),
        });
        let elsewhere = matches!(routed, Routed::Elsewhere);
        let routed = match routed {
            Routed::One(route) => Some(Ok(route.operation)),
            Routed::Other(other) => Some(Err(*other)),
            Routed::Elsewhere | Routed::None => None,
        };
        type Says = Result<&'static Operation, &'static Other>;
        let mut conflict =
            |chosen: &'static Operation, says: Option<Says>, at: Option<Member<'d>>| {
                let says = says.map(|says| says.map_or_else(|other| other.id, |one| one.id));
                if let (Some(says), Some(member)) = (says, at)
                    && says != chosen.id
                {
                    faults.push(Fault::Contradiction { at: member.value, says, chosen });
                }
            };
        if let Some(asked) = asked {
            conflict(asked.operation, named, self.operation_id);
            conflict(asked.operation, routed, self.url);
            return Choice::One(asked);
        }
        let envelope = |operation, reason: &'static str| {
            let source = OperationSource::Envelope;
            Choice::One(Chosen { operation, source, reason: reason.into() })
        };
        match (named, routed) {
            // What is not checked is said to be that, and nothing is guessed.
            (Some(Err(other)), _) | (None, Some(Err(other))) => Choice::Other(vec![other.id]),
            (Some(Ok(named)), routed) => {
                conflict(named, routed, self.url);
                envelope(named, "the request's `operationId` names it")
            }
            (None, Some(Ok(routed))) => envelope(routed, "the request has its method and path"),
            (None, None) if elsewhere => Choice::None,
            (None, None) => self.by_content(api, url),
        }
    }

    /// The operation by what the request holds: its path alone, the name of
    /// its body and its path parameters, then the shape of its body.
    fn by_content(&self, api: Api, url: Option<&Url<'d>>) -> Choice {
        if let Some(choice) = url.and_then(|url| self.by_path(api, url)) {
            return choice;
        }
        if let Some(choice) = self.by_former_body(api) {
            return choice;
        }
        let has = |name: &str| self.has_parameter(name);
        let mut candidates: Vec<&'static Operation> = api
            .operations()
            .filter(|operation| {
                let mut path = path_parameters(api, operation).peekable();
                let placed = path.peek().is_none() || path.all(has);
                operation.body.is_some() && placed && !self.bodies(api, operation).is_empty()
            })
            .collect();
        if let Some(method) = self.method() {
            candidates.retain(|operation| operation.method.eq_ignore_ascii_case(&method));
        }
        if candidates.is_empty() {
            return self.without_body(api);
        }
        // More path parameters say more.
        let paths = |operation: &Operation| operation.path.matches('{').count();
        let most = candidates.iter().map(|operation| paths(operation)).max().unwrap_or_default();
        candidates.retain(|operation| paths(operation) == most);
        // So do the answers that it may get.
        let answered = |operation: &&&Operation| self.is_answered_with(operation.success);
        if candidates.iter().any(|operation| answered(&operation)) {
            candidates.retain(|operation| answered(&operation));
        } else {
            let others = self.others(|other| other.method == "POST");
            let named = candidates
                .iter()
                .any(|operation| operation.body.as_ref().is_some_and(|body| has(body.parameter)));
            if !named && !others.is_empty() {
                return Choice::Other(others);
            }
        }
        self.fitting(api, &candidates, "the request has its parameters and its body's name")
    }

    /// The one of these operations that the body fits best.
    fn fitting(&self, api: Api, candidates: &[&'static Operation], reason: &'static str) -> Choice {
        let Some(first) = candidates.first().copied() else { return Choice::None };
        let source = OperationSource::Detected;
        let body = self.bodies(api, first).first().map(|found| found.member.value);
        let among = match (candidates, body) {
            ([_, _, ..], Some(body)) => detect::among(api, body, candidates),
            _ => None,
        };
        let (operation, reason) = among.unwrap_or((first, reason.into()));
        Choice::One(Chosen { operation, source, reason })
    }

    /// The operation by a URL without a method.
    fn by_path(&self, api: Api, url: &Url<'d>) -> Option<Choice> {
        if self.method.is_some() {
            return None;
        }
        let path = url.plain_path();
        let matches = |template: &'static str| match_path(template, &path.text).is_some();
        let of_path: Vec<_> =
            api.operations().filter(|operation| matches(operation.path)).collect();
        let others: Vec<_> = names::others().filter(|other| matches(other.path)).collect();
        if of_path.is_empty() {
            let ids = others.iter().map(|other| other.id).collect();
            return (!others.is_empty()).then_some(Choice::Other(ids));
        }
        let with_body: Vec<_> = of_path
            .into_iter()
            .filter(|operation| operation.body.is_some())
            .filter(|operation| !self.bodies(api, operation).is_empty())
            .collect();
        let reason = "the request has its path and a body";
        (!with_body.is_empty()).then(|| self.fitting(api, &with_body, reason))
    }

    /// The operation by a name that only its body had in earlier descriptions.
    fn by_former_body(&self, api: Api) -> Option<Choice> {
        for member in self.parameters.into_iter().flat_map(Object::members) {
            if member.value.kind() == NodeKind::Null {
                continue;
            }
            let name = member.name();
            if let Some(FormerBody::Of(operation)) = names::former_body(api, &name) {
                let reason = "the request's body has the name that it had before";
                let source = OperationSource::Detected;
                return Some(Choice::One(Chosen { operation, source, reason: reason.into() }));
            }
            if let Some(other) = names::others().find(|other| other.has_body(&name)) {
                return Some(Choice::Other(vec![other.id]));
            }
        }
        None
    }

    /// The one operation without a body that has all parameters given, and is
    /// given all that it requires.
    fn without_body(&self, api: Api) -> Choice {
        if self.parameters.is_none() {
            return Choice::None;
        }
        let given = self.path_names(api);
        let method = self.method();
        let has_method =
            |one: &str| method.as_ref().is_none_or(|method| one.eq_ignore_ascii_case(method));
        let candidates: Vec<_> = api
            .operations()
            .filter(|operation| {
                let own: Vec<&str> = path_parameters(api, operation).collect();
                operation.body.is_none()
                    && has_method(operation.method)
                    && own.len() == given.len()
                    && own.iter().all(|name| given.contains(name))
                    && self.is_answered_with(operation.success)
            })
            .collect();
        let others = self.others(|other| has_method(other.method));
        match candidates[..] {
            // What gets no answer with a body is no reading.
            [operation] if operation.method != "GET" || others.is_empty() || self.gets_body() => {
                let reason = "no other operation has these parameters and no body".into();
                Choice::One(Chosen { operation, source: OperationSource::Detected, reason })
            }
            [] | [_] if !given.is_empty() && !others.is_empty() => Choice::Other(others),
            _ => Choice::None,
        }
    }

    /// Operations that are not checked, with the path parameters and the
    /// answers that this request has.
    fn others(&self, is: impl Fn(&Other) -> bool) -> Vec<&'static str> {
        let given = self.path_names(Api::latest());
        names::others()
            .filter(|other| {
                let mut own = other.path_parameters();
                let statuses = self.statuses();
                is(other)
                    && other.path_parameters().count() == given.len()
                    && own.all(|name| given.contains(&name))
                    && statuses.is_none_or(|statuses| {
                        statuses.members().any(|status| other.succeeds_with(&status.name()))
                    })
            })
            .map(|other| other.id)
            .collect()
    }

    /// The path parameters, of whatever operation, that are given.
    fn path_names(&self, api: Api) -> Vec<&'static str> {
        let covered = api.operations().flat_map(|operation| path_parameters(api, operation));
        let mut names: Vec<&'static str> =
            covered.chain(names::others().flat_map(Other::path_parameters)).collect();
        crate::order::sort(&mut names);
        names.dedup();
        names.retain(|name| self.has_parameter(name));
        names
    }

    fn has_parameter(&self, name: &str) -> bool {
        self.parameters.is_some_and(|parameters| parameters.given(name).is_some())
    }

    /// The answers that a published example shows.
    fn statuses(&self) -> Option<Object<'d>> {
        self.root.get("responses").and_then(Value::as_object)
    }

    fn is_answered_with(&self, success: &[&str]) -> bool {
        self.statuses().is_none_or(|statuses| {
            statuses.members().any(|status| success.contains(&&*status.name()))
        })
    }

    /// Whether some answer has a body, as far as answers are shown.
    fn gets_body(&self) -> bool {
        self.statuses().is_none_or(|statuses| {
            let answers = statuses.members().filter_map(|status| status.value.as_object());
            answers.into_iter().any(|answer| answer.given("body").is_some())
        })
    }

    fn method(&self) -> Option<String> {
        self.method?.value.as_str().map(|method| method.trim().to_owned())
    }
}

/// How well a name is that of a body whose parameter is called `own`, the best
/// first; `None` if it is none.
fn rank(api: Api, name: &str, own: &'static str) -> Option<(usize, Written)> {
    // No such name is longer.
    if name.len() > 40 {
        return None;
    }
    if name == own {
        return Some((0, Written::Plainly));
    }
    let now = names::former_body(api, name).and_then(|former| match former {
        FormerBody::Of(operation) => operation.body.as_ref().map(|body| body.parameter),
        FormerBody::Now(now) => Some(now),
    });
    if now == Some(own) {
        return Some((1, Written::Formerly(own)));
    }
    if name.eq_ignore_ascii_case(own) {
        return Some((2, Written::InCase(own)));
    }
    let any = names::ANY_BODY.iter().position(|any| *any == name)?;
    Some((3 + any, Written::Plainly))
}

/// How the name of a body is written.
#[derive(Clone, Copy)]
enum Written {
    Plainly,
    /// As it was called before; what it is called now.
    Formerly(&'static str),
    /// In another case than this.
    InCase(&'static str),
}

/// A member that holds a body.
pub(super) struct BodyMember<'d> {
    pub(super) member: Member<'d>,
    written: Written,
}

/// What was found of a request's operation.
enum Choice {
    One(Chosen),
    /// One of these, which are not checked.
    Other(Vec<&'static str>),
    None,
}

/// The names of an operation's path parameters.
fn path_parameters(api: Api, operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    api.parameters(operation)
        .filter(|(parameter, _)| parameter.location == ParameterLocation::Path)
        .map(|(parameter, _)| parameter.name)
}

/// What method and URL say.
enum Routed {
    One(Route),
    Other(&'static Other),
    /// The URL is of another service, or of a path that is gone.
    Elsewhere,
    /// Nothing, or nothing that is known; a fault says which.
    None,
}

/// An operation by its method and path.
struct Route {
    operation: &'static Operation,
    /// Values of the path's parameters, decoded, and where they are.
    values: Vec<(&'static str, String, Spot)>,
    /// The part of the query that is an action, by its place in the URL.
    action: Option<Range<usize>>,
}

impl Route {
    /// The route of a URL whose path is the operation's.
    fn of(url: &Url<'_>, operation: &'static Operation) -> Option<Route> {
        let path = url.plain_path();
        let values = match_path(operation.path, &path.text)?;
        Some(Route::new(url, &path, operation, values))
    }

    fn new(
        url: &Url<'_>,
        path: &Path,
        operation: &'static Operation,
        values: Vec<(&'static str, &str)>,
    ) -> Route {
        let value = |(name, value): (&'static str, &str)| {
            let spot = url.spot_in_path(path, &path.place(value));
            (name, percent_decoded(value).into_owned(), spot)
        };
        Route { operation, values: values.into_iter().map(value).collect(), action: None }
    }
}

/// `POST /pools/p?resize`, as the first versions had it: the action stands in
/// the query.
fn query_action<'d>(
    api: Api,
    url: &Url<'d>,
    path: &Path,
    faults: &mut Vec<Fault<'d>>,
) -> Option<Routed> {
    let (_, written) = url.path();
    let mut before: Option<Range<usize>> = None;
    let parts: Vec<_> = url.query().take(16).collect();
    for (index, part) in parts.iter().enumerate() {
        let is_word = part.name.bytes().all(|byte| byte.is_ascii_alphabetic());
        if part.text.as_ref().is_some_and(|text| !text.is_empty()) || !is_word {
            before = Some(part.at.clone());
            continue;
        }
        let whole = format!("{}/{}", path.text, part.name);
        let found = api.route("POST", &whole);
        let routed = match found {
            Some((operation, values)) => {
                // The values are slices of `whole`, which begins with the path.
                let start = whole.as_ptr() as usize;
                let values = values
                    .into_iter()
                    .filter_map(|(name, value)| {
                        let from = (value.as_ptr() as usize).saturating_sub(start);
                        Some((name, path.text.get(from..from + value.len())?))
                    })
                    .collect();
                let mut route = Route::new(url, path, operation, values);
                route.action = Some(part.at.clone());
                Routed::One(route)
            }
            None => Routed::Other(names::route("POST", &whole)?),
        };
        // The part goes with the `&` behind it, else with what is before it.
        let gone = match (parts.get(index + 1), before) {
            (Some(next), _) => part.at.start..next.at.start,
            (None, Some(before)) => before.end..part.at.end,
            (None, None) => part.at.start - 1..part.at.end,
        };
        let name = part.name.to_ascii_lowercase();
        let at = |range: &Range<usize>| url.spot(range).span;
        let edits =
            vec![(at(&(written.end..written.end)), format!("/{name}")), (at(&gone), String::new())];
        faults.push(Fault::QueryAction { at: url.spot(&part.at), path: whole, edits });
        return Some(routed);
    }
    None
}
