//! G9: hostile names and subjects cannot add a header, cannot panic the composer, and arrive as they were approved.

use crate::cleared::{LAW_TEXTS, cleared, id_of};
use autoreach_domain::sending::NotCleared;
use autoreach_domain::text::{one_line, paragraphs};
use autoreach_mail::compose;
use mail_parser::{Address, MessageParser};
use std::path::PathBuf;

/// Names the tests use where the hostile text sits in another field.
const HARMLESS: &str = "Wei Rao";

/// Pieces a hostile field is made of: line ends, header lookalikes, encoded words, quotes, syntax, scripts, lengths.
const PIECES: [&str; 30] = [
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\r\n\t",
    "\n\n",
    "\0",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{200B}",
    "\u{202E}",
    "\u{FEFF}",
    "\"",
    "\\",
    "\\\"",
    "<",
    ">",
    "(",
    ")",
    ",",
    ";",
    ":",
    "@",
    "=?utf-8?Q?=0D=0ABcc:_all@acme.example?=",
    "=?utf-8?B?DQpCY2M6?=",
    "=0D=0A",
    "%0d%0a",
    "🚢\u{200D}🧭",
];

/// What an attacker would like to add.
const PAYLOADS: [&str; 11] = [
    "Bcc: all@acme.example",
    "To: other@acme.example",
    "Content-Type: text/html",
    "Subject: other",
    "X-Spam: no\r\n\r\n<b>body</b>",
    "<evil@acme.example>",
    "\"Evil\" <evil@acme.example>, ",
    ".\r\nMAIL FROM:<evil@acme.example>",
    "Zürich Åse 佐藤 مرحبا",
    "a long name that goes on and on and on and on and on and on and on and on and on and on and on and on until it folds",
    "NoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAllNoSpaceAtAll",
];

/// Each piece before, in, and after each payload, twice over with another piece: 4 x 2 x 30 x 11 = 2,640 texts.
fn hostile_texts() -> Vec<String> {
    let mut texts = Vec::new();
    for (index, piece) in PIECES.iter().enumerate() {
        let second = PIECES[(index * 7 + 3) % PIECES.len()];
        for payload in PAYLOADS {
            for glue in [*piece, &format!("{piece}{second}")] {
                texts.push(format!("Wei{glue}{payload}"));
                texts.push(format!("{glue}{payload}"));
                texts.push(format!("{payload}{glue}"));
                texts.push(format!("Wei {glue}{payload}{glue} Rao"));
            }
        }
    }
    texts
}

/// The big list of naughty strings, when the development data is there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn naughty_strings(test: &str) -> Vec<String> {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA").map(PathBuf::from) else {
        eprintln!("skipped: {test}: AUTOREACH_DEV_DATA is not set");
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join("security/naughty/blns.json")).expect("the list is there");
    serde_json::from_str(&text).expect("a list of texts")
}

/// Clears, composes, reads back with a foreign parser and compares every field with its approved form. Whatever is
/// cleared must compose; only a subject without visible text is not cleared.
fn check(name: &str, subject: &str, body: &str) {
    let draft = match cleared(name, subject, body) {
        Ok(draft) => draft,
        Err(NotCleared::Empty) if one_line(subject).is_empty() => return,
        Err(why) => panic!("{why}: {name:?} {subject:?} {body:?}"),
    };
    let frozen = compose(&draft, &id_of(&draft)).unwrap_or_else(|why| panic!("{why}: {name:?} {subject:?} {body:?}"));
    let read = MessageParser::default().parse(frozen.bytes()).expect("a mail");
    assert_eq!(read.headers().len(), 9, "injected header: {name:?} {subject:?}");
    assert_eq!(read.bcc(), None);
    check_mailbox(read.from(), name, "alex@portwise.example");
    check_mailbox(read.to(), name, "wei.rao@orbital.example");
    assert_eq!(read.subject().unwrap_or_default(), one_line(subject), "{subject:?}");
    assert_eq!(read.message_id(), Some(frozen.message_id().as_str().trim_matches(['<', '>'])));
    let text = read.body_text(0).expect("a text part").replace("\r\n", "\n");
    assert_eq!(text.trim_end(), format!("{}\n\n{LAW_TEXTS}", paragraphs(body)).trim_start(), "{body:?}");
}

fn check_mailbox(found: Option<&Address<'_>>, name: &str, address: &str) {
    let found: Vec<_> = found.expect("a mailbox").iter().collect();
    assert_eq!(found.len(), 1, "{name:?}");
    assert_eq!(found[0].address(), Some(address), "{name:?}");
    assert_eq!(found[0].name().unwrap_or_default(), one_line(name), "{name:?}");
}

#[test]
fn hostile_names_and_subjects_arrive_as_approved_and_add_no_header() {
    let texts = hostile_texts();
    assert!(texts.len() >= 2_575);
    for text in texts {
        check(&text, "Late ports", "Hi");
        check(HARMLESS, &text, "Hi");
        check(HARMLESS, "Late ports", &text);
    }
}

#[test]
fn naughty_strings_arrive_as_approved() {
    for text in naughty_strings("naughty_strings_arrive_as_approved") {
        check(&text, &text, &text);
    }
}
