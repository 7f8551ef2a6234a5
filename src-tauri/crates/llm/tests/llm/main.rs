//! The providers' dialects, their faults and hostile answers, against servers on loopback.

#![allow(clippy::print_stderr, reason = "a skipped test says why, and the mutants say what became of them")]

mod corpus;
mod engines;
mod faults;
mod mutants;
mod providers;
mod server;
mod shapes;
