//! Step 0: a file of leads becomes leads, all of them or none.
//!
//! Reading and mapping are `autoreach-import`'s; here rows meet what is already in the workspace: duplicates and the
//! suppression list. The report says of every row what became of it; nothing is stored by a preview.

use crate::Engine;
use crate::error::{EngineError, Wording};
use autoreach_domain::account::{Account, CompanyDomain, comparable_name};
use autoreach_domain::ids::{AccountId, ImportId, LeadId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::sending::OutboxState;
use autoreach_domain::suppression::Addressee;
use autoreach_import::{
    Candidate, Delimiter, Format, Mapped, MappedLead, Mapping, Match, Place, Table, find_duplicates, fingerprint, guess_mapping, map_rows,
    read_file,
};
use autoreach_store::tables::artifact::hash_hex;
use autoreach_store::tables::lead::Shelf;
use autoreach_store::tables::lead_import::{self, LeadImport};
use autoreach_store::tables::suppression::SuppressionList;
use autoreach_store::tables::{account, job, lead, outbox, review_item, setting, suppression};
use autoreach_store::{TableConnection, WriteTransaction};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use ts_rs::TS;

/// Setting: mappings a person corrected, by the header's fingerprint.
const MAPPINGS: &str = "mappings";
/// Leads of a preview shown whole.
const PREVIEWED: usize = 5;

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct ImportRequest<'a> {
    /// The workflow its leads go to.
    pub workflow_id: WorkflowId,
    /// The file's name, without its folder.
    pub file_name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Corrections of the mapping, `Header=field`.
    pub overrides: &'a [String],
    /// Takes rows too that may be duplicates.
    pub takes_unsure: bool,
    /// The executable that reads workbooks in a process of its own when started with the parser's argument.
    pub parser: &'a Path,
}

/// Leads that enter together, and can be taken back together.
pub(crate) struct Batch<'a> {
    pub(crate) workflow_id: WorkflowId,
    /// The file's name, or where they were found.
    pub(crate) name: &'a str,
    /// SHA-256 of what brought them, hex.
    pub(crate) hash: String,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ImportReport {
    /// The import, when leads were stored.
    pub import: Option<ImportId>,
    /// What kind of file it was: "CSV, comma, UTF-8".
    pub format: String,
    /// The exporter recognised.
    pub preset: &'static str,
    /// Header and field, for every column that has one.
    pub mapping: Vec<(String, &'static str)>,
    /// Columns kept as they are.
    pub unmapped: Vec<String>,
    /// Rows that are (or would be) new leads.
    pub new: usize,
    /// Rows whose lead is already there.
    pub same: Vec<RowLine>,
    /// Rows that may be duplicates: kept out until a person says otherwise.
    pub unsure: Vec<RowLine>,
    /// Rows kept out by the suppression list.
    pub suppressed: Vec<RowLine>,
    /// Rows that could not be used, and why.
    pub problems: Vec<RowLine>,
    /// Rows that were used with something left out or taken at a guess.
    pub notes: Vec<RowLine>,
    /// Leads that lack something, and what.
    pub incomplete: Vec<RowLine>,
    /// The first leads as they would be stored.
    pub preview: Vec<PreviewLine>,
}

/// One row of the file and what is said about it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RowLine {
    /// Its line in the file.
    pub line: u64,
    /// What is said.
    pub what: String,
}

/// One lead of a preview.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PreviewLine {
    /// The company.
    pub company: String,
    /// The person.
    pub person: String,
    /// The role.
    pub role: String,
    /// The mail address.
    pub email: String,
    /// The website.
    pub website: String,
}

/// Rows sorted by what becomes of them.
struct Sorted {
    new: Vec<MappedLead>,
    same: Vec<RowLine>,
    unsure: Vec<RowLine>,
    suppressed: Vec<RowLine>,
}

impl Engine {
    /// What an import would do, without doing it.
    pub async fn preview_import(&self, request: &ImportRequest<'_>) -> Result<ImportReport, EngineError> {
        let (table, mapping) = self.read_lead_file(request).await?;
        let mapped = map_rows(&table, &mapping);
        let sorted = sort(self.store.read(), &mapped, request).await?;
        Ok(report(&table, &mapping, &mapped, &sorted, None))
    }

    /// Imports the file: all its usable rows, or, on any error, none.
    pub async fn import(&self, request: &ImportRequest<'_>) -> Result<ImportReport, EngineError> {
        let (table, mapping) = self.read_lead_file(request).await?;
        let mapped = map_rows(&table, &mapping);
        // Read inside the change: of two imports at once the second must see the first one's leads.
        let tx = self.store.begin().await?;
        let sorted = sort(&*tx, &mapped, request).await?;
        let batch = Batch { workflow_id: request.workflow_id, name: request.file_name, hash: hash_hex(request.bytes) };
        let import = if sorted.new.is_empty() { None } else { Some(self.store_leads(&tx, &batch, &sorted.new).await?.0) };
        remember_mapping(&tx, request, &table, &mapping).await?;
        tx.commit().await?;
        Ok(report(&table, &mapping, &mapped, &sorted, import))
    }

    async fn read_lead_file(&self, request: &ImportRequest<'_>) -> Result<(Table, Mapping), EngineError> {
        let table = read_file(request.bytes, request.parser)?;
        let remembered: BTreeMap<String, Mapping> = setting::get(self.store.read(), MAPPINGS).await?.unwrap_or_default();
        let mut mapping = remembered.get(&fingerprint(&table.header)).cloned().unwrap_or_else(|| guess_mapping(&table.header));
        for text in request.overrides {
            mapping =
                mapping.with_override(&table.header, text).map_err(|error| EngineError::Mapping(Wording(format!("{text}: {error}"))))?;
        }
        Ok((table, mapping))
    }

    /// Stores new leads as one batch, which can be taken back as a whole; their ids in the order of the rows.
    pub(crate) async fn store_leads(
        &self,
        tx: &WriteTransaction,
        batch: &Batch<'_>,
        rows: &[MappedLead],
    ) -> Result<(ImportId, Vec<LeadId>), EngineError> {
        let now = self.now();
        let import = LeadImport {
            id: self.id(ImportId::new)?,
            workflow_id: batch.workflow_id,
            file_name: batch.name.to_owned(),
            file_hash: batch.hash.clone(),
            lead_count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            created_at: now,
            undone_at: None,
        };
        lead_import::insert(&**tx, &import).await?;
        let mut accounts = AccountDirectory::read(tx).await?;
        let mut leads = Vec::with_capacity(rows.len());
        for row in rows {
            let account_id = accounts.find_or_add(self, row.company_domain(), &row.company, row.country.as_deref())?;
            leads.push(self.lead(batch.workflow_id, row, account_id, import.id)?);
        }
        account::insert_all(&**tx, &accounts.added, now).await?;
        lead::insert_all(&**tx, &leads).await?;
        Ok((import.id, leads.iter().map(|lead| lead.id).collect()))
    }

    fn lead(&self, workflow_id: WorkflowId, row: &MappedLead, account_id: AccountId, import_id: ImportId) -> Result<Lead, EngineError> {
        let created_at = self.now();
        Ok(Lead {
            id: LeadId::new(created_at, self.randomness.bytes()?),
            workflow_id,
            account_id,
            import_id: Some(import_id),
            company: row.company.clone(),
            website: row.website.clone(),
            person: row.person.clone(),
            country: row.country.clone(),
            city: row.city.clone(),
            industry: row.industry.clone(),
            head_count: row.head_count,
            other_columns: row.other_columns.clone(),
            created_at,
        })
    }

    /// Takes an import back: its leads leave every list, its open items the queue, its unsent mails the outbox.
    /// Decisions stay in the journal. Refused when a mail of it has left.
    pub async fn undo_import(&self, id: ImportId) -> Result<u64, EngineError> {
        let tx = self.store.begin().await?;
        if lead_import::get(&*tx, id).await?.undone_at.is_some() {
            return Err(EngineError::ImportUndone);
        }
        let leads = lead::ids_of_import(&*tx, id).await?;
        let left = outbox::left_of_leads(&*tx, &leads).await?;
        if left > 0 {
            return Err(EngineError::ImportHasSent { sent: left });
        }
        job::cancel_leads(&*tx, &leads).await?;
        review_item::withdraw(&*tx, &leads).await?;
        for mail in outbox::unsent_of_leads(&*tx, &leads).await? {
            outbox::move_unsent(&*tx, mail, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await?;
        }
        let withdrawn = lead::withdraw_import(&*tx, id, self.now()).await?;
        lead_import::mark_undone(&*tx, id, self.now()).await?;
        tx.commit().await?;
        Ok(withdrawn)
    }

    /// Every import, newest first.
    pub async fn imports(&self) -> Result<Vec<LeadImport>, EngineError> {
        Ok(lead_import::all(self.store.read()).await?)
    }
}

/// The companies of the workspace by domain and by name, and those an import adds.
pub(crate) struct AccountDirectory {
    by_domain: BTreeMap<CompanyDomain, AccountId>,
    by_name: BTreeMap<String, AccountId>,
    /// Companies that were not known.
    pub(crate) added: Vec<Account>,
}

impl AccountDirectory {
    pub(crate) async fn read(tx: &WriteTransaction) -> Result<Self, EngineError> {
        let mut directory = Self { by_domain: BTreeMap::new(), by_name: BTreeMap::new(), added: Vec::new() };
        for (id, domain, name) in account::directory(&**tx).await? {
            match domain {
                Some(domain) => drop(directory.by_domain.insert(domain, id)),
                None => drop(directory.by_name.insert(name, id)),
            }
        }
        Ok(directory)
    }

    /// A company is known by its domain, or, where a row has none, by its comparable name.
    pub(crate) fn find_or_add(
        &mut self,
        engine: &Engine,
        domain: Option<CompanyDomain>,
        company: &str,
        country: Option<&str>,
    ) -> Result<AccountId, EngineError> {
        let name = comparable_name(company);
        let known = match &domain {
            Some(domain) => self.by_domain.get(domain),
            None => self.by_name.get(&name),
        };
        if let Some(id) = known {
            return Ok(*id);
        }
        let id = engine.id(AccountId::new)?;
        match &domain {
            Some(domain) => drop(self.by_domain.insert(domain.clone(), id)),
            None => drop(self.by_name.insert(name, id)),
        }
        self.added.push(Account { id, name: company.to_owned(), domain, country: country.map(str::to_owned) });
        Ok(id)
    }
}

/// Sorts the rows by what becomes of them.
async fn sort(db: &impl TableConnection, mapped: &Mapped, request: &ImportRequest<'_>) -> Result<Sorted, EngineError> {
    let existing = lead::of_workflow(db, request.workflow_id, Shelf::All).await?;
    let list = suppression::list(db).await?;
    let known: Vec<Candidate> = existing.iter().map(Candidate::from).collect();
    let incoming: Vec<Candidate> = mapped.leads.iter().map(Candidate::from).collect();
    let duplicates: BTreeMap<usize, _> = find_duplicates(&known, &incoming).into_iter().map(|found| (found.incoming, found)).collect();
    let other = |place| match place {
        Place::Existing(at) => format!("{} is already a lead", existing[at].company),
        Place::File(at) => format!("the same as line {}", mapped.leads[at].line),
    };
    let mut sorted = Sorted { new: Vec::new(), same: Vec::new(), unsure: Vec::new(), suppressed: Vec::new() };
    for (index, row) in mapped.leads.iter().enumerate() {
        let line = |what| RowLine { line: row.line, what };
        match duplicates.get(&index) {
            _ if is_suppressed(row, &list) => sorted.suppressed.push(line("on the suppression list".into())),
            Some(found) if found.verdict == Match::Same => sorted.same.push(line(other(found.of))),
            Some(found) if found.verdict == Match::Unsure && !request.takes_unsure => {
                sorted.unsure.push(line(format!("may be a duplicate: {}", other(found.of))));
            }
            Some(_) | None => sorted.new.push(row.clone()),
        }
    }
    Ok(sorted)
}

fn is_suppressed(row: &MappedLead, list: &SuppressionList) -> bool {
    let addressee = Addressee { email: row.person.email.clone(), domain: row.company_domain(), company: row.company.clone() };
    list.covers(&addressee)
}

/// A mapping that a person corrected is used for the next file with the same header.
async fn remember_mapping(tx: &WriteTransaction, request: &ImportRequest<'_>, table: &Table, mapping: &Mapping) -> Result<(), EngineError> {
    if request.overrides.is_empty() {
        return Ok(());
    }
    let mut remembered: BTreeMap<String, Mapping> = setting::get(&**tx, MAPPINGS).await?.unwrap_or_default();
    remembered.insert(fingerprint(&table.header), mapping.clone());
    Ok(setting::set(&**tx, MAPPINGS, &remembered).await?)
}

fn report(table: &Table, mapping: &Mapping, mapped: &Mapped, sorted: &Sorted, import: Option<ImportId>) -> ImportReport {
    let fields =
        table.header.iter().zip(&mapping.columns).filter_map(|(header, field)| field.map(|field| (header.clone(), field.as_str())));
    let problems =
        table.problems.iter().chain(&mapped.problems).map(|problem| RowLine { line: problem.line, what: problem.cause.to_string() });
    let notes = mapped.leads.iter().flat_map(|row| row.notes.iter().map(|note| RowLine { line: row.line, what: note.to_string() }));
    ImportReport {
        import,
        format: format_words(&table.format),
        preset: mapping.preset.words(),
        mapping: fields.collect(),
        unmapped: mapping.unmapped.clone(),
        new: sorted.new.len(),
        same: sorted.same.clone(),
        unsure: sorted.unsure.clone(),
        suppressed: sorted.suppressed.clone(),
        problems: problems.collect(),
        notes: notes.collect(),
        incomplete: sorted.new.iter().filter_map(incomplete).collect(),
        preview: sorted.new.iter().take(PREVIEWED).map(preview_line).collect(),
    }
}

/// "CSV, comma, UTF-8" or "XLSX, sheet Leads".
fn format_words(format: &Format) -> String {
    match format {
        Format::Csv { delimiter, encoding } => format!("CSV, {}, {}", delimiter_words(*delimiter), encoding.name()),
        Format::Xlsx { sheet } => format!("XLSX, sheet {sheet}"),
    }
}

fn delimiter_words(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => "comma",
        Delimiter::Semicolon => "semicolon",
        Delimiter::Tab => "tab",
        Delimiter::Bar => "bar",
    }
}

fn incomplete(row: &MappedLead) -> Option<RowLine> {
    use autoreach_domain::lead::Missing;
    let missing = [(row.website.is_none(), Missing::Website), (row.person.email.is_none(), Missing::Email)];
    let words: Vec<&str> = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, missing)| missing.words()).collect();
    (!words.is_empty()).then(|| RowLine { line: row.line, what: words.join("; ") })
}

fn preview_line(row: &MappedLead) -> PreviewLine {
    PreviewLine {
        company: row.company.clone(),
        person: row.person.full_name(),
        role: row.person.role.clone(),
        email: row.person.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        website: row.website.clone().unwrap_or_default(),
    }
}
