//! What is said to a server: nothing that leaves a trace, and nothing in the clear to strangers.

use super::scripted::{Reply, Scripted};
use crate::cleared::composed;
use autoreach_mail::MessageId;
use autoreach_mail::Security;
use autoreach_mail::mailbox::{Batch, Credential, Cursor, Folder, ImapAccount, ImapError, Limits, Mailbox, Reading, SentSearch, open};
use jiff::civil::date;
use std::time::Duration;

pub(super) const GREETING: &str = "* OK ready\r\n";
/// Short enough for tests.
pub(super) const LIMITS: Limits =
    Limits { connect: Duration::from_secs(3), command: Duration::from_secs(3), batch: 2, message_bytes: 20_000, line_bytes: 100_000 };

pub(super) fn account(server: &Scripted) -> ImapAccount {
    ImapAccount {
        host: server.address.ip().to_string(),
        port: server.address.port(),
        security: Security::None,
        username: "alex".into(),
        extra_root: None,
        limits: LIMITS,
    }
}

pub(super) fn password() -> Credential {
    Credential::Password("correct horse".into())
}

pub(super) async fn opened(server: &Scripted) -> Result<Mailbox, ImapError> {
    open(&account(server), &password()).await
}

pub(super) const FROM_THE_START: Cursor = Cursor { uid_validity: 9, next_uid: 1 };

#[tokio::test]
async fn reading_searching_and_drafting_never_marks_or_changes_a_mail() {
    let server = Scripted::start(GREETING, |_, _| None).await;
    let mut mailbox = opened(&server).await.expect("opens");
    let cursor = mailbox.begin(&Folder::inbox(), Some(date(2026, 3, 1))).await.expect("begins");
    assert_eq!(cursor, Cursor { uid_validity: 9, next_uid: 7 });
    let reading = mailbox.read_new(&Folder::inbox(), cursor).await.expect("reads");
    let Reading::New(Batch { messages, cursor, has_more: false, stuck: None }) = reading else { panic!("{reading:?}") };
    assert_eq!((messages.len(), messages[0].uid, messages[0].is_cut, cursor.next_uid), (1, 7, false, 8));
    assert!(messages[0].bytes.ends_with(b"Hello\r\n") && messages[0].received_at.is_some());
    let ours = MessageId::parse("<abc@portwise.example>").expect("an id");
    assert_eq!(mailbox.find_in_sent(&ours).await, Ok(SentSearch::Found(Folder::named("Weg").expect("a name"))));
    let other = MessageId::parse("<bc@portwise.example>").expect("an id");
    assert_eq!(mailbox.find_in_sent(&other).await, Ok(SentSearch::NotFound), "a hit of another Message-ID is no proof");
    let (people, _) = mailbox.sent_recipients(date(2026, 1, 1)).await.expect("reads");
    assert_eq!(people.iter().map(|to| to.address.as_str()).collect::<Vec<_>>(), ["alex@portwise.example"]);
    mailbox.append_draft(&composed("Wei", "Late ports", "Hi")).await.expect("is laid down");
    for command in server.commands() {
        let upper = command.to_ascii_uppercase();
        let known = ["CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "APPEND \"DRAFTS\" (\\DRAFT)"];
        assert!(known.iter().any(|known| upper.starts_with(known)), "{command}");
        assert!(!upper.contains("BODY["), "only BODY.PEEK leaves a mail unread: {command}");
        assert!(!["STORE", "SELECT", "EXPUNGE", "COPY", "MOVE", "DELETE"].iter().any(|word| upper.contains(word)), "{command}");
    }
}

#[tokio::test]
async fn gmail_is_asked_in_its_own_words() {
    let server = Scripted::start(GREETING, |tag, command| {
        (command == "CAPABILITY").then(|| Reply::text(format!("* CAPABILITY IMAP4rev1 X-GM-EXT-1\r\n{tag} OK\r\n")))
    })
    .await;
    let mut mailbox = opened(&server).await.expect("opens");
    mailbox.find_in_sent(&MessageId::parse("<abc@portwise.example>").expect("an id")).await.expect("searches");
    assert!(server.commands().iter().any(|said| said == "UID SEARCH X-GM-RAW \"rfc822msgid:abc@portwise.example\""));
}

#[tokio::test]
async fn a_folder_numbered_anew_is_said_and_a_quiet_one_is_not_searched() {
    let server = Scripted::start(GREETING, |_, _| None).await;
    let mut mailbox = opened(&server).await.expect("opens");
    for cursor in [Cursor { uid_validity: 10, next_uid: 1 }, Cursor { uid_validity: 9, next_uid: 30 }] {
        assert_eq!(mailbox.read_new(&Folder::inbox(), cursor).await, Ok(Reading::Renumbered), "{cursor:?}");
    }
    let at_the_end = Cursor { uid_validity: 9, next_uid: 8 };
    let quiet = mailbox.read_new(&Folder::inbox(), at_the_end).await;
    assert!(matches!(quiet, Ok(Reading::New(batch)) if batch.messages.is_empty() && batch.cursor == at_the_end));
    assert!(!server.commands().iter().any(|said| said.contains("SEARCH")));
}

#[tokio::test]
async fn logins_are_spoken_as_offered_and_refusals_say_what_to_do() {
    let can = |words: &'static str, verdict: &'static str| {
        move |tag: &str, command: &str| match command {
            "CAPABILITY" => Some(Reply::text(format!("* CAPABILITY IMAP4rev1 {words}\r\n{tag} OK\r\n"))),
            command if command.starts_with("AUTHENTICATE") => Some(Reply::text("+ \r\n")),
            // The answer to a challenge has no tag: the scripted server sees it as a line without a command.
            "" => Some(Reply::text(format!("A0001 {verdict}\r\n"))),
            _ => None,
        }
    };
    let server = Scripted::start(GREETING, can("AUTH=PLAIN AUTH=XOAUTH2", "OK welcome")).await;
    opened(&server).await.expect("opens");
    // `\0alex\0correct horse`
    assert!(server.commands().iter().any(|said| said == "AGFsZXgAY29ycmVjdCBob3JzZQ=="));
    open(&account(&server), &Credential::AccessToken("ya29.token".into())).await.expect("opens");
    assert!(server.commands().iter().any(|said| said == "AUTHENTICATE XOAUTH2"));

    let refusing = Scripted::start(GREETING, can("AUTH=PLAIN", "NO [AUTHENTICATIONFAILED] Application-specific password required")).await;
    let refused = opened(&refusing).await.err().expect("is refused");
    assert!(matches!(&refused, ImapError::LoginRefused(words) if words.as_str().contains("Application-specific")), "{refused:?}");
    assert!(refused.to_string().contains("app password") && !refused.to_string().contains("correct horse"));
    let token = open(&account(&refusing), &Credential::AccessToken("x".into())).await.err();
    assert_eq!(token, Some(ImapError::LoginNotOffered));
}

#[tokio::test]
async fn strangers_hear_no_password() {
    let server = Scripted::start(GREETING, |_, _| None).await;
    let starttls = ImapAccount { security: Security::StartTls, ..account(&server) };
    assert_eq!(open(&starttls, &password()).await.err(), Some(ImapError::TlsNotOffered));
    let tls = ImapAccount { security: Security::Tls, ..account(&server) };
    assert_eq!(open(&tls, &password()).await.err(), Some(ImapError::TlsHandshake));
    let far = ImapAccount { host: "192.0.2.1".into(), ..account(&server) };
    assert_eq!(open(&far, &password()).await.err(), Some(ImapError::PlainTextBeyondLoopback));
    let second_command = Credential::Password("x\r\nA9 DELETE INBOX".into());
    assert_eq!(open(&account(&server), &second_command).await.err(), Some(ImapError::CredentialCharacters));
    assert!(server.commands().iter().all(|said| !said.contains("LOGIN") && !said.contains("horse") && !said.contains("DELETE")));
    let preauth = Scripted::start("* PREAUTH welcome\r\n", |_, _| None).await;
    assert_eq!(opened(&preauth).await.err(), Some(ImapError::NotUnderstood));
    let bye = Scripted::start("* BYE too many connections\r\n", |_, _| None).await;
    assert!(matches!(opened(&bye).await.err(), Some(ImapError::TurnedAway(words)) if words.as_str().contains("too many")));
}
