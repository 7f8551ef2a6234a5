//! Rows become leads: every text one line, every address checked, and a note for whatever of the file was not used.
//!
//! A row is kept as long as it names a company in any way; a lead without mail address or website is a lead to be
//! completed, not an error. Nothing is invented: a website or a company name read from an address is noted as such.
//! Ids, accounts and suppression come later, in the engine.

use crate::error::{RowCause, RowNote, RowProblem};
use crate::export::without_formula_guard;
use crate::numbers::head_count;
use crate::presets::{LeadField, Mapping};
use crate::table::{Row, Table};
use autoreach_domain::account::CompanyDomain;
use autoreach_domain::lead::{EmailAddress, Person};
use autoreach_domain::text::{LINE_CHARACTERS, one_line};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row of the file as a lead, without id and account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MappedLead {
    /// The line of the file it comes from.
    pub line: u64,
    /// The company's name, never empty.
    pub company: String,
    /// `https://` address to research; `http://` only where the file says so.
    pub website: Option<String>,
    /// The person, any field of which may be empty.
    pub person: Person,
    /// Country as written.
    pub country: Option<String>,
    /// City as written.
    pub city: Option<String>,
    /// Industry as written.
    pub industry: Option<String>,
    /// Head count: of a range the middle.
    pub head_count: Option<u32>,
    /// Columns without a field of their own, by header; empty cells are left out.
    pub other_columns: BTreeMap<String, String>,
    /// What was changed or not used.
    pub notes: Vec<RowNote>,
}

impl MappedLead {
    /// The company's registrable domain: by website, else by mail address.
    pub fn company_domain(&self) -> Option<CompanyDomain> {
        let by_website = self.website.as_deref().and_then(|website| CompanyDomain::parse(website).ok());
        by_website.or_else(|| self.person.email.as_ref().and_then(EmailAddress::company_domain))
    }
}

/// What a table came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mapped {
    /// The leads, in file order.
    pub leads: Vec<MappedLead>,
    /// The rows left out, those of the table included, in file order.
    pub problems: Vec<RowProblem>,
}

/// Maps every row.
pub fn map_rows(table: &Table, mapping: &Mapping) -> Mapped {
    let mut mapped = Mapped { leads: Vec::with_capacity(table.rows.len()), problems: table.problems.clone() };
    for row in &table.rows {
        match map_row(&table.header, row, mapping) {
            Ok(lead) => mapped.leads.push(lead),
            Err(cause) => mapped.problems.push(RowProblem { line: row.line, cause }),
        }
    }
    mapped.problems.sort_by_key(|problem| problem.line);
    mapped
}

/// The first `rows` rows as they would be imported, for a person to look at before deciding.
pub fn preview(table: &Table, mapping: &Mapping, rows: usize) -> Vec<Result<MappedLead, RowProblem>> {
    let map = |row: &Row| map_row(&table.header, row, mapping).map_err(|cause| RowProblem { line: row.line, cause });
    table.rows.iter().take(rows).map(map).collect()
}

/// The cells of one row by field, and the notes made while reading them.
struct Fields<'t> {
    row: &'t Row,
    mapping: &'t Mapping,
    notes: Vec<RowNote>,
}

impl Fields<'_> {
    /// The field's text in its safe form; empty when the file has none.
    fn text(&mut self, field: LeadField) -> String {
        let Some(column) = self.mapping.column(field) else {
            return String::new();
        };
        let cell = self.row.cell(column);
        if cell.trim().chars().count() > LINE_CHARACTERS {
            self.notes.push(RowNote::Cut(field));
        }
        clean(cell)
    }

    fn optional(&mut self, field: LeadField) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }
}

/// A cell as it is kept: the guard our own export put before it taken off, one visible line.
fn clean(cell: &str) -> String {
    one_line(without_formula_guard(cell))
}

fn map_row(header: &[String], row: &Row, mapping: &Mapping) -> Result<MappedLead, RowCause> {
    let mut fields = Fields { row, mapping, notes: Vec::new() };
    if row.missing_cells > 0 {
        fields.notes.push(RowNote::Padded(row.missing_cells));
    }
    let person = person_of(&mut fields);
    let website = website_of(&mut fields, person.email.as_ref());
    let company = company_of(&mut fields, website.as_deref(), person.email.as_ref()).ok_or(RowCause::NoCompany)?;
    let country = fields.optional(LeadField::Country);
    let city = fields.optional(LeadField::City);
    let industry = fields.optional(LeadField::Industry);
    let head_count = head_count_of(&mut fields);
    let other_columns = other_columns(header, row, mapping);
    Ok(MappedLead { line: row.line, company, website, person, country, city, industry, head_count, other_columns, notes: fields.notes })
}

fn person_of(fields: &mut Fields<'_>) -> Person {
    let (mut first_name, mut last_name) = (fields.text(LeadField::FirstName), fields.text(LeadField::LastName));
    let full_name = fields.text(LeadField::FullName);
    if first_name.is_empty() && last_name.is_empty() && !full_name.is_empty() {
        (first_name, last_name) = split_name(&full_name);
        if !last_name.is_empty() {
            fields.notes.push(RowNote::NameSplit);
        }
    }
    Person { first_name, last_name, role: fields.text(LeadField::Role), email: email_of(fields) }
}

fn email_of(fields: &mut Fields<'_>) -> Option<EmailAddress> {
    let text = fields.optional(LeadField::Email)?;
    match EmailAddress::parse(&text) {
        Ok(address) => Some(address),
        Err(why) => {
            fields.notes.push(RowNote::Email(why.into()));
            None
        }
    }
}

/// The website of the file, else the domain of the mail address.
fn website_of(fields: &mut Fields<'_>, email: Option<&EmailAddress>) -> Option<String> {
    if let Some(text) = fields.optional(LeadField::Website) {
        match web_address(&text) {
            Ok(address) => return Some(address),
            Err(why) => fields.notes.push(RowNote::Website(why.into())),
        }
    }
    let domain = email.and_then(EmailAddress::company_domain)?;
    fields.notes.push(RowNote::WebsiteFromEmail);
    Some(format!("https://{domain}"))
}

/// A web address that can be fetched: `https` unless the text says `http`, no user name, no fragment.
pub fn web_address(text: &str) -> Result<String, autoreach_domain::account::InvalidDomain> {
    CompanyDomain::parse(text)?;
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((_, rest)) => ("https", rest),
        None => ("https", text),
    };
    let rest = rest.split(['#', ' ']).next().unwrap_or_default();
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(path_at);
    let host = host.rsplit('@').next().unwrap_or_default().to_lowercase();
    let path = if path == "/" { "" } else { path };
    Ok(format!("{scheme}://{host}{path}"))
}

/// The company's name, else one read from its domain.
fn company_of(fields: &mut Fields<'_>, website: Option<&str>, email: Option<&EmailAddress>) -> Option<String> {
    if let Some(company) = fields.optional(LeadField::Company) {
        return Some(company);
    }
    let domain = website.and_then(|website| CompanyDomain::parse(website).ok()).or_else(|| email.and_then(EmailAddress::company_domain))?;
    fields.notes.push(RowNote::CompanyFromDomain);
    Some(name_from_domain(&domain))
}

/// `orbital-freight.example` as "Orbital Freight"; an encoded international name is left as it is.
fn name_from_domain(domain: &CompanyDomain) -> String {
    let label = domain.as_str().split('.').next().unwrap_or_default();
    if label.starts_with("xn--") {
        return domain.to_string();
    }
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    label.split('-').filter(|word| !word.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

fn head_count_of(fields: &mut Fields<'_>) -> Option<u32> {
    let text = fields.optional(LeadField::HeadCount)?;
    let people = head_count(&text);
    if people.is_none() {
        fields.notes.push(RowNote::HeadCount);
    }
    people
}

/// Filled cells of columns without a field of their own, notes included.
fn other_columns(header: &[String], row: &Row, mapping: &Mapping) -> BTreeMap<String, String> {
    let has_no_field = |column: usize| mapping.columns.get(column).is_none_or(|field| matches!(field, None | Some(LeadField::Notes)));
    let kept = header.iter().enumerate().filter(|(column, _)| has_no_field(*column));
    kept.map(|(column, name)| (name.clone(), clean(row.cell(column)))).filter(|(_, text)| !text.is_empty()).collect()
}

/// Forms of address and degrees before a name.
const TITLES: [&str; 17] = [
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "miss",
    "sir",
    "herr",
    "frau",
    "ing",
    "dipl-ing",
    "dipl",
    "mag",
    "med",
    "phil",
    "dr-ing",
];
/// Words with which a last name of several words begins.
const PARTICLES: [&str; 24] = [
    "von", "van", "vom", "de", "der", "den", "del", "della", "di", "da", "das", "dos", "du", "la", "le", "zu", "zum", "zur", "ten", "ter",
    "bin", "al", "el", "ibn",
];

/// First and last name of a full one: `Rao, Wei`, `Dr. Wei Rao`, `Anna von der Heide`. One word alone is a first name.
fn split_name(full: &str) -> (String, String) {
    let bare = |word: &str| word.replace('.', "").to_lowercase();
    let without_titles = |text: &str| {
        text.split_whitespace().skip_while(|word| TITLES.contains(&bare(word).as_str())).map(str::to_owned).collect::<Vec<_>>()
    };
    if let Some((last, first)) = full.split_once(',').filter(|(_, first)| !first.trim().is_empty()) {
        return (without_titles(first).join(" "), without_titles(last).join(" "));
    }
    let words = without_titles(full);
    let particle = words.iter().skip(1).position(|word| PARTICLES.contains(&bare(word).as_str())).map(|at| at + 1);
    let last_begins = particle.unwrap_or(words.len().saturating_sub(1)).max(1).min(words.len());
    (words[..last_begins].join(" "), words[last_begins..].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{InvalidDomainNote, InvalidEmailNote};
    use crate::presets::guess_mapping;
    use crate::table::read_table;

    fn mapped(csv: &str) -> Mapped {
        let table = read_table(csv.as_bytes()).expect("a table");
        map_rows(&table, &guess_mapping(&table.header))
    }

    fn lead(csv: &str) -> MappedLead {
        mapped(csv).leads.remove(0)
    }

    #[test]
    fn a_full_row_becomes_a_full_lead() {
        let lead = lead(
            "Company,Website,First name,Last name,Title,Email,Country,City,Industry,Employees,Fax\n\
             Orbital Freight,www.Orbital.example/about#team,Wei,Rao,COO,wei@orbital.example,DK,Aarhus,Freight,51-200,none\n",
        );
        assert_eq!(lead.website.as_deref(), Some("https://www.orbital.example/about"));
        assert_eq!(lead.person.full_name(), "Wei Rao");
        assert_eq!(lead.head_count, Some(126));
        assert_eq!(lead.other_columns, BTreeMap::from([("Fax".to_owned(), "none".to_owned())]));
        assert_eq!((lead.line, lead.notes), (2, Vec::new()));
    }

    #[test]
    fn a_bad_address_is_noted_and_the_lead_kept() {
        let lead = lead("Company,Website,Email,Employees\nOrbital,linkedin.com/in/x,wei(at)orbital,lots\n");
        assert_eq!(lead.person.email, None);
        let notes = [RowNote::Email(InvalidEmailNote::Shape), RowNote::Website(InvalidDomainNote::Provider), RowNote::HeadCount];
        assert_eq!(lead.notes, notes);
    }

    #[test]
    fn website_and_company_are_read_from_the_mail_address_and_noted() {
        let lead = lead("Name of person,Email\nWei,wei@orbital-freight.example\n");
        assert_eq!((lead.company.as_str(), lead.website.as_deref()), ("Orbital Freight", Some("https://orbital-freight.example")));
        assert_eq!(lead.notes, [RowNote::WebsiteFromEmail, RowNote::CompanyFromDomain]);
    }

    #[test]
    fn a_row_that_names_no_company_is_left_out_with_its_line() {
        let mapped = mapped("First name,Email\nWei,wei@gmail.com\nAna,ana@orbital.example\n");
        assert_eq!(mapped.problems, [RowProblem { line: 2, cause: RowCause::NoCompany }]);
        assert_eq!(mapped.leads.len(), 1);
    }

    #[test]
    fn plain_http_stays_when_the_file_says_so() {
        assert_eq!(web_address("http://User:pw@Acme.example:8080/").as_deref(), Ok("http://acme.example:8080"));
        assert_eq!(web_address("Acme.example").as_deref(), Ok("https://acme.example"));
        assert_eq!(web_address("ftp://acme.example/x?y").as_deref(), Ok("https://acme.example/x?y"));
    }

    #[test]
    fn names_are_split_as_people_write_them() {
        let cases = [
            ("Wei Rao", ("Wei", "Rao")),
            ("Rao, Wei", ("Wei", "Rao")),
            ("Dr. Anna Maria von der Heide", ("Anna Maria", "von der Heide")),
            ("Prof. Dr.-Ing. Jo Li", ("Jo", "Li")),
            ("Madonna", ("Madonna", "")),
            ("Van Morrison", ("Van", "Morrison")),
            ("Mary Jane Smith", ("Mary Jane", "Smith")),
            ("Rao,", ("Rao,", "")),
            ("Dr.", ("", "")),
        ];
        for (full, (first, last)) in cases {
            assert_eq!(split_name(full), (first.to_owned(), last.to_owned()), "{full}");
        }
    }

    #[test]
    fn too_long_a_text_is_cut_and_noted() {
        let lead = lead(&format!("Company,Title\nOrbital,{}\n", "x".repeat(600)));
        assert_eq!(lead.notes, [RowNote::Cut(LeadField::Role)]);
    }

    #[test]
    fn a_preview_shows_what_an_import_would_do() {
        let table = read_table(b"Company,Email\nA,a@a.example\nB,\n,\nD,\n").expect("a table");
        let mapping = guess_mapping(&table.header);
        let shown: Vec<_> = preview(&table, &mapping, 2).into_iter().filter_map(Result::ok).collect();
        assert_eq!(shown, map_rows(&table, &mapping).leads[..2]);
    }
}
