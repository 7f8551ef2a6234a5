//! Which column is what: the headers of the usual exporters, in English and German, and a person's own word on top.
//!
//! A header is compared in a plain form (lower-case words). For every field the most telling header wins, so that
//! "Company Name for Emails" beats "Company". The preset only names the exporter for the person; it decides nothing
//! that the headers do not. Values are never looked at here. The engine remembers a mapping under [`fingerprint`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a column can be. A field has at most one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadField {
    /// The company's name.
    Company,
    /// Its website or domain.
    Website,
    /// The person's first name.
    FirstName,
    /// The person's last name.
    LastName,
    /// Both in one column.
    FullName,
    /// Role or title.
    Role,
    /// Mail address.
    Email,
    /// Country of the company or person.
    Country,
    /// City.
    City,
    /// Industry.
    Industry,
    /// Number of employees.
    HeadCount,
    /// Free text; kept among the other columns.
    Notes,
}

impl LeadField {
    /// Every field, in the order a preview shows them.
    pub const ALL: [Self; 12] = [
        Self::Company,
        Self::Website,
        Self::FirstName,
        Self::LastName,
        Self::FullName,
        Self::Role,
        Self::Email,
        Self::Country,
        Self::City,
        Self::Industry,
        Self::HeadCount,
        Self::Notes,
    ];

    /// The name used in overrides and stored mappings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Website => "website",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::FullName => "full_name",
            Self::Role => "role",
            Self::Email => "email",
            Self::Country => "country",
            Self::City => "city",
            Self::Industry => "industry",
            Self::HeadCount => "head_count",
            Self::Notes => "notes",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Website => "website",
            Self::FirstName => "first name",
            Self::LastName => "last name",
            Self::FullName => "full name",
            Self::Role => "role",
            Self::Email => "mail address",
            Self::Country => "country",
            Self::City => "city",
            Self::Industry => "industry",
            Self::HeadCount => "head count",
            Self::Notes => "notes",
        }
    }

    /// Headers that mean this field, most telling first, in plain form.
    fn headers(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Company => {
                "company name for emails, company account, account name, organization name, organisation name, \
                 current company, associated company, company name, company, employer, account, organization, \
                 organisation, firmenname, firma, unternehmensname, unternehmen, arbeitgeber, gesellschaft, \
                 organisation name, kunde"
            }
            Self::Website => {
                "company website, company domain name, company domain, organization website, website url, website, \
                 web site, domain, homepage, url, web, webseite, internetseite, internet, webadresse, internetadresse, \
                 firmenwebsite"
            }
            Self::FirstName => "first name, firstname, given name, contact first name, person first name, vorname",
            Self::LastName => {
                "last name, lastname, surname, family name, contact last name, person last name, nachname, \
                 familienname, zuname"
            }
            Self::FullName => {
                "full name, fullname, person name, contact name, contact person, lead name, contact, person, name, \
                 ansprechpartner, ansprechperson, kontaktperson, kontakt, vor und nachname"
            }
            Self::Role => {
                "job title, current title, person job title, current position, title, position, role, headline, \
                 function, berufsbezeichnung, stellenbezeichnung, funktion, rolle, jobtitel, tätigkeit"
            }
            Self::Email => {
                "work email, person email work, business email, email address, primary email, contact email, email, \
                 e mail, e mail address, mail, person email, email work, e mail adresse, emailadresse, mailadresse, \
                 geschäftliche e mail"
            }
            Self::Country => {
                "country region, company country, organization country, mailing country, billing country, country, \
                 country code, land region, land, staat"
            }
            Self::City => "company city, city, mailing city, billing city, town, stadt, ort, firmensitz",
            Self::Industry => "company industry, industry, sector, vertical, branche, wirtschaftszweig, sparte",
            Self::HeadCount => {
                "number of employees, no of employees, employees, employee count, num employees, company head count, \
                 company headcount, company size, headcount, head count, size, staff, mitarbeiterzahl, \
                 anzahl mitarbeiter, anzahl der mitarbeiter, mitarbeiter, mitarbeitende, beschäftigte, \
                 unternehmensgröße, firmengröße"
            }
            Self::Notes => "notes, note, comments, comment, remarks, notizen, notiz, bemerkung, bemerkungen, kommentar",
        };
        names.split(", ")
    }
}

/// Who wrote the file, as far as its header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// HubSpot.
    HubSpot,
    /// Salesforce.
    Salesforce,
    /// Apollo.
    Apollo,
    /// LinkedIn Sales Navigator, by way of one of the usual export tools.
    SalesNavigator,
    /// Pipedrive.
    Pipedrive,
    /// Any other table.
    Plain,
}

impl Preset {
    const NAMED: [Self; 5] = [Self::HubSpot, Self::Salesforce, Self::Apollo, Self::SalesNavigator, Self::Pipedrive];

    /// The exporter's name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::HubSpot => "HubSpot",
            Self::Salesforce => "Salesforce",
            Self::Apollo => "Apollo",
            Self::SalesNavigator => "Sales Navigator",
            Self::Pipedrive => "Pipedrive",
            Self::Plain => "plain table",
        }
    }

    /// Headers that only this exporter writes, in plain form.
    fn signature(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::HubSpot => {
                "record id, company domain name, lifecycle stage, contact owner, company owner, hubspot owner, \
                 associated company, create date, last activity date, country region, lead status, \
                 marketing contact status, associated company ids, datensatz id, lifecycle phase, \
                 name der unternehmens domain, land region"
            }
            Self::Salesforce => {
                "account name, lead source, lead owner, account owner, company account, account id, lead id, \
                 contact id, mailing country, mailing city, billing country, billing city, lead status, \
                 annual revenue, rating, accountname, lead quelle"
            }
            Self::Apollo => {
                "company name for emails, email status, email confidence, seniority, departments, apollo contact id, \
                 apollo account id, person linkedin url, company linkedin url, keywords, employees, seo description, \
                 technologies, primary email source, latest funding, account stage, contact owner"
            }
            Self::SalesNavigator => {
                "current company, current title, linkedin url, profile url, linkedin profile, linkedin profile url, \
                 sales navigator url, connection degree, headline, company headcount, company linkedin url, \
                 years in position, years in company, summary, premium, public profile"
            }
            Self::Pipedrive => {
                "person name, person email, person email work, person organization, person phone work, \
                 organization name, organization address, organization owner, person owner, deal title, person label, \
                 organization label, person id, organization id, deal value, lead title"
            }
            Self::Plain => "",
        };
        names.split(", ")
    }
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// One entry per column of the header; `None` columns are kept among the lead's other columns.
    pub columns: Vec<Option<LeadField>>,
    /// The exporter recognised.
    pub preset: Preset,
    /// Headers of the columns without a field.
    pub unmapped: Vec<String>,
}

/// Why an override cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOverride {
    /// Not `header=field`.
    #[error("write the override as \"Header=field\", for example \"Company Name=company\"")]
    Shape,
    /// No column has this header.
    #[error("the file has no column of this name")]
    NoSuchColumn,
    /// No field has this name.
    #[error(
        "there is no such field; known are company, website, first_name, last_name, full_name, role, email, country, city, industry, head_count, notes and \"ignore\""
    )]
    NoSuchField,
}

impl Mapping {
    /// The column of a field.
    pub fn column(&self, field: LeadField) -> Option<usize> {
        self.columns.iter().position(|column| *column == Some(field))
    }

    /// The mapping with a person's word on top: `Company Name=company`, `Fax=ignore`. The field leaves its old column.
    pub fn with_override(mut self, header: &[String], text: &str) -> Result<Self, InvalidOverride> {
        let (name, field) = text.rsplit_once('=').ok_or(InvalidOverride::Shape)?;
        let (name, field) = (name.trim(), field.trim());
        let exact = header.iter().position(|known| known == name);
        let column = exact.or_else(|| header.iter().position(|known| plain(known) == plain(name))).ok_or(InvalidOverride::NoSuchColumn)?;
        let field = match field {
            "ignore" => None,
            field => Some(LeadField::ALL.into_iter().find(|known| known.as_str() == field).ok_or(InvalidOverride::NoSuchField)?),
        };
        if field.is_some() {
            self.columns.iter_mut().filter(|column| **column == field).for_each(|column| *column = None);
        }
        self.columns[column] = field;
        self.unmapped = unmapped(header, &self.columns);
        Ok(self)
    }
}

/// The mapping the headers speak for.
pub fn guess_mapping(header: &[String]) -> Mapping {
    let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
    let mut columns: Vec<Option<LeadField>> = vec![None; header.len()];
    for field in LeadField::ALL {
        let free = |name: &str| plain.iter().enumerate().position(|(column, known)| known == name && columns[column].is_none());
        if let Some(column) = field.headers().find_map(free) {
            columns[column] = Some(field);
        }
    }
    settle_bare_name(&plain, &mut columns);
    Mapping { preset: preset_of(&plain), unmapped: unmapped(header, &columns), columns }
}

/// A lone "name" is the company's in a table of companies, and the last name beside a first name.
fn settle_bare_name(plain: &[String], columns: &mut [Option<LeadField>]) {
    let Some(column) = columns.iter().position(|field| *field == Some(LeadField::FullName)).filter(|column| plain[*column] == "name")
    else {
        return;
    };
    let has = |field| columns.contains(&Some(field));
    if has(LeadField::FirstName) && !has(LeadField::LastName) {
        columns[column] = Some(LeadField::LastName);
    } else if !has(LeadField::Company) {
        columns[column] = Some(LeadField::Company);
    }
}

/// Headers without a field.
fn unmapped(header: &[String], columns: &[Option<LeadField>]) -> Vec<String> {
    header.iter().zip(columns).filter(|(_, field)| field.is_none()).map(|(name, _)| name.clone()).collect()
}

/// The exporter with the most headers of its own in the file, two at least.
fn preset_of(plain: &[String]) -> Preset {
    let hits = |preset: &Preset| plain.iter().filter(|name| preset.signature().any(|known| known == name.as_str())).count();
    let mut best = (Preset::Plain, 1);
    for preset in Preset::NAMED {
        if hits(&preset) > best.1 {
            best = (preset, hits(&preset));
        }
    }
    best.0
}

/// Does any exporter write this header?
pub(crate) fn is_known_header(name: &str) -> bool {
    let plain = plain(name);
    LeadField::ALL.iter().any(|field| field.headers().any(|known| known == plain))
        || Preset::NAMED.iter().any(|preset| preset.signature().any(|known| known == plain))
}

/// Lower-case words with one space between: `# Employees` is `employees`, `Person - Email - Work` is `person email work`.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A key under which a mapping of files with this header is remembered: 16 hex digits, the same whatever the case and
/// punctuation of the headers.
pub fn fingerprint(header: &[String]) -> String {
    let mut hasher = Sha256::new();
    for name in header {
        hasher.update(plain(name).as_bytes());
        hasher.update([0]);
    }
    hasher.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::LeadField::*;
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn check(names: &[&str], preset: Preset, columns: &[Option<LeadField>]) {
        let mapping = guess_mapping(&header(names));
        assert_eq!((mapping.preset, mapping.columns.as_slice()), (preset, columns), "{names:?}");
    }

    #[test]
    fn the_usual_exporters_are_recognised() {
        check(
            &[
                "Record ID",
                "First Name",
                "Last Name",
                "Email",
                "Job Title",
                "Company Name",
                "Website URL",
                "Country/Region",
                "Lifecycle Stage",
            ],
            Preset::HubSpot,
            &[None, Some(FirstName), Some(LastName), Some(Email), Some(Role), Some(Company), Some(Website), Some(Country), None],
        );
        check(
            &["First Name", "Last Name", "Title", "Company / Account", "Email", "Lead Source", "Lead Status", "Lead Owner", "Industry"],
            Preset::Salesforce,
            &[Some(FirstName), Some(LastName), Some(Role), Some(Company), Some(Email), None, None, None, Some(Industry)],
        );
        check(
            &[
                "First Name",
                "Last Name",
                "Title",
                "Company",
                "Company Name for Emails",
                "Email",
                "Email Status",
                "Seniority",
                "# Employees",
                "Website",
            ],
            Preset::Apollo,
            &[Some(FirstName), Some(LastName), Some(Role), None, Some(Company), Some(Email), None, None, Some(HeadCount), Some(Website)],
        );
        check(
            &["Profile URL", "Full Name", "Headline", "Current Company", "Current Title", "Location", "Connection Degree"],
            Preset::SalesNavigator,
            &[None, Some(FullName), None, Some(Company), Some(Role), None, None],
        );
        check(
            &["Person - Name", "Person - Email - Work", "Organization - Name", "Organization - Address", "Deal - Title"],
            Preset::Pipedrive,
            &[Some(FullName), Some(Email), Some(Company), None, None],
        );
    }

    #[test]
    fn a_german_table_is_understood() {
        check(
            &[
                "Firma",
                "Vorname",
                "Name",
                "E-Mail-Adresse",
                "Position",
                "Ort",
                "Land",
                "Branche",
                "Anzahl Mitarbeiter",
                "Webseite",
                "Bemerkung",
            ],
            Preset::Plain,
            &[
                Some(Company),
                Some(FirstName),
                Some(LastName),
                Some(Email),
                Some(Role),
                Some(City),
                Some(Country),
                Some(Industry),
                Some(HeadCount),
                Some(Website),
                Some(Notes),
            ],
        );
    }

    #[test]
    fn a_lone_name_is_the_company_in_a_table_of_companies() {
        check(&["Name", "Domain"], Preset::Plain, &[Some(Company), Some(Website)]);
        check(&["Name", "Company", "Email"], Preset::Plain, &[Some(FullName), Some(Company), Some(Email)]);
    }

    #[test]
    fn a_persons_word_beats_the_guess() {
        let names = header(&["Company", "Brand", "Email"]);
        let mapping = guess_mapping(&names).with_override(&names, "brand = company").and_then(|m| m.with_override(&names, "Email=ignore"));
        let mapping = mapping.expect("both can be followed");
        assert_eq!(mapping.columns, [None, Some(Company), None]);
        assert_eq!(mapping.unmapped, ["Company", "Email"]);
    }

    #[test]
    fn an_override_that_cannot_be_followed_says_why() {
        let names = header(&["Company"]);
        let check = |text: &str, why| assert_eq!(guess_mapping(&names).with_override(&names, text), Err(why), "{text}");
        check("Company", InvalidOverride::Shape);
        check("Firm=company", InvalidOverride::NoSuchColumn);
        check("Company=firm", InvalidOverride::NoSuchField);
    }

    #[test]
    fn the_fingerprint_tells_headers_apart_and_not_their_spelling() {
        assert_eq!(fingerprint(&header(&["Company Name", "E-Mail"])), fingerprint(&header(&["company_name", "e mail"])));
        assert_ne!(fingerprint(&header(&["a", "b"])), fingerprint(&header(&["ab"])));
        assert_ne!(fingerprint(&header(&["a", "b"])), fingerprint(&header(&["b", "a"])));
    }
}
