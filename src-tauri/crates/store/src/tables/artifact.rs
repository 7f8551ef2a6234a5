//! Table `artifact` (migration 1): what each step made of a lead, by step and version. A step's result is written once.

use super::{TableError, from_json, to_json};
use autoreach_domain::ids::{LeadId, WorkflowId};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "artifact")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    lead_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    step: String,
    #[sea_orm(primary_key, auto_increment = false)]
    version: i64,
    workflow_id: String,
    job_id: Option<i64>,
    content: String,
    content_hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whose result it is and which job made it.
#[derive(Debug, Clone, Copy)]
pub struct ArtifactKey {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The lead.
    pub lead_id: LeadId,
    /// The step's stored name.
    pub step: &'static str,
    /// 1 for the first result, one more at each repetition that was asked for.
    pub version: u32,
}

/// Keeps a result; a second one under the same key is refused by the table. What a person made has no job.
pub async fn insert<T: Serialize>(
    db: &impl ConnectionTrait,
    key: ArtifactKey,
    job_id: impl Into<Option<i64>>,
    value: &T,
) -> Result<(), TableError> {
    let content = to_json(value);
    let content_hash = hash_hex(content.as_bytes());
    let row = ActiveModel {
        lead_id: Set(key.lead_id.to_string()),
        step: Set(key.step.to_owned()),
        version: Set(i64::from(key.version)),
        workflow_id: Set(key.workflow_id.to_string()),
        job_id: Set(job_id.into()),
        content: Set(content),
        content_hash: Set(content_hash),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The newest result of a step for a lead with its version; `None` before the step has run.
pub async fn latest<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    lead_id: LeadId,
    step: &'static str,
) -> Result<Option<(u32, T)>, TableError> {
    let row = Entity::find()
        .filter(Column::LeadId.eq(lead_id.to_string()))
        .filter(Column::Step.eq(step))
        .order_by_desc(Column::Version)
        .one(db)
        .await?;
    let read = |row: Model| {
        let version = u32::try_from(row.version).map_err(|_| TableError::Unreadable { column: "artifact version" })?;
        Ok((version, from_json(&row.content, step)?))
    };
    row.map(read).transpose()
}

/// The version of a step's next result for a lead.
pub async fn next_version(db: &impl ConnectionTrait, lead_id: LeadId, step: &'static str) -> Result<u32, TableError> {
    Ok(latest::<serde::de::IgnoredAny>(db, lead_id, step).await?.map_or(1, |(version, _)| version + 1))
}

/// SHA-256 of bytes as hex text.
pub fn hash_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
