//! Does the new memory know this team better than the old one? Counted on decisions neither had learnt when it was asked.

use crate::Prior;
use crate::fold::{Event, Learner, Verdict};
use autoreach_domain::confidence::Features;
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

/// Holds the memory of before the latest 50 verdicts, and the one of 50 verdicts earlier, to those 50; `lived` is what
/// happened, oldest first, and `arrived` what was queued all the while. A new era is another market: a memory is held only to
/// verdicts of the era it is in, so `None` while the era has fewer than 50, or all of them fewer than 100.
pub fn held_out_of_the_era(prior: &Prior, arrived: &[Features], lived: &[Event<'_>]) -> Option<HeldOut> {
    let verdicts: Vec<usize> = lived.iter().enumerate().filter(|(_, event)| matches!(event, Event::Decided(_))).map(|(at, _)| at).collect();
    let first_of = |latest: usize| verdicts.len().checked_sub(latest).and_then(|skipped| verdicts.get(skipped)).copied();
    let (held_from, old_until) = (first_of(HELD_OUT_DECISIONS)?, first_of(2 * HELD_OUT_DECISIONS)?);
    let (before, asked) = lived.split_at(held_from);
    if asked.iter().any(|event| matches!(event, Event::NewEra(_))) {
        return None;
    }
    let memory = |lived: &[Event<'_>]| Learner::replay(prior.clone(), arrived.iter().map(Event::Arrived).chain(lived.iter().copied()));
    let asked: Vec<Verdict<'_>> =
        asked.iter().filter_map(|event| if let Event::Decided(verdict) = event { Some(*verdict) } else { None }).collect();
    Some(held_out(&memory(&lived[..old_until]), &memory(before), &asked))
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// So many verdicts in turn: software is taken, retail is not; or the other way round.
    fn verdicts<'a>(leads: &'a [Features; 2], count: usize, takes_software: bool) -> Vec<Event<'a>> {
        let verdict = |number: usize| Verdict {
            features: &leads[number % 2],
            accepted: number.is_multiple_of(2) == takes_software,
            weight: 1.0,
            reviewer: "r1",
        };
        (0..count).map(verdict).map(Event::Decided).collect()
    }

    #[test]
    fn verdicts_of_an_earlier_era_are_not_what_a_memory_is_held_to() {
        let leads = ["software", "retail"].map(lead);
        let outcome = |lived: &[Event<'_>]| held_out_of_the_era(&Prior::default(), &leads, lived);
        let with_era = |before, after| [verdicts(&leads, before, true), vec![Event::NewEra(0.1)], verdicts(&leads, after, false)].concat();
        assert_eq!(outcome(&verdicts(&leads, 99, true)), None);
        assert_eq!(outcome(&verdicts(&leads, 100, true)).map(|line| (line.decisions, line.new_right)), Some((50, 50)));
        assert_eq!(outcome(&with_era(120, 49)), None, "too few verdicts of the new era to be held to");
        let line = outcome(&with_era(120, 100)).expect("the new era has enough");
        assert_eq!((line.decisions, line.new_right), (50, 50));
        assert!(line.old_right < 50, "the memory of the day the era began knew the old market: {line:?}");
    }
}
