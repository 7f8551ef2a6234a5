//! The tables of the spine: workflows, leads, pages, items, the journal, jobs and the outbox.
//!
//! Instants are integer milliseconds UTC; ids are UUID texts; enumerations are their stored texts; composite values
//! that are only ever read whole (a card, a definition) are JSON texts. The journal cannot be changed or emptied by SQL.

use super::Migration;

/// Version 1.
pub(crate) const MIGRATION: Migration = Migration {
    version: 1,
    name: "spine",
    min_reader: 1,
    min_writer: 1,
    statements: &[
        "CREATE TABLE store_meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE workflow(
            id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, definition TEXT NOT NULL,
            mark_key BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE workflow_version(
            workflow_id TEXT NOT NULL REFERENCES workflow(id), version INTEGER NOT NULL, definition TEXT NOT NULL,
            recorded_at INTEGER NOT NULL, PRIMARY KEY(workflow_id, version)) STRICT, WITHOUT ROWID",
        "CREATE TABLE account(
            id TEXT PRIMARY KEY, name TEXT NOT NULL, comparable_name TEXT NOT NULL, domain TEXT, country TEXT,
            created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX account_by_domain ON account(domain)",
        "CREATE INDEX account_by_name ON account(comparable_name)",
        "CREATE TABLE lead_import(
            id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL REFERENCES workflow(id), file_name TEXT NOT NULL,
            file_hash TEXT NOT NULL, lead_count INTEGER NOT NULL, created_at INTEGER NOT NULL, undone_at INTEGER) STRICT, WITHOUT ROWID",
        "CREATE TABLE lead(
            id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL REFERENCES workflow(id), account_id TEXT NOT NULL REFERENCES account(id),
            import_id TEXT REFERENCES lead_import(id), company TEXT NOT NULL, website TEXT, first_name TEXT NOT NULL,
            last_name TEXT NOT NULL, role TEXT NOT NULL, email TEXT, email_key TEXT, domain TEXT, country TEXT, city TEXT,
            industry TEXT, head_count INTEGER, other_columns TEXT NOT NULL, withdrawn_at INTEGER, created_at INTEGER NOT NULL) STRICT",
        "CREATE INDEX lead_by_workflow ON lead(workflow_id, created_at)",
        "CREATE INDEX lead_by_import ON lead(import_id)",
        "CREATE INDEX lead_by_email ON lead(email_key)",
        "CREATE INDEX lead_by_domain ON lead(domain)",
        "CREATE TABLE page_snapshot(
            hash TEXT PRIMARY KEY, url TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, published TEXT, language TEXT,
            fetched_at INTEGER NOT NULL) STRICT",
        "CREATE TABLE artifact(
            workflow_id TEXT NOT NULL, lead_id TEXT NOT NULL REFERENCES lead(id), step TEXT NOT NULL, version INTEGER NOT NULL,
            job_id INTEGER, content TEXT NOT NULL, content_hash TEXT NOT NULL, UNIQUE(workflow_id, lead_id, step, version)) STRICT",
        "CREATE TABLE review_item(
            id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL REFERENCES workflow(id), workflow_version INTEGER NOT NULL,
            lead_id TEXT NOT NULL UNIQUE REFERENCES lead(id), level TEXT NOT NULL, why TEXT NOT NULL, marked INTEGER NOT NULL,
            blind INTEGER NOT NULL, state TEXT NOT NULL, snoozed_until INTEGER, research TEXT, qualification TEXT, email TEXT,
            company TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, chip TEXT, fit INTEGER NOT NULL, has_floor INTEGER NOT NULL,
            p REAL NOT NULL, p_cal REAL NOT NULL, variance REAL NOT NULL, information REAL NOT NULL, memory_version INTEGER NOT NULL,
            card_version INTEGER NOT NULL, opened_at INTEGER NOT NULL, decided_at INTEGER) STRICT",
        "CREATE TABLE review_card(item_id TEXT PRIMARY KEY REFERENCES review_item(id), card TEXT NOT NULL) STRICT",
        "CREATE INDEX review_item_queue ON review_item(state, has_floor DESC, information DESC, opened_at, id)",
        "CREATE TABLE journal(
            sequence INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, workflow_id TEXT NOT NULL, kind TEXT NOT NULL,
            event TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
        "CREATE INDEX journal_by_workflow ON journal(workflow_id, sequence)",
        "CREATE INDEX journal_by_kind ON journal(workflow_id, kind, sequence)",
        "CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        "CREATE TRIGGER journal_is_never_emptied BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        "CREATE TABLE gesture(
            id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, item_id TEXT NOT NULL REFERENCES review_item(id),
            journal_sequence INTEGER NOT NULL, item_before TEXT NOT NULL, item_after TEXT NOT NULL, outbox_id INTEGER, summary TEXT NOT NULL,
            decided_at INTEGER NOT NULL, undone_at INTEGER, has_recalled_mail INTEGER NOT NULL DEFAULT 0) STRICT",
        "CREATE INDEX gesture_standing ON gesture(undone_at, journal_sequence)",
        "CREATE INDEX gesture_by_item ON gesture(item_id, journal_sequence)",
        "CREATE TABLE learner_checkpoint(
            workflow_id TEXT PRIMARY KEY REFERENCES workflow(id), sequence INTEGER NOT NULL, digest BLOB NOT NULL, state BLOB NOT NULL) STRICT",
        "CREATE TABLE run(
            id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL REFERENCES workflow(id), purpose TEXT NOT NULL, state TEXT NOT NULL,
            started_at INTEGER NOT NULL, ended_at INTEGER) STRICT, WITHOUT ROWID",
        "CREATE TABLE job(
            id INTEGER PRIMARY KEY, run_id TEXT NOT NULL REFERENCES run(id), lead_id TEXT NOT NULL REFERENCES lead(id),
            workflow_id TEXT NOT NULL, step TEXT NOT NULL, input_hash BLOB NOT NULL, idem TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL CHECK(state IN('ready','running','done','failed','dead','cancelled')), owner TEXT,
            epoch INTEGER NOT NULL DEFAULT 0, run_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
            max_attempts INTEGER NOT NULL, last_error TEXT) STRICT",
        "CREATE INDEX job_ready ON job(state, step, id)",
        "CREATE INDEX job_by_lead ON job(lead_id)",
        "CREATE INDEX job_by_run ON job(run_id, step, state)",
        "CREATE TABLE outbox(
            id INTEGER PRIMARY KEY, workflow_id TEXT NOT NULL, lead_id TEXT NOT NULL REFERENCES lead(id), item_id TEXT NOT NULL,
            gesture_id TEXT, sequence_step INTEGER NOT NULL, approval TEXT NOT NULL, content_hash BLOB NOT NULL, mime_hash BLOB NOT NULL,
            message_id TEXT NOT NULL, mime BLOB NOT NULL, from_address TEXT NOT NULL, to_address TEXT NOT NULL, to_name TEXT NOT NULL,
            company TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
            state TEXT NOT NULL CHECK(state IN('held','queued','sending','sent','deferred','bounced','uncertain','cancelled','suppressed')),
            is_held_by_person INTEGER NOT NULL DEFAULT 0, phase INTEGER NOT NULL DEFAULT 0, owner TEXT, epoch INTEGER NOT NULL DEFAULT 0,
            not_before INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, smtp_code INTEGER, smtp_text TEXT, resolved_by TEXT,
            approved_at INTEGER NOT NULL, crossed_at INTEGER, ended_at INTEGER) STRICT",
        "CREATE UNIQUE INDEX outbox_one ON outbox(workflow_id, lead_id, sequence_step) WHERE state NOT IN ('cancelled','suppressed')",
        "CREATE INDEX outbox_due ON outbox(state, not_before)",
        "CREATE INDEX outbox_by_message ON outbox(message_id)",
        "CREATE INDEX outbox_crossed ON outbox(from_address, crossed_at)",
        "CREATE INDEX outbox_by_lead ON outbox(lead_id)",
        "CREATE TABLE suppression(
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, added_at INTEGER NOT NULL,
            UNIQUE(kind, key)) STRICT",
    ],
};
