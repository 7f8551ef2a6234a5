//! The store as the rest of the program sees it, always on real encrypted files.

mod backups;
mod disk_full;
mod ledger;
mod locking;
mod opening;
mod privacy;
mod settings;
mod support;
mod tampering;
