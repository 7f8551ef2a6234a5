//! A server that does exactly what a test says, down to the bytes and where they break off.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens to a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// These bytes, then the connection is closed.
    Send(Vec<u8>),
    /// These bytes, then silence.
    SendThenHang(Vec<u8>),
    /// These bytes, then so many more of the same one.
    Flood(Vec<u8>, u8, usize),
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// The server; it ends with the test.
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    hung_up: Arc<Mutex<bool>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// The n-th request meets the n-th act, every further one the last.
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let port = listener.local_addr().expect("is bound").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let hung_up = Arc::new(Mutex::new(false));
        let (record, notice) = (asked.clone(), hung_up.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let index = record.lock().expect("no test panics holding it").len();
                let act = acts[index.min(acts.len() - 1)].clone();
                tokio::spawn(serve(stream, act, record.clone(), notice.clone()));
            }
        });
        Self { port, asked, hung_up, accepting }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics holding it").clone()
    }

    /// Whether a client closed its connection while we were silent, within a second.
    pub(crate) async fn saw_hang_up(&self) -> bool {
        for _ in 0..100 {
            if *self.hung_up.lock().expect("no test panics holding it") {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, act: Act, record: Arc<Mutex<Vec<Asked>>>, notice: Arc<Mutex<bool>>) {
    let Some(asked) = read_request(&mut stream).await else { return };
    record.lock().expect("no test panics holding it").push(asked);
    match act {
        Act::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::SendThenHang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let mut rest = [0; 16];
            if matches!(stream.read(&mut rest).await, Ok(0) | Err(_)) {
                *notice.lock().expect("no test panics holding it") = true;
            }
        }
        Act::Flood(bytes, filler, total) => {
            let _ = stream.write_all(&bytes).await;
            let block = vec![filler; 64 * 1024];
            for _ in 0..total.div_ceil(block.len()) {
                if stream.write_all(&block).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut block = [0; 8 * 1024];
    loop {
        let count = stream.read(&mut block).await.ok().filter(|&count| count > 0)?;
        bytes.extend_from_slice(&block[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(Asked { body: serde_json::from_str(body).unwrap_or_default(), head });
        }
    }
}

/// An answer with its headers; `content-length` is added.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// A JSON answer.
pub(crate) fn json_answer(status: u16, body: &Value) -> Vec<u8> {
    answer(status, &[("content-type", "application/json")], body.to_string())
}

/// A stream without a length, which may break off anywhere without the HTTP layer noticing.
pub(crate) fn stream_answer(content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: {content_type}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body.as_ref());
    bytes
}
