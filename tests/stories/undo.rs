//! Undo unlearns: afterwards the agent believes exactly what it believed before, and the journal proves it.
//!
//! The fold is checked against one of our own, made out of nothing but the exported journal and the learner.

use autoreach_acceptance::raw::Raw;
use autoreach_acceptance::workspace::{NoNetwork, TestWorkspace};
use autoreach_domain::confidence::Confidence;
use autoreach_domain::decision::{Event, Stage};
use autoreach_domain::ids::{GestureId, ItemId};
use autoreach_domain::review::{Gesture, ItemState, Part};
use autoreach_engine::error::EngineError;
use autoreach_engine::review::decide::DecideRequest;
use autoreach_learning::trust::Fate;
use autoreach_learning::{Learner, Prior, Trust, Verdict};
use autoreach_store::tables::learner_checkpoint::{self, LearnerCheckpoint};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::support::{accept, journal, researched};

/// The events of the exported journal, in order.
async fn events(workspace: &TestWorkspace) -> Vec<Event> {
    let entries = journal(workspace).await;
    entries.into_iter().map(|mut entry| serde_json::from_value(entry["event"].take()).expect("an event")).collect()
}

/// The learner out of the first events, as `learning.md` defines it: gestures that do not hold never happened.
fn fold(events: &[Event]) -> Learner {
    let (mut undone, mut prior) = (BTreeSet::<GestureId>::new(), Prior::default());
    for event in events {
        match event {
            Event::Undone { gesture_id, .. } => drop(undone.insert(*gesture_id)),
            Event::Redone { gesture_id, .. } => drop(undone.remove(gesture_id)),
            Event::ProfileStated { prior: stated, .. } => prior = stated_prior(stated),
            Event::Unlearned { gestures, .. } => undone.extend(gestures),
            Event::Relearned { gestures, .. } => undone.retain(|gesture| !gestures.contains(gesture)),
            Event::Arrived { .. }
            | Event::Instructed { .. }
            | Event::Routed(_)
            | Event::Decided(_)
            | Event::Explained { .. }
            | Event::Oversight { .. }
            | Event::SecondOpinion(_)
            | Event::Style { .. }
            | Event::ProfileAnswered { .. }
            | Event::EraBegun { .. }
            | Event::ExceptionMuted { .. }
            | Event::Erased { .. }
            | Event::SeniorSet { .. } => {}
        }
    }
    let mut learner = Learner::new(prior);
    for event in events {
        match event {
            Event::Arrived { features, .. } => learner.arrive(features),
            Event::Decided(decision) if decision.stage == Stage::Qualification && !undone.contains(&decision.gesture_id) => {
                let (features, reviewer) = (&decision.features, decision.reviewer.as_str());
                learner.learn(&Verdict { features, accepted: decision.verdict.is_acceptance(), weight: 1.0, reviewer });
            }
            _ => {}
        }
    }
    learner
}

/// All that is remembered after these events, taken back or not.
fn trusted(events: &[Event]) -> Trust {
    let stated = events.iter().rev().find_map(|event| match event {
        Event::ProfileStated { prior, .. } => Some(stated_prior(prior)),
        _ => None,
    });
    let mut trust = Trust::new(&stated.unwrap_or_default());
    events.iter().for_each(|event| trust.fold(Timestamp::UNIX_EPOCH, event, |_| Fate::Holds));
    trust
}

fn stated_prior(stated: &[(String, f64)]) -> Prior {
    let mut prior = Prior::default();
    for (slot, mean) in stated {
        if *mean > 0.0 { prior.wanted(slot.clone()) } else { prior.unwanted(slot.clone()) }
    }
    prior
}

/// What the agent believes of each item in the queue.
async fn beliefs(workspace: &TestWorkspace) -> BTreeMap<ItemId, Confidence> {
    let mut beliefs = BTreeMap::new();
    for item in workspace.open_items().await {
        beliefs.insert(item, workspace.engine.item(item).await.expect("reads").item.card.qualified.confidence);
    }
    beliefs
}

async fn reject(workspace: &TestWorkspace, item: ItemId) {
    workspace.engine.decide(DecideRequest::plain(item, Gesture::Reject(Part::Lead))).await.expect("rejects");
}

async fn assert_clean(workspace: &TestWorkspace) {
    let report = workspace.engine.verify().await.expect("verifies");
    assert!(report.is_clean() && report.learners_replayed == 1, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_undo_the_agent_believes_what_it_believed_before() {
    let (_sites, workspace) = researched(12, 10).await;
    let items = workspace.open_items().await;
    accept(&workspace, items[0]).await;
    let before = beliefs(&workspace).await;
    let digest = fold(&events(&workspace).await).digest();

    reject(&workspace, items[1]).await;
    accept(&workspace, items[2]).await;
    let learned = beliefs(&workspace).await;
    assert!(learned.iter().any(|(item, belief)| before[item] != *belief), "two verdicts must have taught something");
    workspace.engine.undo(None).await.expect("undoes");
    workspace.engine.undo(Some(items[1])).await.expect("undoes");

    assert_eq!(beliefs(&workspace).await, before);
    assert_eq!(fold(&events(&workspace).await).digest(), digest, "the learner is byte for byte the one of before");
    assert_clean(&workspace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_gesture_can_be_undone_out_of_the_middle() {
    let (_sites, workspace) = researched(12, 10).await;
    let items = workspace.open_items().await;
    for item in &items[..9] {
        reject(&workspace, *item).await;
    }
    workspace.engine.undo(Some(items[1])).await.expect("undoes one from before the states kept in memory");
    let learner = fold(&events(&workspace).await);
    for (item, belief) in beliefs(&workspace).await {
        let features = workspace.engine.item(item).await.expect("reads").item.card.qualified.qualification.features;
        assert_eq!(learner.predict(&features).confidence, belief, "the queue shows what the fold says");
    }
    assert_clean(&workspace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redo_gives_a_gesture_again_with_its_mail_and_its_lesson() {
    let (_sites, workspace) = researched(6, 10).await;
    let item = workspace.open_items().await[0];
    let mail = accept(&workspace, item).await.mail.expect("there is a mail").0;
    let (learned, digest) = (beliefs(&workspace).await, fold(&events(&workspace).await).digest());
    workspace.engine.undo(None).await.expect("undoes");
    assert_eq!(workspace.engine.item(item).await.expect("reads").item.state, ItemState::Open);
    workspace.engine.redo().await.expect("redoes");
    assert_eq!(beliefs(&workspace).await, learned);
    assert_eq!(fold(&events(&workspace).await).digest(), digest);
    let outbox = workspace.engine.outbox().await.expect("lists");
    assert!(outbox.iter().any(|line| line.mail == mail && line.state.waits()), "{outbox:?}");
    let again = workspace.engine.redo().await;
    assert!(matches!(again, Err(EngineError::NothingToRedo)), "{again:?}");
    assert_clean(&workspace).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_folds_the_same_learner_whatever_checkpoint_lies_there() {
    let (_sites, workspace) = researched(10, 10).await;
    let items = workspace.open_items().await;
    for item in &items[..4] {
        reject(&workspace, *item).await;
    }
    let all = events(&workspace).await;
    let workflow_id = workspace.workflow.id;
    workspace.engine.undo(Some(items[1])).await.expect("undoes");
    let expected = beliefs(&workspace).await;

    // A checkpoint that knows the gesture undone since, then one whose digest is not its state's.
    let stale = trusted(&all);
    let place = all.len() as u64;
    let sound = LearnerCheckpoint { workflow_id, sequence: place, digest: stale.state_digest(), state: stale.to_snapshot() };
    let broken = LearnerCheckpoint { digest: [9; 32], ..sound.clone() };
    let mut workspace = workspace;
    for checkpoint in [sound, broken] {
        let folder = workspace.closed().await;
        let raw = Raw::open(folder.path()).await;
        let tx = raw.store.begin().await.expect("begins");
        learner_checkpoint::keep(&*tx, checkpoint).await.expect("keeps");
        tx.commit().await.expect("commits");
        raw.store.close().await;
        workspace = TestWorkspace::open(folder, Arc::new(NoNetwork::default())).await;
        // A gesture and its undo make the learner look at every open item again.
        reject(&workspace, items[5]).await;
        workspace.engine.undo(None).await.expect("undoes");
        assert_eq!(beliefs(&workspace).await, expected);
        assert_clean(&workspace).await;
    }
}
