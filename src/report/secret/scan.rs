//! Secrets that a text gives away by how it is written, whether it is JSON, a
//! command line, a URL, a header or a connection string.

use std::ops::Range;

use super::layers::BOUNDARY;
use super::names::{is_secret_name, is_secret_variable, looks_random};
use crate::growth;

/// What is found in a layer of a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The secrets.
    pub(super) secrets: Vec<Range<usize>>,
    /// Where a secret's name ends, or what else announces one. Where the
    /// syntax is in doubt, all that follows on the line may be the secret.
    pub(super) signs: Vec<usize>,
    /// Opening brackets of objects and arrays that are secret as a whole.
    pub(super) brackets: Vec<usize>,
}

/// Programs of which `-p` gives a password.
const LOGINS: [&str; 5] = ["login", "sshpass", "mysql", "mysqldump", "smbclient"];

/// What stands before a token or a key in a header.
const SCHEMES: [&str; 5] =
    ["bearer", "basic", "sharedkey", "sharedkeylite", "sharedaccesssignature"];

/// How the tokens of well-known services begin.
const PREFIXES: [&str; 7] = ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk_live_", "xoxb-"];

/// Reads a layer once, from name to name.
pub(super) fn scan(text: &str, is_source: bool) -> Found {
    growth::count(text.len());
    let bytes = text.as_bytes();
    let mut scan = Scan {
        text,
        bytes,
        is_source,
        found: Found::default(),
        login: false,
        brace: 0,
        secret_pair: false,
        value_seen: false,
        pair_value: None,
    };
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if is_word(*byte) {
            let end = scan.end(at, |byte| !is_word(byte));
            at = scan.word(at, end).max(end);
        } else {
            scan.other(at, *byte);
            at += 1;
        }
    }
    scan.account_keys();
    scan.found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | BOUNDARY)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// What ends a word of a command line.
fn ends_word(byte: u8) -> bool {
    is_quote(byte) || byte.is_ascii_whitespace() || matches!(byte, b'\\')
}

struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// Whether it is the text itself, so that brackets are those of the tree.
    is_source: bool,
    found: Found,
    /// Whether the command at hand takes a password as `-p`.
    login: bool,
    /// Where the object at hand begins.
    brace: usize,
    /// Whether a pair of name and value has the name of a secret, and the
    /// value that came before the name.
    secret_pair: bool,
    value_seen: bool,
    pair_value: Option<Range<usize>>,
}

impl Scan<'_> {
    /// The first place at or behind `at` where a byte is as asked for.
    fn end(&self, at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len());
        growth::count(length);
        at + length
    }

    /// The same, but for quotes within words, which end nothing.
    fn secret_end(&self, mut at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        loop {
            at = self.end(at, &is_end);
            let within = is_quote(self.byte(at)) && !self.closes(at);
            if at >= self.bytes.len() || !within {
                return at;
            }
            at += 1;
        }
    }

    /// Whether a quote ends what it stands in, as no letter or the like comes
    /// behind it. Those of the text itself do always.
    fn closes(&self, at: usize) -> bool {
        let next = self.byte(at + 1);
        match self.byte(at) {
            BOUNDARY => true,
            b'"' if self.is_source => true,
            _ => {
                next.is_ascii_whitespace()
                    || is_quote(next)
                    || matches!(
                        next,
                        b'\\' | b',' | b';' | b')' | b'}' | b']' | b'&' | b'|' | b'<' | b'>'
                    )
            }
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// What ends a command or an object.
    fn other(&mut self, at: usize, byte: u8) {
        match byte {
            b'\n' | b';' | b'&' | b'|' | BOUNDARY => self.login = false,
            b'{' | b'}' if self.pair_value.as_ref().is_none_or(|value| value.end <= at) => {
                self.brace = at;
                self.secret_pair = false;
                self.value_seen = false;
                self.pair_value = None;
            }
            b'/' if self.byte(at + 1) == b'/' => self.user_of_url(at + 2),
            _ => {}
        }
    }

    /// `user:password@host` behind `//`.
    fn user_of_url(&mut self, start: usize) {
        let end = self.end(start, |byte| {
            ends_word(byte) && byte != b'\'' || matches!(byte, b'/' | b'?' | b'#' | b'<' | b'>')
        });
        let part = &self.text[start..end];
        let Some(user) = part.rfind('@') else { return };
        match part[..user].find(':') {
            Some(colon) => self.secret(start + colon + 1..start + user),
            None if looks_random(&part[..user]) || has_prefix(&part[..user]) => {
                self.secret(start..start + user);
            }
            None => {}
        }
    }

    fn secret(&mut self, range: Range<usize>) {
        self.found.signs.push(range.start);
        if !range.is_empty() {
            self.found.secrets.push(range);
        }
    }

    /// Looks at a word; gives the place to go on from, if not behind it.
    fn word(&mut self, start: usize, end: usize) -> usize {
        let word = &self.text[start..end];
        let name = word.trim_start_matches('-');
        let dashes = word.len() - name.len();
        if name.is_empty() {
            return end;
        }
        if has_prefix(name) || is_jwt(name) && self.byte(end) == b'.' {
            let end = self.end(end, |byte| !is_word(byte) && byte != b'.');
            self.secret(start + dashes..end);
            return end;
        }
        if word.starts_with("-----BEGIN") {
            return self.private_key(end);
        }
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if LOGINS.iter().any(|login| is(login)) {
            self.login = true;
        }
        let blank = is_blank(self.byte(end));
        if SCHEMES.iter().any(|scheme| is(scheme)) && blank {
            return self.behind_scheme(name, end);
        }
        if is("ConvertTo-SecureString") && blank {
            let next = self.after_blanks(end);
            let option = self.end(next, |byte| !is_word(byte));
            let next = if self.byte(next) == b'-' { option } else { next };
            return self.argument(next);
        }
        if dashes == 1 && name.starts_with('p') && self.login {
            match name {
                "p" if blank => return self.argument(end),
                // `mysql -psecret`; but `-port` is another thing.
                _ if name.len() > 4 && name != "port" => self.secret(start + 2..end),
                _ => {}
            }
        }
        let user = dashes == 1 && matches!(name, "u" | "U")
            || dashes == 2 && matches!(name, "user" | "proxy-user");
        if user && (blank || self.byte(end) == b'=') {
            return self.user(end + 1);
        }
        self.value_of(name, dashes, start, end, blank)
    }

    /// A name and its value: `"name": value`, `name=value`, `--name value`.
    fn value_of(
        &mut self,
        name: &str,
        dashes: usize,
        start: usize,
        end: usize,
        blank: bool,
    ) -> usize {
        let quoted = is_quote(self.byte(end));
        let close = self.end(end, |byte| !is_quote(byte) && byte != b'\\').min(end + 4);
        let mut colon = self.after_blanks(close);
        let mut separated = matches!(self.byte(colon), b':' | b'=');
        let is_data = name.eq_ignore_ascii_case("data");
        let pair = separated
            && ["name", "key", "value"].iter().any(|part| name.eq_ignore_ascii_case(part));
        let variable = separated && name.bytes().any(|byte| byte == b'_');
        let is_secret = match is_data {
            // A word of many uses: a name where it is written as one.
            true => quoted || self.is_source && separated,
            false => is_secret_name(name) || variable && is_secret_variable(name),
        };
        if !pair && !is_secret && !name.eq_ignore_ascii_case("value") {
            return end;
        }
        self.value_seen |= name.eq_ignore_ascii_case("value");
        if is_secret {
            // The value of a pair may have come before its name.
            self.found.signs.push(if self.value_seen { self.brace } else { end });
        }
        if is_secret && quoted && !separated && !self.is_source {
            // JSON within a string that is broken raises no doubt of its own.
            let next = self.end(colon, |byte| !b"\"' ,{[".contains(&byte)).min(colon + 6);
            if matches!(self.byte(next), b':' | b'=') {
                (colon, separated) = (next, true);
            } else if matches!(self.byte(colon), b'"' | b'\'') {
                let value = self.value(colon, true);
                let end = value.end;
                self.secret(value);
                return end;
            }
        }
        if !separated {
            // An option, unless what follows is the next one.
            let argument = self.after_blanks(end);
            let option = dashes > 0 || start > 0 && self.bytes[start - 1] == b'/';
            let takes = option && blank && self.byte(argument) != b'-' && !is_data;
            if !is_secret || !option {
                return end;
            }
            // A list of arguments: `["--password", "..."]`.
            if quoted && self.byte(colon) == b',' {
                let value = self.value(self.after_blanks(colon + 1), true);
                let end = value.end;
                self.secret(value);
                return end;
            }
            return if takes { self.argument(end) } else { end };
        }
        let equals = self.byte(colon) == b'=';
        let value = self.end(colon, |byte| !matches!(byte, b':' | b'=' | b'>')).min(colon + 3);
        let value = self.end(value, |byte| !byte.is_ascii_whitespace());
        if matches!(self.byte(value), b'{' | b'[') {
            return if is_secret { self.container(value) } else { end };
        }
        let is_value = name.eq_ignore_ascii_case("value");
        if is_secret || is_value && self.secret_pair {
            let value = self.value(value, equals);
            let end = value.end;
            self.secret(value);
            return end;
        }
        // What stands within the value of a pair is no part of the pair.
        if self.pair_value.as_ref().is_some_and(|pair| colon < pair.end) {
            return end;
        }
        if is_value {
            self.pair_value = Some(self.value(value, equals));
        } else {
            let named = value + usize::from(is_quote(self.byte(value)));
            let named =
                &self.text[named.min(self.text.len())..self.end(named, |byte| !is_word(byte))];
            if is_secret_name(named) || is_secret_variable(named) {
                self.secret_pair = true;
                self.found.signs.push(self.brace);
                if let Some(value) = self.pair_value.take() {
                    self.secret(value);
                }
            }
        }
        end
    }

    /// The value behind a separator: in quotes, or up to what cannot belong to
    /// it.
    fn value(&self, at: usize, equals: bool) -> Range<usize> {
        let quote = self.byte(at);
        if is_quote(quote) && at < self.bytes.len() {
            let mut escaped = false;
            let rest = &self.bytes[at + 1..];
            let length = rest.iter().enumerate().position(|(offset, byte)| {
                let closes = *byte == quote && !escaped && self.closes(at + 1 + offset);
                escaped = *byte == b'\\' && !escaped;
                closes || *byte == BOUNDARY || *byte == b'\n' && quote != BOUNDARY
            });
            let length = length.unwrap_or(rest.len());
            growth::count(length);
            return at + 1..at + 1 + length;
        }
        let is_end = |byte| match equals {
            true => {
                ends_word(byte) || matches!(byte, b';' | b'&' | b',' | b'|' | b'<' | b'>' | b')')
            }
            false => {
                is_quote(byte) || matches!(byte, b'\n' | b'\\' | b',' | b';' | b'&' | b'}' | b']')
            }
        };
        let mut end = self.secret_end(at, is_end);
        while !equals && b",;&}]".contains(&self.byte(end)) && !self.closes(end) {
            end = self.secret_end(end + 1, is_end);
        }
        let trimmed = self.text[at..end].trim_ascii_end();
        at..at + trimmed.len()
    }

    /// A word of a command line, in quotes or not.
    fn argument(&mut self, at: usize) -> usize {
        let at = self.after_blanks(at);
        // A quote of the string that the command line is in ends it.
        if self.byte(at) == BOUNDARY || self.is_source && self.byte(at) == b'"' {
            self.found.signs.push(at);
            return at;
        }
        let range = match is_quote(self.byte(at)) {
            true => self.value(at, true),
            false => at..self.secret_end(at, ends_word),
        };
        let end = range.end;
        self.secret(range);
        end
    }

    /// `Bearer token`. Behind `Basic` a word of prose may follow as well.
    fn behind_scheme(&mut self, scheme: &str, end: usize) -> usize {
        let at = self.after_blanks(end);
        let behind = self.secret_end(at, ends_word);
        let word = &self.text[at..behind];
        let prose = word.len() < 12 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if prose && scheme.eq_ignore_ascii_case("basic") {
            return end;
        }
        self.secret(at..behind);
        behind
    }

    /// `user:password` as an argument.
    fn user(&mut self, at: usize) -> usize {
        let mut at = self.after_blanks(at);
        if is_quote(self.byte(at)) && self.byte(at) != BOUNDARY {
            at += 1;
        }
        self.found.signs.push(at);
        let end = self.secret_end(at, ends_word);
        let text = &self.text[at..end];
        // `docker run -u 1000:1000` gives ids.
        let ids = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        if let Some(colon) = text.find(':').filter(|_| !ids) {
            self.secret(at + colon + 1..end);
            return end;
        }
        if looks_random(text) {
            self.secret(at..end);
            return end;
        }
        at
    }

    /// A private key in PEM form, from behind its `-----BEGIN`.
    fn private_key(&mut self, at: usize) -> usize {
        const LONGEST: usize = 40;
        let line = &self.bytes[at..self.bytes.len().min(at + LONGEST)];
        let head = line.windows(11).position(|part| part == b"PRIVATE KEY");
        let Some(head) = head else { return at };
        let start = at + head + 11;
        let rest = &self.text[start..];
        let dashes = rest.len() - rest.trim_start_matches('-').len();
        let start = start + dashes;
        let rest = &self.text[start..];
        let rest = &rest[..rest.find(['"', '\0']).unwrap_or(rest.len())];
        growth::count(rest.len());
        let end = rest.find("-----END").unwrap_or(rest.len());
        self.secret(start..start + end);
        start + end
    }

    /// All of an object or array: the tree knows where it ends, but for one
    /// within a string.
    fn container(&mut self, at: usize) -> usize {
        if self.is_source {
            self.found.brackets.push(at);
            return at;
        }
        let mut depth = 0usize;
        let end = self.bytes[at..].iter().position(|byte| {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            depth == 0 || *byte == BOUNDARY
        });
        let end = end.map_or(self.bytes.len(), |length| at + length);
        growth::count(end - at);
        // In the layer of the document itself a boundary comes at once, with
        // the first name; the tree has it.
        let inner = &self.bytes[at + 1..end.max(at + 1)];
        if self.byte(end) == BOUNDARY && inner.trim_ascii_start().is_empty() {
            return at;
        }
        self.secret(at + 1..end);
        end
    }

    fn after_blanks(&self, at: usize) -> usize {
        self.end(at, |byte| !is_blank(byte))
    }

    /// Keys of storage and Batch accounts, wherever they are: 64 bytes in
    /// base64.
    fn account_keys(&mut self) {
        const LENGTH: usize = 86;
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        for (at, _) in self.text.match_indices("==") {
            let Some(start) = at.checked_sub(LENGTH) else { continue };
            growth::count(1);
            if self.bytes[start..at].iter().rev().all(|byte| is_digit(*byte)) {
                self.found.secrets.push(start..at + 2);
            }
        }
    }
}

fn has_prefix(word: &str) -> bool {
    word.len() >= 20 && PREFIXES.iter().any(|prefix| word.starts_with(prefix))
}

fn is_jwt(word: &str) -> bool {
    word.len() >= 12 && word.starts_with("eyJ")
}
