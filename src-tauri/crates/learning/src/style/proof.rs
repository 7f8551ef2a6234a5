//! Does learning how a team writes help? Three answers from what became of drafts (`learning.md` 4.10, "Does it work?").
//!
//! How much of a draft is changed, week by week and from the first mails to the last; what the changes add up to, beside what
//! they would have without learning; and the replay: old drafts written again with the memory and without it, each held
//! beside what the person sent. Intervals come from resampling with a seed the caller gives, so that every look shows the same
//! numbers. Under its minimum each answer is absent, and how much is missing stands in its place. Writing again is the
//! caller's; nothing here knows a writer or a clock.

use super::distance::Distance;
use super::stats::{FEWEST_SAMPLES, Interval, median};
use crate::random::Draws;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Mails at each end that the target compares (`learning.md` 4.10: "the last 50 ... the first 50").
pub const TREND_MAILS: usize = 50;
/// The last mails need at most this much of the change the first ones needed (`learning.md` 4.10).
const TARGET_RATIO: f64 = 0.7;
/// Mails whose mean change makes the straight line (`learning.md` 4.10: "from the first 20 emails").
pub const LINE_MAILS: usize = 20;
/// Old mails that are written again of one week, at most (`learning.md` 4.10).
pub const REPLAYED_A_WEEK: usize = 10;
/// Old mails written again before the gain is told: one week's worth.
const FEWEST_REPLAYED: usize = REPLAYED_A_WEEK;
/// A gain counts when chance would show one as clear less often than this (`learning.md` 4.10).
const SIGNIFICANT: f64 = 0.05;
/// Resamples behind an interval.
const RESAMPLES: usize = 1_000;
/// Share of the resamples left out on each side: a 95 % interval.
const TAIL: f64 = 0.025;
/// Points of the curve, at most; a line on a screen has no more to say.
const CURVE_POINTS: usize = 100;

/// What became of one draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The week, as the caller numbers them.
    pub week: i64,
    /// How far what was approved is from the draft; `None` = the draft was refused.
    pub change: Option<Distance>,
}

/// How much was edited in one week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EditedWeek {
    /// The week, as the caller numbers them.
    pub week: i64,
    /// Drafts decided.
    pub decided: u32,
    /// Of these approved, with an edit or without.
    pub approved: u32,
    /// Of these without an edit.
    pub untouched: u32,
    /// Median D of those approved; `None` = not known, for too few.
    pub median: Option<Interval>,
    /// Share of those decided that were approved without an edit; `None` = not known, for too few.
    pub untouched_share: Option<Interval>,
}

/// The first mails beside the last ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Trend {
    /// Median D of the first 50 approved mails; `None` until the last 50 are others.
    pub first: Option<Interval>,
    /// Median D of the last 50.
    pub last: Option<Interval>,
    /// Approved mails missing until then.
    pub mails_missing: u32,
    /// The last need at most 0.7 of the change that the first needed.
    pub is_reached: bool,
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CostPoint {
    /// Approved mails so far.
    pub mail: u32,
    /// Words and marks changed in all of them.
    pub edits: u32,
}

/// What the changes add up to, mail by mail, beside a straight line from the first ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EditCost {
    /// Approved mails.
    pub mails: u32,
    /// The curve, thinned to what a line can show; the last mail is among its points.
    pub points: Vec<CostPoint>,
    /// Changes of a mail among the first 20, the slope of the line; `None` = not known before there are more than 20.
    pub line: Option<Interval>,
    /// Approved mails missing until then.
    pub mails_missing: u32,
}

/// One old draft written again: D to what the person sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replayed {
    /// With the memory of before that mail.
    pub with: f64,
    /// Without a memory.
    pub without: f64,
}

/// What the memory is worth on old drafts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ReplayGain {
    /// Old drafts written again.
    pub mails: u32,
    /// Of these nearer to what was sent with the memory.
    pub nearer: u32,
    /// Farther from it.
    pub farther: u32,
    /// Mean D without the memory less mean D with it: above 0 the memory saves edits. `None` = not known, for too few.
    pub gain: Option<Interval>,
    /// Paired sign test, two-sided: how often chance alone would be as one-sided. `None` with the gain.
    pub p: Option<f64>,
    /// Old drafts missing until it is known.
    pub mails_missing: u32,
}

impl ReplayGain {
    /// The memory brings drafts nearer to what people send, and chance does not explain it.
    pub fn is_proven(&self) -> bool {
        self.gain.is_some_and(|gain| gain.value > 0.0) && self.nearer > self.farther && self.p.is_some_and(|p| p < SIGNIFICANT)
    }
}

/// May learning be claimed? Both must hold: the last mails need clearly less change, and it is the memory that does it.
pub fn claims_learning(trend: &Trend, gain: &ReplayGain) -> bool {
    trend.is_reached && gain.is_proven()
}

/// Median D and no-edit rate by week, weeks in order.
pub fn weeks(mails: &[Judged], seed: u64) -> Vec<EditedWeek> {
    let mut weeks: BTreeMap<i64, Vec<Judged>> = BTreeMap::new();
    mails.iter().for_each(|mail| weeks.entry(mail.week).or_default().push(*mail));
    weeks.into_iter().map(|(week, mails)| edited_week(week, &mails, seed)).collect()
}

fn edited_week(week: i64, mails: &[Judged], seed: u64) -> EditedWeek {
    let shares: Vec<f64> = shares(mails);
    let is_untouched = |mail: &Judged| f64::from(u8::from(mail.change.is_some_and(|change| change.edits == 0)));
    let untouched: Vec<f64> = mails.iter().map(is_untouched).collect();
    let known = |values: &[f64], estimate: fn(&mut [f64]) -> f64| {
        (values.len() >= FEWEST_SAMPLES as usize).then(|| resampled(values, seed, estimate))
    };
    EditedWeek {
        week,
        decided: mails.len() as u32,
        approved: shares.len() as u32,
        untouched: untouched.iter().filter(|one| **one > 0.5).count() as u32,
        median: known(&shares, middle),
        untouched_share: known(&untouched, mean),
    }
}

/// The first approved mails beside the last ones.
pub fn trend(mails: &[Judged], seed: u64) -> Trend {
    let shares = shares(mails);
    let mails_missing = (2 * TREND_MAILS).saturating_sub(shares.len()) as u32;
    if mails_missing > 0 {
        return Trend { first: None, last: None, mails_missing, is_reached: false };
    }
    let first = resampled(&shares[..TREND_MAILS], seed, middle);
    let last = resampled(&shares[shares.len() - TREND_MAILS..], seed, middle);
    // Where nothing was ever changed there was nothing to learn. Shares are fractions: 0.14 is 0.7 of 0.2 up to rounding.
    let is_reached = first.value > 0.0 && last.value <= TARGET_RATIO * first.value + f64::EPSILON;
    Trend { first: Some(first), last: Some(last), mails_missing, is_reached }
}

/// What the changes of approved mails add up to.
pub fn edit_cost(mails: &[Judged], seed: u64) -> EditCost {
    let edits: Vec<usize> = mails.iter().filter_map(|mail| mail.change).map(|change| change.edits).collect();
    let step = edits.len().div_ceil(CURVE_POINTS).max(1);
    let sums = edits.iter().scan(0_usize, |sum, edits| {
        *sum += edits;
        Some(*sum)
    });
    let points = sums.zip(1_usize..).filter(|(_, mail)| mail.is_multiple_of(step) || *mail == edits.len());
    let points = points.map(|(edits, mail)| CostPoint { mail: mail as u32, edits: edits as u32 }).collect();
    let first: Vec<f64> = edits.iter().take(LINE_MAILS).map(|edits| *edits as f64).collect();
    EditCost {
        mails: edits.len() as u32,
        points,
        line: (edits.len() > LINE_MAILS).then(|| resampled(&first, seed, mean)),
        mails_missing: (LINE_MAILS + 1).saturating_sub(edits.len()) as u32,
    }
}

/// Which mails of a week are written again: at most ten, drawn alike. Places in `mails`, rising.
pub fn drawn(mails: usize, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..mails).collect();
    let mut draws = Draws::new(seed);
    for place in 0..mails.min(REPLAYED_A_WEEK) {
        let other = place + draws.below(mails - place);
        places.swap(place, other);
    }
    places.truncate(REPLAYED_A_WEEK);
    places.sort_unstable();
    places
}

/// What the memory is worth on old drafts.
pub fn replay_gain(replayed: &[Replayed], seed: u64) -> ReplayGain {
    let gains: Vec<f64> = replayed.iter().map(|mail| mail.without - mail.with).collect();
    let nearer = gains.iter().filter(|gain| **gain > 0.0).count() as u32;
    let farther = gains.iter().filter(|gain| **gain < 0.0).count() as u32;
    let is_known = gains.len() >= FEWEST_REPLAYED;
    ReplayGain {
        mails: gains.len() as u32,
        nearer,
        farther,
        gain: is_known.then(|| resampled(&gains, seed, mean)),
        p: is_known.then(|| sign_test(nearer, farther)),
        mails_missing: FEWEST_REPLAYED.saturating_sub(gains.len()) as u32,
    }
}

/// Two-sided exact sign test; ties are left out. 1 where nothing differs.
fn sign_test(nearer: u32, farther: u32) -> f64 {
    let (n, fewer) = (f64::from(nearer + farther), nearer.min(farther));
    let (mut log_mass, mut tail) = (-n * std::f64::consts::LN_2, 0.0);
    for k in 0..=fewer {
        tail += libm::exp(log_mass);
        log_mass += libm::log((n - f64::from(k)) / f64::from(k + 1));
    }
    (2.0 * tail).min(1.0)
}

fn shares(mails: &[Judged]) -> Vec<f64> {
    mails.iter().filter_map(|mail| mail.change).map(Distance::share).collect()
}

/// An estimate with its percentile bootstrap interval.
fn resampled(values: &[f64], seed: u64, estimate: fn(&mut [f64]) -> f64) -> Interval {
    let mut draws = Draws::new(seed);
    let mut sample = values.to_vec();
    let value = estimate(&mut sample);
    let mut estimates: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            sample.iter_mut().for_each(|place| *place = values[draws.below(values.len())]);
            estimate(&mut sample)
        })
        .collect();
    estimates.sort_by(f64::total_cmp);
    let at = |share: f64| estimates[(share * (RESAMPLES - 1) as f64).round() as usize];
    Interval { value, low: at(TAIL), high: at(1.0 - TAIL) }
}

fn middle(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    median(values)
}

fn mean(values: &mut [f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEED: u64 = 410;

    fn approved(edits: usize) -> Judged {
        Judged { week: 0, change: Some(Distance { edits, longest: 100 }) }
    }

    fn refused() -> Judged {
        Judged { week: 0, change: None }
    }

    #[test]
    fn a_week_says_its_median_and_how_many_drafts_of_those_decided_went_out_as_they_were() {
        let mails: Vec<Judged> = (0..10).map(|n| approved(if n < 4 { 0 } else { 10 * n })).chain([refused(), refused()]).collect();
        let weeks = weeks(&mails, SEED);
        let [week] = weeks.as_slice() else { panic!("one week, not {weeks:?}") };
        assert_eq!((week.decided, week.approved, week.untouched), (12, 10, 4));
        let (median, untouched) = (week.median.expect("known"), week.untouched_share.expect("known"));
        assert!((median.value - 0.45).abs() < 1e-12 && median.low < 0.3 && median.high > 0.5, "{median:?}");
        assert!((untouched.value - 1.0 / 3.0).abs() < 1e-12 && untouched.low > 0.0 && untouched.high < 0.7, "{untouched:?}");
    }

    #[test]
    fn a_week_of_seven_mails_says_nothing_and_weeks_stand_in_order() {
        let later = Judged { week: 3, ..approved(0) };
        let weeks = weeks(&[later, approved(0), approved(5)], SEED);
        assert_eq!(weeks.iter().map(|week| week.week).collect::<Vec<_>>(), [0, 3]);
        assert!(weeks.iter().all(|week| week.median.is_none() && week.untouched_share.is_none()));
    }

    #[test]
    fn the_first_fifty_and_the_last_fifty_are_compared_once_they_are_others() {
        let few: Vec<Judged> = (0..99).map(|_| approved(10)).collect();
        assert_eq!((trend(&few, SEED).mails_missing, trend(&few, SEED).first), (1, None));
        let of = |first, last| trend(&[vec![approved(first); 50], vec![approved(last); 50]].concat(), SEED);
        assert!(of(20, 14).is_reached, "14 is 0.7 of 20");
        assert!(!of(20, 15).is_reached);
        assert!(!of(0, 0).is_reached, "nothing was changed, so nothing was learned");
    }

    #[test]
    fn the_curve_ends_at_the_last_mail_and_the_line_needs_twenty_one() {
        let cost = edit_cost(&vec![approved(3); 20], SEED);
        assert_eq!((cost.line, cost.mails_missing), (None, 1));
        let mails: Vec<Judged> = (0..1_003).map(|n| if n < 20 { approved(8) } else { approved(2) }).chain([refused()]).collect();
        let cost = edit_cost(&mails, SEED);
        assert_eq!(cost.line.map(|line| line.value), Some(8.0));
        assert_eq!(cost.points.last(), Some(&CostPoint { mail: 1_003, edits: 160 + 983 * 2 }));
        assert!(cost.points.len() <= CURVE_POINTS + 1, "{}", cost.points.len());
        assert_eq!(edit_cost(&[], SEED).points, []);
    }

    #[test]
    fn the_sign_test_is_the_one_of_the_tables() {
        assert!((sign_test(9, 1) - 0.021_484_375).abs() < 1e-12);
        assert!((sign_test(0, 6) - 0.031_25).abs() < 1e-12);
        assert_eq!((sign_test(0, 0), sign_test(5, 5)), (1.0, 1.0));
        assert!(sign_test(3_000, 2_500) < 1e-9, "no underflow");
    }

    fn replayed(nearer: usize, farther: usize, same: usize) -> ReplayGain {
        let of = |without, with, count| std::iter::repeat_n(Replayed { with, without }, count);
        replay_gain(&of(0.4, 0.3, nearer).chain(of(0.3, 0.4, farther)).chain(of(0.2, 0.2, same)).collect::<Vec<_>>(), SEED)
    }

    #[test]
    fn a_gain_is_proven_when_chance_does_not_explain_it() {
        assert!(replayed(9, 1, 5).is_proven());
        assert!(!replayed(8, 2, 5).is_proven(), "8 of 10 happens by chance 11 times in 100");
        assert!(!replayed(1, 9, 0).is_proven(), "a loss as clear is no gain");
        assert_eq!((replayed(9, 0, 0).gain, replayed(9, 0, 0).mails_missing), (None, 1));
        assert_eq!(replayed(0, 0, 30).p, Some(1.0));
    }

    #[test]
    fn learning_is_claimed_only_when_both_hold() {
        let reached = trend(&[vec![approved(20); 50], vec![approved(4); 50]].concat(), SEED);
        let missed = trend(&[vec![approved(20); 50], vec![approved(20); 50]].concat(), SEED);
        assert!(claims_learning(&reached, &replayed(9, 1, 0)));
        assert!(!claims_learning(&missed, &replayed(9, 1, 0)));
        assert!(!claims_learning(&reached, &replayed(5, 5, 0)));
    }

    proptest! {
        #[test]
        fn at_most_ten_different_mails_of_a_week_are_drawn(mails in 0_usize..300, seed in any::<u64>()) {
            let places = drawn(mails, seed);
            prop_assert_eq!(places.len(), mails.min(REPLAYED_A_WEEK));
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(places.iter().all(|place| *place < mails));
        }

        #[test]
        fn an_interval_holds_its_estimate_and_hangs_on_the_seed_alone(values in prop::collection::vec(0.0..1.0_f64, 8..60), seed in any::<u64>()) {
            let interval = resampled(&values, seed, middle);
            prop_assert!(interval.low <= interval.value && interval.value <= interval.high);
            prop_assert_eq!(interval, resampled(&values, seed, middle));
        }
    }
}
