//! "Your data" in Settings: backups, putting one back, everything as files, one person, and what a helper needs to know. Files and
//! folders are chosen in the system's own dialog; the window never names a path.

use super::{Answer, Shell};
use crate::error::{CommandError, ErrorCode};
use crate::{events, opening, tray};
use autoreach_engine::data::backups::{BackupCheck, BackupList, file_of};
use autoreach_engine::data::export::ExportReport;
use autoreach_engine::data::person::{Erased, FoundPerson, PersonHeld, WhichPerson};
use autoreach_engine::data::restore::{RestorePreview, RestoreReport};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

/// Where a backup goes.
#[derive(Deserialize)]
pub(crate) struct BackUp {
    /// A folder is asked for; else it stays in the workspace's own.
    to_chosen_folder: bool,
}

/// A backup by its name, or one that is asked for.
#[derive(Deserialize)]
pub(crate) struct WhichBackup {
    name: Option<String>,
}

/// Letters of a name.
#[derive(Deserialize)]
pub(crate) struct Search {
    text: String,
}

/// One person.
#[derive(Deserialize)]
pub(crate) struct OnePerson {
    who: WhichPerson,
}

/// The backups there are.
#[tauri::command]
pub(crate) async fn backups(desk: Shell<'_>) -> Answer<BackupList> {
    Ok(desk.engine()?.backups()?)
}

/// Takes a backup now; `None` when no folder was chosen.
#[tauri::command]
pub(crate) async fn back_up(app: AppHandle, desk: Shell<'_>, request: BackUp) -> Answer<Option<BackupCheck>> {
    let engine = desk.engine_to_change()?;
    if !request.to_chosen_folder {
        return Ok(Some(engine.back_up_now(None).await?));
    }
    let Some(folder) = folder(&app, "Where the backup goes").await else { return Ok(None) };
    Ok(Some(engine.back_up_now(Some(&folder)).await?))
}

/// What putting a backup back would do; without a name a file is asked for, and `None` when none was chosen.
#[tauri::command]
pub(crate) async fn preview_restore(app: AppHandle, desk: Shell<'_>, request: WhichBackup) -> Answer<Option<RestorePreview>> {
    let engine = desk.engine()?;
    let backup = match request.name {
        Some(name) => file_of(engine.dir(), Path::new(&name))?,
        None => match file(&app, "Which backup").await {
            Some(file) => file,
            None => return Ok(None),
        },
    };
    let preview = engine.preview_restore(&backup).await?;
    desk.choose_backup(backup);
    Ok(Some(preview))
}

/// Puts the backup back that was looked at last, and opens the workspace anew.
#[tauri::command]
pub(crate) async fn restore_backup(app: AppHandle, desk: Shell<'_>) -> Answer<RestoreReport> {
    let backup = desk.chosen_backup().ok_or_else(nothing_chosen)?;
    let report = opening::restore(&app, &backup).await?;
    tray::refresh(&app);
    events::queue_changed(&app);
    events::outbox_changed(&app);
    Ok(report)
}

/// Writes everything as files into a folder that is asked for.
#[tauri::command]
pub(crate) async fn export_everything(app: AppHandle, desk: Shell<'_>) -> Answer<Option<ExportReport>> {
    let engine = desk.engine()?;
    let Some(folder) = folder(&app, "Where the files go").await else { return Ok(None) };
    Ok(Some(engine.export_everything(&folder).await?))
}

/// People whose name, address or company holds some letters.
#[tauri::command]
pub(crate) async fn find_people(desk: Shell<'_>, request: Search) -> Answer<Vec<FoundPerson>> {
    Ok(desk.engine()?.find_people(&request.text).await?)
}

/// What is held about a person.
#[tauri::command]
pub(crate) async fn person_held(desk: Shell<'_>, request: OnePerson) -> Answer<PersonHeld> {
    Ok(desk.engine()?.person_held(&request.who).await?)
}

/// Writes what is held about a person into a file that is asked for; `false` when none was chosen.
#[tauri::command]
pub(crate) async fn save_person(app: AppHandle, desk: Shell<'_>, request: OnePerson) -> Answer<bool> {
    let extract = desk.engine()?.person_extract(&request.who).await?;
    save(&app, "what-is-held.json", &extract).await
}

/// Erases a person.
#[tauri::command]
pub(crate) async fn erase_person(app: AppHandle, desk: Shell<'_>, request: OnePerson) -> Answer<Erased> {
    let erased = desk.engine_to_change()?.erase_person(&request.who).await?;
    tray::refresh(&app);
    events::queue_changed(&app);
    events::outbox_changed(&app);
    Ok(erased)
}

/// What a helper needs to know, to be read before it is saved.
#[tauri::command]
pub(crate) async fn diagnostics(desk: Shell<'_>) -> Answer<String> {
    Ok(desk.engine()?.diagnostics().await?)
}

/// Saves it into a file that is asked for; `false` when none was chosen.
#[tauri::command]
pub(crate) async fn save_diagnostics(app: AppHandle, desk: Shell<'_>) -> Answer<bool> {
    let bundle = desk.engine()?.diagnostics().await?;
    save(&app, "autoreach-diagnostics.json", bundle.as_bytes()).await
}

async fn folder(app: &AppHandle, title: &str) -> Option<PathBuf> {
    asked(app, title, |dialog, answer| dialog.pick_folder(answer)).await
}

async fn file(app: &AppHandle, title: &str) -> Option<PathBuf> {
    asked(app, title, |dialog, answer| dialog.add_filter("Backups", &["db"]).pick_file(answer)).await
}

async fn save(app: &AppHandle, name: &str, bytes: &[u8]) -> Answer<bool> {
    let chosen = asked(app, "Save as", |dialog, answer| dialog.set_file_name(name).save_file(answer)).await;
    let Some(path) = chosen else { return Ok(false) };
    std::fs::write(&path, bytes)
        .map_err(|_| CommandError { code: ErrorCode::File, message: "the file could not be written".to_owned() })?;
    Ok(true)
}

/// What a person chose in the system's dialog; `None` when they closed it.
async fn asked(
    app: &AppHandle,
    title: &str,
    show: impl FnOnce(FileDialogBuilder<tauri::Wry>, Box<dyn FnOnce(Option<FilePath>) + Send>),
) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    show(app.dialog().file().set_title(title), Box::new(move |path| drop(answer.send(path))));
    chosen.await.ok().flatten()?.into_path().ok()
}

fn nothing_chosen() -> CommandError {
    CommandError { code: ErrorCode::NoSuchBackup, message: "no backup was chosen".to_owned() }
}
