//! The system's notifications when items need a person: their words and buttons, and when they may ring. A notification
//! shows an item or puts it off; it never approves one. Everything told here stands in the inbox too, so a computer
//! without a notification service, or a quiet hour, loses nothing.

use crate::desk::Desk;
use crate::{deep_link, events, tray, window};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::error::EngineError;
use autoreach_engine::notices::{Arrivals, Button, Occasion, Ring, Words, batch_began};
use autoreach_engine::review::queue::QueueLine;
use autoreach_engine::schedule::Begun;
use autoreach_engine::trust::TrustNews;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tauri::{AppHandle, Manager};

/// Notifications on screen at once; each keeps a thread.
const MOST_LIVE: usize = 3;
/// How long "Hold 1 day" holds.
const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Notifications on screen.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// What is shown when somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Item(ItemId),
    Screen(&'static str),
}

/// Tells of the items that came since an instant: at once, when ten minutes have passed since somebody was last told, or
/// shortly before they usually begin to review.
pub(crate) async fn tell_what_arrived(app: &AppHandle, engine: &Arc<Engine>, since: Timestamp) -> Result<(), EngineError> {
    let arrivals = engine.arrivals_since(since).await?;
    if arrivals.items.is_empty() {
        return Ok(());
    }
    let until_digest = engine.wait_for_digest(engine.workflow(None).await?.id).await?;
    let ring = app.state::<Desk>().bell().ring(arrivals, engine.now(), until_digest);
    match ring {
        Ring::Now(arrivals) => tell(app, engine, &arrivals).await,
        Ring::After(silence) => {
            tell_after(app, engine, silence);
            Ok(())
        }
        Ring::Counted => Ok(()),
    }
}

fn tell_after(app: &AppHandle, engine: &Arc<Engine>, silence: SignedDuration) {
    let (app, engine) = (app.clone(), Arc::clone(engine));
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(silence.unsigned_abs()).await;
        let arrivals = app.state::<Desk>().bell().strike(engine.now());
        if let Err(error) = tell(&app, &engine, &arrivals).await {
            tracing::warn!(code = error.code(), "nobody could be told of what arrived");
        }
    });
}

/// Writes it into the inbox and, unless it is quiet or the window is looked at, onto the screen.
async fn tell(app: &AppHandle, engine: &Engine, arrivals: &Arrivals) -> Result<(), EngineError> {
    let Some(occasion) = engine.occasion(arrivals).await? else { return Ok(()) };
    tell_of(app, engine, occasion).await
}

/// Tells what happened to trust: news does not wait for the ten minutes, because it says what is no longer done alone.
pub(crate) async fn tell_trust(app: &AppHandle, engine: &Engine, news: TrustNews) -> Result<(), EngineError> {
    tell_of(app, engine, Occasion::Trust(news)).await
}

/// Writes into the inbox that a batch began by itself. It calls for nobody: its items do, once they are there.
pub(crate) fn tell_begun(app: &AppHandle, engine: &Engine, began: &Begun) {
    if began.leads > 0 {
        let said = batch_began(began);
        let notice = app.state::<Desk>().inbox().add(&said.title, &said.body, None, engine.now());
        events::notice(app, notice);
    }
}

/// Tells of exceptions that nobody has looked at in time, also of kinds that are quiet otherwise.
pub(crate) async fn tell_overdue(app: &AppHandle, engine: &Engine, lines: Vec<QueueLine>) -> Result<(), EngineError> {
    let Some(first) = lines.first() else { return Ok(()) };
    let company = first.company.clone();
    tell_of(app, engine, Occasion::Overdue { items: lines.into_iter().map(|line| line.item).collect(), company }).await
}

async fn tell_of(app: &AppHandle, engine: &Engine, occasion: Occasion) -> Result<(), EngineError> {
    let said = occasion.words();
    let item = match target(&occasion) {
        Target::Item(item) => Some(item),
        Target::Screen(_) => None,
    };
    let notice = app.state::<Desk>().inbox().add(&said.title, &said.body, item, engine.now());
    events::notice(app, notice);
    let may_show = engine.notification(&occasion).await?;
    if let Some(words) = may_show.filter(|_| !window::is_looked_at(app)) {
        show(app, words, occasion);
    }
    Ok(())
}

/// What is shown when somebody answers.
fn target(occasion: &Occasion) -> Target {
    match occasion {
        Occasion::QueueReady { first, .. } => Target::Item(*first),
        Occasion::Exceptions { items, .. } | Occasion::Overdue { items, .. } => Target::Item(items[0]),
        Occasion::Trust(TrustNews::ToCheck { .. }) => Target::Screen("audit"),
        Occasion::Trust(TrustNews::PulledBack { .. } | TrustNews::CanMoveUp { .. }) => Target::Screen("trust"),
    }
}

fn go_to(app: &AppHandle, target: Target) {
    match target {
        Target::Item(item) => deep_link::go_to(app, item),
        Target::Screen(screen) => {
            window::show(app);
            events::open_screen(app, screen);
        }
    }
}

/// Shows it from a thread of its own, which waits there for the answer.
fn show(app: &AppHandle, words: Words, occasion: Occasion) {
    if LIVE.fetch_add(1, Ordering::Relaxed) >= MOST_LIVE {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let app = app.clone();
    std::thread::spawn(move || {
        show_and_wait(&app, &words, &occasion);
        LIVE.fetch_sub(1, Ordering::Relaxed);
    });
}

fn show_and_wait(app: &AppHandle, words: &Words, occasion: &Occasion) {
    let mut notification = notify_rust::Notification::new();
    notification.appname("AutoReach").summary(&words.title).body(&body_text(words)).action("default", "Open");
    for button in words.buttons {
        notification.action(button.label(), button.label());
    }
    match notification.show() {
        Ok(shown) => {
            shown.wait_for_action(|action| answered(app, action, words.buttons, occasion));
        }
        // The inbox has it already.
        Err(_) => tracing::info!("this computer shows no notifications"),
    }
}

/// Where the service takes markup, the body is written so that nothing in it is any.
#[cfg(all(unix, not(target_os = "macos")))]
fn body_text(words: &Words) -> String {
    let takes_markup = notify_rust::get_capabilities().is_ok_and(|known| known.iter().any(|capability| capability == "body-markup"));
    if takes_markup { words.body_as_markup() } else { words.body.clone() }
}

/// The body as this computer's service reads it.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn body_text(words: &Words) -> String {
    words.body.clone()
}

fn answered(app: &AppHandle, action: &str, buttons: &[Button], occasion: &Occasion) {
    match buttons.iter().find(|button| button.label() == action) {
        None if action == "default" => go_to(app, target(occasion)),
        Some(Button::Start | Button::Review | Button::SeeWhy | Button::Decide | Button::Check) => go_to(app, target(occasion)),
        Some(Button::HoldOneDay) => hold(app, occasion),
        Some(Button::Later) | None => {}
    }
}

/// Puts all of them off; a mail that was held stays held.
fn hold(app: &AppHandle, occasion: &Occasion) {
    let (Occasion::Exceptions { items, .. } | Occasion::Overdue { items, .. }) = occasion else { return };
    let (app, items) = (app.clone(), items.clone());
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        let until = engine.now().checked_add(ONE_DAY).unwrap_or(Timestamp::MAX);
        for item in items {
            if let Err(error) = engine.snooze(item, until).await {
                tracing::warn!(%item, code = error.code(), "the item could not be held");
            }
        }
        events::queue_changed(&app);
        tray::refresh(&app);
    });
}
