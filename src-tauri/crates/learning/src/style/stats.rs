//! What a team approves, with counts and intervals; under eight samples the answer is "not known" (`product.md` rows 57
//! to 61). Intervals hold 19 times in 20.

use super::event::{EmailDecision, EmailVerdict};
use super::features::{Feature, measure};
use super::letter::Letter;
use autoreach_domain::oversight::bounds::{lower_bound, upper_bound};
use autoreach_domain::style::{CtaKind, LengthBand, OpeningKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use ts_rs::TS;

/// Samples below which nothing is said (`product.md` row 58).
pub const FEWEST_SAMPLES: u32 = 8;
/// Risk on each side of an interval.
const SIDE_RISK: f64 = 0.025;
/// Standard deviations on each side of a mean's interval.
const SIDE_DEVIATIONS: f64 = 1.96;
/// Approved mails whose length and tone are remembered, the latest ones.
const REMEMBERED: usize = 500;

/// A number with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
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
    fn four_of_five_mails_lie_in_the_band() {
        assert_eq!(band((50..=150).collect()), Some(LengthBand { low: 60, high: 140 }));
        assert_eq!(band(Vec::new()), None);
    }
}
