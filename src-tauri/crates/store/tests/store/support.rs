//! What every test here needs: a folder, a key, an instant, and one marked row in the one table that always exists.

use std::path::Path;

use autoreach_store::{Store, StoreError, StoreKey};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Never occurs by chance, so finding it means that plaintext reached the disk.
pub(crate) const MARKER: &str = "MARKER-4f1c-plaintext-must-not-appear";

pub(crate) fn key() -> StoreKey {
    key_of(7)
}

pub(crate) fn key_of(byte: u8) -> StoreKey {
    StoreKey::new(Zeroizing::new([byte; 32]))
}

pub(crate) fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) async fn created(dir: &Path) -> Store {
    Store::create(dir, &key(), now()).await.unwrap()
}

pub(crate) async fn opened(dir: &Path) -> Store {
    Store::open(dir, &key(), now()).await.unwrap()
}

/// The refusal of an opening that must not succeed. `Store` is not printable, so `unwrap_err` does not serve.
pub(crate) async fn refusal(dir: &Path, key: &StoreKey) -> StoreError {
    match Store::open(dir, key, now()).await {
        Ok(_) => panic!("the store opened"),
        Err(error) => error,
    }
}

pub(crate) async fn insert(connection: &impl ConnectionTrait, name: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO store_meta (key, value) VALUES (?, ?)";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [name.into(), value.into()]);
    connection.execute_raw(statement).await?;
    Ok(())
}

pub(crate) async fn remember(store: &Store, name: &str, value: &str) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    insert(&*tx, name, value).await?;
    tx.commit().await
}

pub(crate) async fn recall(store: &Store, name: &str) -> Option<String> {
    let sql = "SELECT value FROM store_meta WHERE key = ?";
    let statement = Statement::from_sql_and_values(store.read().get_database_backend(), sql, [name.into()]);
    store.read().query_one_raw(statement).await.unwrap().map(|row| row.try_get_by(0).unwrap())
}

/// The first column of a pragma's first row, as text.
pub(crate) async fn pragma(connection: &impl ConnectionTrait, name: &str) -> String {
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), format!("PRAGMA {name}"))).await;
    let row = row.unwrap().unwrap();
    row.try_get_by::<String, _>(0).or_else(|_| row.try_get_by::<i64, _>(0).map(|number| number.to_string())).unwrap()
}

/// Fills the database with `rows` marked rows of about one kilobyte each.
pub(crate) async fn fill(store: &Store, rows: usize) {
    let value = MARKER.repeat(28);
    let tx = store.begin().await.unwrap();
    for row in 0..rows {
        insert(&*tx, &format!("row-{row}"), &value).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Runs statements as one change.
pub(crate) async fn execute(store: &Store, sql: &str) {
    let tx = store.begin().await.unwrap();
    tx.execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
}
