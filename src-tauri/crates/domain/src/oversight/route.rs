//! The one place that says whether an output goes to a person or may go on alone.
//!
//! The table of `learning.md` 4.8, read from top to bottom. Everything it needs comes in as an argument; exceptions can
//! only lead to a person, never away from one.

use super::level::Level;
use crate::confidence::Confidence;
use crate::exception::{Exception, ExceptionKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a person sees an item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyReview {
    /// An exception; the gravest is named.
    Exception {
        /// Which.
        kind: ExceptionKind,
    },
    /// Level 1: a person reviews everything.
    VerifyEverything,
    /// Drawn for a check before release.
    Marked,
    /// Less certain than the line.
    BelowThreshold {
        /// How certain.
        certainty: f64,
        /// The line; `None` when none is certified.
        threshold: Option<f64>,
    },
}

/// Proof that the agent was allowed to go on alone; only [`route`] makes one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AutoReceipt {
    level: Level,
    certainty: f64,
    threshold: f64,
    checked_afterwards: bool,
}

impl AutoReceipt {
    /// The level that allowed it.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Is the item drawn for a blind check after release?
    pub fn is_checked_afterwards(&self) -> bool {
        self.checked_afterwards
    }
}

/// Where an output goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// Before a person.
    Review(WhyReview),
    /// On its way, with the proof that this was allowed.
    Auto(AutoReceipt),
    /// Nowhere until somebody opens it: level 4 below the line.
    Parked,
}

/// Routes one output of one stage. `threshold` is the certified one in force, `None` where nothing is certified.
pub fn route(level: Level, confidence: &Confidence, exceptions: &[Exception], marked: bool, threshold: Option<f64>) -> Route {
    if let Some(kind) = gravest(exceptions) {
        return Route::Review(WhyReview::Exception { kind });
    }
    if level == Level::VerifyEverything {
        return Route::Review(WhyReview::VerifyEverything);
    }
    let certainty = confidence.certainty();
    let certain_enough = threshold.filter(|line| certainty >= *line);
    match (level, marked, certain_enough) {
        (Level::VerifyExceptions, true, Some(_)) => Route::Review(WhyReview::Marked),
        (_, _, Some(threshold)) => Route::Auto(AutoReceipt { level, certainty, threshold, checked_afterwards: marked }),
        (Level::StrategicOversight, _, None) => Route::Parked,
        (_, _, None) => Route::Review(WhyReview::BelowThreshold { certainty, threshold }),
    }
}

/// The exception named first: hard floors before the others, then by the order of declaration.
pub fn gravest(exceptions: &[Exception]) -> Option<ExceptionKind> {
    exceptions.iter().map(|exception| exception.kind).min_by_key(|kind| (!kind.is_hard_floor(), *kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sure(p: f64) -> Confidence {
        Confidence { p, p_cal: p, variance: 0.1, information: 0.0 }
    }

    #[test]
    fn the_table_of_levels() {
        let at = |level, p, marked| route(level, &sure(p), &[], marked, Some(0.9));
        assert!(matches!(at(Level::VerifyEverything, 0.99, false), Route::Review(WhyReview::VerifyEverything)));
        assert!(matches!(at(Level::VerifyExceptions, 0.99, true), Route::Review(WhyReview::Marked)));
        assert!(matches!(at(Level::VerifyExceptions, 0.90, false), Route::Auto(_)));
        assert!(matches!(at(Level::VerifyExceptions, 0.8999, false), Route::Review(WhyReview::BelowThreshold { .. })));
        assert!(matches!(at(Level::PeriodicAudit, 0.05, true), Route::Auto(receipt) if receipt.is_checked_afterwards()));
        assert_eq!(at(Level::StrategicOversight, 0.7, false), Route::Parked);
    }

    #[test]
    fn without_a_certificate_nothing_is_decided_alone() {
        assert!(matches!(route(Level::VerifyExceptions, &sure(0.999), &[], false, None), Route::Review(_)));
    }

    #[test]
    fn a_hard_floor_is_named_before_a_softer_exception() {
        let exceptions = [Exception::new(ExceptionKind::ThinEvidence, "x"), Exception::new(ExceptionKind::UnsourcedClaim, "x")];
        assert_eq!(gravest(&exceptions), Some(ExceptionKind::UnsourcedClaim));
    }

    proptest! {
        #[test]
        fn an_exception_always_leads_to_a_person(level in 0_usize..4, p in 0.0..1.0_f64, marked: bool, line in 0.0..1.0_f64, kind in 0_usize..19) {
            let exceptions = [Exception::new(ExceptionKind::ALL[kind], "x")];
            let route = route(Level::ALL[level], &sure(p), &exceptions, marked, Some(line));
            prop_assert!(matches!(route, Route::Review(WhyReview::Exception { .. })), "{:?}", route);
        }

        #[test]
        fn at_level_1_nothing_goes_on_alone(p in 0.0..1.0_f64, marked: bool, line in 0.0..1.0_f64) {
            let route = route(Level::VerifyEverything, &sure(p), &[], marked, Some(line));
            prop_assert!(matches!(route, Route::Review(_)), "{:?}", route);
        }
    }
}
