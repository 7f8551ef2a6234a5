//! What a team approves, with counts and intervals; under eight samples the answer is "not known" (`product.md` rows 57
//! to 61). Intervals hold 19 times in 20.

use super::event::{EmailDecision, EmailVerdict};
use super::features::{Feature, measure};
use super::letter::Letter;
use autoreach_domain::oversight::bounds::{lower_bound, upper_bound};
use autoreach_domain::style::{CtaKind, LengthBand, OpeningKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Samples below which nothing is said (`product.md` row 58).
pub const FEWEST_SAMPLES: u32 = 8;
/// Risk on each side of an interval.
const SIDE_RISK: f64 = 0.025;
/// Standard deviations on each side of a mean's interval.
const SIDE_DEVIATIONS: f64 = 1.96;
/// Approved mails whose length and tone are remembered, the latest ones.
const REMEMBERED: usize = 500;

/// A number with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How often something was approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// What: an opening, an ending, a greeting.
    pub what: String,
    /// Mails that had it.
    pub samples: u32,
    /// Of these, approved with it left as it was.
    pub approved: u32,
    /// The share; `None` = not known, for too few samples.
    pub share: Option<Interval>,
}

impl Rate {
    fn of(what: String, count: Count) -> Self {
        let (approved, samples) = (count.approved as usize, count.samples as usize);
        let share = || Interval {
            value: f64::from(count.approved) / f64::from(count.samples),
            low: lower_bound(approved, samples, SIDE_RISK),
            high: upper_bound(approved, samples, SIDE_RISK),
        };
        Self { what, samples: count.samples, approved: count.approved, share: (count.samples >= FEWEST_SAMPLES).then(share) }
    }

    /// "9 of 12 approved (43 to 95 %)", or "not known (3 mails)".
    pub fn words(&self) -> String {
        let percent = |share: f64| (100.0 * share).round();
        match self.share {
            Some(share) => {
                format!("{} of {} approved ({} to {} %)", self.approved, self.samples, percent(share.low), percent(share.high))
            }
            None => format!("not known ({} {})", self.samples, if self.samples == 1 { "mail" } else { "mails" }),
        }
    }
}

/// How long approved mails are, and how they sound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Preference {
    /// Approved mails.
    pub samples: u32,
    /// Mean; `None` = not known, for too few samples.
    pub mean: Option<Interval>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Count {
    samples: u32,
    approved: u32,
}

impl Count {
    fn add(&mut self, is_approved: bool) {
        self.samples += 1;
        self.approved += u32::from(is_approved);
    }
}

/// Approvals by what a draft had.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Approvals {
    openings: BTreeMap<OpeningKind, Count>,
    endings: BTreeMap<CtaKind, Count>,
    greetings: BTreeMap<String, Count>,
    words: VecDeque<u32>,
    sentences: VecDeque<u32>,
    formality: VecDeque<f64>,
}

impl Approvals {
    /// Counts a verdict; `after` is what was approved.
    pub(super) fn add(&mut self, verdict: &EmailVerdict, after: Option<&Letter>) {
        let shown = &verdict.traits;
        let left = match (&verdict.decision, after) {
            (EmailDecision::Accepted, _) => Some(shown.clone()),
            (_, Some(after)) if !after.sentences.is_empty() => Some(after.traits()),
            _ => None,
        };
        let stands = |same: fn(&super::letter::Traits, &super::letter::Traits) -> bool| left.as_ref().is_some_and(|left| same(left, shown));
        self.openings.entry(shown.opening).or_default().add(stands(|left, shown| left.opening == shown.opening));
        self.endings.entry(shown.cta).or_default().add(stands(|left, shown| left.cta == shown.cta));
        self.greetings.entry(shown.greeting.clone()).or_default().add(stands(|left, shown| left.greeting == shown.greeting));
        if let Some(after) = after.filter(|after| !after.sentences.is_empty()) {
            keep(&mut self.words, after.words() as u32);
            keep(&mut self.sentences, after.sentences.len() as u32);
            keep(&mut self.formality, measure(after).of(Feature::Formality));
        }
    }
}

fn keep<T>(latest: &mut VecDeque<T>, value: T) {
    latest.push_back(value);
    if latest.len() > REMEMBERED {
        latest.pop_front();
    }
}

impl super::memory::StyleMemory {
    /// How often each way of opening is approved.
    pub fn openings(&self) -> Vec<Rate> {
        self.approvals.openings.iter().map(|(kind, count)| Rate::of(kind.to_string(), *count)).collect()
    }

    /// How often each way of ending is approved.
    pub fn endings(&self) -> Vec<Rate> {
        self.approvals.endings.iter().map(|(kind, count)| Rate::of(kind.to_string(), *count)).collect()
    }

    /// How often each greeting is approved.
    pub fn greetings(&self) -> Vec<Rate> {
        self.approvals.greetings.iter().map(|(word, count)| Rate::of(word.clone(), *count)).collect()
    }

    /// Words of approved bodies.
    pub fn length(&self) -> Preference {
        preference(self.approvals.words.iter().map(|words| f64::from(*words)))
    }

    /// Sentences of approved bodies.
    pub fn structure(&self) -> Preference {
        preference(self.approvals.sentences.iter().map(|sentences| f64::from(*sentences)))
    }

    /// Formality of approved mails, -1 casual to +1 formal.
    pub fn formality(&self) -> Preference {
        preference(self.approvals.formality.iter().copied())
    }

    /// The band that four of five approved bodies lie in; `None` = not known.
    pub fn usual_words(&self) -> Option<LengthBand> {
        band(self.approvals.words.iter().copied().collect()).filter(|_| self.approvals.words.len() >= FEWEST_SAMPLES as usize)
    }
}

/// From the tenth to the ninetieth percentile.
pub(super) fn band(mut words: Vec<u32>) -> Option<LengthBand> {
    words.sort_unstable();
    let at = |tenths: usize| words.get((words.len().checked_sub(1)? * tenths + 5) / 10).copied();
    Some(LengthBand { low: at(1)?, high: at(9)? })
}

fn preference(values: impl Iterator<Item = f64>) -> Preference {
    let values: Vec<f64> = values.collect();
    let samples = values.len() as f64;
    let interval = || {
        let mean = values.iter().sum::<f64>() / samples;
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (samples - 1.0);
        let side = SIDE_DEVIATIONS * (variance / samples).sqrt();
        Interval { value: mean, low: mean - side, high: mean + side }
    };
    Preference { samples: values.len() as u32, mean: (values.len() >= FEWEST_SAMPLES as usize).then(interval) }
}

/// How much was edited in one week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EditedWeek {
    /// The week, as the caller numbers them.
    pub week: i64,
    /// Approved mails.
    pub mails: u32,
    /// Median D. The interval lies between two of the mails by rank (binomial), so that no random draw is needed.
    pub median: Interval,
    /// Share of mails approved without an edit.
    pub untouched: Interval,
}

/// Median D and no-edit rate by week, weeks in order (`learning.md` 4.10, "Does it work?").
pub fn by_week(mails: &[(i64, f64)]) -> Vec<EditedWeek> {
    let mut weeks: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    mails.iter().for_each(|(week, distance)| weeks.entry(*week).or_default().push(*distance));
    weeks.into_iter().map(|(week, distances)| edited_week(week, distances)).collect()
}

fn edited_week(week: i64, mut distances: Vec<f64>) -> EditedWeek {
    distances.sort_by(f64::total_cmp);
    let mails = distances.len();
    let untouched = distances.iter().filter(|distance| **distance <= 0.0).count();
    let outer = outer_ranks(mails);
    EditedWeek {
        week,
        mails: mails as u32,
        median: Interval { value: median(&distances), low: distances[outer], high: distances[mails - 1 - outer] },
        untouched: Interval {
            value: untouched as f64 / mails as f64,
            low: lower_bound(untouched, mails, SIDE_RISK),
            high: upper_bound(untouched, mails, SIDE_RISK),
        },
    }
}

/// How many values may be left out on each side so that the median still lies between the rest: the largest r with
/// P(Binomial(n, 1/2) <= r) at most the side's risk; 0 for few values.
fn outer_ranks(values: usize) -> usize {
    let n = values as f64;
    let (mut log_mass, mut below, mut rank) = (-n * std::f64::consts::LN_2, 0.0, 0);
    loop {
        below += libm::exp(log_mass);
        if below > SIDE_RISK || 2 * (rank + 1) >= values {
            return rank.saturating_sub(1);
        }
        log_mass += libm::log((n - rank as f64) / (rank as f64 + 1.0));
        rank += 1;
    }
}

/// The middle of sorted values, the mean of two where there are two; 0 for none.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    match (sorted.get(half), sorted.len() % 2) {
        (None, _) => 0.0,
        (Some(middle), 1) => *middle,
        (Some(upper), _) => f64::midpoint(sorted[half - 1], *upper),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_eight_samples_nothing_is_known() {
        let rate = |samples, approved| Rate::of("question".into(), Count { samples, approved });
        assert_eq!(rate(7, 7).share, None);
        assert_eq!(rate(7, 7).words(), "not known (7 mails)");
        assert_eq!(rate(12, 9).words(), "9 of 12 approved (43 to 95 %)");
    }

    #[test]
    fn weeks_say_their_median_and_how_many_mails_went_untouched() {
        let mails: Vec<(i64, f64)> = (0..20).map(|n| (2, f64::from(n) / 20.0)).chain([(1, 0.5), (1, 0.0), (1, 0.25)]).collect();
        let weeks = by_week(&mails);
        assert_eq!((weeks[0].week, weeks[0].mails, weeks[0].median.value), (1, 3, 0.25));
        assert!((weeks[0].untouched.value - 1.0 / 3.0).abs() < 1e-12);
        // The tables give ranks 6 and 15 of 20 for the median's 95 % interval.
        assert_eq!((weeks[1].median.low, weeks[1].median.high), (0.25, 0.7));
        assert_eq!(by_week(&[]), []);
    }

    #[test]
    fn a_median_of_many_mails_has_a_narrow_interval() {
        assert_eq!(outer_ranks(1), 0);
        assert_eq!(outer_ranks(20), 5);
        assert!((465..=475).contains(&outer_ranks(1_000)), "{}", outer_ranks(1_000));
        assert!(outer_ranks(5_000) > 2_400, "no underflow");
    }

    #[test]
    fn four_of_five_mails_lie_in_the_band() {
        assert_eq!(band((50..=150).collect()), Some(LengthBand { low: 60, high: 140 }));
        assert_eq!(band(Vec::new()), None);
    }
}
