//! What the shell says to the window without being asked: each event has one function, so that its name and its content
//! stand in one place.

use crate::inbox::Notice;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::jobs::runner::RunProgress;
use jiff::Timestamp;
use serde::Serialize;
use tauri::{AppHandle, Emitter};

/// An item to be shown.
#[derive(Clone, Serialize)]
struct OpenItem {
    item: ItemId,
}

/// A screen to be shown.
#[derive(Clone, Serialize)]
struct OpenScreen<'a> {
    screen: &'a str,
}

/// Since when there is no network; `None` = it is back.
#[derive(Clone, Serialize)]
struct NetworkChanged {
    offline_since: Option<Timestamp>,
}

/// Items entered or left the queue, or their order changed.
pub(crate) fn queue_changed(app: &AppHandle) {
    emit(app, "queue_changed", ());
}

/// The agent went on.
pub(crate) fn run_progress(app: &AppHandle, progress: &RunProgress) {
    emit(app, "run_progress", progress.clone());
}

/// The network went, or came back.
pub(crate) fn network_changed(app: &AppHandle, offline_since: Option<Timestamp>) {
    emit(app, "network_changed", NetworkChanged { offline_since });
}

/// Mails moved on.
pub(crate) fn outbox_changed(app: &AppHandle) {
    emit(app, "outbox_changed", ());
}

/// A notification or a link names an item.
pub(crate) fn open_item(app: &AppHandle, item: ItemId) {
    emit(app, "open_item", OpenItem { item });
}

/// The tray or the menu names a screen.
pub(crate) fn open_screen(app: &AppHandle, screen: &str) {
    emit(app, "open_screen", OpenScreen { screen });
}

/// A new line in the inbox.
pub(crate) fn notice(app: &AppHandle, notice: Notice) {
    emit(app, "notice", notice);
}

fn emit<P: Serialize + Clone>(app: &AppHandle, name: &'static str, payload: P) {
    if let Err(error) = app.emit(name, payload) {
        tracing::warn!(name, %error, "the window could not be told");
    }
}
