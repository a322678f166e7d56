//! Which rules and policies a run is for, and how severe they are: what the
//! configuration says, then what the options say.

use std::collections::HashMap;
use std::path::PathBuf;

use super::config::{Config, ConfigError, Configs, Word};
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

/// What holds for some files: the linter, the policies, and whether warnings
/// are denied.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) linter: Linter,
    pub(super) policies: Policies,
    pub(super) deny_warnings: bool,
    /// Whether no rule and no policy is on, so that nothing can be found.
    pub(super) idle: bool,
    /// The configuration, for messages.
    pub(super) config: Option<PathBuf>,
}

/// The settings of a run, each made once.
#[derive(Debug, Default)]
pub(super) struct Settings {
    list: Vec<Setting>,
    /// By the configuration and those of its entries that hold.
    known: HashMap<(usize, Vec<usize>), usize>,
}

impl Settings {
    /// The place among [`all`](Self::all) of what holds for files of this
    /// configuration and these of its entries.
    pub(super) fn of(
        &mut self,
        args: &CheckArgs,
        configs: &Configs,
        config: usize,
        entries: Vec<usize>,
    ) -> Result<usize, Error> {
        let key = (config, entries);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let place = self.list.len();
        let config = configs.all().get(config).ok_or(Error::Usage("there is no configuration"))?;
        self.list.push(choose(args, configs, config, &key.1)?);
        self.known.insert(key, place);
        Ok(place)
    }

    pub(super) fn all(&self) -> &[Setting] {
        &self.list
    }
}

/// Whether all words of the configurations are known, also of entries that hold
/// for no file of the run.
pub(super) fn check(args: &CheckArgs, configs: &Configs) -> Result<(), Error> {
    configs.all().iter().try_for_each(|config| {
        let all: Vec<usize> = (0..config.files.len()).collect();
        choose(args, configs, config, &all).map(|_| ())
    })
}

/// The linter and the policies that configuration, those of its entries, and
/// options ask for; options win.
fn choose(
    args: &CheckArgs,
    configs: &Configs,
    config: &Config,
    entries: &[usize],
) -> Result<Setting, Error> {
    let mut chooser = Chooser {
        builder: builder(args, config)?,
        policies: config.policies.clone(),
        source: Source::Configuration,
        selected: false,
        rules_selected: false,
    };
    let known = |at: &Word, result: Result<(), UnknownRule>| {
        result.map_err(|error| config.wrong(at, ConfigError::Rule(error)))
    };
    for name in &config.select {
        known(name, chooser.select(&name.value))?;
    }
    let whole = (&config.ignore, &config.severity);
    let parts = entries.iter().filter_map(|at| config.files.get(*at));
    let parts = parts.map(|entry| (&entry.ignore, &entry.severity));
    for (at, (ignore, severity)) in std::iter::once(whole).chain(parts).enumerate() {
        if at == 1 {
            // What is said of some files counts more than what is said of all.
            chooser.builder = chooser.builder.overriding();
        }
        for name in ignore {
            known(name, chooser.ignore(&name.value))?;
        }
        for (name, text) in severity {
            let Some(severity) = severity_of(&text.value) else {
                let (rule, given) = (name.value.clone(), text.value.clone());
                return Err(config.wrong(text, ConfigError::Severity { rule, given }));
            };
            known(name, chooser.severity(&name.value, severity))?;
        }
    }
    chooser.source = Source::Options;
    chooser.builder = chooser.builder.overriding();
    if !args.select.is_empty() {
        // A selection of the options takes the place of the configuration's.
        chooser.selected = false;
        chooser.rules_selected = false;
    }
    // A policy that another configuration of the run has means nothing here.
    let elsewhere = |name: &str, result: Result<(), UnknownRule>| match result {
        Err(_) if configs.all().iter().any(|one| one.policies.has(name)) => Ok(()),
        result => result,
    };
    for name in &args.select {
        elsewhere(name, chooser.select(name))?;
    }
    for name in &args.ignore {
        elsewhere(name, chooser.ignore(name))?;
    }
    for given in &args.severity {
        let parts = given.split_once('=').and_then(|(name, text)| Some((name, severity_of(text)?)));
        let Some((name, severity)) = parts else {
            return Err(Error::Severity { given: given.clone() });
        };
        elsewhere(name.trim(), chooser.severity(name.trim(), severity))?;
    }
    let idle = chooser.is_idle();
    let (linter, policies) = chooser.done();
    Ok(Setting {
        linter,
        policies,
        deny_warnings: args.deny_warnings || config.deny_warnings && !args.no_deny_warnings,
        idle,
        config: config.path.clone(),
    })
}

/// What is apart from rules: the API version and the day.
fn builder(args: &CheckArgs, config: &Config) -> Result<LinterBuilder, Error> {
    let mut builder = Linter::builder();
    if let Some(today) = args.today.or_else(today) {
        builder = builder.today(today);
    }
    Ok(match (&args.api_version, &config.api_version) {
        (Some(version), _) => builder.api_version(version)?,
        (None, Some(version)) => builder
            .api_version(&version.value)
            .map_err(|error| config.wrong(version, ConfigError::Version(error)))?,
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

    /// Whether no rule and no policy is on.
    fn is_idle(&self) -> bool {
        let rules = self.builder.runs_any() && (self.rules_selected || !self.selected);
        !rules && !self.policies.choices.iter().any(Choice::is_on)
    }

    fn done(mut self) -> (Linter, Policies) {
        self.policies.only = self.selected && !self.rules_selected;
        (self.builder.build(), self.policies)
    }
}
