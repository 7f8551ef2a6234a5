//! `autoreach verify`: is everything still what was written?
//!
//! Walks the hash chain, checks every page of the database, and folds the learner anew to compare its digest with the
//! state in use.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::fold_from_nothing;
use autoreach_domain::ids::WorkflowId;
use autoreach_store::tables::learner_checkpoint;
use autoreach_store::{IntegrityReport, journal};
use serde::Serialize;

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
    /// Workflows whose learner, folded anew, is byte for byte the one in use.
    pub learners_replayed: usize,
    /// Workflows whose learner differs; their checkpoint was dropped.
    pub learners_differing: usize,
}

impl VerifyReport {
    /// Nothing was found.
    pub fn is_clean(&self) -> bool {
        self.broken.is_none() && self.database_is_sound && self.learners_differing == 0
    }
}

impl Engine {
    /// Verifies journal, database and learners.
    pub async fn verify(&self) -> Result<VerifyReport, EngineError> {
        let mut memory = self.memory.lock().await;
        let journal = journal::verify(self.store.read()).await?;
        let integrity: IntegrityReport = self.store.integrity().await?;
        let (mut same, mut differing) = (0, 0);
        for workflow in self.workflows().await? {
            let in_use = memory.of(&self.store, workflow.id).await?.trust.digest();
            let anew = fold_from_nothing(&self.store, workflow.id).await?.trust.digest();
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
        })
    }

    async fn drop_checkpoint(&self, workflow_id: WorkflowId) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        learner_checkpoint::forget(&*tx, workflow_id).await?;
        Ok(tx.commit().await?)
    }
}
