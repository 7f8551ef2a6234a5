//! The desk: a queue of ten thousand items and a journal of ten thousand decisions.
//!
//! A few leads go the whole way; their items are then copied to the other leads straight into the tables, because
//! researching ten thousand sites is another part's figure. Reading, deciding and undoing go through the engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use autoreach_acceptance::raw::Raw;
use autoreach_acceptance::workspace::{Kind, NoNetwork, TestWorkspace, pages_of};
use autoreach_domain::decision::{Decision, Event, Verdict};
use autoreach_domain::ids::{DecisionId, GestureId, ItemId, WorkflowId};
use autoreach_domain::lead::Lead;
use autoreach_domain::review::{Gesture, Part, ReviewItem};
use autoreach_engine::review::decide::DecideRequest;
use autoreach_store::journal;
use autoreach_store::tables::lead::Shelf;
use autoreach_store::tables::{lead, learner_checkpoint, review_item};
use autoreach_testkit::site_server::{Company, SiteServer};
use jiff::Timestamp;

use crate::figures::{Aim, Figures, percentile};
use crate::options::Options;

/// Leads that go the whole way and lend their items to the others.
const MODELS: usize = 24;
/// Rows of a page of the queue.
const PAGE_ROWS: u64 = 50;
/// Events appended in one transaction while filling.
const EVENTS_AT_ONCE: usize = 500;

/// Fills a workspace and times what a reviewer does in it.
pub(crate) async fn measure(options: &Options, figures: &mut Figures) {
    let count = options.items;
    let workspace = filled(count).await;
    time_start(&workspace, figures, count).await;
    let workspace = workspace.reopened(Arc::new(NoNetwork::default())).await;
    time_reading(&workspace, figures, count).await;
    time_deciding(&workspace, figures, count).await;
    let workspace = with_long_journal(workspace, count).await;
    time_fold(&workspace, figures, count).await;
    time_undo(&workspace, figures, count).await;
    time_verify(&workspace, figures).await;
}

/// A workspace with `count` open items.
pub(crate) async fn filled(count: usize) -> TestWorkspace {
    let sites = SiteServer::start(MODELS, 5).expect("the server starts");
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, pages_of(&sites), 10).await;
    workspace.import(&sites.leads_csv()).await;
    workspace.run().await;
    let rows: String = (MODELS..count).map(Company::number).map(|company| row(&company)).collect();
    workspace.import(&format!("Company,First Name,Last Name,Title,Email\n{rows}")).await;
    let workflow_id = workspace.workflow.id;
    let folder = workspace.closed().await;
    let raw = Raw::open(folder.path()).await;
    copy_items(&raw, workflow_id).await;
    raw.store.close().await;
    TestWorkspace::open(folder, Arc::new(NoNetwork::default())).await
}

fn row(company: &Company) -> String {
    format!("{},{},{},{},{}\n", company.name, company.first_name, company.last_name, company.role, company.email)
}

/// Gives every lead without an item a copy of a model's, and journals its arrival.
async fn copy_items(raw: &Raw, workflow_id: WorkflowId) {
    let leads = lead::of_workflow(raw.store.read(), workflow_id, Shelf::All).await.expect("leads can be read");
    let mut models = Vec::new();
    for model in &leads[..MODELS] {
        models.extend(review_item::of_lead(raw.store.read(), model.id).await.expect("items can be read"));
    }
    for (chunk, first) in leads[MODELS..].chunks(EVENTS_AT_ONCE).zip((0..).step_by(EVENTS_AT_ONCE)) {
        let tx = raw.store.begin().await.expect("begins");
        let copies: Vec<_> =
            chunk.iter().zip(first..).map(|(lead, number)| (lead, copy(&models[number % models.len()], lead, number))).collect();
        for (lead, item) in &copies {
            review_item::insert(&*tx, item, lead).await.expect("a copy fits its table");
        }
        let arrivals: Vec<Event> = copies.iter().map(|(_, item)| arrival(item)).collect();
        journal::append(&*tx, &arrivals, Timestamp::now()).await.expect("appends");
        tx.commit().await.expect("commits");
    }
}

fn copy(model: &ReviewItem, lead: &Lead, number: usize) -> ReviewItem {
    let mut item = ReviewItem { id: ItemId::new(Timestamp::now(), bytes(number)), lead_id: lead.id, ..model.clone() };
    item.card.qualified.confidence.information = (number * 7_919 % 10_000) as f64 / 40_000.0;
    item.card.qualified.qualification.features.number("head_count", (20 + number * 37 % 700) as f64);
    item
}

fn arrival(item: &ReviewItem) -> Event {
    let features = item.card.qualified.qualification.features.clone();
    Event::Arrived { workflow_id: item.workflow_id, lead_id: item.lead_id, features }
}

/// Ten bytes that differ for every number.
fn bytes(number: usize) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

async fn time_start(workspace: &TestWorkspace, figures: &mut Figures, count: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    copy_folder(workspace.dir(), folder.path());
    let begun = Instant::now();
    let opened = TestWorkspace::open(folder, Arc::new(NoNetwork::default())).await;
    let is_open = begun.elapsed();
    opened.engine.queue(0, PAGE_ROWS).await.expect("reads");
    let is_usable = begun.elapsed();
    figures.add_time("start_ms", format!("start with {count} items: open (key stretching included)"), is_open, Aim::None);
    figures.add_time("start_to_queue_ms", "  until the first page of the queue is there", is_usable, Aim::AtMost(2_000.0));
    opened.closed().await;
}

/// The files of a workspace, its write-ahead log included, as after a crash.
pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).expect("the folder is ours") {
        let path = entry.expect("the folder is ours").path();
        let target = to.join(path.file_name().expect("entries have names"));
        if path.is_dir() {
            std::fs::create_dir(&target).expect("the folder is ours");
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the folder is ours");
        }
    }
}

async fn time_reading(workspace: &TestWorkspace, figures: &mut Figures, count: usize) {
    let engine = &workspace.engine;
    let (mut first, mut anywhere, mut items, mut ids) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..200_u64 {
        let begun = Instant::now();
        engine.queue(0, PAGE_ROWS).await.expect("reads");
        first.push(begun.elapsed());
        let offset = round * 7_919 % (count as u64 - PAGE_ROWS);
        let begun = Instant::now();
        let page = engine.queue(offset, PAGE_ROWS).await.expect("reads");
        anywhere.push(begun.elapsed());
        ids.extend(page.first().map(|line| line.item));
    }
    for id in ids {
        let begun = Instant::now();
        engine.item(id).await.expect("reads");
        items.push(begun.elapsed());
    }
    let page = format!("queue of {count}: page of {PAGE_ROWS} rows");
    figures.add_time("queue_first_page_p50_ms", format!("{page}, first, p50"), percentile(&mut first, 0.5), Aim::None);
    figures.add_time("queue_first_page_p95_ms", format!("{page}, first, p95"), percentile(&mut first, 0.95), Aim::AtMost(20.0));
    figures.add_time("queue_page_p50_ms", format!("{page}, anywhere, p50"), percentile(&mut anywhere, 0.5), Aim::None);
    figures.add_time("queue_page_p95_ms", format!("{page}, anywhere, p95"), percentile(&mut anywhere, 0.95), Aim::AtMost(20.0));
    figures.add_time("item_p95_ms", "  one item with its card, p95", percentile(&mut items, 0.95), Aim::AtMost(20.0));
}

/// Takes the first items of the queue and decides them in turn.
async fn decide_some(workspace: &TestWorkspace, rounds: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for round in 0..rounds {
        let line = workspace.engine.queue(0, 1).await.expect("reads").pop().expect("the queue is long");
        let gesture = if round % 2 == 0 { Gesture::Accept(Part::Lead) } else { Gesture::Reject(Part::Lead) };
        let begun = Instant::now();
        workspace.engine.decide(DecideRequest::plain(line.item, gesture)).await.expect("decides");
        times.push(begun.elapsed());
        if round % 2 == 0 {
            workspace
                .engine
                .decide(DecideRequest::plain(line.item, Gesture::Reject(Part::Email)))
                .await
                .expect("takes it out of the queue");
        }
    }
    times
}

async fn time_deciding(workspace: &TestWorkspace, figures: &mut Figures, count: usize) {
    let first = decide_some(workspace, 1).await;
    let mut times = decide_some(workspace, 60).await;
    figures.add_time("decide_first_ms", format!("verdict with {count} items: the first after a start"), first[0], Aim::None);
    figures.add_time("decide_p50_ms", "  every other, p50", percentile(&mut times, 0.5), Aim::None);
    figures.add_time("decide_p95_ms", "  every other, p95", percentile(&mut times, 0.95), Aim::AtMost(100.0));
}

/// Adds `count` decisions to the journal, modelled on one of the workspace's own.
async fn with_long_journal(workspace: TestWorkspace, count: usize) -> TestWorkspace {
    let workflow_id = workspace.workflow.id;
    let folder = workspace.closed().await;
    let raw = Raw::open(folder.path()).await;
    let events = all_events(&raw, workflow_id).await;
    let arrivals: Vec<_> =
        events.iter().filter_map(|event| if let Event::Arrived { features, .. } = event { Some(features) } else { None }).collect();
    let model = events.iter().find_map(|event| if let Event::Decided(decision) = event { Some(decision.clone()) } else { None });
    let model = model.expect("some items were decided");
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(EVENTS_AT_ONCE) {
        let decided = |number: &usize| {
            let features = arrivals[number * 31 % arrivals.len()].clone();
            Event::Decided(Box::new(Decision { features, ..another(&model, *number) }))
        };
        let decisions: Vec<Event> = chunk.iter().map(decided).collect();
        let tx = raw.store.begin().await.expect("begins");
        journal::append(&*tx, &decisions, Timestamp::now()).await.expect("appends");
        learner_checkpoint::forget(&*tx, workflow_id).await.expect("forgets");
        tx.commit().await.expect("commits");
    }
    raw.store.close().await;
    TestWorkspace::open(folder, Arc::new(NoNetwork::default())).await
}

fn another(model: &Decision, number: usize) -> Decision {
    let (now, random) = (Timestamp::now(), bytes(1_000_000 + number));
    let verdict = if number % 5 < 3 { Verdict::Accept } else { Verdict::Reject };
    Decision { id: DecisionId::new(now, random), gesture_id: GestureId::new(now, random), verdict, ..model.clone() }
}

async fn all_events(raw: &Raw, workflow_id: WorkflowId) -> Vec<Event> {
    let read = journal::events_after(raw.store.read(), workflow_id, 0, u64::from(u32::MAX)).await;
    read.expect("the journal can be read").into_iter().map(|entry| entry.event).collect()
}

/// The first verdict after a start without a checkpoint folds the whole journal.
async fn time_fold(workspace: &TestWorkspace, figures: &mut Figures, count: usize) {
    let first = decide_some(workspace, 1).await;
    let mut later = decide_some(workspace, 10).await;
    let fold = first[0].saturating_sub(percentile(&mut later, 0.5));
    let what = format!("fold of the whole journal: {count} decisions, as many arrivals");
    figures.add_time("journal_fold_ms", what, fold, Aim::AtMost(5_000.0));
    figures.add_time("decide_long_journal_p95_ms", "  verdict after that, p95", percentile(&mut later, 0.95), Aim::AtMost(100.0));
}

async fn time_undo(workspace: &TestWorkspace, figures: &mut Figures, count: usize) {
    let mut times = Vec::new();
    for _ in 0..10 {
        let line = workspace.engine.queue(0, 1).await.expect("reads").pop().expect("the queue is long");
        workspace.engine.decide(DecideRequest::plain(line.item, Gesture::Reject(Part::Lead))).await.expect("decides");
        let begun = Instant::now();
        workspace.engine.undo(None).await.expect("undoes");
        times.push(begun.elapsed());
    }
    figures.add_time(
        "undo_p50_ms",
        format!("undo of the last verdict at {count} decisions, p50"),
        percentile(&mut times, 0.5),
        Aim::AtMost(100.0),
    );
    figures.add_time("undo_p95_ms", "  p95", percentile(&mut times, 0.95), Aim::None);
}

async fn time_verify(workspace: &TestWorkspace, figures: &mut Figures) {
    let begun = Instant::now();
    let report = workspace.engine.verify().await.expect("verifies");
    figures.add_time("verify_ms", format!("verify: {} entries, every page, the learner anew", report.entries), begun.elapsed(), Aim::None);
    assert!(report.is_clean(), "{report:?}");
}
