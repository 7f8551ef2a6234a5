//! The mail crate from outside: hostile texts through compose and a foreign parser, and the hand-over against a real
//! SMTP server on loopback with every fault it can have.

mod hostile;
mod phases;
mod tls;

use autoreach_domain::lead::EmailAddress;
use autoreach_mail::{OutgoingMail, content_hash, message_id};

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("a valid address")
}

/// A mail from Alex to Wei with the given texts.
fn mail(name: &str, subject: &str, body: &str) -> OutgoingMail {
    let (from, to) = (address("alex@portwise.example"), address("wei.rao@orbital.example"));
    OutgoingMail {
        from_name: name.to_owned(),
        to_name: name.to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        message_id: message_id(&[7; 32], b"lead", 1, &content_hash(&from, &to, subject, body), &from),
        date: "2026-03-05T09:30:00Z".parse().expect("an instant"),
        list_unsubscribe_mailto: from.clone(),
        from,
        to,
    }
}
