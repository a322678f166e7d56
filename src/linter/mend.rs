//! Whether fixes make a text better, and applying them.
//!
//! A rule offers a fix on the ground of what it sees; whether the fix is good
//! shows in the text that comes of it. So fixes are tried before anybody sees
//! them: the mended text is read again, and must lack the findings that they
//! are for and have none that was not there before. Where there are few, each is
//! tried alone; many are tried at once, and only where that fails, parts of
//! them are, down to single ones. The number of trials is limited, so that a
//! report takes time in proportion to the text; a fix that was not tried is not
//! offered.

use std::cmp::Ordering;

use super::{Linter, Target};
use crate::analysis::Analysis;
use crate::document::{Document, NodeKind, ProblemKind, Span, Value};
use crate::growth;
use crate::order;
use crate::report::{Applicability, Chosen, Edit, Fix, Severity};
use crate::rules::Finding;

/// As many findings are compared. A report lists far fewer, and what makes room
/// in it for others is not worse than what it had.
const COMPARED: usize = 50_000;

/// So many trials there are for any text.
const TRIALS: usize = 24;

/// For short texts there are as many trials as read so many bytes.
const BYTES: usize = 256 * 1024;

/// What a trial costs beside the bytes that it reads.
const TRIAL: usize = 256;

/// A fix by the places of its finding and of itself among the finding's fixes.
type Place = (usize, usize);

/// A text and what was found in it: what mended ones are held against.
struct State<'a> {
    linter: &'a Linter,
    target: Target,
    document: &'a Document<'a>,
    /// Whether a body was found in it, and thus checked.
    has_body: bool,
    /// The findings whose fixes are in question.
    found: &'a [Finding],
    /// These and all others.
    all: Vec<Key<'a>>,
    /// How many further ones there are.
    omitted: usize,
}

/// What a finding is compared by.
#[derive(Clone, Copy)]
struct Key<'f> {
    code: &'static str,
    /// Where it is, in the text before.
    at: u32,
    message: &'f str,
    severity: Severity,
}

impl<'f> Key<'f> {
    fn of(finding: &'f Finding, at: u32) -> Self {
        Key { code: finding.rule.code, at, message: &finding.message, severity: finding.severity }
    }

    fn all(found: &'f [Finding]) -> Vec<Self> {
        found.iter().map(|finding| Key::of(finding, finding.span.start)).collect()
    }

    fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// How many trials are left.
struct Budget(usize);

impl Budget {
    fn new(text: &str) -> Self {
        Budget(TRIALS.max(BYTES / (text.len() + TRIAL)))
    }

    fn spend(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// Leaves findings only the fixes that make the text better.
pub(super) fn verify(
    linter: &Linter,
    target: Target,
    analysis: &Analysis<'_>,
    found: &mut [Finding],
    omitted: usize,
) {
    if found.iter().all(|finding| finding.fixes.is_empty()) {
        return;
    }
    let document = analysis.document;
    let has_body = analysis.request.body.is_some();
    let good = if omitted == 0 {
        let all = Key::all(found);
        State { linter, target, document, has_body, found, all, omitted }.verified()
    } else {
        // What no report lists is there all the same.
        linter.read(document.text(), target, None, COMPARED, |_, all, omitted| {
            let all = Key::all(&all);
            State { linter, target, document, has_body, found, all, omitted }.verified()
        })
    };
    keep(found, good);
}

/// Leaves findings only these of their fixes.
fn keep(found: &mut [Finding], mut good: Vec<Place>) {
    order::sort(&mut good);
    for (at, finding) in found.iter_mut().enumerate() {
        let mut nth = 0;
        finding.fixes.retain(|_| {
            nth += 1;
            good.binary_search(&(at, nth - 1)).is_ok()
        });
    }
}

/// Applies the fixes to be taken until none is left; gives the text, and how
/// many were applied.
pub(super) fn settle(
    linter: &Linter,
    text: &str,
    target: Target,
    takes: &dyn Fn(&Fix) -> bool,
) -> (String, usize) {
    let mut text = text.to_owned();
    let mut applied = 0;
    loop {
        let step = linter.read(&text, target, None, COMPARED, |analysis, mut found, omitted| {
            let document = analysis.document;
            let has_body = analysis.request.body.is_some();
            // Only what a report of this text would show is applied.
            let all = Key::all(&found);
            let good = State { linter, target, document, has_body, found: &found, all, omitted }
                .verified();
            keep(&mut found, good);
            let all = Key::all(&found);
            State { linter, target, document, has_body, found: &found, all, omitted }.step(takes)
        });
        // Every step leaves fewer findings, or less of the text unread.
        let Some((next, count)) = step else { return (text, applied) };
        text = next;
        applied += count;
    }
}

impl<'a> State<'a> {
    fn text(&self) -> &'a str {
        self.document.text()
    }

    fn fix(&self, (finding, fix): Place) -> Option<&'a Fix> {
        self.found.get(finding)?.fixes.get(fix)
    }

    /// The value that a finding is about, with its name and what is in it. A
    /// fix may write these otherwise, and nothing else.
    fn value(&self, (finding, _): Place) -> Option<Span> {
        let node = self.found.get(finding)?.node?;
        let span = self.document.span_of(node);
        let key = node.checked_sub(1).filter(|at| self.document.kind_of(*at) == NodeKind::Key);
        let start = key.map_or(span.start, |key| self.document.span_of(key).start);
        Some(Span { start, ..span })
    }

    /// The fixes that make the text better: safe ones are tried together, then
    /// suggested ones.
    fn verified(&self) -> Vec<Place> {
        let mut good = Vec::new();
        let mut budget = Budget::new(self.text());
        let most = self.found.iter().map(|finding| finding.fixes.len()).max().unwrap_or(0);
        for applicability in [Applicability::Safe, Applicability::Suggested] {
            for nth in 0..most {
                let is = |place: &Place| {
                    self.fix(*place).is_some_and(|fix| fix.applicability == applicability)
                };
                let all = (0..self.found.len()).map(|finding| (finding, nth)).filter(is);
                let all: Vec<Place> = all.collect();
                // Where there are few, each is tried alone, as a person who
                // picks one applies it.
                let mut batches = match all.len() <= budget.0 / 2 {
                    true => all.iter().map(|place| vec![*place]).collect(),
                    false => vec![all],
                };
                while let Some((taken, _)) = self.next_better(&mut batches, &mut budget, true) {
                    good.extend(taken);
                }
            }
        }
        good
    }

    /// The text with as many of the fixes to be taken as make it better, if any
    /// do, and how many these are.
    fn step(&self, takes: &dyn Fn(&Fix) -> bool) -> Option<(String, usize)> {
        let first = |(at, finding): (usize, &Finding)| {
            finding.fixes.iter().position(takes).map(|fix| (at, fix))
        };
        let all = self.found.iter().enumerate().filter_map(first);
        let mut batches = vec![all.collect()];
        let (taken, text) = self.next_better(&mut batches, &mut Budget::new(self.text()), false)?;
        Some((text, taken.len()))
    }

    /// The next of these fixes that make the text better, and the text. What
    /// fails is divided; what is in the way of others waits, if it may.
    fn next_better(
        &self,
        batches: &mut Vec<Vec<Place>>,
        budget: &mut Budget,
        others_wait: bool,
    ) -> Option<(Vec<Place>, String)> {
        while let Some(mut batch) = batches.pop() {
            let fixes: Vec<&Fix> = batch.iter().filter_map(|place| self.fix(*place)).collect();
            let chosen = Chosen::of(self.text(), &fixes);
            let mut taken: Vec<Place> =
                chosen.fixes.iter().filter_map(|at| batch.get(*at)).copied().collect();
            if taken.is_empty() {
                continue;
            }
            if !budget.spend() {
                return None;
            }
            if others_wait && taken.len() < batch.len() {
                batch.retain(|place| taken.binary_search(place).is_err());
                batches.push(batch);
            }
            let text = chosen.made(self.text());
            if self.is_better(&text, &chosen.edits, &taken) {
                return Some((taken, text));
            }
            if taken.len() > 1 {
                let half = taken.split_off(taken.len() / 2);
                batches.push(half);
                batches.push(taken);
            }
        }
        None
    }

    /// Whether a text, to which these fixes have led, lacks what they are for
    /// and has nothing that was not there before.
    fn is_better(&self, text: &str, edits: &[&Edit], taken: &[Place]) -> bool {
        if text == self.text() {
            return false;
        }
        let edits = Edits::new(edits);
        self.linter.read(text, self.target, None, COMPARED, |analysis, after, omitted| {
            let safe = |place: &Place| {
                self.fix(*place).map(|fix| fix.applicability) == Some(Applicability::Safe)
            };
            let safe = taken.iter().any(safe);
            let values: Vec<Span> = taken.iter().filter_map(|place| self.value(*place)).collect();
            if safe && !edits.keep_strings(self.document, analysis.document, &values) {
                return false;
            }
            let is_all =
                |(finding, _): &Place| self.found.get(*finding).is_some_and(|found| found.is_all);
            let comes_to_light = !self.has_body && analysis.request.body.is_some();
            if comes_to_light || taken.iter().any(is_all) {
                // No body was checked before. What comes to light is no fault
                // of the fixes, if what comes is JSON and they do their part.
                let is_left = |(finding, _): &Place| {
                    let code = self.found.get(*finding).map(|found| found.rule.code);
                    after.iter().any(|found| Some(found.rule.code) == code)
                };
                return analysis.document.problems().is_empty() && !taken.iter().any(is_left);
            }
            let (unread, still) = (unread(self.document), unread(analysis.document));
            let still = still.map(|at| edits.after(at));
            if still.is_some() && (unread.is_none() || still < unread) {
                return false;
            }
            if self.omitted > 0 || omitted > 0 {
                let advanced = unread.is_some() && still != unread;
                let count = after.len() + omitted + taken.len();
                return advanced || count <= self.all.len() + self.omitted;
            }
            // What is read for the first time may well be wrong.
            let after = after.iter().map(|found| Key::of(found, edits.after(found.span.start)));
            let after: Vec<Key<'_>> =
                after.filter(|key| unread.is_none_or(|unread| key.at < unread)).collect();
            let errors = |keys: &[Key<'_>]| keys.iter().filter(|key| key.is_error()).count();
            if errors(&after) > errors(&self.all) {
                return false;
            }
            let fixed = taken.iter().filter_map(|(finding, _)| self.found.get(*finding));
            let fixed = fixed.map(|finding| Key::of(finding, finding.span.start)).collect();
            let (mut before, _) = apart(self.all.clone(), fixed, same);
            for key in &mut before {
                key.at = edits.before(key.at);
            }
            // The same where it was, the same in other words, the same moved.
            let (before, after) = apart(before, after, same);
            let (before, after) = apart(before, after, |a, b| (a.code, a.at).cmp(&(b.code, b.at)));
            let (_, after) =
                apart(before, after, |a, b| (a.code, a.message).cmp(&(b.code, b.message)));
            // What is fixed may be worth a hint on what comes of it.
            let harsh = |(finding, _): &Place| {
                self.found.get(*finding).is_some_and(|found| found.severity > Severity::Info)
            };
            let hints = taken.iter().all(harsh);
            after.iter().all(|key| hints && key.severity == Severity::Info)
        })
    }
}

fn same(a: &Key<'_>, b: &Key<'_>) -> Ordering {
    (a.code, a.at, a.message).cmp(&(b.code, b.at, b.message))
}

/// What each of two lists has that the other has not, as often as it has it.
fn apart<'k>(
    mut left: Vec<Key<'k>>,
    mut right: Vec<Key<'k>>,
    order: impl Fn(&Key<'k>, &Key<'k>) -> Ordering,
) -> (Vec<Key<'k>>, Vec<Key<'k>>) {
    order::sort_by(&mut left, &order);
    order::sort_by(&mut right, &order);
    let (mut only_left, mut only_right) = (Vec::new(), Vec::new());
    let mut lefts = left.into_iter().peekable();
    for key in right {
        growth::count(1);
        only_left.extend(std::iter::from_fn(|| {
            lefts.next_if(|left| order(left, &key) == Ordering::Less)
        }));
        if lefts.next_if(|left| order(left, &key) == Ordering::Equal).is_none() {
            only_right.push(key);
        }
    }
    only_left.extend(lefts);
    (only_left, only_right)
}

/// Where reading ended before the end of the text, if it did.
fn unread(document: &Document<'_>) -> Option<u32> {
    let last = document.problems().last()?;
    (last.kind == ProblemKind::GaveUp).then_some(last.span.start)
}

/// What edits replace in one text, and what stands there in the other.
struct Edits(Vec<Replaced>);

struct Replaced {
    before: std::ops::Range<u32>,
    after: std::ops::Range<u32>,
}

impl Edits {
    fn new(edits: &[&Edit]) -> Self {
        let mut behind = (0, 0);
        let replaced = edits.iter().map(|edit| {
            let length = u32::try_from(edit.text.len()).unwrap_or(u32::MAX);
            let start = behind.1 + edit.start.saturating_sub(behind.0);
            let after = start..start.saturating_add(length);
            behind = (edit.end, after.end);
            Replaced { before: edit.start..edit.end, after }
        });
        Edits(replaced.collect())
    }

    /// One place for all that an edit brings together.
    fn before(&self, mut at: u32) -> u32 {
        loop {
            let first = self.0.partition_point(|edit| edit.before.end < at);
            let mut touching = self.0.iter().skip(first).take_while(|edit| edit.before.start <= at);
            let one = touching.find(|edit| {
                edit.before.contains(&at) || edit.before.is_empty() || edit.after.is_empty()
            });
            match one {
                Some(edit) if edit.before.start < at => at = edit.before.start,
                _ => return at,
            }
        }
    }

    /// The place in the text before of one in the text after; one place for all
    /// that an edit brings together.
    fn after(&self, at: u32) -> u32 {
        self.before(self.origin(at))
    }

    /// Where what stands at a place in the text after stood before.
    fn origin(&self, at: u32) -> u32 {
        let next = self.0.partition_point(|edit| edit.after.end <= at);
        let within = self.0.get(next).filter(|edit| edit.after.start <= at);
        let last = next.checked_sub(1).and_then(|last| self.0.get(last));
        match (within, last) {
            (Some(edit), _) => edit.before.start,
            (None, Some(edit)) => edit.before.end + (at - edit.after.end),
            (None, None) => at,
        }
    }

    /// Whether all strings and names say in the text after what they say in the
    /// text before, those apart that an edit replaces or writes as a whole, and
    /// those in these values.
    fn keep_strings(&self, before: &Document<'_>, after: &Document<'_>, values: &[Span]) -> bool {
        // Outside of brackets nothing was read: what is read now is the body
        // within another text.
        let kind = before.root().map(Value::kind);
        if !matches!(kind, Some(NodeKind::Object | NodeKind::Array)) {
            return true;
        }
        // In document order, so that one value is looked at for each string.
        let mut values: Vec<Span> = values.to_vec();
        order::sort_by_key(&mut values, |value| (value.start, std::cmp::Reverse(value.end)));
        let mut end = 0;
        values.retain(|value| {
            let outer = value.end > end;
            end = end.max(value.end);
            outer
        });
        let in_value = |at: u32| {
            let next = values.partition_point(|value| value.end <= at);
            values.get(next).is_some_and(|value| value.start <= at)
        };
        let old = strings(before, |at| {
            if in_value(at.start) {
                return true;
            }
            let next = self.0.partition_point(|edit| edit.before.end < at.end);
            self.0.get(next).is_some_and(|edit| edit.before.start <= at.start)
        });
        let new = strings(after, |at| {
            if in_value(self.origin(at.start)) {
                return true;
            }
            let next = self.0.partition_point(|edit| edit.after.end < at.end);
            self.0.get(next).is_some_and(|edit| edit.after.start <= at.start)
        });
        old.eq(new)
    }
}

/// The strings and names of a document, but for those at some places.
fn strings<'d>(
    document: &'d Document<'d>,
    but: impl Fn(crate::document::Span) -> bool + 'd,
) -> impl Iterator<Item = (NodeKind, std::borrow::Cow<'d, str>)> {
    let count = u32::try_from(document.len()).unwrap_or(u32::MAX);
    (0..count).filter_map(move |index| {
        let kind = document.kind_of(index);
        let span = document.span_of(index);
        let is_text = matches!(kind, NodeKind::String | NodeKind::Key) && span.start < span.end;
        (is_text && !but(span)).then(|| (kind, document.content_of(index)))
    })
}

#[cfg(test)]
mod tests;
