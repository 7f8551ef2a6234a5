//! One stage's learner together with what watches it: the pairs a look judges by, and the monitors.
//!
//! Everything is folded over verdicts, arrivals and the alarms the journal holds. What is due (a look, an alarm) is read
//! off the state, so that a crash between a verdict and its alarm loses nothing.

use super::fates::Fate;
use crate::behaviour::{Pace, words_to_read};
use crate::fold::{FEATURE_SCHEMA_VERSION, Learner, Settled, Verdict};
use crate::monitor::{Alarm as SpotAlarm, CalibrationMonitor, SpotCheckMonitor};
use crate::prior::Prior;
use crate::threshold::{self, Arrival, Observed, Pair, Promise};
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Channel, Decision, Stage};
use autoreach_domain::ids::ItemId;
use autoreach_domain::oversight::event::{Alarm, Certificate, OversightEvent};
use autoreach_domain::oversight::judgement::was_right;
use autoreach_domain::oversight::ladder::{Ladder, STRICT_PROMISE};
use autoreach_domain::oversight::routing::{Routing, StageRoute};
use autoreach_domain::oversight::segment::{Segment, WATCHED_FROM};
use autoreach_domain::oversight::steps::LADDER_PROMISE;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Risk that a certified promise does not hold (`learning.md` 4.5).
const RISK: f64 = 0.10;
/// The first two looks are at 100 and 200 verdicts at the latest; from then on each is at twice the one before.
const FIRST_LOOK_AT_THE_LATEST: u64 = 200;
/// Verdicts for which a fit must hold before the next alarm counts as a first one again: the usual review minimum.
const A_FIT_HOLDS_FOR: u64 = 100;
/// Fewest verdicts a learner is fitted to after alarms in a row: the fewest reviews a workflow may ask for (`learning.md`
/// 4.5).
const FEWEST_KEPT: usize = 50;
/// Arrivals kept for the shares of a look; the window of pairs is 600, and some arrivals never become one.
const ARRIVALS_KEPT: usize = 1_500;
/// Mean observations between two false alarms of one segment, times the number of segments watched (`learning.md` 4.7).
const SEGMENT_RUN_LENGTH: f64 = 500.0;

/// What is learned of one stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StageMemory {
    stage: Stage,
    learner: Learner,
    evidence: Evidence,
    spot_checks: Watched<SpotCheckMonitor>,
    calibration: Watched<CalibrationMonitor>,
    /// In the order they were first checked.
    segments: Vec<(Segment, Watched<SpotCheckMonitor>)>,
    promise: f64,
    /// How fast each reviewer usually is.
    paces: BTreeMap<String, Pace>,
    /// Alarms in a row that came before the fit after the one before had held for [`A_FIT_HOLDS_FOR`] verdicts.
    #[serde(default)]
    refits_that_failed: u32,
}

/// A monitor with what it has seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Watched<M> {
    monitor: M,
    seen: u64,
    disagreed: u64,
}

impl<M> Watched<M> {
    fn new(monitor: M) -> Self {
        Self { monitor, seen: 0, disagreed: 0 }
    }

    fn count(&mut self, disagreed: bool) {
        self.seen += 1;
        self.disagreed += u64::from(disagreed);
    }
}

/// What the next look will judge by: everything since the last alarm.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Evidence {
    labels: u64,
    looked_at: u64,
    /// How each of the latest verdicts came about; `None` = it proves nothing.
    pairs: VecDeque<Option<Observed>>,
    arrivals: VecDeque<Arrived>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Arrived {
    item_id: ItemId,
    /// Shared, because states are copied for every verdict that may be taken back.
    #[serde(with = "shared")]
    features: Arc<Features>,
    observed: Observed,
}

/// A shared value is written as the value.
pub(super) mod shared {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub(in crate::trust) fn serialize<T: Serialize, S: Serializer>(value: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        value.as_ref().serialize(serializer)
    }

    pub(in crate::trust) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

impl StageMemory {
    /// A stage nothing is known of beyond what the team stated.
    pub fn new(stage: Stage, prior: Prior) -> Self {
        Self {
            stage,
            learner: Learner::new(prior),
            evidence: Evidence::default(),
            spot_checks: spot_checks(LADDER_PROMISE),
            calibration: Watched::new(CalibrationMonitor::new()),
            segments: Vec::new(),
            promise: LADDER_PROMISE,
            paces: BTreeMap::new(),
            refits_that_failed: 0,
        }
    }

    /// How much a verdict counts: less when it was rushed (`learning.md` 4.12). A verdict without a time was not timed.
    pub fn weight(&mut self, decision: &Decision) -> f64 {
        if decision.active_ms == 0 {
            return 1.0;
        }
        let pace = self.paces.entry(decision.reviewer.as_str().to_owned()).or_default();
        pace.observe(decision.active_ms, words_to_read(decision)).weight()
    }

    /// How fast a reviewer usually is; `None` before their first timed verdict.
    pub fn pace(&self, reviewer: &str) -> Option<&Pace> {
        self.paces.get(reviewer)
    }

    /// The learner.
    pub fn learner(&self) -> &Learner {
        &self.learner
    }

    /// Counts a queued lead for the encoder's running means.
    pub fn arrive(&mut self, features: &Features) {
        self.learner.arrive(features);
    }

    /// Notes where an item went: what the shares of a look are shares of. An item routed anew replaces itself.
    pub fn routed(&mut self, routing: &Routing, route: &StageRoute) {
        let (item_id, arrivals) = (routing.item_id, &mut self.evidence.arrivals);
        arrivals.retain(|arrival| arrival.item_id != item_id);
        let observed = if routing.needs_a_mark(route.stage) { Observed::OnlyWhenMarked } else { Observed::Always };
        arrivals.push_back(Arrived { item_id, features: Arc::new(route.features.clone()), observed });
        if arrivals.len() > ARRIVALS_KEPT {
            arrivals.pop_front();
        }
    }

    /// Learns from one verdict; where others judged the lead too, from what all of them amount to. The ladder counts the
    /// verdict as it was given: what was granted on it was granted.
    pub fn learn(&mut self, decision: &Decision, fate: Fate, weight: f64, segment: &Segment) {
        let is_watched = self.learner.labels() >= CalibrationMonitor::STARTS_AFTER;
        let label = self.take_in(decision, fate, weight);
        self.evidence.count(decision, label.is_some());
        let Some(right) = label.filter(|_| decision.channel != Channel::Overrule) else { return };
        let disagreed = (decision.p_before > 0.5) != right;
        if is_watched {
            let certainty = decision.p_cal_before.max(1.0 - decision.p_cal_before);
            self.calibration.count(disagreed);
            self.calibration.monitor.observe(certainty, disagreed);
        }
        if matches!(decision.channel, Channel::Mark | Channel::Audit) {
            self.spot_checks.count(disagreed);
            self.spot_checks.monitor.observe(disagreed);
            let watched = self.segment(segment);
            watched.count(disagreed);
            watched.monitor.observe(disagreed);
        }
    }

    /// Gives the learner the label; which it was, or `None` where as many people say yes as no.
    fn take_in(&mut self, decision: &Decision, fate: Fate, weight: f64) -> Option<bool> {
        let features = &decision.features;
        match fate {
            Fate::Settled(acceptance) if self.stage == Stage::Qualification => {
                self.learner.settle(&Settled { features, acceptance });
                ((acceptance - 0.5).abs() > f64::EPSILON).then_some(acceptance > 0.5)
            }
            Fate::Settled(_) | Fate::Holds | Fate::TakenBack => {
                let accepted = was_right(decision);
                self.learner.learn(&Verdict { features, accepted, weight, reviewer: decision.reviewer.as_str() });
                Some(accepted)
            }
        }
    }

    /// What the journal says happened to the stage, as far as it concerns what is learned; `promise` is the one in force
    /// after it.
    pub fn follow(&mut self, event: &OversightEvent, promise: f64) {
        match event {
            OversightEvent::Looked { pairs, .. } => self.evidence.looked_at = *pairs,
            OversightEvent::Alarm(Alarm::Red { .. }) => self.start_over(),
            OversightEvent::Alarm(Alarm::Miscalibrated { .. }) => {
                let kept = self.verdicts_to_keep();
                self.learner.keep_latest(kept);
                self.start_over();
            }
            OversightEvent::Alarm(Alarm::Segment { segment }) | OversightEvent::SegmentTrusted { segment } => {
                *self.segment(segment) = spot_checks(promise);
            }
            OversightEvent::Alarm(Alarm::Amber | Alarm::AmberEnded)
            | OversightEvent::Promoted { .. }
            | OversightEvent::PulledBack { .. }
            | OversightEvent::FloorLowered { .. }
            | OversightEvent::AuditDrawn(_)
            | OversightEvent::AuditMissed { .. }
            | OversightEvent::OverrideGiven(_)
            | OversightEvent::OverrideEnded
            | OversightEvent::PolicySet(_) => {}
        }
        if (promise - self.promise).abs() > 1e-9 {
            self.promise = promise;
            self.spot_checks = spot_checks(promise);
            self.segments.clear();
        }
    }

    /// A new era begins: earlier verdicts count `old_weight` of what they counted, and the evidence of looks and the monitors
    /// start over, as after an alarm.
    pub fn begin_era(&mut self, old_weight: f64) {
        self.learner.begin_era(old_weight);
        self.promise = LADDER_PROMISE;
        self.refits_that_failed = 0;
        self.start_over();
    }

    /// Alarms the state asks for that the ladder does not know of yet.
    pub fn alarms_due(&self, ladder: &Ladder) -> Vec<Alarm> {
        let (checks, calibration) = (&self.spot_checks, &self.calibration);
        if checks.monitor.is_red() {
            return vec![Alarm::Red { disagreed: checks.disagreed, checks: checks.seen }];
        }
        if calibration.monitor.is_alarmed() {
            return vec![Alarm::Miscalibrated { verdicts: calibration.seen, disagreed: calibration.disagreed }];
        }
        let mut due = Vec::new();
        match (checks.monitor.alarm(), ladder.is_amber()) {
            (SpotAlarm::Amber, false) => due.push(Alarm::Amber),
            (SpotAlarm::Calm, true) => due.push(Alarm::AmberEnded),
            (SpotAlarm::Calm | SpotAlarm::Amber | SpotAlarm::Red, _) => {}
        }
        let run_length = SEGMENT_RUN_LENGTH * self.segments.len().max(1) as f64;
        let alarmed = self.segments.iter().filter(|(segment, watched)| {
            watched.seen >= WATCHED_FROM as u64 && watched.monitor.evidence() >= run_length && !ladder.is_segment_back(segment)
        });
        due.extend(alarmed.map(|(segment, _)| Alarm::Segment { segment: segment.clone() }));
        due
    }

    /// The look that is due at this number of verdicts, if one is: what it certifies, possibly nothing.
    pub fn look_due(&self, ladder: &Ladder, memory_version: u64) -> Option<OversightEvent> {
        let minimum = ladder.policy().review_minimum;
        let promises: Vec<Promise> =
            [LADDER_PROMISE, STRICT_PROMISE].iter().filter_map(|agreement| Promise::new(*agreement, RISK)).collect();
        let since = self.evidence.looked_at.min(self.evidence.labels);
        let due: Vec<&Promise> = promises
            .iter()
            .filter(|promise| (since + 1..=self.evidence.labels).any(|pairs| threshold::is_look(pairs, minimum, promise)))
            .collect();
        if due.is_empty() {
            return None;
        }
        let (pairs, arrivals) = (self.pairs(ladder.policy().rejects_alone), self.arrivals());
        let certificates = due.into_iter().filter_map(|promise| {
            let threshold = threshold::select(&pairs, &arrivals, promise)?;
            let above = arrivals.iter().filter(|arrival| arrival.certainty >= threshold).count();
            Some(Certificate {
                promise: 1.0 - promise.tolerated_disagreement(),
                risk: RISK,
                threshold,
                pairs: self.evidence.labels,
                coverage: above as f64 / arrivals.len().max(1) as f64,
                feature_schema_version: FEATURE_SCHEMA_VERSION,
                memory_version,
            })
        });
        Some(OversightEvent::Looked { pairs: self.evidence.labels, certificates: certificates.collect() })
    }

    /// Verdicts since the last alarm, which the next look counts.
    pub fn pairs_since_alarm(&self) -> u64 {
        self.evidence.labels
    }

    /// At how many verdicts since the last alarm the next look is.
    pub fn next_look(&self, review_minimum: u64) -> u64 {
        let Some(promise) = Promise::new(LADDER_PROMISE, RISK) else { return u64::MAX };
        let farthest = 2 * self.evidence.labels.max(FIRST_LOOK_AT_THE_LATEST);
        (self.evidence.labels + 1..=farthest).find(|pairs| threshold::is_look(*pairs, review_minimum, &promise)).unwrap_or(farthest)
    }

    /// Disagreements and spot checks since the monitor started.
    pub fn spot_check_counts(&self) -> (u64, u64) {
        (self.spot_checks.disagreed, self.spot_checks.seen)
    }

    /// The latest verdicts as the present learner sees them without having been told them.
    fn pairs(&self, rejects_alone: bool) -> Vec<Pair> {
        let counts_rejections = self.stage == Stage::Qualification && rejects_alone;
        let left_out = self.learner.left_out(self.evidence.pairs.len());
        let pairs = left_out.iter().zip(&self.evidence.pairs);
        let pairs = pairs.filter_map(|(pair, observed)| {
            let enters = counts_rejections || pair.p > 0.5;
            let observed = observed.filter(|_| enters)?;
            Some(Pair { certainty: pair.p.max(1.0 - pair.p), agreed: (pair.p > 0.5) == pair.accepted, observed })
        });
        pairs.collect()
    }

    fn arrivals(&self) -> Vec<Arrival> {
        let score = |arrival: &Arrived| {
            let p = self.learner.predict(&arrival.features).confidence.p;
            Arrival { certainty: p.max(1.0 - p), observed: arrival.observed }
        };
        self.evidence.arrivals.iter().map(score).collect()
    }

    /// The monitor of a segment, started when it is first asked for.
    fn segment(&mut self, segment: &Segment) -> &mut Watched<SpotCheckMonitor> {
        let place = self.segments.iter().position(|(known, _)| known == segment).unwrap_or_else(|| {
            self.segments.push((segment.clone(), spot_checks(self.promise)));
            self.segments.len() - 1
        });
        &mut self.segments[place].1
    }

    /// How many verdicts the learner is fitted to after it was wrong about itself: 500 (`learning.md` 4.7), and half as many
    /// each time the fit before did not hold until the next look could come. What people want has changed then, and most of
    /// the 500 are of before.
    fn verdicts_to_keep(&mut self) -> usize {
        self.refits_that_failed = if self.evidence.labels < A_FIT_HOLDS_FOR { self.refits_that_failed + 1 } else { 0 };
        (CalibrationMonitor::REFIT_ON >> self.refits_that_failed.min(16)).max(FEWEST_KEPT)
    }

    /// After an alarm only what comes now counts.
    fn start_over(&mut self) {
        self.evidence = Evidence::default();
        self.spot_checks = spot_checks(self.promise);
        self.calibration = Watched::new(CalibrationMonitor::new());
        self.segments.clear();
    }
}

impl Evidence {
    /// What nobody can say is no pair to be judged by, and neither is a choice of the reviewer's.
    fn count(&mut self, decision: &Decision, is_settled: bool) {
        self.labels += 1;
        let observed = match decision.channel {
            Channel::Overrule => None,
            Channel::Mark | Channel::Audit => Some(Observed::OnlyWhenMarked),
            Channel::Review | Channel::Exception => Some(Observed::Always),
        };
        self.pairs.push_back(observed.filter(|_| is_settled));
        if self.pairs.len() > threshold::WINDOW {
            self.pairs.pop_front();
        }
    }
}

fn spot_checks(promise: f64) -> Watched<SpotCheckMonitor> {
    Watched::new(SpotCheckMonitor::new(1.0 - promise))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage that has learned from so many verdicts since it started over.
    fn judged(memory: &mut StageMemory, verdicts: u64) {
        for number in 0..verdicts {
            let mut features = Features::default();
            features.category("industry", ["food", "retail"][number as usize % 2]);
            memory.arrive(&features);
            memory.learner.learn(&Verdict { features: &features, accepted: number % 3 == 0, weight: 1.0, reviewer: "r1" });
            memory.evidence.labels += 1;
        }
    }

    fn kept_after_alarm(memory: &mut StageMemory) -> usize {
        memory.follow(&OversightEvent::Alarm(Alarm::Miscalibrated { verdicts: 1, disagreed: 1 }), LADDER_PROMISE);
        memory.learner.left_out(5_000).len()
    }

    #[test]
    fn a_fit_that_fails_at_once_is_made_to_half_as_many_verdicts() {
        let mut memory = StageMemory::new(Stage::Qualification, Prior::default());
        judged(&mut memory, 700);
        assert_eq!(kept_after_alarm(&mut memory), 500);
        judged(&mut memory, 20);
        assert_eq!(kept_after_alarm(&mut memory), 250);
        judged(&mut memory, 99);
        assert_eq!(kept_after_alarm(&mut memory), 125);
        for expected in [62, 50, 50] {
            judged(&mut memory, 15);
            assert_eq!(kept_after_alarm(&mut memory), expected);
        }
        judged(&mut memory, 600);
        assert_eq!(kept_after_alarm(&mut memory), 500, "a fit that held makes the next alarm a first one");
    }
}
