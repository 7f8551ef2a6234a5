//! Tables `review_item` and `review_card` (migration 1): the queue. The columns a list shows and is ordered by stand in
//! the first, the card alone in the second, so that neither a page of the queue nor a new score ever moves a card.

use super::{TableError, from_json, instant, maybe_instant, parsed, to_json};
use autoreach_domain::confidence::{Confidence, Features};
use autoreach_domain::decision::{Stage, Verdict};
use autoreach_domain::exception::{ExceptionKind, due_after};
use autoreach_domain::ids::{ItemId, LeadId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::oversight::route::gravest;
use autoreach_domain::oversight::routing::Routing;
use autoreach_domain::review::{Card, ItemState, ReviewItem, Verdicts};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DerivePartialModel, FromQueryResult, QueryOrder, QuerySelect, Statement};
use serde::{Deserialize, Serialize};

const MS_PER_HOUR: i64 = 3_600_000;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "review_item")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    workflow_id: String,
    workflow_version: i64,
    lead_id: String,
    level: String,
    why: String,
    marked: bool,
    blind: bool,
    state: String,
    snoozed_until: Option<i64>,
    research: Option<String>,
    qualification: Option<String>,
    email: Option<String>,
    company: String,
    person: String,
    role: String,
    chip: Option<String>,
    fit: i64,
    has_floor: bool,
    p: f64,
    p_cal: f64,
    variance: f64,
    information: f64,
    memory_version: i64,
    card_version: i64,
    opened_at: i64,
    decided_at: Option<i64>,
    routing: Option<String>,
    due_hours: Option<i64>,
    overdue: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The cards.
mod stored_card {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "review_card")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) item_id: String,
        pub(crate) card: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// The item.
    pub id: ItemId,
    /// The lead.
    pub lead_id: LeadId,
    /// The company.
    pub company: String,
    /// The person's name; may be empty.
    pub person: String,
    /// The person's role; may be empty.
    pub role: String,
    /// The gravest exception.
    pub chip: Option<ExceptionKind>,
    /// Fit score, 1 to 100.
    pub fit: u8,
    /// Confidence (P(this team accepts)); the caller hides it for blind items.
    pub p_cal: f64,
    /// Score and verdict are hidden until decided.
    pub blind: bool,
    /// Where it stands.
    pub state: ItemState,
    /// The verdicts so far.
    pub verdicts: Verdicts,
    /// When it entered the queue.
    pub opened_at: Timestamp,
    /// By when somebody should have looked at it; `None` where nothing stops the agent.
    pub due_at: Option<Timestamp>,
    /// That instant has passed.
    pub is_overdue: bool,
}

/// The columns of a [`QueueRow`].
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct QueueColumns {
    id: String,
    lead_id: String,
    company: String,
    person: String,
    role: String,
    chip: Option<String>,
    fit: i64,
    p_cal: f64,
    blind: bool,
    state: String,
    research: Option<String>,
    qualification: Option<String>,
    email: Option<String>,
    opened_at: i64,
    due_hours: Option<i64>,
    overdue: bool,
}

/// The part of an item that verdicts change, as kept for undo and redo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemProgress {
    /// Where it stands.
    pub state: ItemState,
    /// When it comes back.
    pub snoozed_until: Option<Timestamp>,
    /// The verdicts.
    pub verdicts: Verdicts,
}

impl ItemProgress {
    /// As the item stands.
    pub fn of(item: &ReviewItem) -> Self {
        Self { state: item.state, snoozed_until: item.snoozed_until, verdicts: item.verdicts }
    }
}

fn verdicts(research: Option<&str>, qualification: Option<&str>, email: Option<&str>) -> Result<Verdicts, TableError> {
    let read = |text: Option<&str>| text.map(|text| parsed::<Verdict>(text, "verdict")).transpose();
    Ok(Verdicts { research: read(research)?, qualification: read(qualification)?, email: read(email)? })
}

fn verdict_text(verdicts: &Verdicts, stage: Stage) -> Option<String> {
    verdicts.on(stage).map(|verdict| verdict.as_str().to_owned())
}

fn to_queue_row(row: QueueColumns) -> Result<QueueRow, TableError> {
    Ok(QueueRow {
        id: parsed(&row.id, "item id")?,
        lead_id: parsed(&row.lead_id, "lead id")?,
        chip: row.chip.as_deref().map(|chip| parsed(chip, "exception")).transpose()?,
        fit: u8::try_from(row.fit).map_err(|_| TableError::Unreadable { column: "fit score" })?,
        verdicts: verdicts(row.research.as_deref(), row.qualification.as_deref(), row.email.as_deref())?,
        state: parsed(&row.state, "item state")?,
        opened_at: instant(row.opened_at, "item time")?,
        due_at: row.due_hours.map(|hours| instant(row.opened_at + hours * MS_PER_HOUR, "due time")).transpose()?,
        is_overdue: row.overdue,
        company: row.company,
        person: row.person,
        role: row.role,
        p_cal: row.p_cal,
        blind: row.blind,
    })
}

fn number(value: i64, column: &'static str) -> Result<u32, TableError> {
    u32::try_from(value).map_err(|_| TableError::Unreadable { column })
}

async fn read(db: &impl ConnectionTrait, row: Model) -> Result<ReviewItem, TableError> {
    let stored = stored_card::Entity::find_by_id(row.id.clone()).one(db).await?.ok_or(TableError::NotFound { noun: "card" })?;
    let mut card: Card = from_json(&stored.card, "card")?;
    card.qualified.confidence = Confidence { p: row.p, p_cal: row.p_cal, variance: row.variance, information: row.information };
    card.qualified.memory_version = u64::try_from(row.memory_version).map_err(|_| TableError::Unreadable { column: "memory version" })?;
    Ok(ReviewItem {
        id: parsed(&row.id, "item id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        workflow_version: number(row.workflow_version, "workflow version")?,
        lead_id: parsed(&row.lead_id, "lead id")?,
        level: parsed(&row.level, "level")?,
        why: from_json(&row.why, "reason for review")?,
        marked: row.marked,
        blind: row.blind,
        state: parsed(&row.state, "item state")?,
        snoozed_until: maybe_instant(row.snoozed_until, "item time")?,
        verdicts: verdicts(row.research.as_deref(), row.qualification.as_deref(), row.email.as_deref())?,
        card,
        card_version: number(row.card_version, "card version")?,
        routing: row.routing.as_deref().map(|routing| from_json(routing, "routing")).transpose()?,
        opened_at: instant(row.opened_at, "item time")?,
    })
}

/// The columns that follow from the card.
fn card_columns(row: &mut ActiveModel, card: &Card, card_version: u32) {
    let confidence = &card.qualified.confidence;
    row.card_version = Set(i64::from(card_version));
    row.chip = Set(gravest(&card.exceptions).map(|kind| kind.as_str().to_owned()));
    row.has_floor = Set(card.exceptions.iter().any(|exception| exception.kind.is_hard_floor()));
    row.overdue = Set(false);
    row.due_hours = Set(due_after(&card.exceptions).map(|due| due.as_hours()));
    row.fit = Set(i64::from(card.qualified.qualification.fit.get()));
    score_columns(row, confidence, card.qualified.memory_version);
}

fn score_columns(row: &mut ActiveModel, confidence: &Confidence, memory_version: u64) {
    row.p = Set(confidence.p);
    row.p_cal = Set(confidence.p_cal);
    row.variance = Set(confidence.variance);
    row.information = Set(confidence.information);
    row.memory_version = Set(i64::try_from(memory_version).unwrap_or(i64::MAX));
}

fn progress_columns(row: &mut ActiveModel, progress: &ItemProgress) {
    row.state = Set(progress.state.as_str().to_owned());
    row.snoozed_until = Set(progress.snoozed_until.map(Timestamp::as_millisecond));
    row.research = Set(verdict_text(&progress.verdicts, Stage::Research));
    row.qualification = Set(verdict_text(&progress.verdicts, Stage::Qualification));
    row.email = Set(verdict_text(&progress.verdicts, Stage::Email));
}

/// Adds an item to the queue.
pub async fn insert(db: &impl ConnectionTrait, item: &ReviewItem, lead: &Lead) -> Result<(), TableError> {
    let mut row = ActiveModel {
        id: Set(item.id.to_string()),
        workflow_id: Set(item.workflow_id.to_string()),
        workflow_version: Set(i64::from(item.workflow_version)),
        lead_id: Set(item.lead_id.to_string()),
        level: Set(item.level.as_str().to_owned()),
        why: Set(to_json(&item.why)),
        marked: Set(item.marked),
        blind: Set(item.blind),
        company: Set(lead.company.clone()),
        person: Set(lead.person.full_name()),
        role: Set(lead.person.role.clone()),
        opened_at: Set(item.opened_at.as_millisecond()),
        decided_at: Set(None),
        routing: Set(item.routing.as_ref().map(to_json)),
        ..Default::default()
    };
    card_columns(&mut row, &item.card, item.card_version);
    progress_columns(&mut row, &ItemProgress::of(item));
    Entity::insert(row).exec_without_returning(db).await?;
    let card = stored_card::ActiveModel { item_id: Set(item.id.to_string()), card: Set(to_json(&item.card)) };
    stored_card::Entity::insert(card).exec_without_returning(db).await?;
    Ok(())
}

/// One item with its card.
pub async fn get(db: &impl ConnectionTrait, id: ItemId) -> Result<ReviewItem, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "review item" })?;
    read(db, row).await
}

/// Where the item of a lead stands, and what was said of the lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The lead.
    pub lead_id: LeadId,
    /// Its item.
    pub item_id: ItemId,
    /// Where the item stands.
    pub state: ItemState,
    /// The verdict on the lead.
    pub qualification: Option<Verdict>,
}

/// Where the items of a workflow stand, in one statement.
pub async fn standings(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<Vec<Standing>, TableError> {
    let query = Entity::find().select_only().columns([Column::LeadId, Column::Id, Column::State, Column::Qualification]);
    let of_workflow = query.filter(Column::WorkflowId.eq(workflow_id.to_string()));
    let rows: Vec<(String, String, String, Option<String>)> = of_workflow.into_tuple().all(db).await?;
    let standing = |(lead_id, item_id, state, qualification): (String, String, String, Option<String>)| {
        Ok(Standing {
            lead_id: parsed(&lead_id, "lead id")?,
            item_id: parsed(&item_id, "item id")?,
            state: parsed(&state, "item state")?,
            qualification: qualification.map(|verdict| parsed(&verdict, "verdict")).transpose()?,
        })
    };
    rows.into_iter().map(standing).collect()
}

/// The item of a lead; `None` before it reached the queue.
pub async fn of_lead(db: &impl ConnectionTrait, lead_id: LeadId) -> Result<Option<ReviewItem>, TableError> {
    match Entity::find().filter(Column::LeadId.eq(lead_id.to_string())).one(db).await? {
        Some(row) => read(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// The ids of the items whose id or company begins with `text`, at most `limit`: what a person may type for an item.
pub async fn matching(db: &impl ConnectionTrait, text: &str, limit: u64) -> Result<Vec<ItemId>, TableError> {
    let lower = text.to_lowercase();
    let starts = |column: Column| {
        Expr::cust_with_values(format!("substr(lower({}), 1, length(?)) = ?", column.as_str()), [lower.clone(), lower.clone()])
    };
    let query = Entity::find().select_only().column(Column::Id).filter(starts(Column::Id).or(starts(Column::Company)));
    let ids: Vec<String> = query.order_by_asc(Column::Id).limit(limit).into_tuple().all(db).await?;
    ids.iter().map(|id| parsed(id, "item id")).collect()
}

/// One page of the items in `state`: what is overdue first, then hard floors, then the most informative, then the oldest.
pub async fn page(db: &impl ConnectionTrait, state: ItemState, offset: u64, limit: u64) -> Result<Vec<QueueRow>, TableError> {
    let rows = Entity::find()
        .filter(Column::State.eq(state.as_str()))
        .order_by_desc(Column::Overdue)
        .order_by_desc(Column::HasFloor)
        .order_by_desc(Column::Information)
        .order_by_asc(Column::OpenedAt)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .into_partial_model::<QueueColumns>()
        .all(db)
        .await?;
    rows.into_iter().map(to_queue_row).collect()
}

/// An item that was routed without a person at some stage, with its receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasedRow {
    /// The item.
    pub id: ItemId,
    /// Where it stands now.
    pub state: ItemState,
    /// Its receipt.
    pub routing: Routing,
}

/// Items of a workflow that arrived from `from` to before `until` and have a receipt.
pub async fn released_between(
    db: &impl ConnectionTrait,
    workflow_id: WorkflowId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<ReleasedRow>, TableError> {
    let columns = [Column::Id, Column::State, Column::Routing];
    let query = Entity::find().select_only().columns(columns).filter(Column::WorkflowId.eq(workflow_id.to_string()));
    let query = query.filter(Column::OpenedAt.gte(from.as_millisecond())).filter(Column::OpenedAt.lt(until.as_millisecond()));
    let rows: Vec<(String, String, String)> = query.filter(Column::Routing.is_not_null()).into_tuple().all(db).await?;
    let row = |(id, state, routing): (String, String, String)| {
        Ok(ReleasedRow { id: parsed(&id, "item id")?, state: parsed(&state, "state")?, routing: from_json(&routing, "routing")? })
    };
    rows.into_iter().map(row).collect()
}

/// Released items drawn for a check that nobody has looked at yet, oldest first.
pub async fn checks_due(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<Vec<ItemId>, TableError> {
    let query = Entity::find().select_only().column(Column::Id).filter(Column::WorkflowId.eq(workflow_id.to_string()));
    let query = query.filter(Column::State.eq(ItemState::Released.as_str())).filter(Column::Marked.eq(true));
    let ids: Vec<String> = query.order_by_asc(Column::OpenedAt).into_tuple().all(db).await?;
    ids.iter().map(|id| parsed(id, "item id")).collect()
}

/// Marked items that a person decided since an instant, with their workflows, newest first.
pub async fn marked_and_decided_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<(ItemId, WorkflowId)>, TableError> {
    let query = Entity::find().select_only().columns([Column::Id, Column::WorkflowId]).filter(Column::Marked.eq(true));
    let query = query.filter(Column::State.eq(ItemState::Decided.as_str())).filter(Column::DecidedAt.gte(since.as_millisecond()));
    let rows: Vec<(String, String)> = query.order_by_desc(Column::DecidedAt).order_by_asc(Column::Id).into_tuple().all(db).await?;
    rows.iter().map(|(id, workflow)| Ok((parsed(id, "item id")?, parsed(workflow, "workflow id")?))).collect()
}

/// The lines of some items, oldest first.
pub async fn lines(db: &impl ConnectionTrait, items: &[ItemId]) -> Result<Vec<QueueRow>, TableError> {
    let mut lines = Vec::with_capacity(items.len());
    for chunk in items.chunks(1_000) {
        let query = Entity::find().filter(Column::Id.is_in(chunk.iter().map(ToString::to_string)));
        let rows = query.order_by_asc(Column::OpenedAt).order_by_asc(Column::Id).into_partial_model::<QueueColumns>().all(db).await?;
        lines.extend(rows.into_iter().map(to_queue_row).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(lines)
}

/// A part of the open items that is reviewed in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Split {
    /// All of them.
    All,
    /// Those with a named exception.
    Exceptions,
    /// Those without one that are not judged blind.
    Unsure,
    /// Those judged blind, as a check.
    Checks,
}

/// The open items of a split whose company or person holds `filter`.
fn open_in(split: Split, filter: &str) -> Select<Entity> {
    let open = Entity::find().filter(Column::State.eq(ItemState::Open.as_str()));
    let of_split = match split {
        Split::All => open,
        Split::Exceptions => open.filter(Column::Chip.is_not_null()),
        Split::Unsure => open.filter(Column::Chip.is_null()).filter(Column::Blind.eq(false)),
        Split::Checks => open.filter(Column::Blind.eq(true)),
    };
    let wanted = filter.trim().to_lowercase();
    if wanted.is_empty() {
        return of_split;
    }
    let holds = |column: Column| Expr::cust_with_values(format!("instr(lower({}), ?) > 0", column.as_str()), [wanted.clone()]);
    of_split.filter(holds(Column::Company).or(holds(Column::Person)))
}

/// One page of a split, in the queue's order, of the items whose company or person holds `filter`.
pub async fn split_page(
    db: &impl ConnectionTrait,
    split: Split,
    filter: &str,
    offset: u64,
    limit: u64,
) -> Result<Vec<QueueRow>, TableError> {
    let rows = open_in(split, filter)
        .order_by_desc(Column::Overdue)
        .order_by_desc(Column::HasFloor)
        .order_by_desc(Column::Information)
        .order_by_asc(Column::OpenedAt)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .into_partial_model::<QueueColumns>()
        .all(db)
        .await?;
    rows.into_iter().map(to_queue_row).collect()
}

/// How many open items a split holds.
pub async fn split_count(db: &impl ConnectionTrait, split: Split, filter: &str) -> Result<u64, TableError> {
    Ok(open_in(split, filter).count(db).await?)
}

/// How many items stand where.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(ItemState, u64)>, TableError> {
    let query = Entity::find().select_only().column(Column::State).column_as(Column::Id.count(), "n").group_by(Column::State);
    let rows: Vec<(String, i64)> = query.into_tuple().all(db).await?;
    let count = |(state, n): (String, i64)| Ok((parsed(&state, "item state")?, u64::try_from(n).unwrap_or(0)));
    rows.into_iter().map(count).collect()
}

/// Notes what a gesture or its undo made of an item.
pub async fn set_progress(
    db: &impl ConnectionTrait,
    id: ItemId,
    progress: &ItemProgress,
    decided_at: Option<Timestamp>,
) -> Result<(), TableError> {
    let mut row = ActiveModel { id: Set(id.to_string()), decided_at: Set(decided_at.map(Timestamp::as_millisecond)), ..Default::default() };
    progress_columns(&mut row, progress);
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Puts a new card in place of the old one.
pub async fn set_card(db: &impl ConnectionTrait, id: ItemId, card: &Card, card_version: u32) -> Result<(), TableError> {
    let mut row = ActiveModel { id: Set(id.to_string()), ..Default::default() };
    card_columns(&mut row, card, card_version);
    Entity::update(row).exec(db).await?;
    let stored = stored_card::ActiveModel { item_id: Set(id.to_string()), card: Set(to_json(card)) };
    stored_card::Entity::update(stored).exec(db).await?;
    Ok(())
}

/// Notes why a person sees the item now, and the workflow's version its card was made with.
pub async fn set_route(db: &impl ConnectionTrait, item: &ReviewItem) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(item.id.to_string()),
        why: Set(to_json(&item.why)),
        level: Set(item.level.as_str().to_owned()),
        marked: Set(item.marked),
        blind: Set(item.blind),
        routing: Set(item.routing.as_ref().map(to_json)),
        workflow_version: Set(i64::from(item.workflow_version)),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// What the learner needs to look at an open item again.
#[derive(Debug, FromQueryResult)]
struct Scored {
    id: String,
    features: String,
}

/// The features of the first `limit` open items of a workflow in queue order.
pub async fn open_features(db: &impl ConnectionTrait, workflow_id: WorkflowId, limit: u64) -> Result<Vec<(ItemId, Features)>, TableError> {
    const OPEN: &str = "SELECT item.id, json_extract(card.card, '$.qualified.qualification.features') AS features
        FROM (SELECT id FROM review_item WHERE state = ? AND workflow_id = ?
              ORDER BY overdue DESC, has_floor DESC, information DESC, opened_at, id LIMIT ?) AS item
        JOIN review_card AS card ON card.item_id = item.id";
    let values = [ItemState::Open.as_str().into(), workflow_id.to_string().into(), limit.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), OPEN, values);
    let rows = Scored::find_by_statement(statement).all(db).await?;
    rows.iter().map(|row| Ok((parsed(&row.id, "item id")?, from_json(&row.features, "features")?))).collect()
}

/// Items of a workflow that came since an instant, wait, and that nothing but trust keeps from being decided alone: no person
/// asked for the card, put it off or sees it blind, and no floor holds it. The surest first, at most `limit`.
pub async fn waiting_for_trust(
    db: &impl ConnectionTrait,
    workflow_id: WorkflowId,
    since: Timestamp,
    limit: u64,
) -> Result<Vec<ItemId>, TableError> {
    let query = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::State.eq(ItemState::Open.as_str()))
        .filter(Column::OpenedAt.gte(since.as_millisecond()))
        .filter(Column::CardVersion.eq(1))
        .filter(Column::Blind.eq(false))
        .filter(Column::HasFloor.eq(false))
        .filter(Column::SnoozedUntil.is_null())
        .order_by_desc(Expr::cust("ABS(p - 0.5)"))
        .order_by_asc(Column::Id)
        .limit(limit);
    let ids: Vec<String> = query.into_tuple().all(db).await?;
    ids.iter().map(|id| parsed(id, "item id")).collect()
}

/// Notes a fresh look of the learner at an item.
pub async fn rescore(db: &impl ConnectionTrait, id: ItemId, confidence: &Confidence, memory_version: u64) -> Result<(), TableError> {
    let mut row = ActiveModel { id: Set(id.to_string()), ..Default::default() };
    score_columns(&mut row, confidence, memory_version);
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Is there an item put off whose time has come, or one that has become overdue?
pub async fn is_any_due(db: &impl ConnectionTrait, now: Timestamp) -> Result<bool, TableError> {
    let put_off = Entity::find().select_only().column(Column::Id).filter(put_off_until(now));
    if put_off.into_tuple::<String>().one(db).await?.is_some() {
        return Ok(true);
    }
    // Left to itself, SQLite takes the index of the queue and walks through all of it, at every look at the queue.
    let overdue = format!("SELECT 1 FROM review_item INDEXED BY review_item_due WHERE {NEWLY_OVERDUE} LIMIT 1");
    let overdue = Statement::from_sql_and_values(db.get_database_backend(), overdue, [now.as_millisecond().into()]);
    Ok(db.query_one_raw(overdue).await?.is_some())
}

/// Written as in the index that answers it.
const NEWLY_OVERDUE: &str = "state = 'open' AND overdue = 0 AND due_hours IS NOT NULL AND opened_at + due_hours * 3600000 <= ?";

/// Opens the items put off whose time has come, and puts those first that have become overdue.
pub async fn wake(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), TableError> {
    Entity::update_many().col_expr(Column::State, ItemState::Open.as_str().into()).filter(put_off_until(now)).exec(db).await?;
    Entity::update_many().col_expr(Column::Overdue, true.into()).filter(newly_overdue(now)).exec(db).await?;
    Ok(())
}

fn put_off_until(now: Timestamp) -> Expr {
    Column::State.eq(ItemState::Snoozed.as_str()).and(Column::SnoozedUntil.lte(now.as_millisecond()))
}

fn newly_overdue(now: Timestamp) -> Expr {
    Expr::cust_with_values(NEWLY_OVERDUE, [now.as_millisecond()])
}

/// The open items that are overdue, the longest first, at most `limit`.
pub async fn overdue(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<QueueRow>, TableError> {
    let query = Entity::find().filter(Column::State.eq(ItemState::Open.as_str())).filter(Column::Overdue.eq(true));
    let by_due = query.order_by_asc(Expr::cust("opened_at + due_hours * 3600000")).order_by_asc(Column::Id).limit(limit);
    by_due.into_partial_model::<QueueColumns>().all(db).await?.into_iter().map(to_queue_row).collect()
}

/// The open items by their gravest exception: how many wait, and how many of them are overdue.
pub async fn waiting_by_exception(
    db: &impl ConnectionTrait,
    workflow_id: WorkflowId,
) -> Result<Vec<(ExceptionKind, u64, u64)>, TableError> {
    let query = Entity::find()
        .select_only()
        .column(Column::Chip)
        .column_as(Column::Id.count(), "waiting")
        .column_as(Expr::cust("SUM(overdue)"), "late")
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::State.eq(ItemState::Open.as_str()))
        .filter(Column::Chip.is_not_null())
        .group_by(Column::Chip);
    let rows: Vec<(String, i64, i64)> = query.into_tuple().all(db).await?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    rows.into_iter().map(|(kind, waiting, late)| Ok((parsed(&kind, "exception")?, count(waiting), count(late)))).collect()
}

/// Shows another company and person on the line of a lead's item.
pub async fn rename(db: &impl ConnectionTrait, lead: &Lead) -> Result<(), TableError> {
    Entity::update_many()
        .col_expr(Column::Company, lead.company.clone().into())
        .col_expr(Column::Person, lead.person.full_name().into())
        .col_expr(Column::Role, lead.person.role.clone().into())
        .filter(Column::LeadId.eq(lead.id.to_string()))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes the undecided items of leads that were withdrawn or put away out of the queue.
pub async fn withdraw(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<(), TableError> {
    let open = [ItemState::Open, ItemState::Snoozed, ItemState::Redrafting].map(|state| state.as_str());
    for chunk in leads.chunks(1_000) {
        Entity::update_many()
            .col_expr(Column::State, ItemState::Withdrawn.as_str().into())
            .filter(Column::LeadId.is_in(chunk.iter().map(ToString::to_string)))
            .filter(Column::State.is_in(open))
            .exec(db)
            .await?;
    }
    Ok(())
}
