//! Reading the queue and one item, as reviewers see them: what is blind stays hidden until decided.

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::exception::{ExceptionKind, due_after};
use autoreach_domain::ids::ItemId;
use autoreach_domain::lead::Lead;
use autoreach_domain::oversight::route::{WhyReview, gravest};
use autoreach_domain::review::{ItemState, ReviewItem, Verdicts};
use autoreach_store::tables::page_snapshot::{self, StoredPage};
use autoreach_store::tables::review_item::{self, QueueRow, Split};
use autoreach_store::tables::{gesture, lead};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most rows of one page of the queue.
pub const PAGE_ROWS: u64 = 200;

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueueLine {
    /// The item.
    pub item: ItemId,
    /// The company.
    pub company: String,
    /// Who it is about, with their role.
    pub person: String,
    /// Confidence (P(this team accepts)), 0 to 1; hidden for blind items.
    pub confidence: Option<f64>,
    /// Fit score, 1 to 100; hidden for blind items.
    pub fit: Option<u8>,
    /// The gravest exception, in two or three words.
    pub chip: Option<&'static str>,
    /// Since when it waits.
    pub opened_at: Timestamp,
    /// By when somebody should have looked at it; `None` where nothing stops the agent.
    pub due_at: Option<Timestamp>,
    /// That instant has passed: it comes first, and nothing was released for want of an answer.
    pub is_overdue: bool,
}

/// Parts of the queue that are reviewed one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QueueSplit {
    /// Everything that waits.
    All,
    /// Items with a named exception.
    Exceptions,
    /// Items the agent is not sure enough of.
    Unsure,
    /// Items drawn for a check.
    Checks,
    /// Items somebody else has decided, to be judged by a second person too.
    Opinions,
}

impl QueueSplit {
    /// Every split, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::All, Self::Exceptions, Self::Unsure, Self::Checks, Self::Opinions];

    /// The part of the open items that it is; `None` for what is decided already.
    pub(crate) fn stored(self) -> Option<Split> {
        match self {
            Self::All => Some(Split::All),
            Self::Exceptions => Some(Split::Exceptions),
            Self::Unsure => Some(Split::Unsure),
            Self::Checks => Some(Split::Checks),
            Self::Opinions => None,
        }
    }
}

/// A page of a split.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QueuePage {
    /// Its lines.
    pub lines: Vec<QueueLine>,
    /// Lines of the whole split.
    pub total: u64,
}

/// How much waits, was decided, and sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, TS)]
pub struct QueueCounts {
    /// Waits for a person now.
    pub open: u64,
    /// Comes back later.
    pub snoozed: u64,
    /// Is being written anew.
    pub redrafting: u64,
    /// Has all its verdicts.
    pub decided: u64,
    /// Was decided by the agent alone.
    pub released: u64,
    /// Is put aside until somebody opens it (level 4).
    pub parked: u64,
}

/// One item with all that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ItemView {
    /// The item with its card. For a blind item still open, `confidence_is_hidden` says that scores must not be shown.
    pub item: ReviewItem,
    /// The lead.
    pub lead: Lead,
    /// Scores and leanings must not be shown yet.
    pub confidence_is_hidden: bool,
    /// A mail address found on the company's page that waits for a person's yes.
    pub recipient_to_confirm: Option<String>,
    /// By when somebody should have looked at it; `None` where nothing stops the agent.
    pub due_at: Option<Timestamp>,
    /// What happens when nobody does.
    pub if_ignored: Option<&'static str>,
}

/// One line of the history strip.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct HistoryLine {
    /// The item.
    pub item: ItemId,
    /// What was done: "accepted all", "rejected the lead".
    pub summary: String,
    /// When.
    pub decided_at: Timestamp,
}

impl Engine {
    /// One page of the open items, most urgent first; at most [`PAGE_ROWS`] lines. Items put off come back when it is time.
    pub async fn queue(&self, offset: u64, limit: u64) -> Result<Vec<QueueLine>, EngineError> {
        self.wake().await?;
        let rows = review_item::page(self.store.read(), ItemState::Open, offset, limit.min(PAGE_ROWS)).await?;
        Ok(rows.into_iter().map(queue_line).collect())
    }

    /// One page of a split of the open items whose company or person holds `filter`; at most [`PAGE_ROWS`] lines.
    pub async fn queue_page(&self, split: QueueSplit, filter: &str, offset: u64, limit: u64) -> Result<QueuePage, EngineError> {
        let limit = limit.min(PAGE_ROWS);
        let Some(stored) = split.stored() else { return self.opinions_page(filter, offset, limit).await };
        let rows = review_item::split_page(self.store.read(), stored, filter, offset, limit).await?;
        let total = review_item::split_count(self.store.read(), stored, filter).await?;
        Ok(QueuePage { lines: rows.into_iter().map(queue_line).collect(), total })
    }

    /// How many items stand where.
    pub async fn queue_counts(&self) -> Result<QueueCounts, EngineError> {
        self.wake().await?;
        let mut counts = QueueCounts::default();
        for (state, n) in review_item::counts(self.store.read()).await? {
            match state {
                ItemState::Open => counts.open = n,
                ItemState::Snoozed => counts.snoozed = n,
                ItemState::Redrafting => counts.redrafting = n,
                ItemState::Decided => counts.decided = n,
                ItemState::Released => counts.released = n,
                ItemState::Parked => counts.parked = n,
                ItemState::Withdrawn => {}
            }
        }
        Ok(counts)
    }

    /// Opens the items whose time has come and puts those first that are overdue; writes only when there are any.
    pub(crate) async fn wake(&self) -> Result<(), EngineError> {
        let now = self.now();
        if self.read_only_reason().is_some() || !review_item::is_any_due(self.store.read(), now).await? {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        review_item::wake(&*tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// The item a person means by an id, the beginning of one, or the beginning of the company's name.
    pub async fn find_item(&self, text: &str) -> Result<ItemId, EngineError> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let mut found = review_item::matching(self.store.read(), text.trim(), 2).await?;
        match (found.pop(), found.pop()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(EngineError::AmbiguousItem),
            (None, _) => Err(EngineError::NoSuchItem),
        }
    }

    /// One item with its card.
    pub async fn item(&self, id: ItemId) -> Result<ItemView, EngineError> {
        let item = review_item::get(self.store.read(), id).await?;
        let item = if self.opinion_asked(&item).await?.is_some() { as_asked(item) } else { item };
        let lead = lead::get(self.store.read(), item.lead_id).await?;
        let proposed = autoreach_agents::recipient_on_page(&lead, &item.card.dossier).map(|finding| finding.fact.value());
        let confidence_is_hidden = match item.state {
            ItemState::Decided => false,
            ItemState::Released => item.blind || self.is_in_open_audit(&item).await?,
            ItemState::Open | ItemState::Snoozed | ItemState::Redrafting | ItemState::Parked | ItemState::Withdrawn => item.blind,
        };
        let due_at = due_after(&item.card.exceptions).and_then(|due| item.opened_at.checked_add(due).ok());
        let if_ignored = gravest(&item.card.exceptions).map(ExceptionKind::if_ignored);
        Ok(ItemView { item, lead, confidence_is_hidden, recipient_to_confirm: proposed, due_at, if_ignored })
    }

    /// The stored text of a page that a finding quotes, for reading offline.
    pub async fn stored_page(&self, hash: &str) -> Result<StoredPage, EngineError> {
        Ok(page_snapshot::get(self.store.read(), hash).await?)
    }

    /// The last gestures that hold, newest first.
    pub async fn history(&self, limit: u64) -> Result<Vec<HistoryLine>, EngineError> {
        let rows = gesture::standing(self.store.read(), limit).await?;
        // What somebody else said must not be read before one's own opinion.
        let asked = self.opinions_asked().await?;
        let shown = rows.into_iter().filter(|row| !asked.contains(&row.item_id));
        Ok(shown.map(|row| HistoryLine { item: row.item_id, summary: row.summary, decided_at: row.decided_at }).collect())
    }
}

/// An item as it is shown to somebody who is asked for a second opinion: as if nobody had decided it.
fn as_asked(item: ReviewItem) -> ReviewItem {
    ReviewItem { state: ItemState::Open, why: WhyReview::SecondOpinion, blind: true, verdicts: Verdicts::default(), ..item }
}

pub(crate) fn queue_line(row: QueueRow) -> QueueLine {
    let person = [row.person, row.role].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    QueueLine {
        item: row.id,
        company: row.company,
        person,
        confidence: (!row.blind).then_some(row.p_cal),
        fit: (!row.blind).then_some(row.fit),
        chip: row.chip.map(|kind| kind.words()),
        opened_at: row.opened_at,
        due_at: row.due_at,
        is_overdue: row.is_overdue,
    }
}
