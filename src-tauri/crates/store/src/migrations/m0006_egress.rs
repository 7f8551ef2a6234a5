//! What left the computer: one row for each call to a site or a model, and the texts that models were shown, for a while.

use super::Migration;

/// Version 6.
pub(crate) const MIGRATION: Migration = Migration {
    version: 6,
    name: "egress",
    // Journals hold a kind of entry that an older program does not know.
    min_reader: 6,
    // An older program would make calls that are not written down.
    min_writer: 6,
    statements: &[
        // The lead is no reference: what was sent stays true of one that is erased later.
        "CREATE TABLE egress_call(
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, purpose TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL,
            lead_id TEXT, run_id TEXT, reach TEXT NOT NULL, profile TEXT, model TEXT, fields TEXT NOT NULL,
            text_hash BLOB, bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
            cost_micros INTEGER, outcome TEXT NOT NULL, detail TEXT NOT NULL) STRICT",
        "CREATE INDEX egress_call_by_time ON egress_call(at)",
        "CREATE INDEX egress_call_by_lead ON egress_call(lead_id, id)",
        "CREATE INDEX egress_call_by_run ON egress_call(run_id) WHERE cost_micros IS NOT NULL OR input_tokens IS NOT NULL",
        // A call is written down before anything is sent and completed once; after that it stands.
        "CREATE TRIGGER egress_call_stands BEFORE UPDATE ON egress_call WHEN OLD.outcome <> 'under_way' OR NEW.id <> OLD.id
            OR NEW.at <> OLD.at OR NEW.purpose <> OLD.purpose OR NEW.host <> OLD.host OR NEW.reach <> OLD.reach
            OR NEW.lead_id IS NOT OLD.lead_id OR NEW.text_hash IS NOT OLD.text_hash
            BEGIN SELECT RAISE(ABORT, 'the egress ledger is append-only'); END",
        "CREATE TRIGGER egress_call_is_never_removed BEFORE DELETE ON egress_call
            BEGIN SELECT RAISE(ABORT, 'the egress ledger is append-only'); END",
        "CREATE TABLE egress_text(hash BLOB PRIMARY KEY, text TEXT NOT NULL, kept_at INTEGER NOT NULL) STRICT",
        "CREATE INDEX egress_text_by_time ON egress_text(kept_at)",
    ],
};
