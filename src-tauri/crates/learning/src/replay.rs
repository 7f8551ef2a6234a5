//! "What if": past decisions under another threshold, and the two pictures of how far confidence can be trusted.
//!
//! Everything is counted on what was said *before* the person decided, so nothing here flatters the agent. A replay
//! proves nothing about the future; certificates do ([`crate::threshold`]). Nothing knows of levels or marks' rates.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Confidence bins of the reliability diagram.
const BINS: usize = 10;
/// Below this many decisions no calibration error is told: even a perfect model shows 0.07 at 200 (`learning.md`).
pub const FEWEST_FOR_ECE: usize = 200;
/// Points a curve is drawn with, at most.
const MOST_POINTS: usize = 200;
/// Two-sided 95 % of a normal distribution.
const NORMAL_95: f64 = 1.959_964;

/// One decision of a person beside what the agent had said before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct PastDecision {
    /// The agent's confidence that the team accepts, 0 to 1, as shown before the decision.
    pub confidence: f64,
    /// What the person decided.
    pub accepted: bool,
    /// Something would have brought it before a person whatever the threshold: a hard floor, an exception, an unfamiliar
    /// lead.
    pub has_exceptions: bool,
    /// Its mark was drawn: decided alone, it would have been checked.
    pub is_marked: bool,
}

impl PastDecision {
    fn certainty(&self) -> f64 {
        self.confidence.max(1.0 - self.confidence)
    }

    fn leans_to_accept(&self) -> bool {
        self.confidence > 0.5
    }

    fn is_contradicted(&self) -> bool {
        self.leans_to_accept() != self.accepted
    }

    fn may_be_decided_alone(&self, rejections: Rejections) -> bool {
        !self.has_exceptions && (self.leans_to_accept() || rejections == Rejections::DecidedAlone)
    }
}

/// Whether the agent may reject a lead without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rejections {
    /// Sure rejections are decided alone like sure acceptances.
    DecidedAlone,
    /// Every rejection is shown to a person.
    Reviewed,
}

/// A threshold that was not in force.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Policy {
    /// The least certainty to decide alone with, 0 to 1.
    pub threshold: f64,
    /// Whether the agent may reject alone.
    pub rejections: Rejections,
}

/// What a policy would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Replay {
    /// Decisions looked at.
    pub decisions: usize,
    /// Places of those that would have been decided alone.
    pub alone: Vec<usize>,
    /// Of these, the places of those the person decided the other way.
    pub contradicted: Vec<usize>,
    /// Of those decided alone, how many a mark would have brought before a person.
    pub checked: usize,
    /// Share decided alone, 0 to 1; 0 for no decisions.
    pub share: f64,
}

/// Goes through past decisions as if this policy had been in force.
pub fn replay(decisions: &[PastDecision], policy: &Policy) -> Replay {
    let is_alone = |decision: &PastDecision| decision.may_be_decided_alone(policy.rejections) && decision.certainty() >= policy.threshold;
    let alone: Vec<usize> = (0..decisions.len()).filter(|place| is_alone(&decisions[*place])).collect();
    let contradicted = alone.iter().copied().filter(|place| decisions[*place].is_contradicted()).collect();
    let checked = alone.iter().filter(|place| decisions[**place].is_marked).count();
    let share = alone.len() as f64 / decisions.len().max(1) as f64;
    Replay { decisions: decisions.len(), alone, contradicted, checked, share }
}

/// One point of the risk-coverage curve: what deciding alone from this threshold on would have meant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct CoveragePoint {
    /// Certainty from which on decisions are made alone.
    pub threshold: f64,
    /// Share of all decisions made alone, 0 to 1.
    pub coverage: f64,
    /// Share of those the person decided the other way, 0 to 1.
    pub error: f64,
    /// How many that is the share of.
    pub n: usize,
}

/// The risk-coverage curve, highest threshold first; at most 200 points, the last one always among them. Decisions of
/// equal certainty share a point.
pub fn risk_coverage(decisions: &[PastDecision], rejections: Rejections) -> Vec<CoveragePoint> {
    let mut eligible: Vec<&PastDecision> = decisions.iter().filter(|decision| decision.may_be_decided_alone(rejections)).collect();
    eligible.sort_by(|a, b| b.certainty().total_cmp(&a.certainty()));
    let (mut points, mut errors): (Vec<CoveragePoint>, usize) = (Vec::new(), 0);
    for (place, decision) in eligible.iter().enumerate() {
        errors += usize::from(decision.is_contradicted());
        let is_last_of_equals = eligible.get(place + 1).is_none_or(|next| next.certainty() < decision.certainty());
        if is_last_of_equals {
            let n = place + 1;
            let (coverage, error) = (n as f64 / decisions.len() as f64, errors as f64 / n as f64);
            points.push(CoveragePoint { threshold: decision.certainty(), coverage, error, n });
        }
    }
    thinned(points)
}

/// Every so many points, counted from the last.
fn thinned(points: Vec<CoveragePoint>) -> Vec<CoveragePoint> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let last = points.len();
    points.into_iter().enumerate().filter(|(place, _)| (last - 1 - place).is_multiple_of(step)).map(|(_, point)| point).collect()
}

/// How often what was foretold came true, by how sure it was foretold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Reliability {
    /// The bins that hold anything, least confident first.
    pub bins: Vec<ReliabilityBin>,
    /// Decisions counted.
    pub n: usize,
    /// Expected calibration error, 0 to 1; `None` below 200 decisions, where it would frighten for nothing.
    pub ece: Option<f64>,
}

/// One bar of the reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ReliabilityBin {
    /// Where it begins, 0 to 1; it is a tenth wide.
    pub from: f64,
    /// Decisions in it.
    pub n: usize,
    /// Of these, accepted by the person.
    pub accepted: usize,
    /// Mean confidence that was foretold.
    pub confidence: f64,
    /// Share accepted.
    pub share: f64,
    /// Lower end of the two-sided 95 % Wilson interval of the share.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The reliability diagram of these decisions.
pub fn reliability(decisions: &[PastDecision]) -> Reliability {
    let place = |decision: &PastDecision| ((decision.confidence * BINS as f64) as usize).min(BINS - 1);
    let bin = |index: usize| {
        let inside = decisions.iter().filter(|decision| place(decision) == index);
        let (n, accepted, sum) = inside.fold((0_usize, 0_usize, 0.0), |(n, accepted, sum), decision| {
            (n + 1, accepted + usize::from(decision.accepted), sum + decision.confidence)
        });
        let (low, high) = wilson(accepted, n)?;
        let (confidence, share) = (sum / n as f64, accepted as f64 / n as f64);
        Some(ReliabilityBin { from: index as f64 / BINS as f64, n, accepted, confidence, share, low, high })
    };
    let bins: Vec<ReliabilityBin> = (0..BINS).filter_map(bin).collect();
    let gaps: f64 = bins.iter().map(|bin| bin.n as f64 * (bin.confidence - bin.share).abs()).sum();
    let ece = (decisions.len() >= FEWEST_FOR_ECE).then(|| gaps / decisions.len() as f64);
    Reliability { bins, n: decisions.len(), ece }
}

/// The Wilson score interval of a share, two-sided 95 %; `None` for nothing counted.
fn wilson(successes: usize, trials: usize) -> Option<(f64, f64)> {
    if trials == 0 {
        return None;
    }
    let (n, share, z2) = (trials as f64, successes as f64 / trials as f64, NORMAL_95 * NORMAL_95);
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let reach = NORMAL_95 / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    Some(((centre - reach).max(0.0), (centre + reach).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn past(confidence: f64, accepted: bool) -> PastDecision {
        PastDecision { confidence, accepted, has_exceptions: false, is_marked: false }
    }

    fn policy(threshold: f64, rejections: Rejections) -> Policy {
        Policy { threshold, rejections }
    }

    #[test]
    fn a_lower_threshold_names_what_it_would_have_got_wrong() {
        let decisions = [past(0.95, true), past(0.85, false), past(0.04, false), past(0.6, true)];
        let strict = replay(&decisions, &policy(0.9, Rejections::DecidedAlone));
        assert_eq!((strict.alone, strict.contradicted, strict.share), (vec![0, 2], vec![], 0.5));
        let loose = replay(&decisions, &policy(0.8, Rejections::DecidedAlone));
        assert_eq!((loose.alone, loose.contradicted, loose.share), (vec![0, 1, 2], vec![1], 0.75));
    }

    #[test]
    fn rejections_and_exceptions_stay_with_the_person() {
        let exception = PastDecision { has_exceptions: true, ..past(0.99, true) };
        let marked = PastDecision { is_marked: true, ..past(0.97, true) };
        let replay = replay(&[past(0.02, false), exception, marked], &policy(0.5, Rejections::Reviewed));
        assert_eq!((replay.alone, replay.checked), (vec![2], 1));
    }

    #[test]
    fn nothing_decided_is_nothing_to_replay() {
        assert_eq!(replay(&[], &policy(0.5, Rejections::DecidedAlone)).share, 0.0);
        assert!(risk_coverage(&[], Rejections::DecidedAlone).is_empty());
        assert_eq!(reliability(&[]), Reliability { bins: vec![], n: 0, ece: None });
    }

    #[test]
    fn decisions_of_equal_certainty_share_a_point() {
        let points = risk_coverage(&[past(0.9, true), past(0.1, true), past(0.8, true)], Rejections::DecidedAlone);
        let [first, second] = points[..] else { panic!("two certainties") };
        assert_eq!((first.n, first.error), (2, 0.5));
        assert_eq!((second.n, second.coverage), (3, 1.0));
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_end() {
        let decisions: Vec<PastDecision> = (0..1_000).map(|number| past(0.5 + f64::from(number) / 2_001.0, true)).collect();
        let points = risk_coverage(&decisions, Rejections::DecidedAlone);
        assert!(points.len() <= MOST_POINTS && points.len() > MOST_POINTS / 2, "{}", points.len());
        assert_eq!(points.last().map(|point| point.n), Some(1_000));
    }

    #[test]
    fn the_calibration_error_is_told_from_two_hundred_decisions_on() {
        let decisions = |count: u32| (0..count).map(|number| past(0.75, number % 2 == 0)).collect::<Vec<PastDecision>>();
        assert_eq!(reliability(&decisions(199)).ece, None);
        let told = reliability(&decisions(200));
        assert!(told.ece.is_some_and(|ece| (ece - 0.25).abs() < 1e-12));
        assert_eq!((told.bins.len(), told.bins[0].n, told.bins[0].accepted), (1, 200, 100));
        assert!((told.bins[0].from - 0.7).abs() < 1e-12);
    }

    #[test]
    fn the_wilson_interval_is_the_textbook_one() {
        let (low, high) = wilson(8, 10).expect("counted");
        assert!((low - 0.4902).abs() < 5e-4 && (high - 0.9433).abs() < 5e-4, "{low} {high}");
        assert_eq!(wilson(0, 0), None);
        let (low, high) = wilson(0, 10).expect("counted");
        assert!(low == 0.0 && (high - 0.2775).abs() < 5e-4);
    }

    fn decisions() -> impl Strategy<Value = Vec<PastDecision>> {
        let one = (0.0..=1.0_f64, any::<bool>(), any::<bool>(), any::<bool>());
        let one = one.prop_map(|(confidence, accepted, has_exceptions, is_marked)| PastDecision {
            confidence,
            accepted,
            has_exceptions,
            is_marked,
        });
        prop::collection::vec(one, 1..80)
    }

    proptest! {
        #[test]
        fn a_point_of_the_curve_is_the_replay_of_its_threshold(decisions in decisions(), reviewed in any::<bool>()) {
            let rejections = if reviewed { Rejections::Reviewed } else { Rejections::DecidedAlone };
            for point in risk_coverage(&decisions, rejections) {
                let replayed = replay(&decisions, &policy(point.threshold, rejections));
                prop_assert_eq!(replayed.alone.len(), point.n);
                prop_assert_eq!(replayed.contradicted.len() as f64 / point.n as f64, point.error);
                prop_assert_eq!(replayed.share, point.coverage);
            }
        }

        #[test]
        fn every_decision_is_in_one_bar(decisions in decisions()) {
            let drawn = reliability(&decisions);
            prop_assert_eq!(drawn.bins.iter().map(|bin| bin.n).sum::<usize>(), decisions.len());
            prop_assert!(drawn.bins.iter().all(|bin| bin.low <= bin.share + 1e-12 && bin.share <= bin.high + 1e-12));
        }
    }
}
