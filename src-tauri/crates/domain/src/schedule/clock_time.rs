//! Times of the day as people write them, and the span in which they want quiet.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Rounds in which an end of quiet is looked for: where clocks change inside it, a second one.
const ROUNDS: usize = 3;

/// A time of the day to the minute, written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(Time);

/// What is no time of the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no time of the day; write it as HH:MM")]
pub struct NotAClockTime(String);

impl ClockTime {
    /// A time that is written in the program.
    pub(super) const fn at(hour: i8, minute: i8) -> Self {
        Self(Time::constant(hour, minute, 0, 0))
    }

    /// From minutes since midnight; `None` beyond the day.
    pub fn from_minute(minute: u16) -> Option<Self> {
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        Time::new(hour, minute, 0, 0).ok().map(Self)
    }

    /// As a time of the calendar library.
    pub fn time(self) -> Time {
        self.0
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl FromStr for ClockTime {
    type Err = NotAClockTime;
    fn from_str(text: &str) -> Result<Self, NotAClockTime> {
        Time::strptime("%H:%M", text.trim()).map(Self).map_err(|_| NotAClockTime(text.to_owned()))
    }
}

impl TryFrom<String> for ClockTime {
    type Error = NotAClockTime;
    fn try_from(text: String) -> Result<Self, NotAClockTime> {
        text.parse()
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

/// A part of the day; over midnight where `from` is the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietSpan {
    /// When quiet begins.
    pub from: ClockTime,
    /// When it ends.
    pub to: ClockTime,
}

impl QuietSpan {
    /// Does it hold this time of the day?
    pub fn holds(self, time: Time) -> bool {
        let (from, to) = (self.from.0, self.to.0);
        if from <= to { (from..to).contains(&time) } else { time >= from || time < to }
    }

    /// The first instant from `at` on that is not quiet.
    pub fn end_after(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let mut at = at;
        for _ in 0..ROUNDS {
            let local = at.to_zoned(zone.clone());
            if !self.holds(local.time()) {
                return at;
            }
            let days = i64::from(local.time() >= self.to.0);
            let end = local.date().saturating_add(days.days()).to_datetime(self.to.0);
            at = zone.to_ambiguous_zoned(end).later().map_or(Timestamp::MAX, |zoned| zoned.timestamp());
        }
        at
    }
}
