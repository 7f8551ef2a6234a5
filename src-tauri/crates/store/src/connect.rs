//! Connections to the encrypted database and the settings every one of them must have.
//!
//! The key goes in first, then the settings, then each setting is read back: a connection that does not answer as
//! demanded is refused. The connection pools do the same for every connection they ever open, and they never recycle one
//! for its age, so no setting can be lost on the way. Statement logging is off because statements carry lead data.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use crate::error::StoreError;
use crate::exit::end_before_sqlcipher_cleans_up;
use crate::key::KeyPragma;

/// Longest wait for a free connection, in seconds.
const ACQUIRE_SECONDS: u64 = 30;
/// Readers beside the one writer: a screen, a run, an export and one to spare.
const READERS: u32 = 4;

/// What a connection is for. It decides the few settings that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The only connection that changes rows.
    Writer,
    /// Reads beside the writer and cannot write.
    Reader,
    /// Creates and upgrades tables. Foreign keys are off, because dropping a rebuilt table would cascade; they are checked
    /// before the upgrade commits.
    Migrator,
    /// Looks at a file without leaving a trace in it: a backup, or a store of a newer program.
    Inspector,
}

/// Whether a missing file may be created. Only a store that does not exist yet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfMissing {
    Create,
    Refuse,
}

struct Setting {
    name: &'static str,
    value: &'static str,
    reads_back: &'static str,
}

const fn setting(name: &'static str, value: &'static str, reads_back: &'static str) -> Setting {
    Setting { name, value, reads_back }
}

/// Guarantees 4.1. SQLCipher logs to the standard error stream unless told otherwise; `fullfsync` and its sibling act on
/// macOS only and are harmless elsewhere.
const COMMON: [Setting; 8] = [
    setting("cipher_log_level", "NONE", "NONE"),
    setting("busy_timeout", "10000", "10000"),
    setting("synchronous", "FULL", "2"),
    setting("fullfsync", "ON", "1"),
    setting("checkpoint_fullfsync", "ON", "1"),
    setting("temp_store", "MEMORY", "2"),
    setting("secure_delete", "ON", "1"),
    setting("trusted_schema", "OFF", "0"),
];

impl Role {
    fn settings(self) -> impl Iterator<Item = Setting> {
        let own = match self {
            Role::Writer => vec![WRITE_AHEAD, KEYS_CHECKED, MAY_WRITE],
            Role::Reader => vec![WRITE_AHEAD, KEYS_CHECKED, MAY_NOT_WRITE],
            Role::Migrator => vec![WRITE_AHEAD, KEYS_UNCHECKED, MAY_WRITE],
            Role::Inspector => vec![KEYS_CHECKED, MAY_NOT_WRITE],
        };
        COMMON.into_iter().chain(own)
    }
}

const WRITE_AHEAD: Setting = setting("journal_mode", "WAL", "wal");
const KEYS_CHECKED: Setting = setting("foreign_keys", "ON", "1");
const KEYS_UNCHECKED: Setting = setting("foreign_keys", "OFF", "0");
const MAY_WRITE: Setting = setting("query_only", "OFF", "0");
const MAY_NOT_WRITE: Setting = setting("query_only", "ON", "1");

/// Opens one connection outside any pool. Every other way to the database begins with one.
pub(crate) async fn open_one(file: &Path, key: &KeyPragma, role: Role, if_missing: IfMissing) -> Result<SqliteConnection, StoreError> {
    let mut connection = options(file, role, if_missing).connect().await?;
    end_before_sqlcipher_cleans_up();
    prepare(&mut connection, key, role).await?;
    Ok(connection)
}

/// Opens the pool of one role. The first connection is made and checked outside the pool, because a pool only repeats a
/// refused connection until its time is up and then hides the reason.
pub(crate) async fn open_pool(file: &Path, key: &Arc<KeyPragma>, role: Role) -> Result<SqlitePool, StoreError> {
    open_one(file, key, role, IfMissing::Refuse).await?.close().await?;
    let key = Arc::clone(key);
    let pool = PoolOptions::<Sqlite>::new()
        .max_connections(if role == Role::Writer { 1 } else { READERS })
        .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS))
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let key = Arc::clone(&key);
            Box::pin(async move { prepare(connection, &key, role).await.map_err(|error| sqlx::Error::Configuration(Box::new(error))) })
        })
        .after_release(|connection, _| Box::pin(is_reusable(connection)))
        .connect_with(options(file, role, IfMissing::Refuse))
        .await?;
    Ok(pool)
}

/// After a full disk SQLite may have ended a transaction by itself; the driver's rollback then fails and it goes on
/// believing that the transaction is open. Such a connection is closed, and the pool opens a fresh one.
async fn is_reusable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

fn options(file: &Path, role: Role, if_missing: IfMissing) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(if_missing == IfMissing::Create)
        .read_only(role == Role::Inspector)
        .disable_statement_logging()
}

async fn prepare(connection: &mut SqliteConnection, key: &KeyPragma, role: Role) -> Result<(), StoreError> {
    connection.execute(AssertSqlSafe(key.statement())).await?;
    let statements: String = role.settings().map(|setting| format!("PRAGMA {} = {};", setting.name, setting.value)).collect();
    connection.execute(AssertSqlSafe(statements)).await?;
    assert_settings(connection, role).await?;
    // The first page is read only now, with the key in place: this is where a wrong key shows.
    connection.execute("SELECT count(*) FROM sqlite_schema").await?;
    Ok(())
}

async fn assert_settings(connection: &mut SqliteConnection, role: Role) -> Result<(), StoreError> {
    if pragma(connection, "cipher_version").await?.is_none_or(|version| version.is_empty()) {
        return Err(StoreError::SettingRefused { name: "cipher_version" });
    }
    for setting in role.settings() {
        if pragma(connection, setting.name).await?.as_deref() != Some(setting.reads_back) {
            return Err(StoreError::SettingRefused { name: setting.name });
        }
    }
    assert_no_extensions(connection).await
}

/// Extension loading is compiled in and must be switched off: SQLite then answers "not authorized" before it looks at
/// the name.
async fn assert_no_extensions(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    match connection.execute("SELECT load_extension('autoreach-no-such-extension')").await {
        Err(error) if error.to_string().contains("not authorized") => Ok(()),
        _ => Err(StoreError::SettingRefused { name: "load_extension" }),
    }
}

/// The value of a pragma as text; `None` if this SQLite does not know it.
pub(crate) async fn pragma(connection: &mut SqliteConnection, name: &'static str) -> Result<Option<String>, StoreError> {
    let row = connection.fetch_optional(AssertSqlSafe(format!("PRAGMA {name}"))).await?;
    Ok(row.map(|row| row.try_get_unchecked(0)).transpose()?)
}
