//! Reads a document as a request: which operation, which parameters, which
//! part is the body. It judges nothing; what it notes, rules say.
//!
//! A document is a bare body, or an envelope around one:
//!
//! * `{"operationId"?, "parameters": {"api-version", …, "pool": {…}}}`, the
//!   shape of the API's published examples, with or without `responses`;
//! * `{"method", "url", "headers"?, "body"?}`, as HTTP tools write it.

mod detect;
mod envelope;
mod error_answer;
mod foreign;
mod names;
mod parameters;
mod url;

use std::borrow::Cow;

use crate::api::{Api, Operation};
use crate::document::{Document, Member, NodeKind, Object, Span, Value};
use crate::report::OperationSource;

use envelope::Envelope;
pub(crate) use error_answer::ErrorAnswer;
use error_answer::error_answer;
pub(crate) use foreign::{Foreign, ForeignKind, ForeignKinds, answered};
pub(crate) use names::{Removed, retirement_announced};
pub(crate) use parameters::{GivenParameter, MissingParameter, Origin, UnknownParameter};
pub(crate) use url::{Url, has_placeholder, percent_decoded};

/// What the caller says about a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    /// The operation, and by whose authority.
    pub(crate) operation: Option<(&'static Operation, OperationSource)>,
    /// The API version; the request's own otherwise, or the newest.
    pub(crate) api: Option<Api>,
    /// The newest version, of the tables to use.
    pub(crate) base: Api,
    /// The kinds of foreign documents to look for.
    pub(crate) foreign: ForeignKinds,
}

/// A document read as a request.
#[derive(Debug, Default)]
pub(crate) struct Request<'d> {
    pub(crate) operation: Option<Chosen>,
    /// The body; `None` where there is none or nothing says what it is.
    pub(crate) body: Option<Value<'d>>,
    /// Whether the body is a bare list of tasks.
    pub(crate) list: bool,
    /// The place that names the operation, for what is to be said of it.
    pub(crate) named_at: Option<Spot>,
    pub(crate) faults: Vec<Fault<'d>>,
    /// What the document is, if it is no request as it should be.
    pub(crate) foreign: Option<Foreign>,
    /// The error of the service that it is instead of a request.
    pub(crate) error: Option<ErrorAnswer<'d>>,
    /// The members of a request around a body, where the document is one.
    pub(crate) envelope: Option<Object<'d>>,
    /// The request's URL, where it has one.
    pub(crate) url: Option<Url<'d>>,
    /// The parameters that the operation has, as given.
    pub(crate) parameters: Vec<GivenParameter<'d>>,
    pub(crate) missing: Vec<MissingParameter>,
    pub(crate) unknown: Vec<UnknownParameter>,
    /// How many further names no parameter has.
    pub(crate) omitted: usize,
    /// Whether the caller says which API version counts, whatever the request
    /// says of itself.
    pub(crate) version_given: bool,
}

/// The operation of a request, and why it is that.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) operation: &'static Operation,
    pub(crate) source: OperationSource,
    pub(crate) reason: Cow<'static, str>,
}

/// A place to point at: a node, and the part of the text to show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) node: u32,
    pub(crate) span: Span,
}

impl Spot {
    /// A value; of an object or array its opening bracket.
    pub(crate) fn of(value: Value<'_>) -> Self {
        Spot { node: value.index(), span: value.head() }
    }

    /// A member's name.
    pub(crate) fn key(member: crate::document::Member<'_>) -> Self {
        Spot { node: member.value.index(), span: member.key_span() }
    }
}

/// What is wrong with a document as a request, or open about it.
#[derive(Debug)]
pub(crate) enum Fault<'d> {
    /// No operation has a body like this one; what it is, and what to do.
    Unlike { root: Value<'d>, message: String, help: String },
    /// Nothing says which operation a request is of.
    Unnamed { root: Value<'d> },
    /// A body fits one operation and, but for a property, another.
    Ambiguous {
        root: Value<'d>,
        chosen: &'static Operation,
        other: &'static Operation,
        missing: &'static str,
    },
    /// A body fits operations on several resources alike.
    Equal { root: Value<'d>, chosen: &'static Operation, others: Vec<&'static Operation> },
    /// No operation has this path.
    UnknownPath { at: Value<'d>, path: String },
    /// The path has operations, but none of this method.
    UnknownMethod { at: Value<'d>, method: String, methods: Vec<&'static str> },
    /// No operation has this id.
    UnknownId { at: Value<'d>, id: String },
    /// Something says another operation than the one chosen.
    Contradiction { at: Value<'d>, says: &'static str, chosen: &'static Operation },
    /// The operation takes a body, and there is none where it should be: under
    /// this name.
    MissingBody { root: Value<'d>, operation: &'static Operation, name: &'static str },
    /// The operation takes no body, and there is one.
    UnexpectedBody { at: Spot, operation: &'static Operation, bare: bool },
    /// The `headers` are no object.
    Headers { at: Value<'d> },
    /// The request is of an operation that is not checked: one of these.
    Other { at: Spot, ids: Vec<&'static str> },
    /// The `operationId` is another name of this operation.
    FormerId { at: Value<'d>, now: &'static Operation },
    /// The body stands under a name that it had before.
    FormerBody { member: Member<'d>, now: &'static str },
    /// A member of the request is written in another case than this.
    Case { member: Member<'d>, name: &'static str },
    /// The request has two bodies; the first is the one that is checked.
    TwoBodies { first: Member<'d>, second: Member<'d> },
    /// The method is this one but for its case, or blanks around it.
    MethodCase { at: Value<'d>, method: &'static str },
    /// The API has this path no longer.
    RemovedPath { at: Spot, removed: &'static Removed },
    /// An action stands in the query, as it did before: where, and how the
    /// path goes on instead. Edits that put it there.
    QueryAction { at: Spot, path: String, edits: Vec<(Span, String)> },
    /// A parameter is given twice.
    Twice { parameter: &'static str, first: Spot, again: Spot },
}

/// Reads the document's root as a request, and tells for which version.
pub(crate) fn read<'d>(document: &'d Document<'d>, asked: Asked) -> (Api, Request<'d>) {
    let root = document.root().filter(|root| root.kind() != NodeKind::Invalid);
    let mut found = root.and_then(|root| foreign::of(asked.base, root, asked.foreign));
    // A body within something is read on as the body.
    let wrapped = found.as_ref().filter(|found| found.kind == ForeignKind::Wrapped);
    let inside = wrapped.and_then(|found| document.value_of(*found.nodes.first()?));
    let envelope = match found {
        None => root.and_then(Envelope::of),
        Some(_) => None,
    };
    let default = asked.base;
    let api = asked.api.unwrap_or_else(|| {
        let declared = envelope.as_ref().and_then(Envelope::declared_version);
        declared.and_then(|version| default.sibling(version.trim())).unwrap_or(default)
    });
    let chosen = asked.operation.map(|(operation, source)| Chosen {
        // As this version has it; one that the version has not is the caller's
        // word all the same.
        operation: api.same_operation(operation).unwrap_or(operation),
        source,
        reason: match source {
            OperationSource::Config => "the configuration names it for this path".into(),
            _ => "it was asked for".into(),
        },
    });
    let error = root.and_then(error_answer);
    let mut request = match (root, envelope) {
        (Some(root), _) if error.is_some() => {
            let message = "this is an error that the service answered, not a request body".into();
            let help = "check the request that it is the answer to".into();
            let faults = vec![Fault::Unlike { root, message, help }];
            Request { operation: chosen, faults, ..Request::default() }
        }
        (None, _) => Request { operation: chosen, ..Request::default() },
        (Some(_), Some(envelope)) => envelope.read(api, chosen),
        (Some(root), None) => match (&found, inside) {
            (Some(found), Some(inside)) => {
                let by_name = found.operation.filter(|_| chosen.is_none()).map(|operation| {
                    let reason = "the name of the member around it says so".into();
                    Chosen { operation, source: OperationSource::Detected, reason }
                });
                bare(api, inside, chosen.or(by_name))
            }
            (Some(_), None) => Request { operation: chosen, ..Request::default() },
            (None, _) => bare(api, root, chosen),
        },
    };
    if found.is_none() {
        found = instead(api, asked.foreign, &request);
        if found.is_some() {
            request.body = None;
        }
    }
    request.foreign = found;
    request.error = error;
    request.version_given = asked.api.is_some();
    (api, request)
}

/// What is given as the body of an operation, if it is something else.
fn instead(api: Api, wanted: ForeignKinds, request: &Request<'_>) -> Option<Foreign> {
    let body = request.body?;
    let found = match body.kind() {
        NodeKind::String => foreign::double_encoded(body)?,
        NodeKind::Object => {
            let chosen = request.operation.as_ref()?;
            let named = chosen.source != OperationSource::Detected;
            named.then(|| foreign::other_operation(api, body, chosen.operation)).flatten()?
        }
        _ => return None,
    };
    wanted.has(found.kind).then_some(found)
}

/// A document that is a body and nothing else.
fn bare(api: Api, root: Value<'_>, asked: Option<Chosen>) -> Request<'_> {
    let is_array = root.kind() == NodeKind::Array;
    let mut request = Request::default();
    if let Some(mut chosen) = asked {
        let operation = chosen.operation;
        // az takes a list of tasks where the API has a task or a collection.
        request.list =
            is_array && matches!(operation.id, "Tasks_CreateTask" | "Tasks_CreateTaskCollection");
        if request.list {
            chosen.reason.to_mut().push_str("; the document is a list of tasks, as az takes it");
        }
        if operation.body.is_some() {
            request.body = Some(root);
            request.named_at = Some(Spot::of(root));
        } else {
            // A bare object may well hold the parameters of such an operation.
            let at = Spot::of(root);
            request.faults.push(Fault::UnexpectedBody { at, operation, bare: true });
        }
        request.operation = Some(chosen);
        return request;
    }
    match detect::operation(api, root) {
        detect::Found::One { operation, reason, list, instead, equals } => {
            if !equals.is_empty() {
                request.faults.push(Fault::Equal { root, chosen: operation, others: equals });
            }
            if let Some((other, missing)) = instead {
                request.faults.push(Fault::Ambiguous { root, chosen: operation, other, missing });
            }
            request.operation =
                Some(Chosen { operation, source: OperationSource::Detected, reason });
            request.body = Some(root);
            request.named_at = Some(Spot::of(root));
            request.list = list;
        }
        detect::Found::None { message, help } => {
            request.faults.push(Fault::Unlike { root, message, help });
        }
    }
    request
}

#[cfg(test)]
mod tests;
