//! What the remembered verdicts count up to, without any model: the raw numbers shown beside everything learnt.

use super::Learner;
use crate::features::{BIAS, SparseVector};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Verdicts counted, of those that are remembered (at most the last 5,000).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Count {
    /// Leads judged.
    pub judged: u32,
    /// Of these, accepted.
    pub accepted: u32,
}

impl Count {
    /// Counts one more.
    pub(crate) fn add(&mut self, accepted: bool) {
        self.judged += 1;
        self.accepted += u32::from(accepted);
    }

    /// Both counts together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { judged: self.judged + other.judged, accepted: self.accepted + other.accepted }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.accepted, self.judged)
    }
}

impl Learner {
    /// Judged and accepted by slot number, under today's bins: a lead counts where it would fall now.
    pub(crate) fn counts(&self) -> Vec<Count> {
        let mut counts = vec![Count::default(); self.encoder.slots().len()];
        for remembered in &self.history {
            let vector = self.encoder.encode(&remembered.observation);
            vector.iter().for_each(|(slot, _)| counts[*slot as usize].add(remembered.is_accepted()));
        }
        counts
    }

    /// Judged and accepted of all remembered verdicts.
    pub fn count(&self) -> Count {
        self.counts()[BIAS as usize]
    }

    /// The readings of a lead by feature: the slot that names it and what it adds to the logit.
    pub(crate) fn readings(&self, vector: &SparseVector) -> Vec<NamedReading> {
        let mut readings: Vec<NamedReading> = Vec::new();
        for (slot, value) in vector {
            let Some(feature) = self.encoder.slots()[*slot as usize].kind.feature() else { continue };
            let effect = value * self.mixture.effect(*slot);
            match readings.last_mut() {
                // A number has several readings in a row, its sizes and then its bin: the bin names it.
                Some(last) if last.feature == feature => {
                    *last = NamedReading { feature, slot: *slot, sizes: [Some(last.slot), last.sizes[0]], effect: last.effect + effect };
                }
                _ => readings.push(NamedReading { feature, slot: *slot, sizes: [None; 2], effect }),
            }
        }
        readings
    }
}

/// One property of one lead: the slot that names its reading, and what it adds to the logit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NamedReading {
    pub(crate) feature: u32,
    pub(crate) slot: u32,
    /// The slots of its sizes, for a number.
    sizes: [Option<u32>; 2],
    pub(crate) effect: f64,
}

impl NamedReading {
    /// All its slots.
    pub(crate) fn slots(self) -> impl Iterator<Item = u32> {
        [self.slot].into_iter().chain(self.sizes.into_iter().flatten())
    }
}
