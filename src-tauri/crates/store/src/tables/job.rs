//! Table `job` (migration 1): one row per step of a lead, with an owner, a fencing epoch and an idempotency key.
//!
//! A claim raises the epoch; whoever finishes must still hold the epoch it claimed, or its result is dropped. One
//! process holds the store's lock, so at start every running job of another process is free again without any clock.

use super::{TableError, parsed};
use autoreach_domain::ids::{LeadId, RunId, WorkflowId};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QuerySelect, Statement};
use std::collections::HashSet;

/// Attempts before a job is given up and shown to a person (`guarantees.md` 4.2).
pub const MAX_ATTEMPTS: u32 = 6;

/// A job to be added. The caller's key makes adding it twice the same as adding it once.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// The run.
    pub run_id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The step's stored name.
    pub step: &'static str,
    /// SHA-256 of what the step works on.
    pub input_hash: [u8; 32],
    /// `workflow/lead/step/version/input_hash`.
    pub idempotency_key: String,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job in somebody's hands.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    /// Row id.
    pub id: i64,
    /// The run.
    pub run_id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The step's stored name.
    pub step: String,
    /// The fencing token of this claim.
    pub epoch: i64,
    /// Attempts, this one included.
    pub attempts: u32,
    /// Attempts before it is given up.
    pub max_attempts: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    id: i64,
    run_id: String,
    lead_id: String,
    workflow_id: String,
    step: String,
    input_hash: Vec<u8>,
    idem: String,
    state: String,
    owner: Option<String>,
    epoch: i64,
    run_at: i64,
    attempts: i64,
    max_attempts: i64,
    last_error: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_claimed(row: &Model) -> Result<ClaimedJob, TableError> {
    let count = |n: i64| u32::try_from(n).map_err(|_| TableError::Unreadable { column: "attempts" });
    Ok(ClaimedJob {
        id: row.id,
        run_id: parsed(&row.run_id, "run id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        lead_id: parsed(&row.lead_id, "lead id")?,
        step: row.step.clone(),
        epoch: row.epoch,
        attempts: count(row.attempts)?,
        max_attempts: count(row.max_attempts)?,
    })
}

/// Adds jobs; those whose key is already there stay as they are.
pub async fn add(db: &impl ConnectionTrait, jobs: &[NewJob]) -> Result<(), TableError> {
    let row = |job: &NewJob| ActiveModel {
        run_id: Set(job.run_id.to_string()),
        lead_id: Set(job.lead_id.to_string()),
        workflow_id: Set(job.workflow_id.to_string()),
        step: Set(job.step.to_owned()),
        input_hash: Set(job.input_hash.to_vec()),
        idem: Set(job.idempotency_key.clone()),
        state: Set("ready".to_owned()),
        epoch: Set(0),
        run_at: Set(job.run_at.as_millisecond()),
        attempts: Set(0),
        max_attempts: Set(i64::from(MAX_ATTEMPTS)),
        ..Default::default()
    };
    for chunk in jobs.chunks(1_000) {
        let known = OnConflict::column(Column::Idem).do_nothing().to_owned();
        Entity::insert_many(chunk.iter().map(row)).on_conflict(known).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Claims up to `limit` due jobs of running runs for `owner`, oldest first within each of `steps`, which are looked
/// through in order.
pub async fn claim(
    db: &impl ConnectionTrait,
    owner: &str,
    now: Timestamp,
    steps: &[&str],
    limit: u64,
) -> Result<Vec<ClaimedJob>, TableError> {
    const CLAIM: &str = "UPDATE job SET state = 'running', owner = ?, epoch = epoch + 1, attempts = attempts + 1
        WHERE id IN (SELECT job.id FROM job JOIN run ON run.id = job.run_id
                     WHERE job.state = 'ready' AND job.step = ? AND job.run_at <= ? AND run.state = 'running' ORDER BY job.id LIMIT ?)
        RETURNING *";
    let mut claimed = Vec::new();
    for step in steps {
        let free = limit - claimed.len() as u64;
        if free == 0 {
            break;
        }
        let values = [owner.into(), (*step).into(), now.as_millisecond().into(), free.into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), CLAIM, values);
        for row in Entity::find().from_raw_sql(statement).all(db).await? {
            claimed.push(to_claimed(&row)?);
        }
    }
    Ok(claimed)
}

/// Ends a job as `done`. `false`: the claim was lost, and the caller must drop its result.
pub async fn finish(db: &impl ConnectionTrait, job: &ClaimedJob, owner: &str) -> Result<bool, TableError> {
    let update =
        Entity::update_many().col_expr(Column::State, "done".into()).col_expr(Column::LastError, Expr::value(Option::<String>::None));
    Ok(held(update, job, owner).exec(db).await?.rows_affected == 1)
}

/// Puts a job back for `run_at`, or gives it up (`dead`) when its attempts are used up. `true` = given up.
pub async fn retry_or_give_up(
    db: &impl ConnectionTrait,
    job: &ClaimedJob,
    owner: &str,
    run_at: Timestamp,
    cause: &str,
) -> Result<bool, TableError> {
    let is_dead = job.attempts >= job.max_attempts;
    let update = Entity::update_many()
        .col_expr(Column::State, if is_dead { "dead" } else { "ready" }.into())
        .col_expr(Column::RunAt, run_at.as_millisecond().into())
        .col_expr(Column::LastError, cause.into());
    held(update, job, owner).exec(db).await?;
    Ok(is_dead)
}

/// Puts a job back for `run_at` as if it had not been claimed: the attempt does not count.
pub async fn put_off(db: &impl ConnectionTrait, job: &ClaimedJob, owner: &str, run_at: Timestamp) -> Result<(), TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, "ready".into())
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .col_expr(Column::RunAt, run_at.as_millisecond().into());
    held(update, job, owner).exec(db).await?;
    Ok(())
}

/// Narrows an update to the row as it was claimed.
fn held(update: sea_orm::UpdateMany<Entity>, job: &ClaimedJob, owner: &str) -> sea_orm::UpdateMany<Entity> {
    update
        .filter(Column::Id.eq(job.id))
        .filter(Column::State.eq("running"))
        .filter(Column::Owner.eq(owner))
        .filter(Column::Epoch.eq(job.epoch))
}

/// Frees what another process had in hand when it ended. The attempt does not count against the job.
pub async fn free_all_running(db: &impl ConnectionTrait) -> Result<u64, TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, "ready".into())
        .col_expr(Column::Attempts, Expr::cust("max(attempts - 1, 0)"))
        .filter(Column::State.eq("running"));
    Ok(update.exec(db).await?.rows_affected)
}

/// Frees what this process has in hand but no longer works on. The attempt counts.
pub async fn free_own(db: &impl ConnectionTrait, owner: &str) -> Result<u64, TableError> {
    let update = Entity::update_many().col_expr(Column::State, "ready".into());
    Ok(update.filter(Column::State.eq("running")).filter(Column::Owner.eq(owner)).exec(db).await?.rows_affected)
}

/// Takes up again, under `run_id`, what was cancelled or given up for leads that are still there.
pub async fn revive(db: &impl ConnectionTrait, run_id: RunId, workflow_id: WorkflowId, now: Timestamp) -> Result<u64, TableError> {
    let update = Entity::update_many()
        .col_expr(Column::State, "ready".into())
        .col_expr(Column::RunId, run_id.to_string().into())
        .col_expr(Column::RunAt, now.as_millisecond().into())
        .col_expr(Column::Attempts, 0.into())
        .col_expr(Column::LastError, Expr::value(Option::<String>::None))
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::State.is_in(["cancelled", "dead"]))
        .filter(Expr::cust("lead_id IN (SELECT id FROM lead WHERE withdrawn_at IS NULL)"));
    Ok(update.exec(db).await?.rows_affected)
}

/// Cancels what a run has not begun or has in hand; results of what is in hand will be dropped.
pub async fn cancel_run(db: &impl ConnectionTrait, run_id: RunId) -> Result<u64, TableError> {
    let update = Entity::update_many().col_expr(Column::State, "cancelled".into());
    let open = Column::State.is_in(["ready", "running"]);
    Ok(update.filter(Column::RunId.eq(run_id.to_string())).filter(open).exec(db).await?.rows_affected)
}

/// The leads of a workflow for which a step was ever begun.
pub async fn leads_begun(db: &impl ConnectionTrait, workflow_id: WorkflowId, step: &str) -> Result<HashSet<LeadId>, TableError> {
    let of_workflow = Entity::find().filter(Column::WorkflowId.eq(workflow_id.to_string())).filter(Column::Step.eq(step));
    let ids: Vec<String> = of_workflow.select_only().column(Column::LeadId).distinct().into_tuple().all(db).await?;
    ids.iter().map(|id| parsed(id, "lead id")).collect()
}

/// Cancels the open jobs of leads.
pub async fn cancel_leads(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<(), TableError> {
    for chunk in leads.chunks(1_000) {
        Entity::update_many()
            .col_expr(Column::State, "cancelled".into())
            .filter(Column::LeadId.is_in(chunk.iter().map(ToString::to_string)))
            .filter(Column::State.is_in(["ready", "running"]))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// How many jobs of a run stand where: `(step, state, count)`.
pub async fn counts(db: &impl ConnectionTrait, run_id: RunId) -> Result<Vec<(String, String, u64)>, TableError> {
    let query = Entity::find()
        .select_only()
        .column(Column::Step)
        .column(Column::State)
        .column_as(Column::Id.count(), "n")
        .filter(Column::RunId.eq(run_id.to_string()))
        .group_by(Column::Step)
        .group_by(Column::State);
    let rows: Vec<(String, String, i64)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(step, state, n)| (step, state, u64::try_from(n).unwrap_or(0))).collect())
}

/// The earliest instant at which a ready job of a run is due; `None` when nothing is left to do.
pub async fn next_due(db: &impl ConnectionTrait, run_id: RunId) -> Result<Option<Timestamp>, TableError> {
    let query = Entity::find()
        .select_only()
        .column_as(Column::RunAt.min(), "run_at")
        .filter(Column::RunId.eq(run_id.to_string()))
        .filter(Column::State.is_in(["ready", "running"]));
    let millis: Option<Option<i64>> = query.into_tuple().one(db).await?;
    millis.flatten().map(|millis| super::instant(millis, "job time")).transpose()
}

/// A step that was given up, for the list of exceptions.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadJob {
    /// The lead.
    pub lead_id: LeadId,
    /// The step.
    pub step: String,
    /// The last cause.
    pub cause: String,
}

/// What was given up.
pub async fn dead(db: &impl ConnectionTrait) -> Result<Vec<DeadJob>, TableError> {
    let rows = Entity::find().filter(Column::State.eq("dead")).all(db).await?;
    let read =
        |row: Model| Ok(DeadJob { lead_id: parsed(&row.lead_id, "lead id")?, step: row.step, cause: row.last_error.unwrap_or_default() });
    rows.into_iter().map(read).collect()
}

/// Is a step of one of these leads in hand?
pub async fn is_running_for(db: &impl ConnectionTrait, leads: &[LeadId]) -> Result<bool, TableError> {
    let running = Entity::find().filter(Column::State.eq("running")).filter(Column::LeadId.is_in(leads.iter().map(ToString::to_string)));
    Ok(running.count(db).await? > 0)
}

/// How many steps stand where, by step and state.
pub async fn counts_by_step(db: &impl ConnectionTrait) -> Result<Vec<(String, String, i64)>, TableError> {
    let query = Entity::find().select_only().columns([Column::Step, Column::State]).column_as(Column::Id.count(), "n");
    Ok(query.group_by(Column::Step).group_by(Column::State).into_tuple().all(db).await?)
}
