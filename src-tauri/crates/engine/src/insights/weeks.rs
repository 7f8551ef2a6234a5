//! The owner's four measures, week by week.

use crate::insights::view::{Band, WeekLine};
use crate::trust::monday;
use crate::trust::view::Share;
use autoreach_domain::decision::{Decision, Stage, Verdict};
use autoreach_domain::ids::GestureId;
use autoreach_domain::oversight::judgement::local_day;
use autoreach_store::tables::review_item::ReleasedRow;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// What the owner names as usual in weeks 1, 4 and 12.
pub(crate) const BANDS: [Band; 3] = [
    Band { week: 1, accepted: (50, 60), unedited: (40, 50), seconds: (120, 180), minutes: (60, 90) },
    Band { week: 4, accepted: (70, 80), unedited: (65, 75), seconds: (45, 60), minutes: (30, 45) },
    Band { week: 12, accepted: (80, 90), unedited: (80, 90), seconds: (15, 30), minutes: (10, 20) },
];
/// Decisions before a median of seconds is told.
const FEWEST_TIMED: usize = 5;

/// One line for each week in which something was routed or decided.
pub(crate) fn weeks(leads: &[Decision], mails: &[Decision], routed: &[ReleasedRow]) -> Vec<WeekLine> {
    let day = |decision: &Decision| local_day(decision.decided_at, decision.tz_offset_minutes);
    let mut weeks: BTreeMap<Date, Week<'_>> = BTreeMap::new();
    leads.iter().for_each(|decision| weeks.entry(monday(day(decision))).or_default().leads.push(decision));
    mails.iter().for_each(|decision| weeks.entry(monday(day(decision))).or_default().mails.push(decision));
    routed.iter().for_each(|row| weeks.entry(monday(row.routing.at.to_zoned(TimeZone::UTC).date())).or_default().routed.push(row));
    let first = weeks.keys().next().copied();
    let number = |week: Date| first.and_then(|first| week.since(first).ok()).map_or(1, |span| span.get_days() / 7 + 1);
    weeks.into_iter().map(|(week, content)| content.line(week, u32::try_from(number(week)).unwrap_or(1))).collect()
}

/// Leads decided alone, of all that were routed.
pub(crate) fn alone<'a>(routed: impl Iterator<Item = &'a ReleasedRow>) -> Share {
    let outcomes: Vec<bool> = routed.filter_map(|row| row.routing.on(Stage::Qualification)).map(|route| route.outcome.is_alone()).collect();
    Share::of(outcomes.iter().filter(|is_alone| **is_alone).count(), outcomes.len())
}

#[derive(Default)]
struct Week<'a> {
    leads: Vec<&'a Decision>,
    mails: Vec<&'a Decision>,
    routed: Vec<&'a ReleasedRow>,
}

impl Week<'_> {
    fn line(&self, week: Date, number: u32) -> WeekLine {
        let accepted = self.leads.iter().filter(|decision| decision.verdict.is_acceptance()).count();
        let unedited = self.mails.iter().filter(|decision| decision.verdict == Verdict::Accept).count();
        let times = self.active_ms();
        let days: BTreeSet<Date> =
            self.leads.iter().chain(&self.mails).map(|decision| local_day(decision.decided_at, decision.tz_offset_minutes)).collect();
        let total: u64 = times.values().sum();
        WeekLine {
            week,
            number,
            accepted: Share::of(accepted, self.leads.len()),
            unedited: Share::of(unedited, self.mails.len()),
            seconds_per_lead: median_seconds(times.values().copied().collect()),
            minutes_per_day: (total > 0).then(|| total as f64 / 60_000.0 / days.len().max(1) as f64),
            alone: alone(self.routed.iter().copied()),
        }
    }

    /// Active time by gesture: its verdicts on several stages were one look.
    fn active_ms(&self) -> BTreeMap<GestureId, u64> {
        let timed = self.leads.iter().chain(&self.mails).filter(|decision| decision.active_ms > 0);
        timed.map(|decision| (decision.gesture_id, decision.active_ms)).collect()
    }
}

fn median_seconds(mut times: Vec<u64>) -> Option<f64> {
    times.sort_unstable();
    (times.len() >= FEWEST_TIMED).then(|| times[times.len() / 2] as f64 / 1_000.0)
}
