//! An IMAP server in this process that answers as it is told and writes down every command.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server says to a command: to its tag and the command without it.
pub(super) type Answer = dyn Fn(&str, &str) -> Reply + Send + Sync;

/// One answer.
pub(super) enum Reply {
    /// These bytes.
    Say(Vec<u8>),
    /// These bytes over and over, until the client has had enough.
    Repeat(Vec<u8>, Vec<u8>),
    /// These bytes, then the connection is closed.
    SayAndClose(Vec<u8>),
    /// Nothing, for ever.
    Stall,
}

impl Reply {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Say(text.into().into_bytes())
    }
}

/// A running server.
pub(super) struct Scripted {
    pub(super) address: SocketAddr,
    commands: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Starts a server with `greeting` that answers by `answer`, which gives `None` for what [`usual`] knows.
    pub(super) async fn start(greeting: &'static str, answer: impl Fn(&str, &str) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let commands = Arc::new(Mutex::new(Vec::new()));
        let answer: Arc<Answer> = Arc::new(move |tag, command| answer(tag, command).unwrap_or_else(|| usual(tag, command)));
        let noted = Arc::clone(&commands);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, greeting, Arc::clone(&answer), Arc::clone(&noted)));
            }
        });
        Self { address, commands }
    }

    /// Every command so far, without tags.
    pub(super) fn commands(&self) -> Vec<String> {
        self.commands.lock().expect("no panic while noting").clone()
    }
}

async fn serve(mut stream: TcpStream, greeting: &str, answer: Arc<Answer>, noted: Arc<Mutex<Vec<String>>>) {
    let (reading, mut writing) = stream.split();
    let mut lines = BufReader::new(reading);
    if writing.write_all(greeting.as_bytes()).await.is_err() {
        return;
    }
    let mut line = String::new();
    while lines.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let said = line.trim_end().to_owned();
        line.clear();
        let (tag, command) = said.split_once(' ').unwrap_or((said.as_str(), ""));
        noted.lock().expect("no panic while noting").push(if command.is_empty() { said.clone() } else { command.to_owned() });
        // A literal of ours: ask for it, then swallow it.
        if let Some(bytes) = command.strip_suffix('}').and_then(|rest| rest.rsplit_once('{')).and_then(|(_, n)| n.parse::<usize>().ok()) {
            let _ = writing.write_all(b"+ go ahead\r\n").await;
            let mut literal = vec![0; bytes + 2];
            if lines.read_exact(&mut literal).await.is_err() {
                return;
            }
        }
        match answer(tag, command) {
            Reply::Say(bytes) => {
                if writing.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Repeat(first, again) => {
                let _ = writing.write_all(&first).await;
                while writing.write_all(&again).await.is_ok() {}
                return;
            }
            Reply::SayAndClose(bytes) => {
                let _ = writing.write_all(&bytes).await;
                return;
            }
            Reply::Stall => std::future::pending().await,
        }
    }
}

/// What an honest server with one message says.
pub(super) fn usual(tag: &str, command: &str) -> Reply {
    let upper = command.to_ascii_uppercase();
    let body = "From: Wei <wei@orbital.example>\r\nMessage-ID: <abc@portwise.example>\r\nTo: Alex <alex@portwise.example>\r\n\r\nHello\r\n";
    let said = match upper.as_str() {
        "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\n{tag} OK done\r\n"),
        command if command.starts_with("LIST") => format!(
            "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\Sent) \"/\" \"Weg\"\r\n* LIST (\\Drafts) \"/\" \"Drafts\"\r\n{tag} OK done\r\n"
        ),
        command if command.starts_with("EXAMINE") => {
            format!("* 1 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* OK [UIDNEXT 8] ok\r\n{tag} OK [READ-ONLY] done\r\n")
        }
        command if command.starts_with("UID SEARCH") => format!("* SEARCH 7\r\n{tag} OK done\r\n"),
        command if command.starts_with("UID FETCH 7 (UID RFC822.SIZE") => format!(
            "* 1 FETCH (UID 7 RFC822.SIZE {0} INTERNALDATE \" 5-Mar-2026 09:30:00 +0100\" BODY[]<0> {{{0}}}\r\n{body})\r\n{tag} OK done\r\n",
            body.len()
        ),
        command if command.starts_with("UID FETCH") => {
            let head = body.split_once("Hello").map_or(body, |(head, _)| head);
            format!("* 1 FETCH (UID 7 BODY[HEADER.FIELDS (MESSAGE-ID)] {{{}}}\r\n{head})\r\n{tag} OK done\r\n", head.len())
        }
        _ => format!("{tag} OK done\r\n"),
    };
    Reply::text(said)
}
