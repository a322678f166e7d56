//! The options of `docker create`, as `containerRunOptions` has them:
//! `--rm -e "GREETING=good day" --workdir /app`.

use std::borrow::Cow;
use std::ops::Range;

/// A word, quotes and escapes resolved.
#[derive(Debug, PartialEq, Eq)]
struct Word<'t> {
    text: Cow<'t, str>,
    range: Range<usize>,
}

/// An option.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opt<'t> {
    /// With its dashes; several flags of one letter may be one: `-it`.
    pub(crate) name: Cow<'t, str>,
    /// Where the option and its value are, in bytes.
    pub(crate) range: Range<usize>,
}

impl Opt<'_> {
    /// Whether it is this one, by its whole name or its letter.
    pub(crate) fn is(&self, name: &str, letter: char) -> bool {
        match self.name.strip_prefix("--") {
            Some(long) => long == name,
            None => self.name.contains(letter),
        }
    }
}

/// The options of a text, in order.
pub(crate) struct Options<'t> {
    text: &'t str,
    at: usize,
}

/// The options without a value. All others have one.
const FLAGS: [&str; 13] = [
    "detach",
    "disable-content-trust",
    "help",
    "init",
    "interactive",
    "no-healthcheck",
    "oom-kill-disable",
    "privileged",
    "publish-all",
    "quiet",
    "read-only",
    "rm",
    "sig-proxy",
];

/// Those that have a letter as well, and those that are a letter.
const FLAG_LETTERS: &str = "ditPq";

impl<'t> Options<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let at = command(text).map_or(0, |words| words.end);
        Options { text, at }
    }

    /// The next word, and the place behind it.
    fn word(&self, from: usize) -> Option<Word<'t>> {
        let rest = self.text.get(from..)?;
        let start = from + rest.find(|c: char| !c.is_whitespace())?;
        let rest = self.text.get(start..)?;
        let plain = rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '\\'));
        let plain = plain.unwrap_or(rest.len());
        let (text, length) = match rest.get(plain..).and_then(|rest| rest.chars().next()) {
            Some('\'' | '"' | '\\') => {
                let (text, length) = resolved(rest);
                (Cow::Owned(text), length)
            }
            _ => (Cow::Borrowed(rest.get(..plain)?), plain),
        };
        Some(Word { text, range: start..start + length })
    }
}

impl<'t> Iterator for Options<'t> {
    type Item = Opt<'t>;

    fn next(&mut self) -> Option<Opt<'t>> {
        let word = loop {
            let word = self.word(self.at)?;
            self.at = word.range.end;
            // What is no option is the image, or an author's slip.
            if word.text.len() > 1 && word.text.starts_with('-') {
                break word;
            }
        };
        let mut range = word.range.clone();
        let (length, takes_next) = shape(&word.text);
        let name = match word.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..length).unwrap_or(text)),
            Cow::Owned(mut text) => {
                text.truncate(length);
                Cow::Owned(text)
            }
        };
        if takes_next && let Some(value) = self.word(self.at) {
            self.at = value.range.end;
            range.end = value.range.end;
        }
        Some(Opt { name, range })
    }
}

/// How long the name is in a word that is an option, and whether the next word
/// is its value.
fn shape(word: &str) -> (usize, bool) {
    if let Some(long) = word.strip_prefix("--") {
        return match long.find('=') {
            Some(at) => (at + 2, false),
            None => (word.len(), !FLAGS.contains(&long) && !long.is_empty()),
        };
    }
    // The first letter that is no flag has the rest as its value, or the next
    // word.
    match word.char_indices().skip(1).find(|(_, c)| !FLAG_LETTERS.contains(*c)) {
        Some((at, c)) => {
            let end = at + c.len_utf8();
            (end, end == word.len())
        }
        None => (word.len(), false),
    }
}

/// Resolves the quotes of a word that the text begins with; gives it and its
/// length as written.
fn resolved(text: &str) -> (String, usize) {
    let mut out = String::new();
    let mut quote = None;
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => out.extend(rest.next().map(|(_, c)| c)),
            (None, c) if c.is_whitespace() => return (out, at),
            (_, c) => out.push(c),
        }
    }
    (out, text.len())
}

/// The words of a whole command that an author has put before its options:
/// `docker run`.
pub(crate) fn command(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let mut end = None;
    let words = Options { text, at: 0 };
    let mut at = 0;
    while let Some(word) = words.word(at) {
        let known: &[&str] = match end {
            None => &["docker", "podman", "nerdctl"],
            Some(_) => &["run", "create", "container"],
        };
        if !known.contains(&&*word.text) {
            break;
        }
        at = word.range.end;
        end = Some(at);
    }
    end.map(|end| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, &str)> {
        let options = Options::of(text);
        options.map(|one| (one.name.into_owned(), &text[one.range])).collect()
    }

    fn pair<'t>(name: &str, text: &'t str) -> (String, &'t str) {
        (name.to_owned(), text)
    }

    #[test]
    fn options_have_their_values() {
        assert_eq!(
            read("--rm  --workdir /app -e A=--gpus --shm-size=1g -it -u0 -v /a:/b"),
            [
                pair("--rm", "--rm"),
                pair("--workdir", "--workdir /app"),
                pair("-e", "-e A=--gpus"),
                pair("--shm-size", "--shm-size=1g"),
                pair("-it", "-it"),
                pair("-u", "-u0"),
                pair("-v", "-v /a:/b"),
            ]
        );
        // A value may look like an option.
        assert_eq!(read("-e -d"), [pair("-e", "-e -d")]);
        assert_eq!(read("--env --gpus"), [pair("--env", "--env --gpus")]);
        assert_eq!(read("-ite X --rm"), [pair("-ite", "-ite X"), pair("--rm", "--rm")]);
        assert_eq!(read("--gpus"), [pair("--gpus", "--gpus")]);
        assert_eq!(read(" - -- é -é"), [pair("--", "--"), pair("-é", "-é")]);
    }

    #[test]
    fn quotes_and_escapes_are_resolved() {
        assert_eq!(
            read(r#"-e "A=good --gpus all" '--gpus' "all" --na\me="x y" -e 'it"s'"#),
            [
                pair("-e", r#"-e "A=good --gpus all""#),
                pair("--gpus", r#"'--gpus' "all""#),
                pair("--name", r#"--na\me="x y""#),
                pair("-e", r#"-e 'it"s'"#),
            ]
        );
        assert_eq!(read(r#"-e "open --gpus"#), [pair("-e", r#"-e "open --gpus"#)]);
        assert_eq!(read("-e \\"), [pair("-e", "-e \\")]);
    }

    #[test]
    fn an_option_is_known_by_name_or_letter() {
        let is = |text, name, letter| Options::of(text).any(|one| one.is(name, letter));
        assert!(is("-w /app", "workdir", 'w') && is("--workdir=/app", "workdir", 'w'));
        assert!(is("-itd", "detach", 'd') && !is("--device /dev/x", "detach", 'd'));
        assert!(!is("-ve", "env", 'e'), "the rest of the word is the value");
    }

    #[test]
    fn a_command_before_the_options() {
        assert_eq!(command(" docker run --rm"), Some(1..11));
        assert_eq!(command("docker container run -d"), Some(0..20));
        assert_eq!(command("podman --rm"), Some(0..6));
        assert_eq!(command("--rm docker run"), None);
        assert_eq!(read("docker run -d"), [pair("-d", "-d")]);
    }
}
