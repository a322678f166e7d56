//! `batchlint check`.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::choice::choose;
use super::config::Config;
use super::files::{self, Input, Unreadable};
use super::fix::{self, Fixing};
use super::output::{self, Checked};
use super::policy::Policies;
use super::progress::Progress;
use super::{CLEAN, CheckArgs, Colors, Error, FAILED, FOUND, Format, note};
use crate::api::{self, Operation};
use crate::report::{DocumentReport, Severity};
use crate::{Linter, Target};

/// Words of which a file found in a folder has one if it is a request body;
/// others are left alone when no operation fits them.
const TELLING: [&str; 8] = [
    "vmSize",
    "virtualMachineConfiguration",
    "poolInfo",
    "commandLine",
    "jobSpecification",
    "deploymentConfiguration",
    "thumbprintAlgorithm",
    "autoPoolSpecification",
];

pub(super) fn run(args: &CheckArgs, colors: Colors) -> Result<u8, Error> {
    let mut config = Config::load(args.config.as_deref(), args.no_config)?;
    let (linter, policies) = choose(args, &mut config)?;
    let given = match &args.operation {
        Some(name) => Some(operation(name)?),
        None => None,
    };
    let fixing = Fixing::new(args.fix, args.unsafe_fixes, args.diff);
    let (inputs, mut unreadable) = files::collect(&args.paths)?;
    if fixing.writes() && inputs.iter().any(Input::is_stdin) {
        return Err(Error::Usage("standard input cannot be fixed in place; use --diff"));
    }
    let job = Job { linter: &linter, policies: &policies, config: &config, given, fixing };
    let results = job.all(&inputs);

    let mut checked = Vec::with_capacity(inputs.len());
    let mut skipped = Vec::new();
    let mut fixed = 0usize;
    let mut failed_writes = Vec::new();
    for (input, result) in inputs.into_iter().zip(results) {
        match result {
            Outcome::Checked { one, fixes, failed } => {
                fixed += fixes;
                failed_writes.extend(failed);
                checked.push(*one);
            }
            Outcome::Skipped => skipped.push(input.path),
            Outcome::Unreadable(error) => {
                unreadable.push(Unreadable { path: input.path, error });
            }
        }
    }
    for failure in &unreadable {
        let path = output::shown_path(&failure.path);
        note(format_args!("error: cannot read {path}: {}", failure.error));
    }
    for failure in &failed_writes {
        super::error::show(failure, colors.stderr);
    }
    note_skipped(&skipped);
    let text = if fixing.shows() {
        checked.iter().filter_map(|one| one.diff.as_deref()).collect()
    } else {
        match args.format {
            Format::Human => output::human(&checked, colors.stdout),
            Format::Concise => output::concise(&checked),
            Format::Json => output::json(&checked)?,
        }
    };
    let printed = super::print(&text);
    if fixed > 0 {
        note(format_args!("{} applied", output::counted(fixed, "fix", "fixes")));
    }
    printed?;
    if checked.is_empty() && !skipped.is_empty() && unreadable.is_empty() {
        return Err(Error::AllLeftOut { count: skipped.len() });
    }
    if !unreadable.is_empty() || !failed_writes.is_empty() {
        return if failed_writes.is_empty() && unreadable.len() == 1 {
            Ok(FAILED)
        } else {
            Err(Error::Unreadable { count: unreadable.len() + failed_writes.len() })
        };
    }
    let deny = args.deny_warnings || config.deny_warnings && !args.no_deny_warnings;
    let limit = if deny { Severity::Warning } else { Severity::Error };
    let found = checked.iter().flat_map(|one| &one.report.diagnostics).any(|d| d.severity >= limit);
    Ok(if found { FOUND } else { CLEAN })
}

/// Says which files of a folder were left out, the first few by name.
fn note_skipped(skipped: &[PathBuf]) {
    const NAMED: usize = 3;
    if skipped.is_empty() {
        return;
    }
    let names: Vec<_> = skipped.iter().take(NAMED).map(|path| output::shown_path(path)).collect();
    let more = match skipped.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    note(format_args!(
        "note: left out as no request bodies: {}{more}; name a file to have it checked all the same",
        names.join(", ")
    ));
}

/// An operation by the user's word for it.
pub(super) fn operation(name: &str) -> Result<&'static Operation, Error> {
    api::operation(name).ok_or_else(|| match Target::operation(name) {
        Err(unknown) => unknown.into(),
        Ok(_) => Error::Usage("the operation is of another API version"),
    })
}

/// What is the same for all inputs.
struct Job<'j> {
    linter: &'j Linter,
    policies: &'j Policies,
    config: &'j Config,
    given: Option<&'static Operation>,
    fixing: Fixing,
}

enum Outcome {
    Checked { one: Box<Checked>, fixes: usize, failed: Option<Error> },
    Skipped,
    Unreadable(std::io::Error),
}

impl Job<'_> {
    /// Checks all inputs, on as many threads as there are cores.
    fn all(&self, inputs: &[Input]) -> Vec<Outcome> {
        let progress = Progress::new(inputs.len());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // A thread costs more than a few files.
        let threads = cores.min(inputs.len().div_ceil(16)).max(1);
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::with_capacity(inputs.len()));
        let work = || {
            let mut own = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(input) = inputs.get(at) else { break };
                own.push((at, self.one(input)));
                progress.step();
            }
            match results.lock() {
                Ok(mut results) => results.append(&mut own),
                Err(poisoned) => poisoned.into_inner().append(&mut own),
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        progress.done();
        let mut results = match results.into_inner() {
            Ok(results) => results,
            Err(poisoned) => poisoned.into_inner(),
        };
        results.sort_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn one(&self, input: &Input) -> Outcome {
        let bytes = match files::read(input) {
            Ok(bytes) => bytes,
            Err(error) => return Outcome::Unreadable(error),
        };
        let target = match (self.given, self.config.operation(input)) {
            (Some(given), _) => Target::from(given),
            (None, Some(operation)) => Target::configured(operation),
            (None, None) => Target::detect(),
        };
        let report = self.linter.lint_bytes(&bytes, target);
        let text = String::from(std::borrow::Cow::from(crate::document::decode(&bytes)));
        let unknown = report.operation.is_none();
        if input.found && unknown && !TELLING.iter().any(|word| text.contains(word)) {
            return Outcome::Skipped;
        }
        let held = |mut report: DocumentReport, text: &str| {
            self.policies.hold(text, &mut report);
            report
        };
        let report = held(report, &text);
        let mut one = Checked::new(&input.path, report, text);
        let mut fixes = 0;
        let mut failed = None;
        if self.fixing.any() && one.report.diagnostics.iter().any(|d| !d.fixes.is_empty()) {
            let lint = |text: &str| held(self.linter.lint(text, target), text);
            match fix::apply(self.fixing, &mut one, lint) {
                Ok(count) => fixes = count,
                Err(error) => failed = Some(error),
            }
        }
        Outcome::Checked { one: Box::new(one), fixes, failed }
    }
}
