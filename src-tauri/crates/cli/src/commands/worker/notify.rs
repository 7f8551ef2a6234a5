//! The worker's notifications, where this computer shows any: the same occasions, silence and quiet hours as the window's, in words
//! alone, because without a window there is nothing that a button could open.

use crate::view::text::visible;
use autoreach_engine::Engine;
use autoreach_engine::error::EngineError;
use autoreach_engine::notices::{Arrivals, Bell, Occasion, Ring, Words};
use autoreach_engine::trust::TrustNews;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;

/// Longest wait for the notification service.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who tells, and what was told.
pub(super) struct Teller {
    bell: Bell,
    /// A worker that ends after one round cannot tell later.
    is_once: bool,
    /// Where the news of trust was read up to.
    place: Option<u64>,
    told: BTreeSet<TrustNews>,
}

impl Teller {
    pub(super) fn new(is_once: bool) -> Self {
        Self { bell: Bell::default(), is_once, place: None, told: BTreeSet::new() }
    }

    /// Work ended that began at `since`: tells of its items, now or when it is time.
    pub(super) async fn came(&mut self, engine: &Engine, since: Timestamp) -> Result<(), EngineError> {
        let arrivals = engine.arrivals_since(since).await?;
        if arrivals.items.is_empty() {
            return Ok(());
        }
        let until_digest = match engine.workflows().await?.first() {
            Some(workflow) if !self.is_once => engine.wait_for_digest(workflow.id).await?,
            _ => SignedDuration::ZERO,
        };
        match self.bell.ring(arrivals, engine.now(), until_digest) {
            Ring::Now(arrivals) => tell_arrivals(engine, &arrivals).await,
            Ring::After(_) | Ring::Counted => Ok(()),
        }
    }

    /// Tells what it is time for: what came, what is overdue, what happened to trust.
    pub(super) async fn look(&mut self, engine: &Engine) -> Result<(), EngineError> {
        let now = engine.now();
        if self.bell.is_due(now) {
            let arrivals = self.bell.strike(now);
            tell_arrivals(engine, &arrivals).await?;
        }
        let overdue = engine.overdue_to_tell().await?;
        if let Some(company) = overdue.first().map(|line| line.company.clone()) {
            tell(engine, &Occasion::Overdue { items: overdue.into_iter().map(|line| line.item).collect(), company }).await?;
        }
        let Some(workflow) = engine.workflows().await?.into_iter().next() else { return Ok(()) };
        let after = match self.place {
            Some(place) => place,
            None => engine.trust_news_from_now(workflow.id).await?,
        };
        let (place, news) = engine.trust_news(workflow.id, after).await?;
        self.place = Some(place);
        for news in news {
            if self.told.insert(news.clone()) || matches!(news, TrustNews::PulledBack { .. }) {
                tell(engine, &Occasion::Trust(news)).await?;
            }
        }
        Ok(())
    }
}

async fn tell_arrivals(engine: &Engine, arrivals: &Arrivals) -> Result<(), EngineError> {
    match engine.occasion(arrivals).await? {
        Some(occasion) => tell(engine, &occasion).await,
        None => Ok(()),
    }
}

async fn tell(engine: &Engine, occasion: &Occasion) -> Result<(), EngineError> {
    if let Some(words) = engine.notification(occasion).await? {
        let (shown, is_shown) = tokio::sync::oneshot::channel();
        // From a thread of its own: asking the service waits, and must not wait on a thread of the runtime.
        std::thread::spawn(move || {
            show(&words);
            let _ = shown.send(());
        });
        let _ = tokio::time::timeout(PATIENCE, is_shown).await;
    }
    Ok(())
}

fn show(words: &Words) {
    let body = if takes_markup() { words.body_as_markup() } else { words.body.clone() };
    let mut notification = notify_rust::Notification::new();
    if notification.appname("AutoReach").summary(&visible(&words.title)).body(&visible(&body)).show().is_err() {
        tracing::info!("this computer shows no notifications");
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn takes_markup() -> bool {
    notify_rust::get_capabilities().is_ok_and(|known| known.iter().any(|capability| capability == "body-markup"))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn takes_markup() -> bool {
    false
}
