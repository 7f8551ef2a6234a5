//! The Leads screen: the list, one lead and its corrections, importing a file and taking it back.

use super::{Answer, Shell};
use crate::opening::this_program;
use crate::staging::StagedFile;
use crate::{events, tray, worker};
use autoreach_engine::LeadImport;
use autoreach_engine::domain::ids::{ImportId, LeadId, WorkflowId};
use autoreach_engine::leads::GivenUp;
use autoreach_engine::leads::edit::LeadChange;
use autoreach_engine::leads::page::{LeadDetail, LeadPage};
use autoreach_engine::pipeline::import::{self, ImportReport};
use serde::Deserialize;
use tauri::AppHandle;
use ts_rs::TS;

/// A file as the window read it.
#[derive(Deserialize)]
pub(crate) struct LeadFile {
    file_name: String,
    content_base64: String,
}

/// A staged file to be imported; overrides are `Header=field`.
#[derive(Deserialize, TS)]
pub(crate) struct ImportRequest {
    workflow_id: WorkflowId,
    file: String,
    overrides: Vec<String>,
    takes_unsure: bool,
}

/// A page of the list.
#[derive(Deserialize)]
pub(crate) struct LeadPageRequest {
    workflow_id: WorkflowId,
    filter: String,
    archived: bool,
    offset: u64,
    limit: u64,
}

/// One lead.
#[derive(Deserialize)]
pub(crate) struct OneLead {
    lead: LeadId,
}

/// A lead as it shall be.
#[derive(Deserialize)]
pub(crate) struct ChangeLead {
    lead: LeadId,
    change: LeadChange,
}

/// The tags of a lead.
#[derive(Deserialize)]
pub(crate) struct TagLead {
    lead: LeadId,
    tags: Vec<String>,
}

/// Put away, or brought back.
#[derive(Deserialize)]
pub(crate) struct ArchiveLead {
    lead: LeadId,
    is_archived: bool,
}

/// One import.
#[derive(Deserialize)]
pub(crate) struct OneImport {
    import: ImportId,
}

/// One page of the leads.
#[tauri::command]
pub(crate) async fn lead_page(desk: Shell<'_>, request: LeadPageRequest) -> Answer<LeadPage> {
    Ok(desk.engine()?.lead_page(request.workflow_id, &request.filter, request.archived, request.offset, request.limit).await?)
}

/// One lead with its dossier.
#[tauri::command]
pub(crate) async fn lead(desk: Shell<'_>, request: OneLead) -> Answer<LeadDetail> {
    Ok(desk.engine()?.lead_detail(request.lead).await?)
}

/// Corrects a lead; what was begun for it is made anew.
#[tauri::command]
pub(crate) async fn change_lead(app: AppHandle, desk: Shell<'_>, request: ChangeLead) -> Answer<LeadDetail> {
    let detail = desk.engine_to_change()?.change_lead(request.lead, request.change).await?;
    moved(&app);
    Ok(detail)
}

/// Has the pages of a lead's company read again.
#[tauri::command]
pub(crate) async fn read_again(app: AppHandle, desk: Shell<'_>, request: OneLead) -> Answer<LeadDetail> {
    let again = desk.engine_to_change()?.read_again(request.lead).await?;
    moved(&app);
    Ok(again.detail)
}

/// Replaces the tags of a lead.
#[tauri::command]
pub(crate) async fn tag_lead(desk: Shell<'_>, request: TagLead) -> Answer<LeadDetail> {
    Ok(desk.engine_to_change()?.tag_lead(request.lead, &request.tags).await?)
}

/// Puts a lead away or brings it back.
#[tauri::command]
pub(crate) async fn archive_lead(app: AppHandle, desk: Shell<'_>, request: ArchiveLead) -> Answer<LeadDetail> {
    let detail = desk.engine_to_change()?.archive_lead(request.lead, request.is_archived).await?;
    moved(&app);
    Ok(detail)
}

/// Keeps a file until it is imported.
#[tauri::command]
pub(crate) fn stage_lead_file(desk: Shell<'_>, request: LeadFile) -> Answer<StagedFile> {
    desk.staged().stage(&request.file_name, &request.content_base64)
}

/// What an import would do.
#[tauri::command]
pub(crate) async fn preview_import(desk: Shell<'_>, request: ImportRequest) -> Answer<ImportReport> {
    let (file, parser) = (desk.staged().file(&request.file)?, this_program()?);
    let engine = desk.engine()?;
    Ok(engine.preview_import(&engine_request(&request, &file.file_name, &file.bytes, &parser)).await?)
}

/// Imports the file.
#[tauri::command]
pub(crate) async fn import_leads(desk: Shell<'_>, request: ImportRequest) -> Answer<ImportReport> {
    let (file, parser) = (desk.staged().file(&request.file)?, this_program()?);
    let engine = desk.engine_to_change()?;
    Ok(engine.import(&engine_request(&request, &file.file_name, &file.bytes, &parser)).await?)
}

/// Every import, newest first.
#[tauri::command]
pub(crate) async fn imports(desk: Shell<'_>) -> Answer<Vec<LeadImport>> {
    Ok(desk.engine()?.imports().await?)
}

/// Takes an import back; how many leads went.
#[tauri::command]
pub(crate) async fn undo_import(app: AppHandle, desk: Shell<'_>, request: OneImport) -> Answer<u64> {
    let withdrawn = desk.engine_to_change()?.undo_import(request.import).await?;
    moved(&app);
    Ok(withdrawn)
}

/// Steps that wait for a person.
#[tauri::command]
pub(crate) async fn given_up(desk: Shell<'_>) -> Answer<Vec<GivenUp>> {
    Ok(desk.engine()?.given_up().await?)
}

/// Items may have left the queue or come into it, and the agent may have something to do.
fn moved(app: &AppHandle) {
    worker::wake(app);
    tray::refresh(app);
    events::queue_changed(app);
}

fn engine_request<'a>(
    request: &'a ImportRequest,
    file_name: &'a str,
    bytes: &'a [u8],
    parser: &'a std::path::Path,
) -> import::ImportRequest<'a> {
    import::ImportRequest {
        workflow_id: request.workflow_id,
        file_name,
        bytes,
        overrides: &request.overrides,
        takes_unsure: request.takes_unsure,
        parser,
    }
}
