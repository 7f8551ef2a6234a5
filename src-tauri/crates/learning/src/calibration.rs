//! One temperature that makes a probability mean what it says.
//!
//! A single number is all that 1,000 verdicts can support: offsets and isotonic steps were worse at every size when
//! measured. A temperature keeps the order of all leads, so a threshold certified before it moved stays certified.

use crate::numeric::{inside, logit, sigmoid};
use serde::{Deserialize, Serialize};

/// Below this many verdicts the probability is shown as it is.
pub(crate) const FIRST_FIT: u64 = 100;
/// Verdicts one fit looks at, the latest ones.
pub(crate) const WINDOW: usize = 1_000;
/// How strongly the temperature is held at 1.
const PULL_TO_ONE: f64 = 2.0;
const NEWTON_STEPS: usize = 5;
const SMALLEST: f64 = 0.5;
const LARGEST: f64 = 2.0;

/// What a logit is multiplied with; above 1 the raw probability was too timid, below 1 too bold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Temperature(f64);

impl Temperature {
    /// Leaves every probability as it is.
    pub(crate) const NEUTRAL: Self = Self(1.0);

    /// The most likely temperature for these leave-one-out probabilities and verdicts.
    pub(crate) fn fit(pairs: &[(f64, bool)]) -> Self {
        let logits: Vec<(f64, f64)> = pairs.iter().map(|(p, accepted)| (logit(*p), f64::from(u8::from(*accepted)))).collect();
        let mut factor = 1.0;
        for _ in 0..NEWTON_STEPS {
            let mut slope = -2.0 * PULL_TO_ONE * (factor - 1.0);
            let mut curvature = -2.0 * PULL_TO_ONE;
            for (logit, target) in &logits {
                let p = sigmoid(factor * logit);
                slope += (target - p) * logit;
                curvature -= p * (1.0 - p) * logit * logit;
            }
            factor = (factor - slope / curvature).clamp(SMALLEST, LARGEST);
        }
        Self(factor)
    }

    /// The calibrated probability; one half stays one half.
    pub(crate) fn apply(self, probability: f64) -> f64 {
        if self == Self::NEUTRAL {
            return probability;
        }
        inside(sigmoid(self.0 * logit(probability)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Verdicts that come true as often as `truth` says when `shown` was foretold.
    fn verdicts(shown: f64, truth: f64, count: usize) -> Vec<(f64, bool)> {
        (0..count).map(|number| (shown, (number as f64 + 0.5) / (count as f64) < truth)).collect()
    }

    #[test]
    fn a_model_that_is_too_bold_is_cooled() {
        let pairs = [verdicts(0.95, 0.8, 200), verdicts(0.05, 0.2, 200)].concat();
        let temperature = Temperature::fit(&pairs);
        assert!((temperature.apply(0.95) - 0.8).abs() < 0.02, "{temperature:?}");
    }

    #[test]
    fn a_model_that_is_too_timid_is_heated() {
        let pairs = [verdicts(0.7, 0.85, 200), verdicts(0.3, 0.15, 200)].concat();
        let temperature = Temperature::fit(&pairs);
        assert!((temperature.apply(0.7) - 0.84).abs() < 0.02, "{temperature:?}");
    }

    #[test]
    fn the_slope_is_zero_at_the_fitted_temperature() {
        let pairs = [verdicts(0.9, 0.8, 50), verdicts(0.4, 0.35, 50), verdicts(0.2, 0.3, 50)].concat();
        let Temperature(factor) = Temperature::fit(&pairs);
        let gaps = pairs.iter().map(|(p, accepted)| (f64::from(u8::from(*accepted)) - sigmoid(factor * logit(*p))) * logit(*p));
        assert!((gaps.sum::<f64>() - 4.0 * (factor - 1.0)).abs() < 1e-6);
    }

    #[test]
    fn no_temperature_leaves_its_bounds() {
        assert_eq!(Temperature::fit(&verdicts(0.99, 0.0, 500)), Temperature(SMALLEST));
        assert_eq!(Temperature::fit(&[verdicts(0.6, 1.0, 500), verdicts(0.4, 0.0, 500)].concat()), Temperature(LARGEST));
        assert_eq!(Temperature::fit(&[]), Temperature::NEUTRAL);
    }

    #[test]
    fn the_order_of_leads_and_the_agents_verdict_stay() {
        let temperature = Temperature(0.6);
        assert!(temperature.apply(0.8) < temperature.apply(0.9));
        assert!((temperature.apply(0.5) - 0.5).abs() < 1e-12);
    }
}
