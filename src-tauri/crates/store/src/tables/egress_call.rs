//! Tables `egress_call` and `egress_text` (migration 6): what was sent to whom, when, why and at what cost; and the words that
//! models were shown, for as long as they are kept. A call can be completed once and never changed or removed after that;
//! its text goes after a while, its hash stays.

use super::{TableError, from_json, instant, parsed, to_json};
use autoreach_domain::egress::{EgressOutcome, EgressProfile, EgressPurpose, Reach};
use autoreach_domain::ids::{LeadId, RunId};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, DbBackend, QueryOrder, QueryResult, QuerySelect, Select, Statement};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "egress_call")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    id: i64,
    at: i64,
    purpose: String,
    host: String,
    address: String,
    lead_id: Option<String>,
    run_id: Option<String>,
    reach: String,
    profile: Option<String>,
    model: Option<String>,
    fields: String,
    text_hash: Option<Vec<u8>>,
    bytes_up: i64,
    bytes_down: i64,
    input_tokens: Option<i64>,
    output_tokens: Option<i64>,
    cost_micros: Option<i64>,
    outcome: String,
    detail: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressCall {
    /// When it began.
    pub at: Timestamp,
    /// What for.
    pub purpose: EgressPurpose,
    /// Who was asked.
    pub host: String,
    /// The address of a page; empty for a model.
    pub address: String,
    /// The lead it was about; `None` for one that is about nobody.
    pub lead_id: Option<LeadId>,
    /// The run it was made in.
    pub run_id: Option<RunId>,
    /// Where it went.
    pub reach: Reach,
    /// The profile in force; `None` for a page, which shows nothing of a lead but its address.
    pub profile: Option<EgressProfile>,
    /// The model that was asked.
    pub model: Option<String>,
    /// What of the lead was shown, by the names of the fields.
    pub fields: Vec<String>,
    /// SHA-256 of the words a model was shown.
    pub text_hash: Option<[u8; 32]>,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Tokens in and out, where a model told them.
    pub tokens: Option<(u64, u64)>,
    /// What it cost, in millionths of a US dollar; `None` where the price is not known.
    pub cost_micros: Option<u64>,
    /// How it ended.
    pub outcome: EgressOutcome,
    /// How it ended in words that name no content; empty when there is nothing to say.
    pub detail: String,
}

/// A call with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCall {
    /// Its number.
    pub id: i64,
    /// It.
    pub call: EgressCall,
}

/// How a call that was written down before it was made has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallEnd {
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Tokens in and out.
    pub tokens: Option<(u64, u64)>,
    /// What it cost.
    pub cost_micros: Option<u64>,
    /// How it ended.
    pub outcome: EgressOutcome,
    /// The same in words.
    pub detail: String,
}

/// Which calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// About this lead.
    pub lead_id: Option<LeadId>,
    /// From this instant on.
    pub since: Option<Timestamp>,
    /// To hosts that hold these letters.
    pub host: Option<String>,
    /// Only those that left the computer.
    pub left_only: bool,
    /// Only those that asked a model.
    pub models_only: bool,
}

/// The calls of one day to one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayTotal {
    /// The day, UTC, as `2026-03-02`.
    pub day: String,
    /// The host.
    pub host: String,
    /// Where they went.
    pub reach: Reach,
    /// How many.
    pub calls: u64,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
    /// Tokens, in and out together.
    pub tokens: u64,
    /// What they cost as far as prices are known, in millionths of a US dollar.
    pub cost_micros: u64,
    /// Calls of a model whose price is not known.
    pub unpriced: u64,
}

/// What calls to models of one purpose came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PurposeTotal {
    /// Leads they were about.
    pub leads: u64,
    /// Calls that were answered.
    pub calls: u64,
    /// Tokens of the questions.
    pub input_tokens: u64,
    /// Tokens of the answers.
    pub output_tokens: u64,
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn row(call: &EgressCall) -> ActiveModel {
    ActiveModel {
        at: Set(call.at.as_millisecond()),
        purpose: Set(call.purpose.to_string()),
        host: Set(call.host.clone()),
        address: Set(call.address.clone()),
        lead_id: Set(call.lead_id.map(|id| id.to_string())),
        run_id: Set(call.run_id.map(|id| id.to_string())),
        reach: Set(call.reach.to_string()),
        profile: Set(call.profile.map(|profile| profile.to_string())),
        model: Set(call.model.clone()),
        fields: Set(to_json(&call.fields)),
        text_hash: Set(call.text_hash.map(|hash| hash.to_vec())),
        bytes_up: Set(number(call.bytes_up)),
        bytes_down: Set(number(call.bytes_down)),
        input_tokens: Set(call.tokens.map(|(asked, _)| number(asked))),
        output_tokens: Set(call.tokens.map(|(_, answered)| number(answered))),
        cost_micros: Set(call.cost_micros.map(number)),
        outcome: Set(call.outcome.to_string()),
        detail: Set(call.detail.clone()),
        ..Default::default()
    }
}

fn to_domain(row: Model) -> Result<StoredCall, TableError> {
    let amount = |n: i64| u64::try_from(n).map_err(|_| TableError::Unreadable { column: "amount" });
    let tokens = match (row.input_tokens, row.output_tokens) {
        (Some(asked), Some(answered)) => Some((amount(asked)?, amount(answered)?)),
        (None, _) | (_, None) => None,
    };
    let hash = |bytes: Vec<u8>| bytes.try_into().map_err(|_| TableError::Unreadable { column: "text hash" });
    let call = EgressCall {
        at: instant(row.at, "call time")?,
        purpose: parsed(&row.purpose, "purpose")?,
        host: row.host,
        address: row.address,
        lead_id: row.lead_id.as_deref().map(|id| parsed(id, "lead id")).transpose()?,
        run_id: row.run_id.as_deref().map(|id| parsed(id, "run id")).transpose()?,
        reach: parsed(&row.reach, "reach")?,
        profile: row.profile.as_deref().map(|profile| parsed(profile, "profile")).transpose()?,
        model: row.model,
        fields: from_json(&row.fields, "fields")?,
        text_hash: row.text_hash.map(hash).transpose()?,
        bytes_up: amount(row.bytes_up)?,
        bytes_down: amount(row.bytes_down)?,
        tokens,
        cost_micros: row.cost_micros.map(amount).transpose()?,
        outcome: parsed(&row.outcome, "outcome")?,
        detail: row.detail,
    };
    Ok(StoredCall { id: row.id, call })
}

/// Writes calls down, in one statement whatever their number.
pub async fn append(db: &impl ConnectionTrait, calls: &[EgressCall]) -> Result<(), TableError> {
    if !calls.is_empty() {
        Entity::insert_many(calls.iter().map(row)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Writes down a call that is about to be made, with the words it will show; its number, for [`complete`].
pub async fn begin(db: &impl ConnectionTrait, call: &EgressCall, text: &str) -> Result<i64, TableError> {
    let hash = text_hash(text);
    let kept = "INSERT INTO egress_text (hash, text, kept_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET kept_at = excluded.kept_at";
    let values = [hash.to_vec().into(), text.into(), call.at.as_millisecond().into()];
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, kept, values)).await?;
    let call = EgressCall { text_hash: Some(hash), ..call.clone() };
    Ok(Entity::insert(row(&call)).exec(db).await?.last_insert_id)
}

/// Says how a call ended. One that has ended already stays as it was.
pub async fn complete(db: &impl ConnectionTrait, id: i64, end: &CallEnd) -> Result<(), TableError> {
    Entity::update_many()
        .col_expr(Column::BytesUp, Expr::value(number(end.bytes_up)))
        .col_expr(Column::BytesDown, Expr::value(number(end.bytes_down)))
        .col_expr(Column::InputTokens, Expr::value(end.tokens.map(|(asked, _)| number(asked))))
        .col_expr(Column::OutputTokens, Expr::value(end.tokens.map(|(_, answered)| number(answered))))
        .col_expr(Column::CostMicros, Expr::value(end.cost_micros.map(number)))
        .col_expr(Column::Outcome, Expr::value(end.outcome.as_str()))
        .col_expr(Column::Detail, Expr::value(end.detail.clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::Outcome.eq(EgressOutcome::UnderWay.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// It went to another computer, or may have.
fn has_left() -> Condition {
    Condition::all().add(Column::Reach.eq(Reach::LeftComputer.as_str())).add(Column::Outcome.ne(EgressOutcome::HeldBack.as_str()))
}

fn filtered(filter: &CallFilter) -> Select<Entity> {
    let models = EgressPurpose::ALL.iter().filter(|purpose| purpose.is_of_model()).map(|purpose| purpose.as_str());
    let condition = Condition::all()
        .add_option(filter.lead_id.map(|id| Column::LeadId.eq(id.to_string())))
        .add_option(filter.since.map(|since| Column::At.gte(since.as_millisecond())))
        .add_option(filter.host.as_deref().map(|host| Column::Host.contains(host)))
        .add_option(filter.left_only.then(has_left))
        .add_option(filter.models_only.then(|| Column::Purpose.is_in(models)));
    Entity::find().filter(condition)
}

/// Calls, the latest first, and how many there are in all.
pub async fn list(db: &impl ConnectionTrait, filter: &CallFilter, offset: u64, limit: u64) -> Result<(Vec<StoredCall>, u64), TableError> {
    let count = filtered(filter).count(db).await?;
    let rows = filtered(filter).order_by_desc(Column::Id).offset(offset).limit(limit).all(db).await?;
    Ok((rows.into_iter().map(to_domain).collect::<Result<_, _>>()?, count))
}

/// One call.
pub async fn get(db: &impl ConnectionTrait, id: i64) -> Result<StoredCall, TableError> {
    to_domain(Entity::find_by_id(id).one(db).await?.ok_or(TableError::NotFound { noun: "call" })?)
}

/// The words with this hash, while they are kept.
pub async fn text(db: &impl ConnectionTrait, hash: &[u8; 32]) -> Result<Option<String>, TableError> {
    let sql = "SELECT text FROM egress_text WHERE hash = ?";
    let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [hash.to_vec().into()])).await?;
    Ok(row.map(|row| row.try_get_by(0)).transpose()?)
}

/// The calls by day and host, the latest day first, at most `limit` lines.
pub async fn totals(db: &impl ConnectionTrait, filter: &CallFilter, limit: u64) -> Result<Vec<DayTotal>, TableError> {
    type Row = (String, String, String, i64, i64, i64, i64, i64, i64);
    let sum = |sql: &'static str| Expr::cust(sql);
    let rows: Vec<Row> = filtered(filter)
        .select_only()
        .expr_as(sum("date(at / 1000, 'unixepoch')"), "day")
        .column(Column::Host)
        .column(Column::Reach)
        .expr_as(sum("count(*)"), "calls")
        .expr_as(sum("sum(bytes_up)"), "up")
        .expr_as(sum("sum(bytes_down)"), "down")
        .expr_as(sum("sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))"), "tokens")
        .expr_as(sum("sum(coalesce(cost_micros, 0))"), "cost")
        .expr_as(sum("sum(model IS NOT NULL AND cost_micros IS NULL AND outcome = 'answered')"), "unpriced")
        .group_by(sum("day"))
        .group_by(Column::Host)
        .group_by(Column::Reach)
        .order_by_desc(sum("day"))
        .order_by_desc(sum("calls"))
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let total = |(day, host, reach, calls, up, down, tokens, cost, unpriced): Row| {
        let amount = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(DayTotal {
            day,
            host,
            reach: parsed(&reach, "reach")?,
            calls: amount(calls),
            bytes_up: amount(up),
            bytes_down: amount(down),
            tokens: amount(tokens),
            cost_micros: amount(cost),
            unpriced: amount(unpriced),
        })
    };
    rows.into_iter().map(total).collect()
}

/// How many calls there are.
pub async fn count(db: &impl ConnectionTrait, filter: &CallFilter) -> Result<u64, TableError> {
    Ok(filtered(filter).count(db).await?)
}

/// How many calls for this purpose that were about no lead were made since an instant, held back ones not counted.
pub async fn about_no_lead_since(db: &impl ConnectionTrait, purpose: EgressPurpose, since: Timestamp) -> Result<u64, TableError> {
    let condition = Condition::all()
        .add(Column::LeadId.is_null())
        .add(Column::Purpose.eq(purpose.as_str()))
        .add(Column::At.gte(since.as_millisecond()))
        .add(Column::Outcome.ne(EgressOutcome::HeldBack.as_str()));
    Ok(Entity::find().filter(condition).count(db).await?)
}

/// What a run has cost so far: millionths of a US dollar, and tokens in and out together.
pub async fn spent_by_run(db: &impl ConnectionTrait, run_id: RunId) -> Result<(u64, u64), TableError> {
    let sql = "SELECT sum(coalesce(cost_micros, 0)), sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) FROM egress_call
        WHERE run_id = ? AND (cost_micros IS NOT NULL OR input_tokens IS NOT NULL)";
    spent(db, Statement::from_sql_and_values(DbBackend::Sqlite, sql, [run_id.to_string().into()])).await
}

/// What all calls since an instant have cost: millionths of a US dollar, and tokens in and out together.
pub async fn spent_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<(u64, u64), TableError> {
    let sql = "SELECT sum(coalesce(cost_micros, 0)), sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)) FROM egress_call
        WHERE at >= ?";
    spent(db, Statement::from_sql_and_values(DbBackend::Sqlite, sql, [since.as_millisecond().into()])).await
}

async fn spent(db: &impl ConnectionTrait, statement: Statement) -> Result<(u64, u64), TableError> {
    let Some(row) = db.query_one_raw(statement).await? else { return Ok((0, 0)) };
    Ok((amount(&row, 0)?, amount(&row, 1)?))
}

/// A sum, which is nothing where there was nothing to add up.
fn amount(row: &QueryResult, column: usize) -> Result<u64, TableError> {
    let sum: Option<i64> = row.try_get_by(column)?;
    Ok(u64::try_from(sum.unwrap_or(0)).unwrap_or(0))
}

/// What the latest `calls` answered calls of a purpose came to.
pub async fn latest_of(db: &impl ConnectionTrait, purpose: EgressPurpose, calls: u64) -> Result<PurposeTotal, TableError> {
    let sql = "SELECT count(DISTINCT lead_id), count(*), sum(input_tokens), sum(output_tokens) FROM
        (SELECT lead_id, input_tokens, output_tokens FROM egress_call
            WHERE purpose = ? AND outcome = 'answered' AND input_tokens IS NOT NULL ORDER BY id DESC LIMIT ?)";
    let values = [purpose.as_str().into(), number(calls).into()];
    let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
    let Some(row) = row else { return Ok(PurposeTotal::default()) };
    let sum = |column| amount(&row, column);
    Ok(PurposeTotal { leads: sum(0)?, calls: sum(1)?, input_tokens: sum(2)?, output_tokens: sum(3)? })
}

/// Forgets texts that were last shown before `before`, and all but the `most` latest; how many.
pub async fn forget_texts(db: &impl ConnectionTrait, before: Timestamp, most: u64) -> Result<u64, TableError> {
    let sql = "DELETE FROM egress_text WHERE kept_at < ?
        OR hash NOT IN (SELECT hash FROM egress_text ORDER BY kept_at DESC, hash LIMIT ?)";
    let values = [before.as_millisecond().into(), number(most).into()];
    Ok(db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?.rows_affected())
}

/// The hash under which a text is kept.
pub fn text_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
