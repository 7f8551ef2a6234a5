//! When batches begin by themselves: part of the Workflows screen.

use super::{Answer, Shell};
use crate::{tray, worker};
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::domain::schedule::Schedule;
use autoreach_engine::schedule::view::ScheduleView;
use serde::Deserialize;
use tauri::AppHandle;

/// Whose schedule.
#[derive(Deserialize)]
pub(crate) struct WhoseSchedule {
    workflow_id: WorkflowId,
}

/// A schedule as changed; none ends it.
#[derive(Deserialize)]
pub(crate) struct SetSchedule {
    workflow_id: WorkflowId,
    schedule: Option<Schedule>,
}

/// No batch of any workflow begins by itself, or they begin again.
#[derive(Deserialize)]
pub(crate) struct PauseSchedules {
    workflow_id: WorkflowId,
    is_paused: bool,
}

/// A workflow's schedule and its next batch.
#[tauri::command]
pub(crate) async fn schedule(desk: Shell<'_>, request: WhoseSchedule) -> Answer<ScheduleView> {
    Ok(desk.engine()?.schedule(request.workflow_id).await?)
}

/// Sets or ends a workflow's schedule.
#[tauri::command]
pub(crate) async fn set_schedule(app: AppHandle, desk: Shell<'_>, request: SetSchedule) -> Answer<ScheduleView> {
    let view = desk.engine_to_change()?.set_schedule(request.workflow_id, request.schedule).await?;
    worker::wake(&app);
    tray::refresh(&app);
    Ok(view)
}

/// Pauses all schedules, or lets them go on.
#[tauri::command]
pub(crate) async fn pause_schedules(app: AppHandle, desk: Shell<'_>, request: PauseSchedules) -> Answer<ScheduleView> {
    let engine = desk.engine_to_change()?;
    engine.pause_schedules(request.is_paused).await?;
    worker::wake(&app);
    tray::refresh(&app);
    Ok(engine.schedule(request.workflow_id).await?)
}
