//! Tables `lead` (migrations 1 and 2) and `lead_change` (migration 2): the leads, and what people changed of them.

use super::{TableError, from_json, instant, parsed, to_json};
use autoreach_domain::ids::{ImportId, LeadId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::reviewer::Reviewer;
use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, PaginatorTrait, QueryOrder, QuerySelect};

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
    tags: String,
    archived_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What people changed, one row a change.
mod change {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lead_change")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) lead_id: String,
        pub(crate) kind: String,
        pub(crate) reviewer: String,
        pub(crate) lead_before: String,
        pub(crate) lead_after: String,
        pub(crate) changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What kind of change a person made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Company, website, person or place.
    Edited,
    /// Other tags.
    Tagged,
    /// Put away.
    Archived,
    /// Brought back.
    Restored,
}

impl ChangeKind {
    /// The stored text.
    fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Tagged => "tagged",
            Self::Archived => "archived",
            Self::Restored => "restored",
        }
    }
}

/// Which leads of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Those that are worked on.
    Current,
    /// Those put away.
    Archived,
    /// Both.
    All,
}

/// A lead with what people put on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShelvedLead {
    /// The lead.
    pub lead: Lead,
    /// Its tags, in the order they were given.
    pub tags: Vec<String>,
    /// It was put away.
    pub is_archived: bool,
}

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
        tags: Set(NO_TAGS.to_owned()),
        archived_at: Set(None),
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

/// The tags of a new lead.
const NO_TAGS: &str = "[]";
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

/// The leads with this mailbox in any workflow, also those put away or taken back, oldest first.
pub async fn with_address(db: &impl ConnectionTrait, address: &EmailAddress) -> Result<Vec<Lead>, TableError> {
    let query = Entity::find().filter(Column::EmailKey.eq(address.comparable())).order_by_asc(Column::CreatedAt);
    query.all(db).await?.into_iter().map(to_domain).collect()
}

/// A lead of another workflow with the same mailbox, else one of the same company's domain.
pub async fn elsewhere(db: &impl ConnectionTrait, lead: &Lead) -> Result<Option<Lead>, TableError> {
    let others = || Entity::find().filter(Column::WorkflowId.ne(lead.workflow_id.to_string())).filter(Column::WithdrawnAt.is_null());
    if let Some(email) = &lead.person.email {
        let same = others().filter(Column::EmailKey.eq(email.comparable())).order_by_asc(Column::CreatedAt);
        if let Some(row) = same.one(db).await? {
            return to_domain(row).map(Some);
        }
    }
    let Some(domain) = lead.company_domain() else { return Ok(None) };
    let same = others().filter(Column::Domain.eq(domain.to_string())).order_by_asc(Column::CreatedAt);
    same.one(db).await?.map(to_domain).transpose()
}

/// Was the lead taken back with its import?
pub async fn is_withdrawn(db: &impl ConnectionTrait, id: LeadId) -> Result<bool, TableError> {
    let row = Entity::find_by_id(id.to_string()).one(db).await?.ok_or(TableError::NotFound { noun: "lead" })?;
    Ok(row.withdrawn_at.is_some())
}

/// One lead with what people put on it.
pub async fn shelved(db: &impl ConnectionTrait, id: LeadId) -> Result<ShelvedLead, TableError> {
    Entity::find_by_id(id.to_string()).one(db).await?.map(to_shelved).ok_or(TableError::NotFound { noun: "lead" })?
}

/// The leads of a workflow that were not withdrawn, oldest first.
pub async fn of_workflow(db: &impl ConnectionTrait, workflow_id: WorkflowId, shelf: Shelf) -> Result<Vec<Lead>, TableError> {
    let leads = shelved_of_workflow(db, workflow_id, shelf).await?;
    Ok(leads.into_iter().map(|shelved| shelved.lead).collect())
}

/// The same with what people put on them.
pub async fn shelved_of_workflow(db: &impl ConnectionTrait, workflow_id: WorkflowId, shelf: Shelf) -> Result<Vec<ShelvedLead>, TableError> {
    let all = Entity::find().filter(Column::WorkflowId.eq(workflow_id.to_string())).filter(Column::WithdrawnAt.is_null());
    let wanted = match shelf {
        Shelf::Current => all.filter(Column::ArchivedAt.is_null()),
        Shelf::Archived => all.filter(Column::ArchivedAt.is_not_null()),
        Shelf::All => all,
    };
    let rows = wanted.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_shelved).collect()
}

fn to_shelved(row: Model) -> Result<ShelvedLead, TableError> {
    let (tags, is_archived) = (from_json(&row.tags, "lead tags")?, row.archived_at.is_some());
    Ok(ShelvedLead { lead: to_domain(row)?, tags, is_archived })
}

/// Writes what a person changed of a lead; its import, its place and its time stay.
pub async fn replace(db: &impl ConnectionTrait, lead: &Lead) -> Result<(), TableError> {
    let row = to_row(lead);
    let kept = ActiveModel {
        tags: NotSet,
        archived_at: NotSet,
        withdrawn_at: NotSet,
        created_at: NotSet,
        import_id: NotSet,
        workflow_id: NotSet,
        ..row
    };
    Entity::update(kept).exec(db).await?;
    Ok(())
}

/// Replaces the tags of a lead.
pub async fn set_tags(db: &impl ConnectionTrait, id: LeadId, tags: &[String]) -> Result<(), TableError> {
    let row = ActiveModel { id: Set(id.to_string()), tags: Set(to_json(&tags)), ..Default::default() };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Puts a lead away, or brings it back with `None`.
pub async fn set_archived(db: &impl ConnectionTrait, id: LeadId, at: Option<Timestamp>) -> Result<(), TableError> {
    let row = ActiveModel { id: Set(id.to_string()), archived_at: Set(at.map(Timestamp::as_millisecond)), ..Default::default() };
    Entity::update(row).exec(db).await?;
    Ok(())
}

/// Keeps who changed a lead, and how.
pub async fn record_change(
    db: &impl ConnectionTrait,
    kind: ChangeKind,
    before: &ShelvedLead,
    after: &ShelvedLead,
    reviewer: &Reviewer,
    now: Timestamp,
) -> Result<(), TableError> {
    let told = |shelved: &ShelvedLead| to_json(&(&shelved.lead, &shelved.tags));
    let row = change::ActiveModel {
        lead_id: Set(before.lead.id.to_string()),
        kind: Set(kind.as_str().to_owned()),
        reviewer: Set(reviewer.as_str().to_owned()),
        lead_before: Set(told(before)),
        lead_after: Set(told(after)),
        changed_at: Set(now.as_millisecond()),
        ..Default::default()
    };
    change::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// How often people changed a lead.
pub async fn changes_of(db: &impl ConnectionTrait, id: LeadId) -> Result<u64, TableError> {
    Ok(change::Entity::find().filter(change::Column::LeadId.eq(id.to_string())).count(db).await?)
}

/// Did a person correct the lead at or after `at`?
pub async fn was_edited_since(db: &impl ConnectionTrait, id: LeadId, at: Timestamp) -> Result<bool, TableError> {
    let edits = change::Entity::find()
        .filter(change::Column::LeadId.eq(id.to_string()))
        .filter(change::Column::Kind.eq(ChangeKind::Edited.as_str()))
        .filter(change::Column::ChangedAt.gte(at.as_millisecond()));
    Ok(edits.count(db).await? > 0)
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
