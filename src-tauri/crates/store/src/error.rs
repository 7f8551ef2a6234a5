//! What can go wrong with the store, named after what the caller can do about it.
//!
//! Messages carry no lead data, no key and no statement text: SQLite's own words stay in the `source` chain, where they
//! name tables and columns but never values. A failed decryption or parse is always an error here, never an empty answer.

use std::path::PathBuf;
use std::sync::Arc;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Failures of opening, reading, writing, migrating or backing up a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A store, or backups or a send ledger of one, already lie in the folder: open it, or choose another folder.
    #[error("this folder already holds a store; it was left untouched")]
    AlreadyExists,
    /// There is no store in the folder: create one.
    #[error("there is no store in this folder")]
    NotFound,
    /// Another running copy of the program holds the store: close it, then try again.
    #[error(
        "the store is in use by another running copy of AutoReach: its window, which may be only in the tray, or `autoreach worker`; close it and try again"
    )]
    InUse,
    /// The key is not the one this store was made with: fetch the right one, or use the recovery key.
    #[error("this key does not belong to the store; nothing was changed")]
    WrongKey,
    /// The key is right but the file is not what was written: keep the file, restore a backup.
    #[error("the store file is damaged; it was left as it is, restore it from a backup")]
    Damaged,
    /// The key check file is gone, so a wrong key and a damaged file cannot be told apart: try the recovery key, then a backup.
    #[error("the store does not open: the key is wrong or the file is damaged (its key check file is missing)")]
    DamagedOrWrongKey,
    /// The database refused a setting the guarantees rest on: this build must not be used.
    #[error("the database refused the setting `{name}`")]
    SettingRefused {
        /// The pragma or function that did not answer as demanded.
        name: &'static str,
    },
    /// The store can be read but not written: update the program.
    #[error("the store is open for reading only: {reason}")]
    ReadOnly {
        /// Why writing is refused.
        reason: ReadOnlyReason,
    },
    /// A newer program wrote the store in a form this one cannot even read: update the program.
    #[error("the store has version {store}, this program reads up to {program}; update the program")]
    TooNew {
        /// Schema version of the store.
        store: u32,
        /// Newest schema version this program knows.
        program: u32,
    },
    /// An upgrade failed and was rolled back: the store is as before, and the backup taken first is kept.
    #[error("upgrade {version} ({name}) failed; the store is as before, a verified backup is at {}", backup.display())]
    MigrationFailed {
        /// Version the failing migration leads to.
        version: u32,
        /// Its name.
        name: &'static str,
        /// The verified backup taken before the upgrade began.
        backup: PathBuf,
        /// What the database said.
        source: Box<StoreError>,
    },
    /// A backup did not stand the test and was not kept, or must not be trusted.
    #[error("the backup at {} was rejected: {fault}", path.display())]
    BackupRejected {
        /// The file looked at.
        path: PathBuf,
        /// What was wrong with it.
        fault: BackupFault,
    },
    /// The disk is full, even after the ballast was given up: free space; nothing was half-written.
    #[error("the disk is full; nothing was half-written")]
    DiskFull(#[source] DbErr),
    /// A file beside the database could not be read or written.
    #[error("could not {action}")]
    File {
        /// What was being done, as in "create the store folder".
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The send ledger could not be created or read.
    #[error("the send ledger does not open")]
    Ledger(#[from] crate::LedgerError),
    /// The writing connection was not free in time: something long is being written or checked; try again.
    #[error("the store is busy; try again in a moment")]
    Busy,
    /// The database refused a statement: a constraint, a lost connection, or a bug of ours.
    #[error("the database refused a statement")]
    Database(#[source] DbErr),
}

/// Why a store is open for reading only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadOnlyReason {
    /// A newer program has upgraded it. Writing begins again with a program that knows `min_writer`.
    #[error("a newer program (version {store}) has upgraded it; writing needs version {min_writer}")]
    NewerStore {
        /// Schema version of the store.
        store: u32,
        /// Oldest schema version whose program may write it.
        min_writer: u32,
    },
}

/// What a backup failed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupFault {
    /// It does not open with the store's key.
    #[error("it does not open with this key")]
    DoesNotOpen,
    /// At least one page fails its authentication code or the tables do not hang together.
    #[error("it fails the integrity checks")]
    Damaged,
    /// Some table holds another number of rows than the store did.
    #[error("its row counts differ from the store's")]
    RowsDiffer,
}

impl StoreError {
    pub(crate) fn file(action: &'static str) -> impl FnOnce(std::io::Error) -> StoreError {
        move |source| StoreError::File { action, source }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            return StoreError::Busy;
        }
        match sqlite_error(&error) {
            Some((SQLITE_FULL, _)) => StoreError::DiskFull(error),
            Some((SQLITE_BUSY, _)) => StoreError::Busy,
            Some((SQLITE_CORRUPT | SQLITE_NOTADB | SQLITE_NOMEM, _) | (SQLITE_ERROR, STOCK_TEXT)) => StoreError::Damaged,
            _ => StoreError::Database(error),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return StoreError::Busy;
        }
        DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))).into()
    }
}

const SQLITE_BUSY: i32 = 5;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_NOTADB: i32 = 26;

// A page whose authentication code does not match is "not a database" only if it is the first one. Any other is reported as
// "out of memory" by the statement that read it, and then as a general error with SQLite's stock text; a statement that is
// wrong always comes with a text of its own.
const SQLITE_NOMEM: i32 = 7;
const SQLITE_ERROR: i32 = 1;
const STOCK_TEXT: &str = "SQL logic error";

/// SQLite's primary result code and text behind an error, if SQLite spoke at all. Extended codes keep the primary one in
/// their low byte.
fn sqlite_error(error: &DbErr) -> Option<(i32, &str)> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else { return None };
    let RuntimeErr::SqlxError(cause) = cause else { return None };
    let cause = cause.as_database_error()?;
    let extended: i32 = cause.code()?.parse().ok()?;
    Some((extended & 0xff, cause.message()))
}

/// Whether a full disk is anywhere in the chain of causes. The caller's own error type may wrap ours with or without
/// passing us through, so the chain is walked rather than matched.
pub(crate) fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if matches!(current.downcast_ref(), Some(StoreError::DiskFull(_))) {
            return true;
        }
        if matches!(current.downcast_ref().and_then(sqlite_error), Some((SQLITE_FULL, _))) {
            return true;
        }
        cause = current.source();
    }
    false
}
