//! How much goes to and fro in a call, for a ledger of what left the computer.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What one call sent and received, all its tries together. Heads and encryption are not counted.
#[derive(Debug, Default)]
pub struct Traffic {
    exchanges: AtomicU32,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Traffic {
    /// Requests that were begun.
    pub fn exchanges(&self) -> u32 {
        self.exchanges.load(Ordering::Relaxed)
    }

    /// Bytes of the questions.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes of the answers, as far as they were read.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn count_question(&self, bytes: usize) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn count_answer(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}
