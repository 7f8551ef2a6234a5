//! Finding companies: looking at a list, a file of domains or a search engine, and taking some as leads.

use super::{Answer, Shell};
use crate::opening::secret;
use crate::{events, tray, worker};
use autoreach_engine::discovery::examples::{ExampleReport, with_statements};
use autoreach_engine::discovery::search::SearchView;
use autoreach_engine::discovery::view::{Added, ChosenCompany, DiscoveryReport};
use autoreach_engine::domain::discovery::{DiscoverySource, SearchEngine, SearchQuery};
use autoreach_engine::domain::icp::Icp;
use autoreach_engine::domain::icp::examples::Statement;
use autoreach_engine::domain::ids::WorkflowId;
use serde::Deserialize;
use tauri::AppHandle;

/// A page that lists companies.
#[derive(Deserialize)]
pub(crate) struct ListPage {
    workflow_id: WorkflowId,
    address: String,
}

/// A list of domains as text.
#[derive(Deserialize)]
pub(crate) struct DomainList {
    workflow_id: WorkflowId,
    name: String,
    text: String,
}

/// Words for a search engine.
#[derive(Deserialize)]
pub(crate) struct Searching {
    workflow_id: WorkflowId,
    queries: Vec<String>,
    engine: Option<SearchEngine>,
}

/// One workflow.
#[derive(Deserialize)]
pub(crate) struct OneWorkflow {
    workflow_id: WorkflowId,
}

/// Companies that a person calls good and bad, one a line.
#[derive(Deserialize)]
pub(crate) struct Examples {
    good: String,
    bad: String,
}

/// A profile and what is to be stated in it.
#[derive(Deserialize)]
pub(crate) struct Stating {
    icp: Icp,
    statements: Vec<Statement>,
}

/// Companies to be taken.
#[derive(Deserialize)]
pub(crate) struct Taking {
    workflow_id: WorkflowId,
    source: DiscoverySource,
    chosen: Vec<ChosenCompany>,
}

/// The address of a SearXNG server; none forgets it.
#[derive(Deserialize)]
pub(crate) struct SearxngAddress {
    address: Option<String>,
}

/// Brave's key as pasted; none forgets it.
#[derive(Deserialize)]
pub(crate) struct BraveKey {
    key: Option<String>,
}

/// The companies that a page lists.
#[tauri::command]
pub(crate) async fn discover_page(desk: Shell<'_>, request: ListPage) -> Answer<DiscoveryReport> {
    Ok(desk.engine_to_change()?.discover_from_page(request.workflow_id, &request.address).await?)
}

/// The companies of a list of domains.
#[tauri::command]
pub(crate) async fn discover_domains(desk: Shell<'_>, request: DomainList) -> Answer<DiscoveryReport> {
    Ok(desk.engine()?.discover_from_domains(request.workflow_id, &request.name, &request.text).await?)
}

/// The companies behind a search engine's results.
#[tauri::command]
pub(crate) async fn discover_search(desk: Shell<'_>, request: Searching) -> Answer<DiscoveryReport> {
    Ok(desk.engine_to_change()?.discover_by_search(request.workflow_id, &request.queries, request.engine).await?)
}

/// What to search for to find more like those that are accepted.
#[tauri::command]
pub(crate) async fn discovery_queries(desk: Shell<'_>, request: OneWorkflow) -> Answer<Vec<SearchQuery>> {
    Ok(desk.engine()?.discovery_queries(request.workflow_id).await?)
}

/// What sets good companies apart from bad ones.
#[tauri::command]
pub(crate) async fn profile_from_examples(desk: Shell<'_>, request: Examples) -> Answer<ExampleReport> {
    Ok(desk.engine_to_change()?.profile_from_examples(&request.good, &request.bad).await?)
}

/// A profile with statements in it; nothing is stored.
#[tauri::command]
pub(crate) async fn profile_with(request: Stating) -> Answer<Icp> {
    Ok(with_statements(request.icp, &request.statements))
}

/// Takes companies as leads.
#[tauri::command]
pub(crate) async fn add_discovered(app: AppHandle, desk: Shell<'_>, request: Taking) -> Answer<Added> {
    let added = desk.engine_to_change()?.add_discovered(request.workflow_id, &request.source, &request.chosen).await?;
    worker::wake(&app);
    tray::refresh(&app);
    events::queue_changed(&app);
    Ok(added)
}

/// What is set up for searching.
#[tauri::command]
pub(crate) async fn search_settings(desk: Shell<'_>) -> Answer<SearchView> {
    Ok(desk.engine()?.search_view().await?)
}

/// Sets or forgets the address of the SearXNG server.
#[tauri::command]
pub(crate) async fn set_searxng(desk: Shell<'_>, request: SearxngAddress) -> Answer<SearchView> {
    Ok(desk.engine_to_change()?.set_searxng(request.address.as_deref()).await?)
}

/// Keeps or forgets Brave's key.
#[tauri::command]
pub(crate) async fn set_brave_key(desk: Shell<'_>, request: BraveKey) -> Answer<SearchView> {
    Ok(desk.engine_to_change()?.set_brave_key(request.key.map(secret).as_ref()).await?)
}
