//! Applies fixes to files.

use std::io::Write as _;
use std::path::Path;

use super::Error;
use super::output::{Checked, shown_path};
use crate::report::{
    Applicability, DocumentReport, Fix, Settled, masked_pair, settle, visible_in_place,
};

/// Which fixes to apply, and what to do with the result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixing {
    safe: bool,
    suggested: bool,
    diff: bool,
}

impl Fixing {
    pub(super) fn new(fix: bool, unsafe_fixes: bool, diff: bool) -> Self {
        Fixing { safe: fix || diff, suggested: unsafe_fixes, diff }
    }

    pub(super) fn any(self) -> bool {
        self.safe
    }

    pub(super) fn shows(self) -> bool {
        self.diff
    }

    pub(super) fn writes(self) -> bool {
        self.safe && !self.diff
    }

    fn takes(self, fix: &Fix) -> bool {
        fix.applicability == Applicability::Safe || self.suggested
    }
}

/// Applies the fixes of a checked document, and theirs, until none is left;
/// then shows or writes the result. Gives how many were applied.
pub(super) fn apply(
    fixing: Fixing,
    one: &mut Checked,
    lint: impl Fn(&str) -> DocumentReport,
) -> Result<usize, Error> {
    let settled = settle(&one.text, one.report.clone(), |fix| fixing.takes(fix), lint);
    let Settled { text, mut report, applied, .. } = settled;
    if applied == 0 {
        return Ok(0);
    }
    // Secrets stay out of the diff as of all other output, also those that were
    // known as such before a fix only.
    let (before, after) = masked_pair(&one.text, &text, &mut report.diagnostics);
    if fixing.diff {
        let (before, after) = (visible_in_place(&before), visible_in_place(&after));
        let diff = similar::TextDiff::from_lines(&before, &after);
        let name = shown_path(&one.path);
        one.diff = Some(diff.unified_diff().header(&name, &name).to_string());
        return Ok(0);
    }
    write(&one.path, &text)?;
    report.path.clone_from(&one.report.path);
    one.report = report;
    one.text = text;
    one.masked = Some(after);
    Ok(applied)
}

/// Replaces a file's content at once: whoever reads it sees the old or the
/// new content, and a failure leaves the old one.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_path_buf(), source };
    // A link stays a link: its target is what is replaced.
    let target = std::fs::canonicalize(path).map_err(failed)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let metadata = std::fs::metadata(&target).map_err(failed)?;
    if !metadata.is_file() {
        // A pipe that was read must not become a file.
        return Err(failed(std::io::Error::other("it is no regular file")));
    }
    let permissions = metadata.permissions();
    if permissions.readonly() {
        return Err(failed(std::io::ErrorKind::PermissionDenied.into()));
    }
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}
