//! Where an item goes: what each stage's learner and ladder say of it, the draw, and the receipt.
//!
//! The rule is `domain::oversight::route`; this collects what it needs under the lock on memory and writes down what came
//! of it. An item whose every stage was decided alone is released here: its mail is frozen into the outbox with the
//! receipt as its approval, in the transaction that stores the item.

use crate::Engine;
use crate::error::EngineError;
use crate::memory::WorkflowMemory;
use crate::pipeline::approve::approve;
use autoreach_agents::{email_features, research_features};
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::Stage;
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::ids::ItemId;
use autoreach_domain::lead::Lead;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::marks::{MarkKey, is_blind};
use autoreach_domain::oversight::route::{AutoReceipt, Standing, WhyReview};
use autoreach_domain::oversight::routing::{Outcome, Routing, StageOutlook, StageRoute, Subject, route_item};
use autoreach_domain::oversight::segment::Segment;
use autoreach_domain::review::{Card, ItemState, ReviewItem, Verdicts};
use autoreach_domain::sending::{Approval, MailContent};
use autoreach_domain::workflow::Workflow;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_store::WriteTransaction;
use jiff::Timestamp;

/// An item with the proof that its mail may go out alone, where it may.
pub(crate) struct Routed {
    pub(crate) item: ReviewItem,
    pub(crate) receipt: Option<AutoReceipt>,
}

/// Routes a card. `known` is the item it belongs to, when there is one already.
pub(crate) fn routed(memory: &WorkflowMemory, key: &MarkKey, lead: &Lead, workflow: &Workflow, mut card: Card, place: Place) -> Routed {
    let Place { item_id, card_version, opened_at, at, is_asked_for, again } = place;
    let segment = Segment::of(&card.qualified.qualification.features);
    let mut outlooks = outlooks(memory, &mut card, &segment, at);
    if is_asked_for {
        outlooks.iter_mut().for_each(|outlook| outlook.standing = Standing::default());
    }
    let engine = card.draft.as_ref().map_or_else(|| card.dossier.engine.clone(), |draft| draft.engine.clone());
    let subject = Subject { workflow_id: workflow.id, lead_id: lead.id, item_id, segment, engine, card_version, again };
    let (routing, receipt) = route_item(subject, key, at, outlooks);
    let (state, why) = standing(&routing);
    let level = routing.on(Stage::Qualification).map_or(Level::default(), |route| route.level);
    let verdicts = routing.decided_alone().fold(Verdicts::default(), |verdicts, (stage, verdict)| verdicts.with(stage, verdict));
    let is_drawn = routing.stages.iter().any(StageRoute::is_to_be_checked);
    let is_check = why == WhyReview::Marked || is_drawn;
    let item = ReviewItem {
        id: item_id,
        workflow_id: workflow.id,
        workflow_version: workflow.version,
        lead_id: lead.id,
        level,
        why,
        marked: routing.is_marked(),
        blind: if level == Level::VerifyEverything && !is_check { is_blind(key, item_id, level, true) } else { is_check },
        state,
        snoozed_until: None,
        verdicts,
        card,
        card_version,
        opened_at,
        routing: Some(Box::new(routing)),
    };
    Routed { item, receipt: receipt.filter(|_| state == ItemState::Released) }
}

/// Which item, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) item_id: ItemId,
    pub(crate) card_version: u32,
    pub(crate) opened_at: Timestamp,
    pub(crate) at: Timestamp,
    /// A person asked for this card, so it goes back to them whatever may be decided alone.
    pub(crate) is_asked_for: bool,
    /// The card waits and is looked at again as it is.
    pub(crate) again: bool,
}

/// A released item is shown as a check, should anybody look.
fn standing(routing: &Routing) -> (ItemState, WhyReview) {
    match routing.why() {
        Some(why) => (ItemState::Open, why),
        None if routing.is_parked() => (ItemState::Parked, WhyReview::Check),
        None => (ItemState::Released, WhyReview::Check),
    }
}

fn outlooks(memory: &WorkflowMemory, card: &mut Card, segment: &Segment, at: Timestamp) -> Vec<StageOutlook> {
    let mut asked = vec![
        (Stage::Research, research_features(&card.dossier, &card.qualified)),
        (Stage::Qualification, card.qualified.qualification.features.clone()),
    ];
    if let (Some(draft), Some(checks)) = (&card.draft, &card.checks) {
        asked.push((Stage::Email, email_features(draft, checks, &card.qualified)));
    }
    let mut unfamiliar = false;
    let outlooks = asked.into_iter().map(|(stage, features)| {
        let (outlook, is_unfamiliar) = outlook(memory, card, stage, features, segment, at);
        unfamiliar |= is_unfamiliar;
        outlook
    });
    let outlooks: Vec<StageOutlook> = outlooks.collect();
    if unfamiliar {
        let reason = "The agent has judged too few leads like this one to go by what it believes.";
        card.exceptions.push(Exception::new(ExceptionKind::UnknownKindOfLead, reason));
        card.exceptions.sort_by_key(|exception| (!exception.kind.is_hard_floor(), exception.kind));
    }
    outlooks
}

/// What is known of one stage. That a kind of lead is unknown keeps the agent from going on alone, and is no news where it
/// never does.
fn outlook(
    memory: &WorkflowMemory,
    card: &Card,
    stage: Stage,
    features: Features,
    segment: &Segment,
    at: Timestamp,
) -> (StageOutlook, bool) {
    let prediction = memory.trust.predict(stage, &features);
    let standing = memory.trust.standing(stage, at, segment);
    let is_unfamiliar = prediction.is_unfamiliar && standing.line.is_some();
    let of_stage = |kind: ExceptionKind| stage == Stage::Email || !kind.is_about_the_mail();
    let mut exceptions: Vec<ExceptionKind> = card
        .exceptions
        .iter()
        .filter(|exception| !exception.muted)
        .map(|exception| exception.kind)
        .filter(|kind| of_stage(*kind))
        .collect();
    exceptions.extend(is_unfamiliar.then_some(ExceptionKind::UnknownKindOfLead));
    let outlook = StageOutlook {
        stage,
        features,
        confidence: prediction.confidence,
        exceptions,
        standing,
        mark_rate: memory.trust.mark_rate(stage, at),
        feature_schema_version: FEATURE_SCHEMA_VERSION,
        memory_version: memory.sequence,
    };
    (outlook, is_unfamiliar)
}

/// Freezes the mail of a released item into the outbox. What cannot be cleared (a list that changed, a text the law asks
/// for) sends the item to a person instead.
pub(crate) async fn release(
    engine: &Engine,
    tx: &WriteTransaction,
    routed: Routed,
    lead: &Lead,
    workflow: &Workflow,
) -> Result<ReviewItem, EngineError> {
    let Routed { mut item, receipt } = routed;
    let accepts =
        item.routing.as_ref().and_then(|routing| routing.on(Stage::Email)).is_some_and(|route| route.outcome == Outcome::Accepted);
    let (Some(receipt), Some(draft), true) = (receipt, &item.card.draft, accepts) else { return Ok(item) };
    let body = draft.body();
    let content = MailContent { subject: &draft.subject, body: &body };
    let approval = Approval::by_policy(item.id, item.lead_id, receipt, engine.now());
    match approve(engine, tx, approval, None, lead, workflow, content).await {
        Ok(_) => Ok(item),
        Err(EngineError::NotCleared(cause)) => {
            item.card.exceptions.push(Exception::new(ExceptionKind::DraftRule, format!("The mail could not be released: {cause}.")));
            item.state = ItemState::Open;
            item.why = WhyReview::Exception { kind: ExceptionKind::DraftRule };
            item.verdicts.email = None;
            Ok(item)
        }
        Err(other) => Err(other),
    }
}
