//! Table `store_meta` (migration 1): what the store says about itself. Above this crate only the epoch is used, and the key by
//! which people who were erased are known again: derived from the store's own, and as well kept as the rest of the database.

use super::TableError;
use crate::key::mac;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_meta")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const EPOCH: &str = "epoch";
pub(crate) const PERSON_KEY: &str = "person_key";

/// The key of codes that stand for the addresses of erased people.
#[derive(Clone)]
pub struct PersonKey(String);

impl PersonKey {
    /// The code of an address in its comparable form, hex.
    pub fn code(&self, comparable: &str) -> String {
        let key = Sha256::digest(self.0.as_bytes()).into();
        mac(&key, &[b"person", comparable.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// That key.
pub async fn person_key(db: &impl ConnectionTrait) -> Result<PersonKey, TableError> {
    let row = Entity::find_by_id(PERSON_KEY).one(db).await?;
    // Absent in a store that is only read: then nobody is written to either.
    Ok(PersonKey(row.map(|row| row.value).unwrap_or_default()))
}

/// How often the store was restored, beginning with 1; 0 for a database that was put here from a backup and not looked at yet.
pub async fn epoch(db: &impl ConnectionTrait) -> Result<u64, TableError> {
    let row = Entity::find_by_id(EPOCH).one(db).await?.ok_or(TableError::NotFound { noun: "epoch of the store" })?;
    row.value.parse().map_err(|_| TableError::Unreadable { column: "store epoch" })
}

/// Notes that the store was restored.
pub async fn set_epoch(db: &impl ConnectionTrait, epoch: u64) -> Result<(), TableError> {
    let row = ActiveModel { key: Set(EPOCH.to_owned()), value: Set(epoch.to_string()) };
    Entity::update(row).exec(db).await?;
    Ok(())
}
