//! Whom the team knows already, and until when an exception should be looked at. Journals from here on hold kinds of entries that an
//! older program does not know, so it may read such a store no more.

use super::Migration;

/// Version 5.
pub(crate) const MIGRATION: Migration = Migration {
    version: 5,
    name: "context",
    min_reader: 5,
    min_writer: 5,
    statements: &[
        "CREATE TABLE contact(
            id TEXT PRIMARY KEY, name TEXT NOT NULL, company TEXT NOT NULL, email_key TEXT, domain TEXT, note TEXT NOT NULL,
            added_at INTEGER NOT NULL) STRICT",
        "CREATE UNIQUE INDEX contact_by_email ON contact(email_key) WHERE email_key IS NOT NULL",
        "CREATE INDEX contact_by_domain ON contact(domain)",
        "CREATE INDEX outbox_by_recipient ON outbox(to_address COLLATE NOCASE) WHERE phase = 1",
        // Hours within which somebody should look; none where nothing stops the agent.
        "ALTER TABLE review_item ADD COLUMN due_hours INTEGER",
        "UPDATE review_item SET due_hours = CASE WHEN chip IN ('ill_timed', 'suspected_injection') THEN 24 ELSE 72 END WHERE chip IS NOT NULL",
        "ALTER TABLE review_item ADD COLUMN overdue INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX review_item_due ON review_item(opened_at + due_hours * 3600000)
            WHERE state = 'open' AND overdue = 0 AND due_hours IS NOT NULL",
        "DROP INDEX review_item_queue",
        "CREATE INDEX review_item_queue ON review_item(state, overdue DESC, has_floor DESC, information DESC, opened_at, id)",
    ],
};
