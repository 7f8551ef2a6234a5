//! From a file of leads to a mail at the server: what was approved is what arrives, once, and nothing else does.

use autoreach_acceptance::workspace::account;
use autoreach_domain::decision::Reason;
use autoreach_domain::review::{Gesture, ItemState, Part};
use autoreach_domain::sending::OutboxState;
use autoreach_engine::error::EngineError;
use autoreach_engine::pipeline::send::SendReport;
use autoreach_engine::review::decide::DecideRequest;
use autoreach_testkit::smtp_server::{Fault, Faults, SmtpServer};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

use crate::support::{accept, journal, researched};

fn mail_server() -> SmtpServer {
    SmtpServer::start(Faults::none()).expect("the server starts")
}

/// Message-ID and SHA-256 of a message as it lies there.
fn fingerprint(bytes: &[u8]) -> (String, [u8; 32]) {
    let text = String::from_utf8_lossy(bytes);
    let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("every mail has a Message-ID");
    (id.to_owned(), Sha256::digest(bytes).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_arrives_byte_for_byte_and_once() {
    let (sites, workspace) = researched(6, 0).await;
    let server = mail_server();
    workspace.send_through(&server).await;
    for item in workspace.open_items().await {
        accept(&workspace, item).await;
    }
    let approved: BTreeMap<_, _> =
        workspace.engine.mails_as_files().await.expect("exports").iter().map(|(_, bytes)| fingerprint(bytes)).collect();
    assert_eq!(approved.len(), 6, "every mail has an id of its own");
    let report = workspace.send().await;
    assert_eq!((report.sent.len(), report.is_dry_run), (6, false), "{report:?}");
    assert_eq!(workspace.send().await.sent, [], "nothing is left for a second sending run");
    let arrived = server.accepted();
    assert_eq!(arrived.len(), 6);
    assert_eq!(arrived.iter().map(|mail| fingerprint(&mail.bytes)).collect::<BTreeMap<_, _>>(), approved);
    let mut recipients: Vec<_> = arrived.iter().flat_map(|mail| mail.to.clone()).collect();
    let mut wanted: Vec<_> = sites.companies().iter().map(|company| company.email.clone()).collect();
    recipients.sort();
    wanted.sort();
    assert_eq!(recipients, wanted, "each mail goes to its lead and to nobody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_workspace_only_says_what_it_would_send() {
    let (_sites, workspace) = researched(1, 0).await;
    let server = mail_server();
    workspace.engine.set_mail_account(&account(&server), None).await.expect("sets");
    accept(&workspace, workspace.open_items().await[0]).await;
    let report = workspace.send().await;
    assert_eq!((report.is_dry_run, report.sent.len(), server.connections()), (true, 1, 0));
    let outbox = workspace.engine.outbox().await.expect("lists");
    assert_eq!(outbox[0].state, OutboxState::Held, "it still waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_mail_is_sent_as_edited() {
    let (_sites, workspace) = researched(1, 0).await;
    let server = mail_server();
    workspace.send_through(&server).await;
    let item = workspace.open_items().await[0];
    let draft = workspace.engine.item(item).await.expect("reads").item.card.draft.expect("there is a draft");
    let body = draft.body().replace("Would 20 minutes next week", "Would a quarter of an hour on Thursday");
    assert_ne!(body, draft.body());
    let gesture = Gesture::EditMail { subject: "Grüße aus Aarhus".into(), body: body.clone() };
    let outcome = workspace.engine.decide(DecideRequest::plain(item, gesture)).await.expect("edits");
    assert!(outcome.mail.is_some());
    workspace.send().await;
    let arrived = server.accepted().remove(0).bytes;
    let mail = mail_parser::MessageParser::default().parse(&arrived).expect("a message");
    assert_eq!(mail.subject(), Some("Grüße aus Aarhus"));
    let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
    assert_eq!(text.trim_end(), body.trim_end());
    let edited = journal(&workspace).await.into_iter().find(|entry| entry["event"]["verdict"] == "edit").expect("journaled");
    assert!(edited["event"]["final_text"].as_str().is_some_and(|text| text.contains("quarter of an hour")));
    assert!(edited["event"]["edit_distance"].as_f64().is_some_and(|distance| distance > 0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_lead_gets_no_mail_and_its_reason_is_kept() {
    let (_sites, workspace) = researched(1, 0).await;
    let item = workspace.open_items().await[0];
    let reject = DecideRequest {
        reasons: vec![Reason::WrongSize],
        note: "too small for us\r\nthis year".into(),
        ..DecideRequest::plain(item, Gesture::Reject(Part::Lead))
    };
    let outcome = workspace.engine.decide(reject).await.expect("rejects");
    assert_eq!(outcome.mail, None);
    assert_eq!(workspace.engine.outbox().await.expect("lists"), []);
    assert_eq!(workspace.engine.item(item).await.expect("reads").item.state, ItemState::Decided);
    let decided = journal(&workspace).await.into_iter().find(|entry| entry["event"]["verdict"] == "reject").expect("journaled");
    assert_eq!(decided["event"]["reasons"], serde_json::json!(["wrong_size"]));
    assert_eq!(decided["event"]["note"], "too small for us\nthis year");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_called_wrong_leads_to_another_draft_without_it() {
    let (_sites, workspace) = researched(1, 0).await;
    let item = workspace.open_items().await[0];
    let before = workspace.engine.item(item).await.expect("reads").item;
    let draft = before.card.draft.expect("there is a draft");
    let wrong = draft.claims().flat_map(|claim| claim.findings.clone()).next().expect("the draft rests on a finding");
    let outcome = workspace.engine.decide(DecideRequest::plain(item, Gesture::RemoveFacts(vec![wrong]))).await.expect("removes");
    let run = outcome.redraft.expect("a new draft is under way");
    workspace.engine.work(run, &CancellationToken::new()).await.expect("works");
    let after = workspace.engine.item(item).await.expect("reads").item;
    assert_eq!((after.state, after.card_version), (ItemState::Open, 2));
    assert_eq!(after.card.dossier.finding(wrong), None);
    let rewritten = after.card.draft.expect("there is another draft");
    assert!(rewritten.sentences.iter().all(|sentence| !sentence.findings.contains(&wrong)));
    assert!(accept(&workspace, item).await.mail.is_some(), "the new draft can be accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_waits_out_its_hold_time_unless_released() {
    let (_sites, workspace) = researched(1, 10).await;
    let server = mail_server();
    workspace.send_through(&server).await;
    let (mail, not_before) = accept(&workspace, workspace.open_items().await[0]).await.mail.expect("there is a mail");
    assert!(not_before.duration_since(workspace.engine.now()).as_secs() > 500, "ten minutes by the workflow");
    let report = workspace.send().await;
    assert_eq!((report.sent.len(), report.waiting, server.connections()), (0, 1, 0));
    workspace.engine.release_mail(mail).await.expect("releases");
    assert_eq!(workspace.send().await.sent.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_recalled_and_suppressed_mails_stay_here() {
    let (_sites, workspace) = researched(3, 0).await;
    let server = mail_server();
    workspace.send_through(&server).await;
    let items = workspace.open_items().await;
    let mut mails = Vec::new();
    for item in items {
        mails.push(accept(&workspace, item).await.mail.expect("there is a mail").0);
    }
    assert_eq!(workspace.engine.hold_all().await.expect("holds"), 3);
    assert_eq!(workspace.send().await.sent, [], "what a person holds does not leave");
    assert_eq!(workspace.engine.held_mails().await.expect("counts"), 3);
    assert_eq!(workspace.engine.release_all().await.expect("releases"), 3);
    assert_eq!(workspace.engine.held_mails().await.expect("counts"), 0);

    workspace.engine.recall_mail(mails[0]).await.expect("recalls");
    let outbox = workspace.engine.outbox().await.expect("lists");
    let second = outbox.iter().find(|line| line.mail == mails[1]).expect("it is listed").to.clone();
    let domain = second.split('@').nth(1).expect("a domain").to_owned();
    workspace.engine.suppress(&[(domain, "asked us to stop".into())]).await.expect("suppresses");
    assert_eq!(workspace.send().await.sent.len(), 1);
    let arrived = server.accepted();
    assert_eq!(arrived.len(), 1);
    assert!(!arrived[0].to.contains(&second));
    let states: BTreeMap<i64, OutboxState> =
        workspace.engine.outbox().await.expect("lists").into_iter().map(|line| (line.mail, line.state)).collect();
    let wanted = [OutboxState::Cancelled, OutboxState::Suppressed, OutboxState::Sent];
    assert_eq!(states, mails.into_iter().zip(wanted).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_takes_a_mail_back_until_it_is_handed_over() {
    let (_sites, workspace) = researched(1, 0).await;
    let server = mail_server();
    workspace.send_through(&server).await;
    let item = workspace.open_items().await[0];
    let first = accept(&workspace, item).await;
    workspace.engine.undo(None).await.expect("undoes");
    assert_eq!(workspace.send().await.sent, [], "the mail went back with the decision");
    let second = accept(&workspace, item).await;
    assert_ne!(first.mail.map(|(id, _)| id), second.mail.map(|(id, _)| id));
    assert_eq!(workspace.send().await.sent.len(), 1, "accepting again sends it");
    let refused = workspace.engine.undo(None).await;
    assert!(matches!(refused, Err(EngineError::AlreadySent { .. })), "{refused:?}");
    assert_eq!(server.accepted().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_never_came_is_for_a_person_and_never_sent_again() {
    let (_sites, workspace) = researched(3, 0).await;
    let server =
        SmtpServer::start(Faults::in_order([Fault::AcceptsAndDrops, Fault::GreylistsRecipient, Fault::UnknownRecipient])).expect("starts");
    workspace.send_through(&server).await;
    for item in workspace.open_items().await {
        accept(&workspace, item).await;
    }
    let report = workspace.send().await;
    assert_eq!((report.uncertain.len(), report.deferred.len(), report.bounced.len()), (1, 1, 1), "{report:?}");
    assert_eq!(workspace.send().await, SendReport::default(), "nothing is due again");
    let outbox = workspace.engine.outbox().await.expect("lists");
    let deferred = outbox.iter().find(|line| line.state == OutboxState::Deferred).expect("one was greylisted");
    workspace.engine.release_mail(deferred.mail).await.expect("releases");
    assert_eq!(workspace.send().await.sent.len(), 1, "a refusal before the body is safe to repeat");
    assert_eq!(server.accepted().len(), 2, "the unanswered one and the repeated one, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_goes_to_its_own_sender_also_on_dry_run_and_to_nobody_else() {
    let (_sites, workspace) = researched(1, 0).await;
    let server = mail_server();
    workspace.engine.set_mail_account(&account(&server), None).await.expect("sets");
    accept(&workspace, workspace.open_items().await[0]).await;
    let sender = workspace.engine.workflow(None).await.expect("there is one").definition.sender.email.to_string();
    assert_eq!(workspace.engine.send_test_mail().await.expect("is taken"), sender);
    let arrived = server.accepted();
    assert_eq!(arrived.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>(), [vec![sender]]);
    assert!(workspace.engine.is_dry_run().await.expect("reads"), "dry run stays on");
    assert_eq!(workspace.engine.outbox().await.expect("lists")[0].state, OutboxState::Held, "the lead's mail still waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_test_mail_says_what_the_server_said() {
    let (_sites, workspace) = researched(1, 0).await;
    let server = SmtpServer::start(Faults::always(Fault::DefersMail)).expect("the server starts");
    workspace.engine.set_mail_account(&account(&server), None).await.expect("sets");
    let refused = workspace.engine.send_test_mail().await;
    assert!(matches!(refused, Err(EngineError::TestMailRefused { code: 400..500, .. })), "{refused:?}");
}
