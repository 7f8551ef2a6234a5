//! Listening to a mailbox: against a scripted server that can lie in every way, and against a real Dovecot.

// It is configured by owners and modes of files.
#[cfg(unix)]
mod dovecot;
mod encrypted;
mod hostile_server;
mod scripted;
mod transcript;
