//! The mail crate from outside: what only a cleared draft can become, hostile texts through compose and a foreign parser, and the hand-over against a real
//! SMTP server on loopback with every fault it can have.

mod cleared;
mod hostile;
mod phases;
mod tls;
