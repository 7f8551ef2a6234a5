//! The system's notifications when items need a person: their words and buttons, and when they may ring. A notification
//! shows an item or puts it off; it never approves one. Everything told here stands in the inbox too, so a computer
//! without a notification service, or a quiet hour, loses nothing.

use crate::desk::Desk;
use crate::{deep_link, events, tray, window};
use autoreach_engine::Engine;
use autoreach_engine::domain::exception::ExceptionKind;
use autoreach_engine::domain::ids::ItemId;
use autoreach_engine::domain::schedule::QuietSpan;
use autoreach_engine::error::EngineError;
use autoreach_engine::review::queue::{PAGE_ROWS, QueueLine, QueueSplit};
use autoreach_engine::schedule::Begun;
use autoreach_engine::settings::preferences::QuietHours;
use autoreach_engine::trust::TrustNews;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::mem::take;
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

/// What came and was not told yet: items in the order of the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Arrivals {
    /// All of them.
    items: Vec<ItemId>,
    /// Those that only a person can settle.
    exceptions: Vec<ItemId>,
}

/// What somebody is told.
#[derive(Debug, Clone, PartialEq)]
enum Occasion {
    /// Items wait for review.
    QueueReady {
        /// How many wait in all.
        waiting: u64,
        /// How many of those that came only a person can settle.
        exceptions: usize,
        /// Seconds they take; `None` when unknown.
        seconds: Option<f64>,
        /// The first.
        first: ItemId,
    },
    /// Items that only a person can settle, and nothing else.
    Exceptions {
        /// All of them, the gravest first.
        items: Vec<ItemId>,
        /// The company of the gravest.
        company: String,
        /// Why, in two or three words.
        why: &'static str,
    },
    /// Items that only a person can settle and nobody has looked at in time.
    Overdue {
        /// All of them, the longest overdue first.
        items: Vec<ItemId>,
        /// The company of the first.
        company: String,
    },
    /// Something happened to what the agent may do alone.
    Trust(TrustNews),
}

/// What is shown when somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Item(ItemId),
    Screen(&'static str),
}

/// A button under a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Button {
    Start,
    Later,
    Review,
    HoldOneDay,
    SeeWhy,
    Decide,
    Check,
}

impl Button {
    fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Later => "Later",
            Self::Review => "Review",
            Self::HoldOneDay => "Hold 1 day",
            Self::SeeWhy => "See why",
            Self::Decide => "Decide",
            Self::Check => "Check",
        }
    }
}

/// The words of an occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    title: String,
    body: String,
    buttons: &'static [Button],
}

/// When something last rang, and what waits to be told.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    last_told: Option<Timestamp>,
    waiting: Arrivals,
    /// When what waits is told.
    set_for: Option<Timestamp>,
}

/// What an arrival leads to.
#[derive(Debug, PartialEq)]
enum Ring {
    /// Tell this now.
    Now(Arrivals),
    /// Tell what has come by then.
    After(SignedDuration),
    /// It is told with what came before.
    Counted,
}

impl Bell {
    /// Something came. A batch waits until shortly before its person usually begins; what only a person can settle does not.
    fn ring(&mut self, arrived: Arrivals, now: Timestamp, until_digest: SignedDuration) -> Ring {
        let since = self.last_told.map(|last| now.duration_since(last));
        let silence = since.filter(|since| *since < SILENCE).map_or(SignedDuration::ZERO, |since| SILENCE - since);
        let wait = if arrived.exceptions.is_empty() { silence.max(until_digest) } else { silence };
        self.waiting.items.extend(arrived.items);
        self.waiting.exceptions.extend(arrived.exceptions);
        if wait.is_zero() {
            return Ring::Now(self.strike(now));
        }
        let due = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        if self.set_for.is_some_and(|set_for| set_for <= due) {
            return Ring::Counted;
        }
        self.set_for = Some(due);
        Ring::After(wait)
    }

    /// The silence is over: everything that came.
    fn strike(&mut self, now: Timestamp) -> Arrivals {
        if !self.waiting.items.is_empty() {
            self.last_told = Some(now);
        }
        self.set_for = None;
        take(&mut self.waiting)
    }
}

/// Tells of the items that came since an instant: at once, when ten minutes have passed since somebody was last told, or
/// shortly before they usually begin to review.
pub(crate) async fn tell_what_arrived(app: &AppHandle, engine: &Arc<Engine>, since: Timestamp) -> Result<(), EngineError> {
    let items: Vec<ItemId> = opened_since(engine, QueueSplit::All, since).await?.into_iter().map(|line| line.item).collect();
    if items.is_empty() {
        return Ok(());
    }
    let exceptions = loud(engine, opened_since(engine, QueueSplit::Exceptions, since).await?).await?;
    let until_digest = engine.wait_for_digest(engine.workflow(None).await?.id).await?;
    let ring = app.state::<Desk>().bell().ring(Arrivals { items, exceptions }, engine.now(), until_digest);
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

async fn opened_since(engine: &Engine, split: QueueSplit, since: Timestamp) -> Result<Vec<QueueLine>, EngineError> {
    let lines = open_lines(engine, split).await?;
    Ok(lines.into_iter().filter(|line| line.opened_at >= since).collect())
}

/// Those whose gravest exception is of no kind that is always waved through: these come with the others and call for nobody.
async fn loud(engine: &Engine, lines: Vec<QueueLine>) -> Result<Vec<ItemId>, EngineError> {
    let mut quiet = BTreeSet::new();
    for workflow in engine.workflows().await? {
        quiet.extend(engine.quiet_exceptions(workflow.id).await?.into_iter().map(ExceptionKind::words));
    }
    Ok(lines.into_iter().filter(|line| line.chip.is_none_or(|chip| !quiet.contains(chip))).map(|line| line.item).collect())
}

async fn open_lines(engine: &Engine, split: QueueSplit) -> Result<Vec<QueueLine>, EngineError> {
    let mut lines = Vec::new();
    loop {
        let page = engine.queue_page(split, "", lines.len() as u64, PAGE_ROWS).await?;
        let is_last = page.lines.is_empty();
        lines.extend(page.lines);
        if is_last || lines.len() as u64 >= page.total {
            return Ok(lines);
        }
    }
}

/// What of the arrivals still waits for a person; `None` when nothing does.
async fn occasion(engine: &Engine, arrivals: &Arrivals) -> Result<Option<Occasion>, EngineError> {
    let exceptions: Vec<_> = open_lines(engine, QueueSplit::Exceptions).await?;
    let exceptions: Vec<_> = exceptions.into_iter().filter(|line| arrivals.exceptions.contains(&line.item)).collect();
    let has_others = arrivals.items.iter().any(|item| !arrivals.exceptions.contains(item));
    if !has_others && let Some(QueueLine { company, chip: Some(why), .. }) = exceptions.first() {
        let items = exceptions.iter().map(|line| line.item).collect();
        return Ok(Some(Occasion::Exceptions { items, company: company.clone(), why }));
    }
    let overview = engine.overview().await?;
    let first = engine.queue_page(QueueSplit::All, "", 0, 1).await?.lines.pop();
    Ok(first.map(|first| {
        let waiting = overview.counts.open;
        let seconds = overview.seconds_per_item.map(|seconds| seconds * waiting as f64);
        Occasion::QueueReady { waiting, exceptions: exceptions.len(), seconds, first: first.item }
    }))
}

/// Writes it into the inbox and, unless it is quiet or the window is looked at, onto the screen.
async fn tell(app: &AppHandle, engine: &Engine, arrivals: &Arrivals) -> Result<(), EngineError> {
    // Told sooner, together with something that could not wait.
    if arrivals.items.is_empty() {
        return Ok(());
    }
    let Some(occasion) = occasion(engine, arrivals).await? else { return Ok(()) };
    tell_of(app, engine, occasion).await
}

/// Tells what happened to trust: news does not wait for the ten minutes, because it says what is no longer done alone.
pub(crate) async fn tell_trust(app: &AppHandle, engine: &Engine, news: TrustNews) -> Result<(), EngineError> {
    tell_of(app, engine, Occasion::Trust(news)).await
}

/// Writes into the inbox that a batch began by itself. It calls for nobody: its items do, once they are there.
pub(crate) fn tell_begun(app: &AppHandle, engine: &Engine, began: &Begun) {
    if began.leads > 0 {
        let title = format!("A batch of {} began", leads(began.leads));
        let notice = app.state::<Desk>().inbox().add(&title, &format!("Now, because {}.", began.why), None, engine.now());
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
    let (now, preferences) = (engine.now(), engine.preferences().await?);
    let said = words(&occasion, true);
    let item = match target(&occasion) {
        Target::Item(item) => Some(item),
        Target::Screen(_) => None,
    };
    let notice = app.state::<Desk>().inbox().add(&said.title, &said.body, item, now);
    events::notice(app, notice);
    let local = now.to_zoned(TimeZone::system()).time();
    let is_quiet = preferences.quiet_hours.as_ref().is_some_and(|hours| is_quiet(hours, local));
    if preferences.notifications && !is_quiet && !window::is_looked_at(app) {
        show(app, words(&occasion, preferences.names_in_notifications), occasion);
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

fn words(occasion: &Occasion, may_name: bool) -> Words {
    match occasion {
        Occasion::QueueReady { waiting, exceptions, seconds, .. } => Words {
            title: format!("{} ready{}", leads(*waiting), seconds.map(about).unwrap_or_default()),
            body: match exceptions {
                0 => "Reviewing works offline.".to_owned(),
                1 => "One of them needs your judgement.".to_owned(),
                n => format!("{n} of them need your judgement."),
            },
            buttons: &[Button::Start, Button::Later],
        },
        Occasion::Trust(news) => trust_words(news, may_name),
        Occasion::Overdue { items, company } => Words {
            title: format!("{} overdue", leads(items.len() as u64)),
            body: match (may_name, items.len()) {
                (true, 1) => format!("{company} waits for your judgement. Nothing was sent."),
                (true, n) => format!("{company} and {} more wait for your judgement. Nothing was sent.", n - 1),
                (false, _) => "Nothing was sent and nothing will be until you decide.".to_owned(),
            },
            buttons: &[Button::Review, Button::HoldOneDay],
        },
        Occasion::Exceptions { items, company, why } => Words {
            title: format!("{} {} you", leads(items.len() as u64), if items.len() == 1 { "needs" } else { "need" }),
            body: match (may_name, items.len()) {
                (true, 1) => format!("{company}: {why}. The mail is held."),
                (true, n) => format!("{company}: {why}, and {} more. Their mails are held.", n - 1),
                (false, _) => "Nothing is sent until you decide.".to_owned(),
            },
            buttons: &[Button::Review, Button::HoldOneDay],
        },
    }
}

/// The words of `experience.md` 2.6.
fn trust_words(news: &TrustNews, may_name: bool) -> Words {
    match news {
        TrustNews::PulledBack { stage, level, why } => Words {
            title: format!("{stage}: back to level {}", level.number()),
            body: format!("{why} What had not left was taken back."),
            buttons: &[Button::SeeWhy],
        },
        TrustNews::CanMoveUp { workflow, stage, to, receipt } => Words {
            title: format!(
                "{} can move to level {}",
                if may_name { format!("{workflow}: {}", stage.to_lowercase()) } else { (*stage).to_owned() },
                to.number()
            ),
            body: receipt.clone(),
            buttons: &[Button::Decide],
        },
        TrustNews::ToCheck { items } => Words {
            title: match items {
                1 => "Check 1 item the agent decided alone".to_owned(),
                n => format!("Check {n} items the agent decided alone"),
            },
            body: "They are shown like any other; what the agent made of them stays hidden until you decide.".to_owned(),
            buttons: &[Button::Check],
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
    let (Ok(from), Ok(to)) = (hours.from.parse(), hours.to.parse()) else { return false };
    QuietSpan { from, to }.holds(now)
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
    notification.appname("AutoReach").summary(&words.title).body(&body_text(&words.body)).action("default", "Open");
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

/// The body as this computer's service reads it: where it takes markup, a company's `&` and `<` are no markup.
#[cfg(all(unix, not(target_os = "macos")))]
fn body_text(body: &str) -> String {
    let takes_markup = notify_rust::get_capabilities().is_ok_and(|known| known.iter().any(|capability| capability == "body-markup"));
    if takes_markup { without_markup(body) } else { body.to_owned() }
}

/// The body as this computer's service reads it.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn body_text(body: &str) -> String {
    body.to_owned()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn without_markup(body: &str) -> String {
    body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_engine::domain::oversight::level::Level;

    fn item(number: u8) -> ItemId {
        ItemId::new(Timestamp::UNIX_EPOCH, [number; 10])
    }

    fn exceptions(count: u8) -> Occasion {
        Occasion::Exceptions { items: (0..count).map(item).collect(), company: "Orbital Freight".into(), why: "bad timing" }
    }

    fn ready(waiting: u64, exceptions: usize, seconds: Option<f64>) -> Occasion {
        Occasion::QueueReady { waiting, exceptions, seconds, first: item(7) }
    }

    #[test]
    fn an_exception_is_named_only_where_names_may_be_seen() {
        let named = words(&exceptions(1), true);
        assert_eq!((named.title.as_str(), named.body.as_str()), ("1 lead needs you", "Orbital Freight: bad timing. The mail is held."));
        assert_eq!(words(&exceptions(3), true).title, "3 leads need you");
        assert_eq!(words(&exceptions(3), true).body, "Orbital Freight: bad timing, and 2 more. Their mails are held.");
        assert!(!words(&exceptions(1), false).body.contains("Orbital"));
    }

    #[test]
    fn a_ready_queue_says_how_many_and_how_long() {
        let title = |waiting, seconds| words(&ready(waiting, 0, seconds), true).title;
        assert_eq!(title(12, Some(330.0)), "12 leads ready, about 6 min");
        assert_eq!(title(1, None), "1 lead ready");
        assert_eq!(title(900, Some(20_000.0)), "900 leads ready, about 6 h");
    }

    #[test]
    fn exceptions_among_others_are_counted_in_one_notification() {
        let body = |exceptions| words(&ready(12, exceptions, None), true).body;
        assert_eq!(body(0), "Reviewing works offline.");
        assert_eq!((body(1).as_str(), body(3).as_str()), ("One of them needs your judgement.", "3 of them need your judgement."));
    }

    #[test]
    fn no_button_approves_anything() {
        let up = TrustNews::CanMoveUp { workflow: "Freight".into(), stage: "Leads", to: Level::VerifyExceptions, receipt: "x".into() };
        for occasion in [exceptions(1), ready(1, 0, None), Occasion::Trust(up), Occasion::Trust(TrustNews::ToCheck { items: 3 })] {
            for button in words(&occasion, true).buttons {
                let only_shows = match button {
                    Button::Start | Button::Later | Button::Review | Button::HoldOneDay => true,
                    Button::SeeWhy | Button::Decide | Button::Check => matches!(target(&occasion), Target::Screen(_)),
                };
                assert!(only_shows, "{button:?}");
            }
        }
    }

    #[test]
    fn what_comes_within_ten_minutes_is_counted_into_the_next_notification() {
        let (mut bell, start) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let after = |minutes| start.checked_add(SignedDuration::from_mins(minutes)).expect("a small step");
        let came = |number| Arrivals { items: vec![item(number)], exceptions: vec![item(number)] };
        let at_once = SignedDuration::ZERO;
        assert_eq!(bell.ring(came(1), start, at_once), Ring::Now(came(1)));
        assert_eq!(
            bell.ring(came(2), after(4), at_once),
            Ring::After(SignedDuration::from_mins(6)),
            "one clock is set, to the end of the silence"
        );
        assert_eq!(bell.ring(came(3), after(9), at_once), Ring::Counted);
        let both = Arrivals { items: vec![item(2), item(3)], exceptions: vec![item(2), item(3)] };
        assert_eq!(bell.strike(after(10)), both, "nothing is lost");
        assert_eq!(bell.ring(came(4), after(11), at_once), Ring::After(SignedDuration::from_mins(9)), "the silence begins anew");
        assert_eq!(bell.strike(after(20)), came(4));
        assert_eq!(bell.ring(came(5), after(31), at_once), Ring::Now(came(5)));
    }

    #[test]
    fn a_batch_waits_for_the_usual_hour_and_what_needs_a_person_takes_it_along() {
        let (mut bell, start) = (Bell::default(), Timestamp::UNIX_EPOCH);
        let after = |minutes| start.checked_add(SignedDuration::from_mins(minutes)).expect("a small step");
        let (batch, needs_you) = (
            |number| Arrivals { items: vec![item(number)], exceptions: Vec::new() },
            Arrivals { items: vec![item(9)], exceptions: vec![item(9)] },
        );
        let hour = SignedDuration::from_mins(60);
        assert_eq!(bell.ring(batch(1), start, hour), Ring::After(hour));
        assert_eq!(bell.ring(batch(2), after(20), SignedDuration::from_mins(40)), Ring::Counted);
        let all = Arrivals { items: vec![item(1), item(2), item(9)], exceptions: vec![item(9)] };
        assert_eq!(bell.ring(needs_you, after(30), SignedDuration::from_mins(30)), Ring::Now(all));
        assert_eq!(bell.strike(after(60)), Arrivals::default(), "nothing is told twice");
        assert_eq!(bell.ring(batch(3), after(61), SignedDuration::ZERO), Ring::Now(batch(3)), "where nothing was told, no silence begins");
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn a_company_s_name_is_no_markup() {
        assert_eq!(without_markup("Smith & <Sons>: bad timing"), "Smith &amp; &lt;Sons&gt;: bad timing");
    }

    #[test]
    fn a_pull_back_names_its_trigger() {
        let why = "Alarm: 5 of 12 spot checks disagreed.".to_owned();
        let said = words(&Occasion::Trust(TrustNews::PulledBack { stage: "Leads", level: Level::VerifyExceptions, why }), false);
        assert_eq!(said.title, "Leads: back to level 2");
        assert_eq!(said.body, "Alarm: 5 of 12 spot checks disagreed. What had not left was taken back.");
    }

    #[test]
    fn quiet_hours_reach_over_midnight() {
        let night = QuietHours { from: "22:00".into(), to: "07:00".into() };
        let at = |hour| is_quiet(&night, Time::constant(hour, 30, 0, 0));
        assert!(at(23) && at(3) && !at(7) && !at(12));
        assert!(!is_quiet(&QuietHours { from: "late".into(), to: "07:00".into() }, Time::constant(3, 0, 0, 0)));
    }
}
