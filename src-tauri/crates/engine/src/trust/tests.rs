//! Trust as people use it, on a small workspace. How levels are earned over weeks is told by the stories of `simulation`.

use crate::error::EngineError;
use crate::testing::Desk;
use crate::trust::TrustNews;
use crate::trust::view::ReplayRequest;
use autoreach_domain::decision::Stage;
use autoreach_domain::oversight::level::Level;
use autoreach_domain::oversight::policy::Policy;
use autoreach_domain::oversight::routing::Outcome;
use autoreach_domain::review::{Gesture, Part};

async fn workflow(desk: &Desk) -> autoreach_domain::ids::WorkflowId {
    desk.engine.workflow(None).await.expect("there is one").id
}

#[tokio::test]
async fn a_new_workflow_verifies_everything_and_says_what_the_next_level_needs() {
    let desk = Desk::with_a_queue().await;
    let view = desk.engine.trust(workflow(&desk).await).await.expect("reads");
    for stage in &view.stages {
        assert_eq!((stage.level, stage.is_proposed, stage.line), (Level::VerifyEverything, false, None));
        assert_eq!(stage.line_words, "At level 1 you review everything.");
        assert!(stage.requirements.iter().any(|needed| needed.words == "0 reviews, 100 needed."), "{:?}", stage.requirements);
        assert_eq!(stage.next_look, 100);
    }
    let refused = desk.engine.promote(view.workflow, Stage::Qualification).await;
    assert!(matches!(refused, Err(EngineError::NoStepUp)), "{refused:?}");
    assert!(matches!(desk.engine.pull_back(view.workflow, Stage::Email).await, Err(EngineError::LowestLevel)));
}

#[tokio::test]
async fn every_item_has_a_receipt_that_follows_from_what_it_records() {
    let desk = Desk::with_a_queue().await;
    let item = desk.item_of("Orbital").await;
    desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
    let receipt = desk.engine.receipt(item).await.expect("reads").expect("is kept");
    assert_eq!(receipt.stages.iter().map(|route| route.stage).collect::<Vec<_>>(), Stage::ALL);
    assert_eq!(receipt.stages[0].outcome, Outcome::Review);
    assert_eq!(receipt.stages[1].outcome, Outcome::NotAsked, "a stage is asked only when the one before it was decided alone");
    let report = desk.engine.verify().await.expect("verifies");
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.receipts_replayed, 3);
}

#[tokio::test]
async fn what_was_decided_by_somebody_can_be_unlearned_whole_and_stands_all_the_same() {
    let desk = Desk::with_a_queue().await;
    let untouched = desk.learner_digest().await;
    desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
    desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
    let id = workflow(&desk).await;
    assert!(matches!(desk.engine.unlearn(id, None, None).await, Err(EngineError::NothingNamed)));
    assert!(matches!(desk.engine.unlearn(id, None, Some("Bo")).await, Err(EngineError::NothingToUnlearn)));
    assert_eq!(desk.engine.unlearn(id, None, Some("Ana")).await.expect("unlearns"), 2);
    assert_eq!(desk.learner_digest().await, untouched, "byte for byte as if they had never been given");
    assert_eq!(desk.engine.queue_counts().await.expect("counts").decided, 2, "what was decided stands");
    assert!(desk.engine.outbox().await.expect("reads")[0].state.waits(), "and so does the mail");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn an_override_asks_for_the_word_and_stands_in_the_open() {
    let desk = Desk::with_a_queue().await;
    let id = workflow(&desk).await;
    let stage = Stage::Qualification;
    let refused = desk.engine.set_override(id, stage, 50, Some(60), None).await;
    assert!(matches!(refused, Err(EngineError::Override(_))), "{refused:?}");
    desk.engine.set_override(id, stage, 50, Some(60), Some("release".into())).await.expect("is confirmed");
    let view = desk.engine.trust(id).await.expect("reads");
    let leads = &view.stages[stage as usize];
    assert_eq!((leads.level, leads.override_threshold), (Level::VerifyEverything, Some(0.5)), "it is no level");
    assert!(leads.line_words.contains("nothing certifies it"), "{}", leads.line_words);
    let told = &view.events[0];
    assert!(told.words.contains("Nothing certifies this") && told.by.as_deref() == Some("Ana"), "{told:?}");
    desk.engine.end_override(id, stage).await.expect("ends");
    assert_eq!(desk.engine.trust(id).await.expect("reads").stages[stage as usize].override_threshold, None);
}

#[tokio::test]
async fn settings_are_kept_within_the_limits_of_the_method() {
    let desk = Desk::empty().await;
    let id = workflow(&desk).await;
    let asked = Policy { review_minimum: 5, audit_sample: 500, rejects_alone: false, ..Policy::default() };
    let set = desk.engine.set_policy(id, Stage::Qualification, asked).await.expect("sets");
    assert_eq!((set.review_minimum, set.audit_sample, set.rejects_alone), (50, 20, false));
    assert_eq!(desk.engine.trust(id).await.expect("reads").stages[1].policy, set);
}

#[tokio::test]
async fn a_replay_names_what_another_threshold_would_have_got_wrong() {
    let desk = Desk::with_a_queue().await;
    let id = workflow(&desk).await;
    let ask = |threshold| ReplayRequest { stage: Stage::Qualification, threshold, last: 200, level: None };
    let nothing = desk.engine.replay(id, &ask(0.9)).await.expect("replays");
    assert_eq!((nothing.considered, nothing.words.as_str()), (0, "Nothing was decided yet, so there is nothing to replay."));
    desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
    desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
    let all = desk.engine.replay(id, &ask(0.5)).await.expect("replays");
    assert_eq!((all.considered, all.released.count), (2, 2));
    assert_eq!(all.wrong_items.iter().map(|line| line.company.as_str()).collect::<Vec<_>>(), ["Vantage Lines"]);
    assert_eq!(desk.engine.replay(id, &ask(0.999)).await.expect("replays").released.count, 0);
}

#[tokio::test]
async fn where_nothing_happened_there_is_nothing_to_tell() {
    let desk = Desk::with_a_queue().await;
    let (_, news) = desk.engine.trust_news(workflow(&desk).await, 0).await.expect("reads");
    assert_eq!(news, Vec::<TrustNews>::new());
    let audit = desk.engine.audit(workflow(&desk).await).await.expect("reads");
    assert!(audit.checks.is_empty() && audit.audits.is_empty());
}

#[tokio::test]
async fn insights_tell_no_number_before_there_is_one() {
    let desk = Desk::with_a_queue().await;
    let id = workflow(&desk).await;
    let view = desk.engine.insights(id).await.expect("reads");
    assert_eq!((view.decisions, view.calibration_error, view.anchoring, view.held_out), (0, None, None, None));
    desk.decide("Orbital", Gesture::Accept(Part::All)).await.expect("accepts");
    let view = desk.engine.insights(id).await.expect("reads");
    assert_eq!((view.decisions, view.weeks.len(), view.weeks[0].accepted.count), (1, 1, 1));
    assert_eq!(view.weeks[0].seconds_per_lead, None, "fewer than five were timed");
}
