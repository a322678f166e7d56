//! Recognises an error that the service answered: a document that is no
//! request, and that tells what was wrong with one.

use std::borrow::Cow;

use crate::document::{NodeKind, Object, Value};

/// An error that the service answered, as a document holds it.
#[derive(Clone, Debug)]
pub(crate) struct ErrorAnswer<'d> {
    /// The error code; it is a string.
    pub(crate) code: Value<'d>,
    /// The message, with the ids at its end.
    pub(crate) message: Option<Cow<'d, str>>,
    /// The names and values beside the message, which say what was wrong.
    pub(crate) details: Vec<Detail<'d>>,
}

/// A name and a value beside the message of an error.
#[derive(Clone, Debug)]
pub(crate) struct Detail<'d> {
    pub(crate) name: Cow<'d, str>,
    pub(crate) value: Value<'d>,
}

/// So many details are read; the service gives a handful.
const DETAILS: usize = 12;

/// What holds an error in another object: the service's older form, the
/// management plane, and clients that print what they got.
const AROUND: [&str; 5] = ["odata.error", "error", "details", "body", "response"];

/// The document as an error of the service, or as what prints one, if it is
/// that.
pub(crate) fn error_answer(root: Value<'_>) -> Option<ErrorAnswer<'_>> {
    let root = root.as_object()?;
    let may_be = |name: &str| name == "code" || AROUND.contains(&name);
    if !root.members().any(|member| may_be(&member.name())) {
        return None;
    }
    // A request, whatever is in its body.
    let request = ["method", "parameters", "operationId"];
    if request.iter().any(|name| root.has(name)) {
        return None;
    }
    let mut answer = None;
    let mut at = Some(root);
    // A client's print may have the answer two levels down, and its own words
    // for it above. The innermost has the values.
    for _ in 0..4 {
        let Some(object) = at else { break };
        answer = ErrorAnswer::of(object).or(answer);
        at = object
            .members()
            .filter(|member| AROUND.iter().any(|name| member.is(name)))
            .find_map(|member| error_object(member.value));
    }
    answer
}

/// An object, or the first of a list of them, that may be an error or hold one.
fn error_object(value: Value<'_>) -> Option<Object<'_>> {
    let object = value.as_object().or_else(|| value.as_array()?.next()?.as_object())?;
    let inner = |name: &&str| object.get(name).is_some_and(|value| value.as_object().is_some());
    (object.has("code") || AROUND.iter().any(inner)).then_some(object)
}

impl<'d> ErrorAnswer<'d> {
    fn of(object: Object<'d>) -> Option<ErrorAnswer<'d>> {
        let code = object.get("code").filter(|code| code.kind() == NodeKind::String)?;
        let message = object.get("message").and_then(|message| match message.as_object() {
            Some(inner) => inner.get("value")?.as_str(),
            None => message.as_str(),
        });
        let list = |name| object.get(name).and_then(Value::as_array);
        let values = list("values").or_else(|| list("details"));
        // Of a task that failed; `message` may be missing there.
        let failure = object.get("category").and_then(Value::as_str);
        let failure = failure.is_some_and(|category| {
            ["usererror", "servererror"].contains(&&*category.to_ascii_lowercase())
        });
        if message.is_none() && list("values").is_none() && !failure {
            return None;
        }
        let details = values.into_iter().flatten().take(DETAILS).filter_map(|item| {
            let item = item.as_object()?;
            let name = item.get("key").or_else(|| item.get("name"))?.as_str()?;
            Some(Detail { name, value: item.get("value")? })
        });
        Some(ErrorAnswer { code, message, details: details.collect() })
    }

    /// The value of the detail of this name.
    pub(crate) fn detail(&self, name: &str) -> Option<Value<'d>> {
        let mut details = self.details.iter();
        let same = details.find(|detail| detail.name.eq_ignore_ascii_case(name));
        same.map(|detail| detail.value)
    }

    /// What a line of the message says behind a name, such as `RequestId`.
    pub(crate) fn line(&self, name: &str) -> Option<&str> {
        let mut lines = self.message.as_deref()?.lines();
        let line = lines.find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::error_answer;
    use crate::document::Document;

    fn code(text: &str) -> Option<String> {
        let document = Document::parse(text);
        let answer = error_answer(document.root().expect("it has a root"))?;
        answer.code.as_str().map(|code| format!("{code}/{}", answer.details.len()))
    }

    #[test]
    fn every_form_of_an_error_is_one() {
        let values = r#""values": [{ "key": "PropertyName", "value": "vmSize" }]"#;
        let forms = [
            format!(r#"{{ "code": "A", "message": "m", {values} }}"#),
            format!(r#"{{ "code": "A", "message": {{ "lang": "en-us", "value": "m" }}, {values} }}"#),
            format!(r#"{{ "odata.metadata": "x", "code": "A", {values} }}"#),
            format!(r#"{{ "odata.error": {{ "code": "A", "message": "m", {values} }} }}"#),
            format!(r#"{{ "error": {{ "code": "A", "message": "m", {values} }} }}"#),
            r#"{ "error": { "code": "A", "details": [{ "name": "a", "value": "b" }], "message": "m" } }"#
                .to_owned(),
            // As a client prints it.
            format!(
                r#"{{ "name": "RestError", "code": "B", "message": "m", "statusCode": 400,
                     "details": {{ "code": "A", "message": {{ "value": "m" }}, {values} }} }}"#
            ),
            format!(r#"{{ "statusCode": 400, "body": {{ "error": {{ "code": "A", {values} }} }} }}"#),
        ];
        for form in forms {
            assert_eq!(code(&form).as_deref(), Some("A/1"), "{form}");
        }
        assert_eq!(
            code(r#"{ "category": "UserError", "code": "A", "details": [{ "name": "a", "value": "b" }] }"#)
                .as_deref(),
            Some("A/1")
        );
    }

    #[test]
    fn other_documents_are_none() {
        let others = [
            r#"{ "id": "p1", "vmSize": "standard_d2s_v3" }"#,
            r#"{ "code": "A" }"#,
            r#"{ "code": 4, "message": "m" }"#,
            r#"{ "code": "A", "message": 4 }"#,
            r#"{ "category": "fruit", "code": "A" }"#,
            r#"{ "error": "no" }"#,
            r#"{ "body": { "id": "t1", "commandLine": "hostname" } }"#,
            r#"{ "method": "PUT", "url": "/x", "body": { "code": "A", "message": "m" } }"#,
            r#"[{ "code": "A", "message": "m" }]"#,
            "[]",
            "4",
        ];
        for other in others {
            assert_eq!(code(other), None, "{other}");
        }
    }
}
