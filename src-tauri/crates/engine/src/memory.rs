//! What the agent remembers: learners and ladders per workflow, a pure fold over the journal.
//!
//! What was learned skips gestures that were taken back and not given again, so undo really unlearns. States are kept in memory
//! together with the state before each of the last few gestures; a checkpoint in the store only saves time at start.
//! Whoever appends to the journal holds the lock on [`Memory`] from before the transaction until the fold has seen it.

use crate::error::EngineError;
use autoreach_domain::answers::ProfileAnswer;
use autoreach_domain::decision::Event;
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::opinion::Opinion;
use autoreach_domain::oversight::route::Standing;
use autoreach_learning::trust::{Fate, Fates};
use autoreach_learning::{Prior, Trust};
use autoreach_store::journal::Entry as Written;
use autoreach_store::tables::learner_checkpoint::{self, LearnerCheckpoint};
use autoreach_store::tables::{TableError, gesture};
use autoreach_store::{Store, journal};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Earlier states kept for a quick undo; an older one is folded again from the start.
const STATES_KEPT: usize = 6;
/// Events folded between two checkpoints in the store.
const EVENTS_PER_CHECKPOINT: u64 = 500;
/// More new events than this at once are a rebuild, not somebody deciding.
const EVENTS_OF_A_LIVE_STEP: usize = 50;
/// Journal entries read at a time.
pub(crate) const PAGE: u64 = 2_000;

/// What is remembered in a workspace.
#[derive(Default)]
pub(crate) struct Memory {
    workflows: BTreeMap<WorkflowId, WorkflowMemory>,
}

/// One workflow's learners and ladders, and where in the journal they stand.
pub(crate) struct WorkflowMemory {
    /// The state.
    pub(crate) trust: Trust,
    /// Place of the last journal entry folded.
    pub(crate) sequence: u64,
    saved_at: u64,
    /// The checkpoint in the store knows something that was taken back since: right after a start it would cost a whole fold.
    is_checkpoint_stale: bool,
    /// What was in force when the waiting items were looked at last; `None` = they must be looked at.
    pub(crate) waiting_seen_under: Option<Vec<Standing>>,
    /// States before the latest gestures, with the places of their first verdicts, oldest first.
    earlier: VecDeque<(u64, GestureId, Trust)>,
    /// What became of the gestures folded.
    fates: Fates,
}

impl Memory {
    /// The memory of a workflow, folded up to the end of the journal.
    pub(crate) async fn of(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<&mut WorkflowMemory, EngineError> {
        let memory = match self.workflows.entry(workflow_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(load(store, workflow_id).await?),
        };
        memory.catch_up(store, workflow_id).await?;
        memory.save_if_due(store, workflow_id).await?;
        Ok(memory)
    }

    /// Forgets everything held in memory for a workflow; the next look folds anew.
    pub(crate) fn forget(&mut self, workflow_id: WorkflowId) {
        self.workflows.remove(&workflow_id);
    }
}

impl WorkflowMemory {
    /// A state that has folded the journal up to a place.
    fn starting(trust: Trust, sequence: u64, fates: Fates) -> Self {
        let earlier = VecDeque::new();
        Self { trust, sequence, saved_at: sequence, is_checkpoint_stale: false, waiting_seen_under: None, earlier, fates }
    }

    /// Folds what was appended since. A gesture taken back sends the state to before it and folds on from there.
    async fn catch_up(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<(), EngineError> {
        loop {
            let events = journal::events_after(store.read(), workflow_id, self.sequence, PAGE).await?;
            let Some(last) = events.last().map(|entry| entry.sequence) else { return Ok(()) };
            let is_another_past = events.iter().any(|entry| rewrites_the_past(&entry.event));
            if is_another_past || self.starts_elsewhere(store, workflow_id, &events).await? {
                return self.fold_again(store, workflow_id, &events).await;
            }
            let is_live = events.len() < EVENTS_OF_A_LIVE_STEP;
            for entry in &events {
                if is_live {
                    self.keep_state_before(entry);
                }
                self.trust.fold(entry.at, &entry.event, |_| Fate::Holds);
            }
            self.sequence = last;
        }
    }

    /// Does an answer to the learned profile change what the fold starts from? Most do not.
    async fn starts_elsewhere(&self, store: &Store, workflow_id: WorkflowId, new: &[Written]) -> Result<bool, EngineError> {
        let is_answered = new.iter().any(|entry| matches!(entry.event, Event::ProfileAnswered { .. }));
        Ok(is_answered && latest_prior(store, workflow_id).await? != *self.trust.prior())
    }

    /// What became of the gestures folded.
    pub(crate) fn fates(&self) -> &Fates {
        &self.fates
    }

    /// The gestures of opinions that hold and fit.
    pub(crate) fn opinions_where(&self, fits: impl Fn(&Opinion) -> bool) -> Vec<GestureId> {
        self.fates.opinions().filter(|opinion| fits(opinion)).map(|opinion| opinion.gesture_id).collect()
    }

    /// A copy of the state costs a few milliseconds, so it is made for single gestures and not in a long fold.
    fn keep_state_before(&mut self, entry: &Written) {
        let Event::Decided(decision) = &entry.event else { return };
        if self.earlier.back().is_some_and(|(_, gesture_id, _)| *gesture_id == decision.gesture_id) {
            return;
        }
        if self.earlier.len() == STATES_KEPT {
            self.earlier.pop_front();
        }
        self.earlier.push_back((entry.sequence, decision.gesture_id, self.trust.clone()));
    }

    /// Folds again from the newest state before everything that was taken back.
    async fn fold_again(&mut self, store: &Store, workflow_id: WorkflowId, new: &[Written]) -> Result<(), EngineError> {
        let fates = fates(store, workflow_id).await?;
        let first_touched = first_touched(store, new, &fates.settled_otherwise(&self.fates)).await?;
        self.earlier.retain(|(place, ..)| *place <= first_touched);
        let (from, trust) = match self.earlier.back() {
            // The state before the verdict at `place` has folded everything below it.
            Some((place, _, before)) => (place - 1, before.clone()),
            None => (0, Trust::new(&latest_prior(store, workflow_id).await?)),
        };
        let (saved_at, is_checkpoint_stale) = (self.saved_at, true);
        let earlier = std::mem::take(&mut self.earlier);
        *self = Self { trust, sequence: from, saved_at, is_checkpoint_stale, waiting_seen_under: None, earlier, fates };
        self.fold_all(store, workflow_id).await
    }

    async fn fold_all(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<(), EngineError> {
        loop {
            let events = journal::events_after(store.read(), workflow_id, self.sequence, PAGE).await?;
            if events.is_empty() {
                return Ok(());
            }
            for entry in &events {
                self.trust.fold(entry.at, &entry.event, |gesture| self.fates.fate(gesture));
                self.sequence = entry.sequence;
            }
        }
    }

    /// Keeps a checkpoint in the store when enough has happened since the last.
    async fn save_if_due(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<(), EngineError> {
        if self.sequence < self.saved_at + EVENTS_PER_CHECKPOINT { Ok(()) } else { self.save(store, workflow_id).await }
    }

    /// Keeps a checkpoint where the one kept would not help at the next start. Taking it costs more than a person should wait
    /// for after an undo, so this is for quiet moments.
    pub(crate) async fn save_if_stale(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<(), EngineError> {
        if self.is_checkpoint_stale { self.save(store, workflow_id).await } else { Ok(()) }
    }

    async fn save(&mut self, store: &Store, workflow_id: WorkflowId) -> Result<(), EngineError> {
        if store.read_only_reason().is_some() {
            return Ok(());
        }
        let state = self.trust.to_snapshot();
        let checkpoint = LearnerCheckpoint { workflow_id, sequence: self.sequence, digest: self.trust.state_digest(), state };
        let tx = store.begin().await?;
        learner_checkpoint::keep(&*tx, checkpoint).await?;
        tx.commit().await?;
        (self.saved_at, self.is_checkpoint_stale) = (self.sequence, false);
        Ok(())
    }
}

/// Events after which the state is no longer the old state plus one step.
pub(crate) fn rewrites_the_past(event: &Event) -> bool {
    match event {
        Event::ProfileStated { .. }
        | Event::Undone { .. }
        | Event::Redone { .. }
        | Event::SecondOpinion(_)
        | Event::SeniorSet { .. }
        | Event::Unlearned { .. }
        | Event::Relearned { .. } => true,
        Event::Arrived { .. }
        | Event::Instructed { .. }
        | Event::Routed(_)
        | Event::Decided(_)
        | Event::Explained { .. }
        | Event::Oversight { .. }
        | Event::Style { .. }
        | Event::ProfileAnswered { .. }
        | Event::EraBegun { .. }
        | Event::Erased { .. }
        | Event::ExceptionMuted { .. } => false,
    }
}

/// The state from the checkpoint where there is a sound one, else from nothing.
async fn load(store: &Store, workflow_id: WorkflowId) -> Result<WorkflowMemory, EngineError> {
    let checkpoint = learner_checkpoint::get(store.read(), workflow_id).await?;
    let sound = checkpoint
        .and_then(|kept| Trust::from_snapshot(&kept.state).ok().filter(|t| t.state_digest() == kept.digest).map(|t| (kept.sequence, t)));
    if let Some((sequence, trust)) = sound {
        let fates = fates(store, workflow_id).await?;
        return Ok(WorkflowMemory::starting(trust, sequence, fates));
    }
    fold_from_nothing(store, workflow_id).await
}

/// The whole fold over the journal of a workflow.
pub(crate) async fn fold_from_nothing(store: &Store, workflow_id: WorkflowId) -> Result<WorkflowMemory, EngineError> {
    let trust = Trust::new(&latest_prior(store, workflow_id).await?);
    let fates = fates(store, workflow_id).await?;
    let mut memory = WorkflowMemory::starting(trust, 0, fates);
    memory.fold_all(store, workflow_id).await?;
    Ok(memory)
}

/// What became of the gestures by the end of the journal.
pub(crate) async fn fates(store: &Store, workflow_id: WorkflowId) -> Result<Fates, EngineError> {
    let entries = journal::events_of_kinds(store.read(), workflow_id, &Fates::KINDS).await?;
    Ok(Fates::of(entries.into_iter().map(|entry| entry.event)))
}

/// The gestures that are not learned from at the end of the journal.
pub(crate) async fn undone_gestures(store: &Store, workflow_id: WorkflowId) -> Result<BTreeSet<GestureId>, EngineError> {
    Ok(fates(store, workflow_id).await?.into_taken_back())
}

/// The prior of the profile stated last, with what people keep of it whatever the verdicts say.
pub(crate) async fn latest_prior(store: &Store, workflow_id: WorkflowId) -> Result<Prior, EngineError> {
    let mut stated = Stated::default();
    for entry in journal::events_of_kinds(store.read(), workflow_id, &["profile_stated", "profile_answered"]).await? {
        stated.add(&entry.event);
    }
    Ok(stated.prior())
}

/// What was said of the profile up to a place of the journal.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    means: Vec<(String, f64)>,
    kept: BTreeSet<String>,
}

impl Stated {
    /// Means by slot, and nothing that must be kept.
    pub(crate) fn of(means: Vec<(String, f64)>) -> Self {
        Self { means, kept: BTreeSet::new() }
    }

    /// One event more; others than those about the profile change nothing.
    pub(crate) fn add(&mut self, event: &Event) {
        match event {
            Event::ProfileStated { prior, .. } => self.means.clone_from(prior),
            Event::ProfileAnswered { slot, answer: ProfileAnswer::Keep, .. } => drop(self.kept.insert(slot.clone())),
            Event::ProfileAnswered { slot, .. } => drop(self.kept.remove(slot)),
            _ => {}
        }
    }

    /// The learner's prior.
    pub(crate) fn prior(&self) -> Prior {
        let mut prior = Prior::default();
        for (slot, mean) in &self.means {
            if *mean > 0.0 { prior.wanted(slot) } else { prior.unwanted(slot) }
        }
        self.kept.iter().flat_map(|slot| autoreach_agents::adoption::kept_with(slot)).for_each(|slot| prior.keep(slot));
        prior
    }
}

/// Place of a gesture's first verdict. The journal still knows it where the person it was about was erased and the gesture with
/// them; 0 where it does not.
pub(crate) async fn place_of(store: &Store, workflow_id: WorkflowId, gesture_id: GestureId) -> Result<u64, EngineError> {
    match gesture::get(store.read(), gesture_id).await {
        Ok(gesture) => return Ok(gesture.journal_sequence),
        Err(TableError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let given = journal::events_of_kinds(store.read(), workflow_id, &["decided", "second_opinion"]).await?;
    let is_its = |entry: &&Written| match &entry.event {
        Event::Decided(decision) => decision.gesture_id == gesture_id,
        Event::SecondOpinion(opinion) => opinion.gesture_id == gesture_id,
        _ => false,
    };
    Ok(given.iter().find(is_its).map_or(0, |entry| entry.sequence))
}

/// Place of the earliest verdict that the new events take back, give again or settle otherwise: 0 when the whole past
/// changes with them.
pub(crate) async fn first_touched(store: &Store, new: &[Written], settled_otherwise: &BTreeSet<GestureId>) -> Result<u64, EngineError> {
    let mut first = u64::MAX;
    let Some(workflow_id) = new.first().map(|entry| entry.event.workflow_id()) else { return Ok(first) };
    for gesture_id in settled_otherwise {
        first = first.min(place_of(store, workflow_id, *gesture_id).await?);
    }
    for entry in new {
        match &entry.event {
            Event::Undone { gesture_id, .. } | Event::Redone { gesture_id, .. } => {
                first = first.min(place_of(store, workflow_id, *gesture_id).await?);
            }
            Event::ProfileStated { .. } | Event::ProfileAnswered { .. } | Event::Unlearned { .. } | Event::Relearned { .. } => {
                return Ok(0);
            }
            Event::Arrived { .. }
            | Event::Instructed { .. }
            | Event::Routed(_)
            | Event::Decided(_)
            | Event::Explained { .. }
            | Event::Oversight { .. }
            | Event::SecondOpinion(_)
            | Event::SeniorSet { .. }
            | Event::Style { .. }
            | Event::EraBegun { .. }
            | Event::Erased { .. }
            | Event::ExceptionMuted { .. } => {}
        }
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn the_state_in_use_is_the_fold_from_nothing_byte_for_byte() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
        let workflow = desk.engine.workflow(None).await.expect("there is one");
        let anew = fold_from_nothing(&desk.engine.store, workflow.id).await.expect("folds");
        assert_eq!(anew.trust.digest(), desk.learner_digest().await);
    }

    #[tokio::test]
    async fn a_checkpoint_saves_time_and_changes_nothing() {
        let desk = Desk::with_a_queue().await;
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let mut memory = fold_from_nothing(&desk.engine.store, workflow_id).await.expect("folds");
        memory.sequence += EVENTS_PER_CHECKPOINT;
        memory.save_if_due(&desk.engine.store, workflow_id).await.expect("saves");
        assert_eq!(memory.saved_at, memory.sequence);
        let loaded = load(&desk.engine.store, workflow_id).await.expect("loads");
        assert_eq!((loaded.sequence, loaded.trust.digest()), (memory.sequence, memory.trust.digest()));
    }

    #[tokio::test]
    async fn an_undo_makes_nobody_wait_for_a_checkpoint_and_a_quiet_moment_keeps_one() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        desk.engine.undo(None).await.expect("undoes");
        let kept = || learner_checkpoint::get(desk.engine.store.read(), workflow_id);
        let before = kept().await.expect("reads").map(|kept| kept.sequence);
        desk.engine.settle_trust(workflow_id).await.expect("settles");
        let after = kept().await.expect("reads").expect("is kept");
        assert_ne!(before, Some(after.sequence));
        assert_eq!(Trust::from_snapshot(&after.state).expect("reads").digest(), desk.learner_digest().await);
    }

    #[tokio::test]
    async fn the_first_decision_after_a_start_goes_through_when_a_checkpoint_is_due() {
        let desk = Desk::with_a_queue().await;
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let gesture_id = GestureId::new(crate::testing::noon(), [7; 10]);
        let explained = Event::Explained { workflow_id, gesture_id, reasons: Vec::new(), note: String::new() };
        let many = vec![explained; EVENTS_PER_CHECKPOINT as usize];
        let tx = desk.engine.store.begin().await.expect("begins");
        journal::append(&*tx, &many, crate::testing::noon()).await.expect("appends");
        learner_checkpoint::forget(&*tx, workflow_id).await.expect("forgets");
        tx.commit().await.expect("commits");
        let desk = desk.reopen(crate::testing::noon() + jiff::SignedDuration::from_mins(5)).await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("a checkpoint must not be written inside the decision");
    }

    #[tokio::test]
    async fn a_changed_profile_starts_the_fold_from_the_new_prior() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let before = desk.learner_digest().await;
        let mut definition = desk.engine.workflow(None).await.expect("there is one").definition;
        definition.icp.head_count = None;
        desk.engine.set_workflow(definition).await.expect("changes");
        assert_ne!(desk.learner_digest().await, before);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }
}
