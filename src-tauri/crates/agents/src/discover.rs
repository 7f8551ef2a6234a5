//! Finds companies on pages that list them: exhibitors, members, a portfolio, a directory.
//!
//! The way of a page: [`addresses`] says which links lead to a company's own site, [`entries`] sees which of them stand in a
//! repeated structure (cards, rows, list items), [`names`] calls each by the words that stand out in its entry, [`declared`]
//! reads what the page says of itself as data, [`reading`] goes on to further pages and to the pages of single entries
//! within a budget. [`listed`] reads a plain list of domains.
//!
//! A page is data written by a stranger: it can propose a name and a web address for a person to take, nothing else. It
//! names no recipient; mail addresses are not looked at here.

mod addresses;
mod declared;
mod detail;
mod entries;
mod listed;
mod names;
mod paging;
mod reading;
mod results;

pub use listed::{ListedDomains, UnreadLine, domains_in};
pub use reading::{Discovery, ReadList, discover};
pub use results::company_of_result;

use autoreach_domain::account::CompanyDomain;
use autoreach_web::PageText;
use url::Url;

/// Longest quote kept of an entry, in bytes; the same as for findings.
const LONGEST_QUOTE: usize = 240;

/// What a company's name stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Visible words of the page.
    Text,
    /// The description of a picture, such as a logo.
    Picture,
    /// The page's data about itself (JSON-LD).
    Data,
    /// The web address alone.
    Address,
}

/// A company that a page lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCompany {
    /// Its name as the page has it, cleaned; made from the domain where the page has none.
    pub name: String,
    /// The beginning of its site: `https://www.acme.example/`.
    pub website: String,
    /// Its registrable domain.
    pub domain: CompanyDomain,
    /// The page that says so.
    pub page: String,
    /// The words of the entry: verbatim and visible when `basis` is [`Basis::Text`].
    pub quote: String,
    /// First byte of the quote in the page's text; 0 where it is no visible text.
    pub offset: usize,
    /// What the name stands on.
    pub basis: Basis,
}

/// A page of this site about one entry, where the link to the company's own site may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailPage {
    /// Its address.
    pub url: Url,
    /// What the list calls the entry.
    pub name: Option<String>,
}

/// What one page lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Companies with their own site, each once, in the page's order.
    pub companies: Vec<FoundCompany>,
    /// Pages about single entries; empty where the list itself links to the companies.
    pub details: Vec<DetailPage>,
    /// Where the list goes on.
    pub next: Vec<Url>,
}

/// The companies that the page at `url` lists. Pure processor work: spawn it as blocking.
pub fn companies_on(url: &Url, page: &PageText) -> Listing {
    let leads = addresses::leads(url, page);
    let declared = declared::companies(url, page);
    let mut companies = entries::companies(url, page, &leads);
    let linked = entries::details(page, &leads);
    // A list whose entries have pages of their own links to few companies directly: a sponsor, a prominent member.
    let details = if companies.len() * 2 < linked.len() { linked } else { Vec::new() };
    let mut details: Vec<DetailPage> = details;
    for item in declared {
        match item {
            declared::Item::Company(company) => add(&mut companies, company),
            declared::Item::Detail(detail) if companies.is_empty() && !details.iter().any(|known| known.url == detail.url) => {
                details.push(detail);
            }
            declared::Item::Detail(_) => {}
        }
    }
    Listing { companies, details, next: paging::next_pages(url, page) }
}

/// Adds a company unless its domain is there already. A name that somebody wrote is worth more than one made of a domain.
fn add(companies: &mut Vec<FoundCompany>, company: FoundCompany) {
    match companies.iter_mut().find(|known| known.domain == company.domain) {
        None => companies.push(company),
        Some(known) if known.basis == Basis::Address && company.basis != Basis::Address => *known = company,
        Some(_) => {}
    }
}

/// The beginning of the site that an address belongs to.
fn site_of(url: &Url) -> String {
    format!("{}://{}/", url.scheme(), url.host_str().unwrap_or_default())
}

/// The first bytes of a text as far as a quote goes, without cutting a character.
fn quoted(text: &str) -> &str {
    text[..text.floor_char_boundary(text.len().min(LONGEST_QUOTE))].trim_end()
}
