//! JSON: what is wrong with the text itself, before any schema.

use crate::analysis::{Cursor, Fault, FaultKind};
use crate::document::{Decoded, MAX_BYTES, MAX_DEPTH, Problem, ProblemKind, Span};
use crate::report::Applicability;
use crate::rules::{Category, Check, Context, Finding, Findings, Rule, rule};

use super::finding::shorten;
use super::shape::python;

/// The text itself.
pub static CATEGORY: Category = Category {
    id: "json",
    about: "The text itself: whether it is JSON, and JSON that every reader takes alike.",
    rules: &[
        &SYNTAX,
        &DUPLICATE_KEY,
        &ENCODING,
        &BYTE_ORDER_MARK,
        &NUMBER_RANGE,
        &LONE_SURROGATE,
        &NESTING,
    ],
};

rule! {
    /// The text is not JSON.
    ///
    /// ## Why it matters
    /// The service, and most clients, read RFC 8259 and nothing else: no
    /// comments, no trailing commas, no single quotes, every name in double
    /// quotes. batchlint reads on behind such an error, so that the rest of
    /// the document is checked all the same.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmSize": "standard_d2s_v3", }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Fix safety
    /// Safe where only one reading is possible (a trailing comma, single
    /// quotes, a missing comma); otherwise a suggestion.
    ///
    /// ## Source
    /// RFC 8259.
    SYNTAX {
        code: "AB0001",
        id: "json/syntax",
        severity: Error,
        fix: Safe,
        service_code: "InvalidRequestBody",
        checks: &[Check::Document(syntax)],
    }
}

rule! {
    /// An object has two members of the same name.
    ///
    /// ## Why it matters
    /// RFC 8259 leaves open which one counts. Most readers take the last and
    /// drop the others without a word, so a setting is lost.
    ///
    /// ## Example
    /// ```json pool wrong
    /// { "id": "render", "vmSize": "standard_d2s_v3", "id": "other" }
    /// ```
    ///
    /// ## Use instead
    /// ```json pool right
    /// { "id": "render", "vmSize": "standard_d2s_v3" }
    /// ```
    ///
    /// ## Source
    /// RFC 8259, section 4.
    DUPLICATE_KEY {
        code: "AB0002",
        id: "json/duplicate-key",
        severity: Warning,
        checks: &[Check::Shape(FaultKind::Duplicate, duplicate_key)],
    }
}

rule! {
    /// The file is not UTF-8.
    ///
    /// ## Why it matters
    /// JSON between systems is UTF-8. Editors and shells on Windows may write
    /// UTF-16 or a code page instead; the service answers 400, or takes wrong
    /// characters.
    ///
    /// ## Use instead
    /// Save the file as UTF-8 without a byte order mark. In PowerShell:
    /// `Set-Content -Encoding utf8NoBOM`.
    ///
    /// ## Source
    /// RFC 8259, section 8.1.
    ENCODING {
        code: "AB0003",
        id: "json/encoding",
        severity: Error,
        service_code: "InvalidRequestBody",
        checks: &[Check::Document(encoding)],
    }
}

rule! {
    /// The text begins with a byte order mark.
    ///
    /// ## Why it matters
    /// RFC 8259 forbids to send one. The Azure command line reads over it;
    /// other clients pass it on, and the service may refuse the body.
    ///
    /// ## Fix safety
    /// Safe: the mark is not part of the value.
    ///
    /// ## Source
    /// RFC 8259, section 8.1.
    BYTE_ORDER_MARK {
        code: "AB0004",
        id: "json/byte-order-mark",
        severity: Warning,
        checks: &[Check::Document(byte_order_mark)],
    }
}

rule! {
    /// A number is too large for any reader.
    ///
    /// ## Why it matters
    /// Readers hold numbers in 64 bits. One beyond 1.8e308 becomes infinity in
    /// some and an error in others.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "requiredSlots": 1e999 }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "requiredSlots": 1 }
    /// ```
    ///
    /// ## Source
    /// RFC 8259, section 6.
    NUMBER_RANGE {
        code: "AB0005",
        id: "json/number-range",
        severity: Warning,
        checks: &[Check::Document(number_range)],
    }
}

rule! {
    /// A string has half of a surrogate pair in it.
    ///
    /// ## Why it matters
    /// `\uD83D` alone is no character. Readers replace it, drop it or refuse
    /// the string. A character beyond U+FFFF is written as two escapes, or
    /// simply as itself.
    ///
    /// ## Example
    /// ```json task wrong
    /// { "id": "t1", "commandLine": "hostname", "displayName": "\ud83d" }
    /// ```
    ///
    /// ## Use instead
    /// ```json task right
    /// { "id": "t1", "commandLine": "hostname", "displayName": "\ud83d\ude80" }
    /// ```
    ///
    /// ## Source
    /// RFC 8259, section 8.2.
    LONE_SURROGATE {
        code: "AB0006",
        id: "json/lone-surrogate",
        severity: Warning,
        checks: &[Check::Document(lone_surrogate)],
    }
}

rule! {
    /// Arrays and objects are nested too deep to be read.
    ///
    /// ## Why it matters
    /// Readers limit nesting; batchlint reads 128 levels. No body of this API
    /// has more than about a dozen.
    ///
    /// ## Source
    /// RFC 8259, section 9, allows the limit.
    NESTING {
        code: "AB0007",
        id: "json/nesting",
        severity: Error,
        checks: &[Check::Document(nesting)],
    }
}

fn syntax(context: &Context<'_>, findings: &mut Findings<'_>) {
    let other = |kind: &ProblemKind| {
        matches!(
            kind,
            ProblemKind::ByteOrderMark
                | ProblemKind::NumberRange
                | ProblemKind::LoneSurrogate
                | ProblemKind::TooDeep
        )
    };
    problems(&SYNTAX, context, findings, |kind| !other(kind));
}

fn byte_order_mark(context: &Context<'_>, findings: &mut Findings<'_>) {
    problems(&BYTE_ORDER_MARK, context, findings, |kind| *kind == ProblemKind::ByteOrderMark);
}

fn number_range(context: &Context<'_>, findings: &mut Findings<'_>) {
    problems(&NUMBER_RANGE, context, findings, |kind| *kind == ProblemKind::NumberRange);
}

fn lone_surrogate(context: &Context<'_>, findings: &mut Findings<'_>) {
    problems(&LONE_SURROGATE, context, findings, |kind| *kind == ProblemKind::LoneSurrogate);
}

fn nesting(context: &Context<'_>, findings: &mut Findings<'_>) {
    problems(&NESTING, context, findings, |kind| *kind == ProblemKind::TooDeep);
}

/// Says what the parser complained about, of the kinds that a rule is for.
fn problems(
    rule: &'static Rule,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
    is_ours: impl Fn(&ProblemKind) -> bool,
) {
    let document = context.analysis.document;
    let ours = document.problems().iter().filter(|one| is_ours(&one.kind));
    for problem in ours.filter(|one| !context.is_said(one)) {
        let (message, mut help) = describe(problem);
        let source = document.text().get(problem.span.range()).unwrap_or_default();
        let duration = python::timedelta(source);
        if let Some(duration) = &duration {
            help = Some(format!("as ISO 8601 has it, this length of time is `{duration}`"));
        }
        let mut finding = Finding::text(rule, problem.span, message);
        if let Some(help) = help {
            finding = finding.help(help);
        }
        if let Some(related) = problem.related {
            finding = finding.related(related, "it should be closed before here");
        }
        if let Some(repair) = &problem.repair {
            let applicability =
                if repair.safe { Applicability::Safe } else { Applicability::Suggested };
            finding = finding.edits(title(&problem.kind), applicability, repair.edits.clone());
        }
        if let Some(duration) = duration {
            let title = format!("Write `{duration}`");
            let text = format!("\"{duration}\"");
            finding = finding.fix(title, Applicability::Suggested, problem.span, text);
        }
        findings.add(finding);
    }
}

/// What a problem is, and what to do about it.
fn describe(problem: &Problem) -> (String, Option<String>) {
    let mut help = None;
    let message = match &problem.kind {
        ProblemKind::Empty => {
            help = Some("give the request body as a JSON object".to_owned());
            "the document is empty".to_owned()
        }
        ProblemKind::TooLong => format!("the document has more than {MAX_BYTES} bytes"),
        ProblemKind::ByteOrderMark => "the text begins with a byte order mark".to_owned(),
        ProblemKind::Unclosed(bracket) => format!("this `{bracket}` is never closed"),
        ProblemKind::UnopenedBracket(bracket) => format!("this `{bracket}` closes nothing"),
        ProblemKind::UnclosedString => "this string is never closed".to_owned(),
        ProblemKind::SingleQuotes => "JSON strings are in double quotes".to_owned(),
        ProblemKind::UnquotedKey => "names are in double quotes in JSON".to_owned(),
        ProblemKind::UnquotedValue => {
            help = Some("write `true`, `false`, `null`, a number, or a string in quotes".into());
            "this word is no JSON value".to_owned()
        }
        ProblemKind::ForeignLiteral(Some(meant)) => format!("JSON writes this as `{meant}`"),
        ProblemKind::ForeignLiteral(None) => "JSON has no such number".to_owned(),
        ProblemKind::MissingComma => "a comma is missing here".to_owned(),
        ProblemKind::TrailingComma => "JSON has no comma before a closing bracket".to_owned(),
        ProblemKind::ExtraComma => "nothing stands before this comma".to_owned(),
        ProblemKind::MissingColon => "a colon is missing between name and value".to_owned(),
        ProblemKind::WrongSeparator => "name and value are separated by a colon".to_owned(),
        ProblemKind::MissingValue => "a value is missing here".to_owned(),
        ProblemKind::MissingKey => "a member of an object needs a name".to_owned(),
        ProblemKind::Comment => "JSON has no comments".to_owned(),
        ProblemKind::UnclosedComment => "JSON has no comments, and this one never ends".to_owned(),
        ProblemKind::BadNumber => "JSON writes numbers otherwise".to_owned(),
        ProblemKind::NumberRange => "no reader can hold this number".to_owned(),
        ProblemKind::BadEscape => {
            help = Some("a backslash itself is written `\\\\`".into());
            "this is no escape sequence".to_owned()
        }
        ProblemKind::LoneSurrogate => {
            help = Some("write the character itself, or both halves of the pair".to_owned());
            "this is half of a surrogate pair".to_owned()
        }
        ProblemKind::ControlCharacter(character) => {
            format!("the control character U+{:04X} must be escaped", u32::from(*character))
        }
        ProblemKind::UnexpectedCharacter(character) => {
            if character.is_control() || character.is_whitespace() {
                format!("the character U+{:04X} has no place here", u32::from(*character))
            } else {
                format!("`{character}` has no place here")
            }
        }
        ProblemKind::TrailingContent => {
            help = Some("a document is one JSON value".into());
            "something follows behind the end of the value".to_owned()
        }
        ProblemKind::TooDeep => {
            format!("nested deeper than {MAX_DEPTH} levels; what is within was not checked")
        }
        ProblemKind::GaveUp => {
            "too many syntax errors; the rest of the document was not read".to_owned()
        }
    };
    (message, help)
}

fn title(kind: &ProblemKind) -> &'static str {
    match kind {
        ProblemKind::ByteOrderMark => "Remove the byte order mark",
        ProblemKind::Unclosed(_) => "Close it",
        ProblemKind::UnopenedBracket(_) => "Remove the bracket",
        ProblemKind::UnclosedString => "Close the string",
        ProblemKind::SingleQuotes => "Use double quotes",
        ProblemKind::UnquotedKey | ProblemKind::UnquotedValue => "Put it in quotes",
        ProblemKind::MissingComma => "Insert a comma",
        ProblemKind::TrailingComma | ProblemKind::ExtraComma => "Remove the comma",
        ProblemKind::MissingColon => "Insert a colon",
        ProblemKind::WrongSeparator => "Write a colon",
        ProblemKind::Comment => "Remove the comment",
        ProblemKind::ControlCharacter(_) | ProblemKind::BadEscape => "Escape it",
        _ => "Write it as JSON does",
    }
}

/// A member whose name its object has had before.
fn duplicate_key(
    fault: &Fault,
    at: Cursor<'_>,
    context: &Context<'_>,
    findings: &mut Findings<'_>,
) {
    let name = at.key().map(Cursor::content).unwrap_or_default();
    let message = format!("`{}` stands twice in this object", shorten(&name, 48));
    let first = context.analysis.cursor(fault.other).span();
    findings.add(
        Finding::at_key(&DUPLICATE_KEY, at, message)
            .related(first, "the first one")
            .help("readers differ on which one counts, most take the last; keep one"),
    );
}

fn encoding(context: &Context<'_>, findings: &mut Findings<'_>) {
    match context.decoded {
        None | Some(Decoded::Utf8(_)) => {}
        Some(Decoded::Foreign { encoding, .. }) => {
            let message = format!("the file is {encoding}, not UTF-8");
            findings.add(
                Finding::text(&ENCODING, Span::new(0, 0), message)
                    .help("save it as UTF-8 without a byte order mark"),
            );
        }
        Some(Decoded::Patched { wrong, .. }) => {
            let Some(first) = wrong.first() else { return };
            let message = match wrong.len() {
                1 => "these bytes are not UTF-8".to_owned(),
                count => {
                    format!(
                        "these bytes are not UTF-8, nor are those in {} other places",
                        count - 1
                    )
                }
            };
            findings.add(
                Finding::text(&ENCODING, *first, message)
                    .help("the file seems to be in an older code page; save it as UTF-8"),
            );
        }
    }
}
