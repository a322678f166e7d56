//! A request's URL and what it is signed with.

use std::ops::Range;

use crate::document::{Member, NodeKind, Object, Span, Value};
use crate::report::{Applicability, Severity};
use crate::request::{Spot, Url, has_placeholder};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, rule};

rule! {
    /// The URL is of the management plane or of no Batch account.
    ///
    /// ## Why it matters
    /// Requests to pools, jobs and tasks go to the account's own endpoint,
    /// `https://<account>.<region>.batch.azure.com`. The pools below
    /// `management.azure.com` are another API, with other bodies and other
    /// versions; `batch.core.windows.net` is what a token is for, no endpoint.
    /// A host that batchlint does not know is a warning.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "PUT", "url": "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a/pools/p1?api-version=2024-07-01", "body": { "properties": { "vmSize": "STANDARD_D2S_V3" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "method": "POST", "url": "https://a.westeurope.batch.azure.com/pools?api-version=2024-07-01.20.0", "body": { "id": "p1", "vmSize": "standard_d2s_v3" } }
    /// ```
    ///
    /// ## Source
    /// The form of an account's endpoint in the Batch REST reference.
    MANAGEMENT_URL {
        code: "AB1314",
        id: "shape/management-url",
        severity: Error,
        checks: &[Check::Request(host)],
    }
}

rule! {
    /// The URL of a request has a form that signing or routing stumbles over.
    ///
    /// ## Why it matters
    /// The service takes TLS only. Quotes around the endpoint, as a settings
    /// file may have them, make an invalid URL. An empty segment in the path
    /// is `InvalidUri` or another resource, and the signature of a shared key
    /// covers the path as it is written.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "GET", "url": "http://a.westus.batch.azure.com//pools?api-version=2024-07-01.20.0" }
    /// ```
    ///
    /// ## Use instead
    /// ```json right
    /// { "method": "GET", "url": "https://a.westus.batch.azure.com/pools?api-version=2024-07-01.20.0" }
    /// ```
    ///
    /// ## Fix safety
    /// The fixes are safe: each leaves the request one to the same resource.
    ///
    /// ## Source
    /// azure-batch-cli-extensions#119 (quotes in the endpoint); Azure/Batch#140
    /// (TLS); the paths in `schemas/operations.json`.
    URL_FORM {
        code: "AB1315",
        id: "shape/url-form",
        severity: Warning,
        fix: Safe,
        checks: &[Check::Request(form)],
    }
}

rule! {
    /// A stored request holds a key, a token or a signature.
    ///
    /// ## Why it matters
    /// Files of requests are kept in repositories. The token of a bearer header
    /// is good for an hour, a shared key until it is changed. batchlint never
    /// prints the value. Signatures within a body are other rules' matter.
    ///
    /// ## Example
    /// ```json wrong
    /// { "method": "GET", "url": "/pools?api-version=2024-07-01.20.0", "headers": { "Authorization": "SharedKey acct:bm90IGEga2V5LCBqdXN0IHRoZSBmb3JtIG9mIG9uZQ==" } }
    /// ```
    ///
    /// ## Use instead
    /// A placeholder that the tool fills in.
    /// ```json right
    /// { "method": "GET", "url": "/pools?api-version=2024-07-01.20.0", "headers": { "Authorization": "{authorization}" } }
    /// ```
    ///
    /// ## Fix safety
    /// Suggested: the tool must know the placeholder. A key that has been in a
    /// file should be changed as well.
    ///
    /// ## Source
    /// Authenticate Requests to the Azure Batch Service.
    CREDENTIALS_IN_REQUEST {
        code: "AB1336",
        id: "shape/credentials-in-request",
        severity: Warning,
        fix: Suggested,
        checks: &[Check::Request(credentials)],
    }
}

/// Domains of accounts, in each of Azure's clouds.
const DOMAINS: [&str; 3] = ["batch.azure.com", "batch.chinacloudapi.cn", "batch.usgovcloudapi.net"];

/// What stands before the domain of an account's host; `None` if it is none.
fn before_domain(host: &str) -> Option<&str> {
    let mut domains = DOMAINS.into_iter();
    domains.find_map(|domain| {
        let before = host.strip_suffix(domain)?;
        before.strip_suffix('.').or_else(|| before.is_empty().then_some(""))
    })
}

fn host(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(url) = &context.analysis.request.url else { return };
    let mut say = |at: &Range<usize>, message: &str, help: &str, severity| {
        findings.add(
            Finding::spot(&MANAGEMENT_URL, url.spot(at), message).help(help).at_most(severity),
        );
    };
    let endpoint = "an account's endpoint is `https://<account>.<region>.batch.azure.com`";
    if url.is_management() {
        let at = url.authority().map_or_else(|| url.path().1, |(_, range)| range);
        say(
            &at,
            "this is a URL of the management plane",
            "pools there are another API, with other bodies and versions; batchlint checks \
             requests to an account's endpoint, `https://<account>.<region>.batch.azure.com`",
            Severity::Error,
        );
        return;
    }
    let (Some(host), Some((authority, at))) = (url.host(), url.authority()) else { return };
    if has_placeholder(authority) || host.starts_with(['$', '%', '<', '{']) || host.is_empty() {
        return;
    }
    if host == "batch.core.windows.net" {
        let message = "this host is what a token is for, not an endpoint";
        say(&at, message, endpoint, Severity::Error);
    } else if host.ends_with(".core.windows.net") {
        say(&at, "this host is of Azure Storage, not of Batch", endpoint, Severity::Error);
    } else if let Some(before) = before_domain(&host) {
        // Other clouds than the public one have the same form, as far as known.
        if host.ends_with("azure.com") && !before.contains('.') {
            say(&at, "this host has no account and region", endpoint, Severity::Error);
        }
    } else if !is_for_tests(&host) {
        let message = format!("`{}` is no host of a Batch account", shorten(&host, 80));
        say(&at, &message, endpoint, Severity::Warning);
    }
}

/// Whether a host may well stand for the service: a machine's own, a test
/// server, an address, a private endpoint.
fn is_for_tests(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let reserved = ["localhost", "local", "test", "example", "invalid", "internal", "lan", "home"];
    let numeric = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let label = |name: &str| host.split('.').any(|label| label == name);
    !host.contains('.')
        || host.starts_with('[')
        || numeric
        || reserved.contains(&last)
        || ["example.com", "example.net", "example.org"].iter().any(|known| {
            host.strip_suffix(known)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
        || label("privatelink")
        || label("batch")
}

fn form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let request = &context.analysis.request;
    let Some(url) = &request.url else { return };
    if url.is_elsewhere() {
        return;
    }
    // What is relative is made whole by a tool.
    let (Some((authority, range)), Some((scheme, scheme_at))) = (url.authority(), url.scheme())
    else {
        quoted_whole(url, findings);
        return;
    };
    let host = url.host().unwrap_or_default();
    let of_account = before_domain(&host).is_some();
    let placeholder = has_placeholder(authority);
    if !of_account && !placeholder && is_for_tests(&host) {
        return;
    }
    let safe = Applicability::Safe;
    if of_account && scheme.eq_ignore_ascii_case("http") {
        let spot = url.spot(&scheme_at);
        findings.add(Finding::spot(&URL_FORM, spot, "the service takes `https` only").fix(
            "Write `https`",
            safe,
            spot.span,
            "https",
        ));
    }
    quoted_whole(url, findings);
    if !placeholder {
        in_host(url, authority, &range, of_account, findings);
    }
    in_path(context, url, findings);
}

/// Whether a character has no place in a host.
fn is_stray(c: char) -> bool {
    matches!(c, '"' | '\'') || c.is_whitespace()
}

/// Blanks and quotes around the URL as a whole.
fn quoted_whole(url: &Url<'_>, findings: &mut Findings<'_>) {
    let text = url.text();
    let inner = text.trim_matches(is_stray);
    if inner.is_empty() || inner.len() == text.len() || url.scheme().is_none() {
        return;
    }
    let start = text.len() - text.trim_start_matches(is_stray).len();
    let end = start + inner.len();
    let ranges = [0..start, end..text.len()];
    let gone = ranges.into_iter().filter(|range| !range.is_empty());
    let edits: Vec<(Span, String)> =
        gone.map(|range| (url.spot(&range).span, String::new())).collect();
    let spot = url.spot(&(0..text.len()));
    findings.add(
        Finding::spot(&URL_FORM, spot, "the URL has quotes or blanks around it")
            .help("they are sent as a part of it")
            .edits("Remove them", Applicability::Safe, edits),
    );
}

fn in_host(
    url: &Url<'_>,
    authority: &str,
    range: &Range<usize>,
    of_account: bool,
    findings: &mut Findings<'_>,
) {
    let at = |from: usize, to: usize| url.spot(&(range.start + from..range.start + to));
    let host_from = authority.rfind('@').map_or(0, |at| at + 1);
    if host_from > 1 {
        let message = "the URL has a user's name in it";
        findings.add(
            Finding::spot(&URL_FORM, at(0, host_from - 1), message)
                .help("requests are signed in the `Authorization` header; leave it out"),
        );
    }
    // At the end of the whole URL they are said to be there.
    let to = if range.end == url.text().len() {
        authority.trim_end_matches(is_stray).len()
    } else {
        authority.len()
    };
    let host = authority.get(host_from..to).unwrap_or_default();
    let stray: Vec<(Span, String)> = host
        .char_indices()
        .filter(|(_, c)| is_stray(*c))
        .take(16)
        .map(|(place, c)| {
            let from = host_from + place;
            (at(from, from + c.len_utf8()).span, String::new())
        })
        .collect();
    if !stray.is_empty() {
        findings.add(
            Finding::spot(&URL_FORM, at(0, authority.len()), "the host has quotes or blanks in it")
                .edits("Remove them", Applicability::Safe, stray),
        );
    }
    if let Some((name, port)) = host.rsplit_once(':')
        && of_account
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port != "443"
    {
        let from = host_from + name.len();
        findings.add(
            Finding::spot(&URL_FORM, at(from, from + 1 + port.len()), "the port is not 443")
                .help("the service is reached at port 443 only"),
        );
    }
}

fn in_path(context: &Context<'_>, url: &Url<'_>, findings: &mut Findings<'_>) {
    let (path, range) = url.path();
    let at = |from: usize, to: usize| url.spot(&(range.start + from..range.start + to));
    let safe = Applicability::Safe;
    let path = path.trim_end_matches(is_stray);
    let mut doubled: Vec<(Span, String)> = Vec::new();
    let mut from = 0;
    while let Some(found) = path.get(from..).and_then(|rest| rest.find("//")) {
        let start = from + found;
        let length = path[start..].bytes().take_while(|byte| *byte == b'/').count();
        from = start + length;
        if doubled.len() < 16 {
            // At the end all slashes go; that is said below.
            if from < path.len() {
                doubled.push((at(start, from).span, "/".to_owned()));
            }
        }
    }
    if let Some((span, _)) = doubled.first() {
        let spot = Spot { node: url.value.index(), span: *span };
        findings.add(Finding::spot(&URL_FORM, spot, "the path has a doubled slash").edits(
            "Write one",
            safe,
            doubled,
        ));
    }
    let bare = path.trim_end_matches('/');
    if !bare.is_empty() && bare.len() < path.len() {
        let spot = at(bare.len(), path.len());
        findings.add(Finding::spot(&URL_FORM, spot, "the path has a slash at its end").fix(
            "Remove it",
            safe,
            spot.span,
            "",
        ));
    }
    // Which words of the path are the API's, and which are ids, the operation
    // says.
    let Some(operation) = context.analysis.operation() else { return };
    let own = operation.path.split('/').filter(|segment| !segment.is_empty());
    let mut place = 0;
    let mut edits: Vec<(Span, String)> = Vec::new();
    let mut segments = path.split('/').filter_map(|segment| {
        let start = place;
        place += segment.len() + 1;
        (!segment.is_empty()).then_some((start, segment))
    });
    for own in own {
        let Some((start, segment)) = segments.next() else { return };
        let word = own.split(['{', '(']).next().unwrap_or(own);
        let Some(given) = segment.get(..word.len()) else { return };
        if !given.eq_ignore_ascii_case(word) {
            return;
        }
        if given != word {
            edits.push((at(start, start + word.len()).span, word.to_owned()));
        }
    }
    if segments.next().is_some() {
        return;
    }
    if let Some((span, word)) = edits.first() {
        let spot = Spot { node: url.value.index(), span: *span };
        let message = format!("the path is written in another case than `{word}`");
        findings.add(
            Finding::spot(&URL_FORM, spot, message).help("paths are in lower case").edits(
                "Write it in lower case",
                safe,
                edits,
            ),
        );
    }
}

fn credentials(context: &Context<'_>, findings: &mut Findings<'_>) {
    let request = &context.analysis.request;
    let Some(root) = request.envelope else { return };
    let mut say = |at: Value<'_>, what: &str, placeholder: &str| {
        let message = format!("the request holds {what}");
        findings.add(
            Finding::spot(&CREDENTIALS_IN_REQUEST, Spot::of(at), message)
                .help("whoever reads the file can use it; let the tool fill it in")
                .fix(
                    format!("Write `{placeholder}`"),
                    Applicability::Suggested,
                    at.span(),
                    format!("\"{placeholder}\""),
                ),
        );
    };
    for place in ["headers", "parameters"] {
        let object = named(root, place).and_then(|member| member.value.as_object());
        let Some(member) = object.and_then(|object| named(object, "authorization")) else {
            continue;
        };
        if let Some(what) = member.value.as_str().and_then(|text| credential(&text)) {
            say(member.value, what, "{authorization}");
        }
    }
    let keys = [
        ("accountKey", "an account's key", "{accountKey}"),
        ("account_key", "an account's key", "{accountKey}"),
        ("sharedKey", "an account's key", "{accountKey}"),
        ("AZURE_BATCH_ACCESS_KEY", "an account's key", "{accountKey}"),
        ("accessToken", "a token", "{accessToken}"),
    ];
    for member in root.members() {
        let name = member.name();
        let Some((_, what, placeholder)) = keys.iter().find(|(known, ..)| *known == name) else {
            continue;
        };
        let is_text = member.value.kind() == NodeKind::String;
        let text = member.value.as_str().unwrap_or_default();
        if is_text && !text.trim().is_empty() && !is_placeholder(&text) {
            say(member.value, what, placeholder);
        }
    }
    if let Some(url) = &request.url {
        let mut parts = url.query();
        let signed = parts.find(|part| {
            let text = part.text.as_deref().unwrap_or_default();
            matches!(&*part.name.to_ascii_lowercase(), "sig" | "access_token")
                && !text.is_empty()
                && !is_placeholder(text)
        });
        if let Some(value) = signed.and_then(|part| part.value_at) {
            let spot = url.spot(&value);
            findings.add(
                Finding::spot(&CREDENTIALS_IN_REQUEST, spot, "the URL holds a signature or token")
                    .help("whoever reads the file can use it; let the tool fill it in")
                    .fix("Write `{signature}`", Applicability::Suggested, spot.span, "{signature}"),
            );
        }
    }
}

/// The member of this name in any case.
fn named<'d>(object: Object<'d>, name: &str) -> Option<Member<'d>> {
    object.members().find(|member| member.name().eq_ignore_ascii_case(name))
}

/// Whether a value stands for a secret: a template's placeholder, or stars and
/// the like.
fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    has_placeholder(text)
        || text.starts_with('$')
        || text.bytes().all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X'))
}

/// What an `Authorization` header holds; `None` if it is no real credential.
fn credential(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim();
    if rest.is_empty() || is_placeholder(rest) {
        return None;
    }
    let base64 = |text: &str| {
        text.len() >= 8
            && text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
            })
    };
    match &*scheme.to_ascii_lowercase() {
        "bearer" => {
            let parts = rest.split('.').filter(|part| !part.is_empty()).count();
            (parts == 3 && rest.len() > 20).then_some("a bearer token")
        }
        "sharedkey" | "sharedkeylite" => rest
            .split_once(':')
            .is_some_and(|(account, key)| !account.is_empty() && base64(key))
            .then_some("the signature of a shared key"),
        "basic" => base64(rest).then_some("a user's name and password"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_credentials_are_told_from_placeholders() {
        for text in [
            "Bearer eyJhbGciOiJub25l.eyJzdWIiOiJub2JvZHki.c2lnbmF0dXJl",
            "bearer eyJhbGciOiJub25l.eyJzdWIiOiJub2JvZHki.c2lnbmF0dXJl",
            "SharedKey acct:bm90IGEga2V5LCBqdXN0IHRoZSBmb3Jt",
            "Basic bm9ib2R5Om5vdGhpbmc=",
        ] {
            assert!(credential(text).is_some(), "{text}");
        }
        for text in [
            "",
            "Bearer",
            "Bearer {token}",
            "Bearer <token>",
            "Bearer $TOKEN",
            "Bearer ${token}",
            "Bearer ***",
            "Bearer x.y",
            "SharedKey acct:{signature}",
            "SharedKey ",
            "{authorization}",
            "SharedKey acct:...",
            "Basic {credentials}",
        ] {
            assert!(credential(text).is_none(), "{text}");
        }
    }

    #[test]
    fn hosts_of_accounts_and_of_tests_are_known() {
        assert_eq!(before_domain("a.westus.batch.azure.com"), Some("a.westus"));
        assert_eq!(before_domain("batch.azure.com"), Some(""));
        assert_eq!(before_domain("notbatch.azure.com"), None);
        for host in ["localhost", "127.0.0.1", "[::1]", "mock", "api.test", "a.example.com"] {
            assert!(is_for_tests(host), "{host}");
        }
        for host in ["contoso.com", "notexample.com"] {
            assert!(!is_for_tests(host), "{host}");
        }
    }
}
