//! Workflows: described in a file of TOML or JSON, checked, versioned whole. A changed profile is journaled, because the
//! learner starts from it.

use crate::Engine;
use crate::error::{EngineError, Wording};
use autoreach_domain::decision::Event;
use autoreach_domain::ids::WorkflowId;
use autoreach_domain::lead::EmailAddress;
use autoreach_domain::oversight::marks::MarkKey;
use autoreach_domain::workflow::{Workflow, WorkflowDefinition};
pub use autoreach_store::tables::workflow::WorkflowVersion;
use autoreach_store::{WriteTransaction, journal, tables::workflow};
use ts_rs::TS;

/// Stands in for an address that is not typed yet while the other fields are looked at.
const SOME_ADDRESS: &str = "somebody@company.example";

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

fn fault_of(definition: &WorkflowDefinition) -> Option<DefinitionFault> {
    let fault = definition.check().err()?;
    Some(DefinitionFault { field: fault.field().to_owned(), message: fault.to_string() })
}

/// The first field of a form that has to be corrected, if any. A form is filled in step by step, so the sender may have no
/// address yet; that is its last fault and not a form that cannot be read.
pub fn fault_of_form(form: &serde_json::Value) -> Option<DefinitionFault> {
    if let Ok(definition) = serde_json::from_value::<WorkflowDefinition>(form.clone()) {
        return fault_of(&definition);
    }
    let address = form["sender"]["email"].as_str().unwrap_or_default();
    let mut with_an_address = form.clone();
    with_an_address["sender"]["email"] = SOME_ADDRESS.into();
    let fault = |field: &str, message: String| Some(DefinitionFault { field: field.to_owned(), message });
    match (serde_json::from_value::<WorkflowDefinition>(with_an_address), EmailAddress::parse(address)) {
        (Ok(definition), Err(cause)) => fault_of(&definition).or_else(|| fault("sender.email", cause.to_string())),
        (Ok(definition), Ok(_)) => fault_of(&definition),
        (Err(cause), _) => fault("", cause.to_string()),
    }
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
        let mut memory = self.memory.lock().await;
        let tx = self.store.begin().await?;
        let set = self.put_workflow(&tx, definition).await?;
        tx.commit().await?;
        memory.of(&self.store, set.workflow.id).await?;
        Ok(set)
    }

    /// The same as part of a use case, which holds the memory and folds it afterwards.
    pub(crate) async fn put_workflow(&self, tx: &WriteTransaction, definition: WorkflowDefinition) -> Result<WorkflowSet, EngineError> {
        definition.check()?;
        let now = self.now();
        let known = workflow::all(&**tx).await?.into_iter().find(|known| known.definition.name == definition.name);
        let is_new = known.is_none();
        let (id, version) = match &known {
            Some(known) => (known.id, known.version + 1),
            None => (self.id(WorkflowId::new)?, 1),
        };
        let set = Workflow { id, version, definition };
        if is_new {
            workflow::insert(&**tx, &set, &MarkKey(self.randomness.bytes()?), now).await?;
        } else {
            workflow::replace(&**tx, &set, now).await?;
        }
        let prior = autoreach_agents::prior(&set.definition);
        if known.is_none_or(|known| autoreach_agents::prior(&known.definition) != prior) {
            journal::append(&**tx, &[Event::ProfileStated { workflow_id: id, version, prior }], now).await?;
        }
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
    use super::*;
    use crate::testing::Desk;
    use serde_json::json;

    fn form(name: &str, email: &str) -> serde_json::Value {
        json!({
            "name": name,
            "messaging": { "offer": { "en": "We re-plan shipments." }, "question": { "en": "Worth a look?" } },
            "sender": { "name": "Alex Berg", "email": email, "company": "Portwise", "postal_address": "", "opt_out": { "en": "Say no." } },
        })
    }

    fn field(form: &serde_json::Value) -> Option<String> {
        fault_of_form(form).map(|fault| fault.field)
    }

    #[test]
    fn a_half_filled_form_has_its_faults_in_the_order_of_the_fields() {
        assert_eq!(field(&form("", "")).as_deref(), Some("name"), "the address is asked for last");
        assert_eq!(field(&form("Nordic freight", "")).as_deref(), Some("sender.email"));
        assert_eq!(field(&form("Nordic freight", "alex at portwise")).as_deref(), Some("sender.email"));
        assert_eq!(field(&form("Nordic freight", "alex@portwise.example")), None);
    }

    #[test]
    fn what_no_form_can_hold_is_a_fault_of_the_whole() {
        let mut strange = form("Nordic freight", "");
        strange["colour"] = json!("red");
        assert_eq!(field(&strange).as_deref(), Some(""));
    }

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
