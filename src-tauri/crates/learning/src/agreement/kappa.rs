//! Agreement beyond chance, with an interval by resampling items.

use crate::random::Draws;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Resamples behind an interval.
const RESAMPLES: usize = 1_000;
/// Share of the resamples left out on each side: a 95 % interval.
const TAIL: f64 = 0.025;

/// Agreement beyond chance: 1 = always, 0 = as by chance, below 0 = less than that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Kappa {
    /// The estimate.
    pub value: f64,
    /// Lower end of the 95 % bootstrap interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Cohen's kappa of two sides over the items both judged. `None` for no items, or when both always said the same one
/// thing, so that nothing else could be expected by chance.
pub fn cohen(pairs: &[(bool, bool)], seed: u64) -> Option<Kappa> {
    bootstrapped(pairs, seed, cohen_value)
}

/// Fleiss' kappa over items judged by any number of people, given as rejections and acceptances of each. Items with
/// fewer than two verdicts say nothing. `None` under the same conditions as [`cohen`].
pub fn fleiss(items: &[(u32, u32)], seed: u64) -> Option<Kappa> {
    let shared: Vec<(u32, u32)> = items.iter().filter(|(rejected, accepted)| rejected + accepted > 1).copied().collect();
    bootstrapped(&shared, seed, fleiss_value)
}

fn cohen_value(pairs: &[(bool, bool)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let share = |is_counted: fn(&(bool, bool)) -> bool| pairs.iter().filter(|pair| is_counted(pair)).count() as f64 / n;
    let (left, right) = (share(|pair| pair.0), share(|pair| pair.1));
    beyond_chance(share(|pair| pair.0 == pair.1), left * right + (1.0 - left) * (1.0 - right))
}

fn fleiss_value(items: &[(u32, u32)]) -> Option<f64> {
    let (mut agreeing, mut accepted_in_all, mut all) = (0.0, 0.0, 0.0);
    for (rejected, accepted) in items {
        let (rejected, accepted) = (f64::from(*rejected), f64::from(*accepted));
        let n = rejected + accepted;
        agreeing += (rejected * (rejected - 1.0) + accepted * (accepted - 1.0)) / (n * (n - 1.0));
        accepted_in_all += accepted;
        all += n;
    }
    let share = accepted_in_all / all;
    beyond_chance(agreeing / items.len() as f64, share * share + (1.0 - share) * (1.0 - share))
}

fn beyond_chance(observed: f64, by_chance: f64) -> Option<f64> {
    (by_chance < 1.0).then(|| (observed - by_chance) / (1.0 - by_chance))
}

/// The percentile interval. Resamples in which nothing could be expected by chance are left out of it.
fn bootstrapped<T: Copy>(items: &[T], seed: u64, value: impl Fn(&[T]) -> Option<f64>) -> Option<Kappa> {
    let estimate = value(items)?;
    let mut draws = Draws::new(seed);
    let mut resample = || value(&items.iter().map(|_| items[draws.below(items.len())]).collect::<Vec<T>>());
    let mut values: Vec<f64> = (0..RESAMPLES).filter_map(|_| resample()).collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((share * values.len().saturating_sub(1) as f64).round() as usize).copied();
    let (low, high) = (at(TAIL).unwrap_or(estimate), at(1.0 - TAIL).unwrap_or(estimate));
    Some(Kappa { value: estimate, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(both: usize, left: usize, right: usize, neither: usize) -> Vec<(bool, bool)> {
        let of = |pair, count| std::iter::repeat_n(pair, count);
        of((true, true), both).chain(of((true, false), left)).chain(of((false, true), right)).chain(of((false, false), neither)).collect()
    }

    #[test]
    fn cohens_kappa_is_the_textbook_one() {
        // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, by chance 0.5.
        let kappa = cohen(&pairs(20, 5, 10, 15), 7).expect("both answers occur");
        assert!((kappa.value - 0.4).abs() < 1e-12);
        assert!(kappa.low < 0.25 && kappa.low > 0.05 && kappa.high > 0.55 && kappa.high < 0.75, "{kappa:?}");
    }

    #[test]
    fn fleiss_kappa_counts_agreeing_pairs_of_people() {
        // Three people, four items: 3-0, 0-3, 2-1, 1-2. Observed (1 + 1 + 1/3 + 1/3) / 4 = 2/3, by chance 1/2.
        let kappa = fleiss(&[(3, 0), (0, 3), (2, 1), (1, 2)], 7).expect("both answers occur");
        assert!((kappa.value - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(fleiss(&[(3, 0), (0, 3), (2, 1), (1, 2), (1, 0)], 7).map(|kappa| kappa.value), Some(kappa.value));
    }

    #[test]
    fn the_interval_narrows_with_more_items_and_depends_on_the_seed_alone() {
        let width = |factor: usize| {
            let kappa = cohen(&pairs(20 * factor, 5 * factor, 10 * factor, 15 * factor), 3).expect("both answers occur");
            kappa.high - kappa.low
        };
        assert!(width(10) < width(1) / 2.0);
        assert_eq!(cohen(&pairs(20, 5, 10, 15), 3), cohen(&pairs(20, 5, 10, 15), 3));
        assert_ne!(cohen(&pairs(20, 5, 10, 15), 3), cohen(&pairs(20, 5, 10, 15), 4));
    }

    #[test]
    fn those_who_always_say_the_same_cannot_be_told_from_chance() {
        assert_eq!(cohen(&pairs(50, 0, 0, 0), 1), None);
        assert_eq!(cohen(&[], 1), None);
        assert_eq!(fleiss(&[], 1), None);
    }

    #[test]
    fn opposites_agree_less_than_by_chance() {
        assert_eq!(cohen(&pairs(0, 10, 10, 0), 1).map(|kappa| kappa.value), Some(-1.0));
    }
}
