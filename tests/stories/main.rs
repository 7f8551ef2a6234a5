//! The product's promises, told as stories against the engine and the command line. One binary, one module per story.
//!
//! Everything is real: encrypted files, a web server and an SMTP server on loopback, the built program, `kill -9`.
//! Figures for the release gate come with `AUTOREACH_LONG=1`; otherwise the same stories run with smaller numbers.

mod demo;
mod from_lead_to_mail;
mod imports;
mod kill;
mod locked_store;
mod models;
mod naughty_strings;
mod offline;
mod old_store;
mod private_network;
mod replay;
mod runs;
mod simulation;
mod support;
mod suppression;
mod undo;
#[cfg(unix)]
mod worker;
