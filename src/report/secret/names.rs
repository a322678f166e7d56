//! Which names say that their value is a secret.

/// Words after which a name is not that of a secret, but of something about
/// it: `passwordFile`, `token_expiry`, `secretName`.
const ABOUT: [&str; 76] = [
    "age",
    "algorithm",
    "at",
    "audience",
    "change",
    "column",
    "config",
    "count",
    "date",
    "days",
    "dir",
    "directory",
    "duration",
    "enabled",
    "endpoint",
    "env",
    "environment",
    "expiration",
    "expires",
    "expiry",
    "field",
    "file",
    "filename",
    "folder",
    "format",
    "header",
    "history",
    "hours",
    "id",
    "ids",
    "identifier",
    "issuer",
    "kind",
    "length",
    "lifetime",
    "limit",
    "location",
    "management",
    "manager",
    "minutes",
    "mode",
    "name",
    "names",
    "on",
    "options",
    "path",
    "policy",
    "prefix",
    "provider",
    "public",
    "ref",
    "reference",
    "required",
    "reset",
    "retention",
    "rotation",
    "scope",
    "scopes",
    "seconds",
    "settings",
    "size",
    "source",
    "stdin",
    "store",
    "suffix",
    "thumbprint",
    "time",
    "ttl",
    "type",
    "uri",
    "url",
    "urls",
    "validity",
    "var",
    "vault",
    "version",
];

/// Words that say it wherever they stand in a name.
const STRONG: [&str; 8] =
    ["password", "passwords", "passwd", "pwd", "passphrase", "passcode", "secret", "token"];

/// Words that say it at the end of a name.
const LAST: [&str; 8] =
    ["pass", "sas", "sig", "credential", "credentials", "secrets", "authorization", "cookie"];

/// Names that say it when they stand alone.
const ALONE: [&str; 4] = ["sig", "signature", "auth", "protectedsettings"];

/// What makes a key a secret one.
const KEYS: [&str; 36] = [
    "access",
    "account",
    "admin",
    "aes",
    "api",
    "app",
    "application",
    "auth",
    "batch",
    "client",
    "consumer",
    "cosmos",
    "db",
    "encryption",
    "function",
    "hmac",
    "host",
    "master",
    "openai",
    "primary",
    "private",
    "redis",
    "sas",
    "search",
    "secondary",
    "secret",
    "server",
    "service",
    "shared",
    "signing",
    "ssl",
    "storage",
    "subscription",
    "symmetric",
    "tls",
    "webhook",
];

/// What makes a key a public one, or no key of a lock at all.
const PUBLIC: [&str; 10] = [
    "public",
    "partition",
    "row",
    "sort",
    "foreign",
    "cache",
    "object",
    "registry",
    "index",
    "group",
];

/// Words that say nothing of what comes before them.
const NEUTRAL: [&str; 12] = [
    "value",
    "text",
    "plain",
    "string",
    "base",
    "raw",
    "encoded",
    "encrypted",
    "hash",
    "new",
    "old",
    "b",
];

/// Ends of words that are written in one.
const ENDS: [&str; 19] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accountkey",
    "primarykey",
    "secondarykey",
    "privatekey",
    "secretkey",
    "sharedkey",
    "storagekey",
    "masterkey",
    "saskey",
    "connectionstring",
    "subscriptionkey",
    "pwd",
];

/// Longer names are judged by their end.
const LONGEST: usize = 64;

/// Whether a property of this name holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    is_secret(name, false) || name.eq_ignore_ascii_case("data")
}

/// Whether an environment variable or a header of this name holds one. These
/// are given any name, so that every key counts that is not known as public.
pub(super) fn is_secret_variable(name: &str) -> bool {
    is_secret(name, true)
}

fn is_secret(name: &str, any_key: bool) -> bool {
    let mut start = name.len().saturating_sub(LONGEST);
    while !name.is_char_boundary(start) {
        start += 1;
    }
    let words = words(&name[start..]);
    let mut words = words.iter().map(String::as_str).collect::<Vec<_>>();
    if ALONE.contains(&words.concat().as_str()) {
        return true;
    }
    while words.len() > 1 && words.last().is_some_and(|word| NEUTRAL.contains(word)) {
        // A connection string is one.
        if words.ends_with(&["connection", "string"]) {
            return true;
        }
        words.pop();
    }
    let Some((last, before)) = words.split_last() else { return false };
    if ABOUT.contains(last) {
        return false;
    }
    let key = matches!(*last, "key" | "keys")
        && match before.last() {
            Some(what) => KEYS.contains(what) || any_key && !PUBLIC.contains(what),
            None => any_key,
        };
    key || LAST.contains(last)
        || before.last() == Some(&"connection") && *last == "str"
        || words.iter().any(|word| STRONG.contains(word))
        || ENDS.iter().any(|end| last.ends_with(end))
}

/// The words of a name in lower case, whether they are told apart by case,
/// digits or other characters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let bytes = name.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let upper = byte.is_ascii_uppercase();
        let after_lower = at > 0 && bytes[at - 1].is_ascii_lowercase();
        let before_lower = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let begins = upper && (after_lower || before_lower);
        if (begins || !byte.is_ascii_alphabetic()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if byte.is_ascii_alphabetic() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a name is no word that somebody made up, but random letters and
/// digits: a key in the place of a name.
pub(super) fn looks_random(name: &str) -> bool {
    // A resource's path may have ids in it.
    name.split('/').any(|part| !is_guid(part) && is_random(part))
}

fn is_random(part: &str) -> bool {
    let bytes = part.as_bytes();
    if bytes.len() < 8 {
        return false;
    }
    let (mut digits, mut words) = (0, 1);
    for two in bytes.windows(2) {
        let [a, b] = two else { continue };
        let digit = a.is_ascii_alphabetic() && b.is_ascii_digit()
            || a.is_ascii_digit() && b.is_ascii_alphabetic();
        digits += usize::from(digit);
        let case = a.is_ascii_lowercase() && b.is_ascii_uppercase();
        words += usize::from(digit || case || !a.is_ascii_alphanumeric());
    }
    digits >= 4 || bytes.len() >= 16 && digits >= 3 || bytes.len() >= 20 && bytes.len() < words * 3
}

/// 8-4-4-4-12 hexadecimal digits.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a text reads like a name that somebody gives a property, in any
/// script.
pub(super) fn looks_like_name(name: &str) -> bool {
    !looks_random(name)
        && name.len() <= LONGEST
        && name.chars().all(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '_' | '-' | '.' | '@' | '$' | ' ')
                || !c.is_ascii()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "password",
            "Password",
            "PASSWORD",
            "adminPassword",
            "admin_password",
            "admin-password",
            "AdminPassword1",
            "userpwd",
            "pwd",
            "DB_PASS",
            "PGPASSWORD",
            "sshPrivateKey",
            "ssh_private_key",
            "ssh-private-key",
            "privatekey",
            "accountKey",
            "AccountKey",
            "ACCOUNT_KEY",
            "sasKey",
            "SasToken",
            "sas",
            "identityToken",
            "AZURE_CLIENT_SECRET",
            "clientSecret",
            "client-secret",
            "primaryKey",
            "secondary_key",
            "accessKey",
            "access-key",
            "x-api-key",
            "X-API-Key",
            "apikey",
            "API_KEY",
            "connectionString",
            "CONNECTION_STRING",
            "connection-string",
            "AzureWebJobsStorageConnectionString",
            "SharedAccessKey",
            "sharedaccesskey",
            "protectedSettings",
            "protected_settings",
            "Authorization",
            "Proxy-Authorization",
            "Ocp-Apim-Subscription-Key",
            "access_token",
            "refreshToken",
            "GITHUB_TOKEN",
            "tokenValue",
            "SECRET_BASE64",
            "secretText",
            "sig",
            "Cookie",
            "credentials",
            "auth",
            "data",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["MY_KEY", "KEY", "RECAPTCHA_KEY", "DB_PASSWORD", "AZURE_STORAGE_KEY"] {
            assert!(is_secret_variable(name), "{name}");
        }
    }

    #[test]
    fn names_of_what_is_no_secret_are_left_alone() {
        for name in [
            "",
            "id",
            "name",
            "value",
            "key",
            "keys",
            "thumbprint",
            "thumbprintAlgorithm",
            "sshPublicKey",
            "publicKey",
            "keyVaultId",
            "keyId",
            "accessKeyId",
            "passwordFile",
            "PASSWORD_FILE",
            "tokenExpiry",
            "token_type",
            "secretName",
            "secretUrl",
            "secretsManagementSettings",
            "maxTokens",
            "bypass",
            "compass",
            "passThrough",
            "authenticationTokenSettings",
            "metadata",
            "dataDisks",
            "design",
            "signal",
            "monkey",
            "keyboard",
            "hotkey",
            "commandLine",
            "expiryTime",
            "AZ_BATCH_ACCOUNT_URL",
            "containerUrl",
            "resourceId",
            "publicThumbprint",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
        for name in ["PUBLIC_KEY", "PARTITION_KEY", "TOKEN_ENDPOINT", "SSH_PUBLIC_KEY", "MODE"] {
            assert!(!is_secret_variable(name), "{name}");
        }
    }

    #[test]
    fn random_names_are_told_from_made_up_ones() {
        for name in [
            "Zq7Xw9Kp2Lm4",
            "sk_live_51H8x9aB2cD3eF4gH5",
            "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
            "QmFzZTY0RW5jb2RlZFNlY3JldA",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        ] {
            assert!(looks_random(name), "{name}");
        }
        for name in [
            "vmSize",
            "virtualMachineConfiguration",
            "standard_d2s_v3",
            "sha256Sum",
            "x509Thumbprint",
            "odata.metadata",
            "targetLowPriorityComputeNodes",
            "a_b_c_d",
            "base64Value",
            "größe",
            "resizeTimeoutInMinutes2",
            "AZ_BATCH_TASK_WORKING_DIR",
            "unknown000123",
            "/subscriptions/0a1b2c3d-1111-2222-3333-0a1b2c3d4e5f/resourceGroups/rg",
        ] {
            assert!(!looks_random(name), "{name}");
        }
    }
}
