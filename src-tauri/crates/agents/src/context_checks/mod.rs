//! Names why a person must look at a lead, whatever the agent's confidence: one concrete sentence per reason.
//!
//! Everything is read from the lead, its dossier, its qualification and the workflow; what only the engine can know
//! (suppression, people the team knows, its notes about markets) comes in as [`Known`]. A reason never lifts another. Deliberately absent: what the
//! draft's own checks say (the domain does), and deciding what follows from a reason (the router does).

mod companies;
mod contact;
mod recipient;
mod timing;

use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::dossier::{Dossier, Fact, Taint};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::Lead;
use autoreach_domain::market_note::MarketNote;
use autoreach_domain::qualification::{Criterion, CriterionResult, Qualification};
use autoreach_domain::workflow::{Language, WorkflowDefinition};
use jiff::Timestamp;

use crate::figures::thousands;
use companies::domains_of;
pub use recipient::recipient_on_page;
pub use timing::COOL_OFF_DAYS;

/// Findings of use below which a lead is hard to judge.
pub const ENOUGH_FINDINGS: usize = 3;

/// What only the engine can know about a lead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Why the lead is on the suppression list, in a sentence; `None` when it is not.
    pub suppressed: Option<String>,
    /// How the team knows this person or company already, in a sentence.
    pub known_contact: Option<String>,
    /// The notes of the team about markets.
    pub market_notes: Vec<MarketNote>,
}

/// All reasons why a person must look, gravest first.
pub fn exceptions(
    lead: &Lead,
    dossier: &Dossier,
    qualification: &Qualification,
    definition: &WorkflowDefinition,
    known: &Known,
    now: Timestamp,
) -> Vec<Exception> {
    let told = |kind, reason: &Option<String>| reason.as_ref().map(|reason| Exception::new(kind, reason.clone()));
    let mut exceptions: Vec<Exception> = Vec::new();
    exceptions.extend(told(ExceptionKind::Suppressed, &known.suppressed));
    exceptions.extend(recipient::exception(lead, dossier));
    exceptions.extend(told(ExceptionKind::KnownContact, &known.known_contact));
    exceptions.extend(companies::exceptions(lead, dossier, definition));
    exceptions.extend(taints(dossier));
    exceptions.extend(contact::exceptions(lead, dossier));
    exceptions.extend(timing::ill_timed(dossier, now));
    exceptions.extend(timing::market_note(lead, dossier, &known.market_notes, now));
    exceptions.extend(conflicts(dossier));
    exceptions.extend(thin_evidence(&dossier.as_seen()));
    exceptions.extend(high_value(lead, qualification, definition));
    exceptions
}

fn taints(dossier: &Dossier) -> impl Iterator<Item = Exception> + '_ {
    dossier.taints.iter().map(|(taint, words)| match taint {
        Taint::SuspectedInjection => Exception::new(ExceptionKind::SuspectedInjection, words.clone()),
        Taint::WrongCompany => Exception::new(ExceptionKind::WrongCompany, words.clone()),
        Taint::ParkedDomain => Exception::new(ExceptionKind::ParkedDomain, words.clone()),
        Taint::ModelTrouble => Exception::new(ExceptionKind::ModelTrouble, words.clone()),
        Taint::BudgetReached => Exception::new(ExceptionKind::BudgetReached, words.clone()),
        Taint::RepairedReply => Exception::new(ExceptionKind::RepairedReply, words.clone()),
    })
}

fn conflicts(dossier: &Dossier) -> Option<Exception> {
    let conflicts = dossier.conflicts();
    let (a, b) = conflicts.first()?;
    let reason =
        format!("Two sources differ on {}: {} on {}, {} on {}.", a.fact.kind(), a.fact.value(), a.source.url, b.fact.value(), b.source.url);
    Some(Exception::new(ExceptionKind::ConflictingFacts, reason).shown_by(a.id).shown_by(b.id))
}

/// Mail addresses and the registered name identify a company but say nothing to judge it by.
fn thin_evidence(dossier: &Dossier) -> Option<Exception> {
    let of_use =
        dossier.findings.iter().filter(|finding| !matches!(finding.fact, Fact::MailAddress { .. } | Fact::RegisteredName { .. })).count();
    let reason = match (of_use, dossier.problems.first()) {
        (ENOUGH_FINDINGS.., _) => return None,
        (0, Some(problem)) if dossier.pages.is_empty() => format!("Nothing could be read of {}: {}", problem.url, problem.cause),
        (0, None) if dossier.pages.is_empty() => "There is no website to read.".to_owned(),
        (0, _) => "No facts were found on their pages.".to_owned(),
        (1, _) => "Only one fact was found on their pages.".to_owned(),
        (few, _) => format!("Only {few} facts were found on their pages."),
    };
    Some(Exception::new(ExceptionKind::ThinEvidence, reason))
}

/// A named account, or an estimate whose upper end reaches the line.
fn high_value(lead: &Lead, qualification: &Qualification, definition: &WorkflowDefinition) -> Option<Exception> {
    let line = &definition.high_value;
    let named = line.accounts.iter().find(|entry| {
        let by_domain = CompanyDomain::parse(entry).is_ok_and(|domain| domains_of(lead).contains(&domain));
        by_domain || (!comparable_name(entry).is_empty() && comparable_name(entry) == comparable_name(&lead.company))
    });
    if let Some(entry) = named {
        return Some(Exception::new(ExceptionKind::HighValue, format!("'{entry}' is on the list of named accounts.")));
    }
    let value = qualification.value.as_ref().filter(|value| value.reaches(line))?;
    let because = head_count_found(qualification).map(|found| format!(" ({found} people)")).unwrap_or_default();
    let amount = |amount| format!("{} {}", thousands(amount, Language::English), value.currency);
    let reason =
        format!("Estimated at up to {} a year{because}; your line is {}.", amount(value.high), amount(line.value_from.unwrap_or_default()));
    let evidence = head_count_row(qualification).and_then(|row| row.finding);
    let exception = Exception::new(ExceptionKind::HighValue, reason);
    Some(evidence.into_iter().fold(exception, Exception::shown_by))
}

/// What the head count was found to be; a plain number in groups of three digits, anything else as it stands.
fn head_count_found(qualification: &Qualification) -> Option<String> {
    let row = head_count_row(qualification)?;
    Some(row.found.parse().map_or_else(|_| row.found.clone(), |people| thousands(people, Language::English)))
}

fn head_count_row(qualification: &Qualification) -> Option<&CriterionResult> {
    qualification.criteria.iter().find(|row| row.criterion == Criterion::HeadCount && !row.found.is_empty())
}
