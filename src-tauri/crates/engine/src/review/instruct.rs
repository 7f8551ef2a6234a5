//! A person says how a mail shall be different: the item leaves the queue, its mail is written anew, and it comes back. No
//! verdict is given. The mail before is kept with the gesture, so that an undo brings it back; the new one passes every check
//! and always comes before a person.

use crate::Engine;
use crate::error::EngineError;
use crate::jobs::job::Step;
use autoreach_agents::Wishes;
use autoreach_domain::decision::Event;
use autoreach_domain::egress::ModelRole;
use autoreach_domain::ids::{GestureId, ItemId, RunId};
use autoreach_domain::review::{CannotDecide, ItemState, ReviewItem, check_waits};
use autoreach_store::tables::artifact::{self, ArtifactKey};
use autoreach_store::tables::gesture::{self, GestureRow, ItemMemento};
use autoreach_store::tables::job::ClaimedJob;
use autoreach_store::tables::lead;
use autoreach_store::tables::review_item::{self, ItemProgress};
use autoreach_store::{WriteTransaction, journal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The step under which instructions are kept, beside the results of the pipeline's own.
const INSTRUCTION: &str = "instruction";

/// What shall be different.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct InstructRequest {
    /// The item.
    pub item: ItemId,
    /// In a person's words: "shorter, no compliment".
    pub text: String,
    /// The version of the card that was looked at. `None` = whatever there is.
    pub shown_card_version: Option<u32>,
}

/// What was begun.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct InstructOutcome {
    /// The gesture, for an undo.
    pub gesture: GestureId,
    /// The item.
    pub item: ItemId,
    /// What was done, for the history strip.
    pub summary: String,
    /// The run that writes, to be given to [`Engine::work`].
    pub redraft: RunId,
}

/// An instruction as it is kept for the job that carries it out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptInstruction {
    pub(crate) text: String,
    gesture_id: GestureId,
    run_id: RunId,
}

impl Engine {
    /// Has the mail of an item written anew as a person says. Where the built-in engine writes and understands nothing of it,
    /// nothing is changed and the error says what it knows.
    pub async fn instruct(&self, request: InstructRequest) -> Result<InstructOutcome, EngineError> {
        let wishes = Wishes::read(&request.text);
        if wishes.text().is_empty() {
            return Err(EngineError::EmptyInstruction);
        }
        if wishes.is_unclear() && matches!(self.model_at_work(ModelRole::Writer).await, Ok(None)) {
            return Err(EngineError::InstructionNotUnderstood { known: Wishes::known() });
        }
        let now = self.now();
        let tx = self.store.begin().await?;
        let item = review_item::get(&*tx, request.item).await?;
        check_may_be_rewritten(&tx, &item, request.shown_card_version).await?;
        let gesture_id = self.id(GestureId::new)?;
        let instructed = Event::Instructed {
            workflow_id: item.workflow_id,
            gesture_id,
            item_id: item.id,
            lead_id: item.lead_id,
            reviewer: self.reviewer(),
            text: wishes.text().to_owned(),
        };
        let sequence = journal::append(&*tx, &[instructed], now).await?;
        let redraft = self.add_redraft(&tx, &item, now).await?;
        keep(&tx, &item, KeptInstruction { text: wishes.text().to_owned(), gesture_id, run_id: redraft }).await?;
        let after = ItemProgress { state: ItemState::Redrafting, snoozed_until: None, verdicts: item.verdicts };
        review_item::set_progress(&*tx, item.id, &after, None).await?;
        let company = lead::get(&*tx, item.lead_id).await?.company;
        let summary = format!("{company}: asked for \"{}\"", wishes.text());
        gesture::insert(&*tx, &row(&item, gesture_id, sequence, after, &summary, now)).await?;
        tx.commit().await?;
        Ok(InstructOutcome { gesture: gesture_id, item: item.id, summary, redraft })
    }
}

/// Has it a mail, does it wait, and is it the card that was looked at?
async fn check_may_be_rewritten(tx: &WriteTransaction, item: &ReviewItem, shown: Option<u32>) -> Result<(), EngineError> {
    check_waits(item)?;
    if lead::is_withdrawn(&**tx, item.lead_id).await? {
        return Err(CannotDecide::Withdrawn.into());
    }
    if item.card.draft.is_none() {
        return Err(CannotDecide::NoDraft.into());
    }
    let is_current = shown.is_none_or(|shown| shown == item.card_version);
    if is_current { Ok(()) } else { Err(CannotDecide::CardChanged.into()) }
}

async fn keep(tx: &WriteTransaction, item: &ReviewItem, instruction: KeptInstruction) -> Result<(), EngineError> {
    let version = artifact::next_version(&**tx, item.lead_id, INSTRUCTION).await?;
    let key = ArtifactKey { workflow_id: item.workflow_id, lead_id: item.lead_id, step: INSTRUCTION, version };
    Ok(artifact::insert(&**tx, key, None, &instruction).await?)
}

/// Hands the instruction of a gesture that is given again to the run that carries it out now.
pub(crate) async fn renew(tx: &WriteTransaction, item: &ReviewItem, gesture_id: GestureId, run_id: RunId) -> Result<(), EngineError> {
    let latest = artifact::latest::<KeptInstruction>(&**tx, item.lead_id, INSTRUCTION).await?;
    match latest.map(|(_, kept)| kept).filter(|kept| kept.gesture_id == gesture_id) {
        Some(kept) => keep(tx, item, KeptInstruction { run_id, ..kept }).await,
        None => Ok(()),
    }
}

/// The gesture with the card as it was, which an undo puts back.
fn row(item: &ReviewItem, id: GestureId, sequence: u64, after: ItemProgress, summary: &str, now: jiff::Timestamp) -> GestureRow {
    let memento = |progress, card| ItemMemento { progress, card, confirmed_email: None, recalled: None, opinion_on: None };
    GestureRow {
        id,
        workflow_id: item.workflow_id,
        item_id: item.id,
        journal_sequence: sequence,
        before: memento(ItemProgress::of(item), Some((item.card_version, Box::new(item.card.clone())))),
        after: memento(after, None),
        outbox_id: None,
        summary: summary.to_owned(),
        decided_at: now,
        undone_at: None,
        has_recalled_mail: false,
    }
}

/// What the job was told; `None` for a mail that is only to be written again.
pub(crate) async fn asked_in(engine: &Engine, job: &ClaimedJob) -> Result<Option<KeptInstruction>, EngineError> {
    if job.step != Step::Redraft.as_str() {
        return Ok(None);
    }
    let latest = artifact::latest::<KeptInstruction>(engine.store.read(), job.lead_id, INSTRUCTION).await?;
    Ok(latest.map(|(_, kept)| kept).filter(|kept| kept.run_id == job.run_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::engine::{EngineChoice, EngineKind};
    use crate::testing::Desk;
    use autoreach_domain::draft::{Draft, SentenceKind};
    use autoreach_domain::review::Verdicts;
    use tokio_util::sync::CancellationToken;

    async fn instruct(desk: &Desk, text: &str) -> Result<Draft, EngineError> {
        let item = desk.item_of("Orbital").await;
        let request = InstructRequest { item, text: text.to_owned(), shown_card_version: None };
        let run = desk.engine.instruct(request).await?.redraft;
        desk.engine.work(run, &CancellationToken::new()).await?;
        Ok(draft(desk).await)
    }

    async fn draft(desk: &Desk) -> Draft {
        item(desk).await.card.draft.expect("a draft")
    }

    async fn item(desk: &Desk) -> ReviewItem {
        desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item
    }

    #[tokio::test]
    async fn the_mail_comes_back_as_it_was_asked_for_without_a_verdict_and_never_decided_alone() {
        let desk = Desk::with_a_queue().await;
        let before = draft(&desk).await;
        let after = instruct(&desk, "other opening, other question").await.expect("writes");
        let said = after.instruction.as_ref().expect("says what was asked");
        assert_eq!(
            (said.done.join(", ").as_str(), said.not_done.len()),
            ("other opening, other question", 0),
            "{said:?}\n{}",
            after.body()
        );
        assert!(before.body() != after.body() && before.claims().next() != after.claims().next());
        let now = item(&desk).await;
        assert_eq!((now.state, now.verdicts), (ItemState::Open, Verdicts::default()));
        assert!(now.card.checks.is_some_and(|checks| checks.exceptions().is_empty()), "the new mail passes every check");
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let entries = journal::events_of_kinds(desk.engine.store.read(), workflow_id, &["decided", "instructed"]).await.expect("reads");
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.event.kind()).collect();
        assert_eq!(kinds, ["instructed"], "an instruction is no verdict");
    }

    #[tokio::test]
    async fn an_undo_brings_the_mail_back_as_it_was_read() {
        let desk = Desk::with_a_queue().await;
        let before = item(&desk).await;
        instruct(&desk, "more formal").await.expect("writes");
        assert_ne!(item(&desk).await.card.draft, before.card.draft);
        let undone = desk.engine.undo(None).await.expect("undoes");
        assert_eq!(undone.summary, "Orbital Freight: asked for \"more formal\"");
        let now = item(&desk).await;
        assert_eq!((now.card.draft, now.state), (before.card.draft, before.state));
        desk.engine.redo().await.expect("redoes");
        while let Some(run) = desk.engine.redraft_to_write().await.expect("reads") {
            desk.engine.work(run, &CancellationToken::new()).await.expect("works");
        }
        assert_eq!(
            draft(&desk).await.instruction.map(|said| said.text).as_deref(),
            Some("more formal"),
            "given again, it is carried out again"
        );
    }

    #[tokio::test]
    async fn each_wish_changes_what_it_says_and_a_wish_that_cannot_be_fulfilled_is_owned_up_to() {
        let greeting = |draft: &Draft| draft.sentences.iter().find(|one| one.kind == SentenceKind::Greeting).map(|one| one.text.clone());
        let desk = Desk::with_a_queue().await;
        let before = draft(&desk).await;
        assert_ne!(greeting(&instruct(&desk, "more formal").await.expect("writes")), greeting(&before));
        let longer = instruct(&desk, "longer").await.expect("writes");
        let shorter = instruct(&desk, "shorter").await.expect("writes");
        assert!(shorter.body_words() < longer.body_words(), "{} and {}", shorter.body_words(), longer.body_words());
        let banned = instruct(&desk, "without \"SAP\"").await.expect("writes");
        assert!(!banned.body().contains("SAP"), "{}", banned.body());
        let german = instruct(&desk, "auf Deutsch").await.expect("writes");
        assert_eq!(german.instruction.expect("is kept").not_done, ["in German: the workflow has no German offer and question"]);
    }

    #[tokio::test]
    async fn what_the_built_in_engine_does_not_understand_changes_nothing_and_it_says_what_it_knows() {
        let desk = Desk::with_a_queue().await;
        let before = item(&desk).await;
        let refused = instruct(&desk, "make it pop").await;
        let known = match refused {
            Err(EngineError::InstructionNotUnderstood { known }) => known,
            other => panic!("{other:?}"),
        };
        assert!(known.contains("shorter") && known.contains("other question"), "{known}");
        assert!(matches!(instruct(&desk, "  ").await, Err(EngineError::EmptyInstruction)));
        assert_eq!(item(&desk).await, before);
        let partly = instruct(&desk, "more formal, make it pop").await.expect("writes").instruction.expect("is kept");
        assert_eq!(partly.not_done, ["make it pop: the built-in engine does not understand this"]);
    }

    #[tokio::test]
    async fn an_instruction_taken_back_before_it_was_carried_out_is_not_carried_out_later() {
        let desk = Desk::with_a_queue().await;
        let request = InstructRequest { item: desk.item_of("Orbital").await, text: "more formal".into(), shown_card_version: None };
        let run = desk.engine.instruct(request).await.expect("begins").redraft;
        let before = draft(&desk).await;
        desk.engine.undo(None).await.expect("undoes");
        desk.engine.work(run, &CancellationToken::new()).await.expect("works");
        assert_eq!(draft(&desk).await, before);
    }

    #[tokio::test]
    async fn a_card_that_has_changed_or_is_decided_is_not_written_anew() {
        let desk = Desk::with_a_queue().await;
        let item = desk.item_of("Orbital").await;
        let request = |shown| InstructRequest { item, text: "shorter".into(), shown_card_version: Some(shown) };
        let stale = desk.engine.instruct(request(7)).await;
        assert!(matches!(stale, Err(EngineError::CannotDecide(CannotDecide::CardChanged))));
        desk.decide("Orbital", autoreach_domain::review::Gesture::Reject(autoreach_domain::review::Part::Lead)).await.expect("rejects");
        let late = desk.engine.instruct(request(1)).await;
        assert!(matches!(late, Err(EngineError::CannotDecide(CannotDecide::AlreadyDecided))));
    }

    #[tokio::test]
    async fn a_model_is_told_the_instruction_and_what_only_it_can_judge_is_said_to_be_so() {
        let server = wiremock::MockServer::start().await;
        let said = serde_json::json!({ "subject": "Planning", "subject_facts": [], "sentences": [{ "text": "You plan with SAP S/4HANA.", "facts": [1] }] });
        let answer = serde_json::json!({
            "id": "1", "object": "chat.completion", "model": "small-model",
            "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": said.to_string() } }],
            "usage": { "prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14 },
        });
        let all = wiremock::Mock::given(wiremock::matchers::method("POST"));
        all.respond_with(wiremock::ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
        let desk = Desk::with_a_queue().await;
        let choice = EngineChoice {
            kind: EngineKind::OpenaiCompatible,
            base_url: Some(server.uri()),
            model: Some("small-model".into()),
            at_once: None,
        };
        desk.engine.set_stage_engine(ModelRole::Writer, Some(choice)).await.expect("chooses");
        let written = instruct(&desk, "make it pop, more formal").await.expect("writes");
        assert_eq!(written.engine, "small-model writer p3");
        assert_eq!(written.instruction.expect("is kept").to_model, ["make it pop"]);
        let asked = server.received_requests().await.expect("are recorded");
        let body = String::from_utf8_lossy(&asked.last().expect("was asked").body).into_owned();
        assert!(body.contains("make it pop, more formal") && body.contains("draft_so_far"), "{body}");
    }
}
