//! The tables on a real encrypted file: what they promise to the engine, row by row.

use std::collections::BTreeMap;

use autoreach_domain::decision::Event;
use autoreach_domain::icp::Icp;
use autoreach_domain::ids::{AccountId, ItemId, LeadId, RunId, SuppressionId, WorkflowId};
use autoreach_domain::lead::{EmailAddress, Lead, Person};
use autoreach_domain::oversight::marks::MarkKey;
use autoreach_domain::sending::OutboxState;
use autoreach_domain::suppression::{Addressee, Suppression, SuppressionScope};
use autoreach_domain::workflow::{
    Formality, HighValueLine, Localized, Messaging, QualityBar, Sender, SendingRules, Workflow, WorkflowDefinition,
};
use autoreach_store::tables::job::{self, NewJob};
use autoreach_store::tables::outbox::{self, AttemptEnd, OutboxMail};
use autoreach_store::tables::run::{self, Purpose, Run, RunState};
use autoreach_store::tables::{account, lead, suppression, workflow};
use autoreach_store::{Store, journal};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;

use crate::support::{created, folder, now};

const STEPS: [&str; 2] = ["draft", "research"];

fn later(seconds: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_secs(seconds)
}

fn localized(en: &str) -> Localized {
    Localized { en: en.into(), de: String::new() }
}

fn a_workflow() -> Workflow {
    let definition = WorkflowDefinition {
        name: "Nordic freight".into(),
        icp: Icp::default(),
        messaging: Messaging {
            formality: Formality::Neutral,
            offer: localized("We re-plan shipments."),
            question: localized("Worth a look?"),
            always: Vec::new(),
            never: Vec::new(),
            preferred_openers: Vec::new(),
        },
        sender: Sender {
            name: "Alex Berg".into(),
            email: EmailAddress::parse("alex@portwise.example").unwrap(),
            company: "Portwise".into(),
            postal_address: "Havnegade 1, Aarhus".into(),
            opt_out: localized("Reply 'no'."),
        },
        quality_bar: QualityBar::default(),
        high_value: HighValueLine::default(),
        sending: SendingRules::default(),
    };
    Workflow { id: WorkflowId::new(now(), [1; 10]), version: 1, definition }
}

fn a_lead(number: u8) -> Lead {
    Lead {
        id: LeadId::new(now(), [number; 10]),
        workflow_id: a_workflow().id,
        account_id: AccountId::new(now(), [1; 10]),
        import_id: None,
        company: "Orbital Freight".into(),
        website: Some("https://orbital.example/".into()),
        person: Person { email: EmailAddress::parse("wei@orbital.example").ok(), ..Person::default() },
        country: None,
        city: None,
        industry: None,
        head_count: Some(146),
        other_columns: BTreeMap::from([("Notes".to_owned(), "met in Aarhus".to_owned())]),
        created_at: now(),
    }
}

/// A store with a workflow, an account, two leads and a run.
async fn furnished(dir: &std::path::Path) -> (Store, RunId) {
    let store = created(dir).await;
    let run = Run {
        id: RunId::new(now(), [1; 10]),
        workflow_id: a_workflow().id,
        purpose: Purpose::Leads,
        state: RunState::Running,
        started_at: now(),
    };
    let tx = store.begin().await.unwrap();
    workflow::insert(&*tx, &a_workflow(), &MarkKey([9; 32]), now()).await.unwrap();
    let company =
        autoreach_domain::account::Account { id: a_lead(1).account_id, name: "Orbital Freight".into(), domain: None, country: None };
    account::insert_all(&*tx, &[company], now()).await.unwrap();
    lead::insert_all(&*tx, &[a_lead(1), a_lead(2)]).await.unwrap();
    run::insert(&*tx, &run).await.unwrap();
    tx.commit().await.unwrap();
    (store, run.id)
}

fn undone(number: u8) -> Event {
    Event::Undone {
        workflow_id: a_workflow().id,
        gesture_id: autoreach_domain::ids::GestureId::new(now(), [number; 10]),
        reviewer: "Ana".to_owned().into(),
    }
}

#[tokio::test]
async fn a_lead_comes_back_as_it_went_in() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    assert_eq!(lead::get(store.read(), a_lead(2).id).await.unwrap(), a_lead(2));
}

#[tokio::test]
async fn the_journal_takes_no_change_and_no_deletion() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    assert_eq!(journal::append(&*tx, &[undone(1), undone(2)], now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    for sql in ["UPDATE journal SET event = '{}'", "DELETE FROM journal"] {
        let tx = store.begin().await.unwrap();
        assert!(tx.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    let report = journal::verify(store.read()).await.unwrap();
    assert_eq!((report.entries, report.broken), (2, None));
}

#[tokio::test]
async fn an_entry_changed_behind_the_triggers_breaks_the_chain() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    journal::append(&*tx, &[undone(1), undone(2), undone(3)], now()).await.unwrap();
    tx.execute_unprepared("DROP TRIGGER journal_is_never_changed").await.unwrap();
    tx.execute_unprepared("UPDATE journal SET event = replace(event, 'Ana', 'Bo') WHERE sequence = 2").await.unwrap();
    tx.commit().await.unwrap();
    let broken = journal::verify(store.read()).await.unwrap().broken;
    assert_eq!(broken, Some(autoreach_domain::decision::BrokenChain::Changed(2)));
}

fn a_job(run_id: RunId, number: u8, step: &'static str) -> NewJob {
    NewJob {
        run_id,
        workflow_id: a_workflow().id,
        lead_id: a_lead(number).id,
        step,
        input_hash: [0; 32],
        idempotency_key: format!("{number}/{step}"),
        run_at: now(),
    }
}

#[tokio::test]
async fn adding_a_job_twice_is_adding_it_once() {
    let dir = folder();
    let (store, run_id) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let jobs = [a_job(run_id, 1, "research"), a_job(run_id, 2, "research")];
    job::add(&*tx, &jobs).await.unwrap();
    job::add(&*tx, &jobs).await.unwrap();
    assert_eq!(job::claim(&*tx, "me", now(), &STEPS, 10).await.unwrap().len(), 2);
    assert_eq!(job::claim(&*tx, "me", now(), &STEPS, 10).await.unwrap().len(), 0, "what is in hand is not claimed again");
}

#[tokio::test]
async fn a_result_is_dropped_when_the_claim_was_lost() {
    let dir = folder();
    let (store, run_id) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    job::add(&*tx, &[a_job(run_id, 1, "research")]).await.unwrap();
    let mine = job::claim(&*tx, "me", now(), &STEPS, 1).await.unwrap().remove(0);
    job::free_all_running(&*tx).await.unwrap();
    let theirs = job::claim(&*tx, "them", now(), &STEPS, 1).await.unwrap().remove(0);
    assert!(!job::finish(&*tx, &mine, "me").await.unwrap());
    assert!(job::finish(&*tx, &theirs, "them").await.unwrap());
    assert_eq!(theirs.attempts, 1, "an attempt cut short by a crash does not count");
}

#[tokio::test]
async fn steps_are_claimed_in_the_order_asked_for() {
    let dir = folder();
    let (store, run_id) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    job::add(&*tx, &[a_job(run_id, 1, "research"), a_job(run_id, 2, "draft")]).await.unwrap();
    assert_eq!(job::claim(&*tx, "me", now(), &STEPS, 1).await.unwrap()[0].step, "draft");
}

#[tokio::test]
async fn a_paused_run_gives_out_no_jobs_and_a_job_that_keeps_failing_is_given_up() {
    let dir = folder();
    let (store, run_id) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    job::add(&*tx, &[a_job(run_id, 1, "research")]).await.unwrap();
    run::set_state(&*tx, run_id, RunState::Paused, now()).await.unwrap();
    assert!(job::claim(&*tx, "me", now(), &STEPS, 1).await.unwrap().is_empty());
    run::set_state(&*tx, run_id, RunState::Running, now()).await.unwrap();
    for attempt in 1..=job::MAX_ATTEMPTS {
        let claimed = job::claim(&*tx, "me", later(i64::from(attempt)), &STEPS, 1).await.unwrap().remove(0);
        let is_dead = job::retry_or_give_up(&*tx, &claimed, "me", later(i64::from(attempt)), "site down").await.unwrap();
        assert_eq!(is_dead, attempt == job::MAX_ATTEMPTS, "attempt {attempt}");
    }
    assert_eq!(job::dead(&*tx).await.unwrap()[0].cause, "site down");
    assert_eq!(job::revive(&*tx, run_id, a_workflow().id, later(60)).await.unwrap(), 1, "the next run takes it up again");
}

fn a_mail(number: u8) -> OutboxMail {
    OutboxMail {
        id: 0,
        workflow_id: a_workflow().id,
        lead_id: a_lead(number).id,
        item_id: ItemId::new(now(), [number; 10]),
        gesture_id: None,
        sequence_step: 1,
        approval: "{}".into(),
        content_hash: [1; 32],
        mime_hash: [2; 32],
        message_id: format!("<{number}@portwise.example>"),
        mime: b"Subject: x\r\n\r\nHi\r\n".to_vec(),
        from: EmailAddress::parse("alex@portwise.example").unwrap(),
        to: EmailAddress::parse("wei@orbital.example").unwrap(),
        to_name: "Wei".into(),
        company: "Orbital".into(),
        subject: "x".into(),
        body: "Hi".into(),
        state: OutboxState::Held,
        is_held_by_person: false,
        is_past_barrier: false,
        epoch: 0,
        not_before: later(600),
        attempts: 0,
        smtp_code: None,
        smtp_text: None,
        approved_at: now(),
        crossed_at: None,
        ended_at: None,
    }
}

#[tokio::test]
async fn a_lead_has_one_open_mail_and_gets_another_only_after_a_recall() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let id = outbox::insert(&*tx, &a_mail(1)).await.unwrap();
    assert!(outbox::insert(&*tx, &a_mail(1)).await.is_err());
    assert!(outbox::move_unsent(&*tx, id, &[OutboxState::Held], OutboxState::Cancelled, None).await.unwrap());
    assert!(outbox::insert(&*tx, &a_mail(1)).await.is_ok());
}

#[tokio::test]
async fn a_crash_before_the_barrier_requeues_and_after_it_leaves_the_mail_uncertain() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let (safe, risky) = (outbox::insert(&*tx, &a_mail(1)).await.unwrap(), outbox::insert(&*tx, &a_mail(2)).await.unwrap());
    outbox::queue_due(&*tx, later(601)).await.unwrap();
    while outbox::claim_queued(&*tx, "me").await.unwrap().is_some() {}
    outbox::cross(&*tx, risky, later(602)).await.unwrap();
    assert_eq!(outbox::recover(&*tx, later(700)).await.unwrap(), (1, 1));
    assert_eq!(outbox::get(&*tx, safe).await.unwrap().state, OutboxState::Queued);
    let uncertain = outbox::get(&*tx, risky).await.unwrap();
    assert_eq!(uncertain.state, OutboxState::Uncertain);
    assert!(
        !outbox::move_unsent(&*tx, risky, OutboxState::ALL, OutboxState::Queued, None).await.unwrap(),
        "past the barrier nothing moves it"
    );
}

#[tokio::test]
async fn nothing_leaves_before_its_hold_time_or_while_a_person_holds_it() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let id = outbox::insert(&*tx, &a_mail(1)).await.unwrap();
    assert_eq!(outbox::queue_due(&*tx, later(599)).await.unwrap(), 0);
    assert_eq!(outbox::hold_all(&*tx, true).await.unwrap(), 1);
    assert_eq!(outbox::queue_due(&*tx, later(601)).await.unwrap(), 0);
    assert!(outbox::release(&*tx, id, later(601)).await.unwrap());
    assert_eq!(outbox::queue_due(&*tx, later(601)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_mail_refused_after_the_dot_does_not_count_against_the_day() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let id = outbox::insert(&*tx, &a_mail(1)).await.unwrap();
    outbox::queue_due(&*tx, later(601)).await.unwrap();
    let claimed = outbox::claim_queued(&*tx, "me").await.unwrap().unwrap();
    outbox::cross(&*tx, id, later(602)).await.unwrap();
    let sender = a_mail(1).from;
    assert_eq!(outbox::crossed_since(&*tx, &sender, now()).await.unwrap(), 1);
    let end = AttemptEnd {
        state: OutboxState::Deferred,
        is_past_barrier: false,
        smtp_code: Some(451),
        smtp_text: "later".into(),
        not_before: Some(later(900)),
        is_counted: true,
        needs_person: false,
    };
    assert!(outbox::end_attempt(&*tx, id, claimed.epoch, &end, later(603)).await.unwrap());
    assert_eq!(outbox::crossed_since(&*tx, &sender, now()).await.unwrap(), 0);
    assert!(!outbox::end_attempt(&*tx, id, claimed.epoch, &end, later(603)).await.unwrap(), "an attempt ends once");
}

#[tokio::test]
async fn the_suppression_list_finds_a_recipient_by_any_of_its_keys_and_merges_by_union() {
    let dir = folder();
    let (store, _) = furnished(dir.path()).await;
    let tx = store.begin().await.unwrap();
    let entry = |number: u8, text: &str| Suppression {
        id: SuppressionId::new(now(), [number; 10]),
        scope: SuppressionScope::parse(text).unwrap(),
        reason: "asked".into(),
        added_at: now(),
    };
    assert!(suppression::add(&*tx, &entry(1, "orbital.example")).await.unwrap());
    assert!(!suppression::add(&*tx, &entry(2, "ORBITAL.example")).await.unwrap());
    let wei = Addressee { email: EmailAddress::parse("wei@mail.orbital.example").ok(), domain: None, company: "Other".into() };
    assert!(suppression::covering(&*tx, &wei).await.unwrap().is_some());
    let stranger = Addressee { email: EmailAddress::parse("ana@other.example").ok(), domain: None, company: "Other".into() };
    assert!(suppression::covering(&*tx, &stranger).await.unwrap().is_none());
}
