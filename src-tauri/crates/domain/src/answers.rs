//! What people answer to what their verdicts say of the profile: to a criterion of the learned profile, or to a rule their
//! reasons and notes propose. The last answer to a thing is the one that stands; nothing changes without one.

use crate::icp::text_enum;
use jiff::{SignedDuration, Timestamp};

/// Days for which *Ask later* puts a question off.
const LATER_DAYS: i64 = 30;

/// How a stated or found criterion stands against the verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileVerdict {
    /// Stated, and so it is.
    Confirmed,
    /// Stated, and it is the other way round.
    Contradicted,
    /// Not stated, and real.
    Unstated,
    /// Not known yet.
    NotProven,
}

text_enum!(ProfileVerdict, "verdict on a criterion", {
    Confirmed => "confirmed", Contradicted => "contradicted", Unstated => "unstated", NotProven => "not_proven",
});

impl ProfileVerdict {
    /// Does it ask for an answer?
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Contradicted | Self::Unstated)
    }

    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Contradicted => "the other way round",
            Self::Unstated => "real, not written",
            Self::NotProven => "not known yet",
        }
    }
}

/// What a person answers (`learning.md` 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileAnswer {
    /// It becomes part of the stated profile.
    Adopt,
    /// What is stated holds, whatever the verdicts say.
    Keep,
    /// It is not shown until the verdicts say something else of it.
    Dismiss,
    /// It is not shown for 30 days.
    Later,
    /// The answer before is taken back.
    AskAgain,
}

text_enum!(ProfileAnswer, "answer", {
    Adopt => "adopt", Keep => "keep", Dismiss => "dismiss", Later => "later", AskAgain => "ask_again",
});

impl ProfileAnswer {
    /// When a question put off now comes back.
    pub fn asked_again_at(at: Timestamp) -> Timestamp {
        at.checked_add(SignedDuration::from_hours(24 * LATER_DAYS)).unwrap_or(Timestamp::MAX)
    }

    /// Is the question settled by this answer, given at `at` when the verdicts said `then`, now that they say `is`?
    pub fn settles(self, at: Timestamp, then: ProfileVerdict, is: ProfileVerdict, now: Timestamp) -> bool {
        match self {
            Self::Adopt | Self::Dismiss => then == is,
            Self::Keep => true,
            Self::Later => now < Self::asked_again_at(at),
            Self::AskAgain => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settles(answer: ProfileAnswer, is: ProfileVerdict, days: i64) -> bool {
        let at = Timestamp::UNIX_EPOCH;
        answer.settles(at, ProfileVerdict::Unstated, is, at + SignedDuration::from_hours(24 * days))
    }

    #[test]
    fn a_dismissed_finding_stays_away_until_the_verdicts_say_something_else() {
        assert!(settles(ProfileAnswer::Dismiss, ProfileVerdict::Unstated, 400));
        assert!(!settles(ProfileAnswer::Dismiss, ProfileVerdict::Contradicted, 1));
    }

    #[test]
    fn later_is_thirty_days_and_keep_is_for_good() {
        assert!(settles(ProfileAnswer::Later, ProfileVerdict::Unstated, 29));
        assert!(!settles(ProfileAnswer::Later, ProfileVerdict::Unstated, 30));
        assert!(settles(ProfileAnswer::Keep, ProfileVerdict::Contradicted, 400));
        assert!(!settles(ProfileAnswer::AskAgain, ProfileVerdict::Unstated, 0));
    }
}
