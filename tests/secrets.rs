//! No part of a secret is ever shown, however a document is written and
//! however it is broken.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use batchlint::report::mask;
use batchlint::{Linter, Report, Target};
use proptest::prelude::*;

/// A secret's content: letters and digits that nothing else has six of in a row.
fn canary() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{2}[0-9][A-Z]{2}[a-z][0-9]{2}[a-zA-Z0-9]{9,24}"
}

/// Parts of documents with a secret at `§`, members of an object each.
const MEMBERS: &[&str] = &[
    r#""password": "§""#,
    r#""adminPassword": "§""#,
    r#""admin_password": "§""#,
    r#""Password" : "x\"§""#,
    r#""pass\u0077ord": "§""#,
    r#""userAccounts": [{"name": "a", "password": "§", "elevationLevel": "admin"}]"#,
    r#""linuxUserConfiguration": {"sshPrivateKey": "-----BEGIN RSA PRIVATE KEY-----\n§\n-----END RSA PRIVATE KEY-----"}"#,
    r#""identityToken": "§""#,
    r#""primaryKey": "§", "keyName": "first""#,
    r#""access-key": "§""#,
    r#""x-api-key": "§""#,
    r#""connectionString": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=§;EndpointSuffix=b""#,
    r#""commandLine": "app 'DefaultEndpointsProtocol=https;AccountKey=§==;X=y'""#,
    r#""commandLine": "app Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=§""#,
    r#""registry": {"username": "u", "password": "§", "registryServer": "r.azurecr.io"}"#,
    r#""extensions": [{"name": "e", "protectedSettings": {"script": {"a": ["§", 1]}, "k": "§"}}]"#,
    r#""azureFileShareConfiguration": {"accountName": "a", "accountKey": "§"}"#,
    r#""httpUrl": "https://a.blob.core.windows.net/c?sv=1&sig=§&se=2""#,
    r#""httpUrl": "https://a.blob.core.windows.net/c?sv=1\u0026sig\u003d§\u0026se=2""#,
    r#""httpUrl": "https:\/\/a.blob.core.windows.net\/c?sig=ab%2F§%3D""#,
    r#""httpUrl": "https://a.b/go?to=https%3A%2F%2Fc%2Fd%3Fsig%3D§%26se%3D2""#,
    r#""httpUrl": "https://user:§@host.example/x""#,
    r#""commandLine": "curl -H 'Authorization: Bearer §' https://x""#,
    r#""commandLine": "curl -H \"Authorization: SharedKey acct:§\" https://x""#,
    r#""commandLine": "curl -u user:§ https://x""#,
    r#""commandLine": "tool --password § --verbose""#,
    r#""commandLine": "tool --account-key=§ --verbose""#,
    r#""commandLine": "tool --sas-token '§' x""#,
    r#""commandLine": "docker login -u me -p § reg.example""#,
    r#""commandLine": "az login --service-principal -u id -p § --tenant t""#,
    r#""commandLine": "git clone https://me:§@git.example/r.git""#,
    r#""commandLine": "run '{\"password\": \"§\", \"a\": 1}'""#,
    r#""commandLine": "run \"{\\\"client_secret\\\": \\\"§\\\"}\"""#,
    r#""commandLine": "export DB_PASSWORD=§ && ./run.sh""#,
    r#""commandLine": "cmd /c app /password § /x""#,
    r#""environmentSettings": [{"name": "AZURE_CLIENT_SECRET", "value": "§"}]"#,
    r#""environmentSettings": [{"Name": "DB_PASSWORD", "Value": "§"}, {"Name": "MODE", "Value": "fast"}]"#,
    r#""environmentSettings": [{"value": "§", "name": "API_TOKEN"}]"#,
    r#""headers": {"Authorization": "SharedKey acct:§", "Accept": "application/json"}"#,
    r#""data": "§§§", "certificateFormat": "pfx""#,
    r#""method": "sig=§", "url": "/pools?api-version=2024-07-01.20.0""#,
    r#""method": "GET", "url": "/pool?sig=§""#,
    r#""method": "GET", "url": "https://u:§@a.batch.azure.com/nothing""#,
    r#""operationId": "password=§""#,
    r#""password=§": 1"#,
    r#""sig\u003d§": {"x": 1}"#,
];

/// What stands beside them: known, unknown and wrong.
const OTHERS: &[&str] = &[
    r#""id": "p1""#,
    r#""vmSize": "standard_d2s_v3""#,
    r#""targetDedicatedNodes": "three""#,
    r#""poolInfo": {"poolId": "p"}"#,
    r#""nothing": [1, 2]"#,
    r#""metadata": [{"name": "n", "value": 5}]"#,
    r#""priority": 9999"#,
];

/// A document: which members, laid out how.
#[derive(Clone, Debug)]
struct Plan {
    members: Vec<(usize, bool)>,
    multiline: bool,
    nested: bool,
    breaks: Vec<(prop::sample::Index, u8)>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let member = (0..MEMBERS.len().max(OTHERS.len()), any::<bool>());
    let breaks = prop::collection::vec((any::<prop::sample::Index>(), 0u8..24), 0..4);
    (prop::collection::vec(member, 1..6), any::<bool>(), any::<bool>(), breaks).prop_map(
        |(members, multiline, nested, breaks)| Plan { members, multiline, nested, breaks },
    )
}

impl Plan {
    fn text(&self, canary: &str) -> String {
        let members: Vec<String> = self
            .members
            .iter()
            .map(|(at, secret)| match secret {
                true => MEMBERS[at % MEMBERS.len()].replace('§', canary),
                false => OTHERS[at % OTHERS.len()].to_owned(),
            })
            .collect();
        let mut text = match self.multiline {
            true => format!("{{\n  {}\n}}\n", members.join(",\n  ")),
            false => format!("{{{}}}", members.join(", ")),
        };
        if self.nested {
            text = format!("{{\"id\": \"j\", \"jobManagerTask\": {text}}}");
        }
        for (at, how) in &self.breaks {
            text = broken(&text, at.index(text.len().max(1)), *how, canary);
        }
        text
    }
}

/// A text broken at a place, or at the next where it can be broken so; never
/// within the secret, of which a part alone would say nothing.
fn broken(text: &str, mut at: usize, how: u8, canary: &str) -> String {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let drop = |what: &[char]| match text[at..].find(what) {
        Some(length) => format!("{}{}", &text[..at + length], &text[at + length + 1..]),
        None => text.to_owned(),
    };
    // Signs stay whole: quotes and the like come where a value or name begins
    // or ends, or within what is no sign.
    let insert = |what: &str| {
        let place = text[at..].find(['"', ',', ':', '{', '}', '\n']).map_or(text.len(), |l| at + l);
        format!("{}{what}{}", &text[..place], &text[place..])
    };
    let within = |what: &str| match text.find(canary) {
        Some(start) => {
            let place = start + at % (canary.len() + 1);
            format!("{}{what}{}", &text[..place], &text[place..])
        }
        None => text.to_owned(),
    };
    match how {
        0..=3 => drop(&['"']),
        4 => drop(&[',']),
        5 => drop(&[':']),
        6 => drop(&['{', '}']),
        7 => drop(&['[', ']']),
        8..=10 => insert("\""),
        11 => insert("'"),
        12 => insert(","),
        13 => insert("}"),
        14 => insert("{"),
        15 => insert("\\"),
        16 => text[..at].to_owned(),
        17..=20 => within("\""),
        21 => within("\n"),
        _ => within("\u{202e}"),
    }
}

/// The first part of a secret that a text has in it.
fn leak<'c>(shown: &str, canary: &'c str) -> Option<&'c str> {
    let windows = (0..=canary.len().saturating_sub(6)).map(|at| &canary[at..at + 6]);
    let shown = shown.to_ascii_lowercase();
    windows.into_iter().find(|part| shown.contains(&part.to_ascii_lowercase()))
}

/// What is shown around a part.
fn around(shown: &str, part: &str) -> String {
    let at = shown.to_ascii_lowercase().find(&part.to_ascii_lowercase()).unwrap_or(0);
    let bytes = &shown.as_bytes()[at.saturating_sub(200)..(at + 100).min(shown.len())];
    String::from_utf8_lossy(bytes).into_owned()
}

fn library(text: &str) -> String {
    let mut out = mask(text);
    for target in [None, Some("pool"), Some("task"), Some("job")] {
        let target = target.map_or(Target::detect(), |name| {
            Target::operation(name).expect("there is such an operation")
        });
        let report = Report::new(vec![Linter::new().lint(text, target)]);
        let json = serde_json::to_string(&report).expect("a report is JSON");
        let _ = writeln!(out, "\n{json}");
    }
    out
}

/// Everything that the command prints of some documents, in a way.
fn command(folder: &std::path::Path, arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_batchlint"))
        .arg("check")
        .args(arguments)
        .args(["--no-config", "--today", "2026-07-28"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr))
}

const WAYS: [&[&str]; 7] = [
    &["."],
    &[".", "--format", "concise"],
    &[".", "--format", "json"],
    &[".", "--diff", "--unsafe-fixes"],
    &[".", "-o", "pool"],
    &[".", "-o", "pool", "--diff"],
    // Changes the files, so it comes last.
    &[".", "-o", "task", "--fix", "--unsafe-fixes"],
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn no_report_shows_a_part_of_a_secret(plan in plan(), canary in canary()) {
        let text = plan.text(&canary);
        let out = library(&text);
        let seen = leak(&out, &canary).map(|part| (part, around(&out, part)));
        prop_assert_eq!(seen, None, "of {} in\n{}\n", canary, text);
        prop_assert_eq!(mask(&text).len(), text.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200) / 80 + 1,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn no_output_shows_a_part_of_a_secret(
        plans in prop::collection::vec(plan(), 30), canary in canary(),
    ) {
        let folder = tempfile::tempdir().expect("there is room");
        for (number, plan) in plans.iter().enumerate() {
            let path = folder.path().join(format!("{number}.json"));
            std::fs::write(path, plan.text(&canary)).expect("there is room");
        }
        for way in WAYS {
            let out = command(folder.path(), way);
            let line = out.lines().find_map(|line| leak(line, &canary).map(|part| (line, part)));
            prop_assert_eq!(line, None, "of {} with {:?}", canary, way);
        }
    }
}

/// What is no secret stays to be read: text, in each the parts that must be
/// seen as they are.
const SEEN: &[&str] = &[
    r#"{"environmentSettings": [{"name": "AZURE_CLIENT_ID", "value": "0a1b2c3d-1111-2222-3333-0a1b2c3d4e5f"}]}"#,
    r#"{"environmentSettings": [{"name": "DB_PASSWORD_FILE", "value": "/run/secrets/db"}]}"#,
    r#"{"environmentSettings": [{"name": "TOKEN_EXPIRY", "value": "PT1H"}]}"#,
    r#"{"thumbprint": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "thumbprintAlgorithm": "sha1"}"#,
    r#"{"jobManagerTask": {"id": "job-20240101T000000Z-ab12cd34"}, "retentionTime": "P1DT2H3M4S"}"#,
    r#"{"sshPublicKey": "ssh-rsa AAAA", "keyVaultId": "/subscriptions/s/vaults/v"}"#,
    r#"{"httpUrl": "https://a.blob.core.windows.net/c/data.csv", "filePath": "data/x.csv"}"#,
    r#"{"commandLine": "docker run -p 80:80 -u 1000:1000 registry.example:5000/image:tag --data x"}"#,
    r#"{"commandLine": "mail user@host.example && echo https://host:8080/path@2x"}"#,
    r#"{"url": "https://account.region.batch.azure.com/pools?api-version=2024-07-01.20.0"}"#,
    r#"{"settings": {"secretsManagementSettings": {"observedCertificates": ["https://v/secrets/c"]}}}"#,
    r#"{"maxTokens": 5, "metadata": [{"name": "team", "value": "token service"}]}"#,
    r#"{"id": "p1" "vmSize": "standard_d2s_v3", "metadata": [{"name": "a", "value": "b"}]}"#,
    r#"{"vmSiz": "standard_d2s_v3", "größe": 1, "some name": 2, "odata.type": "x"}"#,
];

#[test]
fn what_is_no_secret_stays_to_be_read() {
    for text in SEEN {
        assert_eq!(mask(text), *text);
    }
    // A doubt ends with its line.
    let text = "{\n  \"password\" \"x\",\n  \"vmSize\": \"s\",\n  \"unknownThing\": 1\n}";
    let masked = "{\n  \"password******\n  \"vmSize\": \"s\",\n  \"unknownThing\": 1\n}";
    assert_eq!(mask(text), masked);
}

#[test]
fn a_name_is_shown_where_it_is_sure_to_be_one() {
    let messages = |text: &str| -> Vec<String> {
        let pool = Target::operation("pool").expect("there is such an operation");
        Linter::new().lint(text, pool).diagnostics.into_iter().map(|one| one.message).collect()
    };
    let all = messages(r#"{"id": "p", "vmSiz": "x", "enableX": true}"#).join("\n");
    assert!(all.contains("`vmSiz` is not a property"), "{all}");
    assert!(all.contains("`enableX` is not a property"), "{all}");
    let all = messages(r#"{"id": "p", "Zq7Xw9Kp2Lm4": "x"}"#).join("\n");
    assert!(all.contains("a name that is not shown is not a property"), "{all}");
    // A quote too many: the tail of a password is read as a name.
    let text = r#"{"id": "p", "password": "hun"ter": "x", "vmSize": 7}"#;
    let pool = Target::operation("pool").expect("there is such an operation");
    let report = Linter::new().lint(text, pool);
    for one in &report.diagnostics {
        assert!(!one.message.contains("ter`") && !one.pointer.contains("ter"), "{one:?}");
    }
}

#[test]
fn what_a_fix_uncovers_stays_hidden() {
    let folder = tempfile::tempdir().expect("there is room");
    let text = "{\"id\": \"p\",\n \"password\": \"hunter2\"hunter3secret\": \"x\",\n \"vmSize\": \"s\",}\n";
    for arguments in [["d.json", "--unsafe-fixes", "--diff"], ["d.json", "--unsafe-fixes", "--fix"]]
    {
        std::fs::write(folder.path().join("d.json"), text).expect("there is room");
        let all = command(folder.path(), &arguments);
        assert_eq!(leak(&all, "hunter2hunter3secret"), None, "{all}");
        assert!(arguments[2] == "--fix" || all.contains("-----") || all.contains("---"), "{all}");
    }
}
