//! Step 3: write the mail, collect the reasons why a person must look, and route the item.
//!
//! The same code writes again when a reviewer called a fact wrong or asked for another draft; only the facts left and
//! the place in the queue differ.

use super::qualify::with_prediction;
use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::Step;
use crate::jobs::runner::{StepEnd, result_of};
use crate::memory::WorkflowMemory;
use crate::pipeline::route::{Place, Routed, release, routed};
use crate::review::instruct;
use crate::settings::asking::{Asking, Errand};
use crate::settings::at_work::Unready;
use crate::style::context;
use autoreach_agents::model::Change;
use autoreach_agents::qualify::feature;
use autoreach_agents::{Brief, DraftSeed, ModelFault, Wishes, Workbench, exceptions, model, tone};
use autoreach_domain::decision::{Event, Stage, Verdict};
use autoreach_domain::dossier::{Dossier, Fact};
use autoreach_domain::draft::{Draft, StandIn, StandInReason, check};
use autoreach_domain::egress::ModelRole;
use autoreach_domain::exception::{Exception, ExceptionKind, mute};
use autoreach_domain::ids::{DraftId, ItemId, RunId};
use autoreach_domain::lead::Lead;
use autoreach_domain::qualification::{Qualification, QualifiedLead};
use autoreach_domain::review::{Card, ItemState, ReviewItem, Verdicts};
use autoreach_domain::style::StyleGuide;
use autoreach_domain::workflow::Workflow;
use autoreach_llm::ChatError;
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::job::{self, ClaimedJob};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::run::{self, RunState};
use autoreach_store::tables::{lead, workflow};
use autoreach_store::{WriteTransaction, journal};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// Writes the first draft and puts the item into the queue.
pub(crate) async fn run(engine: &Engine, job: &ClaimedJob, cancel: &CancellationToken) -> Result<StepEnd, EngineError> {
    let (_, dossier): (u32, Dossier) = result_of(engine, job, Step::Research).await?;
    let (_, qualification): (u32, Qualification) = result_of(engine, job, Step::Qualify).await?;
    let (lead, workflow) = subject(engine, job).await?;
    let qualified = predict(engine, job, qualification).await?;
    let known = review_item::of_lead(engine.store.read(), job.lead_id).await?;
    let version = known.as_ref().map_or(1, |item| item.card_version + 1);
    let writer = known.as_ref().map_or(Writer::ForALikelyLead, Writer::of);
    let order = Order { run_id: job.run_id, version, writer, change: None };
    let place = place(engine, known.as_ref())?;
    let made = card_to_show(engine, &lead, &workflow, dossier, qualified, order, place, cancel).await?;
    let Some(card) = made else { return Ok(StepEnd::PutOff) };
    let mut memory = engine.memory.lock().await;
    let routed = route_card(engine, memory.of(&engine.store, job.workflow_id).await?, &lead, &workflow, card, place).await?;
    let tx = engine.store.begin().await?;
    if !job::finish(&*tx, job, &engine.instance).await? {
        return Ok(StepEnd::Done);
    }
    if let Some(known) = known {
        come_back(&tx, job, known, routed.item, engine.now()).await?;
        run::set_state(&*tx, job.run_id, RunState::Finished, engine.now()).await?;
        tx.commit().await?;
        return Ok(StepEnd::Done);
    }
    let key = ArtifactKey { workflow_id: job.workflow_id, lead_id: job.lead_id, step: Step::Draft.as_str(), version: 1 };
    artifact::insert(&*tx, key, job.id, &routed.item.card.draft).await?;
    let item = release(engine, &tx, routed, &lead, &workflow).await?;
    review_item::insert(&*tx, &item, &lead).await?;
    keep_receipt(&tx, &item, engine.now()).await?;
    tx.commit().await?;
    memory.of(&engine.store, job.workflow_id).await?;
    Ok(StepEnd::Done)
}

/// Which item a card is for. One made anew goes back to the person who asked for it; its mark stays, because it hangs on the
/// item's id.
fn place(engine: &Engine, known: Option<&ReviewItem>) -> Result<Place, EngineError> {
    let at = engine.now();
    Ok(match known {
        Some(item) => {
            Place { item_id: item.id, card_version: item.card_version + 1, opened_at: item.opened_at, at, is_asked_for: true, again: false }
        }
        None => Place { item_id: engine.id(ItemId::new)?, card_version: 1, opened_at: at, at, is_asked_for: false, again: false },
    })
}

/// Routes a card as everything stands now.
async fn route_card(
    engine: &Engine,
    memory: &WorkflowMemory,
    lead: &Lead,
    workflow: &Workflow,
    card: Card,
    place: Place,
) -> Result<Routed, EngineError> {
    let key = workflow::mark_key(engine.store.read(), workflow.id).await?;
    Ok(routed(memory, &key, lead, workflow, card, place))
}

/// The receipt goes into the journal with the item it is about.
pub(crate) async fn keep_receipt(tx: &WriteTransaction, item: &ReviewItem, at: Timestamp) -> Result<(), EngineError> {
    let events: Vec<Event> = item.routing.iter().cloned().map(Event::Routed).collect();
    journal::append(&**tx, &events, at).await?;
    Ok(())
}

/// Gives an item whose lead was corrected back to the queue with the card made anew. What was said of the old card does not
/// hold for the new one. An item that a person decided or put away in the meantime stays as it is.
async fn come_back(tx: &WriteTransaction, job: &ClaimedJob, known: ReviewItem, made: ReviewItem, at: Timestamp) -> Result<(), EngineError> {
    let now = review_item::get(&**tx, known.id).await?;
    if now.state != ItemState::Redrafting {
        return Ok(());
    }
    let written = ReviewItem { verdicts: Verdicts::default(), card_version: known.card_version, ..made };
    keep_receipt(tx, &written, at).await?;
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
            keep_receipt(&tx, &written, engine.now()).await?;
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
    let mut qualification = autoreach_agents::qualify::qualify(lead, &dossier, &workflow.definition);
    // The facts are the same, and so is what a model made of them.
    if let Some(score) = item.card.qualified.qualification.features.0.get(feature::LLM_SCORE) {
        qualification.features.0.insert(feature::LLM_SCORE.to_owned(), score.clone());
    }
    let qualified = predict(engine, job, qualification).await?;
    let version = item.card_version + 1;
    let asked = instruct::asked_in(engine, job).await?;
    let wishes = asked.map(|instruction| Wishes::read(&instruction.text));
    // Whoever says how a mail shall be wants it written, whatever the agent thinks of the lead.
    let writer = if wishes.is_some() { Writer::Always } else { Writer::of(&item) };
    let order = Order { run_id: job.run_id, version, writer, change: wishes.as_ref().zip(item.card.draft.as_ref()) };
    let Some(card) = card(engine, lead, workflow, dossier, qualified, order, cancel).await? else { return Ok(None) };
    let mut memory = engine.memory.lock().await;
    let memory = memory.of(&engine.store, workflow.id).await?;
    let Routed { item: made, .. } = route_card(engine, memory, lead, workflow, card, place(engine, Some(&item))?).await?;
    let verdicts = Verdicts { email: None, ..item.verdicts };
    let written = ReviewItem { verdicts, card_version: item.card_version, level: item.level, blind: item.blind, ..made };
    Ok(Some((item, written)))
}

async fn subject(engine: &Engine, job: &ClaimedJob) -> Result<(Lead, Workflow), EngineError> {
    let lead = lead::get(engine.store.read(), job.lead_id).await?;
    Ok((lead, workflow::get(engine.store.read(), job.workflow_id).await?))
}

async fn predict(engine: &Engine, job: &ClaimedJob, qualification: Qualification) -> Result<QualifiedLead, EngineError> {
    let mut memory = engine.memory.lock().await;
    let memory = memory.of(&engine.store, job.workflow_id).await?;
    let prediction = memory.trust.predict(Stage::Qualification, &qualification.features);
    Ok(with_prediction(qualification, &prediction, memory.sequence))
}

/// For whom the chosen model writes, where every mail is paid for (`product.md`, definitions).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writer {
    /// For leads that the agent would accept; the built-in engine writes to the others until a person accepts them.
    ForALikelyLead,
    /// For this lead, whatever the agent thinks of it.
    Always,
}

impl Writer {
    /// Another mail for an item: a person who accepted the lead asked for it, or a blind card hides which way the agent leans.
    fn of(item: &ReviewItem) -> Self {
        let is_accepted = item.verdicts.qualification.is_some_and(Verdict::is_acceptance);
        if is_accepted || item.blind { Self::Always } else { Self::ForALikelyLead }
    }
}

/// Which mail is to be written.
#[derive(Debug, Clone, Copy)]
struct Order<'a> {
    /// The run it is written in.
    run_id: RunId,
    /// The version of the card it stands on.
    version: u32,
    /// For whom the chosen model writes.
    writer: Writer,
    /// What a person wants to be different, and the mail they have read.
    change: Option<(&'a Wishes, &'a Draft)>,
}

/// The card as it will be shown; `None` when the caller ended the work. Whether it is shown blind hangs on its route, and a
/// blind one must not tell by its stamp which way the agent leans: then the model writes after all.
#[expect(clippy::too_many_arguments, reason = "one lead's whole path ends here")]
async fn card_to_show(
    engine: &Engine,
    lead: &Lead,
    workflow: &Workflow,
    dossier: Dossier,
    qualified: QualifiedLead,
    order: Order<'_>,
    place: Place,
    cancel: &CancellationToken,
) -> Result<Option<Card>, EngineError> {
    let Some(made) = card(engine, lead, workflow, dossier, qualified, order, cancel).await? else { return Ok(None) };
    if !made.draft.as_ref().is_some_and(Draft::is_spared) {
        return Ok(Some(made));
    }
    let (dossier, qualified) = (made.dossier.clone(), made.qualified.clone());
    let is_blind = {
        let mut memory = engine.memory.lock().await;
        let memory = memory.of(&engine.store, workflow.id).await?;
        route_card(engine, memory, lead, workflow, made.clone(), place).await?.item.blind
    };
    if !is_blind {
        return Ok(Some(made));
    }
    let order = Order { writer: Writer::Always, ..order };
    card(engine, lead, workflow, dossier, qualified, order, cancel).await
}

/// Everything the reviewer will see; `None` when the caller ended the work. No draft is written for a lead that a floor
/// excludes.
async fn card(
    engine: &Engine,
    lead: &Lead,
    workflow: &Workflow,
    dossier: Dossier,
    qualified: QualifiedLead,
    order: Order<'_>,
    cancel: &CancellationToken,
) -> Result<Option<Card>, EngineError> {
    let now = engine.now();
    let known = engine.known_about(lead, workflow).await?;
    let mut reasons = exceptions(lead, &dossier, &qualified.qualification, &workflow.definition, &known, now);
    let is_excluded = reasons.iter().any(|exception| exception.kind.excludes_a_draft());
    let is_spared = order.writer == Writer::ForALikelyLead && !qualified.confidence.leans_to_accept();
    let written = if is_excluded {
        None
    } else {
        let about = context(lead, &dossier, &qualified, &workflow.definition);
        let style = engine.guide(engine.memory.lock().await.of(&engine.store, workflow.id).await?, workflow.id, &about);
        match write(engine, lead, workflow, &dossier, &style, order, is_spared, cancel).await? {
            Some(written) => Some(written),
            None => return Ok(None),
        }
    };
    let draft = written.map(|(draft, trouble)| {
        reasons.extend(trouble);
        draft
    });
    let checks = draft.as_ref().map(|draft| check(draft, &dossier, &workflow.definition.messaging, now));
    reasons.extend(checks.iter().flat_map(|checks| checks.exceptions()));
    reasons.extend(draft.iter().flat_map(|draft| tone(draft, &names(lead, &dossier))));
    if let Some(draft) = &draft {
        let Some(named) = check_words(engine, lead, draft, order.run_id, cancel).await? else { return Ok(None) };
        let is_new = |reason: &Exception| !reasons.iter().any(|known| known.kind == reason.kind);
        let named: Vec<Exception> = named.into_iter().filter(is_new).collect();
        reasons.extend(named);
    }
    mute(&mut reasons, &engine.muted_kinds(workflow.id).await?);
    reasons.sort_by_key(|exception| (!exception.kind.is_hard_floor(), exception.kind));
    Ok(Some(Card { dossier, qualified, draft, checks, exceptions: reasons }))
}

/// The draft of this lead and version, by the chosen model where there is one and it gives something usable, else by the
/// built-in engine, whose wording is drawn from the lead's id, so that writing again gives the same. A paid model is not asked
/// for a lead that is spared: the built-in engine's mail costs nothing, can be read, edited and accepted like any other, and
/// names the model that writes once the lead is accepted. Beside the draft: what a person must know about how it came about. `None`
/// when the caller ended the work.
#[expect(clippy::too_many_arguments, reason = "one lead's whole path ends here")]
async fn write(
    engine: &Engine,
    lead: &Lead,
    workflow: &Workflow,
    dossier: &Dossier,
    style: &StyleGuide,
    order: Order<'_>,
    is_spared: bool,
    cancel: &CancellationToken,
) -> Result<Option<(Draft, Option<Exception>)>, EngineError> {
    let id = engine.id(DraftId::new)?;
    let mut choice = *lead.id.as_bytes();
    choice[0] = choice[0].wrapping_add(u8::try_from(order.version).unwrap_or(u8::MAX));
    let (now, seed) = (engine.now(), DraftSeed(choice));
    let mut bench = Workbench { style: style.clone(), definition: workflow.definition.clone(), dossier: dossier.clone() };
    if let Some((wishes, before)) = order.change {
        wishes.apply(&mut bench, before);
    }
    let Workbench { style, definition, dossier } = &bench;
    let brief = Brief { lead, dossier, definition, style };
    let as_asked = |draft: Draft, is_by_model: bool| {
        let outcome = |(wishes, before): (&Wishes, &Draft)| wishes.outcome(before, &draft, &workflow.definition, is_by_model);
        Draft { instruction: order.change.map(outcome), ..draft }
    };
    let built_in = |stood_in_for| as_asked(Draft { stood_in_for, ..autoreach_agents::draft::draft(brief, now, id, seed) }, false);
    let instead_of = |model: &str, reason| Some(StandIn { model: model.to_owned(), reason });
    let (name, fault) = match engine.model_at_work(ModelRole::Writer).await {
        Ok(None) => return Ok(Some((built_in(None), None))),
        Ok(Some(at_work)) if is_spared && at_work.is_paid() => {
            return Ok(Some((built_in(instead_of(at_work.name(), StandInReason::LeansToReject)), None)));
        }
        Ok(Some(at_work)) => {
            let errand = Errand { lead, role: ModelRole::Writer, run_id: order.run_id };
            let asking = Asking::about(engine, &at_work, errand).await?;
            let change = order.change.map(|(wishes, draft)| Change { instruction: wishes.text(), draft });
            match model::write(asking.hand(cancel), brief, now, id, seed, change).await {
                Ok(Some(written)) => return Ok(Some((as_asked(written.draft, true), written.was_repaired.then(repaired)))),
                Ok(None) => {
                    return Ok(Some((built_in(instead_of(at_work.name(), StandInReason::NothingToOpenWith)), None)));
                }
                Err(ModelFault::Call(ChatError::Cancelled)) => return Ok(None),
                Err(fault) => (at_work.name().to_owned(), fault),
            }
        }
        Err(Unready { name, fault }) => (name, fault),
    };
    Ok(Some((built_in(instead_of(&name, StandInReason::ModelTrouble)), Some(model_trouble(&name, &fault)))))
}

/// What the chosen checker would have a person look at in a mail: nothing where none is chosen. A paid one is not asked about a mail
/// that stands in for a model's until the lead is accepted. A checker that fails is a reason too, because a mail that was to be
/// checked was not. `None` when the caller ended the work.
async fn check_words(
    engine: &Engine,
    lead: &Lead,
    draft: &Draft,
    run_id: RunId,
    cancel: &CancellationToken,
) -> Result<Option<Vec<Exception>>, EngineError> {
    let unchecked = |name: &str, fault: &ModelFault| {
        vec![Exception::new(fault.exception(), format!("{name} did not check the words of this mail. {fault} The word lists did."))]
    };
    let at_work = match engine.model_at_work(ModelRole::Checker).await {
        Ok(Some(at_work)) => at_work,
        Ok(None) => return Ok(Some(Vec::new())),
        Err(Unready { name, fault }) => return Ok(Some(unchecked(&name, &fault))),
    };
    if draft.is_spared() && at_work.is_paid() {
        return Ok(Some(Vec::new()));
    }
    let asking = Asking::about(engine, &at_work, Errand { lead, role: ModelRole::Checker, run_id }).await?;
    Ok(match model::check_words(asking.hand(cancel), draft).await {
        Ok(named) => Some(named),
        Err(ModelFault::Call(ChatError::Cancelled)) => None,
        Err(fault) => Some(unchecked(at_work.name(), &fault)),
    })
}

fn repaired() -> Exception {
    Exception::new(ExceptionKind::RepairedReply, "The model's answer was cut or malformed and had to be repaired; read the mail closely.")
}

fn model_trouble(name: &str, fault: &ModelFault) -> Exception {
    Exception::new(fault.exception(), format!("{name} did not write this mail. {fault} The built-in engine wrote it."))
}

/// Words of a mail that are the company's own and no choice of the agent.
fn names<'a>(lead: &'a Lead, dossier: &'a Dossier) -> Vec<&'a str> {
    let named = dossier.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::RegisteredName { name } | Fact::Technology { name } => Some(name.as_str()),
        Fact::Location { city: Some(city), .. } => Some(city.as_str()),
        _ => None,
    });
    std::iter::once(lead.company.as_str()).chain(named).collect()
}
