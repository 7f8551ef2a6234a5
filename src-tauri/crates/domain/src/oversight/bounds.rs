//! What a count can prove: exact binomial bounds (Clopper-Pearson), in one place.
//!
//! The ladder speaks at one-sided 90 %, an audit's sentence at one-sided 95 %; both say so, because the same count
//! proves more to the one than to the other. Nothing here knows what is being counted.

use statrs::function::beta::beta_reg;

/// Risk of the ladder's bounds: one-sided 90 % (`learning.md` 4.6).
pub const LADDER_RISK: f64 = 0.10;
/// Risk of an audit's sentence: one-sided 95 % (`learning.md` 4.6).
pub const AUDIT_RISK: f64 = 0.05;
/// Halvings until a quantile is exact to the last bit that matters.
const BISECTIONS: usize = 60;

/// One-sided lower confidence bound of a share seen `successes` times in `trials`, wrong with at most `risk`. Zero for
/// no trials.
pub fn lower_bound(successes: usize, trials: usize, risk: f64) -> f64 {
    if successes == 0 || successes > trials {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        let at_least_as_many = beta_reg(successes as f64, (trials - successes + 1) as f64, middle);
        if at_least_as_many < risk { low = middle } else { high = middle }
    }
    low
}

/// One-sided upper confidence bound of a share seen `successes` times in `trials`. One for no trials.
pub fn upper_bound(successes: usize, trials: usize, risk: f64) -> f64 {
    1.0 - lower_bound(trials.saturating_sub(successes), trials, risk)
}

/// How many of `trials` must succeed for the lower bound to reach `share`; `None` when even all of them are too few.
pub fn successes_needed(trials: usize, share: f64, risk: f64) -> Option<usize> {
    (0..=trials).find(|successes| lower_bound(*successes, trials, risk) >= share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eighty_six_of_a_hundred_are_needed_to_prove_eighty_percent() {
        for (agreed, bound) in [(84, 0.7828), (85, 0.7939), (86, 0.8050), (87, 0.8161)] {
            let found = lower_bound(agreed, 100, LADDER_RISK);
            assert!((found - bound).abs() < 5e-5, "{agreed} of 100: {found}");
        }
        assert_eq!(successes_needed(100, 0.80, LADDER_RISK), Some(86));
    }

    #[test]
    fn twenty_audits_prove_little() {
        for (wrong, upper) in [(0, 0.139), (1, 0.216), (2, 0.283)] {
            let found = upper_bound(wrong, 20, AUDIT_RISK);
            assert!((found - upper).abs() < 5e-4, "{wrong} wrong: {found}");
        }
    }

    #[test]
    fn nothing_counted_proves_nothing() {
        assert_eq!(lower_bound(0, 0, 0.1), 0.0);
        assert_eq!(lower_bound(0, 50, 0.1), 0.0);
        assert_eq!(upper_bound(0, 0, 0.1), 1.0);
        assert_eq!(successes_needed(5, 0.80, LADDER_RISK), None);
    }
}
