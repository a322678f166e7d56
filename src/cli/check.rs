//! `batchlint check`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::choice::{self, Setting, Settings};
use super::config::{Configs, Meant};
use super::evidence::{self, Evidence};
use super::files::{self, Collected, Input};
use super::fix::{self, Fixing};
use super::leftover::{self, LeftOut, Leftover, Skipped, Unreadable};
use super::output::{self, Checked};
use super::progress::Progress;
use super::{CLEAN, CheckArgs, Colors, Error, FAILED, FOUND, Format, note, statistics};
use crate::Target;
use crate::api::{self, Operation};
use crate::report::{DocumentReport, Fix, OperationReport, Severity};
use crate::rules::structure::AND_MORE;

pub(super) fn run(args: &CheckArgs, colors: Colors) -> Result<u8, Error> {
    let configs = Configs::load(args.config.as_deref(), args.no_config)?;
    let given = match &args.operation {
        Some(name) => Some(operation(name)?),
        None => None,
    };
    let from_stdin = args.paths.is_empty() || args.paths.iter().any(|path| path.as_os_str() == "-");
    if args.stdin_filename.is_some() && !from_stdin {
        return Err(Error::Usage("--stdin-filename is for standard input; name `-` as a path"));
    }
    let fixing = Fixing::new(args.fix, args.unsafe_fixes, args.diff);
    let collected = files::collect(&args.paths, args.stdin_filename.as_deref());
    if fixing.writes() && collected.inputs.iter().any(|input| input.stdin) {
        return Err(Error::Usage("standard input cannot be fixed in place; use --diff"));
    }
    let (plan, mut leftover) = plan(args, given, configs, collected)?;
    let job = Job { settings: plan.settings.all(), fixing, least: least(args), quiet: args.quiet };
    let outcomes = job.all(&plan.files);

    let mut done = Done::default();
    for (file, outcome) in plan.files.iter().zip(outcomes) {
        match outcome {
            Outcome::Checked { one, evidence, fixes, failed } => {
                done.fixed += fixes;
                done.failed_writes.extend(failed);
                done.checked.push(*one);
                done.evidence.push(evidence);
                done.settings.push(file.setting);
            }
            Outcome::LeftOut(kind) => leftover.skipped.push(Skipped::new(&file.input.path, kind)),
            Outcome::Unreadable(error) => {
                leftover.unreadable.push(Unreadable::new(&file.input.path, error));
            }
        }
    }
    leftover.tell_unreadable();
    for failure in &done.failed_writes {
        super::error::show(failure, colors.stderr);
    }
    if !args.quiet && !args.show_files {
        leftover.tell_skipped();
        leftover::tell_empty(if plan.files.is_empty() { &[] } else { &plan.empty });
        tell_idle(args, &plan, &done);
    }
    let printed = super::print(&shown(args, fixing, &done, &leftover, colors)?);
    if done.fixed > 0 && !args.quiet {
        note(format_args!("{} applied", output::counted(done.fixed, "fix", "fixes")));
    }
    printed?;
    if args.show_files {
        return Ok(if leftover.unreadable.is_empty() { CLEAN } else { FAILED });
    }
    done.code(&plan, &leftover)
}

/// What a run came to.
#[derive(Default)]
struct Done {
    checked: Vec<Checked>,
    /// For each of them: why it was checked, and the place of its setting.
    evidence: Vec<Evidence>,
    settings: Vec<usize>,
    fixed: usize,
    failed_writes: Vec<Error>,
}

impl Done {
    /// The exit code, or why the run failed.
    fn code(&self, plan: &Plan, leftover: &Leftover) -> Result<u8, Error> {
        let (unreadable, unwritten) = (leftover.unreadable.len(), self.failed_writes.len());
        if self.checked.is_empty() && unreadable == 0 {
            if leftover.taken_for_others() > 0 {
                return Err(Error::AllLeftOut { count: leftover.taken_for_others() });
            }
            if !plan.empty.is_empty() {
                return Err(Error::NothingToCheck { paths: plan.empty.clone() });
            }
            // What was named and is left out by the configuration is what the
            // user wants; a folder of which nothing is left is a slip.
            if plan.left_out_of_folders > 0 {
                return Err(Error::AllExcluded { count: plan.left_out_of_folders });
            }
        }
        if unreadable > 1 {
            return Err(Error::Unreadable { count: unreadable });
        }
        // One alone has been told, and so has each file that was not written.
        if unreadable + unwritten > 0 {
            return Ok(FAILED);
        }
        let found = self.checked.iter().zip(&self.settings).any(|(one, at)| {
            let denied = plan.settings.all().get(*at).is_some_and(|one| one.deny_warnings);
            let limit = if denied { Severity::Warning } else { Severity::Error };
            one.report.diagnostics.iter().any(|found| found.severity >= limit)
        });
        Ok(if found { FOUND } else { CLEAN })
    }
}

/// What goes to standard output.
fn shown(
    args: &CheckArgs,
    fixing: Fixing,
    done: &Done,
    leftover: &Leftover,
    colors: Colors,
) -> Result<String, Error> {
    let checked = &done.checked;
    if args.show_files {
        return files_shown(args.format, done, leftover);
    }
    if fixing.shows() {
        return Ok(checked.iter().filter_map(|one| one.diff.as_deref()).collect());
    }
    Ok(match args.format {
        Format::Json if args.statistics => json(&Run {
            whole: Statistics {
                version: 1,
                statistics: statistics::counts(checked),
                summary: output::whole(checked).summary,
            },
            leftover,
        })?,
        Format::Json => json(&Run { whole: output::whole(checked), leftover })?,
        _ if args.statistics => statistics::human(checked),
        Format::Human => output::human(checked, colors.stdout, args.quiet),
        Format::Concise => output::concise(checked),
    })
}

/// A JSON output with what was not checked.
#[derive(Serialize)]
struct Run<'r, T> {
    #[serde(flatten)]
    whole: T,
    #[serde(flatten)]
    leftover: &'r Leftover,
}

#[derive(Serialize)]
struct Statistics<'r> {
    version: u32,
    statistics: Vec<statistics::Count<'r>>,
    summary: crate::report::Summary,
}

fn json(whole: &impl Serialize) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(whole)?;
    text.push('\n');
    Ok(crate::report::visible_json(&text).into_owned())
}

/// What `--show-files` prints.
fn files_shown(format: Format, done: &Done, leftover: &Leftover) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Files<'f> {
        version: u32,
        files: Vec<File<'f>>,
    }
    #[derive(Serialize)]
    struct File<'f> {
        path: Option<&'f str>,
        operation: Option<&'f OperationReport>,
        /// Why it would be checked.
        evidence: Evidence,
        reason: String,
    }
    let files: Vec<File<'_>> = done
        .checked
        .iter()
        .zip(&done.evidence)
        .map(|(one, evidence)| File {
            path: one.report.path.as_deref(),
            operation: one.report.operation.as_ref(),
            evidence: *evidence,
            reason: evidence.reason(),
        })
        .collect();
    if format == Format::Json {
        return json(&Run { whole: Files { version: 1, files }, leftover });
    }
    let mut out = String::new();
    for file in files {
        let path = crate::report::visible(file.path.unwrap_or_default());
        let (operation, why) = match file.operation {
            Some(operation) => {
                (operation.id, format!(" ({})", crate::report::visible(&operation.reason)))
            }
            None => ("no known request", String::new()),
        };
        out.push_str(&format!("{path}: as {operation}{why}; {}\n", file.reason));
    }
    leftover.list(&mut out);
    Ok(out)
}

/// Says where no rule is on: that may be the doing of a configuration in some
/// folder above.
fn tell_idle(args: &CheckArgs, plan: &Plan, done: &Done) {
    let options = !(args.select.is_empty() && args.ignore.is_empty() && args.severity.is_empty());
    for (at, setting) in plan.settings.all().iter().enumerate().filter(|(_, one)| one.idle) {
        let count = done.settings.iter().filter(|of| **of == at).count();
        if count > 0 {
            let config = setting.config.as_deref().map(output::shown_path);
            let options = options.then(|| "options".to_owned());
            let by: Vec<_> = config.into_iter().chain(options).collect();
            let files = output::counted(count, "document", "documents");
            let by = by.join(" and ");
            note(format_args!("note: no rule is on for {files}, by {by}; nothing can be found"));
        }
    }
}

/// The mildest severity that is reported.
fn least(args: &CheckArgs) -> Severity {
    args.min_severity.map_or(Severity::Info, Severity::from)
}

/// An operation by the user's word for it.
pub(super) fn operation(name: &str) -> Result<&'static Operation, Error> {
    api::operation(name).ok_or_else(|| match Target::operation(name) {
        Err(unknown) => unknown.into(),
        Ok(_) => Error::Usage("the operation is of another API version"),
    })
}

/// A file to look at, and what holds for it.
struct Planned {
    input: Input,
    /// The place of its setting.
    setting: usize,
    target: Target,
}

/// What a run is to do.
struct Plan {
    files: Vec<Planned>,
    settings: Settings,
    /// Folders without a file to look at.
    empty: Vec<std::path::PathBuf>,
    /// How many files of folders the configuration leaves out.
    left_out_of_folders: usize,
}

/// Asks the configuration about each input; what is left out is told apart.
fn plan(
    args: &CheckArgs,
    given: Option<&'static Operation>,
    mut configs: Configs,
    collected: Collected,
) -> Result<(Plan, Leftover), Error> {
    let Collected { inputs, unreadable, skipped, others, empty } = collected;
    let mut leftover = Leftover { skipped, unreadable };
    let mut chosen = Vec::with_capacity(inputs.len());
    for input in &inputs {
        chosen.push(configs.of(input)?);
    }
    for other in others {
        let other = Input::found(other);
        let at = configs.of(&other)?;
        let excluded = configs.all().get(at).is_some_and(|one| one.says(&other).excluded);
        if !excluded && evidence::is_in_words(&files::beginning(&other.path)) {
            leftover.skipped.push(Skipped::new(&other.path, LeftOut::OtherNotation));
        }
    }
    choice::check(args, &configs)?;
    let mut settings = Settings::default();
    let mut files = Vec::with_capacity(inputs.len());
    let mut left_out_of_folders = 0;
    for (input, at) in inputs.into_iter().zip(chosen) {
        let said = configs.all().get(at).map(|config| config.says(&input)).unwrap_or_default();
        let left_out = match said.meant {
            _ if said.excluded => Some(LeftOut::Excluded),
            Some(Meant::None) => Some(LeftOut::NoOperation),
            _ => None,
        };
        if let Some(kind) = left_out {
            left_out_of_folders += usize::from(input.found);
            leftover.skipped.push(Skipped::new(&input.path, kind));
            continue;
        }
        let target = match (given, said.meant) {
            (Some(given), _) => Target::from(given),
            (None, Some(Meant::Operation(operation))) => Target::configured(operation),
            (None, _) => Target::detect(),
        };
        let setting = settings.of(args, &configs, at, said.entries)?;
        files.push(Planned { input, setting, target });
    }
    Ok((Plan { files, settings, empty, left_out_of_folders }, leftover))
}

/// What is the same for all inputs.
struct Job<'j> {
    settings: &'j [Setting],
    fixing: Fixing,
    /// The mildest severity that is reported.
    least: Severity,
    quiet: bool,
}

enum Outcome {
    Checked { one: Box<Checked>, evidence: Evidence, fixes: usize, failed: Option<Error> },
    LeftOut(LeftOut),
    Unreadable(std::io::Error),
}

impl Job<'_> {
    /// Checks all inputs, on as many threads as there are cores.
    fn all(&self, inputs: &[Planned]) -> Vec<Outcome> {
        let progress = Progress::new(inputs.len(), self.quiet);
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

    fn one(&self, file: &Planned) -> Outcome {
        let Planned { input, target, .. } = file;
        let Some(setting) = self.settings.get(file.setting) else {
            return Outcome::Unreadable(std::io::Error::other("it has no setting"));
        };
        let bytes = match files::read(input) {
            Ok(bytes) => bytes,
            Err(error) => return Outcome::Unreadable(error),
        };
        let report = setting.linter.lint_bytes(&bytes, *target);
        let text = String::from(std::borrow::Cow::from(crate::document::decode(&bytes)));
        let evidence = match evidence::judge(input.found, &report, &text) {
            Ok(evidence) => evidence,
            Err(kind) => return Outcome::LeftOut(kind),
        };
        let held = |mut report: DocumentReport, text: &str| {
            setting.policies.hold(text, &mut report);
            self.reported(&mut report);
            report
        };
        let report = held(report, &text);
        let mut one = Checked::new(&input.path, report, text);
        let mut fixes = 0;
        let mut failed = None;
        if self.fixing.any() && one.report.diagnostics.iter().any(|d| !d.fixes.is_empty()) {
            let settle = |text: &str, takes: &dyn Fn(&Fix) -> bool| {
                let mut settled = setting.linter.fix(text, *target, takes);
                settled.report = held(settled.report, &settled.text);
                settled
            };
            match fix::apply(self.fixing, &mut one, settle) {
                Ok(count) => fixes = count,
                Err(error) => failed = Some(error),
            }
        }
        Outcome::Checked { one: Box::new(one), evidence, fixes, failed }
    }

    /// Keeps of a report what is severe enough.
    fn reported(&self, report: &mut DocumentReport) {
        let severe = |severity: Severity| severity >= self.least;
        let all = report.diagnostics.len();
        // The word that there are more is about findings as severe as those.
        report.diagnostics.retain(|one| severe(one.severity) || one.code == AND_MORE.code);
        if report.diagnostics.len() < all {
            // What is not listed is no harsher than what has just been dropped.
            report.omitted = 0;
            report.diagnostics.retain(|one| severe(one.severity));
        }
    }
}
