//! A language model's server on loopback that does exactly what a story says, down to where an answer breaks off.
//!
//! Bodies have the shapes that providers were recorded with; their words are ours. It answers on the story's own runtime.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long a story waits for the server to be asked.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happens to a question.
#[derive(Debug, Clone)]
pub enum Act {
    /// These bytes, then the connection is closed.
    Send(Vec<u8>),
    /// These bytes, then silence.
    Hang(Vec<u8>),
    /// The server is gone: this connection closes without a word, and no other is taken.
    Vanish,
}

/// A question as it came.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its number, from 0.
    pub number: usize,
    /// The body.
    pub body: Value,
}

impl Question {
    /// Does it ask for a mail, rather than for the facts of a page?
    pub fn is_for_a_mail(&self) -> bool {
        self.body.to_string().contains("offer_that_follows")
    }
}

type Script = dyn Fn(&Question) -> Act + Send + Sync;

/// The server; it ends with the story.
pub struct ModelServer {
    port: u16,
    asked: Arc<Mutex<Vec<Question>>>,
    accepting: JoinHandle<()>,
}

impl ModelServer {
    /// Answers every question as `script` says.
    pub async fn start(script: impl Fn(&Question) -> Act + Send + Sync + 'static) -> Self {
        Self::start_slow(Duration::ZERO, script).await
    }

    /// The same, thinking for `latency` over every answer; any number of them at once.
    pub async fn start_slow(latency: Duration, script: impl Fn(&Question) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let port = listener.local_addr().expect("is bound").port();
        let (asked, script): (Arc<Mutex<Vec<Question>>>, Arc<Script>) = (Arc::default(), Arc::new(script));
        let record = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            let (vanish, mut vanished) = tokio::sync::mpsc::channel(1);
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    _ = vanished.recv() => return,
                };
                let Ok((stream, _)) = accepted else { return };
                let (script, record, vanish) = (Arc::clone(&script), Arc::clone(&record), vanish.clone());
                tokio::spawn(async move {
                    if serve(stream, script.as_ref(), latency, &record).await.is_none() {
                        // The channel holds one word, and one is enough.
                        let _ = vanish.try_send(());
                    }
                });
            }
        });
        Self { port, asked, accepting }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The questions so far, in order.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the first question that fulfils a condition.
    pub async fn await_question(&self, is_meant: impl Fn(&Question) -> bool) {
        let waiting = async {
            while !self.asked().iter().any(&is_meant) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the question comes");
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves one connection; `None` when the server is to vanish.
async fn serve(mut stream: TcpStream, script: &Script, latency: Duration, record: &Mutex<Vec<Question>>) -> Option<()> {
    let Some(body) = read_question(&mut stream).await else { return Some(()) };
    let question = {
        let mut asked = record.lock().unwrap_or_else(PoisonError::into_inner);
        let question = Question { number: asked.len(), body };
        asked.push(question.clone());
        question
    };
    tokio::time::sleep(latency).await;
    // A client that hung up is no fault of the server.
    match script(&question) {
        Act::Send(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0; 16]).await;
        }
        Act::Vanish => return None,
    }
    Some(())
}

async fn read_question(stream: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    let mut block = [0; 8 * 1024];
    loop {
        let count = stream.read(&mut block).await.ok().filter(|&count| count > 0)?;
        bytes.extend_from_slice(&block[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(serde_json::from_str(body).unwrap_or_default());
        }
    }
}

/// An answer that is no answer: a status, further headers, an error as OpenAI words it.
pub fn refusal(status: u16, headers: &[(&str, &str)], kind: &str, code: &str) -> Act {
    let error = json!({ "error": { "message": "A sentence of the provider.", "type": kind, "param": null, "code": code } });
    let body = error.to_string();
    let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = "connection: close\r\ncontent-type: application/json\r\n";
    Act::Send(format!("HTTP/1.1 {status} Whatever\r\n{head}{more}content-length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

/// What a model says, in OpenAI's stream: the role, the text in pieces, the ending, the usage, the farewell.
#[derive(Debug, Clone)]
pub struct Stream {
    events: Vec<String>,
}

impl Stream {
    /// The text `said`, ended for the reason `finish`, for `tokens` tokens in all.
    pub fn saying(said: &str, finish: &str, tokens: u64) -> Self {
        let chunk = |delta: Value, finish: Option<&str>| {
            let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
            json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "small-model-2026", "choices": [choice] })
        };
        let mut events = vec![chunk(json!({ "role": "assistant", "content": "", "refusal": null }), None)];
        let letters: Vec<char> = said.chars().collect();
        events.extend(letters.chunks(9).map(|piece| chunk(json!({ "content": piece.iter().collect::<String>() }), None)));
        events.push(chunk(json!({}), Some(finish)));
        let usage = json!({ "prompt_tokens": tokens.saturating_sub(60), "completion_tokens": tokens.min(60), "total_tokens": tokens });
        events.push(
            json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "small-model-2026", "choices": [], "usage": usage }),
        );
        Self { events: events.iter().map(|event| format!("data: {event}\n\n")).chain(["data: [DONE]\n\n".to_owned()]).collect() }
    }

    /// The whole of it.
    pub fn whole(self) -> Act {
        Act::Send(framed(&self.events.concat()))
    }

    /// Its beginning, then the connection breaks.
    pub fn cut(self) -> Act {
        Act::Send(framed(&self.events[..self.events.len() / 2].concat()))
    }

    /// Its beginning, then silence.
    pub fn stalled(self) -> Act {
        Act::Hang(framed(&self.events[..self.events.len() / 2].concat()))
    }
}

fn framed(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n{body}").into_bytes()
}
