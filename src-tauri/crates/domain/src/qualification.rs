//! Qualification: how a lead compares with the stated profile, criterion by criterion, and what it may be worth.
//!
//! The fit score (1 to 100 against the stated profile) and the value estimate are kept apart from the confidence
//! (P(this team accepts)), which the learner gives and which lives in [`crate::confidence`].

use crate::confidence::{Confidence, Features};
use crate::icp::text_enum;
use crate::ids::FindingId;
use crate::workflow::HighValueLine;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One question of the stated profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// Head count within the wanted range.
    HeadCount,
    /// Industry among the wanted ones.
    Industry,
    /// Country among the wanted ones.
    Country,
    /// One of the wanted technologies.
    Technology,
    /// One of the wanted signals.
    Signal,
    /// The contact's role holds a wanted word.
    Role,
    /// Industry or country among the excluded ones.
    Exclusion,
}

text_enum!(Criterion, "criterion", {
    HeadCount => "head_count", Industry => "industry", Country => "country", Technology => "technology", Signal => "signal",
    Role => "role", Exclusion => "exclusion",
});

impl Criterion {
    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::HeadCount => "People",
            Self::Industry => "Industry",
            Self::Country => "Region",
            Self::Technology => "Uses",
            Self::Signal => "Signal",
            Self::Role => "Role",
            Self::Exclusion => "Excluded",
        }
    }

    /// Share of the fit score; what a company *is* weighs more than what it happens to do. Sums to 100 without the
    /// exclusion, which caps the score instead.
    fn weight(self) -> u32 {
        match self {
            Self::HeadCount | Self::Industry => 25,
            Self::Country => 20,
            Self::Technology | Self::Role => 10,
            Self::Signal => 10,
            Self::Exclusion => 0,
        }
    }
}

/// The three answers to a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Found, and as wanted.
    Matched,
    /// Found, and not as wanted.
    Missed,
    /// Not found: neither for nor against.
    Unknown,
}

text_enum!(Answer, "answer", { Matched => "matched", Missed => "missed", Unknown => "unknown" });

/// One row of the profile table: what was wanted, what was found, and by which finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CriterionResult {
    /// The question.
    pub criterion: Criterion,
    /// What is wanted, for people.
    pub wanted: String,
    /// What was found, for people; empty when unknown.
    pub found: String,
    /// The answer. For [`Criterion::Exclusion`], `Missed` means "an exclusion applies".
    pub answer: Answer,
    /// The finding that answers it; `None` when the answer comes from the lead file or is unknown.
    pub finding: Option<FindingId>,
}

/// How well a lead fits the stated profile, 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct FitScore(u8);

impl FitScore {
    /// The score when an exclusion applies: at most this.
    const EXCLUDED_AT_MOST: u32 = 10;

    /// The score of answered criteria: matched counts whole, unknown half, missed nothing, each by its weight; an
    /// exclusion caps it at 10. No criterion asked gives 50: the profile says nothing.
    pub fn of(results: &[CriterionResult]) -> Self {
        let asked: u32 = results.iter().map(|result| result.criterion.weight()).sum();
        let half_points: u32 = results.iter().map(|result| result.criterion.weight() * half_points(result.answer)).sum();
        let score = (half_points * 50 + asked / 2).checked_div(asked).unwrap_or(50);
        let excluded = results.iter().any(|result| result.criterion == Criterion::Exclusion && result.answer == Answer::Missed);
        let score = if excluded { score.min(Self::EXCLUDED_AT_MOST) } else { score };
        Self(u8::try_from(score.clamp(1, 100)).unwrap_or(100))
    }

    /// The number, 1 to 100.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// Matched 2, unknown 1, missed 0: halves, so that the sum stays in whole numbers.
fn half_points(answer: Answer) -> u32 {
    match answer {
        Answer::Matched => 2,
        Answer::Unknown => 1,
        Answer::Missed => 0,
    }
}

/// What a closed deal may be worth a year: a range, never one number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ValueEstimate {
    /// At least.
    pub low: u32,
    /// At most.
    pub high: u32,
    /// ISO 4217 code.
    pub currency: String,
}

impl ValueEstimate {
    /// Head count times price per seat; `None` ("not known") when either is missing.
    pub fn of(line: &HighValueLine, head_count: Option<(u32, u32)>) -> Option<Self> {
        let price = line.price_per_seat?;
        let (low, high) = head_count?;
        Some(Self { low: low.saturating_mul(price), high: high.saturating_mul(price), currency: line.currency.clone() })
    }

    /// Can the value reach the workflow's high-value line?
    pub fn reaches(&self, line: &HighValueLine) -> bool {
        line.value_from.is_some_and(|from| self.high >= from)
    }
}

/// The agent's view of one lead against the profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Qualification {
    /// The table, in the order people read it.
    pub criteria: Vec<CriterionResult>,
    /// The score over the table.
    pub fit: FitScore,
    /// The value estimate; `None` is "not known".
    pub value: Option<ValueEstimate>,
    /// Exactly what the learner sees of this lead.
    pub features: Features,
}

/// A qualification with the learner's view of it, as an item shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QualifiedLead {
    /// The table and the score.
    pub qualification: Qualification,
    /// How sure the learner is that the team accepts.
    pub confidence: Confidence,
    /// What spoke for it, in words, strongest first (at most 3).
    pub speaks_for: Vec<String>,
    /// What spoke against it, in words, strongest first (at most 3).
    pub speaks_against: Vec<String>,
    /// The learner's state that said so: number of events folded.
    pub memory_version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(criterion: Criterion, answer: Answer) -> CriterionResult {
        CriterionResult { criterion, wanted: String::new(), found: String::new(), answer, finding: None }
    }

    #[test]
    fn all_matched_is_100_and_all_missed_is_1() {
        let all = |answer| Criterion::ALL.iter().filter(|c| **c != Criterion::Exclusion).map(|c| result(*c, answer)).collect::<Vec<_>>();
        assert_eq!(FitScore::of(&all(Answer::Matched)).get(), 100);
        assert_eq!(FitScore::of(&all(Answer::Unknown)).get(), 50);
        assert_eq!(FitScore::of(&all(Answer::Missed)).get(), 1);
    }

    #[test]
    fn an_exclusion_caps_an_otherwise_perfect_lead() {
        let results = [result(Criterion::Industry, Answer::Matched), result(Criterion::Exclusion, Answer::Missed)];
        assert_eq!(FitScore::of(&results).get(), 10);
    }

    #[test]
    fn a_profile_that_asks_nothing_says_nothing() {
        assert_eq!(FitScore::of(&[]).get(), 50);
    }

    #[test]
    fn a_value_needs_a_price_and_a_head_count() {
        let line = HighValueLine { value_from: Some(20_000), price_per_seat: Some(100), currency: "EUR".into(), accounts: Vec::new() };
        assert_eq!(ValueEstimate::of(&line, None), None);
        let value = ValueEstimate::of(&line, Some((150, 210))).expect("both known");
        assert_eq!((value.low, value.high), (15_000, 21_000));
        assert!(value.reaches(&line), "its upper end does");
    }
}
