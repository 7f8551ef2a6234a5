//! What stands around every screen: the workflow, how much waits, whether the agent works. One question instead of ten.

use crate::Engine;
use crate::demo;
use crate::error::EngineError;
use crate::jobs::runner::RunProgress;
use crate::review::queue::{QueueCounts, QueueSplit};
use autoreach_domain::decision::Stage;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::sending::OutboxState;
use autoreach_store::tables::gesture;
use autoreach_store::tables::review_item;
use jiff::tz::TimeZone;
use serde::Serialize;
use ts_rs::TS;

/// Gestures looked at for the daily goal: more than anybody makes in a day.
const GESTURES_OF_A_DAY: u64 = 2_000;

/// How much of a split waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct SplitCount {
    /// The split.
    pub split: QueueSplit,
    /// Its open items.
    pub open: u64,
}

/// How many decisions today, out of how many wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct DailyGoal {
    /// Wanted.
    pub target: u32,
    /// Made since local midnight, without those taken back.
    pub done: u64,
}

/// What stands around every screen.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Overview {
    /// The workspace is the demo.
    pub is_demo: bool,
    /// Why nothing can be changed, in words.
    pub read_only: Option<String>,
    /// The workflow; `None` before one is described.
    pub workflow: Option<WorkflowId>,
    /// Its name.
    pub workflow_name: String,
    /// The level of the lead stage.
    pub lead_level: Level,
    /// The level of the mail stage.
    pub email_level: Level,
    /// How many items stand where.
    pub counts: QueueCounts,
    /// The open items by split.
    pub splits: Vec<SplitCount>,
    /// Mails that have not left.
    pub outbox_waiting: u64,
    /// Since when there is no network.
    pub offline_since: Option<jiff::Timestamp>,
    /// The run that has not ended.
    pub run: Option<RunProgress>,
    /// Nothing is handed over.
    pub is_dry_run: bool,
    /// Today's decisions.
    pub goal: DailyGoal,
    /// Seconds a decision takes; `None` before five of them.
    pub seconds_per_item: Option<f64>,
}

impl Engine {
    /// What stands around every screen.
    pub async fn overview(&self) -> Result<Overview, EngineError> {
        let workflow = self.workflows().await?.into_iter().next();
        let id = workflow.as_ref().map(|workflow| workflow.id);
        let run = match self.current_run().await? {
            Some(run_id) => Some(self.run_progress(run_id).await?),
            None => None,
        };
        Ok(Overview {
            is_demo: demo::is_demo(self.dir()),
            read_only: self.read_only_reason().map(|reason| reason.to_string()),
            workflow: workflow.as_ref().map(|workflow| workflow.id),
            workflow_name: workflow.map(|workflow| workflow.definition.name).unwrap_or_default(),
            lead_level: self.level_of(id, Stage::Qualification).await?,
            email_level: self.level_of(id, Stage::Email).await?,
            counts: self.queue_counts().await?,
            splits: self.split_counts().await?,
            outbox_waiting: self.outbox_waiting().await?,
            offline_since: self.offline_since(),
            run,
            is_dry_run: self.is_dry_run().await?,
            goal: self.daily_goal().await?,
            seconds_per_item: None,
        })
    }

    async fn level_of(&self, workflow: Option<WorkflowId>, stage: Stage) -> Result<Level, EngineError> {
        let Some(id) = workflow else { return Ok(Level::default()) };
        let mut memory = self.memory.lock().await;
        Ok(memory.of(&self.store, id).await?.trust.on(stage).ladder.level())
    }

    async fn split_counts(&self) -> Result<Vec<SplitCount>, EngineError> {
        let mut counts = Vec::with_capacity(QueueSplit::ALL.len());
        for split in QueueSplit::ALL {
            let open = match split.stored() {
                Some(stored) => review_item::split_count(self.store.read(), stored, "").await?,
                None => self.opinions_asked().await?.len() as u64,
            };
            counts.push(SplitCount { split, open });
        }
        Ok(counts)
    }

    async fn outbox_waiting(&self) -> Result<u64, EngineError> {
        let counts = self.outbox_counts().await?;
        let waits = |state: OutboxState| matches!(state, OutboxState::Held | OutboxState::Queued | OutboxState::Deferred);
        Ok(counts.into_iter().filter(|(state, _)| waits(*state)).map(|(_, n)| n).sum())
    }

    async fn daily_goal(&self) -> Result<DailyGoal, EngineError> {
        let today = self.now().to_zoned(TimeZone::system()).date();
        let gestures = gesture::standing(self.store.read(), GESTURES_OF_A_DAY).await?;
        let is_today = |at: jiff::Timestamp| at.to_zoned(TimeZone::system()).date() == today;
        let done = gestures.iter().filter(|gesture| is_today(gesture.decided_at)).count() as u64;
        Ok(DailyGoal { target: self.preferences().await?.daily_goal, done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn the_overview_counts_what_waits_and_what_was_decided_today() {
        let desk = Desk::with_a_queue().await;
        let before = desk.engine.overview().await.expect("reads");
        assert_eq!((before.counts.open, before.goal.done, before.outbox_waiting), (3, 0, 0));
        let all = before.splits.iter().find(|count| count.split == QueueSplit::All).expect("every split is counted");
        assert_eq!(all.open, 3);
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let after = desk.engine.overview().await.expect("reads");
        assert_eq!((after.counts.open, after.goal.done, after.outbox_waiting), (2, 1, 1));
    }

    #[tokio::test]
    async fn the_splits_share_out_the_queue_and_the_filter_finds_a_company() {
        let desk = Desk::with_a_queue().await;
        let mut parts = 0;
        for split in [QueueSplit::Exceptions, QueueSplit::Unsure, QueueSplit::Checks] {
            parts += desk.engine.queue_page(split, "", 0, 10).await.expect("reads").total;
        }
        assert!(parts >= 3, "no open item is in no split");
        let found = desk.engine.queue_page(QueueSplit::All, "orBITal", 0, 10).await.expect("reads");
        assert_eq!((found.total, found.lines.len()), (1, 1));
    }
}
