//! Checks that a store still is what was written: page authentication codes, table structure, references.
//!
//! Finding is all that happens here; nothing is repaired.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Executor, Row};

use crate::error::StoreError;

/// What the checks of one store found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntegrityReport {
    /// Pages whose authentication code does not match: the file was changed from outside or the disk is failing.
    pub damaged_pages: u64,
    /// Faults in tables and indexes, counted up to 100. Not looked for where pages are damaged: the tables cannot be walked.
    pub structure_faults: u64,
    /// Rows that refer to a row that does not exist. Not looked for where pages are damaged.
    pub broken_references: u64,
}

impl IntegrityReport {
    /// Whether nothing was found.
    pub fn is_sound(&self) -> bool {
        *self == IntegrityReport { damaged_pages: 0, structure_faults: 0, broken_references: 0 }
    }
}

/// Runs all three checks. A file too damaged to be checked is an error, [`StoreError::Damaged`].
pub(crate) async fn check(connection: &mut SqliteConnection) -> Result<IntegrityReport, StoreError> {
    let damaged_pages = count(connection, "PRAGMA cipher_integrity_check").await?;
    if damaged_pages > 0 {
        return Ok(IntegrityReport { damaged_pages, structure_faults: 0, broken_references: 0 });
    }
    let structure_faults = structure_faults(connection).await?;
    let broken_references = count(connection, "PRAGMA foreign_key_check").await?;
    Ok(IntegrityReport { damaged_pages, structure_faults, broken_references })
}

/// The two checks that see uncommitted changes: they decide whether an upgrade may commit.
pub(crate) async fn check_structure(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    if structure_faults(connection).await? > 0 || count(connection, "PRAGMA foreign_key_check").await? > 0 {
        return Err(StoreError::Damaged);
    }
    Ok(())
}

async fn count(connection: &mut SqliteConnection, check: &'static str) -> Result<u64, StoreError> {
    Ok(connection.fetch_all(check).await?.len() as u64)
}

/// `integrity_check` answers one row "ok" where there is nothing to say.
async fn structure_faults(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let rows = connection.fetch_all("PRAGMA integrity_check(100)").await?;
    let mut faults = 0;
    for row in rows {
        let line: String = row.try_get(0)?;
        faults += u64::from(line != "ok");
    }
    Ok(faults)
}
