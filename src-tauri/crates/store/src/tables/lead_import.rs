//! Table `lead_import` (migration 1): one row per imported file, the unit of "undo import".

use super::{TableError, instant, maybe_instant, parsed};
use autoreach_domain::ids::{ImportId, WorkflowId};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder};
use serde::Serialize;
use ts_rs::TS;

/// One imported file.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LeadImport {
    /// Its id.
    pub id: ImportId,
    /// The workflow its leads went to.
    pub workflow_id: WorkflowId,
    /// The file's name, without its folder.
    pub file_name: String,
    /// SHA-256 of the file, hex.
    pub file_hash: String,
    /// Leads that it brought.
    pub lead_count: u32,
    /// When.
    pub created_at: Timestamp,
    /// When it was taken back, if it was.
    pub undone_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead_import")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    workflow_id: String,
    file_name: String,
    file_hash: String,
    lead_count: i64,
    created_at: i64,
    undone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_domain(row: Model) -> Result<LeadImport, TableError> {
    Ok(LeadImport {
        id: parsed(&row.id, "import id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        file_name: row.file_name,
        file_hash: row.file_hash,
        lead_count: u32::try_from(row.lead_count).map_err(|_| TableError::Unreadable { column: "lead count" })?,
        created_at: instant(row.created_at, "import time")?,
        undone_at: maybe_instant(row.undone_at, "import time")?,
    })
}

/// Adds an import.
pub async fn insert(db: &impl ConnectionTrait, import: &LeadImport) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(import.id.to_string()),
        workflow_id: Set(import.workflow_id.to_string()),
        file_name: Set(import.file_name.clone()),
        file_hash: Set(import.file_hash.clone()),
        lead_count: Set(i64::from(import.lead_count)),
        created_at: Set(import.created_at.as_millisecond()),
        undone_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Every import, newest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<LeadImport>, TableError> {
    let rows = Entity::find().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// One import.
pub async fn get(db: &impl ConnectionTrait, id: ImportId) -> Result<LeadImport, TableError> {
    Entity::find_by_id(id.to_string()).one(db).await?.map(to_domain).ok_or(TableError::NotFound { noun: "import" })?
}

/// Notes that an import was taken back.
pub async fn mark_undone(db: &impl ConnectionTrait, id: ImportId, now: Timestamp) -> Result<(), TableError> {
    let row = ActiveModel { id: Set(id.to_string()), undone_at: Set(Some(now.as_millisecond())), ..Default::default() };
    Entity::update(row).exec(db).await?;
    Ok(())
}
