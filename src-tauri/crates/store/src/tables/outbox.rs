//! Table `outbox` (migration 1): approved mails, frozen byte for byte, and how far their hand-over got.
//!
//! `phase` 1 means that the barrier was crossed: from there on a row ends sent, bounced, deferred or uncertain, and is
//! never sent again by itself. The columns beside the frozen bytes are for lists; what is sent is `mime`.

use super::{TableError, instant, maybe_instant, parsed};
use autoreach_domain::account::CompanyDomain;
use autoreach_domain::ids::{GestureId, ItemId, LeadId, WorkflowId};
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::sending::OutboxState;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ConnectionTrait, FromQueryResult, QueryOrder, QuerySelect, Statement};

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMail {
    /// Row id; 0 before it is stored.
    pub id: i64,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The item.
    pub item_id: ItemId,
    /// The gesture that approved it; `None` when policy did.
    pub gesture_id: Option<GestureId>,
    /// 1 for the first mail to a lead.
    pub sequence_step: u32,
    /// The approval, as JSON, for the record.
    pub approval: String,
    /// Hash of what was approved (sender, recipient, subject, body).
    pub content_hash: [u8; 32],
    /// SHA-256 of `mime`.
    pub mime_hash: [u8; 32],
    /// Fixed for ever.
    pub message_id: String,
    /// The frozen message.
    pub mime: Vec<u8>,
    /// Envelope sender.
    pub from: EmailAddress,
    /// Envelope recipient.
    pub to: EmailAddress,
    /// The recipient's name.
    pub to_name: String,
    /// The company.
    pub company: String,
    /// The subject.
    pub subject: String,
    /// The body.
    pub body: String,
    /// Where it stands.
    pub state: OutboxState,
    /// A person pressed Hold: it waits until they release it.
    pub is_held_by_person: bool,
    /// Crossed the barrier?
    pub is_past_barrier: bool,
    /// Fencing token of the last attempt.
    pub epoch: i64,
    /// Not before.
    pub not_before: Timestamp,
    /// Attempts made.
    pub attempts: u32,
    /// The server's last reply code.
    pub smtp_code: Option<u16>,
    /// The server's last words, or ours.
    pub smtp_text: Option<String>,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When it crossed the barrier.
    pub crossed_at: Option<Timestamp>,
    /// When it reached its present end.
    pub ended_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    id: i64,
    workflow_id: String,
    lead_id: String,
    item_id: String,
    gesture_id: Option<String>,
    sequence_step: i64,
    approval: String,
    content_hash: Vec<u8>,
    mime_hash: Vec<u8>,
    message_id: String,
    mime: Vec<u8>,
    from_address: String,
    to_address: String,
    to_name: String,
    company: String,
    subject: String,
    body: String,
    state: String,
    is_held_by_person: bool,
    phase: i64,
    owner: Option<String>,
    epoch: i64,
    not_before: i64,
    attempts: i64,
    smtp_code: Option<i64>,
    smtp_text: Option<String>,
    resolved_by: Option<String>,
    approved_at: i64,
    crossed_at: Option<i64>,
    ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn hash32(bytes: Vec<u8>) -> Result<[u8; 32], TableError> {
    bytes.try_into().map_err(|_| TableError::Unreadable { column: "mail hash" })
}

fn address(text: &str) -> Result<EmailAddress, TableError> {
    EmailAddress::parse(text).map_err(|_| TableError::Unreadable { column: "mail address" })
}

fn small<T: TryFrom<i64>>(value: i64, column: &'static str) -> Result<T, TableError> {
    T::try_from(value).map_err(|_| TableError::Unreadable { column })
}

fn to_domain(row: Model) -> Result<OutboxMail, TableError> {
    Ok(OutboxMail {
        id: row.id,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        lead_id: parsed(&row.lead_id, "lead id")?,
        item_id: parsed(&row.item_id, "item id")?,
        gesture_id: row.gesture_id.as_deref().map(|id| parsed(id, "gesture id")).transpose()?,
        sequence_step: small(row.sequence_step, "sequence step")?,
        content_hash: hash32(row.content_hash)?,
        mime_hash: hash32(row.mime_hash)?,
        from: address(&row.from_address)?,
        to: address(&row.to_address)?,
        state: parsed(&row.state, "outbox state")?,
        is_past_barrier: row.phase == 1,
        not_before: instant(row.not_before, "mail time")?,
        attempts: small(row.attempts, "attempts")?,
        smtp_code: row.smtp_code.map(|code| small(code, "reply code")).transpose()?,
        approved_at: instant(row.approved_at, "mail time")?,
        crossed_at: maybe_instant(row.crossed_at, "mail time")?,
        ended_at: maybe_instant(row.ended_at, "mail time")?,
        approval: row.approval,
        message_id: row.message_id,
        mime: row.mime,
        to_name: row.to_name,
        company: row.company,
        subject: row.subject,
        body: row.body,
        is_held_by_person: row.is_held_by_person,
        epoch: row.epoch,
        smtp_text: row.smtp_text,
    })
}

/// Adds a mail as `held`; its row id.
pub async fn insert(db: &impl ConnectionTrait, mail: &OutboxMail) -> Result<i64, TableError> {
    let row = ActiveModel {
        workflow_id: Set(mail.workflow_id.to_string()),
        lead_id: Set(mail.lead_id.to_string()),
        item_id: Set(mail.item_id.to_string()),
        gesture_id: Set(mail.gesture_id.map(|id| id.to_string())),
        sequence_step: Set(i64::from(mail.sequence_step)),
        approval: Set(mail.approval.clone()),
        content_hash: Set(mail.content_hash.to_vec()),
        mime_hash: Set(mail.mime_hash.to_vec()),
        message_id: Set(mail.message_id.clone()),
        mime: Set(mail.mime.clone()),
        from_address: Set(mail.from.to_string()),
        to_address: Set(mail.to.to_string()),
        to_name: Set(mail.to_name.clone()),
        company: Set(mail.company.clone()),
        subject: Set(mail.subject.clone()),
        body: Set(mail.body.clone()),
        state: Set(OutboxState::Held.as_str().to_owned()),
        not_before: Set(mail.not_before.as_millisecond()),
        approved_at: Set(mail.approved_at.as_millisecond()),
        ..Default::default()
    };
    Ok(Entity::insert(row).exec(db).await?.last_insert_id)
}

/// One mail.
pub async fn get(db: &impl ConnectionTrait, id: i64) -> Result<OutboxMail, TableError> {
    Entity::find_by_id(id).one(db).await?.map(to_domain).ok_or(TableError::NotFound { noun: "mail in the outbox" })?
}

/// The newest mail of an item that was not taken back, else the newest of all.
pub async fn of_item(db: &impl ConnectionTrait, item_id: ItemId) -> Result<Option<OutboxMail>, TableError> {
    let query = Entity::find().filter(Column::ItemId.eq(item_id.to_string()));
    let is_gone = Expr::case(Column::State.eq(OutboxState::Cancelled.as_str()), 1).finally(0);
    query.order_by_asc(Expr::expr(is_gone)).order_by_desc(Column::Id).one(db).await?.map(to_domain).transpose()
}

/// The mails of a workflow that no person approved and that have not left.
pub async fn released_alone(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<Vec<(i64, ItemId)>, TableError> {
    let open = OutboxState::RECALLABLE.map(OutboxState::as_str);
    let query = Entity::find().select_only().columns([Column::Id, Column::ItemId]).filter(Column::WorkflowId.eq(workflow_id.to_string()));
    let query = query.filter(Column::GestureId.is_null()).filter(Column::Phase.eq(0)).filter(Column::State.is_in(open));
    let rows: Vec<(i64, String)> = query.into_tuple().all(db).await?;
    rows.into_iter().map(|(id, item)| Ok((id, parsed(&item, "item id")?))).collect()
}

/// Every mail, newest first, at most `limit`.
pub async fn all(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<OutboxMail>, TableError> {
    Entity::find().order_by_desc(Column::Id).limit(limit).all(db).await?.into_iter().map(to_domain).collect()
}

/// The mails in one of `states`, oldest first.
pub async fn in_states(db: &impl ConnectionTrait, states: &[OutboxState]) -> Result<Vec<OutboxMail>, TableError> {
    let wanted = states.iter().map(|state| state.as_str());
    let rows = Entity::find().filter(Column::State.is_in(wanted)).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many mails stand where.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(OutboxState, u64)>, TableError> {
    let query = Entity::find().select_only().column(Column::State).column_as(Column::Id.count(), "n").group_by(Column::State);
    let rows: Vec<(String, i64)> = query.into_tuple().all(db).await?;
    let count = |(state, n): (String, i64)| Ok((parsed(&state, "outbox state")?, u64::try_from(n).unwrap_or(0)));
    rows.into_iter().map(count).collect()
}

/// Mails of a mailbox that crossed the barrier since `since`.
pub async fn crossed_since(db: &impl ConnectionTrait, from: &EmailAddress, since: Timestamp) -> Result<u32, TableError> {
    let query = Entity::find().filter(Column::FromAddress.eq(from.as_str())).filter(Column::CrossedAt.gte(since.as_millisecond()));
    Ok(u32::try_from(query.count(db).await?).unwrap_or(u32::MAX))
}

/// The latest instant a mail of this mailbox crossed the barrier: the clock must not be before it.
pub async fn latest_crossing(db: &impl ConnectionTrait, from: &EmailAddress) -> Result<Option<Timestamp>, TableError> {
    let query = Entity::find().select_only().column_as(Column::CrossedAt.max(), "latest").filter(Column::FromAddress.eq(from.as_str()));
    let millis: Option<Option<i64>> = query.into_tuple().one(db).await?;
    maybe_instant(millis.flatten(), "mail time")
}

/// Moves held mails whose time has come into the queue; how many.
pub async fn queue_due(db: &impl ConnectionTrait, now: Timestamp) -> Result<u64, TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, OutboxState::Queued.as_str().into())
        .filter(Column::State.is_in([OutboxState::Held.as_str(), OutboxState::Deferred.as_str()]))
        .filter(Column::IsHeldByPerson.eq(false))
        .filter(Column::NotBefore.lte(now.as_millisecond()));
    Ok(update.exec(db).await?.rows_affected)
}

/// Takes the oldest queued mail in hand for `owner`.
pub async fn claim_queued(db: &impl ConnectionTrait, owner: &str) -> Result<Option<OutboxMail>, TableError> {
    const CLAIM: &str = "UPDATE outbox SET state = 'sending', owner = ?, epoch = epoch + 1, attempts = attempts + 1
        WHERE id = (SELECT id FROM outbox WHERE state = 'queued' ORDER BY not_before, id LIMIT 1) RETURNING *";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), CLAIM, [owner.into()]);
    Entity::find().from_raw_sql(statement).one(db).await?.map(to_domain).transpose()
}

/// The mail as it stands now if `owner` still holds the claim of `epoch`.
pub async fn held_by(db: &impl ConnectionTrait, id: i64, owner: &str, epoch: i64) -> Result<Option<OutboxMail>, TableError> {
    let query = Entity::find().filter(Column::Id.eq(id)).filter(Column::Owner.eq(owner)).filter(Column::Epoch.eq(epoch));
    query.one(db).await?.map(to_domain).transpose()
}

/// Notes that the barrier is crossed: the body may leave from here on.
pub async fn cross(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<(), TableError> {
    let row = ActiveModel { id: Set(id), phase: Set(1), crossed_at: Set(Some(now.as_millisecond())), ..Default::default() };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptEnd {
    /// The state it leads to.
    pub state: OutboxState,
    /// Is the body on its way for all we know?
    pub is_past_barrier: bool,
    /// The server's reply code.
    pub smtp_code: Option<u16>,
    /// The server's words, or ours.
    pub smtp_text: String,
    /// When to try again; only for deferred mails.
    pub not_before: Option<Timestamp>,
    /// Counts against the mail: not so when the account, or a check of ours, was the cause.
    pub is_counted: bool,
    /// Waits from here on until a person releases it.
    pub needs_person: bool,
}

/// Notes how an attempt ended. `false` when the claim was lost.
pub async fn end_attempt(db: &impl ConnectionTrait, id: i64, epoch: i64, end: &AttemptEnd, now: Timestamp) -> Result<bool, TableError> {
    let mut update = Entity::update_many()
        .col_expr(Column::State, end.state.as_str().into())
        .col_expr(Column::Phase, i64::from(end.is_past_barrier).into())
        .col_expr(Column::SmtpCode, end.smtp_code.map(i64::from).into())
        .col_expr(Column::SmtpText, end.smtp_text.clone().into())
        .col_expr(Column::EndedAt, now.as_millisecond().into());
    if let Some(not_before) = end.not_before {
        update = update.col_expr(Column::NotBefore, not_before.as_millisecond().into());
    }
    if !end.is_counted {
        update = update.col_expr(Column::Attempts, Expr::cust("max(attempts - 1, 0)"));
    }
    if end.needs_person {
        update = update.col_expr(Column::IsHeldByPerson, true.into());
    }
    if !end.is_past_barrier {
        update = update.col_expr(Column::CrossedAt, Option::<i64>::None.into());
    }
    let held = update.filter(Column::Id.eq(id)).filter(Column::Epoch.eq(epoch)).filter(Column::State.eq(OutboxState::Sending.as_str()));
    Ok(held.exec(db).await?.rows_affected == 1)
}

/// Moves a mail that has not left from one state to another; `false` when it stands elsewhere by now.
pub async fn move_unsent(
    db: &impl ConnectionTrait,
    id: i64,
    from: &[OutboxState],
    to: OutboxState,
    not_before: Option<Timestamp>,
) -> Result<bool, TableError> {
    let mut update = Entity::update_many().col_expr(Column::State, to.as_str().into());
    if let Some(not_before) = not_before {
        update = update.col_expr(Column::NotBefore, not_before.as_millisecond().into());
    }
    let expected = from.iter().map(|state| state.as_str());
    let update = update.filter(Column::Id.eq(id)).filter(Column::Phase.eq(0)).filter(Column::State.is_in(expected));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Ends the hold of a mail that has not left, whoever held it; `false` when it stands elsewhere by now.
pub async fn release(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<bool, TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, OutboxState::Held.as_str().into())
        .col_expr(Column::IsHeldByPerson, false.into())
        .col_expr(Column::NotBefore, now.as_millisecond().into())
        .filter(Column::Id.eq(id))
        .filter(Column::Phase.eq(0))
        .filter(Column::State.is_in([OutboxState::Held, OutboxState::Deferred].map(OutboxState::as_str)));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// Holds every mail that has not left, or lets those that a person held go on; how many.
pub async fn hold_all(db: &impl ConnectionTrait, is_held: bool) -> Result<u64, TableError> {
    let open = OutboxState::RECALLABLE.map(OutboxState::as_str);
    let update = Entity::update_many()
        .col_expr(Column::IsHeldByPerson, is_held.into())
        .col_expr(Column::State, OutboxState::Held.as_str().into())
        .filter(Column::Phase.eq(0))
        .filter(Column::IsHeldByPerson.eq(!is_held))
        .filter(Column::State.is_in(open));
    Ok(update.exec(db).await?.rows_affected)
}

/// How many mails a person holds.
pub async fn held_by_person(db: &impl ConnectionTrait) -> Result<u64, TableError> {
    let open = OutboxState::RECALLABLE.map(OutboxState::as_str);
    let query = Entity::find().filter(Column::IsHeldByPerson.eq(true)).filter(Column::State.is_in(open));
    Ok(query.count(db).await?)
}

/// Every mail to these leads, oldest first.
pub async fn of_leads(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<Vec<OutboxMail>, TableError> {
    let query = Entity::find().filter(Column::LeadId.is_in(leads.iter().map(ToString::to_string))).order_by_asc(Column::Id);
    query.all(db).await?.into_iter().map(to_domain).collect()
}

/// Did a mail of this step leave to the lead?
pub async fn has_left(db: &impl ConnectionTrait, workflow_id: WorkflowId, lead_id: LeadId, sequence_step: u32) -> Result<bool, TableError> {
    let query = Entity::find().filter(Column::WorkflowId.eq(workflow_id.to_string())).filter(Column::LeadId.eq(lead_id.to_string()));
    let gone = [OutboxState::Cancelled, OutboxState::Suppressed].map(OutboxState::as_str);
    let query = query.filter(Column::SequenceStep.eq(i64::from(sequence_step))).filter(Column::Phase.eq(1));
    Ok(query.filter(Column::State.is_not_in(gone)).count(db).await? > 0)
}

/// Notes of a mail that the send ledger knows and this store does not: it may have arrived, and is never sent by itself.
pub async fn mark_uncertain(db: &impl ConnectionTrait, id: i64, why: &str, now: Timestamp) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(id),
        state: Set(OutboxState::Uncertain.as_str().to_owned()),
        phase: Set(1),
        smtp_text: Set(Some(why.to_owned())),
        ended_at: Set(Some(now.as_millisecond())),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Settles an uncertain mail on a person's word.
pub async fn resolve_uncertain(
    db: &impl ConnectionTrait,
    id: i64,
    state: OutboxState,
    resolved_by: &str,
    now: Timestamp,
) -> Result<bool, TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, state.as_str().into())
        .col_expr(Column::ResolvedBy, resolved_by.into())
        .col_expr(Column::EndedAt, now.as_millisecond().into())
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(OutboxState::Uncertain.as_str()));
    Ok(update.exec(db).await?.rows_affected == 1)
}

/// What a crash, or an attempt that was given up half-way, left behind: in hand before the barrier goes back to the queue, past it becomes uncertain. Gives the
/// number of each.
pub async fn recover(db: &impl ConnectionTrait, now: Timestamp) -> Result<(u64, u64), TableError> {
    let in_hand = || Entity::update_many().filter(Column::State.eq(OutboxState::Sending.as_str()));
    let requeued = in_hand().col_expr(Column::State, OutboxState::Queued.as_str().into()).filter(Column::Phase.eq(0)).exec(db).await?;
    let uncertain = in_hand()
        .col_expr(Column::State, OutboxState::Uncertain.as_str().into())
        .col_expr(Column::SmtpText, "the program ended between handing the mail over and hearing the server's answer".into())
        .col_expr(Column::EndedAt, now.as_millisecond().into())
        .filter(Column::Phase.eq(1))
        .exec(db)
        .await?;
    Ok((requeued.rows_affected, uncertain.rows_affected))
}

/// The ids of mails that have not left for leads.
pub async fn unsent_of_leads(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<Vec<i64>, TableError> {
    let mut ids = Vec::new();
    for chunk in leads.chunks(1_000) {
        let open = OutboxState::RECALLABLE.map(OutboxState::as_str);
        let query = Entity::find().select_only().column(Column::Id).filter(Column::State.is_in(open)).filter(Column::Phase.eq(0));
        let found: Vec<i64> = query.filter(Column::LeadId.is_in(chunk.iter().map(ToString::to_string))).into_tuple().all(db).await?;
        ids.extend(found);
    }
    Ok(ids)
}

/// How many mails to leads have left, or may have.
pub async fn left_of_leads(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<u64, TableError> {
    let mut left = 0;
    for chunk in leads.chunks(1_000) {
        let gone = [OutboxState::Sent, OutboxState::Bounced, OutboxState::Uncertain].map(OutboxState::as_str);
        let has_left = Column::State.is_in(gone).or(Column::Phase.eq(1));
        let query = Entity::find().filter(has_left).filter(Column::LeadId.is_in(chunk.iter().map(ToString::to_string)));
        left += query.count(db).await?;
    }
    Ok(left)
}

/// A mail that has left, for telling people that somebody is no stranger.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierMail {
    /// The lead it went to.
    pub lead_id: LeadId,
    /// The mailbox.
    pub to: EmailAddress,
    /// The person's name.
    pub to_name: String,
    /// When it crossed the barrier.
    pub crossed_at: Timestamp,
}

#[derive(Debug, FromQueryResult)]
struct EarlierRow {
    lead_id: String,
    to_address: String,
    to_name: String,
    crossed_at: i64,
}

/// The last mail to this mailbox that has left, of another lead than `lead`.
pub async fn last_to_mailbox(db: &impl ConnectionTrait, to: &EmailAddress, lead: LeadId) -> Result<Option<EarlierMail>, TableError> {
    const TO_MAILBOX: &str = "SELECT lead_id, to_address, to_name, crossed_at FROM outbox
        WHERE phase = 1 AND to_address = ? COLLATE NOCASE AND lead_id <> ? ORDER BY crossed_at DESC LIMIT 1";
    earlier(db, TO_MAILBOX, [to.to_string().into(), lead.to_string().into()]).await
}

/// The last mail to a lead of a company with this domain that has left, of another lead than `lead`.
pub async fn last_to_domain(db: &impl ConnectionTrait, domain: &CompanyDomain, lead: LeadId) -> Result<Option<EarlierMail>, TableError> {
    const TO_DOMAIN: &str = "SELECT outbox.lead_id, outbox.to_address, outbox.to_name, outbox.crossed_at
        FROM lead JOIN outbox ON outbox.lead_id = lead.id
        WHERE lead.domain = ? AND lead.id <> ? AND outbox.phase = 1 ORDER BY outbox.crossed_at DESC LIMIT 1";
    earlier(db, TO_DOMAIN, [domain.to_string().into(), lead.to_string().into()]).await
}

async fn earlier(db: &impl ConnectionTrait, sql: &str, values: [sea_orm::Value; 2]) -> Result<Option<EarlierMail>, TableError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = EarlierRow::find_by_statement(statement).one(db).await?;
    let read = |row: EarlierRow| {
        Ok(EarlierMail {
            lead_id: parsed(&row.lead_id, "lead id")?,
            to: EmailAddress::parse(&row.to_address).map_err(|_| TableError::Unreadable { column: "recipient" })?,
            to_name: row.to_name,
            crossed_at: instant(row.crossed_at, "hand-over time")?,
        })
    };
    row.map(read).transpose()
}

/// To whom an unsent mail goes, as the suppression list asks it.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsentAddressee {
    /// Row id of the mail.
    pub id: i64,
    /// The mailbox.
    pub to: EmailAddress,
    /// The company's domain.
    pub domain: Option<CompanyDomain>,
    /// The company's name.
    pub company: String,
}

#[derive(Debug, FromQueryResult)]
struct UnsentRow {
    id: i64,
    to_address: String,
    domain: Option<String>,
    company: String,
}

/// The addressees of all mails that have not left, without their bytes.
pub async fn unsent_addressees(db: &impl ConnectionTrait) -> Result<Vec<UnsentAddressee>, TableError> {
    const UNSENT: &str = "SELECT outbox.id, outbox.to_address, lead.domain, lead.company FROM outbox JOIN lead ON lead.id = outbox.lead_id
        WHERE outbox.phase = 0 AND outbox.state IN ('held', 'queued', 'sending', 'deferred')";
    let statement = Statement::from_string(db.get_database_backend(), UNSENT);
    let rows = UnsentRow::find_by_statement(statement).all(db).await?;
    let read = |row: UnsentRow| {
        let domain = row.domain.map(|text| CompanyDomain::parse(&text).map_err(|_| TableError::Unreadable { column: "lead domain" }));
        Ok(UnsentAddressee { id: row.id, to: address(&row.to_address)?, domain: domain.transpose()?, company: row.company })
    };
    rows.into_iter().map(read).collect()
}
