//! Finding companies that are no leads yet: where one came from, how much may be asked for, and what to search for.
//!
//! [`queries`] turns the stated profile, and what the verdicts add to it, into words that a person reads and may change
//! before anything is sent. Nothing here decides about a company: what is found is proposed, and a person takes it.

use crate::account::CompanyDomain;
use crate::icp::{Country, Icp, Industry, text_enum};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// Most pages of one discovery: a list of 20 pages and as many entries again, a little more than a lead's 30.
pub const PAGES_PER_RUN: u32 = 40;
/// Most pages a day, over all discoveries of a workspace.
pub const PAGES_PER_DAY: u32 = 400;
/// Most requests to search engines in one discovery.
pub const SEARCHES_PER_RUN: u32 = 10;
/// Most requests to search engines a day; below the free allowance of 2,000 a month that Brave gave when this was written.
pub const SEARCHES_PER_DAY: u32 = 60;
/// Most queries proposed at once.
const MOST_QUERIES: usize = 8;

/// A search engine that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchEngine {
    /// A SearXNG server of the team's own.
    Searxng,
    /// Brave's search interface, with a key.
    Brave,
}

text_enum!(SearchEngine, "search engine", { Searxng => "searxng", Brave => "brave" });

impl SearchEngine {
    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Searxng => "SearXNG",
            Self::Brave => "Brave",
        }
    }
}

/// Where a company was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiscoverySource {
    /// A page that lists companies.
    ListPage {
        /// Its address.
        address: String,
    },
    /// A search engine.
    Search {
        /// Which.
        engine: SearchEngine,
        /// The words it was asked.
        query: String,
    },
    /// A list of domains.
    DomainList {
        /// Its name.
        name: String,
    },
}

impl DiscoverySource {
    /// The label a lead carries: "list page https://…", "search Brave: …", "domain list wishes.txt".
    pub fn label(&self) -> String {
        match self {
            Self::ListPage { address } => format!("list page {address}"),
            Self::Search { engine, query } => format!("search {}: {query}", engine.words()),
            Self::DomainList { name } => format!("domain list {name}"),
        }
    }
}

/// A name made of a domain, where nobody gave a better one: `acme-pumps.example` is "Acme Pumps".
pub fn name_of_domain(domain: &CompanyDomain) -> String {
    let label = domain.as_str().split('.').next().unwrap_or_default();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    label.split('-').filter(|part| !part.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

/// What the verdicts say of one property, beside the stated profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The property and its value as the profile would state it.
    pub what: Sought,
    /// Leads with it that were accepted.
    pub accepted: u32,
    /// Leads with it that were judged.
    pub judged: u32,
}

/// Something that can be searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// An industry group.
    Industry(Industry),
    /// A country.
    Country(Country),
    /// A technology.
    Technology(String),
}

/// Words for a search engine, with why they are these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SearchQuery {
    /// The words; a person may change them.
    pub words: String,
    /// Why, such as "industry stated; Denmark: you accepted 12 of 14".
    pub because: String,
}

/// Words that companies of an industry use of themselves, in English and in German.
fn trade(industry: Industry) -> (&'static str, &'static str) {
    match industry {
        Industry::Logistics => ("freight forwarding and logistics company", "Spedition Logistikunternehmen"),
        Industry::Manufacturing => ("manufacturing company", "Hersteller Maschinenbau Unternehmen"),
        Industry::Food => ("food manufacturer", "Lebensmittelhersteller"),
        Industry::Software => ("software company", "Softwareunternehmen"),
        Industry::Healthcare => ("medical technology and healthcare company", "Medizintechnik Unternehmen"),
        Industry::Retail => ("retail company", "Handelsunternehmen"),
        Industry::ProfessionalServices => ("consulting firm", "Beratungsunternehmen"),
        Industry::Energy => ("energy company", "Energieunternehmen"),
        Industry::Media => ("media company", "Medienunternehmen"),
        Industry::Finance => ("financial services company", "Finanzdienstleister"),
        Industry::Construction => ("construction company", "Bauunternehmen"),
        Industry::Education => ("training provider", "Bildungsanbieter"),
        Industry::Hospitality => ("hotel and travel company", "Hotelgruppe"),
        Industry::PublicSector => ("association", "Verband"),
    }
}

/// Countries where companies write of themselves in German, with the name they use.
fn german_name(country: Country) -> Option<&'static str> {
    match country.code() {
        "DE" => Some("Deutschland"),
        "AT" => Some("Österreich"),
        "CH" => Some("Schweiz"),
        _ => None,
    }
}

/// "More like those I accept": queries out of the stated profile and what the verdicts add, the best supported first.
/// What the profile rules out is never searched for.
pub fn queries(icp: &Icp, accepted: &[Accepted]) -> Vec<SearchQuery> {
    let industries = supported(&icp.industries, &icp.excluded_industries, accepted, |sought| match sought {
        Sought::Industry(industry) => Some(*industry),
        Sought::Country(_) | Sought::Technology(_) => None,
    });
    let countries = supported(&icp.countries, &icp.excluded_countries, accepted, |sought| match sought {
        Sought::Country(country) => Some(*country),
        Sought::Industry(_) | Sought::Technology(_) => None,
    });
    let technologies = supported(&icp.technologies, &[], accepted, |sought| match sought {
        Sought::Technology(name) => Some(name.clone()),
        Sought::Industry(_) | Sought::Country(_) => None,
    });
    let mut queries = Vec::new();
    for (industry, why_industry) in &industries {
        let (english, german) = trade(*industry);
        if countries.is_empty() {
            queries.push(query(english.to_owned(), &[("industry", why_industry)]));
        }
        for (country, why_country) in &countries {
            let words = german_name(*country).map_or_else(|| format!("{english} {}", country.name()), |name| format!("{german} {name}"));
            queries.push(query(words, &[("industry", why_industry), (country.name(), why_country)]));
        }
    }
    for (name, why) in &technologies {
        let place = countries.first().map(|(country, _)| format!(" {}", country.name())).unwrap_or_default();
        queries.push(query(format!("company uses {name}{place}"), &[(name, why)]));
    }
    let mut seen = BTreeSet::new();
    queries.retain(|query| seen.insert(query.words.clone()));
    queries.truncate(MOST_QUERIES);
    queries
}

fn query(words: String, reasons: &[(&str, &String)]) -> SearchQuery {
    SearchQuery { words, because: reasons.iter().map(|(what, why)| format!("{what}: {why}")).collect::<Vec<_>>().join("; ") }
}

/// Values that were stated or that the verdicts add, each with its support in words; those with verdicts first.
fn supported<T: PartialEq + Clone>(
    stated: &[T],
    excluded: &[T],
    accepted: &[Accepted],
    read: impl Fn(&Sought) -> Option<T>,
) -> Vec<(T, String)> {
    let mut ranked: Vec<&Accepted> = accepted.iter().collect();
    ranked.sort_by_key(|learned| std::cmp::Reverse(learned.accepted));
    let mut values: Vec<(T, String)> = Vec::new();
    for learned in ranked {
        if let Some(value) = read(&learned.what).filter(|value| !values.iter().any(|(known, _)| known == value)) {
            values.push((value, format!("you accepted {} of {}", learned.accepted, learned.judged)));
        }
    }
    for value in stated {
        if !values.iter().any(|(known, _)| known == value) {
            values.push((value.clone(), "in your profile".to_owned()));
        }
    }
    values.retain(|(value, _)| !excluded.contains(value));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::parse(code).expect("a country")
    }

    #[test]
    fn queries_say_what_is_looked_for_in_the_words_of_the_place() {
        let icp = Icp { industries: vec![Industry::Logistics], countries: vec![country("DK"), country("DE")], ..Icp::default() };
        let words: Vec<String> = queries(&icp, &[]).into_iter().map(|query| query.words).collect();
        assert_eq!(words, ["freight forwarding and logistics company Denmark", "Spedition Logistikunternehmen Deutschland"]);
    }

    #[test]
    fn what_is_accepted_comes_first_and_what_is_ruled_out_never() {
        let icp = Icp { industries: vec![Industry::Logistics], excluded_industries: vec![Industry::Retail], ..Icp::default() };
        let learned = |industry, accepted| Accepted { what: Sought::Industry(industry), accepted, judged: 14 };
        let queries = queries(&icp, &[learned(Industry::Retail, 9), learned(Industry::Food, 12)]);
        assert_eq!(queries[0], SearchQuery { words: "food manufacturer".into(), because: "industry: you accepted 12 of 14".into() });
        assert_eq!(queries.len(), 2, "{queries:?}");
    }

    #[test]
    fn a_domain_gives_a_readable_name() {
        let name = |text: &str| name_of_domain(&CompanyDomain::parse(text).expect("a domain"));
        assert_eq!((name("www.acme-pumps.example"), name("globex.co.uk")), ("Acme Pumps".into(), "Globex".into()));
    }
}
