//! Table `setting` (migration 1): one JSON value per name, for what belongs to the workspace as a whole.

use super::{TableError, from_json, to_json};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde::{Serialize, de::DeserializeOwned};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setting")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The value under `key`; `None` when it was never set.
pub async fn get<T: DeserializeOwned>(db: &impl ConnectionTrait, key: &'static str) -> Result<Option<T>, TableError> {
    let row = Entity::find_by_id(key).one(db).await?;
    row.map(|row| from_json(&row.value, key)).transpose()
}

/// Sets the value under `key`.
pub async fn set<T: Serialize + Sync>(db: &impl ConnectionTrait, key: &'static str, value: &T) -> Result<(), TableError> {
    let row = ActiveModel { key: Set(key.to_owned()), value: Set(to_json(value)) };
    let replace = OnConflict::column(Column::Key).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}
