//! `profile` and `era`: what was learned of the ideal customer, what people answer to it, and a new beginning.

use crate::answer::Answer;
use crate::args::{EraArgs, ProfileCommand, SlotArg};
use crate::error::CliError;
use crate::view::profile::{example_words, profile_words};
use autoreach_engine::Engine;
use autoreach_engine::domain::answers::ProfileAnswer;
use serde_json::json;

/// Shows the stated profile beside the learned one, or answers what it asks.
pub(crate) async fn profile(engine: &Engine, command: Option<ProfileCommand>) -> Result<Answer, CliError> {
    let workflow = engine.workflow(None).await?.id;
    let Some(command) = command else {
        let view = engine.profile(workflow).await?;
        return Ok(Answer::new(&view, profile_words(&view)));
    };
    let (answer, SlotArg { slot }) = match command {
        ProfileCommand::Adopt(slot) => (ProfileAnswer::Adopt, slot),
        ProfileCommand::Keep(slot) => (ProfileAnswer::Keep, slot),
        ProfileCommand::Dismiss(slot) => (ProfileAnswer::Dismiss, slot),
        ProfileCommand::Later(slot) => (ProfileAnswer::Later, slot),
        ProfileCommand::AskAgain(slot) => (ProfileAnswer::AskAgain, slot),
        ProfileCommand::Examples(SlotArg { slot }) => {
            let examples = engine.profile_examples(workflow, &slot).await?;
            return Ok(Answer::new(&examples, example_words(&examples)));
        }
    };
    let outcome = engine.answer_profile(workflow, &slot, answer).await?;
    let text = outcome.words.clone();
    Ok(Answer::new(&outcome, text))
}

/// Begins a new era.
pub(crate) async fn era(engine: &Engine, args: &EraArgs) -> Result<Answer, CliError> {
    let workflow = engine.workflow(None).await?.id;
    let begun = engine.begin_era(workflow, &args.why, args.old_weight).await?;
    let text = begun.words.clone();
    Ok(Answer::new(&json!({ "why": args.why, "old_weight": begun.old_weight, "verdicts": begun.verdicts, "words": text }), text))
}
