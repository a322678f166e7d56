//! The rules: what each one is, and which there are.
//!
//! A rule is one [`Rule`]: its documentation, from which the user's pages are
//! generated, its code, id and severity, and its checks. A check says when it
//! is called: for the document or the request as a whole, for a fault in the
//! shape of the body, for every object of a model or value of a property,
//! wherever they recur. What runs, and how bad it is, is the user's choice
//! (`settings.rs`).

pub mod certificate;
pub mod container;
pub mod disk;
pub mod extension;
pub mod formula;
pub mod identity;
pub mod image;
pub mod json;
pub mod metadata;
pub mod network;
pub mod package;
pub mod pool;
pub mod request;
pub mod shape;
pub mod size;
pub mod structure;
pub mod time;
pub mod upgrade;
pub mod version;

mod dispatch;
mod edit;
pub(crate) mod finding;
mod list;
pub(crate) mod page;
mod settings;

use crate::report::{Applicability, Severity};

pub(crate) use dispatch::{Check, Context, Covers, Dispatch, Gather};
pub(crate) use finding::{Finding, Findings, MAX_FINDINGS};
pub use settings::UnknownRule;
pub(crate) use settings::{Levels, Settings};

/// Every category, mostly by the codes of its rules. A new one goes here.
static CATEGORIES: &[&Category] = &[
    &json::CATEGORY,
    &request::CATEGORY,
    &structure::CATEGORY,
    &certificate::CATEGORY,
    &time::CATEGORY,
    &identity::CATEGORY,
    &metadata::CATEGORY,
    &pool::CATEGORY,
    &formula::CATEGORY,
    &upgrade::CATEGORY,
    &size::CATEGORY,
    &image::CATEGORY,
    &disk::CATEGORY,
    &extension::CATEGORY,
    &container::CATEGORY,
    &network::CATEGORY,
    &package::CATEGORY,
    // Of two that have a better word for a fault the first speaks, and the
    // version says more than the shape.
    &version::CATEGORY,
    &shape::CATEGORY,
];

/// Rules on one subject.
#[derive(Debug)]
#[non_exhaustive]
pub struct Category {
    /// The part of its rules' ids before the slash.
    pub id: &'static str,
    /// What its rules are about, in a sentence.
    pub about: &'static str,
    /// Its rules, by code.
    pub rules: &'static [&'static Rule],
}

/// A rule.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// `AB` and four digits; never reused.
    pub code: &'static str,
    /// Category and name, such as `certificate/thumbprint-algorithm`.
    pub id: &'static str,
    /// The severity of its findings, where a finding has no milder one.
    pub severity: Severity,
    /// Whether it runs unless asked for.
    pub group: Group,
    /// How settled it is.
    pub status: Status,
    /// How sure the fact is that it stands on.
    pub confidence: Confidence,
    /// Whether it offers fixes, and how sure the surest of them is.
    pub fix: Option<Applicability>,
    /// Rules that say less of the same: where this one and they find something
    /// at the same value, only this one speaks.
    pub silences: &'static [&'static Rule],
    /// Ids that it had before; they still mean this rule.
    pub formerly: &'static [&'static str],
    /// The error code that the service answers with, where it is known.
    pub service_code: Option<&'static str>,
    /// What the rule finds, in a sentence: the first paragraph of its page.
    /// Empty without the feature `pages`.
    pub summary: &'static str,
    /// The rule's page in Markdown: the summary, then its sections. Empty
    /// without the feature `pages`.
    pub docs: &'static str,
    pub(crate) checks: &'static [Check],
}

/// Whom a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Group {
    /// For everybody: it runs unless it is ignored.
    Recommended,
    /// For those who want more: it runs only if it is selected, by its code or
    /// id, its category, this group or `all`.
    Pedantic,
}

impl Group {
    pub(crate) const ALL: [Group; 2] = [Group::Recommended, Group::Pedantic];

    /// `recommended` or `pedantic`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Recommended => "recommended",
            Group::Pedantic => "pedantic",
        }
    }
}

/// How settled a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// On trial: it runs only if it is selected by its code or id, and may
    /// change or go.
    Preview,
    /// Here to stay.
    Stable,
    /// About to go; it runs only if it is selected.
    Deprecated,
}

impl Status {
    /// `preview`, `stable` or `deprecated`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Preview => "preview",
            Status::Stable => "stable",
            Status::Deprecated => "deprecated",
        }
    }
}

/// How sure the fact is that a rule stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confidence {
    /// The service's or the API's documentation says so.
    Documented,
    /// Users have met it.
    Reported,
    /// It follows from what is documented or reported; never an error.
    Inferred,
}

impl Confidence {
    /// `documented`, `reported` or `inferred`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Documented => "documented",
            Confidence::Reported => "reported",
            Confidence::Inferred => "inferred",
        }
    }
}

impl Rule {
    /// The part of the id before the slash.
    #[must_use]
    pub fn category(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// Address of the rule's documentation.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "https://docs.rs/batchlint/{}/batchlint/rules/{}/static.{}.html",
            env!("CARGO_PKG_VERSION"),
            self.category(),
            self.id.rsplit('/').next().unwrap_or_default().replace('-', "_").to_ascii_uppercase(),
        )
    }

    /// Whether this is the rule's code, its id, or one that it had before.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.code) || name == self.id || self.formerly.contains(&name)
    }
}

/// Every category, by the codes of its rules.
#[must_use]
pub fn categories() -> &'static [&'static Category] {
    CATEGORIES
}

/// Every rule, by code.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    CATEGORIES.iter().flat_map(|category| category.rules).copied()
}

/// The rule of this code or id.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.is_called(name))
}

/// Declares a rule. Its doc comment is its page: rustdoc shows it, `explain`
/// prints it, and `docs/rules/` is generated from it.
///
/// `group`, `status`, `confidence` (documented, unless it says otherwise),
/// `fix`, `silences`, `formerly` and `service_code` may be left out.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            code: $code:literal,
            id: $id:literal,
            severity: $severity:ident,
            $(group: $group:ident,)?
            $(status: $status:ident,)?
            $(confidence: $confidence:ident,)?
            $(fix: $fix:ident,)?
            $(silences: $silences:expr,)?
            $(formerly: $formerly:expr,)?
            $(service_code: $service_code:literal,)?
            checks: $checks:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub static $name: $crate::rules::Rule = $crate::rules::Rule {
            code: $code,
            id: $id,
            severity: $crate::report::Severity::$severity,
            group: $crate::rules::rule!(@or $($crate::rules::Group::$group)?, $crate::rules::Group::Recommended),
            status: $crate::rules::rule!(@or $($crate::rules::Status::$status)?, $crate::rules::Status::Stable),
            confidence: $crate::rules::rule!(@or $($crate::rules::Confidence::$confidence)?, $crate::rules::Confidence::Documented),
            fix: $crate::rules::rule!(@or $(Some($crate::report::Applicability::$fix))?, None),
            silences: $crate::rules::rule!(@or $($silences)?, &[]),
            formerly: $crate::rules::rule!(@or $($formerly)?, &[]),
            service_code: $crate::rules::rule!(@or $(Some($service_code))?, None),
            summary: if cfg!(feature = "pages") {
                const PAGE: &str = concat!($($doc, "\n"),*);
                static SUMMARY: [u8; $crate::rules::page::length(PAGE)] =
                    $crate::rules::page::summary(PAGE);
                $crate::rules::page::text(&SUMMARY)
            } else {
                ""
            },
            docs: if cfg!(feature = "pages") { concat!($($doc, "\n"),*) } else { "" },
            checks: $checks,
        };
    };
    (@or , $default:expr) => { $default };
    (@or $value:expr, $default:expr) => { $value };
}
pub(crate) use rule;

#[cfg(test)]
mod tests;
