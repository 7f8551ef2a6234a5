//! What a team says of its ideal customer before the first verdict.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Effect on the logit that a stated criterion has before any verdict (`learning.md` 4.3).
const STATED_EFFECT: f64 = 0.7;

/// The stated profile by slot (`industry=Software`, `head_count=51-200`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    stated: BTreeMap<String, f64>,
    kept: BTreeSet<String>,
}

impl Prior {
    /// A criterion the team says it looks for.
    pub fn wanted(&mut self, slot: impl Into<String>) {
        self.stated.insert(slot.into(), STATED_EFFECT);
    }

    /// A criterion the team says rules a lead out.
    pub fn unwanted(&mut self, slot: impl Into<String>) {
        self.stated.insert(slot.into(), -STATED_EFFECT);
    }

    /// *Keep mine*: the slot stays close to what was stated of it, whatever the verdicts say (`learning.md` 4.9). A slot
    /// nothing was stated of is kept at no effect. A property without a reading (`head_count`) keeps every reading of it.
    pub fn keep(&mut self, slot: impl Into<String>) {
        self.kept.insert(slot.into());
    }

    /// Effect of a slot before any verdict.
    pub(crate) fn mean(&self, slot: &str) -> f64 {
        self.stated.get(slot).copied().unwrap_or(0.0)
    }

    /// A person asked for this slot to be kept.
    pub(crate) fn is_kept(&self, slot: &str) -> bool {
        self.kept.contains(slot) || slot.split_once('=').is_some_and(|(feature, _)| self.kept.contains(feature))
    }

    /// The criteria the team stated, by name, each with its effect.
    pub(crate) fn stated(&self) -> impl Iterator<Item = (&str, f64)> {
        self.stated.iter().map(|(slot, effect)| (slot.as_str(), *effect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_kept_with_all_its_readings_and_no_other() {
        let mut prior = Prior::default();
        prior.keep("head_count");
        prior.keep("industry=retail");
        assert!(prior.is_kept("head_count=51-200") && prior.is_kept("industry=retail"));
        assert!(!prior.is_kept("industry=software") && !prior.is_kept("icp_head_count=matched"));
    }
}
