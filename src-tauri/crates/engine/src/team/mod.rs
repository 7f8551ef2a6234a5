//! Several people at one workspace: who they are, whose turn it is, and what they make of the same leads.
//!
//! A name is all there is of a person. The list is kept beside the journal, which it was first read from; whoever decides
//! is on it from then on. At one computer people take turns, so who decides is a state of the engine and every decision
//! carries the name of that moment.

mod agreement;
mod opinions;
pub(crate) mod pace;
#[cfg(test)]
mod tests;
pub mod view;

use crate::Engine;
use crate::error::EngineError;
use crate::memory::fates;
use autoreach_domain::decision::Event;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::reviewer::Reviewer;
use autoreach_store::tables::setting;
use autoreach_store::{Store, TableConnection, journal};
use serde::Serialize;
use std::sync::PoisonError;
use ts_rs::TS;

/// Setting: the people known, in the order in which they came.
const REVIEWERS: &str = "reviewers";
/// Setting: who decides where nobody is named.
const CHOSEN: &str = "chosen_reviewer";

/// The people of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Reviewers {
    /// Their names, in the order in which they came.
    pub names: Vec<String>,
    /// Who decides at present.
    pub active: String,
    /// Those whose word settles leads of the workflow in use that as many accept as reject.
    pub seniors: Vec<String>,
}

/// Who was chosen in this workspace; `None` before anybody was.
pub(crate) async fn chosen(store: &Store) -> Result<Option<Reviewer>, EngineError> {
    Ok(setting::get(store.read(), CHOSEN).await?)
}

/// Everybody known, without whoever has neither been added nor decided anything.
pub(crate) async fn known(db: &impl TableConnection) -> Result<Vec<Reviewer>, EngineError> {
    match setting::get(db, REVIEWERS).await? {
        Some(known) => Ok(known),
        // A workspace of before the list was kept.
        None => Ok(journal::reviewers(db).await?.into_iter().map(Reviewer::from).collect()),
    }
}

/// Puts whoever decides on the list, in the transaction of the decision.
pub(crate) async fn remember(db: &impl TableConnection, reviewer: &Reviewer) -> Result<(), EngineError> {
    let mut reviewers = known(db).await?;
    if !reviewers.contains(reviewer) {
        reviewers.push(reviewer.clone());
        setting::set(db, REVIEWERS, &reviewers).await?;
    }
    Ok(())
}

impl Engine {
    /// Who decides at present.
    pub fn reviewer(&self) -> Reviewer {
        self.reviewer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The people of the workspace. Whoever decides at present belongs to them.
    pub async fn reviewers(&self) -> Result<Reviewers, EngineError> {
        let (active, mut reviewers) = (self.reviewer(), known(self.store.read()).await?);
        if !reviewers.contains(&active) {
            reviewers.push(active.clone());
        }
        let seniors = match self.workflow(None).await {
            Ok(workflow) => fates(&self.store, workflow.id).await?.seniors().iter().map(ToString::to_string).collect(),
            Err(EngineError::NoWorkflow) => Vec::new(),
            Err(other) => return Err(other),
        };
        Ok(Reviewers { names: reviewers.into_iter().map(String::from).collect(), active: active.into(), seniors })
    }

    /// Lets the word of a known person settle leads of a workflow that as many accept as reject, or no longer. What was left
    /// open so far is settled with it, and learned anew.
    pub async fn set_senior(&self, workflow_id: WorkflowId, name: &str, is_senior: bool) -> Result<(), EngineError> {
        let wanted = Reviewer::named(name)?;
        let mut memory = self.memory.lock().await;
        let mut everybody = known(self.store.read()).await?.into_iter().chain([self.reviewer()]);
        let Some(senior) = everybody.find(|known| known.is_same_person(&wanted)) else {
            return Err(EngineError::NoSuchReviewer(wanted));
        };
        let is_known = memory.of(&self.store, workflow_id).await?.fates().seniors().iter().any(|known| known.is_same_person(&senior));
        if is_known == is_senior {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        let event = Event::SeniorSet { workflow_id, reviewer: self.reviewer(), senior, is_senior };
        journal::append(&*tx, &[event], self.now()).await?;
        tx.commit().await?;
        self.relearn(&mut memory, workflow_id).await;
        self.settle_after(&mut memory, workflow_id).await;
        Ok(())
    }

    /// Adds a person. Where nobody is on the list yet, whoever decides at present comes first.
    pub async fn add_reviewer(&self, name: &str) -> Result<Reviewers, EngineError> {
        let reviewer = Reviewer::named(name)?;
        let tx = self.store.begin().await?;
        if known(&*tx).await?.is_empty() {
            remember(&*tx, &self.reviewer()).await?;
        }
        if let Some(same) = known(&*tx).await?.into_iter().find(|known| known.is_same_person(&reviewer)) {
            return Err(EngineError::ReviewerExists(same));
        }
        remember(&*tx, &reviewer).await?;
        tx.commit().await?;
        self.reviewers().await
    }

    /// Lets a known person decide from now on, also after a restart.
    pub async fn use_reviewer(&self, name: &str) -> Result<Reviewers, EngineError> {
        let wanted = Reviewer::named(name)?;
        let tx = self.store.begin().await?;
        let mut everybody = known(&*tx).await?.into_iter().chain([self.reviewer()]);
        let found = everybody.find(|known| known.is_same_person(&wanted));
        let reviewer = found.ok_or(EngineError::NoSuchReviewer(wanted))?;
        setting::set(&*tx, CHOSEN, &reviewer).await?;
        tx.commit().await?;
        self.take_turn(reviewer);
        self.reviewers().await
    }

    /// Lets somebody decide while this engine is open; the choice kept in the workspace stays. Who is known under this name
    /// keeps the spelling.
    pub async fn decide_as(&self, reviewer: Reviewer) -> Result<(), EngineError> {
        let known = known(self.store.read()).await?.into_iter().find(|known| known.is_same_person(&reviewer));
        self.take_turn(known.unwrap_or(reviewer));
        Ok(())
    }

    fn take_turn(&self, reviewer: Reviewer) {
        *self.reviewer.write().unwrap_or_else(PoisonError::into_inner) = reviewer;
    }
}
