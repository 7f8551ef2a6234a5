//! One gesture of a person: verdicts into the journal, the item moved on, an accepted mail into the outbox, all in one
//! transaction. A decision is reported as saved only after it is on disk; the learner sees it after that.

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::{Step, Subject, new_job};
use crate::memory::{Memory, WorkflowMemory};
use crate::pipeline::approve::approve;
use crate::review::released::Released;
use crate::style::context;
use crate::team::view::SittingHint;
use autoreach_domain::confidence::{Confidence, Features};
use autoreach_domain::decision::{Channel, Decision, Event, MailContext, Reason, Stage, Verdict, edit_distance};
use autoreach_domain::dossier::Fact;
use autoreach_domain::draft::Draft;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::ids::{DecisionId, FindingId, GestureId, ItemId, RunId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead};
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::route::WhyReview;
use autoreach_domain::oversight::segment::Segment;
use autoreach_domain::review::{CannotDecide, Card, Gesture, ItemState, Part, ReviewItem, Verdicts, check_waits, plan};
use autoreach_domain::reviewer::Reviewer;
use autoreach_domain::sending::{Approval, MailContent};
use autoreach_domain::text::{one_line, paragraphs};
use autoreach_domain::workflow::Workflow;
use autoreach_learning::Trust;
use autoreach_learning::fold::FEATURE_SCHEMA_VERSION;
use autoreach_store::tables::artifact::hash_hex;
use autoreach_store::tables::gesture::{self, GestureRow, ItemMemento};
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::tables::run::{self, Purpose, Run, RunState};
use autoreach_store::tables::{job, lead, setting, workflow};
use autoreach_store::{WriteTransaction, journal};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// Decisions further apart than this begin a new sitting (`learning.md` 4.12).
const SITTING_GAP: SignedDuration = SignedDuration::from_mins(10);
/// Open items looked at again by the learner after a verdict.
const ITEMS_RESCORED: u64 = 50;
/// Setting: the sitting under way.
const SITTING: &str = "sitting";

/// A gesture as the window says it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "gesture", rename_all = "snake_case")]
#[ts(rename = "Gesture")]
enum GestureMessage {
    Accept { part: Part },
    Reject { part: Part },
    EditMail { subject: String, body: String },
    RemoveFacts { findings: Vec<FindingId> },
    AskForRedraft,
}

impl GestureMessage {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Gesture, D::Error> {
        Ok(match Self::deserialize(deserializer)? {
            Self::Accept { part } => Gesture::Accept(part),
            Self::Reject { part } => Gesture::Reject(part),
            Self::EditMail { subject, body } => Gesture::EditMail { subject, body },
            Self::RemoveFacts { findings } => Gesture::RemoveFacts(findings),
            Self::AskForRedraft => Gesture::AskForRedraft,
        })
    }
}

/// What a person does to an item.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct DecideRequest {
    /// The item.
    pub item: ItemId,
    /// The gesture.
    #[serde(deserialize_with = "GestureMessage::read")]
    #[ts(as = "GestureMessage")]
    pub gesture: Gesture,
    /// Reasons by number key.
    pub reasons: Vec<Reason>,
    /// A note; may be empty.
    pub note: String,
    /// Stands in for sentences without a fresh source.
    pub vouches: bool,
    /// Says yes to the mail address found on the company's own page.
    pub confirms_recipient: bool,
    /// When it came on screen; `None` = just now.
    pub shown_at: Option<Timestamp>,
    /// Milliseconds on screen, idle time removed.
    pub active_ms: u64,
    /// The reviewer's offset from UTC in minutes.
    pub tz_offset_minutes: i32,
    /// The version of the card that was looked at; a newer one must be looked at first. `None` = whatever there is.
    pub shown_card_version: Option<u32>,
}

impl DecideRequest {
    /// A gesture with nothing said about it.
    pub fn plain(item: ItemId, gesture: Gesture) -> Self {
        Self {
            item,
            gesture,
            reasons: Vec::new(),
            note: String::new(),
            vouches: false,
            confirms_recipient: false,
            shown_at: None,
            active_ms: 0,
            tz_offset_minutes: 0,
            shown_card_version: None,
        }
    }
}

/// What a gesture did.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DecideOutcome {
    /// The gesture, for reasons given afterwards.
    pub gesture: GestureId,
    /// The item.
    pub item: ItemId,
    /// What was done, for the history strip.
    pub summary: String,
    /// The verdicts given.
    pub verdicts: Vec<(Stage, Verdict)>,
    /// The outbox row of an accepted mail, and when it may leave.
    pub mail: Option<(i64, Timestamp)>,
    /// The agent's confidence in this lead before the verdict, and after having learnt from it; `None` when no verdict
    /// on the lead was given.
    pub learned: Option<(f64, f64)>,
    /// The run that writes a new draft, when the gesture asked for one; to be given to [`Engine::work`].
    pub redraft: Option<RunId>,
    /// A private word about the sitting.
    pub hint: Option<SittingHint>,
}

/// The sitting under way: where a verdict stands in it is part of its context.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sitting {
    id: i64,
    last_at: i64,
    position: u32,
    /// Whose; sittings of before people took turns do not say.
    #[serde(default)]
    reviewer: Option<Reviewer>,
}

impl Engine {
    /// Carries out a gesture.
    pub async fn decide(&self, request: DecideRequest) -> Result<DecideOutcome, EngineError> {
        match self.decide_once(&request).await {
            Err(error) if self.store.make_room(&error) => self.decide_once(&request).await,
            outcome => outcome,
        }
    }

    async fn decide_once(&self, request: &DecideRequest) -> Result<DecideOutcome, EngineError> {
        let mut memory = self.memory.lock().await;
        // Before the transaction begins: folding may keep a checkpoint, which is a transaction of its own.
        let known = review_item::get(self.store.read(), request.item).await?;
        if let Some(asked) = self.opinion_asked(&known).await? {
            return self.give_opinion(&mut memory, request, &known, &asked).await;
        }
        let workflow_id = known.workflow_id;
        let standing = memory.of(&self.store, workflow_id).await?;
        let now = self.now();
        let tx = self.store.begin().await?;
        let item = review_item::get(&*tx, request.item).await?;
        check_shown(&tx, &item, request).await?;
        let verdicts = plan(&item, &request.gesture, request.vouches)?;
        let workflow = workflow::get(&*tx, item.workflow_id).await?;
        let released = Released::of(&tx, &item).await?;
        let accepts_mail = verdicts.iter().any(|(stage, verdict)| *stage == Stage::Email && verdict.is_acceptance());
        let (lead, confirmed_email) = lead_with_recipient(&tx, &item, request.confirms_recipient && accepts_mail).await?;
        let gesture_id = self.id(GestureId::new)?;
        let sitting = next_sitting(&tx, &self.reviewer(), now).await?;
        let about = context(&lead, &item.card.dossier, &item.card.qualified, &workflow.definition);
        let decisions = self.decisions(request, &item, gesture_id, &verdicts, &sitting, &standing.trust, &about, now)?;
        let events: Vec<Event> = decisions.iter().cloned().map(Box::new).map(Event::Decided).collect();
        crate::team::remember(&*tx, &self.reviewer()).await?;
        let first = journal::append(&*tx, &events, now).await?;
        let recalled = released.recall_unless_it_stands(&tx, &decisions).await?;
        let outbox_id = match released.mail_stands(recalled, &decisions) {
            true => None,
            false => self.approve_mail(&tx, request, &item, &decisions, &lead, &workflow).await?,
        };
        let after = ItemMemento { confirmed_email, recalled, ..after(&item, request, &verdicts, released.has_left()) };
        let redraft = self.move_item(&tx, &item, &after, now).await?;
        let summary = summary(&request.gesture, &lead.company);
        let row = GestureRow {
            id: gesture_id,
            workflow_id: item.workflow_id,
            item_id: item.id,
            journal_sequence: first,
            before: ItemMemento {
                progress: ItemProgress::of(&item),
                card: before_card(&item, &request.gesture),
                confirmed_email: None,
                recalled: None,
                opinion_on: None,
            },
            after: after.clone(),
            outbox_id,
            summary: summary.clone(),
            decided_at: now,
            undone_at: None,
            has_recalled_mail: false,
        };
        gesture::insert(&*tx, &row).await?;
        tx.commit().await?;
        let learned = self.learn(&mut memory, &item, &verdicts).await;
        // The decision is on disk: what goes wrong with a private word is no failure of it.
        let hint = self.hint(&mut memory, workflow_id, sitting.id, sitting.position).await.unwrap_or_default();
        Ok(DecideOutcome {
            gesture: gesture_id,
            item: item.id,
            summary,
            verdicts,
            mail: outbox_id.map(|id| (id, crate::pipeline::approve::release_time(&workflow, now))),
            learned,
            redraft,
            hint,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "a decision is kept with everything around it")]
    fn decisions(
        &self,
        request: &DecideRequest,
        item: &ReviewItem,
        gesture_id: GestureId,
        verdicts: &[(Stage, Verdict)],
        sitting: &Sitting,
        trust: &Trust,
        mail: &MailContext,
        now: Timestamp,
    ) -> Result<Vec<Decision>, EngineError> {
        let reviewer = self.reviewer();
        let decision = |(stage, verdict): &(Stage, Verdict)| {
            let Outlook { features, feature_schema_version, confidence, memory_version, threshold, level } = outlook(item, *stage);
            let Seen { channel, propensity, after_release } = seen(item, *stage, trust);
            let (draft_text, final_text, distance) = texts(request, item, *stage, *verdict);
            Ok(Decision {
                id: self.id(DecisionId::new)?,
                gesture_id,
                workflow_id: item.workflow_id,
                lead_id: item.lead_id,
                item_id: item.id,
                stage: *stage,
                artifact_hash: artifact_hash(item, *stage),
                reviewer: reviewer.clone(),
                channel,
                verdict: *verdict,
                note: paragraphs(&request.note),
                reasons: request.reasons.clone(),
                features,
                feature_schema_version,
                p_before: confidence.p,
                p_cal_before: confidence.p_cal,
                threshold_used: threshold,
                level,
                model_version: item.card.dossier.engine.clone(),
                memory_version,
                propensity,
                mark: is_marked(item, *stage),
                blind: item.blind,
                draft_text,
                final_text,
                edit_distance: distance,
                wrong_facts: wrong_facts(&request.gesture, *stage),
                vouched: request.vouches && *stage == Stage::Email,
                shown_at: request.shown_at.unwrap_or(now),
                decided_at: now,
                active_ms: request.active_ms,
                sitting_id: sitting.id,
                position_in_sitting: sitting.position,
                tz_offset_minutes: request.tz_offset_minutes,
                after_release,
                segment: Some(Segment::of(&item.card.qualified.qualification.features)),
                mail: (*stage == Stage::Email).then(|| mail.clone()),
            })
        };
        verdicts.iter().map(decision).collect()
    }

    async fn approve_mail(
        &self,
        tx: &WriteTransaction,
        request: &DecideRequest,
        item: &ReviewItem,
        decisions: &[Decision],
        lead: &Lead,
        workflow: &Workflow,
    ) -> Result<Option<i64>, EngineError> {
        let email = decisions.iter().find(|decision| decision.stage == Stage::Email && decision.verdict.is_acceptance());
        let (Some(decision), Some(draft)) = (email, &item.card.draft) else { return Ok(None) };
        let own_body = draft.body();
        let content = match &request.gesture {
            Gesture::EditMail { subject, body } => MailContent { subject, body },
            _ => MailContent { subject: &draft.subject, body: &own_body },
        };
        let Some(approval) = Approval::by_person(decision) else { return Ok(None) };
        approve(self, tx, approval, Some(decision.gesture_id), lead, workflow, content).await.map(Some)
    }

    async fn move_item(
        &self,
        tx: &WriteTransaction,
        item: &ReviewItem,
        after: &ItemMemento,
        now: Timestamp,
    ) -> Result<Option<RunId>, EngineError> {
        if let Some((version, card)) = &after.card {
            review_item::set_card(&**tx, item.id, card, *version).await?;
        }
        let decided_at = (after.progress.state == ItemState::Decided).then_some(now);
        review_item::set_progress(&**tx, item.id, &after.progress, decided_at).await?;
        if after.progress.state != ItemState::Redrafting {
            return Ok(None);
        }
        self.add_redraft(tx, item, now).await.map(Some)
    }

    /// A durable job in a run of its own, which no pause or cancel of the leads' run reaches: an item must not wait for
    /// a draft that nobody writes.
    pub(crate) async fn add_redraft(&self, tx: &WriteTransaction, item: &ReviewItem, now: Timestamp) -> Result<RunId, EngineError> {
        let id = self.id(RunId::new)?;
        let run = Run { id, workflow_id: item.workflow_id, purpose: Purpose::Redraft, state: RunState::Running, started_at: now };
        run::insert(&**tx, &run).await?;
        let subject = Subject { run_id: id, workflow_id: item.workflow_id, lead_id: item.lead_id };
        job::add(&**tx, &[new_job(subject, Step::Redraft, item.card_version + 1, id.as_bytes(), now)]).await?;
        Ok(id)
    }

    /// Lets the learner see the new entries and look again at the items that wait. The decision is on disk by now, so
    /// nothing that goes wrong here may be reported as a failed decision: the memory is folded anew at the next look.
    async fn learn(&self, memory: &mut Memory, item: &ReviewItem, verdicts: &[(Stage, Verdict)]) -> Option<(f64, f64)> {
        self.relearn(memory, item.workflow_id).await;
        self.settle_after(memory, item.workflow_id).await;
        let judged_the_lead = verdicts.iter().any(|(stage, _)| *stage == Stage::Qualification);
        let memory = memory.of(&self.store, item.workflow_id).await.ok().filter(|_| judged_the_lead)?;
        let after = memory.trust.predict(Stage::Qualification, &item.card.qualified.qualification.features).confidence.p_cal;
        Some((item.card.qualified.confidence.p_cal, after))
    }

    /// Folds what was appended and rescores the queue, after the change itself is on disk.
    pub(crate) async fn relearn(&self, memory: &mut Memory, workflow_id: WorkflowId) {
        let outcome = match memory.of(&self.store, workflow_id).await {
            Ok(folded) => self.rescore(folded, workflow_id).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            memory.forget(workflow_id);
            tracing::error!(cause = error.code(), "the queue was not rescored");
        }
    }

    /// Looks again at the first open items, so that order and confidence follow what was learnt.
    async fn rescore(&self, memory: &WorkflowMemory, workflow_id: WorkflowId) -> Result<(), EngineError> {
        let open = review_item::open_features(self.store.read(), workflow_id, ITEMS_RESCORED).await?;
        let tx = self.store.begin().await?;
        for (id, features) in open {
            let confidence = memory.trust.predict(Stage::Qualification, &features).confidence;
            review_item::rescore(&*tx, id, &confidence, memory.sequence).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Adds reasons or a note to a gesture that was given before.
    pub async fn explain(
        &self,
        gesture_id: GestureId,
        workflow_id: WorkflowId,
        reasons: Vec<Reason>,
        note: &str,
    ) -> Result<(), EngineError> {
        let mut memory = self.memory.lock().await;
        let tx = self.store.begin().await?;
        let event = Event::Explained { workflow_id, gesture_id, reasons, note: paragraphs(note) };
        journal::append(&*tx, &[event], self.now()).await?;
        tx.commit().await?;
        // A reason can make a verdict a critical miss.
        self.settle_after(&mut memory, workflow_id).await;
        Ok(())
    }

    /// Puts an item off until `until`. No verdict: nothing is learnt from it.
    pub async fn snooze(&self, id: ItemId, until: Timestamp) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        let item = review_item::get(&*tx, id).await?;
        check_waits(&item)?;
        let progress = ItemProgress { state: ItemState::Snoozed, snoozed_until: Some(until), verdicts: item.verdicts };
        review_item::set_progress(&*tx, id, &progress, None).await?;
        Ok(tx.commit().await?)
    }
}

/// Refuses a gesture on a card that is not the one looked at, or on a lead that was taken back with its import.
pub(crate) async fn check_shown(tx: &WriteTransaction, item: &ReviewItem, request: &DecideRequest) -> Result<(), EngineError> {
    if lead::is_withdrawn(&**tx, item.lead_id).await? {
        return Err(CannotDecide::Withdrawn.into());
    }
    let is_current = request.shown_card_version.is_none_or(|shown| shown == item.card_version);
    if is_current { Ok(()) } else { Err(CannotDecide::CardChanged.into()) }
}

/// The lead, with the address found on the company's page when the reviewer confirms it; that address beside it.
async fn lead_with_recipient(
    tx: &WriteTransaction,
    item: &ReviewItem,
    confirms: bool,
) -> Result<(Lead, Option<EmailAddress>), EngineError> {
    let mut lead = lead::get(&**tx, item.lead_id).await?;
    if !confirms || lead.person.email.is_some() {
        return Ok((lead, None));
    }
    let found = autoreach_agents::recipient_on_page(&lead, &item.card.dossier).map(|finding| finding.fact.clone());
    let Some(Fact::MailAddress { address, .. }) = found else { return Err(EngineError::NoRecipientFound) };
    lead::set_email(&**tx, lead.id, Some(&address)).await?;
    lead.person.email = Some(address.clone());
    Ok((lead, Some(address)))
}

async fn next_sitting(tx: &WriteTransaction, reviewer: &Reviewer, now: Timestamp) -> Result<Sitting, EngineError> {
    let now = now.as_millisecond();
    let last: Option<Sitting> = setting::get(&**tx, SITTING).await?;
    let is_theirs = |sitting: &Sitting| sitting.reviewer.as_ref().is_none_or(|of| of == reviewer);
    let going_on = last.filter(|sitting| is_theirs(sitting) && i128::from(now - sitting.last_at) <= SITTING_GAP.as_millis());
    let reviewer = Some(reviewer.clone());
    let sitting = match going_on {
        Some(sitting) => Sitting { position: sitting.position + 1, last_at: now, reviewer, ..sitting },
        None => Sitting { id: now, last_at: now, position: 1, reviewer },
    };
    setting::set(&**tx, SITTING, &sitting).await?;
    Ok(sitting)
}

/// What was shown for a stage, by hash.
fn artifact_hash(item: &ReviewItem, stage: Stage) -> String {
    let json = match stage {
        Stage::Research => serde_json::to_vec(&item.card.dossier),
        Stage::Qualification => serde_json::to_vec(&item.card.qualified.qualification),
        Stage::Email => serde_json::to_vec(&item.card.draft),
    };
    hash_hex(&json.expect("cards are plain data"))
}

/// What the agent believed of a stage before the verdict.
struct Outlook {
    features: Features,
    feature_schema_version: u32,
    confidence: Confidence,
    memory_version: u64,
    threshold: Option<f64>,
    level: Level,
}

/// As it was routed; for the lead as it was last looked at. Items from before receipts were kept know of the lead only.
fn outlook(item: &ReviewItem, stage: Stage) -> Outlook {
    let lead = &item.card.qualified;
    let route = item.routing.as_ref().and_then(|routing| routing.on(stage));
    let threshold = route.and_then(|route| route.line).map(|line| line.threshold);
    let level = route.map_or(item.level, |route| route.level);
    match route {
        Some(route) if stage != Stage::Qualification => Outlook {
            features: route.features.clone(),
            feature_schema_version: route.feature_schema_version,
            confidence: route.confidence,
            memory_version: route.memory_version,
            threshold,
            level,
        },
        Some(_) | None => Outlook {
            features: lead.qualification.features.clone(),
            feature_schema_version: if stage == Stage::Qualification { FEATURE_SCHEMA_VERSION } else { 0 },
            confidence: lead.confidence,
            memory_version: lead.memory_version,
            threshold,
            level,
        },
    }
}

/// How a stage came before the person, and with what probability.
struct Seen {
    channel: Channel,
    propensity: f64,
    after_release: bool,
}

fn seen(item: &ReviewItem, stage: Stage, trust: &Trust) -> Seen {
    let always = |channel| Seen { channel, propensity: 1.0, after_release: false };
    let Some(routing) = &item.routing else { return always(Channel::Review) };
    let Some(route) = routing.on(stage) else { return always(Channel::Review) };
    if !routing.needs_a_mark(stage) {
        let is_exception = matches!(route.why, Some(WhyReview::Exception { .. }));
        return always(if is_exception { Channel::Exception } else { Channel::Review });
    }
    let after_release = item.state == ItemState::Released;
    // Held back by its mark, or looked at for another stage while this one was drawn.
    let is_checked_now = routing.why() == Some(WhyReview::Marked) || item.is_drawn(stage);
    let audit = trust.on(stage).ladder.audits().iter().rev().find(|audit| audit.draw.items.contains(&item.id));
    match audit {
        Some(audit) if after_release => Seen { channel: Channel::Audit, propensity: audit.draw.propensity, after_release },
        Some(_) | None if is_checked_now || (after_release && routing.is_marked()) => {
            Seen { channel: Channel::Mark, propensity: routing.check_rate(), after_release }
        }
        Some(_) | None => Seen { after_release, ..always(Channel::Overrule) },
    }
}

/// Drawn for a check at this stage: the item as a whole is, when any stage's draw was low enough.
fn is_marked(item: &ReviewItem, stage: Stage) -> bool {
    item.routing.as_ref().and_then(|routing| routing.on(stage)).map_or(item.marked, |route| route.draw.is_marked())
}

/// The mail as shown, as approved, and how far they differ.
fn texts(request: &DecideRequest, item: &ReviewItem, stage: Stage, verdict: Verdict) -> (String, String, f64) {
    let Some(draft) = item.card.draft.as_ref().filter(|_| stage == Stage::Email) else {
        return (String::new(), String::new(), 0.0);
    };
    let shown = format!("{}\n\n{}", draft.subject, draft.body());
    match &request.gesture {
        Gesture::EditMail { subject, body } if verdict == Verdict::Edit => {
            let approved = format!("{}\n\n{}", one_line(subject), paragraphs(body));
            let distance = edit_distance(&shown, &approved);
            (shown, approved, distance)
        }
        _ => (shown, String::new(), 0.0),
    }
}

fn wrong_facts(gesture: &Gesture, stage: Stage) -> Vec<autoreach_domain::ids::FindingId> {
    match gesture {
        Gesture::RemoveFacts(facts) if stage == Stage::Research => facts.clone(),
        _ => Vec::new(),
    }
}

/// Does the gesture ask for another mail? A lead that is accepted gets the mail a paid model was spared until then.
fn asks_for_a_mail(item: &ReviewItem, gesture: &Gesture) -> bool {
    match gesture {
        Gesture::RemoveFacts(_) | Gesture::AskForRedraft => true,
        Gesture::Accept(Part::Lead) => item.card.draft.as_ref().is_some_and(Draft::is_spared),
        Gesture::Accept(Part::Research | Part::Email | Part::All) | Gesture::Reject(_) | Gesture::EditMail { .. } => false,
    }
}

/// The card as it was, kept only when the gesture replaces it.
fn before_card(item: &ReviewItem, gesture: &Gesture) -> Option<(u32, Box<Card>)> {
    asks_for_a_mail(item, gesture).then(|| (item.card_version, Box::new(item.card.clone())))
}

/// The item after the gesture.
fn after(item: &ReviewItem, request: &DecideRequest, planned: &[(Stage, Verdict)], mail_has_left: bool) -> ItemMemento {
    let verdicts = planned.iter().fold(item.verdicts, |verdicts: Verdicts, (stage, verdict)| verdicts.with(*stage, *verdict));
    let state = match &request.gesture {
        _ if mail_has_left => ItemState::Decided,
        gesture if asks_for_a_mail(item, gesture) => ItemState::Redrafting,
        _ if verdicts.are_final() || (verdicts.qualification.is_some() && item.card.draft.is_none()) => ItemState::Decided,
        _ => ItemState::Open,
    };
    let card = match &request.gesture {
        Gesture::RemoveFacts(facts) => Some((item.card_version, Box::new(without_facts(&item.card, facts)))),
        _ => None,
    };
    ItemMemento {
        progress: ItemProgress { state, snoozed_until: None, verdicts },
        card,
        confirmed_email: None,
        recalled: None,
        opinion_on: None,
    }
}

/// The card without the facts called wrong; until the new draft is there, every sentence that rested on them is unproven.
fn without_facts(card: &Card, facts: &[autoreach_domain::ids::FindingId]) -> Card {
    let mut card = card.clone();
    card.dossier.findings.retain(|finding| !facts.contains(&finding.id));
    card.exceptions.retain(|exception| exception.kind != ExceptionKind::ConflictingFacts);
    card
}

fn summary(gesture: &Gesture, company: &str) -> String {
    use autoreach_domain::review::Part;
    let what = match gesture {
        Gesture::Accept(Part::All) => "accepted",
        Gesture::Accept(Part::Lead) => "accepted the lead",
        Gesture::Accept(Part::Email) => "accepted the mail",
        Gesture::Accept(Part::Research) => "accepted the facts",
        Gesture::Reject(Part::Lead | Part::All) => "rejected the lead",
        Gesture::Reject(Part::Email) => "rejected the mail",
        Gesture::Reject(Part::Research) => "rejected the facts",
        Gesture::EditMail { .. } => "accepted with an edit",
        Gesture::RemoveFacts(_) => "removed wrong facts",
        Gesture::AskForRedraft => "asked for another draft",
    };
    format!("{company}: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;
    use autoreach_domain::review::Part;
    use autoreach_domain::sending::{NotCleared, OutboxState};
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn accepting_all_approves_the_mail_and_ends_the_item() {
        let desk = Desk::with_a_queue().await;
        let outcome = desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
        assert_eq!(outcome.verdicts.len(), 3);
        let outbox = desk.engine.outbox().await.expect("reads");
        assert_eq!((outbox[0].state, outbox[0].to.as_str()), (OutboxState::Held, "wei.rao@orbital.example"));
        assert_eq!(desk.engine.queue_counts().await.expect("counts").decided, 1);
        assert!(outcome.learned.is_some_and(|(before, after)| after > before), "an acceptance makes such leads likelier");
    }

    #[tokio::test]
    async fn a_rejected_lead_gets_no_mail() {
        let desk = Desk::with_a_queue().await;
        desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
        assert!(desk.engine.outbox().await.expect("reads").is_empty());
        let again = desk.decide("Orbital", Gesture::Accept(Part::All)).await;
        assert!(matches!(again, Err(EngineError::CannotDecide(CannotDecide::AlreadyDecided))));
    }

    #[tokio::test]
    async fn an_edit_is_frozen_as_edited_and_must_keep_the_opt_out_line() {
        let desk = Desk::with_a_queue().await;
        let item = desk.item_of("Orbital").await;
        let draft = desk.engine.item(item).await.expect("reads").item.card.draft.expect("has a draft");
        let bare = Gesture::EditMail { subject: draft.subject.clone(), body: "Hi Wei, shall we talk?".into() };
        let refused = desk.engine.decide(DecideRequest::plain(item, bare)).await;
        assert!(matches!(refused, Err(EngineError::NotCleared(NotCleared::OptOutRemoved))), "{refused:?}");
        let body = draft.body().replace("Worth a look next week?", "Worth a look on Monday?");
        let kept = Gesture::EditMail { subject: draft.subject.clone(), body };
        desk.engine.decide(DecideRequest::plain(item, kept)).await.expect("accepts the edit");
        let files = desk.engine.mails_as_files().await.expect("exports");
        assert!(String::from_utf8_lossy(&files[0].1).contains("on Monday"));
    }

    #[tokio::test]
    async fn a_refused_decision_leaves_nothing_behind() {
        let desk = Desk::with_a_queue().await;
        let before = desk.engine.verify().await.expect("verifies").entries;
        let outcome = desk.decide("Quanta", Gesture::Accept(Part::All)).await;
        assert!(matches!(outcome, Err(EngineError::NotCleared(NotCleared::NoRecipient))), "{outcome:?}");
        assert_eq!(desk.engine.verify().await.expect("verifies").entries, before);
        assert_eq!(desk.engine.queue_counts().await.expect("counts").open, 3);
    }

    #[tokio::test]
    async fn a_recipient_from_their_page_needs_a_persons_yes() {
        let desk = Desk::with_a_queue().await;
        let item = desk.item_of("Quanta").await;
        let view = desk.engine.item(item).await.expect("reads");
        assert_eq!(view.recipient_to_confirm.as_deref(), Some("info@quanta.example"));
        let request = DecideRequest { confirms_recipient: true, ..DecideRequest::plain(item, Gesture::Accept(Part::All)) };
        desk.engine.decide(request).await.expect("accepts");
        assert_eq!(desk.engine.outbox().await.expect("reads")[0].to, "info@quanta.example");
    }

    #[tokio::test]
    async fn a_fact_called_wrong_leaves_the_card_and_the_mail_is_written_anew() {
        let desk = Desk::with_a_queue().await;
        let item = desk.item_of("Orbital").await;
        let card = desk.engine.item(item).await.expect("reads").item.card;
        let wrong: Vec<_> = card.draft.iter().flat_map(|draft| draft.claims()).flat_map(|claim| claim.findings.clone()).collect();
        let outcome = desk.engine.decide(DecideRequest::plain(item, Gesture::RemoveFacts(wrong.clone()))).await.expect("removes");
        let redraft = outcome.redraft.expect("asked for a draft");
        assert_eq!(desk.engine.redraft_to_write().await.expect("reads"), Some(redraft));
        desk.engine.work(redraft, &CancellationToken::new()).await.expect("works");
        assert_eq!(desk.engine.redraft_to_write().await.expect("reads"), None, "a draft that is there is not asked for again");
        let rewritten = desk.engine.item(item).await.expect("reads").item;
        assert_eq!((rewritten.state, rewritten.card_version), (ItemState::Open, 2));
        assert!(wrong.iter().all(|id| rewritten.card.dossier.finding(*id).is_none()));
        desk.engine.undo(Some(item)).await.expect("undoes");
        let restored = desk.engine.item(item).await.expect("reads").item;
        assert_eq!(restored.card.dossier, card.dossier);
    }

    #[tokio::test]
    async fn a_snoozed_item_comes_back_in_time_and_teaches_nothing() {
        let desk = Desk::with_a_queue().await;
        let before = desk.learner_digest().await;
        let item = desk.item_of("Orbital").await;
        desk.engine.snooze(item, crate::testing::noon() + SignedDuration::from_hours(24)).await.expect("snoozes");
        assert_eq!(desk.engine.queue_counts().await.expect("counts").open, 2);
        assert_eq!(desk.learner_digest().await, before);
        let desk = desk.reopen(crate::testing::noon() + SignedDuration::from_hours(25)).await;
        assert_eq!(desk.engine.queue_counts().await.expect("counts").open, 3);
    }
}
