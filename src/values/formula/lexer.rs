//! From a formula's text to its tokens.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A variable, function, method or keyword.
    Name,
    Number,
    /// A string, quotes included.
    Text,
    /// A double quote that has no partner, and what follows it in the line.
    Quote,
    Assign,
    Or,
    And,
    /// `==` or `!=`.
    Equality,
    /// `<`, `<=`, `>` or `>=`.
    Order,
    Plus,
    Minus,
    /// `*` or `/`.
    Times,
    Not,
    Question,
    Colon,
    Comma,
    Dot,
    Semicolon,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    /// `{` or `}`, `++` or `--`: no part of the language, and no operator between
    /// two operands.
    Odd,
    /// An operator that other languages have between two operands.
    OddBinary,
    /// A character that is no part of the language, or a comment behind `#`.
    Stray,
}

/// A token and where it is, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Default)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) tail: Option<usize>,
    pub(super) escapes: Vec<usize>,
}

pub(super) fn lex(text: &str) -> Lexed {
    // With an odd number of quotes it is not clear which one is too much. Where
    // each has to have its partner before the statement ends, it is.
    scan(text, false).or_else(|| scan(text, true)).unwrap_or_default()
}

/// The tokens; `None` if a quote is without a partner, unless `strict`.
fn scan(text: &str, strict: bool) -> Option<Lexed> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    // A text that was escaped twice has no line breaks of its own.
    let is_line = !text.contains(['\n', '\r']);
    let is_break = |at: usize| {
        matches!(byte(at), b'\n' | b'\r')
            || is_line && byte(at) == b'\\' && matches!(byte(at + 1), b'n' | b'r')
    };
    let mut lexed = Lexed::default();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let next = byte(at + 1);
        let (kind, length) = match (byte(at), next) {
            (0..=b' ', _) => {
                at += 1;
                continue;
            }
            (b'\\', b'n' | b'r' | b't') => {
                lexed.escapes.push(at);
                at += 2;
                continue;
            }
            (b'/', b'/') => {
                while at < bytes.len() && !is_break(at) {
                    at += 1;
                }
                if at == bytes.len() {
                    lexed.tail = Some(start);
                }
                continue;
            }
            (b'/', b'*') => {
                let rest = text.get(at + 2..).and_then(|rest| rest.find("*/"));
                at = rest.map_or(bytes.len(), |length| at + 2 + length + 2);
                continue;
            }
            (quote @ (b'"' | b'\''), _) => {
                let ends = |at: usize| {
                    byte(at) == quote || strict && matches!(byte(at), b';' | b'\n' | b'\r')
                };
                let end = (at + 1..bytes.len()).find(|at| ends(*at)).unwrap_or(bytes.len());
                match (byte(end) == quote, quote) {
                    (true, _) => (Kind::Text, end + 1 - at),
                    (false, b'"') if strict => (Kind::Quote, end - at),
                    (false, b'"') => return None,
                    (false, _) => (Kind::Stray, 1),
                }
            }
            // So comments begin elsewhere; nothing in one is to be read.
            (b'#', _) => {
                let end = (at..bytes.len()).find(|at| is_break(*at));
                (Kind::Stray, end.unwrap_or(bytes.len()) - at)
            }
            (b'0'..=b'9', _) => (Kind::Number, number(bytes, at)),
            (b'.', b'0'..=b'9') => (Kind::Number, number(bytes, at)),
            (b'$', _) if letter(text, at + 1) > 0 => (Kind::Name, 1 + name(text, at + 1)),
            (b'=', b'=') | (b'!', b'=') if byte(at + 2) == b'=' => (Kind::OddBinary, 3),
            (b'=' | b'!', b'=') => (Kind::Equality, 2),
            (b'=', b'>') | (b'<', b'>') | (b'+' | b'-' | b'*' | b'/' | b'%' | b':', b'=') => {
                (Kind::OddBinary, 2)
            }
            (b'*', b'*') | (b'?', b'?') => (Kind::OddBinary, 2),
            (b'<' | b'>', b'=') => (Kind::Order, 2),
            (b'&', b'&') => (Kind::And, 2),
            (b'|', b'|') => (Kind::Or, 2),
            (b'+', b'+') => (Kind::Odd, 2),
            // Before an operand it is a minus twice.
            (b'-', b'-') if matches!(behind(bytes, at + 2), b';' | b')' | b',' | 0) => {
                (Kind::Odd, 2)
            }
            (b'=', _) => (Kind::Assign, 1),
            (b'<' | b'>', _) => (Kind::Order, 1),
            (b'+', _) => (Kind::Plus, 1),
            (b'-', _) => (Kind::Minus, 1),
            (b'*' | b'/', _) => (Kind::Times, 1),
            (b'!', _) => (Kind::Not, 1),
            (b'?', _) => (Kind::Question, 1),
            (b':', _) => (Kind::Colon, 1),
            (b',', _) => (Kind::Comma, 1),
            (b'.', _) => (Kind::Dot, 1),
            (b';', _) => (Kind::Semicolon, 1),
            (b'(', _) => (Kind::Open, 1),
            (b')', _) => (Kind::Close, 1),
            (b'[', _) => (Kind::OpenSquare, 1),
            (b']', _) => (Kind::CloseSquare, 1),
            (b'{' | b'}', _) => (Kind::Odd, 1),
            (b'%' | b'^' | b'&' | b'|', _) => (Kind::OddBinary, 1),
            _ => match (name(text, at), text.get(at..).and_then(|rest| rest.chars().next())) {
                (0, Some(c)) if is_space(c) => {
                    at += c.len_utf8();
                    continue;
                }
                (0, c) => (Kind::Stray, c.map_or(1, char::len_utf8)),
                (length, _) => (Kind::Name, length),
            },
        };
        at = start + length;
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        lexed.tokens.push(Token { kind, start: place(start), end: place(at) });
    }
    Some(lexed)
}

/// The first byte that is no space.
fn behind(bytes: &[u8], at: usize) -> u8 {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().copied().find(|byte| *byte > b' ').unwrap_or(0)
}

/// How many bytes a number has.
fn number(bytes: &[u8], start: usize) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is = |at: usize, any: &[u8]| bytes.get(at).is_some_and(|byte| any.contains(byte));
    let digits = |mut at: usize| {
        while digit(at) {
            at += 1;
        }
        at
    };
    let mut at = digits(start);
    if is(at, b".") && digit(at + 1) {
        at = digits(at + 1);
    }
    let sign = usize::from(is(at + 1, b"+-"));
    if is(at, b"eE") && digit(at + 1 + sign) {
        at = digits(at + 1 + sign);
    }
    at - start
}

/// How many bytes a name has, its dollar sign apart; zero if none begins there.
fn name(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        match letter(text, at) {
            0 => return at - start,
            length => at += length,
        }
    }
}

/// How many bytes a character has that names are made of; else zero. Beyond
/// ASCII all count but spaces, quotes and dashes.
fn letter(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => usize::from(byte.is_ascii_alphanumeric() || *byte == b'_'),
        Some(_) => match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if !is_space(c) && !is_sign(c) => c.len_utf8(),
            _ => 0,
        },
        None => 0,
    }
}

fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{85}' | '\u{a0}' | '\u{2000}'
            ..='\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{3000}' | '\u{feff}'
    )
}

fn is_sign(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2010}'..='\u{206f}' | '\u{2190}'..='\u{2bff}' | '\u{ff00}'..='\u{ff20}' | '\u{fffd}')
}
