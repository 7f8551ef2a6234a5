//! Table `lead` (migration 1).

use super::{TableError, from_json, instant, parsed, to_json};
use autoreach_domain::ids::{ImportId, LeadId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    workflow_id: String,
    account_id: String,
    import_id: Option<String>,
    company: String,
    website: Option<String>,
    first_name: String,
    last_name: String,
    role: String,
    email: Option<String>,
    email_key: Option<String>,
    domain: Option<String>,
    country: Option<String>,
    city: Option<String>,
    industry: Option<String>,
    head_count: Option<i64>,
    other_columns: String,
    withdrawn_at: Option<i64>,
    created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_row(lead: &Lead) -> ActiveModel {
    let email = lead.person.email.as_ref();
    ActiveModel {
        id: Set(lead.id.to_string()),
        workflow_id: Set(lead.workflow_id.to_string()),
        account_id: Set(lead.account_id.to_string()),
        import_id: Set(lead.import_id.map(|id| id.to_string())),
        company: Set(lead.company.clone()),
        website: Set(lead.website.clone()),
        first_name: Set(lead.person.first_name.clone()),
        last_name: Set(lead.person.last_name.clone()),
        role: Set(lead.person.role.clone()),
        email: Set(email.map(ToString::to_string)),
        email_key: Set(email.map(EmailAddress::comparable)),
        domain: Set(lead.company_domain().map(String::from)),
        country: Set(lead.country.clone()),
        city: Set(lead.city.clone()),
        industry: Set(lead.industry.clone()),
        head_count: Set(lead.head_count.map(i64::from)),
        other_columns: Set(to_json(&lead.other_columns)),
        withdrawn_at: Set(None),
        created_at: Set(lead.created_at.as_millisecond()),
    }
}

fn to_domain(row: Model) -> Result<Lead, TableError> {
    let email = row.email.map(|email| EmailAddress::parse(&email).map_err(|_| TableError::Unreadable { column: "mail address" }));
    let head_count = row.head_count.map(|n| u32::try_from(n).map_err(|_| TableError::Unreadable { column: "head count" }));
    Ok(Lead {
        id: parsed(&row.id, "lead id")?,
        workflow_id: parsed(&row.workflow_id, "workflow id")?,
        account_id: parsed(&row.account_id, "account id")?,
        import_id: row.import_id.as_deref().map(|id| parsed(id, "import id")).transpose()?,
        company: row.company,
        website: row.website,
        person: Person { first_name: row.first_name, last_name: row.last_name, role: row.role, email: email.transpose()? },
        country: row.country,
        city: row.city,
        industry: row.industry,
        head_count: head_count.transpose()?,
        other_columns: from_json(&row.other_columns, "other columns")?,
        created_at: instant(row.created_at, "lead time")?,
    })
}

/// Rows a single statement may hold without exceeding SQLite's limit of 32,766 parameters.
const ROWS_PER_STATEMENT: usize = 1_000;

/// Adds leads.
pub async fn insert_all(db: &impl ConnectionTrait, leads: &[Lead]) -> Result<(), TableError> {
    for chunk in leads.chunks(ROWS_PER_STATEMENT) {
        Entity::insert_many(chunk.iter().map(to_row)).exec_without_returning(db).await?;
    }
    Ok(())
}

/// One lead, withdrawn or not.
pub async fn get(db: &impl ConnectionTrait, id: LeadId) -> Result<Lead, TableError> {
    Entity::find_by_id(id.to_string()).one(db).await?.map(to_domain).ok_or(TableError::NotFound { noun: "lead" })?
}

/// Was the lead taken back with its import?
pub async fn is_withdrawn(db: &impl ConnectionTrait, id: LeadId) -> Result<bool, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "lead" })?;
    Ok(row.withdrawn_at.is_some())
}

/// The leads of a workflow that were not withdrawn, oldest first.
pub async fn of_workflow(db: &impl ConnectionTrait, workflow_id: WorkflowId) -> Result<Vec<Lead>, TableError> {
    let rows = Entity::find()
        .filter(Column::WorkflowId.eq(workflow_id.to_string()))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The ids of the leads that an import brought.
pub async fn ids_of_import(db: &impl ConnectionTrait, import_id: ImportId) -> Result<Vec<LeadId>, TableError> {
    let query = Entity::find().select_only().column(Column::Id).filter(Column::ImportId.eq(import_id.to_string()));
    let ids: Vec<String> = query.into_tuple().all(db).await?;
    ids.iter().map(|id| parsed(id, "lead id")).collect()
}

/// Takes the leads of an import out of every list; their rows stay, because decisions may name them.
pub async fn withdraw_import(db: &impl ConnectionTrait, import_id: ImportId, now: Timestamp) -> Result<u64, TableError> {
    let update = Entity::update_many().col_expr(Column::WithdrawnAt, now.as_millisecond().into());
    Ok(update.filter(Column::ImportId.eq(import_id.to_string())).exec(db).await?.rows_affected)
}

/// Sets the recipient after a person confirmed it, or clears it when that is undone.
pub async fn set_email(db: &impl ConnectionTrait, id: LeadId, email: Option<&EmailAddress>) -> Result<(), TableError> {
    let row = ActiveModel {
        id: Set(id.to_string()),
        email: Set(email.map(ToString::to_string)),
        email_key: Set(email.map(EmailAddress::comparable)),
        ..Default::default()
    };
    Entity::update(row).exec(db).await?;
    Ok(())
}
