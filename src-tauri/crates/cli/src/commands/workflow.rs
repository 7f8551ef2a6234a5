//! `workflow`: whom we look for and how we write, out as TOML and in from a file.

use crate::answer::Answer;
use crate::args::WorkflowCommand;
use crate::error::CliError;
use crate::files;
use autoreach_engine::Engine;
use autoreach_engine::workflows::{definition_as_toml, parse_definition};

/// Shows or sets a workflow.
pub(crate) async fn workflow(engine: &Engine, command: WorkflowCommand) -> Result<Answer, CliError> {
    match command {
        WorkflowCommand::Show { name } => {
            let workflow = engine.workflow(name.as_deref()).await?;
            Ok(Answer::new(&workflow, definition_as_toml(&workflow.definition)?))
        }
        WorkflowCommand::Set { file } => {
            let set = engine.set_workflow(parse_definition(&files::read_text(&file)?)?).await?;
            let (name, version) = (&set.workflow.definition.name, set.workflow.version);
            let text = if set.is_new {
                format!("Added the workflow {name}.")
            } else {
                format!("The workflow {name} is now at version {version}.")
            };
            Ok(Answer::new(&set, text))
        }
    }
}
