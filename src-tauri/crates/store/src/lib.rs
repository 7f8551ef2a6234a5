//! The encrypted database: tables, migrations, the append-only journal, backup.
//!
//! A [`Store`] is one folder: the SQLCipher database, a lock that admits one program, a key check file, verified backups,
//! a send ledger outside the database and a ballast file for the day the disk is full. There is one connection that
//! writes and a pool that reads, so a queue is never kept waiting by a write, and a write never meets another.
//! Every change goes through [`Store::begin`], one transaction that reaches the disk before it is reported as done.
//!
//! Deliberately absent: where the key comes from (`autoreach-secrets`), when backups are due (the engine), and any rule
//! about leads, decisions or levels (`autoreach-domain`).

mod backup;
mod ballast;
mod connect;
mod erasures;
mod error;
mod exit;
mod integrity;
pub mod journal;
mod key;
mod layout;
mod ledger;
mod lock;
mod migrations;
pub mod personal;
mod restore;
pub mod tables;
mod transaction;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{Connection, Executor};

pub use backup::{
    BackupContents, BackupFile, BackupKind, OLDEST_KEPT_DAYS, UnknownBackupKind, folder as backup_folder, list as backups_in, verify_backup,
};
pub use erasures::{Erasure, note_erasures, noted_erasures};
pub use error::{BackupFault, ReadOnlyReason, StoreError};
pub use integrity::IntegrityReport;
pub use key::StoreKey;
pub use ledger::{LedgerError, SendLedger};
pub use restore::{KeptAside, Restored, restore};
/// What table functions run on: [`Store::read`], or an open [`WriteTransaction`].
pub use sea_orm::ConnectionTrait as TableConnection;
pub use transaction::WriteTransaction;

use connect::{IfMissing, Role, open_one, open_pool};
use key::{KeyCheck, KeyPragma};
use lock::StoreLock;
use migrations::{Migration, MigrationFault, SchemaVersion};

/// The epoch of a store that was never restored from a backup.
const FIRST_EPOCH: u64 = 1;

/// An open store. Dropping it lets the next program in; [`Store::close`] also waits until everything is in the one file.
pub struct Store {
    dir: PathBuf,
    key: Arc<KeyPragma>,
    schema_version: u32,
    readers: Pool,
    access: Access,
    // Last, so that the connections go before the lock does.
    lock: StoreLock,
}

/// A pool as sqlx sees it and the same pool as sea-orm sees it.
struct Pool {
    raw: SqlitePool,
    orm: DatabaseConnection,
}

enum Access {
    ReadWrite(Pool),
    ReadOnly(ReadOnlyReason),
}

impl Store {
    /// Makes a new, empty store in `dir`, which is created if need be. Refuses with [`StoreError::AlreadyExists`] if a
    /// database, a backup or a used send ledger already lies there: a store that does not open is never built over.
    pub async fn create(dir: &Path, key: &StoreKey, now: Timestamp) -> Result<Self, StoreError> {
        layout::create_private_dir(dir).map_err(StoreError::file("create the store folder"))?;
        let dir = absolute(dir)?;
        let lock = StoreLock::acquire(&dir)?;
        refuse_if_occupied(&dir)?;
        build_database(&dir, key, now).await?;
        ledger::create_fresh(&dir, key, FIRST_EPOCH)?;
        key::write_key_check(&dir, key)?;
        // The rename is the birth of the store; whatever a crash leaves behind before it is built again next time.
        layout::rename_synced(&layout::unfinished_database(&dir), &layout::database(&dir))
            .map_err(StoreError::file("name the database"))?;
        Self::open_locked(dir, lock, key, now, migrations::ALL).await
    }

    /// Opens the store in `dir`, upgrading it if it is older than the program. A store of a newer program opens for
    /// reading only; its file is not changed. Nothing is created if there is no store.
    pub async fn open(dir: &Path, key: &StoreKey, now: Timestamp) -> Result<Self, StoreError> {
        Self::open_with(dir, key, now, migrations::ALL).await
    }

    /// [`Store::open`] by a program that knows these migrations.
    async fn open_with(dir: &Path, key: &StoreKey, now: Timestamp, known: &[Migration]) -> Result<Self, StoreError> {
        let dir = absolute(dir)?;
        if !layout::database(&dir).exists() {
            return Err(StoreError::NotFound);
        }
        let lock = StoreLock::acquire(&dir)?;
        Self::open_locked(dir, lock, key, now, known).await
    }

    async fn open_locked(dir: PathBuf, lock: StoreLock, key: &StoreKey, now: Timestamp, known: &[Migration]) -> Result<Self, StoreError> {
        let pragma = Arc::new(key.pragma());
        let found = unlock(&dir, key, &pragma).await?;
        let program = known.last().map_or(0, |migration| migration.version);
        if found.current > program {
            return Self::open_newer(dir, lock, pragma, found, program).await;
        }
        if found.current < program {
            upgrade(&dir, &pragma, found.current, now, known).await?;
        }
        let file = layout::database(&dir);
        let writer = Pool::open(&file, &pragma, Role::Writer).await?;
        keep_person_key(&writer.raw, key).await?;
        let access = Access::ReadWrite(writer);
        let readers = Pool::open(&file, &pragma, Role::Reader).await?;
        ballast::lay(&dir);
        Ok(Self { dir, key: pragma, schema_version: program, readers, access, lock })
    }

    async fn open_newer(
        dir: PathBuf,
        lock: StoreLock,
        key: Arc<KeyPragma>,
        found: SchemaVersion,
        program: u32,
    ) -> Result<Self, StoreError> {
        if program < found.min_reader {
            return Err(StoreError::TooNew { store: found.current, program });
        }
        let readers = Pool::open(&layout::database(&dir), &key, Role::Inspector).await?;
        let reason = ReadOnlyReason::NewerStore { store: found.current, min_writer: found.min_writer };
        Ok(Self { dir, key, schema_version: found.current, readers, access: Access::ReadOnly(reason), lock })
    }

    /// The connection for reading. It cannot write; changes go through [`Store::begin`].
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers.orm
    }

    /// Begins a change on the only writing connection and waits for its turn, at most 30 s.
    pub async fn begin(&self) -> Result<WriteTransaction, StoreError> {
        WriteTransaction::begin(&self.writer()?.orm).await
    }

    /// After a failed change: gives up the ballast if a full disk was the cause. `true` means that there is room now and
    /// that the change is worth repeating once, as in `Err(e) if store.make_room(&e) => decide_once(..).await`.
    pub fn make_room(&self, error: &(dyn std::error::Error + 'static)) -> bool {
        let has_made_room = error::is_disk_full(error) && ballast::release(&self.dir);
        if has_made_room {
            tracing::warn!("the disk is full; the ballast was given up for the change in hand");
        }
        has_made_room
    }

    /// Why this store cannot be written, or `None` if it can.
    pub fn read_only_reason(&self) -> Option<ReadOnlyReason> {
        match &self.access {
            Access::ReadWrite(_) => None,
            Access::ReadOnly(reason) => Some(*reason),
        }
    }

    /// Whether the ballast was given up because the disk is full. Nothing should be sent until space is free; the ballast
    /// is laid again when the store is opened next.
    pub fn is_ballast_spent(&self) -> bool {
        !ballast::is_laid(&self.dir)
    }

    /// The schema version of the database file.
    pub fn schema_version(&self) -> u32 {
        self.schema_version
    }

    /// The folder of the store.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes a verified encrypted copy and removes copies that are surplus or older than 35 days. Writing waits
    /// while the copy is made, not while it is verified.
    pub async fn backup(&self, now: Timestamp, kind: BackupKind) -> Result<BackupFile, StoreError> {
        let connection = self.writer()?.raw.acquire().await?;
        backup::take(connection, &self.dir, &self.key, now, kind).await
    }

    /// Opens a copy with this store's key and checks every page, table and index. The file is not changed.
    pub async fn check_backup(&self, path: &Path) -> Result<BackupContents, StoreError> {
        backup::inspect(path, &self.key).await
    }

    /// The finished copies, oldest first.
    pub fn backups(&self) -> Result<Vec<BackupFile>, StoreError> {
        backup::list(&self.dir)
    }

    /// The number of rows by table.
    pub async fn count_rows(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut connection = self.readers.raw.acquire().await?;
        backup::count_rows(&mut connection).await
    }

    /// Moves the write-ahead log into the database and empties it, so that what was overwritten lies in neither.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        let mut connection = self.writer()?.raw.acquire().await?;
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    /// Checks every page, table, index and reference. Writing waits meanwhile.
    pub async fn integrity(&self) -> Result<IntegrityReport, StoreError> {
        let mut connection = self.checking_connection().await?;
        integrity::check(&mut connection).await
    }

    /// Closes all connections, which moves the write-ahead log into the database file, and then gives the lock back.
    pub async fn close(self) {
        self.readers.raw.close().await;
        if let Access::ReadWrite(writer) = &self.access {
            writer.raw.close().await;
        }
        drop(self.lock);
    }

    fn writer(&self) -> Result<&Pool, StoreError> {
        match &self.access {
            Access::ReadWrite(writer) => Ok(writer),
            Access::ReadOnly(reason) => Err(StoreError::ReadOnly { reason: *reason }),
        }
    }

    /// Page checks read the file past SQLite's locks, so the writer must stand still while they run.
    async fn checking_connection(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        let pool = match &self.access {
            Access::ReadWrite(writer) => writer,
            Access::ReadOnly(_) => &self.readers,
        };
        Ok(pool.raw.acquire().await?)
    }
}

/// A pool that is dropped without [`Store::close`] is kept until the process ends. Its connections would otherwise close on
/// threads of their own, and SQLCipher frees its heap in an exit handler: a program that ends right then would crash
/// after all its work was done. Nothing is lost by it; the write-ahead log is read at the next opening.
impl Drop for Pool {
    fn drop(&mut self) {
        if !self.raw.is_closed() {
            std::mem::forget(self.raw.clone());
        }
    }
}

impl Pool {
    async fn open(file: &Path, key: &Arc<KeyPragma>, role: Role) -> Result<Self, StoreError> {
        let raw = open_pool(file, key, role).await?;
        let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(raw.clone());
        Ok(Self { raw, orm })
    }
}

/// Puts the key by which erased people are known into a store that has none yet.
async fn keep_person_key(writer: &SqlitePool, key: &StoreKey) -> Result<(), StoreError> {
    let insert = "INSERT OR IGNORE INTO store_meta (key, value) VALUES (?, ?)";
    let derived = key.for_persons();
    sqlx::query(insert).bind(tables::store_meta::PERSON_KEY).bind(derived.as_str()).execute(writer).await?;
    Ok(())
}

fn absolute(dir: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(dir).map_err(StoreError::file("find the store folder"))
}

fn refuse_if_occupied(dir: &Path) -> Result<(), StoreError> {
    let database = layout::database(dir);
    let is_occupied = database.exists()
        || layout::companion(&database, "-wal").exists()
        || !backup::list(dir)?.is_empty()
        || ledger::has_records(dir).map_err(StoreError::file("look at the send ledger"))?;
    if is_occupied { Err(StoreError::AlreadyExists) } else { Ok(()) }
}

/// Builds the complete database under its unfinished name.
async fn build_database(dir: &Path, key: &StoreKey, now: Timestamp) -> Result<(), StoreError> {
    let file = layout::unfinished_database(dir);
    for leftover in [file.clone(), layout::companion(&file, "-wal"), layout::companion(&file, "-shm")] {
        layout::remove_if_present(&leftover).map_err(StoreError::file("remove an unfinished database"))?;
    }
    let mut connection = open_one(&file, &key.pragma(), Role::Migrator, IfMissing::Create).await?;
    migrations::upgrade(&mut connection, 0, migrations::ALL).await.map_err(|fault| fault.source)?;
    migrations::write_meta(&mut connection, "epoch", &FIRST_EPOCH.to_string()).await?;
    migrations::write_meta(&mut connection, "created_at", &now.as_millisecond().to_string()).await?;
    connection.close().await?;
    Ok(())
}

/// Opens the database without leaving a trace, tells a wrong key from a damaged file, and reads the schema version.
async fn unlock(dir: &Path, key: &StoreKey, pragma: &KeyPragma) -> Result<SchemaVersion, StoreError> {
    let key_check = key::check_key(dir, key)?;
    if key_check == KeyCheck::Differs {
        return Err(StoreError::WrongKey);
    }
    let found = inspect_schema(dir, pragma).await.map_err(|error| match (error, key_check) {
        (StoreError::Damaged, KeyCheck::Unknown) => StoreError::DamagedOrWrongKey,
        (error, _) => error,
    })?;
    if key_check == KeyCheck::Unknown {
        key::write_key_check(dir, key)?;
    }
    Ok(found)
}

async fn inspect_schema(dir: &Path, key: &KeyPragma) -> Result<SchemaVersion, StoreError> {
    let mut connection = open_one(&layout::database(dir), key, Role::Inspector, IfMissing::Refuse).await?;
    let found = migrations::schema_version(&mut connection).await;
    connection.close().await?;
    match found? {
        // A file without a schema opens with any key: it was emptied, because stores are born complete.
        SchemaVersion { current: 0, .. } => Err(StoreError::Damaged),
        found => Ok(found),
    }
}

/// Takes the verified backup and applies the migrations above `from`.
async fn upgrade(dir: &Path, key: &KeyPragma, from: u32, now: Timestamp, known: &[Migration]) -> Result<(), StoreError> {
    let mut connection = open_one(&layout::database(dir), key, Role::Migrator, IfMissing::Refuse).await?;
    let backup = backup::take(&mut connection, dir, key, now, BackupKind::PreMigration).await?;
    let outcome = migrations::upgrade(&mut connection, from, known).await;
    connection.close().await?;
    outcome.map_err(|MigrationFault { version, name, source }| StoreError::MigrationFailed {
        version,
        name,
        backup: backup.path,
        source: Box::new(source),
    })
}
