//! What an incoming mail is: a pure look at its bytes.
//!
//! Machines are recognised first, by what they state (reports of RFC 3464 and 5965, headers of RFC 3834) and then by the
//! forms they are known for; what is left and answers something is a person's reply, and only a person's own words,
//! without what they quote, are searched for a wish to be left alone, a no or a yes. The order is the rule: a bounce that
//! quotes our opt-out line is a bounce. In doubt a reply stays [`Kind::Reply`]: it goes to a person either way, while a
//! wish to be left alone that nobody had would close a door. Words found are kept for display. Everything in a mail is
//! somebody else's text: it is bounded, it decides nothing but its own kind, and no panic of the parser gets out.
//! Deliberately absent: which lead a mail belongs to, and what follows from its kind (engine).

mod absence;
mod bounce;
mod bounce_forms;
mod complaint;
mod dates;
mod disarm;
mod ids;
mod letter;
mod machine;
mod phrases;
mod quotes;
mod wishes;
mod words;

use autoreach_domain::lead::EmailAddress;
use autoreach_domain::text::one_line;
use jiff::Timestamp;
use jiff::civil::Date;
use letter::Letter;
use serde::{Deserialize, Serialize};
use std::thread;

/// Bytes of a mail looked at; the text stands at its beginning.
const MAIL_BYTES: usize = 1 << 20;
/// Stack of the thread that reads a mail. The parser's values are nested as deep as the mails within mails are, and are
/// dropped level by level: 37,000 levels fit into [`MAIL_BYTES`], and
/// an unoptimised build takes less than half of this for them.
const STACK_BYTES: usize = 64 << 20;
/// Shown for bytes that could not be read as a mail.
const UNREADABLE: &str = "This could not be read as a mail.";
/// Longest text kept for display, in characters.
const SHOWN_CHARACTERS: usize = 10_000;
/// Most matched phrases kept, and the longest, in characters.
const MATCHES: usize = 8;
const MATCH_CHARACTERS: usize = 160;

/// What an incoming mail is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A server could not deliver a mail of ours, or not yet.
    Bounce(Bounce),
    /// The recipient's provider reports our mail as unwanted.
    Complaint,
    /// A person is away.
    OutOfOffice {
        /// The last day of absence or the day of return, as far as the mail names one.
        until: Option<Date>,
    },
    /// Another automatic answer: received, a ticket, a receipt of reading.
    AutoReply {
        /// `true` when it says that the person has left the company.
        has_left: bool,
    },
    /// Do not write again. Suppress at once.
    OptOut,
    /// A no, for now: no wish to be left alone for ever.
    NotInterested,
    /// A wish to meet, or to know more.
    Positive,
    /// A person's answer without a clear yes or no.
    Reply,
    /// No answer to anything of ours, as far as the mail itself shows.
    Other,
}

impl Kind {
    /// `true` when a person wrote it in answer: a live reply, which always goes to a human.
    pub fn is_live_reply(&self) -> bool {
        matches!(self, Self::OptOut | Self::NotInterested | Self::Positive | Self::Reply)
    }
}

/// Why a mail came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// For good or for now.
    pub severity: Severity,
    /// What went wrong.
    pub cause: Cause,
    /// The enhanced status code (RFC 3463), like `5.1.1`, when one was given.
    pub status: Option<String>,
}

/// Whether writing to the address again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It will never arrive.
    Hard,
    /// It may arrive later: the server still tries, the mailbox is full, or it was told to come back.
    Soft,
}

/// What a bounce was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// There is no such mailbox.
    UnknownAddress,
    /// There is no such domain, or it takes no mail.
    UnknownDomain,
    /// The mailbox is full.
    MailboxFull,
    /// The server does not want this mail or this sender.
    Blocked,
    /// The mail is too large.
    TooLarge,
    /// Not delivered yet; the server goes on trying.
    Delayed,
    /// Anything else.
    Other,
}

/// An incoming mail, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// What it is.
    pub kind: Kind,
    /// The words or headers that say so, as they stand in the mail: for display.
    pub matched: Vec<String>,
    /// Message-IDs (with angle brackets) of the mails it answers or reports on, the likeliest first.
    pub answers: Vec<String>,
    /// For a report: to whom the original mail went.
    pub original_recipients: Vec<EmailAddress>,
    /// Who wrote it.
    pub from: Option<EmailAddress>,
    /// Its own Message-ID, with angle brackets.
    pub message_id: Option<String>,
    /// Its subject, on one line.
    pub subject: String,
    /// Its own text without quoted mails and signature, at most 10,000 characters: for display.
    pub text: String,
}

/// A kind and the words that say so.
struct Finding {
    kind: Kind,
    matched: Vec<String>,
}

impl Finding {
    fn new(kind: Kind, matched: impl IntoIterator<Item = String>) -> Self {
        let shown = matched.into_iter().map(|words| one_line(&words).chars().take(MATCH_CHARACTERS).collect::<String>());
        Self { kind, matched: shown.filter(|words| !words.is_empty()).take(MATCHES).collect() }
    }
}

/// Reads a raw mail. `received_at` helps with dates that name no year; it is not stored.
///
/// It works in a thread of its own, whose stack is large (only what is used of it takes memory) and whose panic is no
/// panic here.
pub fn read(raw: &[u8], received_at: Timestamp) -> Incoming {
    let raw = raw.get(..raw.len().min(MAIL_BYTES)).unwrap_or_default();
    let read = thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || read_bounded(raw, received_at));
        worker.ok().and_then(|worker| worker.join().ok())
    });
    read.unwrap_or_else(unreadable)
}

fn read_bounded(raw: &[u8], received_at: Timestamp) -> Incoming {
    let raw = disarm::disarmed(raw);
    let Some(letter) = Letter::open(&raw) else { return unreadable() };
    let Finding { kind, matched } = find(&letter, received_at);
    Incoming {
        answers: ids::answered(&letter),
        original_recipients: bounce::original_recipients(&letter, &kind),
        from: letter.from.clone(),
        message_id: letter.mail.message_id().and_then(ids::bracketed),
        subject: letter.subject.clone(),
        text: letter.own_text.chars().take(SHOWN_CHARACTERS).collect(),
        kind,
        matched,
    }
}

/// Machines first, then people; see the module's doc.
fn find(letter: &Letter<'_>, received_at: Timestamp) -> Finding {
    complaint::find(letter)
        .or_else(|| bounce::find(letter))
        .or_else(|| machine::find(letter, received_at))
        .or_else(|| wishes::find(letter))
        .unwrap_or_else(|| Finding::new(Kind::Other, []))
}

/// What remains of bytes that are no mail, or of a mail that broke its reading: the words say so, for a person to look.
fn unreadable() -> Incoming {
    Incoming {
        kind: Kind::Other,
        matched: vec![String::from(UNREADABLE)],
        answers: Vec::new(),
        original_recipients: Vec::new(),
        from: None,
        message_id: None,
        subject: String::new(),
        text: String::new(),
    }
}
