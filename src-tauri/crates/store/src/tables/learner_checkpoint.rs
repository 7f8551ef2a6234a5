//! Table `learner_checkpoint` (migration 1): a cache of the learner's state at a place of the journal. Losing it costs
//! time and nothing else.

use super::{TableError, parsed};
use autoreach_domain::ids::WorkflowId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

/// A learner's state after the entry at `sequence`.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerCheckpoint {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Place of the last entry folded.
    pub sequence: u64,
    /// The state's digest.
    pub digest: [u8; 32],
    /// The state's bytes.
    pub state: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "learner_checkpoint")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    workflow_id: String,
    sequence: i64,
    digest: Vec<u8>,
    state: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a checkpoint in place of the one before.
pub async fn keep(db: &impl ConnectionTrait, checkpoint: LearnerCheckpoint) -> Result<(), TableError> {
    let row = ActiveModel {
        workflow_id: Set(checkpoint.workflow_id.to_string()),
        sequence: Set(i64::try_from(checkpoint.sequence).unwrap_or(i64::MAX)),
        digest: Set(checkpoint.digest.to_vec()),
        state: Set(checkpoint.state),
    };
    let replace = OnConflict::column(Column::WorkflowId).update_columns([Column::Sequence, Column::Digest, Column::State]).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// The checkpoint of a workflow.
pub async fn get(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<Option<LearnerCheckpoint>, TableError> {
    let read = |row: Model| {
        Ok(LearnerCheckpoint {
            workflow_id: parsed(&row.workflow_id, "workflow id")?,
            sequence: u64::try_from(row.sequence).map_err(|_| TableError::Unreadable { column: "journal place" })?,
            digest: row.digest.try_into().map_err(|_| TableError::Unreadable { column: "learner digest" })?,
            state: row.state,
        })
    };
    Entity::find_by_id(workflow_id.to_string()).one(db).await?.map(read).transpose()
}

/// Drops the checkpoint of a workflow, so that its state is folded anew.
pub async fn forget(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<(), TableError> {
    Entity::delete_by_id(workflow_id.to_string()).exec(db).await?;
    Ok(())
}
