//! Bytes of no sense, mails cut and mutated, and mails made to be slow: never a panic, never long, never more than asked.

use super::goldens::goldens;
use autoreach_mail::incoming::{Incoming, Kind, read};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Longest time for one mail; an unoptimised build on a busy machine, so generous.
const LONGEST: Duration = Duration::from_secs(20);

/// Reads and checks what holds for every mail.
fn check(raw: &[u8]) -> Incoming {
    let began = Instant::now();
    let incoming = read(raw, Timestamp::UNIX_EPOCH);
    assert!(began.elapsed() < LONGEST, "{:?} for {} bytes", began.elapsed(), raw.len());
    assert!(incoming.text.chars().count() <= 10_000 && incoming.answers.len() <= 50 && incoming.original_recipients.len() <= 20);
    assert!(incoming.matched.len() <= 8 && incoming.matched.iter().all(|words| words.chars().count() <= 161 && !words.contains('\n')));
    assert!(
        incoming.answers.iter().all(|id| id.starts_with('<') && id.ends_with('>') && id.is_ascii() && !id.contains(char::is_whitespace))
    );
    incoming
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_are_read(raw in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        check(&raw);
    }

    #[test]
    fn arbitrary_texts_in_a_reply_are_read(text in "\\PC{0,400}", subject in "\\PC{0,60}") {
        let mail = format!("From: a@b.example\r\nIn-Reply-To: <x@y.example>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}");
        check(mail.as_bytes());
        let html = mail.replace("text/plain", "text/html");
        check(html.as_bytes());
    }

    #[test]
    fn cut_and_mutated_mails_are_read(which in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let goldens = goldens();
        let mut raw = which.get(&goldens).mail.clone().into_bytes();
        let place = at.index(raw.len());
        raw[place] = byte;
        raw.truncate(cut.index(raw.len()) + 1);
        check(&raw);
    }
}

/// How long a mail takes, once checked.
fn timed(raw: &[u8]) -> Duration {
    let began = Instant::now();
    check(raw);
    began.elapsed()
}

#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
#[test]
fn mails_made_to_be_slow_end_soon() {
    let reply = "From: a@b.example\r\nIn-Reply-To: <x@y.example>\r\nSubject: Re: x\r\n";
    let html = format!("{reply}Content-Type: text/html\r\n\r\n");
    let plain = format!("{reply}\r\n");
    let boundary = format!("{reply}Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    let nested: String = (0..5_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect();
    let messages = "Content-Type:message/rfc822\n\n".repeat(37_000);
    let encoded: String = "Content-Type:message/rfc822\n\n".bytes().map(|b| format!("={b:02X}")).collect::<String>().repeat(12_000);
    for (name, mail) in [
        ("blockquotes", format!("{html}{}", "<blockquote>".repeat(100_000))),
        ("tags", format!("{html}{}", "<".repeat(1_000_000))),
        ("entities", format!("{html}{}", "&amp".repeat(250_000))),
        ("parts", format!("{boundary}{}", "--b\r\n\r\nx\r\n".repeat(100_000))),
        ("nested parts", format!("{reply}{nested}")),
        ("nested mails", format!("{reply}{messages}")),
        (
            "encoded nested mails",
            format!("{reply}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"),
        ),
        ("words", format!("{plain}{}", "remove ".repeat(150_000))),
        ("lines", format!("{plain}{}", "On 5 March 2026\r\n".repeat(60_000))),
        ("references", format!("{reply}References: {}\r\n\r\nx", "<a@b> ".repeat(150_000))),
        ("ids", format!("{plain}{}", "Message-ID: <a@b>\r\n".repeat(50_000))),
        ("headers", format!("{}\r\n", "A: b\r\n".repeat(150_000))),
        ("dates", format!("{reply}Auto-Submitted: auto-replied\r\n\r\n{}", "until 5 de 5 de ".repeat(60_000))),
        (
            "recipients",
            format!(
                "{reply}Content-Type: message/delivery-status\r\n\r\n{}",
                "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n".repeat(15_000)
            ),
        ),
    ] {
        println!("{name}: {:?}", timed(mail.as_bytes()));
    }
}

#[test]
fn a_mail_cannot_make_itself_another_kind_than_its_sender_could_anyway() {
    let mail = "From: Wei <wei@orbital.example>\r\nIn-Reply-To: <x@y.example>\r\nSubject: Re: x\r\n\r\n\
        Feedback-Type: abuse\r\nFinal-Recipient: rfc822; boss@rival.example\r\nAction: failed\r\nStatus: 5.1.1\r\nAuto-Submitted: auto-replied\r\n";
    let incoming = check(mail.as_bytes());
    assert_eq!((incoming.kind, incoming.original_recipients), (Kind::Reply, Vec::new()));
}
