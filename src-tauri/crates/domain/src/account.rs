//! Accounts: the companies behind the leads, and the keys by which two spellings of one company are recognised.
//!
//! Comparing two companies is the import's business; this file only brings names and domains into their comparable form.

use crate::ids::AccountId;
use crate::text::one_line;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// A company as the workspace knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name as imported, one line.
    pub name: String,
    /// Its registrable domain, when the lead file or a mail address gave one.
    pub domain: Option<CompanyDomain>,
    /// Country as imported (a name or an ISO code), when given.
    pub country: Option<String>,
}

/// Why a text is no company domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDomain {
    /// Nothing that looks like a host name.
    #[error("this is not a web address")]
    NotAHost,
    /// A public suffix or a bare label (`co.uk`, `localhost`).
    #[error("this web address names no company")]
    NoCompany,
    /// A mailbox or site provider that says nothing about the company (`gmail.com`).
    #[error("this web address belongs to a mail or site provider, not to the company")]
    Provider,
}

/// Providers whose domain is shared by unrelated people; short on purpose, the suffix list knows the rest.
const PROVIDERS: [&str; 30] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "mail.com",
    "mail.ru",
    "proton.me",
    "protonmail.com",
    "fastmail.com",
    "zoho.com",
    "linkedin.com",
    "facebook.com",
    "instagram.com",
    "x.com",
    "twitter.com",
    "youtube.com",
];

/// A company's registrable domain in lower-case ASCII, `acme.co.uk` for `https://www.acme.co.uk/about`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyDomain(String);

impl CompanyDomain {
    /// Reads a web address, a bare host or the part behind an `@`.
    pub fn parse(text: &str) -> Result<Self, InvalidDomain> {
        let host = host_of(text);
        let ascii = idna::domain_to_ascii(&host).map_err(|_| InvalidDomain::NotAHost)?;
        if !is_host_name(&ascii) {
            return Err(InvalidDomain::NotAHost);
        }
        let registrable = psl::domain_str(&ascii).ok_or(InvalidDomain::NoCompany)?;
        if PROVIDERS.contains(&registrable) {
            return Err(InvalidDomain::Provider);
        }
        Ok(Self(registrable.to_owned()))
    }

    /// The text, lower-case ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CompanyDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CompanyDomain {
    type Error = InvalidDomain;
    fn try_from(text: String) -> Result<Self, InvalidDomain> {
        Self::parse(&text)
    }
}

impl From<CompanyDomain> for String {
    fn from(domain: CompanyDomain) -> Self {
        domain.0
    }
}

/// The host of a web address written in any of the usual ways.
fn host_of(text: &str) -> String {
    let text = one_line(text).to_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default();
    let text = text.rsplit('@').next().unwrap_or_default();
    text.split(':').next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// Letters, digits and hyphens in at least two labels, the last of which is no number.
fn is_host_name(ascii: &str) -> bool {
    let labels: Vec<&str> = ascii.split('.').collect();
    let good = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2
        && ascii.len() <= 253
        && labels.iter().all(good)
        && labels.last().is_some_and(|last| last.bytes().any(|b| b.is_ascii_alphabetic()))
}

/// Legal forms dropped before names are compared.
const LEGAL_FORMS: [&str; 46] = [
    "and",
    "und",
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "se",
    "ev",
    "sa",
    "sas",
    "sarl",
    "sprl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "kft",
    "zrt",
    "sp",
    "zoo",
    "pty",
    "pte",
    "pvt",
    "holding",
    "group",
    "gruppe",
];

/// A company name in its comparable form: lower-case letters and digits, legal form dropped from the end.
/// `"Brightleaf Foods Ltd."` and `"BrightLeaf Foods Limited"` become the same text.
pub fn comparable_name(name: &str) -> String {
    let folded = one_line(name).to_lowercase().replace(['&', '+'], " and ").replace("a/s", "as").replace(['.', '\'', '’'], "");
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let kept = words.iter().rposition(|word| !LEGAL_FORMS.contains(word)).map_or(words.len(), |last| last + 1);
    words[..kept].join(" ")
}

/// Names shorter than this are only ever compared whole: one letter more or less is another company.
const SHORTEST_SIMILAR: usize = 6;
/// From this share of equal letters on, two spellings may be one company.
const SIMILAR_FROM: f64 = 0.86;

/// Might two names mean one company, mistyped or written another way? Equal names do.
pub fn is_similar_name(a: &str, b: &str) -> bool {
    let (a, b) = (comparable_name(a), comparable_name(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let is_long = a.chars().count().min(b.chars().count()) >= SHORTEST_SIMILAR;
    a == b || (is_long && strsim::normalized_damerau_levenshtein(&a, &b) >= SIMILAR_FROM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_from_every_usual_spelling() {
        for text in ["https://www.Acme.co.uk/about?x=1", "acme.co.uk", "WWW.ACME.CO.UK.", "ana@sales.acme.co.uk", "http://acme.co.uk:8080"]
        {
            assert_eq!(CompanyDomain::parse(text).map(String::from), Ok("acme.co.uk".to_owned()), "{text}");
        }
    }

    #[test]
    fn reserved_example_names_are_companies_too() {
        assert_eq!(CompanyDomain::parse("www.orbital-freight.example").map(String::from), Ok("orbital-freight.example".to_owned()));
    }

    #[test]
    fn an_international_name_becomes_ascii() {
        assert_eq!(CompanyDomain::parse("https://münchen.de").map(String::from), Ok("xn--mnchen-3ya.de".to_owned()));
    }

    #[test]
    fn what_names_no_company_is_refused() {
        assert_eq!(CompanyDomain::parse("ana@gmail.com"), Err(InvalidDomain::Provider));
        assert_eq!(CompanyDomain::parse("co.uk"), Err(InvalidDomain::NoCompany));
        for text in ["localhost", "127.0.0.1", "", "-", "a b.com", "http://"] {
            assert!(CompanyDomain::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn legal_forms_do_not_make_two_companies() {
        assert_eq!(comparable_name("Brightleaf Foods Ltd."), comparable_name("BrightLeaf Foods Limited"));
        assert_eq!(comparable_name("Müller & Söhne GmbH & Co. KG"), "müller and söhne");
        assert_eq!(comparable_name("Group"), "group", "a name that is only a legal form stays");
    }

    #[test]
    fn a_mistyped_name_is_similar_and_a_short_one_only_equal() {
        assert!(is_similar_name("Orbital Freight ApS", "Orbital Frieght"));
        assert!(is_similar_name("Müller Logistik GmbH", "Mueller Logistik") && is_similar_name("Acme Inc.", "ACME"));
        assert!(!is_similar_name("Acme", "Acne") && !is_similar_name("Nordwind Shipping", "Südwind Spedition"));
        assert!(!is_similar_name("", "") && !is_similar_name("GmbH", ""));
    }
}
