//! What can go wrong before a mail is at risk, named after what the caller can do about it.
//!
//! Everything here is certain: the server does not have the message. The one uncertain case, a body sent and no reply,
//! is no error but [`crate::Outcome::NoReply`].

use autoreach_domain::text::one_line;
use std::fmt;

/// Longest server reply kept, in characters.
const REPLY_CHARACTERS: usize = 200;

/// Why a message could not be composed. Nothing was stored or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Nothing visible in the subject: ask for one.
    #[error("the subject is empty")]
    EmptySubject,
    /// Nothing visible in the body: ask for one.
    #[error("the mail has no text")]
    EmptyBody,
    /// The text is longer than a mail of ours may be; it is never cut silently.
    #[error("the mail text is too long")]
    BodyTooLong,
    /// The date lies outside the years a mail header can carry (1970 to 9999).
    #[error("the mail's date cannot be written into a header")]
    Date,
    /// The mail library refused or panicked: hold the mail and show it to a person.
    #[error("the mail could not be put together")]
    Library,
    /// The composed bytes do not read back as what was asked for: hold the mail and show it to a person.
    #[error("the composed mail broke a rule of the mail format")]
    Malformed,
}

/// Why stored bytes are not the mail that was approved: never send it, show it to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored mail is not the one that was approved")]
pub struct NotTheApprovedMail;

/// A text that is no Message-ID of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a Message-ID")]
pub struct InvalidMessageId;

/// What a server answered, cut and on one line: safe to store and to show, not to log (servers repeat addresses).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three-digit code.
    pub code: u16,
    /// Its text.
    pub text: String,
}

impl Reply {
    /// Keeps the beginning of `text`, one line.
    pub(crate) fn new(code: u16, text: &str) -> Self {
        Self { code, text: one_line(text).chars().take(REPLY_CHARACTERS).collect() }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Why the hand-over stopped before the body. The message is certainly not with the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// Try again later, unchanged.
    #[error("the mail server did not take the mail now: {0}")]
    Deferred(Deferral),
    /// The server refused this recipient for good: do not try again.
    #[error("the mail server refused the recipient: {0}")]
    Bounced(Reply),
    /// The password or user name is wrong: ask the user; every mail of the account waits.
    #[error("the mail server refused the user name or password: {0}")]
    AuthRefused(Reply),
    /// No encrypted connection came about, so nothing was said on it: every mail of the account waits.
    #[error("no safe connection to the mail server: {0}")]
    TlsRefused(TlsRefusal),
    /// The account's settings cannot work: ask the user; every mail of the account waits.
    #[error("the mail account's settings do not work: {0}")]
    Misconfigured(Misconfiguration),
}

/// Causes that pass by themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Deferral {
    /// No connection: offline, wrong host, or a closed port.
    #[error("it could not be reached")]
    Unreachable,
    /// It took longer than the account's limit.
    #[error("it took too long to answer")]
    TimedOut,
    /// It closed the connection or spoke something that is not SMTP.
    #[error("it closed the connection")]
    ConnectionLost,
    /// It asked to come back later (4xx): greylisting, a full mailbox, too many connections.
    #[error("it asked to come back later ({0})")]
    AskedToWait(Reply),
}

/// Why no encrypted connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsRefusal {
    /// STARTTLS is set, the server does not offer it.
    #[error("it offers no encryption on this port")]
    NotOffered,
    /// The certificate is not trusted or names another host, or the port speaks no TLS.
    #[error("its certificate is not trusted, or the port speaks no TLS")]
    Handshake,
}

/// Settings that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misconfiguration {
    /// Unencrypted transport is for servers on this computer only.
    #[error("an unencrypted connection is allowed to this computer only")]
    PlainTextBeyondLoopback,
    /// The extra root certificate is no PEM certificate.
    #[error("the extra certificate cannot be read")]
    ExtraRoot,
    /// The host is no name a certificate could be checked against.
    #[error("the host name cannot be used")]
    Host,
    /// A user name is set, but the server offers neither AUTH PLAIN nor AUTH LOGIN.
    #[error("the server offers no login by password")]
    NoPasswordLogin,
    /// The server turns us away altogether (5xx at the greeting or the hello).
    #[error("the server turned us away ({0})")]
    TurnedAway(Reply),
    /// The server does not let this account send as this sender (5xx at MAIL).
    #[error("the server refused the sender ({0})")]
    SenderRefused(Reply),
}
