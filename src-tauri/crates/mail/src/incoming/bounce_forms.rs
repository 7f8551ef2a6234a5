//! Bounces without a delivery report: what Postfix, Exim, qmail, sendmail, Exchange, Gmail and the large providers write.
//!
//! A form counts only when a machine sent it (a mailer's address, an empty envelope sender, or headers that say so), since
//! people forward bounces and ask what they mean.

use super::bounce::{addresses_in, judge, status_in};
use super::letter::Letter;
use super::words::fold;
use super::{Cause, Finding, Kind};
use autoreach_domain::lead::EmailAddress;

/// Characters of a text in which a form is looked for; what follows is the mail that came back.
const SEARCHED_CHARACTERS: usize = 4_000;

/// How the sender of bounces is called, in small letters.
const MAILERS: [&str; 10] = [
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "postmaster@",
    "mail delivery",
    "maildelivery",
    "microsoftexchange",
    "delivery-failure",
    "delivery.failure",
    "mail-system@",
];

/// Subjects of bounces, folded: English, German, French, Spanish, Dutch, Swedish, Danish, Norwegian, Italian, Portuguese,
/// Polish, Finnish.
const SUBJECTS: [&str; 38] = [
    "undeliverable",
    "undelivered mail",
    "undeliverable mail",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "delivery notification",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery problem",
    "mail delivery report",
    "failure notice",
    "failed mail",
    "mail failure",
    "mail system error",
    "message undeliverable",
    "returned mail",
    "returned to sender",
    "message not delivered",
    "could not be delivered",
    "unzustellbar",
    "nicht zustellbar",
    "zustellung fehlgeschlagen",
    "fehler bei der zustellung",
    "non remis",
    "non distribuable",
    "echec de la remise",
    "echec de remise",
    "no se puede entregar",
    "no entregado",
    "error de entrega",
    "onbestelbaar",
    "kan inte levereras",
    "olevererbart",
    "ikke leveres",
    "kan ikke leveres",
    "non recapitabile",
    "nao e possivel entregar",
];

/// Sentences of bounces, folded.
const SENTENCES: [&str; 34] = [
    "this is the mail system at host",
    "i m sorry to have to inform you that your message could not",
    "this message was created automatically by mail delivery software",
    "a message that you sent could not be delivered",
    "a message that you sent has not yet been delivered",
    "this is the qmail-send program",
    "i wasn t able to deliver your message",
    "i'm afraid i wasn't able to deliver your message",
    "delivery has failed to these recipients",
    "your message wasn't delivered",
    "your message wasn t delivered",
    "your message couldn't be delivered",
    "your message could not be delivered",
    "the following message to <",
    "the following addresses had permanent fatal errors",
    "the following addresses had transient non-fatal errors",
    "the original message was received at",
    "there was a temporary problem delivering your message",
    "there was a problem delivering your message",
    "delivery to the following recipient failed",
    "delivery to the following recipients failed",
    "delivery to the following recipient has been delayed",
    "the recipient's mailbox is full",
    "sorry, we were unable to deliver your message",
    "unable to deliver message to",
    "message could not be delivered",
    "could not be delivered to one or more",
    "ihre nachricht konnte nicht zugestellt werden",
    "nachricht hat folgende empfanger nicht erreicht",
    "fehler bei der nachrichtenzustellung",
    "votre message n a pas pu etre remis",
    "votre message n'a pas pu etre remis",
    "no se pudo entregar",
    "impossibile recapitare",
];

/// What says that the server goes on trying, folded.
const DELAYS: [&str; 17] = [
    "has been delayed",
    "delivery is delayed",
    "(delay)",
    "delayed:",
    "delayed mail",
    "warning: message",
    "warning: could not send",
    "has not yet been delivered",
    "delivery attempts will continue",
    "will continue to be tried",
    "will keep trying",
    "will retry for",
    "still being retried",
    "no action is required on your part",
    "no need to resend",
    "transient non-fatal",
    "verzogert",
];

/// Words of causes, folded, the most telling first.
const CAUSES: [(Cause, &[&str]); 5] = [
    (
        Cause::MailboxFull,
        &[
            "mailbox full",
            "mailbox is full",
            "mailbox exceed",
            "over quota",
            "overquota",
            "quota exceeded",
            "quotaexceeded",
            "out of storage",
            "out of disk",
            "insufficient storage",
            "postfach ist voll",
            "postfach voll",
            "boite aux lettres pleine",
            "buzon lleno",
            "over its quota",
            "storage quota",
            "casella piena",
        ],
    ),
    (
        Cause::UnknownDomain,
        &[
            "domain not found",
            "host not found",
            "host unknown",
            "unknown host",
            "no such domain",
            "nxdomain",
            "name or service not known",
            "domain doesn t exist",
            "domain does not exist",
            "couldn t find any host",
            "couldn't find any host",
            "domain couldn't be found",
            "unrouteable mail domain",
            "host or domain name not found",
            "null mx",
            "domain wurde nicht gefunden",
            "unable to resolve",
        ],
    ),
    (
        Cause::UnknownAddress,
        &[
            "user unknown",
            "unknown user",
            "unknown recipient",
            "no such user",
            "no such recipient",
            "no such mailbox",
            "no mailbox here",
            "recipient not found",
            "recipient unknown",
            "address not found",
            "address rejected: access denied",
            "address couldn't be found",
            "address couldn t be found",
            "wasn't found at",
            "does not exist",
            "doesn't exist",
            "doesn t exist",
            "user not found",
            "mailbox not found",
            "mailbox unavailable",
            "invalid recipient",
            "unrouteable address",
            "not a valid mailbox",
            "address unknown",
            "recipientnotfound",
            "account is disabled",
            "account has been disabled",
            "mailbox disabled",
            "mailbox is disabled",
            "adresse wurde nicht gefunden",
            "empfanger unbekannt",
            "existiert nicht",
            "n existe pas",
            "n'existe pas",
            "no existe",
            "bestaat niet",
            "non esiste",
            "nao existe",
            "finns inte",
            "findes ikke",
            "recipient address rejected",
            "is not a known user",
            "mailbox does not accept",
        ],
    ),
    (Cause::TooLarge, &["message too large", "message size exceeds", "size limit", "too big", "nachricht zu gross"]),
    (
        Cause::Blocked,
        &[
            "blocked",
            "blacklist",
            "blocklist",
            "block list",
            "spam",
            "policy",
            "reputation",
            "dmarc",
            "spf ",
            "not authorized",
            "not permitted",
            "rejected due to",
            "relay access denied",
            "relaying denied",
            "access denied",
            "banned",
        ],
    ),
];

/// A bounce in one of the known forms.
pub(super) fn find(letter: &Letter<'_>) -> Option<Finding> {
    let sender = machine_sender(letter)?;
    let subject = fold(&letter.subject);
    let text: String = letter.text.chars().take(SEARCHED_CHARACTERS).collect();
    let folded = fold(&text).replace('\u{2019}', "'").split_whitespace().collect::<Vec<_>>().join(" ");
    // "Automatic reply: Delivery failures at sea" is an absence that repeats our own subject.
    let says_so = |known: &&&str| subject.starts_with(**known) || (sender.is_mailer && subject.contains(**known));
    let by_subject = SUBJECTS.iter().find(says_so).map(|_| letter.subject.clone());
    let by_sentence = SENTENCES.iter().find(|known| folded.contains(*known)).map(|known| (*known).to_owned());
    // A mailer that speaks of an address, in whatever words, returns a mail.
    let is_about_address = matches!(cause_in(&text), Some(Cause::UnknownAddress | Cause::UnknownDomain | Cause::MailboxFull));
    let by_cause = sender.is_mailer && (is_about_address || status_in(&text).is_some());
    if by_subject.is_none() && by_sentence.is_none() && !by_cause {
        return None;
    }
    let is_delay = DELAYS.iter().any(|known| subject.contains(known) || folded.contains(known));
    let bounce = judge(status_in(&text), &text, is_delay);
    let words = [sender.words, by_subject.unwrap_or_default(), by_sentence.unwrap_or_default(), telling_line(&text)];
    Some(Finding::new(Kind::Bounce(bounce), words))
}

/// How a machine showed itself.
struct Sender {
    words: String,
    /// By a mailer's own name, not only by marks that every automatic mail has.
    is_mailer: bool,
}

fn machine_sender(letter: &Letter<'_>) -> Option<Sender> {
    let from = letter.raw_from();
    let is_automatic = letter.header("Auto-Submitted").is_some_and(|value| fold(&value).starts_with("auto-"));
    let is_unanswerable = letter.has_null_sender() || is_automatic;
    // A person may own the postmaster's address; what they answer names the mail that they answer.
    let is_postmaster = from.contains("postmaster@");
    let is_person = is_postmaster && letter.header("In-Reply-To").is_some() && !is_unanswerable;
    if is_person {
        return None;
    }
    if MAILERS.iter().any(|known| from.contains(known)) {
        return Some(Sender { words: format!("From: {from}"), is_mailer: !is_postmaster || is_unanswerable });
    }
    if let Some(failed) = letter.header("X-Failed-Recipients") {
        return Some(Sender { words: format!("X-Failed-Recipients: {failed}"), is_mailer: true });
    }
    is_unanswerable.then(|| Sender { words: String::new(), is_mailer: false })
}

/// What a text says went wrong.
pub(super) fn cause_in(text: &str) -> Option<Cause> {
    let head: String = text.chars().take(SEARCHED_CHARACTERS).collect();
    let folded = fold(&head).replace('\u{2019}', "'");
    CAUSES.iter().find(|(_, words)| words.iter().any(|known| folded.contains(known))).map(|(cause, _)| *cause)
}

/// The class of the first SMTP reply code in a text: `550 …` or `452-…`.
pub(super) fn reply_class(text: &str) -> Option<char> {
    let mut tokens = text
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | ':' | '-' | '(' | '\'' | '"' | '<' | '#'))
        .map(|token| token.trim_end_matches(')'));
    let is_code = |token: &str| {
        token.len() == 3
            && token.starts_with(['4', '5'])
            && token.as_bytes().get(1).is_some_and(|b| *b <= b'5')
            && token.bytes().all(|b| b.is_ascii_digit())
    };
    tokens.find(|token| is_code(token)).and_then(|token| token.chars().next())
}

/// The line that names a code or a cause, for display.
fn telling_line(text: &str) -> String {
    let mut lines = text.lines();
    lines.find(|line| status_in(line).is_some() || cause_in(line).is_some()).unwrap_or_default().trim().to_owned()
}

/// The recipients that a bounce names before the mail it returns.
pub(super) fn recipients_in(text: &str) -> Vec<EmailAddress> {
    const RETURNED: [&str; 6] =
        ["--- below this line", "original message", "this is a copy of", "message headers", "diagnostic information for", "received:"];
    let own = text.lines().take(60).take_while(|line| {
        let folded = fold(line);
        !RETURNED.iter().any(|known| folded.contains(known))
    });
    own.flat_map(addresses_in).take(5).collect()
}
