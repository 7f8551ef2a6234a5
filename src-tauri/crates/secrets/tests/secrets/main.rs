//! Keys and secrets as a workspace uses them: the ways in, the keychain's states, the vault, and a real Secret Service.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking and says on stderr why it was skipped")]

mod keychain_states;
mod keys_file;
#[cfg(target_os = "linux")]
mod secret_service;
mod support;
mod vault;
