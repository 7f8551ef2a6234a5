//! Small servers on loopback that behave as badly as a test wants.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use autoreach_web::{Admitted, Limits, NetworkSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A running server and what it has seen.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers each request by `answer`, which gets the path asked for. Every connection ends after one answer.
    pub(crate) async fn start<F, Fut>(answer: F) -> Self
    where
        F: Fn(String, TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        Self::start_at("127.0.0.1:0", answer).await.expect("loopback has free ports")
    }

    /// As [`Server::start`], at an address of the caller's choice.
    pub(crate) async fn start_at<F, Fut>(address: &str, answer: F) -> std::io::Result<Self>
    where
        F: Fn(String, TcpStream) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = connections.clone();
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    if let Some(path) = requested_path(&mut stream).await {
                        answer(path, stream).await.ok();
                    }
                });
            }
        });
        Ok(Self { address, connections })
    }

    /// A server whose every answer is `response`, but which has no `robots.txt`.
    pub(crate) async fn answering(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        Self::start(move |path, stream| reply(stream, if path == "/robots.txt" { NOT_FOUND.into() } else { response.clone() })).await
    }

    /// Connections made so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The exception that admits `host` at this server's port.
    pub(crate) fn exception(&self, host: &str) -> String {
        format!("{host}:{}:{}", self.address.port(), self.address.ip())
    }

    /// A page of `acme.example` on this server.
    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://acme.example:{}{path}", self.address.port()).parse().expect("the path is plain")
    }

    /// The network with `acme.example` admitted on this server.
    pub(crate) fn source(&self, limits: Limits) -> NetworkSource {
        let admitted = Admitted::parse([self.exception("acme.example")]).expect("the exception is well formed");
        NetworkSource::new(admitted, limits).expect("a client can be set up")
    }
}

pub(crate) const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Writes one whole answer and closes.
pub(crate) async fn reply(mut stream: TcpStream, response: Vec<u8>) -> std::io::Result<()> {
    stream.write_all(&response).await?;
    stream.shutdown().await
}

/// A complete answer with `body`.
pub(crate) fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut response = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    response.extend_from_slice(body);
    response
}

/// Reads a request up to its blank line and takes the path from it.
async fn requested_path(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8_lossy(&request);
    text.split(' ').nth(1).map(str::to_owned)
}
