//! Is this the lead we already have? A small Fellegi-Sunter score: each field's agreement or disagreement adds or takes
//! a weight, which is about the base-2 logarithm of how much more often it is seen in true pairs than in chance pairs.
//!
//! | field | agrees | nearly | differs | not given |
//! | --- | --- | --- | --- | --- |
//! | mail address | +12 (a shared one like `info@`: +4) | | -3 | 0 |
//! | person's name | +8 | +3 | -10 | 0 (neither has one: +6, both rows mean the company) |
//! | company name, comparable form | +4 | +2 | -4 | 0 |
//! | registrable domain | +4 | | -3 | 0 |
//! | role | +1 | | 0 | 0 |
//!
//! From [`SAME_FROM`] the leads are the same, from [`UNSURE_FROM`] a person decides, below they are two. Only leads that
//! share an address, or a domain or company together with an initial, are compared at all, so that 10,000 against 10,000
//! stays a matter of moments. What is done with a duplicate is the engine's business.

use crate::mapping::MappedLead;
use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Weight from which two leads are the same.
const SAME_FROM: i32 = 12;
/// Weight from which a person decides.
const UNSURE_FROM: i32 = 6;
/// Jaro-Winkler similarity from which names are nearly the same: a slip of the pen, or two colleagues (Maria, Mario).
const NAME_NEARLY: f64 = 0.88;
/// Jaro-Winkler similarity from which company names are nearly the same.
const COMPANY_NEARLY: f64 = 0.92;
/// Most leads looked at under one blocking key; a company with more people under one initial is looked at in part.
const MOST_PER_KEY: usize = 300;
/// Local parts of mailboxes that several people read.
const SHARED_MAILBOXES: [&str; 16] = [
    "info", "office", "sales", "contact", "kontakt", "hello", "hallo", "mail", "post", "service", "support", "team", "admin", "vertrieb",
    "zentrale", "empfang",
];

/// What of a lead is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    email: Option<String>,
    has_shared_mailbox: bool,
    name: String,
    /// "wei r", to meet "W. Rao".
    initials: Vec<char>,
    company: String,
    domain: Option<CompanyDomain>,
    role: String,
}

impl Candidate {
    fn new(company: &str, domain: Option<CompanyDomain>, person: &Person) -> Self {
        let name = comparable_person(person);
        Self {
            email: person.email.as_ref().map(EmailAddress::comparable),
            has_shared_mailbox: person.email.as_ref().is_some_and(is_shared),
            initials: name.split(' ').filter_map(|word| word.chars().next()).collect(),
            name,
            company: comparable_name(company),
            domain,
            role: person.role.to_lowercase(),
        }
    }
}

impl From<&MappedLead> for Candidate {
    fn from(lead: &MappedLead) -> Self {
        Self::new(&lead.company, lead.company_domain(), &lead.person)
    }
}

impl From<&Lead> for Candidate {
    fn from(lead: &Lead) -> Self {
        Self::new(&lead.company, lead.company_domain(), &lead.person)
    }
}

/// First and last name, lower-case, letters only.
fn comparable_person(person: &Person) -> String {
    let lower = person.full_name().to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_shared(address: &EmailAddress) -> bool {
    let comparable = address.comparable();
    let local = comparable.split('@').next().unwrap_or_default();
    SHARED_MAILBOXES.contains(&local)
}

/// The verdict on two leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Two leads.
    Different,
    /// A person must say.
    Unsure,
    /// One lead.
    Same,
}

/// Two leads compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Sum of the weights.
    pub weight: i32,
    /// What it means.
    pub verdict: Match,
}

/// Where the other lead of a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At this index of the leads already there.
    Existing(usize),
    /// At this index of the file, always an earlier one.
    File(usize),
}

/// A lead of the file that is, or may be, there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Its index in the file.
    pub incoming: usize,
    /// The lead most like it.
    pub of: Place,
    /// [`Match::Same`] or [`Match::Unsure`].
    pub verdict: Match,
    /// Sum of the weights.
    pub weight: i32,
}

/// Compares two leads.
pub fn compare(one: &Candidate, other: &Candidate) -> Comparison {
    let weight = email_weight(one, other)
        + name_weight(one, other)
        + company_weight(one, other)
        + domain_weight(one, other)
        + role_weight(one, other);
    let verdict = match weight {
        SAME_FROM.. => Match::Same,
        UNSURE_FROM.. => Match::Unsure,
        _ => Match::Different,
    };
    Comparison { weight, verdict }
}

fn email_weight(one: &Candidate, other: &Candidate) -> i32 {
    match (&one.email, &other.email) {
        (Some(a), Some(b)) if a == b => {
            if one.has_shared_mailbox {
                4
            } else {
                12
            }
        }
        (Some(_), Some(_)) => -3,
        (None, _) | (_, None) => 0,
    }
}

fn name_weight(one: &Candidate, other: &Candidate) -> i32 {
    if one.name.is_empty() && other.name.is_empty() {
        return 6;
    }
    if one.name.is_empty() || other.name.is_empty() {
        return 0;
    }
    let turned = one.name.rsplit(' ').collect::<Vec<_>>().join(" ");
    if one.name == other.name || turned == other.name {
        return 8;
    }
    let likeness = strsim::jaro_winkler(&one.name, &other.name).max(strsim::jaro_winkler(&turned, &other.name));
    let is_near = likeness >= NAME_NEARLY || is_abbreviated(one, other) || is_abbreviated(other, one);
    if is_near { 3 } else { -10 }
}

/// "w rao" for "wei rao": same last word, and the first word is the initial of the other's.
fn is_abbreviated(short: &Candidate, long: &Candidate) -> bool {
    let same_last = short.name.rsplit(' ').next() == long.name.rsplit(' ').next();
    let first = short.name.split(' ').next().unwrap_or_default();
    same_last && short.initials.len() > 1 && first.chars().count() == 1 && short.initials.first() == long.initials.first()
}

fn company_weight(one: &Candidate, other: &Candidate) -> i32 {
    if one.company.is_empty() || other.company.is_empty() {
        return 0;
    }
    if one.company == other.company {
        return 4;
    }
    if strsim::jaro_winkler(&one.company, &other.company) >= COMPANY_NEARLY { 2 } else { -4 }
}

fn domain_weight(one: &Candidate, other: &Candidate) -> i32 {
    match (&one.domain, &other.domain) {
        (Some(a), Some(b)) if a == b => 4,
        (Some(_), Some(_)) => -3,
        (None, _) | (_, None) => 0,
    }
}

fn role_weight(one: &Candidate, other: &Candidate) -> i32 {
    i32::from(!one.role.is_empty() && one.role == other.role)
}

/// For each lead of the file the lead most like it, among those already there and the earlier ones of the file, where
/// that is the same or may be.
pub fn find_duplicates(existing: &[Candidate], incoming: &[Candidate]) -> Vec<Duplicate> {
    let mut blocks: HashMap<String, Vec<Place>> = HashMap::new();
    for (index, candidate) in existing.iter().enumerate() {
        enter(&mut blocks, candidate, Place::Existing(index));
    }
    let mut found = Vec::new();
    for (index, candidate) in incoming.iter().enumerate() {
        let resolve = |place: &Place| match *place {
            Place::Existing(index) => &existing[index],
            Place::File(index) => &incoming[index],
        };
        if let Some((of, comparison)) = most_alike(candidate, &blocks, resolve) {
            found.push(Duplicate { incoming: index, of, verdict: comparison.verdict, weight: comparison.weight });
        }
        enter(&mut blocks, candidate, Place::File(index));
    }
    found
}

fn enter(blocks: &mut HashMap<String, Vec<Place>>, candidate: &Candidate, place: Place) {
    for key in own_keys(candidate) {
        let block = blocks.entry(key).or_default();
        if block.len() < MOST_PER_KEY {
            block.push(place);
        }
    }
}

/// The best match that is not [`Match::Different`]; of equals the first.
fn most_alike<'c>(
    candidate: &Candidate,
    blocks: &HashMap<String, Vec<Place>>,
    resolve: impl Fn(&Place) -> &'c Candidate,
) -> Option<(Place, Comparison)> {
    let mut seen: HashSet<(bool, usize)> = HashSet::new();
    let mut best: Option<(Place, Comparison)> = None;
    for place in sought_keys(candidate).iter().filter_map(|key| blocks.get(key)).flatten() {
        let identity = match place {
            Place::Existing(index) => (true, *index),
            Place::File(index) => (false, *index),
        };
        if !seen.insert(identity) {
            continue;
        }
        let comparison = compare(candidate, resolve(place));
        if comparison.verdict != Match::Different && best.is_none_or(|(_, best)| comparison.weight > best.weight) {
            best = Some((*place, comparison));
        }
    }
    best
}

/// What ties a lead to a company: its domain and its comparable name.
fn company_keys(candidate: &Candidate) -> Vec<String> {
    let domain = candidate.domain.iter().map(|domain| format!("d {domain}"));
    let company = (!candidate.company.is_empty()).then(|| format!("c {}", candidate.company));
    domain.chain(company).collect()
}

/// The keys a lead is filed under: its address, and its company with each initial, with "no name" and with "anyone".
fn own_keys(candidate: &Candidate) -> Vec<String> {
    let mut keys: Vec<String> = candidate.email.iter().map(|email| format!("m {email}")).collect();
    for company in company_keys(candidate) {
        keys.push(format!("{company} anyone"));
        if candidate.initials.is_empty() {
            keys.push(format!("{company} nobody"));
        }
        keys.extend(candidate.initials.iter().map(|initial| format!("{company} {initial}")));
    }
    keys.dedup();
    keys
}

/// The keys under which a lead looks for its like: a nameless one among everyone, a named one among its initials and
/// the nameless.
fn sought_keys(candidate: &Candidate) -> Vec<String> {
    let mut keys: Vec<String> = candidate.email.iter().map(|email| format!("m {email}")).collect();
    for company in company_keys(candidate) {
        if candidate.initials.is_empty() {
            keys.push(format!("{company} anyone"));
        } else {
            keys.push(format!("{company} nobody"));
            keys.extend(candidate.initials.iter().map(|initial| format!("{company} {initial}")));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn lead(name: &str, email: &str, company: &str, website: &str) -> Candidate {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        let person =
            Person { first_name: first.into(), last_name: last.into(), role: String::new(), email: EmailAddress::parse(email).ok() };
        let domain = CompanyDomain::parse(website).ok().or_else(|| person.email.as_ref().and_then(EmailAddress::company_domain));
        Candidate::new(company, domain, &person)
    }

    fn check(one: Candidate, other: Candidate, verdict: Match, why: &str) {
        assert_eq!(compare(&one, &other).verdict, verdict, "{why}: {}", compare(&one, &other).weight);
        assert_eq!(compare(&one, &other).weight, compare(&other, &one).weight, "{why}: order does not matter");
    }

    #[test]
    fn the_same_person_is_recognised() {
        let wei = || lead("Wei Rao", "wei@orbital.example", "Orbital Freight A/S", "");
        check(wei(), lead("", "WEI@orbital.example", "", ""), Match::Same, "same address");
        check(wei(), lead("Rao Wei", "", "Orbital Freight AS", "www.orbital.example"), Match::Same, "name turned round");
        check(wei(), lead("Wei Rao", "w.rao@orbital.example", "Orbital Freight", ""), Match::Same, "second address");
        check(lead("Wei Rao", "", "Orbital", ""), lead("Wei Rao", "", "Orbital Ltd.", ""), Match::Same, "name and company");
        check(lead("", "", "Orbital", "orbital.example"), lead("", "", "Orbital", "orbital.example"), Match::Same, "two rows of a company");
    }

    #[test]
    fn a_person_is_asked_where_it_could_be_either() {
        let wei = || lead("Wei Rao", "wei@orbital.example", "Orbital Freight", "");
        check(wei(), lead("W. Rao", "", "Orbital Freight", "orbital.example"), Match::Unsure, "initial only");
        check(wei(), lead("Mei Rao", "mei@orbital.example", "Orbital Freight", ""), Match::Unsure, "a slip of the pen, or a colleague");
        check(wei(), lead("Weil Rau", "", "Orbital Freight", "orbital.example"), Match::Unsure, "nearly the name");
        check(wei(), lead("", "", "Orbital Freight", "orbital.example"), Match::Unsure, "company without a person");
        check(wei(), lead("Ana Silva", "wei@orbital.example", "Orbital Freight", ""), Match::Unsure, "one address, two names");
        check(
            lead("Wei Rao", "info@orbital.example", "Orbital", ""),
            lead("", "info@orbital.example", "Orbital", ""),
            Match::Same,
            "shared mailbox at the same company, one row without a name",
        );
    }

    #[test]
    fn different_people_stay_two() {
        let wei = || lead("Wei Rao", "wei@orbital.example", "Orbital Freight", "");
        check(wei(), lead("Ana Silva", "ana@orbital.example", "Orbital Freight", ""), Match::Different, "colleagues");
        check(wei(), lead("Wei Rao", "wei@brightleaf.example", "Brightleaf", ""), Match::Different, "namesakes");
        check(
            lead("Wei Rao", "info@orbital.example", "Orbital", ""),
            lead("Ana Silva", "info@orbital.example", "Orbital", ""),
            Match::Different,
            "two people behind one mailbox",
        );
    }

    #[test]
    fn duplicates_are_found_among_the_existing_and_within_the_file() {
        let existing = [lead("Ana Silva", "ana@acme.example", "Acme", ""), lead("Wei Rao", "wei@orbital.example", "Orbital", "")];
        let incoming = [
            lead("Wei Rao", "wei@orbital.example", "Orbital", ""),
            lead("Jo Li", "jo@vantage.example", "Vantage", ""),
            lead("Jo Li", "", "Vantage", "vantage.example"),
        ];
        let found: Vec<_> = find_duplicates(&existing, &incoming).into_iter().map(|d| (d.incoming, d.of, d.verdict)).collect();
        assert_eq!(found, [(0, Place::Existing(1), Match::Same), (2, Place::File(1), Match::Same)]);
    }

    #[test]
    fn ten_thousand_against_ten_thousand_stays_a_matter_of_moments() {
        let many = |offset: usize| -> Vec<Candidate> {
            let company = |n: usize| format!("Company {}", n % 500);
            (0..10_000)
                .map(|n| n + offset)
                .map(|n| {
                    lead(
                        &format!("{}a Person{n}", char::from(b'A' + (n % 26) as u8)),
                        &format!("p{n}@c{}.example", n % 500),
                        &company(n),
                        "",
                    )
                })
                .collect()
        };
        let (existing, incoming) = (many(0), many(5_000));
        let started = Instant::now();
        let found = find_duplicates(&existing, &incoming);
        assert_eq!(found.iter().filter(|d| d.verdict == Match::Same).count(), 5_000);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
