//! Creating and opening: the right key opens, everything else is refused by name and changes nothing.

use std::fs;

use autoreach_store::{Store, StoreError};

use crate::support::{created, folder, key, key_of, now, opened, recall, refusal, remember};

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let folder = folder();
    let store = created(folder.path()).await;
    remember(&store, "colour", "green").await.unwrap();
    store.close().await;
    assert_eq!(recall(&opened(folder.path()).await, "colour").await.as_deref(), Some("green"));
}

#[tokio::test]
async fn a_wrong_key_is_named_as_such_and_changes_nothing() {
    let folder = folder();
    created(folder.path()).await.close().await;
    let before = fs::read(folder.path().join("autoreach.db")).unwrap();
    assert!(matches!(refusal(folder.path(), &key_of(8)).await, StoreError::WrongKey));
    assert_eq!(fs::read(folder.path().join("autoreach.db")).unwrap(), before);
    opened(folder.path()).await;
}

#[tokio::test]
async fn without_the_key_check_a_wrong_key_is_still_refused_and_the_right_one_restores_the_check() {
    let folder = folder();
    created(folder.path()).await.close().await;
    fs::remove_file(folder.path().join("autoreach.keycheck")).unwrap();
    assert!(matches!(refusal(folder.path(), &key_of(8)).await, StoreError::DamagedOrWrongKey));
    opened(folder.path()).await.close().await;
    assert!(matches!(refusal(folder.path(), &key_of(8)).await, StoreError::WrongKey));
}

#[tokio::test]
async fn opening_an_empty_folder_creates_nothing() {
    let folder = folder();
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::NotFound));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_emptied_database_is_damage_and_not_a_new_store() {
    let folder = folder();
    created(folder.path()).await.close().await;
    fs::write(folder.path().join("autoreach.db"), b"").unwrap();
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::Damaged));
    assert_eq!(fs::metadata(folder.path().join("autoreach.db")).unwrap().len(), 0);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_never_built_over() {
    let folder = folder();
    fs::write(folder.path().join("autoreach.db"), b"somebody's only copy").unwrap();
    assert!(matches!(Store::create(folder.path(), &key(), now()).await, Err(StoreError::AlreadyExists)));
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::DamagedOrWrongKey));
    assert_eq!(fs::read(folder.path().join("autoreach.db")).unwrap(), b"somebody's only copy");
}

#[tokio::test]
async fn no_new_store_is_made_beside_the_backups_of_a_lost_one() {
    let folder = folder();
    let store = created(folder.path()).await;
    store.backup(now(), autoreach_store::BackupKind::Daily).await.unwrap();
    store.close().await;
    fs::remove_file(folder.path().join("autoreach.db")).unwrap();
    assert!(matches!(Store::create(folder.path(), &key(), now()).await, Err(StoreError::AlreadyExists)));
}

#[tokio::test]
async fn a_creation_that_was_cut_short_is_simply_repeated() {
    let folder = folder();
    created(folder.path()).await.close().await;
    // As after a crash just before the database got its name, with a key that was never kept.
    fs::rename(folder.path().join("autoreach.db"), folder.path().join("autoreach.db.new")).unwrap();
    let other = key_of(9);
    Store::create(folder.path(), &other, now()).await.unwrap().close().await;
    Store::open(folder.path(), &other, now()).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_enter_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let dir = folder.path().join("workspace");
    created(&dir).await;
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_was_there_before_keeps_its_rights() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    created(folder.path()).await;
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o750);
}
