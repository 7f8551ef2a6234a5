//! The learner from outside: laws that hold for any history, the program's conversation, and a guard on how well it
//! learns from a public file.

mod laws;
mod lead_file;
mod leads;
mod measures;
mod team;
mod transcript;
