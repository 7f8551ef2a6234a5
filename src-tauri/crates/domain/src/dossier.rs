//! The dossier: what the agent found out about a company, each fact with the words that prove it.
//!
//! A finding without a quote cannot be built. Facts are typed, so that a draft can say them and a criterion can test
//! them; whether two facts contradict each other is said by [`Dossier::conflicts`], never smoothed over.

use crate::icp::{Country, Industry, Signal, text_enum};
use crate::ids::{FindingId, LeadId};
use crate::lead::EmailAddress;
use crate::workflow::Language;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A source older than this many days is stale: no sentence resting on it is released by the agent alone.
pub const STALE_AFTER_DAYS: i32 = 180;

/// One sourced fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// What is claimed.
    pub fact: Fact,
    /// The words that prove it.
    pub source: Source,
}

/// Where a fact stands, word for word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Source {
    /// The page it was read from (after redirects).
    pub url: String,
    /// The page's title.
    pub title: String,
    /// SHA-256 of the stored page text, hex; finds the snapshot for offline reading.
    pub snapshot: String,
    /// The verbatim words.
    pub quote: String,
    /// Byte offset of the quote in the stored page text.
    pub offset: usize,
    /// When the page was fetched.
    pub fetched_at: Timestamp,
    /// When the page or story says it was published.
    pub published: Option<Date>,
    /// The words stand in the page's data for machines, where no visitor sees them. Such a fact can warn; it can never speak for
    /// a company or carry a sentence.
    #[serde(default)]
    pub unseen: bool,
}

impl Source {
    /// Age in days at `now`: by the date the story gives, else by the fetch.
    pub fn age_in_days(&self, now: Timestamp) -> i32 {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let dated = self.published.unwrap_or_else(|| self.fetched_at.to_zoned(jiff::tz::TimeZone::UTC).date());
        today.since(dated).map_or(i32::MAX, |span| span.get_days())
    }

    /// Older than [`STALE_AFTER_DAYS`] at `now`?
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.age_in_days(now) > STALE_AFTER_DAYS
    }
}

/// A typed fact about a company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// What the company calls itself on its site or in its imprint.
    RegisteredName {
        /// The name as written.
        name: String,
    },
    /// The industry group it belongs to.
    Industry {
        /// The group.
        industry: Industry,
    },
    /// How many people work there; equal ends when the page gives one number.
    HeadCount {
        /// At least.
        low: u32,
        /// At most.
        high: u32,
    },
    /// A place it works from.
    Location {
        /// City, when named.
        city: Option<String>,
        /// Country, when named or implied by the page.
        country: Option<Country>,
        /// The page calls it the headquarters or the registered seat.
        headquarters: bool,
    },
    /// When it was founded.
    FoundedYear {
        /// The year.
        year: i16,
    },
    /// A technology it says it runs.
    Technology {
        /// Its name as people write it.
        name: String,
    },
    /// Open roles.
    Hiring {
        /// The role as written.
        role: String,
        /// How many, when the page counts them.
        count: Option<u32>,
        /// Where, when named.
        place: Option<String>,
    },
    /// Money raised.
    Funding {
        /// Amount with currency as written.
        amount: String,
        /// "Series A", "seed", when named.
        round: Option<String>,
    },
    /// Staff let go.
    Layoffs {
        /// The headline or sentence.
        summary: String,
    },
    /// Another event that makes a mail ill-timed.
    Trouble {
        /// What kind.
        trouble: Trouble,
        /// The headline or sentence.
        summary: String,
    },
    /// A dated story.
    News {
        /// The headline.
        headline: String,
    },
    /// A person named with a role.
    ContactRole {
        /// The person's name.
        name: String,
        /// The role as written.
        role: String,
        /// The page says the person has left.
        departed: bool,
    },
    /// A mail address printed on the company's own page.
    MailAddress {
        /// The address.
        address: EmailAddress,
        /// A shared mailbox (info@, kontakt@) rather than a person's.
        shared: bool,
    },
    /// What the company makes, in one sentence of its own.
    Product {
        /// The sentence.
        sentence: String,
    },
}

/// Events of a company's near past that make a mail ill-timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// Insolvency or administration.
    Insolvency,
    /// Merger or take-over.
    Merger,
    /// A change at the top.
    LeadershipChange,
    /// A security breach.
    Breach,
    /// An accident with people harmed.
    Accident,
    /// A death.
    Bereavement,
}

text_enum!(Trouble, "trouble", {
    Insolvency => "insolvency", Merger => "merger", LeadershipChange => "leadership_change", Breach => "breach",
    Accident => "accident", Bereavement => "bereavement",
});

impl Fact {
    /// The noun by which people, tables and features call this kind of fact.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RegisteredName { .. } => "registered name",
            Self::Industry { .. } => "industry",
            Self::HeadCount { .. } => "head count",
            Self::Location { .. } => "location",
            Self::FoundedYear { .. } => "founded",
            Self::Technology { .. } => "technology",
            Self::Hiring { .. } => "hiring",
            Self::Funding { .. } => "funding",
            Self::Layoffs { .. } => "layoffs",
            Self::Trouble { .. } => "trouble",
            Self::News { .. } => "news",
            Self::ContactRole { .. } => "contact",
            Self::MailAddress { .. } => "mail address",
            Self::Product { .. } => "product",
        }
    }

    /// The value as one line for people.
    pub fn value(&self) -> String {
        match self {
            Self::RegisteredName { name } | Self::Technology { name } => name.clone(),
            Self::Industry { industry } => industry.words(),
            Self::HeadCount { low, high } if low == high => low.to_string(),
            Self::HeadCount { low, high } => format!("{low}-{high}"),
            Self::Location { city, country, .. } => {
                [city.clone(), country.map(|c| c.name().to_owned())].into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            Self::FoundedYear { year } => year.to_string(),
            Self::Hiring { role, count, place } => {
                let counted = count.map_or_else(|| role.clone(), |n| format!("{n} × {role}"));
                place.as_ref().map_or(counted.clone(), |place| format!("{counted}, {place}"))
            }
            Self::Funding { amount, round } => round.as_ref().map_or(amount.clone(), |round| format!("{amount}, {round}")),
            Self::Layoffs { summary } | Self::Trouble { summary, .. } => summary.clone(),
            Self::News { headline } => headline.clone(),
            Self::ContactRole { name, role, departed } => format!("{name}, {role}{}", if *departed { " (has left)" } else { "" }),
            Self::MailAddress { address, .. } => address.to_string(),
            Self::Product { sentence } => sentence.clone(),
        }
    }

    /// The signal it gives, if any.
    pub fn signal(&self) -> Option<Signal> {
        match self {
            Self::Hiring { .. } => Some(Signal::Hiring),
            Self::Funding { .. } => Some(Signal::Funding),
            Self::News { .. } => Some(Signal::News),
            _ => None,
        }
    }
}

/// Why a page could not be read, kept so that an empty dossier explains itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageProblem {
    /// The page.
    pub url: String,
    /// The cause in a sentence.
    pub cause: String,
}

/// A page that was read, for the list of sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageRead {
    /// Where (after redirects).
    pub url: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of the stored text, hex.
    pub snapshot: String,
    /// How the site names this state of the page (`ETag`), for asking later whether it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(skip)]
    pub etag: Option<String>,
    /// The same by the day of its last change (`Last-Modified`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(skip)]
    pub last_modified: Option<String>,
}

/// Something about the pages that lowers what the agent may do alone; it can never raise it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taint {
    /// The pages hold words addressed to a machine reader.
    SuspectedInjection,
    /// The site seems to belong to another company than the lead names.
    WrongCompany,
    /// The domain is parked or for sale.
    ParkedDomain,
    /// A model's answer about these pages had to be repaired.
    RepairedReply,
    /// A model that was to read these pages did not read them all.
    ModelTrouble,
    /// A model that was to read these pages did not, because what models may cost is spent.
    BudgetReached,
}

text_enum!(Taint, "taint", {
    SuspectedInjection => "suspected_injection", WrongCompany => "wrong_company", ParkedDomain => "parked_domain",
    RepairedReply => "repaired_reply", ModelTrouble => "model_trouble", BudgetReached => "budget_reached",
});

/// Everything found out about one lead's company.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Dossier {
    /// The lead.
    pub lead_id: LeadId,
    /// The facts, most useful first within each kind.
    pub findings: Vec<Finding>,
    /// The pages read.
    pub pages: Vec<PageRead>,
    /// The site's own lists of its pages, by the hash of their bytes: a page added there is a change of the site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(skip)]
    pub page_lists: Vec<PageRead>,
    /// The pages that could not be read.
    pub problems: Vec<PageProblem>,
    /// What lowers trust in these pages, with the words that gave rise to it.
    pub taints: Vec<(Taint, String)>,
    /// The language the company writes in, where mails can be written in it.
    pub language: Option<Language>,
    /// Another language the company writes in, by its ISO 639-1 code: a mail in English or German is not in theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub other_language: Option<String>,
    /// The engine that extracted the facts, with its version.
    pub engine: String,
    /// When.
    pub researched_at: Timestamp,
}

impl Dossier {
    /// The finding with this id.
    pub fn finding(&self, id: FindingId) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// The first finding whose fact `pick` takes, with what it takes from it.
    pub fn first<T>(&self, pick: impl Fn(&Fact) -> Option<T>) -> Option<(&Finding, T)> {
        self.findings.iter().find_map(|finding| pick(&finding.fact).map(|value| (finding, value)))
    }

    /// The dossier without what only machines are told. Whatever raises a judgement, fills a feature or writes a mail reads this
    /// one; whatever warns reads all.
    #[must_use]
    pub fn as_seen(&self) -> Self {
        let findings = self.findings.iter().filter(|finding| !finding.source.unseen).cloned().collect();
        Self { findings, ..self.clone() }
    }

    /// Pairs of findings that cannot both be true: head counts a factor of 1.5 or more apart, and
    /// different founding years.
    pub fn conflicts(&self) -> Vec<(&Finding, &Finding)> {
        let pairs = self.findings.iter().enumerate().flat_map(|(i, a)| self.findings[i + 1..].iter().map(move |b| (a, b)));
        pairs.filter(|(a, b)| contradict(&a.fact, &b.fact)).collect()
    }
}

/// Can the two facts not both be true?
fn contradict(a: &Fact, b: &Fact) -> bool {
    match (a, b) {
        (Fact::HeadCount { low: l1, high: h1 }, Fact::HeadCount { low: l2, high: h2 }) => {
            let apart = |high: u32, low: u32| f64::from(high) * 1.5 <= f64::from(low);
            apart(*h1, *l2) || apart(*h2, *l1)
        }
        (Fact::FoundedYear { year: a }, Fact::FoundedYear { year: b }) => a != b,
        // A company has one seat; two in one country may be two spellings of a city.
        (Fact::Location { country: a, headquarters: true, .. }, Fact::Location { country: b, headquarters: true, .. }) => a != b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn source(published: Option<&str>) -> Source {
        Source {
            url: "https://orbital.example/".into(),
            title: "Orbital".into(),
            snapshot: String::new(),
            quote: "146 people".into(),
            offset: 0,
            fetched_at: at("2026-11-01T09:00:00Z"),
            published: published.map(|date| date.parse().expect("a date")),
            unseen: false,
        }
    }

    #[test]
    fn a_source_turns_stale_after_180_days() {
        let fresh = source(Some("2026-05-26"));
        assert!(!fresh.is_stale(at("2026-11-22T10:00:00Z")));
        assert!(source(Some("2026-05-25")).is_stale(at("2026-11-22T10:00:00Z")));
        assert!(!source(None).is_stale(at("2026-11-22T10:00:00Z")));
    }

    #[test]
    fn head_counts_far_apart_contradict_each_other() {
        assert!(contradict(&Fact::HeadCount { low: 80, high: 80 }, &Fact::HeadCount { low: 146, high: 146 }));
        assert!(!contradict(&Fact::HeadCount { low: 120, high: 150 }, &Fact::HeadCount { low: 146, high: 146 }));
    }
}
