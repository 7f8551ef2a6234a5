//! The chosen models at work: asked about one lead at a time, within what a day and a run may cost and what may leave the
//! computer.
//!
//! A question is written into the ledger before it is sent. What is answered is kept before it is used, so that a kill never
//! pays for an answer twice. When a model fails, the built-in engine does its part and the item says so in words.

use super::at_work::ModelAtWork;
use crate::Engine;
use crate::egress::{ModelCall, ending};
use crate::error::EngineError;
use autoreach_agents::ModelHand;
use autoreach_agents::model::{self, Redaction};
use autoreach_domain::egress::{EgressProfile, ModelRole, Passage, passage};
use autoreach_domain::ids::RunId;
use autoreach_domain::lead::Lead;
use autoreach_llm::{Budget, ChatError, ChatModel, ChatReply, ChatRequest, Finish, ReplyFault, Traffic, Usage};
use autoreach_store::tables::egress_call;
use autoreach_store::tables::llm_call::{self, LlmCall};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What a model is asked for: about whom, as what, in which run.
#[derive(Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) lead: &'a Lead,
    pub(crate) role: ModelRole,
    pub(crate) run_id: RunId,
}

/// The model as it is asked about one lead.
pub(crate) struct Asking<'a> {
    engine: &'a Engine,
    at_work: &'a ModelAtWork,
    errand: Errand<'a>,
    stamp: String,
    run_budget: Arc<Budget>,
}

/// A question as it may be asked, and what was taken out of it.
struct Shown {
    request: ChatRequest,
    profile: EgressProfile,
    redaction: Option<Redaction>,
}

impl<'a> Asking<'a> {
    pub(crate) async fn about(engine: &'a Engine, at_work: &'a ModelAtWork, errand: Errand<'a>) -> Result<Self, EngineError> {
        let run_budget = engine.run_budget(errand.run_id).await?;
        Ok(Self { engine, at_work, errand, stamp: model::stamp(at_work.name(), errand.role), run_budget })
    }

    /// The hand that the agents work with.
    pub(crate) fn hand(&'a self, cancel: &'a CancellationToken) -> ModelHand<'a> {
        ModelHand { model: self, stamp: &self.stamp, cancel }
    }

    /// The question as the profile in force lets it go. A profile that was changed while the model was at work ends the asking
    /// as a person would; the step is begun again and finds what is allowed then.
    async fn shown(&self, request: &ChatRequest) -> Result<Shown, ChatError> {
        let profile = self.engine.egress_profile().await.map_err(|_| ChatError::Interrupted)?;
        match passage(profile, self.at_work.is_local()).map_err(|_| ChatError::Cancelled)? {
            Passage::AsItIs => Ok(Shown { request: request.clone(), profile, redaction: None }),
            Passage::Redacted => {
                let mut redaction = Redaction::of(self.errand.lead);
                let user = redaction.hide(&request.user);
                Ok(Shown { request: ChatRequest { user, ..request.clone() }, profile, redaction: Some(redaction) })
            }
        }
    }

    fn key(&self, request: &ChatRequest) -> [u8; 32] {
        let lead = self.errand.lead.id.to_string();
        let mut hasher = Sha256::new();
        for part in [self.at_work.host(), &self.stamp, &lead, &request.system, &request.user] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    async fn begin(&self, shown: &Shown) -> Result<i64, EngineError> {
        let Errand { lead, role, run_id } = self.errand;
        let call = ModelCall {
            purpose: role.purpose(),
            model: self.at_work.model(),
            name: self.at_work.name(),
            profile: shown.profile,
            about: Some((lead.id, run_id)),
            shows: model::prompt(role).shows,
            request: &shown.request,
        };
        self.engine.begin_model_call(call).await
    }

    /// Says in the ledger how the call ended, and keeps the answer.
    async fn end(&self, id: i64, key: [u8; 32], outcome: &Result<ChatReply, ChatError>, traffic: &Traffic) -> Result<(), EngineError> {
        let end = ending(outcome, traffic, self.at_work.price());
        let tx = self.engine.store.begin().await?;
        egress_call::complete(&*tx, id, &end).await?;
        if let Some(reply) = outcome.as_ref().ok().filter(|reply| reply.finish == Finish::Complete) {
            let call = LlmCall {
                key,
                lead_id: self.errand.lead.id,
                host: self.at_work.host().to_owned(),
                model: reply.model.clone(),
                reply: reply.text.clone(),
                was_repaired: reply.was_repaired,
                input_tokens: reply.usage.input_tokens,
                output_tokens: reply.usage.output_tokens,
                is_estimated: reply.usage.is_estimated,
                cost_micros: end.cost_micros.unwrap_or(0),
                called_at: self.engine.now(),
            };
            llm_call::keep(&*tx, &call).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn ask(&self, shown: &Shown, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        let key = self.key(&shown.request);
        if let Ok(Some(kept)) = llm_call::get(self.engine.store.read(), key).await {
            let usage = Usage { input_tokens: kept.input_tokens, output_tokens: kept.output_tokens, is_estimated: kept.is_estimated };
            return Ok(ChatReply { text: kept.reply, usage, finish: Finish::Complete, model: kept.model, was_repaired: kept.was_repaired });
        }
        let unkept = |error: EngineError| {
            tracing::error!(lead = %self.errand.lead.id, code = error.code(), "a model's question or answer could not be kept");
            ChatError::Interrupted
        };
        let _place = self.at_work.place(cancel).await?;
        let id = self.begin(shown).await.map_err(unkept)?;
        let traffic = Traffic::default();
        let budgets = [Arc::clone(&self.run_budget)];
        let outcome = self.at_work.model().chat_within(&shown.request, &budgets, &traffic, cancel).await;
        // An answer that is not on disk may not be used: after a kill it would be paid for again.
        self.end(id, key, &outcome, &traffic).await.map_err(unkept)?;
        outcome
    }
}

#[async_trait::async_trait]
impl ChatModel for Asking<'_> {
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        let shown = self.shown(request).await?;
        let reply = self.ask(&shown, cancel).await?;
        match &shown.redaction {
            None => Ok(reply),
            // A token that stands for nothing would be read as a name.
            Some(redaction) => {
                let text = redaction.put_back(&reply.text).map_err(|_| ReplyFault::WrongShape)?;
                Ok(ChatReply { text, ..reply })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::decide::DecideRequest;
    use crate::settings::engine::{EngineChoice, EngineKind, Prepared};
    use crate::testing::Desk;
    use autoreach_domain::draft::{StandIn, StandInReason};
    use autoreach_domain::exception::ExceptionKind;
    use autoreach_domain::icp::{HeadCountRange, Industry};
    use autoreach_domain::review::{Gesture, ItemState, Part, ReviewItem};
    use autoreach_llm::{Deadlines, Dialect, Endpoint, HttpModel, Manners, Price, RetryPolicy};
    use serde_json::{Value, json};
    use std::time::Duration;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

    const SENTENCE: &str = "You plan your shipments with care.";
    const LISTED: Price = Price { input_per_million_micros: 150_000, output_per_million_micros: 600_000 };

    /// A model that reads nothing new and opens every mail with the first fact.
    struct Good;

    fn asks_for_a_mail(request: &Request) -> bool {
        String::from_utf8_lossy(&request.body).contains("offer_that_follows")
    }

    impl Respond for Good {
        fn respond(&self, request: &Request) -> ResponseTemplate {
            let sentences = json!([{ "text": SENTENCE, "facts": [1] }]);
            let mail = json!({ "subject": "Your planning", "subject_facts": [], "sentences": sentences });
            let said: Value = if asks_for_a_mail(request) { mail } else { json!({ "facts": [] }) };
            ResponseTemplate::new(200).set_body_json(json!({
                "id": "1", "object": "chat.completion", "model": "small-model",
                "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": said.to_string() } }],
                "usage": { "prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960 },
            }))
        }
    }

    async fn serving(answer: impl Respond + 'static) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        server
    }

    /// Short waits between tries, so that a test need not wait as a person's run does.
    fn quick() -> Manners {
        let (first_ceiling, highest_ceiling) = (Duration::from_millis(1), Duration::from_millis(2));
        Manners { retry: RetryPolicy { first_ceiling, highest_ceiling, ..RetryPolicy::default() }, ..Manners::default() }
    }

    /// And little patience with a silent server.
    fn impatient() -> Manners {
        Manners { deadlines: Deadlines { silence: Duration::from_millis(500), ..Deadlines::default() }, ..quick() }
    }

    /// The model at `server`, as if it had this price; a server on this computer has none of its own.
    async fn employ(desk: &Desk, server: &MockServer, price: Price, manners: Manners) {
        let choice = EngineChoice {
            kind: EngineKind::OpenaiCompatible,
            base_url: Some(server.uri()),
            model: Some("small-model".to_owned()),
            at_once: None,
        };
        desk.engine.set_engine(choice.clone()).await.expect("chooses");
        let endpoint = Endpoint::new(Dialect::OpenAi, &server.uri(), "small-model", None).expect("is on this computer");
        let model = HttpModel::new(endpoint, manners).expect("a client");
        let prepared = Prepared { model, price: Some(price), name: "small-model".to_owned() };
        desk.engine.employ(ModelAtWork::new(choice, prepared)).await;
    }

    /// Changes the profile so that none of the desk's companies fits it.
    async fn look_for_somebody_else(desk: &Desk) {
        let mut definition = desk.engine.workflow(None).await.expect("there is one").definition;
        definition.icp.head_count = Some(HeadCountRange { min: 9_000, max: None });
        definition.icp.industries = vec![Industry::Software];
        definition.icp.countries = vec!["US".to_owned().try_into().expect("a country")];
        desk.engine.set_workflow(definition).await.expect("sets");
    }

    async fn items(desk: &Desk) -> Vec<ReviewItem> {
        let mut items = Vec::new();
        for company in ["Orbital", "Vantage", "Quanta"] {
            items.push(desk.engine.item(desk.item_of(company).await).await.expect("reads").item);
        }
        items
    }

    async fn mails_asked_for(server: &MockServer) -> usize {
        server.received_requests().await.expect("are recorded").iter().filter(|request| asks_for_a_mail(request)).count()
    }

    fn spared() -> Option<StandIn> {
        Some(StandIn { model: "small-model".to_owned(), reason: StandInReason::LeansToReject })
    }

    fn stand_in(item: &ReviewItem) -> Option<StandIn> {
        item.card.draft.as_ref().expect("every lead has its draft").stood_in_for.clone()
    }

    fn engine_of(item: &ReviewItem) -> &str {
        &item.card.draft.as_ref().expect("a draft").engine
    }

    fn trouble(item: &ReviewItem) -> String {
        let of_the_model = item.card.exceptions.iter().filter(|exception| exception.kind == ExceptionKind::ModelTrouble);
        of_the_model.map(|exception| exception.reason.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Three unlikely leads at a model with this price.
    async fn unlikely_leads(price: Price) -> (Desk, MockServer, Vec<ReviewItem>) {
        let (desk, server) = (Desk::empty().await, serving(Good).await);
        look_for_somebody_else(&desk).await;
        employ(&desk, &server, price, quick()).await;
        desk.import_leads().await;
        desk.work().await;
        let items = items(&desk).await;
        assert!(items.iter().all(|item| !item.card.qualified.confidence.leans_to_accept()), "none of them fits");
        (desk, server, items)
    }

    #[tokio::test]
    async fn a_model_that_is_slow_or_overloaded_to_the_end_gives_way_in_words() {
        let faults = [
            (ResponseTemplate::new(200).set_delay(Duration::from_secs(30)), impatient(), "did not answer in time", 2),
            (ResponseTemplate::new(529), quick(), "is overloaded", 5),
        ];
        for (answer, manners, words, tries) in faults {
            let (desk, server) = (Desk::empty().await, serving(answer).await);
            employ(&desk, &server, Price::default(), manners).await;
            desk.import_leads().await;
            desk.work().await;
            let items = items(&desk).await;
            assert!(items.iter().any(|item| trouble(item).contains(words)), "{words}: {}", trouble(&items[0]));
            for item in &items {
                assert_eq!(engine_of(item), autoreach_agents::RULES_ENGINE);
                assert_eq!(stand_in(item).map(|stand_in| stand_in.reason), Some(StandInReason::ModelTrouble), "{words}");
                assert!(trouble(item).contains("The built-in engine wrote it."));
            }
            let asked = server.received_requests().await.expect("are recorded").len();
            assert!(asked <= 3 * tries, "after three failed calls the others are not made: the run does not wait for each lead");
        }
    }

    #[tokio::test]
    async fn a_paid_model_writes_to_an_unlikely_lead_only_once_a_person_accepts_it() {
        let (desk, server, items) = unlikely_leads(LISTED).await;
        let (blind, open): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.blind);
        assert!(!open.is_empty());
        for item in &open {
            assert_eq!((stand_in(item), engine_of(item)), (spared(), autoreach_agents::RULES_ENGINE));
            assert!(trouble(item).is_empty(), "sparing is no trouble, and no reason for a person to look");
        }
        assert_eq!(mails_asked_for(&server).await, blind.len(), "only a blind card, which must not tell how the agent leans");

        let item = open[0];
        let outcome = desk.engine.decide(DecideRequest::plain(item.id, Gesture::Accept(Part::Lead))).await.expect("accepts");
        let run = outcome.redraft.expect("the model writes now");
        desk.engine.work(run, &CancellationToken::new()).await.expect("works");
        let written = desk.engine.item(item.id).await.expect("reads").item;
        assert_eq!((written.state, stand_in(&written), engine_of(&written)), (ItemState::Open, None, "small-model writer p3"));
        assert!(written.verdicts.qualification.is_some() && written.verdicts.email.is_none(), "the mail waits for its verdict");
        assert_eq!(mails_asked_for(&server).await, blind.len() + 1);

        desk.engine.undo(Some(item.id)).await.expect("undoes");
        let restored = desk.engine.item(item.id).await.expect("reads").item;
        assert_eq!((restored.card.draft, restored.verdicts.qualification), (item.card.draft.clone(), None));
    }

    #[tokio::test]
    async fn a_spared_mail_can_be_accepted_as_it_was_read() {
        let (desk, server, items) = unlikely_leads(LISTED).await;
        let item = items.iter().find(|item| !item.blind && item.card.draft.is_some()).expect("not all are blind");
        let asked = mails_asked_for(&server).await;
        let request =
            DecideRequest { vouches: true, confirms_recipient: true, ..DecideRequest::plain(item.id, Gesture::Accept(Part::All)) };
        let outcome = desk.engine.decide(request).await.expect("accepts");
        assert!(outcome.mail.is_some() && outcome.redraft.is_none(), "what was accepted is what leaves");
        assert_eq!(mails_asked_for(&server).await, asked);
    }

    #[tokio::test]
    async fn a_model_that_costs_nothing_writes_to_every_lead_and_a_paid_one_to_the_likely_ones() {
        let (_desk, _server, items) = unlikely_leads(Price::default()).await;
        assert!(items.iter().all(|item| engine_of(item) == "small-model writer p3"));

        let (desk, server) = (Desk::empty().await, serving(Good).await);
        employ(&desk, &server, LISTED, quick()).await;
        desk.import_leads().await;
        desk.work().await;
        for item in self::items(&desk).await {
            let is_likely = item.card.qualified.confidence.leans_to_accept();
            assert_eq!(engine_of(&item) == "small-model writer p3", is_likely || item.blind, "{:?}", item.card.qualified.confidence);
        }
    }
}
