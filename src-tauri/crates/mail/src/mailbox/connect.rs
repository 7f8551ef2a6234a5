//! Opening a mailbox: connect, encrypt, log in.

use super::account::{Credential, ImapAccount, Limits};
use super::dialogue::{Dialogue, broken};
use super::error::{ImapError, Words};
use super::guard::Guarded;
use super::wire::{Capabilities, Greeted, Wire, greet};
use async_imap::{Authenticator, Client, Session};
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for the answer to LOGOUT.
const GOODBYE: Duration = Duration::from_secs(2);

/// A mailbox we are logged in to.
pub struct Mailbox {
    pub(super) dialogue: Dialogue,
    pub(super) can: Capabilities,
    pub(super) limits: Limits,
}

/// Connects, encrypts and logs in.
pub async fn open(account: &ImapAccount, credential: &Credential) -> Result<Mailbox, ImapError> {
    check_characters(&account.username, credential)?;
    timeout(account.limits.connect, log_in(account, credential)).await.map_err(|_| ImapError::TimedOut)?
}

impl Mailbox {
    /// Takes its leave in the background: nobody waits for a courtesy.
    pub fn close(mut self) {
        tokio::spawn(async move {
            let _ = timeout(GOODBYE, self.dialogue.session.logout()).await;
        });
    }
}

/// A line break in a password would begin a second command.
fn check_characters(username: &str, credential: &Credential) -> Result<(), ImapError> {
    let (Credential::Password(secret) | Credential::AccessToken(secret)) = credential;
    let has_control = [username, secret].iter().any(|text| text.chars().any(char::is_control));
    if has_control || username.is_empty() { Err(ImapError::CredentialCharacters) } else { Ok(()) }
}

async fn log_in(account: &ImapAccount, credential: &Credential) -> Result<Mailbox, ImapError> {
    let Greeted { wire, can } = greet(account).await?;
    let client = Client::new(Guarded::new(wire, account.limits.line_bytes));
    let session = authenticate(client, &can, &account.username, credential).await?;
    let mut dialogue = Dialogue { session, limit: account.limits.command };
    let can = dialogue.capabilities().await?;
    Ok(Mailbox { dialogue, can, limits: account.limits })
}

type Stream = Guarded<Box<dyn Wire>>;

async fn authenticate(
    client: Client<Stream>,
    can: &Capabilities,
    username: &str,
    credential: &Credential,
) -> Result<Session<Stream>, ImapError> {
    let outcome = match credential {
        Credential::AccessToken(token) => {
            if !can.has("AUTH=XOAUTH2") {
                return Err(ImapError::LoginNotOffered);
            }
            client.authenticate("XOAUTH2", Once::new(format!("user={username}\u{1}auth=Bearer {token}\u{1}\u{1}"))).await
        }
        Credential::Password(password) if can.has("AUTH=PLAIN") => {
            client.authenticate("PLAIN", Once::new(format!("\0{username}\0{password}"))).await
        }
        Credential::Password(_) if can.has("LOGINDISABLED") => return Err(ImapError::LoginNotOffered),
        Credential::Password(password) => client.login(username, password).await,
    };
    outcome.map_err(|(error, _)| refused(&error))
}

/// Answers the server's first challenge; a second one is how XOAUTH2 announces a refusal and gets an empty line.
struct Once(Option<String>);

impl Once {
    fn new(response: String) -> Self {
        Self(Some(response))
    }
}

impl Authenticator for Once {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

/// What a failed login means.
fn refused(error: &async_imap::error::Error) -> ImapError {
    match error {
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text) => ImapError::LoginRefused(Words::new(words_in(text))),
        async_imap::error::Error::Io(error) => broken(error),
        async_imap::error::Error::ConnectionLost => ImapError::ConnectionLost,
        _ => ImapError::NotUnderstood,
    }
}

/// The server's words within the library's `code: …, info: Some("…")`.
fn words_in(text: &str) -> &str {
    text.split_once("info: Some(\"").map(|(_, words)| words.trim_end_matches("\")")).unwrap_or_default()
}
