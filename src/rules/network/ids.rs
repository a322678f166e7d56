//! What is wrong about the id of a resource in Azure, in words.

use crate::analysis::Cursor;
use crate::report::{Applicability, redact};
use crate::rules::Rule;
use crate::rules::finding::{Finding, shorten};
use crate::rules::shape::is_unfilled;
use crate::values::resource_id::{Fault, ResourceId, is_template, mended};

/// A type of resource, and how its ids are spoken of.
pub(crate) struct Form {
    pub(crate) provider: &'static str,
    /// Its types, the outermost first.
    pub(crate) kinds: &'static [&'static str],
    /// What such a resource is called, with an article.
    pub(crate) name: &'static str,
    /// The form, and where to get an id.
    pub(crate) help: &'static str,
}

/// Whether a text is for a tool to fill in, so that it says nothing yet.
pub(crate) fn is_open(at: Cursor<'_>, text: &str) -> bool {
    is_template(text) || is_unfilled(at)
}

/// A word that an id has, as it is written, or else what is meant.
fn in_words(wanted: &str) -> String {
    if wanted.contains(' ') { wanted.to_owned() } else { format!("`{wanted}`") }
}

/// A finding where a text is no id of such a resource, with the slip that it
/// surely is mended. Nothing is said of an empty one, nor of one that a tool
/// is to fill in.
pub(crate) fn wrong_id(rule: &'static Rule, at: Cursor<'_>, form: &Form) -> Option<Finding> {
    let content = at.as_str()?;
    let fault = ResourceId::of(&content, form.provider, form.kinds).err()?;
    if content.is_empty() || is_open(at, &content) {
        return None;
    }
    let said = |text: &str| format!("`{}`", shorten(&redact(text), 48));
    let (part, why) = match fault {
        Fault::NoSlash if content.contains("://") => (None, "a host stands in front".to_owned()),
        Fault::NoSlash if content.contains("ubscriptions/") => {
            (None, "it does not begin with `/subscriptions/`".to_owned())
        }
        Fault::NoSlash => (None, format!("{} is a name or an address", said(&content))),
        Fault::Word { found, wanted } => {
            (Some(found), format!("it has {} where {} belongs", said(found.text), in_words(wanted)))
        }
        Fault::Ends { wanted } => (None, format!("it ends before {}", in_words(wanted))),
        Fault::Empty(part) if part.start == content.len() => {
            (None, "it ends with a slash".to_owned())
        }
        Fault::Empty(_) => (None, "a part between two slashes is empty".to_owned()),
        Fault::Nameless(kind) => (Some(kind), format!("no name follows {}", said(kind.text))),
    };
    let message = format!("this is no id of {}: {why}", form.name);
    let finding = match (part, at.reading()) {
        (Some(part), Some(text)) => Finding::within(rule, at, &text, &part.range(), message),
        _ => Finding::at(rule, at, message),
    };
    let finding = finding.help(form.help);
    Some(match mended(&content, form.provider, form.kinds) {
        Some(id) => finding.write(Applicability::Safe, at, &id),
        None => finding,
    })
}
