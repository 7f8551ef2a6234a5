//! Reviewing in the terminal: one card at a time, one key a verdict.
//!
//! [`session`] is the sitting (what is on screen, what was done last) and knows no keys and no terminal; [`keys`] is the
//! one place that says which key means what; [`terminal`] and [`lines`] are two faces over them, for a person at a
//! terminal and for a pipe. Nothing here decides anything by itself, and nothing touches the network.

mod editor;
mod keys;
mod lines;
mod pace;
mod screen;
mod session;
mod terminal;

use crate::answer::Answer;
use crate::error::CliError;
use crate::view::words::counted;
use autoreach_engine::Engine;
use serde_json::json;
use session::Session;
use std::io::{self, IsTerminal};
use std::sync::Arc;

/// Reviews until the queue is empty or the person leaves.
pub(crate) async fn review(engine: &Arc<Engine>, as_json: bool) -> Result<Answer, CliError> {
    let mut session = Session::begin(Arc::clone(engine)).await?;
    let is_at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal() && !as_json;
    if is_at_a_terminal {
        terminal::review(&mut session).await?;
    } else {
        lines::review(&mut session, as_json).await?;
    }
    let left = engine.queue_counts().await?.open;
    let decided = session.decided();
    session.end().await;
    let text =
        format!("{} decided in this sitting, {left} left. `autoreach outbox` shows what waits to be sent.", counted(decided, "item"));
    Ok(Answer::new(&json!({ "decided": decided, "left": left }), text))
}
