//! Certificates: thumbprints, and what replaces the deprecated parts.

mod deprecated;
mod thumbprint;

use crate::api::Model;
use crate::rules::{Category, Check, rule};

/// Certificates.
pub static CATEGORY: Category = Category {
    id: "certificate",
    about: "Account certificates, which are deprecated: their thumbprints, and what replaces them.",
    rules: &[
        &THUMBPRINT_ALGORITHM,
        &THUMBPRINT,
        &DEPRECATED_REFERENCE,
        &DEPRECATED_OPERATION,
        &PASSWORD_WITH_CER,
    ],
};

const WITH_THUMBPRINT: &[Model] = &[Model::BATCH_CERTIFICATE, Model::BATCH_CERTIFICATE_REFERENCE];

/// The models that can have `certificateReferences` in a request.
const WITH_REFERENCES: &[Model] = &[
    Model::BATCH_POOL_CREATE_CONTENT,
    Model::BATCH_POOL_REPLACE_CONTENT,
    Model::BATCH_POOL_SPECIFICATION,
    Model::BATCH_POOL_UPDATE_CONTENT,
];

rule! {
    /// A certificate's thumbprint algorithm is not `sha1`.
    ///
    /// ## Why it matters
    /// The service identifies certificates by their SHA-1 thumbprint and knows
    /// no other algorithm; anything but `sha1` is refused.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "certificateReferences": [
    ///     { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha256" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "certificateReferences": [
    ///     { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the value is another spelling of SHA-1 (`SHA1`, `sha-1`). A
    /// value in another case only is a warning. Of another algorithm the fix
    /// is a suggestion, since the thumbprint must be computed anew.
    ///
    /// ## Source
    /// `const` of `thumbprintAlgorithm` in `schemas/models.json`, which has
    /// it from the API's documentation ("must be sha1").
    THUMBPRINT_ALGORITHM {
        code: "AB0101",
        id: "certificate/thumbprint-algorithm",
        severity: Error,
        fix: Safe,
        service_code: "InvalidPropertyValue",
        checks: &[
            Check::Models(WITH_THUMBPRINT, thumbprint::algorithm),
            Check::Parameter(thumbprint::algorithm_parameter),
        ],
    }
}

rule! {
    /// A thumbprint is not a SHA-1 hash in hexadecimal digits.
    ///
    /// ## Why it matters
    /// A SHA-1 hash has 20 bytes: 40 hexadecimal digits. Spaces between them
    /// are removed by the service. A thumbprint copied from the Windows
    /// certificate dialog may begin with an invisible character.
    ///
    /// Fewer than 40 digits are a warning, since the service's documentation
    /// speaks of up to 40; more, or other characters, are an error.
    ///
    /// ## Example
    /// ```json certificate wrong
    /// { "thumbprint": "01:23:45:67:89", "thumbprintAlgorithm": "sha1", "data": "MIIB" }
    /// ```
    ///
    /// ## Use instead
    /// ```json certificate right
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "MIIB" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where invisible characters or separators can be dropped and 40
    /// digits remain.
    ///
    /// ## Source
    /// `pattern` and `maxHexDigits` of `thumbprint` in `schemas/models.json`.
    THUMBPRINT {
        code: "AB0102",
        id: "certificate/thumbprint",
        severity: Error,
        fix: Safe,
        service_code: "InvalidPropertyValue",
        checks: &[
            Check::Models(WITH_THUMBPRINT, thumbprint::thumbprint),
            Check::Parameter(thumbprint::thumbprint_parameter),
        ],
    }
}

rule! {
    /// A pool refers to certificates, which are deprecated.
    ///
    /// ## Why it matters
    /// Azure Batch has retired account certificates. The service has been seen
    /// to answer 400 `CertificateRetired` to a non-empty
    /// `certificateReferences` at this API version. An empty list is fine, and
    /// `Pools_ReplacePoolProperties` requires at least that.
    ///
    /// The finding is a warning by default. To let a build fail on it, use
    /// `--severity certificate/deprecated-reference=error`.
    ///
    /// ## Example
    /// ```json pool wrong
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "certificateReferences": [
    ///     { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1" }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// Keep the certificate in Azure Key Vault, give the pool a user-assigned
    /// managed identity that may read it, and install it with the Key Vault VM
    /// extension.
    /// ```json pool right
    /// {
    ///   "id": "p1",
    ///   "vmSize": "standard_d2s_v3",
    ///   "virtualMachineConfiguration": {
    ///     "imageReference": { "publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts" },
    ///     "nodeAgentSKUId": "batch.node.ubuntu 22.04",
    ///     "extensions": [
    ///       {
    ///         "name": "certificates",
    ///         "publisher": "Microsoft.Azure.KeyVault",
    ///         "type": "KeyVaultForLinux",
    ///         "typeHandlerVersion": "3.0",
    ///         "settings": { "secretsManagementSettings": { "observedCertificates": [] } }
    ///       }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// ## Source
    /// `deprecated` on `certificateReferences` in `schemas/models.json`; the
    /// API's change document adds the property as deprecated.
    DEPRECATED_REFERENCE {
        code: "AB0103",
        id: "certificate/deprecated-reference",
        severity: Warning,
        service_code: "CertificateRetired",
        checks: &[Check::Models(WITH_REFERENCES, deprecated::references)],
    }
}

rule! {
    /// The operation works on account certificates, which are deprecated.
    ///
    /// ## Why it matters
    /// Azure Batch has retired account certificates; the service has been
    /// seen to answer 400 `CertificateRetired` to these operations at this API
    /// version.
    ///
    /// ## Example
    /// ```json certificate wrong
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "MIIB" }
    /// ```
    ///
    /// ## Use instead
    /// Keep the certificate in Azure Key Vault, give the pool a user-assigned
    /// managed identity that may read it, and install it with the Key Vault VM
    /// extension.
    ///
    /// ## Source
    /// `deprecated` in `schemas/operations.json`.
    DEPRECATED_OPERATION {
        code: "AB0104",
        id: "certificate/deprecated-operation",
        severity: Warning,
        service_code: "CertificateRetired",
        checks: &[Check::Request(deprecated::operation)],
    }
}

rule! {
    /// A certificate in `cer` format has a password.
    ///
    /// ## Why it matters
    /// A `cer` file holds no private key and has no password; the
    /// documentation says not to give one with it.
    ///
    /// ## Example
    /// ```json certificate wrong
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "MIIB", "certificateFormat": "cer", "password": "x" }
    /// ```
    ///
    /// ## Use instead
    /// ```json certificate right
    /// { "thumbprint": "0123456789abcdef0123456789abcdef01234567", "thumbprintAlgorithm": "sha1", "data": "MIIB", "certificateFormat": "cer" }
    /// ```
    ///
    /// ## Source
    /// The API's documentation of `password`.
    PASSWORD_WITH_CER {
        code: "AB0105",
        id: "certificate/password-with-cer",
        severity: Warning,
        checks: &[Check::Models(&[Model::BATCH_CERTIFICATE], deprecated::password_with_cer)],
    }
}
