//! The lead file's contact held against the company's own pages: the name, the role, the domain of the mail address.
//!
//! A difference is something for a person to see, not a correction: lead files and sites both grow old. Where the pages
//! name nobody of that name, nothing is said, because most sites name few of their people. Deliberately absent: what
//! becomes of a difference, which is for the exceptions to say.

use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::dossier::{Dossier, Fact, Finding};
use autoreach_domain::lead::{EmailAddress, Lead};

/// Something in which the lead file and the pages differ.
#[derive(Debug, Clone, PartialEq)]
pub enum ContactDifference<'a> {
    /// The pages say that the person has left.
    Gone(&'a Finding),
    /// The pages name the person with a role that shares no word with the lead file's.
    Role {
        /// Where it stands.
        finding: &'a Finding,
        /// The role on the page.
        on_page: &'a str,
    },
    /// The pages spell the name differently: same last name and same first letter.
    Spelling {
        /// Where it stands.
        finding: &'a Finding,
        /// The name on the page.
        on_page: &'a str,
    },
    /// The mail address belongs to another domain than the pages that were read.
    Domain {
        /// The domain of the mail address.
        of_mail: CompanyDomain,
        /// The domain of the first page.
        of_pages: CompanyDomain,
    },
}

impl ContactDifference<'_> {
    /// The difference as one sentence for the reviewer.
    pub fn sentence(&self, lead: &Lead) -> String {
        let name = lead.person.full_name();
        match self {
            Self::Gone(finding) => format!("Their page {} says that {name} has left.", finding.source.url),
            Self::Role { finding, on_page } => {
                format!("Their page {} calls {name} '{on_page}', the lead file '{}'.", finding.source.url, lead.person.role)
            }
            Self::Spelling { finding, on_page } => format!("Their page {} writes '{on_page}', the lead file '{name}'.", finding.source.url),
            Self::Domain { of_mail, of_pages } => format!("The mail address is at {of_mail}, their pages are at {of_pages}."),
        }
    }
}

/// Everything in which the lead's contact and the pages of `dossier` differ, the gravest first.
pub fn contact_differences<'a>(lead: &Lead, dossier: &'a Dossier) -> Vec<ContactDifference<'a>> {
    let people = || {
        dossier.findings.iter().filter_map(|finding| match &finding.fact {
            Fact::ContactRole { name, role, departed } => Some((finding, name.as_str(), role.as_str(), *departed)),
            _ => None,
        })
    };
    let wanted = plain_name(&lead.person.full_name());
    let named = || people().filter(|(_, name, ..)| !wanted.is_empty() && plain_name(name) == wanted);
    let mut differences: Vec<ContactDifference<'a>> =
        named().filter(|(.., departed)| *departed).map(|(finding, ..)| ContactDifference::Gone(finding)).collect();
    let present: Vec<_> = named().filter(|(.., departed)| !departed).collect();
    if differences.is_empty() && !present.is_empty() && !present.iter().any(|(_, _, role, _)| is_alike(role, &lead.person.role)) {
        differences.extend(present.first().map(|(finding, _, on_page, _)| ContactDifference::Role { finding, on_page }));
    }
    if named().next().is_none() {
        let alike = people().find(|(_, name, _, departed)| !departed && is_other_spelling(&plain_name(name), &wanted));
        differences.extend(alike.map(|(finding, on_page, ..)| ContactDifference::Spelling { finding, on_page }));
    }
    differences.extend(domain(lead, dossier));
    differences
}

fn domain<'a>(lead: &Lead, dossier: &Dossier) -> Option<ContactDifference<'a>> {
    let of_mail = lead.person.email.as_ref().and_then(EmailAddress::company_domain)?;
    let of_pages = dossier.pages.first().and_then(|page| CompanyDomain::parse(&page.url).ok())?;
    (of_mail != of_pages).then_some(ContactDifference::Domain { of_mail, of_pages })
}

/// A name to compare, without academic titles.
fn plain_name(name: &str) -> String {
    const TITLES: [&str; 8] = ["dr", "prof", "mr", "mrs", "ms", "ing", "dipl", "med"];
    comparable_name(name).split(' ').filter(|word| !TITLES.contains(word)).collect::<Vec<_>>().join(" ")
}

/// Same last name, same first letter, other letters: "Jon Smith" and "John Smith".
fn is_other_spelling(a: &str, b: &str) -> bool {
    let last = |name: &str| name.rsplit(' ').next().unwrap_or_default().to_owned();
    let is_full = |name: &str| name.contains(' ');
    is_full(a) && is_full(b) && a != b && last(a) == last(b) && a.chars().next() == b.chars().next()
}

/// Do two roles share a telling word? A lead without a role contradicts nobody.
fn is_alike(on_page: &str, in_file: &str) -> bool {
    const EMPTY: [&str; 16] =
        ["of", "and", "the", "for", "head", "chief", "senior", "officer", "und", "der", "de", "des", "la", "et", "van", "y"];
    let words = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let all: Vec<String> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect();
        let telling: Vec<String> = all.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
        if telling.is_empty() { all } else { telling }
    };
    let (page, file) = (words(on_page), words(in_file));
    let initials =
        |text: &str| text.split_whitespace().filter_map(|word| word.chars().next()).flat_map(char::to_lowercase).collect::<String>();
    let is_short_form = initials(on_page) == in_file.trim().to_lowercase() || initials(in_file) == on_page.trim().to_lowercase();
    let shares = page
        .iter()
        .any(|a| file.iter().any(|b| a == b || (a.len() > 4 && b.len() > 4 && (a.contains(b.as_str()) || b.contains(a.as_str())))));
    file.is_empty() || is_short_form || shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_alike_when_they_share_a_telling_word_or_are_a_short_form() {
        for (on_page, in_file) in [
            ("VP Operations", "Operations Director"),
            ("Chief Executive Officer", "CEO"),
            ("Einkaufsleiterin", "Einkauf"),
            ("Head of Sales", ""),
        ] {
            assert!(is_alike(on_page, in_file), "{on_page} / {in_file}");
        }
        assert!(!is_alike("Head of Sales", "Head of Logistics") && !is_alike("Chief Technology Officer", "CFO"));
    }

    #[test]
    fn titles_do_not_make_another_name() {
        assert_eq!(plain_name("Prof. Dr. Ann Sand"), plain_name("Ann Sand"));
        assert!(is_other_spelling("jon smith", "john smith") && !is_other_spelling("ann smith", "john smith"));
    }
}
