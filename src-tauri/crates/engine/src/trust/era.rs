//! A new era: the market, the product or the profile changed, and what was learned before counts less (`learning.md` 4.11).
//!
//! It takes trust away and never gives any. No certificate and no override holds any longer, every stage is at level 1, what the
//! agent had released alone and has not left comes back to people, and a step up asks for verdicts of the new era. Lessons
//! about how mails should read stay: edits against them retire them one by one.

use crate::Engine;
use crate::error::EngineError;
use crate::trust::recall;
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::WorkflowId;
use autoreach_learning::fold::USUAL_ERA_WEIGHT;
use autoreach_store::journal;
use serde::Serialize;
use ts_rs::TS;

/// What a new era did.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct EraBegun {
    /// What a verdict from before counts of what it counted, 0 to 1.
    pub old_weight: f64,
    /// Verdicts on leads from before.
    pub verdicts: u64,
    /// What happened, in one sentence.
    pub words: String,
}

impl Engine {
    /// Begins a new era. `old_weight` outside 0 to 1 is moved to the nearest; 0.3 where nobody chose.
    pub async fn begin_era(&self, workflow_id: WorkflowId, why: &str, old_weight: Option<f64>) -> Result<EraBegun, EngineError> {
        let why = why.trim();
        if why.is_empty() {
            return Err(EngineError::EraWithoutReason);
        }
        let old_weight = old_weight.filter(|weight| weight.is_finite()).unwrap_or(USUAL_ERA_WEIGHT).clamp(0.0, 1.0);
        let mut memory = self.memory.lock().await;
        let known = memory.of(&self.store, workflow_id).await?;
        let verdicts = known.trust.on(Stage::Qualification).memory.learner().labels();
        let tx = self.store.begin().await?;
        recall(&tx, workflow_id).await?;
        let event = Event::EraBegun { workflow_id, reviewer: self.reviewer(), why: why.to_owned(), old_weight };
        journal::append(&*tx, &[event], self.now()).await?;
        tx.commit().await?;
        self.relearn(&mut memory, workflow_id).await;
        self.settle_after(&mut memory, workflow_id).await;
        Ok(EraBegun { old_weight, verdicts, words: words(why, old_weight, verdicts) })
    }
}

fn words(why: &str, old_weight: f64, verdicts: u64) -> String {
    format!("{} The {verdicts} verdicts on leads from before count {:.0} % now.", in_words(why), 100.0 * old_weight)
}

/// A new era as a line of the history of trust.
pub(crate) fn in_words(why: &str) -> String {
    format!("A new era: {why}. Every stage is at level 1, and a new certificate is needed before the agent decides anything alone.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, Invented};
    use autoreach_domain::oversight::level::Level;
    use autoreach_domain::review::{Gesture, Part};

    async fn workflow(desk: &Desk) -> WorkflowId {
        desk.engine.workflow(None).await.expect("there is one").id
    }

    /// Accepts Orbital Freight, and 200 invented leads of which those in retail are turned down.
    async fn judged() -> Desk {
        let desk = Desk::with_a_queue().await;
        desk.judge_invented(Invented::rounds(40, "industry", &["logistics", "food", "energy", "media"], "retail")).await;
        desk
    }

    #[tokio::test]
    async fn a_new_era_asks_for_new_evidence_and_stands_among_the_events_of_trust() {
        let desk = judged().await;
        let id = workflow(&desk).await;
        assert!(matches!(desk.engine.begin_era(id, "  ", None).await, Err(EngineError::EraWithoutReason)));
        desk.engine.set_override(id, Stage::Qualification, 80, Some(60), None).await.expect("is given");
        assert_eq!(desk.engine.trust(id).await.expect("reads").stages[1].pairs, 201);
        let begun = desk.engine.begin_era(id, "new price list", None).await.expect("begins");
        assert_eq!((begun.old_weight, begun.verdicts), (0.3, 201));
        let view = desk.engine.trust(id).await.expect("reads");
        for stage in &view.stages {
            assert_eq!((stage.level, stage.pairs, stage.override_threshold), (Level::VerifyEverything, 0, None));
            assert!(stage.requirements.iter().any(|needed| needed.words == "0 reviews, 100 needed."), "{:?}", stage.requirements);
        }
        assert!(view.events[0].words.starts_with("A new era: new price list."), "{:?}", view.events[0]);
        assert_eq!(view.events[0].stage, None);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
    }

    #[tokio::test]
    async fn earlier_verdicts_count_less_and_a_weight_is_kept_within_its_limits() {
        let desk = judged().await;
        let id = workflow(&desk).await;
        let effect =
            |view: crate::profile::view::ProfileView| view.lines.into_iter().any(|line| line.slot == "industry=retail" && line.is_asked);
        assert!(effect(desk.engine.profile(id).await.expect("reads")));
        assert_eq!(desk.engine.begin_era(id, "we sell to shops now", Some(-1.0)).await.expect("begins").old_weight, 0.0);
        assert!(!effect(desk.engine.profile(id).await.expect("reads")), "nothing is left of what was learned of retail");
    }

    #[tokio::test]
    async fn a_gesture_from_before_an_era_can_be_taken_back_after_it() {
        let desk = Desk::with_a_queue().await;
        let id = workflow(&desk).await;
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
        desk.engine.begin_era(id, "new product", None).await.expect("begins");
        let with_it = desk.learner_digest().await;
        desk.engine.undo(None).await.expect("takes it back");
        assert_ne!(desk.learner_digest().await, with_it);
        assert!(desk.engine.verify().await.expect("verifies").is_clean());
        desk.engine.redo().await.expect("gives it again");
        assert_eq!(desk.learner_digest().await, with_it, "the era weakens it as before");
    }
}
