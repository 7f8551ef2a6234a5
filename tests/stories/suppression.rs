//! Unsubscribed is final: at import, at drafting, at approval, and in the very middle of sending.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use autoreach_acceptance::workspace::{TestWorkspace, pages_of};
use autoreach_domain::review::{CannotDecide, Gesture, ItemState, Part};
use autoreach_domain::sending::{NotCleared, OutboxState};
use autoreach_engine::error::EngineError;
use autoreach_engine::pipeline::send::SendMode;
use autoreach_engine::review::decide::DecideRequest;
use autoreach_testkit::site_server::SiteServer;
use autoreach_testkit::smtp_server::{Fault, Faults, SmtpServer};
use tokio_util::sync::CancellationToken;

use crate::support::{accept, is_long, journal, researched};

fn domain_of(address: &str) -> String {
    address.split('@').nth(1).expect("an address").to_owned()
}

async fn suppress(workspace: &TestWorkspace, what: &str) {
    workspace.engine.suppress(&[(what.to_owned(), "asked us to stop".to_owned())]).await.expect("suppresses");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_suppressed_before_its_draft_gets_none() {
    let sites = SiteServer::start(2, 3).expect("starts");
    let workspace = TestWorkspace::new(pages_of(&sites), 0).await;
    workspace.import(&sites.leads_csv()).await;
    suppress(&workspace, &sites.companies()[0].email.to_uppercase()).await;
    workspace.run().await;
    for item in workspace.open_items().await {
        let view = workspace.engine.item(item).await.expect("reads");
        let is_suppressed = view.lead.company == sites.companies()[0].name;
        assert_eq!(view.item.card.draft.is_none(), is_suppressed, "{}", view.lead.company);
        if is_suppressed {
            let refused = workspace.engine.decide(DecideRequest::plain(item, Gesture::Accept(Part::Email))).await;
            assert!(matches!(refused, Err(EngineError::CannotDecide(CannotDecide::NoDraft | CannotDecide::LeadUndecided))), "{refused:?}");
            assert_eq!(accept(&workspace, item).await.mail, None, "the lead may be good; the mail is not written");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_suppressed_after_its_draft_cannot_be_approved_and_nothing_is_half_done() {
    let (sites, workspace) = researched(1, 0).await;
    suppress(&workspace, &sites.companies()[0].host).await;
    let item = workspace.open_items().await[0];
    let decisions = journal(&workspace).await.len();
    let request = DecideRequest { vouches: true, ..DecideRequest::plain(item, Gesture::Accept(Part::All)) };
    let refused = workspace.engine.decide(request).await;
    assert!(matches!(refused, Err(EngineError::NotCleared(NotCleared::Suppressed))), "{refused:?}");
    assert_eq!(journal(&workspace).await.len(), decisions, "a refused gesture leaves no verdict");
    assert_eq!(workspace.engine.item(item).await.expect("reads").item.state, ItemState::Open);
    assert_eq!(workspace.engine.outbox().await.expect("lists"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suppression_in_the_middle_of_sending_stops_every_mail_not_yet_handed_over() {
    let mails = if is_long() { 200 } else { 30 };
    let (_sites, workspace) = researched(mails, 0).await;
    let server = SmtpServer::start(Faults::always(Fault::RepliesAfter(Duration::from_millis(8)))).expect("starts");
    workspace.send_through(&server).await;
    loop {
        let Some(item) = workspace.open_items().await.first().copied() else { break };
        accept(&workspace, item).await;
    }
    let recipients: Vec<String> = workspace.engine.outbox().await.expect("lists").into_iter().map(|mail| mail.to).collect();
    let engine = Arc::clone(&workspace.engine);
    let sending = tokio::spawn(async move { engine.send_due(SendMode::AsSet, &CancellationToken::new()).await.expect("sends") });
    // The outbox lists the newest first and sends the oldest first, so the two meet somewhere in between.
    for recipient in &recipients {
        suppress(&workspace, &domain_of(recipient)).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    sending.await.expect("ends");

    let accepted: Vec<String> = server.accepted().into_iter().flat_map(|mail| mail.to).collect();
    let mut ends: BTreeMap<OutboxState, usize> = BTreeMap::new();
    for mail in workspace.engine.outbox().await.expect("lists") {
        *ends.entry(mail.state).or_default() += 1;
        assert_eq!(accepted.contains(&mail.to), mail.state == OutboxState::Sent, "{} is {}", mail.mail, mail.state);
    }
    let (sent, kept) = (ends.get(&OutboxState::Sent).copied(), ends.get(&OutboxState::Suppressed).copied());
    assert_eq!(sent.unwrap_or(0) + kept.unwrap_or(0), mails, "{ends:?}");
    assert!(sent.is_some() && kept.is_some(), "the race must have had both winners: {ends:?}");
}
