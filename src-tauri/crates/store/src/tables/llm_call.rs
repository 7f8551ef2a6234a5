//! Table `llm_call` (migration 3): each answer of a model, kept before it is used, so that a kill never pays for it twice; and
//! which host was told about which lead, when, at what cost.

use super::{TableError, parsed};
use autoreach_domain::ids::LeadId;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QuerySelect};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "llm_call")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    key: Vec<u8>,
    lead_id: String,
    host: String,
    model: String,
    reply: String,
    was_repaired: bool,
    input_tokens: i64,
    output_tokens: i64,
    is_estimated: bool,
    cost_micros: i64,
    called_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmCall {
    /// SHA-256 of everything that was asked, and of whom.
    pub key: [u8; 32],
    /// The lead it was about.
    pub lead_id: LeadId,
    /// Who was told.
    pub host: String,
    /// The model that answered.
    pub model: String,
    /// Its words.
    pub reply: String,
    /// They had to be picked up outside the agreed channel.
    pub was_repaired: bool,
    /// Tokens of the question.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// The tokens are our own estimate.
    pub is_estimated: bool,
    /// What it cost, in millionths of a US dollar; 0 where the price is nothing or not known.
    pub cost_micros: u64,
    /// When.
    pub called_at: Timestamp,
}

/// What calls came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallTotals {
    /// Leads they were about.
    pub leads: u64,
    /// Tokens, in and out together.
    pub tokens: u64,
    /// Millionths of a US dollar.
    pub cost_micros: u64,
}

/// Keeps an answer; one that is there already stays.
pub async fn keep(db: &impl ConnectionTrait, call: &LlmCall) -> Result<(), TableError> {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let row = ActiveModel {
        key: Set(call.key.to_vec()),
        lead_id: Set(call.lead_id.to_string()),
        host: Set(call.host.clone()),
        model: Set(call.model.clone()),
        reply: Set(call.reply.clone()),
        was_repaired: Set(call.was_repaired),
        input_tokens: Set(number(call.input_tokens)),
        output_tokens: Set(number(call.output_tokens)),
        is_estimated: Set(call.is_estimated),
        cost_micros: Set(number(call.cost_micros)),
        called_at: Set(call.called_at.as_millisecond()),
    };
    let known = OnConflict::column(Column::Key).do_nothing().to_owned();
    Entity::insert(row).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// The answer to this question, if it was given before.
pub async fn get(db: &impl ConnectionTrait, key: [u8; 32]) -> Result<Option<LlmCall>, TableError> {
    let read = |row: Model| {
        let number = |n: i64| u64::try_from(n).map_err(|_| TableError::Unreadable { column: "tokens" });
        Ok(LlmCall {
            key,
            lead_id: parsed(&row.lead_id, "lead id")?,
            host: row.host,
            model: row.model,
            reply: row.reply,
            was_repaired: row.was_repaired,
            input_tokens: number(row.input_tokens)?,
            output_tokens: number(row.output_tokens)?,
            is_estimated: row.is_estimated,
            cost_micros: number(row.cost_micros)?,
            called_at: super::instant(row.called_at, "call time")?,
        })
    };
    Entity::find_by_id(key.to_vec()).one(db).await?.map(read).transpose()
}

/// What the calls since an instant came to.
pub async fn totals_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<CallTotals, TableError> {
    type Row = (i64, Option<i64>, Option<i64>, Option<i64>);
    let query = Entity::find().select_only().filter(Column::CalledAt.gte(since.as_millisecond()));
    let leads = Expr::col(Column::LeadId).count_distinct();
    let summed = query
        .column_as(leads, "leads")
        .column_as(Column::InputTokens.sum(), "asked")
        .column_as(Column::OutputTokens.sum(), "answered")
        .column_as(Column::CostMicros.sum(), "cost");
    let row: Option<Row> = summed.into_tuple().one(db).await?;
    let (leads, asked, answered, cost) = row.unwrap_or_default();
    let number = |n: Option<i64>| u64::try_from(n.unwrap_or(0)).unwrap_or(0);
    Ok(CallTotals { leads: number(Some(leads)), tokens: number(asked) + number(answered), cost_micros: number(cost) })
}
