//! Encrypted listening: a TLS front, made with a certificate of the test's own, before the scripted server.

use super::scripted::Scripted;
use super::transcript::{GREETING, account, password};
use autoreach_mail::Security;
use autoreach_mail::mailbox::{ImapAccount, ImapError, open};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a front says in the clear after its OK to STARTTLS: somebody in between may add what they like.
type Injected = &'static str;

/// Starts a front before `behind` and gives its port and certificate.
async fn front(behind: SocketAddr, security: Security, name: &str, injected: Injected) -> (u16, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that turns away is what half of these tests are about.
            let _ = serve(stream, &acceptor, behind, security, injected).await;
        }
    });
    (port, made.cert.pem().into_bytes())
}

async fn serve(stream: TcpStream, acceptor: &TlsAcceptor, behind: SocketAddr, security: Security, injected: Injected) -> io::Result<()> {
    let mut server = BufReader::new(TcpStream::connect(behind).await?);
    let stream = match security {
        Security::StartTls => {
            server.read_line(&mut String::new()).await?;
            until_starttls(stream, injected).await?
        }
        Security::Tls | Security::None => stream,
    };
    let mut client = acceptor.accept(stream).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Plain greeting and capabilities up to the client's STARTTLS.
async fn until_starttls(stream: TcpStream, injected: Injected) -> io::Result<TcpStream> {
    let mut client = BufReader::new(stream);
    client.get_mut().write_all(GREETING.as_bytes()).await?;
    let mut line = String::new();
    while client.read_line(&mut line).await? > 0 && !line.contains("STARTTLS") {
        client.get_mut().write_all(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\nS1 OK done\r\n").await?;
        line.clear();
    }
    client.get_mut().write_all(format!("S2 OK begin\r\n{injected}").as_bytes()).await?;
    Ok(client.into_inner())
}

/// What opening a mailbox behind a front comes to.
async fn opening(security: Security, name: &str, is_trusted: bool, injected: Injected) -> (Option<ImapError>, Vec<String>) {
    let server = Scripted::start(GREETING, |_, _| None).await;
    let (port, certificate) = front(server.address, security, name, injected).await;
    let account =
        ImapAccount { host: "localhost".into(), port, security, extra_root: is_trusted.then_some(certificate), ..account(&server) };
    (open(&account, &password()).await.err(), server.commands())
}

#[tokio::test]
async fn a_mailbox_opens_over_tls_and_starttls() {
    for security in [Security::Tls, Security::StartTls] {
        let (why, commands) = opening(security, "localhost", true, "").await;
        assert_eq!(why, None, "{security:?}");
        assert!(commands.iter().any(|said| said.starts_with("LOGIN")), "{security:?}: {commands:?}");
    }
}

#[tokio::test]
async fn no_password_goes_to_strangers_or_past_words_said_in_between() {
    for security in [Security::Tls, Security::StartTls] {
        for (name, is_trusted) in [("localhost", false), ("mail.other.test", true)] {
            let (why, commands) = opening(security, name, is_trusted, "").await;
            assert_eq!((why, commands), (Some(ImapError::TlsHandshake), Vec::new()), "{security:?} {name}");
        }
    }
    let (why, commands) = opening(Security::StartTls, "localhost", true, "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n").await;
    assert_eq!((why, commands), (Some(ImapError::TlsHandshake), Vec::new()), "what is said in the clear is no part of what is encrypted");
}
