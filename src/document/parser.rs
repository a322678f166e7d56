//! The recovering JSON parser.
//!
//! A loop over states with its own stack of open brackets: nesting costs no
//! machine stack. What RFC 8259 allows is accepted without a word; everything
//! else becomes a [`Problem`] and the likeliest reading is taken.

use super::problem::{Problem, ProblemKind, Repair};
use super::{Document, MAX_BYTES, MAX_DEPTH, Node, NodeKind, Span, Style, offset, text};
use crate::growth;

/// With this many problems of which it is not sure how to mend them, the text
/// is hardly JSON; the rest is not read.
const MAX_PROBLEMS: usize = 64;

/// With this many of any kind there is enough to mend; the rest is not read.
/// A printed Python object has single quotes in every line and is no less
/// readable for it, so this is far more.
const MAX_SURE_PROBLEMS: usize = 20_000;

/// How many more are kept of those that a single string or a last step adds.
const SPARE_PROBLEMS: usize = 4;

pub(super) fn parse(text: &str) -> Document<'_> {
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nodes: Vec::new(),
        problems: Vec::new(),
        open: Vec::with_capacity(16),
        closed: u32::MAX,
        last_comma: None,
        doubtful: 0,
        unsure_until: 0,
        unsure: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        parser.problem(ProblemKind::TooLong, 0..0);
    } else {
        // A node for every ten bytes is about what request bodies have.
        parser.nodes.reserve(text.len() / 10 + 4);
        parser.document();
    }
    crate::order::sort_by_key(&mut parser.problems, |problem| problem.span);
    parser.withdraw();
    Document { text, nodes: parser.nodes, problems: parser.problems }
}

/// What the parser expects next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value: at the start, or behind a colon.
    Value,
    /// An item or the end of the array; `true` behind a comma.
    Item(bool),
    /// A name or the end of the object; `true` behind a comma.
    Key(bool),
    /// A comma or the end of what is open.
    Separator,
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    problems: Vec<Problem>,
    /// Nodes of the brackets that are open.
    open: Vec<u32>,
    /// Node of the bracket that was closed last.
    closed: u32,
    /// Where the last comma was, for the edit that removes a trailing one.
    last_comma: Option<usize>,
    /// How many problems have no sure repair, comments apart.
    doubtful: usize,
    /// Up to here it is not sure where strings begin and end, and no repair
    /// is: `"say "hi" to all"` needs other edits than commas and colons.
    unsure_until: usize,
    /// The lines of which that is so, in document order.
    unsure: Vec<std::ops::Range<usize>>,
}

impl Parser<'_> {
    fn document(&mut self) {
        if self.text.starts_with('\u{FEFF}') {
            let mark = 0..'\u{FEFF}'.len_utf8();
            self.repairable(ProblemKind::ByteOrderMark, mark.clone(), mark, "", true);
            self.at = '\u{FEFF}'.len_utf8();
        }
        let mut expect = Expect::Value;
        loop {
            if expect != Expect::Separator && !self.is_hopeless() {
                expect = self.plain(expect);
            }
            let behind = self.at;
            self.blank();
            growth::count(1 + self.at - behind);
            if self.is_hopeless() {
                self.give_up(expect);
                return;
            }
            if self.at == self.bytes.len() {
                self.end(expect, behind);
                return;
            }
            expect = match expect {
                Expect::Value => self.value(),
                Expect::Item(_) if self.bytes[self.at] == b']' => self.close_after(expect),
                Expect::Item(_) => self.item(),
                Expect::Key(_) => self.key(expect),
                Expect::Separator if self.open.is_empty() => {
                    if matches!(self.bytes[self.at], b'}' | b']') {
                        self.unopened(expect)
                    } else {
                        self.problem(ProblemKind::TrailingContent, self.at..self.trailing_end());
                        return;
                    }
                }
                Expect::Separator => self.separator(),
            };
        }
    }

    /// Reads on as long as the text is JSON without a fault, and gives what is
    /// expected where it is not, or where it needs a closer look: there nothing
    /// has been read, not even white space. Most texts are JSON, so this is
    /// what the speed of the parser depends on.
    fn plain(&mut self, mut expect: Expect) -> Expect {
        let bytes = self.bytes;
        loop {
            let mut at = white_end(bytes, self.at);
            let mut closes = false;
            if let Expect::Key(behind_comma) = expect {
                closes = !behind_comma && bytes.get(at) == Some(&b'}');
                if !closes {
                    let Some((end, style)) = plain_string(bytes, at) else { return expect };
                    let colon = white_end(bytes, end);
                    if bytes.get(colon) != Some(&b':') {
                        return expect;
                    }
                    self.push(NodeKind::Key, at, end, style);
                    expect = Expect::Value;
                    self.at = colon + 1;
                    at = white_end(bytes, self.at);
                }
            } else if expect == Expect::Item(false) {
                closes = bytes.get(at) == Some(&b']');
            }
            let Some(byte) = bytes.get(at) else { return expect };
            match byte {
                _ if closes => {
                    self.at = at + 1;
                    self.close(self.at);
                }
                b'"' => {
                    let Some((end, style)) = plain_string(bytes, at) else { return expect };
                    self.push(NodeKind::String, at, end, style);
                    self.at = end;
                }
                b'{' | b'[' if self.open.len() < MAX_DEPTH => {
                    self.at = at;
                    let kind = if *byte == b'{' { NodeKind::Object } else { NodeKind::Array };
                    expect = self.open_bracket(kind);
                    continue;
                }
                _ => {
                    let Some((kind, end)) = plain_word(bytes, at) else { return expect };
                    self.leaf(kind, at, end);
                    self.at = end;
                }
            }
            // Behind a value: what closes brackets, and a comma.
            loop {
                let at = white_end(bytes, self.at);
                let in_object = self.in_object();
                match bytes.get(at) {
                    Some(b',') if !self.open.is_empty() => {
                        self.last_comma = Some(at);
                        self.at = at + 1;
                        expect = if in_object { Expect::Key(true) } else { Expect::Item(true) };
                        break;
                    }
                    Some(b'}') if in_object => {}
                    Some(b']') if !in_object && !self.open.is_empty() => {}
                    _ => return Expect::Separator,
                }
                self.at = at + 1;
                self.close(self.at);
            }
        }
    }

    /// Leaves the rest unread, and the tree as if the text ended here.
    fn give_up(&mut self, expect: Expect) {
        let end = self.at;
        let span = Span::new(end, end);
        self.problems.push(Problem {
            kind: ProblemKind::GaveUp,
            span,
            related: None,
            repair: None,
        });
        if expect == Expect::Value && !self.open.is_empty() {
            // Every name has a value behind it.
            self.leaf(NodeKind::Invalid, end, end);
        }
        self.close_all();
    }

    /// The text is at its end: closes what is open. What was read last ends
    /// at `behind`; then come only white space and comments.
    fn end(&mut self, expect: Expect, behind: usize) {
        let end = self.at;
        if self.nodes.is_empty() {
            self.problem(ProblemKind::Empty, end..end);
            return;
        }
        if expect == Expect::Value && !self.open.is_empty() {
            self.problem(ProblemKind::MissingValue, end..end);
            self.leaf(NodeKind::Invalid, end, end);
        }
        // One missing bracket says it; the outermost is where reading began.
        if let Some(inner) = self.open.last() {
            let node = self.nodes[*inner as usize];
            let bracket = self.text[node.start as usize..].chars().next().unwrap_or('{');
            let missing: String = self.open.iter().rev().map(|index| self.closer(*index)).collect();
            let span = Span { start: node.start, end: node.start + 1 };
            // A bracket within a comment, or within a string or name that is
            // yet to be closed, closes nothing. A name has a value behind it,
            // if only an empty one.
            let mut last = self.nodes.iter().rev().filter(|node| node.start < node.end);
            let in_string = last
                .next()
                .is_some_and(|last| last.style() == Style::Unclosed && last.end as usize == behind);
            self.found(Problem {
                kind: ProblemKind::Unclosed(bracket),
                span,
                related: Some(Span::new(end, end)),
                repair: (!in_string).then(|| insertion(behind, missing)),
            });
        }
        self.close_all();
    }

    // ---- brackets --------------------------------------------------------

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|index| self.nodes[*index as usize].kind() == NodeKind::Object)
    }

    fn closer(&self, index: u32) -> char {
        if self.nodes[index as usize].kind() == NodeKind::Object { '}' } else { ']' }
    }

    fn open_bracket(&mut self, kind: NodeKind) -> Expect {
        let start = self.at;
        if self.open.len() == MAX_DEPTH {
            self.problem(ProblemKind::TooDeep, start..start + 1);
            self.skip_nested();
            self.leaf(NodeKind::Invalid, start, self.at);
            return Expect::Separator;
        }
        self.at += 1;
        self.open.push(offset(self.nodes.len()));
        self.leaf(kind, start, start + 1);
        if kind == NodeKind::Object { Expect::Key(false) } else { Expect::Item(false) }
    }

    /// Passes over a bracket and what it holds, building nothing.
    fn skip_nested(&mut self) {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'"' => {
                    while let Some(byte) = self.bytes.get(self.at) {
                        self.at += 1;
                        match byte {
                            b'\\' => self.at = (self.at + 1).min(self.bytes.len()),
                            b'"' => break,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        growth::count(self.at - start);
    }

    fn close(&mut self, end: usize) {
        if let Some(index) = self.open.pop() {
            let next = offset(self.nodes.len());
            let node = &mut self.nodes[index as usize];
            node.end = offset(end);
            node.set_next(next);
            self.closed = index;
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close(self.at);
        }
    }

    /// A closing bracket where an item or a name could be.
    fn close_after(&mut self, expect: Expect) -> Expect {
        if matches!(expect, Expect::Item(true) | Expect::Key(true)) {
            let comma = self.last_comma.unwrap_or(self.at);
            let comma = comma..comma + 1;
            self.repairable(ProblemKind::TrailingComma, comma.clone(), comma, "", true);
        }
        self.at += 1;
        self.close(self.at);
        Expect::Separator
    }

    /// A closing bracket that does not fit the innermost open one.
    fn mismatched(&mut self, expect: Expect) -> Expect {
        let bracket = self.bytes[self.at];
        let kind = if bracket == b'}' { NodeKind::Object } else { NodeKind::Array };
        let fits = |index: &u32| self.nodes[*index as usize].kind() == kind;
        let Some(depth) = self.open.iter().rposition(fits) else { return self.unopened(expect) };
        let inner = self.open.last().copied().unwrap_or_default();
        let node = self.nodes[inner as usize];
        let opened = self.text[node.start as usize..].chars().next().unwrap_or('{');
        let missing: String =
            self.open[depth + 1..].iter().rev().map(|index| self.closer(*index)).collect();
        self.found(Problem {
            kind: ProblemKind::Unclosed(opened),
            span: Span { start: node.start, end: node.start + 1 },
            related: Some(Span::new(self.at, self.at + 1)),
            repair: Some(insertion(self.at, missing)),
        });
        while self.open.len() > depth + 1 {
            self.close(self.at);
        }
        self.at += 1;
        self.close(self.at);
        Expect::Separator
    }

    fn unopened(&mut self, expect: Expect) -> Expect {
        let bracket = char::from(self.bytes[self.at]);
        let span = self.at..self.at + 1;
        self.repairable(ProblemKind::UnopenedBracket(bracket), span.clone(), span, "", false);
        self.at += 1;
        expect
    }

    // ---- states ----------------------------------------------------------

    fn separator(&mut self) -> Expect {
        let in_object = self.in_object();
        match self.bytes[self.at] {
            b',' => {
                self.last_comma = Some(self.at);
                self.at += 1;
                if in_object { Expect::Key(true) } else { Expect::Item(true) }
            }
            b'}' if in_object => self.close_after(Expect::Separator),
            b']' if !in_object => self.close_after(Expect::Separator),
            b'}' | b']' => self.mismatched(Expect::Separator),
            byte => {
                let starts = matches!(byte, b'"' | b'\'' | b'{' | b'[' | b'-' | b'_' | b'$')
                    || byte.is_ascii_alphanumeric();
                if starts {
                    self.missing_comma(in_object);
                } else {
                    if !matches!(byte, b';' | b':') {
                        self.doubt();
                        return self.unexpected(Expect::Separator);
                    }
                    let span = self.at..self.at + 1;
                    let kind = ProblemKind::UnexpectedCharacter(char::from(byte));
                    self.repairable(kind, span.clone(), span, ",", false);
                    self.at += 1;
                }
                if in_object { Expect::Key(false) } else { Expect::Item(false) }
            }
        }
    }

    #[cold]
    fn missing_comma(&mut self, in_object: bool) {
        let Some(last) = self.last_value() else { return };
        let behind = last.end as usize;
        let sure = self.is_next(last, in_object);
        if !sure {
            self.doubt();
        }
        self.repairable(ProblemKind::MissingComma, behind..behind, behind..behind, ",", sure);
    }

    /// Whether what begins here is surely another member or item, not the
    /// rest of a string that has quotes in it.
    fn is_next(&self, last: Node, in_object: bool) -> bool {
        let gap = &self.text[last.end as usize..self.at];
        let next = self.bytes[self.at];
        if last.style() == Style::Unclosed {
            return false;
        }
        if gap.contains('\n') {
            return !in_object || self.is_name(self.at);
        }
        let brackets = matches!(last.kind(), NodeKind::Object | NodeKind::Array);
        let word = is_word(next) && !next.is_ascii_digit();
        let text = matches!(last.kind(), NodeKind::String | NodeKind::Invalid);
        (brackets || !gap.is_empty())
            && !(text && (word || gap.is_empty()))
            && (!in_object || self.is_name(self.at))
    }

    /// Whether a name begins here: a string or a word, and a colon behind it.
    fn is_name(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        let length = match rest.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let mut escaped = false;
                let end = rest[1..].iter().position(|byte| {
                    let end = matches!(byte, b'\n') || byte == quote && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    end
                });
                end.map_or(rest.len(), |length| length + 2)
            }
            _ => rest.iter().take_while(|byte| is_word(**byte) || **byte == b'-').count(),
        };
        let behind = rest.get(length..).unwrap_or_default().trim_ascii_start();
        growth::count(rest.len() - behind.len());
        length > 0 && matches!(behind.first(), Some(b':' | b'='))
    }

    /// From here to the end of the line nothing is sure.
    #[cold]
    fn doubt(&mut self) {
        if self.at >= self.unsure_until {
            let rest = &self.bytes[self.at..];
            let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            growth::count(line);
            let until = self.at + line;
            self.unsure.push(self.unsure_until..until);
            self.unsure_until = until;
        }
    }

    /// Takes back that repairs are safe in lines of which it has turned out
    /// that it is not sure where strings begin and end: the quote too few or
    /// too many may well be before the place where that is seen.
    fn withdraw(&mut self) {
        let bytes = self.bytes;
        let mut lines = self.unsure.iter();
        let Some(mut line) = lines.next().cloned() else { return };
        // From the beginning of the line, not from where it was seen.
        let begin = |line: &mut std::ops::Range<usize>| {
            let before = &bytes[line.start..line.end];
            let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            growth::count(before.len() - start);
            line.start += start;
        };
        begin(&mut line);
        for problem in &mut self.problems {
            let at = problem.span.start as usize;
            while at > line.end {
                let Some(next) = lines.next() else { return };
                line = next.clone();
                begin(&mut line);
            }
            if at >= line.start
                && let Some(repair) = &mut problem.repair
            {
                repair.safe = false;
            }
        }
    }

    /// Whether there is too much wrong to read on.
    fn is_hopeless(&self) -> bool {
        self.doubtful >= MAX_PROBLEMS || self.problems.len() >= MAX_SURE_PROBLEMS
    }

    /// The value that was completed last, behind which we are.
    fn last_value(&self) -> Option<Node> {
        // It is the bracket closed last, unless a leaf has come since.
        let closed = self.nodes.get(self.closed as usize);
        let closed = closed.filter(|node| node.next() as usize == self.nodes.len());
        closed.or(self.nodes.last()).copied()
    }

    fn item(&mut self) -> Expect {
        match self.bytes[self.at] {
            b',' => self.extra_comma(Expect::Item(true)),
            b'}' => self.mismatched(Expect::Item(false)),
            _ => self.value(),
        }
    }

    fn extra_comma(&mut self, expect: Expect) -> Expect {
        let span = self.at..self.at + 1;
        self.repairable(ProblemKind::ExtraComma, span.clone(), span, "", false);
        self.last_comma = Some(self.at);
        self.at += 1;
        match expect {
            // A further one before the bracket has been said already.
            Expect::Item(_) => Expect::Item(false),
            _ => Expect::Key(false),
        }
    }

    fn key(&mut self, expect: Expect) -> Expect {
        let start = self.at;
        match self.bytes[start] {
            b'"' => self.string(NodeKind::Key, b'"'),
            b'}' => return self.close_after(expect),
            b']' => return self.mismatched(expect),
            b',' => return self.extra_comma(expect),
            b'\'' => self.single_quoted(NodeKind::Key),
            b'{' | b'[' | b':' => {
                self.problem(ProblemKind::MissingKey, start..start + 1);
                self.push(NodeKind::Key, start, start, Style::Absent);
                if self.bytes[start] != b':' {
                    return self.value();
                }
            }
            byte if is_word(byte) => {
                self.word();
                let repair = self.quotes(start, self.is_name(start));
                self.report(ProblemKind::UnquotedKey, start..self.at, repair);
                self.push(NodeKind::Key, start, self.at, Style::Bare);
            }
            _ => return self.unexpected(expect),
        }
        self.colon()
    }

    /// Behind a name: the colon.
    fn colon(&mut self) -> Expect {
        let name = self.at;
        self.blank();
        let at = self.at;
        growth::count(at - name);
        match self.bytes.get(at) {
            Some(b':') => {
                self.at += 1;
            }
            Some(b'=') => {
                let end = if self.bytes.get(at + 1) == Some(&b'>') { at + 2 } else { at + 1 };
                self.repairable(ProblemKind::WrongSeparator, at..end, at..end, ":", true);
                self.at = end;
            }
            None | Some(b',' | b'}' | b']') => {
                self.problem(ProblemKind::MissingValue, at..at);
                self.leaf(NodeKind::Invalid, at, at);
                return Expect::Separator;
            }
            Some(_) => {
                let key = self.nodes.last();
                let behind = key.map_or(at, |key| key.end as usize);
                let quoted =
                    key.is_some_and(|key| matches!(key.style(), Style::Plain | Style::Escaped));
                // `"vmSize: "standard"`: a quote too few, not a colon.
                let apart = at > behind || !is_word(self.bytes[at]);
                let sure = quoted && apart && !self.is_name(at);
                if !sure {
                    self.doubt();
                }
                let span = behind..behind;
                self.repairable(ProblemKind::MissingColon, span.clone(), span, ":", sure);
            }
        }
        Expect::Value
    }

    fn value(&mut self) -> Expect {
        let start = self.at;
        match self.bytes[start] {
            b'"' => self.string(NodeKind::String, b'"'),
            b'{' => return self.open_bracket(NodeKind::Object),
            b'[' => return self.open_bracket(NodeKind::Array),
            b'-' | b'0'..=b'9' | b'+' | b'.' => self.number(),
            b'\'' => self.single_quoted(NodeKind::String),
            b',' | b'}' | b']' if !self.open.is_empty() => {
                self.problem(ProblemKind::MissingValue, start..start);
                self.leaf(NodeKind::Invalid, start, start);
            }
            byte if is_word(byte) => self.bare_word(),
            b'<' => match self.bracketed() {
                Some(end) => {
                    self.at = end;
                    self.odd_value(start);
                }
                None => return self.unexpected(Expect::Value),
            },
            _ => return self.unexpected(Expect::Value),
        }
        Expect::Separator
    }

    /// The end of what stands in angle brackets in this line: a placeholder, or
    /// what Python prints of a member of an enum.
    #[cold]
    fn bracketed(&self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'>' | b'\n' | b'{' | b'}'))?;
        growth::count(end);
        (rest[end] == b'>' && is_word(rest[1])).then_some(self.at + end + 1)
    }

    /// Passes over the rest of a word that has other signs in it than words
    /// have, as an unquoted date, address or call has; whether there is one.
    #[inline]
    fn word_goes_on(&mut self) -> bool {
        match self.bytes.get(self.at) {
            None | Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b'}' | b']') => false,
            _ => self.odd_word(),
        }
    }

    #[cold]
    fn odd_word(&mut self) -> bool {
        let start = self.at;
        if matches!(self.bytes[start..], [b'/', b'/' | b'*', ..]) {
            return false;
        }
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'(' => match self.call() {
                    Some(end) => self.at = end,
                    None => break,
                },
                b',' | b'}' | b']' | b'{' | b'[' | b'"' | b'\'' | b';' | b'#' => break,
                0..=b' ' => break,
                0x80.. if self.strange().is_some() => break,
                _ => self.at += 1,
            }
        }
        growth::count(self.at - start);
        self.at > start
    }

    /// The end of the parentheses that open here, if they are closed in this
    /// line.
    fn call(&self) -> Option<usize> {
        let mut depth = 0usize;
        let mut quote = None;
        for (at, byte) in self.bytes.iter().enumerate().skip(self.at) {
            growth::count(1);
            match (quote, byte) {
                (_, b'\n') => return None,
                (Some(open), byte) if open == *byte => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(*byte),
                (None, b'(') => depth += 1,
                (None, b')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    /// A value without quotes that has signs in it which no word has.
    fn odd_value(&mut self, start: usize) {
        let text = &self.text[start..self.at];
        let repair = match self.open.is_empty() || text.contains(['(', '\\', '<']) {
            true => None,
            false => self.quotes(start, false),
        };
        self.report(ProblemKind::UnquotedValue, start..self.at, repair);
        self.push(NodeKind::String, start, self.at, Style::Bare);
    }

    /// A character that begins nothing: passes over it and those like it.
    fn unexpected(&mut self, expect: Expect) -> Expect {
        let start = self.at;
        let character = self.text[start..].chars().next().unwrap_or(' ');
        let plausible = |c: char| {
            c.is_ascii_alphanumeric() || is_blank(c) || " \t\r\n\"'{}[],:-_$/#+.".contains(c)
        };
        let rest = &self.text[start + character.len_utf8()..];
        self.at = rest
            .find(plausible)
            .map_or(self.text.len(), |length| start + character.len_utf8() + length);
        growth::count(self.at - start);
        self.problem(ProblemKind::UnexpectedCharacter(character), start..self.at);
        expect
    }

    // ---- leaves ----------------------------------------------------------

    fn string(&mut self, kind: NodeKind, quote: u8) {
        let start = self.at;
        let problems = self.problems.len();
        let mut at = start + 1;
        let mut style = Style::Plain;
        loop {
            at = plain_end(self.bytes, at, quote);
            match self.bytes.get(at) {
                Some(byte) if *byte == quote => {
                    self.at = at + 1;
                    break;
                }
                Some(b'\\') => {
                    style = Style::Escaped;
                    at = self.escape(at, quote);
                }
                None | Some(b'\n' | b'\r') => {
                    // The line is the likeliest end, less what would follow.
                    growth::count(at - start);
                    let line = self.text[start..at].trim_end();
                    let comma = line.strip_suffix(',').filter(|rest| !rest.ends_with('\\'));
                    let line = comma.unwrap_or(line).trim_end();
                    self.at = (start + line.len()).max(start + 1);
                    // What was said of the rest of the line is void.
                    let within = |problem: &Problem| (problem.span.start as usize) < self.at;
                    while self.problems.len() > problems
                        && !self.problems.last().is_some_and(within)
                    {
                        if self.problems.pop().is_some_and(|problem| is_doubtful(&problem)) {
                            self.doubtful -= 1;
                        }
                    }
                    self.doubt();
                    let span = start..self.at;
                    let behind = self.at..self.at;
                    let mark = char::from(quote).to_string();
                    self.repairable(ProblemKind::UnclosedString, span, behind, &mark, false);
                    style = Style::Unclosed;
                    break;
                }
                Some(control) => {
                    let kind = ProblemKind::ControlCharacter(char::from(*control));
                    let escaped = match control {
                        b'\t' => "\\t".to_owned(),
                        other => format!("\\u{other:04x}"),
                    };
                    self.repairable(kind, at..at + 1, at..at + 1, &escaped, true);
                    at += 1;
                }
            }
        }
        self.push(kind, start, self.at, style);
    }

    /// Checks the escape at `at`; gives the place behind it.
    fn escape(&mut self, at: usize, quote: u8) -> usize {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at + 2,
            Some(b'u') => match text::code_unit(&self.text[at..]) {
                Some(0xD800..=0xDBFF) => {
                    let low = text::code_unit(&self.text[at + 6..]);
                    if let Some(0xDC00..=0xDFFF) = low {
                        return at + 12;
                    }
                    self.problem(ProblemKind::LoneSurrogate, at..at + 6);
                    at + 6
                }
                Some(0xDC00..=0xDFFF) => {
                    self.problem(ProblemKind::LoneSurrogate, at..at + 6);
                    at + 6
                }
                Some(_) => at + 6,
                None => {
                    self.problem(ProblemKind::BadEscape, at..at + 2);
                    at + 2
                }
            },
            // At the end of a line: the string is not closed.
            None | Some(b'\n' | b'\r') => at + 1,
            Some(byte) => {
                let character = self.text[at + 1..].chars().next().unwrap_or(' ');
                let end = at + 1 + character.len_utf8();
                let repair = if quote == b'\'' && *byte == b'\'' {
                    "'".into()
                } else {
                    format!("\\\\{character}")
                };
                self.repairable(ProblemKind::BadEscape, at..end, at..end, &repair, false);
                end
            }
        }
    }

    fn single_quoted(&mut self, kind: NodeKind) {
        let start = self.at;
        let problems = self.problems.len();
        self.string(kind, b'\'');
        let closed = self.nodes.last().is_some_and(|node| node.style() != Style::Unclosed);
        if !closed {
            return;
        }
        let span = start..self.at;
        if self.problems.len() > problems {
            return self.report(ProblemKind::SingleQuotes, span, None);
        }
        let mut edits = vec![(Span::new(start, start + 1), "\"".to_owned())];
        let mut escaped = false;
        for (at, byte) in self.bytes[..self.at - 1].iter().enumerate().skip(start + 1) {
            if *byte == b'"' && !escaped {
                edits.push((Span::new(at, at), "\\".to_owned()));
            }
            escaped = *byte == b'\\' && !escaped;
        }
        growth::count(self.at - start);
        edits.push((Span::new(self.at - 1, self.at), "\"".to_owned()));
        // The apostrophe of `'it's'` ends nothing.
        let rest = self.bytes[self.at..].trim_ascii_start();
        let safe =
            matches!(rest.first(), None | Some(b',' | b':' | b'=' | b'}' | b']' | b'/' | b'#'))
                || self.bytes[self.at..self.bytes.len() - rest.len()].contains(&b'\n');
        if !safe {
            self.doubt();
        }
        self.report(ProblemKind::SingleQuotes, span, Some(Repair { edits, safe }));
    }

    fn number(&mut self) {
        let start = self.at;
        self.pass(|byte| matches!(byte, b'+' | b'-' | b'.') || is_word(byte));
        if self.word_goes_on() {
            return self.odd_value(start);
        }
        let span = start..self.at;
        let number = &self.text[span.clone()];
        if !is_number(number.as_bytes()) {
            let mended = mend_number(number);
            let readable = mended.is_some();
            match mended {
                // Elsewhere a leading zero may mean octal: nothing is certain.
                Some(mended) => {
                    self.repairable(ProblemKind::BadNumber, span.clone(), span, &mended, false);
                }
                None => self.problem(ProblemKind::BadNumber, span),
            }
            let kind = if readable { NodeKind::Number } else { NodeKind::Invalid };
            return self.leaf(kind, start, self.at);
        }
        // Up to 300 digits without an exponent are always within range.
        let may_be_huge = number.len() > 300 || number.bytes().any(|b| matches!(b, b'e' | b'E'));
        if may_be_huge && text::is_infinite(number) {
            self.problem(ProblemKind::NumberRange, start..self.at);
        }
        self.leaf(NodeKind::Number, start, self.at);
    }

    fn word(&mut self) {
        self.pass(|byte| byte == b'-' || is_word(byte));
    }

    /// Passes over such bytes, and over letters beyond ASCII.
    #[inline]
    fn pass(&mut self, part: impl Fn(u8) -> bool) {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at)
            && part(*byte)
            && (byte.is_ascii() || self.strange().is_none())
        {
            self.at += 1;
        }
        growth::count(self.at - start);
    }

    /// The white space at `at` that JSON does not have, if there is any.
    #[cold]
    fn strange(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next().filter(|character| is_blank(*character))
    }

    fn bare_word(&mut self) {
        let start = self.at;
        self.word();
        if self.word_goes_on() {
            return self.odd_value(start);
        }
        let word = &self.text[start..self.at];
        let span = start..self.at;
        let (kind, meant) = match word {
            "true" => return self.leaf(NodeKind::True, start, self.at),
            "false" => return self.leaf(NodeKind::False, start, self.at),
            "null" => return self.leaf(NodeKind::Null, start, self.at),
            "None" | "undefined" | "nil" | "NULL" | "Null" => (NodeKind::Null, Some("null")),
            "NaN" | "Infinity" => (NodeKind::Invalid, None),
            _ if word.eq_ignore_ascii_case("true") => (NodeKind::True, Some("true")),
            _ if word.eq_ignore_ascii_case("false") => (NodeKind::False, Some("false")),
            _ => {
                // A word alone is no document that lacks its quotes.
                let within = !self.open.is_empty();
                let repair = if within { self.quotes(start, false) } else { None };
                self.report(ProblemKind::UnquotedValue, span, repair);
                return self.push(NodeKind::String, start, self.at, Style::Bare);
            }
        };
        let problem = ProblemKind::ForeignLiteral(meant);
        match meant {
            Some(text) => self.repairable(problem, span.clone(), span, text, true),
            None => self.problem(problem, span),
        }
        self.leaf(kind, start, self.at);
    }

    // ---- between ---------------------------------------------------------

    /// Passes over white space, and over comments and foreign white space
    /// with a word about them.
    #[inline]
    fn blank(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'/' | b'#') => {
                    if !self.comment() {
                        return;
                    }
                }
                Some(0x0B | 0x0C | 0x80..) => {
                    if !self.foreign_blank() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    #[cold]
    fn comment(&mut self) -> bool {
        let start = self.at;
        let rest = &self.text[start..];
        let end = if let Some(inner) = rest.strip_prefix("/*") {
            // Behind what opens it: `/*/` is not closed.
            match inner.find("*/") {
                Some(length) => start + length + 4,
                None => {
                    self.problem(ProblemKind::UnclosedComment, start..start + 2);
                    self.at = self.text.len();
                    return true;
                }
            }
        } else if rest.starts_with("//") || rest.starts_with('#') {
            start + rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else {
            return false;
        };
        self.at = end;
        growth::count(end - start);
        if !self.is_hopeless() {
            self.repairable(ProblemKind::Comment, start..end, start..end, "", false);
        }
        true
    }

    /// White space that JSON does not have, such as a web page's.
    #[cold]
    fn foreign_blank(&mut self) -> bool {
        let start = self.at;
        let Some(first) = self.strange() else { return false };
        while let Some(character) = self.strange() {
            self.at += character.len_utf8();
        }
        growth::count(self.at - start);
        if !self.is_hopeless() {
            let span = start..self.at;
            self.repairable(ProblemKind::UnexpectedCharacter(first), span.clone(), span, " ", true);
        }
        true
    }

    /// Where the text that trails the value ends, white space apart.
    fn trailing_end(&self) -> usize {
        let end = self.text.trim_end().len();
        growth::count(self.text.len() - self.at);
        // The first line of it is enough to show.
        self.text[self.at..end].find('\n').map_or(end, |length| self.at + length)
    }

    fn leaf(&mut self, kind: NodeKind, start: usize, end: usize) {
        self.push(kind, start, end, Style::Plain);
    }

    fn push(&mut self, kind: NodeKind, start: usize, end: usize, style: Style) {
        if self.nodes.len() == self.nodes.capacity() {
            self.reserve();
        }
        let next = offset(self.nodes.len() + 1);
        self.nodes.push(Node::new(kind, style, offset(start), offset(end), next));
    }

    /// Makes room for the nodes of the rest of the text, should it have as
    /// many as what has been read: doubling would take twice the memory.
    #[cold]
    fn reserve(&mut self) {
        let nodes = self.nodes.len();
        let (read, whole) = (self.at.max(1) as u64, self.text.len() as u64);
        let all = nodes as u64 * whole / read;
        let more = usize::try_from(all + all / 64).unwrap_or(usize::MAX).saturating_sub(nodes);
        self.nodes.reserve_exact(more.clamp(nodes / 4 + 4, nodes + 4));
    }

    fn problem(&mut self, kind: ProblemKind, span: std::ops::Range<usize>) {
        self.report(kind, span, None);
    }

    fn repairable(
        &mut self,
        kind: ProblemKind,
        span: std::ops::Range<usize>,
        replace: std::ops::Range<usize>,
        text: &str,
        safe: bool,
    ) {
        let edit = (Span::new(replace.start, replace.end), text.to_owned());
        self.report(kind, span, Some(Repair { edits: vec![edit], safe }));
    }

    #[cold]
    fn report(
        &mut self,
        kind: ProblemKind,
        span: std::ops::Range<usize>,
        mut repair: Option<Repair>,
    ) {
        if let Some(repair) = &mut repair {
            repair.safe &= span.start >= self.unsure_until;
        }
        let span = Span::new(span.start, span.end);
        let problem = Problem { kind, span, related: None, repair };
        let (count, most) = match is_doubtful(&problem) {
            true => (self.doubtful, MAX_PROBLEMS),
            false => (self.problems.len(), MAX_SURE_PROBLEMS),
        };
        if count < most + SPARE_PROBLEMS {
            self.found(problem);
        }
    }

    fn found(&mut self, problem: Problem) {
        self.doubtful += usize::from(is_doubtful(&problem));
        self.problems.push(problem);
    }

    /// What puts quotes around the word from `start` to here, unless it has
    /// some already, if only a typesetter's.
    fn quotes(&self, start: usize, safe: bool) -> Option<Repair> {
        const TYPOGRAPHIC: [char; 8] = ['“', '”', '„', '‟', '‘', '’', '«', '»'];
        if self.text[start..self.at].contains(TYPOGRAPHIC) {
            return None;
        }
        let edit = |at| (Span::new(at, at), "\"".to_owned());
        Some(Repair { edits: vec![edit(start), edit(self.at)], safe })
    }
}

/// Whether it is not sure how to mend it. What a comment is, is sure.
fn is_doubtful(problem: &Problem) -> bool {
    problem.kind != ProblemKind::Comment
        && !problem.repair.as_ref().is_some_and(|repair| repair.safe)
}

/// What inserts a text that may not be what was meant.
fn insertion(at: usize, text: String) -> Repair {
    Repair { edits: vec![(Span::new(at, at), text)], safe: false }
}

/// The end of the JSON white space from `at` on.
#[inline]
fn white_end(bytes: &[u8], mut at: usize) -> usize {
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    loop {
        growth::count(1);
        match bytes.get(at) {
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            Some(b' ') => {
                at += 1;
                // Most spaces are alone or indent a line.
                while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
                    growth::count(8);
                    let others = u64::from_le_bytes(*chunk) ^ SPACES;
                    at += others.trailing_zeros() as usize / 8;
                    if others != 0 {
                        break;
                    }
                }
            }
            _ => return at,
        }
    }
}

/// The end of the string in double quotes that begins at `at`, if one does and
/// its escapes are of two characters.
#[inline]
fn plain_string(bytes: &[u8], at: usize) -> Option<(usize, Style)> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let end = plain_end(bytes, at + 1, b'"');
    if bytes.get(end) == Some(&b'"') {
        return Some((end + 1, Style::Plain));
    }
    escaped_end(bytes, end).map(|end| (end, Style::Escaped))
}

/// The end of the string that has an escape at `at`.
fn escaped_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at..)? {
            [b'"', ..] => return Some(at + 1),
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => {
                at = plain_end(bytes, at + 2, b'"');
            }
            _ => return None,
        }
    }
}

/// The whole number or the literal that begins at `at`, and its end.
#[inline]
fn plain_word(bytes: &[u8], at: usize) -> Option<(NodeKind, usize)> {
    let rest = bytes.get(at..)?;
    let (kind, length) = match rest {
        [b't', b'r', b'u', b'e', ..] => (NodeKind::True, 4),
        [b'f', b'a', b'l', b's', b'e', ..] => (NodeKind::False, 5),
        [b'n', b'u', b'l', b'l', ..] => (NodeKind::Null, 4),
        [b'1'..=b'9', digits @ ..] => {
            (NodeKind::Number, 1 + digits.iter().take_while(|byte| byte.is_ascii_digit()).count())
        }
        [b'0', ..] => (NodeKind::Number, 1),
        _ => return None,
    };
    // What else may follow makes another word, or is no JSON. Longer numbers
    // may be out of range.
    let ends =
        matches!(rest.get(length), None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
    growth::count(length);
    (ends && length < 300).then_some((kind, at + length))
}

/// The first byte from `at` that a string does not simply contain: the quote,
/// a backslash or a control character.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight bytes at a time: a byte is zero after XOR where it equals.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (quotes, slashes) = (ONES * u64::from(quote), ONES * u64::from(b'\\'));
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        growth::count(8);
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let hit = (zero(word ^ quotes) | zero(word ^ slashes) | control) & HIGH;
        if hit != 0 {
            return at + hit.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if *byte == quote || *byte == b'\\' || *byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Letters, digits and the signs that names have in other languages. Bytes
/// beyond ASCII count, so that a word is never cut within a character.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// White space to the eye, or nothing, and no white space to JSON.
fn is_blank(character: char) -> bool {
    let invisible = matches!(character, '\u{180E}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}');
    invisible || character.is_whitespace() && !matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Whether the text is a number as RFC 8259 writes it.
pub(super) fn is_number(number: &[u8]) -> bool {
    let digits = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = number.strip_prefix(b"-").unwrap_or(number);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some((b'e' | b'E', exponent)) = rest.split_first() {
        let exponent = match exponent.split_first() {
            Some((b'+' | b'-', digits)) => digits,
            _ => exponent,
        };
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

/// What a number that JSON does not write so surely means: a plus sign, zeros
/// or digits around the point left to the reader.
fn mend_number(number: &str) -> Option<String> {
    let (sign, rest) = match number.as_bytes().first()? {
        b'+' => ("", &number[1..]),
        b'-' => ("-", &number[1..]),
        _ => ("", number),
    };
    if !rest.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (whole, tail) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
    let mut whole = whole.trim_start_matches('0');
    if whole.is_empty() {
        whole = "0";
    }
    let tail = tail.strip_suffix('.').unwrap_or(tail);
    let mended = format!("{sign}{whole}{tail}");
    is_number(mended.as_bytes()).then_some(mended)
}
