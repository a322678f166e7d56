//! The parameters of a request in an envelope: which are given, and where.

use std::ops::Range;

use crate::api::{Api, Operation, Parameter, ParameterLocation};
use crate::document::{Member, NodeKind, Object, Value};
use crate::rules::MAX_FINDINGS;

use super::envelope::BodyMember;
use super::url::{Url, has_placeholder};
use super::{Fault, Request, Spot};

/// A parameter as a request gives it.
#[derive(Debug)]
pub(crate) struct GivenParameter<'d> {
    pub(crate) parameter: &'static Parameter,
    /// Its value as text, decoded.
    pub(crate) text: String,
    pub(crate) at: Spot,
    /// The value, where it stands by itself in the document.
    pub(crate) value: Option<Value<'d>>,
    pub(crate) origin: Origin,
}

/// Where in a request a parameter is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Parameters,
    Headers,
    Query,
    Path,
}

impl GivenParameter<'_> {
    /// A part of the URL, where no value stands by itself.
    fn of_url(parameter: &'static Parameter, text: String, at: Spot, origin: Origin) -> Self {
        GivenParameter { parameter, text, at, value: None, origin }
    }

    /// Whether a template's placeholder stands for the value.
    pub(crate) fn is_placeholder(&self) -> bool {
        let is_text = self.value.is_none_or(|value| value.kind() == NodeKind::String);
        let bare = self.origin == Origin::Path && self.text.starts_with('$');
        is_text && (bare || has_placeholder(&self.text))
    }
}

/// A parameter that the operation requires and the request lacks.
#[derive(Debug)]
pub(crate) struct MissingParameter {
    pub(crate) parameter: &'static Parameter,
    /// Where it should be.
    pub(crate) at: Spot,
}

/// A name that none of the operation's parameters has.
#[derive(Debug)]
pub(crate) struct UnknownParameter {
    pub(crate) name: String,
    pub(crate) at: Spot,
    /// Whether it is in the URL's query.
    pub(crate) in_query: bool,
}

/// Where a request has its parameters.
pub(super) struct Source<'g, 'd> {
    pub(super) api: Api,
    pub(super) operation: &'static Operation,
    pub(super) root: Object<'d>,
    /// The `parameters` object.
    pub(super) parameters: Option<Object<'d>>,
    /// The `headers` object.
    pub(super) headers: Option<Member<'d>>,
    pub(super) url: Option<&'g Url<'d>>,
    /// The part of the URL's query that is no parameter.
    pub(super) skip: Option<Range<usize>>,
    /// The values in the URL's path, and where they are.
    pub(super) path: &'g [(&'static str, String, Spot)],
    /// Whether the URL is one of this operation, so that its path is complete.
    pub(super) routed: bool,
    /// The members that hold a body.
    pub(super) bodies: &'g [BodyMember<'d>],
}

/// What the published examples give beside the parameters: where the account
/// is, which is no parameter of an operation.
const HOST: [&str; 6] = [
    "endpoint",
    "batchUrl",
    "accountName",
    "batchAccountDomain",
    "subscriptionId",
    "resourceGroupName",
];

/// Headers of HTTP itself, and those that Azure's services and clients know:
/// any request may have them.
const HEADERS: [&str; 19] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "client-request-id",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "host",
    "return-client-request-id",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "user-agent",
    "x-request-id",
];

/// Beginnings of such headers.
const HEADER_FAMILIES: [&str; 3] = ["if-", "ocp-", "x-ms-"];

fn is_header(name: &str) -> bool {
    let begins = |family: &&str| {
        name.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family))
    };
    HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name))
        || HEADER_FAMILIES.iter().any(begins)
}

pub(super) fn read<'d>(source: &Source<'_, 'd>, request: &mut Request<'d>) {
    for member in source.parameters.into_iter().flat_map(Object::members) {
        let key = member.key_span();
        if source.bodies.iter().all(|body| body.member.key_span() != key) {
            source.member(member, Origin::Parameters, request);
        }
    }
    if let Some(headers) = source.headers {
        match headers.value.as_object() {
            Some(object) => {
                for member in object.members() {
                    source.member(member, Origin::Headers, request);
                }
            }
            None => request.faults.push(Fault::Headers { at: headers.value }),
        }
    }
    if let Some(url) = source.url {
        source.query(url, request);
        for (name, text, at) in source.path {
            if let Some(parameter) = source.find(name) {
                let given = GivenParameter::of_url(parameter, text.clone(), *at, Origin::Path);
                request.parameters.push(given);
            }
        }
    }
    twice(request);
    source.missing(request);
}

/// Parameters that are given twice: in the query, or in two places and not the
/// same. (An object with a name twice is said to be that.)
fn twice(request: &mut Request<'_>) {
    let mut first: Vec<(&GivenParameter<'_>, bool)> = Vec::new();
    let mut faults = Vec::new();
    for again in &request.parameters {
        let same = |(given, _): &&mut (&GivenParameter<'_>, bool)| {
            given.parameter.name == again.parameter.name
        };
        // No operation has more than twenty.
        match first.iter_mut().find(same) {
            None => first.push((again, false)),
            Some((_, true)) => {}
            Some((given, said)) => {
                let both = [given.origin, again.origin];
                let differ = both[0] != both[1] && given.text != again.text;
                if both == [Origin::Query; 2] || differ {
                    *said = true;
                    let parameter = again.parameter.name;
                    faults.push(Fault::Twice { parameter, first: given.at, again: again.at });
                }
            }
        }
    }
    request.faults.extend(faults);
}

impl<'d> Source<'_, 'd> {
    fn find(&self, name: &str) -> Option<&'static Parameter> {
        let all = self.api.parameters(self.operation).map(|(parameter, _)| parameter);
        let mut named = all.filter(|parameter| parameter.name.eq_ignore_ascii_case(name));
        named.next()
    }

    fn member(&self, member: Member<'d>, origin: Origin, request: &mut Request<'d>) {
        let name = member.name();
        let in_headers = origin == Origin::Headers;
        let in_place =
            |parameter: &&Parameter| !in_headers || parameter.location == ParameterLocation::Header;
        if let Some(parameter) = self.find(&name).filter(in_place) {
            // `null` counts as not given, here as in bodies.
            if member.value.kind() == NodeKind::Null {
                return;
            }
            let text = member.value.as_str();
            let text =
                text.map_or_else(|| member.value.source().to_owned(), std::borrow::Cow::into_owned);
            let at = Spot::of(member.value);
            let value = Some(member.value);
            request.parameters.push(GivenParameter { parameter, text, at, value, origin });
            return;
        }
        // A body that is null is reported as missing.
        if self.operation.body.as_ref().is_some_and(|body| body.parameter == name) {
            return;
        }
        // Any HTTP header may be sent along; only in `parameters` is an unknown
        // name a slip.
        if !in_headers && !HOST.contains(&&*name) && !is_header(&name) {
            unknown(request, &name, Spot::key(member), false);
        }
    }

    fn query(&self, url: &Url<'d>, request: &mut Request<'d>) {
        for part in url.query() {
            if self.skip.as_ref() == Some(&part.at) {
                continue;
            }
            let at = url.spot(&part.at);
            let found = self
                .find(&part.name)
                .filter(|parameter| parameter.location == ParameterLocation::Query);
            match found {
                Some(parameter) => {
                    let text = part.text.unwrap_or_default();
                    let given = GivenParameter::of_url(parameter, text, at, Origin::Query);
                    request.parameters.push(given);
                }
                None => unknown(request, &part.name, at, true),
            }
        }
    }

    fn missing(&self, request: &mut Request<'d>) {
        for (parameter, required) in self.api.parameters(self.operation) {
            let given = request.parameters.iter().any(|one| one.parameter.name == parameter.name);
            let in_path = parameter.location == ParameterLocation::Path;
            if !required || given || in_path && self.routed {
                continue;
            }
            let at = match self.url {
                Some(url) if self.parameters.is_none() => Spot::of(url.value),
                _ => Spot::of(self.parameters.unwrap_or(self.root).value()),
            };
            request.missing.push(MissingParameter { parameter, at });
        }
    }
}

fn unknown(request: &mut Request<'_>, name: &str, at: Spot, in_query: bool) {
    if request.unknown.len() < MAX_FINDINGS {
        request.unknown.push(UnknownParameter { name: name.to_owned(), at, in_query });
    } else {
        request.omitted += 1;
    }
}
