//! Reviewing through pipes: one command a line in, cards and outcomes out.

use super::editor;
use super::keys::{Command, HELP, command_of_line};
use super::session::{Action, Session};
use crate::error::CliError;
use crate::view::card::{Detail, card_page};
use crate::view::text::{Inks, READING_WIDTH};
use std::io::{self, BufRead, Write};

/// Reads commands until the input ends or says so. With JSON asked for, only the closing answer is written.
pub(crate) async fn review(session: &mut Session, is_silent: bool) -> Result<(), CliError> {
    let mut out = Lines { is_silent };
    out.card(session)?;
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else {
            out.say("This line is not text.")?;
            continue;
        };
        match command_of_line(&line) {
            Some(Command::Quit) => break,
            Some(command) => carry_out(session, command, &mut out).await?,
            None if line.trim().is_empty() => {}
            None => out.say("Not understood: ? lists the commands.")?,
        }
    }
    Ok(())
}

async fn carry_out(session: &mut Session, command: Command, out: &mut Lines) -> Result<(), CliError> {
    session.touch();
    match command {
        Command::Act(action) => act(session, action, out).await,
        Command::Edit => edit(session, out).await,
        Command::Proof(number, step) => match session.show_proof(number, step).await {
            Ok(()) => out.say(&session.proof().map(|proof| proof.page.to_text(READING_WIDTH, Inks::Left)).unwrap_or_default()),
            Err(error) => out.say(&error.to_string()),
        },
        Command::Help => HELP.iter().try_for_each(|(key, meaning)| out.say(&format!("{key:<10} {meaning}"))),
        Command::Ask(_) | Command::Scroll(_) | Command::ToMail | Command::Close | Command::Quit => Ok(()),
    }
}

async fn act(session: &mut Session, action: Action, out: &mut Lines) -> Result<(), CliError> {
    let before = session.view().map(|view| view.item.id);
    match session.act(action).await {
        Ok(said) => out.say(&said)?,
        Err(error) => out.say(&error.to_string())?,
    }
    if session.view().map(|view| view.item.id) != before { out.card(session) } else { Ok(()) }
}

async fn edit(session: &mut Session, out: &mut Lines) -> Result<(), CliError> {
    let Some(text) = session.mail_to_edit() else { return out.say("There is no mail on this card.") };
    match editor::edit(&text, false) {
        Ok(Some(edited)) => act(session, Action::Edit(edited), out).await,
        Ok(None) => out.say("Nothing was changed."),
        Err(error) => out.say(&error.to_string()),
    }
}

/// Where the cards go.
struct Lines {
    is_silent: bool,
}

impl Lines {
    fn card(&mut self, session: &Session) -> Result<(), CliError> {
        match session.view() {
            Some(view) => {
                self.say(&format!("{}\n{} left", card_page(view, Detail::ForAVerdict).to_text(READING_WIDTH, Inks::Left), session.left()))
            }
            None => self.say("Nothing to review."),
        }
    }

    fn say(&mut self, text: &str) -> Result<(), CliError> {
        if self.is_silent || text.is_empty() {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()).map_err(CliError::Output)
    }
}
