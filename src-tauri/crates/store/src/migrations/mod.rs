//! Upgrades of the schema, forward only: one file per migration, added and never edited.
//!
//! All pending migrations of one upgrade run in a single transaction with the new version number, so a store is old or
//! new after any failure, a kill or a full disk, and never between. The verified backup taken first (see `backup`) is for
//! the mistakes no transaction can undo: a migration that succeeds and is wrong.
//! Going back is deliberately absent: a store of a newer program is opened for reading only.

mod m0001_spine;

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::connect::pragma;
use crate::error::StoreError;
use crate::integrity;

/// Every migration of this program in order. The last one's version is the program's schema version.
pub(crate) const ALL: &[Migration] = &[m0001_spine::MIGRATION];

/// One step of the schema.
pub(crate) struct Migration {
    /// The schema version it leads to; one more than its predecessor's.
    pub(crate) version: u32,
    /// A short name for messages, as in the file name.
    pub(crate) name: &'static str,
    /// Oldest schema version whose program can still read the result.
    pub(crate) min_reader: u32,
    /// Oldest schema version whose program could still write the result without harm.
    pub(crate) min_writer: u32,
    /// The statements, run in order.
    pub(crate) statements: &'static [&'static str],
}

/// An upgrade that was rolled back: which migration failed and why.
pub(crate) struct MigrationFault {
    pub(crate) version: u32,
    pub(crate) name: &'static str,
    pub(crate) source: StoreError,
}

/// What a store says about its own schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SchemaVersion {
    /// Number of the last migration applied; 0 for an empty file.
    pub(crate) current: u32,
    /// Oldest program that can read it; `current` where the store does not say.
    pub(crate) min_reader: u32,
    /// Oldest program that can write it; `current` where the store does not say.
    pub(crate) min_writer: u32,
}

/// Reads the schema version of an open database.
pub(crate) async fn schema_version(connection: &mut SqliteConnection) -> Result<SchemaVersion, StoreError> {
    let current = pragma(connection, "user_version").await?.and_then(|text| text.parse().ok()).ok_or(StoreError::Damaged)?;
    if current == 0 {
        return Ok(SchemaVersion { current, min_reader: 0, min_writer: 0 });
    }
    let min_reader = meta_number(connection, "min_reader").await?.unwrap_or(current);
    let min_writer = meta_number(connection, "min_writer").await?.unwrap_or(current);
    Ok(SchemaVersion { current, min_reader, min_writer })
}

async fn meta_number(connection: &mut SqliteConnection, key: &str) -> Result<Option<u32>, StoreError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT value FROM store_meta WHERE key = ?").bind(key).fetch_optional(connection).await?;
    text.map(|text| text.parse().map_err(|_| StoreError::Damaged)).transpose()
}

/// Applies every migration above `from`, checks the result and commits, or leaves the database as it was.
pub(crate) async fn upgrade(connection: &mut SqliteConnection, from: u32, migrations: &[Migration]) -> Result<(), MigrationFault> {
    let pending = migrations.iter().filter(|migration| migration.version > from);
    let mut last = (from, "begin");
    let outcome = apply(connection, pending, &mut last).await;
    outcome.map_err(|source| MigrationFault { version: last.0, name: last.1, source })
}

async fn apply<'m>(
    connection: &mut SqliteConnection,
    pending: impl Iterator<Item = &'m Migration>,
    last: &mut (u32, &'static str),
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for migration in pending {
        *last = (migration.version, migration.name);
        run(&mut transaction, migration).await?;
    }
    integrity::check_structure(&mut transaction).await?;
    transaction.commit().await?;
    Ok(())
}

async fn run(connection: &mut SqliteConnection, migration: &Migration) -> Result<(), StoreError> {
    for statement in migration.statements {
        connection.execute(*statement).await?;
    }
    for (key, value) in [("min_reader", migration.min_reader), ("min_writer", migration.min_writer)] {
        write_meta(connection, key, &value.to_string()).await?;
    }
    connection.execute(AssertSqlSafe(format!("PRAGMA user_version = {}", migration.version))).await?;
    tracing::info!(version = migration.version, name = migration.name, "migration applied");
    Ok(())
}

/// Writes one row of `store_meta`.
pub(crate) async fn write_meta(connection: &mut SqliteConnection, key: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO store_meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(key)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}
