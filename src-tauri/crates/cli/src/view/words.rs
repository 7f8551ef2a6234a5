//! Numbers and times as people say them: "41 of 200, about 2 min", "1 mail", "in 9 min".
//!
//! Estimates are rounded and say so; what is not known yet is said to be not known.

use autoreach_engine::jobs::runner::RunProgress;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

/// How a run went since somebody began to watch it: the pace of an earlier sitting says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watched {
    /// For how long.
    pub(crate) since: Duration,
    /// Leads that were through when it began.
    pub(crate) drafted_before: u64,
}

/// The progress line of a run.
pub(crate) fn progress_words(progress: &RunProgress, watched: Watched) -> String {
    let done = progress.drafted + progress.given_up;
    let newly = progress.drafted.saturating_sub(watched.drafted_before);
    let left = progress.leads.saturating_sub(done);
    let estimate = match newly {
        0 => String::new(),
        _ => format!(", {}", about(watched.since.as_secs_f64() / newly as f64 * left as f64)),
    };
    format!("{done} of {}{estimate} · {} researched, {} qualified", progress.leads, progress.researched, progress.qualified)
}

/// A length of time that was estimated.
pub(crate) fn about(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "a moment".into(),
        s if s < 55.0 => format!("about {} s", ((s / 5.0).ceil() * 5.0).max(5.0)),
        s if s <= 90.0 * 60.0 => format!("about {} min", (s / 60.0).round().max(1.0)),
        s => format!("about {} h", (s / 1_800.0).round() / 2.0),
    }
}

/// A length of time that was measured.
pub(crate) fn took(duration: Duration) -> String {
    match duration.as_secs_f64() {
        s if s < 60.0 => format!("{s:.1} s"),
        s => format!("{} min {:02} s", (s / 60.0) as u64, s as u64 % 60),
    }
}

/// `1 lead`, `2 leads`.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A share as whole per cent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// The calendar day, UTC.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// The time of day where the reader is.
pub(crate) fn clock_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// How long until `at`: "in 9 min", or "now" when it has passed.
pub(crate) fn until(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.duration_since(now).as_secs();
    match seconds {
        s if s <= 0 => "now".into(),
        s if s < 90 => format!("in {s} s"),
        s if s < 90 * 60 => format!("in {} min", (s + 59) / 60),
        s => format!("in {} h", (s + 1_800) / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::domain::ids::RunId;

    fn progress(leads: u64, drafted: u64) -> RunProgress {
        let now = Timestamp::UNIX_EPOCH;
        let run_id = RunId::new(now, [1; 10]);
        RunProgress { run_id, state: "running", leads, researched: drafted, qualified: drafted, drafted, given_up: 0, started_at: now }
    }

    #[test]
    fn the_pace_is_the_one_that_was_watched() {
        let watched = Watched { since: Duration::from_secs(30), drafted_before: 1 };
        assert!(progress_words(&progress(200, 41), watched).starts_with("41 of 200, about 2 min"));
    }

    #[test]
    fn before_the_first_lead_nothing_is_promised() {
        let watched = Watched { since: Duration::from_secs(30), drafted_before: 0 };
        assert!(progress_words(&progress(200, 0), watched).starts_with("0 of 200 ·"));
    }

    #[test]
    fn estimates_are_rounded_and_long_ones_are_hours() {
        assert_eq!([about(0.2), about(12.0), about(250.0), about(3_667.0 * 60.0)], ["a moment", "about 15 s", "about 4 min", "about 61 h"]);
    }

    #[test]
    fn one_is_not_a_plural() {
        assert_eq!([counted(1, "lead"), counted(0, "lead"), counted(7, "mail")], ["1 lead", "0 leads", "7 mails"]);
    }

    #[test]
    fn a_hold_time_that_is_over_is_now() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        assert_eq!([until(at(0), at(5)), until(at(65), at(5)), until(at(600), at(5))], ["now", "in 60 s", "in 10 min"]);
    }
}
