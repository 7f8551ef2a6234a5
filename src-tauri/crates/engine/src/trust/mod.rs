//! Trust as it is earned, used and lost: what happens by itself, what people do about it, and how it is shown.
//!
//! Whether a level holds is decided by `domain::oversight::ladder`; what the evidence says, by `learning::trust`. This writes
//! down what both ask for, in the journal, and carries out what follows: mails of a stage that was pulled back come back
//! before anybody else can send them.

mod actions;
mod audit;
mod era;
mod news;
mod replay;
mod show;
#[cfg(test)]
mod tests;
pub mod view;
mod what_if;
mod words;

pub use actions::Duration;
pub(crate) use audit::monday;
pub use era::EraBegun;
pub use news::TrustNews;
pub(crate) use replay::{certainty_points, past};

use crate::Engine;
use crate::error::EngineError;
use crate::memory::Memory;
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::route::WhyReview;
use autoreach_domain::review::{ItemState, Verdicts};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::sending::OutboxState;
use autoreach_store::tables::outbox;
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::{WriteTransaction, journal};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Rounds of "what is due now?" after one change: an alarm, its pull-back, a look are three. More would be a fault.
const MOST_ROUNDS: usize = 12;

impl Engine {
    /// The calendar day it is for the person at this computer; UTC in a simulated workspace, whose history must not depend
    /// on where it is replayed.
    pub(crate) fn today(&self) -> Date {
        let zone = if self.is_simulated { TimeZone::UTC } else { TimeZone::system() };
        self.now().to_zoned(zone).date()
    }

    /// Writes down everything that is due in a workflow (looks, alarms, pull-backs, lower floors, audits) and decides what waits
    /// and needs nobody any more; how many items that were.
    pub async fn settle_trust(&self, workflow_id: WorkflowId) -> Result<usize, EngineError> {
        if self.read_only_reason().is_some() {
            return Ok(0);
        }
        let mut memory = self.memory.lock().await;
        self.draw_audits(&mut memory, workflow_id).await?;
        self.settle_in(&mut memory, workflow_id).await?;
        let decided = self.decide_waiting(&mut memory, workflow_id).await?;
        memory.of(&self.store, workflow_id).await?.save_if_stale(&self.store, workflow_id).await?;
        Ok(decided)
    }

    /// The same after a change that is on disk: what goes wrong here must not be reported as a failure of the change, and is
    /// due again at the next one.
    pub(crate) async fn settle_after(&self, memory: &mut Memory, workflow_id: WorkflowId) {
        let outcome = match self.settle_in(memory, workflow_id).await {
            Ok(()) => self.try_lessons(memory, workflow_id).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            memory.forget(workflow_id);
            tracing::error!(cause = error.code(), "what was due could not be written down");
        }
    }

    async fn settle_in(&self, memory: &mut Memory, workflow_id: WorkflowId) -> Result<(), EngineError> {
        for _ in 0..MOST_ROUNDS {
            let known = memory.of(&self.store, workflow_id).await?;
            let due = known.trust.due(self.now(), self.today(), known.sequence);
            if due.is_empty() {
                return Ok(());
            }
            self.write_down(memory, workflow_id, due, None).await?;
        }
        tracing::error!("what is due does not come to an end");
        Ok(())
    }

    /// Journals events of trust and carries out what follows from them, in one transaction.
    pub(crate) async fn write_down(
        &self,
        memory: &mut Memory,
        workflow_id: WorkflowId,
        events: Vec<(Stage, OversightEvent)>,
        by: Option<&Reviewer>,
    ) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        if events.iter().any(|(_, event)| takes_mails_back(event)) {
            recall(&tx, workflow_id).await?;
        }
        let entries = events.into_iter().map(|(stage, change)| Event::Oversight { workflow_id, stage, by: by.cloned(), change });
        journal::append(&*tx, &entries.collect::<Vec<_>>(), self.now()).await?;
        tx.commit().await?;
        memory.of(&self.store, workflow_id).await?;
        Ok(())
    }
}

/// A step of a stage as one sentence.
pub(crate) fn step_in_words(stage: Stage, event: &OversightEvent) -> String {
    format!("{}: {}", words::of_stage(stage), words::of_event(event).1)
}

/// After which events must nothing leave that no person has seen?
fn takes_mails_back(event: &OversightEvent) -> bool {
    match event {
        OversightEvent::PulledBack { .. } | OversightEvent::OverrideEnded | OversightEvent::Alarm(_) => is_grave(event),
        OversightEvent::Looked { .. }
        | OversightEvent::Promoted { .. }
        | OversightEvent::FloorLowered { .. }
        | OversightEvent::SegmentTrusted { .. }
        | OversightEvent::AuditDrawn(_)
        | OversightEvent::AuditMissed { .. }
        | OversightEvent::OverrideGiven(_)
        | OversightEvent::PolicySet(_) => false,
    }
}

fn is_grave(event: &OversightEvent) -> bool {
    use autoreach_domain::oversight::event::Alarm;
    !matches!(event, OversightEvent::Alarm(Alarm::Amber | Alarm::AmberEnded | Alarm::Segment { .. }))
}

/// Takes back every mail of the workflow that was released alone and has not left; its items wait for a person.
async fn recall(tx: &WriteTransaction, workflow_id: WorkflowId) -> Result<(), EngineError> {
    for (mail, item_id) in outbox::released_alone(&**tx, workflow_id).await? {
        if !outbox::move_unsent(&**tx, mail, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await? {
            continue;
        }
        let mut item = review_item::get(&**tx, item_id).await?;
        if item.state == ItemState::Released {
            item.why = WhyReview::PulledBack;
            review_item::set_route(&**tx, &item).await?;
            let progress = ItemProgress { state: ItemState::Open, snoozed_until: None, verdicts: Verdicts::default() };
            review_item::set_progress(&**tx, item_id, &progress, None).await?;
        }
    }
    Ok(())
}
