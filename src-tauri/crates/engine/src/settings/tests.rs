//! Several models at work, what they may cost, what that will be, and what a scorer is good for.

use super::engine::{EngineChoice, EngineKind, Prepared};
use super::limits::SpendingLimits;
use crate::egress::tests::{asked, local, server};
use crate::egress::view::EgressFilter;
use crate::settings::at_work::ModelAtWork;
use crate::testing::Desk;
use autoreach_domain::confidence::FeatureValue;
use autoreach_domain::decision::Event;
use autoreach_domain::egress::{EgressOutcome, EgressPurpose, ModelRole};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::review::ReviewItem;
use autoreach_llm::{ChatError, Dialect, Endpoint, HttpModel, Manners, Price};
use autoreach_secrets::Secret;
use autoreach_store::journal;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wiremock::MockServer;

async fn item(desk: &Desk, company: &str) -> ReviewItem {
    desk.engine.item(desk.item_of(company).await).await.expect("reads").item
}

fn named(server: &MockServer, model: &str) -> EngineChoice {
    EngineChoice { model: Some(model.to_owned()), ..local(server) }
}

/// Lets the model of a choice cost something, as one elsewhere would, within the limits of the desk.
async fn employ_paid(desk: &Desk, choice: &EngineChoice, server: &MockServer) {
    let budget = desk.engine.day_budget().await;
    let price = Price { input_per_million_micros: 1_000_000, output_per_million_micros: 1_000_000 };
    let name = choice.model.clone().expect("is named");
    let endpoint = Endpoint::new(Dialect::OpenAi, &server.uri(), name.clone(), None).expect("is on this computer");
    let model = HttpModel::new(endpoint, Manners { budget, price, ..Manners::default() }).expect("a client");
    desk.engine.employ(ModelAtWork::new(choice.clone(), Prepared { model, price: Some(price), name })).await;
}

#[tokio::test]
async fn each_part_is_done_by_its_own_model_and_says_so() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(named(&server, "reads-well")).await.expect("chooses");
    let view = desk.engine.set_stage_engine(ModelRole::Writer, Some(named(&server, "writes-well"))).await.expect("chooses");
    assert_eq!(view.stages.writer.and_then(|choice| choice.model).as_deref(), Some("writes-well"));
    desk.import_leads().await;
    desk.work().await;
    let item = item(&desk, "Orbital").await;
    assert_eq!(
        (item.card.dossier.engine.as_str(), item.card.draft.expect("a draft").engine.as_str()),
        ("reads-well reader p2", "writes-well writer p3")
    );
    assert!(asked(&server).await.iter().all(|body| body.contains("reads-well") != body.contains("writes-well")));
}

#[tokio::test]
async fn a_part_can_be_left_to_the_built_in_engine_while_another_has_a_model() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_stage_engine(ModelRole::Writer, Some(local(&server))).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let item = item(&desk, "Orbital").await;
    assert_eq!(item.card.dossier.engine, autoreach_agents::RULES_ENGINE);
    assert_eq!(item.card.draft.expect("a draft").engine, "small-model writer p3");
}

#[tokio::test]
async fn models_of_one_provider_are_asked_no_more_at_once_than_was_chosen() {
    let (desk, server) = (Desk::empty().await, server().await);
    let two_at_once = |model: &str| EngineChoice { at_once: 2.try_into().ok(), ..named(&server, model) };
    desk.engine.set_engine(two_at_once("reads-well")).await.expect("chooses");
    desk.engine.set_stage_engine(ModelRole::Writer, Some(two_at_once("writes-well"))).await.expect("chooses");
    let reader = desk.engine.model_at_work(ModelRole::Reader).await.expect("is ready").expect("a model");
    let writer = desk.engine.model_at_work(ModelRole::Writer).await.expect("is ready").expect("a model");
    let cancel = CancellationToken::new();
    let first = reader.place(&cancel).await.expect("a place");
    let _second = writer.place(&cancel).await.expect("the other place");
    let third = || tokio::time::timeout(Duration::from_millis(20), writer.place(&cancel));
    assert!(third().await.is_err(), "a third question waits");
    drop(first);
    assert!(third().await.expect("does not wait").is_ok());
    let _third = reader.place(&cancel).await.expect("the place that was left");
    cancel.cancel();
    assert!(matches!(writer.place(&cancel).await, Err(ChatError::Cancelled)), "a person who ends the run does not wait for a place");
}

#[test]
fn a_model_on_this_computer_is_asked_less_at_once_unless_a_person_knows_better() {
    let ollama = EngineChoice { kind: EngineKind::Ollama, ..EngineChoice::default() };
    let cloud = EngineChoice { kind: EngineKind::Anthropic, ..EngineChoice::default() };
    assert_eq!((ollama.questions_at_once(), cloud.questions_at_once()), (2, 8));
    assert_eq!(EngineChoice { at_once: 4.try_into().ok(), ..ollama }.questions_at_once(), 4);
}

#[tokio::test]
async fn a_part_whose_key_is_forgotten_follows_the_engine_in_use_again() {
    let desk = Desk::empty().await;
    desk.engine.set_engine_key(EngineKind::Anthropic, &Secret::new("sk-ant-api03-abcdWXYZ")).await.expect("keeps");
    let cloud = EngineChoice { kind: EngineKind::Anthropic, base_url: None, model: None, at_once: None };
    desk.engine.set_stage_engine(ModelRole::Scorer, Some(cloud)).await.expect("chooses");
    let view = desk.engine.remove_engine_key(EngineKind::Anthropic).await.expect("forgets");
    assert_eq!(view.stages.scorer, None);
}

#[tokio::test]
async fn a_scorers_number_is_a_property_the_learner_sees_and_decides_nothing() {
    let (desk, plain, server) = (Desk::empty().await, Desk::with_a_queue().await, server().await);
    desk.engine.set_stage_engine(ModelRole::Scorer, Some(local(&server))).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let (scored, unscored) = (item(&desk, "Orbital").await, item(&plain, "Orbital").await);
    let of = |item: &ReviewItem| item.card.qualified.qualification.features.0.get("llm_score").cloned();
    assert_eq!((of(&scored), of(&unscored)), (Some(FeatureValue::Number(81.0)), None));
    assert_eq!(
        scored.card.qualified.qualification.fit, unscored.card.qualified.qualification.fit,
        "the fit stays the profile's own arithmetic"
    );
    assert_eq!(scored.state, unscored.state);
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let arrived = journal::events_of_kinds(desk.engine.store.read(), workflow_id, &["arrived"]).await.expect("reads");
    let is_scored = |event: &Event| matches!(event, Event::Arrived { features, .. } if features.0.contains_key("llm_score"));
    assert!(!arrived.is_empty() && arrived.iter().all(|entry| is_scored(&entry.event)));
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn a_scorer_that_fails_leaves_its_number_out_and_the_item_without_a_complaint() {
    let desk = Desk::empty().await;
    let nobody =
        EngineChoice { kind: EngineKind::Ollama, base_url: Some("http://127.0.0.1:1".into()), model: Some("gone".into()), at_once: None };
    desk.engine.set_stage_engine(ModelRole::Scorer, Some(nobody)).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let item = item(&desk, "Orbital").await;
    assert!(!item.card.qualified.qualification.features.0.contains_key("llm_score"));
    assert!(item.card.exceptions.iter().all(|exception| exception.kind != ExceptionKind::ModelTrouble));
}

#[tokio::test]
async fn the_limit_of_a_run_stops_the_models_and_not_the_work() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    // Two answers of 750 tokens each; then the dearest that reading a page could be does not fit any more.
    let limits = SpendingLimits { run_micros: Some(4_500), ..SpendingLimits::default() };
    desk.engine.set_spending_limits(limits).await.expect("sets");
    employ_paid(&desk, &local(&server), &server).await;
    desk.import_leads().await;
    desk.work().await;
    let calls = asked(&server).await.len();
    assert!((1..6).contains(&calls), "{calls} of six questions were asked");
    let view = desk.engine.egress(&EgressFilter { models_only: true, ..EgressFilter::default() }, 0, 99).await.expect("reads");
    let spent: u64 = view.lines.iter().filter_map(|line| line.cost_micros).sum();
    assert!(spent <= 4_500, "{spent}");
    let held_back = view.lines.iter().find(|line| line.outcome == EgressOutcome::HeldBack).expect("says what was not sent");
    assert_eq!((held_back.bytes_up, held_back.detail.as_str()), (0, "The budget is used up: the cost limit of this run is reached."));
    for company in ["Orbital", "Vantage", "Quanta"] {
        assert!(item(&desk, company).await.card.draft.is_some(), "{company} has its mail all the same");
    }
}

#[tokio::test]
async fn a_limit_of_nothing_stops_every_paid_call_and_none_of_a_model_that_costs_nothing() {
    for (is_paid, calls) in [(true, false), (false, true)] {
        let (desk, server) = (Desk::empty().await, server().await);
        desk.engine.set_engine(local(&server)).await.expect("chooses");
        let limits = SpendingLimits { day_micros: Some(0), ..SpendingLimits::default() };
        desk.engine.set_spending_limits(limits).await.expect("sets");
        if is_paid {
            employ_paid(&desk, &local(&server), &server).await;
        }
        desk.import_leads().await;
        desk.work().await;
        assert_eq!(!asked(&server).await.is_empty(), calls, "paid: {is_paid}");
    }
}

#[tokio::test]
async fn a_run_is_estimated_before_it_begins_and_by_what_calls_took_afterwards() {
    let (desk, server) = (Desk::empty().await, server().await);
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    assert_eq!(desk.engine.estimate_run(workflow_id).await.expect("estimates").words, "No lead waits for a run.");
    desk.import_leads().await;
    let built_in = desk.engine.estimate_run(workflow_id).await.expect("estimates");
    assert_eq!((built_in.leads, built_in.cost_micros), (3, Some(0)));
    assert!(built_in.words.contains("the built-in engine does all of it"), "{}", built_in.words);

    desk.engine.set_engine(local(&server)).await.expect("chooses");
    let usual = desk.engine.estimate_run(workflow_id).await.expect("estimates");
    assert!(
        usual.words.contains("15 calls") && usual.words.contains("usual figures") && usual.words.contains("on this computer"),
        "{}",
        usual.words
    );
    assert!(asked(&server).await.is_empty(), "estimating sends nothing");

    desk.work().await;
    let measured = desk.engine.estimate_for(100).await.expect("estimates");
    let writer = measured.stages.iter().find(|stage| stage.role == ModelRole::Writer).expect("is there");
    assert_eq!((writer.calls, writer.input_tokens, writer.output_tokens, writer.is_measured), (100, 70_000, 5_000, true));
}

#[tokio::test]
async fn a_price_that_is_not_known_is_said_to_be_not_known_and_a_limit_that_will_be_met_is_named() {
    let desk = Desk::empty().await;
    desk.engine.set_engine_key(EngineKind::OpenaiCompatible, &Secret::new("sk-a-key-of-nobody-0000")).await.expect("keeps");
    let cloud =
        |model: &str| EngineChoice { kind: EngineKind::OpenaiCompatible, base_url: None, model: Some(model.to_owned()), at_once: None };
    desk.engine.set_engine(cloud("harbour-large")).await.expect("chooses");
    let unknown = desk.engine.estimate_for(10).await.expect("estimates");
    assert_eq!(unknown.cost_micros, None);
    assert!(unknown.words.contains("an amount that is not known: the price of harbour-large is not listed here"), "{}", unknown.words);
    desk.engine.set_engine(cloud("gpt-4o-mini")).await.expect("chooses");
    let listed = desk.engine.estimate_for(100).await.expect("estimates");
    assert_eq!(listed.cost_micros, Some(100 * (14_000 * 150_000 + 1_800 * 600_000) / 1_000_000), "pages and a mail at the list price");
    let limits = SpendingLimits { run_micros: Some(100_000), ..SpendingLimits::default() };
    desk.engine.set_spending_limits(limits).await.expect("sets");
    let stopped = desk.engine.estimate_for(100).await.expect("estimates");
    assert!(stopped.words.contains("The limit of $0.10 for a run will stop the models before the end."), "{}", stopped.words);
}

#[tokio::test]
async fn what_was_spent_counts_against_the_day_after_the_limits_were_set_anew() {
    let (desk, server) = (Desk::empty().await, server().await);
    desk.engine.set_engine(local(&server)).await.expect("chooses");
    desk.import_leads().await;
    desk.work().await;
    let before = asked(&server).await.len();
    let spent = desk.engine.egress(&EgressFilter { models_only: true, ..EgressFilter::default() }, 0, 99).await.expect("reads");
    let tokens: u64 = spent.lines.iter().filter_map(|line| line.tokens).map(|(asked, answered)| asked + answered).sum();
    desk.engine.set_spending_limits(SpendingLimits { day_tokens: Some(tokens), ..SpendingLimits::default() }).await.expect("sets");
    desk.import("Company,Website,First Name,Last Name,Title,Email,Country\nOrbital Twin,https://orbital.example,Ann,Lee,COO,ann.lee@orbital.example,Denmark\n").await;
    desk.work().await;
    assert_eq!(asked(&server).await.len(), before, "the day is used up");
    assert_eq!(spent.lines.iter().filter(|line| line.purpose == EgressPurpose::WriteMail).count(), 3);
}
