//! Every connection carries the settings the guarantees rest on.

use std::sync::Arc;
use std::time::Duration;

use autoreach_store::{Store, StoreError};
use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::support::{created, folder, insert, pragma, recall, remember};

/// Every demanded setting, written out here a second time on purpose.
const DEMANDED: [(&str, &str); 8] = [
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("busy_timeout", "10000"),
    ("temp_store", "2"),
    ("secure_delete", "1"),
    ("trusted_schema", "0"),
    ("cipher_log_level", "NONE"),
];

async fn check(connection: &impl ConnectionTrait, query_only: &str) {
    for (name, value) in DEMANDED.into_iter().chain([("query_only", query_only)]) {
        assert_eq!(pragma(connection, name).await, value, "{name}");
    }
    assert!(pragma(connection, "cipher_version").await.starts_with("4."), "the database must be SQLCipher");
}

#[tokio::test]
async fn the_writing_connection_has_every_setting() {
    let folder = folder();
    let store = created(folder.path()).await;
    check(&*store.begin().await.unwrap(), "0").await;
}

#[tokio::test]
async fn all_reading_connections_have_every_setting() {
    let folder = folder();
    let store = created(folder.path()).await;
    // Open transactions hold their connections, so four at once are four connections.
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(store.read().begin().await.unwrap());
    }
    for connection in &held {
        check(connection, "1").await;
    }
}

#[tokio::test]
async fn a_reading_connection_cannot_write() {
    let folder = folder();
    let store = created(folder.path()).await;
    assert!(insert(store.read(), "sneaky", "row").await.is_err());
    assert_eq!(recall(&store, "sneaky").await, None);
}

#[tokio::test]
async fn extensions_cannot_be_loaded() {
    let folder = folder();
    let store = created(folder.path()).await;
    let refusal = store.read().execute_unprepared("SELECT load_extension('libm.so.6')").await.unwrap_err();
    assert!(refusal.to_string().contains("not authorized"), "{refusal}");
}

async fn insert_twice(store: &Store, name: &str) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    insert(&*tx, name, "first").await?;
    insert(&*tx, name, "the same key again").await?;
    tx.commit().await
}

#[tokio::test]
async fn a_change_is_atomic_and_can_be_made_on_any_task() {
    let folder = folder();
    let store = Arc::new(created(folder.path()).await);
    let writer = Arc::clone(&store);
    let task = tokio::spawn(async move { insert_twice(&writer, "half").await });
    assert!(matches!(task.await.unwrap(), Err(StoreError::Database(_))));
    assert_eq!(recall(&store, "half").await, None, "the first row was rolled back with the second");
}

#[tokio::test]
async fn a_dropped_change_leaves_nothing_and_blocks_nobody() {
    let folder = folder();
    let store = created(folder.path()).await;
    let abandoned = async {
        let tx = store.begin().await.unwrap();
        insert(&*tx, "abandoned", "row").await.unwrap();
        std::future::pending::<()>().await;
    };
    assert!(tokio::time::timeout(Duration::from_millis(200), abandoned).await.is_err());
    remember(&store, "next", "row").await.unwrap();
    assert_eq!(recall(&store, "abandoned").await, None);
}

#[tokio::test]
async fn a_connection_whose_change_ended_behind_the_drivers_back_is_replaced_with_all_settings() {
    let folder = folder();
    let store = created(folder.path()).await;
    let tx = store.begin().await.unwrap();
    // What SQLite does by itself on some disk errors; the setting marks this connection.
    tx.execute_unprepared("PRAGMA busy_timeout = 1").await.unwrap();
    tx.execute_unprepared("ROLLBACK").await.unwrap();
    assert!(tx.commit().await.is_err());
    check(&*store.begin().await.unwrap(), "0").await;
    remember(&store, "after", "row").await.unwrap();
    assert!(recall(&store, "after").await.is_some());
}

#[tokio::test]
async fn changes_wait_for_each_other_and_none_is_lost() {
    let folder = folder();
    let store = Arc::new(created(folder.path()).await);
    let tasks = (0..20).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { remember(&store, &format!("row-{number}"), "x").await })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert!(recall(&store, "row-0").await.is_some() && recall(&store, "row-19").await.is_some());
}

/// A compile-time fact other crates rely on.
#[test]
fn a_store_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync>() {}
    shared::<Store>();
}
