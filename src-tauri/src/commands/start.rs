//! The start, and what stands around every screen.

use super::{Answer, Shell};
use crate::events;
use crate::inbox::Notice;
use crate::opening::{self, OpenWith, Startup};
use autoreach_engine::overview::Overview;
use serde::Deserialize;
use tauri::AppHandle;

/// How a closed workspace is to be opened.
#[derive(Deserialize)]
pub(crate) struct OpenWorkspace {
    access: OpenWith,
    read_only: bool,
}

/// What the window shows first; waits until the workspace is open or cannot be.
#[tauri::command]
pub(crate) async fn startup(desk: Shell<'_>) -> Answer<Startup> {
    Ok(desk.startup().await)
}

/// Opens a closed workspace.
#[tauri::command]
pub(crate) async fn open_workspace(app: AppHandle, request: OpenWorkspace) -> Answer<Startup> {
    opening::open_with(&app, request.access, request.read_only).await
}

/// What stands around every screen. The first question after the start also brings the item a link asked for.
#[tauri::command]
pub(crate) async fn overview(app: AppHandle, desk: Shell<'_>) -> Answer<Overview> {
    let overview = desk.engine()?.overview().await?;
    if let Some(item) = desk.take_destination() {
        events::open_item(&app, item);
    }
    let by_choice = desk.is_for_reading().then(|| "opened for reading only".to_owned());
    Ok(Overview { read_only: overview.read_only.clone().or(by_choice), ..overview })
}

/// The inbox, newest first.
#[tauri::command]
pub(crate) fn notices(desk: Shell<'_>) -> Vec<Notice> {
    desk.inbox().all()
}

/// Empties the inbox.
#[tauri::command]
pub(crate) fn dismiss_notices(desk: Shell<'_>) {
    desk.inbox().clear();
}
