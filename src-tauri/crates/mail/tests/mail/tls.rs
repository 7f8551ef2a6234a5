//! Encrypted hand-over: a TLS front, made with a certificate of the test's own, before the plain server.

use crate::cleared::composed;
use autoreach_mail::{Outcome, Security, SmtpAccount, SmtpError, Timeouts, TlsRefusal, connect, test_connection};
use autoreach_testkit::smtp_server::{Faults, SmtpServer};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A front that encrypts, and the certificate it shows.
struct Front {
    address: SocketAddr,
    certificate: Vec<u8>,
}

/// Starts a front before `server`, with a certificate for `name`.
async fn front(server: &SmtpServer, security: Security, name: &str) -> Front {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let behind = server.addr();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that turns away is what half of these tests are about.
            let _ = serve(stream, &acceptor, behind, security).await;
        }
    });
    Front { address, certificate: made.cert.pem().into_bytes() }
}

async fn serve(stream: TcpStream, acceptor: &TlsAcceptor, behind: SocketAddr, security: Security) -> io::Result<()> {
    let mut server = BufReader::new(TcpStream::connect(behind).await?);
    let stream = match security {
        Security::StartTls => {
            server.read_line(&mut String::new()).await?;
            until_starttls(stream).await?
        }
        Security::Tls | Security::None => stream,
    };
    forward(acceptor.accept(stream).await?, server).await
}

/// Plain greeting and hello up to the client's STARTTLS.
async fn until_starttls(stream: TcpStream) -> io::Result<TcpStream> {
    let mut client = BufReader::new(stream);
    client.get_mut().write_all(b"220 front.test\r\n").await?;
    let mut line = String::new();
    while client.read_line(&mut line).await? > 0 && !line.starts_with("STARTTLS") {
        client.get_mut().write_all(b"250-front.test\r\n250 STARTTLS\r\n").await?;
        line.clear();
    }
    client.get_mut().write_all(b"220 go ahead\r\n").await?;
    Ok(client.into_inner())
}

async fn forward(mut client: impl AsyncRead + AsyncWrite + Unpin, mut server: BufReader<TcpStream>) -> io::Result<()> {
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

fn account(front: &Front, security: Security, trusted: bool) -> SmtpAccount {
    SmtpAccount {
        host: "localhost".into(),
        port: front.address.port(),
        security,
        username: String::new(),
        extra_root: trusted.then(|| front.certificate.clone()),
        timeouts: Timeouts::default(),
    }
}

#[tokio::test]
async fn a_mail_goes_over_tls_and_starttls() {
    for security in [Security::Tls, Security::StartTls] {
        let server = SmtpServer::start(Faults::none()).expect("starts");
        let front = front(&server, security, "localhost").await;
        let frozen = composed("Wei", "Late ports", "Hi");
        let session = connect(&account(&front, security, true), "").await.unwrap_or_else(|why| panic!("{security:?}: {why}"));
        let outcome = session.offer(frozen.clone()).await.expect("is offered").deliver().await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{security:?}");
        assert_eq!(server.accepted()[0].bytes, frozen.bytes(), "{security:?}");
    }
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_or_of_another_host_is_refused() {
    for security in [Security::Tls, Security::StartTls] {
        let server = SmtpServer::start(Faults::none()).expect("starts");
        let own = front(&server, security, "localhost").await;
        let refused = Err(SmtpError::TlsRefused(TlsRefusal::Handshake));
        assert_eq!(test_connection(&account(&own, security, false), "").await, refused, "{security:?}");
        let of_another = front(&server, security, "mail.other.test").await;
        assert_eq!(test_connection(&account(&of_another, security, true), "").await, refused, "{security:?}");
    }
}
