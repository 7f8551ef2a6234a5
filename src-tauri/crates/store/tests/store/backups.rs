//! Backups: encrypted, verified, unchanged by looking at them, and gone in time.

use std::fs;

use autoreach_store::{BackupFault, BackupKind, StoreError, verify_backup};
use jiff::SignedDuration;

use crate::support::{created, fill, folder, key, key_of, now, remember};

#[tokio::test]
async fn a_backup_holds_every_row_and_looking_at_it_changes_nothing() {
    let folder = folder();
    let store = created(folder.path()).await;
    fill(&store, 50).await;
    let backup = store.backup(now(), BackupKind::Daily).await.unwrap();
    let before = fs::read(&backup.path).unwrap();
    let contents = verify_backup(&backup.path, &key()).await.unwrap();
    assert_eq!(contents.schema_version, store.schema_version());
    assert!(contents.rows["store_meta"] >= 50);
    assert_eq!(fs::read(&backup.path).unwrap(), before);
    assert_eq!(fs::read_dir(backup.path.parent().unwrap()).unwrap().count(), 1, "no companions are left behind");
}

#[tokio::test]
async fn a_backup_does_not_open_with_another_key() {
    let folder = folder();
    let store = created(folder.path()).await;
    let backup = store.backup(now(), BackupKind::Daily).await.unwrap();
    let refused = verify_backup(&backup.path, &key_of(8)).await.unwrap_err();
    assert!(matches!(refused, StoreError::BackupRejected { fault: BackupFault::DoesNotOpen, .. }));
}

#[tokio::test]
async fn kind_and_instant_are_read_back_from_the_name() {
    let folder = folder();
    let store = created(folder.path()).await;
    let mut taken = Vec::new();
    for (minute, kind) in BackupKind::ALL.into_iter().enumerate() {
        let at = now() + SignedDuration::from_mins(minute as i64);
        taken.push(store.backup(at, kind).await.unwrap());
    }
    assert_eq!(store.backups().unwrap(), taken);
}

#[tokio::test]
async fn seven_daily_four_weekly_and_three_pre_migration_copies_are_kept() {
    let folder = folder();
    let store = created(folder.path()).await;
    for hour in 0..9 {
        for kind in BackupKind::ALL {
            store.backup(now() + SignedDuration::from_hours(hour), kind).await.unwrap();
        }
    }
    let left = store.backups().unwrap();
    for (kind, kept) in [(BackupKind::Daily, 7), (BackupKind::Weekly, 4), (BackupKind::PreMigration, 3), (BackupKind::Manual, 9)] {
        assert_eq!(left.iter().filter(|file| file.kind == kind).count(), kept, "{kind:?}");
    }
    assert!(left.iter().all(|file| file.kind != BackupKind::Daily || file.taken_at >= now() + SignedDuration::from_hours(2)));
}

#[tokio::test]
async fn no_copy_outlives_thirty_five_days() {
    let folder = folder();
    let store = created(folder.path()).await;
    store.backup(now(), BackupKind::Manual).await.unwrap();
    let later = now() + SignedDuration::from_hours(35 * 24 + 1);
    remember(&store, "later", "row").await.unwrap();
    let kept = store.backup(later, BackupKind::Manual).await.unwrap();
    assert_eq!(store.backups().unwrap(), vec![kept]);
}

#[tokio::test]
async fn what_a_killed_backup_left_behind_goes_with_the_next_one() {
    let folder = folder();
    let store = created(folder.path()).await;
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    for leftover in ["20260101T000000.000Z-daily.db.unfinished", "20260101T000000.000Z-daily.db.unfinished-journal"] {
        fs::write(backups.join(leftover), b"half a copy").unwrap();
    }
    assert!(store.backups().unwrap().is_empty(), "an unfinished copy is not a backup");
    store.backup(now(), BackupKind::Daily).await.unwrap();
    assert_eq!(fs::read_dir(&backups).unwrap().count(), 1);
}
