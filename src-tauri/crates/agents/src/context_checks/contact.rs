//! The lead file's contact held against the company's own pages: the name, the role, the domain of the mail address.
//!
//! A difference is something for a person to see, not a correction: lead files and sites both grow old. Where the pages
//! name nobody of that name, nothing is said, because most sites name few of their people. Deliberately absent: what
//! becomes of a difference, which the router decides.

use autoreach_domain::account::{CompanyDomain, comparable_name};
use autoreach_domain::dossier::{Dossier, Fact, Finding};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::Lead;

/// Everything in which the lead's contact and the pages of `dossier` differ, the gravest first.
pub(super) fn exceptions(lead: &Lead, dossier: &Dossier) -> Vec<Exception> {
    foreign_mail_domain(lead, dossier).into_iter().chain(person(lead, dossier)).collect()
}

/// The person has left, or is named with another role, or is spelled in another way.
fn person(lead: &Lead, dossier: &Dossier) -> Option<Exception> {
    let people = || {
        dossier.findings.iter().filter_map(|finding| match &finding.fact {
            Fact::ContactRole { name, role, departed } => Some(Named { finding, name, role, departed: *departed }),
            _ => None,
        })
    };
    let name = lead.person.full_name();
    let wanted = plain_name(&name);
    let same: Vec<Named<'_>> = people().filter(|named| !wanted.is_empty() && plain_name(named.name) == wanted).collect();
    if let Some(gone) = same.iter().find(|named| named.departed) {
        let reason = format!("Their page {} names {name} as former {}.", gone.finding.source.url, gone.role);
        return Some(Exception::new(ExceptionKind::ContactGone, reason).shown_by(gone.finding.id));
    }
    if same.iter().any(|named| is_alike(named.role, &lead.person.role)) {
        return None;
    }
    if let Some(other) = same.first() {
        let (url, role) = (&other.finding.source.url, &lead.person.role);
        let reason = format!("Their page {url} calls {name} '{}', the lead file '{role}'.", other.role);
        return Some(Exception::new(ExceptionKind::ConflictingFacts, reason).shown_by(other.finding.id));
    }
    let alike = people().find(|named| !named.departed && is_other_spelling(&plain_name(named.name), &wanted))?;
    let reason = format!("Their page {} writes '{}', the lead file '{name}'.", alike.finding.source.url, alike.name);
    Some(Exception::new(ExceptionKind::ConflictingFacts, reason).shown_by(alike.finding.id))
}

/// Somebody whom the pages name.
struct Named<'a> {
    finding: &'a Finding,
    name: &'a str,
    role: &'a str,
    departed: bool,
}

/// The mail address belongs to another domain than the pages that were read or, where none was, than the website of the lead file. A
/// provider mailbox is another domain too.
fn foreign_mail_domain(lead: &Lead, dossier: &Dossier) -> Option<Exception> {
    let email = lead.person.email.as_ref()?;
    let read = dossier.pages.first().map(|page| page.url.as_str());
    let website = read.or(lead.website.as_deref()).and_then(|website| CompanyDomain::parse(website).ok())?;
    let is_foreign = email.company_domain().as_ref() != Some(&website);
    is_foreign.then(|| {
        Exception::new(ExceptionKind::WrongCompany, format!("The mail address is at {}, the website at {website}.", email.domain()))
    })
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
