//! Taking a person out of the store, in one transaction.

use super::{Holds, Subject, TABLES, Words, quoted};
use crate::journal;
use crate::tables::{TableError, artifact, parsed, suppression};
use crate::transaction::WriteTransaction;
use autoreach_domain::decision::{ErasedEntry, Event};
use autoreach_domain::ids::{SuppressionId, WorkflowId};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::suppression::{Suppression, SuppressionScope};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value as SqlValue};
use std::collections::{BTreeMap, BTreeSet};

/// Who is to be erased, and what remains to be known of them.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The person.
    pub subject: &'a Subject,
    /// The keyed code by which they are never written to again; `None` where no address was known.
    pub code: Option<String>,
    /// The id of that entry.
    pub suppression_id: SuppressionId,
    /// Who erases.
    pub reviewer: Reviewer,
    /// When.
    pub now: Timestamp,
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ErasureCounts {
    /// Rows that went.
    pub rows: u64,
    /// Entries of the journal that were emptied.
    pub journal: u64,
    /// Texts about others from which a name was taken.
    pub mentions: u64,
}

/// Erases. Nothing of it is kept if the transaction is not committed.
pub async fn erase(tx: &WriteTransaction, request: &Request<'_>) -> Result<ErasureCounts, TableError> {
    let subject = request.subject;
    let mut counts = ErasureCounts::default();
    let pages = page_hashes(&**tx, subject).await?;
    // While items and gestures still say which entries are theirs.
    let emptied = empty_journal(tx, subject).await?;
    counts.journal = emptied.values().map(|entries| entries.len() as u64).sum();
    empty_egress(tx, subject).await?;
    for table in TABLES {
        let Holds::Rows(condition) = table.holds else { continue };
        counts.rows += run(tx, &format!("DELETE FROM {} WHERE {}", table.name, subject.condition(condition)), []).await?;
    }
    for hash in &pages {
        counts.rows += run(tx, "DELETE FROM page_snapshot WHERE hash = ?", [hash.as_str().into()]).await?;
    }
    counts.mentions = take_out_mentions(tx, &subject.words()).await?;
    run(tx, "DELETE FROM account WHERE id NOT IN (SELECT account_id FROM lead)", []).await?;
    run(tx, "DELETE FROM learner_checkpoint", []).await?;
    remember(tx, request, emptied).await?;
    Ok(counts)
}

/// The keyed code on the list, and an entry in the journal of each workflow that says what was emptied.
async fn remember(
    tx: &WriteTransaction,
    request: &Request<'_>,
    mut emptied: BTreeMap<WorkflowId, Vec<ErasedEntry>>,
) -> Result<(), TableError> {
    if let Some(code) = &request.code {
        let scope = SuppressionScope::Erased(code.clone());
        let entry = Suppression { id: request.suppression_id, scope, reason: "erased at their request".to_owned(), added_at: request.now };
        suppression::add(&**tx, &entry).await?;
    }
    if emptied.is_empty() {
        // A person without a single decision: said in the journal of the first workflow all the same.
        let first: Option<String> = texts(&**tx, "SELECT id AS text FROM workflow ORDER BY created_at LIMIT 1").await?.into_iter().next();
        emptied.extend(first.as_deref().map(|id| parsed(id, "workflow id")).transpose()?.map(|id| (id, Vec::new())));
    }
    let event = |(workflow_id, entries)| Event::Erased {
        workflow_id,
        reviewer: request.reviewer.clone(),
        leads: request.subject.leads.clone(),
        entries,
    };
    let events: Vec<Event> = emptied.into_iter().map(event).collect();
    journal::append(&**tx, &events, request.now).await?;
    Ok(())
}

/// Empties what entries about the person say; by workflow, which ones and what they read now.
async fn empty_journal(tx: &WriteTransaction, subject: &Subject) -> Result<BTreeMap<WorkflowId, Vec<ErasedEntry>>, TableError> {
    let words = subject.words();
    let sql = format!("SELECT sequence, event FROM journal WHERE {} ORDER BY sequence", subject.condition("{journal}"));
    let rows = tx.query_all_raw(Statement::from_string(tx.get_database_backend(), sql)).await?;
    let mut emptied: BTreeMap<WorkflowId, Vec<ErasedEntry>> = BTreeMap::new();
    let mut changes = Vec::new();
    for row in &rows {
        let (sequence, text): (i64, String) = (row.try_get("", "sequence")?, row.try_get("", "event")?);
        let event: Event = crate::tables::from_json(&text, "journal entry")?;
        let workflow_id = event.workflow_id();
        let is_theirs = event.lead_id().is_none_or(|lead| subject.leads.contains(&lead));
        let plain = if is_theirs { crate::tables::to_json(&event.without_words()) } else { text.clone() };
        let plain = words.taken_out_of(&plain).unwrap_or(plain);
        if plain != text {
            let place = u64::try_from(sequence).unwrap_or(0);
            emptied.entry(workflow_id).or_default().push(ErasedEntry::now_reading(place, &plain));
            changes.push((sequence, plain));
        }
    }
    without_trigger(tx, "journal_is_never_changed", async {
        for (sequence, plain) in &changes {
            run(tx, "UPDATE journal SET event = ? WHERE sequence = ?", [plain.as_str().into(), (*sequence).into()]).await?;
        }
        Ok(())
    })
    .await?;
    Ok(emptied)
}

/// Which pages were asked for is forgotten; that and when somebody was asked stays.
async fn empty_egress(tx: &WriteTransaction, subject: &Subject) -> Result<(), TableError> {
    // Texts go first: they are found by the calls.
    let texts_of = format!(
        "DELETE FROM egress_text WHERE {}",
        subject.condition("hash IN (SELECT text_hash FROM egress_call WHERE lead_id IN ({leads}) AND text_hash IS NOT NULL)")
    );
    run(tx, &texts_of, []).await?;
    let calls =
        format!("UPDATE egress_call SET address = '', detail = '', text_hash = NULL WHERE {}", subject.condition("lead_id IN ({leads})"));
    without_trigger(tx, "egress_call_stands", async { run(tx, &calls, []).await.map(drop) }).await
}

/// Does something a trigger forbids everybody else; it stands again in the same transaction.
async fn without_trigger(tx: &WriteTransaction, name: &str, work: impl Future<Output = Result<(), TableError>>) -> Result<(), TableError> {
    let kept = texts(&**tx, &format!("SELECT sql AS text FROM sqlite_schema WHERE type = 'trigger' AND name = {}", quoted(name))).await?;
    let trigger = kept.first().ok_or(TableError::NotFound { noun: "guard of the journal" })?;
    tx.execute_unprepared(&format!("DROP TRIGGER {name}")).await?;
    work.await?;
    tx.execute_unprepared(trigger).await?;
    Ok(())
}

/// Texts about others in which the person is named: a page that others share goes, everything else loses the name.
const MENTIONING: [(&str, &str, &str); 4] = [
    ("artifact", "content", "rowid"),
    ("review_card", "card", "rowid"),
    ("llm_call", "reply", "rowid"),
    ("lead", "other_columns", "rowid"),
];

async fn take_out_mentions(tx: &WriteTransaction, words: &Words) -> Result<u64, TableError> {
    let mut mentions = 0;
    for word in words.iter() {
        let needle = word.to_lowercase();
        for (table, column) in [("page_snapshot", "text"), ("page_snapshot", "title"), ("egress_text", "text")] {
            mentions += run(tx, &format!("DELETE FROM {table} WHERE instr(lower({column}), ?) > 0"), [needle.as_str().into()]).await?;
        }
        for (table, column, place) in MENTIONING {
            mentions += take_out_of_column(tx, words, &needle, (table, column, place)).await?;
        }
    }
    Ok(mentions)
}

async fn take_out_of_column(
    tx: &WriteTransaction,
    words: &Words,
    needle: &str,
    (table, column, place): (&str, &str, &str),
) -> Result<u64, TableError> {
    let select = format!("SELECT {place} AS place, {column} AS text FROM {table} WHERE instr(lower({column}), ?) > 0");
    let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), select, [needle.into()])).await?;
    let hash = if table == "artifact" { ", content_hash = ?3" } else { "" };
    let update = format!("UPDATE {table} SET {column} = ?1{hash} WHERE {place} = ?2");
    for row in &rows {
        let (at, text): (i64, String) = (row.try_get("", "place")?, row.try_get("", "text")?);
        let Some(plain) = words.taken_out_of(&text) else { continue };
        let mut values: Vec<SqlValue> = vec![plain.as_str().into(), at.into()];
        if table == "artifact" {
            values.push(artifact::hash_hex(plain.as_bytes()).into());
        }
        run(tx, &update, values).await?;
    }
    Ok(rows.len() as u64)
}

/// Pages that only these leads' findings rest on.
pub(super) async fn page_hashes(db: &impl ConnectionTrait, subject: &Subject) -> Result<BTreeSet<String>, TableError> {
    let leads = subject.lead_list();
    let own = texts(db, &format!("SELECT content AS text FROM artifact WHERE lead_id IN ({leads})")).await?;
    let others = texts(
        db,
        &format!(
            "SELECT content AS text FROM artifact WHERE lead_id NOT IN ({leads}) AND lead_id IN (SELECT id FROM lead WHERE account_id IN
             (SELECT account_id FROM lead WHERE id IN ({leads})) OR domain IN (SELECT domain FROM lead WHERE id IN ({leads})))"
        ),
    )
    .await?;
    let shared: BTreeSet<String> = others.iter().flat_map(|text| hashes_in(text)).collect();
    Ok(own.iter().flat_map(|text| hashes_in(text)).filter(|hash| !shared.contains(hash)).collect())
}

/// SHA-256 sums in hex between quotation marks.
fn hashes_in(text: &str) -> impl Iterator<Item = String> {
    let is_hash = |part: &&str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('"').filter(is_hash).map(str::to_owned)
}

async fn texts(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, TableError> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok(row.try_get("", "text")?)).collect()
}

async fn run(tx: &WriteTransaction, sql: &str, values: impl IntoIterator<Item = SqlValue>) -> Result<u64, TableError> {
    let outcome = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(outcome.rows_affected())
}
