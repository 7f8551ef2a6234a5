//! What is known and trusted of one workflow: a pure fold over its journal, stage by stage.
//!
//! Two things are folded side by side. What was *learned* leaves out every verdict that was taken back, as if it had never
//! been given; the *ladder* follows the journal as it happened, because a level that was granted was granted. The same
//! journal gives the same bytes. [`Trust::due`] names what must be written next (looks, alarms, pull-backs); the fold
//! itself never acts.

mod fates;
pub mod stage;
mod written;

pub use fates::{Fate, Fates};
pub use written::style_event;

use crate::fold::{FEATURE_SCHEMA_VERSION, LearningError, Prediction};
use crate::prior::Prior;
use crate::snapshot;
use crate::style::StyleMemory;
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Decision, Event, Stage, Verdict};
use autoreach_domain::ids::GestureId;
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::judgement::{Judgement, has_own_verdict};
use autoreach_domain::oversight::ladder::Ladder;
use autoreach_domain::oversight::marks::rate_in_force;
use autoreach_domain::oversight::route::Standing;
use autoreach_domain::oversight::segment::Segment;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stage::StageMemory;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Learner and ladder of one stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StageTrust {
    /// What was learned.
    pub memory: StageMemory,
    /// What may be done with it.
    pub ladder: Ladder,
}

/// All stages of one workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trust {
    schema: u32,
    stages: Vec<StageTrust>,
    /// Shared between states that are copied for a quick undo.
    #[serde(with = "stage::shared")]
    style: Arc<StyleMemory>,
}

impl Trust {
    /// A workflow nobody has reviewed for. The stated profile is about leads and says nothing of facts and mails.
    pub fn new(prior: &Prior) -> Self {
        let stage = |stage: &Stage| {
            let prior = if *stage == Stage::Qualification { prior.clone() } else { Prior::default() };
            StageTrust { memory: StageMemory::new(*stage, prior), ladder: Ladder::default() }
        };
        Self { schema: FEATURE_SCHEMA_VERSION, stages: Stage::ALL.iter().map(stage).collect(), style: Arc::default() }
    }

    /// How this team wants its mails to read.
    pub fn style(&self) -> &StyleMemory {
        &self.style
    }

    /// One stage.
    pub fn on(&self, stage: Stage) -> &StageTrust {
        &self.stages[stage as usize]
    }

    fn on_mut(&mut self, stage: Stage) -> &mut StageTrust {
        &mut self.stages[stage as usize]
    }

    /// What was stated of leads before the first verdict.
    pub fn prior(&self) -> &Prior {
        self.on(Stage::Qualification).memory.learner().prior()
    }

    /// What a stage's learner believes.
    pub fn predict(&self, stage: Stage, features: &Features) -> Prediction {
        self.on(stage).memory.learner().predict(features)
    }

    /// Folds one journal entry. `fate` says what became of a gesture by the end of the journal.
    pub fn fold(&mut self, at: Timestamp, event: &Event, fate: impl Fn(GestureId) -> Fate) {
        match event {
            Event::Arrived { features, .. } => self.on_mut(Stage::Qualification).memory.arrive(features),
            Event::Routed(routing) => {
                for route in &routing.stages {
                    let memory = &mut self.on_mut(route.stage).memory;
                    if routing.card_version == 1 && !routing.again && route.stage != Stage::Qualification {
                        memory.arrive(&route.features);
                    }
                    memory.routed(routing, route);
                }
            }
            Event::Decided(decision) => {
                let fate = fate(decision.gesture_id);
                self.decided(decision, fate);
                if fate != Fate::TakenBack {
                    self.write_as(event);
                }
            }
            Event::Oversight { stage, change, .. } => {
                let StageTrust { memory, ladder } = self.on_mut(*stage);
                ladder.fold(at, change);
                memory.follow(change, ladder.promise());
            }
            Event::Undone { gesture_id, .. } => self.set_undone(|gesture| gesture == *gesture_id, true),
            Event::Redone { gesture_id, .. } => self.set_undone(|gesture| gesture == *gesture_id, false),
            Event::Unlearned { gestures, .. } => self.set_undone(|gesture| gestures.contains(&gesture), true),
            Event::Relearned { gestures, .. } => self.set_undone(|gesture| gestures.contains(&gesture), false),
            Event::Explained { gesture_id, reasons, .. } => {
                self.stages.iter_mut().for_each(|stage| stage.ladder.explain(*gesture_id, reasons));
            }
            Event::Style { .. } => self.write_as(event),
            Event::EraBegun { old_weight, .. } => self.stages.iter_mut().for_each(|StageTrust { memory, ladder }| {
                ladder.begin_era(at);
                memory.begin_era(*old_weight);
            }),
            // What is stated, and what a person keeps of it, is the prior the whole fold starts from; an opinion, and whose word
            // settles it, is learned with the verdict it is about, at that one's place.
            Event::ProfileStated { .. } | Event::ProfileAnswered { .. } | Event::SecondOpinion(_) | Event::SeniorSet { .. } => {}
            // What stops the agent, or how a mail shall be written anew, is no evidence of how well it does.
            Event::ExceptionMuted { .. } | Event::Instructed { .. } | Event::Erased { .. } => {}
        }
    }

    fn decided(&mut self, decision: &Decision, fate: Fate) {
        let is_undone = fate == Fate::TakenBack;
        if let Some(judgement) = Judgement::of(decision) {
            self.on_mut(decision.stage).ladder.judge(judgement);
        }
        if decision.verdict == Verdict::Reject {
            let later = self.stages.iter_mut().skip(decision.stage as usize + 1);
            later.for_each(|stage| stage.ladder.note_not_asked(decision.item_id));
        }
        let StageTrust { memory, ladder } = self.on_mut(decision.stage);
        if has_own_verdict(decision) && !is_undone {
            let segment = decision.segment.clone().unwrap_or_else(Segment::pooled);
            let weight = memory.weight(decision);
            memory.learn(decision, fate, weight, &ladder.watched_as(&segment));
        }
    }

    fn write_as(&mut self, event: &Event) {
        if let Some(event) = style_event(event) {
            Arc::make_mut(&mut self.style).apply(&event);
        }
    }

    fn set_undone(&mut self, is_of: impl Fn(GestureId) -> bool, is_undone: bool) {
        self.stages.iter_mut().for_each(|stage| stage.ladder.set_undone(&is_of, is_undone));
    }

    /// What must be written into the journal now, stage by stage; to be asked again after each was folded.
    pub fn due(&self, at: Timestamp, today: Date, memory_version: u64) -> Vec<(Stage, OversightEvent)> {
        let of = |(stage, trust): (&Stage, &StageTrust)| {
            let StageTrust { memory, ladder } = trust;
            let alarms: Vec<OversightEvent> = memory.alarms_due(ladder).into_iter().map(OversightEvent::Alarm).collect();
            // An alarm comes before everything else: what it takes away must not be certified a moment before.
            let due = if alarms.is_empty() {
                let look = memory.look_due(ladder, memory_version);
                ladder.due(at, today).into_iter().chain(look).collect()
            } else {
                alarms
            };
            due.into_iter().map(|event| (*stage, event)).collect::<Vec<_>>()
        };
        Stage::ALL.iter().zip(&self.stages).flat_map(of).collect()
    }

    /// What is in force for a kind of account at an instant.
    pub fn standing(&self, stage: Stage, at: Timestamp, segment: &Segment) -> Standing {
        let StageTrust { memory, ladder } = self.on(stage);
        Standing {
            level: ladder.level(),
            line: ladder.line(at, FEATURE_SCHEMA_VERSION, |threshold| memory.learner().calibrated(threshold)),
            is_segment_back: ladder.is_segment_back(segment),
            rejects_are_yours: stage != Stage::Qualification || !ladder.policy().rejects_alone,
        }
    }

    /// Share of a stage's items drawn for a check.
    pub fn mark_rate(&self, stage: Stage, at: Timestamp) -> f64 {
        let ladder = &self.on(stage).ladder;
        rate_in_force(ladder.level(), ladder.override_at(at).is_some(), ladder.policy().mark_rate, ladder.is_amber())
    }

    /// Events of the journal that did not follow from the evidence before them; none in a sound journal.
    pub fn refused_steps(&self) -> u32 {
        self.stages.iter().map(|stage| stage.ladder.refused()).sum()
    }

    /// Gestures still learned from, by a test on their verdicts.
    pub fn gestures(&self, wanted: impl Fn(&Judgement) -> bool) -> BTreeSet<GestureId> {
        let judgements = self.stages.iter().flat_map(|stage| stage.ladder.judgements());
        judgements.filter(|judgement| !judgement.is_undone && wanted(judgement)).map(|judgement| judgement.gesture_id).collect()
    }

    /// SHA-256 over everything learned: equal digests mean that everything the learners and monitors will ever say is equal.
    /// The ladder is not in it: that something was taken back is part of its history.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for stage in &self.stages {
            hasher.update(snapshot::digest(&stage.memory));
        }
        hasher.update(self.style.digest());
        hasher.finalize().into()
    }

    /// The state as bytes, to be kept beside the journal.
    pub fn to_snapshot(&self) -> Vec<u8> {
        snapshot::to_bytes(self)
    }

    /// SHA-256 over everything, ladders included: what a checkpoint is recognised by, and what `verify` compares, so that
    /// nobody can be given a level by a file.
    pub fn state_digest(&self) -> [u8; 32] {
        snapshot::digest(self)
    }

    /// The state a snapshot was taken of.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, LearningError> {
        let trust: Self = snapshot::from_bytes(bytes)?;
        if trust.stages.len() == Stage::ALL.len() { Ok(trust) } else { Err(LearningError::SnapshotOutdated { found: trust.schema }) }
    }
}
