//! Where each item went and why: the receipt of its routing. Journals from here on hold kinds of entries that an older
//! program does not know, so it may read such a store no more.

use super::Migration;

/// Version 4.
pub(crate) const MIGRATION: Migration = Migration {
    version: 4,
    name: "trust",
    min_reader: 4,
    min_writer: 4,
    statements: &[
        "ALTER TABLE review_item ADD COLUMN routing TEXT",
        "CREATE INDEX review_item_checks ON review_item(marked, opened_at) WHERE state = 'released'",
        // Folded anew: learned state has another form.
        "DELETE FROM learner_checkpoint",
    ],
};
