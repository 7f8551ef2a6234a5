//! What a discovery shows, and what taking some of it did.

use super::sorting::Known;
use autoreach_agents::discover::{Basis, FoundCompany};
use autoreach_domain::discovery::DiscoverySource;
use autoreach_domain::ids::ImportId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DiscoveryReport {
    /// How.
    pub source: DiscoverySource,
    /// The same in words, as leads will carry it.
    pub label: String,
    /// Companies that can be taken.
    pub found: Vec<FoundLine>,
    /// Companies left out, and why.
    pub left_out: Vec<LeftOut>,
    /// What was read, and what was not.
    pub notes: Vec<String>,
}

/// A company that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FoundLine {
    /// Its name; a person may change it.
    pub name: String,
    /// The beginning of its site.
    pub website: String,
    /// Its domain.
    pub domain: String,
    /// The page that names it; empty for a list of domains.
    pub page: String,
    /// The words it was named with.
    pub quote: String,
    /// What the name stands on, in words.
    pub basis: &'static str,
}

impl From<FoundCompany> for FoundLine {
    fn from(company: FoundCompany) -> Self {
        let basis = match company.basis {
            Basis::Text => "words on the page",
            Basis::Picture => "the description of a picture",
            Basis::Data => "data of the page that no visitor sees",
            Basis::Address => "the web address",
        };
        let FoundCompany { name, website, domain, page, quote, .. } = company;
        Self { name, website, domain: domain.to_string(), page, quote, basis }
    }
}

/// A company that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Why.
    pub why: WhyLeftOut,
    /// The same in words.
    pub words: String,
}

/// Why a company was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeftOut {
    /// It is a lead of the workflow.
    IsALead,
    /// It may be one under another name.
    MayBeALead,
    /// The suppression list covers it.
    Suppressed,
    /// It is the company that writes.
    Own,
    /// It is a customer or a competitor by the profile.
    InTheProfile,
}

impl From<Known> for LeftOut {
    fn from(known: Known) -> Self {
        let Known { company, why, words } = known;
        Self { name: company.name, domain: company.domain.to_string(), why, words }
    }
}

/// A company as a person takes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct ChosenCompany {
    /// Its name.
    pub name: String,
    /// Its site.
    pub website: String,
    /// The page that named it.
    pub page: String,
    /// The words it was named with.
    pub quote: String,
}

impl From<&FoundLine> for ChosenCompany {
    fn from(line: &FoundLine) -> Self {
        Self { name: line.name.clone(), website: line.website.clone(), page: line.page.clone(), quote: line.quote.clone() }
    }
}

/// What taking companies did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Added {
    /// The batch they came in, which can be taken back; `None` when none came.
    pub import: Option<ImportId>,
    /// How many are leads now.
    pub added: usize,
    /// Those that stayed out, and why.
    pub left_out: Vec<LeftOut>,
}
