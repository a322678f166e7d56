//! An error that the service answered, explained.

use crate::api::{ErrorCode, Origin, error_code};
use crate::document::{NodeKind, Value};
use crate::report::{is_secret_name, redact};
use crate::request::{ErrorAnswer, Spot};
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::{Check, Context, rule};

rule! {
    /// The document is an error that the service answered: it is explained
    /// rather than checked.
    ///
    /// ## Why it matters
    /// What was wrong with a request is in the `values` of the answer, which
    /// many clients do not show, and not in its message. The finding says what
    /// the code means, what the values name, what to check, and which rules
    /// find the cause before the request is sent. The ids at the message's end
    /// are what support asks for.
    ///
    /// The failure of a task, of a job's scheduling or of a pool's resizing is
    /// explained in the same way. Since the document is no request body, the
    /// run ends with an error all the same.
    ///
    /// In the npm package the finding has the code and what the values name;
    /// the explanations are left out, to keep it small.
    ///
    /// ## Example
    /// ```json wrong
    /// {
    ///   "code": "InvalidPropertyValue",
    ///   "message": {
    ///     "lang": "en-US",
    ///     "value": "The value provided for one of the properties in the request body is invalid.\nRequestId:1\nTime:2018-11-12T13:53:12.9937388Z"
    ///   },
    ///   "values": [
    ///     { "key": "PropertyName", "value": "resourceFiles" },
    ///     { "key": "PropertyValue", "value": "..." }
    ///   ]
    /// }
    /// ```
    ///
    /// ## Use instead
    /// The request that was answered so, to have it checked:
    /// ```json job right
    /// { "id": "j1", "poolInfo": { "poolId": "p1" } }
    /// ```
    ///
    /// ## Source
    /// `schemas/data/error-codes.json`, from the service's documentation and
    /// the code strings of the .NET library.
    ERROR_RESPONSE {
        code: "AB1303",
        id: "shape/error-response",
        severity: Info,
        checks: &[Check::Request(explain)],
    }
}

/// What the service names, in the order of a sentence.
const NAMED: [(&str, &str); 9] = [
    ("PropertyName", "property"),
    ("PropertyPath", "at"),
    ("PropertyValue", "value"),
    ("QueryParameterName", "query parameter"),
    ("QueryParameterValue", "value"),
    ("HeaderName", "header"),
    ("HeaderValue", "value"),
    ("BatchAccount", "account"),
    ("Reason", "reason"),
];

/// How much is shown of a value.
const SHOWN: usize = 120;

fn explain(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(answer) = &context.analysis.request.error else { return };
    let code = answer.code.as_str().unwrap_or_default();
    let known = error_code(&code);
    let shown = format!("`{}`", shorten(&redact(&code), 64));
    let message = match known {
        Some(known) => format!("{shown}{}: {}", origin(known), known.meaning),
        None if cfg!(feature = "pages") => {
            format!("batchlint does not know the error code {shown}")
        }
        None => format!("the service's error code is {shown}"),
    };
    let mut help = Vec::new();
    if known.is_none()
        && let Some(first) = answer.message.as_deref().and_then(|message| message.lines().next())
    {
        help.push(format!("the service says: {}", shorten(&redact(first), SHOWN)));
    }
    let named = named(answer);
    if !named.is_empty() {
        help.push(format!("the service names {named}"));
    }
    if let Some(known) = known {
        if !known.check().is_empty() {
            help.push(known.check().to_owned());
        }
        let rules: Vec<_> = known.rules().collect();
        if !rules.is_empty() {
            help.push(format!("rules that find it beforehand: {}", rules.join(", ")));
        }
    }
    let support: Vec<_> = [("RequestId", "request"), ("Time", "at")]
        .into_iter()
        .filter_map(|(name, word)| {
            Some(format!("{word} {}", shorten(&redact(answer.line(name)?), 64)))
        })
        .collect();
    if !support.is_empty() {
        help.push(format!("for support: {}", support.join(" ")));
    }
    let mut finding = Finding::spot(&ERROR_RESPONSE, Spot::of(answer.code), message);
    if !help.is_empty() {
        finding = finding.help(help.join("; "));
    }
    if let Some(name) = answer.detail("PropertyName") {
        finding = finding.related(name.span(), "the property");
    }
    findings.add(finding);
}

fn origin(code: ErrorCode) -> String {
    match (code.origin(), code.status()) {
        (Origin::Request, "") => String::new(),
        (Origin::Request, status) => format!(" ({status})"),
        (Origin::Resize, _) => ", of a pool's resizing".to_owned(),
        (Origin::Scheduling, _) => ", of a job's scheduling".to_owned(),
        (Origin::Task, _) => ", of a task that failed".to_owned(),
    }
}

/// What the details beside the message say, secrets apart.
fn named(answer: &ErrorAnswer<'_>) -> String {
    // A property's value is as secret as the property.
    let text = |name| answer.detail(name).and_then(Value::as_str).unwrap_or_default();
    let last = |path: &str| path.rsplit(['.', '/']).next().unwrap_or_default().to_owned();
    let names = ["PropertyName", "PropertyPath", "QueryParameterName", "HeaderName"];
    let secret = names.iter().any(|name| is_secret_name(&last(&text(name))));
    let one = |name: &str, value: Value<'_>| {
        let hidden = secret && !names.iter().any(|known| name.eq_ignore_ascii_case(known));
        match value.kind() {
            NodeKind::Object | NodeKind::Array | NodeKind::Null | NodeKind::Invalid => None,
            _ if hidden || is_secret_name(name) => Some("(hidden)".to_owned()),
            NodeKind::String => {
                let text = value.as_str().unwrap_or_default();
                Some(format!("`{}`", shorten(&redact(&text), SHOWN)))
            }
            _ => Some(format!("`{}`", shorten(value.source(), SHOWN))),
        }
    };
    let known = NAMED
        .iter()
        .filter_map(|(name, word)| Some(format!("{word} {}", one(name, answer.detail(name)?)?)));
    let of_service = |name: &str| NAMED.iter().any(|(known, _)| name.eq_ignore_ascii_case(known));
    let others = answer.details.iter().filter(|detail| !of_service(&detail.name));
    let others = others.filter_map(|detail| {
        let name = shorten(&redact(&detail.name), 48);
        Some(format!("{name} {}", one(&detail.name, detail.value)?))
    });
    known.chain(others).collect::<Vec<_>>().join(", ")
}

#[cfg(all(test, feature = "pages"))]
mod tests {
    use crate::api::error_codes;
    use crate::rules;

    #[test]
    fn every_rule_that_a_code_names_exists_under_its_own_id() {
        let mut count = 0;
        for code in error_codes() {
            for id in code.rules() {
                let rule = rules::find(id);
                assert_eq!(rule.map(|rule| rule.id), Some(id), "{}", code.name);
                count += 1;
            }
        }
        assert!(count > 50, "only {count}");
    }

    #[test]
    fn the_codes_that_rules_give_are_explained() {
        for code in rules::all().filter_map(|rule| rule.service_code) {
            assert!(error_codes().any(|known| known.name == code), "{code}");
        }
    }
}
