//! The Workflows screen.

use super::{Answer, Shell};
use autoreach_engine::domain::workflow::{Workflow, WorkflowDefinition};
use autoreach_engine::workflows::{DefinitionFault, WorkflowSet, fault_of_form};
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
