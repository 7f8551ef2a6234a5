//! A list of domains as people keep it: one a line, with or without `https://`, names beside them, remarks after `#`.

use super::addresses::company_of;
use super::{Basis, FoundCompany, names, site_of};
use autoreach_domain::discovery::name_of_domain;
use url::Url;

/// Most lines read.
const MOST_LINES: usize = 5_000;

/// What a list of domains holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedDomains {
    /// The companies, each domain once, in the list's order.
    pub companies: Vec<FoundCompany>,
    /// Lines that hold no web address of a company.
    pub unread: Vec<UnreadLine>,
    /// Lines beyond those that are read.
    pub left_over: usize,
}

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What stands there, at most 80 characters.
    pub text: String,
}

/// Reads a list of domains. Of several addresses in a line each is a company; words beside a single one are its name.
pub fn domains_in(text: &str) -> ListedDomains {
    let mut listed = ListedDomains::default();
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    for (number, line) in lines {
        let line = without_remark(line);
        if line.is_empty() {
            continue;
        }
        if number >= MOST_LINES {
            listed.left_over += 1;
            continue;
        }
        let cells: Vec<&str> =
            line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"').trim()).filter(|cell| !cell.is_empty()).collect();
        let (addresses, others): (Vec<&str>, Vec<&str>) = cells.into_iter().partition(|cell| address(cell).is_some());
        let addresses: Vec<&str> = match addresses.as_slice() {
            [] => others.iter().flat_map(|cell| cell.split_whitespace()).filter(|word| address(word).is_some()).collect(),
            _ => addresses,
        };
        let name = others.iter().find_map(|cell| names::cleaned(cell)).filter(|_| addresses.len() == 1);
        if addresses.is_empty() && !is_head(line, number) {
            listed.unread.push(UnreadLine { line: number + 1, text: line.chars().take(80).collect() });
        }
        for url in addresses.into_iter().filter_map(address) {
            listed.companies.extend(company(&url, name.as_deref(), line, &listed.companies));
        }
    }
    listed
}

/// The line without what follows a `#` that stands at its beginning or after a space.
fn without_remark(line: &str) -> &str {
    let remark = line.char_indices().find(|(at, c)| *c == '#' && line[..*at].chars().next_back().is_none_or(char::is_whitespace));
    remark.map_or(line, |(at, _)| &line[..at]).trim()
}

/// A first line that names columns.
fn is_head(line: &str, number: usize) -> bool {
    let lower = line.to_lowercase();
    number == 0 && ["domain", "website", "url", "webseite", "company", "firma"].iter().any(|word| lower.contains(word))
}

/// The address in a cell: a host with a dot, a path or not, a scheme or not.
fn address(cell: &str) -> Option<Url> {
    if cell.contains(char::is_whitespace) || cell.contains('@') || !cell.contains('.') {
        return None;
    }
    let with_scheme = if cell.contains("://") { cell.to_owned() } else { format!("https://{cell}") };
    let url = Url::parse(&with_scheme).ok()?;
    company_of(&url).map(|_| url)
}

fn company(url: &Url, name: Option<&str>, line: &str, known: &[FoundCompany]) -> Option<FoundCompany> {
    let domain = company_of(url).filter(|domain| !known.iter().any(|company| company.domain == *domain))?;
    Some(FoundCompany {
        name: name.map_or_else(|| name_of_domain(&domain), str::to_owned),
        website: site_of(url),
        domain,
        page: String::new(),
        quote: super::quoted(line).to_owned(),
        offset: 0,
        basis: if name.is_some() { Basis::Text } else { Basis::Address },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_people_write_it() {
        let text = "\u{feff}Company,Website\n# our wish list\nacme.example\nhttps://www.globex.example/de?x=1 # met in May\nAcme again, www.acme.example\n\
            Umbra Tools GmbH; umbra-tools.example\na1.example, b1.example\n\nnonsense\nhttp://127.0.0.1/\nfacebook.com/acme\nana@mail.example\n";
        let listed = domains_in(text);
        let read: Vec<_> = listed.companies.iter().map(|company| (company.name.as_str(), company.website.as_str())).collect();
        assert_eq!(
            read,
            [
                ("Acme", "https://acme.example/"),
                ("Globex", "https://www.globex.example/"),
                ("Umbra Tools GmbH", "https://umbra-tools.example/"),
                ("A1", "https://a1.example/"),
                ("B1", "https://b1.example/"),
            ]
        );
        assert_eq!(listed.unread.iter().map(|line| line.line).collect::<Vec<_>>(), [9, 10, 11, 12]);
    }

    #[test]
    fn a_list_without_end_is_read_to_its_cap() {
        let text: String = (0..MOST_LINES + 7).map(|n| format!("c{n}.example\n")).collect();
        let listed = domains_in(&text);
        assert_eq!((listed.companies.len(), listed.left_over), (MOST_LINES, 7));
    }
}
