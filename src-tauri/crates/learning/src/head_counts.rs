//! Which sizes of company the team really accepts, beside the range it stated (`learning.md` 4.9).
//!
//! A bin's adjusted acceptance answers "what if the leads of late had all been of this size, everything else as it was":
//! it is not misled by a size that happens to come with an industry. The raw counts stand beside it.

use crate::bins::{Bins, HeadCountBin};
use crate::features::Reading;
use crate::fold::{Count, Learner};
use crate::learned_icp::chance_above;
use autoreach_domain::confidence::Features;
use autoreach_domain::icp::HeadCountRange;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Queued leads the adjusted acceptance looks at, the latest ones.
pub const RECENT_ARRIVALS: usize = 500;
/// A bin belongs to the real range when its effect is positive with this probability.
const WANTED_PROBABILITY: f64 = 0.8;
/// A range is mostly rejected when less than this share is accepted.
const MOSTLY: f64 = 0.5;
/// What a head count may be called.
const NAMES: [&str; 3] = ["head_count", "headcount", "employees"];

/// One range of sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SizeBin {
    /// The range in words, e.g. `51-200`.
    pub words: String,
    /// The remembered verdicts on companies of this size.
    pub count: Count,
    /// Share of the leads of late that would be accepted if all were of this size; `None` without leads.
    pub adjusted_acceptance: Option<f64>,
    /// Probability that this size speaks for accepting.
    pub chance_wanted: f64,
}

/// A run of neighbouring bins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SizeRange {
    /// The range in words, e.g. `201-1,000`.
    pub words: String,
    /// Fewest people.
    pub least: u32,
    /// Most people; `None` = no upper end.
    pub most: Option<u32>,
    /// The remembered verdicts on companies of this size.
    pub count: Count,
}

impl SizeRange {
    /// The range as a profile states it.
    pub fn as_stated(&self) -> HeadCountRange {
        HeadCountRange { min: self.least, max: self.most }
    }

    /// Does a stated range mean exactly these sizes? One that ends where the next size begins does not mean that size.
    pub fn is_what_was_stated(&self, stated: HeadCountRange) -> bool {
        HeadCountBin::all().into_iter().all(|bin| {
            let is_in = bin.least >= self.least && self.most.is_none_or(|most| bin.most.is_some_and(|end| end <= most));
            is_in == bin.is_meant_by(stated)
        })
    }
}

/// What the verdicts say of company sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SizeBoundary {
    /// Every bin, smallest companies first.
    pub bins: Vec<SizeBin>,
    /// The longest run of sizes that speak for accepting.
    pub accepted: Option<SizeRange>,
    /// What was stated, or lies beside what is accepted, and is mostly rejected.
    pub mostly_rejected: Option<SizeRange>,
    /// All of it in one sentence, for people.
    pub sentence: String,
}

/// The real range of head counts beside the stated one. `arrivals` are the features of the leads queued last, oldest
/// first; at most [`RECENT_ARRIVALS`] are looked at. `None` until a lead with a head count was queued.
pub fn head_counts(learner: &Learner, stated: Option<HeadCountRange>, arrivals: &[Features]) -> Option<SizeBoundary> {
    let feature = NAMES.iter().find_map(|name| learner.encoder.known_feature(name))?;
    debug_assert!(matches!(Bins::of(learner.encoder.feature_name(feature)), Bins::HeadCount));
    let bins = size_bins(learner, feature, arrivals);
    let accepted = longest_wanted(&bins);
    let rejected = mostly_rejected(&bins, accepted.as_ref(), stated);
    let [accepted, mostly_rejected] = [accepted, rejected].map(|run| run.map(|run| range(&bins, &run)));
    let sentence = sentence(stated, accepted.as_ref(), mostly_rejected.as_ref());
    Some(SizeBoundary { bins, accepted, mostly_rejected, sentence })
}

/// Places of neighbouring bins.
type Run = std::ops::Range<usize>;

fn size_bins(learner: &Learner, feature: u32, arrivals: &[Features]) -> Vec<SizeBin> {
    let counts = learner.counts();
    let recent = &arrivals[arrivals.len().saturating_sub(RECENT_ARRIVALS)..];
    let bin = |(index, bin): (usize, HeadCountBin)| {
        let slot = learner.encoder.bin_slot(feature, index);
        let effect = slot.map(|slot| learner.mixture.joint_effect(&learner.encoder.criterion(slot)));
        SizeBin {
            words: Bins::HeadCount.words(index).to_owned(),
            count: slot.map(|slot| counts[slot as usize]).unwrap_or_default(),
            adjusted_acceptance: adjusted_acceptance(learner, feature, bin.typical, recent),
            chance_wanted: effect.map_or(0.5, |(mean, variance)| chance_above(mean, variance.max(0.0).sqrt(), 0.0)),
        }
    };
    HeadCountBin::all().into_iter().enumerate().map(bin).collect()
}

/// Mean probability of acceptance of these leads if all had this head count.
fn adjusted_acceptance(learner: &Learner, feature: u32, head_count: f64, arrivals: &[Features]) -> Option<f64> {
    let each = arrivals.iter().map(|features| {
        let mut look = learner.encoder.look(features);
        look.observation.retain(|(present, _)| *present != feature);
        let place = look.observation.partition_point(|(present, _)| *present < feature);
        look.observation.insert(place, (feature, Reading::Number(head_count)));
        learner.confidence(&look, &learner.encoder.encode(&look.observation)).p_cal
    });
    (!arrivals.is_empty()).then(|| each.sum::<f64>() / arrivals.len() as f64)
}

fn runs(bins: &[SizeBin], belongs: impl Fn(usize, &SizeBin) -> bool) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (index, _) in bins.iter().enumerate().filter(|(index, bin)| bin.count.judged > 0 && belongs(*index, bin)) {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

/// The longest run of judged sizes that speak for accepting; of equals the one with more accepted leads.
fn longest_wanted(bins: &[SizeBin]) -> Option<Run> {
    let wanted = runs(bins, |_, bin| bin.chance_wanted >= WANTED_PROBABILITY);
    wanted.into_iter().max_by_key(|run| (run.len(), count(bins, run).accepted, std::cmp::Reverse(run.start)))
}

/// The most judged run outside the real range that touches what was stated, or the real range, and is mostly rejected.
fn mostly_rejected(bins: &[SizeBin], accepted: Option<&Run>, stated: Option<HeadCountRange>) -> Option<Run> {
    let all = HeadCountBin::all();
    let is_stated = |index: usize| stated.is_some_and(|range| all[index].is_meant_by(range));
    let is_beside = |index: usize| accepted.is_some_and(|run| index + 1 == run.start || index == run.end);
    let is_accepted = |index: usize| accepted.is_some_and(|run| run.contains(&index));
    let is_rejected = |bin: &SizeBin| f64::from(bin.count.accepted) < MOSTLY * f64::from(bin.count.judged);
    let is_concerned = |index: usize| if stated.is_some() { is_stated(index) } else { is_beside(index) };
    let rejected = runs(bins, |index, bin| is_concerned(index) && !is_accepted(index) && is_rejected(bin));
    rejected.into_iter().max_by_key(|run| (count(bins, run).judged, std::cmp::Reverse(run.start)))
}

fn count(bins: &[SizeBin], run: &Run) -> Count {
    bins[run.clone()].iter().fold(Count::default(), |sum, bin| sum.and(bin.count))
}

fn range(bins: &[SizeBin], run: &Run) -> SizeRange {
    let all = HeadCountBin::all();
    let (least, most) = (all[run.start].least, all[run.end - 1].most);
    let from = grouped(least);
    let words = most.map_or_else(|| format!("{from}+"), |most| format!("{from}-{}", grouped(most)));
    SizeRange { words, least, most, count: count(bins, run) }
}

/// `You said 50-500 employees. You accept 201-1,000 (38 of 45) and mostly reject 51-200 (9 of 41).`
fn sentence(stated: Option<HeadCountRange>, accepted: Option<&SizeRange>, rejected: Option<&SizeRange>) -> String {
    let said = stated.map_or_else(
        || "You named no size.".to_owned(),
        |range| {
            let least = grouped(range.min);
            let words = range.max.map_or_else(|| format!("{least}+"), |most| format!("{least}-{}", grouped(most)));
            format!("You said {words} employees.")
        },
    );
    let found = match (accepted, rejected) {
        (Some(accepted), Some(rejected)) => {
            format!("You accept {} ({}) and mostly reject {} ({}).", accepted.words, accepted.count, rejected.words, rejected.count)
        }
        (Some(accepted), None) => format!("You accept {} ({}).", accepted.words, accepted.count),
        (None, Some(rejected)) => format!("You mostly reject {} ({}).", rejected.words, rejected.count),
        (None, None) => "No size stands out yet.".to_owned(),
    };
    format!("{said} {found}")
}

/// A whole number with its thousands apart.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<String>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Prior, Verdict};

    fn lead(head_count: f64) -> Features {
        let mut features = Features::default();
        features.number("head_count", head_count);
        features
    }

    /// Judged companies by head count: how many accepted, of how many.
    fn judged(cases: &[(f64, u32, u32)]) -> Learner {
        let mut learner = Learner::new(Prior::default());
        for (head_count, _, judged) in cases {
            (0..*judged).for_each(|_| learner.arrive(&lead(*head_count)));
        }
        for round in 0..cases.iter().map(|(_, _, judged)| *judged).max().unwrap_or(0) {
            for (head_count, accepted, judged) in cases.iter().filter(|(_, _, judged)| round < *judged) {
                // Spread evenly over the rounds: a run of refusals at the end would be a change of mind.
                let accepted = (round + 1) * accepted / judged > round * accepted / judged;
                learner.learn(&Verdict { features: &lead(*head_count), accepted, weight: 1.0, reviewer: "r1" });
            }
        }
        learner
    }

    const STATED: Option<HeadCountRange> = Some(HeadCountRange { min: 50, max: Some(500) });

    #[test]
    fn the_sentence_says_what_was_stated_accepted_and_rejected_with_its_counts() {
        let learner = judged(&[(120.0, 9, 41), (300.0, 20, 24), (800.0, 18, 21), (3_000.0, 2, 30)]);
        let arrivals = [lead(120.0), lead(800.0)];
        let boundary = head_counts(&learner, STATED, &arrivals).expect("head counts were seen");
        assert_eq!(boundary.sentence, "You said 50-500 employees. You accept 201-1,000 (38 of 45) and mostly reject 51-200 (9 of 41).");
        let adjusted: Vec<f64> = boundary.bins.iter().filter_map(|bin| bin.adjusted_acceptance).collect();
        assert_eq!(adjusted.len(), 8);
        assert!(adjusted[3] > 0.7 && adjusted[2] < 0.4 && adjusted[5] < 0.3, "{adjusted:?}");
    }

    #[test]
    fn without_verdicts_no_size_stands_out() {
        let mut learner = Learner::new(Prior::default());
        assert_eq!(head_counts(&learner, STATED, &[]), None);
        learner.arrive(&lead(120.0));
        let boundary = head_counts(&learner, None, &[]).expect("one was seen");
        assert_eq!(boundary.sentence, "You named no size. No size stands out yet.");
        assert!(boundary.bins.iter().all(|bin| bin.adjusted_acceptance.is_none()));
    }

    #[test]
    fn a_range_that_agrees_is_said_without_a_reproach() {
        let learner = judged(&[(20.0, 0, 40), (120.0, 36, 40), (300.0, 36, 40)]);
        let boundary = head_counts(&learner, STATED, &[]).expect("head counts were seen");
        assert_eq!(boundary.sentence, "You said 50-500 employees. You accept 51-500 (72 of 80).");
    }

    #[test]
    fn the_largest_companies_have_no_upper_end() {
        let learner = judged(&[(120.0, 0, 40), (7_000.0, 36, 40), (90_000.0, 36, 40)]);
        let boundary = head_counts(&learner, None, &[]).expect("head counts were seen");
        assert_eq!(boundary.accepted.expect("clear").words, "5,001+");
    }

    #[test]
    fn a_stated_range_means_the_sizes_it_reaches_into() {
        let learner = judged(&[(20.0, 0, 40), (120.0, 36, 40), (300.0, 36, 40)]);
        let accepted = head_counts(&learner, STATED, &[]).and_then(|boundary| boundary.accepted).expect("51-500 stands out");
        let is_stated = |min, max| accepted.is_what_was_stated(HeadCountRange { min, max });
        assert!(is_stated(50, Some(500)) && is_stated(51, Some(500)) && is_stated(80, Some(501)));
        assert!(!is_stated(20, Some(500)) && !is_stated(51, Some(900)) && !is_stated(51, None));
        assert!(accepted.is_what_was_stated(accepted.as_stated()), "adopting it makes it so");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
