//! Where the links of a page lead: to a company's own site, to another page of this site, or nowhere of interest.
//!
//! Only plain web addresses count: http or https on its usual port, a host name instead of an address, no user name, no
//! scripts. Nothing is asked for here; whoever follows an address goes through the guard of `autoreach-web`.

use autoreach_domain::account::CompanyDomain;
use autoreach_web::{PageText, registrable_domain};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use url::{Host, Url};

/// Longest address looked at, in bytes: the guard's own figure.
const LONGEST_ADDRESS: usize = autoreach_web::guard::LONGEST_URL;

/// Endings of addresses that hold a file instead of a page.
const FILES: [&str; 14] =
    [".pdf", ".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".zip", ".doc", ".docx", ".xls", ".xlsx", ".ics", ".vcf"];

/// Sites that are no company of a list.
static EXCLUDED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("excluded.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// To another site that may be a company's.
    Company {
        /// Its registrable domain.
        domain: CompanyDomain,
        /// The address.
        url: Url,
    },
    /// To another page of this site.
    Inside(Url),
    /// Nowhere of interest.
    Nowhere,
}

/// The links of a page with where they lead, in the page's order.
pub(super) struct Leads<'a> {
    pub(super) page: &'a PageText,
    pub(super) targets: Vec<Target>,
}

/// Where every link of the page leads.
pub(super) fn leads<'a>(url: &Url, page: &'a PageText) -> Leads<'a> {
    Leads { page, targets: page.links.iter().map(|link| target(url, &link.href)).collect() }
}

/// Where an address on the page at `base` leads.
pub(super) fn target(base: &Url, href: &str) -> Target {
    let Some(url) = plain_address(base, href) else { return Target::Nowhere };
    if is_same_owner(base, &url) {
        let is_file = FILES.iter().any(|ending| url.path().to_ascii_lowercase().ends_with(ending));
        return if is_file { Target::Nowhere } else { Target::Inside(url) };
    }
    match company_of(&url) {
        Some(domain) => Target::Company { domain, url },
        None => Target::Nowhere,
    }
}

/// The address as far as it is one that a page could be read from.
fn plain_address(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok().filter(|url| url.as_str().len() <= LONGEST_ADDRESS)?;
    let is_web = matches!((url.scheme(), url.port()), ("http" | "https", None));
    let is_bare = url.username().is_empty() && url.password().is_none();
    let is_name = matches!(url.host(), Some(Host::Domain(_)));
    url.set_fragment(None);
    (is_web && is_bare && is_name).then_some(url)
}

/// The company that an address belongs to; `None` for one that is no company's.
pub(super) fn company_of(url: &Url) -> Option<CompanyDomain> {
    let host = url.host_str()?;
    if autoreach_web::guard::check_url(url, &autoreach_web::Admitted::none()).is_err() {
        return None;
    }
    let domain = CompanyDomain::parse(host).ok()?;
    let is_excluded = EXCLUDED.contains(domain.as_str()) || EXCLUDED.contains(host);
    (!is_excluded).then_some(domain)
}

fn is_same_owner(one: &Url, other: &Url) -> bool {
    match (one.host_str(), other.host_str()) {
        (Some(one), Some(other)) => registrable_domain(one).eq_ignore_ascii_case(registrable_domain(other)),
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_to(href: &str) -> Target {
        target(&Url::parse("https://www.fair.example/exhibitors/").expect("an address"), href)
    }

    #[test]
    fn only_a_plain_address_of_another_site_may_be_a_company() {
        assert!(matches!(leads_to("//www.acme.example/de?utm=1"), Target::Company { domain, .. } if domain.as_str() == "acme.example"));
        assert!(matches!(leads_to("../hall-4"), Target::Inside(_)));
        assert!(matches!(leads_to("https://tickets.fair.example/"), Target::Inside(_)));
        for href in [
            "javascript:alert(1)",
            "mailto:a@acme.example",
            "tel:+45",
            "data:text/html,x",
            "https://user:word@acme.example/",
            "https://acme.example:8443/",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://2130706433/",
            "http://192.168.0.1/admin",
            "http://router/",
            "http://printer.local/",
            "https://www.facebook.com/acme",
            "https://maps.google.com/?q=acme",
            "https://www.fair.example/list.pdf",
            "https://",
        ] {
            assert_eq!(leads_to(href), Target::Nowhere, "{href}");
        }
    }

    #[test]
    fn the_list_of_excluded_sites_holds_domains_only() {
        assert!(EXCLUDED.len() > 80);
        assert!(EXCLUDED.iter().all(|line| line.contains('.') && !line.contains([' ', '/', ':'])));
    }
}
