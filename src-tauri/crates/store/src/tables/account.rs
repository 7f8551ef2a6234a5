//! Table `account` (migration 1): the companies, found again by domain or by comparable name.

use super::{TableError, parsed};
use autoreach_domain::account::{Account, CompanyDomain, comparable_name};
use autoreach_domain::ids::AccountId;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    comparable_name: String,
    domain: Option<String>,
    country: Option<String>,
    created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds companies.
pub async fn insert_all(db: &impl ConnectionTrait, accounts: &[Account], now: Timestamp) -> Result<(), TableError> {
    let row = |account: &Account| ActiveModel {
        id: Set(account.id.to_string()),
        name: Set(account.name.clone()),
        comparable_name: Set(comparable_name(&account.name)),
        domain: Set(account.domain.clone().map(String::from)),
        country: Set(account.country.clone()),
        created_at: Set(now.as_millisecond()),
    };
    for chunk in accounts.chunks(1_000) {
        Entity::insert_many(chunk.iter().map(row)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The ids of all companies by domain, and of those without one by comparable name: what an import looks rows up in.
pub async fn directory(db: &impl ConnectionTrait) -> Result<Vec<(AccountId, Option<CompanyDomain>, String)>, TableError> {
    let rows = Entity::find().all(db).await?;
    let entry = |row: Model| {
        let domain =
            row.domain.map(|domain| CompanyDomain::parse(&domain).map_err(|_| TableError::Unreadable { column: "account domain" }));
        Ok((parsed(&row.id, "account id")?, domain.transpose()?, row.comparable_name))
    };
    rows.into_iter().map(entry).collect()
}
