//! Listening to a mailbox: against a scripted server that can lie in every way, and against a real Dovecot.

mod dovecot;
mod encrypted;
mod hostile_server;
mod scripted;
mod transcript;
