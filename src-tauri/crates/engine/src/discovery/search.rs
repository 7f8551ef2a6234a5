//! Search engines: set up by a person, asked within limits, each question on disk before it is sent.
//!
//! The address of a SearXNG server is a setting; Brave's key lies in the keychain (or the vault) and is shown by its last
//! four characters. A question holds words a person has seen, and nothing of a lead.

use super::view::DiscoveryReport;
use super::{CannotDiscover, day_began, report, sorting};
use crate::Engine;
use crate::demo;
use crate::error::EngineError;
use crate::settings::engine::last_four;
use autoreach_agents::discover::{FoundCompany, company_of_result};
use autoreach_domain::discovery::{DiscoverySource, SEARCHES_PER_DAY, SEARCHES_PER_RUN, SearchEngine};
use autoreach_domain::egress::{EgressOutcome, EgressPurpose, Reach};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::text::one_line;
use autoreach_secrets::{PlainId, Secret, SecretName};
use autoreach_store::tables::egress_call::{self, CallEnd, EgressCall};
use autoreach_store::tables::setting;
use autoreach_web::{SearchClient, SearchFault, SearchHit};
use serde::Serialize;
use ts_rs::TS;

/// Setting: the address of the SearXNG server.
const SEARXNG: &str = "searxng";
/// The name of Brave's key among the secrets.
const BRAVE_KEY: &str = "brave-search";
/// Pages of results asked for each query.
const RESULT_PAGES: u32 = 2;

/// What is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SearchView {
    /// The address of the SearXNG server.
    pub searxng: Option<String>,
    /// The last four characters of Brave's key.
    pub brave_key: Option<String>,
    /// The engine that is asked where none is named: the team's own server before the paid one.
    pub asked_first: Option<SearchEngine>,
    /// Searches left today.
    pub left_today: u32,
}

impl Engine {
    /// What is set up for searching.
    pub async fn search_view(&self) -> Result<SearchView, EngineError> {
        let searxng: Option<String> = setting::get::<Option<String>>(self.store.read(), SEARXNG).await?.flatten();
        let kept = self.secrets.get(&brave_secret()?).ok().flatten();
        let brave_key = kept.as_ref().and_then(Secret::expose_text).map(last_four);
        let asked_first = match (&searxng, &brave_key) {
            (Some(_), _) => Some(SearchEngine::Searxng),
            (None, Some(_)) => Some(SearchEngine::Brave),
            (None, None) => None,
        };
        Ok(SearchView { searxng, brave_key, asked_first, left_today: self.searches_left_today().await? })
    }

    /// Sets the address of the SearXNG server, or forgets it. Nothing is sent.
    pub async fn set_searxng(&self, address: Option<&str>) -> Result<SearchView, EngineError> {
        let address = address.map(str::trim).filter(|address| !address.is_empty());
        if let Some(address) = address {
            SearchClient::searxng(address).map_err(CannotDiscover::from)?;
        }
        let tx = self.store.begin().await?;
        setting::set(&*tx, SEARXNG, &address).await?;
        tx.commit().await?;
        self.search_view().await
    }

    /// Keeps Brave's key where secrets lie, or forgets it.
    pub async fn set_brave_key(&self, key: Option<&Secret>) -> Result<SearchView, EngineError> {
        match key {
            Some(key) => {
                SearchClient::brave(key.expose_text().unwrap_or_default()).map_err(CannotDiscover::from)?;
                self.secrets.set(&brave_secret()?, key)?;
            }
            None => self.secrets.delete(&brave_secret()?)?,
        }
        self.search_view().await
    }

    /// Asks a search engine these queries; the companies behind the results. The first failure ends it with what was found
    /// before, unless nothing was.
    pub async fn discover_by_search(
        &self,
        workflow_id: WorkflowId,
        queries: &[String],
        engine: Option<SearchEngine>,
    ) -> Result<DiscoveryReport, EngineError> {
        if demo::is_demo(&self.dir) {
            return Err(CannotDiscover::NotInTheDemo.into());
        }
        let engine = match engine {
            Some(engine) => engine,
            None => self.search_view().await?.asked_first.ok_or(CannotDiscover::NoSearchEngine)?,
        };
        let client = self.search_client(engine).await?;
        self.discover_with(&client, engine, workflow_id, queries).await
    }

    /// The same with a client at hand.
    pub(super) async fn discover_with(
        &self,
        client: &SearchClient,
        engine: SearchEngine,
        workflow_id: WorkflowId,
        queries: &[String],
    ) -> Result<DiscoveryReport, EngineError> {
        let queries: Vec<String> = queries.iter().map(|query| one_line(query)).filter(|query| !query.is_empty()).collect();
        if queries.is_empty() {
            return Err(CannotDiscover::Search(SearchFault::UnusableQuery).into());
        }
        let mut left = self.searches_left_today().await?.min(SEARCHES_PER_RUN);
        if left == 0 {
            return Err(CannotDiscover::SearchesSpent.into());
        }
        let (mut found, mut notes, mut asked) = (Vec::<FoundCompany>::new(), Vec::new(), 0);
        'queries: for query in &queries {
            for page in 0..RESULT_PAGES {
                if left == 0 {
                    notes.push(format!("Stopped after {asked} requests, the limit of one go or of the day."));
                    break 'queries;
                }
                left -= 1;
                asked += 1;
                match self.ask(client, query, page).await? {
                    Ok(hits) => {
                        let is_last = hits.is_empty();
                        take(&mut found, &hits, &format!("{} result for: {query}", engine.words()));
                        if is_last {
                            break;
                        }
                    }
                    Err(fault) if found.is_empty() => return Err(CannotDiscover::Search(fault).into()),
                    Err(fault) => {
                        notes.push(fault.to_string());
                        break 'queries;
                    }
                }
            }
        }
        notes.insert(0, format!("Asked {} {asked} times.", engine.words()));
        let sorted = sorting::sorted(self, workflow_id, found).await?;
        Ok(report(DiscoverySource::Search { engine, query: queries.join("; ") }, sorted, notes))
    }

    /// One question, in the ledger before it is sent.
    async fn ask(&self, client: &SearchClient, query: &str, page: u32) -> Result<Result<Vec<SearchHit>, SearchFault>, EngineError> {
        let bytes_up = client.question_bytes(query, page);
        let call = EgressCall {
            at: self.now(),
            purpose: EgressPurpose::Search,
            host: client.host().to_owned(),
            address: client.address().to_owned(),
            lead_id: None,
            run_id: None,
            reach: if client.is_local() { Reach::ThisComputer } else { Reach::LeftComputer },
            profile: None,
            model: None,
            fields: Vec::new(),
            text_hash: None,
            bytes_up,
            bytes_down: 0,
            tokens: None,
            cost_micros: None,
            outcome: EgressOutcome::UnderWay,
            detail: String::new(),
        };
        let tx = self.store.begin().await?;
        let id = egress_call::begin(&*tx, &call, query).await?;
        tx.commit().await?;
        let answer = client.search(query, page).await;
        let (outcome, detail) = match &answer.hits {
            Ok(_) => (EgressOutcome::Answered, String::new()),
            Err(fault) if fault.is_before_sending() => (EgressOutcome::HeldBack, fault.to_string()),
            Err(fault) if fault.is_refusal() => (EgressOutcome::Refused, fault.to_string()),
            Err(fault) => (EgressOutcome::Failed, fault.to_string()),
        };
        let end = CallEnd { bytes_up, bytes_down: answer.bytes_down, tokens: None, cost_micros: None, outcome, detail };
        let tx = self.store.begin().await?;
        egress_call::complete(&*tx, id, &end).await?;
        tx.commit().await?;
        Ok(answer.hits)
    }

    async fn search_client(&self, engine: SearchEngine) -> Result<SearchClient, EngineError> {
        let client = match engine {
            SearchEngine::Searxng => {
                let address = self.search_view().await?.searxng.ok_or(CannotDiscover::NoSearchEngine)?;
                SearchClient::searxng(&address)
            }
            SearchEngine::Brave => {
                let key = self.secrets.get(&brave_secret()?)?.ok_or(CannotDiscover::NoSearchEngine)?;
                SearchClient::brave(key.expose_text().unwrap_or_default())
            }
        };
        Ok(client.map_err(CannotDiscover::from)?)
    }

    async fn searches_left_today(&self) -> Result<u32, EngineError> {
        let asked = egress_call::about_no_lead_since(self.store.read(), EgressPurpose::Search, day_began(self.now())).await?;
        Ok(SEARCHES_PER_DAY.saturating_sub(u32::try_from(asked).unwrap_or(u32::MAX)))
    }
}

/// Takes the companies behind results, each domain once.
fn take(found: &mut Vec<FoundCompany>, hits: &[SearchHit], asked: &str) {
    for hit in hits {
        let company = company_of_result(&hit.title, &hit.address, asked);
        if let Some(company) = company.filter(|company| !found.iter().any(|known| known.domain == company.domain)) {
            found.push(company);
        }
    }
}

fn brave_secret() -> Result<SecretName, EngineError> {
    Ok(SecretName::ApiKey(PlainId::parse(BRAVE_KEY)?))
}
