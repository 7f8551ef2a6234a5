//! The one place that says whether an output goes to a person or may go on alone.
//!
//! The table of `learning.md` 4.8, read from top to bottom. Everything it needs comes in as an argument; exceptions can
//! only lead to a person, never away from one.

use super::level::Level;
use super::line::Line;
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
    /// Spot checks of this kind of account disagreed: it is back with people.
    SegmentBack,
    /// The agent would turn this lead down, which this workflow leaves to people.
    RejectsAreYours,
    /// Drawn for a blind look after release.
    Check,
    /// Somebody else has decided it; asked to judge it too, blind.
    SecondOpinion,
    /// It was released, and taken back because its stage was pulled back before the mail left.
    PulledBack,
    /// Less certain than the line.
    BelowThreshold {
        /// How certain.
        certainty: f64,
        /// The line; `None` when none is certified.
        threshold: Option<f64>,
    },
}

/// What is in force for one stage when an output is routed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// The level.
    pub level: Level,
    /// The line, `None` where nothing is certified and no override holds.
    pub line: Option<Line>,
    /// This kind of account is back with people.
    pub is_segment_back: bool,
    /// Only people turn leads down.
    pub rejects_are_yours: bool,
}

/// Proof that the agent was allowed to go on alone; only [`route`] makes one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AutoReceipt {
    level: Level,
    certainty: f64,
    line: Line,
    checked_afterwards: bool,
}

impl AutoReceipt {
    /// The level that allowed it.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The line it is above.
    pub fn line(&self) -> Line {
        self.line
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

/// Routes one output of one stage.
pub fn route(standing: &Standing, confidence: &Confidence, exceptions: &[ExceptionKind], marked: bool) -> Route {
    if let Some(kind) = gravest_of(exceptions.iter().copied()) {
        return Route::Review(WhyReview::Exception { kind });
    }
    let Standing { level, line, is_segment_back, rejects_are_yours } = *standing;
    let is_overridden = line.is_some_and(|line| !line.is_certified());
    if level == Level::VerifyEverything && !is_overridden {
        return Route::Review(WhyReview::VerifyEverything);
    }
    if is_segment_back && !is_overridden {
        return Route::Review(WhyReview::SegmentBack);
    }
    if rejects_are_yours && !confidence.leans_to_accept() {
        return Route::Review(WhyReview::RejectsAreYours);
    }
    let certainty = confidence.certainty();
    let above = line.filter(|line| certainty >= line.threshold);
    match (level, marked, above) {
        (Level::VerifyExceptions, true, Some(_)) if !is_overridden => Route::Review(WhyReview::Marked),
        (_, _, Some(line)) => Route::Auto(AutoReceipt { level, certainty, line, checked_afterwards: marked }),
        (Level::StrategicOversight, _, None) => Route::Parked,
        (_, _, None) => Route::Review(WhyReview::BelowThreshold { certainty, threshold: line.map(|line| line.threshold) }),
    }
}

/// The exception named first of those that are not muted: hard floors before the others, then by the order of declaration.
pub fn gravest(exceptions: &[Exception]) -> Option<ExceptionKind> {
    gravest_of(exceptions.iter().filter(|exception| !exception.muted).map(|exception| exception.kind))
}

fn gravest_of(kinds: impl Iterator<Item = ExceptionKind>) -> Option<ExceptionKind> {
    kinds.min_by_key(|kind| (!kind.is_hard_floor(), *kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversight::event::Certificate;
    use crate::oversight::override_::{Lasts, Override, OverrideRequest};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn sure(p: f64) -> Confidence {
        Confidence { p, p_cal: p, variance: 0.1, information: 0.0 }
    }

    fn certified(threshold: f64) -> Line {
        let certificate =
            Certificate { promise: 0.80, risk: 0.10, threshold, pairs: 100, coverage: 0.3, feature_schema_version: 2, memory_version: 1 };
        Line::certified(certificate, threshold, 0.0)
    }

    fn at(level: Level) -> Standing {
        Standing { level, line: Some(certified(0.9)), ..Standing::default() }
    }

    #[test]
    fn the_table_of_levels() {
        let at = |level, p, marked| route(&at(level), &sure(p), &[], marked);
        assert!(matches!(at(Level::VerifyEverything, 0.99, false), Route::Review(WhyReview::VerifyEverything)));
        assert!(matches!(at(Level::VerifyExceptions, 0.99, true), Route::Review(WhyReview::Marked)));
        assert!(matches!(at(Level::VerifyExceptions, 0.90, false), Route::Auto(_)));
        assert!(matches!(at(Level::VerifyExceptions, 0.8999, false), Route::Review(WhyReview::BelowThreshold { .. })));
        assert!(matches!(at(Level::PeriodicAudit, 0.05, true), Route::Auto(receipt) if receipt.is_checked_afterwards()));
        assert_eq!(at(Level::StrategicOversight, 0.7, false), Route::Parked);
    }

    #[test]
    fn without_a_certificate_nothing_is_decided_alone() {
        let standing = Standing { line: None, ..at(Level::VerifyExceptions) };
        assert!(matches!(route(&standing, &sure(0.999), &[], false), Route::Review(_)));
    }

    #[test]
    fn a_kind_of_account_that_is_back_and_a_rejection_that_is_yours_go_to_a_person() {
        let back = Standing { is_segment_back: true, ..at(Level::PeriodicAudit) };
        assert_eq!(route(&back, &sure(0.99), &[], false), Route::Review(WhyReview::SegmentBack));
        let yours = Standing { rejects_are_yours: true, ..at(Level::PeriodicAudit) };
        assert_eq!(route(&yours, &sure(0.01), &[], false), Route::Review(WhyReview::RejectsAreYours));
        assert!(matches!(route(&yours, &sure(0.99), &[], false), Route::Auto(_)));
    }

    #[test]
    fn an_override_releases_at_level_1_and_says_that_nothing_certifies_it() {
        let request = OverrideRequest { threshold_percent: 80, lasts: Lasts::For(jiff::SignedDuration::from_hours(1)), typed: None };
        let given = Override::new(&request, Timestamp::UNIX_EPOCH).expect("80 needs no typing");
        let standing = Standing { line: Some(Line::overridden(given)), ..Standing::default() };
        let route_of = |p, marked, exceptions: &[ExceptionKind]| route(&standing, &sure(p), exceptions, marked);
        assert!(
            matches!(route_of(0.81, true, &[]), Route::Auto(receipt) if receipt.is_checked_afterwards() && !receipt.line().is_certified())
        );
        assert!(matches!(route_of(0.79, false, &[]), Route::Review(WhyReview::BelowThreshold { .. })));
        assert!(matches!(route_of(0.99, false, &[ExceptionKind::Suppressed]), Route::Review(WhyReview::Exception { .. })));
    }

    #[test]
    fn a_hard_floor_is_named_before_a_softer_exception() {
        let exceptions = [Exception::new(ExceptionKind::ThinEvidence, "x"), Exception::new(ExceptionKind::UnsourcedClaim, "x")];
        assert_eq!(gravest(&exceptions), Some(ExceptionKind::UnsourcedClaim));
    }

    proptest! {
        #[test]
        fn an_exception_always_leads_to_a_person(level in 0_usize..4, p in 0.0..1.0_f64, marked: bool, line in 0.0..1.0_f64, kind in 0_usize..ExceptionKind::ALL.len()) {
            let standing = Standing { line: Some(certified(line)), ..at(Level::ALL[level]) };
            let route = route(&standing, &sure(p), &[ExceptionKind::ALL[kind]], marked);
            prop_assert!(matches!(route, Route::Review(WhyReview::Exception { .. })), "{:?}", route);
        }

        #[test]
        fn at_level_1_nothing_goes_on_alone(p in 0.0..1.0_f64, marked: bool, line in 0.0..1.0_f64) {
            let standing = Standing { line: Some(certified(line)), ..Standing::default() };
            let route = route(&standing, &sure(p), &[], marked);
            prop_assert!(matches!(route, Route::Review(_)), "{:?}", route);
        }

        /// What goes on alone at some certainty goes on alone at every higher one.
        #[test]
        fn routing_is_monotone_in_certainty(level in 0_usize..4, low in 0.5..1.0_f64, more in 0.0..0.5_f64, marked: bool, line in 0.0..1.0_f64) {
            let standing = Standing { line: Some(certified(line)), ..at(Level::ALL[level]) };
            let goes_alone = |p: f64| matches!(route(&standing, &sure(p), &[], marked), Route::Auto(_));
            prop_assert!(!goes_alone(low) || goes_alone((low + more).min(1.0)));
        }

        /// What is suspected of a page, a lead or a draft can only bring a person in.
        #[test]
        fn an_exception_more_never_raises_autonomy(level in 0_usize..4, p in 0.0..1.0_f64, marked: bool, kind in 0_usize..ExceptionKind::ALL.len()) {
            let with = route(&at(Level::ALL[level]), &sure(p), &[ExceptionKind::ALL[kind]], marked);
            prop_assert!(!matches!(with, Route::Auto(_)));
        }
    }
}
