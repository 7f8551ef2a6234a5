//! The Review screen.

use super::{Answer, CommandError, Shell};
use crate::{events, tray, worker};
use autoreach_engine::StoredPage;
use autoreach_engine::domain::decision::Reason;
use autoreach_engine::domain::ids::{GestureId, ItemId, WorkflowId};
use autoreach_engine::domain::suppression::Suppression;
use autoreach_engine::review::decide::{DecideOutcome, DecideRequest};
use autoreach_engine::review::instruct::{InstructOutcome, InstructRequest};
use autoreach_engine::review::queue::{HistoryLine, ItemView, QueuePage, QueueSplit};
use autoreach_engine::review::undo::UndoOutcome;
use jiff::Timestamp;
use serde::Deserialize;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons};
use tauri_plugin_opener::OpenerExt;
use ts_rs::TS;
use url::Url;

/// A page of the queue.
#[derive(Deserialize)]
pub(crate) struct QueuePageRequest {
    split: QueueSplit,
    filter: String,
    offset: u64,
    limit: u64,
}

/// One item.
#[derive(Deserialize)]
pub(crate) struct OneItem {
    item: ItemId,
}

/// One stored page.
#[derive(Deserialize)]
pub(crate) struct OnePage {
    hash: String,
}

/// Reasons or a note given afterwards.
#[derive(Deserialize)]
pub(crate) struct Explanation {
    gesture: GestureId,
    workflow_id: WorkflowId,
    reasons: Vec<Reason>,
    note: String,
}

/// Until when an item sleeps.
#[derive(Deserialize)]
pub(crate) struct Snooze {
    item: ItemId,
    until: Timestamp,
}

/// What is taken back: the last gesture, or the last on an item.
#[derive(Deserialize)]
pub(crate) struct Undo {
    item: Option<ItemId>,
}

/// How many lines.
#[derive(Deserialize)]
pub(crate) struct Limit {
    limit: u64,
}

/// An address, domain or company to be left alone.
#[derive(Deserialize, TS)]
pub(crate) struct SuppressEntry {
    text: String,
    reason: String,
}

/// Entries for the do-not-contact list.
#[derive(Deserialize)]
pub(crate) struct Suppress {
    entries: Vec<SuppressEntry>,
}

/// A page out on the web.
#[derive(Deserialize)]
pub(crate) struct OpenSource {
    url: String,
}

/// One page of a split of the queue.
#[tauri::command]
pub(crate) async fn queue_page(desk: Shell<'_>, request: QueuePageRequest) -> Answer<QueuePage> {
    Ok(desk.engine()?.queue_page(request.split, &request.filter, request.offset, request.limit).await?)
}

/// One item with its card.
#[tauri::command]
pub(crate) async fn item(desk: Shell<'_>, request: OneItem) -> Answer<ItemView> {
    Ok(desk.engine()?.item(request.item).await?)
}

/// The stored text of a page.
#[tauri::command]
pub(crate) async fn stored_page(desk: Shell<'_>, request: OnePage) -> Answer<StoredPage> {
    Ok(desk.engine()?.stored_page(&request.hash).await?)
}

/// Carries out a gesture.
#[tauri::command]
pub(crate) async fn decide(app: AppHandle, desk: Shell<'_>, request: DecideRequest) -> Answer<DecideOutcome> {
    let outcome = desk.engine_to_change()?.decide(request).await?;
    changed(&app);
    Ok(outcome)
}

/// Has a mail written anew as a person says.
#[tauri::command]
pub(crate) async fn instruct(app: AppHandle, desk: Shell<'_>, request: InstructRequest) -> Answer<InstructOutcome> {
    let outcome = desk.engine_to_change()?.instruct(request).await?;
    changed(&app);
    Ok(outcome)
}

/// Adds reasons or a note to a gesture.
#[tauri::command]
pub(crate) async fn explain(desk: Shell<'_>, request: Explanation) -> Answer<()> {
    let Explanation { gesture, workflow_id, reasons, note } = request;
    Ok(desk.engine_to_change()?.explain(gesture, workflow_id, reasons, &note).await?)
}

/// Puts an item off.
#[tauri::command]
pub(crate) async fn snooze(app: AppHandle, desk: Shell<'_>, request: Snooze) -> Answer<()> {
    desk.engine_to_change()?.snooze(request.item, request.until).await?;
    changed(&app);
    Ok(())
}

/// Takes a gesture back.
#[tauri::command]
pub(crate) async fn undo(app: AppHandle, desk: Shell<'_>, request: Undo) -> Answer<UndoOutcome> {
    let outcome = desk.engine_to_change()?.undo(request.item).await?;
    changed(&app);
    Ok(outcome)
}

/// Gives it again.
#[tauri::command]
pub(crate) async fn redo(app: AppHandle, desk: Shell<'_>) -> Answer<UndoOutcome> {
    let outcome = desk.engine_to_change()?.redo().await?;
    changed(&app);
    Ok(outcome)
}

/// The last gestures that hold.
#[tauri::command]
pub(crate) async fn history(desk: Shell<'_>, request: Limit) -> Answer<Vec<HistoryLine>> {
    Ok(desk.engine()?.history(request.limit).await?)
}

/// Adds to the do-not-contact list.
#[tauri::command]
pub(crate) async fn suppress(app: AppHandle, desk: Shell<'_>, request: Suppress) -> Answer<u64> {
    let entries: Vec<_> = request.entries.into_iter().map(|entry| (entry.text, entry.reason)).collect();
    let added = desk.engine_to_change()?.suppress(&entries).await?;
    changed(&app);
    Ok(added)
}

/// The do-not-contact list.
#[tauri::command]
pub(crate) async fn suppressions(desk: Shell<'_>) -> Answer<Vec<Suppression>> {
    Ok(desk.engine()?.suppressions().await?)
}

/// Opens a page in the browser, after a yes: a page can name any address.
#[tauri::command]
pub(crate) fn open_source(app: AppHandle, request: OpenSource) -> Answer<()> {
    let url = web_address(&request.url)?;
    let question = format!("Open {} in your browser?", url.host_str().unwrap_or_default());
    let dialog = app.dialog().message(question).title("AutoReach");
    dialog.buttons(MessageDialogButtons::OkCancelCustom("Open".into(), "Cancel".into())).show(move |is_agreed| {
        if is_agreed && let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
            tracing::warn!(%error, "the browser did not open");
        }
    });
    Ok(())
}

fn web_address(text: &str) -> Answer<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty());
    url.ok_or_else(|| CommandError::unexpected("only web pages can be opened"))
}

/// The queue and the outbox may have moved, and the agent may have something to write.
fn changed(app: &AppHandle) {
    worker::wake(app);
    tray::refresh(app);
    events::outbox_changed(app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_opened() {
        assert!(web_address("https://orbital.example/jobs").is_ok());
        for other in ["file:///etc/passwd", "javascript:alert(1)", "autoreach://item/1", "https://user@orbital.example/", "orbital"] {
            assert!(web_address(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_gesture_is_read_as_the_window_says_it() {
        let said = serde_json::json!({
            "item": "0192f0c1-7d3e-7a3b-8a55-0c7b7f2e9d10", "gesture": { "gesture": "accept", "part": "all" }, "reasons": [],
            "note": "", "vouches": false, "confirms_recipient": false, "shown_at": null, "active_ms": 900, "tz_offset_minutes": 60,
        });
        let request: DecideRequest = serde_json::from_value(said).expect("reads");
        assert_eq!(request.gesture, autoreach_engine::domain::review::Gesture::Accept(autoreach_engine::domain::review::Part::All));
    }
}
