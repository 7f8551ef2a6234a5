//! From a host name to a stream that is encrypted as asked, before the IMAP library sees it.
//!
//! Greeting, CAPABILITY and STARTTLS are spoken here, line by line: the library has no STARTTLS of its own, and whatever
//! a server (or somebody in between) says in the clear after it must not be taken for something said encrypted.

use super::account::ImapAccount;
use super::error::{Excess, ImapError, Words};
use crate::transport::Security;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// Longest line of a greeting or a list of capabilities, in bytes.
const EARLY_LINE_BYTES: usize = 8 << 10;
/// Most lines of an answer before the login.
const EARLY_LINES: usize = 50;

/// What can carry the dialogue.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// A stream encrypted as asked, greeting heard, and what the server says it can do.
pub(super) struct Greeted {
    pub(super) wire: Box<dyn Wire>,
    pub(super) can: Capabilities,
}

/// What the server says it can do, in capitals.
#[derive(Debug, Clone, Default)]
pub(super) struct Capabilities(Vec<String>);

impl Capabilities {
    pub(super) fn new(words: impl Iterator<Item = String>) -> Self {
        Self(words.map(|word| word.to_ascii_uppercase()).collect())
    }

    /// `true` when `capability` (in capitals) is among them.
    pub(super) fn has(&self, capability: &str) -> bool {
        self.0.iter().any(|word| word == capability)
    }
}

/// Connects and encrypts as the account asks.
pub(super) async fn greet(account: &ImapAccount) -> Result<Greeted, ImapError> {
    match account.security {
        Security::Tls => {
            let stream = TcpStream::connect((account.host.as_str(), account.port)).await.map_err(|_| ImapError::Unreachable)?;
            greeted(encrypted(account, stream).await?).await
        }
        Security::StartTls => {
            let stream = TcpStream::connect((account.host.as_str(), account.port)).await.map_err(|_| ImapError::Unreachable)?;
            started_tls(account, stream).await
        }
        Security::None => {
            let stream = TcpStream::connect(&*loopback_only(account).await?).await.map_err(|_| ImapError::Unreachable)?;
            greeted(stream).await
        }
    }
}

/// Hears the greeting and asks what the server can do.
async fn greeted(mut wire: impl Wire + 'static) -> Result<Greeted, ImapError> {
    hear_greeting(&mut wire).await?;
    let can = ask_capabilities(&mut wire).await?;
    Ok(Greeted { wire: Box::new(wire), can })
}

async fn started_tls(account: &ImapAccount, mut stream: TcpStream) -> Result<Greeted, ImapError> {
    hear_greeting(&mut stream).await?;
    if !ask_capabilities(&mut stream).await?.has("STARTTLS") {
        return Err(ImapError::TlsNotOffered);
    }
    say(&mut stream, "S2 STARTTLS\r\n").await?;
    let (_, done) = answer(&mut stream, "S2").await?;
    if !done.starts_with("OK") {
        return Err(ImapError::TlsNotOffered);
    }
    // Lines were read byte by byte: what is unread now is the handshake, or makes it fail.
    let mut wire = encrypted(account, stream).await?;
    let can = ask_capabilities(&mut wire).await?;
    Ok(Greeted { wire: Box::new(wire), can })
}

/// `* OK`; `PREAUTH` would skip the login and with it the encryption, so it is not taken.
async fn hear_greeting(wire: &mut impl Wire) -> Result<(), ImapError> {
    let line = line(wire).await?;
    let upper = line.to_ascii_uppercase();
    if upper.starts_with("* OK") {
        return Ok(());
    }
    match upper.starts_with("* BYE") {
        true => Err(ImapError::TurnedAway(Words::new(line.get(5..).unwrap_or_default()))),
        false => Err(ImapError::NotUnderstood),
    }
}

async fn ask_capabilities(wire: &mut impl Wire) -> Result<Capabilities, ImapError> {
    say(wire, "S1 CAPABILITY\r\n").await?;
    let (lines, done) = answer(wire, "S1").await?;
    if !done.starts_with("OK") {
        return Err(ImapError::NotUnderstood);
    }
    let said = lines.iter().filter(|line| line.to_ascii_uppercase().starts_with("* CAPABILITY "));
    Ok(Capabilities::new(said.flat_map(|line| line.split_whitespace().skip(2)).map(str::to_owned)))
}

async fn say(wire: &mut impl Wire, command: &str) -> Result<(), ImapError> {
    wire.write_all(command.as_bytes()).await.map_err(|_| ImapError::ConnectionLost)?;
    wire.flush().await.map_err(|_| ImapError::ConnectionLost)
}

/// The lines up to the tagged one, and what stands behind its tag, in capitals.
async fn answer(wire: &mut impl Wire, tag: &str) -> Result<(Vec<String>, String), ImapError> {
    let mut lines = Vec::new();
    while lines.len() < EARLY_LINES {
        let line = line(wire).await?;
        if let Some(done) = line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
            return Ok((lines, done.to_ascii_uppercase()));
        }
        if line.to_ascii_uppercase().starts_with("* BYE") {
            return Err(ImapError::TurnedAway(Words::new(line.get(5..).unwrap_or_default())));
        }
        lines.push(line);
    }
    Err(ImapError::TooMuch(Excess::Answer))
}

/// One line without its end.
async fn line(wire: &mut impl Wire) -> Result<String, ImapError> {
    let mut bytes = Vec::new();
    loop {
        match wire.read_u8().await.map_err(|_| ImapError::ConnectionLost)? {
            b'\n' => return Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
            byte if bytes.len() < EARLY_LINE_BYTES => bytes.push(byte),
            _ => return Err(ImapError::TooMuch(Excess::Line)),
        }
    }
}

/// The host's addresses, when all of them are this computer.
async fn loopback_only(account: &ImapAccount) -> Result<Vec<SocketAddr>, ImapError> {
    let found = tokio::net::lookup_host((account.host.as_str(), account.port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|_| ImapError::Unreachable)?.collect();
    let is_this_computer = addresses.iter().all(|address| address.ip().is_loopback());
    if is_this_computer { Ok(addresses) } else { Err(ImapError::PlainTextBeyondLoopback) }
}

async fn encrypted(account: &ImapAccount, stream: TcpStream) -> Result<impl Wire + 'static, ImapError> {
    let name = ServerName::try_from(account.host.clone()).map_err(|_| ImapError::Host)?;
    let connector = TlsConnector::from(Arc::new(tls_configuration(account)?));
    connector.connect(name, stream).await.map_err(|_| ImapError::TlsHandshake)
}

/// The public roots, and the account's own.
fn tls_configuration(account: &ImapAccount) -> Result<ClientConfig, ImapError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = &account.extra_root {
        let root = CertificateDer::from_pem_slice(pem).map_err(|_| ImapError::ExtraRoot)?;
        roots.add(root).map_err(|_| ImapError::ExtraRoot)?;
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(|_| ImapError::TlsHandshake)?.with_root_certificates(roots).with_no_client_auth())
}
