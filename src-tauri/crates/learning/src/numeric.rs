//! The few scalar functions everything else is built on.
//!
//! They exist here, over `libm`, because the standard library's `exp` and `ln` are the platform's and may differ in
//! the last bit between two machines that replay the same journal.

/// Probabilities are kept this far away from 0 and 1, so that a logit or a logarithm is always finite.
const PROBABILITY_MARGIN: f64 = 1e-9;

/// The logistic function, without overflow on either side.
pub(crate) fn sigmoid(logit: f64) -> f64 {
    if logit >= 0.0 {
        return 1.0 / (1.0 + libm::exp(-logit));
    }
    let odds = libm::exp(logit);
    odds / (1.0 + odds)
}

/// Inverse of [`sigmoid`], finite for every input.
pub(crate) fn logit(probability: f64) -> f64 {
    let probability = inside(probability);
    libm::log(probability) - libm::log1p(-probability)
}

/// Moves a probability off the two ends of the unit interval.
pub(crate) fn inside(probability: f64) -> f64 {
    probability.clamp(PROBABILITY_MARGIN, 1.0 - PROBABILITY_MARGIN)
}

/// Probability of acceptance when the logit is only known as a normal distribution (probit approximation).
pub(crate) fn averaged_probability(mean: f64, variance: f64) -> f64 {
    inside(sigmoid(mean / (1.0 + std::f64::consts::PI * variance / 8.0).sqrt()))
}

/// Probability that a standard normal number is at most this.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logit_undoes_the_logistic_function() {
        for value in [-12.0, -1.5, 0.0, 0.3, 9.0] {
            assert!((logit(sigmoid(value)) - value).abs() < 1e-9, "at {value}");
        }
    }

    #[test]
    fn an_extreme_logit_stays_a_probability() {
        for mean in [-1e6, 1e6] {
            let probability = averaged_probability(mean, 0.0);
            assert!(probability > 0.0 && probability < 1.0);
        }
    }

    #[test]
    fn nine_in_ten_normal_numbers_are_below_their_ninetieth_percentile() {
        assert!((normal_cdf(1.281_551_565_5) - 0.9).abs() < 1e-9);
        assert_eq!(normal_cdf(0.0), 0.5);
    }

    #[test]
    fn not_knowing_pulls_a_probability_towards_one_half() {
        assert!(averaged_probability(2.0, 4.0) < averaged_probability(2.0, 0.1));
        assert_eq!(averaged_probability(0.0, 4.0), 0.5);
    }
}
