//! Table `contact` (migration 5): people and companies the team knows already, so that no mail to them pretends otherwise.

use super::{TableError, instant, parsed};
use autoreach_domain::account::CompanyDomain;
use autoreach_domain::ids::ContactId;
use autoreach_domain::lead::EmailAddress;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, PaginatorTrait, QueryOrder, QuerySelect};

/// Somebody the team knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The person's name; empty where the company as a whole is meant.
    pub name: String,
    /// The company's name; may be empty.
    pub company: String,
    /// The person's mailbox.
    pub email: Option<EmailAddress>,
    /// The company's domain.
    pub domain: Option<CompanyDomain>,
    /// How they are known; may be empty.
    pub note: String,
    /// When the entry was made.
    pub added_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    company: String,
    email_key: Option<String>,
    domain: Option<String>,
    note: String,
    added_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_domain(row: Model) -> Result<Contact, TableError> {
    let email = row.email_key.as_deref().map(EmailAddress::parse).transpose();
    let domain = row.domain.as_deref().map(CompanyDomain::parse).transpose();
    Ok(Contact {
        id: parsed(&row.id, "contact id")?,
        email: email.map_err(|_| TableError::Unreadable { column: "contact mailbox" })?,
        domain: domain.map_err(|_| TableError::Unreadable { column: "contact domain" })?,
        added_at: instant(row.added_at, "contact time")?,
        name: row.name,
        company: row.company,
        note: row.note,
    })
}

/// Adds an entry; a mailbox that is there already stays as it was. `true` when it is new.
pub async fn add(db: &impl ConnectionTrait, contact: &Contact) -> Result<bool, TableError> {
    let row = ActiveModel {
        id: Set(contact.id.to_string()),
        name: Set(contact.name.clone()),
        company: Set(contact.company.clone()),
        email_key: Set(contact.email.as_ref().map(EmailAddress::comparable)),
        domain: Set(contact.domain.as_ref().map(ToString::to_string)),
        note: Set(contact.note.clone()),
        added_at: Set(contact.added_at.as_millisecond()),
    };
    let keep = OnConflict::new().do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(keep).exec_without_returning(db).await.map(|rows| rows > 0)?)
}

/// The newest entries, at most `limit`.
pub async fn newest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Contact>, TableError> {
    let rows = Entity::find().order_by_desc(Column::AddedAt).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many there are.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, TableError> {
    Ok(Entity::find().count(db).await?)
}

/// Takes an entry off. `false` when it was not there.
pub async fn remove(db: &impl ConnectionTrait, id: ContactId) -> Result<bool, TableError> {
    Ok(Entity::delete_by_id(id.to_string()).exec(db).await?.rows_affected > 0)
}

/// Entries with this mailbox or of a company with one of these domains, at most `limit`.
pub async fn matching(
    db: &impl ConnectionTrait,
    email: Option<&EmailAddress>,
    domains: &[CompanyDomain],
    limit: u64,
) -> Result<Vec<Contact>, TableError> {
    let by_email = email.map(|email| Column::EmailKey.eq(email.comparable()));
    let by_domain = (!domains.is_empty()).then(|| Column::Domain.is_in(domains.iter().map(ToString::to_string)));
    if by_email.is_none() && by_domain.is_none() {
        return Ok(Vec::new());
    }
    let any = Condition::any().add_option(by_email).add_option(by_domain);
    let rows = Entity::find().filter(any).order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}
