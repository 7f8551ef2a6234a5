//! Upgrades of the schema, forward only: one file per migration, added and never edited.
//!
//! All pending migrations of one upgrade run in a single transaction with the new version number, so a store is old or
//! new after any failure, a kill or a full disk, and never between. The verified backup taken first (see `backup`) is for
//! the mistakes no transaction can undo: a migration that succeeds and is wrong.
//! Going back is deliberately absent: a store of a newer program is opened for reading only.

mod m0001_spine;
mod m0002_leads_by_hand;
mod m0003_model_calls;
mod m0004_trust;
mod m0005_context;
mod m0006_egress;
mod m0007_discovery;

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

use crate::connect::pragma;
use crate::error::StoreError;
use crate::integrity;

/// Every migration of this program in order. The last one's version is the program's schema version.
pub(crate) const ALL: &[Migration] = &[
    m0001_spine::MIGRATION,
    m0002_leads_by_hand::MIGRATION,
    m0003_model_calls::MIGRATION,
    m0004_trust::MIGRATION,
    m0005_context::MIGRATION,
    m0006_egress::MIGRATION,
    m0007_discovery::MIGRATION,
];

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

#[cfg(test)]
mod tests {
    //! Upgrades seen from the outside: real files, a program that knows more migrations than this one, and failures at
    //! every statement.

    use std::fs;
    use std::path::Path;

    use jiff::Timestamp;
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    use zeroize::Zeroizing;

    use super::*;
    use crate::{BackupKind, ReadOnlyReason, Store, StoreKey, verify_backup};

    fn key() -> StoreKey {
        StoreKey::new(Zeroizing::new([3; 32]))
    }

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    const fn migration(version: u32, min_reader: u32, statements: &'static [&'static str]) -> Migration {
        Migration { version, name: "of a newer program", min_reader, min_writer: version, statements }
    }

    /// What this program knows and then `newer`, numbered onwards by the test.
    fn known_and(newer: Vec<Migration>) -> Vec<Migration> {
        let known = ALL.iter().map(|m| Migration { statements: m.statements, name: m.name, ..*m });
        known.chain(newer).collect()
    }

    fn newest() -> u32 {
        ALL.last().unwrap().version
    }

    async fn make(dir: &Path) {
        let store = Store::create(dir, &key(), now()).await.unwrap();
        let tx = store.begin().await.unwrap();
        tx.execute_unprepared("INSERT INTO store_meta VALUES ('kept', 'value')").await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
    }

    async fn text(store: &Store, sql: &str) -> Option<String> {
        let row = store.read().query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        row.map(|row| row.try_get_by(0).unwrap())
    }

    async fn open_refused(dir: &Path, known: &[Migration]) -> StoreError {
        match Store::open_with(dir, &key(), now(), known).await {
            Ok(_) => panic!("the store opened"),
            Err(error) => error,
        }
    }

    /// All files of the store that hold rows, by name.
    fn database_files(dir: &Path) -> Vec<(String, Vec<u8>)> {
        let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        let rows = files.filter(|path| path.to_str().is_some_and(|name| name.ends_with(".db") || name.ends_with("-wal")));
        let mut rows: Vec<_> = rows.map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect();
        rows.sort();
        rows
    }

    #[test]
    fn migrations_are_numbered_without_gaps_and_admit_themselves() {
        for (index, migration) in ALL.iter().enumerate() {
            assert_eq!(migration.version as usize, index + 1);
            assert!(migration.min_reader <= migration.min_writer && migration.min_writer <= migration.version);
        }
    }

    #[tokio::test]
    async fn an_upgrade_keeps_the_rows_and_leaves_a_verified_backup_of_the_old_store() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        let known = known_and(vec![
            migration(newest() + 1, 1, &["CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT"]),
            migration(newest() + 2, 1, &["INSERT INTO extra VALUES (1)", "INSERT INTO extra VALUES (2)"]),
        ]);
        let store = Store::open_with(folder.path(), &key(), now(), &known).await.unwrap();
        assert_eq!(store.schema_version(), newest() + 2);
        assert_eq!(text(&store, "SELECT value FROM store_meta WHERE key = 'kept'").await.as_deref(), Some("value"));
        assert_eq!(text(&store, "SELECT CAST(count(*) AS TEXT) FROM extra").await.as_deref(), Some("2"));
        let backups = store.backups().unwrap();
        assert_eq!(backups.len(), 1);
        assert_eq!(backups[0].kind, BackupKind::PreMigration);
        let contents = verify_backup(&backups[0].path, &key()).await.unwrap();
        assert_eq!(contents.schema_version, newest());
        assert!(!contents.rows.contains_key("extra"));
    }

    #[tokio::test]
    async fn opening_a_current_store_takes_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        let store = Store::open(folder.path(), &key(), now()).await.unwrap();
        assert!(store.backups().unwrap().is_empty());
    }

    const STEPS: [&str; 5] = [
        "CREATE TABLE extra (id INTEGER PRIMARY KEY, size TEXT) STRICT",
        "INSERT INTO extra VALUES (1, 'a')",
        "UPDATE store_meta SET value = 'changed' WHERE key = 'kept'",
        "CREATE INDEX extra_size ON extra (size)",
        "DELETE FROM store_meta WHERE key = 'kept'",
    ];

    /// An upgrade of two migrations in which statement `at` of the second one is replaced by `fault`.
    fn failing_at(at: usize, fault: &'static str) -> Vec<Migration> {
        let mut statements = STEPS.to_vec();
        statements.insert(at, fault);
        let first = migration(newest() + 1, 1, &["CREATE TABLE first (id INTEGER PRIMARY KEY) STRICT"]);
        known_and(vec![first, migration(newest() + 2, 1, statements.leak())])
    }

    async fn check_is_as_before(dir: &Path) {
        let store = Store::open(dir, &key(), now()).await.unwrap();
        assert_eq!(text(&store, "SELECT value FROM store_meta WHERE key = 'kept'").await.as_deref(), Some("value"));
        assert_eq!(text(&store, "SELECT name FROM sqlite_schema WHERE name IN ('extra', 'first')").await, None);
        assert!(store.integrity().await.unwrap().is_sound());
        store.close().await;
    }

    #[tokio::test]
    async fn an_upgrade_failing_at_any_statement_leaves_the_old_store_and_names_its_backup() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        for at in 0..=STEPS.len() {
            let refused = open_refused(folder.path(), &failing_at(at, "INSERT INTO no_such_table VALUES (1)")).await;
            let StoreError::MigrationFailed { version, backup, .. } = refused else { panic!("{refused:?}") };
            assert_eq!(version, newest() + 2);
            verify_backup(&backup, &key()).await.unwrap();
            check_is_as_before(folder.path()).await;
        }
    }

    #[tokio::test]
    async fn an_upgrade_that_fills_the_disk_at_any_statement_leaves_the_old_store() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        for at in 0..=STEPS.len() {
            let mut known = failing_at(at, "PRAGMA max_page_count = 1");
            let last = known.last_mut().unwrap();
            last.statements = [
                last.statements,
                &["CREATE TABLE too_much (id INTEGER PRIMARY KEY, t TEXT)", "INSERT INTO too_much VALUES (1, hex(zeroblob(100000)))"],
            ]
            .concat()
            .leak();
            let refused = open_refused(folder.path(), &known).await;
            let StoreError::MigrationFailed { source, .. } = refused else { panic!("{refused:?}") };
            assert!(matches!(*source, StoreError::DiskFull(_)), "{source:?}");
            check_is_as_before(folder.path()).await;
        }
    }

    #[tokio::test]
    async fn an_upgrade_that_breaks_a_reference_is_rolled_back() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        let statements = &[
            "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT",
            "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent(id)) STRICT",
            "INSERT INTO child VALUES (42)",
        ];
        let refused = open_refused(folder.path(), &known_and(vec![migration(newest() + 1, 1, statements)])).await;
        assert!(matches!(refused, StoreError::MigrationFailed { .. }));
        check_is_as_before(folder.path()).await;
    }

    #[tokio::test]
    async fn rebuilding_a_table_does_not_cascade_into_its_children() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path()).await;
        let statements = &[
            "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT",
            "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent(id) ON DELETE CASCADE) STRICT",
            "INSERT INTO parent VALUES (1)",
            "INSERT INTO child VALUES (1)",
            "CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, more TEXT) STRICT",
            "INSERT INTO rebuilt (id) SELECT id FROM parent",
            "DROP TABLE parent",
            "ALTER TABLE rebuilt RENAME TO parent",
        ];
        let known = known_and(vec![migration(newest() + 1, 1, statements)]);
        let store = Store::open_with(folder.path(), &key(), now(), &known).await.unwrap();
        assert_eq!(text(&store, "SELECT CAST(count(*) AS TEXT) FROM child").await.as_deref(), Some("1"));
    }

    async fn make_newer(dir: &Path, min_reader: u32) {
        make(dir).await;
        let known = known_and(vec![migration(newest() + 1, min_reader, &["CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT"])]);
        Store::open_with(dir, &key(), now(), &known).await.unwrap().close().await;
    }

    async fn check_reads_but_does_not_write(dir: &Path) {
        let store = Store::open(dir, &key(), now()).await.unwrap();
        assert_eq!(text(&store, "SELECT value FROM store_meta WHERE key = 'kept'").await.as_deref(), Some("value"));
        let reason = ReadOnlyReason::NewerStore { store: newest() + 1, min_writer: newest() + 1 };
        assert_eq!(store.read_only_reason(), Some(reason));
        assert!(matches!(store.begin().await.map(drop), Err(StoreError::ReadOnly { .. })));
        assert!(matches!(store.backup(now(), BackupKind::Daily).await, Err(StoreError::ReadOnly { .. })));
        assert!(store.read().execute_unprepared("DELETE FROM store_meta").await.is_err());
        assert!(store.integrity().await.unwrap().is_sound());
        store.close().await;
    }

    #[tokio::test]
    async fn a_newer_store_is_read_and_stays_byte_identical() {
        let folder = tempfile::tempdir().unwrap();
        make_newer(folder.path(), 1).await;
        let before = database_files(folder.path());
        check_reads_but_does_not_write(folder.path()).await;
        let after = database_files(folder.path());
        let database = |files: &[(String, Vec<u8>)]| files.iter().find(|(name, _)| name.ends_with(".db")).unwrap().clone();
        assert_eq!(database(&before), database(&after));
        assert!(after.iter().all(|(name, content)| name.ends_with(".db") || content.is_empty()), "no rows in a new log");
    }

    #[tokio::test]
    async fn a_newer_store_left_by_a_crash_is_read_with_its_log_and_stays_byte_identical() {
        let folder = tempfile::tempdir().unwrap();
        make_newer(folder.path(), 1).await;
        // The newer program wrote once more and was killed: its row lies in the log only.
        let crashed = tempfile::tempdir().unwrap();
        let known = known_and(vec![migration(newest() + 1, 1, &[])]);
        let store = Store::open_with(folder.path(), &key(), now(), &known).await.unwrap();
        let tx = store.begin().await.unwrap();
        tx.execute_unprepared("INSERT INTO store_meta VALUES ('late', 'row')").await.unwrap();
        tx.commit().await.unwrap();
        for name in ["autoreach.db", "autoreach.db-wal", "autoreach.keycheck"] {
            fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
        }
        let before = database_files(crashed.path());
        assert!(before.iter().any(|(name, content)| name.ends_with("-wal") && !content.is_empty()));
        check_reads_but_does_not_write(crashed.path()).await;
        let reader = Store::open(crashed.path(), &key(), now()).await.unwrap();
        assert_eq!(text(&reader, "SELECT value FROM store_meta WHERE key = 'late'").await.as_deref(), Some("row"));
        reader.close().await;
        assert_eq!(database_files(crashed.path()), before);
    }

    #[tokio::test]
    async fn a_store_too_new_to_be_read_is_refused_and_untouched() {
        let folder = tempfile::tempdir().unwrap();
        make_newer(folder.path(), newest() + 1).await;
        let before = database_files(folder.path());
        let refused = open_refused(folder.path(), ALL).await;
        assert!(matches!(refused, StoreError::TooNew { .. }), "{refused:?}");
        assert_eq!(database_files(folder.path()).first(), before.first());
    }

    const UPGRADE_FOLDER: &str = "AUTOREACH_TEST_UPGRADE";
    const ROWS: &str = "30000";

    fn long_upgrade() -> Vec<Migration> {
        let statements = &[
            "CREATE TABLE extra (id INTEGER PRIMARY KEY, noise BLOB) STRICT",
            "INSERT INTO extra SELECT value, randomblob(200) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 30000) SELECT value FROM n)",
            "CREATE INDEX extra_noise ON extra (noise)",
        ];
        known_and(vec![migration(newest() + 1, 1, statements)])
    }

    /// Started again as another program it upgrades the store in the folder named by the environment; as a plain test, one
    /// of its own.
    #[tokio::test]
    async fn long_upgrader() {
        let folder = tempfile::tempdir().unwrap();
        let dir = std::env::var_os(UPGRADE_FOLDER).map(std::path::PathBuf::from).unwrap_or(folder.path().to_owned());
        if dir == folder.path() {
            make(&dir).await;
        }
        Store::open_with(&dir, &key(), now(), &long_upgrade()).await.unwrap().close().await;
    }

    /// Whether the store is the new one, after checking that it is wholly old or wholly new.
    async fn is_upgraded(dir: &Path) -> bool {
        let store = Store::open(dir, &key(), now()).await.unwrap();
        assert!(store.integrity().await.unwrap().is_sound());
        assert_eq!(text(&store, "SELECT value FROM store_meta WHERE key = 'kept'").await.as_deref(), Some("value"));
        let is_new = store.read_only_reason().is_some();
        if is_new {
            assert_eq!(text(&store, "SELECT CAST(count(*) AS TEXT) FROM extra").await.as_deref(), Some(ROWS));
        } else {
            assert_eq!(text(&store, "SELECT name FROM sqlite_schema WHERE name LIKE 'extra%'").await, None);
        }
        store.close().await;
        is_new
    }

    #[tokio::test]
    async fn a_program_killed_while_upgrading_leaves_the_store_old_or_new() {
        let mut new = 0;
        for kill in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            make(folder.path()).await;
            let binary = std::env::current_exe().unwrap();
            let mut command = std::process::Command::new(binary);
            command.args(["--exact", "migrations::tests::long_upgrader"]).env(UPGRADE_FOLDER, folder.path());
            let mut program = command.stdout(std::process::Stdio::null()).spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(30 + 45 * kill));
            program.kill().unwrap();
            program.wait().unwrap();
            new += u32::from(is_upgraded(folder.path()).await);
        }
        assert!(new < 10, "some kill must come before the end");
    }
}
