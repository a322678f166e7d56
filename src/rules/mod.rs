//! The rules: what each one is, and which there are.
//!
//! A rule is one [`Rule`]: its documentation, from which the user's pages are
//! generated, its code, id and severity, and its check. A check subscribes to
//! the models it is about, so it holds wherever the model recurs; the walk
//! over the document calls it. Rules whose check is part of another step (the
//! parser, the schema validator, the reading of the request) say so with
//! `Check::Step` and are reported from there.

pub mod certificate;
pub mod identity;
pub mod json;
pub mod request;
pub mod structure;
pub mod time;

pub(crate) mod finding;
mod visit;

use crate::api::{Format, Model};
use crate::report::Severity;

pub(crate) use finding::{Finding, Findings};
pub(crate) use visit::{Dispatch, Pool, Visit};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// `AB` and four digits; never reused.
    pub code: &'static str,
    /// Category and name, such as `certificate/thumbprint-algorithm`.
    pub id: &'static str,
    /// The severity of its findings, where a finding has no milder one.
    pub severity: Severity,
    /// The error code that the service answers with, where it is known.
    pub service_code: Option<&'static str>,
    /// The rule's page in Markdown: a sentence, then its sections.
    pub docs: &'static str,
    /// What finds it.
    pub(crate) check: Check,
}

/// What finds the findings of a rule.
pub(crate) enum Check {
    /// A step of the linter that does more than this rule.
    Step,
    /// Called with every object of these models.
    Models(&'static [Model], fn(&Visit<'_>, &mut Findings)),
    /// Called with every value whose property has this format.
    Format(Format, fn(&visit::Field<'_>, &mut Findings)),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Step => "Step",
            Check::Models(..) => "Models",
            Check::Format(..) => "Format",
        })
    }
}

impl Rule {
    /// The part of the id before the slash.
    #[must_use]
    pub fn category(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// What the rule finds, in a sentence: the first paragraph of its page.
    #[must_use]
    pub fn summary(&self) -> String {
        let lines = self.docs.trim_start().lines().map(str::trim);
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Address of the rule's documentation.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "https://docs.rs/batchlint/{}/batchlint/rules/{}/static.{}.html",
            env!("CARGO_PKG_VERSION"),
            self.category(),
            self.id.rsplit('/').next().unwrap_or_default().replace('-', "_").to_uppercase(),
        )
    }

    /// Whether a user's word for rules means this one: its code, its id, its
    /// category, or `all`.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.code)
            || name == self.id
            || name == self.category()
            || name == "all"
    }
}

/// Every rule, by code.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    &ALL
}

/// By code. A new rule goes here and nowhere else.
static ALL: [&Rule; 44] = [
    &json::SYNTAX,
    &json::DUPLICATE_KEY,
    &json::ENCODING,
    &json::BYTE_ORDER_MARK,
    &json::NUMBER_RANGE,
    &json::LONE_SURROGATE,
    &json::NESTING,
    &request::UNKNOWN_OPERATION,
    &request::AMBIGUOUS_OPERATION,
    &request::CONFLICTING_OPERATION,
    &request::MISSING_BODY,
    &request::UNEXPECTED_BODY,
    &request::MISSING_PARAMETER,
    &request::UNKNOWN_PARAMETER,
    &request::PARAMETER_VALUE,
    &request::API_VERSION,
    &request::TOO_LARGE,
    &structure::MISSING_PROPERTY,
    &structure::UNKNOWN_PROPERTY,
    &structure::WRONG_TYPE,
    &structure::ENUM_VALUE,
    &structure::ENUM_CASE,
    &structure::READ_ONLY,
    &structure::NULL_VALUE,
    &structure::OUT_OF_RANGE,
    &structure::PATTERN,
    &structure::BASE64,
    &structure::URL,
    &structure::FILE_MODE,
    &structure::PROPERTY_CASE,
    &structure::MUST_BE_SPECIFIED,
    &structure::AND_MORE,
    &certificate::THUMBPRINT_ALGORITHM,
    &certificate::THUMBPRINT,
    &certificate::DEPRECATED_REFERENCE,
    &certificate::DEPRECATED_OPERATION,
    &certificate::PASSWORD_WITH_CER,
    &time::DURATION,
    &time::DURATION_RANGE,
    &time::DATE_TIME,
    &identity::WINDOWS_AUTO_USER_SCOPE,
    &identity::WINDOWS_DEFAULT_SCOPE,
    &identity::USER_NAME_AND_AUTO_USER,
    &identity::ELEVATION_NEEDED,
];

/// The rule of this code or id.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.code.eq_ignore_ascii_case(name) || rule.id == name).copied()
}

/// Declares a rule. Its doc comment is its page: rustdoc shows it, `explain`
/// prints it, and `docs/rules/` is generated from it.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            code: $code:literal,
            id: $id:literal,
            severity: $severity:ident,
            $(service_code: $service_code:literal,)?
            check: $check:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub static $name: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            id: $id,
            severity: $crate::report::Severity::$severity,
            service_code: $crate::rules::rule!(@option $($service_code)?),
            docs: concat!($($doc, "\n"),*),
            check: $check,
        };
    };
    (@option) => { None };
    (@option $value:literal) => { Some($value) };
}
pub(crate) use rule;

#[cfg(test)]
mod tests;
