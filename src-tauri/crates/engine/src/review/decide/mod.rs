//! One gesture of a person: verdicts into the journal, the item moved on, an accepted mail into the outbox, all in one
//! transaction. A decision is reported as saved only after it is on disk; the learner sees it after that.

mod outcome;
mod record;
mod request;
#[cfg(test)]
mod tests;

pub use request::{DecideOutcome, DecideRequest};

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use crate::memory::{Memory, WorkflowMemory};
use crate::pipeline::approve::approve;
use crate::review::released::Released;
use crate::style::context;
use autoreach_domain::decision::{Decision, Event, Reason, Stage, Verdict};
use autoreach_domain::dossier::Fact;
use autoreach_domain::ids::{GestureId, ItemId, RunId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::review::{CannotDecide, Gesture, ItemState, ReviewItem, check_waits, plan};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::sending::{Approval, MailContent};
use autoreach_domain::text::paragraphs;
use autoreach_domain::workflow::Workflow;
use autoreach_store::tables::gesture::{self, GestureRow, ItemMemento};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::run::{self, Purpose, Run, RunState};
use autoreach_store::tables::{job, lead, setting, workflow};
use autoreach_store::{WriteTransaction, journal};
use jiff::{SignedDuration, Timestamp};
use outcome::{after, before_card, summary};
use serde::{Deserialize, Serialize};

/// Decisions further apart than this begin a new sitting (`learning.md` 4.12).
const SITTING_GAP: SignedDuration = SignedDuration::from_mins(10);
/// Open items looked at again by the learner after a verdict.
const ITEMS_RESCORED: u64 = 50;
/// Setting: the sitting under way.
const SITTING: &str = "sitting";

/// The sitting under way: where a verdict stands in it is part of its context.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sitting {
    id: i64,
    last_at: i64,
    position: u32,
    /// Whose; sittings of before people took turns do not say.
    #[serde(default)]
    reviewer: Option<Reviewer>,
}

impl Engine {
    /// Carries out a gesture.
    pub async fn decide(&self, request: DecideRequest) -> Result<DecideOutcome, EngineError> {
        match self.decide_once(&request).await {
            Err(error) if self.store.make_room(&error) => self.decide_once(&request).await,
            outcome => outcome,
        }
    }

    async fn decide_once(&self, request: &DecideRequest) -> Result<DecideOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        // Before the transaction begins: folding may keep a checkpoint, which is a transaction of its own.
        let known = review_item::get(self.store.read(), request.item).await?;
        if let Some(asked) = self.opinion_asked(&known).await? {
            return self.give_opinion(&mut memory, request, &known, &asked).await;
        }
        let workflow_id = known.workflow_id;
        let standing = memory.of(&self.store, workflow_id).await?;
        let now = self.now();
        let tx = self.store.begin().await?;
        let item = review_item::get(&*tx, request.item).await?;
        check_shown(&tx, &item, request).await?;
        let verdicts = plan(&item, &request.gesture, request.vouches)?;
        let workflow = workflow::get(&*tx, item.workflow_id).await?;
        let released = Released::of(&tx, &item).await?;
        let accepts_mail = verdicts.iter().any(|(stage, verdict)| *stage == Stage::Email && verdict.is_acceptance());
        let (lead, confirmed_email) = lead_with_recipient(&tx, &item, request.confirms_recipient && accepts_mail).await?;
        let gesture_id = self.id(GestureId::new)?;
        let sitting = next_sitting(&tx, &self.reviewer(), now).await?;
        let about = context(&lead, &item.card.dossier, &item.card.qualified, &workflow.definition);
        let decisions = self.decisions(request, &item, gesture_id, &verdicts, &sitting, &standing.trust, &about, now)?;
        let events: Vec<Event> = decisions.iter().cloned().map(Box::new).map(Event::Decided).collect();
        crate::team::remember(&*tx, &self.reviewer()).await?;
        let first = journal::append(&*tx, &events, now).await?;
        let recalled = released.recall_unless_it_stands(&tx, &decisions).await?;
        let outbox_id = match released.mail_stands(recalled, &decisions) {
            true => None,
            false => self.approve_mail(&tx, request, &item, &decisions, &lead, &workflow).await?,
        };
        let after = ItemMemento { confirmed_email, recalled, ..after(&item, request, &verdicts, released.has_left()) };
        let redraft = self.move_item(&tx, &item, &after, now).await?;
        let summary = summary(&request.gesture, &lead.company);
        let row = GestureRow {
            id: gesture_id,
            workflow_id: item.workflow_id,
            item_id: item.id,
            journal_sequence: first,
            before: ItemMemento {
                progress: ItemProgress::of(&item),
                card: before_card(&item, &request.gesture),
                confirmed_email: None,
                recalled: None,
                opinion_on: None,
            },
            after: after.clone(),
            outbox_id,
            summary: summary.clone(),
            decided_at: now,
            undone_at: None,
            has_recalled_mail: false,
        };
        gesture::insert(&*tx, &row).await?;
        tx.commit().await?;
        let learned = self.learn(&mut memory, &item, &verdicts).await;
        // The decision is on disk: what goes wrong with a private word is no failure of it.
        let hint = self.hint(&mut memory, workflow_id, sitting.id, sitting.position).await.unwrap_or_default();
        Ok(DecideOutcome {
            gesture: gesture_id,
            item: item.id,
            summary,
            verdicts,
            mail: outbox_id.map(|id| (id, crate::pipeline::approve::release_time(&workflow, now))),
            learned,
            redraft,
            hint,
        })
    }

    async fn approve_mail(
        &self,
        tx: &WriteTransaction,
        request: &DecideRequest,
        item: &ReviewItem,
        decisions: &[Decision],
        lead: &Lead,
        workflow: &Workflow,
    ) -> Result<Option<i64>, EngineError> {
        let email = decisions.iter().find(|decision| decision.stage == Stage::Email && decision.verdict.is_acceptance());
        let (Some(decision), Some(draft)) = (email, &item.card.draft) else { return Ok(None) };
        let own_body = draft.body();
        let content = match &request.gesture {
            Gesture::EditMail { subject, body } => MailContent { subject, body },
            _ => MailContent { subject: &draft.subject, body: &own_body },
        };
        let Some(approval) = Approval::by_person(decision) else { return Ok(None) };
        approve(self, tx, approval, Some(decision.gesture_id), lead, workflow, content).await.map(Some)
    }

    async fn move_item(
        &self,
        tx: &WriteTransaction,
        item: &ReviewItem,
        after: &ItemMemento,
        now: Timestamp,
    ) -> Result<Option<RunId>, EngineError> {
        if let Some((version, card)) = &after.card {
            review_item::set_card(&**tx, item.id, card, *version).await?;
        }
        let decided_at = (after.progress.state == ItemState::Decided).then_some(now);
        review_item::set_progress(&**tx, item.id, &after.progress, decided_at).await?;
        if after.progress.state != ItemState::Redrafting {
            return Ok(None);
        }
        self.add_redraft(tx, item, now).await.map(Some)
    }

    /// A durable job in a run of its own, which no pause or cancel of the leads' run reaches: an item must not wait for
    /// a draft that nobody writes.
    pub(crate) async fn add_redraft(&self, tx: &WriteTransaction, item: &ReviewItem, now: Timestamp) -> Result<RunId, EngineError> {
        let id = self.id(RunId::new)?;
        let run = Run { id, workflow_id: item.workflow_id, purpose: Purpose::Redraft, state: RunState::Running, started_at: now };
        run::insert(&**tx, &run).await?;
        let subject = Subject { run_id: id, workflow_id: item.workflow_id, lead_id: item.lead_id };
        let made_by = self.made_by(Step::Redraft).await?;
        job::add(&**tx, &[new_job(subject, Step::Redraft, item.card_version + 1, &made_by, id.as_bytes(), now)]).await?;
        Ok(id)
    }

    /// Lets the learner see the new entries and look again at the items that wait. The decision is on disk by now, so
    /// nothing that goes wrong here may be reported as a failed decision: the memory is folded anew at the next look.
    async fn learn(&self, memory: &mut Memory, item: &ReviewItem, verdicts: &[(Stage, Verdict)]) -> Option<(f64, f64)> {
        self.relearn(memory, item.workflow_id).await;
        self.settle_after(memory, item.workflow_id).await;
        let judged_the_lead = verdicts.iter().any(|(stage, _)| *stage == Stage::Qualification);
        let memory = memory.of(&self.store, item.workflow_id).await.ok().filter(|_| judged_the_lead)?;
        let after = memory.trust.predict(Stage::Qualification, &item.card.qualified.qualification.features).confidence.p_cal;
        Some((item.card.qualified.confidence.p_cal, after))
    }

    /// Folds what was appended and rescores the queue, after the change itself is on disk.
    pub(crate) async fn relearn(&self, memory: &mut Memory, workflow_id: WorkflowId) {
        let outcome = match memory.of(&self.store, workflow_id).await {
            Ok(folded) => self.rescore(folded, workflow_id).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            memory.forget(workflow_id);
            tracing::error!(cause = error.code(), "the queue was not rescored");
        }
    }

    /// Looks again at the first open items, so that order and confidence follow what was learnt.
    async fn rescore(&self, memory: &WorkflowMemory, workflow_id: WorkflowId) -> Result<(), EngineError> {
        let open = review_item::open_features(self.store.read(), workflow_id, ITEMS_RESCORED).await?;
        let tx = self.store.begin().await?;
        for (id, features) in open {
            let confidence = memory.trust.predict(Stage::Qualification, &features).confidence;
            review_item::rescore(&*tx, id, &confidence, memory.sequence).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Adds reasons or a note to a gesture that was given before.
    pub async fn explain(
        &self,
        gesture_id: GestureId,
        workflow_id: WorkflowId,
        reasons: Vec<Reason>,
        note: &str,
    ) -> Result<(), EngineError> {
        let mut memory = self.memory.lock().await;
        let tx = self.store.begin().await?;
        let event = Event::Explained { workflow_id, gesture_id, reasons, note: paragraphs(note) };
        journal::append(&*tx, &[event], self.now()).await?;
        tx.commit().await?;
        // A reason can make a verdict a critical miss.
        self.settle_after(&mut memory, workflow_id).await;
        Ok(())
    }

    /// Puts an item off until `until`. No verdict: nothing is learnt from it.
    pub async fn snooze(&self, id: ItemId, until: Timestamp) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let item = review_item::get(&*tx, id).await?;
        check_waits(&item)?;
        let progress = ItemProgress { state: ItemState::Snoozed, snoozed_until: Some(until), verdicts: item.verdicts };
        review_item::set_progress(&*tx, id, &progress, None).await?;
        Ok(tx.commit().await?)
    }
}

/// Refuses a gesture on a card that is not the one looked at, or on a lead that was taken back with its import.
pub(crate) async fn check_shown(tx: &WriteTransaction, item: &ReviewItem, request: &DecideRequest) -> Result<(), EngineError> {
    if lead::is_withdrawn(&**tx, item.lead_id).await? {
        return Err(CannotDecide::Withdrawn.into());
    }
    let is_current = request.shown_card_version.is_none_or(|shown| shown == item.card_version);
    if is_current { Ok(()) } else { Err(CannotDecide::CardChanged.into()) }
}

/// The lead, with the address found on the company's page when the reviewer confirms it; that address beside it.
async fn lead_with_recipient(
    tx: &WriteTransaction,
    item: &ReviewItem,
    confirms: bool,
) -> Result<(Lead, Option<EmailAddress>), EngineError> {
    let mut lead = lead::get(&**tx, item.lead_id).await?;
    if !confirms || lead.person.email.is_some() {
        return Ok((lead, None));
    }
    let found = autoreach_agents::recipient_on_page(&lead, &item.card.dossier).map(|finding| finding.fact.clone());
    let Some(Fact::MailAddress { address, .. }) = found else { return Err(EngineError::NoRecipientFound) };
    lead::set_email(&**tx, lead.id, Some(&address)).await?;
    lead.person.email = Some(address.clone());
    Ok((lead, Some(address)))
}

async fn next_sitting(tx: &WriteTransaction, reviewer: &Reviewer, now: Timestamp) -> Result<Sitting, EngineError> {
    let now = now.as_millisecond();
    let last: Option<Sitting> = setting::get(&**tx, SITTING).await?;
    let is_theirs = |sitting: &Sitting| sitting.reviewer.as_ref().is_none_or(|of| of == reviewer);
    let going_on = last.filter(|sitting| is_theirs(sitting) && i128::from(now - sitting.last_at) <= SITTING_GAP.as_millis());
    let reviewer = Some(reviewer.clone());
    let sitting = match going_on {
        Some(sitting) => Sitting { position: sitting.position + 1, last_at: now, reviewer, ..sitting },
        None => Sitting { id: now, last_at: now, position: 1, reviewer },
    };
    setting::set(&**tx, SITTING, &sitting).await?;
    Ok(sitting)
}
