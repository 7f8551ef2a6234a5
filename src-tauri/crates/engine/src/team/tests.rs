//! People taking turns, second opinions, and what several people settled.

use crate::error::EngineError;
use crate::review::queue::{QueueLine, QueueSplit};
use crate::testing::{Desk, noon};
use autoreach_domain::confidence::Features;
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::oversight::route::WhyReview;
use autoreach_domain::review::{CannotDecide, ItemState};
use autoreach_domain::review::{Gesture, Part};
use autoreach_domain::reviewer::{Reviewer, UnusableName};
use autoreach_domain::sending::OutboxState;
use autoreach_store::journal;
use jiff::SignedDuration;

async fn who_decided(desk: &Desk) -> Vec<String> {
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let entries = journal::events_of_kinds(desk.engine.store.read(), workflow_id, &["decided"]).await.expect("reads");
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        if let Event::Decided(decision) = entry.event {
            names.push(decision.reviewer.to_string());
        }
    }
    names.dedup();
    names
}

#[tokio::test]
async fn every_decision_carries_the_one_whose_turn_it_was() {
    let desk = Desk::with_a_queue().await;
    desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
    desk.engine.add_reviewer("Ben").await.expect("adds");
    let team = desk.engine.use_reviewer("ben").await.expect("is known, however it is spelled");
    assert_eq!((team.names, team.active.as_str()), (vec!["Ana".to_owned(), "Ben".to_owned()], "Ben"));
    desk.decide("Vantage", Gesture::Reject(Part::Lead)).await.expect("rejects");
    assert_eq!(who_decided(&desk).await, ["Ana", "Ben"]);
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn the_choice_survives_a_restart_and_a_turn_for_once_does_not() {
    let desk = Desk::with_a_queue().await;
    desk.engine.add_reviewer("Ben").await.expect("adds");
    desk.engine.use_reviewer("Ben").await.expect("uses");
    desk.engine.decide_as(Reviewer::from("ANA".to_owned())).await.expect("turns");
    assert_eq!(desk.engine.reviewer().as_str(), "Ana", "a known person keeps the spelling");
    let desk = desk.reopen(noon()).await;
    assert_eq!(desk.engine.reviewer().as_str(), "Ben");
}

#[tokio::test]
async fn bad_names_are_refused_and_change_nothing() {
    let desk = Desk::with_a_queue().await;
    desk.engine.add_reviewer("Ben").await.expect("adds");
    let add = async |name: &str| desk.engine.add_reviewer(name).await;
    assert!(matches!(add(" ").await, Err(EngineError::Reviewer(UnusableName::Empty))));
    assert!(matches!(add(&"x".repeat(61)).await, Err(EngineError::Reviewer(UnusableName::TooLong(61)))));
    assert!(matches!(add("BEN").await, Err(EngineError::ReviewerExists(_))));
    assert!(matches!(add("ana").await, Err(EngineError::ReviewerExists(_))), "whoever decides is known already");
    assert!(matches!(desk.engine.use_reviewer("Carla").await, Err(EngineError::NoSuchReviewer(_))));
    assert_eq!(desk.engine.reviewers().await.expect("reads").names, ["Ana", "Ben"]);
}

#[tokio::test]
async fn an_older_workspace_knows_its_people_from_the_journal() {
    let desk = Desk::with_a_queue().await;
    desk.decide("Orbital", Gesture::Reject(Part::Lead)).await.expect("rejects");
    assert_eq!(journal::reviewers(desk.engine.store.read()).await.expect("reads"), ["Ana"]);
}

async fn asked(desk: &Desk) -> Vec<QueueLine> {
    desk.engine.queue_page(QueueSplit::Opinions, "", 0, 10).await.expect("reads").lines
}

/// A lead that Ana has accepted, and Ben, whose turn it is.
async fn accepted_by_ana() -> (Desk, String) {
    let (desk, company) = Desk::with_a_shared_item().await;
    desk.decide(&company, Gesture::Accept(Part::All)).await.expect("accepts");
    desk.turn_of("Ben").await;
    (desk, company)
}

#[tokio::test]
async fn a_second_person_is_asked_blind_and_changes_nothing_that_happened() {
    let (desk, company) = accepted_by_ana().await;
    let [line] = asked(&desk).await.try_into().expect("one lead is shared");
    assert!(line.company.starts_with(&company) && line.confidence.is_none() && line.fit.is_none());
    let shown = desk.engine.item(line.item).await.expect("reads");
    assert!(shown.confidence_is_hidden && shown.item.verdicts.qualification.is_none());
    assert_eq!((shown.item.state, shown.item.why), (ItemState::Open, WhyReview::SecondOpinion));
    assert!(desk.engine.history(10).await.expect("reads").is_empty(), "what Ana said must not be read before");

    let outcome = desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    assert_eq!((outcome.mail, outcome.learned, outcome.redraft), (None, None, None));
    let outbox = desk.engine.outbox().await.expect("reads");
    assert_eq!((outbox.len(), outbox[0].state), (1, OutboxState::Held), "the mail is where it was");
    assert_eq!(desk.engine.item(line.item).await.expect("reads").item.state, ItemState::Decided);
    assert!(asked(&desk).await.is_empty(), "nobody is asked twice");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn who_decided_is_not_asked_and_neither_is_anybody_alone() {
    let (desk, company) = Desk::with_a_shared_item().await;
    desk.decide(&company, Gesture::Accept(Part::All)).await.expect("accepts");
    assert!(asked(&desk).await.is_empty());
    desk.engine.add_reviewer("Ben").await.expect("adds");
    assert!(asked(&desk).await.is_empty());
    desk.turn_of("Ben").await;
    let splits = desk.engine.overview().await.expect("reads").splits;
    assert!(splits.iter().any(|count| count.split == QueueSplit::Opinions && count.open == 1), "{splits:?}");
    let desk = desk.reopen(noon() + SignedDuration::from_hours(24 * 31)).await;
    assert!(asked(&desk).await.is_empty(), "after a month the market may be another");
}

#[tokio::test]
async fn a_second_opinion_is_about_the_lead_alone() {
    let (desk, company) = accepted_by_ana().await;
    for gesture in [Gesture::AskForRedraft, Gesture::Reject(Part::Email), Gesture::Accept(Part::Research)] {
        let refused = desk.decide(&company, gesture).await;
        assert!(matches!(refused, Err(EngineError::CannotDecide(CannotDecide::OnlyTheLead))), "{refused:?}");
    }
    assert_eq!(asked(&desk).await.len(), 1);
}

#[tokio::test]
async fn what_two_people_said_is_learned_as_one_label_and_undo_unlearns_it() {
    let (desk, company) = accepted_by_ana().await;
    let of_ana = desk.learner_digest().await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    let of_both = desk.learner_digest().await;
    assert_ne!(of_both, of_ana);
    assert_eq!(labels(&desk).await, 1, "two verdicts are one label");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
    let item = desk.engine.undo(None).await.expect("undoes").item;
    assert_eq!(desk.learner_digest().await, of_ana, "byte for byte as if Ben had never been asked");
    assert_eq!(desk.engine.item(item).await.expect("reads").item.why, WhyReview::SecondOpinion, "he is asked again");
    desk.engine.redo().await.expect("redoes");
    assert_eq!(desk.learner_digest().await, of_both);
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn a_third_person_settles_what_two_leave_open() {
    let (desk, company) = accepted_by_ana().await;
    let accepted = features_of(&desk, &company).await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    let open = belief(&desk, &accepted).await;
    desk.turn_of("Carla").await;
    desk.decide(&company, Gesture::Accept(Part::Lead)).await.expect("settles it");
    assert!(belief(&desk, &accepted).await > open, "two of three accept it");
    desk.turn_of("Dora").await;
    assert!(asked(&desk).await.is_empty());
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn a_senior_settles_what_two_leave_open_and_without_one_nothing_changes() {
    let (desk, company) = accepted_by_ana().await;
    let features = features_of(&desk, &company).await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    let (open, of_both) = (belief(&desk, &features).await, desk.learner_digest().await);
    let id = desk.engine.workflow(None).await.expect("there is one").id;
    assert!(matches!(desk.engine.set_senior(id, "Carla", true).await, Err(EngineError::NoSuchReviewer(_))));
    desk.engine.set_senior(id, "ana", true).await.expect("names a senior");
    assert!(belief(&desk, &features).await > open, "Ana had accepted it");
    assert_eq!(labels(&desk).await, 1, "still one label");
    let team = desk.engine.team(id).await.expect("reads");
    assert_eq!(team.people.iter().map(|one| one.is_senior).collect::<Vec<_>>(), [true, false]);
    assert_eq!((team.settled, team.settled_by_seniors), (1, 1));
    assert_eq!(desk.engine.reviewers().await.expect("reads").seniors, ["Ana"]);
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
    let settled = desk.learner_digest().await;
    let desk = desk.reopen(noon() + SignedDuration::from_hours(1)).await;
    assert_eq!(desk.learner_digest().await, settled);
    desk.engine.set_senior(id, "Ana", false).await.expect("takes it back");
    assert_eq!(desk.learner_digest().await, of_both, "byte for byte as if nobody had been senior");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn naming_a_senior_twice_writes_nothing_the_second_time() {
    let (desk, _) = accepted_by_ana().await;
    let id = desk.engine.workflow(None).await.expect("there is one").id;
    for _ in 0..2 {
        desk.engine.set_senior(id, "Ben", true).await.expect("names a senior");
    }
    let entries = journal::events_of_kinds(desk.engine.store.read(), id, &["senior_set"]).await.expect("reads");
    assert_eq!(entries.len(), 1);
}

#[tokio::test]
async fn an_opinion_reaches_behind_newer_verdicts_and_a_restart() {
    let (desk, company) = Desk::with_a_shared_item().await;
    desk.decide(&company, Gesture::Accept(Part::All)).await.expect("accepts");
    for other in ["Orbital", "Vantage", "Quanta"] {
        if other != company {
            desk.decide(other, Gesture::Reject(Part::Lead)).await.expect("rejects");
        }
    }
    let desk = desk.reopen(noon() + SignedDuration::from_hours(1)).await;
    desk.turn_of("Ben").await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    assert_eq!(labels(&desk).await, 3);
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
    let settled = desk.learner_digest().await;
    let desk = desk.reopen(noon() + SignedDuration::from_hours(2)).await;
    assert_eq!(desk.learner_digest().await, settled);
}

#[tokio::test]
async fn whoever_is_asked_to_settle_a_lead_does_not_read_what_the_others_said() {
    let (desk, company) = accepted_by_ana().await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    desk.turn_of("Carla").await;
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    assert!(desk.engine.team(workflow_id).await.expect("reads").disagreements.is_empty());
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("settles it");
    let [told] = desk.engine.team(workflow_id).await.expect("reads").disagreements.try_into().expect("one");
    assert_eq!(told.rejected_by, ["Ben", "Carla"]);
}

#[tokio::test]
async fn whatever_people_do_in_turn_the_memory_is_the_fold_from_nothing() {
    let (desk, company) = Desk::with_a_shared_item().await;
    // Numbers of a linear congruential generator: who acts, and what they do.
    let mut number = 7_u64;
    let mut draw = |of: u64| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) % of
    };
    let mut opinions = 0;
    for _ in 0..40 {
        desk.turn_of(["Ana", "Ben", "Carla"][draw(3) as usize]).await;
        let gesture = if draw(2) == 0 { Gesture::Accept(Part::Lead) } else { Gesture::Reject(Part::Lead) };
        // Not everything fits every moment; what does not is refused and changes nothing.
        match draw(5) {
            0 => drop(desk.engine.undo(None).await),
            1 => drop(desk.engine.redo().await),
            2 => drop(desk.decide("Quanta", gesture).await),
            _ => opinions += usize::from(desk.decide(&company, gesture).await.is_ok_and(|done| done.summary.contains("second opinion"))),
        }
    }
    assert!(opinions >= 2, "only {opinions} opinions were given");
    assert!(desk.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test]
async fn unlearning_a_person_takes_their_opinions_too() {
    let (desk, company) = accepted_by_ana().await;
    let of_ana = desk.learner_digest().await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    assert_eq!(desk.engine.unlearn(workflow_id, None, Some("Ben")).await.expect("unlearns"), 1);
    assert_eq!(desk.learner_digest().await, of_ana);
}

#[tokio::test]
async fn the_team_is_shown_with_what_is_missing_and_its_disagreements_by_name() {
    let (desk, company) = accepted_by_ana().await;
    desk.decide(&company, Gesture::Reject(Part::Lead)).await.expect("gives an opinion");
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let team = desk.engine.team(workflow_id).await.expect("reads");
    let names: Vec<(&str, u64, u64)> = team.people.iter().map(|one| (one.name.as_str(), one.verdicts, one.accepted)).collect();
    assert_eq!(names, [("Ana", 1, 1), ("Ben", 1, 0)]);
    assert_eq!(team.active, "Ben");
    let pair = &team.pairs[0];
    assert_eq!((pair.agreement.items, pair.agreement.agreed, pair.agreement.kappa, pair.agreement.items_missing), (1, 0, None, 29));
    let [disagreement] = team.disagreements.try_into().expect("they disagree on one");
    assert!(disagreement.company.starts_with(&company));
    assert_eq!((disagreement.accepted_by, disagreement.rejected_by), (vec!["Ana".to_owned()], vec!["Ben".to_owned()]));
    assert!(!team.is_split && team.settled == 1, "one lead says nothing about a team");
    assert_eq!(team.people[1].with_agent.items, 1, "the agent had its own view of it");
}

async fn labels(desk: &Desk) -> u64 {
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let mut memory = desk.engine.memory.lock().await;
    let trust = &memory.of(&desk.engine.store, workflow_id).await.expect("folds").trust;
    trust.on(Stage::Qualification).memory.learner().labels()
}

async fn features_of(desk: &Desk, company: &str) -> Features {
    desk.engine.item(desk.item_of(company).await).await.expect("reads").item.card.qualified.qualification.features
}

async fn belief(desk: &Desk, features: &Features) -> f64 {
    let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
    let mut memory = desk.engine.memory.lock().await;
    memory.of(&desk.engine.store, workflow_id).await.expect("folds").trust.predict(Stage::Qualification, features).confidence.p
}
