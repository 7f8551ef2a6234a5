//! Table `suppression` (migration 1): who is never written to. Entries merge by union on `(kind, key)`.

use super::store_meta::{PersonKey, person_key};
use super::{TableError, instant, parsed};
use autoreach_domain::suppression::{Addressee, Suppression, SuppressionScope};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    kind: String,
    key: String,
    reason: String,
    added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_domain(row: Model) -> Result<Suppression, TableError> {
    let scope = match row.kind.as_str() {
        "company" => SuppressionScope::Company(row.key),
        "erased" => SuppressionScope::Erased(row.key),
        "person" | "domain" => SuppressionScope::parse(&row.key).map_err(|_| TableError::Unreadable { column: "suppression key" })?,
        _ => return Err(TableError::Unreadable { column: "suppression kind" }),
    };
    Ok(Suppression {
        id: parsed(&row.id, "suppression id")?,
        scope,
        reason: row.reason,
        added_at: instant(row.added_at, "suppression time")?,
    })
}

/// Adds an entry; one that is already there stays as it was. `true` when it is new.
pub async fn add(db: &impl ConnectionTrait, entry: &Suppression) -> Result<bool, TableError> {
    let row = ActiveModel {
        id: Set(entry.id.to_string()),
        kind: Set(entry.scope.kind().to_owned()),
        key: Set(entry.scope.key()),
        reason: Set(entry.reason.clone()),
        added_at: Set(entry.added_at.as_millisecond()),
    };
    let keep = OnConflict::columns([Column::Kind, Column::Key]).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(keep).exec_without_returning(db).await.map(|rows| rows > 0)?)
}

/// The whole list, newest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Suppression>, TableError> {
    let rows = Entity::find().order_by_desc(Column::AddedAt).order_by_desc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The first entry that covers the addressee.
pub async fn covering(db: &impl ConnectionTrait, addressee: &Addressee) -> Result<Option<Suppression>, TableError> {
    let keys = keys_of(addressee, &person_key(db).await?);
    if keys.is_empty() {
        return Ok(None);
    }
    let any = keys.into_iter().fold(Condition::any(), |any, (kind, key)| any.add(Column::Kind.eq(kind).and(Column::Key.eq(key))));
    Entity::find().filter(any).one(db).await?.map(to_domain).transpose()
}

/// The whole list in memory, for checking many at once.
pub struct SuppressionList {
    entries: BTreeSet<(String, String)>,
    person_key: PersonKey,
}

impl SuppressionList {
    /// Is the addressee on it?
    pub fn covers(&self, addressee: &Addressee) -> bool {
        keys_of(addressee, &self.person_key).into_iter().any(|(kind, key)| self.entries.contains(&(kind.to_owned(), key)))
    }
}

/// The list, for checking many rows at once.
pub async fn list(db: &impl ConnectionTrait) -> Result<SuppressionList, TableError> {
    let rows: Vec<(String, String)> = Entity::find().select_only().column(Column::Kind).column(Column::Key).into_tuple().all(db).await?;
    Ok(SuppressionList { entries: rows.into_iter().collect(), person_key: person_key(db).await? })
}

/// What the domain looks up, and the code of somebody who was erased.
fn keys_of(addressee: &Addressee, person_key: &PersonKey) -> Vec<(&'static str, String)> {
    let mut keys = addressee.keys();
    keys.extend(addressee.email.iter().map(|email| ("erased", person_key.code(&email.comparable()))));
    keys
}
