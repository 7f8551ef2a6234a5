//! The journal as it was lived: what was known and in force at every place of it.
//!
//! The state in use leaves out what was taken back since. A receipt did not: it knew every verdict that stood when it was
//! written. So this folds forward with what stood then, goes back where the journal itself took something back, and holds
//! every receipt, look and alarm against the state it names.

use crate::error::EngineError;
use crate::memory::{PAGE, Stated, first_touched, place_of, rewrites_the_past};
use autoreach_domain::decision::Event;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::route::Standing;
use autoreach_domain::oversight::routing::{Routing, StageRoute};
use autoreach_domain::oversight::segment::Segment;
use autoreach_learning::Trust;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_learning::trust::Fates;
use autoreach_store::Store;
use autoreach_store::journal::{self, Entry};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// States kept before turning points; further back it is folded from nothing.
const MOST_KEPT: usize = 32;

/// What does not follow from what was known when it was written.
#[derive(Debug, Default)]
pub(super) struct Unfounded {
    /// Items whose receipts record another confidence, level or line.
    pub(super) items: BTreeSet<ItemId>,
    /// Looks and alarms that the evidence did not ask for.
    pub(super) steps: u32,
}

/// Goes through the journal of a workflow and collects what is unfounded.
pub(super) async fn unfounded(store: &Store, workflow_id: WorkflowId) -> Result<Unfounded, EngineError> {
    let mut claims = claims(store, workflow_id).await?;
    let mut lived = Lived::new(store, workflow_id).await?;
    let mut found = Unfounded::default();
    loop {
        lived.check(claims.remove(&lived.place), &mut found);
        let entries = journal::events_after(store.read(), workflow_id, lived.place, PAGE).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            lived.check(claims.remove(&lived.place), &mut found);
            found.steps += u32::from(!lived.asks_for(&entry));
            lived.take(entry).await?;
        }
    }
    // A receipt that names a place where nothing of this workflow stands was not made from its journal.
    found.items.extend(claims.into_values().flatten().map(|claim| claim.item_id));
    Ok(found)
}

/// What one stage's receipt says was known and in force.
struct Claim {
    item_id: ItemId,
    segment: Segment,
    at: Timestamp,
    route: StageRoute,
}

/// All claims by the place in the journal they rest on. Receipts of older feature rules cannot be held against today's.
async fn claims(store: &Store, workflow_id: WorkflowId) -> Result<BTreeMap<u64, Vec<Claim>>, EngineError> {
    let mut claims: BTreeMap<u64, Vec<Claim>> = BTreeMap::new();
    for entry in journal::events_of_kinds(store.read(), workflow_id, &["routed"]).await? {
        let Event::Routed(routing) = entry.event else { continue };
        let Routing { item_id, segment, at, stages, .. } = *routing;
        for route in stages.into_iter().filter(|route| route.feature_schema_version == FEATURE_SCHEMA_VERSION) {
            claims.entry(route.memory_version).or_default().push(Claim { item_id, segment: segment.clone(), at, route });
        }
    }
    Ok(claims)
}

struct Lived<'a> {
    store: &'a Store,
    workflow_id: WorkflowId,
    trust: Trust,
    /// Place of the last entry folded.
    place: u64,
    /// What has a say in the fates of gestures, and the fates that follow from it.
    said: Vec<Event>,
    fates: Fates,
    stated: Stated,
    /// Places of the first verdicts of gestures that are taken back somewhere: the journal goes back to before them.
    turning_points: BTreeSet<u64>,
    /// States before the turning points passed, oldest first.
    kept: Vec<(u64, Trust)>,
}

impl<'a> Lived<'a> {
    async fn new(store: &'a Store, workflow_id: WorkflowId) -> Result<Self, EngineError> {
        let mut turning_points = BTreeSet::new();
        for entry in journal::events_of_kinds(store.read(), workflow_id, &["undone", "redone", "second_opinion"]).await? {
            let gesture_id = match entry.event {
                Event::Undone { gesture_id, .. } | Event::Redone { gesture_id, .. } => gesture_id,
                Event::SecondOpinion(opinion) => opinion.on,
                _ => continue,
            };
            turning_points.insert(place_of(store, workflow_id, gesture_id).await?);
        }
        let stated = Stated::default();
        let (trust, kept) = (Trust::new(&stated.prior()), Vec::new());
        Ok(Self { store, workflow_id, trust, place: 0, said: Vec::new(), fates: Fates::default(), stated, turning_points, kept })
    }

    fn check(&self, claims: Option<Vec<Claim>>, found: &mut Unfounded) {
        let unfounded = claims.into_iter().flatten().filter(|claim| !self.supports(claim));
        found.items.extend(unfounded.map(|claim| claim.item_id));
    }

    /// Is what a receipt says what the learner said and the ladder allowed? A card that a person asked for is routed as if
    /// nothing had been earned, whatever has.
    fn supports(&self, claim: &Claim) -> bool {
        let Claim { segment, at, route, .. } = claim;
        let recorded = Standing {
            level: route.level,
            line: route.line,
            is_segment_back: route.is_segment_back,
            rejects_are_yours: route.rejects_are_yours,
        };
        let in_force = self.trust.standing(route.stage, *at, segment);
        let confidence = self.trust.predict(route.stage, &route.features).confidence;
        confidence == route.confidence && (recorded == in_force || recorded == Standing::default())
    }

    /// Did the evidence ask for a look or an alarm that was written down by itself? Other events are the ladder's to judge.
    fn asks_for(&self, entry: &Entry) -> bool {
        let Event::Oversight { stage, by: None, change, .. } = &entry.event else { return true };
        let on = self.trust.on(*stage);
        match change {
            OversightEvent::Looked { certificates, .. } => {
                let version = certificates.first().map_or(self.place, |certificate| certificate.memory_version);
                let is_current = certificates.iter().all(|certificate| certificate.feature_schema_version == FEATURE_SCHEMA_VERSION);
                !is_current || on.memory.look_due(&on.ladder, version).as_ref() == Some(change)
            }
            OversightEvent::Alarm(alarm) => on.memory.alarms_due(&on.ladder).contains(alarm),
            OversightEvent::Promoted { .. }
            | OversightEvent::PulledBack { .. }
            | OversightEvent::FloorLowered { .. }
            | OversightEvent::SegmentTrusted { .. }
            | OversightEvent::AuditDrawn(_)
            | OversightEvent::AuditMissed { .. }
            | OversightEvent::OverrideGiven(_)
            | OversightEvent::OverrideEnded
            | OversightEvent::PolicySet(_) => true,
        }
    }

    async fn take(&mut self, entry: Entry) -> Result<(), EngineError> {
        let prior = self.stated.prior();
        self.stated.add(&entry.event);
        let starts_elsewhere = self.stated.prior() != prior;
        if !starts_elsewhere && !rewrites_the_past(&entry.event) {
            self.fold(&entry);
            return Ok(());
        }
        if Fates::KINDS.contains(&entry.event.kind()) {
            self.said.push(entry.event.clone());
        }
        let fates = Fates::of(self.said.iter().cloned());
        let settled_otherwise = fates.settled_otherwise(&self.fates);
        self.fates = fates;
        let touched = first_touched(self.store, std::slice::from_ref(&entry), &settled_otherwise).await?;
        let (first, sequence) = (if starts_elsewhere { 0 } else { touched }, entry.sequence);
        self.go_back(first, sequence).await
    }

    fn fold(&mut self, entry: &Entry) {
        let is_new = self.kept.last().is_none_or(|(place, _)| *place < entry.sequence);
        if is_new && self.turning_points.contains(&entry.sequence) {
            if self.kept.len() == MOST_KEPT {
                self.kept.remove(0);
            }
            self.kept.push((entry.sequence, self.trust.clone()));
        }
        let fates = &self.fates;
        self.trust.fold(entry.at, &entry.event, |gesture| fates.fate(gesture));
        self.place = entry.sequence;
    }

    /// Folds again from the newest state before `first` up to `until`, with what stands now.
    async fn go_back(&mut self, first: u64, until: u64) -> Result<(), EngineError> {
        self.kept.retain(|(place, _)| *place <= first);
        (self.place, self.trust) = match self.kept.last() {
            Some((place, before)) => (place - 1, before.clone()),
            None => (0, Trust::new(&self.stated.prior())),
        };
        while self.place < until {
            let entries = journal::events_after(self.store.read(), self.workflow_id, self.place, PAGE).await?;
            for entry in entries.iter().take_while(|entry| entry.sequence <= until) {
                self.fold(entry);
            }
        }
        Ok(())
    }
}
