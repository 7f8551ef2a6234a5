//! Policy replay: which of the latest human decisions would have been made alone under another threshold, the wrong ones by
//! name.

use crate::Engine;
use crate::error::EngineError;
use crate::trust::view::{CurvePoint, ReplayLine, ReplayRequest, ReplayView, Share};
use autoreach_domain::decision::{Channel, Decision, Event, Stage, Verdict};
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::oversight::judgement::{has_own_verdict, was_right};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::marks::{is_marked, rate_in_force};
use autoreach_learning::replay::{PastDecision, Policy, Rejections, Replay, replay, risk_coverage};
use autoreach_store::journal;
use autoreach_store::tables::{review_item, workflow};
use std::collections::{BTreeMap, BTreeSet};

/// Wrong ones named.
const NAMED: usize = 50;

impl Engine {
    /// What another threshold would have released of the latest decisions.
    pub async fn replay(&self, workflow_id: WorkflowId, request: &ReplayRequest) -> Result<ReplayView, EngineError> {
        let mut decisions = self.standing_decisions(workflow_id, request.stage).await?;
        let surplus = decisions.len().saturating_sub(request.last as usize);
        decisions.drain(..surplus);
        let rejections = self.rejections(workflow_id, request.stage).await?;
        let mut past: Vec<PastDecision> = decisions.iter().map(past).collect();
        if let Some(level) = request.level {
            self.draw_for(level, workflow_id, request.stage, &decisions, &mut past).await?;
        }
        let mut outcome = replay(&past, &Policy { threshold: request.threshold, rejections });
        if let Some(level) = request.level {
            at_level(level, &past, &mut outcome);
        }
        let mut wrong: Vec<&Decision> = outcome.contradicted.iter().map(|place| &decisions[*place]).collect();
        wrong.sort_by(|a, b| certainty(b).total_cmp(&certainty(a)));
        let ids: Vec<_> = wrong.iter().take(NAMED).map(|decision| decision.item_id).collect();
        let companies: BTreeMap<_, _> =
            review_item::lines(self.store.read(), &ids).await?.into_iter().map(|row| (row.id, row.company)).collect();
        let line = |decision: &&Decision| ReplayLine {
            item: decision.item_id,
            company: companies.get(&decision.item_id).cloned().unwrap_or_default(),
            agent: if decision.p_before > 0.5 { Verdict::Accept } else { Verdict::Reject },
            person: decision.verdict,
            certainty: certainty(decision),
            decided_at: decision.decided_at,
        };
        let (released, wrong_of) = (outcome.alone.len(), outcome.contradicted.len());
        Ok(ReplayView {
            considered: past.len() as u64,
            released: Share::of(released, past.len()),
            checked: if request.level.is_some() { outcome.checked as u64 } else { 0 },
            wrong: Share::of(wrong_of, released),
            wrong_items: wrong.iter().take(NAMED).map(line).collect(),
            excepted: past.iter().filter(|decision| decision.has_exceptions).count() as u64,
            words: sentence(request, past.len(), released, outcome.checked, wrong_of),
            curve: certainty_points(&past, rejections),
        })
    }

    /// Draws the marks that would have been drawn at a level, by the workflow's own key.
    async fn draw_for(
        &self,
        level: Level,
        workflow_id: WorkflowId,
        stage: Stage,
        decisions: &[Decision],
        past: &mut [PastDecision],
    ) -> Result<(), EngineError> {
        let key = workflow::mark_key(self.store.read(), workflow_id).await?;
        let mut memory = self.memory.lock().await;
        let set = memory.of(&self.store, workflow_id).await?.trust.on(stage).ladder.policy().mark_rate;
        let rate = rate_in_force(level, false, set, false);
        for (decision, past) in decisions.iter().zip(past) {
            past.is_marked = is_marked(&key, decision.item_id, rate);
        }
        Ok(())
    }

    /// The verdicts of people on a stage that hold and are learned from, oldest first.
    pub(crate) async fn standing_decisions(&self, workflow_id: WorkflowId, stage: Stage) -> Result<Vec<Decision>, EngineError> {
        Ok(self.standing_entries(workflow_id, stage).await?.into_iter().map(|(_, decision)| *decision).collect())
    }

    /// The same, each with its place in the journal.
    pub(crate) async fn standing_entries(&self, workflow_id: WorkflowId, stage: Stage) -> Result<Vec<(u64, Box<Decision>)>, EngineError> {
        let undone = self.gestures_taken_back(workflow_id).await?;
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["decided"]).await?;
        let holds = |decision: &Decision| {
            decision.stage == stage
                && has_own_verdict(decision)
                && decision.channel != Channel::Overrule
                && !undone.contains(&decision.gesture_id)
        };
        let decisions = entries.into_iter().filter_map(|entry| match entry.event {
            Event::Decided(decision) if holds(&decision) => Some((entry.sequence, decision)),
            _ => None,
        });
        Ok(decisions.collect())
    }

    async fn gestures_taken_back(&self, workflow_id: WorkflowId) -> Result<BTreeSet<GestureId>, EngineError> {
        crate::memory::undone_gestures(&self.store, workflow_id).await
    }

    pub(crate) async fn rejections(&self, workflow_id: WorkflowId, stage: Stage) -> Result<Rejections, EngineError> {
        let mut memory = self.memory.lock().await;
        let policy = memory.of(&self.store, workflow_id).await?.trust.on(stage).ladder.policy();
        let alone = stage == Stage::Qualification && policy.rejects_alone;
        Ok(if alone { Rejections::DecidedAlone } else { Rejections::Reviewed })
    }
}

/// A decision as the replay sees it.
pub(crate) fn past(decision: &Decision) -> PastDecision {
    PastDecision {
        confidence: decision.p_cal_before,
        accepted: was_right(decision),
        has_exceptions: decision.channel == Channel::Exception,
        is_marked: decision.mark,
    }
}

fn certainty(decision: &Decision) -> f64 {
    decision.p_cal_before.max(1.0 - decision.p_cal_before)
}

/// The risk-coverage curve, strictest threshold first.
pub(crate) fn certainty_points(past: &[PastDecision], rejections: Rejections) -> Vec<CurvePoint> {
    let point = |point: autoreach_learning::replay::CoveragePoint| CurvePoint {
        threshold: point.threshold,
        coverage: point.coverage,
        risk: point.error,
        released: point.n as u64,
    };
    risk_coverage(past, rejections).into_iter().map(point).collect()
}

/// What a level does with what is sure enough: nothing at level 1, marked ones only after a person's look at level 2.
fn at_level(level: Level, past: &[PastDecision], outcome: &mut Replay) {
    let stays_alone = |place: &usize| match level {
        Level::VerifyEverything => false,
        Level::VerifyExceptions => !past[*place].is_marked,
        Level::PeriodicAudit | Level::StrategicOversight => true,
    };
    outcome.alone.retain(stays_alone);
    outcome.contradicted.retain(stays_alone);
    outcome.checked = outcome.alone.iter().filter(|place| past[**place].is_marked).count();
}

fn sentence(request: &ReplayRequest, considered: usize, released: usize, checked: usize, wrong: usize) -> String {
    let percent = 100.0 * request.threshold;
    let level = request.level.map(|level| format!("at level {}, ", level.number())).unwrap_or_default();
    let capital = |text: String| {
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    };
    let rest = match request.level {
        Some(Level::StrategicOversight) => " Those less certain would have been put aside until you open them.",
        Some(Level::PeriodicAudit) => " The others would have come to you, last in the queue.",
        Some(Level::VerifyEverything | Level::VerifyExceptions) | None => "",
    };
    let afterwards = match (request.level, checked) {
        (None, _) | (_, 0) => String::new(),
        (Some(_), checked) => format!(", {checked} of them to be checked blind afterwards"),
    };
    match (considered, released) {
        (0, _) => "Nothing was decided yet, so there is nothing to replay.".to_owned(),
        (_, 0) if request.level == Some(Level::VerifyEverything) => "At level 1 you review everything.".to_owned(),
        (_, 0) => capital(format!(
            "{level}from {percent:.0} % certainty on, none of your last {considered} decisions would have been made without you.{rest}"
        )),
        (_, released) => capital(format!(
            "{level}from {percent:.0} % certainty on, {released} of your last {considered} decisions would have been made without \
             you{afterwards}; in {wrong} of these you had decided otherwise.{rest}"
        )),
    }
}
