//! Where a lead was found, when nobody brought it in a file.

use super::Migration;

/// Version 7.
pub(crate) const MIGRATION: Migration = Migration {
    version: 7,
    name: "discovery",
    // The ledger of calls holds a purpose that an older program does not know.
    min_reader: 7,
    min_writer: 7,
    statements: &["CREATE TABLE lead_origin(
            lead_id TEXT PRIMARY KEY REFERENCES lead(id), source TEXT NOT NULL, page TEXT NOT NULL, quote TEXT NOT NULL,
            found_at INTEGER NOT NULL) STRICT"],
};
