//! Why listening stopped: what happened, what it means and what to do next.

use autoreach_domain::text::one_line;
use std::fmt;

/// Longest text of the server's kept, in characters.
const WORDS_CHARACTERS: usize = 200;

/// What a server said, cut and on one line: safe to store and to show, not to log (servers repeat addresses).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(String);

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        Self(one_line(text).chars().take(WORDS_CHARACTERS).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("it gave no reason") } else { write!(f, "it said: {}", self.0) }
    }
}

/// What a server sent too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// A line without an end.
    #[error("an endless line")]
    Line,
    /// One piece of data larger than what was asked for.
    #[error("a piece of data larger than asked for")]
    Literal,
    /// More altogether than one answer may hold.
    #[error("an endless answer")]
    Answer,
    /// Brackets within brackets, deeper than any honest answer.
    #[error("brackets nested too deep")]
    Nesting,
}

/// Why listening to a mailbox stopped. No mail was changed, and the place up to which we read is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImapError {
    /// Offline, wrong host or a closed port: try again later.
    #[error("The mailbox server could not be reached, so replies are not seen for now. Check the network, the host name and the port.")]
    Unreachable,
    /// It took longer than the account's limit: try again later.
    #[error(
        "The mailbox server took too long to answer, so replies are not seen for now. It is tried again; if this stays, ask the provider."
    )]
    TimedOut,
    /// The connection broke: try again later.
    #[error("The mailbox server closed the connection, so replies are not seen for now. It is tried again by itself.")]
    ConnectionLost,
    /// STARTTLS is set, the server does not offer it: ask the user.
    #[error(
        "The mailbox server offers no encryption on this port, so nothing was sent to it. Choose TLS with port 993, or ask the provider."
    )]
    TlsNotOffered,
    /// No trusted certificate, another host's, or no TLS at all: ask the user.
    #[error(
        "The mailbox server's certificate is not trusted, or the port speaks no TLS, so no password was sent. Check the host name, the port and the encryption."
    )]
    TlsHandshake,
    /// Unencrypted connections are for this computer only: ask the user.
    #[error("An unencrypted mailbox connection is allowed to this computer only, so no password was sent. Choose TLS with port 993.")]
    PlainTextBeyondLoopback,
    /// The extra root certificate is no PEM certificate.
    #[error("The extra certificate cannot be read, so no connection was made. Choose a file in PEM form.")]
    ExtraRoot,
    /// The host is no name a certificate could be checked against.
    #[error("The mailbox host name cannot be used. Write it as the provider gives it, like imap.example.org.")]
    Host,
    /// User name, password or token hold characters that no login can carry.
    #[error("The user name or password of the mailbox holds a line break or another control character. Enter it again.")]
    CredentialCharacters,
    /// The login was refused: ask the user.
    #[error(
        "The mailbox server refused the user name or password ({0}). Replies are not seen until it is corrected; many providers want an app password."
    )]
    LoginRefused(Words),
    /// The server takes no login of the kind set up: ask the user.
    #[error("The mailbox server does not take this kind of login. Choose another one (password, or OAuth), or ask the provider.")]
    LoginNotOffered,
    /// The server turned us away at the greeting.
    #[error("The mailbox server turned us away ({0}). It is tried again later; if this stays, ask the provider.")]
    TurnedAway(Words),
    /// A command was refused.
    #[error("The mailbox server refused to {asked} ({words}). Nothing was changed; it is tried again later.")]
    Refused {
        /// What was asked, as a verb with its object.
        asked: &'static str,
        /// The server's words.
        words: Words,
    },
    /// No folder for sent mails is to be found: ask the user to look there themselves.
    #[error("No folder for sent mails was found in this mailbox, so it cannot be looked up there. Look in your mail program.")]
    NoSentFolder,
    /// No folder for drafts is to be found.
    #[error(
        "No folder for drafts was found in this mailbox, so the draft was not laid down. Create one called Drafts, or save the draft as a file."
    )]
    NoDraftsFolder,
    /// The server sent more than we take.
    #[error("The mailbox server sent {0}, so the connection was closed. No mail was changed; if this stays, ask the provider.")]
    TooMuch(Excess),
    /// What the server said is no IMAP we understand.
    #[error(
        "The mailbox server said something that cannot be understood, so the connection was closed. Check that host and port are those of IMAP."
    )]
    NotUnderstood,
    /// The server's numbers contradict each other or what was asked.
    #[error(
        "The mailbox server's message numbers contradict each other, so reading stopped. No mail was changed; it is tried again later."
    )]
    NumbersContradict,
}
