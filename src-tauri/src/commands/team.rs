//! The people who review: whose turn it is, and how well they agree.

use super::{Answer, Shell};
use crate::{events, tray};
use autoreach_engine::settings::view::SettingsView;
use autoreach_engine::team::view::{PaceView, TeamView};
use serde::Deserialize;
use tauri::AppHandle;

/// A person by name.
#[derive(Deserialize)]
pub(crate) struct Person {
    name: String,
}

/// How the team agrees.
#[tauri::command]
pub(crate) async fn team(desk: Shell<'_>) -> Answer<TeamView> {
    let engine = desk.engine()?;
    Ok(engine.team(engine.workflow(None).await?.id).await?)
}

/// When whoever decides at present reviews, and how long they sit.
#[tauri::command]
pub(crate) async fn pace(desk: Shell<'_>) -> Answer<PaceView> {
    let engine = desk.engine()?;
    Ok(engine.pace(engine.workflow(None).await?.id).await?)
}

/// Whether a person's word settles what no majority does.
#[derive(Deserialize)]
pub(crate) struct Senior {
    name: String,
    is_senior: bool,
}

/// Lets a person's word settle leads that as many accept as reject, or no longer.
#[tauri::command]
pub(crate) async fn set_senior(desk: Shell<'_>, request: Senior) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.set_senior(engine.workflow(None).await?.id, &request.name, request.is_senior).await?;
    Ok(engine.settings().await?)
}

/// Adds a person.
#[tauri::command]
pub(crate) async fn add_reviewer(desk: Shell<'_>, request: Person) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.add_reviewer(&request.name).await?;
    Ok(engine.settings().await?)
}

/// Lets a person decide from now on. Another person is asked for other opinions.
#[tauri::command]
pub(crate) async fn use_reviewer(app: AppHandle, desk: Shell<'_>, request: Person) -> Answer<SettingsView> {
    let engine = desk.engine_to_change()?;
    engine.use_reviewer(&request.name).await?;
    events::queue_changed(&app);
    tray::refresh(&app);
    Ok(engine.settings().await?)
}
