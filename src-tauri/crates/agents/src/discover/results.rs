//! A company out of a search engine's result: its address, and a name out of the result's title.
//!
//! Titles are written to be found, not to name a company. The part that is like the domain is taken; a title without one
//! gives way to the domain.

use super::addresses::company_of;
use super::detail::is_like;
use super::names::{cleaned, spoken};
use super::{Basis, FoundCompany, quoted, site_of};
use autoreach_domain::discovery::name_of_domain;
use autoreach_domain::text::one_line;
use url::Url;

/// What stands between the parts of a title.
const BETWEEN: [&str; 6] = [" | ", " - ", " – ", " — ", " · ", ": "];

/// The company behind a result; `None` for a network, a shop or anything else that is no company's own site.
pub fn company_of_result(title: &str, address: &str, asked: &str) -> Option<FoundCompany> {
    let url = Url::parse(address.trim()).ok()?;
    let domain = company_of(&url)?;
    let title = one_line(title);
    let name = spoken_parts(&title).into_iter().find(|part| is_like(part, &domain));
    let basis = if name.is_some() { Basis::Text } else { Basis::Address };
    let name = name.unwrap_or_else(|| name_of_domain(&domain));
    Some(FoundCompany { name, website: site_of(&url), domain, page: asked.to_owned(), quote: quoted(&title).to_owned(), offset: 0, basis })
}

/// The parts of a title that read as names, unless the title speaks to a machine.
fn spoken_parts(title: &str) -> Vec<String> {
    let mut parts = vec![title];
    for between in BETWEEN {
        parts = parts.into_iter().flat_map(|part| part.split(between)).collect();
    }
    parts.into_iter().filter(|part| spoken(part).is_some()).filter_map(cleaned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_a_title_that_is_like_the_domain_is_the_name() {
        let name = |title: &str, address: &str| company_of_result(title, address, "").map(|company| (company.name, company.basis));
        assert_eq!(name("Home | Acme Pumps GmbH", "https://www.acme-pumps.example/"), Some(("Acme Pumps GmbH".into(), Basis::Text)));
        assert_eq!(name("Freight from A to B", "https://nordvimpel.example/x"), Some(("Nordvimpel".into(), Basis::Address)));
        assert_eq!(name("Acme - LinkedIn", "https://www.linkedin.com/company/acme"), None);
        assert_eq!(name("Acme", "http://10.0.0.1/"), None);
    }
}
