//! Checks of what was released: the weekly draw, and what there is to look at.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::Memory;
use crate::trust::view::{AuditResult, AuditView, AuditWeek, CheckLine};
use autoreach_domain::decision::Stage;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::audit::{AuditRecord, draw_audit, is_audited};
use autoreach_domain::oversight::event::OversightEvent;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::routing::StageRoute;
use autoreach_domain::review::{ItemState, ReviewItem};
use autoreach_store::tables::review_item::{self, ReleasedRow};
use autoreach_store::tables::workflow;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Results shown of audits that are over.
const PAST_SHOWN: usize = 12;

impl Engine {
    /// Draws the audit of the week that is over, for each stage that has one and has not drawn it yet.
    pub(crate) async fn draw_audits(&self, memory: &mut Memory, workflow_id: WorkflowId) -> Result<(), EngineError> {
        if self.read_only_reason().is_some() {
            return Ok(());
        }
        let (now, week) = (self.now(), monday(self.today()).saturating_sub(7.days()));
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let is_due = |stage: &Stage| {
            let ladder = &trust.on(*stage).ladder;
            // An override is audited from the week it was given in, a level from the week it was entered in.
            let given = ladder.override_at(now).filter(|_| ladder.level() < Level::PeriodicAudit);
            let began = given.map(|given| given.from()).or_else(|| ladder.since());
            let was_there = began.is_none_or(|began| began.to_zoned(TimeZone::UTC).date() < week.saturating_add(7.days()));
            let is_drawn = ladder.audits().iter().any(|audit| audit.draw.week >= week);
            is_audited(ladder.level(), ladder.override_at(now).is_some()) && was_there && !is_drawn
        };
        let stages: Vec<(Stage, usize)> =
            Stage::ALL.iter().filter(|stage| is_due(stage)).map(|stage| (*stage, trust.on(*stage).ladder.policy().audit_sample)).collect();
        if stages.is_empty() {
            return Ok(());
        }
        let released = self.released_in(workflow_id, week).await?;
        let key = workflow::mark_key(self.store.read(), workflow_id).await?;
        let draw = |(stage, sample): (Stage, usize)| {
            // What a person has looked at since is no unreviewed release, and could not be looked at again.
            let unmarked = |row: &&ReleasedRow| {
                let is_unmarked_alone = |route: &StageRoute| route.outcome.is_alone() && !route.draw.is_marked();
                row.state == ItemState::Released && row.routing.on(stage).is_some_and(is_unmarked_alone)
            };
            let items: Vec<ItemId> = released.iter().filter(unmarked).map(|row| row.id).collect();
            (stage, OversightEvent::AuditDrawn(draw_audit(&key, week, &items, sample)))
        };
        let events = stages.into_iter().map(draw).collect();
        self.write_down(memory, workflow_id, events, None).await
    }

    async fn released_in(&self, workflow_id: WorkflowId, week: Date) -> Result<Vec<ReleasedRow>, EngineError> {
        let start = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).unwrap_or(jiff::Timestamp::MIN);
        Ok(review_item::released_between(self.store.read(), workflow_id, start(week), start(week.saturating_add(7.days()))).await?)
    }

    /// What there is to look at, and what earlier looks found.
    pub async fn audit(&self, workflow_id: WorkflowId) -> Result<AuditView, EngineError> {
        self.settle_trust(workflow_id).await?;
        let mut memory = self.memory.lock().await;
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let audits: Vec<(Stage, &AuditRecord)> =
            Stage::ALL.iter().flat_map(|stage| trust.on(*stage).ladder.audits().iter().map(|audit| (*stage, audit))).collect();
        let (open, over): (Vec<_>, Vec<_>) = audits.into_iter().partition(|(_, audit)| !audit.is_missed && !audit.is_done());
        let mut past: Vec<AuditResult> = over.into_iter().filter(|(_, audit)| !audit.draw.items.is_empty()).map(result).collect();
        past.sort_by_key(|audit| std::cmp::Reverse(audit.week));
        past.truncate(PAST_SHOWN);
        let mut weeks = Vec::new();
        for (week, records) in by_week(open) {
            weeks.push(self.week(week, &records).await?);
        }
        let marked = review_item::checks_due(self.store.read(), workflow_id).await?;
        let checks = self.check_lines(&marked, &BTreeSet::new()).await?;
        Ok(AuditView { checks, audits: weeks, past })
    }

    /// Is the item drawn for an audit that nobody has looked at yet?
    pub(crate) async fn is_in_open_audit(&self, item: &ReviewItem) -> Result<bool, EngineError> {
        let mut memory = self.memory.lock().await;
        let trust = &memory.of(&self.store, item.workflow_id).await?.trust;
        let is_drawn = |audit: &AuditRecord| audit.draw.items.contains(&item.id) && !audit.looked_at.contains_key(&item.id);
        Ok(Stage::ALL.iter().any(|stage| trust.on(*stage).ladder.audits().iter().any(is_drawn)))
    }

    async fn week(&self, week: Date, records: &[&AuditRecord]) -> Result<AuditWeek, EngineError> {
        let items: BTreeSet<ItemId> = records.iter().flat_map(|audit| audit.draw.items.iter().copied()).collect();
        let done = |item: &ItemId| records.iter().all(|audit| !audit.draw.items.contains(item) || audit.looked_at.contains_key(item));
        let looked_at: BTreeSet<ItemId> = items.iter().copied().filter(done).collect();
        let ids: Vec<ItemId> = items.into_iter().collect();
        let of = records.iter().map(|audit| (audit.draw.items.len() as f64 / audit.draw.propensity).round() as u64).max().unwrap_or(0);
        let due = records.iter().map(|audit| audit.draw.due).min().unwrap_or(week);
        Ok(AuditWeek { week, due, items: self.check_lines(&ids, &looked_at).await?, of })
    }

    /// Company and person only: what the agent made of them stays hidden.
    async fn check_lines(&self, items: &[ItemId], looked_at: &BTreeSet<ItemId>) -> Result<Vec<CheckLine>, EngineError> {
        let rows = review_item::lines(self.store.read(), items).await?;
        let line = |row: review_item::QueueRow| CheckLine {
            is_done: looked_at.contains(&row.id) || row.state == ItemState::Decided,
            item: row.id,
            company: row.company,
            person: [row.person, row.role].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

fn by_week(open: Vec<(Stage, &AuditRecord)>) -> BTreeMap<Date, Vec<&AuditRecord>> {
    let mut weeks: BTreeMap<Date, Vec<&AuditRecord>> = BTreeMap::new();
    open.into_iter().for_each(|(_, audit)| weeks.entry(audit.draw.week).or_default().push(audit));
    weeks
}

fn result((stage, audit): (Stage, &AuditRecord)) -> AuditResult {
    AuditResult {
        week: audit.draw.week,
        stage,
        checked: audit.looked_at.len() as u64,
        wrong: audit.looked_at.values().filter(|agreed| !**agreed).count() as u64,
        is_missed: audit.is_missed,
        words: audit.result(),
    }
}

/// The Monday of a day's week.
pub(crate) fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(back.days())
}
