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
mod parameters;

use std::borrow::Cow;

use crate::api::{Api, Operation};
use crate::document::{Document, NodeKind, Span, Value};
use crate::report::OperationSource;

use envelope::Envelope;
pub(crate) use error_answer::{ErrorAnswer, error_answer};
pub(crate) use parameters::{GivenParameter, MissingParameter, UnknownParameter};

/// What the caller says about a document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    /// The operation, and by whose authority.
    pub(crate) operation: Option<(&'static Operation, OperationSource)>,
    /// The API version; the request's own otherwise, or the newest.
    pub(crate) api: Option<Api>,
    /// The newest version, of the tables to use.
    pub(crate) base: Api,
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
    /// No operation has this path.
    UnknownPath { at: Value<'d>, path: String },
    /// The path has operations, but none of this method.
    UnknownMethod { at: Value<'d>, method: String, methods: Vec<&'static str> },
    /// No operation has this id.
    UnknownId { at: Value<'d>, id: String },
    /// Something says another operation than the one chosen.
    Contradiction { at: Value<'d>, says: &'static Operation, chosen: &'static Operation },
    /// The operation takes a body, and there is none where it should be: under
    /// this name.
    MissingBody { root: Value<'d>, operation: &'static Operation, name: &'static str },
    /// The operation takes no body, and there is one.
    UnexpectedBody { at: Spot, operation: &'static Operation, bare: bool },
    /// The `headers` are no object.
    Headers { at: Value<'d> },
}

/// Reads the document's root as a request, and tells for which version.
pub(crate) fn read<'d>(document: &'d Document<'d>, asked: Asked) -> (Api, Request<'d>) {
    let root = document.root().filter(|root| root.kind() != NodeKind::Invalid);
    let envelope = root.and_then(Envelope::of);
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
    let mut request = match (root, envelope) {
        (Some(root), _) if error_answer(root).is_some() => {
            let message = "this is an error that the service answered, not a request body".into();
            let help = "check the request that it is the answer to".into();
            let faults = vec![Fault::Unlike { root, message, help }];
            Request { operation: chosen, faults, ..Request::default() }
        }
        (None, _) => Request { operation: chosen, ..Request::default() },
        (Some(_), Some(envelope)) => envelope.read(api, chosen),
        (Some(root), None) => bare(api, root, chosen),
    };
    request.version_given = asked.api.is_some();
    (api, request)
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
        detect::Found::One { operation, reason, list, instead } => {
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
