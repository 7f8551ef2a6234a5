//! How many items make a good sitting.

use crate::monitor::Bets;

/// A longer gap than this begins another sitting, in milliseconds.
const GAP_MS: i64 = 10 * 60 * 1_000;
/// Suggested before anything is known.
const START: usize = 20;
const SMALLEST: usize = 5;
const LARGEST: usize = 50;
/// Sittings before a habit is followed.
const FEWEST_SITTINGS: usize = 3;
/// How much worse than at first each bet assumes things to become.
const BETS: [f64; 4] = [0.05, 0.12, 0.25, 0.45];
/// Trouble may be this much more frequent than in the first items before it counts.
const SLACK: f64 = 0.03;
const LARGEST_TOLERATED: f64 = 0.9;
/// The chance of calling a steady reviewer tired is at most one in this many.
const FALSE_CALLS: f64 = 20.0;

/// One decision of one person, as far as sittings are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewed {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// It was rushed, or the same person decided otherwise when they saw the item again.
    pub went_wrong: bool,
}

/// Decisions without a gap of ten minutes, in order.
pub type Sitting = Vec<Reviewed>;

/// Splits decisions, oldest first, into sittings.
pub fn sittings(decisions: &[Reviewed]) -> Vec<Sitting> {
    let mut sittings: Vec<Sitting> = Vec::new();
    for decision in decisions {
        match sittings.last_mut() {
            Some(sitting) if sitting.last().is_some_and(|last| decision.at_ms - last.at_ms < GAP_MS) => sitting.push(*decision),
            _ => sittings.push(vec![*decision]),
        }
    }
    sittings
}

/// Items worth offering at once: as many as go well, or else the person's median sitting; between 5 and 50, 20 while
/// fewer than three sittings are known.
pub fn suggested_batch(sittings: &[Sitting]) -> usize {
    if sittings.len() < FEWEST_SITTINGS {
        return START;
    }
    tired_after(sittings).unwrap_or_else(|| median_length(sittings)).clamp(SMALLEST, LARGEST)
}

fn median_length(sittings: &[Sitting]) -> usize {
    let mut lengths: Vec<usize> = sittings.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    lengths[lengths.len() / 2]
}

/// The position after which the evidence that things go wrong more often than in the first items begins to rise, once
/// there is enough of it. All sittings are walked side by side. Averaged over all places where the rise could begin, the
/// evidence exceeds twenty by chance at most once in twenty reviewers, however long the sittings are.
fn tired_after(sittings: &[Sitting]) -> Option<usize> {
    let longest = sittings.iter().map(Vec::len).max()?.min(LARGEST);
    let later: usize = sittings.iter().map(|sitting| sitting.len().min(longest).saturating_sub(SMALLEST)).sum();
    let tolerated = usual_trouble(sittings);
    let mut bets = Bets::new(&BETS);
    let mut evidence_after: Vec<f64> = Vec::new();
    for position in SMALLEST..longest {
        for reviewed in sittings.iter().filter_map(|sitting| sitting.get(position)) {
            bets.observe(tolerated, reviewed.went_wrong);
        }
        evidence_after.push(bets.evidence());
        if bets.evidence() >= FALSE_CALLS * later as f64 {
            let last_fall = evidence_after.windows(2).rposition(|pair| pair[1] <= pair[0]);
            return Some(SMALLEST + last_fall.map_or(0, |fall| fall + 2));
        }
    }
    None
}

/// Share that goes wrong in the first items of a sitting, with a little slack.
fn usual_trouble(sittings: &[Sitting]) -> f64 {
    let first = sittings.iter().flat_map(|sitting| sitting.iter().take(SMALLEST));
    let (wrong, all) = first.fold((0.0, 0.0), |(wrong, all), reviewed| (wrong + f64::from(u8::from(reviewed.went_wrong)), all + 1.0));
    ((wrong + 1.0) / (all + 2.0) + SLACK).min(LARGEST_TOLERATED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Draws;

    /// Sittings of this length in which `percent` of the items go wrong, by position.
    fn sat(count: usize, length: usize, seed: u64, percent: impl Fn(usize) -> usize) -> Vec<Sitting> {
        let mut draws = Draws::new(seed);
        let mut one = |sitting: usize, position: usize| Reviewed {
            at_ms: sitting as i64 * 86_400_000 + position as i64 * 20_000,
            went_wrong: draws.below(100) < percent(position),
        };
        (0..count).map(|sitting| (0..length).map(|position| one(sitting, position)).collect()).collect()
    }

    #[test]
    fn ten_minutes_without_a_decision_end_a_sitting() {
        let at = |minute: i64| Reviewed { at_ms: minute * 60_000, went_wrong: false };
        let lengths: Vec<usize> = sittings(&[at(0), at(9), at(18), at(28), at(29)]).iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 2]);
        assert_eq!(sittings(&[]), Vec::<Sitting>::new());
    }

    #[test]
    fn a_batch_ends_where_attention_does() {
        for seed in 0..20 {
            let batch = suggested_batch(&sat(20, 40, seed, |position| if position < 18 { 4 } else { 40 }));
            assert!((14..=21).contains(&batch), "seed {seed}: {batch}");
        }
    }

    #[test]
    fn who_stays_attentive_keeps_the_usual_length() {
        let called_tired = (0..200).filter(|seed| suggested_batch(&sat(20, 30, *seed, |_| 6)) != 30).count();
        assert!(called_tired <= 10, "{called_tired} of 200 steady reviewers");
    }

    #[test]
    fn a_batch_is_never_tiny_or_endless() {
        assert_eq!(suggested_batch(&[]), 20);
        assert_eq!(suggested_batch(&sat(10, 2, 1, |_| 0)), 5);
        assert_eq!(suggested_batch(&sat(10, 300, 1, |_| 0)), 50);
    }
}
