//! The suppression list: who is never written to, whatever a level, a threshold or a setting says.
//!
//! One rule, [`suppresses`], is asked at import, at approval and inside the barrier of the hand-over. Entries are only
//! ever added or merged by union; taking one off the list is a person's explicit act elsewhere.

use crate::account::{CompanyDomain, comparable_name};
use crate::ids::SuppressionId;
use crate::lead::EmailAddress;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an entry covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "scope", content = "value", rename_all = "snake_case")]
pub enum SuppressionScope {
    /// One mailbox.
    Person(EmailAddress),
    /// Every mailbox at a registrable domain.
    Domain(CompanyDomain),
    /// A company by its comparable name, whatever its domain.
    Company(String),
}

impl SuppressionScope {
    /// A company entry in its comparable form.
    pub fn company(name: &str) -> Self {
        Self::Company(comparable_name(name))
    }

    /// Reads what a person typed: an address, a domain, or else a company name.
    pub fn parse(text: &str) -> Self {
        if let Ok(address) = EmailAddress::parse(text) {
            return Self::Person(address);
        }
        let looks_like_a_domain = text.contains('.') && !text.trim().contains(' ');
        match CompanyDomain::parse(text) {
            Ok(domain) if looks_like_a_domain => Self::Domain(domain),
            Ok(_) | Err(_) => Self::company(text),
        }
    }

    /// `person`, `domain` or `company`: the stored name of the scope.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Domain(_) => "domain",
            Self::Company(_) => "company",
        }
    }

    /// The comparable text by which entries are found and merged.
    pub fn key(&self) -> String {
        match self {
            Self::Person(address) => address.comparable(),
            Self::Domain(domain) => domain.to_string(),
            Self::Company(name) => name.clone(),
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
    /// The `(kind, key)` pairs to look up: an addressee is suppressed when any of them is on the list.
    pub fn keys(&self) -> Vec<(&'static str, String)> {
        let mut scopes = Vec::new();
        if let Some(email) = &self.email {
            scopes.push(SuppressionScope::Person(email.clone()));
            scopes.extend(email.company_domain().map(SuppressionScope::Domain));
        }
        scopes.extend(self.domain.clone().map(SuppressionScope::Domain));
        let company = SuppressionScope::company(&self.company);
        if !company.key().is_empty() {
            scopes.push(company);
        }
        scopes.iter().map(|scope| (scope.kind(), scope.key())).collect()
    }
}

/// Does the entry cover the addressee?
pub fn suppresses(entry: &SuppressionScope, addressee: &Addressee) -> bool {
    addressee.keys().contains(&(entry.kind(), entry.key()))
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

    #[test]
    fn each_scope_covers_its_own() {
        for text in ["wei@sales.orbital.example", "orbital.example", "orbital freight", "Orbital Freight AS"] {
            assert!(suppresses(&SuppressionScope::parse(text), &wei()), "{text}");
        }
    }

    #[test]
    fn a_stranger_is_not_covered() {
        for text in ["wei@other.example", "other.example", "Orbital"] {
            assert!(!suppresses(&SuppressionScope::parse(text), &wei()), "{text}");
        }
    }

    #[test]
    fn a_lead_without_a_mailbox_is_still_found_by_its_domain() {
        let unknown = Addressee { email: None, ..wei() };
        assert!(suppresses(&SuppressionScope::parse("https://www.orbital.example/"), &unknown));
    }
}
