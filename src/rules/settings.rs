//! Which rules run, and how bad their findings are: two questions, answered
//! apart.
//!
//! A user names rules by code, id, category, group or `all`. Where several
//! settings speak of a rule, the more specific wins; of equally specific ones
//! the later layer (options come after the configuration) and, within one, an
//! `ignore` over a `select` and the last severity.

use thiserror::Error;

use crate::report::Severity;
use crate::words::nearest_of;

use super::{Category, Group, Rule, Status};

/// No rule has this code, id, category or group.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no rule has the code, id, category or group `{name}`")]
#[non_exhaustive]
pub struct UnknownRule {
    /// What was given.
    pub name: String,
    /// The code, id, category or group that it is nearest to.
    pub nearest: Option<&'static str>,
}

/// How closely a word speaks of a rule; the last is the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Specificity {
    All,
    Group,
    Category,
    Rule,
}

/// A user's word for rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selector {
    All,
    Group(Group),
    Category(&'static str),
    Rule(&'static str),
}

impl Selector {
    fn parse(name: &str, categories: &[&'static Category]) -> Result<Self, UnknownRule> {
        if name == "all" {
            return Ok(Selector::All);
        }
        if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) {
            return Ok(Selector::Group(group));
        }
        for category in categories {
            if category.id == name {
                return Ok(Selector::Category(category.id));
            }
            if let Some(rule) = category.rules.iter().find(|rule| rule.is_called(name)) {
                return Ok(Selector::Rule(rule.code));
            }
        }
        let rules = categories.iter().flat_map(|category| category.rules);
        let mut names: Vec<&'static str> = rules.flat_map(|rule| [rule.id, rule.code]).collect();
        names.extend(categories.iter().map(|category| category.id));
        names.extend(Group::ALL.map(Group::name));
        names.push("all");
        Err(UnknownRule { name: name.to_owned(), nearest: nearest_of(name, &names) })
    }

    fn specificity(self) -> Specificity {
        match self {
            Selector::All => Specificity::All,
            Selector::Group(_) => Specificity::Group,
            Selector::Category(_) => Specificity::Category,
            Selector::Rule(_) => Specificity::Rule,
        }
    }

    fn is_for(self, rule: &Rule) -> bool {
        match self {
            Selector::All => true,
            Selector::Group(group) => rule.group == group,
            Selector::Category(id) => rule.category() == id,
            Selector::Rule(code) => rule.code == code,
        }
    }
}

/// What a user sets, in order.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    categories: &'static [&'static Category],
    layer: usize,
    /// Selector, layer, and whether its rules run.
    choices: Vec<(Selector, usize, bool)>,
    severities: Vec<(Selector, usize, Severity)>,
}

impl Settings {
    pub(crate) fn new(categories: &'static [&'static Category]) -> Self {
        Settings { categories, layer: 0, choices: Vec::new(), severities: Vec::new() }
    }

    /// What is set from here on wins over what was set before, where it is as
    /// specific; and what it selects replaces what was selected before.
    pub(crate) fn next_layer(&mut self) {
        self.layer += 1;
    }

    pub(crate) fn choose(&mut self, name: &str, on: bool) -> Result<(), UnknownRule> {
        let selector = Selector::parse(name, self.categories)?;
        if on {
            let layer = self.layer;
            self.choices.retain(|(_, of, on)| !on || *of == layer);
        }
        self.choices.push((selector, self.layer, on));
        Ok(())
    }

    pub(crate) fn severity(&mut self, name: &str, to: Severity) -> Result<(), UnknownRule> {
        let selector = Selector::parse(name, self.categories)?;
        self.severities.push((selector, self.layer, to));
        Ok(())
    }

    /// Whether a rule runs.
    pub(crate) fn runs(&self, rule: &Rule) -> bool {
        let selects = self.choices.iter().any(|(_, _, on)| *on);
        let default = !selects && rule.group == Group::Recommended && rule.status == Status::Stable;
        self.choices
            .iter()
            .filter(|(selector, ..)| selector.is_for(rule))
            // A rule on trial runs for those who name it.
            .filter(|(selector, _, on)| {
                !on || rule.status != Status::Preview || matches!(selector, Selector::Rule(_))
            })
            .max_by_key(|(selector, layer, on)| (selector.specificity(), *layer, !on))
            .map_or(default, |(_, _, on)| *on)
    }

    /// The severities of all rules that do not have their own.
    pub(crate) fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        if self.severities.is_empty() {
            return levels;
        }
        for rule in self.categories.iter().flat_map(|category| category.rules) {
            let set = self.severities.iter().enumerate();
            let best = set
                .filter(|(_, (selector, ..))| selector.is_for(rule))
                .max_by_key(|(at, (selector, layer, _))| (selector.specificity(), *layer, *at));
            if let Some((_, (selector, _, severity))) = best {
                let exact = selector.specificity() == Specificity::Rule;
                levels.set.push((rule.code, *severity, exact));
            }
        }
        levels
    }
}

/// The severities that a user gives rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    /// The rule's code, the severity, and whether it was given to the rule
    /// itself.
    set: Vec<(&'static str, Severity, bool)>,
}

impl Levels {
    /// The severity of a finding, which may be milder than its rule. A user's
    /// word on the rule itself holds for each finding; one on a category or
    /// all rules leaves the milder ones mild.
    pub(crate) fn severity(&self, rule: &Rule, most: Option<Severity>) -> Severity {
        let set = self.set.iter().find(|(code, ..)| *code == rule.code);
        match set {
            Some((_, severity, true)) => *severity,
            Some((_, severity, false)) => most.map_or(*severity, |most| most.min(*severity)),
            None => most.map_or(rule.severity, |most| most.min(rule.severity)),
        }
    }
}

#[cfg(test)]
mod tests;
