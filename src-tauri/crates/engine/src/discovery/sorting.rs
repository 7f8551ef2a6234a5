//! Sorts found companies by what the workspace knows of them: suppressed, a lead already, perhaps one, or new.
//!
//! Suppression comes first and has the last word. A company whose domain has a lead is known, whoever the contact is. One of
//! the same name under another domain may be the same company, which a person sees for themselves.

use super::view::WhyLeftOut;
use crate::Engine;
use crate::error::EngineError;
use autoreach_agents::discover::FoundCompany;
use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::lead::Lead;
use autoreach_domain::suppression::Addressee;
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_store::TableConnection;
use autoreach_store::tables::lead::{self, Shelf};
use autoreach_store::tables::{suppression, workflow};
use std::collections::BTreeMap;

/// Companies by what becomes of them.
pub(super) struct Sorted {
    pub(super) new: Vec<FoundCompany>,
    pub(super) left_out: Vec<Known>,
}

/// A company that is left out.
pub(super) struct Known {
    pub(super) company: FoundCompany,
    pub(super) why: WhyLeftOut,
    pub(super) words: String,
}

/// Sorts what was found for a workflow.
pub(super) async fn sorted(engine: &Engine, workflow_id: WorkflowId, companies: Vec<FoundCompany>) -> Result<Sorted, EngineError> {
    sorted_in(engine.store.read(), workflow_id, companies).await
}

/// The same on this connection.
pub(super) async fn sorted_in(
    db: &impl TableConnection,
    workflow_id: WorkflowId,
    companies: Vec<FoundCompany>,
) -> Result<Sorted, EngineError> {
    let leads = lead::of_workflow(db, workflow_id, Shelf::All).await?;
    let list = suppression::list(db).await?;
    let definition = workflow::get(db, workflow_id).await?.definition;
    let at_domain = |(at, lead): (usize, &Lead)| Some((lead.company_domain()?, at));
    let domains: BTreeMap<CompanyDomain, usize> = leads.iter().enumerate().filter_map(at_domain).collect();
    let names: BTreeMap<String, usize> = leads.iter().enumerate().map(|(at, lead)| (comparable_name(&lead.company), at)).collect();
    let mut sorted = Sorted { new: Vec::new(), left_out: Vec::new() };
    for company in companies {
        let addressee = Addressee { email: None, domain: Some(company.domain.clone()), company: company.name.clone() };
        let named = names.get(&comparable_name(&company.name));
        let why = match (domains.get(&company.domain), named) {
            _ if list.covers(&addressee) => Some((WhyLeftOut::Suppressed, "on the suppression list".to_owned())),
            (Some(lead), _) => Some((WhyLeftOut::IsALead, format!("{} is already a lead", leads[*lead].company))),
            (None, Some(lead)) => Some((WhyLeftOut::MayBeALead, format!("may be a lead already: {}", leads[*lead].company))),
            (None, None) => stated(&company, &definition),
        };
        match why {
            Some((why, words)) => sorted.left_out.push(Known { company, why, words }),
            None => sorted.new.push(company),
        }
    }
    Ok(sorted)
}

/// Companies that the workflow itself names: the one that writes, its customers and its competitors.
fn stated(company: &FoundCompany, definition: &WorkflowDefinition) -> Option<(WhyLeftOut, String)> {
    let sender = &definition.sender;
    let is_meant = |named: &String| {
        CompanyDomain::parse(named).is_ok_and(|domain| domain == company.domain) || comparable_name(named) == comparable_name(&company.name)
    };
    if sender.email.company_domain().as_ref() == Some(&company.domain) || is_meant(&sender.company) {
        return Some((WhyLeftOut::Own, "your own company".to_owned()));
    }
    if definition.icp.customers.iter().any(is_meant) {
        return Some((WhyLeftOut::InTheProfile, "a customer by your profile".to_owned()));
    }
    let is_competitor = definition.icp.competitors.iter().any(is_meant);
    is_competitor.then(|| (WhyLeftOut::InTheProfile, "a competitor by your profile".to_owned()))
}
