//! Formulas of autoscaling pools: a small language of statements that set
//! variables, with numbers, times, vectors, calls, and methods that give the
//! samples of a metric.
//!
//! ```text
//! $tasks = avg($PendingTasks.GetSample(TimeInterval_Minute * 5));
//! $TargetDedicatedNodes = $tasks < 10 ? $tasks : 10;
//! ```
//!
//! The lexer makes tokens of a text, the parser a tree of them. Both read on
//! behind a slip, the parser up to the end of the statement, and neither
//! recurses: a tree is a list in which each node stands behind what it is made
//! of, so rules go over it in a loop.

mod lexer;
pub(crate) mod names;
mod parser;

use std::cmp::Ordering;
use std::ops::Range;

pub(crate) use lexer::{Kind, Token};
pub(crate) use parser::{Fault, FaultKind, Node, NodeKind, Statement};

/// A formula, read.
#[derive(Debug)]
pub(crate) struct Formula<'t> {
    text: &'t str,
    /// Its tokens, without white space and comments.
    pub(crate) tokens: Vec<Token>,
    /// The trees of its statements, one behind the other, each node behind its
    /// children.
    pub(crate) nodes: Vec<Node>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) faults: Vec<Fault>,
    /// Every name that is set, by name and then by place.
    assigned: Vec<Assigned>,
    /// Where a comment begins that has the rest of the text in it.
    pub(crate) tail: Option<usize>,
    /// Where a backslash and a letter stand for a line break or tab.
    pub(crate) escapes: Vec<usize>,
}

/// A name that a statement sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assigned {
    /// The name's token.
    pub(crate) token: u32,
    /// The statement that sets it.
    pub(crate) statement: u32,
}

impl<'t> Formula<'t> {
    pub(crate) fn parse(text: &'t str) -> Self {
        let lexed = lexer::lex(text);
        let mut formula = Formula {
            text,
            tokens: lexed.tokens,
            nodes: Vec::new(),
            statements: Vec::new(),
            faults: Vec::new(),
            assigned: Vec::new(),
            tail: lexed.tail,
            escapes: lexed.escapes,
        };
        parser::parse(&mut formula);
        let mut assigned = std::mem::take(&mut formula.assigned);
        crate::order::sort_by(&mut assigned, |one, other| {
            same_order(formula.own(one.token), formula.own(other.token))
                .then(one.token.cmp(&other.token))
        });
        formula.assigned = assigned;
        formula
    }

    fn kind(&self, token: u32) -> Option<Kind> {
        self.tokens.get(token as usize).map(|token| token.kind)
    }

    /// What a token says.
    pub(crate) fn text(&self, token: u32) -> &'t str {
        self.text.get(self.range(token)).unwrap_or_default()
    }

    /// Where a token is, in bytes.
    pub(crate) fn range(&self, token: u32) -> Range<usize> {
        match self.tokens.get(token as usize) {
            Some(token) => token.start as usize..token.end as usize,
            None => self.text.len()..self.text.len(),
        }
    }

    /// Where a node is, its brackets included.
    pub(crate) fn node_range(&self, node: &Node) -> Range<usize> {
        self.range(node.from).start..self.range(node.to.saturating_sub(1)).end
    }

    /// The nodes of a statement.
    pub(crate) fn nodes_of(&self, statement: &Statement) -> &[Node] {
        self.nodes.get(statement.nodes.start as usize..statement.nodes.end as usize).unwrap_or(&[])
    }

    /// The node that stands for all of a statement's expression.
    pub(crate) fn root(&self, statement: &Statement) -> Option<&Node> {
        self.nodes_of(statement).last()
    }

    /// What a node is made of, in order; of a method, first what it is asked of.
    pub(crate) fn children(&self, node: &Node) -> Vec<&Node> {
        let mut children = Vec::new();
        let mut end = node.index;
        while end > node.first {
            let Some(child) = self.nodes.get(end as usize - 1) else { break };
            children.push(child);
            end = child.first;
        }
        children.reverse();
        children
    }

    /// A name as variables of a formula's own are compared: they may have the
    /// dollar sign or not.
    fn own(&self, token: u32) -> &'t str {
        bare(self.text(token))
    }

    /// Every place where a variable is set, the dollar sign apart and in any
    /// case.
    pub(crate) fn settings(&self, name: &str) -> &[Assigned] {
        let name = bare(name);
        let order = |assigned: &Assigned| same_order(self.own(assigned.token), name);
        let start = self.assigned.partition_point(|assigned| order(assigned).is_lt());
        let rest = self.assigned.get(start..).unwrap_or_default();
        let length = rest.partition_point(|assigned| order(assigned).is_eq());
        rest.get(..length).unwrap_or_default()
    }

    /// The last place before a statement where a variable is set.
    pub(crate) fn set_before(&self, name: &str, statement: usize) -> Option<&Assigned> {
        let before = |assigned: &&Assigned| (assigned.statement as usize) < statement;
        self.settings(name).iter().rev().find(before)
    }

    /// Every name that is set.
    pub(crate) fn all_set(&self) -> &[Assigned] {
        &self.assigned
    }
}

/// A name without its dollar sign.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix('$').unwrap_or(name)
}

/// The order of names, in which those are the same that differ in case only.
pub(crate) fn same_order(one: &str, other: &str) -> Ordering {
    let one = one.bytes().map(|byte| byte.to_ascii_lowercase());
    one.cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
pub(crate) mod tests;
