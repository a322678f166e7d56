//! From a formula's tokens to the trees of its statements.
//!
//! An operator waits on a stack until what is to its right is complete; so do
//! brackets. Nesting therefore costs no machine stack, and every token is
//! looked at a few times at most.

use std::ops::Range;

use super::lexer::Kind;
use super::names::{self, KEYWORDS};
use super::{Assigned, Formula};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Number,
    Text,
    Variable,
    /// Where an operand should be.
    Missing,
    /// Items in square brackets.
    Vector,
    /// A function, called.
    Call,
    /// A method, called; the first child is what it is asked of.
    Method,
    /// A member without a call.
    Member,
    /// An item of the first child.
    Index,
    Unary,
    Binary,
    /// A condition and two values.
    Ternary,
}

/// A node of a tree. Its children are right before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// The token that says what it is: a name, an operator, a number.
    pub(crate) token: u32,
    /// Its place in the list.
    pub(crate) index: u32,
    /// The first node that belongs to it.
    pub(crate) first: u32,
    /// Its tokens, brackets around it included.
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// A statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    /// The name that it sets.
    pub(crate) target: Option<u32>,
    /// Its nodes.
    pub(crate) nodes: Range<u32>,
    /// Whether its tree is a guess, since it could not be read.
    pub(crate) broken: bool,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A bracket that is never closed, or closed by one of the other kind.
    Unclosed,
    /// A bracket that closes nothing.
    Unopened,
    /// A quote without partner.
    Quote,
    /// A statement begins before the one before it has ended.
    Semicolon,
    /// An assignment without a variable to its left.
    NoVariable,
    /// A method or member without anything that it is one of.
    NoObject,
    /// An assignment without a value.
    NoValue,
    /// A second assignment in a statement.
    Assignment,
    /// A word or operator of another language.
    Operator,
    /// A token where a value should be, or the end.
    Value,
    /// A token where an operator should be.
    Unexpected,
    /// A `?` without its `:`.
    Condition,
    /// An assignment to something else than a variable.
    Target,
    /// A character of no language.
    Character,
}

/// A slip, at a token; the first of its statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) token: u32,
}

pub(super) fn parse(formula: &mut Formula<'_>) {
    let mut parser =
        Parser { formula, at: 0, stack: Vec::new(), target: None, open: 0, foreign: false };
    while parser.kind().is_some() {
        if parser.kind() == Some(Kind::Semicolon) {
            parser.at += 1;
        } else {
            parser.statement();
        }
    }
}

/// What waits for what is to its right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Prefix,
    /// An operator of this rank.
    Binary(u8),
    /// A condition for its first value, and for its second.
    Question,
    Colon,
    /// A bracket for its partner.
    Group,
    Vector,
    Index,
    Call,
    Method,
}

#[derive(Clone, Copy)]
struct Frame {
    waits: Waits,
    /// What the node will be named by.
    token: u32,
    /// Of a bracket, itself.
    bracket: u32,
    /// Where its node begins: in the list of nodes, and of tokens.
    first: u32,
    from: u32,
}

struct Parser<'p, 't> {
    formula: &'p mut Formula<'t>,
    at: u32,
    stack: Vec<Frame>,
    /// What the statement at hand sets.
    target: Option<u32>,
    /// How many brackets were left open by statements before.
    open: usize,
    /// Whether a word or bracket of another language was met.
    foreign: bool,
}

impl Parser<'_, '_> {
    fn kind(&self) -> Option<Kind> {
        self.formula.kind(self.at)
    }

    fn ahead(&self, by: u32) -> Option<Kind> {
        self.formula.kind(self.at + by)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.formula.nodes.len()).unwrap_or(u32::MAX)
    }

    fn node(&mut self, kind: NodeKind, token: u32, first: u32, from: u32) {
        let node = Node { kind, token, index: self.count(), first, from, to: self.at };
        self.formula.nodes.push(node);
    }

    fn leaf(&mut self, kind: NodeKind, length: u32) {
        let (at, first) = (self.at, self.count());
        self.at += length;
        self.node(kind, at, first, at);
    }

    fn wait(&mut self, waits: Waits, token: u32, bracket: u32) {
        let from = token.min(bracket);
        self.stack.push(Frame { waits, token, bracket, first: self.count(), from });
    }

    /// Lets an operator wait that has its left side already.
    fn wait_right(&mut self, waits: Waits, token: u32, bracket: u32) {
        let (first, from) = match self.formula.nodes.last() {
            Some(left) => (left.first, left.from),
            None => (0, token),
        };
        self.stack.push(Frame { waits, token, bracket, first, from });
    }

    /// Completes what waits, down to a bracket or an operator of lower rank.
    fn complete(&mut self, rank: u8, faults: &mut Slip) {
        while let Some(frame) = self.stack.last().copied() {
            let kind = match frame.waits {
                Waits::Prefix => NodeKind::Unary,
                Waits::Binary(of) if of >= rank => NodeKind::Binary,
                Waits::Colon if rank == 0 => NodeKind::Ternary,
                Waits::Question if rank == 0 => {
                    faults.add(FaultKind::Condition, frame.token);
                    NodeKind::Ternary
                }
                _ => return,
            };
            self.stack.pop();
            self.node(kind, frame.token, frame.first, frame.from);
        }
    }

    /// Closes the innermost bracket; the closing one is behind.
    fn close(&mut self, frame: Frame) {
        self.stack.pop();
        let kind = match frame.waits {
            Waits::Call => NodeKind::Call,
            Waits::Method => NodeKind::Method,
            Waits::Vector => NodeKind::Vector,
            Waits::Index => NodeKind::Index,
            _ => {
                let to = self.at;
                if let Some(inner) = self.formula.nodes.last_mut() {
                    (inner.from, inner.to) = (frame.from, to);
                }
                return;
            }
        };
        self.node(kind, frame.token, frame.first, frame.from);
    }

    fn is_open(&self) -> bool {
        let bracket = |frame: &Frame| {
            !matches!(
                frame.waits,
                Waits::Prefix | Waits::Binary(_) | Waits::Question | Waits::Colon
            )
        };
        self.stack.iter().any(bracket)
    }

    /// Whether the token at hand is a word that other languages have for an
    /// operator or a statement, and stands like one.
    fn is_keyword(&self) -> bool {
        let stands = matches!(
            self.ahead(1),
            Some(Kind::Name | Kind::Number | Kind::Text | Kind::Open | Kind::Odd)
        );
        stands && names::is_in(self.formula.text(self.at), KEYWORDS)
    }

    fn assign(&mut self) {
        let statement = u32::try_from(self.formula.statements.len()).unwrap_or(u32::MAX);
        self.formula.assigned.push(Assigned { token: self.at, statement });
        self.at += 2;
    }

    fn statement(&mut self) {
        let (start, first) = (self.at, self.count());
        let mut slip = Slip::default();
        self.target = None;
        if self.kind() == Some(Kind::Assign) {
            slip.add(FaultKind::NoVariable, self.at);
            self.at += 1;
        }
        let mut whole = false;
        loop {
            let ends = match self.kind() {
                None | Some(Kind::Semicolon) => true,
                Some(kind) if whole => self.operator(kind, &mut whole, start, &mut slip),
                Some(kind) => {
                    let begins = self.stack.is_empty() && self.count() == first;
                    self.operand(kind, begins, &mut whole, &mut slip);
                    false
                }
            };
            if ends {
                break;
            }
        }
        if !whole {
            let only = self.formula.kind(self.at.wrapping_sub(1)) == Some(Kind::Assign);
            slip.add(if only { FaultKind::NoValue } else { FaultKind::Value }, self.at);
            self.leaf(NodeKind::Missing, 0);
        }
        self.end(&mut slip);
        self.formula.faults.extend(slip.first);
        let (target, nodes) = (self.target, first..self.count());
        self.formula.statements.push(Statement { target, nodes, broken: slip.broken });
    }

    /// Completes all that waits at the end of a statement.
    fn end(&mut self, slip: &mut Slip) {
        self.complete(0, slip);
        let mut outer = None;
        while let Some(frame) = self.stack.last().copied() {
            self.open += 1;
            outer = Some(frame.bracket);
            self.close(frame);
            self.complete(0, slip);
        }
        if let Some(bracket) = outer {
            slip.unbalanced(FaultKind::Unclosed, bracket);
        }
    }

    /// Reads what an operand can begin with.
    fn operand(&mut self, kind: Kind, begins: bool, whole: &mut bool, slip: &mut Slip) {
        let at = self.at;
        let before = self.formula.kind(at.wrapping_sub(1));
        match kind {
            Kind::Number => self.leaf(NodeKind::Number, 1),
            Kind::Text => self.leaf(NodeKind::Text, 1),
            Kind::Quote => {
                slip.unbalanced(FaultKind::Quote, at);
                self.leaf(NodeKind::Text, 1);
            }
            Kind::Name if self.is_keyword() => {
                self.other_language(slip);
                self.at += 1;
                return;
            }
            Kind::Name => match self.ahead(1) {
                Some(Kind::Open) => {
                    self.wait(Waits::Call, at, at + 1);
                    self.at += 2;
                    return self.empty(Kind::Close, whole);
                }
                Some(Kind::Assign) if begins && self.target.is_none() => {
                    self.target = Some(at);
                    return self.assign();
                }
                // A value of a condition may be a statement of its own.
                Some(Kind::Assign) if matches!(before, Some(Kind::Question | Kind::Colon)) => {
                    return self.assign();
                }
                _ => self.leaf(NodeKind::Variable, 1),
            },
            Kind::Minus | Kind::Not | Kind::Plus => {
                self.wait(Waits::Prefix, at, at);
                self.at += 1;
                return;
            }
            Kind::Open => {
                self.wait(Waits::Group, at, at);
                self.at += 1;
                return;
            }
            Kind::OpenSquare => {
                self.wait(Waits::Vector, at, at);
                self.at += 1;
                return self.empty(Kind::CloseSquare, whole);
            }
            Kind::Odd => {
                self.other_language(slip);
                self.at += 1;
                return;
            }
            Kind::Stray => {
                slip.add(FaultKind::Character, at);
                self.at += 1;
                return;
            }
            Kind::Assign => {
                let twice = before == Some(Kind::Assign);
                slip.add(if twice { FaultKind::NoVariable } else { FaultKind::Value }, at);
                self.at += 1;
                return;
            }
            _ => {
                slip.add(
                    if kind == Kind::Dot { FaultKind::NoObject } else { FaultKind::Value },
                    at,
                );
                self.leaf(NodeKind::Missing, 0);
            }
        }
        *whole = true;
    }

    /// Closes a bracket that has nothing in it.
    fn empty(&mut self, closing: Kind, whole: &mut bool) {
        if self.kind() == Some(closing)
            && let Some(frame) = self.stack.last().copied()
        {
            self.at += 1;
            self.close(frame);
            *whole = true;
        }
    }

    /// Says that a word or bracket is one of another language; once, since
    /// they come in crowds.
    fn other_language(&mut self, slip: &mut Slip) {
        if !self.foreign {
            slip.add(FaultKind::Operator, self.at);
        }
        self.foreign = true;
        slip.broken = true;
        slip.quiet = true;
    }

    fn binary(&mut self, rank: u8, whole: &mut bool, slip: &mut Slip) {
        self.complete(rank, slip);
        self.wait_right(Waits::Binary(rank), self.at, self.at);
        self.at += 1;
        *whole = false;
    }

    /// Reads what can stand behind an operand; gives whether the statement ends
    /// there.
    fn operator(&mut self, kind: Kind, whole: &mut bool, start: u32, slip: &mut Slip) -> bool {
        let at = self.at;
        match kind {
            Kind::Or => self.binary(1, whole, slip),
            Kind::And => self.binary(2, whole, slip),
            Kind::Equality => self.binary(3, whole, slip),
            Kind::Order => self.binary(4, whole, slip),
            Kind::Plus | Kind::Minus => self.binary(5, whole, slip),
            Kind::Times => self.binary(6, whole, slip),
            Kind::OddBinary => {
                slip.add(FaultKind::Operator, at);
                self.binary(6, whole, slip);
            }
            Kind::Assign => {
                let first = self.target.is_some() || self.formula.kind(start) == Some(Kind::Assign);
                slip.add(if first { FaultKind::Assignment } else { FaultKind::Target }, at);
                self.binary(3, whole, slip);
            }
            Kind::Question => {
                self.complete(1, slip);
                self.wait_right(Waits::Question, at, at);
                self.at += 1;
                *whole = false;
            }
            Kind::Colon => {
                self.complete(1, slip);
                while self.stack.last().is_some_and(|frame| frame.waits == Waits::Colon) {
                    if let Some(frame) = self.stack.pop() {
                        self.node(NodeKind::Ternary, frame.token, frame.first, frame.from);
                    }
                    self.complete(1, slip);
                }
                match self.stack.last_mut() {
                    Some(frame) if frame.waits == Waits::Question => frame.waits = Waits::Colon,
                    _ => slip.add(FaultKind::Unexpected, at),
                }
                self.at += 1;
                *whole = false;
            }
            Kind::Comma => {
                self.complete(0, slip);
                let list = |frame: &Frame| {
                    matches!(frame.waits, Waits::Call | Waits::Method | Waits::Vector)
                };
                if !self.stack.last().is_some_and(list) {
                    slip.add(FaultKind::Unexpected, at);
                }
                self.at += 1;
                *whole = false;
            }
            Kind::Dot => match (self.ahead(1), self.ahead(2)) {
                (Some(Kind::Name), Some(Kind::Open)) => {
                    self.wait_right(Waits::Method, at + 1, at + 2);
                    self.at += 3;
                    *whole = false;
                    self.empty(Kind::Close, whole);
                }
                (Some(Kind::Name), _) => {
                    self.wait_right(Waits::Prefix, at + 1, at);
                    self.at += 2;
                    if let Some(frame) = self.stack.pop() {
                        self.node(NodeKind::Member, frame.token, frame.first, frame.from);
                    }
                }
                _ => {
                    slip.add(FaultKind::Value, at + 1);
                    self.at += 1;
                }
            },
            Kind::OpenSquare => {
                self.wait_right(Waits::Index, at, at);
                self.at += 1;
                *whole = false;
            }
            Kind::Close | Kind::CloseSquare => {
                self.complete(0, slip);
                self.at += 1;
                let Some(frame) = self.stack.last().copied() else {
                    // What closes it may have been the end of a statement.
                    match self.open.checked_sub(1) {
                        Some(left) => self.open = left,
                        None => slip.unbalanced(FaultKind::Unopened, at),
                    }
                    slip.broken = true;
                    return false;
                };
                let square = matches!(frame.waits, Waits::Vector | Waits::Index);
                if square != (kind == Kind::CloseSquare) {
                    slip.unbalanced(FaultKind::Unclosed, frame.bracket);
                }
                self.close(frame);
            }
            Kind::Odd => {
                self.other_language(slip);
                self.at += 1;
            }
            Kind::Stray => {
                slip.add(FaultKind::Character, at);
                self.at += 1;
            }
            Kind::Name if self.is_keyword() => {
                self.other_language(slip);
                self.binary(1, whole, slip);
            }
            Kind::Name | Kind::Number | Kind::Text => {
                let sets = self.ahead(1) == Some(Kind::Assign) && kind == Kind::Name;
                let open = self.is_open();
                if sets || !open {
                    // What is open is said to be so; that is the slip.
                    if !open && !slip.broken {
                        slip.add(FaultKind::Semicolon, at);
                    }
                    return true;
                }
                slip.add(FaultKind::Unexpected, at);
                self.complete(0, slip);
                *whole = false;
            }
            _ => {
                slip.add(FaultKind::Unexpected, at);
                self.complete(0, slip);
                *whole = false;
            }
        }
        false
    }
}

/// The slip of a statement: the first, or the one that explains it.
#[derive(Default)]
struct Slip {
    first: Option<Fault>,
    broken: bool,
    /// Whether the rest of the statement is not judged.
    quiet: bool,
}

impl Slip {
    fn add(&mut self, kind: FaultKind, token: u32) {
        // Behind these the rest is read as it was meant.
        let clear =
            matches!(kind, FaultKind::Semicolon | FaultKind::Assignment | FaultKind::NoVariable);
        self.broken |= !clear;
        if !self.quiet {
            self.first.get_or_insert(Fault { kind, token });
        }
    }

    /// A bracket or quote explains whatever else there is.
    fn unbalanced(&mut self, kind: FaultKind, token: u32) {
        self.broken = true;
        let said = |fault: &Fault| {
            matches!(fault.kind, FaultKind::Unclosed | FaultKind::Unopened | FaultKind::Quote)
        };
        if !self.first.as_ref().is_some_and(said) {
            self.first = Some(Fault { kind, token });
        }
    }
}
