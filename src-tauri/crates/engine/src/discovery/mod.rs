//! Finding companies that are no leads yet: from a page that lists them, a list of domains, or a search engine.
//!
//! What is found is proposed and nothing more: each company with its source and the words it was named with, sorted by
//! what is known here already. A person takes some of them; only then are they leads, without a recipient, which is theirs
//! to name. Pages and searches have limits for one go and for a day, which are read from the ledger of calls, where every
//! request stands. Nothing is kept of what was not taken.

pub mod examples;
mod more;
pub mod search;
mod sorting;
#[cfg(test)]
mod tests;
pub mod view;

use crate::Engine;
use crate::egress;
use crate::error::EngineError;
use crate::pipeline::import::Batch;
use autoreach_agents::discover::{self, Basis, Discovery, FoundCompany};
use autoreach_domain::discovery::{DiscoverySource, PAGES_PER_DAY, PAGES_PER_RUN, name_of_domain};
use autoreach_domain::egress::EgressPurpose;
use autoreach_domain::icp::examples::FEWEST_EXAMPLES;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::lead::Person;
use autoreach_domain::text::one_line;
use autoreach_import::MappedLead;
use autoreach_store::tables::artifact::hash_hex;
use autoreach_store::tables::egress_call;
use autoreach_store::tables::lead_origin::{self, LeadOrigin};
use autoreach_web::{Admitted, Budget, FetchError, guard};
use jiff::{Timestamp, tz::TimeZone};
use sorting::Sorted;
use std::collections::BTreeMap;
use url::Url;
use view::{Added, ChosenCompany, DiscoveryReport, FoundLine, LeftOut};

/// Most bytes of one discovery: lists are longer than company pages.
const BYTES_PER_RUN: u64 = 30 * 1024 * 1024;
/// Most problems named in a report.
const PROBLEMS_TOLD: usize = 5;

/// Why nothing could be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotDiscover {
    /// The first page was not read.
    #[error("the list could not be read: {0}")]
    Unread(FetchError),
    /// The address is none of a page.
    #[error("{0}")]
    Address(#[from] guard::GuardRefusal),
    /// The day's share of pages is used up.
    #[error("{PAGES_PER_DAY} pages were read for discovery today, which is the limit; go on tomorrow (the day ends at midnight UTC)")]
    PagesSpent,
    /// The day's share of searches is used up.
    #[error("today's searches are used up; go on tomorrow (the day ends at midnight UTC)")]
    SearchesSpent,
    /// No search engine was set up.
    #[error("no search engine is set up; give a SearXNG address or a Brave key in Settings, or with `autoreach discover setup`")]
    NoSearchEngine,
    /// The demo asks nobody.
    #[error("the demo workspace reads recorded pages only and asks no search engine; try it in a workspace of your own")]
    NotInTheDemo,
    /// A search engine gave nothing.
    #[error("{0}")]
    Search(#[from] autoreach_web::SearchFault),
    /// The profile says too little to search for.
    #[error("the profile names no industry or technology to search for, and the verdicts add none yet")]
    NothingToSearchFor,
    /// A list of examples is too short to tell anything.
    #[error(
        "only {count} of the {side} companies have a web address that can be read; name at least {FEWEST_EXAMPLES}, better ten, one a line, such as acme.example"
    )]
    TooFewExamples {
        /// "good" or "bad".
        side: &'static str,
        /// Companies in it.
        count: usize,
    },
    /// A company is called good and bad.
    #[error("{0} stands in both lists; take it out of one")]
    InBothLists(String),
    /// The list holds no web address.
    #[error("there is no web address of a company in this list; write one a line, such as acme.example")]
    EmptyList,
}

impl Engine {
    /// The companies that a page lists, and the pages it goes on to. Nothing is stored but the requests in the ledger.
    pub async fn discover_from_page(&self, workflow_id: WorkflowId, address: &str) -> Result<DiscoveryReport, EngineError> {
        let start = page_address(address)?;
        let pages = self.pages_left_today().await?.min(PAGES_PER_RUN);
        if pages == 0 {
            return Err(CannotDiscover::PagesSpent.into());
        }
        let budget = Budget::new(pages, BYTES_PER_RUN);
        let found = discover::discover(self.pages.as_ref(), &start, &budget).await;
        let calls = egress::pages(budget.take_asked(), None, self.is_simulated.then(|| self.now()));
        self.note_pages(&calls).await?;
        if let (true, Some(cause)) = (found.lists.is_empty(), found.first_failed) {
            return Err(CannotDiscover::Unread(cause).into());
        }
        let source = DiscoverySource::ListPage { address: start.to_string() };
        let notes = notes_on(&found, pages);
        let sorted = sorting::sorted(self, workflow_id, found.companies).await?;
        Ok(report(source, sorted, notes))
    }

    /// The companies of a list of domains. Nothing is fetched.
    pub async fn discover_from_domains(&self, workflow_id: WorkflowId, name: &str, text: &str) -> Result<DiscoveryReport, EngineError> {
        let listed = discover::domains_in(text);
        if listed.companies.is_empty() {
            return Err(CannotDiscover::EmptyList.into());
        }
        let mut notes: Vec<String> = listed
            .unread
            .iter()
            .take(PROBLEMS_TOLD)
            .map(|line| format!("Line {} holds no web address of a company: {}", line.line, line.text))
            .collect();
        if listed.unread.len() > PROBLEMS_TOLD {
            notes.push(format!("{} more lines hold none.", listed.unread.len() - PROBLEMS_TOLD));
        }
        if listed.left_over > 0 {
            notes.push(format!("{} lines beyond the first 5,000 were not read.", listed.left_over));
        }
        let source = DiscoverySource::DomainList { name: one_line(name) };
        let sorted = sorting::sorted(self, workflow_id, listed.companies).await?;
        Ok(report(source, sorted, notes))
    }

    /// Takes found companies into the workflow as leads, each with where it was found; they can be taken back like an
    /// import. What became known or was suppressed since it was found stays out.
    pub async fn add_discovered(
        &self,
        workflow_id: WorkflowId,
        source: &DiscoverySource,
        chosen: &[ChosenCompany],
    ) -> Result<Added, EngineError> {
        let companies = chosen.iter().filter_map(company_of).collect();
        let tx = self.store.begin().await?;
        let Sorted { new, left_out } = sorting::sorted_in(&*tx, workflow_id, companies).await?;
        let rows: Vec<MappedLead> = new.iter().zip(1..).map(|(company, line)| mapped(company, line)).collect();
        let left_out = left_out.into_iter().map(LeftOut::from).collect();
        if rows.is_empty() {
            return Ok(Added { import: None, added: 0, left_out });
        }
        let (label, now) = (source.label(), self.now());
        let batch = Batch { workflow_id, name: &label, hash: hash_hex(label.as_bytes()) };
        let (import, ids) = self.store_leads(&tx, &batch, &rows).await?;
        let origin = |(lead_id, company): (_, &FoundCompany)| LeadOrigin {
            lead_id,
            source: source.clone(),
            page: company.page.clone(),
            quote: company.quote.clone(),
            found_at: now,
        };
        let origins: Vec<LeadOrigin> = ids.into_iter().zip(&new).map(origin).collect();
        lead_origin::insert_all(&*tx, &origins).await?;
        tx.commit().await?;
        Ok(Added { import: Some(import), added: rows.len(), left_out })
    }

    /// Pages that discovery may still read today.
    async fn pages_left_today(&self) -> Result<u32, EngineError> {
        let read = egress_call::about_no_lead_since(self.store.read(), EgressPurpose::ReadPage, day_began(self.now())).await?;
        Ok(PAGES_PER_DAY.saturating_sub(u32::try_from(read).unwrap_or(u32::MAX)))
    }
}

/// The address of a page as a person types it.
fn page_address(text: &str) -> Result<Url, CannotDiscover> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    // Exceptions of the command line are the page source's to judge; here only what can never be a page is refused.
    let url = Url::parse(&with_scheme).map_err(|_| guard::GuardRefusal::NotAnAddress)?;
    match guard::check_url(&url, &Admitted::none()) {
        Ok(()) | Err(guard::GuardRefusal::Port(_) | guard::GuardRefusal::LocalName | guard::GuardRefusal::PrivateAddress) => Ok(url),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Midnight UTC before an instant: limits of a day and the ledger's days are the same days.
fn day_began(now: Timestamp) -> Timestamp {
    now.to_zoned(TimeZone::UTC).start_of_day().map_or(now, |day| day.timestamp())
}

/// What reading a list did not get to, in words.
fn notes_on(found: &Discovery, pages: u32) -> Vec<String> {
    let mut notes = Vec::new();
    let lists = found.lists.len();
    let details = if found.details_read == 0 { String::new() } else { format!(" and {} pages of single entries", found.details_read) };
    notes.push(format!("Read {lists} {} of the list{details}.", if lists == 1 { "page" } else { "pages" }));
    if found.unread > 0 {
        notes.push(format!(
            "At least {} more pages were not read: one go reads {pages} pages. Start again at a later page of the list.",
            found.unread
        ));
    }
    if found.lists.iter().any(|list| list.is_suspicious) {
        notes.push("The page tries to speak to a machine. Look at each name before you take it.".to_owned());
    }
    notes.extend(found.problems.iter().take(PROBLEMS_TOLD).map(|problem| format!("{}: {}", problem.url, problem.cause)));
    if found.problems.len() > PROBLEMS_TOLD {
        notes.push(format!("{} more pages could not be read.", found.problems.len() - PROBLEMS_TOLD));
    }
    notes
}

fn report(source: DiscoverySource, sorted: Sorted, notes: Vec<String>) -> DiscoveryReport {
    DiscoveryReport {
        label: source.label(),
        source,
        found: sorted.new.into_iter().map(FoundLine::from).collect(),
        left_out: sorted.left_out.into_iter().map(LeftOut::from).collect(),
        notes,
    }
}

/// A company as a person took it; `None` where its address is none of a company.
fn company_of(chosen: &ChosenCompany) -> Option<FoundCompany> {
    let listed = discover::domains_in(&chosen.website).companies.into_iter().next()?;
    let name = Some(one_line(&chosen.name)).filter(|name| !name.is_empty()).unwrap_or_else(|| name_of_domain(&listed.domain));
    let (page, quote) = (one_line(&chosen.page), chosen.quote.chars().take(240).collect());
    Some(FoundCompany { name, page, quote, basis: Basis::Text, ..listed })
}

fn mapped(company: &FoundCompany, line: u64) -> MappedLead {
    MappedLead {
        line,
        company: company.name.clone(),
        website: Some(company.website.clone()),
        person: Person::default(),
        country: None,
        city: None,
        industry: None,
        head_count: None,
        other_columns: BTreeMap::new(),
        notes: Vec::new(),
    }
}
