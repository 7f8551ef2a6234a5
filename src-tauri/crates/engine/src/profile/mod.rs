//! Answers to the learned profile (`learning.md` 4.9): adopt a finding, keep what was stated, dismiss it, put it off.
//!
//! A finding never changes the stated profile by itself. *Adopt* makes a new version of the workflow and journals the
//! answer in one transaction; *Keep* changes what the fold starts from, so that the past is folded again. Every answer can be
//! taken back: the last one stands.

pub(crate) mod answers;
pub(crate) mod lines;
pub mod view;

use crate::Engine;
use crate::error::EngineError;
use crate::insights::recent_arrivals;
use crate::memory::Memory;
use answers::{Given, date};
use autoreach_domain::answers::{ProfileAnswer, ProfileVerdict};
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
use autoreach_store::tables::{review_item, workflow};
use autoreach_store::{WriteTransaction, journal};
use view::{AnswerOutcome, ProfileLine, ProfileView};

/// Lines shown.
const LINES: usize = 24;

/// Why an answer cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotAnswer {
    /// Nothing is called that.
    #[error("nothing that was learned is called that; `autoreach profile` lists what is")]
    NoSuchFinding,
    /// The verdicts say nothing of it that would need an answer.
    #[error("your verdicts ask nothing about this at present; nothing was changed")]
    NotAsked,
    /// The stated profile has no words for it.
    #[error("your profile has no place for this, so it cannot be adopted; keep or dismiss it")]
    NoPlace,
    /// No answer stands that could be taken back.
    #[error("no answer to this stands that could be taken back")]
    NoAnswer,
}

/// One thing that can be answered, with what adopting it makes of the workflow.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// As it is shown.
    pub(crate) line: ProfileLine,
    /// The workflow with it adopted; `None` where that is not asked or has no place.
    pub(crate) definition: Option<WorkflowDefinition>,
}

/// Lines as they are shown: what asks for an answer first, and no more than can be read.
pub(crate) fn shown(findings: Vec<Finding>) -> Vec<ProfileLine> {
    let mut lines: Vec<ProfileLine> = findings.into_iter().map(|finding| finding.line).collect();
    lines.sort_by_key(|line| !line.is_asked);
    lines.truncate(LINES);
    lines
}

impl Engine {
    /// The stated profile beside the learned one.
    pub async fn profile(&self, workflow_id: WorkflowId) -> Result<ProfileView, EngineError> {
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let given = Given::of(&self.store, workflow_id).await?;
        let mut memory = self.memory.lock().await;
        let findings = self.findings(&mut memory, &workflow, &given).await?;
        Ok(ProfileView { workflow: workflow_id, version: workflow.version, lines: shown(findings) })
    }

    async fn findings(&self, memory: &mut Memory, workflow: &Workflow, given: &Given) -> Result<Vec<Finding>, EngineError> {
        let (from, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let routed = review_item::released_between(self.store.read(), workflow.id, from, until).await?;
        let trust = &memory.of(&self.store, workflow.id).await?.trust;
        let learner = trust.on(Stage::Qualification).memory.learner();
        Ok(lines::findings(learner, &workflow.definition, &recent_arrivals(&routed), given, self.now()))
    }

    /// Answers what the verdicts say of a criterion.
    pub async fn answer_profile(&self, workflow_id: WorkflowId, slot: &str, answer: ProfileAnswer) -> Result<AnswerOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let given = Given::of(&self.store, workflow_id).await?;
        let findings = self.findings(&mut memory, &workflow, &given).await?;
        let found = findings.into_iter().find(|finding| finding.line.slot == slot);
        let change = match (answer, found.as_ref()) {
            (ProfileAnswer::AskAgain, _) if !given.stands(slot) => return Err(CannotAnswer::NoAnswer.into()),
            (ProfileAnswer::AskAgain, _) => self.as_before(&workflow, given.version_made(slot)).await?,
            (_, None) => return Err(CannotAnswer::NoSuchFinding.into()),
            (_, Some(finding)) if !finding.line.is_asked => return Err(CannotAnswer::NotAsked.into()),
            (ProfileAnswer::Adopt, Some(finding)) => Some(finding.definition.clone().ok_or(CannotAnswer::NoPlace)?),
            (ProfileAnswer::Keep | ProfileAnswer::Dismiss | ProfileAnswer::Later, Some(_)) => None,
        };
        let verdict = found.as_ref().map_or(ProfileVerdict::NotProven, |finding| finding.line.verdict);
        let tx = self.store.begin().await?;
        let version = self.journal_answer(&tx, &workflow, slot, answer, verdict, change).await?;
        tx.commit().await?;
        self.relearn(&mut memory, workflow_id).await;
        self.settle_after(&mut memory, workflow_id).await;
        let words = self.said(answer, slot, found.as_ref().map(|finding| &finding.line), version);
        Ok(AnswerOutcome { slot: slot.to_owned(), answer, version, words })
    }

    /// Writes the answer down, with the version of the workflow it makes, if it makes one.
    async fn journal_answer(
        &self,
        tx: &WriteTransaction,
        workflow: &Workflow,
        slot: &str,
        answer: ProfileAnswer,
        verdict: ProfileVerdict,
        change: Option<WorkflowDefinition>,
    ) -> Result<Option<u32>, EngineError> {
        let version = match change {
            Some(definition) => Some(self.put_workflow(tx, definition).await?.workflow.version),
            None => None,
        };
        let (workflow_id, reviewer, slot) = (workflow.id, self.reviewer(), slot.to_owned());
        let event = Event::ProfileAnswered { workflow_id, reviewer, slot, answer, verdict, version };
        journal::append(&**tx, &[event], self.now()).await?;
        Ok(version)
    }

    /// The workflow as it was before it was changed in a version; `None` where what that version changed was changed again.
    async fn as_before(&self, workflow: &Workflow, made: Option<u32>) -> Result<Option<WorkflowDefinition>, EngineError> {
        let Some(made) = made else { return Ok(None) };
        let versions = workflow::versions(self.store.read(), workflow.id).await?;
        let at = |number: u32| versions.iter().find(|version| version.version == number).map(|version| &version.definition);
        let (Some(then), Some(before)) = (at(made), at(made - 1)) else { return Ok(None) };
        let now = &workflow.definition;
        let is_unchanged = now.icp == then.icp && now.messaging == then.messaging;
        Ok(is_unchanged.then(|| WorkflowDefinition { icp: before.icp.clone(), messaging: before.messaging.clone(), ..now.clone() }))
    }

    /// What an answer did, in one sentence.
    fn said(&self, answer: ProfileAnswer, slot: &str, line: Option<&ProfileLine>, version: Option<u32>) -> String {
        let what = line.map_or(slot, |line| line.criterion.as_str());
        match (answer, version) {
            (ProfileAnswer::Adopt, _) => {
                let did = line.and_then(|line| line.adopt.as_deref()).unwrap_or(what);
                format!("Adopted: {did}. Version {} of the workflow says so.", version.unwrap_or_default())
            }
            (ProfileAnswer::Keep, _) => {
                format!("Kept as you wrote it: {what}. What was learned was built again, and verdicts hardly move it from here on.")
            }
            (ProfileAnswer::Dismiss, _) => format!("Dismissed: {what}. It comes back when your verdicts say something else of it."),
            (ProfileAnswer::Later, _) => {
                format!("Put off: {what}. It is asked again from {} on.", date(ProfileAnswer::asked_again_at(self.now())))
            }
            (ProfileAnswer::AskAgain, Some(version)) => {
                format!("Asked again: {what}. The profile is as it was before; that is version {version} of the workflow.")
            }
            (ProfileAnswer::AskAgain, None) => format!("Asked again: {what}. Your profile stays as it is."),
        }
    }
}

#[cfg(test)]
mod tests;
