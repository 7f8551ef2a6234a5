//! Companies that a page declares as data (JSON-LD): an `ItemList`, or organisations with their address.
//!
//! Nobody sees this data, so a name out of it is marked as such, and words that speak to a machine are no name.

use super::addresses::{Target, target};
use super::names::spoken;
use super::{Basis, DetailPage, FoundCompany, site_of};
use autoreach_domain::discovery::name_of_domain;
use autoreach_web::PageText;
use serde_json::Value;
use url::Url;

/// Most values looked at, over all blocks of a page.
const MOST_VALUES: usize = 20_000;
/// Types that are companies of a list; a page's own `publisher` or `WebSite` is not.
const COMPANIES: [&str; 5] = ["Organization", "Corporation", "LocalBusiness", "Company", "Brand"];
/// Properties under which a thing speaks of who made the page, not of what it lists.
const OF_THE_PAGE: [&str; 7] = ["publisher", "author", "creator", "provider", "organizer", "isPartOf", "sponsor"];

/// Something the data lists.
pub(super) enum Item {
    Company(FoundCompany),
    Detail(DetailPage),
}

/// What the page's data lists, in its order.
pub(super) fn companies(url: &Url, page: &PageText) -> Vec<Item> {
    let mut items = Vec::new();
    // Values still to be looked at, the next one last, and whether they stand in a list.
    let mut open: Vec<(&Value, bool)> = page.json_ld.iter().rev().map(|value| (value, false)).collect();
    for _ in 0..MOST_VALUES {
        let Some((value, is_listed)) = open.pop() else { break };
        match value {
            Value::Array(values) => open.extend(values.iter().rev().map(|value| (value, is_listed))),
            Value::Object(fields) => {
                let is_company = COMPANIES.iter().any(|kind| is_of(value, kind));
                if (is_listed || is_company) && !is_of(value, "ListItem") {
                    items.extend(item(url, value));
                }
                let listed = fields.get("itemListElement");
                open.extend(
                    fields
                        .iter()
                        .rev()
                        .filter(|(name, _)| !OF_THE_PAGE.contains(&name.as_str()) && *name != "itemListElement")
                        .map(|(name, inner)| (inner, is_listed && name == "item")),
                );
                open.extend(listed.map(|inner| (inner, !is_of(value, "BreadcrumbList"))));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    items
}

fn is_of(value: &Value, kind: &str) -> bool {
    match &value["@type"] {
        Value::String(name) => name == kind,
        Value::Array(names) => names.iter().any(|name| name == kind),
        _ => false,
    }
}

fn item(url: &Url, value: &Value) -> Option<Item> {
    let name = value["name"].as_str().and_then(spoken);
    let addresses = [&value["url"], &value["sameAs"], &value["@id"]].into_iter().flat_map(|value| match value {
        Value::String(address) => vec![address.as_str()],
        Value::Array(addresses) => addresses.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    });
    let targets: Vec<Target> = addresses.map(|address| target(url, address)).collect();
    let company = targets.iter().find_map(|target| match target {
        Target::Company { domain, url } => Some((domain, url)),
        Target::Inside(_) | Target::Nowhere => None,
    });
    if let Some((domain, site)) = company {
        let (quote, basis) = name.clone().map_or((String::new(), Basis::Address), |name| (name, Basis::Data));
        let name = name.unwrap_or_else(|| name_of_domain(domain));
        let found = FoundCompany { name, website: site_of(site), domain: domain.clone(), page: url.to_string(), quote, offset: 0, basis };
        return Some(Item::Company(found));
    }
    let inside = targets.into_iter().find_map(|target| match target {
        Target::Inside(inside) if inside != *url && inside.path() != "/" => Some(inside),
        Target::Inside(_) | Target::Company { .. } | Target::Nowhere => None,
    })?;
    Some(Item::Detail(DetailPage { url: inside, name: Some(name?) }))
}
