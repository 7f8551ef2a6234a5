//! Gestures on three researched leads.

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
