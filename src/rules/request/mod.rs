//! Requests: the operation, its parameters, and the body as a whole.

mod body;
mod members;
mod operation;
mod other;
mod parameter;
mod path;
mod version;

use crate::rules::{Category, Check, rule};

pub use body::MAX_BODY_BYTES;
pub use members::{METHOD_CASE, TWO_BODIES, URL_ENCODED_BODY};
pub use other::KNOWN_OTHER_OPERATION;
pub use path::{PATH_ID_DIFFERS, PATH_ID_FORM};

/// The request around the body.
pub static CATEGORY: Category = Category {
    id: "request",
    about: "The request around the body: its operation, parameters and API version.",
    rules: &[
        &UNKNOWN_OPERATION,
        &AMBIGUOUS_OPERATION,
        &CONFLICTING_OPERATION,
        &MISSING_BODY,
        &UNEXPECTED_BODY,
        &MISSING_PARAMETER,
        &UNKNOWN_PARAMETER,
        &PARAMETER_VALUE,
        &API_VERSION,
        &TOO_LARGE,
        &KNOWN_OTHER_OPERATION,
        &PATH_ID_DIFFERS,
        &PATH_ID_FORM,
        &TWO_BODIES,
        &METHOD_CASE,
        &URL_ENCODED_BODY,
    ],
};

rule! {
    /// No operation has a body of this shape.
    ///
    /// ## Why it matters
    /// Without knowing the operation, nothing else can be checked. The message
    /// names the nearest operation. Documents that are plainly
    /// something else have rules of their own, in the category `shape`.
    ///
    /// ## Example
    /// ```json wrong
    /// { "title": "An invoice", "lines": [{ "price": 4 }] }
    /// ```
    ///
    /// ## Use instead
    /// A body as the data plane takes it, or the operation by name:
    /// `batchlint check --operation pool pool.json`.
    /// ```json right
    /// { "id": "p1", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// The request bodies in `schemas/requests/`.
    UNKNOWN_OPERATION {
        code: "AB0011",
        id: "request/unknown-operation",
        severity: Error,
        checks: &[Check::Request(operation::unknown)],
    }
}

rule! {
    /// The body fits one operation and, but for one property, another.
    ///
    /// ## Why it matters
    /// A job without its `id` reads as a change of a job. If it was meant to
    /// create one, the service answers 400 for the missing `id`. Naming the
    /// operation settles it.
    ///
    /// ## Example
    /// ```json wrong
    /// { "poolInfo": { "poolId": "p1" }, "priority": 10 }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" }, "priority": 10 }
    /// ```
    ///
    /// ## Source
    /// The request bodies in `schemas/requests/`.
    AMBIGUOUS_OPERATION {
        code: "AB0012",
        id: "request/ambiguous-operation",
        severity: Warning,
        checks: &[Check::Request(operation::ambiguous)],
    }
}

rule! {
    /// The document names another operation than the one asked for, or none
    /// that exists.
    ///
    /// ## Why it matters
    /// A request has one operation. Where `operationId`, method and URL, or
    /// the operation given to batchlint disagree, one of them is wrong, and
    /// the body may be checked against the wrong model.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_CreatePool", "method": "PATCH", "url": "/pools/p1?api-version=2024-07-01.20.0", "body": { "id": "p1", "vmSize": "standard_d2s_v3" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_CreatePool", "method": "POST", "url": "/pools?api-version=2024-07-01.20.0", "body": { "id": "p1", "vmSize": "standard_d2s_v3" } }
    /// ```
    ///
    /// ## Source
    /// `schemas/operations.json`.
    CONFLICTING_OPERATION {
        code: "AB0013",
        id: "request/conflicting-operation",
        severity: Warning,
        checks: &[Check::Request(operation::conflicting)],
    }
}

rule! {
    /// The operation needs a body, and the request has none.
    ///
    /// ## Why it matters
    /// The service answers 400 to a create or update request without a body.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_CreatePool", "parameters": { "api-version": "2024-07-01.20.0" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_CreatePool", "parameters": { "api-version": "2024-07-01.20.0", "pool": { "id": "p1", "vmSize": "standard_d2s_v3" } } }
    /// ```
    ///
    /// ## Source
    /// `body` in `schemas/operations.json`.
    MISSING_BODY {
        code: "AB0014",
        id: "request/missing-body",
        severity: Error,
        checks: &[Check::Request(body::missing)],
    }
}

rule! {
    /// The operation takes no body, and the request has one.
    ///
    /// ## Why it matters
    /// A body in a GET or DELETE request is ignored or refused; whoever wrote
    /// it expects an effect that it will not have.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "GET", "url": "/pools/p1?api-version=2024-07-01.20.0", "body": { "id": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "method": "GET", "url": "/pools/p1?api-version=2024-07-01.20.0" }
    /// ```
    ///
    /// ## Source
    /// `schemas/operations.json`.
    UNEXPECTED_BODY {
        code: "AB0015",
        id: "request/unexpected-body",
        severity: Warning,
        checks: &[Check::Request(body::unexpected)],
    }
}

rule! {
    /// A parameter that the operation requires is missing.
    ///
    /// ## Why it matters
    /// Without `api-version` the service answers 400
    /// `MissingRequiredQueryParameter`; without an id in the path there is no
    /// resource to work on.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// `required` in `schemas/parameters/`.
    MISSING_PARAMETER {
        code: "AB0016",
        id: "request/missing-parameter",
        severity: Error,
        service_code: "MissingRequiredQueryParameter",
        checks: &[Check::Request(parameter::missing)],
    }
}

rule! {
    /// The operation has no parameter of this name.
    ///
    /// ## Why it matters
    /// The service ignores a query parameter that it does not know, or answers
    /// 400; a misspelt `$filter` returns everything. A member of the request in
    /// another case (`Pool`, `Method`) is read as what it means, and is an info.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_ListPools", "parameters": { "api-version": "2024-07-01.20.0", "filter": "state eq 'active'" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_ListPools", "parameters": { "api-version": "2024-07-01.20.0", "$filter": "state eq 'active'" } }
    /// ```
    ///
    /// ## Source
    /// `schemas/parameters/`.
    UNKNOWN_PARAMETER {
        code: "AB0017",
        id: "request/unknown-parameter",
        severity: Warning,
        fix: Safe,
        checks: &[Check::Request(parameter::unknown), Check::Request(members::member_case)],
    }
}

rule! {
    /// A parameter's value is of the wrong type, form or range.
    ///
    /// ## Why it matters
    /// The service answers 400 `InvalidQueryParameterValue` or
    /// `InvalidHeaderValue`. A `timeOut` above its maximum is not reported:
    /// the service then uses its default. A parameter that is given twice is a
    /// warning.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Jobs_ListJobs", "parameters": { "api-version": "2024-07-01.20.0", "maxresults": 5000 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Jobs_ListJobs", "parameters": { "api-version": "2024-07-01.20.0", "maxresults": 1000 } }
    /// ```
    ///
    /// ## Source
    /// `schemas/parameters.json`.
    PARAMETER_VALUE {
        code: "AB0018",
        id: "request/parameter-value",
        severity: Error,
        service_code: "InvalidQueryParameterValue",
        checks: &[
            Check::Parameter(parameter::value),
            Check::Request(parameter::headers),
            Check::Request(members::twice),
        ],
    }
}

rule! {
    /// The request is for another API version than the one checked.
    ///
    /// ## Why it matters
    /// batchlint knows the version 2024-07-01.20.0. Models differ between
    /// versions, so findings may not hold for another one. Of a version that
    /// there is not, or not any longer, other rules say that.
    ///
    /// ## Example
    /// ```json wrong
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2023-05-01.17.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "operationId": "Pools_GetPool", "parameters": { "api-version": "2024-07-01.20.0", "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// `const` of `api-version` in `schemas/parameters.json`.
    API_VERSION {
        code: "AB0019",
        id: "request/api-version",
        severity: Warning,
        checks: &[Check::Parameter(version::other)],
    }
}

rule! {
    /// The body is larger than the service takes.
    ///
    /// ## Why it matters
    /// The service answers 413 `RequestBodyTooLarge` to a body of more than
    /// 1 MiB. Of a document with white space the body that a client sends may
    /// be smaller; where it still may fit, the finding is a warning.
    ///
    /// ## Use instead
    /// Send tasks in several collections. Put long file lists into a container
    /// and refer to that.
    ///
    /// ## Source
    /// Users' reports of the limit of 1,048,576 bytes; `maxSerializedSize` of
    /// the task collection in `schemas/models.json`.
    TOO_LARGE {
        code: "AB0020",
        id: "request/too-large",
        severity: Error,
        service_code: "RequestBodyTooLarge",
        checks: &[Check::Request(body::too_large)],
    }
}
