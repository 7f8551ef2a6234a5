//! The operating system's lock on a store: one program at a time.
//!
//! The lock lies on a file of its own, because SQLite locks ranges of the database file itself. It ends with the process,
//! however the process ends, so there is nothing to clean up after a crash.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::error::StoreError;
use crate::layout;

/// Held for as long as the store is open; dropping it lets the next program in.
pub(crate) struct StoreLock {
    file: File,
}

impl StoreLock {
    /// Takes the lock of the store in `dir`, or says [`StoreError::InUse`] at once.
    pub(crate) fn acquire(dir: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(layout::lock(dir))
            .map_err(StoreError::file("open the lock file"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => Err(StoreError::file("lock the store")(error)),
        }
    }
}

impl Drop for StoreLock {
    /// Closing the file would do, were it not for a child process being started at this very moment: until it becomes
    /// another program, it holds a copy of every open file.
    fn drop(&mut self) {
        if self.file.unlock().is_err() {
            tracing::warn!("the store lock was not given back by name; it goes with the file");
        }
    }
}
