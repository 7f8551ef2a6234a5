//! Table `run` (migration 1): the runs of the pipeline a person started, paused or cancelled.

use super::{TableError, instant, parsed};
use autoreach_domain::ids::{RunId, WorkflowId};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder};
use std::fmt;
use std::str::FromStr;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Its jobs may be worked on.
    Running,
    /// Its jobs wait until a person resumes it.
    Paused,
    /// A person ended it; what was not begun never will be.
    Cancelled,
    /// Every job has ended.
    Finished,
}

impl RunState {
    /// The stored text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
            Self::Finished => "finished",
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RunState {
    type Err = TableError;
    fn from_str(text: &str) -> Result<Self, TableError> {
        match text {
            "running" => Ok(Self::Running),
            "paused" => Ok(Self::Paused),
            "cancelled" => Ok(Self::Cancelled),
            "finished" => Ok(Self::Finished),
            _ => Err(TableError::Unreadable { column: "run state" }),
        }
    }
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Leads on their way to the queue: what people start, pause and cancel.
    Leads,
    /// One draft to be written anew: goes on whatever happens to the leads' run.
    Redraft,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Redraft => "redraft",
        }
    }
}

impl FromStr for Purpose {
    type Err = TableError;
    fn from_str(text: &str) -> Result<Self, TableError> {
        match text {
            "leads" => Ok(Self::Leads),
            "redraft" => Ok(Self::Redraft),
            _ => Err(TableError::Unreadable { column: "run purpose" }),
        }
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    workflow_id: String,
    purpose: String,
    state: String,
    started_at: i64,
    ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_domain(row: &Model) -> Result<Run, TableError> {
    Ok(Run {
        id: parsed(&row.id, "run id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        purpose: row.purpose.parse()?,
        state: row.state.parse()?,
        started_at: instant(row.started_at, "run time")?,
    })
}

/// Adds a run.
pub async fn insert(db: &impl ConnectionTrait, run: &Run) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(run.id.to_string()),
        workflow_id: Set(run.workflow_id.to_string()),
        purpose: Set(run.purpose.as_str().to_owned()),
        state: Set(run.state.as_str().to_owned()),
        started_at: Set(run.started_at.as_millisecond()),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// One run.
pub async fn get(db: &impl ConnectionTrait, id: RunId) -> Result<Run, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "run" })?;
    to_domain(&row)
}

/// The newest run of leads that has not ended, of one workflow or of any.
pub async fn current(db: &impl ConnectionTrait, workflow_id: Option<WorkflowId>) -> Result<Option<Run>, TableError> {
    let open = [RunState::Running, RunState::Paused].map(RunState::as_str);
    let mut query = Entity::find().filter(Column::State.is_in(open)).filter(Column::Purpose.eq(Purpose::Leads.as_str()));
    if let Some(workflow_id) = workflow_id {
        query = query.filter(Column::WorkflowId.eq(workflow_id.to_string()));
    }
    query.order_by_desc(Column::StartedAt).one(db).await?.as_ref().map(to_domain).transpose()
}

/// A run that goes on and is of this purpose, oldest first.
pub async fn running(db: &impl ConnectionTrait, purpose: Purpose) -> Result<Option<Run>, TableError> {
    let query = Entity::find().filter(Column::State.eq(RunState::Running.as_str())).filter(Column::Purpose.eq(purpose.as_str()));
    query.order_by_asc(Column::StartedAt).one(db).await?.as_ref().map(to_domain).transpose()
}

/// When a run ended; `None` while it goes on or is paused.
pub async fn ended_at(db: &impl ConnectionTrait, id: RunId) -> Result<Option<Timestamp>, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "run" })?;
    row.ended_at.map(|millis| instant(millis, "run time")).transpose()
}

/// Moves a run on.
pub async fn set_state(db: &impl ConnectionTrait, id: RunId, state: RunState, now: Timestamp) -> Result<(), TableError> {
    let has_ended = matches!(state, RunState::Cancelled | RunState::Finished);
    let row = ActiveModel {
        id: Set(id.to_string()),
        state: Set(state.as_str().to_owned()),
        ended_at: Set(has_ended.then_some(now.as_millisecond())),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    Ok(())
}
