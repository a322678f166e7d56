//! A request's URL: its parts, decoded, each with its place in the text.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::document::{Plain, Text, Value};

use super::Spot;

/// A part of a URL with its percent-encoding resolved, but for that of
/// slashes if they are to be kept.
fn of_url(part: &str, keep_slashes: bool) -> Plain {
    let mut plain = Plain::default();
    let mut at = 0;
    while let Some(found) = part.get(at..).and_then(|rest| rest.find('%')) {
        let from = at + found;
        plain.text.push_str(&part[at..from]);
        // A run of them is one piece, since a character may take several.
        let mut end = from;
        while let Some(code) = part.get(end..end + 3).filter(|code| is_code(code)) {
            if keep_slashes && code.eq_ignore_ascii_case("%2f") {
                break;
            }
            end += 3;
        }
        match part.get(from..end) {
            Some(run) if !run.is_empty() => {
                let content: Cow<'_, str> = percent_decode_str(run).decode_utf8_lossy();
                plain.resolved(&content, end);
                at = end;
            }
            _ => {
                plain.text.push('%');
                at = from + 1;
            }
        }
    }
    plain.text.push_str(part.get(at..).unwrap_or_default());
    plain
}

/// Whether this is a percent sign and two hexadecimal digits.
fn is_code(code: &str) -> bool {
    let mut bytes = code.bytes();
    bytes.next() == Some(b'%') && bytes.all(|byte| byte.is_ascii_hexdigit())
}

/// A text with its percent-encoding resolved.
pub(crate) fn percent_decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The URL of a request, as JSON means it: `\u0026` is `&`.
#[derive(Debug)]
pub(crate) struct Url<'d> {
    pub(crate) value: Value<'d>,
    content: Text,
    scheme: Option<Range<usize>>,
    /// Host and port, and what may stand before them.
    authority: Option<Range<usize>>,
    path: Range<usize>,
    query: Option<Range<usize>>,
}

impl<'d> Url<'d> {
    /// The URL that a string is.
    pub(crate) fn of(value: Value<'d>) -> Option<Url<'d>> {
        let content = Text::of(value)?;
        let text = content.text();

        let end = text.find('#').unwrap_or(text.len());
        // What stands around the whole is no part of it.
        let stray = |c: char| matches!(c, '"' | '\'') || c.is_whitespace();
        let end = text[..end].trim_end_matches(stray).len();
        let query = text[..end].find('?').map(|at| at + 1..end);
        let end = query.as_ref().map_or(end, |query| query.start - 1);
        let address = &text[..end];
        // `{batchUrl}/pools`, as templates write it, and `account.…/pools`
        // without a scheme have an authority too.
        let (scheme, from) = match address.find("://") {
            Some(at) => (Some(0..at), Some(at + 3)),
            None if is_host_first(address) => (None, Some(0)),
            None => (None, None),
        };
        let authority = from.map(|from| from..from + host_length(&address[from..]));
        let path = authority.as_ref().map_or(0, |authority| authority.end)..end;
        Some(Url { value, content, scheme, authority, path, query })
    }

    /// Where a part of the URL stands in the document.
    pub(crate) fn spot(&self, range: &Range<usize>) -> Spot {
        Spot { node: self.value.index(), span: self.content.span(range) }
    }

    /// The whole URL.
    pub(crate) fn text(&self) -> &str {
        self.content.text()
    }

    fn part(&self, range: &Range<usize>) -> &str {
        self.content.text().get(range.clone()).unwrap_or_default()
    }

    pub(crate) fn scheme(&self) -> Option<(&str, Range<usize>)> {
        self.scheme.clone().map(|range| (self.part(&range), range))
    }

    /// `user:password@host:443`, as written.
    pub(crate) fn authority(&self) -> Option<(&str, Range<usize>)> {
        self.authority.clone().map(|range| (self.part(&range), range))
    }

    /// The host in lower case, without what stands around it.
    pub(crate) fn host(&self) -> Option<String> {
        let (authority, _) = self.authority()?;
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.trim_matches(|c: char| matches!(c, '"' | '\'') || c.is_whitespace());
        // An address of IPv6 has colons of its own.
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        Some(host.trim_end_matches('.').to_ascii_lowercase())
    }

    /// Whether the URL is of the management plane or of another service, so
    /// that its path says nothing about an operation of the data plane.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.is_management() || self.host().is_some_and(|host| host.ends_with(".core.windows.net"))
    }

    /// Whether the URL is of the management plane, by its host or its path.
    pub(crate) fn is_management(&self) -> bool {
        let hosts =
            ["management.azure.com", "management.chinacloudapi.cn", "management.usgovcloudapi.net"];
        let start = "/subscriptions/";
        let (path, _) = self.path();
        path.get(..start.len()).is_some_and(|path| path.eq_ignore_ascii_case(start))
            || self.host().is_some_and(|host| hosts.contains(&&*host))
    }

    /// The path as written: `/pools/p%201`.
    pub(crate) fn path(&self) -> (&str, Range<usize>) {
        (self.part(&self.path), self.path.clone())
    }

    /// The path as it means: decoded but for slashes within segments, without
    /// empty segments.
    pub(crate) fn plain_path(&self) -> Path {
        let (written, _) = self.path();
        let mut decoded = of_url(written, true);
        // `{batchUrl}` alone is the address of the account.
        if decoded.text.is_empty() && self.authority.is_some() {
            decoded.resolved("/", 0);
        }
        let mut path = Path { text: String::new(), places: Vec::new(), decoded };
        let mut from = 0;
        for (index, segment) in path.decoded.text.split('/').enumerate() {
            let length = segment.len();
            let segment = if index == 0 { segment.trim_start() } else { segment };
            if index == 0 || !segment.is_empty() {
                if index > 0 {
                    path.text.push('/');
                }
                path.places.push((path.text.len(), from));
                path.text.push_str(segment);
            }
            from += length + 1;
        }
        if path.text.is_empty() && path.decoded.text.starts_with('/') {
            path.text.push('/');
        }
        path.text.truncate(path.text.trim_end().len());
        path
    }

    /// The parts of the query: name and value, decoded, and where each is.
    pub(crate) fn query(&self) -> impl Iterator<Item = QueryPart> {
        let range = self.query.clone().unwrap_or(0..0);
        let mut from = range.start;
        self.part(&range).split('&').filter_map(move |part| {
            let start = from;
            from += part.len() + 1;
            if part.is_empty() {
                return None;
            }
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (part, None),
            };
            let plain = |text: &str| of_url(&text.replace('+', " "), false).text;
            let end = start + part.len();
            Some(QueryPart {
                name: plain(name),
                text: value.map(plain),
                at: start..end,
                value_at: value.map(|value| end - value.len()..end),
            })
        })
    }

    /// Where a value of the path stands in the document.
    pub(super) fn spot_in_path(&self, path: &Path, value: &Range<usize>) -> Spot {
        let written = |at| self.path.start + path.written(at);
        self.spot(&(written(value.start)..written(value.end)))
    }
}

/// A part of a URL's query.
pub(crate) struct QueryPart {
    pub(crate) name: String,
    /// What stands behind the `=`.
    pub(crate) text: Option<String>,
    pub(crate) at: Range<usize>,
    pub(crate) value_at: Option<Range<usize>>,
}

/// A decoded path, with the way back to the path as written.
pub(crate) struct Path {
    pub(crate) text: String,
    /// For each segment its place in the text, and in the decoded path.
    places: Vec<(usize, usize)>,
    decoded: Plain,
}

impl Path {
    fn written(&self, at: usize) -> usize {
        let next = self.places.partition_point(|(text, _)| *text <= at);
        let (text, decoded) =
            next.checked_sub(1).and_then(|last| self.places.get(last)).copied().unwrap_or_default();
        self.decoded.source(decoded + (at - text))
    }

    /// Where a part of the text is, which must be a slice of it.
    pub(super) fn place(&self, part: &str) -> Range<usize> {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        start..start + part.len()
    }
}

/// Whether an address without a scheme begins with a host or a placeholder of
/// one.
fn is_host_first(address: &str) -> bool {
    let first = address.split('/').next().unwrap_or_default();
    let first = first.trim_start();
    first.starts_with(['{', '$', '<', '%', '"', '\''])
        || first.contains('.') && !first.contains('(')
}

/// How long the authority is: a placeholder in it may hold slashes.
fn host_length(rest: &str) -> usize {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => return at,
            _ => {}
        }
    }
    rest.len()
}

/// Whether a text is a template's placeholder, or has one in it: `{name}`,
/// `${name}`, `$(name)`, `<name>`, `%NAME%`, `{{name}}`.
pub(crate) fn has_placeholder(text: &str) -> bool {
    let between = |open: &str, close: char| {
        text.find(open).is_some_and(|at| text[at + open.len()..].find(close) > Some(0))
    };
    let percent = text.len() > 2 && text.starts_with('%') && text.ends_with('%');
    between("{", '}') || between("$(", ')') || between("<", '>') || percent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn with<T>(source: &str, check: impl FnOnce(&str, &Url<'_>) -> T) -> T {
        let document = Document::parse(source);
        let url = Url::of(document.root().expect("a value")).expect("a URL");
        check(source, &url)
    }

    #[test]
    fn urls_are_split() {
        let parts = |url: &str| {
            let source = format!("{url:?}");
            with(&source, |_, url| (url.plain_path().text, url.query().count()))
        };
        assert_eq!(parts("https://a.b.net/pools?x=1"), ("/pools".into(), 1));
        assert_eq!(parts("/pools/p1"), ("/pools/p1".into(), 0));
        assert_eq!(parts("{batchUrl}/jobs"), ("/jobs".into(), 0));
        assert_eq!(parts("${env:URL/x}/jobs#top"), ("/jobs".into(), 0));
        assert_eq!(parts("a.b.batch.azure.com/jobs"), ("/jobs".into(), 0));
        assert_eq!(parts("https://a.b.net"), ("/".into(), 0));
        assert_eq!(parts("https://a.b.net//pools//p/"), ("/pools/p".into(), 0));
        assert_eq!(parts("//pools"), ("/pools".into(), 0));
        assert_eq!(parts(""), (String::new(), 0));
        assert_eq!(parts("/"), ("/".into(), 0));
        assert_eq!(parts("/p?a=1&&b&"), ("/p".into(), 2));
    }

    #[test]
    fn parts_are_decoded_and_lead_back_to_the_text() {
        let source =
            r#""\/jobs\u002Fa%20%C3%BCb\/tasks/x%2fy?$filter=a+b%26\u0026api\u002Dversion=1""#;
        with(source, |source, url| {
            let path = url.plain_path();
            assert_eq!(path.text, "/jobs/a \u{fc}b/tasks/x%2fy");
            let shown = |spot: Spot| &source[spot.span.range()];
            let at = path.place(&path.text[6..11]);
            assert_eq!(shown(url.spot_in_path(&path, &at)), "a%20%C3%BCb");
            let query: Vec<_> = url.query().collect();
            assert_eq!(query.len(), 2);
            assert_eq!(query[0].name, "$filter");
            assert_eq!(query[0].text.as_deref(), Some("a b&"));
            assert_eq!(shown(url.spot(&query[0].at)), "$filter=a+b%26");
            assert_eq!(query[1].name, "api-version");
            assert_eq!(shown(url.spot(&query[1].at)), r"api\u002Dversion=1");
        });
    }

    #[test]
    fn what_is_no_escape_stays_and_nothing_is_cut_apart() {
        for source in [
            r#""\ud83d\ude00%F0%9F%98%80%""#,
            r#""\ud83d\u0041%zz\u12""#,
            r#""\u00e4%E4%\ud800""#,
            "\"\\",
            "\"a\\u",
            "\"%\u{e4}%2\u{e4}?\u{e4}=%\"",
        ] {
            with(source, |source, url| {
                let path = url.plain_path();
                for at in 0..=path.text.len() {
                    let spot = url.spot_in_path(&path, &(at..at));
                    assert!(spot.span.end as usize <= source.len(), "{source} {at}");
                }
                let query = url.query().last();
                if let Some(query) = query {
                    assert!(source.get(url.spot(&query.at).span.range()).is_some());
                }
                url.host();
            });
        }
        assert_eq!(with(r#""\ud83d\ude00x""#, |_, url| url.text().to_owned()), "\u{1f600}x");
    }

    #[test]
    fn placeholders_are_seen() {
        for text in ["{api-version}", "$(version)", "${v}", "<version>", "%VERSION%", "{{v}}"] {
            assert!(has_placeholder(text), "{text}");
        }
        for text in ["", "2024-07-01", "%20", "a%20b", "}{", "{}", "$x"] {
            assert!(!has_placeholder(text), "{text}");
        }
    }
}
