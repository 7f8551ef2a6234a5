//! Names why a person must look at a lead, whatever the agent's confidence: one concrete sentence per reason.
//!
//! Everything is read from the lead, its dossier, its qualification and the workflow; what only the engine can know
//! (suppression, earlier threads) comes in as [`Known`]. A reason never lifts another. Deliberately absent: what the
//! draft's own checks say (the domain does), and deciding what follows from a reason (the router does).

use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::dossier::{Dossier, Fact, Finding, Taint, Trouble};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::qualification::{Criterion, Qualification};
use autoreach_domain::workflow::{Language, WorkflowDefinition};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::figures::thousands;
use crate::rules::facts::has_word;

/// Days for which layoffs and trouble make a mail ill-timed (`product.md` 19: the cool-off).
pub const COOL_OFF_DAYS: i32 = 30;
/// Findings of use below which a lead is hard to judge.
pub const ENOUGH_FINDINGS: usize = 3;

/// A competitor's name shorter than this is not looked for in running text: it would be found in everything.
const SHORTEST_NAME: usize = 4;

/// What only the engine can know about a lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Why the lead is on the suppression list, in a sentence; `None` when it is not.
    pub suppressed: Option<String>,
    /// Where else the team already writes with this person, in a sentence.
    pub known_contact: Option<String>,
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
    exceptions.extend(recipient(lead, dossier));
    exceptions.extend(told(ExceptionKind::KnownContact, &known.known_contact));
    exceptions.extend(named_companies(lead, dossier, definition));
    exceptions.extend(taints(dossier));
    exceptions.extend(foreign_mail_domain(lead));
    exceptions.extend(contact_gone(lead, dossier));
    exceptions.extend(ill_timed(dossier, now));
    exceptions.extend(conflicts(dossier));
    exceptions.extend(thin_evidence(&dossier.as_seen()));
    exceptions.extend(high_value(lead, qualification, definition));
    exceptions
}

/// The mail address on the company's own page that may be proposed for a lead without one: the person's by name, else
/// a shared mailbox. It is a proposal only; a person confirms it before anything is addressed.
pub fn recipient_on_page<'a>(lead: &Lead, dossier: &'a Dossier) -> Option<&'a Finding> {
    if lead.person.email.is_some() {
        return None;
    }
    let printed = || dossier.findings.iter().filter_map(|finding| own_mailbox(finding).map(|(address, shared)| (finding, address, shared)));
    let by_name = printed().find(|(_, address, _)| is_of(address, lead));
    let shared = || printed().find(|(_, address, shared)| *shared && !is_for_others(address));
    by_name.or_else(shared).map(|(finding, ..)| finding)
}

/// A mail address whose domain is the domain of the page it stands on.
fn own_mailbox(finding: &Finding) -> Option<(&EmailAddress, bool)> {
    let Fact::MailAddress { address, shared } = &finding.fact else { return None };
    let page = CompanyDomain::parse(&finding.source.url).ok();
    (page.is_some() && address.company_domain() == page).then_some((address, *shared))
}

/// Does the mailbox carry the person's last name, or both names' letters?
fn is_of(address: &EmailAddress, lead: &Lead) -> bool {
    let local = plain(address.as_str().split('@').next().unwrap_or_default());
    let (first, last) = (plain(&lead.person.first_name), plain(&lead.person.last_name));
    let by_last = last.chars().count() >= 3 && local.contains(&last);
    let by_first = first.chars().count() >= 3 && local == first;
    by_last || by_first
}

/// Letters only, lower case, the spellings of mail addresses for umlauts.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let folded: String = lower
        .chars()
        .map(|c| match c {
            'ä' | 'å' | 'á' | 'à' | 'æ' => 'a',
            'ö' | 'ø' | 'ó' => 'o',
            'ü' | 'ú' => 'u',
            'é' | 'è' | 'ê' => 'e',
            other => other,
        })
        .collect();
    folded
        .replace('ß', "ss")
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect()
}

/// Mailboxes that were printed for somebody else than a sender like us.
fn is_for_others(address: &EmailAddress) -> bool {
    const FOR_OTHERS: [&str; 17] = [
        "job",
        "karriere",
        "career",
        "bewerbung",
        "stellen",
        "datenschutz",
        "privacy",
        "dpo",
        "press",
        "presse",
        "media",
        "redaktion",
        "noreply",
        "no-reply",
        "abuse",
        "invoice",
        "rechnung",
    ];
    let local = address.as_str().split('@').next().unwrap_or_default().to_lowercase();
    FOR_OTHERS.iter().any(|word| local.starts_with(word))
}

fn recipient(lead: &Lead, dossier: &Dossier) -> Option<Exception> {
    if lead.person.email.is_some() {
        return None;
    }
    let proposed = recipient_on_page(lead, dossier);
    Some(match proposed {
        Some(finding) => Exception::new(
            ExceptionKind::RecipientToConfirm,
            format!("The lead has no mail address; their page {} shows {}.", finding.source.url, finding.fact.value()),
        ),
        None => Exception::new(ExceptionKind::NoRecipient, "The lead has no mail address and none was found on their pages."),
    })
}

fn taints(dossier: &Dossier) -> impl Iterator<Item = Exception> + '_ {
    dossier.taints.iter().map(|(taint, words)| match taint {
        Taint::SuspectedInjection => Exception::new(ExceptionKind::SuspectedInjection, words.clone()),
        Taint::WrongCompany => Exception::new(ExceptionKind::WrongCompany, words.clone()),
        Taint::ParkedDomain => Exception::new(ExceptionKind::ParkedDomain, words.clone()),
        Taint::ModelTrouble => Exception::new(ExceptionKind::ModelTrouble, words.clone()),
        Taint::RepairedReply => Exception::new(ExceptionKind::RepairedReply, words.clone()),
    })
}

/// The mail address belongs to another domain than the website. A provider mailbox is another domain too.
fn foreign_mail_domain(lead: &Lead) -> Option<Exception> {
    let email = lead.person.email.as_ref()?;
    let website = lead.website.as_deref().and_then(|website| CompanyDomain::parse(website).ok())?;
    let is_foreign = email.company_domain().as_ref() != Some(&website);
    is_foreign.then(|| {
        Exception::new(ExceptionKind::WrongCompany, format!("The mail address is at {}, the website at {website}.", email.domain()))
    })
}

/// The lists of competitors and customers, and a competitor that their pages speak of.
fn named_companies(lead: &Lead, dossier: &Dossier, definition: &WorkflowDefinition) -> Vec<Exception> {
    let hit = |entries: &[String]| entries.iter().find(|entry| names_company(entry, lead, dossier)).cloned();
    let listed = hit(&definition.icp.competitors).map(|entry| format!("'{entry}' is on the list of competitors."));
    let competitor = listed.or_else(|| competitor_on_page(dossier, &definition.icp.competitors));
    let customer = hit(&definition.icp.customers).map(|entry| format!("'{entry}' is on the list of customers."));
    let competitor = competitor.map(|reason| Exception::new(ExceptionKind::Competitor, reason));
    let customer = customer.map(|reason| Exception::new(ExceptionKind::ExistingCustomer, reason));
    [competitor, customer].into_iter().flatten().collect()
}

/// A competitor's name in the words that a finding quotes: they may be working together already.
fn competitor_on_page(dossier: &Dossier, competitors: &[String]) -> Option<String> {
    let names = || competitors.iter().filter(|entry| entry.trim().chars().count() >= SHORTEST_NAME && CompanyDomain::parse(entry).is_err());
    let mentions = |quote: &str| names().find(|name| has_word(&quote.to_lowercase(), &name.trim().to_lowercase()));
    dossier.findings.iter().find_map(|finding| {
        let name = mentions(&finding.source.quote)?;
        Some(format!("Their page {} speaks of the competitor '{name}'.", finding.source.url))
    })
}

/// Does an entry, a name or a domain, mean the lead's company?
fn names_company(entry: &str, lead: &Lead, dossier: &Dossier) -> bool {
    let by_domain = CompanyDomain::parse(entry).is_ok_and(|domain| domains_of(lead).contains(&domain));
    let wanted = comparable_name(entry);
    let registered = dossier.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::RegisteredName { name } => Some(name.as_str()),
        _ => None,
    });
    by_domain
        || (!wanted.is_empty() && std::iter::once(lead.company.as_str()).chain(registered).any(|name| comparable_name(name) == wanted))
}

fn domains_of(lead: &Lead) -> Vec<CompanyDomain> {
    let by_mail = lead.person.email.as_ref().and_then(EmailAddress::company_domain);
    lead.company_domain().into_iter().chain(by_mail).collect()
}

/// The pages name the lead's person as somebody who has left.
fn contact_gone(lead: &Lead, dossier: &Dossier) -> Option<Exception> {
    let name = comparable_name(&lead.person.full_name());
    let gone = dossier.findings.iter().find_map(|finding| match &finding.fact {
        Fact::ContactRole { name: found, role, departed: true } if !name.is_empty() && comparable_name(found) == name => {
            Some((finding, role))
        }
        _ => None,
    });
    gone.map(|(finding, role)| {
        Exception::new(
            ExceptionKind::ContactGone,
            format!("Their page {} names {} as former {role}.", finding.source.url, lead.person.full_name()),
        )
    })
}

/// Layoffs or trouble within the cool-off, or without a date: the gravest one, named with its day.
fn ill_timed(dossier: &Dossier, now: Timestamp) -> Option<Exception> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let recent = dossier.findings.iter().filter_map(|finding| trouble_words(&finding.fact).map(|words| (finding, words)));
    let recent = recent.filter(|(finding, _)| finding.source.published.is_none_or(|date| days_between(date, today) <= COOL_OFF_DAYS));
    let (finding, words) = recent.max_by_key(|(finding, _)| finding.source.published)?;
    let reason = match finding.source.published {
        Some(date) => format!("{words} reported on {}, {}.", long_date(date), days_ago(days_between(date, today))),
        None => format!("{words} reported on {} without a date.", finding.source.url),
    };
    Some(Exception::new(ExceptionKind::IllTimed, reason))
}

fn trouble_words(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Layoffs { .. } => Some("Layoffs"),
        Fact::Trouble { trouble, .. } => Some(match trouble {
            Trouble::Insolvency => "Insolvency",
            Trouble::Merger => "A merger or take-over",
            Trouble::LeadershipChange => "A change at the top",
            Trouble::Breach => "A security breach",
            Trouble::Accident => "An accident",
            Trouble::Bereavement => "A death",
        }),
        _ => None,
    }
}

fn days_between(date: Date, today: Date) -> i32 {
    today.since(date).map_or(i32::MAX, |span| span.get_days())
}

fn days_ago(days: i32) -> String {
    match days {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn conflicts(dossier: &Dossier) -> Option<Exception> {
    let conflicts = dossier.conflicts();
    let (a, b) = conflicts.first()?;
    let reason =
        format!("Two sources differ on {}: {} on {}, {} on {}.", a.fact.kind(), a.fact.value(), a.source.url, b.fact.value(), b.source.url);
    Some(Exception::new(ExceptionKind::ConflictingFacts, reason))
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
    Some(Exception::new(ExceptionKind::HighValue, reason))
}

/// What the head count was found to be; a plain number in groups of three digits, anything else as it stands.
fn head_count_found(qualification: &Qualification) -> Option<String> {
    let row = qualification.criteria.iter().find(|row| row.criterion == Criterion::HeadCount && !row.found.is_empty())?;
    Some(row.found.parse().map_or_else(|_| row.found.clone(), |people| thousands(people, Language::English)))
}
