//! Notes of the team about a market: what everybody who writes there should know for a while.
//!
//! A note belongs to an industry, a country or both, has a last day, and stops the agent for every lead of that market until then:
//! whether to write in spite of it is a person's decision.

use crate::icp::{Country, Industry};
use crate::ids::MarketNoteId;
use crate::reviewer::Reviewer;
use crate::text::one_line;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 280;

/// One note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MarketNote {
    /// Its id.
    pub id: MarketNoteId,
    /// What to know, one line.
    pub text: String,
    /// Leads of this industry; `None` = of any.
    pub industry: Option<Industry>,
    /// Leads in this country; `None` = in any.
    pub country: Option<Country>,
    /// The last day on which it holds.
    #[ts(type = "string")]
    pub until: Date,
    /// Who wrote it.
    #[ts(type = "string")]
    pub by: Reviewer,
}

/// What a person writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NewMarketNote {
    /// What to know.
    pub text: String,
    /// Leads of this industry; `None` = of any.
    pub industry: Option<Industry>,
    /// Leads in this country; `None` = in any.
    pub country: Option<Country>,
    /// The last day on which it holds.
    #[ts(type = "string")]
    pub until: Date,
}

/// Why a note cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNote {
    /// Nothing to know.
    #[error("say what should be known, in at most {LONGEST_NOTE} characters")]
    Text,
    /// Every lead of every market would stop.
    #[error("name an industry or a country; a note about everything would stop every lead")]
    Everything,
    /// Its last day has passed.
    #[error("its last day has passed already")]
    Over,
}

impl MarketNote {
    /// The note as it is kept.
    pub fn new(id: MarketNoteId, written: NewMarketNote, by: Reviewer, today: Date) -> Result<Self, InvalidNote> {
        let NewMarketNote { text, industry, country, until } = written;
        let text = one_line(&text);
        if text.is_empty() || text.chars().count() > LONGEST_NOTE {
            return Err(InvalidNote::Text);
        }
        if industry.is_none() && country.is_none() {
            return Err(InvalidNote::Everything);
        }
        if until < today {
            return Err(InvalidNote::Over);
        }
        Ok(Self { id, text, industry, country, until, by })
    }

    /// Does it hold on this day?
    pub fn holds_on(&self, today: Date) -> bool {
        today <= self.until
    }

    /// Is it about a company of these industries and countries? What is not known of a company is not held against it.
    pub fn is_about(&self, industries: &[Industry], countries: &[Country]) -> bool {
        self.industry.is_none_or(|industry| industries.contains(&industry))
            && self.country.is_none_or(|country| countries.contains(&country))
    }

    /// The market in words: "logistics in Denmark".
    pub fn market(&self) -> String {
        match (self.industry, self.country) {
            (Some(industry), Some(country)) => format!("{} in {}", industry.words(), country.name()),
            (Some(industry), None) => industry.words(),
            (None, Some(country)) => country.name().to_owned(),
            (None, None) => "everything".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn denmark() -> Country {
        Country::parse("DK").expect("a country")
    }

    fn written() -> NewMarketNote {
        NewMarketNote {
            text: " Ports strike\nthis week ".into(),
            industry: Some(Industry::Logistics),
            country: Some(denmark()),
            until: day("2026-12-01"),
        }
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn note(written: NewMarketNote) -> Result<MarketNote, InvalidNote> {
        MarketNote::new(
            MarketNoteId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            written,
            Reviewer::named("Ana").expect("a name"),
            day("2026-11-28"),
        )
    }

    #[test]
    fn a_note_holds_until_its_last_day_and_for_its_market_alone() {
        let note = note(written()).expect("valid");
        assert_eq!((note.text.as_str(), note.market().as_str()), ("Ports strike this week", "logistics in Denmark"));
        assert!(note.holds_on(day("2026-12-01")) && !note.holds_on(day("2026-12-02")));
        assert!(note.is_about(&[Industry::Logistics], &[denmark()]));
        assert!(!note.is_about(&[Industry::Logistics], &[]), "a country that is not known is not Denmark");
        assert!(!note.is_about(&[Industry::Retail], &[denmark()]));
    }

    #[test]
    fn a_note_that_says_nothing_or_stops_everything_is_refused() {
        assert_eq!(note(NewMarketNote { text: "  ".into(), ..written() }), Err(InvalidNote::Text));
        assert_eq!(note(NewMarketNote { industry: None, country: None, ..written() }), Err(InvalidNote::Everything));
        assert_eq!(note(NewMarketNote { until: day("2026-11-27"), ..written() }), Err(InvalidNote::Over));
    }
}
