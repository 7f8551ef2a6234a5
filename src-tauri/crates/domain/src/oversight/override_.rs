//! Overrides: a person releases more than is certified, for a while and in the open.
//!
//! An override is a state beside the ladder and never a level. Hard floors, marks, monitors and the weekly audit go on;
//! what it releases says on every screen that nothing certified it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How long an override lasts when nothing else is said (A13: "1 h default").
pub const DEFAULT_DURATION: SignedDuration = SignedDuration::from_hours(1);
/// The longest time-boxed override (A13: "8 h cap").
pub const LONGEST_DURATION: SignedDuration = SignedDuration::from_hours(8);
/// Percent below which the confirmation has to be typed (A13: "under 70").
pub const TYPED_BELOW: u8 = 70;
/// What is typed.
pub const CONFIRMATION: &str = "release";

/// What a person asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideRequest {
    /// Certainty in percent from which everything is released; 0 = everything.
    pub threshold_percent: u8,
    /// How long.
    pub lasts: Lasts,
    /// What they typed, if asked to.
    pub typed: Option<String>,
}

/// How long an override lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lasts {
    /// A stretch of time, at most [`LONGEST_DURATION`].
    For(SignedDuration),
    /// Until somebody ends it.
    UntilRevoked,
}

/// An override in force.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(try_from = "Stored")]
pub struct Override {
    threshold_percent: u8,
    #[ts(type = "string")]
    from: Timestamp,
    #[ts(type = "string | null")]
    until: Option<Timestamp>,
}

/// An override as it lies in a journal, before its limits are checked again.
#[derive(Deserialize)]
struct Stored {
    threshold_percent: u8,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl TryFrom<Stored> for Override {
    type Error = CannotOverride;

    fn try_from(stored: Stored) -> Result<Self, CannotOverride> {
        let Stored { threshold_percent, from, until } = stored;
        match until {
            _ if threshold_percent > 100 => Err(CannotOverride::Threshold),
            Some(until) if until <= from => Err(CannotOverride::NoTime),
            Some(until) if until.duration_since(from) > LONGEST_DURATION => Err(CannotOverride::TooLong),
            Some(_) | None => Ok(Self { threshold_percent, from, until }),
        }
    }
}

/// Why an override is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotOverride {
    /// More than 100 percent.
    #[error("the threshold is a number from 0 to 100")]
    Threshold,
    /// Not a positive stretch of time.
    #[error("an override lasts longer than nothing")]
    NoTime,
    /// Longer than eight hours.
    #[error("a timed override lasts at most 8 hours; choose until revoked for more")]
    TooLong,
    /// The word has to be typed first.
    #[error("type \"{CONFIRMATION}\" to confirm")]
    NotConfirmed,
}

impl Override {
    /// Checks a request at the instant `now`.
    pub fn new(request: &OverrideRequest, now: Timestamp) -> Result<Self, CannotOverride> {
        if request.threshold_percent > 100 {
            return Err(CannotOverride::Threshold);
        }
        let until = match request.lasts {
            Lasts::UntilRevoked => None,
            Lasts::For(time) if time <= SignedDuration::ZERO => return Err(CannotOverride::NoTime),
            Lasts::For(time) if time > LONGEST_DURATION => return Err(CannotOverride::TooLong),
            Lasts::For(time) => Some(now.checked_add(time).map_err(|_| CannotOverride::TooLong)?),
        };
        let must_type = request.threshold_percent < TYPED_BELOW || until.is_none();
        let has_typed = request.typed.as_deref().is_some_and(|typed| typed.trim().eq_ignore_ascii_case(CONFIRMATION));
        if must_type && !has_typed {
            return Err(CannotOverride::NotConfirmed);
        }
        Ok(Self { threshold_percent: request.threshold_percent, from: now, until })
    }

    /// Certainty from which items are released, 0 to 1.
    pub fn threshold(&self) -> f64 {
        f64::from(self.threshold_percent) / 100.0
    }

    /// Does it hold at this instant? The end itself no longer counts.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        now >= self.from && self.until.is_none_or(|until| now < until)
    }

    /// Since when it holds.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// When it ends by itself; `None` = when somebody ends it.
    pub fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(threshold_percent: u8, lasts: Lasts, typed: Option<&str>) -> Result<Override, CannotOverride> {
        Override::new(&OverrideRequest { threshold_percent, lasts, typed: typed.map(str::to_owned) }, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_hour_is_over_after_an_hour() {
        let given = ask(70, Lasts::For(DEFAULT_DURATION), None).expect("70 needs no typing");
        let after = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert!(given.holds_at(after(59)) && !given.holds_at(after(60)));
    }

    #[test]
    fn below_seventy_and_without_an_end_the_word_is_typed() {
        let hour = Lasts::For(DEFAULT_DURATION);
        assert_eq!(ask(69, hour, None), Err(CannotOverride::NotConfirmed));
        assert_eq!(ask(0, hour, Some("yes")), Err(CannotOverride::NotConfirmed));
        assert!(ask(0, hour, Some(" Release ")).is_ok());
        assert_eq!(ask(95, Lasts::UntilRevoked, None), Err(CannotOverride::NotConfirmed));
        assert!(ask(95, Lasts::UntilRevoked, Some("release")).is_ok_and(|given| given.until().is_none()));
    }

    #[test]
    fn a_journal_cannot_hold_an_override_nobody_could_have_given() {
        let read = |text: &str| serde_json::from_str::<Override>(text).is_ok();
        assert!(read(r#"{"threshold_percent":80,"from":"2026-03-02T08:00:00Z","until":"2026-03-02T16:00:00Z"}"#));
        assert!(!read(r#"{"threshold_percent":80,"from":"2026-03-02T08:00:00Z","until":"2026-03-02T16:01:00Z"}"#));
        assert!(!read(r#"{"threshold_percent":101,"from":"2026-03-02T08:00:00Z","until":null}"#));
    }

    #[test]
    fn no_timed_override_is_longer_than_eight_hours() {
        assert!(ask(80, Lasts::For(SignedDuration::from_hours(8)), None).is_ok());
        assert_eq!(ask(80, Lasts::For(SignedDuration::from_mins(481)), None), Err(CannotOverride::TooLong));
        assert_eq!(ask(80, Lasts::For(SignedDuration::ZERO), None), Err(CannotOverride::NoTime));
        assert_eq!(ask(101, Lasts::For(DEFAULT_DURATION), None), Err(CannotOverride::Threshold));
    }
}
