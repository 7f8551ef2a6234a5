//! A full disk: the change in hand is saved by giving up the ballast, or refused whole.

use autoreach_store::{Store, StoreError};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::support::{created, execute, folder, insert, opened, pragma, recall, remember};

/// The caller's own error, wrapping ours as the engine does.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Wrapped(#[from] StoreError);

/// Allows the database no more pages than it has, as a full disk would.
async fn fill_the_disk(tx: &DatabaseTransaction) {
    let pages = pragma(tx, "page_count").await;
    tx.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await.unwrap();
}

async fn insert_large(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    insert(tx, "large", &"x".repeat(200_000)).await
}

async fn change_on_full_disk(store: &Store) -> Result<(), Wrapped> {
    let tx = store.begin().await?;
    fill_the_disk(&tx).await;
    insert(&*tx, "small", "beside the large one").await?;
    insert_large(&tx).await?;
    Ok(tx.commit().await?)
}

async fn change_on_emptied_disk(store: &Store) -> Result<(), Wrapped> {
    let tx = store.begin().await?;
    tx.execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
    insert_large(&tx).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn a_change_on_a_full_disk_leaves_nothing_behind_and_says_so() {
    let folder = folder();
    let store = created(folder.path()).await;
    let refused = change_on_full_disk(&store).await.unwrap_err();
    assert!(matches!(refused.0, StoreError::DiskFull(_)));
    assert_eq!(recall(&store, "small").await, None);
}

#[tokio::test]
async fn the_ballast_saves_the_change_in_hand_once() {
    let folder = folder();
    let store = created(folder.path()).await;
    assert!(!store.is_ballast_spent());
    let saved = match change_on_full_disk(&store).await {
        Err(error) if store.make_room(&error) => change_on_emptied_disk(&store).await,
        outcome => outcome,
    };
    saved.unwrap();
    assert_eq!(recall(&store, "large").await.map(|value| value.len()), Some(200_000));
    assert!(store.is_ballast_spent());
    let refused = change_on_full_disk(&store).await.unwrap_err();
    assert!(!store.make_room(&refused), "there is no second ballast");
    store.close().await;
    assert!(!opened(folder.path()).await.is_ballast_spent(), "the next opening lays the ballast again");
}

#[tokio::test]
async fn other_failures_leave_the_ballast_alone() {
    let folder = folder();
    let store = created(folder.path()).await;
    remember(&store, "once", "row").await.unwrap();
    let refused = remember(&store, "once", "row").await.unwrap_err();
    assert!(!store.make_room(&refused));
    assert!(!store.is_ballast_spent());
}

#[tokio::test]
async fn the_store_works_on_after_a_full_disk() {
    let folder = folder();
    let store = created(folder.path()).await;
    for _ in 0..3 {
        assert!(change_on_full_disk(&store).await.is_err());
    }
    execute(&store, "PRAGMA max_page_count = 1000000").await;
    remember(&store, "after", "space was made").await.unwrap();
    assert!(store.integrity().await.unwrap().is_sound());
}
