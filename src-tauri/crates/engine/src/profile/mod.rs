//! Answers to the learned profile (`learning.md` 4.9) and to rules that reasons and notes propose: adopt a finding, keep what
//! was stated, dismiss it, put it off.
//!
//! A finding never changes the stated profile by itself. *Adopt* makes a new version of the workflow and journals the
//! answer in one transaction; *Keep* changes what the fold starts from, so that the past is folded again. Every answer can be
//! taken back: the last one stands.

pub(crate) mod answers;
mod examples;
pub(crate) mod lines;
mod rules;
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
use rules::ProposedRule;
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
    /// A proposed rule states nothing that could be kept.
    #[error("a proposed rule can be adopted, dismissed or put off; there is nothing of yours to keep")]
    NothingToKeep,
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

/// What an answer needs to know of what it answers.
struct Question {
    slot: String,
    what: String,
    verdict: ProfileVerdict,
    is_asked: bool,
    can_be_kept: bool,
    adopt: Option<String>,
    definition: Option<WorkflowDefinition>,
}

impl From<Finding> for Question {
    fn from(Finding { line, definition }: Finding) -> Self {
        let ProfileLine { slot, criterion: what, verdict, is_asked, adopt, .. } = line;
        Self { slot, what, verdict, is_asked, can_be_kept: true, adopt, definition }
    }
}

impl From<ProposedRule> for Question {
    fn from(ProposedRule { line, definition }: ProposedRule) -> Self {
        let view::RuleLine { slot, words: what, is_asked, adopt, .. } = line;
        Self { slot, what, verdict: ProfileVerdict::Unstated, is_asked, can_be_kept: false, adopt, definition }
    }
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
        let rules = self.rule_lines(&workflow, &given).await?;
        let mut memory = self.memory.lock().await;
        let findings = self.findings(&mut memory, &workflow, &given).await?;
        Ok(ProfileView { workflow: workflow_id, version: workflow.version, lines: shown(findings), rules })
    }

    /// Proposed rules as they are shown.
    pub(crate) async fn rule_lines(&self, workflow: &Workflow, given: &Given) -> Result<Vec<view::RuleLine>, EngineError> {
        let rules = self.proposed_rules(workflow.id, &workflow.definition, given).await?;
        Ok(rules.into_iter().map(|rule| rule.line).collect())
    }

    /// What is asked, or was, under a name.
    async fn question(&self, memory: &mut Memory, workflow: &Workflow, given: &Given, slot: &str) -> Result<Option<Question>, EngineError> {
        let findings = self.findings(memory, workflow, given).await?.into_iter().map(Question::from);
        let rules = self.proposed_rules(workflow.id, &workflow.definition, given).await?.into_iter().map(Question::from);
        Ok(findings.chain(rules).find(|question| question.slot == slot))
    }

    async fn findings(&self, memory: &mut Memory, workflow: &Workflow, given: &Given) -> Result<Vec<Finding>, EngineError> {
        let (from, until) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let routed = review_item::released_between(self.store.read(), workflow.id, from, until).await?;
        let trust = &memory.of(&self.store, workflow.id).await?.trust;
        let learner = trust.on(Stage::Qualification).memory.learner();
        Ok(lines::findings(learner, &workflow.definition, &recent_arrivals(&routed), given, self.now()))
    }

    /// Answers what the verdicts say of a criterion, or a rule that reasons and notes propose.
    pub async fn answer_profile(&self, workflow_id: WorkflowId, slot: &str, answer: ProfileAnswer) -> Result<AnswerOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let given = Given::of(&self.store, workflow_id).await?;
        let found = self.question(&mut memory, &workflow, &given, slot).await?;
        let change = match (answer, found.as_ref()) {
            (ProfileAnswer::AskAgain, _) if !given.stands(slot) => return Err(CannotAnswer::NoAnswer.into()),
            (ProfileAnswer::AskAgain, _) => self.as_before(&workflow, given.version_made(slot)).await?,
            (_, None) => return Err(CannotAnswer::NoSuchFinding.into()),
            (_, Some(question)) if !question.is_asked => return Err(CannotAnswer::NotAsked.into()),
            (ProfileAnswer::Adopt, Some(question)) => Some(question.definition.clone().ok_or(CannotAnswer::NoPlace)?),
            (ProfileAnswer::Keep, Some(question)) if !question.can_be_kept => return Err(CannotAnswer::NothingToKeep.into()),
            (ProfileAnswer::Keep | ProfileAnswer::Dismiss | ProfileAnswer::Later, Some(_)) => None,
        };
        let verdict = found.as_ref().map_or(ProfileVerdict::NotProven, |question| question.verdict);
        let tx = self.store.begin().await?;
        let version = self.journal_answer(&tx, &workflow, slot, answer, verdict, change).await?;
        tx.commit().await?;
        self.relearn(&mut memory, workflow_id).await;
        self.settle_after(&mut memory, workflow_id).await;
        let words = self.said(answer, slot, found.as_ref(), version);
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
    fn said(&self, answer: ProfileAnswer, slot: &str, question: Option<&Question>, version: Option<u32>) -> String {
        let what = question.map_or(slot, |question| question.what.trim_end_matches('.'));
        match (answer, version) {
            (ProfileAnswer::Adopt, _) => {
                let did = question.and_then(|question| question.adopt.as_deref()).unwrap_or(what);
                format!("Adopted: {did}. Version {} of the workflow says so.", version.unwrap_or_default())
            }
            (ProfileAnswer::Keep, _) => {
                format!("Kept as you wrote it: {what}. What was learned was built again, and verdicts hardly move it from here on.")
            }
            (ProfileAnswer::Dismiss, _) if question.is_some_and(|question| !question.can_be_kept) => {
                format!("Dismissed: {what}. It is proposed again only when you ask for it.")
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
