//! Reads a document as a request: which operation, which parameters, which
//! part is the body.
//!
//! A document is a bare body, or an envelope around one:
//!
//! * `{"operationId"?, "parameters": {"api-version", …, "pool": {…}}}`, the
//!   shape of the API's published examples, with or without `responses`;
//! * `{"method", "url", "headers"?, "body"?}`, as HTTP tools write it.

mod detect;
mod parameters;

use crate::api::{self, Operation};
use crate::document::{Document, Member, NodeKind, Object, Span, Value};
use crate::report::{OperationSource, Severity};
use crate::rules::finding::shorten;
use crate::rules::{Finding, Findings, certificate, request as rules};

/// What the caller says about the operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing: find it.
    #[default]
    Nothing,
    /// This one, by this authority.
    Operation(&'static str, OperationSource),
}

/// A document read as a request.
pub(crate) struct Request<'d> {
    pub(crate) operation: Option<Chosen>,
    /// The body; `None` where there is none or nothing says what it is.
    pub(crate) body: Option<Value<'d>>,
    /// Whether the body is a bare list of tasks.
    pub(crate) list: bool,
}

/// The operation of a request, and why it is that.
pub(crate) struct Chosen {
    pub(crate) operation: &'static Operation,
    pub(crate) source: OperationSource,
    pub(crate) reason: String,
}

/// Reads the document's root as a request.
pub(crate) fn read<'d>(
    document: &'d Document<'d>,
    asked: Asked,
    findings: &mut Findings,
) -> Request<'d> {
    let asked = match asked {
        Asked::Nothing => None,
        Asked::Operation(id, source) => api::operation(id).map(|operation| Chosen {
            operation,
            source,
            reason: match source {
                OperationSource::Config => "the configuration names it for this path".into(),
                _ => "it was asked for".into(),
            },
        }),
    };
    let Some(root) = document.root().filter(|root| root.kind() != NodeKind::Invalid) else {
        return Request { operation: asked, body: None, list: false };
    };
    match Envelope::of(root) {
        Some(envelope) => envelope.read(asked, findings),
        None => bare(root, asked, findings),
    }
}

/// A document that is a body and nothing else.
fn bare<'d>(root: Value<'d>, asked: Option<Chosen>, findings: &mut Findings) -> Request<'d> {
    let is_array = root.kind() == NodeKind::Array;
    if let Some(mut chosen) = asked {
        let Some(body) = &chosen.operation.body else {
            // A bare object may well hold the parameters of such an operation.
            let message = format!("{} takes no request body", chosen.operation.id);
            let finding = Finding::at(&rules::UNEXPECTED_BODY, root, message)
                .help("give its parameters as `{\"parameters\": {…}}`, or name another operation");
            findings.add(finding);
            return Request { operation: Some(chosen), body: None, list: false };
        };
        // az takes a list of tasks where the API has a task or a collection.
        let tasks =
            matches!(chosen.operation.id, "Tasks_CreateTask" | "Tasks_CreateTaskCollection");
        let _ = body;
        if is_array && tasks {
            chosen.reason.push_str("; the document is a list of tasks, as az takes it");
            return Request { operation: Some(chosen), body: Some(root), list: true };
        }
        return Request { operation: Some(chosen), body: Some(root), list: false };
    }
    match detect::operation(root) {
        detect::Found::One { operation, reason, list, instead } => {
            if let Some((other, missing)) = instead {
                let message = format!("read as {}, since it has no `{missing}`", operation.id);
                let help = format!(
                    "if {} is meant, `{missing}` is missing, which it requires; name the \
                     operation to settle it",
                    other.id
                );
                findings.add(Finding::at(&rules::AMBIGUOUS_OPERATION, root, message).help(help));
            }
            let chosen = Chosen { operation, source: OperationSource::Detected, reason };
            Request { operation: Some(chosen), body: Some(root), list }
        }
        detect::Found::None { message, help } => {
            findings.add(Finding::at(&rules::UNKNOWN_OPERATION, root, message).help(help));
            Request { operation: None, body: None, list: false }
        }
    }
}

/// A request with its parameters around the body.
struct Envelope<'d> {
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
    fn of(root: Value<'d>) -> Option<Envelope<'d>> {
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

    fn read(self, asked: Option<Chosen>, findings: &mut Findings) -> Request<'d> {
        let route = self.route(findings);
        let chosen = self.choose(asked, route.as_ref().map(|route| route.operation), findings);
        let Some(chosen) = chosen else {
            let message = "nothing in this request says which operation it is";
            let help = "add `operationId`, or `method` and `url`, or name the operation";
            let root = self.root.value();
            // It may well be a valid request of an operation without a body.
            findings.add(
                Finding::at(&rules::UNKNOWN_OPERATION, root, message)
                    .help(help)
                    .at_most(Severity::Warning),
            );
            return Request { operation: None, body: None, list: false };
        };
        let operation = chosen.operation;
        let (pointer, span) = self.place();
        certificate::deprecated_operation(operation, pointer, span, findings);
        let body_member = self.body(operation);
        parameters::check(
            &parameters::Given {
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
            findings,
        );
        let body = match (&operation.body, body_member) {
            (Some(_), Some(member)) => Some(member.value),
            (Some(body), None) => {
                let message = format!("{} needs a request body", operation.id);
                let root = self.root.value();
                let name = if self.parameters.is_some() { body.parameter } else { "body" };
                let finding = Finding::at(&rules::MISSING_BODY, root, message)
                    .help(format!("give it as `{name}`, {}", body.model.info().description));
                findings.add(finding);
                None
            }
            (None, Some(member)) => {
                let message = format!("{} takes no request body", operation.id);
                findings.add(
                    Finding::at_key(&rules::UNEXPECTED_BODY, member, message)
                        .help("leave it out, or choose the operation that takes it"),
                );
                None
            }
            (None, None) => None,
        };
        Request { operation: Some(chosen), body, list: false }
    }

    /// The member that names the operation, for findings about it.
    fn place(&self) -> (String, Span) {
        match self.operation_id.or(self.url).or(self.method) {
            Some(member) => (member.value.pointer(), member.value.span()),
            None => {
                let root = self.root.value();
                (String::new(), crate::rules::finding::head(root))
            }
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

    fn route(&self, findings: &mut Findings) -> Option<Route> {
        let (method, url) = (self.method?, self.url?);
        let method_text = method.value.as_str()?;
        let text = url.value.as_str()?;
        let (path, query) = split_url(&text);
        let Some((operation, values)) = api::route(&method_text, path) else {
            let known = api::operations().iter().filter(|operation| {
                api::route(operation.method, path)
                    .is_some_and(|(found, _)| found.id == operation.id)
            });
            let methods: Vec<_> = known.map(|operation| operation.method).collect();
            let finding = if methods.is_empty() {
                let message = format!("no operation has the path `{}`", shorten(path, 80));
                Finding::at(&rules::CONFLICTING_OPERATION, url.value, message)
                    .help("paths begin with /pools, /jobs, /jobschedules or /certificates")
            } else {
                let message = format!("this path has no {}", shorten(&method_text, 16));
                Finding::at(&rules::CONFLICTING_OPERATION, method.value, message)
                    .help(format!("it has {}", methods.join(", ")))
            };
            findings.add(finding);
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
        asked: Option<Chosen>,
        routed: Option<&'static Operation>,
        findings: &mut Findings,
    ) -> Option<Chosen> {
        let named = self.operation_id.and_then(|member| {
            let id = member.value.as_str()?;
            let found = api::operation(&id);
            if found.is_none() {
                let message = format!("`{}` is no operation of this API version", shorten(&id, 48));
                findings.add(
                    Finding::at(&rules::CONFLICTING_OPERATION, member.value, message)
                        .help("`batchlint operations` lists them"),
                );
            }
            found
        });
        let mut conflict = |chosen: &Operation, other: &Operation, member: Option<Member<'_>>| {
            if let (Some(member), true) = (member, chosen.id != other.id) {
                let message = format!("this says {}, not {}", other.id, chosen.id);
                findings.add(
                    Finding::at(&rules::CONFLICTING_OPERATION, member.value, message)
                        .help(format!("the request was checked as {}", chosen.id)),
                );
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
        let envelope = |operation, reason: &str| {
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
        self.by_parameters()
    }

    /// The operation by what the request holds: the name of its body and its
    /// path parameters, then the shape of its body.
    fn by_parameters(&self) -> Option<Chosen> {
        let given = |object: Object<'d>, name: &str| object.given(name).is_some();
        let parameters = self.parameters;
        let has = |name: &str| parameters.is_some_and(|parameters| given(parameters, name));
        let mut candidates: Vec<&'static Operation> = api::operations()
            .iter()
            .filter(|operation| {
                let path = operation
                    .parameters()
                    .filter(|(parameter, _)| parameter.location == api::ParameterLocation::Path);
                let mut path = path.peekable();
                let placed =
                    path.peek().is_none() || path.all(|(parameter, _)| has(parameter.name));
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
            return self.without_body();
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
        match detect::among(body.value, &candidates) {
            Some((operation, reason)) => Some(Chosen { operation, source, reason }),
            None => Some(Chosen {
                operation: first,
                source,
                reason: "the request has its parameters and its body's name".into(),
            }),
        }
    }
}

impl Envelope<'_> {
    /// The one operation without a body that has all parameters given, and is
    /// given all that it requires.
    fn without_body(&self) -> Option<Chosen> {
        let parameters = self.parameters?;
        let path = |operation: &'static Operation| {
            operation
                .parameters()
                .filter(|(parameter, _)| parameter.location == api::ParameterLocation::Path)
                .map(|(parameter, _)| parameter.name)
        };
        let every: Vec<&str> = api::operations().iter().flat_map(path).collect();
        let given: Vec<_> = parameters.members().map(|member| member.name()).collect();
        let statuses = self.root.get("responses").and_then(Value::as_object);
        let mut candidates = api::operations().iter().filter(|operation| {
            let own: Vec<&str> = path(operation).collect();
            operation.body.is_none()
                && own.iter().all(|name| parameters.has(name))
                && given.iter().all(|name| own.contains(&&**name) || !every.contains(&&**name))
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
