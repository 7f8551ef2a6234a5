//! One person's habits, out of their decisions in the journal: when they review, how long they sit, how fast they decide.

use super::hours::{HourOfWeek, HourProfile};
use super::pace::{Pace, words_to_read};
use super::sittings::{Reviewed, Sitting, sittings, suggested_batch};
use autoreach_domain::decision::{Decision, Verdict};
use autoreach_domain::ids::ItemId;
use std::collections::BTreeMap;

/// Decisions before anything is said about hours: a day or two says nothing about a habit.
const FEWEST: usize = 30;
/// Sittings before a batch size is learned rather than the usual one.
const FEWEST_SITTINGS: usize = 3;
/// A shorter pause in the day is no quiet time.
const SHORTEST_QUIET_HOURS: usize = 4;

/// One person's habits.
#[derive(Debug, Clone)]
pub struct Habits {
    hours: HourProfile,
    sittings: Vec<Sitting>,
    decisions: usize,
}

/// Hours of the day, from one full hour to another; over midnight where `from` is the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourSpan {
    /// The hour it begins with, 0 to 23.
    pub from: u8,
    /// The hour it ends before, 0 to 23.
    pub to: u8,
}

impl Habits {
    /// Out of one person's decisions on one stage, oldest first.
    pub fn of<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Self {
        let (mut hours, mut pace) = (HourProfile::new(), Pace::default());
        let mut reviewed: Vec<Reviewed> = Vec::new();
        let mut latest: BTreeMap<ItemId, (usize, Verdict)> = BTreeMap::new();
        for decision in decisions {
            let at_s = decision.decided_at.as_second();
            hours.observe(HourOfWeek::at(at_s, decision.tz_offset_minutes), at_s);
            let is_rushed = decision.active_ms > 0 && pace.observe(decision.active_ms, words_to_read(decision)).is_rushed;
            // What the same person decided otherwise later went wrong the first time.
            if let Some((before, verdict)) = latest.insert(decision.item_id, (reviewed.len(), decision.verdict)) {
                reviewed[before].went_wrong |= verdict.is_acceptance() != decision.verdict.is_acceptance();
            }
            reviewed.push(Reviewed { at_ms: decision.decided_at.as_millisecond(), went_wrong: is_rushed });
        }
        Self { hours, decisions: reviewed.len(), sittings: sittings(&reviewed) }
    }

    /// Decisions these habits were read from.
    pub fn decisions(&self) -> usize {
        self.decisions
    }

    /// Decisions missing before anything is said about hours.
    pub fn missing(&self) -> usize {
        FEWEST.saturating_sub(self.decisions)
    }

    /// Items that make a good sitting, and whether this was learned from the person's own sittings.
    pub fn batch(&self) -> (usize, bool) {
        (suggested_batch(&self.sittings), self.sittings.len() >= FEWEST_SITTINGS)
    }

    /// The minute of the day (Monday = 0) at which a digest should come; `None` where it is not known, or falls on the day
    /// before.
    pub fn digest_minute(&self, day: u8) -> Option<u16> {
        let time = self.hours.digest_time(day).filter(|_| self.missing() == 0)?;
        (time.day == day).then_some(time.minute)
    }

    /// The two hours of the day in which most is decided, and their share of everything, 0 to 1.
    pub fn busiest(&self) -> Option<(HourSpan, f64)> {
        if self.missing() > 0 {
            return None;
        }
        let share = |from: u8| self.hours.share_of_hour(from) + self.hours.share_of_hour((from + 1) % 24);
        let from = (0..24_u8).max_by(|a, b| share(*a).total_cmp(&share(*b)).then(b.cmp(a)))?;
        Some((HourSpan { from, to: (from + 2) % 24 }, share(from)))
    }

    /// The longest time of the day in which hardly anything is decided; `None` where it is not known or short.
    pub fn quiet(&self) -> Option<HourSpan> {
        let quiet = self.hours.quiet_hours();
        if self.missing() > 0 || quiet.len() == 24 {
            return None;
        }
        let length = |from: u8| (0..24).take_while(|step| quiet.contains(&((from + step) % 24))).count();
        let from = (0..24_u8).max_by(|a, b| length(*a).cmp(&length(*b)).then(b.cmp(a)))?;
        let hours = length(from);
        (hours >= SHORTEST_QUIET_HOURS).then_some(HourSpan { from, to: ((usize::from(from) + hours) % 24) as u8 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::confidence::Features;
    use autoreach_domain::decision::{Channel, Stage};
    use autoreach_domain::ids::{DecisionId, GestureId, LeadId, WorkflowId};
    use autoreach_domain::oversight::level::Level;
    use autoreach_domain::reviewer::Reviewer;
    use jiff::{SignedDuration, Timestamp};

    /// A verdict on one item, given on a clock one hour before UTC.
    fn decision(item: u8, at: Timestamp, verdict: Verdict, active_ms: u64) -> Decision {
        let epoch = Timestamp::UNIX_EPOCH;
        Decision {
            id: DecisionId::new(epoch, [1; 10]),
            gesture_id: GestureId::new(epoch, [1; 10]),
            workflow_id: WorkflowId::new(epoch, [1; 10]),
            lead_id: LeadId::new(epoch, [1; 10]),
            item_id: ItemId::new(epoch, [item; 10]),
            stage: Stage::Qualification,
            artifact_hash: String::new(),
            reviewer: Reviewer::from("Ana".to_owned()),
            channel: Channel::Review,
            verdict,
            note: String::new(),
            reasons: Vec::new(),
            features: Features::default(),
            feature_schema_version: 1,
            p_before: 0.5,
            p_cal_before: 0.5,
            threshold_used: None,
            level: Level::VerifyEverything,
            model_version: String::new(),
            memory_version: 0,
            propensity: 1.0,
            mark: true,
            blind: false,
            draft_text: String::new(),
            final_text: String::new(),
            edit_distance: 0.0,
            wrong_facts: Vec::new(),
            vouched: false,
            shown_at: at,
            decided_at: at,
            active_ms,
            sitting_id: 0,
            position_in_sitting: 1,
            tz_offset_minutes: 60,
            after_release: false,
            segment: None,
            mail: None,
        }
    }

    /// Mondays to Fridays of some weeks, from 9 to 11 on her own clock, this many a day.
    fn mornings(weeks: i64, a_day: i64) -> Vec<Decision> {
        let monday: Timestamp = "2026-03-02T08:00:00Z".parse().expect("an instant");
        let days = (0..weeks).flat_map(|week| (0..5).map(move |day| 7 * week + day));
        let each = days.flat_map(|day| (0..a_day).map(move |number| SignedDuration::from_mins(24 * 60 * day + number * 110 / a_day)));
        each.enumerate().map(|(number, later)| decision(number as u8, monday + later, Verdict::Accept, 9_000)).collect()
    }

    #[test]
    fn mornings_make_a_digest_at_ten_to_nine_and_quiet_evenings_and_nights() {
        let habits = Habits::of(&mornings(4, 20));
        assert_eq!(habits.digest_minute(0), Some(8 * 60 + 50));
        assert_eq!(habits.digest_minute(6), None, "never on a Sunday");
        let (busiest, share) = habits.busiest().expect("is known");
        assert_eq!(busiest, HourSpan { from: 9, to: 11 });
        assert!(share > 0.6, "{share}");
        let quiet = habits.quiet().expect("is known");
        assert!(quiet.from >= 11 && quiet.from <= 13 && quiet.to >= 7 && quiet.to <= 9, "{quiet:?}");
    }

    #[test]
    fn a_few_decisions_say_nothing_about_hours() {
        let habits = Habits::of(&mornings(1, 5)[..25]);
        assert_eq!((habits.missing(), habits.busiest(), habits.quiet(), habits.digest_minute(0)), (5, None, None, None));
        assert_eq!(habits.batch(), (5, true), "five sittings of five are known all the same");
        assert_eq!(Habits::of(&[]).batch(), (20, false));
    }

    #[test]
    fn what_was_decided_otherwise_later_went_wrong_the_first_time() {
        let at = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        let decisions = [
            decision(1, at(0), Verdict::Accept, 0),
            decision(2, at(1), Verdict::Accept, 0),
            decision(1, at(2), Verdict::Reject, 0),
            decision(2, at(3), Verdict::Edit, 0),
        ];
        let went_wrong: Vec<bool> = Habits::of(&decisions).sittings.concat().iter().map(|reviewed| reviewed.went_wrong).collect();
        assert_eq!(went_wrong, [true, false, false, false], "an edit takes the lead as well");
    }
}
