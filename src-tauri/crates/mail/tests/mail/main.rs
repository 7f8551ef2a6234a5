//! The mail crate from outside: what only a cleared draft can become, hostile texts through compose and a foreign parser, the hand-over against a real
//! SMTP server on loopback with every fault it can have, listening to a mailbox, and what incoming mails are.

mod cleared;
mod hostile;
mod incoming;
mod mailbox;
mod phases;
mod tls;
