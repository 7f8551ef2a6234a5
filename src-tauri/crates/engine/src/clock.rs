//! Where the engine gets its instants, ids and random bytes from.
//!
//! In an ordinary workspace: the system's clock and random source. In a workspace created as simulated: the instant the
//! caller names, and a seeded stream, so that the same commands give the same ids, draws and journal bytes.

use getrandom::Error as NoRandomness;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The engine's source of time.
#[derive(Debug)]
pub enum Clock {
    /// The system's.
    System,
    /// An instant named by the caller; each reading is a millisecond later, so that nothing happens at once.
    Named {
        /// The instant.
        at: Timestamp,
        /// Readings so far.
        readings: AtomicU64,
    },
}

impl Clock {
    /// A clock that starts at `at`.
    pub fn named(at: Timestamp) -> Self {
        Self::Named { at, readings: AtomicU64::new(0) }
    }

    /// Waits for `at`: really, at most `nap`, or, where the instant is named, by letting the time pass at once.
    pub async fn wait_for(&self, at: Timestamp, nap: std::time::Duration) {
        match self {
            Self::System => tokio::time::sleep(nap).await,
            Self::Named { at: start, readings } => {
                let millis = u64::try_from(at.duration_since(*start).as_millis()).unwrap_or(0);
                readings.fetch_max(millis, Ordering::Relaxed);
            }
        }
    }

    /// The instant that was named, as far as it has passed; `None` for the system's clock.
    pub fn named_instant(&self) -> Option<Timestamp> {
        matches!(self, Self::Named { .. }).then(|| self.now())
    }

    /// The instant, whole milliseconds as the store keeps them.
    pub fn now(&self) -> Timestamp {
        let exact = match self {
            Self::System => Timestamp::now(),
            Self::Named { at, readings } => {
                let reading = i64::try_from(readings.fetch_add(1, Ordering::Relaxed)).unwrap_or(i64::MAX);
                at.checked_add(jiff::SignedDuration::from_millis(reading)).unwrap_or(*at)
            }
        };
        Timestamp::from_millisecond(exact.as_millisecond()).unwrap_or(exact)
    }
}

/// The engine's source of random bytes.
#[derive(Debug)]
pub enum Randomness {
    /// The system's.
    System,
    /// A stream out of a seed: SHA-256 of the seed and a counter.
    Seeded(Mutex<SeededStream>),
}

/// The state of a seeded stream.
#[derive(Debug)]
pub struct SeededStream {
    seed: [u8; 32],
    block: u64,
}

impl Randomness {
    /// A stream for the `session`-th opening of a workspace with this seed.
    pub fn seeded(seed: u64, session: u64) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"autoreach simulated workspace\0");
        hasher.update(seed.to_be_bytes());
        hasher.update(session.to_be_bytes());
        Self::Seeded(Mutex::new(SeededStream { seed: hasher.finalize().into(), block: 0 }))
    }

    /// `N` random bytes (at most 32).
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        match self {
            Self::System => getrandom::fill(&mut bytes)?,
            Self::Seeded(stream) => {
                let mut stream = stream.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let block = Sha256::new().chain_update(stream.seed).chain_update(stream.block.to_be_bytes()).finalize();
                stream.block += 1;
                bytes.copy_from_slice(&block[..N]);
            }
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_session_give_the_same_bytes() {
        let draw = |seed, session| Randomness::seeded(seed, session).bytes::<10>().expect("a stream never runs dry");
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
    }

    #[test]
    fn a_named_clock_moves_by_a_millisecond_a_reading() {
        let clock = Clock::named(Timestamp::UNIX_EPOCH);
        assert_eq!((clock.now().as_millisecond(), clock.now().as_millisecond()), (0, 1));
    }
}
