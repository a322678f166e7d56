//! Takes out of findings what the text says at its secret places.
//!
//! Rules show values with care, each for itself. This is the net below them: no
//! six characters in a row of a secret are left in what a finding says, however
//! they came there.

use std::borrow::Cow;
use std::ops::Range;

use super::layers;
use crate::api::Api;
use crate::document::{Document, NodeKind};
use crate::growth;
use crate::order;
use crate::report::Diagnostic;

/// So many bytes of a secret tell something.
const WINDOW: usize = 6;

/// What stands for a text that is not shown.
const HIDDEN: &str = "***";

/// Withholds what is within the hidden parts of a document.
pub(crate) fn withhold(
    document: &Document<'_>,
    hidden: &[Range<usize>],
    diagnostics: &mut [Diagnostic],
) {
    if hidden.is_empty() || diagnostics.is_empty() {
        return;
    }
    let mut wanted = Vec::new();
    for one in diagnostics.iter() {
        texts(one).for_each(|text| wanted.extend(windows(text)));
    }
    order::sort(&mut wanted);
    wanted.dedup();
    let mut told = Vec::new();
    each_window(document.text(), hidden, |window| {
        if wanted.binary_search(&window).is_ok() {
            told.push(window);
        }
    });
    order::sort(&mut told);
    told.dedup();
    let secrets = Secrets { told };
    for one in diagnostics {
        // A finding at the name of a member speaks of that name, which may be
        // a part of a secret, however short.
        let start = one.range.start.offset;
        let at_name = document.last_at(start).is_some_and(|node| {
            document.kind_of(node) == NodeKind::Key && document.span_of(node).start == start
        });
        let place = start as usize + 1;
        let next = hidden.partition_point(|range| range.end <= place);
        let at_secret = at_name && hidden.get(next).is_some_and(|range| range.start <= place);
        secrets.clear(one, at_secret);
    }
}

/// All that a finding says.
fn texts(one: &Diagnostic) -> impl Iterator<Item = &str> {
    let fixes = one.fixes.iter();
    let fixes = fixes.flat_map(|fix| {
        std::iter::once(&*fix.title).chain(fix.edits.iter().map(|edit| &*edit.text))
    });
    let related = one.related.iter().map(|related| &*related.message);
    [&*one.message, &*one.pointer]
        .into_iter()
        .chain(one.help.as_deref())
        .chain(related)
        .chain(fixes)
}

/// Windows of all that is hidden, as it is written and as it reads.
fn each_window(text: &str, hidden: &[Range<usize>], mut look: impl FnMut(u64)) {
    for range in hidden {
        let Some(part) = text.get(range.clone()) else { continue };
        layers::each(part, |layer, _| windows(layer).for_each(&mut look));
    }
}

/// Every six bytes in a row, in lower case.
fn windows(text: &str) -> impl Iterator<Item = u64> {
    growth::count(text.len());
    let mut window = 0;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        window = (window << 8 | u64::from(byte.to_ascii_lowercase())) & 0xffff_ffff_ffff;
        (at + 1 >= WINDOW).then_some(window)
    })
}

/// The windows that tell something of a secret.
struct Secrets {
    told: Vec<u64>,
}

impl Secrets {
    fn are_in(&self, text: &str) -> bool {
        !self.told.is_empty()
            && windows(text).any(|window| self.told.binary_search(&window).is_ok())
            && !is_of_the_api(text)
    }

    fn clear(&self, one: &mut Diagnostic, at_secret: bool) {
        let named = at_secret && one.message.starts_with('`');
        if named || self.are_in(&one.message) {
            one.message = self.cleared(&one.message, named);
            // A message begins with a name.
            if let Some(rest) = one.message.strip_prefix("`***`") {
                one.message = format!("a name that is not shown{rest}");
            }
        }
        if let Some(help) = one.help.as_mut().filter(|help| self.are_in(help)) {
            *help = self.cleared(help, false);
        }
        for related in &mut one.related {
            if self.are_in(&related.message) {
                related.message = self.cleared(&related.message, false);
            }
        }
        if named || self.are_in(&one.pointer) {
            one.pointer = self.pointer(&one.pointer, named);
        }
        for fix in &mut one.fixes {
            if self.are_in(&fix.title) {
                fix.title = self.cleared(&fix.title, false);
            }
        }
        // A fix with a part left out would destroy; it is not offered.
        one.fixes.retain(|fix| {
            !fix.edits.iter().any(|edit| {
                let ends = |c: char| c.is_ascii_whitespace() || "\"'`:,{}[]\\".contains(c);
                self.are_in(&edit.text) && edit.text.split(ends).any(|word| self.are_in(word))
            })
        });
    }

    /// A message without what it says of a secret: what it shows of a document
    /// stands in backquotes.
    fn cleared(&self, text: &str, first: bool) -> String {
        let parts: Vec<&str> = text.split('`').collect();
        // Where these do not pair, all of it may be of the document.
        if parts.len().is_multiple_of(2) {
            return HIDDEN.to_owned();
        }
        let shown: Vec<Cow<'_, str>> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| {
                let named = first && at == 1 && !is_of_the_api(part);
                match at % 2 == 1 {
                    true if named || self.are_in(part) => HIDDEN.into(),
                    true => (*part).into(),
                    // The rule's own words, unless they are none.
                    false => self.prose(part),
                }
            })
            .collect();
        shown.join("`")
    }

    /// A rule's own words without those that are no words but of a secret.
    fn prose<'p>(&self, text: &'p str) -> Cow<'p, str> {
        let is_word = |word: &str| word.bytes().all(|byte| !byte.is_ascii_digit() && byte != b'=');
        if !self.are_in(text) || is_word(text) {
            return text.into();
        }
        let hides = |word: &&str| !is_word(word) && self.are_in(word);
        let words = text.split(' ').map(|word| if hides(&word) { HIDDEN } else { word });
        words.collect::<Vec<_>>().join(" ").into()
    }

    fn pointer(&self, pointer: &str, last: bool) -> String {
        let parts: Vec<&str> = pointer.split('/').collect();
        let count = parts.len();
        let shown: Vec<&str> = parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| {
                let named = last && at > 0 && at + 1 == count && !is_of_the_api(part);
                let named = named && !part.bytes().all(|byte| byte.is_ascii_digit());
                if named || self.are_in(&part.replace("~1", "/").replace("~0", "~")) {
                    HIDDEN
                } else {
                    part
                }
            })
            .collect();
        shown.join("/")
    }
}

/// Whether a text is a word of the API, which tells nothing of a document.
fn is_of_the_api(text: &str) -> bool {
    let api = Api::latest();
    api.all_rows().iter().any(|property| {
        property.name.eq_ignore_ascii_case(text)
            || property
                .kind
                .enumeration()
                .is_some_and(|of| api.values(of).any(|value| value.value == text))
    }) || api.operation(text).is_some()
        || api
            .operations()
            .any(|operation| api.parameters(operation).any(|(parameter, _)| parameter.name == text))
}

/// The text of a document with parts of the secrets of another put out of
/// sight: of what it was before it was mended.
#[cfg(feature = "cli")]
pub(super) struct Carried(Secrets);

#[cfg(feature = "cli")]
impl Carried {
    pub(super) fn of(text: &str, hidden: &[Range<usize>]) -> Self {
        let mut told = Vec::new();
        each_window(text, hidden, |window| told.push(window));
        order::sort(&mut told);
        told.dedup();
        Carried(Secrets { told })
    }

    /// The words of a text that tell something.
    pub(super) fn words(&self, text: &str) -> Vec<Range<usize>> {
        let ends = |c: char| c.is_ascii_whitespace() || "\"'`:,{}[]\\".contains(c);
        let mut at = 0;
        let mut found = Vec::new();
        for word in text.split(ends) {
            if self.0.are_in(word) {
                found.push(at..at + word.len());
            }
            // What separates words is one byte.
            at += word.len() + 1;
        }
        found
    }

    /// Withholds it from findings on the mended text.
    pub(super) fn clear(&self, diagnostics: &mut [Diagnostic]) {
        diagnostics.iter_mut().for_each(|one| self.0.clear(one, false));
    }
}
