//! `exceptions`, `notes`, `contacts`: what stops the agent, and what it is told around a lead.

use super::run::parser;
use crate::answer::Answer;
use crate::args::{ContactsCommand, ExceptionsCommand, NoteArgs, NotesCommand};
use crate::error::CliError;
use crate::files;
use crate::view::context::{contacts_words, exceptions_words, notes_words};
use crate::view::words::{counted, day};
use autoreach_engine::Engine;
use autoreach_engine::domain::market_note::NewMarketNote;
use serde_json::json;

/// Shows the kinds of exceptions, or mutes one.
pub(crate) async fn exceptions(engine: &Engine, command: Option<ExceptionsCommand>) -> Result<Answer, CliError> {
    let workflow = engine.workflow(None).await?.id;
    match command {
        None => {
            let desk = engine.exception_desk(workflow).await?;
            Ok(Answer::new(&json!({ "exceptions": desk }), exceptions_words(&desk)))
        }
        Some(ExceptionsCommand::Mute { kind, days }) => {
            let mute = engine.mute_exception(workflow, kind, days).await?;
            let words = kind.words();
            let text = format!(
                "'{words}' holds nothing up until {}; it is still named on every card. What waits already stays with you.",
                day(mute.until)
            );
            Ok(Answer::new(&mute, text))
        }
        Some(ExceptionsCommand::Unmute { kind }) => {
            engine.unmute_exception(workflow, kind).await?;
            Ok(Answer::new(&json!({ "kind": kind }), format!("'{}' stops the agent again.", kind.words())))
        }
    }
}

/// Shows the notes about markets, adds one or lets one end.
pub(crate) async fn notes(engine: &Engine, command: Option<NotesCommand>) -> Result<Answer, CliError> {
    match command {
        None => {
            let notes = engine.market_notes().await?;
            Ok(Answer::new(&json!({ "notes": notes }), notes_words(&notes)))
        }
        Some(NotesCommand::Add(NoteArgs { text, industry, country, until })) => {
            let note = engine.add_market_note(NewMarketNote { text, industry, country, until }).await?;
            let text = format!("Leads of the market '{}' come to you until {}.", note.market(), note.until);
            Ok(Answer::new(&note, text))
        }
        Some(NotesCommand::End { id }) => {
            let ended = engine.end_market_note(id).await?;
            let text = if ended { "The note has ended." } else { "No note with this id holds; nothing was changed." };
            Ok(Answer::new(&json!({ "ended": ended }), text.to_owned()))
        }
    }
}

/// Shows whom the team knows, adds a file or takes somebody off.
pub(crate) async fn contacts(engine: &Engine, command: Option<ContactsCommand>) -> Result<Answer, CliError> {
    match command {
        None => {
            let list = engine.contacts().await?;
            Ok(Answer::new(&list, contacts_words(&list)))
        }
        Some(ContactsCommand::Import { file, note }) => {
            let added = engine.import_contacts(&files::read(&file)?, &note, &parser()?).await?;
            let text =
                format!("Contacts: {} new, {} known already, {} without mailbox or website.", added.new, added.known, added.unusable);
            Ok(Answer::new(&added, text))
        }
        Some(ContactsCommand::Remove { id }) => {
            let removed = engine.remove_contact(id).await?;
            let text =
                if removed { counted(1, "contact") + " taken off." } else { "No contact has this id; nothing was changed.".to_owned() };
            Ok(Answer::new(&json!({ "removed": removed }), text))
        }
    }
}
