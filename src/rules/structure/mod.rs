//! Structure: what the schemas in `schemas/` say of a body's shape.
//!
//! The analysis finds where a body departs from its schema; the rules here say
//! it, a file each or a few that belong together.

mod client;
mod enums;
mod example;
mod limits;
mod missing;
mod unknown;
mod values;
mod wrong_type;

pub(in crate::rules) use unknown::beside as unknown_members;

pub(crate) use wrong_type::{kind as kind_wanted, name as name_of};

use crate::analysis::FaultKind;
use crate::api::{Format, Model};
use crate::document::Span;
use crate::rules::{Category, Check, Finding, Findings, MAX_FINDINGS, rule};

/// The shape of the body.
pub static CATEGORY: Category = Category {
    id: "structure",
    about: "The shape of the body: properties, types, values and limits, as the API's schemas have them.",
    rules: &[
        &MISSING_PROPERTY,
        &UNKNOWN_PROPERTY,
        &WRONG_TYPE,
        &ENUM_VALUE,
        &ENUM_CASE,
        &READ_ONLY,
        &NULL_VALUE,
        &OUT_OF_RANGE,
        &PATTERN,
        &BASE64,
        &URL,
        &FILE_MODE,
        &PROPERTY_CASE,
        &MUST_BE_SPECIFIED,
        &AND_MORE,
    ],
};

rule! {
    /// A property that the model requires is missing.
    ///
    /// ## Why it matters
    /// The service answers 400 and names the property only deep in the error's
    /// values. A required property that is `null` counts as missing.
    ///
    /// In bodies of PATCH requests, and for a few properties that neighbouring
    /// API versions make optional, sources differ on what is required; there
    /// the finding is a warning. Within read-only parts of a PUT body it is a
    /// warning too.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "virtualMachineConfiguration": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "render",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   },
    ///   "targetDedicatedNodes": 1
    /// }
    /// ```
    ///
    /// ## Source
    /// Required properties of the API version's models; `required` in
    /// `schemas/models.json`.
    MISSING_PROPERTY {
        code: "AB0031",
        id: "structure/missing-property",
        severity: Error,
        service_code: "MissingRequiredProperty",
        checks: &[Check::Shape(FaultKind::Missing, missing::check)],
    }
}

rule! {
    /// A property that the model does not have.
    ///
    /// ## Why it matters
    /// The service refuses a body with a member that it does not know, or, in
    /// some places, ignores the member without a word. A property at the wrong
    /// level, after a misplaced brace, is of this kind as well, and so are
    /// names of the management plane (`interNodeCommunication` for
    /// `enableInterNodeCommunication`).
    ///
    /// `odata.` annotations, which the service adds to what it returns, are
    /// only worth a hint.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmSize": "standard_d2s_v3", "location": "westeurope" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// Properties of the API version's models in `schemas/models.json`; the
    /// service's answer is "Could not find member ... on object of type ...".
    UNKNOWN_PROPERTY {
        code: "AB0032",
        id: "structure/unknown-property",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Covered(FaultKind::Missing, unknown::is_elsewhere),
            Check::Shape(FaultKind::Unknown, unknown::check),
            Check::Shape(FaultKind::Annotation, unknown::annotation),
            Check::Shape(FaultKind::Client, client::check),
        ],
    }
}

rule! {
    /// A value is of the wrong JSON type.
    ///
    /// ## Why it matters
    /// The service reads each property as one type and answers 400 to any
    /// other: `"2"` is a string and no number, `"true"` no boolean.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmSize": "standard_d2s_v3", "targetDedicatedNodes": "2" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3", "targetDedicatedNodes": 2 }
    /// ```
    ///
    /// ## Fix safety
    /// Taking the quotes off a number or a boolean, or putting them around
    /// one, is offered as a suggestion.
    ///
    /// ## Source
    /// Types of the API version's models in `schemas/models.json`.
    WRONG_TYPE {
        code: "AB0033",
        id: "structure/wrong-type",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidRequestBody",
        checks: &[Check::Shape(FaultKind::Type, wrong_type::check), Check::Shape(FaultKind::Unlimited, wrong_type::unlimited)],
    }
}

rule! {
    /// A value is none of those that the property can have.
    ///
    /// ## Why it matters
    /// The service answers 400 to a value that it does not know.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "autoUser": { "scope": "node" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "autoUser": { "scope": "task" } } }
    /// ```
    ///
    /// ## Source
    /// Enums of the API version in `schemas/models.json`.
    ENUM_VALUE {
        code: "AB0034",
        id: "structure/enum-value",
        severity: Error,
        fix: Suggested,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Shape(FaultKind::Value, enums::value)],
    }
}

rule! {
    /// A value is spelled in another case than the API's.
    ///
    /// ## Why it matters
    /// Documentation and earlier API versions write `nonAdmin` and `Pool`
    /// where this version has `nonadmin` and `pool`, and the service itself has
    /// been seen to answer `Spread` and `ReadWrite` for this version's `spread`
    /// and `readwrite`. It is likely to take both; the spelling of this version
    /// is the one that is sure.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "autoUser": { "elevationLevel": "nonAdmin" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "userIdentity": { "autoUser": { "elevationLevel": "nonadmin" } } }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: only the case changes.
    ///
    /// ## Source
    /// Enums of the API version in `schemas/models.json`.
    ENUM_CASE {
        code: "AB0035",
        id: "structure/enum-case",
        severity: Info,
        fix: Safe,
        checks: &[Check::Shape(FaultKind::ValueCase, enums::case)],
    }
}

rule! {
    /// A read-only property is in a request body.
    ///
    /// ## Why it matters
    /// The service sets the property itself, and ignores or refuses the value
    /// in a request. In a PUT body, which is often a changed GET answer, it is
    /// no more than a hint; elsewhere a warning.
    ///
    /// ## Example
    /// ```json certificate wrong
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "AQID", "state": "active" }
    /// ```
    ///
    /// ## Use instead
    /// ```json certificate right
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "AQID" }
    /// ```
    ///
    /// ## Source
    /// `readOnly` in `schemas/models.json`.
    READ_ONLY {
        code: "AB0036",
        id: "structure/read-only",
        severity: Warning,
        checks: &[Check::Shape(FaultKind::ReadOnly, values::read_only)],
    }
}

rule! {
    /// A property is `null`.
    ///
    /// ## Why it matters
    /// `null` counts as not given. Some clients write it for every property
    /// that is not set, so it is only a hint; leaving the property out says
    /// the same and cannot be misread. Where the property is required, `null`
    /// is reported as missing (AB0031).
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "displayName": null }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname" }
    /// ```
    ///
    /// ## Source
    /// The models of the API version; only a few properties are documented as
    /// nullable, and those are not reported.
    NULL_VALUE {
        code: "AB0037",
        id: "structure/null-value",
        severity: Info,
        checks: &[
            Check::Shape(FaultKind::Null, values::null),
            Check::Instead(FaultKind::Unknown, values::null_of_other_version),
        ],
    }
}

rule! {
    /// A number, or the length of a text or list, is out of range.
    ///
    /// ## Why it matters
    /// The service answers 400 with the code `InvalidPropertyValue`, often
    /// without naming the property.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "j1", "priority": 2000, "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "j1", "priority": 1000, "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// Documented limits: `minimum`, `maximum`, `maxLength`, `maxItems` and
    /// `not` in `schemas/models.json`. Every whole number of the API has 32
    /// bits.
    OUT_OF_RANGE {
        code: "AB0038",
        id: "structure/out-of-range",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Shape(FaultKind::Limit, limits::check)],
    }
}

rule! {
    /// A text has characters or a form that the property does not allow.
    ///
    /// ## Why it matters
    /// Ids end up in URLs and on file systems; the service answers 400 to one
    /// with a space or a dot in it, and to an empty one.
    ///
    /// ## Example
    /// ```json job wrong
    /// { "id": "nightly run", "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json job right
    /// { "id": "nightly-run", "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// `pattern` in `schemas/models.json`.
    PATTERN {
        code: "AB0039",
        id: "structure/pattern",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Pattern(values::pattern)],
    }
}

rule! {
    /// A text is not base64.
    ///
    /// ## Why it matters
    /// The property carries bytes. What is not base64 cannot be read as bytes,
    /// and the service answers 400. A placeholder (`#####...`, `<data>`) is a
    /// warning.
    ///
    /// ## Example
    /// ```json certificate wrong
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "-----BEGIN CERTIFICATE-----" }
    /// ```
    ///
    /// ## Use instead
    /// ```json certificate right
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "MIIB" }
    /// ```
    ///
    /// ## Source
    /// `format: base64` in `schemas/models.json`.
    BASE64 {
        code: "AB0040",
        id: "structure/base64",
        severity: Error,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Format(Format::Base64, values::base64)],
    }
}

rule! {
    /// A URL has no protocol or no host.
    ///
    /// ## Why it matters
    /// The nodes download from and upload to these addresses. One without
    /// `https://` is refused, or has been seen to crash clients.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ { "httpUrl": "example.blob.core.windows.net/in/a.txt", "filePath": "a.txt" } ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ { "httpUrl": "https://example.blob.core.windows.net/in/a.txt", "filePath": "a.txt" } ] }
    /// ```
    ///
    /// ## Source
    /// `format: uri` in `schemas/models.json`.
    URL {
        code: "AB0041",
        id: "structure/url",
        severity: Warning,
        service_code: "InvalidPropertyValue",
        checks: &[Check::Format(Format::Uri, values::url)],
    }
}

rule! {
    /// A file mode has characters that are not octal digits.
    ///
    /// ## Why it matters
    /// The mode is set on Linux nodes as octal digits in a string, as in
    /// `"0755"`. Anything else cannot be a file mode.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ { "httpUrl": "https://example.blob.core.windows.net/in/a", "filePath": "a", "fileMode": "rwxr-xr-x" } ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ { "httpUrl": "https://example.blob.core.windows.net/in/a", "filePath": "a", "fileMode": "0755" } ] }
    /// ```
    ///
    /// ## Source
    /// `format: octal` in `schemas/models.json`.
    FILE_MODE {
        code: "AB0042",
        id: "structure/file-mode",
        severity: Warning,
        checks: &[Check::Format(Format::Octal, values::octal)],
    }
}

rule! {
    /// A property's name is spelled in another case than the API's.
    ///
    /// ## Why it matters
    /// The API's names are case-sensitive in its documentation; some readers
    /// take `vmsize` for `vmSize`, others refuse it as unknown. The value is
    /// checked as that of the property meant.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmsize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe: only the case changes.
    ///
    /// ## Source
    /// Properties of the API version's models in `schemas/models.json`.
    PROPERTY_CASE {
        code: "AB0043",
        id: "structure/property-case",
        severity: Warning,
        fix: Safe,
        checks: &[Check::Shape(FaultKind::Spelling, unknown::spelling)],
    }
}

rule! {
    /// The pool has no `virtualMachineConfiguration`.
    ///
    /// ## Why it matters
    /// The schema has it as optional; the documentation says that it must be
    /// given, since nodes cannot be made without an image.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "render",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04"
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// `mustBeSpecified` in `schemas/models.json`.
    MUST_BE_SPECIFIED {
        code: "AB0044",
        id: "structure/must-be-specified",
        severity: Warning,
        checks: &[Check::Models(
            &[Model::BATCH_POOL_CREATE_CONTENT, Model::BATCH_POOL_SPECIFICATION],
            missing::must_be_specified,
        )],
    }
}

rule! {
    /// A document has more findings than are listed.
    ///
    /// ## Why it matters
    /// batchlint lists 500 findings of a document, the harshest first. With
    /// more, the document is likely of another kind, or one mistake is
    /// repeated throughout.
    ///
    /// ## Source
    /// A limit of batchlint itself.
    AND_MORE {
        code: "AB0045",
        id: "structure/and-more",
        severity: Info,
        checks: &[Check::Omitted(omitted)],
    }
}

fn omitted(count: usize, end: Span, findings: &mut Findings<'_>) {
    let message =
        format!("{count} more findings, none worse than those listed; {MAX_FINDINGS} are");
    findings
        .add(Finding::text(&AND_MORE, end, message).help("mend what is listed and check again"));
}
