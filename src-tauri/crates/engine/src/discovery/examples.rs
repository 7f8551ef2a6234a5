//! A first profile out of companies that a person calls good and companies they call bad.
//!
//! A few of each company's own pages are read by the built-in engine; no model is asked, and nothing is stored but the requests in
//! the ledger. What is proposed is stated by a person: ticked, and saved as a version of the workflow like any other change.

use super::CannotDiscover;
use crate::Engine;
use crate::egress;
use crate::error::EngineError;
use crate::pipeline::research::{finding_ids, read_at};
use autoreach_agents::discover::{self, FoundCompany};
use autoreach_agents::example_profile::{Example, example_profile};
use autoreach_domain::icp::Icp;
use autoreach_domain::icp::examples::{FEWEST_EXAMPLES, MOST_EXAMPLES, ProposedStatement, Ranking, Statement};
use autoreach_domain::ids::{AccountId, LeadId, WorkflowId};
use autoreach_domain::lead::{Lead, Person};
use autoreach_web::Budget;
use futures::StreamExt;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Pages read of one company: enough for what a profile asks, and 20 companies stay well below a day's share.
const PAGES_PER_COMPANY: u32 = 6;
/// Most bytes of one company.
const BYTES_PER_COMPANY: u64 = 5 * 1024 * 1024;
/// Companies read at once; each is a host of its own.
const AT_ONCE: usize = 8;

/// What the examples propose.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ExampleReport {
    /// Statements, those that are advised first, each with what speaks for it.
    pub statements: Vec<ProposedStatement>,
    /// How well what is advised tells companies apart that were left out.
    pub ranking: Ranking,
    /// The same in words.
    pub test: String,
    /// What was read of each company.
    pub companies: Vec<ExampleRead>,
    /// What was left aside.
    pub notes: Vec<String>,
}

/// What was read of one company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExampleRead {
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Good, or bad.
    pub is_good: bool,
    /// Facts found.
    pub facts: u32,
    /// Pages read.
    pub pages: u32,
    /// Why nothing was read, where nothing was.
    pub problem: Option<String>,
}

impl Engine {
    /// What sets good companies apart from bad ones, from two lists of domains, one a line. Both lists need
    /// [`FEWEST_EXAMPLES`] companies; of each the first [`MOST_EXAMPLES`] are read.
    pub async fn profile_from_examples(&self, good: &str, bad: &str) -> Result<ExampleReport, EngineError> {
        let mut notes = Vec::new();
        let good = listed(good, "good", &mut notes)?;
        let bad = listed(bad, "bad", &mut notes)?;
        if let Some(both) = good.iter().find(|one| bad.iter().any(|other| other.domain == one.domain)) {
            return Err(CannotDiscover::InBothLists(both.domain.to_string()).into());
        }
        let count = u32::try_from(good.len() + bad.len()).unwrap_or(u32::MAX);
        let pages = (self.pages_left_today().await? / count).min(PAGES_PER_COMPANY);
        if pages == 0 {
            return Err(CannotDiscover::PagesSpent.into());
        }
        let mut tasks = Vec::new();
        for (company, is_good) in good.iter().map(|one| (one, true)).chain(bad.iter().map(|one| (one, false))) {
            let lead = self.as_lead(company)?;
            tasks.push(self.read_example(lead, is_good, Budget::new(pages, BYTES_PER_COMPANY), self.randomness.bytes()?));
        }
        let read: Vec<Result<Example, EngineError>> = futures::stream::iter(tasks).buffered(AT_ONCE).collect().await;
        let examples = read.into_iter().collect::<Result<Vec<_>, _>>()?;
        let (statements, ranking) = example_profile(&examples);
        let companies = good.iter().chain(&bad).zip(&examples).map(|(company, example)| told(company, example)).collect();
        Ok(ExampleReport { statements, test: test_words(ranking), ranking, companies, notes })
    }

    async fn read_example(&self, lead: Lead, is_good: bool, budget: Budget, seed: [u8; 32]) -> Result<Example, EngineError> {
        let now = self.now();
        let mut ids = finding_ids(now, seed);
        let research = autoreach_agents::research::research(self.pages.as_ref(), &lead, now, &mut ids, &budget, None).await;
        let calls = egress::pages(budget.take_asked(), None, self.is_simulated.then_some(now));
        self.note_pages(&calls).await?;
        let research = if self.is_simulated { read_at(research, now) } else { research };
        Ok(Example { lead, dossier: research.dossier, is_good })
    }

    /// The company as research takes one; it is never stored.
    fn as_lead(&self, company: &FoundCompany) -> Result<Lead, EngineError> {
        Ok(Lead {
            id: self.id(LeadId::new)?,
            workflow_id: self.id(WorkflowId::new)?,
            account_id: self.id(AccountId::new)?,
            import_id: None,
            company: company.name.clone(),
            website: Some(company.website.clone()),
            person: Person::default(),
            country: None,
            city: None,
            industry: None,
            head_count: None,
            other_columns: BTreeMap::new(),
            created_at: self.now(),
        })
    }
}

/// The profile with these statements in it. Nothing is stored.
pub fn with_statements(mut icp: Icp, statements: &[Statement]) -> Icp {
    statements.iter().for_each(|statement| statement.state_in(&mut icp));
    icp
}

/// The companies of one list.
fn listed(text: &str, side: &'static str, notes: &mut Vec<String>) -> Result<Vec<FoundCompany>, CannotDiscover> {
    let mut listed = discover::domains_in(text);
    notes.extend(listed.unread.iter().map(|line| format!("Line {} of the {side} ones holds no web address: {}", line.line, line.text)));
    if listed.companies.len() < FEWEST_EXAMPLES {
        return Err(CannotDiscover::TooFewExamples { side, count: listed.companies.len() });
    }
    if listed.companies.len() > MOST_EXAMPLES {
        notes.push(format!("Of the {side} ones the first {MOST_EXAMPLES} of {} were read.", listed.companies.len()));
        listed.companies.truncate(MOST_EXAMPLES);
    }
    Ok(listed.companies)
}

fn told(company: &FoundCompany, example: &Example) -> ExampleRead {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let dossier = &example.dossier;
    let problem = dossier.pages.is_empty().then(|| dossier.problems.first().map(|problem| problem.cause.clone()).unwrap_or_default());
    ExampleRead {
        name: company.name.clone(),
        domain: company.domain.to_string(),
        is_good: example.is_good,
        facts: count(dossier.findings.len()),
        pages: count(dossier.pages.len()),
        problem,
    }
}

fn test_words(Ranking { pairs, right, level }: Ranking) -> String {
    format!(
        "With each pair left out in turn, what is advised ranks the good company above the bad one in {right} of {pairs} pairs, and \
         below it in {}; {level} are level. Guessing ranks half of them right.",
        pairs - right - level
    )
}
