//! Words about batches: when, why, and what stands in the way.

use super::HeldUp;
use autoreach_domain::schedule::Why;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What no schedule can promise.
pub const HONESTLY: &str =
    "AutoReach works while this computer is on and awake. What it misses is made up for by one batch as soon as it can.";

/// From here on a day of the week could be last week's or the next one.
const WEEKDAY_IS_CLEAR: SignedDuration = SignedDuration::from_hours(6 * 24);

/// `Monday 07:40`, with the date where the day alone could be mistaken, on the person's clock.
pub(super) fn when(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let format = if at.duration_since(now).abs() < WEEKDAY_IS_CLEAR { "%A %H:%M" } else { "%A %-d %B %H:%M" };
    at.to_zoned(zone.clone()).strftime(format).to_string()
}

/// Why a batch begins when it does, as the end of "begins … because".
pub(super) fn why(why: Why, zone: &TimeZone) -> String {
    match why {
        Why::HoursBegin => "its hours begin then".to_owned(),
        Why::ReadyForReview(time) => format!("it is ready by {time} then, before you usually review"),
        Why::Late { planned } => {
            format!("this computer was off, asleep or kept from it at {}", planned.to_zoned(zone.clone()).strftime("%H:%M"))
        }
        Why::MadeUpFor { missed } => format!("it makes up for what was missed up to {}", missed.strftime("%A %-d %B")),
        Why::QuietEnds => "your quiet hours end then".to_owned(),
    }
}

impl HeldUp {
    /// A sentence for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Paused => "Batches are paused; none begins by itself until you say so.",
            Self::RunPaused => "The run under way is paused; a batch begins when it goes on.",
            Self::Offline => "There is no network; a batch begins when it is back.",
            Self::LimitReached => "What models may cost in a day is used up; a batch begins tomorrow.",
        }
    }
}

/// What came of the latest batch.
pub(super) fn last(batch: &super::KeptBatch, now: Timestamp, zone: &TimeZone) -> String {
    let began = when(batch.started_at, now, zone);
    match (batch.leads, batch.finished_at) {
        (0, _) => format!("{began}: no new lead waited."),
        (leads, Some(finished)) => {
            format!("{began}: {}, done at {}.", counted(leads), finished.to_zoned(zone.clone()).strftime("%H:%M"))
        }
        (leads, None) => format!("{began}: {}, under way.", counted(leads)),
    }
}

fn counted(leads: u64) -> String {
    if leads == 1 { "1 lead".to_owned() } else { format!("{leads} leads") }
}
