//! The company behind a page about one entry: the one link that leads to its own site.
//!
//! Links that many of these pages share are the frame of the site or its sponsors. Among the others the one counts that
//! says "website" or shows its address, or whose domain is like the name; a page that leaves a choice names nobody.

use super::addresses::{Target, leads};
use super::names::cleaned;
use super::{Basis, DetailPage, FoundCompany, quoted, site_of};
use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::discovery::name_of_domain;
use autoreach_web::{BlockKind, PageText};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// From this many pages on, what more than half of them link to is no entry.
const FEWEST_TO_COMPARE: usize = 3;
/// Fewest letters in which a name and a domain must agree.
const SHORTEST_LIKENESS: usize = 3;
/// Words of a link to a company's own site.
const SITE_WORDS: [&str; 9] = ["website", "web", "homepage", "webseite", "internet", "www", "site", "visit", "http"];

/// A link on a page about an entry that leads to a company.
#[derive(Debug, Clone)]
struct Choice {
    domain: CompanyDomain,
    url: Url,
    quote: String,
    offset: usize,
    says_site: bool,
    is_like_name: bool,
}

/// A page about one entry as it was read.
#[derive(Debug, Clone)]
pub(super) struct ReadDetail {
    page: String,
    name: Option<String>,
    choices: Vec<Choice>,
}

/// What a page about one entry offers.
pub(super) fn read(detail: &DetailPage, url: &Url, page: &PageText) -> ReadDetail {
    let heading = page.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading { level: 1 }));
    let headed = heading.and_then(|block| cleaned(&page.text[block.start..block.end]));
    let name = detail.name.clone().or(headed);
    let links = page.links.iter().zip(leads(url, page).targets);
    let mut choices: Vec<Choice> = Vec::new();
    for (link, target) in links {
        let Target::Company { domain, url } = target else { continue };
        if link.region.is_some_and(|region| page.regions[region].is_frame) || choices.iter().any(|known| known.domain == domain) {
            continue;
        }
        let words = link.text.to_lowercase();
        let says_site = SITE_WORDS.iter().any(|word| words.contains(word)) || words.contains(domain.as_str());
        let is_like_name = name.as_deref().is_some_and(|name| is_like(name, &domain));
        let quote = quoted(&page.text[link.start..link.end]).to_owned();
        choices.push(Choice { domain, url, quote, offset: link.start, says_site, is_like_name });
    }
    ReadDetail { page: url.to_string(), name, choices }
}

/// Does the domain hold the beginning of the name, or the name the domain?
pub(super) fn is_like(name: &str, domain: &CompanyDomain) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>();
    let folded = comparable_name(name)
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue")
        .replace('ß', "ss")
        .replace('ø', "oe")
        .replace('å', "aa");
    let plain = comparable_name(name)
        .replace('ä', "a")
        .replace('ö', "o")
        .replace(['ü', 'ú'], "u")
        .replace('ø', "o")
        .replace('å', "a")
        .replace('é', "e");
    let label = letters(domain.as_str().split('.').next().unwrap_or_default());
    [folded, plain].iter().any(|name| {
        let first = letters(name.split(' ').next().unwrap_or_default());
        let whole = letters(name);
        let agrees = |part: &str| part.len() >= SHORTEST_LIKENESS && label.starts_with(part);
        agrees(&whole) || agrees(&first) || (label.len() >= SHORTEST_LIKENESS && whole.starts_with(&label))
    })
}

/// The companies behind the pages, each page at most one.
pub(super) fn companies(pages: &[ReadDetail]) -> Vec<FoundCompany> {
    let mut counts: BTreeMap<&CompanyDomain, usize> = BTreeMap::new();
    pages.iter().flat_map(|page| &page.choices).for_each(|choice| *counts.entry(&choice.domain).or_default() += 1);
    let is_shared = |count: usize| pages.len() >= FEWEST_TO_COMPARE && count * 2 > pages.len();
    let shared: BTreeSet<&CompanyDomain> = counts.into_iter().filter(|(_, count)| is_shared(*count)).map(|(domain, _)| domain).collect();
    pages.iter().filter_map(|page| company(page, &shared)).collect()
}

fn company(page: &ReadDetail, shared: &BTreeSet<&CompanyDomain>) -> Option<FoundCompany> {
    let own: Vec<&Choice> = page.choices.iter().filter(|choice| !shared.contains(&choice.domain)).collect();
    let named = own.iter().find(|choice| choice.is_like_name);
    let said = own.iter().find(|choice| choice.says_site);
    let choice = named.or(said).or_else(|| own.first().filter(|_| own.len() == 1))?;
    let name = page.name.clone().unwrap_or_else(|| name_of_domain(&choice.domain));
    let basis = match (&page.name, choice.quote.is_empty()) {
        (None, _) => Basis::Address,
        (Some(_), true) => Basis::Picture,
        (Some(_), false) => Basis::Text,
    };
    let (quote, offset) = (choice.quote.clone(), choice.offset);
    Some(FoundCompany { name, website: site_of(&choice.url), domain: choice.domain.clone(), page: page.page.clone(), quote, offset, basis })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_like_the_name_it_begins_with() {
        let like = |name: &str, domain: &str| is_like(name, &CompanyDomain::parse(domain).expect("a domain"));
        assert!(like("Müller Logistik GmbH", "mueller-logistik.example") && like("Müller Logistik GmbH", "muller.example"));
        assert!(like("Acme Pumps Ltd", "acme.example") && like("Acme", "acmepumps.example"));
        assert!(!like("Acme Pumps Ltd", "globex.example") && !like("A B", "ab.example"));
    }
}
