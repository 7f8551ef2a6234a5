//! Table `page_snapshot` (migration 1): the text of every page read, so that quotes can be shown offline.

use super::{TableError, instant, parsed};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde::Serialize;
use ts_rs::TS;

/// A stored page.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct StoredPage {
    /// SHA-256 of the text, hex.
    pub hash: String,
    /// The address that answered.
    pub url: String,
    /// The title.
    pub title: String,
    /// The visible text that quotes point into.
    pub text: String,
    /// The day the page says it was published.
    pub published: Option<Date>,
    /// The language it declares.
    pub language: Option<String>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "page_snapshot")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    hash: String,
    url: String,
    title: String,
    text: String,
    published: Option<String>,
    language: Option<String>,
    fetched_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps pages; a text that is already kept stays as it was.
pub async fn keep(db: &impl ConnectionTrait, pages: &[StoredPage]) -> Result<(), TableError> {
    if pages.is_empty() {
        return Ok(());
    }
    let row = |page: &StoredPage| ActiveModel {
        hash: Set(page.hash.clone()),
        url: Set(page.url.clone()),
        title: Set(page.title.clone()),
        text: Set(page.text.clone()),
        published: Set(page.published.map(|date| date.to_string())),
        language: Set(page.language.clone()),
        fetched_at: Set(page.fetched_at.as_millisecond()),
    };
    let known = OnConflict::column(Column::Hash).do_nothing().to_owned();
    Entity::insert_many(pages.iter().map(row)).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}

/// The page whose text has this hash.
pub async fn get(db: &impl ConnectionTrait, hash: &str) -> Result<StoredPage, TableError> {
    let row = Entity::find_by_id(hash).one(db).await?.ok_or(TableError::NotFound { noun: "stored page" })?;
    Ok(StoredPage {
        published: row.published.as_deref().map(|date| parsed(date, "page date")).transpose()?,
        fetched_at: instant(row.fetched_at, "page time")?,
        hash: row.hash,
        url: row.url,
        title: row.title,
        text: row.text,
        language: row.language,
    })
}
