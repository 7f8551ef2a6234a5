//! Table `gesture` (migration 1): what each gesture changed, so that it can be taken back and given again. The journal
//! is the truth about verdicts; this table only knows how the item looked before and after.

use super::review_item::ItemProgress;
use super::{TableError, from_json, instant, maybe_instant, parsed, to_json};
use autoreach_domain::ids::{GestureId, ItemId, WorkflowId};
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::review::Card;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// An item before or after a gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemMemento {
    /// State and verdicts.
    pub progress: ItemProgress,
    /// The card with its version, when the gesture replaces it.
    pub card: Option<(u32, Box<Card>)>,
    /// The lead's mail address, when the gesture confirms one.
    pub confirmed_email: Option<EmailAddress>,
    /// The outbox row of a mail the agent had released and the gesture took back.
    #[serde(default)]
    pub recalled: Option<i64>,
    /// The gesture on which this one is a second opinion; it leaves the item as it is.
    #[serde(default)]
    pub opinion_on: Option<GestureId>,
}

/// One gesture.
#[derive(Debug, Clone, PartialEq)]
pub struct GestureRow {
    /// Its id.
    pub id: GestureId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The item.
    pub item_id: ItemId,
    /// Place of its first verdict in the journal.
    pub journal_sequence: u64,
    /// The item before.
    pub before: ItemMemento,
    /// The item after.
    pub after: ItemMemento,
    /// The outbox row it made.
    pub outbox_id: Option<i64>,
    /// What it was, for the history strip.
    pub summary: String,
    /// When.
    pub decided_at: Timestamp,
    /// When it was taken back; `None` = it holds.
    pub undone_at: Option<Timestamp>,
    /// Taking it back recalled its mail, so that giving it again may put the mail back.
    pub has_recalled_mail: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "gesture")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    workflow_id: String,
    item_id: String,
    journal_sequence: i64,
    item_before: String,
    item_after: String,
    outbox_id: Option<i64>,
    summary: String,
    decided_at: i64,
    undone_at: Option<i64>,
    has_recalled_mail: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_domain(row: Model) -> Result<GestureRow, TableError> {
    Ok(GestureRow {
        id: parsed(&row.id, "gesture id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        item_id: parsed(&row.item_id, "item id")?,
        journal_sequence: u64::try_from(row.journal_sequence).map_err(|_| TableError::Unreadable { column: "journal place" })?,
        before: from_json(&row.item_before, "gesture")?,
        after: from_json(&row.item_after, "gesture")?,
        outbox_id: row.outbox_id,
        summary: row.summary,
        decided_at: instant(row.decided_at, "gesture time")?,
        undone_at: maybe_instant(row.undone_at, "gesture time")?,
        has_recalled_mail: row.has_recalled_mail,
    })
}

/// Adds a gesture.
pub async fn insert(db: &impl ConnectionTrait, gesture: &GestureRow) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(gesture.id.to_string()),
        workflow_id: Set(gesture.workflow_id.to_string()),
        item_id: Set(gesture.item_id.to_string()),
        journal_sequence: Set(i64::try_from(gesture.journal_sequence).unwrap_or(i64::MAX)),
        item_before: Set(to_json(&gesture.before)),
        item_after: Set(to_json(&gesture.after)),
        outbox_id: Set(gesture.outbox_id),
        summary: Set(gesture.summary.clone()),
        decided_at: Set(gesture.decided_at.as_millisecond()),
        undone_at: Set(None),
        has_recalled_mail: Set(false),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// One gesture.
pub async fn get(db: &impl ConnectionTrait, id: GestureId) -> Result<GestureRow, TableError> {
    Entity::find_by_id(id.to_string()).one(db).await?.map(to_domain).ok_or(TableError::NotFound { noun: "gesture" })?
}

/// The last gestures that hold, newest first.
pub async fn standing(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<GestureRow>, TableError> {
    let query = Entity::find()
        .filter(Column::UndoneAt.is_null())
        .order_by_desc(Column::JournalSequence)
        .order_by_desc(Column::DecidedAt)
        .limit(limit);
    query.all(db).await?.into_iter().map(to_domain).collect()
}

/// The gesture that holds and was given last for an item.
pub async fn last_of_item(db: &impl ConnectionTrait, item_id: ItemId) -> Result<Option<GestureRow>, TableError> {
    let query = Entity::find().filter(Column::UndoneAt.is_null()).filter(Column::ItemId.eq(item_id.to_string()));
    query.order_by_desc(Column::JournalSequence).order_by_desc(Column::DecidedAt).one(db).await?.map(to_domain).transpose()
}

/// The gestures that hold and were given for an item, newest first.
pub async fn standing_of_item(db: &impl ConnectionTrait, item_id: ItemId) -> Result<Vec<GestureRow>, TableError> {
    let query = Entity::find().filter(Column::UndoneAt.is_null()).filter(Column::ItemId.eq(item_id.to_string()));
    query.order_by_desc(Column::JournalSequence).order_by_desc(Column::DecidedAt).all(db).await?.into_iter().map(to_domain).collect()
}

/// The gesture taken back last, if nothing was decided since: the one a redo gives again.
pub async fn last_undone(db: &impl ConnectionTrait) -> Result<Option<GestureRow>, TableError> {
    let query = Entity::find().filter(Column::UndoneAt.is_not_null());
    let Some(undone) = query.order_by_desc(Column::UndoneAt).order_by_asc(Column::JournalSequence).one(db).await? else {
        return Ok(None);
    };
    let newest = Entity::find().filter(Column::UndoneAt.is_null()).order_by_desc(Column::DecidedAt).one(db).await?;
    let is_stale = newest.is_some_and(|newest| Some(newest.decided_at) > undone.undone_at);
    if is_stale { Ok(None) } else { to_domain(undone).map(Some) }
}

/// Notes that a gesture was taken back, and whether that recalled its mail.
pub async fn set_undone(db: &impl ConnectionTrait, id: GestureId, undone_at: Timestamp, has_recalled_mail: bool) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        undone_at: Set(Some(undone_at.as_millisecond())),
        has_recalled_mail: Set(has_recalled_mail),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Notes that a gesture holds again.
pub async fn set_redone(db: &impl ConnectionTrait, id: GestureId) -> Result<(), TableError> {
    let row = ActiveModel { id: Set(id.to_string()), undone_at: Set(None), has_recalled_mail: Set(false), ..Default::default() };
    Entity::update(row).exec(db).await?;
    Ok(())
}
