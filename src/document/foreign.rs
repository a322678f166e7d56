//! Texts of another kind altogether, told by their beginning: a pipeline has
//! captured the wrong stream, or somebody has named the wrong file.

use super::Span;
use crate::growth;

/// What a text is that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// YAML; its first names, and what they are typical of.
    Yaml { names: Vec<String>, seems: Option<&'static str> },
    /// XML or HTML; the title of a page.
    Markup { title: Option<String> },
    /// A Markdown fence around a text; the text within.
    Fence { inner: Option<Span> },
    /// An HTTP message, or the command that sends one.
    Http { curl: bool },
    /// What Git LFS stores in place of a file.
    LfsPointer,
    /// A hash table of PowerShell.
    PowerShell,
    /// Terraform's language.
    Hcl,
    /// Bicep.
    Bicep,
    /// No text at all; what it is.
    Binary(&'static str),
    /// What a tool has said; where JSON begins behind it, if it does.
    Log { warning: bool, json: Option<u32> },
    /// A merge that is not finished; the first marker.
    Conflict { marker: Span },
}

/// How much of a text is looked at for what may be anywhere in its beginning.
const BEGINNING: usize = 4096;

/// What a text is, if it is plainly something else than JSON. Where it begins
/// with a bracket it is JSON, if not a good one, unless a merge was left
/// unfinished in it.
pub(crate) fn recognise(text: &str) -> Option<(Foreign, Span)> {
    let body = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let start = text.len() - body.len();
    growth::count(start);
    let first = body.find('\n').map_or(body.len(), |end| end);
    let line = Span::new(start, start + body[..first].trim_end().len());
    if let Some(marker) = conflict(text) {
        return Some((Foreign::Conflict { marker }, marker));
    }
    if matches!(body.bytes().next(), None | Some(b'{' | b'[' | b'"')) {
        return None;
    }
    let foreign = beginning(text, body, start).or_else(|| yaml(body))?;
    Some((foreign, line))
}

fn beginning(text: &str, body: &str, start: usize) -> Option<Foreign> {
    let begins = |word: &str| body.get(..word.len()).is_some_and(|begin| begin == word);
    let line = body.lines().next().unwrap_or_default();
    if let Some(what) = binary(text) {
        return Some(Foreign::Binary(what));
    }
    if let Some(rest) = body.strip_prefix('<')
        && rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!'))
    {
        return Some(Foreign::Markup { title: title(body) });
    }
    if begins("```") {
        return Some(Foreign::Fence { inner: fenced(body, start) });
    }
    let request = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE "].iter().any(|word| begins(word));
    if begins("HTTP/") || request && line.contains(" HTTP/") {
        return Some(Foreign::Http { curl: false });
    }
    if begins("curl ") || begins("$ curl ") {
        return Some(Foreign::Http { curl: true });
    }
    if begins("version https://git-lfs.github.com/spec") {
        return Some(Foreign::LfsPointer);
    }
    if begins("@{") || begins("@(") {
        return Some(Foreign::PowerShell);
    }
    let block = after_word(line, &["resource", "data", "variable", "provider", "module"])
        .is_some_and(|rest| rest.starts_with('"'));
    if block || begins("terraform {") || begins("locals {") {
        return Some(Foreign::Hcl);
    }
    let declared = after_word(line, &["param", "resource", "var", "module"])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
    if declared && !line.contains(": ") || begins("targetScope") {
        return Some(Foreign::Bicep);
    }
    if ["ERROR:", "WARNING:", "Traceback (most recent call last)"].iter().any(|word| begins(word)) {
        return Some(Foreign::Log { warning: begins("WARNING:"), json: json_behind(body, start) });
    }
    None
}

/// What stands behind one of these words.
fn after_word<'t>(line: &'t str, words: &[&str]) -> Option<&'t str> {
    let (word, rest) = line.split_once(' ')?;
    words.contains(&word).then(|| rest.trim_start())
}

/// What bytes that are no text are of.
fn binary(text: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 3] = [
        ("PK\u{3}\u{4}", "a ZIP archive"),
        ("%PDF-", "a PDF document"),
        ("\u{7f}ELF", "a program"),
    ];
    if let Some((_, what)) = KINDS.iter().find(|(begin, _)| text.starts_with(begin)) {
        return Some(what);
    }
    let beginning = text.as_bytes().get(..64).unwrap_or(text.as_bytes());
    let strange =
        |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | 0x1b);
    (beginning.iter().filter(|byte| strange(byte)).count() > beginning.len() / 16)
        .then_some("binary data")
}

/// The title of a page, as it stands there.
fn title(body: &str) -> Option<String> {
    let beginning = cut(body, BEGINNING);
    growth::count(beginning.len());
    let lower = beginning.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find('<')?;
    let title = beginning.get(start..end)?;
    let words: Vec<&str> = title.split_ascii_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The beginning of a text, of about so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// What stands within a fence, if it begins as JSON does.
fn fenced(body: &str, start: usize) -> Option<Span> {
    let opening = body.find('\n')? + 1;
    let rest = body.get(opening..)?;
    growth::count(body.len());
    let end = match rest.rfind("\n```") {
        // Behind the fence there is nothing.
        Some(end) if rest.get(end + 4..)?.trim().is_empty() => end + 1,
        Some(_) => return None,
        None => rest.len(),
    };
    let inner = rest.get(..end)?;
    inner.trim_start().starts_with(['{', '[']).then(|| {
        let start = start + opening;
        Span::new(start, start + end)
    })
}

/// Where a line begins JSON, behind what a tool has said.
fn json_behind(body: &str, start: usize) -> Option<u32> {
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        growth::count(line.len());
        if line.starts_with(['{', '[']) {
            return u32::try_from(start + at).ok();
        }
        at += line.len();
    }
    None
}

/// The first marker of a merge that is not finished.
fn conflict(text: &str) -> Option<Span> {
    let at = |marker: &str, from: usize| {
        let rest = text.get(from..)?;
        growth::count(rest.len());
        let mut places = rest.match_indices(marker).map(|(at, _)| from + at);
        places.find(|at| at.checked_sub(1).is_none_or(|at| text.as_bytes().get(at) == Some(&b'\n')))
    };
    let ours = at("<<<<<<< ", 0)?;
    let between = at("=======", ours)?;
    at(">>>>>>> ", between)?;
    let line = text.get(ours..)?.lines().next()?;
    Some(Span::new(ours, ours + line.len()))
}

/// YAML: what begins as a stream of it does, or has names line by line and
/// hardly any commas.
fn yaml(body: &str) -> Option<Foreign> {
    let stream = body.starts_with("---") || body.starts_with("%YAML");
    let mut named = 0usize;
    let mut commas = 0usize;
    let mut names: Vec<&str> = Vec::new();
    for line in cut(body, 16 * BEGINNING).lines() {
        growth::count(line.len());
        let line = line.trim_end();
        commas += usize::from(line.ends_with(','));
        let Some(name) = name(line) else { continue };
        named += 1;
        if names.len() < 20 && line.starts_with(name) {
            names.push(name);
        }
    }
    let first = body.lines().find(|line| !is_blank(line)).unwrap_or_default();
    let begins = first.starts_with("- ") || name(first).is_some();
    if !(stream || begins && named >= 2 && commas * 4 <= named) {
        return None;
    }
    let has = |name: &str| names.contains(&name);
    let seems = if has("apiVersion") && has("kind") {
        Some("a manifest of Kubernetes")
    } else if has("on") && has("jobs") {
        Some("a workflow of GitHub")
    } else if has("steps") || has("stages") || has("trigger") && has("pool") {
        Some("a pipeline of Azure DevOps")
    } else if has("services") {
        Some("a file of Docker Compose")
    } else {
        None
    };
    let names = names.into_iter().take(3).map(str::to_owned).collect();
    Some(Foreign::Yaml { names, seems })
}

/// Whether a line of YAML says nothing.
fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The name that a line of YAML begins with.
fn name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("- ").unwrap_or(line);
    let (name, rest) = line.split_once(':')?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '-');
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    (name.starts_with(first)
        && name.chars().all(word)
        && (rest.is_empty() || rest.starts_with(' ')))
    .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Foreign> {
        recognise(text).map(|(foreign, _)| foreign)
    }

    #[test]
    fn yaml_is_told_from_json_without_braces() {
        for text in [
            "id: p1\nvmSize: standard_d2s_v3\n",
            "# a pool\nid: p1\nmetadata:\n  - name: a\n    value: b\n",
            "---\n{\"id\": \"p1\"}\n",
            "%YAML 1.2\n---\nid: p1\n",
            "- id: t1\n  commandLine: hostname\n- id: t2\n",
            "\u{feff}id: p1\r\nvmSize: a\r\n",
        ] {
            assert!(matches!(kind(text), Some(Foreign::Yaml { .. })), "{text}");
        }
        for text in [
            "",
            " \n",
            "id",
            "id: p1",
            "{\n  id: p1\n  vmSize: a\n}",
            "// a comment\n{id: 1,\nvmSize: 2}",
            "# a comment\n{\"id\": 1}",
            "\"pool\": {\n  id: 1\n  vmSize: 2\n}",
            "id: \"p1\",\nvmSize: \"a\",\n",
            "1: 2\n3: 4\n",
            "https://example.com/a\nhttps://example.com/b\n",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
        let typical = |text: &str| match kind(text) {
            Some(Foreign::Yaml { names, seems }) => (names.join(" "), seems),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            typical("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n"),
            ("apiVersion kind metadata".into(), Some("a manifest of Kubernetes"))
        );
        assert_eq!(typical("on: push\njobs:\n  build:\n").1, Some("a workflow of GitHub"));
    }

    #[test]
    fn texts_of_other_kinds_are_known_by_their_beginning() {
        let page = "<!DOCTYPE html>\n<html><head><TITLE>Sign in\n to your account</TITLE></head>";
        assert_eq!(
            kind(page),
            Some(Foreign::Markup { title: Some("Sign in to your account".into()) })
        );
        assert_eq!(kind("<?xml version=\"1.0\"?>\n<a/>"), Some(Foreign::Markup { title: None }));
        assert_eq!(kind("HTTP/1.1 200 OK\n\n{}"), Some(Foreign::Http { curl: false }));
        assert_eq!(kind("POST /pools HTTP/1.1\n\n{}"), Some(Foreign::Http { curl: false }));
        assert_eq!(kind("curl -d '{}' https://a"), Some(Foreign::Http { curl: true }));
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
        assert_eq!(kind(pointer), Some(Foreign::LfsPointer));
        assert_eq!(kind("@{\n  id = 'p'\n}"), Some(Foreign::PowerShell));
        assert_eq!(kind("resource \"azurerm_batch_pool\" \"p\" {\n}"), Some(Foreign::Hcl));
        assert_eq!(kind("terraform {\n}"), Some(Foreign::Hcl));
        assert_eq!(kind("param location string\n"), Some(Foreign::Bicep));
        assert_eq!(kind("resource p 'Microsoft.Batch/x' = {\n}"), Some(Foreign::Bicep));
        assert_eq!(kind("targetScope = 'subscription'\n"), Some(Foreign::Bicep));
        assert_eq!(kind("PK\u{3}\u{4}\u{14}\0"), Some(Foreign::Binary("a ZIP archive")));
        assert_eq!(kind("\u{1f}\u{8b}\u{8}\0\0\0"), Some(Foreign::Binary("binary data")));
        let log = |text: &str| match kind(text) {
            Some(Foreign::Log { warning, json }) => (warning, json),
            other => panic!("{other:?}"),
        };
        assert_eq!(log("WARNING: preview\n{\"id\": 1}\n"), (true, Some(17)));
        assert_eq!(log("ERROR: not found\n"), (false, None));
        assert_eq!(log("Traceback (most recent call last):\n  x\n"), (false, None));
    }

    #[test]
    fn a_fence_is_taken_off_where_json_is_all_there_is_within() {
        let inner = |text: &str| match kind(text) {
            Some(Foreign::Fence { inner }) => inner.map(|span| text[span.range()].to_owned()),
            other => panic!("{other:?}"),
        };
        assert_eq!(inner("```json\n{\"a\": 1}\n```\n").as_deref(), Some("{\"a\": 1}\n"));
        assert_eq!(inner("\n```\n[1]").as_deref(), Some("[1]"));
        assert_eq!(inner("```json\n{\"a\": 1}\n```\nand so on\n"), None);
        assert_eq!(inner("```yaml\na: 1\n```\n"), None);
        assert_eq!(inner("```"), None);
    }

    #[test]
    fn an_unfinished_merge_is_seen_anywhere() {
        let text = "{\n<<<<<<< HEAD\n\"id\": 1\n=======\n\"id\": 2\n>>>>>>> other\n}";
        let Some((Foreign::Conflict { marker }, at)) = recognise(text) else { panic!("{text}") };
        assert_eq!((&text[marker.range()], marker), ("<<<<<<< HEAD", at));
        for text in
            ["{\"a\": \"<<<<<<< x ======= >>>>>>> y\"}", "{\n<<<<<<< HEAD\n}", "{\n=======\n}"]
        {
            assert_eq!(kind(text), None, "{text}");
        }
    }
}
