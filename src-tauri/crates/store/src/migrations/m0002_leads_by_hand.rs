//! Leads changed by hand: tags, leads put away, and who changed what.

use super::Migration;

/// Version 2.
pub(crate) const MIGRATION: Migration = Migration {
    version: 2,
    name: "leads_by_hand",
    min_reader: 1,
    // A program of version 1 would send research jobs out for leads that were put away.
    min_writer: 2,
    statements: &[
        "ALTER TABLE lead ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE lead ADD COLUMN archived_at INTEGER",
        "CREATE TABLE lead_change(
            id INTEGER PRIMARY KEY, lead_id TEXT NOT NULL REFERENCES lead(id), kind TEXT NOT NULL, reviewer TEXT NOT NULL,
            lead_before TEXT NOT NULL, lead_after TEXT NOT NULL, changed_at INTEGER NOT NULL) STRICT",
        "CREATE INDEX lead_change_by_lead ON lead_change(lead_id, changed_at)",
    ],
};
