//! The suppression list: who is never written to, whatever a level, a threshold or a setting says.
//!
//! One rule, [`Addressee::keys`], is asked at import, at approval and inside the barrier of the hand-over. Entries are only
//! ever added or merged by union; taking one off the list is a person's explicit act, outside this file.

use crate::account::{CompanyDomain, InvalidDomain, comparable_name};
use crate::ids::SuppressionId;
use crate::lead::EmailAddress;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a text names nobody who could be suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableScope {
    /// It has an `@` and is no address.
    #[error("this is not a mail address; nothing was added")]
    Address,
    /// It has dots and is no domain.
    #[error("this is not a domain; nothing was added")]
    Domain,
    /// Nothing is left of it.
    #[error("this names no address, domain or company; nothing was added")]
    Empty,
}

/// A domain that mails go to, lower-case ASCII: a company's registrable one, or that of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads a web address or a bare domain.
    pub fn parse(text: &str) -> Result<Self, InvalidDomain> {
        match CompanyDomain::parse(text) {
            Ok(company) => Ok(company.into()),
            Err(InvalidDomain::Provider) => Ok(Self(text.trim().trim_start_matches("www.").to_lowercase())),
            Err(error) => Err(error),
        }
    }
}

impl From<CompanyDomain> for MailDomain {
    fn from(domain: CompanyDomain) -> Self {
        Self(domain.into())
    }
}

/// What an entry covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "scope", content = "value", rename_all = "snake_case")]
pub enum SuppressionScope {
    /// One mailbox.
    Person(EmailAddress),
    /// Every mailbox at a domain: a company's registrable one, or a provider's.
    Domain(MailDomain),
    /// A company by its comparable name, whatever its domain.
    Company(String),
    /// Somebody who was erased: a keyed code of their address, which tells nobody who it was.
    Erased(String),
}

impl SuppressionScope {
    /// A company entry in its comparable form.
    pub fn company(name: &str) -> Self {
        Self::Company(comparable_name(name))
    }

    /// Reads what a person typed: an address, a domain (a provider's too: then everybody there), or else a company's name.
    pub fn parse(text: &str) -> Result<Self, UnreadableScope> {
        let text = text.trim();
        if let Ok(address) = EmailAddress::parse(text) {
            return Ok(Self::Person(address));
        }
        if text.contains('@') {
            return Err(UnreadableScope::Address);
        }
        let looks_like_a_domain = text.contains('.') && !text.contains(' ') && !text.ends_with('.');
        if looks_like_a_domain {
            return MailDomain::parse(text).map(Self::Domain).map_err(|_| UnreadableScope::Domain);
        }
        match comparable_name(text) {
            name if name.is_empty() => Err(UnreadableScope::Empty),
            name => Ok(Self::Company(name)),
        }
    }

    /// `person`, `domain` or `company`: the stored name of the scope.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Domain(_) => "domain",
            Self::Company(_) => "company",
            Self::Erased(_) => "erased",
        }
    }

    /// The comparable text by which entries are found and merged.
    pub fn key(&self) -> String {
        match self {
            Self::Person(address) => address.comparable(),
            Self::Domain(domain) => domain.0.clone(),
            Self::Company(name) => name.clone(),
            Self::Erased(code) => code.clone(),
        }
    }
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// What it covers.
    pub scope: SuppressionScope,
    /// Why, in a person's words; may be empty.
    pub reason: String,
    /// Since when.
    pub added_at: Timestamp,
}

/// Everything by which one recipient could be on the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Addressee {
    /// The mailbox, when known.
    pub email: Option<EmailAddress>,
    /// The company's domain, when known.
    pub domain: Option<CompanyDomain>,
    /// The company's name as imported.
    pub company: String,
}

impl Addressee {
    /// The `(kind, key)` pairs to look up: an addressee is suppressed when any of them is on the list. This is the one
    /// rule; it is asked at import, at approval and inside the barrier of the hand-over.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        let mut scopes = Vec::new();
        if let Some(email) = &self.email {
            scopes.push(SuppressionScope::Person(email.clone()));
            scopes.extend(email.company_domain().map(|domain| SuppressionScope::Domain(domain.into())));
            scopes.push(SuppressionScope::Domain(MailDomain(email.domain().to_owned())));
        }
        scopes.extend(self.domain.clone().map(|domain| SuppressionScope::Domain(domain.into())));
        let company = SuppressionScope::company(&self.company);
        if !company.key().is_empty() {
            scopes.push(company);
        }
        scopes.iter().map(|scope| (scope.kind(), scope.key())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wei() -> Addressee {
        Addressee {
            email: EmailAddress::parse("Wei@Sales.Orbital.example").ok(),
            domain: CompanyDomain::parse("orbital.example").ok(),
            company: "Orbital Freight A/S".into(),
        }
    }

    fn covers(text: &str, addressee: &Addressee) -> bool {
        let scope = SuppressionScope::parse(text).expect("readable");
        addressee.keys().contains(&(scope.kind(), scope.key()))
    }

    #[test]
    fn each_scope_covers_its_own() {
        for text in ["wei@sales.orbital.example", "orbital.example", "orbital freight", "Orbital Freight AS"] {
            assert!(covers(text, &wei()), "{text}");
        }
    }

    #[test]
    fn a_stranger_is_not_covered() {
        for text in ["wei@other.example", "other.example", "Orbital"] {
            assert!(!covers(text, &wei()), "{text}");
        }
    }

    #[test]
    fn a_lead_without_a_mailbox_is_still_found_by_its_domain() {
        assert!(covers("https://www.orbital.example/", &Addressee { email: None, ..wei() }));
    }

    #[test]
    fn a_providers_domain_covers_everybody_there() {
        let at_provider = Addressee { email: EmailAddress::parse("wei@gmail.com").ok(), domain: None, company: "Orbital".into() };
        assert!(covers("gmail.com", &at_provider));
        assert!(!covers("gmail.com", &wei()));
    }

    #[test]
    fn what_names_nobody_is_an_error_and_never_a_company_of_that_name() {
        assert_eq!(SuppressionScope::parse("wei.rao@orbital"), Err(UnreadableScope::Address));
        assert_eq!(SuppressionScope::parse("co.uk"), Err(UnreadableScope::Domain));
        assert_eq!(SuppressionScope::parse(" - "), Err(UnreadableScope::Empty));
    }
}
