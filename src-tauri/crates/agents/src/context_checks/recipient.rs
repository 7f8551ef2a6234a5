//! Whom a mail may go to: the lead's own address, or one that the company prints on its own page and a person confirms.

use autoreach_domain::account::CompanyDomain;
use autoreach_domain::dossier::{Dossier, Fact, Finding};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::lead::{EmailAddress, Lead};

/// The mail address on the company's own page that may be proposed for a lead without one: the person's by name, else
/// a shared mailbox. It is a proposal only; a person confirms it before anything is addressed.
pub fn recipient_on_page<'a>(lead: &Lead, dossier: &'a Dossier) -> Option<&'a Finding> {
    if lead.person.email.is_some() {
        return None;
    }
    let printed = || dossier.findings.iter().filter_map(|finding| own_mailbox(finding).map(|(address, shared)| (finding, address, shared)));
    let by_name = printed().find(|(_, address, _)| is_of(address, lead));
    let shared = || printed().find(|(_, address, shared)| *shared && !is_for_others(address));
    by_name.or_else(shared).map(|(finding, ..)| finding)
}

/// A mail address whose domain is the domain of the page it stands on.
fn own_mailbox(finding: &Finding) -> Option<(&EmailAddress, bool)> {
    let Fact::MailAddress { address, shared } = &finding.fact else { return None };
    let page = CompanyDomain::parse(&finding.source.url).ok();
    (page.is_some() && address.company_domain() == page).then_some((address, *shared))
}

/// Does the mailbox carry the person's last name, or both names' letters?
fn is_of(address: &EmailAddress, lead: &Lead) -> bool {
    let local = plain(address.as_str().split('@').next().unwrap_or_default());
    let (first, last) = (plain(&lead.person.first_name), plain(&lead.person.last_name));
    let by_last = last.chars().count() >= 3 && local.contains(&last);
    let by_first = first.chars().count() >= 3 && local == first;
    by_last || by_first
}

/// Letters only, lower case, the spellings of mail addresses for umlauts.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let folded: String = lower
        .chars()
        .map(|c| match c {
            'ä' | 'å' | 'á' | 'à' | 'æ' => 'a',
            'ö' | 'ø' | 'ó' => 'o',
            'ü' | 'ú' => 'u',
            'é' | 'è' | 'ê' => 'e',
            other => other,
        })
        .collect();
    folded
        .replace('ß', "ss")
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect()
}

/// Mailboxes that were printed for somebody else than a sender like us.
fn is_for_others(address: &EmailAddress) -> bool {
    const FOR_OTHERS: [&str; 17] = [
        "job",
        "karriere",
        "career",
        "bewerbung",
        "stellen",
        "datenschutz",
        "privacy",
        "dpo",
        "press",
        "presse",
        "media",
        "redaktion",
        "noreply",
        "no-reply",
        "abuse",
        "invoice",
        "rechnung",
    ];
    let local = address.as_str().split('@').next().unwrap_or_default().to_lowercase();
    FOR_OTHERS.iter().any(|word| local.starts_with(word))
}

/// The lead cannot be written to yet: nobody is named, or an address of their page waits for a yes.
pub(super) fn exception(lead: &Lead, dossier: &Dossier) -> Option<Exception> {
    if lead.person.email.is_some() {
        return None;
    }
    let proposed = recipient_on_page(lead, dossier);
    Some(match proposed {
        Some(finding) => Exception::new(
            ExceptionKind::RecipientToConfirm,
            format!("The lead has no mail address; their page {} shows {}.", finding.source.url, finding.fact.value()),
        )
        .shown_by(finding.id),
        None => Exception::new(ExceptionKind::NoRecipient, "The lead has no mail address and none was found on their pages."),
    })
}
