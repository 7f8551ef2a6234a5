//! The ladder of one workflow and stage: a pure fold over verdicts and oversight events, in the order of the journal.
//!
//! [`Ladder::apply`] refuses a step up that the folded evidence does not support, so no path can raise a level without
//! it. [`Ladder::due`] names what must happen by itself (a pull-back, a lower floor, a missed audit); whoever keeps the
//! journal writes it down in the same transaction, and only then does it hold. Verdicts that were taken back stay in the
//! list and count for nothing. What a level lets through is [`super::route`]'s business, how alarms arise the monitors'.

use super::audit::{AuditRecord, MISSED_BEFORE_PULL_BACK};
use super::event::{Alarm, Certificate, OversightEvent, PullBack};
use super::floor::{self, FIRST_FLOOR, certainty_floor};
use super::judgement::Judgement;
use super::level::Level;
use super::line::Line;
use super::override_::Override;
use super::policy::Policy;
use super::segment::{Segment, Tracked};
use super::steps::{LADDER_PROMISE, Requirement, requirements, still_stands};
use crate::decision::{Channel, Reason};
use crate::ids::{GestureId, ItemId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The stricter promise, used at level 2 where it is certified (`learning.md` 4.8).
pub const STRICT_PROMISE: f64 = 0.90;
/// A second red within this many days costs every level (`learning.md` 4.7).
const SECOND_RED_WITHIN_DAYS: i64 = 14;

/// Why an event cannot follow from what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not one level up, or the evidence is not there.
    #[error("this step up is not supported by the evidence")]
    Unsupported,
    /// A pull-back that leads up or nowhere.
    #[error("a pull-back leads to a lower level")]
    NotLower,
    /// A floor nobody has earned.
    #[error("the floor cannot be lowered yet")]
    FloorTooEarly,
    /// A certificate with numbers that make no sense.
    #[error("this certificate makes no sense")]
    NoCertificate,
}

/// One step up that was granted, with what it started from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Granted {
    to: Level,
    at: Timestamp,
    level_before_since: Option<Timestamp>,
}

/// What is known of one stage's trust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    policy: Policy,
    level: Level,
    since: Option<Timestamp>,
    granted: Vec<Granted>,
    judgements: Vec<Judgement>,
    certificates: Vec<Certificate>,
    floor: f64,
    /// Verdicts after this instant count towards a lower floor, on top of those that earned the present one.
    floor_since: Option<Timestamp>,
    floor_earned: usize,
    is_amber: bool,
    reds: Vec<Timestamp>,
    /// An alarm that no pull-back has answered yet.
    unanswered: Option<PullBack>,
    tracked: Tracked,
    segments_back: BTreeSet<Segment>,
    audits: Vec<AuditRecord>,
    given: Option<Override>,
    refused: u32,
    /// The start of the era; verdicts from before it support no step.
    #[serde(default)]
    era: Option<Timestamp>,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            level: Level::default(),
            since: None,
            granted: Vec::new(),
            judgements: Vec::new(),
            certificates: Vec::new(),
            floor: FIRST_FLOOR,
            floor_since: None,
            floor_earned: 0,
            is_amber: false,
            reds: Vec::new(),
            unanswered: None,
            tracked: Tracked::default(),
            segments_back: BTreeSet::new(),
            audits: Vec::new(),
            given: None,
            refused: 0,
            era: None,
        }
    }
}

impl Ladder {
    /// Counts one verdict in.
    pub fn judge(&mut self, judgement: Judgement) {
        self.tracked.admit(&judgement.segment);
        if judgement.channel == Channel::Audit {
            self.audits.iter_mut().for_each(|audit| audit.note(judgement.item_id, judgement.agreed));
        }
        if judgement.is_critical {
            self.unanswered = Some(PullBack::CriticalMiss);
        }
        self.judgements.push(judgement);
    }

    /// Reasons given after a verdict can make it a critical miss.
    pub fn explain(&mut self, gesture: GestureId, reasons: &[Reason]) {
        for judgement in self.judgements.iter_mut().filter(|judgement| judgement.gesture_id == gesture && !judgement.is_undone) {
            judgement.explain(reasons);
            if judgement.is_critical {
                self.unanswered = Some(PullBack::CriticalMiss);
            }
        }
    }

    /// Takes the verdicts of some gestures out of the evidence, or puts them back.
    pub fn set_undone(&mut self, is_of: impl Fn(GestureId) -> bool, is_undone: bool) {
        self.judgements.iter_mut().filter(|judgement| is_of(judgement.gesture_id)).for_each(|judgement| judgement.is_undone = is_undone);
        let rests_on_nothing =
            self.granted.last().is_some_and(|step| step.to == self.level && !still_stands(self, step.to, step.level_before_since, step.at));
        match (rests_on_nothing, self.unanswered) {
            (true, None) => self.unanswered = Some(PullBack::EvidenceUndone),
            (false, Some(PullBack::EvidenceUndone)) => self.unanswered = None,
            (true | false, _) => {}
        }
    }

    /// Lets an event happen. What the evidence does not support is refused and changes nothing.
    pub fn apply(&mut self, at: Timestamp, event: &OversightEvent) -> Result<(), Refused> {
        match event {
            OversightEvent::Looked { certificates, .. } => certificates.iter().try_for_each(|certificate| self.certify(certificate))?,
            OversightEvent::Promoted { to, .. } => self.promote(at, *to)?,
            OversightEvent::PulledBack { to, .. } => self.pull_back(at, *to)?,
            OversightEvent::FloorLowered { to, .. } => self.lower_floor(*to)?,
            OversightEvent::Alarm(alarm) => self.take_alarm(at, alarm),
            OversightEvent::SegmentTrusted { segment } => drop(self.segments_back.remove(segment)),
            OversightEvent::AuditDrawn(draw) => self.audits.push(AuditRecord::new(draw.clone())),
            OversightEvent::AuditMissed { week } => self.miss_audit(*week),
            OversightEvent::OverrideGiven(given) => self.set_override(Some(*given)),
            OversightEvent::OverrideEnded => self.set_override(None),
            OversightEvent::PolicySet(policy) => self.policy = policy.within_limits(),
        }
        Ok(())
    }

    /// The same while folding a journal: what was refused is counted and left out.
    pub fn fold(&mut self, at: Timestamp, event: &OversightEvent) {
        if self.apply(at, event).is_err() {
            self.refused += 1;
        }
    }

    /// A new era begins: what was certified, and what the level rests on, speaks of the one before. As after an alarm no
    /// certificate holds and an override ends; more than after an alarm, all is level 1 again, because no verdict from before
    /// supports any level, and level 4 would park what it needs verdicts on. Kinds of accounts that are back with people stay.
    pub fn begin_era(&mut self, at: Timestamp) {
        self.era = Some(at);
        self.certificates.clear();
        self.granted.clear();
        (self.level, self.since) = (Level::VerifyEverything, Some(at));
        self.start_floor(at);
        (self.is_amber, self.unanswered, self.given) = (false, None, None);
    }

    /// What must happen by itself at this instant, in order. Asked again after each of them was written down.
    pub fn due(&self, at: Timestamp, today: Date) -> Vec<OversightEvent> {
        let mut due = Vec::new();
        let missed = self.audits.iter().filter(|audit| !audit.is_missed && !audit.is_done() && audit.draw.is_missed(today));
        due.extend(missed.map(|audit| OversightEvent::AuditMissed { week: audit.draw.week }));
        if let Some(why) = self.unanswered {
            due.extend(self.answer(at, why));
        } else if floor::applies(self.level) && !self.is_amber {
            let verdicts = self.verdicts_towards_floor();
            let to = certainty_floor(verdicts);
            if to < self.floor {
                due.push(OversightEvent::FloorLowered { to, verdicts });
            }
        }
        due
    }

    /// The next level, where everything it asks for is there: to be proposed to a person.
    pub fn proposal(&self, at: Timestamp) -> Option<(Level, Vec<Requirement>)> {
        let next = self.level.above()?;
        let needed = requirements(self, at);
        // At level 1 an alarm has nothing left to take, and must not stand in the way for ever.
        let is_alarm_waiting = self.unanswered.is_some_and(|why| self.answer(at, why).is_some());
        (!is_alarm_waiting && needed.iter().all(|requirement| requirement.is_met)).then_some((next, needed))
    }

    /// The certainty from which the agent may go on alone, `None` where it never may. `calibrated` turns a certified
    /// threshold into one on calibrated certainty; certificates of other feature rules than `schema` do not count.
    pub fn line(&self, at: Timestamp, schema: u32, calibrated: impl Fn(f64) -> f64) -> Option<Line> {
        if let Some(given) = self.override_at(at) {
            return Some(Line::overridden(given));
        }
        let certificate = match self.level {
            Level::VerifyEverything => return None,
            Level::VerifyExceptions => self.certificate(STRICT_PROMISE).or_else(|| self.certificate(LADDER_PROMISE)),
            Level::PeriodicAudit | Level::StrategicOversight => self.certificate(LADDER_PROMISE),
        };
        let certificate = certificate.filter(|certificate| certificate.feature_schema_version == schema)?;
        Some(Line::certified(*certificate, calibrated(certificate.threshold), self.floor))
    }

    /// The promise the spot checks are held against, 0 to 1.
    pub fn promise(&self) -> f64 {
        let is_strict = self.level == Level::VerifyExceptions && self.certificate(STRICT_PROMISE).is_some();
        if is_strict { STRICT_PROMISE } else { LADDER_PROMISE }
    }

    /// The certificate held for a promise.
    pub fn certificate(&self, promise: f64) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| (certificate.promise - promise).abs() < 1e-9)
    }

    /// All certificates held.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// When the level was entered; `None` = it is the first one.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The settings.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// When the present era began; `None` = it is the first.
    pub fn era(&self) -> Option<Timestamp> {
        self.era
    }

    /// Every verdict, taken back ones included.
    pub fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }

    /// A person turned an item down before this stage was asked: no audit of the stage waits for it.
    pub fn note_not_asked(&mut self, item: ItemId) {
        self.audits.iter_mut().for_each(|audit| audit.note_not_asked(item));
    }

    /// The audits drawn so far, oldest first.
    pub fn audits(&self) -> &[AuditRecord] {
        &self.audits
    }

    /// The lowest certainty that is enough, 0 to 1.
    pub fn floor(&self) -> f64 {
        self.floor
    }

    /// Is the sampling doubled?
    pub fn is_amber(&self) -> bool {
        self.is_amber
    }

    /// The latest red alarm.
    pub fn last_red(&self) -> Option<Timestamp> {
        self.reds.last().copied()
    }

    /// The override that holds at this instant.
    pub fn override_at(&self, at: Timestamp) -> Option<Override> {
        self.given.filter(|given| given.holds_at(at))
    }

    /// Is this kind of account back with people?
    pub fn is_segment_back(&self, segment: &Segment) -> bool {
        self.segments_back.contains(&self.watched_as(segment))
    }

    /// The kinds of accounts that are back with people.
    pub fn segments_back(&self) -> impl Iterator<Item = &Segment> {
        self.segments_back.iter()
    }

    /// The segment this kind of account is watched as.
    pub fn watched_as(&self, segment: &Segment) -> Segment {
        self.tracked.watched_as(segment)
    }

    /// Events of the journal that did not follow from the evidence; none in a sound journal.
    pub fn refused(&self) -> u32 {
        self.refused
    }

    fn certify(&mut self, certificate: &Certificate) -> Result<(), Refused> {
        let is_known_promise = [LADDER_PROMISE, STRICT_PROMISE].iter().any(|promise| (promise - certificate.promise).abs() < 1e-9);
        if !is_known_promise || !(0.5..=1.0).contains(&certificate.threshold) || !(0.0..=1.0).contains(&certificate.coverage) {
            return Err(Refused::NoCertificate);
        }
        self.certificates.retain(|held| (held.promise - certificate.promise).abs() >= 1e-9);
        self.certificates.push(*certificate);
        Ok(())
    }

    fn promote(&mut self, at: Timestamp, to: Level) -> Result<(), Refused> {
        let is_earned = self.proposal(at).is_some_and(|(next, _)| next == to);
        if !is_earned {
            return Err(Refused::Unsupported);
        }
        self.granted.push(Granted { to, at, level_before_since: self.since });
        if self.level == Level::VerifyEverything {
            self.start_floor(at);
        }
        (self.level, self.since) = (to, Some(at));
        self.unanswered = None;
        Ok(())
    }

    fn pull_back(&mut self, at: Timestamp, to: Level) -> Result<(), Refused> {
        if to >= self.level {
            return Err(Refused::NotLower);
        }
        self.granted.retain(|step| step.to <= to);
        (self.level, self.since) = (to, Some(at));
        self.start_floor(at);
        self.unanswered = None;
        self.given = None;
        self.is_amber = false;
        Ok(())
    }

    /// At level 1 an alarm concerns the override it found, and no later one.
    fn set_override(&mut self, given: Option<Override>) {
        self.given = given;
        if self.level == Level::VerifyEverything {
            self.unanswered = None;
        }
    }

    fn lower_floor(&mut self, to: f64) -> Result<(), Refused> {
        let is_earned = floor::applies(self.level) && !self.is_amber && to >= certainty_floor(self.verdicts_towards_floor());
        if !is_earned || to >= self.floor {
            return Err(Refused::FloorTooEarly);
        }
        self.floor = to;
        Ok(())
    }

    fn take_alarm(&mut self, at: Timestamp, alarm: &Alarm) {
        match alarm {
            Alarm::Amber => {
                self.is_amber = true;
                self.keep_floor(at);
            }
            Alarm::AmberEnded => {
                self.is_amber = false;
                self.keep_floor(at);
            }
            Alarm::Red { .. } => self.take_red(at, PullBack::SpotChecks),
            Alarm::Miscalibrated { .. } => self.take_red(at, PullBack::Calibration),
            Alarm::Segment { segment } => drop(self.segments_back.insert(segment.clone())),
        }
    }

    /// What was certified rested on how things were before the alarm.
    fn take_red(&mut self, at: Timestamp, why: PullBack) {
        let is_second =
            self.last_red().is_some_and(|red| at.duration_since(red) <= SignedDuration::from_hours(24 * SECOND_RED_WITHIN_DAYS));
        self.reds.push(at);
        self.certificates.clear();
        self.is_amber = false;
        self.unanswered = Some(match self.unanswered {
            Some(PullBack::CriticalMiss) => PullBack::CriticalMiss,
            _ if is_second => PullBack::SecondRed,
            _ => why,
        });
    }

    fn miss_audit(&mut self, week: Date) {
        let missed = self.audits.iter_mut().filter(|audit| audit.draw.week == week);
        missed.for_each(|audit| audit.is_missed = true);
        let in_a_row =
            self.audits.iter().rev().skip_while(|audit| !audit.is_missed && !audit.is_done()).take_while(|audit| audit.is_missed);
        if in_a_row.count() as u32 >= MISSED_BEFORE_PULL_BACK && self.unanswered.is_none() {
            self.unanswered = Some(PullBack::MissedAudits);
        }
    }

    /// The pull-back an alarm asks for. At level 1 there is only an override to end.
    fn answer(&self, at: Timestamp, why: PullBack) -> Option<OversightEvent> {
        if self.level == Level::VerifyEverything {
            return self.override_at(at).map(|_| OversightEvent::OverrideEnded);
        }
        let to = match why {
            PullBack::SecondRed | PullBack::CriticalMiss => Level::VerifyEverything,
            PullBack::SpotChecks | PullBack::Calibration | PullBack::MissedAudits | PullBack::EvidenceUndone | PullBack::ByHand => {
                self.level.below().unwrap_or_default()
            }
        };
        Some(OversightEvent::PulledBack { to, why })
    }

    fn start_floor(&mut self, at: Timestamp) {
        (self.floor, self.floor_since, self.floor_earned) = (FIRST_FLOOR, Some(at), 0);
    }

    /// What was earned so far stays; verdicts from before this instant support no lower floor.
    fn keep_floor(&mut self, at: Timestamp) {
        (self.floor_since, self.floor_earned) = (Some(at), floor::verdicts_behind(self.floor));
    }

    fn verdicts_towards_floor(&self) -> usize {
        let counts = |judgement: &&Judgement| !judgement.is_undone && self.floor_since.is_none_or(|since| judgement.at > since);
        self.floor_earned + self.judgements.iter().filter(counts).count()
    }
}
