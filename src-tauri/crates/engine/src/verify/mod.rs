//! `autoreach verify`: is everything still what was written?
//!
//! Walks the hash chain, checks every page of the database, folds what was learned and earned anew to compare its
//! digest with the state in use, and replays every receipt: the route and the draw must follow from what it records, and what
//! it records from what was known when it was written.

mod lived;

use crate::Engine;
use crate::error::EngineError;
use crate::memory::fold_from_nothing;
use autoreach_domain::decision::Event;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_store::tables::{learner_checkpoint, workflow};
use autoreach_store::{IntegrityReport, journal};
use serde::Serialize;
use std::collections::BTreeSet;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifyReport {
    /// Entries of the journal.
    pub entries: u64,
    /// The last link, to be compared with one noted earlier.
    pub head: String,
    /// Where the chain is broken, in words.
    pub broken: Option<String>,
    /// Every page, table, index and reference is sound.
    pub database_is_sound: bool,
    /// Workflows whose learners and ladders, folded anew, are byte for byte those in use.
    pub learners_replayed: usize,
    /// Workflows whose learners or ladders differ; their checkpoint was dropped.
    pub learners_differing: usize,
    /// Receipts read.
    pub receipts_replayed: u64,
    /// Items whose receipt contradicts itself, the key of its draw, or what was known and in force when it was written.
    pub receipts_contradicting: Vec<ItemId>,
    /// Events of trust that did not follow from the evidence before them.
    pub unsupported_steps: u32,
}

impl VerifyReport {
    /// Nothing was found.
    pub fn is_clean(&self) -> bool {
        let trust_is_sound = self.receipts_contradicting.is_empty() && self.unsupported_steps == 0;
        self.broken.is_none() && self.database_is_sound && self.learners_differing == 0 && trust_is_sound
    }
}

impl Engine {
    /// Verifies journal, database and learners.
    pub async fn verify(&self) -> Result<VerifyReport, EngineError> {
        let mut memory = self.memory.lock().await;
        let journal = journal::verify(self.store.read()).await?;
        let integrity: IntegrityReport = self.store.integrity().await?;
        let (mut same, mut differing) = (0, 0);
        let (mut receipts_replayed, mut receipts_contradicting, mut unsupported_steps) = (0, Vec::new(), 0);
        for workflow in self.workflows().await? {
            let in_use = memory.of(&self.store, workflow.id).await?.trust.state_digest();
            let folded = fold_from_nothing(&self.store, workflow.id).await?.trust;
            unsupported_steps += folded.refused_steps();
            let anew = folded.state_digest();
            let receipts = self.contradicting_receipts(workflow.id).await?;
            let lived = lived::unfounded(&self.store, workflow.id).await?;
            unsupported_steps += lived.steps;
            receipts_replayed += receipts.0;
            receipts_contradicting.extend(receipts.1.into_iter().chain(lived.items).collect::<BTreeSet<_>>());
            if in_use == anew {
                same += 1;
            } else {
                differing += 1;
                memory.forget(workflow.id);
                self.drop_checkpoint(workflow.id).await?;
            }
        }
        Ok(VerifyReport {
            entries: journal.entries,
            head: journal.head,
            broken: journal.broken.map(|broken| broken.to_string()),
            database_is_sound: integrity.is_sound(),
            learners_replayed: same,
            learners_differing: differing,
            receipts_replayed,
            receipts_contradicting,
            unsupported_steps,
        })
    }

    /// Receipts of the journal, and the items of those that do not follow from what they record.
    async fn contradicting_receipts(&self, workflow_id: WorkflowId) -> Result<(u64, Vec<ItemId>), EngineError> {
        let key = workflow::mark_key(self.store.read(), workflow_id).await?;
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["routed"]).await?;
        let routings = entries.into_iter().filter_map(|entry| match entry.event {
            Event::Routed(routing) => Some(routing),
            _ => None,
        });
        let (mut replayed, mut contradicting) = (0, Vec::new());
        for routing in routings {
            replayed += 1;
            if routing.contradiction(&key).is_some() {
                contradicting.push(routing.item_id);
            }
        }
        Ok((replayed, contradicting))
    }

    async fn drop_checkpoint(&self, workflow_id: WorkflowId) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        learner_checkpoint::forget(&*tx, workflow_id).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn a_receipt_that_claims_more_than_was_known_is_named() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let item = desk.item_of("Vantage").await;
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let entries = journal::events_of_kinds(desk.engine.store.read(), workflow_id, &["routed"]).await.expect("reads");
        let of_item = entries.into_iter().find_map(|entry| match entry.event {
            Event::Routed(routing) if routing.item_id == item => Some(routing),
            _ => None,
        });
        let mut forged = of_item.expect("is kept");
        forged.stages[0].confidence.p_cal = 0.98;
        let tx = desk.engine.store.begin().await.expect("begins");
        journal::append(&*tx, &[Event::Routed(forged)], desk.engine.now()).await.expect("appends");
        tx.commit().await.expect("commits");
        let report = desk.engine.verify().await.expect("verifies");
        assert_eq!(report.receipts_contradicting, [item], "the chain is whole and the route follows, but nobody was that sure");
        assert!(report.broken.is_none());
    }

    async fn another_lead(desk: &Desk, company: &str) {
        desk.import(&format!("Company,First Name,Last Name,Title,Country\n{company},Mo,Berg,Head of Logistics,Denmark\n")).await;
        desk.work().await;
    }

    #[tokio::test]
    async fn receipts_are_held_against_what_stood_when_they_were_written() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
        another_lead(&desk, "Meridian Lines").await;
        desk.engine.undo(None).await.expect("undoes");
        another_lead(&desk, "Solstice Freight").await;
        desk.engine.redo().await.expect("gives it again");
        another_lead(&desk, "Harbour Cargo").await;
        let report = desk.engine.verify().await.expect("verifies");
        assert!(report.is_clean(), "{report:?}");
    }
}
