//! Policy replay: which of the latest human decisions would have been made alone under another threshold, the wrong ones by
//! name.

use crate::Engine;
use crate::error::EngineError;
use crate::trust::view::{CurvePoint, ReplayLine, ReplayRequest, ReplayView, Share};
use autoreach_domain::decision::{Channel, Decision, Event, Stage, Verdict};
use autoreach_domain::ids::{GestureId, WorkflowId};
use autoreach_domain::oversight::judgement::{has_own_verdict, was_right};
use autoreach_learning::replay::{PastDecision, Policy, Rejections, replay, risk_coverage};
use autoreach_store::journal;
use autoreach_store::tables::review_item;
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
        let past: Vec<PastDecision> = decisions.iter().map(past).collect();
        let outcome = replay(&past, &Policy { threshold: request.threshold, rejections });
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
            wrong: Share::of(wrong_of, released),
            wrong_items: wrong.iter().take(NAMED).map(line).collect(),
            excepted: past.iter().filter(|decision| decision.has_exceptions).count() as u64,
            words: sentence(request.threshold, past.len(), released, wrong_of),
            curve: certainty_points(&past, rejections),
        })
    }

    /// The verdicts of people on a stage that hold and are learned from, oldest first.
    pub(crate) async fn standing_decisions(&self, workflow_id: WorkflowId, stage: Stage) -> Result<Vec<Decision>, EngineError> {
        let undone = self.gestures_taken_back(workflow_id).await?;
        let entries = journal::events_of_kinds(self.store.read(), workflow_id, &["decided"]).await?;
        let holds = |decision: &Decision| {
            decision.stage == stage
                && has_own_verdict(decision)
                && decision.channel != Channel::Overrule
                && !undone.contains(&decision.gesture_id)
        };
        let decisions = entries.into_iter().filter_map(|entry| match entry.event {
            Event::Decided(decision) if holds(&decision) => Some(*decision),
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

fn sentence(threshold: f64, considered: usize, released: usize, wrong: usize) -> String {
    let percent = 100.0 * threshold;
    match (considered, released) {
        (0, _) => "Nothing was decided yet, so there is nothing to replay.".to_owned(),
        (_, 0) => format!("From {percent:.0} % certainty on, none of your last {considered} decisions would have been made without you."),
        (_, released) => format!(
            "From {percent:.0} % certainty on, {released} of your last {considered} decisions would have been made without you; \
             in {wrong} of these you had decided otherwise."
        ),
    }
}
