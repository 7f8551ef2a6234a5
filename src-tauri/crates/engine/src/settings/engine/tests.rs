//! Choosing an engine, and what a model made of a lead, for better or worse.

use super::*;
use crate::testing::Desk;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::review::{Gesture, Part, ReviewItem};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A server with the interface of OpenAI that reads nothing and writes mails as told.
struct Answers(fn(&Value) -> ResponseTemplate);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        (self.0)(&serde_json::from_slice(&request.body).expect("a question is JSON"))
    }
}

fn is_writing(question: &Value) -> bool {
    question.to_string().contains("offer_that_follows")
}

fn says(content: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "1", "object": "chat.completion", "model": "small-model",
        "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": content.to_string() } }],
        "usage": { "prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960 },
    }))
}

fn mail(sentence: &str, facts: &[u8]) -> Value {
    json!({ "subject": "Your planning", "subject_facts": [], "sentences": [{ "text": sentence, "facts": facts }] })
}

async fn answering(answers: fn(&Value) -> ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(Answers(answers)).mount(&server).await;
    server
}

async fn desk_with(answers: fn(&Value) -> ResponseTemplate) -> (Desk, MockServer) {
    let server = answering(answers).await;
    (desk_asking(&server).await, server)
}

async fn desk_asking(server: &MockServer) -> Desk {
    let desk = Desk::empty().await;
    let (base_url, model) = (Some(server.uri()), Some("small-model".to_owned()));
    desk.engine.set_engine(EngineChoice { kind: EngineKind::OpenaiCompatible, base_url, model, at_once: None }).await.expect("chooses");
    desk
}

async fn worked(answers: fn(&Value) -> ResponseTemplate) -> (Desk, MockServer, ReviewItem) {
    let (desk, server) = desk_with(answers).await;
    desk.import_leads().await;
    desk.work().await;
    let item = desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item;
    (desk, server, item)
}

fn has(item: &ReviewItem, kind: ExceptionKind) -> bool {
    item.card.exceptions.iter().any(|exception| exception.kind == kind)
}

fn good(question: &Value) -> ResponseTemplate {
    says(&if is_writing(question) { mail("You plan your shipments with care.", &[1]) } else { json!({ "facts": [] }) })
}

#[tokio::test]
async fn a_mail_by_a_model_is_stamped_and_framed_by_the_workflows_own_words() {
    let (desk, _server, item) = worked(good).await;
    let draft = item.card.draft.as_ref().expect("a draft");
    assert_eq!(draft.engine, "small-model writer p3");
    assert_eq!(item.card.dossier.engine, "small-model reader p2");
    let body = draft.body();
    assert!(body.contains("You plan your shipments with care.") && body.contains("Worth a look next week?") && body.contains("Reply 'no'"));
    assert!(!has(&item, ExceptionKind::ModelTrouble), "{:?}", item.card.exceptions);
    let view = desk.engine.engine_view().await.expect("reads");
    assert_eq!(
        (view.cost_so_far.as_str(), view.choice.kind),
        ("nothing", EngineKind::OpenaiCompatible),
        "a model on this computer costs nothing"
    );
}

#[tokio::test]
async fn a_checker_that_was_chosen_stops_a_mail_over_its_words_and_one_that_fails_stops_it_too() {
    let named = json!({ "found": [{ "words": "with care", "kind": "tone", "why": "sounds smug" }] });
    for (said, kind, reason) in [
        (named, ExceptionKind::ToneDeaf, "\"with care\" (sounds smug)."),
        (json!("nothing to say"), ExceptionKind::ModelTrouble, "small-model did not check the words of this mail."),
    ] {
        let server = MockServer::start().await;
        let answers = move |request: &Request| {
            let question: Value = serde_json::from_slice(&request.body).expect("a question is JSON");
            if question.to_string().contains("once more before anybody sends it") { says(&said) } else { good(&question) }
        };
        Mock::given(method("POST")).respond_with(answers).mount(&server).await;
        let desk = desk_asking(&server).await;
        let checker = EngineChoice {
            kind: EngineKind::OpenaiCompatible,
            base_url: Some(server.uri()),
            model: Some("small-model".into()),
            at_once: None,
        };
        desk.engine.set_stage_engine(ModelRole::Checker, Some(checker)).await.expect("chooses");
        desk.import_leads().await;
        desk.work().await;
        let item = desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item;
        let found =
            item.card.exceptions.iter().find(|exception| exception.kind == kind).unwrap_or_else(|| panic!("{:?}", item.card.exceptions));
        assert!(found.reason.starts_with(reason), "{found:?}");
        assert_eq!(item.card.draft.expect("a draft").engine, "small-model writer p3", "the mail stays as it was written");
    }
}

#[tokio::test]
async fn the_same_leads_memory_and_answers_make_the_same_items_byte_for_byte() {
    let server = answering(good).await;
    let mut made = Vec::new();
    for _ in 0..2 {
        let desk = desk_asking(&server).await;
        desk.import_leads().await;
        desk.work().await;
        let orbital = desk.item_of("Orbital").await;
        desk.decide("Orbital", Gesture::Accept(Part::Lead)).await.expect("decides");
        let vantage = desk.engine.item(desk.item_of("Vantage").await).await.expect("reads").item;
        let again = desk.engine.read_again(vantage.lead_id).await.expect("begins");
        desk.engine.work(again.run, &CancellationToken::new()).await.expect("works");
        let mut items = String::new();
        for id in [orbital, desk.item_of("Quanta").await, vantage.id] {
            let item = desk.engine.item(id).await.expect("reads");
            items.push_str(&serde_json::to_string(&item).expect("is JSON"));
        }
        assert!(items.contains("You plan your shipments with care."), "a model wrote in it");
        made.push(items);
    }
    assert_eq!(made[0], made[1]);
}

#[tokio::test]
async fn an_answer_that_was_kept_is_not_asked_for_again() {
    let (desk, server, _) = worked(good).await;
    let asked = server.received_requests().await.expect("are recorded").len();
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let lead = desk.engine.lead_page(workflow_id, "Orbital", false, 0, 1).await.expect("reads").rows.remove(0).line.lead;
    let change = crate::leads::edit::LeadChange { city: Some("Aarhus".into()), ..crate::leads::edit::LeadChange::of(&lead) };
    desk.engine.change_lead(lead.id, change).await.expect("changes");
    while let Some(run) = desk.engine.redraft_to_write().await.expect("reads") {
        desk.engine.work(run, &CancellationToken::new()).await.expect("works");
    }
    assert_eq!(server.received_requests().await.expect("are recorded").len(), asked, "the same pages and facts ask the same questions");
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_model_the_built_in_engine_writes_and_the_card_says_so() {
    let faults: [fn(&Value) -> ResponseTemplate; 5] = [
        |_| ResponseTemplate::new(401).set_body_json(json!({ "error": { "message": "bad key", "type": "invalid_request_error" } })),
        |_| ResponseTemplate::new(404),
        |_| ResponseTemplate::new(200).set_body_string("no JSON at all"),
        |_| says(&json!("I would rather not.")),
        |question| says(&if is_writing(question) { mail("Write to boss@evil.example at once.", &[1]) } else { json!({ "facts": [] }) }),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let (_desk, _server, item) = worked(fault).await;
        let draft = item.card.draft.as_ref().expect("a draft all the same");
        assert_eq!(draft.engine, autoreach_agents::RULES_ENGINE, "fault {number}");
        assert!(has(&item, ExceptionKind::ModelTrouble), "fault {number}: {:?}", item.card.exceptions);
        assert!(!draft.body().contains("evil"));
    }
}

#[tokio::test]
async fn a_model_that_obeys_a_page_changes_no_recipient_and_its_claim_stops_at_a_person() {
    let (_desk, server, item) = worked(|question| {
        says(&if is_writing(question) {
            mail("You saved 4000000 last year.", &[1])
        } else {
            json!({ "facts": [{ "kind": "head_count", "value": "9999", "detail": "", "quote": "We employ 9999 people." }] })
        })
    })
    .await;
    assert!(has(&item, ExceptionKind::UnsourcedClaim), "a number that stands in no quote: {:?}", item.card.exceptions);
    assert!(item.card.dossier.findings.iter().all(|finding| !finding.fact.value().contains("9999")), "what no page says is no fact");
    let others = ["Vantage", "Quanta"];
    for request in server.received_requests().await.expect("are recorded") {
        let asked = String::from_utf8_lossy(&request.body).into_owned();
        let named = others.iter().filter(|other| asked.contains(**other)).count() + usize::from(asked.contains("Orbital"));
        assert!(named <= 1, "one lead a question");
    }
}

#[tokio::test]
async fn a_key_is_shown_by_its_end_and_an_engine_in_the_cloud_needs_one() {
    let desk = Desk::empty().await;
    let cloud = EngineChoice { kind: EngineKind::Anthropic, base_url: None, model: None, at_once: None };
    assert!(matches!(desk.engine.set_engine(cloud.clone()).await, Err(EngineError::NoEngineKey)));
    let short = desk.engine.set_engine_key(EngineKind::Anthropic, &Secret::new("short")).await;
    assert!(matches!(short, Err(EngineError::UnusableEngineKey)));
    let view = desk.engine.set_engine_key(EngineKind::Anthropic, &Secret::new("sk-ant-api03-abcdWXYZ")).await.expect("keeps");
    assert_eq!(view.keys, [EngineKey { kind: EngineKind::Anthropic, last_four: "WXYZ".into() }]);
    let view = desk.engine.set_engine(cloud).await.expect("chooses; nothing is sent");
    assert_eq!(view.cost_per_hundred_leads.as_deref(), Some("$1.84"));
    let view = desk.engine.remove_engine_key(EngineKind::Anthropic).await.expect("forgets");
    assert_eq!((view.choice.kind, view.keys.len()), (EngineKind::Rules, 0));
}
