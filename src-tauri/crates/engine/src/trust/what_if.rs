//! "What if our profile were another?": both profiles held beside the same past decisions.
//!
//! A profile is more than a filter: it is what the learner believes before the first verdict, and the rows of every lead.
//! So each lead is held against both anew, and both learn from the same verdicts in the same order; what is compared is what
//! they would have said *before* each verdict. Nothing is changed by asking.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::Stated;
use crate::trust::replay::past;
use crate::trust::view::{ProfileDifference, ProfileOutcome, ProfileRequest, ProfileView, Share};
use autoreach_agents::qualify;
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Decision, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::workflow::WorkflowDefinition;
use autoreach_learning::fold::Learner;
use autoreach_learning::replay::{PastDecision, Policy, Replay, replay};
use autoreach_learning::{Prior, Verdict};
use autoreach_store::tables::{TableError, lead, review_item, workflow};
use std::collections::BTreeMap;

/// Differences named.
const NAMED: usize = 50;
/// Decisions both profiles learn from, beside those asked about: older ones change little and cost time.
const LEARNED_FROM: usize = 1_000;
/// Verdicts learned from before others get their turn.
const VERDICTS_AT_ONCE: usize = 20;

impl Engine {
    /// What the agent would have made of the latest decided leads with another profile.
    pub async fn what_if_profile(&self, workflow_id: WorkflowId, request: &ProfileRequest) -> Result<ProfileView, EngineError> {
        let now = workflow::get(self.store.read(), workflow_id).await?.definition;
        let then = WorkflowDefinition { icp: request.icp.clone(), ..now.clone() };
        let mut decisions = self.standing_decisions(workflow_id, Stage::Qualification).await?;
        let last = request.last as usize;
        let surplus = decisions.len().saturating_sub(last.saturating_add(LEARNED_FROM));
        decisions.drain(..surplus);
        let rejections = self.rejections(workflow_id, Stage::Qualification).await?;
        let of_now = Side::of(self, &now, &decisions).await?;
        let of_then = Side::of(self, &then, &decisions).await?;
        let policy = Policy { threshold: request.threshold, rejections };
        let asked = decisions.len().saturating_sub(last);
        let now = of_now.foretold(&decisions).await.split_off(asked);
        let then = of_then.foretold(&decisions).await.split_off(asked);
        self.compared(&decisions[asked..], (&now, &then), &policy).await
    }

    async fn compared(
        &self,
        decisions: &[Decision],
        (now, then): (&[PastDecision], &[PastDecision]),
        policy: &Policy,
    ) -> Result<ProfileView, EngineError> {
        let (is, would) = (replay(now, policy), replay(then, policy));
        let outcomes = (outcome(now, &is), outcome(then, &would));
        let leans = |side: &[PastDecision], place: usize| side[place].confidence > 0.5;
        let differs = |place: &usize| is.alone.contains(place) != would.alone.contains(place) || leans(now, *place) != leans(then, *place);
        let places: Vec<usize> = (0..decisions.len()).rev().filter(differs).take(NAMED).collect();
        let ids: Vec<_> = places.iter().map(|place| decisions[*place].item_id).collect();
        let rows = review_item::lines(self.store.read(), &ids).await?;
        let companies: BTreeMap<_, _> = rows.into_iter().map(|row| (row.id, row.company)).collect();
        let difference = |place: &usize| ProfileDifference {
            item: decisions[*place].item_id,
            company: companies.get(&decisions[*place].item_id).cloned().unwrap_or_default(),
            person: decisions[*place].verdict,
            now: now[*place].confidence,
            then: then[*place].confidence,
        };
        Ok(ProfileView {
            considered: decisions.len() as u64,
            now: outcomes.0,
            then: outcomes.1,
            differences: places.iter().map(difference).collect(),
            words: sentence(policy.threshold, &outcomes.0, &outcomes.1),
        })
    }
}

/// One profile with every decided lead held against it.
struct Side {
    prior: Prior,
    features: Vec<Features>,
}

impl Side {
    /// Leads that were erased since keep what the learner saw of them.
    async fn of(engine: &Engine, definition: &WorkflowDefinition, decisions: &[Decision]) -> Result<Self, EngineError> {
        let mut features = Vec::with_capacity(decisions.len());
        for decision in decisions {
            features.push(match held_against(engine, definition, decision).await {
                Ok(held) => held,
                Err(EngineError::Table(TableError::NotFound { .. })) => decision.features.clone(),
                Err(other) => return Err(other),
            });
        }
        Ok(Self { prior: Stated::of(qualify::prior(definition)).prior(), features })
    }

    /// What would have been said before each verdict. Others get their turn in between: this takes a second or two.
    async fn foretold(self, decisions: &[Decision]) -> Vec<PastDecision> {
        let mut learner = Learner::new(self.prior);
        let mut foretold = Vec::with_capacity(decisions.len());
        for (decision, features) in decisions.iter().zip(&self.features) {
            learner.arrive(features);
            let confidence = learner.predict(features).confidence.p_cal;
            let past = PastDecision { confidence, ..past(decision) };
            learner.learn(&Verdict { features, accepted: past.accepted, weight: 1.0, reviewer: decision.reviewer.as_str() });
            foretold.push(past);
            if foretold.len().is_multiple_of(VERDICTS_AT_ONCE) {
                tokio::task::yield_now().await;
            }
        }
        foretold
    }
}

async fn held_against(engine: &Engine, definition: &WorkflowDefinition, decision: &Decision) -> Result<Features, EngineError> {
    let item = review_item::get(engine.store.read(), decision.item_id).await?;
    let lead = lead::get(engine.store.read(), decision.lead_id).await?;
    Ok(qualify::qualify(&lead, &item.card.dossier, definition).features)
}

fn outcome(past: &[PastDecision], replayed: &Replay) -> ProfileOutcome {
    let right = past.iter().filter(|decision| (decision.confidence > 0.5) == decision.accepted).count();
    ProfileOutcome {
        right: Share::of(right, past.len()),
        released: Share::of(replayed.alone.len(), past.len()),
        wrong: Share::of(replayed.contradicted.len(), replayed.alone.len()),
    }
}

fn sentence(threshold: f64, now: &ProfileOutcome, then: &ProfileOutcome) -> String {
    if now.right.of == 0 {
        return "No lead was decided yet, so there is nothing to compare.".to_owned();
    }
    format!(
        "Of your last {} decisions on leads the agent would have leaned your way in {} with this profile, and in {} with the one in force; \
         from {:.0} % certainty on it would have decided {} alone ({} of them otherwise than you), and {} ({}) as it is.",
        now.right.of,
        then.right.count,
        now.right.count,
        100.0 * threshold,
        then.released.count,
        then.wrong.count,
        now.released.count,
        now.wrong.count
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::icp::{HeadCountRange, Icp, Industry};
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn another_profile_is_compared_on_the_same_leads_and_changes_nothing() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        desk.decide("Vantage", Gesture::Accept(Part::Lead)).await.expect("accepts");
        let workflow = desk.engine.workflow(None).await.expect("there is one");
        let before = desk.learner_digest().await;
        let same = ProfileRequest { icp: workflow.definition.icp.clone(), threshold: 0.5, last: 50 };
        let view = desk.engine.what_if_profile(workflow.id, &same).await.expect("compares");
        assert_eq!((view.considered, view.differences.len()), (2, 0), "the profile in force differs from itself in nothing");
        assert_eq!(view.now, view.then);
        let icp = Icp {
            head_count: Some(HeadCountRange { min: 5_000, max: None }),
            industries: vec![Industry::Finance],
            excluded_industries: vec![Industry::Logistics],
            ..Icp::default()
        };
        let other = ProfileRequest { icp, ..same };
        let view = desk.engine.what_if_profile(workflow.id, &other).await.expect("compares");
        assert!(view.then.right.count < view.now.right.count, "{}", view.words);
        let orbital = view.differences.iter().find(|line| line.company == "Orbital Freight").expect("differs");
        assert!(orbital.then < 0.5 && orbital.now > 0.5, "{orbital:?}");
        assert_eq!(desk.learner_digest().await, before);
        assert_eq!(desk.engine.workflow(None).await.expect("there is one").version, workflow.version);
    }
}
