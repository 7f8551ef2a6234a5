//! Items that wait for a person and need none any more, because trust has grown since they were routed.
//!
//! They are routed as if they came now, by the same draw. One that some person asked for, put off, began to judge or got back
//! stays with people, whatever has been earned since; so does what is parked, until somebody opens it.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::{Memory, WorkflowMemory};
use crate::pipeline::draft::keep_receipt;
use crate::pipeline::qualify::with_prediction;
use crate::pipeline::route::{Place, release, routed};
use autoreach_domain::decision::Stage;
use autoreach_domain::exception::mute;
use autoreach_domain::ids::{ItemId, WorkflowId};
use autoreach_domain::oversight::marks::MarkKey;
use autoreach_domain::oversight::route::{Standing, WhyReview};
use autoreach_domain::oversight::segment::Segment;
use autoreach_domain::review::{ReviewItem, Verdicts};
use autoreach_domain::workflow::Workflow;
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::{lead, workflow};
use jiff::{SignedDuration, Timestamp};

/// Items looked at in one go: a decision must not wait for more.
const AT_ONCE: u64 = 300;
/// What was found out longer ago is a person's to look at before anything leaves.
const STILL_FRESH: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Engine {
    /// Decides alone what waits and may be decided alone now; how many items that changed. What is in force is looked at once:
    /// nothing happens until it changes again.
    pub(crate) async fn decide_waiting(&self, memory: &mut Memory, workflow_id: WorkflowId) -> Result<usize, EngineError> {
        let known = memory.of(&self.store, workflow_id).await?;
        let in_force = |stage: &Stage| known.trust.standing(*stage, self.now(), &Segment::pooled());
        let in_force: Vec<Standing> = Stage::ALL.iter().map(in_force).collect();
        // Nothing is decided alone where the first stage is not.
        let is_closed = in_force.first().is_none_or(|research| research.line.is_none());
        let changed = if is_closed || known.waiting_seen_under.as_ref() == Some(&in_force) {
            0
        } else {
            self.look_at_waiting(known, workflow_id).await?
        };
        let known = memory.of(&self.store, workflow_id).await?;
        known.waiting_seen_under = (changed == 0).then_some(in_force);
        Ok(changed)
    }

    async fn look_at_waiting(&self, memory: &WorkflowMemory, workflow_id: WorkflowId) -> Result<usize, EngineError> {
        let key = workflow::mark_key(self.store.read(), workflow_id).await?;
        let workflow = workflow::get(self.store.read(), workflow_id).await?;
        let since = self.now().checked_sub(STILL_FRESH).unwrap_or(Timestamp::MIN);
        let mut changed = 0;
        for id in review_item::waiting_for_trust(self.store.read(), workflow_id, since, AT_ONCE).await? {
            changed += usize::from(self.look_again(memory, &key, &workflow, id).await?);
        }
        Ok(changed)
    }

    /// Routes one waiting item again; changes nothing unless the agent may decide more of it than before.
    async fn look_again(&self, memory: &WorkflowMemory, key: &MarkKey, workflow: &Workflow, id: ItemId) -> Result<bool, EngineError> {
        let item = review_item::get(self.store.read(), id).await?;
        if !waits_for_trust_alone(&item, workflow) {
            return Ok(false);
        }
        let lead = lead::get(self.store.read(), item.lead_id).await?;
        let mut card = item.card.clone();
        mute(&mut card.exceptions, &self.muted_kinds(workflow.id).await?);
        let prediction = memory.trust.predict(Stage::Qualification, &card.qualified.qualification.features);
        card.qualified = with_prediction(card.qualified.qualification, &prediction, memory.sequence);
        let place = Place {
            item_id: id,
            card_version: item.card_version,
            opened_at: item.opened_at,
            at: self.now(),
            is_asked_for: false,
            again: true,
        };
        let routed = routed(memory, key, &lead, workflow, card, place);
        if decided_alone(&routed.item) <= decided_alone(&item) {
            return Ok(false);
        }
        let tx = self.store.begin().await?;
        let item = release(self, &tx, routed, &lead, workflow).await?;
        review_item::set_card(&*tx, id, &item.card, item.card_version).await?;
        review_item::set_route(&*tx, &item).await?;
        review_item::set_progress(&*tx, id, &ItemProgress::of(&item), None).await?;
        keep_receipt(&tx, &item, self.now()).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Nothing but too little trust brought the item before a person, and no person has said anything about it.
fn waits_for_trust_alone(item: &ReviewItem, workflow: &Workflow) -> bool {
    let for_want_of_trust = match item.why {
        WhyReview::VerifyEverything | WhyReview::BelowThreshold { .. } | WhyReview::Marked | WhyReview::SegmentBack => true,
        WhyReview::Exception { .. } | WhyReview::RejectsAreYours | WhyReview::Check | WhyReview::PulledBack | WhyReview::SecondOpinion => {
            false
        }
    };
    for_want_of_trust && item.workflow_version == workflow.version && item.verdicts == by_agent(item)
}

/// Stages the agent decided alone.
fn decided_alone(item: &ReviewItem) -> usize {
    item.routing.iter().flat_map(|routing| routing.decided_alone()).count()
}

/// The verdicts it gave there.
fn by_agent(item: &ReviewItem) -> Verdicts {
    let alone = item.routing.iter().flat_map(|routing| routing.decided_alone());
    alone.fold(Verdicts::default(), |verdicts, (stage, verdict)| verdicts.with(stage, verdict))
}
