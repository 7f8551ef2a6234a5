//! The ledger and the profiles, seen from outside: what a server on this computer was really told.

use super::view::EgressFilter;
use crate::error::EngineError;
use crate::settings::engine::{EngineChoice, EngineKind};
use crate::testing::{Desk, noon};
use autoreach_domain::egress::{EgressOutcome, EgressProfile, EgressPurpose, ModelRole, NoPassage, Reach};
use autoreach_secrets::Secret;
use autoreach_store::TableConnection;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::net::TcpListener;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// What tells who one of the desk's leads is.
const IDENTIFIERS: [&str; 9] = ["Orbital", "orbital.example", "Wei", "Rao", "Vantage", "vantage.example", "Ada", "Costa", "info@"];

/// A model that reads the head count and writes about it, in whatever words the question was put.
struct Echo;

impl Respond for Echo {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).expect("a question is JSON");
        let user = body["messages"].as_array().and_then(|turns| turns.last()).and_then(|turn| turn["content"].as_str()).unwrap_or_default();
        let said = match serde_json::from_str::<Value>(user) {
            Ok(work) if work.get("wanted").is_some() => json!({ "score": 81 }),
            Ok(work) => {
                let text = format!("I see how {} plans.", work["company"].as_str().unwrap_or_default());
                json!({ "subject": "Your planning", "subject_facts": [], "sentences": [{ "text": text, "facts": [1] }] })
            }
            Err(_) => {
                let quote = user.lines().find(|line| line.contains("freight forwarding")).unwrap_or_default();
                let sentence = quote.split_inclusive('.').next().unwrap_or_default().trim();
                json!({ "facts": [{ "kind": "product", "value": "freight", "detail": "", "quote": sentence }] })
            }
        };
        ResponseTemplate::new(200).set_body_json(json!({
            "id": "1", "object": "chat.completion", "model": "small-model",
            "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": said.to_string() } }],
            "usage": { "prompt_tokens": 700, "completion_tokens": 50, "total_tokens": 750 },
        }))
    }
}

pub(crate) async fn server() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Echo).mount(&server).await;
    server
}

pub(crate) fn local(server: &MockServer) -> EngineChoice {
    EngineChoice { kind: EngineKind::OpenaiCompatible, base_url: Some(server.uri()), model: Some("small-model".to_owned()), at_once: None }
}

pub(crate) async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.expect("are recorded");
    requests.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

#[tokio::test]
async fn every_call_stands_in_the_ledger_with_what_was_shown_to_whom() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    desk.engine.set_stage_engine(ModelRole::Scorer, Some(local(&server))).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let view = desk.engine.egress(&EgressFilter::default(), 0, 200).await.expect("reads");
    let of = |purpose| view.lines.iter().filter(|line| line.purpose == purpose).collect::<Vec<_>>();
    assert_eq!(
        asked(&server).await.len(),
        of(EgressPurpose::FindFacts).len() + of(EgressPurpose::WriteMail).len() + of(EgressPurpose::ScoreLead).len()
    );
    assert!(of(EgressPurpose::ReadPage).iter().any(|line| line.address == "https://orbital.example/" && line.reach == Reach::Recording));
    assert!(!of(EgressPurpose::ReadRobots).is_empty(), "a site's wishes are asked for too");
    let mail = of(EgressPurpose::WriteMail).into_iter().find(|line| line.company.as_deref() == Some("Orbital Freight")).expect("is there");
    assert_eq!((mail.fields.join(", ").as_str(), mail.tokens, mail.cost_micros), ("company, role, facts", Some((700, 50)), Some(0)));
    assert_eq!((mail.outcome, mail.reach, mail.profile), (EgressOutcome::Answered, Reach::ThisComputer, Some(EgressProfile::Full)));
    assert!(mail.bytes_up > 500 && mail.bytes_down > 100, "{} up, {} down", mail.bytes_up, mail.bytes_down);
    let detail = desk.engine.egress_detail(mail.id).await.expect("reads");
    let shown = detail.text.expect("is kept");
    let user = shown.split("----").nth(1).expect("has two parts").trim();
    assert!(asked(&server).await.iter().any(|body| body.contains(&json!(user).to_string())), "the words are those that were sent");
    assert_eq!((view.left, view.left_to_models), (0, 0), "recordings and this computer: nothing left");
    assert_eq!(view.totals.iter().map(|total| total.calls).sum::<u64>(), view.count);
    let lead = mail.lead.expect("is about a lead");
    let of_lead = desk.engine.egress(&EgressFilter { lead: Some(lead), ..EgressFilter::default() }, 0, 200).await.expect("reads");
    assert!(of_lead.count < view.count && of_lead.lines.iter().all(|line| line.lead == Some(lead)));
}

#[tokio::test]
async fn a_call_is_neither_changed_nor_removed_but_its_words_go_after_a_month() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    for sql in
        ["UPDATE egress_call SET host = 'nowhere.example'", "DELETE FROM egress_call", "UPDATE egress_call SET outcome = 'held_back'"]
    {
        let tx = desk.engine.store.begin().await.expect("begins");
        assert!(tx.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    let filter = EgressFilter { models_only: true, ..EgressFilter::default() };
    let count = desk.engine.egress(&filter, 0, 1).await.expect("reads").count;
    let after = |days: i64| noon() + SignedDuration::from_hours(24 * days);
    assert_eq!(desk.engine.forget_old_texts(after(29)).await.expect("looks"), 0);
    assert!(desk.engine.forget_old_texts(after(31)).await.expect("forgets") > 0);
    let view = desk.engine.egress(&filter, 0, 1).await.expect("reads");
    assert_eq!(view.count, count);
    let detail = desk.engine.egress_detail(view.lines[0].id).await.expect("reads");
    assert!(detail.text.is_none() && detail.line.text_hash.is_some(), "what was said can still be proven");
}

#[tokio::test]
async fn under_off_no_model_is_asked_and_the_card_does_not_complain() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    desk.engine.set_egress_profile(EgressProfile::Off).await.expect("sets");
    desk.import_leads().await;
    desk.work().await;
    assert_eq!(asked(&server).await.len(), 0);
    let item = desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item;
    assert_eq!(item.card.dossier.engine, autoreach_agents::RULES_ENGINE);
    assert!(item.card.exceptions.iter().all(|exception| !exception.reason.contains("model")), "{:?}", item.card.exceptions);
    let test = desk.engine.test_engine(&local(&server)).await;
    assert!(matches!(test, Err(EngineError::ModelsNotAllowed(NoPassage::ModelsAreOff))), "not even a test");
    let view = desk.engine.engine_view().await.expect("reads");
    assert!(view.not_asked.is_some_and(|words| words.contains("small-model is not asked")));
}

/// A machine that takes every connection and counts it, as if it were elsewhere.
fn elsewhere() -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    let address = listener.local_addr().expect("is bound");
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            drop(stream);
        }
    });
    (format!("https://models.elsewhere.example:{}", address.port()), count)
}

#[tokio::test]
async fn in_local_mode_no_model_call_leaves_this_computer() {
    let (desk, server) = (Desk::empty().await, server().await);
    let (address, connections) = elsewhere();
    desk.engine.set_engine_key(EngineKind::OpenaiCompatible, &Secret::new("sk-a-key-of-nobody-0000")).await.expect("keeps");
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    let far = EngineChoice { base_url: Some(address), ..local(&server) };
    desk.engine.set_stage_engine(ModelRole::Writer, Some(far.clone())).await.expect("choosing sends nothing");
    desk.engine.set_stage_engine(ModelRole::Scorer, Some(far.clone())).await.expect("choosing sends nothing");
    desk.engine.set_egress_profile(EgressProfile::Block).await.expect("sets");
    desk.import_leads().await;
    desk.work().await;
    assert!(matches!(desk.engine.test_engine(&far).await, Err(EngineError::ModelsNotAllowed(NoPassage::OnlyThisComputer))));
    assert!(!asked(&server).await.is_empty(), "the reader on this computer is asked");
    assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), 0);
    let view = desk.engine.egress(&EgressFilter { models_only: true, ..EgressFilter::default() }, 0, 200).await.expect("reads");
    assert!(view.count > 0 && view.lines.iter().all(|line| line.reach == Reach::ThisComputer), "{:?}", view.lines);
    assert_eq!(view.left_to_models, 0);
    let item = desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item;
    assert_eq!(item.card.draft.expect("a draft").engine, autoreach_agents::RULES_ENGINE, "the far writer is not asked");
}

#[tokio::test]
async fn without_block_the_far_model_would_have_been_called() {
    let (desk, server) = (Desk::empty().await, server().await);
    let (address, _) = elsewhere();
    desk.engine.set_engine_key(EngineKind::OpenaiCompatible, &Secret::new("sk-a-key-of-nobody-0000")).await.expect("keeps");
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    let far = EngineChoice { base_url: Some(address), ..local(&server) };
    desk.engine.set_stage_engine(ModelRole::Writer, Some(far)).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let view =
        desk.engine.egress(&EgressFilter { left_only: true, models_only: true, ..EgressFilter::default() }, 0, 9).await.expect("reads");
    assert!(
        view.count > 0 && view.lines.iter().all(|line| line.outcome == EgressOutcome::Failed),
        "the test above can fail: {:?}",
        view.lines
    );
}

#[tokio::test]
async fn under_redact_a_model_elsewhere_is_not_told_who_the_lead_is_and_the_mail_still_says_it() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    desk.engine.set_egress_profile(EgressProfile::Redact).await.expect("sets");
    desk.engine.employ_as_if_elsewhere(&local(&server)).await;
    desk.import_leads().await;
    desk.work().await;
    let asked = asked(&server).await;
    assert!(!asked.is_empty());
    for body in &asked {
        for identifier in IDENTIFIERS {
            assert!(!body.contains(identifier), "{identifier} in {body}");
        }
    }
    let item = desk.engine.item(desk.item_of("Orbital").await).await.expect("reads").item;
    let draft = item.card.draft.as_ref().expect("a draft");
    assert!(draft.body().contains("I see how Orbital Freight plans."), "{}", draft.body());
    let product = item.card.dossier.findings.iter().find(|finding| finding.source.quote.contains("freight forwarding"));
    assert!(product.is_some_and(|finding| finding.source.quote.starts_with("Orbital Freight")), "quotes stand as the page writes them");
}
