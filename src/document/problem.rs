//! What can be wrong with a text that should be JSON.

use super::Span;

/// Something wrong with the syntax of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where it is wrong.
    pub span: Span,
    /// Another place that belongs to it, such as the bracket never closed.
    pub related: Option<Span>,
    /// The edit that would mend it, where one is clear.
    pub repair: Option<Repair>,
}

/// The edits that mend a [`Problem`]. They never repeat what a string says, so
/// that a secret cannot leave the text through them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What each edit replaces (empty where it only inserts), and what it
    /// writes instead; in document order.
    pub edits: Vec<(Span, String)>,
    /// Whether they keep what the author surely meant.
    pub safe: bool,
}

/// What is wrong with the syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// No value at all: nothing, or only white space and comments.
    Empty,
    /// More bytes than [`super::MAX_BYTES`].
    TooLong,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// A bracket that is never closed; the bracket.
    Unclosed(char),
    /// A closing bracket that closes nothing; the bracket.
    UnopenedBracket(char),
    /// A string that is never closed.
    UnclosedString,
    /// A string in single quotes.
    SingleQuotes,
    /// A name without quotes.
    UnquotedKey,
    /// A word where a value should be.
    UnquotedValue,
    /// A word that another language writes for a JSON value: Python's `True`,
    /// JavaScript's `undefined`; what JSON writes, if it has it.
    ForeignLiteral(Option<&'static str>),
    /// A comma is missing between two members or items.
    MissingComma,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comma with nothing before it.
    ExtraComma,
    /// No colon between a name and its value.
    MissingColon,
    /// Something other than a colon between a name and its value.
    WrongSeparator,
    /// A name or an item without a value.
    MissingValue,
    /// A value in an object that has no name.
    MissingKey,
    /// A comment.
    Comment,
    /// A comment that is never closed.
    UnclosedComment,
    /// A number that JSON does not write so.
    BadNumber,
    /// A number that no 64-bit floating-point number can hold.
    NumberRange,
    /// A backslash before something that is no escape.
    BadEscape,
    /// Half of a UTF-16 surrogate pair.
    LoneSurrogate,
    /// A control character in a string.
    ControlCharacter(char),
    /// A character that begins nothing.
    UnexpectedCharacter(char),
    /// More text behind the value.
    TrailingContent,
    /// Nested deeper than [`super::MAX_DEPTH`].
    TooDeep,
    /// So many problems that the rest was not read.
    GaveUp,
}
