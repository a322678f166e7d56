//! A request with its parameters around the body.

use std::borrow::Cow;

use crate::api::{Api, Operation, ParameterLocation};
use crate::document::{Member, NodeKind, Object, Span, Value};
use crate::report::OperationSource;

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
}

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
        };
        for member in root.members() {
            let kind = member.value.kind();
            let text = (kind == NodeKind::String).then_some(member);
            let given = (kind != NodeKind::Null).then_some(member);
            match &*member.name() {
                "operationId" => envelope.operation_id = text,
                "method" => envelope.method = text,
                "url" | "uri" | "path" => envelope.url = text.or(envelope.url),
                "headers" => envelope.headers = given,
                "parameters" => {
                    let object = member.value.as_object();
                    envelope.parameters = object.filter(|given| given.members().next().is_some());
                }
                "body" => envelope.body = given,
                _ => {}
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
        let given = self.parameters.and_then(|parameters| parameters.given("api-version"));
        given.and_then(Value::as_str).or_else(|| {
            let url = self.url?.value.as_str()?;
            let (_, query) = split_url(&url);
            let version = query?.split('&').find_map(|part| part.strip_prefix("api-version="));
            version.map(|version| Cow::Owned(version.to_owned()))
        })
    }

    pub(super) fn read(self, api: Api, asked: Option<Chosen>) -> Request<'d> {
        let mut request = Request::default();
        let route = self.route(api, &mut request.faults);
        let routed = route.as_ref().map(|route| route.operation);
        let Some(chosen) = self.choose(api, asked, routed, &mut request.faults) else {
            request.faults.push(Fault::Unnamed { root: self.root.value() });
            return request;
        };
        let operation = chosen.operation;
        request.named_at = Some(self.place());
        let body_member = self.body(operation);
        parameters::read(
            &parameters::Source {
                api,
                operation,
                root: self.root,
                parameters: self.parameters,
                headers: self.headers,
                url: self.url,
                query: route.as_ref().map(|route| route.query),
                path: route.as_ref().map_or(&[][..], |route| &route.values),
                routed: route.as_ref().is_some_and(|route| route.operation.id == operation.id),
                body: body_member,
            },
            &mut request,
        );
        match (&operation.body, body_member) {
            (Some(_), Some(member)) => request.body = Some(member.value),
            (Some(body), None) => {
                let name = if self.parameters.is_some() { body.parameter } else { "body" };
                let root = self.root.value();
                request.faults.push(Fault::MissingBody { root, operation, name });
            }
            (None, Some(member)) => {
                let at = Spot::key(member);
                request.faults.push(Fault::UnexpectedBody { at, operation, bare: false });
            }
            (None, None) => {}
        }
        request.operation = Some(chosen);
        request
    }

    /// The member that names the operation, for findings about it.
    fn place(&self) -> Spot {
        match self.operation_id.or(self.url).or(self.method) {
            Some(member) => Spot { node: member.value.index(), span: member.value.span() },
            None => Spot::of(self.root.value()),
        }
    }

    /// The member that holds the body: `body`, or the operation's parameter.
    fn body(&self, operation: &Operation) -> Option<Member<'d>> {
        let given = |object: Object<'d>, name: &str| {
            object.member(name).filter(|member| member.value.kind() != NodeKind::Null)
        };
        let name = operation.body.as_ref().map(|body| body.parameter);
        let inside = self.parameters.and_then(|parameters| {
            name.and_then(|name| given(parameters, name)).or_else(|| given(parameters, "body"))
        });
        inside.or(self.body).or_else(|| name.and_then(|name| given(self.root, name)))
    }

    fn route(&self, api: Api, faults: &mut Vec<Fault<'d>>) -> Option<Route> {
        let (method, url) = (self.method?, self.url?);
        let method_text = method.value.as_str()?;
        let text = url.value.as_str()?;
        let (path, query) = split_url(&text);
        let Some((operation, values)) = api.route(&method_text, path) else {
            let known = api.operations().filter(|operation| {
                api.route(operation.method, path).is_some_and(|(found, _)| found.id == operation.id)
            });
            let methods: Vec<_> = known.map(|operation| operation.method).collect();
            faults.push(if methods.is_empty() {
                Fault::UnknownPath { at: url.value, path: path.to_owned() }
            } else {
                let at = method.value;
                Fault::UnknownMethod { at, method: method_text.into_owned(), methods }
            });
            return None;
        };
        let values = values.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        // The span of the query within the text, if it stands there as it is.
        let query = query.and_then(|query| {
            let start = url.value.span().start as usize + url.value.source().find(query)?;
            Some(Span::new(start, start + query.len()))
        });
        Some(Route { operation, values, query })
    }

    /// Which operation it is, of all that say so; the caller's word counts
    /// most, then `operationId`, then method and URL, then the body's name.
    fn choose(
        &self,
        api: Api,
        asked: Option<Chosen>,
        routed: Option<&'static Operation>,
        faults: &mut Vec<Fault<'d>>,
    ) -> Option<Chosen> {
        let named = self.operation_id.and_then(|member| {
            let id = member.value.as_str()?;
            let found = api.operation(&id);
            if found.is_none() {
                faults.push(Fault::UnknownId { at: member.value, id: id.into_owned() });
            }
            found
        });
        let mut conflict =
            |chosen: &'static Operation, says: &'static Operation, member: Option<Member<'d>>| {
                if let (Some(member), true) = (member, chosen.id != says.id) {
                    faults.push(Fault::Contradiction { at: member.value, says, chosen });
                }
            };
        if let Some(asked) = asked {
            if let Some(named) = named {
                conflict(asked.operation, named, self.operation_id);
            }
            if let Some(routed) = routed {
                conflict(asked.operation, routed, self.url);
            }
            return Some(asked);
        }
        let envelope = |operation, reason: &'static str| {
            Some(Chosen { operation, source: OperationSource::Envelope, reason: reason.into() })
        };
        if let Some(named) = named {
            if let Some(routed) = routed {
                conflict(named, routed, self.url);
            }
            return envelope(named, "the request's `operationId` names it");
        }
        if let Some(routed) = routed {
            return envelope(routed, "the request has its method and path");
        }
        self.by_parameters(api)
    }

    /// The operation by what the request holds: the name of its body and its
    /// path parameters, then the shape of its body.
    fn by_parameters(&self, api: Api) -> Option<Chosen> {
        let given = |object: Object<'d>, name: &str| object.given(name).is_some();
        let parameters = self.parameters;
        let has = |name: &str| parameters.is_some_and(|parameters| given(parameters, name));
        let mut candidates: Vec<&'static Operation> = api
            .operations()
            .filter(|operation| {
                let mut path = path_parameters(api, operation).peekable();
                let placed = path.peek().is_none() || path.all(has);
                match &operation.body {
                    Some(body) => placed && (has(body.parameter) || has("body")),
                    None => false,
                }
            })
            .collect();
        if let Some(method) = self.method.and_then(|member| member.value.as_str()) {
            candidates.retain(|operation| operation.method.eq_ignore_ascii_case(&method));
        }
        if candidates.is_empty() {
            return self.without_body(api);
        }
        // More path parameters say more.
        let paths = |operation: &Operation| operation.path.matches('{').count();
        let most = candidates.iter().map(|operation| paths(operation)).max()?;
        candidates.retain(|operation| paths(operation) == most);
        let source = OperationSource::Detected;
        if let [operation] = candidates[..] {
            let reason = "the request has its parameters and its body's name".into();
            return Some(Chosen { operation, source, reason });
        }
        let first = candidates.first()?;
        let body = self.body(first)?;
        match detect::among(api, body.value, &candidates) {
            Some((operation, reason)) => Some(Chosen { operation, source, reason }),
            None => Some(Chosen {
                operation: first,
                source,
                reason: "the request has its parameters and its body's name".into(),
            }),
        }
    }

    /// The one operation without a body that has all parameters given, and is
    /// given all that it requires.
    fn without_body(&self, api: Api) -> Option<Chosen> {
        let parameters = self.parameters?;
        let every: Vec<&str> =
            api.operations().flat_map(|operation| path_parameters(api, operation)).collect();
        let given: Vec<_> = parameters
            .members()
            .map(|member| member.name())
            .filter(|name| every.contains(&&**name))
            .collect();
        let statuses = self.root.get("responses").and_then(Value::as_object);
        let mut candidates = api.operations().filter(|operation| {
            let own: Vec<&str> = path_parameters(api, operation).collect();
            operation.body.is_none()
                && own.iter().all(|name| given.iter().any(|given| given == name))
                && given.iter().all(|name| own.contains(&&**name))
                && statuses.is_none_or(|statuses| {
                    statuses.members().any(|status| operation.success.contains(&&*status.name()))
                })
        });
        let operation = candidates.next()?;
        let reason = "no other operation has these parameters and no body".into();
        candidates.next().is_none().then_some(Chosen {
            operation,
            source: OperationSource::Detected,
            reason,
        })
    }
}

/// The names of an operation's path parameters.
fn path_parameters(api: Api, operation: &'static Operation) -> impl Iterator<Item = &'static str> {
    api.parameters(operation)
        .filter(|(parameter, _)| parameter.location == ParameterLocation::Path)
        .map(|(parameter, _)| parameter.name)
}

/// What method and URL say.
struct Route {
    operation: &'static Operation,
    /// Values of the path's parameters.
    values: Vec<(&'static str, String)>,
    /// Where the query is in the text.
    query: Option<Span>,
}

/// The path of a URL, without scheme and host, and its query.
fn split_url(url: &str) -> (&str, Option<&str>) {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (url, None),
    };
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        // `{batchUrl}/pools`, as templates write it.
        None if address.starts_with('{') => address.find('/').map_or("/", |at| &address[at..]),
        None => address,
    };
    (path, query)
}

#[cfg(test)]
mod tests {
    use super::split_url;

    #[test]
    fn urls_are_split() {
        assert_eq!(split_url("https://a.b.net/pools?x=1"), ("/pools", Some("x=1")));
        assert_eq!(split_url("/pools/p1"), ("/pools/p1", None));
        assert_eq!(split_url("{batchUrl}/jobs"), ("/jobs", None));
        assert_eq!(split_url("https://a.b.net"), ("/", None));
        assert_eq!(split_url(""), ("", None));
    }
}
