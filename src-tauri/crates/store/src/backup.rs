//! Encrypted copies of the whole store, each one opened and checked before it counts.
//!
//! A copy is made by `VACUUM INTO`, which writes with the store's own key, under an unfinished name; it is verified,
//! reaches the disk and only then takes its real name. The writer waits meanwhile, so that the row counts can be compared
//! exactly; readers do not. Old copies go by [`expired`], also because erased people must not live on in them.
//! Restoring is deliberately absent: it needs the send ledger's epoch and belongs to a use case above.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::connect::{IfMissing, Role, open_one, pragma};
use crate::error::{BackupFault, StoreError};
use crate::integrity;
use crate::key::{KeyPragma, StoreKey};
use crate::layout;

/// Guarantees 4.5: copies kept of each kind, and the age in days at which any copy goes.
const DAILY_KEPT: usize = 7;
const WEEKLY_KEPT: usize = 4;
const PRE_MIGRATION_KEPT: usize = 3;
const OLDEST_KEPT_DAYS: i64 = 35;

const INSTANT_FORMAT: &str = "%Y%m%dT%H%M%S%.3fZ";
const INSTANT_PATTERN: &str = "%Y%m%dT%H%M%S%.fZ";

/// Why a copy was made; it decides how long the copy is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BackupKind {
    /// Once a day; the newest 7 are kept.
    Daily,
    /// Once a week; the newest 4 are kept.
    Weekly,
    /// Before an upgrade of the schema; the newest 3 are kept.
    PreMigration,
    /// Asked for by a person; kept until it is 35 days old.
    Manual,
}

impl BackupKind {
    /// Every kind.
    pub const ALL: [BackupKind; 4] = [BackupKind::Daily, BackupKind::Weekly, BackupKind::PreMigration, BackupKind::Manual];

    /// The word in the file name.
    pub fn as_str(self) -> &'static str {
        match self {
            BackupKind::Daily => "daily",
            BackupKind::Weekly => "weekly",
            BackupKind::PreMigration => "pre-migration",
            BackupKind::Manual => "manual",
        }
    }

    /// How many of the kind are kept, or `None` where only age counts.
    fn kept(self) -> Option<usize> {
        match self {
            BackupKind::Daily => Some(DAILY_KEPT),
            BackupKind::Weekly => Some(WEEKLY_KEPT),
            BackupKind::PreMigration => Some(PRE_MIGRATION_KEPT),
            BackupKind::Manual => None,
        }
    }
}

/// A word that names no kind of backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of backup")]
pub struct UnknownBackupKind;

impl FromStr for BackupKind {
    type Err = UnknownBackupKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        BackupKind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownBackupKind)
    }
}

/// One finished copy in the `backups` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Why it was made.
    pub kind: BackupKind,
    /// When, to the millisecond.
    pub taken_at: Timestamp,
}

impl BackupFile {
    fn planned(dir: &Path, kind: BackupKind, now: Timestamp) -> Self {
        let instant = now.to_zoned(TimeZone::UTC).strftime(INSTANT_FORMAT).to_string();
        let path = layout::backups(dir).join(format!("{instant}-{}.db", kind.as_str()));
        Self { path, kind, taken_at: now }
    }

    /// Reads kind and instant back from the file name; `None` for files that are not finished backups.
    fn from_path(path: PathBuf) -> Option<Self> {
        let (instant, kind) = path.file_name()?.to_str()?.strip_suffix(".db")?.split_once('-')?;
        let kind = kind.parse().ok()?;
        let taken_at = civil::DateTime::strptime(INSTANT_PATTERN, instant).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { path, kind, taken_at })
    }
}

/// What a verified copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupContents {
    /// Schema version of the store at that time.
    pub schema_version: u32,
    /// Number of rows by table.
    pub rows: BTreeMap<String, u64>,
}

/// Opens a copy with the store's key and checks every page, table and index. The file is not changed.
pub async fn verify_backup(path: &Path, key: &StoreKey) -> Result<BackupContents, StoreError> {
    inspect(path, &key.pragma()).await
}

/// All finished copies of the store in `dir`, oldest first.
pub(crate) fn list(dir: &Path) -> Result<Vec<BackupFile>, StoreError> {
    let entries = match fs::read_dir(layout::backups(dir)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::file("read the backup folder")(error)),
    };
    let mut files: Vec<BackupFile> = entries.flatten().filter_map(|entry| BackupFile::from_path(entry.path())).collect();
    files.sort_by_key(|file| (file.taken_at, file.kind));
    Ok(files)
}

/// The copies that have to go: surplus ones of their kind and all that are too old.
fn expired(files: &[BackupFile], now: Timestamp) -> Vec<&BackupFile> {
    let oldest_kept = SignedDuration::from_hours(24 * OLDEST_KEPT_DAYS);
    files.iter().filter(|file| now.duration_since(file.taken_at) > oldest_kept || is_surplus(file, files)).collect()
}

fn is_surplus(file: &BackupFile, files: &[BackupFile]) -> bool {
    let newer = files.iter().filter(|other| other.kind == file.kind && other.taken_at > file.taken_at).count();
    file.kind.kept().is_some_and(|kept| newer >= kept)
}

/// Copies the store behind `connection`, verifies the copy and removes expired ones.
pub(crate) async fn take(
    connection: &mut SqliteConnection,
    dir: &Path,
    key: &KeyPragma,
    now: Timestamp,
    kind: BackupKind,
) -> Result<BackupFile, StoreError> {
    layout::create_private_dir(&layout::backups(dir)).map_err(StoreError::file("create the backup folder"))?;
    let file = BackupFile::planned(dir, kind, now);
    let unfinished = layout::companion(&file.path, ".unfinished");
    let outcome = copy_and_verify(connection, &unfinished, key).await.and_then(|()| keep(&unfinished, &file.path));
    if let Err(error) = outcome {
        layout::remove_if_present(&unfinished).map_err(StoreError::file("remove an unfinished backup"))?;
        return Err(error);
    }
    remove_expired(dir, now)?;
    tracing::info!(kind = kind.as_str(), "backup taken and verified");
    Ok(file)
}

async fn copy_and_verify(connection: &mut SqliteConnection, target: &Path, key: &KeyPragma) -> Result<(), StoreError> {
    layout::remove_if_present(target).map_err(StoreError::file("remove an unfinished backup"))?;
    let rows = count_rows(connection).await?;
    let name = target.to_str().ok_or(std::io::ErrorKind::InvalidFilename.into());
    let name = name.map_err(StoreError::file("name the backup"))?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(&mut *connection).await?;
    let contents = inspect(target, key).await?;
    if contents.rows != rows {
        return Err(StoreError::BackupRejected { path: target.to_owned(), fault: BackupFault::RowsDiffer });
    }
    Ok(())
}

fn keep(unfinished: &Path, path: &Path) -> Result<(), StoreError> {
    let synced = File::options().write(true).open(unfinished).and_then(|file| file.sync_all());
    synced.and_then(|()| layout::rename_synced(unfinished, path)).map_err(StoreError::file("keep the backup"))
}

fn remove_expired(dir: &Path, now: Timestamp) -> Result<(), StoreError> {
    let files = list(dir)?;
    for file in expired(&files, now) {
        layout::remove_if_present(&file.path).map_err(StoreError::file("remove an expired backup"))?;
    }
    Ok(())
}

async fn inspect(path: &Path, key: &KeyPragma) -> Result<BackupContents, StoreError> {
    let rejected = |fault| StoreError::BackupRejected { path: path.to_owned(), fault };
    let mut connection = open_one(path, key, Role::Inspector, IfMissing::Refuse).await.map_err(|_| rejected(BackupFault::DoesNotOpen))?;
    let contents = checked_contents(&mut connection).await;
    connection.close().await?;
    contents?.ok_or_else(|| rejected(BackupFault::Damaged))
}

/// `None` if any check finds something.
async fn checked_contents(connection: &mut SqliteConnection) -> Result<Option<BackupContents>, StoreError> {
    match integrity::check(connection).await {
        Ok(report) if report.is_sound() => {}
        Ok(_) | Err(StoreError::Damaged) => return Ok(None),
        Err(error) => return Err(error),
    }
    let schema_version = pragma(connection, "user_version").await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Some(BackupContents { schema_version, rows: count_rows(connection).await? }))
}

/// Row counts of all ordinary tables; virtual tables are counted through the tables that back them.
async fn count_rows(connection: &mut SqliteConnection) -> Result<BTreeMap<String, u64>, StoreError> {
    let tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name <> 'sqlite_schema'";
    let mut rows = BTreeMap::new();
    for table in connection.fetch_all(tables).await? {
        let table: String = table.try_get(0)?;
        let count = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
        let count: i64 = connection.fetch_one(AssertSqlSafe(count)).await?.try_get(0)?;
        rows.insert(table, count.unsigned_abs());
    }
    Ok(rows)
}
