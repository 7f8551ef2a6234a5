//! `leads`: who is in the workspace, and what is missing to write to them.

use crate::answer::Answer;
use crate::args::LeadsArgs;
use crate::error::CliError;
use crate::view::lists;
use autoreach_engine::Engine;
use serde_json::json;

/// The leads of a workflow.
pub(crate) async fn leads(engine: &Engine, args: &LeadsArgs) -> Result<Answer, CliError> {
    let workflow = engine.workflow(args.workflow.as_deref()).await?;
    let mut lines = engine.leads(workflow.id).await?;
    if args.missing {
        lines.retain(|line| !line.missing.is_empty());
    }
    let text = if args.missing && lines.is_empty() { "No lead lacks anything.".into() } else { lists::leads(&lines) };
    Ok(Answer::new(&json!({ "leads": lines }), text))
}
