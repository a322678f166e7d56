//! Which rules and policies a run is for, and how severe they are: what the
//! configuration says, then what the options say.

use super::config::Config;
use super::policy::{Policies, Policy};
use super::{CheckArgs, Error};
use crate::report::Severity;
use crate::{Date, Linter, LinterBuilder, UnknownRule};

/// What was chosen for one policy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Choice {
    /// Not among those selected.
    unselected: bool,
    /// Who left it out.
    ignored: Option<Source>,
    pub(super) severity: Option<Severity>,
}

impl Choice {
    pub(super) fn is_on(&self) -> bool {
        !self.unselected && self.ignored.is_none()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Configuration,
    Options,
}

/// The linter and the policies that configuration and options ask for; options
/// win.
pub(super) fn choose(args: &CheckArgs, config: &mut Config) -> Result<(Linter, Policies), Error> {
    let mut chooser = Chooser {
        builder: builder(args, config)?,
        policies: std::mem::take(&mut config.policies),
        source: Source::Configuration,
        selected: false,
        rules_selected: false,
    };
    let in_config = |message: String| match &config.path {
        Some(path) => Error::Config { path: path.clone(), message },
        None => Error::Config { path: std::path::PathBuf::new(), message },
    };
    let unknown = |error: UnknownRule| in_config(error.to_string());
    for name in &config.select {
        chooser.select(name).map_err(unknown)?;
    }
    for name in &config.ignore {
        chooser.ignore(name).map_err(unknown)?;
    }
    for (name, text) in &config.severity {
        let Some(severity) = severity_of(text) else {
            return Err(in_config(format!("`{text}` is no severity of `{name}`")));
        };
        chooser.severity(name, severity).map_err(unknown)?;
    }
    chooser.source = Source::Options;
    chooser.builder = chooser.builder.overriding();
    if !args.select.is_empty() {
        // A selection of the options takes the place of the configuration's.
        chooser.selected = false;
        chooser.rules_selected = false;
    }
    for name in &args.select {
        chooser.select(name)?;
    }
    for name in &args.ignore {
        chooser.ignore(name)?;
    }
    for given in &args.severity {
        let parts = given.split_once('=').and_then(|(name, text)| Some((name, severity_of(text)?)));
        let Some((name, severity)) = parts else {
            return Err(Error::Severity { given: given.clone() });
        };
        chooser.severity(name.trim(), severity)?;
    }
    Ok(chooser.done())
}

/// What is apart from rules: the API version and the day.
fn builder(args: &CheckArgs, config: &Config) -> Result<LinterBuilder, Error> {
    let mut builder = Linter::builder();
    if let Some(today) = args.today.or_else(today) {
        builder = builder.today(today);
    }
    Ok(match (&args.api_version, &config.api_version) {
        (Some(version), _) => builder.api_version(version)?,
        (None, Some(version)) => builder.api_version(version).map_err(|error| Error::Config {
            path: config.path.clone().unwrap_or_default(),
            message: format!("{error}; it knows {}", error.known.join(", ")),
        })?,
        (None, None) => builder,
    })
}

/// The day by the system's clock, in UTC.
fn today() -> Option<Date> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Date::from_unix_days(i64::try_from(since.as_secs() / 86_400).ok()?)
}

/// A severity by name; `Some(None)` is `off`.
fn severity_of(text: &str) -> Option<Option<Severity>> {
    match text.trim() {
        "error" => Some(Some(Severity::Error)),
        "warning" => Some(Some(Severity::Warning)),
        "info" => Some(Some(Severity::Info)),
        "off" => Some(None),
        _ => None,
    }
}

/// Takes the user's words to the linter's builder, which knows the rules, and
/// to the policies.
struct Chooser {
    builder: LinterBuilder,
    policies: Policies,
    source: Source,
    /// Whether anything was selected, and any rule.
    selected: bool,
    rules_selected: bool,
}

impl Chooser {
    fn select(&mut self, name: &str) -> Result<(), UnknownRule> {
        if !self.selected {
            self.selected = true;
            self.policies.choices.iter_mut().for_each(|choice| choice.unselected = true);
        }
        let policies = self.policies(name, |choice, _| {
            choice.unselected = false;
            choice.ignored = None;
        });
        let rules = self.rules(policies, |builder| builder.select(name))?;
        self.rules_selected |= rules;
        Ok(())
    }

    fn ignore(&mut self, name: &str) -> Result<(), UnknownRule> {
        let source = self.source;
        let policies = self.policies(name, |choice, _| choice.ignored = Some(source));
        self.rules(policies, |builder| builder.ignore(name))?;
        Ok(())
    }

    fn severity(&mut self, name: &str, severity: Option<Severity>) -> Result<(), UnknownRule> {
        let Some(severity) = severity else { return self.ignore(name) };
        let source = self.source;
        let policies = self.policies(name, |choice, policy| {
            choice.severity = Some(severity);
            // Whoever gives an option for this very policy wants it.
            if policy.is_named(name) && choice.ignored < Some(source) {
                choice.ignored = None;
            }
        });
        self.rules(policies, |builder| builder.severity(name, severity))?;
        Ok(())
    }

    /// Changes the choices of the policies of this name; whether there are any.
    fn policies(&mut self, name: &str, change: impl Fn(&mut Choice, &Policy)) -> bool {
        let all = self.policies.list.iter().zip(&mut self.policies.choices);
        let mut any = false;
        for (policy, choice) in all.filter(|(policy, _)| policy.is(name)) {
            change(choice, policy);
            any = true;
        }
        any
    }

    /// Does the same for the rules; whether there are any of the name. There
    /// must be some unless it is that of policies.
    fn rules(
        &mut self,
        policies: bool,
        change: impl FnOnce(LinterBuilder) -> Result<LinterBuilder, UnknownRule>,
    ) -> Result<bool, UnknownRule> {
        match change(self.builder.clone()) {
            Ok(builder) => {
                self.builder = builder;
                Ok(true)
            }
            Err(_) if policies => Ok(false),
            Err(unknown) => Err(unknown),
        }
    }

    fn done(mut self) -> (Linter, Policies) {
        self.policies.only = self.selected && !self.rules_selected;
        (self.builder.build(), self.policies)
    }
}
