//! The native menu: File, Edit, View, Go, Help. Its keys are few, because the window's own keys are the fast ones; the
//! Edit menu is what makes copy and paste work on macOS.

use crate::desk::Desk;
use crate::{events, opening};
use tauri::menu::{Menu, MenuBuilder, SubmenuBuilder};
use tauri::{AppHandle, Manager};
use tauri_plugin_opener::OpenerExt;

/// Screens under Go: name for the window, words.
const SCREENS: [(&str, &str); 5] =
    [("review", "Review"), ("leads", "Leads"), ("workflows", "Workflows"), ("outbox", "Outbox"), ("settings", "Settings")];
/// What the ids of those lines begin with.
const GO: &str = "go:";

/// Builds the menu.
pub(crate) fn build(app: &AppHandle) -> tauri::Result<Menu<tauri::Wry>> {
    let file = SubmenuBuilder::new(app, "File").text(format!("{GO}leads"), "Import leads…").separator().quit().build()?;
    let edit = SubmenuBuilder::new(app, "Edit").undo().redo().separator().cut().copy().paste().select_all().build()?;
    let view = SubmenuBuilder::new(app, "View").fullscreen().minimize().build()?;
    let go = SCREENS.iter().fold(SubmenuBuilder::new(app, "Go"), |go, (screen, words)| go.text(format!("{GO}{screen}"), *words)).build()?;
    let help = SubmenuBuilder::new(app, "Help").text("data_folder", "Open the data folder").about(None).build()?;
    MenuBuilder::new(app).items(&[&file, &edit, &view, &go, &help]).build()
}

/// Carries out a line of the menu.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    match id.strip_prefix(GO) {
        Some(screen) => events::open_screen(app, screen),
        None if id == "data_folder" => open_data_folder(app),
        None => {}
    }
}

/// Shows the workspace's folder in the system's file manager, also while the workspace does not open.
pub(crate) fn open_data_folder(app: &AppHandle) {
    let open = app.state::<Desk>().engine().map(|engine| engine.dir().to_owned());
    let Ok(dir) = open.or_else(|_| opening::meant_dir()) else { return };
    if let Err(error) = app.opener().open_path(dir.to_string_lossy(), None::<&str>) {
        tracing::warn!(%error, "the data folder could not be shown");
    }
}
