//! `team`: who reviews here, whose turn it is, and how well they agree.

use crate::answer::Answer;
use crate::args::TeamCommand;
use crate::error::CliError;
use crate::view::team::{pace_words, reviewers_words, team_words};
use autoreach_engine::Engine;

/// Shows how the team agrees, or says who decides.
pub(crate) async fn team(engine: &Engine, command: Option<TeamCommand>) -> Result<Answer, CliError> {
    let reviewers = match command {
        None => {
            let view = engine.team(engine.workflow(None).await?.id).await?;
            return Ok(Answer::new(&view, team_words(&view)));
        }
        Some(TeamCommand::Pace) => {
            let view = engine.pace(engine.workflow(None).await?.id).await?;
            return Ok(Answer::new(&view, pace_words(&view)));
        }
        Some(TeamCommand::List) => engine.reviewers().await?,
        Some(TeamCommand::Add { name }) => engine.add_reviewer(name.as_str()).await?,
        Some(TeamCommand::Use { name }) => engine.use_reviewer(name.as_str()).await?,
        Some(TeamCommand::Senior { name, off }) => {
            engine.set_senior(engine.workflow(None).await?.id, name.as_str(), !off).await?;
            engine.reviewers().await?
        }
    };
    Ok(Answer::new(&reviewers, reviewers_words(&reviewers)))
}
