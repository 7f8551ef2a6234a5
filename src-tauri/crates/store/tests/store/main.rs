//! The store as the rest of the program sees it, always on real encrypted files.

// Helpers of tests are tests too; the lint sees only functions marked `#[test]`.
#![allow(clippy::unwrap_used)]

mod backups;
mod crashes;
mod disk_full;
mod ledger;
mod locking;
mod opening;
mod privacy;
mod rows;
mod settings;
mod support;
mod tampering;
