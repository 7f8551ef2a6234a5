//! Step 3: write the mail, collect the reasons why a person must look, and route the item.
//!
//! The same code writes again when a reviewer called a fact wrong or asked for another draft; only the facts left and
//! the place in the queue differ.

use super::qualify::with_prediction;
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::Step;
use crate::jobs::runner::{StepEnd, result_of};
use crate::settings::engine::Asking;
use autoreach_agents::{Brief, DraftSeed, Known, ModelFault, exceptions, model};
use autoreach_domain::dossier::Dossier;
use autoreach_domain::draft::{Draft, check};
use autoreach_domain::exception::{Exception, ExceptionKind};
use autoreach_domain::ids::{DraftId, ItemId};
use autoreach_domain::lead::Lead;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::marks::{is_blind, is_marked, mark_rate};
use autoreach_domain::oversight::route::{Route, WhyReview, route};
use autoreach_domain::qualification::{Qualification, QualifiedLead};
use autoreach_domain::review::{Card, ItemState, ReviewItem, Verdicts};
use autoreach_domain::style::StyleGuide;
use autoreach_domain::suppression::Addressee;
use autoreach_domain::workflow::Workflow;
use autoreach_llm::ChatError;
use autoreach_store::WriteTransaction;
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::run::{self, RunState};
use autoreach_store::tables::{lead, suppression, workflow};
use tokio_util::sync::CancellationToken;

/// Writes the first draft and puts the item into the queue.
pub(crate) async fn run(engine: &Engine, job: &ClaimedJob, cancel: &CancellationToken) -> Result<StepEnd, EngineError> {
    let (_, dossier): (u32, Dossier) = result_of(engine, job, Step::Research).await?;
    let (_, qualification): (u32, Qualification) = result_of(engine, job, Step::Qualify).await?;
    let (lead, workflow) = subject(engine, job).await?;
    let qualified = predict(engine, job, qualification).await?;
    let known = review_item::of_lead(engine.store.read(), job.lead_id).await?;
    let version = known.as_ref().map_or(1, |item| item.card_version + 1);
    let Some(card) = card(engine, &lead, &workflow, dossier, qualified, version, cancel).await? else { return Ok(StepEnd::PutOff) };
    let item = new_item(engine, &lead, &workflow, card).await?;

    let tx = engine.store.begin().await?;
    if !job::finish(&*tx, job, &engine.instance).await? {
        return Ok(StepEnd::Done);
    }
    if let Some(known) = known {
        come_back(&tx, job, known, item).await?;
        run::set_state(&*tx, job.run_id, RunState::Finished, engine.now()).await?;
        tx.commit().await?;
        return Ok(StepEnd::Done);
    }
    let key = ArtifactKey { workflow_id: job.workflow_id, lead_id: job.lead_id, step: Step::Draft.as_str(), version: 1 };
    artifact::insert(&*tx, key, job.id, &item.card.draft).await?;
    review_item::insert(&*tx, &item, &lead).await?;
    tx.commit().await?;
    Ok(StepEnd::Done)
}

/// Gives an item whose lead was corrected back to the queue with the card made anew. Its mark and its place stay, because
/// they were drawn on arrival; what was said of the old card does not hold for the new one. An item that a person decided or
/// put away in the meantime stays as it is.
async fn come_back(tx: &WriteTransaction, job: &ClaimedJob, known: ReviewItem, made: ReviewItem) -> Result<(), EngineError> {
    let now = review_item::get(&**tx, known.id).await?;
    if now.state != ItemState::Redrafting {
        return Ok(());
    }
    let why = why_review(known.level, &made.card, known.marked);
    let written = ReviewItem { why, state: ItemState::Open, verdicts: Verdicts::default(), card: made.card, ..known };
    replace_card(tx, job, written).await
}

/// Writes another draft for an item that waits for one and gives it back to the queue. A person may take the request back
/// while this writes: then the result is dropped.
pub(crate) async fn run_again(engine: &Engine, job: &ClaimedJob, cancel: &CancellationToken) -> Result<StepEnd, EngineError> {
    let (lead, workflow) = subject(engine, job).await?;
    let item = review_item::of_lead(engine.store.read(), job.lead_id).await?;
    let rewritten = match item.filter(|item| item.state == ItemState::Redrafting) {
        Some(item) => match rewrite(engine, job, &lead, &workflow, item, cancel).await? {
            Some(rewritten) => Some(rewritten),
            None => return Ok(StepEnd::PutOff),
        },
        None => None,
    };
    let tx = engine.store.begin().await?;
    if !job::finish(&*tx, job, &engine.instance).await? {
        return Ok(StepEnd::Done);
    }
    if let Some((read, written)) = rewritten {
        let now = review_item::get(&*tx, read.id).await?;
        if (now.state, now.card_version, now.verdicts) == (read.state, read.card_version, read.verdicts) {
            replace_card(&tx, job, written).await?;
        }
    }
    run::set_state(&*tx, job.run_id, RunState::Finished, engine.now()).await?;
    tx.commit().await?;
    Ok(StepEnd::Done)
}

/// Versions of drafts only ever rise, also when an undo has put an older card back.
async fn replace_card(tx: &WriteTransaction, job: &ClaimedJob, item: ReviewItem) -> Result<(), EngineError> {
    let newest = artifact::latest::<Option<Draft>>(&**tx, job.lead_id, Step::Draft.as_str()).await?;
    let version = newest.map_or(item.card_version, |(version, _)| version.max(item.card_version)) + 1;
    let key = ArtifactKey { workflow_id: job.workflow_id, lead_id: job.lead_id, step: Step::Draft.as_str(), version };
    artifact::insert(&**tx, key, job.id, &item.card.draft).await?;
    review_item::set_card(&**tx, item.id, &item.card, version).await?;
    review_item::set_route(&**tx, &item).await?;
    Ok(review_item::set_progress(&**tx, item.id, &ItemProgress::of(&item), None).await?)
}

/// The item as it was read, and as it shall be; `None` when the caller ended the work.
async fn rewrite(
    engine: &Engine,
    job: &ClaimedJob,
    lead: &Lead,
    workflow: &Workflow,
    item: ReviewItem,
    cancel: &CancellationToken,
) -> Result<Option<(ReviewItem, ReviewItem)>, EngineError> {
    let dossier = item.card.dossier.clone();
    let qualification = autoreach_agents::qualify::qualify(lead, &dossier, &workflow.definition);
    let qualified = predict(engine, job, qualification).await?;
    let version = item.card_version + 1;
    let Some(card) = card(engine, lead, workflow, dossier, qualified, version, cancel).await? else { return Ok(None) };
    let written = ReviewItem {
        why: why_review(item.level, &card, item.marked),
        verdicts: Verdicts { email: None, ..item.verdicts },
        state: ItemState::Open,
        workflow_version: workflow.version,
        card,
        ..item.clone()
    };
    Ok(Some((item, written)))
}

async fn subject(engine: &Engine, job: &ClaimedJob) -> Result<(Lead, Workflow), EngineError> {
    let lead = lead::get(engine.store.read(), job.lead_id).await?;
    Ok((lead, workflow::get(engine.store.read(), job.workflow_id).await?))
}

async fn predict(engine: &Engine, job: &ClaimedJob, qualification: Qualification) -> Result<QualifiedLead, EngineError> {
    let mut memory = engine.memory.lock().await;
    let memory = memory.of(&engine.store, job.workflow_id).await?;
    let prediction = memory.learner.predict(&qualification.features);
    Ok(with_prediction(qualification, &prediction, memory.sequence))
}

/// Everything the reviewer will see; `None` when the caller ended the work. No draft is written for a lead that a floor
/// excludes.
async fn card(
    engine: &Engine,
    lead: &Lead,
    workflow: &Workflow,
    dossier: Dossier,
    qualified: QualifiedLead,
    version: u32,
    cancel: &CancellationToken,
) -> Result<Option<Card>, EngineError> {
    let now = engine.now();
    let addressee = Addressee { email: lead.person.email.clone(), domain: lead.company_domain(), company: lead.company.clone() };
    let covering = suppression::covering(engine.store.read(), &addressee).await?;
    let suppressed = covering.map(|entry| format!("on the suppression list ({}) since {}", entry.scope.kind(), day(entry.added_at)));
    let known = Known { suppressed, known_contact: None };
    let mut reasons = exceptions(lead, &dossier, &qualified.qualification, &workflow.definition, &known, now);
    let is_excluded = reasons.iter().any(|exception| exception.kind.excludes_a_draft());
    let written = if is_excluded { None } else { Some(write(engine, lead, workflow, &dossier, version, cancel).await?) };
    let draft = match written {
        Some(Drafted::Cancelled) => return Ok(None),
        Some(Drafted::Written(draft, trouble)) => {
            reasons.extend(trouble);
            Some(draft)
        }
        None => None,
    };
    let checks = draft.as_ref().map(|draft| check(draft, &dossier, &workflow.definition.messaging, now));
    reasons.extend(checks.iter().flat_map(|checks| checks.exceptions()));
    reasons.sort_by_key(|exception| (!exception.kind.is_hard_floor(), exception.kind));
    Ok(Some(Card { dossier, qualified, draft, checks, exceptions: reasons }))
}

/// What became of the writing.
enum Drafted {
    /// A draft, and what a person must know about how it came about.
    Written(Draft, Option<Exception>),
    /// The caller ended it.
    Cancelled,
}

/// The draft of this lead and version, by the chosen model where there is one and it gives something usable, else by the
/// built-in engine, whose wording is drawn from the lead's id, so that writing again gives the same.
async fn write(
    engine: &Engine,
    lead: &Lead,
    workflow: &Workflow,
    dossier: &Dossier,
    version: u32,
    cancel: &CancellationToken,
) -> Result<Drafted, EngineError> {
    let id = engine.id(DraftId::new)?;
    let mut choice = *lead.id.as_bytes();
    choice[0] = choice[0].wrapping_add(u8::try_from(version).unwrap_or(u8::MAX));
    let (definition, now, seed) = (&workflow.definition, engine.now(), DraftSeed(choice));
    let brief = Brief { lead, dossier, definition, style: &StyleGuide::default() };
    let built_in = || autoreach_agents::draft::draft(brief, now, id, seed);
    let trouble = match engine.model_at_work().await {
        Ok(None) => None,
        Ok(Some(at_work)) => {
            let asking = Asking::about(engine, &at_work, lead.id);
            match model::write(asking.hand(cancel), brief, now, id, seed).await {
                Ok(Some(written)) => return Ok(Drafted::Written(written.draft, written.was_repaired.then(repaired))),
                Ok(None) => None,
                Err(ModelFault::Call(ChatError::Cancelled)) => return Ok(Drafted::Cancelled),
                Err(fault) => Some(model_trouble(at_work.name(), &fault)),
            }
        }
        Err(fault) => Some(model_trouble("The model", &fault)),
    };
    Ok(Drafted::Written(built_in(), trouble))
}

fn repaired() -> Exception {
    Exception::new(ExceptionKind::RepairedReply, "The model's answer was cut or malformed and had to be repaired; read the mail closely.")
}

fn model_trouble(name: &str, fault: &ModelFault) -> Exception {
    Exception::new(ExceptionKind::ModelTrouble, format!("{name} did not write this mail. {fault} The built-in engine wrote it."))
}

/// The calendar day of an instant, UTC.
fn day(at: jiff::Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Routes the card. In this version every workflow is at level 1, where the route is always a person.
async fn new_item(engine: &Engine, lead: &Lead, workflow: &Workflow, card: Card) -> Result<ReviewItem, EngineError> {
    let level = Level::default();
    let key = workflow::mark_key(engine.store.read(), workflow.id).await?;
    let id = engine.id(ItemId::new)?;
    let marked = is_marked(&key, id, mark_rate(level));
    let why = why_review(level, &card, marked);
    Ok(ReviewItem {
        id,
        workflow_id: workflow.id,
        workflow_version: workflow.version,
        lead_id: lead.id,
        level,
        why,
        marked,
        blind: is_blind(&key, id, level, marked),
        state: ItemState::Open,
        snoozed_until: None,
        verdicts: Verdicts::default(),
        card,
        card_version: 1,
        opened_at: engine.now(),
    })
}

/// The route's answer; nothing is certified yet, so that anything but a person would be a fault of the route.
fn why_review(level: Level, card: &Card, marked: bool) -> WhyReview {
    match route(level, &card.qualified.confidence, &card.exceptions, marked, None) {
        Route::Review(why) => why,
        Route::Auto(_) | Route::Parked => WhyReview::VerifyEverything,
    }
}
