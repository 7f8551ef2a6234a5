//! Encrypted copies of the whole store, each one opened and checked before it counts.
//!
//! A copy is made by `VACUUM INTO`, which writes with the store's own key, under an unfinished name; it is verified,
//! reaches the disk and only then takes its real name. The writer waits while the copy is made, so that the row counts can be
//! compared exactly; readers do not. Old copies go by [`expired`], also because erased people must not live on in them.
//! Putting a copy back is in `restore`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::ops::DerefMut;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::connect::{IfMissing, Role, open_one};
use crate::error::{BackupFault, StoreError};
use crate::integrity;
use crate::key::{KeyPragma, StoreKey};
use crate::layout;
use crate::migrations;

/// Guarantees 4.5: copies kept of each kind.
const DAILY_KEPT: usize = 7;
const WEEKLY_KEPT: usize = 4;
const PRE_MIGRATION_KEPT: usize = 3;
/// The age in days at which any copy goes (guarantees 4.5).
pub const OLDEST_KEPT_DAYS: i64 = 35;

/// Ends the name of a copy that is not verified yet.
const UNFINISHED: &str = ".unfinished";
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
    /// The store as it was before a backup was put back in its place; kept until it is 35 days old.
    BeforeRestore,
}

impl BackupKind {
    /// Every kind.
    pub const ALL: [BackupKind; 5] =
        [BackupKind::Daily, BackupKind::Weekly, BackupKind::PreMigration, BackupKind::Manual, BackupKind::BeforeRestore];

    /// The word in the file name.
    pub fn as_str(self) -> &'static str {
        match self {
            BackupKind::Daily => "daily",
            BackupKind::Weekly => "weekly",
            BackupKind::PreMigration => "pre-migration",
            BackupKind::Manual => "manual",
            BackupKind::BeforeRestore => "before-restore",
        }
    }

    /// How many of the kind are kept, or `None` where only age counts.
    fn kept(self) -> Option<usize> {
        match self {
            BackupKind::Daily => Some(DAILY_KEPT),
            BackupKind::Weekly => Some(WEEKLY_KEPT),
            BackupKind::PreMigration => Some(PRE_MIGRATION_KEPT),
            BackupKind::Manual | BackupKind::BeforeRestore => None,
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
    pub fn from_path(path: PathBuf) -> Option<Self> {
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
pub fn list(dir: &Path) -> Result<Vec<BackupFile>, StoreError> {
    let entries = match fs::read_dir(layout::backups(dir)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::file("read the backup folder")(error)),
    };
    let mut files: Vec<BackupFile> = entries.flatten().filter_map(|entry| BackupFile::from_path(entry.path())).collect();
    files.sort_by_key(|file| (file.taken_at, file.kind));
    Ok(files)
}

/// Where they lie.
pub fn folder(dir: &Path) -> PathBuf {
    layout::backups(dir)
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

/// Copies the store behind `source`, verifies the copy and removes expired ones. `source` is given back as soon as the copy
/// is made, so that writing goes on while the copy is verified.
pub(crate) async fn take(
    source: impl DerefMut<Target = SqliteConnection>,
    dir: &Path,
    key: &KeyPragma,
    now: Timestamp,
    kind: BackupKind,
) -> Result<BackupFile, StoreError> {
    let file = take_beside(source, dir, key, now, kind).await?;
    remove_expired(dir, now)?;
    Ok(file)
}

/// The same without removing anything.
pub(crate) async fn take_beside(
    mut source: impl DerefMut<Target = SqliteConnection>,
    dir: &Path,
    key: &KeyPragma,
    now: Timestamp,
    kind: BackupKind,
) -> Result<BackupFile, StoreError> {
    layout::create_private_dir(&layout::backups(dir)).map_err(StoreError::file("create the backup folder"))?;
    remove_unfinished(dir)?;
    let file = BackupFile::planned(dir, kind, now);
    let unfinished = layout::companion(&file.path, UNFINISHED);
    let copied = copy(&mut source, &unfinished).await;
    drop(source);
    let outcome = match copied {
        Ok(rows) => verify(&unfinished, key, &rows).await.and_then(|()| keep(&unfinished, &file.path)),
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        remove_unfinished(dir)?;
        return Err(error);
    }
    tracing::info!(kind = kind.as_str(), "backup taken and verified");
    Ok(file)
}

/// Writes the copy and says how many rows it must hold.
async fn copy(source: &mut SqliteConnection, target: &Path) -> Result<BTreeMap<String, u64>, StoreError> {
    let rows = count_rows(source).await?;
    let name = target.to_str().ok_or(std::io::ErrorKind::InvalidFilename.into());
    let name = name.map_err(StoreError::file("name the backup"))?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(source).await?;
    Ok(rows)
}

async fn verify(copy: &Path, key: &KeyPragma, rows: &BTreeMap<String, u64>) -> Result<(), StoreError> {
    if inspect(copy, key).await?.rows != *rows {
        return Err(StoreError::BackupRejected { path: copy.to_owned(), fault: BackupFault::RowsDiffer });
    }
    Ok(())
}

fn keep(unfinished: &Path, path: &Path) -> Result<(), StoreError> {
    let synced = File::options().write(true).open(unfinished).and_then(|file| file.sync_all());
    synced.and_then(|()| layout::rename_synced(unfinished, path)).map_err(StoreError::file("keep the backup"))
}

/// Removes what an earlier attempt left behind when it was killed, SQLite's companions included.
fn remove_unfinished(dir: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(layout::backups(dir)).map_err(StoreError::file("read the backup folder"))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.contains(UNFINISHED)) {
            layout::remove_if_present(&path).map_err(StoreError::file("remove an unfinished backup"))?;
        }
    }
    Ok(())
}

fn remove_expired(dir: &Path, now: Timestamp) -> Result<(), StoreError> {
    let files = list(dir)?;
    for file in expired(&files, now) {
        layout::remove_if_present(&file.path).map_err(StoreError::file("remove an expired backup"))?;
    }
    Ok(())
}

pub(crate) async fn inspect(path: &Path, key: &KeyPragma) -> Result<BackupContents, StoreError> {
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
    let schema_version = migrations::schema_version(connection).await?.current;
    Ok(Some(BackupContents { schema_version, rows: count_rows(connection).await? }))
}

/// Row counts of all ordinary tables; virtual tables are counted through the tables that back them.
pub(crate) async fn count_rows(connection: &mut SqliteConnection) -> Result<BTreeMap<String, u64>, StoreError> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn taken(minutes_ago: i64, kind: BackupKind) -> BackupFile {
        BackupFile::planned(Path::new("store"), kind, now() - SignedDuration::from_mins(minutes_ago))
    }

    #[tokio::test]
    async fn a_copy_that_lacks_a_row_is_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let key = StoreKey::new(zeroize::Zeroizing::new([5; 32]));
        let store = crate::Store::create(folder.path(), &key, now()).await.unwrap();
        let backup = store.backup(now(), BackupKind::Daily).await.unwrap();
        let mut rows = verify_backup(&backup.path, &key).await.unwrap().rows;
        verify(&backup.path, &key.pragma(), &rows).await.unwrap();
        *rows.get_mut("store_meta").unwrap() += 1;
        let refused = verify(&backup.path, &key.pragma(), &rows).await.unwrap_err();
        assert!(matches!(refused, StoreError::BackupRejected { fault: BackupFault::RowsDiffer, .. }));
    }

    #[test]
    fn names_of_other_files_are_no_backups() {
        for name in ["x.db", "20260302T090000.000Z-daily.db.unfinished", "20260302T090000.000Z-hourly.db", "20260399T090000.000Z-daily.db"]
        {
            assert_eq!(BackupFile::from_path(PathBuf::from(name)), None, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_name_tells_kind_and_instant_to_the_millisecond(millisecond in 0_i64..4_000_000_000_000, kind in 0_usize..5) {
            let file = BackupFile::planned(Path::new("store"), BackupKind::ALL[kind], Timestamp::from_millisecond(millisecond).unwrap());
            prop_assert_eq!(BackupFile::from_path(file.path.clone()), Some(file));
        }

        #[test]
        fn what_is_left_is_few_young_and_the_newest(ages in prop::collection::vec((0_i64..60 * 24 * 60, 0_usize..5), 0..60)) {
            let files: Vec<BackupFile> = ages.into_iter().map(|(age, kind)| taken(age, BackupKind::ALL[kind])).collect();
            let gone = expired(&files, now());
            for kind in BackupKind::ALL {
                let kept: Vec<&BackupFile> = files.iter().filter(|file| file.kind == kind && !gone.contains(file)).collect();
                let distinct: std::collections::BTreeSet<Timestamp> = kept.iter().map(|file| file.taken_at).collect();
                prop_assert!(kind.kept().is_none_or(|most| distinct.len() <= most));
                let oldest_kept = kept.iter().map(|file| file.taken_at).min();
                let young = |file: &&&BackupFile| now().duration_since(file.taken_at) <= SignedDuration::from_hours(24 * OLDEST_KEPT_DAYS);
                let newest_gone = gone.iter().filter(|file| file.kind == kind).filter(young).map(|file| file.taken_at).max();
                prop_assert!(newest_gone.is_none() || oldest_kept.is_some_and(|oldest| newest_gone < Some(oldest)));
            }
        }
    }
}
