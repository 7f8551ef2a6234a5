//! The journal: append-only, hash-chained, the one truth about decisions (migration 1, table `journal`).
//!
//! Entries are written in the transaction of their effect. The exact bytes that were hashed are stored and are what is
//! verified; nothing is serialised again to check a hash. Triggers refuse changes by SQL; only erasing a person steps past them, and
//! says so in an entry of its own (`personal`).

use crate::tables::TableError;
use autoreach_domain::decision::{BrokenChain, ChainHash, Erasures, Event, StoredEntry, verify_chain};
use autoreach_domain::ids::WorkflowId;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, Statement};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    sequence: i64,
    recorded_at: i64,
    workflow_id: String,
    kind: String,
    event: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Entries read in one go when the chain is walked.
const PAGE: u64 = 1_000;

/// One event with its place and instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place, from 1 without gaps.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What a full verification found.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalReport {
    /// Entries read.
    pub entries: u64,
    /// The last link, hex: compare it with one noted earlier to see that nothing was cut off the end.
    pub head: String,
    /// Where the chain is broken.
    pub broken: Option<BrokenChain>,
}

/// Appends events in order; gives the place of the first. Must run inside the transaction of their effect.
pub async fn append(db: &impl ConnectionTrait, events: &[Event], now: Timestamp) -> Result<u64, TableError> {
    let (last, mut previous) = head(db).await?;
    let first = last + 1;
    let mut rows = Vec::with_capacity(events.len());
    for (event, sequence) in events.iter().zip(first..) {
        let text = serde_json::to_string(event).expect("events have string keys and finite numbers");
        let hash = previous.next(sequence, now, text.as_bytes());
        rows.push(ActiveModel {
            sequence: Set(i64::try_from(sequence).unwrap_or(i64::MAX)),
            recorded_at: Set(now.as_millisecond()),
            workflow_id: Set(event.workflow_id().to_string()),
            kind: Set(event.kind().to_owned()),
            event: Set(text),
            previous: Set(previous.0.to_vec()),
            hash: Set(hash.0.to_vec()),
        });
        previous = hash;
    }
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(first)
}

/// The place and link of the last entry.
pub async fn head(db: &impl ConnectionTrait) -> Result<(u64, ChainHash), TableError> {
    let query = Entity::find().select_only().column(Column::Sequence).column(Column::Hash).order_by_desc(Column::Sequence);
    let last: Option<(i64, Vec<u8>)> = query.into_tuple().one(db).await?;
    last.map_or(Ok((0, ChainHash::GENESIS)), |(sequence, hash)| Ok((place(sequence)?, link(hash)?)))
}

/// Up to `limit` events of a workflow after place `after`, oldest first.
pub async fn events_after(db: &impl ConnectionTrait, workflow_id: WorkflowId, after: u64, limit: u64) -> Result<Vec<Entry>, TableError> {
    let query = Entity::find()
        .select_only()
        .columns([Column::Sequence, Column::RecordedAt])
        .column(Column::Event)
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::Sequence.gt(i64::try_from(after).unwrap_or(i64::MAX)))
        .order_by_asc(Column::Sequence)
        .limit(limit);
    query.into_tuple().all(db).await?.into_iter().map(to_entry).collect()
}

/// All events of some kinds, oldest first; for kinds of which there are few.
pub async fn events_of_kinds(db: &impl ConnectionTrait, workflow_id: WorkflowId, kinds: &[&str]) -> Result<Vec<Entry>, TableError> {
    let query = Entity::find()
        .select_only()
        .columns([Column::Sequence, Column::RecordedAt])
        .column(Column::Event)
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .order_by_asc(Column::Sequence);
    query.into_tuple().all(db).await?.into_iter().map(to_entry).collect()
}

/// The latest events of a kind, at most `limit`, oldest first.
pub async fn latest_of_kind(db: &impl ConnectionTrait, workflow_id: WorkflowId, kind: &str, limit: u64) -> Result<Vec<Entry>, TableError> {
    let query = Entity::find()
        .select_only()
        .columns([Column::Sequence, Column::RecordedAt])
        .column(Column::Event)
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::Kind.eq(kind))
        .order_by_desc(Column::Sequence)
        .limit(limit);
    query.into_tuple().all(db).await?.into_iter().rev().map(to_entry).collect()
}

/// The names verdicts were given under in any workflow, in the order in which they first appear.
pub async fn reviewers(db: &impl ConnectionTrait) -> Result<Vec<String>, TableError> {
    const NAMES: &str =
        "SELECT json_extract(event, '$.reviewer') AS name FROM journal WHERE kind = 'decided' GROUP BY name ORDER BY MIN(sequence)";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), NAMES)).await?;
    rows.iter().map(|row| Ok(row.try_get::<String>("", "name")?)).collect()
}

fn to_entry((sequence, at, text): (i64, i64, String)) -> Result<Entry, TableError> {
    Ok(Entry { sequence: place(sequence)?, at: written_at(at)?, event: crate::tables::from_json(&text, "journal entry")? })
}

fn written_at(at: i64) -> Result<Timestamp, TableError> {
    Timestamp::from_millisecond(at).map_err(|_| TableError::Unreadable { column: "journal time" })
}

/// Up to `limit` stored entries after place `after`, as they lie, for export.
pub async fn stored_after(db: &impl ConnectionTrait, after: u64, limit: u64) -> Result<Vec<StoredEntry>, TableError> {
    let query = Entity::find().filter(Column::Sequence.gt(i64::try_from(after).unwrap_or(i64::MAX)));
    query.order_by_asc(Column::Sequence).limit(limit).all(db).await?.into_iter().map(to_stored).collect()
}

/// Every entry about people who were erased, in any workflow, oldest first.
pub async fn erased(db: &impl ConnectionTrait) -> Result<Vec<Event>, TableError> {
    let query = Entity::find().select_only().column(Column::Event).filter(Column::Kind.eq("erased")).order_by_asc(Column::Sequence);
    let texts: Vec<String> = query.into_tuple().all(db).await?;
    texts.iter().map(|text| crate::tables::from_json(text, "journal entry")).collect()
}

/// Walks the whole chain.
pub async fn verify(db: &impl ConnectionTrait) -> Result<JournalReport, TableError> {
    let erasures = Erasures::of(erased(db).await?);
    let (mut entries, mut link) = (0, ChainHash::GENESIS);
    loop {
        let page = stored_after(db, entries, PAGE).await?;
        if page.is_empty() {
            return Ok(JournalReport { entries, head: format!("{link:?}"), broken: None });
        }
        match verify_chain(link, entries + 1, &page, &erasures) {
            Ok(last) => link = last,
            Err(broken) => return Ok(JournalReport { entries, head: format!("{link:?}"), broken: Some(broken) }),
        }
        entries += page.len() as u64;
    }
}

fn to_stored(row: Model) -> Result<StoredEntry, TableError> {
    let recorded_at = written_at(row.recorded_at)?;
    Ok(StoredEntry {
        sequence: place(row.sequence)?,
        recorded_at,
        event_json: row.event,
        previous: link(row.previous)?,
        hash: link(row.hash)?,
    })
}

fn place(sequence: i64) -> Result<u64, TableError> {
    u64::try_from(sequence).map_err(|_| TableError::Unreadable { column: "journal place" })
}

fn link(bytes: Vec<u8>) -> Result<ChainHash, TableError> {
    bytes.try_into().map(ChainHash).map_err(|_| TableError::Unreadable { column: "journal link" })
}
