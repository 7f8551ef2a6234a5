//! One command and its whole answer, within its limits.
//!
//! The library's own commands take a refusal, or a connection that ends, for an empty answer: "no such mail" where
//! nobody looked. Here a command has succeeded when its tagged OK was read, and not otherwise.

use super::error::{Excess, ImapError, Words};
use super::guard::{Allowance, Guarded};
use super::wire::{Capabilities, Wire};
use async_imap::Session;
use async_imap::imap_proto::{Capability, RequestId, Response, Status};
use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// A connection that is logged in.
pub(super) struct Dialogue {
    pub(super) session: Session<Guarded<Box<dyn Wire>>>,
    pub(super) limit: Duration,
}

/// A command, its purpose in words, and what its answer may hold.
pub(super) struct Command<'a> {
    pub(super) text: &'a str,
    /// For the error: a verb with its object.
    pub(super) asked: &'static str,
    pub(super) allowance: Allowance,
}

impl Dialogue {
    /// Runs a command and shows every part of its answer to `each`; succeeds with the server's OK only.
    pub(super) async fn ask(
        &mut self,
        command: &Command<'_>,
        each: impl FnMut(&Response<'_>) -> Result<(), ImapError>,
    ) -> Result<(), ImapError> {
        let limit = self.limit;
        timeout(limit, self.run(command, None, each)).await.map_err(|_| ImapError::TimedOut)?
    }

    /// Runs a command that ends in `{n}` and sends `literal` once the server is ready for it.
    pub(super) async fn ask_with_literal(&mut self, command: &Command<'_>, literal: &[u8]) -> Result<(), ImapError> {
        let limit = self.limit;
        timeout(limit, self.run(command, Some(literal), |_| Ok(()))).await.map_err(|_| ImapError::TimedOut)?
    }

    /// What the server can do once we are logged in.
    pub(super) async fn capabilities(&mut self) -> Result<Capabilities, ImapError> {
        let mut words = Vec::new();
        let command = Command { text: "CAPABILITY", asked: "say what it can do", allowance: Allowance::lines() };
        self.ask(&command, |response| {
            if let Response::Capabilities(found) = response {
                words.extend(found.iter().map(word_of));
            }
            Ok(())
        })
        .await?;
        Ok(Capabilities::new(words.into_iter()))
    }

    async fn run(
        &mut self,
        command: &Command<'_>,
        mut literal: Option<&[u8]>,
        mut each: impl FnMut(&Response<'_>) -> Result<(), ImapError>,
    ) -> Result<(), ImapError> {
        self.session.get_mut().allow(command.allowance);
        let tag = self.session.run_command(command.text).await.map_err(|error| lost(&error))?;
        loop {
            let data = self.session.read_response().await.map_err(|error| broken(&error))?.ok_or(ImapError::ConnectionLost)?;
            match data.parsed() {
                Response::Done { tag: answered, status, outcome } => {
                    return done(&tag, answered, status, outcome.information.as_deref(), command.asked);
                }
                Response::Data { status: Status::Bye, .. } => return Err(ImapError::ConnectionLost),
                Response::Continue(_) => {
                    let bytes = literal.take().ok_or(ImapError::NotUnderstood)?;
                    self.send(bytes).await.map_err(|_| ImapError::ConnectionLost)?;
                }
                other => each(other)?,
            }
        }
    }

    async fn send(&mut self, literal: &[u8]) -> io::Result<()> {
        let wire = self.session.get_mut();
        wire.write_all(literal).await?;
        wire.write_all(b"\r\n").await?;
        wire.flush().await
    }
}

/// What the tagged line says about the command.
fn done(tag: &RequestId, answered: &RequestId, status: &Status, words: Option<&str>, asked: &'static str) -> Result<(), ImapError> {
    if tag != answered {
        return Err(ImapError::NotUnderstood);
    }
    match status {
        Status::Ok => Ok(()),
        _ => Err(ImapError::Refused { asked, words: Words::new(words.unwrap_or_default()) }),
    }
}

fn word_of(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => String::from("IMAP4REV1"),
        Capability::Auth(mechanism) => format!("AUTH={mechanism}"),
        Capability::Atom(word) => word.to_string(),
    }
}

/// What a failure to read means. The library's parse errors quote what they read, so their text goes no further.
pub(super) fn broken(error: &io::Error) -> ImapError {
    if let Some(excess) = error.get_ref().and_then(|inner| inner.downcast_ref::<Excess>()) {
        return ImapError::TooMuch(*excess);
    }
    match error.kind() {
        io::ErrorKind::Other | io::ErrorKind::InvalidData => ImapError::NotUnderstood,
        _ => ImapError::ConnectionLost,
    }
}

/// What the library's own error means where a command was on its way.
pub(super) fn lost(error: &async_imap::error::Error) -> ImapError {
    match error {
        async_imap::error::Error::Io(error) => broken(error),
        async_imap::error::Error::ConnectionLost => ImapError::ConnectionLost,
        _ => ImapError::NotUnderstood,
    }
}
