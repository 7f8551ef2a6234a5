//! The system's notifications when items need a person: their words and buttons, and when they may ring. A notification
//! shows an item or puts it off; it never approves one. Everything told here stands in the inbox too, so a computer
//! without a notification service, or a quiet hour, loses nothing.

use crate::desk::Desk;
use crate::{deep_link, events, window};
use autoreach_engine::Engine;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::error::EngineError;
use autoreach_engine::overview::Overview;
use autoreach_engine::review::queue::{QueueLine, QueueSplit};
use autoreach_engine::settings::preferences::QuietHours;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tauri::{AppHandle, Manager};

/// Nothing rings twice within this time; what comes between is counted in the next one.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// Notifications on screen at once; each keeps a thread.
const MOST_LIVE: usize = 3;
/// How long "Hold 1 day" holds.
const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Notifications on screen.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// What somebody is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Occasion {
    /// Items wait for review.
    QueueReady {
        /// How many.
        waiting: u64,
        /// Seconds they take; `None` when unknown.
        seconds: Option<f64>,
        /// The first.
        first: ItemId,
    },
    /// Items that only a person can settle.
    Exception {
        /// How many came.
        count: u64,
        /// The first.
        first: ItemId,
        /// Its company.
        company: String,
        /// Why, in two or three words.
        why: &'static str,
    },
}

/// A button under a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Button {
    Start,
    Later,
    Review,
    HoldOneDay,
}

impl Button {
    fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Later => "Later",
            Self::Review => "Review",
            Self::HoldOneDay => "Hold 1 day",
        }
    }
}

/// The words of an occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    title: String,
    body: String,
    buttons: [Button; 2],
}

/// When something last rang.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    last_told: Option<Timestamp>,
}

impl Bell {
    /// May somebody be told now? If so, it is noted.
    fn may_tell(&mut self, now: Timestamp) -> bool {
        if self.last_told.is_some_and(|last| now.duration_since(last) < SILENCE) {
            return false;
        }
        self.last_told = Some(now);
        true
    }
}

/// What a run brought, if anything: exceptions when nothing else came, else a queue that is ready.
pub(crate) async fn what_arrived(engine: &Engine, before: &Overview) -> Result<Option<Occasion>, EngineError> {
    let now = engine.overview().await?;
    let came = now.counts.open.saturating_sub(before.counts.open);
    let exceptions = open_in(&now, QueueSplit::Exceptions).saturating_sub(open_in(before, QueueSplit::Exceptions));
    let split = if came == exceptions { QueueSplit::Exceptions } else { QueueSplit::All };
    let Some(first) = engine.queue_page(split, "", 0, 1).await?.lines.pop() else { return Ok(None) };
    Ok(match (came, first) {
        (0, _) => None,
        (_, QueueLine { item, company, chip: Some(why), .. }) if came == exceptions => {
            Some(Occasion::Exception { count: came, first: item, company, why })
        }
        (_, first) => {
            let seconds = now.seconds_per_item.map(|seconds| seconds * now.counts.open as f64);
            Some(Occasion::QueueReady { waiting: now.counts.open, seconds, first: first.item })
        }
    })
}

fn open_in(overview: &Overview, wanted: QueueSplit) -> u64 {
    overview.splits.iter().find(|count| count.split == wanted).map_or(0, |count| count.open)
}

/// Writes it into the inbox and, unless it is quiet or the window is looked at, onto the screen.
pub(crate) async fn tell(app: &AppHandle, engine: &Arc<Engine>, occasion: Occasion) -> Result<(), EngineError> {
    let desk = app.state::<Desk>();
    let now = engine.now();
    if !desk.bell().may_tell(now) {
        return Ok(());
    }
    let preferences = engine.preferences().await?;
    let (words, first) = (words(&occasion, true), first(&occasion));
    let notice = desk.inbox().add(&words.title, &words.body, Some(first), now);
    events::notice(app, notice);
    let local = now.to_zoned(TimeZone::system()).time();
    let is_quiet = preferences.quiet_hours.as_ref().is_some_and(|hours| is_quiet(hours, local));
    if preferences.notifications && !is_quiet && !window::is_looked_at(app) {
        show(app, self::words(&occasion, preferences.names_in_notifications), first);
    }
    Ok(())
}

fn first(occasion: &Occasion) -> ItemId {
    match occasion {
        Occasion::QueueReady { first, .. } | Occasion::Exception { first, .. } => *first,
    }
}

fn words(occasion: &Occasion, may_name: bool) -> Words {
    match occasion {
        Occasion::QueueReady { waiting, seconds, .. } => Words {
            title: format!("{} ready{}", leads(*waiting), seconds.map(about).unwrap_or_default()),
            body: "Reviewing works offline.".to_owned(),
            buttons: [Button::Start, Button::Later],
        },
        Occasion::Exception { count, company, why, .. } => Words {
            title: format!("{} {} you", leads(*count), if *count == 1 { "needs" } else { "need" }),
            body: match (may_name, count) {
                (true, 1) => format!("{company}: {why}. The mail is held."),
                (true, _) => format!("{company}: {why}, and {} more. Their mails are held.", count - 1),
                (false, _) => "Nothing is sent until you decide.".to_owned(),
            },
            buttons: [Button::Review, Button::HoldOneDay],
        },
    }
}

fn leads(n: u64) -> String {
    if n == 1 { "1 lead".to_owned() } else { format!("{n} leads") }
}

fn about(seconds: f64) -> String {
    match (seconds / 60.0).ceil() as u64 {
        minutes @ 0..=90 => format!(", about {} min", minutes.max(1)),
        minutes => format!(", about {} h", minutes.div_ceil(60)),
    }
}

/// Hours that cannot be read keep nobody from being told.
fn is_quiet(hours: &QuietHours, now: Time) -> bool {
    let time = |text: &str| Time::strptime("%H:%M", text).ok();
    let (Some(from), Some(to)) = (time(&hours.from), time(&hours.to)) else { return false };
    if from <= to { (from..to).contains(&now) } else { now >= from || now < to }
}

/// Shows it from a thread of its own, which waits there for the answer.
fn show(app: &AppHandle, words: Words, item: ItemId) {
    if LIVE.fetch_add(1, Ordering::Relaxed) >= MOST_LIVE {
        LIVE.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    let app = app.clone();
    std::thread::spawn(move || {
        show_and_wait(&app, &words, item);
        LIVE.fetch_sub(1, Ordering::Relaxed);
    });
}

fn show_and_wait(app: &AppHandle, words: &Words, item: ItemId) {
    let mut notification = notify_rust::Notification::new();
    notification.appname("AutoReach").summary(&words.title).body(&words.body).action("default", "Open");
    for button in words.buttons {
        notification.action(button.label(), button.label());
    }
    match notification.show() {
        Ok(shown) => {
            let buttons = words.buttons;
            shown.wait_for_action(|action| answered(app, action, &buttons, item));
        }
        // The inbox has it already.
        Err(_) => tracing::info!("this computer shows no notifications"),
    }
}

fn answered(app: &AppHandle, action: &str, buttons: &[Button], item: ItemId) {
    match buttons.iter().find(|button| button.label() == action) {
        None if action == "default" => deep_link::go_to(app, item),
        Some(Button::Start | Button::Review) => deep_link::go_to(app, item),
        Some(Button::HoldOneDay) => hold(app, item),
        Some(Button::Later) | None => {}
    }
}

fn hold(app: &AppHandle, item: ItemId) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(engine) = app.state::<Desk>().engine_to_change() else { return };
        let until = engine.now().checked_add(ONE_DAY).unwrap_or(Timestamp::MAX);
        match engine.snooze(item, until).await {
            Ok(()) => events::queue_changed(&app),
            Err(error) => tracing::warn!(%item, code = error.code(), "the item could not be held"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(count: u64) -> Occasion {
        Occasion::Exception {
            count,
            first: ItemId::new(Timestamp::UNIX_EPOCH, [7; 10]),
            company: "Orbital Freight".into(),
            why: "bad timing",
        }
    }

    #[test]
    fn an_exception_is_named_only_where_names_may_be_seen() {
        let named = words(&exception(1), true);
        assert_eq!((named.title.as_str(), named.body.as_str()), ("1 lead needs you", "Orbital Freight: bad timing. The mail is held."));
        assert_eq!(words(&exception(3), true).title, "3 leads need you");
        assert!(!words(&exception(1), false).body.contains("Orbital"));
    }

    #[test]
    fn a_ready_queue_says_how_many_and_how_long() {
        let ready = |waiting, seconds| {
            words(&Occasion::QueueReady { waiting, seconds, first: ItemId::new(Timestamp::UNIX_EPOCH, [7; 10]) }, true).title
        };
        assert_eq!(ready(12, Some(330.0)), "12 leads ready, about 6 min");
        assert_eq!(ready(1, None), "1 lead ready");
        assert_eq!(ready(900, Some(20_000.0)), "900 leads ready, about 6 h");
    }

    #[test]
    fn no_button_approves_anything() {
        for occasion in [exception(1), Occasion::QueueReady { waiting: 1, seconds: None, first: first(&exception(1)) }] {
            for button in words(&occasion, true).buttons {
                assert!(matches!(button, Button::Start | Button::Later | Button::Review | Button::HoldOneDay));
            }
        }
    }

    #[test]
    fn nothing_is_told_twice_within_ten_minutes() {
        let (mut bell, start) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let after = |minutes| start.checked_add(SignedDuration::from_mins(minutes)).expect("a small step");
        assert!(bell.may_tell(start) && !bell.may_tell(after(9)) && bell.may_tell(after(10)));
    }

    #[test]
    fn quiet_hours_reach_over_midnight() {
        let night = QuietHours { from: "22:00".into(), to: "07:00".into() };
        let at = |hour| is_quiet(&night, Time::constant(hour, 30, 0, 0));
        assert!(at(23) && at(3) && !at(7) && !at(12));
        assert!(!is_quiet(&QuietHours { from: "late".into(), to: "07:00".into() }, Time::constant(3, 0, 0, 0)));
    }
}
