//! What the learner knows, as a pure function of what happened.
//!
//! [`Learner`] is folded over what happened: a lead arrived, a person decided, several people settled a lead together, the
//! business entered a new era. The same events in the same order
//! give the same bytes, on every machine; [`Learner::digest`] says so in 32 of them. There is no way to take an event
//! back: undoing a decision is folding again without it, which cannot leave a trace. A snapshot is a cache of the fold
//! and nothing else. Levels, promises and alarms are not state of the learner; they are decided from what it says.

use crate::adf::{Example, Mixture};
use crate::calibration::{self, Temperature};
use crate::features::{Encoder, Look, Observation, Reading, SparseVector};
use crate::prior::Prior;
use crate::snapshot;
use autoreach_domain::confidence::{Confidence, Features};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

mod explain;
mod recall;

pub use recall::Count;
pub(crate) use recall::NamedReading;

/// Changes whenever the meaning of a feature vector does; state of another version must be folded anew.
pub const FEATURE_SCHEMA_VERSION: u32 = 3;

/// Verdicts a refit looks at, the latest ones.
const REFIT_WINDOW: usize = 5_000;
/// The first refits; later ones come at every multiple of [`REFIT_EVERY`]. They are close together at first because
/// the means and bins of numbers still move then, and a refit sees the old leads with the new ones.
const EARLY_REFITS: [u64; 10] = [25, 50, 75, 100, 150, 200, 300, 400, 600, 800];
const REFIT_EVERY: u64 = 1_000;
/// The temperature is fitted anew after this many verdicts.
const TEMPERATURE_EVERY: u64 = 25;
/// A logit known no better than this is a guess.
const UNFAMILIAR_VARIANCE: f64 = 2.0;

/// What can go wrong: only reading a snapshot back can.
#[derive(Debug, thiserror::Error)]
pub enum LearningError {
    /// The bytes are no snapshot; fold the journal again.
    #[error("the learner's snapshot cannot be read")]
    SnapshotUnreadable(#[source] serde_json::Error),
    /// The snapshot was taken with other feature rules; fold the journal again and certify anew.
    #[error("the learner's snapshot has feature rules of version {found}, not {FEATURE_SCHEMA_VERSION}")]
    SnapshotOutdated {
        /// Version of the feature rules the snapshot was taken with.
        found: u32,
    },
}

/// One human decision on a lead that arrived before.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// Exactly what the learner saw when it predicted.
    pub features: &'a Features,
    /// Accepted, with or without edits.
    pub accepted: bool,
    /// How much the verdict counts, 0 to 1: 1 ordinarily, 0.5 when it was rushed.
    pub weight: f64,
    /// Who decided; any stable name.
    pub reviewer: &'a str,
}

/// What several people make of one lead together (`learning.md` 4.11). It is folded in place of their verdicts.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// Exactly what the learner saw when it predicted.
    pub features: &'a Features,
    /// Probability that the lead is acceptable, 0 to 1.
    pub acceptance: f64,
}

/// What the learner's state is a function of.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A lead was queued, whether or not anyone will ever judge it.
    Arrived(&'a Features),
    /// A person judged it.
    Decided(Verdict<'a>),
    /// Several people judged it and their verdicts were weighed.
    Settled(Settled<'a>),
    /// The market, the product or the profile changed: from here on every earlier verdict counts only this much of what
    /// it counted before, 0 to 1. [`USUAL_ERA_WEIGHT`] where nobody chose.
    NewEra(f64),
}

/// What a verdict of an earlier era counts where nobody chose otherwise.
pub const USUAL_ERA_WEIGHT: f64 = 0.3;

/// What is believed of one lead, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The numbers.
    pub confidence: Confidence,
    /// The properties that speak most for accepting, strongest first, at most three.
    pub in_favour: Vec<Contribution>,
    /// The properties that speak most against it, strongest first, at most three.
    pub against: Vec<Contribution>,
    /// The learner does not know leads like this one, which must never be decided alone: the variance is above 2, or
    /// one of the five most telling properties has a value nobody has judged yet.
    pub is_unfamiliar: bool,
}

/// How much one property moves a prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The property, e.g. `industry`.
    pub feature: String,
    /// What the lead has there, e.g. `Software`, `51-200`, `above usual`, `(missing)`.
    pub reading: String,
    /// Change of the logit; positive speaks for accepting.
    pub effect: f64,
}

/// One past verdict beside what the present learner would say had it not been told that verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// Probability of acceptance, uncalibrated.
    pub p: f64,
    /// What the person decided.
    pub accepted: bool,
}

/// The in-app learner of one workflow and stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Learner {
    schema: u32,
    pub(crate) prior: Prior,
    pub(crate) encoder: Encoder,
    pub(crate) mixture: Mixture,
    temperature: Temperature,
    labels: u64,
    /// Verdicts that had a slot on, by slot number.
    judged: Vec<u32>,
    pub(crate) history: VecDeque<Remembered>,
}

/// A verdict kept for refits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Remembered {
    pub(crate) observation: Observation,
    /// 1 for accepted, 0 for rejected, between where several people together leave it open.
    acceptance: f64,
    weight: f64,
    /// Nobody in particular where several people settled it.
    reviewer: Option<u32>,
}

impl Remembered {
    /// The side it came down on.
    pub(crate) fn is_accepted(&self) -> bool {
        self.acceptance > 0.5
    }
}

impl Learner {
    /// A learner that knows what the team stated and nothing else.
    pub fn new(prior: Prior) -> Self {
        let mut learner = Self {
            schema: FEATURE_SCHEMA_VERSION,
            prior,
            encoder: Encoder::new(),
            mixture: Mixture::new(),
            temperature: Temperature::NEUTRAL,
            labels: 0,
            judged: Vec::new(),
            history: VecDeque::new(),
        };
        learner.make_room();
        learner
    }

    /// The whole fold: the state after these events.
    pub fn replay<'a>(prior: Prior, events: impl IntoIterator<Item = Event<'a>>) -> Self {
        let mut learner = Self::new(prior);
        for event in events {
            match event {
                Event::Arrived(features) => learner.arrive(features),
                Event::Decided(verdict) => learner.learn(&verdict),
                Event::Settled(settled) => learner.settle(&settled),
                Event::NewEra(old_weight) => learner.begin_era(old_weight),
            }
        }
        learner
    }

    /// Counts a queued lead.
    pub fn arrive(&mut self, features: &Features) {
        self.encoder.arrive(features);
        if self.encoder.is_full() {
            self.merge_rare_values();
        }
        self.make_room();
    }

    /// What the team is believed to make of a lead, of which nothing is remembered.
    pub fn predict(&self, features: &Features) -> Prediction {
        self.predict_with(features, |_| {})
    }

    /// What one reviewer is believed to make of a lead: the team's view, the reviewer's strictness and, from the
    /// thirtieth verdict on, how far the reviewer's view of the five most telling readings differs from the team's. The
    /// team's prediction for someone who has not decided yet.
    pub fn predict_for(&self, reviewer: &str, features: &Features) -> Prediction {
        let number = self.encoder.known_reviewer(reviewer);
        self.predict_with(features, |vector| number.into_iter().for_each(|number| self.encoder.add_reviewer(number, vector)))
    }

    /// Learns from one verdict on a lead that arrived before.
    pub fn learn(&mut self, verdict: &Verdict<'_>) {
        let reviewer = self.encoder.reviewer_number(verdict.reviewer);
        self.make_room();
        self.remember(Remembered {
            observation: self.encoder.look(verdict.features).observation,
            acceptance: f64::from(u8::from(verdict.accepted)),
            weight: share(verdict.weight),
            reviewer: Some(reviewer),
        });
        if self.encoder.count_verdict(reviewer) {
            let readings = self.telling_readings();
            self.encoder.give_own_views(reviewer, &readings);
            self.make_room();
        }
    }

    /// Learns from what several people make of a lead together: the two updates of `learning.md` 4.11, an acceptance
    /// that counts `acceptance` and a rejection that counts the rest, taken in one step so that their order cannot
    /// matter. It counts as one verdict.
    pub fn settle(&mut self, settled: &Settled<'_>) {
        self.remember(Remembered {
            observation: self.encoder.look(settled.features).observation,
            acceptance: share(settled.acceptance),
            weight: 1.0,
            reviewer: None,
        });
    }

    /// A new era begins: every verdict so far counts `old_weight` (0 to 1) of what it counted, and the learner is fitted
    /// again at once. Verdicts stay remembered, so a second era weakens the first one's twice. What was certified before
    /// speaks of the old era; asking for a new certificate is the caller's.
    pub fn begin_era(&mut self, old_weight: f64) {
        let old_weight = share(old_weight);
        self.history.iter_mut().for_each(|remembered| remembered.weight *= old_weight);
        self.refit();
        self.fit_temperature_if_due();
    }

    /// Forgets all but the latest verdicts and fits to those: what a red alarm asks for.
    pub fn keep_latest(&mut self, verdicts: usize) {
        let surplus = self.history.len().saturating_sub(verdicts);
        self.history.drain(..surplus);
        self.refit();
        self.fit_temperature();
    }

    /// The latest verdicts, oldest first, each beside what the learner would have said without it. At most the last
    /// 5,000 are remembered.
    pub fn left_out(&self, latest: usize) -> Vec<LeftOut> {
        let skipped = self.history.len().saturating_sub(latest);
        let each = self.history.iter().skip(skipped);
        each.map(|remembered| LeftOut { p: self.mixture.left_out(&self.example(remembered)), accepted: remembered.is_accepted() }).collect()
    }

    /// What the present calibration makes of a probability.
    pub fn calibrated(&self, p: f64) -> f64 {
        self.temperature.apply(p)
    }

    /// What it knew before the first verdict.
    pub fn prior(&self) -> &Prior {
        &self.prior
    }

    /// Verdicts learnt from.
    pub fn labels(&self) -> u64 {
        self.labels
    }

    /// SHA-256 over the exact state: equal digests mean that everything the learner will ever say is equal.
    pub fn digest(&self) -> [u8; 32] {
        snapshot::digest(self)
    }

    /// The state as bytes, to be kept beside the journal.
    pub fn to_snapshot(&self) -> Vec<u8> {
        snapshot::to_bytes(self)
    }

    /// The state a snapshot was taken of.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, LearningError> {
        snapshot::from_bytes(bytes)
    }

    fn predict_with(&self, features: &Features, add: impl Fn(&mut SparseVector)) -> Prediction {
        let look = self.encoder.look(features);
        let mut vector = self.encoder.encode(&look.observation);
        add(&mut vector);
        let confidence = self.confidence(&look, &vector);
        let (in_favour, against) = self.explain(&vector);
        let is_unfamiliar = confidence.variance > UNFAMILIAR_VARIANCE || self.has_unjudged_telling_value(&look);
        Prediction { confidence, in_favour, against, is_unfamiliar }
    }

    fn remember(&mut self, remembered: Remembered) {
        let example = self.example(&remembered);
        example.vector.iter().for_each(|(slot, _)| self.judged[*slot as usize] += 1);
        self.mixture.update(&example);
        self.history.push_back(remembered);
        if self.history.len() > REFIT_WINDOW {
            self.history.pop_front();
        }
        self.labels += 1;
        self.follow_schedule();
    }

    fn make_room(&mut self) {
        self.mixture.grow(self.encoder.slots(), &self.prior);
        self.judged.resize(self.mixture.size(), 0);
    }

    fn merge_rare_values(&mut self) {
        let moved = self.encoder.merge_rare_values();
        for remembered in &mut self.history {
            for (_, reading) in &mut remembered.observation {
                if let Reading::Slot(slot) = reading {
                    *slot = moved[*slot as usize];
                }
            }
        }
        let judged = std::mem::take(&mut self.judged);
        self.judged.resize(self.encoder.slots().len(), 0);
        judged.iter().zip(&moved).for_each(|(count, slot)| self.judged[*slot as usize] += count);
        self.mixture.restart(self.encoder.slots(), &self.prior);
        self.refit();
    }

    fn follow_schedule(&mut self) {
        let is_refit = EARLY_REFITS.contains(&self.labels) || self.labels.is_multiple_of(REFIT_EVERY);
        if is_refit {
            self.refit();
        }
        if is_refit || self.labels.is_multiple_of(TEMPERATURE_EVERY) {
            self.fit_temperature_if_due();
        }
    }

    fn fit_temperature_if_due(&mut self) {
        if self.labels >= calibration::FIRST_FIT {
            self.fit_temperature();
        }
    }

    fn refit(&mut self) {
        let examples: Vec<Example> = self.history.iter().map(|remembered| self.example(remembered)).collect();
        self.mixture.refit(&examples);
    }

    fn fit_temperature(&mut self) {
        let pairs: Vec<(f64, bool)> = self.left_out(calibration::WINDOW).iter().map(|pair| (pair.p, pair.accepted)).collect();
        self.temperature = Temperature::fit(&pairs);
    }

    fn example(&self, remembered: &Remembered) -> Example {
        let mut vector = self.encoder.encode(&remembered.observation);
        if let Some(reviewer) = remembered.reviewer {
            self.encoder.add_reviewer(reviewer, &mut vector);
        }
        Example { vector, target: remembered.acceptance, weight: remembered.weight }
    }

    pub(crate) fn confidence(&self, look: &Look, vector: &SparseVector) -> Confidence {
        let unseen: Vec<f64> = look.unseen.iter().map(|(name, _)| self.prior.mean(name)).collect();
        let forecast = self.mixture.predict(vector, &unseen);
        Confidence {
            p: forecast.probability,
            p_cal: self.calibrated(forecast.probability),
            variance: forecast.variance,
            information: forecast.information,
        }
    }
}

/// A share of one, and nothing where it is no number.
fn share(value: f64) -> f64 {
    if value > 0.0 { value.min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(number: u32) -> Features {
        let mut features = Features::default();
        features.category("industry", ["software", "retail", "energy"][number as usize % 3]);
        features.number("visits", f64::from(number * number % 17));
        features
    }

    /// Forty leads arrived; these were judged in this order.
    fn judged(order: impl Iterator<Item = u32>) -> Learner {
        let mut learner = Learner::new(Prior::default());
        (0..40).for_each(|number| learner.arrive(&lead(number)));
        for number in order {
            learner.learn(&Verdict { features: &lead(number), accepted: number % 3 == 0 || number % 7 == 1, weight: 1.0, reviewer: "r1" });
        }
        learner
    }

    fn largest_gap(left: &Learner, right: &Learner) -> f64 {
        let p = |learner: &Learner, number| learner.predict(&lead(number)).confidence.p;
        (0..40).map(|number| (p(left, number) - p(right, number)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn the_refit_after_twenty_five_verdicts_removes_the_effect_of_their_order() {
        let before = largest_gap(&judged(0..24), &judged((0..24).rev()));
        let after = largest_gap(&judged(0..25), &judged((0..25).rev()));
        assert!(after < before / 3.0 && after < 0.005, "{before} before, {after} after");
    }

    #[test]
    fn calibration_begins_with_the_hundredth_verdict() {
        let learner = |verdicts: u32| judged((0..verdicts).map(|number| number % 40));
        let confidence = |learner: &Learner| learner.predict(&lead(1)).confidence;
        let (before, after) = (confidence(&learner(99)), confidence(&learner(100)));
        assert_eq!(before.p, before.p_cal);
        assert_ne!(after.p, after.p_cal);
    }

    #[test]
    fn what_was_forgotten_no_longer_counts() {
        let mut turned = judged(0..40);
        for _ in 0..3 {
            (0..40).for_each(|number| {
                turned.learn(&Verdict { features: &lead(number), accepted: number % 3 == 1, weight: 1.0, reviewer: "r1" });
            });
        }
        let mixed = turned.predict(&lead(1)).confidence.p;
        turned.keep_latest(80);
        assert_eq!(turned.left_out(1_000).len(), 80);
        assert!(turned.predict(&lead(1)).confidence.p > mixed);
        assert_eq!(turned.labels(), 160);
    }
}
