//! Copies of the workspace: which there are, taking one more, and whether one is sound.

use crate::Engine;
use crate::error::EngineError;
use autoreach_secrets::KEYS_FILE;
use autoreach_store::{BackupContents, BackupFile, BackupKind, OLDEST_KEPT_DAYS};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use ts_rs::TS;

/// Says how to use a copy that lies on its own.
const HOW_TO_FILE: &str = "HOW-TO-RESTORE.txt";
const HOW_TO: &str = "This folder holds a backup of an AutoReach workspace. It is encrypted whole.\n\n\
    On the computer where the workspace is: Settings, Your data, \"Restore from a file...\", and choose the .db file;\n\
    or `autoreach backup restore FILE`.\n\n\
    keys.json holds the wrapped keys. Keep it beside the .db file: without it not even the recovery key opens the backup.\n";

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BackupLine {
    /// Its file name, by which it is named.
    pub name: String,
    /// Why it was made: `daily`, `weekly`, `pre-migration`, `manual` or `before-restore`.
    pub kind: String,
    /// When.
    pub taken_at: Timestamp,
    /// Its size.
    #[ts(type = "number")]
    pub bytes: u64,
    /// From when on it may go, because nothing is kept longer.
    pub kept_until: Timestamp,
}

/// All copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BackupList {
    /// The folder they lie in.
    pub folder: String,
    /// They, newest first.
    pub backups: Vec<BackupLine>,
}

/// What a copy holds, after every page, table and index of it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BackupCheck {
    /// Its file name.
    pub name: String,
    /// When it was taken; `None` where its name does not say.
    pub taken_at: Option<Timestamp>,
    /// Rows of all tables together.
    #[ts(type = "number")]
    pub rows: u64,
    /// What they are.
    pub holds: Holdings,
}

/// What a store holds, in numbers a person knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
pub struct Holdings {
    /// Leads.
    #[ts(type = "number")]
    pub leads: u64,
    /// Entries of the journal: decisions and what led to them.
    #[ts(type = "number")]
    pub journal: u64,
    /// Mails of the outbox, whatever became of them.
    #[ts(type = "number")]
    pub mails: u64,
}

impl Holdings {
    pub(crate) fn of(rows: &BTreeMap<String, u64>) -> Self {
        let count = |table: &str| rows.get(table).copied().unwrap_or(0);
        Self { leads: count("lead"), journal: count("journal"), mails: count("outbox") }
    }
}

impl BackupCheck {
    pub(crate) fn new(path: &Path, contents: &BackupContents) -> Self {
        Self {
            name: file_name(path),
            taken_at: BackupFile::from_path(path.to_owned()).map(|file| file.taken_at),
            rows: contents.rows.values().sum(),
            holds: Holdings::of(&contents.rows),
        }
    }
}

impl Engine {
    /// The copies there are.
    pub fn backups(&self) -> Result<BackupList, EngineError> {
        list(self.dir())
    }

    /// Takes a copy now. With `to` it is copied on into that folder, with the wrapped keys and a word on how to use it; the
    /// copy there is checked as well.
    pub async fn back_up_now(&self, to: Option<&Path>) -> Result<BackupCheck, EngineError> {
        let taken = self.back_up(BackupKind::Manual).await?;
        let kept = match to {
            None => taken.path,
            Some(folder) => self.copy_to(&taken.path, folder)?,
        };
        self.check_backup(&kept).await
    }

    /// Checks a copy.
    pub async fn check_backup(&self, path: &Path) -> Result<BackupCheck, EngineError> {
        Ok(BackupCheck::new(path, &self.store.check_backup(path).await?))
    }

    fn copy_to(&self, backup: &Path, folder: &Path) -> Result<PathBuf, EngineError> {
        let copy = folder.join(file_name(backup));
        let failed = |cause| EngineError::File { path: folder.to_owned(), action: "written", cause };
        let write = || {
            std::fs::create_dir_all(folder)?;
            copy_synced(backup, &copy)?;
            copy_synced(&self.dir.join(KEYS_FILE), &folder.join(KEYS_FILE))?;
            std::fs::write(folder.join(HOW_TO_FILE), HOW_TO)
        };
        write().map_err(failed)?;
        Ok(copy)
    }
}

/// The copies of the workspace in `dir`, which need not be open.
pub fn list(dir: &Path) -> Result<BackupList, EngineError> {
    let kept = SignedDuration::from_hours(24 * OLDEST_KEPT_DAYS);
    let line = |file: BackupFile| BackupLine {
        name: file_name(&file.path),
        kind: file.kind.as_str().to_owned(),
        taken_at: file.taken_at,
        bytes: file.path.metadata().map_or(0, |metadata| metadata.len()),
        kept_until: file.taken_at.checked_add(kept).unwrap_or(Timestamp::MAX),
    };
    let files = autoreach_store::backups_in(dir)?;
    let folder = autoreach_store::backup_folder(dir).display().to_string();
    Ok(BackupList { folder, backups: files.into_iter().rev().map(line).collect() })
}

/// The file of a copy: one of this workspace by its name, else a file of the caller's.
pub fn file_of(dir: &Path, name: &Path) -> Result<PathBuf, EngineError> {
    let known = autoreach_store::backups_in(dir)?.into_iter().map(|file| file.path).find(|path| path.file_name() == Some(name.as_os_str()));
    match known {
        Some(path) => Ok(path),
        None if name.is_file() => Ok(name.to_owned()),
        None => Err(EngineError::NoSuchBackup),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Copies a file so that it is on the disk when this returns.
pub(crate) fn copy_synced(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(from, to)?;
    std::fs::File::options().write(true).open(to)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;

    #[tokio::test]
    async fn a_copy_into_a_chosen_folder_carries_the_wrapped_keys_and_is_checked_there() {
        let desk = Desk::with_a_queue().await;
        let folder = tempfile::tempdir().expect("a folder");
        let check = desk.engine.back_up_now(Some(folder.path())).await.expect("backs up");
        assert_eq!(check.holds.leads, 3);
        assert!(check.rows > check.holds.leads + check.holds.journal);
        for file in [check.name.as_str(), KEYS_FILE, HOW_TO_FILE] {
            assert!(folder.path().join(file).exists(), "{file}");
        }
        let listed = desk.engine.backups().expect("lists").backups;
        assert_eq!(
            listed.iter().map(|line| (line.name.as_str(), line.kind.as_str())).collect::<Vec<_>>(),
            [(check.name.as_str(), "manual")]
        );
        assert!(listed[0].bytes > 0);
    }

    #[tokio::test]
    async fn a_file_that_is_no_backup_of_ours_is_refused_by_name() {
        let desk = Desk::empty().await;
        let missing = file_of(desk.dir.path(), Path::new("20200101T000000.000Z-daily.db"));
        assert!(matches!(missing, Err(EngineError::NoSuchBackup)));
        let stranger = desk.dir.path().join("stranger.db");
        std::fs::write(&stranger, b"no database").expect("ours");
        let refused = desk.engine.check_backup(&stranger).await.expect_err("is no backup");
        assert_eq!(refused.code(), "backup_rejected");
    }
}
