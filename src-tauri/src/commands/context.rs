//! What stops the agent, and what it is told around a lead: kinds of exceptions, notes about markets, contacts.

use super::{Answer, Shell};
use crate::opening::this_program;
use crate::{events, tray};
use autoreach_engine::context::contacts::{ContactList, ContactsAdded};
use autoreach_engine::context::exceptions::ExceptionDesk;
use autoreach_engine::domain::exception::ExceptionKind;
use autoreach_engine::domain::ids::{ContactId, MarketNoteId};
use autoreach_engine::domain::market_note::{MarketNote, NewMarketNote};
use serde::Deserialize;
use tauri::AppHandle;

/// A kind to be muted.
#[derive(Deserialize)]
pub(crate) struct Muting {
    kind: ExceptionKind,
    days: u16,
}

/// One kind.
#[derive(Deserialize)]
pub(crate) struct OneKind {
    kind: ExceptionKind,
}

/// One note.
#[derive(Deserialize)]
pub(crate) struct OneNote {
    note: MarketNoteId,
}

/// One contact.
#[derive(Deserialize)]
pub(crate) struct OneContact {
    contact: ContactId,
}

/// A staged file of contacts, and how they are known.
#[derive(Deserialize)]
pub(crate) struct ContactFile {
    file: String,
    note: String,
}

/// Every kind of exception: what waits, what is overdue, what is muted.
#[tauri::command]
pub(crate) async fn exception_desk(desk: Shell<'_>) -> Answer<Vec<ExceptionDesk>> {
    let engine = desk.engine()?;
    Ok(engine.exception_desk(engine.workflow(None).await?.id).await?)
}

/// Lets a kind hold nothing up for some days.
#[tauri::command]
pub(crate) async fn mute_exception(app: AppHandle, desk: Shell<'_>, request: Muting) -> Answer<Vec<ExceptionDesk>> {
    let engine = desk.engine_to_change()?;
    let workflow = engine.workflow(None).await?.id;
    engine.mute_exception(workflow, request.kind, request.days).await?;
    told(&app);
    Ok(engine.exception_desk(workflow).await?)
}

/// Lets a muted kind stop the agent again.
#[tauri::command]
pub(crate) async fn unmute_exception(app: AppHandle, desk: Shell<'_>, request: OneKind) -> Answer<Vec<ExceptionDesk>> {
    let engine = desk.engine_to_change()?;
    let workflow = engine.workflow(None).await?.id;
    engine.unmute_exception(workflow, request.kind).await?;
    told(&app);
    Ok(engine.exception_desk(workflow).await?)
}

fn told(app: &AppHandle) {
    events::queue_changed(app);
    tray::refresh(app);
}

/// The notes about markets that hold.
#[tauri::command]
pub(crate) async fn market_notes(desk: Shell<'_>) -> Answer<Vec<MarketNote>> {
    Ok(desk.engine()?.market_notes().await?)
}

/// Adds a note.
#[tauri::command]
pub(crate) async fn add_market_note(desk: Shell<'_>, request: NewMarketNote) -> Answer<Vec<MarketNote>> {
    let engine = desk.engine_to_change()?;
    engine.add_market_note(request).await?;
    Ok(engine.market_notes().await?)
}

/// Lets a note end.
#[tauri::command]
pub(crate) async fn end_market_note(desk: Shell<'_>, request: OneNote) -> Answer<Vec<MarketNote>> {
    let engine = desk.engine_to_change()?;
    engine.end_market_note(request.note).await?;
    Ok(engine.market_notes().await?)
}

/// Whom the team knows.
#[tauri::command]
pub(crate) async fn contacts(desk: Shell<'_>) -> Answer<ContactList> {
    Ok(desk.engine()?.contacts().await?)
}

/// Adds the people and companies of a staged file.
#[tauri::command]
pub(crate) async fn import_contacts(desk: Shell<'_>, request: ContactFile) -> Answer<ContactsAdded> {
    let (file, parser) = (desk.staged().file(&request.file)?, this_program()?);
    Ok(desk.engine_to_change()?.import_contacts(&file.bytes, &request.note, &parser).await?)
}

/// Takes somebody off.
#[tauri::command]
pub(crate) async fn remove_contact(desk: Shell<'_>, request: OneContact) -> Answer<ContactList> {
    let engine = desk.engine_to_change()?;
    engine.remove_contact(request.contact).await?;
    Ok(engine.contacts().await?)
}
