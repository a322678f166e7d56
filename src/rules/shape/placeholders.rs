//! Texts that a tool should have filled in, or could not write out.

use crate::analysis::FaultKind;
use crate::analysis::{Cursor, Fault};
use crate::api::{Format, Name, Property, p};
use crate::document::NodeKind;
use crate::report::Severity;
use crate::rules::finding::{Finding, Findings, shorten};
use crate::rules::structure::name_of;
use crate::rules::{Check, Context, rule};

rule! {
    /// A string is a template expression that nothing will evaluate.
    ///
    /// ## Why it matters
    /// Azure Resource Manager and the Batch CLI extensions expand
    /// `[parameters('x')]` and the like before they send anything. A request to
    /// the Batch service goes out as it is: an id with brackets is refused
    /// (`InvalidPropertyValue`), a command line is run as written.
    ///
    /// Where the expression stands for an object or array, or for a value of an
    /// enum, this is said in place of the wrong type or value.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "[parameters('poolId')]", "vmSize": "[variables('vmSize')]" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// The expression syntax of Azure Resource Manager's templates, which those
    /// of the Batch CLI extensions share.
    TEMPLATE_EXPRESSION {
        code: "AB1328",
        id: "shape/template-expression",
        severity: Warning,
        checks: &[
            Check::Instead(FaultKind::Type, expression_instead),
            Check::Instead(FaultKind::Value, expression_instead),
            Check::Begins(b"[", expressions),
        ],
    }
}

rule! {
    /// A value still holds a placeholder.
    ///
    /// ## Why it matters
    /// A tool was to put a value where `{{name}}`, `${NAME}` or `<name>` is, and
    /// did not. The service refuses such an id or address
    /// (`InvalidPropertyValue`); a display name just shows it. Command lines,
    /// environment variables, paths on nodes and metadata are left alone: what
    /// looks like a placeholder there is for the node.
    ///
    /// That such a text is no id, date or address is not said as well, not even
    /// with this rule off: whoever turns it off keeps templates.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "{{poolId}}", "vmSize": "<vm-size>" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// Notations of template tools in use: GitHub Actions, Helm, Jinja, Azure
    /// DevOps, Python.
    UNRESOLVED_PLACEHOLDER {
        code: "AB1329",
        id: "shape/unresolved-placeholder",
        severity: Warning,
        checks: &[
            Check::Properties(FILLED_IN, placeholder),
            Check::Format(Format::Duration, placeholder_in_time),
            Check::Format(Format::DateTime, placeholder_in_time),
        ],
    }
}

rule! {
    /// A string is what a tool prints for an object that it could not write out.
    ///
    /// ## Why it matters
    /// PowerShell's `ConvertTo-Json` writes two levels unless `-Depth` is given,
    /// and of what lies deeper the name of its type; JavaScript makes
    /// `[object Object]` of an object that is put into a text. What was a list
    /// of files is then a word. Where an object or array belongs, or the text
    /// cannot be what it should be, the service answers 400; elsewhere it takes
    /// the text, and the finding is a warning.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ "System.Collections.Hashtable" ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "resourceFiles": [ { "httpUrl": "https://example.blob.core.windows.net/in/a.txt", "filePath": "a.txt" } ] }
    /// ```
    ///
    /// ## Source
    /// `ConvertTo-Json`, whose depth is 2; how .NET, Python, JavaScript and Go
    /// print objects.
    STRINGIFIED_OBJECT {
        code: "AB1330",
        id: "shape/stringified-object",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[
            Check::Instead(FaultKind::Type, stringified_instead),
            Check::Instead(FaultKind::Value, stringified_instead),
            Check::Begins(PRINTED_FIRST, stringified_texts),
        ],
    }
}

/// Whether a text begins as written with one of these, quote and white space
/// apart: a look at the source, before its content is made.
fn begins_with(at: Cursor<'_>, bytes: &[u8]) -> bool {
    let source = at.source().as_bytes();
    let first = source.iter().skip(1).find(|byte| **byte != b' ');
    first.is_some_and(|first| bytes.contains(first))
}

/// Functions that template expressions begin with.
const FUNCTIONS: [&str; 26] = [
    "parameters",
    "variables",
    "concat",
    "resourceId",
    "reference",
    "subscription",
    "resourceGroup",
    "format",
    "uniqueString",
    "guid",
    "if",
    "equals",
    "copyIndex",
    "listKeys",
    "toLower",
    "deployment",
    "environment",
    "createArray",
    "json",
    "string",
    "int",
    "bool",
    "base64",
    "substring",
    "split",
    "first",
];

/// The function that a text calls, if it is a template expression.
fn function(text: &str) -> Option<&'static str> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let (name, _) = inner.split_once('(')?;
    let name = name.trim_end();
    let known = FUNCTIONS.iter().find(|known| known.eq_ignore_ascii_case(name));
    known.copied().or_else(|| name.eq_ignore_ascii_case("last").then_some("last"))
}

fn expression(at: Cursor<'_>) -> Option<Finding> {
    if !matches!(at.kind(), NodeKind::String | NodeKind::Key)
        || !begins_with(at, b"[")
        || at.property().is_some_and(|of| of.id == p::AUTO_SCALE_FORMULA)
    {
        return None;
    }
    let function = function(&at.content())?;
    let message =
        format!("this is a template expression, a call of `{function}`, and stays as it is");
    let help = "nothing evaluates it on the way to the service: put in the value, or expand the template first";
    Some(Finding::at(&TEMPLATE_EXPRESSION, at, message).help(help))
}

fn expression_instead(_: &Fault, at: Cursor<'_>, _: &Context<'_>) -> Option<Finding> {
    (at.kind() == NodeKind::String).then(|| expression(at)).flatten()
}

fn expressions(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    findings.extend(expression(at));
}

/// Properties whose values a placeholder cannot be a part of.
const FILLED_IN: &[Name] = &[
    p::ID,
    p::POOL_ID,
    p::DISPLAY_NAME,
    p::VM_SIZE,
    p::NODE_AGENT_SKU_ID,
    p::SUBNET_ID,
    p::RESOURCE_ID,
    p::VIRTUAL_MACHINE_IMAGE_ID,
    p::SHARED_GALLERY_IMAGE_ID,
    p::COMMUNITY_GALLERY_IMAGE_ID,
    p::HTTP_URL,
    p::STORAGE_CONTAINER_URL,
    p::CONTAINER_URL,
    p::AZURE_FILE_URL,
    p::ACCOUNT_NAME,
    p::IMAGE_NAME,
    p::CONTAINER_IMAGE_NAMES,
    p::APPLICATION_ID,
    p::REGISTRY_SERVER,
    p::USERNAME,
    p::PUBLISHER,
    p::OFFER,
    p::SKU,
    p::VERSION,
    p::AUTO_STORAGE_CONTAINER_NAME,
    p::THUMBPRINT,
];

/// Of these, the ids of resources in Azure, whose forms have braces.
const RESOURCES: &[Name] = &[
    p::SUBNET_ID,
    p::RESOURCE_ID,
    p::VIRTUAL_MACHINE_IMAGE_ID,
    p::SHARED_GALLERY_IMAGE_ID,
    p::COMMUNITY_GALLERY_IMAGE_ID,
];

/// The notation of a placeholder in a text that has a mark of one.
fn marked(text: &str, resource: bool) -> Option<&'static str> {
    let text = text.trim();
    let within = |open: &str, close: &str| {
        text.match_indices(open).any(|(at, _)| {
            let rest = text.get(at + open.len()..).unwrap_or_default();
            rest.find(close).is_some_and(|end| end > 0)
        })
    };
    let word = |text: &str| {
        let fits =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
        text.bytes().all(fits) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let enclosed = |text: &str, open: char, close: char| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(word)
    };
    // `{{x}}` and `${{ x }}` are one notation to look for.
    if within("{{", "}}") {
        return Some("{{name}}");
    }
    if within("${", "}") {
        return Some("${NAME}");
    }
    if within("#{", "}#") {
        return Some("#{name}#");
    }
    if within("%(", ")s") {
        return Some("%(name)s");
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    if path.split('/').any(|segment| enclosed(segment, '<', '>')) {
        return Some("<name>");
    }
    (resource && path.split('/').any(|segment| enclosed(segment, '{', '}'))).then_some("{name}")
}

/// Whether a text as a whole is a word to replace.
fn filler(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let capitals = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        text.bytes().all(fits) && text.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    let dunder = text.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    if dunder.is_some_and(|name| !name.is_empty() && capitals(name)) {
        return Some("__NAME__");
    }
    let any_case = |start: &str, end: &str| {
        let (text, length) = (text.as_bytes(), text.len());
        let tail = length.checked_sub(end.len()).and_then(|at| text.get(at..));
        text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
            && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    let filler = matches!(text, "TODO" | "REPLACE_ME" | "REPLACEME" | "CHANGEME" | "CHANGE_ME")
        || text.eq_ignore_ascii_case("replace-me")
        || text.len() >= 3 && text.bytes().all(|byte| matches!(byte, b'x' | b'X'))
        || text.strip_prefix("YOUR_").is_some_and(|rest| !rest.is_empty() && capitals(rest))
        || any_case("your-", "-here")
        || any_case("your_", "_here");
    filler.then_some("a word that asks to be replaced")
}

fn placeholder_notation(at: Cursor<'_>) -> Option<&'static str> {
    let property = at.property()?;
    let time = matches!(property.format, Some(Format::Duration | Format::DateTime));
    (time || FILLED_IN.contains(&property.id)).then(|| notation_of(at, property))?
}

/// The notation of a placeholder in the value of such a property.
fn notation_of(at: Cursor<'_>, property: &Property) -> Option<&'static str> {
    let source = at.source().as_bytes();
    // Most texts have nothing that a placeholder has.
    let may_be_marked = source.iter().any(|byte| matches!(byte, b'{' | b'<' | b'%' | b'\\'));
    let may_be_filler = source.get(1).is_some_and(|first| {
        matches!(first, b'_' | b' ' | b'\\' | b'T' | b'R' | b'r' | b'C' | b'x' | b'X' | b'Y' | b'y')
    });
    if !may_be_marked && !may_be_filler {
        return None;
    }
    let text = at.as_str()?;
    let notation = may_be_marked.then(|| marked(&text, RESOURCES.contains(&property.id)));
    notation.flatten().or_else(|| may_be_filler.then(|| filler(&text)).flatten())
}

fn placeholder(at: Cursor<'_>, _: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(property) = at.property() else { return };
    let Some(notation) = notation_of(at, property) else { return };
    let what = match notation.contains(' ') {
        true => notation.to_owned(),
        false => format!("a placeholder like `{notation}`"),
    };
    let message = format!("`{}` still holds {what}", property.name);
    let help = "put the value in its place before the request is sent";
    findings.add(Finding::at(&UNRESOLVED_PLACEHOLDER, at, message).help(help));
}

fn placeholder_in_time(at: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    placeholder(at, context, findings);
}

/// Whether a text is there to be replaced, so that it says nothing that it is
/// no id, address or date: the rules here say what it is.
pub(crate) fn is_unfilled(at: Cursor<'_>) -> bool {
    placeholder_notation(at).is_some() || expression(at).is_some() || printed(at).is_some()
}

/// What tools print for an object: how it begins, and of what it is.
const PRINTED: [(&str, &str); 11] = [
    ("System.Collections.Hashtable", "PowerShell or .NET"),
    ("System.Collections.Specialized.OrderedDictionary", "PowerShell or .NET"),
    ("System.Collections.Generic.", "PowerShell or .NET"),
    ("System.Object[]", "PowerShell or .NET"),
    ("@{", "PowerShell"),
    ("[object Object]", "JavaScript"),
    ("<azure.batch.models", "Python"),
    ("{'additional_properties':", "Python"),
    ("OrderedDict(", "Python"),
    ("Microsoft.Azure.Batch.", ".NET"),
    ("Microsoft.Azure.Commands.Batch.Models.", "PowerShell"),
];

/// Words that stand for no value, as a whole.
const NOTHING: [(&str, &str); 3] =
    [("undefined", "JavaScript"), ("<nil>", "Go"), ("NaN", "JavaScript")];

/// What all of these begin with.
const PRINTED_FIRST: &[u8] = b"S@[<M{OmuN";

/// What has printed a text in place of an object.
fn printed(at: Cursor<'_>) -> Option<&'static str> {
    if at.kind() != NodeKind::String || !begins_with(at, PRINTED_FIRST) {
        return None;
    }
    let command = |of: Name| of == p::COMMAND_LINE || of == p::COORDINATION_COMMAND_LINE;
    if at.property().is_some_and(|property| command(property.id)) {
        return None;
    }
    let content = at.content();
    let text = content.trim();
    let starts = PRINTED.iter().find(|(start, _)| text.starts_with(start));
    let whole = || NOTHING.iter().find(|(word, _)| text == *word);
    // `map[name:value]`
    let map = || (text.starts_with("map[") && text.ends_with(']')).then_some("Go");
    starts.or_else(whole).map(|(_, tool)| *tool).or_else(map)
}

fn stringified(at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    let tool = printed(at)?;
    let message = format!(
        "{} is what {tool} prints for an object or for nothing, not its content",
        match at.property() {
            Some(_) => name_of(at, context),
            None => match at.key() {
                Some(key) => format!("`{}`", shorten(&key.content(), 48)),
                None => "this".to_owned(),
            },
        }
    );
    let help = match tool {
        "JavaScript" => "write the JSON again, with `JSON.stringify` of the whole body at once",
        "Python" => "write the JSON again, with `json.dumps` of the serialized model",
        "Go" => "write the JSON again, with `json.Marshal` of the whole body at once",
        _ => "write the JSON again; `ConvertTo-Json` needs `-Depth 20` to write what lies deeper",
    };
    Some(Finding::at(&STRINGIFIED_OBJECT, at, message).help(help))
}

fn stringified_instead(_: &Fault, at: Cursor<'_>, context: &Context<'_>) -> Option<Finding> {
    stringified(at, context)
}

fn stringified_texts(at: Cursor<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(finding) = stringified(at, context) else { return };
    // What is of the wrong type or none of the values is said as a fault.
    let known = at.property();
    let text = match known.map(|property| property.kind) {
        Some(crate::api::Kind::String) => true,
        Some(crate::api::Kind::Array(crate::api::Kind::String)) => at.is_item(),
        // In what no model describes, or a map of strings.
        None => at.parent().is_some(),
        Some(_) => false,
    };
    if text {
        let refused = known.is_some_and(|property| !at.api().matches(property, &at.content()));
        findings.add(finding.at_most_if(!refused, Severity::Warning));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_expressions_are_calls_in_brackets() {
        for text in
            ["[parameters('a')]", " [ concat('a', 'b') ] ", "[variables('x').y]", "[last(x)]"]
        {
            assert!(function(text).is_some(), "{text}");
        }
        for text in
            ["[[escaped]", "[ -f x ] && y", "[\"a\"]", "[]", "parameters('a')", "[other(1)]"]
        {
            assert!(function(text).is_none(), "{text}");
        }
    }

    #[test]
    fn placeholders_of_many_tools_are_known() {
        let notation = |text: &str| marked(text, false).or_else(|| filler(text));
        for text in [
            "{{x}}",
            "job-{{ x }}",
            "${X}",
            "${{ secrets.x }}",
            "#{x}#",
            "%(x)s",
            "__X_Y__",
            "<x-y>",
            "https://a/<container>/f",
            "YOUR_NAME",
            "your-name-here",
            "REPLACE_ME",
            "TODO",
            "xxx",
        ] {
            assert!(notation(text).is_some(), "{text}");
        }
        for text in [
            "render",
            "",
            "latest",
            "__init__",
            "{x}",
            "$X",
            "a<b",
            "xx",
            "todo",
            "TODO-list",
            "<>",
            "${}",
            "#{x",
            "100%",
            "your-name",
            "x_x",
            "<1>",
            "https://a/b?c=<d>",
        ] {
            assert!(notation(text).is_none(), "{text}");
        }
        assert!(marked("/subscriptions/{subscription}/x", true).is_some());
    }
}
