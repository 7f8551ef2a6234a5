//! Second opinions: which items somebody is asked about, and what becomes of the answer.
//!
//! Of the marked items that were decided, one in twenty is drawn to be judged by another person too, blind, as if nobody had
//! decided it. The draw needs only the workflow's key and the item, so nothing is kept about it. The answer goes into the
//! journal; the item, its mail and its level are never touched.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::Memory;
use crate::review::decide::{DecideOutcome, DecideRequest, check_shown};
use crate::review::queue::{QueueLine, QueuePage, queue_line};
use crate::team::{known, remember};
use autoreach_domain::decision::{Channel, Decision, Event, Stage, Verdict};
use autoreach_domain::ids::{GestureId, ItemId, WorkflowId};
use autoreach_domain::opinion::{ASKED_FOR, Opinion, Vote, is_wanted_from};
use autoreach_domain::oversight::judgement::was_right;
use autoreach_domain::oversight::marks::{MarkKey, is_shared};
use autoreach_domain::review::{CannotDecide, Gesture, ItemState, Part, ReviewItem};
use autoreach_domain::text::paragraphs;
use autoreach_store::tables::gesture::{self, GestureRow, ItemMemento};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::{lead, workflow};
use autoreach_store::{WriteTransaction, journal};
use jiff::Timestamp;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Events read of a gesture: one for each stage.
const EVENTS_OF_A_GESTURE: u64 = 3;
/// Most items somebody is asked about at once, the latest ones; the others follow when these are done.
const MOST_ASKED: usize = 50;

/// A lead that was decided, and who said what of it so far.
pub(crate) struct Asked {
    on: GestureId,
    first: Vote,
    votes: Vec<Vote>,
}

impl Engine {
    /// What the person whose turn it is is asked about this item; `None` when nothing is.
    pub(crate) async fn opinion_asked(&self, item: &ReviewItem) -> Result<Option<Asked>, EngineError> {
        if item.state != ItemState::Decided || !item.marked || !self.is_a_team().await? {
            return Ok(None);
        }
        let key = workflow::mark_key(self.store.read(), item.workflow_id).await?;
        if is_shared(&key, item.id) { self.asked(item.id).await } else { Ok(None) }
    }

    /// The items the person whose turn it is is asked about, the latest first; no more than go well at once.
    pub(crate) async fn opinions_asked(&self) -> Result<Vec<ItemId>, EngineError> {
        self.opinions_to_ask(MOST_ASKED).await
    }

    /// Every item whose verdict the person whose turn it is must not learn yet: they are asked what they make of the lead, or
    /// will be.
    pub(crate) async fn verdicts_hidden(&self) -> Result<BTreeSet<ItemId>, EngineError> {
        Ok(self.opinions_to_ask(usize::MAX).await?.into_iter().collect())
    }

    async fn opinions_to_ask(&self, most: usize) -> Result<Vec<ItemId>, EngineError> {
        let mut items = Vec::new();
        if !self.is_a_team().await? {
            return Ok(items);
        }
        let since = self.now().checked_sub(ASKED_FOR).unwrap_or(Timestamp::MIN);
        let mut keys: BTreeMap<WorkflowId, MarkKey> = BTreeMap::new();
        for (item, workflow_id) in review_item::marked_and_decided_since(self.store.read(), since).await? {
            let key = match keys.entry(workflow_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(workflow::mark_key(self.store.read(), workflow_id).await?),
            };
            if is_shared(key, item) && self.asked(item).await?.is_some() {
                items.push(item);
            }
            if items.len() == most {
                break;
            }
        }
        Ok(items)
    }

    /// One page of them, of the items whose company or person holds `filter`.
    pub(crate) async fn opinions_page(&self, filter: &str, offset: u64, limit: u64) -> Result<QueuePage, EngineError> {
        let wanted = filter.trim().to_lowercase();
        let rows = review_item::lines(self.store.read(), &self.opinions_asked().await?).await?;
        let lines = rows.into_iter().map(|row| QueueLine { confidence: None, fit: None, ..queue_line(row) });
        let found = |line: &QueueLine| line.company.to_lowercase().contains(&wanted) || line.person.to_lowercase().contains(&wanted);
        let lines: Vec<QueueLine> = lines.filter(found).collect();
        let total = lines.len() as u64;
        Ok(QueuePage { lines: lines.into_iter().skip(offset as usize).take(limit as usize).collect(), total })
    }

    /// Keeps what somebody makes of a lead that is decided.
    pub(crate) async fn give_opinion(
        &self,
        memory: &mut Memory,
        request: &DecideRequest,
        item: &ReviewItem,
        asked: &Asked,
    ) -> Result<DecideOutcome, EngineError> {
        let accepts = yes_or_no(&request.gesture)?;
        let (now, reviewer) = (self.now(), self.reviewer());
        let gesture_id = self.id(GestureId::new)?;
        let tx = self.store.begin().await?;
        check_shown(&tx, item, request).await?;
        let company = lead::get(&*tx, item.lead_id).await?.company;
        remember(&*tx, &reviewer).await?;
        let opinion = Opinion {
            gesture_id,
            on: asked.on,
            first: asked.first.clone(),
            vote: Vote { reviewer, accepts },
            workflow_id: item.workflow_id,
            lead_id: item.lead_id,
            item_id: item.id,
            note: paragraphs(&request.note),
            reasons: request.reasons.clone(),
            shown_at: request.shown_at.unwrap_or(now),
            decided_at: now,
            active_ms: request.active_ms,
            tz_offset_minutes: request.tz_offset_minutes,
        };
        let sequence = journal::append(&*tx, &[Event::SecondOpinion(Box::new(opinion))], now).await?;
        let summary = format!("{company}: second opinion, {}", if accepts { "accepted" } else { "rejected" });
        keep(&tx, item, asked.on, gesture_id, sequence, &summary, now).await?;
        tx.commit().await?;
        self.relearn(memory, item.workflow_id).await;
        self.settle_after(memory, item.workflow_id).await;
        let verdict = if accepts { Verdict::Accept } else { Verdict::Reject };
        let verdicts = vec![(Stage::Qualification, verdict)];
        Ok(DecideOutcome { gesture: gesture_id, item: item.id, summary, verdicts, mail: None, learned: None, redraft: None, hint: None })
    }

    async fn is_a_team(&self) -> Result<bool, EngineError> {
        Ok(known(self.store.read()).await?.len() > 1)
    }

    /// What is asked about an item that is drawn for it.
    async fn asked(&self, item: ItemId) -> Result<Option<Asked>, EngineError> {
        let Some((first, opinions)) = self.said_of(item).await? else { return Ok(None) };
        let is_late = self.now().duration_since(first.decided_at) > ASKED_FOR;
        let vote = Vote { reviewer: first.reviewer.clone(), accepts: was_right(&first) };
        let votes: Vec<Vote> = std::iter::once(vote.clone()).chain(opinions.into_iter().map(|opinion| opinion.vote)).collect();
        let asked = Asked { on: first.gesture_id, first: vote, votes };
        Ok(Some(asked).filter(|asked| !is_late && is_wanted_from(&asked.votes, &self.reviewer())))
    }

    /// The verdict on the lead that holds, and the opinions on it.
    async fn said_of(&self, item: ItemId) -> Result<Option<(Box<Decision>, Vec<Opinion>)>, EngineError> {
        let (mut first, mut opinions) = (None, Vec::new());
        for row in gesture::standing_of_item(self.store.read(), item).await? {
            let before = row.journal_sequence.saturating_sub(1);
            for entry in journal::events_after(self.store.read(), row.workflow_id, before, EVENTS_OF_A_GESTURE).await? {
                match entry.event {
                    Event::SecondOpinion(opinion) if opinion.gesture_id == row.id => opinions.push(*opinion),
                    Event::Decided(decision) if first.is_none() && is_first_verdict(&decision, row.id) => first = Some(decision),
                    _ => {}
                }
            }
        }
        let Some(first) = first else { return Ok(None) };
        opinions.retain(|opinion| opinion.on == first.gesture_id);
        Ok(Some((first, opinions)))
    }
}

/// Where the agent had decided and somebody overruled it in passing, nobody else is asked: that is no sample.
fn is_first_verdict(decision: &Decision, gesture: GestureId) -> bool {
    decision.gesture_id == gesture && decision.stage == Stage::Qualification && decision.channel != Channel::Overrule
}

fn yes_or_no(gesture: &Gesture) -> Result<bool, CannotDecide> {
    match gesture {
        Gesture::Accept(Part::Lead | Part::All) => Ok(true),
        Gesture::Reject(Part::Lead | Part::All) => Ok(false),
        Gesture::Accept(Part::Research | Part::Email)
        | Gesture::Reject(Part::Research | Part::Email)
        | Gesture::EditMail { .. }
        | Gesture::RemoveFacts(_)
        | Gesture::AskForRedraft => Err(CannotDecide::OnlyTheLead),
    }
}

/// So that it can be taken back: the item stands after it as it stood before.
async fn keep(
    tx: &WriteTransaction,
    item: &ReviewItem,
    on: GestureId,
    id: GestureId,
    journal_sequence: u64,
    summary: &str,
    now: Timestamp,
) -> Result<(), EngineError> {
    let progress = ItemProgress::of(item);
    let as_it_is = ItemMemento { progress, card: None, confirmed_email: None, recalled: None, opinion_on: Some(on) };
    let row = GestureRow {
        id,
        workflow_id: item.workflow_id,
        item_id: item.id,
        journal_sequence,
        before: as_it_is.clone(),
        after: as_it_is,
        outbox_id: None,
        summary: summary.to_owned(),
        decided_at: now,
        undone_at: None,
        has_recalled_mail: false,
    };
    Ok(gesture::insert(&**tx, &row).await?)
}
