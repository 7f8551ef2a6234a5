//! The Trust screen's content, read off the folded state and the journal.

use crate::Engine;
use crate::error::EngineError;
use crate::trust::view::{Direction, Share, StageView, TrustEvent, TrustView};
use crate::trust::{era, words};
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::bounds::{AUDIT_RISK, lower_bound, upper_bound};
use autoreach_domain::oversight::event::Certificate;
use autoreach_domain::oversight::judgement::Judgement;
use autoreach_domain::oversight::ladder::Ladder;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::line::Line;
use autoreach_domain::oversight::routing::Routing;
use autoreach_domain::oversight::steps::requirements;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_learning::trust::StageTrust;
use autoreach_store::journal;
use autoreach_store::tables::{review_item, workflow};
use jiff::ToSpan;

/// Events shown.
const EVENTS_SHOWN: usize = 100;
/// Spot checks the bound is shown for: those the steps look at.
const CHECKS: usize = 100;
/// Days over which the share decided alone is counted.
const DAYS: i64 = 30;

impl Share {
    /// `count` of `of`, with the two-sided 95 % interval (Clopper-Pearson).
    pub(crate) fn of(count: usize, of: usize) -> Self {
        let half = AUDIT_RISK / 2.0;
        Self { count: count as u64, of: of as u64, low: lower_bound(count, of, half), high: upper_bound(count, of, half) }
    }
}

impl Engine {
    /// The trust in a workflow, stage by stage, and how it came about.
    pub async fn trust(&self, workflow_id: WorkflowId) -> Result<TrustView, EngineError> {
        self.settle_trust(workflow_id).await?;
        let name = workflow::get(self.store.read(), workflow_id).await?.definition.name;
        let since = self.now().checked_sub((24 * DAYS).hours()).unwrap_or(jiff::Timestamp::MIN);
        let routed = review_item::released_between(self.store.read(), workflow_id, since, jiff::Timestamp::MAX).await?;
        let mut memory = self.memory.lock().await;
        let trust = &memory.of(&self.store, workflow_id).await?.trust;
        let stages = Stage::ALL.iter().map(|stage| {
            let routes: Vec<bool> = routed.iter().filter_map(|row| row.routing.on(*stage)).map(|route| route.outcome.is_alone()).collect();
            let alone = Share::of(routes.iter().filter(|is_alone| **is_alone).count(), routes.len());
            self.stage(*stage, trust.on(*stage), alone)
        });
        Ok(TrustView { workflow: workflow_id, name, stages: stages.collect(), events: self.trust_events(workflow_id).await? })
    }

    fn stage(&self, stage: Stage, trust: &StageTrust, alone: Share) -> StageView {
        let StageTrust { memory, ladder } = trust;
        let now = self.now();
        let line = ladder.line(now, FEATURE_SCHEMA_VERSION, |threshold| memory.learner().calibrated(threshold));
        let given = ladder.override_at(now);
        // Certificates speak of certainty before calibration, people see it after.
        let shown = |held: &Certificate| Certificate { threshold: memory.learner().calibrated(held.threshold), ..*held };
        StageView {
            stage,
            level: ladder.level(),
            since: ladder.since(),
            next: ladder.level().above(),
            requirements: requirements(ladder, now),
            is_proposed: ladder.proposal(now).is_some(),
            line,
            line_words: line_words(ladder, line),
            floor: ladder.floor(),
            certificates: ladder.certificates().iter().map(shown).collect(),
            pairs: memory.pairs_since_alarm(),
            next_look: memory.next_look(ladder.policy().review_minimum),
            checks: checks(ladder),
            alone,
            promise: ladder.promise(),
            is_amber: ladder.is_amber(),
            segments_back: ladder.segments_back().map(|segment| segment.words()).collect(),
            override_threshold: given.map(|given| given.threshold()),
            override_until: given.and_then(|given| given.until()),
            policy: ladder.policy(),
        }
    }

    /// What happened to trust, newest first.
    async fn trust_events(&self, workflow_id: WorkflowId) -> Result<Vec<TrustEvent>, EngineError> {
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["oversight", "era_begun"]).await?;
        let events = entries.into_iter().rev().take(EVENTS_SHOWN).filter_map(|entry| match entry.event {
            Event::Oversight { stage, by, change, .. } => {
                let (direction, what) = words::of_event(&change);
                let words = format!("{}: {what}", words::of_stage(stage));
                Some(TrustEvent { at: entry.at, stage: Some(stage), by: by.map(|by| by.to_string()), direction, words })
            }
            Event::EraBegun { reviewer, why, old_weight, .. } => {
                let words = format!("{} Earlier verdicts count {:.0} %.", era::in_words(&why), 100.0 * old_weight);
                Some(TrustEvent { at: entry.at, stage: None, by: Some(reviewer.to_string()), direction: Direction::Down, words })
            }
            _ => None,
        });
        Ok(events.collect())
    }

    /// The receipt of an item: what decided where it went. `None` for items from before receipts were kept, and while what
    /// the agent made of the item is to be judged blind.
    pub async fn receipt(&self, item: ItemId) -> Result<Option<Routing>, EngineError> {
        let view = self.item(item).await?;
        Ok(view.item.routing.filter(|_| !view.confidence_is_hidden).map(|routing| *routing))
    }
}

fn checks(ladder: &Ladder) -> Share {
    let of_this_era = |j: &&Judgement| ladder.era().is_none_or(|era| j.at > era);
    let marked: Vec<bool> =
        ladder.judgements().iter().rev().filter(of_this_era).filter(|j| j.mark && !j.is_undone).take(CHECKS).map(|j| j.agreed).collect();
    Share::of(marked.iter().filter(|agreed| **agreed).count(), marked.len())
}

fn line_words(ladder: &Ladder, line: Option<Line>) -> String {
    match (line, ladder.level()) {
        (Some(line), _) => line.words(),
        (None, Level::VerifyEverything) => "At level 1 you review everything.".to_owned(),
        (None, _) => "Nothing is certified at present, so everything comes to you.".to_owned(),
    }
}
