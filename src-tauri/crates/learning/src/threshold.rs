//! From where on the agent may decide alone, with a promise that holds.
//!
//! The certainty of past verdicts, each scored as if it had not been learnt, is walked from the surest downwards; the
//! walk stops at the first depth that could, with more than the tolerated risk, agree less often than promised
//! (Learn-then-Test with a fixed sequence). Picking the best-looking threshold instead broke its promise in half of
//! the runs when measured. Nothing here knows which level a workflow is on or when a look is due to be shown; the
//! schedule says only at how many pairs a look may happen, because looking more often would spend the risk twice.

use autoreach_domain::oversight::bounds::lower_bound;
use autoreach_domain::oversight::policy::{FEWEST_REVIEWS, MOST_REVIEWS};
use autoreach_domain::oversight::steps::LADDER_PROMISE;
use serde::{Deserialize, Serialize};

/// Pairs one look considers, the latest ones.
pub const WINDOW: usize = 600;
/// From this many pairs on, several walks share the risk.
const ENOUGH_FOR_FOUR_WALKS: usize = 300;
/// Where walks start, in multiples of the smallest sample that could certify anything.
const FOUR_STARTS: [f64; 4] = [1.0, 1.7, 2.5, 4.0];
const SINGLE_START: f64 = 1.7;
/// Each step of a walk looks this much deeper.
const STRIDE: f64 = 1.15;
/// A promise above 80 % is not tried before this many pairs: at 100 it was wrong more often than right.
const FIRST_STRICT_LOOK: u64 = 200;

/// "At least `agreement` of what the agent decides alone is what the team would have decided, except with probability
/// `risk`."
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    agreement: f64,
    risk: f64,
}

impl Promise {
    /// A promise that can be kept and broken: agreement at least one half and below 1, risk strictly between 0 and 1.
    pub fn new(agreement: f64, risk: f64) -> Option<Self> {
        let makes_sense = (0.5..1.0).contains(&agreement) && risk > 0.0 && risk < 1.0;
        makes_sense.then_some(Self { agreement, risk })
    }

    /// Share of the agent's decisions that may be overruled.
    pub fn tolerated_disagreement(&self) -> f64 {
        1.0 - self.agreement
    }

    fn with_share_of_risk(self, parts: usize) -> Self {
        Self { risk: self.risk / parts as f64, ..self }
    }

    /// The smallest sample without a single error that certifies the promise.
    fn smallest_sample(&self) -> usize {
        (self.risk.ln() / self.agreement.ln()).ceil() as usize
    }
}

/// How an item came before a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// It would have in any case: level 1, an exception, or too little certainty.
    Always,
    /// Only because its mark was drawn.
    OnlyWhenMarked,
}

/// A verdict beside the certainty the agent would have had without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Leave-one-out certainty, 0.5 to 1, uncalibrated.
    pub certainty: f64,
    /// The agent's side was the person's.
    pub agreed: bool,
    /// How it came to be a pair.
    pub observed: Observed,
}

/// A queued item, judged or not, while the pairs were collected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Certainty under the present model, uncalibrated.
    pub certainty: f64,
    /// How it would come before a person.
    pub observed: Observed,
}

/// Whether a look is due at exactly this many pairs: at the review minimum, then at 200, 400, 800 and so on; a promise
/// above 80 % from 200 on. The minimum is kept within 50 and 100.
pub fn is_look(pairs: u64, review_minimum: u64, promise: &Promise) -> bool {
    let is_first = pairs == review_minimum.clamp(FEWEST_REVIEWS, MOST_REVIEWS) && promise.agreement <= LADDER_PROMISE;
    let is_later = pairs.is_multiple_of(FIRST_STRICT_LOOK) && (pairs / FIRST_STRICT_LOOK).is_power_of_two();
    is_first || is_later
}

/// The lowest certainty from which on the promise is certified by these pairs; `None` when nothing is.
///
/// `arrivals` weigh the two ways of being observed against each other; without any that needed a mark the pairs speak
/// for themselves.
pub fn select(pairs: &[Pair], arrivals: &[Arrival], promise: &Promise) -> Option<f64> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| b.certainty.total_cmp(&a.certainty));
    let evidence = Evidence { pairs: &sorted, arrivals };
    if sorted.len() < ENOUGH_FOR_FOUR_WALKS {
        return evidence.walk(SINGLE_START, promise);
    }
    let promise = promise.with_share_of_risk(FOUR_STARTS.len());
    let walks = FOUR_STARTS.iter().filter_map(|start| evidence.walk(*start, &promise));
    walks.min_by(f64::total_cmp)
}

struct Evidence<'a> {
    /// Surest first.
    pairs: &'a [Pair],
    arrivals: &'a [Arrival],
}

impl Evidence<'_> {
    fn walk(&self, start: f64, promise: &Promise) -> Option<f64> {
        let mut certified = None;
        let mut depth = (start * promise.smallest_sample() as f64).ceil() as usize;
        while depth <= self.pairs.len() {
            let threshold = self.pairs[depth - 1].certainty;
            let depth_with_ties = self.pairs.partition_point(|pair| pair.certainty >= threshold);
            let sample = self.sample(depth_with_ties, threshold);
            if sample.could_keep(promise) {
                if !sample.keeps(promise) {
                    break;
                }
                certified = Some(threshold);
            }
            depth = (depth_with_ties + 1).max((STRIDE * depth as f64) as usize);
        }
        certified
    }

    fn sample(&self, depth: usize, threshold: f64) -> Sample {
        let [always, marked] = [Observed::Always, Observed::OnlyWhenMarked].map(|stratum| Stratum::of(&self.pairs[..depth], stratum));
        Sample { always, marked, marked_share: self.marked_share(threshold) }
    }

    /// Share of the arrivals at or above a threshold that came before a person only when marked.
    fn marked_share(&self, threshold: f64) -> f64 {
        let above = self.arrivals.iter().filter(|arrival| arrival.certainty >= threshold);
        let (all, marked) = above.fold((0.0, 0.0), |(all, marked), arrival| match arrival.observed {
            Observed::Always => (all + 1.0, marked),
            Observed::OnlyWhenMarked => (all + 1.0, marked + 1.0),
        });
        if all > 0.0 { marked / all } else { 0.0 }
    }
}

/// The pairs down to one depth of a walk, by how they were observed.
struct Sample {
    always: Stratum,
    marked: Stratum,
    marked_share: f64,
}

impl Sample {
    /// Whether a sample of this size could certify the promise with one disagreement among its marked pairs. It looks
    /// at sizes and never at outcomes, so that passing over a depth spends no risk.
    fn could_keep(&self, promise: &Promise) -> bool {
        let one_short = self.marked.trials.saturating_sub(1);
        self.is_unstratified() || self.bound(self.always.trials, one_short, promise) >= promise.agreement
    }

    fn keeps(&self, promise: &Promise) -> bool {
        if self.is_unstratified() {
            return lower_bound(self.always.agreed, self.always.trials, promise.risk) >= promise.agreement;
        }
        self.bound(self.always.agreed, self.marked.agreed, promise) >= promise.agreement
    }

    fn is_unstratified(&self) -> bool {
        self.marked_share == 0.0 && self.marked.trials == 0
    }

    /// Lower bound of the agreement among the arrivals, half of the risk for each way of being observed.
    fn bound(&self, always_agreed: usize, marked_agreed: usize, promise: &Promise) -> f64 {
        let half = promise.risk / 2.0;
        (1.0 - self.marked_share) * lower_bound(always_agreed, self.always.trials, half)
            + self.marked_share * lower_bound(marked_agreed, self.marked.trials, half)
    }
}

struct Stratum {
    agreed: usize,
    trials: usize,
}

impl Stratum {
    fn of(pairs: &[Pair], observed: Observed) -> Self {
        let own = pairs.iter().filter(|pair| pair.observed == observed);
        own.fold(Self { agreed: 0, trials: 0 }, |sum, pair| Self { agreed: sum.agreed + usize::from(pair.agreed), trials: sum.trials + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(agreement: f64) -> Promise {
        Promise::new(agreement, 0.10).expect("sensible")
    }

    /// Pairs in falling certainty; `errors` names the positions that disagreed.
    fn pairs(count: usize, errors: &[usize]) -> Vec<Pair> {
        let pair =
            |position| Pair { certainty: 1.0 - 0.001 * position as f64, agreed: !errors.contains(&position), observed: Observed::Always };
        (0..count).map(pair).collect()
    }

    #[test]
    fn ninety_percent_takes_twenty_two_faultless_pairs_and_eighty_percent_eleven() {
        assert_eq!(promise(0.90).smallest_sample(), 22);
        assert_eq!(promise(0.80).smallest_sample(), 11);
    }

    #[test]
    fn a_promise_that_cannot_be_broken_or_kept_is_none() {
        for (agreement, risk) in [(1.0, 0.1), (0.4, 0.1), (0.9, 0.0), (0.9, 1.0), (f64::NAN, 0.1), (0.9, f64::NAN)] {
            assert_eq!(Promise::new(agreement, risk), None);
        }
    }

    #[test]
    fn faultless_pairs_certify_down_to_the_last_depth_of_the_walk() {
        // Depths for 0.80: 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 88; the next would be 101.
        assert_eq!(select(&pairs(100, &[]), &[], &promise(0.80)), Some(1.0 - 0.001 * 87.0));
    }

    #[test]
    fn the_walk_stops_where_errors_begin_and_never_resumes() {
        let errors: Vec<usize> = (40..60).collect();
        let threshold = select(&pairs(200, &errors), &[], &promise(0.90)).expect("the first forty are faultless");
        assert_eq!(threshold, 1.0 - 0.001 * 37.0);
    }

    #[test]
    fn errors_among_the_surest_certify_nothing() {
        assert_eq!(select(&pairs(100, &[0, 3, 5, 8, 11, 13]), &[], &promise(0.80)), None);
    }

    #[test]
    fn too_few_pairs_certify_nothing() {
        assert_eq!(select(&pairs(37, &[]), &[], &promise(0.90)), None);
        assert!(select(&pairs(38, &[]), &[], &promise(0.90)).is_some());
    }

    #[test]
    fn pairs_of_equal_certainty_stand_or_fall_together() {
        let mut tied = pairs(60, &[]);
        tied.iter_mut().for_each(|pair| pair.certainty = 0.9);
        tied[40..].iter_mut().for_each(|pair| pair.agreed = false);
        assert_eq!(select(&tied, &[], &promise(0.80)), None);
    }

    #[test]
    fn four_walks_find_a_threshold_that_one_would_miss() {
        // Ten errors at depths 30..40 stop a walk from 38 but not one from 100.
        let pairs = pairs(400, &[30, 31, 32, 33, 34, 35]);
        let promise = promise(0.90);
        let single = Evidence { pairs: &pairs, arrivals: &[] }.walk(SINGLE_START, &promise);
        assert_eq!(single, None);
        assert!(select(&pairs, &[], &promise).is_some());
    }

    #[test]
    fn four_walks_share_the_risk_of_one() {
        // One error among the first 38 passes at the whole risk and at no depth at a quarter of it.
        let errors: Vec<usize> = std::iter::once(20).chain(45..400).collect();
        assert_eq!(select(&pairs(400, &errors), &[], &promise(0.90)), None);
        assert!(select(&pairs(299, &errors[..]), &[], &promise(0.90)).is_some(), "a single walk may spend it all");
    }

    #[test]
    fn two_ways_of_being_observed_share_the_risk_of_one() {
        let mut mixed = pairs(100, &[]);
        mixed.iter_mut().step_by(2).for_each(|pair| pair.observed = Observed::OnlyWhenMarked);
        let arrivals: Vec<Arrival> = mixed.iter().map(|pair| Arrival { certainty: pair.certainty, observed: pair.observed }).collect();
        assert_eq!(select(&mixed, &arrivals, &promise(0.93)), None, "49 and 50 of 50, each at 5 %, prove 92.5 %");
        assert!(select(&mixed, &arrivals, &promise(0.90)).is_some());
    }

    #[test]
    fn a_walk_passes_over_depths_too_shallow_to_prove_anything_but_not_over_failures() {
        let mut mixed = pairs(100, &[]);
        mixed.iter_mut().step_by(2).for_each(|pair| pair.observed = Observed::OnlyWhenMarked);
        let arrivals: Vec<Arrival> = mixed.iter().map(|pair| Arrival { certainty: pair.certainty, observed: pair.observed }).collect();
        assert!(select(&mixed, &arrivals, &promise(0.80)).is_some(), "nineteen pairs cannot, a hundred can");
        mixed.iter_mut().take(50).step_by(4).for_each(|pair| pair.agreed = false);
        assert_eq!(select(&mixed, &arrivals, &promise(0.80)), None);
    }

    #[test]
    fn what_only_marks_can_show_must_be_shown_by_marks() {
        let arrival = |observed| Arrival { certainty: 1.0, observed };
        let mostly_unseen: Vec<Arrival> =
            (0..100).map(|number| arrival(if number < 80 { Observed::OnlyWhenMarked } else { Observed::Always })).collect();
        let level_one = pairs(100, &[]);
        assert!(select(&level_one, &[], &promise(0.80)).is_some());
        assert_eq!(select(&level_one, &mostly_unseen, &promise(0.80)), None);
    }

    #[test]
    fn the_strict_promise_waits_for_two_hundred_pairs() {
        let looks = |agreement| (1..=1_700).filter(|pairs| is_look(*pairs, 100, &promise(agreement))).collect::<Vec<u64>>();
        assert_eq!(looks(0.80), [100, 200, 400, 800, 1_600]);
        assert_eq!(looks(0.90), [200, 400, 800, 1_600]);
    }

    #[test]
    fn the_first_look_cannot_be_moved_below_fifty_reviews() {
        assert!(is_look(50, 10, &promise(0.80)) && !is_look(10, 10, &promise(0.80)));
    }
}
