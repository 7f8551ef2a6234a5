//! The hand-over to the user's own SMTP server, one phase at a time.
//!
//! [`connect`] logs in; [`Session::offer`] names sender and recipient and waits until the server is ready for the body
//! (354). There the caller sets its barrier and then either [`Offered::deliver`]s or [`Offered::abort`]s. The mail
//! library's own `send()` would hide this point. Up to it every failure is certain and safe; after it the only
//! uncertainty is a missing reply, which is an outcome of its own and never repeated from here. A session carries one
//! mail: first mails are few, and a fresh connection cannot inherit a half-spoken state. Nothing is retried or logged.

use crate::error::{Deferral, Misconfiguration, Reply, SmtpError, TlsRefusal};
use crate::message::{Envelope, FrozenMail};
use lettre::transport::smtp::Error as LettreError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for the answer to QUIT.
const GOODBYE: Duration = Duration::from_secs(2);

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// Plain greeting, then STARTTLS before anything of ours is said (port 587).
    StartTls,
    /// None: allowed only when every address of the host is this computer.
    None,
}

/// The limits of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Connecting, encrypting, greeting and login together.
    pub connect: Duration,
    /// Each of MAIL, RCPT and DATA. RFC 5321 4.5.3.2 asks for five minutes: servers slow strangers down on purpose.
    pub command: Duration,
    /// From the first byte of the body to the reply after the final dot. RFC 5321 asks for ten minutes; giving up
    /// early is what makes duplicates.
    pub delivery: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(60), command: Duration::from_secs(300), delivery: Duration::from_secs(600) }
    }
}

/// A mail account as set up by the user, without its password.
#[derive(Debug, Clone)]
pub struct SmtpAccount {
    /// Host name or address.
    pub host: String,
    /// 465 with [`Security::Tls`], 587 with [`Security::StartTls`], as a rule.
    pub port: u16,
    /// Encryption.
    pub security: Security,
    /// Empty = the server asks for no login (only sensible on this computer).
    pub username: String,
    /// A certificate (PEM) trusted besides the public ones: a company's own, or a test's.
    pub extra_root: Option<Vec<u8>>,
    /// Limits.
    pub timeouts: Timeouts,
}

/// A connection that is encrypted as asked and logged in.
pub struct Session {
    connection: AsyncSmtpConnection,
    timeouts: Timeouts,
}

/// A mail the server is ready to take. Dropping it is the same as [`Offered::abort`].
pub struct Offered {
    connection: AsyncSmtpConnection,
    mail: FrozenMail,
    timeouts: Timeouts,
}

/// What became of a body that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took the mail and answers for it.
    Accepted(Reply),
    /// 4xx: it certainly did not take it; try again later.
    RefusedForNow(Reply),
    /// 5xx: it certainly did not take it and never will.
    RefusedForGood(Reply),
    /// No reply that can be understood: it may have the mail or not. Never send it again by itself.
    NoReply,
}

/// Connects, encrypts and logs in.
pub async fn connect(account: &SmtpAccount, password: &str) -> Result<Session, SmtpError> {
    let connection =
        timeout(account.timeouts.connect, open(account, password)).await.map_err(|_| SmtpError::Deferred(Deferral::TimedOut))??;
    Ok(Session { connection, timeouts: account.timeouts })
}

/// Connects and logs in as a mail would, then takes its leave: for the "test" button and `doctor`.
pub async fn test_connection(account: &SmtpAccount, password: &str) -> Result<(), SmtpError> {
    connect(account, password).await?.quit();
    Ok(())
}

impl Session {
    /// Names sender and recipient and asks to send: MAIL, RCPT, DATA up to the 354. No byte of the mail is on the wire.
    pub async fn offer(mut self, mail: FrozenMail) -> Result<Offered, SmtpError> {
        match self.negotiate(mail.envelope()).await {
            Ok(()) => Ok(Offered { connection: self.connection, mail, timeouts: self.timeouts }),
            Err(refused) => {
                take_leave(self.connection);
                Err(refused)
            }
        }
    }

    /// Leaves without having sent anything.
    pub fn quit(self) {
        take_leave(self.connection);
    }

    async fn negotiate(&mut self, envelope: &Envelope) -> Result<(), SmtpError> {
        // Both addresses are checked types: ASCII, no spaces, no brackets, so they cannot hold a second command.
        self.ask(&format!("MAIL FROM:<{}>\r\n", envelope.from), &[250], Phase::Sender).await?;
        // 251 and 252 are "will forward" and "cannot check, will try".
        self.ask(&format!("RCPT TO:<{}>\r\n", envelope.to), &[250, 251, 252], Phase::Recipient).await?;
        self.ask("DATA\r\n", &[354], Phase::Body).await
    }

    /// One command and its reply, which must have one of the expected codes.
    async fn ask(&mut self, command: &str, expected: &[u16], phase: Phase) -> Result<(), SmtpError> {
        match timeout(self.timeouts.command, self.connection.command(command)).await {
            Err(_) => Err(SmtpError::Deferred(Deferral::TimedOut)),
            Ok(Err(error)) => Err(phase.refusal(&error)),
            Ok(Ok(response)) if expected.contains(&u16::from(response.code())) => Ok(()),
            Ok(Ok(_)) => Err(SmtpError::Deferred(Deferral::ConnectionLost)),
        }
    }
}

impl Offered {
    /// The mail on offer.
    pub fn mail(&self) -> &FrozenMail {
        &self.mail
    }

    /// Closes the connection without a byte of the mail. No QUIT: the server would read it as the mail's first line.
    pub fn abort(self) {
        drop(self);
    }

    /// Sends body and final dot and waits for the reply. Not to be cancelled: run it in a task of its own.
    pub async fn deliver(mut self) -> Outcome {
        // The library ends every body with CRLF, dot, CRLF. Ours already ends with CRLF, and one more would make the
        // stored mail differ from the approved one.
        let body = self.mail.bytes();
        let body = body.strip_suffix(b"\r\n").unwrap_or(body);
        let Ok(answer) = timeout(self.timeouts.delivery, self.connection.message(body)).await else {
            return Outcome::NoReply;
        };
        take_leave(self.connection);
        outcome_of(answer)
    }
}

/// Says QUIT in the background: the caller has a result to store, and nobody waits for a courtesy.
fn take_leave(mut connection: AsyncSmtpConnection) {
    tokio::spawn(async move {
        let _ = timeout(GOODBYE, connection.quit()).await;
    });
}

/// Where in the dialogue a refusal happened, which decides what it means.
#[derive(Clone, Copy)]
enum Phase {
    Greeting,
    Login,
    Sender,
    Recipient,
    Body,
}

impl Phase {
    /// What the library's error means at this place.
    fn refusal(self, error: &LettreError) -> SmtpError {
        let Some(reply) = reply_of(error) else {
            return SmtpError::Deferred(Deferral::ConnectionLost);
        };
        if error.is_transient() {
            return SmtpError::Deferred(Deferral::AskedToWait(reply));
        }
        // 530, 534, 535, 538: the login is missing, too weak, wrong or needs encryption, wherever the server says so.
        if matches!(reply.code, 530 | 534 | 535 | 538) {
            return SmtpError::AuthRefused(reply);
        }
        match self {
            Self::Login => SmtpError::AuthRefused(reply),
            Self::Greeting => SmtpError::Misconfigured(Misconfiguration::TurnedAway(reply)),
            Self::Sender => SmtpError::Misconfigured(Misconfiguration::SenderRefused(reply)),
            Self::Recipient | Self::Body => SmtpError::Bounced(reply),
        }
    }
}

async fn open(account: &SmtpAccount, password: &str) -> Result<AsyncSmtpConnection, SmtpError> {
    let mut connection = match account.security {
        Security::None => open_plain(&loopback_only(account).await?).await?,
        Security::Tls => open_tls(account).await?,
        Security::StartTls => open_starttls(account).await?,
    };
    if !account.username.is_empty() {
        log_in(&mut connection, account, password).await?;
    }
    Ok(connection)
}

/// The host's addresses, when all of them are this computer.
async fn loopback_only(account: &SmtpAccount) -> Result<Vec<SocketAddr>, SmtpError> {
    let found = tokio::net::lookup_host((account.host.as_str(), account.port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|_| SmtpError::Deferred(Deferral::Unreachable))?.collect();
    if addresses.iter().all(|address| address.ip().is_loopback()) {
        Ok(addresses)
    } else {
        Err(SmtpError::Misconfigured(Misconfiguration::PlainTextBeyondLoopback))
    }
}

async fn open_plain(addresses: &[SocketAddr]) -> Result<AsyncSmtpConnection, SmtpError> {
    AsyncSmtpConnection::connect_tokio1(addresses, None, &hello(), None, None).await.map_err(|error| connecting(&error))
}

async fn open_tls(account: &SmtpAccount) -> Result<AsyncSmtpConnection, SmtpError> {
    let tls = tls_parameters(account)?;
    let server = (account.host.as_str(), account.port);
    AsyncSmtpConnection::connect_tokio1(server, None, &hello(), Some(tls), None).await.map_err(|error| encrypting(&error))
}

async fn open_starttls(account: &SmtpAccount) -> Result<AsyncSmtpConnection, SmtpError> {
    let tls = tls_parameters(account)?;
    let server = (account.host.as_str(), account.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(server, None, &hello(), None, None).await.map_err(|error| connecting(&error))?;
    if !connection.can_starttls() {
        return Err(SmtpError::TlsRefused(TlsRefusal::NotOffered));
    }
    connection.starttls(tls, &hello()).await.map_err(|error| encrypting(&error))?;
    Ok(connection)
}

/// `[127.0.0.1]`: the hello must not tell strangers this computer's name.
fn hello() -> ClientId {
    ClientId::default()
}

fn tls_parameters(account: &SmtpAccount) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(account.host.clone());
    if let Some(pem) = &account.extra_root {
        let root = Certificate::from_pem(pem).map_err(|_| SmtpError::Misconfigured(Misconfiguration::ExtraRoot))?;
        builder = builder.add_root_certificate(root);
    }
    builder.build_rustls().map_err(|_| SmtpError::Misconfigured(Misconfiguration::ExtraRoot))
}

async fn log_in(connection: &mut AsyncSmtpConnection, account: &SmtpAccount, password: &str) -> Result<(), SmtpError> {
    let known = [Mechanism::Plain, Mechanism::Login];
    if connection.server_info().get_auth_mechanism(&known).is_none() {
        return Err(SmtpError::Misconfigured(Misconfiguration::NoPasswordLogin));
    }
    let credentials = Credentials::new(account.username.clone(), password.to_owned());
    match connection.auth(&known, &credentials).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Phase::Login.refusal(&error)),
    }
}

/// What a failure to connect or to greet means.
fn connecting(error: &LettreError) -> SmtpError {
    if reply_of(error).is_some() {
        return Phase::Greeting.refusal(error);
    }
    let spoke = error.is_response() || error.is_client();
    SmtpError::Deferred(if spoke { Deferral::ConnectionLost } else { Deferral::Unreachable })
}

/// What a failure to connect, encrypt or greet means where encryption is part of the step.
fn encrypting(error: &LettreError) -> SmtpError {
    if error.is_tls() || has_bad_data(error) { SmtpError::TlsRefused(TlsRefusal::Handshake) } else { connecting(error) }
}

/// `true` when the chain holds an IO error of the kind as which rustls reports a failed handshake.
fn has_bad_data(error: &LettreError) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The server's 4xx or 5xx reply behind an error, if it is one.
fn reply_of(error: &LettreError) -> Option<Reply> {
    let code = u16::from(error.status()?);
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    Some(Reply::new(code, &text))
}

/// What the answer to a body means. Whatever is no clear yes or no is no reply.
fn outcome_of(answer: Result<Response, LettreError>) -> Outcome {
    match answer {
        Ok(response) => match u16::from(response.code()) {
            code @ 200..=299 => Outcome::Accepted(Reply::new(code, &response.message().collect::<Vec<_>>().join(" "))),
            _ => Outcome::NoReply,
        },
        Err(error) => match reply_of(&error) {
            Some(reply) if error.is_transient() => Outcome::RefusedForNow(reply),
            Some(reply) => Outcome::RefusedForGood(reply),
            None => Outcome::NoReply,
        },
    }
}
