//! When to ask again, after how long, and when to leave a provider alone for a while.
//!
//! Waits are full jitter (anything between nothing and the ceiling, which doubles), because many calls fail at the same
//! moment and must not come back together; what a provider asks for is the least. A wait longer than a call may take is
//! left to the caller, who has a job table for that. Nothing about money is ever tried again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};

use crate::error::ChatError;

/// How often and how patiently a call is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included.
    pub tries: usize,
    /// Tries in all after answers that broke off or never came: each of them may have been billed, and a server that hangs
    /// hangs again.
    pub tries_after_interruption: usize,
    /// The ceiling of the first wait; it doubles from try to try.
    pub first_ceiling: Duration,
    /// The highest ceiling.
    pub highest_ceiling: Duration,
    /// The longest wait a provider may ask for within a call; beyond it the call fails and names the wait.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            tries_after_interruption: 2,
            first_ceiling: Duration::from_secs(1),
            highest_ceiling: Duration::from_secs(30),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Calls until it succeeds, fails for good, or the tries are used up.
    pub(crate) async fn run<T, F>(&self, call: impl FnMut() -> F) -> Result<T, ChatError>
    where
        F: Future<Output = Result<T, ChatError>>,
    {
        let ceilings = ExponentialBuilder::default()
            .with_factor(2.0)
            .with_min_delay(self.first_ceiling)
            .with_max_delay(self.highest_ceiling)
            .with_max_times(self.tries.saturating_sub(1));
        let mut interruptions = 0;
        let wait = |error: &ChatError, ceiling: Option<Duration>| {
            interruptions += usize::from(matches!(error, ChatError::Interrupted | ChatError::TimedOut));
            if interruptions >= self.tries_after_interruption { None } else { self.wait(error, ceiling?, random_fraction()) }
        };
        call.retry(ceilings).when(is_transient).adjust(wait).sleep(tokio::time::sleep).await
    }

    /// The wait before the next try; `None` when the provider asks for more than a call may take.
    fn wait(&self, error: &ChatError, ceiling: Duration, fraction: f64) -> Option<Duration> {
        let least = error.retry_after().unwrap_or_default();
        (least <= self.longest_wait).then(|| least.max(ceiling.mul_f64(fraction)))
    }
}

fn is_transient(error: &ChatError) -> bool {
    matches!(error, ChatError::Busy { .. } | ChatError::RateLimited { .. } | ChatError::TimedOut | ChatError::Interrupted)
}

/// From 0 to 1. A computer without randomness waits the whole ceiling.
fn random_fraction() -> f64 {
    getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX))
}

/// Leaves a provider alone after repeated failures, and for as long as it asked to. One for each provider, shared by all
/// its models.
pub struct Breaker {
    failures_to_open: u32,
    cool_off: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures_in_a_row: u32,
    paused_until: Option<Instant>,
}

impl Breaker {
    /// Pauses for `cool_off` after this many failed calls in a row, then lets one call through to see.
    pub fn new(failures_to_open: u32, cool_off: Duration) -> Arc<Self> {
        Arc::new(Self { failures_to_open, cool_off, state: Mutex::default() })
    }

    /// Three failed calls (each of up to five tries), 30 seconds.
    pub fn usual() -> Arc<Self> {
        Self::new(3, Duration::from_secs(30))
    }

    /// Whether a call may be made now.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), ChatError> {
        let mut state = self.lock();
        if let Some(until) = state.paused_until {
            if now < until {
                return Err(ChatError::Paused { retry_after: until - now });
            }
            // Whoever comes first after the pause tries for all; the others wait for what it finds.
            let is_broken = state.failures_in_a_row >= self.failures_to_open;
            state.paused_until = is_broken.then(|| now + self.cool_off);
        }
        Ok(())
    }

    /// What a call found. Only failures of the provider itself count; a refused key or a bad answer shows that it works.
    pub(crate) fn report<T>(&self, outcome: &Result<T, ChatError>, now: Instant) {
        match outcome {
            Err(ChatError::Cancelled | ChatError::BudgetStop(_) | ChatError::Paused { .. }) => {}
            Err(ChatError::RateLimited { retry_after }) => self.pause(now, *retry_after),
            Err(ChatError::Busy { .. } | ChatError::TimedOut | ChatError::Interrupted | ChatError::Unreachable) => {
                let wait = outcome.as_ref().err().and_then(ChatError::retry_after);
                self.count_failure(now, wait);
            }
            _ => *self.lock() = State::default(),
        }
    }

    fn count_failure(&self, now: Instant, wait: Option<Duration>) {
        let mut state = self.lock();
        state.failures_in_a_row = state.failures_in_a_row.saturating_add(1);
        let is_broken = state.failures_in_a_row >= self.failures_to_open;
        drop(state);
        if is_broken {
            tracing::info!("pausing calls to a model provider after repeated failures");
            self.pause(now, wait.unwrap_or_default().max(self.cool_off));
        }
    }

    fn pause(&self, now: Instant, wait: Duration) {
        let mut state = self.lock();
        let until = now.checked_add(wait);
        state.paused_until = state.paused_until.max(until);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    fn quick() -> RetryPolicy {
        RetryPolicy { first_ceiling: Duration::from_millis(1), highest_ceiling: Duration::from_millis(4), ..RetryPolicy::default() }
    }

    async fn tries_of(error: ChatError) -> usize {
        let tries = Cell::new(0);
        let outcome: Result<(), ChatError> = quick()
            .run(|| {
                tries.set(tries.get() + 1);
                std::future::ready(Err(error.clone()))
            })
            .await;
        assert_eq!(outcome, Err(error));
        tries.get()
    }

    #[tokio::test]
    async fn only_passing_trouble_is_tried_again() {
        assert_eq!(tries_of(ChatError::Busy { retry_after: None }).await, 5);
        assert_eq!(tries_of(ChatError::RateLimited { retry_after: Duration::from_millis(1) }).await, 5);
        assert_eq!(tries_of(ChatError::Interrupted).await, 2);
        assert_eq!(tries_of(ChatError::TimedOut).await, 2);
        for final_word in [ChatError::KeyRefused, ChatError::BadRequest, ChatError::TooLong, ChatError::Unreachable] {
            assert_eq!(tries_of(final_word).await, 1);
        }
        assert_eq!(tries_of(ChatError::BudgetStop(crate::error::BudgetStop::Quota)).await, 1);
        assert_eq!(tries_of(ChatError::RateLimited { retry_after: Duration::from_secs(61) }).await, 1, "longer than a call may wait");
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_asked_nor_longer_than_both(asked in 0u64..60_000, ceiling in 0u64..30_000, fraction in 0.0f64..=1.0) {
            let asked = Duration::from_millis(asked);
            let ceiling = Duration::from_millis(ceiling);
            let error = ChatError::Busy { retry_after: Some(asked) };
            let wait = RetryPolicy::default().wait(&error, ceiling, fraction).expect("is short enough");
            prop_assert!(wait >= asked && wait <= asked.max(ceiling));
        }
    }

    const FAILED: Result<(), ChatError> = Err(ChatError::TimedOut);

    #[test]
    fn repeated_failures_pause_and_one_call_tries_for_all() {
        let breaker = Breaker::new(2, Duration::from_secs(30));
        let start = Instant::now();
        breaker.report(&FAILED, start);
        assert_eq!(breaker.admit(start), Ok(()));
        breaker.report(&FAILED, start);
        assert_eq!(breaker.admit(start), Err(ChatError::Paused { retry_after: Duration::from_secs(30) }));
        let later = start + Duration::from_secs(30);
        assert_eq!(breaker.admit(later), Ok(()));
        assert!(breaker.admit(later).is_err(), "only one tries");
        breaker.report(&Ok(()), later);
        assert_eq!(breaker.admit(later), Ok(()));
    }

    #[test]
    fn a_failed_trial_pauses_again() {
        let breaker = Breaker::new(1, Duration::from_secs(30));
        let start = Instant::now();
        breaker.report(&FAILED, start);
        let later = start + Duration::from_secs(31);
        assert_eq!(breaker.admit(later), Ok(()));
        breaker.report(&FAILED, later);
        assert!(breaker.admit(later + Duration::from_secs(29)).is_err());
    }

    #[test]
    fn a_provider_that_asks_to_wait_is_left_alone_that_long() {
        let breaker = Breaker::usual();
        let start = Instant::now();
        breaker.report(&Err::<(), _>(ChatError::RateLimited { retry_after: Duration::from_secs(90) }), start);
        assert_eq!(breaker.admit(start), Err(ChatError::Paused { retry_after: Duration::from_secs(90) }));
        assert_eq!(breaker.admit(start + Duration::from_secs(90)), Ok(()));
        assert_eq!(breaker.admit(start + Duration::from_secs(90)), Ok(()), "there was no failure to look into");
    }

    #[test]
    fn answers_that_show_a_working_provider_are_no_failures() {
        let breaker = Breaker::new(1, Duration::from_secs(30));
        let now = Instant::now();
        for outcome in [ChatError::KeyRefused, ChatError::Cancelled, ChatError::Malformed(crate::error::ReplyFault::NotJson)] {
            breaker.report(&Err::<(), _>(outcome), now);
            assert_eq!(breaker.admit(now), Ok(()));
        }
    }
}
