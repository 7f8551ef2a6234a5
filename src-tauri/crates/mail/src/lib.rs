//! Mail in both directions: a message frozen byte for byte and its hand-over to an SMTP server driven phase by phase; a
//! mailbox that is listened to, and what a mail in it means.
//!
//! Going out, two halves meet in [`FrozenMail`]: [`message`] turns a cleared draft, and nothing else, into final bytes once,
//! at approval; [`transport`] carries exactly these bytes to the user's own server and stops between "the server is
//! ready for the body" and "the body is on its way", so that the engine can put its barrier there. Coming in, two halves
//! that know nothing of each other: [`mailbox`] reads new mails over IMAP without a trace, and [`incoming`] says what the
//! bytes of one are (a reply, a bounce, an absence, a wish to be left alone). Deliberately absent: retries, schedules,
//! limits and the outbox itself (engine), and every rule about who may be written to.

pub mod error;
pub mod incoming;
pub mod mailbox;
pub mod message;
pub mod transport;

pub use error::{ComposeError, Deferral, InvalidMessageId, Misconfiguration, NotTheApprovedMail, Reply, SmtpError, TlsRefusal};
pub use message::{Envelope, FrozenMail, MessageId, compose, compose_test, message_id};
pub use transport::{Offered, Outcome, Security, Session, SmtpAccount, Timeouts, connect, test_connection};
