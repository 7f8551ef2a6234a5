//! `outbox` and `send`: what waits, what is held or taken back, and the hand-over itself.

use super::run::cancelled_by_ctrl_c;
use crate::answer::Answer;
use crate::args::{OutboxAction, ResolveAnswer, SendArgs};
use crate::error::CliError;
use crate::view::lists;
use crate::view::words::counted;
use autoreach_engine::Engine;
use autoreach_engine::outbox::UncertainAnswer;
use autoreach_engine::pipeline::send::{SendMode, SendReport};
use serde_json::json;
use std::sync::Arc;

/// Lists the outbox, or changes something in it.
pub(crate) async fn outbox(engine: &Engine, action: Option<OutboxAction>) -> Result<Answer, CliError> {
    let (result, text) = match action {
        None => return list(engine).await,
        Some(OutboxAction::HoldAll) => {
            let held = engine.hold_all().await?;
            (json!({ "held": held }), format!("Holding {}. `autoreach outbox release-all` lets them go on.", counted(held, "mail")))
        }
        Some(OutboxAction::ReleaseAll) => {
            let released = engine.release_all().await?;
            (json!({ "released": released }), format!("Released {}.", counted(released, "mail")))
        }
        Some(OutboxAction::Recall { mail }) => {
            engine.recall_mail(mail).await?;
            (json!({ "recalled": mail }), format!("Mail {mail} is taken back for good."))
        }
        Some(OutboxAction::Release { mail }) => {
            engine.release_mail(mail).await?;
            (json!({ "released": mail }), format!("Mail {mail} may leave now: `autoreach send`."))
        }
        Some(OutboxAction::Resolve { mail, answer }) => resolve(engine, mail, answer).await?,
    };
    Ok(Answer::new(&result, text))
}

async fn list(engine: &Engine) -> Result<Answer, CliError> {
    let lines = engine.outbox().await?;
    let is_dry_run = engine.is_dry_run().await?;
    let text = lists::outbox(&lines, engine.now(), is_dry_run);
    Ok(Answer::new(&json!({ "mails": lines, "dry_run": is_dry_run }), text))
}

async fn resolve(engine: &Engine, mail: i64, answer: ResolveAnswer) -> Result<(serde_json::Value, String), CliError> {
    let (answer, words) = match answer {
        ResolveAnswer::Sent => (UncertainAnswer::WasSent, "was sent"),
        ResolveAnswer::NotSent => (UncertainAnswer::WasNotSent, "was not sent and is given up"),
    };
    engine.resolve_uncertain(mail, answer).await?;
    Ok((json!({ "resolved": mail }), format!("Noted: mail {mail} {words}.")))
}

/// Hands over what is due, or says what that would be.
pub(crate) async fn send(engine: &Arc<Engine>, args: SendArgs) -> Result<Answer, CliError> {
    let mode = match (args.really, args.dry_run) {
        (true, _) => SendMode::Really,
        (false, true) => SendMode::DryRun,
        (false, false) => SendMode::AsSet,
    };
    let report = hand_over(engine, mode).await?;
    Ok(Answer::new(&report, lists::send(&report)))
}

/// Hands over what is due; Ctrl-C lets the mail in hand end and begins no other.
pub(crate) async fn hand_over(engine: &Arc<Engine>, mode: SendMode) -> Result<SendReport, CliError> {
    Ok(engine.send_due(mode, &cancelled_by_ctrl_c()).await?)
}
