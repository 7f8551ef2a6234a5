//! What a workspace needs now and then without being asked: a backup each day and each week.
//!
//! A backup is an encrypted copy of the database; beside it goes a copy of `keys.json`, without which not even the recovery
//! key opens it. The wrapped keys in there tell a thief nothing.

use crate::Engine;
use crate::error::EngineError;
use autoreach_secrets::KEYS_FILE;
use autoreach_store::{BackupFile, BackupKind};
use jiff::{SignedDuration, Timestamp};

/// A backup of a kind is due when the newest is older than this.
const DAILY: SignedDuration = SignedDuration::from_hours(24);
const WEEKLY: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Engine {
    /// Takes the backups that are due; those taken.
    pub async fn back_up_if_due(&self) -> Result<Vec<BackupFile>, EngineError> {
        let now = self.now();
        let kept = self.store.backups()?;
        let mut taken = Vec::new();
        for (kind, every) in [(BackupKind::Daily, DAILY), (BackupKind::Weekly, WEEKLY)] {
            if is_due(&kept, kind, every, now) {
                taken.push(self.back_up(kind).await?);
            }
        }
        Ok(taken)
    }

    /// Takes a backup now.
    pub async fn back_up(&self, kind: BackupKind) -> Result<BackupFile, EngineError> {
        let backup = self.store.backup(self.now(), kind).await?;
        let copy = backup.path.with_file_name(KEYS_FILE);
        std::fs::copy(self.dir.join(KEYS_FILE), &copy).map_err(|cause| EngineError::File { path: copy, action: "written", cause })?;
        Ok(backup)
    }
}

fn is_due(kept: &[BackupFile], kind: BackupKind, every: SignedDuration, now: Timestamp) -> bool {
    let newest = kept.iter().filter(|backup| backup.kind == kind).map(|backup| backup.taken_at).max();
    newest.is_none_or(|taken_at| now.duration_since(taken_at) >= every)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, noon};

    #[tokio::test]
    async fn a_day_brings_one_daily_backup_with_its_wrapped_keys() {
        let desk = Desk::empty().await;
        let kinds = |taken: Vec<BackupFile>| taken.into_iter().map(|backup| backup.kind).collect::<Vec<_>>();
        assert_eq!(kinds(desk.engine.back_up_if_due().await.expect("backs up")), [BackupKind::Daily, BackupKind::Weekly]);
        assert_eq!(kinds(desk.engine.back_up_if_due().await.expect("nothing is due")), []);
        let desk = desk.reopen(noon() + SignedDuration::from_hours(25)).await;
        assert_eq!(kinds(desk.engine.back_up_if_due().await.expect("backs up")), [BackupKind::Daily]);
        assert!(desk.dir.path().join("backups").join(KEYS_FILE).exists());
    }
}
