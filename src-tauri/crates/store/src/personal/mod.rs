//! What the store holds about a person: where, all of it as JSON, and taking it out for good.
//!
//! [`TABLES`] names every table and column and says what becomes of it when a person is erased; a test fails where a migration
//! adds one that is not named here. Rows about a lead go. The journal keeps its entries, their places and links; the words in
//! those about the person are emptied, and an entry of its own says which were and what they read now
//! ([`autoreach_domain::decision::verify_chain`] accepts exactly these). What was learned is folded again from what is left.

mod erase;
mod words;

pub use erase::{ErasureCounts, Request, erase};
pub use words::Words;

use crate::tables::TableError;
use autoreach_domain::ids::LeadId;
use autoreach_domain::lead::EmailAddress;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

/// What becomes of a table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Rows about the person, found by this condition; they go.
    Rows(&'static str),
    /// Rows stay, what they say of the person is emptied; found by this condition.
    Emptied(&'static str),
    /// Made out of others; emptied whole and made again.
    Derived,
    /// Nothing about the people who are written to.
    Nothing,
}

/// A table with its columns.
#[derive(Debug, Clone, Copy)]
pub struct PersonalTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in alphabetical order.
    pub columns: &'static str,
    /// What it holds of a person.
    pub holds: Holds,
}

const fn table(name: &'static str, columns: &'static str, holds: Holds) -> PersonalTable {
    PersonalTable { name, columns, holds }
}

const OF_LEAD: Holds = Holds::Rows("lead_id IN ({leads})");
const OF_ITEM: Holds = Holds::Rows("item_id IN (SELECT id FROM review_item WHERE lead_id IN ({leads}))");

/// Every table there is, in the order in which rows can go.
pub const TABLES: &[PersonalTable] = &[
    table("review_card", "card item_id", OF_ITEM),
    table(
        "gesture",
        "decided_at has_recalled_mail id item_after item_before item_id journal_sequence outbox_id summary undone_at workflow_id",
        OF_ITEM,
    ),
    table(
        "review_item",
        "blind card_version chip company decided_at due_hours email fit has_floor id information lead_id level marked memory_version opened_at \
         overdue p p_cal person qualification research role routing snoozed_until state variance why workflow_id workflow_version",
        OF_LEAD,
    ),
    table("artifact", "content content_hash job_id lead_id step version workflow_id", OF_LEAD),
    table("llm_call", "called_at cost_micros host input_tokens is_estimated key lead_id model output_tokens reply was_repaired", OF_LEAD),
    table("job", "attempts epoch id idem input_hash last_error lead_id max_attempts owner run_at run_id state step workflow_id", OF_LEAD),
    table(
        "outbox",
        "approval approved_at attempts body company content_hash crossed_at ended_at epoch from_address gesture_id id is_held_by_person \
         item_id lead_id message_id mime mime_hash not_before owner phase resolved_by sequence_step smtp_code smtp_text state subject \
         to_address to_name workflow_id",
        Holds::Rows("(lead_id IN ({leads}) OR lower(to_address) = {address})"),
    ),
    table("lead_change", "changed_at id kind lead_after lead_before lead_id reviewer", OF_LEAD),
    table("lead_origin", "found_at lead_id page quote source", OF_LEAD),
    table(
        "lead",
        "account_id archived_at city company country created_at domain email email_key first_name head_count id import_id industry \
         last_name other_columns role tags website withdrawn_at workflow_id",
        Holds::Rows("id IN ({leads})"),
    ),
    table("contact", "added_at company domain email_key id name note", Holds::Rows("email_key = {address}")),
    table("suppression", "added_at id key kind reason", Holds::Rows("(kind = 'person' AND key = {address})")),
    table(
        "egress_text",
        "hash kept_at text",
        Holds::Rows("hash IN (SELECT text_hash FROM egress_call WHERE lead_id IN ({leads}) AND text_hash IS NOT NULL)"),
    ),
    table(
        "egress_call",
        "address at bytes_down bytes_up cost_micros detail fields host id input_tokens lead_id model outcome output_tokens profile purpose \
         reach run_id text_hash",
        Holds::Emptied("lead_id IN ({leads})"),
    ),
    table("journal", "event hash kind previous recorded_at sequence workflow_id", Holds::Emptied("{journal}")),
    table("page_snapshot", "fetched_at hash language published text title url", Holds::Emptied("{pages}")),
    table("learner_checkpoint", "digest sequence state workflow_id", Holds::Derived),
    // The company: it goes with its last lead.
    table("account", "comparable_name country created_at domain id name", Holds::Nothing),
    table("lead_import", "created_at file_hash file_name id lead_count undone_at workflow_id", Holds::Nothing),
    table("run", "ended_at id purpose started_at state workflow_id", Holds::Nothing),
    table("setting", "key value", Holds::Nothing),
    table("store_meta", "key value", Holds::Nothing),
    table("workflow", "created_at definition id mark_key name version", Holds::Nothing),
    table("workflow_version", "definition recorded_at version workflow_id", Holds::Nothing),
];

/// Keys that are part of the store and of no export.
const SECRET_COLUMNS: &[(&str, &str)] = &[("workflow", "mark_key")];
/// Tables of the store's own, in no export.
const OWN_TABLES: &[&str] = &["store_meta", "learner_checkpoint"];

/// A person, by what the store knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// The leads they are.
    pub leads: Vec<LeadId>,
    /// Their address.
    pub address: Option<EmailAddress>,
    /// Their full names as imported; a single word is no name to search by.
    pub names: Vec<String>,
}

impl Subject {
    /// The words by which the person is found in texts.
    pub fn words(&self) -> Words {
        let addresses = self.address.iter().map(ToString::to_string);
        Words::new(addresses.chain(self.names.iter().cloned()))
    }

    fn lead_list(&self) -> String {
        let quoted: Vec<String> = self.leads.iter().map(|lead| quoted(&lead.to_string())).collect();
        if quoted.is_empty() { "NULL".to_owned() } else { quoted.join(", ") }
    }

    /// A condition of [`TABLES`] with this person in it. Ids hold hex digits only, the address is quoted.
    fn condition(&self, template: &str) -> String {
        let address = self.address.as_ref().map_or("NULL".to_owned(), |address| quoted(&address.comparable()));
        template
            .replace("{journal}", &self.journal_condition())
            .replace("{pages}", "hash IN ({page_hashes})")
            .replace("{leads}", &self.lead_list())
            .replace("{address}", &address)
    }

    /// Entries that name a lead, an item or a gesture of theirs, or say one of their names.
    fn journal_condition(&self) -> String {
        let items = "SELECT id FROM review_item WHERE lead_id IN ({leads})";
        let gestures = format!("SELECT id FROM gesture WHERE item_id IN ({items})");
        let said: String =
            self.words().iter().map(|word| format!(" OR instr(lower(event), {}) > 0", quoted(&word.to_lowercase()))).collect();
        format!(
            "(json_extract(event, '$.lead_id') IN ({{leads}}) OR json_extract(event, '$.item_id') IN ({items})
              OR json_extract(event, '$.gesture_id') IN ({gestures}){said})"
        )
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The rows of a table, in the order they lie, as JSON objects; `condition` narrows them. Texts that hold JSON are read.
async fn rows(db: &impl ConnectionTrait, table: &PersonalTable, condition: &str) -> Result<Vec<Value>, TableError> {
    let is_open = |column: &&str| !SECRET_COLUMNS.contains(&(table.name, *column));
    let pairs: Vec<String> = table
        .columns
        .split_whitespace()
        .filter(is_open)
        .map(|column| format!("'{column}', CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) ELSE {column} END"))
        .collect();
    let sql = format!("SELECT json_object({}) AS one FROM {} WHERE {condition}", pairs.join(", "), table.name);
    let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    found
        .iter()
        .map(|row| {
            let text: String = row.try_get("", "one")?;
            let mut value: Value = crate::tables::from_json(&text, "exported row")?;
            read_nested(&mut value);
            Ok(value)
        })
        .collect()
}

fn read_nested(row: &mut Value) {
    let Value::Object(columns) = row else { return };
    for value in columns.values_mut() {
        let nested = value.as_str().filter(|text| text.starts_with(['{', '['])).and_then(|text| serde_json::from_str(text).ok());
        if let Some(nested) = nested {
            *value = nested;
        }
    }
}

/// Everything the store holds about a person, by table; tables without anything are left out.
pub async fn held(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<(&'static str, Vec<Value>)>, TableError> {
    let pages = erase::page_hashes(db, subject).await?;
    let pages = if pages.is_empty() { "NULL".to_owned() } else { pages.iter().map(|hash| quoted(hash)).collect::<Vec<_>>().join(", ") };
    let mut found = Vec::new();
    for table in TABLES {
        let (Holds::Rows(condition) | Holds::Emptied(condition)) = table.holds else { continue };
        let condition = subject.condition(condition).replace("{page_hashes}", &pages);
        let rows = rows(db, table, &condition).await?;
        if !rows.is_empty() {
            found.push((table.name, rows));
        }
    }
    Ok(found)
}

/// Every table that is the person's who works here, with all its rows and without keys.
pub async fn everything(db: &impl ConnectionTrait) -> Result<Vec<(&'static str, Vec<Value>)>, TableError> {
    let mut all = Vec::new();
    for table in TABLES.iter().filter(|table| !OWN_TABLES.contains(&table.name)) {
        all.push((table.name, rows(db, table, "1").await?));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreKey};
    use std::collections::BTreeSet;
    use zeroize::Zeroizing;

    #[tokio::test]
    async fn every_column_of_the_schema_says_what_becomes_of_it_when_a_person_is_erased() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path(), &StoreKey::new(Zeroizing::new([5; 32])), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        let sql = "SELECT t.name || '.' || c.name AS one FROM pragma_table_list t JOIN pragma_table_info(t.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
        let rows = store.read().query_all_raw(Statement::from_string(store.read().get_database_backend(), sql)).await.unwrap();
        let there: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "one").unwrap()).collect();
        let classified = TABLES.iter().flat_map(|table| table.columns.split_whitespace().map(|column| format!("{}.{column}", table.name)));
        assert_eq!(there, classified.collect::<BTreeSet<_>>());
        for table in TABLES {
            let names_a_lead = table.columns.split_whitespace().any(|column| ["lead_id", "item_id"].contains(&column));
            assert!(!names_a_lead || matches!(table.holds, Holds::Rows(_) | Holds::Emptied(_)), "{} names a lead", table.name);
        }
        store.close().await;
    }
}
