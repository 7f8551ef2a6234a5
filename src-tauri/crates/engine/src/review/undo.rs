//! Taking a gesture back, and giving it again. The journal gets an event of its own; the learner folds as if the gesture
//! had never been; a mail that has not left is recalled. After hand-over nothing can be undone.

use crate::Engine;
use crate::error::EngineError;
use crate::pipeline::approve::release_time;
use crate::review::instruct;
use autoreach_domain::decision::Event;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::review::{CannotDecide, ItemState, ReviewItem};
use autoreach_domain::sending::OutboxState;
use autoreach_domain::suppression::Addressee;
use autoreach_store::tables::gesture::{self, GestureRow, ItemMemento};
use autoreach_store::tables::{lead, outbox, review_item, suppression, workflow};
use autoreach_store::{WriteTransaction, journal};
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

/// What was taken back or given again.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct UndoOutcome {
    /// The item, which stands again as it did.
    pub item: ItemId,
    /// The gesture in words.
    pub summary: String,
}

impl Engine {
    /// Takes back the last gesture, or the last one on `item`.
    pub async fn undo(&self, item: Option<ItemId>) -> Result<UndoOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        let now = self.now();
        let tx = self.store.begin().await?;
        let last = match item {
            Some(item) => gesture::last_of_item(&*tx, item).await?,
            None => gesture::standing(&*tx, 1).await?.pop(),
        };
        let last = last.ok_or(EngineError::NothingToUndo)?;
        let item = item_of(&tx, &last).await?;
        let has_recalled_mail = recall_mail(&tx, &last).await?;
        if last.after.confirmed_email.is_some() {
            lead::set_email(&*tx, item.lead_id, None).await?;
        }
        if let Some(id) = last.after.recalled {
            put_back(&tx, id, last.workflow_id, now).await?;
        }
        restore(&tx, last.item_id, &last.before, now).await?;
        gesture::set_undone(&*tx, last.id, now, has_recalled_mail).await?;
        let event = Event::Undone { workflow_id: last.workflow_id, gesture_id: last.id, reviewer: self.reviewer() };
        journal::append(&*tx, &[event], now).await?;
        tx.commit().await?;
        self.relearn(&mut memory, last.workflow_id).await;
        self.settle_after(&mut memory, last.workflow_id).await;
        Ok(UndoOutcome { item: last.item_id, summary: last.summary })
    }

    /// Gives the gesture taken back last again, if nothing was decided since.
    pub async fn redo(&self) -> Result<UndoOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        let now = self.now();
        let tx = self.store.begin().await?;
        let undone = gesture::last_undone(&*tx).await?.ok_or(EngineError::NothingToRedo)?;
        let item = item_of(&tx, &undone).await?;
        if let Some(id) = undone.after.recalled {
            outbox::move_unsent(&*tx, id, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await?;
        }
        if let Some(id) = undone.outbox_id.filter(|_| undone.has_recalled_mail) {
            put_back(&tx, id, undone.workflow_id, now).await?;
        }
        if let Some(address) = &undone.after.confirmed_email {
            lead::set_email(&*tx, item.lead_id, Some(address)).await?;
        }
        restore(&tx, undone.item_id, &undone.after, now).await?;
        if undone.after.opinion_on.is_none() && undone.after.progress.state == ItemState::Redrafting {
            let run = self.add_redraft(&tx, &item, now).await?;
            instruct::renew(&tx, &item, undone.id, run).await?;
        }
        gesture::set_redone(&*tx, undone.id).await?;
        let event = Event::Redone { workflow_id: undone.workflow_id, gesture_id: undone.id, reviewer: self.reviewer() };
        journal::append(&*tx, &[event], now).await?;
        tx.commit().await?;
        self.relearn(&mut memory, undone.workflow_id).await;
        self.settle_after(&mut memory, undone.workflow_id).await;
        Ok(UndoOutcome { item: undone.item_id, summary: undone.summary })
    }
}

/// The item of a gesture; refused when its lead was taken back with its import.
async fn item_of(tx: &WriteTransaction, gesture: &GestureRow) -> Result<ReviewItem, EngineError> {
    let item = review_item::get(&**tx, gesture.item_id).await?;
    if lead::is_withdrawn(&**tx, item.lead_id).await? { Err(CannotDecide::Withdrawn.into()) } else { Ok(item) }
}

/// Recalls the mail of a gesture, or says that it has left. `true` = this recalled it, rather than somebody before.
async fn recall_mail(tx: &WriteTransaction, gesture: &GestureRow) -> Result<bool, EngineError> {
    let Some(id) = gesture.outbox_id else { return Ok(false) };
    if outbox::move_unsent(&**tx, id, &OutboxState::RECALLABLE, OutboxState::Cancelled, None).await? {
        return Ok(true);
    }
    let mail = outbox::get(&**tx, id).await?;
    match (mail.state, mail.crossed_at) {
        (OutboxState::Cancelled | OutboxState::Suppressed, _) => Ok(false),
        (_, Some(at)) => Err(EngineError::AlreadySent { at }),
        (state, None) => Err(EngineError::MailIsPast { state }),
    }
}

/// Puts a recalled mail back, unless its recipient was suppressed since.
async fn put_back(tx: &WriteTransaction, id: i64, workflow_id: WorkflowId, now: Timestamp) -> Result<(), EngineError> {
    let mail = outbox::get(&**tx, id).await?;
    let company = lead::get(&**tx, mail.lead_id).await?;
    let addressee = Addressee { email: Some(mail.to), domain: company.company_domain(), company: company.company };
    let is_suppressed = suppression::covering(&**tx, &addressee).await?.is_some();
    let state = if is_suppressed { OutboxState::Suppressed } else { OutboxState::Held };
    let workflow = workflow::get(&**tx, workflow_id).await?;
    outbox::move_unsent(&**tx, id, &[OutboxState::Cancelled], state, Some(release_time(&workflow, now))).await?;
    Ok(())
}

/// Puts an item back as it was; a second opinion has left it alone, and so does taking one back.
async fn restore(tx: &WriteTransaction, item: ItemId, memento: &ItemMemento, now: Timestamp) -> Result<(), EngineError> {
    if memento.opinion_on.is_some() {
        return Ok(());
    }
    if let Some((version, card)) = &memento.card {
        review_item::set_card(&**tx, item, card, *version).await?;
    }
    let decided_at = (memento.progress.state == ItemState::Decided).then_some(now);
    Ok(review_item::set_progress(&**tx, item, &memento.progress, decided_at).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, noon};
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn undo_unlearns_and_recalls_the_mail_and_redo_gives_both_again() {
        let desk = Desk::with_a_queue().await;
        let untouched = desk.learner_digest().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let learned = desk.learner_digest().await;
        assert_ne!(learned, untouched);
        desk.engine.undo(None).await.expect("undoes");
        assert_eq!(desk.learner_digest().await, untouched, "byte for byte as if it had never been");
        assert_eq!(desk.engine.outbox().await.expect("reads")[0].state, OutboxState::Cancelled);
        assert_eq!(desk.engine.queue_counts().await.expect("counts").open, 3);
        desk.engine.redo().await.expect("redoes");
        assert_eq!(desk.learner_digest().await, learned);
        assert_eq!(desk.engine.outbox().await.expect("reads")[0].state, OutboxState::Held);
    }

    #[tokio::test]
    async fn an_old_decision_can_be_undone_under_newer_ones() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Vantage", Gesture::Accept(Part::All)).await.expect("accepts");
        let only_vantage = desk.learner_digest().await;
        desk.engine.undo(None).await.expect("undoes");
        desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
        desk.decide("Vantage", Gesture::Accept(Part::All)).await.expect("accepts");
        let orbital = desk.item_of("Orbital").await;
        desk.engine.undo(Some(orbital)).await.expect("undoes");
        assert_eq!(desk.learner_digest().await, only_vantage);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn undo_survives_a_restart() {
        let desk = Desk::with_a_queue().await;
        let untouched = desk.learner_digest().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let desk = desk.reopen(noon() + jiff::SignedDuration::from_mins(5)).await;
        desk.engine.undo(None).await.expect("undoes");
        assert_eq!(desk.learner_digest().await, untouched);
        assert!(matches!(desk.engine.undo(None).await, Err(EngineError::NothingToUndo)));
    }
}
