//! Whether the computer slept between two rounds: the wall clock beside one that nobody can set.

use autoreach_domain::schedule::slept;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// When it was looked last, on both clocks.
#[derive(Debug)]
pub struct Watch {
    wall: Timestamp,
    steady: Instant,
}

impl Watch {
    /// Begins to watch.
    pub fn begin(now: Timestamp) -> Self {
        Self { wall: now, steady: Instant::now() }
    }

    /// How long the computer slept since the last look, which was to be `expected` ago; `None`: it did not.
    pub fn look(&mut self, now: Timestamp, expected: Duration) -> Option<SignedDuration> {
        let (wall, steady) = (now.duration_since(self.wall), self.steady.elapsed());
        *self = Self::begin(now);
        slept(wall, span(steady), span(expected))
    }
}

fn span(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
