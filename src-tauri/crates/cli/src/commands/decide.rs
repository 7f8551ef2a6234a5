//! `decide`, `undo` and `redo`: one verdict from the command line, and taking it back.

use super::items::find_item;
use crate::answer::Answer;
use crate::args::{DecideArgs, VerdictArg};
use crate::error::CliError;
use crate::files;
use crate::view::card::instruction_words;
use crate::view::proofs::proofs;
use crate::view::text::visible;
use crate::view::words::{clock_time, percent};
use autoreach_engine::Engine;
use autoreach_engine::domain::decision::Reason;
use autoreach_engine::domain::review::{Card, Gesture};
use autoreach_engine::error::EngineError;
use autoreach_engine::review::decide::{DecideOutcome, DecideRequest};
use autoreach_engine::review::instruct::InstructRequest;
use autoreach_engine::review::queue::ItemView;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Gives a verdict.
pub(crate) async fn decide(engine: &Arc<Engine>, args: &DecideArgs) -> Result<Answer, CliError> {
    let view = engine.item(find_item(engine, &args.item).await?).await?;
    let now = engine.now();
    let request = DecideRequest {
        reasons: args.reason.iter().filter_map(|number| Reason::by_number(usize::from(*number))).collect(),
        note: args.note.clone(),
        vouches: args.vouch,
        confirms_recipient: args.confirm_recipient,
        tz_offset_minutes: TimeZone::system().to_offset(now).seconds() / 60,
        shown_card_version: Some(view.item.card_version),
        ..DecideRequest::plain(view.item.id, gesture(args, &view)?)
    };
    let outcome = engine.decide(request).await?;
    let mut text = outcome_words(&outcome);
    if let Some(run_id) = outcome.redraft {
        engine.work(run_id, &CancellationToken::new()).await?;
        text.push_str(" The new draft is in the queue.");
    }
    Ok(Answer::new(&json!({ "outcome": outcome }), text))
}

fn gesture(args: &DecideArgs, view: &ItemView) -> Result<Gesture, CliError> {
    if args.verdict != VerdictArg::Edit && (args.final_text.is_some() || !args.wrong_fact.is_empty()) {
        return Err(CliError::NotAnEdit);
    }
    match args.verdict {
        VerdictArg::Accept => Ok(Gesture::Accept(args.part)),
        VerdictArg::Reject => Ok(Gesture::Reject(args.part)),
        VerdictArg::Redraft => Ok(Gesture::AskForRedraft),
        VerdictArg::Edit if !args.wrong_fact.is_empty() => wrong_facts(&view.item.card, &args.wrong_fact),
        VerdictArg::Edit => {
            let file = args.final_text.as_deref().ok_or(CliError::NothingEdited)?;
            let own_subject = view.item.card.draft.as_ref().map_or("", |draft| &draft.subject);
            let (subject, body) = parse_mail(&files::read_text(file)?, own_subject)?;
            Ok(Gesture::EditMail { subject, body })
        }
    }
}

/// The facts behind the numbers of their proofs.
fn wrong_facts(card: &Card, numbers: &[usize]) -> Result<Gesture, CliError> {
    let findings = proofs(card);
    let id = |number: &usize| {
        let finding = number.checked_sub(1).and_then(|index| findings.get(index));
        finding.map(|finding| finding.id).ok_or(CliError::NoSuchProof { number: *number, proofs: findings.len() })
    };
    Ok(Gesture::RemoveFacts(numbers.iter().map(id).collect::<Result<_, _>>()?))
}

/// Subject and body of a mail as people write it into a file: `Subject: ...`, an empty line, the body. Without the
/// first line the subject stays as it was.
pub(crate) fn parse_mail(text: &str, own_subject: &str) -> Result<(String, String), CliError> {
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let (subject, body) = match first.strip_prefix("Subject:") {
        Some(subject) => (subject.trim().to_owned(), rest),
        None => (own_subject.to_owned(), text.as_str()),
    };
    let body = body.trim_matches('\n').trim_end().to_owned();
    if body.trim().is_empty() || subject.is_empty() { Err(CliError::EmptyMail) } else { Ok((subject, body)) }
}

fn outcome_words(outcome: &DecideOutcome) -> String {
    let mut text = format!("{}.", outcome.summary);
    if let Some((mail, leaves)) = outcome.mail {
        let time = clock_time(leaves, &TimeZone::system());
        text.push_str(&format!(" Mail {mail} waits in the outbox until {time}; `autoreach undo` takes it back."));
    }
    if let Some((before, after)) = outcome.learned {
        text.push_str(&format!(" Confidence in leads like this: {} before, {} now.", percent(before), percent(after)));
    }
    text
}

/// Has a mail written anew as a person says.
pub(crate) async fn redraft(engine: &Arc<Engine>, item: &str, instruction: String) -> Result<Answer, CliError> {
    let view = engine.item(find_item(engine, item).await?).await?;
    let request = InstructRequest { item: view.item.id, text: instruction, shown_card_version: Some(view.item.card_version) };
    let outcome = engine.instruct(request).await?;
    engine.work(outcome.redraft, &CancellationToken::new()).await?;
    let written = engine.item(outcome.item).await?.item;
    let Some(draft) = &written.card.draft else { return Err(EngineError::NoSuchItem.into()) };
    let mut lines = vec![format!("Subject: {}", visible(&draft.subject)), String::new()];
    lines.extend(draft.body().lines().map(visible));
    lines.push(String::new());
    lines.extend(draft.instruction.iter().map(instruction_words));
    lines.push("It waits in the queue; `autoreach undo` brings the old mail back.".to_owned());
    Ok(Answer::new(&json!({ "outcome": outcome, "draft": draft }), lines.join("\n")))
}

/// Takes the last verdict back, or the last one on an item.
pub(crate) async fn undo(engine: &Engine, item: Option<&str>) -> Result<Answer, CliError> {
    let item = match item {
        Some(text) => Some(find_item(engine, text).await?),
        None => None,
    };
    let undone = engine.undo(item).await?;
    Ok(Answer::new(&undone, format!("Taken back: {}. It waits in the queue again; `autoreach redo` gives it again.", undone.summary)))
}

/// Gives the verdict taken back last again.
pub(crate) async fn redo(engine: &Engine) -> Result<Answer, CliError> {
    let redone = engine.redo().await?;
    Ok(Answer::new(&redone, format!("Given again: {}.", redone.summary)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_file_names_its_subject_or_keeps_the_old_one() {
        let parsed = |text: &str| parse_mail(text, "Planners").ok();
        let wanted = |subject: &str, body: &str| Some((subject.to_owned(), body.to_owned()));
        assert_eq!(parsed("Subject: Ports\r\n\r\nHi Wei,\r\n\r\nBest\r\n"), wanted("Ports", "Hi Wei,\n\nBest"));
        assert_eq!(parsed("Hi Wei,\n"), wanted("Planners", "Hi Wei,"));
        assert_eq!(parsed("Subject: Ports\n\n \n"), None);
    }
}
