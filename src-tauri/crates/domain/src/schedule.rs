//! When the agent begins a batch by itself: the days, the hours of the day, and early enough to be ready when its person
//! usually reviews.
//!
//! A batch belongs to a day on the schedule's own calendar (its slot), and a slot begins at most once, whatever the clock
//! does: slots that began are remembered by their date and not by an instant. What a computer missed while it slept or was off
//! is made up for by one batch in the next hours of the schedule, never by several.
//!
//! Times people write are wall-clock times in a named zone. One that does not exist (clocks go forward) is taken as much later
//! as the clocks moved; one that exists twice (clocks go back) is its first pass, and quiet ends with the second.
//! Nothing here knows leads, runs or processes, and nothing here can start anything while the computer is off.

mod clock_time;
#[cfg(test)]
mod instants;
#[cfg(test)]
mod laws;

pub use clock_time::{ClockTime, NotAClockTime, QuietSpan};

use crate::icp::text_enum;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// Most leads a batch may hold.
pub const MOST_LEADS: u32 = 2_000;
/// Leads in a batch before anybody said otherwise: a day's first review of 60 to 90 minutes (`product.md` 75).
const USUAL_LEADS: u32 = 50;
/// Seconds a lead takes before a batch was measured: a handful of pages at a polite pace.
pub const USUAL_SECONDS_PER_LEAD: f64 = 30.0;
/// A batch begins this much earlier than its measured pace asks for.
const RESERVE: f64 = 1.25;
/// A start this much after its planned time is called late.
const PUNCTUAL: SignedDuration = SignedDuration::from_mins(5);
/// Days looked ahead: two weeks hold every day of the week twice.
const DAYS_AHEAD: usize = 15;
/// A slot further in the future than this began under a wrong clock. Two days, because the same instant can be two dates apart.
const DAYS_A_CALENDAR_MAY_DIFFER: i64 = 2;
/// Slots remembered: more than a year of daily batches.
const SLOTS_REMEMBERED: usize = 400;
/// A tick this much later than it was set for means that the computer slept.
pub const SLEPT: SignedDuration = SignedDuration::from_mins(2);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

text_enum!(Day, "day", {
    Monday => "mon", Tuesday => "tue", Wednesday => "wed", Thursday => "thu", Friday => "fri", Saturday => "sat", Sunday => "sun",
});

impl Day {
    /// The day of the week of a date.
    pub fn of(date: Date) -> Self {
        Self::ALL[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }
}

/// When a workflow's batches begin by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// On these days.
    pub days: BTreeSet<Day>,
    /// Not before this time of the day.
    #[ts(type = "string")]
    pub from: ClockTime,
    /// Not at or after this time of the day.
    #[ts(type = "string")]
    pub until: ClockTime,
    /// The zone of these times by its IANA name; `None` = the zone of this computer.
    #[serde(default)]
    pub zone: Option<String>,
    /// Most leads a day that are taken up.
    pub leads_per_day: u32,
    /// Begins so that the batch is ready before its person usually reviews, once that is known.
    pub ready_for_review: bool,
}

impl Default for Schedule {
    /// On working days, from six in the morning to eight in the evening.
    fn default() -> Self {
        Self {
            days: Day::ALL[..5].iter().copied().collect(),
            from: ClockTime::at(6, 0),
            until: ClockTime::at(20, 0),
            zone: None,
            leads_per_day: USUAL_LEADS,
            ready_for_review: true,
        }
    }
}

/// Why a schedule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSchedule {
    /// Never.
    #[error("name at least one day")]
    NoDay,
    /// It ends before it begins.
    #[error("the hours end at {until}, before they begin at {from}; a window over midnight is written as two days' hours")]
    NoHours {
        /// As written.
        from: ClockTime,
        /// As written.
        until: ClockTime,
    },
    /// Too many or none.
    #[error("take 1 to {MOST_LEADS} leads a day")]
    Leads,
    /// A name that no time zone has.
    #[error("'{0}' is no time zone; write a name such as Europe/Berlin")]
    Zone(String),
}

impl Schedule {
    /// Refuses what can never begin.
    pub fn check(&self) -> Result<(), InvalidSchedule> {
        if self.days.is_empty() {
            return Err(InvalidSchedule::NoDay);
        }
        if self.from >= self.until {
            return Err(InvalidSchedule::NoHours { from: self.from, until: self.until });
        }
        if !(1..=MOST_LEADS).contains(&self.leads_per_day) {
            return Err(InvalidSchedule::Leads);
        }
        Ok(())
    }
}

/// What a start depends on beside the schedule.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The zone of the schedule's times.
    pub zone: TimeZone,
    /// The zone of the person who reviews and rests.
    pub persons_zone: TimeZone,
    /// When a batch should be ready, by day from Monday on, on the person's clock; `None` where it is not known.
    pub review: [Option<ClockTime>; 7],
    /// How long a batch takes.
    pub batch_takes: SignedDuration,
    /// No batch begins in it, on the person's clock.
    pub rest: Option<QuietSpan>,
}

/// How long a batch of so many leads takes at a measured pace, with a reserve.
pub fn batch_takes(leads: u32, seconds_per_lead: f64) -> SignedDuration {
    SignedDuration::try_from_secs_f64(f64::from(leads) * seconds_per_lead * RESERVE).unwrap_or(SignedDuration::ZERO)
}

/// Which slots began. Kept with the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Nothing up to this date is to begin any more.
    through: Date,
    /// Slots that began, the latest ones.
    started: BTreeSet<Date>,
}

impl Progress {
    /// Of a schedule that holds from `now` on: what its day would have begun earlier is not made up for.
    pub fn new(schedule: &Schedule, around: &Surroundings, now: Timestamp) -> Self {
        Self { through: settled_through(schedule, around, now), started: BTreeSet::new() }
    }

    /// The same after the schedule was changed: what began stays begun.
    #[must_use]
    pub fn under(&self, schedule: &Schedule, around: &Surroundings, now: Timestamp) -> Self {
        Self { through: settled_through(schedule, around, now), started: self.started.clone() }
    }

    /// A slot begins. It never does again, and what was missed before it is made up for with it.
    pub fn start(&mut self, slot: Date) {
        self.through = slot;
        self.started.insert(slot);
        while self.started.len() > SLOTS_REMEMBERED {
            self.started.pop_first();
        }
    }

    /// The last date that is settled, seen from a day. A date far in the future was settled under a wrong clock and settles nothing.
    fn through_on(&self, today: Date) -> Date {
        let furthest = today.saturating_add(DAYS_A_CALENDAR_MAY_DIFFER.days());
        if self.through > furthest { today.yesterday().unwrap_or(today) } else { self.through }
    }

    fn is_open(&self, date: Date, through: Date) -> bool {
        date > through && !self.started.contains(&date)
    }
}

/// The day before, or today where today's time is already past.
fn settled_through(schedule: &Schedule, around: &Surroundings, now: Timestamp) -> Date {
    let today = now.to_zoned(around.zone.clone()).date();
    let is_past = planned(schedule, around, today).0 <= now;
    if is_past { today } else { today.yesterday().unwrap_or(today) }
}

/// Why a batch begins when it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The hours of its day begin.
    HoursBegin,
    /// So that it is ready at this time on the person's clock.
    ReadyForReview(ClockTime),
    /// The computer was off or asleep at the planned time of the same day.
    Late {
        /// The planned time.
        planned: Timestamp,
    },
    /// One batch for what was missed on days before.
    MadeUpFor {
        /// The latest day that was missed.
        missed: Date,
    },
    /// Quiet hours end.
    QuietEnds,
}

/// The next batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStart {
    /// When it begins; `now` where it is due.
    pub at: Timestamp,
    /// Its day.
    pub slot: Date,
    /// Why then.
    pub why: Why,
}

/// The next batch, seen at `now`; due where it begins at `now`. `None` where none can begin within two weeks, because quiet
/// hours leave nothing of the schedule's.
pub fn next_start(schedule: &Schedule, around: &Surroundings, progress: &Progress, now: Timestamp) -> Option<NextStart> {
    let today = now.to_zoned(around.zone.clone()).date();
    let through = progress.through_on(today);
    let mut missed = latest_missed(schedule, progress, today, through);
    for date in today.series(1.day()).take(DAYS_AHEAD) {
        if !schedule.days.contains(&Day::of(date)) || !progress.is_open(date, through) {
            continue;
        }
        let (planned_at, why) = planned(schedule, around, date);
        let (wanted, why) = match missed {
            Some(missed) => (instant(date, schedule.from, &around.zone), Why::MadeUpFor { missed }),
            None => (planned_at, why),
        };
        let soonest = wanted.max(now);
        let at = around.rest.map_or(soonest, |rest| rest.end_after(soonest, &around.persons_zone));
        if at < instant(date, schedule.until, &around.zone) {
            return Some(NextStart { at, slot: date, why: sharpened(why, wanted, soonest, at) });
        }
        if soonest == now && missed.is_none() {
            missed = Some(date);
        }
    }
    None
}

/// A batch that was planned and begins later says why it is later.
fn sharpened(why: Why, wanted: Timestamp, soonest: Timestamp, at: Timestamp) -> Why {
    match why {
        Why::MadeUpFor { .. } => why,
        Why::HoursBegin | Why::ReadyForReview(_) | Why::Late { .. } | Why::QuietEnds if at > soonest => Why::QuietEnds,
        Why::HoursBegin | Why::ReadyForReview(_) if soonest.duration_since(wanted) > PUNCTUAL => Why::Late { planned: wanted },
        Why::HoursBegin | Why::ReadyForReview(_) | Why::Late { .. } | Why::QuietEnds => why,
    }
}

/// The latest day before today that was to begin and did not. A week back is enough: days repeat.
fn latest_missed(schedule: &Schedule, progress: &Progress, today: Date, through: Date) -> Option<Date> {
    let before = today.series(-1.day()).skip(1).take(Day::ALL.len());
    before.into_iter().find(|date| schedule.days.contains(&Day::of(*date)) && progress.is_open(*date, through))
}

/// When the batch of a day is to begin, and why then.
fn planned(schedule: &Schedule, around: &Surroundings, date: Date) -> (Timestamp, Why) {
    let open = instant(date, schedule.from, &around.zone);
    let close = instant(date, schedule.until, &around.zone);
    let review = around.review[Day::of(date) as usize].filter(|_| schedule.ready_for_review);
    let early_enough = review.and_then(|review| {
        let start = instant(date, review, &around.persons_zone).checked_sub(around.batch_takes).ok()?;
        (open <= start && start < close).then_some((start, Why::ReadyForReview(review)))
    });
    early_enough.unwrap_or((open, Why::HoursBegin))
}

/// A wall-clock time as an instant: see the module's first lines for times that do not exist or exist twice.
fn instant(date: Date, time: ClockTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_zoned(date.to_datetime(time.time())).compatible().map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// How long the computer slept between two ticks, out of how far the wall clock and a clock that cannot be set went, and how
/// far they should have gone. `None`: it did not. A wall clock that was set back is no sleep.
///
/// On some systems the second clock stands still during sleep, on others it goes on; both are recognised.
pub fn slept(wall: SignedDuration, steady: SignedDuration, expected: SignedDuration) -> Option<SignedDuration> {
    let late = wall.saturating_sub(steady).max(steady.saturating_sub(expected));
    (late > SLEPT).then_some(late)
}
