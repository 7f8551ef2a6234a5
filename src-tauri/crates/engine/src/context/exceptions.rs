//! The kinds of exceptions in a workflow: what waits, what is overdue, and what is muted for now.

use crate::Engine;
use crate::error::EngineError;
use crate::review::queue::{QueueLine, queue_line};
use autoreach_domain::decision::Event;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::mute::{Mute, muted_at};
use autoreach_store::tables::review_item::{self, QueueRow};
use autoreach_store::tables::setting;
use autoreach_store::{WriteTransaction, journal};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// Setting: what is muted, in all workflows.
const MUTES: &str = "muted_exceptions";
/// Setting: the instant up to which people were told of what is overdue.
const OVERDUE_TOLD: &str = "overdue_told";
/// Overdue items told of at once.
const MOST_TOLD: u64 = 100;

/// One kind of exception as people steer it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ExceptionDesk {
    /// The kind.
    pub kind: ExceptionKind,
    /// In two or three words.
    pub words: &'static str,
    /// Always goes to a person, and cannot be muted.
    pub is_hard_floor: bool,
    /// Open items whose gravest exception it is.
    pub waiting: u64,
    /// Of these, overdue.
    pub overdue: u64,
    /// Hours within which somebody should look.
    pub due_hours: u32,
    /// What happens when nobody does.
    pub if_ignored: &'static str,
    /// Muted until then.
    pub muted_until: Option<Timestamp>,
    /// Who muted it.
    pub muted_by: Option<String>,
}

impl Engine {
    /// Every kind of exception, those that wait first.
    pub async fn exception_desk(&self, workflow_id: WorkflowId) -> Result<Vec<ExceptionDesk>, EngineError> {
        self.wake().await?;
        let waiting = review_item::waiting_by_exception(self.store.read(), workflow_id).await?;
        let waiting: BTreeMap<ExceptionKind, (u64, u64)> = waiting.into_iter().map(|(kind, n, late)| (kind, (n, late))).collect();
        let mutes = self.mutes_of(workflow_id).await?;
        let line = |kind: &ExceptionKind| {
            let (waiting, overdue) = waiting.get(kind).copied().unwrap_or_default();
            let mute = mutes.iter().find(|mute| mute.kind == *kind);
            ExceptionDesk {
                kind: *kind,
                words: kind.words(),
                is_hard_floor: kind.is_hard_floor(),
                waiting,
                overdue,
                due_hours: u32::try_from(kind.due_after().as_hours()).unwrap_or(u32::MAX),
                if_ignored: kind.if_ignored(),
                muted_until: mute.map(|mute| mute.until),
                muted_by: mute.map(|mute| mute.by.to_string()),
            }
        };
        let mut desk: Vec<ExceptionDesk> = ExceptionKind::ALL.iter().map(line).collect();
        desk.sort_by_key(|line| (std::cmp::Reverse(line.waiting), line.kind));
        Ok(desk)
    }

    /// Mutes a kind for some days: it is still found and named, and holds nothing up. Items that wait already stay with people.
    pub async fn mute_exception(&self, workflow_id: WorkflowId, kind: ExceptionKind, days: u16) -> Result<Mute, EngineError> {
        let mute = Mute::new(workflow_id, kind, days, self.reviewer(), self.now())?;
        self.keep_mute(workflow_id, kind, Some(mute.clone())).await?;
        Ok(mute)
    }

    /// Ends a mute at once.
    pub async fn unmute_exception(&self, workflow_id: WorkflowId, kind: ExceptionKind) -> Result<(), EngineError> {
        self.keep_mute(workflow_id, kind, None).await
    }

    /// What has become overdue since people were told last, the longest overdue first. Each item is given out once.
    pub async fn overdue_to_tell(&self) -> Result<Vec<QueueLine>, EngineError> {
        self.wake().await?;
        let overdue = review_item::overdue(self.store.read(), MOST_TOLD).await?;
        let told: Option<Timestamp> = setting::get(self.store.read(), OVERDUE_TOLD).await?;
        let is_new = |row: &QueueRow| row.due_at.is_some_and(|due| told.is_none_or(|told| due > told));
        let lines: Vec<QueueLine> = overdue.into_iter().filter(is_new).map(queue_line).collect();
        if !lines.is_empty() {
            let tx = self.store.begin().await?;
            setting::set(&*tx, OVERDUE_TOLD, &self.now()).await?;
            tx.commit().await?;
        }
        Ok(lines)
    }

    /// The kinds that hold nothing up in a workflow at present.
    pub(crate) async fn muted_kinds(&self, workflow_id: WorkflowId) -> Result<BTreeSet<ExceptionKind>, EngineError> {
        Ok(muted_at(&self.mutes().await?, workflow_id, self.now()))
    }

    async fn mutes(&self) -> Result<Vec<Mute>, EngineError> {
        Ok(setting::get(self.store.read(), MUTES).await?.unwrap_or_default())
    }

    async fn mutes_of(&self, workflow_id: WorkflowId) -> Result<Vec<Mute>, EngineError> {
        let now = self.now();
        Ok(self.mutes().await?.into_iter().filter(|mute| mute.workflow_id == workflow_id && now < mute.until).collect())
    }

    /// Keeps a mute in place of the one of its kind, with its entry in the journal.
    async fn keep_mute(&self, workflow_id: WorkflowId, kind: ExceptionKind, mute: Option<Mute>) -> Result<(), EngineError> {
        let now = self.now();
        let until = mute.as_ref().map_or(now, |mute| mute.until);
        let mut mutes = self.mutes().await?;
        mutes.retain(|known| now < known.until && (known.workflow_id, known.kind) != (workflow_id, kind));
        mutes.extend(mute);
        let mut memory = self.memory.lock().await;
        let tx: WriteTransaction = self.store.begin().await?;
        setting::set(&*tx, MUTES, &mutes).await?;
        let event = Event::ExceptionMuted { workflow_id, reviewer: self.reviewer(), kind, until };
        journal::append(&*tx, &[event], now).await?;
        tx.commit().await?;
        memory.of(&self.store, workflow_id).await?;
        Ok(())
    }
}
