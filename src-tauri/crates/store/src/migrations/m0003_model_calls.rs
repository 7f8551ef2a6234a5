//! What models answered, and what it cost.

use super::Migration;

/// Version 3.
pub(crate) const MIGRATION: Migration = Migration {
    version: 3,
    name: "model_calls",
    min_reader: 1,
    min_writer: 2,
    statements: &[
        "CREATE TABLE llm_call(
            key BLOB PRIMARY KEY, lead_id TEXT NOT NULL REFERENCES lead(id), host TEXT NOT NULL, model TEXT NOT NULL, reply TEXT NOT NULL,
            was_repaired INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, is_estimated INTEGER NOT NULL,
            cost_micros INTEGER NOT NULL, called_at INTEGER NOT NULL) STRICT",
        "CREATE INDEX llm_call_by_lead ON llm_call(lead_id)",
        "CREATE INDEX llm_call_by_time ON llm_call(called_at)",
    ],
};
