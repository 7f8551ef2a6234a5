//! Noticing that the agent is wrong more often than it says or than was promised.
//!
//! Each monitor bets against its hypothesis after every observation (an e-detector of Shiryaev-Roberts type): the
//! evidence grows while disagreements come faster than they should, and an alarm at evidence N comes by mistake at most
//! once in N observations on average, whenever one looks. Usual change detectors either missed a fall from 95 % to 80 %
//! or cried wolf when measured. What an alarm leads to is decided elsewhere; nothing here knows of levels.

use serde::{Deserialize, Serialize};
use statrs::function::beta::ln_beta;

/// Evidence at which sampling is doubled.
const AMBER: f64 = 200.0;
/// Evidence below which an amber ends.
const AMBER_ENDS: f64 = 50.0;
/// Evidence at which decisions are pulled back.
const RED: f64 = 500.0;
/// Evidence at which the model counts as wrong about itself.
const MISCALIBRATED: f64 = 1_000.0;
/// How much worse than tolerated each bet assumes things to be.
const SPOT_CHECK_BETS: [f64; 5] = [0.05, 0.12, 0.25, 0.45, 0.70];
const CALIBRATION_BETS: [f64; 4] = [0.08, 0.18, 0.35, 0.6];
/// A model may be this much less right than it says before that counts against it.
const CALIBRATION_SLACK: f64 = 0.03;
const LARGEST_TOLERATED_RISK: f64 = 0.95;
/// The interval on the dashboard misses the truth with at most this probability, at any time.
const INTERVAL_RISK: f64 = 0.05;
const BISECTIONS: usize = 50;

/// What the spot checks say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Nothing to worry about.
    Calm,
    /// Sample twice as much and tell someone.
    Amber,
    /// Pull back now.
    Red,
}

/// Running evidence that something happens more often than it may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bets {
    wealth: Vec<f64>,
    excess: Vec<f64>,
}

impl Bets {
    /// Starts without evidence; `excess` holds how much worse than tolerated each bet assumes things to be.
    pub(crate) fn new(excess: &[f64]) -> Self {
        Self { wealth: vec![0.0; excess.len()], excess: excess.to_vec() }
    }

    /// One observation of which at most the share `tolerated` may turn out `bad`.
    pub(crate) fn observe(&mut self, tolerated: f64, bad: bool) {
        for (wealth, excess) in self.wealth.iter_mut().zip(&self.excess) {
            let suspected = tolerated + (1.0 - tolerated) * excess;
            let odds = if bad { suspected / tolerated } else { (1.0 - suspected) / (1.0 - tolerated) };
            *wealth = (*wealth + 1.0) * odds;
        }
    }

    /// The mean of all bets.
    pub(crate) fn evidence(&self) -> f64 {
        self.wealth.iter().sum::<f64>() / self.wealth.len() as f64
    }
}

/// Watches the spot checks of what was decided without a person, against the promise in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpotCheckMonitor {
    bets: Bets,
    tolerated: f64,
    is_amber: bool,
}

impl SpotCheckMonitor {
    /// Starts without evidence. `tolerated` is the share of disagreement the promise allows, between 0 and 1.
    pub fn new(tolerated: f64) -> Self {
        Self { bets: Bets::new(&SPOT_CHECK_BETS), tolerated, is_amber: false }
    }

    /// Takes in one spot check and says what it now all amounts to. After a red, start a new monitor.
    pub fn observe(&mut self, disagreed: bool) -> Alarm {
        self.bets.observe(self.tolerated, disagreed);
        let evidence = self.evidence();
        self.is_amber = evidence >= AMBER || (self.is_amber && evidence >= AMBER_ENDS);
        if evidence >= RED { Alarm::Red } else { self.alarm() }
    }

    /// The evidence that the promise is broken; it grows while checks disagree more often than tolerated.
    pub fn evidence(&self) -> f64 {
        self.bets.evidence()
    }

    /// Must decisions be pulled back?
    pub fn is_red(&self) -> bool {
        self.evidence() >= RED
    }

    /// Amber or calm, as of the last observation.
    pub fn alarm(&self) -> Alarm {
        if self.is_amber { Alarm::Amber } else { Alarm::Calm }
    }
}

/// Watches every item a person judged, exceptions included: is the model wrong no more often than it says?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationMonitor {
    bets: Bets,
}

impl CalibrationMonitor {
    /// The first verdicts are not observed: the model is not calibrated before.
    pub const STARTS_AFTER: u64 = 100;
    /// Verdicts the model is fitted to after an alarm, the latest ones.
    pub const REFIT_ON: usize = 500;

    /// Starts without evidence.
    pub fn new() -> Self {
        Self { bets: Bets::new(&CALIBRATION_BETS) }
    }

    /// Takes in one verdict beside the certainty shown before it; true means the model is wrong about itself. After
    /// that, start a new monitor.
    pub fn observe(&mut self, certainty: f64, disagreed: bool) -> bool {
        let tolerated = (1.0 - certainty + CALIBRATION_SLACK).min(LARGEST_TOLERATED_RISK);
        self.bets.observe(tolerated, disagreed);
        self.is_alarmed()
    }

    /// Is the model wrong about itself?
    pub fn is_alarmed(&self) -> bool {
        self.bets.evidence() >= MISCALIBRATED
    }
}

impl Default for CalibrationMonitor {
    fn default() -> Self {
        Self::new()
    }
}

/// The interval for a share seen `successes` times in `trials` that holds at every moment at once, however often
/// someone looks (beta-binomial confidence sequence, 95 %).
pub fn confidence_sequence(successes: u64, trials: u64) -> (f64, f64) {
    let (successes, failures) = (successes as f64, trials.saturating_sub(successes) as f64);
    let ln_mixture = ln_beta(1.0 + successes, 1.0 + failures);
    let is_inside = |share: f64| {
        let ln_likelihood = weighted_ln(successes, share) + weighted_ln(failures, 1.0 - share);
        ln_mixture - ln_likelihood < -INTERVAL_RISK.ln()
    };
    let centre = if successes + failures > 0.0 { successes / (successes + failures) } else { 0.5 };
    (edge(centre, 0.0, is_inside), edge(centre, 1.0, is_inside))
}

/// The last share inside, on the way from one that is to one that may not be.
fn edge(mut inside: f64, mut outside: f64, is_inside: impl Fn(f64) -> bool) -> f64 {
    if is_inside(outside) {
        return outside;
    }
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (inside + outside);
        if is_inside(middle) { inside = middle } else { outside = middle }
    }
    inside
}

/// `count * ln(share)`, where nothing counted weighs nothing.
fn weighted_ln(count: f64, share: f64) -> f64 {
    if count == 0.0 { 0.0 } else { count * share.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Observations that go wrong with a fixed chance, from a fixed generator (splitmix64).
    fn chances(seed: u64, share: f64) -> impl Iterator<Item = bool> {
        let mut state = seed << 32;
        std::iter::from_fn(move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            Some(((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 <= share)
        })
    }

    fn first_red(tolerated: f64, disagreements: impl Iterator<Item = bool>, most: usize) -> Option<usize> {
        let mut monitor = SpotCheckMonitor::new(tolerated);
        disagreements.take(most).position(|disagreed| monitor.observe(disagreed) == Alarm::Red)
    }

    #[test]
    fn a_fall_to_half_the_promise_is_red_within_forty_spot_checks() {
        for seed in 0..50 {
            let found = first_red(0.10, chances(seed, 0.5), 200);
            assert!(found.is_some_and(|checks| checks < 40), "seed {seed}: {found:?}");
        }
    }

    #[test]
    fn a_fall_from_ninety_five_to_eighty_percent_is_found() {
        let found = (0..50).filter(|seed| first_red(0.10, chances(*seed, 0.20), 600).is_some()).count();
        assert!(found >= 45, "found in {found} of 50 runs");
    }

    #[test]
    fn an_agent_that_keeps_its_promise_is_rarely_disturbed() {
        let disturbed = (0..200).filter(|seed| first_red(0.20, chances(*seed, 0.10), 500).is_some()).count();
        assert!(disturbed <= 2, "{disturbed} of 200 quiet runs");
    }

    #[test]
    fn a_false_red_comes_at_most_once_in_five_hundred_checks_on_average() {
        let lengths = (0..200).map(|seed| first_red(0.10, chances(seed, 0.10), 20_000).unwrap_or(20_000));
        let mean = lengths.sum::<usize>() / 200;
        assert!(mean >= 500, "mean run length {mean}");
    }

    #[test]
    fn amber_comes_before_red_and_ends_when_the_checks_recover() {
        let mut monitor = SpotCheckMonitor::new(0.10);
        let rising = chances(3, 0.5).map(|disagreed| monitor.observe(disagreed)).find(|alarm| *alarm != Alarm::Calm);
        assert_eq!(rising, Some(Alarm::Amber));
        let recovered = (0..200).map(|_| monitor.observe(false)).last();
        assert_eq!(recovered, Some(Alarm::Calm));
    }

    #[test]
    fn a_model_that_overstates_itself_is_found_out() {
        for seed in 0..20 {
            let mut monitor = CalibrationMonitor::new();
            let found = chances(seed, 0.4).take(200).position(|disagreed| monitor.observe(0.9, disagreed));
            assert!(found.is_some_and(|verdicts| verdicts < 80), "seed {seed}: {found:?}");
        }
    }

    #[test]
    fn a_model_as_wrong_as_it_says_is_left_alone() {
        let disturbed = (0..100).filter(|seed| {
            let mut monitor = CalibrationMonitor::new();
            chances(*seed, 0.2).take(1_000).any(|disagreed| monitor.observe(0.8, disagreed))
        });
        let disturbed = disturbed.count();
        assert!(disturbed <= 20, "{disturbed} of 100 runs of a thousand verdicts");
    }

    #[test]
    fn the_interval_narrows_around_the_truth() {
        let (low, high) = confidence_sequence(90, 100);
        assert!(low > 0.77 && low < 0.78 && high > 0.97 && high < 0.98, "{low} to {high}");
        let (lower, higher) = confidence_sequence(900, 1_000);
        assert!(lower > low && higher < high);
    }

    #[test]
    fn without_observations_every_share_is_possible() {
        assert_eq!(confidence_sequence(0, 0), (0.0, 1.0));
    }

    #[test]
    fn no_failure_leaves_certainty_possible_but_not_proven() {
        let (low, high) = confidence_sequence(20, 20);
        assert!(low > 0.6 && low < 0.9, "{low}");
        assert_eq!(high, 1.0);
    }
}
