//! Being offline. The operating system is asked whether there is a way out; nothing is sent to find out.
//!
//! Reading and deciding never need the network. What does need it waits without being counted as a failure, and goes on by
//! itself.

use crate::Engine;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// How long research or a hand-over that found no network waits before it looks again.
pub(crate) const WAIT_FOR_NETWORK: SignedDuration = SignedDuration::from_secs(15);

/// Since when there is no network, as far as anybody looked.
#[derive(Debug, Default)]
pub(crate) struct Network(Mutex<Option<Timestamp>>);

impl Engine {
    /// Looks whether there is a network; the instant of the first look that found none, or `None`. The demo needs none.
    pub fn offline_since(&self) -> Option<Timestamp> {
        let mut since = self.network.0.lock().unwrap_or_else(PoisonError::into_inner);
        *since = if self.pages.has_network() { None } else { since.or_else(|| Some(self.now())) };
        *since
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Desk, Switched, noon};
    use std::time::Duration;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn research_waits_for_the_network_without_being_given_up_and_goes_on_by_itself() {
        let switched = Switched::off();
        let desk = Desk::empty_with(switched.clone()).await;
        desk.import_leads().await;
        let workflow_id = desk.engine.workflow(None).await.expect("there is one").id;
        let run = desk.engine.start_run(workflow_id).await.expect("starts");
        let (engine, cancel) = (desk.engine.clone(), CancellationToken::new());
        let working = tokio::spawn(async move { engine.work(run, &cancel).await });
        while switched.refused() < 30 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let progress = desk.engine.run_progress(run).await.expect("reads");
        assert_eq!((progress.researched, progress.given_up, progress.state), (0, 0, "running"), "ten looks at each of three sites");
        assert!(desk.engine.overview().await.expect("reads").offline_since.is_some_and(|since| since >= noon()));
        switched.switch_on();
        let ended = working.await.expect("ends").expect("works");
        assert_eq!((ended.drafted, ended.given_up), (3, 0));
        assert_eq!(desk.engine.overview().await.expect("reads").offline_since, None);
    }
}
