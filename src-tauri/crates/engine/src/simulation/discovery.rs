//! Which of the market's companies come into the lead file of a day.
//!
//! Finding better leads is a later part of the product. Until then this stands in for it, with nothing but what the agent
//! itself has: of twice as many companies as are wanted it takes those its own learner thinks likeliest to be accepted, by
//! the columns of the lead file alone, as if no page had been read. One in five is taken at random from the rest, so that
//! the agent goes on seeing what it does not expect.

use super::chance::Chance;
use super::market::Company;
use crate::Engine;
use crate::error::EngineError;
use autoreach_agents::qualify;
use autoreach_domain::decision::Stage;
use autoreach_domain::dossier::Dossier;
use autoreach_domain::ids::{AccountId, ImportId, LeadId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::workflow::Workflow;
use jiff::Timestamp;

/// Companies looked at for each that is taken.
const LOOKED_AT: usize = 2;
/// Share of a day's leads taken at random.
const AT_RANDOM: f64 = 0.2;

/// The companies of a day, in the order of the market.
pub(crate) async fn choose(engine: &Engine, workflow: &Workflow, seed: u64, day: u64, wanted: usize) -> Result<Vec<Company>, EngineError> {
    let first = day * (LOOKED_AT * wanted) as u64;
    let pool = (first..first + (LOOKED_AT * wanted) as u64).map(|number| Company::draw(seed, number));
    let mut memory = engine.memory.lock().await;
    let trust = &memory.of(&engine.store, workflow.id).await?.trust;
    let now = engine.now();
    let promise = |company: &Company| {
        let features = qualify(&as_lead(company, workflow, now), &unread(company, workflow, now), &workflow.definition).features;
        trust.predict(Stage::Qualification, &features).confidence.p
    };
    let mut ranked: Vec<(f64, Company)> = pool.map(|company| (promise(&company), company)).collect();
    drop(memory);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.number.cmp(&b.1.number)));
    let mut rest = ranked.split_off(wanted - (AT_RANDOM * wanted as f64).round() as usize);
    let mut chance = Chance::of(seed, "discovery", day);
    while ranked.len() < wanted {
        ranked.push(rest.swap_remove(chance.below(rest.len())));
    }
    let mut chosen: Vec<Company> = ranked.into_iter().map(|(_, company)| company).collect();
    chosen.sort_by_key(|company| company.number);
    Ok(chosen)
}

/// The lead as its row describes it.
fn as_lead(company: &Company, workflow: &Workflow, now: Timestamp) -> Lead {
    let nobody = [0; 10];
    Lead {
        id: LeadId::new(now, nobody),
        workflow_id: workflow.id,
        account_id: AccountId::new(now, nobody),
        import_id: Some(ImportId::new(now, nobody)),
        company: company.name.clone(),
        website: Some(format!("https://{}", company.host)),
        person: Person {
            first_name: company.first_name.to_owned(),
            last_name: company.last_name.to_owned(),
            role: company.role.to_owned(),
            email: company.address().and_then(|address| EmailAddress::parse(&address).ok()),
        },
        country: Some(company.country_name().to_owned()),
        city: Some(company.city.to_owned()),
        industry: Some(company.industry.words().to_owned()),
        head_count: company.listed_size(),
        other_columns: std::collections::BTreeMap::new(),
        created_at: now,
    }
}

/// A dossier without a page.
fn unread(company: &Company, workflow: &Workflow, now: Timestamp) -> Dossier {
    Dossier {
        lead_id: as_lead(company, workflow, now).id,
        findings: Vec::new(),
        pages: Vec::new(),
        page_lists: Vec::new(),
        problems: Vec::new(),
        taints: Vec::new(),
        language: None,
        other_language: None,
        engine: String::new(),
        researched_at: now,
    }
}
