//! Mails of our own making, by kind, in the forms of many programs and languages; precision and recall are printed.

use autoreach_mail::incoming::{Bounce, Incoming, Kind, Severity, read};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// When they came in: Monday, 28 December 2026.
const RECEIVED_AT: i64 = 1_798_448_400;
/// Lowest share of mails called bounces, or live replies, that are (issue: "precision >= 0.98").
const PRECISION: f64 = 0.98;

/// The mails of a file: what it is named after, and `===== name | detail` before each.
const FIXTURES: [(&str, &str); 11] = [
    ("bounce_hard", include_str!("fixtures/bounce_hard.txt")),
    ("bounce_soft", include_str!("fixtures/bounce_soft.txt")),
    ("complaint", include_str!("fixtures/complaint.txt")),
    ("out_of_office", include_str!("fixtures/out_of_office.txt")),
    ("auto_reply", include_str!("fixtures/auto_reply.txt")),
    ("has_left", include_str!("fixtures/has_left.txt")),
    ("opt_out", include_str!("fixtures/opt_out.txt")),
    ("not_interested", include_str!("fixtures/not_interested.txt")),
    ("positive", include_str!("fixtures/positive.txt")),
    ("reply", include_str!("fixtures/reply.txt")),
    ("other", include_str!("fixtures/other.txt")),
];

/// One mail and what it is.
pub(super) struct Golden {
    pub(super) kind: &'static str,
    name: &'static str,
    /// A date or a status code, where the kind has one.
    detail: &'static str,
    pub(super) mail: String,
}

/// All of them.
pub(super) fn goldens() -> Vec<Golden> {
    let of_file = |&(kind, text): &(&'static str, &'static str)| {
        text.split("===== ").skip(1).filter_map(move |piece| {
            let (head, mail) = piece.split_once('\n')?;
            let (name, detail) = head.split_once(" | ").unwrap_or((head, ""));
            Some(Golden { kind, name, detail: detail.trim(), mail: mail.replace('\n', "\r\n") })
        })
    };
    FIXTURES.iter().flat_map(of_file).collect()
}

fn read_golden(golden: &Golden) -> Incoming {
    read(golden.mail.as_bytes(), Timestamp::from_second(RECEIVED_AT).expect("in range"))
}

/// The name of a kind as the files have it.
fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bounce(Bounce { severity: Severity::Hard, .. }) => "bounce_hard",
        Kind::Bounce(Bounce { severity: Severity::Soft, .. }) => "bounce_soft",
        Kind::Complaint => "complaint",
        Kind::OutOfOffice { .. } => "out_of_office",
        Kind::AutoReply { has_left: true } => "has_left",
        Kind::AutoReply { has_left: false } => "auto_reply",
        Kind::OptOut => "opt_out",
        Kind::NotInterested => "not_interested",
        Kind::Positive => "positive",
        Kind::Reply => "reply",
        Kind::Other => "other",
    }
}

/// How many were meant, found, and both.
#[derive(Default)]
struct Counts {
    meant: f64,
    found: f64,
    both: f64,
}

#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn precision(counts: &BTreeMap<&str, Counts>, class: &str) -> f64 {
    let Counts { meant, found, both } = &counts[class];
    println!("{class}: precision {:.3}, recall {:.3} ({both} of {found} found, {meant} meant)", both / found, both / meant);
    both / found
}

#[test]
fn bounces_and_replies_are_told_apart_with_the_precision_promised() {
    let goldens = goldens();
    assert!(goldens.len() >= 120, "{}", goldens.len());
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut wrong = Vec::new();
    let is_live = |kind: &str| matches!(kind, "opt_out" | "not_interested" | "positive" | "reply");
    for golden in &goldens {
        let incoming = read_golden(golden);
        let found = name_of(&incoming.kind);
        if found != golden.kind {
            wrong.push(format!("{} / {}: found {found} by {:?} in {:?}", golden.kind, golden.name, incoming.matched, incoming.text));
        }
        let mut count = |class: &'static str, is_meant: bool, is_found: bool| {
            let count = counts.entry(class).or_default();
            count.meant += f64::from(u8::from(is_meant));
            count.found += f64::from(u8::from(is_found));
            count.both += f64::from(u8::from(is_meant && is_found));
        };
        for (kind, _) in FIXTURES {
            count(kind, golden.kind == kind, found == kind);
        }
        count("any bounce", golden.kind.starts_with("bounce"), found.starts_with("bounce"));
        count("any live reply", is_live(golden.kind), is_live(found));
    }
    let classes: Vec<&str> = counts.keys().copied().collect();
    for class in classes {
        assert!(precision(&counts, class) >= PRECISION, "{class}: {wrong:#?}");
    }
    assert!(wrong.len() * 100 <= goldens.len() * 2, "{wrong:#?}");
}

#[test]
fn bounces_carry_their_status_their_recipient_and_the_mail_they_are_about() {
    for golden in goldens().iter().filter(|golden| golden.kind.starts_with("bounce")) {
        let incoming = read_golden(golden);
        let Kind::Bounce(bounce) = &incoming.kind else { panic!("{}: {:?}", golden.name, incoming.kind) };
        assert_eq!(bounce.status.as_deref().unwrap_or_default(), golden.detail, "{}", golden.name);
        let names_the_mail = golden.mail.contains("<ab12@portwise.example>");
        assert_eq!(incoming.answers.first().map(String::as_str), names_the_mail.then_some("<ab12@portwise.example>"), "{}", golden.name);
        assert!(!incoming.original_recipients.is_empty(), "{}", golden.name);
        assert!(incoming.original_recipients.iter().all(|to| to.domain() != "portwise.example"), "{}", golden.name);
        assert!(!incoming.matched.is_empty(), "{}", golden.name);
    }
}

#[test]
fn absences_carry_their_end() {
    for golden in goldens().iter().filter(|golden| golden.kind == "out_of_office") {
        let Kind::OutOfOffice { until } = read_golden(golden).kind else { panic!("{}", golden.name) };
        assert_eq!(until.map(|date| date.to_string()).unwrap_or_default(), golden.detail, "{}", golden.name);
    }
}

#[test]
fn replies_carry_what_they_answer_who_wrote_and_their_own_words_only() {
    for golden in goldens().iter().filter(|golden| matches!(golden.kind, "opt_out" | "not_interested" | "positive" | "reply")) {
        let incoming = read_golden(golden);
        assert!(incoming.kind.is_live_reply(), "{}: {:?}", golden.name, incoming.kind);
        assert!(incoming.from.is_some() && incoming.message_id.is_some(), "{}", golden.name);
        assert!(
            !incoming.text.contains("Havnegade") && !incoming.text.contains("unsubscribe, answer"),
            "{}: {}",
            golden.name,
            incoming.text
        );
        if golden.mail.contains("In-Reply-To") {
            assert_eq!(incoming.answers, ["<ab12@portwise.example>"], "{}", golden.name);
        }
        if golden.kind != "reply" {
            assert!(!incoming.matched.is_empty(), "{}", golden.name);
        }
    }
}

#[test]
fn complaints_name_the_mail_and_its_recipient() {
    for golden in goldens().iter().filter(|golden| golden.kind == "complaint") {
        let incoming = read_golden(golden);
        assert_eq!(incoming.answers, ["<ab12@portwise.example>"]);
        assert_eq!(incoming.original_recipients.iter().map(|to| to.as_str()).collect::<Vec<_>>(), ["wei.rao@orbital.example"]);
    }
}
