//! What people do about trust: confirm a step, go down, override, set, and take lessons back.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::oversight::event::{OversightEvent, PullBack};
use autoreach_domain::oversight::judgement::local_day;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::override_::{Lasts, Override, OverrideRequest};
use autoreach_domain::oversight::policy::Policy;
use autoreach_store::journal;
use jiff::SignedDuration;
use jiff::civil::Date;

/// How long an override is asked for: minutes, or until somebody ends it.
pub type Duration = Option<u32>;

impl Engine {
    /// Confirms the step up that is proposed; refused when the evidence does not support one. Gives the level, and how many
    /// waiting items the agent could go on with.
    pub async fn promote(&self, workflow_id: WorkflowId, stage: Stage) -> Result<(Level, usize), EngineError> {
        let mut memory = self.memory.lock().await;
        let ladder = &memory.of(&self.store, workflow_id).await?.trust.on(stage).ladder;
        let (to, evidence) = ladder.proposal(self.now()).ok_or(EngineError::NoStepUp)?;
        let evidence = evidence.into_iter().map(|requirement| requirement.words).collect();
        let event = OversightEvent::Promoted { to, evidence };
        self.write_down(&mut memory, workflow_id, vec![(stage, event)], Some(&self.reviewer())).await?;
        Ok((to, self.decide_waiting(&mut memory, workflow_id).await?))
    }

    /// Goes one level down, and takes back what has not left.
    pub async fn pull_back(&self, workflow_id: WorkflowId, stage: Stage) -> Result<Level, EngineError> {
        let mut memory = self.memory.lock().await;
        let level = memory.of(&self.store, workflow_id).await?.trust.on(stage).ladder.level();
        let to = level.below().ok_or(EngineError::LowestLevel)?;
        let event = OversightEvent::PulledBack { to, why: PullBack::ByHand };
        self.write_down(&mut memory, workflow_id, vec![(stage, event)], Some(&self.reviewer())).await?;
        Ok(to)
    }

    /// Releases more than is certified, for a while and in the open. `lasts` in minutes; `None` = until it is ended. Gives how many
    /// waiting items the agent could go on with.
    pub async fn set_override(
        &self,
        workflow_id: WorkflowId,
        stage: Stage,
        threshold_percent: u8,
        lasts: Duration,
        typed: Option<String>,
    ) -> Result<usize, EngineError> {
        let lasts = lasts.map_or(Lasts::UntilRevoked, |minutes| Lasts::For(SignedDuration::from_mins(i64::from(minutes))));
        let given = Override::new(&OverrideRequest { threshold_percent, lasts, typed }, self.now())?;
        let mut memory = self.memory.lock().await;
        self.write_down(&mut memory, workflow_id, vec![(stage, OversightEvent::OverrideGiven(given))], Some(&self.reviewer())).await?;
        self.decide_waiting(&mut memory, workflow_id).await
    }

    /// Ends an override, and takes back what has not left.
    pub async fn end_override(&self, workflow_id: WorkflowId, stage: Stage) -> Result<(), EngineError> {
        let mut memory = self.memory.lock().await;
        self.write_down(&mut memory, workflow_id, vec![(stage, OversightEvent::OverrideEnded)], Some(&self.reviewer())).await
    }

    /// Changes the settings of a stage; what lies outside the limits is moved to the nearest.
    pub async fn set_policy(&self, workflow_id: WorkflowId, stage: Stage, policy: Policy) -> Result<Policy, EngineError> {
        let policy = policy.within_limits();
        let mut memory = self.memory.lock().await;
        self.write_down(&mut memory, workflow_id, vec![(stage, OversightEvent::PolicySet(policy))], Some(&self.reviewer())).await?;
        Ok(policy)
    }

    /// Learns no longer from what was decided on a day, or by a reviewer, or both; what those decisions did stands. Gives
    /// how many gestures that were.
    pub async fn unlearn(&self, workflow_id: WorkflowId, day: Option<Date>, reviewer: Option<&str>) -> Result<usize, EngineError> {
        if day.is_none() && reviewer.is_none() {
            return Err(EngineError::NothingNamed);
        }
        let mut memory = self.memory.lock().await;
        let by = self.gestures_by(workflow_id, reviewer).await?;
        let of = |day_of: Date| day.is_none_or(|day| day == day_of);
        let known = memory.of(&self.store, workflow_id).await?;
        let is_meant = |day: Date, gesture: GestureId| of(day) && by.as_ref().is_none_or(|by| by.contains(&gesture));
        let mut gestures = known.trust.gestures(|judgement| is_meant(judgement.day, judgement.gesture_id));
        gestures
            .extend(known.opinions_where(|opinion| is_meant(local_day(opinion.decided_at, opinion.tz_offset_minutes), opinion.gesture_id)));
        if gestures.is_empty() {
            return Err(EngineError::NothingToUnlearn);
        }
        let what = [day.map(|day| format!("all of {day}")), reviewer.map(|name| format!("all by {name}"))];
        let what = what.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let count = gestures.len();
        let event = Event::Unlearned { workflow_id, gestures: gestures.into_iter().collect(), reviewer: self.reviewer(), what };
        let tx = self.store.begin().await?;
        journal::append(&*tx, &[event], self.now()).await?;
        tx.commit().await?;
        self.relearn(&mut memory, workflow_id).await;
        self.settle_after(&mut memory, workflow_id).await;
        Ok(count)
    }

    /// The gestures of a reviewer; `None` when none is named.
    async fn gestures_by(
        &self,
        workflow_id: WorkflowId,
        reviewer: Option<&str>,
    ) -> Result<Option<std::collections::BTreeSet<GestureId>>, EngineError> {
        let Some(name) = reviewer else { return Ok(None) };
        let decided = journal::events_of_kinds(self.store.read(), workflow_id, &["decided", "second_opinion"]).await?;
        let theirs = decided.into_iter().filter_map(|entry| match entry.event {
            Event::Decided(decision) if decision.reviewer.as_str() == name => Some(decision.gesture_id),
            Event::SecondOpinion(opinion) if opinion.vote.reviewer.as_str() == name => Some(opinion.gesture_id),
            _ => None,
        });
        Ok(Some(theirs.collect()))
    }
}
