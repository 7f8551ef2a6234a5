//! The agent's run: begin, pause, go on, end.

use super::{Answer, Shell};
use crate::{tray, worker};
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::jobs::runner::RunProgress;
use autoreach_engine::settings::estimate::RunEstimate;
use serde::Deserialize;
use tauri::AppHandle;

/// Over which leads.
#[derive(Deserialize)]
pub(crate) struct StartRun {
    workflow_id: WorkflowId,
}

/// Starts a run, or goes on with the one under way.
#[tauri::command]
pub(crate) async fn start_run(app: AppHandle, desk: Shell<'_>, request: StartRun) -> Answer<RunProgress> {
    let engine = desk.engine_to_change()?;
    let run_id = engine.start_run(request.workflow_id).await?;
    worker::wake(&app);
    Ok(engine.run_progress(run_id).await?)
}

/// Says what a run would take; nothing is begun.
#[tauri::command]
pub(crate) async fn estimate_run(desk: Shell<'_>, request: StartRun) -> Answer<RunEstimate> {
    Ok(desk.engine()?.estimate_run(request.workflow_id).await?)
}

/// Lets what is in hand end and begins nothing new.
#[tauri::command]
pub(crate) async fn pause_run(app: AppHandle, desk: Shell<'_>) -> Answer<RunProgress> {
    let progress = desk.engine_to_change()?.pause_run().await?;
    tray::refresh(&app);
    Ok(progress)
}

/// Goes on.
#[tauri::command]
pub(crate) async fn resume_run(app: AppHandle, desk: Shell<'_>) -> Answer<RunProgress> {
    let progress = desk.engine_to_change()?.resume_run().await?;
    worker::wake(&app);
    tray::refresh(&app);
    Ok(progress)
}

/// Ends the run.
#[tauri::command]
pub(crate) async fn cancel_run(app: AppHandle, desk: Shell<'_>) -> Answer<RunProgress> {
    let progress = desk.engine_to_change()?.cancel_run().await?;
    tray::refresh(&app);
    Ok(progress)
}
