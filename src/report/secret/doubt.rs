//! What may be a part of a secret where the syntax is in doubt.
//!
//! A quote too many or too few turns the tail of a string into a name, a
//! number, a comment. So on a line with a problem of the syntax all that
//! follows the name of a secret counts as secret.

use std::ops::Range;

use super::layers;
use super::names::{looks_like_name, looks_random};
use crate::document::{Document, ProblemKind};
use crate::growth;

/// What announces a secret, in lower case: among the letters and digits of a
/// line, as even names may be torn.
const WORDS: [&str; 26] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "primarykey",
    "secondarykey",
    "privatekey",
    "sharedkey",
    "storagekey",
    "masterkey",
    "saskey",
    "connectionstring",
    "subscriptionkey",
    "sharedaccess",
    "protectedsettings",
    "authorization",
    "bearer",
    "sshprivate",
    "credential",
    "sigu003d",
    "sig3d",
];

/// The same among all but quotes, blanks, brackets and commas.
const MARKS: [&str; 3] = ["sig=", "data:", "//"];

/// Where a document's syntax is in doubt.
pub(super) struct Doubt<'d> {
    text: &'d str,
    /// Where problems are, in order.
    places: Vec<usize>,
    /// Where the line of each ends.
    line_ends: Vec<usize>,
    /// From where on nothing was read.
    unread: usize,
}

impl<'d> Doubt<'d> {
    pub(super) fn of(document: &'d Document<'_>) -> Self {
        let text = document.text();
        let mut doubt =
            Doubt { text, places: Vec::new(), line_ends: Vec::new(), unread: usize::MAX };
        for problem in document.problems() {
            match problem.kind {
                // Neither says anything of where strings begin and end.
                ProblemKind::ByteOrderMark
                | ProblemKind::NumberRange
                | ProblemKind::LoneSurrogate
                | ProblemKind::TrailingComma
                | ProblemKind::ForeignLiteral(_)
                | ProblemKind::Comment
                | ProblemKind::Empty => continue,
                ProblemKind::GaveUp
                | ProblemKind::TooLong
                | ProblemKind::TooDeep
                | ProblemKind::UnclosedComment
                | ProblemKind::TrailingContent => {
                    doubt.unread = doubt.unread.min(problem.span.start as usize);
                }
                _ => {}
            }
            doubt.places.extend([problem.span.start as usize, problem.span.end as usize]);
            doubt.places.extend(problem.related.map(|related| related.start as usize));
        }
        crate::order::sort(&mut doubt.places);
        let mut end = 0;
        for place in &doubt.places {
            if *place >= end {
                end = line_of(text, *place, end).end;
            }
            doubt.line_ends.push(end);
        }
        doubt
    }

    pub(super) fn text(&self) -> &'d str {
        self.text
    }

    /// Whether there is a problem in a part of the text.
    pub(super) fn is_within(&self, range: &Range<usize>) -> bool {
        let next = self.places.partition_point(|place| *place < range.start);
        self.unread <= range.end || self.places.get(next).is_some_and(|place| *place <= range.end)
    }

    /// Whether a name might be none, but a secret or a part of one.
    pub(super) fn hides_name(&self, name: &str, at: usize) -> bool {
        let before = self.places.partition_point(|place| *place <= at);
        let in_doubt = || {
            let last = before.checked_sub(1).and_then(|last| self.line_ends.get(last));
            at >= self.unread || last.is_some_and(|end| at <= *end)
        };
        looks_random(name) || !looks_like_name(name) && in_doubt()
    }

    /// Hides what follows the signs of secrets where there is a doubt.
    pub(super) fn hide(
        &self,
        mut signs: Vec<usize>,
        brackets: &[usize],
        hidden: &mut Vec<Range<usize>>,
    ) {
        if self.places.is_empty() {
            return;
        }
        signs.extend(self.torn_signs());
        crate::order::sort(&mut signs);
        let mut line = 0..0;
        let mut until = 0;
        for sign in signs {
            if sign < until {
                continue;
            }
            if sign >= line.end {
                line = line_of(self.text, sign, line.end);
            }
            let end = logical_end(self.text, sign, line.end);
            if self.is_within(&(line.start..end)) {
                until = spilled_end(self.text, end);
                hidden.push(sign..until);
            } else {
                // The next sign of the line would come to the same.
                until = line.end;
            }
        }
        let mut until = 0;
        for bracket in brackets.iter().copied() {
            if bracket >= until {
                let line = line_of(self.text, bracket, until);
                until = indented_end(self.text, &line);
                if self.is_within(&line) {
                    until = until.max(bracket_end(self.text, bracket));
                }
                if until > line.end {
                    hidden.push(bracket..until);
                }
            }
        }
    }

    /// Signs in lines with a problem, whatever stands between their letters.
    fn torn_signs(&self) -> Vec<usize> {
        let mut signs = Vec::new();
        let mut done = 0;
        let mut look = |place: usize, done: usize| {
            let line = line_of(self.text, place, done);
            layers::each(&self.text[line.clone()], |layer, back| {
                signs.extend(torn_sign(layer).map(|at| line.start + back(at)));
            });
            line.end.max(place + 1)
        };
        for place in self.places.iter().copied() {
            if place >= done {
                done = look(place, done);
            }
        }
        let mut place = self.unread.max(done);
        while place < self.text.len() {
            place = look(place, place) + 1;
        }
        signs
    }
}

/// The end of the first sign in a line.
fn torn_sign(line: &str) -> Option<usize> {
    let squeezed = |keeps: fn(u8) -> bool| {
        growth::count(line.len());
        let kept = line.bytes().enumerate().filter(|(_, byte)| keeps(*byte));
        let (places, kept): (Vec<usize>, Vec<u8>) = kept.unzip();
        (places, String::from_utf8_lossy(&kept).to_ascii_lowercase())
    };
    let (places, letters) = squeezed(|byte| byte.is_ascii_alphanumeric());
    let words = WORDS.iter().filter_map(|word| Some(letters.find(word)? + word.len()));
    // The value of a pair may come before the name that makes it a secret.
    let word = words.min().map(|end| letters[..end].find("value").map_or(end, |at| at + 5));
    let word = word.and_then(|end| places.get(end - 1).copied());
    let (places, marks) =
        squeezed(|byte| byte.is_ascii_graphic() && !b"\"'`,{}[]\\".contains(&byte));
    let is_digit = |c: char| c.is_ascii_digit();
    let end = MARKS.iter().filter_map(|mark| {
        let (at, _) = marks.match_indices(mark).find(|(at, _)| match *mark {
            "data:" => !marks[..*at].ends_with("meta"),
            // A user may stand before the host, with a password, which is no
            // port.
            "//" => {
                let host = marks[at + 2..].split('/').next().unwrap_or_default();
                let password = host.split_once(':').map(|(_, password)| password);
                host.contains('@') || password.is_some_and(|it| !it.starts_with(is_digit))
            }
            _ => true,
        })?;
        Some(at + mark.len())
    });
    let mark = end.min().and_then(|end| places.get(end - 1).copied());
    word.into_iter().chain(mark).min().map(|last| last + 1)
}

/// The line that a place is in, which begins nowhere before `from`; without its
/// line break.
fn line_of(text: &str, place: usize, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let place = place.min(bytes.len());
    let from = from.min(place);
    let start = bytes[from..place].iter().rposition(|byte| *byte == b'\n');
    let start = start.map_or(from, |at| from + at + 1);
    let length = bytes[place..].iter().position(|byte| *byte == b'\n');
    let end = length.map_or(bytes.len(), |length| place + length);
    growth::count(end - from);
    start..end
}

/// The end of the line, or of the next if the value can only be there.
fn logical_end(text: &str, sign: usize, line_end: usize) -> usize {
    let rest = &text.as_bytes()[sign..line_end];
    growth::count(rest.len());
    if rest.iter().any(|byte| !b" \t\r\"'`\\:=".contains(byte)) {
        return line_end;
    }
    let behind = text[line_end..].trim_ascii_start();
    let next = text.len() - behind.len();
    line_of(text, next, next).end
}

/// The end of the lines that go on with a value that has line breaks in it, for
/// they begin as no member, bracket or comment does.
fn spilled_end(text: &str, mut end: usize) -> usize {
    while let Some(rest) = text.get(end + 1..) {
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        growth::count(line.len());
        let start = line.trim_ascii_start();
        let name = start.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let member = name.len() < start.len() && name.trim_ascii_start().starts_with(':');
        if member
            || start.is_empty()
            || start.starts_with(['"', '\'', '{', '}', '[', ']', '/', '#'])
        {
            break;
        }
        end += 1 + line.len();
    }
    end
}

/// The end of the lines below one that are set in further than it.
fn indented_end(text: &str, line: &Range<usize>) -> usize {
    let depth = |line: &str| line.len() - line.trim_ascii_start().len();
    let own = depth(&text[line.clone()]);
    let mut end = line.end;
    while let Some(rest) = text.get(end + 1..) {
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        growth::count(line.len());
        if !line.trim_ascii().is_empty() && depth(line) <= own {
            break;
        }
        end += 1 + line.len();
    }
    end
}

/// Where a bracket is closed, by the count of brackets alone.
fn bracket_end(text: &str, bracket: usize) -> usize {
    let mut depth = 0usize;
    let rest = &text.as_bytes()[bracket..];
    let length = rest.iter().position(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let length = length.unwrap_or(rest.len());
    growth::count(length);
    bracket + length
}
