//! Migration 1: what the store says about itself.

use super::Migration;

pub(super) const MIGRATION: Migration = Migration {
    version: 1,
    name: "spine",
    min_reader: 1,
    min_writer: 1,
    statements: &["CREATE TABLE store_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"],
};
