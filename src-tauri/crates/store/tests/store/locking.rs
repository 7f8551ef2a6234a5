//! One program at a time.

use autoreach_store::{Store, StoreError};

use crate::support::{created, folder, key, now, opened, refusal};

#[tokio::test]
async fn a_second_opener_is_told_who_is_in_the_way() {
    let folder = folder();
    let store = created(folder.path()).await;
    let refused = refusal(folder.path(), &key()).await;
    assert!(matches!(refused, StoreError::InUse));
    assert!(refused.to_string().contains("another running copy"), "{refused}");
    assert!(matches!(Store::create(folder.path(), &key(), now()).await, Err(StoreError::InUse)));
    store.close().await;
    opened(folder.path()).await;
}

#[tokio::test]
async fn a_lock_file_left_by_a_crash_stops_nobody() {
    let folder = folder();
    created(folder.path()).await.close().await;
    assert!(folder.path().join("autoreach.lock").exists());
    opened(folder.path()).await;
}
