//! Servers that say too much, too little or the wrong thing: each ends in a typed error, soon, and with little memory.

use super::scripted::{Reply, Scripted};
use super::transcript::{FROM_THE_START, GREETING, LIMITS, opened};
use autoreach_mail::mailbox::{Excess, Folder, ImapError, Reading, Stuck};
use std::time::Instant;

/// What reading new mail comes to when commands that begin with `command` are answered by `reply`.
async fn reading(command: &'static str, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Result<Reading, ImapError> {
    let server = Scripted::start(GREETING, move |tag, said| said.starts_with(command).then(|| reply(tag))).await;
    let began = Instant::now();
    let mut mailbox = opened(&server).await?;
    let came_to = mailbox.read_new(&Folder::inbox(), FROM_THE_START).await;
    assert!(began.elapsed() < LIMITS.command * 3, "{command} took {:?}", began.elapsed());
    came_to
}

/// Why reading got stuck at message 7.
async fn stuck(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Option<ImapError> {
    match reading("UID FETCH", reply).await {
        Ok(Reading::New(batch)) => {
            assert_eq!(batch.cursor, FROM_THE_START, "the cursor stays before what was not read");
            batch.stuck.map(|Stuck { uid, why }| {
                assert_eq!(uid, 7);
                why
            })
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn huge_literals_are_refused_when_they_are_announced() {
    for bytes in ["20001", "536870912", "4294967295", "99999999999999999999"] {
        let line = format!("* 1 FETCH (UID 7 BODY[]<0> {{{bytes}}}\r\nabc");
        assert_eq!(stuck(move |_| Reply::text(line.clone())).await, Some(ImapError::TooMuch(Excess::Literal)), "{bytes}");
    }
}

#[tokio::test]
async fn endless_lines_and_answers_end() {
    let endless = |first: &'static str, again: &'static str| move |_: &str| Reply::Repeat(first.into(), again.repeat(1_000).into());
    assert_eq!(reading("UID SEARCH", endless("* SEARCH", " 7")).await, Err(ImapError::TooMuch(Excess::Line)));
    assert_eq!(reading("EXAMINE", endless("", "* 1 EXISTS\r\n")).await, Err(ImapError::TooMuch(Excess::Answer)));
    assert_eq!(stuck(endless("* 1 FETCH (", "FLAGS (\\Seen) ")).await, Some(ImapError::TooMuch(Excess::Line)));
    assert_eq!(stuck(endless("* 1 FETCH (UID 7 BODYSTRUCTURE ", "(")).await, Some(ImapError::TooMuch(Excess::Nesting)));
    let hidden = "* OK {20000}\r\n* 1 FETCH (UID 7 BODYSTRUCTURE ";
    assert_eq!(stuck(endless(hidden, "(1 ")).await, Some(ImapError::TooMuch(Excess::Nesting)));
    assert!(matches!(reading("CAPABILITY", endless("* CAPABILITY", " X")).await, Err(ImapError::TooMuch(Excess::Line))));
    assert!(matches!(reading("CAPABILITY", endless("", "* NO\r\n")).await, Err(ImapError::TooMuch(Excess::Answer))));
    assert!(matches!(reading("LOGIN", endless("", "* 1 EXISTS\r\n")).await, Err(ImapError::TooMuch(Excess::Answer))));
}

#[tokio::test]
async fn lies_about_numbers_are_seen() {
    let say = |text: &'static str| move |tag: &str| Reply::text(text.replace("TAG", tag));
    assert_eq!(stuck(say("* 1 FETCH (UID 8 BODY[]<0> {2}\r\nhi)\r\nTAG OK\r\n")).await, Some(ImapError::NumbersContradict));
    assert_eq!(reading("UID SEARCH", say("* SEARCH 4294967295\r\nTAG OK\r\n")).await, Err(ImapError::NumbersContradict));
    assert_eq!(reading("UID SEARCH", say("* SEARCH 0\r\nTAG OK\r\n")).await, Err(ImapError::NumbersContradict));
    assert_eq!(reading("EXAMINE", say("* 1 EXISTS\r\nTAG OK\r\n")).await, Err(ImapError::NumbersContradict));
    assert_eq!(reading("EXAMINE", say("* OK [UIDVALIDITY 0] x\r\nTAG OK\r\n")).await, Err(ImapError::NumbersContradict));
    // A message that has gone since the search, and news of another's flags, are no lies.
    let flags = reading("UID FETCH", say("* 3 FETCH (UID 3 FLAGS (\\Seen))\r\nTAG OK\r\n")).await;
    assert!(matches!(flags, Ok(Reading::New(batch)) if batch.messages.is_empty() && batch.cursor.next_uid == 8));
}

#[tokio::test]
async fn refusals_drops_and_stalls_are_no_empty_mailbox() {
    let say = |text: &'static str| move |tag: &str| Reply::text(text.replace("TAG", tag));
    let refused = reading("UID SEARCH", say("TAG NO not now\r\n")).await;
    assert!(matches!(refused, Err(ImapError::Refused { asked: "search a folder", .. })), "{refused:?}");
    assert!(matches!(reading("EXAMINE", say("TAG BAD what\r\n")).await, Err(ImapError::Refused { .. })));
    for command in ["EXAMINE", "UID SEARCH", "LOGIN", "CAPABILITY"] {
        assert_eq!(reading(command, |_| Reply::SayAndClose(Vec::new())).await, Err(ImapError::ConnectionLost), "{command}");
        assert_eq!(reading(command, |_| Reply::Stall).await, Err(ImapError::TimedOut), "{command}");
    }
    assert_eq!(reading("EXAMINE", say("* BYE going down\r\n")).await, Err(ImapError::ConnectionLost));
    assert_eq!(stuck(|_| Reply::SayAndClose(b"* 1 FETCH (UID 7 BODY[]<0> {10}\r\nhalf".to_vec())).await, Some(ImapError::ConnectionLost));
    for garbage in ["\0\0\0\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "A9999 OK not yours\r\n", "+ what\r\n"] {
        assert_eq!(reading("EXAMINE", move |_| Reply::text(garbage)).await, Err(ImapError::NotUnderstood), "{garbage:?}");
    }
}
