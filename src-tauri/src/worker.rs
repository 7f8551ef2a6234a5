//! The agent's work in the background, while the window is open or in the tray: batches that begin by their schedules, the run
//! under way, and handing over mails whose time has come; beside them a look at the network. One task each, woken when there
//! may be something to do. `autoreach worker` does the same without a window, by the same calls of the engine.

use crate::desk::Desk;
use crate::{events, notifications, tray};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::RunId;
use autoreach_engine::error::EngineError;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::schedule::Watch;
use autoreach_engine::schedule::view::Batches;
use autoreach_engine::trust::TrustNews;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How often a run is looked at while it goes on.
const GLANCE: Duration = Duration::from_millis(500);
/// How often the outbox is looked at.
const POST_ROUND: Duration = Duration::from_secs(30);

/// How often it is looked whether something is due: a look, an audit, a lower floor.
const TRUST_ROUND: Duration = Duration::from_secs(60);

/// How often it is looked whether a batch or a backup is due.
const SCHEDULE_ROUND: Duration = Duration::from_secs(30);

/// How often it is looked whether there is a network.
const LOOK_AT_NETWORK: Duration = Duration::from_secs(3);

/// The tasks' state.
#[derive(Default)]
pub(crate) struct Worker {
    wake: Notify,
    wake_trust: Notify,
    wake_schedules: Notify,
    stop: CancellationToken,
}

/// Begins to work, now that a workspace may be open. Safe to call again: every open workspace has one task at work.
pub(crate) fn begin(app: &AppHandle) {
    wake(app);
    tray::refresh(app);
}

/// Starts the tasks; once, when the program starts.
pub(crate) fn hire(app: &AppHandle) {
    let (at_work, at_the_post, at_the_window, at_the_ladder) = (app.clone(), app.clone(), app.clone(), app.clone());
    let at_the_clock = app.clone();
    tauri::async_runtime::spawn(async move { keep_to_schedules(&at_the_clock).await });
    tauri::async_runtime::spawn(async move { watch_trust(&at_the_ladder).await });
    tauri::async_runtime::spawn(async move { work_when_woken(&at_work).await });
    tauri::async_runtime::spawn(async move { hand_over_in_rounds(&at_the_post).await });
    tauri::async_runtime::spawn(async move { watch_the_network(&at_the_window).await });
}

/// There may be something to do. A call during work is not lost.
pub(crate) fn wake(app: &AppHandle) {
    let worker = &app.state::<Desk>().worker;
    worker.wake.notify_one();
    worker.wake_trust.notify_one();
    worker.wake_schedules.notify_one();
}

/// Begins nothing new. What is in hand is durable and goes on at the next start.
pub(crate) fn stop(app: &AppHandle) {
    app.state::<Desk>().worker.stop.cancel();
}

/// Lets the agent rest for a while. It stays paused when the program ends before.
pub(crate) fn pause_for(app: &AppHandle, rest: Duration) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        let Ok(progress) = engine.pause_run().await else { return };
        events::run_progress(&app, &progress);
        tray::refresh(&app);
        tokio::time::sleep(rest).await;
        resume(&app);
    });
}

/// Lets the agent go on.
pub(crate) fn resume(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        let Ok(progress) = engine.resume_run().await else { return };
        events::run_progress(&app, &progress);
        wake(&app);
        tray::refresh(&app);
    });
}

/// Lets no batch begin by itself, or lets them begin again.
pub(crate) fn pause_schedules(app: &AppHandle, is_paused: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        if let Err(error) = engine.pause_schedules(is_paused).await {
            tracing::error!(code = error.code(), "batches could not be paused or resumed");
        }
        wake(&app);
        tray::refresh(&app);
    });
}

/// Begins what is due by the schedules and takes the backups that are due. After sleep the run under way is looked at too.
async fn keep_to_schedules(app: &AppHandle) {
    let desk = app.state::<Desk>();
    let mut told = Batches::default();
    let mut watch = Watch::begin(Timestamp::now());
    loop {
        tokio::select! {
            () = tokio::time::sleep(SCHEDULE_ROUND) => {}
            () = desk.worker.wake_schedules.notified() => {}
            () = desk.worker.stop.cancelled() => return,
        }
        let slept = watch.look(Timestamp::now(), SCHEDULE_ROUND);
        let Ok(engine) = desk.engine_to_change() else { continue };
        if let Some(slept) = slept {
            tracing::info!(minutes = slept.as_mins(), "the computer slept");
            desk.worker.wake.notify_one();
        }
        if let Err(error) = begin_due(app, &engine, &mut told).await {
            tracing::warn!(code = error.code(), "it could not be looked whether a batch is due");
        }
    }
}

async fn begin_due(app: &AppHandle, engine: &Engine, told: &mut Batches) -> Result<(), EngineError> {
    let tick = engine.tick().await?;
    for began in &tick.began {
        notifications::tell_begun(app, engine, began);
    }
    if !tick.began.is_empty() {
        app.state::<Desk>().worker.wake.notify_one();
    }
    let batches = engine.batches().await?;
    if !tick.began.is_empty() || *told != batches {
        tray::refresh(app);
        *told = batches;
    }
    Ok(())
}

async fn work_when_woken(app: &AppHandle) {
    let desk = app.state::<Desk>();
    while !desk.worker.stop.is_cancelled() {
        tokio::select! {
            () = desk.worker.wake.notified() => {}
            () = desk.worker.stop.cancelled() => return,
        }
        let Ok(engine) = desk.engine_to_change() else { continue };
        if let Err(error) = work(app, &engine, &desk.worker.stop).await {
            tracing::error!(code = error.code(), "the run stopped");
        }
    }
}

/// Works off the runs of leads under way, then the mails that are to be written anew.
async fn work(app: &AppHandle, engine: &Arc<Engine>, stop: &CancellationToken) -> Result<(), EngineError> {
    let mut worked = None;
    while let Some(run_id) = engine.run_to_work().await?.filter(|run_id| worked != Some(*run_id)) {
        research(app, engine, run_id, stop).await?;
        worked = Some(run_id);
    }
    let mut written = None;
    while let Some(redraft) = engine.redraft_to_write().await?.filter(|redraft| written != Some(*redraft)) {
        engine.work(redraft, stop).await?;
        written = Some(redraft);
        events::queue_changed(app);
        tray::refresh(app);
    }
    Ok(())
}

/// Works off a run of leads, and tells the window how far it is.
async fn research(app: &AppHandle, engine: &Arc<Engine>, run_id: RunId, stop: &CancellationToken) -> Result<(), EngineError> {
    let since = engine.now();
    let mut told = None;
    let working = engine.work(run_id, stop);
    tokio::pin!(working);
    let ended = loop {
        tokio::select! {
            ended = &mut working => break ended?,
            () = tokio::time::sleep(GLANCE) => tell_progress(app, engine, run_id, &mut told).await?,
        }
    };
    events::run_progress(app, &ended);
    events::queue_changed(app);
    tray::refresh(app);
    notifications::tell_what_arrived(app, engine, since).await
}

async fn tell_progress(app: &AppHandle, engine: &Engine, run_id: RunId, told: &mut Option<RunProgress>) -> Result<(), EngineError> {
    let progress = engine.run_progress(run_id).await?;
    if told.as_ref() == Some(&progress) {
        return Ok(());
    }
    events::run_progress(app, &progress);
    if told.as_ref().is_none_or(|told| told.drafted != progress.drafted) {
        events::queue_changed(app);
        tray::refresh(app);
    }
    *told = Some(progress);
    Ok(())
}

/// Tells the window when the network goes and when it comes back. Looking sends nothing.
async fn watch_the_network(app: &AppHandle) {
    let desk = app.state::<Desk>();
    let mut told = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_AT_NETWORK) => {}
            () = desk.worker.stop.cancelled() => return,
        }
        let Ok(engine) = desk.engine() else { continue };
        let offline_since = engine.offline_since();
        if offline_since != told {
            events::network_changed(app, offline_since);
            told = offline_since;
        }
    }
}

/// Writes down what is due and tells what happened to trust by itself. Each thing is told once while the program runs.
async fn watch_trust(app: &AppHandle) {
    let desk = app.state::<Desk>();
    let (mut place, mut told) = (None, BTreeSet::new());
    loop {
        tokio::select! {
            () = tokio::time::sleep(TRUST_ROUND) => {}
            () = desk.worker.wake_trust.notified() => {}
            () = desk.worker.stop.cancelled() => return,
        }
        let Ok(engine) = desk.engine_to_change() else { continue };
        if let Err(error) = tell_trust(app, &engine, &mut place, &mut told).await {
            tracing::warn!(code = error.code(), "nobody could be told of what happened to trust");
        }
    }
}

async fn tell_trust(app: &AppHandle, engine: &Engine, place: &mut Option<u64>, told: &mut BTreeSet<TrustNews>) -> Result<(), EngineError> {
    let Some(workflow) = engine.workflows().await?.into_iter().next() else { return Ok(()) };
    let overdue = engine.overdue_to_tell().await?;
    if !overdue.is_empty() {
        events::queue_changed(app);
        notifications::tell_overdue(app, engine, overdue).await?;
    }
    if engine.settle_trust(workflow.id).await? > 0 {
        events::queue_changed(app);
        events::outbox_changed(app);
        tray::refresh(app);
    }
    let after = match place {
        Some(place) => *place,
        None => engine.trust_news_from_now(workflow.id).await?,
    };
    let (now, news) = engine.trust_news(workflow.id, after).await?;
    *place = Some(now);
    for news in news {
        let is_pull_back = matches!(news, TrustNews::PulledBack { .. });
        if told.insert(news.clone()) || is_pull_back {
            notifications::tell_trust(app, engine, news).await?;
        }
        if is_pull_back {
            events::queue_changed(app);
            events::outbox_changed(app);
            tray::refresh(app);
        }
    }
    Ok(())
}

async fn hand_over_in_rounds(app: &AppHandle) {
    let desk = app.state::<Desk>();
    loop {
        tokio::select! {
            () = tokio::time::sleep(POST_ROUND) => {}
            () = desk.worker.stop.cancelled() => return,
        }
        let Ok(engine) = desk.engine_to_change() else { continue };
        match engine.hand_over_due(&desk.worker.stop).await {
            Ok(0) => {}
            Ok(_) => {
                events::outbox_changed(app);
                tray::refresh(app);
            }
            Err(error) => tracing::warn!(code = error.code(), "mails stay in the outbox"),
        }
    }
}
