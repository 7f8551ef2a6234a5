//! Where the store's files lie in its folder, and the few file operations that must reach the disk.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("autoreach.db")
}

/// A database under construction; it takes its real name only when it is complete.
pub(crate) fn unfinished_database(dir: &Path) -> PathBuf {
    dir.join("autoreach.db.new")
}

/// A backup on its way back into the place of the database.
pub(crate) fn restoring_database(dir: &Path) -> PathBuf {
    dir.join("autoreach.db.restoring")
}

/// Where a database that does not open is kept for good when a backup takes its place.
pub(crate) fn damaged(dir: &Path) -> PathBuf {
    dir.join("damaged")
}

pub(crate) fn erasures(dir: &Path) -> PathBuf {
    ledger_dir(dir).join("erased.log")
}

pub(crate) fn lock(dir: &Path) -> PathBuf {
    dir.join("autoreach.lock")
}

pub(crate) fn key_check(dir: &Path) -> PathBuf {
    dir.join("autoreach.keycheck")
}

pub(crate) fn ballast(dir: &Path) -> PathBuf {
    dir.join("autoreach.ballast")
}

pub(crate) fn backups(dir: &Path) -> PathBuf {
    dir.join("backups")
}

pub(crate) fn ledger_dir(dir: &Path) -> PathBuf {
    dir.join("ledger")
}

pub(crate) fn ledger(dir: &Path) -> PathBuf {
    ledger_dir(dir).join("sent.log")
}

/// SQLite's companion of a database file: `-wal` or `-shm`.
pub(crate) fn companion(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Creates a folder only its owner can enter, where the system knows such a thing. A folder that exists keeps its rights:
/// it may be the user's own.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Writes a small file so that it is either absent, old or complete after a power cut.
pub(crate) fn write_synced(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = companion(path, ".new");
    let mut file = File::create(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    rename_synced(&unfinished, path)
}

/// Renames and makes the new name survive a power cut.
pub(crate) fn rename_synced(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_dir(to.parent().unwrap_or(Path::new(".")))
}

/// Makes a folder's entries survive a power cut. Windows has no such call and orders its own metadata.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

/// Removes a file that may not be there.
pub(crate) fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
