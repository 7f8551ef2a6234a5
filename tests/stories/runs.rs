//! A run can be paused, resumed, cancelled and interrupted; a second lead file makes a second run.

use autoreach_acceptance::workspace::{Kind, TestWorkspace, pages_of};
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_testkit::site_server::{SiteServer, Sites};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Sites that take their time, and a workspace that has imported them.
async fn slow(companies: usize) -> (SiteServer, TestWorkspace) {
    let sites = SiteServer::start_with(Sites { companies, pages: 4, latency: Duration::from_millis(40) }).expect("the server starts");
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, pages_of(&sites), 10).await;
    workspace.import(&sites.leads_csv()).await;
    (sites, workspace)
}

/// Works in the background and waits until the first items are drafted.
async fn under_way(workspace: &TestWorkspace, cancel: &CancellationToken) -> JoinHandle<RunProgress> {
    let run = workspace.engine.start_run(workspace.workflow.id).await.expect("starts");
    let (engine, cancel) = (Arc::clone(&workspace.engine), cancel.clone());
    let working = tokio::spawn(async move { engine.work(run, &cancel).await.expect("works") });
    while workspace.engine.run_progress(run).await.expect("counts").drafted < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    working
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_run_begins_nothing_new_and_goes_on_when_resumed() {
    let (sites, workspace) = slow(60).await;
    let working = under_way(&workspace, &CancellationToken::new()).await;
    workspace.engine.pause_run().await.expect("pauses");
    let paused = working.await.expect("ends");
    assert_eq!(paused.state, "paused");
    assert!(paused.drafted < 60, "{paused:?}");
    assert!(paused.seconds_left(workspace.engine.now()).is_some(), "there is a pace to judge by");
    let requests = sites.requests();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(sites.requests(), requests, "nothing new begins");
    let items = workspace.open_items().await.len() as u64;
    assert_eq!(items, paused.drafted, "what was finished is there");

    let resumed = workspace.engine.resume_run().await.expect("resumes");
    assert_eq!(resumed.state, "running");
    let progress = workspace.engine.work(resumed.run_id, &CancellationToken::new()).await.expect("works");
    assert_eq!((progress.state, progress.drafted, progress.given_up), ("finished", 60, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_stopped_by_its_caller_goes_on_after_a_restart() {
    let (sites, workspace) = slow(40).await;
    let cancel = CancellationToken::new();
    let working = under_way(&workspace, &cancel).await;
    cancel.cancel();
    let stopped = working.await.expect("ends");
    assert_eq!(stopped.state, "running", "nobody ended the run itself");
    let workspace = workspace.reopened(pages_of(&sites)).await;
    assert_eq!(workspace.engine.current_run().await.expect("reads"), Some(stopped.run_id));
    let progress = workspace.run().await;
    assert_eq!((progress.run_id, progress.state, progress.drafted), (stopped.run_id, "finished", 40));
    assert_eq!(workspace.open_items().await.len(), 40);
    assert!(workspace.engine.verify().await.expect("verifies").is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_keeps_what_it_finished_and_a_new_run_takes_up_the_rest() {
    let (_sites, workspace) = slow(40).await;
    let working = under_way(&workspace, &CancellationToken::new()).await;
    workspace.engine.cancel_run().await.expect("cancels");
    let cancelled = working.await.expect("ends");
    assert_eq!(cancelled.state, "cancelled");
    let kept = workspace.open_items().await.len();
    assert!((2..40).contains(&kept), "{kept} items");
    let again = workspace.run().await;
    assert_ne!(again.run_id, cancelled.run_id);
    assert_eq!((again.state, workspace.open_items().await.len()), ("finished", 40), "the leads left out are researched now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_file_makes_a_second_run_over_its_leads_alone() {
    let sites = SiteServer::start(12, 3).expect("the server starts");
    let workspace = TestWorkspace::new(pages_of(&sites), 10).await;
    let file = sites.leads_csv();
    let lines: Vec<&str> = file.lines().collect();
    workspace.import(&lines[..7].join("\n")).await;
    let first = workspace.run().await;
    assert_eq!((first.state, first.drafted), ("finished", 6));
    let requests = sites.requests();
    let report = workspace.import(&file).await;
    assert_eq!((report.new, report.same.len()), (6, 6));
    let second = workspace.run().await;
    assert_ne!(second.run_id, first.run_id);
    assert_eq!((second.state, second.drafted), ("finished", 6), "{second:?}");
    assert!(sites.requests() <= requests * 2, "nobody's pages are read again");
    assert_eq!(workspace.open_items().await.len(), 12);
}
