//! A progress bar, where a run takes long and somebody watches.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(400);

pub(super) struct Progress {
    bar: ProgressBar,
    since: Instant,
    quiet: bool,
}

impl Progress {
    pub(super) fn new(total: usize, quiet: bool) -> Self {
        // Hidden until it is worth showing; indicatif draws nothing where
        // standard error is no terminal.
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} documents") {
            bar.set_style(style);
        }
        Progress { bar, since: Instant::now(), quiet }
    }

    pub(super) fn step(&self) {
        self.bar.inc(1);
        if !self.quiet && self.bar.is_hidden() && self.since.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
