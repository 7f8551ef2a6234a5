//! Turns: one request per host at a time with a pause in between, and a limited number of hosts at once.
//!
//! Waiting for a turn costs nobody's deadline, so thirty pages of one host queue up without timing out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as TurnLock, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Hosts remembered before those long out of use are forgotten.
const MOST_HOSTS: usize = 1_024;

type LastEnd = Option<Instant>;

/// Hands out turns.
pub(super) struct Politeness {
    hosts: Mutex<HashMap<String, Arc<TurnLock<LastEnd>>>>,
    at_once: Arc<Semaphore>,
}

/// The right to ask one host once. Ends when dropped, and the host's pause begins.
pub(super) struct Turn {
    last_end: OwnedMutexGuard<LastEnd>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.last_end = Some(Instant::now());
    }
}

impl Politeness {
    pub(super) fn new(hosts_at_once: usize) -> Self {
        Self { hosts: Mutex::default(), at_once: Arc::new(Semaphore::new(hosts_at_once)) }
    }

    /// Waits until `host` may be asked again: nobody else asks it, `gap` has passed, and a place is free. The host
    /// is held while waiting for a place, so that one busy host never takes up two places.
    pub(super) async fn turn(&self, host: &str, gap: Duration) -> Turn {
        let last_end = self.host(host).lock_owned().await;
        if let Some(end) = *last_end {
            sleep_until(end + gap).await;
        }
        // The semaphore is never closed; without a place the request would still be bounded by its host's turn.
        let place = self.at_once.clone().acquire_owned().await.ok();
        Turn { last_end, _place: place }
    }

    fn host(&self, host: &str) -> Arc<TurnLock<LastEnd>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS {
            hosts.retain(|_, turn| is_in_use(turn));
        }
        hosts.entry(host.to_owned()).or_default().clone()
    }
}

/// Somebody holds or awaits the turn, or it ended less than the longest pause ago.
fn is_in_use(turn: &Arc<TurnLock<LastEnd>>) -> bool {
    let rested = |last: LastEnd| last.is_none_or(|end| end.elapsed() > Duration::from_secs(60));
    Arc::strong_count(turn) > 1 || !turn.try_lock().is_ok_and(|last| rested(*last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const GAP: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_once_per_gap() {
        let politeness = Politeness::new(16);
        let start = Instant::now();
        for _ in 0..3 {
            drop(politeness.turn("acme.example", GAP).await);
        }
        assert_eq!(start.elapsed().as_secs(), 2, "two pauses lie between three requests");
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_each_other() {
        let politeness = Politeness::new(16);
        let start = Instant::now();
        drop(politeness.turn("acme.example", GAP).await);
        drop(politeness.turn("globex.example", GAP).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_hosts_than_allowed_are_asked_at_once() {
        let politeness = Arc::new(Politeness::new(3));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let visits = (0..20).map(|n| {
            let (politeness, now, most) = (politeness.clone(), now.clone(), most.clone());
            tokio::spawn(async move {
                let _turn = politeness.turn(&format!("host{n}.example"), GAP).await;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(GAP).await;
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        futures::future::join_all(visits).await;
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_long_out_of_use_are_forgotten() {
        let politeness = Politeness::new(16);
        for n in 0..MOST_HOSTS {
            drop(politeness.turn(&format!("host{n}.example"), GAP).await);
        }
        tokio::time::advance(Duration::from_secs(61)).await;
        drop(politeness.turn("new.example", GAP).await);
        assert_eq!(politeness.hosts.lock().unwrap().len(), 1);
    }
}
