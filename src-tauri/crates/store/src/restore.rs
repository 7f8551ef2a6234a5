//! Putting a backup back in the place of the store.
//!
//! The copy is verified and made ready beside the database; the store in use is kept aside as a backup of its own; only then
//! one rename puts the copy in its place. Until that rename the old store is whole, after it the new one is, and both open.
//! The copy brings back mails that were sent since: it carries epoch 0, by which whoever opens it next knows that nothing may
//! be sent before that was looked at (`guarantees.md` 4.4). What must not be forgotten is carried into it: the suppression
//! list, and the mails that crossed the barrier.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::backup::{self, BackupContents, BackupFile, BackupKind};
use crate::connect::{IfMissing, Role, open_one};
use crate::error::StoreError;
use crate::key::{self, KeyCheck, KeyPragma, StoreKey};
use crate::layout;
use crate::lock::StoreLock;
use crate::migrations;

/// What became of the store that a backup took the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptAside {
    /// It is a verified backup now.
    Backup(BackupFile),
    /// It did not open; its files lie in this folder as they were, for good.
    Damaged(PathBuf),
    /// There was none.
    Nothing,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup holds.
    pub contents: BackupContents,
    /// Where the store is that was in use before.
    pub kept_aside: KeptAside,
}

/// The moments between which a restore can be cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Verified,
    Copied,
    KeptAside,
    Carried,
    LogEmptied,
    Swapped,
}

/// Puts the backup at `backup` in the place of the store in `dir`, which nobody may have open. On any failure the store is as it
/// was. Fails with [`StoreError::BackupRejected`] for a file that is not sound and with [`StoreError::TooNew`] for one that a
/// newer program wrote.
pub async fn restore(dir: &Path, key: &StoreKey, backup: &Path, now: Timestamp) -> Result<Restored, StoreError> {
    restore_with(dir, key, backup, now, &mut |_| Ok(())).await
}

/// [`restore`], asking `go_on` after each step.
async fn restore_with(
    dir: &Path,
    key: &StoreKey,
    backup: &Path,
    now: Timestamp,
    go_on: &mut (dyn FnMut(Step) -> io::Result<()> + Send),
) -> Result<Restored, StoreError> {
    let _lock = StoreLock::acquire(dir)?;
    if key::check_key(dir, key)? == KeyCheck::Differs {
        return Err(StoreError::WrongKey);
    }
    let mut after = |step| go_on(step).map_err(StoreError::file("restore the backup"));
    let pragma = key.pragma();
    let contents = readable(backup, &pragma).await?;
    after(Step::Verified)?;
    let copy = copy_beside(dir, backup)?;
    after(Step::Copied)?;
    let kept_aside = keep_aside(dir, &pragma, now).await?;
    after(Step::KeptAside)?;
    carry_over(&copy, &kept_aside, &pragma).await?;
    after(Step::Carried)?;
    empty_log(dir, &kept_aside)?;
    after(Step::LogEmptied)?;
    layout::rename_synced(&copy, &layout::database(dir)).map_err(StoreError::file("put the backup in place"))?;
    after(Step::Swapped)?;
    tracing::info!(schema = contents.schema_version, "a backup was put in the place of the store");
    Ok(Restored { contents, kept_aside })
}

async fn readable(backup: &Path, key: &KeyPragma) -> Result<BackupContents, StoreError> {
    let contents = backup::inspect(backup, key).await?;
    let program = migrations::ALL.last().map_or(0, |migration| migration.version);
    if contents.schema_version > program {
        return Err(StoreError::TooNew { store: contents.schema_version, program });
    }
    Ok(contents)
}

/// Copies the backup beside the database, onto the disk. A copy left by an attempt that was cut short is replaced.
fn copy_beside(dir: &Path, backup: &Path) -> Result<PathBuf, StoreError> {
    let copy = layout::restoring_database(dir);
    let make = || {
        remove_companions(&copy)?;
        fs::copy(backup, &copy)?;
        File::options().write(true).open(&copy)?.sync_all()
    };
    make().map_err(StoreError::file("copy the backup"))?;
    Ok(copy)
}

/// The store in use as a verified backup; where it does not open or is not sound, its files as they are.
async fn keep_aside(dir: &Path, key: &KeyPragma, now: Timestamp) -> Result<KeptAside, StoreError> {
    if !layout::database(dir).exists() {
        return Ok(KeptAside::Nothing);
    }
    match copy_whole(dir, key, now).await {
        Ok(file) => Ok(KeptAside::Backup(file)),
        Err(error @ (StoreError::DiskFull(_) | StoreError::File { .. })) => Err(error),
        Err(_) => copy_files(dir, now).map(KeptAside::Damaged).map_err(StoreError::file("keep the damaged store")),
    }
}

async fn copy_whole(dir: &Path, key: &KeyPragma, now: Timestamp) -> Result<BackupFile, StoreError> {
    let mut connection = open_one(&layout::database(dir), key, Role::Migrator, IfMissing::Refuse).await?;
    let file = backup::take_beside(&mut connection, dir, key, now, BackupKind::BeforeRestore).await;
    if file.is_ok() {
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    connection.close().await?;
    file
}

fn copy_files(dir: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let folder = layout::damaged(dir).join(now.as_millisecond().to_string());
    layout::create_private_dir(&folder)?;
    let database = layout::database(dir);
    for file in [database.clone(), layout::companion(&database, "-wal")] {
        let (true, Some(name)) = (file.exists(), file.file_name()) else { continue };
        let copy = folder.join(name);
        fs::copy(&file, &copy)?;
        File::options().write(true).open(&copy)?.sync_all()?;
    }
    layout::sync_dir(&folder)?;
    Ok(folder)
}

/// What the store that was in use knows and the copy must not forget, and the mark by which the copy is known.
async fn carry_over(copy: &Path, kept_aside: &KeptAside, key: &KeyPragma) -> Result<(), StoreError> {
    let mut connection = open_one(copy, key, Role::Migrator, IfMissing::Refuse).await?;
    if let KeptAside::Backup(file) = kept_aside {
        let place = file.path.to_str().ok_or(io::ErrorKind::InvalidFilename.into()).map_err(StoreError::file("name the backup"))?;
        sqlx::query(AssertSqlSafe(key.attach_as_kept())).bind(place).execute(&mut connection).await?;
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if matches!(kept_aside, KeptAside::Backup(_)) {
        for statement in CARRIED {
            transaction.execute(*statement).await?;
        }
    }
    migrations::write_meta(&mut transaction, "epoch", "0").await?;
    transaction.commit().await?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    connection.close().await?;
    let settle = || {
        for suffix in ["-wal", "-shm"] {
            layout::remove_if_present(&layout::companion(copy, suffix))?;
        }
        File::options().write(true).open(copy)?.sync_all()
    };
    settle().map_err(StoreError::file("finish the copy"))
}

/// The suppression list by union. A mail that crossed the barrier since is taken over as it stands; another mail of the same
/// step to the same lead that has not left is cancelled for it. The tables are as they were in migration 1.
const CARRIED: &[&str] = &[
    "INSERT OR IGNORE INTO suppression (id, kind, key, reason, added_at) SELECT id, kind, key, reason, added_at FROM kept.suppression",
    "UPDATE outbox SET state = 'cancelled' WHERE phase = 0 AND state IN ('held', 'queued', 'sending', 'deferred') AND EXISTS (
        SELECT 1 FROM kept.outbox k WHERE k.phase = 1 AND k.workflow_id = outbox.workflow_id AND k.lead_id = outbox.lead_id
        AND k.sequence_step = outbox.sequence_step AND k.message_id <> outbox.message_id)",
    "UPDATE outbox SET state = k.state, phase = k.phase, attempts = k.attempts, smtp_code = k.smtp_code, smtp_text = k.smtp_text,
        resolved_by = k.resolved_by, crossed_at = k.crossed_at, ended_at = k.ended_at
        FROM kept.outbox k WHERE k.phase = 1 AND k.message_id = outbox.message_id AND outbox.phase = 0",
    "INSERT INTO outbox (workflow_id, lead_id, item_id, gesture_id, sequence_step, approval, content_hash, mime_hash, message_id, mime,
        from_address, to_address, to_name, company, subject, body, state, is_held_by_person, phase, owner, epoch, not_before, attempts,
        smtp_code, smtp_text, resolved_by, approved_at, crossed_at, ended_at)
        SELECT workflow_id, lead_id, item_id, NULL, sequence_step, approval, content_hash, mime_hash, message_id, mime,
        from_address, to_address, to_name, company, subject, body, state, is_held_by_person, phase, owner, epoch, not_before, attempts,
        smtp_code, smtp_text, resolved_by, approved_at, crossed_at, ended_at FROM kept.outbox k
        WHERE k.phase = 1 AND k.lead_id IN (SELECT id FROM lead) AND k.message_id NOT IN (SELECT message_id FROM outbox)",
];

/// The log of the old database must not meet the new one. It is empty already where the store opened, and copied where not.
fn empty_log(dir: &Path, kept_aside: &KeptAside) -> Result<(), StoreError> {
    let database = layout::database(dir);
    let log = layout::companion(&database, "-wal");
    let holds_rows = log.metadata().is_ok_and(|metadata| metadata.len() > 0);
    if holds_rows && matches!(kept_aside, KeptAside::Backup(_)) {
        return Err(StoreError::Busy);
    }
    let remove = || layout::remove_if_present(&log).and_then(|()| layout::remove_if_present(&layout::companion(&database, "-shm")));
    remove().map_err(StoreError::file("empty the log of the store"))
}

fn remove_companions(database: &Path) -> io::Result<()> {
    for file in [database.to_owned(), layout::companion(database, "-wal"), layout::companion(database, "-shm")] {
        layout::remove_if_present(&file)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::tables::{setting, store_meta};
    use jiff::SignedDuration;
    use zeroize::Zeroizing;

    const STEPS: [Step; 6] = [Step::Verified, Step::Copied, Step::KeptAside, Step::Carried, Step::LogEmptied, Step::Swapped];

    fn key() -> StoreKey {
        StoreKey::new(Zeroizing::new([5; 32]))
    }

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn later() -> Timestamp {
        now() + SignedDuration::from_hours(1)
    }

    async fn write(store: &Store, value: &str) {
        let tx = store.begin().await.unwrap();
        setting::set(&*tx, "which", &value).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Which store lies in the folder, and its epoch.
    async fn found(dir: &Path) -> (String, u64) {
        let store = Store::open(dir, &key(), now()).await.unwrap();
        assert!(store.integrity().await.unwrap().is_sound());
        let which = setting::get::<String>(store.read(), "which").await.unwrap().unwrap();
        let epoch = store_meta::epoch(store.read()).await.unwrap();
        store.close().await;
        (which, epoch)
    }

    /// A store that says "new" with a backup of when it said "old".
    async fn store_with_backup(dir: &Path) -> PathBuf {
        let store = Store::create(dir, &key(), now()).await.unwrap();
        write(&store, "old").await;
        let backup = store.backup(now(), BackupKind::Manual).await.unwrap();
        write(&store, "new").await;
        store.close().await;
        backup.path
    }

    #[tokio::test]
    async fn a_restore_cut_short_anywhere_leaves_the_old_store_or_the_new_one_and_can_be_done_again() {
        for cut in STEPS {
            let folder = tempfile::tempdir().unwrap();
            let backup = store_with_backup(folder.path()).await;
            let mut stop = |step| if step == cut { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) };
            let outcome = restore_with(folder.path(), &key(), &backup, later(), &mut stop).await;
            assert!(outcome.is_err(), "{cut:?}");
            let expected = if cut == Step::Swapped { ("old".to_owned(), 0) } else { ("new".to_owned(), 1) };
            assert_eq!(found(folder.path()).await, expected, "{cut:?}");
            restore(folder.path(), &key(), &backup, later() + SignedDuration::from_mins(1)).await.unwrap();
            assert_eq!(found(folder.path()).await, ("old".to_owned(), 0), "{cut:?}");
        }
    }

    #[tokio::test]
    async fn the_store_that_was_in_use_is_kept_aside_and_comes_back_the_same_way() {
        let folder = tempfile::tempdir().unwrap();
        let backup = store_with_backup(folder.path()).await;
        let restored = restore(folder.path(), &key(), &backup, later()).await.unwrap();
        let KeptAside::Backup(kept) = restored.kept_aside else { panic!("it was sound") };
        assert_eq!(kept.kind, BackupKind::BeforeRestore);
        assert_eq!(found(folder.path()).await.0, "old");
        restore(folder.path(), &key(), &kept.path, later() + SignedDuration::from_mins(1)).await.unwrap();
        assert_eq!(found(folder.path()).await.0, "new");
    }

    #[tokio::test]
    async fn rows_that_lie_only_in_the_log_of_a_killed_program_are_kept_aside_too() {
        let folder = tempfile::tempdir().unwrap();
        let backup = store_with_backup(folder.path()).await;
        let crashed = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &key(), now()).await.unwrap();
        write(&store, "late").await;
        for name in ["autoreach.db", "autoreach.db-wal", "autoreach.keycheck"] {
            fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
        }
        store.close().await;
        let restored = restore(crashed.path(), &key(), &backup, later()).await.unwrap();
        let KeptAside::Backup(kept) = restored.kept_aside else { panic!("it was sound") };
        assert_eq!(found(crashed.path()).await.0, "old", "the log of the old store did not meet the new one");
        restore(crashed.path(), &key(), &kept.path, later() + SignedDuration::from_mins(1)).await.unwrap();
        assert_eq!(found(crashed.path()).await.0, "late");
    }

    #[tokio::test]
    async fn a_damaged_store_is_kept_byte_for_byte_and_its_backup_opens_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let backup = store_with_backup(folder.path()).await;
        let database = layout::database(folder.path());
        let mut bytes = fs::read(&database).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&database, &bytes).unwrap();
        let restored = restore(folder.path(), &key(), &backup, later()).await.unwrap();
        let KeptAside::Damaged(kept) = restored.kept_aside else { panic!("it was not sound") };
        assert_eq!(fs::read(kept.join("autoreach.db")).unwrap(), bytes);
        assert_eq!(found(folder.path()).await.0, "old");
    }

    #[tokio::test]
    async fn a_backup_that_is_not_sound_or_not_ours_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let backup = store_with_backup(folder.path()).await;
        let mut bytes = fs::read(&backup).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let bad = folder.path().join("bad.db");
        fs::write(&bad, &bytes).unwrap();
        let refused = restore(folder.path(), &key(), &bad, later()).await.unwrap_err();
        assert!(matches!(refused, StoreError::BackupRejected { .. }), "{refused:?}");
        let other = StoreKey::new(Zeroizing::new([6; 32]));
        assert!(matches!(restore(folder.path(), &other, &backup, later()).await, Err(StoreError::WrongKey)));
        assert_eq!(found(folder.path()).await, ("new".to_owned(), 1));
        assert!(!folder.path().join("autoreach.db.restoring").exists());
    }

    #[tokio::test]
    async fn a_store_that_is_open_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let backup = store_with_backup(folder.path()).await;
        let store = Store::open(folder.path(), &key(), now()).await.unwrap();
        assert!(matches!(restore(folder.path(), &key(), &backup, later()).await, Err(StoreError::InUse)));
        store.close().await;
    }
}
