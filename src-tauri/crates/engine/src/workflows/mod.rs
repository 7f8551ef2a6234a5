//! Workflows: described in a file of TOML or JSON, checked, versioned whole. A changed profile is journaled, because the
//! learner starts from it.

use crate::Engine;
use crate::error::{EngineError, Wording};
use autoreach_domain::decision::Event;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::oversight::marks::MarkKey;
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
pub use autoreach_store::tables::workflow::WorkflowVersion;
use autoreach_store::{journal, tables::workflow};
use ts_rs::TS;

/// What `workflow set` did.
#[derive(Debug, Clone, PartialEq, serde::Serialize, TS)]
pub struct WorkflowSet {
    /// The workflow as it now is.
    pub workflow: Workflow,
    /// It is new, rather than changed.
    pub is_new: bool,
}

/// Which field of a definition cannot be used, and what to write there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, TS)]
pub struct DefinitionFault {
    /// A path through the definition.
    pub field: String,
    /// What to write there.
    pub message: String,
}

/// The first field that has to be corrected, if any.
pub fn fault_of(definition: &WorkflowDefinition) -> Option<DefinitionFault> {
    let fault = definition.check().err()?;
    Some(DefinitionFault { field: fault.field().to_owned(), message: fault.to_string() })
}

/// Reads a definition; JSON when it starts with `{`, else TOML.
pub fn parse_definition(text: &str) -> Result<WorkflowDefinition, EngineError> {
    let unreadable = |cause: String| EngineError::DefinitionUnreadable(Wording(cause));
    let definition: WorkflowDefinition = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?
    } else {
        toml::from_str(text).map_err(|error| unreadable(error.to_string()))?
    };
    definition.check()?;
    Ok(definition)
}

/// A definition as TOML, as people write it.
pub fn definition_as_toml(definition: &WorkflowDefinition) -> Result<String, EngineError> {
    toml::to_string_pretty(definition).map_err(|error| EngineError::DefinitionUnreadable(Wording(error.to_string())))
}

impl Engine {
    /// Adds the workflow, or makes a new version of the one with this name.
    pub async fn set_workflow(&self, definition: WorkflowDefinition) -> Result<WorkflowSet, EngineError> {
        definition.check()?;
        let mut memory = self.memory.lock().await;
        let now = self.now();
        let tx = self.store.begin().await?;
        let known = workflow::all(&*tx).await?.into_iter().find(|known| known.definition.name == definition.name);
        let is_new = known.is_none();
        let (id, version) = match &known {
            Some(known) => (known.id, known.version + 1),
            None => (self.id(WorkflowId::new)?, 1),
        };
        let set = Workflow { id, version, definition };
        if is_new {
            workflow::insert(&*tx, &set, &MarkKey(self.randomness.bytes()?), now).await?;
        } else {
            workflow::replace(&*tx, &set, now).await?;
        }
        let prior = autoreach_agents::prior(&set.definition);
        if known.is_none_or(|known| autoreach_agents::prior(&known.definition) != prior) {
            journal::append(&*tx, &[Event::ProfileStated { workflow_id: id, version, prior }], now).await?;
        }
        tx.commit().await?;
        memory.of(&self.store, id).await?;
        Ok(WorkflowSet { workflow: set, is_new })
    }

    /// Every version of a workflow, newest first, the running one included. An old one is brought back by setting it again.
    pub async fn workflow_versions(&self, id: WorkflowId) -> Result<Vec<WorkflowVersion>, EngineError> {
        Ok(workflow::versions(self.store.read(), id).await?)
    }

    /// Every workflow, oldest first.
    pub async fn workflows(&self) -> Result<Vec<Workflow>, EngineError> {
        Ok(workflow::all(self.store.read()).await?)
    }

    /// The workflow of this name, or the only one there is.
    pub async fn workflow(&self, name: Option<&str>) -> Result<Workflow, EngineError> {
        let all = workflow::all(self.store.read()).await?;
        let wanted = all.into_iter().find(|workflow| name.is_none_or(|name| workflow.definition.name == name));
        wanted.ok_or(EngineError::NoWorkflow)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Desk;

    #[tokio::test]
    async fn every_version_is_kept_and_an_old_one_can_be_set_again() {
        let desk = Desk::empty().await;
        let first = desk.engine.workflow(None).await.expect("there is one");
        let mut changed = first.definition.clone();
        changed.sending.daily_cap = 7;
        desk.engine.set_workflow(changed).await.expect("changes");
        let versions = desk.engine.workflow_versions(first.id).await.expect("reads");
        assert_eq!(versions.iter().map(|version| version.version).collect::<Vec<_>>(), [2, 1]);
        desk.engine.set_workflow(versions[1].definition.clone()).await.expect("sets the old one again");
        let now = desk.engine.workflow(None).await.expect("there is one");
        assert_eq!((now.version, now.definition), (3, first.definition));
    }
}
