//! How sure the agent is that this team would accept, and what it looked at to say so.
//!
//! Three numbers live here and are never mixed: `p` (the learner's probability), `p_cal` (after calibration: the
//! confidence people see) and certainty (what thresholds act on). The fit score and the value estimate are other
//! numbers and live in [`crate::qualification`]. How `p` is computed is the learning crate's business.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// One observed property of a lead as the learner sees it. A property that is not in [`Features`] is "missing".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum FeatureValue {
    /// Yes or no.
    Flag(bool),
    /// A measured number in its natural unit; must be finite.
    Number(f64),
    /// A name out of an open set.
    Category(String),
}

/// The properties of one lead, by name, in a fixed order so that equal features have equal bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Features(pub BTreeMap<String, FeatureValue>);

impl Features {
    /// Sets a categorical property.
    pub fn category(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), FeatureValue::Category(value.into()));
    }

    /// Sets a numeric property; a number that is not finite is left out, which the learner reads as "missing".
    pub fn number(&mut self, name: &str, value: f64) {
        if value.is_finite() {
            self.0.insert(name.to_owned(), FeatureValue::Number(value));
        }
    }

    /// Sets a yes/no property.
    pub fn flag(&mut self, name: &str, value: bool) {
        self.0.insert(name.to_owned(), FeatureValue::Flag(value));
    }
}

/// Calibrated view of one prediction: "P(this team accepts)".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Confidence {
    /// The learner's probability that the team accepts, 0 to 1, before calibration.
    pub p: f64,
    /// The same after temperature calibration: the number people see. Equal to `p` below 100 labels.
    pub p_cal: f64,
    /// Predictive variance of the logit; above 2 the model does not know leads like this one.
    pub variance: f64,
    /// Expected reduction of that variance by one verdict (h times v): orders the queue, most informative first.
    pub information: f64,
}

impl Confidence {
    /// `max(p_cal, 1 - p_cal)`, 0.5 to 1: the only number a threshold may act on.
    pub fn certainty(&self) -> f64 {
        self.p_cal.max(1.0 - self.p_cal)
    }

    /// The agent's own verdict: would the team accept?
    pub fn leans_to_accept(&self) -> bool {
        self.p > 0.5
    }

    /// The words shown beside the number.
    pub fn band(&self) -> Band {
        match self.certainty() {
            c if c >= 0.95 => Band::VerySure,
            c if c >= 0.85 => Band::Sure,
            c if c >= 0.65 => Band::Leaning,
            _ => Band::Unsure,
        }
    }
}

/// Bands of certainty in words (`learning.md` 4.4: 0.95, 0.85, 0.65).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 0.95 and above.
    VerySure,
    /// 0.85 up to 0.95.
    Sure,
    /// 0.65 up to 0.85.
    Leaning,
    /// Below 0.65.
    Unsure,
}

impl Band {
    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::VerySure => "very sure",
            Self::Sure => "sure",
            Self::Leaning => "leaning",
            Self::Unsure => "unsure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(p_cal: f64) -> Confidence {
        Confidence { p: p_cal, p_cal, variance: 0.1, information: 0.0 }
    }

    #[test]
    fn certainty_is_symmetric_around_one_half() {
        assert!((sure(0.03).certainty() - 0.97).abs() < 1e-12);
        assert!((sure(0.97).certainty() - 0.97).abs() < 1e-12);
    }

    #[test]
    fn a_sure_rejection_is_as_sure_as_a_sure_acceptance() {
        assert_eq!(sure(0.04).band(), Band::VerySure);
        assert_eq!(sure(0.90).band(), Band::Sure);
        assert_eq!(sure(0.30).band(), Band::Leaning);
        assert_eq!(sure(0.60).band(), Band::Unsure);
    }

    #[test]
    fn a_number_that_is_not_finite_reads_as_missing() {
        let mut features = Features::default();
        features.number("head_count", f64::NAN);
        assert!(features.0.is_empty());
    }
}
