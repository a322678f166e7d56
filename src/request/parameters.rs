//! The parameters of a request in an envelope: which are given, and where.

use crate::api::{Api, Operation, Parameter, ParameterLocation};
use crate::document::{Member, NodeKind, Object, Span, Value};
use crate::rules::MAX_FINDINGS;

use super::{Fault, Request, Spot};

/// A parameter as a request gives it.
#[derive(Debug)]
pub(crate) struct GivenParameter<'d> {
    pub(crate) parameter: &'static Parameter,
    /// Its value as text.
    pub(crate) text: String,
    pub(crate) at: Spot,
    /// The value, where it stands by itself in the document.
    pub(crate) value: Option<Value<'d>>,
}

impl GivenParameter<'_> {
    /// Whether a template's placeholder stands for the value.
    pub(crate) fn is_placeholder(&self) -> bool {
        let in_path = self.parameter.location == ParameterLocation::Path;
        self.value.is_none()
            && (self.text.starts_with('{') || in_path && self.text.starts_with('$'))
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
    pub(super) url: Option<Member<'d>>,
    /// Where the URL's query is.
    pub(super) query: Option<Option<Span>>,
    /// The values in the URL's path.
    pub(super) path: &'g [(&'static str, String)],
    /// Whether the URL is one of this operation, so that its path is complete.
    pub(super) routed: bool,
    /// The member that holds the body.
    pub(super) body: Option<Member<'d>>,
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

/// Headers of HTTP itself, which any request may have.
const HTTP: [&str; 6] =
    ["content-type", "accept", "authorization", "user-agent", "content-length", "x-ms-date"];

pub(super) fn read<'d>(source: &Source<'_, 'd>, request: &mut Request<'d>) {
    for member in source.parameters.into_iter().flat_map(Object::members) {
        if source.body.is_none_or(|body| body.key_span() != member.key_span()) {
            source.member(member, None, request);
        }
    }
    if let Some(headers) = source.headers {
        match headers.value.as_object() {
            Some(object) => {
                for member in object.members() {
                    source.member(member, Some(ParameterLocation::Header), request);
                }
            }
            None => request.faults.push(Fault::Headers { at: headers.value }),
        }
    }
    if let Some(url) = source.url {
        source.query(url, request);
        for (name, text) in source.path {
            if let Some(parameter) = source.find(name) {
                let at = Spot { node: url.value.index(), span: url.value.span() };
                let text = text.clone();
                request.parameters.push(GivenParameter { parameter, text, at, value: None });
            }
        }
    }
    source.missing(request);
}

impl<'d> Source<'_, 'd> {
    fn find(&self, name: &str) -> Option<&'static Parameter> {
        let all = self.api.parameters(self.operation).map(|(parameter, _)| parameter);
        let mut named = all.filter(|parameter| parameter.name.eq_ignore_ascii_case(name));
        named.next()
    }

    fn member(
        &self,
        member: Member<'d>,
        location: Option<ParameterLocation>,
        request: &mut Request<'d>,
    ) {
        let name = member.name();
        let in_place = |parameter: &&Parameter| location.is_none_or(|at| at == parameter.location);
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
            request.parameters.push(GivenParameter { parameter, text, at, value });
            return;
        }
        // A body that is null is reported as missing.
        if self.operation.body.as_ref().is_some_and(|body| body.parameter == name) {
            return;
        }
        // Any HTTP header may be sent along; only in `parameters` is an unknown
        // name a slip.
        let usual =
            HOST.contains(&&*name) || HTTP.iter().any(|http| http.eq_ignore_ascii_case(&name));
        if location != Some(ParameterLocation::Header) && !usual {
            unknown(request, &name, Spot::key(member), false);
        }
    }

    fn query(&self, url: Member<'d>, request: &mut Request<'d>) {
        let Some(Some(span)) = self.query else { return };
        let start = span.start as usize;
        let source = url.value.source();
        let offset = start - url.value.span().start as usize;
        let length = (span.end - span.start) as usize;
        let Some(query) = source.get(offset..offset + length) else { return };
        let mut from = start;
        for part in query.split('&') {
            let at = Spot { node: url.value.index(), span: Span::new(from, from + part.len()) };
            from += part.len() + 1;
            if part.is_empty() {
                continue;
            }
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            let name = name.replace("%24", "$");
            let found =
                self.find(&name).filter(|parameter| parameter.location == ParameterLocation::Query);
            match found {
                Some(parameter) => {
                    let text = text.replace("%20", " ").replace("%3A", ":");
                    request.parameters.push(GivenParameter { parameter, text, at, value: None });
                }
                None => unknown(request, &name, at, true),
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
                Some(url) if self.parameters.is_none() => {
                    Spot { node: url.value.index(), span: url.value.span() }
                }
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
