//! Why the learner believes what it believes of a lead, in the words of the lead's own properties.

use super::{Contribution, Learner};
use crate::features::{Look, Reading, SparseVector};
use std::collections::BTreeMap;

/// How many properties an explanation names on each side.
const NAMED_IN_EXPLANATION: usize = 3;
/// A value never judged before counts as unfamiliar in this many of the most telling properties.
const TELLING_FEATURES: usize = 5;
/// Readings a reviewer may have an own view of, the most telling ones (`learning.md` 4.11).
const OWN_VIEWS: usize = 5;

impl Learner {
    /// The effects of all readings by feature, split by the side they speak for.
    pub(super) fn explain(&self, vector: &SparseVector) -> (Vec<Contribution>, Vec<Contribution>) {
        let named = self.readings(vector).into_iter();
        let mut by_feature: Vec<(&str, &str, f64)> =
            named.filter_map(|reading| self.encoder.words(reading.slot).map(|(feature, words)| (feature, words, reading.effect))).collect();
        by_feature.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then_with(|| a.0.cmp(b.0)));
        let side = |wanted: fn(f64) -> bool| {
            let strongest = by_feature.iter().filter(|(_, _, effect)| wanted(*effect)).take(NAMED_IN_EXPLANATION);
            strongest.map(|(feature, reading, effect)| contribution(feature, reading, *effect)).collect()
        };
        (side(|effect| effect > 0.0), side(|effect| effect < 0.0))
    }

    /// How much more readily than the team a reviewer accepts, in logits; below 0 = stricter. `None` for a reviewer who is the
    /// team, or whose verdicts were all settled with others.
    pub fn leniency(&self, reviewer: &str) -> Option<f64> {
        let number = self.encoder.known_reviewer(reviewer)?;
        self.encoder.strictness_slot(number).map(|slot| self.mixture.effect(slot))
    }

    pub(super) fn has_unjudged_telling_value(&self, look: &Look) -> bool {
        let mut unjudged = look.unseen.iter().filter_map(|(_, feature)| *feature).collect::<Vec<u32>>();
        unjudged.extend(look.observation.iter().filter_map(|(feature, reading)| match reading {
            Reading::Slot(slot) if self.judged[*slot as usize] == 0 => Some(*feature),
            Reading::Slot(_) | Reading::Number(_) | Reading::Unslotted => None,
        }));
        if unjudged.is_empty() {
            return false;
        }
        let telling = self.telling_features();
        unjudged.iter().any(|feature| telling.contains(feature))
    }

    /// The features whose readings move predictions most, by mean squared effect over the queued leads.
    fn telling_features(&self) -> Vec<u32> {
        let mut force: BTreeMap<u32, f64> = BTreeMap::new();
        for (_, feature, squared_effect) in self.forces() {
            *force.entry(feature).or_default() += squared_effect;
        }
        strongest(force, TELLING_FEATURES)
    }

    /// The readings that move predictions most, by the same measure.
    pub(super) fn telling_readings(&self) -> Vec<u32> {
        strongest(self.forces().map(|(slot, _, squared_effect)| (slot, squared_effect)), OWN_VIEWS)
    }

    /// Mean squared effect over the queued leads of every reading, with its feature.
    fn forces(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.encoder.slots().iter().enumerate().filter_map(|(number, slot)| {
            let (number, feature) = (number as u32, slot.kind.feature()?);
            let effect = self.mixture.effect(number);
            Some((number, feature, self.encoder.share(number) * effect * effect))
        })
    }
}

/// The largest few, largest first; equals in the order of their numbers.
fn strongest(force: impl IntoIterator<Item = (u32, f64)>, most: usize) -> Vec<u32> {
    let mut ranked: Vec<(u32, f64)> = force.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(most);
    ranked.into_iter().map(|(number, _)| number).collect()
}

fn contribution(feature: &str, reading: &str, effect: f64) -> Contribution {
    Contribution { feature: feature.to_owned(), reading: reading.to_owned(), effect }
}
