//! The Workflows screen.

use super::{Answer, Shell};
use autoreach_engine::domain::ids::WorkflowId;
use autoreach_engine::domain::workflow::{Workflow, WorkflowDefinition};
use autoreach_engine::workflows::{DefinitionFault, WorkflowSet, WorkflowVersion, fault_of_form};
use serde::Deserialize;

/// A definition as edited.
#[derive(Deserialize)]
pub(crate) struct Definition {
    definition: WorkflowDefinition,
}

/// A definition as far as it is filled in.
#[derive(Deserialize)]
pub(crate) struct DefinitionForm {
    definition: serde_json::Value,
}

/// One workflow.
#[derive(Deserialize)]
pub(crate) struct OneWorkflow {
    workflow_id: WorkflowId,
}

/// Every workflow, oldest first.
#[tauri::command]
pub(crate) async fn workflows(desk: Shell<'_>) -> Answer<Vec<Workflow>> {
    Ok(desk.engine()?.workflows().await?)
}

/// The first field that has to be corrected, if any.
#[tauri::command]
pub(crate) fn check_workflow(request: DefinitionForm) -> Option<DefinitionFault> {
    fault_of_form(&request.definition)
}

/// Adds the workflow or makes a new version of it.
#[tauri::command]
pub(crate) async fn set_workflow(desk: Shell<'_>, request: Definition) -> Answer<WorkflowSet> {
    Ok(desk.engine_to_change()?.set_workflow(request.definition).await?)
}

/// Every version of a workflow, newest first.
#[tauri::command]
pub(crate) async fn workflow_versions(desk: Shell<'_>, request: OneWorkflow) -> Answer<Vec<WorkflowVersion>> {
    Ok(desk.engine()?.workflow_versions(request.workflow_id).await?)
}
