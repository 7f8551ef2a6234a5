//! With the network gone the whole queue can be read, decided, undone and exported.

use autoreach_acceptance::workspace::NoNetwork;
use autoreach_domain::review::{Gesture, ItemState, Part};
use autoreach_engine::review::decide::DecideRequest;
use jiff::SignedDuration;
use std::sync::Arc;

use crate::support::{accept, researched};

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_deciding_never_touch_the_network() {
    let (sites, workspace) = researched(5, 0).await;
    let network = Arc::new(NoNetwork::default());
    let workspace = workspace.reopened(network.clone()).await;
    let served = sites.requests();
    let engine = workspace.engine.clone();

    let items = workspace.open_items().await;
    assert_eq!((items.len(), engine.queue_counts().await.expect("counts").open), (5, 5));
    for item in &items {
        let view = engine.item(*item).await.expect("reads");
        let quoted = view.item.card.dossier.findings.first().expect("something was found").source.clone();
        let page = engine.stored_page(&quoted.snapshot).await.expect("the page was kept");
        assert!(page.text[quoted.offset..].starts_with(&quoted.quote), "the quote stands where it says");
    }
    accept(&workspace, items[0]).await;
    engine.decide(DecideRequest::plain(items[1], Gesture::Reject(Part::Lead))).await.expect("rejects");
    engine.undo(None).await.expect("undoes");
    engine.redo().await.expect("redoes");
    let later = engine.now().checked_add(SignedDuration::from_hours(1)).expect("no end of time");
    engine.snooze(items[2], later).await.expect("puts off");
    assert_eq!(engine.item(items[2]).await.expect("reads").item.state, ItemState::Snoozed);
    assert_eq!(engine.history(10).await.expect("lists").len(), 2);
    assert_eq!(engine.outbox().await.expect("lists").len(), 1);
    assert!(workspace.send().await.is_dry_run);
    assert_eq!(engine.mails_as_files().await.expect("exports").len(), 1);
    assert!(!engine.leads_as_csv(workspace.workflow.id).await.expect("exports").is_empty());
    assert!(engine.verify().await.expect("verifies").is_clean());
    assert_eq!((network.asked(), sites.requests()), (0, served));
}
