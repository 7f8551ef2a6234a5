//! Tables `workflow` and `workflow_version` (migration 1): the running definition and every one before it.

use super::{TableError, from_json, instant, parsed, to_json};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::marks::MarkKey;
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder};
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workflow")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    version: i64,
    definition: String,
    mark_key: Vec<u8>,
    created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The versions of a definition.
mod version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "workflow_version")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) workflow_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i64,
        pub(crate) definition: String,
        pub(crate) recorded_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn to_domain(row: &Model) -> Result<Workflow, TableError> {
    let definition: WorkflowDefinition = from_json(&row.definition, "workflow definition")?;
    let version = u32::try_from(row.version).map_err(|_| TableError::Unreadable { column: "workflow version" })?;
    Ok(Workflow { id: parsed(&row.id, "workflow id")?, version, definition })
}

/// Adds a workflow with its first definition and the key of its draws.
pub async fn insert(db: &impl ConnectionTrait, workflow: &Workflow, mark_key: &MarkKey, now: Timestamp) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(workflow.id.to_string()),
        name: Set(workflow.definition.name.clone()),
        version: Set(i64::from(workflow.version)),
        definition: Set(to_json(&workflow.definition)),
        mark_key: Set(mark_key.0.to_vec()),
        created_at: Set(now.as_millisecond()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    record_version(db, workflow, now).await
}

/// Makes `workflow.version` with its definition the running one.
pub async fn replace(db: &impl ConnectionTrait, workflow: &Workflow, now: Timestamp) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(workflow.id.to_string()),
        name: Set(workflow.definition.name.clone()),
        version: Set(i64::from(workflow.version)),
        definition: Set(to_json(&workflow.definition)),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    record_version(db, workflow, now).await
}

async fn record_version(db: &impl ConnectionTrait, workflow: &Workflow, now: Timestamp) -> Result<(), TableError> {
    let row = version::ActiveModel {
        workflow_id: Set(workflow.id.to_string()),
        version: Set(i64::from(workflow.version)),
        definition: Set(to_json(&workflow.definition)),
        recorded_at: Set(now.as_millisecond()),
    };
    version::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// A definition as it was from an instant on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct WorkflowVersion {
    /// Its number, from 1.
    pub version: u32,
    /// Since when it held.
    pub changed_at: Timestamp,
    /// The definition.
    pub definition: WorkflowDefinition,
}

/// Every version of a workflow, newest first.
pub async fn versions(db: &impl ConnectionTrait, id: WorkflowId) -> Result<Vec<WorkflowVersion>, TableError> {
    let of_workflow = version::Entity::find().filter(version::Column::WorkflowId.eq(id.to_string()));
    let rows = of_workflow.order_by_desc(version::Column::Version).all(db).await?;
    let read = |row: version::Model| {
        Ok(WorkflowVersion {
            version: u32::try_from(row.version).map_err(|_| TableError::Unreadable { column: "workflow version" })?,
            changed_at: instant(row.recorded_at, "version time")?,
            definition: from_json(&row.definition, "workflow definition")?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Every workflow, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Workflow>, TableError> {
    let rows = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?;
    rows.iter().map(to_domain).collect()
}

/// One workflow.
pub async fn get(db: &impl ConnectionTrait, id: WorkflowId) -> Result<Workflow, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "workflow" })?;
    to_domain(&row)
}

/// The key of a workflow's draws.
pub async fn mark_key(db: &impl ConnectionTrait, id: WorkflowId) -> Result<MarkKey, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "workflow" })?;
    row.mark_key.try_into().map(MarkKey).map_err(|_| TableError::Unreadable { column: "mark key" })
}
