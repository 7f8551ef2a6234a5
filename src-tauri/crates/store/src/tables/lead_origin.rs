//! Table `lead_origin` (migration 7): where a lead was found; leads out of a file have no row.

use super::{TableError, from_json, instant, parsed, to_json};
use autoreach_domain::discovery::DiscoverySource;
use autoreach_domain::ids::LeadId;
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead_origin")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    lead_id: String,
    source: String,
    page: String,
    quote: String,
    found_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where a lead was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadOrigin {
    /// The lead.
    pub lead_id: LeadId,
    /// How.
    pub source: DiscoverySource,
    /// The page that named it; empty for a list of domains.
    pub page: String,
    /// The words it was named with.
    pub quote: String,
    /// When.
    pub found_at: Timestamp,
}

/// Writes down where leads were found.
pub async fn insert_all(db: &impl ConnectionTrait, origins: &[LeadOrigin]) -> Result<(), TableError> {
    /// Rows of one statement; five parameters each stay far below SQLite's limit.
    const ROWS_PER_STATEMENT: usize = 1_000;
    for chunk in origins.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().map(|origin| ActiveModel {
            lead_id: Set(origin.lead_id.to_string()),
            source: Set(to_json(&origin.source)),
            page: Set(origin.page.clone()),
            quote: Set(origin.quote.clone()),
            found_at: Set(origin.found_at.as_millisecond()),
        });
        Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Where a lead was found; `None` for one out of a file.
pub async fn of_lead(db: &impl ConnectionTrait, id: LeadId) -> Result<Option<LeadOrigin>, TableError> {
    Entity::find_by_id(id.to_string()).one(db).await?.map(to_domain).transpose()
}

fn to_domain(row: Model) -> Result<LeadOrigin, TableError> {
    Ok(LeadOrigin {
        lead_id: parsed(&row.lead_id, "lead id")?,
        source: from_json(&row.source, "source")?,
        page: row.page,
        quote: row.quote,
        found_at: instant(row.found_at, "found at")?,
    })
}
