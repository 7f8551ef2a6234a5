//! `insights`: how it goes week by week, and whether the drafts learn.

use crate::answer::Answer;
use crate::error::CliError;
use crate::view::insights::insights_words;
use autoreach_engine::Engine;
use serde_json::json;

/// Shows how the workflow does. Old drafts are written again for it, by the built-in engine.
pub(crate) async fn insights(engine: &Engine) -> Result<Answer, CliError> {
    let workflow = engine.workflow(None).await?.id;
    let (view, proof) = (engine.insights(workflow).await?, engine.style_proof(workflow).await?);
    let text = insights_words(&view, &proof);
    Ok(Answer::new(&json!({ "insights": view, "style": proof }), text))
}
