//! Visible words that a page's microdata gives a meaning: the name of a person, the town of an address.
//!
//! These are words a visitor reads, with a label on them, so they count like any other; whose words they are is judged as for
//! the rest of the page.

use autoreach_domain::dossier::Fact;
use autoreach_domain::icp::Country;
use autoreach_web::Marked;
use std::collections::BTreeMap;

use super::super::plan::PageKind;
use super::super::statements::{LONGEST_QUOTE, Page};
use super::{Found, contacts, gazetteer, number};

/// Weight of a fact that the page itself labels.
const WEIGHT: u8 = 7;

/// Reads the labelled values of a page, item by item.
pub(crate) fn read(page: &Page<'_>, found: &mut Vec<Found>) {
    if page.kind == PageKind::Customers {
        return;
    }
    let mut items: BTreeMap<usize, Vec<&Marked>> = BTreeMap::new();
    for marked in page.text.marked.iter().filter(|marked| is_own(page, marked)) {
        items.entry(marked.item).or_default().push(marked);
    }
    items.values().for_each(|values| found.extend(fact_of(page, values)));
}

/// Not among the words of customers, agencies or for machines: those are in no statement.
fn is_own(page: &Page<'_>, marked: &Marked) -> bool {
    page.statements.iter().any(|statement| statement.start <= marked.start && marked.start < statement.start + statement.text.len())
}

fn fact_of(page: &Page<'_>, values: &[&Marked]) -> Vec<Found> {
    let kind = values.first().map(|value| value.kind.as_str()).unwrap_or_default();
    let value = |property: &str| values.iter().copied().find(|value| value.property == property);
    let words = |marked: &Marked| page.text.text[marked.start..marked.end].trim().to_owned();
    let place = |parts: &[Option<&Marked>], fact: Fact| {
        let start = parts.iter().flatten().map(|part| part.start).min()?;
        let end = parts.iter().flatten().map(|part| part.end).max()?;
        let is_quotable = end - start <= LONGEST_QUOTE;
        is_quotable.then_some(Found { fact, start, end, published: page.dated, weight: WEIGHT, is_unseen: false })
    };
    let mut facts = Vec::new();
    match kind {
        "Person" => {
            let (name, role) = (value("name"), value("jobTitle"));
            let fact = name.zip(role).and_then(|(name, role)| contacts::contact(&words(name), &words(role), false));
            facts.extend(fact.and_then(|fact| place(&[name, role], fact)));
        }
        "PostalAddress" => {
            let (city, country) = (value("addressLocality"), value("addressCountry"));
            let named = country.and_then(|country| Country::parse(&words(country)).ok());
            let fact = city.map(|city| {
                let name = words(city);
                let country = named.or_else(|| gazetteer::country_of_city(&name));
                Fact::Location { city: Some(name), country, headquarters: page.kind == PageKind::Imprint }
            });
            facts.extend(fact.and_then(|fact| place(&[city, country], fact)));
        }
        _ if is_company(kind) => {
            let year = value("foundingDate").and_then(|date| words(date).get(..4)?.parse().ok().map(|year| (date, year)));
            let year = year.filter(|(_, year)| (1600..=page.today.year()).contains(year));
            facts.extend(year.and_then(|(date, year)| place(&[Some(date)], Fact::FoundedYear { year })));
            let name = value("legalName").or(value("name")).filter(|name| page.is_own_name(&words(name)));
            facts.extend(name.and_then(|name| place(&[Some(name)], Fact::RegisteredName { name: words(name) })));
            let count = value("numberOfEmployees").and_then(|count| number(&words(count)).map(|people| (count, people)));
            facts.extend(count.and_then(|(count, people)| place(&[Some(count)], Fact::HeadCount { low: people, high: people })));
        }
        _ => {}
    }
    facts
}

fn is_company(kind: &str) -> bool {
    ["Organization", "Corporation", "Business", "Service", "Store", "Agent", "Company", "NGO"].iter().any(|end| kind.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::super::super::statements;
    use super::*;
    use autoreach_domain::account::CompanyDomain;
    use autoreach_web::page_text;

    #[test]
    fn labelled_words_are_facts_and_hidden_ones_are_not() {
        let html = r#"<div itemscope itemtype="https://schema.org/Organization"><h1 itemprop="name">Acme Pumps</h1>
            <p>Since <span itemprop="foundingDate">1987</span></p><meta itemprop="numberOfEmployees" content="9000">
            <p itemprop="address" itemscope itemtype="https://schema.org/PostalAddress"><span itemprop="addressLocality">Smallville</span>,
            <span itemprop="addressCountry">Austria</span></p>
            <p itemprop="employee" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann Sand</b> <i itemprop="jobTitle">Buyer</i></p>
            <p itemprop="employee" itemscope itemtype="https://schema.org/Person" style="display:none"><b itemprop="name">Bo Ek</b> <i itemprop="jobTitle">CEO</i></p></div>"#;
        let text = page_text(html).expect("a page");
        let host = CompanyDomain::parse("acme.example").ok();
        let page = statements::page_of(PageKind::Home, &text, jiff::civil::date(2026, 11, 22), host.as_ref());
        let mut found = Vec::new();
        read(&page, &mut found);
        let facts: Vec<_> = found.iter().map(|found| format!("{}: {}", found.fact.kind(), found.fact.value())).collect();
        assert_eq!(facts, ["founded: 1987", "registered name: Acme Pumps", "location: Smallville, Austria", "contact: Ann Sand, Buyer"]);
    }
}
