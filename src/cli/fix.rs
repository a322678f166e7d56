//! Applies fixes to files.

use std::fs::{File, Metadata};
use std::io::{self, Write as _};
use std::path::Path;

use super::Error;
use super::output::{Checked, shown_path};
use crate::report::{Applicability, Fix, Settled, masked_pair, visible_in_place};

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
    settle: impl Fn(&str, &dyn Fn(&Fix) -> bool) -> Settled,
) -> Result<usize, Error> {
    let settled = settle(&one.text, &|fix| fixing.takes(fix));
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
    write(&one.path, &one.text, &text)
        .map_err(|source| Error::Write { path: one.path.clone(), source })?;
    report.path.clone_from(&one.report.path);
    one.report = report;
    one.text = text;
    one.masked = Some(after);
    Ok(applied)
}

/// Replaces a file's content at once: whoever reads it sees the old or the
/// new content, and a failure leaves the old one. The file keeps its mode and
/// its owners; one that cannot keep what it has is left alone.
fn write(path: &Path, before: &str, after: &str) -> io::Result<()> {
    // A link stays a link: its target is what is replaced.
    let target = std::fs::canonicalize(path)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let metadata = std::fs::metadata(&target)?;
    if !metadata.is_file() {
        // A pipe that was read must not become a file.
        return Err(io::Error::other("it is no regular file"));
    }
    if metadata.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    keeps_names(&metadata)?;
    let complete = |file: &mut File| {
        file.write_all(after.as_bytes())?;
        keep_owners(file, &metadata)?;
        file.set_permissions(metadata.permissions())?;
        file.sync_all()
    };
    // As late as can be: whoever has edited the file since it was read is not
    // to lose that.
    let unchanged = || match std::fs::read(&target)? == before.as_bytes() {
        true => Ok(()),
        false => Err(io::Error::other("it has been changed meanwhile")),
    };
    #[cfg(target_os = "linux")]
    if let Some(mut file) = nameless(folder) {
        complete(&mut file)?;
        if let Some(name) = name(&file, folder)? {
            let moved = unchanged().and_then(|()| std::fs::rename(&name, &target));
            if moved.is_err() {
                // Nothing more can be done where this fails too.
                let _ = std::fs::remove_file(&name);
            }
            return moved;
        }
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    complete(file.as_file_mut())?;
    unchanged()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// A file in a folder that has no name yet: one that goes with the process,
/// however that ends. Not all file systems have such.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    open(folder, flags, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

/// Gives a file without a name one, for the moment until it takes that of
/// another. `None` where it cannot get one.
#[cfg(target_os = "linux")]
fn name(file: &File, folder: &Path) -> io::Result<Option<std::path::PathBuf>> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    for attempt in 0..100 {
        let name = format!(".batchlint-{}-{}-{attempt}", std::process::id(), file.as_raw_fd());
        let path = folder.join(name);
        match linkat(CWD, &own, CWD, &path, AtFlags::SYMLINK_FOLLOW) {
            Ok(()) => return Ok(Some(path)),
            Err(rustix::io::Errno::EXIST) => {}
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::XDEV) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// A file of several names would part from the others.
#[cfg(unix)]
fn keeps_names(metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    match metadata.nlink() {
        0 | 1 => Ok(()),
        links => Err(io::Error::other(format!(
            "it has {links} names (hard links), which would no longer be one file"
        ))),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn keeps_names(_: &Metadata) -> io::Result<()> {
    Ok(())
}

/// A file of others stays theirs.
#[cfg(unix)]
fn keep_owners(file: &File, metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (metadata.uid(), metadata.gid()) {
        return Ok(());
    }
    fchown(file, Some(metadata.uid()), Some(metadata.gid()))
        .map_err(|error| io::Error::new(error.kind(), "it would not keep its owner and group"))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn keep_owners(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_written_meanwhile_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        std::fs::write(&path, "read").expect("it is ours");
        write(&path, "read", "fixed").expect("nobody has changed it");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "fixed");
        let error = write(&path, "read", "fixed again").expect_err("it has been changed");
        assert_eq!(error.to_string(), "it has been changed meanwhile");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "fixed");
        let left = std::fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 1, "nothing else is left in the folder");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_a_name_goes_with_the_process() {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(mut file) = nameless(folder.path()) else { return };
        file.write_all(b"half").expect("there is room");
        let count = || std::fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(count(), 0);
        let name = name(&file, folder.path()).expect("it gets one").expect("it can get one");
        assert_eq!(std::fs::read(name).expect("it is there"), b"half");
    }
}
