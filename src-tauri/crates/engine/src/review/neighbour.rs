//! Why not? The accepted lead most like one that the agent would turn down, or that was turned down, and what tells them apart.

use crate::Engine;
use crate::error::EngineError;
use autoreach_agents::qualify::{in_words, is_of_the_record};
use autoreach_domain::decision::{Decision, Event, Stage, Verdict};
use autoreach_domain::ids::ItemId;
use autoreach_domain::oversight::judgement::was_right;
use autoreach_store::journal;
use autoreach_store::tables::review_item;
use serde::Serialize;
use ts_rs::TS;

/// Decisions looked through, the latest; each gesture makes up to three.
const LOOKED_THROUGH: u64 = 1_500;
/// Differences named.
const NAMED: usize = 3;

/// The accepted lead most like another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NeighbourView {
    /// Its item.
    pub item: ItemId,
    /// Its company.
    pub company: String,
    /// Where the two differ, the most telling difference first; empty when nothing the agent knows tells them apart.
    pub differences: Vec<Differs>,
}

/// One difference, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Differs {
    /// What this lead has ("industry: retail").
    pub here: String,
    /// What the accepted one has ("industry: logistics").
    pub there: String,
}

impl Engine {
    /// The accepted lead most like this one. `None` where the agent leans to accept it, where it was accepted, where its scores
    /// are hidden, and while nothing was accepted.
    pub async fn neighbour(&self, id: ItemId) -> Result<Option<NeighbourView>, EngineError> {
        let view = self.item(id).await?;
        let qualified = &view.item.card.qualified;
        let is_turned_down = view.item.verdicts.qualification.map_or(!qualified.confidence.leans_to_accept(), |v| v == Verdict::Reject);
        if view.confidence_is_hidden || !is_turned_down {
            return Ok(None);
        }
        let accepted = self.accepted_lately(id, view.item.workflow_id).await?;
        let mut memory = self.memory.lock().await;
        let learner = memory.of(&self.store, view.item.workflow_id).await?.trust.on(Stage::Qualification).memory.learner();
        let features = &qualified.qualification.features;
        let Some(nearest) = learner.nearest(features, accepted.iter().map(|decision| &decision.features)) else { return Ok(None) };
        let item = accepted[nearest.place].item_id;
        let company = review_item::lines(self.store.read(), &[item]).await?.pop().map(|row| row.company).unwrap_or_default();
        let differs = |difference: &autoreach_learning::neighbours::Difference| Differs {
            here: in_words(&difference.feature, &difference.here),
            there: in_words(&difference.feature, &difference.there),
        };
        // How much was found of a lead, or how it came in, is no reason why a company is wanted.
        let telling = nearest.differences.iter().filter(|difference| !is_of_the_record(&difference.feature));
        Ok(Some(NeighbourView { item, company, differences: telling.take(NAMED).map(differs).collect() }))
    }

    async fn accepted_lately(
        &self,
        other_than: ItemId,
        workflow_id: autoreach_domain::ids::WorkflowId,
    ) -> Result<Vec<Decision>, EngineError> {
        let undone = crate::memory::undone_gestures(&self.store, workflow_id).await?;
        let hidden = self.verdicts_hidden().await?;
        let entries = journal::latest_of_kind(self.store.read(), workflow_id, "decided", LOOKED_THROUGH).await?;
        let is_wanted = |decision: &Decision| {
            let is_lead = decision.stage == Stage::Qualification && was_right(decision);
            is_lead && decision.item_id != other_than && !hidden.contains(&decision.item_id) && !undone.contains(&decision.gesture_id)
        };
        let decisions = entries.into_iter().filter_map(|entry| match entry.event {
            Event::Decided(decision) if is_wanted(&decision) => Some(*decision),
            _ => None,
        });
        Ok(decisions.collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Desk;
    use autoreach_domain::review::{Gesture, Part};

    #[tokio::test]
    async fn a_lead_that_was_turned_down_is_shown_beside_the_accepted_one_most_like_it() {
        let desk = Desk::with_a_queue().await;
        let vantage = desk.item_of("Vantage").await;
        let orbital = desk.item_of("Orbital").await;
        desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
        assert_eq!(desk.engine.neighbour(vantage).await.expect("asks"), None, "nothing was accepted");
        desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        let neighbour = desk.engine.neighbour(vantage).await.expect("asks").expect("one was accepted");
        assert_eq!((neighbour.item, neighbour.company.as_str()), (orbital, "Orbital Freight"));
        assert!(neighbour.differences.iter().any(|differs| differs.here != differs.there), "{neighbour:?}");
        let is_of_the_record =
            |differs: &super::Differs| ["findings", "source", "has ", "mail matches"].iter().any(|name| differs.here.starts_with(name));
        assert!(!neighbour.differences.iter().any(is_of_the_record), "these tell of the record: {neighbour:?}");
        assert_eq!(desk.engine.neighbour(orbital).await.expect("asks"), None, "it was accepted itself");
        desk.engine.undo(None).await.expect("undoes");
        assert_eq!(desk.engine.neighbour(vantage).await.expect("asks"), None, "what was taken back is nobody's neighbour");
    }
}
