//! Does the new memory know this team better than the old one? Counted on decisions neither had learnt when it was asked.

use crate::fold::{Learner, Verdict};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Decisions the line on the screen looks at, the latest ones.
pub const HELD_OUT_DECISIONS: usize = 50;

/// How often each memory foretold the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldOut {
    /// Decisions looked at.
    pub decisions: u32,
    /// Foretold by the new memory.
    pub new_right: u32,
    /// Foretold by the old one.
    pub old_right: u32,
}

impl HeldOut {
    /// `On your last 50 decisions the new memory gets 44 right, the old one 39.`
    pub fn sentence(&self) -> String {
        let Self { decisions, new_right, old_right } = self;
        format!("On your last {decisions} decisions the new memory gets {new_right} right, the old one {old_right}.")
    }
}

/// Asks both memories about each verdict before either learns it, oldest first. The memories are those from before the
/// first of these verdicts; they are copied, not changed.
pub fn held_out(old: &Learner, new: &Learner, verdicts: &[Verdict<'_>]) -> HeldOut {
    let right = |memory: &Learner| {
        let mut memory = memory.clone();
        let is_right = |verdict: &Verdict<'_>| {
            let is_right = memory.predict(verdict.features).confidence.leans_to_accept() == verdict.accepted;
            memory.learn(verdict);
            u32::from(is_right)
        };
        verdicts.iter().map(is_right).sum()
    };
    HeldOut { decisions: verdicts.len() as u32, new_right: right(new), old_right: right(old) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Prior;
    use autoreach_domain::confidence::Features;

    fn lead(industry: &str) -> Features {
        let mut features = Features::default();
        features.category("industry", industry);
        features
    }

    #[test]
    fn the_memory_that_knows_the_profile_foretells_more_and_neither_is_changed() {
        let leads = ["software", "retail"].map(lead);
        let mut prior = Prior::default();
        prior.wanted("industry=software");
        let arrived = |prior: Prior| {
            let mut learner = Learner::new(prior);
            leads.iter().for_each(|features| learner.arrive(features));
            learner
        };
        let (old, new) = (arrived(Prior::default()), arrived(prior));
        let verdict = |features, accepted| Verdict { features, accepted, weight: 1.0, reviewer: "r1" };
        let verdicts = [verdict(&leads[0], true), verdict(&leads[0], true)];
        let digests = (old.digest(), new.digest());
        let line = held_out(&old, &new, &verdicts);
        // At one half the old memory leans to reject; the first verdict teaches it better.
        assert_eq!(line, HeldOut { decisions: 2, new_right: 2, old_right: 1 });
        assert_eq!(line.sentence(), "On your last 2 decisions the new memory gets 2 right, the old one 1.");
        assert_eq!(digests, (old.digest(), new.digest()));
    }
}
