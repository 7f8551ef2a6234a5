//! Companies that are not to be sold to like others: competitors, customers, and those that work with a competitor.
//!
//! An entry of a list is a name or a domain; behind a `|` may stand what to keep in mind ("Dockshift | cheaper, no port feeds"). A
//! name that is only similar is named as such: a person sees at a glance whether it is the same company.

use autoreach_domain::account::{CompanyDomain, comparable_name, is_similar_name};
use autoreach_domain::dossier::{Dossier, Fact, Finding};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::workflow::WorkflowDefinition;

use crate::rules::facts::has_word;

/// A competitor's name shorter than this is not looked for in running text: it would be found in everything.
const SHORTEST_NAME: usize = 4;

/// An entry of a list, taken apart.
#[derive(Clone, Copy)]
struct Entry<'a> {
    company: &'a str,
    /// What to keep in mind about them.
    note: Option<&'a str>,
}

impl<'a> Entry<'a> {
    fn of(text: &'a str) -> Self {
        match text.split_once('|') {
            Some((company, note)) => Self { company: company.trim(), note: Some(note.trim()).filter(|note| !note.is_empty()) },
            None => Self { company: text.trim(), note: None },
        }
    }

    /// An exception about this entry, with what to keep in mind.
    fn exception(self, kind: ExceptionKind, reason: &str) -> Exception {
        let note = self.note.map(|note| format!(" Keep in mind: {note}.")).unwrap_or_default();
        Exception::new(kind, format!("{reason}{note}"))
    }
}

/// How an entry means a lead's company.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Same,
    Similar,
}

/// The lists of competitors and customers, and a competitor that their pages speak of.
pub(super) fn exceptions(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition) -> Vec<Exception> {
    let icp = &definition.icp;
    let competitor = listed(&icp.competitors, lead, dossier, ExceptionKind::Competitor, "competitors");
    let competitor = competitor.or_else(|| competitor_on_page(dossier, &icp.competitors));
    let customer = listed(&icp.customers, lead, dossier, ExceptionKind::ExistingCustomer, "customers");
    [competitor, customer].into_iter().flatten().collect()
}

/// The first entry of a list that means the lead's company; one that means it for certain before one that only may.
fn listed(entries: &[String], lead: &Lead, dossier: &Dossier, kind: ExceptionKind, list: &str) -> Option<Exception> {
    let hits = entries.iter().map(|text| Entry::of(text)).filter_map(|entry| matching(entry, lead, dossier).map(|found| (found, entry)));
    let (found, entry) = hits.min_by_key(|(found, _)| *found)?;
    let company = entry.company;
    Some(match found {
        Match::Same => entry.exception(kind, &format!("'{company}' is on the list of {list}.")),
        Match::Similar => entry.exception(kind, &format!("'{}' looks like '{company}' on the list of {list}.", lead.company)),
    })
}

/// A competitor's name in the words that a finding quotes: they may be working together already.
fn competitor_on_page(dossier: &Dossier, competitors: &[String]) -> Option<Exception> {
    let entries = || competitors.iter().map(|text| Entry::of(text));
    let names = || entries().filter(|entry| entry.company.chars().count() >= SHORTEST_NAME && CompanyDomain::parse(entry.company).is_err());
    let mentions = |quote: &str| names().find(|entry| has_word(&quote.to_lowercase(), &entry.company.to_lowercase()));
    dossier.findings.iter().find_map(|finding| {
        let entry = mentions(&finding.source.quote)?;
        let reason = format!("Their page {} speaks of the competitor '{}'.", finding.source.url, entry.company);
        Some(entry.exception(ExceptionKind::Competitor, &reason).shown_by(finding.id))
    })
}

/// Does an entry, a name or a domain, mean the lead's company?
fn matching(entry: Entry<'_>, lead: &Lead, dossier: &Dossier) -> Option<Match> {
    if CompanyDomain::parse(entry.company).is_ok_and(|domain| domains_of(lead).contains(&domain)) {
        return Some(Match::Same);
    }
    let wanted = comparable_name(entry.company);
    if wanted.is_empty() {
        return None;
    }
    let registered = dossier.findings.iter().filter_map(registered_name);
    let names: Vec<&str> = std::iter::once(lead.company.as_str()).chain(registered).collect();
    if names.iter().any(|name| comparable_name(name) == wanted) {
        return Some(Match::Same);
    }
    names.iter().any(|name| is_similar_name(name, entry.company)).then_some(Match::Similar)
}

fn registered_name(finding: &Finding) -> Option<&str> {
    match &finding.fact {
        Fact::RegisteredName { name } => Some(name),
        _ => None,
    }
}

/// The domains by which a lead's company is known: of its website and of the person's mail address.
pub(super) fn domains_of(lead: &Lead) -> Vec<CompanyDomain> {
    let by_mail = lead.person.email.as_ref().and_then(EmailAddress::company_domain);
    lead.company_domain().into_iter().chain(by_mail).collect()
}
