//! Leads: one person at one account in one workflow, as imported, and what is still missing to write to them.
//!
//! A lead is kept even when nothing can be done with it yet; [`Lead::missing`] says what to add. The recipient of a
//! mail is resolved here and nowhere else: from the lead's own record, never from model output or page text.

use crate::account::CompanyDomain;
use crate::ids::{AccountId, ImportId, LeadId, WorkflowId};
use crate::text::one_line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use ts_rs::TS;

/// Why a text is no mail address we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Nothing there.
    #[error("the mail address is empty")]
    Empty,
    /// No `@`, or more than one address in the field.
    #[error("this is not one mail address (expected name@company.example)")]
    Shape,
    /// Characters or lengths that mail servers refuse.
    #[error("the part before the @ has characters that mail servers refuse")]
    LocalPart,
    /// The part behind the `@` is no host name.
    #[error("the part after the @ is not a domain")]
    Domain,
}

/// A mail address that a server can be asked to deliver to: ASCII, lower-case domain, at most 254 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads one address; a display name, angle brackets and `mailto:` around it are dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let line = one_line(text);
        let bare = match (line.rfind('<'), line.rfind('>')) {
            (Some(open), Some(close)) if open < close => &line[open + 1..close],
            _ => line.as_str(),
        };
        let bare = bare.trim();
        let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
        if bare.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        let (local, domain) = bare.rsplit_once('@').ok_or(InvalidEmail::Shape)?;
        if local.contains('@') || bare.contains([',', ';', ' ']) {
            return Err(InvalidEmail::Shape);
        }
        check_local_part(local)?;
        let domain = mail_domain(domain)?;
        if local.len() + 1 + domain.len() > 254 {
            return Err(InvalidEmail::LocalPart);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the `@`, lower-case ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address in the form in which two are the same mailbox: lower-case.
    pub fn comparable(&self) -> String {
        self.0.to_lowercase()
    }

    /// The company behind the address; `None` for providers such as gmail.com.
    pub fn company_domain(&self) -> Option<CompanyDomain> {
        CompanyDomain::parse(self.domain()).ok()
    }
}

/// RFC 5321 dot-atom, at most 64 octets. Quoted local parts exist on paper only and are refused.
fn check_local_part(local: &str) -> Result<(), InvalidEmail> {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if local.is_empty() || local.len() > 64 || dots || !local.chars().all(atom) {
        return Err(InvalidEmail::LocalPart);
    }
    Ok(())
}

/// The domain part as lower-case ASCII with at least two labels.
fn mail_domain(domain: &str) -> Result<String, InvalidEmail> {
    let ascii = idna::domain_to_ascii(domain).map_err(|_| InvalidEmail::Domain)?;
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let named = ascii.rsplit('.').next().is_some_and(|last| last.bytes().any(|b| b.is_ascii_alphabetic()));
    if ascii.contains('.') && named && ascii.split('.').all(label) { Ok(ascii) } else { Err(InvalidEmail::Domain) }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmail;
    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

/// The person a lead is about, as imported. Every text is one line; empty means "not given".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role or title at the company.
    pub role: String,
    /// Where to write; resolved from the lead file or confirmed by a person, never by a model.
    pub email: Option<EmailAddress>,
}

impl Person {
    /// First and last name with one space, empty when neither is known.
    pub fn full_name(&self) -> String {
        one_line(&format!("{} {}", self.first_name, self.last_name))
    }
}

/// What a lead lacks before a stage can run on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No website and no company mail address: nothing to research.
    Website,
    /// No mail address: nobody to write to.
    Email,
    /// No person's name: the greeting stays general.
    Name,
}

impl Missing {
    /// What to add and why, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Website => "website missing: add it so that the company can be researched",
            Self::Email => "mail address missing: add it so that a mail can be sent",
            Self::Name => "name missing: the mail will greet without one",
        }
    }
}

/// One person at one account in one workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// The workflow that works on it.
    pub workflow_id: WorkflowId,
    /// The company.
    pub account_id: AccountId,
    /// The import that brought it; `None` when entered by hand.
    pub import_id: Option<ImportId>,
    /// The company's name, repeated here because a lead is read far more often than an account.
    pub company: String,
    /// The web address to research, `https://` added when the file had none.
    pub website: Option<String>,
    /// Who it is about.
    pub person: Person,
    /// Country as imported.
    pub country: Option<String>,
    /// City as imported.
    pub city: Option<String>,
    /// Industry as imported: a claim of the file, not a finding.
    pub industry: Option<String>,
    /// Head count as imported: a claim of the file, not a finding.
    pub head_count: Option<u32>,
    /// Columns of the file that have no field of their own, by header.
    #[ts(type = "Record<string, string>")]
    pub other_columns: BTreeMap<String, String>,
    /// When it entered the workspace.
    pub created_at: Timestamp,
}

impl Lead {
    /// What is missing, most blocking first.
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.website.is_none() {
            missing.push(Missing::Website);
        }
        if self.person.email.is_none() {
            missing.push(Missing::Email);
        }
        if self.person.full_name().is_empty() {
            missing.push(Missing::Name);
        }
        missing
    }

    /// The company's registrable domain: by website, else by mail address.
    pub fn company_domain(&self) -> Option<CompanyDomain> {
        let by_website = self.website.as_deref().and_then(|website| CompanyDomain::parse(website).ok());
        by_website.or_else(|| self.person.email.as_ref().and_then(EmailAddress::company_domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_out_of_its_wrapping() {
        for text in [
            "Wei.Rao@Orbital.example",
            " <Wei.Rao@orbital.example> ",
            "Wei Rao <Wei.Rao@orbital.example>",
            "mailto:Wei.Rao@orbital.EXAMPLE",
        ] {
            assert_eq!(EmailAddress::parse(text).map(String::from), Ok("Wei.Rao@orbital.example".to_owned()), "{text}");
        }
    }

    #[test]
    fn what_no_server_takes_is_refused_with_its_reason() {
        let cases = [
            ("", InvalidEmail::Empty),
            ("wei.rao", InvalidEmail::Shape),
            ("a@b.example, c@d.example", InvalidEmail::Shape),
            ("wei rao@orbital.example", InvalidEmail::Shape),
            (".wei@orbital.example", InvalidEmail::LocalPart),
            ("wëi@orbital.example", InvalidEmail::LocalPart),
            ("wei@localhost", InvalidEmail::Domain),
            ("wei@127.0.0.1", InvalidEmail::Domain),
            ("wei@-orbital.example", InvalidEmail::Domain),
        ];
        for (text, why) in cases {
            assert_eq!(EmailAddress::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_header_cannot_be_smuggled_into_an_address() {
        assert!(EmailAddress::parse("wei@orbital.example\r\nBcc: all@acme.example").is_err());
    }

    #[test]
    fn a_provider_mailbox_names_no_company() {
        let address = EmailAddress::parse("wei@gmail.com").expect("valid");
        assert_eq!(address.company_domain(), None);
    }
}
