//! A real SMTP server on loopback with faults on demand.
//!
//! It speaks enough of RFC 5321 for a submission client (EHLO, AUTH PLAIN and LOGIN, MAIL, RCPT, DATA, RSET, NOOP, QUIT)
//! and is strict where clients go wrong: only CRLF dot CRLF ends a mail, dots are unstuffed, bare line feeds are kept as
//! they came. Each connection gets one [`Fault`]. Accepted mails are kept in memory and, if asked, written durably to a
//! folder before the reply goes out, so that a test that kills its client can count what the server had already taken.
//! It runs in a thread of its own, so tests need no runtime. Deliberately absent: TLS, relaying, and any leniency.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Longest command line taken, and largest mail, in bytes.
const COMMAND_BYTES: usize = 4_096;
const MAIL_BYTES: usize = 10 * 1024 * 1024;

/// Mails spooled by this process: one count for all servers, so that a second server on a folder overwrites nothing.
static SPOOLED: AtomicU64 = AtomicU64::new(0);

/// What goes wrong on one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// 421 instead of a greeting, then the connection closes.
    BusyAtConnect,
    /// 554 instead of a greeting, then the connection closes.
    RefusesAtConnect,
    /// Takes the connection and never says a word.
    SilentAtConnect,
    /// 535 to every login.
    RefusesLogin,
    /// 550 to MAIL.
    RefusesSender,
    /// 451 to RCPT: greylisting.
    GreylistsRecipient,
    /// 550 to RCPT.
    UnknownRecipient,
    /// Never answers RCPT.
    StallsAtRecipient,
    /// Closes the connection at DATA, before the 354.
    DropsBeforeGoAhead,
    /// Closes the connection in the middle of the body; the mail is not accepted.
    DropsInBody,
    /// Accepts the mail for good and closes the connection without a reply.
    AcceptsAndDrops,
    /// Accepts the mail for good and never replies.
    AcceptsAndStalls,
    /// Accepts the mail for good and replies with something that is not SMTP.
    AcceptsAndBabbles,
    /// 451 after the final dot; the mail is not accepted.
    DefersMail,
    /// 554 after the final dot; the mail is not accepted.
    RefusesMail,
    /// Accepts the mail and replies after a while.
    RepliesAfter(Duration),
}

/// Which connection gets which fault.
#[derive(Clone)]
pub struct Faults(Plan);

#[derive(Clone)]
enum Plan {
    Always(Fault),
    InOrder(Arc<Mutex<VecDeque<Fault>>>),
    By(Arc<dyn Fn(u64) -> Fault + Send + Sync>),
}

impl Faults {
    /// No connection has a fault.
    pub fn none() -> Self {
        Self::always(Fault::None)
    }

    /// Every connection has the same.
    pub fn always(fault: Fault) -> Self {
        Self(Plan::Always(fault))
    }

    /// One fault per connection in this order, none after the last.
    pub fn in_order(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self(Plan::InOrder(Arc::new(Mutex::new(faults.into_iter().collect()))))
    }

    /// The fault of the n-th connection, from 0.
    pub fn by_connection(choose: impl Fn(u64) -> Fault + Send + Sync + 'static) -> Self {
        Self(Plan::By(Arc::new(choose)))
    }

    fn of(&self, connection: u64) -> Fault {
        match &self.0 {
            Plan::Always(fault) => *fault,
            Plan::InOrder(faults) => lock(faults).pop_front().unwrap_or_default(),
            Plan::By(choose) => choose(connection),
        }
    }
}

/// How the server is set up besides its faults.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// User name and password that are right; with `None` no login is offered or asked for.
    pub login: Option<(String, String)>,
    /// A folder into which every accepted mail is written durably before the reply; read it with [`read_spool`].
    pub spool: Option<PathBuf>,
}

/// A mail the server answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The mail as received, dots unstuffed.
    pub bytes: Vec<u8>,
}

impl AcceptedMail {
    /// The text of its Message-ID header with the angle brackets.
    pub fn message_id(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let headers = text.split("\r\n\r\n").next().unwrap_or_default();
        let value =
            |line: &str| line.get(..11).filter(|name| name.eq_ignore_ascii_case("message-id:")).map(|_| line[11..].trim().to_owned());
        headers.lines().find_map(value)
    }
}

/// A running server; dropping it stops it and closes every connection.
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    faults: Faults,
    setup: Setup,
    accepted: Mutex<Vec<AcceptedMail>>,
    connections: AtomicU64,
}

impl SmtpServer {
    /// Starts a server without login on a free port of this computer.
    pub fn start(faults: Faults) -> io::Result<Self> {
        Self::start_with(faults, Setup::default())
    }

    /// Starts a server on a free port of this computer.
    pub fn start_with(faults: Faults, setup: Setup) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { faults, setup, accepted: Mutex::default(), connections: AtomicU64::default() });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The mails accepted so far, in order.
    pub fn accepted(&self) -> Vec<AcceptedMail> {
        lock(&self.shared.accepted).clone()
    }

    /// Connections taken so far.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The mails a server has written to its spool folder, in order; half-written ones do not occur.
pub fn read_spool(folder: &Path) -> io::Result<Vec<AcceptedMail>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "smtp"));
    files.sort();
    files.iter().map(|file| fs::read(file).map(|bytes| from_spool(&bytes))).collect()
}

/// A panic in one test must not hide what the server has seen.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("the listener is non-blocking and inside a runtime");
    while let Ok((stream, _)) = listener.accept().await {
        let fault = shared.faults.of(shared.connections.fetch_add(1, Ordering::SeqCst));
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let dialogue = Dialogue { stream: BufReader::new(stream), fault, shared, logged_in: false, from: None, to: Vec::new() };
            // A client that goes away in the middle is what these tests are about, not a failure of the server.
            let _ = dialogue.run().await;
        });
    }
}

/// One connection.
struct Dialogue {
    stream: BufReader<TcpStream>,
    fault: Fault,
    shared: Arc<Shared>,
    logged_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// Whether the connection stays open.
#[derive(PartialEq, Eq)]
enum Next {
    Command,
    Close,
}

impl Dialogue {
    async fn run(mut self) -> io::Result<()> {
        if self.greet().await? == Next::Close {
            return Ok(());
        }
        while let Some(line) = self.read_line(COMMAND_BYTES).await? {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if self.answer(&line).await? == Next::Close {
                break;
            }
        }
        Ok(())
    }

    async fn greet(&mut self) -> io::Result<Next> {
        match self.fault {
            Fault::BusyAtConnect => self.say_and_close("421 4.3.2 too busy, come back later").await,
            Fault::RefusesAtConnect => self.say_and_close("554 5.7.1 no mail from you").await,
            Fault::SilentAtConnect => stall().await,
            _ => self.say("220 mail.test ESMTP").await,
        }
    }

    async fn answer(&mut self, line: &str) -> io::Result<Next> {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => self.hello().await,
            "AUTH" => self.auth(argument).await,
            "MAIL" => self.mail(argument).await,
            "RCPT" => self.rcpt(argument).await,
            "DATA" => self.data().await,
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.say("250 2.0.0 forgotten").await
            }
            "NOOP" => self.say("250 2.0.0 still here").await,
            "QUIT" => self.say_and_close("221 2.0.0 bye").await,
            _ => self.say("500 5.5.2 unknown command").await,
        }
    }

    async fn hello(&mut self) -> io::Result<Next> {
        let login = if self.shared.setup.login.is_some() { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
        self.say(&format!("250-mail.test\r\n{login}250-8BITMIME\r\n250 SIZE {MAIL_BYTES}")).await
    }

    async fn auth(&mut self, argument: &str) -> io::Result<Next> {
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((argument, ""));
        let said = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => self.ask_unless("", initial).await?.and_then(|text| plain_login(&text)),
            "LOGIN" => {
                let user = self.ask_unless("VXNlcm5hbWU6", initial).await?;
                let password = self.ask_unless("UGFzc3dvcmQ6", "").await?;
                user.zip(password)
            }
            _ => return self.say("504 5.5.4 unknown mechanism").await,
        };
        self.logged_in = self.fault != Fault::RefusesLogin && said.is_some() && said == self.shared.setup.login;
        self.say(if self.logged_in { "235 2.7.0 welcome" } else { "535 5.7.8 wrong user name or password" }).await
    }

    /// The decoded text the client already sent, or its answer to a challenge.
    async fn ask_unless(&mut self, challenge: &str, initial: &str) -> io::Result<Option<String>> {
        if !initial.is_empty() {
            return Ok(decode_base64(initial));
        }
        self.say(&format!("334 {challenge}")).await?;
        let line = self.read_line(COMMAND_BYTES).await?.unwrap_or_default();
        Ok(decode_base64(String::from_utf8_lossy(&line).trim_end()))
    }

    async fn mail(&mut self, argument: &str) -> io::Result<Next> {
        if self.shared.setup.login.is_some() && !self.logged_in {
            return self.say("530 5.7.0 log in first").await;
        }
        if self.fault == Fault::RefusesSender {
            return self.say("550 5.7.1 you may not send as this sender").await;
        }
        match path_in(argument, "FROM:") {
            Some(from) => {
                self.from = Some(from);
                self.say("250 2.1.0 sender ok").await
            }
            None => self.say("501 5.5.4 MAIL FROM:<address>").await,
        }
    }

    async fn rcpt(&mut self, argument: &str) -> io::Result<Next> {
        match (self.fault, path_in(argument, "TO:")) {
            _ if self.from.is_none() => self.say("503 5.5.1 MAIL first").await,
            (Fault::GreylistsRecipient, _) => self.say("451 4.7.1 greylisted, come back in five minutes").await,
            (Fault::UnknownRecipient, _) => self.say("550 5.1.1 no such user").await,
            (Fault::StallsAtRecipient, _) => stall().await,
            (_, Some(to)) => {
                self.to.push(to);
                self.say("250 2.1.5 recipient ok").await
            }
            (_, None) => self.say("501 5.5.4 RCPT TO:<address>").await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        if self.fault == Fault::DropsBeforeGoAhead {
            return Ok(Next::Close);
        }
        if self.to.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        self.say("354 go ahead").await?;
        if self.fault == Fault::DropsInBody {
            self.read_line(MAIL_BYTES).await?;
            return Ok(Next::Close);
        }
        // A body without its final dot is no mail: the connection ended, nothing is kept.
        let Some(bytes) = self.read_body().await? else {
            return Ok(Next::Close);
        };
        let mail = AcceptedMail { from: self.from.take().unwrap_or_default(), to: std::mem::take(&mut self.to), bytes };
        self.settle(mail).await
    }

    /// Takes the mail or not, and says so or not.
    async fn settle(&mut self, mail: AcceptedMail) -> io::Result<Next> {
        match self.fault {
            Fault::DefersMail => return self.say("451 4.3.0 not now").await,
            Fault::RefusesMail => return self.say("554 5.6.0 not this mail").await,
            _ => self.shared.accept(mail)?,
        }
        match self.fault {
            Fault::AcceptsAndDrops => Ok(Next::Close),
            Fault::AcceptsAndStalls => stall().await,
            Fault::AcceptsAndBabbles => self.say_and_close("<html>It works!</html>").await,
            Fault::RepliesAfter(pause) => {
                tokio::time::sleep(pause).await;
                self.say("250 2.0.0 taken at last").await
            }
            _ => self.say("250 2.0.0 taken").await,
        }
    }

    /// The lines up to the lone dot, unstuffed; `None` when the client goes away before it.
    async fn read_body(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut body = Vec::new();
        let mut after_crlf = true;
        while let Some(line) = self.read_line(MAIL_BYTES).await? {
            if after_crlf && line == b".\r\n" {
                return Ok(Some(body));
            }
            let stuffed = after_crlf && line.first() == Some(&b'.');
            after_crlf = line.ends_with(b"\r\n");
            body.extend_from_slice(&line[usize::from(stuffed)..]);
            if body.len() > MAIL_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(None)
    }

    /// One line with its line feed; `None` at the end of the connection.
    async fn read_line(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        if line.len() > most {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Some(line).filter(|line| line.ends_with(b"\n")))
    }

    async fn say(&mut self, reply: &str) -> io::Result<Next> {
        self.stream.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await?;
        Ok(Next::Command)
    }

    async fn say_and_close(&mut self, reply: &str) -> io::Result<Next> {
        self.say(reply).await?;
        Ok(Next::Close)
    }
}

/// Keeps the connection open and says nothing until the server stops.
async fn stall<T>() -> io::Result<T> {
    std::future::pending().await
}

impl Shared {
    /// Keeps a mail; on disk first, because a reply means "I answer for it".
    fn accept(&self, mail: AcceptedMail) -> io::Result<()> {
        if let Some(folder) = &self.setup.spool {
            let number = SPOOLED.fetch_add(1, Ordering::SeqCst);
            let name = format!("{:010}-{number:06}", std::process::id());
            let unfinished = folder.join(format!("{name}.part"));
            let mut file = File::create(&unfinished)?;
            file.write_all(&to_spool(&mail))?;
            file.sync_all()?;
            fs::rename(&unfinished, folder.join(format!("{name}.smtp")))?;
        }
        lock(&self.accepted).push(mail);
        Ok(())
    }
}

/// The envelope, a line each, an empty line, then the mail.
fn to_spool(mail: &AcceptedMail) -> Vec<u8> {
    let envelope = std::iter::once(&mail.from).chain(&mail.to).map(|address| format!("{address}\n")).collect::<String>() + "\n";
    [envelope.as_bytes(), &mail.bytes].concat()
}

fn from_spool(file: &[u8]) -> AcceptedMail {
    let end = file.windows(2).position(|pair| pair == b"\n\n").unwrap_or(file.len());
    let envelope = String::from_utf8_lossy(&file[..end]).into_owned();
    let mut addresses = envelope.lines().map(str::to_owned);
    AcceptedMail {
        from: addresses.next().unwrap_or_default(),
        to: addresses.collect(),
        bytes: file.get(end + 2..).unwrap_or_default().to_vec(),
    }
}

/// The address of `FROM:<address>`, without the parameters behind it.
fn path_in(argument: &str, keyword: &str) -> Option<String> {
    let rest = argument.get(keyword.len()..).filter(|_| argument[..keyword.len()].eq_ignore_ascii_case(keyword))?;
    let (path, _) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    Some(path.to_owned())
}

/// User name and password of an AUTH PLAIN text: `\0user\0password`.
fn plain_login(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('\0').skip(1);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

/// Standard base64; `None` when it is not, or not text. Four lines here spare the tests a dependency.
fn decode_base64(text: &str) -> Option<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6) | u32::try_from(ALPHABET.iter().position(|known| *known == byte)?).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, Read};

    fn talk(server: &SmtpServer, said: &str) -> String {
        let mut stream = std::net::TcpStream::connect(server.addr()).expect("the server listens");
        stream.write_all(said.as_bytes()).expect("the server reads");
        let mut heard = String::new();
        stream.read_to_string(&mut heard).expect("the server answers and closes");
        heard
    }

    const MAIL: &str =
        "EHLO me\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\nMessage-ID: <1@a.example>\r\n\r\n..dot\r\n.\r\nQUIT\r\n";

    #[test]
    fn a_mail_is_taken_with_its_dots_unstuffed() {
        let server = SmtpServer::start(Faults::none()).expect("starts");
        assert!(talk(&server, MAIL).contains("250 2.0.0 taken"));
        let mail = server.accepted().remove(0);
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("a@a.example", ["b@b.example".to_owned()].as_slice()));
        assert_eq!(mail.bytes, b"Message-ID: <1@a.example>\r\n\r\n.dot\r\n");
        assert_eq!(mail.message_id().as_deref(), Some("<1@a.example>"));
    }

    #[test]
    fn a_body_without_its_dot_is_no_mail() {
        let server = SmtpServer::start(Faults::none()).expect("starts");
        let mut stream = std::net::TcpStream::connect(server.addr()).expect("the server listens");
        stream.write_all(MAIL.split("\r\n.\r\n").next().expect("a part").as_bytes()).expect("the server reads");
        let mut lines = io::BufReader::new(&stream).lines();
        assert!(lines.any(|line| line.expect("a line").starts_with("354")));
        drop(lines);
        drop(stream);
        thread::sleep(Duration::from_millis(50));
        assert_eq!(server.accepted(), []);
    }

    #[test]
    fn faults_are_dealt_out_one_per_connection() {
        let server = SmtpServer::start(Faults::in_order([Fault::BusyAtConnect, Fault::UnknownRecipient])).expect("starts");
        let mut stream = std::net::TcpStream::connect(server.addr()).expect("the server listens");
        let mut heard = String::new();
        stream.read_to_string(&mut heard).expect("the server closes");
        assert!(heard.starts_with("421"), "{heard}");
        assert!(talk(&server, MAIL).contains("550 5.1.1"));
        assert!(talk(&server, MAIL).contains("250 2.0.0 taken"));
    }

    #[test]
    fn a_login_must_be_right() {
        let setup = Setup { login: Some(("u".into(), "p".into())), spool: None };
        let server = SmtpServer::start_with(Faults::none(), setup).expect("starts");
        assert!(talk(&server, "EHLO me\r\nAUTH PLAIN AHUAcA==\r\nQUIT\r\n").contains("235"));
        assert!(talk(&server, "EHLO me\r\nAUTH LOGIN\r\ndQ==\r\ncA==\r\nQUIT\r\n").contains("235"));
        assert!(talk(&server, "EHLO me\r\nAUTH PLAIN AHUAeA==\r\nQUIT\r\n").contains("535"));
        assert!(talk(&server, MAIL).contains("530"));
    }

    #[test]
    fn what_was_accepted_survives_the_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let setup = Setup { login: None, spool: Some(folder.path().to_owned()) };
        let server = SmtpServer::start_with(Faults::always(Fault::AcceptsAndDrops), setup).expect("starts");
        talk(&server, MAIL.trim_end_matches("QUIT\r\n"));
        let accepted = server.accepted();
        drop(server);
        assert_eq!(accepted.len(), 1);
        assert_eq!(read_spool(folder.path()).expect("readable"), accepted);
    }
}
