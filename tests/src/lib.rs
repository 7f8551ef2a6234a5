//! What the stories and the bench program share: a workspace in a folder of its own, a model server, the command line as a
//! program, and a desktop with the real window on it.
//!
//! The stories themselves are in `stories/`, one binary, one module per story. What is here drives the engine exactly as
//! its faces do and has no opinion; every claim is made by a story. It is not in `autoreach-testkit` because that crate
//! lies below the engine, whose own tests use it.

#[cfg(target_os = "linux")]
pub mod desktop;
pub mod model_server;
pub mod program;
pub mod raw;
pub mod workspace;
